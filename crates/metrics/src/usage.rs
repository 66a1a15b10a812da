//! Sign-ups, activation and the retention of users, from counts (metrics.md 4A, 4B). [`crate::activity`] counts rows.
//!
//! Every rate is a share of matured users: those whom the data show long enough to know. The others are in neither
//! numerator nor denominator. Values are fractions with a Wilson interval; without a matured user the status is
//! `undefined_zero_base`, and counts that contradict each other are an `error` with `E-AGG-RANGE`.
//!
//! ```
//! use keeprate_metrics::{result::Scope, usage::activation_rate};
//!
//! let activation = activation_rate(&Scope::default(), 500, 185);
//! assert_eq!(activation.number(), Some(0.37));
//! ```

use crate::catalogue::{Definition, Family, Key, Text};
use crate::result::{Direction, MetricResult, Scope, Status, Unit, Value};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

pub(crate) const SIGNUPS: Definition = Definition {
    family: Family::Usage,
    name: Text { en: "Sign-ups", de: "Registrierungen" },
    short: Text { en: "Sign-ups", de: "Registrierungen" },
    formula: "{signups}",
    meaning: Text {
        en: "Users whose first sign-up lies in the period. A sign-up is not yet a customer.",
        de: "Nutzer, deren erste Registrierung im Zeitraum liegt. Wer registriert ist, ist noch kein Kunde.",
    },
    unit: Unit::Count,
    direction: Direction::UpGood,
    source: "So verbessern Sie die SaaS-Retention mit KPIs",
    variants: &[],
};

pub(crate) const ACTIVATION_RATE: Definition = Definition {
    family: Family::Usage,
    name: Text { en: "Activation rate", de: "Aktivierungsrate" },
    short: Text { en: "Activation", de: "Aktivierung" },
    formula: "{activated} ÷ {matured}",
    meaning: Text {
        en: "The share of new users who reach the activation event in the first days after their sign-up.",
        de: "Der Anteil neuer Nutzer, die in den ersten Tagen nach der Registrierung das Aktivierungsereignis erreichen.",
    },
    unit: Unit::Fraction,
    direction: Direction::UpGood,
    source: "Amplitude, What is activation rate",
    variants: &[],
};

pub(crate) const ONBOARDING_RATE: Definition = Definition {
    family: Family::Usage,
    name: Text { en: "Onboarding completion rate", de: "Onboarding-Rate" },
    short: Text { en: "Onboarding", de: "Onboarding" },
    formula: "{completed} ÷ {matured}",
    meaning: Text {
        en: "The share of new users who do all required steps in the first days after their sign-up.",
        de: "Der Anteil neuer Nutzer, die in den ersten Tagen nach der Registrierung alle nötigen Schritte tun.",
    },
    unit: Unit::Fraction,
    direction: Direction::UpGood,
    source: "Amplitude, What is activation rate",
    variants: &[
        ("all_steps", Text { en: "all steps, in any order", de: "alle Schritte, in beliebiger Folge" }),
        ("ordered", Text { en: "all steps, one after the other", de: "alle Schritte, einer nach dem anderen" }),
    ],
};

pub(crate) const CHURN_7D: Definition = Definition {
    family: Family::Usage,
    name: Text { en: "Seven-day churn", de: "Kundenabfall nach sieben Tagen" },
    short: Text { en: "Seven-day churn", de: "Abfall nach sieben Tagen" },
    formula: "1 − {retained} ÷ {matured}",
    meaning: Text {
        en: "The share of new users who do not come back in their second week.",
        de: "Der Anteil neuer Nutzer, die in ihrer zweiten Woche nicht wiederkommen.",
    },
    unit: Unit::Fraction,
    direction: Direction::DownGood,
    source: "Mixpanel, Advanced retention functionality",
    variants: &[
        ("usage_window", Text { en: "nothing on days 7 to 13", de: "nichts an Tag 7 bis 13" }),
        ("usage_unbounded", Text { en: "nothing from day 7 on", de: "nichts ab Tag 7" }),
        ("subscription", Text { en: "ended within 7 days", de: "binnen 7 Tagen beendet" }),
    ],
};

pub(crate) const REPEAT_PURCHASE_RATE: Definition = Definition {
    family: Family::Usage,
    name: Text { en: "Repeat purchase rate", de: "Wiederkaufrate" },
    short: Text { en: "Repeat purchases", de: "Wiederkäufe" },
    formula: "{repeaters} ÷ {buyers}",
    meaning: Text {
        en: "The share of buyers who bought on more than one day. The longer the period, the higher.",
        de: "Der Anteil der Käufer, die an mehr als einem Tag kauften. Je länger der Zeitraum, desto höher.",
    },
    unit: Unit::Fraction,
    direction: Direction::UpGood,
    source: "Wall Street Prep, Repeat purchase rate",
    variants: &[
        ("window", Text { en: "again in the period", de: "erneut im Zeitraum" }),
        ("cohort", Text { en: "again soon after the first purchase", de: "erneut bald nach dem ersten Kauf" }),
    ],
};

pub(crate) const STICKINESS: Definition = Definition {
    family: Family::Usage,
    name: Text { en: "Stickiness (DAU/MAU)", de: "Nutzungsintensität (DAU/MAU)" },
    short: Text { en: "Stickiness", de: "Nutzungsintensität" },
    formula: "{avg_dau} ÷ {mau}",
    meaning: Text {
        en: "The share of the period's active users who are active on a mean day.",
        de: "Der Anteil der aktiven Nutzer des Zeitraums, die an einem mittleren Tag aktiv sind.",
    },
    unit: Unit::Fraction,
    direction: Direction::UpGood,
    source: "PostHog, Retention",
    variants: &[],
};

const CALENDAR: (&str, Text) = ("calendar", Text { en: "calendar days", de: "Kalendertage" });
const EXACT_24H: (&str, Text) =
    ("exact_24h", Text { en: "24 hours from the first event", de: "je 24 Stunden ab dem ersten Ereignis" });
const HOUR_FLOOR_24H: (&str, Text) =
    ("hour_floor_24h", Text { en: "24 hours from its full hour", de: "je 24 Stunden ab dessen voller Stunde" });

pub(crate) const N_DAY_RETENTION: Definition = Definition {
    family: Family::Usage,
    name: Text { en: "N-day retention", de: "N-Tage-Retention" },
    short: Text { en: "N-day retention", de: "N-Tage-Retention" },
    formula: "{retained} ÷ {matured}",
    meaning: Text {
        en: "The share of users who come back on day N after their first day.",
        de: "Der Anteil der Nutzer, die am Tag N nach ihrem ersten Tag wiederkommen.",
    },
    unit: Unit::Fraction,
    direction: Direction::UpGood,
    source: "Mixpanel, Advanced retention functionality",
    variants: &[CALENDAR, EXACT_24H, HOUR_FLOOR_24H],
};

pub(crate) const BRACKET_RETENTION: Definition = Definition {
    family: Family::Usage,
    name: Text { en: "Bracketed retention", de: "Zeitfenster-Retention" },
    short: Text { en: "Bracketed retention", de: "Zeitfenster-Retention" },
    formula: "{retained} ÷ {matured}",
    meaning: Text {
        en: "The share of users who come back on any day of a bracket.",
        de: "Der Anteil der Nutzer, die an einem der Tage eines Zeitfensters wiederkommen.",
    },
    unit: Unit::Fraction,
    direction: Direction::UpGood,
    source: "Amplitude, Release notes 2016",
    variants: &[CALENDAR, EXACT_24H, HOUR_FLOOR_24H],
};

pub(crate) const ROLLING_RETENTION: Definition = Definition {
    family: Family::Usage,
    name: Text { en: "Unbounded (rolling) retention", de: "Ungebundene Retention (Rolling Retention)" },
    short: Text { en: "Rolling retention", de: "Ungebundene Retention" },
    formula: "{retained} ÷ {matured}",
    meaning: Text {
        en: "The share of users who come back on day N or any later day. Recent users had less time to return.",
        de: "Der Anteil der Nutzer, die am Tag N oder später wiederkommen. Neue Nutzer hatten weniger Zeit dafür.",
    },
    unit: Unit::Fraction,
    direction: Direction::UpGood,
    source: "Mixpanel, Advanced retention functionality",
    variants: &[CALENDAR, EXACT_24H, HOUR_FLOOR_24H],
};

/// Sign-ups of a period, with the growth over the equally long period before where that had any.
pub fn signups(scope: &Scope, signups: u64, before: Option<u64>) -> MetricResult {
    let growth = before.filter(|before| *before > 0).map(|before| signups as f64 / before as f64 - 1.0);
    MetricResult::new(Key::Signups, scope)
        .part("signups", Value::Count(signups as i64))
        .part_if("growth", growth.map(Value::Number))
        .value(Value::Count(signups as i64))
}

/// Activated users ÷ matured sign-ups.
pub fn activation_rate(scope: &Scope, matured: u64, activated: u64) -> MetricResult {
    share(MetricResult::new(Key::ActivationRate, scope), scope, ("matured", matured), ("activated", activated))
}

/// Users who did every required step ÷ matured sign-ups.
pub fn onboarding_rate(scope: &Scope, matured: u64, completed: u64) -> MetricResult {
    let result = MetricResult::new(Key::OnboardingRate, scope).variant("all_steps");
    share(result, scope, ("matured", matured), ("completed", completed))
}

/// What counts as lost after seven days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SevenDays {
    /// No event on days 7 to 13. The window is as long for every cohort.
    UsageWindow,
    /// No event on day 7 or later. It improves by itself, because old users had longer to return.
    UsageUnbounded,
    /// The subscription ended at most seven days after its start.
    Subscription,
}

impl SevenDays {
    /// The variant as JSON writes it.
    pub fn name(self) -> &'static str {
        match self {
            SevenDays::UsageWindow => "usage_window",
            SevenDays::UsageUnbounded => "usage_unbounded",
            SevenDays::Subscription => "subscription",
        }
    }
}

/// Users or subscriptions lost ÷ matured ones.
pub fn churn_7d(scope: &Scope, variant: SevenDays, matured: u64, lost: u64) -> MetricResult {
    let retained = Value::Count(matured.saturating_sub(lost) as i64);
    let result = MetricResult::new(Key::Churn7d, scope).variant(variant.name()).part("retained", retained);
    share(result, scope, ("matured", matured), ("lost", lost))
}

/// Which customers a repeat purchase rate is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Those who bought in the period: again within the period.
    Window,
    /// Those whose first purchase lies in the period: again at most so many days later.
    Cohort(u32),
}

/// Customers who bought again ÷ customers who bought.
pub fn repeat_purchase_rate(scope: &Scope, repeat: Repeat, buyers: u64, repeaters: u64) -> MetricResult {
    let result = MetricResult::new(Key::RepeatPurchaseRate, scope);
    let result = match repeat {
        Repeat::Window => result.variant("window"),
        Repeat::Cohort(within) => result.variant("cohort").part("days", Value::Count(i64::from(within))),
    };
    share(result, scope, ("buyers", buyers), ("repeaters", repeaters))
}

/// The mean number of users active on a day ÷ the users active in the period. `user_days` counts each user once a day.
/// A complete count of the period, without an interval.
pub fn stickiness(scope: &Scope, user_days: u64, days: u32, users: u64) -> MetricResult {
    let result = MetricResult::new(Key::Stickiness, scope);
    let all_days = u64::from(days).saturating_mul(users);
    if user_days > all_days {
        return result.warning("E-AGG-RANGE").without(Status::Error);
    }
    result
        .part("avg_dau", Value::Number(user_days as f64 / f64::from(days)))
        .part("mau", Value::Count(users as i64))
        .observations(users)
        .ratio(Value::Count(user_days as i64), Value::Count(all_days as i64))
}

/// How days after the first event are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub enum Mode {
    /// By the calendar: the day after the first event's date is day 1.
    #[serde(rename = "calendar")]
    #[default]
    Calendar,
    /// By the clock: day 1 begins 24 hours after the first event.
    #[serde(rename = "exact_24h")]
    Exact24h,
    /// By the clock, from the full hour in which the first event lies.
    #[serde(rename = "hour_floor_24h")]
    HourFloor24h,
}

impl Mode {
    /// The mode of a name.
    pub fn parse(name: &str) -> Option<Mode> {
        [Mode::Calendar, Mode::Exact24h, Mode::HourFloor24h].into_iter().find(|mode| mode.name() == name)
    }

    /// The variant as JSON writes it.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Calendar => "calendar",
            Mode::Exact24h => "exact_24h",
            Mode::HourFloor24h => "hour_floor_24h",
        }
    }
}

/// Users who came back on day N ÷ users matured for it.
pub fn n_day_retention(scope: &Scope, mode: Mode, matured: u64, retained: u64) -> MetricResult {
    retention(Key::NDayRetention, scope, mode, matured, retained)
}

/// Users who came back on a day of a bracket ÷ users matured for its last one.
pub fn bracket_retention(scope: &Scope, mode: Mode, matured: u64, retained: u64) -> MetricResult {
    retention(Key::BracketRetention, scope, mode, matured, retained)
}

/// Users who came back on day N or later ÷ users matured for day N. The drop-off is its complement, not its reciprocal.
pub fn rolling_retention(scope: &Scope, mode: Mode, matured: u64, retained: u64) -> MetricResult {
    let result = retention(Key::RollingRetention, scope, mode, matured, retained);
    let lost = matured.saturating_sub(retained) as f64;
    let drop_off = result.value.map(|_| Value::Number(lost / matured as f64));
    result.part_if("drop_off", drop_off)
}

fn retention(key: Key, scope: &Scope, mode: Mode, matured: u64, retained: u64) -> MetricResult {
    share(MetricResult::new(key, scope).variant(mode.name()), scope, ("matured", matured), ("retained", retained))
}

/// A share of a whole with its Wilson interval, both under the names that the formula gives them.
fn share(result: MetricResult, scope: &Scope, whole: (&str, u64), part: (&str, u64)) -> MetricResult {
    let ((whole, n), (part, hits)) = (whole, part);
    if hits > n {
        return result.warning("E-AGG-RANGE").without(Status::Error);
    }
    result.part(part, Value::Count(hits as i64)).part(whole, Value::Count(n as i64)).proportion(hits, n, scope.level)
}

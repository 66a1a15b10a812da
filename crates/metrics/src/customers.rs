//! Customers and accounts (metrics.md 4A).

use crate::catalogue::{Definition, Family, Key, Text};
use crate::conventions::CustomerChurn;
use crate::ledger::Totals;
use crate::order::sort_non_negative;
use crate::result::{Direction, Flag, MetricResult, Scope, Status, Unit, Value};
use crate::statistics::{Interval, wilson};
use crate::survival::Survival;

pub(crate) const CUSTOMER_COUNTS: Definition = Definition {
    family: Family::Customers,
    name: Text { en: "Customer counts", de: "Kundenbestand" },
    short: Text { en: "Customers", de: "Kunden" },
    formula: "{start} − {lost} + {new} + {reactivated} = {end}",
    meaning: Text {
        en: "How many paying customers there were at the start and at the end, and who came and went in between.",
        de: "Wie viele zahlende Kunden es am Anfang und am Ende gab und wer dazwischen kam und ging.",
    },
    unit: Unit::Count,
    direction: Direction::Neutral,
    source: "Carl Gold, Fighting Churn With Data; ChartMogul, MRR movements",
    variants: &[],
};

pub(crate) const ACCOUNT_RETENTION_RATE: Definition = Definition {
    family: Family::Customers,
    name: Text { en: "Account end/start ratio", de: "Kontobindungsrate (Konten Ende ÷ Anfang)" },
    short: Text { en: "Accounts end ÷ start, incl. new", de: "Konten Ende ÷ Anfang, inkl. Neukonten" },
    formula: "{end} ÷ {start}",
    meaning: Text {
        en: "Accounts at the end as a share of those at the start, new ones included: a growth ratio that can hide losses.",
        de: "Konten am Ende im Verhältnis zum Anfang, inkl. Neukonten: eine Wachstumszahl, die Verluste verdecken kann.",
    },
    unit: Unit::Fraction,
    direction: Direction::UpGood,
    source: "Kontobindung: Sicherstellung eines nachhaltigen Wachstums von SaaS-Unternehmen",
    variants: &[("end_over_start", Text { en: "end ÷ start", de: "Ende ÷ Anfang" })],
};

pub(crate) const CUSTOMER_RETENTION_RATE: Definition = Definition {
    family: Family::Customers,
    name: Text { en: "Customer retention rate (CRR)", de: "Kundenbindungsrate (CRR)" },
    short: Text { en: "Customer retention", de: "Kundenbindung" },
    formula: "({start} − {lost}) ÷ {start}",
    meaning: Text {
        en: "The share of the customers at the start who are still customers at the end.",
        de: "Der Anteil der Kunden vom Anfang, die am Ende noch Kunden sind.",
    },
    unit: Unit::Fraction,
    direction: Direction::UpGood,
    source: "Carl Gold, Fighting Churn With Data, listing 2.2",
    variants: &[
        ("endpoint", Text { en: "state at start against state at end", de: "Stand am Anfang gegen Stand am Ende" }),
        ("chained_months", Text { en: "product of the monthly rates", de: "Produkt der Monatsraten" }),
        ("without_returners", Text { en: "there at every month's close", de: "an jedem Monatsende vorhanden" }),
    ],
};

pub(crate) const CUSTOMER_CHURN_RATE: Definition = Definition {
    family: Family::Customers,
    name: Text { en: "Customer churn rate", de: "Kundenabwanderungsrate" },
    short: Text { en: "Customer churn", de: "Kundenabwanderung" },
    formula: "{lost} ÷ {start}",
    meaning: Text {
        en: "The share of the customers at the start who are gone at the end.",
        de: "Der Anteil der Kunden vom Anfang, die am Ende nicht mehr da sind.",
    },
    unit: Unit::Fraction,
    direction: Direction::DownGood,
    source: "Chargify/Maxio; Recurly; Carl Gold, Fighting Churn With Data, listing 2.2",
    variants: &[
        ("default", Text { en: "lost ÷ customers at start", de: "verloren ÷ Kunden am Anfang" }),
        (
            "exposed_base",
            Text {
                en: "with short-lived customers, ÷ (start + all new ones)",
                de: "mit kurzlebigen Kunden, ÷ (Anfang + alle neuen)",
            },
        ),
        (
            "average_base",
            Text {
                en: "with short-lived customers, ÷ mean of start and end",
                de: "mit kurzlebigen Kunden, ÷ Mittel aus Anfang und Ende",
            },
        ),
        (
            "daily_sum",
            Text {
                en: "lost ÷ customers, day by day, added up",
                de: "verloren ÷ Kunden, Tag für Tag, zusammengezählt",
            },
        ),
    ],
};

pub(crate) const CHURN_RATE_CONVERT: Definition = Definition {
    family: Family::Customers,
    name: Text { en: "Churn converted to other periods", de: "Abwanderung, umgerechnet" },
    short: Text { en: "Annual churn (converted)", de: "Jahresabwanderung (umgerechnet)" },
    formula: "1 − (1 − {monthly})¹²",
    meaning: Text {
        en: "What the measured churn would be over a year if it stayed constant. Multiplying by 12 would be wrong.",
        de: "Wie hoch die gemessene Abwanderung im Jahr wäre, bliebe sie gleich. Mal 12 zu nehmen wäre falsch.",
    },
    unit: Unit::Fraction,
    direction: Direction::DownGood,
    source: "Carl Gold, Fighting Churn With Data, listing 2.5",
    variants: &[
        ("monthly_to_annual", Text { en: "month to year", de: "Monat auf Jahr" }),
        ("annual_to_monthly", Text { en: "year to month", de: "Jahr auf Monat" }),
        ("days", Text { en: "from any number of days", de: "aus beliebig vielen Tagen" }),
    ],
};

pub(crate) const CUSTOMER_LIFETIME: Definition = Definition {
    family: Family::Customers,
    name: Text { en: "Customer lifetime", de: "Durchschnittliche Kundenlebensdauer" },
    short: Text { en: "Customer lifetime", de: "Kundenlebensdauer" },
    formula: "1 ÷ {churn}",
    meaning: Text {
        en: "How long customers stay: from the survival curve when enough have left, else 1 ÷ churn.",
        de: "Wie lange Kunden bleiben: aus der Überlebenskurve, wenn genug gegangen sind, sonst 1 ÷ Abwanderung.",
    },
    unit: Unit::Months,
    direction: Direction::UpGood,
    source: "D. Skok, SaaS Metrics 2.0; Kaplan & Meier 1958",
    variants: &[
        ("km_restricted_mean", Text { en: "area under the survival curve", de: "Fläche unter der Überlebenskurve" }),
        ("expected_constant", Text { en: "1 ÷ churn", de: "1 ÷ Abwanderung" }),
        ("tenure_active", Text { en: "tenure of today's customers", de: "Verweildauer heutiger Kunden" }),
        ("ended_only", Text { en: "of those who left: too short", de: "allein der Abgewanderten: zu kurz" }),
    ],
};

/// Customer counts with the identity start − lost + new + reactivated = end, from any three of start, end, new, lost.
pub fn customer_counts(scope: &Scope, totals: &Totals) -> MetricResult {
    let result = MetricResult::new(Key::CustomerCounts, scope);
    let count = |count: Option<i64>| count.map(Value::Count);
    let reactivated = totals.customers_reactivated.unwrap_or(0);
    let (mut start, mut end) = (totals.customers_start, totals.customers_end);
    let (mut new, mut lost) = (totals.customers_new, totals.customers_lost);
    match (start, end, new, lost) {
        (Some(start), None, Some(new), Some(lost)) => end = Some(start - lost + new + reactivated),
        (None, Some(end), Some(new), Some(lost)) => start = Some(end + lost - new - reactivated),
        (Some(start), Some(end), None, Some(lost)) => new = Some(end + lost - start - reactivated),
        (Some(start), Some(end), Some(new), None) => lost = Some(start + new + reactivated - end),
        _ => {}
    }
    let mut result = result
        .part_if("start", count(start))
        .part_if("end", count(end))
        .part_if("new", count(new))
        .part_if("lost", count(lost))
        .part_if("intra_period_churners", count(totals.customers_intra_period));
    if let (Some(start), Some(end), Some(new), Some(lost)) = (start, end, new, lost) {
        let holds = start - lost + new + reactivated == end;
        result = result.part("identity_ok", Value::Yes(holds)).part("reactivated", Value::Count(reactivated));
        if !holds {
            result = result.warning("W-IDENTITY");
        }
    }
    match end {
        Some(end) => result.value(Value::Count(end)),
        None => result.missing("customers_end"),
    }
}

/// Accounts at the end ÷ accounts at the start, new accounts included.
pub fn account_retention_rate(scope: &Scope, totals: &Totals) -> MetricResult {
    let result = MetricResult::new(Key::AccountRetentionRate, scope).variant("end_over_start");
    match (totals.customers_start, totals.customers_end) {
        (Some(start), Some(end)) => result
            .part("start", Value::Count(start))
            .part("end", Value::Count(end))
            .ratio(Value::Count(end), Value::Count(start)),
        (None, _) => result.missing("customers_start"),
        _ => result.missing("customers_end"),
    }
}

/// The customers lost, known or from the identity, with the warnings that the input earns.
enum Lost {
    Known { start: i64, lost: i64, other_reading: Option<i64> },
    Missing(&'static str),
    OutOfRange,
}

fn lost_of(totals: &Totals) -> Lost {
    let Some(start) = totals.customers_start else { return Lost::Missing("customers_start") };
    let reactivated = totals.customers_reactivated.unwrap_or(0);
    let from_identity = match (totals.customers_end, totals.customers_new) {
        (Some(end), Some(new)) => Some(start - (end - new - reactivated)),
        _ => None,
    };
    let Some(lost) = totals.customers_lost.or(from_identity) else { return Lost::Missing("customers_lost") };
    if start < 0 || lost < 0 || lost > start {
        return Lost::OutOfRange;
    }
    let other_reading = from_identity.filter(|other| *other != lost).map(|other| start - other);
    Lost::Known { start, lost, other_reading }
}

/// Customer retention rate: (start − lost) ÷ start, with its Wilson interval.
pub fn customer_retention_rate(scope: &Scope, totals: &Totals) -> MetricResult {
    let result = MetricResult::new(Key::CustomerRetentionRate, scope).variant("endpoint");
    rate_of_base(result, scope, totals, |start, lost| start - lost)
}

/// Customer churn rate: lost ÷ start, with its Wilson interval; it and retention add up to 1. Conventions may name another base,
/// on which short-lived customers count as well: then they do not.
pub fn customer_churn_rate(scope: &Scope, totals: &Totals) -> MetricResult {
    let result = MetricResult::new(Key::CustomerChurnRate, scope);
    let mut result = rate_of_base(result, scope, totals, |_, lost| lost);
    if let (Some(intra), Some(start), Some(lost)) =
        (totals.customers_intra_period, totals.customers_start, totals.customers_lost)
    {
        result = result.part("intra_period_churners", Value::Count(intra));
        let left = (lost + intra) as f64;
        if let Some(exposed) = exposed(totals, (start, lost, intra)).filter(|exposed| *exposed > 0) {
            result = result.part("exposed_base", Value::Number(left / exposed as f64));
        }
        if let Some(end) = totals.customers_end.filter(|end| start + end > 0) {
            result = result.part("average_base", Value::Number(left / ((start + end) as f64 / 2.0)));
        }
        if result.status != Status::Error {
            result = on_other_base(result, scope, totals, (start, lost, intra));
        }
    }
    match totals.daily_churn.filter(|_| scope.conventions.customer_churn == CustomerChurn::DailySum) {
        // The bases of the days differ, so that it is no proportion with an interval.
        Some(rate) if result.status != Status::Error => {
            let result = MetricResult { numerator: None, denominator: None, ..without_interval(result) };
            result.variant(CustomerChurn::DailySum.name()).value(Value::Number(rate))
        }
        _ => result,
    }
}

/// Customers who could be lost in the period: those of the start and all who came. New customers counted from rows are
/// those still there at the end, so that who came and went is added; in totals that somebody counted they may be among
/// the new ones, as the end tells.
fn exposed(totals: &Totals, (start, lost, intra): (i64, i64, i64)) -> Option<i64> {
    let new = totals.customers_new?;
    let closes = totals.customers_end == Some(start - lost + new + totals.customers_reactivated.unwrap_or(0));
    Some(start + new + if closes { intra } else { 0 })
}

fn without_interval(result: MetricResult) -> MetricResult {
    MetricResult { ci_low: None, ci_high: None, ci_level: None, ci_method: None, ..result }
}

/// The churn rate on the base that the conventions name, where it is known: short-lived customers count, so that the rate
/// is no longer the complement of retention.
fn on_other_base(
    result: MetricResult,
    scope: &Scope,
    totals: &Totals,
    (start, lost, intra): (i64, i64, i64),
) -> MetricResult {
    let left = lost + intra;
    let convention = scope.conventions.customer_churn;
    let mut result = match (convention, exposed(totals, (start, lost, intra)), totals.customers_end) {
        (CustomerChurn::ExposedBase, Some(exposed), _) if left > exposed => {
            return result.warning("E-AGG-RANGE").without(Status::Error);
        }
        (CustomerChurn::ExposedBase, Some(exposed), _) => {
            let interval = wilson(left as f64, exposed as f64, scope.level.z());
            let result = without_interval(result);
            result.ratio(Value::Count(left), Value::Count(exposed)).interval(interval, scope.level, "wilson")
        }
        (CustomerChurn::AverageBase, _, Some(end)) => {
            // Part of those who left were never in the base, so that this is no proportion with an interval.
            let result = without_interval(result);
            result.ratio(Value::Count(left), Value::Number((start + end) as f64 / 2.0))
        }
        _ => return result,
    };
    result.parts.remove(convention.name());
    result.variant(convention.name())
}

fn rate_of_base(result: MetricResult, scope: &Scope, totals: &Totals, hits: impl Fn(i64, i64) -> i64) -> MetricResult {
    match lost_of(totals) {
        Lost::Missing(field) => result.missing(field),
        Lost::OutOfRange => result.warning("E-AGG-RANGE").without(Status::Error),
        Lost::Known { start, lost, other_reading } => {
            let hit = hits(start, lost);
            let mut result = result
                .part("start", Value::Count(start))
                .part("lost", Value::Count(lost))
                .part("retained", Value::Count(start - lost))
                .observations(start.unsigned_abs())
                .ratio(Value::Count(hit), Value::Count(start))
                .interval(wilson(hit as f64, start as f64, scope.level.z()), scope.level, "wilson");
            if let Some(retained) = other_reading {
                let other = hits(start, start - retained) as f64 / start as f64;
                result = result.warning("W-IDENTITY").part("value_from_end_new", Value::Number(other));
            }
            result
        }
    }
}

/// 1 − (1 − rate)^power, exact at 1 and precise near 0.
fn compound(rate: f64, power: f64) -> f64 {
    if rate >= 1.0 { 1.0 } else { -libm::expm1(power * libm::log1p(-rate)) }
}

/// How a churn rate was measured, for its conversion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measured {
    /// Over one calendar month: converted to a year.
    Monthly,
    /// Over twelve months: converted to a month.
    Annually,
    /// Over this many days: converted to both.
    Days(f64),
}

/// A churn rate converted under the assumption that it is constant, 1 − (1 − rate)ⁿ: a month's to a year with n = 12, a year's to
/// a month with n = 1 ÷ 12, any number of days to both. The interval's bounds are converted alike.
pub fn churn_rate_convert(scope: &Scope, rate: f64, measured: Measured, interval: Option<Interval>) -> MetricResult {
    let result = MetricResult::new(Key::ChurnRateConvert, scope).flag(Flag::Estimate);
    if !(0.0..=1.0).contains(&rate) {
        return result.warning("E-AGG-RANGE").without(Status::Error);
    }
    let (variant, to_month, to_year) = match measured {
        Measured::Monthly => ("monthly_to_annual", 1.0, 12.0),
        Measured::Annually => ("annual_to_monthly", 1.0 / 12.0, 1.0),
        Measured::Days(days) if days > 0.0 => ("days", 365.0 / 12.0 / days, 365.0 / days),
        Measured::Days(_) => return result.warning("E-AGG-RANGE").without(Status::Error),
    };
    let power = if measured == Measured::Annually { to_month } else { to_year };
    let converted =
        interval.map(|interval| Interval { low: compound(interval.low, power), high: compound(interval.high, power) });
    result
        .variant(variant)
        .part("rate", Value::Number(rate))
        .part("monthly", Value::Number(compound(rate, to_month)))
        .part("annual", Value::Number(compound(rate, to_year)))
        .value(Value::Number(compound(rate, power)))
        .interval(converted, scope.level, "wilson")
}

/// Expected lifetime at a constant churn rate: 1 ÷ churn, in months for a monthly and in years for an annual rate.
pub fn lifetime_from_churn(scope: &Scope, churn: f64, unit: Unit, interval: Option<Interval>) -> MetricResult {
    let result = MetricResult::new(Key::CustomerLifetime, scope)
        .variant("expected_constant")
        .unit(unit)
        .flag(Flag::Estimate)
        .part("churn", Value::Number(churn));
    if !(0.0..=1.0).contains(&churn) {
        return result.warning("E-AGG-RANGE").without(Status::Error);
    }
    if churn == 0.0 {
        return result.without(Status::Infinite);
    }
    let bounds = interval
        .filter(|interval| interval.low > 0.0)
        .map(|interval| Interval { low: 1.0 / interval.high, high: 1.0 / interval.low });
    result.value(Value::Number(1.0 / churn)).interval(bounds, scope.level, "reciprocal_wilson")
}

/// Mean and median of the tenures of today's customers, in months.
pub fn tenure(scope: &Scope, months: &[f64]) -> MetricResult {
    let result = MetricResult::new(Key::CustomerLifetime, scope).variant("tenure_active");
    if months.is_empty() {
        return result.without(Status::UndefinedZeroBase);
    }
    let months = sort_non_negative(months);
    let mean = months.iter().sum::<f64>() / months.len() as f64;
    result
        .part("tenure_median", Value::Number(quantile(&months, 0.5)))
        .observations(months.len() as u64)
        .value(Value::Number(mean))
}

/// The quantile of ascending values, between two neighbours by linear interpolation; 0 without values.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len().saturating_sub(1)) as f64;
    let below = sorted.get(place as usize).copied().unwrap_or(0.0);
    let above = sorted.get(place.ceil() as usize).copied().unwrap_or(below);
    below + (above - below) * place.fract()
}

/// Ended lifetimes that the survival curve needs before it gives the average lifetime.
const ENDED_FOR_CURVE: u64 = 20;

/// The average lifetime: the restricted mean of the survival curve where at least 20 lifetimes have ended, else
/// 1 ÷ churn. The other readings stand beside it as parts.
pub fn customer_lifetime(
    scope: &Scope,
    survival: Option<&Survival>,
    churn: Option<(f64, Option<Interval>)>,
    tenures: Vec<f64>,
) -> MetricResult {
    let expected = churn.map(|(rate, interval)| lifetime_from_churn(scope, rate, Unit::Months, interval));
    let tenure = tenure(scope, &tenures);
    let curve = survival.filter(|survival| survival.churned >= ENDED_FOR_CURVE);
    let result = match (curve, &expected) {
        (Some(survival), _) => {
            let (mean, horizon) = survival.restricted_mean(None);
            MetricResult::new(Key::CustomerLifetime, scope)
                .variant("km_restricted_mean")
                .part("horizon", Value::Number(horizon))
                .part_if("km_median", survival.median().map(Value::Number))
                .part("ended", Value::Count(survival.churned as i64))
                .part_if("expected_constant", expected.as_ref().and_then(|result| result.value))
                .observations(survival.n)
                .value(Value::Number(mean))
        }
        (None, Some(expected)) => expected.clone(),
        (None, None) if survival.is_some() => {
            MetricResult::new(Key::CustomerLifetime, scope).without(Status::InsufficientData)
        }
        (None, None) => MetricResult::new(Key::CustomerLifetime, scope).missing("customers_lost"),
    };
    result
        .part_if("ended_only", survival.and_then(Survival::mean_of_ended).map(Value::Number))
        .part_if("tenure_mean", tenure.value)
        .part_if("tenure_median", tenure.parts.get("tenure_median").copied())
}

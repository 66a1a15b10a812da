//! The conventions on which products disagree: when a customer is lost, what a pause or a free plan means, what is
//! subtracted, what a rate is divided by (metrics.md 3.2 to 3.5, 4, 7). Every one is a setting with a name and values
//! that read back, so that presets, command line, links and JSON speak of the same.
//!
//! ```
//! use keeprate_metrics::conventions::Conventions;
//!
//! let mut conventions = Conventions::default();
//! conventions.set("churn_recognition", "at_cancellation")?;
//! assert_eq!(conventions.get("churn_recognition"), "at_cancellation");
//! assert!(conventions.set("bridge_gap", "400").is_err());
//! # Ok::<(), &'static str>(())
//! ```

use crate::money::{Interval, UNITS_PER_MINOR, divide_rounded};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A choice between named values, the first of which is the default.
macro_rules! choice {
    ($(#[$doc:meta])* $type:ident { $(#[$first_doc:meta])* $first:ident = $first_name:literal, $($(#[$other_doc:meta])* $other:ident = $other_name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
        pub enum $type {
            $(#[$first_doc])*
            #[default]
            #[serde(rename = $first_name)]
            $first,
            $(
                $(#[$other_doc])*
                #[serde(rename = $other_name)]
                $other,
            )*
        }

        impl $type {
            /// The name, as JSON writes it.
            pub fn name(self) -> &'static str {
                match self { $type::$first => $first_name, $($type::$other => $other_name),* }
            }

            /// The value of a name.
            pub fn parse(name: &str) -> Option<$type> {
                match name { $first_name => Some($type::$first), $($other_name => Some($type::$other),)* _ => None }
            }
        }
    };
}

choice! {
    /// When a customer who cancels is lost (metrics.md 3.4 no. 3).
    ChurnRecognition {
        /// At the end of the paid service: ProfitWell and ChartMogul's default.
        EndOfService = "end_of_service",
        /// At the cancellation: Stripe. A service that has ended before is lost when it ended.
        AtCancellation = "at_cancellation",
    }
}

choice! {
    /// What a pause does (metrics.md 3.4 no. 5).
    PausePolicy {
        /// No MRR from its first to its last day: ProfitWell and Recurly.
        Suspend = "suspend",
        /// MRR goes on: ChartMogul with data of Stripe or Chargebee.
        Keep = "keep",
    }
}

choice! {
    /// Which discounts are subtracted (metrics.md 3.5, 7).
    Discounts {
        /// Those that recur, and those with an end until it; none that holds once.
        Recurring = "recurring",
        /// As invoiced: also one that holds once, in the first billing period: ProfitWell.
        All = "all",
        /// Those without an end alone: Stripe.
        Unlimited = "unlimited",
        /// None.
        None = "none",
    }
}

choice! {
    /// What becomes of rows with a negative amount (metrics.md 3.5).
    NegativeLines {
        /// They do not change MRR.
        Ignore = "ignore",
        /// They reduce the customer's MRR, to 0 at most: Recurly.
        Subtract = "subtract",
    }
}

choice! {
    /// Weeks and days of a month (metrics.md 3.5).
    DayFactors {
        /// 52 weeks and 365 days in twelve months.
        Calendar = "calendar",
        /// 4.33 weeks and 30 days: Paddle.
        Thirty = "thirty",
    }
}

choice! {
    /// To what the MRR of a row is rounded (metrics.md 3.3).
    Rounding {
        /// To 10⁻⁶ of the minor unit.
        FixedPoint = "fixed_point",
        /// To the minor unit, such as a cent: ChartMogul.
        MinorUnit = "minor_unit",
    }
}

choice! {
    /// What the customer churn rate counts, and what it is divided by (metrics.md 4A).
    CustomerChurn {
        /// Lost customers of the start ÷ customers at the start.
        Opening = "default",
        /// Lost and short-lived customers ÷ customers at the start and new ones: Stripe.
        ExposedBase = "exposed_base",
        /// Lost and short-lived customers ÷ the mean of start and end.
        AverageBase = "average_base",
        /// Lost customers of each day ÷ customers at its start, added up: ChartMogul's setting for many small customers.
        DailySum = "daily_sum",
    }
}

choice! {
    /// What an MRR movement is (metrics.md 3.6).
    MovementBasis {
        /// The state of a customer at the start against the one at the end.
        Snapshot = "snapshot",
        /// Every change by itself, where the file knows days: ChartMogul and Stripe.
        Events = "event_basis",
    }
}

choice! {
    /// What the quick ratio counts as a gain (metrics.md 4C).
    QuickRatio {
        /// New, reactivation and expansion.
        WithReactivation = "default",
        /// New and expansion: Baremetrics.
        WithoutReactivation = "without_reactivation",
    }
}

/// A rate of tax in thousandths of a percent, so that 7.7 % is exact; 0 to 100 %. JSON has it in percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct TaxRate(u32);

impl TaxRate {
    const WHOLE: u32 = 100_000;

    /// Reads percent with a point and at most three decimals.
    pub fn parse(text: &str) -> Option<TaxRate> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(decimals) {
            return None;
        }
        let thousandths = decimals.parse::<u32>().ok()? * [100, 10, 1].get(decimals.len() - 1)?;
        let rate = whole.parse::<u32>().ok()? * 1000 + thousandths;
        (rate <= TaxRate::WHOLE).then_some(TaxRate(rate))
    }

    /// Percent with a point and no more decimals than it has.
    pub fn to_percent(self) -> String {
        let (whole, rest) = (self.0 / 1000, self.0 % 1000);
        let decimals = (1000 + rest).to_string();
        let decimals = decimals.get(1..).unwrap_or_default().trim_end_matches('0');
        let point = if decimals.is_empty() { "" } else { "." };
        [whole.to_string().as_str(), point, decimals].concat()
    }
}

impl Serialize for TaxRate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / 1000.0)
    }
}

impl<'de> Deserialize<'de> for TaxRate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<TaxRate, D::Error> {
        let rate = (<f64 as Deserialize>::deserialize(deserializer)? * 1000.0).round();
        let known = (0.0..=f64::from(TaxRate::WHOLE)).contains(&rate);
        if known { Ok(TaxRate(rate as u32)) } else { Err(D::Error::custom("not a percentage from 0 to 100")) }
    }
}

/// How rows become MRR, and which reading of a rate is shown. What a JSON document of an earlier version
/// does not name is as it was then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(default)]
pub struct Conventions {
    /// Tax in the amounts, in percent: they are divided by 1 + rate (metrics.md 3.3). Amounts from which a tax column was
    /// subtracted are net already.
    pub amounts_include_tax: TaxRate,
    /// Whether an end that is a date is the first day without service. It is the day of the churn event otherwise
    /// (metrics.md 3.1); an instant always is.
    pub end_is_first_day_without_service: bool,
    /// Whether amounts that look like invoices for a year or a quarter are spread over their months
    /// ([`crate::invoices`]). Subscriptions say for how long an amount is, so that it changes nothing for them.
    pub spread_invoices: bool,
    /// When a customer who cancels is lost (3.4).
    pub churn_recognition: ChurnRecognition,
    /// What a pause does (3.4).
    pub pause_policy: PausePolicy,
    /// Days up to which a later row of the customer continues one that has ended (3.4); 0 to 366.
    pub bridge_gap: Days,
    /// Whether who pays nothing, but has a plan or a full discount, is a customer (3.2).
    pub zero_mrr_is_active: bool,
    /// Which discounts are subtracted (3.5).
    pub discounts: Discounts,
    /// What becomes of rows with a negative amount (3.5).
    pub negative_recurring_lines: NegativeLines,
    /// Weeks and days of a month (3.5).
    pub day_factors: DayFactors,
    /// To what the MRR of a row is rounded (3.3).
    pub rounding: Rounding,
    /// What the customer churn rate is divided by (4A).
    pub customer_churn: CustomerChurn,
    /// What an MRR movement is (3.6).
    pub movement_basis: MovementBasis,
    /// Whether NRR and net revenue churn count customers who came back (4C).
    pub incl_reactivation: bool,
    /// What the quick ratio counts as a gain (4C).
    pub quick_ratio: QuickRatio,
}

/// A number of days whose default is one: German contracts end on the last day of one month and go on with the first of
/// the next (metrics.md 3.4 no. 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(transparent)]
pub struct Days(pub u32);

impl Default for Days {
    fn default() -> Days {
        Days(1)
    }
}

/// The most days of [`Conventions::bridge_gap`].
const MOST_DAYS: u32 = 366;

impl Conventions {
    /// The names of all conventions, in the order in which a bridge changes them: what the file means, then who is a
    /// customer and when, then amounts, then rates.
    pub const NAMES: &'static [&'static str] = &[
        "amounts_include_tax",
        "end_is_first_day_without_service",
        "spread_invoices",
        "churn_recognition",
        "pause_policy",
        "bridge_gap",
        "zero_mrr_is_active",
        "discounts",
        "negative_recurring_lines",
        "day_factors",
        "rounding",
        "customer_churn",
        "movement_basis",
        "incl_reactivation",
        "quick_ratio",
    ];

    /// The value of a convention as [`Conventions::set`] takes it; empty for an unknown name.
    pub fn get(&self, name: &str) -> String {
        let yes = |yes: bool| if yes { "true" } else { "false" };
        let text = match name {
            "amounts_include_tax" => return self.amounts_include_tax.to_percent(),
            "bridge_gap" => return self.bridge_gap.0.to_string(),
            "end_is_first_day_without_service" => yes(self.end_is_first_day_without_service),
            "spread_invoices" => yes(self.spread_invoices),
            "churn_recognition" => self.churn_recognition.name(),
            "pause_policy" => self.pause_policy.name(),
            "zero_mrr_is_active" => yes(self.zero_mrr_is_active),
            "discounts" => self.discounts.name(),
            "negative_recurring_lines" => self.negative_recurring_lines.name(),
            "day_factors" => self.day_factors.name(),
            "rounding" => self.rounding.name(),
            "customer_churn" => self.customer_churn.name(),
            "movement_basis" => self.movement_basis.name(),
            "incl_reactivation" => yes(self.incl_reactivation),
            "quick_ratio" => self.quick_ratio.name(),
            _ => "",
        };
        text.to_owned()
    }

    /// Changes a convention by its name.
    ///
    /// # Errors
    ///
    /// What would be right, for an unknown name or value.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), &'static str> {
        let truth = || match value {
            "true" | "yes" => Some(true),
            "false" | "no" => Some(false),
            _ => None,
        };
        match name {
            "amounts_include_tax" => {
                self.amounts_include_tax =
                    TaxRate::parse(value).ok_or("amounts_include_tax: percent from 0 to 100, like 19 or 7.7")?;
            }
            "end_is_first_day_without_service" => {
                self.end_is_first_day_without_service =
                    truth().ok_or("end_is_first_day_without_service: true or false")?;
            }
            "spread_invoices" => self.spread_invoices = truth().ok_or("spread_invoices: true or false")?,
            "churn_recognition" => {
                self.churn_recognition =
                    ChurnRecognition::parse(value).ok_or("churn_recognition: end_of_service or at_cancellation")?;
            }
            "pause_policy" => {
                self.pause_policy = PausePolicy::parse(value).ok_or("pause_policy: suspend or keep")?;
            }
            "bridge_gap" => {
                let days = value.parse().ok().filter(|days| *days <= MOST_DAYS);
                self.bridge_gap = Days(days.ok_or("bridge_gap: 0 to 366 days")?);
            }
            "zero_mrr_is_active" => {
                self.zero_mrr_is_active = truth().ok_or("zero_mrr_is_active: true or false")?;
            }
            "discounts" => {
                self.discounts = Discounts::parse(value).ok_or("discounts: recurring, all, unlimited or none")?;
            }
            "negative_recurring_lines" => {
                self.negative_recurring_lines =
                    NegativeLines::parse(value).ok_or("negative_recurring_lines: ignore or subtract")?;
            }
            "day_factors" => {
                self.day_factors = DayFactors::parse(value).ok_or("day_factors: calendar or thirty")?;
            }
            "rounding" => self.rounding = Rounding::parse(value).ok_or("rounding: fixed_point or minor_unit")?,
            "customer_churn" => {
                self.customer_churn = CustomerChurn::parse(value)
                    .ok_or("customer_churn: default, exposed_base, average_base or daily_sum")?;
            }
            "movement_basis" => {
                self.movement_basis = MovementBasis::parse(value).ok_or("movement_basis: snapshot or event_basis")?;
            }
            "incl_reactivation" => self.incl_reactivation = truth().ok_or("incl_reactivation: true or false")?,
            "quick_ratio" => {
                self.quick_ratio = QuickRatio::parse(value).ok_or("quick_ratio: default or without_reactivation")?;
            }
            _ => return Err("no such convention"),
        }
        Ok(())
    }

    /// Whether a reading needs to know every change with its day.
    pub fn needs_changes(&self) -> bool {
        self.movement_basis == MovementBasis::Events || self.customer_churn == CustomerChurn::DailySum
    }

    /// MRR of an amount that falls due every `count` intervals, in fixed-point units: tax taken out, then normalised to a
    /// month, then the one rounding that a line item gets, half away from zero. `taxed` says whether the amount may
    /// include tax at all.
    pub fn monthly_units(&self, units: i64, interval: Interval, count: u32, taxed: bool) -> i64 {
        let (numerator, denominator) = match (interval, self.day_factors) {
            (Interval::Week, DayFactors::Thirty) => (433, 100 * i128::from(count.max(1))),
            (Interval::Day, DayFactors::Thirty) => (30, i128::from(count.max(1))),
            _ => interval.monthly_factor(count),
        };
        let (whole, rate) = (i128::from(TaxRate::WHOLE), i128::from(self.amounts_include_tax.0));
        let net = if taxed && rate > 0 { (whole, whole + rate) } else { (1, 1) };
        let exact = i128::from(units) * numerator * net.0;
        let unit = match self.rounding {
            Rounding::FixedPoint => 1,
            Rounding::MinorUnit => i128::from(UNITS_PER_MINOR),
        };
        let monthly = divide_rounded(exact, denominator * net.1 * unit) * unit;
        // The smallest number marks absent cells in a ledger.
        monthly.clamp(i128::from(-i64::MAX), i128::from(i64::MAX)) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_convention_reads_back() {
        for (name, values) in [
            ("amounts_include_tax", &["0", "19", "7.7", "5.125", "100"][..]),
            ("end_is_first_day_without_service", &["false", "true"]),
            ("spread_invoices", &["false", "true"]),
            ("churn_recognition", &["end_of_service", "at_cancellation"]),
            ("pause_policy", &["suspend", "keep"]),
            ("bridge_gap", &["1", "0", "366"]),
            ("zero_mrr_is_active", &["false", "true"]),
            ("discounts", &["recurring", "all", "unlimited", "none"]),
            ("negative_recurring_lines", &["ignore", "subtract"]),
            ("day_factors", &["calendar", "thirty"]),
            ("rounding", &["fixed_point", "minor_unit"]),
            ("customer_churn", &["default", "exposed_base", "average_base", "daily_sum"]),
            ("movement_basis", &["snapshot", "event_basis"]),
            ("incl_reactivation", &["false", "true"]),
            ("quick_ratio", &["default", "without_reactivation"]),
        ] {
            assert!(Conventions::NAMES.contains(&name), "{name}");
            assert_eq!(Conventions::default().get(name), values[0], "{name}");
            for value in values {
                let mut conventions = Conventions::default();
                assert_eq!(conventions.set(name, value), Ok(()), "{name}");
                assert_eq!(conventions.get(name), *value, "{name}");
                let json = serde_json::to_string(&conventions).expect("JSON");
                assert_eq!(serde_json::from_str::<Conventions>(&json).expect("conventions"), conventions, "{json}");
            }
        }
        assert_eq!(Conventions::NAMES.len(), 15);
    }

    #[test]
    fn events_and_sums_of_days_need_every_change() {
        for (name, value, needs) in [
            ("movement_basis", "snapshot", false),
            ("movement_basis", "event_basis", true),
            ("customer_churn", "daily_sum", true),
            ("customer_churn", "exposed_base", false),
        ] {
            let mut conventions = Conventions::default();
            conventions.set(name, value).expect("known");
            assert_eq!(conventions.needs_changes(), needs, "{name}={value}");
        }
    }

    #[test]
    fn what_is_wrong_names_what_would_be_right() {
        for (name, value, right) in [
            ("amounts_include_tax", "19,5", "percent"),
            ("amounts_include_tax", "100.001", "percent"),
            ("amounts_include_tax", "-1", "percent"),
            ("amounts_include_tax", "", "percent"),
            ("amounts_include_tax", "7.", "percent"),
            ("amounts_include_tax", ".7", "percent"),
            ("amounts_include_tax", "0019", "percent"),
            ("amounts_include_tax", "7.1234", "percent"),
            ("amounts_include_tax", "+7", "percent"),
            ("amounts_include_tax", "7.+1", "percent"),
            ("bridge_gap", "367", "366"),
            ("bridge_gap", "-1", "366"),
            ("pause_policy", "Keep", "suspend or keep"),
            ("zero_mrr_is_active", "1", "true or false"),
            ("churn", "keep", "no such convention"),
        ] {
            let error = Conventions::default().set(name, value).expect_err(name);
            assert!(error.contains(right), "{error}");
        }
    }

    /// By hand: 119 ÷ 1.19 = 100; 1 000 ÷ 12 = 83.333… to a cent; 10 × 4.33; 1 × 30; 107.70 ÷ 1.077 = 100.
    #[test]
    fn amounts_become_monthly() {
        let euro = 100_000_000;
        for (setting, cents, interval, expected) in [
            ("amounts_include_tax=19", 11_900, Interval::Month, 100 * euro),
            ("amounts_include_tax=7.7", 10_770, Interval::Month, 100 * euro),
            ("rounding=minor_unit", 100_000, Interval::Year, 8_333_000_000),
            ("rounding=fixed_point", 100_000, Interval::Year, 8_333_333_333),
            ("day_factors=thirty", 1_000, Interval::Week, 4_330_000_000),
            ("day_factors=thirty", 100, Interval::Day, 30 * euro),
            ("day_factors=thirty", 100, Interval::Month, euro),
        ] {
            let (name, value) = setting.split_once('=').expect("a setting");
            let mut conventions = Conventions::default();
            conventions.set(name, value).expect("known");
            assert_eq!(conventions.monthly_units(cents * 1_000_000, interval, 1, true), expected, "{setting}");
        }
        let mut conventions = Conventions::default();
        conventions.set("amounts_include_tax", "19").expect("known");
        assert_eq!(conventions.monthly_units(100 * euro, Interval::Month, 1, false), 100 * euro);
    }
}

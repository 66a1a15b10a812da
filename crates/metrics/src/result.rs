//! The result object that every metric returns (metrics.md 1.1): a value or the reason why there is none.

use crate::catalogue::Key;
use crate::conventions::Conventions;
use crate::money::Amount;
use crate::period::{Day, Period};
use crate::sorted_map::SortedMap;
use crate::statistics::{Interval, Level, wilson};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt::Formatter;

/// A figure: an exact count, an exact amount or a number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, BorshSerialize, BorshDeserialize)]
#[serde(untagged)]
pub enum Value {
    /// A whole count.
    Count(i64),
    /// A rate, ratio, score or duration; never NaN or infinite.
    Number(f64),
    /// A yes or no.
    Yes(bool),
    /// Money, a decimal string in JSON.
    Money(Amount),
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // By hand: what serde derives for an untagged enum buffers each value and is five times the size in wasm.
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Value;

            fn expecting(&self, formatter: &mut Formatter) -> std::fmt::Result {
                formatter.write_str("a number, a yes or no, or a decimal string")
            }

            fn visit_bool<E: Error>(self, yes: bool) -> Result<Value, E> {
                Ok(Value::Yes(yes))
            }

            fn visit_i64<E: Error>(self, count: i64) -> Result<Value, E> {
                Ok(Value::Count(count))
            }

            fn visit_u64<E: Error>(self, count: u64) -> Result<Value, E> {
                i64::try_from(count).map(Value::Count).map_err(E::custom)
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
                Ok(Value::Number(number))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
                Amount::parse_decimal(text).map(Value::Money).ok_or_else(|| E::custom("not a decimal amount"))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

impl Value {
    /// The figure as a floating-point number, money in whole currency units.
    pub fn as_f64(&self) -> f64 {
        match self {
            Value::Count(count) => *count as f64,
            Value::Number(number) => *number,
            Value::Yes(yes) => f64::from(u8::from(*yes)),
            Value::Money(amount) => amount.as_f64(),
        }
    }

    /// The exact integer behind a count or an amount, for comparisons without rounding.
    fn exact(&self) -> Option<i128> {
        match self {
            Value::Count(count) => Some(i128::from(*count)),
            Value::Money(amount) => Some(amount.units),
            Value::Number(_) | Value::Yes(_) => None,
        }
    }
}

/// Whether there is a value, and if not, why (metrics.md 3.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// There is a value.
    Ok,
    /// The denominator is 0.
    UndefinedZeroBase,
    /// The denominator is negative where a ratio loses its meaning.
    UndefinedNonpositiveBase,
    /// The limit is +∞: gains without losses.
    Infinite,
    /// There is no opening state.
    NoPriorPeriod,
    /// A month is absent from the file for all customers.
    MissingPeriod,
    /// A column or number is not there; [`MetricResult::needs`] names it.
    MissingInput,
    /// Fewer observations than the rule requires.
    InsufficientData,
    /// The curve or horizon does not reach the point asked for.
    NotReached,
    /// The target cannot be reached under the assumption.
    Never,
    /// The numbers given contradict each other.
    Error,
}

impl Status {
    /// The status as JSON writes it.
    pub fn name(self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::UndefinedZeroBase => "undefined_zero_base",
            Status::UndefinedNonpositiveBase => "undefined_nonpositive_base",
            Status::Infinite => "infinite",
            Status::NoPriorPeriod => "no_prior_period",
            Status::MissingPeriod => "missing_period",
            Status::MissingInput => "missing_input",
            Status::InsufficientData => "insufficient_data",
            Status::NotReached => "not_reached",
            Status::Never => "never",
            Status::Error => "error",
        }
    }
}

/// What the value is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A fraction; 0.95 is 95 %.
    Fraction,
    /// Points of a score that is no percentage (NPS), or of a rating scale.
    Points,
    /// Money of the report's currency.
    Money,
    /// A whole count.
    Count,
    /// Months.
    Months,
    /// Years.
    Years,
    /// Days.
    Days,
    /// A ratio without unit.
    Ratio,
    /// A score from 0 to 100.
    Score,
}

/// Which way is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better.
    UpGood,
    /// Less is better.
    DownGood,
    /// Neither.
    Neutral,
}

/// A caution about the value.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// Fewer than 30 observations.
    LowN,
    /// Fewer than 5 observations.
    VeryLowN,
    /// The period ends after the data do.
    PartialPeriod,
    /// Rests on an assumption, for example a constant rate.
    Estimate,
    /// Starts before the data began are unknown.
    LeftTruncated,
    /// Answers on other scales are left out.
    MixedScale,
    /// Less than 30 % of the MRR is known to belong to customers who answered.
    LowCoverage,
}

/// A warning that a calculation raises (codes of metrics.md 6.9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Warning {
    /// The code, for example `W-IDENTITY`.
    pub code: String,
    /// How often.
    pub count: u64,
}

/// A column's value that restricts or names a result.
#[derive(
    Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
pub struct SegmentValue {
    /// The column's header.
    pub column: String,
    /// The value; empty for customers without one.
    pub value: String,
}

/// How a value is compared with its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub enum Operator {
    /// Strictly more.
    #[serde(rename = ">")]
    Above,
    /// At least.
    #[serde(rename = ">=")]
    AtLeast,
    /// Strictly less.
    #[serde(rename = "<")]
    Below,
    /// At most.
    #[serde(rename = "<=")]
    AtMost,
}

impl Operator {
    /// Whether an ordering of value against target satisfies the operator.
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Operator::Above => ordering.is_gt(),
            Operator::AtLeast => ordering.is_ge(),
            Operator::Below => ordering.is_lt(),
            Operator::AtMost => ordering.is_le(),
        }
    }

    /// The operator as it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Operator::Above => ">",
            Operator::AtLeast => "≥",
            Operator::Below => "<",
            Operator::AtMost => "≤",
        }
    }
}

/// How sure it is that a target is met or missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// The interval lies on one side of the target.
    Clear,
    /// The interval includes the target.
    IntervalIncludesTarget,
}

/// What every metric returns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct MetricResult {
    /// Which metric.
    pub key: Key,
    /// Which of its definitions.
    pub variant: String,
    /// First day of the metric's own period.
    pub period_start: Option<Day>,
    /// The day after the last.
    pub period_end: Option<Day>,
    /// The segment, if the result is restricted to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<SegmentValue>,
    /// Whether there is a value.
    pub status: Status,
    /// The field that a `missing_input` lacks (names of metrics.md 5.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<String>,
    /// The value.
    pub value: Option<Value>,
    /// The value's unit.
    pub unit: Unit,
    /// The exact numerator.
    pub numerator: Option<Value>,
    /// The exact denominator.
    pub denominator: Option<Value>,
    /// Customers or responses that the value rests on.
    pub n: Option<u64>,
    /// Lower bound of the interval.
    pub ci_low: Option<Value>,
    /// Upper bound of the interval.
    pub ci_high: Option<Value>,
    /// Level of the interval as a fraction.
    pub ci_level: Option<f64>,
    /// Name of the interval's method.
    pub ci_method: Option<String>,
    /// Cautions.
    pub flags: Vec<Flag>,
    /// Warnings.
    pub warnings: Vec<Warning>,
    /// Which way is good.
    pub direction: Direction,
    /// The target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<f64>,
    /// How value and target are compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_op: Option<Operator>,
    /// Whether the target is met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met: Option<bool>,
    /// How sure that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certainty: Option<Certainty>,
    /// Further outputs and the terms of the formula, by name.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub parts: SortedMap<String, Value>,
}

/// What results of one question share: period, segment, currency digits, confidence level.
#[derive(Clone, Debug, PartialEq)]
pub struct Scope {
    /// The period, if there is one.
    pub period: Option<Period>,
    /// The segment, if there is one.
    pub segment: Option<SegmentValue>,
    /// Digits of the currency's minor unit.
    pub exponent: u8,
    /// The level of the intervals.
    pub level: Level,
    /// Which reading of a rate is its value.
    pub conventions: Conventions,
}

impl Default for Scope {
    fn default() -> Scope {
        let (level, conventions) = (Level::default(), Conventions::default());
        Scope { period: None, segment: None, exponent: 2, level, conventions }
    }
}

impl Scope {
    /// The same scope for another period.
    pub fn over(&self, period: Period) -> Scope {
        Scope { period: Some(period), ..self.clone() }
    }

    /// Money of the scope's currency.
    pub fn money(&self, units: i128) -> Value {
        Value::Money(Amount { units, exponent: self.exponent })
    }

    /// Money from a number of whole currency units.
    pub fn money_from(&self, value: f64) -> Value {
        Value::Money(Amount::from_f64(value, self.exponent))
    }
}

impl MetricResult {
    /// A result without a value yet; the status is `missing_input` until one is set.
    pub fn new(key: Key, scope: &Scope) -> MetricResult {
        MetricResult {
            key,
            variant: "default".to_owned(),
            period_start: scope.period.map(|period| period.start),
            period_end: scope.period.map(|period| period.end),
            segment: scope.segment.clone(),
            status: Status::MissingInput,
            needs: None,
            value: None,
            unit: key.unit(),
            numerator: None,
            denominator: None,
            n: None,
            ci_low: None,
            ci_high: None,
            ci_level: None,
            ci_method: None,
            flags: Vec::new(),
            warnings: Vec::new(),
            direction: key.direction(),
            target: None,
            target_op: None,
            met: None,
            certainty: None,
            parts: SortedMap::new(),
        }
    }

    /// Names the variant.
    pub fn variant(mut self, name: &str) -> Self {
        name.clone_into(&mut self.variant);
        self
    }

    /// Changes the unit.
    pub fn unit(mut self, unit: Unit) -> Self {
        self.unit = unit;
        self
    }

    /// Changes which way is good.
    pub fn direction(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }

    /// Says that there is no value, and why.
    pub fn without(mut self, status: Status) -> Self {
        self.status = status;
        self.value = None;
        self
    }

    /// Says which input is missing.
    pub fn missing(mut self, field: &str) -> Self {
        self.needs = Some(field.to_owned());
        self.without(Status::MissingInput)
    }

    /// Sets the value. A number that is not finite becomes `error`, so that NaN reaches no screen.
    pub fn value(mut self, value: Value) -> Self {
        if let Value::Number(number) = value
            && !number.is_finite()
        {
            return self.without(Status::Error);
        }
        self.status = Status::Ok;
        self.value = Some(value);
        self
    }

    /// Sets the value to money from a number of whole currency units; what is not finite, or more than there is money in
    /// the world, becomes `error`.
    pub fn money(self, scope: &Scope, value: f64) -> Self {
        const MOST: f64 = 1e18;
        if value.abs() < MOST { self.value(scope.money_from(value)) } else { self.without(Status::Error) }
    }

    /// Sets the value to numerator ÷ denominator, or the status for a base of 0 or less.
    pub fn ratio(mut self, numerator: Value, denominator: Value) -> Self {
        self.numerator = Some(numerator);
        self.denominator = Some(denominator);
        let base = denominator.as_f64();
        if base == 0.0 {
            self.without(Status::UndefinedZeroBase)
        } else if base < 0.0 {
            self.without(Status::UndefinedNonpositiveBase)
        } else {
            self.value(Value::Number(numerator.as_f64() / base))
        }
    }

    /// Sets the value to a share of what was counted, with its Wilson interval (9.1).
    pub fn proportion(self, hits: u64, whole: u64, level: Level) -> Self {
        self.observations(whole).ratio(Value::Count(hits as i64), Value::Count(whole as i64)).interval(
            wilson(hits as f64, whole as f64, level.z()),
            level,
            "wilson",
        )
    }

    /// Adds a further output or a term of the formula; a number that is not finite is left out.
    pub fn part(mut self, name: &str, value: Value) -> Self {
        let finite = !matches!(value, Value::Number(number) if !number.is_finite());
        if finite {
            self.parts.insert(name.to_owned(), value);
        }
        self
    }

    /// Adds a part if it is known.
    pub fn part_if(self, name: &str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.part(name, value),
            None => self,
        }
    }

    /// Says how many observations the value rests on, with the flags for few of them (3.8).
    pub fn observations(mut self, n: u64) -> Self {
        self.n = Some(n);
        if n < 5 {
            self = self.flag(Flag::VeryLowN);
        } else if n < 30 {
            self = self.flag(Flag::LowN);
        }
        self
    }

    /// Adds a caution once.
    pub fn flag(mut self, flag: Flag) -> Self {
        if !self.flags.contains(&flag) {
            let place = self.flags.partition_point(|known| *known < flag);
            self.flags.insert(place, flag);
        }
        self
    }

    /// Adds a warning.
    pub fn warning(mut self, code: &str) -> Self {
        self.warnings.push(Warning { code: code.to_owned(), count: 1 });
        self
    }

    /// Sets the interval of a number.
    pub fn interval(self, interval: Option<Interval>, level: Level, method: &str) -> Self {
        let bounds = interval.map(|interval| (Value::Number(interval.low), Value::Number(interval.high)));
        self.bounds(bounds, level, method)
    }

    /// Sets the interval of any figure; only a defined value has one.
    pub fn bounds(mut self, bounds: Option<(Value, Value)>, level: Level, method: &str) -> Self {
        if let Some((low, high)) = bounds
            && self.status == Status::Ok
        {
            self.ci_low = Some(low);
            self.ci_high = Some(high);
            self.ci_level = Some(level.fraction());
            self.ci_method = Some(method.to_owned());
        }
        self
    }

    /// The value as a floating-point number, if there is one.
    pub fn number(&self) -> Option<f64> {
        self.value.map(|value| value.as_f64())
    }

    /// A part as a floating-point number.
    pub fn part_number(&self, name: &str) -> Option<f64> {
        self.parts.get(name).map(Value::as_f64)
    }

    /// Both bounds of the interval as numbers.
    pub fn interval_numbers(&self) -> Option<Interval> {
        Some(Interval { low: self.ci_low?.as_f64(), high: self.ci_high?.as_f64() })
    }

    /// The value as an exact fraction, where numerator and denominator are whole and make the value.
    pub fn exact_fraction(&self) -> Option<(i128, i128)> {
        let (numerator, denominator) = (self.numerator?.exact()?, self.denominator?.exact()?);
        (denominator > 0).then_some((numerator, denominator))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Ordering::{Equal, Greater, Less};

    fn result() -> MetricResult {
        MetricResult::new(Key::Nps, &Scope::default())
    }

    #[test]
    fn figures_read_back() {
        for (json, value) in [
            ("3", Value::Count(3)),
            ("-3", Value::Count(-3)),
            ("0.25", Value::Number(0.25)),
            ("true", Value::Yes(true)),
            ("\"-0.50\"", Value::Money(Amount { units: -50_000_000, exponent: 2 })),
        ] {
            assert_eq!(serde_json::from_str::<Value>(json).ok(), Some(value));
            assert_eq!(serde_json::to_string(&value).ok().as_deref(), Some(json));
        }
        for (json, why) in [
            ("18446744073709551615", "out of range"),
            ("\"1,5\"", "not a decimal amount"),
            ("null", "a number, a yes or no, or a decimal string"),
        ] {
            let error = serde_json::from_str::<Value>(json).expect_err(json).to_string();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn operators_compare_as_they_are_written() {
        for (operator, symbol, held) in [
            (Operator::Above, ">", [false, false, true]),
            (Operator::AtLeast, "≥", [false, true, true]),
            (Operator::Below, "<", [true, false, false]),
            (Operator::AtMost, "≤", [true, true, false]),
        ] {
            assert_eq!(operator.symbol(), symbol);
            assert_eq!([Less, Equal, Greater].map(|ordering| operator.holds(ordering)), held, "{symbol}");
        }
    }

    /// metrics.md 3.7.
    #[test]
    fn a_ratio_needs_a_positive_base() {
        for (base, status, value) in [
            (4, Status::Ok, Some(0.25)),
            (0, Status::UndefinedZeroBase, None),
            (-4, Status::UndefinedNonpositiveBase, None),
        ] {
            let ratio = result().ratio(Value::Count(1), Value::Count(base));
            assert_eq!((ratio.status, ratio.number()), (status, value));
            assert_eq!(ratio.exact_fraction(), value.map(|_| (1, 4)));
        }
        assert_eq!(result().ratio(Value::Number(1.0), Value::Count(4)).exact_fraction(), None);
        let scope = Scope::default();
        let euros = result().ratio(scope.money(300_000_000), scope.money(800_000_000));
        assert_eq!((euros.number(), euros.exact_fraction()), (Some(0.375), Some((300_000_000, 800_000_000))));
    }

    #[test]
    fn nothing_but_figures_gets_through() {
        let scope = Scope::default();
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let (value, money) = (result().value(Value::Number(number)), result().money(&scope, number));
            assert_eq!((value.status, value.value, money.status), (Status::Error, None, Status::Error));
            assert!(result().part("part", Value::Number(number)).parts.is_empty());
        }
        assert_eq!(result().value(Value::Number(0.5)).part("part", Value::Number(2.5)).part_number("part"), Some(2.5));
        // As much as there is money in the world, and less.
        for (number, status) in [(1e18, Status::Error), (-1e18, Status::Error), (9e17, Status::Ok), (-9e17, Status::Ok)]
        {
            assert_eq!(result().money(&scope, number).status, status, "{number}");
        }
    }

    /// metrics.md 3.8.
    #[test]
    fn few_observations_are_flagged() {
        for (observations, flags) in
            [(0, &[Flag::VeryLowN][..]), (4, &[Flag::VeryLowN]), (5, &[Flag::LowN]), (29, &[Flag::LowN]), (30, &[])]
        {
            let result = result().observations(observations);
            assert_eq!((result.n, result.flags.as_slice()), (Some(observations), flags));
        }
    }

    #[test]
    fn a_flag_stands_once_in_one_order() {
        let flags = |flags: &[Flag]| flags.iter().fold(result(), |result, flag| result.flag(*flag)).flags;
        let both = flags(&[Flag::LowN, Flag::VeryLowN]);
        assert_eq!(both.len(), 2);
        assert_eq!(flags(&[Flag::VeryLowN, Flag::LowN, Flag::VeryLowN, Flag::LowN]), both);
    }

    #[test]
    fn only_a_value_has_an_interval() {
        let interval = Some(Interval { low: 0.25, high: 0.75 });
        let with = result().value(Value::Number(0.5)).interval(interval, Level::Ninety, "wilson");
        assert_eq!((with.interval_numbers(), with.ci_level), (interval, Some(0.9)));
        assert_eq!(with.ci_method.as_deref(), Some("wilson"));
        let without = result().without(Status::NotReached).interval(interval, Level::Ninety, "wilson");
        assert_eq!((without.interval_numbers(), without.ci_level, without.ci_method), (None, None, None));
    }
}

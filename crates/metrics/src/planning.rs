//! Targets, changes and segments (metrics.md 4F, 3.8).

use crate::catalogue::{Definition, Family, Key, Text};
use crate::feedback::nps_difference;
use crate::result::{Certainty, Direction, Flag, MetricResult, Operator, Scope, Status, Unit, Value};
use crate::statistics::{Difference, Interval, Level, difference_of_estimates, newcombe};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

pub(crate) const SEGMENT_COMPARISON: Definition = Definition {
    family: Family::Planning,
    name: Text { en: "Segment comparison", de: "Segmentvergleich" },
    short: Text { en: "Segments", de: "Segmente" },
    formula: "∑ wᵢ × vᵢ",
    meaning: Text {
        en: "A rate per segment, each against all others together; the weighted values add up to the whole.",
        de: "Eine Rate je Segment, jeweils gegen alle anderen zusammen; gewichtet ergeben die Werte das Ganze.",
    },
    unit: Unit::Fraction,
    direction: Direction::Neutral,
    source: "Newcombe 1998; Holm 1979",
    variants: &[],
};

pub(crate) const GOAL_ATTAINMENT: Definition = Definition {
    family: Family::Planning,
    name: Text { en: "Target attainment", de: "Zielerreichung" },
    short: Text { en: "Targets met", de: "Ziele erreicht" },
    formula: "{met} ÷ {goals}",
    meaning: Text {
        en: "How many of the targets with a value are met, each compared exactly as entered.",
        de: "Wie viele der Ziele mit einem Wert erreicht sind, jedes genau wie eingegeben verglichen.",
    },
    unit: Unit::Count,
    direction: Direction::UpGood,
    source: "Umfassender Leitfaden für B2B SaaS-Kundenbindungsstrategien",
    variants: &[],
};

/// A target: a metric, an operator and an exact decimal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Target {
    /// The metric.
    pub key: Key,
    /// The comparison.
    pub operator: Operator,
    /// The decimal as entered, for example `0.90`.
    pub decimal: String,
}

impl Target {
    /// The targets that hold until a person sets others: NRR above 100 %, GRR above 90 %.
    pub fn defaults() -> Vec<Target> {
        let above = |key, decimal: &str| Target { key, operator: Operator::Above, decimal: decimal.to_owned() };
        vec![above(Key::Nrr, "1.00"), above(Key::Grr, "0.90")]
    }

    /// Reads `nrr>1.0`, `customer_churn_rate<=0.03`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Target> {
        let at = text.find(['>', '<', '≥', '≤'])?;
        let (name, rest) = text.split_at(at);
        let signs = [
            (">=", Operator::AtLeast),
            ("<=", Operator::AtMost),
            ("≥", Operator::AtLeast),
            ("≤", Operator::AtMost),
            (">", Operator::Above),
            ("<", Operator::Below),
        ];
        let (sign, operator) = signs.into_iter().find(|(sign, _)| rest.starts_with(sign))?;
        let decimal = rest.get(sign.len()..)?.trim().to_owned();
        exact_decimal(&decimal)?;
        Some(Target { key: Key::parse(name.trim())?, operator, decimal })
    }

    /// The target as a number.
    pub fn number(&self) -> f64 {
        exact_decimal(&self.decimal).map_or(0.0, |(digits, scale)| digits as f64 / scale as f64)
    }

    /// Compares a result exactly where it is a fraction of whole numbers, else as a number.
    fn compare(&self, result: &MetricResult) -> Option<Ordering> {
        let value = result.number()?;
        if result.unit == Unit::Fraction
            && let (Some((numerator, denominator)), Some((digits, scale))) =
                (result.exact_fraction(), exact_decimal(&self.decimal))
            && let (Some(left), Some(right)) = (numerator.checked_mul(scale), denominator.checked_mul(digits))
        {
            return Some(left.cmp(&right));
        }
        value.partial_cmp(&self.number())
    }
}

/// A decimal as digits over a power of ten.
fn exact_decimal(text: &str) -> Option<(i128, i128)> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = [whole, fraction].concat();
    if whole.is_empty() || all.len() > 15 || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value: i128 = all.parse().ok()?;
    Some((if negative { -value } else { value }, 10_i128.pow(fraction.len() as u32)))
}

/// Writes a target's verdict into a result: met or not, how sure, and how far away. A result that rests on fewer than
/// five observations gets the target but no verdict.
pub fn attain(result: &mut MetricResult, target: &Target) {
    result.target = Some(target.number());
    result.target_op = Some(target.operator);
    let Some(ordering) = target.compare(result) else { return };
    if result.flags.contains(&Flag::VeryLowN) {
        return;
    }
    result.met = Some(target.operator.holds(ordering));
    result.certainty = result.interval_numbers().map(|interval| {
        if interval.excludes(target.number()) { Certainty::Clear } else { Certainty::IntervalIncludesTarget }
    });
    if let Some(value) = result.number() {
        let gap = gap(result.direction, value, target.number());
        result.parts.insert("gap".to_owned(), Value::Number(gap));
    }
}

/// Distance beyond the target: positive is better than it.
pub fn gap(direction: Direction, value: f64, target: f64) -> f64 {
    if direction == Direction::DownGood { target - value } else { value - target }
}

/// The part of the way from a baseline to the target that is done; `None` if there is no way.
pub fn progress(value: f64, baseline: f64, target: f64) -> Option<f64> {
    (target != baseline).then(|| (value - baseline) / (target - baseline))
}

/// How many targets are met, of those that have a verdict.
pub fn goal_attainment<'a>(scope: &Scope, results: impl Iterator<Item = &'a MetricResult>) -> MetricResult {
    let verdicts: Vec<bool> = results.filter_map(|result| result.met).collect();
    let met = verdicts.iter().filter(|met| **met).count() as i64;
    let goals = verdicts.len() as i64;
    let mut result =
        MetricResult::new(Key::GoalAttainment, scope).part("goals", Value::Count(goals)).part("met", Value::Count(met));
    result.numerator = Some(Value::Count(met));
    result.denominator = Some(Value::Count(goals));
    if goals == 0 { result.without(Status::UndefinedZeroBase) } else { result.value(Value::Count(met)) }
}

/// The change of a metric between two periods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Change {
    /// Now minus before, in the metric's unit; money in whole currency units.
    pub difference: f64,
    /// Whether an interval of the difference excludes 0; `None` where the metric is a complete count or amount.
    pub proven: Option<bool>,
}

/// Compares a result with an earlier one. A verdict needs an interval of the difference: Newcombe for shares of counts,
/// the adjusted scores for NPS, the standard errors for ratios of sums. An estimate of another kind, as a lifetime, has
/// changed for certain only where the two intervals lie apart, which asks for more than such a test would.
pub fn change(now: &MetricResult, before: &MetricResult, level: Level) -> Option<Change> {
    let value = now.number()? - before.number()?;
    let tested = difference(now, before, level).map(|difference| difference.interval.excludes(0.0));
    Some(Change { difference: value, proven: tested.or_else(|| apart(now, before)) })
}

/// Whether two intervals share no value; `None` where the later result has none because it is exact.
fn apart(now: &MetricResult, before: &MetricResult) -> Option<bool> {
    let interval = |result: &MetricResult| {
        Some(Interval { low: result.ci_low.as_ref()?.as_f64(), high: result.ci_high.as_ref()?.as_f64() })
    };
    let now = interval(now)?;
    Some(interval(before).is_some_and(|before| now.low > before.high || now.high < before.low))
}

/// The difference of two results that rest on different observations, tested; `None` for complete counts and amounts.
pub(crate) fn difference(now: &MetricResult, before: &MetricResult, level: Level) -> Option<Difference> {
    if now.key == Key::Nps {
        let groups = |result: &MetricResult| {
            let count = |name: &str| Some(result.part_number(name)? as u64);
            Some([count("promoters")?, count("passives")?, count("detractors")?])
        };
        return Some(nps_difference(groups(now)?, groups(before)?, level));
    }
    if now.unit != Unit::Fraction {
        return None;
    }
    let share = |result: &MetricResult| match (result.numerator, result.denominator) {
        (Some(Value::Count(hits)), Some(Value::Count(n))) => Some((hits as f64, n as f64)),
        _ => None,
    };
    if let (Some(now), Some(before)) = (share(now), share(before)) {
        return newcombe(now, before, level.z());
    }
    let estimate = |result: &MetricResult| Some((result.number()?, result.part_number("standard_error")?));
    Some(difference_of_estimates(estimate(now)?, estimate(before)?, level.z()))
}

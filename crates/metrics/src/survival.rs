//! Customer survival after Kaplan and Meier, with exponential Greenwood bounds (metrics.md 4F, 9.7).

use crate::catalogue::{Definition, Family, Key, Text};
use crate::order::ordered;
use crate::result::{Direction, MetricResult, Scope, Status, Unit, Value};
use crate::statistics::{Interval, Level};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

pub(crate) const KM_SURVIVAL: Definition = Definition {
    family: Family::Planning,
    name: Text { en: "Customer survival (Kaplan–Meier)", de: "Kundenüberleben (Kaplan-Meier)" },
    short: Text { en: "Median lifetime", de: "Median-Lebensdauer" },
    formula: "S(t) = ∏ (1 − dᵢ ÷ nᵢ)",
    meaning: Text {
        en: "The share of customers still there after a given time, counting also those whose end is not yet known.",
        de: "Der Anteil der Kunden, die nach einer gegebenen Zeit noch da sind; auch wer noch nicht gegangen ist, zählt.",
    },
    unit: Unit::Months,
    direction: Direction::UpGood,
    source: "Kaplan & Meier 1958; lifelines, exponential Greenwood",
    variants: &[
        ("median", Text { en: "time at which half are gone", de: "Zeit, nach der die Hälfte gegangen ist" }),
        (
            "per_spell",
            Text {
                en: "each stay of a customer by itself, also those after a return",
                de: "jede Zeit als Kunde für sich, auch die nach einer Rückkehr",
            },
        ),
    ],
};

/// Lifetimes of one length: how many ended with it and how many were still running.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lifetimes {
    /// The length in months.
    pub time: f64,
    /// Customers who left after it.
    pub churned: u64,
    /// Customers last seen at it.
    pub censored: u64,
}

/// One step of the curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Step {
    /// Time in months.
    pub t: f64,
    /// Customers with at least this lifetime.
    pub at_risk: u64,
    /// Customers who left at it.
    pub churned: u64,
    /// Share still there just after it.
    pub s: f64,
    /// Lower bound; absent where the share is 0 or 1.
    pub low: Option<f64>,
    /// Upper bound.
    pub high: Option<f64>,
}

/// A survival curve.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Survival {
    /// The steps in the order of time, one for each time at which somebody left.
    pub steps: Vec<Step>,
    /// Customers.
    pub n: u64,
    /// Customers who left.
    pub churned: u64,
    /// The longest lifetime seen.
    pub longest: f64,
    /// The longest time with at least ten customers at risk: as far as a mean is worth stating.
    pub reliable: f64,
    variances: Vec<f64>,
}

/// Customers at risk below which the curve's end is left out of the restricted mean.
const AT_RISK: u64 = 10;

/// Estimates the curve from lifetimes in any order.
pub fn kaplan_meier(mut lifetimes: Vec<Lifetimes>, level: Level) -> Survival {
    lifetimes.retain(|lifetime| lifetime.time.is_finite() && lifetime.churned + lifetime.censored > 0);
    let lifetimes = ordered(&lifetimes, |a, b| a.time.total_cmp(&b.time));
    let n = lifetimes.iter().map(|lifetime| lifetime.churned + lifetime.censored).sum();
    let mut survival = Survival { n, ..Survival::default() };
    let (mut at_risk, mut share, mut variance) = (n, 1.0, 0.0);
    let mut rest = lifetimes.as_slice();
    while let Some(first) = rest.first() {
        let tied = rest.partition_point(|lifetime| lifetime.time <= first.time);
        let (same, later) = rest.split_at(tied);
        let churned: u64 = same.iter().map(|lifetime| lifetime.churned).sum();
        let censored: u64 = same.iter().map(|lifetime| lifetime.censored).sum();
        survival.longest = first.time;
        if at_risk >= AT_RISK {
            survival.reliable = first.time;
        }
        if churned > 0 {
            share *= 1.0 - churned as f64 / at_risk as f64;
            variance += churned as f64 / (at_risk as f64 * (at_risk - churned) as f64);
            let bounds = bounds(share, variance, level);
            survival.steps.push(Step {
                t: first.time,
                at_risk,
                churned,
                s: share,
                low: bounds.map(|interval| interval.low),
                high: bounds.map(|interval| interval.high),
            });
            survival.variances.push(variance);
            survival.churned += churned;
        }
        at_risk -= churned + censored;
        rest = later;
    }
    survival
}

/// S^exp(±z√V / ln S); none at 0 and 1.
fn bounds(share: f64, variance: f64, level: Level) -> Option<Interval> {
    if share <= 0.0 || share >= 1.0 || !variance.is_finite() {
        return None;
    }
    let theta = level.z() * variance.sqrt() / libm::log(share);
    let (a, b) = (libm::pow(share, libm::exp(theta)), libm::pow(share, libm::exp(-theta)));
    Some(Interval { low: a.min(b), high: a.max(b) })
}

impl Survival {
    /// The share still there just after `time`, and the step that it comes from.
    pub fn at(&self, time: f64) -> (f64, Option<&Step>) {
        let step = self.steps.iter().take_while(|step| step.t <= time).last();
        (step.map_or(1.0, |step| step.s), step)
    }

    /// The standard error of the share at a step's time.
    pub fn standard_error(&self, time: f64) -> Option<f64> {
        let index = self.steps.iter().take_while(|step| step.t <= time).count().checked_sub(1)?;
        Some(self.steps.get(index)?.s * self.variances.get(index)?.sqrt())
    }

    /// The smallest time at which at most half are still there.
    pub fn median(&self) -> Option<f64> {
        self.first_time(|step| Some(step.s))
    }

    /// The bounds of the median: where the lower and where the upper bound of the curve reach one half.
    pub fn median_bounds(&self) -> (Option<f64>, Option<f64>) {
        (self.first_time(|step| step.low), self.first_time(|step| step.high))
    }

    fn first_time(&self, share: impl Fn(&Step) -> Option<f64>) -> Option<f64> {
        // A share of exactly one half can come out an ulp above it; that must not move the median a step on.
        self.steps.iter().find(|step| share(step).is_some_and(|share| share <= 0.5 + 1e-12)).map(|step| step.t)
    }

    /// The mean lifetime of those who left, in months: too short, as who stays long is not among them. `None` without any.
    pub fn mean_of_ended(&self) -> Option<f64> {
        let months: f64 = self.steps.iter().map(|step| step.t * step.churned as f64).sum();
        (self.churned > 0).then(|| months / self.churned as f64)
    }

    /// The mean lifetime up to a horizon, which is the area under the curve, with the horizon. Without one given it is
    /// the longest time at which ten customers were at risk.
    pub fn restricted_mean(&self, horizon: Option<f64>) -> (f64, f64) {
        let horizon = horizon.unwrap_or(if self.reliable > 0.0 { self.reliable } else { self.longest });
        let (mut area, mut share, mut since) = (0.0, 1.0, 0.0);
        for step in self.steps.iter().take_while(|step| step.t < horizon) {
            area += share * (step.t - since);
            (share, since) = (step.s, step.t);
        }
        (area + share * (horizon - since), horizon)
    }
}

/// Adds the median of a curve of spells, each stay of a customer by itself, and how many there are. A curve that stays above
/// one half adds no median.
pub fn with_spells(result: MetricResult, spells: &Survival) -> MetricResult {
    let count = Value::Count(spells.n as i64);
    result.part("spells", count).part_if("per_spell", spells.median().map(Value::Number))
}

/// The metric: the median lifetime in months, which is the first time at which S(t) = ∏ (1 − left ÷ at risk) is one half or
/// less, with the restricted mean and the share at twelve months as parts. A curve that stays above is `not_reached`.
pub fn km_survival(scope: &Scope, survival: &Survival) -> MetricResult {
    let result = MetricResult::new(Key::KmSurvival, scope).variant("median");
    if survival.n == 0 {
        return result.without(Status::UndefinedZeroBase);
    }
    let (mean, horizon) = survival.restricted_mean(None);
    let year = (survival.longest >= 12.0).then(|| Value::Number(survival.at(12.0).0));
    let result = result
        .part("ended", Value::Count(survival.churned as i64))
        .part("km_restricted_mean", Value::Number(mean))
        .part("horizon", Value::Number(horizon))
        .part_if("survival_12", year)
        .observations(survival.n);
    let Some(median) = survival.median() else { return result.without(Status::NotReached) };
    let (low, high) = survival.median_bounds();
    let mut result = result.value(Value::Number(median));
    // Either end of the median's interval may lie beyond the data; then it is absent.
    result.ci_low = low.map(Value::Number);
    result.ci_high = high.map(Value::Number);
    result.ci_level = Some(scope.level.fraction());
    result.ci_method = Some("greenwood_log_minus_log".to_owned());
    result
}

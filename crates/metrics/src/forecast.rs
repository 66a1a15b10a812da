//! Where constant rates lead, and what a change of them would change (metrics.md 4F, `forecast` and `sensitivity`).
//!
//! Every value is an estimate: rates that stay as they were over the last months are an assumption, not a prediction.
//! New customers are not exposed to churn in their first month.
//!
//! ```
//! use keeprate_metrics::{forecast::{CustomerPace, forecast_customers}, result::Scope};
//!
//! let pace = CustomerPace { churn: 0.05, interval: None, new: 10.0 };
//! let forecast = forecast_customers(&Scope::default(), 100.0, Some(&pace), 12);
//! assert_eq!(forecast.values[1], 105.0);
//! assert_eq!(forecast.result.part_number("steady_state"), Some(200.0));
//! ```

use crate::catalogue::{Definition, Family, Key, Text};
use crate::customers::lifetime_from_churn;
use crate::economics::cltv_simple;
use crate::ledger::Totals;
use crate::money::units_per_major;
use crate::result::{Direction, Flag, MetricResult, Scope, Status, Unit, Value};
use crate::statistics::{Interval, Level, wilson};

pub(crate) const FORECAST: Definition = Definition {
    family: Family::Planning,
    name: Text { en: "Forecast under constant rates", de: "Fortschreibung mit konstanten Raten" },
    short: Text { en: "Forecast", de: "Fortschreibung" },
    formula: "Cₖ₊₁ = Cₖ × (1 − {churn}) + {new}",
    meaning: Text {
        en: "Customers or MRR after some months if every rate stays as it is.",
        de: "Kunden oder MRR nach einigen Monaten, wenn alle Raten so bleiben.",
    },
    unit: Unit::Count,
    direction: Direction::UpGood,
    source: "D. Skok, SaaS Metrics 2.0",
    variants: &[
        ("customers", Text { en: "customers", de: "Kunden" }),
        ("mrr", Text { en: "MRR, with expansion and contraction", de: "MRR, mit Erweiterung und Herabstufung" }),
    ],
};

pub(crate) const SENSITIVITY: Definition = Definition {
    family: Family::Planning,
    name: Text { en: "What if churn changes", de: "Was wäre, wenn sich die Abwanderung ändert" },
    short: Text { en: "What if", de: "Was wäre, wenn" },
    formula: "MRR₁₂(c′) − MRR₁₂(c)",
    meaning: Text {
        en: "What another churn rate, price or growth would make of lifetime, CLTV, customers and MRR in twelve months.",
        de: "Was eine andere Abwanderung, ein anderer Preis oder anderes Wachstum in zwölf Monaten ausmachen würde.",
    },
    unit: Unit::Money,
    direction: Direction::UpGood,
    source: "Keeprate",
    variants: &[
        ("absolute", Text { en: "in percentage points or amounts", de: "in Prozentpunkten oder Beträgen" }),
        ("relative", Text { en: "in per cent of the rate or amount", de: "in Prozent der Rate oder des Betrags" }),
    ],
};

/// The longest forecast in months: rates hold no longer.
pub const LONGEST: u32 = 36;
/// Months that rates are pooled over.
const POOLED: usize = 6;
/// Complete months below which there is no forecast.
const FEWEST: usize = 3;

/// How customers come and go each month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CustomerPace {
    /// The share of customers lost.
    pub churn: f64,
    /// Its bounds, for the scenarios.
    pub interval: Option<Interval>,
    /// New customers and those who come back.
    pub new: f64,
}

/// How MRR comes and goes each month, as shares of the opening MRR.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RevenuePace {
    /// The share lost with customers.
    pub churn: f64,
    /// The share lost with customers who stay.
    pub contraction: f64,
    /// The share won with customers who stay.
    pub expansion: f64,
    /// MRR of new customers and those who come back, in fixed-point units.
    pub new: i128,
}

/// The latest months, as many as rates are pooled over; `None` where there are too few.
fn latest(months: &[Totals]) -> Option<&[Totals]> {
    (months.len() >= FEWEST).then(|| months.get(months.len().saturating_sub(POOLED)..)).flatten()
}

/// The pace of the last six complete months together: Σ lost ÷ Σ opening. `None` below three months, without customers
/// or where a month lacks a number.
pub fn customer_pace(months: &[Totals], level: Level) -> Option<CustomerPace> {
    let months = latest(months)?;
    let sum = |of: fn(&Totals) -> Option<i64>| {
        months.iter().map(|month| of(month).map(i128::from)).sum::<Option<i128>>().map(|sum| sum as f64)
    };
    let (start, lost) = (sum(|month| month.customers_start)?, sum(|month| month.customers_lost)?);
    let new = sum(|month| month.customers_new)? + sum(|month| Some(month.customers_reactivated.unwrap_or(0)))?;
    (start > 0.0).then(|| CustomerPace {
        churn: lost / start,
        interval: wilson(lost, start, level.z()),
        new: new / months.len() as f64,
    })
}

/// The same for MRR.
pub fn revenue_pace(months: &[Totals]) -> Option<RevenuePace> {
    let months = latest(months)?;
    let sum = |of: fn(&Totals) -> Option<i128>| months.iter().map(of).sum::<Option<i128>>();
    let start = sum(|month| month.mrr_start)? as f64;
    let share = |units: i128| units as f64 / start;
    let new = sum(|month| month.mrr_new)? + sum(|month| Some(month.mrr_reactivation.unwrap_or(0)))?;
    let churn = share(sum(|month| month.mrr_churn)?);
    let contraction = share(sum(|month| month.mrr_contraction)?);
    let expansion = share(sum(|month| month.mrr_expansion)?);
    (start > 0.0).then(|| RevenuePace { churn, contraction, expansion, new: new / months.len() as i128 })
}

/// A forecast, month by month.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// The value of the last month; part `steady_state` is where it would end if it ends anywhere.
    pub result: MetricResult,
    /// The values of the months 0 (now), 1, 2, … in customers or whole currency units; empty without a value.
    pub values: Vec<f64>,
}

/// The months from 0 on of xₖ₊₁ = xₖ × growth + new.
fn run(start: f64, growth: f64, new: f64, months: u32) -> Vec<f64> {
    std::iter::successors(Some(start), |value| Some(value * growth + new)).take(months as usize + 1).collect()
}

/// Customers after some months at a constant pace: parts `optimistic` and `pessimistic` are the same with churn at its
/// bounds, scenarios and no interval of the forecast.
pub fn forecast_customers(scope: &Scope, customers: f64, pace: Option<&CustomerPace>, months: u32) -> Forecast {
    let result = MetricResult::new(Key::Forecast, scope)
        .variant("customers")
        .flag(Flag::Estimate)
        .part("start", Value::Number(customers))
        .part("months", Value::Count(i64::from(months)));
    let Some(pace) = pace else { return nothing(result.without(Status::InsufficientData)) };
    let amounts = [customers, pace.new].iter().all(|amount| (0.0..f64::INFINITY).contains(amount));
    if !amounts || !(0.0..=1.0).contains(&pace.churn) || !(1..=LONGEST).contains(&months) {
        return nothing(result.warning("E-AGG-RANGE").without(Status::Error));
    }
    let result = result
        .part("churn", Value::Number(pace.churn))
        .part("new", Value::Number(pace.new))
        .part_if("steady_state", (pace.churn > 0.0).then(|| Value::Number(pace.new / pace.churn)));
    let scenario = |churn: f64| run(customers, 1.0 - churn.clamp(0.0, 1.0), pace.new, months).pop().map(Value::Number);
    let result = result
        .part_if("optimistic", pace.interval.and_then(|interval| scenario(interval.low)))
        .part_if("pessimistic", pace.interval.and_then(|interval| scenario(interval.high)));
    let values = run(customers, 1.0 - pace.churn, pace.new, months);
    let result = result.value(Value::Number(values.last().copied().unwrap_or(customers)));
    complete(result, values)
}

/// MRR after some months at a constant pace; `mrr` is in fixed-point units.
pub fn forecast_mrr(scope: &Scope, mrr: i128, pace: Option<&RevenuePace>, months: u32) -> Forecast {
    let result = MetricResult::new(Key::Forecast, scope)
        .variant("mrr")
        .unit(Unit::Money)
        .flag(Flag::Estimate)
        .part("mrr_start", scope.money(mrr))
        .part("months", Value::Count(i64::from(months)));
    let Some(pace) = pace else { return nothing(result.without(Status::InsufficientData)) };
    let (lost, won) = (pace.churn + pace.contraction, pace.expansion);
    let rates = pace.churn >= 0.0 && pace.contraction >= 0.0 && lost <= 1.0 && (0.0..f64::INFINITY).contains(&won);
    if !rates || mrr < 0 || pace.new < 0 || !(1..=LONGEST).contains(&months) {
        return nothing(result.warning("E-AGG-RANGE").without(Status::Error));
    }
    let major = units_per_major(scope.exponent) as f64;
    let new = pace.new as f64 / major;
    // Won less lost first: where they are equal, growth is exactly 1 and there is no steady state.
    let growth = 1.0 + (won - lost);
    let result = result
        .part("churn", Value::Number(pace.churn))
        .part("contraction", Value::Number(pace.contraction))
        .part("expansion", Value::Number(won))
        .part("mrr_new", scope.money(pace.new))
        .part_if("steady_state", (growth < 1.0).then(|| scope.money_from(new / (lost - won))));
    let values = run(mrr as f64 / major, growth, new, months);
    let last = values.last().copied().unwrap_or(f64::NAN);
    complete(result.money(scope, last), values)
}

/// What grew beyond all numbers has no values either.
fn complete(result: MetricResult, values: Vec<f64>) -> Forecast {
    if result.status == Status::Ok { Forecast { result, values } } else { nothing(result) }
}

fn nothing(result: MetricResult) -> Forecast {
    Forecast { result, values: Vec::new() }
}

/// Where a company stands, as far as a change of one number is concerned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assumptions {
    /// Monthly churn, of customers and of MRR.
    pub churn: f64,
    /// Monthly contraction as a share of the MRR.
    pub contraction: f64,
    /// Monthly expansion as a share of the MRR.
    pub expansion: f64,
    /// ARPA in fixed-point units.
    pub arpa: i128,
    /// Gross margin as a fraction.
    pub gross_margin: f64,
    /// Customers now.
    pub customers: f64,
    /// New customers a month.
    pub new: f64,
    /// MRR now, in fixed-point units.
    pub mrr: i128,
    /// MRR of new customers a month, in fixed-point units.
    pub mrr_new: i128,
}

/// A number that can be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lever {
    /// Churn.
    Churn,
    /// Contraction.
    Contraction,
    /// Expansion.
    Expansion,
    /// ARPA; MRR, now and new, changes in the same proportion.
    Arpa,
    /// New customers, with their MRR in the same proportion.
    New,
}

/// By how much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// Added: −0.01 is one percentage point less; amounts are whole currency units.
    Absolute(f64),
    /// In proportion: −0.5 is half as much.
    Relative(f64),
}

impl Change {
    fn of(self, value: f64) -> f64 {
        match self {
            Change::Absolute(difference) => value + difference,
            Change::Relative(part) => value * (1.0 + part),
        }
    }

    /// The number that amounts going with the value must be multiplied by.
    fn factor(self, value: f64) -> f64 {
        if value > 0.0 { (self.of(value) / value).max(0.0) } else { 1.0 }
    }
}

impl Assumptions {
    /// The same with one number changed; rates stay within 0 and 1, everything else at 0 or above.
    pub fn with(&self, lever: Lever, change: Change, scope: &Scope) -> Assumptions {
        let rate = |rate: f64| change.of(rate).clamp(0.0, 1.0);
        let times = |units: i128, factor: f64| (units as f64 * factor).round() as i128;
        let mut changed = *self;
        match lever {
            Lever::Churn => changed.churn = rate(self.churn),
            Lever::Contraction => changed.contraction = rate(self.contraction),
            Lever::Expansion => changed.expansion = rate(self.expansion),
            Lever::Arpa => {
                let factor = change.factor(self.arpa as f64 / units_per_major(scope.exponent) as f64);
                changed.arpa = times(self.arpa, factor);
                changed.mrr = times(self.mrr, factor);
                changed.mrr_new = times(self.mrr_new, factor);
            }
            Lever::New => {
                changed.new = change.of(self.new).max(0.0);
                changed.mrr_new = times(self.mrr_new, change.factor(self.new));
            }
        }
        changed
    }

    /// What follows from the assumptions.
    pub fn outcome(&self, scope: &Scope) -> Outcome {
        let customers = CustomerPace { churn: self.churn, interval: None, new: self.new };
        let revenue = RevenuePace {
            churn: self.churn,
            contraction: self.contraction,
            expansion: self.expansion,
            new: self.mrr_new,
        };
        Outcome {
            lifetime: lifetime_from_churn(scope, self.churn, Unit::Months, None),
            cltv: cltv_simple(scope, self.arpa, self.churn, Some(self.gross_margin), None),
            retained: libm::pow(1.0 - self.churn.clamp(0.0, 1.0), f64::from(YEAR)),
            customers: forecast_customers(scope, self.customers, Some(&customers), YEAR),
            mrr: forecast_mrr(scope, self.mrr, Some(&revenue), YEAR),
        }
    }
}

/// Months ahead that a change is looked at.
const YEAR: u32 = 12;

/// What follows from assumptions.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The expected lifetime, infinite without churn.
    pub lifetime: MetricResult,
    /// The CLTV, infinite without churn.
    pub cltv: MetricResult,
    /// The share of today's customers still there after twelve months.
    pub retained: f64,
    /// Customers over twelve months.
    pub customers: Forecast,
    /// MRR over twelve months.
    pub mrr: Forecast,
}

/// What a change changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitivity {
    /// The change of the MRR in twelve months, with those of customers and of the share retained as parts.
    pub result: MetricResult,
    /// What follows as things are.
    pub base: Outcome,
    /// What follows after the change.
    pub changed: Outcome,
}

/// Compares what follows from assumptions with what follows after a change of one of them.
pub fn sensitivity(scope: &Scope, assumptions: &Assumptions, lever: Lever, change: Change) -> Sensitivity {
    let after = assumptions.with(lever, change, scope);
    let (base, changed) = (assumptions.outcome(scope), after.outcome(scope));
    let difference = |of: fn(&Outcome) -> &MetricResult| Some(of(&changed).number()? - of(&base).number()?);
    let result = MetricResult::new(Key::Sensitivity, scope)
        .variant(if matches!(change, Change::Absolute(_)) { "absolute" } else { "relative" })
        .flag(Flag::Estimate)
        .part("churn", Value::Number(assumptions.churn))
        .part("churn_changed", Value::Number(after.churn))
        .part("retained_change", Value::Number(changed.retained - base.retained))
        .part_if("lifetime_change", difference(|outcome| &outcome.lifetime).map(Value::Number))
        .part_if("cltv_change", difference(|outcome| &outcome.cltv).map(|value| scope.money_from(value)))
        .part_if("customers_change", difference(|outcome| &outcome.customers.result).map(Value::Number));
    let result = match difference(|outcome| &outcome.mrr.result) {
        Some(value) => result.money(scope, value),
        None => result.warning("E-AGG-RANGE").without(Status::Error),
    };
    Sensitivity { result, base, changed }
}

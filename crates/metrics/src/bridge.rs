//! The bridge between two sets of conventions: why two products show different figures for the same subscriptions.
//!
//! One setting after the other is changed, in the order of [`Conventions::NAMES`], and each figure's difference goes to the
//! setting that made it: start and steps add up to the end. What a setting contributes depends on those changed before
//! it; the order is fixed, so that the answer is.
//!
//! Figures are rounded before they are subtracted, amounts to the minor unit and rates to six decimals, so that what is
//! printed adds up. What customers contribute to a step is exact and adds up to it unrounded.
//!
//! ```
//! use keeprate_metrics::bridge::{Side, bridge};
//! use keeprate_metrics::presets::Preset;
//! use keeprate_metrics::subscriptions::SubscriptionTable;
//!
//! let side = |key| Preset::parse(key).map(Side::from).expect("a preset");
//! assert_eq!(bridge(&SubscriptionTable::default(), side("keeprate"), side("stripe"), None, 10), None);
//! ```

use crate::catalogue::Key;
use crate::conventions::Conventions;
use crate::ledger::Ledger;
use crate::money::{Amount, Currency, UNITS_PER_MINOR};
use crate::order::by_number;
use crate::period::{Month, Period};
use crate::presets::Preset;
use crate::report::{LabelledPeriod, Metrics, Settings, metrics_of_months};
use crate::result::{Status, Unit, Value};
use crate::subscriptions::{Books, SubscriptionTable};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

/// The schema of the document.
pub const SCHEMA: &str = "keeprate.bridge/1";

/// The figures of a bridge: a metric, and the part of it where it is not the value itself.
pub const FIGURES: &[(Key, Option<&str>)] = &[
    (Key::CustomerCounts, Some("start")),
    (Key::CustomerCounts, Some("new")),
    (Key::CustomerCounts, Some("reactivated")),
    (Key::CustomerCounts, Some("lost")),
    (Key::CustomerCounts, Some("end")),
    (Key::CustomerCounts, Some("intra_period_churners")),
    (Key::Mrr, Some("mrr_start")),
    (Key::Mrr, Some("mrr_new")),
    (Key::Mrr, Some("mrr_reactivation")),
    (Key::Mrr, Some("mrr_expansion")),
    (Key::Mrr, Some("mrr_contraction")),
    (Key::Mrr, Some("mrr_churn")),
    (Key::Mrr, Some("mrr_end")),
    (Key::Arr, None),
    (Key::Arpa, None),
    (Key::CustomerRetentionRate, None),
    (Key::CustomerChurnRate, None),
    (Key::Nrr, None),
    (Key::Grr, None),
    (Key::RevenueChurn, None),
    (Key::RevenueChurn, Some("net")),
    (Key::QuickRatio, None),
];

/// Conventions that change no customer's state, only which reading of a rate is shown.
pub const READINGS: &[&str] = &["customer_churn", "movement_basis", "incl_reactivation", "quick_ratio"];

/// Steps of a rate in one: six decimals.
const STEPS: f64 = 1e6;
/// The largest rate of which each step is a number of its own, with all that is subtracted from it.
const MOST: f64 = 1e9;

/// One end of a bridge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Side {
    /// What it is called, such as a preset's name.
    pub name: String,
    /// Its conventions.
    pub settings: Conventions,
}

impl From<&Preset> for Side {
    fn from(preset: &Preset) -> Side {
        Side { name: preset.name.to_owned(), settings: preset.conventions() }
    }
}

/// A figure on its way from one end to the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Figure {
    /// The metric.
    pub key: Key,
    /// The part of the metric, where it is not the value itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// What it is measured in.
    pub unit: Unit,
    /// The value at the first end; absent where it is not defined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Value>,
    /// What each setting adds; absent where the figure is not defined on one side of the step.
    pub steps: Vec<Option<Value>>,
    /// The value at the other end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Value>,
}

/// A customer whose state a setting changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct ChangedCustomer {
    /// The customer.
    pub customer: String,
    /// MRR at the start of the period, before and after the change; absent where it is no customer.
    pub start: (Option<Amount>, Option<Amount>),
    /// MRR at its end.
    pub end: (Option<Amount>, Option<Amount>),
}

/// What one setting changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Step {
    /// The name of the convention.
    pub setting: String,
    /// Its value before.
    pub from: String,
    /// Its value after.
    pub to: String,
    /// What it adds to MRR at the start of the period, exactly.
    pub mrr_start: Amount,
    /// What it adds to MRR at its end, exactly.
    pub mrr_end: Amount,
    /// Customers whose state at the start or at the end it changes.
    pub changed: u64,
    /// Those of them with the largest changes, the largest first.
    pub customers: Vec<ChangedCustomer>,
    /// What those who are not listed add to MRR at the start.
    pub rest_start: Amount,
    /// What they add to MRR at the end.
    pub rest_end: Amount,
}

/// Why two sets of conventions give different figures. It names customers, so that it goes into no link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Bridge {
    /// [`SCHEMA`].
    pub schema: String,
    /// Where it starts.
    pub from: Side,
    /// Where it ends.
    pub to: Side,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The period.
    pub period: LabelledPeriod,
    /// The figures, in the order of [`FIGURES`].
    pub figures: Vec<Figure>,
    /// The settings that differ, in the order in which they are changed.
    pub steps: Vec<Step>,
}

/// The bridge over some months, by default the last one that is over; `most` customers are listed for each step. `None`
/// where the table has no such months.
pub fn bridge(
    table: &SubscriptionTable,
    from: Side,
    to: Side,
    months: Option<(Month, Month)>,
    most: usize,
) -> Option<Bridge> {
    let (earliest, latest) = table.months()?;
    let (first, last) = months.unwrap_or((latest, latest));
    if first <= earliest || first > last || last > latest {
        return None;
    }
    let mut conventions = from.settings;
    let mut books = table.books(&conventions);
    let figures_of = |books: &Books, conventions: &Conventions| {
        let settings = Settings { conventions: *conventions, ..Settings::default() };
        values(&metrics_of_months(&books.ledger, books, &settings, (first, last)))
    };
    let start = figures_of(&books, &conventions);
    let mut stages = vec![start];
    let mut steps = Vec::new();
    for name in Conventions::NAMES {
        let (before, after) = (conventions.get(name), to.settings.get(name));
        if before == after {
            continue;
        }
        // A value that was read can be set.
        let _ = conventions.set(name, &after);
        // Some readings need more of the books than others.
        let is_state = !READINGS.contains(name) || conventions.needs_changes();
        let changed = is_state.then(|| table.books(&conventions));
        let ends = (first.plus(-1), last);
        let now = changed.as_ref().unwrap_or(&books);
        steps.push(step(name, (before, after), (&books.ledger, &now.ledger), ends, most));
        stages.push(figures_of(now, &conventions));
        books = changed.unwrap_or(books);
    }
    Some(Bridge {
        schema: SCHEMA.to_owned(),
        from,
        to,
        currency: table.currency,
        period: Period::months(first, last).into(),
        figures: figures(&stages),
        steps,
    })
}

/// The figures of one stage, rounded: a rate to steps, an amount to the minor unit.
fn values(metrics: &Metrics) -> Vec<Option<Value>> {
    let rounded = |value: Value| match value {
        Value::Money(amount) => {
            Some(Value::Money(Amount { units: amount.minor() * i128::from(UNITS_PER_MINOR), ..amount }))
        }
        // Beyond these numbers have no such steps, and what is printed would not add up.
        Value::Number(number) if number.abs() > MOST => None,
        Value::Number(number) => Some(Value::Number((number * STEPS).round() / STEPS)),
        other => Some(other),
    };
    let value = |(key, part): &(Key, Option<&str>)| {
        let result = metrics.get(key)?;
        let value = match part {
            Some(part) => result.parts.get(*part).copied(),
            None => result.value.filter(|_| result.status == Status::Ok),
        };
        value.and_then(rounded)
    };
    FIGURES.iter().map(value).collect()
}

fn figures(stages: &[Vec<Option<Value>>]) -> Vec<Figure> {
    let figure = |(place, (key, part)): (usize, &(Key, Option<&str>))| {
        let at = |stage: &Vec<Option<Value>>| stage.get(place).copied().flatten();
        Figure {
            key: *key,
            part: part.map(str::to_owned),
            unit: key.unit(),
            start: stages.first().and_then(at),
            steps: stages
                .windows(2)
                .map(|pair| match pair {
                    [before, after] => difference(at(before)?, at(after)?),
                    _ => None,
                })
                .collect(),
            end: stages.last().and_then(at),
        }
    };
    FIGURES.iter().enumerate().map(figure).collect()
}

/// After less before, of two rounded values of the same kind.
fn difference(before: Value, after: Value) -> Option<Value> {
    Some(match (before, after) {
        (Value::Money(before), Value::Money(after)) => {
            Value::Money(Amount { units: after.units - before.units, ..after })
        }
        (Value::Count(before), Value::Count(after)) => Value::Count(after - before),
        // Whole steps are subtracted, so that nothing is lost between them.
        (Value::Number(before), Value::Number(after)) => {
            Value::Number(((after * STEPS).round() - (before * STEPS).round()) / STEPS)
        }
        _ => return None,
    })
}

fn step(
    name: &str,
    (before, after): (String, String),
    (old, new): (&Ledger, &Ledger),
    (start, end): (Month, Month),
    most: usize,
) -> Step {
    let currency = new.currency;
    let units = |ledger: &Ledger, month: Month, customer: u32| {
        ledger.closing(month).map_or(0, |closing| closing.amounts.get(customer as usize))
    };
    // Before and after the change, at the start and at the end.
    let pair = |month: Month, customer: u32| (units(old, month, customer), units(new, month, customer));
    let is_changed = |customer: &u32| {
        let differs = |(before, after): (i64, i64)| before != after;
        differs(pair(start, *customer)) || differs(pair(end, *customer))
    };
    let changed: Vec<u32> = (0..new.customers.len() as u32).filter(is_changed).collect();
    let added = |customers: &[u32], month: Month| {
        let change = |customer: &u32| {
            let (before, after) = pair(month, *customer);
            i128::from(after) - i128::from(before)
        };
        currency.amount(customers.iter().map(change).sum())
    };
    let size = |customer: u32| {
        let distance = |(before, after): (i64, i64)| before.abs_diff(after);
        distance(pair(start, customer)).max(distance(pair(end, customer)))
    };
    let (listed, rest) = largest(&changed, &size, most);
    let state = |units: i64| (units > 0).then(|| currency.amount(i128::from(units)));
    let states = |(before, after): (i64, i64)| (state(before), state(after));
    let listed_customers = listed.iter().map(|customer| ChangedCustomer {
        customer: new.customers.get(*customer).to_owned(),
        start: states(pair(start, *customer)),
        end: states(pair(end, *customer)),
    });
    Step {
        setting: name.to_owned(),
        from: before,
        to: after,
        mrr_start: added(&changed, start),
        mrr_end: added(&changed, end),
        changed: changed.len() as u64,
        customers: listed_customers.collect(),
        rest_start: added(&rest, start),
        rest_end: added(&rest, end),
    }
}

/// The numbers with the largest sizes, the largest first and equal ones as they were, and all others.
fn largest(numbers: &[u32], size: &dyn Fn(u32) -> u64, most: usize) -> (Vec<u32>, Vec<u32>) {
    // Two halves of the size, the lower one first: a key has 32 bits and a sign.
    let low = by_number(numbers, |number| i64::from(i32::MAX) - (size(number) & u64::from(u32::MAX)) as i64);
    let mut sorted = by_number(&low, |number| -((size(number) >> 32) as i64));
    let rest = sorted.split_off(most.min(sorted.len()));
    (sorted, rest)
}

//! What follows from the past if it goes on: the forecast, what another churn would change, what a customer is worth.

use super::ledger::Months;
use super::{ForecastPoint, Metrics, add};
use crate::catalogue::Key;
use crate::economics::{Payment, cltv_discounted, cltv_survival};
use crate::forecast::{
    Assumptions, Change, CustomerPace, Lever, RevenuePace, customer_pace, forecast_customers, forecast_mrr,
    revenue_pace, sensitivity,
};
use crate::ledger::Totals;
use crate::money::Amount;
use crate::period::{Month, Period};
use crate::result::{MetricResult, Scope, Status, Value};
use crate::statistics::Interval;
use crate::survival::Survival;

/// Months ahead.
const AHEAD: u32 = 12;
/// Months that a pace is measured over.
const MEASURED: i32 = 6;
/// The change of churn whose worth is shown: one percentage point less a month.
const LESS_CHURN: Change = Change::Absolute(-0.01);

/// What customers are worth, at a margin and interest: without a margin there is no contribution to discount.
pub(super) fn add_worth(
    metrics: &mut Metrics,
    months: &Months<'_>,
    scope: &Scope,
    churn: Option<(f64, Option<Interval>)>,
    survival: &Survival,
) {
    let arpa = match metrics.get(&Key::Arpa).and_then(|result| result.value) {
        Some(Value::Money(amount)) => Some(amount.units),
        _ => None,
    };
    let settings = months.settings;
    let missing = |key: Key| match (arpa, settings.gross_margin) {
        (None, _) => MetricResult::new(key, scope).without(Status::UndefinedZeroBase),
        (_, None) => MetricResult::new(key, scope).missing("gross_margin"),
        _ => MetricResult::new(key, scope).without(Status::NoPriorPeriod),
    };
    let interest = settings.annual_discount;
    let discounted = match (arpa, settings.gross_margin, churn) {
        (Some(arpa), Some(margin), Some((rate, interval))) => {
            cltv_discounted(scope, arpa, margin, rate, interest, Payment::InAdvance, interval)
        }
        _ => missing(Key::CltvDiscounted),
    };
    add(metrics, discounted);
    let survived = match (arpa, settings.gross_margin) {
        (Some(arpa), Some(margin)) => cltv_survival(scope, survival, &[arpa], margin, interest, None),
        _ => missing(Key::CltvSurvival),
    };
    add(metrics, survived);
}

/// The forecast from the last complete months up to `last`, and what less churn would change of it.
pub(super) fn add_forecast(
    metrics: &mut Metrics,
    months: &Months<'_>,
    scope: &Scope,
    last: Month,
) -> Vec<ForecastPoint> {
    let known: Vec<Totals> = (0..MEASURED)
        .rev()
        .map(|back| last.plus(-back))
        .filter(|month| month.end() <= months.as_of)
        .filter_map(|month| match months.movement(month, month) {
            (movement, None) => Some(movement.totals),
            _ => None,
        })
        .collect();
    let pace = customer_pace(&known, scope.level).zip(revenue_pace(&known));
    let now = known.last().and_then(|totals| totals.customers_end.zip(totals.mrr_end)).unwrap_or((0, 0));
    let (customers, mrr) = (now.0 as f64, now.1);
    let by_customers = forecast_customers(scope, customers, pace.as_ref().map(|(pace, _)| pace), AHEAD);
    let by_mrr = forecast_mrr(scope, mrr, pace.as_ref().map(|(_, pace)| pace), AHEAD);
    let part = |name: &str| by_customers.result.parts.get(name).copied();
    let result = by_mrr
        .result
        .part_if("customers", by_customers.result.value)
        .part_if("optimistic", part("optimistic"))
        .part_if("pessimistic", part("pessimistic"));
    add(metrics, result);
    let change = match pace {
        // Where nobody leaves, nobody fewer can.
        Some((customer, _)) if customer.churn == 0.0 => {
            MetricResult::new(Key::Sensitivity, scope).without(Status::UndefinedZeroBase)
        }
        Some((customer, revenue)) => what_if(scope, (customers, mrr), (customer, revenue), metrics, months),
        None => MetricResult::new(Key::Sensitivity, scope).without(Status::InsufficientData),
    };
    add(metrics, change);
    let values = by_customers.values.iter().zip(&by_mrr.values);
    let points = values.enumerate().skip(1).map(|(ahead, (customers, mrr))| {
        let month = last.plus(ahead as i32);
        ForecastPoint {
            period: Period::months(month, month).into(),
            customers: *customers,
            mrr: Amount::from_f64(*mrr, scope.exponent),
        }
    });
    points.collect()
}

fn what_if(
    scope: &Scope,
    (customers, mrr): (f64, i128),
    (customer, revenue): (CustomerPace, RevenuePace),
    metrics: &Metrics,
    months: &Months<'_>,
) -> MetricResult {
    let arpa = match metrics.get(&Key::Arpa).and_then(|result| result.value) {
        Some(Value::Money(amount)) => amount.units,
        _ => 0,
    };
    let assumptions = Assumptions {
        churn: customer.churn,
        contraction: revenue.contraction,
        expansion: revenue.expansion,
        arpa,
        // Without a margin the CLTV is revenue, and its change is left out below.
        gross_margin: months.settings.gross_margin.unwrap_or(1.0),
        customers,
        new: customer.new,
        mrr,
        mrr_new: revenue.new,
    };
    let mut result = sensitivity(scope, &assumptions, Lever::Churn, LESS_CHURN).result;
    if months.settings.gross_margin.is_none() {
        result.parts.remove("cltv_change");
    }
    result
}

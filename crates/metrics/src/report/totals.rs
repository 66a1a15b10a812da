//! What totals of one period give: counts, movements and the rates between them.

use super::{Metrics, MovementCounts, MovementEntry, add};
use crate::catalogue::Key;
use crate::customers::{self, Measured};
use crate::history::Movement;
use crate::ledger::Totals;
use crate::money::Currency;
use crate::period::Period;
use crate::result::{MetricResult, Scope, Value};
use crate::revenue::{self, Spread};
use crate::survival::{self, Survival};

/// What a file without customers gives: no revenue, and rates without a base.
pub(crate) fn empty_metrics(scope: &Scope) -> Metrics {
    let totals = Totals {
        customers_start: Some(0),
        customers_end: Some(0),
        customers_new: Some(0),
        customers_lost: Some(0),
        mrr_start: Some(0),
        mrr_new: Some(0),
        mrr_reactivation: Some(0),
        mrr_expansion: Some(0),
        mrr_contraction: Some(0),
        mrr_churn: Some(0),
        mrr_end: Some(0),
        ..Totals::default()
    };
    let mut metrics = metrics_of_totals(scope, &totals, None);
    add(&mut metrics, revenue::revenue_concentration(scope, Vec::new(), 10));
    add(&mut metrics, survival::km_survival(scope, &Survival::default()));
    metrics
}

/// The metrics that totals of one period give.
pub(crate) fn metrics_of_totals(scope: &Scope, totals: &Totals, spread: Option<&Spread>) -> Metrics {
    let churn = customers::customer_churn_rate(scope, totals);
    let converted = churn.number().map(|rate| {
        let measured = match scope.period.map(|period| (period.whole_months(), period.days())) {
            Some((Some(12), _)) => Measured::Annually,
            Some((Some(1), _)) | None => Measured::Monthly,
            Some((_, days)) => Measured::Days(f64::from(days)),
        };
        customers::churn_rate_convert(scope, rate, measured, churn.interval_numbers())
    });
    let mut metrics = Metrics::new();
    for result in [
        customers::customer_counts(scope, totals),
        customers::account_retention_rate(scope, totals),
        customers::customer_retention_rate(scope, totals),
        revenue::mrr(scope, totals),
        revenue::arr(scope, totals),
        revenue::mrr_movements(scope, totals),
        revenue::net_new_mrr(scope, totals),
        revenue::revenue_churn(scope, totals, spread),
        revenue::nrr(scope, totals, spread),
        revenue::grr(scope, totals, spread),
        revenue::arpa(scope, totals, None),
        revenue::quick_ratio(scope, totals, None),
    ] {
        add(&mut metrics, result);
    }
    let converted = converted.unwrap_or_else(|| {
        let result = MetricResult::new(Key::ChurnRateConvert, scope);
        match &churn.needs {
            Some(field) => result.missing(field),
            None => result.without(churn.status),
        }
    });
    add(&mut metrics, converted);
    add(&mut metrics, churn);
    metrics
}

/// The totals that the metrics of one period rest on, as far as they name them: what [`metrics_of_totals`] was given.
pub fn totals_of(metrics: &Metrics) -> Totals {
    let part = |key: Key, name: &str| metrics.get(&key).and_then(|result| result.parts.get(name)).copied();
    let count = |key: Key, name: &str| match part(key, name) {
        Some(Value::Count(count)) => Some(count),
        _ => None,
    };
    let money = |name: &str| match part(Key::Mrr, name) {
        Some(Value::Money(amount)) => Some(amount.units),
        _ => None,
    };
    let customers = |name: &str| count(Key::CustomerCounts, name);
    Totals {
        customers_start: customers("start"),
        customers_end: customers("end"),
        customers_new: customers("new"),
        customers_lost: customers("lost"),
        customers_reactivated: customers("reactivated"),
        mrr_start: money("mrr_start"),
        mrr_new: money("mrr_new"),
        mrr_reactivation: money("mrr_reactivation"),
        mrr_expansion: money("mrr_expansion"),
        mrr_contraction: money("mrr_contraction"),
        mrr_churn: money("mrr_churn"),
        mrr_end: money("mrr_end"),
        promoters: count(Key::Nps, "promoters"),
        passives: count(Key::Nps, "passives"),
        detractors: count(Key::Nps, "detractors"),
        ..Totals::default()
    }
}

/// The movements of one period as the document has them.
pub(crate) fn movement_entry(period: Period, movement: &Movement, currency: Currency) -> MovementEntry {
    let totals = &movement.totals;
    let amount = |units: Option<i128>| currency.amount(units.unwrap_or(0));
    MovementEntry {
        period: period.into(),
        start: amount(totals.mrr_start),
        new: amount(totals.mrr_new),
        reactivation: amount(totals.mrr_reactivation),
        expansion: amount(totals.mrr_expansion),
        contraction: amount(totals.mrr_contraction),
        churn: amount(totals.mrr_churn),
        end: amount(totals.mrr_end),
        customers: MovementCounts {
            start: totals.customers_start.unwrap_or(0),
            new: totals.customers_new.unwrap_or(0),
            reactivated: totals.customers_reactivated.unwrap_or(0),
            expanded: movement.expanded as i64,
            contracted: movement.contracted as i64,
            lost: totals.customers_lost.unwrap_or(0),
            end: totals.customers_end.unwrap_or(0),
        },
    }
}

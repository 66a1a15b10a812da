//! The report on customers by status: who left, and after how long.

use super::segments::{compare_to_rest, largest, segment_comparison};
use super::totals::metrics_of_totals;
use super::{Metrics, Question, Report, SegmentEntry, Settings, add, scope_of};
use crate::catalogue::Key;
use crate::customers;
use crate::economics;
use crate::ledger::{StatusTable, Totals};
use crate::result::{Flag, MetricResult, Scope, SegmentValue};
use crate::revenue::{self, Spread};
use crate::statistics::Level;
use crate::survival::{self, Lifetimes, Survival, kaplan_meier};

pub(crate) fn report_status<Input>(table: &StatusTable, question: &Question, report: &mut Report<Input>) {
    let scope = scope_of(table.currency, question, None);
    // A segment that the file does not have is nobody's.
    let wanted = question.segment.as_ref().map(|wanted| {
        let segment = table.segments.iter().find(|segment| segment.column == wanted.column);
        let code = segment.and_then(|segment| segment.values.iter().position(|value| value == wanted.value));
        (segment.map_or(&[][..], |segment| &segment.codes.of), code)
    });
    let keep = |customer: usize| {
        wanted.is_none_or(|(codes, code)| codes.get(customer).is_some_and(|of| Some(usize::from(*of)) == code))
    };
    let survival = status_survival(table, &keep, scope.level);
    report.metrics = status_metrics(table, &scope, &question.settings, &keep, &survival);
    report.survival = survival.steps;
    if let Some(column) = question.segments_of.as_deref()
        && let Some(segment) = table.segments.iter().find(|segment| segment.column == column)
    {
        let codes = segment.codes.of.clone();
        let mut size = vec![0_i128; segment.values.len().max(1)];
        let mut members = vec![false; size.len()];
        for (customer, code) in codes.iter().enumerate().filter(|(customer, _)| keep(*customer)) {
            let revenue = table.revenue.as_ref().and_then(|revenue| revenue.get(customer).copied()).unwrap_or(1);
            size[usize::from(*code)] += i128::from(revenue);
            members[usize::from(*code)] = true;
        }
        let groups = largest(&size, &members, segment);
        let entries = groups.names.iter().enumerate().map(|(group, (value, others))| {
            let named = SegmentValue { column: segment.column.clone(), value: value.clone() };
            let scope = Scope { segment: Some(named.clone()), ..scope.clone() };
            let inside = |customer: usize| {
                keep(customer)
                    && codes.get(customer).is_some_and(|code| groups.group_of[usize::from(*code)] == group as u16)
            };
            let survival = status_survival(table, &inside, scope.level);
            SegmentEntry {
                segment: named,
                others: *others,
                metrics: status_metrics(table, &scope, &question.settings, &inside, &survival),
            }
        });
        report.segments = compare_to_rest(entries.collect(), Key::CustomerChurnRate, scope.level);
        let comparison = segment_comparison(&scope, Key::CustomerChurnRate, &report.segments, &report.metrics);
        add(&mut report.metrics, comparison);
    }
}

fn status_survival(table: &StatusTable, keep: &impl Fn(usize) -> bool, level: Level) -> Survival {
    let Some(tenure) = &table.tenure else { return Survival::default() };
    let rows = tenure.iter().zip(&table.churned).enumerate();
    let lifetimes = rows.filter(|(customer, _)| keep(*customer)).filter_map(|(_, (time, churned))| {
        Some(Lifetimes { time: (*time)?, churned: u64::from(*churned), censored: u64::from(!*churned) })
    });
    kaplan_meier(lifetimes.collect(), level)
}

fn status_metrics(
    table: &StatusTable,
    scope: &Scope,
    settings: &Settings,
    keep: &impl Fn(usize) -> bool,
    survival: &Survival,
) -> Metrics {
    let kept = || (0..table.churned.len()).filter(|customer| keep(*customer));
    let start = kept().count() as i64;
    let lost = kept().filter(|customer| table.churned[*customer]).count() as i64;
    let mut totals = Totals {
        customers_start: Some(start),
        customers_end: Some(start - lost),
        customers_new: Some(0),
        customers_lost: Some(lost),
        ..Totals::default()
    };
    let mut spread = Spread::default();
    let mut amounts = Vec::new();
    if let Some(revenue) = &table.revenue {
        let (mut opening, mut churned) = (0_i128, 0_i128);
        for customer in kept() {
            let units = revenue.get(customer).copied().unwrap_or(0);
            let gone = table.churned[customer];
            spread.gross.add(units, if gone { 0 } else { units });
            opening += i128::from(units);
            if gone {
                churned += i128::from(units);
            } else {
                amounts.push(units);
            }
        }
        totals.mrr_start = Some(opening);
        totals.mrr_end = Some(opening - churned);
        totals.mrr_churn = Some(churned);
        // A status table knows who left and what they paid, not who paid less: the loss is the cancellations.
        totals.mrr_contraction = Some(0);
    }
    spread.net = spread.gross;
    let mut metrics = metrics_of_totals(scope, &totals, totals.mrr_start.map(|_| &spread));
    let missing = |key: Key, field: &str| MetricResult::new(key, scope).missing(field);
    // No second state: expansion is unknown, so whatever needs it stays without a value.
    for key in [Key::MrrMovements, Key::NetNewMrr, Key::Nrr, Key::QuickRatio] {
        add(&mut metrics, missing(key, "month"));
    }
    if table.revenue.is_some() {
        add(&mut metrics, revenue::arpa(scope, &totals, Some(amounts.clone())));
        add(&mut metrics, revenue::revenue_concentration(scope, amounts, settings.top_n as usize));
    } else {
        add(&mut metrics, missing(Key::RevenueConcentration, "mrr"));
    }
    // The flag's period is unknown, so its rate cannot be converted; a mean lifetime comes from the curve alone.
    add(&mut metrics, missing(Key::ChurnRateConvert, "month"));
    add(&mut metrics, missing(Key::CltvSimple, "month"));
    if table.tenure.is_some() {
        let tenures = table.tenure.iter().flatten().zip(&table.churned).enumerate();
        let active = tenures.filter(|(customer, (_, churned))| keep(*customer) && !**churned);
        let active = active.filter_map(|(_, (time, _))| *time).collect();
        add(&mut metrics, customers::customer_lifetime(scope, Some(survival), None, active));
        add(&mut metrics, survival::km_survival(scope, survival));
    } else {
        add(&mut metrics, missing(Key::CustomerLifetime, "tenure"));
        add(&mut metrics, missing(Key::KmSurvival, "tenure"));
    }
    add(&mut metrics, status_cltv(table, scope, keep));
    metrics
}

/// The mean of tenure × monthly revenue over customers who left.
fn status_cltv(table: &StatusTable, scope: &Scope, keep: &impl Fn(usize) -> bool) -> MetricResult {
    let (Some(tenure), Some(revenue)) = (&table.tenure, &table.revenue) else {
        let field = if table.tenure.is_none() { "tenure" } else { "mrr" };
        return MetricResult::new(Key::CltvHistoric, scope).missing(field);
    };
    let rows = tenure.iter().zip(revenue).zip(&table.churned).enumerate();
    let ended = rows.filter(|(customer, (_, churned))| keep(*customer) && **churned);
    let revenues = ended.filter_map(|(_, ((months, units), _))| Some(((*months)? * *units as f64).round() as i64));
    economics::cltv_realised(scope, revenues.collect()).flag(Flag::Estimate)
}

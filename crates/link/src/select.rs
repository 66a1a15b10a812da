//! What of a report goes into a link: what was asked for, and nothing that rests on too few customers.

use crate::Options;
use crate::coder::MAX_COUNT;
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::cohorts::CustomerCohort;
use keeprate_metrics::report::{Metrics, Report};
use keeprate_metrics::responses::Feedback;
use keeprate_metrics::result::{MetricResult, Status, Value};
use keeprate_metrics::survival::Step;

/// Rows of any list: fifty years of months.
pub(crate) const MAX_ROWS: usize = 600;

/// What a trend chart draws.
const TREND: &[Key] = &[Key::Mrr, Key::CustomerCounts];

/// Metrics that a link leaves out: what follows from others at constant rates would take its place, and what several files
/// give together is in no version so far.
pub const LEFT_OUT: &[Key] = &[
    Key::CohortLogoRetention,
    Key::CohortRevenueRetention,
    Key::CltvDiscounted,
    Key::CltvSurvival,
    Key::Forecast,
    Key::Sensitivity,
    Key::DetractorRevenueAtRisk,
];

/// What a link leaves out of segments: a median with its interval and its parts takes a tenth of a link.
pub const OF_SEGMENTS_LEFT_OUT: Key = Key::KmSurvival;

/// Parts that a link leaves out: other readings that take more room than they are asked for.
pub const PARTS_LEFT_OUT: &[&str] = &["spells", "per_spell"];

/// Parts that a comparison does not show and that nothing predicts.
const NOT_COMPARED: &[&str] = &[
    "lower_quartile",
    "median",
    "upper_quartile",
    "top_1",
    "hhi",
    "tenure_mean",
    "tenure_median",
    "ended",
    "horizon",
    "km_median",
    "km_restricted_mean",
    "survival_12",
    "ended_only",
    "subscription_cap",
    "closing_month",
];

/// A copy of what goes into a link, and how many entries were left out for resting on too few customers.
pub(crate) fn select<Input>(report: &Report<Input>, options: &Options) -> (Report<()>, usize) {
    let mut copy = Report {
        schema: report.schema.clone(),
        generator: report.generator.clone(),
        settings: report.settings.clone(),
        inputs: Vec::new(),
        currency: report.currency,
        as_of: report.as_of,
        period: report.period.clone(),
        segment: report.segment.clone(),
        metrics: report.metrics.clone(),
        comparison: report.comparison.clone(),
        series: Vec::new(),
        movements: Vec::new(),
        cohorts: None,
        survival: curve(&report.survival),
        segments: Vec::new(),
        feedback: Feedback::new(),
        forecast: Vec::new(),
        usage: None,
        invoices: None,
        joins: Vec::new(),
        risk: None,
    };
    let metrics = copy.comparison.iter_mut().map(|comparison| &mut comparison.metrics);
    for metrics in metrics.chain([&mut copy.metrics]) {
        metrics.retain(|key, _| !LEFT_OUT.contains(key));
        for result in metrics.values_mut() {
            result.parts.retain(|name, _| !PARTS_LEFT_OUT.contains(&name.as_str()));
        }
    }
    if options.history {
        copy.series = latest(&report.series);
        copy.movements = latest(&report.movements);
        for entry in &mut copy.series {
            entry.metrics.retain(|key, _| TREND.contains(key));
        }
        copy.series.retain(|entry| !entry.metrics.is_empty());
    }
    if options.cohorts {
        copy.cohorts.clone_from(&report.cohorts);
        if let Some(cohorts) = &mut copy.cohorts {
            cohorts.revenue.clear();
            cohorts.customers = latest(&cohorts.customers);
        }
    }
    if options.segments {
        copy.segments.clone_from(&report.segments);
        for entry in &mut copy.segments {
            entry.metrics.remove(&OF_SEGMENTS_LEFT_OUT);
        }
    }
    for result in copy.comparison.iter_mut().flat_map(|comparison| comparison.metrics.values_mut()) {
        result.parts.retain(|name, _| !NOT_COMPARED.contains(&name.as_str()));
        if result.ci_method.as_deref() == Some("t") {
            (result.ci_low, result.ci_high) = (None, None);
        }
    }
    let suppressed = if options.suppress_below > 0 { suppress(&mut copy, options.suppress_below) } else { 0 };
    (copy, suppressed)
}

/// The steps up to the first that could not follow from the counts before it.
fn curve(steps: &[Step]) -> Vec<Step> {
    let mut kept: Vec<Step> = Vec::new();
    for step in steps.iter().take(MAX_ROWS) {
        let follows = kept.last().map_or(step.t >= 0.0, |before| {
            // Times closer than a link can tell apart are one time.
            step.t - before.t > 1e-8 && before.at_risk.saturating_sub(before.churned) >= step.at_risk
        });
        if !follows || step.churned == 0 || step.churned > step.at_risk || step.at_risk > MAX_COUNT.unsigned_abs() {
            break;
        }
        kept.push(*step);
    }
    kept
}

fn latest<T: Clone>(rows: &[T]) -> Vec<T> {
    rows.iter().skip(rows.len().saturating_sub(MAX_ROWS)).cloned().collect()
}

/// Takes out what rests on fewer than `least` customers; returns how many entries that were.
fn suppress(report: &mut Report<()>, least: u64) -> usize {
    let mut suppressed = suppress_results(&mut report.metrics, least);
    if let Some(comparison) = &mut report.comparison {
        suppressed += suppress_results(&mut comparison.metrics, least);
    }
    let enough = |metrics: &Metrics| customers(metrics).is_none_or(|customers| customers >= least);

    let all = report.series.len() + report.movements.len();
    report.series.retain(|entry| enough(&entry.metrics));
    report.movements.retain(|entry| {
        let customers = entry.customers.start.max(entry.customers.end);
        // A table of amounts alone has no counts.
        customers == 0 || customers.unsigned_abs() >= least
    });
    suppressed += all - report.series.len() - report.movements.len();

    if let Some(cohorts) = &mut report.cohorts {
        let cells = |rows: &[CustomerCohort]| rows.iter().map(|row| row.active.len()).sum::<usize>();
        let all = cells(&cohorts.customers);
        cohorts.customers.retain(|row| row.size >= least);
        for row in &mut cohorts.customers {
            // A row cannot have a hole, so it ends before the first cell with too few.
            let kept = row.active.iter().take_while(|count| count.is_none_or(|count| count >= least)).count();
            row.open = row.open.saturating_sub((row.active.len() - kept) as u32);
            row.active.truncate(kept);
        }
        suppressed += all - cells(&cohorts.customers);
    }

    let all = report.survival.len();
    report.survival.truncate(report.survival.iter().take_while(|step| step.at_risk >= least).count());
    suppressed += all - report.survival.len();

    let all = report.segments.len();
    report.segments.retain(|entry| enough(&entry.metrics));
    if all - report.segments.len() == 1 {
        // The whole less all others would be the one that is missing.
        let sizes = report.segments.iter().enumerate();
        let smallest = sizes.min_by_key(|(_, entry)| customers(&entry.metrics)).map(|(place, _)| place);
        if let Some(place) = smallest {
            report.segments.remove(place);
        }
    }
    suppressed += all - report.segments.len();
    for entry in &mut report.segments {
        suppressed += suppress_results(&mut entry.metrics, least);
    }
    suppressed
}

/// The customers that the results of one period rest on, if they are known.
fn customers(metrics: &Metrics) -> Option<u64> {
    let parts = &metrics.get(&Key::CustomerCounts)?.parts;
    let count = |name: &str| match parts.get(name) {
        Some(Value::Count(count)) => u64::try_from(*count).ok(),
        _ => None,
    };
    count("start").max(count("end"))
}

/// Empties each result that rests on too few customers: on its own, or else on those of the period.
fn suppress_results(metrics: &mut Metrics, least: u64) -> usize {
    let all = customers(metrics);
    let few = |result: &&mut MetricResult| {
        result.status == Status::Ok && result.n.or(all).is_some_and(|customers| customers < least)
    };
    let mut suppressed = 0;
    for result in metrics.values_mut().filter(few) {
        *result = MetricResult {
            status: Status::InsufficientData,
            needs: None,
            value: None,
            numerator: None,
            denominator: None,
            n: None,
            ci_low: None,
            ci_high: None,
            ci_level: None,
            ci_method: None,
            flags: Vec::new(),
            warnings: Vec::new(),
            target: None,
            target_op: None,
            met: None,
            certainty: None,
            parts: Default::default(),
            ..result.clone()
        };
        suppressed += 1;
    }
    suppressed
}

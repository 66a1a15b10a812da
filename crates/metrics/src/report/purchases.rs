//! The report on purchases without a contract: who buys again, and what customers bring (metrics.md 4A, 4D).

use super::segments::{compare_to_rest, largest, segment_comparison};
use super::{Compare, Comparison, Extent, Metrics, Question, Report, SegmentEntry, SeriesEntry, add, grid, scope_of};
use crate::activity::{self, Usage};
use crate::btyd::cltv_btyd;
use crate::catalogue::Key;
use crate::cohorts::{Cohorts, CustomerCohort};
use crate::economics::cltv_to_date;
use crate::events::Which;
use crate::period::{Month, Period};
use crate::purchases::PurchaseTable;
use crate::result::{Flag, MetricResult, Scope, SegmentValue, Value};
use crate::usage::Repeat;

/// Days after a first purchase in which the second one counts for the cohorts.
const WITHIN: u32 = 90;
/// Weeks ahead for which purchases are expected: a year.
const HORIZON: f64 = 52.0;
/// Months that a rate looks back on where no period is chosen.
const LOOK_BACK: i32 = 12;
/// The values of a column that share a row, while they are counted: no cell has such a text.
const OTHERS: &str = "\n";

/// Customers who bought again within the period; parts say how many of its first buyers did so soon.
fn repeat_purchase_rate(table: &PurchaseTable, scope: &Scope) -> MetricResult {
    let cohort = activity::repeat_purchase_rate(scope, &table.purchases, Which::Any, Repeat::Cohort(WITHIN));
    let window = activity::repeat_purchase_rate(scope, &table.purchases, Which::Any, Repeat::Window);
    let part = |name: &str| cohort.parts.get(name).copied();
    window
        .part_if("within_90_days", cohort.value)
        .part_if("first_buyers", part("buyers"))
        .part_if("excluded_immature", part("excluded_immature"))
}

/// What customers have brought up to the end of a period.
fn realised(table: &PurchaseTable, scope: &Scope) -> MetricResult {
    let until = scope.period.map_or(table.purchases.as_of, |period| period.end);
    let result = cltv_to_date(scope, table.revenue_by_customer(scope.segment.as_ref(), until));
    if until > table.purchases.as_of { result.flag(Flag::PartialPeriod) } else { result }
}

/// What customers are expected to buy within a year from the end of a period on.
fn expected(table: &PurchaseTable, scope: &Scope, gross_margin: Option<f64>) -> MetricResult {
    let until = scope.period.map_or(table.purchases.as_of, |period| period.end);
    cltv_btyd(scope, &table.buyers(scope.segment.as_ref(), until), HORIZON, gross_margin.unwrap_or(1.0))
}

/// Answers a question from purchases.
pub(super) fn report_purchases<Input>(table: &PurchaseTable, question: &Question, report: &mut Report<Input>) {
    let as_of = table.purchases.as_of;
    let mut scope = scope_of(table.currency, question, None);
    let margin = question.settings.gross_margin;
    let Some((first, last)) = table.months() else {
        for result in [repeat_purchase_rate(table, &scope), realised(table, &scope), expected(table, &scope, margin)] {
            add(&mut report.metrics, result);
        }
        return;
    };
    report.as_of = Some(as_of);
    // The month that is not over can be asked for, too.
    let latest = as_of.month().max(last);
    let to = question.to.unwrap_or(last).clamp(first, latest);
    let from = question.from.unwrap_or(to).clamp(first, to);
    let period = Period::months(from, to);
    scope.period = Some(period);
    // Few buy twice in one month: without a period, a year is taken.
    let looks_back = question.from.is_none();
    let metrics = |from: Month, to: Month| {
        let own = scope.over(Period::months(from, to));
        let mut repeat = repeat_purchase_rate(table, &own);
        let begin = to.plus(1 - LOOK_BACK).max(first);
        if looks_back && begin < from {
            let months = Value::Count(i64::from(to.0 - begin.0 + 1));
            let longer = repeat_purchase_rate(table, &scope.over(Period::months(begin, to)));
            repeat = longer.part("months", months).part_if("closing_month", repeat.value);
        }
        let mut metrics = Metrics::new();
        add(&mut metrics, repeat);
        add(&mut metrics, realised(table, &own));
        // To fit the models to many customers takes longer than all else.
        if question.extent == Extent::Whole {
            add(&mut metrics, expected(table, &own, margin));
        }
        metrics
    };
    report.period = Some(period.into());
    report.metrics = metrics(from, to);
    if let Some(Compare::Months(begin, until)) = question.compare {
        let (begin, until) = (begin.max(first).min(until), until.min(latest));
        let period = Period::months(begin, until);
        report.comparison = Some(Comparison { period: period.into(), metrics: metrics(begin, until) });
    }
    for (begin, until) in grid(first, to, question.every) {
        let period = Period::months(begin, until);
        let own = scope.over(period);
        let mut metrics = Metrics::new();
        add(&mut metrics, repeat_purchase_rate(table, &own));
        add(&mut metrics, realised(table, &own));
        report.series.push(SeriesEntry { period: period.into(), metrics });
    }
    if question.extent == Extent::Figures {
        return;
    }
    report.cohorts = Some(Cohorts { customers: cohorts(table, &scope, (first, latest)), revenue: Vec::new() });
    let segments = &table.purchases.segments;
    if let Some(column) = question.segments_of.as_deref()
        && let Some(segment) = segments.iter().find(|segment| segment.column == column)
    {
        let mut size = vec![0_i128; segment.values.len().max(1)];
        for code in &segment.codes.of {
            if let Some(size) = size.get_mut(usize::from(*code)) {
                *size += 1;
            }
        }
        let members: Vec<bool> = size.iter().map(|size| *size > 0).collect();
        let groups = largest(&size, &members, segment);
        let mut entries = Vec::new();
        for (group, (value, others)) in (0..).zip(groups.names) {
            let named = |value: &str| SegmentValue { column: segment.column.clone(), value: value.to_owned() };
            let merged = (others > 0)
                .then(|| table.with_purchases(table.purchases.merged(segment, &groups.group_of, group, OTHERS)));
            let of = Scope { segment: Some(named(if others > 0 { OTHERS } else { &value })), ..scope.clone() };
            let table = merged.as_ref().unwrap_or(table);
            let begin = if looks_back { to.plus(1 - LOOK_BACK).max(first) } else { from };
            let repeat = repeat_purchase_rate(table, &of.over(Period::months(begin, to)));
            let mut metrics = Metrics::new();
            for mut result in [repeat, realised(table, &of)] {
                result.segment = Some(named(&value));
                add(&mut metrics, result);
            }
            entries.push(SegmentEntry { segment: named(&value), others, metrics });
        }
        report.segments = compare_to_rest(entries, Key::RepeatPurchaseRate, scope.level);
        let comparison = segment_comparison(&scope, Key::RepeatPurchaseRate, &report.segments, &report.metrics);
        add(&mut report.metrics, comparison);
    }
}

/// Customers by the month of their first purchase, and how many of them bought in each month since.
fn cohorts(table: &PurchaseTable, scope: &Scope, (first, last): (Month, Month)) -> Vec<CustomerCohort> {
    let months = (last.0 - first.0 + 1).max(0) as usize;
    let all = Scope { period: None, ..scope.clone() };
    let cells = activity::active_by_month(&all, &table.purchases, &Usage::default(), first, months);
    let complete = (table.purchases.as_of.month().0 - first.0).max(0) as usize;
    let cohorts = cells.into_iter().enumerate().filter(|(_, (size, _))| *size > 0);
    let cohorts = cohorts.map(|(place, (size, active))| CustomerCohort {
        cohort: first.plus(place as i32),
        size,
        active: active.into_iter().map(Some).collect(),
        open: months.saturating_sub(complete.max(place)) as u32,
        // Whoever buys for the first time in the file may have bought before it begins.
        left_truncated: place == 0,
    });
    cohorts.collect()
}

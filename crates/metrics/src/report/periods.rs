//! The report on totals by period.

use super::totals::{empty_metrics, metrics_of_totals, movement_entry};
use super::{
    Compare, Comparison, LabelledPeriod, Metrics, MovementEntry, Question, Report, SeriesEntry, add, scope_of,
};
use crate::catalogue::Key;
use crate::customers;
use crate::economics;
use crate::feedback;
use crate::history::Movement;
use crate::ledger::{PeriodRow, PeriodTable, Totals};
use crate::period::{Day, Period};
use crate::result::{Scope, Unit, Value};

pub(crate) fn report_periods<Input>(table: &PeriodTable, question: &Question, report: &mut Report<Input>) {
    let labelled = |row: &PeriodRow| match row.period {
        Some(period) => LabelledPeriod { label: row.label.clone(), ..period.into() },
        None => LabelledPeriod { start: None, end: None, label: row.label.clone() },
    };
    let metrics = |row: &PeriodRow| {
        let scope = scope_of(table.currency, question, row.period);
        let margin = row.totals.gross_margin.or(question.settings.gross_margin);
        table_metrics(&scope, &Totals { gross_margin: margin, ..row.totals })
    };
    let ordered = table.rows.iter().all(|row| row.period.is_some());
    // Without time there is no latest row: the first one is where a reader starts.
    let usual = if ordered { table.rows.len().saturating_sub(1) } else { 0 };
    let Some(row) = table.rows.get(question.row.unwrap_or(usual)).or(table.rows.get(usual)) else {
        report.metrics = empty_metrics(&scope_of(table.currency, question, None));
        return;
    };
    report.as_of = table.rows.iter().filter_map(|row| row.period).map(|period| period.end).max();
    report.period = Some(labelled(row));
    report.metrics = metrics(row);
    report.series = table.rows.iter().map(|row| SeriesEntry { period: labelled(row), metrics: metrics(row) }).collect();
    if ordered
        && question.compare == Some(Compare::RowBefore)
        && let Some(before) = question.row.unwrap_or(usual).checked_sub(1).and_then(|place| table.rows.get(place))
    {
        report.comparison = Some(Comparison { period: labelled(before), metrics: metrics(before) });
    }
    for row in &table.rows {
        let totals = &row.totals;
        let complete = [totals.mrr_start, totals.mrr_expansion, totals.mrr_contraction, totals.mrr_churn];
        if complete.iter().all(Option::is_some) && totals.mrr_new.is_some() {
            let end = totals.mrr_end.or_else(|| {
                let gains = totals.mrr_new? + totals.mrr_reactivation.unwrap_or(0) + totals.mrr_expansion?;
                Some(totals.mrr_start? + gains - totals.mrr_contraction? - totals.mrr_churn?)
            });
            let movement = Movement { totals: Totals { mrr_end: end, ..*totals }, ..Movement::default() };
            let period = Period { start: Day(0), end: Day(0) };
            let entry = movement_entry(period, &movement, table.currency);
            report.movements.push(MovementEntry { period: labelled(row), ..entry });
        }
    }
}

/// What one row of totals gives, unit economics and feedback included.
fn table_metrics(scope: &Scope, totals: &Totals) -> Metrics {
    let mut metrics = metrics_of_totals(scope, totals, None);
    if let Some(churn) = metrics.get(&Key::CustomerChurnRate) {
        let interval = churn.interval_numbers();
        if let Some(rate) = churn.number() {
            let unit = if scope.period.and_then(Period::whole_months) == Some(12) { Unit::Years } else { Unit::Months };
            let lifetime = customers::lifetime_from_churn(scope, rate, unit, interval);
            let arpa = metrics.get(&Key::Arpa).and_then(|result| result.value);
            if let (Some(Value::Money(arpa)), Unit::Months) = (arpa, unit) {
                let cltv = economics::cltv_simple(scope, arpa.units, rate, totals.gross_margin, interval);
                add(&mut metrics, cltv);
            }
            add(&mut metrics, lifetime);
        }
    }
    if let (Some(cost), Some(new)) = (totals.sales_and_marketing, totals.customers_new) {
        add(&mut metrics, economics::cac(scope, cost, new));
    }
    let counts = [totals.promoters, totals.passives, totals.detractors].map(|count| u64::try_from(count?).ok());
    if let [Some(promoters), Some(passives), Some(detractors)] = counts {
        add(&mut metrics, feedback::nps(scope, promoters, passives, detractors));
    }
    if let (Some(sent), Some(responses)) = (totals.sent, totals.responses) {
        let bounced = totals.bounced.unwrap_or(0);
        add(&mut metrics, feedback::survey_response_rate(scope, Some(sent), bounced, responses));
    }
    metrics
}

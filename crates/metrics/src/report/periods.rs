//! The report on totals by period.

use super::totals::{empty_metrics, metrics_of_totals, movement_entry};
use super::{
    Compare, Comparison, LabelledPeriod, Metrics, MovementEntry, Question, Report, SeriesEntry, add, scope_of,
};
use crate::catalogue::Key;
use crate::customers;
use crate::economics;
use crate::efficiency;
use crate::feedback;
use crate::history::Movement;
use crate::ledger::{PeriodRow, PeriodTable, Totals};
use crate::period::{DAYS_PER_MONTH, Day, Period};
use crate::result::{Scope, Status, Unit, Value};
use crate::statistics::Interval;

pub(crate) fn report_periods<Input>(table: &PeriodTable, question: &Question, report: &mut Report<Input>) {
    let labelled = |row: &PeriodRow| match row.period {
        Some(period) => LabelledPeriod { label: row.label.clone(), ..period.into() },
        None => LabelledPeriod { start: None, end: None, label: row.label.clone() },
    };
    let ordered = table.rows.iter().all(|row| row.period.is_some());
    let metrics = |place: usize, row: &PeriodRow| {
        let scope = scope_of(table.currency, question, row.period);
        let margin = row.totals.gross_margin.or(question.settings.gross_margin);
        let before = place.checked_sub(1).and_then(|place| table.rows.get(place)).filter(|_| ordered);
        let before = before.filter(|before| follows(before.period, row.period)).map(|before| &before.totals);
        table_metrics(&scope, &Totals { gross_margin: margin, ..row.totals }, before, table.endpoints)
    };
    // Without time there is no latest row: the first one is where a reader starts.
    let usual = if ordered { table.rows.len().saturating_sub(1) } else { 0 };
    let place = question.row.filter(|place| *place < table.rows.len()).unwrap_or(usual);
    let Some(row) = table.rows.get(place) else {
        report.metrics = empty_metrics(&scope_of(table.currency, question, None));
        return;
    };
    report.as_of = table.rows.iter().filter_map(|row| row.period).map(|period| period.end).max();
    report.period = Some(labelled(row));
    report.metrics = metrics(place, row);
    let entry = |(place, row): (usize, &PeriodRow)| SeriesEntry { period: labelled(row), metrics: metrics(place, row) };
    report.series = table.rows.iter().enumerate().map(entry).collect();
    if ordered
        && question.compare == Some(Compare::RowBefore)
        && let Some(place) = place.checked_sub(1)
        && let Some(before) = table.rows.get(place)
    {
        report.comparison = Some(Comparison { period: labelled(before), metrics: metrics(place, before) });
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

/// What each row's metrics warn of, by the row's place: the codes, each once.
pub fn row_warnings(table: &PeriodTable) -> Vec<(usize, Vec<String>)> {
    let question = Question::default();
    let of_row = |(place, row): (usize, &PeriodRow)| {
        let metrics =
            table_metrics(&scope_of(table.currency, &question, row.period), &row.totals, None, table.endpoints);
        let mut codes: Vec<String> = Vec::new();
        for warning in metrics.values().flat_map(|result| &result.warnings) {
            if !codes.contains(&warning.code) {
                codes.push(warning.code.clone());
            }
        }
        (place, codes)
    };
    table.rows.iter().enumerate().map(of_row).filter(|(_, codes)| !codes.is_empty()).collect()
}

/// Whether a period begins where the one before ends, and is as long in months.
fn follows(before: Option<Period>, period: Option<Period>) -> bool {
    before
        .zip(period)
        .is_some_and(|(before, period)| before.end == period.start && before.whole_months() == period.whole_months())
}

/// Months of the periods that the magic number is about.
const QUARTER: i32 = 3;

/// What one row of totals gives, unit economics and feedback included; the magic number needs the row before as well.
///
/// Movements of a longer period are summed over its months, unless they lie between its `endpoints`: customers who came
/// inside of it then count among those who stayed (metrics.md 4C, `naive_waterfall`).
fn table_metrics(scope: &Scope, totals: &Totals, before: Option<&Totals>, endpoints: bool) -> Metrics {
    let mut metrics = metrics_of_totals(scope, totals, None);
    if !endpoints && scope.period.and_then(Period::whole_months).is_some_and(|months| months > 1) {
        for key in [Key::Nrr, Key::Grr] {
            if let Some(result) = metrics.get_mut(&key).filter(|result| result.status == Status::Ok) {
                *result = result.clone().warning("W-WATERFALL");
            }
        }
    }
    if let Some(churn) = metrics.get(&Key::CustomerChurnRate) {
        let interval = churn.interval_numbers();
        if let Some(rate) = churn.number() {
            // Of a year the lifetime is in years; of all else in months, over which the rate is spread evenly, so that a
            // twentieth a quarter is 60 months.
            let (unit, months) = match scope.period.map(|period| (period.whole_months(), period.days())) {
                Some((Some(12), _)) => (Unit::Years, 1.0),
                Some((Some(months), _)) => (Unit::Months, f64::from(months)),
                Some((None, days)) => (Unit::Months, f64::from(days) / DAYS_PER_MONTH),
                None => (Unit::Months, 1.0),
            };
            let (rate, interval) =
                (rate / months, interval.map(|of| Interval { low: of.low / months, high: of.high / months }));
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
        let cost_before = before.and_then(|before| before.sales_and_marketing);
        let other =
            economics::Acquisition { cost_before, advertising: None, reactivated: totals.customers_reactivated };
        add(&mut metrics, economics::cac_with_readings(scope, cost, new, &other));
    }
    let money = |metrics: &Metrics, key: Key| match metrics.get(&key).and_then(|result| result.value) {
        Some(Value::Money(amount)) => Some(amount.units),
        _ => None,
    };
    if let Some(cac) = money(&metrics, Key::Cac) {
        // Revenue is no contribution: without a margin there is nothing that pays the cost back.
        if let (Some(cltv), Some(_)) = (money(&metrics, Key::CltvSimple), totals.gross_margin) {
            add(&mut metrics, economics::ltv_cac(scope, cltv, cac));
        }
        let new = totals.mrr_new.zip(totals.customers_new).filter(|(_, customers)| *customers > 0);
        if let (Some((mrr, customers)), Some(margin)) = (new, totals.gross_margin) {
            add(&mut metrics, economics::cac_payback(scope, cac, mrr / i128::from(customers), margin, None));
        }
    }
    let net_new_arr = money(&metrics, Key::NetNewMrr).map(|net| net.saturating_mul(12));
    if let (Some(burn), Some(arr)) = (totals.net_burn, net_new_arr) {
        add(&mut metrics, efficiency::burn_multiple(scope, burn, arr));
    }
    let quarterly = scope.period.and_then(Period::whole_months) == Some(QUARTER);
    if let Some(cost) = before.and_then(|before| before.sales_and_marketing).filter(|_| quarterly) {
        let revenues = totals.revenue.zip(before.and_then(|before| before.revenue));
        match (revenues, net_new_arr) {
            (Some((revenue, before)), _) => add(&mut metrics, efficiency::magic_number(scope, revenue, before, cost)),
            (None, Some(arr)) => add(&mut metrics, efficiency::magic_number_of_arr(scope, arr, cost)),
            (None, None) => {}
        }
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

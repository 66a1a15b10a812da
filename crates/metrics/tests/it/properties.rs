//! The identities of metrics.md 9.10 on random histories, and a naive second implementation that must agree.

use crate::common::ledger;
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::customers::{Measured, churn_rate_convert};
use keeprate_metrics::ledger::{Dataset, Ledger, PeriodRow, PeriodTable};
use keeprate_metrics::period::Period;
use keeprate_metrics::report::{MovementEntry, Question, Report, report, totals_of};
use keeprate_metrics::result::{MetricResult, Scope, SegmentValue, Status, Value};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Amounts per customer and month, in whole cents; about a third of the cells are empty.
fn histories() -> impl Strategy<Value = Vec<Vec<u32>>> {
    let cell = prop_oneof![1 => Just(0_u32), 2 => 1..100_000_u32];
    (2..10_usize).prop_flat_map(move |months| prop::collection::vec(prop::collection::vec(cell.clone(), months), 1..25))
}

fn build(rows: &[Vec<u32>], factor: f64, first: &str) -> Ledger {
    let names: Vec<String> = (0..rows.len()).map(|place| format!("c{place}")).collect();
    let amounts: Vec<Vec<f64>> =
        rows.iter().map(|row| row.iter().map(|cents| f64::from(*cents) / 100.0 * factor).collect()).collect();
    let rows: Vec<(&str, &str, &[f64])> = names
        .iter()
        .zip(&amounts)
        .enumerate()
        .map(|(place, (name, row))| (name.as_str(), if place % 3 == 0 { "x" } else { "y" }, row.as_slice()))
        .collect();
    ledger(first, &rows)
}

fn whole(ledger: Ledger, from: i32, segments: bool) -> Report<()> {
    let last = ledger.last().expect("months");
    let question = Question {
        from: Some(ledger.first.plus(from)),
        to: Some(last),
        segments_of: segments.then(|| "Segment".to_owned()),
        ..Question::default()
    };
    report(&Dataset::Ledger(ledger), &question, Vec::new())
}

fn closes(entry: &MovementEntry) -> bool {
    let gains = entry.start.units + entry.new.units + entry.reactivation.units + entry.expansion.units;
    let customers = &entry.customers;
    gains - entry.contraction.units - entry.churn.units == entry.end.units
        && customers.start - customers.lost + customers.new + customers.reactivated == customers.end
}

/// Class and amount of one customer and month, written from the table of metrics.md 3.6 alone.
fn naive(rows: &[Vec<u32>], month: usize) -> BTreeMap<&'static str, i128> {
    let mut sums = BTreeMap::new();
    for row in rows {
        let (start, end) = (i128::from(row[month - 1]), i128::from(row[month]));
        let before = row[..month].iter().any(|cents| *cents > 0);
        let (class, cents) = match (start, end) {
            (0, 0) => continue,
            (0, end) if before => ("reactivation", end),
            (0, end) => ("new", end),
            (start, 0) => ("churn", start),
            (start, end) if end > start => ("expansion", end - start),
            (start, end) => ("contraction", start - end),
        };
        *sums.entry(class).or_insert(0) += cents;
    }
    sums
}

proptest! {
    /// The totals behind a series, as a table of totals, give its figures again, whatever a cent is divided by.
    #[test]
    fn the_totals_of_a_series_give_its_figures_again(rows in histories(), divisor in 1..13_u32) {
        let original = whole(build(&rows, 1.0 / f64::from(divisor), "2024-01"), 1, false);
        let rows = original.series.iter().enumerate().map(|(place, entry)| PeriodRow {
            label: entry.period.label.clone(),
            period: entry.period.start.zip(entry.period.end).map(|(start, end)| Period { start, end }),
            record: place as u64,
            totals: totals_of(&entry.metrics),
        });
        let table = PeriodTable { rows: rows.collect(), currency: original.currency, endpoints: true };
        let again: Report<()> = report(&Dataset::Periods(table), &Question::default(), Vec::new());
        prop_assert_eq!(again.series.len(), original.series.len());
        for (before, after) in original.series.iter().zip(&again.series) {
            for (key, expected) in before.metrics.iter().filter(|(_, result)| result.status == Status::Ok) {
                let found = &after.metrics[key];
                let figures = |result: &MetricResult| (result.value, result.numerator, result.denominator);
                prop_assert_eq!(figures(found), figures(expected), "{:?} {}", key, &before.period.label);
            }
        }
    }

    #[test]
    fn movements_close_exactly_and_equal_the_naive_ones(rows in histories()) {
        let report = whole(build(&rows, 1.0, "2024-01"), 1, false);
        prop_assert_eq!(report.movements.len(), rows[0].len() - 1);
        for (month, entry) in report.movements.iter().enumerate() {
            prop_assert!(closes(entry), "{:?}", entry);
            let naive = naive(&rows, month + 1);
            for (class, amount) in [
                ("new", entry.new), ("reactivation", entry.reactivation), ("expansion", entry.expansion),
                ("contraction", entry.contraction), ("churn", entry.churn),
            ] {
                prop_assert_eq!(amount.minor(), naive.get(class).copied().unwrap_or(0), "{}", class);
            }
        }
    }

    #[test]
    fn retention_and_churn_are_complements_and_gross_is_at_most_net(rows in histories(), from in 1..9_i32) {
        let ledger = build(&rows, 1.0, "2024-01");
        let from = from.min(rows[0].len() as i32 - 1);
        let metrics = whole(ledger, from, false).metrics;
        let number = |key: Key| metrics[&key].number();
        if let (Some(retention), Some(churn)) = (number(Key::CustomerRetentionRate), number(Key::CustomerChurnRate)) {
            prop_assert!((retention + churn - 1.0).abs() < 1e-12);
        }
        if let (Some(net), Some(gross)) = (number(Key::Nrr), number(Key::Grr)) {
            prop_assert!(gross <= net.min(1.0) + 1e-12 && gross >= 0.0);
            let lost = number(Key::RevenueChurn).expect("a value where GRR has one");
            prop_assert!((lost - (1.0 - gross)).abs() < 1e-12);
        }
        for result in metrics.values() {
            if let (Some(low), Some(high)) = (result.ci_low, result.ci_high) {
                prop_assert!(low.as_f64() <= high.as_f64(), "{:?}", result);
            }
        }
    }

    #[test]
    fn order_and_names_change_nothing(rows in histories()) {
        let mut reversed = rows.clone();
        reversed.reverse();
        let strip = |ledger: Ledger| Report { segments: Vec::new(), ..whole(ledger, 1, false) };
        prop_assert_eq!(strip(build(&rows, 1.0, "2024-01")), strip(build(&reversed, 1.0, "2024-01")));
    }

    #[test]
    fn scaling_amounts_scales_money_and_keeps_rates(rows in histories()) {
        let plain = whole(build(&rows, 1.0, "2024-01"), 1, false).metrics;
        let scaled = whole(build(&rows, 4.0, "2024-01"), 1, false).metrics;
        for key in [Key::Nrr, Key::Grr, Key::CustomerChurnRate, Key::QuickRatio, Key::RevenueConcentration] {
            prop_assert_eq!(plain[&key].status, scaled[&key].status);
            if let (Some(a), Some(b)) = (plain[&key].number(), scaled[&key].number()) {
                prop_assert!((a - b).abs() < 1e-12, "{}", key.name());
            }
        }
        if let (Some(Value::Money(a)), Some(Value::Money(b))) = (plain[&Key::Mrr].value, scaled[&Key::Mrr].value) {
            prop_assert_eq!(a.units * 4, b.units);
        }
    }

    #[test]
    fn whole_months_later_is_the_same_series_later(rows in histories(), months in 1..60_i32) {
        let early = whole(build(&rows, 1.0, "2024-01"), 1, false);
        let first = keeprate_metrics::period::Month::parse_iso("2024-01").expect("a month").plus(months);
        let late = whole(build(&rows, 1.0, &first.to_iso()), 1, false);
        for (a, b) in early.movements.iter().zip(&late.movements) {
            prop_assert_eq!((a.new, a.churn, a.customers), (b.new, b.churn, b.customers));
        }
        prop_assert_eq!(early.survival, late.survival);
    }

    #[test]
    fn segments_add_up(rows in histories()) {
        let report = whole(build(&rows, 1.0, "2024-01"), 1, true);
        for name in ["start", "lost", "end"] {
            let parts: f64 = report.segments.iter().filter_map(|entry| entry.metrics[&Key::CustomerCounts].part_number(name)).sum();
            prop_assert_eq!(Some(parts), report.metrics[&Key::CustomerCounts].part_number(name), "{}", name);
        }
        let filtered: i128 = ["x", "y"].iter().map(|value| {
            let question = Question {
                segment: Some(SegmentValue { column: "Segment".to_owned(), value: (*value).to_owned() }),
                ..Question::default()
            };
            let ledger = Dataset::Ledger(build(&rows, 1.0, "2024-01"));
            match report_mrr(&ledger, &question) { Some(Value::Money(amount)) => amount.units, _ => 0 }
        }).sum();
        let all = Dataset::Ledger(build(&rows, 1.0, "2024-01"));
        let Some(Value::Money(total)) = report_mrr(&all, &Question::default()) else { panic!("money") };
        prop_assert_eq!(filtered, total.units);
    }

    #[test]
    fn cohorts_add_up_to_the_customers(rows in histories()) {
        let report = whole(build(&rows, 1.0, "2024-01"), 1, false);
        let cohorts = report.cohorts.expect("cohorts").customers;
        let last = rows[0].len() - 1;
        let first = keeprate_metrics::period::Month::parse_iso("2024-01").expect("a month");
        for month in 0..=last {
            let sum: u64 = cohorts.iter().filter_map(|cohort| {
                let age = usize::try_from(month as i32 - (cohort.cohort.0 - first.0)).ok()?;
                *cohort.active.get(age)?
            }).sum();
            let active = rows.iter().filter(|row| row[month] > 0).count() as u64;
            prop_assert_eq!(sum, active);
        }
    }

    /// Who was there in the first month began at an unknown time.
    #[test]
    fn stays_are_those_that_rows_show(rows in histories()) {
        let report = whole(build(&rows, 1.0, "2024-01"), 1, true);
        let stays = |row: &Vec<u32>| {
            let begins = (1..row.len()).filter(|month| row[*month] > 0 && row[month - 1] == 0).count();
            let first = row.iter().position(|cents| *cents > 0).filter(|first| *first > 0);
            let ended = first.is_some_and(|first| row[first..].contains(&0));
            (begins, usize::from(first.is_some()), usize::from(ended))
        };
        let counts = rows.iter().map(stays).fold((0, 0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1, sum.2 + of.2));
        let survival = &report.metrics[&Key::KmSurvival];
        let part = |name: &str| survival.part_number(name).unwrap_or(0.0) as usize;
        prop_assert_eq!((part("spells"), survival.n.unwrap_or(0) as usize, part("ended")), counts);
        // Of each segment by itself, as far as somebody of it is there at either end.
        for entry in &report.segments {
            let own = rows.iter().enumerate().filter(|(place, _)| (place % 3 == 0) == (entry.segment.value == "x"));
            let counts = own.map(|(_, row)| stays(row)).fold((0, 0), |sum, of| (sum.0 + of.1, sum.1 + of.2));
            let survival = &entry.metrics[&Key::KmSurvival];
            let ended = survival.part_number("ended").unwrap_or(0.0) as usize;
            prop_assert_eq!((survival.n.unwrap_or(0) as usize, ended), counts);
        }
    }

    #[test]
    fn survival_falls_and_stays_within_its_bounds(rows in histories()) {
        let steps = whole(build(&rows, 1.0, "2024-01"), 1, false).survival;
        for pair in steps.windows(2) {
            prop_assert!(pair[1].s <= pair[0].s && pair[1].t > pair[0].t);
        }
        for step in steps {
            if let (Some(low), Some(high)) = (step.low, step.high) {
                prop_assert!(low <= step.s && step.s <= high);
            }
        }
    }

    #[test]
    fn monthly_to_annual_and_back(rate in 0.0..0.5_f64) {
        let scope = Scope::default();
        let annual = churn_rate_convert(&scope, rate, Measured::Monthly, None).number().expect("a value");
        let monthly = churn_rate_convert(&scope, annual, Measured::Annually, None).number().expect("a value");
        prop_assert!((monthly - rate).abs() < 1e-9);
    }

    #[test]
    fn a_report_reads_back_from_its_json(rows in histories()) {
        let report = whole(build(&rows, 1.0, "2024-01"), 1, true);
        let json = serde_json::to_string(&report).expect("JSON");
        let back: Report<()> = serde_json::from_str(&json).expect("a report");
        prop_assert_eq!(serde_json::to_string(&back).expect("JSON"), json);
    }
}

#[test]
fn a_status_is_called_the_same_in_code_and_json() {
    use keeprate_metrics::result::Status;
    for status in [Status::Ok, Status::UndefinedZeroBase, Status::UndefinedNonpositiveBase, Status::Infinite] {
        assert_eq!(serde_json::to_string(&status).expect("JSON"), format!("\"{}\"", status.name()));
    }
    for status in [Status::NoPriorPeriod, Status::MissingPeriod, Status::MissingInput, Status::InsufficientData] {
        assert_eq!(serde_json::to_string(&status).expect("JSON"), format!("\"{}\"", status.name()));
    }
    for status in [Status::NotReached, Status::Never, Status::Error] {
        assert_eq!(serde_json::to_string(&status).expect("JSON"), format!("\"{}\"", status.name()));
    }
}

fn report_mrr(dataset: &Dataset, question: &Question) -> Option<Value> {
    report::<()>(dataset, question, Vec::new()).metrics[&Key::Mrr].value
}

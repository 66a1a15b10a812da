//! Links of version 1, kept for ever. The expectations are those of metrics.md, whatever this code makes of them.

#![allow(clippy::expect_used, clippy::panic, reason = "a test stops at what it did not expect")]

mod common;

use common::{ask, d1, d5, d7, june};
use keeprate_link::{Options, decode, encode};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::report::{Metrics, Question, Report};
use keeprate_metrics::result::{Status, Unit};

fn read(payload: &str) -> Report<()> {
    decode(payload.trim()).expect("a published link stays readable")
}

fn check(metrics: &Metrics, key: Key, part: &str, expected: f64) {
    let result = &metrics[&key];
    let actual = match part {
        "value" => result.number(),
        "ci_low" => result.ci_low.map(|low| low.as_f64()),
        "ci_high" => result.ci_high.map(|high| high.as_f64()),
        _ => result.part_number(part),
    };
    let actual = actual.unwrap_or_else(|| panic!("{} {part} is absent", key.name()));
    let tolerance = if result.unit == Unit::Money { 0.005 } else { 1e-6 };
    assert!((actual - expected).abs() <= tolerance, "{} {part}: {actual} instead of {expected}", key.name());
}

/// metrics.md 8.1, June 2025, and its table month by month.
#[test]
fn d1_june() {
    let report = read(include_str!("golden/1-d1-june.txt"));
    assert_eq!(report.period.expect("a period").label, "2025-06");
    for (key, part, expected) in [
        (Key::CustomerCounts, "start", 7.0),
        (Key::CustomerCounts, "end", 6.0),
        (Key::Mrr, "mrr_start", 850.0),
        (Key::Mrr, "mrr_expansion", 30.0),
        (Key::Mrr, "mrr_churn", 60.0),
        (Key::Mrr, "value", 820.0),
        (Key::CustomerRetentionRate, "value", 0.857143),
        (Key::CustomerChurnRate, "value", 0.142857),
        (Key::Nrr, "value", 0.964706),
        (Key::Grr, "value", 0.929412),
        (Key::RevenueChurn, "value", 0.070588),
        (Key::RevenueChurn, "net", 0.035294),
        (Key::QuickRatio, "value", 0.5),
        (Key::Arpa, "value", 136.666667),
        (Key::Arpa, "average", 128.461538),
        (Key::RevenueConcentration, "value", 1.0),
        (Key::RevenueConcentration, "top_1", 0.304878),
        (Key::RevenueConcentration, "hhi", 0.212671),
    ] {
        check(&report.metrics, key, part, expected);
    }
    let rows: Vec<_> = report
        .movements
        .iter()
        .map(|entry| {
            let amounts = [entry.start, entry.new, entry.reactivation, entry.expansion, entry.contraction, entry.churn];
            (amounts.map(|amount| amount.minor() / 100), entry.end.minor() / 100)
        })
        .collect();
    assert_eq!(
        rows,
        [
            ([920, 80, 0, 20, 0, 0], 1020),
            ([1020, 0, 0, 50, 0, 270], 800),
            ([800, 60, 0, 0, 130, 0], 730),
            ([730, 0, 120, 0, 0, 0], 850),
            ([850, 0, 0, 30, 0, 60], 820),
        ]
    );
    assert_eq!(report.series.len(), 6);
    check(&report.series[0].metrics, Key::Mrr, "value", 920.0);
    assert_eq!(report.cohorts.expect("cohorts").customers[0].active, [6, 6, 4, 4, 5, 5].map(Some));
}

/// metrics.md 8.5.
#[test]
fn d5_period_table() {
    let report = read(include_str!("golden/1-d5.txt"));
    assert_eq!(report.period.expect("a period").label, "Quelle 002");
    for (key, part, expected) in [
        (Key::CustomerRetentionRate, "value", 0.95),
        (Key::CustomerRetentionRate, "ci_low", 0.88825),
        (Key::CustomerRetentionRate, "ci_high", 0.978456),
        (Key::CustomerChurnRate, "value", 0.05),
        (Key::AccountRetentionRate, "value", 1.05),
        (Key::Nrr, "value", 1.1),
        (Key::Grr, "value", 0.9),
        (Key::RevenueChurn, "value", 0.1),
        (Key::RevenueChurn, "net", -0.1),
    ] {
        check(&report.metrics, key, part, expected);
    }
    assert_eq!((report.metrics[&Key::Nrr].met, report.metrics[&Key::Grr].met), (Some(true), Some(false)));
    assert_eq!(report.series[1].period.label, "Quelle 003");
    check(&report.series[1].metrics, Key::CustomerCounts, "value", 100.0);
    assert_eq!(report.series[1].metrics[&Key::Mrr].status, Status::MissingInput);
}

/// metrics.md 8.7.
#[test]
fn d7_status_table() {
    let report = read(include_str!("golden/1-d7.txt"));
    check(&report.metrics, Key::KmSurvival, "value", 10.0);
    check(&report.metrics, Key::KmSurvival, "ci_low", 3.0);
    check(&report.metrics, Key::KmSurvival, "ended", 5.0);
    assert_eq!(report.metrics[&Key::KmSurvival].ci_high, None);
    let table = [
        (3.0, 8, 0.875000, 0.387000, 0.981393),
        (6.0, 6, 0.729167, 0.276390, 0.925353),
        (7.0, 5, 0.583333, 0.180189, 0.844069),
        (10.0, 3, 0.388889, 0.063003, 0.724223),
        (12.0, 2, 0.194444, 0.009335, 0.563398),
    ];
    assert_eq!(report.survival.len(), table.len());
    for (step, (time, at_risk, share, low, high)) in report.survival.iter().zip(table) {
        assert_eq!((step.t, step.at_risk, step.churned), (time, at_risk, 1));
        for (actual, expected) in [(Some(step.s), share), (step.low, low), (step.high, high)] {
            assert!((actual.expect("a number") - expected).abs() <= 1e-6, "{actual:?} instead of {expected}");
        }
    }
}

/// What is written today reads like what was published: the reports are the same, though the text may be shorter, and
/// metrics may be there that were not known then.
#[test]
fn today_reads_the_same() {
    for (golden, dataset, question) in [
        (include_str!("golden/1-d1-june.txt"), d1(), june()),
        (include_str!("golden/1-d5.txt"), d5(), Question::default()),
        (include_str!("golden/1-d7.txt"), d7(), Question::default()),
    ] {
        let today = encode(&ask(&dataset, &question), &Options::default());
        let (published, today) = (read(golden).metrics, read(&today.payload).metrics);
        for (key, result) in published.iter() {
            assert_eq!(today.get(key), Some(result));
        }
    }
}

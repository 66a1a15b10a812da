//! What reports say of the time ahead, of cohorts after a year, and of cost: from data sets whose figures can be worked
//! out by hand.

use crate::common::{check, d1, day, ledger, month};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::ledger::{Dataset, PeriodRow, PeriodTable, Totals};
use keeprate_metrics::money::Currency;
use keeprate_metrics::period::Period;
use keeprate_metrics::report::{Question, Report, report};

fn ask(dataset: &Dataset, settings: &[(&str, &str)]) -> Report<()> {
    let mut question = Question::default();
    for (name, value) in settings {
        question.settings.set(name, value).expect("a setting");
    }
    report(dataset, &question, Vec::new())
}

/// D1 from February to June: 3 of 31 customers lost and 3 won or won back; of 4,320 opening MRR 330 lost, 130 less, 100 more;
/// 260 new or back.
#[test]
fn the_last_months_go_on() {
    let report = ask(&d1(), &[]);
    // 820 × g¹² + 52 × (1 − g¹²) ÷ (1 − g) with g = 11 ÷ 12; customers likewise with r = 28 ÷ 31 and 0.6 a month.
    check(
        &report.metrics[&Key::Forecast],
        "value=692.99 customers=6.141036 churn=0.076389 mrr_new=52 steady_state=624",
    );
    assert_eq!(report.forecast.len(), 12);
    assert_eq!(
        (report.forecast[0].period.label.as_str(), report.forecast[11].period.label.as_str()),
        ("2025-07", "2026-06")
    );
    // 820 × 11 ÷ 12 + 52.
    assert_eq!(report.forecast[0].mrr.to_decimal(), "803.67");
    check(&report.metrics[&Key::Sensitivity], "churn=0.096774 churn_changed=0.086774");
    assert!(report.metrics[&Key::Sensitivity].number().is_some_and(|more| more > 0.0));
}

#[test]
fn what_cannot_be_extrapolated_says_so() {
    let two = Dataset::Ledger(ledger("2025-01", &[("a", "", &[10., 10.]), ("b", "", &[10., 0.])]));
    check(&ask(&two, &[]).metrics[&Key::Forecast], "status=insufficient_data");
    check(&ask(&two, &[]).metrics[&Key::Sensitivity], "status=insufficient_data");
    let loyal = Dataset::Ledger(ledger("2025-01", &[("a", "", &[10., 10., 10., 10., 10.])]));
    check(&ask(&loyal, &[]).metrics[&Key::Forecast], "value=10 customers=1");
    check(&ask(&loyal, &[]).metrics[&Key::Sensitivity], "status=undefined_zero_base");
}

#[test]
fn growth_beyond_all_money_is_no_forecast() {
    // From a millionth of a cent to a hundred: a rate that twelve months carry beyond every number.
    let rows = [("a", "", &[1e-8, 1e-8, 1e-8, 100.][..])];
    let report = ask(&Dataset::Ledger(ledger("2025-01", &rows)), &[]);
    check(&report.metrics[&Key::Forecast], "status=error");
    assert!(report.forecast.is_empty());
    serde_json::to_string(&report).expect("a document");
}

#[test]
fn a_contribution_needs_a_margin() {
    for key in [Key::CltvDiscounted, Key::CltvSurvival] {
        check(&ask(&d1(), &[]).metrics[&key], "status=missing_input");
    }
    let report = ask(&d1(), &[("gross_margin", "0.8"), ("annual_discount", "0")]);
    // Without interest the contribution is ARPA × margin ÷ churn: 136.67 × 0.8 ÷ (3 ÷ 31), rounded to the cent.
    check(&report.metrics[&Key::CltvDiscounted], "value=1129.78 annual_discount=0");
    check(&report.metrics[&Key::CltvSimple], "value=1129.78");
}

#[test]
fn cohorts_are_summed_up_as_far_as_they_reach() {
    let report = ask(&d1(), &[]);
    // Of the cohorts that began within the file February's has come farthest: E, who pays what she paid.
    check(&report.metrics[&Key::CohortLogoRetention], "value=1 n=1 month=4");
    check(&report.metrics[&Key::CohortRevenueRetention], "value=1 mrr=80 mrr_start=80 gross_capped=1");
    let years = [10.; 15];
    let halves: Vec<f64> = (0..15)
        .map(|place| {
            if place == 0 {
                0.
            } else if place < 7 {
                20.
            } else {
                5.
            }
        })
        .collect();
    let grown: Vec<f64> = (0..15)
        .map(|place| {
            if place == 0 {
                0.
            } else if place < 7 {
                20.
            } else {
                30.
            }
        })
        .collect();
    let rows = [("old", "", &years[..]), ("less", "", &halves[..]), ("more", "", &grown[..])];
    let report = ask(&Dataset::Ledger(ledger("2024-01", &rows)), &[]);
    check(&report.metrics[&Key::CohortRevenueRetention], "value=0.875 month=12 gross_capped=0.625");
}

/// Quarters with the revenue, cost and burn of the sheet's examples.
fn quarters(lengths: [(&str, &str, &str); 2]) -> Dataset {
    let units = |major: i128| Some(major * 100_000_000);
    let row = |label: &str, start: &str, end: &str, totals: Totals| PeriodRow {
        record: 2,
        label: label.to_owned(),
        period: Some(Period { start: day(start), end: day(end) }),
        totals,
    };
    let [(one, start, until), (two, next, end)] = lengths;
    let first = Totals { revenue: units(1_000_000), sales_and_marketing: units(800_000), ..Totals::default() };
    let second = Totals {
        revenue: units(1_200_000),
        net_burn: units(2_000_000),
        mrr_start: units(0),
        mrr_end: Some(100_000_000_000_000 / 12 * 12 / 12),
        sales_and_marketing: units(50_000),
        customers_start: Some(100),
        customers_lost: Some(5),
        customers_new: Some(25),
        mrr_new: units(12_500),
        gross_margin: Some(0.8),
        ..Totals::default()
    };
    let rows = vec![row(one, start, until, first), row(two, next, end, second)];
    Dataset::Periods(PeriodTable { rows, currency: Currency::EUR, endpoints: false })
}

#[test]
fn totals_tell_what_growth_costs() {
    let report = ask(&quarters([("Q1", "2025-01-01", "2025-04-01"), ("Q2", "2025-04-01", "2025-07-01")]), &[]);
    check(&report.metrics[&Key::MagicNumber], "value=1");
    check(&report.metrics[&Key::Cac], "value=2000");
    check(&report.metrics[&Key::CacPayback], "value=5");
    // 83,333.33 of net new MRR are a million of ARR.
    check(&report.metrics[&Key::BurnMultiple], "value=2");
    // The first quarter has none before it, and months are no quarters.
    assert!(!report.series[0].metrics.contains_key(&Key::MagicNumber));
    let gap = ask(&quarters([("Q1", "2025-01-01", "2025-04-01"), ("Q3", "2025-07-01", "2025-10-01")]), &[]);
    assert!(!gap.metrics.contains_key(&Key::MagicNumber));
    let months = ask(&quarters([("Jan", "2025-01-01", "2025-02-01"), ("Feb", "2025-02-01", "2025-03-01")]), &[]);
    assert!(!months.metrics.contains_key(&Key::MagicNumber));
}

#[test]
fn forecasts_stop_at_months_that_are_not_over() {
    let mut question = Question { to: Some(month("2025-05")), ..Question::default() };
    question.settings.set("churn_months", "3").expect("a setting");
    let report = report::<()>(&d1(), &question, Vec::new());
    assert_eq!(report.forecast[0].period.label, "2025-06");
}

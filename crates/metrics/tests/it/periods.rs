//! Totals by period (metrics.md 5.2 g): what one row gives, which row is shown, what the rows give side by side. All figures
//! are worked out by hand from the totals.

use crate::common::{check, day};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::ledger::{Dataset, PeriodRow, PeriodTable, Totals};
use keeprate_metrics::money::Currency;
use keeprate_metrics::period::Period;
use keeprate_metrics::report::{Compare, Question, Report, report};

fn units(major: i128) -> Option<i128> {
    Some(major * 100_000_000)
}

/// A row with its first day and the day after its last; without both its label means no period.
fn row(label: &str, days: Option<(&str, &str)>, totals: Totals) -> PeriodRow {
    let period = days.map(|(start, end)| Period { start: day(start), end: day(end) });
    PeriodRow { record: 2, label: label.to_owned(), period, totals }
}

fn ask(rows: Vec<PeriodRow>, question: &Question) -> Report<()> {
    report(&Dataset::Periods(PeriodTable { rows, currency: Currency::EUR, endpoints: false }), question, Vec::new())
}

const JANUARY: Option<(&str, &str)> = Some(("2025-01-01", "2025-02-01"));
const FEBRUARY: Option<(&str, &str)> = Some(("2025-02-01", "2025-03-01"));

/// A month in which 5 of 100 customers leave and 20 come.
fn month() -> Totals {
    Totals {
        customers_start: Some(100),
        customers_end: Some(115),
        customers_new: Some(20),
        customers_lost: Some(5),
        mrr_start: units(10_000),
        mrr_new: units(2_000),
        mrr_expansion: units(500),
        mrr_contraction: units(400),
        mrr_churn: units(600),
        ..Totals::default()
    }
}

fn mrr(mrr: i128) -> Totals {
    Totals { mrr_end: units(mrr), ..Totals::default() }
}

/// The amounts of the only movement: start, new, reactivation, expansion, contraction, churn and end.
fn movement(totals: Totals) -> Option<[String; 7]> {
    let report = ask(vec![row("Jan", JANUARY, totals)], &Question::default());
    report.movements.first().map(|of| {
        assert_eq!(
            (of.period.label.as_str(), of.period.start, of.period.end),
            ("Jan", Some(day("2025-01-01")), Some(day("2025-02-01")))
        );
        [of.start, of.new, of.reactivation, of.expansion, of.contraction, of.churn, of.end]
            .map(|amount| amount.to_decimal())
    })
}

/// 5 of 100 in a week are as many as in 20 weeks all.
#[test]
fn a_rate_of_days_gives_a_lifetime_in_months() {
    let week = row("2025-W02", Some(("2025-01-06", "2025-01-13")), month());
    check(&ask(vec![week], &Question::default()).metrics[&Key::CustomerLifetime], "value=4.599589 unit=months");
}

#[test]
fn movements_end_where_the_row_says_or_where_they_lead() {
    let amounts = |reactivation: &str, end: &str| {
        Some(["10000.00", "2000.00", reactivation, "500.00", "400.00", "600.00", end].map(str::to_owned))
    };
    // 10,000 + 2,000 + 500 − 400 − 600, and 300 more who are back.
    assert_eq!(movement(month()), amounts("0.00", "11500.00"));
    let back = Totals { mrr_reactivation: units(300), ..month() };
    assert_eq!(movement(back), amounts("300.00", "11800.00"));
    assert_eq!(movement(Totals { mrr_end: units(11_777), ..back }), amounts("300.00", "11777.00"));
}

#[test]
fn movements_take_all_of_their_parts() {
    for incomplete in [
        Totals { mrr_start: None, ..month() },
        Totals { mrr_new: None, ..month() },
        Totals { mrr_expansion: None, ..month() },
        Totals { mrr_contraction: None, ..month() },
        Totals { mrr_churn: None, ..month() },
    ] {
        assert_eq!(movement(incomplete), None, "{incomplete:?}");
    }
}

#[test]
fn a_month_tells_what_its_customers_are_worth_and_cost() {
    let paid = Totals { mrr_end: units(11_500), sales_and_marketing: units(40_000), ..month() };
    let of = |totals: Totals, question: &Question| ask(vec![row("Jan", JANUARY, totals)], question).metrics;
    let margin = of(Totals { gross_margin: Some(0.8), ..paid }, &Question::default());
    check(&margin[&Key::CustomerLifetime], "value=20 churn=0.05 unit=months");
    // 100 × 0.8 ÷ 0.05, 40,000 ÷ 20, and a customer brings 100 × 0.8 a month.
    check(&margin[&Key::CltvSimple], "value=1600 arpa=100");
    check(&margin[&Key::Cac], "value=2000");
    check(&margin[&Key::LtvCac], "value=0.8");
    check(&margin[&Key::CacPayback], "value=25");
    // Revenue pays no cost back.
    let revenue = of(paid, &Question::default());
    check(&revenue[&Key::CltvSimple], "value=2000 variant=revenue");
    assert!(!revenue.contains_key(&Key::LtvCac) && !revenue.contains_key(&Key::CacPayback));
    // A margin that was set holds where the row has none.
    let mut question = Question::default();
    question.settings.set("gross_margin", "0.5").expect("a setting");
    check(&of(paid, &question)[&Key::CltvSimple], "value=1000");
    check(&of(Totals { gross_margin: Some(0.8), ..paid }, &question)[&Key::CltvSimple], "value=1600");
    // Nobody new has no mean price.
    let nobody = Totals { customers_new: Some(0), gross_margin: Some(0.8), ..paid };
    let nobody = of(nobody, &Question::default());
    check(&nobody[&Key::Cac], "value=none status=undefined_zero_base");
    assert!(!nobody.contains_key(&Key::CacPayback));
}

#[test]
fn a_year_counts_lifetimes_in_years() {
    let totals = Totals { customers_lost: Some(50), mrr_end: units(11_500), ..month() };
    let year = ask(vec![row("2024", Some(("2024-01-01", "2025-01-01")), totals)], &Question::default());
    check(&year.metrics[&Key::CustomerLifetime], "value=2 churn=0.5 unit=years");
    // MRR is by the month.
    assert!(!year.metrics.contains_key(&Key::CltvSimple));
}

#[test]
fn answers_are_counted_by_the_row() {
    let totals = Totals {
        promoters: Some(6),
        passives: Some(3),
        detractors: Some(1),
        sent: Some(100),
        responses: Some(10),
        ..Totals::default()
    };
    let of = |totals: Totals| ask(vec![row("Jan", JANUARY, totals)], &Question::default()).metrics;
    check(&of(totals)[&Key::Nps], "value=50 n=10");
    check(&of(totals)[&Key::SurveyResponseRate], "value=0.1");
    check(&of(Totals { bounced: Some(20), ..totals })[&Key::SurveyResponseRate], "value=0.125");
    let less = of(Totals { passives: None, sent: None, ..totals });
    assert!(!less.contains_key(&Key::Nps) && !less.contains_key(&Key::SurveyResponseRate));
    assert!(!of(Totals { responses: None, ..totals }).contains_key(&Key::SurveyResponseRate));
}

fn shown(report: &Report<()>) -> (String, Option<f64>) {
    let label = report.period.as_ref().map(|period| period.label.clone());
    (label.unwrap_or_default(), report.metrics[&Key::Mrr].number())
}

#[test]
fn the_latest_row_is_shown_unless_another_is_asked_for() {
    let rows = || vec![row("Jan", JANUARY, mrr(100)), row("Feb", FEBRUARY, mrr(200))];
    let of = |place: Option<usize>| ask(rows(), &Question { row: place, ..Question::default() });
    assert_eq!(shown(&of(None)), ("Feb".to_owned(), Some(200.0)));
    assert_eq!(shown(&of(Some(0))), ("Jan".to_owned(), Some(100.0)));
    // There is no third row.
    assert_eq!(shown(&of(Some(2))), ("Feb".to_owned(), Some(200.0)));
    assert_eq!(of(Some(0)).as_of, Some(day("2025-03-01")));
    let series = of(Some(0)).series;
    let series: Vec<(&str, Option<f64>)> =
        series.iter().map(|entry| (entry.period.label.as_str(), entry.metrics[&Key::Mrr].number())).collect();
    assert_eq!(series, [("Jan", Some(100.0)), ("Feb", Some(200.0))]);
}

#[test]
fn rows_without_an_order_begin_with_the_first_one() {
    let rows = vec![row("Basic", None, mrr(100)), row("Pro", None, mrr(200))];
    let report = ask(rows, &Question { compare: Some(Compare::RowBefore), row: Some(1), ..Question::default() });
    assert_eq!(shown(&report), ("Pro".to_owned(), Some(200.0)));
    assert_eq!((report.as_of, report.comparison), (None, None));
    // One label that is no period is enough.
    let mixed = ask(vec![row("Jan", JANUARY, mrr(100)), row("later", None, mrr(200))], &Question::default());
    assert_eq!(shown(&mixed), ("Jan".to_owned(), Some(100.0)));
    let period = mixed.series.get(1).map(|entry| entry.period.clone()).expect("a row");
    assert_eq!((period.label.as_str(), period.start, period.end), ("later", None, None));
}

#[test]
fn a_row_is_compared_with_the_one_before() {
    let rows = || vec![row("Jan", JANUARY, mrr(100)), row("Feb", FEBRUARY, mrr(200))];
    let of = |question: Question| ask(rows(), &question).comparison;
    let before = of(Question { compare: Some(Compare::RowBefore), ..Question::default() }).expect("a row before");
    assert_eq!((before.period.label.as_str(), before.metrics[&Key::Mrr].number()), ("Jan", Some(100.0)));
    assert_eq!(of(Question::default()), None);
    assert_eq!(of(Question { compare: Some(Compare::RowBefore), row: Some(0), ..Question::default() }), None);
}

/// Quarters of 400 of cost; each earns a hundred more than what is before it.
fn magic_number(before: (&str, &str), totals: Totals) -> Option<f64> {
    let first = Totals { revenue: units(1_000), sales_and_marketing: units(400), ..Totals::default() };
    let rows = vec![row("before", Some(before), first), row("Q2", Some(("2025-04-01", "2025-07-01")), totals)];
    ask(rows, &Question::default()).metrics.get(&Key::MagicNumber).and_then(|result| result.number())
}

#[test]
fn a_quarter_is_held_against_the_quarter_before() {
    let revenue = Totals { revenue: units(1_100), ..Totals::default() };
    // 4 × 100 ÷ 400.
    assert_eq!(magic_number(("2025-01-01", "2025-04-01"), revenue), Some(1.0));
    // A half-year that ends where the quarter begins is no quarter before it.
    assert_eq!(magic_number(("2024-10-01", "2025-04-01"), revenue), None);
    // Without revenue the net new ARR: 12 × (110 − 100) ÷ 400.
    let arr = Totals { mrr_start: units(100), mrr_end: units(110), ..Totals::default() };
    assert_eq!(magic_number(("2025-01-01", "2025-04-01"), arr), Some(0.3));
    assert_eq!(magic_number(("2025-01-01", "2025-04-01"), Totals::default()), None);
}

#[test]
fn a_table_without_rows_has_no_revenue() {
    let report = ask(Vec::new(), &Question::default());
    check(&report.metrics[&Key::Mrr], "value=0");
    check(&report.metrics[&Key::CustomerChurnRate], "value=none status=undefined_zero_base");
    assert_eq!((report.period, report.series.len(), report.movements.len()), (None, 0, 0));
}

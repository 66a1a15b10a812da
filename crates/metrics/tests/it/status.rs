//! The report on customers by status (metrics.md 5.2 j): who left, after how long, and what they paid. Figures are worked out by
//! hand from four customers.

use crate::common::check;
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::ledger::{Codes, Dataset, Names, Segment, StatusTable};
use keeprate_metrics::money::Currency;
use keeprate_metrics::report::{Question, Report, report};
use keeprate_metrics::result::{Flag, SegmentValue};

/// Two of Germany, who pay 100 and 50, and two of France, who pay 30 and 20; the second of Germany and the first of France
/// have left, of whom one says when.
fn table() -> StatusTable {
    let (mut customers, mut values) = (Names::default(), Names::default());
    for name in ["a", "b", "c", "d"] {
        customers.push(name);
    }
    for value in ["", "DE", "FR"] {
        values.push(value);
    }
    StatusTable {
        customers,
        churned: vec![false, true, true, false],
        tenure: Some(vec![Some(10.0), Some(4.0), None, Some(2.0)]),
        revenue: Some([100, 50, 30, 20].map(|units| units * 100_000_000).to_vec()),
        segments: vec![Segment {
            column: "country".to_owned(),
            values,
            codes: Codes { of: vec![1, 1, 2, 2], rows: Vec::new() },
        }],
        currency: Currency::EUR,
    }
}

fn ask(table: StatusTable, question: &Question) -> Report<()> {
    report(&Dataset::Status(table), question, Vec::new())
}

fn of(column: &str, value: &str) -> Report<()> {
    let segment = Some(SegmentValue { column: column.to_owned(), value: value.to_owned() });
    ask(table(), &Question { segment, ..Question::default() })
}

/// The two of France pay more here.
#[test]
fn segments_stand_in_the_order_of_what_they_pay() {
    let revenue = Some([1, 1, 30, 20].map(|units| units * 100_000_000).to_vec());
    let question = Question { segments_of: Some("country".to_owned()), ..Question::default() };
    let segments = ask(StatusTable { revenue, ..table() }, &question).segments;
    assert_eq!(segments.iter().map(|entry| entry.segment.value.as_str()).collect::<Vec<_>>(), ["FR", "DE"]);
}

#[test]
fn who_left_is_counted_with_what_they_paid() {
    let metrics = ask(table(), &Question::default()).metrics;
    for (key, expected) in [
        (Key::CustomerCounts, "start=4 lost=2 new=0 value=2"),
        (Key::CustomerChurnRate, "value=0.5 n=4"),
        (Key::Mrr, "value=120 mrr_start=200 mrr_churn=80"),
        (Key::RevenueChurn, "value=0.4 amount=80"),
        (Key::Grr, "value=0.6 n=4"),
        (Key::Arpa, "value=60 median=60"),
        // Only b says for how long it was there: 4 months at 50.
        (Key::CltvHistoric, "value=200 ended=1 flag=estimate"),
        (Key::KmSurvival, "ended=1 n=3"),
        (Key::RevenueConcentration, "value=1 top_1=0.833333"),
        // What is not known of one state alone.
        (Key::Nrr, "value=none status=missing_input"),
        (Key::MrrMovements, "value=none status=missing_input"),
        (Key::NetNewMrr, "value=none status=missing_input"),
        (Key::QuickRatio, "value=none status=missing_input"),
        (Key::CltvSimple, "value=none status=missing_input"),
        (Key::ChurnRateConvert, "value=none status=missing_input"),
    ] {
        check(&metrics[&key], expected);
    }
    check(&metrics[&Key::CustomerLifetime], "value=none status=insufficient_data tenure_mean=6 tenure_median=6");
    // √(4 ÷ 3 × Σ(e − 0.6 s)²) ÷ 200, with 40, −30, −18 and 8: 2,888 in all.
    check(&metrics[&Key::Grr], "standard_error=0.310269");
}

#[test]
fn what_a_table_does_not_have_is_missing() {
    let alone = ask(StatusTable { revenue: None, tenure: None, ..table() }, &Question::default());
    for (key, field) in [
        (Key::RevenueConcentration, "mrr"),
        (Key::CltvHistoric, "tenure"),
        (Key::CustomerLifetime, "tenure"),
        (Key::KmSurvival, "tenure"),
        (Key::Mrr, "mrr_end"),
    ] {
        assert_eq!(alone.metrics[&key].needs.as_deref(), Some(field), "{}", key.name());
    }
    check(&alone.metrics[&Key::CustomerChurnRate], "value=0.5");
    let without_revenue = ask(StatusTable { revenue: None, ..table() }, &Question::default());
    assert_eq!(without_revenue.metrics[&Key::CltvHistoric].needs.as_deref(), Some("mrr"));
    assert!(!without_revenue.metrics[&Key::Mrr].flags.contains(&Flag::Estimate));
    assert_eq!((alone.survival.len(), without_revenue.survival.len()), (0, 1));
}

#[test]
fn a_segment_is_its_customers() {
    let german = of("country", "DE").metrics;
    check(&german[&Key::CustomerChurnRate], "value=0.5 n=2");
    check(&german[&Key::Mrr], "value=100 mrr_start=150");
    check(&german[&Key::CltvHistoric], "value=200 ended=1");
    check(&german[&Key::CustomerLifetime], "tenure_mean=10");
    let french = of("country", "FR").metrics;
    check(&french[&Key::Mrr], "value=20 mrr_start=50");
    check(&french[&Key::CltvHistoric], "value=none status=insufficient_data");
    // Of a value, or a column, that the file does not have there is nobody.
    for nobody in [of("country", "US"), of("owner", "DE")] {
        check(&nobody.metrics[&Key::CustomerCounts], "start=0 value=0");
        assert_eq!(nobody.survival.len(), 0);
    }
}

#[test]
fn segments_stand_side_by_side_by_what_they_paid() {
    let question = Question { segments_of: Some("country".to_owned()), ..Question::default() };
    let report = ask(table(), &question);
    let shown: Vec<_> =
        report.segments.iter().map(|entry| (entry.segment.value.as_str(), entry.metrics[&Key::Mrr].number())).collect();
    assert_eq!(shown, [("DE", Some(100.0)), ("FR", Some(20.0))]);
    check(&report.segments[0].metrics[&Key::CustomerChurnRate], "value=0.5 n=2 difference=0 p=1");
    check(&report.metrics[&Key::SegmentComparison], "value=0.5 segments=2 largest_difference=0");
    // Without amounts by the number of customers, of equal ones by name; within a segment there is no other.
    let of_france = SegmentValue { column: "country".to_owned(), value: "FR".to_owned() };
    let within = ask(table(), &Question { segment: Some(of_france), ..question });
    assert_eq!(within.segments.iter().map(|entry| entry.segment.value.as_str()).collect::<Vec<_>>(), ["FR"]);
}

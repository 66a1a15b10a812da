//! What goes into a link comes out of it again, and a link from anybody does no harm.

#![allow(clippy::expect_used, clippy::panic, reason = "a test stops at what it did not expect")]

mod common;

use common::*;
use keeprate_link::{
    Budget, Encoded, Error, LEFT_OUT, OF_SEGMENTS_LEFT_OUT, Options, PARTS_LEFT_OUT, budget, decode, encode,
};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::conventions::Conventions;
use keeprate_metrics::ledger::{Dataset, Names};
use keeprate_metrics::money::Interval;
use keeprate_metrics::period::Day;
use keeprate_metrics::planning::Target;
use keeprate_metrics::report::{Compare, Every, Metrics, MovementEntry, Question, Report, Settings};
use keeprate_metrics::result::{MetricResult, SegmentValue, Status, Value};
use keeprate_metrics::subscriptions::{End, SubscriptionRow, SubscriptionTable, Subscriptions};
use proptest::prelude::*;

/// Encodes with everything and reads back; the second link must be the first one.
fn through(report: &Report<()>) -> (Report<()>, Encoded) {
    let link = encode(report, &Options::default());
    let read = decode::<()>(&link.payload).expect("a link of ours");
    assert_eq!(encode(&read, &Options::default()), link);
    assert_eq!(link.names, 0);
    (read, link)
}

fn assert_values(name: &str, actual: Option<Value>, expected: Option<Value>) {
    match (actual, expected) {
        (Some(Value::Number(actual)), Some(Value::Number(expected))) => {
            assert!((actual - expected).abs() <= 1e-8 * expected.abs().max(1.0), "{name}: {actual} for {expected}");
        }
        (Some(Value::Money(actual)), Some(Value::Money(expected))) => {
            assert_eq!((actual.minor(), actual.exponent), (expected.minor(), expected.exponent), "{name}");
        }
        _ => assert_eq!(actual, expected, "{name}"),
    }
}

fn assert_result(actual: &MetricResult, expected: &MetricResult) {
    let name = expected.key.name();
    for (field, actual, expected) in [
        ("value", actual.value, expected.value),
        ("numerator", actual.numerator, expected.numerator),
        ("denominator", actual.denominator, expected.denominator),
        ("low", actual.ci_low, expected.ci_low),
        ("high", actual.ci_high, expected.ci_high),
    ] {
        assert_values(&[name, " ", field].concat(), actual, expected);
    }
    assert!(actual.parts.keys().eq(expected.parts.keys()), "{name}: {actual:?} for {expected:?}");
    for (part, value) in &expected.parts {
        assert_values(&[name, " ", part].concat(), actual.parts.get(part).copied(), Some(*value));
    }
    // A rate of counts is the same double, not just a near one.
    if let (Some(Value::Count(_)), Some(Value::Count(_))) = (expected.numerator, expected.denominator)
        && matches!(expected.value, Some(Value::Number(_)))
    {
        assert_eq!(actual.value, expected.value, "{name}");
    }
    let words = |result: &MetricResult| MetricResult {
        value: None,
        numerator: None,
        denominator: None,
        ci_low: None,
        ci_high: None,
        parts: Default::default(),
        ..result.clone()
    };
    assert_eq!(words(actual), words(expected));
}

fn assert_metrics(actual: &Metrics, expected: &Metrics) {
    let carried = || expected.iter().filter(|(key, _)| !LEFT_OUT.contains(key));
    assert!(actual.keys().eq(carried().map(|(key, _)| key)));
    for (key, expected) in carried() {
        let mut expected = expected.clone();
        expected.parts.retain(|name, _| !PARTS_LEFT_OUT.contains(&name.as_str()));
        assert_result(&actual[key], &expected);
    }
}

fn assert_report(actual: &Report<()>, expected: &Report<()>) {
    assert_metrics(&actual.metrics, &expected.metrics);
    assert_eq!(
        (&actual.settings, actual.currency, actual.as_of, &actual.period, &actual.segment),
        (&expected.settings, expected.currency, expected.as_of, &expected.period, &expected.segment)
    );
    assert!(actual.inputs.is_empty());
    assert_eq!(actual.series.len(), expected.series.len());
    for (actual, expected) in actual.series.iter().zip(&expected.series) {
        assert_eq!(actual.period, expected.period);
        for key in [Key::Mrr, Key::CustomerCounts] {
            assert_result(&actual.metrics[&key], &expected.metrics[&key]);
        }
    }
    assert_eq!(actual.movements.len(), expected.movements.len());
    for (actual, expected) in actual.movements.iter().zip(&expected.movements) {
        assert_eq!((&actual.period, actual.customers), (&expected.period, expected.customers));
        let minor = |entry: &MovementEntry| {
            let gains = [entry.start, entry.new, entry.reactivation, entry.expansion];
            let losses = [entry.contraction, entry.churn, entry.end];
            (gains.map(|amount| amount.minor()), losses.map(|amount| amount.minor()))
        };
        assert_eq!(minor(actual), minor(expected));
    }
    let customers = |report: &Report<()>| report.cohorts.clone().map(|cohorts| cohorts.customers);
    assert_eq!(customers(actual), customers(expected));
    assert_eq!(actual.survival, expected.survival);
    assert_eq!(actual.segments.len(), expected.segments.len());
    for (actual, expected) in actual.segments.iter().zip(&expected.segments) {
        assert_eq!((&actual.segment, actual.others), (&expected.segment, expected.others));
        let mut expected = expected.metrics.clone();
        expected.remove(&OF_SEGMENTS_LEFT_OUT);
        assert_metrics(&actual.metrics, &expected);
    }
    assert_eq!(actual.comparison.is_some(), expected.comparison.is_some());
    if let (Some(actual), Some(expected)) = (&actual.comparison, &expected.comparison) {
        assert_eq!(actual.period, expected.period);
        for (key, expected) in expected.metrics.iter().filter(|(key, _)| !LEFT_OUT.contains(key)) {
            let actual = &actual.metrics[key];
            assert_values(key.name(), actual.value, expected.value);
            assert_values(key.name(), actual.numerator, expected.numerator);
            assert_values(key.name(), actual.denominator, expected.denominator);
            let error = |result: &MetricResult| result.parts.get("standard_error").copied();
            assert_values(key.name(), error(actual), error(expected));
        }
    }
}

/// A change of a size is a change for every reader of the page's budget: look at it before the number here.
#[test]
fn links_of_the_sample_company_are_short() {
    let sample = sample();
    let compared =
        Question { compare: Some(Compare::Months(month("2025-11"), month("2025-11"))), ..Question::default() };
    let segments = Question { segments_of: Some("Segment".to_owned()), ..Question::default() };
    for (question, history, cohorts, most) in [
        (&Question::default(), false, false, 360),
        (&Question::default(), true, false, 610),
        (&Question::default(), true, true, 680),
        (&compared, true, true, 815),
        (&segments, true, true, 890),
    ] {
        let report = ask(&sample, question);
        let link = encode(&report, &Options { history, cohorts, ..Options::default() });
        assert!(link.payload.len() <= most, "{} instead of {most}", link.payload.len());
        assert_eq!(budget(link.payload.len()), Budget::Green);
    }
}

#[test]
fn reports_of_every_shape_read_back() {
    for dataset in [d1(), d5(), d7(), sample()] {
        let report = everything(&dataset);
        assert_report(&through(&report).0, &report);
    }
}

#[test]
fn every_question_reads_back() {
    let target = |text: &str| Target::parse(text).expect("a target");
    let settings =
        Settings { confidence_level: 90, gross_margin: Some(0.8), churn_months: 3, top_n: 5, ..Settings::default() };
    for question in [
        june(),
        Question { from: Some(month("2025-02")), ..june() },
        Question { to: Some(month("2025-01")), ..Question::default() },
        Question { every: Every::Quarter, ..Question::default() },
        Question { as_of: Some(month("2025-06").start()), to: Some(month("2025-06")), ..Question::default() },
        Question { targets: vec![target("customer_churn_rate<=0.03"), target("mrr>=1000")], ..Question::default() },
        Question { settings, ..Question::default() },
        Question {
            segment: Some(SegmentValue { column: "Segment".to_owned(), value: "SMB".to_owned() }),
            ..Question::default()
        },
    ] {
        let report = ask(&d1(), &question);
        assert_report(&through(&report).0, &report);
    }
}

/// Of a month that the file lacks a link says no more than the file; what else stands at its end does not get mixed up.
#[test]
fn months_that_the_file_lacks_stay_unknown() {
    let conventions = Conventions { incl_reactivation: true, ..Conventions::default() };
    for conventions in [Conventions::default(), conventions] {
        let Dataset::Ledger(mut ledger) = d1() else { panic!("months") };
        for place in [2, 4] {
            ledger.closings[place].present = false;
        }
        let settings = Settings { conventions, ..Settings::default() };
        let report = ask(&Dataset::Ledger(ledger), &Question { settings, ..june() });
        assert_eq!(report.cohorts.as_ref().expect("cohorts").customers[0].active[2..], [None, Some(4), None, Some(5)]);
        assert_report(&through(&report).0, &report);
    }
}

#[test]
fn options_leave_out_what_they_name() {
    let report = everything(&sample());
    let options = Options { history: false, cohorts: false, segments: false, suppress_below: 0 };
    let read = decode::<()>(&encode(&report, &options).payload).expect("a link of ours");
    assert_metrics(&read.metrics, &report.metrics);
    assert!(read.series.is_empty() && read.movements.is_empty() && read.segments.is_empty());
    assert_eq!(read.cohorts, None);
}

#[test]
fn small_groups_are_left_out_on_request() {
    let options = Options { suppress_below: 5, ..Options::default() };
    let report = everything(&sample());
    let link = encode(&report, &options);
    assert!(link.suppressed > 0);
    let read = decode::<()>(&link.payload).expect("a link of ours");
    let cohorts = &read.cohorts.as_ref().expect("cohorts").customers;
    assert!(cohorts.iter().all(|row| row.size >= 5 && row.active.iter().flatten().all(|count| *count >= 5)));
    assert!(read.survival.iter().all(|step| step.at_risk >= 5));
    for result in read.segments.iter().flat_map(|entry| entry.metrics.values()).chain(read.metrics.values()) {
        assert!(result.value.is_none() || result.n.is_none_or(|n| n >= 5), "{result:?}");
    }
    assert_eq!(encode(&read, &options).payload, link.payload);

    // One of two segments is too small: the other one would tell it.
    let dataset = table("2025-01", &[("a", "x", &[10, 10]), ("b", "y", &[10, 10]), ("c", "y", &[10, 10])]);
    let link = encode(&everything(&dataset), &Options { suppress_below: 2, ..Options::default() });
    assert!(decode::<()>(&link.payload).expect("a link of ours").segments.is_empty());
    let nobody = encode(&everything(&dataset), &Options { suppress_below: 4, ..Options::default() });
    let read = decode::<()>(&nobody.payload).expect("a link of ours");
    assert_eq!(read.metrics[&Key::Mrr].status, Status::InsufficientData);
    assert!(read.series.is_empty() && read.movements.is_empty());
}

#[test]
fn names_are_cut_between_characters() {
    let long = "ü".repeat(100);
    let dataset = table("2025-01", &[("a", &long, &[10, 10]), ("b", "y", &[10, 10])]);
    let (read, _) = through(&everything(&dataset));
    let values: Vec<usize> = read.segments.iter().map(|entry| entry.segment.value.chars().count()).collect();
    assert!(values.contains(&60) && values.contains(&1), "{values:?}");
}

#[test]
fn numbers_beyond_the_range_of_steps_keep_all_digits() {
    for number in [1e300, -123_456_789.123_456_7, 5e-324, 0.1 + 0.2] {
        let mut report = ask(&d1(), &june());
        report.metrics.get_mut(&Key::QuickRatio).expect("the metric").value = Some(Value::Number(number));
        let read = through(&report).0.metrics[&Key::QuickRatio].number();
        let in_steps = (number * 1e9_f64).round() / 1e9;
        assert_eq!(read, Some(if number.abs() < 1.0 { in_steps } else { number }));
    }
}

#[test]
fn every_prefix_is_refused() {
    let (_, link) = through(&everything(&d1()));
    for length in 0..link.payload.len() {
        let error = decode::<()>(&link.payload[..length]).err();
        let expected = if length == 0 { Error::Empty } else { Error::Cut };
        assert_eq!(error, Some(expected), "{length}");
    }
}

#[test]
fn budgets_have_the_limits_that_the_page_states() {
    for (characters, expected) in [
        (0, Budget::Green),
        (900, Budget::Green),
        (901, Budget::Amber),
        (2000, Budget::Amber),
        (2001, Budget::Red),
        (4000, Budget::Red),
        (4001, Budget::TooLong),
    ] {
        assert_eq!(budget(characters), expected);
    }
}

/// Units per customer and month, not only whole cents; about a third of the cells are empty.
fn histories() -> impl Strategy<Value = Vec<Vec<i64>>> {
    let cell = prop_oneof![2 => Just(0_i64), 3 => (1..100_000_i64).prop_map(|cents| cents * CENT), 1 => 1..1_000_000_000_000_i64];
    (2..10_usize).prop_flat_map(move |months| prop::collection::vec(prop::collection::vec(cell.clone(), months), 1..25))
}

fn dataset(rows: &[Vec<i64>]) -> Dataset {
    let names: Vec<String> = (0..rows.len()).map(|place| place.to_string()).collect();
    let rows = rows.iter().zip(&names).enumerate();
    units("2024-11", rows.map(|(place, (row, name))| (name.as_str(), ["x", "y"][place % 2], row.as_slice())))
}

/// What a link was made under is part of it, and readings of rates come out as they went in.
#[test]
fn conventions_are_kept() {
    for settings in [
        &[("customer_churn", "exposed_base")][..],
        &[("customer_churn", "average_base"), ("quick_ratio", "without_reactivation")],
        &[("incl_reactivation", "true"), ("amounts_include_tax", "7.7"), ("bridge_gap", "30")],
        &[
            ("end_is_first_day_without_service", "true"),
            ("churn_recognition", "at_cancellation"),
            ("negative_recurring_lines", "subtract"),
            ("rounding", "minor_unit"),
            ("discounts", "unlimited"),
        ],
    ] {
        let mut question = june();
        for (name, value) in settings {
            question.settings.set(name, value).expect("known");
        }
        let report = ask(&d1(), &question);
        let (read, _) = through(&report);
        assert_eq!(read.settings.conventions, question.settings.conventions);
        assert_metrics(&read.metrics, &report.metrics);
    }
    // Without any, the link is the same as it always was.
    let usual = through(&ask(&d1(), &june())).1;
    assert_eq!(through(&ask(&d1(), &Question { settings: Settings::default(), ..june() })).1, usual);
}

/// Terms, first days and lifetimes in days, and every change by itself.
#[test]
fn reports_on_subscriptions_fit() {
    let mut customers = Names::default();
    let rows = (0..40).map(|number: i32| {
        let start = Day(20_100 + number * 5 % 60);
        let end = (number % 3 == 0).then(|| End::date(Day(start.0 + 5 + number)));
        let price = i64::from(number + 1) * 1_000_000_000;
        SubscriptionRow { ended: end, ..SubscriptionRow::new(customers.push("x"), start, price, Interval::Month, 1) }
    });
    let rows: Vec<SubscriptionRow> = rows.collect();
    let table = SubscriptionTable { customers, rows, as_of: Some(Day(20_240)), ..SubscriptionTable::default() };
    let dataset = Dataset::Subscriptions(Box::new(Subscriptions::new(table)));
    for month in ["2025-02", "2025-03", "2025-05"] {
        let question = Question { from: Some(self::month(month)), to: Some(self::month(month)), ..Question::default() };
        let report = ask(&dataset, &question);
        let (read, _) = through(&report);
        assert_metrics(&read.metrics, &report.metrics);
        assert_eq!(read.survival.len(), report.survival.len());
        let mut question = question;
        for (name, value) in [("movement_basis", "event_basis"), ("customer_churn", "daily_sum")] {
            question.settings.set(name, value).expect("known");
        }
        let report = ask(&dataset, &question);
        assert_eq!(report.metrics[&Key::MrrMovements].variant, "event_basis");
        assert_eq!(report.metrics[&Key::CustomerChurnRate].variant, "daily_sum");
        let (read, _) = through(&report);
        assert_metrics(&read.metrics, &report.metrics);
        assert_eq!(read.movements, report.movements);
    }
}

proptest! {
    #[test]
    fn random_ledgers_read_back(rows in histories()) {
        let report = everything(&dataset(&rows));
        let read = through(&report).0;
        assert_report(&read, &report);
    }

    #[test]
    fn suppression_is_stable(rows in histories(), suppress_below in 1..12_u64) {
        let options = Options { suppress_below, ..Options::default() };
        let link = encode(&everything(&dataset(&rows)), &options);
        let read = decode::<()>(&link.payload).expect("a link of ours");
        prop_assert_eq!(encode(&read, &options).payload, link.payload);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "1?[ -~é]{0,60}") {
        let _ = decode::<()>(&text);
    }

    #[test]
    fn damage_is_noticed(place in 1..400_usize, character in "[A-Za-z0-9_-]") {
        let link = encode(&ask(&d1(), &june()), &Options::default()).payload;
        let place = place % link.len();
        let damaged = [&link[..place], &character, &link[place + 1..]].concat();
        let read = decode::<()>(&damaged);
        prop_assert!(read.is_err() || damaged == link);
    }
}

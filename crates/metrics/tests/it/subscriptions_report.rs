//! The report on subscriptions: what only days can tell. All figures are of June 2025, worked out by hand from nine customers.

use crate::common::{check, day, month, number};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::ledger::{Dataset, Names};
use keeprate_metrics::money::Interval;
use keeprate_metrics::report::{Compare, Question, Report, report};
use keeprate_metrics::result::SegmentValue;
use keeprate_metrics::subscriptions::{Cause, End, RowSegment, SubscriptionRow, SubscriptionTable, Subscriptions};

const EURO: i64 = 100_000_000;

fn since(begin: &str) -> SubscriptionRow {
    SubscriptionRow::new(0, day(begin), 10 * EURO, Interval::Month, 1)
}

fn until(end: &str, row: SubscriptionRow) -> SubscriptionRow {
    SubscriptionRow { ended: Some(End { day: day(end), is_instant: true }), ..row }
}

fn yearly(begin: &str) -> SubscriptionRow {
    SubscriptionRow { price: 120 * EURO, discounted: 120 * EURO, interval: Interval::Year, ..since(begin) }
}

/// Data up to the 1st of July of customers with a country each.
fn ask(rows: &[(&str, &str, SubscriptionRow)], question: &Question) -> Report<()> {
    let (mut customers, mut countries) = (Names::default(), Names::default());
    countries.push("");
    let codes = rows.iter().map(|(_, country, _)| number(&mut countries, country) as u16).collect();
    let rows = rows.iter().map(|(name, _, row)| SubscriptionRow { customer: number(&mut customers, name), ..*row });
    let rows = rows.collect();
    let segments = vec![RowSegment { column: "country".to_owned(), values: countries, codes }];
    let as_of = Some(day("2025-07-01"));
    let table = SubscriptionTable { customers, rows, segments, as_of, ..SubscriptionTable::default() };
    report(&Dataset::Subscriptions(Box::new(Subscriptions::new(table))), question, Vec::new())
}

fn june() -> Vec<(&'static str, &'static str, SubscriptionRow)> {
    let left = |cause, row| SubscriptionRow { cause: Some(cause), ..row };
    vec![
        ("a", "DE", since("2024-01-15")),
        ("b", "FR", yearly("2024-06-10")),
        // Five days, seven, eight, and more than three months.
        ("c", "DE", until("2025-06-10", since("2025-06-05"))),
        ("h", "FR", until("2025-06-08", since("2025-06-01"))),
        ("i", "FR", until("2025-06-10", since("2025-06-02"))),
        ("f", "DE", left(Cause::Voluntary, until("2025-06-15", since("2025-03-01")))),
        // Eleven days before July, seven and five.
        ("d", "DE", since("2025-06-20")),
        ("g", "FR", since("2025-06-24")),
        ("e", "DE", since("2025-06-26")),
    ]
}

#[test]
fn who_comes_and_goes_between_closings_is_known_by_days() {
    let report = ask(&june(), &Question::default());
    check(&report.metrics[&Key::CustomerCounts], "start=3 lost=1 new=3 value=5 intra_period_churners=3");
    // One of three; four of the nine who could; four of the mean of three and five.
    check(
        &report.metrics[&Key::CustomerChurnRate],
        "value=0.333333 exposed_base=0.444444 average_base=1 voluntary=0.333333 involuntary=0 paused=0",
    );
    // c and h within seven days, of all who came but e, whose first week is not over.
    check(&report.metrics[&Key::Churn7d], "value=0.4 lost=2 n=5");
    // a on the 15th, b on the 10th, f on the 1st.
    check(&report.metrics[&Key::RenewalRate], "value=1 due=3 renewed=3");
    let question =
        Question { compare: Some(Compare::Months(month("2025-05"), month("2025-05"))), ..Question::default() };
    let may = ask(&june(), &question).comparison.expect("May").metrics;
    check(&may[&Key::RenewalRate], "due=2 renewed=2");
    check(&may[&Key::Churn7d], "value=none status=undefined_zero_base");
    check(&may[&Key::CustomerChurnRate], "value=0 voluntary=none");
}

/// Days of the lifetimes that have ended are 5, 7, 8 and 106; those that go on have 5, 7, 11, 386 and 533.
#[test]
fn lifetimes_are_counted_by_days() {
    let report = ask(&june(), &Question::default());
    let steps: Vec<(f64, u64, u64)> = report.survival.iter().map(|step| (step.t, step.at_risk, step.churned)).collect();
    let months = |days: f64| days / 30.4375;
    assert_eq!(steps, [(months(5.0), 9, 1), (months(7.0), 7, 1), (months(8.0), 5, 1), (months(106.0), 3, 1)]);
    // 8 ÷ 9 × 6 ÷ 7 × 4 ÷ 5 × 2 ÷ 3 is below one half.
    check(&report.metrics[&Key::KmSurvival], "value=3.482546 ended=4 n=9");
    // The mean of 533, 386, 11, 7 and 5 days.
    check(&report.metrics[&Key::CustomerLifetime], "tenure_mean=6.189733 tenure_median=0.361396");
}

/// c and f left, of a, c, d, e and f: after 5 days, which is when e is seen last, and after 106.
#[test]
fn segments_have_lifetimes_by_days() {
    let report = ask(&june(), &Question { segments_of: Some("country".to_owned()), ..Question::default() });
    let german = report.segments.iter().find(|entry| entry.segment.value == "DE").expect("a segment");
    check(&german.metrics[&Key::KmSurvival], "value=3.482546 n=5 ended=2");
}

/// Ten days and, after a return, twenty; and one who stays.
#[test]
fn a_return_is_a_stay_of_its_own() {
    let rows = [
        ("a", "", until("2025-01-11", since("2025-01-01"))),
        ("a", "", until("2025-04-21", since("2025-04-01"))),
        ("b", "", since("2024-06-01")),
    ];
    let metrics = ask(&rows, &Question::default()).metrics;
    check(&metrics[&Key::KmSurvival], "value=0.328542 n=2 spells=3 per_spell=0.657084");
    check(&metrics[&Key::CustomerLifetime], "ended_only=0.328542");
}

/// a goes over from one product to another in June, b to the next version of the same, and c adds a second product.
#[test]
fn a_cap_per_subscription_takes_a_swap_for_a_loss() {
    let of = |number: u32, row: SubscriptionRow| SubscriptionRow { subscription: Some(number), ..row };
    let rows = [
        ("a", "", of(0, until("2025-06-10", since("2024-01-01")))),
        ("a", "", of(1, since("2025-06-10"))),
        ("b", "", of(2, until("2025-06-10", since("2024-01-01")))),
        ("b", "", of(2, since("2025-06-10"))),
        ("c", "DE", of(3, since("2024-01-01"))),
        ("c", "DE", of(4, since("2025-06-10"))),
        ("d", "DE", of(5, since("2025-06-10"))),
    ];
    let of_june = |rows: &[_], segment: Option<SegmentValue>| {
        let (from, to) = (Some(month("2025-06")), Some(month("2025-06")));
        ask(rows, &Question { from, to, segment, ..Question::default() }).metrics.remove(&Key::Grr).expect("GRR")
    };
    check(&of_june(&rows, None), "value=1 subscription_cap=0.666667");
    let german = SegmentValue { column: "country".to_owned(), value: "DE".to_owned() };
    check(&of_june(&rows, Some(german)), "value=1 subscription_cap=1");
    // In twelve months the same: what came in June was not there.
    check(&ask(&rows, &Question::default()).metrics[&Key::Grr], "value=1 subscription_cap=0.666667 months=12");
    // A file that does not name all subscriptions cannot tell.
    let mut unnamed = rows;
    unnamed[6].2.subscription = None;
    check(&of_june(&unnamed, None), "value=1 subscription_cap=none");
}

/// Who ends on the first day behind the data is there to their end; who begins on it is not there yet.
#[test]
fn the_day_behind_the_data_is_not_known() {
    let rows = [("a", "", until("2025-07-01", since("2025-01-01"))), ("b", "", since("2025-07-01"))];
    let report = ask(&rows, &Question::default());
    check(&report.metrics[&Key::KmSurvival], "value=none ended=0 n=1");
    check(&report.metrics[&Key::CustomerCounts], "start=1 lost=0 new=0 value=1 intra_period_churners=0");
    // 181 days.
    check(&report.metrics[&Key::CustomerLifetime], "tenure_mean=5.946612");
}

#[test]
fn contracted_arr_is_that_of_terms_of_a_year() {
    let biennial = SubscriptionRow { count: 24, price: 240 * EURO, discounted: 240 * EURO, ..since("2025-02-01") };
    let rows = [
        ("monthly", "", since("2024-01-15")),
        ("yearly", "", yearly("2024-01-15")),
        ("two years", "", biennial),
        ("new", "", yearly("2025-06-30")),
        // There on the last day of June.
        ("leaving", "", until("2025-07-01", yearly("2024-07-01"))),
        ("gone", "", until("2025-06-30", yearly("2024-07-01"))),
    ];
    // Five at 10 a month, four of them for a year or longer.
    check(&ask(&rows, &Question::default()).metrics[&Key::Arr], "value=600 contracted_arr=480");
    let may = Question { to: Some(month("2025-05")), ..Question::default() };
    check(&ask(&rows, &may).metrics[&Key::Arr], "value=600 contracted_arr=480");
    let april = Question { to: Some(month("2025-02")), ..Question::default() };
    check(&ask(&rows[..3], &april).metrics[&Key::Arr], "value=360 contracted_arr=240");
}

#[test]
fn a_segment_has_its_own_days() {
    let of = |country: &str| {
        let segment = Some(SegmentValue { column: "country".to_owned(), value: country.to_owned() });
        ask(&june(), &Question { segment, ..Question::default() })
    };
    // a, c, d, e and f.
    let german = of("DE");
    check(&german.metrics[&Key::CustomerChurnRate], "value=0.5 intra_period_churners=1 voluntary=0.5");
    check(&german.metrics[&Key::Churn7d], "value=0.5 lost=1 n=2");
    check(&german.metrics[&Key::RenewalRate], "due=2");
    check(&german.metrics[&Key::KmSurvival], "ended=2 n=5");
    check(&german.metrics[&Key::CustomerLifetime], "tenure_median=0.361396");
    check(&german.metrics[&Key::Arr], "value=360 contracted_arr=0");
    let french = of("FR");
    check(&french.metrics[&Key::CustomerChurnRate], "value=0 intra_period_churners=2 voluntary=none");
    check(&french.metrics[&Key::Churn7d], "value=0.333333 lost=1 n=3");
    check(&french.metrics[&Key::Arr], "value=240 contracted_arr=120");
    let question = Question { segments_of: Some("country".to_owned()), ..Question::default() };
    let side_by_side = ask(&june(), &question).segments;
    let shown: Vec<_> = side_by_side.iter().map(|entry| entry.segment.value.as_str()).collect();
    assert_eq!(shown, ["DE", "FR"]);
    let [german, french] = &side_by_side[..] else { panic!("two countries") };
    check(&german.metrics[&Key::CustomerChurnRate], "value=0.5 intra_period_churners=1 voluntary=0.5");
    check(&french.metrics[&Key::CustomerChurnRate], "value=0 intra_period_churners=2 voluntary=none");
    check(&german.metrics[&Key::RenewalRate], "due=2");
    check(&french.metrics[&Key::RenewalRate], "due=1");
}

#[test]
fn causes_are_told_apart() {
    let leaving = |cause| SubscriptionRow { cause: Some(cause), ..until("2025-06-15", since("2025-01-01")) };
    let rows = [
        ("a", "", leaving(Cause::Pause)),
        ("b", "", leaving(Cause::Involuntary)),
        ("c", "", leaving(Cause::Involuntary)),
        // Nobody says why.
        ("d", "", until("2025-06-15", since("2025-01-01"))),
        ("e", "", leaving(Cause::Voluntary)),
        ("e", "", since("2025-06-10")),
    ];
    check(
        &ask(&rows, &Question::default()).metrics[&Key::CustomerChurnRate],
        "value=0.8 paused=0.2 involuntary=0.4 voluntary=0",
    );
}

//! Each numbered example of metrics.md on sign-ups and usage, under its id; its rules at their borders; and a naive second
//! implementation that must agree.

use crate::common::{check, d3, d3b, d6, day, events, named};
use keeprate_metrics::activity::{self, BracketOverlap, Brackets, Onboarding, StepOrder, Usage};
use keeprate_metrics::events::{Event, EventBuilder, EventTable, Payment, Which, normalised_id};
use keeprate_metrics::ledger::{Codes, Names, Segment};
use keeprate_metrics::period::{Day, Period};
use keeprate_metrics::result::{Flag, MetricResult, Scope, SegmentValue};
use keeprate_metrics::usage::{self, Mode, Repeat, SevenDays};
use proptest::prelude::*;
use std::collections::{BTreeSet, HashMap, HashSet};

fn s() -> Scope {
    Scope::default()
}

/// The scope of the days from `start` up to `end`, which does not belong to it.
fn over(start: &str, end: &str) -> Scope {
    s().over(Period { start: day(start), end: day(end) })
}

fn january() -> Scope {
    over("2025-01-01", "2025-02-01")
}

fn any() -> Usage {
    Usage::default()
}

fn n_day(day: u32) -> MetricResult {
    activity::n_day_retention(&s(), &d3(), &any(), &[day]).remove(0)
}

fn bracket(first: u32, last: u32) -> MetricResult {
    let brackets = Brackets::new(vec![(first, last)]).expect("a bracket");
    activity::bracket_retention(&s(), &d3(), &any(), &brackets).remove(0)
}

fn rolling(day: u32) -> MetricResult {
    activity::rolling_retention(&s(), &d3(), &any(), &[day]).remove(0)
}

fn duplicates() -> EventTable {
    let rows = [
        ("a@x.de", "2025-01-03", "signup"),
        ("A@X.DE", "2025-01-05", "signup"),
        ("b@x.de", "2025-01-31 23:30", "signup"),
        ("c@x.de", "2025-02-01 00:00", "signup"),
    ];
    events(&rows, "2025-03-01")
}

/// Sign-ups, and steps on days after them; observed until `as_of`.
fn onboarding(as_of: &str) -> Onboarding {
    onboarding_of(as_of, ["profile", "import", "invite"], StepOrder::Any)
}

fn onboarding_of(as_of: &str, steps: [&str; 3], order: StepOrder) -> Onboarding {
    let rows = [
        ("p", "2025-01-01", "signup"),
        ("p", "2025-01-01", "profile"),
        ("p", "2025-01-03", "import"),
        ("p", "2025-01-07", "invite"),
        ("q", "2025-01-01", "signup"),
        ("q", "2025-01-02", "profile"),
        ("q", "2025-01-03", "import"),
        ("r", "2025-01-01", "signup"),
        ("r", "2025-01-02", "import"),
        ("r", "2025-01-02", "profile"),
        ("r", "2025-01-08", "invite"),
    ];
    let table = events(&rows, as_of);
    let steps = steps.map(|step| match named(&table, step) {
        Which::Named(number) => number,
        Which::Any => panic!("{step} has a number"),
    });
    activity::onboarding_rate(&s(), &table, named(&table, "signup"), (&steps, order), 7)
}

/// Retention on days 0 and 1 of one user who starts on 1 December at 17:59 and returns on the 2nd at 17:00.
fn returned(mode: Mode) -> [MetricResult; 2] {
    let table = events(&[("a", "2024-12-01 17:59", "x"), ("a", "2024-12-02 17:00", "back")], "2025-01-01");
    let usage = Usage { back: named(&table, "back"), mode, ..any() };
    let results = activity::n_day_retention(&s(), &table, &usage, &[0, 1]);
    results.try_into().expect("two results")
}

fn d3b_activation() -> MetricResult {
    let table = d3b();
    activity::activation_rate(&s(), &table, named(&table, "use"), named(&table, "activate"), 7)
}

fn d6_repeat(scope: &Scope, repeat: Repeat) -> MetricResult {
    activity::repeat_purchase_rate(scope, &d6(), Which::Any, repeat)
}

/// Forty subscriptions, observed until `as_of`: 34 that started on the 1st of January, of which three ended within seven
/// days and one on the eighth, and six that started on the 24th, of which one is over.
fn subscriptions(as_of: &str) -> MetricResult {
    let (old, young) = (day("2025-01-01"), day("2025-01-24"));
    let ends = [Some(1), Some(6), Some(7), Some(8)].into_iter().chain([None; 30]);
    let old = ends.map(|days| (old, days.map(|days| Day(old.0 + days))));
    let young = [Some(2), None, None, None, None, None].map(|days| (young, days.map(|days| Day(young.0 + days))));
    activity::churn_7d_of_subscriptions(&s(), old.chain(young), day(as_of))
}

examples! {
    signups_1: activity::signups(&january(), &d3(), Which::Any) => "value=5 unit=count growth=none";
    signups_2: activity::signups(&over("2025-02-01", "2025-03-01"), &d3(), Which::Any) => "value=1 growth=-0.8 flag=partial_period";
    signups_3: activity::signups(&january(), &duplicates(), Which::Any) => "value=2";
    signups_aggregate: usage::signups(&s(), 1, Some(5)) => "value=1 growth=-0.8";
    signups_zero_before: usage::signups(&s(), 1, Some(0)) => "value=1 growth=none";

    activation_rate_1: usage::activation_rate(&s(), 500, 185) => "value=0.37 ci_low=0.328822 ci_high=0.41316";
    activation_rate_2: d3b_activation() => "value=0.4 n=5 excluded_immature=1 activated=2 flag=low_n";
    activation_rate_3: usage::activation_rate(&s(), 0, 0) => "value=none status=undefined_zero_base ci_low=none";
    activation_rate_out_of_range: usage::activation_rate(&s(), 3, 4) => "value=none status=error warning=E-AGG-RANGE";

    onboarding_rate_1: onboarding("2025-02-01").rate => "value=0.333333 mean_step_completion=0.777778 n=3";
    onboarding_rate_2: onboarding("2025-01-07").rate => "value=none status=undefined_zero_base excluded_immature=3 mean_step_completion=none";

    churn_7d_1: activity::churn_7d(&s(), &d3(), &any()) => "lost=2 n=5 value=0.4 direction=down_good";
    churn_7d_2: activity::churn_7d_unbounded(&s(), &d3(), &any()) => "lost=1 n=5 value=0.2";
    churn_7d_3: usage::churn_7d(&s(), SevenDays::Subscription, 34, 3) => "value=0.088235";
    churn_7d_3_from_rows: subscriptions("2025-01-31") => "value=0.088235 lost=3 n=34 excluded_immature=6";

    repeat_purchase_rate_1: d6_repeat(&over("2025-01-01", "2025-04-01"), Repeat::Window) => "repeaters=2 buyers=5 value=0.4 days=90";
    repeat_purchase_rate_2: d6_repeat(&january(), Repeat::Cohort(30)) => "repeaters=1 buyers=3 value=0.333333";
    repeat_purchase_rate_3: d6_repeat(&january(), Repeat::Cohort(60)) => "repeaters=2 buyers=3 value=0.666667";
    repeat_purchase_rate_4: usage::repeat_purchase_rate(&s(), Repeat::Window, 2_000, 500) => "value=0.25 ci_low=0.231514 ci_high=0.269444";

    stickiness_1: activity::stickiness(&january(), &d3(), Which::Any) => "avg_dau=0.451613 mau=5 value=0.090323 ci_low=none";
    stickiness_2: activity::stickiness(&over("2024-01-01", "2024-02-01"), &d3(), Which::Any) => "value=none status=undefined_zero_base";
    stickiness_aggregate: usage::stickiness(&s(), 14, 31, 5) => "avg_dau=0.451613 mau=5 value=0.090323";
    stickiness_out_of_range: usage::stickiness(&s(), 156, 31, 5) => "value=none status=error";

    n_day_retention_1: n_day(1) => "retained=3 n=6 value=0.5 ci_low=0.187616 ci_high=0.812384";
    n_day_retention_2: n_day(7) => "retained=2 n=5 value=0.4 ci_low=0.117621 ci_high=0.769276";
    n_day_retention_3: n_day(14) => "retained=0 n=5 value=0 ci_low=0 ci_high=0.434482";
    n_day_retention_aggregate: usage::n_day_retention(&s(), Mode::Calendar, 6, 3) => "retained=3 n=6 value=0.5 ci_low=0.187616";
    n_day_retention_too_young: n_day(60) => "value=none status=undefined_zero_base excluded_immature=6";

    bracket_retention_1: bracket(0, 0) => "retained=6 n=6 value=1";
    bracket_retention_2: bracket(1, 7) => "retained=4 n=5 value=0.8";
    bracket_retention_3: bracket(8, 30) => "retained=4 n=5 value=0.8";

    rolling_retention_1: rolling(1) => "retained=5 n=6 value=0.833333";
    rolling_retention_2: rolling(7) => "retained=4 n=5 value=0.8";
    rolling_retention_3: rolling(14) => "retained=2 n=5 value=0.4";
    rolling_retention_4: rolling(7) => "drop_off=0.2";
}

#[test]
fn n_day_retention_4() {
    for (mode, name, day) in
        [(Mode::Calendar, "calendar", 1), (Mode::Exact24h, "exact_24h", 0), (Mode::HourFloor24h, "hour_floor_24h", 1)]
    {
        let results = returned(mode);
        let days: Vec<usize> = (0..2).filter(|day| results[*day].number() == Some(1.0)).collect();
        assert_eq!((results[0].variant.as_str(), days), (name, vec![day]));
    }
}

#[test]
fn bracket_retention_4() {
    for (brackets, place) in [
        (vec![(0, 7), (7, 14)], 1),
        (vec![(8, 14), (1, 7)], 1),
        (vec![(3, 2)], 0),
        (vec![(0, 0), (1, u32::MAX), (u32::MAX, u32::MAX)], 2),
    ] {
        assert_eq!(Brackets::new(brackets), Err(BracketOverlap { place }));
    }
    assert_eq!(BracketOverlap::CODE, "E-BRACKET-OVERLAP");
    for brackets in [vec![], vec![(0, 0), (1, 7), (20, 30)], Brackets::default().days().to_vec()] {
        assert_eq!(Brackets::new(brackets.clone()).expect("brackets").days(), brackets);
    }
}

#[test]
fn the_funnel_counts_users_up_to_each_step() {
    let onboarding = onboarding("2025-02-01");
    assert_eq!(onboarding.funnel, [3, 3, 1]);
    let table = d3();
    let steps = |steps: &[u32]| activity::onboarding_rate(&s(), &table, Which::Any, (steps, StepOrder::Any), 7);
    assert_eq!(steps(&[0, 9, 0, 9]), steps(&[0, 9]));
    check(&steps(&[]).rate, "value=none status=missing_input");
}

/// p did profile, import and invite one after the other; r did profile and import on one day.
#[test]
fn steps_count_in_their_order_where_that_is_asked_for() {
    for (steps, order, funnel, rate) in [
        (["profile", "import", "invite"], StepOrder::Listed, [3, 3, 1], "value=0.333333 mean_step_completion=0.777778"),
        (["import", "profile", "invite"], StepOrder::Any, [3, 3, 1], "value=0.333333 mean_step_completion=0.777778"),
        // Of p and q the profile came first; r did both on one day. 1 + 1 + 2 of 9 steps.
        (["import", "profile", "invite"], StepOrder::Listed, [3, 1, 0], "value=0 mean_step_completion=0.444444"),
        (["invite", "import", "profile"], StepOrder::Listed, [1, 0, 0], "value=0 mean_step_completion=0.111111"),
    ] {
        let onboarding = onboarding_of("2025-02-01", steps, order);
        assert_eq!(onboarding.funnel, funnel, "{steps:?}");
        check(&onboarding.rate, rate);
        assert_eq!(onboarding.rate.variant, if order == StepOrder::Any { "all_steps" } else { "ordered" });
    }
}

#[test]
fn a_user_activated_before_being_observed_long_enough_is_left_out() {
    let rows = [("a", "2025-01-01", "signup"), ("a", "2025-01-02", "done")];
    for (as_of, expected) in [
        ("2025-01-07", "value=none status=undefined_zero_base excluded_immature=1"),
        ("2025-01-08", "value=1 n=1 excluded_immature=0 flag=very_low_n"),
    ] {
        let table = events(&rows, as_of);
        let (signup, done) = (named(&table, "signup"), named(&table, "done"));
        check(&activity::activation_rate(&s(), &table, signup, done, 7), expected);
    }
}

#[test]
fn activations_before_the_sign_up_are_ignored_and_counted() {
    let rows = [
        ("a", "2025-01-01 09:00", "done"),
        ("a", "2025-01-01 09:30", "done"),
        ("a", "2025-01-01 10:00", "signup"),
        ("b", "2025-01-01 10:00", "signup"),
        ("b", "2025-01-08 09:59", "done"),
        ("c", "2025-01-01 10:00", "signup"),
        ("c", "2025-01-08 10:00", "done"),
        ("d", "2025-01-01 10:00", "done"),
    ];
    let table = events(&rows, "2025-02-01");
    let result = activity::activation_rate(&s(), &table, named(&table, "signup"), named(&table, "done"), 7);
    check(&result, "activated=1 n=3");
    let warnings: Vec<(&str, u64)> = result.warnings.iter().map(|found| (found.code.as_str(), found.count)).collect();
    assert_eq!(warnings, [("I-EVENT-BEFORE-SIGNUP", 2)]);
    // Where any event activates, those before the sign-up are no mistake; and none are no news.
    let any = activity::activation_rate(&s(), &table, named(&table, "signup"), Which::Any, 7);
    assert_eq!((any.warnings, d3b_activation().warnings), (Vec::new(), Vec::new()));
}

/// The sheet calls a subscription or buyer matured one day earlier, when the last day that counts is not over.
#[test]
fn who_may_still_be_lost_or_return_on_the_last_day_is_not_matured() {
    check(&subscriptions("2025-01-08"), "value=none excluded_immature=40");
    check(&subscriptions("2025-01-09"), "n=34 lost=3 excluded_immature=6");
    let rows = [
        ("a", "2025-01-01", "buy"),
        ("a", "2025-01-31", "buy"),
        ("b", "2025-01-01", "buy"),
        ("b", "2025-02-01", "buy"),
    ];
    let rate =
        |as_of: &str| activity::repeat_purchase_rate(&s(), &events(&rows, as_of), Which::Any, Repeat::Cohort(30));
    check(&rate("2025-01-31"), "value=none excluded_immature=2");
    check(&rate("2025-02-01"), "repeaters=1 buyers=2");
    check(&rate("2025-02-02"), "repeaters=1 buyers=2");
}

#[test]
fn purchases_of_a_day_are_one_occasion() {
    let rows = [
        ("a", "2025-01-01 08:00", "buy"),
        ("a", "2025-01-01 23:59", "buy"),
        ("b", "2025-01-01 23:59", "buy"),
        ("b", "2025-01-02 00:00", "buy"),
    ];
    let table = events(&rows, "2025-03-01");
    for repeat in [Repeat::Window, Repeat::Cohort(1)] {
        check(&activity::repeat_purchase_rate(&january(), &table, Which::Any, repeat), "repeaters=1 buyers=2");
    }
    check(
        &activity::repeat_purchase_rate(&january(), &table, named(&table, "rent"), Repeat::Window),
        "status=undefined_zero_base",
    );
}

#[test]
fn what_a_purchase_is() {
    let bought = Payment { amount: 30, refunded: 0, succeeded: true, renewal: false };
    for (payment, is_purchase) in [
        (bought, true),
        (Payment { refunded: 29, ..bought }, true),
        (Payment { refunded: 30, ..bought }, false),
        (Payment { amount: 0, ..bought }, false),
        (Payment { amount: -30, ..bought }, false),
        (Payment { succeeded: false, ..bought }, false),
        (Payment { renewal: true, ..bought }, false),
    ] {
        assert_eq!(payment.is_purchase(), is_purchase, "{payment:?}");
    }
}

/// Names that no event has are not proposed, nor is the empty one; of equally frequent ones the first by name comes first.
#[test]
fn the_most_frequent_names_come_first() {
    let mut names = Names::default();
    for name in ["b", "never", "a", "", "c"] {
        names.push(name);
    }
    let mut users = Names::default();
    let user = users.push("u");
    let mut builder = EventBuilder::default();
    for (name, times) in [(0, 2), (2, 2), (3, 9), (4, 3)] {
        for second in 0..times {
            builder.push(Event { user, day: day("2025-01-01"), second, name });
        }
    }
    let table = builder.finish(users, names, Vec::new(), None);
    assert_eq!(table.most_frequent(9), ["c", "a", "b"]);
    assert_eq!(table.most_frequent(2), ["c", "a"]);
}

/// The last special case of metrics.md 8.9, and e-mail addresses.
#[test]
fn ids_are_trimmed_and_addresses_lower_cased() {
    for (id, normalised) in
        [("K1", "K1"), ("K1 ", "K1"), ("k1", "k1"), ("\tA@X.de", "a@x.de"), ("Ä@Ö.DE", "ä@ö.de"), ("", "")]
    {
        assert_eq!(normalised_id(id), normalised);
    }
    let table =
        events(&[("K1", "2025-01-01", "x"), ("K1 ", "2025-01-02", "x"), ("k1", "2025-01-03", "x")], "2025-02-01");
    check(&activity::signups(&january(), &table, Which::Any), "value=2");
}

#[test]
fn growth_compares_with_the_period_of_equal_length_before() {
    let rows = [
        ("a", "2024-10-01", "x"),
        ("b", "2024-12-31", "x"),
        ("c", "2025-01-01", "x"),
        ("d", "2025-02-10", "x"),
        ("e", "2025-03-31", "x"),
    ];
    let table = events(&rows, "2025-04-01");
    for (start, end, expected) in [
        ("2025-01-01", "2025-04-01", "value=3 growth=0.5"),
        ("2025-02-01", "2025-03-01", "value=1 growth=0"),
        ("2025-02-05", "2025-02-15", "value=1 growth=none"),
        ("2025-01-01", "2025-01-02", "value=1 growth=0"),
    ] {
        check(&activity::signups(&over(start, end), &table, Which::Any), expected);
    }
    check(&activity::signups(&s(), &table, Which::Any), "value=5 growth=none");
}

#[test]
fn what_the_data_do_not_cover_is_not_there() {
    let rows = [("a", "2025-01-01", "x"), ("a", "2025-01-05 12:00", "x"), ("b", "2025-01-05", "x")];
    let early = events(&rows, "2025-01-05");
    check(&activity::rolling_retention(&s(), &early, &any(), &[1]).remove(0), "retained=0 n=1");
    check(&activity::signups(&january(), &early, Which::Any), "value=1 flag=partial_period");
    check(&activity::stickiness(&s(), &early, Which::Any), "mau=1 avg_dau=0.25");
    check(&activity::rolling_retention(&s(), &events(&rows, "2025-01-06"), &any(), &[1]).remove(0), "retained=1 n=1");
}

#[test]
fn many_starts_on_the_first_day_of_the_file_are_flagged() {
    let rows = |on_first: usize| -> Vec<(&str, &str, &str)> {
        let users = ["a", "b", "c", "d", "e"];
        let first = users[..on_first].iter().map(|user| (*user, "2025-01-01", "x"));
        first.chain([("y", "2025-01-02", "x"), ("z", "2025-01-04", "x")]).collect()
    };
    for (on_first, scope, flagged) in
        [(3, s(), false), (4, s(), true), (4, january(), true), (4, over("2025-01-02", "2025-02-01"), false)]
    {
        let result =
            activity::rolling_retention(&scope, &events(&rows(on_first), "2025-03-01"), &any(), &[1]).remove(0);
        assert_eq!(result.flags.contains(&Flag::LeftTruncated), flagged, "{on_first}");
    }
}

/// Sign-ups on a first day and on later ones: flagged from more than three times the median on.
#[test]
fn a_usual_day_is_the_median_one() {
    let flagged = |starts: &[usize]| {
        let users: Vec<(String, String)> = starts
            .iter()
            .zip(1..)
            .flat_map(|(count, day)| {
                (0..*count).map(move |user| (format!("{day} {user}"), format!("2025-01-{day:02}")))
            })
            .collect();
        let rows: Vec<(&str, &str, &str)> =
            users.iter().map(|(user, day)| (user.as_str(), day.as_str(), "x")).collect();
        let result = activity::rolling_retention(&s(), &events(&rows, "2025-03-01"), &any(), &[1]).remove(0);
        result.flags.contains(&Flag::LeftTruncated)
    };
    // The median of five days is 3.
    assert_eq!([flagged(&[9, 1, 3, 1, 3]), flagged(&[10, 1, 3, 1, 3])], [false, true]);
    // Of four days it lies between 3 and 5.
    assert_eq!([flagged(&[12, 5, 1, 3]), flagged(&[13, 5, 1, 3])], [false, true]);
}

#[test]
fn a_segment_is_its_users() {
    let mut table = d3();
    let mut values = Names::default();
    for value in ["", "team", "solo"] {
        values.push(value);
    }
    let codes = Codes { of: vec![1, 1, 2, 2, 2, 0], rows: Vec::new() };
    table.segments = vec![Segment { column: "plan".to_owned(), values, codes }];
    for (column, value, expected) in [
        ("plan", "team", "retained=2 n=2"),
        ("plan", "solo", "retained=2 n=3"),
        ("plan", "", "status=undefined_zero_base excluded_immature=1"),
        ("plan", "none", "status=undefined_zero_base excluded_immature=0"),
        ("size", "team", "status=undefined_zero_base excluded_immature=0"),
    ] {
        let segment = Some(SegmentValue { column: column.to_owned(), value: value.to_owned() });
        let scope = Scope { segment, ..s() };
        let results = activity::rolling_retention(&scope, &table, &any(), &[7]);
        check(&results[0], expected);
        assert_eq!(results[0].segment, scope.segment);
    }
}

/// An event as the naive implementation sees it.
type Row = (u32, i32, u32, u32);

fn built(rows: &[Row], users: u32, as_of: i32) -> EventTable {
    let mut builder = EventBuilder::default();
    for (user, day, second, name) in rows {
        builder.push(Event { user: *user, day: Day(*day), second: *second, name: *name });
    }
    let mut names = Names::default();
    for user in 0..users {
        names.push(&user.to_string());
    }
    builder.finish(names, Names::default(), Vec::new(), Some(Day(as_of)))
}

#[test]
fn strange_events_do_no_harm() {
    let rows =
        [(0, i32::MIN, 0, 0), (0, i32::MAX, u32::MAX, u32::MAX), (7, 0, 0, 0), (u32::MAX, 0, 0, 0), (1, 10, 86_400, 0)];
    for as_of in [i32::MIN, 0, 11, i32::MAX] {
        let table = built(&rows, 2, as_of);
        for scope in [s(), january(), over("2025-03-01", "2025-01-01")] {
            for result in everything(&scope, &table, &any(), u32::MAX) {
                let number = result.number().unwrap_or(0.0);
                assert!((0.0..=2.0).contains(&number), "{result:?}");
            }
        }
    }
    let empty = EventBuilder::default().finish(Names::default(), Names::default(), Vec::new(), None);
    for result in everything(&s(), &empty, &any(), 7) {
        assert!(result.number().unwrap_or(0.0) == 0.0, "{result:?}");
    }
    // A leap second belongs to its own day.
    check(
        &activity::stickiness(&s().over(Period { start: Day(10), end: Day(11) }), &built(&rows, 2, 11), Which::Any),
        "mau=1",
    );
}

/// Every question of the family at once, up to a day.
fn everything(scope: &Scope, table: &EventTable, usage: &Usage, last: u32) -> Vec<MetricResult> {
    let brackets = Brackets::new(vec![(0, 0), (1, last)]).expect("brackets");
    let days = [0, 1, last];
    let mut results = vec![
        activity::signups(scope, table, usage.start),
        activity::activation_rate(scope, table, usage.start, usage.back, last),
        activity::onboarding_rate(scope, table, usage.start, (&[0, 1], StepOrder::Any), last).rate,
        activity::churn_7d(scope, table, usage),
        activity::churn_7d_unbounded(scope, table, usage),
        activity::repeat_purchase_rate(scope, table, usage.back, Repeat::Window),
        activity::repeat_purchase_rate(scope, table, usage.start, Repeat::Cohort(last)),
        activity::stickiness(scope, table, usage.back),
    ];
    results.extend(activity::n_day_retention(scope, table, usage, &days));
    results.extend(activity::bracket_retention(scope, table, usage, &brackets));
    results.extend(activity::rolling_retention(scope, table, usage, &days));
    results
}

/// The definitions of metrics.md once more, user by user with sets, from rows in any order.
struct Naive<'a> {
    rows: &'a [Row],
    period: Option<(i32, i32)>,
    as_of: i32,
    usage: Usage,
}

/// Part and whole; `None` for a user who is not matured.
type Share = (u64, u64);

impl Naive<'_> {
    fn meant(which: Which, row: &Row) -> bool {
        match which {
            Which::Any => true,
            Which::Named(name) => row.3 == name,
        }
    }

    fn in_period(&self, day: i32) -> bool {
        self.period.is_none_or(|(start, end)| (start..end).contains(&day))
    }

    fn seconds(row: &Row) -> i64 {
        i64::from(row.1) * 86_400 + i64::from(row.2)
    }

    /// Rows by user, in the order of time.
    fn users(&self) -> HashMap<u32, Vec<Row>> {
        let mut users: HashMap<u32, Vec<Row>> = HashMap::new();
        for row in self.rows.iter().filter(|row| row.1 < self.as_of) {
            users.entry(row.0).or_default().push(*row);
        }
        for rows in users.values_mut() {
            rows.sort_by_key(Naive::seconds);
        }
        users
    }

    /// Users with their start.
    fn cohort(&self) -> Vec<(Row, Vec<Row>)> {
        let started = |rows: Vec<Row>| Some((*rows.iter().find(|row| Naive::meant(self.usage.start, row))?, rows));
        self.users().into_values().filter_map(started).filter(|(start, _)| self.in_period(start.1)).collect()
    }

    /// The day of a row after a start.
    fn offset(&self, start: &Row, row: &Row) -> i64 {
        let hour = |row: &Row| i64::from(row.1) * 24 + i64::from(row.2 / 3_600);
        match self.usage.mode {
            Mode::Calendar => i64::from(row.1 - start.1),
            Mode::Exact24h => (Naive::seconds(row) - Naive::seconds(start)) / 86_400,
            Mode::HourFloor24h => (hour(row) - hour(start)) / 24,
        }
    }

    /// Whether a day after a start is over: the first moment of the next one is not later than the data end.
    fn observed(&self, start: &Row, day: i64) -> bool {
        let next = match self.usage.mode {
            Mode::Calendar => i64::from(start.1) * 86_400,
            Mode::Exact24h => Naive::seconds(start),
            Mode::HourFloor24h => Naive::seconds(start) - i64::from(start.2 % 3_600),
        };
        next + (day + 1) * 86_400 <= i64::from(self.as_of) * 86_400
    }

    fn returned(&self, first: i64, last: Option<i64>) -> Share {
        let mut share = (0, 0);
        for (start, rows) in self.cohort() {
            if !self.observed(&start, last.unwrap_or(first)) {
                continue;
            }
            let back = rows.iter().filter(|row| Naive::seconds(row) >= Naive::seconds(&start));
            let days: HashSet<i64> =
                back.filter(|row| Naive::meant(self.usage.back, row)).map(|row| self.offset(&start, row)).collect();
            share.0 += u64::from(days.iter().any(|day| first <= *day && *day <= last.unwrap_or(i64::MAX)));
            share.1 += 1;
        }
        share
    }

    /// Users who did all of some events less than so many days after the start.
    fn within(&self, wanted: &[Which], days: i64) -> Share {
        let mut share = (0, 0);
        for (start, rows) in self.cohort() {
            let (from, until) = (Naive::seconds(&start), Naive::seconds(&start) + days * 86_400);
            if until <= i64::from(self.as_of) * 86_400 {
                let did = |which: &Which| {
                    rows.iter().any(|row| {
                        Naive::meant(*which, row) && from <= Naive::seconds(row) && Naive::seconds(row) < until
                    })
                };
                share.0 += u64::from(wanted.iter().all(did));
                share.1 += 1;
            }
        }
        share
    }

    /// The days of each user on which there is an event that is meant.
    fn days(&self, which: Which) -> Vec<BTreeSet<i32>> {
        let days = |rows: Vec<Row>| rows.iter().filter(|row| Naive::meant(which, row)).map(|row| row.1).collect();
        self.users().into_values().map(days).collect()
    }

    fn repeat_in_window(&self) -> Share {
        let mut sets = self.days(self.usage.back);
        for days in &mut sets {
            days.retain(|day| self.in_period(*day));
        }
        let with = |least: usize| sets.iter().filter(|days| days.len() >= least).count() as u64;
        (with(2), with(1))
    }

    fn repeat_of_cohort(&self, within: i32) -> Share {
        let firsts = self.days(self.usage.start).into_iter().filter_map(|days| Some((*days.first()?, days)));
        let matured: Vec<bool> = firsts
            .filter(|(first, _)| self.in_period(*first) && first + within < self.as_of)
            .map(|(first, days)| days.iter().nth(1).is_some_and(|second| *second <= first + within))
            .collect();
        (matured.iter().filter(|again| **again).count() as u64, matured.len() as u64)
    }
}

fn logs() -> impl Strategy<Value = Vec<Row>> {
    // Few seconds, so that instants coincide and lie on both sides of a full hour and of midnight.
    let second = prop_oneof![Just(0_u32), Just(3_599), Just(3_600), Just(40_000), Just(86_399)];
    prop::collection::vec((0..8_u32, -20..60_i32, second, 0..3_u32), 0..120)
}

fn questions() -> impl Strategy<Value = Usage> {
    let which = prop_oneof![Just(Which::Any), (0..3_u32).prop_map(Which::Named)];
    let mode = prop_oneof![Just(Mode::Calendar), Just(Mode::Exact24h), Just(Mode::HourFloor24h)];
    (which.clone(), which, mode).prop_map(|(start, back, mode)| Usage { start, back, mode })
}

fn periods() -> impl Strategy<Value = Option<(i32, i32)>> {
    prop::option::of((-30..50_i32, 0..60_i32).prop_map(|(start, days)| (start, start + days)))
}

fn fraction(result: &MetricResult) -> Share {
    let (numerator, denominator) = result.exact_fraction().unwrap_or((0, 0));
    (numerator as u64, denominator as u64)
}

proptest! {
    #[test]
    fn it_counts_as_sets_do(
        rows in logs(), usage in questions(), period in periods(), as_of in -10..90_i32, first in 0..12_u32, more in 0..12_u32,
    ) {
        let table = built(&rows, 8, as_of);
        let naive = Naive { rows: &rows, period, as_of, usage };
        let scope = Scope {
            period: period.map(|(start, end)| Period { start: Day(start), end: Day(end) }), ..Scope::default()
        };
        let last = first + more;
        let (low, high) = (i64::from(first), i64::from(last));
        let n_day = activity::n_day_retention(&scope, &table, &usage, &[first, last]);
        prop_assert_eq!(fraction(&n_day[0]), naive.returned(low, Some(low)));
        prop_assert_eq!(fraction(&n_day[1]), naive.returned(high, Some(high)));
        let brackets = Brackets::new(vec![(first, last), (last + 1, last + 5)]).expect("brackets");
        let bracket = activity::bracket_retention(&scope, &table, &usage, &brackets);
        prop_assert_eq!(fraction(&bracket[0]), naive.returned(low, Some(high)));
        prop_assert_eq!(fraction(&bracket[1]), naive.returned(high + 1, Some(high + 5)));
        let rolling = activity::rolling_retention(&scope, &table, &usage, &[first]);
        prop_assert_eq!(fraction(&rolling[0]), naive.returned(low, None));

        for (result, last) in [
            (activity::churn_7d(&scope, &table, &usage), Some(13)),
            (activity::churn_7d_unbounded(&scope, &table, &usage), None),
        ] {
            let (retained, matured) = naive.returned(7, last);
            prop_assert_eq!(fraction(&result), (matured - retained, matured));
        }

        prop_assert_eq!(activity::signups(&scope, &table, usage.start).number(), Some(naive.cohort().len() as f64));
        let activation = activity::activation_rate(&scope, &table, usage.start, usage.back, last);
        prop_assert_eq!(fraction(&activation), naive.within(&[usage.back], high));
        let onboarding = activity::onboarding_rate(&scope, &table, usage.start, (&[2, 0], StepOrder::Any), last);
        let (second, both) = (Which::Named(2), [Which::Named(2), Which::Named(0)]);
        prop_assert_eq!(fraction(&onboarding.rate), naive.within(&both, high));
        prop_assert_eq!(&onboarding.funnel, &[naive.within(&[second], high).0, naive.within(&both, high).0]);

        let repeat = activity::repeat_purchase_rate(&scope, &table, usage.back, Repeat::Window);
        prop_assert_eq!(fraction(&repeat), naive.repeat_in_window());
        let repeat = activity::repeat_purchase_rate(&scope, &table, usage.start, Repeat::Cohort(last));
        prop_assert_eq!(fraction(&repeat), naive.repeat_of_cohort(last as i32));
        if let Some((start, end)) = period {
            let mut active = naive.days(usage.back);
            for days in &mut active {
                days.retain(|day| naive.in_period(*day));
            }
            let user_days = active.iter().map(BTreeSet::len).sum::<usize>() as u64;
            let users = active.iter().filter(|days| !days.is_empty()).count() as u64;
            let stickiness = activity::stickiness(&scope, &table, usage.back);
            prop_assert_eq!(fraction(&stickiness), (user_days, users * (end - start) as u64));
        }
    }

    #[test]
    fn the_order_of_rows_changes_nothing(rows in logs(), usage in questions(), period in periods(), turn in 0..120_usize) {
        let scope = Scope {
            period: period.map(|(start, end)| Period { start: Day(start), end: Day(end) }), ..Scope::default()
        };
        let mut other: Vec<Row> = rows.iter().rev().copied().collect();
        other.rotate_left(turn % rows.len().max(1));
        let ask = |rows: &[Row]| everything(&scope, &built(rows, 8, 50), &usage, 9);
        prop_assert_eq!(ask(&rows), ask(&other));
    }

    #[test]
    fn rates_lie_in_their_intervals_and_are_never_nan(rows in logs(), usage in questions(), as_of in -10..90_i32) {
        for result in everything(&s(), &built(&rows, 8, as_of), &usage, 9).into_iter().skip(1) {
            let Some(value) = result.number() else {
                prop_assert_eq!(fraction(&result), (0, 0));
                continue;
            };
            prop_assert!((0.0..=1.0).contains(&value), "{:?}", result);
            if let Some(interval) = result.interval_numbers() {
                prop_assert!(interval.low - 1e-12 <= value && value <= interval.high + 1e-12, "{:?}", result);
            }
        }
    }

    #[test]
    fn retention_from_a_day_on_falls_and_is_at_least_that_of_the_day(rows in logs(), usage in questions()) {
        // Observed so long that everybody is matured for every day.
        let table = built(&rows, 8, 1_000);
        let days: Vec<u32> = (0..90).collect();
        let rolling = activity::rolling_retention(&s(), &table, &usage, &days);
        let n_day = activity::n_day_retention(&s(), &table, &usage, &days);
        for (here, next) in rolling.iter().zip(&rolling[1..]) {
            prop_assert!(here.number() >= next.number());
        }
        for (rolling, n_day) in rolling.iter().zip(&n_day) {
            prop_assert!(rolling.number() >= n_day.number());
        }
        let brackets = Brackets::new(days.iter().map(|day| (*day, *day)).collect()).expect("brackets");
        let single: Vec<Share> =
            activity::bracket_retention(&s(), &table, &usage, &brackets).iter().map(fraction).collect();
        prop_assert_eq!(single, n_day.iter().map(fraction).collect::<Vec<_>>());
    }
}

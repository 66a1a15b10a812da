//! Payments and refunds: what belongs to what, and what is left (metrics.md 4A `repeat_purchase_rate`, 4D `cltv_btyd`).

use crate::common::{check, day, month};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::events::Payment;
use keeprate_metrics::ledger::{Codes, Dataset, Names, Segment};
use keeprate_metrics::money::Currency;
use keeprate_metrics::period::Day;
use keeprate_metrics::purchases::{PurchaseBuilder, PurchaseTable, Received, Refund};
use keeprate_metrics::report::{Compare, Question, Report, report};
use keeprate_metrics::result::{Flag, SegmentValue};
use proptest::prelude::*;

/// Customer, day, amount, whether it goes back, and the id of the payment or of the one that it is for.
type Line = (u32, i32, i64, bool, u32);

fn settle(lines: &[Line]) -> (PurchaseTable, u64) {
    let mut names = Names::default();
    for customer in 0..4 {
        names.push(&format!("c{customer}"));
    }
    let mut builder = PurchaseBuilder::default();
    for (customer, on, amount, goes_back, id) in lines.iter().copied() {
        let day = Day(20_000 + on);
        if goes_back {
            builder.refund(Refund { customer, day, second: 0, of: id, amount });
        } else {
            let payment = Payment { amount, refunded: 0, succeeded: true, renewal: false };
            builder.receive(Received { customer, day, second: 0, id, payment });
        }
    }
    builder.finish(names, Vec::new(), Currency::EUR, Day(21_000))
}

fn left(lines: &[Line]) -> i64 {
    settle(lines).0.revenue_by_customer(None, Day(21_000)).iter().sum()
}

/// Sixty customers, one new each day from 1 January 2024 on, who pay 20 euros: the first thirty once, the others ten times,
/// every thirty days.
fn shop() -> PurchaseTable {
    let mut names = Names::default();
    let mut builder = PurchaseBuilder::default();
    let first = day("2024-01-01").0;
    for number in 0..60 {
        let customer = names.push(&format!("c{number}"));
        for place in 0..if number < 30 { 1 } else { 10 } {
            let day = Day(first + number + 30 * place);
            let payment = Payment { amount: 2_000_000_000, refunded: 0, succeeded: true, renewal: false };
            builder.receive(Received { customer, day, second: 0, id: 0, payment });
        }
    }
    builder.finish(names, Vec::new(), Currency::EUR, day("2025-01-01")).0
}

/// 4 October 2024 and 13 November 2024; what has come in first goes back.
#[test]
fn what_goes_back_wholly_begins_no_month() {
    let lines = [(0, 0, 100, false, 1), (0, 5, 100, true, 1), (1, 40, 100, false, 2)];
    assert_eq!(settle(&lines).0.months().map(|(first, _)| first), Some(month("2024-11")));
    assert_eq!(settle(&lines[..1]).0.months().map(|(first, _)| first), Some(month("2024-10")));
}

/// What is left of all payments, and how many refunds found too little.
fn settled(lines: &[Line]) -> (i64, u64) {
    (left(lines), settle(lines).1)
}

#[test]
fn refunds_take_from_what_they_name_until_nothing_is_left() {
    let paid = (0, 0, 100, false, 1);
    assert_eq!(settled(&[paid, (0, 1, 30, true, 1), (0, 2, 30, true, 1)]), (40, 0));
    assert_eq!(settled(&[paid, (0, 1, 30, true, 1), (0, 2, 70, true, 1)]), (0, 0));
    assert_eq!(settled(&[paid, (0, 1, 30, true, 1), (0, 2, 71, true, 1)]), (0, 1));
    assert_eq!(settled(&[paid, (0, 1, 100, true, 1), (0, 2, 1, true, 1), (0, 3, 1, true, 1)]), (0, 2));
    // Two lines of one invoice, of which the later one goes back first.
    let lines = [(0, 0, 50, false, 1), (0, 9, 50, false, 1), (0, 10, 70, true, 1)];
    assert_eq!(settled(&lines), (30, 0));
    assert_eq!(settle(&lines).0.revenue_by_customer(None, Day(20_001)), [30]);
    assert_eq!(settled(&[&lines[..], &[(0, 11, 40, true, 1)]].concat()), (0, 1));
    // Nobody's invoice, and that of somebody else, who may have paid it.
    assert_eq!(settled(&[paid, (0, 1, 30, true, 2)]), (100, 1));
    assert_eq!(settled(&[paid, (1, 1, 30, true, 1)]), (70, 0));
}

#[test]
fn refunds_that_name_nothing_take_from_the_latest_payments() {
    let paid = [(0, 1, 10, false, 0), (0, 2, 20, false, 0)];
    let with = |more: &[Line]| [&paid[..], more].concat();
    let by_day = |lines: &[Line]| {
        let (table, unmatched) = settle(lines);
        ([2, 3].map(|day| table.revenue_by_customer(None, Day(20_000 + day)).iter().sum::<i64>()), unmatched)
    };
    assert_eq!(by_day(&with(&[(0, 3, 15, true, 0)])), ([10, 15], 0));
    assert_eq!(by_day(&with(&[(0, 3, 25, true, 0)])), ([5, 5], 0));
    assert_eq!(by_day(&with(&[(0, 3, 25, true, 0), (0, 4, 5, true, 0)])), ([0, 0], 0));
    assert_eq!(by_day(&with(&[(0, 3, 31, true, 0), (0, 4, 5, true, 0)])), ([0, 0], 2));
    // Of one day payments come first; what is paid later gives nothing back.
    assert_eq!(by_day(&with(&[(0, 2, 20, true, 0)])), ([10, 10], 0));
    assert_eq!(by_day(&with(&[(0, 1, 20, true, 0)])), ([0, 20], 1));
    // Others have nothing to do with it, and what is named is not taken twice.
    assert_eq!(settled(&with(&[(1, 3, 5, true, 0)])), (30, 1));
    assert_eq!(settled(&with(&[(0, 3, 5, false, 1), (0, 4, 5, true, 1), (0, 5, 5, true, 0)])), (25, 0));
    assert_eq!(settled(&with(&[(0, 3, 1, true, 7), (1, 3, 1, true, 0)])), (30, 2));
}

/// Day 1,000 of the tests is the first that the data do not cover.
#[test]
fn what_comes_after_the_data_counts_for_nothing() {
    let last = [(0, 999, 100, false, 0)];
    let after = [(0, 1_000, 100, false, 0)];
    assert_eq!(settle(&last).0.months().map(|(first, _)| first), Some(Day(20_999).month()));
    assert_eq!(settle(&after).0.months(), None);
    let revenue = |lines: &[Line], until: i32| settle(lines).0.revenue_by_customer(None, Day(until));
    assert_eq!((revenue(&last, 20_999), revenue(&last, 21_000)), (Vec::new(), vec![100]));
    assert_eq!(revenue(&after, 30_000), Vec::<i64>::new());
}

#[test]
fn revenue_is_that_of_the_customers_of_a_segment() {
    let mut values = Names::default();
    let mut customers = Names::default();
    for name in ["", "DE", "FR"] {
        values.push(name);
        customers.push(name);
    }
    let codes = Codes { of: vec![1, 2, 1], rows: Vec::new() };
    let segments = vec![Segment { column: "country".to_owned(), values, codes }];
    let mut builder = PurchaseBuilder::default();
    for (customer, amount) in [(0, 100), (1, 20), (2, 3), (0, 400)] {
        let payment = Payment { amount, refunded: 0, succeeded: true, renewal: false };
        builder.receive(Received { customer, day: Day(20_000), second: 0, id: 0, payment });
    }
    let (table, _) = builder.finish(customers, segments, Currency::EUR, Day(21_000));
    let of = |column: &str, value: &str| {
        let segment = SegmentValue { column: column.to_owned(), value: value.to_owned() };
        table.revenue_by_customer(Some(&segment), Day(21_000))
    };
    assert_eq!((of("country", "DE"), of("country", "FR")), (vec![500, 3], vec![20]));
    assert_eq!((of("country", "US"), of("owner", "DE")), (Vec::new(), Vec::new()));
    assert_eq!(table.revenue_by_customer(None, Day(21_000)), [500, 20, 3]);
}

/// The shop's customers 0 to 59 come on day 0 to 59 of 2024; those from 30 on come back every thirty days.
#[test]
fn a_period_has_its_own_buyers() {
    let of = |from: &str, to: &str| {
        let question = Question { from: Some(month(from)), to: Some(month(to)), ..Question::default() };
        report::<()>(&Dataset::Purchases(shop()), &question, Vec::new())
    };
    // Up to day 59 nobody has come back, up to day 90 all of the thirty have.
    check(&of("2024-01", "2024-02").metrics[&Key::RepeatPurchaseRate], "value=0 buyers=60 repeaters=0 months=none");
    let march = of("2024-01", "2024-03");
    check(&march.metrics[&Key::RepeatPurchaseRate], "value=0.5 buyers=60 repeaters=30");
    // 90 purchases at 20 by 60 customers, and customer 30 comes on day 90 again.
    check(&march.metrics[&Key::CltvHistoric], "value=30.333333 customers=60 revenue_to_date=1820");
    assert_eq!(march.series.len(), 3);
    check(&march.series[0].metrics[&Key::CltvHistoric], "value=20 customers=31");
    // The data end with the year: December is over, January is not.
    let partial = |to: &str| of("2024-12", to).metrics[&Key::CltvHistoric].flags.contains(&Flag::PartialPeriod);
    assert_eq!((partial("2024-12"), partial("2025-01")), (false, true));
    // Nobody buys twice in March alone but customer 30, on days 60 and 90.
    check(&march.series[2].metrics[&Key::RepeatPurchaseRate], "repeaters=1 buyers=30");
    let cohorts = march.cohorts.expect("cohorts").customers;
    let [january, february] = &cohorts[..] else { panic!("two months of first purchases") };
    // Customer 30 alone of January's comes back, at the end of each month from March to October; January 2025 is not over.
    assert_eq!((january.size, january.open, january.left_truncated), (31, 1, true));
    assert_eq!(january.active, [31, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0].map(Some));
    assert_eq!((february.size, february.left_truncated, february.active[1]), (29, false, Some(29)));
}

#[test]
fn segments_of_customers_stand_side_by_side() {
    let shown = |count: u32| {
        let (mut customers, mut values) = (Names::default(), Names::default());
        values.push("");
        let mut builder = PurchaseBuilder::default();
        let mut of = Vec::new();
        for number in 1..=count {
            let name = format!("s{number:02}");
            of.push(values.push(&name) as u16);
            let customer = customers.push(&name);
            let payment =
                Payment { amount: i64::from(number) * 100_000_000, refunded: 0, succeeded: true, renewal: false };
            builder.receive(Received { customer, day: day("2024-04-05"), second: 0, id: 0, payment });
        }
        let segments = vec![Segment { column: "plan".to_owned(), values, codes: Codes { of, rows: Vec::new() } }];
        let (table, _) = builder.finish(customers, segments, Currency::EUR, day("2024-06-01"));
        let question = Question { segments_of: Some("plan".to_owned()), ..Question::default() };
        let report = report::<()>(&Dataset::Purchases(table), &question, Vec::new());
        // May looks back on April, as the whole does.
        for entry in &report.segments {
            let customers = entry.others.max(1);
            check(&entry.metrics[&Key::RepeatPurchaseRate], &format!("value=0 buyers={customers} n={customers}"));
        }
        let of = report.segments.into_iter();
        of.map(|entry| (entry.segment.value, entry.others, entry.metrics[&Key::CltvHistoric].number()))
            .collect::<Vec<_>>()
    };
    assert_eq!(shown(2), [("s01".to_owned(), 0, Some(1.0)), ("s02".to_owned(), 0, Some(2.0))]);
    let many = shown(13);
    // The last two share a row: 12 and 13.
    assert_eq!(
        (many.len(), &many[10], &many[11]),
        (12, &("s11".to_owned(), 0, Some(11.0)), &(String::new(), 2, Some(12.5)))
    );
}

#[test]
fn fifty_customers_are_enough_for_the_models() {
    let dataset = Dataset::Purchases(shop());
    let compare = Some(Compare::Months(month("2024-01"), month("2024-02")));
    let answered: Report<()> = report(&dataset, &Question { compare, ..Question::default() }, Vec::new());
    let result = &answered.metrics[&Key::CltvBtyd];
    check(result, "n=60 gross_margin=1 horizon=52");
    // Every purchase costs 20, so that the models can say nothing else.
    let value = result.part_number("purchase_value").expect("a value of purchases");
    assert!((value - 20.0).abs() < 0.05, "{value}");
    // 30 × 20 + 30 × 200, over 60 customers.
    check(&answered.metrics[&Key::CltvHistoric], "value=110 customers=60 revenue_to_date=6600");
    check(&answered.metrics[&Key::RepeatPurchaseRate], "value=0.5 buyers=60 repeaters=30 months=12");
    // With a margin of a half they are worth half.
    let mut question = Question::default();
    question.settings.set("gross_margin", "0.5").expect("a setting");
    let half: Report<()> = report(&dataset, &question, Vec::new());
    let (whole, half) = (result.number().expect("a value"), half.metrics[&Key::CltvBtyd].number().expect("a value"));
    assert!((whole - 2.0 * half).abs() < 0.02, "{whole} {half}");
    let before = &answered.comparison.expect("a comparison").metrics[&Key::CltvHistoric];
    // January and February 2024 are days 0 to 59: everybody has bought once, and customer 30 buys again on day 60.
    check(before, "value=20 customers=60 revenue_to_date=1200");
}

proptest! {
    #[test]
    fn nothing_is_given_back_twice_or_from_others(
        lines in prop::collection::vec((0..4_u32, 0..30_i32, 1..100_i64, any::<bool>(), 0..3_u32), 0..40),
    ) {
        let (table, unmatched) = settle(&lines);
        let paid: i64 = lines.iter().filter(|line| !line.3).map(|line| line.2).sum();
        let given: i64 = lines.iter().filter(|line| line.3).map(|line| line.2).sum();
        let left: i64 = table.revenue_by_customer(None, Day(21_000)).iter().sum();
        prop_assert!((paid - given).max(0) <= left && left <= paid);
        // Where every refund found its payment, nothing is lost.
        if unmatched == 0 {
            prop_assert_eq!(left, paid - given);
        }
    }

    #[test]
    fn the_order_of_rows_changes_nothing(
        lines in prop::collection::vec((0..4_u32, 0..9_i32, 1..100_i64, any::<bool>()), 0..20),
    ) {
        let lines: Vec<Line> = lines.into_iter().map(|(customer, on, amount, back)| (customer, on, amount, back, 0)).collect();
        let reversed: Vec<Line> = lines.iter().rev().copied().collect();
        prop_assert_eq!(left(&lines), left(&reversed));
    }
}

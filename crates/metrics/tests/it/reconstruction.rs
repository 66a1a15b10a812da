//! Two exports of current states: what happened between them, and what the later one has rewritten. All figures are worked
//! out by hand from the rows.

use keeprate_metrics::conventions::Conventions;
use keeprate_metrics::ledger::Names;
use keeprate_metrics::money::{Currency, Interval};
use keeprate_metrics::period::Day;
use keeprate_metrics::reconstruction::{Reconstruction, Rewriting, reconstruct};
use keeprate_metrics::report::MovementEntry;
use keeprate_metrics::subscriptions::{End, SubscriptionRow, SubscriptionTable};
use proptest::prelude::*;

const EURO: i64 = 100_000_000;

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

/// A monthly subscription: customer, start, end or nothing, whole units a month.
type Row = (&'static str, &'static str, &'static str, i64);

fn table(as_of: &str, rows: &[Row]) -> SubscriptionTable {
    let mut customers = Names::default();
    let rows = rows.iter().map(|(customer, start, end, units)| {
        let known = customers.iter().position(|name| name == *customer);
        let number = known.map_or_else(|| customers.push(customer), |number| number as u32);
        let row = SubscriptionRow::new(number, day(start), units * EURO, Interval::Month, 1);
        SubscriptionRow { ended: Day::parse_iso(end).map(End::date), ..row }
    });
    let rows = rows.collect();
    SubscriptionTable { customers, rows, as_of: Some(day(as_of)), ..SubscriptionTable::default() }
}

/// Exports of the 1st of May and of the 1st of July 2025.
fn between(previous: &[Row], now: &[Row]) -> Reconstruction {
    let tables = (table("2025-05-01", previous), table("2025-07-01", now));
    reconstruct(&tables.0, &tables.1, &Conventions::default(), 10).expect("dates in order")
}

/// Start, new, reactivation, expansion, contraction, churn and end.
fn amounts(entry: &MovementEntry) -> [i128; 7] {
    [entry.start, entry.new, entry.reactivation, entry.expansion, entry.contraction, entry.churn, entry.end]
        .map(|amount| amount.units / i128::from(EURO))
}

/// Kind, customer, day, and MRR on it in both exports; 0 for none.
fn rewritten(found: &Reconstruction) -> Vec<(Rewriting, &str, String, i128, i128)> {
    let units =
        |amount: Option<keeprate_metrics::money::Amount>| amount.map_or(0, |amount| amount.units / i128::from(EURO));
    let of = found.rewritten.iter().flat_map(|of| of.customers.iter().map(|customer| (of.kind, customer)));
    of.map(|(kind, of)| (kind, of.customer.as_str(), of.day.to_iso(), units(of.previous), units(of.now))).collect()
}

#[test]
fn an_upgrade_that_overwrites_the_amount_is_an_expansion() {
    let found = between(
        &[("a", "2025-01-01", "", 50), ("b", "2025-02-01", "", 90)],
        &[("b", "2025-02-01", "", 60), ("a", "2025-01-01", "", 80)],
    );
    assert_eq!(amounts(&found.movement), [140, 0, 0, 30, 30, 0, 140]);
    // The later export alone has it from the first day on, so that nothing has happened.
    assert_eq!(amounts(&found.later_alone), [140, 0, 0, 0, 0, 0, 140]);
    assert_eq!(found.movement.period.label, "2025-05/2025-06");
    let counts = found.movement.customers;
    assert_eq!((counts.start, counts.expanded, counts.contracted, counts.end), (2, 1, 1, 2));
    assert_eq!(
        rewritten(&found),
        [
            (Rewriting::AmountChanged, "a", "2025-01-01".to_owned(), 50, 80),
            (Rewriting::AmountChanged, "b", "2025-02-01".to_owned(), 90, 60)
        ]
    );
}

#[test]
fn who_came_left_and_came_back_is_classed_by_both_exports() {
    let found = between(
        &[("stays", "2025-01-01", "", 10), ("leaves", "2025-01-01", "", 20), ("back", "2024-01-01", "2025-02-01", 5)],
        &[
            ("stays", "2025-01-01", "", 10),
            ("leaves", "2025-01-01", "2025-06-10", 20),
            ("back", "2024-01-01", "2025-02-01", 5),
            ("back", "2025-06-01", "", 7),
            ("new", "2025-05-20", "", 40),
            // Left before the earlier export, which leaves out such customers, and is back.
            ("old", "2023-01-01", "2024-01-01", 3),
            ("old", "2025-05-01", "", 4),
            // Came and went between the exports.
            ("short", "2025-05-03", "2025-05-30", 9),
        ],
    );
    assert_eq!(amounts(&found.movement), [30, 40, 11, 0, 0, 20, 61]);
    assert_eq!(amounts(&found.later_alone), amounts(&found.movement));
    assert_eq!(rewritten(&found), []);
}

#[test]
fn what_both_cover_and_tell_differently_is_named() {
    for (previous, now, kind, from, units) in [
        // The earlier start, whichever export has it.
        (("2025-02-01", "", 10), ("2025-01-01", "", 10), Rewriting::StartChanged, "2025-01-01", (0, 10)),
        (("2025-01-01", "", 10), ("2025-02-01", "", 10), Rewriting::StartChanged, "2025-01-01", (10, 0)),
        (("2025-01-01", "2025-03-01", 10), ("2025-01-01", "", 10), Rewriting::Revived, "2025-03-01", (0, 10)),
        (("2025-01-01", "2025-03-01", 10), ("2025-01-01", "", 20), Rewriting::Revived, "2025-01-01", (10, 20)),
        (("2025-01-01", "", 10), ("2025-01-01", "2025-04-10", 10), Rewriting::EndedEarlier, "2025-04-10", (10, 0)),
        (("2025-01-01", "", 10), ("2025-01-01", "", 11), Rewriting::AmountChanged, "2025-01-01", (10, 11)),
    ] {
        let found = between(&[("a", previous.0, previous.1, previous.2)], &[("a", now.0, now.1, now.2)]);
        assert_eq!(rewritten(&found), [(kind, "a", from.to_owned(), units.0, units.1)]);
    }
    // Beside another subscription of the customer, the one that is active again is found by its start.
    let found = between(
        &[("a", "2025-01-01", "", 10), ("a", "2025-02-01", "2025-03-01", 5)],
        &[("a", "2025-01-01", "", 10), ("a", "2025-02-01", "", 5)],
    );
    assert_eq!(rewritten(&found), [(Rewriting::Revived, "a", "2025-03-01".to_owned(), 10, 15)]);
    let found = between(&[("a", "2025-01-01", "", 10)], &[("b", "2025-01-15", "", 20)]);
    assert_eq!(
        rewritten(&found),
        [
            (Rewriting::Missing, "a", "2025-01-01".to_owned(), 10, 0),
            (Rewriting::Backdated, "b", "2025-01-15".to_owned(), 0, 20)
        ]
    );
    // Who is gone without a trace is lost, who turns up with a past is new.
    assert_eq!(amounts(&found.movement), [10, 20, 0, 0, 0, 10, 20]);
}

#[test]
fn what_happened_after_the_earlier_export_rewrites_nothing() {
    for (previous, now) in [
        // An end that was known, moved, or new.
        (("2025-01-01", "2025-06-15", 10), ("2025-01-01", "2025-06-15", 10)),
        (("2025-01-01", "2025-05-15", 10), ("2025-01-01", "", 10)),
        (("2025-01-01", "", 10), ("2025-01-01", "2025-05-01", 10)),
    ] {
        let found = between(&[("a", previous.0, previous.1, previous.2)], &[("a", now.0, now.1, now.2)]);
        assert_eq!(rewritten(&found), []);
    }
}

#[test]
fn the_largest_differences_are_listed_first() {
    let names = ["a", "b", "c"];
    let previous: Vec<Row> = names.iter().map(|name| (*name, "2025-01-01", "", 10)).collect();
    let now: Vec<Row> = names.iter().zip([12, 90, 30]).map(|(name, units)| (*name, "2025-01-01", "", units)).collect();
    let tables = (table("2025-05-01", &previous), table("2025-07-01", &now));
    let found = reconstruct(&tables.0, &tables.1, &Conventions::default(), 2).expect("a comparison");
    let customers: Vec<&str> = found.rewritten[0].customers.iter().map(|of| of.customer.as_str()).collect();
    assert_eq!((found.rewritten[0].count, customers), (3, vec!["b", "c"]));
}

#[test]
fn exports_that_have_no_time_between_are_not_compared() {
    let of = |as_of: &str| table(as_of, &[("a", "2025-01-01", "", 10)]);
    let usual = Conventions::default();
    assert!(reconstruct(&of("2025-07-01"), &of("2025-05-01"), &usual, 1).is_none());
    assert!(reconstruct(&of("2025-05-01"), &of("2025-05-01"), &usual, 1).is_none());
    let dollars = SubscriptionTable { currency: Currency::parse("USD").expect("a currency"), ..of("2025-07-01") };
    assert!(reconstruct(&of("2025-05-01"), &dollars, &usual, 1).is_none());
}

proptest! {
    /// The movements close to 0. An export of all that has happened, made twice, rewrites nothing, and what is
    /// reconstructed is what it says alone.
    #[test]
    fn a_log_that_only_grows_is_told_the_same_twice(
        rows in prop::collection::vec((0..6_u32, 0..600_i32, prop::option::of(1..400_i32), 1..90_i64), 0..20),
        (first, later) in (100..500_i32, 1..200_i32),
    ) {
        let mut customers = Names::default();
        for number in 0..6 {
            customers.push(&format!("c{number}"));
        }
        let made = |as_of: i32| {
            // What had not begun is not there; what had not ended runs on.
            let seen = rows.iter().filter(|(_, start, ..)| *start < as_of);
            let rows = seen.map(|(customer, start, length, units)| {
                let end = length.map(|length| Day(start + length)).filter(|end| end.0 < as_of);
                let row = SubscriptionRow::new(*customer, Day(*start), units * EURO, Interval::Month, 1);
                SubscriptionRow { ended: end.map(End::date), ..row }
            });
            let rows = rows.collect();
            SubscriptionTable { customers: customers.clone(), rows, as_of: Some(Day(as_of)), ..SubscriptionTable::default() }
        };
        let mut conventions = Conventions::default();
        // A row that follows within a day moves an end that had been written already.
        conventions.set("bridge_gap", "0").expect("known");
        let found = reconstruct(&made(first), &made(first + later), &conventions, 10).expect("in order");
        prop_assert_eq!(rewritten(&found), []);
        prop_assert_eq!(&found.movement, &found.later_alone);
        let [start, new, reactivation, expansion, contraction, churn, end] = amounts(&found.movement);
        prop_assert_eq!(start + new + reactivation + expansion - contraction - churn, end);
        let counts = found.movement.customers;
        prop_assert_eq!(counts.start + counts.new + counts.reactivated - counts.lost, counts.end);
    }
}

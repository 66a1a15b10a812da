//! Invoices for a year or a quarter that stand in one month alone: what is recognised, what is not, what spreading changes.
//! All counts are worked out by hand from the rows.

use crate::common::ledger;
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::events::Payment;
use keeprate_metrics::invoices::{Invoices, unspread, unspread_payments};
use keeprate_metrics::ledger::{Dataset, Ledger, LedgerBuilder, Names};
use keeprate_metrics::money::Currency;
use keeprate_metrics::period::{Day, Month};
use keeprate_metrics::purchases::{PurchaseBuilder, PurchaseTable, Received};
use keeprate_metrics::report::{Extent, Question, Report, report};
use keeprate_metrics::sorted_map::SortedMap;
use proptest::prelude::*;

/// What one customer pays: an amount in each of some months, counted from 0.
type Payer = (&'static str, f64, Vec<usize>);

/// Customers over so many months from January 2023 on.
fn over(months: usize, payers: &[Payer]) -> Ledger {
    let rows: Vec<(&str, Vec<f64>)> = payers
        .iter()
        .map(|(name, amount, paid)| {
            (*name, (0..months).map(|month| if paid.contains(&month) { *amount } else { 0.0 }).collect())
        })
        .collect();
    let rows: Vec<(&str, &str, &[f64])> = rows.iter().map(|(name, amounts)| (*name, "", amounts.as_slice())).collect();
    ledger("2023-01", &rows)
}

fn steady(name: &'static str, amount: f64, months: usize) -> Payer {
    (name, amount, (0..months).collect())
}

/// Five customers who pay 100 in each of so many months.
fn monthly(months: usize) -> Vec<Payer> {
    ["m1", "m2", "m3", "m4", "m5"].map(|name| steady(name, 100.0, months)).to_vec()
}

fn with(mut payers: Vec<Payer>, more: &[Payer]) -> Vec<Payer> {
    payers.extend_from_slice(more);
    payers
}

/// Yearly customers, quarterly customers, churn events as the file stands and with amounts spread.
fn counts(ledger: &Ledger) -> Option<(u64, u64, u64, u64)> {
    let (found, _) = unspread(ledger)?;
    assert!(!found.spread);
    Some((found.yearly_customers, found.quarterly_customers, found.churn_events, found.churn_events_spread))
}

/// Amounts of a customer by month in whole units, after spreading.
fn spread(ledger: &Ledger, customer: usize) -> Vec<i64> {
    let (_, spread) = unspread(ledger).expect("invoices");
    spread.closings.iter().map(|closing| closing.amounts.get(customer) / 100_000_000).collect()
}

#[test]
fn invoices_of_the_size_of_a_year_among_monthly_customers_are_recognised() {
    // One who renews after a year: lost twice as it stands, never when spread.
    let renewed = over(24, &with(monthly(24), &[("y1", 1200.0, vec![2, 14])]));
    assert_eq!(counts(&renewed), Some((1, 0, 2, 0)));
    assert_eq!(spread(&renewed, 5), [[0; 2].as_slice(), &[100; 22]].concat());
    // One who does not: lost twice as it stands, once when spread, in month 26.
    let ended = over(36, &with(monthly(36), &[("y1", 1200.0, vec![2, 14])]));
    assert_eq!(counts(&ended), Some((1, 0, 2, 1)));
    // Within one year each stands there once; the one of the last month is not lost yet.
    let once = [("a", 600.0, vec![1]), ("b", 900.0, vec![4]), ("c", 2400.0, vec![7]), ("d", 1200.0, vec![11])];
    assert_eq!(counts(&over(12, &with(monthly(12), &once))), Some((4, 0, 3, 0)));
}

#[test]
fn invoices_come_a_month_early_or_late() {
    // 13 and 11 months apart: until the next one, so that nobody is lost in between and nothing counts twice.
    let ledger = over(36, &with(monthly(36), &[("y1", 1200.0, vec![0, 13, 24])]));
    assert_eq!((counts(&ledger), spread(&ledger, 5)), (Some((1, 0, 3, 0)), vec![100; 36]));
}

#[test]
fn a_habit_of_several_customers_needs_no_size() {
    let habit: &[Payer] =
        &[("a", 100.0, vec![0, 12]), ("b", 120.0, vec![4, 16]), ("c", 90.0, vec![8, 20]), ("d", 100.0, vec![10])];
    // Nobody is steady: what came once is for a year as well. Lost after 0, 12, 4, 16, 8, 20 and 10; d after month 21.
    assert_eq!(counts(&over(24, habit)), Some((4, 0, 7, 1)));
    // Beside monthly customers an amount of their size is a month, wherever it stands alone.
    assert_eq!(counts(&over(24, &with(monthly(24), habit))), Some((3, 0, 7, 1)));
}

#[test]
fn quarters_are_recognised_by_their_habit() {
    let quarters: Vec<Payer> = ["a", "b", "c"].map(|name| (name, 300.0, vec![0, 3, 6, 9])).to_vec();
    // Each is lost four times as it stands, in months 1, 4, 7 and 10; the last quarter reaches up to month 11.
    let ledger = over(12, &with(monthly(12), &quarters));
    assert_eq!((counts(&ledger), spread(&ledger, 5)), (Some((0, 3, 12, 0)), vec![100; 12]));
    assert_eq!(counts(&over(13, &with(monthly(13), &quarters))), Some((0, 3, 12, 3)));
    // A month late and early again.
    let late: Vec<Payer> = ["a", "b", "c"].map(|name| (name, 300.0, vec![0, 4, 6, 9])).to_vec();
    assert_eq!(counts(&over(12, &late)), Some((0, 3, 12, 0)));
}

#[test]
fn what_only_looks_alike_is_left_alone() {
    let cases: &[(&str, Ledger)] = &[
        ("monthly payers", over(24, &monthly(24))),
        ("nobody", over(24, &[])),
        ("one who pauses for a year", over(24, &with(monthly(24), &[("p", 100.0, vec![3, 15])]))),
        ("one who pauses, at a larger price", over(24, &with(monthly(24), &[("p", 500.0, vec![3, 4, 15, 16])]))),
        ("a shop at Christmas", over(24, &["a", "b", "c", "d", "e"].map(|name| (name, 50.0, vec![11, 23])))),
        (
            "a season of three months",
            over(24, &[("a", 50.0, vec![5, 17]), ("b", 50.0, vec![6, 18]), ("c", 60.0, vec![7, 19])]),
        ),
        ("a summer shop", over(24, &["a", "b", "c", "d"].map(|name| (name, 50.0, vec![5, 6, 7, 17, 18, 19])))),
        ("every other month", over(13, &["a", "b", "c", "d"].map(|name| (name, 50.0, vec![0, 2, 4, 6, 8, 10, 12])))),
        (
            "large monthly customers of whom three left at once",
            over(
                12,
                &with(
                    monthly(12),
                    &[
                        steady("l1", 700.0, 12),
                        steady("l2", 700.0, 12),
                        steady("l3", 800.0, 12),
                        ("x", 700.0, vec![3]),
                        ("y", 700.0, vec![5]),
                        ("z", 700.0, vec![8]),
                    ],
                ),
            ),
        ),
        (
            "returns at random",
            over(
                24,
                &[
                    ("a", 50.0, vec![0, 12]),
                    ("b", 50.0, vec![4, 16]),
                    ("c", 50.0, vec![8, 20]),
                    ("d", 50.0, vec![1, 6]),
                    ("e", 50.0, vec![3, 19]),
                    ("f", 50.0, vec![2, 9, 13]),
                ],
            ),
        ),
        (
            "a large customer new in the last month",
            over(12, &with(monthly(12), &[("a", 900.0, vec![11]), ("b", 900.0, vec![11]), ("c", 900.0, vec![11])])),
        ),
    ];
    for (what, ledger) in cases {
        assert_eq!(counts(ledger), None, "{what}");
    }
}

/// Customers whose amounts are for a year, and for a quarter.
fn kinds(months: usize, payers: &[Payer]) -> Option<(u64, u64)> {
    counts(&over(months, payers)).map(|(yearly, quarterly, ..)| (yearly, quarterly))
}

#[test]
fn a_size_is_six_times_what_three_steady_customers_pay() {
    let year = |amount: f64| [("y1", amount, vec![2, 14])];
    assert_eq!(kinds(24, &with(monthly(24), &year(600.0))), Some((1, 0)));
    assert_eq!(kinds(24, &with(monthly(24), &year(599.0))), None);
    assert_eq!(kinds(24, &with(monthly(24)[..3].to_vec(), &year(1200.0))), Some((1, 0)));
    assert_eq!(kinds(24, &with(monthly(24)[..2].to_vec(), &year(1200.0))), None);
    // The one in the middle of 10, 100 and 1,000 is the usual one.
    let unlike = [("m1", 10.0), ("m2", 100.0), ("m3", 1000.0)].map(|(name, amount)| steady(name, amount, 24)).to_vec();
    assert_eq!(
        kinds(24, &with(unlike.clone(), &[("y1", 600.0, vec![2, 14]), ("y2", 600.0, vec![3, 15])])),
        Some((2, 0))
    );
    assert_eq!(kinds(24, &with(unlike.clone(), &[("y1", 590.0, vec![2, 14]), ("y2", 590.0, vec![3, 15])])), None);
    // As many steady customers pay so much as do by the year.
    assert_eq!(kinds(24, &with(unlike, &[("y1", 600.0, vec![2, 14])])), None);
}

#[test]
fn three_that_come_once_are_enough() {
    let once = [("a", 600.0, vec![1]), ("b", 900.0, vec![4]), ("c", 2400.0, vec![7])];
    assert_eq!(kinds(12, &with(monthly(12), &once)), Some((3, 0)));
    assert_eq!(kinds(12, &with(monthly(12), &once[..2])), None);
    // What stands in the first month may have begun before.
    assert_eq!(kinds(12, &with(monthly(12), &[&once[..2], &[("c", 2400.0, vec![0])]].concat())), None);
}

#[test]
fn a_habit_is_that_of_the_majority() {
    let habit = [("a", 100.0, vec![0, 12]), ("b", 120.0, vec![4, 16]), ("c", 90.0, vec![8, 20])];
    let others = [("d", 50.0, vec![1, 6]), ("e", 50.0, vec![3, 19]), ("f", 50.0, vec![2, 9])];
    // What came once says nothing against it, however often.
    let once = ["s", "t", "u", "v"].map(|name| (name, 100.0, vec![10]));
    assert_eq!(kinds(24, &[&habit[..], &once].concat()), Some((7, 0)));
    // Three of five; the others are left as they are: ten times somebody is lost, four times when spread.
    assert_eq!(counts(&over(24, &[&habit[..], &others[..2]].concat())), Some((3, 0, 10, 4)));
    assert_eq!(kinds(24, &[&habit[..], &others].concat()), None);
    assert_eq!(kinds(24, &habit[..2]), None);
}

#[test]
fn a_season_has_three_quarters_of_a_habit() {
    let summer = [("a", 50.0, vec![5, 17]), ("b", 50.0, vec![6, 18]), ("c", 60.0, vec![7, 19])];
    let others = [("d", 50.0, vec![11, 23]), ("e", 50.0, vec![2, 14])];
    // Six of eight amounts, six of ten.
    assert_eq!(kinds(24, &[&summer[..], &others[..1]].concat()), None);
    assert_eq!(kinds(24, &[&summer[..], &others].concat()), Some((5, 0)));
    // December, January and February follow each other.
    let winter = [("a", 50.0, vec![11, 23]), ("b", 50.0, vec![0, 12]), ("c", 60.0, vec![1, 13])];
    assert_eq!(kinds(24, &winter), None);
}

#[test]
fn quarters_are_a_habit_wherever_they_begin() {
    let begin = |first: usize| ["a", "b", "c"].map(|name| (name, 300.0, (0..4).map(|term| first + 3 * term).collect()));
    assert_eq!([0, 1, 2].map(|first| kinds(12, &begin(first))), [Some((0, 3)); 3]);
    // Two are no habit, whatever others do, and three of six are no majority.
    let years = [("y", 300.0, vec![0, 12]), ("z", 300.0, vec![4, 16])];
    assert_eq!(kinds(24, &[&begin(1)[..2], &years].concat()), None);
    let others = ["d", "e", "f"].map(|name| (name, 300.0, vec![1, 7, 8 + 5]));
    assert_eq!(kinds(24, &[&begin(1)[..], &others[..2]].concat()), Some((0, 3)));
    assert_eq!(kinds(24, &[&begin(1)[..], &others].concat()), None);
}

/// Nobody pays by the month: what came once is for as long as most pay, and of equally many for a year.
#[test]
fn what_came_once_is_what_most_pay() {
    let yearly = [("a", 100.0, vec![0, 12]), ("b", 120.0, vec![4, 16]), ("c", 90.0, vec![8, 20])];
    let quarterly = ["q1", "q2", "q3", "q4"].map(|name| (name, 100.0, vec![0, 3, 6, 9]));
    let once = [("s", 100.0, vec![10])];
    assert_eq!(kinds(24, &[&yearly[..], &quarterly[..3], &once].concat()), Some((4, 3)));
    assert_eq!(kinds(24, &[&yearly[..], &quarterly, &once].concat()), Some((3, 5)));
    assert_eq!(kinds(24, &[&yearly[..], &once].concat()), Some((4, 0)));
    assert_eq!(kinds(24, &[&quarterly[..], &once].concat()), Some((0, 5)));
}

#[test]
fn amounts_of_a_habit_are_alike() {
    for (second, expected) in [(200.0, Some((3, 0, 6, 0))), (201.0, None)] {
        let rows: Vec<(&str, Vec<f64>)> = [("a", 0), ("b", 4), ("c", 8)]
            .into_iter()
            .map(|(name, first)| {
                let mut amounts = vec![0.0; 22];
                (amounts[first], amounts[first + 12]) = (100.0, second);
                (name, amounts)
            })
            .collect();
        let rows: Vec<(&str, &str, &[f64])> =
            rows.iter().map(|(name, amounts)| (*name, "", amounts.as_slice())).collect();
        assert_eq!(counts(&ledger("2023-01", &rows)), expected, "{second}");
    }
}

#[test]
fn where_a_month_is_absent_nothing_is_said() {
    let mut builder = LedgerBuilder::default();
    let mut customers = Names::default();
    for name in ["m1", "m2", "m3", "y"] {
        customers.push(name);
    }
    for month in (0..24).filter(|month| *month != 6) {
        let (place, _) = builder.column(Month(24_000 + month));
        for customer in 0..3 {
            builder.add(place, customer, 100);
        }
        if month % 12 == 2 {
            builder.add(place, 3, 1200);
        }
    }
    assert_eq!(counts(&builder.finish(customers, Vec::new(), Currency::EUR).0), None);
}

fn ask(dataset: &Dataset, settings: &str, extent: Extent) -> Report<()> {
    let mut question = Question { extent, ..Question::default() };
    if let Some((name, value)) = settings.split_once('=') {
        question.settings.set(name, value).expect("a setting");
    }
    report(dataset, &question, Vec::new())
}

#[test]
fn nothing_is_spread_unless_it_is_asked_for() {
    // The last month is the one after an invoice: as the file stands the customer has just left.
    let dataset = Dataset::Ledger(over(16, &with(monthly(16), &[("y1", 1200.0, vec![2, 14])])));
    let lost = |report: &Report<()>| report.metrics[&Key::CustomerCounts].part_number("lost");
    let found = Invoices { yearly_customers: 1, churn_events: 2, ..Invoices::default() };
    let usual = ask(&dataset, "", Extent::Whole);
    assert_eq!((usual.invoices, lost(&usual)), (Some(found), Some(1.0)));
    let spread = ask(&dataset, "spread_invoices=true", Extent::Whole);
    assert_eq!((spread.invoices, lost(&spread)), (Some(Invoices { spread: true, ..found }), Some(0.0)));
    // Five at 100 and a twelfth of 1 200.
    assert_eq!(spread.metrics[&Key::Mrr].number(), Some(600.0));
    // The first answer to a large file looks only where its figures depend on it.
    assert_eq!(ask(&dataset, "", Extent::Figures).invoices, None);
    assert_eq!(lost(&ask(&dataset, "spread_invoices=true", Extent::Figures)), Some(0.0));
}

/// Payments of 30 and more customers as (customer, day, whole units).
fn payments(list: &[(u32, &str, i64)], as_of: &str) -> PurchaseTable {
    let day = |text: &str| Day::parse_iso(text).expect("a day");
    let mut customers = Names::default();
    for (customer, ..) in list {
        while customers.len() <= *customer as usize {
            customers.push(&format!("c{}", customers.len()));
        }
    }
    let mut builder = PurchaseBuilder::default();
    for (customer, paid, units) in list {
        let payment = Payment { amount: units * 100_000_000, refunded: 0, succeeded: true, renewal: false };
        builder.receive(Received { customer: *customer, day: day(paid), second: 0, id: 0, payment });
    }
    builder.finish(customers, Vec::new(), Currency::EUR, day(as_of)).0
}

#[test]
fn payments_that_come_by_the_year_are_recognised() {
    let list = [
        (0, "2023-01-31", 1200),
        (0, "2024-02-01", 1200),
        (1, "2023-05-10", 600),
        (1, "2024-04-28", 600),
        (2, "2023-09-01", 600),
        (2, "2024-09-02", 700),
        (3, "2023-11-15", 900),
    ];
    let table = payments(&list, "2024-12-20");
    let (found, spread) = unspread_payments(&table).expect("invoices");
    // By month: 0 is lost twice, 1 and 2 twice each, 3 once; spread, only 3 is, after October 2024.
    assert_eq!((found.yearly_customers, found.quarterly_customers), (4, 0));
    assert_eq!((found.churn_events, found.churn_events_spread), (7, 1));
    // December 2024 is not over.
    assert_eq!(spread.last(), Month::parse_iso("2024-11"));
    let dataset = Dataset::Purchases(table);
    assert_eq!(ask(&dataset, "", Extent::Whole).invoices, Some(found));
    assert!(!ask(&dataset, "", Extent::Whole).metrics.contains_key(&Key::Mrr));
    // 1 200 / 12 + 600 / 12 + 700 / 12 at the end of November 2024.
    let mrr = ask(&dataset, "spread_invoices=true", Extent::Whole).metrics[&Key::Mrr].number();
    assert!((mrr.expect("a value") - 208.333_333).abs() < 1e-6);
}

#[test]
fn payments_are_not_put_into_more_months_than_memory_has_room_for() {
    let yearly = [(0, "2023-01-31", 1200), (0, "2024-02-01", 1200), (1, "2023-05-10", 600), (1, "2024-04-28", 600)];
    let few = [&yearly[..], &[(2, "2023-09-01", 600), (2, "2024-09-02", 700)]].concat();
    assert!(unspread_payments(&payments(&few, "2024-12-20")).is_some());
    // 23 months by 900 001 customers are more than 20 million cells.
    let many = [&few[..], &[(900_000, "2023-11-15", 900)]].concat();
    assert!(unspread_payments(&payments(&many, "2024-12-20")).is_none());
}

#[test]
fn shops_are_no_contracts() {
    // Three bought one large thing each, five buy small things month after month.
    let mut list: Vec<(u32, String, i64)> =
        (0..5).flat_map(|customer| (1..=9).map(move |month| (customer, format!("2024-0{month}-10"), 20))).collect();
    list.extend([
        (5, "2024-03-01".to_owned(), 900),
        (6, "2024-04-01".to_owned(), 900),
        (7, "2024-06-01".to_owned(), 800),
    ]);
    let list: Vec<(u32, &str, i64)> =
        list.iter().map(|(customer, day, units)| (*customer, day.as_str(), *units)).collect();
    assert!(unspread_payments(&payments(&list, "2024-11-01")).is_none());
    assert!(unspread_payments(&payments(&[], "2024-11-01")).is_none());
}

proptest! {
    /// What customers pay a month is found again, whenever their years begin: spread, nobody is lost before the end of a
    /// last year, and each month has a twelfth.
    #[test]
    fn spreading_undoes_what_writing_in_one_month_did(
        starts in prop::collection::vec((0..12_usize, 1..50_u32, 1..4_usize), 1..12),
    ) {
        let months = 48;
        let mut rows: Vec<(String, Vec<f64>)> =
            (0..5).map(|number| (format!("m{number}"), vec![1.0; months])).collect();
        let mut expected = SortedMap::new();
        let mut ends = 0_u64;
        for (number, (start, price, years)) in starts.iter().enumerate() {
            let mut amounts = vec![0.0; months];
            for year in 0..*years {
                amounts[start + 12 * year] = f64::from(*price) * 12.0;
            }
            let own: Vec<i64> = (0..months)
                .map(|month| if month >= *start && month < start + 12 * years { i64::from(*price) } else { 0 })
                .collect();
            ends += u64::from(start + 12 * years < months);
            expected.insert(5 + number, own);
            rows.push((format!("y{number}"), amounts));
        }
        let rows: Vec<(&str, &str, &[f64])> =
            rows.iter().map(|(name, amounts)| (name.as_str(), "", amounts.as_slice())).collect();
        let ledger = ledger("2021-01", &rows);
        // Without one who renewed, and with fewer than three once, there is no evidence.
        prop_assume!(starts.iter().any(|(_, _, years)| *years > 1));
        let (found, spread) = unspread(&ledger).expect("invoices");
        prop_assert_eq!(found.yearly_customers, starts.len() as u64);
        prop_assert_eq!(found.churn_events_spread, ends);
        for (customer, own) in expected.iter() {
            let units: Vec<i64> =
                spread.closings.iter().map(|closing| closing.amounts.get(*customer) / 100_000_000).collect();
            prop_assert_eq!(&units, own);
        }
    }
}

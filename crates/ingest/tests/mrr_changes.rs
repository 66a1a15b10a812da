//! Shape (h): a log of changes becomes closing states by running sums (metrics.md 5.2, 8.9).

#![expect(clippy::expect_used, reason = "tests fail by panicking, in helpers too")]

mod common;

use common::{codes, ledger, read, read_with};
use keeprate_ingest::{Imported, Options, Shape};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::period::{Day, Month};
use keeprate_metrics::report::{Question, Report, report};
use keeprate_metrics::result::Value;

fn until(text: &str) -> Options {
    Options { as_of: Some(Day::parse_iso(text).expect("a day")), ..Options::default() }
}

/// MRR of each customer at the close of each month, in whole units.
fn closings(imported: &Imported) -> Vec<Vec<i64>> {
    let ledger = ledger(imported);
    let of = |amounts: &keeprate_columns::cells::Column| -> Vec<i64> {
        amounts.iter(ledger.customers.len()).map(|units| units / 100_000_000).collect()
    };
    ledger.closings.iter().map(|closing| of(&closing.amounts)).collect()
}

#[test]
fn logs_of_changes_are_known_by_their_headers() {
    for (file, shape) in [
        ("customer,date,delta\nA,2025-01-01,1\n", Shape::MrrChanges),
        ("customer id,date,old mrr,new mrr\nA,2025-01-01,0,1\n", Shape::MrrChanges),
        ("Kunde;Datum;MRR-Änderung\nA;01.01.2025;1,00\n", Shape::MrrChanges),
        ("Kunde;Datum;MRR alt;MRR neu\nA;01.01.2025;0;1,00\n", Shape::MrrChanges),
        // MRR by date is a state already.
        ("customer,date,mrr,change\nA,2025-01-01,1,1\n", Shape::MrrLong),
        ("month,new mrr,churned mrr\n2025-01,1,1\n", Shape::PeriodTable),
    ] {
        assert_eq!(read(file.as_bytes()).input.shape, shape, "{file}");
    }
}

#[test]
fn changes_add_up_to_states() {
    let file = "customer,date,delta\n\
        A,2025-04-10,30\nA,2025-03-05,50\nB,2025-03-31,20\nB,2025-05-01,-20\nA,2025-05-20,-80\nA,2025-05-21,10\n";
    let imported = read_with(file.as_bytes(), &until("2025-06-01"));
    // In whatever order the rows stand; a change on the 1st of May is one of May.
    assert_eq!(closings(&imported), [[0, 0], [50, 20], [80, 20], [10, 0]]);
    assert_eq!(codes(&imported), Vec::<&str>::new());
}

#[test]
fn a_rise_and_a_fall_within_a_month_end_at_the_last_state() {
    // metrics.md 8.9: 50 → 80 on 5 April, → 60 on 20 April; snapshot: expansion 10.
    let file = "customer,date,old,new\nA,2025-03-01,0,50\nA,2025-04-05,50,80\nA,2025-04-20,80,60\n";
    assert_eq!(closings(&read_with(file.as_bytes(), &until("2025-05-01"))), [[0], [50], [60]]);
    // Two changes of one day count in the order of the file, or of their time.
    let file = "customer,date,delta\nA,2025-04-05 12:00,-30\nA,2025-04-05 08:00,80\n";
    assert_eq!(closings(&read_with(file.as_bytes(), &until("2025-05-01"))), [[0], [50]]);
}

/// April under a setting.
fn april(file: &str, setting: &str) -> Report<()> {
    let imported = read_with(file.as_bytes(), &until("2025-05-01"));
    let month = Month::parse_iso("2025-04");
    let mut question = Question { from: month, to: month, ..Question::default() };
    let (name, value) = setting.split_once('=').expect("a setting");
    question.settings.set(name, value).expect("known");
    report(&imported.dataset, &question, Vec::new())
}

#[test]
fn changes_count_by_themselves_on_the_event_basis() {
    let movements = |file: &str, setting: &str| {
        let result = april(file, setting).metrics[&Key::MrrMovements].clone();
        let parts = ["new", "reactivation", "expansion", "contraction", "churn"];
        (result.variant.clone(), parts.map(|part| result.part_number(&format!("mrr_{part}")).expect("an amount")))
    };
    // metrics.md 8.9: 50 → 80 on 5 April, → 60 on 20 April.
    let file = "customer,date,old,new\nA,2025-03-01,0,50\nA,2025-04-05,50,80\nA,2025-04-20,80,60\n";
    let words = |variant: &str, parts| (variant.to_owned(), parts);
    assert_eq!(movements(file, "movement_basis=snapshot"), words("snapshot", [0., 0., 10., 0., 0.]));
    assert_eq!(movements(file, "movement_basis=event_basis"), words("event_basis", [0., 0., 30., 20., 0.]));
    // B comes, leaves and comes back; C was there before the file; two changes of a day are two; D has less than nothing.
    let file = "customer,date,old,new\nA,2025-03-01,0,50\nB,2025-04-02,0,10\nB,2025-04-09,10,0\nB,2025-04-10,0,15\n\
        C,2025-04-01,40,0\nA,2025-04-30 09:00,50,90\nA,2025-04-30 17:00,90,70\nD,2025-04-03,0,-5\n";
    assert_eq!(movements(file, "movement_basis=event_basis"), words("event_basis", [10., 15., 40., 20., 50.]));
    let entry = &april(file, "movement_basis=event_basis").movements[1];
    assert_eq!((entry.customers.new, entry.customers.reactivated, entry.customers.lost), (1, 1, 2));
    assert_eq!((entry.start.to_decimal(), entry.end.to_decimal()), ("90.00".to_owned(), "85.00".to_owned()));
}

#[test]
fn churn_is_counted_day_by_day_where_it_is_asked_for() {
    // Three at the start. One of three leaves on the 5th; another one comes on the 10th; of three again, two leave on the
    // 20th, one of them the new one: 1/3 + 2/3. Who changes twice in a day stays.
    let file = "customer,date,old,new\nA,2025-03-01,0,50\nB,2025-03-01,0,50\nC,2025-03-01,0,50\nA,2025-04-05,50,0\n\
        D,2025-04-10,0,5\nD,2025-04-20,5,0\nB,2025-04-20,50,0\nC,2025-04-21 08:00,50,0\nC,2025-04-21 09:00,0,50\n";
    let churn = april(file, "customer_churn=daily_sum").metrics[&Key::CustomerChurnRate].clone();
    assert_eq!((churn.variant.as_str(), churn.numerator, churn.ci_low), ("daily_sum", None, None));
    assert!((churn.number().expect("a rate") - 1.0).abs() < 1e-12);
    // A and B of three at the start.
    let usual = april(file, "customer_churn=default").metrics[&Key::CustomerChurnRate].clone();
    assert_eq!(usual.numerator, Some(Value::Count(2)));
}

#[test]
fn who_had_revenue_before_the_first_change_was_a_customer() {
    let file = "customer,date,old,new\nA,2025-03-10,50,80\nB,2025-04-10,20,0\nC,2025-04-01,0,5\n";
    assert_eq!(closings(&read_with(file.as_bytes(), &until("2025-05-01"))), [[50, 20, 0], [80, 20, 0], [80, 0, 5]]);
}

#[test]
fn what_does_not_add_up_is_said() {
    let file = "customer,date,old,new\nA,2025-03-10,0,80\nA,2025-04-10,70,90\n";
    let imported = read_with(file.as_bytes(), &until("2025-05-01"));
    assert_eq!((closings(&imported), codes(&imported)), (vec![vec![0], vec![80], vec![90]], vec!["W-IDENTITY"]));
    assert_eq!(imported.input.diagnostics[0].record, Some(3));
    let imported = read_with(b"customer,date,delta\nA,2025-03-10,-80\n", &until("2025-04-01"));
    assert_eq!((closings(&imported), codes(&imported)), (vec![vec![0], vec![0]], vec!["W-NEG-MRR"]));
}

#[test]
fn a_day_between_two_states_is_no_gap_of_writing() {
    let file = "customer,date,old,new\nA,2025-01-01,0,10\nA,2025-01-31,10,0\nA,2025-02-01,0,30\n";
    assert_eq!(closings(&read_with(file.as_bytes(), &until("2025-03-01"))), [[0], [0], [30]]);
}

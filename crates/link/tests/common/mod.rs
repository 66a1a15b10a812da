//! Data sets as reports: those of metrics.md section 8, the sample company, and random ones.

#![allow(dead_code, reason = "each test file uses its part")]

use keeprate_metrics::ledger::{Dataset, Ledger, LedgerBuilder, Names, PeriodRow, PeriodTable, StatusTable, Totals};
use keeprate_metrics::money::{Amount, Currency};
use keeprate_metrics::period::Month;
use keeprate_metrics::report::{Compare, Question, Report, report};

pub const CENT: i64 = 1_000_000;

pub fn month(text: &str) -> Month {
    Month::parse_iso(text).expect("an ISO month")
}

/// A ledger from rows of (customer, segment, month, units).
fn ledger<'a>(rows: impl Iterator<Item = (&'a str, &'a str, Month, i64)>) -> Dataset {
    let mut builder = LedgerBuilder::default();
    let (mut customers, mut values) = (Names::default(), Names::default());
    values.push("");
    let number = |names: &mut Names, name: &str| {
        let known = names.iter().position(|known| known == name);
        known.map_or_else(|| names.push(name), |number| number as u32)
    };
    let rows: Vec<_> = rows.collect();
    for (.., month, _) in &rows {
        builder.column(*month);
    }
    for (name, segment, month, units) in rows {
        let (place, _) = builder.column(month);
        let customer = number(&mut customers, name);
        builder.add(place, customer, units);
        builder.set_segment(place, 0, customer, number(&mut values, segment) as u16);
    }
    Dataset::Ledger(builder.finish(customers, vec![("Segment".to_owned(), values)], Currency::EUR).0)
}

/// A ledger from units by customer and month.
pub fn units<'a>(first: &str, rows: impl Iterator<Item = (&'a str, &'a str, &'a [i64])>) -> Dataset {
    let first = month(first);
    ledger(rows.flat_map(|(name, segment, amounts)| {
        let months = amounts.iter().enumerate();
        months.map(move |(at, amount)| (name, segment, first.plus(at as i32), *amount))
    }))
}

/// A ledger from whole units of the currency by customer and month.
pub fn table(first: &str, rows: &[(&str, &str, &[i64])]) -> Dataset {
    let rows = rows.iter().map(|(name, segment, amounts)| {
        (*name, *segment, amounts.iter().map(|amount| amount * 100 * CENT).collect::<Vec<_>>())
    });
    let rows: Vec<_> = rows.collect();
    units(first, rows.iter().map(|(name, segment, amounts)| (*name, *segment, amounts.as_slice())))
}

/// D1 of metrics.md 8.1.
pub fn d1() -> Dataset {
    table(
        "2025-01",
        &[
            ("A", "Enterprise", &[100, 100, 100, 100, 100, 100]),
            ("B", "Enterprise", &[200, 200, 250, 250, 250, 250]),
            ("C", "Enterprise", &[300, 300, 300, 200, 200, 200]),
            ("D", "SMB", &[150, 150, 0, 0, 0, 0]),
            ("E", "SMB", &[0, 80, 80, 80, 80, 80]),
            ("F", "SMB", &[120, 120, 0, 0, 120, 150]),
            ("G", "SMB", &[0, 0, 0, 60, 60, 0]),
            ("H", "SMB", &[50, 70, 70, 40, 40, 40]),
        ],
    )
}

/// D5 of metrics.md 8.5.
pub fn d5() -> Dataset {
    let row = |label: &str, counts: [i64; 4], amounts: Option<[i64; 4]>| {
        let [start, new, lost, end] = counts.map(Some);
        let amount = |place: usize| amounts.map(|amounts| i128::from(amounts[place] * 100 * CENT));
        let totals = Totals {
            customers_start: start,
            customers_new: new,
            customers_lost: lost,
            customers_end: end,
            mrr_start: amount(0),
            mrr_expansion: amount(1),
            mrr_contraction: amount(2),
            mrr_churn: amount(3),
            ..Totals::default()
        };
        PeriodRow { label: label.to_owned(), period: None, record: 2, totals }
    };
    let rows = vec![
        row("Quelle 002", [100, 10, 5, 105], Some([1000, 200, 0, 100])),
        row("Quelle 003", [100, 10, 10, 100], None),
    ];
    Dataset::Periods(PeriodTable { rows, currency: Currency::EUR, endpoints: false })
}

/// D7 of metrics.md 8.7.
pub fn d7() -> Dataset {
    let rows = [(3., true), (5., false), (6., true), (7., true), (8., false), (10., true), (12., true), (12., false)];
    let mut customers = Names::default();
    for place in 0..rows.len() {
        customers.push(&place.to_string());
    }
    Dataset::Status(StatusTable {
        customers,
        churned: rows.iter().map(|row| row.1).collect(),
        tenure: Some(rows.iter().map(|row| Some(row.0)).collect()),
        revenue: None,
        segments: Vec::new(),
        currency: Currency::EUR,
    })
}

/// The sample company of the page's first ten seconds, with its plans as segments.
pub fn sample() -> Dataset {
    let text = keeprate_sample::sample();
    ledger(text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        let amount = Amount::parse_decimal(cells[2]).expect("a decimal");
        (cells[0], cells[4], month(cells[1]), amount.units as i64)
    }))
}

pub fn ask(dataset: &Dataset, question: &Question) -> Report<()> {
    report(dataset, question, Vec::new())
}

/// The question of D1's June.
pub fn june() -> Question {
    Question { from: Some(month("2025-06")), to: Some(month("2025-06")), ..Question::default() }
}

/// All parts that a report can have, but for feedback.
pub fn everything(dataset: &Dataset) -> Report<()> {
    let mut question = Question { segments_of: Some("Segment".to_owned()), ..Question::default() };
    if let Dataset::Ledger(Ledger { first, closings, .. }) = dataset {
        let last = first.plus(closings.len() as i32 - 1);
        question.compare = Some(Compare::Months(last.plus(-1), last.plus(-1)));
    }
    ask(dataset, &question)
}

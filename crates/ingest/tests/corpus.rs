//! Files as people have them, byte for byte: `corpus/expected.csv` says what each must give. Its values are worked out
//! from the definition sheet (metrics.md 5, 6 and 8.8), never copied from what the reader says.

// A helper of tests may fail a test.
#![allow(clippy::panic, clippy::expect_used)]

mod common;

use std::path::Path;

use common::read_with;
use keeprate_ingest::{Code, Diagnostic, Imported, Language, Options, import};
use keeprate_metrics::ledger::{Dataset, Ledger, PeriodTable, ResponseTable, StatusTable};
use keeprate_metrics::money::Currency;
use keeprate_metrics::period::{Day, Period};
use keeprate_metrics::sorted_map::SortedMap;

/// A line of the table.
struct Expected {
    file: String,
    language: Language,
    /// The shape, or the error that stops the import.
    result: String,
    /// Records, accepted, left out; nothing where the import stops.
    counts: Vec<u64>,
    /// Codes and how often each occurs.
    findings: Vec<String>,
    /// What the data are; where the import stops, the place that the error names.
    figure: String,
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus"))
}

fn table() -> Vec<Expected> {
    let mut reader = csv::Reader::from_path(folder().join("expected.csv")).expect("the table");
    let lines = reader.records().map(|line| {
        let line = line.expect("a line");
        let cell = |place: usize| line.get(place).expect("a cell").to_owned();
        let numbers = [cell(3), cell(4), cell(5)];
        Expected {
            file: cell(0),
            language: if cell(1) == "de" { Language::De } else { Language::En },
            result: cell(2),
            counts: numbers.iter().filter(|cell| !cell.is_empty()).map(|cell| cell.parse().expect("a count")).collect(),
            findings: sorted(cell(6).split_whitespace().map(str::to_owned).collect()),
            figure: cell(7),
        }
    });
    lines.collect()
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}

/// Today is the same for all files, so that the future is as well.
fn options(language: Language) -> Options {
    Options { language, today: Day::from_civil(2026, 1, 1), ..Options::default() }
}

fn findings(diagnostics: &[Diagnostic]) -> Vec<String> {
    let mut counts: SortedMap<Code, u64> = SortedMap::new();
    for found in diagnostics {
        counts.insert(found.code, found.count);
    }
    sorted(counts.iter().map(|(code, count)| format!("{}={count}", code.text())).collect())
}

/// Text with every character that cannot be told from others by eye written as its number.
fn visible(text: &str) -> String {
    let plain =
        |c: char| c.is_alphanumeric() && !('\u{300}'..'\u{370}').contains(&c) || c.is_ascii_graphic() || c == ' ';
    let one = |c: char| if plain(c) { c.to_string() } else { c.escape_unicode().to_string() };
    text.chars().map(one).collect()
}

/// Fixed-point units with as many decimals as they need, at least those of the currency.
fn money(units: i64, currency: Currency) -> String {
    let major = currency.units_per_major();
    let digits = (major as u64).ilog10() as usize;
    let least = usize::from(currency.exponent());
    let mut fraction = format!("{:0digits$}", (units % major).unsigned_abs());
    while fraction.len() > least && fraction.ends_with('0') {
        fraction.pop();
    }
    let sign = if units < 0 { "-" } else { "" };
    format!("{sign}{}{}{fraction}", (units / major).unsigned_abs(), if fraction.is_empty() { "" } else { "." })
}

fn unit(currency: Currency) -> String {
    if currency == Currency::EUR { String::new() } else { format!(" {}", currency.code()) }
}

/// What customers pay in the last month: `2025-01: A=10.00 | B=20.00`.
fn of_ledger(ledger: &Ledger) -> String {
    let (Some(last), Some(closing)) = (ledger.last(), ledger.closings.last()) else { return "no months".to_owned() };
    let amounts = ledger.customers.iter().zip(closing.amounts.iter(ledger.customers.len()));
    let amounts: Vec<String> = amounts
        .filter(|(_, units)| *units != 0)
        .map(|(name, units)| format!("{}={}", visible(name), money(units, ledger.currency)))
        .collect();
    format!("{}{}: {}", last.to_iso(), unit(ledger.currency), amounts.join(" | "))
}

/// The scores of each question in the order of time: `nps 11: 9@2025-01-01 -`; `.` for an answer to another question.
fn of_responses(table: &ResponseTable) -> String {
    let asked = table.asked.iter().zip(0_u8..).map(|(asked, place)| {
        let scores = table.responses.iter().map(|response| {
            let day = response.day.map(|day| format!("@{}", day.to_iso())).unwrap_or_default();
            match response.score {
                Some((question, score)) if question == place => format!("{score}{day}"),
                Some(_) => ".".to_owned(),
                None => "-".to_owned(),
            }
        });
        let scores: Vec<String> = scores.collect();
        format!("{:?} {}: {}", asked.reading, asked.points, scores.join(" ")).to_lowercase()
    });
    asked.collect::<Vec<String>>().join("; ")
}

fn of_periods(table: &PeriodTable) -> String {
    let rows = table.rows.iter().map(|row| {
        let totals = row.totals;
        let mut text = row.period.map_or(format!("{}?", row.label), Period::label) + ":";
        let counts = [
            ("customers_start", totals.customers_start),
            ("customers_end", totals.customers_end),
            ("customers_new", totals.customers_new),
            ("customers_lost", totals.customers_lost),
        ];
        for (name, count) in counts {
            text += &count.map(|count| format!(" {name} {count}")).unwrap_or_default();
        }
        let end = totals.mrr_end.map(|units| table.currency.amount(units).to_exact());
        text += &end.map(|end| format!(" mrr_end {end} {}", table.currency.code())).unwrap_or_default();
        text + &totals.gross_margin.map(|margin| format!(" gross_margin {margin}")).unwrap_or_default()
    });
    rows.collect::<Vec<String>>().join(" | ")
}

fn of_statuses(table: &StatusTable) -> String {
    let rows = table.customers.iter().zip(&table.churned).enumerate().map(|(place, (name, churned))| {
        let word = if *churned { "lost" } else { "stays" };
        let tenure = table.tenure.as_ref().and_then(|tenure| tenure[place]).expect("a tenure");
        let revenue = table.revenue.as_ref().map(|revenue| revenue[place]).expect("a revenue");
        format!("{name} {word} {tenure} {}", money(revenue, table.currency))
    });
    rows.collect::<Vec<String>>().join(" | ")
}

fn figure(dataset: &Dataset) -> String {
    match dataset {
        Dataset::Ledger(ledger) => of_ledger(ledger),
        Dataset::Subscriptions(subscriptions) => of_ledger(subscriptions.ledger()),
        Dataset::Status(table) => of_statuses(table),
        Dataset::Periods(table) => of_periods(table),
        Dataset::Responses(table) => of_responses(table),
        Dataset::Customers(table) => format!("{} customers", table.customers.len()),
        Dataset::Events(table) => format!("{} users until {}", table.users.len(), table.as_of.to_iso()),
        Dataset::Purchases(table) => {
            let revenues = table.revenue_by_customer(None, table.purchases.as_of);
            let revenues: Vec<String> = revenues.iter().map(|units| money(*units, table.currency)).collect();
            format!("{} until {}", revenues.join(" "), table.purchases.as_of.to_iso())
        }
    }
}

/// `record 3 column B`, as far as the error knows.
fn place(error: &Diagnostic) -> String {
    let record = error.record.map(|record| format!("record {record}"));
    let column = error.column.as_ref().map(|column| format!("column {column}"));
    record.into_iter().chain(column).collect::<Vec<String>>().join(" ")
}

fn counts(imported: &Imported) -> Vec<u64> {
    vec![imported.input.records, imported.input.accepted, imported.input.left_out]
}

#[test]
fn each_file_gives_what_the_table_says() {
    let mut wrong = Vec::new();
    for expected in table() {
        let bytes = std::fs::read(folder().join(format!("{}.csv", expected.file))).expect("a file of the corpus");
        let (result, counts, findings, figure) = match import(&bytes, &options(expected.language)) {
            Ok(imported) => (
                imported.input.shape.key().to_owned(),
                counts(&imported),
                findings(&imported.input.diagnostics),
                figure(&imported.dataset),
            ),
            Err(failure) => {
                let findings = findings(&failure.diagnostics);
                (failure.error.code.text().to_owned(), Vec::new(), findings, place(&failure.error))
            }
        };
        let found = format!("{result} {counts:?} {findings:?}\n  {figure}");
        let Expected { file, result, counts, findings, figure, .. } = expected;
        let wanted = format!("{result} {counts:?} {findings:?}\n  {figure}");
        if found != wanted {
            wrong.push(format!("{file}\n  expected {wanted}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn table_and_folder_hold_the_same_files() {
    let named = sorted(table().iter().map(|expected| format!("{}.csv", expected.file)).collect());
    let entries = std::fs::read_dir(folder()).expect("the folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let there = sorted(names.filter(|name| name != "expected.csv").collect());
    assert_eq!(there, named);
}

/// What takes a file too large to be kept, below; what is said of spreadsheets and archives before there is a table; what
/// takes two files; and what somebody has to choose.
const ELSEWHERE: [Code; 9] = [
    Code::TooLarge,
    Code::Container,
    Code::NoTable,
    Code::SheetTooLarge,
    Code::JoinSecond,
    Code::JoinTotals,
    Code::JoinNoBase,
    Code::JoinUnmatched,
    Code::GapFilled,
];

#[test]
fn every_code_occurs() {
    let found: Vec<String> = table().into_iter().flat_map(|expected| expected.findings).collect();
    for code in Code::ALL.iter().filter(|code| !ELSEWHERE.contains(code)) {
        assert!(found.iter().any(|found| found.starts_with(&format!("{}=", code.text()))), "{}", code.text());
    }
}

#[test]
fn a_table_of_too_many_cells_is_refused() {
    // Three hundred years of months by 41,700 customers are 150 million cells.
    let customers = (0..41_700).map(|number| format!("c{number},1900-01,1\n"));
    let file: String = ["customer,month,mrr\n".to_owned()].into_iter().chain(customers).collect();
    let failure = import((file + "c0,2199-12,1\n").as_bytes(), &options(Language::En)).expect_err("too many cells");
    assert_eq!(failure.error.code, Code::TooLarge);
}

#[test]
fn a_cell_of_a_megabyte_is_a_cell() {
    for (cell, name) in [("x".repeat(1 << 20), "x"), (format!("\"{}\"", "\n;\"\"".repeat(1 << 18)), ";\"")] {
        let file = format!("Kunde;Monat;MRR;Notiz\nA;2025-01;1,00;{cell}\nB;2025-01;2,00;\n{cell};2025-01;3,00;\n");
        let imported = read_with(file.as_bytes(), &options(Language::En));
        assert_eq!((counts(&imported), imported.input.diagnostics), (vec![3, 3, 0], Vec::new()));
        let Dataset::Ledger(ledger) = &imported.dataset else { panic!("a ledger") };
        assert!(ledger.customers.get(2).starts_with(name) && ledger.customers.get(2).len() > 700_000);
    }
}

#[test]
fn ten_thousand_columns_are_columns() {
    let header: String = (0..10_000).map(|number| format!(";x{number}")).collect();
    let cells = ";y".repeat(10_000);
    let file = format!("Kunde;Monat;MRR{header}\nA;2025-01;1,50{cells}\nB;2025-01;2,50{cells}\n");
    let imported = read_with(file.as_bytes(), &options(Language::En));
    assert_eq!((counts(&imported), imported.input.columns.len()), (vec![2, 2, 0], 10_003));
    assert_eq!(figure(&imported.dataset), "2025-01: A=1.50 | B=2.50");
}

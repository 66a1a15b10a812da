//! `keeprate sql`: what databases make of it, against the core on the same rows.
//!
//! DuckDB and PostgreSQL run the statements on the data sets of metrics.md 8 and on generated ones: amounts must agree
//! exactly, counts too, rates to 1e-9. The other dialects are parsed.

#![allow(clippy::expect_used, clippy::panic)]

mod common;
mod engines;

use common::{D4, Folder};
use engines::{DuckDb, Engine, Postgres};
use keeprate_ingest::{Imported, Options, Shape, import};
use keeprate_metrics::activity::{CURVE, Usage, n_day_retention};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::cohorts::{cohort_logo_retention, cohort_revenue_retention};
use keeprate_metrics::events::{Event, EventBuilder, normalised_id};
use keeprate_metrics::ledger::{Dataset, Names};
use keeprate_metrics::money::Amount;
use keeprate_metrics::period::{Day, Month, Period};
use keeprate_metrics::report::{Every, Metrics, Question, Report, report};
use keeprate_metrics::result::{Flag, MetricResult, Scope, Status, Value};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use sqlparser::dialect::{BigQueryDialect, Dialect, DuckDbDialect, PostgreSqlDialect, SnowflakeDialect};
use sqlparser::parser::Parser;
use std::collections::BTreeMap;

/// One row of a result, by column.
type Row = BTreeMap<String, String>;

/// Everything that is asked of one database.
struct Bench<'a> {
    engine: &'a mut dyn Engine,
    folder: Folder,
}

impl Bench<'_> {
    /// The result of `keeprate sql` with these arguments.
    fn csv(&mut self, line: &str) -> String {
        let ran = self.folder.keeprate(&format!("sql --dialect {} {line}", self.engine.dialect()));
        assert_eq!((ran.status, ran.errors.as_str()), (0, ""), "{line}");
        self.engine.query(&ran.output)
    }

    fn rows(&mut self, line: &str) -> Vec<Row> {
        read(&self.csv(line))
    }

    /// Makes a table of these lines.
    fn table(&mut self, name: &str, columns: &str, csv: &str) {
        let file = format!("{}.csv", self.engine.dialect());
        self.folder.file(&file, csv);
        self.engine.table(name, columns, &self.folder.path().join(file));
    }

    fn mrr(&mut self, csv: &str) {
        self.table("mrr_long", "customer VARCHAR, month DATE, mrr DECIMAL(18, 4)", csv);
    }

    fn subscriptions(&mut self, csv: &str) {
        self.table("subscriptions", "customer VARCHAR, start DATE, \"end\" DATE, mrr DECIMAL(18, 8)", csv);
    }

    fn events(&mut self, csv: &str) {
        self.table("events", "\"user\" VARCHAR, \"timestamp\" TIMESTAMP", csv);
    }

    fn survey(&mut self, csv: &str) {
        self.table("survey", "respondent VARCHAR, date TIMESTAMP, score INTEGER", csv);
    }
}

fn read(csv: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn cell<'a>(row: &'a Row, column: &str) -> &'a str {
    row.get(column).unwrap_or_else(|| panic!("no column {column} in {row:?}"))
}

/// Asserts that a cell is this value; one that is not there is an empty cell.
fn same(row: &Row, column: &str, expected: Option<Value>) {
    let found = cell(row, column);
    let equal = match expected {
        None => found.is_empty(),
        Some(Value::Count(count)) => found.parse() == Ok(count),
        Some(Value::Money(amount)) => units(found) == Some(amount.units),
        Some(Value::Number(number)) => found.parse::<f64>().is_ok_and(|found| (found - number).abs() < 1e-9),
        Some(Value::Yes(yes)) => [if yes { "t" } else { "f" }, if yes { "true" } else { "false" }].contains(&found),
    };
    assert!(equal, "{column}: {found:?}, not {expected:?}, in {row:?}");
}

/// An exact amount in fixed-point units: eight decimals of a euro.
fn units(text: &str) -> Option<i128> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{decimals:0<8}").parse().ok().filter(|_| decimals.len() <= 8)
}

/// Asserts six decimals, as many as metrics.md prints.
fn prints(row: &Row, column: &str, expected: f64) {
    let found = cell(row, column).parse::<f64>();
    assert!(found.as_ref().is_ok_and(|found| (found - expected).abs() < 5e-7), "{column}: {found:?}, not {expected}");
}

fn month(text: &str) -> Month {
    Month::parse_iso(text).expect("a month")
}

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

#[test]
fn duckdb_agrees_with_the_core() {
    agrees(&mut DuckDb::start());
}

#[test]
fn postgres_agrees_with_the_core() {
    agrees(&mut Postgres::start());
}

fn agrees(engine: &mut dyn Engine) {
    let folder = Folder::new(&format!("sql-{}", engine.dialect()));
    let mut bench = Bench { engine, folder };
    d1(&mut bench);
    d2(&mut bench);
    empty_services_count_for_nothing(&mut bench);
    d3(&mut bench);
    d4(&mut bench);
    of_two_answers_at_once_the_lower_counts(&mut bench);
    what_has_no_score_only_dates_the_data(&mut bench);
    names_are_only_names(&mut bench);
    generated(&ledgers(), |(csv, asked)| {
        bench.mrr(&csv);
        ledger_agrees(&mut bench, &csv, Shape::MrrLong, asked);
    });
    generated(&subscriptions(), |(csv, asked)| {
        bench.subscriptions(&csv);
        ledger_agrees(&mut bench, &csv, Shape::Subscriptions, asked);
    });
    generated(&visits(), |(visits, asked)| visits_agree(&mut bench, &visits, asked));
    generated(&answers(), |(csv, every)| answers_agree(&mut bench, &csv, every));
}

/// Runs a property on the same generated values each time.
fn generated<T: std::fmt::Debug>(values: &impl Strategy<Value = T>, mut property: impl FnMut(T)) {
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let property = std::cell::RefCell::new(&mut property);
    let ran = runner.run(values, |value| {
        (property.borrow_mut())(value);
        Ok(())
    });
    ran.unwrap_or_else(|error| panic!("{error}"));
}

/// D1 of metrics.md 8.1 with its sheet, and the examples over several of its months.
fn d1(bench: &mut Bench<'_>) {
    let amounts: [(&str, [u32; 6]); 8] = [
        ("A", [100, 100, 100, 100, 100, 100]),
        ("B", [200, 200, 250, 250, 250, 250]),
        ("C", [300, 300, 300, 200, 200, 200]),
        ("D", [150, 150, 0, 0, 0, 0]),
        ("E", [0, 80, 80, 80, 80, 80]),
        ("F", [120, 120, 0, 0, 120, 150]),
        ("G", [0, 0, 0, 60, 60, 0]),
        ("H", [50, 70, 70, 40, 40, 40]),
    ];
    let mut csv = "customer,month,mrr\n".to_owned();
    for (customer, amounts) in amounts {
        for (month, amount) in (1..).zip(amounts).filter(|(_, amount)| *amount > 0) {
            csv.push_str(&format!("{customer},2025-{month:02}-01,{amount}\n"));
        }
    }
    bench.mrr(&csv);

    let rows = bench.rows(BY_PERIOD);
    let labels: Vec<&str> = rows.iter().map(|row| cell(row, "period")).collect();
    assert_eq!(labels, ["2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06"]);
    // MRR start, new, reactivation, expansion, contraction, churn, end; customers start, new, reactivated, lost, end;
    // CRR, churn rate, NRR, GRR: the table of 8.1.
    let sheet: [([i64; 7], [i64; 5], [f64; 4]); 5] = [
        ([920, 80, 0, 20, 0, 0, 1020], [6, 1, 0, 0, 7], [1.0, 0.0, 1.021739, 1.0]),
        ([1020, 0, 0, 50, 0, 270, 800], [7, 0, 0, 2, 5], [0.714286, 0.285714, 0.784314, 0.735294]),
        ([800, 60, 0, 0, 130, 0, 730], [5, 1, 0, 0, 6], [1.0, 0.0, 0.8375, 0.8375]),
        ([730, 0, 120, 0, 0, 0, 850], [6, 0, 1, 0, 7], [1.0, 0.0, 1.0, 1.0]),
        ([850, 0, 0, 30, 0, 60, 820], [7, 0, 0, 1, 6], [0.857143, 0.142857, 0.964706, 0.929412]),
    ];
    for (row, (money, customers, rates)) in rows.iter().skip(1).zip(sheet) {
        for (column, amount) in MONEY.iter().zip(money) {
            same(row, column, Some(Value::Money(Amount { units: i128::from(amount) * 100_000_000, exponent: 2 })));
        }
        for ((column, _), count) in CUSTOMERS.iter().zip(customers) {
            same(row, column, Some(Value::Count(count)));
        }
        for (key, rate) in RATES.iter().zip(rates) {
            prints(row, key.name(), rate);
        }
    }
    let known: Vec<(&str, &str)> = rows[0]
        .iter()
        .filter(|(_, cell)| !cell.is_empty())
        .map(|(column, cell)| (column.as_str(), cell.as_str()))
        .collect();
    assert_eq!(known, [("customers_end", "6"), ("mrr_end", "920.00000000"), ("period", "2025-01")]);

    // customer_retention_rate.4, nrr.2 and grr.2: from the close of January to that of June.
    let rows = bench
        .rows("--metric nrr --metric grr --metric customer_retention_rate --from 2025-02 --to 2025-06 --every year");
    assert_eq!(rows.len(), 1);
    assert_eq!(cell(&rows[0], "period"), "2025-02/2025-06");
    for (column, expected) in [("nrr", 0.804348), ("grr", 0.717391), ("customer_retention_rate", 0.833333)] {
        prints(&rows[0], column, expected);
    }

    // No month that is not asked for, and none that is not over.
    for (line, expected) in [
        ("--from 2025-03 --to 2025-04", vec!["2025-03", "2025-04"]),
        ("--from 2024-01 --to 2025-02", vec!["2025-01", "2025-02"]),
        ("--from 2025-03 --to 2025-06 --as-of 2025-05-31", vec!["2025-03", "2025-04"]),
        ("--from 2025-05 --to 2025-05 --as-of 2025-06-01", vec!["2025-05"]),
        ("--from 2025-05 --as-of 2025-05-01", vec![]),
        ("--every quarter --to 2025-05", vec!["2025-Q1", "2025-04/2025-05"]),
    ] {
        let rows = bench.rows(&format!("--metric nrr {line}"));
        let labels: Vec<&str> = rows.iter().map(|row| cell(row, "period")).collect();
        assert_eq!(labels, expected, "{line}");
    }

    // cohort_logo_retention.1, cohort_revenue_retention.1 to .3.
    let rows = bench.rows("--metric cohort_logo_retention --metric cohort_revenue_retention");
    let of = |cohort: &str, column: &str| -> Vec<i128> {
        let cells = rows.iter().filter(|row| cell(row, "cohort") == cohort).map(|row| cell(row, column));
        cells.map(|cell| units(cell).expect("an amount") / 100_000_000).collect()
    };
    assert_eq!(of("2025-01", "month_number"), [0, 1, 2, 3, 4, 5]);
    assert_eq!(of("2025-01", "active"), [6, 6, 4, 4, 5, 5]);
    assert_eq!(of("2025-01", "mrr"), [920, 940, 720, 590, 710, 740]);
    assert_eq!(of("2025-01", "mrr_capped"), [920, 920, 650, 540, 660, 660]);
    assert_eq!(of("2025-04", "mrr"), [60, 60, 0]);
    for (place, logo, net, gross) in
        [(1, 1.0, 1.021739, 1.0), (3, 0.666667, 0.641304, 0.586957), (5, 0.833333, 0.804348, 0.717391)]
    {
        prints(&rows[place], "cohort_logo_retention", logo);
        prints(&rows[place], "cohort_revenue_retention", net);
        prints(&rows[place], "cohort_revenue_retention_gross_capped", gross);
    }
    assert_eq!(bench.rows("--metric cohort_logo_retention --from 2025-02 --to 2025-03 --as-of 2025-06-30").len(), 4);
}

/// D2 of metrics.md 8.2 with its sheet. The amounts a month follow from the prices: 1200 ÷ 12, 90 ÷ 3, 10 × 52 ÷ 12,
/// 120 less 25 %; K6 begins when the trial ends.
fn d2(bench: &mut Bench<'_>) {
    bench.subscriptions(
        "customer,start,end,mrr\nK1,2025-01-15,,100\nK2,2025-02-01,2025-03-31,30\nK3,2025-01-10,,30\n\
         K4,2025-02-10,,43.33333333\nK5,2025-03-01,,90\nK6,2025-03-15,,100\nK7,2025-01-01,,0\nK1,2025-04-01,,20\n\
         K8,2025-01-01,2025-03-31,50\nK8,2025-04-01,,80\nK2,2025-05-15,,30\n",
    );
    let rows = bench.rows(&format!("--shape subscriptions {BY_PERIOD} --from 2025-01 --as-of 2025-06-01"));
    let sheet: [(&str, [f64; 7], [i64; 5]); 5] = [
        ("2025-01", [0.0, 180.0, 0.0, 0.0, 0.0, 0.0, 180.0], [0, 3, 0, 0, 3]),
        ("2025-02", [180.0, 73.333333, 0.0, 0.0, 0.0, 0.0, 253.333333], [3, 2, 0, 0, 5]),
        ("2025-03", [253.333333, 190.0, 0.0, 0.0, 0.0, 30.0, 413.333333], [5, 2, 0, 1, 6]),
        ("2025-04", [413.333333, 0.0, 0.0, 50.0, 0.0, 0.0, 463.333333], [6, 0, 0, 0, 6]),
        ("2025-05", [463.333333, 0.0, 30.0, 0.0, 0.0, 0.0, 493.333333], [6, 0, 1, 0, 7]),
    ];
    assert_eq!(rows.len(), sheet.len());
    for (row, (period, money, customers)) in rows.iter().zip(sheet) {
        assert_eq!(cell(row, "period"), period);
        MONEY.iter().zip(money).for_each(|(column, amount)| prints(row, column, amount));
        CUSTOMERS.iter().zip(customers).for_each(|((column, _), count)| same(row, column, Some(Value::Count(count))));
    }
    // customer_retention_rate.5.
    prints(&rows[2], "customer_retention_rate", 0.8);
    // Nobody was there before January.
    assert_eq!(["nrr", "customer_churn_rate"].map(|column| cell(&rows[0], column)), ["", ""]);
}

/// What ends on its first day is no service, so none that another one could continue.
fn empty_services_count_for_nothing(bench: &mut Bench<'_>) {
    let csv = "customer,start,end,mrr\nA,2025-01-31,2025-01-31,10\nA,2025-02-01,,10\nB,2025-01-01,,5\n";
    bench.subscriptions(csv);
    let asked = (Every::Month, Some(day("2025-03-01")));
    let rows = bench.rows("--shape subscriptions --metric mrr_movements --as-of 2025-03-01");
    assert_eq!(
        rows.iter().map(|row| cell(row, "mrr_end")).map(units).collect::<Vec<_>>(),
        [0, 5, 15].map(|euros| Some(euros * 100_000_000))
    );
    ledger_agrees(bench, csv, Shape::Subscriptions, asked);
}

/// D3 of metrics.md 8.3: n_day_retention.1 to .3.
fn d3(bench: &mut Bench<'_>) {
    let days = [
        ("u1", "01-01 01-02 01-08 01-20"),
        ("u2", "01-01 01-03 01-09"),
        ("u3", "01-02"),
        ("u4", "01-02 01-03 01-30"),
        ("u5", "01-03 01-10 01-11"),
        ("u6", "02-05 02-06"),
    ];
    let mut csv = "user,timestamp\n".to_owned();
    for (user, days) in days {
        days.split(' ').for_each(|day| csv.push_str(&format!("{user},2025-{day} 00:00:00\n")));
    }
    bench.events(&csv);
    let rows = bench.rows("--shape events --as-of 2025-02-10");
    for (day, retained, matured, rate, low, high) in
        [("1", 3, 6, 0.5, 0.187616, 0.812384), ("7", 2, 5, 0.4, 0.117621, 0.769276), ("14", 0, 5, 0.0, 0.0, 0.434482)]
    {
        let row = rows.iter().find(|row| cell(row, "day") == day).expect("a row");
        same(row, "retained", Some(Value::Count(retained)));
        same(row, "matured", Some(Value::Count(matured)));
        prints(row, "n_day_retention", rate);
        prints(row, "ci_low", low);
        prints(row, "ci_high", high);
    }
    // Nobody was seen for 60 days.
    let row = rows.iter().find(|row| cell(row, "day") == "60").expect("a row");
    assert_eq!(["matured", "n_day_retention", "ci_low"].map(|column| cell(row, column)), ["0", "", ""]);
}

/// D4 of metrics.md 8.4: nps.5, and January with its one detractor.
fn d4(bench: &mut Bench<'_>) {
    let mut csv = "respondent,date,score\n".to_owned();
    for line in D4.lines().skip(1) {
        let cells: Vec<&str> = line.split(';').collect();
        csv.push_str(&format!("{},{},{}\n", cells[0], cells[2], cells[3]));
    }
    bench.survey(&csv);
    let rows = bench.rows("--metric nps");
    assert_eq!(rows.len(), 2);
    for (row, period, counts, nps) in
        [(&rows[0], "2025-01", ["0", "0", "1", "1"], -100.0), (&rows[1], "2025-06", ["4", "1", "4", "9"], 0.0)]
    {
        assert_eq!(cell(row, "period"), period);
        assert_eq!(["promoters", "passives", "detractors", "responses"].map(|column| cell(row, column)), counts);
        prints(row, "nps", nps);
    }
    prints(&rows[1], "ci_low", -50.341789);
    prints(&rows[1], "ci_high", 50.341789);
    // Over the half-year the respondent who answered twice counts once.
    let rows = bench.rows("--metric nps --every year");
    assert_eq!((rows.len(), cell(&rows[0], "period"), cell(&rows[0], "responses")), (1, "2025-01/2025-06", "9"));
}

/// Which of two answers at the same time came later nobody can tell; the result must not depend on it.
fn of_two_answers_at_once_the_lower_counts(bench: &mut Bench<'_>) {
    for scores in [[9, 3], [3, 9]] {
        let [first, second] = scores.map(|score| format!("a,2025-06-03 10:00:00,{score}\n"));
        bench.survey(&format!("respondent,date,score\n{first}{second}"));
        let rows = bench.rows("--metric nps");
        assert_eq!(["promoters", "detractors", "responses"].map(|column| cell(&rows[0], column)), ["0", "1", "1"]);
    }
}

/// An answer without a score, and one off the scale: the first is a response all the same, the second is an error.
fn what_has_no_score_only_dates_the_data(bench: &mut Bench<'_>) {
    let csv = "respondent,date,score\na,2025-01-15 00:00:00,0\nb,2025-01-15 00:00:00,10\nc,2025-02-15 00:00:00,\n";
    answers_agree(bench, csv, Every::Quarter);
    bench.survey(&format!("{csv}d,2025-03-15 00:00:00,11\n"));
    let rows = bench.rows("--metric nps --every quarter");
    assert_eq!((rows.len(), cell(&rows[0], "period"), cell(&rows[0], "responses")), (1, "2025-01/2025-02", "2"));
}

/// Names that look like SQL stay names.
fn names_are_only_names(bench: &mut Bench<'_>) {
    let csv = "a,b,c\nA,2025-01-01,1\nA,2025-02-01,2\n";
    bench.engine.run("CREATE SCHEMA \"Konten; --\"");
    let table = "\"Konten; --\".\"x' OR 1=1 /*\"";
    bench.table(table, "\"select\" VARCHAR, \"{0}'); --\" DATE, \"Umsatz €\" DECIMAL(9, 2)", csv);
    let arguments = [
        ["--metric", "nrr"],
        ["--table", "Konten; --.x' OR 1=1 /*"],
        ["--map", "customer=select"],
        ["--map", "month={0}'); --"],
        ["--map", "mrr=Umsatz €"],
    ];
    let dialect = bench.engine.dialect();
    let line: Vec<&str> =
        ["sql", "--dialect", dialect].into_iter().chain(arguments.as_flattened().iter().copied()).collect();
    let ran = bench.folder.keeprate_with(&line, "");
    assert_eq!((ran.status, ran.errors.as_str()), (0, ""));
    let rows = read(&bench.engine.query(&ran.output));
    assert_eq!(cell(&rows[1], "nrr").parse(), Ok(2.0));
}

// ---------------------------------------------------------------------------------------------------------------------
// Customers by month

/// All metrics of customers by month that come out by period.
const BY_PERIOD: &str = "--metric mrr_movements --metric nrr --metric grr --metric customer_retention_rate \
                         --metric customer_churn_rate";
/// Columns of money, in the order of the sheet; they are parts of the metric `mrr` under the same names.
const MONEY: [&str; 7] =
    ["mrr_start", "mrr_new", "mrr_reactivation", "mrr_expansion", "mrr_contraction", "mrr_churn", "mrr_end"];
/// Columns of customers, and the parts of `customer_counts`.
const CUSTOMERS: [(&str, &str); 5] = [
    ("customers_start", "start"),
    ("customers_new", "new"),
    ("customers_reactivated", "reactivated"),
    ("customers_lost", "lost"),
    ("customers_end", "end"),
];
const RATES: [Key; 4] = [Key::CustomerRetentionRate, Key::CustomerChurnRate, Key::Nrr, Key::Grr];

/// A grid, and the day up to which data are complete.
type Asked = (Every, Option<Day>);

fn grids() -> impl Strategy<Value = Every> {
    prop_oneof![Just(Every::Month), Just(Every::Quarter), Just(Every::Year)]
}

fn every(every: Every) -> &'static str {
    match every {
        Every::Month => "month",
        Every::Quarter => "quarter",
        Every::Year => "year",
    }
}

/// Rows of few customers and months: gaps, months without any row, several rows of a month, zeros, empty amounts, negative
/// sums, ids with spaces and e-mail addresses in two spellings.
fn ledgers() -> impl Strategy<Value = (String, Asked)> {
    let customer = prop_oneof![
        4 => (0..6_u8).prop_map(|number| format!("C{number}")),
        1 => Just(" C1 ".to_owned()),
        1 => Just("ada@example.org".to_owned()),
        1 => Just("Ada@Example.org".to_owned()),
    ];
    // Ten-thousandths: more decimals than a cent has, and always four, so that no reader takes a point for thousands.
    let amount = prop_oneof![1 => Just(None), 1 => Just(Some(0)), 2 => (-900_000..0_i32).prop_map(Some), 9 => (1..3_000_000_i32).prop_map(Some)];
    let row = (customer, 0..20_i32, 1..29_u32, amount);
    let asked = (grids(), proptest::option::of(5..25_i32));
    (proptest::collection::vec(row, 1..70), asked).prop_map(|(rows, (every, months))| {
        let first = month("2023-11");
        let mut csv = "customer,month,mrr\nC0,2023-11-05,17.5000\n".to_owned();
        for (customer, offset, day, amount) in rows {
            csv.push_str(&format!("{customer},{}-{day:02},", first.plus(offset).to_iso()));
            if let Some(amount) = amount {
                let (sign, size) = (if amount < 0 { "-" } else { "" }, amount.unsigned_abs());
                csv.push_str(&format!("{sign}{}.{:04}", size / 10_000, size % 10_000));
            }
            csv.push('\n');
        }
        (csv, (every, months.map(|months| first.plus(months).start())))
    })
}

/// Subscriptions of few customers: some end on the day before another begins, on the same day, at once or too early.
fn subscriptions() -> impl Strategy<Value = (String, Asked)> {
    let start = prop_oneof![3 => 0..400_i32, 1 => prop::sample::select(vec![0, 30, 31, 59, 60, 89, 90])];
    let length = prop_oneof![2 => Just(None), 1 => (-2..3_i32).prop_map(Some), 4 => (3..300_i32).prop_map(Some),
        2 => prop::sample::select(vec![29, 30, 58, 59, 89]).prop_map(Some)];
    let row = (0..5_u8, start, length, prop_oneof![1 => Just(0_u32), 8 => 1..3_000_000_u32]);
    let asked = (grids(), proptest::option::of(3..16_i32));
    (proptest::collection::vec(row, 1..40), asked).prop_map(|(rows, (every, months))| {
        let mut csv = "customer,start,end,mrr\nC0,2024-01-01,2025-03-31,17.5000\n".to_owned();
        for (customer, start, length, amount) in rows {
            let start = Day(day("2024-01-01").0 + start);
            let end = length.map(|length| Day(start.0 + length).to_iso()).unwrap_or_default();
            csv.push_str(&format!("C{customer},{},{end},{}.{:04}\n", start.to_iso(), amount / 10_000, amount % 10_000));
        }
        (csv, (every, months.map(|months| month("2024-01").plus(months).start())))
    })
}

fn imported(csv: &str, shape: Shape, as_of: Option<Day>) -> Imported {
    let options = Options { shape: Some(shape), as_of, ..Options::default() };
    import(csv.as_bytes(), &options).expect("a file that can be read")
}

fn core(dataset: &Dataset, (every, as_of): Asked) -> Report<()> {
    report(dataset, &Question { every, as_of, ..Question::default() }, Vec::new())
}

fn arguments((grid, as_of): Asked) -> String {
    let as_of = as_of.map(|day| format!(" --as-of {}", day.to_iso())).unwrap_or_default();
    format!("--every {}{as_of}", every(grid))
}

fn ledger_agrees(bench: &mut Bench<'_>, csv: &str, shape: Shape, asked: Asked) {
    let dataset = imported(csv, shape, asked.1).dataset;
    let document = core(&dataset, asked);

    let table = bench.csv(&format!("--shape {} {BY_PERIOD} {}", shape.key(), arguments(asked)));
    let rows = read(&table);
    let shown: Vec<(&str, &Metrics)> = document
        .series
        .iter()
        .filter(|entry| {
            let mrr = &entry.metrics[&Key::Mrr];
            mrr.status == Status::Ok && !mrr.flags.contains(&Flag::PartialPeriod)
        })
        .map(|entry| (entry.period.label.as_str(), &entry.metrics))
        .collect();
    let labels: Vec<&str> = rows.iter().map(|row| cell(row, "period")).collect();
    assert_eq!(labels, shown.iter().map(|(label, _)| *label).collect::<Vec<&str>>());
    for (row, (_, metrics)) in rows.iter().zip(&shown) {
        let part = |key: Key, name: &str| metrics.get(&key).and_then(|result| result.parts.get(name)).copied();
        MONEY.iter().for_each(|column| same(row, column, part(Key::Mrr, column)));
        CUSTOMERS.iter().for_each(|(column, name)| same(row, column, part(Key::CustomerCounts, name)));
        RATES.iter().for_each(|key| same(row, key.name(), metrics.get(key).and_then(|result| result.value)));
    }

    // Opened as a period table, the result gives the figures of the rows again.
    let again = import(table.as_bytes(), &Options::default()).expect("a table that opens");
    assert_eq!(again.input.shape, Shape::PeriodTable);
    let again = core(&again.dataset, (Every::Month, None));
    assert_eq!(again.series.len(), shown.len());
    for (entry, (label, metrics)) in again.series.iter().zip(&shown) {
        assert_eq!(entry.period.label, *label);
        for key in RATES.iter().chain(&[Key::Mrr, Key::MrrMovements, Key::NetNewMrr, Key::Arpa, Key::RevenueChurn]) {
            let (known, table) = (&metrics[key], &entry.metrics[key]);
            assert_eq!(known.status == Status::Ok, table.status == Status::Ok, "{label} {}", key.name());
            match (known.value, table.value) {
                (Some(Value::Number(known)), Some(Value::Number(table))) => assert!((known - table).abs() < 1e-9),
                (known, table) => assert_eq!(known, table, "{label} {}", key.name()),
            }
        }
    }

    cohorts_agree(bench, &document, shape, asked.1);
}

fn cohorts_agree(bench: &mut Bench<'_>, document: &Report<()>, shape: Shape, as_of: Option<Day>) {
    let end = as_of.map(|day| format!("--as-of {}", day.to_iso())).unwrap_or_default();
    let rows = bench.rows(&format!(
        "--shape {} --metric cohort_logo_retention --metric cohort_revenue_retention {end}",
        shape.key()
    ));
    let cohorts = document.cohorts.clone().unwrap_or_default();
    let scope = Scope::default();
    let mut expected = 0;
    for (customers, revenue) in cohorts.customers.iter().zip(&cohorts.revenue) {
        for number in 0..customers.active.len() {
            let logo = cohort_logo_retention(&scope, customers, number);
            // A month that the file lacks has no row here.
            if logo.status != Status::Ok {
                continue;
            }
            expected += 1;
            let is_cell = |row: &&Row| {
                cell(row, "cohort") == customers.cohort.to_iso() && cell(row, "month_number").parse() == Ok(number)
            };
            let row = rows.iter().find(is_cell).expect("a row of the cell");
            same(row, "size", Some(Value::Count(customers.size as i64)));
            same(row, "active", customers.active[number].map(|active| Value::Count(active as i64)));
            same(row, "left_truncated", Some(Value::Yes(customers.left_truncated)));
            same(row, "cohort_logo_retention", logo.value);
            same(row, "mrr_start", Some(Value::Money(revenue.size)));
            same(row, "mrr", revenue.mrr[number].map(Value::Money));
            same(row, "mrr_capped", revenue.capped[number].map(Value::Money));
            for (column, capped) in
                [("cohort_revenue_retention", false), ("cohort_revenue_retention_gross_capped", true)]
            {
                same(row, column, cohort_revenue_retention(&scope, revenue, number, capped, None).value);
            }
        }
    }
    assert_eq!(rows.len(), expected);
}

// ---------------------------------------------------------------------------------------------------------------------
// Events

/// Of a user, on a day after the first of January 2025, at a second.
type Visit = (String, i32, u32);

/// A month of first events, and the day up to which data are complete.
type AskedVisits = (Option<Month>, Option<Day>);

fn visits() -> impl Strategy<Value = (Vec<Visit>, AskedVisits)> {
    let user = prop_oneof![
        6 => (0..9_u8).prop_map(|number| format!("u{number}")),
        1 => Just("Ada@Example.org".to_owned()),
        1 => Just(" ada@example.org".to_owned()),
    ];
    // Mostly within two weeks, so that many come back on the days of the curve.
    let days = prop_oneof![4 => 0..16_i32, 1 => 16..100_i32];
    let asked = (proptest::option::of(0..2_i32), proptest::option::of(10..110_i32));
    let asked = asked.prop_map(|(months, days)| {
        let first = day("2025-01-01");
        (months.map(|months| first.month().plus(months)), days.map(|days| Day(first.0 + days)))
    });
    (proptest::collection::vec((user, days, 0..86_400_u32), 1..80), asked)
}

fn visits_agree(bench: &mut Bench<'_>, visits: &[Visit], (month, as_of): AskedVisits) {
    let (mut users, mut names) = (Names::default(), Names::default());
    let name = names.push("visit");
    let mut builder = EventBuilder::default();
    let mut csv = "user,timestamp\n".to_owned();
    for (user, days, second) in visits {
        let day = Day(day("2025-01-01").0 + days);
        let (hour, minute) = (second / 3600, second / 60 % 60);
        csv.push_str(&format!("{user},{} {hour:02}:{minute:02}:{:02}\n", day.to_iso(), second % 60));
        let id = normalised_id(user);
        let known = users.iter().position(|known| known == id);
        let user = known.map_or_else(|| users.push(&id), |place| place as u32);
        builder.push(Event { user, day, second: *second, name });
    }
    bench.events(&csv);
    let table = builder.finish(users, names, Vec::new(), as_of);
    let scope = month.map_or_else(Scope::default, |month| Scope::default().over(Period::months(month, month)));
    let months = month.map(|month| format!("--from {0} --to {0}", month.to_iso())).unwrap_or_default();
    let end = as_of.map(|day| format!("--as-of {}", day.to_iso())).unwrap_or_default();
    let rows = bench.rows(&format!("--metric n_day_retention {months} {end}"));
    let results: Vec<MetricResult> = n_day_retention(&scope, &table, &Usage::default(), &CURVE);
    for (place, (result, number)) in results.iter().zip(CURVE).enumerate() {
        // Without anybody who started there is nothing to show.
        let Some(row) = rows.get(place) else {
            assert_eq!((rows.len(), result.denominator), (0, Some(Value::Count(0))));
            continue;
        };
        same(row, "day", Some(Value::Count(i64::from(number))));
        same(row, "matured", result.denominator);
        same(row, "retained", result.numerator);
        same(row, "n_day_retention", result.value);
        same(row, "ci_low", result.ci_low);
        same(row, "ci_high", result.ci_high);
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Answers

/// Answers at times that differ; some without a score, some without a respondent.
fn answers() -> impl Strategy<Value = (String, Every)> {
    let respondent = prop_oneof![
        6 => (0..12_u8).prop_map(|number| format!("r{number}")),
        1 => Just(String::new()),
        1 => Just("ada@example.org".to_owned()),
        1 => Just("Ada@Example.org".to_owned()),
    ];
    let score = prop_oneof![1 => Just(String::new()), 12 => (0..11_u8).prop_map(|score| score.to_string())];
    let answer = (respondent, 0..400_i32, score);
    (proptest::collection::vec(answer, 0..80), grids()).prop_map(|(answers, every)| {
        // Scores of both ends tell every reader which scale it is.
        let mut csv = "respondent,date,score\na,2024-11-15 00:00:00,0\nb,2024-11-15 00:00:00,10\n".to_owned();
        for (second, (respondent, days, score)) in answers.into_iter().enumerate() {
            let day = Day(day("2024-11-16").0 + days).to_iso();
            csv.push_str(&format!("{respondent},{day} 12:{:02}:{:02},{score}\n", second / 60, second % 60));
        }
        (csv, every)
    })
}

fn answers_agree(bench: &mut Bench<'_>, csv: &str, grid: Every) {
    bench.survey(csv);
    let dataset = imported(csv, Shape::Survey, None).dataset;
    let document = core(&dataset, (grid, None));
    let table = bench.csv(&format!("--metric nps --every {}", every(grid)));
    let rows = read(&table);
    let shown: Vec<(&str, &MetricResult)> = document
        .series
        .iter()
        .map(|entry| (entry.period.label.as_str(), &entry.metrics[&Key::Nps]))
        .filter(|(_, nps)| nps.status == Status::Ok)
        .collect();
    let labels: Vec<&str> = rows.iter().map(|row| cell(row, "period")).collect();
    assert_eq!(labels, shown.iter().map(|(label, _)| *label).collect::<Vec<&str>>());
    let again = import(table.as_bytes(), &Options::default()).expect("a table that opens");
    assert_eq!(again.input.shape, Shape::PeriodTable);
    let again = core(&again.dataset, (Every::Month, None));
    for ((row, (_, nps)), entry) in rows.iter().zip(&shown).zip(&again.series) {
        for part in ["promoters", "passives", "detractors", "responses"] {
            same(row, part, nps.parts.get(part).copied());
        }
        same(row, "nps", nps.value);
        same(row, "ci_low", nps.ci_low);
        same(row, "ci_high", nps.ci_high);
        let table = &entry.metrics[&Key::Nps];
        assert_eq!((table.value, table.ci_low, table.ci_high), (nps.value, nps.ci_low, nps.ci_high));
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// The text

#[test]
fn every_dialect_parses() {
    let folder = Folder::new("sql-parsed");
    let dialects: [(&str, &dyn Dialect); 4] = [
        ("duckdb", &DuckDbDialect {}),
        ("postgres", &PostgreSqlDialect {}),
        ("bigquery", &BigQueryDialect),
        ("snowflake", &SnowflakeDialect),
    ];
    for (name, dialect) in dialects {
        for (line, statements) in [
            ("--shape mrr_long", 2),
            ("--shape mrr_long --every quarter --from 2025-01 --to 2025-06 --as-of 2025-05-10 --locale de", 2),
            ("--metric nrr --every year --table shop.billing.mrr --map mrr=Betrag", 1),
            ("--metric customer_churn_rate", 1),
            ("--shape subscriptions --every quarter", 2),
            ("--shape subscriptions --metric grr --as-of 2025-06-01 --locale de", 1),
            ("--metric cohort_logo_retention --as-of 2025-06-01", 1),
            ("--shape events --from 2025-01 --to 2025-03 --as-of 2025-06-01", 1),
            ("--shape survey --every quarter", 1),
        ] {
            let ran = folder.keeprate(&format!("sql --dialect {name} {line}"));
            assert_eq!((ran.status, ran.errors.as_str()), (0, ""), "{name} {line}");
            let parsed = Parser::parse_sql(dialect, &ran.output);
            assert_eq!(parsed.map(|parsed| parsed.len()), Ok(statements), "{name} {line}\n{}", ran.output);
        }
    }
}

#[test]
fn the_text_says_what_it_computes() {
    let folder = Folder::new("sql-text");
    for (line, texts) in [
        ("--dialect duckdb --metric nrr", vec!["-- nrr: Net revenue retention (NRR)", "SaaS Capital", "MRR at start"]),
        ("--dialect postgres --metric nrr --locale de", vec!["Nettoumsatzbindung", "÷ MRR am Anfang", "-- Seit wann"]),
        ("--dialect bigquery --metric nps --table p-1.feedback.answers", vec!["`p-1`.`feedback`.`answers`"]),
        ("--dialect snowflake --metric nps --map score=SCORE_10", vec!["\"SURVEY\"", "\"RESPONDENT\"", "\"SCORE_10\""]),
    ] {
        let text = folder.keeprate(&format!("sql {line}")).output;
        for expected in texts {
            assert!(text.contains(expected), "{line}: no {expected} in\n{text}");
        }
    }
}

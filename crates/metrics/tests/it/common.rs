//! Data sets of metrics.md section 8 as ledgers, and a reader for expectations.

use keeprate_metrics::events::{Event, EventBuilder, EventTable, Payment, Which, normalised_id};
use keeprate_metrics::feedback::{Asked, Reading};
use keeprate_metrics::ledger::{
    Codes, Dataset, Ledger, LedgerBuilder, Names, Response, ResponseTable, Segment, StatusTable,
};
use keeprate_metrics::money::{Currency, Interval};
use keeprate_metrics::period::{Day, Month};
use keeprate_metrics::report::{Question, Report, report};
use keeprate_metrics::result::MetricResult;

/// A test per example, under its id in metrics.md.
macro_rules! examples {
    ($($id:ident: $result:expr => $expected:literal;)*) => {
        $(#[test] fn $id() { $crate::common::check(&$result, $expected); })*
    };
}

pub fn month(text: &str) -> Month {
    Month::parse_iso(text).expect("an ISO month")
}

/// A ledger from rows of (customer, segment, amounts by month in whole units; 0 is no customer).
pub fn ledger(first: &str, rows: &[(&str, &str, &[f64])]) -> Ledger {
    let mut builder = LedgerBuilder::default();
    let (mut customers, mut values) = (Names::default(), Names::default());
    values.push("");
    for (name, segment, amounts) in rows {
        let customer = customers.push(name);
        let code = values.iter().position(|value| value == *segment);
        let code = code.map_or_else(|| values.push(segment), |code| code as u32) as u16;
        for (offset, amount) in amounts.iter().enumerate() {
            let (place, _) = builder.column(month(first).plus(offset as i32));
            builder.add(place, customer, (amount * 1e8).round() as i64);
            builder.set_segment(place, 0, customer, code);
        }
    }
    builder.finish(customers, vec![("Segment".to_owned(), values)], Currency::EUR).0
}

/// D1 of metrics.md 8.1.
pub fn d1() -> Dataset {
    Dataset::Ledger(ledger(
        "2025-01",
        &[
            ("A", "Enterprise", &[100., 100., 100., 100., 100., 100.]),
            ("B", "Enterprise", &[200., 200., 250., 250., 250., 250.]),
            ("C", "Enterprise", &[300., 300., 300., 200., 200., 200.]),
            ("D", "SMB", &[150., 150., 0., 0., 0., 0.]),
            ("E", "SMB", &[0., 80., 80., 80., 80., 80.]),
            ("F", "SMB", &[120., 120., 0., 0., 120., 150.]),
            ("G", "SMB", &[0., 0., 0., 60., 60., 0.]),
            ("H", "SMB", &[50., 70., 70., 40., 40., 40.]),
        ],
    ))
}

/// The closing states of D2 (metrics.md 8.2), from its prices normalised to a month.
pub fn d2() -> Dataset {
    let monthly = |interval: Interval, cents: i128| interval.monthly_units(1, cents * 1_000_000) as f64 / 1e8;
    let (yearly, quarterly) = (monthly(Interval::Year, 120_000), monthly(Interval::Quarter, 9_000));
    let weekly = monthly(Interval::Week, 1_000);
    Dataset::Ledger(ledger(
        "2025-01",
        &[
            ("K1", "", &[yearly, yearly, yearly, yearly + 20., yearly + 20.]),
            ("K2", "", &[0., 30., 0., 0., 30.]),
            ("K3", "", &[quarterly; 5]),
            ("K4", "", &[0., weekly, weekly, weekly, weekly]),
            ("K5", "", &[0., 0., 90., 90., 90.]),
            ("K6", "", &[0., 0., 100., 100., 100.]),
            ("K7", "", &[0.; 5]),
            ("K8", "", &[50., 50., 50., 80., 80.]),
        ],
    ))
}

/// D7 of metrics.md 8.7: lifetimes in months with a churn flag.
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

pub const NPS: Asked = Asked { reading: Reading::Nps, points: 11 };

/// Answers from rows of (respondent, segment, day, score), in the order of time; what the respondent wrote is their name.
pub fn responses(asked: Asked, rows: &[(&str, &str, &str, u8)]) -> ResponseTable {
    let (mut values, mut comments, mut respondents) = (Names::default(), Names::default(), Names::default());
    values.push("");
    comments.push("");
    let mut codes = Vec::new();
    let mut responses = Vec::new();
    for (respondent, segment, day, score) in rows {
        codes.push(number(&mut values, segment) as u16);
        responses.push(Response {
            day: Some(self::day(day)),
            score: Some((0, *score)),
            respondent: number(&mut respondents, respondent),
            customer: 0,
            comment: comments.push(respondent),
            partial: false,
        });
    }
    let mut customers = Names::default();
    customers.push("");
    let codes = Codes { of: codes, rows: Vec::new() };
    let segments = vec![Segment { column: "Segment".to_owned(), values, codes }];
    let respondents = respondents.len() as u32;
    ResponseTable {
        asked: vec![asked],
        responses,
        respondents,
        customers,
        comments,
        segments,
        ..ResponseTable::default()
    }
}

/// D4 of metrics.md 8.4, with the segments of D1.
pub fn d4() -> ResponseTable {
    responses(
        NPS,
        &[
            ("f1", "SMB", "2025-01-10", 3),
            ("a1", "Enterprise", "2025-06-03", 9),
            ("b1", "Enterprise", "2025-06-03", 10),
            ("b2", "Enterprise", "2025-06-04", 4),
            ("c1", "Enterprise", "2025-06-05", 6),
            ("e1", "SMB", "2025-06-09", 8),
            ("f1", "SMB", "2025-06-12", 9),
            ("h1", "SMB", "2025-06-15", 2),
            ("z1", "", "2025-06-20", 10),
            ("d1", "SMB", "2025-06-21", 0),
        ],
    )
}

pub fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("an ISO day")
}

/// The number of a name, which is new if it is not known.
pub fn number(names: &mut Names, name: &str) -> u32 {
    let known = names.iter().position(|known| known == name);
    known.map_or_else(|| names.push(name), |number| number as u32)
}

/// The number of a name in a table; one that no event has for a name that is not there.
pub fn named(table: &EventTable, name: &str) -> Which {
    Which::Named(table.names.iter().position(|known| known == name).map_or(u32::MAX, |number| number as u32))
}

/// Events from rows of (user, `2025-01-31` or `2025-01-31 23:30`, event), by normalised ids.
pub fn events(rows: &[(&str, &str, &str)], as_of: &str) -> EventTable {
    let (mut users, mut names) = (Names::default(), Names::default());
    let mut builder = EventBuilder::default();
    for (user, at, name) in rows {
        let (date, time) = at.split_once(' ').unwrap_or((at, "00:00"));
        let (hour, minute) = time.split_once(':').expect("a time");
        let second = 60 * (60 * hour.parse::<u32>().expect("an hour") + minute.parse::<u32>().expect("a minute"));
        let user = number(&mut users, &normalised_id(user));
        builder.push(Event { user, day: day(date), second, name: number(&mut names, name) });
    }
    builder.finish(users, names, Vec::new(), Some(day(as_of)))
}

/// D3 of metrics.md 8.3.
pub const D3: [(&str, &str, &str); 16] = [
    ("u1", "2025-01-01", "use"),
    ("u1", "2025-01-02", "use"),
    ("u1", "2025-01-08", "use"),
    ("u1", "2025-01-20", "use"),
    ("u2", "2025-01-01", "use"),
    ("u2", "2025-01-03", "use"),
    ("u2", "2025-01-09", "use"),
    ("u3", "2025-01-02", "use"),
    ("u4", "2025-01-02", "use"),
    ("u4", "2025-01-03", "use"),
    ("u4", "2025-01-30", "use"),
    ("u5", "2025-01-03", "use"),
    ("u5", "2025-01-10", "use"),
    ("u5", "2025-01-11", "use"),
    ("u6", "2025-02-05", "use"),
    ("u6", "2025-02-06", "use"),
];

pub fn d3() -> EventTable {
    events(&D3, "2025-02-10")
}

/// D3 with the activations of D3b.
pub fn d3b() -> EventTable {
    let activated = [
        ("u1", "2025-01-01", "activate"),
        ("u2", "2025-01-04", "activate"),
        ("u4", "2025-01-11", "activate"),
        ("u5", "2025-01-10", "activate"),
        ("u6", "2025-02-06", "activate"),
    ];
    events(&[&D3[..], &activated[..]].concat(), "2025-02-10")
}

/// D6 of metrics.md 8.6: purchases as events of customers.
pub fn d6() -> EventTable {
    let rows = [
        ("c1", "2025-01-05", 40, 0),
        ("c1", "2025-02-10", 20, 0),
        ("c2", "2025-01-20", 15, 0),
        ("c3", "2025-02-01", 30, 0),
        ("c3", "2025-02-03", 30, 30),
        ("c4", "2025-01-15", 10, 0),
        ("c4", "2025-01-28", 10, 0),
        ("c4", "2025-03-01", 10, 0),
        ("c5", "2025-03-20", 99, 0),
    ];
    let purchases = rows
        .into_iter()
        .filter(|(_, _, amount, refunded)| {
            Payment { amount: *amount, refunded: *refunded, succeeded: true, renewal: false }.is_purchase()
        })
        .map(|(customer, day, ..)| (customer, day, "purchase"));
    events(&purchases.collect::<Vec<_>>(), "2025-04-01")
}

/// The report of the months from `from` to `to`.
pub fn asked(dataset: &Dataset, from: &str, to: &str) -> Report<()> {
    let question = Question { from: Some(month(from)), to: Some(month(to)), ..Question::default() };
    report(dataset, &question, Vec::new())
}

/// Compares a result with expectations like `value=0.95 status=ok warning=W-IDENTITY lost=5`. Names that are no field
/// are parts. Numbers agree to the six decimals that the sheet prints.
pub fn check(result: &MetricResult, expected: &str) {
    for expectation in expected.split_whitespace() {
        let (name, text) = expectation.split_once('=').expect("name=value");
        let number = match name {
            "status" => {
                assert_eq!(json(&result.status), text, "{name}");
                continue;
            }
            "variant" => {
                assert_eq!(result.variant, text, "{name}");
                continue;
            }
            "unit" => {
                assert_eq!(json(&result.unit), text, "{name}");
                continue;
            }
            "direction" => {
                assert_eq!(json(&result.direction), text, "{name}");
                continue;
            }
            "certainty" => {
                assert_eq!(json(&result.certainty), text, "{name}");
                continue;
            }
            "flag" => {
                assert!(result.flags.iter().any(|flag| json(flag) == text), "flag {text}");
                continue;
            }
            "warning" => {
                assert!(result.warnings.iter().any(|warning| warning.code == text), "warning {text}");
                continue;
            }
            "met" => {
                assert_eq!(json(&result.met), text, "{name}");
                continue;
            }
            "value" => result.number(),
            "n" => result.n.map(|n| n as f64),
            "ci_low" => result.ci_low.map(|value| value.as_f64()),
            "ci_high" => result.ci_high.map(|value| value.as_f64()),
            part => result.part_number(part),
        };
        if text == "none" {
            assert_eq!(number, None, "{name}");
            continue;
        }
        let expected: f64 = match text {
            "true" => 1.0,
            "false" => 0.0,
            _ => text.parse().expect("a number"),
        };
        let actual = number.unwrap_or_else(|| panic!("{name} is absent in {result:?}"));
        let money = matches!(result.value, Some(keeprate_metrics::result::Value::Money(_)));
        let tolerance = if money { 0.005 } else { 1e-6 };
        assert!((actual - expected).abs() <= tolerance, "{name}: {actual} instead of {expected}");
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("JSON").trim_matches('"').to_owned()
}

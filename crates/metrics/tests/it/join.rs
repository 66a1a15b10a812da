//! Several files joined on the customer (metrics.md 4E, 5.2 i): by which key, what is found, what all of them tell together.

use crate::common::{NPS, check, d1, d4, day, events, ledger};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::join::{Aliases, Join, JoinError, JoinKey, Joined, Role};
use keeprate_metrics::ledger::{
    Codes, CustomerTable, Dataset, LedgerBuilder, Names, PeriodTable, Response, ResponseTable, Segment,
};
use keeprate_metrics::money::Currency;
use keeprate_metrics::period::Month;
use keeprate_metrics::report::{Compare, Question, Report, SegmentEntry, Settings, report};
use keeprate_metrics::result::SegmentValue;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn named(names: &[&str]) -> Names {
    let mut all = Names::default();
    for name in names {
        all.push(name);
    }
    all
}

/// Attributes from rows of (customer, value).
fn attributes(column: &str, rows: &[(&str, &str)]) -> Dataset {
    let mut values = named(&[""]);
    let mut of = Vec::new();
    let mut customers = Names::default();
    for (customer, value) in rows {
        customers.push(customer);
        let known = values.iter().position(|known| known == *value);
        of.push(known.map_or_else(|| values.push(value), |known| known as u32) as u16);
    }
    let segments = vec![Segment { column: column.to_owned(), values, codes: Codes { of, rows: Vec::new() } }];
    Dataset::Customers(CustomerTable { customers, segments })
}

/// Answers from rows of (customer, address, day, score), each by a respondent of its own; an empty cell is none.
fn answers(rows: &[(&str, &str, &str, u8)]) -> Dataset {
    let number = |names: &mut Names, name: &str| {
        let known = names.iter().position(|known| known == name);
        known.map_or_else(|| names.push(name), |known| known as u32)
    };
    let mut table = ResponseTable {
        asked: vec![NPS],
        respondents: rows.len() as u32,
        customers: named(&[""]),
        emails: named(&[""]),
        comments: named(&[""]),
        ..ResponseTable::default()
    };
    for ((customer, email, at, score), respondent) in rows.iter().zip(0..) {
        let customer = number(&mut table.customers, customer);
        let email = number(&mut table.emails, email);
        table.email_of.push(email);
        let score = Some((0, *score));
        table.responses.push(Response { day: Some(day(at)), score, respondent, customer, comment: 0, partial: false });
    }
    Dataset::Responses(table)
}

/// D4 with the customers of 8.4: the letter that each respondent's name begins with.
fn d4_joined() -> Dataset {
    let mut table = d4();
    table.customers = named(&["", "A", "B", "C", "D", "E", "F", "H", "Z"]);
    for place in 0..table.responses.len() {
        let letter = table.comments.get(table.responses[place].comment)[..1].to_uppercase();
        let known = table.customers.iter().position(|known| known == letter);
        table.responses[place].customer = known.expect("a customer") as u32;
    }
    Dataset::Responses(table)
}

fn emails(pairs: &[(&str, &str)]) -> Vec<Aliases> {
    let mut aliases = Aliases::new(JoinKey::Email);
    for (customer, email) in pairs {
        aliases.push(customer, email);
    }
    vec![aliases]
}

fn paying(names: &[&str]) -> Dataset {
    let rows: Vec<(&str, &str, &[f64])> = names.iter().map(|name| (*name, "", &[10.0, 10.0][..])).collect();
    Dataset::Ledger(ledger("2025-05", &rows))
}

fn base(dataset: Dataset, aliases: Vec<Aliases>) -> Joined {
    Joined::new(dataset, "billing.csv", aliases).expect("a base")
}

fn ask(joined: &mut Joined, question: &Question) -> Report<()> {
    joined.report(question, Vec::new())
}

/// Examples detractor_revenue_at_risk.1 to .4.
#[test]
fn d1_and_d4_give_the_revenue_of_detractors() {
    let mut joined = base(d1(), Vec::new());
    let join = joined.add(d4_joined(), "d4.csv", Vec::new()).expect("answers");
    // A, B, C, D, E, F and H are in D1, Z is not; G has not answered: 7 of 8.
    assert_eq!((join.role, join.key, join.matched, join.unmatched), (Role::Answers, JoinKey::Customer, 7, 1));
    assert_eq!((join.unmatched_names, join.base_unmatched_names), (vec!["Z".to_owned()], vec!["G".to_owned()]));
    assert_eq!((join.base_customers, join.base_unmatched, join.coverage), (8, 1, Some(0.875)));
    let whole = ask(&mut joined, &Question::default());
    check(
        &whole.metrics[&Key::DetractorRevenueAtRisk],
        "value=490 share=0.597561 coverage=1 weighted=365 weighted_share=0.445122 majority=240 majority_share=0.292683 \
         matched=7 unmatched=1 zero_mrr=1 extrapolated=490 former_detractors=0 expected_loss=none",
    );
    assert_eq!(whole.joins.len(), 1);
}

#[test]
fn each_file_tells_what_it_tells_alone() {
    let question = Question::default();
    let (billing, answers) = (d1(), Dataset::Responses(d4()));
    let alone: [Report<()>; 2] = [report(&billing, &question, Vec::new()), report(&answers, &question, Vec::new())];
    let mut joined = base(billing, Vec::new());
    joined.add(answers, "d4.csv", Vec::new()).expect("answers");
    let together = ask(&mut joined, &question);
    for of in &alone {
        for (key, result) in of.metrics.iter().filter(|(key, _)| **key != Key::GoalAttainment) {
            assert_eq!(together.metrics.get(key), Some(result), "{}", key.name());
        }
    }
    assert_eq!(together.movements, alone[0].movements);
    assert_eq!(together.feedback, alone[1].feedback);
}

#[test]
fn the_key_with_more_in_common_is_taken() {
    let pairs = [("1", "ann@a.example"), ("2", "bob@b.example"), ("3", "cem@c.example")];
    let rows = [("1", "Bob@B.example", "2025-06-01", 3), ("x", "cem@c.example ", "2025-06-02", 9)];
    let mut joined = base(paying(&["1", "2", "3"]), emails(&pairs));
    let join = joined.add(answers(&rows), "answers.csv", Vec::new()).expect("answers");
    assert_eq!((join.key, join.matched, join.unmatched), (JoinKey::Email, 2, 0));
    assert_eq!(join.base_unmatched_names, ["1"]);
    // Of equally good keys the id: it is the customer's own.
    let join = base(paying(&["1", "2", "3"]), emails(&pairs)).add(answers(&rows[..1]), "answers.csv", Vec::new());
    assert_eq!(
        join.map(|join| (join.key, join.base_unmatched_names)),
        Ok((JoinKey::Customer, vec!["2".to_owned(), "3".to_owned()]))
    );
}

#[test]
fn those_who_are_not_found_are_named_by_what_the_file_has() {
    let rows = [("", "ann@a.example", "2025-06-01", 3), ("", "bob@b.example", "2025-06-02", 9)];
    let join = base(paying(&["1"]), Vec::new()).add(answers(&rows), "answers.csv", Vec::new()).expect("answers");
    assert_eq!((join.matched, join.unmatched, join.anonymous), (0, 2, 0));
    assert_eq!(join.unmatched_names, ["ann@a.example", "bob@b.example"]);
    // Who names nobody is counted apart.
    let rows = [("1", "", "2025-06-01", 3), ("", "", "2025-06-02", 9)];
    let join = base(paying(&["1"]), Vec::new()).add(answers(&rows), "answers.csv", Vec::new()).expect("answers");
    assert_eq!((join.matched, join.unmatched, join.anonymous), (1, 0, 1));
}

#[test]
fn ids_are_trimmed_and_keep_their_case() {
    let mut joined = base(paying(&["Acme ", "ann@a.example"]), Vec::new());
    let rows = [("Acme", "DE"), ("ACME", "FR"), (" Ann@A.example", "DE")];
    let join = joined.add(attributes("country", &rows), "customers.csv", Vec::new()).expect("attributes");
    assert_eq!((join.matched, join.unmatched_names), (2, vec!["ACME".to_owned()]));
}

/// Billing knows ids, answers know addresses, and the table of customers knows both.
#[test]
fn attributes_name_the_addresses_by_which_answers_find_customers() {
    let rows = [("", "ann@a.example", "2025-06-01", 3), ("", "else@where.example", "2025-06-02", 3)];
    let table = || attributes("country", &[("1", "DE"), ("2", "FR")]);
    let contacts = || emails(&[("1", "ann@a.example"), ("2", "bob@b.example")]);
    let mut joined = base(paying(&["1", "2"]), Vec::new());
    assert_eq!(joined.add(answers(&rows), "answers.csv", Vec::new()).map(|join| join.matched), Ok(0));
    joined.add(table(), "customers.csv", contacts()).expect("attributes");
    let [of_customers, of_answers] = <[Join; 2]>::try_from(joined.joins()).expect("two");
    assert_eq!((of_customers.matched, of_answers.matched, of_answers.key), (2, 1, JoinKey::Email));
    let question = Question {
        segment: Some(SegmentValue { column: "country".to_owned(), value: "DE".to_owned() }),
        ..Question::default()
    };
    let report = ask(&mut joined, &question);
    check(&report.metrics[&Key::Nps], "value=-100 n=1");
    check(&report.metrics[&Key::Mrr], "value=10");
    check(&report.metrics[&Key::DetractorRevenueAtRisk], "value=10 share=1 matched=1 unmatched=1");
}

#[test]
fn domains_stand_for_customers_if_asked_for() {
    let pairs = [("1", "ann@acme.example"), ("2", "bob@gmail.com"), ("3", "cem@two.example"), ("4", "dan@two.example")];
    let rows = [
        ("", "eve@acme.example", "2025-06-01", 3),
        ("", "fay@gmail.com", "2025-06-02", 3),
        ("", "gus@two.example", "2025-06-03", 3),
        ("", "hal@four.example", "2025-06-04", 3),
        ("", "ann@acme.example", "2025-06-05", 3),
    ];
    let mut joined = base(paying(&["1", "2", "3", "4", "four.example"]), emails(&pairs));
    let join = joined.add(answers(&rows), "answers.csv", Vec::new()).expect("answers");
    assert_eq!((join.matched, join.by_domain), (1, 0));
    let settings = Settings { join_by_domain: true, ..Settings::default() };
    let report = ask(&mut joined, &Question { settings, ..Question::default() });
    // Not by the domain of a provider, nor by one that two customers share; an id may be a domain.
    assert_eq!(report.joins[0].unmatched_names, ["fay@gmail.com", "gus@two.example"]);
    assert_eq!((report.joins[0].matched, report.joins[0].by_domain), (3, 2));
    check(&report.metrics[&Key::DetractorRevenueAtRisk], "value=20 matched=3 unmatched=2");
    assert_eq!(ask(&mut joined, &Question::default()).joins[0].by_domain, 0);
}

#[test]
fn attributes_are_segments_of_the_base() {
    let mut joined = base(d1(), Vec::new());
    let rows =
        [("A", "x"), ("B", "x"), ("C", "y"), ("E", "y"), ("F", "x"), ("H", "y"), ("D", "x"), ("G", "y"), ("Q", "x")];
    joined.add(attributes("owner", &rows), "owners.csv", Vec::new()).expect("attributes");
    joined.add(attributes("Segment", &rows), "more.csv", Vec::new()).expect("attributes");
    let question = |column: &str| Question { segments_of: Some(column.to_owned()), ..Question::default() };
    let by_owner = ask(&mut joined, &question("owner"));
    let found: Vec<(&str, String)> = by_owner
        .segments
        .iter()
        .map(|entry| {
            let mrr = entry.metrics[&Key::Mrr].value.map(|value| value.as_f64());
            (entry.segment.value.as_str(), format!("{mrr:?}"))
        })
        .collect();
    // June: A 100, B 250 and F 150; C 200, E 80 and H 40.
    assert_eq!(found, [("x", "Some(500.0)".to_owned()), ("y", "Some(320.0)".to_owned())]);
    assert!(by_owner.metrics.contains_key(&Key::SegmentComparison));
    assert!(by_owner.segments.iter().all(|entry| entry.metrics[&Key::CustomerChurnRate].parts.contains_key("p_holm")));
    // A column that the base has keeps its name; the other one is told by its file.
    let own = ask(&mut joined, &question("Segment"));
    assert_eq!(own.segments[0].segment.value, "Enterprise");
    assert_eq!(ask(&mut joined, &question("Segment (more.csv)")).segments.len(), 2);
}

#[test]
fn answers_have_the_segments_of_their_customers() {
    let Dataset::Responses(mut table) = d4_joined() else { panic!("answers") };
    table.segments.clear();
    let mut joined = base(d1(), Vec::new());
    joined.add(Dataset::Responses(table), "d4.csv", Vec::new()).expect("answers");
    let question = Question { segments_of: Some("Segment".to_owned()), ..Question::default() };
    let report = ask(&mut joined, &question);
    let entry = |value: &str| report.segments.iter().find(|entry| entry.segment.value == value).expect("a segment");
    // feedback_by_segment.2: the segments of D1 are those of D4's customers.
    check(&entry("Enterprise").metrics[&Key::Nps], "value=0 ci_low=-65.664614 ci_high=65.664614 n=4");
    check(&entry("SMB").metrics[&Key::Nps], "value=-25 ci_low=-72.731197 ci_high=44.159769 n=4");
    check(&entry("SMB").metrics[&Key::CustomerChurnRate], "value=0.25");
}

#[test]
fn attributes_join_answers_without_billing() {
    let rows = [
        ("1", "", "2025-06-01", 10),
        ("1", "", "2025-06-02", 10),
        ("1", "", "2025-06-03", 10),
        ("2", "", "2025-06-04", 0),
    ];
    let mut joined = base(answers(&rows), Vec::new());
    let table = attributes("country", &[("1", "DE"), ("2", "FR"), ("3", "FR")]);
    let join = joined.add(table, "customers.csv", Vec::new()).expect("attributes");
    assert_eq!((join.matched, join.unmatched, join.base_customers, join.coverage), (2, 1, 2, Some(1.0)));
    let question = Question { segments_of: Some("country".to_owned()), ..Question::default() };
    let report = ask(&mut joined, &question);
    check(&report.segments[0].metrics[&Key::Nps], "value=100 n=3");
}

#[test]
fn a_file_that_is_taken_out_leaves_nothing_behind() {
    let question = Question { segments_of: Some("owner".to_owned()), ..Question::default() };
    let mut joined = base(d1(), Vec::new());
    joined.add(d4_joined(), "d4.csv", Vec::new()).expect("answers");
    let before = ask(&mut joined, &question);
    joined.add(attributes("owner", &[("A", "x"), ("B", "y")]), "owners.csv", Vec::new()).expect("attributes");
    assert_eq!(ask(&mut joined, &question).segments.len(), 3);
    assert!(joined.remove("owners.csv") && !joined.remove("owners.csv"));
    assert_eq!(ask(&mut joined, &question), before);
    assert!(joined.remove("d4.csv"));
    assert_eq!((joined.base(), joined.joins()), (&d1(), Vec::new()));
}

#[test]
fn what_cannot_be_joined_is_refused() {
    let totals = || Dataset::Periods(PeriodTable { rows: Vec::new(), currency: Currency::EUR, endpoints: false });
    let of = |dataset: Dataset| base(d1(), Vec::new()).add(dataset, "b.csv", Vec::new()).map(|join| join.role);
    assert_eq!(of(d1()), Err(JoinError::Second(Role::Billing)));
    assert_eq!(of(totals()), Err(JoinError::Totals));
    assert_eq!(of(Dataset::Responses(d4())), Ok(Role::Answers));
    let mut joined = base(d1(), Vec::new());
    joined.add(Dataset::Responses(d4()), "b.csv", Vec::new()).expect("answers");
    let second = joined.add(Dataset::Responses(d4()), "c.csv", Vec::new());
    assert_eq!(second.map(|join| join.role), Err(JoinError::Second(Role::Answers)));
    assert_eq!(Joined::new(totals(), "a.csv", Vec::new()).map(|_| ()), Err(JoinError::Totals));
    assert_eq!(Joined::new(attributes("x", &[]), "a.csv", Vec::new()).map(|_| ()), Err(JoinError::NoBase));
    let mut usage = Joined::new(Dataset::Responses(d4()), "a.csv", Vec::new()).expect("a base");
    assert_eq!(usage.add(d1(), "b.csv", Vec::new()).map(|_| ()), Err(JoinError::NoBase));
}

#[test]
fn names_are_listed_up_to_a_hundred_and_known_in_full() {
    let names: Vec<String> = (0..250).rev().map(|number| format!("c{number:03}")).collect();
    let rows: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "DE")).collect();
    let mut joined = base(paying(&["c007"]), Vec::new());
    let join = joined.add(attributes("country", &rows), "customers.csv", Vec::new()).expect("attributes");
    assert_eq!((join.unmatched, join.unmatched_names.len(), join.unmatched_names[7].as_str()), (249, 100, "c008"));
    let (unmatched, missing) = joined.unmatched("customers.csv").expect("the file");
    assert_eq!((unmatched.len(), missing.len(), unmatched[248].as_str()), (249, 0, "c249"));
    assert_eq!(joined.unmatched("other.csv"), None);
}

/// What the names of a column are tells by what files were joined: more than half must be addresses.
#[test]
fn ids_that_are_addresses_join_by_address() {
    let by_address = [("", "ann@a.example", "2025-06-01", 3)];
    let key = |names: &[&str]| {
        base(paying(names), Vec::new())
            .add(answers(&by_address), "answers.csv", Vec::new())
            .map(|join| (join.key, join.matched))
    };
    assert_eq!(key(&["ann@a.example", "bob@b.example"]), Ok((JoinKey::Email, 1)));
    assert_eq!(key(&["ann@a.example", "bob@b.example", "3"]), Ok((JoinKey::Email, 1)));
    assert_eq!(key(&["ann@a.example", "2"]), Ok((JoinKey::Customer, 1)));
    assert_eq!(key(&["ann@a.example", "2", "3"]), Ok((JoinKey::Customer, 1)));
}

/// The order of joins is attributes by name, then answers, then events, whatever the files are called.
#[test]
fn joins_stand_in_an_order_of_their_own() {
    let mut joined = base(paying(&["1"]), Vec::new());
    joined
        .add(Dataset::Events(events(&[("1", "2025-06-01", "use")], "2025-07-01")), "a.csv", Vec::new())
        .expect("events");
    joined.add(answers(&[("1", "", "2025-06-01", 3)]), "z.csv", Vec::new()).expect("answers");
    joined.add(attributes("country", &[("1", "DE")]), "y.csv", Vec::new()).expect("attributes");
    joined.add(attributes("owner", &[("1", "x")]), "b.csv", Vec::new()).expect("attributes");
    let names: Vec<String> = joined.joins().into_iter().map(|join| join.name).collect();
    assert_eq!(names, ["b.csv", "y.csv", "z.csv", "a.csv"]);
    assert!(matches!(joined.answers(), Some(Dataset::Responses(table)) if table.responses.len() == 1));
    assert!(joined.remove("z.csv") && joined.answers().is_none());
}

#[test]
fn a_base_without_customers_is_covered_by_nobody() {
    let join =
        base(paying(&[]), Vec::new()).add(attributes("country", &[("1", "DE"), ("", "FR")]), "c.csv", Vec::new());
    let join = join.expect("attributes");
    assert_eq!((join.base_customers, join.coverage), (0, None));
    // A row of attributes without a customer is no answer that names nobody.
    assert_eq!((join.unmatched, join.unmatched_names, join.anonymous), (1, vec!["1".to_owned()], 0));
}

/// 1 is in Germany in May and in France from June on, 2 in France throughout.
fn moving() -> Dataset {
    let mut builder = LedgerBuilder::default();
    let codes = [[1, 2], [2, 2]];
    for (month, place) in ["2025-05", "2025-06"].into_iter().zip(0..) {
        let (column, _) = builder.column(Month::parse_iso(month).expect("a month"));
        for (customer, codes) in (0..).zip(codes) {
            builder.add(column, customer, 1_000_000_000);
            builder.set_segment(column, 0, customer, codes[place]);
        }
    }
    let segments = vec![("country".to_owned(), named(&["", "DE", "FR"]))];
    Dataset::Ledger(builder.finish(named(&["1", "2"]), segments, Currency::EUR).0)
}

/// The score of each country, with how many answers it is of.
fn scores(report: &Report<()>) -> Vec<(String, f64, u64)> {
    let of = |entry: &SegmentEntry| {
        let nps = entry.metrics.get(&Key::Nps)?;
        Some((entry.segment.value.clone(), nps.number()?, nps.n?))
    };
    report.segments.iter().filter_map(of).collect()
}

#[test]
fn an_answer_is_of_the_segment_that_its_customer_had_then() {
    // Three of each, as fewer have no score.
    let rows = [("1", "", "2025-05-20", 10), ("2", "", "2025-05-21", 0), ("1", "", "2025-06-20", 0)];
    let rows: Vec<_> = rows.into_iter().flat_map(|row| [row; 3]).collect();
    let mut joined = base(moving(), Vec::new());
    joined.add(answers(&rows), "answers.csv", Vec::new()).expect("answers");
    let of = |joined: &mut Joined, from: &str, to: &str| {
        let month = |text: &str| Month::parse_iso(text);
        let segments_of = Some("country".to_owned());
        scores(&ask(joined, &Question { from: month(from), to: month(to), segments_of, ..Question::default() }))
    };
    let (de, fr) = ("DE".to_owned(), "FR".to_owned());
    assert_eq!(of(&mut joined, "2025-05", "2025-05"), [(de.clone(), 100.0, 3), (fr.clone(), -100.0, 3)]);
    assert_eq!(of(&mut joined, "2025-06", "2025-06"), [(fr.clone(), -100.0, 3)]);
    // Both pay the same, so that their names decide.
    assert_eq!(of(&mut joined, "2025-05", "2025-06"), [(de, 100.0, 3), (fr, -100.0, 6)]);
}

/// Users have the segment of the end of their data: the last day that they cover, not the day after.
#[test]
fn users_are_of_the_segment_that_their_customer_has_last() {
    let countries = |as_of: &str| {
        let mut joined = base(moving(), Vec::new());
        let table = events(&[("1", "2025-05-02", "use"), ("2", "2025-05-02", "use")], as_of);
        joined.add(Dataset::Events(table), "events.csv", Vec::new()).expect("events");
        let question = Question {
            to: Month::parse_iso("2025-05"),
            segments_of: Some("country".to_owned()),
            ..Question::default()
        };
        let users =
            |entry: &SegmentEntry| Some((entry.segment.value.clone(), entry.metrics.get(&Key::NDayRetention)?.n?));
        let report = ask(&mut joined, &question);
        report.segments.iter().filter_map(users).collect::<Vec<_>>()
    };
    let (de, fr) = ("DE".to_owned(), "FR".to_owned());
    assert_eq!(countries("2025-06-01"), [(de, 1), (fr.clone(), 1)]);
    assert_eq!(countries("2025-06-02"), [(fr, 2)]);
}

fn to(month: &str) -> Question {
    Question { to: Month::parse_iso(month), ..Question::default() }
}

/// Billing has January to June, answers are of March and April.
#[test]
fn a_file_tells_nothing_of_months_that_it_does_not_have() {
    let mut joined = base(d1(), Vec::new());
    joined
        .add(answers(&[("A", "", "2025-03-05", 10), ("B", "", "2025-04-05", 0)]), "answers.csv", Vec::new())
        .expect("answers");
    let mut nps = |question: &Question| {
        ask(&mut joined, question).metrics.get(&Key::Nps).map(|result| (result.number(), result.n))
    };
    assert_eq!(nps(&to("2025-03")), Some((Some(100.0), Some(1))));
    assert_eq!((nps(&to("2025-02")), nps(&to("2025-05"))), (None, None));
    // Unless a month is asked for, it is the latest one that the file has.
    assert_eq!(nps(&Question::default()), Some((Some(-100.0), Some(1))));
}

#[test]
fn periods_that_only_one_file_has_stand_in_their_place() {
    let rows = [("1", "", "2025-04-05", 10), ("1", "", "2025-05-05", 0), ("1", "", "2025-07-05", 10)];
    let mut joined = base(paying(&["1"]), Vec::new());
    joined.add(answers(&rows), "answers.csv", Vec::new()).expect("answers");
    let report = ask(&mut joined, &to("2025-07"));
    let series: Vec<(&str, Option<f64>, Option<f64>)> = report
        .series
        .iter()
        .map(|entry| {
            let number = |key: Key| entry.metrics.get(&key).and_then(|result| result.number());
            (entry.period.label.as_str(), number(Key::Mrr), number(Key::Nps))
        })
        .collect();
    let labels: Vec<&str> = series.iter().map(|(label, ..)| *label).collect();
    assert!(labels.is_sorted(), "{labels:?}");
    assert!(series.contains(&("2025-04", None, Some(100.0))), "{series:?}");
    assert!(series.contains(&("2025-05", Some(10.0), Some(-100.0))), "{series:?}");
    assert!(series.contains(&("2025-07", None, Some(100.0))), "{series:?}");
}

#[test]
fn a_comparison_holds_for_all_files() {
    let rows = [("A", "", "2025-03-05", 10), ("B", "", "2025-06-05", 0)];
    let month = |text: &str| Month::parse_iso(text).expect("a month");
    let compare = Some(Compare::Months(month("2025-03"), month("2025-03")));
    let mut joined = base(d1(), Vec::new());
    joined.add(answers(&rows), "answers.csv", Vec::new()).expect("answers");
    let before = ask(&mut joined, &Question { compare, ..Question::default() }).comparison.expect("a comparison");
    let number = |key: Key| before.metrics.get(&key).and_then(|result| result.number());
    // D1's March closes with 800.
    assert_eq!((number(Key::Mrr), number(Key::Nps)), (Some(800.0), Some(100.0)));
}

/// What is known of customers beside what they pay: nothing, where the other file says only who they are.
#[test]
fn attributes_alone_tell_nothing_of_risk() {
    let risk = |dataset: Dataset| {
        let mut joined = base(d1(), Vec::new());
        joined.add(dataset, "more.csv", Vec::new()).expect("a file");
        let report = ask(&mut joined, &Question::default());
        (report.risk.is_some(), report.metrics.contains_key(&Key::DetractorRevenueAtRisk), report.usage.is_some())
    };
    assert_eq!(risk(attributes("owner", &[("A", "x")])), (false, false, false));
    assert_eq!(risk(answers(&[("A", "", "2025-06-05", 0)])), (true, true, false));
    assert_eq!(risk(Dataset::Events(events(&[("a", "2025-06-05", "use")], "2025-07-01"))), (true, false, true));
}

/// A year for 1,200 that stands in one month is 100 a month.
#[test]
fn revenue_behind_detractors_is_spread_as_all_figures_are() {
    let mut year = [0.0; 16];
    (year[2], year[14]) = (1200.0, 1200.0);
    let monthly = [100.0; 16];
    let rows = [("y", "", &year[..]), ("m1", "", &monthly[..]), ("m2", "", &monthly[..]), ("m3", "", &monthly[..])];
    let mut joined = base(Dataset::Ledger(ledger("2024-01", &rows)), Vec::new());
    joined.add(answers(&[("y", "", "2025-04-01", 0)]), "answers.csv", Vec::new()).expect("answers");
    let mut of = |spread: &str| {
        let mut question = Question::default();
        question.settings.set("spread_invoices", spread).expect("a setting");
        ask(&mut joined, &question).metrics.remove(&Key::DetractorRevenueAtRisk).expect("a result")
    };
    // In April 2025 there is no invoice; of 400 a quarter is behind the only detractor where it is spread.
    check(&of("false"), "value=none zero_mrr=1");
    check(&of("true"), "value=100 share=0.25 zero_mrr=0");
}

const COUNTRIES: [&str; 3] = ["DE", "FR", "US"];

/// Which customers pay how much at the close of June, which have attributes, who answered: by numbers below 12.
type Business = (BTreeMap<u8, u8>, BTreeMap<u8, u8>, Vec<(u8, u8)>);

fn business() -> impl Strategy<Value = Business> {
    (
        prop::collection::btree_map(0_u8..12, 0_u8..5, 1..10),
        prop::collection::btree_map(0_u8..12, 0_u8..3, 0..12),
        prop::collection::vec((0_u8..12, 0_u8..11), 0..20),
    )
}

fn name(number: u8) -> String {
    format!("c{number}")
}

/// The same business in files whose rows stand in this order, which come in that one.
fn of_business((paid, countries, scores): &Business, reversed: bool, answers_first: bool) -> Joined {
    let turned = |names: Vec<(String, u8)>| if reversed { names.into_iter().rev().collect() } else { names };
    let paid: Vec<(String, u8)> = turned(paid.iter().map(|(number, units)| (name(*number), *units)).collect());
    let amounts: Vec<[f64; 2]> = paid.iter().map(|(_, units)| [10.0, f64::from(*units)]).collect();
    let rows: Vec<(&str, &str, &[f64])> =
        paid.iter().zip(&amounts).map(|((name, _), amounts)| (name.as_str(), "", &amounts[..])).collect();
    let countries = turned(countries.iter().map(|(number, of)| (name(*number), *of)).collect());
    let countries: Vec<(&str, &str)> =
        countries.iter().map(|(name, of)| (name.as_str(), COUNTRIES[usize::from(*of)])).collect();
    let scores: Vec<(String, String, u8)> = scores
        .iter()
        .zip(1..)
        .map(|((number, score), day)| (name(*number), format!("2025-06-{day:02}"), *score))
        .collect();
    let scores: Vec<(&str, &str, &str, u8)> =
        scores.iter().map(|(name, day, score)| (name.as_str(), "", day.as_str(), *score)).collect();
    let mut joined = base(Dataset::Ledger(ledger("2025-05", &rows)), Vec::new());
    let mut files = vec![("customers.csv", attributes("country", &countries)), ("answers.csv", answers(&scores))];
    if answers_first {
        files.reverse();
    }
    for (name, dataset) in files {
        joined.add(dataset, name, Vec::new()).expect("a file");
    }
    joined
}

proptest! {
    #[test]
    fn neither_the_order_of_rows_nor_of_files_matters(business in business(), answers_first in any::<bool>()) {
        let question = Question { segments_of: Some("country".to_owned()), ..Question::default() };
        let written = |reversed: bool, answers_first: bool| {
            serde_json::to_string(&ask(&mut of_business(&business, reversed, answers_first), &question)).expect("JSON")
        };
        prop_assert_eq!(written(false, false), written(true, answers_first));
        prop_assert_eq!(written(false, false), written(false, !answers_first));
    }

    #[test]
    fn joins_count_every_customer_once(business in business()) {
        let joined = of_business(&business, false, false);
        let (paid, countries, scores) = &business;
        let of_answers: BTreeSet<u8> = scores.iter().map(|(number, _)| *number).collect();
        let of_countries: BTreeSet<u8> = countries.keys().copied().collect();
        for (join, theirs) in joined.joins().into_iter().zip([of_countries, of_answers]) {
            let matched = theirs.iter().filter(|number| paid.contains_key(number)).count() as u64;
            prop_assert_eq!(join.matched, matched);
            prop_assert_eq!(join.matched + join.unmatched, theirs.len() as u64);
            prop_assert_eq!(join.unmatched, join.unmatched_names.len() as u64);
            prop_assert_eq!(join.base_customers, paid.len() as u64);
            prop_assert_eq!(join.base_customers - join.base_unmatched, matched);
        }
    }

    #[test]
    fn figures_are_those_of_a_join_by_hand(business in business()) {
        let mut joined = of_business(&business, false, false);
        let (paid, countries, scores) = &business;
        let question = Question { segments_of: Some("country".to_owned()), ..Question::default() };
        let report = ask(&mut joined, &question);
        for entry in &report.segments {
            let country = |number: &u8| countries.get(number).map_or("", |of| COUNTRIES[usize::from(*of)]);
            let own: u32 = paid.iter().filter(|(number, _)| country(number) == entry.segment.value).map(|(_, units)| u32::from(*units)).sum();
            if let Some(mrr) = entry.metrics.get(&Key::Mrr) {
                prop_assert_eq!(mrr.value.map(|value| value.as_f64()), Some(f64::from(own)), "{}", &entry.segment.value);
            }
        }
        let mrr = |number: &u8| u32::from(paid.get(number).copied().unwrap_or(0));
        let found: Vec<&(u8, u8)> = scores.iter().filter(|(number, _)| mrr(number) > 0).collect();
        let detractors: BTreeSet<u8> = found.iter().filter(|(_, score)| *score <= 6).map(|(number, _)| *number).collect();
        let at_risk: u32 = detractors.iter().map(mrr).sum();
        let result = &report.metrics[&Key::DetractorRevenueAtRisk];
        let count = |part: &str| result.parts.get(part).map_or(0.0, |value| value.as_f64()) as usize;
        prop_assert_eq!(count("matched"), found.len());
        prop_assert_eq!(count("matched") + count("unmatched") + count("zero_mrr"), scores.len());
        let value = if found.is_empty() { None } else { Some(f64::from(at_risk)) };
        prop_assert_eq!(result.value.map(|value| value.as_f64()), value);
    }
}

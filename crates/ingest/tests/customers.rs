//! Shape (i), `customers`: tables that say who customers are, beside others alone; and what else files call their customers.

#![allow(clippy::expect_used, clippy::panic)]

mod common;

use common::failure;
use keeprate_ingest::{Imported, Language, Options, Shape, import, join_files, join_findings};
use keeprate_metrics::join::Joined;
use keeprate_metrics::ledger::{CustomerTable, Dataset};

fn beside(file: &str) -> Imported {
    let options = Options { beside_others: true, ..Options::default() };
    import(file.as_bytes(), &options).unwrap_or_else(|failure| panic!("{file}: {}", failure.message(Language::En)))
}

fn table(imported: &Imported) -> &CustomerTable {
    match &imported.dataset {
        Dataset::Customers(table) => table,
        other => panic!("{other:?}"),
    }
}

#[test]
fn attributes_are_found_beside_other_tables() {
    for (file, segments) in [
        ("customer,country\nA,DE\nB,FR\n", &["country"][..]),
        ("Kundennummer;E-Mail;Branche\n1;a@b.de;IT\n2;c@d.de;Bau\n", &["Branche"]),
        // No synonym is needed for what an attribute is called.
        ("customer,Account manager\nA,Ann\nB,Bob\n", &["Account manager"]),
        ("Email,Plan\na@b.de,Pro\n", &["Plan"]),
        // Measures and dates are nothing that customers share.
        (
            "customer,joined,region\nA,2025-01-01,N\nB,2025-01-02,N\nC,2025-01-03,S\nD,2025-01-04,S\nE,2025-01-05,S\nF,2025-01-06,S\nG,2025-01-07,S\n",
            &["region"],
        ),
    ] {
        let imported = beside(file);
        assert_eq!(imported.input.shape, Shape::Customers, "{file}");
        let columns: Vec<&str> = table(&imported).segments.iter().map(|segment| segment.column.as_str()).collect();
        assert_eq!(columns, segments, "{file}");
    }
}

#[test]
fn tables_of_anything_else_stay_what_they_are() {
    for (file, shape) in [
        ("customer,month,mrr,country\nA,2025-01,1,DE\n", Shape::MrrLong),
        ("customer,score,country\nA,9,DE\n", Shape::Survey),
        ("user,timestamp,plan\nu1,2025-01-01,Pro\n", Shape::Events),
    ] {
        assert_eq!(beside(file).input.shape, shape, "{file}");
    }
    let options = Options { beside_others: true, ..Options::default() };
    for file in ["customer,start,amount\nA,2025-01-01,1\n", "customer,country,month\nA,DE,2025-01\n"] {
        let failure = import(file.as_bytes(), &options).expect_err(file);
        assert_eq!(failure.error.code.text(), "E-SHAPE", "{file}");
    }
}

#[test]
fn alone_they_are_refused() {
    assert_eq!(failure(b"customer,country\nA,DE\n").error.code.text(), "E-CUSTOMERS-ALONE");
    let chosen = Options { shape: Some(Shape::Customers), ..Options::default() };
    let failure = import(b"customer,size of the team\nA,9\n", &chosen).expect_err("customers alone");
    assert_eq!(failure.error.code.text(), "E-CUSTOMERS-ALONE");
    let beside = Options { beside_others: true, ..chosen };
    assert!(import(b"customer,size of the team\nA,9\n", &beside).is_ok());
}

#[test]
fn the_first_row_of_a_customer_counts() {
    let imported = beside("customer,country\nA,DE\n B,FR\nA,US\n,DE\n");
    let table = table(&imported);
    assert_eq!(table.customers.iter().collect::<Vec<_>>(), ["A", "B"]);
    assert_eq!(table.segments[0].codes.of, [1, 2]);
    let codes: Vec<(&str, Option<u64>)> =
        imported.input.diagnostics.iter().map(|found| (found.code.text(), found.record)).collect();
    assert_eq!(codes, [("E-ID-EMPTY", Some(5)), ("E-ID-DUP", Some(4))]);
    assert_eq!((imported.input.records, imported.input.accepted, imported.input.left_out), (4, 2, 2));
}

/// Joins a second file to a first one; by which key, and how many match.
fn join(base: &str, other: &str) -> String {
    let (base, other) = (beside(base), beside(other));
    let mut joined = Joined::new(base.dataset, "base.csv", base.aliases).expect("a base");
    let join = joined.add(other.dataset, "other.csv", other.aliases).expect("another file");
    format!("{:?} {}/{}", join.key, join.matched, join.matched + join.unmatched)
}

#[test]
fn files_are_joined_by_whatever_names_their_customers_alike() {
    let ids = "customer,email,month,mrr\n1,Ann@a.de,2025-01,1\n2,,2025-01,1\n2,bob@b.de,2025-02,1\n";
    for (base, other, joined) in [
        (ids, "customer,country\n1,DE\n3,DE\n", "Customer 1/2"),
        (ids, "email,country\nann@A.de,DE\nbob@b.de,DE\n", "Email 2/2"),
        (ids, "customer,email,country\nx,ann@a.de,DE\ny,bob@b.de,DE\n", "Email 2/2"),
        (ids, "email,score\nann@a.de,9\nz@z.de,9\n", "Email 1/2"),
        (ids, "respondent,score\nBOB@b.de,9\n7,9\n", "Email 1/1"),
        (ids, "customer,email,score\n2,ann@a.de,9\n,bob@b.de,9\n", "Email 2/2"),
        (ids, "user,customer,timestamp\nu1,1,2025-01-01\nu2,1,2025-01-01\nu3,9,2025-01-01\n", "Customer 1/2"),
        (ids, "user,email,timestamp,event\nu1,ann@a.de,2025-01-01,x\n", "Email 1/1"),
        ("email,month,mrr\nann@a.de,2025-01,1\n", "customer,score\nAnn@a.de,9\n", "Email 1/1"),
        (
            "Kundennr;E-Mail;Beginn;Betrag;Intervall\n1;ann@a.de;01.01.2025;1,00;Monat\n",
            "email,score\nann@a.de,9\n",
            "Email 1/1",
        ),
    ] {
        assert_eq!(self::join(base, other), joined, "{base}{other}");
    }
}

#[test]
fn customers_that_nobody_knows_are_named() {
    let (base, other) = (beside("customer,month,mrr\nA,2025-01,1\n"), beside("customer,country\nB,DE\nC,FR\nA,DE\n"));
    let mut joined = Joined::new(base.dataset, "mrr.csv", base.aliases).expect("a base");
    let join = joined.add(other.dataset, "customers.csv", other.aliases).expect("attributes");
    let found = join_findings(&join, "mrr.csv");
    assert_eq!((found.len(), found[0].code.text(), found[0].count), (1, "W-JOIN-UNMATCHED", 2));
    for (language, start) in [
        (Language::En, "Customers of this file that mrr.csv does not have: 2 (B, C)."),
        (Language::De, "Kunden dieser Datei, die in mrr.csv nicht vorkommen: 2 (B, C)."),
    ] {
        assert!(found[0].message(language).starts_with(start), "{}", found[0].message(language));
    }
    let known = keeprate_metrics::join::Join { unmatched: 0, unmatched_names: Vec::new(), ..join };
    assert!(join_findings(&known, "mrr.csv").is_empty());
}

fn named(name: &str, file: &str) -> Imported {
    let mut imported = beside(file);
    name.clone_into(&mut imported.input.name);
    imported
}

const BILLING: &str = "customer,month,mrr\nA,2025-01,1\n";
const ANSWERS: &str = "customer,score,date\nA,9,2025-01-05\n";
const COUNTRIES: &str = "customer,country\nA,DE\n";
const OTHERS: &str = "customer,country\nA,DE\nB,FR\n";

/// Places as the files were given, in the order in which they are joined; or the place and the code of the refused one.
fn joined_places(files: &[(&str, &str)]) -> Result<Vec<usize>, (usize, &'static str)> {
    let mut files = files.iter().map(|(name, file)| named(name, file));
    let first = files.next().expect("a file");
    match join_files(first, files.collect(), false) {
        Ok(joined) => Ok(joined.files.iter().map(|file| file.place).collect()),
        Err(unjoined) => Err((unjoined.place, unjoined.failure.error.code.text())),
    }
}

#[test]
fn the_base_is_billing_wherever_it_comes() {
    for (files, places) in [
        (&[("a", BILLING), ("b", ANSWERS)][..], Ok(vec![0, 1])),
        (&[("b", ANSWERS), ("a", BILLING)], Ok(vec![1, 0])),
        (&[("c", COUNTRIES), ("b", ANSWERS), ("a", BILLING)], Ok(vec![2, 1, 0])),
        // Files of one role stay as they are given, though the first of them made way for the base.
        (&[("d", COUNTRIES), ("c", OTHERS), ("a", BILLING)], Ok(vec![2, 0, 1])),
        // Answers are a base for attributes.
        (&[("c", COUNTRIES), ("b", ANSWERS)], Ok(vec![1, 0])),
        (&[("c", COUNTRIES), ("d", OTHERS)], Err((0, "E-JOIN-NO-BASE"))),
        (&[("a", BILLING), ("c", COUNTRIES), ("b", BILLING)], Err((2, "E-JOIN-SECOND"))),
    ] {
        assert_eq!(joined_places(files), places, "{files:?}");
    }
}

#[test]
fn files_of_one_name_and_role_keep_their_own_findings() {
    let files = vec![named("same.csv", COUNTRIES), named("same.csv", OTHERS)];
    let joined = join_files(named("mrr.csv", BILLING), files, false).expect("files that fit");
    // B alone is unknown to the base, and stands in the second of the two.
    let found: Vec<usize> = joined
        .files
        .iter()
        .map(|file| file.input.diagnostics.iter().filter(|found| found.code.text() == "W-JOIN-UNMATCHED").count())
        .collect();
    assert_eq!(found, [0, 0, 1]);
    let unmatched: Vec<Option<u64>> =
        joined.files.iter().map(|file| file.join.as_ref().map(|join| join.unmatched)).collect();
    assert_eq!(unmatched, [None, Some(0), Some(1)]);
}

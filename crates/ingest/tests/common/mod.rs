//! What the tests share.

// Each test file uses its part of this one; and a helper of tests may fail a test.
#![allow(dead_code, clippy::panic, clippy::expect_used)]

use keeprate_ingest::{Failure, Imported, Options, import};
use keeprate_metrics::ledger::{Dataset, Ledger, StatusTable};

/// Data set D1 of metrics.md 8.1.
pub const D1: &str = "\
Kunde;Segment;Jan 25;Feb 25;Mrz 25;Apr 25;Mai 25;Jun 25
A;Enterprise;100,00;100,00;100,00;100,00;100,00;100,00
B;Enterprise;200,00;200,00;250,00;250,00;250,00;250,00
C;Enterprise;300,00;300,00;300,00;200,00;200,00;200,00
D;SMB;150,00;150,00;-;-;-;-
E;SMB;-;80,00;80,00;80,00;80,00;80,00
F;SMB;120,00;120,00;-;-;120,00;150,00
G;SMB;-;-;-;60,00;60,00;-
H;SMB;50,00;70,00;70,00;40,00;40,00;40,00
Summe;;920,00;1.020,00;800,00;730,00;850,00;820,00
";

pub fn en() -> Options {
    Options::default()
}

pub fn read_with(bytes: &[u8], options: &Options) -> Imported {
    match import(bytes, options) {
        Ok(imported) => imported,
        Err(failure) => panic!("{failure:?}"),
    }
}

pub fn read(bytes: &[u8]) -> Imported {
    read_with(bytes, &en())
}

pub fn failure_with(bytes: &[u8], options: &Options) -> Failure {
    match import(bytes, options) {
        Ok(imported) => panic!("{:?}", imported.input),
        Err(failure) => *failure,
    }
}

pub fn failure(bytes: &[u8]) -> Failure {
    failure_with(bytes, &en())
}

pub fn codes(imported: &Imported) -> Vec<&'static str> {
    imported.input.diagnostics.iter().map(|found| found.code.text()).collect()
}

pub fn ledger(imported: &Imported) -> &Ledger {
    match &imported.dataset {
        Dataset::Ledger(ledger) => ledger,
        Dataset::Subscriptions(subscriptions) => subscriptions.ledger(),
        other => panic!("{other:?}"),
    }
}

pub fn status(imported: &Imported) -> &StatusTable {
    match &imported.dataset {
        Dataset::Status(table) => table,
        other => panic!("{other:?}"),
    }
}

/// The amounts of all customers in the first month.
pub fn first_month(ledger: &Ledger) -> Vec<i64> {
    ledger.closings[0].amounts.iter(ledger.customers.len()).collect()
}

pub fn amounts(ledger: &Ledger, customer: &str) -> Vec<i64> {
    let number = ledger.customers.iter().position(|name| name == customer).expect("customer");
    ledger.closings.iter().map(|closing| closing.amounts.get(number)).collect()
}

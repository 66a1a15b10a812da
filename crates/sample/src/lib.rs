//! Revenue data of a fictional SaaS company, for the page's opening sample and for files of any
//! length. Only integers and an own random generator decide: the same options give the same bytes
//! on every machine, and nothing asks for the date.
//!
//! The shape is one row per customer and month with revenue. A month without a row is a month
//! without a contract: the customer left, and may come back later.
//!
//! ```
//! let csv = keeprate_sample::sample();
//! assert!(csv.starts_with("customer,month,mrr,currency,plan,country\n"));
//! ```

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod customer;
mod random;
mod table;

use std::io::{Result, Write};

use customer::{Customer, History};
use random::Random;
use table::Table;

/// The year whose December is the last month of all generated data.
const LAST_YEAR: u32 = 2025;
/// The price list rises in February of the last year: month 14 of the small sample.
const MONTHS_AFTER_PRICE_CHANGE: usize = 11;

/// What [`write()`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Rows after the header, exactly.
    pub rows: u64,
    /// Another seed is another company.
    pub seed: u64,
    /// Semicolons, decimal commas with points between thousands, months as `01.2024` and German
    /// headers, instead of the English form.
    pub german: bool,
}

/// Writes 36 months of a company whose number of customers follows from the number of rows: about
/// 43 bytes a row, about 18 rows a customer, sorted by customer and then by month, in UTF-8.
///
/// # Errors
///
/// Those of `out`.
pub fn write(options: &Options, out: &mut impl Write) -> Result<()> {
    const MONTHS: usize = 36;
    /// Wide numbers, as large billing systems give them.
    const IDENTIFIER_DIGITS: usize = 11;
    /// Bytes that are collected before they are handed on.
    const CHUNK: usize = 1 << 16;

    let mut random = Random::new(options.seed);
    let mut table = Table::new(options.german, IDENTIFIER_DIGITS, first_month(MONTHS));
    let mut left = options.rows;
    let mut number = 1;
    while left > 0 {
        let mut history = History::simulate(&mut random, MONTHS, MONTHS - MONTHS_AFTER_PRICE_CHANGE);
        // The last customer's history may have to end early for the exact number of rows.
        history.truncate(left);
        left -= history.rows();
        table.push(&Customer { number, history });
        number += 1;
        if table.bytes().len() >= CHUNK {
            out.write_all(table.bytes())?;
            table.clear();
        }
    }
    out.write_all(table.bytes())
}

/// The small sample in the English form: 24 months, 200 customers numbered in the order in which
/// they came, a price change in month 14, some who left and came back.
#[must_use]
pub fn sample() -> String {
    const MONTHS: usize = 24;
    const CUSTOMERS: u64 = 200;
    const IDENTIFIER_DIGITS: usize = 6;
    /// Chosen among several: a healthy company, with every kind of movement in the last month.
    const SEED: u64 = 71;

    let mut random = Random::new(SEED);
    let histories: Vec<History> =
        (0..CUSTOMERS).map(|_| History::simulate(&mut random, MONTHS, MONTHS - MONTHS_AFTER_PRICE_CHANGE)).collect();
    let by_first_month = (0..=MONTHS).flat_map(|month| histories.iter().filter(move |h| h.first_month() == month));

    let mut table = Table::new(false, IDENTIFIER_DIGITS, first_month(MONTHS));
    for (number, history) in (1..).zip(by_first_month.cloned()) {
        table.push(&Customer { number, history });
    }
    // The table is ASCII in this form, so nothing is ever replaced.
    String::from_utf8_lossy(table.bytes()).into_owned()
}

/// The first of `months` months that end with the last one, as year and month.
fn first_month(months: usize) -> (u32, u32) {
    let years = u32::try_from(months / 12).unwrap_or(0);
    (LAST_YEAR + 1 - years, 1)
}

#[cfg(test)]
mod tests;

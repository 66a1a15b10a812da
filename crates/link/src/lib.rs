//! A report as the text of a link, and back: `#/r/<version><payload>`.
//!
//! A link carries aggregates: totals, counts, rates, curves, and the names of segments and periods. It never carries a
//! customer, a file name or a diagnosis. Most figures of a report follow from others; a link states only what does not,
//! and the reader works out the rest with the same arithmetic (`predict`). Counts are exact, money is exact to the minor
//! unit, rates of whole numbers are exact, other numbers are within 10⁻⁸.
//!
//! Version 1, from the outside in: base64url with length and CRC (`frame`); a stream of bits with
//! variable-length numbers, and behind it the text (`coder`); the order of a report (`report`, `results`); frozen tables
//! of names (`tables`). Every version stays readable for ever: `tests/golden` holds published links.
//!
//! ```
//! # use keeprate_metrics::{ledger::*, money::Currency, report::*};
//! # let table = Dataset::Ledger(Ledger::empty(Currency::EUR));
//! let report = report::<()>(&table, &Question::default(), Vec::new());
//! let link = keeprate_link::encode(&report, &keeprate_link::Options::default());
//! let read = keeprate_link::decode::<()>(&link.payload).expect("a link of ours");
//! assert_eq!(read.metrics, report.metrics);
//! ```

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod coder;
mod frame;
mod predict;
mod report;
mod results;
mod select;
mod tables;

use borsh::{BorshDeserialize, BorshSerialize};
use coder::Coder;
use keeprate_metrics::report::Report;
pub use select::{LEFT_OUT, OF_SEGMENTS_LEFT_OUT, PARTS_LEFT_OUT};

/// What goes into a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Options {
    /// Leaves out what rests on fewer customers than this: rows and cells of cohorts, segments, results, months, the
    /// tail of the survival curve. A class of movements (say, one new customer) is not a group and stays. If just one
    /// segment is left out, the smallest of the others goes with it, or the total would tell. 0 leaves out nothing.
    pub suppress_below: u64,
    /// Movements and trend, period by period.
    pub history: bool,
    /// The customers of cohorts.
    pub cohorts: bool,
    /// Segments side by side.
    pub segments: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { suppress_below: 0, history: true, cohorts: true, segments: true }
    }
}

/// A link's payload, and what it reveals.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Encoded {
    /// The version's character and base64url.
    pub payload: String,
    /// Numbers that the payload states; all other figures follow from them.
    pub aggregates: u64,
    /// Names of customers: none, by construction.
    pub names: u64,
    /// Entries that were left out because they rest on too few customers.
    pub suppressed: u64,
}

/// Why a payload cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Error {
    /// There is no payload.
    Empty,
    /// A version that this reader does not know yet.
    Newer,
    /// Not base64url, or length, CRC or content do not fit together.
    Damaged,
    /// Shorter than its stated length: a mail program or a person cut it.
    Cut,
    /// Larger than any report.
    TooLarge,
}

/// How a link's length will be received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    /// Fits everywhere.
    Green,
    /// Some programs break it into lines.
    Amber,
    /// Many programs cut it.
    Red,
    /// A file is better.
    TooLong,
}

/// The budget of a link with this many characters.
pub fn budget(characters: usize) -> Budget {
    match characters {
        0..=900 => Budget::Green,
        901..=2000 => Budget::Amber,
        2001..=4000 => Budget::Red,
        _ => Budget::TooLong,
    }
}

/// Turns a report into a payload. The same report and options give the same payload, on every machine.
pub fn encode<Input>(report: &Report<Input>, options: &Options) -> Encoded {
    let (selected, suppressed) = select::select(report, options);
    // A writer fails only where a report contradicts itself, such as a curve that runs backwards; then nothing is shared.
    let (aggregates, body) = match report::code::<()>(Coder::writer(), &selected) {
        Ok((_, coder)) => (coder.figures, coder.into_body()),
        Err(_) => (0, Vec::new()),
    };
    let (aggregates, suppressed) = (aggregates as u64, suppressed as u64);
    Encoded { payload: frame::seal(&body), aggregates, names: 0, suppressed }
}

/// Reads a payload, which may come from anybody.
///
/// # Errors
///
/// An [`Error`] for whatever [`encode`] did not write; a payload with a right CRC but a content that no report has is
/// either refused or read as some report within the bounds of the types.
pub fn decode<Input>(payload: &str) -> Result<Report<Input>, Error> {
    let body = frame::open(payload)?;
    let (report, coder) = report::code(Coder::reader(&body)?, &report::blank())?;
    if coder.is_finished() { Ok(report) } else { Err(Error::Damaged) }
}

/// For the programs in `fuzz/`: no part of the interface.
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing {
    /// A payload around any body.
    pub fn seal(body: &[u8]) -> String {
        crate::frame::seal(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeprate_metrics::ledger::{Dataset, LedgerBuilder, Names};
    use keeprate_metrics::money::Currency;
    use keeprate_metrics::period::Month;
    use keeprate_metrics::report::{Compare, Question, report};
    use proptest::prelude::*;
    use std::sync::LazyLock;

    /// The body of a report with everything in it.
    fn body() -> Vec<u8> {
        let mut builder = LedgerBuilder::default();
        let (mut customers, mut values) = (Names::default(), Names::default());
        for value in ["", "x", "y"] {
            values.push(value);
        }
        for number in 0..30_i32 {
            let customer = customers.push(&number.to_string());
            for month in number % 7..10 - number % 4 {
                let (place, _) = builder.column(Month(660 + month));
                builder.add(place, customer, i64::from(number + 1) * 1_234_000_000 + i64::from(month / 3) * 10_000_000);
                builder.set_segment(place, 0, customer, number as u16 % 3);
            }
        }
        let (ledger, _) = builder.finish(customers, vec![("Plan".to_owned(), values)], Currency::EUR);
        let question = Question {
            segments_of: Some("Plan".to_owned()),
            compare: Some(Compare::Months(Month(667), Month(667))),
            ..Question::default()
        };
        let report = report::<()>(&Dataset::Ledger(ledger), &question, Vec::new());
        frame::open(&encode(&report, &Options::default()).payload).expect("a body")
    }

    /// Somebody who knows the format can seal any body.
    fn forged(body: &[u8]) {
        if let Ok(read) = decode::<()>(&frame::seal(body)) {
            let link = encode(&read, &Options::default());
            let again = decode::<()>(&link.payload).expect("what was read can be shared");
            assert_eq!(encode(&again, &Options::default()), link);
        }
    }

    static BODY: LazyLock<Vec<u8>> = LazyLock::new(body);

    #[test]
    fn a_count_of_the_smallest_number_is_damage() {
        // Found by `fuzz/targets/link.rs`: its sign cannot be turned.
        let mut body = [0; 172];
        let places = [
            (0, 0x5e),
            (2, 0xff),
            (3, 0xde),
            (4, 0x88),
            (5, 0xd4),
            (6, 0xcc),
            (7, 0x74),
            (8, 0x31),
            (9, 0x89),
            (10, 0x02),
            (11, 0x20),
            (12, 0x94),
            (13, 0xae),
            (14, 0x72),
            (15, 0xe3),
            (20, 0xcb),
            (32, 0xff),
            (33, 0xff),
            (34, 0xff),
            (35, 0xff),
            (36, 0xff),
            (37, 0xff),
            (38, 0xff),
            (39, 0xff),
            (119, 0xfa),
            (162, 0xfb),
            (164, 0x0d),
            (171, 0x04),
        ];
        for (place, byte) in places {
            body[place] = byte;
        }
        assert_eq!(decode::<()>(&frame::seal(&body)).err(), Some(Error::Damaged));
    }

    #[test]
    fn a_margin_of_nothing_is_none() {
        // Found by `fuzz/targets/link.rs`: a gross margin of 10 to the power of -289.
        forged(&[0x24, 0x10, 0x10, 0x01, 0x23, 0x08, 0, 0, 0, 0, 0, 0, 0]);
    }

    proptest! {
        #[test]
        fn forged_bodies_do_no_harm(flips in prop::collection::vec(any::<prop::sample::Index>(), 1..4)) {
            let mut body = BODY.clone();
            for flip in flips {
                let bit = flip.index(body.len() * 8);
                body[bit / 8] ^= 1 << (bit % 8);
            }
            forged(&body);
        }

        #[test]
        fn random_bodies_do_no_harm(body in prop::collection::vec(any::<u8>(), 0..200)) {
            forged(&body);
        }
    }
}

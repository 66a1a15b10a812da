//! Reads people's CSV files: bytes in, a ledger out, with a diagnosis of everything that was doubtful or wrong.
//!
//! Files come in chunks of any size and are never held as a whole. What the first cells of a file allow one to conclude
//! (encoding, decimal separator, order of day and month) is kept until a later cell disproves it; then the reading stops
//! with [`Stop::Restart`] and the caller reads the file again with the better knowledge. Sections in the documentation
//! are those of the definition sheet (`metrics.md`).
//!
//! ```
//! use keeprate_ingest::{Options, import};
//!
//! let file = b"Kunde;Jan 25;Feb 25\nA;100,00;80,00\nB;-;20,00\n";
//! let imported = import(file, &Options::default()).expect("a table");
//! assert_eq!((imported.input.records, imported.input.diagnostics.len()), (2, 0));
//! ```

#![deny(unsafe_code)]

mod aliases;
mod cell;
mod context;
mod currency;
mod date;
mod diagnosis;
mod dialect;
mod encoding;
mod fields;
// With the tests too, so that what only the fuzz programs call goes on to fit.
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod headers;
mod import;
mod join;
mod left_out;
mod meanings;
mod names;
mod number;
mod profiles;
mod records;
mod scale;
mod shape;
mod zone;

pub use context::Decisions;
pub use currency::Rate;
pub use date::{DateOrder, DateSystem, parse_year};
pub use diagnosis::{Code, Diagnostic, Language, Level, MOST_LISTED, Severity, column_letters};
pub use encoding::{Encoding, repaired};
pub use fields::{Field, Shape};
pub use import::{
    Column, Dialect, Evidence, Failure, Import, Imported, Input, LONGEST_GAP, Options, Progress, Stop, Witness, import,
};
pub use join::{JoinedFile, JoinedFiles, Unjoined, join_files, join_findings};
pub use left_out::LeftOutAmount;
pub use meanings::{Meaning, Word, meanings};
pub use number::Decimal;
pub use scale::{SCALES, parse_scale, scale_name, scales_of};
pub use shape::Use;
pub use zone::{Clock, TimeZone, Turn};

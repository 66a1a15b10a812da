//! Saves the customers that two joined files do not share.

use crate::platform::files::save;
use crate::queries::findings::unmatched_csv;

/// Saves them as a table: of a file that was joined, and of the base, each with its name.
pub fn save_unmatched(file: (&str, &[String]), base: (&str, &[String])) {
    let stem = file.0.rsplit_once('.').map_or(file.0, |(stem, _)| stem);
    save(&[stem, "-unmatched.csv"].concat(), "text/csv", &unmatched_csv(&[file, base]));
}

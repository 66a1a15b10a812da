//! What keeps a command from its result.

use crate::format::one_line;
use std::fmt::{Display, Formatter};

/// A problem, said in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The command line, or what it asks of this file, makes no sense.
    Usage(String),
    /// A file cannot be used.
    File {
        /// The code: one of the import's, `E-READ` or `E-WRITE`.
        code: &'static str,
        /// What is wrong, and the remedy.
        message: String,
    },
}

impl Problem {
    /// The exit status.
    pub(crate) fn status(&self) -> u8 {
        match self {
            Problem::Usage(_) => 2,
            Problem::File { .. } => 3,
        }
    }
}

impl Display for Problem {
    fn fmt(&self, formatter: &mut Formatter) -> std::fmt::Result {
        match self {
            Problem::Usage(message) => write!(formatter, "keeprate: {}", one_line(message)),
            // A code comes first, so that scripts need not read the rest.
            Problem::File { code, message } => write!(formatter, "{code} {}", one_line(message)),
        }
    }
}

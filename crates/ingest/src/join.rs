//! What a join found, as findings of the file that was joined.

use keeprate_metrics::join::{Join, JoinError};

use crate::diagnosis::{Code, Diagnostic};

/// Unmatched customers that a message names.
const MOST_NAMED: usize = 5;

/// Why a file cannot be joined, as a finding of that file.
pub fn join_error(error: JoinError) -> Diagnostic {
    Diagnostic::new(match error {
        JoinError::Second(_) => Code::JoinSecond,
        JoinError::Totals => Code::JoinTotals,
        JoinError::NoBase => Code::JoinNoBase,
    })
}

/// The findings of a file that was joined with the base of this name: which of its customers the base does not know.
pub fn join_findings(join: &Join, base: &str) -> Vec<Diagnostic> {
    if join.unmatched == 0 {
        return Vec::new();
    }
    let mut names: Vec<&str> = join.unmatched_names.iter().map(String::as_str).take(MOST_NAMED).collect();
    if join.unmatched > names.len() as u64 {
        names.push("…");
    }
    vec![Diagnostic::new(Code::JoinUnmatched).value(&names.join(", ")).detail(base).count(join.unmatched)]
}

//! Several files become one data set; what a join found, as findings of the file that was joined.

use keeprate_metrics::join::{Join, JoinError, Joined, Role, role};
use keeprate_metrics::order::ordered;

use crate::diagnosis::{Code, Diagnostic};
use crate::import::{Failure, Imported, Input};

/// Unmatched customers that a message names.
const MOST_NAMED: usize = 5;

/// Files that were joined.
#[derive(Clone, Debug)]
pub struct JoinedFiles {
    /// The data of all.
    pub joined: Joined,
    /// What was read of the base first, then of the others in the order of their roles.
    pub files: Vec<JoinedFile>,
}

/// One of several files that were joined.
#[derive(Clone, Debug)]
pub struct JoinedFile {
    /// Its place among the files as they were given.
    pub place: usize,
    /// How it was read, with what its join found.
    pub input: Input,
    /// The first records as strings, from the header on.
    pub preview: Vec<Vec<String>>,
    /// How it was joined; the base was joined with nothing.
    pub join: Option<Join>,
}

/// The file by which a join failed.
#[derive(Clone, Debug)]
pub struct Unjoined {
    /// Its place among the files as they were given.
    pub place: usize,
    /// Its name.
    pub name: String,
    /// Why it cannot be joined, as if it could not be read.
    pub failure: Failure,
}

/// Joins the first file with the others. The base is billing, else whatever has customers that attributes can be joined
/// with; files of one role keep the order in which they are given. With `by_domain`, answers and users find customers by
/// the domain of their address too.
///
/// # Errors
///
/// The first file, in the order of roles, that [`Joined`] does not take.
pub fn join_files(first: Imported, others: Vec<Imported>, by_domain: bool) -> Result<JoinedFiles, Box<Unjoined>> {
    const LAST: u8 = Role::Attributes as u8 + 1;
    let rank = |(place, file): &(usize, Imported)| (role(&file.dataset).map_or(LAST, |role| role as u8), *place);
    let mut base = (0, first);
    let mut sorted: Vec<(usize, Imported)> = Vec::with_capacity(others.len());
    for mut file in (1..).zip(others) {
        if rank(&file) < rank(&base) {
            std::mem::swap(&mut file, &mut base);
        }
        let at = sorted.partition_point(|other| rank(other) < rank(&file));
        sorted.insert(at, file);
    }

    let (place, Imported { dataset, input, aliases, preview }) = base;
    let base_name = input.name.clone();
    let mut joined = match Joined::new(dataset, &base_name, aliases) {
        Ok(joined) => joined,
        Err(error) => return Err(unjoined(place, input, preview, error)),
    };
    joined.set_by_domain(by_domain);
    let mut files = vec![JoinedFile { place, input, preview, join: None }];
    let mut roles = Vec::new();
    for (place, Imported { dataset, input, aliases, preview }) in sorted {
        roles.extend(role(&dataset));
        if let Err(error) = joined.add(dataset, &input.name, aliases) {
            return Err(unjoined(place, input, preview, error));
        }
        files.push(JoinedFile { place, input, preview, join: None });
    }
    let mut found = joined.joins();
    for (file, role) in files.iter_mut().skip(1).zip(roles) {
        // A name may occur twice, in two folders.
        let Some(at) = found.iter().position(|join| join.role == role && join.name == file.input.name) else {
            continue;
        };
        let join = found.remove(at);
        file.input.diagnostics.extend(join_findings(&join, &base_name));
        file.input.diagnostics =
            ordered(&file.input.diagnostics, |a, b| (a.severity, a.code).cmp(&(b.severity, b.code)));
        file.join = Some(join);
    }
    Ok(JoinedFiles { joined, files })
}

fn unjoined(place: usize, input: Input, preview: Vec<Vec<String>>, error: JoinError) -> Box<Unjoined> {
    let error = join_error(error);
    let diagnostics = vec![error.clone()];
    let failure = Failure { error, diagnostics, preview, shape: Some(input.shape), columns: input.columns };
    Box::new(Unjoined { place, name: input.name, failure })
}

/// Why a file cannot be joined, as a finding of that file.
fn join_error(error: JoinError) -> Diagnostic {
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

//! Several files, joined on the customer.

use super::question;
use crate::arguments::{Intake, ReportArguments};
use crate::problem::Problem;
use crate::{Outcome, read, write};
use keeprate_ingest::{JoinedFiles, join_files};

/// Reads the files, joins them, answers the question, writes the report.
pub(super) fn run(arguments: &ReportArguments) -> Result<Outcome, Problem> {
    let intake = &arguments.intake;
    let language = intake.options.language;
    let mut files = vec![read::read(intake)?];
    for file in &arguments.others {
        write::keep_apart(file, intake.out.as_deref())?;
        let (file, options) = (file.clone(), intake.options.clone());
        files.push(read::read(&Intake { file, options, strict: intake.strict, out: None })?);
    }
    read::check_mapping(intake, &files.iter().collect::<Vec<_>>())?;
    let row_errors = files.iter().any(|imported| read::has_row_errors(&imported.input));
    // Whatever the order on the command line, the document is the same.
    files.sort_by(|a, b| a.input.name.cmp(&b.input.name));
    let incomplete = files.iter().any(|imported| imported.input.incomplete);
    let mut files = files.into_iter();
    let Some(first) = files.next() else { return Err(Problem::Usage("report needs a FILE".to_owned())) };
    let JoinedFiles { mut joined, files } = join_files(first, files.collect(), arguments.settings.join_by_domain)
        .map_err(|refused| {
            let error = &refused.failure.error;
            Problem::File { code: error.code.text(), message: format!("{}: {}", refused.name, error.message(language)) }
        })?;
    let inputs = files.into_iter().map(|file| file.input).collect();
    let question = question::question(arguments, joined.base(), incomplete).map_err(Problem::Usage)?;
    let document = joined.report(&question, inputs);
    super::finish(arguments, &document, None, row_errors)
}

//! Several files, joined on the customer.

use super::question;
use crate::arguments::{Intake, ReportArguments};
use crate::problem::Problem;
use crate::{Outcome, read, write};
use keeprate_ingest::{Imported, join_error, join_findings};
use keeprate_metrics::join::{JoinError, Joined, Role, role};

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
    // Billing, else whatever has customers that attributes can be joined with.
    let rank = |imported: &Imported| match role(&imported.dataset) {
        Some(Role::Billing) => 0,
        Some(Role::Answers) => 1,
        Some(Role::Events) => 2,
        Some(Role::Attributes) => 3,
        None => 4,
    };
    // Whatever the order on the command line, the document is the same.
    files.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.input.name.cmp(&b.input.name)));
    let incomplete = files.iter().any(|imported| imported.input.incomplete);
    let mut files = files.into_iter();
    let Some(base) = files.next() else { return Err(Problem::Usage("report needs a FILE".to_owned())) };
    let Imported { dataset, input, aliases, .. } = base;
    let refused = |name: &str, error: JoinError| {
        let error = join_error(error);
        Problem::File { code: error.code.text(), message: format!("{name}: {}", error.message(language)) }
    };
    let mut joined = Joined::new(dataset, &input.name, aliases).map_err(|error| refused(&input.name, error))?;
    let mut inputs = vec![input];
    let mut roles = Vec::new();
    for Imported { dataset, input, aliases, .. } in files {
        roles.extend(role(&dataset));
        joined.add(dataset, &input.name, aliases).map_err(|error| refused(&input.name, error))?;
        inputs.push(input);
    }
    joined.set_by_domain(arguments.settings.join_by_domain);
    let base_name = inputs.first().map(|input| input.name.clone()).unwrap_or_default();
    // A name may occur twice, in two folders.
    let mut found = joined.joins();
    for (input, role) in inputs.iter_mut().skip(1).zip(roles) {
        if let Some(place) = found.iter().position(|join| join.role == role && join.name == input.name) {
            input.diagnostics.extend(join_findings(&found.remove(place), &base_name));
            input.diagnostics.sort_by_key(|finding| (finding.severity, finding.code));
        }
    }
    let question = question::question(arguments, joined.base(), incomplete).map_err(Problem::Usage)?;
    let document = joined.report(&question, inputs);
    super::finish(arguments, &document, None, row_errors)
}

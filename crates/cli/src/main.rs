//! `keeprate`: the report of a CSV file, natively. The same core as the browser tool, the same document.
//!
//! One module per command; `arguments` reads the command line, `read` the file, `format` writes numbers for people.

mod arguments;
mod check;
mod format;
mod metrics;
mod presets;
mod problem;
mod progress;
mod read;
mod report;
mod sql;
mod write;
mod zone;

use arguments::Command;
use problem::Problem;
use std::process::ExitCode;

/// How a command ended that ran to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All is well.
    Done,
    /// Rows had errors, and `--strict` was given.
    RowErrors,
}

fn main() -> ExitCode {
    let outcome = arguments::parse(std::env::args_os().skip(1)).map_err(Problem::Usage).and_then(run);
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::RowErrors) => ExitCode::from(1),
        Err(problem) => {
            write::complain(&problem.to_string());
            ExitCode::from(problem.status())
        }
    }
}

fn run(command: Command) -> Result<Outcome, Problem> {
    match command {
        Command::Show(text) => write::result(&text, None).map(|()| Outcome::Done),
        Command::Report(arguments) => report::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Metrics(arguments) => metrics::run(&arguments),
        Command::Presets(arguments) => presets::run(&arguments),
        Command::Sql(arguments) => sql::run(&arguments),
    }
}

//! `cargo xtask tidy`: the rules of the house that no compiler checks.

mod dependencies;
mod layers;
mod messages;
mod words;

use anyhow::{Result, bail};

use crate::no_options;
use crate::run::say;
use crate::source::{SourceFile, project_files};

pub(crate) const HELP: &str = "
Usage: cargo xtask tidy

Checks, in seconds and without building:
  - which of our crates may depend on which
  - that browser interfaces are used in src/platform/ alone, and that the layers of src/ only look
    downwards
  - that every message of src/i18n/ is used
  - that no source holds left-over marks, registry hosts or paths of one machine

Each finding is one line: file:line: what, remedy.
";

/// A broken rule and where.
struct Finding {
    path: String,
    line: usize,
    /// What is wrong, and the remedy.
    text: String,
}

pub(crate) fn main(parser: lexopt::Parser) -> Result<()> {
    no_options(parser)?;
    check()
}

/// Prints every finding; an error when there is one.
pub(crate) fn check() -> Result<()> {
    let files = project_files()?;
    let mut findings = dependencies::check(&files)?;
    findings.extend(layers::check(&files));
    findings.extend(words::check(&files));
    match messages::check(&files) {
        Some((count, unused)) => {
            say(&format!("{count} messages"));
            findings.extend(unused);
        }
        None => say("no messages yet"),
    }

    findings.sort_by(|left, right| (&left.path, left.line).cmp(&(&right.path, right.line)));
    for finding in &findings {
        println!("{}:{}: {}", finding.path, finding.line, finding.text);
    }
    if !findings.is_empty() {
        bail!("tidy: {} findings", findings.len());
    }
    say(&format!("tidy: {} files, no findings", files.len()));
    Ok(())
}

/// The Rust sources among `files`.
fn rust(files: &[SourceFile]) -> impl Iterator<Item = &SourceFile> {
    files.iter().filter(|file| file.path.ends_with(".rs"))
}

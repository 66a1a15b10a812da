//! Results go to standard output or into a file, complaints to standard error.

use crate::problem::Problem;
use serde::Serialize;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Writes a result. A reader that has seen enough (`| head`) is no error.
pub(crate) fn result(text: &str, out: Option<&Path>) -> Result<(), Problem> {
    let (written, place) = match out {
        Some(path) => (fs::write(path, text), path.display().to_string()),
        None => {
            let mut output = std::io::stdout().lock();
            (output.write_all(text.as_bytes()).and_then(|()| output.flush()), "standard output".to_owned())
        }
    };
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Problem::File { code: "E-WRITE", message: format!("{place}: {error}.") })
        }
        _ => Ok(()),
    }
}

/// A document as JSON on one line: the bytes that the app exports too.
pub(crate) fn json(document: &impl Serialize) -> Result<String, Problem> {
    let text = serde_json::to_string(document)
        .map_err(|error| Problem::File { code: "E-WRITE", message: format!("JSON: {error}.") })?;
    Ok(text + "\n")
}

/// Writes a line to standard error. If even that fails there is nobody left to tell.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Refuses to overwrite the file that is read: it is the person's data.
pub(crate) fn keep_apart(file: &Path, out: Option<&Path>) -> Result<(), Problem> {
    let place = |path: &Path| fs::canonicalize(path).ok();
    match out {
        Some(out) if place(file).is_some() && place(file) == place(out) => {
            Err(Problem::Usage(format!("--out {} would overwrite the file that is read", out.display())))
        }
        _ => Ok(()),
    }
}

//! Child processes: always from the project's root, with our own tools first on the `PATH`, their
//! output passed on as it comes.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};

use crate::tools;

/// The root folder of the project.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        here.parent().unwrap_or(here).to_path_buf()
    })
}

/// The folder that cargo builds into, which the environment may have moved.
pub(crate) fn target_folder() -> Result<PathBuf> {
    let text = output(command("cargo").args(["metadata", "--no-deps", "--format-version=1"]))
        .context("cargo metadata failed")?;
    let metadata: serde_json::Value = serde_json::from_str(&text).context("reading what cargo metadata says")?;
    let folder = metadata.get("target_directory").and_then(|folder| folder.as_str());
    Ok(folder.context("cargo metadata names no target folder")?.into())
}

/// Says what happens next, one line per step.
pub(crate) fn say(step: &str) {
    println!("> {step}");
}

/// A command that runs in the project's root and finds our tools before the machine's.
pub(crate) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).env("PATH", search_path());
    command
}

fn search_path() -> OsString {
    let machine = std::env::var_os("PATH").unwrap_or_default();
    let all = tools::folders().into_iter().chain(std::env::split_paths(&machine));
    // A folder with a separator in its name cannot be joined; then the machine's path is all there is.
    std::env::join_paths(all).unwrap_or(machine)
}

/// Runs to the end with inherited output; an exit status other than 0 is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    let status = command.status().with_context(|| format!("{shown} could not be started"))?;
    if !status.success() {
        bail!("{shown} failed ({status})");
    }
    Ok(())
}

/// Runs to the end and hands each line of standard output to `watch` after passing it on.
/// Answers whether the command succeeded.
pub(crate) fn run_watched(command: &mut Command, mut watch: impl FnMut(&str)) -> Result<bool> {
    let shown = show(command);
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("{shown} could not be started"))?;
    if let Some(output) = child.stdout.take() {
        let mut ours = std::io::stdout();
        for line in BufReader::new(output).split(b'\n') {
            let line = line?;
            ours.write_all(&line)?;
            ours.write_all(b"\n")?;
            watch(&String::from_utf8_lossy(&line));
        }
    }
    Ok(child.wait()?.success())
}

/// Runs quietly and answers standard output, or `None` where the program is missing or fails.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let result = command.stderr(Stdio::null()).output().ok()?;
    result.status.success().then(|| String::from_utf8_lossy(&result.stdout).into_owned())
}

fn show(command: &Command) -> String {
    let mut shown = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        shown.push(' ');
        shown.push_str(&argument.to_string_lossy());
    }
    shown
}

//! `cargo xtask build`: the release build of the app in `dist/`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result, ensure};

use crate::run::{self, command, root, say};
use crate::{no_options, tools, widget};

pub(crate) const HELP: &str = "
Usage: cargo xtask build

Installs what is missing (WebAssembly target, wasm-bindgen, trunk, wasm-opt, esbuild) and builds for
release: the app into dist/, the survey element into dist/widget/, its hosted page into
dist/survey/. Does nothing for what was built from the same files.
";

pub(crate) fn main(parser: lexopt::Parser) -> Result<()> {
    no_options(parser)?;
    release()
}

/// Brings `dist/` up to date.
pub(crate) fn release() -> Result<()> {
    tools::ensure_for_build()?;
    unless_built("dist", &dist().join("index.html"), app_inputs, || {
        say("build the app for release (trunk)");
        run::run(command("trunk").args(["build", "--release"]).env("RUSTFLAGS", short_paths()))?;
        documents()?;
        programs()?;
        sample()?;
        minify_scripts()
    })?;
    // After the app, because trunk empties dist/ first.
    survey_element()
}

/// Brings `dist/widget/` up to date.
pub(crate) fn survey_element() -> Result<()> {
    tools::ensure_for_build()?;
    unless_built("dist/widget", &widget::dist().join("keeprate-survey.js"), widget_inputs, widget::build)
}

/// Trunk copies the scripts that start page and workers as they are, comments and all; the glue of the other programs is like that too.
fn minify_scripts() -> Result<()> {
    let shim = root().join("crates/widget/shim");
    tools::ensure_node_modules(&shim)?;
    let mut esbuild = command(&shim.join("node_modules/.bin/esbuild").to_string_lossy());
    esbuild.args(["--minify", "--format=esm", "--log-level=warning", "--allow-overwrite"]);
    esbuild.arg(format!("--outdir={}", dist().display()));
    run::run(
        esbuild.args(
            ["start.js", "worker.js", "reader.js", INTAKE[0], INTAKE_PLAIN[0], ANNEX[0], WORKBOOK[0]]
                .map(|script| dist().join(script)),
        ),
    )
}

/// The module for links and files, which the page loads behind the first view. It shares what is compiled with the app.
fn documents() -> Result<()> {
    say("build the module for documents");
    run::run(
        command("cargo")
            .args(["rustc", "--release", "--package=keeprate-documents", "--features=boundary"])
            .arg("--crate-type=cdylib")
            .arg("--target=wasm32-unknown-unknown")
            .env("RUSTFLAGS", short_paths()),
    )?;
    run::run(
        command("wasm-opt")
            .arg(root().join("target/wasm32-unknown-unknown/release/keeprate_documents.wasm"))
            .args(widget::FEATURES)
            .args(["-Oz", "--converge", "--strip-debug", "--strip-producers", "--strip-target-features", "-o"])
            .arg(dist().join(DOCUMENTS)),
    )
}

/// The file of that module, which is no part of the first view.
pub(crate) const DOCUMENTS: &str = "documents.wasm";

/// The programs that the page loads behind the first view: the worker for files, the pages beside the dashboard, and what
/// opens spreadsheets.
fn programs() -> Result<()> {
    say("build intake, annex and workbook");
    run::run(
        command("cargo")
            .args([
                "build",
                "--release",
                "--bin=intake",
                "--bin=annex",
                "--bin=workbook",
                "--target=wasm32-unknown-unknown",
            ])
            .env("RUSTFLAGS", short_paths()),
    )?;
    program("intake", INTAKE, OF_INTAKE)?;
    program("annex", ANNEX, &[])?;
    program("workbook", WORKBOOK, &[])?;
    say("build intake for browsers without SIMD");
    run::run(
        command("cargo")
            .args(["build", "--release", "--bin=intake", "--no-default-features", "--target=wasm32-unknown-unknown"])
            .env("RUSTFLAGS", short_paths()),
    )?;
    program("intake", INTAKE_PLAIN, OF_INTAKE)
}

/// The intake as the app: its hot loops stay functions of their own.
const OF_INTAKE: &[&str] = &["--low-memory-unused", "--one-caller-inline-max-function-size=15"];

/// Makes glue and module of a program that was compiled. One without SIMD must not get it here.
fn program(name: &str, [glue, module]: [&str; 2], options: &[&str]) -> Result<()> {
    let folder = root().join("target").join(name);
    let simd: &[&str] = if module == INTAKE[1] { &["--enable-simd"] } else { &[] };
    run::run(
        command("wasm-bindgen")
            .arg(root().join("target/wasm32-unknown-unknown/release").join(name).with_extension("wasm"))
            .args(["--target=web", "--no-typescript", "--out-name"])
            .arg(glue.trim_end_matches(".js"))
            .arg("--out-dir")
            .arg(&folder),
    )?;
    std::fs::copy(folder.join(glue), dist().join(glue)).with_context(|| format!("copying {glue}"))?;
    run::run(
        command("wasm-opt")
            .arg(folder.join(module))
            .args(widget::FEATURES)
            .args(["-Oz", "--converge", "--strip-debug", "--strip-producers"])
            .args(simd)
            .args(options)
            .args(["--strip-target-features", "-o"])
            .arg(dist().join(module)),
    )
}

/// What the page opens on, worked out by the app's own code on this machine.
fn sample() -> Result<()> {
    say("work out the sample");
    let output = command("cargo").args(["run", "--quiet", "--bin=sample"]).stderr(Stdio::inherit()).output();
    let output = output.context("cargo run --bin sample")?;
    ensure!(output.status.success(), "cargo run --bin sample: {}", output.status);
    std::fs::write(dist().join(SAMPLE), output.stdout).context("writing the sample")
}

/// The file of the sample.
const SAMPLE: &str = "sample.bin";

/// The files of those programs, which are no part of the first view.
pub(crate) const INTAKE: [&str; 2] = ["intake.js", "intake_bg.wasm"];
pub(crate) const INTAKE_PLAIN: [&str; 2] = ["intake_plain.js", "intake_plain_bg.wasm"];
pub(crate) const ANNEX: [&str; 2] = ["annex.js", "annex_bg.wasm"];
pub(crate) const WORKBOOK: [&str; 2] = ["workbook.js", "workbook_bg.wasm"];

/// Builds what `name` stands for, unless `output` was built from the same inputs.
fn unless_built(
    name: &str,
    output: &Path,
    inputs: fn() -> Result<String>,
    build: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let stamp = root().join("tools").join(format!("{}.stamp", name.replace('/', "-")));
    // Taken before the build: a file that changed while it ran makes the next build run again.
    let before = inputs()?;
    // When the output was written belongs to it: trunk alone would run wasm-opt again at every start.
    let stamp_now = || format!("{}{before}", describe(output).unwrap_or_default());
    if std::fs::read_to_string(&stamp).unwrap_or_default() == stamp_now() {
        say(&format!("{name}/ is up to date"));
        return Ok(());
    }
    build()?;
    std::fs::create_dir_all(root().join("tools"))?;
    std::fs::write(&stamp, stamp_now()).with_context(|| format!("writing {}", stamp.display()))
}

/// Panic messages name source files. Without the path to cargo's own folder they are shorter and the same on every
/// machine.
fn short_paths() -> String {
    let home = std::env::var_os("CARGO_HOME").map(std::path::PathBuf::from);
    let home = home.or_else(|| Some(std::path::PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let registry = home.unwrap_or_default().join("registry/src");
    format!("--remap-path-prefix={}/=", registry.display())
}

/// The folder that the app is built into.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// What no build of the app reads: a folder that is not named here counts, lest a change be missed.
const NO_INPUT: [&str; 9] =
    ["benches", "dist", "fuzz", "README.md", "ARCHITECTURE.md", "target", "tests", "tools", "xtask"];

/// The crates of the survey element. The app contains the first of them, for its component.
const WIDGET_CRATES: [&str; 2] = ["crates/survey", "crates/widget"];

/// Every file that can change the app, one line each with its length and time of change.
fn app_inputs() -> Result<String> {
    let mut list = String::new();
    for path in sorted_children(root())? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let hidden = name.starts_with('.') && name != ".cargo";
        if !hidden && !NO_INPUT.contains(&name.as_ref()) {
            collect(&path, &mut list)?;
        }
    }
    let of_widget = |line: &str| Path::new(line).starts_with(root().join("crates/widget"));
    Ok(list.split_inclusive('\n').filter(|line| !of_widget(line)).collect())
}

/// Every file that can change the survey element, likewise.
fn widget_inputs() -> Result<String> {
    let mut list = String::new();
    for name in [&["Cargo.toml", "Cargo.lock", "rust-toolchain.toml"][..], &WIDGET_CRATES].concat() {
        collect(&root().join(name), &mut list)?;
    }
    Ok(list)
}

fn collect(path: &Path, list: &mut String) -> Result<()> {
    if path.ends_with("node_modules") {
        // What is in there follows from the lock file.
        return Ok(());
    }
    if path.is_dir() {
        for child in sorted_children(path)? {
            collect(&child, list)?;
        }
    } else if let Some(line) = describe(path) {
        list.push_str(&line);
    }
    Ok(())
}

/// The entries of a folder in the order of their names, which the file system does not promise.
pub(crate) fn sorted_children(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut children = std::fs::read_dir(folder)
        .with_context(|| format!("reading {}", folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    children.sort();
    Ok(children)
}

fn describe(path: &Path) -> Option<String> {
    let metadata = std::fs::metadata(path).ok()?;
    let changed = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let mut line = String::new();
    writeln!(line, "{} {} {}", path.display(), metadata.len(), changed.as_nanos()).ok()?;
    Some(line)
}

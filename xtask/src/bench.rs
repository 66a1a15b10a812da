//! `cargo xtask bench`: Keeprate against its peers: in one Chromium the app on one file and the survey element on a slow
//! line, outside of it the command line on the same file.

mod forms;
mod native;

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use keeprate_sample::Options;
use lexopt::prelude::*;

use crate::run::{self, command, root, say};
use crate::tools::Chromium;
use crate::{build, server, tools, widget};

pub(crate) const HELP: &str = "
Usage: cargo xtask bench [--rows N] [--runs K]
       cargo xtask bench native [--rows N] [--runs K]
       cargo xtask bench widget [--runs K]

The first form installs what is missing, builds the app for release, generates a file of N rows and opens it in one
headless Chromium, K times in each of these ways, each time in a fresh page that opened a small file
and then idled for two seconds:
  - reading alone, and reading with TextDecoder
  - uDSV and Papa Parse with the figures of the first view computed by hand-written JavaScript,
    DuckDB-WASM with SQL: from file chosen to figures there, each in a worker
  - Keeprate itself: from file chosen to cards painted, also for the same rows in German form (semicolons,
    decimal commas, 01.05.2025, Windows-1252), by month, shuffled, in a browser without SIMD, and for
    ten times the rows
Prints times, their ratios, memory, the tasks of over 50 ms that held up each page, and the share of
processor time that other machines on the same hardware took where it is one per cent or more. Fails when
a way fails or computes other figures than Keeprate; a time never fails. Nothing leaves this machine.

The second form builds the command line for release and has that file read K times in turns, each time
in a fresh process, by
  - Keeprate, one thread, from its start to the whole report
  - DuckDB with SQL, and Polars with one lazy plan, on every core, from a library that is loaded to the
    movements of every month and every cell of the cohorts
Prints times, their ratios, rows per second, processor time and peak memory; then what Keeprate takes
for ten times the rows, once, and for another period and other segments of data that have been read.
Installs both peers from PyPI into tools/python. Fails when one of them fails or computes other figures
than Keeprate; a time never fails.

The third form builds the survey element and measures, K times, how long a page that nobody has seen
takes to show its question, on a line of 150 ms and 1.6 Mbit/s and a processor four times slower:
  - Keeprate with its preload hint
  - PostHog's survey, its service played by this machine
  - Sentry's feedback form in the smallest bundle that opens it
Prints times, their ratios, requests and compressed bytes until then. Fails when a survey is not shown.

  --rows N   rows of the file (default 1000000, about 43 MB)
  --runs K   runs (default 5)

  KEEPRATE_CHROMIUM   Chromium to use instead of the one on the PATH
";

/// The seed of the file: the same bytes on every machine.
const SEED: u64 = 1;

/// What is measured.
#[derive(Clone, Copy, PartialEq)]
enum Subject {
    App,
    Native,
    Widget,
}

pub(crate) fn main(mut parser: lexopt::Parser) -> Result<()> {
    let mut rows: Option<u64> = None;
    let mut runs: u32 = 5;
    let mut subject = Subject::App;
    while let Some(argument) = parser.next()? {
        match argument {
            Value(name) if name == "native" && subject == Subject::App => subject = Subject::Native,
            Value(name) if name == "widget" && subject == Subject::App && rows.is_none() => subject = Subject::Widget,
            Long("rows") if subject != Subject::Widget => rows = Some(parser.value()?.parse()?),
            Long("runs") => runs = parser.value()?.parse()?,
            _ => bail!(argument.unexpected()),
        }
    }
    let rows = rows.unwrap_or(1_000_000);
    if rows < 1_000 || runs < 1 {
        bail!("a benchmark needs --rows of at least 1000 and --runs of at least 1");
    }

    if subject == Subject::Native {
        return native::measure(rows, runs);
    }
    let pages = root().join("benches/browser");
    tools::ensure_node_modules(&pages)?;
    let chromium = tools::ensure_chromium()?;
    match subject {
        Subject::Widget => measure_widget(pages, &chromium, runs),
        _ => measure_app(pages, &chromium, rows, runs),
    }
}

/// Writes the file to open, of so many rows; answers where it is.
fn generate(name: &str, rows: u64) -> Result<PathBuf> {
    let folder = root().join("target/bench");
    std::fs::create_dir_all(&folder)?;
    let file = folder.join(name);
    say(&format!("generate {rows} rows"));
    let mut out = BufWriter::new(File::create(&file).context("creating the file to open")?);
    keeprate_sample::write(&Options { rows, seed: SEED, german: false }, &mut out)?;
    out.flush()?;
    Ok(file)
}

fn measure_app(pages: PathBuf, chromium: &Chromium, rows: u64, runs: u32) -> Result<()> {
    build::release()?;

    let file = generate("scale.csv", rows)?;
    let sample = file.with_file_name("sample.csv");
    std::fs::write(&sample, keeprate_sample::sample()).context("writing the small sample")?;

    let forms = forms::write(&file, rows)?;

    say(&format!("measure in Chromium, {runs} runs"));
    run::run(
        command("node")
            .arg("run.js")
            .current_dir(&pages)
            .env("KEEPRATE_ADDRESS", server::start(build::dist())?)
            .env("KEEPRATE_CHROMIUM", &chromium.browser)
            .env("BENCH_ADDRESS", server::start(pages)?)
            .env("BENCH_FILE", &file)
            .env("BENCH_SAMPLE", &sample)
            .env("BENCH_FORMS", forms)
            .env("BENCH_RUNS", runs.to_string()),
    )
}

fn measure_widget(pages: PathBuf, chromium: &Chromium, runs: u32) -> Result<()> {
    build::survey_element()?;

    say(&format!("measure in Chromium, {runs} runs"));
    run::run(
        command("node")
            .arg("widget.js")
            .current_dir(pages)
            .env("KEEPRATE_CHROMIUM", &chromium.browser)
            .env("BENCH_WIDGET", widget::dist())
            .env("BENCH_RUNS", runs.to_string()),
    )
}

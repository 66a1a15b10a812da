//! `cargo xtask bench native`: the command line against DuckDB and Polars on one file; `benches/native/run.py` measures.

use anyhow::{Context, Result};

use super::generate;
use crate::run::{self, command, root, say};
use crate::tools;

/// How many times the rows stand in the file that shows whether time grows with rows.
const LONGER: u64 = 10;

/// Builds, generates and measures `rows` rows `runs` times.
pub(super) fn measure(rows: u64, runs: u32) -> Result<()> {
    tools::ensure_duckdb()?;
    tools::ensure_polars()?;

    let built = run::target_folder()?.join("release");
    say("build the command line for release");
    let build = |package: &str, what: &str, name: &str| {
        run::run(command("cargo").args(["build", "--release", "--package", package, what, name]))
    };
    build("keeprate-cli", "--bin", "keeprate")?;
    build("keeprate-ingest", "--example", "time")?;

    let file = generate("scale.csv", rows)?;
    let long_rows = rows.saturating_mul(LONGER);
    let long_file = generate("long.csv", long_rows)?;

    say(&format!("measure, {runs} runs"));
    run::run(
        command(&tools::python().display().to_string())
            .arg(root().join("benches/native/run.py"))
            // Nothing is left beside the scripts.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("BENCH_KEEPRATE", built.join("keeprate"))
            .env("BENCH_FILE", &file)
            .env("BENCH_ROWS", rows.to_string())
            .env("BENCH_LONG_FILE", &long_file)
            .env("BENCH_LONG_ROWS", long_rows.to_string())
            .env("BENCH_RUNS", runs.to_string()),
    )?;
    std::fs::remove_file(&long_file).context("removing the long file, half a gigabyte by default")?;

    say("read the file once more, and ask about it");
    run::run(command(&built.join("examples/time").display().to_string()).arg(&file))
}

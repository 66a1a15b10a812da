//! `cargo xtask mutants`: what of the arithmetic could be wrong without a test that says so.

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;
use serde_json::Value as Json;

use crate::run::{command, root, say};
use crate::tools;

pub(crate) const HELP: &str = "
Usage: cargo xtask mutants [--shard K/N]

Changes one thing at a time in a copy of crates/metrics (another operator, another result) and runs the
crate's tests: a change that they do not see is a figure that nobody checks. Installs cargo-mutants
where it is missing. Names the changes that no test saw, and ends with the share of those that were
seen; the rest of what was found is in target/mutants/mutants.out. A share never fails.

All of it takes hours. Which changes cannot be seen, because they change nothing, is in
.cargo/mutants.toml.

  --shard K/N   every Nth change alone, from the Kth on; the first is 0

  CARGO_MUTANTS_JOBS   how many changes are tested at once, instead of one per core
";

/// Cases of each property: a change that more of them alone would find is found by luck.
const CASES: &str = "32";

pub(crate) fn main(mut parser: lexopt::Parser) -> Result<()> {
    let mut shard: Option<String> = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("shard") => shard = Some(parser.value()?.parse()?),
            _ => bail!(argument.unexpected()),
        }
    }
    tools::ensure_cargo_mutants()?;

    let folder = root().join("target/mutants");
    std::fs::create_dir_all(&folder)?;
    let mut mutants = command("cargo");
    mutants
        .args(["mutants", "--package=keeprate-metrics", "--profile=mutants", "--colors=never"])
        // Each shard is then a sample of the whole crate.
        .arg("--sharding=round-robin")
        .args(shard.map(|shard| format!("--shard={shard}")))
        // What never ends is found. The tests take seconds, but where others build they take many: what is merely slow is
        // not to count as seen.
        .args(["--timeout-multiplier=5", "--minimum-test-timeout=90"])
        .arg("--output")
        .arg(&folder)
        // The examples in documentation are compiled anew each time, and the tests hold the same.
        .args(["--", "--lib", "--tests"])
        .env("PROPTEST_CASES", CASES)
        // That a test fails is enough; nobody reads the smallest case.
        .env("PROPTEST_MAX_SHRINK_ITERS", "0")
        // The copies build into folders of their own.
        .env_remove("CARGO_TARGET_DIR");
    if std::env::var_os("CARGO_MUTANTS_JOBS").is_none() {
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
        mutants.env("CARGO_MUTANTS_JOBS", cores.to_string());
    }
    let status = mutants.status().context("cargo mutants could not be started")?;
    // 2 and 3: some change was not seen, or never ended.
    if !matches!(status.code(), Some(0 | 2 | 3)) {
        bail!("cargo mutants failed ({status})");
    }

    let outcomes = std::fs::read_to_string(folder.join("mutants.out/outcomes.json"))
        .context("reading what cargo mutants has found")?;
    let tally = Tally::read(&outcomes)?;
    say(&tally.summary());
    Ok(())
}

/// What became of the changes.
#[derive(Debug, PartialEq)]
struct Tally {
    caught: u64,
    timeout: u64,
    missed: u64,
    unviable: u64,
}

impl Tally {
    fn read(outcomes: &str) -> Result<Tally> {
        let outcomes: Json = serde_json::from_str(outcomes).context("outcomes.json is no JSON")?;
        let count = |name: &str| {
            outcomes.get(name).and_then(Json::as_u64).with_context(|| format!("outcomes.json has no count {name:?}"))
        };
        Ok(Tally {
            caught: count("caught")?,
            timeout: count("timeout")?,
            missed: count("missed")?,
            unviable: count("unviable")?,
        })
    }

    /// One line; what does not compile counts for nothing.
    fn summary(&self) -> String {
        let Tally { caught, timeout, missed, unviable } = self;
        let (seen, all) = (caught + timeout, caught + timeout + missed);
        let share = if all > 0 { 100.0 * seen as f64 / all as f64 } else { 100.0 };
        format!(
            "{share:.1} % of {all} changes were seen: {caught} by a failing test, {timeout} by one that never ended; \
             {missed} were not, and {unviable} did not compile"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_of_what_compiles() {
        let tally = Tally::read(r#"{"total_mutants":25,"caught":17,"timeout":1,"missed":2,"unviable":5}"#).unwrap();
        assert_eq!(tally, Tally { caught: 17, timeout: 1, missed: 2, unviable: 5 });
        assert!(tally.summary().starts_with("90.0 % of 20 changes were seen"));
        assert!(Tally::read("{}").is_err());
    }
}

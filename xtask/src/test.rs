//! `cargo xtask test`: every check and every test, one after the other.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::run::{self, command, root, run_watched, say};
use crate::tools::Chromium;
use crate::{build, fuzz, no_options, server, size, tidy, tools};

pub(crate) const HELP: &str = "
Usage: cargo xtask test [--fuzz]

Installs what is missing, then checks (format, house rules, licences, lints native and for the
browser), tests (native, with DuckDB and PostgreSQL; in headless Chromium) and tests the release
build end to end (size, Playwright with axe). A group of steps runs to its end, the next one starts
only when all passed.
Ends with a summary; its last line is `N passed, N failed`. A step that fails without having
counted a test counts as one failure.

  --fuzz   instead, runs each program of fuzz/ for a minute: they look for files, links and answers
           that break what holds for all of them. Installs cargo-fuzz and a nightly compiler (rustup)
           where they are missing; what a program finds is in fuzz/artifacts

  KEEPRATE_CHROMIUM, CHROMEDRIVER   programs to use instead of those on the PATH
";

const WASM: &str = "--target=wasm32-unknown-unknown";
/// What runs in the browser.
const BROWSER_PACKAGES: [&str; 6] = [
    "--package=keeprate",
    "--package=keeprate-metrics",
    "--package=keeprate-ingest",
    "--package=keeprate-link",
    "--package=keeprate-documents",
    "--package=keeprate-sample",
];

/// Tests that a step counted.
#[derive(Clone, Copy, Default)]
struct Count {
    passed: u64,
    failed: u64,
}

/// One line of the summary.
struct Step {
    name: &'static str,
    took: Duration,
    passed: bool,
    count: Count,
}

/// What has been run so far.
#[derive(Default)]
struct Summary {
    steps: Vec<Step>,
}

pub(crate) fn main(mut parser: lexopt::Parser) -> Result<()> {
    match parser.next()? {
        Some(lexopt::Arg::Long("fuzz")) => {
            no_options(parser)?;
            return fuzz::run();
        }
        Some(other) => bail!(other.unexpected()),
        None => {}
    }
    let mut summary = Summary::default();
    run_groups(&mut summary);
    summary.print();
    if summary.has_failed() {
        // Not an error to be printed: the counts are the last line, whatever happened.
        std::process::exit(1);
    }
    Ok(())
}

/// Each group starts only if the one before it passed.
fn run_groups(summary: &mut Summary) {
    let mut chromium = None;
    summary.step("set-up", |_| {
        tools::ensure_for_build()?;
        tools::ensure_cargo_deny()?;
        tools::ensure_node_modules(&root().join("tests/e2e"))?;
        // The apps that embed the survey element; Playwright builds them before its tests.
        tools::ensure_node_modules(&root().join("tests/e2e/hosts"))?;
        tools::ensure_duckdb()?;
        tools::ensure_postgres()?;
        chromium = Some(tools::ensure_chromium()?);
        Ok(())
    });
    let Some(chromium) = chromium else { return };

    summary.step("format", |_| run::run(command("cargo").args(["fmt", "--all", "--check"])));
    summary.step("tidy", |_| tidy::check());
    summary.step("licences", |_| {
        // Known vulnerabilities are left to `cargo deny check advisories`: they change without us
        // and need a data base from outside.
        run::run(command("cargo").args(["deny", "--workspace", "check", "bans", "licenses", "sources"]))
    });
    summary.step("lint", |_| lint(&["--workspace", "--all-targets"]));
    summary.step("lint browser", |_| {
        let mut arguments = vec![WASM, "--lib", "--bins"];
        arguments.extend(BROWSER_PACKAGES);
        lint(&arguments)?;
        lint(&[WASM, "--package=keeprate", "--tests"])?;
        lint(&[WASM, "--package=keeprate-documents", "--features=boundary", "--lib"])?;
        // Apart from the app, whose survey component needs the standard library that the element does without.
        lint(&[WASM, "--package=keeprate-survey", "--package=keeprate-widget", "--lib"])
    });
    if summary.has_failed() {
        return;
    }

    summary.step("native tests", |count| {
        count_cargo_tests(command("cargo").args(["test", "--workspace", "--no-fail-fast"]), count)
    });
    summary.step("browser tests", |count| browser_tests(&chromium, count));
    if summary.has_failed() {
        return;
    }

    summary.step("release build", |_| build::release());
    if summary.has_failed() {
        return;
    }
    summary.step("size", |_| size::check());
    summary.step("end to end", |count| end_to_end_tests(&chromium, count));
}

fn lint(selection: &[&str]) -> Result<()> {
    run::run(command("cargo").arg("clippy").args(selection).args(["--", "--deny=warnings"]))
}

fn browser_tests(chromium: &Chromium, count: &mut Count) -> Result<()> {
    count_cargo_tests(
        command("cargo")
            .args(["test", WASM, "--package=keeprate", "--test=web", "--no-fail-fast"])
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
            .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", root().join("tests/web/webdriver.json"))
            // Seconds; the default of 20 is short for a machine that does other work as well.
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120")
            .env("CHROMEDRIVER", &chromium.driver),
        count,
    )
}

fn end_to_end_tests(chromium: &Chromium, count: &mut Count) -> Result<()> {
    let address = server::start(build::dist())?;
    say(&format!("dist/ is on {address}"));
    let passed = run_watched(
        command("node")
            .args(["node_modules/@playwright/test/cli.js", "test"])
            .current_dir(root().join("tests/e2e"))
            .env("KEEPRATE_ADDRESS", address)
            .env("KEEPRATE_CHROMIUM", &chromium.browser),
        |line| count.add_playwright_line(line),
    )?;
    if !passed {
        bail!("Playwright reported failures");
    }
    Ok(())
}

fn count_cargo_tests(command: &mut std::process::Command, count: &mut Count) -> Result<()> {
    if !run_watched(command, |line| count.add_cargo_line(line))? {
        bail!("cargo test reported failures");
    }
    Ok(())
}

impl Count {
    /// "test result: ok. 3 passed; 0 failed; 1 ignored; ..."
    fn add_cargo_line(&mut self, line: &str) {
        let line = without_colours(line);
        if let Some(result) = line.trim_start().strip_prefix("test result: ") {
            self.passed += number_before(result, " passed");
            self.failed += number_before(result, " failed");
        }
    }

    /// "  12 passed (3.4s)", "  1 failed", "  2 did not run"
    fn add_playwright_line(&mut self, line: &str) {
        let line = without_colours(line);
        let mut words = line.split_whitespace();
        let Some(number) = words.next().and_then(|word| word.parse::<u64>().ok()) else {
            return;
        };
        match words.next() {
            Some("passed") => self.passed += number,
            Some("failed" | "did" | "interrupted") => self.failed += number,
            _ => {}
        }
    }
}

/// The number that stands directly before `label`.
fn number_before(text: &str, label: &str) -> u64 {
    text.find(label).and_then(|end| text[..end].rsplit(' ').next()?.parse().ok()).unwrap_or(0)
}

/// Without the escape sequences that colour a terminal.
fn without_colours(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut plain, part| {
        plain.push_str(part.split_once('m').map_or(part, |(_, rest)| rest));
        plain
    })
}

impl Summary {
    fn step(&mut self, name: &'static str, work: impl FnOnce(&mut Count) -> Result<()>) {
        say(name);
        let start = Instant::now();
        let mut count = Count::default();
        let result = work(&mut count);
        if let Err(error) = &result {
            println!("{name}: {error:#}");
            count.failed = count.failed.max(1);
        }
        self.steps.push(Step { name, took: start.elapsed(), passed: result.is_ok(), count });
    }

    fn has_failed(&self) -> bool {
        self.steps.iter().any(|step| !step.passed)
    }

    fn print(&self) {
        println!("\n{:<16} {:<7} {:>8} {:>7}", "step", "result", "seconds", "tests");
        for step in &self.steps {
            let result = if step.passed { "ok" } else { "failed" };
            let seconds = step.took.as_secs_f32();
            print!("{:<16} {result:<7} {seconds:>8.1}", step.name);
            match step.count.passed + step.count.failed {
                0 => println!(),
                tests => println!(" {tests:>7}"),
            }
        }
        let (passed, failed) = self
            .steps
            .iter()
            .fold((0, 0), |(passed, failed), step| (passed + step.count.passed, failed + step.count.failed));
        println!("{passed} passed, {failed} failed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_results_are_counted() {
        let mut count = Count::default();
        for line in [
            "running 3 tests",
            "test result: \u{1b}[32mok\u{1b}[0m. 3 passed; 0 failed; 1 ignored; 0 measured",
            "test result: FAILED. 10 passed; 2 failed; 0 ignored",
        ] {
            count.add_cargo_line(line);
        }
        assert_eq!((count.passed, count.failed), (13, 2));
    }

    #[test]
    fn playwright_results_are_counted() {
        let mut count = Count::default();
        for line in [
            "Running 5 tests using 2 workers",
            "  ok 1 smoke.spec.ts:3:1 the page opens (120ms)",
            "\u{1b}[31m  1 failed\u{1b}[39m",
            "  2 did not run",
            "  12 passed (3.4s)",
        ] {
            count.add_playwright_line(line);
        }
        assert_eq!((count.passed, count.failed), (12, 3));
    }
}

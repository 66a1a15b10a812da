//! `cargo xtask test --fuzz`: the programs in `fuzz/`, which look for files, links and answers that we did not think of.

use anyhow::{Context, Result, bail};

use crate::run::{self, command, root, say};
use crate::tools;

/// How long each program looks, in seconds.
const SECONDS: u32 = 60;
/// Programs that start from whole files, beside their own seeds.
const OF_FILES: [&str; 2] = ["dialect", "import"];
const FILES: &str = "crates/ingest/tests/corpus";

/// Runs each program for a minute; an error names those that found something.
pub(crate) fn run() -> Result<()> {
    tools::ensure_cargo_fuzz()?;
    tools::ensure_nightly()?;
    say("build the programs in fuzz/");
    run::run(fuzz().arg("build"))?;
    let mut failed = Vec::new();
    for target in targets()? {
        say(&format!("{target}: {SECONDS} seconds"));
        // What is found on the way is worth keeping, but not in the repository.
        let found = format!("fuzz/found/{target}");
        std::fs::create_dir_all(root().join(&found))?;
        let seeds = format!("fuzz/corpus/{target}");
        let files = OF_FILES.contains(&target.as_str()).then_some(FILES);
        let mut command = fuzz();
        command.args(["run", &target, &found, &seeds]).args(files).arg("--").args([
            format!("-max_total_time={SECONDS}"),
            // Seconds for one input.
            "-timeout=20".to_owned(),
            "-print_final_stats=1".to_owned(),
        ]);
        if let Err(error) = run::run(&mut command) {
            println!("{target}: {error:#}");
            failed.push(target);
        }
    }
    if !failed.is_empty() {
        bail!("inputs that should be tests are in fuzz/artifacts: {}", failed.join(", "));
    }
    Ok(())
}

/// `cargo fuzz` with the compiler that it needs, whichever is ours.
fn fuzz() -> std::process::Command {
    let mut command = command("rustup");
    command.args(["run", tools::NIGHTLY, "cargo", "fuzz"]).env_remove("CARGO").env_remove("RUSTC");
    command
}

/// The programs by name.
fn targets() -> Result<Vec<String>> {
    let folder = root().join("fuzz/targets");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        names.extend(entry?.path().file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

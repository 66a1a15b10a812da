//! What a fresh machine lacks, installed once into `tools/` (ignored by git) where the machine has
//! no copy of the right version. Every function here does nothing when there is nothing to do.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::run::{self, command, output, root, say};

/// The newest trunk that the pinned toolchain can build.
const TRUNK: &str = "0.21.14";
const CARGO_DENY: &str = "0.20.2";
const CARGO_FUZZ: &str = "0.13.2";
const CARGO_MUTANTS: &str = "27.1.0";
/// The compiler that the programs in `fuzz/` want.
pub(crate) const NIGHTLY: &str = "nightly";
const BINARYEN: &str = "132.0.0";
/// A database that runs what `keeprate sql` prints; PyPI brings it built.
const DUCKDB: &str = "2.0.0";
/// What else people compute such figures with; PyPI brings it built.
const POLARS: &str = "2.1.0";
/// Older releases of wasm-opt do not know all instructions that the pinned compiler emits.
const OLDEST_WASM_OPT: u32 = 120;

/// Folders that are searched before the machine's own `PATH`.
pub(crate) fn folders() -> [PathBuf; 2] {
    let tools = root().join("tools");
    [tools.join("bin"), tools.join("node_modules/.bin")]
}

/// A command line tool that cargo can build.
struct CargoTool<'a> {
    program: &'a str,
    package: &'a str,
    version: &'a str,
    /// Options of `cargo install`.
    options: &'a [&'a str],
}

/// Everything that a build of the app needs.
pub(crate) fn ensure_for_build() -> Result<()> {
    ensure_wasm_target()?;
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).context("reading Cargo.lock")?;
    ensure_cargo_tool(&CargoTool {
        program: "wasm-bindgen",
        package: "wasm-bindgen-cli",
        // The tool and the library must be of one version, so the lock file decides.
        version: wasm_bindgen_version(&lock).context("Cargo.lock does not name wasm-bindgen")?,
        // Its own lock file names releases that are no longer served.
        options: &[],
    })?;
    ensure_cargo_tool(&CargoTool {
        program: "trunk",
        package: "trunk",
        version: TRUNK,
        // Its tools come from the PATH: it needs neither TLS for downloads nor its check for updates.
        options: &["--locked", "--no-default-features"],
    })?;
    ensure_wasm_opt()
}

/// The licence and source checker.
pub(crate) fn ensure_cargo_deny() -> Result<()> {
    ensure_cargo_tool(&CargoTool {
        program: "cargo-deny",
        package: "cargo-deny",
        version: CARGO_DENY,
        options: &["--locked"],
    })
}

/// What runs the programs in `fuzz/`.
pub(crate) fn ensure_cargo_fuzz() -> Result<()> {
    ensure_cargo_tool(&CargoTool {
        program: "cargo-fuzz",
        package: "cargo-fuzz",
        version: CARGO_FUZZ,
        options: &["--locked"],
    })
}

/// What changes the code to see whether a test notices.
pub(crate) fn ensure_cargo_mutants() -> Result<()> {
    ensure_cargo_tool(&CargoTool {
        program: "cargo-mutants",
        package: "cargo-mutants",
        version: CARGO_MUTANTS,
        options: &["--locked"],
    })
}

/// A compiler with coverage for libFuzzer, beside the pinned one.
pub(crate) fn ensure_nightly() -> Result<()> {
    let Some(installed) = output(command("rustup").args(["toolchain", "list"])) else {
        bail!("rustup was not found: install it from https://rustup.rs");
    };
    if installed.lines().any(|line| line.starts_with(NIGHTLY)) {
        return Ok(());
    }
    say("install the nightly compiler");
    run::run(command("rustup").args(["toolchain", "install", NIGHTLY, "--profile", "minimal"]))
}

fn ensure_wasm_target() -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    match output(command("rustup").args(["target", "list", "--installed"])) {
        Some(installed) if installed.lines().any(|line| line == TARGET) => Ok(()),
        Some(_) => {
            say("install the compiler's WebAssembly target");
            run::run(command("rustup").args(["target", "add", TARGET]))
        }
        // Without rustup the target came with the compiler or not at all; cargo will tell.
        None => Ok(()),
    }
}

fn wasm_bindgen_version(lock: &str) -> Option<&str> {
    let mut lines = lock.lines();
    lines.find(|line| *line == "name = \"wasm-bindgen\"")?;
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

fn ensure_cargo_tool(tool: &CargoTool) -> Result<()> {
    if reported_version(tool.program).as_deref() == Some(tool.version) {
        return Ok(());
    }
    let tools = root().join("tools");
    let spec = format!("{}@{}", tool.package, tool.version);
    if output(command("cargo").args(["binstall", "-V"])).is_some() {
        say(&format!("install {spec} into tools/ (prebuilt)"));
        let prebuilt = run::run(
            command("cargo")
                .args(["binstall", "--no-confirm", "--disable-strategies", "compile", "--root"])
                .arg(&tools)
                .arg(&spec),
        );
        if prebuilt.is_ok() {
            return Ok(());
        }
    }
    say(&format!("build {spec} into tools/ (a few minutes, once)"));
    let mut install = command("cargo");
    install
        .args(["install", &spec, "--root"])
        .arg(&tools)
        .args(tool.options)
        // The tools run for seconds and take minutes to optimise: build them as fast as can be.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "64")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        // One folder for all of them, since they share many dependencies.
        .env("CARGO_TARGET_DIR", tools.join("build"))
        // What the project sets for its own code must not reach theirs.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    run::run(&mut install)
}

/// The version in the first line of `PROGRAM --version`: its second word. A command of cargo's is called as cargo calls
/// it, by its own name as well.
fn reported_version(program: &str) -> Option<String> {
    let text = output(command(program).args(program.strip_prefix("cargo-")).arg("--version"))?;
    text.split_whitespace().nth(1).map(str::to_owned)
}

fn ensure_wasm_opt() -> Result<()> {
    // "wasm-opt version 132 (version_132)"
    let version = output(command("wasm-opt").arg("--version"))
        .and_then(|text| text.split_whitespace().nth(2)?.parse::<u32>().ok());
    let translator = output(command("wasm2js").arg("--version"));
    if translator.is_some() && version.is_some_and(|version| version >= OLDEST_WASM_OPT) {
        return Ok(());
    }
    say(&format!("install wasm-opt and wasm2js (binaryen {BINARYEN}) into tools/"));
    let tools = root().join("tools");
    std::fs::create_dir_all(&tools)?;
    npm(&tools, &["install", "--no-save", &format!("binaryen@{BINARYEN}")])
}

/// Runs npm in `folder`, silent about anything but errors; no package may download a browser.
fn npm(folder: &Path, arguments: &[&str]) -> Result<()> {
    if output(command("npm").arg("--version")).is_none() {
        bail!("npm was not found: install Node.js 20.19 or newer");
    }
    run::run(
        command("npm")
            .current_dir(folder)
            .args(arguments)
            .args(["--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts"])
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
    )
}

/// Installs what `package-lock.json` in `folder` names, unless that is what is there already.
pub(crate) fn ensure_node_modules(folder: &Path) -> Result<()> {
    let wanted = modified(&folder.join("package-lock.json"));
    let present = modified(&folder.join("node_modules/.package-lock.json"));
    if wanted.is_some() && present >= wanted {
        return Ok(());
    }
    say(&format!("install the packages of {}", folder.strip_prefix(root()).unwrap_or(folder).display()));
    npm(folder, &["ci"])
}

fn modified(path: &Path) -> Option<std::time::SystemTime> {
    std::fs::metadata(path).ok()?.modified().ok()
}

/// The browser and its driver, both for automated tests.
pub(crate) struct Chromium {
    pub(crate) browser: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Finds Chromium and its driver, or installs Debian's.
pub(crate) fn ensure_chromium() -> Result<Chromium> {
    if let Some(found) = find_chromium() {
        return Ok(found);
    }
    say("install Chromium and its driver (apt-get)");
    install_packages(&["chromium", "chromium-driver"]).context(
        "Chromium could not be installed: install Chromium and ChromeDriver by hand, \
         or name them in KEEPRATE_CHROMIUM and CHROMEDRIVER",
    )?;
    find_chromium().context("Chromium or its driver is still missing after the installation")
}

fn find_chromium() -> Option<Chromium> {
    Some(Chromium {
        browser: find("KEEPRATE_CHROMIUM", &["chromium", "google-chrome", "chromium-browser"])?,
        driver: find("CHROMEDRIVER", &["chromedriver"])?,
    })
}

/// The file that the environment names, or the first of `programs` on the `PATH`.
fn find(variable: &str, programs: &[&str]) -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(variable).map(PathBuf::from) {
        return named.is_file().then_some(named);
    }
    let path = std::env::var_os("PATH")?;
    programs.iter().find_map(|program| {
        std::env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
    })
}

/// DuckDB for the tests of SQL and for the benchmark, as a Python package.
pub(crate) fn ensure_duckdb() -> Result<()> {
    ensure_python_package("duckdb", DUCKDB)
}

/// Polars for the benchmark, as a Python package.
pub(crate) fn ensure_polars() -> Result<()> {
    ensure_python_package("polars", POLARS)
}

/// The Python that has those packages, in an environment of its own.
pub(crate) fn python() -> PathBuf {
    root().join("tools/python/bin/python3")
}

fn ensure_python_package(package: &str, version: &str) -> Result<()> {
    let python = python().display().to_string();
    let installed = output(command(&python).args(["-c", &format!("import {package}; print({package}.__version__)")]));
    if installed.is_some_and(|installed| installed.trim() == version) {
        return Ok(());
    }
    if output(command("python3").args(["-c", "import ensurepip, venv"])).is_none() {
        say("install Python (apt-get)");
        install_packages(&["python3", "python3-venv"])
            .context("Python could not be installed: install Python 3 with its module venv by hand")?;
    }
    if output(command(&python).args(["-m", "pip", "--version"])).is_none() {
        run::run(command("python3").args(["-m", "venv", "--clear"]).arg(root().join("tools/python")))?;
    }
    say(&format!("install {package} {version} into tools/python (pip)"));
    run::run(command(&python).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args([
        // What is not built for this machine would take long to build.
        "--only-binary=:all:",
        &format!("{package}=={version}"),
    ]))
}

/// PostgreSQL's programs for the tests of SQL, which start a server of their own; the machine gets none that runs.
pub(crate) fn ensure_postgres() -> Result<()> {
    if has_postgres() {
        return Ok(());
    }
    say("install PostgreSQL, without a server that runs (apt-get)");
    let by_hand = "PostgreSQL could not be installed: install its server by hand";
    install_packages(&["postgresql-common"]).context(by_hand)?;
    // Else Debian's package makes a data folder and starts a server on it.
    let settings = "/etc/postgresql-common/createcluster.conf";
    let mut edit = as_administrator("sed");
    run::run(edit.args(["--in-place", "s/^#\\?create_main_cluster.*/create_main_cluster = false/", settings]))
        .context(by_hand)?;
    install_packages(&["postgresql"]).context(by_hand)?;
    if !has_postgres() {
        bail!("initdb, pg_ctl or psql is still missing after the installation of PostgreSQL");
    }
    Ok(())
}

/// Whether the programs are on the `PATH`, or in Debian's folder of a version.
fn has_postgres() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders = std::env::split_paths(&path).chain(versions.map(|version| version.path().join("bin")));
    folders.any(|folder| ["initdb", "pg_ctl", "psql"].iter().all(|program| folder.join(program).is_file()))
}

/// Installs packages of Debian.
fn install_packages(packages: &[&str]) -> Result<()> {
    run::run(as_administrator("apt-get").args(["update", "--quiet=2"]))?;
    run::run(
        as_administrator("apt-get")
            .args(["install", "--yes", "--quiet=2", "--no-install-recommends"])
            .args(packages)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}

/// A command that may change the machine.
fn as_administrator(program: &str) -> std::process::Command {
    if is_administrator() {
        return command(program);
    }
    let mut sudo = command("sudo");
    sudo.args(["--non-interactive", program]);
    sudo
}

fn is_administrator() -> bool {
    output(command("id").arg("-u")).is_some_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_names_the_version() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(wasm_bindgen_version(lock), Some("0.2.130"));
        assert_eq!(wasm_bindgen_version("[[package]]"), None);
    }
}

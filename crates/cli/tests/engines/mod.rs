//! Databases that a test starts for itself and stops at its end.

// A helper of tests may fail a test.
#![allow(clippy::panic, clippy::expect_used)]

use crate::common::Folder;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What a missing database needs.
const REMEDY: &str = "`cargo xtask test` installs it";

/// A database.
pub trait Engine {
    /// The name of its dialect.
    fn dialect(&self) -> &'static str;

    /// Runs statements that have no result.
    fn run(&mut self, sql: &str);

    /// Puts the rows of a CSV file with a header into a table; an empty field is no value.
    fn fill(&mut self, table: &str, csv: &Path);

    /// The result of a query as CSV with a header.
    fn query(&mut self, sql: &str) -> String;

    /// Makes a table anew.
    fn table(&mut self, name: &str, columns: &str, csv: &Path) {
        self.run(&format!("DROP TABLE IF EXISTS {name}; CREATE TABLE {name} ({columns});"));
        self.fill(name, csv);
    }
}

/// DuckDB in a Python process that takes a statement a line, as JSON, and answers with an error or null.
pub struct DuckDb {
    process: Child,
    statements: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    folder: Folder,
}

const SESSION: &str = "
import json, sys
import duckdb
connection = duckdb.connect()
for line in sys.stdin:
    try:
        connection.execute(json.loads(line))
        answer = None
    except duckdb.Error as error:
        answer = str(error)
    print(json.dumps(answer), flush=True)
";

impl DuckDb {
    /// Starts it.
    pub fn start() -> DuckDb {
        let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/python/bin/python3");
        let mut process = Command::new(&tools)
            .args(["-c", SESSION])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("DuckDB is missing in tools/python ({error}): {REMEDY}"));
        let statements = process.stdin.take();
        let answers = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut engine = DuckDb { process, statements, answers, folder: Folder::new("duckdb") };
        engine.run("SELECT 1");
        engine
    }
}

impl Engine for DuckDb {
    fn dialect(&self) -> &'static str {
        "duckdb"
    }

    fn run(&mut self, sql: &str) {
        let line = serde_json::to_string(sql).expect("JSON") + "\n";
        let written = self.statements.as_mut().expect("a pipe").write_all(line.as_bytes());
        let mut answer = String::new();
        let read = self.answers.read_line(&mut answer);
        let ended = written.is_err() || !read.is_ok_and(|length| length > 0);
        assert!(!ended, "DuckDB is missing in tools/python: {REMEDY}");
        assert_eq!(answer.trim(), "null", "{sql}");
    }

    fn fill(&mut self, table: &str, csv: &Path) {
        self.run(&format!("COPY {table} FROM '{}' (FORMAT csv, HEADER true)", csv.display()));
    }

    fn query(&mut self, sql: &str) -> String {
        let query = sql.trim_end().trim_end_matches(';');
        let out = self.folder.path().join("result.csv");
        self.run(&format!("COPY (\n{query}\n) TO '{}' (FORMAT csv, HEADER true)", out.display()));
        std::fs::read_to_string(out).expect("a result")
    }
}

impl Drop for DuckDb {
    fn drop(&mut self) {
        // It ends with its input.
        self.statements = None;
        let _ = self.process.wait();
    }
}

/// A PostgreSQL server of its own, on a socket in its own folder.
pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    account: Option<String>,
}

/// The server refuses to run for an administrator, so it gets an account without rights.
const ACCOUNTS: [&str; 2] = ["postgres", "nobody"];

impl Postgres {
    /// Makes a data folder and starts a server on it.
    pub fn start() -> Postgres {
        let programs = programs().unwrap_or_else(|| panic!("PostgreSQL's server is missing: {REMEDY}"));
        // A socket's address must be short and its folder open to the server's account.
        let folder = std::env::temp_dir().join(format!("keeprate-postgres-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(&folder).expect("a folder");
        let administrator = id(&["-u"]).as_deref() == Some("0");
        let account = administrator.then(|| {
            let found = ACCOUNTS.into_iter().find(|account| id(&["-u", account]).is_some());
            found.expect("an account without rights").to_owned()
        });
        if let Some(account) = &account {
            let number = |option| id(&[option, account]).and_then(|number| number.parse().ok());
            chown(&folder, number("-u"), number("-g")).expect("another owner");
        }
        let engine = Postgres { programs, folder, account };
        engine.server("initdb", &["--auth=trust", "--username=keeprate", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        let options = format!("-c listen_addresses= -c fsync=off -k {}", engine.folder.display());
        let log = engine.folder.join("log").display().to_string();
        engine.server("pg_ctl", &["start", "--wait", "--silent", "--log", &log, "--options", &options]);
        engine
    }

    /// Runs one of the server's programs on the data folder, as the server's account.
    fn server(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let mut command = match &self.account {
            Some(account) => {
                let mut command = Command::new("runuser");
                command.args(["-u", account, "--"]).arg(program);
                command
            }
            None => Command::new(program),
        };
        let data = self.folder.join("data");
        let ran = command.current_dir(&self.folder).arg("--pgdata").arg(data).args(arguments).stdout(Stdio::null());
        let status = ran.status().expect("the program");
        assert!(status.success(), "{arguments:?}: {status}");
    }

    /// What statements write, as CSV.
    fn psql(&self, sql: &str) -> String {
        let mut client = Command::new(self.programs.join("psql"))
            .args([
                "--no-psqlrc",
                "--quiet",
                "--csv",
                "--set=ON_ERROR_STOP=1",
                "--username=keeprate",
                "--dbname=postgres",
            ])
            .arg("--host")
            .arg(&self.folder)
            .arg("--file=-")
            .env("PGOPTIONS", "-c client_min_messages=warning")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the client");
        client.stdin.take().expect("a pipe").write_all(sql.as_bytes()).expect("an open pipe");
        let output = client.wait_with_output().expect("the client's end");
        assert!(output.status.success(), "{}\n{sql}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }
}

impl Engine for Postgres {
    fn dialect(&self) -> &'static str {
        "postgres"
    }

    fn run(&mut self, sql: &str) {
        self.psql(sql);
    }

    fn fill(&mut self, table: &str, csv: &Path) {
        self.psql(&format!("\\copy {table} FROM '{}' WITH (FORMAT csv, HEADER true)\n", csv.display()));
    }

    fn query(&mut self, sql: &str) -> String {
        self.psql(sql)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.folder.join("data/postmaster.pid").exists() {
            self.server("pg_ctl", &["stop", "--wait", "--silent", "--mode=immediate"]);
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Where PostgreSQL's programs are: on the `PATH`, or in Debian's folder of the newest version.
fn programs() -> Option<PathBuf> {
    let is_complete = |folder: &PathBuf| ["initdb", "pg_ctl", "psql"].iter().all(|name| folder.join(name).is_file());
    let path = std::env::var_os("PATH")?;
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|version| Some((version.file_name().to_str()?.parse().ok()?, version.path().join("bin"))))
        .collect();
    versions.sort();
    let debian = versions.into_iter().rev().map(|(_, folder)| folder);
    std::env::split_paths(&path).chain(debian).find(is_complete)
}

fn id(arguments: &[&str]) -> Option<String> {
    let output = Command::new("id").args(arguments).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

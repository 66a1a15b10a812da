//! Runs the program on files that a test has written.

// Each test file uses its part of this one; and a helper of tests may fail a test.
#![allow(dead_code, clippy::panic, clippy::expect_used)]

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Data set D1 of metrics.md 8.1: a customer a row, the months as columns.
pub const D1: &str = "\
Kunde;Segment;Jan 25;Feb 25;Mrz 25;Apr 25;Mai 25;Jun 25
A;Enterprise;100,00;100,00;100,00;100,00;100,00;100,00
B;Enterprise;200,00;200,00;250,00;250,00;250,00;250,00
C;Enterprise;300,00;300,00;300,00;200,00;200,00;200,00
D;SMB;150,00;150,00;-;-;-;-
E;SMB;-;80,00;80,00;80,00;80,00;80,00
F;SMB;120,00;120,00;-;-;120,00;150,00
G;SMB;-;-;-;60,00;60,00;-
H;SMB;50,00;70,00;70,00;40,00;40,00;40,00
Summe;;920,00;1.020,00;800,00;730,00;850,00;820,00
";

/// Data set D5 of metrics.md 8.5: totals by period.
pub const D5: &str = "\
Zeitraum;Kunden Anfang;Neukunden;Verlorene Kunden;Kunden Ende;MRR Anfang;Expansion;Kontraktion;Churn MRR
Quelle 002;100;10;5;105;1.000,00;200,00;0,00;100,00
Quelle 003;100;10;10;100;;;;
";

/// Data set D7 of metrics.md 8.7: customers with a tenure and a churn flag.
pub const D7: &str = "\
customer,tenure,churned
a,3,yes
b,5,no
c,6,yes
d,7,yes
e,8,no
f,10,yes
g,12,yes
h,12,no
";

/// Data set D2 of metrics.md 8.2.
pub const D2: &str = "\
Kundennr;Abo-ID;Tarif;Betrag;Intervall;Rabatt %;Währung;Beginn;Ende;Testphase bis;Status
K1;S1;Pro;1.200,00;jährlich;;EUR;15.01.2025;;;aktiv
K2;S2;Basic;30,00;monatlich;;EUR;01.02.2025;31.03.2025;;gekündigt
K3;S3;Basic;90,00;vierteljährlich;;EUR;10.01.2025;;;aktiv
K4;S4;Pro;10,00;wöchentlich;;EUR;10.02.2025;;;aktiv
K5;S5;Pro;120,00;monatlich;25;EUR;01.03.2025;;;aktiv
K6;S6;Pro;100,00;monatlich;;EUR;15.02.2025;;15.03.2025;aktiv
K7;S7;Free;0,00;monatlich;;EUR;01.01.2025;;;aktiv
K1;S8;Add-on;20,00;monatlich;;EUR;01.04.2025;;;aktiv
K8;S9;Basic;50,00;monatlich;;EUR;01.01.2025;31.03.2025;;gekündigt
K8;S10;Pro;80,00;monatlich;;EUR;01.04.2025;;;aktiv
K2;S11;Basic;30,00;monatlich;;EUR;15.05.2025;;;aktiv
";

/// Data set D4 of metrics.md 8.4: answers to a survey.
pub const D4: &str = "\
respondent;customer;date;score;Segment
a1;A;2025-06-03;9;Enterprise
b1;B;2025-06-03;10;Enterprise
b2;B;2025-06-04;4;Enterprise
c1;C;2025-06-05;6;Enterprise
e1;E;2025-06-09;8;SMB
f1;F;2025-01-10;3;SMB
f1;F;2025-06-12;9;SMB
h1;H;2025-06-15;2;SMB
z1;Z;2025-06-20;10;
d1;D;2025-06-21;0;SMB
";

/// Two customers and two months; one cell is no number.
pub const BAD_CELL: &str = "\
customer,month,mrr
A,2025-01,100
A,2025-02,abc
B,2025-01,100
B,2025-02,100
";

/// What a run left behind.
pub struct Ran {
    /// The exit status.
    pub status: i32,
    /// Standard output.
    pub output: String,
    /// Standard error.
    pub errors: String,
}

impl Ran {
    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        assert_eq!(self.status, 0, "{}", self.errors);
        serde_json::from_str(&self.output).expect("JSON")
    }
}

/// A folder of one test, which goes when the test is over.
pub struct Folder(PathBuf);

impl Folder {
    /// An empty folder. Tests run at the same time, so each names its own.
    pub fn new(test: &str) -> Folder {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
        // It is there only if an earlier run was stopped.
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), content).expect("a file");
    }

    /// Reads a file.
    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).expect("a file")
    }

    /// Runs the program in the folder; the line is split at spaces.
    pub fn keeprate(&self, line: &str) -> Ran {
        self.keeprate_with(&line.split_whitespace().collect::<Vec<&str>>(), "")
    }

    /// Runs the program with these arguments and this standard input.
    pub fn keeprate_with(&self, arguments: &[&str], input: &str) -> Ran {
        let mut child = Command::new(env!("CARGO_BIN_EXE_keeprate"))
            .args(arguments)
            .current_dir(&self.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        // A program that needs no input may be gone already.
        let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
        let output = child.wait_with_output().expect("the program's end");
        Ran {
            status: output.status.code().expect("an exit status"),
            output: String::from_utf8(output.stdout).expect("UTF-8"),
            errors: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Asserts that a number of a document is the expected one to six decimals.
pub fn close(document: &Value, pointer: &str, expected: f64) {
    let found = document.pointer(pointer).and_then(Value::as_f64);
    assert!(found.is_some_and(|found| (found - expected).abs() < 5e-7), "{pointer}: {found:?}, not {expected}");
}

//! The commands around the report: exit statuses, errors, `check`, `metrics`, help.

#![allow(clippy::expect_used, clippy::panic)]

mod common;

use common::{BAD_CELL, D1, D7, Folder};
use serde_json::Value;
use std::io::Read;
use std::process::{Command, Stdio};

#[test]
fn exit_statuses_and_errors_tell_what_is_wrong() {
    let folder = Folder::new("statuses");
    for (name, content) in [
        ("d1.csv", D1.as_bytes()),
        ("d7.csv", D7.as_bytes()),
        ("bad.csv", BAD_CELL.as_bytes()),
        ("empty.csv", b""),
        ("zip.csv", b"PK\x03\x04rest"),
        ("wide_header.csv", b"Kunde;Jan 25;Feb 25\n"),
        ("long_header.csv", b"customer,month,mrr\n"),
        ("quote.csv", b"customer,month,mrr\n\"A,2025-01,1\n"),
        ("lines.csv", b"customer;month;\"MRR\n(EUR)\"\nA;2025-01;1.000,5\nB;2025-01;1,000.5\n"),
        ("other.csv", b"Kunde;Farbe\nA;rot\nB;blau\n"),
    ] {
        folder.file(name, content);
    }
    for (line, status, start) in [
        ("report d1.csv", 0, ""),
        ("report wide_header.csv", 0, ""),
        ("report long_header.csv --format json", 0, ""),
        ("report bad.csv", 0, ""),
        ("report bad.csv --strict", 1, ""),
        ("check bad.csv --strict", 1, ""),
        ("", 2, "keeprate: "),
        ("report", 2, "keeprate: "),
        ("sql --dialect duckdb --metric nrr", 0, ""),
        ("sql --dialect duckdb --metric nps --shape mrr_long", 2, "keeprate: nps comes from --shape survey"),
        ("report d1.csv d7.csv", 3, "E-JOIN-SECOND d7.csv: There is a file of this kind already"),
        ("report d1.csv d7.csv --locale de", 3, "E-JOIN-SECOND d7.csv: Eine Datei dieser Art ist schon dabei"),
        ("report d1.csv --frm 2025-01", 2, "keeprate: unknown option --frm"),
        ("report d1.csv --to 2026-01", 2, "keeprate: --to 2026-01: the file goes from 2025-01 to 2025-06"),
        ("report d1.csv --to 2024-12 --locale de", 2, "keeprate: --to 2024-12: die Datei reicht von"),
        ("report d1.csv --from 2025-06 --as-of 2025-06-10", 2, "keeprate: --from 2025-06: the last complete month"),
        ("report d1.csv --segment Land", 2, "keeprate: --segment Land: no such column of segments; there are: Segment"),
        ("report d1.csv --segment Segment=X", 2, "keeprate: --segment Segment=X: no customer has this value"),
        ("check d1.csv --map segment=Land", 2, "keeprate: --map segment=Land: "),
        ("report d1.csv --map tenure=Kunde", 2, "keeprate: --map tenure=Kunde: mrr_wide takes no such field"),
        ("report d1.csv --out d1.csv", 2, "keeprate: --out d1.csv would overwrite"),
        ("report d7.csv --from 2025-01", 2, "keeprate: --from: the file has no months"),
        ("report long_header.csv --from 2025-01", 2, "keeprate: --from: the file has no rows"),
        ("report d7.csv --every year", 2, "keeprate: --every: the file has no months"),
        ("report missing.csv", 3, "E-READ missing.csv: "),
        ("report .", 3, "E-READ .: "),
        ("report empty.csv", 3, "E-NOT-CSV "),
        ("report zip.csv --locale de", 3, "E-NOT-CSV "),
        ("check zip.csv", 3, "E-NOT-CSV "),
        ("report quote.csv", 3, "E-QUOTE "),
        ("report lines.csv", 3, "E-NUM-MIXED "),
        ("report other.csv", 3, "E-SHAPE "),
        ("report d1.csv --shape mrr_long", 3, "E-SHAPE "),
        ("report d1.csv --out missing/out.json", 3, "E-WRITE missing/out.json: "),
    ] {
        let ran = folder.keeprate(line);
        assert_eq!(ran.status, status, "{line}: {}", ran.errors);
        assert!(ran.errors.starts_with(start), "{line}: {}", ran.errors);
        let lines = if start.is_empty() { 0 } else { 1 };
        assert_eq!(ran.errors.lines().count(), lines, "{line}: {}", ran.errors);
        assert_eq!(ran.output.is_empty(), status > 1, "{line}: {}", ran.output);
    }
    assert_eq!(folder.read("d1.csv"), D1.as_bytes());
}

#[test]
fn check_shows_how_a_file_is_read() {
    let folder = Folder::new("check");
    folder.file("d1.csv", D1);
    folder.file("bad.csv", BAD_CELL);
    let latin: Vec<u8> = "Kunde;Monat;MRR;Währung\nA;01.01.2025;100,50;EUR\n".chars().map(|c| c as u8).collect();
    folder.file("latin.csv", latin);
    for (line, texts) in [
        (
            "d1.csv",
            vec!["mrr_wide", "UTF-8", "column C: “100,00”", "W-TOTAL-ROW", "8 used, 1 with sums", "MRR of a month"],
        ),
        ("d1.csv --locale de", vec!["Trennzeichen", "Spalte C: „100,00“", "„Summe“ enthält Summen"]),
        ("bad.csv", vec!["E-NUM", "Record 3, column C (mrr)", "1 left out for errors", "incomplete"]),
        ("latin.csv --locale de", vec!["Windows-1252", "W-ENC-GUESS", "Währung", "currency"]),
    ] {
        let ran = folder.keeprate(&format!("check {line}"));
        assert_eq!((ran.status, ran.errors.as_str()), (0, ""));
        for text in texts {
            assert!(ran.output.contains(text), "{line}: no {text} in\n{}", ran.output);
        }
    }
    let input = folder.keeprate("check d1.csv --format json").json();
    let report = folder.keeprate("report d1.csv --format json").json();
    assert_eq!(input, report["inputs"][0]);
}

#[test]
fn many_findings_are_summed_up() {
    let folder = Folder::new("findings");
    let mut rows = "customer,month,mrr\n".to_owned();
    for customer in 0..300 {
        rows.push_str(&format!("{customer},2025-01,abc\n{customer},2025-01,1\n{customer},2025-03,1\n"));
    }
    folder.file("rows.csv", rows);
    for (line, listed, rest) in [("check", 100, "further: 200"), ("report", 1, "further: 299")] {
        let output = folder.keeprate(&format!("{line} rows.csv")).output;
        assert_eq!(output.matches("E-NUM").count(), listed, "{output}");
        assert!(output.contains(rest), "{output}");
    }
}

#[test]
fn the_catalogue_is_complete() {
    let folder = Folder::new("catalogue");
    let list = folder.keeprate("metrics").output;
    let keys: Vec<&str> = list.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    let expected: Vec<&str> = keeprate_metrics::catalogue::Key::ALL.iter().map(|key| key.name()).collect();
    assert_eq!(keys, expected);
    for key in keys {
        for locale in ["de", "en"] {
            let ran = folder.keeprate(&format!("metrics {key} --locale {locale}"));
            assert_eq!(ran.status, 0);
            assert!(ran.output.starts_with(&format!("{key}: ")) && !ran.output.contains(['{', '}']), "{}", ran.output);
        }
    }
    let nrr = folder.keeprate("metrics nrr --locale de").output;
    for text in ["Nettoumsatzbindung", "÷ MRR am Anfang", "mehr ist besser", "Varianten", "endpoint"] {
        assert!(nrr.contains(text), "no {text} in\n{nrr}");
    }
}

#[test]
fn presets_say_what_they_set_and_why() {
    let folder = Folder::new("presets");
    let list = folder.keeprate("presets").output;
    let keys: Vec<&str> = list.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(keys, ["keeprate", "chargify", "chartmogul", "profitwell", "recurly", "stripe"]);
    for key in keys {
        assert_eq!(folder.keeprate(&format!("presets {key}")).status, 0);
    }
    let stripe = folder.keeprate("presets stripe --locale de").output;
    for text in
        ["Quelle", "Calculating churn rate in Billing", "Wer kündigt, ist sofort verloren.", "amounts_include_tax"]
    {
        assert!(stripe.contains(text), "no {text} in\n{stripe}");
    }
}

#[test]
fn help_and_version_are_there() {
    let folder = Folder::new("help");
    for line in [
        "--help",
        "-h",
        "help",
        "report --help",
        "check -h",
        "metrics --help",
        "presets -h",
        "sql --help",
        "report a.csv --help",
    ] {
        let ran = folder.keeprate(line);
        assert_eq!((ran.status, ran.errors.as_str()), (0, ""));
        assert!(ran.output.starts_with("Usage: keeprate "), "{}", ran.output);
    }
    assert_eq!(folder.keeprate("--version").output, format!("keeprate {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = Folder::new("pipe");
    let mut rows = "customer,month,mrr\n".to_owned();
    for month in 1..=12 {
        for year in 2000..2020 {
            rows.push_str(&format!("A,{year}-{month:02},1\n"));
        }
    }
    folder.file("rows.csv", rows);
    let mut child = Command::new(env!("CARGO_BIN_EXE_keeprate"))
        .args(["report", "rows.csv", "--format", "json"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    // More than a pipe holds is written, so the rest meets a closed end.
    let mut first = [0; 1];
    let mut output = child.stdout.take().expect("a pipe");
    output.read_exact(&mut first).expect("a byte");
    drop(output);
    let ended = child.wait_with_output().expect("the program's end");
    assert_eq!((ended.status.code(), ended.stderr.as_slice()), (Some(0), &b""[..]));
    let document: Value = folder.keeprate("report rows.csv --format json").json();
    assert!(document.to_string().len() > 100_000);
}

//! The benchmark's file in the other forms that people have it in.

use std::fs::File;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use keeprate_sample::Options;

use super::{SEED, generate};
use crate::run::say;
use crate::sample::Windows1252;

/// How many times the rows stand in the longest form.
const LONGER: u64 = 10;

/// Writes every form beside `file`, which has `rows` rows; answers what `benches/browser/run.js` opens, as JSON.
pub(super) fn write(file: &Path, rows: u64) -> Result<String> {
    say("write the same rows in other forms");
    let text = std::fs::read_to_string(file).context("reading the generated file")?;
    let by_month =
        write_sorted(&text, &file.with_file_name("by-month.csv"), |row| row.split(',').nth(1).unwrap_or(""))?;
    let shuffled = write_sorted(&text, &file.with_file_name("shuffled.csv"), |row| {
        // Its keys are fixed: the same order on every machine.
        let mut hasher = DefaultHasher::new();
        row.hash(&mut hasher);
        hasher.finish()
    })?;
    let german = write_german(&file.with_file_name("german.csv"), rows)?;
    let long = generate("long.csv", rows.saturating_mul(LONGER))?.display().to_string();

    let forms = serde_json::json!([
        { "name": "German, Windows-1252", "file": german },
        { "name": "rows by month", "file": by_month },
        { "name": "rows shuffled", "file": shuffled },
        { "name": "without SIMD", "file": file.display().to_string(), "simd": false },
        { "name": format!("{LONGER} times the rows"), "file": long, "times": LONGER },
    ]);
    Ok(forms.to_string())
}

/// Rows in the order of `key`, those of one key as they were.
fn write_sorted<'a, K: Ord>(text: &'a str, path: &Path, key: impl Fn(&'a str) -> K) -> Result<String> {
    let (header, rows) = text.split_once('\n').context("a file without rows")?;
    let mut rows: Vec<&str> = rows.lines().collect();
    rows.sort_by_cached_key(|row| key(row));
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "{header}")?;
    for row in rows {
        writeln!(out, "{row}")?;
    }
    out.flush()?;
    Ok(path.display().to_string())
}

/// Semicolons, decimal commas, whole dates and Windows-1252.
fn write_german(path: &Path, rows: u64) -> Result<String> {
    let mut text = Vec::new();
    keeprate_sample::write(&Options { rows, seed: SEED, german: true }, &mut text)?;
    let text = String::from_utf8(text).context("the generated file is UTF-8")?;
    let dates = text.split_inclusive('\n').enumerate().map(|(at, row)| match row.split_once(';') {
        Some((customer, rest)) if at > 0 => format!("{customer};01.{rest}"),
        _ => row.to_owned(),
    });
    let mut out = Windows1252::new(BufWriter::new(File::create(path)?));
    for row in dates {
        out.write_all(row.as_bytes())?;
    }
    out.flush()?;
    Ok(path.display().to_string())
}

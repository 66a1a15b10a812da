//! `cargo xtask size`: what the first view costs, compressed as a web server would send it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::build::{ANNEX, DOCUMENTS, INTAKE, INTAKE_PLAIN, WORKBOOK, dist, sorted_children};
use crate::{no_options, widget};

pub(crate) const HELP: &str = "
Usage: cargo xtask size

Compresses every file of the first view in dist/ (page, styles, app, worker) with brotli at its
highest level, prints the sizes, and fails when they exceed the budget of 300,000 bytes in all; then
what is loaded behind it; then the same for what a survey needs in dist/widget/ (module and
machine), with a budget of 16,000, beside what others need.
Build first: cargo xtask build.
";

/// The whole first view, app and worker together, in bytes.
const BUDGET: usize = 300_000;
/// Everything that one survey needs, in bytes.
const WIDGET_BUDGET: usize = 16_000;
/// The files that a page loads for a survey.
const WIDGET_FILES: [&str; 2] = ["keeprate-survey.js", "keeprate-survey.wasm"];
/// What others need for one survey, in bytes compressed likewise, as measured in Chromium 156 in November 2026.
const PEERS: [(&str, &str); 6] = [
    ("pushfeedback (has no NPS)", "21442"),
    ("Sentry feedback", "45733"),
    ("Sprig", "84013"),
    ("PostHog", "102650-145257"),
    ("Formbricks", "233091"),
    ("SurveyJS", "300739"),
];
/// What a browser loads to show the page; icons for a home screen come later or never.
const EXTENSIONS: [&str; 6] = ["html", "css", "js", "wasm", "svg", "bin"];
/// The highest level that brotli has.
const QUALITY: i32 = 11;
/// The largest window of the format as browsers accept it.
const WINDOW_BITS: i32 = 22;

/// The parts that are listed apart.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Page,
    App,
    Worker,
    Later,
    Widget,
}

impl Part {
    fn of(name: &str) -> Self {
        // `app.js`, `app_bg.wasm`, `app-0123456789abcdef.js`, but not `apple-touch-icon.svg`.
        let stem = name.split(|character: char| !character.is_alphanumeric()).next();
        match stem {
            Some("worker" | "reader") => Part::Worker,
            Some("app" | "snippets") => Part::App,
            _ => Part::Page,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Part::Page => "page",
            Part::App => "app",
            Part::Worker => "worker",
            Part::Later => "loaded later",
            Part::Widget => "one survey",
        }
    }
}

struct Measured {
    name: String,
    part: Part,
    raw: usize,
    brotli: usize,
}

impl Measured {
    fn new(path: &Path, name: String, part: Part) -> Result<Measured> {
        let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        Ok(Measured { name, part, raw: bytes.len(), brotli: compressed_length(&bytes)? })
    }
}

pub(crate) fn main(parser: lexopt::Parser) -> Result<()> {
    no_options(parser)?;
    check()
}

/// Prints the table; an error when the budget is exceeded.
pub(crate) fn check() -> Result<()> {
    let folder = dist();
    let mut files = Vec::new();
    measure(&folder, &folder, &mut files)?;
    if files.is_empty() {
        bail!("dist/ holds no page: run cargo xtask build first");
    }

    println!("{:<44} {:>10} {:>10}", "file", "bytes", "brotli");
    for part in [Part::Page, Part::App, Part::Worker] {
        print_part(part, &files);
    }
    let first_view = files.iter().filter(|file| file.part != Part::Later);
    check_budget("first view", print_sum("first view", first_view), BUDGET)?;
    print_part(Part::Later, &files);

    let survey = WIDGET_FILES.map(|name| Measured::new(&widget::dist().join(name), name.to_owned(), Part::Widget));
    let survey = survey.into_iter().collect::<Result<Vec<_>>>()?;
    check_budget("survey element", print_part(Part::Widget, &survey), WIDGET_BUDGET)?;
    println!("others, measured in November 2026");
    for (name, bytes) in PEERS {
        println!("  {name:<42} {bytes:>21}");
    }
    Ok(())
}

/// Prints the budget; an error when what was measured exceeds it.
fn check_budget(what: &str, total: usize, budget: usize) -> Result<()> {
    println!("{:<55} {budget:>10}", "budget");
    if total > budget {
        bail!("the {what} is {} bytes over its budget", total - budget);
    }
    Ok(())
}

/// Prints the files of a part and their sum, which it returns.
fn print_part(part: Part, files: &[Measured]) -> usize {
    let of_part = || files.iter().filter(|file| file.part == part);
    for file in of_part() {
        println!("{:<44} {:>10} {:>10}", file.name, file.raw, file.brotli);
    }
    print_sum(part.label(), of_part())
}

fn print_sum<'a>(label: &str, files: impl Iterator<Item = &'a Measured>) -> usize {
    let (raw, brotli) = files.fold((0, 0), |(raw, brotli), file| (raw + file.raw, brotli + file.brotli));
    println!("  {label:<42} {raw:>10} {brotli:>10}");
    brotli
}

fn measure(folder: &Path, dist: &Path, files: &mut Vec<Measured>) -> Result<()> {
    let children: Vec<PathBuf> = match sorted_children(folder) {
        Ok(children) => children,
        Err(_) if folder == dist => return Ok(()),
        Err(error) => return Err(error),
    };
    for path in children {
        if path == widget::dist() || path == widget::hosted() {
            // The element has a budget of its own, and the page around it is no part of the app.
            continue;
        }
        if path.is_dir() {
            measure(&path, dist, files)?;
            continue;
        }
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        // The page for unknown addresses is no part of the first view.
        if !EXTENSIONS.contains(&extension.as_ref()) || path.ends_with("404.html") {
            continue;
        }
        let name = path.strip_prefix(dist)?.to_string_lossy().replace('\\', "/");
        let later = name == DOCUMENTS || [INTAKE, INTAKE_PLAIN, ANNEX, WORKBOOK].concat().contains(&name.as_str());
        let part = if later { Part::Later } else { Part::of(&name) };
        files.push(Measured::new(&path, name, part)?);
    }
    Ok(())
}

fn compressed_length(bytes: &[u8]) -> Result<usize> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: QUALITY,
        lgwin: WINDOW_BITS,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &parameters)?;
    Ok(compressed.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetition_costs_little() {
        let length = compressed_length(&b"keeprate ".repeat(1_000)).unwrap();
        assert!((1..100).contains(&length), "{length}");
    }

    #[test]
    fn a_file_is_listed_with_its_part() {
        assert!(Part::of("worker_bg.wasm") == Part::Worker);
        assert!(Part::of("app-0123456789abcdef.js") == Part::App);
        assert!(Part::of("snippets/yew/inline0.js") == Part::App);
        assert!(Part::of("index.html") == Part::Page);
        assert!(Part::of("apple-touch-icon.svg") == Part::Page);
    }
}

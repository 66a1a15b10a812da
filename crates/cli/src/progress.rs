//! A line on the terminal that shows how far the reading is.

use crate::format::Format;
use keeprate_ingest::{Language, Progress};
use keeprate_metrics::money::Currency;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Reading that is done before this shows nothing.
const QUIET: Duration = Duration::from_millis(300);
/// Time between two drawings.
const EVERY: Duration = Duration::from_millis(100);
/// Characters of the bar.
const WIDTH: usize = 24;

/// The line; it goes away when it is dropped.
#[derive(Debug)]
pub(crate) struct ProgressLine {
    language: Language,
    /// Size of the file, if it is known.
    total: Option<u64>,
    /// When to draw next; never if nobody watches.
    due: Option<Instant>,
    drawn: bool,
}

impl ProgressLine {
    /// A line for a file of this size. Standard error that is not a terminal gets nothing.
    pub(crate) fn new(language: Language, total: Option<u64>) -> ProgressLine {
        let due = std::io::stderr().is_terminal().then(|| Instant::now() + QUIET);
        ProgressLine { language, total, due, drawn: false }
    }

    /// Draws the line if it is time to.
    pub(crate) fn show(&mut self, progress: Progress) {
        if self.due.is_some_and(|due| Instant::now() >= due) {
            self.due = Some(Instant::now() + EVERY);
            self.drawn = true;
            put(&format!("\r{}\x1b[K", line(self.language, progress, self.total)));
        }
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        if self.drawn {
            put("\r\x1b[K");
        }
    }
}

/// A line that cannot be drawn must not stop the reading.
fn put(text: &str) {
    let mut output = std::io::stderr();
    let _ = output.write_all(text.as_bytes()).and_then(|()| output.flush());
}

fn line(language: Language, progress: Progress, total: Option<u64>) -> String {
    let format = Format { language, currency: Currency::EUR };
    let megabytes = |bytes: u64| format!("{} MB", format.number(bytes as f64 / 1e6, 1));
    let rows = format.count(i64::try_from(progress.records).unwrap_or(i64::MAX));
    let rows = format!("{rows} {}", format.pick("rows", "Zeilen"));
    match total.filter(|total| *total > 0) {
        None => format!("{}, {rows}", megabytes(progress.bytes)),
        Some(total) => {
            let share = (progress.bytes as f64 / total as f64).min(1.0);
            let filled = (share * WIDTH as f64) as usize;
            let bar = ["#".repeat(filled), "-".repeat(WIDTH - filled)].concat();
            let of = format.pick("of", "von");
            format!("[{bar}] {} {of} {}, {rows}", megabytes(progress.bytes), megabytes(total))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_far_it_is() {
        let progress = Progress { bytes: 21_500_000, records: 500_000 };
        assert_eq!(
            line(Language::De, progress, Some(43_000_000)),
            "[############------------] 21,5 MB von 43,0 MB, 500.000 Zeilen"
        );
        assert_eq!(line(Language::En, progress, None), "21.5 MB, 500,000 rows");
    }
}

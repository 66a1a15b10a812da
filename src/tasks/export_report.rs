//! Saves the report as JSON: the same document as `keeprate report` prints.

use crate::platform::files::save;
use crate::protocol::Document;

/// Saves the document.
pub fn export_report(report: &Document) {
    // The comparison belongs to the screen; without it the bytes are those of the command line.
    let document = Document { comparison: None, ..report.clone() };
    if let Ok(json) = serde_json::to_string(&document) {
        let label = report.period.as_ref().map_or("report", |period| period.label.as_str());
        let safe: String = label.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect();
        save(&["keeprate-", &safe, ".json"].concat(), "application/json", &(json + "\n"));
    }
}

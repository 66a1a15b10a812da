//! Saves what was found in a file as a table.

use crate::i18n::Messages;
use crate::platform::files::save;
use crate::queries::findings::findings_csv;
use keeprate_ingest::Diagnostic;

/// Saves the findings about a file of this name.
pub fn save_findings(messages: Messages, name: &str, diagnostics: &[Diagnostic]) {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    save(&[stem, "-", messages.findings_file(), ".csv"].concat(), "text/csv", &findings_csv(messages, diagnostics));
}

//! What was found in a file, as a table for a spreadsheet (metrics.md 6.10).

use crate::i18n::{Language, Messages};
use keeprate_ingest::{Diagnostic, Severity};

/// The findings as CSV, a row each, as a spreadsheet in the reader's language opens it.
pub fn findings_csv(messages: Messages, diagnostics: &[Diagnostic]) -> String {
    let separator = match messages.language {
        Language::De => ';',
        Language::En => ',',
    };
    let mut csv = String::from("\u{feff}");
    let header = [
        messages.finding_code(),
        messages.finding_severity(),
        messages.finding_record(),
        messages.finding_line(),
        messages.column(),
        messages.finding_header(),
        messages.finding_value(),
        messages.finding_count(),
        messages.finding_message(),
    ];
    line(&mut csv, separator, header.map(str::to_owned));
    for found in diagnostics {
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        let severity = match found.severity {
            Severity::Error => messages.severity_error(),
            Severity::Warning => messages.severity_warning(),
            Severity::Info => messages.severity_info(),
        };
        let cells = [
            found.code.text().to_owned(),
            severity.to_owned(),
            number(found.record),
            number(found.line),
            found.column.clone().unwrap_or_default(),
            found.header.clone().unwrap_or_default(),
            found.value.clone().unwrap_or_default(),
            found.count.to_string(),
            found.said(messages.language).to_owned(),
        ];
        line(&mut csv, separator, cells);
    }
    csv
}

/// Customers that files do not share, each file with its name, as CSV.
pub fn unmatched_csv(files: &[(&str, &[String])]) -> String {
    let mut csv = String::from("\u{feff}");
    line(&mut csv, ',', ["file", "customer"].map(str::to_owned));
    for (file, customers) in files {
        for customer in *customers {
            line(&mut csv, ',', [(*file).to_owned(), customer.clone()]);
        }
    }
    csv
}

fn line<const CELLS: usize>(csv: &mut String, separator: char, cells: [String; CELLS]) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            csv.push(separator);
        }
        // No spreadsheet takes it for a formula.
        let cell = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { ["'", &cell].concat() } else { cell };
        if cell.contains([separator, '"', '\r', '\n']) {
            csv.push_str(&["\"", &cell.replace('"', "\"\""), "\""].concat());
        } else {
            csv.push_str(&cell);
        }
    }
    csv.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeprate_ingest::{Options, import};

    fn csv_of(language: Language, file: &str) -> Vec<String> {
        let options = Options { language, ..Options::default() };
        let mut found = import(file.as_bytes(), &options).expect("a table").input.diagnostics;
        found.iter_mut().for_each(Diagnostic::tell);
        findings_csv(Messages { language }, &found).split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn customers_without_a_counterpart() {
        let (mine, yours) = (["a,b".to_owned(), "=x".to_owned()], ["c".to_owned()]);
        let expected = "\u{feff}file,customer\r\nnps.csv,\"a,b\"\r\nnps.csv,'=x\r\nmrr.csv,c\r\n";
        assert_eq!(unmatched_csv(&[("nps.csv", &mine), ("mrr.csv", &yours)]), expected);
    }

    #[test]
    fn findings_open_in_a_spreadsheet_and_none_is_a_formula() {
        let file = "customer,month,mrr\na,2025-01,=1+1\na,2025-01,10\n";
        let lines = csv_of(Language::En, file);
        assert_eq!(lines[0], "\u{feff}Code,Severity,Record,Line,Column,Header,Value,Count,Message");
        assert!(lines[1].starts_with("E-NUM,error,2,2,C,mrr,'=1+1,1,\""), "{}", lines[1]);
        let lines = csv_of(Language::De, "Kunde;Monat;MRR\na;2025-01;\"x;\"\"y\"\na;2025-01;10\n");
        assert_eq!(lines[0], "\u{feff}Code;Schwere;Datensatz;Zeile;Spalte;Kopfzeile;Wert;Anzahl;Meldung");
        assert!(lines[1].starts_with("E-NUM;Fehler;2;2;C;MRR;\"x;\"\"y\";1;"), "{}", lines[1]);
    }
}

//! The report for spreadsheets: one row per metric and period, by the rules of metrics.md 6.10.

use super::{Document, table::period_of, together::reasons};
use crate::format::{Format, pick};
use keeprate_ingest::Language;
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::join::Join;
use keeprate_metrics::report::SegmentEntry;
use keeprate_metrics::report::risks::CustomerAtRisk;
use keeprate_metrics::result::{MetricResult, Value};
use serde::Serialize;
use std::collections::BTreeSet;

const HEADER: [&str; 11] =
    ["period", "key", "variant", "status", "value", "unit", "numerator", "denominator", "n", "ci_low", "ci_high"];

/// The report as CSV. Where it holds segments a further column names them; it is empty for all customers together.
pub(super) fn write(document: &Document, language: Language) -> String {
    let mut lines = Lines {
        text: "\u{feff}".to_owned(),
        language,
        segmented: !document.segments.is_empty(),
        risks: document.risk.is_some(),
    };
    lines.header();
    let mut written: BTreeSet<(&str, Key)> = BTreeSet::new();
    for entry in &document.series {
        let period = entry.period.label.as_str();
        for result in entry.metrics.values() {
            written.insert((period, result.key));
            lines.result(period, result, None);
        }
    }
    // What stands in the series already is the same result.
    for result in document.metrics.values() {
        let period = period_of(document, result);
        if !written.contains(&(period.as_str(), result.key)) {
            lines.result(&period, result, None);
        }
    }
    for entry in &document.segments {
        for result in entry.metrics.values() {
            lines.result(&period_of(document, result), result, Some(entry));
        }
    }
    for join in &document.joins {
        lines.join(join);
    }
    if let Some(risks) = &document.risk {
        let period = document.period.as_ref().map_or("", |period| period.label.as_str());
        for customer in &risks.customers {
            lines.customer(period, customer, document);
        }
    }
    lines.text
}

struct Lines {
    text: String,
    language: Language,
    segmented: bool,
    /// Whether customers are listed, which takes columns of their own.
    risks: bool,
}

impl Lines {
    fn header(&mut self) {
        let mut cells: Vec<String> = HEADER.iter().map(|name| (*name).to_owned()).collect();
        if self.segmented {
            cells.push("segment".to_owned());
        }
        if self.risks {
            cells.extend(["customer", "mrr", "reasons"].map(str::to_owned));
        }
        self.line(&cells);
    }

    fn result(&mut self, period: &str, result: &MetricResult, segment: Option<&SegmentEntry>) {
        let number = |value: Option<Value>| value.map(|value| self.number(value)).unwrap_or_default();
        let mut cells = vec![
            harmless(period),
            result.key.name().to_owned(),
            harmless(&result.variant),
            name_of(&result.status),
            number(result.value),
            name_of(&result.unit),
            number(result.numerator),
            number(result.denominator),
            result.n.map(|n| n.to_string()).unwrap_or_default(),
            number(result.ci_low),
            number(result.ci_high),
        ];
        if self.segmented {
            cells.push(segment.map(|entry| harmless(&segment_name(entry, self.language))).unwrap_or_default());
        }
        self.padded(cells);
    }

    /// How a file was joined: its customers that were found, of all, and how many there are to be found.
    fn join(&mut self, join: &Join) {
        let all = join.matched.saturating_add(join.unmatched);
        let [matched, all, base] = [join.matched, all, join.base_customers].map(|count| count.to_string());
        let text = |text: &str| text.to_owned();
        let cells = [text(""), text("join"), harmless(&join.name), text("ok"), matched.clone(), text("count"), matched];
        self.padded(cells.into_iter().chain([all, base]).collect());
    }

    /// A customer who may leave, with score and points.
    fn customer(&mut self, period: &str, of: &CustomerAtRisk, document: &Document) {
        let format = Format { language: self.language, currency: document.currency };
        let text = |text: &str| text.to_owned();
        let mut cells =
            vec![harmless(period), text("churn_risk"), text(of.level.name()), text("ok"), of.score.to_string()];
        cells.extend([text("score"), of.points.to_string(), of.points_possible.to_string()]);
        cells.resize(HEADER.len() + usize::from(self.segmented), String::new());
        cells.push(harmless(&of.customer));
        cells.push(self.number(Value::Money(of.mrr)));
        cells.push(harmless(&reasons(&of.reasons, format)));
        self.line(&cells);
    }

    /// Writes cells, and empty ones up to the last column.
    fn padded(&mut self, mut cells: Vec<String>) {
        let risks = if self.risks { 3 } else { 0 };
        cells.resize(HEADER.len() + usize::from(self.segmented) + risks, String::new());
        self.line(&cells);
    }

    /// A number unrounded, with the locale's decimal separator and no other.
    fn number(&self, value: Value) -> String {
        let text = match value {
            Value::Count(count) => count.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Money(amount) => amount.to_decimal(),
            Value::Yes(yes) => u8::from(yes).to_string(),
        };
        match self.language {
            Language::De => text.replace('.', ","),
            Language::En => text,
        }
    }

    fn line(&mut self, cells: &[String]) {
        let delimiter = pick(self.language, ",", ";");
        let quoted = |cell: &String| {
            if cell.contains(['"', '\r', '\n']) || cell.contains(delimiter) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                cell.clone()
            }
        };
        let cells: Vec<String> = cells.iter().map(quoted).collect();
        self.text.push_str(&cells.join(delimiter));
        self.text.push_str("\r\n");
    }
}

fn segment_name(entry: &SegmentEntry, language: Language) -> String {
    match entry.others {
        0 => format!("{}={}", entry.segment.column, entry.segment.value),
        others => format!("{}: {others} {}", entry.segment.column, pick(language, "others", "weitere")),
    }
}

/// The name under which JSON knows a status or a unit.
fn name_of(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// Text that no spreadsheet takes for a formula.
fn harmless(text: &str) -> String {
    let formula = match text.chars().next() {
        Some('=' | '+' | '@' | '\t' | '\r') => true,
        Some('-') => text.replace(',', ".").parse::<f64>().is_err(),
        _ => false,
    };
    if formula { ["'", text].concat() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_disarmed() {
        for (text, safe) in [
            ("2025-06", "2025-06"),
            ("=1+1", "'=1+1"),
            ("+49", "'+49"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-1,5", "-1,5"),
            ("-cmd", "'-cmd"),
            ("\tx", "'\tx"),
            ("Quelle 002", "Quelle 002"),
        ] {
            assert_eq!(harmless(text), safe);
        }
    }
}

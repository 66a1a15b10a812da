//! The report for spreadsheets: one row per metric and period, by the rules of metrics.md 6.10. Before the metrics of a
//! period stand the totals that they rest on; from those the reader makes the figures of each period again.

use super::{Document, table::period_of, together::reasons};
use crate::format::{Format, pick};
use keeprate_ingest::{Field, Language};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::join::Join;
use keeprate_metrics::ledger::{Dataset, Totals};
use keeprate_metrics::money::Currency;
use keeprate_metrics::report::risks::CustomerAtRisk;
use keeprate_metrics::report::{SegmentEntry, totals_of};
use keeprate_metrics::result::{MetricResult, Unit, Value};
use serde::Serialize;
use std::collections::BTreeSet;

const HEADER: [&str; 12] = [
    "period",
    "key",
    "variant",
    "status",
    "value",
    "unit",
    "numerator",
    "denominator",
    "n",
    "ci_low",
    "ci_high",
    "currency",
];

/// The variant of rows that are no metric but a total.
const TOTAL: &str = "total";

/// The totals of a file's own rows; none where the file holds customers, from whom the metrics come.
pub(super) fn totals_of_rows(dataset: &Dataset) -> Vec<Totals> {
    match dataset {
        Dataset::Periods(table) => table.rows.iter().map(|row| row.totals).collect(),
        _ => Vec::new(),
    }
}

/// The report as CSV, with the totals of the file's rows where it is a table of totals. Where it holds segments a further
/// column names them; it is empty for all customers together.
pub(super) fn write(document: &Document, rows: &[Totals], language: Language) -> String {
    let mut lines = Lines {
        text: "\u{feff}".to_owned(),
        language,
        currency: document.currency,
        segmented: !document.segments.is_empty(),
        risks: document.risk.is_some(),
    };
    lines.header();
    let mut written: BTreeSet<(&str, Key)> = BTreeSet::new();
    for (place, entry) in document.series.iter().enumerate() {
        let period = entry.period.label.as_str();
        lines.totals(period, &rows.get(place).copied().unwrap_or_else(|| totals_of(&entry.metrics)));
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
    /// What amounts are in.
    currency: Currency,
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

    /// The totals of a period, those that are known.
    fn totals(&mut self, period: &str, totals: &Totals) {
        let count = |count: Option<i64>| count.map(Value::Count);
        let money = |units: Option<i128>| units.map(|units| Value::Money(self.currency.amount(units)));
        let measures = [
            (Field::CustomersStart, count(totals.customers_start)),
            (Field::CustomersNew, count(totals.customers_new)),
            (Field::CustomersReactivated, count(totals.customers_reactivated)),
            (Field::CustomersLost, count(totals.customers_lost)),
            (Field::CustomersEnd, count(totals.customers_end)),
            (Field::MrrStart, money(totals.mrr_start)),
            (Field::MrrNew, money(totals.mrr_new)),
            (Field::MrrReactivation, money(totals.mrr_reactivation)),
            (Field::MrrExpansion, money(totals.mrr_expansion)),
            (Field::MrrContraction, money(totals.mrr_contraction)),
            (Field::MrrChurn, money(totals.mrr_churn)),
            (Field::MrrEnd, money(totals.mrr_end)),
            (Field::SalesAndMarketing, money(totals.sales_and_marketing)),
            (Field::GrossMargin, totals.gross_margin.map(Value::Number)),
            (Field::Revenue, money(totals.revenue)),
            (Field::NetBurn, money(totals.net_burn)),
            (Field::Sent, count(totals.sent)),
            (Field::Bounced, count(totals.bounced)),
            (Field::Responses, count(totals.responses)),
            (Field::Promoters, count(totals.promoters)),
            (Field::Passives, count(totals.passives)),
            (Field::Detractors, count(totals.detractors)),
        ];
        for (field, value) in measures {
            let Some(value) = value else { continue };
            // Every digit, because the figures follow from all of them.
            let (text, unit) = match value {
                Value::Money(amount) => (self.localized(amount.to_exact()), Unit::Money),
                Value::Number(_) => (self.number(value), Unit::Fraction),
                Value::Count(_) | Value::Yes(_) => (self.number(value), Unit::Count),
            };
            let mut cells = vec![harmless(period), field.key().to_owned(), TOTAL.to_owned(), "ok".to_owned()];
            cells.extend([text, name_of(&unit)]);
            cells.resize(HEADER.len() - 1, String::new());
            cells.push(self.currency_of(unit));
            self.padded(cells);
        }
    }

    /// The currency of a row's values, if they are money.
    fn currency_of(&self, unit: Unit) -> String {
        if unit == Unit::Money { self.currency.code().to_owned() } else { String::new() }
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
            self.currency_of(result.unit),
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
        cells.push(of.mrr.map(|mrr| self.number(Value::Money(mrr))).unwrap_or_default());
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
        self.localized(text)
    }

    fn localized(&self, number: String) -> String {
        match self.language {
            Language::De => number.replace('.', ","),
            Language::En => number,
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

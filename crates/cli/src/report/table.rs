//! The report for people: metrics, segments, movements, findings.

use super::{Document, together};
use crate::check;
use crate::format::{Align, Format, table};
use keeprate_ingest::{Language, Shape};
use keeprate_metrics::catalogue::{Key, definition};
use keeprate_metrics::cautions::words;
use keeprate_metrics::feedback::Label;
use keeprate_metrics::invoices::Invoices;
use keeprate_metrics::money::Amount;
use keeprate_metrics::period::Period;
use keeprate_metrics::report::{MovementEntry, SegmentEntry};
use keeprate_metrics::responses::{Answers, TrendPoint};
use keeprate_metrics::result::{Certainty, MetricResult, Unit, Value};

/// The report as aligned text; `between` is what it has of an earlier export.
pub(super) fn write(document: &Document, between: Option<String>, language: Language) -> String {
    let format = Format { language, currency: document.currency };
    let mut parts = vec![title(document), metrics(document, format)];
    parts.extend(document.invoices.as_ref().map(|found| invoices(found, format)));
    if !document.segments.is_empty() {
        parts.push(segments(&document.segments, format));
    }
    for answers in document.feedback.values() {
        parts.push(feedback(answers, format));
    }
    parts.extend(document.metrics.get(&Key::DetractorRevenueAtRisk).map(|result| together::detractors(result, format)));
    parts.extend(document.risk.as_ref().map(|risks| together::risks(risks, format)));
    if !document.movements.is_empty() {
        parts.push(movements(document, format));
    }
    if !document.joins.is_empty() {
        parts.push(together::joins(&document.joins, format));
    }
    parts.extend(between);
    for input in &document.inputs {
        let records = format.pick("Records", "Datensätze");
        parts.push(format!(
            "{records}: {}\n{}",
            check::records(input, format),
            check::findings(&input.diagnostics, 1, format)
        ));
    }
    parts.join("\n")
}

fn title(document: &Document) -> String {
    let mut title: Vec<&str> = document.inputs.iter().map(|input| input.name.as_str()).collect();
    title.extend(document.period.as_ref().map(|period| period.label.as_str()));
    if document.feedback.is_empty() {
        title.push(document.currency.code());
    }
    let segment = document.segment.as_ref().map(|segment| format!("{} = {}", segment.column, segment.value));
    title.extend(segment.as_deref());
    crate::format::one_line(&title.join(", ")) + "\n"
}

fn metrics(document: &Document, format: Format) -> String {
    let level = format!(
        "{} {}",
        format.pick("Range", "Schwankungsbreite"),
        format.whole_percent(document.settings.confidence_level)
    );
    let columns = [
        (format.pick("Metric", "Kennzahl"), Align::Left),
        (format.pick("Value", "Wert"), Align::Right),
        (level.as_str(), Align::Right),
        ("n", Align::Right),
        (format.pick("Target", "Ziel"), Align::Left),
        (format.pick("Period", "Zeitraum"), Align::Left),
        (format.pick("Note", "Hinweis"), Align::Left),
    ];
    let rows: Vec<Vec<String>> = document.metrics.values().map(|result| row(document, result, format)).collect();
    table(&columns, &rows)
}

fn row(document: &Document, result: &MetricResult, format: Format) -> Vec<String> {
    let name = definition(result.key).name;
    let range = match (result.ci_low, result.ci_high) {
        (Some(low), Some(high)) => {
            let (low, high) = (format.value(low, result.unit), format.value(high, result.unit));
            format!("{low} {} {high}", format.pick("to", "bis"))
        }
        _ => String::new(),
    };
    let count = result.n.and_then(|n| i64::try_from(n).ok()).map(|n| format.count(n)).unwrap_or_default();
    let notes: Vec<&str> = words(result).into_iter().map(|word| format.pick(word.en, word.de)).collect();
    vec![
        format.pick(name.en, name.de).to_owned(),
        format.result(result),
        range,
        count,
        target(result, format),
        period_of(document, result),
        notes.join(", "),
    ]
}

/// The period of a result's own; a row of a period table keeps the label that the file gives it.
pub(super) fn period_of(document: &Document, result: &MetricResult) -> String {
    let labelled = document.period.as_ref();
    match (result.period_start, result.period_end) {
        (Some(start), Some(end)) => {
            let same = labelled.filter(|period| (period.start, period.end) == (Some(start), Some(end)));
            same.map_or_else(|| Period { start, end }.label(), |period| period.label.clone())
        }
        _ => labelled.map(|period| period.label.clone()).unwrap_or_default(),
    }
}

/// What looks like invoices, and what spreading them changes.
fn invoices(found: &Invoices, format: Format) -> String {
    let count = |number: u64| i64::try_from(number).map(|number| format.count(number)).unwrap_or_default();
    let customers = |number: u64, english: &str, german: &str| {
        (number > 0).then(|| {
            let customers = match number {
                1 => format.pick("customer", "Kunde"),
                _ => format.pick("customers", "Kunden"),
            };
            format!("{} {customers} {}", count(number), format.pick(english, german))
        })
    };
    let who = [
        customers(found.yearly_customers, "by the year", "mit Jahresbeträgen"),
        customers(found.quarterly_customers, "by the quarter", "mit Quartalsbeträgen"),
    ];
    let who = who.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let (before, after) = (count(found.churn_events), count(found.churn_events_spread));
    let text = match (format.language, found.spread) {
        (Language::En, false) => format!(
            "Amounts that look like invoices for longer than their month: {who}.\n\
             Churn events as the file stands: {before}; with each amount spread over its months: {after}.\n\
             --set spread_invoices=true spreads them."
        ),
        (Language::En, true) => format!(
            "Amounts spread over their months, because they look like invoices: {who}.\n\
             Churn events: {after}; as the file stands: {before}."
        ),
        (Language::De, false) => format!(
            "Beträge, die nach Rechnungen für mehr als ihren Monat aussehen: {who}.\n\
             Abgänge, wie die Datei es sagt: {before}; mit jedem Betrag auf seine Monate verteilt: {after}.\n\
             --set spread_invoices=true verteilt sie."
        ),
        (Language::De, true) => format!(
            "Beträge, auf ihre Monate verteilt, weil sie nach Rechnungen aussehen: {who}.\n\
             Abgänge: {after}; wie die Datei es sagt: {before}."
        ),
    };
    text + "\n"
}

fn target(result: &MetricResult, format: Format) -> String {
    let (Some(target), Some(operator), Some(_)) = (result.target, result.target_op, result.value) else {
        return String::new();
    };
    let unsure = result.certainty == Some(Certainty::IntervalIncludesTarget);
    let verdict = match (result.met, unsure) {
        (None, _) => format.pick("too few customers to say", "zu wenige Kunden für eine Aussage"),
        (Some(true), false) => format.pick("met", "erreicht"),
        (Some(true), true) => format.pick("met, within the range", "erreicht, innerhalb der Schwankungsbreite"),
        (Some(false), false) => format.pick("missed", "verfehlt"),
        (Some(false), true) => format.pick("missed, within the range", "verfehlt, innerhalb der Schwankungsbreite"),
    };
    format!("{} {}: {verdict}", operator.symbol(), format.value(Value::Number(target), result.unit))
}

fn segments(entries: &[SegmentEntry], format: Format) -> String {
    let of_revenue = [Key::CustomerRetentionRate, Key::CustomerChurnRate, Key::Nrr, Key::Grr, Key::Mrr, Key::Arpa];
    let scores: Vec<Key> = [Key::Nps, Key::Csat, Key::Ces]
        .into_iter()
        .filter(|key| entries.iter().any(|entry| entry.metrics.contains_key(key)))
        .collect();
    let has_revenue = entries.iter().any(|entry| of_revenue.iter().any(|key| entry.metrics.contains_key(key)));
    if !scores.is_empty() {
        let scores = scores_by_segment(entries, &scores, format);
        return if has_revenue {
            [revenue_by_segment(entries, &of_revenue, format), scores].join("\n")
        } else {
            scores
        };
    }
    revenue_by_segment(entries, &of_revenue, format)
}

fn revenue_by_segment(entries: &[SegmentEntry], of_revenue: &[Key], format: Format) -> String {
    let column = entries.first().map_or("", |entry| entry.segment.column.as_str());
    let short = |key: &Key| format.pick(definition(*key).short.en, definition(*key).short.de);
    let mut columns =
        vec![(column, Align::Left), (format.pick("Customers at start", "Kunden am Anfang"), Align::Right)];
    columns.extend(of_revenue.iter().map(|key| (short(key), Align::Right)));
    let row = |entry: &SegmentEntry| {
        let value = name_of(entry, format);
        let start = entry.metrics.get(&Key::CustomerCounts).and_then(|counts| counts.parts.get("start"));
        let start = start.map_or_else(|| "–".to_owned(), |start| format.count(start.as_f64() as i64));
        let of = |key: &Key| entry.metrics.get(key).map_or_else(|| "–".to_owned(), |result| format.result(result));
        [value, start].into_iter().chain(of_revenue.iter().map(of)).collect()
    };
    let rows: Vec<Vec<String>> = entries.iter().map(row).collect();
    table(&columns, &rows)
}

fn name_of(entry: &SegmentEntry, format: Format) -> String {
    match (entry.others, entry.segment.value.as_str()) {
        (0, "") => format.pick("(none)", "(ohne)").to_owned(),
        (0, value) => value.to_owned(),
        (others, _) => format!("{others} {}", format.pick("others", "weitere")),
    }
}

/// Scores of segments: each with its responses, the difference to the rest, and p as Holm corrects it.
fn scores_by_segment(entries: &[SegmentEntry], scores: &[Key], format: Format) -> String {
    let column = entries.first().map_or("", |entry| entry.segment.column.as_str());
    let mut columns = vec![(column, Align::Left)];
    for key in scores {
        let rest = format.pick("against the rest", "gegen den Rest");
        columns.extend([
            (definition(*key).short.en, Align::Right),
            ("n", Align::Right),
            (rest, Align::Right),
            ("p", Align::Right),
        ]);
    }
    let row = |entry: &SegmentEntry| {
        let mut cells = vec![name_of(entry, format)];
        for key in scores {
            let Some(result) = entry.metrics.get(key) else { continue };
            let count = result.n.and_then(|n| i64::try_from(n).ok()).map(|n| format.count(n)).unwrap_or_default();
            let part = |name: &str| result.parts.get(name).copied();
            let difference = part("difference").map(|value| format.value(value, result.unit)).unwrap_or_default();
            let p = part("p_holm").map(|value| format.value(value, Unit::Ratio)).unwrap_or_default();
            cells.extend([format.result(result), count, difference, p]);
        }
        cells
    };
    table(&columns, &entries.iter().map(row).collect::<Vec<_>>())
}

/// The answers behind a score: how many of each, then the score period by period.
fn feedback(answers: &Answers, format: Format) -> String {
    let key = answers.asked.key();
    let counts: Vec<String> =
        answers.by_score.iter().zip(answers.asked.low()..).map(|(count, score)| format!("{score}: {count}")).collect();
    let unit = definition(key).unit;
    let columns = [
        (definition(key).short.en, Align::Left),
        (format.pick("Value", "Wert"), Align::Right),
        (format.pick("Range", "Schwankungsbreite"), Align::Right),
        ("n", Align::Right),
        (format.pick("Change", "Änderung"), Align::Right),
        ("", Align::Left),
    ];
    let number = |value: Option<f64>| value.map(|value| format.value(Value::Number(value), unit)).unwrap_or_default();
    let row = |point: &TrendPoint| {
        let range = match (point.ci_low, point.ci_high) {
            (Some(_), Some(_)) => {
                format!("{} {} {}", number(point.ci_low), format.pick("to", "bis"), number(point.ci_high))
            }
            _ => String::new(),
        };
        let label = match point.label {
            Label::Up => format.pick("up", "gestiegen"),
            Label::Down => format.pick("down", "gefallen"),
            Label::NoDetectableChange if point.change.is_some() => {
                format.pick("no detectable change", "keine nachweisbare Änderung")
            }
            Label::NoDetectableChange => "",
        };
        let n = i64::try_from(point.n).map(|n| format.count(n)).unwrap_or_default();
        vec![point.period.label.clone(), number(point.value), range, n, number(point.change), label.to_owned()]
    };
    let answered = format.pick("Answers", "Antworten");
    let rows: Vec<Vec<String>> = answers.trend.iter().map(row).collect();
    format!("{answered}: {}\n{}", counts.join(", "), table(&columns, &rows))
}

fn movements(document: &Document, format: Format) -> String {
    // Totals by period name no customers behind the amounts.
    let counted = document.inputs.iter().all(|input| input.shape != Shape::PeriodTable);
    let rows: Vec<(&str, &MovementEntry)> =
        document.movements.iter().map(|entry| (entry.period.label.as_str(), entry)).collect();
    movement_table(format.pick("MRR movements", "MRR-Bewegungen"), &rows, counted, format)
}

/// Movements by class, each with its name; the customers behind the amounts where they are counted.
pub(super) fn movement_table(title: &str, entries: &[(&str, &MovementEntry)], counted: bool, format: Format) -> String {
    let columns = [
        (title, Align::Left),
        (format.pick("Start", "Anfang"), Align::Right),
        (format.pick("New", "Neu"), Align::Right),
        (format.pick("Reactivation", "Reaktivierung"), Align::Right),
        (format.pick("Expansion", "Erweiterung"), Align::Right),
        (format.pick("Contraction", "Herabstufung"), Align::Right),
        (format.pick("Churn", "Abwanderung"), Align::Right),
        (format.pick("End", "Ende"), Align::Right),
    ];
    let cell = |amount: Amount, customers: i64| {
        let amount = format.money(amount);
        if counted { format!("{amount} ({})", format.count(customers)) } else { amount }
    };
    let row = |(name, entry): &(&str, &MovementEntry)| {
        let customers = &entry.customers;
        vec![
            (*name).to_owned(),
            cell(entry.start, customers.start),
            cell(entry.new, customers.new),
            cell(entry.reactivation, customers.reactivated),
            cell(entry.expansion, customers.expanded),
            cell(entry.contraction, customers.contracted),
            cell(entry.churn, customers.lost),
            cell(entry.end, customers.end),
        ]
    };
    table(&columns, &entries.iter().map(row).collect::<Vec<_>>())
}

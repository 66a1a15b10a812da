//! What the command line asks, in terms of the file. An option that this file cannot honour is refused: a figure for
//! another period or another segment than the one asked for would look right.

use crate::arguments::ReportArguments;
use crate::format::pick;
use keeprate_ingest::Language;
use keeprate_metrics::bridge::READINGS;
use keeprate_metrics::conventions::{Conventions, CustomerChurn};
use keeprate_metrics::ledger::{Dataset, PeriodTable, Segment};
use keeprate_metrics::period::{Month, Period};
use keeprate_metrics::planning::Target;
use keeprate_metrics::report::{Question, events};
use keeprate_metrics::responses::months;
use keeprate_metrics::result::SegmentValue;

/// The question. The error says in one line what the file does not have.
pub(super) fn question(arguments: &ReportArguments, dataset: &Dataset, incomplete: bool) -> Result<Question, String> {
    let language = arguments.intake.options.language;
    let mut question = Question {
        from: arguments.from,
        to: arguments.to,
        every: arguments.every.unwrap_or_default(),
        as_of: arguments.as_of,
        targets: targets(arguments, incomplete),
        settings: arguments.settings.clone(),
        ..Question::default()
    };
    refuse_conventions(arguments, dataset)?;
    let segments: &[Segment] = match dataset {
        Dataset::Ledger(ledger) => {
            check_months(arguments, ledger.last().map(|last| (ledger.first, last)))?;
            &ledger.segments
        }
        Dataset::Subscriptions(subscriptions) => {
            check_months(arguments, subscriptions.table().months())?;
            subscriptions.segments()
        }
        Dataset::Responses(table) => {
            match months(table) {
                None if !table.responses.is_empty() => refuse_months(arguments, language)?,
                months => check_months(arguments, months)?,
            }
            &table.segments
        }
        Dataset::Events(table) => {
            check_months(arguments, events::months(table))?;
            &table.segments
        }
        Dataset::Purchases(table) => {
            check_months(arguments, table.months())?;
            &table.purchases.segments
        }
        Dataset::Status(table) => {
            refuse_months(arguments, language)?;
            &table.segments
        }
        Dataset::Customers(table) => {
            refuse_months(arguments, language)?;
            &table.segments
        }
        Dataset::Periods(table) => {
            question.row = row(arguments, table)?;
            &[]
        }
    };
    for text in &arguments.segments {
        match segment(text, segments, language)? {
            Choice::All(column) => question.segments_of = Some(column),
            Choice::One(value) => question.segment = Some(value),
        }
    }
    Ok(question)
}

/// The usual targets, those of the command line in place of them or beside them.
fn targets(arguments: &ReportArguments, incomplete: bool) -> Vec<Target> {
    if incomplete {
        // Too many rows are left out for a verdict (metrics.md 6.9).
        return Vec::new();
    }
    let mut targets = Target::defaults();
    for target in &arguments.targets {
        targets.retain(|usual| usual.key != target.key);
        targets.push(target.clone());
    }
    targets
}

fn check_months(arguments: &ReportArguments, months: Option<(Month, Month)>) -> Result<(), String> {
    let language = arguments.intake.options.language;
    let asked = [("--from", arguments.from), ("--to", arguments.to)];
    let Some((first, last)) = months else {
        return match asked.iter().find(|(_, month)| month.is_some()) {
            Some((option, _)) => {
                Err(format!("{option}: {}", pick(language, "the file has no rows", "die Datei hat keine Zeilen")))
            }
            None => Ok(()),
        };
    };
    let within = |month: &Month| (first..=last).contains(month);
    for (option, month) in asked {
        if let Some(month) = month.filter(|month| !within(month)) {
            let (month, first, last) = (month.to_iso(), first.to_iso(), last.to_iso());
            return Err(match language {
                Language::En => format!("{option} {month}: the file goes from {first} to {last}"),
                Language::De => format!("{option} {month}: die Datei reicht von {first} bis {last}"),
            });
        }
    }
    let complete = arguments.as_of.map_or(last, |day| day.month().plus(-1).min(last));
    match (arguments.from, arguments.to) {
        (Some(from), None) if from > complete => {
            let (from, complete) = (from.to_iso(), complete.to_iso());
            Err(match language {
                Language::En => {
                    format!("--from {from}: the last complete month is {complete}; --to takes an incomplete one")
                }
                Language::De => format!(
                    "--from {from}: der letzte vollständige Monat ist {complete}; --to nimmt auch einen unvollständigen"
                ),
            })
        }
        _ => Ok(()),
    }
}

/// The convention of files whose rows do not say for how long an amount is.
const SPREAD: &str = "spread_invoices";
/// Readings that days alone can tell.
const BASIS: &str = "movement_basis";
const CHURN: &str = "customer_churn";

/// A file that is no list of subscriptions has been counted already: only the readings of rates can be chosen, and
/// whether invoices are spread where rows do not say for how long they are.
fn refuse_conventions(arguments: &ReportArguments, dataset: &Dataset) -> Result<(), String> {
    let (given, usual) = (&arguments.settings.conventions, Conventions::default());
    let is_counted = !matches!(dataset, Dataset::Subscriptions(_));
    let is_dated = matches!(dataset, Dataset::Ledger(_) | Dataset::Purchases(_));
    let knows_days = match dataset {
        Dataset::Subscriptions(_) => true,
        Dataset::Ledger(ledger) => ledger.changes.is_some(),
        _ => false,
    };
    let refused = |name: &&&str| {
        let fits = match **name {
            SPREAD => is_dated,
            BASIS => knows_days,
            CHURN if given.customer_churn == CustomerChurn::DailySum => knows_days,
            name => READINGS.contains(&name) || !is_counted,
        };
        !fits && given.get(name) != usual.get(name)
    };
    let language = arguments.intake.options.language;
    match Conventions::NAMES.iter().find(refused) {
        Some(name) => {
            let why = match *name {
                SPREAD => pick(
                    language,
                    "only MRR by month and payments have invoices to spread",
                    "nur MRR nach Monaten und Zahlungen enthalten Rechnungen, die sich verteilen lassen",
                ),
                BASIS | CHURN => pick(
                    language,
                    "only subscriptions and changes of MRR know days",
                    "nur Abonnements und MRR-Änderungen kennen Tage",
                ),
                _ => pick(
                    language,
                    "only a file of subscriptions can be counted otherwise",
                    "nur eine Datei mit Abonnements lässt sich anders zählen",
                ),
            };
            Err(format!("{name}={}: {why}", given.get(name)))
        }
        None => Ok(()),
    }
}

/// A file without months has no period to choose.
fn refuse_months(arguments: &ReportArguments, language: Language) -> Result<(), String> {
    let given = [
        ("--from", arguments.from.is_some()),
        ("--to", arguments.to.is_some()),
        ("--every", arguments.every.is_some()),
        ("--as-of", arguments.as_of.is_some()),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((option, _)) => {
            Err(format!("{option}: {}", pick(language, "the file has no months", "die Datei hat keine Monate")))
        }
        None => Ok(()),
    }
}

/// The row of a period table that the command line asks for.
fn row(arguments: &ReportArguments, table: &PeriodTable) -> Result<Option<usize>, String> {
    let language = arguments.intake.options.language;
    for (option, given) in [("--every", arguments.every.is_some()), ("--as-of", arguments.as_of.is_some())] {
        if given {
            let why =
                pick(language, "the periods of this file are its rows", "die Zeiträume dieser Datei sind ihre Zeilen");
            return Err(format!("{option}: {why}"));
        }
    }
    if arguments.from.is_none() && arguments.to.is_none() {
        return Ok(None);
    }
    let fits = |period: &Period| {
        arguments.from.is_none_or(|from| period.start == from.start())
            && arguments.to.is_none_or(|to| period.end == to.end())
    };
    let place = table.rows.iter().position(|row| row.period.as_ref().is_some_and(fits));
    place.map(Some).ok_or_else(|| {
        let labels: Vec<&str> = table.rows.iter().map(|row| row.label.as_str()).take(MOST_NAMED).collect();
        let labels = labels.join(", ");
        match language {
            Language::En => format!("--from, --to: no row is this period; rows: {labels}"),
            Language::De => format!("--from, --to: keine Zeile ist dieser Zeitraum; Zeilen: {labels}"),
        }
    })
}

/// Names that a message lists at most.
const MOST_NAMED: usize = 12;

/// What `--segment` chooses.
enum Choice {
    All(String),
    One(SegmentValue),
}

/// A column is looked for first: its name may hold an equals sign.
fn segment(text: &str, segments: &[Segment], language: Language) -> Result<Choice, String> {
    let find = |column: &str| segments.iter().find(|segment| segment.column == column);
    if let Some(segment) = find(text) {
        return Ok(Choice::All(segment.column.clone()));
    }
    let split = text.match_indices('=').map(|(at, _)| (&text[..at], &text[at + 1..]));
    let mut known = split.filter_map(|(column, value)| Some((find(column)?, value)));
    let Some((segment, value)) = known.next() else {
        let columns: Vec<&str> = segments.iter().map(|segment| segment.column.as_str()).collect();
        let columns = if columns.is_empty() { pick(language, "none", "keine").to_owned() } else { columns.join(", ") };
        return Err(match language {
            Language::En => format!("--segment {text}: no such column of segments; there are: {columns}"),
            Language::De => format!("--segment {text}: keine solche Spalte mit Segmenten; vorhanden: {columns}"),
        });
    };
    if !segment.values.iter().any(|known| known == value) {
        let mut values: Vec<&str> = segment.values.iter().filter(|value| !value.is_empty()).collect();
        values.sort_unstable();
        values.truncate(MOST_NAMED);
        let values = values.join(", ");
        return Err(match language {
            Language::En => format!("--segment {text}: no customer has this value; there are: {values}"),
            Language::De => format!("--segment {text}: kein Kunde hat diesen Wert; vorhanden: {values}"),
        });
    }
    Ok(Choice::One(SegmentValue { column: segment.column.clone(), value: value.to_owned() }))
}

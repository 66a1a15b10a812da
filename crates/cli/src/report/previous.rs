//! An earlier export beside the file: what happened between both, and what the later one has rewritten.

use super::Document;
use super::table::movement_table;
use crate::arguments::{Intake, Previous, ReportArguments};
use crate::format::{Align, Format, pick, table};
use crate::problem::Problem;
use crate::read as reading;
use keeprate_ingest::{Imported, Options};
use keeprate_metrics::ledger::Dataset;
use keeprate_metrics::money::Amount;
use keeprate_metrics::reconstruction::{Reconstruction, Rewriting, Rewritten, RewrittenCustomer, reconstruct};
use keeprate_metrics::subscriptions::SubscriptionTable;
use serde::Serialize;

/// Customers that are listed for each kind of rewriting.
const MOST_LISTED: usize = 10;

/// The report with what it says of the time since the earlier export.
#[derive(Serialize)]
pub(super) struct Compared<'a> {
    /// The report.
    #[serde(flatten)]
    pub(super) document: &'a Document,
    /// The movements between both exports.
    pub(super) reconstruction: &'a Reconstruction,
}

/// Reads the earlier export as the file itself is read.
pub(super) fn read(previous: &Previous, intake: &Intake) -> Result<Imported, Problem> {
    let options = Options { as_of: previous.as_of, ..intake.options.clone() };
    reading::read(&Intake { file: previous.file.clone(), options, strict: intake.strict, out: None })
}

/// Compares both.
pub(super) fn reconstructed(
    previous: &Imported,
    now: &Imported,
    arguments: &ReportArguments,
) -> Result<Reconstruction, Problem> {
    let language = arguments.intake.options.language;
    let refused =
        |english: &str, german: &str| Problem::Usage(format!("--previous: {}", pick(language, english, german)));
    let (Some(earlier), Some(later)) = (subscriptions(previous), subscriptions(now)) else {
        return Err(refused("both files have to be subscriptions", "beide Dateien müssen Abonnements enthalten"));
    };
    if earlier.currency != later.currency {
        return Err(refused("the currencies differ", "die Währungen sind verschieden"));
    }
    reconstruct(earlier, later, &arguments.settings.conventions, MOST_LISTED).ok_or_else(|| {
        refused(
            "no time lies between both files; --previous-as-of and --as-of say up to when they are complete",
            "zwischen beiden Dateien liegt keine Zeit; --previous-as-of und --as-of sagen, bis wann sie vollständig sind",
        )
    })
}

fn subscriptions(imported: &Imported) -> Option<&SubscriptionTable> {
    match &imported.dataset {
        Dataset::Subscriptions(subscriptions) => Some(subscriptions.table()),
        _ => None,
    }
}

/// The movements, then what was rewritten.
pub(super) fn write(found: &Reconstruction, format: Format) -> String {
    let title =
        [format.pick("Since the earlier file", "Seit der früheren Datei"), &found.movement.period.label].join(", ");
    let rows = [
        (format.pick("from both files", "aus beiden Dateien"), &found.movement),
        (format.pick("as the later one has it", "wie die spätere es sagt"), &found.later_alone),
    ];
    let movements = movement_table(&title, &rows, true, format);
    if found.rewritten.is_empty() {
        let same = format
            .pick("Both files tell the same of the time before.", "Über die Zeit davor sagen beide Dateien dasselbe.");
        return [&movements, "\n", same, "\n"].concat();
    }
    let columns = [
        (format.pick("Rewritten history", "Umgeschriebene Vorgeschichte"), Align::Left),
        (format.pick("Customer", "Kunde"), Align::Left),
        (format.pick("From", "Ab"), Align::Left),
        (format.pick("Earlier file", "Frühere Datei"), Align::Right),
        (format.pick("Later file", "Spätere Datei"), Align::Right),
    ];
    let rows: Vec<Vec<String>> = found.rewritten.iter().flat_map(|of| rewritten(of, format)).collect();
    [movements, table(&columns, &rows)].join("\n")
}

/// How many, then those that are listed.
fn rewritten(of: &Rewritten, format: Format) -> Vec<Vec<String>> {
    let count = i64::try_from(of.count).map(|count| format.count(count)).unwrap_or_default();
    let paid = |amount: Option<Amount>| amount.map_or_else(|| "–".to_owned(), |amount| format.money(amount));
    let row = |(place, customer): (usize, &RewrittenCustomer)| {
        let kind = if place == 0 { format!("{}: {count}", name_of(of.kind, format)) } else { String::new() };
        vec![kind, customer.customer.clone(), customer.day.to_iso(), paid(customer.previous), paid(customer.now)]
    };
    of.customers.iter().enumerate().map(row).collect()
}

fn name_of(kind: Rewriting, format: Format) -> &'static str {
    match kind {
        Rewriting::Missing => format.pick("no longer in the file", "nicht mehr in der Datei"),
        Rewriting::Backdated => format.pick("added with an earlier start", "mit früherem Beginn ergänzt"),
        Rewriting::StartChanged => format.pick("start changed", "Beginn geändert"),
        Rewriting::Revived => format.pick("had ended, goes on", "war beendet, läuft weiter"),
        Rewriting::EndedEarlier => format.pick("ended in retrospect", "rückwirkend beendet"),
        Rewriting::AmountChanged => format.pick("amount changed in retrospect", "Betrag rückwirkend geändert"),
    }
}

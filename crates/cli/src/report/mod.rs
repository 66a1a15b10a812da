//! `keeprate report FILE`: the retention KPIs of a file.

mod bridge;
mod csv;
mod joined;
mod previous;
mod question;
mod table;
mod together;

use crate::arguments::{Output, ReportArguments};
use crate::format::{Format, pick};
use crate::problem::Problem;
use crate::{Outcome, read, write};
use keeprate_ingest::{Imported, Input};
use keeprate_metrics::bridge::{Bridge, Side, bridge as explain};
use keeprate_metrics::ledger::{Dataset, Totals};
use keeprate_metrics::reconstruction::Reconstruction;
use keeprate_metrics::report::report;

/// The document, as report.md describes it.
pub(crate) type Document = keeprate_metrics::report::Report<Input>;

/// The help text.
pub(crate) const HELP: &str = "
Usage: keeprate report FILE [FILE...] [OPTION]...

Retention KPIs of a CSV file. Its shape is found by itself: subscriptions, MRR by customer and month
(long or wide), changes of MRR, payments and invoices, events of users, customers with a churn flag,
answers to surveys, or totals by period. Answers may also be JSON (.json).
FILE is - for standard input.

Several files, in any order, are joined on the customer: one of billing with answers, events or tables
that say who customers are. Attributes become segments; the revenue behind detractors and the customers
at risk are added to what each file tells by itself.

The file
  --shape SHAPE           what one row is: mrr_long, mrr_wide, subscriptions, mrr_changes, transactions,
                          events, survey, customers, customer_status or period_table
  --map FIELD=HEADER      the column of a field, like mrr=Umsatz; repeatable
  --word WORD=MEANING     what a word of a status or an interval means, like seasonal=active; repeatable
  --currency EUR          the currency of rows that name none
  --rate USD=0.5          an exchange rate into that currency; repeatable
  --gap-fill MONTHS       a customer’s missing months, up to so many, keep the amount before them (0)
  --encoding NAME         utf-8, utf-8-twice (text that shows “Ã¤” for “ä”), windows-1252, utf-16le or utf-16be;
                          without it as its bytes tell
  --date-system YEAR      1900 or 1904: what numbers that stand for days count from, as in Excel (1900)
  --amounts UNIT          written, or cents: what amounts are in, whatever headers and known exports say
  --scale NAME            what scores answer: nps, csat_5, csat_7, csat_10, grade_6, easy_5, easy_7, effort_5 or effort_7
  --year YYYY             the year of months that name none, like “Jan”: of the first column, or of all rows
  --time-zone ZONE        whose days and months times with an offset fall into, like Europe/Berlin (UTC)

The question
  --from 2025-01          first month; without it the last month alone, and NRR and GRR look back
                          over up to twelve months
  --to 2025-06            last month; without it the latest complete one
  --every STEP            grid of the series: month (default), quarter or year
  --as-of 2025-06-01      the data are complete up to this day, exclusive
  --segment COLUMN=VALUE  only the customers with this value
  --segment COLUMN        all values of a column side by side
  --target nrr>1.0        a target, in place of the usual one for that metric; repeatable
  --set KEY=VALUE         confidence_level (95), gross_margin, churn_months (6), top_n (10),
                          dedupe (latest, first or all responses of a respondent), join_by_domain (true: an address
                          that is no customer's stands for the one customer with its domain), spread_invoices (true:
                          what looks like invoices for a year or a quarter in MRR by month and payments),
                          movement_basis (event_basis: each change by itself, where days are known), and how
                          subscriptions are counted: keeprate presets keeprate lists those settings
  --preset NAME           counts subscriptions as another product does; see keeprate presets
  --against NAME          why that preset's figures differ from those of --preset (or ours), setting by
                          setting and customer by customer, in place of the report

An earlier export
  --previous FILE         an earlier export of the same subscriptions: the movements between both, and
                          what the later one tells otherwise for the time before
  --previous-as-of 2025-06-01
                          the earlier one is complete up to this day, exclusive; without it up to its
                          latest date

The result
  --format FORMAT         table (default), json (keeprate.report/1) or csv
  --locale de|en          language of messages, and what breaks ties between readings (en)
  --out FILE              write there instead of to standard output
  --strict                exit status 1 if rows have errors

Exit status: 0 computed; 1 computed, but rows have errors and --strict was given; 2 bad usage;
3 a file cannot be used (one line on standard error, its code first).
";

/// Reads the files, answers the question, writes the report.
pub(crate) fn run(arguments: &ReportArguments) -> Result<Outcome, Problem> {
    let intake = &arguments.intake;
    write::keep_apart(&intake.file, intake.out.as_deref())?;
    if !arguments.others.is_empty() {
        return joined::run(arguments);
    }
    if let Some(previous) = &arguments.previous {
        write::keep_apart(&previous.file, intake.out.as_deref())?;
    }
    let imported = read::read(intake)?;
    let question = question::question(arguments, &imported.dataset, imported.input.incomplete);
    let question = question.map_err(Problem::Usage)?;
    if arguments.against.is_some() {
        return explained(arguments, &imported);
    }
    let mut row_errors = read::has_row_errors(&imported.input);
    let previous = arguments.previous.as_ref().map(|previous| previous::read(previous, intake)).transpose()?;
    let reconstruction = previous.as_ref().map(|previous| previous::reconstructed(previous, &imported, arguments));
    let reconstruction = reconstruction.transpose()?;
    row_errors |= previous.as_ref().is_some_and(|previous| read::has_row_errors(&previous.input));
    let Imported { mut dataset, input, .. } = imported;
    dataset.adopt(&question.settings.conventions);
    let mut inputs = vec![input];
    inputs.extend(previous.map(|previous| previous.input));
    let document = report(&dataset, &question, inputs);
    write_report(arguments, &document, &csv::totals_of_rows(&dataset), reconstruction.as_ref(), row_errors)
}

/// Writes a report on files that name customers.
fn finish(
    arguments: &ReportArguments,
    document: &Document,
    reconstruction: Option<&Reconstruction>,
    row_errors: bool,
) -> Result<Outcome, Problem> {
    write_report(arguments, document, &[], reconstruction, row_errors)
}

/// Writes a report, with the totals of the file's rows where it is a table of totals.
fn write_report(
    arguments: &ReportArguments,
    document: &Document,
    rows: &[Totals],
    reconstruction: Option<&Reconstruction>,
    row_errors: bool,
) -> Result<Outcome, Problem> {
    let intake = &arguments.intake;
    let language = intake.options.language;
    let text = match (arguments.output, reconstruction) {
        (Output::Json, None) => write::json(document)?,
        (Output::Json, Some(reconstruction)) => write::json(&previous::Compared { document, reconstruction })?,
        (Output::Table, found) => {
            let format = Format { language, currency: document.currency };
            let between = found.map(|found| previous::write(found, format));
            table::write(document, between, language)
        }
        (Output::Csv, _) => csv::write(document, rows, language),
    };
    write::result(&text, intake.out.as_deref())?;
    Ok(if intake.strict && row_errors { Outcome::RowErrors } else { Outcome::Done })
}

/// Writes why two presets differ.
fn explained(arguments: &ReportArguments, imported: &Imported) -> Result<Outcome, Problem> {
    let intake = &arguments.intake;
    let language = intake.options.language;
    let refused =
        |english: &str, german: &str| Problem::Usage(format!("--against: {}", pick(language, english, german)));
    let Dataset::Subscriptions(subscriptions) = &imported.dataset else {
        return Err(refused("the file has no subscriptions", "die Datei hat keine Abonnements"));
    };
    let table = subscriptions.table();
    let found = arguments.against.as_ref().zip(table.months()).and_then(|((against, settings), (_, latest))| {
        let to = arguments.to.unwrap_or(latest);
        let from = arguments.from.unwrap_or(to);
        let side = |name: &str, conventions| Side { name: name.to_owned(), settings: conventions };
        let one = side(against.from.name, arguments.settings.conventions);
        let other = side(against.to.name, settings.conventions);
        explain(table, one, other, Some((from, to)), bridge::MOST_LISTED)
    });
    let found: Bridge =
        found.ok_or_else(|| refused("there is no month with an opening", "es gibt keinen Monat mit Anfangsbestand"))?;
    let text = match arguments.output {
        Output::Json => write::json(&found)?,
        Output::Table | Output::Csv => {
            bridge::write(&found, &imported.input.name, Format { language, currency: found.currency })
        }
    };
    write::result(&text, intake.out.as_deref())?;
    Ok(if intake.strict && read::has_row_errors(&imported.input) { Outcome::RowErrors } else { Outcome::Done })
}

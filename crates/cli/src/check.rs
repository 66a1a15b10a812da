//! `keeprate check FILE`: how a file is read, and what is doubtful or wrong in it.

use crate::arguments::CheckArguments;
use crate::format::{Align, Format, table};
use crate::problem::Problem;
use crate::{Outcome, read, write};
use keeprate_ingest::{
    Code, Column, DateOrder, DateSystem, Decimal, Diagnostic, Encoding, Evidence, Input, Language, Shape, Use,
    column_letters, scale_name,
};
use keeprate_metrics::money::Currency;

/// The help text.
pub(crate) const HELP: &str = "
Usage: keeprate check FILE [OPTION]...

Shows how a file is read: encoding, delimiter, decimal separator and date order with the cells that
prove them, the meaning of each column, how many records count, and all findings.

  --shape SHAPE         what one row is: mrr_long, mrr_wide, subscriptions, mrr_changes, transactions,
                        events, survey, customers, customer_status or period_table
  --map FIELD=HEADER    the column of a field; repeatable
  --word WORD=MEANING   what a word of a status or an interval means, like seasonal=active; repeatable
  --currency EUR        the currency of rows that name none
  --rate USD=0.5        an exchange rate into that currency; repeatable
  --gap-fill MONTHS     a customer’s missing months, up to so many, keep the amount before them (0)
  --encoding NAME       utf-8, utf-8-twice (text that shows “Ã¤” for “ä”), windows-1252, utf-16le or utf-16be
  --date-system YEAR    1900 or 1904: what numbers that stand for days count from, as in Excel (1900)
  --amounts UNIT        written, or cents: what amounts are in, whatever headers and known exports say
  --scale NAME          what scores answer: nps, csat_5, csat_7, csat_10, grade_6, easy_5, easy_7, effort_5 or effort_7
  --year YYYY           the year of months that name none, like “Jan”: of the first column, or of all rows
  --time-zone ZONE      whose days and months times with an offset fall into, like Europe/Berlin (UTC)
  --locale de|en        language of messages, and what breaks ties between readings (en)
  --format json|table   the `inputs` entry of a report, or text (table)
  --out FILE            write there instead of to standard output
  --strict              exit status 1 if rows have errors
";

/// Reads the file and shows how.
pub(crate) fn run(arguments: &CheckArguments) -> Result<Outcome, Problem> {
    let intake = &arguments.intake;
    write::keep_apart(&intake.file, intake.out.as_deref())?;
    let input = read::read(intake)?.input;
    let format = Format { language: intake.options.language, currency: Currency::EUR };
    let text = if arguments.json { write::json(&input)? } else { text(&input, format) };
    write::result(&text, intake.out.as_deref())?;
    Ok(if intake.strict && read::has_row_errors(&input) { Outcome::RowErrors } else { Outcome::Done })
}

fn text(input: &Input, format: Format) -> String {
    let dialect = &input.dialect;
    let row = |label: &str, value: &str, decision: &str| {
        vec![label.to_owned(), value.to_owned(), proofs(input, decision, format)]
    };
    let header = format!("{} {}", format.pick("record", "Datensatz"), dialect.header_record);
    let date_system = dialect
        .date_system
        .map(|system| row(format.pick("Numbers as dates", "Zahlen als Datum"), &since(system, format), "date_system"));
    let mut rows = vec![
        row(format.pick("Shape", "Tabellenform"), &shape(input.shape, format), ""),
        row(format.pick("Encoding", "Kodierung"), encoding(dialect.encoding), "encoding"),
        row(format.pick("Delimiter", "Trennzeichen"), delimiter(&dialect.delimiter, format), ""),
        row(format.pick("Decimals", "Dezimalzeichen"), decimal(dialect.decimal, format), "decimal"),
        row(format.pick("Dates", "Datumsfolge"), date_order(dialect.date_order, format), "date_order"),
        row(format.pick("Time zone", "Zeitzone"), &zone(dialect.time_zone.as_deref(), format), "time_zone"),
        row(format.pick("Header", "Kopfzeile"), &header, ""),
        row(format.pick("Records", "Datensätze"), &records(input, format), ""),
    ];
    rows.extend(date_system);
    if dialect.minor_units == Some(true) {
        rows.push(row(format.pick("Amounts", "Beträge"), format.pick("in cents", "in Cent"), ""));
    }
    rows.extend(dialect.scale.and_then(scale_name).map(|name| row(format.pick("Scale", "Skala"), name, "scale")));
    let column =
        |(place, column): (usize, &Column)| vec![column_letters(place), column.header.clone(), meaning(column, format)];
    let columns: Vec<Vec<String>> = input.columns.iter().enumerate().map(column).collect();
    let headings = [
        (format.pick("Column", "Spalte"), Align::Left),
        (format.pick("Header", "Name"), Align::Left),
        (format.pick("Meaning", "Bedeutung"), Align::Left),
    ];
    let plain = [("", Align::Left); 3];
    [
        input.name.as_str(),
        "\n\n",
        &table(&plain, &rows),
        "\n",
        &table(&headings, &columns),
        "\n",
        &findings(&input.diagnostics, usize::MAX, format),
    ]
    .concat()
}

/// How many records count, and how many do not.
pub(crate) fn records(input: &Input, format: Format) -> String {
    let count = |count: u64| format.count(i64::try_from(count).unwrap_or(i64::MAX));
    let is_aside = |found: &&Diagnostic| found.code == Code::SetAside;
    let aside = input.diagnostics.iter().find(is_aside).map_or(0, |found| found.count);
    let sums = input.records.saturating_sub(input.accepted).saturating_sub(input.left_out).saturating_sub(aside);
    let mut text = format!("{} {}", count(input.accepted), format.pick("used", "verwendet"));
    if sums > 0 {
        text.push_str(&format!(", {} {}", count(sums), format.pick("with sums", "mit Summen")));
    }
    if aside > 0 {
        text.push_str(&format!(", {} {}", count(aside), format.pick("about something else", "zu anderem")));
    }
    if input.left_out > 0 {
        let words = format.pick("left out for errors", "wegen Fehlern ausgelassen");
        text.push_str(&format!(", {} {words}", count(input.left_out)));
        let customers = format.pick("customers concerned", "betroffene Kunden");
        text.push_str(&format!(" ({customers} {}", count(input.left_out_customers)));
        for (place, sum) in input.left_out_amounts.iter().enumerate() {
            let before = if place == 0 { format.pick(", amounts ", ", Beträge ") } else { " + " };
            text.push_str(before);
            text.push_str(&Format { currency: sum.currency, ..format }.money(sum.amount));
        }
        text.push(')');
    }
    if input.incomplete {
        let words = format.pick(
            ". More than 5% were left out: the figures are incomplete",
            ". Mehr als 5 % sind ausgelassen: Die Zahlen sind unvollständig",
        );
        text.push_str(words);
    }
    text
}

/// The findings, at most so many of each code.
pub(crate) fn findings(diagnostics: &[Diagnostic], most: usize, format: Format) -> String {
    if diagnostics.is_empty() {
        return format.pick("No findings.\n", "Keine Befunde.\n").to_owned();
    }
    let mut rows = Vec::new();
    for same in diagnostics.chunk_by(|a, b| a.code == b.code) {
        let Some(first) = same.first() else { continue };
        for finding in same.iter().take(most) {
            rows.push(vec![finding.code.text().to_owned(), finding.message(format.language)]);
        }
        // A finding that stands alone for many rows says so itself.
        let rest = first.count.saturating_sub(same.len().min(most) as u64);
        if rest > 0 && same.len() > 1 {
            let rest = format.count(i64::try_from(rest).unwrap_or(i64::MAX));
            rows.push(vec![String::new(), format!("{} {rest}", format.pick("further:", "weitere:"))]);
        }
    }
    table(&[("", Align::Left), ("", Align::Left)], &rows)
}

/// The cells that prove a decision.
fn proofs(input: &Input, decision: &str, format: Format) -> String {
    let proof = |evidence: &Evidence| {
        let (record, column) = (evidence.record, &evidence.column);
        match format.language {
            Language::En => format!("record {record}, column {column}: “{}”", evidence.value),
            Language::De => format!("Datensatz {record}, Spalte {column}: „{}“", evidence.value),
        }
    };
    let proofs: Vec<String> =
        input.evidence.iter().filter(|evidence| evidence.decision == decision).map(proof).collect();
    proofs.join("; ")
}

fn shape(shape: Shape, format: Format) -> String {
    let (english, german) = match shape {
        Shape::Subscriptions => ("subscriptions", "Abonnements"),
        Shape::MrrLong => ("MRR, one row per customer and month", "MRR, eine Zeile je Kunde und Monat"),
        Shape::MrrWide => ("MRR, months as columns", "MRR, Monate als Spalten"),
        Shape::Survey => ("answers to surveys", "Antworten auf Umfragen"),
        Shape::MrrChanges => ("changes of MRR", "Änderungen des MRR"),
        Shape::Transactions => ("payments and invoices", "Zahlungen und Rechnungen"),
        Shape::Events => ("what users did", "Ereignisse von Nutzern"),
        Shape::PeriodTable => ("totals by period", "Summen je Zeitraum"),
        Shape::CustomerStatus => ("customers with a churn flag", "Kunden mit Kündigungsmerkmal"),
        Shape::Customers => ("attributes of customers", "Merkmale von Kunden"),
    };
    format!("{}: {}", shape.key(), format.pick(english, german))
}

fn encoding(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "UTF-8",
        Encoding::Utf16Le => "UTF-16LE",
        Encoding::Utf16Be => "UTF-16BE",
        Encoding::Windows1252 => "Windows-1252",
        Encoding::Utf8Twice => "UTF-8 ×2",
    }
}

fn delimiter(delimiter: &str, format: Format) -> &str {
    match delimiter {
        "\t" => format.pick("tab", "Tabulator"),
        sign => sign,
    }
}

fn decimal(decimal: Option<Decimal>, format: Format) -> &'static str {
    match decimal {
        Some(Decimal::Comma) => format.pick("comma", "Komma"),
        Some(Decimal::Point) => format.pick("point", "Punkt"),
        None => format.pick("no number has any", "keine Zahl hat eines"),
    }
}

fn date_order(order: Option<DateOrder>, format: Format) -> &'static str {
    match order {
        Some(DateOrder::DayFirst) => format.pick("day before month", "Tag vor Monat"),
        Some(DateOrder::MonthFirst) => format.pick("month before day", "Monat vor Tag"),
        None => format.pick("no date depends on it", "kein Datum hängt davon ab"),
    }
}

fn since(system: DateSystem, format: Format) -> String {
    [format.pick("days since ", "Tage seit "), system.name()].concat()
}

fn zone(name: Option<&str>, format: Format) -> String {
    name.unwrap_or(format.pick("no cell names an instant", "keine Zelle nennt einen Zeitpunkt")).to_owned()
}

fn meaning(column: &Column, format: Format) -> String {
    let used = match column.used {
        Some(Use::Segment) => format.pick("segment", "Segment"),
        Some(Use::Month) => format.pick("MRR of a month", "MRR eines Monats"),
        Some(Use::Total) => format.pick("sums", "Summen"),
        None => "",
    };
    match (column.field, used) {
        (Some(field), "") => field.key().to_owned(),
        (Some(field), used) if !used.eq_ignore_ascii_case(field.key()) => format!("{}, {used}", field.key()),
        (Some(field), _) => field.key().to_owned(),
        (None, "") => format.pick("not used", "ohne Bedeutung").to_owned(),
        (None, used) => used.to_owned(),
    }
}

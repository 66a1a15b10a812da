//! The periods of a statement: calendar months, quarters or years, the first and the last one cut where the months end.

use super::date;
use super::statement::Statement;
use crate::arguments::SqlArguments;
use keeprate_metrics::report::Every;

/// Adds `bounds`, the first and the last month to show. `rows` is a part with a column `month`.
pub(super) fn add_bounds(statement: &mut Statement, arguments: &SqlArguments, rows: &str) {
    let first = match arguments.from {
        Some(month) => format!("GREATEST(MIN(month), {})", date(month.start())),
        None => "MIN(month)".to_owned(),
    };
    let last = match arguments.last_month() {
        Some(month) => format!("LEAST(MAX(month), {})", date(month.start())),
        None => "MAX(month)".to_owned(),
    };
    statement.part(
        "bounds",
        ("The first and the last month to show.", "Der erste und der letzte Monat, die erscheinen."),
        &format!("SELECT {first} AS first_month, {last} AS last_month\nFROM {rows}"),
    );
}

/// Adds `periods`: label, first and last month of each period in which `rows` has a month.
pub(super) fn add_periods(statement: &mut Statement, arguments: &SqlArguments, rows: &str) {
    let dialect = arguments.dialect;
    let (first, last) = match arguments.every {
        Every::Month => (format!("{rows}.month"), format!("{rows}.month")),
        every => {
            let month = format!("{rows}.month");
            let start = if every == Every::Quarter { dialect.quarter_of(&month) } else { dialect.year_of(&month) };
            let end = dialect.plus_months(&start, &(every.months() - 1).to_string());
            (format!("GREATEST({start}, bounds.first_month)"), format!("LEAST({end}, bounds.last_month)"))
        }
    };
    statement.part(
        "grid",
        ("The periods, as their first and last months.", "Die Zeiträume, als erste und letzte Monate."),
        &format!(
            "SELECT DISTINCT\n  {first} AS first_month,\n  {last} AS last_month\nFROM {rows}\nCROSS JOIN bounds\n\
             WHERE {rows}.month BETWEEN bounds.first_month AND bounds.last_month"
        ),
    );
    statement.part(
        "periods",
        (
            "The same with labels: 2025-06, 2025-Q2, 2025, or 2025-05/2025-06 for what is cut.",
            "Dieselben mit Namen: 2025-06, 2025-Q2, 2025, oder 2025-05/2025-06, was beschnitten ist.",
        ),
        &format!(
            "SELECT\n  {} AS period,\n  grid.first_month,\n  grid.last_month,\n  {} AS opening_month\nFROM grid",
            label(arguments),
            dialect.plus_months("grid.first_month", "-1"),
        ),
    );
}

/// The label of a period, as reports have it.
fn label(arguments: &SqlArguments) -> String {
    let dialect = arguments.dialect;
    let (first, last) = (dialect.month_label("grid.first_month"), dialect.month_label("grid.last_month"));
    if arguments.every == Every::Month {
        return last;
    }
    let whole = |start: String, last: &str, name: String| {
        let end = dialect.plus_months(&start, last);
        format!("\n    WHEN grid.first_month = {start}\n      AND grid.last_month = {end}\n      THEN {name}")
    };
    let year = dialect.year_label("grid.first_month");
    let quarter = dialect.as_text("EXTRACT(QUARTER FROM grid.first_month)");
    let mut cases = format!("\n    WHEN grid.first_month = grid.last_month\n      THEN {last}");
    cases.push_str(&whole(dialect.quarter_of("grid.first_month"), "2", format!("{year} || '-Q' || {quarter}")));
    if arguments.every == Every::Year {
        cases.push_str(&whole(dialect.year_of("grid.first_month"), "11", year));
    }
    format!("CASE{cases}\n    ELSE {first} || '/' || {last}\n  END")
}

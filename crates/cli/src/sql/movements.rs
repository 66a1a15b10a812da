//! Customers and MRR by period, with the rates that follow from them (metrics.md 3.2, 3.6, 4A, 4C).

use super::periods::{add_bounds, add_periods};
use super::statement::Statement;
use super::{TableShape, date, same_id};
use crate::arguments::SqlArguments;
use keeprate_metrics::catalogue::Key;

/// Closing states by customer and month, the months, and since when each customer is one: parts `closings`, `months` and
/// `customers`, and those that they are made of.
pub(super) fn add_closings(statement: &mut Statement, arguments: &SqlArguments) {
    match arguments.shape {
        TableShape::Subscriptions => add_closings_of_subscriptions(statement, arguments),
        _ => add_closings_of_rows(statement, arguments),
    }
    statement.part(
        "customers",
        ("Since when each customer is one.", "Seit wann jeder Kunde einer ist."),
        "SELECT customer, MIN(month) AS first_month\nFROM closings\nWHERE mrr > 0\nGROUP BY customer",
    );
}

/// Customers by month: a table of closing states already.
fn add_closings_of_rows(statement: &mut Statement, arguments: &SqlArguments) {
    let dialect = arguments.dialect;
    let month = dialect.month_of(&format!("CAST({} AS DATE)", arguments.column("month")));
    statement.part(
        "entries",
        (
            "The table's rows: customer, first day of the month, exact amount.",
            "Die Zeilen der Tabelle: Kunde, erster Tag des Monats, genauer Betrag.",
        ),
        &format!(
            "SELECT\n  {} AS customer,\n  {month} AS month,\n  {} AS mrr\nFROM {}",
            arguments.trimmed("customer"),
            dialect.as_money(&arguments.column("mrr")),
            arguments.table(),
        ),
    );
    statement.part(
        "closings",
        (
            "The state of each customer at the end of each month: rows are summed, and above 0 makes a customer.",
            "Der Stand jedes Kunden am Ende jedes Monats: Zeilen sind summiert, und über 0 ist man Kunde.",
        ),
        &format!(
            "SELECT\n  {} AS customer,\n  entries.month,\n  SUM(entries.mrr) AS mrr\n\
             FROM entries\nWHERE entries.customer <> '' AND entries.month IS NOT NULL\nGROUP BY 1, 2",
            same_id("entries.customer"),
        ),
    );
    statement.part(
        "months",
        ("The months that the table has.", "Die Monate, die die Tabelle hat."),
        "SELECT DISTINCT month\nFROM closings",
    );
}

/// Subscriptions: their states are read just before the first day of each next month (metrics.md 3.1, 3.4).
fn add_closings_of_subscriptions(statement: &mut Statement, arguments: &SqlArguments) {
    let dialect = arguments.dialect;
    statement.part(
        "entries",
        (
            "The table's rows: customer, first day, day of the end, exact amount a month.",
            "Die Zeilen der Tabelle: Kunde, erster Tag, Tag des Endes, genauer Betrag im Monat.",
        ),
        &format!(
            "SELECT\n  {} AS customer,\n  CAST({} AS DATE) AS start_day,\n  CAST({} AS DATE) AS end_day,\n  {} AS mrr\n\
             FROM {}",
            arguments.trimmed("customer"),
            arguments.column("start"),
            arguments.column("end"),
            dialect.as_money(&arguments.column("mrr")),
            arguments.table(),
        ),
    );
    statement.part(
        "services",
        (
            "Times of service; what ends on its first day or before is none.",
            "Zeiten mit Leistung; was am ersten Tag oder davor endet, ist keine.",
        ),
        &format!(
            "SELECT\n  {} AS customer,\n  entries.start_day,\n  entries.end_day,\n  GREATEST(entries.mrr, 0) AS mrr\n\
             FROM entries\nWHERE entries.customer <> '' AND entries.start_day IS NOT NULL AND entries.mrr IS NOT NULL\n  \
             AND (entries.end_day IS NULL OR entries.end_day > entries.start_day)",
            same_id("entries.customer"),
        ),
    );
    statement.part(
        "starts",
        ("The days on which each customer has a start.", "Die Tage, an denen jeder Kunde einen Beginn hat."),
        "SELECT DISTINCT customer, start_day\nFROM services",
    );
    statement.part(
        "bridged",
        (
            "A service that another one follows on the next day goes on until then.",
            "Eine Leistung, auf die am nächsten Tag eine andere folgt, dauert bis dahin.",
        ),
        &format!(
            "SELECT\n  services.customer,\n  services.start_day,\n  COALESCE(starts.start_day, services.end_day) AS end_day,\n  \
             services.mrr\nFROM services\nLEFT JOIN starts ON starts.customer = services.customer\n  \
             AND starts.start_day = {}",
            dialect.next_day("services.end_day"),
        ),
    );
    let as_of = match arguments.as_of {
        Some(day) => format!("SELECT {} AS day", date(day)),
        None => format!(
            "SELECT LEAST({}, CURRENT_DATE) AS day\nFROM entries",
            dialect.next_day("GREATEST(MAX(start_day), COALESCE(MAX(end_day), MAX(start_day)))")
        ),
    };
    statement.part(
        "as_of",
        ("The first day that the data do not cover.", "Der erste Tag, den die Daten nicht abdecken."),
        &as_of,
    );
    let first = dialect.plus_months(&dialect.month_of("MIN(start_day)"), "-1");
    statement.part(
        "earliest",
        ("The month before the first start, without customers.", "Der Monat vor dem ersten Beginn, ohne Kunden."),
        &format!("SELECT {first} AS month\nFROM services"),
    );
    let month = dialect.plus_months("earliest.month", "step");
    statement.part(
        "months",
        ("The months from then on that are over.", "Die Monate von da an, die vorbei sind."),
        &format!(
            "SELECT {month} AS month\nFROM earliest\nCROSS JOIN as_of\nCROSS JOIN {}\nWHERE {month} < {}",
            dialect.steps(),
            dialect.month_of("as_of.day"),
        ),
    );
    let next = dialect.plus_months("months.month", "1");
    statement.part(
        "closings",
        (
            "The state of each customer at the end of each month: above 0 makes a customer.",
            "Der Stand jedes Kunden am Ende jedes Monats: über 0 ist man Kunde.",
        ),
        &format!(
            "SELECT bridged.customer, months.month, SUM(bridged.mrr) AS mrr\nFROM months\nJOIN bridged\n  \
             ON bridged.start_day < {next}\n  AND (bridged.end_day IS NULL OR bridged.end_day >= {next})\n\
             GROUP BY bridged.customer, months.month"
        ),
    );
}

/// The statement of these metrics.
pub(super) fn statement(arguments: &SqlArguments, metrics: &[Key]) -> String {
    let is_money = |key: &Key| matches!(key, Key::MrrMovements | Key::Nrr | Key::Grr);
    let (money, customers) = (metrics.iter().any(is_money), !metrics.iter().all(is_money));
    let title = match (customers, money) {
        (true, true) => ("Customers and MRR by period", "Kunden und MRR je Zeitraum"),
        (true, false) => ("Customers by period", "Kunden je Zeitraum"),
        (false, _) => ("MRR by period", "MRR je Zeitraum"),
    };
    let mut statement = Statement::new(arguments.language, title, &arguments.table(), metrics);
    statement.remark((
        "Each row compares the states at its own two ends. Rates over several months do not follow from the rows of its \
         months, which mix in customers who came later: ask for longer periods instead. Cells are empty where the table \
         has no month before the period; a period without its last month is left out. Saved as CSV, the result opens in \
         Keeprate as a period table.",
        "Jede Zeile vergleicht die Stände an ihren eigenen beiden Enden. Raten über mehrere Monate folgen nicht aus den \
         Zeilen der Monate, denn darin stecken auch später gewonnene Kunden: Dafür gibt es längere Zeiträume. Zellen sind \
         leer, wo der Tabelle der Monat vor dem Zeitraum fehlt; ein Zeitraum ohne letzten Monat entfällt. Als CSV \
         gespeichert öffnet Keeprate das Ergebnis als Tabelle von Zeiträumen.",
    ));
    add_closings(&mut statement, arguments);
    add_bounds(&mut statement, arguments, "months");
    add_periods(&mut statement, arguments, "months");
    statement.part(
        "ends",
        (
            "Who pays how much at the start and at the end of each period.",
            "Wer am Anfang und am Ende jedes Zeitraums wie viel zahlt.",
        ),
        "
SELECT periods.last_month, closings.customer, closings.mrr AS mrr_start, 0 AS mrr_end
FROM periods
JOIN closings ON closings.month = periods.opening_month
WHERE closings.mrr > 0
UNION ALL
SELECT periods.last_month, closings.customer, 0 AS mrr_start, closings.mrr AS mrr_end
FROM periods
JOIN closings ON closings.month = periods.last_month
WHERE closings.mrr > 0",
    );
    statement.part(
        "states",
        ("Both ends of each customer side by side.", "Beide Enden jedes Kunden nebeneinander."),
        "
SELECT last_month, customer, SUM(mrr_start) AS mrr_start, SUM(mrr_end) AS mrr_end
FROM ends
GROUP BY last_month, customer",
    );
    statement.part(
        "classes",
        ("Each customer of a period in exactly one class.", "Jeder Kunde eines Zeitraums in genau einer Klasse."),
        "
SELECT
  states.last_month,
  states.mrr_start,
  states.mrr_end,
  CASE
    WHEN states.mrr_start = 0 AND customers.first_month < periods.opening_month THEN 'reactivation'
    WHEN states.mrr_start = 0 THEN 'new'
    WHEN states.mrr_end = 0 THEN 'churn'
    WHEN states.mrr_end > states.mrr_start THEN 'expansion'
    WHEN states.mrr_end < states.mrr_start THEN 'contraction'
    ELSE 'unchanged'
  END AS class
FROM states
JOIN customers ON customers.customer = states.customer
JOIN periods ON periods.last_month = states.last_month",
    );
    let measures = measures(customers, money);
    let sums: Vec<String> = measures.iter().map(|(name, sum, _)| format!("  {sum} AS {name}")).collect();
    statement.part(
        "movements",
        (
            "The sums of each period, and whether the table has the month before it.",
            "Die Summen jedes Zeitraums, und ob die Tabelle den Monat davor hat.",
        ),
        &format!(
            "SELECT
  periods.period,
  periods.last_month,
  openings.month IS NOT NULL AS has_opening,
{}
FROM periods
JOIN months AS endings ON endings.month = periods.last_month
LEFT JOIN months AS openings ON openings.month = periods.opening_month
LEFT JOIN classes ON classes.last_month = periods.last_month
GROUP BY periods.period, periods.last_month, openings.month",
            sums.join(",\n"),
        ),
    );
    let mut columns = vec!["closing.period".to_owned()];
    columns.extend(measures.iter().map(|(name, _, side)| format!("{side}.{name}")));
    columns.extend(metrics.iter().filter_map(|key| {
        let (part, whole) = match key {
            Key::CustomerRetentionRate => ("opened.customers_start - opened.customers_lost", "opened.customers_start"),
            Key::CustomerChurnRate => ("opened.customers_lost", "opened.customers_start"),
            Key::Nrr => (
                "opened.mrr_start + opened.mrr_expansion - opened.mrr_contraction - opened.mrr_churn",
                "opened.mrr_start",
            ),
            Key::Grr => ("opened.mrr_start - opened.mrr_contraction - opened.mrr_churn", "opened.mrr_start"),
            _ => return None,
        };
        Some(format!("{} AS {}", arguments.dialect.rate(part, whole), key.name()))
    }));
    statement.result(
        &columns,
        "
FROM movements AS closing
LEFT JOIN movements AS opened ON opened.last_month = closing.last_month AND opened.has_opening
ORDER BY closing.last_month",
    )
}

/// The measures of a period table: name, sum, and from which side of the last join they come.
fn measures(customers: bool, money: bool) -> Vec<(&'static str, String, &'static str)> {
    let count = |of: &str| format!("COUNT(CASE WHEN {of} THEN 1 END)");
    let class =
        |class: &str, amount: &str| format!("SUM(CASE WHEN classes.class = '{class}' THEN {amount} ELSE 0 END)");
    let mut measures = Vec::new();
    if customers {
        measures.extend([
            ("customers_start", count("classes.mrr_start > 0"), "opened"),
            ("customers_new", count("classes.class = 'new'"), "opened"),
            ("customers_reactivated", count("classes.class = 'reactivation'"), "opened"),
            ("customers_lost", count("classes.class = 'churn'"), "opened"),
            ("customers_end", count("classes.mrr_end > 0"), "closing"),
        ]);
    }
    if money {
        measures.extend([
            ("mrr_start", "COALESCE(SUM(classes.mrr_start), 0)".to_owned(), "opened"),
            ("mrr_new", class("new", "classes.mrr_end"), "opened"),
            ("mrr_reactivation", class("reactivation", "classes.mrr_end"), "opened"),
            ("mrr_expansion", class("expansion", "classes.mrr_end - classes.mrr_start"), "opened"),
            ("mrr_contraction", class("contraction", "classes.mrr_start - classes.mrr_end"), "opened"),
            ("mrr_churn", class("churn", "classes.mrr_start"), "opened"),
            ("mrr_end", "COALESCE(SUM(classes.mrr_end), 0)".to_owned(), "closing"),
        ]);
    }
    measures
}

//! N-day retention of users, by calendar days (metrics.md 4B).

use super::statement::Statement;
use super::{date, same_id};
use crate::arguments::SqlArguments;
use keeprate_metrics::activity::CURVE;
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::period::Day;
use keeprate_metrics::statistics::Level;

/// The statement of the metric.
pub(super) fn statement(arguments: &SqlArguments, metrics: &[Key]) -> String {
    let dialect = arguments.dialect;
    let title = ("Retention of users by day", "Wiederkehr der Nutzer nach Tagen");
    let mut statement = Statement::new(arguments.language, title, &arguments.table(), metrics);
    statement.remark((
        "Day 0 is the date of a user's first event; any event is a return. A user counts for a day that was over when the \
         data end, else in neither number (matured). Dates are those of the column: where it has a time zone, of the \
         session's. Bounds are Wilson's at 95%.",
        "Tag 0 ist das Datum des ersten Ereignisses eines Nutzers; jedes Ereignis gilt als Wiederkehr. Ein Nutzer zählt für \
         einen Tag, der beim Ende der Daten vorbei war, sonst in keiner der Zahlen (matured). Die Daten sind die der \
         Spalte: wo sie eine Zeitzone hat, die der Sitzung. Grenzen nach Wilson zu 95 %.",
    ));
    let day = format!("CAST({} AS DATE)", arguments.column("timestamp"));
    statement.part(
        "entries",
        ("The table's rows: user and day.", "Die Zeilen der Tabelle: Nutzer und Tag."),
        &format!("SELECT\n  {} AS user_id,\n  {day} AS day\nFROM {}", arguments.trimmed("user"), arguments.table()),
    );
    let before_end = arguments.as_of.map(|as_of| format!(" AND entries.day < {}", date(as_of)));
    statement.part(
        "active_days",
        ("The days on which each user was active.", "Die Tage, an denen jeder Nutzer aktiv war."),
        &format!(
            "SELECT DISTINCT\n  {} AS user_id,\n  entries.day\nFROM entries\n\
             WHERE entries.user_id <> '' AND entries.day IS NOT NULL{}",
            same_id("entries.user_id"),
            before_end.unwrap_or_default(),
        ),
    );
    let last_day = match arguments.as_of {
        Some(as_of) => format!("SELECT {} AS day", date(Day(as_of.0.saturating_sub(1)))),
        None => "SELECT MAX(day) AS day\nFROM active_days".to_owned(),
    };
    statement.part(
        "last_day",
        ("The last day that the data cover.", "Der letzte Tag, den die Daten abdecken."),
        &last_day,
    );
    let bounds: Vec<String> = [
        arguments.from.map(|month| format!("MIN(day) >= {}", date(month.start()))),
        arguments.to.map(|month| format!("MIN(day) < {}", date(month.end()))),
    ]
    .into_iter()
    .flatten()
    .collect();
    let having = if bounds.is_empty() { String::new() } else { format!("\nHAVING {}", bounds.join(" AND ")) };
    statement.part(
        "starts",
        ("The first day of each user.", "Der erste Tag jedes Nutzers."),
        &format!("SELECT user_id, MIN(day) AS start_day\nFROM active_days\nGROUP BY user_id{having}"),
    );
    let curve: Vec<String> = CURVE.iter().map(|day| format!("SELECT {day} AS day")).collect();
    statement.part(
        "curve",
        ("The days at which retention is read.", "Die Tage, an denen die Retention abgelesen wird."),
        &curve.join("\nUNION ALL "),
    );
    statement.part(
        "returns",
        (
            "How many days after the start each user was active.",
            "Wie viele Tage nach dem Beginn jeder Nutzer aktiv war.",
        ),
        &format!(
            "SELECT starts.user_id, {} AS day\nFROM starts\n\
             JOIN active_days ON active_days.user_id = starts.user_id",
            dialect.days_between("active_days.day", "starts.start_day"),
        ),
    );
    let is_matured = format!("{} >= curve.day", dialect.days_between("last_day.day", "starts.start_day"));
    statement.part(
        "counts",
        (
            "Matured users of each day, and those who came back on it.",
            "Nutzer je Tag, die zählen, und die Wiedergekehrten.",
        ),
        &format!(
            "SELECT\n  curve.day,\n  COUNT(CASE WHEN {is_matured} THEN 1 END) AS matured,\n  \
             COUNT(CASE WHEN {is_matured} THEN returns.user_id END) AS retained\n\
             FROM curve\nCROSS JOIN last_day\nCROSS JOIN starts\n\
             LEFT JOIN returns ON returns.user_id = starts.user_id AND returns.day = curve.day\n\
             GROUP BY curve.day"
        ),
    );
    statement.part(
        "rates",
        ("The rate, and what its interval is made of.", "Der Anteil, und woraus sein Intervall entsteht."),
        &format!(
            "SELECT\n  day,\n  matured,\n  retained,\n  {} AS rate,\n  {} AS n,\n  {} AS z\nFROM counts",
            dialect.rate("retained", "matured"),
            dialect.as_float("NULLIF(matured, 0)"),
            dialect.as_float(&Level::default().z().to_string()),
        ),
    );
    statement.part(
        "intervals",
        ("Wilson's interval: its centre and half its width.", "Das Intervall nach Wilson: Mitte und halbe Breite."),
        "
SELECT
  rates.*,
  (rate + z * z / (2 * n)) / (1 + z * z / n) AS centre,
  z * SQRT(rate * (1 - rate) / n + z * z / (4 * n * n)) / (1 + z * z / n) AS half
FROM rates",
    );
    let columns = [
        "day".to_owned(),
        "matured".to_owned(),
        "retained".to_owned(),
        format!("rate AS {}", Key::NDayRetention.name()),
        // Exact where nobody or everybody came back, and empty without anybody.
        "CASE WHEN retained > 0 THEN centre - half WHEN matured > 0 THEN 0 END AS ci_low".to_owned(),
        "CASE WHEN retained < matured THEN centre + half WHEN matured > 0 THEN 1 END AS ci_high".to_owned(),
    ];
    statement.result(&columns, "FROM intervals\nORDER BY day")
}

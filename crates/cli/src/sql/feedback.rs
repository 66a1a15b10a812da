//! NPS by period, the latest answer of each respondent (metrics.md 4E, 9.3).

use super::periods::{add_bounds, add_periods};
use super::same_id;
use super::statement::Statement;
use crate::arguments::SqlArguments;
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::statistics::Level;

/// The statement of the metric.
pub(super) fn statement(arguments: &SqlArguments, metrics: &[Key]) -> String {
    let dialect = arguments.dialect;
    let title = ("Net Promoter Score by period", "Net Promoter Score je Zeitraum");
    let mut statement = Statement::new(arguments.language, title, &arguments.table(), metrics);
    statement.remark((
        "Of several answers of a respondent in a period the latest counts, of two at the same time the lower. Answers \
         without a respondent count one by one; scores that are no whole number from 0 to 10 do not count. A period \
         without answers has no row. Bounds are adjusted Wald's at 95%. Saved as CSV, the result opens in Keeprate as a \
         period table.",
        "Von mehreren Antworten einer Person in einem Zeitraum zählt die letzte, von zwei gleichzeitigen die niedrigere. \
         Antworten ohne Person zählen einzeln; Werte, die keine ganze Zahl von 0 bis 10 sind, zählen nicht. Ein Zeitraum \
         ohne Antworten hat keine Zeile. Grenzen nach dem angepassten Wald-Intervall zu 95 %. Als CSV gespeichert öffnet \
         Keeprate das Ergebnis als Tabelle von Zeiträumen.",
    ));
    let date = arguments.column("date");
    statement.part(
        "entries",
        (
            "The table's rows: respondent, time, first day of the month, score.",
            "Die Zeilen der Tabelle: Person, Zeitpunkt, erster Tag des Monats, Wert.",
        ),
        &format!(
            "SELECT\n  {} AS respondent,\n  {} AS answered_at,\n  {} AS month,\n  {} AS score\nFROM {}",
            arguments.trimmed("respondent"),
            dialect.as_instant(&date),
            dialect.month_of(&format!("CAST({date} AS DATE)")),
            arguments.column("score"),
            arguments.table(),
        ),
    );
    statement.part(
        "answers",
        (
            "The answers that can count, and those without a score, which show how far the data go.",
            "Die Antworten, die zählen können, und die ohne Wert: Sie zeigen, wie weit die Daten reichen.",
        ),
        &format!(
            "SELECT\n  {} AS respondent,\n  entries.answered_at,\n  entries.month,\n  entries.score\nFROM entries\n\
             WHERE entries.answered_at IS NOT NULL\n  AND (entries.score IS NULL\n    \
             OR entries.score BETWEEN 0 AND 10 AND entries.score = FLOOR(entries.score))",
            same_id("entries.respondent"),
        ),
    );
    add_bounds(&mut statement, arguments, "answers");
    add_periods(&mut statement, arguments, "answers");
    statement.part(
        "ranked",
        (
            "The answers of each period, the latest of each respondent first.",
            "Die Antworten jedes Zeitraums, die letzte jeder Person zuerst.",
        ),
        "
SELECT
  periods.period,
  periods.last_month,
  answers.respondent,
  answers.score,
  ROW_NUMBER() OVER (
    PARTITION BY periods.last_month, answers.respondent
    ORDER BY answers.answered_at DESC, answers.score
  ) AS place
FROM periods
JOIN answers ON answers.month BETWEEN periods.first_month AND periods.last_month
WHERE answers.score IS NOT NULL",
    );
    statement.part(
        "counts",
        ("Promoters, passives and detractors.", "Promotoren, Indifferente und Kritiker."),
        "
SELECT
  period,
  last_month,
  COUNT(CASE WHEN score >= 9 THEN 1 END) AS promoters,
  COUNT(CASE WHEN score BETWEEN 7 AND 8 THEN 1 END) AS passives,
  COUNT(CASE WHEN score <= 6 THEN 1 END) AS detractors,
  COUNT(*) AS responses
FROM ranked
WHERE place = 1 OR respondent IS NULL OR respondent = ''
GROUP BY period, last_month",
    );
    let adjusted = |part: &str| format!("({} + 0.75) / (responses + 3)", dialect.as_float(part));
    statement.part(
        "adjusted",
        ("Shares with three more answers, of all kinds alike.", "Anteile mit drei Antworten mehr, gleich verteilt."),
        &format!(
            "SELECT\n  counts.*,\n  {} AS good,\n  {} AS bad,\n  {} AS z\nFROM counts",
            adjusted("promoters"),
            adjusted("detractors"),
            dialect.as_float(&Level::default().z().to_string()),
        ),
    );
    statement.part(
        "intervals",
        ("The interval: its centre and the margin of error.", "Das Intervall: seine Mitte und die Fehlerspanne."),
        "
SELECT
  adjusted.*,
  100 * (good - bad) AS centre,
  100 * z * SQRT((good + bad - (good - bad) * (good - bad)) / (responses + 3)) AS margin_of_error
FROM adjusted",
    );
    let columns = [
        "period".to_owned(),
        "promoters".to_owned(),
        "passives".to_owned(),
        "detractors".to_owned(),
        "responses".to_owned(),
        format!("100 * {} AS {}", dialect.rate("promoters - detractors", "responses"), Key::Nps.name()),
        "GREATEST(-100, centre - margin_of_error) AS ci_low".to_owned(),
        "LEAST(100, centre + margin_of_error) AS ci_high".to_owned(),
    ];
    statement.result(&columns, "FROM intervals\nORDER BY last_month")
}

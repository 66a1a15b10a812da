//! Cohorts by the first month with MRR (metrics.md 4B).

use super::date;
use super::movements::add_closings;
use super::periods::add_bounds;
use super::statement::Statement;
use crate::arguments::SqlArguments;
use keeprate_metrics::catalogue::Key;

/// The statement of these metrics.
pub(super) fn statement(arguments: &SqlArguments, metrics: &[Key]) -> String {
    let dialect = arguments.dialect;
    let title = ("Cohorts by the first month with MRR", "Kohorten nach dem ersten Monat mit MRR");
    let mut statement = Statement::new(arguments.language, title, &arguments.table(), metrics);
    statement.remark((
        "One row per cohort and month since its start. A customer who came back counts again. The cohort of the table's \
         first month mixes all older customers (left_truncated). Months that the table lacks have no row.",
        "Eine Zeile je Kohorte und Monat seit ihrem Beginn. Wer zurückkam, zählt wieder. In der Kohorte des ersten Monats \
         der Tabelle stecken alle älteren Kunden (left_truncated). Monate, die der Tabelle fehlen, haben keine Zeile.",
    ));
    add_closings(&mut statement, arguments);
    add_bounds(&mut statement, arguments, "months");
    statement.part(
        "members",
        ("Each customer with cohort and MRR of the first month.", "Jeder Kunde mit Kohorte und MRR des ersten Monats."),
        "
SELECT customers.customer, customers.first_month AS cohort, closings.mrr AS mrr_start
FROM customers
JOIN closings ON closings.customer = customers.customer AND closings.month = customers.first_month",
    );
    statement.part(
        "cohorts",
        ("Size of each cohort.", "Größe jeder Kohorte."),
        "
SELECT members.cohort, COUNT(*) AS size, SUM(members.mrr_start) AS mrr_start
FROM members
CROSS JOIN bounds
WHERE members.cohort BETWEEN bounds.first_month AND bounds.last_month
GROUP BY members.cohort",
    );
    statement.part(
        "activity",
        (
            "What is left of each cohort in each month; capped: each customer at most as at the start.",
            "Was von jeder Kohorte in jedem Monat da ist; capped: jeder Kunde höchstens wie am Anfang.",
        ),
        "
SELECT
  members.cohort,
  closings.month,
  COUNT(*) AS active,
  SUM(closings.mrr) AS mrr,
  SUM(LEAST(closings.mrr, members.mrr_start)) AS mrr_capped
FROM members
JOIN closings ON closings.customer = members.customer
WHERE closings.mrr > 0
GROUP BY members.cohort, closings.month",
    );
    let number = "(EXTRACT(YEAR FROM months.month) - EXTRACT(YEAR FROM cohorts.cohort)) * 12 \
                  + EXTRACT(MONTH FROM months.month) - EXTRACT(MONTH FROM cohorts.cohort)";
    let share = |part: &str, whole: &str| dialect.rate(&format!("COALESCE(activity.{part}, 0)"), whole);
    let mut columns = vec![
        format!("{} AS cohort", dialect.month_label("cohorts.cohort")),
        format!("CAST({number} AS INTEGER) AS month_number"),
        "cohorts.cohort = oldest.month AS left_truncated".to_owned(),
        "cohorts.size".to_owned(),
    ];
    if metrics.contains(&Key::CohortLogoRetention) {
        columns.push("COALESCE(activity.active, 0) AS active".to_owned());
        columns.push(format!("{} AS {}", share("active", "cohorts.size"), Key::CohortLogoRetention.name()));
    }
    if metrics.contains(&Key::CohortRevenueRetention) {
        let name = Key::CohortRevenueRetention.name();
        columns.extend([
            "cohorts.mrr_start".to_owned(),
            "COALESCE(activity.mrr, 0) AS mrr".to_owned(),
            "COALESCE(activity.mrr_capped, 0) AS mrr_capped".to_owned(),
            format!("{} AS {name}", share("mrr", "cohorts.mrr_start")),
            format!("{} AS {name}_gross_capped", share("mrr_capped", "cohorts.mrr_start")),
        ]);
    }
    let complete = match arguments.as_of {
        Some(day) => format!("\nWHERE months.month < {}", date(day.month().start())),
        None => String::new(),
    };
    statement.result(
        &columns,
        &format!(
            "FROM cohorts
JOIN months ON months.month >= cohorts.cohort
CROSS JOIN (SELECT MIN(month) AS month FROM months) AS oldest
LEFT JOIN activity ON activity.cohort = cohorts.cohort AND activity.month = months.month{complete}
ORDER BY cohorts.cohort, months.month"
        ),
    )
}

//! `keeprate sql`: the metrics that rows give, as SQL for the database that holds them.
//!
//! A statement is the same text for every database but for the spellings of [`dialect`]. Its parts follow metrics.md 3.1,
//! 3.2 and 3.6: closing states by month, the class of each customer, the sums.

mod cohorts;
mod dialect;
mod feedback;
mod movements;
mod periods;
mod statement;
mod usage;

use crate::arguments::SqlArguments;
use crate::problem::Problem;
use crate::{Outcome, write};
pub(crate) use dialect::{ALL as DIALECTS, Dialect};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::period::{Day, Month};

/// The help text.
pub(crate) const HELP: &str = "
Usage: keeprate sql --dialect DIALECT [--metric KEY]... [OPTION]...

Prints SQL that computes metrics where the rows are: in DuckDB, PostgreSQL, BigQuery or Snowflake.
Amounts stay exact decimals, rates are divided at the end. Customers and MRR come out by period and open
in Keeprate: save the result as CSV with a header.

  --dialect DIALECT   duckdb, postgres, bigquery or snowflake
  --metric KEY        repeatable; without it all that the shape gives:
                        mrr_long, subscriptions
                                       mrr_movements, nrr, grr, customer_retention_rate,
                                       customer_churn_rate, cohort_logo_retention,
                                       cohort_revenue_retention
                        events         n_day_retention
                        survey         nps
  --shape SHAPE       what a row of the table is; without it what the metrics say, mrr_long first:
                        mrr_long       customer, month (any day of it), mrr
                        subscriptions  customer, start, end, mrr
                        events         user, timestamp
                        survey         respondent, date, score
  --table NAME        the table, like billing.mrr; without it the shape's name
  --map FIELD=COLUMN  the column of a field, like mrr=amount; repeatable
  --from 2025-01      first month of the periods, cohorts or first events
  --to 2025-06        last month of them
  --every STEP        length of the periods: month (default), quarter or year; the first and the last
                      may be shorter
  --as-of 2025-06-01  the data are complete up to this day, exclusive
  --locale de|en      language of the comments (en)

Names are taken as the database stores them; Snowflake's may be typed in lower case. DuckDB and PostgreSQL
run in Keeprate's tests and agree with its own figures. BigQuery and Snowflake have only been parsed.
";

/// What a row of the table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TableShape {
    /// A customer in a month.
    MrrLong,
    /// A subscription, with its amount a month.
    Subscriptions,
    /// An event of a user.
    Events,
    /// An answer to a survey.
    Survey,
}

impl TableShape {
    /// Every shape.
    pub(crate) const ALL: [TableShape; 4] =
        [TableShape::MrrLong, TableShape::Subscriptions, TableShape::Events, TableShape::Survey];

    /// The name used in options.
    pub(crate) fn key(self) -> &'static str {
        match self {
            TableShape::MrrLong => "mrr_long",
            TableShape::Subscriptions => "subscriptions",
            TableShape::Events => "events",
            TableShape::Survey => "survey",
        }
    }

    /// The shape of a name.
    pub(crate) fn parse(key: &str) -> Option<TableShape> {
        TableShape::ALL.into_iter().find(|shape| shape.key() == key)
    }

    /// The first shape that gives a metric.
    pub(crate) fn of(metric: Key) -> Option<TableShape> {
        TableShape::ALL.into_iter().find(|shape| shape.metrics().contains(&metric))
    }

    /// The columns that a table of this shape has.
    pub(crate) fn fields(self) -> &'static [&'static str] {
        match self {
            TableShape::MrrLong => &["customer", "month", "mrr"],
            TableShape::Subscriptions => &["customer", "start", "end", "mrr"],
            TableShape::Events => &["user", "timestamp"],
            TableShape::Survey => &["respondent", "date", "score"],
        }
    }

    /// The metrics that it gives.
    pub(crate) fn metrics(self) -> &'static [Key] {
        match self {
            TableShape::MrrLong | TableShape::Subscriptions => &[
                Key::MrrMovements,
                Key::Nrr,
                Key::Grr,
                Key::CustomerRetentionRate,
                Key::CustomerChurnRate,
                Key::CohortLogoRetention,
                Key::CohortRevenueRetention,
            ],
            TableShape::Events => &[Key::NDayRetention],
            TableShape::Survey => &[Key::Nps],
        }
    }
}

/// Whether a metric comes out by period.
pub(crate) fn has_periods(metric: Key) -> bool {
    !matches!(metric, Key::CohortLogoRetention | Key::CohortRevenueRetention | Key::NDayRetention)
}

/// A name of a table or column that can be quoted: not empty, and without anything that ends quotes or a comment.
pub(crate) fn name(text: &str) -> Option<String> {
    let fits =
        !text.trim().is_empty() && !text.contains(|letter: char| letter.is_control() || "\"`\\".contains(letter));
    fits.then(|| text.to_owned())
}

/// The parts of a table's name: `schema.table`, with a database or project before it where need be.
pub(crate) fn table_name(text: &str) -> Option<Vec<String>> {
    let parts: Vec<String> = text.split('.').map(name).collect::<Option<_>>()?;
    (parts.len() <= 3).then_some(parts)
}

/// Prints the statements.
pub(crate) fn run(arguments: &SqlArguments) -> Result<Outcome, Problem> {
    write::result(&text(arguments), None)?;
    Ok(Outcome::Done)
}

/// What writes the statement of some metrics.
type Writer = fn(&SqlArguments, &[Key]) -> String;

/// The metrics that share a statement.
const STATEMENTS: [(&[Key], Writer); 4] = [
    (
        &[Key::MrrMovements, Key::Nrr, Key::Grr, Key::CustomerRetentionRate, Key::CustomerChurnRate],
        movements::statement,
    ),
    (&[Key::CohortLogoRetention, Key::CohortRevenueRetention], cohorts::statement),
    (&[Key::NDayRetention], usage::statement),
    (&[Key::Nps], feedback::statement),
];

fn text(arguments: &SqlArguments) -> String {
    let mut texts = Vec::new();
    for (metrics, statement) in STATEMENTS {
        let asked: Vec<Key> = metrics.iter().copied().filter(|key| arguments.metrics.contains(key)).collect();
        if !asked.is_empty() {
            texts.push(statement(arguments, &asked));
        }
    }
    texts.join("\n")
}

impl SqlArguments {
    /// The table as it stands in a statement.
    fn table(&self) -> String {
        let parts: Vec<String> = self.table.iter().map(|part| self.dialect.identifier(part)).collect();
        parts.join(".")
    }

    /// The column of a field as it stands in a statement.
    fn column(&self, field: &str) -> String {
        let mapped = self.columns.iter().find(|(mapped, _)| *mapped == field);
        self.dialect.identifier(mapped.map_or(field, |(_, column)| column))
    }

    /// An id as text without spaces around it; [`same_id`] does the rest.
    fn trimmed(&self, field: &str) -> String {
        format!("TRIM({})", self.dialect.as_text(&self.column(field)))
    }

    /// The last month to show: the one asked for, and never one that is not over.
    fn last_month(&self) -> Option<Month> {
        let complete = self.as_of.map(|day| day.month().plus(-1));
        match (self.to, complete) {
            (Some(to), Some(complete)) => Some(to.min(complete)),
            (to, complete) => to.or(complete),
        }
    }
}

/// An id as a customer or user is told apart by it: an e-mail address is the same in upper and lower case.
fn same_id(column: &str) -> String {
    format!("CASE WHEN {column} LIKE '%@%' THEN LOWER({column}) ELSE {column} END")
}

/// A day as a literal.
fn date(day: Day) -> String {
    format!("DATE '{}'", day.to_iso())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_nothing_that_ends_quotes() {
        for (text, parts) in [
            ("mrr", Some(vec!["mrr"])),
            ("billing.mrr", Some(vec!["billing", "mrr"])),
            ("my-project.billing.mrr", Some(vec!["my-project", "billing", "mrr"])),
            ("Umsatz je Monat", Some(vec!["Umsatz je Monat"])),
            ("x'; DROP TABLE y; --", Some(vec!["x'; DROP TABLE y; --"])),
            ("a.b.c.d", None),
            ("", None),
            ("billing.", None),
            ("mrr\"; DROP TABLE y; --", None),
            ("mrr`", None),
            ("mrr\\", None),
            ("mrr\nDROP TABLE y", None),
        ] {
            let expected = parts.map(|parts| parts.into_iter().map(str::to_owned).collect::<Vec<String>>());
            assert_eq!(table_name(text), expected, "{text:?}");
        }
    }

    #[test]
    fn every_metric_has_a_shape() {
        for shape in TableShape::ALL {
            assert_eq!(TableShape::parse(shape.key()), Some(shape));
            assert!(shape.metrics().iter().all(|key| TableShape::of(*key).is_some()), "{}", shape.key());
        }
    }
}

//! What the charts draw, from a report: plain numbers with their labels.

use keeprate_documents::Document;
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::cohorts::CustomerCohort;
use keeprate_metrics::money::Amount;
use keeprate_metrics::period::Period;
use keeprate_metrics::report::{LabelledPeriod, MovementEntry};
use keeprate_metrics::result::{MetricResult, Value};

/// A class of MRR movement; each has one hue and one pattern everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Won customers.
    New,
    /// Customers who came back.
    Reactivation,
    /// Customers who pay more.
    Expansion,
    /// Customers who pay less.
    Contraction,
    /// Customers who left.
    Churn,
}

impl Class {
    /// All classes, gains first.
    pub const ALL: [Class; 5] = [Class::New, Class::Reactivation, Class::Expansion, Class::Contraction, Class::Churn];

    /// Whether the class adds MRR.
    pub fn gains(self) -> bool {
        matches!(self, Class::New | Class::Reactivation | Class::Expansion)
    }

    /// The class's name in style sheets.
    pub fn style(self) -> &'static str {
        match self {
            Class::New => "new",
            Class::Reactivation => "reactivation",
            Class::Expansion => "expansion",
            Class::Contraction => "contraction",
            Class::Churn => "churn",
        }
    }

    /// The class's amount and customers in a movement.
    pub fn of(self, entry: &MovementEntry) -> (Amount, i64) {
        let customers = &entry.customers;
        match self {
            Class::New => (entry.new, customers.new),
            Class::Reactivation => (entry.reactivation, customers.reactivated),
            Class::Expansion => (entry.expansion, customers.expanded),
            Class::Contraction => (entry.contraction, customers.contracted),
            Class::Churn => (entry.churn, customers.lost),
        }
    }
}

/// The movement of the period shown: of its own entry, or of several summed up.
pub fn movement_of_period(report: &Document) -> Option<MovementEntry> {
    let period = report.period.as_ref()?;
    if let Some(entry) = report.movements.iter().find(|entry| entry.period == *period) {
        return Some(entry.clone());
    }
    let movements = report.metrics.get(&Key::MrrMovements)?;
    let counts = report.metrics.get(&Key::CustomerCounts)?;
    let money = |name: &str| match movements.parts.get(name) {
        Some(Value::Money(amount)) => Some(*amount),
        _ => None,
    };
    let count = |name: &str| counts.part_number(name).unwrap_or(0.0) as i64;
    Some(MovementEntry {
        period: period.clone(),
        start: money("mrr_start")?,
        new: money("mrr_new")?,
        reactivation: money("mrr_reactivation")?,
        expansion: money("mrr_expansion")?,
        contraction: money("mrr_contraction")?,
        churn: money("mrr_churn")?,
        end: money("mrr_end")?,
        customers: keeprate_metrics::report::MovementCounts {
            start: count("start"),
            new: count("new"),
            reactivated: count("reactivated"),
            expanded: 0,
            contracted: 0,
            lost: count("lost"),
            end: count("end"),
        },
    })
}

/// One period of the chart of MRR and customers over time.
#[derive(Clone, Debug, PartialEq)]
pub struct TimePoint {
    /// The period.
    pub period: LabelledPeriod,
    /// Closing MRR.
    pub mrr: Option<Amount>,
    /// Customers at the end.
    pub customers: Option<i64>,
    /// The period's movements.
    pub movement: Option<MovementEntry>,
}

/// MRR, customers and movements period by period, the last `most` of them.
pub fn time_points(report: &Document, most: usize) -> Vec<TimePoint> {
    let skipped = report.series.len().saturating_sub(most);
    let entries = report.series.iter().skip(skipped);
    entries
        .map(|entry| TimePoint {
            period: entry.period.clone(),
            mrr: match entry.metrics.get(&Key::Mrr).and_then(|result| result.value) {
                Some(Value::Money(amount)) => Some(amount),
                _ => None,
            },
            customers: entry.metrics.get(&Key::CustomerCounts).and_then(MetricResult::number).map(|count| count as i64),
            movement: report.movements.iter().find(|movement| movement.period == entry.period).cloned(),
        })
        .collect()
}

/// How the cells of the cohort table are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CohortCells {
    /// Share of the cohort's customers.
    #[default]
    Share,
    /// Customers.
    Count,
}

/// A row of the cohort table.
#[derive(Clone, Debug, PartialEq)]
pub struct CohortRow {
    /// The month of the cohort as a period.
    pub period: Period,
    /// Customers of the cohort.
    pub size: u64,
    /// Customers per month since the start, with their share; `None` for a month that the data do not have.
    pub cells: Vec<Option<(u64, f64)>>,
    /// Cells at the end that belong to months not complete yet.
    pub open: usize,
    /// Whether it mixes all customers from before the data began.
    pub left_truncated: bool,
    /// Whether it is too small to read much into it.
    pub small: bool,
}

/// Cohorts that are small enough to fade.
const SMALL_COHORT: u64 = 5;

/// The rows of the cohort table, the last `most` cohorts, with the number of columns.
pub fn cohort_rows(cohorts: &[CustomerCohort], most: usize) -> (Vec<CohortRow>, usize) {
    let skipped = cohorts.len().saturating_sub(most);
    let rows: Vec<CohortRow> = cohorts
        .iter()
        .skip(skipped)
        .map(|cohort| CohortRow {
            period: Period::months(cohort.cohort, cohort.cohort),
            size: cohort.size,
            cells: cohort
                .active
                .iter()
                .map(|count| count.map(|count| (count, count as f64 / cohort.size.max(1) as f64)))
                .collect(),
            open: cohort.open as usize,
            left_truncated: cohort.left_truncated,
            small: cohort.size < SMALL_COHORT,
        })
        .collect();
    let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    (rows, columns)
}

/// The step of the cell shading, 0 to 10.
pub fn heat(share: f64) -> usize {
    (share.clamp(0.0, 1.0) * 10.0).round() as usize
}

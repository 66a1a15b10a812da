//! The report: one document, wherever it is made (report.md). A question goes in, figures come out.

mod ahead;
pub mod events;
mod joined;
mod ledger;
mod periods;
mod present;
mod purchases;
mod question;
pub mod risks;
pub(crate) mod segments;
mod status;
mod subscriptions;
mod totals;

use crate::catalogue::Key;
use crate::cohorts::Cohorts;
use crate::invoices::{Invoices, unspread, unspread_payments};
use crate::join::Join;
use crate::ledger::{Dataset, Ledger};
use crate::money::{Amount, Currency};
use crate::period::{Day, Period};
use crate::planning::{self, Target};
use crate::responses::{Feedback, report_responses};
use crate::result::{Flag, MetricResult, Scope, SegmentValue};
use crate::sorted_map::SortedMap;
use crate::survival::Step;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use events::{Curves, report_events};
use ledger::report_ledger;
pub(crate) use ledger::{grid, metrics_of_months};
use periods::report_periods;
pub use periods::row_warnings;
use purchases::report_purchases;
pub use question::{Compare, Dedupe, Every, Extent, Question, Settings};
use risks::Risks;
use status::report_status;
use subscriptions::report_subscriptions;
pub(crate) use totals::movement_entry;
pub use totals::totals_of;

/// The schema of the document.
pub const SCHEMA: &str = "keeprate.report/1";

/// The results of one question, in the order of the catalogue.
pub type Metrics = SortedMap<Key, MetricResult>;

/// What made the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Generator {
    /// `keeprate`.
    pub name: String,
    /// The version.
    pub version: String,
}

/// A period with its label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct LabelledPeriod {
    /// The first day, if the label is a period.
    pub start: Option<Day>,
    /// The day after the last.
    pub end: Option<Day>,
    /// ISO-like label, or the cell of a period table.
    pub label: String,
}

impl From<Period> for LabelledPeriod {
    fn from(period: Period) -> LabelledPeriod {
        LabelledPeriod { start: Some(period.start), end: Some(period.end), label: period.label() }
    }
}

/// The metrics of one period of the series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct SeriesEntry {
    /// The period.
    pub period: LabelledPeriod,
    /// Its metrics.
    pub metrics: Metrics,
}

/// Customers by movement class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct MovementCounts {
    /// At the start.
    pub start: i64,
    /// Won.
    pub new: i64,
    /// Came back.
    pub reactivated: i64,
    /// Pay more.
    pub expanded: i64,
    /// Pay less.
    pub contracted: i64,
    /// Left.
    pub lost: i64,
    /// At the end.
    pub end: i64,
}

/// The movements of one period; they close exactly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct MovementEntry {
    /// The period.
    pub period: LabelledPeriod,
    /// MRR at the start.
    pub start: Amount,
    /// MRR of new customers.
    pub new: Amount,
    /// MRR of customers who came back.
    pub reactivation: Amount,
    /// Additional MRR.
    pub expansion: Amount,
    /// Reduced MRR, positive.
    pub contraction: Amount,
    /// MRR of customers who left, positive.
    pub churn: Amount,
    /// MRR at the end.
    pub end: Amount,
    /// The customers behind the amounts.
    pub customers: MovementCounts,
}

/// One value of a segment column with its metrics.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct SegmentEntry {
    /// Column and value.
    pub segment: SegmentValue,
    /// How many further values this entry sums up; 0 for a single value.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub others: u64,
    /// Its metrics; rates carry the difference to all other customers as parts.
    pub metrics: Metrics,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A month ahead, at constant rates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct ForecastPoint {
    /// The month.
    pub period: LabelledPeriod,
    /// Customers at its end; no whole number, because it is no count.
    pub customers: f64,
    /// MRR at its end.
    pub mrr: Amount,
}

/// The period that the page compares with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Comparison {
    /// The period.
    pub period: LabelledPeriod,
    /// Its metrics.
    pub metrics: Metrics,
}

/// The document. `Input` describes a file that went in (`keeprate-ingest`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Report<Input> {
    /// [`SCHEMA`].
    pub schema: String,
    /// What made it.
    pub generator: Generator,
    /// Every setting that could change a number.
    pub settings: Settings,
    /// The files.
    pub inputs: Vec<Input>,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The data are complete up to here, exclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Day>,
    /// The period of `metrics`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<LabelledPeriod>,
    /// Only customers of this segment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<SegmentValue>,
    /// The metrics of the period.
    pub metrics: Metrics,
    /// The metrics of the period compared with, if one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// The metrics period by period, up to the period asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<SeriesEntry>,
    /// The movements period by period.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub movements: Vec<MovementEntry>,
    /// Cohorts by first month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cohorts: Option<Cohorts>,
    /// The survival curve's steps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub survival: Vec<Step>,
    /// Segments side by side.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<SegmentEntry>,
    /// The answers behind the scores of surveys.
    #[serde(default, skip_serializing_if = "Feedback::is_empty")]
    pub feedback: Feedback,
    /// What follows from the last months if their rates stay, month by month.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forecast: Vec<ForecastPoint>,
    /// How users come back, day by day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Curves>,
    /// What looks like invoices for a year or a quarter in one month alone, and what spreading it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoices: Option<Invoices>,
    /// How each further file was joined with the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joins: Vec<Join>,
    /// Who may leave, by rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risks>,
}

/// Answers a question from a data set.
pub fn report<Input>(dataset: &Dataset, question: &Question, inputs: Vec<Input>) -> Report<Input> {
    match dataset {
        Dataset::Ledger(ledger) => {
            let found = looks_for_invoices(question).then(|| unspread(ledger)).flatten();
            answer(ledger.currency, question, inputs, |report| match note_invoices(found, question, report) {
                Some(spread) => report_ledger(&spread, question, None, report),
                None => report_ledger(ledger, question, None, report),
            })
        }
        Dataset::Subscriptions(subscriptions) => answer(subscriptions.table().currency, question, inputs, |report| {
            report_subscriptions(subscriptions, question, report);
        }),
        Dataset::Status(table) => {
            answer(table.currency, question, inputs, |report| report_status(table, question, report))
        }
        Dataset::Periods(table) => {
            answer(table.currency, question, inputs, |report| report_periods(table, question, report))
        }
        Dataset::Events(table) => {
            answer(Currency::EUR, question, inputs, |report| report_events(table, question, report))
        }
        Dataset::Purchases(table) => {
            let found = looks_for_invoices(question).then(|| unspread_payments(table)).flatten();
            answer(table.currency, question, inputs, |report| match note_invoices(found, question, report) {
                Some(spread) => report_ledger(&spread, question, None, report),
                None => report_purchases(table, question, report),
            })
        }
        Dataset::Responses(table) => {
            answer(Currency::EUR, question, inputs, |report| report_responses(table, question, report))
        }
        // Customers alone have no figures.
        Dataset::Customers(_) => answer(Currency::EUR, question, inputs, |_| ()),
    }
}

/// Whether a question is worth the walk over all months: its figures depend on it, or it asks for everything.
fn looks_for_invoices(question: &Question) -> bool {
    question.settings.conventions.spread_invoices || question.extent == Extent::Whole
}

/// Notes what looks like invoices. The ledger with these spread is what the figures come from where the settings say so.
fn note_invoices<Input>(
    found: Option<(Invoices, Ledger)>,
    question: &Question,
    report: &mut Report<Input>,
) -> Option<Ledger> {
    let (invoices, ledger) = found?;
    let spread = question.settings.conventions.spread_invoices;
    report.invoices = Some(Invoices { spread, ..invoices });
    spread.then_some(ledger)
}

/// A report with what `fill` knows, its targets checked.
fn answer<Input>(
    currency: Currency,
    question: &Question,
    inputs: Vec<Input>,
    fill: impl FnOnce(&mut Report<Input>),
) -> Report<Input> {
    let mut report = Report {
        schema: SCHEMA.to_owned(),
        generator: Generator { name: "keeprate".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        settings: question.settings.clone(),
        inputs,
        currency,
        as_of: None,
        period: None,
        segment: question.segment.clone(),
        metrics: Metrics::new(),
        comparison: None,
        series: Vec::new(),
        movements: Vec::new(),
        cohorts: None,
        survival: Vec::new(),
        segments: Vec::new(),
        feedback: Feedback::new(),
        forecast: Vec::new(),
        usage: None,
        invoices: None,
        joins: Vec::new(),
        risk: None,
    };
    fill(&mut report);
    apply_targets(&mut report.metrics, &question.targets, &scope_of(currency, question, None));
    report
}

pub(crate) fn scope_of(currency: Currency, question: &Question, period: Option<Period>) -> Scope {
    Scope {
        period,
        segment: question.segment.clone(),
        exponent: currency.exponent(),
        level: question.settings.level(),
        conventions: question.settings.conventions,
    }
}

fn apply_targets(metrics: &mut Metrics, targets: &[Target], scope: &Scope) {
    for target in targets {
        if let Some(result) = metrics.get_mut(&target.key)
            && !result.flags.contains(&Flag::PartialPeriod)
        {
            planning::attain(result, target);
        }
    }
    let goals = planning::goal_attainment(scope, metrics.values());
    add(metrics, goals);
}

pub(crate) fn add(metrics: &mut Metrics, result: MetricResult) {
    metrics.insert(result.key, result);
}

//! KPI cards: what stands on each, from a report.

use crate::queries::figures::Figure;
use keeprate_documents::Document;
use keeprate_metrics::catalogue::{Definition, Key, Text, shown};
use keeprate_metrics::period::Period;
use keeprate_metrics::planning::{self, Change};
use keeprate_metrics::report::LabelledPeriod;
use keeprate_metrics::result::{Certainty, Direction, Flag, MetricResult, Operator, Status};

/// A group of cards under one heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Who stays and what revenue stays.
    Retention,
    /// Recurring revenue.
    Revenue,
    /// Customers and what they are worth.
    Customers,
    /// What follows if it goes on.
    Planning,
    /// Whether users begin, and come back.
    Usage,
    /// Answers to surveys.
    Feedback,
}

/// The groups with their metrics, in the order of the page.
pub const GROUPS: &[(Group, &[Key])] = &[
    (
        Group::Retention,
        &[
            Key::Nrr,
            Key::Grr,
            Key::CustomerRetentionRate,
            Key::CustomerChurnRate,
            Key::RevenueChurn,
            Key::ChurnRateConvert,
            Key::CohortLogoRetention,
            Key::CohortRevenueRetention,
            Key::RenewalRate,
        ],
    ),
    (Group::Revenue, &[Key::Mrr, Key::Arr, Key::NetNewMrr, Key::QuickRatio, Key::Arpa, Key::RevenueConcentration]),
    (
        Group::Customers,
        &[
            Key::CustomerCounts,
            Key::AccountRetentionRate,
            Key::CustomerLifetime,
            Key::KmSurvival,
            Key::RepeatPurchaseRate,
            Key::CltvSimple,
            Key::CltvBtyd,
            Key::CltvHistoric,
            Key::CltvDiscounted,
            Key::CltvSurvival,
            Key::Cac,
            Key::LtvCac,
            Key::CacPayback,
            Key::MagicNumber,
            Key::BurnMultiple,
        ],
    ),
    (
        Group::Usage,
        &[
            Key::Signups,
            Key::ActivationRate,
            Key::OnboardingRate,
            Key::Stickiness,
            Key::NDayRetention,
            Key::RollingRetention,
            Key::BracketRetention,
            Key::Churn7d,
        ],
    ),
    (Group::Planning, &[Key::Forecast, Key::Sensitivity]),
    (Group::Feedback, &[Key::Nps, Key::Csat, Key::Ces, Key::SurveyResponseRate, Key::DetractorRevenueAtRisk]),
];

/// Points that a sparkline shows.
const SPARK_POINTS: usize = 12;

/// A change against the comparison period.
#[derive(Clone, Debug, PartialEq)]
pub struct Delta {
    /// The difference, in percentage points for rates.
    pub figure: Figure,
    /// Good, bad, or neither; `None` where the interval of the difference includes 0.
    pub verdict: Option<Verdict>,
    /// The period compared with.
    pub against: LabelledPeriod,
}

/// Which way a proven change or a complete count went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// In the good direction.
    Better,
    /// In the bad direction.
    Worse,
    /// Not at all, or without a good direction.
    Neutral,
}

/// A target on a card.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetView {
    /// The comparison.
    pub operator: Operator,
    /// The target.
    pub figure: Figure,
    /// Whether it is met; `None` with too few observations.
    pub met: Option<bool>,
    /// Whether the interval includes the target.
    pub uncertain: bool,
}

/// One card.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// What it is called.
    pub name: Text,
    /// The result behind it.
    pub result: MetricResult,
    /// The figure, if there is one.
    pub figure: Option<Figure>,
    /// The change, if there is one.
    pub delta: Option<Delta>,
    /// The last values, oldest first; `None` where there was none.
    pub spark: Vec<Option<f64>>,
    /// Whether the last period of the sparkline is still open.
    pub open: bool,
    /// The target.
    pub target: Option<TargetView>,
    /// Lower and upper bound of the interval.
    pub interval: Option<(Figure, Figure)>,
    /// Whether the metric's own period is longer than the one chosen: NRR and GRR look back.
    pub longer: Option<Period>,
}

/// The cards of a report, group by group; metrics that the data's shape never gives are left out.
pub fn cards(report: &Document) -> Vec<(Group, Vec<Card>)> {
    GROUPS
        .iter()
        .map(|(group, keys)| {
            let of_group = keys.iter().filter_map(|key| report.metrics.get(key)).map(|result| card(report, result));
            (*group, of_group.collect())
        })
        .filter(|(_, cards): &(Group, Vec<Card>)| !cards.is_empty())
        .collect()
}

fn card(report: &Document, result: &MetricResult) -> Card {
    let chosen = report.period.as_ref().and_then(|period| Some(Period { start: period.start?, end: period.end? }));
    let own = result.period_start.zip(result.period_end).map(|(start, end)| Period { start, end });
    Card {
        delta: delta(report, result),
        spark: spark(report, result.key),
        longer: own.filter(|own| result.status == Status::Ok && chosen.is_some_and(|chosen| chosen != *own)),
        ..plain_card(shown(result.key), result)
    }
}

/// The card of a result that stands alone, as in a calculator.
pub fn plain_card(definition: &Definition, result: &MetricResult) -> Card {
    let interval = result
        .ci_low
        .zip(result.ci_high)
        .map(|(low, high)| (Figure::of(low, result.unit), Figure::of(high, result.unit)));
    Card {
        figure: Figure::of_result(result),
        delta: None,
        spark: Vec::new(),
        open: result.flags.contains(&Flag::PartialPeriod),
        target: target(result),
        interval,
        longer: None,
        name: definition.short,
        result: result.clone(),
    }
}

fn target(result: &MetricResult) -> Option<TargetView> {
    let figure = Figure::of(keeprate_metrics::result::Value::Number(result.target?), result.unit);
    Some(TargetView {
        operator: result.target_op?,
        figure,
        met: result.met,
        uncertain: result.certainty == Some(Certainty::IntervalIncludesTarget),
    })
}

fn delta(report: &Document, result: &MetricResult) -> Option<Delta> {
    let comparison = report.comparison.as_ref()?;
    let before = comparison.metrics.get(&result.key)?;
    let Change { difference, proven } = planning::change(result, before, report.settings.level())?;
    let verdict = match (result.direction, difference.partial_cmp(&0.0)?) {
        (_, std::cmp::Ordering::Equal) | (Direction::Neutral, _) => Verdict::Neutral,
        (Direction::UpGood, std::cmp::Ordering::Greater) | (Direction::DownGood, std::cmp::Ordering::Less) => {
            Verdict::Better
        }
        _ => Verdict::Worse,
    };
    Some(Delta {
        figure: Figure::of_result(result)?.difference(difference),
        verdict: (proven != Some(false)).then_some(verdict),
        against: comparison.period.clone(),
    })
}

/// The metric's last values from the series, up to and with the period shown.
fn spark(report: &Document, key: Key) -> Vec<Option<f64>> {
    let upto = report.period.as_ref().and_then(|period| period.end);
    let entries = report.series.iter().filter(|entry| upto.is_none_or(|end| entry.period.end.is_none_or(|e| e <= end)));
    let values: Vec<Option<f64>> =
        entries.map(|entry| entry.metrics.get(&key).and_then(MetricResult::number)).collect();
    let known = values.len().saturating_sub(SPARK_POINTS);
    let last = values.get(known..).unwrap_or(&[]).to_vec();
    // A line needs two points.
    if last.iter().flatten().count() < 2 { Vec::new() } else { last }
}

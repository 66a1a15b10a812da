//! The report: one document, wherever it is made (report.md). A question goes in, figures come out.

use crate::catalogue::Key;
use crate::cohorts::{Cohorts, cohorts};
use crate::customers::{self, Measured};
use crate::economics;
use crate::feedback;
use crate::history::{self, History, Movement};
use crate::ledger::{Dataset, Ledger, PeriodRow, PeriodTable, Segment, StatusTable, Totals};
use crate::money::{Amount, Currency};
use crate::order::ordered;
use crate::period::{Day, Month, Period};
use crate::planning::{self, Target};
use crate::responses::{Feedback, report_responses};
use crate::result::{Flag, MetricResult, Scope, SegmentValue, Status, Unit, Value};
use crate::revenue::{self, Spread};
use crate::sorted_map::SortedMap;
use crate::statistics::{Difference, Interval, Level, holm, newcombe, wilson};
use crate::survival::{self, Lifetimes, Step, Survival, kaplan_meier};
use borsh::{BorshDeserialize, BorshSerialize};
use keeprate_columns::cells::CHUNK;
use keeprate_columns::passes;
use serde::{Deserialize, Serialize};

/// The schema of the document.
pub const SCHEMA: &str = "keeprate.report/1";

/// The results of one question, in the order of the catalogue.
pub type Metrics = SortedMap<Key, MetricResult>;

/// Values of a segment column that are kept apart; the rest is summed up in one more.
const SEGMENTS_APART: usize = 11;

/// The grid of a series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Calendar months.
    #[default]
    Month,
    /// Calendar quarters.
    Quarter,
    /// Calendar years.
    Year,
}

impl Every {
    /// Months in one step.
    pub fn months(self) -> i32 {
        match self {
            Every::Month => 1,
            Every::Quarter => 3,
            Every::Year => 12,
        }
    }
}

/// Which response of a respondent counts in a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dedupe {
    /// The latest.
    #[default]
    Latest,
    /// The first.
    First,
    /// Every one.
    All,
}

/// Settings that could change a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Settings {
    /// Level of the intervals in percent: 80, 90, 95 or 99.
    pub confidence_level: u32,
    /// Gross margin as a fraction, for CLTV; without it CLTV is revenue.
    pub gross_margin: Option<f64>,
    /// Months whose churn is pooled for CLTV and lifetime.
    pub churn_months: u32,
    /// Customers counted as the largest.
    pub top_n: u32,
    /// Which response of a respondent counts.
    #[serde(default)]
    pub dedupe: Dedupe,
}

impl Default for Settings {
    fn default() -> Settings {
        let dedupe = Dedupe::default();
        Settings { confidence_level: 95, gross_margin: None, churn_months: 6, top_n: 10, dedupe }
    }
}

impl Settings {
    /// Changes a setting by its name; the error names what would be right.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), &'static str> {
        let whole = |low: u32, high: u32| value.parse().ok().filter(|number| (low..=high).contains(number));
        match name {
            "confidence_level" => {
                self.confidence_level = whole(80, 99)
                    .filter(|percent| Level::from_percent(*percent).is_some())
                    .ok_or("confidence_level: 80, 90, 95 or 99")?;
            }
            "gross_margin" => {
                let margin = value.parse::<f64>().ok().filter(|margin| *margin > 0.0 && *margin <= 1.0);
                self.gross_margin = Some(margin.ok_or("gross_margin: a fraction above 0, up to 1")?);
            }
            "churn_months" => {
                self.churn_months = whole(1, 12).ok_or("churn_months: 1 to 12")?;
            }
            "top_n" => self.top_n = whole(1, 1000).ok_or("top_n: 1 to 1000")?,
            "dedupe" => {
                self.dedupe = match value {
                    "latest" => Dedupe::Latest,
                    "first" => Dedupe::First,
                    "all" => Dedupe::All,
                    _ => return Err("dedupe: latest, first or all"),
                }
            }
            _ => return Err("settings: confidence_level, gross_margin, churn_months, top_n, dedupe"),
        }
        Ok(())
    }

    /// The level of the intervals.
    pub fn level(&self) -> Level {
        Level::from_percent(self.confidence_level).unwrap_or_default()
    }
}

/// What a period is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub enum Compare {
    /// The months from the first to the last.
    Months(Month, Month),
    /// The row before, in a period table whose rows have an order in time.
    RowBefore,
}

/// What is asked of a data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Question {
    /// First month; without it the period is the last month alone, and NRR and GRR look back up to twelve months.
    pub from: Option<Month>,
    /// Last month; without it the latest complete one.
    pub to: Option<Month>,
    /// The row of a period table to show, by its place; without it the latest.
    pub row: Option<usize>,
    /// What to compare with.
    pub compare: Option<Compare>,
    /// The grid of the series.
    pub every: Every,
    /// Data are complete up to here, exclusive; without it up to the end of the last month.
    pub as_of: Option<Day>,
    /// Only customers with this value.
    pub segment: Option<SegmentValue>,
    /// The column whose values are set side by side.
    pub segments_of: Option<String>,
    /// How much is answered.
    #[serde(default)]
    pub extent: Extent,
    /// The targets.
    pub targets: Vec<Target>,
    /// The settings.
    pub settings: Settings,
}

/// How much of a question is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// Everything.
    #[default]
    Whole,
    /// The metrics, their comparison and the series, but neither cohorts nor segments, which take as long again.
    Figures,
}

impl Default for Question {
    fn default() -> Question {
        Question {
            from: None,
            to: None,
            row: None,
            compare: None,
            every: Every::default(),
            as_of: None,
            segment: None,
            segments_of: None,
            extent: Extent::default(),
            targets: Target::defaults(),
            settings: Settings::default(),
        }
    }
}

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
}

/// Answers a question from a data set.
pub fn report<Input>(dataset: &Dataset, question: &Question, inputs: Vec<Input>) -> Report<Input> {
    match dataset {
        Dataset::Ledger(ledger) => ledger_report(ledger, question, inputs),
        Dataset::Status(table) => {
            answer(table.currency, question, inputs, |report| report_status(table, question, report))
        }
        Dataset::Periods(table) => {
            answer(table.currency, question, inputs, |report| report_periods(table, question, report))
        }
        Dataset::Responses(table) => {
            answer(Currency::EUR, question, inputs, |report| report_responses(table, question, report))
        }
    }
}

/// [`report`] on customers by month, for a program that reads nothing else.
pub fn ledger_report<Input>(ledger: &Ledger, question: &Question, inputs: Vec<Input>) -> Report<Input> {
    answer(ledger.currency, question, inputs, |report| report_ledger(ledger, question, report))
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
    };
    fill(&mut report);
    apply_targets(&mut report.metrics, &question.targets, &scope_of(currency, question, None));
    report
}

pub(crate) fn scope_of(currency: Currency, question: &Question, period: Option<Period>) -> Scope {
    Scope { period, segment: question.segment.clone(), exponent: currency.exponent(), level: question.settings.level() }
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

// ---------------------------------------------------------------------------------------------------------------------
// Customers by month

/// A ledger with all that does not depend on the period.
struct Months<'a> {
    ledger: &'a Ledger,
    as_of: Day,
    settings: &'a Settings,
}

/// The state of the opening of a period.
enum Opening {
    Known(usize),
    Without(Status),
}

fn report_ledger<Input>(whole: &Ledger, question: &Question, report: &mut Report<Input>) {
    let Some(last) = whole.last() else {
        let scope = scope_of(whole.currency, question, None);
        report.metrics = empty_metrics(&scope);
        return;
    };
    let as_of = question.as_of.unwrap_or(last.end());
    let complete = Month(as_of.month().0 - 1).min(last);
    let to = question.to.unwrap_or(complete).clamp(whole.first, last);
    let from = question.from.unwrap_or(to).clamp(whole.first, to);
    let restricted = question.segment.as_ref().map(|segment| restrict(whole, segment, from.plus(-1)));
    let ledger = restricted.as_ref().unwrap_or(whole);
    let compared = match question.compare {
        Some(Compare::Months(first, until)) => Some((first.max(ledger.first), until.min(last))),
        _ => None,
    };
    let months = Months { ledger, as_of, settings: &question.settings };
    let period = Period::months(from, to);
    let scope = scope_of(ledger.currency, question, Some(period));
    let survival = kaplan_meier(history::lifetimes(&ledger.history, months.place(to)), scope.level);

    report.as_of = Some(as_of);
    report.period = Some(period.into());
    report.metrics = months.metrics(&scope, from, to);
    months.add_slow_metrics(&mut report.metrics, &scope, to, &survival);
    if question.from.is_none() {
        months.look_back(&mut report.metrics, &scope, to);
    }
    if let Some((first, until)) = compared {
        let compared = Period::months(first.min(until), until);
        let scope = scope.over(compared);
        let mut metrics = months.metrics(&scope, first.min(until), until);
        let curve = kaplan_meier(history::lifetimes(&ledger.history, months.place(until)), scope.level);
        months.add_slow_metrics(&mut metrics, &scope, until, &curve);
        if question.from.is_none() {
            months.look_back(&mut metrics, &scope, until);
        }
        report.comparison = Some(Comparison { period: compared.into(), metrics });
    }
    for (first, until) in grid(ledger.first, to, question.every) {
        let period = Period::months(first, until);
        let metrics = months.metrics(&scope.over(period), first, until);
        report.series.push(SeriesEntry { period: period.into(), metrics });
        if let (movement, None) = months.movement(first, until) {
            report.movements.push(movement_entry(period, &movement, ledger.currency));
        }
    }
    report.survival = survival.steps;
    if question.extent == Extent::Figures {
        return;
    }
    report.cohorts = Some(cohorts(ledger, (complete.0 - ledger.first.0 + 1).max(0) as usize));
    if let Some(column) = question.segments_of.as_deref()
        && let Some(segment) = ledger.segments.iter().find(|segment| segment.column == column)
    {
        report.segments = months.segments(segment, &scope, from, to);
        let comparison = segment_comparison(&scope, &report.segments, &report.metrics);
        add(&mut report.metrics, comparison);
    }
}

/// Periods of the grid from `first` to `last`; the first and last one may be shorter than a step.
pub(crate) fn grid(first: Month, last: Month, every: Every) -> Vec<(Month, Month)> {
    let step = every.months();
    let mut start = first;
    let mut periods = Vec::new();
    while start <= last {
        let until = Month((start.0.div_euclid(step) + 1) * step - 1).min(last);
        periods.push((start, until));
        start = until.plus(1);
    }
    periods
}

/// The ledger of the customers with one segment value, as they were at a month's closing.
fn restrict(ledger: &Ledger, wanted: &SegmentValue, at: Month) -> Ledger {
    let mut restricted = ledger.clone();
    let keep: Vec<bool> = match ledger.segments.iter().find(|segment| segment.column == wanted.column) {
        None => vec![false; ledger.customers.len()],
        Some(segment) => {
            let code = segment.values.iter().position(|value| value == wanted.value);
            let codes = ledger.codes_at(segment, at);
            codes.into_iter().map(|of| Some(usize::from(of)) == code).collect()
        }
    };
    for closing in &mut restricted.closings {
        for (number, amounts) in closing.amounts.chunks_mut() {
            let kept = keep.iter().skip(number * CHUNK);
            for (units, _) in amounts.iter_mut().zip(kept).filter(|(_, kept)| !**kept) {
                *units = 0;
            }
        }
    }
    restricted.history = History::of(&restricted.closings, restricted.customers.len());
    restricted
}

/// What a file without customers gives: no revenue, and rates without a base.
fn empty_metrics(scope: &Scope) -> Metrics {
    let totals = Totals {
        customers_start: Some(0),
        customers_end: Some(0),
        customers_new: Some(0),
        customers_lost: Some(0),
        mrr_start: Some(0),
        mrr_new: Some(0),
        mrr_reactivation: Some(0),
        mrr_expansion: Some(0),
        mrr_contraction: Some(0),
        mrr_churn: Some(0),
        mrr_end: Some(0),
        ..Totals::default()
    };
    let mut metrics = metrics_of_totals(scope, &totals, None);
    add(&mut metrics, revenue::revenue_concentration(scope, Vec::new(), 10));
    add(&mut metrics, survival::km_survival(scope, &Survival::default()));
    metrics
}

/// The metrics that totals of one period give.
fn metrics_of_totals(scope: &Scope, totals: &Totals, spread: Option<&Spread>) -> Metrics {
    let churn = customers::customer_churn_rate(scope, totals);
    let converted = churn.number().map(|rate| {
        let measured = match scope.period.map(|period| (period.whole_months(), period.days())) {
            Some((Some(12), _)) => Measured::Annually,
            Some((Some(1), _)) | None => Measured::Monthly,
            Some((_, days)) => Measured::Days(f64::from(days)),
        };
        customers::churn_rate_convert(scope, rate, measured, churn.interval_numbers())
    });
    let mut metrics = Metrics::new();
    for result in [
        customers::customer_counts(scope, totals),
        customers::account_retention_rate(scope, totals),
        customers::customer_retention_rate(scope, totals),
        revenue::mrr(scope, totals),
        revenue::arr(scope, totals),
        revenue::mrr_movements(scope, totals),
        revenue::net_new_mrr(scope, totals),
        revenue::revenue_churn(scope, totals, spread),
        revenue::nrr(scope, totals, spread),
        revenue::grr(scope, totals, spread),
        revenue::arpa(scope, totals, None),
        revenue::quick_ratio(scope, totals, None),
    ] {
        add(&mut metrics, result);
    }
    let converted = converted.unwrap_or_else(|| {
        let result = MetricResult::new(Key::ChurnRateConvert, scope);
        match &churn.needs {
            Some(field) => result.missing(field),
            None => result.without(churn.status),
        }
    });
    add(&mut metrics, converted);
    add(&mut metrics, churn);
    metrics
}

impl Months<'_> {
    fn place(&self, month: Month) -> usize {
        (month.0 - self.ledger.first.0).max(0) as usize
    }

    /// The closing before a period's first month, or why there is none.
    fn opening(&self, first: Month) -> Opening {
        let before = first.plus(-1);
        if before < self.ledger.first {
            Opening::Without(Status::NoPriorPeriod)
        } else if self.ledger.closing(before).is_none() {
            Opening::Without(Status::MissingPeriod)
        } else {
            Opening::Known(self.place(before))
        }
    }

    /// Totals and spread of a period, or the status that everything but the closing state has.
    fn movement(&self, first: Month, last: Month) -> (Movement, Option<Status>) {
        let after = self.place(last);
        if self.ledger.closing(last).is_none() {
            return (Movement::default(), Some(Status::MissingPeriod));
        }
        match self.opening(first) {
            Opening::Known(before) if before + 1 == after => {
                (self.ledger.history.monthly.get(after).cloned().unwrap_or_default(), None)
            }
            Opening::Known(before) => (history::movement(self.ledger, before, after), None),
            Opening::Without(status) => {
                let amounts = self.amounts(last);
                let totals = Totals {
                    customers_end: Some(amounts.len() as i64),
                    mrr_end: Some(amounts.iter().map(|units| i128::from(*units)).sum()),
                    ..Totals::default()
                };
                (Movement { totals, ..Movement::default() }, Some(status))
            }
        }
    }

    /// MRR of each customer at a month's closing, in ascending order.
    fn amounts(&self, month: Month) -> Vec<i64> {
        let closing = self.ledger.closing(month);
        closing.map_or_else(Vec::new, |closing| passes::sorted_amounts(&closing.amounts, self.ledger.customers.len()))
    }

    /// The metrics of one period; cheap enough for each period of a series.
    fn metrics(&self, scope: &Scope, first: Month, last: Month) -> Metrics {
        let (mut movement, without) = self.movement(first, last);
        if first == last || without.is_some() {
            return self.metrics_of_movement(scope, &movement, without, first, last);
        }
        let (before, after) = (self.place(first.plus(-1)), self.place(last));
        let intra = history::intra_period_churners(self.ledger, before, after);
        movement.totals.customers_intra_period = Some(intra);
        let mut metrics = self.metrics_of_movement(scope, &movement, without, first, last);
        let start = movement.totals.customers_start.filter(|start| *start > 0);
        let complete = (first.0..=last.0).all(|month| self.ledger.closing(Month(month)).is_some());
        if let (Some(start), Some(result), true) = (start, metrics.get_mut(&Key::CustomerRetentionRate), complete) {
            let stayed = history::never_absent(self.ledger, before, after);
            result.parts.insert("without_returners".to_owned(), Value::Number(stayed as f64 / start as f64));
        }
        metrics
    }

    /// The metrics that one movement gives, and what the months in it add to them.
    fn metrics_of_movement(
        &self,
        scope: &Scope,
        movement: &Movement,
        without: Option<Status>,
        first: Month,
        last: Month,
    ) -> Metrics {
        let spread = without.is_none().then_some(&movement.spread);
        let mut metrics = metrics_of_totals(scope, &movement.totals, spread);
        if first < last && without.is_none() {
            self.add_chained(&mut metrics, first, last);
        }
        let trailing = self.trailing(last, 3).map(|movements| summed(&movements));
        add(&mut metrics, revenue::quick_ratio(scope, &movement.totals, trailing.as_ref()));
        let partial = last.end() > self.as_of;
        for result in metrics.values_mut() {
            if let Some(status) = without
                && result.status == Status::MissingInput
            {
                result.status = status;
                result.needs = None;
            }
            if partial {
                *result = result.clone().flag(Flag::PartialPeriod);
            }
        }
        metrics
    }

    /// The movements of the last `count` months up to `last`, if all of them are known.
    fn trailing(&self, last: Month, count: i32) -> Option<Vec<Movement>> {
        (0..count)
            .map(|back| match self.movement(last.plus(-back), last.plus(-back)) {
                (movement, None) => Some(movement),
                _ => None,
            })
            .collect()
    }

    /// Variants that need each month between: chained rates and the summed waterfall.
    fn add_chained(&self, metrics: &mut Metrics, first: Month, last: Month) {
        let Some(movements) = self.trailing(last, last.0 - first.0 + 1) else { return };
        let product = |share: fn(&Totals) -> Option<(i128, i128)>| {
            movements.iter().map(|movement| share(&movement.totals)).try_fold(1.0, |product, share| {
                let (kept, base) = share?;
                (base > 0).then(|| product * (kept as f64 / base as f64))
            })
        };
        let customers = product(|totals| {
            let start = i128::from(totals.customers_start?);
            Some((start - i128::from(totals.customers_lost?), start))
        });
        let net = product(|totals| {
            let start = totals.mrr_start?;
            Some((start + totals.mrr_expansion? - totals.mrr_contraction? - totals.mrr_churn?, start))
        });
        let gross = product(|totals| {
            let start = totals.mrr_start?;
            Some((start - totals.mrr_contraction? - totals.mrr_churn?, start))
        });
        let sums = summed(&movements);
        let start = movements.last().and_then(|movement| movement.totals.mrr_start).filter(|start| *start > 0);
        let waterfall = |gain: Option<i128>| {
            let (start, gain) = (start?, gain?);
            Some(Value::Number((start + gain - sums.mrr_contraction? - sums.mrr_churn?) as f64 / start as f64))
        };
        let mut put = |key: Key, name: &str, value: Option<Value>| {
            if let (Some(result), Some(value)) = (metrics.get_mut(&key), value) {
                result.parts.insert(name.to_owned(), value);
            }
        };
        put(Key::CustomerRetentionRate, "chained_months", customers.map(Value::Number));
        put(Key::Nrr, "chained_months", net.map(Value::Number));
        put(Key::Nrr, "naive_waterfall", waterfall(sums.mrr_expansion));
        put(Key::Grr, "chained_months", gross.map(Value::Number));
        put(Key::Grr, "naive_waterfall", waterfall(Some(0)));
    }

    /// NRR and GRR over the twelve months up to `last`, or over as many as there are; the month's own value stays as a
    /// part (metrics.md 4C).
    fn look_back(&self, metrics: &mut Metrics, scope: &Scope, last: Month) {
        let first = last.plus(-11).max(self.ledger.first.plus(1));
        if first >= last {
            return;
        }
        let (movement, without) = self.movement(first, last);
        let longer = scope.over(Period::months(first, last));
        let longer = self.metrics_of_movement(&longer, &movement, without, first, last);
        for key in [Key::Nrr, Key::Grr] {
            let month = metrics.get(&key).and_then(|result| result.value);
            if let Some(result) = longer.get(&key).filter(|result| result.status == Status::Ok) {
                let months = Value::Count(i64::from(last.0 - first.0 + 1));
                add(metrics, result.clone().part("months", months).part_if("closing_month", month));
            }
        }
    }

    /// The churn of the last complete months pooled, with its interval.
    fn pooled_churn(&self, last: Month, level: Level) -> Option<(f64, Option<Interval>, i64)> {
        let (mut lost, mut start, mut months) = (0, 0, 0);
        for back in 0..self.settings.churn_months as i32 {
            let month = last.plus(-back);
            if let (Opening::Known(_), true) = (self.opening(month), month >= self.ledger.first) {
                let (movement, None) = self.movement(month, month) else { break };
                lost += movement.totals.customers_lost.unwrap_or(0);
                start += movement.totals.customers_start.unwrap_or(0);
                months += 1;
            }
        }
        (start > 0).then(|| (lost as f64 / start as f64, wilson(lost as f64, start as f64, level.z()), months))
    }

    /// Metrics that look at each customer's whole history.
    fn add_slow_metrics(&self, metrics: &mut Metrics, scope: &Scope, last: Month, survival: &Survival) {
        let place = self.place(last);
        let amounts = self.amounts(last);
        let churn = self.pooled_churn(last, scope.level);
        if let Some(arpa) = metrics.get(&Key::Arpa) {
            let (movement, _) = self.movement_of(arpa, last);
            let mut refined = revenue::arpa(scope, &movement, Some(amounts.clone()));
            refined.flags.clone_from(&arpa.flags);
            add(metrics, refined);
        }
        let arpa = match metrics.get(&Key::Arpa).and_then(|result| result.value) {
            Some(Value::Money(amount)) => Some(amount.units),
            _ => None,
        };
        let top = self.settings.top_n as usize;
        add(metrics, revenue::revenue_concentration(scope, amounts, top));
        let lifetime = customers::customer_lifetime(
            scope,
            Some(survival),
            churn.map(|(rate, interval, _)| (rate, interval)),
            history::tenures(&self.ledger.history, place),
        );
        let lifetime = match churn {
            None if lifetime.status == Status::InsufficientData => lifetime.without(Status::NoPriorPeriod),
            _ => lifetime,
        };
        add(metrics, lifetime);
        let simple = match (arpa, churn) {
            (Some(arpa), Some((rate, interval, months))) => {
                economics::cltv_simple(scope, arpa, rate, self.settings.gross_margin, interval)
                    .part("churn_months", Value::Count(months))
            }
            (None, _) => MetricResult::new(Key::CltvSimple, scope).without(Status::UndefinedZeroBase),
            (_, None) => MetricResult::new(Key::CltvSimple, scope).without(Status::NoPriorPeriod),
        };
        add(metrics, simple);
        add(metrics, economics::cltv_realised(scope, history::brought_by_ended(self.ledger, place)));
        add(metrics, survival::km_survival(scope, survival));
    }

    /// The totals behind an ARPA result's period.
    fn movement_of(&self, result: &MetricResult, last: Month) -> (Totals, Option<Status>) {
        let first = result.period_start.map_or(last, Day::month);
        let (movement, status) = self.movement(first, last);
        (movement.totals, status)
    }

    /// The values of a segment column side by side, the largest by MRR apart and the rest summed up.
    fn segments(&self, segment: &Segment, scope: &Scope, first: Month, last: Month) -> Vec<SegmentEntry> {
        let codes = self.ledger.codes_at(segment, first.plus(-1));
        let Some(closing) = self.ledger.closing(last) else { return Vec::new() };
        let opening = self.ledger.closing(first.plus(-1));
        let mut size = vec![0_i128; segment.values.len().max(1)];
        let mut members = vec![false; size.len()];
        for (place, code) in codes.iter().enumerate() {
            let units = closing.amounts.get(place);
            let before = opening.map_or(0, |closing| closing.amounts.get(place));
            if let (Some(size), Some(member)) = (size.get_mut(usize::from(*code)), members.get_mut(usize::from(*code)))
                && (units > 0 || before > 0)
            {
                *size += i128::from(units);
                *member = true;
            }
        }
        let groups = largest(&size, &members, segment);
        let of: Vec<u16> = codes.iter().map(|code| groups.group_of[usize::from(*code)]).collect();
        let count = groups.names.len();
        let movements = match self.opening(first) {
            Opening::Known(before) => {
                let after = self.place(last);
                history::movements_by_group(self.ledger, before, after, &of, count)
            }
            Opening::Without(_) => Vec::new(),
        };
        let mut movements = movements.iter();
        let entries = groups.names.into_iter().map(|(value, others)| {
            let named = SegmentValue { column: segment.column.clone(), value };
            let scope = Scope { segment: Some(named.clone()), ..scope.clone() };
            let metrics = movements.next().map_or_else(Metrics::new, |movement| {
                metrics_of_totals(&scope, &movement.totals, Some(&movement.spread))
            });
            SegmentEntry { segment: named, others, metrics }
        });
        compare_to_rest(entries.collect(), scope.level)
    }
}

/// Sums the classes of several movements.
fn summed(movements: &[Movement]) -> Totals {
    let sum = |class: fn(&Totals) -> Option<i128>| movements.iter().map(|movement| class(&movement.totals)).sum();
    Totals {
        mrr_new: sum(|totals| totals.mrr_new),
        mrr_reactivation: sum(|totals| totals.mrr_reactivation),
        mrr_expansion: sum(|totals| totals.mrr_expansion),
        mrr_contraction: sum(|totals| totals.mrr_contraction),
        mrr_churn: sum(|totals| totals.mrr_churn),
        ..Totals::default()
    }
}

fn movement_entry(period: Period, movement: &Movement, currency: Currency) -> MovementEntry {
    let totals = &movement.totals;
    let amount = |units: Option<i128>| currency.amount(units.unwrap_or(0));
    MovementEntry {
        period: period.into(),
        start: amount(totals.mrr_start),
        new: amount(totals.mrr_new),
        reactivation: amount(totals.mrr_reactivation),
        expansion: amount(totals.mrr_expansion),
        contraction: amount(totals.mrr_contraction),
        churn: amount(totals.mrr_churn),
        end: amount(totals.mrr_end),
        customers: MovementCounts {
            start: totals.customers_start.unwrap_or(0),
            new: totals.customers_new.unwrap_or(0),
            reactivated: totals.customers_reactivated.unwrap_or(0),
            expanded: movement.expanded as i64,
            contracted: movement.contracted as i64,
            lost: totals.customers_lost.unwrap_or(0),
            end: totals.customers_end.unwrap_or(0),
        },
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Segments

pub(crate) struct Groups {
    /// Names of the groups with the number of values that each sums up beyond one.
    pub(crate) names: Vec<(String, u64)>,
    /// The group of each value number.
    pub(crate) group_of: Vec<u16>,
}

/// The largest values keep their name; if there are more than twelve, the others share a group.
pub(crate) fn largest(size: &[i128], members: &[bool], segment: &Segment) -> Groups {
    let present: Vec<usize> = (0..size.len()).filter(|code| members[*code]).collect();
    let order = ordered(&present, |a, b| {
        let name = |code: &usize| segment.values.get(*code as u32);
        size[*b].cmp(&size[*a]).then_with(|| name(a).cmp(name(b)))
    });
    let apart = if order.len() > SEGMENTS_APART + 1 { SEGMENTS_APART } else { order.len() };
    let mut group_of = vec![u16::MAX; size.len()];
    let mut names = Vec::new();
    for (rank, code) in order.iter().enumerate() {
        group_of[*code] = rank.min(apart) as u16;
        if rank < apart {
            names.push((segment.values.get(*code as u32).to_owned(), 0));
        }
    }
    if order.len() > apart {
        names.push((String::new(), (order.len() - apart) as u64));
    }
    Groups { names, group_of }
}

/// Adds to each churn rate the difference to all other segments together, tested and adjusted by Holm.
fn compare_to_rest(mut entries: Vec<SegmentEntry>, level: Level) -> Vec<SegmentEntry> {
    let counts = |entry: &SegmentEntry| {
        let result = entry.metrics.get(&Key::CustomerChurnRate)?;
        Some((result.numerator?.as_f64(), result.denominator?.as_f64()))
    };
    let all = entries.iter().filter_map(&counts).fold((0.0, 0.0), |sum, (lost, n)| (sum.0 + lost, sum.1 + n));
    let differences: Vec<_> = entries
        .iter()
        .map(|entry| counts(entry).and_then(|(lost, n)| newcombe((lost, n), (all.0 - lost, all.1 - n), level.z())))
        .collect();
    tested(&mut entries, Key::CustomerChurnRate, differences);
    entries
}

/// Writes each segment's difference to the rest into its result, adjusted by Holm over all that there are.
pub(crate) fn tested(entries: &mut [SegmentEntry], key: Key, differences: Vec<Option<Difference>>) {
    let p_values: Vec<f64> = differences.iter().flatten().map(|difference| difference.p).collect();
    let mut adjusted = holm(&p_values).into_iter();
    for (entry, difference) in entries.iter_mut().zip(differences) {
        let (Some(difference), Some(result)) = (difference, entry.metrics.get_mut(&key)) else {
            continue;
        };
        let p = adjusted.next().unwrap_or(1.0);
        *result = result
            .clone()
            .part("difference", Value::Number(difference.value))
            .part("difference_low", Value::Number(difference.interval.low))
            .part("difference_high", Value::Number(difference.interval.high))
            .part("p", Value::Number(difference.p))
            .part("p_holm", Value::Number(p))
            .part("significant", Value::Yes(p <= 0.05));
    }
}

/// The comparison as a metric: churn over all segments, which their weighted values make up, and the widest gap.
fn segment_comparison(scope: &Scope, entries: &[SegmentEntry], metrics: &Metrics) -> MetricResult {
    let result = MetricResult::new(Key::SegmentComparison, scope).part("segments", Value::Count(entries.len() as i64));
    let differences = entries
        .iter()
        .filter_map(|entry| entry.metrics.get(&Key::CustomerChurnRate)?.part_number("difference").map(f64::abs));
    let widest = differences.fold(None, |widest: Option<f64>, next| Some(widest.map_or(next, |w| w.max(next))));
    let result = result.part_if("largest_difference", widest.map(Value::Number));
    match metrics.get(&Key::CustomerChurnRate) {
        Some(MetricResult { numerator: Some(lost), denominator: Some(n), .. }) => result.ratio(*lost, *n),
        Some(churn) => result.without(churn.status),
        None => result.missing("customers_lost"),
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Customers by status

fn report_status<Input>(table: &StatusTable, question: &Question, report: &mut Report<Input>) {
    let scope = scope_of(table.currency, question, None);
    let wanted = question.segment.as_ref().and_then(|wanted| {
        let segment = table.segments.iter().find(|segment| segment.column == wanted.column)?;
        Some((segment, segment.values.iter().position(|value| value == wanted.value)))
    });
    let codes = wanted.map(|(segment, code)| (segment.codes.of.clone(), code));
    let keep = |customer: usize| {
        codes.as_ref().is_none_or(|(codes, code)| codes.get(customer).map(|of| usize::from(*of)) == *code)
    };
    let survival = status_survival(table, &keep, scope.level);
    report.metrics = status_metrics(table, &scope, &question.settings, &keep, &survival);
    report.survival = survival.steps;
    if let Some(column) = question.segments_of.as_deref()
        && let Some(segment) = table.segments.iter().find(|segment| segment.column == column)
    {
        let codes = segment.codes.of.clone();
        let mut size = vec![0_i128; segment.values.len().max(1)];
        let mut members = vec![false; size.len()];
        for (customer, code) in codes.iter().enumerate().filter(|(customer, _)| keep(*customer)) {
            let revenue = table.revenue.as_ref().and_then(|revenue| revenue.get(customer).copied()).unwrap_or(1);
            size[usize::from(*code)] += i128::from(revenue);
            members[usize::from(*code)] = true;
        }
        let groups = largest(&size, &members, segment);
        let entries = groups.names.iter().enumerate().map(|(group, (value, others))| {
            let named = SegmentValue { column: segment.column.clone(), value: value.clone() };
            let scope = Scope { segment: Some(named.clone()), ..scope.clone() };
            let inside = |customer: usize| {
                keep(customer)
                    && codes.get(customer).is_some_and(|code| groups.group_of[usize::from(*code)] == group as u16)
            };
            let survival = status_survival(table, &inside, scope.level);
            SegmentEntry {
                segment: named,
                others: *others,
                metrics: status_metrics(table, &scope, &question.settings, &inside, &survival),
            }
        });
        report.segments = compare_to_rest(entries.collect(), scope.level);
        let comparison = segment_comparison(&scope, &report.segments, &report.metrics);
        add(&mut report.metrics, comparison);
    }
}

fn status_survival(table: &StatusTable, keep: &impl Fn(usize) -> bool, level: Level) -> Survival {
    let Some(tenure) = &table.tenure else { return Survival::default() };
    let rows = tenure.iter().zip(&table.churned).enumerate();
    let lifetimes = rows.filter(|(customer, _)| keep(*customer)).filter_map(|(_, (time, churned))| {
        Some(Lifetimes { time: (*time)?, churned: u64::from(*churned), censored: u64::from(!*churned) })
    });
    kaplan_meier(lifetimes.collect(), level)
}

fn status_metrics(
    table: &StatusTable,
    scope: &Scope,
    settings: &Settings,
    keep: &impl Fn(usize) -> bool,
    survival: &Survival,
) -> Metrics {
    let kept = || (0..table.churned.len()).filter(|customer| keep(*customer));
    let start = kept().count() as i64;
    let lost = kept().filter(|customer| table.churned[*customer]).count() as i64;
    let mut totals = Totals {
        customers_start: Some(start),
        customers_end: Some(start - lost),
        customers_new: Some(0),
        customers_lost: Some(lost),
        ..Totals::default()
    };
    let mut spread = Spread::default();
    let mut amounts = Vec::new();
    if let Some(revenue) = &table.revenue {
        let (mut opening, mut churned) = (0_i128, 0_i128);
        for customer in kept() {
            let units = revenue.get(customer).copied().unwrap_or(0);
            let gone = table.churned[customer];
            spread.gross.add(units, if gone { 0 } else { units });
            opening += i128::from(units);
            if gone {
                churned += i128::from(units);
            } else {
                amounts.push(units);
            }
        }
        totals.mrr_start = Some(opening);
        totals.mrr_end = Some(opening - churned);
        totals.mrr_churn = Some(churned);
        // A status table knows who left and what they paid, not who paid less: the loss is the cancellations.
        totals.mrr_contraction = Some(0);
    }
    spread.net = spread.gross;
    let mut metrics = metrics_of_totals(scope, &totals, totals.mrr_start.map(|_| &spread));
    let missing = |key: Key, field: &str| MetricResult::new(key, scope).missing(field);
    // No second state: expansion is unknown, so whatever needs it stays without a value.
    for key in [Key::MrrMovements, Key::NetNewMrr, Key::Nrr, Key::QuickRatio] {
        add(&mut metrics, missing(key, "month"));
    }
    if table.revenue.is_some() {
        add(&mut metrics, revenue::arpa(scope, &totals, Some(amounts.clone())));
        add(&mut metrics, revenue::revenue_concentration(scope, amounts, settings.top_n as usize));
    } else {
        add(&mut metrics, missing(Key::RevenueConcentration, "mrr"));
    }
    // The flag's period is unknown, so its rate cannot be converted; a mean lifetime comes from the curve alone.
    add(&mut metrics, missing(Key::ChurnRateConvert, "month"));
    add(&mut metrics, missing(Key::CltvSimple, "month"));
    if table.tenure.is_some() {
        let tenures = table.tenure.iter().flatten().zip(&table.churned).enumerate();
        let active = tenures.filter(|(customer, (_, churned))| keep(*customer) && !**churned);
        let active = active.filter_map(|(_, (time, _))| *time).collect();
        add(&mut metrics, customers::customer_lifetime(scope, Some(survival), None, active));
        add(&mut metrics, survival::km_survival(scope, survival));
    } else {
        add(&mut metrics, missing(Key::CustomerLifetime, "tenure"));
        add(&mut metrics, missing(Key::KmSurvival, "tenure"));
    }
    add(&mut metrics, status_cltv(table, scope, keep));
    metrics
}

/// The mean of tenure × monthly revenue over customers who left.
fn status_cltv(table: &StatusTable, scope: &Scope, keep: &impl Fn(usize) -> bool) -> MetricResult {
    let (Some(tenure), Some(revenue)) = (&table.tenure, &table.revenue) else {
        let field = if table.tenure.is_none() { "tenure" } else { "mrr" };
        return MetricResult::new(Key::CltvHistoric, scope).missing(field);
    };
    let rows = tenure.iter().zip(revenue).zip(&table.churned).enumerate();
    let ended = rows.filter(|(customer, (_, churned))| keep(*customer) && **churned);
    let revenues = ended.filter_map(|(_, ((months, units), _))| Some(((*months)? * *units as f64).round() as i64));
    economics::cltv_realised(scope, revenues.collect()).flag(Flag::Estimate)
}

// ---------------------------------------------------------------------------------------------------------------------
// Totals by period

fn report_periods<Input>(table: &PeriodTable, question: &Question, report: &mut Report<Input>) {
    let labelled = |row: &PeriodRow| match row.period {
        Some(period) => LabelledPeriod { label: row.label.clone(), ..period.into() },
        None => LabelledPeriod { start: None, end: None, label: row.label.clone() },
    };
    let metrics = |row: &PeriodRow| {
        let scope = scope_of(table.currency, question, row.period);
        let margin = row.totals.gross_margin.or(question.settings.gross_margin);
        table_metrics(&scope, &Totals { gross_margin: margin, ..row.totals })
    };
    let ordered = table.rows.iter().all(|row| row.period.is_some());
    // Without time there is no latest row: the first one is where a reader starts.
    let usual = if ordered { table.rows.len().saturating_sub(1) } else { 0 };
    let Some(row) = table.rows.get(question.row.unwrap_or(usual)).or(table.rows.get(usual)) else {
        report.metrics = empty_metrics(&scope_of(table.currency, question, None));
        return;
    };
    report.as_of = table.rows.iter().filter_map(|row| row.period).map(|period| period.end).max();
    report.period = Some(labelled(row));
    report.metrics = metrics(row);
    report.series = table.rows.iter().map(|row| SeriesEntry { period: labelled(row), metrics: metrics(row) }).collect();
    if ordered
        && question.compare == Some(Compare::RowBefore)
        && let Some(before) = question.row.unwrap_or(usual).checked_sub(1).and_then(|place| table.rows.get(place))
    {
        report.comparison = Some(Comparison { period: labelled(before), metrics: metrics(before) });
    }
    for row in &table.rows {
        let totals = &row.totals;
        let complete = [totals.mrr_start, totals.mrr_expansion, totals.mrr_contraction, totals.mrr_churn];
        if complete.iter().all(Option::is_some) && totals.mrr_new.is_some() {
            let end = totals.mrr_end.or_else(|| {
                let gains = totals.mrr_new? + totals.mrr_reactivation.unwrap_or(0) + totals.mrr_expansion?;
                Some(totals.mrr_start? + gains - totals.mrr_contraction? - totals.mrr_churn?)
            });
            let movement = Movement { totals: Totals { mrr_end: end, ..*totals }, ..Movement::default() };
            let period = Period { start: Day(0), end: Day(0) };
            let entry = movement_entry(period, &movement, table.currency);
            report.movements.push(MovementEntry { period: labelled(row), ..entry });
        }
    }
}

/// What one row of totals gives, unit economics and feedback included.
fn table_metrics(scope: &Scope, totals: &Totals) -> Metrics {
    let mut metrics = metrics_of_totals(scope, totals, None);
    if let Some(churn) = metrics.get(&Key::CustomerChurnRate) {
        let interval = churn.interval_numbers();
        if let Some(rate) = churn.number() {
            let unit = if scope.period.and_then(Period::whole_months) == Some(12) { Unit::Years } else { Unit::Months };
            let lifetime = customers::lifetime_from_churn(scope, rate, unit, interval);
            let arpa = metrics.get(&Key::Arpa).and_then(|result| result.value);
            if let (Some(Value::Money(arpa)), Unit::Months) = (arpa, unit) {
                let cltv = economics::cltv_simple(scope, arpa.units, rate, totals.gross_margin, interval);
                add(&mut metrics, cltv);
            }
            add(&mut metrics, lifetime);
        }
    }
    if let (Some(cost), Some(new)) = (totals.sales_and_marketing, totals.customers_new) {
        add(&mut metrics, economics::cac(scope, cost, new));
    }
    let counts = [totals.promoters, totals.passives, totals.detractors].map(|count| u64::try_from(count?).ok());
    if let [Some(promoters), Some(passives), Some(detractors)] = counts {
        add(&mut metrics, feedback::nps(scope, promoters, passives, detractors));
    }
    if let (Some(sent), Some(responses)) = (totals.sent, totals.responses) {
        let bounced = totals.bounced.unwrap_or(0);
        add(&mut metrics, feedback::survey_response_rate(scope, Some(sent), bounced, responses));
    }
    metrics
}

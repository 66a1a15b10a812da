//! The report of answers to surveys, and the comments, which no report holds (metrics.md 4E).

use crate::catalogue::Key;
use crate::feedback::{Asked, Group, Label, Reading, feedback_trend, survey_completion, survey_response_rate};
use crate::ledger::{Response, ResponseTable, Segment};
use crate::money::Currency;
use crate::period::{Day, Month, Period};
use crate::planning;
use crate::report::segments::{largest, tested};
use crate::report::{
    Compare, Comparison, Dedupe, Every, LabelledPeriod, Metrics, Question, Report, SegmentEntry, SeriesEntry, add,
    grid, scope_of,
};
use crate::result::{Flag, MetricResult, Scope, SegmentValue, Status, Value};
use crate::sorted_map::SortedMap;
use crate::statistics::Difference;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

/// The answers of each metric.
pub type Feedback = SortedMap<Key, Answers>;

/// The answers behind a score, in the period of the report, and the score over time.
#[derive(Clone, Debug, PartialEq, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Answers {
    /// How the answers are read, and on how many points.
    pub asked: Asked,
    /// Promoters, passives, detractors; satisfied, neutral, dissatisfied; easy, neutral, difficult: JSON says which.
    #[serde(skip)]
    pub groups: [u64; 3],
    /// Answers per point from the lowest one on.
    pub by_score: Vec<u64>,
    /// The score period by period: months, or quarters where months have too few answers.
    pub trend: Vec<TrendPoint>,
}

impl Answers {
    /// The names of the groups in JSON.
    fn names(&self) -> [&'static str; 3] {
        match self.asked.key() {
            Key::Nps => ["promoters", "passives", "detractors"],
            Key::Csat => ["satisfied", "neutral", "dissatisfied"],
            _ => ["easy", "neutral", "difficult"],
        }
    }
}

impl Serialize for Answers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut answers = serializer.serialize_struct("Answers", 6)?;
        for (name, count) in self.names().into_iter().zip(self.groups) {
            answers.serialize_field(name, &count)?;
        }
        answers.serialize_field("asked", &self.asked)?;
        answers.serialize_field("by_score", &self.by_score)?;
        answers.serialize_field("trend", &self.trend)?;
        answers.end()
    }
}

/// The score of one period, and its change against the period before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct TrendPoint {
    /// The period.
    pub period: LabelledPeriod,
    /// Responses; without any the period is a gap.
    pub n: u64,
    /// The score.
    pub value: Option<f64>,
    /// Lower bound of its interval.
    pub ci_low: Option<f64>,
    /// Upper bound.
    pub ci_high: Option<f64>,
    /// The change against the period before, if that has responses.
    pub change: Option<f64>,
    /// Lower bound of the interval of the difference.
    pub change_low: Option<f64>,
    /// Upper bound.
    pub change_high: Option<f64>,
    /// What that allows to say.
    pub label: Label,
}

/// Responses that a period of the trend should have, as the median of all periods.
const ENOUGH: i64 = 30;
/// A segment with fewer responses shows no score, to protect the respondents (metrics.md 3.8).
const FEWEST: u64 = 3;

/// The responses that a question is about.
struct Survey<'a> {
    table: &'a ResponseTable,
    /// The value number of each response in the column of the segment asked for, and that of the segment itself.
    kept: Option<(&'a [u16], Option<usize>)>,
    dedupe: Dedupe,
    /// The questions whose scores are shown, as places in the table: one per metric.
    shown: Vec<usize>,
}

impl<'a> Survey<'a> {
    fn new(table: &'a ResponseTable, segment: Option<&SegmentValue>, dedupe: Dedupe) -> Survey<'a> {
        let kept = segment.map(|wanted| match table.segments.iter().find(|of| of.column == wanted.column) {
            Some(of) => (&of.codes.of[..], of.values.iter().position(|value| value == wanted.value)),
            None => (&[][..], None),
        });
        let mut survey = Survey { table, kept, dedupe, shown: Vec::new() };
        let mut answers = vec![0_u64; table.asked.len()];
        for (place, response) in table.responses.iter().enumerate() {
            if let Some((asked, _)) = response.score.filter(|_| survey.keeps(place)) {
                answers[usize::from(asked)] += 1;
            }
        }
        // Scales are never mixed: of each metric the one with the most answers is shown, the first among equals.
        for (place, asked) in table.asked.iter().enumerate() {
            let rivals = || (0..answers.len()).filter(|rival| table.asked[*rival].key() == asked.key());
            let most = rivals().map(|rival| answers[rival]).max();
            if rivals().find(|rival| Some(answers[*rival]) == most) == Some(place) {
                survey.shown.push(place);
            }
        }
        let order = crate::order::ordered(&survey.shown, |a, b| table.asked[*a].key().cmp(&table.asked[*b].key()));
        survey.shown = order;
        survey
    }

    fn keeps(&self, place: usize) -> bool {
        self.kept.is_none_or(|(codes, wanted)| codes.get(place).is_some_and(|code| Some(usize::from(*code)) == wanted))
    }

    /// The responses of a period, with their places in the table.
    fn within(&self, period: Option<Period>) -> impl DoubleEndedIterator<Item = (usize, &'a Response)> + use<'_, 'a> {
        let responses = &self.table.responses;
        let place = |day: Day| responses.partition_point(|response| response.day < Some(day));
        let (from, to) = period.map_or((0, responses.len()), |period| (place(period.start), place(period.end)));
        let found = responses.get(from..to.max(from)).unwrap_or_default();
        found
            .iter()
            .enumerate()
            .map(move |(index, response)| (from + index, response))
            .filter(|(at, _)| self.keeps(*at))
    }

    /// The answers to a question that count in a period: places and scores, one per respondent.
    fn counted(&self, asked: usize, period: Option<Period>) -> Vec<(usize, u8)> {
        let mut seen = vec![false; self.table.respondents as usize];
        let mut counts = |(place, response): (usize, &Response)| {
            let (_, score) = response.score.filter(|(of, _)| usize::from(*of) == asked)?;
            let before = seen.get_mut(response.respondent as usize).is_some_and(|seen| std::mem::replace(seen, true));
            (self.dedupe == Dedupe::All || !before).then_some((place, score))
        };
        match self.dedupe {
            Dedupe::Latest => self.within(period).rev().filter_map(&mut counts).collect(),
            Dedupe::First | Dedupe::All => self.within(period).filter_map(&mut counts).collect(),
        }
    }

    fn by_score(&self, asked: usize, period: Option<Period>) -> Vec<u64> {
        by_score(self.table.asked[asked], self.counted(asked, period).into_iter())
    }

    /// The metrics of a period.
    fn metrics(&self, scope: &Scope) -> Metrics {
        let mut metrics = Metrics::new();
        for place in &self.shown {
            let asked = self.table.asked[*place];
            let result = asked.score(scope, &self.by_score(*place, scope.period));
            let others = |(_, response): (usize, &Response)| {
                let other = response.score.map(|(of, _)| usize::from(of)).filter(|of| of != place);
                other.is_some_and(|other| self.table.asked[other].key() == asked.key())
            };
            let mixed = self.within(scope.period).any(others);
            add(&mut metrics, if mixed { result.flag(Flag::MixedScale) } else { result });
        }
        let rate = if self.table.knows_partial {
            let (begun, partial) = self
                .within(scope.period)
                .fold((0, 0), |(begun, partial), (_, response)| (begun + 1, partial + u64::from(response.partial)));
            survey_completion(scope, begun, begun - partial)
        } else {
            survey_response_rate(scope, None, 0, self.within(scope.period).count() as i64)
        };
        add(&mut metrics, rate);
        metrics
    }

    /// The score of a question period by period, on the shortest grid with enough answers.
    fn trend(&self, asked: usize, scope: &Scope, (first, last): (Month, Month)) -> Vec<(Scope, MetricResult)> {
        let scores = |every: Every| -> Vec<(Scope, MetricResult)> {
            let results = grid(first, last, every).into_iter().map(|(first, until)| {
                let scope = scope.over(Period::months(first, until));
                let result = self.table.asked[asked].score(&scope, &self.by_score(asked, scope.period));
                (scope, result)
            });
            results.skip_while(|(_, result)| result.n.is_none()).collect()
        };
        let months = scores(Every::Month);
        let mut counts: Vec<i64> = months.iter().filter_map(|(_, result)| result.n).map(|n| n as i64).collect();
        keeprate_columns::passes::sort(&mut counts);
        let (low, high) = (counts.len().saturating_sub(1) / 2, counts.len() / 2);
        let middle = counts.get(low).zip(counts.get(high)).map_or(0, |(low, high)| low + high);
        if middle >= 2 * ENOUGH { months } else { scores(Every::Quarter) }
    }

    /// The values of a column side by side, each tested against all others together.
    fn segments(&self, segment: &Segment, scope: &Scope) -> Vec<SegmentEntry> {
        let codes = &segment.codes.of;
        let code = |place: usize| codes.get(place).map_or(0, |code| usize::from(*code));
        let mut size = vec![0_i128; segment.values.len().max(1)];
        for (place, _) in self.within(scope.period) {
            size[code(place)] += 1;
        }
        let members: Vec<bool> = size.iter().map(|size| *size > 0).collect();
        let groups = largest(&size, &members, segment);
        let mut entries: Vec<SegmentEntry> = Vec::new();
        for (value, others) in &groups.names {
            let segment = SegmentValue { column: segment.column.clone(), value: value.clone() };
            entries.push(SegmentEntry { segment, others: *others, metrics: Metrics::new() });
        }
        for place in &self.shown {
            let asked = self.table.asked[*place];
            let counted = self.counted(*place, scope.period);
            let mut differences = Vec::new();
            for (group, entry) in entries.iter_mut().enumerate() {
                let scope = Scope { segment: Some(entry.segment.clone()), ..scope.clone() };
                let of = |inside: bool| {
                    let answers = counted.iter().copied();
                    let answers =
                        answers.filter(|(at, _)| (usize::from(groups.group_of[code(*at)]) == group) == inside);
                    asked.score(&scope, &by_score(asked, answers))
                };
                let (result, rest) = (of(true), of(false));
                let few = result.n.is_some_and(|n| n < FEWEST);
                let tested = planning::difference(&result, &rest, scope.level).filter(|_| !few);
                // What is shown is the difference of the scores shown; test and interval are of the adjusted ones.
                differences.push(
                    tested
                        .zip(result.number())
                        .zip(rest.number())
                        .map(|((tested, value), rest)| Difference { value: value - rest, ..tested }),
                );
                let hidden = || MetricResult::new(asked.key(), &scope).without(Status::InsufficientData);
                add(&mut entry.metrics, if few { hidden() } else { result });
            }
            tested(&mut entries, asked.key(), differences);
        }
        entries
    }
}

fn by_score(asked: Asked, answers: impl Iterator<Item = (usize, u8)>) -> Vec<u64> {
    let mut counts = vec![0; usize::from(asked.points)];
    for (_, score) in answers {
        if let Some(count) = counts.get_mut(usize::from(score.saturating_sub(asked.low()))) {
            *count += 1;
        }
    }
    counts
}

/// First and last month of the responses that have a date.
pub fn months(table: &ResponseTable) -> Option<(Month, Month)> {
    let first = table.responses.iter().find_map(|response| response.day)?;
    let last = table.responses.last().and_then(|response| response.day)?;
    Some((first.month(), last.month()))
}

/// Answers a question from responses.
pub(crate) fn report_responses<Input>(table: &ResponseTable, question: &Question, report: &mut Report<Input>) {
    let survey = Survey::new(table, question.segment.as_ref(), question.settings.dedupe);
    let months = months(table);
    let mut scope = scope_of(Currency::EUR, question, None);
    let mut span = None;
    if let Some((first, last)) = months {
        let as_of = question.as_of.unwrap_or(last.end());
        let complete = Month(as_of.month().0 - 1).min(last);
        let to = question.to.unwrap_or(complete).clamp(first, last);
        let from = question.from.unwrap_or(to).clamp(first, to);
        scope.period = Some(Period::months(from, to));
        report.as_of = Some(as_of);
        report.period = scope.period.map(LabelledPeriod::from);
        span = Some((first, to));
        if let Some(Compare::Months(from, until)) = question.compare {
            let period = Period::months(from.max(first).min(until), until.min(last));
            report.comparison =
                Some(Comparison { period: period.into(), metrics: survey.metrics(&scope.over(period)) });
        }
        for (first, until) in grid(first, to, question.every) {
            let period = Period::months(first, until);
            report.series.push(SeriesEntry { period: period.into(), metrics: survey.metrics(&scope.over(period)) });
        }
    }
    report.metrics = survey.metrics(&scope);
    for place in &survey.shown {
        let asked = table.asked[*place];
        let by_score = survey.by_score(*place, scope.period);
        let trend = span.map(|span| survey.trend(*place, &scope, span)).unwrap_or_default();
        let mut points = Vec::new();
        let mut before: Option<&MetricResult> = None;
        let mut latest = None;
        for (scope, result) in &trend {
            let change = before.map(|before| feedback_trend(scope, result, before));
            let bound = |value: Option<Value>| value.map(|value| value.as_f64());
            let changed = change.as_ref().map(|(change, _)| change);
            points.push(TrendPoint {
                period: scope.period.unwrap_or(Period { start: Day(0), end: Day(0) }).into(),
                n: result.n.unwrap_or(0),
                value: result.number(),
                ci_low: bound(result.ci_low),
                ci_high: bound(result.ci_high),
                change: changed.and_then(MetricResult::number),
                change_low: changed.and_then(|change| bound(change.ci_low)),
                change_high: changed.and_then(|change| bound(change.ci_high)),
                label: change.as_ref().map_or(Label::NoDetectableChange, |(_, label)| *label),
            });
            latest = change.map(|(change, _)| change);
            before = Some(result);
        }
        // One metric of each name: that of the first question.
        if let Some(change) = latest.filter(|_| !report.metrics.contains_key(&Key::FeedbackTrend)) {
            add(&mut report.metrics, change);
        }
        let answers = Answers { asked, groups: asked.groups(&by_score), by_score, trend: points };
        report.feedback.insert(asked.key(), answers);
    }
    if let Some(column) = question.segments_of.as_deref()
        && let Some(segment) = table.segments.iter().find(|segment| segment.column == column)
    {
        report.segments = survey.segments(segment, &scope);
        if let Some(whole) = survey.shown.first().and_then(|place| report.metrics.get(&table.asked[*place].key())) {
            let comparison = compared(&scope, &report.segments, whole);
            add(&mut report.metrics, comparison);
        }
    }
}

/// The comparison of segments as a metric: the score of all, and the widest difference of a segment to the rest.
fn compared(scope: &Scope, entries: &[SegmentEntry], whole: &MetricResult) -> MetricResult {
    let differences =
        entries.iter().filter_map(|entry| entry.metrics.get(&whole.key)?.part_number("difference").map(f64::abs));
    let widest = differences.fold(None, |widest: Option<f64>, next| Some(widest.map_or(next, |w| w.max(next))));
    let result = MetricResult::new(Key::FeedbackBySegment, scope)
        .unit(whole.unit)
        .part("segments", Value::Count(entries.len() as i64))
        .part_if("largest_difference", widest.map(Value::Number));
    match whole.value {
        Some(value) => result.value(value),
        None => result.without(whole.status),
    }
}

/// What comments are asked for.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct CommentQuestion {
    /// The group of answers that they belong to; without one, all comments.
    pub of: Option<(Reading, Group)>,
    /// The period.
    pub period: Option<Period>,
    /// Only responses of this segment.
    pub segment: Option<SegmentValue>,
    /// How many at most.
    pub most: u32,
}

/// A comment with what belongs to it.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Comment {
    /// What was written.
    pub text: String,
    /// The question and the score, if there is one.
    pub score: Option<(Asked, u8)>,
    /// When.
    pub day: Option<Day>,
    /// The customer; empty if unknown.
    pub customer: String,
}

/// The comments of a question, newest first.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct CommentPage {
    /// What was asked for.
    pub question: CommentQuestion,
    /// How many there are in all.
    pub total: u64,
    /// The first of them.
    pub comments: Vec<Comment>,
}

/// The comments of a period, whether or not their scores count: somebody wrote them.
pub fn comments(table: &ResponseTable, question: &CommentQuestion) -> CommentPage {
    let survey = Survey::new(table, question.segment.as_ref(), Dedupe::All);
    let score = |response: &Response| response.score.map(|(asked, score)| (table.asked[usize::from(asked)], score));
    let wanted = |response: &&Response| {
        let found = score(response).map(|(asked, score)| (asked.reading, asked.group(score)));
        response.comment > 0 && (question.of.is_none() || question.of == found)
    };
    let found = || survey.within(question.period).rev().map(|(_, response)| response).filter(wanted);
    let comments = found().take(question.most as usize).map(|response| Comment {
        text: table.comments.get(response.comment).to_owned(),
        score: score(response),
        day: response.day,
        customer: table.customers.get(response.customer).to_owned(),
    });
    CommentPage { question: question.clone(), total: found().count() as u64, comments: comments.collect() }
}

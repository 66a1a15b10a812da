//! The report on what users did: sign-ups, activation, how many come back and when (metrics.md 4A, 4B).

use super::segments::{compare_to_rest, largest, segment_comparison};
use super::{Compare, Comparison, Extent, Metrics, Question, Report, SegmentEntry, SeriesEntry, add, grid, scope_of};
use crate::activity::{self, Brackets, CURVE, StepOrder, Usage, WINDOW};
use crate::catalogue::Key;
use crate::cohorts::{Cohorts, CustomerCohort};
use crate::events::{EventTable, UserEvents, Which};
use crate::ledger::Names;
use crate::money::Currency;
use crate::period::{Month, Period};
use crate::result::{Flag, MetricResult, Scope, SegmentValue, Value};
use crate::usage::Mode;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

/// Which events mean what, by their names in the file, and how days after the first are counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(default)]
pub struct UsageSettings {
    /// What a user signs up with; without a name an event that is called so, else the first of any name.
    pub signup_event: Option<String>,
    /// What is a return; without a name any event.
    pub return_event: Option<String>,
    /// What activates a user; without a name an event that is called so.
    pub activation_event: Option<String>,
    /// What a user has to do to be on board.
    pub onboarding_steps: Vec<String>,
    /// Whether these steps count in the order of the list alone.
    pub onboarding_ordered: bool,
    /// Days after the sign-up in which activation and onboarding count: 1 to 365.
    pub activation_days: u32,
    /// How days after the first event are counted.
    pub day_mode: Mode,
    /// Domains whose e-mail addresses are test and internal users, who do not count.
    pub excluded_domains: Vec<String>,
    /// First and last day of each bracket.
    pub brackets: Vec<(u32, u32)>,
}

impl Default for UsageSettings {
    fn default() -> UsageSettings {
        UsageSettings {
            signup_event: None,
            return_event: None,
            activation_event: None,
            onboarding_steps: Vec::new(),
            onboarding_ordered: false,
            activation_days: WINDOW,
            day_mode: Mode::default(),
            excluded_domains: Vec::new(),
            brackets: Brackets::default().days().to_vec(),
        }
    }
}

impl UsageSettings {
    /// Changes a setting by its name; `None` if it is none of these. The error names what would be right.
    pub fn set(&mut self, name: &str, value: &str) -> Option<Result<(), &'static str>> {
        let event = Some(value.to_owned()).filter(|event| !event.is_empty());
        match name {
            "signup_event" => self.signup_event = event,
            "return_event" => self.return_event = event,
            "activation_event" => self.activation_event = event,
            "onboarding_steps" => {
                let steps = value.split(',').map(str::trim).filter(|step| !step.is_empty());
                self.onboarding_steps = steps.map(str::to_owned).collect();
            }
            "onboarding_ordered" => match value {
                "true" | "yes" => self.onboarding_ordered = true,
                "false" | "no" => self.onboarding_ordered = false,
                _ => return Some(Err("onboarding_ordered: true or false")),
            },
            "excluded_domains" => {
                let domains = value.split(',').map(|domain| domain.trim().trim_start_matches('@'));
                self.excluded_domains = domains.filter(|domain| !domain.is_empty()).map(str::to_lowercase).collect();
            }
            "activation_days" => match value.parse() {
                Ok(days @ 1..=365) => self.activation_days = days,
                _ => return Some(Err("activation_days: 1 to 365")),
            },
            "day_mode" => match Mode::parse(value) {
                Some(mode) => self.day_mode = mode,
                None => return Some(Err("day_mode: calendar, exact_24h or hour_floor_24h")),
            },
            "brackets" => match read_brackets(value) {
                Some(brackets) => brackets.days().clone_into(&mut self.brackets),
                None => {
                    return Some(Err(
                        "brackets: E-BRACKET-OVERLAP; days in ascending order without overlap, like 0-0,1-7,8-14",
                    ));
                }
            },
            _ => return None,
        }
        Some(Ok(()))
    }
}

/// Reads `0-0,1-7,8-14`; a bracket of one day may be that day alone.
fn read_brackets(text: &str) -> Option<Brackets> {
    let mut brackets = Vec::new();
    for bracket in text.split(',') {
        let (first, last) = bracket.split_once(['-', '–']).unwrap_or((bracket, bracket));
        brackets.push((first.trim().parse().ok()?, last.trim().parse().ok()?));
    }
    Brackets::new(brackets).ok()
}

/// How users come back: the curves of report.md, `usage`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Curves {
    /// Users who came back on a day.
    pub n_day: Vec<DayPoint>,
    /// Users who came back on a day or any later one.
    pub rolling: Vec<DayPoint>,
    /// Users who came back on a day of a bracket.
    pub bracket: Vec<BracketPoint>,
    /// For each step of the onboarding, the matured users who did it and all steps before it in the list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub onboarding: Vec<StepPoint>,
}

/// A day after the start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct DayPoint {
    /// The day.
    pub day: u32,
    /// Who came back, of whom.
    #[serde(flatten)]
    pub users: Returned,
}

/// A bracket of days after the start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct BracketPoint {
    /// The first day.
    pub from: u32,
    /// The last day.
    pub to: u32,
    /// Who came back, of whom.
    #[serde(flatten)]
    pub users: Returned,
}

/// A step of the onboarding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct StepPoint {
    /// The event.
    pub event: String,
    /// Users who got this far.
    pub users: u64,
}

/// Users who came back, of those whom the data show long enough to know.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Returned {
    /// Who came back.
    pub returned: u64,
    /// Of whom.
    pub matured: u64,
    /// Their share; absent without a matured user.
    pub value: Option<f64>,
    /// Lower bound of its Wilson interval.
    pub ci_low: Option<f64>,
    /// Upper bound of its Wilson interval.
    pub ci_high: Option<f64>,
}

impl From<&MetricResult> for Returned {
    fn from(result: &MetricResult) -> Returned {
        let count = |part: &str| result.part_number(part).unwrap_or(0.0) as u64;
        let bound = |value: Option<Value>| value.map(|value| value.as_f64());
        Returned {
            returned: count("retained"),
            matured: count("matured"),
            value: result.number(),
            ci_low: bound(result.ci_low),
            ci_high: bound(result.ci_high),
        }
    }
}

/// What events of a sign-up are usually called, lower-cased and without signs between words.
const SIGNUPS: &[&str] = &[
    "signup",
    "signedup",
    "usersignup",
    "usersignedup",
    "register",
    "registered",
    "registration",
    "accountcreated",
    "usercreated",
    "createaccount",
    "registrierung",
    "registriert",
    "anmeldung",
    "angemeldet",
    "kontoerstellt",
];

/// What events of an activation are usually called.
const ACTIVATIONS: &[&str] = &["activated", "activation", "activate", "aktiviert", "aktivierung"];

/// The day and the bracket that a card shows.
const DAY: u32 = 7;
/// The values of a column that share a row, while they are counted: no cell has such a text.
const OTHERS: &str = "\n";
/// Months of sign-ups that a retention card looks back on.
const LOOK_BACK: i32 = 12;

/// What the events of a table mean.
struct Meaning<'a> {
    table: &'a EventTable,
    settings: &'a UsageSettings,
    /// The number of each event that is named by a setting; a name that the file lacks means no event.
    signup: Which,
    usage: Usage,
    activation: Option<Which>,
    brackets: Brackets,
}

/// No event has this number.
const NOBODY: Which = Which::Named(u32::MAX);

fn named(names: &Names, wanted: &str) -> Which {
    names.iter().position(|name| name == wanted).map_or(NOBODY, |number| Which::Named(number as u32))
}

/// The event that is called one of these.
fn called(names: &Names, usual: &[&str]) -> Option<Which> {
    let place = names.iter().position(|name| {
        let letters: String = name.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        usual.contains(&letters.as_str())
    });
    place.map(|number| Which::Named(number as u32))
}

/// The users who did something before they signed up, with how many of their events lie before: what activation and
/// returns leave out (metrics.md 4A). Where no event is called a sign-up, nothing lies before one.
pub fn before_signup(table: &EventTable) -> Vec<(u32, u64)> {
    let Some(signup) = called(&table.names, SIGNUPS) else { return Vec::new() };
    let early = |(user, events): (usize, UserEvents<'_>)| {
        let start = events.at(signup).next()?;
        let count = events.within(i64::MIN, start).at(Which::Any).count() as u64;
        (count > 0).then_some((user as u32, count))
    };
    table.by_user(None).enumerate().filter_map(early).collect()
}

impl<'a> Meaning<'a> {
    fn new(table: &'a EventTable, settings: &'a UsageSettings) -> Meaning<'a> {
        let chosen = |name: &Option<String>| name.as_deref().map(|name| named(&table.names, name));
        let signup = chosen(&settings.signup_event).or_else(|| called(&table.names, SIGNUPS)).unwrap_or(Which::Any);
        let activation = chosen(&settings.activation_event).or_else(|| called(&table.names, ACTIVATIONS));
        let back = chosen(&settings.return_event).unwrap_or(Which::Any);
        let usage = Usage { start: signup, back, mode: settings.day_mode };
        let brackets = Brackets::new(settings.brackets.clone()).unwrap_or_default();
        Meaning { table, settings, signup, usage, activation, brackets }
    }

    /// The metrics of a period: what happened in it, and how those came back who started in it.
    fn metrics(&self, scope: &Scope) -> Metrics {
        let mut metrics = Metrics::new();
        add(&mut metrics, activity::signups(scope, self.table, self.signup));
        add(&mut metrics, activity::stickiness(scope, self.table, self.usage.back));
        for result in self.cohort_metrics(scope) {
            add(&mut metrics, result);
        }
        metrics
    }

    /// The metrics of those who started in a period.
    fn cohort_metrics(&self, scope: &Scope) -> Vec<MetricResult> {
        let Meaning { table, settings, usage, .. } = self;
        let activation = match self.activation {
            Some(event) => activity::activation_rate(scope, table, self.signup, event, settings.activation_days),
            None => MetricResult::new(Key::ActivationRate, scope).missing("activation_event"),
        };
        let window = Value::Count(i64::from(settings.activation_days));
        let unbounded = activity::churn_7d_unbounded(scope, table, usage);
        let churn = activity::churn_7d(scope, table, usage);
        let day = |result: MetricResult| result.part("day", Value::Count(i64::from(DAY)));
        let single = |results: Vec<MetricResult>| results.into_iter().next();
        let days = [DAY];
        let bracket = self.brackets.days().iter().find(|(first, last)| (*first..=*last).contains(&DAY));
        let of_bracket = bracket.and_then(|(first, last)| {
            let brackets = Brackets::new(vec![(*first, *last)]).ok()?;
            let result = single(activity::bracket_retention(scope, table, usage, &brackets))?;
            Some(result.part("from", Value::Count(i64::from(*first))).part("to", Value::Count(i64::from(*last))))
        });
        let n_day = single(activity::n_day_retention(scope, table, usage, &days)).map(day);
        let rolling = single(activity::rolling_retention(scope, table, usage, &days)).map(day);
        let mut results = vec![
            activation.part("window", window),
            self.onboarding(scope).rate.part("window", window),
            churn.part_if("usage_unbounded", unbounded.value),
        ];
        results.extend([n_day, of_bracket, rolling].into_iter().flatten());
        results
    }

    fn onboarding(&self, scope: &Scope) -> activity::Onboarding {
        let steps = self.settings.onboarding_steps.iter().map(|step| match named(&self.table.names, step) {
            Which::Named(number) => number,
            Which::Any => u32::MAX,
        });
        let steps: Vec<u32> = steps.collect();
        if steps.is_empty() {
            let rate = MetricResult::new(Key::OnboardingRate, scope).variant("all_steps").missing("onboarding_steps");
            return activity::Onboarding { rate, funnel: Vec::new() };
        }
        let order = if self.settings.onboarding_ordered { StepOrder::Listed } else { StepOrder::Any };
        activity::onboarding_rate(scope, self.table, self.signup, (&steps, order), self.settings.activation_days)
    }

    fn curves(&self, scope: &Scope) -> Curves {
        let days = |results: Vec<MetricResult>| {
            CURVE.iter().zip(&results).map(|(day, result)| DayPoint { day: *day, users: result.into() }).collect()
        };
        let brackets = activity::bracket_retention(scope, self.table, &self.usage, &self.brackets);
        let of_bracket = |((from, to), result): (&(u32, u32), &MetricResult)| BracketPoint {
            from: *from,
            to: *to,
            users: result.into(),
        };
        let funnel = self.onboarding(scope).funnel;
        let steps = self.settings.onboarding_steps.iter().zip(funnel);
        Curves {
            n_day: days(activity::n_day_retention(scope, self.table, &self.usage, &CURVE)),
            rolling: days(activity::rolling_retention(scope, self.table, &self.usage, &CURVE)),
            bracket: self.brackets.days().iter().zip(&brackets).map(of_bracket).collect(),
            onboarding: steps.map(|(event, users)| StepPoint { event: event.clone(), users }).collect(),
        }
    }
}

/// First and last month of the events, the last one complete if any is.
pub fn months(table: &EventTable) -> Option<(Month, Month)> {
    let first = table.first_month()?;
    Some((first, table.as_of.month().plus(-1).max(first)))
}

/// Answers a question from events.
pub(super) fn report_events<Input>(table: &EventTable, question: &Question, report: &mut Report<Input>) {
    let domains = &question.settings.usage.excluded_domains;
    if domains.is_empty() {
        report_users(table, question, report);
        return;
    }
    let (rest, excluded) = table.without(domains);
    report_users(&rest, question, report);
    if let Some(signups) = report.metrics.get_mut(&Key::Signups) {
        signups.parts.insert("excluded_users".to_owned(), Value::Count(excluded as i64));
    }
}

fn report_users<Input>(table: &EventTable, question: &Question, report: &mut Report<Input>) {
    let meaning = Meaning::new(table, &question.settings.usage);
    let mut scope = scope_of(Currency::EUR, question, None);
    report.as_of = Some(table.as_of);
    let Some((first, last)) = months(table) else {
        report.metrics = meaning.metrics(&scope);
        return;
    };
    // The month that is not over can be asked for, too.
    let latest = table.as_of.month().max(last);
    let to = question.to.unwrap_or(last).clamp(first, latest);
    let from = question.from.unwrap_or(to).clamp(first, to);
    let period = Period::months(from, to);
    scope.period = Some(period);
    // A month's users are too few and too young to tell how many come back: without a period, a year's are taken.
    let looks_back = question.from.is_none();
    let metrics = |from: Month, to: Month| {
        let scope = scope.over(Period::months(from, to));
        let mut metrics = meaning.metrics(&scope);
        let begin = to.plus(1 - LOOK_BACK).max(first);
        if looks_back && begin < from {
            let months = Value::Count(i64::from(to.0 - begin.0 + 1));
            for longer in meaning.cohort_metrics(&scope.over(Period::months(begin, to))) {
                let own = metrics.get(&longer.key).and_then(|result| result.value);
                add(&mut metrics, longer.part("months", months).part_if("closing_month", own));
            }
        }
        metrics
    };
    report.period = Some(period.into());
    report.metrics = metrics(from, to);
    if let Some(Compare::Months(begin, until)) = question.compare {
        let (begin, until) = (begin.max(first).min(until), until.min(latest));
        let period = Period::months(begin, until);
        report.comparison = Some(Comparison { period: period.into(), metrics: metrics(begin, until) });
    }
    for (begin, until) in grid(first, to, question.every) {
        let period = Period::months(begin, until);
        report.series.push(SeriesEntry { period: period.into(), metrics: meaning.metrics(&scope.over(period)) });
    }
    let begin = if looks_back { to.plus(1 - LOOK_BACK).max(first) } else { from };
    let cohort = scope.over(Period::months(begin, to));
    report.usage = Some(meaning.curves(&cohort));
    if question.extent == Extent::Figures {
        return;
    }
    report.cohorts = Some(Cohorts { customers: cohorts(&meaning, &scope, (first, latest)), revenue: Vec::new() });
    if let Some(column) = question.segments_of.as_deref()
        && let Some(segment) = table.segments.iter().find(|segment| segment.column == column)
    {
        let mut size = vec![0_i128; segment.values.len().max(1)];
        for code in &segment.codes.of {
            size[usize::from(*code)] += 1;
        }
        let members: Vec<bool> = size.iter().map(|size| *size > 0).collect();
        let groups = largest(&size, &members, segment);
        let mut entries = Vec::new();
        for (group, (value, others)) in (0..).zip(groups.names) {
            let named = |value: &str| SegmentValue { column: segment.column.clone(), value: value.to_owned() };
            let merged = (others > 0).then(|| table.merged(segment, &groups.group_of, group, OTHERS));
            let meaning = Meaning::new(merged.as_ref().unwrap_or(table), &question.settings.usage);
            let wanted = named(if others > 0 { OTHERS } else { &value });
            let mut metrics = Metrics::new();
            for mut result in meaning.cohort_metrics(&Scope { segment: Some(wanted), ..cohort.clone() }) {
                result.segment = Some(named(&value));
                add(&mut metrics, result);
            }
            entries.push(SegmentEntry { segment: named(&value), others, metrics });
        }
        report.segments = compare_to_rest(entries, Key::NDayRetention, scope.level);
        let comparison = segment_comparison(&scope, Key::NDayRetention, &report.segments, &report.metrics);
        add(&mut report.metrics, comparison);
    }
}

/// Users by the month of their start, and how many of them were active in each month since.
fn cohorts(meaning: &Meaning<'_>, scope: &Scope, (first, last): (Month, Month)) -> Vec<CustomerCohort> {
    let months = (last.0 - first.0 + 1).max(0) as usize;
    let cells = activity::active_by_month(
        &Scope { period: None, ..scope.clone() },
        meaning.table,
        &meaning.usage,
        first,
        months,
    );
    let complete = (meaning.table.as_of.month().0 - first.0).max(0) as usize;
    let left_truncated = meaning.usage_is_left_truncated(scope, first);
    let cohorts = cells.into_iter().enumerate().filter(|(_, (size, _))| *size > 0);
    let cohorts = cohorts.map(|(place, (size, active))| CustomerCohort {
        cohort: first.plus(place as i32),
        size,
        active: active.into_iter().map(Some).collect(),
        open: months.saturating_sub(complete.max(place)) as u32,
        left_truncated: place == 0 && left_truncated,
    });
    cohorts.collect()
}

impl Meaning<'_> {
    /// Whether users of the first month may have started before the file does.
    fn usage_is_left_truncated(&self, scope: &Scope, first: Month) -> bool {
        let scope = scope.over(Period::months(first, first));
        let results = activity::n_day_retention(&scope, self.table, &self.usage, &[1]);
        results.iter().any(|result| result.flags.contains(&Flag::LeftTruncated))
    }
}

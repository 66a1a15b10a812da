//! Sign-ups, activation and the retention of users, counted from events (metrics.md 4A, 4B). What the counts mean, and
//! when there is no value, says [`crate::usage`].
//!
//! A user's start is the first start event; events before it are not looked at. A cohort is the users whose start lies in
//! the period of the scope, or all. A user is matured for day k if that day was over when the data end. Each question is
//! one pass over the events.
//!
//! ```
//! use keeprate_metrics::activity::{Usage, n_day_retention};
//! use keeprate_metrics::events::{Event, EventBuilder};
//! use keeprate_metrics::{ledger::Names, period::Day, result::Scope};
//!
//! let (mut users, mut names) = (Names::default(), Names::default());
//! let (user, name) = (users.push("u1"), names.push("login"));
//! let mut builder = EventBuilder::default();
//! for day in [100, 101, 107] {
//!     builder.push(Event { user, day: Day(day), second: 0, name });
//! }
//! let events = builder.finish(users, names, Vec::new(), None);
//! let curve = n_day_retention(&Scope::default(), &events, &Usage::default(), &[1, 2, 30]);
//! let values: Vec<Option<f64>> = curve.iter().map(|result| result.number()).collect();
//! assert_eq!(values, [Some(1.0), Some(0.0), None]);
//! ```

use crate::events::{DAY, EventTable, UserEvents, Which};
use crate::period::{Day, Month, Period};
use crate::result::{Flag, MetricResult, Scope, Value, Warning};
use crate::usage::{self, Mode, Repeat, SevenDays};

/// The days at which a retention curve is usually read.
pub const CURVE: [u32; 7] = [1, 3, 7, 14, 30, 60, 90];

/// The days after a sign-up in which activation and onboarding usually count.
pub const WINDOW: u32 = 7;

/// What a question about retention takes for a start, for a return, and for a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The event that a user starts with, usually the first of any name.
    pub start: Which,
    /// The events that are a return.
    pub back: Which,
    /// How days are counted.
    pub mode: Mode,
}

/// Brackets of days in ascending order, first and last day included. Gaps are allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brackets(Vec<(u32, u32)>);

/// A bracket that does not lie behind the one before it, or ends before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BracketOverlap {
    /// Its place in the list.
    pub place: usize,
}

impl BracketOverlap {
    /// The code of metrics.md 6.9.
    pub const CODE: &str = "E-BRACKET-OVERLAP";
}

impl Brackets {
    /// The brackets of a list, if they ascend without overlapping.
    pub fn new(brackets: Vec<(u32, u32)>) -> Result<Brackets, BracketOverlap> {
        let mut free = Some(0);
        for (place, (first, last)) in brackets.iter().enumerate() {
            if first > last || free.is_none_or(|free| *first < free) {
                return Err(BracketOverlap { place });
            }
            free = last.checked_add(1);
        }
        Ok(Brackets(brackets))
    }

    /// First and last day of each.
    pub fn days(&self) -> &[(u32, u32)] {
        &self.0
    }
}

impl Default for Brackets {
    fn default() -> Brackets {
        Brackets(vec![(0, 0), (1, 7), (8, 14), (15, 30), (31, 60)])
    }
}

/// Sign-ups of the scope's period, which growth compares with the equally long period before; without a period all
/// sign-ups. Users stand for normalised ids, so that one who signs up again is no second sign-up.
pub fn signups(scope: &Scope, table: &EventTable, signup: Which) -> MetricResult {
    let before = scope.period.map(preceding);
    let (mut count, mut count_before) = (0, 0);
    for (_, start) in starts(scope, table, signup) {
        count += u64::from(lies_in(start, scope.period));
        count_before += u64::from(before.is_some() && lies_in(start, before));
    }
    partial(scope, table, usage::signups(scope, count, before.map(|_| count_before)))
}

/// The equally long period before: as many calendar months for whole months, else as many days.
fn preceding(period: Period) -> Period {
    let start = match period.whole_months() {
        Some(months) => period.start.month().plus(-months).start(),
        None => Day(period.start.0.saturating_sub(period.days())),
    };
    Period { start, end: period.start }
}

/// Users with the activation event less than so many days after their sign-up.
pub fn activation_rate(
    scope: &Scope,
    table: &EventTable,
    signup: Which,
    activation: Which,
    window: u32,
) -> MetricResult {
    let window = i64::from(window) * DAY;
    let (mut matured, mut activated, mut immature, mut early) = (0, 0, 0, 0_u64);
    for (events, start) in cohort(scope, table, signup) {
        if start + window > table.end() {
            immature += 1;
            continue;
        }
        matured += 1;
        early += events.within(i64::MIN, start).at(activation).count() as u64;
        activated += u64::from(events.within(start, start + window).at(activation).next().is_some());
    }
    let mut result =
        usage::activation_rate(scope, matured, activated).part("excluded_immature", Value::Count(immature));
    if early > 0 && activation != Which::Any {
        result.warnings.push(Warning { code: "I-EVENT-BEFORE-SIGNUP".to_owned(), count: early });
    }
    result
}

/// The onboarding rate, and where users stop.
#[derive(Clone, Debug, PartialEq)]
pub struct Onboarding {
    /// The rate, with the mean share of steps done as `mean_step_completion`.
    pub rate: MetricResult,
    /// For each step the matured users who did it and all those before it in the list, in whatever order.
    pub funnel: Vec<u64>,
}

/// Whether steps count in whatever order they are done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StepOrder {
    /// They do.
    #[default]
    Any,
    /// A step counts once all those before it in the list are done. What happened at one instant is in order.
    Listed,
}

/// Users who did all steps less than so many days after their sign-up. A step is the number of an event's name.
pub fn onboarding_rate(
    scope: &Scope,
    table: &EventTable,
    signup: Which,
    (steps, order): (&[u32], StepOrder),
    window: u32,
) -> Onboarding {
    let mut required: Vec<u32> = Vec::new();
    for step in steps {
        if !required.contains(step) {
            required.push(*step);
        }
    }
    let mut funnel = vec![0; required.len()];
    let mut done = vec![false; required.len()];
    let window = i64::from(window) * DAY;
    let (mut matured, mut immature, mut steps_done) = (0, 0, 0);
    for (events, start) in cohort(scope, table, signup) {
        if start + window > table.end() {
            immature += 1;
            continue;
        }
        matured += 1;
        done.fill(false);
        let within = events.within(start, start + window);
        match order {
            StepOrder::Listed => done.iter_mut().take(within.in_order(&required)).for_each(|done| *done = true),
            StepOrder::Any => {
                for name in within.names {
                    if let Some(step) = required.iter().position(|step| step == name) {
                        done[step] = true;
                    }
                }
            }
        }
        steps_done += done.iter().filter(|done| **done).count();
        for (users, _) in funnel.iter_mut().zip(&done).take_while(|(_, done)| **done) {
            *users += 1;
        }
    }
    let Some(completed) = funnel.last() else {
        return Onboarding { rate: usage::onboarding_rate(scope, 0, 0).missing("event"), funnel };
    };
    let all_steps = matured * required.len() as u64;
    let rate = usage::onboarding_rate(scope, matured, *completed)
        .part("excluded_immature", Value::Count(immature))
        .part("mean_step_completion", Value::Number(steps_done as f64 / all_steps as f64))
        .variant(if order == StepOrder::Listed { "ordered" } else { "all_steps" });
    Onboarding { rate, funnel }
}

/// Matured users without an event on days 7 to 13.
pub fn churn_7d(scope: &Scope, table: &EventTable, usage: &Usage) -> MetricResult {
    seven_days(scope, table, usage, SevenDays::UsageWindow, Some(13))
}

/// Matured users without an event on day 7 or later: 1 − rolling retention.
pub fn churn_7d_unbounded(scope: &Scope, table: &EventTable, usage: &Usage) -> MetricResult {
    seven_days(scope, table, usage, SevenDays::UsageUnbounded, None)
}

fn seven_days(scope: &Scope, table: &EventTable, usage: &Usage, variant: SevenDays, last: Option<u32>) -> MetricResult {
    let counted = count_returns(scope, table, usage, &[(7, last)]).first().copied().unwrap_or_default();
    let lost = counted.matured - counted.retained;
    counted.caution(usage::churn_7d(scope, variant, counted.matured, lost))
}

/// Subscriptions (start, end) of the scope's period that ended at most seven days after their start. Such an end may lie
/// on day 7 itself, so a subscription is matured when that day is over.
pub fn churn_7d_of_subscriptions(
    scope: &Scope,
    subscriptions: impl Iterator<Item = (Day, Option<Day>)>,
    as_of: Day,
) -> MetricResult {
    let (mut matured, mut lost, mut immature) = (0, 0, 0);
    for (start, end) in subscriptions.filter(|(start, _)| lies_in(i64::from(start.0) * DAY, scope.period)) {
        let seventh = i64::from(start.0) + 7;
        if seventh < i64::from(as_of.0) {
            matured += 1;
            lost += u64::from(end.is_some_and(|end| i64::from(end.0) <= seventh));
        } else {
            immature += 1;
        }
    }
    let result = usage::churn_7d(scope, SevenDays::Subscription, matured, lost);
    result.part("excluded_immature", Value::Count(immature))
}

/// Customers who bought again, by [`Repeat`]. The purchases of one day are one occasion.
pub fn repeat_purchase_rate(scope: &Scope, table: &EventTable, purchase: Which, repeat: Repeat) -> MetricResult {
    match repeat {
        Repeat::Window => repeat_in_window(scope, table, purchase),
        Repeat::Cohort(days) => repeat_of_cohort(scope, table, purchase, days),
    }
}

fn repeat_in_window(scope: &Scope, table: &EventTable, purchase: Which) -> MetricResult {
    let (from, until) = scope.period.map_or((i64::MIN, i64::MAX), bounds);
    let (mut buyers, mut repeaters) = (0, 0);
    for events in table.by_user(scope.segment.as_ref()) {
        let mut days = events.within(from, until).at(purchase).map(|at| at.div_euclid(DAY));
        if let Some(first) = days.next() {
            buyers += 1;
            repeaters += u64::from(days.any(|day| day > first));
        }
    }
    let result = usage::repeat_purchase_rate(scope, Repeat::Window, buyers, repeaters);
    let days = scope.period.map(|period| Value::Count(i64::from(period.days())));
    partial(scope, table, result.part_if("days", days))
}

/// The second occasion may lie on the last of so many days, so a customer is matured when that day is over.
fn repeat_of_cohort(scope: &Scope, table: &EventTable, purchase: Which, within: u32) -> MetricResult {
    let (mut buyers, mut repeaters, mut immature) = (0, 0, 0);
    for (events, start) in cohort(scope, table, purchase) {
        let first = start.div_euclid(DAY);
        let last = first + i64::from(within);
        if last < i64::from(table.as_of.0) {
            buyers += 1;
            let mut days = events.at(purchase).map(|at| at.div_euclid(DAY));
            repeaters += u64::from(days.any(|day| first < day && day <= last));
        } else {
            immature += 1;
        }
    }
    let result = usage::repeat_purchase_rate(scope, Repeat::Cohort(within), buyers, repeaters);
    result.part("excluded_immature", Value::Count(immature))
}

/// Users active on a mean day of the scope's period as a share of those active in it; without a period from the first
/// event to the data end.
pub fn stickiness(scope: &Scope, table: &EventTable, active: Which) -> MetricResult {
    let (from, until) = scope.period.map_or((table.first_day().map_or(0, |day| day * DAY), table.end()), bounds);
    let (mut user_days, mut users) = (0, 0);
    for events in table.by_user(scope.segment.as_ref()) {
        let mut latest = None;
        for day in events.within(from, until).at(active).map(|at| at.div_euclid(DAY)) {
            users += u64::from(latest.is_none());
            user_days += u64::from(latest != Some(day));
            latest = Some(day);
        }
    }
    let days = u32::try_from((until - from) / DAY).unwrap_or(0);
    partial(scope, table, usage::stickiness(scope, user_days, days, users))
}

/// N-day retention for each of some days.
pub fn n_day_retention(scope: &Scope, table: &EventTable, usage: &Usage, days: &[u32]) -> Vec<MetricResult> {
    let spans: Vec<Span> = days.iter().map(|day| (*day, Some(*day))).collect();
    retention(scope, table, usage, &spans, usage::n_day_retention)
}

/// Bracketed retention for each bracket.
pub fn bracket_retention(scope: &Scope, table: &EventTable, usage: &Usage, brackets: &Brackets) -> Vec<MetricResult> {
    let spans: Vec<Span> = brackets.0.iter().map(|(first, last)| (*first, Some(*last))).collect();
    retention(scope, table, usage, &spans, usage::bracket_retention)
}

/// Unbounded retention from each of some days on.
pub fn rolling_retention(scope: &Scope, table: &EventTable, usage: &Usage, days: &[u32]) -> Vec<MetricResult> {
    let spans: Vec<Span> = days.iter().map(|day| (*day, None)).collect();
    retention(scope, table, usage, &spans, usage::rolling_retention)
}

fn retention(
    scope: &Scope,
    table: &EventTable,
    usage: &Usage,
    spans: &[Span],
    result: fn(&Scope, Mode, u64, u64) -> MetricResult,
) -> Vec<MetricResult> {
    let counted = count_returns(scope, table, usage, spans);
    let results =
        counted.iter().map(|counted| counted.caution(result(scope, usage.mode, counted.matured, counted.retained)));
    results.collect()
}

/// The first day after the start, and the last one; without a last one any later day counts.
type Span = (u32, Option<u32>);

/// Users of a cohort, counted for a span of days.
#[derive(Clone, Copy, Debug, Default)]
struct Returned {
    matured: u64,
    retained: u64,
    immature: i64,
    left_truncated: bool,
}

impl Returned {
    /// The result with what there is to know about the cohort.
    fn caution(&self, result: MetricResult) -> MetricResult {
        let result = result.part("excluded_immature", Value::Count(self.immature));
        if self.left_truncated { result.flag(Flag::LeftTruncated) } else { result }
    }
}

/// Users by the month of their start: how many there are, and how many of them came back in months 0, 1, 2, … since. In
/// month 0 all of them were there. The months are `count` ones from `first` on.
pub fn active_by_month(
    scope: &Scope,
    table: &EventTable,
    usage: &Usage,
    first: Month,
    count: usize,
) -> Vec<(u64, Vec<u64>)> {
    let mut cohorts: Vec<(u64, Vec<u64>)> = (0..count).map(|place| (0, vec![0; count - place])).collect();
    let place = |at: i64| {
        let month = Day(i32::try_from(at.div_euclid(DAY)).unwrap_or(i32::MAX)).month();
        usize::try_from(month.0 - first.0).ok()
    };
    for (events, start) in cohort(scope, table, usage.start) {
        let Some((begin, (size, active))) = place(start).and_then(|place| Some((place, cohorts.get_mut(place)?)))
        else {
            continue;
        };
        *size += 1;
        let mut latest = begin;
        active[0] += 1;
        for month in events.within(start, table.end()).at(usage.back).filter_map(place) {
            if month > latest
                && let Some(users) = active.get_mut(month - begin)
            {
                *users += 1;
                latest = month;
            }
        }
    }
    cohorts
}

fn count_returns(scope: &Scope, table: &EventTable, usage: &Usage, spans: &[Span]) -> Vec<Returned> {
    let left_truncated = left_truncated(scope, table, usage.start);
    let mut counted = vec![Returned { left_truncated, ..Returned::default() }; spans.len()];
    let mut days: Vec<i64> = Vec::new();
    for (events, start) in cohort(scope, table, usage.start) {
        let origin = origin(usage.mode, start);
        days.clear();
        days.extend(events.within(start, table.end()).at(usage.back).map(|at| (at - origin).div_euclid(DAY)));
        for (counted, (first, last)) in counted.iter_mut().zip(spans) {
            if origin + (i64::from(last.unwrap_or(*first)) + 1) * DAY > table.end() {
                counted.immature += 1;
                continue;
            }
            counted.matured += 1;
            let next = days.get(days.partition_point(|day| *day < i64::from(*first)));
            let returned = next.is_some_and(|day| last.is_none_or(|last| *day <= i64::from(last)));
            counted.retained += u64::from(returned);
        }
    }
    counted
}

/// When day 0 of a user begins.
fn origin(mode: Mode, start: i64) -> i64 {
    let unit = match mode {
        Mode::Calendar => DAY,
        Mode::Exact24h => 1,
        Mode::HourFloor24h => 3_600,
    };
    start.div_euclid(unit) * unit
}

/// Whether the cohort has users who may be older than the file: more than three times the median daily number of starts
/// lies on the file's first day. Days without a start do not count, else every small file would be suspicious.
fn left_truncated(scope: &Scope, table: &EventTable, start: Which) -> bool {
    let Some(first_day) = table.first_day().filter(|day| lies_in(day * DAY, scope.period)) else { return false };
    let mut days: Vec<i64> =
        table.by_user(None).filter_map(|events| events.at(start).next()).map(|at| at.div_euclid(DAY)).collect();
    keeprate_columns::passes::sort(&mut days);
    let on_first = days.partition_point(|day| *day <= first_day) as i64;
    let mut counts: Vec<i64> = days.chunk_by(|day, next| day == next).map(|day| day.len() as i64).collect();
    keeprate_columns::passes::sort(&mut counts);
    let middle = counts.get(counts.len().saturating_sub(1) / 2).zip(counts.get(counts.len() / 2));
    middle.is_some_and(|(low, high)| 2 * on_first > 3 * (low + high))
}

/// The users of the scope's segment who have started, with the instant.
fn starts<'a>(
    scope: &Scope,
    table: &'a EventTable,
    start: Which,
) -> impl Iterator<Item = (UserEvents<'a>, i64)> + use<'a> {
    let started = move |events: UserEvents<'a>| Some((events, events.at(start).next()?));
    table.by_user(scope.segment.as_ref()).filter_map(started)
}

/// Those who started in the scope's period.
fn cohort<'a>(
    scope: &Scope,
    table: &'a EventTable,
    start: Which,
) -> impl Iterator<Item = (UserEvents<'a>, i64)> + use<'a> {
    let period = scope.period;
    starts(scope, table, start).filter(move |(_, start)| lies_in(*start, period))
}

/// Whether an instant lies in a period; without one any does.
fn lies_in(instant: i64, period: Option<Period>) -> bool {
    period.map(bounds).is_none_or(|(from, until)| from <= instant && instant < until)
}

/// The first instant of a period, and the first one behind it.
fn bounds(period: Period) -> (i64, i64) {
    (i64::from(period.start.0) * DAY, i64::from(period.end.0) * DAY)
}

/// Flags a period that goes on after the data end.
fn partial(scope: &Scope, table: &EventTable, result: MetricResult) -> MetricResult {
    let partial = scope.period.is_some_and(|period| period.end > table.as_of);
    if partial { result.flag(Flag::PartialPeriod) } else { result }
}

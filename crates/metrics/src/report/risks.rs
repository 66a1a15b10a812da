//! Who may leave, over joined data: the list of customers with their reasons, and how the rule did before (metrics.md 4F,
//! `churn_risk`).

use super::present::Present;
use super::scope_of;
use crate::conventions::Conventions;
use crate::events::{DAY, EventTable, Which};
use crate::feedback::Group;
use crate::ledger::{Ledger, ResponseTable};
use crate::money::Amount;
use crate::order::sort_by;
use crate::period::{Day, Month, Period};
use crate::report::Question;
use crate::result::{MetricResult, Value};
use crate::risk::{Reason, RiskLevel, Signals, back_test, churn_risk, risk_by_level};
use crate::subscriptions::{Books, Subscriptions};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

/// Who may leave, by rules: no probabilities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Risks {
    /// The day whose beginning the list is of.
    pub as_of: Day,
    /// Customers with a level, the most urgent level first, in it by MRR; at most [`MOST_LISTED`].
    pub customers: Vec<CustomerAtRisk>,
    /// Customers and MRR by level, those of whom too little is known last.
    pub levels: Vec<LevelOfRisk>,
    /// How many of each level left within the three months after the closing three months before; empty where the data
    /// do not reach back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub back_test: Vec<TestedLevel>,
}

/// A customer who may leave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct CustomerAtRisk {
    /// The customer.
    pub customer: String,
    /// The level.
    pub level: RiskLevel,
    /// 0 to 100.
    pub score: u32,
    /// The points of all reasons.
    pub points: u32,
    /// The most that the signals known could give.
    pub points_possible: u32,
    /// What gave points.
    pub reasons: Vec<Reason>,
    /// MRR at the closing before the day; `None` where the data do not know any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mrr: Option<Amount>,
}

/// The customers of one level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct LevelOfRisk {
    /// The level; `None` where too little is known.
    pub level: Option<RiskLevel>,
    /// How many.
    pub customers: u64,
    /// Their MRR; `None` where the data do not know any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mrr: Option<Amount>,
    /// Its share; `None` without any MRR.
    pub share: Option<f64>,
}

/// How many customers of a level left afterwards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct TestedLevel {
    /// The level that they had.
    pub level: RiskLevel,
    /// The rate at which they left, with its interval; part `lift` compares it with that of all.
    pub result: MetricResult,
}

/// Customers that are listed.
pub const MOST_LISTED: usize = 1000;
/// Months between the state that is tested and the end of the test.
const TESTED: i32 = 3;
/// Months in which a contraction is looked for.
const LOOK_BACK: i32 = 12;
/// Events that end longer before the day than this say nothing of it, nor does a status that is as much younger.
const STALE: i32 = 31;
/// Days of the two windows of events that are compared.
const WINDOW: i32 = 30;
/// Days from which on a customer is no new one; who was there when the data begin is at least as old as the data.
const NEW: f64 = 90.0;

/// Says which customer of the base an answer, or a user, belongs to.
pub(super) type CustomerOf<'a> = &'a dyn Fn(usize) -> Option<usize>;

/// What is known of the customers of a base.
pub(super) struct Known<'a> {
    pub(super) ledger: &'a Ledger,
    /// The subscriptions behind it, with their books.
    pub(super) subscriptions: Option<(&'a Subscriptions, &'a Books)>,
    /// Who is there, where the ledger has one closing and nothing of the time before.
    pub(super) present: Option<&'a Present>,
    /// Answers, and whose each is.
    pub(super) answers: Option<(&'a ResponseTable, CustomerOf<'a>)>,
    /// Events, and whose each user is.
    pub(super) events: Option<(&'a EventTable, CustomerOf<'a>)>,
    /// Whether a customer counts.
    pub(super) kept: &'a dyn Fn(usize) -> bool,
}

/// The list at the end of a month that the ledger has.
pub(super) fn risks(known: &Known<'_>, question: &Question, month: Month) -> Option<Risks> {
    let closing = known.ledger.closing(month)?;
    let currency = known.ledger.currency;
    let scope = scope_of(currency, question, Some(Period::months(month, month)));
    let conventions = &question.settings.conventions;
    let rules = &question.settings.risk_rules;
    let knows_mrr = known.present.is_none_or(|present| present.knows_mrr);
    let shown = |mrr: i128| knows_mrr.then(|| currency.amount(mrr));
    let mut listed = Vec::new();
    let mut by_level = Vec::new();
    for (customer, signals) in known.signals(month, conventions, false) {
        let risk = churn_risk(&scope, &signals, rules);
        let mrr = closing.amounts.get(customer as usize);
        by_level.push((risk.level, mrr));
        let Some(level) = risk.level else { continue };
        let count = |value: Option<Value>| value.map_or(0, |value| value.as_f64() as u32);
        listed.push(CustomerAtRisk {
            customer: known.ledger.customers.get(customer).to_owned(),
            level,
            score: count(risk.result.value),
            points: count(risk.result.parts.get("points").copied()),
            points_possible: count(risk.result.parts.get("points_possible").copied()),
            reasons: risk.reasons,
            mrr: shown(i128::from(mrr)),
        });
    }
    let mut order: Vec<u32> = (0..listed.len() as u32).collect();
    sort_by(&mut order, &|a, b| match (listed.get(a as usize), listed.get(b as usize)) {
        (Some(a), Some(b)) => {
            let by_mrr = b.mrr.map(|mrr| mrr.units).cmp(&a.mrr.map(|mrr| mrr.units));
            a.level.cmp(&b.level).then(by_mrr).then_with(|| a.customer.cmp(&b.customer))
        }
        _ => a.cmp(&b),
    });
    let customers = order.into_iter().take(MOST_LISTED).filter_map(|place| listed.get(place as usize).cloned());
    let levels = risk_by_level(&by_level).into_iter().map(|totals| LevelOfRisk {
        level: totals.level,
        customers: totals.customers,
        mrr: shown(totals.mrr),
        share: totals.share,
    });
    let before = month.plus(-TESTED);
    let tested = known.ledger.closing(before).map(|_| {
        let signals = known.signals(before, conventions, true).into_iter();
        let had = signals.filter_map(|(customer, signals)| {
            let level = churn_risk(&scope, &signals, rules).level?;
            Some((level, closing.amounts.get(customer as usize) <= 0))
        });
        let scope = scope_of(currency, question, Some(Period::months(before.plus(1), month)));
        back_test(&scope, &had.collect::<Vec<_>>())
    });
    let tested = tested.unwrap_or_default().into_iter().map(|(level, result)| TestedLevel { level, result });
    Some(Risks {
        as_of: month.end(),
        customers: customers.collect(),
        levels: levels.collect(),
        back_test: tested.collect(),
    })
}

impl Known<'_> {
    /// The signals of each customer there at the end of a month. In hindsight only those cancellations count of which the
    /// data say that they were known then.
    fn signals(&self, month: Month, conventions: &Conventions, in_hindsight: bool) -> Vec<(u32, Signals)> {
        let day = month.end();
        let count = self.ledger.customers.len();
        let mut signals = vec![Signals::default(); count];
        match self.present {
            Some(present) => {
                for (signals, tenure) in signals.iter_mut().zip(&present.tenures) {
                    signals.tenure_days = *tenure;
                }
            }
            None => {
                self.add_contractions(&mut signals, month, conventions);
                self.add_tenures(&mut signals, month);
            }
        }
        self.add_subscriptions(&mut signals, day, conventions, in_hindsight);
        self.add_answers(&mut signals, day);
        self.add_events(&mut signals, day);
        let Some(closing) = self.ledger.closing(month) else { return Vec::new() };
        let has_mrr = |customer: usize| closing.amounts.get(customer) > 0;
        let is_there = |customer: usize| {
            self.present.map_or_else(|| has_mrr(customer), |present| present.there.get(customer) == Some(&true))
        };
        let there = |customer: &u32| is_there(*customer as usize) && (self.kept)(*customer as usize);
        (0..).zip(signals).filter(|(customer, _)| there(customer)).collect()
    }

    /// A contraction counts from its day on where days are known, else from the closing that shows it.
    fn add_contractions(&self, signals: &mut [Signals], month: Month, conventions: &Conventions) {
        let day = month.end();
        let changes = match (self.subscriptions, &self.ledger.changes) {
            (Some((subscriptions, _)), None) => Some(subscriptions.table().changes(conventions)),
            (_, changes) => changes.clone(),
        };
        for signals in signals.iter_mut() {
            signals.contraction_days = Some(f64::INFINITY);
        }
        let mut note = |customer: usize, at: Day| {
            if let Some(signals) = signals.get_mut(customer) {
                signals.contraction_days = Some(f64::from(day.0 - at.0));
            }
        };
        if let Some(changes) = changes {
            for change in changes.iter().filter(|change| change.day < day && change.after > 0) {
                if change.after < change.before {
                    note(change.customer as usize, change.day);
                }
            }
            return;
        }
        for month in (month.0 - LOOK_BACK + 1..=month.0).map(Month) {
            let (Some(before), Some(after)) = (self.ledger.closing(month.plus(-1)), self.ledger.closing(month)) else {
                continue;
            };
            for customer in 0..self.ledger.customers.len() {
                let (before, after) = (before.amounts.get(customer), after.amounts.get(customer));
                if after > 0 && after < before {
                    note(customer, month.end());
                }
            }
        }
    }

    /// The time since the first closing with MRR. Who has some at the first of all may have come earlier.
    fn add_tenures(&self, signals: &mut [Signals], month: Month) {
        for (signals, first) in signals.iter_mut().zip(&self.ledger.history.first) {
            let Ok(place) = i32::try_from(*first) else { continue };
            let days = f64::from(month.end().0 - self.ledger.first.plus(place).end().0);
            signals.tenure_days = Some(days).filter(|days| *days >= NEW || place > 0);
        }
    }

    /// What the rows of subscriptions tell: renewals, first days, payments, and who leaves.
    fn add_subscriptions(&self, signals: &mut [Signals], day: Day, conventions: &Conventions, in_hindsight: bool) {
        let Some((subscriptions, books)) = self.subscriptions else { return };
        for signals in signals.iter_mut() {
            signals.renewal_days = Some(f64::INFINITY);
        }
        for term in &books.terms {
            if let (Some(signals), Some(due)) = (signals.get_mut(term.customer as usize), term.next_due(Day(day.0 - 1)))
            {
                let days = f64::from(due.0 - day.0);
                signals.renewal_days = signals.renewal_days.map(|known| known.min(days));
            }
        }
        // A status is that of the time when the file was written.
        let is_now = subscriptions.table().as_of.is_some_and(|as_of| as_of.0 - day.0 <= STALE) && !in_hindsight;
        for row in subscriptions.table().rows.iter().filter(|row| is_now && row.start() < day) {
            let runs = row.end(conventions).is_none_or(|end| end >= day);
            if let (Some(overdue), Some(signals)) = (row.overdue, signals.get_mut(row.customer as usize))
                && runs
            {
                signals.overdue = Some(signals.overdue.unwrap_or(false) || overdue);
            }
        }
        let mut is_known = vec![!in_hindsight; signals.len()];
        for row in subscriptions.table().rows.iter().filter(|row| row.cancelled.is_some_and(|known| known < day)) {
            is_known.get_mut(row.customer as usize).into_iter().for_each(|known| *known = true);
        }
        // By customer and day, so that the first of each customer comes first.
        for spell in books.spells.iter().rev() {
            let Some(signals) = signals.get_mut(spell.customer as usize).filter(|_| spell.start < day) else {
                continue;
            };
            signals.tenure_days = Some(f64::from(day.0 - spell.start.0));
            let ends = spell.end.is_some_and(|end| end >= day);
            signals.leaving |= ends && is_known.get(spell.customer as usize) == Some(&true);
        }
    }

    /// The latest answer of each customer, whoever gave it.
    fn add_answers(&self, signals: &mut [Signals], day: Day) {
        let Some((table, customer_of)) = self.answers else { return };
        for (place, response) in table.responses.iter().enumerate() {
            let Some(at) = response.day.filter(|at| *at < day) else { continue };
            let asked = response.score.and_then(|(of, score)| Some(table.asked.get(usize::from(of))?.group(score)));
            let group: Option<Group> = asked;
            if let (Some(group), Some(signals)) = (group, customer_of(place).and_then(|of| signals.get_mut(of))) {
                signals.feedback = Some((group, f64::from(day.0 - at.0)));
            }
        }
    }

    /// Activity of all users of a customer, up to where the events end.
    fn add_events(&self, signals: &mut [Signals], day: Day) {
        let Some((table, customer_of)) = self.events else { return };
        let until = day.min(table.as_of);
        if day.0 - until.0 > STALE {
            return;
        }
        let instant = |day: i32| i64::from(day) * DAY;
        let covers_windows =
            table.first_day().is_some_and(|first| first <= i64::from(until.0.saturating_sub(2 * WINDOW)));
        for (user, events) in table.by_user(None).enumerate() {
            let Some(signals) = customer_of(user).and_then(|customer| signals.get_mut(customer)) else { continue };
            let count = |from: i32, to: i32| events.within(instant(from), instant(to)).at(Which::Any).count() as u64;
            let all = events.within(i64::MIN, instant(until.0));
            if let Some(last) = all.at(Which::Any).last() {
                let days = (instant(until.0) - last).div_euclid(DAY) as f64;
                signals.inactive_days = Some(signals.inactive_days.map_or(days, |known| known.min(days)));
            }
            if covers_windows {
                let last = count(until.0 - WINDOW, until.0);
                let before = count(until.0 - 2 * WINDOW, until.0 - WINDOW);
                let (sum, sum_before) = signals.events.unwrap_or_default();
                signals.events = Some((sum + last, sum_before + before));
            }
        }
    }
}

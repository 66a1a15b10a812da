//! Which customers may leave, by rules that anyone can check, and how much revenue detractors stand for (metrics.md 4F
//! `churn_risk`, 4E `detractor_revenue_at_risk`).
//!
//! A score is a rule, not a probability: it says which signals speak against a customer and nothing about how often such
//! customers leave. [`back_test`] says that, where there is enough history.
//!
//! ```
//! use keeprate_metrics::risk::{RiskLevel, Rules, Signals, churn_risk};
//! use keeprate_metrics::result::Scope;
//!
//! let signals = Signals { inactive_days: Some(35.0), events: Some((2, 10)), ..Signals::default() };
//! let risk = churn_risk(&Scope::default(), &signals, &Rules::default());
//! assert_eq!(risk.level, Some(RiskLevel::High));
//! assert_eq!(risk.reasons.len(), 2);
//! ```

mod rules;

use crate::catalogue::{Definition, Family, Key, Text};
use crate::feedback::{Group, Reading};
use crate::ledger::{Closing, Ledger, Response, ResponseTable};
use crate::money::divide_rounded;
use crate::period::{Day, Month};
use crate::result::{Direction, Flag, MetricResult, Operator, Scope, Status, Unit, Value};
use crate::statistics::wilson;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

pub use rules::{Rule, Rules};

pub(crate) const CHURN_RISK: Definition = Definition {
    family: Family::Planning,
    name: Text { en: "Churn risk", de: "Abwanderungsrisiko" },
    short: Text { en: "Churn risk", de: "Abwanderungsrisiko" },
    formula: "100 × {points} ÷ {points_possible}",
    meaning: Text {
        en: "Points for signals that speak against a customer: a rule with reasons, not a probability.",
        de: "Punkte für Anzeichen, die gegen einen Kunden sprechen: eine Regel mit Gründen, keine Wahrscheinlichkeit.",
    },
    unit: Unit::Score,
    direction: Direction::DownGood,
    source: "Was ist Kundenbindung?; Keeprate",
    variants: &[
        ("leaving", Text { en: "cancellation is scheduled", de: "Kündigung liegt vor" }),
        ("high", Text { en: "usually 60 and more", de: "üblicherweise 60 und mehr" }),
        ("medium", Text { en: "usually 30 to 59", de: "üblicherweise 30 bis 59" }),
        ("low", Text { en: "usually below 30", de: "üblicherweise unter 30" }),
    ],
};

pub(crate) const DETRACTOR_REVENUE_AT_RISK: Definition = Definition {
    family: Family::Feedback,
    name: Text { en: "Detractor revenue at risk", de: "Gefährdeter Umsatz durch Kritiker" },
    short: Text { en: "Revenue of detractors", de: "Umsatz der Kritiker" },
    formula: "∑ MRR",
    meaning: Text {
        en: "MRR of the customers with detractors among their answers of the last year: no expected loss.",
        de: "MRR der Kunden mit Kritikern unter den Antworten des letzten Jahres: kein erwarteter Verlust.",
    },
    unit: Unit::Money,
    direction: Direction::DownGood,
    source: "Keeprate; Bain, Measuring your Net Promoter Score",
    variants: &[
        ("any", Text { en: "at least one detractor", de: "mindestens ein Kritiker" }),
        ("majority", Text { en: "more than half are detractors", de: "mehr als die Hälfte Kritiker" }),
        ("weighted", Text { en: "by the share of detractors", de: "nach dem Anteil der Kritiker" }),
        ("extrapolated", Text { en: "if all customers answered alike", de: "falls alle Kunden so antworteten" }),
        (
            "expected_loss",
            Text {
                en: "if as many leave within a year as of those a year ago",
                de: "falls binnen eines Jahres so viele gehen wie von denen vor einem Jahr",
            },
        ),
    ],
};

/// What is known about a customer; what is not known is left out of the score.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Signals {
    /// Days since the last activity.
    pub inactive_days: Option<f64>,
    /// Events of the last 30 days and of the 30 days before.
    pub events: Option<(u64, u64)>,
    /// Where the latest answer to a survey stands, and its age in days.
    pub feedback: Option<(Group, f64)>,
    /// Whether a payment is past due.
    pub overdue: Option<bool>,
    /// Days since the last contraction, infinite for never.
    pub contraction_days: Option<f64>,
    /// Days until the next renewal, infinite for none.
    pub renewal_days: Option<f64>,
    /// Days since the first paid start.
    pub tenure_days: Option<f64>,
    /// Whether a cancellation is scheduled already.
    pub leaving: bool,
}

/// A kind of signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Days since the last activity.
    Inactivity,
    /// By which share the events of 30 days fell.
    UsageDrop,
    /// The latest answer: 2 for a detractor, 1 for a passive, 0 for a promoter, likewise for CSAT and CES.
    Feedback,
    /// 1 where a payment is past due.
    Payment,
    /// Days since a contraction.
    Contraction,
    /// Days until the next renewal.
    Renewal,
    /// Days since the start.
    Tenure,
}

/// Events before a drop below which it says nothing.
const EVENTS_BEFORE: u64 = 5;
/// Days for which an answer counts.
const LOOK_BACK: i32 = 365;

impl Signals {
    /// The measure that the steps of a rule are compared with.
    fn measure(&self, signal: Signal) -> Option<f64> {
        match signal {
            Signal::Inactivity => self.inactive_days,
            Signal::UsageDrop => {
                let (last, before) = self.events.filter(|(_, before)| *before >= EVENTS_BEFORE)?;
                Some((before as f64 - last as f64) / before as f64)
            }
            Signal::Feedback => {
                let (group, _) = self.feedback.filter(|(_, age)| *age <= f64::from(LOOK_BACK))?;
                Some(f64::from(group as u8))
            }
            Signal::Payment => self.overdue.map(|overdue| f64::from(u8::from(overdue))),
            Signal::Contraction => self.contraction_days,
            Signal::Renewal => self.renewal_days,
            Signal::Tenure => self.tenure_days,
        }
    }
}

/// How much speaks against a customer.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum RiskLevel {
    /// A cancellation is scheduled.
    Leaving,
    /// 60 and more, by the usual rules.
    High,
    /// 30 to 59, by the usual rules.
    Medium,
    /// Below 30, by the usual rules.
    Low,
}

impl RiskLevel {
    /// All levels, the most urgent first.
    pub const ALL: [RiskLevel; 4] = [RiskLevel::Leaving, RiskLevel::High, RiskLevel::Medium, RiskLevel::Low];

    /// The level as results name it.
    pub fn name(self) -> &'static str {
        match self {
            RiskLevel::Leaving => "leaving",
            RiskLevel::High => "high",
            RiskLevel::Medium => "medium",
            RiskLevel::Low => "low",
        }
    }
}

/// A signal that gave points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Reason {
    /// The signal.
    pub signal: Signal,
    /// What was measured.
    pub measure: f64,
    /// Its points.
    pub points: u32,
}

/// The risk of one customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Risk {
    /// The score with its points.
    pub result: MetricResult,
    /// The level; `None` where too little is known.
    pub level: Option<RiskLevel>,
    /// What gave points, in the order of the rules.
    pub reasons: Vec<Reason>,
}

/// Scores a customer: 100 × points ÷ the most that the signals known can give, rounded to a whole number.
pub fn churn_risk(scope: &Scope, signals: &Signals, rules: &Rules) -> Risk {
    let known = rules.signals.iter().filter_map(|rule| Some((rule, signals.measure(rule.signal)?)));
    let possible: u64 =
        known.clone().filter_map(|(rule, _)| rule.steps.iter().map(|step| u64::from(step.2)).max()).sum();
    let reasons: Vec<Reason> = known
        .filter_map(|(rule, measure)| {
            let step = |step: &&(Operator, f64, u32)| {
                measure.partial_cmp(&step.1).is_some_and(|ordering| step.0.holds(ordering))
            };
            let (_, _, points) = *rule.steps.iter().find(step)?;
            (points > 0).then_some(Reason { signal: rule.signal, measure, points })
        })
        .collect();
    let points: u64 = reasons.iter().map(|reason| u64::from(reason.points)).sum();
    let result = MetricResult::new(Key::ChurnRisk, scope)
        .part("points", Value::Count(points as i64))
        .part("points_possible", Value::Count(possible as i64));
    if signals.leaving {
        let level = RiskLevel::Leaving;
        return Risk { result: result.variant(level.name()).value(Value::Count(100)), level: Some(level), reasons };
    }
    if possible < u64::from(rules.needed.max(1)) {
        return Risk { result: result.without(Status::InsufficientData), level: None, reasons };
    }
    let score = divide_rounded(100 * i128::from(points), i128::from(possible));
    let level = match score {
        score if score >= i128::from(rules.high) => RiskLevel::High,
        score if score >= i128::from(rules.medium) => RiskLevel::Medium,
        _ => RiskLevel::Low,
    };
    Risk { result: result.variant(level.name()).value(Value::Count(score as i64)), level: Some(level), reasons }
}

/// Customers of one level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LevelTotals {
    /// The level; `None` for customers of whom too little is known.
    pub level: Option<RiskLevel>,
    /// How many there are.
    pub customers: u64,
    /// Their MRR in fixed-point units.
    pub mrr: i128,
    /// Its share of the MRR of all customers given; `None` without any.
    pub share: Option<f64>,
}

/// Customers and MRR by level, those without a level last.
pub fn risk_by_level(customers: &[(Option<RiskLevel>, i64)]) -> Vec<LevelTotals> {
    let total: i128 = customers.iter().map(|(_, mrr)| i128::from(*mrr)).sum();
    let levels = RiskLevel::ALL.into_iter().map(Some).chain([None]);
    levels
        .map(|level| {
            let own = || customers.iter().filter(move |(own, _)| *own == level);
            let mrr = own().map(|(_, mrr)| i128::from(*mrr)).sum();
            let share = (total > 0).then(|| mrr as f64 / total as f64);
            LevelTotals { level, customers: own().count() as u64, mrr, share }
        })
        .collect()
}

/// Customers lost below which a rule counts as untested.
const LOST_FOR_A_TEST: usize = 10;

/// How often customers of each level left afterwards, from their level at an earlier day and whether they left within
/// 90 days: the churn rate with its interval and, as part `lift`, against that of all. With fewer than ten lost
/// customers the rule is untested: `insufficient_data`.
pub fn back_test(scope: &Scope, customers: &[(RiskLevel, bool)]) -> Vec<(RiskLevel, MetricResult)> {
    let lost_of_all = customers.iter().filter(|(_, lost)| *lost).count();
    let rate_of_all = lost_of_all as f64 / customers.len().max(1) as f64;
    RiskLevel::ALL
        .into_iter()
        .map(|level| {
            let own = || customers.iter().filter(move |(own, _)| *own == level);
            let (count, lost) = (own().count(), own().filter(|(_, lost)| *lost).count());
            let result = MetricResult::new(Key::CustomerChurnRate, scope).variant(level.name());
            if lost_of_all < LOST_FOR_A_TEST {
                return (level, result.without(Status::InsufficientData));
            }
            let lift = (count > 0).then(|| Value::Number(lost as f64 / count as f64 / rate_of_all));
            (level, result.part_if("lift", lift).proportion(lost as u64, count as u64, scope.level))
        })
        .collect()
}

/// How much of a customer's MRR the detractors among their respondents stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribution {
    /// All of it from one detractor on.
    Any,
    /// All of it where more than half are detractors.
    Majority,
    /// Their share.
    Weighted,
    /// All of it from one detractor on, as a share of the MRR of those who answered, times all MRR: an estimate.
    Extrapolated,
}

impl Attribution {
    fn name(self) -> &'static str {
        match self {
            Attribution::Any => "any",
            Attribution::Majority => "majority",
            Attribution::Weighted => "weighted",
            Attribution::Extrapolated => "extrapolated",
        }
    }

    fn of(self, mrr: i128, detractors: u64, respondents: u64) -> i128 {
        match self {
            Attribution::Any | Attribution::Extrapolated if detractors > 0 => mrr,
            Attribution::Majority if 2 * detractors > respondents => mrr,
            Attribution::Weighted => divide_rounded(mrr * i128::from(detractors), i128::from(respondents.max(1))),
            _ => 0,
        }
    }
}

/// The share of the MRR whose customers must have answered, else the result says so.
const COVERAGE: f64 = 0.30;

/// MRR of customers with detractors at the close of a month: each respondent's latest answer of the 365 days before
/// counts, joined by the customer's id. Respondents without a customer, with one that the ledger does not know
/// (`unmatched`) or that no longer pays (`zero_mrr`) are counted and left out.
pub fn detractor_revenue_at_risk(
    scope: &Scope,
    answers: &ResponseTable,
    ledger: &Ledger,
    month: Month,
    attribution: Attribution,
) -> MetricResult {
    detractor_revenue(scope, (answers, &by_customer(answers, ledger)), ledger, month, (attribution, &|_| true))
}

/// The number of the ledger's customer that the answer at a place names.
fn by_customer<'a>(answers: &'a ResponseTable, ledger: &'a Ledger) -> impl Fn(usize) -> Option<usize> + 'a {
    let numbers: HashMap<&str, usize> = ledger.customers.iter().zip(0..).collect();
    move |place: usize| {
        // Number 0 is nobody, whatever it is called.
        let customer = answers.responses.get(place).map(|response| response.customer).filter(|number| *number > 0)?;
        numbers.get(answers.customers.get(customer)).copied()
    }
}

/// The same for answers whose customers are known: `customer_of` says the number of the ledger's customer that the answer
/// at a place belongs to. Customers that `kept` refuses are as good as not there.
pub(crate) fn detractor_revenue(
    scope: &Scope,
    (answers, customer_of): (&ResponseTable, &dyn Fn(usize) -> Option<usize>),
    ledger: &Ledger,
    month: Month,
    (attribution, kept): (Attribution, &dyn Fn(usize) -> bool),
) -> MetricResult {
    let result = MetricResult::new(Key::DetractorRevenueAtRisk, scope).variant(attribution.name());
    let Some(closing) = ledger.closing(month) else { return result.without(Status::MissingPeriod) };
    let asked = Respondents::at((answers, customer_of), ledger, (closing, month.end()), kept);
    let mrr = |place: usize| if kept(place) { i128::from(closing.amounts.get(place)) } else { 0 };
    let total: i128 = (0..asked.of.len()).map(mrr).sum();
    let covered: i128 = (0..).zip(&asked.of).filter(|(_, (all, _))| *all > 0).map(|(at, _)| mrr(at)).sum();
    let amount = asked.amount(&mrr, attribution);
    let result = result
        .part("matched", Value::Count(asked.matched))
        .part("unmatched", Value::Count(asked.unmatched))
        .part("zero_mrr", Value::Count(asked.zero_mrr));
    if asked.matched == 0 {
        return result.without(Status::InsufficientData);
    }
    let share = |units: i128, of: i128| units as f64 / of.max(1) as f64;
    let coverage = share(covered, total);
    let base = if attribution == Attribution::Extrapolated { covered } else { total };
    let result = result.part("share", Value::Number(share(amount, base))).part("coverage", Value::Number(coverage));
    let mut result = match attribution {
        Attribution::Extrapolated => {
            result.money(scope, share(amount, covered) * scope.money(total).as_f64()).flag(Flag::Estimate)
        }
        _ => result.value(scope.money(amount)),
    };
    result.numerator = Some(scope.money(amount));
    result.denominator = Some(scope.money(base));
    if coverage < COVERAGE { result.flag(Flag::LowCoverage) } else { result }
}

/// Months after which the outcome of a detractor is known.
const OUTCOME: i32 = 12;
/// Detractors of known outcome from which on there is a rate of them.
const DETRACTORS_FOR_A_RATE: u64 = 30;

/// What is expected to be lost of the customers with detractors within the twelve months behind the close of a month: their
/// MRR × the share of those of twelve months before who are gone since (variant `expected_loss`, an estimate). The bounds are
/// those of that share (9.1). With fewer than 30 customers of then it is `insufficient_data`; parts `former_detractors` and
/// `former_lost` say how many there were.
pub fn detractor_expected_loss(scope: &Scope, answers: &ResponseTable, ledger: &Ledger, month: Month) -> MetricResult {
    expected_loss(scope, (answers, &by_customer(answers, ledger)), ledger, month, &|_| true)
}

/// The same for answers whose customers are known, as [`detractor_revenue`] has it.
pub(crate) fn expected_loss(
    scope: &Scope,
    joined: (&ResponseTable, &dyn Fn(usize) -> Option<usize>),
    ledger: &Ledger,
    month: Month,
    kept: &dyn Fn(usize) -> bool,
) -> MetricResult {
    let result = MetricResult::new(Key::DetractorRevenueAtRisk, scope).variant("expected_loss").flag(Flag::Estimate);
    let Some(closing) = ledger.closing(month) else { return result.without(Status::MissingPeriod) };
    let then = month.plus(-OUTCOME);
    let (mut former, mut lost) = (0_u64, 0_u64);
    if let Some(before) = ledger.closing(then) {
        let asked = Respondents::at(joined, ledger, (before, then.end()), kept);
        for (customer, _) in asked.of.iter().enumerate().filter(|(_, (_, detractors))| *detractors > 0) {
            former += 1;
            lost += u64::from(closing.amounts.get(customer) <= 0);
        }
    }
    let result =
        result.part("former_detractors", Value::Count(former as i64)).part("former_lost", Value::Count(lost as i64));
    if former < DETRACTORS_FOR_A_RATE {
        return result.without(Status::InsufficientData);
    }
    let asked = Respondents::at(joined, ledger, (closing, month.end()), kept);
    let amount = asked.amount(&|place| i128::from(closing.amounts.get(place)), Attribution::Any);
    let rate = lost as f64 / former as f64;
    let of_rate = |rate: f64| scope.money_from(rate * scope.money(amount).as_f64());
    let bounds = wilson(lost as f64, former as f64, scope.level.z());
    result
        .observations(former)
        .part("former_churn", Value::Number(rate))
        .money(scope, rate * scope.money(amount).as_f64())
        .bounds(bounds.map(|bounds| (of_rate(bounds.low), of_rate(bounds.high))), scope.level, "wilson")
}

/// Who answered the recommendation question of the customers that are there at a closing.
struct Respondents {
    /// By customer: how many answered, and how many of them are detractors.
    of: Vec<(u64, u64)>,
    /// Respondents of customers that are there.
    matched: i64,
    /// Respondents of nobody that is known.
    unmatched: i64,
    /// Respondents of customers that are not there.
    zero_mrr: i64,
}

impl Respondents {
    /// Those of the look-back before a day with the closing at its beginning.
    fn at(
        (answers, customer_of): (&ResponseTable, &dyn Fn(usize) -> Option<usize>),
        ledger: &Ledger,
        (closing, day): (&Closing, Day),
        kept: &dyn Fn(usize) -> bool,
    ) -> Respondents {
        let mut found = Respondents { of: vec![(0, 0); ledger.customers.len()], matched: 0, unmatched: 0, zero_mrr: 0 };
        for (place, detractor) in latest_answers(answers, day) {
            match customer_of(place) {
                None => found.unmatched += 1,
                Some(customer) if !kept(customer) => {}
                Some(customer) if closing.amounts.get(customer) <= 0 => found.zero_mrr += 1,
                Some(customer) => {
                    if let Some((all, detractors)) = found.of.get_mut(customer) {
                        found.matched += 1;
                        *all += 1;
                        *detractors += u64::from(detractor);
                    }
                }
            }
        }
        found
    }

    /// What the detractors stand for.
    fn amount(&self, mrr: &dyn Fn(usize) -> i128, attribution: Attribution) -> i128 {
        (0..).zip(&self.of).map(|(place, (all, detractors))| attribution.of(mrr(place), *detractors, *all)).sum()
    }
}

/// The place of each respondent's latest answer to the recommendation question in the look-back before a day, and whether
/// it is a detractor's.
fn latest_answers(answers: &ResponseTable, before: Day) -> Vec<(usize, bool)> {
    let mut latest = vec![None; answers.respondents as usize];
    let since = Day(before.0 - LOOK_BACK);
    let within = |response: &Response| response.day.is_some_and(|day| day >= since && day < before);
    for (place, response) in answers.responses.iter().enumerate().filter(|(_, response)| within(response)) {
        let asked = response.score.and_then(|(asked, score)| Some((answers.asked.get(usize::from(asked))?, score)));
        let Some((asked, score)) = asked.filter(|(asked, _)| asked.reading == Reading::Nps) else { continue };
        if let Some(latest) = latest.get_mut(response.respondent as usize) {
            *latest = Some((place, asked.group(score) == Group::Bad));
        }
    }
    latest.into_iter().flatten().collect()
}

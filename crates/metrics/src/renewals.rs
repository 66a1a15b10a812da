//! Renewals: which terms of subscriptions fell due, and which of them went on (metrics.md 4A, `renewal_rate`).
//!
//! ```
//! use keeprate_metrics::{renewals::{Renewals, renewal_rate}, result::Scope};
//!
//! let renewals = Renewals { due: 100, renewed: 80, ..Renewals::default() };
//! assert_eq!(renewal_rate(&Scope::default(), &renewals).number(), Some(0.8));
//! ```

use crate::catalogue::{Definition, Family, Key, Text};
use crate::money::Interval;
use crate::order::by_number;
use crate::period::{Day, Period};
use crate::result::{Direction, MetricResult, Scope, Status, Unit, Value};

pub(crate) const RENEWAL_RATE: Definition = Definition {
    family: Family::Customers,
    name: Text { en: "Renewal rate", de: "Verlängerungsrate" },
    short: Text { en: "Renewal rate", de: "Verlängerungsrate" },
    formula: "{renewed} ÷ {due}",
    meaning: Text {
        en: "The share of the terms due in the period after which the customer stayed.",
        de: "Der Anteil der im Zeitraum fälligen Laufzeiten, nach denen der Kunde geblieben ist.",
    },
    unit: Unit::Fraction,
    direction: Direction::UpGood,
    source: "RetentionLens; MetricKit",
    variants: &[
        ("default", Text { en: "terms", de: "Laufzeiten" }),
        ("by_value", Text { en: "by MRR, at most the old one", de: "nach MRR, höchstens das bisherige" }),
        ("per_customer", Text { en: "customers with all terms renewed", de: "Kunden mit allen Laufzeiten verlängert" }),
    ],
};

/// A subscription: one service interval with the length of its terms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Subscription {
    /// Number of the customer.
    pub customer: u32,
    /// The first day of paid service.
    pub start: Day,
    /// The first day without service, if there is one.
    pub end: Option<Day>,
    /// The unit of a term.
    pub interval: Interval,
    /// Units of a term: 2 for every two months.
    pub count: u32,
    /// MRR in fixed-point units; what is free has no term that could be renewed.
    pub mrr: i64,
}

impl Subscription {
    /// Whether a term is twelve months or longer.
    pub fn is_annual(&self) -> bool {
        let least = match self.interval {
            Interval::Day => 365,
            Interval::Week => 52,
            Interval::Month => 12,
            Interval::Quarter => 4,
            Interval::HalfYear => 2,
            Interval::Year => 1,
            Interval::Once => return false,
        };
        self.count >= least
    }

    /// The day at which the term that runs on a day is due; `None` where the subscription does not run then, or ends first.
    pub fn next_due(&self, day: Day) -> Option<Day> {
        if !self.active(day) {
            return None;
        }
        // A term has at least a day: the first one due later is found by halving.
        let (mut before, mut at) = (0, i64::from(day.0).saturating_sub(i64::from(self.start.0)).max(0) + 1);
        while before + 1 < at {
            let middle = (before + at) / 2;
            if self.term(middle).is_some_and(|due| due <= day) { before = middle } else { at = middle }
        }
        self.term(at).filter(|due| self.end.is_none_or(|end| *due < end))
    }

    fn active(&self, day: Day) -> bool {
        self.start <= day && self.end.is_none_or(|end| end > day)
    }

    /// The day at which term number `term` begins, counted from 0; `None` beyond the calendar.
    fn term(&self, term: i64) -> Option<Day> {
        term_start(self.start, self.interval, self.count, term)
    }

    /// The terms that fall due in a period: the day at which each began and the day at which it is due.
    fn due(&self, period: Period) -> Vec<(Day, Day)> {
        // A term has at least a day: the first one that can be due is found by halving, not by walking there.
        let (mut before, mut at) = (0, i64::from(period.end.0).saturating_sub(i64::from(self.start.0)).max(0) + 1);
        while before + 1 < at {
            let middle = (before + at) / 2;
            if self.term(middle).is_some_and(|day| day < period.start) { before = middle } else { at = middle }
        }
        let first = if self.term(1).is_some_and(|day| day >= period.start) { 1 } else { at };
        (first..)
            .map_while(|term| Some((self.term(term - 1)?, self.term(term)?)))
            .take_while(|(_, due)| *due < period.end)
            .filter(|(began, due)| *due >= period.start && self.active(*began))
            .collect()
    }
}

/// The day at which term number `term` of a subscription begins, counted from 0; `None` beyond the calendar.
pub(crate) fn term_start(start: Day, interval: Interval, count: u32, term: i64) -> Option<Day> {
    let units = term.checked_mul(i64::from(count.max(1)))?;
    let (days, months) = match interval {
        Interval::Day => (1, 0),
        Interval::Week => (7, 0),
        Interval::Month => (0, 1),
        Interval::Quarter => (0, 3),
        Interval::HalfYear => (0, 6),
        Interval::Year => (0, 12),
        Interval::Once => return (term == 0).then_some(start),
    };
    // Beyond some ten thousand years in days or months there is no calendar.
    let within = |length: i64| units.checked_mul(length).filter(|sum| (0..4_000_000).contains(sum));
    if days > 0 {
        Some(Day(start.0.checked_add(within(days)? as i32)?))
    } else {
        Some(start.plus_months(within(months).filter(|months| *months < 120_000)? as i32))
    }
}

/// Terms due in a period, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Renewals {
    /// Terms due.
    pub due: u64,
    /// Terms after which the customer was still there, with whichever subscription.
    pub renewed: u64,
    /// MRR of the terms due, in fixed-point units.
    pub mrr_due: i128,
    /// MRR that went on, each term's at most as it was.
    pub mrr_renewed: i128,
    /// Customers with a term due.
    pub customers_due: u64,
    /// Customers all of whose terms due were renewed.
    pub customers_renewed: u64,
}

/// Counts the terms due in a period. A term that ended early is due at its planned end and not renewed; a plan that
/// changes at renewal is renewed.
pub fn renewals(subscriptions: &[Subscription], period: Period) -> Renewals {
    let at = |place: u32| subscriptions.get(place as usize);
    let paid: Vec<u32> = (0..).zip(subscriptions).filter(|(_, row)| row.mrr > 0).map(|(place, _)| place).collect();
    let paid = by_number(&paid, |place| at(place).map_or(0, |row| i64::from(row.customer)));
    let paid: Vec<Subscription> = paid.into_iter().filter_map(at).copied().collect();
    let mut sums = Renewals::default();
    for own in paid.chunk_by(|a, b| a.customer == b.customer) {
        let (mut due, mut renewed) = (0, 0);
        for subscription in own {
            for (began, at) in subscription.due(period) {
                let mrr = i128::from(subscription.mrr);
                due += 1;
                renewed += u64::from(own.iter().any(|other| other.active(at)));
                sums.mrr_due += mrr;
                sums.mrr_renewed += if subscription.active(at) { mrr } else { successors(own, began, at).min(mrr) };
            }
        }
        sums.due += due;
        sums.renewed += renewed;
        sums.customers_due += u64::from(due > 0);
        sums.customers_renewed += u64::from(due > 0 && renewed == due);
    }
    sums
}

/// MRR of the subscriptions that began within a term and go on after it: what a plan was changed to.
fn successors(own: &[Subscription], began: Day, due: Day) -> i128 {
    own.iter().filter(|other| other.start > began && other.active(due)).map(|other| i128::from(other.mrr)).sum()
}

/// Terms renewed ÷ terms due, with the rates by MRR and per customer as parts where they are known.
pub fn renewal_rate(scope: &Scope, renewals: &Renewals) -> MetricResult {
    let count = |count: u64| Value::Count(count as i64);
    let result = MetricResult::new(Key::RenewalRate, scope)
        .part("due", count(renewals.due))
        .part("renewed", count(renewals.renewed));
    if renewals.renewed > renewals.due {
        return result.warning("E-AGG-RANGE").without(Status::Error);
    }
    let share = |part: f64, whole: f64| (whole > 0.0).then(|| Value::Number(part / whole));
    result
        .part_if("by_value", share(renewals.mrr_renewed as f64, renewals.mrr_due as f64))
        .part_if("per_customer", share(renewals.customers_renewed as f64, renewals.customers_due as f64))
        .proportion(renewals.renewed, renewals.due, scope.level)
}

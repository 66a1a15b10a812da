//! The report on subscriptions: that of their customers by month, with what only days can tell.

use super::ledger::{ByDay, members, report_ledger};
use super::{Metrics, Question, Report, add, scope_of};
use crate::catalogue::Key;
use crate::period::{DAYS_PER_MONTH, Day, Period};
use crate::renewals::{self, Renewals, renewal_rate, renewals};
use crate::result::{Scope, Status, Value};
use crate::subscriptions::{Books, Cause, Portion, Spell, Subscriptions};
use crate::survival::Lifetimes;
use crate::usage::{SevenDays, churn_7d};

pub(crate) fn report_subscriptions<Input>(
    subscriptions: &Subscriptions,
    question: &Question,
    report: &mut Report<Input>,
) {
    let books = subscriptions.books(&question.settings.conventions);
    report_ledger(&books.ledger, question, Some(&*books), report);
    let of = |start: Option<Day>, end: Option<Day>| start.zip(end).map(|(start, end)| Period { start, end });
    let period = report.period.as_ref().and_then(|period| of(period.start, period.end));
    let scope = scope_of(books.ledger.currency, question, period);
    let as_of = report.as_of.unwrap_or(Day(i32::MIN));
    // The customers of a segment, as the rest of the report has them.
    let keep = question
        .segment
        .as_ref()
        .zip(period)
        .map(|(segment, period)| members(&books.ledger, segment, period.start.month().plus(-1)));
    let kept = |customer: u32| keep.as_ref().is_none_or(|keep| keep.get(customer as usize).copied().unwrap_or(false));
    add_terms(&mut report.metrics, &scope, &books, as_of, &kept);
    if let Some(comparison) = &mut report.comparison {
        let scope = Scope { period: of(comparison.period.start, comparison.period.end), ..scope };
        add_terms(&mut comparison.metrics, &scope, &books, as_of, &kept);
    }
}

/// Adds what the terms and the first days of subscriptions give.
fn add_terms(metrics: &mut Metrics, scope: &Scope, books: &Books, as_of: Day, kept: &dyn Fn(u32) -> bool) {
    let nothing = Period { start: Day(0), end: Day(0) };
    let period = scope.period.unwrap_or(nothing);
    add(metrics, renewal_rate(scope, &books.renewals(period, kept)));
    if let Some(arr) = metrics.get_mut(&Key::Arr).filter(|arr| arr.status == Status::Ok) {
        let there = |term: &&renewals::Subscription| {
            term.is_annual() && term.start < period.end && term.end.is_none_or(|end| end >= period.end)
        };
        let own = books.terms.iter().filter(|term| kept(term.customer)).filter(there);
        let contracted = own.map(|term| 12 * i128::from(term.mrr)).sum();
        arr.parts.insert("contracted_arr".to_owned(), scope.money(contracted));
    }
    if let Some(grr) = metrics.get_mut(&Key::Grr).filter(|grr| grr.status == Status::Ok)
        && let (Some(start), Some(end), Some(Value::Money(base))) = (grr.period_start, grr.period_end, grr.denominator)
        && let Some(units) = books.kept_by_subscription(Period { start, end }, kept)
    {
        let cap = Value::Number(units as f64 / base.units as f64);
        grr.parts.insert("subscription_cap".to_owned(), cap);
    }
    let (mut matured, mut lost) = (0, 0);
    for beginning in books.beginnings.iter().filter(|beginning| kept(beginning.customer)) {
        let week = Day(beginning.start.0.saturating_add(7));
        if beginning.start >= period.start && beginning.start < period.end && week <= as_of {
            matured += 1;
            lost += u64::from(beginning.end.is_some_and(|end| end <= week));
        }
    }
    add(metrics, churn_7d(scope, SevenDays::Subscription, matured, lost));
}

impl Books {
    /// The MRR that the customers of a period's start keep to its end, each subscription counted up to what it was then;
    /// `None` where the file does not tell subscriptions apart.
    fn kept_by_subscription(&self, period: Period, kept: &dyn Fn(u32) -> bool) -> Option<i128> {
        let at = |own: &[Portion], day: Day| -> i128 {
            let there = own.iter().filter(|of| of.start < day && of.end.is_none_or(|end| end >= day));
            there.map(|of| i128::from(of.units)).sum()
        };
        let mut sum = 0;
        let by_customer = self.portions.as_ref()?.chunk_by(|one, other| one.customer == other.customer);
        for own in by_customer.filter(|own| own.first().is_some_and(|of| kept(of.customer))) {
            if at(own, period.start) > 0 {
                let each = own.chunk_by(|one, other| one.subscription == other.subscription);
                let capped: i128 = each.map(|of| at(of, period.start).min(at(of, period.end))).sum();
                sum += capped.max(0);
            }
        }
        Some(sum)
    }

    /// The spells of each customer.
    fn by_customer(&self) -> impl Iterator<Item = &[Spell]> {
        self.spells.chunk_by(|one, other| one.customer == other.customer)
    }
}

/// Whether a customer is there just before a day.
fn is_there(own: &[Spell], day: Day) -> bool {
    own.iter().any(|spell| spell.start < day && spell.end.is_none_or(|end| end >= day))
}

impl ByDay for Books {
    fn intra_period_churners(&self, period: Period, each: &mut dyn FnMut(u32)) {
        for own in self.by_customer() {
            let within = own.iter().find(|spell| spell.start >= period.start && spell.start < period.end);
            if let Some(spell) = within.filter(|_| !is_there(own, period.start) && !is_there(own, period.end)) {
                each(spell.customer);
            }
        }
    }

    fn causes(&self, period: Period, each: &mut dyn FnMut(u32, Cause)) {
        for own in self.by_customer().filter(|own| is_there(own, period.start) && !is_there(own, period.end)) {
            let last = own.iter().rfind(|spell| spell.start < period.end);
            if let Some((spell, cause)) = last.and_then(|spell| Some((spell, spell.cause?))) {
                each(spell.customer, cause);
            }
        }
    }

    fn renewals(&self, period: Period, kept: &dyn Fn(u32) -> bool) -> Renewals {
        let terms: Vec<renewals::Subscription> =
            self.terms.iter().copied().filter(|term| kept(term.customer)).collect();
        renewals(&terms, period)
    }

    fn lifetimes(&self, until: Day, every: bool, kept: &dyn Fn(u32) -> bool) -> Vec<Lifetimes> {
        let mut lengths: [Vec<i64>; 2] = [Vec::new(), Vec::new()];
        let spells = self.by_customer().flat_map(|own| own.iter().take(if every { own.len() } else { 1 }));
        for spell in spells.filter(|spell| spell.start < until && kept(spell.customer)) {
            let end = spell.end.filter(|end| *end < until);
            let length = i64::from(end.unwrap_or(until).0) - i64::from(spell.start.0);
            lengths[usize::from(end.is_none())].push(length);
        }
        let [mut churned, mut censored] = lengths;
        keeprate_columns::passes::sort(&mut churned);
        keeprate_columns::passes::sort(&mut censored);
        let (mut churned, mut censored) = (churned.as_slice(), censored.as_slice());
        let mut lifetimes = Vec::new();
        while let Some(days) = churned.first().into_iter().chain(censored.first()).min().copied() {
            let count = |lengths: &mut &[i64]| {
                let (same, rest) = lengths.split_at(lengths.partition_point(|length| *length == days));
                *lengths = rest;
                same.len() as u64
            };
            let (churned, censored) = (count(&mut churned), count(&mut censored));
            lifetimes.push(Lifetimes { time: days as f64 / DAYS_PER_MONTH, churned, censored });
        }
        lifetimes
    }

    fn tenures(&self, until: Day, kept: &dyn Fn(u32) -> bool) -> Vec<f64> {
        let there = self.by_customer().filter(|own| is_there(own, until));
        let first = there.filter_map(<[Spell]>::first).filter(|spell| kept(spell.customer));
        first.map(|spell| f64::from(until.0 - spell.start.0) / DAYS_PER_MONTH).collect()
    }
}

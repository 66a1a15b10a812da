//! What a ledger's customers did over time: first months, movements between closings, lifetimes.

use crate::ledger::{Ledger, Totals};
use crate::revenue::Spread;
use crate::survival::Lifetimes;

/// The first month with MRR of each customer, as a place in [`Ledger::closings`]; [`NEVER`] without any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// One place per customer.
    pub first: Vec<u32>,
}

/// The place of a customer who never had MRR.
pub const NEVER: u32 = u32::MAX;

impl History {
    /// Finds the first month with MRR of each customer.
    pub fn of(ledger: &Ledger) -> History {
        let mut first = vec![NEVER; ledger.customers.len()];
        for (place, closing) in ledger.closings.iter().enumerate() {
            for (first, units) in first.iter_mut().zip(&closing.amounts) {
                if *units > 0 && *first == NEVER {
                    *first = place as u32;
                }
            }
        }
        History { first }
    }
}

/// What happened between two closings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Movement {
    /// Customers and MRR by class.
    pub totals: Totals,
    /// How the customers of the base vary.
    pub spread: Spread,
    /// Customers whose MRR rose.
    pub expanded: u64,
    /// Customers whose MRR fell without ending.
    pub contracted: u64,
}

/// Sums of one movement while it is being collected, plain integers for the hot loop.
#[derive(Default)]
struct Sums {
    customers_start: i64,
    customers_end: i64,
    new: i64,
    lost: i64,
    reactivated: i64,
    expanded: u64,
    contracted: u64,
    mrr_start: i128,
    mrr_end: i128,
    mrr_new: i128,
    mrr_reactivation: i128,
    mrr_expansion: i128,
    mrr_contraction: i128,
    mrr_churn: i128,
    spread: Spread,
}

/// The movement from the closing at place `before` to the one at place `after`, for the customers whose group is
/// `group` where `groups` are given, else for all. Each customer falls into exactly one class (metrics.md 3.6).
pub fn movement(
    ledger: &Ledger,
    history: &History,
    before: usize,
    after: usize,
    groups: Option<(&[u16], u16)>,
) -> Movement {
    let (Some(start), Some(end)) = (ledger.closings.get(before), ledger.closings.get(after)) else {
        return Movement::default();
    };
    let mut sums = Sums::default();
    let rows = start.amounts.iter().zip(&end.amounts).zip(&history.first);
    match groups {
        None => {
            for ((start, end), first) in rows {
                sums.add(*start, *end, (*first as usize) <= before);
            }
        }
        Some((groups, group)) => {
            for (((start, end), first), of) in rows.zip(groups) {
                if *of == group {
                    sums.add(*start, *end, (*first as usize) <= before);
                }
            }
        }
    }
    sums.finish()
}

impl Sums {
    /// Hot: called for each customer and period.
    #[inline]
    fn add(&mut self, start: i64, end: i64, known: bool) {
        if start > 0 {
            self.customers_start += 1;
            self.mrr_start += i128::from(start);
            self.spread.net.add(start, end);
            self.spread.gross.add(start, end.min(start));
            if end > 0 {
                self.customers_end += 1;
                self.mrr_end += i128::from(end);
                if end > start {
                    self.expanded += 1;
                    self.mrr_expansion += i128::from(end - start);
                } else if end < start {
                    self.contracted += 1;
                    self.mrr_contraction += i128::from(start - end);
                }
            } else {
                self.lost += 1;
                self.mrr_churn += i128::from(start);
            }
        } else if end > 0 {
            self.customers_end += 1;
            self.mrr_end += i128::from(end);
            if known {
                self.reactivated += 1;
                self.mrr_reactivation += i128::from(end);
            } else {
                self.new += 1;
                self.mrr_new += i128::from(end);
            }
        }
    }

    fn finish(self) -> Movement {
        Movement {
            totals: Totals {
                customers_start: Some(self.customers_start),
                customers_end: Some(self.customers_end),
                customers_new: Some(self.new),
                customers_lost: Some(self.lost),
                customers_reactivated: Some(self.reactivated),
                customers_intra_period: Some(0),
                mrr_start: Some(self.mrr_start),
                mrr_new: Some(self.mrr_new),
                mrr_reactivation: Some(self.mrr_reactivation),
                mrr_expansion: Some(self.mrr_expansion),
                mrr_contraction: Some(self.mrr_contraction),
                mrr_churn: Some(self.mrr_churn),
                mrr_end: Some(self.mrr_end),
                ..Totals::default()
            },
            spread: self.spread,
            expanded: self.expanded,
            contracted: self.contracted,
        }
    }
}

/// Customers who were there at neither end but at a closing in between.
pub fn intra_period_churners(ledger: &Ledger, before: usize, after: usize) -> i64 {
    let (Some(start), Some(end)) = (ledger.closings.get(before), ledger.closings.get(after)) else { return 0 };
    let between = ledger.closings.get(before + 1..after).unwrap_or(&[]);
    if between.is_empty() {
        return 0;
    }
    let mut seen = vec![false; start.amounts.len()];
    for closing in between {
        for (seen, units) in seen.iter_mut().zip(&closing.amounts) {
            *seen |= *units > 0;
        }
    }
    let rows = start.amounts.iter().zip(&end.amounts).zip(&seen);
    rows.filter(|((start, end), seen)| **start == 0 && **end == 0 && **seen).count() as i64
}

/// Customers of the start who were there at every closing up to and with the end.
pub fn never_absent(ledger: &Ledger, before: usize, after: usize) -> i64 {
    let closings = ledger.closings.get(before..=after).unwrap_or(&[]);
    let Some(start) = closings.first() else { return 0 };
    let mut there: Vec<bool> = start.amounts.iter().map(|units| *units > 0).collect();
    for closing in closings {
        for (there, units) in there.iter_mut().zip(&closing.amounts) {
            *there &= *units > 0;
        }
    }
    there.iter().filter(|there| **there).count() as i64
}

/// The lifetimes of all customers up to the closing at place `last`: the first uninterrupted run of months with MRR,
/// ended by the first month without. Customers of the very first closing started at an unknown time and are left out.
pub fn lifetimes(ledger: &Ledger, history: &History, last: usize) -> Vec<Lifetimes> {
    let months = last + 1;
    let mut running: Vec<bool> = history.first.iter().map(|first| *first != NEVER && *first > 0).collect();
    let mut churned = vec![0_u64; months + 1];
    let mut censored = vec![0_u64; months + 1];
    for (place, closing) in ledger.closings.iter().enumerate().take(months) {
        for ((running, units), first) in running.iter_mut().zip(&closing.amounts).zip(&history.first) {
            if *running && *units <= 0 && (*first as usize) < place {
                *running = false;
                churned[place - *first as usize] += 1;
            }
        }
    }
    for (running, first) in running.iter().zip(&history.first) {
        if *running && (*first as usize) <= last {
            censored[last + 1 - *first as usize] += 1;
        }
    }
    (0..=months)
        .map(|length| Lifetimes { time: length as f64, churned: churned[length], censored: censored[length] })
        .collect()
}

/// Months since the first MRR, gaps included, of each customer who is there at the closing at place `last`.
pub fn tenures(ledger: &Ledger, history: &History, last: usize) -> Vec<f64> {
    let Some(closing) = ledger.closings.get(last) else { return Vec::new() };
    let rows = closing.amounts.iter().zip(&history.first);
    rows.filter(|(units, _)| **units > 0).map(|(_, first)| (last + 1 - *first as usize) as f64).collect()
}

/// What each customer who is gone at the closing at place `last` brought in all closings before, in fixed-point
/// units. Customers of the very first closing may have brought more before the data began and are left out.
pub fn revenue_of_ended(ledger: &Ledger, history: &History, last: usize) -> Vec<i64> {
    let Some(closing) = ledger.closings.get(last) else { return Vec::new() };
    let mut sums = vec![0_i64; closing.amounts.len()];
    for month in ledger.closings.iter().take(last) {
        for (sum, units) in sums.iter_mut().zip(&month.amounts) {
            *sum = sum.saturating_add(*units);
        }
    }
    let rows = sums.into_iter().zip(&closing.amounts).zip(&history.first);
    rows.filter(|((sum, units), first)| **units == 0 && *sum > 0 && **first != 0).map(|((sum, _), _)| sum).collect()
}

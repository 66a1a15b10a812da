//! What a ledger's customers did over time: first months, movements between closings, lifetimes.

use crate::ledger::{Closing, Ledger, Totals};
use crate::revenue::Spread;
use crate::survival::Lifetimes;
use keeprate_columns::cells::Column;
use keeprate_columns::passes::{self, CohortLives, Lives, Pair, Runs, Standing, Sums};

/// What one walk through all closings finds out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The first month with MRR of each customer, as a place in [`Ledger::closings`], `u32::MAX` for never.
    pub first: Vec<u32>,
    /// The customers of each first month, month by month.
    pub cohorts: Vec<CohortLives>,
    /// The movement into each closing from the one before; nothing for the first.
    pub monthly: Vec<Movement>,
    /// What each customer brought in all closings, in fixed-point units.
    brought: Vec<i64>,
    /// The latest MRR of each customer that follows another one at once, 0 for who has none.
    pub(crate) steady: Vec<i64>,
    /// The sums of each closing, from which the movement to any other one follows.
    standing: Vec<Standing>,
}

impl History {
    /// Walks through all closings.
    pub fn of(closings: &[Closing], customers: usize) -> History {
        History::from(Lives::new(&amounts(closings), customers)).across_missing(closings)
    }

    /// Nobody is seen to leave in a month that the data do not have: lives go on as before until the next month that they
    /// have.
    pub(crate) fn across_missing(mut self, closings: &[Closing]) -> History {
        if closings.iter().any(|closing| !closing.present) {
            let mut known = None;
            let carried = closings.iter().map(|closing| {
                known = Some(&closing.amounts).filter(|_| closing.present).or(known);
                known.unwrap_or(&closing.amounts)
            });
            self.cohorts = Lives::new(&carried.collect::<Vec<_>>(), self.first.len()).cohorts;
        }
        self
    }
}

impl From<Lives> for History {
    fn from(lives: Lives) -> History {
        let mut monthly: Vec<Movement> = lives.monthly.into_iter().map(Movement::from).collect();
        if let Some(first) = monthly.first_mut() {
            *first = Movement::default();
        }
        let Lives { first, cohorts, brought, steady, standing, .. } = lives;
        History { first, cohorts, monthly, brought, steady, standing }
    }
}

fn amounts(closings: &[Closing]) -> Vec<&Column> {
    closings.iter().map(|closing| &closing.amounts).collect()
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

/// The movement from the closing at place `before` to the one at place `after`. Each customer falls into exactly one
/// class (metrics.md 3.6).
pub fn movement(ledger: &Ledger, before: usize, after: usize) -> Movement {
    match (pair(ledger, before, after), ledger.history.standing.get(before)) {
        (Some(pair), Some(standing)) => passes::movement(pair, standing).into(),
        _ => Movement::default(),
    }
}

/// The same for each group of customers; `groups` holds the number of each customer's group, below `count`.
pub fn movements_by_group(ledger: &Ledger, before: usize, after: usize, groups: &[u16], count: usize) -> Vec<Movement> {
    let mut sums = vec![Sums::default(); count];
    if let Some(pair) = pair(ledger, before, after) {
        passes::movement_by_group(pair, groups, &mut sums);
    }
    sums.into_iter().map(Movement::from).collect()
}

fn pair(ledger: &Ledger, before: usize, after: usize) -> Option<Pair<'_>> {
    let (start, end) = (ledger.closings.get(before)?, ledger.closings.get(after)?);
    Some(Pair { start: &start.amounts, end: &end.amounts, first: &ledger.history.first, before: before as u32 })
}

/// What each customer who is gone at the closing at place `last` brought in all closings before, in fixed-point units.
/// Customers of the very first closing may have brought more before the data began and are left out.
pub fn brought_by_ended(ledger: &Ledger, last: usize) -> Vec<i64> {
    let closings = ledger.closings.get(last..).unwrap_or(&[]);
    passes::brought_by_ended(&amounts(closings), &ledger.history.first, &ledger.history.brought)
}

impl From<Sums> for Movement {
    fn from(sums: Sums) -> Movement {
        let count = |count: u64| Some(count as i64);
        Movement {
            totals: Totals {
                customers_start: count(sums.customers_start),
                customers_end: count(sums.customers_end),
                customers_new: count(sums.new),
                customers_lost: count(sums.lost),
                customers_reactivated: count(sums.reactivated),
                customers_intra_period: Some(0),
                mrr_start: Some(sums.amount_start),
                mrr_new: Some(sums.amount_new),
                mrr_reactivation: Some(sums.amount_reactivated),
                mrr_expansion: Some(sums.amount_expanded),
                mrr_contraction: Some(sums.amount_contracted),
                mrr_churn: Some(sums.amount_lost),
                mrr_end: Some(sums.amount_end),
                ..Totals::default()
            },
            spread: Spread { net: sums.net, gross: sums.gross },
            expanded: sums.expanded,
            contracted: sums.contracted,
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
    let mut seen = vec![false; ledger.customers.len()];
    for closing in between {
        passes::mark(&mut seen, &closing.amounts, true);
    }
    let customers = seen.len();
    let rows = start.amounts.iter(customers).zip(end.amounts.iter(customers)).zip(&seen);
    rows.filter(|((start, end), seen)| *start == 0 && *end == 0 && **seen).count() as i64
}

/// Customers of the start who were there at every closing up to and with the end.
pub fn never_absent(ledger: &Ledger, before: usize, after: usize) -> i64 {
    let closings = ledger.closings.get(before..=after).unwrap_or(&[]);
    if closings.is_empty() {
        return 0;
    }
    let mut there = vec![true; ledger.customers.len()];
    for closing in closings {
        passes::mark(&mut there, &closing.amounts, false);
    }
    there.iter().filter(|there| **there).count() as i64
}

/// The lifetimes of all customers up to the closing at place `last`: the first uninterrupted run of months with MRR,
/// ended by the first month without. Customers of the very first closing started at an unknown time and are left out.
pub fn lifetimes(history: &History, last: usize) -> Vec<Lifetimes> {
    let months = last + 1;
    let mut churned = vec![0_u64; months + 1];
    let mut censored = vec![0_u64; months + 1];
    for (first, cohort) in history.cohorts.iter().enumerate().take(months).skip(1) {
        let mut left = cohort.active.get(first).copied().unwrap_or(0);
        for (length, ended) in cohort.ended.iter().take(months).skip(first).enumerate() {
            churned[length] += ended.unsigned_abs();
            left -= ended;
        }
        censored[months - first] += left.unsigned_abs();
    }
    (0..=months)
        .map(|length| Lifetimes { time: length as f64, churned: churned[length], censored: censored[length] })
        .collect()
}

/// The lengths of the runs of each group of customers up to the closing at place `last`; `group` gives a customer's, below
/// `count`, or none. Runs of the very first closing began at an unknown time and are left out; nobody leaves in a month that
/// the data do not have.
pub fn lifetimes_by_group(
    ledger: &Ledger,
    last: usize,
    runs: Runs,
    (group, count): (&dyn Fn(u32) -> Option<usize>, usize),
) -> Vec<Vec<Lifetimes>> {
    let closings = ledger.closings.iter().take(last + 1);
    let months: Vec<Option<&Column>> = closings.map(|of| of.present.then_some(&of.amounts)).collect();
    let mut lengths = vec![vec![[0_u64; 2]; last + 2]; count];
    passes::runs(&months, ledger.customers.len(), runs, &mut |run| {
        let of = group(run.customer).and_then(|group| lengths.get_mut(group)?.get_mut(run.length as usize));
        if let Some([churned, censored]) = of {
            *(if run.ended { churned } else { censored }) += 1;
        }
    });
    let of = |(length, [churned, censored]): (u32, [u64; 2])| Lifetimes { time: f64::from(length), churned, censored };
    lengths.into_iter().map(|of_group| (0..).zip(of_group).map(of).collect()).collect()
}

/// Months since the first MRR, gaps included, of each customer who is there at the closing at place `last`, in ascending
/// order.
pub fn tenures(history: &History, last: usize) -> Vec<f64> {
    let cohorts = history.cohorts.iter().enumerate().take(last + 1).rev();
    cohorts
        .flat_map(|(first, cohort)| {
            let active = cohort.active.get(last).copied().unwrap_or(0);
            std::iter::repeat_n((last + 1 - first) as f64, active.unsigned_abs() as usize)
        })
        .collect()
}

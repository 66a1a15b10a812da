//! Cohorts by the first month with MRR (metrics.md 4B, `cohort_logo_retention` and `cohort_revenue_retention`).

use crate::history::History;
use crate::ledger::Ledger;
use crate::money::Amount;
use crate::period::Month;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

/// Customers who started in one month, and how many of them had MRR in each month since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct CustomerCohort {
    /// The month of the first MRR.
    pub cohort: Month,
    /// Customers of the cohort.
    pub size: u64,
    /// Customers with MRR in months 0, 1, 2, …; those who came back count again.
    pub active: Vec<u64>,
    /// Months at the end of `active` that are not complete yet.
    pub open: u32,
    /// Whether the cohort mixes all customers from before the data began.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left_truncated: bool,
}

/// MRR of the customers who started in one month.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct RevenueCohort {
    /// The month of the first MRR.
    pub cohort: Month,
    /// MRR in month 0.
    pub size: Amount,
    /// MRR in months 0, 1, 2, …
    pub mrr: Vec<Amount>,
    /// The same with each customer capped at their MRR of month 0.
    pub capped: Vec<Amount>,
}

/// Both triangles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Cohorts {
    /// Counts of customers.
    pub customers: Vec<CustomerCohort>,
    /// Sums of MRR.
    pub revenue: Vec<RevenueCohort>,
}

/// Builds both triangles from all closings in one pass per month.
pub fn cohorts(ledger: &Ledger, history: &History, complete: usize) -> Cohorts {
    let months = ledger.closings.len();
    let mut active = vec![vec![0_u64; months]; months];
    let mut revenue = vec![vec![0_i128; months]; months];
    let mut capped = vec![vec![0_i128; months]; months];
    let mut base = vec![0_i64; ledger.customers.len()];
    for (month, closing) in ledger.closings.iter().enumerate() {
        // Hot: one pass over all customers per month. The cohort's number is at most `month`.
        for ((units, first), base) in closing.amounts.iter().zip(&history.first).zip(&mut base) {
            if *units <= 0 {
                continue;
            }
            let cohort = *first as usize;
            if cohort == month {
                *base = *units;
            }
            if let (Some(count), Some(sum), Some(least)) = (
                active.get_mut(cohort).and_then(|row| row.get_mut(month)),
                revenue.get_mut(cohort).and_then(|row| row.get_mut(month)),
                capped.get_mut(cohort).and_then(|row| row.get_mut(month)),
            ) {
                *count += 1;
                *sum += i128::from(*units);
                *least += i128::from((*units).min(*base));
            }
        }
    }
    let mut result = Cohorts::default();
    let since = |row: &[i128], cohort: usize| -> Vec<Amount> {
        row.iter().skip(cohort).map(|units| ledger.currency.amount(*units)).collect()
    };
    for cohort in 0..months {
        let counts = &active[cohort][cohort..];
        let size = counts.first().copied().unwrap_or(0);
        if size == 0 {
            continue;
        }
        let month = ledger.first.plus(cohort as i32);
        result.customers.push(CustomerCohort {
            cohort: month,
            size,
            active: counts.to_vec(),
            open: months.saturating_sub(complete.max(cohort)) as u32,
            left_truncated: cohort == 0,
        });
        let mrr = since(&revenue[cohort], cohort);
        result.revenue.push(RevenueCohort {
            cohort: month,
            size: mrr.first().copied().unwrap_or(ledger.currency.amount(0)),
            capped: since(&capped[cohort], cohort),
            mrr,
        });
    }
    result
}

/// The weighted mean of the active shares per month since the start, over cohorts that reached the month; the cohort
/// that mixes older customers is left out unless `all` or it is the only one.
pub fn weighted_retention(cohorts: &[CustomerCohort], all: bool) -> Vec<f64> {
    let only = cohorts.len() == 1;
    let counted = || cohorts.iter().filter(move |cohort| all || only || !cohort.left_truncated);
    let longest = counted().map(|cohort| cohort.active.len()).max().unwrap_or(0);
    (0..longest)
        .map(|month| {
            let reached = counted().filter_map(|cohort| Some((cohort.active.get(month)?, cohort.size)));
            let (active, size) = reached.fold((0, 0), |(active, total), (count, size)| (active + count, total + size));
            active as f64 / size.max(1) as f64
        })
        .collect()
}

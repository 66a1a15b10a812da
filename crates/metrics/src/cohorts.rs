//! Cohorts by the first month with MRR (metrics.md 4B, `cohort_logo_retention` and `cohort_revenue_retention`).

use crate::ledger::Ledger;
use crate::money::Amount;
use crate::period::Month;
use borsh::{BorshDeserialize, BorshSerialize};
use keeprate_columns::passes::{self, CohortCell};
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

/// Builds both triangles from all closings in one pass per month. `complete` is the number of complete months.
pub fn cohorts(ledger: &Ledger, complete: usize) -> Cohorts {
    let months = ledger.closings.len();
    let mut cells = vec![vec![CohortCell::default(); months]; months];
    let mut base = vec![0_i64; ledger.customers.len()];
    for (place, (closing, cells)) in ledger.closings.iter().zip(&mut cells).enumerate() {
        passes::add_to_cohorts(place as u32, &closing.amounts, &ledger.history.first, &mut base, cells);
    }
    let mut result = Cohorts::default();
    let since = |cohort: usize, units: fn(&CohortCell) -> i128| -> Vec<Amount> {
        cells.iter().skip(cohort).map(|month| ledger.currency.amount(units(&month[cohort]))).collect()
    };
    for cohort in 0..months {
        let counts: Vec<u64> = cells.iter().skip(cohort).map(|month| month[cohort].active).collect();
        let size = counts.first().copied().unwrap_or(0);
        if size == 0 {
            continue;
        }
        let month = ledger.first.plus(cohort as i32);
        result.customers.push(CustomerCohort {
            cohort: month,
            size,
            active: counts,
            open: months.saturating_sub(complete.max(cohort)) as u32,
            left_truncated: cohort == 0,
        });
        let mrr = since(cohort, |cell| cell.amount);
        result.revenue.push(RevenueCohort {
            cohort: month,
            size: mrr.first().copied().unwrap_or(ledger.currency.amount(0)),
            capped: since(cohort, |cell| cell.capped),
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

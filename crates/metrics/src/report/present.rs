//! Who is there where billing has no MRR by month: the customers by status that have not left, and the buyers of the last
//! year. What such data say of them stands in for the closings of a ledger, as far as it goes (metrics.md 4F `churn_risk`).

use crate::ledger::{Ledger, LedgerBuilder, StatusTable};
use crate::period::{DAYS_PER_MONTH, Day, Month};
use crate::purchases::PurchaseTable;

/// The customers of billing at the end of a month, beside a ledger with that closing alone.
pub(super) struct Present {
    /// Whether the closing has their MRR; else it is empty.
    pub(super) knows_mrr: bool,
    /// Whether each customer is there.
    pub(super) there: Vec<bool>,
    /// The days since each came, where that is known.
    pub(super) tenures: Vec<Option<f64>>,
    /// The month.
    pub(super) month: Month,
}

/// Days within which who has paid is a customer.
const LOOK_BACK: i32 = 365;
/// Days from which on a customer is no new one.
const NEW: f64 = 90.0;

impl Present {
    /// Those who have not left. The file does not say when that was; `month` is that of what it is joined with.
    pub(super) fn of_status(table: &StatusTable, month: Month) -> (Ledger, Present) {
        let there: Vec<bool> = table.churned.iter().map(|churned| !churned).collect();
        let months = |customer: usize| table.tenure.as_ref().and_then(|tenure| *tenure.get(customer)?);
        let mut builder = LedgerBuilder::default();
        let (place, _) = builder.column(month);
        let revenue = table.revenue.iter().flatten().zip(&there).zip(0..);
        for ((units, _), customer) in revenue.filter(|((_, there), _)| **there) {
            builder.add(place, customer, *units);
        }
        let (mut ledger, _) = builder.finish(table.customers.clone(), Vec::new(), table.currency);
        ledger.segments.clone_from(&table.segments);
        let tenures = (0..there.len()).map(|customer| months(customer).map(|months| months * DAYS_PER_MONTH)).collect();
        (ledger, Present { knows_mrr: table.revenue.is_some(), there, tenures, month })
    }

    /// Those who have paid within the year before the end of a month. Who pays for the first time in the file may have paid
    /// before it begins; a new customer is one only where it begins a year before.
    pub(super) fn of_purchases(table: &PurchaseTable, month: Month) -> (Ledger, Present) {
        let (count, end) = (table.purchases.users.len(), month.end());
        let mut paid: Vec<Option<(Day, Day)>> = vec![None; count];
        let mut begin = end;
        table.for_each_payment(|customer, day, _| {
            if let Some(paid) = paid.get_mut(customer as usize).filter(|_| day < end) {
                *paid = Some((paid.map_or(day, |(first, _)| first.min(day)), day));
                begin = begin.min(day);
            }
        });
        let covers_year = end.0.saturating_sub(begin.0) >= LOOK_BACK;
        let tenure = |(first, _): (Day, Day)| {
            let days = f64::from(end.0.saturating_sub(first.0));
            Some(days).filter(|days| *days >= NEW || covers_year)
        };
        let mut builder = LedgerBuilder::default();
        builder.column(month);
        let (mut ledger, _) = builder.finish((*table.purchases.users).clone(), Vec::new(), table.currency);
        ledger.segments.clone_from(&table.purchases.segments);
        let is_recent = |(_, last): (Day, Day)| end.0.saturating_sub(last.0) <= LOOK_BACK;
        let there = paid.iter().map(|paid| paid.is_some_and(is_recent)).collect();
        let tenures = paid.into_iter().map(|paid| paid.and_then(tenure)).collect();
        (ledger, Present { knows_mrr: false, there, tenures, month })
    }
}

//! Invoices for a year or a quarter that stand in one month alone, as if they were a month's MRR. Each of them makes a
//! customer who comes for a month and is lost in the next, so that churn is no churn.
//!
//! What is looked at are customers who never have MRR in two months that follow each other; whoever has is *steady*, and
//! is never taken for somebody else. The others pay
//!
//! - *by the year*, if their amounts lie 11 to 13 months apart, at least two of them;
//! - *by the quarter*, if at least three lie 2 to 4 months apart and keep three months on average, give or take a month in
//!   all;
//!
//! and if the largest amount is at most twice the smallest. That alone proves little: who pauses for a year pays so by
//! chance, and a shop has customers who come each December. So it takes one of two kinds of evidence.
//!
//! - *Habit*: at least three customers pay so, they are the majority of those with several single months, and, for years,
//!   their months are spread over the calendar: fewer than three quarters lie in the densest three months of the year.
//! - *Size*: the amount is at least six times what steady customers pay in the median, of whom there are at least three.
//!   Of all who pay that much, most do so by the year or once; and one does so by the year, or three once, with a month
//!   before and after. A price list with large monthly customers of whom a few left at once does not pass.
//!
//! Payments are no contract: someone who buys one large thing once proves nothing, so that they take a habit.
//!
//! Where there is evidence, single amounts are invoices too: those that are large enough, or, where nobody is steady, all
//! of them. What looks like an invoice is spread only if the setting `spread_invoices` says so: an amount is then a
//! twelfth or a third a month until the next one, the last one over its 12 or 3 months. Customers with a monthly amount
//! beside their invoices are steady and stay as they are.
//!
//! ```
//! use keeprate_metrics::invoices::unspread;
//! use keeprate_metrics::ledger::Ledger;
//! use keeprate_metrics::money::Currency;
//!
//! assert!(unspread(&Ledger::empty(Currency::EUR)).is_none());
//! ```

use crate::history::History;
use crate::ledger::{Ledger, LedgerBuilder};
use crate::money::divide_rounded;
use crate::period::Month;
use crate::purchases::PurchaseTable;
use borsh::{BorshDeserialize, BorshSerialize};
use keeprate_columns::passes;
use serde::{Deserialize, Serialize};

/// Customers that make a habit, or a comparison.
const FEWEST: usize = 3;
/// An amount of so many usual ones is that of a year.
const YEAR_SIZE: i64 = 6;
/// Cells of customers by months that payments are put into at most.
const MOST_CELLS: usize = 20_000_000;

/// Amounts that look like invoices for longer than the month that they stand in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Invoices {
    /// Customers whose amounts are for a year.
    pub yearly_customers: u64,
    /// Customers whose amounts are for a quarter.
    pub quarterly_customers: u64,
    /// How often a customer is lost from one month to the next, in all months of the file, as it stands.
    pub churn_events: u64,
    /// The same where each such amount is spread over its months.
    pub churn_events_spread: u64,
    /// Whether the figures of the report are those with amounts spread.
    pub spread: bool,
}

/// The months of an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Span {
    Year,
    Quarter,
}

impl Span {
    fn months(self) -> u32 {
        match self {
            Span::Year => 12,
            Span::Quarter => 3,
        }
    }
}

/// An amount of a customer who is not steady.
#[derive(Clone, Copy, Debug)]
struct Single {
    customer: u32,
    /// Its month, as a place in [`Ledger::closings`].
    place: u32,
    units: i64,
}

/// What looks like invoices in a ledger of MRR, and the ledger with these spread; `None` where nothing does, or where a
/// month is absent from the file.
pub fn unspread(ledger: &Ledger) -> Option<(Invoices, Ledger)> {
    found(ledger, true)
}

/// The same for payments, put into the month in which they came. The ledger ends with the last month that is over.
pub fn unspread_payments(table: &PurchaseTable) -> Option<(Invoices, Ledger)> {
    found(&by_month(table)?, false)
}

/// Payments by customer and month, as far as months are over.
fn by_month(table: &PurchaseTable) -> Option<Ledger> {
    let (first, _) = table.months()?;
    let last = table.purchases.as_of.month().plus(-1);
    let months = usize::try_from(last.0 - first.0 + 1).ok()?;
    if months.checked_mul(table.purchases.users.len())? > MOST_CELLS {
        return None;
    }
    let mut builder = LedgerBuilder::default();
    for month in first.0..=last.0 {
        builder.column(Month(month));
    }
    table.for_each_payment(|customer, day, units| {
        if let (true, Ok(place)) = (day.month() <= last, usize::try_from(day.month().0 - first.0)) {
            // A sum beyond the range of a column is no invoice.
            builder.add(place, customer, units);
        }
    });
    let (mut ledger, _) = builder.finish((*table.purchases.users).clone(), Vec::new(), table.currency);
    ledger.segments.clone_from(&table.purchases.segments);
    Some(ledger)
}

fn found(ledger: &Ledger, is_contract: bool) -> Option<(Invoices, Ledger)> {
    if ledger.closings.iter().any(|closing| !closing.present) {
        return None;
    }
    let steady = &ledger.history.steady;
    let singles = singles(ledger, steady);
    let invoices = recognised(&singles, &usual(steady), ledger, is_contract);
    if invoices.is_empty() {
        return None;
    }
    let count = |span: Span| invoices.iter().filter(|(_, of)| *of == span).count() as u64;
    let spread = spread(ledger, &invoices);
    let summary = Invoices {
        yearly_customers: count(Span::Year),
        quarterly_customers: count(Span::Quarter),
        churn_events: churn_events(&ledger.history),
        churn_events_spread: churn_events(&spread.history),
        spread: false,
    };
    Some((summary, spread))
}

fn churn_events(history: &History) -> u64 {
    let lost = history.monthly.iter().filter_map(|movement| movement.totals.customers_lost);
    lost.map(i64::unsigned_abs).sum()
}

/// The amounts of steady customers in ascending order.
fn usual(steady: &[i64]) -> Vec<i64> {
    let mut amounts: Vec<i64> = steady.iter().copied().filter(|units| *units > 0).collect();
    passes::sort(&mut amounts);
    amounts
}

/// The amounts of all other customers, by customer and month.
fn singles(ledger: &Ledger, steady: &[i64]) -> Vec<Single> {
    let others = (0..).zip(steady).filter(|(_, amount)| **amount == 0);
    others
        .flat_map(|(customer, _)| {
            let cells = (0..).zip(&ledger.closings);
            cells.map(move |(place, closing)| Single { customer, place, units: closing.amounts.get(customer as usize) })
        })
        .filter(|single| single.units > 0)
        .collect()
}

/// For what the regular amounts of a customer are.
fn span_of(own: &[Single]) -> Option<Span> {
    let smallest = own.iter().map(|single| single.units).min()?;
    let largest = own.iter().map(|single| single.units).max()?;
    if largest > smallest.saturating_mul(2) {
        return None;
    }
    let first = own.first()?.place;
    let last = own.last()?.place;
    let apart = |least: u32, most: u32| {
        own.windows(2).all(|pair| match pair {
            [one, next] => (least..=most).contains(&(next.place - one.place)),
            _ => false,
        })
    };
    let steps = (own.len() - 1) as u32;
    if steps >= 1 && apart(11, 13) {
        Some(Span::Year)
    } else if steps >= 2 && apart(2, 4) && (last - first).abs_diff(3 * steps) <= 1 {
        Some(Span::Quarter)
    } else {
        None
    }
}

/// Whether amounts come in one season: three quarters or more of them in three months of the year.
fn is_seasonal(amounts: &[Single], first: Month) -> bool {
    let mut by_month = [0_usize; 12];
    for single in amounts {
        by_month[(first.0 + single.place as i32).rem_euclid(12) as usize] += 1;
    }
    let densest = (0..12).map(|month| (0..3).map(|next| by_month[(month + next) % 12]).sum::<usize>()).max();
    densest.unwrap_or(0) * 4 >= amounts.len() * 3
}

/// What is an invoice, customer by customer, and for how long.
fn recognised<'a>(
    singles: &'a [Single],
    usual: &[i64],
    ledger: &Ledger,
    is_contract: bool,
) -> Vec<(&'a [Single], Span)> {
    let last = ledger.closings.len().saturating_sub(1) as u32;
    let payers: Vec<(&[Single], Option<Span>)> =
        singles.chunk_by(|one, next| one.customer == next.customer).map(|own| (own, span_of(own))).collect();
    let count =
        |which: &dyn Fn(&[Single], Option<Span>) -> bool| payers.iter().filter(|(own, span)| which(own, *span)).count();

    // Habit.
    let several = count(&|own, _| own.len() > 1);
    let yearly = count(&|_, span| span == Some(Span::Year));
    let quarterly = count(&|_, span| span == Some(Span::Quarter));
    let is_usual = (yearly + quarterly) * 2 > several;
    let by_the_year = || {
        let own = payers.iter().filter(|(_, span)| *span == Some(Span::Year)).flat_map(|(own, _)| own.iter());
        own.copied().collect::<Vec<_>>()
    };
    let year_habit = is_usual && yearly >= FEWEST && !is_seasonal(&by_the_year(), ledger.first);
    let quarter_habit = is_usual && quarterly >= FEWEST;

    // Size.
    let median = usual.get(usual.len() / 2).filter(|_| usual.len() >= FEWEST);
    let year_size = median.map(|median| median.saturating_mul(YEAR_SIZE));
    let is_large = |own: &[Single]| year_size.is_some_and(|size| own.iter().all(|single| single.units >= size));
    let is_between = |own: &[Single]| matches!(own, [single] if single.place > 0 && single.place < last);
    let large_yearly = count(&|own, span| is_large(own) && span == Some(Span::Year));
    let large_once = count(&|own, _| is_large(own) && is_between(own));
    let large_others = count(&|own, span| is_large(own) && own.len() > 1 && span != Some(Span::Year))
        + year_size.map_or(0, |size| usual.len() - usual.partition_point(|units| *units < size));
    let is_shown = year_habit || is_contract && (large_yearly > 0 || large_once >= FEWEST);
    let by_size = is_shown && large_yearly + large_once > large_others;

    let span = |own: &[Single], span: Option<Span>| match (own, span) {
        (_, Some(Span::Year)) => (year_habit || by_size && is_large(own)).then_some(Span::Year),
        (_, Some(Span::Quarter)) => quarter_habit.then_some(Span::Quarter),
        ([_], None) if year_size.is_some() => (by_size && is_large(own)).then_some(Span::Year),
        // Nobody pays by the month: what came once is what most pay.
        ([_], None) if year_habit && (!quarter_habit || yearly >= quarterly) => Some(Span::Year),
        ([_], None) => quarter_habit.then_some(Span::Quarter),
        _ => None,
    };
    payers.iter().filter_map(|(own, of)| Some((*own, span(own, *of)?))).collect()
}

/// The ledger with invoices spread over their months.
fn spread(ledger: &Ledger, invoices: &[(&[Single], Span)]) -> Ledger {
    let mut closings = ledger.closings.clone();
    for (own, span) in invoices {
        for (number, single) in own.iter().enumerate() {
            let until = own.get(number + 1).map_or(single.place + span.months(), |next| next.place);
            let monthly = divide_rounded(i128::from(single.units), i128::from(span.months()));
            // A customer stays one, however small the amount.
            let monthly = i64::try_from(monthly).unwrap_or(single.units).max(1);
            for closing in closings.iter_mut().take(until as usize).skip(single.place as usize) {
                *closing.amounts.cell_mut(single.customer as usize) = monthly;
            }
        }
    }
    let history = History::of(&closings, ledger.customers.len());
    Ledger {
        customers: ledger.customers.clone(),
        first: ledger.first,
        closings,
        history,
        segments: ledger.segments.clone(),
        currency: ledger.currency,
        // They are those of the file, not of what it was taken for.
        changes: None,
    }
}

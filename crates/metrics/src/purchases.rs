//! What customers bought and paid without a contract: the columns that the shape `transactions` gives (metrics.md 5.2 d).
//!
//! A refund takes from the payment that it names, else from the latest ones of its customer; what it leaves decides
//! whether something was bought (`repeat_purchase_rate`). Everything that was received counts as revenue, renewals of a
//! subscription as well; only purchases count as occasions.
//!
//! ```
//! use keeprate_metrics::events::Payment;
//! use keeprate_metrics::purchases::{PurchaseBuilder, Received, Refund};
//! use keeprate_metrics::{ledger::Names, money::Currency, period::Day};
//!
//! let mut customers = Names::default();
//! let customer = customers.push("c3");
//! let mut builder = PurchaseBuilder::default();
//! let payment = Payment { amount: 3_000_000_000, refunded: 0, succeeded: true, renewal: false };
//! builder.receive(Received { customer, day: Day(100), second: 0, id: 0, payment });
//! builder.receive(Received { customer, day: Day(102), second: 0, id: 0, payment });
//! builder.refund(Refund { customer, day: Day(103), second: 0, of: 0, amount: 3_000_000_000 });
//! let (table, unmatched) = builder.finish(customers, Vec::new(), Currency::EUR, Day(120));
//! assert_eq!((table.revenue_by_customer(None, Day(120)), unmatched), (vec![3_000_000_000], 0));
//! ```

use crate::btyd::{Buyer, Purchase, buyers};
use crate::events::{Event, EventBuilder, EventTable, Payment};
use crate::ledger::{Names, Segment};
use crate::money::Currency;
use crate::period::{Day, Month};
use crate::result::SegmentValue;
use std::rc::Rc;

/// A payment, and whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// The customer's number.
    pub customer: u32,
    /// The date in the reporting time zone.
    pub day: Day,
    /// Seconds since the beginning of the day; 0 for a date alone.
    pub second: u32,
    /// The number by which refunds name it; 0 for none.
    pub id: u32,
    /// What was paid.
    pub payment: Payment,
}

/// What a customer got back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refund {
    /// The customer's number.
    pub customer: u32,
    /// The date in the reporting time zone.
    pub day: Day,
    /// Seconds since the beginning of the day; 0 for a date alone.
    pub second: u32,
    /// The number of the payment; 0 for the latest ones of the customer.
    pub of: u32,
    /// The amount in fixed-point units; positive.
    pub amount: i64,
}

/// Collects payments and refunds in any order into a [`PurchaseTable`].
#[derive(Debug, Default)]
pub struct PurchaseBuilder {
    lines: Vec<Line>,
}

/// A payment, or a refund: the latter has no amount of its own.
#[derive(Clone, Copy, Debug)]
struct Line {
    customer: u32,
    day: Day,
    /// Of one day payments come first: a date alone does not say more.
    is_refund: bool,
    second: u32,
    /// What refunds name it by, or which payment it names.
    id: u32,
    payment: Payment,
}

impl PurchaseBuilder {
    /// Adds a payment. One that did not succeed is as good as not there.
    pub fn receive(&mut self, received: Received) {
        let Received { customer, day, second, id, payment } = received;
        if payment.succeeded {
            self.lines.push(Line { customer, day, is_refund: false, second, id, payment });
        }
    }

    /// Adds a refund.
    pub fn refund(&mut self, refund: Refund) {
        let Refund { customer, day, second, of, amount } = refund;
        let payment = Payment { amount: 0, refunded: amount, succeeded: true, renewal: false };
        self.lines.push(Line { customer, day, is_refund: true, second, id: of, payment });
    }

    /// Settles the refunds. `as_of` is the first day that the data do not cover. The second value counts the refunds
    /// that found no payment, or less of it than they give back.
    pub fn finish(
        self,
        customers: Names,
        segments: Vec<Segment>,
        currency: Currency,
        as_of: Day,
    ) -> (PurchaseTable, u64) {
        let mut lines = self.lines;
        lines.sort_by_key(|line| (line.customer, line.day, line.is_refund, line.second));
        let mut unmatched = settle_named(&mut lines);
        unmatched += settle_unnamed(&mut lines);
        let mut names = Names::default();
        let name = names.push("");
        let mut purchases = EventBuilder::default();
        let mut income = Vec::new();
        for Line { customer, day, second, payment, .. } in lines.into_iter().filter(|line| !line.is_refund) {
            let units = payment.amount.saturating_sub(payment.refunded);
            let is_purchase = payment.is_purchase();
            if is_purchase {
                purchases.push(Event { user: customer, day, second, name });
            }
            if units > 0 {
                income.push(Income { customer, day, units, is_purchase });
            }
        }
        let purchases = purchases.finish(customers, names, segments, Some(as_of));
        (PurchaseTable { purchases, income: Rc::new(income), currency }, unmatched)
    }
}

/// Settles the refunds that name their payment; how many did not find as much as they give back.
fn settle_named(lines: &mut [Line]) -> u64 {
    let most = lines.iter().map(|line| line.id).max().unwrap_or(0) as usize;
    // The lines of an invoice share its number: the last of each number, and the one before each line.
    let mut last = vec![None; if most > 0 { most + 1 } else { 0 }];
    let mut before = vec![None; if most > 0 { lines.len() } else { 0 }];
    for (place, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_refund && line.id > 0) {
        if let (Some(last), Some(before)) = (last.get_mut(line.id as usize), before.get_mut(place)) {
            *before = last.replace(place);
        }
    }
    let mut unmatched = 0;
    for place in 0..lines.len() {
        let Some(Line { is_refund: true, id: id @ 1.., payment, .. }) = lines.get(place).copied() else { continue };
        let mut rest = payment.refunded;
        // What is given back in full is passed over for good, so that no invoice is walked twice.
        while let Some(line) = last.get(id as usize).copied().flatten().filter(|_| rest > 0) {
            let Some(payment) = lines.get_mut(line) else { break };
            rest = take(payment, rest);
            if let Some(last) = last.get_mut(id as usize).filter(|_| rest > 0) {
                *last = before.get(line).copied().flatten();
            }
        }
        unmatched += u64::from(rest > 0);
    }
    unmatched
}

/// Settles the other refunds, from the latest payment of the customer on backwards; how many of them found too little.
fn settle_unnamed(lines: &mut [Line]) -> u64 {
    let mut unmatched = 0;
    // The customer's payments so far that still have something to give back, the latest on top.
    let mut stack: Vec<usize> = Vec::new();
    let mut customer = None;
    for place in 0..lines.len() {
        let Some(line) = lines.get(place).copied() else { continue };
        if customer != Some(line.customer) {
            stack.clear();
            customer = Some(line.customer);
        }
        if !line.is_refund {
            stack.push(place);
        } else if line.id == 0 {
            let mut rest = line.payment.refunded;
            while let Some(payment) = stack.last().and_then(|place| lines.get_mut(*place)).filter(|_| rest > 0) {
                rest = take(payment, rest);
                if payment.payment.refunded >= payment.payment.amount {
                    stack.pop();
                }
            }
            unmatched += u64::from(rest > 0);
        }
    }
    unmatched
}

/// Takes from a payment what is left of it at most; answers what is still to be given back.
fn take(line: &mut Line, amount: i64) -> i64 {
    let payment = &mut line.payment;
    let taken = amount.min(payment.amount.saturating_sub(payment.refunded).max(0));
    payment.refunded = payment.refunded.saturating_add(taken);
    amount - taken
}

/// What was kept of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Income {
    customer: u32,
    day: Day,
    units: i64,
    is_purchase: bool,
}

/// What customers bought and paid.
#[derive(Clone, Debug, PartialEq)]
pub struct PurchaseTable {
    /// The purchases as events of their customers.
    pub purchases: EventTable,
    /// What was kept of each payment, by customer and time.
    income: Rc<Vec<Income>>,
    /// The currency of all amounts.
    pub currency: Currency,
}

impl PurchaseTable {
    /// The same for other groups of customers.
    pub(crate) fn with_purchases(&self, purchases: EventTable) -> PurchaseTable {
        PurchaseTable { purchases, income: self.income.clone(), currency: self.currency }
    }

    /// First and last month of the payments, the last one complete if any is.
    pub fn months(&self) -> Option<(Month, Month)> {
        let as_of = self.purchases.as_of;
        let first = self.income.iter().map(|income| income.day).filter(|day| *day < as_of).min()?.month();
        Some((first, as_of.month().plus(-1).max(first)))
    }

    /// What was kept of the payments of a segment's customers, or of all, up to a day.
    fn income_until<'a>(
        &'a self,
        segment: Option<&SegmentValue>,
        until: Day,
    ) -> impl Iterator<Item = &'a Income> + use<'a> {
        let wanted = segment.map(|wanted| {
            let column = self.purchases.segments.iter().find(|of| of.column == wanted.column);
            let value = column.and_then(|of| of.values.iter().position(|value| value == wanted.value));
            (column.map_or(&[][..], |of| &of.codes.of), value)
        });
        let until = until.min(self.purchases.as_of);
        self.income.iter().filter(move |income| {
            let belongs = wanted.is_none_or(|(codes, value)| {
                value.is_some() && codes.get(income.customer as usize).map(|code| usize::from(*code)) == value
            });
            income.day < until && belongs
        })
    }

    /// Calls `each` with customer, day and amount of what was kept of each payment, by customer and time.
    pub(crate) fn for_each_payment(&self, mut each: impl FnMut(u32, Day, i64)) {
        self.income.iter().for_each(|income| each(income.customer, income.day, income.units));
    }

    /// What each customer who has paid up to a day has brought, in fixed-point units, by customer.
    pub fn revenue_by_customer(&self, segment: Option<&SegmentValue>, until: Day) -> Vec<i64> {
        let mut revenues: Vec<(u32, i64)> = Vec::new();
        for income in self.income_until(segment, until) {
            match revenues.last_mut().filter(|(customer, _)| *customer == income.customer) {
                Some((_, revenue)) => *revenue = revenue.saturating_add(income.units),
                None => revenues.push((income.customer, income.units)),
            }
        }
        revenues.into_iter().map(|(_, revenue)| revenue).collect()
    }

    /// The customers behind the purchases up to a day, as the models of [`crate::btyd`] see them.
    pub fn buyers(&self, segment: Option<&SegmentValue>, until: Day) -> Vec<Buyer> {
        let until = until.min(self.purchases.as_of);
        let purchases = self.income_until(segment, until).filter(|income| income.is_purchase);
        let amount = |units: i64| self.currency.amount(i128::from(units)).as_f64();
        let purchases = purchases.map(|Income { customer, day, units, .. }| Purchase {
            customer: *customer,
            day: *day,
            amount: amount(*units),
        });
        buyers(&purchases.collect::<Vec<_>>(), until)
    }
}

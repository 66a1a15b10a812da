//! What two exports of current states say of the time between them (metrics.md 3.6, 5.2 c).
//!
//! An export of current states knows one amount and one status for each subscription, so that an upgrade looks as if it
//! had held from the first day, and who came and went may be gone altogether. Two of them know more: the state of each
//! customer when the earlier one was made, and when the later one was. The movements between both are *reconstructed*;
//! those that the later one gives alone stand beside them.
//!
//! For the time that both cover they should say the same. Where the MRR of a customer differs on some day, history was
//! *rewritten*; how, says the first such day. Customers are told apart by their names, and compared as a whole, because
//! not every export numbers its subscriptions.
//!
//! ```
//! use keeprate_metrics::conventions::Conventions;
//! use keeprate_metrics::reconstruction::reconstruct;
//! use keeprate_metrics::subscriptions::SubscriptionTable;
//!
//! // Without dates there is no time between.
//! let table = SubscriptionTable::default();
//! assert!(reconstruct(&table, &table, &Conventions::default(), 10).is_none());
//! ```

use crate::changes::{Change, note};
use crate::conventions::Conventions;
use crate::history::Movement;
use crate::money::{Amount, Currency};
use crate::order::by_number;
use crate::period::{Day, Period};
use crate::report::{MovementEntry, movement_entry};
use crate::subscriptions::SubscriptionTable;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// What was rewritten in the history of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rewriting {
    /// The later export no longer has the customer.
    Missing,
    /// The customer was there already, but the earlier export did not have it.
    Backdated,
    /// It starts on another day.
    StartChanged,
    /// A subscription that had ended goes on, with the same start.
    Revived,
    /// It ended before the earlier export, which had it as running.
    EndedEarlier,
    /// It paid another amount.
    AmountChanged,
}

impl Rewriting {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Rewriting; 6] = [
        Rewriting::Missing,
        Rewriting::Backdated,
        Rewriting::StartChanged,
        Rewriting::Revived,
        Rewriting::EndedEarlier,
        Rewriting::AmountChanged,
    ];
}

/// How many histories were rewritten in one way, and whose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rewritten {
    /// In which way.
    pub kind: Rewriting,
    /// How many customers' histories.
    pub count: u64,
    /// Those of them with the largest differences, the largest first.
    pub customers: Vec<RewrittenCustomer>,
}

/// A customer whose history was rewritten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RewrittenCustomer {
    /// The customer.
    pub customer: String,
    /// The first day on which both exports differ.
    pub day: Day,
    /// MRR on that day as the earlier one has it; absent where it was no customer.
    pub previous: Option<Amount>,
    /// MRR on that day as the later one has it.
    pub now: Option<Amount>,
}

/// What two exports say of the time between them. It names customers, so that it goes into no link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reconstruction {
    /// The movements from the state of the earlier export to that of the later one; its period lies between both.
    pub movement: MovementEntry,
    /// The movements of the same period that the later export gives alone.
    pub later_alone: MovementEntry,
    /// What differs for the time before, by kind; kinds that do not occur are absent.
    pub rewritten: Vec<Rewritten>,
}

/// A customer whose history was rewritten, while all are compared.
struct Difference {
    kind: Rewriting,
    /// The customer's number in the earlier table, or in the later one.
    customer: Result<u32, u32>,
    day: Day,
    units: (i64, i64),
}

/// Compares two exports, `previous` being the earlier one, under the same conventions; of each kind of rewriting the `most`
/// largest are listed. `None` if one has no date up to which it is complete, the dates are not in order, or the currencies
/// differ.
pub fn reconstruct(
    previous: &SubscriptionTable,
    now: &SubscriptionTable,
    conventions: &Conventions,
    most: usize,
) -> Option<Reconstruction> {
    let period = Period { start: previous.as_of?, end: now.as_of? };
    if period.start >= period.end || previous.currency != now.currency {
        return None;
    }
    // Until then a service that follows may still continue one that has ended.
    let settled = Day(period.start.0.saturating_sub_unsigned(conventions.bridge_gap.0));
    let [earlier, later] = [previous, now].map(|table| Histories::new(table, conventions));
    let (mut movement, mut later_alone) = (Movement::default(), Movement::default());
    let mut differences = Vec::new();
    for (one, other) in matched(previous, now) {
        let before = one.map_or(&[][..], |customer| earlier.of(customer));
        let after = other.map_or(&[][..], |customer| later.of(customer));
        let (start, end) = (state(before, period.start), state(after, period.end));
        let (known, told) = (until(before, period.start), until(after, period.start));
        // Who had left before, as the later export alone knows, was a customer as well.
        let was = !known.is_empty() || told.iter().any(|change| change.after == 0);
        add(&mut movement, (start, end), was);
        add(&mut later_alone, (state(after, period.start), end), !told.is_empty());
        let Some((day, units)) = first_difference(until(before, settled), until(after, settled)) else { continue };
        let kind = match (one, other) {
            _ if after.is_empty() => Rewriting::Missing,
            // An export may leave out who has ended.
            _ if before.is_empty() && state(after, period.start) == 0 => continue,
            _ if before.is_empty() => Rewriting::Backdated,
            (Some(one), Some(other)) if is_revived(&earlier.rows(one), &later.rows(other), period.start) => {
                Rewriting::Revived
            }
            _ => match units {
                (1.., 1..) => Rewriting::AmountChanged,
                _ if until(before, day).is_empty() => Rewriting::StartChanged,
                (0, _) => Rewriting::Revived,
                _ => Rewriting::EndedEarlier,
            },
        };
        let customer = one.ok_or(other.unwrap_or(u32::MAX));
        differences.push(Difference { kind, customer, day, units });
    }
    let name = |customer: Result<u32, u32>| match customer {
        Ok(customer) => previous.customers.get(customer),
        Err(customer) => now.customers.get(customer),
    };
    let currency = now.currency;
    let rewritten = Rewriting::ALL.into_iter().filter_map(|kind| {
        let mut own: Vec<&Difference> = differences.iter().filter(|difference| difference.kind == kind).collect();
        own.sort_by_key(|difference| std::cmp::Reverse(difference.units.0.abs_diff(difference.units.1)));
        let customers = own.iter().take(most).map(|difference| RewrittenCustomer {
            customer: name(difference.customer).to_owned(),
            day: difference.day,
            previous: paid(difference.units.0, currency),
            now: paid(difference.units.1, currency),
        });
        let customers: Vec<RewrittenCustomer> = customers.collect();
        (!own.is_empty()).then_some(Rewritten { kind, count: own.len() as u64, customers })
    });
    Some(Reconstruction {
        movement: movement_entry(period, &movement, currency),
        later_alone: movement_entry(period, &later_alone, currency),
        rewritten: rewritten.collect(),
    })
}

fn paid(units: i64, currency: Currency) -> Option<Amount> {
    (units > 0).then(|| currency.amount(i128::from(units)))
}

/// The changes and the subscriptions of each customer of a table.
struct Histories<'a> {
    table: &'a SubscriptionTable,
    conventions: &'a Conventions,
    changes: Vec<Change>,
    /// The numbers of the rows by customer.
    rows: Vec<u32>,
}

impl<'a> Histories<'a> {
    fn new(table: &'a SubscriptionTable, conventions: &'a Conventions) -> Histories<'a> {
        let numbers: Vec<u32> = (0..table.rows.len() as u32).collect();
        let customer = |row: u32| table.rows.get(row as usize).map_or(u32::MAX, |row| row.customer);
        let rows = by_number(&numbers, |row| i64::from(customer(row)));
        Histories { table, conventions, changes: table.changes(conventions), rows }
    }

    /// The changes of a customer.
    fn of(&self, customer: u32) -> &[Change] {
        let from = self.changes.partition_point(|change| change.customer < customer);
        let until = self.changes.partition_point(|change| change.customer <= customer);
        self.changes.get(from..until).unwrap_or_default()
    }

    /// First day and end of the subscriptions of a customer.
    fn rows(&self, customer: u32) -> Vec<(Day, Option<Day>)> {
        let row = |number: &u32| self.table.rows.get(*number as usize);
        let of = |number: &u32| row(number).map_or(u32::MAX, |row| row.customer);
        let from = self.rows.partition_point(|number| of(number) < customer);
        let own = self.rows.iter().skip(from).map_while(|number| row(number).filter(|row| row.customer == customer));
        own.map(|row| (row.start(), row.end(self.conventions))).collect()
    }
}

/// The changes before a day.
fn until(own: &[Change], day: Day) -> &[Change] {
    own.get(..own.partition_point(|change| change.day < day)).unwrap_or_default()
}

/// The state just before a day.
fn state(own: &[Change], day: Day) -> i64 {
    until(own, day).last().map_or(0, |change| change.after)
}

/// The first day on which two histories differ, with the MRR of both from then on.
fn first_difference(one: &[Change], other: &[Change]) -> Option<(Day, (i64, i64))> {
    let same =
        one.iter().zip(other).take_while(|(one, other)| (one.day, one.after) == (other.day, other.after)).count();
    let (one, other) = (one.get(same..)?, other.get(same..)?);
    let day = one.first().into_iter().chain(other.first()).map(|change| change.day).min()?;
    // The state up to that day is the same.
    let after = |own: &[Change]| own.first().map(|change| if change.day == day { change.after } else { change.before });
    let earlier = one.first().or(other.first())?.before;
    Some((day, (after(one).unwrap_or(earlier), after(other).unwrap_or(earlier))))
}

/// Whether a subscription that had ended by a day is running on it in the later export, with the same start.
fn is_revived(previous: &[(Day, Option<Day>)], now: &[(Day, Option<Day>)], day: Day) -> bool {
    let runs = |end: &Option<Day>| end.is_none_or(|end| end >= day);
    now.iter().any(|(start, end)| {
        let same = || previous.iter().filter(|(other, _)| other == start);
        *start < day && runs(end) && same().next().is_some() && !same().any(|(_, end)| runs(end))
    })
}

/// Adds a customer to a movement.
fn add(movement: &mut Movement, (start, end): (i64, i64), was_customer: bool) {
    let change = Change { customer: 0, day: Day(0), before: start, after: end };
    note(movement, &change, was_customer);
    let totals = &mut movement.totals;
    for (count, sum, units) in [
        (&mut totals.customers_start, &mut totals.mrr_start, start),
        (&mut totals.customers_end, &mut totals.mrr_end, end),
    ] {
        *count = Some(count.unwrap_or(0) + i64::from(units > 0));
        *sum = Some(sum.unwrap_or(0) + i128::from(units));
    }
}

/// The customers of both tables by name: their numbers in the earlier and the later one.
fn matched(previous: &SubscriptionTable, now: &SubscriptionTable) -> Vec<(Option<u32>, Option<u32>)> {
    let sorted = |table: &SubscriptionTable| {
        let mut numbers: Vec<u32> = (0..table.customers.len() as u32).collect();
        numbers.sort_unstable_by(|one, other| table.customers.get(*one).cmp(table.customers.get(*other)));
        numbers
    };
    let (earlier, later) = (sorted(previous), sorted(now));
    let (mut earlier, mut later) = (earlier.into_iter().peekable(), later.into_iter().peekable());
    let mut pairs = Vec::new();
    loop {
        let order = match (earlier.peek(), later.peek()) {
            (Some(one), Some(other)) => previous.customers.get(*one).cmp(now.customers.get(*other)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return pairs,
        };
        let one = if order.is_le() { earlier.next() } else { None };
        let other = if order.is_ge() { later.next() } else { None };
        pairs.push((one, other));
    }
}

//! Rows of subscriptions: what the shape `subscriptions` gives, and the customers by month that they become under a set
//! of [`Conventions`] (metrics.md 3.4, 3.5).
//!
//! A row gives one service: from the first paid day to the first day without, moved to the customer's next row where that
//! follows at once. Discounts with an end and pauses cut a service into pieces with an amount a month each. The closing
//! states of the ledger are sums of pieces; what months cannot tell, such as lifetimes in days, comes from the pieces.
//!
//! ```
//! use keeprate_metrics::conventions::Conventions;
//! use keeprate_metrics::ledger::Names;
//! use keeprate_metrics::money::{Currency, Interval};
//! use keeprate_metrics::period::Day;
//! use keeprate_metrics::subscriptions::{SubscriptionRow, SubscriptionTable};
//!
//! let mut customers = Names::default();
//! customers.push("a");
//! let price = 1_200 * Currency::EUR.units_per_major();
//! let row = SubscriptionRow::new(0, Day::parse_iso("2025-01-15").unwrap(), price, Interval::Year, 1);
//! let as_of = Day::parse_iso("2025-03-01");
//! let table = SubscriptionTable { customers, rows: vec![row], as_of, ..SubscriptionTable::default() };
//! let ledger = table.ledger(&Conventions::default());
//! let closings: Vec<i64> = ledger.closings.iter().map(|closing| closing.amounts.get(0)).collect();
//! assert_eq!(closings, [0, price / 12, price / 12]); // December to February
//! ```

use crate::changes::Change;
use crate::conventions::{ChurnRecognition, Conventions, Discounts, NegativeLines, PausePolicy};
use crate::ledger::{Added, Ledger, LedgerBuilder, Names, Segment};
use crate::money::{Currency, Interval};
use crate::order::by_number;
use crate::period::{Day, Month};
use crate::renewals::{self, term_start};
use std::borrow::Cow;
use std::cmp::Ordering;

/// A date with what it says about the day's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// The day.
    pub day: Day,
    /// Whether the file has a time of day with it. What is a date alone may be moved by
    /// [`Conventions::end_is_first_day_without_service`].
    pub is_instant: bool,
}

impl End {
    /// An end that is a date alone.
    pub fn date(day: Day) -> End {
        End { day, is_instant: false }
    }

    fn event(self, conventions: &Conventions) -> Day {
        let moved = conventions.end_is_first_day_without_service && !self.is_instant;
        Day(self.day.0 - i32::from(moved))
    }
}

/// How long a discount holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discount {
    /// As long as the subscription; what a discount without further notice is.
    Recurring,
    /// In the first billing period.
    Once,
    /// Up to but without this day.
    Until(Day),
}

/// Why somebody is no longer a customer, as far as a file says so (metrics.md 4A, `customer_churn_rate`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// A pause.
    Pause,
    /// A decision of the customer's.
    Voluntary,
    /// A payment that failed.
    Involuntary,
}

/// One subscription, or a version of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscriptionRow {
    /// Number of the customer.
    pub customer: u32,
    /// Number of the subscription that it is, or is a version of; `None` where the file names none.
    pub subscription: Option<u32>,
    /// The first day, of a trial perhaps.
    pub begin: Day,
    /// The first day after the trial.
    pub trial_end: Option<Day>,
    /// The end of the service.
    pub ended: Option<End>,
    /// The end of what is paid.
    pub term_end: Option<End>,
    /// Whether the service ends with what is paid.
    pub runs_out: bool,
    /// The day of the cancellation.
    pub cancelled: Option<Day>,
    /// The first day of a pause, and the first day after it if it has an end.
    pub pause: Option<(Day, Option<Day>)>,
    /// Price of a billing period in fixed-point units, before discounts; a credit is negative.
    pub price: i64,
    /// The same after the discount.
    pub discounted: i64,
    /// How long the discount holds.
    pub discount: Discount,
    /// The unit of a billing period.
    pub interval: Interval,
    /// Units of a billing period: 2 for every two months.
    pub count: u32,
    /// Why it ended, where the file says so.
    pub cause: Option<Cause>,
    /// Whether a payment is past due when the file is written, where it says so.
    pub overdue: Option<bool>,
}

/// A day later than any; compared with, never shown.
const NEVER: Day = Day(i32::MAX);

impl SubscriptionRow {
    /// A subscription that goes on, without trial and discount.
    pub fn new(customer: u32, begin: Day, price: i64, interval: Interval, count: u32) -> SubscriptionRow {
        SubscriptionRow {
            customer,
            subscription: None,
            begin,
            trial_end: None,
            ended: None,
            term_end: None,
            runs_out: false,
            cancelled: None,
            pause: None,
            price,
            discounted: price,
            discount: Discount::Recurring,
            interval,
            count,
            cause: None,
            overdue: None,
        }
    }

    /// The first day of paid service.
    pub fn start(&self) -> Day {
        self.trial_end.map_or(self.begin, |trial_end| trial_end.max(self.begin))
    }

    /// The day of the churn event, if there is one (metrics.md 3.4 no. 3).
    pub fn end(&self, conventions: &Conventions) -> Option<Day> {
        let paid = self.ended.or(self.term_end.filter(|_| self.runs_out)).map(|end| end.event(conventions));
        match (conventions.churn_recognition, paid, self.cancelled) {
            // A late cancellation does not bring back a service that has ended.
            (ChurnRecognition::AtCancellation, Some(paid), Some(cancelled)) => Some(paid.min(cancelled)),
            (_, paid, cancelled) => paid.or(cancelled),
        }
    }

    /// The first day at which the discount no longer holds.
    fn discount_end(&self, conventions: &Conventions) -> Day {
        let holds = match conventions.discounts {
            Discounts::Recurring => !matches!(self.discount, Discount::Once),
            Discounts::All => true,
            Discounts::Unlimited => matches!(self.discount, Discount::Recurring),
            Discounts::None => false,
        };
        match self.discount {
            _ if !holds => self.start(),
            Discount::Recurring => NEVER,
            Discount::Until(day) => day,
            Discount::Once => term_start(self.start(), self.interval, self.count, 1).unwrap_or(NEVER),
        }
    }

    /// MRR in fixed-point units with and without the discount; 0 for what is charged once, and for credits where they
    /// do not count.
    fn monthly(&self, conventions: &Conventions, taxed: bool) -> (i64, i64) {
        let counts = self.price >= 0 || conventions.negative_recurring_lines == NegativeLines::Subtract;
        let of = |units: i64| match counts {
            true => conventions.monthly_units(units, self.interval, self.count, taxed),
            false => 0,
        };
        (of(self.discounted), of(self.price))
    }

    /// Whether the row is a plan, though perhaps a free one: neither a single charge nor a credit.
    fn is_plan(&self) -> bool {
        self.interval != Interval::Once && self.price >= 0
    }
}

/// An attribute of rows: one of few values per row, numbered; value 0 is "none" with an empty name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowSegment {
    /// The column's header as the file has it.
    pub column: String,
    /// The values; number 0 is the empty one.
    pub values: Names,
    /// The number of each row's value.
    pub codes: Vec<u16>,
}

/// Subscriptions as a file has them, without any convention applied.
#[derive(Clone, Debug, PartialEq)]
pub struct SubscriptionTable {
    /// The customers, numbered.
    pub customers: Names,
    /// The subscriptions in the order of the file, of which the later one says what a customer's attributes are.
    pub rows: Vec<SubscriptionRow>,
    /// Columns by which customers can be told apart.
    pub segments: Vec<RowSegment>,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The data are complete up to here, exclusive; without it there is no month that is over.
    pub as_of: Option<Day>,
    /// Whether a tax column was subtracted from the amounts, so that they are net whatever the conventions say.
    pub is_net: bool,
}

impl Default for SubscriptionTable {
    fn default() -> SubscriptionTable {
        SubscriptionTable {
            customers: Names::default(),
            rows: Vec::new(),
            segments: Vec::new(),
            currency: Currency::EUR,
            as_of: None,
            is_net: false,
        }
    }
}

/// A part of a service with one amount a month: from its first day on, up to but without the last one.
#[derive(Clone, Copy, Debug)]
struct Piece {
    start: Day,
    end: Day,
    units: i64,
    /// Whether it makes a customer.
    active: bool,
}

/// A stretch of time in which a customer was one, without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// Number of the customer.
    pub customer: u32,
    /// The first day.
    pub start: Day,
    /// The day of the churn event, if there is one.
    pub end: Option<Day>,
    /// Why it ended, where that is known.
    pub cause: Option<Cause>,
}

/// A stretch while it is put together: customer, first day, end, cause.
type Stretch = (u32, Day, Day, Option<Cause>);

/// A subscription that began: a version that continues another one did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// Number of the customer.
    pub customer: u32,
    /// The first day of paid service.
    pub start: Day,
    /// The day of its end, where no version of it follows at once.
    pub end: Option<Day>,
}

/// A subscription's MRR over a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Portion {
    /// Number of the customer.
    pub customer: u32,
    /// Number of the subscription.
    pub subscription: u32,
    /// The first day.
    pub start: Day,
    /// The day of its end, if there is one.
    pub end: Option<Day>,
    /// MRR in fixed-point units.
    pub units: i64,
}

/// What a table becomes under one set of conventions.
#[derive(Clone, Debug, PartialEq)]
pub struct Books {
    /// The closing state of every complete month, and of the month before the first service, when nobody was a customer.
    pub ledger: Ledger,
    /// When each customer was one, by customer and day.
    pub spells: Vec<Spell>,
    /// The paid subscriptions with their terms, by customer.
    pub terms: Vec<renewals::Subscription>,
    /// The paid subscriptions that began, by customer.
    pub beginnings: Vec<Beginning>,
    /// What each subscription gives, by customer and subscription; `None` where not every row names one.
    pub portions: Option<Vec<Portion>>,
}

/// What one piece of a service changes on a day: customer, day, units, pieces without MRR that make a customer.
type Turn = (u32, Day, i64, i32);

impl SubscriptionTable {
    /// First and last month that the ledger has under any conventions: from the month before the first service to the
    /// last one that is over.
    pub fn months(&self) -> Option<(Month, Month)> {
        let first = self.rows.iter().map(SubscriptionRow::start).min()?.month().plus(-1);
        let last = self.as_of?.month().plus(-1);
        (first < last).then_some((first, last))
    }

    /// The closing state of each complete month. A customer's amounts beyond the range of a column are left out; a reader
    /// refuses such files.
    pub fn ledger(&self, conventions: &Conventions) -> Ledger {
        self.ledger_of(conventions, &self.services(conventions))
    }

    /// The ledger with all that months cannot tell.
    pub fn books(&self, conventions: &Conventions) -> Books {
        let services = self.services(conventions);
        let mut ledger = self.ledger_of(conventions, &services);
        if conventions.needs_changes() {
            ledger.changes = Some(self.changes_of(conventions, &services));
        }
        Books {
            ledger,
            spells: self.spells(conventions, &services),
            terms: self.terms(conventions, &services),
            beginnings: self.beginnings(conventions, &services),
            portions: self.portions(conventions, &services),
        }
    }

    /// Every change of a customer's MRR, by customer and day; what happens on one day is one change.
    pub fn changes(&self, conventions: &Conventions) -> Vec<Change> {
        self.changes_of(conventions, &self.services(conventions))
    }

    /// The numbers of the rows by customer, start, and place in the file.
    fn order(&self) -> Vec<u32> {
        by_number(
            &by_number(&(0..self.rows.len() as u32).collect::<Vec<_>>(), |row| i64::from(self.start(row).0)),
            |row| i64::from(self.customer(row)),
        )
    }

    fn start(&self, row: u32) -> Day {
        self.rows.get(row as usize).map_or(NEVER, SubscriptionRow::start)
    }

    fn customer(&self, row: u32) -> u32 {
        self.rows.get(row as usize).map_or(u32::MAX, |row| row.customer)
    }

    /// First day and end of the service of each row, in the order of the file, continued where another row follows
    /// (metrics.md 3.4 no. 7). `None` for a row that ends before it starts.
    fn services(&self, conventions: &Conventions) -> Vec<Option<(Day, Day)>> {
        let service = |row: &SubscriptionRow| {
            let (start, end) = (row.start(), row.end(conventions).unwrap_or(NEVER));
            (start < end).then_some((start, end))
        };
        let mut services: Vec<Option<(Day, Day)>> = self.rows.iter().map(service).collect();
        let gap = conventions.bridge_gap.0 as i32;
        if gap == 0 {
            return services;
        }
        let order = self.order();
        for own in order.chunk_by(|a, b| self.customer(*a) == self.customer(*b)) {
            let of = |row: &u32| services.get(*row as usize).copied().flatten();
            let starts: Vec<i64> = own.iter().filter_map(of).map(|(start, _)| i64::from(start.0)).collect();
            let mut ends: Vec<i64> = own.iter().filter_map(of).map(|(_, end)| i64::from(end.0)).collect();
            keeprate_columns::passes::sort(&mut ends);
            let moved: Vec<(u32, Day)> =
                own.iter().filter_map(|row| Some((*row, continued(&starts, &ends, of(row)?.1, gap)?))).collect();
            for (row, end) in moved {
                if let Some(Some(service)) = services.get_mut(row as usize) {
                    service.1 = end;
                }
            }
        }
        services
    }

    /// The pieces of a row's service.
    fn pieces(
        &self,
        row: &SubscriptionRow,
        service: Option<(Day, Day)>,
        conventions: &Conventions,
    ) -> [Option<Piece>; 4] {
        let Some((start, end)) = service else { return [None; 4] };
        let (discounted, full) = row.monthly(conventions, !self.is_net);
        let cut = row.discount_end(conventions).clamp(start, end);
        let pause = row.pause.filter(|_| conventions.pause_policy == PausePolicy::Suspend);
        let (paused, resumed) = match pause {
            None => (end, end),
            Some((paused, resumed)) => {
                // A pause that ends before it begins has no known end.
                let resumed = resumed.filter(|resumed| *resumed > paused).unwrap_or(NEVER);
                (paused.clamp(start, end), resumed.clamp(start, end))
            }
        };
        let piece = |from: Day, until: Day, units: i64| {
            let active = units > 0 || conventions.zero_mrr_is_active && units == 0 && row.is_plan();
            (from < until).then_some(Piece { start: from, end: until, units, active })
        };
        [
            piece(start, cut.min(paused), discounted),
            piece(resumed, cut, discounted),
            piece(cut, paused, full),
            piece(cut.max(resumed), end, full),
        ]
    }

    fn ledger_of(&self, conventions: &Conventions, services: &[Option<(Day, Day)>]) -> Ledger {
        let mut builder = LedgerBuilder::default();
        let months = self.months();
        for month in months.into_iter().flat_map(|(first, last)| first.0..=last.0) {
            builder.column(Month(month));
        }
        let places = |piece: &Piece| {
            let (first, last) = months.unwrap_or((Month(0), Month(-1)));
            // A piece counts at the closes behind its start and up to its end.
            let until = if piece.end == NEVER { last } else { piece.end.month().plus(-1).min(last) };
            let from = piece.start.month().max(first);
            (from.0 - first.0).max(0) as usize..(until.0 - first.0 + 1).max(0) as usize
        };
        let mut free: Vec<(u32, Piece)> = Vec::new();
        // Customer by customer, so that the cells stay in the cache, and each one's rows in the order of the file.
        let in_file: Vec<u32> = (0..self.rows.len() as u32).collect();
        for place in by_number(&in_file, |row| i64::from(self.customer(row))) {
            let place = place as usize;
            let (Some(row), Some(service)) = (self.rows.get(place), services.get(place)) else { continue };
            for piece in self.pieces(row, *service, conventions).into_iter().flatten() {
                if piece.units == 0 && !piece.active {
                    continue;
                }
                let closings = places(&piece);
                // Who comes and goes between two closings has a segment as well.
                let between = closings.is_empty().then_some(closings.start);
                for month in closings.clone().chain(between) {
                    if piece.units != 0
                        && closings.contains(&month)
                        && builder.add(month, row.customer, piece.units) == Added::OutOfRange
                    {
                        continue;
                    }
                    for (segment, attribute) in self.segments.iter().enumerate() {
                        let code = attribute.codes.get(place).copied().unwrap_or(0);
                        builder.set_segment(month, segment, row.customer, code);
                    }
                }
                if piece.units == 0 {
                    free.push((row.customer, piece));
                }
            }
        }
        // A customer without MRR is held as one fixed-point unit, a millionth of a cent: 0 is no customer.
        for (customer, piece) in free {
            for month in places(&piece) {
                if matches!(builder.add(month, customer, 1), Added::Summed(before) if before != 0) {
                    builder.add(month, customer, -1);
                }
            }
        }
        let named = self.segments.iter().map(|segment| (segment.column.clone(), segment.values.clone())).collect();
        builder.finish(self.customers.clone(), named, self.currency).0
    }

    /// The times in which each customer was one, by customer and day.
    fn spells(&self, conventions: &Conventions, services: &[Option<(Day, Day)>]) -> Vec<Spell> {
        let mut pieces: Vec<Stretch> = Vec::new();
        for (row, service) in self.rows.iter().zip(services) {
            let over = service.map_or(NEVER, |(_, end)| end);
            let active = self.pieces(row, *service, conventions).into_iter().flatten().filter(|piece| piece.active);
            pieces.extend(active.map(|piece| {
                let paused = row.pause.is_some_and(|(paused, _)| paused == piece.end && piece.end < over);
                let cause = if paused { Some(Cause::Pause) } else { row.cause.filter(|_| piece.end == over) };
                (row.customer, piece.start, piece.end, cause)
            }));
        }
        let at = |place: u32| pieces.get(place as usize).copied().unwrap_or((u32::MAX, NEVER, NEVER, None));
        let places: Vec<u32> = (0..pieces.len() as u32).collect();
        let places = by_number(&places, |place| i64::from(at(place).1.0));
        let mut spells: Vec<Stretch> = Vec::new();
        for place in by_number(&places, |place| i64::from(at(place).0)) {
            let (customer, start, end, cause) = at(place);
            match spells.last_mut() {
                Some(last) if last.0 == customer && start <= last.2 => {
                    // What ended last ended the stretch; of several, the graver cause, whatever their order.
                    last.3 = match end.cmp(&last.2) {
                        Ordering::Less => last.3,
                        Ordering::Equal => last.3.max(cause),
                        Ordering::Greater => cause,
                    };
                    last.2 = last.2.max(end);
                }
                _ => spells.push((customer, start, end, cause)),
            }
        }
        let spell = |(customer, start, end, cause): Stretch| Spell { customer, start, end: known(end), cause };
        spells.into_iter().map(spell).collect()
    }

    /// The changes that services make.
    fn changes_of(&self, conventions: &Conventions, services: &[Option<(Day, Day)>]) -> Vec<Change> {
        let mut turns: Vec<Turn> = Vec::new();
        for (row, service) in self.rows.iter().zip(services) {
            for piece in self.pieces(row, *service, conventions).into_iter().flatten() {
                let free = i32::from(piece.active && piece.units == 0);
                turns.push((row.customer, piece.start, piece.units, free));
                if piece.end != NEVER {
                    turns.push((row.customer, piece.end, -piece.units, -free));
                }
            }
        }
        let at = |place: u32| turns.get(place as usize).copied().unwrap_or((u32::MAX, NEVER, 0, 0));
        let places: Vec<u32> = (0..turns.len() as u32).collect();
        let places = by_number(&places, |place| i64::from(at(place).1.0));
        let places = by_number(&places, |place| i64::from(at(place).0));
        let mut changes = Vec::new();
        for own in places.chunk_by(|one, next| at(*one).0 == at(*next).0) {
            let (mut sum, mut free, mut before) = (0_i64, 0, 0);
            for day in own.chunk_by(|one, next| at(*one).1 == at(*next).1) {
                for (_, _, units, more) in day.iter().map(|place| at(*place)) {
                    sum = sum.saturating_add(units);
                    free += more;
                }
                // As the ledger has it: who counts without MRR is one unit, and no sum is negative.
                let after = if sum == 0 { i64::from(free > 0) } else { sum.max(0) };
                if let Some((customer, day, ..)) = day.first().map(|place| at(*place)).filter(|_| after != before) {
                    changes.push(Change { customer, day, before, after });
                }
                before = after;
            }
        }
        changes
    }

    fn terms(&self, conventions: &Conventions, services: &[Option<(Day, Day)>]) -> Vec<renewals::Subscription> {
        let term = |row: u32| {
            let place = row as usize;
            let (row, (start, end)) = (self.rows.get(place)?, services.get(place).copied().flatten()?);
            let (discounted, full) = row.monthly(conventions, !self.is_net);
            let mrr = if row.discount_end(conventions) > start { discounted } else { full };
            let (customer, interval, count) = (row.customer, row.interval, row.count);
            (mrr > 0).then_some(renewals::Subscription { customer, start, end: known(end), interval, count, mrr })
        };
        self.order().into_iter().filter_map(term).collect()
    }

    /// What each subscription gives over time.
    fn portions(&self, conventions: &Conventions, services: &[Option<(Day, Day)>]) -> Option<Vec<Portion>> {
        let mut portions = Vec::new();
        for (row, service) in self.rows.iter().zip(services) {
            let subscription = row.subscription?;
            let pieces = self.pieces(row, *service, conventions).into_iter().flatten().filter(|piece| piece.units != 0);
            portions.extend(pieces.map(|piece| Portion {
                customer: row.customer,
                subscription,
                start: piece.start,
                end: known(piece.end),
                units: piece.units,
            }));
        }
        let of = |place: u32| portions.get(place as usize);
        let places: Vec<u32> = (0..portions.len() as u32).collect();
        let places = by_number(&places, |place| of(place).map_or(0, |of| i64::from(of.subscription)));
        let places = by_number(&places, |place| of(place).map_or(0, |of| i64::from(of.customer)));
        Some(places.into_iter().filter_map(|place| of(place).copied()).collect())
    }

    /// The paid subscriptions without those that continue another one of the customer.
    fn beginnings(&self, conventions: &Conventions, services: &[Option<(Day, Day)>]) -> Vec<Beginning> {
        let order = self.order();
        let mut beginnings = Vec::new();
        for own in order.chunk_by(|a, b| self.customer(*a) == self.customer(*b)) {
            let of = |row: &u32| {
                let place = *row as usize;
                let (discounted, full) = self.rows.get(place)?.monthly(conventions, !self.is_net);
                services.get(place).copied().flatten().filter(|_| discounted.max(full) > 0)
            };
            let starts: Vec<i64> = own.iter().filter_map(of).map(|(start, _)| i64::from(start.0)).collect();
            let mut ends: Vec<i64> = own.iter().filter_map(of).map(|(_, end)| i64::from(end.0)).collect();
            keeprate_columns::passes::sort(&mut ends);
            for (row, (start, end)) in own.iter().filter_map(|row| Some((row, of(row)?))) {
                if ends.binary_search(&i64::from(start.0)).is_err() {
                    // Followed from version to version to where the subscription ends.
                    let mut last = end;
                    while starts.binary_search(&i64::from(last.0)).is_ok() {
                        let next = own.iter().filter_map(of).filter(|(start, _)| *start == last).map(|(_, end)| end);
                        last = next.max().unwrap_or(NEVER);
                    }
                    beginnings.push(Beginning { customer: self.customer(*row), start, end: known(last) });
                }
            }
        }
        beginnings
    }
}

fn known(day: Day) -> Option<Day> {
    (day != NEVER).then_some(day)
}

/// The start that a service which ends on `end` goes on to: the first one within `gap` days. A service whose next version
/// starts with its end needs none; and a start that is the next version of another service is not its own. Otherwise
/// splitting a subscription into versions would change what others give.
fn continued(starts: &[i64], ends: &[i64], end: Day, gap: i32) -> Option<Day> {
    if end == NEVER {
        return None;
    }
    let end = i64::from(end.0);
    let count = |days: &[i64], day: i64| {
        days.partition_point(|other| *other <= day) - days.partition_point(|other| *other < day)
    };
    let from = starts.partition_point(|start| *start < end);
    let mut within = starts.get(from..)?.iter().take_while(|start| **start <= end + i64::from(gap));
    if starts.get(from) == Some(&end) {
        return None;
    }
    within.find(|start| count(starts, **start) > count(ends, **start)).map(|start| Day(*start as i32))
}

/// A table with what it became under the conventions of the last question.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscriptions {
    table: SubscriptionTable,
    conventions: Conventions,
    books: Books,
}

impl Subscriptions {
    /// A table with its books under the default conventions.
    pub fn new(table: SubscriptionTable) -> Subscriptions {
        let conventions = Conventions::default();
        Subscriptions { books: table.books(&conventions), conventions, table }
    }

    /// The subscriptions as the file has them.
    pub fn table(&self) -> &SubscriptionTable {
        &self.table
    }

    /// The ledger under the conventions that were adopted last.
    pub fn ledger(&self) -> &Ledger {
        &self.books.ledger
    }

    /// Keeps the books under these conventions, for questions to come.
    pub fn adopt(&mut self, conventions: &Conventions) {
        if self.conventions != *conventions {
            self.conventions = *conventions;
            self.books = self.table.books(conventions);
        }
    }

    /// Puts attributes of customers behind the first columns of segments, in place of those that stood there.
    pub(crate) fn set_attributes(&mut self, own: usize, attributes: Vec<Segment>) {
        self.table.segments.truncate(own);
        for attribute in &attributes {
            let code = |row: &SubscriptionRow| attribute.codes.of.get(row.customer as usize).copied().unwrap_or(0);
            self.table.segments.push(RowSegment {
                column: attribute.column.clone(),
                values: attribute.values.clone(),
                codes: self.table.rows.iter().map(code).collect(),
            });
        }
        self.books.ledger.segments.truncate(own);
        self.books.ledger.segments.extend(attributes);
    }

    /// The books under some conventions: those that are kept, or made for this once.
    pub fn books(&self, conventions: &Conventions) -> Cow<'_, Books> {
        if self.conventions == *conventions {
            Cow::Borrowed(&self.books)
        } else {
            Cow::Owned(self.table.books(conventions))
        }
    }

    /// Columns by which customers can be told apart.
    pub fn segments(&self) -> &[Segment] {
        &self.books.ledger.segments
    }
}

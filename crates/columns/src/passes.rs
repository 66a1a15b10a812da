//! Passes over the amounts of all customers, a column per month: what every question about a ledger is answered from.
//! All sums are whole numbers, so that neither the order of the customers nor a split into parts can change a result.
//!
//! The loops are functions over a chunk of customers: a browser that compiles a function for speed does so when it is
//! called again, not in the middle of a long loop.

use std::ops::AddAssign;

use crate::cells::{CHUNK, Column, NOTHING};

/// Stands for a month that has not come.
pub const NEVER: u32 = u32::MAX;

/// What happened to customers between two months. Amounts are the sums over the customers of each class.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sums {
    /// Customers with an amount at the start.
    pub customers_start: u64,
    /// Customers with an amount at the end.
    pub customers_end: u64,
    /// Customers with their first amount ever at the end.
    pub new: u64,
    /// Customers of the start without an amount at the end.
    pub lost: u64,
    /// Customers of neither the start nor [`Sums::new`], with an amount at the end.
    pub reactivated: u64,
    /// Customers of the start with more at the end.
    pub expanded: u64,
    /// Customers of the start with less, but something, at the end.
    pub contracted: u64,
    /// Everything at the start.
    pub amount_start: i128,
    /// Everything at the end.
    pub amount_end: i128,
    /// What new customers have at the end.
    pub amount_new: i128,
    /// What reactivated customers have at the end.
    pub amount_reactivated: i128,
    /// What expanded customers have more.
    pub amount_expanded: i128,
    /// What contracted customers have less.
    pub amount_contracted: i128,
    /// What lost customers had.
    pub amount_lost: i128,
    /// Squares and products of the amounts at the end against those at the start.
    pub net: Products,
    /// The same with each amount at the end capped at that of the start.
    pub gross: Products,
}

/// Sums of squares and products of pairs, in units of 2¹⁰.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Products {
    /// Pairs.
    pub n: u64,
    /// Σ start.
    pub start: u128,
    /// Σ end.
    pub end: u128,
    /// Σ start².
    pub start_squares: u128,
    /// Σ end².
    pub end_squares: u128,
    /// Σ start · end.
    pub products: u128,
}

/// A thousandth of a cent is fine enough for a standard error, and keeps most products within 64 bits.
const SHIFT: u32 = 10;

impl Products {
    /// Adds a pair; neither is negative.
    #[inline]
    pub fn add(&mut self, start: i64, end: i64) {
        let (start, end) = ((start as u64) >> SHIFT, (end as u64) >> SHIFT);
        self.n += 1;
        self.start += u128::from(start);
        self.end += u128::from(end);
        self.start_squares += multiply(start, start);
        self.end_squares += multiply(end, end);
        self.products += multiply(start, end);
    }
}

/// Amounts below 44,000 (of a currency with cents) multiply within 64 bits, ten times faster in wasm.
#[inline(always)]
fn multiply(left: u64, right: u64) -> u128 {
    if (left | right) >> 32 == 0 { u128::from(left * right) } else { u128::from(left) * u128::from(right) }
}

/// Everything of a month.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Standing {
    /// Customers with an amount.
    customers: u64,
    /// Their amounts.
    amount: i128,
    /// Their amounts and the squares of these, in units of 2¹⁰.
    rounded: u128,
    squares: u128,
}

/// What happened to the customers whose amounts changed. Nearly everybody pays the same, every month, so that all else
/// follows from the sums of the month before.
#[derive(Clone, Debug, Default, PartialEq)]
struct Changes {
    sums: Sums,
    /// Amounts of those who had none at the start, and their squares, in units of 2¹⁰.
    came: u128,
    came_squares: u128,
}

impl Changes {
    #[inline]
    fn add(&mut self, start: i64, end: i64, known: bool) {
        self.sums.add(start, end, known);
        if start == 0 {
            let rounded = (end as u64) >> SHIFT;
            self.came += u128::from(rounded);
            self.came_squares += multiply(rounded, rounded);
        }
    }

    /// Adds customers with these first months; who came after the month `before` is new. Hot: once per customer.
    #[inline(never)]
    fn add_chunk(&mut self, start: &[i64], end: &[i64], first: &[u32], before: u32) {
        walk(start, end, self, |customer, _, _| first.get(customer).is_some_and(|first| *first <= before));
    }

    /// What happened to all customers, and everything at the end, from everything at the start.
    fn complete(self, start: &Standing) -> (Sums, Standing) {
        let Changes { mut sums, came, came_squares } = self;
        let unchanged = Standing {
            customers: start.customers - sums.customers_start,
            amount: start.amount - sums.amount_start,
            rounded: start.rounded - sums.net.start,
            squares: start.squares - sums.net.start_squares,
        };
        let end = Standing {
            customers: unchanged.customers + sums.customers_end,
            amount: unchanged.amount + sums.amount_end,
            rounded: unchanged.rounded + sums.net.end + came,
            squares: unchanged.squares + sums.net.end_squares + came_squares,
        };
        sums.customers_start += unchanged.customers;
        sums.customers_end += unchanged.customers;
        sums.amount_start += unchanged.amount;
        sums.amount_end += unchanged.amount;
        for products in [&mut sums.net, &mut sums.gross] {
            products.n += unchanged.customers;
            products.start += unchanged.rounded;
            products.end += unchanged.rounded;
            products.start_squares += unchanged.squares;
            products.end_squares += unchanged.squares;
            products.products += unchanged.squares;
        }
        (sums, end)
    }
}

/// The customers of two months: their amounts at the start and at the end, and the place of the first month in which
/// each has one.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// Amounts at the start.
    pub start: &'a Column,
    /// Amounts at the end.
    pub end: &'a Column,
    /// First months.
    pub first: &'a [u32],
    /// The place of the month of the start: who came later is new.
    pub before: u32,
}

/// What happened to all customers; `standing` is that of the start.
pub fn movement(pair: Pair<'_>, standing: &Standing) -> Sums {
    let mut changes = Changes::default();
    for (number, first) in pair.first.chunks(CHUNK).enumerate() {
        changes.add_chunk(pair.start.chunk(number), pair.end.chunk(number), first, pair.before);
    }
    changes.complete(standing).0
}

/// What is known about the lives of all customers after some months.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lives {
    /// The first month with an amount of each customer, or [`NEVER`].
    pub first: Vec<u32>,
    /// What happened into each month from the one before.
    pub monthly: Vec<Sums>,
    /// Everything of each month.
    pub standing: Vec<Standing>,
    /// Of the customers who came in each month.
    pub cohorts: Vec<CohortLives>,
    /// All amounts of each customer added up; they stay at the greatest number once they reach it.
    pub brought: Vec<i64>,
    /// The latest amount of each customer that follows another one at once; 0 for who has none.
    pub steady: Vec<i64>,
    /// Months without an amount between two with one, of all customers together.
    pub gaps: u64,
}

/// The customers with their first amount in one month, month by month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CohortLives {
    /// How many have an amount.
    pub active: Vec<i64>,
    /// For how many it is the first month without one.
    pub ended: Vec<i64>,
    /// Their amounts.
    pub amount: Vec<i128>,
    /// Their amounts, each capped at that of the customer's first month.
    pub capped: Vec<i128>,
}

impl Lives {
    /// From the amounts of so many customers in each month, none of them negative. Chunk after chunk, so that all months
    /// of a chunk stay in the cache.
    pub fn new(months: &[&Column], customers: usize) -> Lives {
        let mut changes = vec![Changes::default(); months.len()];
        let none = || vec![0; months.len()];
        let cohort =
            CohortLives { active: none(), ended: none(), amount: vec![0; months.len()], capped: vec![0; months.len()] };
        let mut cohorts = vec![cohort; months.len()];
        let (first, zeros) = (vec![NEVER; customers], vec![0; customers]);
        let mut lives = Lives { first, brought: zeros.clone(), steady: zeros, ..Lives::default() };
        let chunks = lives.first.chunks_mut(CHUNK).zip(lives.brought.chunks_mut(CHUNK));
        for (number, ((first, brought), steady)) in chunks.zip(lives.steady.chunks_mut(CHUNK)).enumerate() {
            let paths = vec![Path::default(); CHUNK];
            let mut chunk = Chunk { first, paths, brought, steady, cohorts: &mut cohorts, gaps: 0 };
            let mut before = &NOTHING[..];
            for ((month, column), changes) in (0..).zip(months).zip(&mut changes) {
                let amounts = column.chunk(number);
                chunk.step(month, before, amounts, changes);
                before = amounts;
            }
            chunk.bring(months.len() as u32, before);
            lives.gaps += chunk.gaps;
        }
        let mut standing = Standing::default();
        for changes in changes {
            let (sums, end) = changes.complete(&standing);
            standing = end;
            lives.monthly.push(sums);
            lives.standing.push(end);
        }
        // What was noted are changes.
        for cohort in &mut cohorts {
            add_up(&mut cohort.active);
            add_up(&mut cohort.amount);
            add_up(&mut cohort.capped);
        }
        lives.cohorts = cohorts;
        lives
    }
}

/// Makes sums of changes.
fn add_up<T: Copy + Default + AddAssign>(changes: &mut [T]) {
    let mut sum = T::default();
    for change in changes {
        sum += *change;
        *change = sum;
    }
}

/// The lives of some customers while they are walked through.
struct Chunk<'a> {
    first: &'a mut [u32],
    paths: Vec<Path>,
    /// What each brought up to the month since which the amount is the same.
    brought: &'a mut [i64],
    /// As far as the months up to that one tell.
    steady: &'a mut [i64],
    /// Of all customers; all but who ended is noted as changes.
    cohorts: &'a mut [CohortLives],
    gaps: u64,
}

/// Where a customer's life has come to.
#[derive(Clone, Copy, Debug)]
struct Path {
    /// The latest month without an amount behind one with an amount.
    left: u32,
    /// The month since which the amount is the same.
    since: u32,
    /// The amount of the first month with one.
    base: i64,
}

impl Default for Path {
    fn default() -> Path {
        Path { left: NEVER, since: 0, base: 0 }
    }
}

impl Chunk<'_> {
    /// Goes on by a month. Hot: once per customer and month.
    #[inline(never)]
    fn step(&mut self, month: u32, before: &[i64], amounts: &[i64], changes: &mut Changes) {
        walk(before, amounts, changes, |customer, start, end| self.note(month, customer, start, end));
    }

    /// Whether a customer had an amount before; notes what changed.
    #[inline]
    fn note(&mut self, month: u32, customer: usize, start: i64, end: i64) -> bool {
        let (Some(first), Some(path)) = (self.first.get_mut(customer), self.paths.get_mut(customer)) else {
            return false;
        };
        let same = month - path.since;
        path.since = month;
        if let (Some(brought), Some(steady)) = (self.brought.get_mut(customer), self.steady.get_mut(customer)) {
            *brought = brought.saturating_add(start.saturating_mul(i64::from(same)));
            *steady = follow(*steady, start, same, end);
        }
        let known = *first != NEVER;
        if !known {
            *first = month;
            path.base = end;
        }
        let now = month as usize;
        if let Some(cohort) = self.cohorts.get_mut(*first as usize)
            && let (Some(active), Some(ended)) = (cohort.active.get_mut(now), cohort.ended.get_mut(now))
            && let (Some(amount), Some(capped)) = (cohort.amount.get_mut(now), cohort.capped.get_mut(now))
        {
            *active += i64::from(end > 0) - i64::from(start > 0);
            *ended += i64::from(end == 0 && path.left == NEVER);
            // Neither is negative, so that no difference leaves the range.
            *amount += i128::from(end - start);
            *capped += i128::from(end.min(path.base) - start.min(path.base));
        }
        if end == 0 {
            path.left = month;
        } else if known && start == 0 {
            self.gaps += u64::from(month - path.left);
        }
        known
    }

    /// Adds what each brought since the last change, up to a month. Hot: once per customer.
    #[inline(never)]
    fn bring(&mut self, month: u32, amounts: &[i64]) {
        let sums = self.brought.iter_mut().zip(self.steady.iter_mut());
        for (((brought, steady), path), amount) in sums.zip(&self.paths).zip(amounts) {
            let same = month - path.since;
            *brought = brought.saturating_add(amount.saturating_mul(i64::from(same)));
            *steady = follow(*steady, *amount, same, 0);
        }
    }
}

/// The latest amount that follows another one at once, after `same` months with the amount `start` and one with `end`.
#[inline(always)]
fn follow(latest: i64, start: i64, same: u32, end: i64) -> i64 {
    match (start, end) {
        (0, _) => latest,
        (_, 0) if same < 2 => latest,
        (_, 0) => start,
        _ => end,
    }
}

/// Adds up what changed between two months. `change` is told of each customer whose amount is not the same, and says
/// whether the customer had an amount ever before. Hot: once per customer and month.
#[inline(always)]
fn walk(start: &[i64], end: &[i64], changes: &mut Changes, mut change: impl FnMut(usize, i64, i64) -> bool) {
    for (customer, (start, end)) in start.iter().zip(end).enumerate() {
        if start != end {
            changes.add(*start, *end, change(customer, *start, *end));
        }
    }
}

/// What each customer without an amount in a month brought in all months before it, from `months`, those from that one
/// on, and what each `brought` in all months. Customers of the very first month may have brought more before that and are
/// left out, and so is who brought more than a number holds.
pub fn brought_by_ended(months: &[&Column], first: &[u32], brought: &[i64]) -> Vec<i64> {
    let Some((month, after)) = months.split_first() else { return Vec::new() };
    let mut ended = Vec::new();
    for (number, (first, brought)) in first.chunks(CHUNK).zip(brought.chunks(CHUNK)).enumerate() {
        let mut sums = brought.to_vec();
        for month in after {
            subtract(&mut sums, month.chunk(number));
        }
        let rows = sums.iter().zip(brought).zip(month.chunk(number)).zip(first);
        let counted = rows.filter(|(((sum, brought), amount), first)| {
            **amount == 0 && **sum > 0 && **brought < i64::MAX && **first != 0
        });
        ended.extend(counted.map(|(((sum, _), _), _)| *sum));
    }
    ended
}

/// Hot: once per customer and month.
#[inline(never)]
fn subtract(sums: &mut [i64], amounts: &[i64]) {
    for (sum, amount) in sums.iter_mut().zip(amounts) {
        *sum = sum.wrapping_sub(*amount);
    }
}

/// The amounts of so many customers, as far as they have one, in ascending order.
pub fn sorted_amounts(amounts: &Column, customers: usize) -> Vec<i64> {
    let mut sorted = Vec::new();
    for number in 0..customers.div_ceil(CHUNK) {
        let count = CHUNK.min(customers - number * CHUNK);
        add_positive(&mut sorted, amounts.chunk(number).get(..count).unwrap_or_default());
    }
    sort(&mut sorted);
    sorted
}

/// Hot: once per customer.
#[inline(never)]
fn add_positive(list: &mut Vec<i64>, amounts: &[i64]) {
    list.extend(amounts.iter().filter(|amount| **amount > 0));
}

/// What happened to the customers of each group; `groups` holds one number per customer, each with a place in `sums`.
/// Hot: once per customer.
pub fn movement_by_group(pair: Pair<'_>, groups: &[u16], sums: &mut [Sums]) {
    for (number, (first, groups)) in pair.first.chunks(CHUNK).zip(groups.chunks(CHUNK)).enumerate() {
        let amounts = pair.start.chunk(number).iter().zip(pair.end.chunk(number));
        for (((start, end), first), group) in amounts.zip(first).zip(groups) {
            if let Some(sums) = sums.get_mut(usize::from(*group)) {
                sums.add(*start, *end, *first <= pair.before);
            }
        }
    }
}

impl Sums {
    /// Each customer falls into exactly one class.
    #[inline]
    fn add(&mut self, start: i64, end: i64, known: bool) {
        if start > 0 {
            self.customers_start += 1;
            self.amount_start += i128::from(start);
            self.net.add(start, end);
            self.gross.add(start, end.min(start));
            if end > 0 {
                self.customers_end += 1;
                self.amount_end += i128::from(end);
                if end > start {
                    self.expanded += 1;
                    self.amount_expanded += i128::from(end - start);
                } else if end < start {
                    self.contracted += 1;
                    self.amount_contracted += i128::from(start - end);
                }
            } else {
                self.lost += 1;
                self.amount_lost += i128::from(start);
            }
        } else if end > 0 {
            self.customers_end += 1;
            self.amount_end += i128::from(end);
            if known {
                self.reactivated += 1;
                self.amount_reactivated += i128::from(end);
            } else {
                self.new += 1;
                self.amount_new += i128::from(end);
            }
        }
    }
}

/// Which uninterrupted runs of months with an amount are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// The first one of each customer.
    First,
    /// Those after a gap, too.
    Every,
}

/// An uninterrupted run of months with an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Number of the customer.
    pub customer: u32,
    /// Its months.
    pub length: u32,
    /// Whether it was over before the last month.
    pub ended: bool,
}

/// A run that was there in the first month; it has that many months more than it is seen to have.
const UNKNOWN: i32 = 1 << 30;

/// Calls `each` with the runs of so many customers over some months, `None` being one that the data do not have: in it runs
/// go on as they are. Those of the first month began at an unknown time and are left out.
pub fn runs(months: &[Option<&Column>], customers: usize, which: Runs, each: &mut dyn FnMut(Run)) {
    // Below 0 nothing counts any more.
    let over = if which == Runs::Every { 0 } else { i32::MIN };
    let mut lengths = [0_i32; CHUNK];
    for number in 0..customers.div_ceil(CHUNK) {
        let from = number * CHUNK;
        let lengths = &mut lengths[..CHUNK.min(customers - from)];
        lengths.fill(0);
        let mut found = |(place, length): (usize, i32), ended: bool| {
            if length < UNKNOWN {
                each(Run { customer: (from + place) as u32, length: length.unsigned_abs(), ended });
            }
        };
        for (month, column) in months.iter().enumerate() {
            match column {
                None => lengths.iter_mut().for_each(|length| *length += i32::from(*length > 0)),
                Some(column) => {
                    let first = if month == 0 { UNKNOWN } else { 1 };
                    go_on(lengths, column.chunk(number), (first, over), &mut found);
                }
            }
        }
        for run in lengths.iter().copied().enumerate().filter(|(_, length)| *length > 0) {
            found(run, false);
        }
    }
}

/// Takes one more month into the runs of a chunk: their lengths, 0 without a run. Who comes gets `first`, who goes `over`.
/// Hot: once per customer and month. Who is there changes from one customer to the next, so that lengths are chosen without
/// a branch; few go in a month.
#[inline(never)]
fn go_on(lengths: &mut [i32], amounts: &[i64], (first, over): (i32, i32), found: &mut dyn FnMut((usize, i32), bool)) {
    for (place, (length, amount)) in lengths.iter_mut().zip(amounts).enumerate() {
        let (there, before) = (*amount > 0, *length);
        let longer = before + if before == 0 { first } else { 1 };
        let gone = before > 0 && !there;
        let without = if gone { over } else { before };
        *length = if there { longer } else { without };
        if gone {
            found((place, before), true);
        }
    }
}

/// Takes the mark off customers without an amount, or puts it on those with one. Hot: once per customer and month.
pub fn mark(marks: &mut [bool], amounts: &Column, with: bool) {
    for (number, marks) in marks.chunks_mut(CHUNK).enumerate() {
        for (mark, amount) in marks.iter_mut().zip(amounts.chunk(number)) {
            *mark = if with { *mark | (*amount > 0) } else { *mark & (*amount > 0) };
        }
    }
}

/// With the sign turned around, the order of a number's bytes is that of the numbers.
const SIGN: u64 = 1 << 63;

/// How often each byte value stands at each place of some numbers.
type Counts = [[u32; 256]; 8];

/// Sorts whole numbers byte by byte from the lowest: a few passes, and far less code than a sort by comparison.
pub fn sort(numbers: &mut [i64]) {
    if numbers.is_sorted() {
        return;
    }
    let mut counts: Box<Counts> = Box::new([[0; 256]; 8]);
    let mut from = Vec::with_capacity(numbers.len());
    for chunk in numbers.chunks(CHUNK) {
        count_bytes(chunk, &mut counts, &mut from);
    }
    let mut to = vec![0; from.len()];
    for (byte, counts) in (0..).zip(&mut *counts) {
        if counts.contains(&(from.len() as u32)) {
            continue;
        }
        let mut before = 0;
        for count in &mut *counts {
            before += std::mem::replace(count, before);
        }
        for chunk in from.chunks(CHUNK) {
            distribute(chunk, byte * 8, counts, &mut to);
        }
        std::mem::swap(&mut from, &mut to);
    }
    for (number, sorted) in numbers.iter_mut().zip(from) {
        *number = (sorted ^ SIGN) as i64;
    }
}

/// Hot: once per number.
#[inline(never)]
fn count_bytes(numbers: &[i64], counts: &mut Counts, turned: &mut Vec<u64>) {
    for number in numbers {
        let number = *number as u64 ^ SIGN;
        for (byte, counts) in number.to_le_bytes().into_iter().zip(&mut *counts) {
            counts[usize::from(byte)] += 1;
        }
        turned.push(number);
    }
}

/// Puts numbers where their byte belongs. Hot: once per number and byte.
#[inline(never)]
fn distribute(numbers: &[u64], shift: u32, places: &mut [u32; 256], to: &mut [u64]) {
    for number in numbers {
        let place = &mut places[usize::from((number >> shift) as u8)];
        if let Some(to) = to.get_mut(*place as usize) {
            *to = *number;
        }
        *place += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The number of a customer, most of them behind the first chunk.
    fn last(customer: usize) -> usize {
        customer + CHUNK - 1
    }

    fn column(amounts: &[i64]) -> Column {
        let mut column = Column::default();
        for (customer, amount) in amounts.iter().enumerate().filter(|(_, amount)| **amount != 0) {
            *column.cell_mut(last(customer)) = *amount;
        }
        column
    }

    #[test]
    fn the_latest_amount_after_another_is_steady() {
        let months = [[5, 0, 5, 0], [6, 7, 0, 0], [7, 0, 6, 0], [0, 7, 0, 0]].map(|amounts| column(&amounts));
        let found = Lives::new(&months.iter().collect::<Vec<_>>(), last(4)).steady;
        assert_eq!(found.get(last(0)..), Some([7, 0, 0, 0].as_slice()));
        assert!(found.iter().take(last(0)).all(|amount| *amount == 0));
    }

    proptest! {
        #[test]
        fn sorting_sorts(mut numbers in prop::collection::vec(prop_oneof![any::<i64>(), -300..300_i64], 0..80)) {
            let mut expected = numbers.clone();
            expected.sort();
            sort(&mut numbers);
            prop_assert_eq!(numbers, expected);
        }

        #[test]
        fn lives_are_told_month_by_month(
            months in prop::collection::vec(prop::collection::vec(prop_oneof![Just(0), 1..4_i64, Just(i64::MAX), Just(1 << 50)], 5), 1..8),
        ) {
            let columns: Vec<Column> = months.iter().map(|amounts| column(amounts)).collect();
            let columns: Vec<&Column> = columns.iter().collect();
            let lives = Lives::new(&columns, last(5));
            let mut before = vec![0; 5];
            let mut known = [false; 5];
            for (month, amounts) in months.iter().enumerate() {
                let mut expected = Sums::default();
                for ((start, end), known) in before.iter().zip(amounts).zip(&mut known) {
                    expected.add(*start, *end, *known);
                    *known |= *end > 0;
                }
                prop_assert_eq!(&lives.monthly[month], &expected);
                let sum = |months: &[Vec<i64>], customer: usize| {
                    months.iter().map(|amounts| i128::from(amounts[customer])).sum::<i128>()
                };
                let brought: Vec<i64> = (0..5)
                    .filter(|customer| amounts[*customer] == 0 && months[0][*customer] == 0)
                    .filter(|customer| sum(&months, *customer) < i128::from(i64::MAX))
                    .map(|customer| sum(&months[..month], customer) as i64)
                    .filter(|sum| *sum > 0)
                    .collect();
                prop_assert_eq!(brought_by_ended(&columns[month..], &lives.first, &lives.brought), brought);
                before.clone_from(amounts);
            }
            let mut gaps = 0;
            for customer in 0..5 {
                let amounts: Vec<i64> = months.iter().map(|amounts| amounts[customer]).collect();
                let place = |from: usize, there: bool| {
                    let later = amounts.iter().skip(from).position(|amount| (*amount > 0) == there);
                    later.map_or(NEVER, |later| (from + later) as u32)
                };
                let first = place(0, true);
                prop_assert_eq!(lives.first[last(customer)], first);
                let end = amounts.iter().rposition(|amount| *amount > 0).unwrap_or(0);
                gaps += amounts[..end].iter().skip(first as usize).filter(|amount| **amount == 0).count() as u64;
                let steady = amounts.windows(2).rfind(|pair| pair[0] > 0 && pair[1] > 0).map_or(0, |pair| pair[1]);
                prop_assert_eq!(lives.steady[last(customer)], steady);
            }
            prop_assert_eq!(lives.gaps, gaps);
            for (cohort, lives_of) in (0..).zip(&lives.cohorts) {
                let members = || (0..5).filter(|customer| lives.first[last(*customer)] == cohort);
                for month in 0..months.len() {
                    let active = members().filter(|customer| months[month][*customer] > 0).count();
                    let runs = members().map(|customer| {
                        let run = months.iter().skip(cohort as usize).take_while(|amounts| amounts[customer] > 0);
                        cohort as usize + run.count()
                    });
                    let sum = |amount: fn(i64, i64) -> i64| -> i128 {
                        let of = |customer: usize| amount(months[month][customer], months[cohort as usize][customer]);
                        // What they have before their first month is nothing.
                        members().map(|customer| i128::from(of(customer))).sum()
                    };
                    prop_assert_eq!(lives_of.amount[month], sum(|now, _| now));
                    prop_assert_eq!(lives_of.capped[month], sum(|now, base| now.min(base)));
                    prop_assert_eq!(lives_of.active[month], active as i64);
                    prop_assert_eq!(lives_of.ended[month], runs.filter(|end| *end == month).count() as i64);
                }
            }
        }

        #[test]
        fn groups_add_up_to_everybody(rows in prop::collection::vec((0..4_i64, 0..4_i64, 0..3_u16), 5), scale in 1..1_i64 << 44) {
            let start: Vec<i64> = rows.iter().map(|row| row.0 * scale).collect();
            let end: Vec<i64> = rows.iter().map(|row| row.1 * scale).collect();
            let columns = [column(&start), column(&end)];
            let lives = Lives::new(&[&columns[0], &columns[1]], last(rows.len()));
            let mut groups = vec![0; last(rows.len())];
            for (customer, row) in rows.iter().enumerate() {
                groups[last(customer)] = row.2;
            }
            let pair = Pair { start: &columns[0], end: &columns[1], first: &lives.first, before: 0 };
            let mut one_by_one = Sums::default();
            for (start, end) in start.iter().zip(&end) {
                one_by_one.add(*start, *end, *start > 0);
            }
            prop_assert_eq!(movement(pair, &lives.standing[0]), one_by_one.clone());
            let mut sums = vec![Sums::default(); 3];
            movement_by_group(pair, &groups, &mut sums);
            for (total, of) in [
                (one_by_one.amount_end, (|sums| sums.amount_end) as fn(&Sums) -> i128),
                (one_by_one.amount_expanded, |sums| sums.amount_expanded),
                (one_by_one.net.products as i128, |sums| sums.net.products as i128),
                (one_by_one.gross.end_squares as i128, |sums| sums.gross.end_squares as i128),
            ] {
                prop_assert_eq!(sums.iter().map(of).sum::<i128>(), total);
            }
        }
    }
}

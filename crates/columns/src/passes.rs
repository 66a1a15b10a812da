//! Passes over the amounts of all customers, a column per month: what every question about a ledger is answered from.
//! All sums are whole numbers, so that neither the order of the customers nor a split into parts can change a result.

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

/// Amounts up to here have squares within 64 bits, and 2³¹ of them, the most that a table can hold, sums within 64.
const PLAIN: u64 = (1 << (32 + SHIFT)) - 1;

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

/// The customers of two months: their amounts at the start and at the end, and the place of the first month in which
/// each has one.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// Amounts at the start.
    pub start: &'a [i64],
    /// Amounts at the end.
    pub end: &'a [i64],
    /// First months.
    pub first: &'a [u32],
    /// The place of the month of the start: who came later is new.
    pub before: u32,
}

/// What happened to all customers. Hot: once per customer.
#[inline(never)]
pub fn movement(pair: Pair<'_>) -> Sums {
    walk(pair.start, pair.end, |customer, _, _| pair.first.get(customer).is_some_and(|first| *first <= pair.before))
}

/// What is known about the lives of all customers after some months.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lives {
    /// The first month with an amount of each customer, or [`NEVER`].
    pub first: Vec<u32>,
    /// The first month without one after that, or [`NEVER`].
    pub ended: Vec<u32>,
    /// The month since which the amount of each customer is the same.
    since: Vec<u32>,
    /// The amounts of each customer up to that month, added up; they stay at the greatest number once they reach it.
    brought: Vec<i64>,
}

impl Lives {
    /// So many customers before the first month.
    pub fn new(customers: usize) -> Lives {
        Lives {
            first: vec![NEVER; customers],
            ended: vec![NEVER; customers],
            since: vec![0; customers],
            brought: vec![0; customers],
        }
    }

    /// Goes on by a month, from the amounts of the one before, all 0 at first: what happened to all customers.
    /// Hot: once per customer and month; a function of its own, so that a browser compiles it for speed on its own.
    #[inline(never)]
    pub fn step(&mut self, month: u32, before: &[i64], amounts: &[i64]) -> Sums {
        walk(before, amounts, |customer, start, end| self.note(month, customer, start, end))
    }

    /// Whether a customer had an amount before; notes what changed. All that is ever noted happens where an amount
    /// changes, so that the months in which everything stays cost nothing.
    #[inline]
    fn note(&mut self, month: u32, customer: usize, start: i64, end: i64) -> bool {
        let (Some(first), Some(ended)) = (self.first.get_mut(customer), self.ended.get_mut(customer)) else {
            return false;
        };
        let known = *first != NEVER;
        if end > 0 && !known {
            *first = month;
        }
        if end == 0 && *ended == NEVER {
            *ended = month;
        }
        if let (Some(since), Some(brought)) = (self.since.get_mut(customer), self.brought.get_mut(customer)) {
            *brought = brought.saturating_add(start.saturating_mul(i64::from(month - *since)));
            *since = month;
        }
        known
    }

    /// What each customer without an amount in the month stepped to brought in all months before. Customers of the very
    /// first month may have brought more before that and are left out.
    pub fn brought_by_ended(&self, amounts: &[i64]) -> Vec<i64> {
        let rows = self.brought.iter().zip(amounts).zip(&self.first);
        rows.filter(|((sum, amount), first)| **amount == 0 && **sum > 0 && **first != 0)
            .map(|((sum, _), _)| *sum)
            .collect()
    }
}

/// What happened to all customers between two months. `changed` is told of each whose amount is not the same, and of
/// few others, and says whether the customer had an amount ever before. Hot: once per customer and month.
#[inline(always)]
fn walk(start: &[i64], end: &[i64], mut changed: impl FnMut(usize, i64, i64) -> bool) -> Sums {
    let mut sums = Sums::default();
    // Nearly everybody pays the same, every month: one square instead of six products, and sums of halves of numbers,
    // which cannot overflow, instead of carries.
    let (mut n, mut rounded, mut remainders, mut squares_high, mut squares_low) = (0, 0, 0, 0, 0);
    for (customer, (start, end)) in start.iter().zip(end).enumerate() {
        let amount = *start as u64;
        // Who pays nothing in both months adds nothing: asking would cost more, since nobody can foretell the answer.
        if start == end && amount <= PLAIN {
            n += u64::from(amount != 0);
            rounded += amount >> SHIFT;
            remainders += amount & ((1 << SHIFT) - 1);
            let square = (amount >> SHIFT) * (amount >> SHIFT);
            squares_high += square >> 32;
            squares_low += square & 0xFFFF_FFFF;
        } else {
            sums.add(*start, *end, changed(customer, *start, *end));
        }
    }
    let amount = (i128::from(rounded) << SHIFT) + i128::from(remainders);
    sums.customers_start += n;
    sums.customers_end += n;
    sums.amount_start += amount;
    sums.amount_end += amount;
    let squares = (u128::from(squares_high) << 32) + u128::from(squares_low);
    for products in [&mut sums.net, &mut sums.gross] {
        products.n += n;
        products.start += u128::from(rounded);
        products.end += u128::from(rounded);
        products.start_squares += squares;
        products.end_squares += squares;
        products.products += squares;
    }
    sums
}

/// What happened to the customers of each group; `groups` holds one number per customer, each with a place in `sums`.
/// Hot: once per customer.
pub fn movement_by_group(pair: Pair<'_>, groups: &[u16], sums: &mut [Sums]) {
    for (((start, end), first), group) in pair.start.iter().zip(pair.end).zip(pair.first).zip(groups) {
        if let Some(sums) = sums.get_mut(usize::from(*group)) {
            sums.add(*start, *end, *first <= pair.before);
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

/// The customers of one cohort in one month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CohortCell {
    /// Customers with an amount.
    pub active: u64,
    /// Their amounts.
    pub amount: i128,
    /// Their amounts, each capped at that of the customer's first month.
    pub capped: i128,
}

/// Adds the amounts of a month to the cohorts, numbered by the customers' first months. `base` keeps what each customer
/// had in the first month. Hot: once per customer and month.
pub fn add_to_cohorts(month: u32, amounts: &[i64], first: &[u32], base: &mut [i64], cohorts: &mut [CohortCell]) {
    for ((amount, first), base) in amounts.iter().zip(first).zip(base) {
        if *amount <= 0 {
            continue;
        }
        if *first == month {
            *base = *amount;
        }
        if let Some(cohort) = cohorts.get_mut(*first as usize) {
            cohort.active += 1;
            cohort.amount += i128::from(*amount);
            cohort.capped += i128::from((*amount).min(*base));
        }
    }
}

/// Takes the mark off customers without an amount, or puts it on those with one. Hot: once per customer and month.
pub fn mark(marks: &mut [bool], amounts: &[i64], with: bool) {
    for (mark, amount) in marks.iter_mut().zip(amounts) {
        *mark = if with { *mark | (*amount > 0) } else { *mark & (*amount > 0) };
    }
}

/// Sorts whole numbers byte by byte from the lowest: a few passes, and far less code than a sort by comparison.
/// Hot: all customers at once.
pub fn sort(numbers: &mut [i64]) {
    if numbers.is_sorted() {
        return;
    }
    // With the sign turned around, the order of the bytes is that of the numbers.
    const SIGN: u64 = 1 << 63;
    let mut from: Vec<u64> = numbers.iter().map(|number| *number as u64 ^ SIGN).collect();
    let mut to = vec![0; from.len()];
    for byte in 0..8 {
        let digit = |number: u64| usize::from(number.to_le_bytes()[byte]);
        let mut places = [0_usize; 256];
        for number in &from {
            places[digit(*number)] += 1;
        }
        if places.contains(&from.len()) {
            continue;
        }
        let mut before = 0;
        for place in &mut places {
            before += std::mem::replace(place, before);
        }
        for number in &from {
            let place = &mut places[digit(*number)];
            to[*place] = *number;
            *place += 1;
        }
        std::mem::swap(&mut from, &mut to);
    }
    for (number, sorted) in numbers.iter_mut().zip(from) {
        *number = (sorted ^ SIGN) as i64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
            let mut lives = Lives::new(5);
            let mut before = vec![0; 5];
            for (month, amounts) in months.iter().enumerate() {
                let first = lives.first.clone();
                let sums = lives.step(month as u32, &before, amounts);
                if let Some(last) = month.checked_sub(1) {
                    prop_assert_eq!(sums, movement(Pair { start: &before, end: amounts, first: &first, before: last as u32 }));
                }
                let brought: Vec<i64> = (0..5)
                    .filter(|customer| amounts[*customer] == 0 && months[0][*customer] == 0)
                    .map(|customer| months[..month].iter().fold(0_i64, |sum, amounts| sum.saturating_add(amounts[customer])))
                    .filter(|sum| *sum > 0)
                    .collect();
                prop_assert_eq!(lives.brought_by_ended(amounts), brought);
                before.clone_from(amounts);
            }
            for customer in 0..5 {
                let place = |from: usize, there: bool| {
                    let later = months.iter().skip(from).position(|amounts| (amounts[customer] > 0) == there);
                    later.map_or(NEVER, |later| (from + later) as u32)
                };
                let first = place(0, true);
                prop_assert_eq!(lives.first[customer], first);
                prop_assert_eq!(lives.ended[customer], if first == NEVER { NEVER } else { place(first as usize, false) });
            }
        }

        #[test]
        fn groups_add_up_to_everybody(rows in prop::collection::vec((0..4_i64, 0..4_i64, 0..3_u32, 0..3_u16), 0..60), scale in 1..1_i64 << 44) {
            let column = |pick: fn(&(i64, i64, u32, u16)) -> i64| rows.iter().map(|row| pick(row) * scale).collect::<Vec<_>>();
            let (start, end) = (column(|row| row.0), column(|row| row.1));
            let first: Vec<u32> = rows.iter().map(|row| row.2).collect();
            let groups: Vec<u16> = rows.iter().map(|row| row.3).collect();
            let pair = Pair { start: &start, end: &end, first: &first, before: 1 };
            let mut one_by_one = Sums::default();
            for ((start, end), first) in start.iter().zip(&end).zip(&first) {
                one_by_one.add(*start, *end, *first <= 1);
            }
            prop_assert_eq!(movement(pair), one_by_one.clone());
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

//! Every change of a customer's MRR with its day, where a file knows days: the event basis of movements (metrics.md 3.6)
//! and churn day by day (metrics.md 4A, `daily_sum`). The state before a period and all changes in it give the state at
//! its end, so that both bases close to 0 with the same start and end.
//!
//! ```
//! use keeprate_metrics::changes::{Change, movements};
//! use keeprate_metrics::period::{Day, Month, Period};
//!
//! // metrics.md 8.9: 50 becomes 80 on the 5th of April and 60 on the 20th.
//! let change = |day, before, after| Change { customer: 0, day: Day::parse_iso(day).unwrap(), before, after };
//! let changes = [change("2025-04-05", 50, 80), change("2025-04-20", 80, 60)];
//! let april = Month::parse_iso("2025-04").unwrap();
//! let movement = &movements(&changes, Period::months(april, april), 1, &|_| Some(0))[0];
//! assert_eq!((movement.totals.mrr_expansion, movement.totals.mrr_contraction), (Some(30), Some(20)));
//! ```

use crate::history::Movement;
use crate::ledger::Totals;
use crate::period::{Day, Period};

/// A change of a customer's MRR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Number of the customer.
    pub customer: u32,
    /// The day from which on it holds.
    pub day: Day,
    /// MRR before, in fixed-point units; never negative.
    pub before: i64,
    /// MRR after, in fixed-point units; never negative.
    pub after: i64,
}

/// The movements of a period on the event basis for each group of customers: every change falls into one class by itself,
/// so that a rise and a fall count both. `changes` stand by customer and time; `group` says the number of a customer's
/// group, below `count`, or that it does not count. Start and end are not known here.
pub fn movements(
    changes: &[Change],
    period: Period,
    count: usize,
    group: &dyn Fn(u32) -> Option<usize>,
) -> Vec<Movement> {
    let mut movements = vec![Movement { totals: nothing(), ..Movement::default() }; count];
    for own in changes.chunk_by(|one, next| one.customer == next.customer) {
        let Some(movement) = own.first().and_then(|change| movements.get_mut(group(change.customer)?)) else {
            continue;
        };
        let mut was_customer = own.first().is_some_and(|change| change.before > 0);
        for change in own.iter().take_while(|change| change.day < period.end) {
            if change.day >= period.start {
                note(movement, change, was_customer);
            }
            was_customer |= change.after > 0;
        }
    }
    movements
}

fn nothing() -> Totals {
    Totals {
        customers_new: Some(0),
        customers_lost: Some(0),
        customers_reactivated: Some(0),
        mrr_new: Some(0),
        mrr_reactivation: Some(0),
        mrr_expansion: Some(0),
        mrr_contraction: Some(0),
        mrr_churn: Some(0),
        ..Totals::default()
    }
}

/// Puts a change into its class.
pub(crate) fn note(movement: &mut Movement, change: &Change, was_customer: bool) {
    let totals = &mut movement.totals;
    let add = |class: &mut Option<i128>, units: i128| *class = Some(class.unwrap_or(0) + units);
    let one = |class: &mut Option<i64>| *class = Some(class.unwrap_or(0) + 1);
    let (before, after) = (i128::from(change.before), i128::from(change.after));
    match (change.before > 0, change.after > 0) {
        (false, true) if was_customer => {
            add(&mut totals.mrr_reactivation, after);
            one(&mut totals.customers_reactivated);
        }
        (false, true) => {
            add(&mut totals.mrr_new, after);
            one(&mut totals.customers_new);
        }
        (true, false) => {
            add(&mut totals.mrr_churn, before);
            one(&mut totals.customers_lost);
        }
        _ if after > before => {
            add(&mut totals.mrr_expansion, after - before);
            movement.expanded += 1;
        }
        _ if after < before => {
            add(&mut totals.mrr_contraction, before - after);
            movement.contracted += 1;
        }
        _ => {}
    }
}

/// The churn rates of the days of a period added up, for each group of customers: those who are there at a day's start and
/// not at its end, divided by those at its start. `starts` are the customers of the groups just before the period. `None`
/// for a group that has no customer on any day.
pub fn daily_churn(
    changes: &[Change],
    period: Period,
    starts: &[i64],
    group: &dyn Fn(u32) -> Option<usize>,
) -> Vec<Option<f64>> {
    let days = period.days().max(0) as usize;
    // Who came and who left, by group and day.
    let mut came = vec![0_i64; starts.len() * days];
    let mut left = came.clone();
    for own in changes.chunk_by(|one, next| (one.customer, one.day) == (next.customer, next.day)) {
        let (Some(first), Some(last)) = (own.first(), own.last()) else { continue };
        if first.day < period.start || first.day >= period.end {
            continue;
        }
        let counts = match (first.before > 0, last.after > 0) {
            (false, true) => &mut came,
            (true, false) => &mut left,
            _ => continue,
        };
        let place = group(first.customer).map(|group| group * days + (first.day.0 - period.start.0) as usize);
        if let Some(count) = place.and_then(|place| counts.get_mut(place)) {
            *count += 1;
        }
    }
    let rate = |(group, start): (usize, &i64)| {
        let own = group * days..(group + 1) * days;
        let (mut there, mut sum) = (*start, None);
        for (came, left) in came.get(own.clone())?.iter().zip(left.get(own)?) {
            if there > 0 {
                sum = Some(sum.unwrap_or(0.0) + *left as f64 / there as f64);
            }
            there += came - left;
        }
        sum
    };
    starts.iter().enumerate().map(rate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::period::Month;

    fn april() -> Period {
        let april = Month::parse_iso("2025-04").expect("a month");
        Period::months(april, april)
    }

    /// What happens around the first and the last day of April 2025.
    fn changes() -> Vec<Change> {
        let change = |customer, day: &str, before, after| Change {
            customer,
            day: Day::parse_iso(day).expect("a day"),
            before,
            after,
        };
        vec![
            change(0, "2025-03-31", 0, 10),
            change(0, "2025-04-01", 10, 20),
            change(1, "2025-04-01", 30, 0),
            change(1, "2025-04-30", 0, 25),
            change(2, "2025-05-01", 40, 0),
            change(3, "2025-04-30", 60, 45),
            change(4, "2025-04-30", 0, 70),
            change(5, "2025-04-30", 5, 0),
        ]
    }

    #[test]
    fn a_period_has_its_first_and_its_last_day() {
        let [movement, nobody] = &movements(&changes(), april(), 2, &|_| Some(0))[..] else { panic!("two groups") };
        let totals = &movement.totals;
        assert_eq!((totals.mrr_new, totals.customers_new), (Some(70), Some(1)));
        assert_eq!((totals.mrr_reactivation, totals.customers_reactivated), (Some(25), Some(1)));
        assert_eq!((totals.mrr_expansion, movement.expanded), (Some(10), 1));
        assert_eq!((totals.mrr_contraction, movement.contracted), (Some(15), 1));
        assert_eq!((totals.mrr_churn, totals.customers_lost), (Some(35), Some(2)));
        // Nothing happened, which is known.
        let Totals { customers_new, customers_lost, customers_reactivated, .. } = nobody.totals;
        assert_eq!([customers_new, customers_lost, customers_reactivated], [Some(0); 3]);
        let Totals { mrr_new, mrr_reactivation, mrr_expansion, mrr_contraction, mrr_churn, .. } = nobody.totals;
        assert_eq!([mrr_new, mrr_reactivation, mrr_expansion, mrr_contraction, mrr_churn], [Some(0); 5]);
    }

    #[test]
    fn each_day_is_divided_by_who_is_there_then() {
        // All but 4 are there before: one of five leaves on the first day, one of four on the last.
        let rates = daily_churn(&changes(), april(), &[5, 0], &|_| Some(0));
        let [Some(rate), None] = rates[..] else { panic!("{rates:?}") };
        assert!((rate - (0.2 + 0.25)).abs() < 1e-12, "{rate}");
        // Who is in no group does not count: of the four others one leaves.
        let rates = daily_churn(&changes(), april(), &[4], &|customer| (customer != 5).then_some(0));
        assert_eq!(rates, [Some(0.25)]);
    }

    /// Three groups: 3 and 4 in the first, 1 and 5 in the second, all others in the third.
    #[test]
    fn each_group_has_its_own_days() {
        let group = |customer: u32| {
            Some(match customer {
                3 | 4 => 0,
                1 | 5 => 1,
                _ => 2,
            })
        };
        // Of both in the second group one leaves on the first day and the other on the last; nobody of the others does.
        assert_eq!(daily_churn(&changes(), april(), &[1, 2, 2], &group), [Some(0.0), Some(0.5 + 1.0), Some(0.0)]);
        // Without anybody there is no rate, until somebody comes: 1 comes on the last day, when its day is over.
        assert_eq!(daily_churn(&changes(), april(), &[0, 0, 0], &group)[0], None);
        let expanded: Vec<i128> = movements(&changes(), april(), 3, &group)
            .iter()
            .filter_map(|movement| movement.totals.mrr_expansion)
            .collect();
        assert_eq!(expanded, [0, 0, 10]);
    }

    /// Who comes and leaves on one day was there at neither end of it; who comes, leaves and comes back later was a customer.
    #[test]
    fn a_day_counts_by_its_ends_and_a_customer_by_its_past() {
        let change =
            |day: &str, before, after| Change { customer: 0, day: Day::parse_iso(day).expect("a day"), before, after };
        let changes = [
            change("2025-04-02", 0, 10),
            change("2025-04-02", 10, 0),
            change("2025-04-05", 0, 20),
            change("2025-04-05", 20, 25),
        ];
        // One customer stays the whole month, and a second one from the 5th on; nobody leaves.
        assert_eq!(daily_churn(&changes, april(), &[1], &|_| Some(0)), [Some(0.0)]);
        let movement = &movements(&changes, april(), 1, &|_| Some(0))[0];
        let totals = &movement.totals;
        assert_eq!((totals.mrr_new, totals.mrr_churn), (Some(10), Some(10)));
        assert_eq!((totals.mrr_reactivation, totals.mrr_expansion, movement.expanded), (Some(20), Some(5), 1));
    }
}

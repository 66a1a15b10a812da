//! One customer's life: arrival, seats, plan changes, leaving and coming back.

use crate::random::Random;

/// What is on the price list.
pub(crate) struct Plan {
    pub(crate) name: &'static str,
    /// Cents per seat and month.
    seat_price: u64,
    /// The range of seats at the start.
    seats: (u64, u64),
    /// Probability of leaving in a month, in hundredths of a percent: small customers, who pay by
    /// the month, leave sooner.
    churn: u64,
}

pub(crate) const PLANS: [Plan; 4] = [
    Plan { name: "Starter", seat_price: 1_900, seats: (1, 5), churn: 310 },
    Plan { name: "Team", seat_price: 2_900, seats: (4, 25), churn: 180 },
    Plan { name: "Business", seat_price: 4_500, seats: (12, 60), churn: 100 },
    Plan { name: "Enterprise", seat_price: 5_900, seats: (50, 250), churn: 60 },
];
const PLAN_WEIGHTS: [u64; 4] = [42, 33, 19, 6];

pub(crate) const COUNTRIES: [&str; 7] = ["DE", "AT", "CH", "FR", "NL", "US", "GB"];
const COUNTRY_WEIGHTS: [u64; 7] = [34, 10, 10, 12, 8, 16, 10];

/// How many of a hundred customers are there from the first month on.
const FOUNDERS: u64 = 30;
/// New customers leave more often before they have settled.
const SETTLING_MONTHS: usize = 3;
/// Hundredths of a percent per month.
const EXPANSION: u64 = 420;
const CONTRACTION: u64 = 120;
const UPGRADE: u64 = 40;
const DOWNGRADE: u64 = 12;
const RETURN: u64 = 250;
/// Who has been away for longer than this does not come back.
const RETURN_WITHIN: usize = 12;
/// The price change, in percent.
const PRICE_RISE: u64 = 4;

/// A month's contract.
#[derive(Clone, Copy)]
pub(crate) struct Contract {
    /// Index into [`PLANS`].
    pub(crate) plan: usize,
    /// Monthly recurring revenue in cents.
    pub(crate) cents: u64,
}

/// A customer's number and history.
pub(crate) struct Customer {
    pub(crate) number: u64,
    pub(crate) history: History,
}

/// What a customer paid, month by month; at least one month is paid.
#[derive(Clone)]
pub(crate) struct History {
    /// Index into [`COUNTRIES`].
    pub(crate) country: usize,
    /// One entry per month of the data; `None` before the start and while away.
    pub(crate) months: Vec<Option<Contract>>,
}

impl History {
    /// A life of `months` months under a price list that rises at the index `price_change`.
    pub(crate) fn simulate(random: &mut Random, months: usize, price_change: usize) -> Self {
        let mut plan = random.weighted(&PLAN_WEIGHTS);
        let country = random.weighted(&COUNTRY_WEIGHTS);
        let (fewest, most) = PLANS[plan].seats;
        let mut seats = random.between(fewest, most);
        let founder = random.below(100) < FOUNDERS;
        let start = if founder { 0 } else { random.below(months as u64) as usize };

        let mut history = vec![None; months];
        let mut away: Option<usize> = None;
        for (month, entry) in history.iter_mut().enumerate().skip(start) {
            if let Some(gone) = &mut away {
                *gone += 1;
                if *gone > RETURN_WITHIN {
                    break;
                }
                if !random.chance(RETURN) {
                    continue;
                }
                away = None;
            } else if month > start {
                let settling = !founder && month - start <= SETTLING_MONTHS;
                let churn = PLANS[plan].churn;
                if random.chance(if settling { churn * 3 / 2 } else { churn }) {
                    away = Some(0);
                    continue;
                }
                (plan, seats) = change(random, plan, seats);
            }
            let mut price = PLANS[plan].seat_price;
            if month >= price_change {
                price += price * PRICE_RISE / 100;
            }
            *entry = Some(Contract { plan, cents: seats * price });
        }
        Self { country, months: history }
    }

    /// The number of months with revenue, which is the number of rows.
    pub(crate) fn rows(&self) -> u64 {
        self.months.iter().flatten().count() as u64
    }

    /// Forgets the latest months until no more than `rows` rows are left.
    pub(crate) fn truncate(&mut self, rows: u64) {
        let surplus = self.rows().saturating_sub(rows);
        for _ in 0..surplus {
            while self.months.pop().is_some_and(|month| month.is_none()) {}
        }
    }

    /// The index of the first month with revenue.
    pub(crate) fn first_month(&self) -> usize {
        self.months.iter().take_while(|month| month.is_none()).count()
    }
}

/// What a customer who stays does with the contract in a month.
fn change(random: &mut Random, plan: usize, seats: u64) -> (usize, u64) {
    let event = random.below(10_000);
    let mut limit = EXPANSION;
    if event < limit {
        return (plan, seats + (seats * random.between(5, 30)).div_ceil(100));
    }
    limit += CONTRACTION;
    if event < limit {
        let fewer = (seats * random.between(5, 25)).div_ceil(100);
        return (plan, seats.saturating_sub(fewer).max(1));
    }
    limit += UPGRADE;
    if event < limit {
        return ((plan + 1).min(PLANS.len() - 1), seats);
    }
    limit += DOWNGRADE;
    if event < limit {
        return (plan.saturating_sub(1), seats);
    }
    (plan, seats)
}

//! Cohorts by the first month with MRR (metrics.md 4B, `cohort_logo_retention` and `cohort_revenue_retention`).
//!
//! ```
//! use keeprate_metrics::{cohorts::{CustomerCohort, cohort_logo_retention}, period::Month, result::{Scope, Status}};
//!
//! let cohort = CustomerCohort { cohort: Month(660), size: 40, active: [40, 38, 30].map(Some).into(), open: 1, left_truncated: false };
//! assert_eq!(cohort_logo_retention(&Scope::default(), &cohort, 1).number(), Some(0.95));
//! // The last month is not over yet.
//! assert_eq!(cohort_logo_retention(&Scope::default(), &cohort, 2).status, Status::NotReached);
//! ```

use crate::catalogue::{Definition, Family, Key, Text};
use crate::history::movements_by_group;
use crate::ledger::Ledger;
use crate::money::Amount;
use crate::period::{Month, Period};
use crate::result::{Direction, Flag, MetricResult, Scope, Status, Unit, Value};
use crate::revenue::{Spread, ratio_interval};
use crate::statistics::ratio_standard_error;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

pub(crate) const COHORT_LOGO_RETENTION: Definition = Definition {
    family: Family::Usage,
    name: Text { en: "Cohort retention, customers", de: "Kohortenbindung (Kunden)" },
    short: Text { en: "Cohorts, customers", de: "Kohorten, Kunden" },
    formula: "{active} ÷ {size}",
    meaning: Text {
        en: "The share of the customers who started in one month that is there so many months later.",
        de: "Der Anteil der Kunden eines Startmonats, der so viele Monate später da ist.",
    },
    unit: Unit::Fraction,
    direction: Direction::UpGood,
    source: "ChartMogul, Cohort analysis",
    variants: &[
        ("returners_count", Text { en: "who came back counts again", de: "wer zurückkommt, zählt wieder" }),
        ("previous_month", Text { en: "of those of the month before", de: "von denen des Vormonats" }),
        ("strict", Text { en: "who left once stays lost", de: "wer einmal ging, bleibt verloren" }),
        (
            "weighted_mean",
            Text { en: "all cohorts that reached the month", de: "alle Kohorten, die den Monat erreicht haben" },
        ),
        (
            "simple_mean",
            Text {
                en: "mean of their shares, small cohorts like large ones",
                de: "Mittel ihrer Anteile, kleine Kohorten wie große",
            },
        ),
    ],
};

pub(crate) const COHORT_REVENUE_RETENTION: Definition = Definition {
    family: Family::Usage,
    name: Text { en: "Cohort retention, revenue", de: "Kohortenbindung (Umsatz)" },
    short: Text { en: "Cohorts, revenue", de: "Kohorten, Umsatz" },
    formula: "{mrr} ÷ {mrr_start}",
    meaning: Text {
        en: "The MRR of the customers who started in one month, so many months later, as a share of the first.",
        de: "Das MRR der Kunden eines Startmonats, so viele Monate später, im Verhältnis zum ersten.",
    },
    unit: Unit::Fraction,
    direction: Direction::UpGood,
    source: "ChartMogul, Cohort analysis",
    variants: &[
        ("net", Text { en: "with expansion", de: "mit Erweiterung" }),
        ("gross_capped", Text { en: "each customer capped at the start", de: "jeder Kunde höchstens wie am Anfang" }),
    ],
};

/// Customers who started in one month, and how many of them had MRR in each month since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct CustomerCohort {
    /// The month of the first MRR.
    pub cohort: Month,
    /// Customers of the cohort.
    pub size: u64,
    /// Customers with MRR in months 0, 1, 2, …; those who came back count again. `None` (`null` in JSON) for a month that
    /// the data do not have, which says nothing about them.
    pub active: Vec<Option<u64>>,
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
    /// MRR in months 0, 1, 2, …; `None` (`null` in JSON) for a month that the data do not have.
    pub mrr: Vec<Option<Amount>>,
    /// The same with each customer capped at their MRR of month 0.
    pub capped: Vec<Option<Amount>>,
}

/// Both triangles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Cohorts {
    /// Counts of customers.
    pub customers: Vec<CustomerCohort>,
    /// Sums of MRR.
    pub revenue: Vec<RevenueCohort>,
}

/// Both triangles, from what is known of the customers' lives. `complete` is the number of complete months. Months that
/// the data do not have are cells without a figure; who comes behind one may have come in it.
pub fn cohorts(ledger: &Ledger, complete: usize) -> Cohorts {
    let months = ledger.closings.len();
    let mut result = Cohorts::default();
    for (cohort, lives) in ledger.history.cohorts.iter().enumerate() {
        let size = lives.active.get(cohort).map_or(0, |active| active.unsigned_abs());
        if size == 0 {
            continue;
        }
        let known = || ledger.closings.iter().enumerate().skip(cohort).map(|(place, of)| of.present.then_some(place));
        let month = ledger.first.plus(cohort as i32);
        let active = known().map(|place| lives.active.get(place?).map(|active| active.unsigned_abs()));
        result.customers.push(CustomerCohort {
            cohort: month,
            size,
            active: active.collect(),
            open: months.saturating_sub(complete.max(cohort)) as u32,
            left_truncated: cohort == 0,
        });
        let amounts = |units: &[i128]| -> Vec<Option<Amount>> {
            known().map(|place| units.get(place?).map(|units| ledger.currency.amount(*units))).collect()
        };
        let mrr = amounts(&lives.amount);
        result.revenue.push(RevenueCohort {
            cohort: month,
            size: mrr.first().copied().flatten().unwrap_or(ledger.currency.amount(0)),
            capped: amounts(&lives.capped),
            mrr,
        });
    }
    result
}

/// The weighted mean of the active shares per month since the start, over cohorts that reached the month and of which it is
/// known; `None` without any. The cohort that mixes older customers is left out unless `all` or it is the only one.
pub fn weighted_retention(cohorts: &[CustomerCohort], all: bool) -> Vec<Option<f64>> {
    let only = cohorts.len() == 1;
    let counted = || cohorts.iter().filter(move |cohort| all || only || !cohort.left_truncated);
    let longest = counted().map(|cohort| cohort.active.len()).max().unwrap_or(0);
    (0..longest)
        .map(|month| {
            let known = counted().filter_map(|cohort| Some(((*cohort.active.get(month)?)?, cohort.size)));
            let (active, size) = known.fold((0, 0), |(active, total), (count, size)| (active + count, total + size));
            (size > 0).then(|| active as f64 / size as f64)
        })
        .collect()
}

/// The cohorts with customers who left once as lost for good: what becomes of the first relationship. A cell of them is
/// [`cohort_logo_retention`] with the variant `strict`. Nobody leaves in a month that the data do not have.
pub fn strict(ledger: &Ledger, cohorts: &[CustomerCohort]) -> Vec<CustomerCohort> {
    let mut stays = vec![true; ledger.customers.len()];
    let mut cells: Vec<Vec<u64>> = Vec::new();
    for (place, closing) in ledger.closings.iter().enumerate() {
        let mut counts = vec![0; ledger.closings.len()];
        for (customer, (first, stays)) in ledger.history.first.iter().zip(&mut stays).enumerate() {
            let (first, begun) = (*first as usize, *first as usize <= place);
            if begun && closing.present {
                *stays &= closing.amounts.get(customer) > 0;
            }
            if let Some(count) = counts.get_mut(first) {
                *count += u64::from(begun && *stays);
            }
        }
        cells.push(counts);
    }
    let of = |cohort: &CustomerCohort| {
        let first = (cohort.cohort.0 - ledger.first.0).unsigned_abs() as usize;
        let months = cells.iter().skip(first).map(|counts| counts.get(first).copied());
        let known = months.zip(&cohort.active).map(|(count, active)| count.filter(|_| active.is_some()));
        CustomerCohort { active: known.collect(), ..cohort.clone() }
    };
    cohorts.iter().map(of).collect()
}

/// One cell of the customers' triangle: the share of a cohort that is there `month` months after its start. A month that
/// is not complete yet is `not_reached`, one that the data do not have `missing_period`.
pub fn cohort_logo_retention(scope: &Scope, cohort: &CustomerCohort, month: usize) -> MetricResult {
    let scope = scope.over(Period::months(cohort.cohort, cohort.cohort.plus(month.min(1200) as i32)));
    let result = MetricResult::new(Key::CohortLogoRetention, &scope).variant("returners_count");
    let complete = cohort.active.len().saturating_sub(cohort.open as usize);
    let result = if cohort.left_truncated { result.flag(Flag::LeftTruncated) } else { result };
    match cohort.active.get(month) {
        Some(Some(active)) if month < complete => shares(result, &scope, *active, cohort.size),
        Some(None) if month < complete => result.without(Status::MissingPeriod),
        _ => result.without(Status::NotReached),
    }
}

/// The same against the month before instead of the first one: above 1 where more came back than left, which is why it has
/// no interval.
pub fn cohort_logo_retention_of_month_before(scope: &Scope, cohort: &CustomerCohort, month: usize) -> MetricResult {
    let result = cohort_logo_retention(scope, cohort, month).variant("previous_month");
    let before = month.checked_sub(1).map(|before| cohort_logo_retention(scope, cohort, before));
    let active = |result: &MetricResult| match (result.status, result.numerator) {
        (Status::Ok, Some(active)) => Ok(active),
        (status, _) => Err(status),
    };
    // Nobody was there before the first month: it is its own reference.
    let of = active(&result).and_then(|now| Ok((now, before.as_ref().map_or(Ok(now), active)?)));
    let result = MetricResult { ci_low: None, ci_high: None, ci_level: None, ci_method: None, ..result };
    match of {
        Ok((now, before)) => result.ratio(now, before),
        Err(status) => result.without(status),
    }
}

/// The summary below the triangle: the weighted mean over the cohorts that reached the month and of which it is known, as
/// [`weighted_retention`] has it.
pub fn cohort_logo_retention_mean(scope: &Scope, cohorts: &[CustomerCohort], month: usize, all: bool) -> MetricResult {
    let result = MetricResult::new(Key::CohortLogoRetention, scope).variant("weighted_mean");
    let reached = cohorts
        .iter()
        .filter(|cohort| all || cohorts.len() == 1 || !cohort.left_truncated)
        .filter(|cohort| month.saturating_add(cohort.open as usize) < cohort.active.len());
    let known = reached.clone().filter_map(|cohort| Some(((*cohort.active.get(month)?)?, cohort.size)));
    let (active, size) = known.clone().fold((0, 0), |(active, sizes), (count, size)| (active + count, sizes + size));
    if size == 0 {
        let status = if reached.count() == 0 { Status::NotReached } else { Status::MissingPeriod };
        return result.without(status);
    }
    let each: Vec<f64> = known.map(|(active, size)| active as f64 / size as f64).collect();
    let simple = each.iter().sum::<f64>() / each.len() as f64;
    shares(result, scope, active, size).part("simple_mean", Value::Number(simple))
}

/// The summary of the revenue triangle: the MRR of the cohorts that reached the month ÷ that of their first month. The
/// customers' cohorts say which months are over and which cohort mixes older customers.
pub fn cohort_revenue_retention_mean(scope: &Scope, cohorts: &Cohorts, month: usize, all: bool) -> MetricResult {
    let result = MetricResult::new(Key::CohortRevenueRetention, scope).variant("net");
    let pairs = cohorts.customers.iter().zip(&cohorts.revenue);
    let reached = pairs
        .filter(|(customers, _)| all || cohorts.customers.len() == 1 || !customers.left_truncated)
        .filter(|(customers, _)| month.saturating_add(customers.open as usize) < customers.active.len());
    let known = reached.clone().filter_map(|(_, revenue)| {
        let units = |amounts: &[Option<Amount>]| Some((*amounts.get(month)?)?.units);
        Some((units(&revenue.mrr)?, units(&revenue.capped)?, revenue.size.units))
    });
    let (mrr, capped, size) =
        known.fold((0, 0, 0), |sums, (mrr, capped, size)| (sums.0 + mrr, sums.1 + capped, sums.2 + size));
    if size == 0 {
        let status = if reached.count() == 0 { Status::NotReached } else { Status::MissingPeriod };
        return result.without(status);
    }
    let gross = Value::Number(capped as f64 / size as f64);
    let (mrr, size) = (scope.money(mrr), scope.money(size));
    result.part("mrr", mrr).part("mrr_start", size).part("gross_capped", gross).ratio(mrr, size)
}

/// Months after the start for which the summaries stand, or as many as a cohort has reached.
const YEAR: usize = 12;

/// Both summaries a year after the start, or after as many months as there are; the month is the part `month`.
pub fn cohort_means(scope: &Scope, cohorts: &Cohorts) -> [MetricResult; 2] {
    let counted = cohorts.customers.iter().filter(|cohort| cohorts.customers.len() == 1 || !cohort.left_truncated);
    let reached = counted.map(|cohort| cohort.active.len().saturating_sub(cohort.open as usize + 1)).max();
    let month = reached.unwrap_or(0).min(YEAR);
    let part = |result: MetricResult| result.part("month", Value::Count(month as i64));
    [
        part(cohort_logo_retention_mean(scope, &cohorts.customers, month, false)),
        part(cohort_revenue_retention_mean(scope, cohorts, month, false)),
    ]
}

fn shares(result: MetricResult, scope: &Scope, active: u64, size: u64) -> MetricResult {
    let count = |count: u64| Value::Count(count as i64);
    result.part("active", count(active)).part("size", count(size)).proportion(active, size, scope.level)
}

/// How the customers of a cohort vary between its first month and the one `month` months later, for the interval of the
/// cell.
pub fn cohort_spread(ledger: &Ledger, cohort: Month, month: usize) -> Option<Spread> {
    let place = usize::try_from(cohort.0 - ledger.first.0).ok()?;
    let groups: Vec<u16> = ledger.history.first.iter().map(|first| u16::from(*first as usize == place)).collect();
    let movements = movements_by_group(ledger, place, place.saturating_add(month), &groups, 2);
    movements.get(1).map(|movement| movement.spread)
}

/// One cell of the revenue triangle: the MRR of a cohort `month` months after its start ÷ that of its first month, or
/// the same with each customer capped at the first month.
pub fn cohort_revenue_retention(
    scope: &Scope,
    cohort: &RevenueCohort,
    month: usize,
    capped: bool,
    spread: Option<&Spread>,
) -> MetricResult {
    let scope = scope.over(Period::months(cohort.cohort, cohort.cohort.plus(month.min(1200) as i32)));
    let variant = if capped { "gross_capped" } else { "net" };
    let result = MetricResult::new(Key::CohortRevenueRetention, &scope).variant(variant);
    let amounts = if capped { &cohort.capped } else { &cohort.mrr };
    let mrr = match amounts.get(month) {
        Some(Some(mrr)) => mrr,
        Some(None) => return result.without(Status::MissingPeriod),
        None => return result.without(Status::NotReached),
    };
    let sums = spread.map(|spread| if capped { spread.gross } else { spread.net });
    let result = result
        .part("mrr", Value::Money(*mrr))
        .part("mrr_start", Value::Money(cohort.size))
        .ratio(Value::Money(*mrr), Value::Money(cohort.size));
    let result = if let Some(sums) = sums { result.observations(sums.n) } else { result };
    ratio_interval(result, &scope, sums.as_ref().and_then(ratio_standard_error), capped)
}

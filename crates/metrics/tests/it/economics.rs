//! Examples of renewals, cohorts and unit economics under their ids in metrics.md, and what holds for every input.

use crate::common::{asked, check, d1, d7, ledger, month};
use keeprate_metrics::cohorts::*;
use keeprate_metrics::economics::*;
use keeprate_metrics::efficiency::*;
use keeprate_metrics::ledger::{Dataset, Ledger};
use keeprate_metrics::money::{Amount, Interval as Billing};
use keeprate_metrics::period::{Day, Period};
use keeprate_metrics::planning::{Target, attain};
use keeprate_metrics::renewals::*;
use keeprate_metrics::result::{MetricResult, Scope, Status};
use keeprate_metrics::statistics::{Interval, Level};
use keeprate_metrics::survival::{Lifetimes, Survival, kaplan_meier};
use proptest::prelude::*;

fn s() -> Scope {
    Scope::default()
}

/// Whole currency units as fixed-point units.
fn money(units: f64) -> i128 {
    (units * 1e8).round() as i128
}

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("an ISO day")
}

/// The subscriptions of D2 (metrics.md 8.2): K6 after the trial, K8's first one bridged to the second.
fn d2_subscriptions() -> Vec<Subscription> {
    let rows = [
        (1, "2025-01-15", "", Billing::Year, 100.),
        (2, "2025-02-01", "2025-03-31", Billing::Month, 30.),
        (3, "2025-01-10", "", Billing::Quarter, 30.),
        (4, "2025-02-10", "", Billing::Week, 43.333333),
        (5, "2025-03-01", "", Billing::Month, 90.),
        (6, "2025-03-15", "", Billing::Month, 100.),
        (7, "2025-01-01", "", Billing::Month, 0.),
        (1, "2025-04-01", "", Billing::Month, 20.),
        (8, "2025-01-01", "2025-04-01", Billing::Month, 50.),
        (8, "2025-04-01", "", Billing::Month, 80.),
        (2, "2025-05-15", "", Billing::Month, 30.),
    ];
    rows.map(|(customer, start, end, interval, mrr)| Subscription {
        customer,
        start: day(start),
        end: Day::parse_iso(end),
        interval,
        count: 1,
        mrr: money(mrr) as i64,
    })
    .to_vec()
}

fn d2_renewals(of: &str, kept: fn(&Subscription) -> bool) -> MetricResult {
    let subscriptions: Vec<Subscription> = d2_subscriptions().into_iter().filter(kept).collect();
    renewal_rate(&s(), &renewals(&subscriptions, Period::months(month(of), month(of))))
}

fn monthly(subscription: &Subscription) -> bool {
    subscription.interval == Billing::Month
}

fn due(due: u64, renewed: u64) -> Renewals {
    Renewals { due, renewed, ..Renewals::default() }
}

fn d1_ledger() -> Ledger {
    let Dataset::Ledger(ledger) = d1() else { panic!("a ledger") };
    ledger
}

fn d1_cohorts() -> Cohorts {
    asked(&d1(), "2025-06", "2025-06").cohorts.expect("cohorts")
}

fn january(month: usize) -> MetricResult {
    cohort_logo_retention(&s(), &d1_cohorts().customers[0], month)
}

fn of_month_before(month: usize) -> MetricResult {
    cohort_logo_retention_of_month_before(&s(), &d1_cohorts().customers[0], month)
}

fn revenue_cell(cohort: &str, age: usize, capped: bool) -> MetricResult {
    let ledger = d1_ledger();
    let cohorts = d1_cohorts().revenue;
    let of = cohorts.iter().find(|of| of.cohort == month(cohort)).expect("a cohort");
    cohort_revenue_retention(&s(), of, age, capped, cohort_spread(&ledger, of.cohort, age).as_ref())
}

fn curve(rows: &[(f64, u64, u64)]) -> Survival {
    let lifetimes =
        rows.iter().map(|(time, churned, censored)| Lifetimes { time: *time, churned: *churned, censored: *censored });
    kaplan_meier(lifetimes.collect(), Level::NinetyFive)
}

/// D7 of metrics.md 8.7.
fn d7_curve() -> Survival {
    curve(&[(3., 1, 0), (5., 0, 1), (6., 1, 0), (7., 1, 0), (8., 0, 1), (10., 1, 0), (12., 1, 1)])
}

fn d7_worth(annual_discount: f64, months: u32) -> MetricResult {
    cltv_survival(&s(), &d7_curve(), &[money(100.)], 0.8, annual_discount, Some(months))
}

fn discounted(churn: f64, annual: f64, payment: Payment) -> MetricResult {
    cltv_discounted(&s(), money(100.), 0.8, churn, annual, payment, None)
}

fn attained(mut result: MetricResult, target: &str) -> MetricResult {
    attain(&mut result, &Target::parse(target).expect("a target"));
    result
}

fn forty(growth: f64, margin: f64) -> MetricResult {
    attained(rule_of_40(&s(), growth, margin, Profit::Ebitda), "rule_of_40>=0.40")
}

examples! {
    renewal_rate_1: renewal_rate(&s(), &due(100, 80)) => "value=0.8 ci_low=0.711171 ci_high=0.866633";
    renewal_rate_2: d2_renewals("2025-03", |_| true) => "renewed=7 due=7 value=1";
    renewal_rate_3: d2_renewals("2025-04", |_| true) => "renewed=8 due=9 value=0.888889";
    renewal_rate_4: d2_renewals("2025-04", monthly) => "renewed=3 due=4 value=0.75";
    // 30 of the 270 due are lost; what was changed from 50 to 80 counts with the old 50.
    renewal_rate_by_value: d2_renewals("2025-04", monthly) => "by_value=0.888889 per_customer=0.75";
    renewal_rate_of_yearly_contracts: d2_renewals("2026-01", |row| row.interval == Billing::Year) => "due=1 renewed=1";
    renewal_rate_of_terms_that_ended_early: d2_renewals("2025-05", |row| row.customer == 2) => "value=none status=undefined_zero_base";
    renewal_rate_without_terms: renewal_rate(&s(), &due(0, 0)) => "value=none status=undefined_zero_base";
    renewal_rate_of_more_than_were_due: renewal_rate(&s(), &due(3, 4)) => "value=none status=error warning=E-AGG-RANGE";

    cohort_logo_retention_of_a_later_month: january(4) => "value=0.833333 active=5 size=6 flag=left_truncated flag=low_n";
    cohort_logo_retention_of_the_month_before: of_month_before(2) => "value=0.666667 variant=previous_month";
    cohort_logo_retention_of_the_month_before_a_return: of_month_before(4) => "value=1.25 active=5 size=6 ci_low=none";
    cohort_logo_retention_of_its_own_month: of_month_before(0) => "value=1";
    cohort_logo_retention_of_the_month_before_the_end: of_month_before(6) => "value=none status=not_reached";
    cohort_logo_retention_beyond_the_data: january(6) => "value=none status=not_reached";
    cohort_logo_retention_3: cohort_logo_retention_mean(&s(), &d1_cohorts().customers, 1, true) => "value=1";
    cohort_logo_retention_3_month_2: cohort_logo_retention_mean(&s(), &d1_cohorts().customers, 2, true) => "value=0.625 active=5 size=8 simple_mean=0.555556";
    // Without the cohort that mixes older customers: E stays, G leaves.
    cohort_logo_retention_by_default: cohort_logo_retention_mean(&s(), &d1_cohorts().customers, 2, false) => "value=0.5";
    cohort_logo_retention_of_no_cohort: cohort_logo_retention_mean(&s(), &[], 0, true) => "status=not_reached";
    cohort_revenue_retention_beyond_the_data: revenue_cell("2025-04", 3, false) => "value=none status=not_reached";
    // The same customers, base and end as nrr.2 and grr.2.
    cohort_revenue_retention_interval: revenue_cell("2025-01", 5, false) => "value=0.804348 standard_error=0.197276 n=6";
    cohort_revenue_retention_capped_interval: revenue_cell("2025-01", 5, true) => "value=0.717391 standard_error=0.155119";

    cltv_discounted_1: discounted(0.05, 0.10, Payment::InAdvance) => "discount=0.007974 value=1390.929312";
    cltv_discounted_2: discounted(0.05, 0.10, Payment::InArrears) => "value=1310.929312";
    // The sheet's unit error is what a monthly rate of 10 % gives: an annual one of 214 %.
    cltv_discounted_3: discounted(0.05, 1.1_f64.powi(12) - 1.0, Payment::InAdvance) => "value=586.666667";
    cltv_discounted_without_churn: discounted(0.0, 0.10, Payment::InAdvance) => "status=ok";
    cltv_discounted_without_churn_and_interest: discounted(0.0, 0.0, Payment::InAdvance) => "value=none status=infinite";
    cltv_discounted_at_total_churn: discounted(1.0, 0.0, Payment::InArrears) => "value=0";
    cltv_discounted_of_an_impossible_rate: discounted(0.05, -0.1, Payment::InAdvance) => "value=none status=error warning=E-AGG-RANGE";

    cltv_survival_1: d7_worth(0.0, 12) => "value=710.555556";
    cltv_survival_1_discounted: d7_worth(0.10, 12) => "value=685.790353 undiscounted=710.555556";
    cltv_survival_2: d7_worth(0.0, 6) => "value=450";
    cltv_survival_beyond_the_curve: d7_worth(0.0, 14) => "value=none status=not_reached";
    cltv_survival_of_eight_customers_has_no_horizon: cltv_survival(&s(), &d7_curve(), &[money(100.)], 0.8, 0.0, None) => "value=none status=insufficient_data";
    cltv_survival_of_a_month: cltv_survival(&s(), &curve(&[(1., 5, 50)]), &[money(100.)], 0.8, 0.0, Some(1)) => "value=none status=insufficient_data";
    cltv_survival_without_revenue: cltv_survival(&s(), &d7_curve(), &[], 0.8, 0.0, Some(3)) => "value=none status=missing_input";
    // 100 at first, then 50: 80 + 40 + 40 in the months before anybody left.
    cltv_survival_of_observed_revenue: cltv_survival(&s(), &d7_curve(), &[money(100.), money(50.)], 0.8, 0.0, Some(3)) => "value=160";

    rule_of_40_1: forty(0.20, 0.20) => "value=0.4 met=true";
    rule_of_40_2: forty(0.50, -0.10) => "value=0.4 met=true";
    rule_of_40_3: forty(0.30, 0.05) => "value=0.35 met=false";
    rule_of_40_is_exact: forty(0.1, 0.3) => "value=0.4 met=true";
    rule_of_40_from_amounts: rule_of_40_of_amounts(&s(), money(100.), money(120.), money(24.), Profit::Ebitda) => "value=0.4 growth=0.2 profit_margin=0.2";
    rule_of_40_without_a_year_before: rule_of_40_of_amounts(&s(), 0, money(120.), money(24.), Profit::Ebitda) => "value=none status=undefined_zero_base";
    rule_of_40_of_negative_revenue: rule_of_40_of_amounts(&s(), money(-1.), money(120.), 0, Profit::Ebitda) => "value=none status=undefined_nonpositive_base";

    magic_number_1: magic_number(&s(), money(1.2e6), money(1.0e6), money(0.8e6)) => "value=1";
    magic_number_2: magic_number_of_arr(&s(), money(300_000.), money(400_000.)) => "value=0.75";
    magic_number_3: magic_number(&s(), money(1.2e6), money(1.0e6), 0) => "value=none status=undefined_zero_base";
    magic_number_of_negative_cost: magic_number(&s(), money(2.), money(1.), -1) => "value=none status=error";

    burn_multiple_1: burn_multiple(&s(), money(2e6), money(1e6)) => "value=2 variant=suboptimal";
    burn_multiple_2: burn_multiple(&s(), money(0.5e6), money(1e6)) => "value=0.5 variant=excellent";
    burn_multiple_3: burn_multiple(&s(), money(1e6), money(-0.2e6)) => "value=none status=undefined_nonpositive_base";
    burn_multiple_4: burn_multiple(&s(), money(-0.3e6), money(1e6)) => "value=-0.3 variant=cash_flow_positive";
    burn_multiple_without_growth: burn_multiple(&s(), money(1.), 0) => "value=none status=undefined_nonpositive_base";
}

/// 80 a month of margin over 8 % and over 4 % of churn: the higher churn is the lower value.
#[test]
fn the_bounds_of_a_simple_value_are_those_of_churn_the_other_way_round() {
    let worth = |low: f64| cltv_simple(&s(), money(100.), 0.05, Some(0.8), Some(Interval { low, high: 0.08 }));
    check(&worth(0.04), "value=1600 ci_low=1000 ci_high=2000");
    check(&worth(0.0), "value=1600 ci_low=none ci_high=none");
}

#[test]
fn bands_of_the_burn_multiple_begin_at_their_lower_limit() {
    for (burn, band) in [(0.99, "excellent"), (1.0, "great"), (1.5, "good"), (2.0, "suboptimal"), (3.0, "bad")] {
        assert_eq!(burn_multiple(&s(), money(burn), money(1.0)).variant, band);
    }
}

#[test]
fn cohort_logo_retention_1() {
    let expected = [6., 6., 4., 4., 5., 5.];
    for (month, active) in expected.into_iter().enumerate() {
        check(&january(month), &format!("active={active} value={}", active / 6.0));
    }
}

#[test]
fn cohort_logo_retention_2() {
    assert_eq!(strict(&d1_ledger(), &d1_cohorts().customers)[0].active, [6, 6, 4, 4, 4, 4].map(Some));
}

#[test]
fn cohort_revenue_retention_1() {
    for (month, mrr) in [920., 940., 720., 590., 710., 740.].into_iter().enumerate() {
        check(&revenue_cell("2025-01", month, false), &format!("mrr={mrr} value={}", mrr / 920.0));
    }
}

#[test]
fn cohort_revenue_retention_2() {
    for (month, mrr) in [920., 920., 650., 540., 660., 660.].into_iter().enumerate() {
        check(&revenue_cell("2025-01", month, true), &format!("mrr={mrr} value={}", mrr / 920.0));
    }
}

#[test]
fn cohort_revenue_retention_3() {
    for (month, expected) in ["mrr=60 value=1", "mrr=60 value=1", "mrr=0 value=0"].into_iter().enumerate() {
        check(&revenue_cell("2025-04", month, false), expected);
    }
}

#[test]
fn km_survival_1() {
    check_share(7.0, [0.583333, 0.180189, 0.844069]);
    assert!((d7_curve().standard_error(7.0).expect("an error") - 0.185561).abs() < 1e-6);
}

#[test]
fn km_survival_2() {
    check_share(12.0, [0.194444, 0.009335, 0.563398]);
}

fn check_share(time: f64, expected: [f64; 3]) {
    let curve = d7_curve();
    let (share, step) = curve.at(time);
    let step = step.expect("a step");
    for (actual, expected) in [share, step.low.expect("a bound"), step.high.expect("a bound")].into_iter().zip(expected)
    {
        assert!((actual - expected).abs() < 1e-6, "{actual} instead of {expected}");
    }
}

/// The data set as a file gives it has the curve that its value is made of.
#[test]
fn the_curve_of_cltv_survival_is_that_of_d7() {
    let report = asked(&d7(), "2025-06", "2025-06");
    assert_eq!(report.survival, d7_curve().steps);
}

/// A term keeps its day of the month from the first one on: 31 January, 28 February, 31 March.
#[test]
fn terms_are_counted_from_the_start() {
    let subscription = Subscription {
        customer: 1,
        start: day("2025-01-31"),
        end: None,
        interval: Billing::Month,
        count: 1,
        mrr: money(10.) as i64,
    };
    for (on, expected) in [("2025-02-28", 1), ("2025-03-28", 0), ("2025-03-31", 1), ("2025-04-30", 1)] {
        let period = Period { start: day(on), end: Day(day(on).0 + 1) };
        assert_eq!(renewals(&[subscription], period).due, expected, "{on}");
    }
    let bimonthly = Subscription { count: 2, ..subscription };
    let year = Period::months(month("2025-01"), month("2025-12"));
    assert_eq!(renewals(&[bimonthly], year).due, 5);
    assert_eq!(renewals(&[Subscription { interval: Billing::Once, ..subscription }], year).due, 0);
}

/// The first day that is due later, whatever ran before: none before the start, none at an end or after it.
#[test]
fn a_subscription_is_due_next_when_its_term_ends() {
    let of = |start: &str, end: &str, interval: Billing, count: u32| Subscription {
        customer: 1,
        start: day(start),
        end: Day::parse_iso(end),
        interval,
        count,
        mrr: 1,
    };
    let monthly = of("2025-01-31", "", Billing::Month, 1);
    let yearly = of("2020-02-29", "2024-02-29", Billing::Year, 1);
    for (subscription, on, expected) in [
        (monthly, "2025-01-30", None),
        (monthly, "2025-01-31", Some("2025-02-28")),
        (monthly, "2025-02-27", Some("2025-02-28")),
        (monthly, "2025-02-28", Some("2025-03-31")),
        (monthly, "2031-04-29", Some("2031-04-30")),
        (of("2025-01-01", "", Billing::Day, 3), "2025-01-03", Some("2025-01-04")),
        (of("2025-01-01", "", Billing::Day, 3), "2025-01-04", Some("2025-01-07")),
        (of("2025-01-01", "", Billing::Week, 2), "2026-01-01", Some("2026-01-14")),
        (of("2025-01-01", "", Billing::Quarter, 1), "2025-06-30", Some("2025-07-01")),
        (of("2025-01-01", "", Billing::HalfYear, 1), "2025-07-01", Some("2026-01-01")),
        (yearly, "2020-02-29", Some("2021-02-28")),
        // It ends on the day on which it would be due, and runs no longer on that day.
        (yearly, "2023-02-28", None),
        (yearly, "2023-02-27", Some("2023-02-28")),
        (yearly, "2024-02-29", None),
        (of("2025-01-01", "2025-02-02", Billing::Month, 1), "2025-01-15", Some("2025-02-01")),
        (of("2025-01-01", "", Billing::Once, 1), "2025-01-15", None),
    ] {
        assert_eq!(subscription.next_due(day(on)).map(Day::to_iso).as_deref(), expected, "{subscription:?} {on}");
    }
}

#[test]
fn terms_of_twelve_months_are_annual() {
    for (interval, least) in [
        (Billing::Day, 365),
        (Billing::Week, 52),
        (Billing::Month, 12),
        (Billing::Quarter, 4),
        (Billing::HalfYear, 2),
        (Billing::Year, 1),
    ] {
        let of = |count| Subscription { customer: 1, start: Day(0), end: None, interval, count, mrr: 1 };
        assert_eq!([of(least - 1), of(least), of(least + 1)].map(|of| of.is_annual()), [false, true, true]);
        assert!(!Subscription { interval: Billing::Once, ..of(400) }.is_annual());
    }
}

/// By hand, in February: customer 1 has a plan of 10 that ends and one of 20 that goes on beside it; 2 changes from 30 to 40
/// and 3 from 50 to 45 within the term; 4 has nothing due, and what is free is no term.
#[test]
fn what_goes_on_in_place_of_a_plan_renews_it() {
    let of = |customer, start: &str, end: &str, interval, mrr: f64| Subscription {
        customer,
        start: day(start),
        end: Day::parse_iso(end),
        interval,
        count: 1,
        mrr: money(mrr) as i64,
    };
    let rows = [
        of(1, "2025-01-10", "2025-02-10", Billing::Month, 10.),
        of(1, "2025-01-10", "", Billing::Year, 20.),
        of(2, "2025-01-15", "2025-02-01", Billing::Month, 30.),
        of(2, "2025-02-01", "", Billing::Year, 40.),
        of(3, "2025-01-20", "2025-02-02", Billing::Month, 50.),
        of(3, "2025-02-02", "", Billing::Year, 45.),
        of(4, "2025-01-05", "", Billing::Year, 70.),
        of(5, "2025-01-05", "", Billing::Month, 0.),
    ];
    let february = renewals(&rows, Period::months(month("2025-02"), month("2025-02")));
    let expected = Renewals {
        due: 3,
        renewed: 3,
        mrr_due: money(90.),
        // Of 10 nothing, of 30 no more than 30, of 50 what is left.
        mrr_renewed: money(75.),
        customers_due: 3,
        customers_renewed: 3,
    };
    assert_eq!(february, expected);
}

/// Cohorts of two customers at 10, of which one leaves and the other grows; the first month of all mixes older ones.
#[test]
fn means_of_cohorts_leave_out_what_is_older() {
    let rows: [(&str, &str, &[f64]); 5] = [
        ("old", "", &[10., 10., 0.]),
        ("older", "", &[30., 30., 30.]),
        ("a", "", &[0., 10., 15.]),
        ("b", "", &[0., 10., 0.]),
        ("c", "", &[0., 0., 20.]),
    ];
    let of = |rows: &[(&str, &str, &[f64])]| {
        let report = asked(&Dataset::Ledger(ledger("2025-01", rows)), "2025-03", "2025-03");
        report.cohorts.expect("cohorts")
    };
    let revenue = |month: usize, all: bool| cohort_revenue_retention_mean(&s(), &of(&rows), month, all);
    let customers = |month: usize, all: bool| cohort_logo_retention_mean(&s(), &of(&rows).customers, month, all);
    // A month after the start: 15 of 20, capped 10; with January's 40 of 40.
    check(&revenue(1, false), "value=0.75 mrr=15 mrr_start=20 gross_capped=0.5");
    check(&revenue(1, true), "value=0.916667 mrr=55 mrr_start=60 gross_capped=0.833333");
    check(&revenue(0, false), "value=1 mrr_start=40 gross_capped=1");
    // Only January is two months old.
    check(&revenue(2, false), "value=none status=not_reached");
    check(&revenue(2, true), "value=0.75 mrr=30 mrr_start=40");
    check(&customers(1, false), "value=0.5 active=1 size=2");
    check(&customers(1, true), "value=0.75 active=3 size=4");
    check(&customers(2, false), "value=none status=not_reached");
    check(&customers(3, true), "value=none status=not_reached");
    let [of_customers, of_revenue] = cohort_means(&s(), &of(&rows));
    check(&of_customers, "value=0.5 month=1");
    check(&of_revenue, "value=0.75 month=1");
    assert_eq!(weighted_retention(&of(&rows).customers, false), [1.0, 0.5].map(Some));
    assert_eq!(weighted_retention(&of(&rows).customers, true), [1.0, 0.75, 0.5].map(Some));
    // A cohort that is alone counts, whatever is older in it.
    let alone = of(&rows[..2]);
    check(&cohort_revenue_retention_mean(&s(), &alone, 2, false), "value=0.75");
    check(&cohort_logo_retention_mean(&s(), &alone.customers, 2, false), "value=0.5");
    check(&cohort_means(&s(), &alone)[0], "value=0.5 month=2");
    assert_eq!(weighted_retention(&alone.customers, false), [1.0, 1.0, 0.5].map(Some));
}

/// February is not in the file: who is there in January is there again in March, or gone. c comes in March, where nobody
/// knows whether they came in February.
#[test]
fn a_month_that_the_file_lacks_is_no_cell() {
    let mut ledger = ledger(
        "2025-01",
        &[("a", "", &[10., 0., 10., 20.]), ("b", "", &[10., 0., 0., 0.]), ("c", "", &[0., 0., 5., 5.])],
    );
    ledger.closings[1].present = false;
    let report = asked(&Dataset::Ledger(ledger.clone()), "2025-04", "2025-04");
    let cohorts = report.cohorts.expect("cohorts");
    let [january, march] = &cohorts.customers[..] else { panic!("two cohorts") };
    assert_eq!(january.active, [Some(2), None, Some(1), Some(1)]);
    assert_eq!(march.active, [1, 1].map(Some));
    let amounts = |of: &[Option<Amount>]| of.iter().map(|of| of.map(|of| of.to_decimal())).collect::<Vec<_>>();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(amounts(&cohorts.revenue[0].mrr), [some("20.00"), None, some("10.00"), some("20.00")]);
    assert_eq!(amounts(&cohorts.revenue[0].capped), [some("20.00"), None, some("10.00"), some("10.00")]);
    // Nobody leaves where nothing is known.
    assert_eq!(strict(&ledger, &cohorts.customers)[0].active, [Some(2), None, Some(1), Some(1)]);
    check(&cohort_logo_retention(&s(), january, 1), "value=none status=missing_period");
    check(&cohort_logo_retention(&s(), january, 2), "value=0.5");
    check(&cohort_revenue_retention(&s(), &cohorts.revenue[0], 1, false, None), "value=none status=missing_period");
    check(&cohort_revenue_retention(&s(), &cohorts.revenue[0], 4, false, None), "value=none status=not_reached");
    // A month after the start March alone is known, with January's two months after two of two and one of two.
    assert_eq!(weighted_retention(&cohorts.customers, true), [1.0, 1.0, 0.5, 0.5].map(Some));
    let older = std::slice::from_ref(january);
    assert_eq!(weighted_retention(older, true), [Some(1.0), None, Some(0.5), Some(0.5)]);
    check(&cohort_logo_retention_mean(&s(), &cohorts.customers, 1, true), "value=1 active=1 size=1");
    check(&cohort_logo_retention_mean(&s(), older, 1, true), "value=none status=missing_period");
    check(&cohort_revenue_retention_mean(&s(), &cohorts, 1, true), "value=1 mrr=5 mrr_start=5");
    let january = Cohorts { customers: older.to_vec(), revenue: cohorts.revenue[..1].to_vec() };
    check(&cohort_revenue_retention_mean(&s(), &january, 1, true), "value=none status=missing_period");
    let json = serde_json::to_value(&january).expect("JSON");
    assert_eq!(json["customers"][0]["active"], serde_json::json!([2, null, 1, 1]));
    assert_eq!(json["revenue"][0]["mrr"], serde_json::json!(["20.00", null, "10.00", "20.00"]));
    assert_eq!(serde_json::from_value::<Cohorts>(json).expect("cohorts"), january);
}

fn bounds(interval: Interval) -> (f64, f64) {
    let result = cltv_discounted(&s(), money(100.), 0.8, 0.05, 0.10, Payment::InAdvance, Some(interval));
    (result.ci_low.expect("a bound").as_f64(), result.ci_high.expect("a bound").as_f64())
}

#[test]
fn bounds_of_churn_become_bounds_of_the_value() {
    let (low, high) = bounds(Interval { low: 0.02, high: 0.11 });
    for (churn, bound) in [(0.11, low), (0.02, high)] {
        check(&discounted(churn, 0.10, Payment::InAdvance), &format!("value={bound}"));
    }
}

fn intervals() -> impl Strategy<Value = Billing> {
    prop::sample::select(vec![
        Billing::Day,
        Billing::Week,
        Billing::Month,
        Billing::Quarter,
        Billing::HalfYear,
        Billing::Year,
        Billing::Once,
    ])
}

fn subscriptions() -> impl Strategy<Value = Vec<Subscription>> {
    let one = (0..4_u32, 19_000..20_500_i32, prop::option::of(0..900_i32), intervals(), 1..4_u32, 0..3_i64);
    prop::collection::vec(
        one.prop_map(|(customer, start, days, interval, count, mrr)| Subscription {
            customer,
            start: Day(start),
            end: days.map(|days| Day(start + days)),
            interval,
            count,
            mrr: mrr * 1_000_000,
        }),
        0..12,
    )
}

/// Every boundary of every term, walked through one by one.
fn walked(subscriptions: &[Subscription], period: Period) -> (u64, u64) {
    let active = |row: &Subscription, at: Day| row.start <= at && row.end.is_none_or(|end| end > at);
    let (mut due, mut renewed) = (0, 0);
    for row in subscriptions.iter().filter(|row| row.mrr > 0 && row.interval != Billing::Once) {
        let mut began = row.start;
        for term in 1.. {
            let units = term * row.count as i32;
            let at = match row.interval {
                Billing::Day => Day(row.start.0 + units),
                Billing::Week => Day(row.start.0 + 7 * units),
                Billing::Month | Billing::Once => row.start.plus_months(units),
                Billing::Quarter => row.start.plus_months(3 * units),
                Billing::HalfYear => row.start.plus_months(6 * units),
                Billing::Year => row.start.plus_months(12 * units),
            };
            if at >= period.end || !active(row, began) {
                break;
            }
            if at >= period.start {
                let own = |other: &&Subscription| other.customer == row.customer && other.mrr > 0;
                due += 1;
                renewed += u64::from(subscriptions.iter().filter(own).any(|other| active(other, at)));
            }
            began = at;
        }
    }
    (due, renewed)
}

proptest! {
    #[test]
    fn terms_due_are_those_that_a_walk_finds(rows in subscriptions(), from in 18_900..20_900_i32, days in 1..120_i32) {
        let period = Period { start: Day(from), end: Day(from + days) };
        let found = renewals(&rows, period);
        prop_assert_eq!((found.due, found.renewed), walked(&rows, period));
        prop_assert!(found.mrr_renewed <= found.mrr_due && found.customers_renewed <= found.customers_due);
        let mut reversed = rows;
        reversed.reverse();
        prop_assert_eq!(renewals(&reversed, period), found);
    }

    #[test]
    fn no_term_is_beyond_the_calendar(start in -700_000..700_000_i32, count: u32, interval in intervals(), from in -700_000..700_000_i32) {
        let row = Subscription { customer: 0, start: Day(start), end: None, interval, count, mrr: 1 };
        let found = renewals(&[row], Period { start: Day(from), end: Day(from + 400) });
        prop_assert!(found.due <= 400 && found.renewed == found.due);
    }

    #[test]
    fn a_higher_rate_never_makes_a_customer_worth_more(
        churn in 0.0..=1.0_f64, rates in [0.0..3.0_f64, 0.0..3.0], arrears: bool,
    ) {
        let payment = if arrears { Payment::InArrears } else { Payment::InAdvance };
        let [low, high] = if rates[0] < rates[1] { rates } else { [rates[1], rates[0]] };
        let worth = |rate: f64| discounted(churn, rate, payment);
        if let (Some(more), Some(less)) = (worth(low).number(), worth(high).number()) {
            prop_assert!(less <= more + 1e-9);
        }
        if let (Some(plain), Some(value)) =
            (cltv_simple(&s(), money(100.), churn, Some(0.8), None).number(), worth(high).number())
        {
            prop_assert!(!arrears || value <= plain + 1e-9);
        }
    }

    /// Half or a third of the customers leave each month: S(k) = (1 − c)^k, whose sum has a closed form.
    #[test]
    fn a_curve_of_constant_churn_gives_the_closed_form(parts in 2..4_u64, months in 2..8_u32, annual in 0.0..0.5_f64) {
        let customers = parts.pow(months);
        let mut left = customers;
        let rows: Vec<(f64, u64, u64)> = (1..=months).map(|month| {
            let churned = left / parts;
            left -= churned;
            (f64::from(month), churned, if month == months { left } else { 0 })
        }).collect();
        let result = cltv_survival(&s(), &curve(&rows), &[money(100.)], 0.8, annual, Some(months));
        let monthly = (1.0 - 1.0 / parts as f64) / (1.0 + annual).powf(1.0 / 12.0);
        let expected = 80.0 * (1.0 - monthly.powi(months as i32)) / (1.0 - monthly);
        let value = result.number().expect("a value");
        prop_assert!((value - expected).abs() < 0.005, "{} {}", value, expected);
        prop_assert!(result.ci_low.expect("a bound").as_f64() <= value && value <= result.ci_high.expect("a bound").as_f64());
    }

    #[test]
    fn customers_who_all_stay_bring_every_month(months in 2..40_u32) {
        let stayed = curve(&[(f64::from(months), 0, 20)]);
        let result = cltv_survival(&s(), &stayed, &[money(100.)], 0.8, 0.0, None);
        prop_assert_eq!(result.number(), Some(80.0 * f64::from(months)));
    }

    #[test]
    fn whatever_is_entered_has_a_finite_value_or_a_status(
        a: i64, b: i64, c: i64, x in prop::num::f64::NORMAL | prop::num::f64::ZERO, y in prop::num::f64::NORMAL, z in 0.0..2.0_f64,
    ) {
        let (a, b, c) = (i128::from(a), i128::from(b), i128::from(c));
        let sides = [Payment::InAdvance, Payment::InArrears];
        let mut results = vec![
            rule_of_40(&s(), x, y, Profit::FreeCashFlow), rule_of_40(&s(), z, -z, Profit::Operating), rule_of_40_of_amounts(&s(), a, b, c, Profit::Ebitda),
            magic_number(&s(), a, b, c), magic_number_of_arr(&s(), a, b), burn_multiple(&s(), a, b),
            cltv_survival(&s(), &d7_curve(), &[a, b], z, y, Some(5)), cltv_survival(&s(), &d7_curve(), &[a.abs()], z, y.abs(), Some(12)),
        ];
        for payment in sides {
            results.push(cltv_discounted(&s(), a, z, x, y, payment, None));
            results.push(cltv_discounted(&s(), a.abs(), z, z, y.abs(), payment, Some(Interval { low: 0.0, high: 1.0 })));
        }
        for result in results {
            prop_assert_eq!(result.status == Status::Ok, result.value.is_some());
            let figures = result.value.iter().chain(&result.ci_low).chain(&result.ci_high).chain(result.parts.values());
            for figure in figures {
                prop_assert!(figure.as_f64().is_finite(), "{:?}", result);
            }
        }
    }
}

//! What formulas say at their limits and of what is incomplete, beside the numbered examples of metrics.md. Expected values are
//! worked out by hand from the numbers in each line.

use crate::common::check;
use keeprate_columns::passes::Products;
use keeprate_metrics::customers::*;
use keeprate_metrics::economics::*;
use keeprate_metrics::efficiency::*;
use keeprate_metrics::ledger::Totals;
use keeprate_metrics::result::{MetricResult, Scope, Unit, Value};
use keeprate_metrics::revenue::*;
use keeprate_metrics::statistics::{
    Interval, Level, difference_of_estimates, holm, mean, newcombe, ratio_standard_error, t_quantile, wilson,
};
use keeprate_metrics::survival::{Lifetimes, Survival, kaplan_meier};

fn s() -> Scope {
    Scope::default()
}

/// A scope under the usual conventions but one.
fn under(name: &str, value: &str) -> Scope {
    let mut scope = s();
    scope.conventions.set(name, value).expect("known");
    scope
}

/// Whole currency units as fixed-point units.
fn money(units: f64) -> i128 {
    (units * 1e8).round() as i128
}

/// 10 are won and a millionth of a cent is lost: what stands for a customer without MRR.
fn lost_one_unit() -> Totals {
    let [mrr_reactivation, mrr_expansion, mrr_contraction] = [Some(0); 3];
    let (mrr_new, mrr_churn) = (Some(money(10.)), Some(1));
    Totals { mrr_new, mrr_reactivation, mrr_expansion, mrr_contraction, mrr_churn, ..Totals::default() }
}

/// Customers at the start, at the end, new and lost, as far as they are known; three have come back.
fn customers(start: Option<i64>, end: Option<i64>, new: Option<i64>, lost: Option<i64>) -> Totals {
    Totals {
        customers_start: start,
        customers_end: end,
        customers_new: new,
        customers_lost: lost,
        customers_reactivated: Some(3),
        ..Totals::default()
    }
}

fn lost_of(start: i64, lost: i64) -> Totals {
    customers(Some(start), None, None, Some(lost))
}

fn intra(totals: Totals) -> Totals {
    Totals { customers_intra_period: Some(4), ..totals }
}

const BETWEEN: Option<Interval> = Some(Interval { low: 0.04, high: 0.08 });
const FROM_NONE: Option<Interval> = Some(Interval { low: 0.0, high: 0.08 });

/// So many leave after two months and so many after four.
fn left(two: u64, four: u64) -> Survival {
    let lifetimes = [(2.0, two), (4.0, four)].map(|(time, churned)| Lifetimes { time, churned, censored: 0 });
    kaplan_meier(lifetimes.to_vec(), Level::NinetyFive)
}

fn amounts(start: f64, expansion: f64, contraction: f64, churn: f64) -> Totals {
    Totals {
        mrr_start: Some(money(start)),
        mrr_new: Some(money(100.)),
        mrr_reactivation: Some(money(30.)),
        mrr_expansion: Some(money(expansion)),
        mrr_contraction: Some(money(contraction)),
        mrr_churn: Some(money(churn)),
        ..Totals::default()
    }
}

/// 1,000 + 100 + 30 + 200 − 50 − 100 = 1,180, and so much more in units.
fn ending(more: i128) -> Totals {
    Totals { mrr_end: Some(money(1180.) + more), ..amounts(1000., 200., 50., 100.) }
}

/// Customers with MRR at start and end, and new ones.
fn arpa_of(start: i64, end: i64, new: i64) -> MetricResult {
    let totals =
        Totals { customers_start: Some(start), customers_end: Some(end), customers_new: Some(new), ..ending(0) };
    arpa(&s(), &totals, Some([90., 10., 40., 20.].map(|units| money(units) as i64).to_vec()))
}

fn ratio(scope: &Scope, trailing: Option<&Totals>) -> MetricResult {
    quick_ratio(scope, &amounts(1000., 200., 50., 100.), trailing)
}

fn d7() -> Survival {
    let rows = [(3., 1, 0), (5., 0, 1), (6., 1, 0), (7., 1, 0), (8., 0, 1), (10., 1, 0), (12., 1, 1)];
    let lifetimes = rows.map(|(time, churned, censored)| Lifetimes { time, churned, censored });
    kaplan_meier(lifetimes.to_vec(), Level::NinetyFive)
}

fn d7_worth(margin: f64, months: u32) -> MetricResult {
    cltv_survival(&s(), &d7(), &[money(100.)], margin, 0.0, Some(months))
}

examples! {
    // 100 − 5 + 20 + 3 = 118, from any three of them.
    counts_without_the_end: customer_counts(&s(), &customers(Some(100), None, Some(20), Some(5))) => "value=118 start=100 new=20 lost=5 reactivated=3 identity_ok=true";
    counts_without_the_start: customer_counts(&s(), &customers(None, Some(118), Some(20), Some(5))) => "value=118 start=100 new=20 lost=5 identity_ok=true";
    counts_without_the_new: customer_counts(&s(), &customers(Some(100), Some(118), None, Some(5))) => "value=118 start=100 new=20 lost=5 identity_ok=true";
    counts_without_the_lost: customer_counts(&s(), &customers(Some(100), Some(118), Some(20), None)) => "value=118 start=100 new=20 lost=5 identity_ok=true";
    counts_that_do_not_close: customer_counts(&s(), &customers(Some(100), Some(117), Some(20), Some(5))) => "value=117 identity_ok=false warning=W-IDENTITY";
    counts_of_two: customer_counts(&s(), &customers(Some(100), None, Some(20), None)) => "value=none status=missing_input start=100 lost=none identity_ok=none";

    retention_of_the_identity: customer_retention_rate(&s(), &customers(Some(100), Some(118), Some(20), None)) => "value=0.95 lost=5 retained=95";
    retention_without_any: customer_retention_rate(&s(), &lost_of(100, 100)) => "value=0 lost=100";
    retention_of_everybody: customer_retention_rate(&s(), &lost_of(100, 0)) => "value=1";
    retention_of_nobody: customer_retention_rate(&s(), &lost_of(0, 0)) => "value=none status=undefined_zero_base";
    retention_of_more_lost_than_there_were: customer_retention_rate(&s(), &lost_of(100, 101)) => "status=error warning=E-AGG-RANGE";
    retention_of_fewer_than_none_lost: customer_retention_rate(&s(), &lost_of(100, -1)) => "status=error warning=E-AGG-RANGE";
    retention_of_a_negative_start: customer_retention_rate(&s(), &lost_of(-1, -1)) => "status=error warning=E-AGG-RANGE";
    // End and new say that 6 − (6 − 2 − 3) = 5 were lost.
    churn_of_two_readings: customer_churn_rate(&s(), &customers(Some(6), Some(6), Some(2), Some(1))) => "value=0.166667 value_from_end_new=0.833333 warning=W-IDENTITY";
    // Who came back could be lost as well: 100 − 8 + 50 + 3 = 145 closes, so that the 4 come on top: 12 of 154.
    churn_of_all_who_could_be_lost: customer_churn_rate(&s(), &intra(customers(Some(100), Some(145), Some(50), Some(8)))) => "value=0.08 exposed_base=0.077922 average_base=0.097959";
    churn_without_the_new: customer_churn_rate(&s(), &intra(customers(Some(100), Some(145), None, Some(8)))) => "exposed_base=none average_base=0.097959";
    churn_day_by_day: customer_churn_rate(&under("customer_churn", "daily_sum"), &Totals { daily_churn: Some(0.07), ..lost_of(100, 5) }) => "value=0.07 variant=daily_sum ci_low=none ci_high=none";
    churn_day_by_day_by_default: customer_churn_rate(&s(), &Totals { daily_churn: Some(0.07), ..lost_of(100, 5) }) => "value=0.05 ci_low=0.021544";
    churn_day_by_day_of_what_cannot_be: customer_churn_rate(&under("customer_churn", "daily_sum"), &Totals { daily_churn: Some(0.07), ..lost_of(100, 101) }) => "value=none status=error";

    // 1 − 0.96¹² and 1 − 0.92¹²; 1 − 0.96^(1/12) and 1 − 0.92^(1/12).
    converted_bounds_of_a_month: churn_rate_convert(&s(), 0.05, Measured::Monthly, BETWEEN) => "value=0.459640 ci_low=0.387290 ci_high=0.632334 monthly=0.05";
    converted_bounds_of_a_year: churn_rate_convert(&s(), 0.05, Measured::Annually, BETWEEN) => "value=0.004265 ci_low=0.003396 ci_high=0.006924 annual=0.05";
    converted_days_none: churn_rate_convert(&s(), 0.05, Measured::Days(0.0), None) => "value=none status=error warning=E-AGG-RANGE";
    converted_days_negative: churn_rate_convert(&s(), 0.05, Measured::Days(-30.0), None) => "value=none status=error warning=E-AGG-RANGE";
    converted_nothing: churn_rate_convert(&s(), 0.0, Measured::Monthly, None) => "value=0 status=ok";
    converted_too_much: churn_rate_convert(&s(), 1.01, Measured::Monthly, None) => "status=error warning=E-AGG-RANGE";

    lifetime_bounds_are_those_of_churn_the_other_way_round: lifetime_from_churn(&s(), 0.05, Unit::Months, BETWEEN) => "value=20 ci_low=12.5 ci_high=25";
    lifetime_without_an_upper_bound: lifetime_from_churn(&s(), 0.05, Unit::Months, FROM_NONE) => "value=20 ci_low=none ci_high=none";
    lifetime_of_more_than_everybody: lifetime_from_churn(&s(), 1.01, Unit::Months, None) => "value=none status=error warning=E-AGG-RANGE";
    lifetime_of_everybody: lifetime_from_churn(&s(), 1.0, Unit::Months, None) => "value=1";
    tenure_of_nobody: tenure(&s(), &[]) => "value=none status=undefined_zero_base";
    tenure_between_two: tenure(&s(), &[9., 1., 4., 2.]) => "value=4 tenure_median=3 n=4";
    // Of 20 one half stays two months longer: 2 × 1 + 2 × 0.5.
    lifetime_of_twenty_is_the_curve: customer_lifetime(&s(), Some(&left(10, 10)), Some((0.05, None)), vec![1.0, 3.0]) => "value=3 variant=km_restricted_mean horizon=4 km_median=2 ended=20 expected_constant=20 n=20 tenure_mean=2 tenure_median=2";
    lifetime_of_nineteen_is_not: customer_lifetime(&s(), Some(&left(10, 9)), Some((0.05, None)), Vec::new()) => "value=20 variant=expected_constant tenure_mean=none";
    lifetime_without_churn_and_with_few: customer_lifetime(&s(), Some(&left(10, 9)), None, Vec::new()) => "value=none status=insufficient_data";
    lifetime_of_nothing: customer_lifetime(&s(), None, None, Vec::new()) => "value=none status=missing_input";

    // Seven amounts may each be off by half a cent, which is 500,000 units.
    movements_close: mrr_movements(&s(), &ending(0)) => "value=180 identity_ok=true";
    movements_close_with_rounding: mrr_movements(&s(), &ending(3_500_000)) => "identity_ok=true";
    movements_close_with_rounding_down: mrr_movements(&s(), &ending(-3_500_000)) => "identity_ok=true";
    movements_do_not_close: mrr_movements(&s(), &ending(3_500_001)) => "identity_ok=false warning=W-IDENTITY";
    movements_do_not_close_downwards: mrr_movements(&s(), &ending(-3_500_001)) => "identity_ok=false warning=W-IDENTITY";
    net_new_of_two_states: net_new_mrr(&s(), &Totals { mrr_new: None, ..ending(0) }) => "value=180 growth=0.18";
    net_new_of_one_state: net_new_mrr(&s(), &Totals { mrr_new: None, mrr_start: None, ..ending(0) }) => "value=none status=missing_input";
    net_new_from_nothing: net_new_mrr(&s(), &Totals { mrr_start: Some(0), ..ending(0) }) => "value=180 growth=none";
    revenue_churn_of_nothing: revenue_churn(&s(), &amounts(0., 0., 0., 0.), None) => "value=none status=undefined_zero_base amount=0 cancellation_only=none";
    // 150 − 200 = −50 of 1,000, and −80 with those who are back.
    revenue_churn_net: revenue_churn(&s(), &ending(0), None) => "value=0.15 amount=150 cancellation_only=0.1 net=-0.05 net_incl_reactivation=-0.08";
    revenue_churn_net_of_returners: revenue_churn(&under("incl_reactivation", "true"), &ending(0), None) => "value=0.15 net=-0.08 net_incl_reactivation=-0.08";
    nrr_of_the_base: nrr(&s(), &ending(0), None) => "value=1.05 variant=aggregate";
    nrr_with_returners: nrr(&under("incl_reactivation", "true"), &ending(0), None) => "value=1.08 variant=incl_reactivation";
    grr_of_the_base: grr(&s(), &ending(0), None) => "value=0.85 variant=aggregate";
    grr_of_all_that_is_lost: grr(&s(), &amounts(150., 0., 50., 100.), None) => "value=0 status=ok";
    grr_of_more_than_there_was: grr(&s(), &amounts(149., 0., 50., 100.), None) => "value=none status=error warning=E-AGG-RANGE";
    grr_of_a_negative_contraction: grr(&s(), &amounts(1000., 0., -1., 100.), None) => "value=none status=error warning=E-AGG-RANGE";
    grr_of_a_negative_churn: grr(&s(), &amounts(1000., 0., 50., -1.), None) => "value=none status=error warning=E-AGG-RANGE";
    grr_of_nothing: grr(&s(), &amounts(0., 0., 0., 0.), None) => "value=none status=undefined_zero_base";
    // 1,180 ÷ 59; 2,180 ÷ 109; 100 ÷ 4. A quarter of 10, 20, 40 and 90 lies between 10 and 20, 7.5 from the first.
    arpa_of_both_ends: arpa_of(50, 59, 4) => "value=20 average=20 arpa_new=25 n=59 lower_quartile=17.5 median=30 upper_quartile=52.5";
    arpa_without_new_customers: arpa_of(50, 59, 0) => "value=20 arpa_new=none";
    arpa_of_nobody_at_the_end: arpa_of(109, 0, 0) => "value=none status=undefined_zero_base average=20";
    arpa_of_nobody_at_all: arpa_of(0, 0, 0) => "value=none status=undefined_zero_base average=none";
    // 330 ÷ 150 and 300 ÷ 150; of the last three months (300 + 30 + 600) ÷ 150, and 900 ÷ 150 without those who are back.
    quick_ratio_of_months: ratio(&s(), Some(&Totals { mrr_new: Some(money(300.)), ..amounts(0., 600., 50., 100.) })) => "value=2.2 gains=330 losses=150 without_reactivation=2 trailing_3_months=6.2";
    quick_ratio_of_months_without: ratio(&under("quick_ratio", "without_reactivation"), Some(&Totals { mrr_new: Some(money(300.)), ..amounts(0., 600., 50., 100.) })) => "value=2 variant=without_reactivation gains=300 without_reactivation=none trailing_3_months=6";
    quick_ratio_of_months_without_losses: ratio(&s(), Some(&amounts(0., 600., 0., 0.))) => "value=2.2 trailing_3_months=none";
    quick_ratio_of_nothing: quick_ratio(&s(), &Totals { mrr_new: Some(0), mrr_reactivation: None, ..amounts(0., 0., 0., 0.) }, None) => "value=none status=undefined_zero_base";
    // 60 and 30 of 100: 0.36 + 0.09 + 0.01 + 0.
    concentration_of_those_who_pay: revenue_concentration(&s(), [10, 0, 60, 30, -5].map(|units| units * 100_000_000).to_vec(), 2) => "value=0.9 top_mrr=90 mrr_end=100 top_1=0.6 hhi=0.46 n=3";

    historic_of_no_time: cltv_historic(&s(), money(500.), 0.0) => "value=0 status=ok";
    historic_of_no_revenue: cltv_historic(&s(), 0, 3.0) => "value=0 status=ok";
    historic_of_negative_time: cltv_historic(&s(), money(500.), -1.0) => "value=none status=error warning=E-AGG-RANGE";
    historic_of_endless_time: cltv_historic(&s(), money(500.), f64::INFINITY) => "value=none status=error warning=E-AGG-RANGE";
    historic_of_negative_revenue: cltv_historic(&s(), -1, 3.0) => "value=none status=error warning=E-AGG-RANGE";
    // t(2) is 4.302653: ± 4.302653 × 100 ÷ √3.
    realised_with_its_interval: cltv_realised(&s(), [1200, 1000, 1100].map(|units| units * 100_000_000).to_vec()) => "value=1100 ci_low=851.586 ci_high=1348.414 n=3 total_revenue=3300 ended=3";
    // ± 4.302653 × 458.257569 ÷ √3 around 1,000, of which less than nothing is nothing.
    realised_is_never_negative: cltv_realised(&s(), [1500, 900, 600].map(|units| units * 100_000_000).to_vec()) => "value=1000 ci_low=0 ci_high=2138.375";
    realised_of_one: cltv_realised(&s(), vec![100_000_000]) => "value=1 ci_low=none";
    realised_of_nobody: cltv_realised(&s(), Vec::new()) => "value=none status=insufficient_data";
    simple_of_everybody: cltv_simple(&s(), money(100.), 1.0, Some(1.0), None) => "value=100 capped_60m=100";
    simple_of_nothing: cltv_simple(&s(), 0, 0.0, Some(0.8), None) => "value=none status=undefined_zero_base";
    simple_without_margin: cltv_simple(&s(), money(100.), 0.05, Some(0.0), None) => "value=none status=error warning=E-AGG-RANGE";
    simple_of_too_much_margin: cltv_simple(&s(), money(100.), 0.05, Some(1.01), None) => "value=none status=error warning=E-AGG-RANGE";
    simple_of_negative_revenue: cltv_simple(&s(), -1, 0.05, Some(0.8), None) => "value=none status=error warning=E-AGG-RANGE";
    // 1 ÷ 0.016 = 62.5 months.
    simple_beyond_the_horizon: cltv_simple(&s(), money(100.), 0.016, None, None) => "value=6250 warning=W-LTV-HORIZON";
    discounted_of_nothing: cltv_discounted(&s(), 0, 0.8, 0.0, 0.0, Payment::InAdvance, None) => "value=none status=undefined_zero_base";
    discounted_without_margin: cltv_discounted(&s(), money(100.), 0.0, 0.05, 0.1, Payment::InAdvance, None) => "status=error warning=E-AGG-RANGE";
    discounted_of_too_much_margin: cltv_discounted(&s(), money(100.), 1.01, 0.05, 0.1, Payment::InAdvance, None) => "status=error warning=E-AGG-RANGE";
    discounted_of_negative_revenue: cltv_discounted(&s(), -1, 0.8, 0.05, 0.1, Payment::InAdvance, None) => "status=error warning=E-AGG-RANGE";
    // Without interest 80 × 0.95 ÷ 0.05, between 80 × 0.92 ÷ 0.08 and 80 × 0.96 ÷ 0.04.
    discounted_bounds: cltv_discounted(&s(), money(100.), 0.8, 0.05, 0.0, Payment::InArrears, BETWEEN) => "value=1520 variant=in_arrears ci_low=920 ci_high=1920 discount=0";
    discounted_without_an_upper_bound: cltv_discounted(&s(), money(100.), 0.8, 0.05, 0.0, Payment::InAdvance, FROM_NONE) => "value=1600 ci_low=none ci_high=none";

    // S is 1 for three months and 7 ÷ 8 in the next: 3.875 × 80, with the bounds of that step.
    survival_of_four_months: d7_worth(0.8, 4) => "value=310 ci_low=270.96 ci_high=318.511 n=8 horizon=4 variant=constant";
    // 80 a month, each after the first worth 1.1^(−1 ÷ 12) of the one before: 1 + 0.992089 + 0.984241 + 0.875 × 0.976455.
    survival_of_four_months_with_interest: cltv_survival(&s(), &d7(), &[money(100.)], 0.8, 0.10, Some(4)) => "value=306.458 ci_low=268.337 ci_high=314.769 undiscounted=310";
    // Twelve months give 710.555556; the last step, 7 ÷ 36 of 80, is as far as the curve goes.
    survival_to_the_end_of_the_curve: d7_worth(0.8, 13) => "value=726.111 undiscounted=726.111";
    survival_of_no_month: d7_worth(0.8, 0) => "value=none status=insufficient_data";
    survival_of_a_hundred_years: d7_worth(0.8, 1200) => "value=none status=not_reached";
    survival_of_more: d7_worth(0.8, 1201) => "value=none status=error warning=E-AGG-RANGE";
    survival_of_all_margin: d7_worth(1.0, 3) => "value=300";
    survival_of_no_margin: d7_worth(0.0, 3) => "value=none status=error warning=E-AGG-RANGE";
    survival_of_negative_revenue: cltv_survival(&s(), &d7(), &[money(1.), -1], 0.8, 0.0, Some(3)) => "value=none status=error warning=E-AGG-RANGE";
    survival_of_observed_revenue: cltv_survival(&s(), &d7(), &[money(100.), money(50.)], 0.8, 0.0, Some(3)) => "value=160 variant=observed";
    survival_of_two_months: cltv_survival(&s(), &left(1, 0), &[money(100.)], 1.0, 0.0, Some(2)) => "value=200 status=ok";

    cac_of_nothing: cac(&s(), 0, 25) => "value=0 status=ok";
    cac_of_fewer_than_none: cac(&s(), money(1.), -1) => "value=none status=error warning=E-AGG-RANGE";
    cac_of_negative_cost: cac(&s(), -1, 25) => "value=none status=error warning=E-AGG-RANGE";
    payback_of_nothing: cac_payback(&s(), 0, money(100.), 0.8, Some(0.05)) => "value=0 exact=0";
    payback_of_negative_cost: cac_payback(&s(), -1, money(100.), 0.8, None) => "status=error warning=E-AGG-RANGE";
    payback_without_margin: cac_payback(&s(), money(500.), money(100.), 0.0, None) => "value=none status=undefined_nonpositive_base";
    payback_of_too_much_margin: cac_payback(&s(), money(500.), money(100.), 1.01, None) => "status=error warning=E-AGG-RANGE";
    payback_of_too_much_churn: cac_payback(&s(), money(500.), money(100.), 0.8, Some(1.01)) => "status=error warning=E-AGG-RANGE";
    payback_without_churn: cac_payback(&s(), money(500.), money(100.), 0.8, Some(0.0)) => "value=6.25 variant=simple";
    // 80 a month less 5 % each month come to 1,600 in the end, and never quite there.
    payback_at_the_ceiling: cac_payback(&s(), money(1600.), money(100.), 0.8, Some(0.05)) => "value=none status=never";
    // 100 in the first month and 50 in the second.
    payback_after_whole_months: cac_payback(&s(), money(150.), money(100.), 1.0, Some(0.5)) => "value=2 exact=2 simple=1.5";

    forty_of_a_million: rule_of_40(&s(), 1e6, -1e6, Profit::Ebitda) => "value=0 status=ok";
    forty_of_too_much_growth: rule_of_40(&s(), 1e6 + 1.0, 0.0, Profit::Ebitda) => "value=none status=error warning=E-AGG-RANGE";
    forty_of_too_much_loss: rule_of_40(&s(), 0.0, -1e6 - 1.0, Profit::Ebitda) => "value=none status=error warning=E-AGG-RANGE";
    forty_without_revenue: rule_of_40_of_amounts(&s(), money(100.), 0, 0, Profit::Ebitda) => "value=none status=undefined_zero_base";
    forty_of_revenue_below_nothing: rule_of_40_of_amounts(&s(), money(100.), -1, 0, Profit::Ebitda) => "value=none status=undefined_nonpositive_base";
    // 150 after 100, and 30 of 150.
    quick_ratio_of_who_lost_free_customers: quick_ratio(&under("zero_mrr_is_active", "true"), &lost_one_unit(), None) => "value=none status=infinite gains=10 losses=0";
    quick_ratio_of_who_lost_a_millionth: quick_ratio(&s(), &lost_one_unit(), None) => "value=1000000000 status=ok";
    forty_of_free_cash_flow: rule_of_40(&s(), 0.3, 0.2, Profit::FreeCashFlow) => "value=0.5 variant=free_cash_flow";
    forty_of_operations: rule_of_40(&s(), 0.3, 0.2, Profit::Operating) => "value=0.5 variant=operating";
    cac_of_the_quarter_before: cac_with_readings(&s(), money(50_000.), 25, &Acquisition { cost_before: Some(money(40_000.)), ..Acquisition::default() }) => "value=2000 lagged_1=1600";
    cac_of_advertising: cac_with_readings(&s(), money(50_000.), 25, &Acquisition { advertising: Some(money(20_000.)), ..Acquisition::default() }) => "value=2000 paid_only=800";
    cac_of_all_who_came: cac_with_readings(&s(), money(50_000.), 25, &Acquisition { reactivated: Some(15), ..Acquisition::default() }) => "value=2000 blended_incl_reactivation=1250";
    cac_of_the_returned: cac_with_readings(&s(), money(50_000.), 0, &Acquisition { reactivated: Some(10), ..Acquisition::default() }) => "value=none status=undefined_zero_base blended_incl_reactivation=5000";
    cac_without_other_readings: cac_with_readings(&s(), -1, 25, &Acquisition { reactivated: Some(15), ..Acquisition::default() }) => "status=error blended_incl_reactivation=none";
    forty_of_amounts: rule_of_40_of_amounts(&s(), money(100.), money(150.), money(30.), Profit::Ebitda) => "value=0.7 growth=0.5 profit_margin=0.2";
    magic_number_of_a_fall: magic_number(&s(), money(90.), money(100.), money(80.)) => "value=-0.5 cost=80";
}

#[test]
fn what_is_missing_is_named() {
    let all = Totals { customers_end: Some(5), ..ending(0) };
    for (result, field) in [
        (account_retention_rate(&s(), &customers(None, Some(1), None, None)), "customers_start"),
        (account_retention_rate(&s(), &customers(Some(1), None, None, None)), "customers_end"),
        (customer_churn_rate(&s(), &customers(None, Some(1), Some(1), Some(1))), "customers_start"),
        (customer_churn_rate(&s(), &customers(Some(1), Some(1), None, None)), "customers_lost"),
        (mrr_movements(&s(), &Totals { mrr_start: None, mrr_churn: None, ..all }), "mrr_start"),
        (mrr_movements(&s(), &Totals { mrr_churn: None, ..all }), "mrr_churn"),
        (revenue_churn(&s(), &Totals { mrr_churn: None, ..all }, None), "mrr_churn"),
        (revenue_churn(&s(), &Totals { mrr_contraction: None, ..all }, None), "mrr_contraction"),
        (revenue_churn(&s(), &Totals { mrr_start: None, ..all }, None), "mrr_start"),
        (nrr(&s(), &Totals { mrr_start: None, ..all }, None), "mrr_start"),
        (nrr(&s(), &Totals { mrr_churn: None, mrr_expansion: None, ..all }, None), "mrr_churn"),
        (nrr(&s(), &Totals { mrr_expansion: None, ..all }, None), "mrr_expansion"),
        (nrr(&s(), &Totals { mrr_contraction: None, ..all }, None), "mrr_contraction"),
        (grr(&s(), &Totals { mrr_start: None, ..all }, None), "mrr_start"),
        (grr(&s(), &Totals { mrr_churn: None, ..all }, None), "mrr_churn"),
        (grr(&s(), &Totals { mrr_contraction: None, ..all }, None), "mrr_contraction"),
        (arpa(&s(), &Totals { mrr_end: None, customers_end: None, ..all }, None), "mrr_end"),
        (arpa(&s(), &Totals { customers_end: None, ..all }, None), "customers_end"),
        (quick_ratio(&s(), &Totals { mrr_expansion: None, ..all }, None), "mrr_expansion"),
        (cltv_survival(&s(), &d7(), &[], 0.8, 0.0, Some(3)), "mrr"),
    ] {
        assert_eq!(result.needs.as_deref(), Some(field), "{:?}", result.key);
    }
}

/// A rate that is no proportion has neither an interval nor the numbers that it would be made of.
#[test]
fn sums_of_days_and_averages_are_no_proportions() {
    let totals = intra(Totals { daily_churn: Some(0.07), ..customers(Some(100), Some(145), Some(50), Some(8)) });
    let of = |base: &str| customer_churn_rate(&under("customer_churn", base), &totals);
    for (base, numbers) in [
        ("daily_sum", (None, None)),
        ("average_base", (Some(Value::Count(12)), Some(Value::Number(122.5)))),
        ("exposed_base", (Some(Value::Count(12)), Some(Value::Count(154)))),
        ("default", (Some(Value::Count(8)), Some(Value::Count(100)))),
    ] {
        let result = of(base);
        assert_eq!((result.numerator, result.denominator), numbers, "{base}");
        let is_proportion = !matches!(base, "daily_sum" | "average_base");
        assert_eq!((result.ci_level.is_some(), result.ci_method.is_some()), (is_proportion, is_proportion), "{base}");
    }
    // Wilson's bounds of 12 of 154.
    check(&of("exposed_base"), "ci_low=0.045134 ci_high=0.131254");
}

#[test]
fn a_horizon_of_exactly_sixty_months_is_no_warning() {
    assert_eq!(cltv_simple(&s(), money(100.), 1.0 / 60.0, None, None).warnings, []);
}

fn close(actual: f64, expected: f64) {
    assert!((actual - expected).abs() < 1e-6, "{actual} is not {expected}");
}

/// Of tables of Student's distribution.
#[test]
fn t_quantiles_of_other_levels() {
    for (level, degrees, expected) in [
        (0.80, 1.0, 3.077684),
        (0.80, 4.0, 1.533206),
        (0.90, 2.0, 2.919986),
        (0.90, 4.0, 2.131847),
        (0.95, 2.0, 4.302653),
        (0.99, 4.0, 4.604095),
        (0.99, 10.0, 3.169273),
    ] {
        close(t_quantile(level, degrees), expected);
    }
}

#[test]
fn differences_of_estimates() {
    // 5 ± 3 less 1 ± 4: the errors are those of a right triangle.
    let difference = difference_of_estimates((5.0, 3.0), (1.0, 4.0), 2.0);
    assert_eq!((difference.value, difference.z), (4.0, 0.8));
    assert_eq!(difference.interval, Interval { low: -6.0, high: 14.0 });
    // Two-sided, of the table of the normal distribution.
    close(difference.p, 0.423711);
    let same = difference_of_estimates((5.0, 0.0), (1.0, 0.0), 2.0);
    assert_eq!((same.value, same.z, same.p, same.interval), (4.0, 0.0, 1.0, Interval { low: 4.0, high: 4.0 }));
}

#[test]
fn shares_that_do_not_vary_do_not_differ() {
    let z = Level::NinetyFive.z();
    let none = newcombe((0.0, 10.0), (0.0, 10.0), z).expect("a difference");
    // Wilson's upper bound of none of ten.
    let bound = z * z / (10.0 + z * z);
    assert_eq!((none.value, none.z, none.p), (0.0, 0.0, 1.0));
    close(none.interval.low, -bound);
    close(none.interval.high, bound);
    assert_eq!((newcombe((0.0, 0.0), (1.0, 2.0), z), newcombe((1.0, 2.0), (0.0, 0.0), z)), (None, None));
}

#[test]
fn an_interval_excludes_what_is_beyond_its_bounds() {
    let interval = Interval { low: 1.0, high: 2.0 };
    let excluded = [0.9, 1.0, 1.5, 2.0, 2.1].map(|value| interval.excludes(value));
    assert_eq!(excluded, [true, false, false, false, true]);
    assert_eq!(
        (wilson(0.0, 10.0, 2.0).map(|of| of.low), wilson(10.0, 10.0, 2.0).map(|of| of.high)),
        (Some(0.0), Some(1.0))
    );
    assert_eq!(wilson(1.0, -1.0, 2.0), None);
}

#[test]
fn levels_are_read_as_percentages() {
    let levels = [80, 90, 95, 99].map(|percent| Level::from_percent(percent).map(Level::fraction));
    assert_eq!(levels, [Some(0.80), Some(0.90), Some(0.95), Some(0.99)]);
    assert_eq!(Level::from_percent(50), None);
}

#[test]
fn means_of_counted_values() {
    let of = |values: &[(f64, f64)]| mean(values.iter().copied(), Level::NinetyFive);
    // 2, 2, 4, 4: deviation √(4 ÷ 3), and t(3) = 3.182446 times half of it.
    let four = of(&[(2.0, 2.0), (4.0, 2.0)]).expect("a mean");
    close(four.mean, 3.0);
    close(four.deviation.expect("a deviation"), 1.154701);
    let interval = four.interval.expect("an interval");
    close(interval.low, 1.162614);
    close(interval.high, 4.837386);
    let one = of(&[(7.0, 1.0)]).expect("a mean");
    assert_eq!((one.mean, one.deviation, one.interval), (7.0, None, None));
    // 1 and 3: deviation √2, and t(1) = 12.706205 times 1.
    let two = of(&[(1.0, 1.0), (3.0, 1.0)]).and_then(|of| of.interval).expect("an interval");
    close(two.high, 14.706205);
    assert_eq!((of(&[]), of(&[(1.0, 0.0)])), (None, None));
}

#[test]
fn holm_steps_down() {
    // 4 × 0.005, 3 × 0.01, 2 × 0.03, and 0.04 not below the one before.
    for (adjusted, expected) in holm(&[0.01, 0.04, 0.03, 0.005]).into_iter().zip([0.03, 0.06, 0.06, 0.02]) {
        close(adjusted, expected);
    }
    assert_eq!(holm(&[0.6, 0.9]), [1.0, 1.0]);
}

#[test]
fn the_error_of_a_ratio_is_that_of_its_residuals() {
    // 100 becomes 150 and 60: the ratio is 1.05, residuals are ± 45, and √(2 × 4,050) ÷ 200 is 0.45.
    let pairs = Products { n: 2, start: 200, end: 210, start_squares: 20_000, end_squares: 26_100, products: 21_000 };
    close(ratio_standard_error(&pairs).expect("an error"), 0.45);
    assert_eq!(ratio_standard_error(&Products { n: 1, ..pairs }), None);
    assert_eq!(ratio_standard_error(&Products { start: 0, ..pairs }), None);
}

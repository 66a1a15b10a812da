//! Each numbered example of metrics.md, under its id.

use crate::common::{asked, check, d1, d2, d4, d7, ledger, month};
use keeprate_metrics::catalogue::{Key, shown};
use keeprate_metrics::customers::*;
use keeprate_metrics::economics::*;
use keeprate_metrics::feedback::{
    Label, Reading, feedback_trend, nps, nps_difference, rating, survey_completion, survey_response_rate,
};
use keeprate_metrics::ledger::{Dataset, Totals};
use keeprate_metrics::money::{Currency, Interval};
use keeprate_metrics::period::{Day, Period};
use keeprate_metrics::planning::{Target, attain, gap, progress};
use keeprate_metrics::report::{Question, report};
use keeprate_metrics::result::{Direction, MetricResult, Scope, Unit, Value};
use keeprate_metrics::revenue::*;
use keeprate_metrics::statistics::{Level, holm, newcombe};
use keeprate_metrics::survival::{Lifetimes, Survival, kaplan_meier, km_survival};

fn s() -> Scope {
    Scope::default()
}

/// Whole currency units as fixed-point units.
fn money(units: f64) -> i128 {
    (units * 1e8).round() as i128
}

fn counts(start: i64, end: Option<i64>, new: Option<i64>, lost: Option<i64>) -> Totals {
    Totals {
        customers_start: Some(start),
        customers_end: end,
        customers_new: new,
        customers_lost: lost,
        ..Totals::default()
    }
}

fn amounts(start: f64, expansion: f64, contraction: f64, churn: f64) -> Totals {
    Totals {
        mrr_start: Some(money(start)),
        mrr_expansion: Some(money(expansion)),
        mrr_contraction: Some(money(contraction)),
        mrr_churn: Some(money(churn)),
        ..Totals::default()
    }
}

fn of(dataset: &Dataset, key: Key, from: &str, to: &str) -> MetricResult {
    asked(dataset, from, to).metrics.remove(&key).expect("the metric")
}

fn d1_month(key: Key, month: &str) -> MetricResult {
    of(&d1(), key, month, month)
}

fn d2_month(key: Key, month: &str) -> MetricResult {
    of(&d2(), key, month, month)
}

/// The source's 100 customers at 10 a month, 5 of whom leave.
fn source_002() -> Totals {
    Totals {
        customers_start: Some(100),
        customers_lost: Some(5),
        customers_end: Some(95),
        customers_new: Some(0),
        mrr_new: Some(0),
        mrr_end: Some(money(950.)),
        ..amounts(1000., 0., 0., 50.)
    }
}

fn short_lived() -> Totals {
    Totals { customers_intra_period: Some(4), ..counts(200, Some(238), Some(50), Some(8)) }
}

examples! {
    customer_counts_1: d1_month(Key::CustomerCounts, "2025-03") => "start=7 end=5 new=0 lost=2 reactivated=0 identity_ok=true";
    customer_counts_2: d1_month(Key::CustomerCounts, "2025-05") => "start=6 end=7 new=0 lost=0 reactivated=1 identity_ok=true";
    customer_counts_3: d2_month(Key::CustomerCounts, "2025-03") => "start=5 end=6 new=2 lost=1 reactivated=0 identity_ok=true";
    customer_counts_4: d2_month(Key::CustomerCounts, "2025-05") => "start=6 end=7 new=0 lost=0 reactivated=1 identity_ok=true";

    account_retention_rate_1: account_retention_rate(&s(), &counts(100, Some(105), None, None)) => "value=1.05";
    account_retention_rate_2: account_retention_rate(&s(), &counts(100, Some(100), None, None)) => "value=1";
    account_retention_rate_3: d1_month(Key::AccountRetentionRate, "2025-03") => "value=0.714286";
    account_retention_rate_4: account_retention_rate(&s(), &counts(0, Some(12), None, None)) => "value=none status=undefined_zero_base";

    customer_retention_rate_1: customer_retention_rate(&s(), &counts(100, Some(105), Some(10), Some(5))) => "value=0.95 ci_low=0.88825 ci_high=0.978456";
    customer_retention_rate_2: customer_retention_rate(&s(), &counts(100, Some(100), Some(10), Some(10))) => "value=0.9 ci_low=0.825634 ci_high=0.944771";
    customer_retention_rate_4: of(&d1(), Key::CustomerRetentionRate, "2025-02", "2025-06") => "value=0.833333";
    customer_retention_rate_5: d2_month(Key::CustomerRetentionRate, "2025-03") => "value=0.8";
    customer_retention_rate_6: customer_retention_rate(&s(), &counts(6, Some(6), Some(2), Some(1))) => "value=0.833333 value_from_end_new=0.666667 warning=W-IDENTITY";

    customer_churn_rate_1: customer_churn_rate(&s(), &counts(100, None, None, Some(5))) => "value=0.05 ci_low=0.021544 ci_high=0.11175";
    customer_churn_rate_2: customer_churn_rate(&s(), &counts(100, None, None, Some(10))) => "value=0.1 ci_low=0.055229 ci_high=0.174366";
    customer_churn_rate_3: customer_churn_rate(&s(), &short_lived()) => "value=0.04";
    customer_churn_rate_4: customer_churn_rate(&s(), &short_lived()) => "exposed_base=0.048";
    customer_churn_rate_5: customer_churn_rate(&s(), &short_lived()) => "average_base=0.054795";
    customer_churn_rate_6: customer_churn_rate(&s(), &counts(20, None, None, Some(0))) => "value=0 ci_low=0 ci_high=0.161125";

    churn_rate_convert_1: churn_rate_convert(&s(), 0.05, Measured::Monthly, None) => "value=0.459640 flag=estimate";
    churn_rate_convert_2: churn_rate_convert(&s(), 0.03, Measured::Monthly, None) => "value=0.306158";
    churn_rate_convert_3: churn_rate_convert(&s(), 0.20, Measured::Annually, None) => "value=0.018423";
    churn_rate_convert_4: churn_rate_convert(&s(), 0.05, Measured::Days(31.0), None) => "monthly=0.049083 annual=0.453345";
    churn_rate_convert_5: churn_rate_convert(&s(), 1.0, Measured::Monthly, None) => "value=1";

    customer_lifetime_1: lifetime_from_churn(&s(), 0.03, Unit::Months, None) => "value=33.333333 unit=months";
    customer_lifetime_2: lifetime_from_churn(&s(), 0.20, Unit::Years, None) => "value=5 unit=years";
    customer_lifetime_3: tenure(&s(), &[137., 120., 142., 111., 92., 78., 151.].map(|days| days / 30.4375)) => "value=3.900264 tenure_median=3.942505";
    customer_lifetime_4: lifetime_from_churn(&s(), 0.0, Unit::Months, None) => "value=none status=infinite";

    mrr_1: mrr(&s(), &source_002()) => "mrr_start=1000 value=950";
    arr_1: arr(&s(), &Totals { mrr_end: Some(money(950.)), ..Totals::default() }) => "value=11400";
    arr_2: d2_month(Key::Arr, "2025-05") => "value=5920";
    arr_3: arr(&s(), &Totals { mrr_end: Some(Interval::Year.monthly_units(1, money(1000.))), ..Totals::default() }) => "value=1000.00";

    mrr_movements_1: d1_month(Key::MrrMovements, "2025-02") => "mrr_start=920 mrr_new=80 mrr_reactivation=0 mrr_expansion=20 mrr_contraction=0 mrr_churn=0 mrr_end=1020";
    mrr_movements_2: d1_month(Key::MrrMovements, "2025-03") => "mrr_start=1020 mrr_new=0 mrr_reactivation=0 mrr_expansion=50 mrr_contraction=0 mrr_churn=270 mrr_end=800";
    mrr_movements_3: d1_month(Key::MrrMovements, "2025-04") => "mrr_start=800 mrr_new=60 mrr_reactivation=0 mrr_expansion=0 mrr_contraction=130 mrr_churn=0 mrr_end=730";
    mrr_movements_4: d1_month(Key::MrrMovements, "2025-05") => "mrr_start=730 mrr_new=0 mrr_reactivation=120 mrr_expansion=0 mrr_contraction=0 mrr_churn=0 mrr_end=850";
    mrr_movements_5: d1_month(Key::MrrMovements, "2025-06") => "mrr_start=850 mrr_new=0 mrr_reactivation=0 mrr_expansion=30 mrr_contraction=0 mrr_churn=60 mrr_end=820";
    mrr_movements_6: d2_month(Key::MrrMovements, "2025-04") => "mrr_start=413.33 mrr_new=0 mrr_reactivation=0 mrr_expansion=50 mrr_contraction=0 mrr_churn=0 mrr_end=463.33";

    net_new_mrr_1: d1_month(Key::NetNewMrr, "2025-03") => "value=-220 growth=-0.215686";
    net_new_mrr_2: d1_month(Key::NetNewMrr, "2025-05") => "value=120 growth=0.164384";
    net_new_mrr_3: net_new_mrr(&s(), &source_002()) => "value=-50 growth=-0.05";

    revenue_churn_1: revenue_churn(&s(), &source_002(), None) => "amount=50";
    revenue_churn_2: revenue_churn(&s(), &source_002(), None) => "value=0.05";
    revenue_churn_3: revenue_churn(&s(), &amounts(100., 10., 10., 10.), None) => "value=0.2 net=0.1 cancellation_only=0.1";
    revenue_churn_4: d1_month(Key::RevenueChurn, "2025-06") => "amount=60 value=0.070588 net=0.035294";
    revenue_churn_5: d1_month(Key::RevenueChurn, "2025-05") => "net=0 net_incl_reactivation=-0.164384";

    nrr_1: nrr(&s(), &amounts(1000., 200., 0., 100.), None) => "value=1.1";
    nrr_2: of(&d1(), Key::Nrr, "2025-02", "2025-06") => "value=0.804348 standard_error=0.197276 n=6 flag=low_n";
    nrr_3: of(&d1(), Key::Nrr, "2025-02", "2025-06") => "chained_months=0.647455";
    nrr_4: of(&d1(), Key::Nrr, "2025-02", "2025-06") => "naive_waterfall=0.608696";
    nrr_5: d1_month(Key::Nrr, "2025-03") => "value=0.784314";

    grr_2: of(&d1(), Key::Grr, "2025-02", "2025-06") => "value=0.717391 standard_error=0.155119 n=6";
    // ± 1.959964 standard errors; what was there cannot stay more than whole, nor can more than all of it be lost.
    nrr_2_interval: of(&d1(), Key::Nrr, "2025-02", "2025-06") => "ci_low=0.417694 ci_high=1.191001";
    grr_2_interval: of(&d1(), Key::Grr, "2025-02", "2025-06") => "ci_low=0.413363 ci_high=1";
    revenue_churn_interval: of(&d1(), Key::RevenueChurn, "2025-02", "2025-06") => "value=0.282609 ci_low=0 ci_high=0.586637 standard_error=0.155119 n=6";
    grr_3: of(&two_customers(), Key::Grr, "2025-02", "2025-02") => "value=0.8";
    grr_4: of(&d1(), Key::Grr, "2025-02", "2025-06") => "naive_waterfall=0.5";

    arpa_1: arpa(&s(), &source_002(), None) => "value=10";
    arpa_2: d1_month(Key::Arpa, "2025-06") => "value=136.666667";
    arpa_3: d1_month(Key::Arpa, "2025-06") => "average=128.461538";
    arpa_4: d1_month(Key::Arpa, "2025-04") => "arpa_new=60";

    quick_ratio_1: quick_ratio(&s(), &gains(), None) => "value=3.4";
    quick_ratio_2: quick_ratio(&s(), &gains(), None) => "without_reactivation=3";
    quick_ratio_3: d1_month(Key::QuickRatio, "2025-06") => "value=0.5";
    quick_ratio_4: d1_month(Key::QuickRatio, "2025-05") => "value=none status=infinite";

    revenue_concentration_1: revenue_concentration(&s(), d1_june(), 3) => "value=0.731707 top_1=0.304878 hhi=0.212671";
    revenue_concentration_2: d1_month(Key::RevenueConcentration, "2025-06") => "value=1 warning=I-FEWER-THAN-N";
    revenue_concentration_3: revenue_concentration(&s(), Vec::new(), 10) => "value=none status=undefined_zero_base";

    cltv_historic_1: cltv_historic(&s(), money(500.), 3.0) => "value=1500";
    cltv_historic_2: cltv_historic(&s(), money((500. + 450. + 600.) / 3.), 2.0) => "value=1033.333333";
    cltv_historic_3: cltv_realised(&s(), [1500., 900., 600.].map(|units| money(units) as i64).to_vec()) => "value=1000";

    cltv_simple_1: cltv_simple(&s(), money(100.), 0.05, None, None) => "value=2000";
    cltv_simple_2: cltv_simple(&s(), money(100.), 0.05, Some(0.8), None) => "value=1600 capped_60m=1526.288322";
    cltv_simple_3: cltv_simple(&s(), money(100.), 0.01, Some(0.8), None) => "value=8000 capped_60m=3622.746861 warning=W-LTV-HORIZON";
    cltv_simple_4: cltv_simple(&s(), money(100.), 0.0, Some(0.8), None) => "value=none status=infinite";

    cac_1: cac(&s(), money(50_000.), 25) => "value=2000";
    cac_2: cac(&s(), money(40_000.), 25) => "value=1600";
    cac_3: cac(&s(), money(50_000.), 0) => "value=none status=undefined_zero_base";
    ltv_cac_1: ltv_cac(&s(), money(1600.), money(500.)) => "value=3.2";
    ltv_cac_2: ltv_cac(&s(), money(1500.), money(1500.)) => "value=1";
    ltv_cac_3: ltv_cac(&s(), money(1500.), 0) => "value=none status=undefined_zero_base";
    cac_payback_1: cac_payback(&s(), money(2000.), money(500.), 0.8, None) => "value=5";
    cac_payback_2: cac_payback(&s(), money(50_000.), money(12_500.), 0.8, None) => "value=5";
    cac_payback_3: cac_payback(&s(), money(500.), money(100.), 0.8, Some(0.05)) => "simple=6.25 exact=7.304921 value=8";
    cac_payback_4: cac_payback(&s(), money(1700.), money(100.), 0.8, Some(0.05)) => "value=none status=never";

    nps_1: nps(&s(), 2, 2, 6) => "value=-40 centre=-30.769231 margin_of_error=43.354811 ci_low=-74.124042 ci_high=12.58558";
    nps_2: nps(&s(), 30, 50, 20) => "value=10 centre=9.708738 margin_of_error=13.526385 ci_low=-3.817648 ci_high=23.235123";
    nps_3: nps(&s(), 60, 25, 15) => "value=45 centre=43.68932 margin_of_error=14.346209 ci_low=29.343111 ci_high=58.03553";
    nps_4: nps(&s(), 10, 0, 0) => "value=100 centre=76.923077 margin_of_error=29.419525 ci_low=47.503552 ci_high=100";
    nps_5: nps(&s(), 4, 1, 4) => "value=0 ci_low=-50.341789 ci_high=50.341789 n=9";

    csat_1: rating(&s(), Reading::Satisfaction, &[14, 9, 10, 32, 42]) => "value=0.691589 ci_low=0.598715 ci_high=0.771183";
    csat_2: rating(&s(), Reading::Satisfaction, &[14, 9, 10, 32, 42]) => "mean=3.738318 sd=1.396332 mean_low=3.47069 mean_high=4.005946";
    csat_3: rating(&s(), Reading::Satisfaction, &[0, 1, 1, 3, 3]) => "mean=4 mean_low=3.106256 mean_high=4.893744 value=0.75 ci_low=0.409275 ci_high=0.928521";
    csat_4: rating(&s(), Reading::SchoolGrade, &[1, 2, 1, 0, 1, 0]) => "value=0.6 mean=2.6 direction=down_good";

    ces_1: rating(&s(), Reading::Easy, &[80, 210, 140, 110, 160, 180, 120]) => "mean=4.08 mean_low=3.961327 mean_high=4.198673";
    ces_2: rating(&s(), Reading::Easy, &[80, 210, 140, 110, 160, 180, 120]) => "value=0.46 ci_low=0.429321 ci_high=0.490985";
    ces_3: rating(&s(), Reading::Easy, &[0, 5, 5, 10, 0]) => "value=0.5 ci_low=0.299298 ci_high=0.700702";
    survey_response_rate_1: survey_response_rate(&s(), Some(520), 20, 185) => "value=0.37";
    survey_response_rate_2: survey_response_rate(&s(), None, 0, 185) => "value=none status=missing_input";
    survey_response_rate_3: survey_completion(&s(), 185, 160) => "value=0.864865";
    survey_response_rate_of_more_answers_than_invitations: survey_response_rate(&s(), Some(10), 0, 11) => "value=1.1 warning=W-RESPONSES-EXCEED";
    survey_response_rate_without_arrivals: survey_response_rate(&s(), Some(10), 10, 0) => "status=undefined_zero_base";

    feedback_trend_1: feedback_trend(&s(), &nps(&s(), 30, 12, 8), &nps(&s(), 20, 15, 15)).0 => "value=34 adjusted_change=32.075472 ci_low=1.942364 ci_high=62.208579 p=0.036951";
    feedback_trend_2: feedback_trend(&s(), &nps(&s(), 5, 3, 2), &nps(&s(), 4, 3, 3)).0 => "value=20 ci_low=-45.355315 ci_high=76.124546";
    feedback_trend_without_answers_before: feedback_trend(&s(), &nps(&s(), 5, 3, 2), &nps(&s(), 0, 0, 0)).0 => "value=none status=insufficient_data";

    ces_4: rating(&s(), Reading::Effort, &[2, 1, 0, 1, 0]) => "mean=2 value=0.75";
}

fn gains() -> Totals {
    Totals { mrr_new: Some(money(1000.)), mrr_reactivation: Some(money(200.)), ..amounts(0., 500., 200., 300.) }
}

fn two_customers() -> Dataset {
    Dataset::Ledger(ledger("2025-01", &[("a", "", &[100., 150.]), ("b", "", &[100., 60.])]))
}

fn d1_june() -> Vec<i64> {
    [100., 250., 200., 80., 150., 40.].map(|units| money(units) as i64).to_vec()
}

/// The prose of one source subtracts new customers from the opening count. It must not be the default: with another
/// source's numbers it gives 90 % where 95 % of the customers stayed.
#[test]
fn customer_retention_rate_3() {
    let prose = (100.0 - 10.0) / 100.0;
    let retention = customer_retention_rate(&s(), &counts(100, Some(105), Some(10), Some(5)));
    assert_ne!(retention.number(), Some(prose));
}

/// D1 at the end of June: A, B, C, F and H since January, F with a gap, and E since February.
#[test]
fn tenures_count_months_since_the_first() {
    check(&of(&d1(), Key::CustomerLifetime, "2025-06", "2025-06"), "tenure_mean=5.833333 tenure_median=6");
    // At the end of February all seven are there: six for two months, E for one.
    check(&of(&d1(), Key::CustomerLifetime, "2025-02", "2025-02"), "tenure_mean=1.857143 tenure_median=2");
}

/// D1: G alone comes and goes from February to June; up to May G is still there, and E since February.
#[test]
fn who_comes_and_goes_is_there_at_neither_end() {
    let d1 = d1();
    for (to, intra) in [("2025-06", 1), ("2025-05", 0)] {
        check(&of(&d1, Key::CustomerChurnRate, "2025-02", to), &format!("intra_period_churners={intra}"));
    }
}

/// Start, end, new, lost, and who came and went: each rate by hand from these.
#[test]
fn churn_on_other_bases() {
    for (base, (start, end, new, lost, intra), expected) in [
        // 12 of 250, since the end is none of 200 - 8 + 50: the 4 are among the new.
        (
            "exposed_base",
            (200, 238, 50, 8, 4),
            "value=0.048 variant=exposed_base exposed_base=none average_base=0.054795",
        ),
        // 12 of 254, since it is: they are not.
        ("exposed_base", (200, 242, 50, 8, 4), "value=0.047244"),
        ("average_base", (200, 238, 50, 8, 4), "value=0.054795 ci_low=none average_base=none exposed_base=0.048"),
        ("exposed_base", (10, 0, 1, 10, 1), "value=1"),
        ("exposed_base", (10, 0, 1, 10, 2), "value=none status=error warning=E-AGG-RANGE"),
        ("default", (0, 2, 2, 0, 1), "status=undefined_zero_base average_base=1 exposed_base=0.333333"),
        ("default", (4, 0, 0, 4, 0), "value=1 average_base=2 exposed_base=1"),
        ("default", (0, 0, 0, 0, 0), "status=undefined_zero_base average_base=none exposed_base=none"),
    ] {
        let mut scope = s();
        scope.conventions.set("customer_churn", base).expect("known");
        let totals = Totals { customers_intra_period: Some(intra), ..counts(start, Some(end), Some(new), Some(lost)) };
        check(&customer_churn_rate(&scope, &totals), expected);
    }
}

#[test]
fn churn_rate_convert_1_is_not_times_twelve() {
    let converted = churn_rate_convert(&s(), 0.05, Measured::Monthly, None).number().expect("a value");
    assert!((converted - 0.05 * 12.0).abs() > 0.1);
}

#[test]
fn mrr_2() {
    let total = mrr_of_plans(2, &[(100, money(100.), Interval::Month, 1), (50, money(600.), Interval::Year, 1)]);
    assert_eq!(total.to_decimal(), "12500.00");
}

#[test]
fn mrr_3() {
    let plans = [
        (1, money(10.), Interval::Day, 1),
        (1, money(20.), Interval::Week, 1),
        (1, money(60.), Interval::Month, 2),
        (1, money(120.), Interval::Year, 1),
    ];
    assert!((mrr_of_plans(2, &plans).as_f64() - 430.833333).abs() < 1e-6);
}

#[test]
fn mrr_4() {
    let expected = ["180.00", "253.33", "413.33", "463.33", "493.33"];
    for (offset, expected) in expected.iter().enumerate() {
        let month = month("2025-01").plus(offset as i32).to_iso();
        let Some(Value::Money(amount)) = d2_month(Key::Mrr, &month).value else { panic!("money") };
        assert_eq!(amount.to_decimal(), *expected, "{month}");
    }
}

#[test]
fn grr_1() {
    let mut result = grr(&s(), &amounts(1000., 0., 0., 100.), None);
    attain(&mut result, &Target::parse("grr>0.90").expect("a target"));
    check(&result, "value=0.9 met=false");
}

#[test]
fn grr_3_capping_the_total_would_be_wrong() {
    check(&of(&two_customers(), Key::Nrr, "2025-02", "2025-02"), "value=1.05");
}

#[test]
fn ltv_cac_meets_three() {
    for (cltv, cac, met) in [(1600., 500., "met=true"), (1500., 1500., "met=false")] {
        let mut result = ltv_cac(&s(), money(cltv), money(cac));
        attain(&mut result, &Target::parse("ltv_cac>=3").expect("a target"));
        check(&result, met);
    }
}

fn d7_curve() -> Survival {
    let rows = [(3., 1, 0), (5., 0, 1), (6., 1, 0), (7., 1, 0), (8., 0, 1), (10., 1, 0), (12., 1, 1)];
    let lifetimes = rows.map(|(time, churned, censored)| Lifetimes { time, churned, censored });
    kaplan_meier(lifetimes.to_vec(), Level::NinetyFive)
}

fn close(actual: f64, expected: f64) {
    assert!((actual - expected).abs() < 1e-6, "{actual} instead of {expected}");
}

/// km_survival.1, km_survival.2 and the whole table of D7.
#[test]
fn km_survival_1_and_2_and_d7() {
    let table = [
        (3., 8, 7. / 8., 0.116927, 0.387000, 0.981393),
        (6., 6, 35. / 48., 0.164976, 0.276390, 0.925353),
        (7., 5, 7. / 12., 0.185561, 0.180189, 0.844069),
        (10., 3, 7. / 18., 0.201269, 0.063003, 0.724223),
        (12., 2, 7. / 36., 0.170387, 0.009335, 0.563398),
    ];
    let curve = d7_curve();
    assert_eq!(curve.steps.len(), table.len());
    for (step, (t, at_risk, s, error, low, high)) in curve.steps.iter().zip(table) {
        assert_eq!((step.t, step.at_risk, step.churned), (t, at_risk, 1));
        close(step.s, s);
        close(curve.standard_error(t).expect("an error"), error);
        close(step.low.expect("a bound"), low);
        close(step.high.expect("a bound"), high);
    }
}

#[test]
fn km_survival_3() {
    check(&km_survival(&s(), &d7_curve()), "value=10 ci_low=3 ci_high=none");
}

#[test]
fn km_survival_4() {
    close(d7_curve().restricted_mean(Some(12.0)).0, 8.881944);
}

#[test]
fn km_survival_5() {
    let lifetimes = [3., 5., 9.].map(|time| Lifetimes { time, churned: 0, censored: 1 });
    let curve = kaplan_meier(lifetimes.to_vec(), Level::NinetyFive);
    close(curve.at(9.0).0, 1.0);
    check(&km_survival(&s(), &curve), "value=none status=not_reached");
}

#[test]
fn d7_as_a_status_table_gives_the_same_curve() {
    let report = report::<()>(&d7(), &Question::default(), Vec::new());
    assert_eq!(report.survival, d7_curve().steps);
}

#[test]
fn five_ended_lifetimes_are_too_few_for_an_average() {
    let metrics = report::<()>(&d7(), &Question::default(), Vec::new()).metrics;
    check(&metrics[&Key::CustomerLifetime], "status=insufficient_data");
}

#[test]
fn segment_comparison_1() {
    let difference = newcombe((18., 120.), (8., 100.), Level::NinetyFive.z()).expect("a difference");
    close(difference.value, 0.07);
    close(difference.interval.low, -0.017763);
    close(difference.interval.high, 0.154203);
    close(difference.z, 1.601447);
    close(difference.p, 0.109278);
}

#[test]
fn segment_comparison_2_and_3() {
    let question = Question {
        from: Some(month("2025-02")),
        to: Some(month("2025-06")),
        segments_of: Some("Segment".to_owned()),
        ..Question::default()
    };
    let report = report::<()>(&d1(), &question, Vec::new());
    let named = |name: &str| report.segments.iter().find(|entry| entry.segment.value == name).expect("the segment");
    check(&named("Enterprise").metrics[&Key::Nrr], "value=0.916667 flag=very_low_n");
    check(&named("Enterprise").metrics[&Key::Grr], "value=0.833333");
    check(&named("SMB").metrics[&Key::Nrr], "value=0.59375");
    check(&named("SMB").metrics[&Key::Grr], "value=0.5");
    let weighted: f64 = report
        .segments
        .iter()
        .map(|entry| {
            let nrr = &entry.metrics[&Key::Nrr];
            nrr.denominator.expect("a base").as_f64() / 920.0 * nrr.number().expect("a value")
        })
        .sum();
    close(weighted, 0.804348);
}

#[test]
fn labels_of_feedback_trend_follow_the_interval() {
    for (now, before, label) in [
        ([30, 12, 8], [20, 15, 15], Label::Up),
        ([20, 15, 15], [30, 12, 8], Label::Down),
        ([5, 3, 2], [4, 3, 3], Label::NoDetectableChange),
        // Four answers prove nothing, whatever they are.
        ([4, 0, 0], [0, 0, 100], Label::NoDetectableChange),
    ] {
        let [now, before] =
            [now, before].map(|[promoters, passives, detractors]| nps(&s(), promoters, passives, detractors));
        assert_eq!(feedback_trend(&s(), &now, &before).1, label);
    }
}

#[test]
fn feedback_by_segment_1() {
    let difference = nps_difference([60, 25, 15], [45, 30, 25], Level::NinetyFive);
    close(difference.value, 24.271845);
    close(difference.interval.low, 3.043344);
    close(difference.interval.high, 45.500346);
    close(difference.z, 2.240947);
    close(difference.p, 0.02503);
}

#[test]
fn feedback_by_segment_2() {
    let question = Question { segments_of: Some("Segment".to_owned()), ..Question::default() };
    let report = report::<()>(&Dataset::Responses(d4()), &question, Vec::new());
    let named = |name: &str| report.segments.iter().find(|entry| entry.segment.value == name).expect("a segment");
    let score = |name: &str| &named(name).metrics[&Key::Nps];
    check(score("Enterprise"), "value=0 ci_low=-65.664614 ci_high=65.664614 flag=very_low_n");
    check(score("SMB"), "value=-25 ci_low=-72.731197 ci_high=44.159769 flag=very_low_n significant=false");
    // One answer without a segment: too few to show.
    check(score(""), "value=none status=insufficient_data");
    check(&report.metrics[&Key::FeedbackBySegment], "value=0 segments=3");
}

#[test]
fn feedback_by_segment_3_holm() {
    for (actual, expected) in holm(&[0.010, 0.030, 0.040]).into_iter().zip([0.03, 0.06, 0.06]) {
        close(actual, expected);
    }
}

fn attained(mut result: MetricResult, target: &str) -> MetricResult {
    attain(&mut result, &Target::parse(target).expect("a target"));
    result
}

#[test]
fn goal_attainment_1() {
    check(&attained(nrr(&s(), &amounts(1000., 200., 0., 100.), None), "nrr>1.00"), "met=true gap=0.1");
}

#[test]
fn goal_attainment_2() {
    check(&attained(grr(&s(), &amounts(1000., 0., 0., 100.), None), "grr>0.90"), "met=false gap=0");
}

#[test]
fn goal_attainment_3() {
    close(progress(0.92, 0.90, 0.95).expect("a way"), 0.4);
    assert_eq!(progress(0.92, 0.90, 0.90), None);
}

#[test]
fn goal_attainment_4() {
    let churn = customer_churn_rate(&s(), &counts(100, None, None, Some(5)));
    check(&attained(churn, "customer_churn_rate<=0.03"), "met=false");
    close(progress(0.05, 0.06, 0.03).expect("a way"), 0.333333);
    close(gap(Direction::DownGood, 0.05, 0.03), -0.02);
}

#[test]
fn goal_attainment_5() {
    let retention = customer_retention_rate(&s(), &counts(100, None, None, Some(5)));
    let result = attained(retention, "customer_retention_rate>=0.90");
    check(&result, "met=true certainty=interval_includes_target");
}

/// The rows of 8.1's table of expectations.
#[test]
fn d1_month_by_month() {
    let rows = [
        ("2025-02", "1.000000", "0.000000", "1.021739", "1.000000", "status=infinite", "145.714286"),
        ("2025-03", "0.714286", "0.285714", "0.784314", "0.735294", "value=0.185185", "160.000000"),
        ("2025-04", "1.000000", "0.000000", "0.837500", "0.837500", "value=0.461538", "121.666667"),
        ("2025-05", "1.000000", "0.000000", "1.000000", "1.000000", "status=infinite", "121.428571"),
        ("2025-06", "0.857143", "0.142857", "0.964706", "0.929412", "value=0.500000", "136.666667"),
    ];
    let series = asked(&d1(), "2025-02", "2025-06").series;
    for (month, retention, churn, net, gross, quick, arpa) in rows {
        let entry = series.iter().find(|entry| entry.period.label == month).expect("the month");
        check(&entry.metrics[&Key::CustomerRetentionRate], &format!("value={retention}"));
        check(&entry.metrics[&Key::CustomerChurnRate], &format!("value={churn}"));
        check(&entry.metrics[&Key::Nrr], &format!("value={net}"));
        check(&entry.metrics[&Key::Grr], &format!("value={gross}"));
        check(&entry.metrics[&Key::QuickRatio], quick);
        check(&entry.metrics[&Key::Arpa], &format!("value={arpa}"));
    }
    let january = &series[0].metrics;
    check(&january[&Key::Arpa], "value=153.333333");
    check(&january[&Key::Mrr], "value=920");
    for key in [Key::CustomerRetentionRate, Key::Nrr, Key::Grr, Key::MrrMovements, Key::QuickRatio] {
        check(&january[&key], "status=no_prior_period value=none");
    }
}

/// The table of 8.2, from closings.
#[test]
fn d2_month_by_month() {
    for (month, expected) in [
        (
            "2025-02",
            "mrr_start=180 mrr_new=73.33 mrr_reactivation=0 mrr_expansion=0 mrr_contraction=0 mrr_churn=0 mrr_end=253.33",
        ),
        (
            "2025-03",
            "mrr_start=253.33 mrr_new=190 mrr_reactivation=0 mrr_expansion=0 mrr_contraction=0 mrr_churn=30 mrr_end=413.33",
        ),
        (
            "2025-04",
            "mrr_start=413.33 mrr_new=0 mrr_reactivation=0 mrr_expansion=50 mrr_contraction=0 mrr_churn=0 mrr_end=463.33",
        ),
        (
            "2025-05",
            "mrr_start=463.33 mrr_new=0 mrr_reactivation=30 mrr_expansion=0 mrr_contraction=0 mrr_churn=0 mrr_end=493.33",
        ),
    ] {
        check(&d2_month(Key::MrrMovements, month), expected);
    }
}

#[test]
fn cohort_logo_retention_1_and_3() {
    let cohorts = asked(&d1(), "2025-06", "2025-06").cohorts.expect("cohorts").customers;
    assert_eq!(cohorts[0].active, [6, 6, 4, 4, 5, 5].map(Some));
    let weighted = keeprate_metrics::cohorts::weighted_retention(&cohorts, true);
    assert_eq!(weighted[1..3], [1.0, 0.625].map(Some));
}

#[test]
fn cohort_revenue_retention_1_to_3() {
    let cohorts = asked(&d1(), "2025-06", "2025-06").cohorts.expect("cohorts").revenue;
    let whole = |amounts: &[Option<keeprate_metrics::money::Amount>]| -> Vec<f64> {
        amounts.iter().flatten().map(keeprate_metrics::money::Amount::as_f64).collect()
    };
    assert_eq!(whole(&cohorts[0].mrr), [920., 940., 720., 590., 710., 740.]);
    assert_eq!(whole(&cohorts[0].capped), [920., 920., 650., 540., 660., 660.]);
    let april = cohorts.iter().find(|cohort| cohort.cohort == month("2025-04")).expect("the cohort of April");
    assert_eq!(whole(&april.mrr), [60., 60., 0.]);
}

/// The default question looks at the last month; NRR and GRR look back as far as there are months.
#[test]
fn the_default_period_is_the_last_month_with_a_longer_look_back_for_revenue() {
    let report = report::<()>(&d1(), &Question::default(), Vec::new());
    assert_eq!(report.period.expect("a period").label, "2025-06");
    check(&report.metrics[&Key::CustomerRetentionRate], "value=0.857143");
    check(&report.metrics[&Key::Nrr], "value=0.804348 closing_month=0.964706 months=5 met=false");
    let start = report.metrics[&Key::Nrr].period_start;
    assert_eq!(start, Day::from_civil(2025, 2, 1));
}

#[test]
fn a_month_that_the_file_lacks_is_named() {
    let mut rows = ledger("2025-01", &[("a", "", &[10., 10., 10., 10.])]);
    rows.closings[2].present = false;
    let dataset = Dataset::Ledger(rows);
    check(&of(&dataset, Key::Nrr, "2025-03", "2025-03"), "status=missing_period");
    check(&of(&dataset, Key::Nrr, "2025-04", "2025-04"), "status=missing_period");
    check(&of(&dataset, Key::Nrr, "2025-02", "2025-02"), "value=1");
}

#[test]
fn without_customers_mrr_is_zero_and_rates_have_no_base() {
    let dataset = Dataset::Ledger(keeprate_metrics::ledger::Ledger::empty(Currency::EUR));
    let metrics = report::<()>(&dataset, &Question::default(), Vec::new()).metrics;
    check(&metrics[&Key::Mrr], "value=0");
    for key in [Key::CustomerRetentionRate, Key::Nrr, Key::Grr, Key::Arpa, Key::QuickRatio, Key::KmSurvival] {
        check(&metrics[&key], "status=undefined_zero_base");
    }
}

#[test]
fn a_partial_month_is_flagged_and_gets_no_verdict() {
    let question = Question { to: Some(month("2025-06")), as_of: Day::from_civil(2025, 6, 15), ..Question::default() };
    let metrics = report::<()>(&d1(), &question, Vec::new()).metrics;
    check(&metrics[&Key::Nrr], "flag=partial_period met=null");
    assert_eq!(Period::months(month("2025-06"), month("2025-06")).label(), "2025-06");
}

#[test]
fn the_dashboard_has_words_for_every_metric_of_a_report() {
    for dataset in [d1(), d2(), Dataset::Responses(d4()), d7()] {
        let report = report(&dataset, &Question::default(), Vec::<()>::new());
        assert!(!report.metrics.is_empty());
        for key in report.metrics.keys() {
            assert!(!shown(*key).name.en.is_empty(), "{} is unshown in catalogue.rs", key.name());
        }
    }
}

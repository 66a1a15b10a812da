//! Which calculators there are. The examples are those of the definition sheet and of its source documents.

use super::{Calculator, Input, Kind, Numbers};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::cohorts::{CustomerCohort, RevenueCohort, cohort_logo_retention, cohort_revenue_retention};
use keeprate_metrics::customers::{
    Measured, account_retention_rate, churn_rate_convert, customer_churn_rate, customer_counts,
    customer_retention_rate, lifetime_from_churn,
};
use keeprate_metrics::economics::{
    Acquisition, Payment, cac_payback, cac_with_readings, cltv_discounted, cltv_historic, cltv_simple, ltv_cac,
};
use keeprate_metrics::efficiency::{Profit, burn_multiple, magic_number, rule_of_40};
use keeprate_metrics::feedback::{Reading, feedback_trend, nps, rating, survey_response_rate};
use keeprate_metrics::forecast::{
    Assumptions, Change, CustomerPace, Lever, RevenuePace, forecast_customers, forecast_mrr, sensitivity,
};
use keeprate_metrics::ledger::Totals;
use keeprate_metrics::money::Currency;
use keeprate_metrics::period::Month;
use keeprate_metrics::renewals::{Renewals, renewal_rate};
use keeprate_metrics::result::{MetricResult, Status, Unit};
use keeprate_metrics::revenue::{arpa, arr, grr, mrr, mrr_movements, net_new_mrr, nrr, quick_ratio, revenue_churn};
use keeprate_metrics::usage::{
    Mode, Repeat, SevenDays, activation_rate, bracket_retention, churn_7d, n_day_retention, onboarding_rate,
    repeat_purchase_rate, rolling_retention, signups, stickiness,
};

const fn input(name: &'static str, kind: Kind, example: &'static str) -> Input {
    Input { name, kind, example, optional: false, signed: false }
}

const fn optional(name: &'static str, kind: Kind, example: &'static str) -> Input {
    Input { optional: true, ..input(name, kind, example) }
}

const fn signed(name: &'static str, kind: Kind, example: &'static str) -> Input {
    Input { signed: true, ..input(name, kind, example) }
}

/// All calculators, family by family in the order of the page.
pub const CALCULATORS: &[Calculator] = &[
    Calculator {
        name: "crr",
        key: Key::CustomerRetentionRate,
        variant: None,
        inputs: &[
            input("start", Kind::Count, "100"),
            input("lost", Kind::Count, "5"),
            optional("new", Kind::Count, "10"),
            optional("end", Kind::Count, "105"),
        ],
        target: None,
        compute: |scope, numbers| customer_retention_rate(scope, &counts(numbers)),
    },
    Calculator {
        name: "account-retention",
        key: Key::AccountRetentionRate,
        variant: None,
        inputs: &[input("start", Kind::Count, "100"), input("end", Kind::Count, "105")],
        target: None,
        compute: |scope, numbers| account_retention_rate(scope, &counts(numbers)),
    },
    Calculator {
        name: "churn",
        key: Key::CustomerChurnRate,
        variant: None,
        inputs: &[input("start", Kind::Count, "100"), input("lost", Kind::Count, "5")],
        target: None,
        compute: |scope, numbers| customer_churn_rate(scope, &counts(numbers)),
    },
    Calculator {
        name: "customers",
        key: Key::CustomerCounts,
        variant: None,
        inputs: &[
            input("start", Kind::Count, "100"),
            input("new", Kind::Count, "10"),
            input("lost", Kind::Count, "5"),
            optional("reactivated", Kind::Count, ""),
        ],
        target: None,
        compute: |scope, numbers| customer_counts(scope, &counts(numbers)),
    },
    Calculator {
        name: "churn-year",
        key: Key::ChurnRateConvert,
        variant: Some("monthly_to_annual"),
        inputs: &[input("churn", Kind::Percent, "5")],
        target: None,
        compute: |scope, numbers| churn_rate_convert(scope, numbers.rate("churn"), Measured::Monthly, None),
    },
    Calculator {
        name: "churn-days",
        key: Key::ChurnRateConvert,
        variant: Some("days"),
        inputs: &[input("rate", Kind::Percent, "5"), input("days", Kind::Number, "31")],
        target: None,
        compute: |scope, numbers| {
            churn_rate_convert(scope, numbers.rate("rate"), Measured::Days(numbers.rate("days")), None)
        },
    },
    Calculator {
        name: "lifetime",
        key: Key::CustomerLifetime,
        variant: None,
        inputs: &[input("churn", Kind::Percent, "3")],
        target: None,
        compute: |scope, numbers| lifetime_from_churn(scope, numbers.rate("churn"), Unit::Months, None),
    },
    Calculator {
        name: "renewal",
        key: Key::RenewalRate,
        variant: None,
        inputs: &[input("due", Kind::Count, "100"), input("renewed", Kind::Count, "80")],
        target: None,
        compute: |scope, numbers| {
            let renewals =
                Renewals { due: numbers.whole("due"), renewed: numbers.whole("renewed"), ..Renewals::default() };
            renewal_rate(scope, &renewals)
        },
    },
    Calculator {
        name: "signups",
        key: Key::Signups,
        variant: None,
        inputs: &[input("signups", Kind::Count, "120"), optional("before", Kind::Count, "100")],
        target: None,
        compute: |scope, numbers| {
            signups(scope, numbers.whole("signups"), numbers.count("before").map(i64::unsigned_abs))
        },
    },
    Calculator {
        name: "activation",
        key: Key::ActivationRate,
        variant: None,
        inputs: &[input("matured", Kind::Count, "500"), input("activated", Kind::Count, "185")],
        target: None,
        compute: |scope, numbers| activation_rate(scope, numbers.whole("matured"), numbers.whole("activated")),
    },
    Calculator {
        name: "onboarding",
        key: Key::OnboardingRate,
        variant: None,
        inputs: &[input("matured", Kind::Count, "500"), input("completed", Kind::Count, "200")],
        target: None,
        compute: |scope, numbers| onboarding_rate(scope, numbers.whole("matured"), numbers.whole("completed")),
    },
    Calculator {
        name: "seven-day-churn",
        key: Key::Churn7d,
        variant: None,
        inputs: &[input("matured", Kind::Count, "34"), input("lost", Kind::Count, "3")],
        target: None,
        compute: |scope, numbers| {
            churn_7d(scope, SevenDays::UsageWindow, numbers.whole("matured"), numbers.whole("lost"))
        },
    },
    Calculator {
        name: "repeat-purchase",
        key: Key::RepeatPurchaseRate,
        variant: None,
        inputs: &[input("buyers", Kind::Count, "2000"), input("repeaters", Kind::Count, "500")],
        target: None,
        compute: |scope, numbers| {
            repeat_purchase_rate(scope, Repeat::Window, numbers.whole("buyers"), numbers.whole("repeaters"))
        },
    },
    Calculator {
        name: "stickiness",
        key: Key::Stickiness,
        variant: None,
        inputs: &[
            input("user_days", Kind::Count, "14"),
            input("days", Kind::Count, "31"),
            input("mau", Kind::Count, "5"),
        ],
        target: None,
        compute: |scope, numbers| {
            let days = u32::try_from(numbers.whole("days")).unwrap_or(u32::MAX);
            stickiness(scope, numbers.whole("user_days"), days, numbers.whole("mau"))
        },
    },
    Calculator {
        name: "n-day",
        key: Key::NDayRetention,
        variant: None,
        inputs: &[input("matured", Kind::Count, "6"), input("retained", Kind::Count, "3")],
        target: None,
        compute: |scope, numbers| {
            n_day_retention(scope, Mode::Calendar, numbers.whole("matured"), numbers.whole("retained"))
        },
    },
    Calculator {
        name: "bracket",
        key: Key::BracketRetention,
        variant: None,
        inputs: &[input("matured", Kind::Count, "5"), input("retained", Kind::Count, "4")],
        target: None,
        compute: |scope, numbers| {
            bracket_retention(scope, Mode::Calendar, numbers.whole("matured"), numbers.whole("retained"))
        },
    },
    Calculator {
        name: "rolling",
        key: Key::RollingRetention,
        variant: None,
        inputs: &[input("matured", Kind::Count, "5"), input("retained", Kind::Count, "4")],
        target: None,
        compute: |scope, numbers| {
            rolling_retention(scope, Mode::Calendar, numbers.whole("matured"), numbers.whole("retained"))
        },
    },
    Calculator {
        name: "cohort",
        key: Key::CohortLogoRetention,
        variant: None,
        inputs: &[input("size", Kind::Count, "6"), input("active", Kind::Count, "4")],
        target: None,
        compute: |scope, numbers| {
            let active = vec![Some(numbers.whole("active"))];
            let size = numbers.whole("size");
            let cohort = CustomerCohort { cohort: Month(0), size, active, open: 0, left_truncated: false };
            cohort_logo_retention(scope, &cohort, 0)
        },
    },
    Calculator {
        name: "cohort-revenue",
        key: Key::CohortRevenueRetention,
        variant: None,
        inputs: &[input("mrr_start", Kind::Money, "920"), input("mrr", Kind::Money, "720")],
        target: None,
        compute: |scope, numbers| {
            let amount = |name: &str| Currency::EUR.amount(numbers.money(name).unwrap_or(0));
            let (size, mrr) = (amount("mrr_start"), vec![Some(amount("mrr"))]);
            let cohort = RevenueCohort { cohort: Month(0), size, capped: mrr.clone(), mrr };
            cohort_revenue_retention(scope, &cohort, 0, false, None)
        },
    },
    Calculator {
        name: "mrr",
        key: Key::Mrr,
        variant: None,
        inputs: &[
            input("customers", Kind::Count, "100"),
            input("price", Kind::Money, "10"),
            input("lost", Kind::Count, "5"),
        ],
        target: None,
        compute: |scope, numbers| {
            let of = |customers: i64| numbers.money("price").map(|price| price * i128::from(customers));
            let customers = numbers.count("customers").unwrap_or(0);
            let left = customers - numbers.count("lost").unwrap_or(0);
            let totals = Totals { mrr_start: of(customers), mrr_end: of(left), ..Totals::default() };
            if left < 0 {
                return MetricResult::new(Key::Mrr, scope).warning("E-AGG-RANGE").without(Status::Error);
            }
            mrr(scope, &totals)
        },
    },
    Calculator {
        name: "arr",
        key: Key::Arr,
        variant: None,
        inputs: &[input("mrr_end", Kind::Money, "950")],
        target: None,
        compute: |scope, numbers| arr(scope, &amounts(numbers)),
    },
    Calculator {
        name: "movements",
        key: Key::MrrMovements,
        variant: None,
        inputs: &[
            input("start", Kind::Money, "920"),
            input("mrr_new", Kind::Money, "80"),
            optional("mrr_reactivation", Kind::Money, "0"),
            input("expansion", Kind::Money, "20"),
            input("contraction", Kind::Money, "0"),
            input("churn", Kind::Money, "0"),
            optional("mrr_end", Kind::Money, "1020"),
        ],
        target: None,
        compute: |scope, numbers| mrr_movements(scope, &amounts(numbers)),
    },
    Calculator {
        name: "net-new-mrr",
        key: Key::NetNewMrr,
        variant: None,
        inputs: &[
            input("start", Kind::Money, "1020"),
            input("mrr_new", Kind::Money, "0"),
            optional("mrr_reactivation", Kind::Money, "0"),
            input("expansion", Kind::Money, "50"),
            input("contraction", Kind::Money, "0"),
            input("churn", Kind::Money, "270"),
        ],
        target: None,
        compute: |scope, numbers| net_new_mrr(scope, &amounts(numbers)),
    },
    Calculator {
        name: "nrr",
        key: Key::Nrr,
        variant: None,
        inputs: &[
            input("start", Kind::Money, "1000"),
            input("expansion", Kind::Money, "200"),
            input("contraction", Kind::Money, "0"),
            input("churn", Kind::Money, "100"),
        ],
        target: Some("nrr>1.00"),
        compute: |scope, numbers| nrr(scope, &amounts(numbers), None),
    },
    Calculator {
        name: "grr",
        key: Key::Grr,
        variant: None,
        inputs: &[
            input("start", Kind::Money, "1000"),
            input("contraction", Kind::Money, "0"),
            input("churn", Kind::Money, "100"),
        ],
        target: Some("grr>0.90"),
        compute: |scope, numbers| grr(scope, &amounts(numbers), None),
    },
    Calculator {
        name: "revenue-churn",
        key: Key::RevenueChurn,
        variant: None,
        inputs: &[
            input("start", Kind::Money, "1000"),
            input("churn", Kind::Money, "50"),
            input("contraction", Kind::Money, "0"),
            optional("expansion", Kind::Money, "0"),
        ],
        target: None,
        compute: |scope, numbers| revenue_churn(scope, &amounts(numbers), None),
    },
    Calculator {
        name: "arpa",
        key: Key::Arpa,
        variant: None,
        inputs: &[input("mrr_end", Kind::Money, "950"), input("end", Kind::Count, "95")],
        target: None,
        compute: |scope, numbers| {
            arpa(scope, &Totals { customers_end: numbers.count("end"), ..amounts(numbers) }, None)
        },
    },
    Calculator {
        name: "quick-ratio",
        key: Key::QuickRatio,
        variant: None,
        inputs: &[
            input("mrr_new", Kind::Money, "1000"),
            input("expansion", Kind::Money, "500"),
            optional("mrr_reactivation", Kind::Money, "200"),
            input("contraction", Kind::Money, "200"),
            input("churn", Kind::Money, "300"),
        ],
        target: None,
        compute: |scope, numbers| quick_ratio(scope, &amounts(numbers), None),
    },
    Calculator {
        name: "cltv",
        key: Key::CltvHistoric,
        variant: None,
        inputs: &[input("revenue", Kind::Money, "500"), input("lifetime", Kind::Number, "3")],
        target: None,
        compute: |scope, numbers| match (numbers.money("revenue"), numbers.get("lifetime")) {
            (Some(revenue), Some(years)) => cltv_historic(scope, revenue, years),
            _ => MetricResult::new(Key::CltvHistoric, scope),
        },
    },
    Calculator {
        name: "cltv-churn",
        key: Key::CltvSimple,
        variant: None,
        inputs: &[
            input("arpa", Kind::Money, "100"),
            input("churn", Kind::Percent, "5"),
            optional("margin", Kind::Percent, "80"),
        ],
        target: None,
        compute: |scope, numbers| match (numbers.money("arpa"), numbers.get("churn")) {
            (Some(arpa), Some(churn)) => cltv_simple(scope, arpa, churn, numbers.get("margin"), None),
            _ => MetricResult::new(Key::CltvSimple, scope),
        },
    },
    Calculator {
        name: "cltv-discounted",
        key: Key::CltvDiscounted,
        variant: None,
        inputs: &[
            input("arpa", Kind::Money, "100"),
            input("margin", Kind::Percent, "80"),
            input("churn", Kind::Percent, "5"),
            input("annual_discount", Kind::Percent, "10"),
        ],
        target: None,
        compute: |scope, numbers| {
            let (arpa, margin) = (numbers.money("arpa").unwrap_or(0), numbers.rate("margin"));
            let (churn, discount) = (numbers.rate("churn"), numbers.rate("annual_discount"));
            cltv_discounted(scope, arpa, margin, churn, discount, Payment::InAdvance, None)
        },
    },
    Calculator {
        name: "cac",
        key: Key::Cac,
        variant: None,
        inputs: &[
            input("cost", Kind::Money, "50000"),
            input("new", Kind::Count, "25"),
            optional("cost_before", Kind::Money, ""),
            optional("advertising", Kind::Money, ""),
            optional("reactivated", Kind::Count, ""),
        ],
        target: None,
        compute: |scope, numbers| match (numbers.money("cost"), numbers.count("new")) {
            (Some(cost), Some(new)) => {
                let (cost_before, advertising) = (numbers.money("cost_before"), numbers.money("advertising"));
                let reactivated = numbers.count("reactivated");
                cac_with_readings(scope, cost, new, &Acquisition { cost_before, advertising, reactivated })
            }
            _ => MetricResult::new(Key::Cac, scope),
        },
    },
    Calculator {
        name: "ltv-cac",
        key: Key::LtvCac,
        variant: None,
        inputs: &[input("cltv", Kind::Money, "1600"), input("cac", Kind::Money, "500")],
        target: Some("ltv_cac>=1"),
        compute: |scope, numbers| match (numbers.money("cltv"), numbers.money("cac")) {
            (Some(cltv), Some(cac)) => ltv_cac(scope, cltv, cac),
            _ => MetricResult::new(Key::LtvCac, scope),
        },
    },
    Calculator {
        name: "cac-payback",
        key: Key::CacPayback,
        variant: None,
        inputs: &[
            input("cac", Kind::Money, "2000"),
            input("arpa", Kind::Money, "500"),
            input("margin", Kind::Percent, "80"),
            optional("churn", Kind::Percent, ""),
        ],
        target: None,
        compute: |scope, numbers| match (numbers.money("cac"), numbers.money("arpa"), numbers.get("margin")) {
            (Some(cac), Some(arpa), Some(margin)) => cac_payback(scope, cac, arpa, margin, numbers.get("churn")),
            _ => MetricResult::new(Key::CacPayback, scope),
        },
    },
    Calculator {
        name: "rule-of-40",
        key: Key::RuleOf40,
        variant: None,
        inputs: &[signed("growth", Kind::Percent, "20"), signed("margin", Kind::Percent, "20")],
        target: Some("rule_of_40>=0.40"),
        compute: |scope, numbers| rule_of_40(scope, numbers.rate("growth"), numbers.rate("margin"), Profit::Ebitda),
    },
    Calculator {
        name: "magic-number",
        key: Key::MagicNumber,
        variant: None,
        inputs: &[
            input("revenue_quarter", Kind::Money, "1200000"),
            input("revenue_quarter_before", Kind::Money, "1000000"),
            input("cost", Kind::Money, "800000"),
        ],
        target: None,
        compute: |scope, numbers| {
            let money = |name: &str| numbers.money(name).unwrap_or(0);
            magic_number(scope, money("revenue_quarter"), money("revenue_quarter_before"), money("cost"))
        },
    },
    Calculator {
        name: "burn-multiple",
        key: Key::BurnMultiple,
        variant: None,
        inputs: &[signed("net_burn", Kind::Money, "2000000"), signed("net_new_arr", Kind::Money, "1000000")],
        target: None,
        compute: |scope, numbers| {
            burn_multiple(scope, numbers.money("net_burn").unwrap_or(0), numbers.money("net_new_arr").unwrap_or(0))
        },
    },
    Calculator {
        name: "nps",
        key: Key::Nps,
        variant: None,
        inputs: &[
            input("promoters", Kind::Count, "60"),
            input("passives", Kind::Count, "25"),
            input("detractors", Kind::Count, "15"),
        ],
        target: None,
        compute: |scope, numbers| {
            nps(scope, numbers.whole("promoters"), numbers.whole("passives"), numbers.whole("detractors"))
        },
    },
    Calculator {
        name: "csat",
        key: Key::Csat,
        variant: None,
        inputs: &[
            input("5", Kind::Count, "42"),
            input("4", Kind::Count, "32"),
            input("3", Kind::Count, "10"),
            input("2", Kind::Count, "9"),
            input("1", Kind::Count, "14"),
        ],
        target: None,
        compute: |scope, numbers| rating(scope, Reading::Satisfaction, &points(numbers, 5)),
    },
    Calculator {
        name: "ces",
        key: Key::Ces,
        variant: None,
        inputs: &[
            input("7", Kind::Count, "120"),
            input("6", Kind::Count, "180"),
            input("5", Kind::Count, "160"),
            input("4", Kind::Count, "110"),
            input("3", Kind::Count, "140"),
            input("2", Kind::Count, "210"),
            input("1", Kind::Count, "80"),
        ],
        target: None,
        compute: |scope, numbers| rating(scope, Reading::Easy, &points(numbers, 7)),
    },
    Calculator {
        name: "response-rate",
        key: Key::SurveyResponseRate,
        variant: None,
        inputs: &[
            input("sent", Kind::Count, "520"),
            input("bounced", Kind::Count, "20"),
            input("responses", Kind::Count, "185"),
        ],
        target: None,
        compute: |scope, numbers| {
            let (sent, bounced) = (numbers.count("sent"), numbers.count("bounced").unwrap_or(0));
            survey_response_rate(scope, sent, bounced, numbers.count("responses").unwrap_or(0))
        },
    },
    Calculator {
        name: "nps-change",
        key: Key::FeedbackTrend,
        variant: None,
        inputs: &[
            input("promoters", Kind::Count, "30"),
            input("passives", Kind::Count, "12"),
            input("detractors", Kind::Count, "8"),
            input("promoters_before", Kind::Count, "20"),
            input("passives_before", Kind::Count, "15"),
            input("detractors_before", Kind::Count, "15"),
        ],
        target: None,
        compute: |scope, numbers| {
            let of = |names: [&str; 3]| {
                let [promoters, passives, detractors] = names.map(|name| numbers.whole(name));
                nps(scope, promoters, passives, detractors)
            };
            let before = of(["promoters_before", "passives_before", "detractors_before"]);
            feedback_trend(scope, &of(["promoters", "passives", "detractors"]), &before).0
        },
    },
    Calculator {
        name: "forecast-customers",
        key: Key::Forecast,
        variant: Some("customers"),
        inputs: &[
            input("customers", Kind::Count, "100"),
            input("churn", Kind::Percent, "5"),
            input("new_monthly", Kind::Number, "10"),
            input("months", Kind::Count, "12"),
        ],
        target: None,
        compute: |scope, numbers| {
            let (customers, new) = (numbers.rate("customers"), numbers.rate("new_monthly"));
            let pace = CustomerPace { churn: numbers.rate("churn"), interval: None, new };
            forecast_customers(scope, customers, Some(&pace), numbers.months()).result
        },
    },
    Calculator {
        name: "forecast-mrr",
        key: Key::Forecast,
        variant: Some("mrr"),
        inputs: &[
            input("mrr", Kind::Money, "10000"),
            input("churn", Kind::Percent, "3"),
            input("contraction", Kind::Percent, "1"),
            input("expansion", Kind::Percent, "2"),
            input("mrr_new", Kind::Money, "500"),
            input("months", Kind::Count, "12"),
        ],
        target: None,
        compute: |scope, numbers| {
            let pace = RevenuePace {
                churn: numbers.rate("churn"),
                contraction: numbers.rate("contraction"),
                expansion: numbers.rate("expansion"),
                new: numbers.money("mrr_new").unwrap_or(0),
            };
            forecast_mrr(scope, numbers.money("mrr").unwrap_or(0), Some(&pace), numbers.months()).result
        },
    },
    Calculator {
        name: "sensitivity",
        key: Key::Sensitivity,
        variant: None,
        inputs: &[
            input("churn", Kind::Percent, "5"),
            input("churn_changed", Kind::Percent, "4"),
            input("mrr", Kind::Money, "100000"),
            input("arpa", Kind::Money, "100"),
            input("margin", Kind::Percent, "80"),
        ],
        target: None,
        compute: |scope, numbers| {
            let (churn, arpa) = (numbers.rate("churn"), numbers.money("arpa").unwrap_or(0));
            let mrr = numbers.money("mrr").unwrap_or(0);
            let assumptions = Assumptions {
                churn,
                contraction: 0.0,
                expansion: 0.0,
                arpa,
                gross_margin: numbers.rate("margin"),
                customers: if arpa > 0 { mrr as f64 / arpa as f64 } else { 0.0 },
                new: 0.0,
                mrr,
                mrr_new: 0,
            };
            let change = Change::Absolute(numbers.rate("churn_changed") - churn);
            sensitivity(scope, &assumptions, Lever::Churn, change).result
        },
    },
];

fn counts(numbers: &Numbers) -> Totals {
    Totals {
        customers_start: numbers.count("start"),
        customers_end: numbers.count("end"),
        customers_new: numbers.count("new"),
        customers_lost: numbers.count("lost"),
        customers_reactivated: numbers.count("reactivated"),
        ..Totals::default()
    }
}

fn amounts(numbers: &Numbers) -> Totals {
    Totals {
        mrr_start: numbers.money("start"),
        mrr_new: numbers.money("mrr_new"),
        mrr_reactivation: numbers.money("mrr_reactivation"),
        mrr_expansion: numbers.money("expansion"),
        mrr_contraction: numbers.money("contraction"),
        mrr_churn: numbers.money("churn"),
        mrr_end: numbers.money("mrr_end"),
        ..Totals::default()
    }
}

/// Answers per point, the lowest first.
fn points(numbers: &Numbers, most: usize) -> Vec<u64> {
    const NAMES: [&str; 7] = ["1", "2", "3", "4", "5", "6", "7"];
    NAMES.iter().take(most).map(|name| numbers.whole(name)).collect()
}

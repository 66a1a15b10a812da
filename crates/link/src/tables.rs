//! The names that version 1 knows, by their place. Links hold places: entries may be added at an end, and nothing else
//! may ever change here.

use keeprate_metrics::catalogue::Key;
use keeprate_metrics::result::{Certainty, Direction, Flag, Operator, Status, Unit};

/// The metrics, in the order in which they are coded: what predicts others comes first.
pub(crate) const KEYS: &[Key] = &[
    Key::CustomerCounts,
    Key::AccountRetentionRate,
    Key::CustomerRetentionRate,
    Key::CustomerChurnRate,
    Key::ChurnRateConvert,
    Key::CustomerLifetime,
    Key::Mrr,
    Key::Arr,
    Key::MrrMovements,
    Key::NetNewMrr,
    Key::RevenueChurn,
    Key::Nrr,
    Key::Grr,
    Key::Arpa,
    Key::QuickRatio,
    Key::RevenueConcentration,
    Key::CltvHistoric,
    Key::CltvSimple,
    Key::Cac,
    Key::LtvCac,
    Key::CacPayback,
    Key::Nps,
    Key::Csat,
    Key::Ces,
    Key::KmSurvival,
    Key::SegmentComparison,
    Key::GoalAttainment,
    Key::SurveyResponseRate,
    Key::FeedbackBySegment,
    Key::FeedbackTrend,
    Key::Signups,
    Key::ActivationRate,
    Key::OnboardingRate,
    Key::Churn7d,
    Key::RepeatPurchaseRate,
    Key::Stickiness,
    Key::NDayRetention,
    Key::BracketRetention,
    Key::RollingRetention,
    Key::RenewalRate,
    Key::CohortLogoRetention,
    Key::CohortRevenueRetention,
    Key::CltvDiscounted,
    Key::CltvSurvival,
    Key::CltvBtyd,
    Key::RuleOf40,
    Key::MagicNumber,
    Key::BurnMultiple,
    Key::DetractorRevenueAtRisk,
    Key::ChurnRisk,
    Key::Forecast,
    Key::Sensitivity,
];

/// Parts of results; those that rarely can be predicted have the short places.
pub(crate) const PARTS: &[&str] = &[
    "standard_error",
    "lower_quartile",
    "median",
    "upper_quartile",
    "top_mrr",
    "top_1",
    "hhi",
    "total_revenue",
    "ended",
    "tenure_mean",
    "tenure_median",
    "closing_month",
    "months",
    "churn",
    "trailing_3_months",
    "chained_months",
    "naive_waterfall",
    "without_returners",
    "start",
    "end",
    "new",
    "lost",
    "reactivated",
    "intra_period_churners",
    "mrr_start",
    "mrr_new",
    "mrr_reactivation",
    "mrr_expansion",
    "mrr_contraction",
    "mrr_churn",
    "mrr_end",
    "retained",
    "identity_ok",
    "exposed_base",
    "average_base",
    "value_from_end_new",
    "rate",
    "monthly",
    "annual",
    "churn_months",
    "expected_constant",
    "km_median",
    "km_restricted_mean",
    "horizon",
    "survival_12",
    "growth",
    "amount",
    "net",
    "cancellation_only",
    "net_incl_reactivation",
    "average",
    "arpa_new",
    "gains",
    "losses",
    "without_reactivation",
    "revenue",
    "lifetime",
    "arpa",
    "gross_margin",
    "capped_60m",
    "cost",
    "cltv",
    "cac",
    "simple",
    "exact",
    "promoters",
    "passives",
    "detractors",
    "responses",
    "centre",
    "margin_of_error",
    "top2",
    "agree",
    "mean",
    "mean_low",
    "mean_high",
    "sd",
    "segments",
    "largest_difference",
    "difference",
    "difference_low",
    "difference_high",
    "p",
    "p_holm",
    "significant",
    "goals",
    "met",
    "gap",
    "sent",
    "bounced",
    "adjusted_change",
    "signups",
    "activated",
    "matured",
    "completed",
    "mean_step_completion",
    "avg_dau",
    "mau",
    "day",
    "from",
    "to",
    "window",
    "usage_unbounded",
    "excluded_immature",
    "drop_off",
    "renewed",
    "due",
    "by_value",
    "per_customer",
    "voluntary",
    "involuntary",
    "paused",
    "repeaters",
    "buyers",
    "within_90_days",
    "first_buyers",
    "revenue_to_date",
    "customers",
    "purchases",
    "purchase_value",
    "alive",
    "purchases_of_new",
    "contracted_arr",
    "excluded_users",
    "ended_only",
    "subscription_cap",
    "top2_1_7",
    "lagged_1",
    "paid_only",
    "blended_incl_reactivation",
];

/// Variants of metrics.
pub(crate) const VARIANTS: &[&str] = &[
    "default",
    "endpoint",
    "aggregate",
    "top_10",
    "km_restricted_mean",
    "expected_constant",
    "tenure_active",
    "revenue",
    "margin",
    "realised_mean",
    "avg_revenue_x_lifetime",
    "monthly_to_annual",
    "annual_to_monthly",
    "days",
    "end_over_start",
    "run_rate",
    "snapshot",
    "gross_rate",
    "ending",
    "median",
    "fully_loaded",
    "simple",
    "churn_adjusted",
    "adjusted_wald",
    "top2",
    "school_grade",
    "agree_1_7",
    "agree_1_5",
    "low_effort",
    "completion",
    "no_detectable_change",
    "up",
    "down",
    "calendar",
    "exact_24h",
    "hour_floor_24h",
    "usage_window",
    "all_steps",
    "exposed_base",
    "average_base",
    "incl_reactivation",
    "without_reactivation",
    "subscription",
    "window",
    "realised_to_date",
    "bg_nbd",
    "gamma_gamma",
    "event_basis",
    "daily_sum",
    "ordered",
];

/// Methods of intervals; the first stands for none.
pub(crate) const METHODS: &[&str] = &[
    "",
    "wilson",
    "linearised_ratio",
    "t",
    "greenwood_log_minus_log",
    "reciprocal_wilson",
    "wilson_of_churn",
    "adjusted_wald",
    "difference",
];

/// Fields that a result may lack; the first stands for none.
pub(crate) const FIELDS: &[&str] = &[
    "",
    "month",
    "tenure",
    "mrr",
    "customers_start",
    "customers_end",
    "customers_new",
    "customers_lost",
    "mrr_start",
    "mrr_new",
    "mrr_reactivation",
    "mrr_expansion",
    "mrr_contraction",
    "mrr_churn",
    "mrr_end",
    "sent",
    "activation_event",
    "onboarding_steps",
];

/// Codes of warnings.
pub(crate) const WARNINGS: &[&str] = &[
    "W-IDENTITY",
    "E-AGG-RANGE",
    "W-LTV-HORIZON",
    "I-FEWER-THAN-N",
    "W-WATERFALL",
    "W-RESPONSES-EXCEED",
    "I-EVENT-BEFORE-SIGNUP",
];

/// Statuses.
pub(crate) const STATUSES: &[Status] = &[
    Status::Ok,
    Status::NoPriorPeriod,
    Status::MissingInput,
    Status::UndefinedZeroBase,
    Status::Infinite,
    Status::InsufficientData,
    Status::NotReached,
    Status::MissingPeriod,
    Status::Never,
    Status::Error,
    Status::UndefinedNonpositiveBase,
];

/// Units.
pub(crate) const UNITS: &[Unit] = &[
    Unit::Fraction,
    Unit::Points,
    Unit::Money,
    Unit::Count,
    Unit::Months,
    Unit::Years,
    Unit::Days,
    Unit::Ratio,
    Unit::Score,
];

/// Directions.
pub(crate) const DIRECTIONS: &[Direction] = &[Direction::UpGood, Direction::DownGood, Direction::Neutral];

/// Flags: bits of a set.
pub(crate) const FLAGS: &[Flag] = &[
    Flag::LowN,
    Flag::VeryLowN,
    Flag::PartialPeriod,
    Flag::Estimate,
    Flag::LeftTruncated,
    Flag::MixedScale,
    Flag::LowCoverage,
];

/// How a value is compared with its target.
pub(crate) const OPERATORS: &[Operator] = &[Operator::Above, Operator::AtLeast, Operator::Below, Operator::AtMost];

/// Whether a target is met.
pub(crate) const VERDICTS: &[Option<bool>] = &[None, Some(true), Some(false)];

/// How sure a verdict is.
pub(crate) const CERTAINTIES: &[Option<Certainty>] =
    &[None, Some(Certainty::Clear), Some(Certainty::IntervalIncludesTarget)];

/// Levels of the intervals in percent.
pub(crate) const LEVELS: &[u32] = &[95, 80, 90, 99];

#[cfg(test)]
mod tests {
    use super::*;

    /// The tables as version 1 was published with. A failure here means that older links would be read wrongly.
    #[test]
    fn published_entries_keep_their_places() {
        let names = |table: &[&str]| table.join(" ");
        let keys: Vec<&str> = KEYS.iter().map(|key| key.name()).collect();
        for (actual, published) in [
            (
                keys.join(" "),
                "customer_counts account_retention_rate customer_retention_rate customer_churn_rate churn_rate_convert \
                 customer_lifetime mrr arr mrr_movements net_new_mrr revenue_churn nrr grr arpa quick_ratio \
                 revenue_concentration cltv_historic cltv_simple cac ltv_cac cac_payback nps csat ces km_survival \
                 segment_comparison goal_attainment",
            ),
            (
                names(PARTS),
                "standard_error lower_quartile median upper_quartile top_mrr top_1 hhi total_revenue ended tenure_mean \
                 tenure_median closing_month months churn trailing_3_months chained_months naive_waterfall \
                 without_returners start end new lost reactivated intra_period_churners mrr_start mrr_new \
                 mrr_reactivation mrr_expansion mrr_contraction mrr_churn mrr_end retained identity_ok exposed_base \
                 average_base value_from_end_new rate monthly annual churn_months expected_constant km_median \
                 km_restricted_mean horizon survival_12 growth amount net cancellation_only net_incl_reactivation \
                 average arpa_new gains losses without_reactivation revenue lifetime arpa gross_margin capped_60m cost \
                 cltv cac simple exact promoters passives detractors responses centre margin_of_error top2 agree mean \
                 mean_low mean_high sd segments largest_difference difference difference_low difference_high p p_holm \
                 significant goals met gap",
            ),
            (
                names(VARIANTS),
                "default endpoint aggregate top_10 km_restricted_mean expected_constant tenure_active revenue margin \
                 realised_mean avg_revenue_x_lifetime monthly_to_annual annual_to_monthly days end_over_start run_rate \
                 snapshot gross_rate ending median fully_loaded simple churn_adjusted adjusted_wald top2 school_grade \
                 agree_1_7 agree_1_5 low_effort",
            ),
            (
                names(METHODS),
                " wilson linearised_ratio t greenwood_log_minus_log reciprocal_wilson wilson_of_churn adjusted_wald",
            ),
            (
                names(FIELDS),
                " month tenure mrr customers_start customers_end customers_new customers_lost mrr_start mrr_new \
                 mrr_reactivation mrr_expansion mrr_contraction mrr_churn mrr_end",
            ),
            (names(WARNINGS), "W-IDENTITY E-AGG-RANGE W-LTV-HORIZON I-FEWER-THAN-N W-WATERFALL"),
            (
                format!("{STATUSES:?}"),
                "[Ok, NoPriorPeriod, MissingInput, UndefinedZeroBase, Infinite, InsufficientData, NotReached, \
                 MissingPeriod, Never, Error, UndefinedNonpositiveBase",
            ),
            (format!("{UNITS:?}"), "[Fraction, Points, Money, Count, Months, Years, Days, Ratio, Score"),
            (format!("{DIRECTIONS:?}"), "[UpGood, DownGood, Neutral"),
            (format!("{FLAGS:?}"), "[LowN, VeryLowN, PartialPeriod, Estimate, LeftTruncated"),
            (format!("{OPERATORS:?}"), "[Above, AtLeast, Below, AtMost"),
            (format!("{VERDICTS:?}"), "[None, Some(true), Some(false)"),
            (format!("{CERTAINTIES:?}"), "[None, Some(Clear), Some(IntervalIncludesTarget)"),
            (format!("{LEVELS:?}"), "[95, 80, 90, 99"),
        ] {
            assert!(actual.starts_with(published), "{actual}");
        }
    }

    /// A link leaves out what its tables lack, so a new metric or flag must be added to them.
    #[test]
    fn every_metric_has_a_place() {
        for key in Key::ALL {
            assert!(KEYS.contains(key), "{} has no place, add it to the end", key.name());
        }
    }
}

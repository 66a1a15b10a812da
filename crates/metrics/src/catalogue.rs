//! The catalogue: which metrics there are, and what each one means in both languages.
//!
//! A definition stands in its family's file beside the arithmetic; this module only lists them. Glossary, proof panel,
//! `keeprate metrics` and the report read it.

use crate::result::{Direction, Unit};
use crate::{
    btyd, cohorts, customers, economics, efficiency, feedback, forecast, planning, renewals, revenue, risk, survival,
    usage,
};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

/// A wording in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: &'static str,
    /// German.
    pub de: &'static str,
}

/// A family of metrics: a section of the glossary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Customers and accounts (4A).
    Customers,
    /// Sign-ups, usage and cohorts (4A, 4B).
    Usage,
    /// Recurring revenue (4C).
    Revenue,
    /// Unit economics (4D).
    Economics,
    /// Feedback (4E).
    Feedback,
    /// Survival, risk, planning (4F).
    Planning,
}

/// What a metric is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Definition {
    /// Its family.
    pub family: Family,
    /// Its name.
    pub name: Text,
    /// Its usual short form: an abbreviation or a short name for a card.
    pub short: Text,
    /// Its formula. `{name}` stands for the part of that name in [`crate::result::MetricResult::parts`].
    pub formula: &'static str,
    /// One plain sentence.
    pub meaning: Text,
    /// What it is measured in.
    pub unit: Unit,
    /// Which way is good.
    pub direction: Direction,
    /// Where the definition comes from: authors and titles as they are printed, so that no language needs its own. What
    /// nobody has published is "Keeprate".
    pub source: &'static str,
    /// Its variants: name and what differs. The first one is the default.
    pub variants: &'static [(&'static str, Text)],
}

macro_rules! keys {
    ($($variant:ident = $name:literal => $definition:path $(as $unshown:ident)?,)*) => {
        /// The stable key of a metric, the same in code, JSON and on the page.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
        pub enum Key {
            $(
                #[doc = concat!("`", $name, "`")]
                #[serde(rename = $name)]
                $variant,
            )*
        }

        impl Key {
            /// All keys in the order of the catalogue.
            pub const ALL: &'static [Key] = &[$(Key::$variant),*];

            /// The key as JSON and the page write it.
            pub fn name(self) -> &'static str {
                match self { $(Key::$variant => $name),* }
            }

            /// What the metric is measured in.
            pub fn unit(self) -> Unit {
                match self { $(Key::$variant => const { $definition.unit }),* }
            }

            /// Which way is good.
            pub fn direction(self) -> Direction {
                match self { $(Key::$variant => const { $definition.direction }),* }
            }
        }

        /// The definition of a metric.
        pub fn definition(key: Key) -> &'static Definition {
            match key { $(Key::$variant => &$definition),* }
        }

        /// The definition of a metric that a report can hold, for the dashboard. All others are empty here, so that the
        /// first view does not carry their words.
        pub fn shown(key: Key) -> &'static Definition {
            match key { $(Key::$variant => keys!(@ $definition $(as $unshown)?)),* }
        }
    };
    (@ $definition:path) => { &$definition };
    (@ $definition:path as unshown) => { &UNSHOWN };
}

const UNSHOWN: Definition = Definition {
    family: Family::Planning,
    name: Text { en: "", de: "" },
    short: Text { en: "", de: "" },
    formula: "",
    meaning: Text { en: "", de: "" },
    unit: Unit::Count,
    direction: Direction::Neutral,
    source: "",
    variants: &[],
};

keys! {
    CustomerCounts = "customer_counts" => customers::CUSTOMER_COUNTS,
    AccountRetentionRate = "account_retention_rate" => customers::ACCOUNT_RETENTION_RATE,
    CustomerRetentionRate = "customer_retention_rate" => customers::CUSTOMER_RETENTION_RATE,
    CustomerChurnRate = "customer_churn_rate" => customers::CUSTOMER_CHURN_RATE,
    ChurnRateConvert = "churn_rate_convert" => customers::CHURN_RATE_CONVERT,
    RenewalRate = "renewal_rate" => renewals::RENEWAL_RATE,
    CustomerLifetime = "customer_lifetime" => customers::CUSTOMER_LIFETIME,
    Signups = "signups" => usage::SIGNUPS,
    ActivationRate = "activation_rate" => usage::ACTIVATION_RATE,
    OnboardingRate = "onboarding_rate" => usage::ONBOARDING_RATE,
    Churn7d = "churn_7d" => usage::CHURN_7D,
    RepeatPurchaseRate = "repeat_purchase_rate" => usage::REPEAT_PURCHASE_RATE,
    Stickiness = "stickiness" => usage::STICKINESS,
    NDayRetention = "n_day_retention" => usage::N_DAY_RETENTION,
    BracketRetention = "bracket_retention" => usage::BRACKET_RETENTION,
    RollingRetention = "rolling_retention" => usage::ROLLING_RETENTION,
    CohortLogoRetention = "cohort_logo_retention" => cohorts::COHORT_LOGO_RETENTION,
    CohortRevenueRetention = "cohort_revenue_retention" => cohorts::COHORT_REVENUE_RETENTION,
    Mrr = "mrr" => revenue::MRR,
    Arr = "arr" => revenue::ARR,
    MrrMovements = "mrr_movements" => revenue::MRR_MOVEMENTS,
    NetNewMrr = "net_new_mrr" => revenue::NET_NEW_MRR,
    RevenueChurn = "revenue_churn" => revenue::REVENUE_CHURN,
    Nrr = "nrr" => revenue::NRR,
    Grr = "grr" => revenue::GRR,
    Arpa = "arpa" => revenue::ARPA,
    QuickRatio = "quick_ratio" => revenue::QUICK_RATIO,
    RevenueConcentration = "revenue_concentration" => revenue::REVENUE_CONCENTRATION,
    CltvHistoric = "cltv_historic" => economics::CLTV_HISTORIC,
    CltvSimple = "cltv_simple" => economics::CLTV_SIMPLE,
    CltvDiscounted = "cltv_discounted" => economics::CLTV_DISCOUNTED,
    CltvSurvival = "cltv_survival" => economics::CLTV_SURVIVAL,
    CltvBtyd = "cltv_btyd" => btyd::CLTV_BTYD,
    Cac = "cac" => economics::CAC,
    LtvCac = "ltv_cac" => economics::LTV_CAC,
    CacPayback = "cac_payback" => economics::CAC_PAYBACK,
    RuleOf40 = "rule_of_40" => efficiency::RULE_OF_40 as unshown,
    MagicNumber = "magic_number" => efficiency::MAGIC_NUMBER,
    BurnMultiple = "burn_multiple" => efficiency::BURN_MULTIPLE,
    Nps = "nps" => feedback::NPS,
    Csat = "csat" => feedback::CSAT,
    Ces = "ces" => feedback::CES,
    SurveyResponseRate = "survey_response_rate" => feedback::SURVEY_RESPONSE_RATE,
    FeedbackBySegment = "feedback_by_segment" => feedback::FEEDBACK_BY_SEGMENT,
    FeedbackTrend = "feedback_trend" => feedback::FEEDBACK_TREND,
    DetractorRevenueAtRisk = "detractor_revenue_at_risk" => risk::DETRACTOR_REVENUE_AT_RISK,
    KmSurvival = "km_survival" => survival::KM_SURVIVAL,
    ChurnRisk = "churn_risk" => risk::CHURN_RISK as unshown,
    Forecast = "forecast" => forecast::FORECAST,
    Sensitivity = "sensitivity" => forecast::SENSITIVITY,
    SegmentComparison = "segment_comparison" => planning::SEGMENT_COMPARISON,
    GoalAttainment = "goal_attainment" => planning::GOAL_ATTAINMENT,
}

impl Key {
    /// The key of this name.
    pub fn parse(name: &str) -> Option<Key> {
        Key::ALL.iter().copied().find(|key| key.name() == name)
    }
}

/// What a part of a result or a term of a formula is called.
pub fn term(name: &str) -> Option<Text> {
    TERMS.iter().find(|(term, ..)| *term == name).map(|(_, en, de)| Text { en, de })
}

const TERMS: &[(&str, &str, &str)] = &[
    ("start", "customers at start", "Kunden am Anfang"),
    ("end", "customers at end", "Kunden am Ende"),
    ("new", "new customers", "neue Kunden"),
    ("lost", "lost customers", "verlorene Kunden"),
    ("reactivated", "reactivated customers", "zurückgewonnene Kunden"),
    ("retained", "retained", "gebliebene"),
    ("expanded", "customers with expansion", "Kunden mit Erweiterung"),
    ("contracted", "customers with contraction", "Kunden mit Herabstufung"),
    ("intra_period_churners", "won and lost within the period", "im Zeitraum gewonnen und verloren"),
    ("exposed_base", "including short-lived customers", "einschließlich kurzlebiger Kunden"),
    ("average_base", "on the average base", "auf den mittleren Bestand"),
    ("voluntary", "cancelled by choice", "aus eigener Entscheidung gekündigt"),
    ("involuntary", "lost by failed payment", "durch ausgebliebene Zahlung verloren"),
    ("paused", "paused", "pausiert"),
    ("chained_months", "chained months", "verkettete Monate"),
    ("without_returners", "without returners", "ohne Rückkehrer"),
    ("value_from_end_new", "from end and new", "aus Ende und neu"),
    ("monthly", "monthly rate", "Monatsrate"),
    ("annual", "annual rate", "Jahresrate"),
    ("rate", "measured rate", "gemessene Rate"),
    ("days", "days measured", "gemessene Tage"),
    ("churn", "churn rate", "Abwanderungsrate"),
    ("churn_months", "months pooled for churn", "für Churn zusammengefasste Monate"),
    ("tenure_mean", "mean tenure so far", "mittlere bisherige Verweildauer"),
    ("tenure_median", "median tenure so far", "Median der bisherigen Verweildauer"),
    ("expected_constant", "1 ÷ churn", "1 ÷ Abwanderung"),
    ("km_median", "median lifetime", "Median-Lebensdauer"),
    ("km_restricted_mean", "restricted mean lifetime", "eingeschränkte mittlere Lebensdauer"),
    ("horizon", "horizon", "Horizont"),
    ("ended", "ended lifetimes", "beendete Lebensdauern"),
    ("ended_only", "mean of those who left, too short", "Mittel der Abgewanderten, zu kurz"),
    ("spells", "stays, returns included", "Zeiten als Kunde, mit Rückkehr"),
    ("per_spell", "median of all stays", "Median aller Zeiten als Kunde"),
    ("signups", "sign-ups", "Registrierungen"),
    ("excluded_users", "test and internal users left out", "ohne Test- und interne Nutzer"),
    ("activated", "activated users", "aktivierte Nutzer"),
    ("completed", "users with all steps", "Nutzer mit allen Schritten"),
    ("mean_step_completion", "mean share of steps", "mittlerer Anteil der Schritte"),
    ("matured", "users observed long enough", "lange genug beobachtete Nutzer"),
    ("excluded_immature", "not observed long enough", "nicht lange genug beobachtet"),
    ("repeaters", "repeat buyers", "Wiederkäufer"),
    ("buyers", "buyers", "Käufer"),
    ("within_90_days", "again within 90 days of the first purchase", "erneut binnen 90 Tagen nach dem ersten Kauf"),
    ("first_buyers", "first buyers observed for 90 days", "90 Tage beobachtete Erstkäufer"),
    ("revenue_to_date", "revenue so far", "bisheriger Umsatz"),
    ("alive", "customers expected to be there", "voraussichtlich noch vorhandene Kunden"),
    ("purchases_of_new", "expected of a new customer", "von einem neuen Kunden erwartet"),
    ("avg_dau", "active users on a mean day", "aktive Nutzer am mittleren Tag"),
    ("mau", "active users of the period", "aktive Nutzer im Zeitraum"),
    ("drop_off", "drop-off", "Abfall"),
    ("mrr_start", "MRR at start", "MRR am Anfang"),
    ("mrr_end", "MRR at end", "MRR am Ende"),
    ("contracted_arr", "contracted for a year or longer", "für ein Jahr oder länger vereinbart"),
    ("mrr_new", "new MRR", "neues MRR"),
    ("mrr_reactivation", "reactivation MRR", "Reaktivierungs-MRR"),
    ("mrr_expansion", "expansion MRR", "Erweiterungs-MRR"),
    ("mrr_contraction", "contraction MRR", "Herabstufungs-MRR"),
    ("mrr_churn", "churned MRR", "verlorenes MRR"),
    ("growth", "growth", "Wachstum"),
    ("amount", "amount lost", "verlorener Betrag"),
    ("net", "net rate", "Nettorate"),
    ("cancellation_only", "cancellations only", "nur Kündigungen"),
    ("net_incl_reactivation", "net, with reactivation", "netto, mit Reaktivierung"),
    ("standard_error", "standard error", "Standardfehler"),
    ("subscription_cap", "capped per subscription", "je Abonnement gedeckelt"),
    ("day", "day", "Tag"),
    ("from", "from day", "ab Tag"),
    ("to", "to day", "bis Tag"),
    ("window", "days after the sign-up", "Tage nach der Registrierung"),
    ("usage_unbounded", "nothing from day 7 on", "nichts ab Tag 7"),
    ("closing_month", "closing month alone", "letzter Monat allein"),
    ("months", "months", "Monate"),
    ("annualised", "annualised", "auf das Jahr hochgerechnet"),
    ("incl_reactivation", "with reactivation", "mit Reaktivierung"),
    ("naive_waterfall", "summed movements ÷ start", "summierte Bewegungen ÷ Anfang"),
    ("average", "average of start and end", "Mittel aus Anfang und Ende"),
    ("median", "median", "Median"),
    ("lower_quartile", "lower quartile", "unteres Quartil"),
    ("upper_quartile", "upper quartile", "oberes Quartil"),
    ("arpa_new", "per new customer", "je neuem Kunden"),
    ("gains", "gains", "Zugewinne"),
    ("losses", "losses", "Verluste"),
    ("without_reactivation", "without reactivation", "ohne Reaktivierung"),
    ("trailing_3_months", "trailing 3 months", "letzte 3 Monate"),
    ("top_mrr", "MRR of the ten largest", "MRR der zehn größten"),
    ("top_1", "largest customer", "größter Kunde"),
    ("hhi", "Herfindahl index", "Herfindahl-Index"),
    ("revenue", "average revenue per year", "mittlerer Jahresumsatz"),
    ("lifetime", "lifetime in years", "Lebensdauer in Jahren"),
    ("total_revenue", "revenue of ended customers", "Umsatz beendeter Kunden"),
    ("arpa", "ARPA", "ARPA"),
    ("gross_margin", "gross margin", "Bruttomarge"),
    ("capped_60m", "within 60 months", "innerhalb von 60 Monaten"),
    ("cost", "sales and marketing cost", "Vertriebs- und Marketingkosten"),
    ("lagged_1", "with the cost of the period before", "mit den Kosten des Zeitraums davor"),
    ("paid_only", "advertising alone", "nur Werbung"),
    ("advertising", "advertising alone", "davon Werbung"),
    ("cost_before", "cost of the period before", "Kosten des Zeitraums davor"),
    ("blended_incl_reactivation", "per new or reactivated customer", "je neuem oder zurückgewonnenem Kunden"),
    ("cltv", "CLTV", "CLTV"),
    ("cac", "CAC", "CAC"),
    ("churn_adjusted", "with churn", "mit Abwanderung"),
    ("promoters", "promoters", "Promotoren"),
    ("passives", "passives", "Indifferente"),
    ("detractors", "detractors", "Kritiker"),
    ("responses", "responses", "Antworten"),
    ("sent", "invitations sent", "verschickte Einladungen"),
    ("bounced", "undeliverable", "unzustellbar"),
    ("adjusted_change", "change of the adjusted scores", "Änderung der angepassten Werte"),
    ("top2", "satisfied", "zufrieden"),
    ("mean", "mean", "Mittelwert"),
    ("mean_low", "mean, lower bound", "Mittelwert, untere Grenze"),
    ("mean_high", "mean, upper bound", "Mittelwert, obere Grenze"),
    ("agree", "agreeing", "zustimmend"),
    ("top2_1_7", "6 and 7 of 7 alone", "nur 6 und 7 von 7"),
    ("margin_of_error", "margin of error", "Fehlerspanne"),
    ("centre", "centre of the interval", "Mitte des Intervalls"),
    ("value", "value", "Wert"),
    ("target", "target", "Ziel"),
    ("gap", "distance to target", "Abstand zum Ziel"),
    ("goals", "targets", "Ziele"),
    ("met", "targets met", "erreichte Ziele"),
    ("largest_difference", "largest difference", "größter Unterschied"),
    ("segments", "segments", "Segmente"),
    ("difference", "difference to the rest", "Unterschied zum Rest"),
    ("by_value", "by MRR", "nach MRR"),
    ("per_customer", "customers with all terms renewed", "Kunden mit allen Laufzeiten verlängert"),
    ("renewed", "terms renewed", "verlängerte Laufzeiten"),
    ("due", "terms due", "fällige Laufzeiten"),
    ("active", "customers there", "vorhandene Kunden"),
    ("size", "customers of the cohort", "Kunden der Kohorte"),
    ("simple_mean", "mean of the cohorts, unweighted", "ungewichtetes Mittel der Kohorten"),
    ("mrr", "MRR", "MRR"),
    ("discount", "monthly discount rate", "Monatszins"),
    ("purchases", "expected purchases", "erwartete Käufe"),
    ("purchase_value", "value of a purchase", "Wert eines Kaufs"),
    ("profit_margin", "profit margin", "Gewinnmarge"),
    ("revenue_quarter", "revenue of the quarter", "Quartalsumsatz"),
    ("revenue_quarter_before", "revenue of the quarter before", "Umsatz des Vorquartals"),
    ("net_burn", "net burn", "Nettoverbrauch"),
    ("net_new_arr", "net new ARR", "Netto-Neu-ARR"),
    ("points", "points", "Punkte"),
    ("points_possible", "most points possible", "höchstmögliche Punkte"),
    ("month", "month after the start", "Monat nach dem Start"),
    ("customers", "customers", "Kunden"),
    ("gross_capped", "each customer capped at the start", "jeder Kunde höchstens wie am Anfang"),
    ("undiscounted", "without interest", "ohne Abzinsung"),
    ("churn_changed", "churn rate after the change", "Abwanderungsrate nach der Änderung"),
    ("retained_change", "change of the share kept for 12 months", "Änderung des 12 Monate gehaltenen Anteils"),
    ("lifetime_change", "change of the lifetime", "Änderung der Lebensdauer"),
    ("cltv_change", "change of the CLTV", "Änderung des CLTV"),
    ("customers_change", "change of the customers in 12 months", "Änderung der Kunden in 12 Monaten"),
    ("steady_state", "level that it nears", "Stand, dem es sich nähert"),
    ("optimistic", "with churn at its lower bound", "mit Abwanderung an der unteren Grenze"),
    ("pessimistic", "with churn at its upper bound", "mit Abwanderung an der oberen Grenze"),
    ("contraction", "contraction rate", "Herabstufungsrate"),
    ("expansion", "expansion rate", "Erweiterungsrate"),
    ("annual_discount", "discount rate per year", "Zinssatz pro Jahr"),
    ("matched", "respondents with MRR", "Befragte mit MRR"),
    ("unmatched", "respondents unknown to billing", "der Abrechnung unbekannte Befragte"),
    ("zero_mrr", "respondents without MRR", "Befragte ohne MRR"),
    ("share", "share of all MRR", "Anteil am gesamten MRR"),
    ("coverage", "MRR of customers who answered", "MRR der Kunden, die geantwortet haben"),
    ("majority", "where more than half are detractors", "wo mehr als die Hälfte Kritiker sind"),
    ("majority_share", "share of these", "Anteil davon"),
    ("weighted", "by the share of detractors", "nach dem Anteil der Kritiker"),
    ("weighted_share", "share by the share of detractors", "Anteil nach dem Anteil der Kritiker"),
    ("extrapolated", "estimate for all customers", "Schätzung für alle Kunden"),
    (
        "expected_loss",
        "expected to be lost within 12 months, estimate",
        "binnen 12 Monaten erwarteter Verlust, Schätzung",
    ),
    ("expected_loss_low", "lower bound", "untere Grenze"),
    ("expected_loss_high", "upper bound", "obere Grenze"),
    (
        "former_detractors",
        "customers with detractors 12 months ago (30 needed for an expected loss)",
        "Kunden mit Kritikern vor 12 Monaten (nötig für einen erwarteten Verlust: 30)",
    ),
    ("former_lost", "of them gone since", "davon seither gegangen"),
    ("former_churn", "share of them gone since", "Anteil seither Gegangener"),
    ("survival_12", "still there after 12 months", "nach 12 Monaten noch da"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_are_unique() {
        for key in Key::ALL {
            assert_eq!(Key::parse(key.name()), Some(*key));
        }
    }

    #[test]
    fn every_term_of_a_formula_has_a_name() {
        for key in Key::ALL {
            for part in definition(*key).formula.split('{').skip(1) {
                let name = part.split('}').next().expect("a closed brace");
                assert!(term(name).is_some(), "{}: {name}", key.name());
            }
        }
    }

    #[test]
    fn every_definition_is_worded_in_both_languages() {
        for key in Key::ALL {
            let definition = definition(*key);
            for text in [definition.name, definition.short, definition.meaning] {
                assert!(!text.en.is_empty() && !text.de.is_empty(), "{}", key.name());
            }
        }
    }
}

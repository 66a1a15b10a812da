//! What is asked of a data set, and the settings that could change a figure.

use super::events::UsageSettings;
use crate::conventions::Conventions;
use crate::period::{Day, Month};
use crate::planning::Target;
use crate::result::SegmentValue;
use crate::risk::Rules;
use crate::statistics::Level;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

/// The grid of a series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Calendar months.
    #[default]
    Month,
    /// Calendar quarters.
    Quarter,
    /// Calendar years.
    Year,
}

impl Every {
    /// Months in one step.
    pub fn months(self) -> i32 {
        match self {
            Every::Month => 1,
            Every::Quarter => 3,
            Every::Year => 12,
        }
    }
}

/// Which response of a respondent counts in a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dedupe {
    /// The latest.
    #[default]
    Latest,
    /// The first.
    First,
    /// Every one.
    All,
}

/// Settings that could change a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Settings {
    /// Level of the intervals in percent: 80, 90, 95 or 99.
    pub confidence_level: u32,
    /// Gross margin as a fraction, for CLTV; without it CLTV is revenue.
    pub gross_margin: Option<f64>,
    /// The discount rate of a year as a fraction, for the discounted CLTV.
    #[serde(default = "usual_discount")]
    pub annual_discount: f64,
    /// Months whose churn is pooled for CLTV and lifetime.
    pub churn_months: u32,
    /// Customers counted as the largest.
    pub top_n: u32,
    /// Which response of a respondent counts.
    #[serde(default)]
    pub dedupe: Dedupe,
    /// Whether an address that is no customer's may stand for the one customer with its domain, where files are joined.
    #[serde(default, skip_serializing_if = "is_false")]
    pub join_by_domain: bool,
    /// Which events mean what, and how days after the first are counted.
    #[serde(default)]
    pub usage: UsageSettings,
    /// What speaks how much against a customer.
    #[serde(default)]
    pub risk_rules: Rules,
    /// How rows of subscriptions become MRR, and which reading of a rate is shown.
    #[serde(flatten)]
    pub conventions: Conventions,
}

fn is_false(value: &bool) -> bool {
    !value
}

fn usual_discount() -> f64 {
    0.10
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            confidence_level: 95,
            gross_margin: None,
            annual_discount: usual_discount(),
            churn_months: 6,
            top_n: 10,
            dedupe: Dedupe::default(),
            join_by_domain: false,
            usage: UsageSettings::default(),
            risk_rules: Rules::default(),
            conventions: Conventions::default(),
        }
    }
}

/// What is said of a name that no setting has.
const NAMES: &str = "settings: confidence_level, gross_margin, annual_discount, churn_months, top_n, dedupe, join_by_domain, signup_event, return_event, \
    activation_event, onboarding_steps, onboarding_ordered, activation_days, day_mode, brackets, excluded_domains, risk_inactivity, risk_usage_drop, risk_feedback, risk_payment, \
    risk_contraction, risk_renewal, risk_tenure, risk_needed, risk_levels";

impl Settings {
    /// Changes a setting by its name; the error names what would be right.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), &'static str> {
        let whole = |low: u32, high: u32| value.parse().ok().filter(|number| (low..=high).contains(number));
        match name {
            "confidence_level" => {
                self.confidence_level = whole(80, 99)
                    .filter(|percent| Level::from_percent(*percent).is_some())
                    .ok_or("confidence_level: 80, 90, 95 or 99")?;
            }
            "gross_margin" => {
                let margin = value.parse::<f64>().ok().filter(|margin| *margin > 0.0 && *margin <= 1.0);
                self.gross_margin = Some(margin.ok_or("gross_margin: a fraction above 0, up to 1")?);
            }
            "annual_discount" => {
                let rate = value.parse::<f64>().ok().filter(|rate| (0.0..=1.0).contains(rate));
                self.annual_discount = rate.ok_or("annual_discount: a fraction from 0 to 1")?;
            }
            "churn_months" => {
                self.churn_months = whole(1, 12).ok_or("churn_months: 1 to 12")?;
            }
            "top_n" => self.top_n = whole(1, 1000).ok_or("top_n: 1 to 1000")?,
            "dedupe" => {
                self.dedupe = match value {
                    "latest" => Dedupe::Latest,
                    "first" => Dedupe::First,
                    "all" => Dedupe::All,
                    _ => return Err("dedupe: latest, first or all"),
                }
            }
            "join_by_domain" => {
                self.join_by_domain = match value {
                    "true" | "yes" => true,
                    "false" | "no" => false,
                    _ => return Err("join_by_domain: true or false"),
                }
            }
            _ if Conventions::NAMES.contains(&name) => self.conventions.set(name, value)?,
            _ => {
                return match self.usage.set(name, value).or_else(|| self.risk_rules.set(name, value)) {
                    Some(set) => set,
                    None => Err(NAMES),
                };
            }
        }
        Ok(())
    }

    /// The level of the intervals.
    pub fn level(&self) -> Level {
        Level::from_percent(self.confidence_level).unwrap_or_default()
    }
}

/// What a period is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub enum Compare {
    /// The months from the first to the last.
    Months(Month, Month),
    /// The row before, in a period table whose rows have an order in time.
    RowBefore,
}

/// What is asked of a data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Question {
    /// First month; without it the period is the last month alone, and NRR and GRR look back up to twelve months.
    pub from: Option<Month>,
    /// Last month; without it the latest complete one.
    pub to: Option<Month>,
    /// The row of a period table to show, by its place; without it the latest.
    pub row: Option<usize>,
    /// What to compare with.
    pub compare: Option<Compare>,
    /// The grid of the series.
    pub every: Every,
    /// Data are complete up to here, exclusive; without it up to the end of the last month.
    pub as_of: Option<Day>,
    /// Only customers with this value.
    pub segment: Option<SegmentValue>,
    /// The column whose values are set side by side.
    pub segments_of: Option<String>,
    /// How much is answered.
    #[serde(default)]
    pub extent: Extent,
    /// The targets.
    pub targets: Vec<Target>,
    /// The settings.
    pub settings: Settings,
}

/// How much of a question is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// Everything.
    #[default]
    Whole,
    /// The metrics, their comparison and the series, but neither cohorts nor segments, which take as long again, nor the
    /// customers at risk.
    Figures,
}

impl Default for Question {
    fn default() -> Question {
        Question {
            from: None,
            to: None,
            row: None,
            compare: None,
            every: Every::default(),
            as_of: None,
            segment: None,
            segments_of: None,
            extent: Extent::default(),
            targets: Target::defaults(),
            settings: Settings::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As they were written before there were conventions.
    #[test]
    fn settings_of_earlier_documents_open() {
        let json = r#"{"confidence_level":90,"gross_margin":null,"churn_months":6,"top_n":10}"#;
        let settings: Settings = serde_json::from_str(json).expect("settings");
        assert_eq!(settings, Settings { confidence_level: 90, ..Settings::default() });
    }

    #[test]
    fn conventions_stand_among_the_other_settings() {
        let mut settings = Settings::default();
        assert_eq!(settings.set("churn_recognition", "at_cancellation"), Ok(()));
        assert_eq!(settings.set("amounts_include_tax", "7.7"), Ok(()));
        let json = serde_json::to_value(&settings).expect("JSON");
        assert_eq!(json["churn_recognition"], "at_cancellation");
        assert_eq!(json["amounts_include_tax"], 7.7);
        assert_eq!(json["confidence_level"], 95);
        assert_eq!(serde_json::from_value::<Settings>(json).expect("settings"), settings);
    }

    #[test]
    fn settings_are_within_their_bounds() {
        for (name, right, wrong) in [
            ("confidence_level", &["80", "90", "95", "99"][..], &["79", "85", "100", "95.0", ""][..]),
            ("gross_margin", &["0.001", "1.0"], &["0", "-0.5", "1.001", "NaN", "most"]),
            ("annual_discount", &["0.0", "0.25", "1.0"], &["-0.001", "1.001", "NaN"]),
            ("churn_months", &["1", "12"], &["0", "13", "-1"]),
            ("top_n", &["1", "1000"], &["0", "1001"]),
            ("dedupe", &["latest", "first", "all"], &["First", ""]),
            ("pause_policy", &["suspend", "keep"], &["Keep"]),
            ("signup_event", &["Sign up"], &[]),
            ("return_event", &["Log in"], &[]),
            ("activation_event", &["Invite"], &[]),
            ("onboarding_ordered", &["true", "false"], &["1", "True"]),
            ("activation_days", &["1", "365"], &["0", "366"]),
            ("day_mode", &["calendar", "exact_24h", "hour_floor_24h"], &["24h"]),
        ] {
            for value in right {
                let mut settings = Settings::default();
                assert_eq!(settings.set(name, value), Ok(()), "{name} {value}");
                let json = serde_json::to_value(&settings).expect("JSON");
                let shown = json.get(name).or_else(|| json["usage"].get(name)).expect(name);
                assert_eq!(shown.as_str().map_or_else(|| shown.to_string(), str::to_owned), *value, "{name}");
            }
            for value in wrong {
                let mut settings = Settings::default();
                let error = settings.set(name, value).expect_err(value);
                assert!(error.starts_with(name), "{error}");
                assert_eq!(settings, Settings::default());
            }
        }
        assert_eq!(Settings::default().set("margin", "1"), Err(NAMES));
    }

    #[test]
    fn rules_of_the_churn_risk_stand_among_the_settings() {
        let mut settings = Settings::default();
        for (name, value) in [("risk_payment", "30"), ("risk_contraction", ""), ("risk_levels", "50,20")] {
            assert_eq!(settings.set(name, value), Ok(()), "{name}");
        }
        let json = serde_json::to_value(&settings).expect("JSON");
        assert_eq!(
            json["risk_rules"]["signals"][3],
            serde_json::json!({"signal": "payment", "steps": [[">=", 1.0, 30]]})
        );
        assert_eq!(json["risk_rules"]["signals"][4], serde_json::json!({"signal": "contraction", "steps": []}));
        assert_eq!([&json["risk_rules"]["high"], &json["risk_rules"]["medium"]], [50, 20]);
        assert_eq!(serde_json::from_value::<Settings>(json).expect("settings"), settings);
        let error = settings.set("risk_payment", "much").expect_err("no points");
        assert!(error.starts_with("risk_payment"), "{error}");
    }

    #[test]
    fn lists_are_separated_by_commas() {
        let mut settings = Settings::default();
        for (name, value) in [
            ("onboarding_steps", "Invite, ,Import"),
            ("excluded_domains", "@Keeprate.example, test.example,"),
            ("brackets", "0, 1-7,8–14"),
            ("signup_event", ""),
        ] {
            assert_eq!(settings.set(name, value), Ok(()), "{name}");
        }
        assert_eq!(settings.usage.onboarding_steps, ["Invite", "Import"]);
        assert_eq!(settings.usage.excluded_domains, ["keeprate.example", "test.example"]);
        assert_eq!(settings.usage.brackets, [(0, 0), (1, 7), (8, 14)]);
        assert_eq!(settings.usage.signup_event, None);
        for brackets in ["", "7-1", "0-3,3-5", "8-14,0-7", "a-b"] {
            assert!(
                settings.set("brackets", brackets).is_err_and(|error| error.contains("E-BRACKET-OVERLAP")),
                "{brackets}"
            );
        }
    }

    #[test]
    fn an_interval_has_the_level_that_was_chosen() {
        for (percent, fraction) in [(80, 0.80), (90, 0.90), (95, 0.95), (99, 0.99)] {
            assert_eq!(Settings { confidence_level: percent, ..Settings::default() }.level().fraction(), fraction);
        }
    }
}

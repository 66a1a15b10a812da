//! Calculators: a metric's aggregate form with inputs that a link can hold.

mod list;

use crate::i18n::Language;
use crate::queries::entry::read_number;
use keeprate_metrics::catalogue::{Family, Key, definition};
use keeprate_metrics::money::Currency;
use keeprate_metrics::planning::{Target, attain};
use keeprate_metrics::result::{MetricResult, Scope};
pub use list::CALCULATORS;

/// What an input holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole count.
    Count,
    /// Money.
    Money,
    /// A percentage, entered as 5 for 5 %.
    Percent,
    /// A plain number.
    Number,
}

/// An input of a calculator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Input {
    /// Its name in links and in the catalogue's terms.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// The prefilled example; empty for an input that may stay empty.
    pub example: &'static str,
    /// Whether it may stay empty.
    pub optional: bool,
    /// Whether it may be negative.
    pub signed: bool,
}

/// A calculator.
#[derive(Clone, Copy, Debug)]
pub struct Calculator {
    /// Its name in the address.
    pub name: &'static str,
    /// The metric.
    pub key: Key,
    /// Which variant it computes, where another calculator computes another one.
    pub variant: Option<&'static str>,
    /// Its inputs.
    pub inputs: &'static [Input],
    /// The targets that the result is held against.
    pub target: Option<&'static str>,
    compute: fn(&Scope, &Numbers) -> MetricResult,
}

/// The numbers entered, as far as they could be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numbers(Vec<(&'static str, f64)>);

impl Numbers {
    fn get(&self, name: &str) -> Option<f64> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, number)| *number)
    }

    fn count(&self, name: &str) -> Option<i64> {
        self.get(name).map(|number| number as i64)
    }

    /// A number that the calculator cannot do without; 0 stands for none.
    fn rate(&self, name: &str) -> f64 {
        self.get(name).unwrap_or(0.0)
    }

    /// Months ahead.
    fn months(&self) -> u32 {
        self.rate("months") as u32
    }

    fn whole(&self, name: &str) -> u64 {
        self.get(name).unwrap_or(0.0).max(0.0) as u64
    }

    fn money(&self, name: &str) -> Option<i128> {
        self.get(name).map(|number| (number * Currency::EUR.units_per_major() as f64).round() as i128)
    }
}

/// The calculators of each family, in the order of the catalogue.
pub fn by_family() -> Vec<(Family, Vec<&'static Calculator>)> {
    let mut families: Vec<(Family, Vec<&'static Calculator>)> = Vec::new();
    for calculator in CALCULATORS {
        let family = definition(calculator.key).family;
        match families.iter_mut().find(|(known, _)| *known == family) {
            Some((_, calculators)) => calculators.push(calculator),
            None => families.push((family, vec![calculator])),
        }
    }
    families
}

/// The calculator of this name.
pub fn calculator(name: &str) -> Option<&'static Calculator> {
    CALCULATORS.iter().find(|calculator| calculator.name == name)
}

/// What is wrong with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is empty and must not be.
    Empty,
    /// It is no number.
    NoNumber,
    /// It is negative.
    Negative,
    /// It must be a whole number.
    NotWhole,
    /// It is larger than a calculator can hold exactly.
    TooLarge,
}

/// The largest number that an input takes: sums of money stay exact below it.
const LARGEST: f64 = 1e12;

/// Reads one entry.
pub fn read_entry(input: &Input, text: &str, language: Language) -> Result<Option<f64>, Wrong> {
    if text.trim().is_empty() {
        return if input.optional { Ok(None) } else { Err(Wrong::Empty) };
    }
    let number = read_number(text, language).ok_or(Wrong::NoNumber)?;
    match input.kind {
        _ if number < 0.0 && !input.signed => Err(Wrong::Negative),
        _ if number.abs() > LARGEST => Err(Wrong::TooLarge),
        Kind::Count if number.fract() != 0.0 => Err(Wrong::NotWhole),
        Kind::Percent => Ok(Some(number / 100.0)),
        _ => Ok(Some(number)),
    }
}

/// The result for what was entered, or the first entry that cannot be used.
pub fn compute(
    calculator: &Calculator,
    entries: &[(String, String)],
    language: Language,
) -> Result<MetricResult, (&'static str, Wrong)> {
    let mut numbers = Numbers::default();
    for input in calculator.inputs {
        let text = entries.iter().find(|(name, _)| name == input.name).map_or("", |(_, text)| text.as_str());
        if let Some(number) = read_entry(input, text, language).map_err(|wrong| (input.name, wrong))? {
            numbers.0.push((input.name, number));
        }
    }
    let mut result = (calculator.compute)(&Scope::default(), &numbers);
    if let Some(target) = calculator.target.and_then(Target::parse) {
        attain(&mut result, &target);
    }
    Ok(result)
}

/// The entries of an address completed by the examples where the address has none at all.
pub fn entries(calculator: &Calculator, given: &[(String, String)]) -> Vec<(String, String)> {
    let known = |name: &str| given.iter().find(|(given, _)| given == name).map(|(_, text)| text.clone());
    let none = calculator.inputs.iter().all(|input| known(input.name).is_none());
    calculator
        .inputs
        .iter()
        .map(|input| {
            let text = known(input.name).unwrap_or_else(|| if none { input.example.to_owned() } else { String::new() });
            (input.name.to_owned(), text)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefilled_examples_give_the_documents_values() {
        for (name, value) in [
            ("crr", 0.95),
            ("account-retention", 1.05),
            ("churn", 0.05),
            ("customers", 105.0),
            ("churn-year", 0.459_639_912_337_7),
            ("churn-days", 0.453_345_386),
            ("lifetime", 33.333_333_333),
            ("renewal", 0.8),
            // 120 sign-ups after 100.
            ("signups", 120.0),
            ("activation", 0.37),
            // 200 of 500.
            ("onboarding", 0.4),
            ("seven-day-churn", 3.0 / 34.0),
            ("repeat-purchase", 0.25),
            ("stickiness", 14.0 / 31.0 / 5.0),
            ("n-day", 0.5),
            ("bracket", 0.8),
            ("rolling", 0.8),
            ("cohort", 4.0 / 6.0),
            ("cohort-revenue", 720.0 / 920.0),
            ("mrr", 950.0),
            ("arr", 11400.0),
            ("movements", 100.0),
            ("net-new-mrr", -220.0),
            ("arpa", 10.0),
            ("quick-ratio", 3.4),
            ("nrr", 1.1),
            ("grr", 0.9),
            ("revenue-churn", 0.05),
            ("cltv", 1500.0),
            ("cltv-churn", 1600.0),
            ("cltv-discounted", 1390.93),
            ("cac", 2000.0),
            ("ltv-cac", 3.2),
            ("cac-payback", 5.0),
            ("rule-of-40", 0.4),
            ("magic-number", 1.0),
            ("burn-multiple", 2.0),
            ("nps", 45.0),
            ("csat", 74.0 / 107.0),
            ("ces", 0.46),
            ("response-rate", 0.37),
            ("nps-change", 34.0),
            ("forecast-customers", 145.963_991_22),
            ("forecast-mrr", 13229.25),
            ("sensitivity", 7234.97),
        ] {
            let calculator = calculator(name).expect("a calculator");
            let result = compute(calculator, &entries(calculator, &[]), Language::En).expect("a result");
            // Money is rounded to the cent, and the sheet prints six decimals.
            let tolerance = if value > 1000.0 { 0.005 } else { 1e-6 };
            let found = result.number().expect("a value");
            assert!((found - value).abs() < tolerance, "{name}: {found}");
        }
    }

    #[test]
    fn every_metric_with_an_aggregate_form_has_a_calculator() {
        // These need rows, or compare what others gave.
        let rows = [
            "revenue_concentration",
            "cltv_survival",
            "cltv_btyd",
            "feedback_by_segment",
            "detractor_revenue_at_risk",
            "km_survival",
            "churn_risk",
            "segment_comparison",
            "goal_attainment",
        ];
        for key in Key::ALL {
            let found = CALCULATORS.iter().any(|calculator| calculator.key == *key);
            assert_eq!(found, !rows.contains(&key.name()), "{}", key.name());
        }
    }

    #[test]
    fn everything_that_a_calculator_shows_has_a_name() {
        for calculator in CALCULATORS {
            let result = compute(calculator, &entries(calculator, &[]), Language::En).expect("a result");
            for reading in crate::queries::proof::readings(definition(calculator.key), &result) {
                assert!(
                    keeprate_metrics::catalogue::term(&reading.name).is_some(),
                    "{}: {}",
                    calculator.name,
                    reading.name
                );
            }
        }
    }

    #[test]
    fn only_what_may_be_negative_is() {
        let calculator = calculator("rule-of-40").expect("a calculator");
        let given = [("growth", "50"), ("margin", "-10")].map(|(name, text)| (name.to_owned(), text.to_owned()));
        let result = compute(calculator, &given, Language::En).expect("a result");
        assert_eq!((result.number(), result.met), (Some(0.4), Some(true)));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let calculator = calculator("churn").expect("a calculator");
        let given = |start: &str, lost: &str| {
            vec![("start".to_owned(), start.to_owned()), ("lost".to_owned(), lost.to_owned())]
        };
        for (start, lost, wrong) in [
            ("", "5", ("start", Wrong::Empty)),
            ("100", "x", ("lost", Wrong::NoNumber)),
            ("100", "-1", ("lost", Wrong::Negative)),
            ("100", "1.5", ("lost", Wrong::NotWhole)),
            ("1e15", "1", ("start", Wrong::NoNumber)),
            ("9999999999999", "1", ("start", Wrong::TooLarge)),
        ] {
            assert_eq!(compute(calculator, &given(start, lost), Language::En), Err(wrong));
        }
    }

    #[test]
    fn targets_keep_their_operator() {
        for (name, met) in [("nrr", true), ("grr", false)] {
            let calculator = calculator(name).expect("a calculator");
            let result = compute(calculator, &entries(calculator, &[]), Language::De).expect("a result");
            assert_eq!(result.met, Some(met), "{name}");
        }
    }
}

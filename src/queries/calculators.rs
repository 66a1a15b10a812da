//! Calculators: a metric's aggregate form with inputs that a link can hold.

use crate::i18n::Language;
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::customers::{account_retention_rate, customer_churn_rate, customer_retention_rate};
use keeprate_metrics::economics::{cac, cac_payback, cltv_historic, cltv_simple, ltv_cac};
use keeprate_metrics::feedback::{Reading, nps, rating};
use keeprate_metrics::ledger::Totals;
use keeprate_metrics::money::Currency;
use keeprate_metrics::planning::{Target, attain};
use keeprate_metrics::result::{MetricResult, Scope};
use keeprate_metrics::revenue::{grr, nrr, revenue_churn};

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
}

/// A calculator.
#[derive(Clone, Copy, Debug)]
pub struct Calculator {
    /// Its name in the address.
    pub name: &'static str,
    /// The metric.
    pub key: Key,
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

    fn whole(&self, name: &str) -> u64 {
        self.get(name).unwrap_or(0.0).max(0.0) as u64
    }

    fn money(&self, name: &str) -> Option<i128> {
        self.get(name).map(|number| (number * Currency::EUR.units_per_major() as f64).round() as i128)
    }
}

const fn input(name: &'static str, kind: Kind, example: &'static str) -> Input {
    Input { name, kind, example, optional: false }
}

const fn optional(name: &'static str, kind: Kind, example: &'static str) -> Input {
    Input { name, kind, example, optional: true }
}

/// All calculators, in the order of the page. The examples are those of the definition sheet's source documents.
pub const CALCULATORS: &[Calculator] = &[
    Calculator {
        name: "crr",
        key: Key::CustomerRetentionRate,
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
        inputs: &[input("start", Kind::Count, "100"), input("end", Kind::Count, "105")],
        target: None,
        compute: |scope, numbers| account_retention_rate(scope, &counts(numbers)),
    },
    Calculator {
        name: "churn",
        key: Key::CustomerChurnRate,
        inputs: &[input("start", Kind::Count, "100"), input("lost", Kind::Count, "5")],
        target: None,
        compute: |scope, numbers| customer_churn_rate(scope, &counts(numbers)),
    },
    Calculator {
        name: "nrr",
        key: Key::Nrr,
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
        name: "cltv",
        key: Key::CltvHistoric,
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
        name: "cac",
        key: Key::Cac,
        inputs: &[input("cost", Kind::Money, "50000"), input("new", Kind::Count, "25")],
        target: None,
        compute: |scope, numbers| match (numbers.money("cost"), numbers.count("new")) {
            (Some(cost), Some(new)) => cac(scope, cost, new),
            _ => MetricResult::new(Key::Cac, scope),
        },
    },
    Calculator {
        name: "ltv-cac",
        key: Key::LtvCac,
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
        name: "nps",
        key: Key::Nps,
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
];

fn counts(numbers: &Numbers) -> Totals {
    Totals {
        customers_start: numbers.count("start"),
        customers_end: numbers.count("end"),
        customers_new: numbers.count("new"),
        customers_lost: numbers.count("lost"),
        ..Totals::default()
    }
}

fn amounts(numbers: &Numbers) -> Totals {
    Totals {
        mrr_start: numbers.money("start"),
        mrr_expansion: numbers.money("expansion"),
        mrr_contraction: numbers.money("contraction"),
        mrr_churn: numbers.money("churn"),
        ..Totals::default()
    }
}

/// Answers per point, the lowest first.
fn points(numbers: &Numbers, most: usize) -> Vec<u64> {
    const NAMES: [&str; 7] = ["1", "2", "3", "4", "5", "6", "7"];
    NAMES.iter().take(most).map(|name| numbers.whole(name)).collect()
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

/// Reads a number as a German or an English speaker writes it: where both separators occur the last one is the
/// decimal; a single one followed by exactly three digits groups if the language groups with it.
pub fn read_number(text: &str, language: Language) -> Option<f64> {
    let drop = [' ', '\u{a0}', '\u{202f}', '\'', '’', '%', '€', '$', '£'];
    let text: String = text.chars().filter(|character| !drop.contains(character)).collect();
    let text = text.replace('−', "-");
    let (grouping, default_decimal) = match language {
        Language::De => ('.', ','),
        Language::En => (',', '.'),
    };
    let decimal = match (text.rfind('.'), text.rfind(',')) {
        (Some(point), Some(comma)) => Some(if point > comma { '.' } else { ',' }),
        (None, None) => None,
        (point, comma) => {
            let (sign, at) = if point.is_some() { ('.', point?) } else { (',', comma?) };
            let three = text.len() - at - 1 == 3 && text[..at].trim_start_matches('-').len() <= 3;
            let groups = text.matches(sign).count() > 1 || (three && sign == grouping && !text.starts_with('0'));
            (!groups).then_some(sign)
        }
    };
    let other = match decimal {
        Some('.') => ',',
        Some(_) => '.',
        None => grouping,
    };
    let mut plain = String::new();
    for character in text.chars() {
        if Some(character) == decimal {
            plain.push('.');
        } else if character != other && !(decimal.is_none() && character == default_decimal) {
            plain.push(character);
        }
    }
    // Up to fifteen digits a whole number and its power of ten are exact, and so is the rounding of their quotient. The
    // standard library's parser would do more, with a table of 10 KB.
    let (negative, digits) = plain.strip_prefix('-').map_or((false, plain.as_str()), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = [whole, fraction].concat();
    if all.is_empty() || all.len() > 15 || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = all.parse::<u64>().ok()? as f64 / 10_u64.pow(fraction.len() as u32) as f64;
    Some(if negative { -number } else { number })
}

/// Reads one entry.
pub fn read_entry(input: &Input, text: &str, language: Language) -> Result<Option<f64>, Wrong> {
    if text.trim().is_empty() {
        return if input.optional { Ok(None) } else { Err(Wrong::Empty) };
    }
    let number = read_number(text, language).ok_or(Wrong::NoNumber)?;
    match input.kind {
        _ if number < 0.0 => Err(Wrong::Negative),
        _ if number > LARGEST => Err(Wrong::TooLarge),
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
    fn numbers_are_read_as_they_are_written() {
        for (text, language, number) in [
            ("1.234,56", Language::De, Some(1234.56)),
            ("1,234.56", Language::En, Some(1234.56)),
            ("1,234.56", Language::De, Some(1234.56)),
            ("1.234", Language::De, Some(1234.0)),
            ("1.234", Language::En, Some(1.234)),
            ("1,234", Language::De, Some(1.234)),
            ("1,234", Language::En, Some(1234.0)),
            ("0.123", Language::De, Some(0.123)),
            ("12,5 %", Language::De, Some(12.5)),
            ("1 000 €", Language::De, Some(1000.0)),
            ("1.000.000", Language::En, Some(1_000_000.0)),
            ("1000", Language::De, Some(1000.0)),
            ("−5", Language::En, Some(-5.0)),
            ("", Language::En, None),
            ("abc", Language::En, None),
            ("1e5", Language::En, None),
            ("NaN", Language::En, None),
        ] {
            assert_eq!(read_number(text, language), number, "{text}");
        }
    }

    #[test]
    fn the_prefilled_examples_give_the_documents_values() {
        for (name, value) in [
            ("crr", 0.95),
            ("account-retention", 1.05),
            ("churn", 0.05),
            ("nrr", 1.1),
            ("grr", 0.9),
            ("revenue-churn", 0.05),
            ("cltv", 1500.0),
            ("cltv-churn", 1600.0),
            ("cac", 2000.0),
            ("ltv-cac", 3.2),
            ("cac-payback", 5.0),
            ("nps", 45.0),
            ("csat", 74.0 / 107.0),
            ("ces", 0.46),
        ] {
            let calculator = calculator(name).expect("a calculator");
            let result = compute(calculator, &entries(calculator, &[]), Language::En).expect("a result");
            assert!((result.number().expect("a value") - value).abs() < 1e-9, "{name}");
        }
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

//! The rules of a score: which signals give how many points from which limit on (metrics.md 4F, `churn_risk`). They are
//! settings, and stand with the result.

use super::Signal;
use crate::order::sort_by;
use crate::result::Operator;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

/// The points of one signal: those of the first step that holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Rule {
    /// The signal.
    pub signal: Signal,
    /// Comparison, limit and points, the strictest step first; without any the signal does not count.
    pub steps: Vec<(Operator, f64, u32)>,
}

/// The rules of a score; a result is worth as much as the rules stored with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Rules {
    /// One rule per signal.
    pub signals: Vec<Rule>,
    /// Points that the signals known must be able to give, else the score says nothing.
    pub needed: u32,
    /// The score from which on the risk is high.
    pub high: u32,
    /// The score from which on the risk is medium.
    pub medium: u32,
}

impl Default for Rules {
    fn default() -> Rules {
        use Operator::{AtLeast, AtMost, Below};
        let rule = |signal, steps: &[(Operator, f64, u32)]| Rule { signal, steps: steps.to_vec() };
        Rules {
            signals: vec![
                rule(Signal::Inactivity, &[(AtLeast, 30.0, 25), (AtLeast, 14.0, 15), (AtLeast, 7.0, 5)]),
                rule(Signal::UsageDrop, &[(AtLeast, 0.50, 20), (AtLeast, 0.25, 10)]),
                rule(Signal::Feedback, &[(AtLeast, 2.0, 20), (AtLeast, 1.0, 5)]),
                rule(Signal::Payment, &[(AtLeast, 1.0, 15)]),
                rule(Signal::Contraction, &[(AtMost, 90.0, 10)]),
                rule(Signal::Renewal, &[(AtMost, 30.0, 5)]),
                rule(Signal::Tenure, &[(Below, 90.0, 5)]),
            ],
            needed: 40,
            high: 60,
            medium: 30,
        }
    }
}

/// The names of rules in settings.
const SIGNALS: [(&str, Signal); 7] = [
    ("risk_inactivity", Signal::Inactivity),
    ("risk_usage_drop", Signal::UsageDrop),
    ("risk_feedback", Signal::Feedback),
    ("risk_payment", Signal::Payment),
    ("risk_contraction", Signal::Contraction),
    ("risk_renewal", Signal::Renewal),
    ("risk_tenure", Signal::Tenure),
];

/// Points of one step, and of a score.
const MOST_POINTS: u32 = 100;
/// Days that a limit may be: ten years.
const MOST_DAYS: u32 = 3650;

impl Rules {
    /// All names of [`Rules::set`], in the order of the page.
    pub const NAMES: [&str; 9] = [
        "risk_inactivity",
        "risk_usage_drop",
        "risk_feedback",
        "risk_payment",
        "risk_contraction",
        "risk_renewal",
        "risk_tenure",
        "risk_needed",
        "risk_levels",
    ];

    /// A setting as [`Rules::set`] reads it: `30:25, 14:15, 7:5`; empty for a signal that does not count, and for a name that
    /// is none of these.
    pub fn get(&self, name: &str) -> String {
        match name {
            "risk_needed" => return self.needed.to_string(),
            "risk_levels" => return [self.high.to_string(), self.medium.to_string()].join(", "),
            _ => {}
        }
        let signal = SIGNALS.iter().find(|(known, _)| *known == name).map(|(_, signal)| *signal);
        let steps = self.signals.iter().find(|rule| Some(rule.signal) == signal).map_or(&[][..], |rule| &rule.steps);
        let step = |(_, limit, points): &(Operator, f64, u32)| match signal {
            Some(Signal::Feedback | Signal::Payment) => points.to_string(),
            Some(Signal::UsageDrop) => [whole(limit * 100.0), points.to_string()].join(":"),
            _ => [whole(*limit), points.to_string()].join(":"),
        };
        steps.iter().map(step).collect::<Vec<_>>().join(", ")
    }

    /// Changes a setting by its name; `None` if it is none of these. The error names what would be right.
    ///
    /// Rules are limits with their points: days (`risk_inactivity=30:25,14:15,7:5`), percent for `risk_usage_drop`. Answers
    /// have points alone, those of a critical and of an undecided one (`risk_feedback=20,5`), as has a payment past due
    /// (`risk_payment=15`). Without any the signal does not count. `risk_needed` is what the signals known must be able to
    /// give, `risk_levels` the scores from which on a risk is high and medium.
    pub fn set(&mut self, name: &str, value: &str) -> Option<Result<(), &'static str>> {
        Some(match name {
            "risk_needed" => match number(value, 1000) {
                Some(needed @ 1..) => {
                    self.needed = needed;
                    Ok(())
                }
                _ => Err("risk_needed: 1 to 1000 points"),
            },
            "risk_levels" => match value.split_once(',') {
                Some((high, medium)) => match (number(high, MOST_POINTS), number(medium, MOST_POINTS)) {
                    (Some(high), Some(medium)) if 0 < medium && medium < high => {
                        (self.high, self.medium) = (high, medium);
                        Ok(())
                    }
                    _ => Err(LEVELS),
                },
                None => Err(LEVELS),
            },
            _ => {
                let (_, signal) = *SIGNALS.iter().find(|(known, _)| *known == name)?;
                match steps(signal, value) {
                    Some(steps) => {
                        self.signals.iter_mut().filter(|rule| rule.signal == signal).for_each(|rule| {
                            rule.steps.clone_from(&steps);
                        });
                        Ok(())
                    }
                    None => Err(match signal {
                        Signal::UsageDrop => "risk_usage_drop: percent and points, like 50:20,25:10",
                        Signal::Feedback => "risk_feedback: points of a critical and of an undecided answer, like 20,5",
                        Signal::Payment => "risk_payment: points, like 15",
                        Signal::Inactivity => "risk_inactivity: days and points, like 30:25,14:15,7:5",
                        Signal::Contraction => "risk_contraction: days and points, like 90:10",
                        Signal::Renewal => "risk_renewal: days and points, like 30:5",
                        Signal::Tenure => "risk_tenure: days and points, like 90:5",
                    }),
                }
            }
        })
    }
}

const LEVELS: &str = "risk_levels: the scores of high and medium, like 60,30";

/// A limit as a whole number.
fn whole(limit: f64) -> String {
    (limit.round() as i64).to_string()
}

/// A whole number of digits alone.
fn number(text: &str, most: u32) -> Option<u32> {
    let text = text.trim();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && *number <= most)
}

/// The steps of a signal, the strictest first.
fn steps(signal: Signal, text: &str) -> Option<Vec<(Operator, f64, u32)>> {
    let pieces: Vec<&str> = text.split(',').map(str::trim).filter(|piece| !piece.is_empty()).collect();
    let operator = match signal {
        Signal::Contraction | Signal::Renewal => Operator::AtMost,
        Signal::Tenure => Operator::Below,
        Signal::Inactivity | Signal::UsageDrop | Signal::Feedback | Signal::Payment => Operator::AtLeast,
    };
    if let Signal::Feedback | Signal::Payment = signal {
        // What each of the points is for: a critical answer is 2, an undecided one 1, as is a payment past due.
        let measures: &[f64] = if signal == Signal::Feedback { &[2.0, 1.0] } else { &[1.0] };
        let points = pieces.iter().map(|piece| number(piece, MOST_POINTS)).collect::<Option<Vec<u32>>>()?;
        let fits = points.len() <= measures.len();
        let steps = measures.iter().zip(points).map(|(measure, points)| (operator, *measure, points));
        return fits.then(|| steps.collect());
    }
    let mut steps = Vec::new();
    for piece in pieces {
        let (limit, points) = piece.split_once(':')?;
        let limit = match signal {
            Signal::UsageDrop => f64::from(number(limit, 100).filter(|percent| *percent > 0)?) / 100.0,
            _ => f64::from(number(limit, MOST_DAYS)?),
        };
        steps.push((operator, limit, number(points, MOST_POINTS)?));
    }
    let mut order: Vec<u32> = (0..steps.len() as u32).collect();
    let limit = |place: u32| steps.get(place as usize).map_or(0.0, |(_, limit, _)| *limit);
    sort_by(&mut order, &|a, b| match operator {
        Operator::AtLeast => limit(b).total_cmp(&limit(a)),
        _ => limit(a).total_cmp(&limit(b)),
    });
    let sorted: Vec<(Operator, f64, u32)> =
        order.into_iter().filter_map(|place| steps.get(place as usize).copied()).collect();
    let twice = sorted.windows(2).any(|pair| matches!(pair, [first, second] if first.1 == second.1));
    (!twice).then_some(sorted)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the sheet.
    #[test]
    fn the_usual_rules_are_those_of_the_sheet() {
        let usual = [
            ("risk_inactivity", "30:25, 14:15, 7:5"),
            ("risk_usage_drop", "50:20, 25:10"),
            ("risk_feedback", "20, 5"),
            ("risk_payment", "15"),
            ("risk_contraction", "90:10"),
            ("risk_renewal", "30:5"),
            ("risk_tenure", "90:5"),
            ("risk_needed", "40"),
            ("risk_levels", "60, 30"),
        ];
        assert_eq!(Rules::NAMES, usual.map(|(name, _)| name));
        for (name, text) in usual {
            assert_eq!(Rules::default().get(name), text);
            let mut rules = Rules::default();
            assert_eq!(rules.set(name, text), Some(Ok(())), "{name}");
            assert_eq!(rules, Rules::default(), "{name}");
        }
    }

    #[test]
    fn rules_read_back_with_the_strictest_step_first() {
        for (name, value, shown) in [
            ("risk_inactivity", "7:5,60:30, 30:25", "60:30, 30:25, 7:5"),
            ("risk_usage_drop", "29:1,100:100", "100:100, 29:1"),
            ("risk_contraction", "180:5,30:20", "30:20, 180:5"),
            ("risk_tenure", "90:5,30:10", "30:10, 90:5"),
            ("risk_feedback", "30", "30"),
            ("risk_payment", "", ""),
            ("risk_needed", "1", "1"),
            ("risk_levels", "50,20", "50, 20"),
        ] {
            let mut rules = Rules::default();
            assert_eq!(rules.set(name, value), Some(Ok(())), "{name}");
            assert_eq!(rules.get(name), shown);
            let json = serde_json::to_string(&rules).expect("JSON");
            assert_eq!(serde_json::from_str::<Rules>(&json).expect("rules"), rules, "{json}");
        }
    }

    #[test]
    fn what_is_no_rule_changes_nothing() {
        for (name, values) in [
            ("risk_inactivity", &["30", "30:", "30:101", "3651:5", "30:5,30:6", "-1:5", "30:+5", "1.5:5"][..]),
            ("risk_usage_drop", &["0:5", "101:5", "0.5:20"]),
            ("risk_feedback", &["20,5,1", "2:20", "x"]),
            ("risk_payment", &["15,5", "1:15"]),
            ("risk_needed", &["0", "1001", ""]),
            ("risk_levels", &["60", "30,60", "60,60", "60,0", "101,30"]),
        ] {
            for value in values {
                let mut rules = Rules::default();
                let error = rules.set(name, value).and_then(Result::err).expect(value);
                assert!(error.starts_with(name), "{error}");
                assert_eq!(rules, Rules::default(), "{name} {value}");
            }
        }
        assert_eq!(Rules::default().set("risk", "1"), None);
        assert_eq!(Rules::default().get("risk"), "");
    }
}

//! Answers in words and in stars (metrics.md 6.8).

use crate::headers::normalize;

/// What an answer in words says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Worded {
    /// From 1, the worst of seven steps, to 7.
    pub(crate) step: u8,
    /// Whether somebody agrees, which is asked on five steps or on seven; else on five.
    pub(crate) agrees: bool,
}

/// What words mean; `None` for others.
pub(crate) fn read(text: &str) -> Option<Worded> {
    let (step, agrees) = match normalize(text).words.as_str() {
        "sehr zufrieden" | "very satisfied" => (7, false),
        "zufrieden" | "satisfied" => (6, false),
        "eher zufrieden" | "somewhat satisfied" => (5, false),
        "teils teils"
        | "neutral"
        | "weder noch"
        | "weder zufrieden noch unzufrieden"
        | "neither satisfied nor dissatisfied" => (4, false),
        "eher unzufrieden" | "somewhat dissatisfied" => (3, false),
        "unzufrieden" | "dissatisfied" | "unsatisfied" => (2, false),
        "sehr unzufrieden" | "very dissatisfied" | "very unsatisfied" => (1, false),
        "stimme voll zu" | "stimme voll und ganz zu" | "strongly agree" => (7, true),
        "stimme zu" | "agree" => (6, true),
        "stimme eher zu" | "somewhat agree" => (5, true),
        "neither agree nor disagree" => (4, true),
        "stimme eher nicht zu" | "somewhat disagree" => (3, true),
        "stimme nicht zu" | "disagree" => (2, true),
        "stimme gar nicht zu" | "stimme ueberhaupt nicht zu" | "strongly disagree" => (1, true),
        _ => return None,
    };
    Some(Worded { step, agrees })
}

/// A step of seven on a scale of five points, or of seven.
pub(crate) fn on_scale(step: u8, points: u8) -> u8 {
    match (points, step) {
        (5, 7) => 5,
        (5, 5 | 6) => 4,
        (5, 4) => 3,
        (5, 2 | 3) => 2,
        _ => step,
    }
}

/// How many stars of a row are filled: 4 of `★★★★☆`.
pub(crate) fn stars(text: &str) -> Option<u8> {
    let all = |text: &str| text.chars().all(|c| matches!(c, '★' | '⭐' | '☆' | '\u{FE0F}'));
    let filled = text.chars().filter(|c| matches!(c, '★' | '⭐')).count();
    if filled > 0 && all(text) { u8::try_from(filled).ok() } else { None }
}

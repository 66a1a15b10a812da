//! Feedback scores from counts of answers (metrics.md 4E).

use crate::catalogue::{Definition, Family, Key, Text};
use crate::result::{Direction, MetricResult, Scope, Status, Unit, Value};
use crate::statistics::{Interval, mean, wilson};

pub(crate) const NPS: Definition = Definition {
    family: Family::Feedback,
    name: Text { en: "Net Promoter Score (NPS)", de: "Net Promoter Score (NPS)" },
    short: Text { en: "NPS", de: "NPS" },
    formula: "100 × ({promoters} − {detractors}) ÷ {responses}",
    meaning: Text {
        en: "Promoters (9–10) less detractors (0–6) per 100 answers: points from −100 to +100, not a percentage.",
        de: "Promotoren (9–10) minus Kritiker (0–6) je 100 Antworten: Punkte von −100 bis +100, kein Prozentwert.",
    },
    unit: Unit::Points,
    direction: Direction::UpGood,
    source: "Bain, Measuring your Net Promoter Score; Rocks 2016 for the interval",
    variants: &[("adjusted_wald", Text { en: "adjusted Wald interval", de: "angepasstes Wald-Intervall" })],
};

pub(crate) const CSAT: Definition = Definition {
    family: Family::Feedback,
    name: Text { en: "Customer satisfaction (CSAT)", de: "Kundenzufriedenheit (CSAT)" },
    short: Text { en: "CSAT", de: "CSAT" },
    formula: "{top2} ÷ {responses}",
    meaning: Text { en: "The share of the two best answers.", de: "Der Anteil der zwei besten Antworten." },
    unit: Unit::Fraction,
    direction: Direction::UpGood,
    source: "Delighted, How is CSAT calculated",
    variants: &[
        ("top2", Text { en: "two best answers", de: "zwei beste Antworten" }),
        ("school_grade", Text { en: "school grades, 1 is best", de: "Schulnoten, 1 ist am besten" }),
    ],
};

pub(crate) const CES: Definition = Definition {
    family: Family::Feedback,
    name: Text { en: "Customer Effort Score (CES)", de: "Customer Effort Score (Kundenaufwand)" },
    short: Text { en: "CES", de: "CES" },
    formula: "{agree} ÷ {responses}",
    meaning: Text {
        en: "The share of customers who agree that it was easy.",
        de: "Der Anteil der Kunden, die zustimmen, dass es einfach war.",
    },
    unit: Unit::Fraction,
    direction: Direction::UpGood,
    source: "CES 2.0; Delighted, How is CES calculated",
    variants: &[
        ("agree_1_7", Text { en: "5 to 7 of 7", de: "5 bis 7 von 7" }),
        ("agree_1_5", Text { en: "4 and 5 of 5", de: "4 und 5 von 5" }),
        ("low_effort", Text { en: "effort asked, 1 and 2 of 5", de: "Aufwand gefragt, 1 und 2 von 5" }),
    ],
};

/// NPS with its adjusted Wald interval (9.3). The interval is centred on the adjusted score, not on the one shown.
pub fn nps(scope: &Scope, promoters: u64, passives: u64, detractors: u64) -> MetricResult {
    let responses = promoters + passives + detractors;
    let result = MetricResult::new(Key::Nps, scope)
        .variant("adjusted_wald")
        .part("promoters", Value::Count(promoters as i64))
        .part("passives", Value::Count(passives as i64))
        .part("detractors", Value::Count(detractors as i64))
        .part("responses", Value::Count(responses as i64));
    if responses == 0 {
        return result.without(Status::UndefinedZeroBase);
    }
    let (centre, error) = nps_adjusted(promoters, passives, detractors);
    let margin = scope.level.z() * error;
    let score = 100.0 * (promoters as f64 - detractors as f64) / responses as f64;
    let interval = Interval { low: (centre - margin).max(-100.0), high: (centre + margin).min(100.0) };
    let mut result = result
        .part("centre", Value::Number(centre))
        .part("margin_of_error", Value::Number(margin))
        .observations(responses)
        .value(Value::Number(score))
        .interval(Some(interval), scope.level, "adjusted_wald");
    result.numerator = Some(Value::Count(promoters as i64 - detractors as i64));
    result.denominator = Some(Value::Count(responses as i64));
    result
}

/// The adjusted score and its standard error, in points.
fn nps_adjusted(promoters: u64, passives: u64, detractors: u64) -> (f64, f64) {
    let n = (promoters + passives + detractors) as f64 + 3.0;
    let (good, bad) = ((promoters as f64 + 0.75) / n, (detractors as f64 + 0.75) / n);
    let centre = good - bad;
    let variance = good + bad - centre * centre;
    (100.0 * centre, 100.0 * (variance / n).sqrt())
}

/// How the answers of a satisfaction or effort question are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Satisfaction, the highest point is best: the two highest count, on three points only the highest.
    Satisfaction,
    /// German school grades: 1 is best, grades 1 and 2 count.
    SchoolGrade,
    /// Agreement that it was easy: 5 to 7 of 7, 4 and 5 of 5.
    Easy,
    /// Effort asked, the lowest point is best: 1 and 2 count.
    Effort,
}

/// A score from the number of answers per point, `counts[0]` being the lowest point's: the share of answers that
/// count as good, with the mean and its t interval as parts.
pub fn rating(scope: &Scope, reading: Reading, counts: &[u64]) -> MetricResult {
    let points = counts.len();
    let (key, variant, part) = match reading {
        Reading::Satisfaction => (Key::Csat, "top2", "top2"),
        Reading::SchoolGrade => (Key::Csat, "school_grade", "top2"),
        Reading::Easy if points == 5 => (Key::Ces, "agree_1_5", "agree"),
        Reading::Easy => (Key::Ces, "agree_1_7", "agree"),
        Reading::Effort => (Key::Ces, "low_effort", "agree"),
    };
    let good = |point: usize| match reading {
        Reading::SchoolGrade | Reading::Effort => point <= 2,
        Reading::Easy => point > points / 2 + 1,
        Reading::Satisfaction if points <= 3 => point == points,
        Reading::Satisfaction => point + 1 >= points,
    };
    let result = MetricResult::new(key, scope).variant(variant).direction(match reading {
        Reading::SchoolGrade => Direction::DownGood,
        _ => Direction::UpGood,
    });
    let responses: u64 = counts.iter().sum();
    let liked: u64 = counts.iter().enumerate().filter(|(index, _)| good(index + 1)).map(|(_, count)| count).sum();
    let answers = counts.iter().enumerate().map(|(index, count)| ((index + 1) as f64, *count as f64));
    let (low, high) = (1.0, points as f64);
    let Some(mean) = mean(answers, scope.level) else { return result.without(Status::UndefinedZeroBase) };
    // The mean stands on the scale's own points; its interval cannot leave the scale.
    let mean_interval = mean.interval.map(|interval| (interval.low.max(low), interval.high.min(high)));
    result
        .part(part, Value::Count(liked as i64))
        .part("responses", Value::Count(responses as i64))
        .part("mean", Value::Number(mean.mean))
        .part_if("sd", mean.deviation.map(Value::Number))
        .part_if("mean_low", mean_interval.map(|interval| Value::Number(interval.0)))
        .part_if("mean_high", mean_interval.map(|interval| Value::Number(interval.1)))
        .observations(responses)
        .ratio(Value::Count(liked as i64), Value::Count(responses as i64))
        .interval(wilson(liked as f64, responses as f64, scope.level.z()), scope.level, "wilson")
}

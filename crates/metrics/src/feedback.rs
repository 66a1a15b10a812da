//! Feedback scores from counts of answers (metrics.md 4E).

use crate::catalogue::{Definition, Family, Key, Text};
use crate::planning;
use crate::result::{Direction, Flag, MetricResult, Scope, Status, Unit, Value};
use crate::statistics::{Difference, Interval, Level, difference_of_estimates, mean};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

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
    source: "Bain, Measuring your Net Promoter Score; Rocks 2016",
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
        ("top2_1_7", Text { en: "6 and 7 of 7 alone: stricter", de: "nur 6 und 7 von 7: strenger" }),
        ("agree_1_5", Text { en: "4 and 5 of 5", de: "4 und 5 von 5" }),
        ("low_effort", Text { en: "effort asked, 1 and 2 of 5", de: "Aufwand gefragt, 1 und 2 von 5" }),
    ],
};

pub(crate) const SURVEY_RESPONSE_RATE: Definition = Definition {
    family: Family::Feedback,
    name: Text { en: "Response rate", de: "Rücklaufquote" },
    short: Text { en: "Response rate", de: "Rücklauf" },
    formula: "{responses} ÷ ({sent} − {bounced})",
    meaning: Text {
        en: "Responses per invitation that arrived. An interval does not cover people who did not answer.",
        de: "Antworten je angekommener Einladung. Ein Intervall sagt nichts über Menschen, die nicht geantwortet haben.",
    },
    unit: Unit::Fraction,
    direction: Direction::UpGood,
    source: "So verbessern Sie die SaaS-Retention mit KPIs",
    variants: &[
        ("default", Text { en: "responses per invitation", de: "Antworten je Einladung" }),
        ("completion", Text { en: "complete ÷ begun responses", de: "vollständige ÷ begonnene Antworten" }),
    ],
};

pub(crate) const FEEDBACK_BY_SEGMENT: Definition = Definition {
    family: Family::Feedback,
    name: Text { en: "Scores by segment", de: "Ergebnisse nach Segment" },
    short: Text { en: "Scores by segment", de: "Nach Segment" },
    formula: "vᵢ − v₋ᵢ",
    meaning: Text {
        en: "The score of each segment against all others together, tested, with Holm's correction.",
        de: "Das Ergebnis jedes Segments gegen alle anderen zusammen, getestet und nach Holm korrigiert.",
    },
    unit: Unit::Points,
    direction: Direction::Neutral,
    source: "Lewis & Sauro; Newcombe 1998; Holm 1979",
    variants: &[],
};

pub(crate) const FEEDBACK_TREND: Definition = Definition {
    family: Family::Feedback,
    name: Text { en: "Score over time", de: "Ergebnis im Zeitverlauf" },
    short: Text { en: "Score over time", de: "Zeitverlauf" },
    formula: "vₜ − vₜ₋₁",
    meaning: Text {
        en: "The change against the period before: up or down only where its interval excludes 0.",
        de: "Die Änderung gegenüber dem Vorzeitraum: gestiegen oder gefallen nur, wenn ihr Intervall 0 ausschließt.",
    },
    unit: Unit::Points,
    direction: Direction::UpGood,
    source: "Lewis & Sauro; Rocks 2016",
    variants: &[
        ("no_detectable_change", Text { en: "no detectable change", de: "keine nachweisbare Änderung" }),
        ("up", Text { en: "up", de: "gestiegen" }),
        ("down", Text { en: "down", de: "gefallen" }),
    ],
};

/// NPS: 100 × (promoters − detractors) ÷ responses, in points, with its adjusted Wald interval (9.3). The interval is
/// centred on the adjusted score, not on the one shown.
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

/// The difference of two NPS: of the adjusted scores, as its interval needs (9.3).
pub fn nps_difference(first: [u64; 3], second: [u64; 3], level: Level) -> Difference {
    let [first, second] =
        [first, second].map(|[promoters, passives, detractors]| nps_adjusted(promoters, passives, detractors));
    difference_of_estimates(first, second, level.z())
}

/// How the answers to a question are read.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Recommendation from 0 to 10.
    Nps,
    /// Satisfaction, the highest point is best: the two highest count, on three points only the highest.
    Satisfaction,
    /// German school grades: 1 is best, grades 1 and 2 count.
    SchoolGrade,
    /// Agreement that it was easy: 5 to 7 of 7, 4 and 5 of 5.
    Easy,
    /// Effort asked, the lowest point is best: 1 and 2 count.
    Effort,
}

/// A question: how its answers are read, and on how many points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Asked {
    /// How the answers are read.
    pub reading: Reading,
    /// Points of the scale, which begins with 0 for NPS and with 1 for everything else.
    pub points: u8,
}

/// Where an answer stands: promoters, passives and detractors; satisfied, neutral, dissatisfied; easy, neutral, difficult.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Group {
    /// Counts for the score.
    Good,
    /// Neither.
    Neutral,
    /// The mirror image of good; NPS 0 to 6.
    Bad,
}

impl Asked {
    /// The metric of the answers.
    pub fn key(self) -> Key {
        match self.reading {
            Reading::Nps => Key::Nps,
            Reading::Satisfaction | Reading::SchoolGrade => Key::Csat,
            Reading::Easy | Reading::Effort => Key::Ces,
        }
    }

    /// The lowest score.
    pub fn low(self) -> u8 {
        u8::from(self.reading != Reading::Nps)
    }

    /// The highest score.
    pub fn high(self) -> u8 {
        self.points.saturating_sub(1) + self.low()
    }

    /// The best score.
    pub fn best(self) -> u8 {
        if matches!(self.reading, Reading::SchoolGrade | Reading::Effort) { self.low() } else { self.high() }
    }

    /// Where a score stands.
    pub fn group(self, score: u8) -> Group {
        let mirrored = (self.points + 1).saturating_sub(score);
        match self.reading {
            Reading::Nps if score >= 9 => Group::Good,
            Reading::Nps if score >= 7 => Group::Neutral,
            Reading::Nps => Group::Bad,
            _ if self.is_good(score) => Group::Good,
            _ if self.is_good(mirrored) => Group::Bad,
            _ => Group::Neutral,
        }
    }

    fn is_good(self, score: u8) -> bool {
        match self.reading {
            Reading::Nps => score >= 9,
            Reading::SchoolGrade | Reading::Effort => score <= 2,
            Reading::Easy => score > self.points / 2 + 1,
            Reading::Satisfaction if self.points <= 3 => score == self.points,
            Reading::Satisfaction => score + 1 >= self.points,
        }
    }

    /// Answers by group, from the number of answers per point.
    pub fn groups(self, by_score: &[u64]) -> [u64; 3] {
        let mut groups = [0; 3];
        for (count, score) in by_score.iter().zip(self.low()..) {
            groups[self.group(score) as usize] += count;
        }
        groups
    }

    /// The score from the number of answers per point.
    pub fn score(self, scope: &Scope, by_score: &[u64]) -> MetricResult {
        match self.reading {
            Reading::Nps => {
                let [promoters, passives, detractors] = self.groups(by_score);
                nps(scope, promoters, passives, detractors)
            }
            reading => rating(scope, reading, by_score),
        }
    }
}

/// A score from the number of answers per point, `counts[0]` being the lowest point's: the share of answers that
/// count as good, with the mean and its t interval as parts. NPS has its own, [`nps`].
pub fn rating(scope: &Scope, reading: Reading, counts: &[u64]) -> MetricResult {
    let points = counts.len();
    let (key, variant, part) = match reading {
        Reading::Satisfaction => (Key::Csat, "top2", "top2"),
        Reading::SchoolGrade => (Key::Csat, "school_grade", "top2"),
        Reading::Easy if points == 5 => (Key::Ces, "agree_1_5", "agree"),
        Reading::Easy => (Key::Ces, "agree_1_7", "agree"),
        Reading::Effort => (Key::Ces, "low_effort", "agree"),
        Reading::Nps => (Key::Nps, "adjusted_wald", "promoters"),
    };
    let [liked, ..] = Asked { reading, points: points as u8 }.groups(counts);
    let result = MetricResult::new(key, scope).variant(variant).direction(match reading {
        Reading::SchoolGrade => Direction::DownGood,
        _ => Direction::UpGood,
    });
    let responses: u64 = counts.iter().sum();
    let answers = counts.iter().enumerate().map(|(index, count)| ((index + 1) as f64, *count as f64));
    let (low, high) = (1.0, points as f64);
    let Some(mean) = mean(answers, scope.level) else { return result.without(Status::UndefinedZeroBase) };
    // The mean stands on the scale's own points; its interval cannot leave the scale.
    let mean_interval = mean.interval.map(|interval| (interval.low.max(low), interval.high.min(high)));
    let best: u64 = counts.iter().rev().take(2).sum();
    let stricter = (variant == "agree_1_7").then(|| Value::Number(best as f64 / responses as f64));
    result
        .part(part, Value::Count(liked as i64))
        .part("responses", Value::Count(responses as i64))
        .part_if("top2_1_7", stricter)
        .part("mean", Value::Number(mean.mean))
        .part_if("sd", mean.deviation.map(Value::Number))
        .part_if("mean_low", mean_interval.map(|interval| Value::Number(interval.0)))
        .part_if("mean_high", mean_interval.map(|interval| Value::Number(interval.1)))
        .proportion(liked, responses, scope.level)
}

/// The response rate from invitations (4E); `bounced` ones did not arrive.
pub fn survey_response_rate(scope: &Scope, sent: Option<i64>, bounced: i64, responses: i64) -> MetricResult {
    let result = MetricResult::new(Key::SurveyResponseRate, scope)
        .part("responses", Value::Count(responses))
        .part_if("sent", sent.map(Value::Count));
    let Some(sent) = sent else { return result.missing("sent") };
    let arrived = sent - bounced;
    let result = result.part("bounced", Value::Count(bounced));
    let result = if responses > arrived { result.warning("W-RESPONSES-EXCEED") } else { result };
    if arrived <= 0 {
        return result.without(Status::UndefinedZeroBase);
    }
    result.ratio(Value::Count(responses), Value::Count(arrived))
}

/// How many of the responses that were begun are complete: what a file of responses knows of the response rate.
pub fn survey_completion(scope: &Scope, begun: u64, complete: u64) -> MetricResult {
    let result = MetricResult::new(Key::SurveyResponseRate, scope).variant("completion");
    result.ratio(Value::Count(complete as i64), Value::Count(begun as i64))
}

/// How a score went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// The interval of the difference includes 0, or one side rests on fewer than five responses.
    NoDetectableChange,
    /// It rose.
    Up,
    /// It fell.
    Down,
}

/// The change of a score against the period before (4E): the difference of the scores shown, with the interval of the
/// adjusted one and what that allows to say.
pub fn feedback_trend(scope: &Scope, now: &MetricResult, before: &MetricResult) -> (MetricResult, Label) {
    let result = MetricResult::new(Key::FeedbackTrend, scope).unit(now.unit).direction(now.direction);
    let (Some(value), Some(earlier), Some(difference)) =
        (now.number(), before.number(), planning::difference(now, before, scope.level))
    else {
        return (result.without(Status::InsufficientData), Label::NoDetectableChange);
    };
    let few = [now, before].iter().any(|side| side.flags.contains(&Flag::VeryLowN));
    let (label, name) = match difference.interval {
        interval if few || !interval.excludes(0.0) => (Label::NoDetectableChange, "no_detectable_change"),
        interval if interval.low > 0.0 => (Label::Up, "up"),
        _ => (Label::Down, "down"),
    };
    let result = result
        .variant(name)
        .part("adjusted_change", Value::Number(difference.value))
        .part("p", Value::Number(difference.p))
        .value(Value::Number(value - earlier))
        .interval(Some(difference.interval), scope.level, "difference");
    (result, label)
}

//! The scales that scores are on (metrics.md 6.8), by the names that a person may choose one by.

use keeprate_metrics::feedback::{Asked, Reading};

/// Every scale that can be chosen, with its name.
pub const SCALES: [(&str, Asked); 9] = [
    ("nps", Asked { reading: Reading::Nps, points: 11 }),
    ("csat_5", Asked { reading: Reading::Satisfaction, points: 5 }),
    ("csat_7", Asked { reading: Reading::Satisfaction, points: 7 }),
    ("csat_10", Asked { reading: Reading::Satisfaction, points: 10 }),
    ("grade_6", Asked { reading: Reading::SchoolGrade, points: 6 }),
    ("easy_5", Asked { reading: Reading::Easy, points: 5 }),
    ("easy_7", Asked { reading: Reading::Easy, points: 7 }),
    ("effort_5", Asked { reading: Reading::Effort, points: 5 }),
    ("effort_7", Asked { reading: Reading::Effort, points: 7 }),
];

/// The name of a scale; `None` if it cannot be chosen.
pub fn scale_name(asked: Asked) -> Option<&'static str> {
    SCALES.iter().find(|(_, scale)| *scale == asked).map(|(name, _)| *name)
}

/// The scale of this name.
pub fn parse_scale(text: &str) -> Option<Asked> {
    SCALES.iter().find(|(name, _)| *name == text).map(|(_, scale)| *scale)
}

/// The scales that hold a range like `1–6` and that one of these names may mean, both as [`crate::Code::Scale`] gives them.
pub fn scales_of(range: &str, names: &str) -> Vec<&'static str> {
    let Some((lowest, highest)) = range.split_once('–') else { return Vec::new() };
    let (Ok(lowest), Ok(highest)) = (lowest.parse::<u8>(), highest.parse::<u8>()) else { return Vec::new() };
    let is_named = |reading: Reading| {
        names.contains(match reading {
            Reading::Nps => "NPS",
            Reading::Satisfaction => "CSAT",
            Reading::SchoolGrade => "Schulnote",
            Reading::Easy | Reading::Effort => "CES",
        })
    };
    SCALES
        .iter()
        .filter(|(_, scale)| is_named(scale.reading) && scale.low() <= lowest && highest <= scale.high())
        .map(|(name, _)| *name)
        .collect()
}

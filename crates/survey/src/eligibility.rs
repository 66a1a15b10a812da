//! Who is asked, and when: sampling, cool-down, dates and pages. Deterministic, without a server.

/// Seconds of a day.
const DAY: u32 = 86_400;
/// The number of buckets that people are sorted into.
pub const BUCKETS: u32 = 10_000;

/// Whom a survey is for.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The share of people that are asked, in percent; 100 and more asks everybody.
    pub sample: u32,
    /// The first moment, as the beginning of an ISO 8601 date and time in UTC, or empty.
    pub from: &'a str,
    /// The last moment, likewise; a date includes its whole day.
    pub until: &'a str,
    /// A pattern of the page's path in which `*` stands for anything, or empty.
    pub pages: &'a str,
    /// Days without a question after an answer.
    pub days_after_answer: u32,
    /// Days without a question after a dismissal.
    pub days_after_dismissal: u32,
}

/// The moment at which a survey would be shown.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'a> {
    /// Seconds since 1970.
    pub now: u32,
    /// The same moment in ISO 8601, UTC.
    pub moment: &'a str,
    /// The page's path.
    pub path: &'a str,
    /// The person's bucket, below [`BUCKETS`].
    pub bucket: u32,
    /// When the person last answered, in seconds since 1970; 0 for never.
    pub answered: u32,
    /// When the person last dismissed the survey, likewise.
    pub dismissed: u32,
}

/// Why a survey is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Outside of its dates.
    Dates,
    /// The page's path does not match.
    Page,
    /// The person is not in the sample.
    Sample,
    /// The person answered or dismissed it lately.
    CoolDown,
}

impl Obstacle {
    /// The name that a page gets to know.
    pub fn name(self) -> &'static str {
        match self {
            Obstacle::Dates => "dates",
            Obstacle::Page => "page",
            Obstacle::Sample => "sample",
            Obstacle::CoolDown => "cool-down",
        }
    }
}

/// Decides whether the survey may be shown now.
///
/// # Errors
///
/// The first obstacle there is.
pub fn check(rules: &Rules, visit: &Visit) -> Result<(), Obstacle> {
    if before(visit.moment, rules.from) || before(rules.until, visit.moment) {
        return Err(Obstacle::Dates);
    }
    if !rules.pages.is_empty() && !matches(rules.pages.as_bytes(), visit.path.as_bytes()) {
        return Err(Obstacle::Page);
    }
    if visit.bucket >= rules.sample.saturating_mul(BUCKETS / 100) {
        return Err(Obstacle::Sample);
    }
    // A clock that was set back makes the last answer one of today.
    let recent = |time: u32, days: u32| time > 0 && visit.now.saturating_sub(time) < days.saturating_mul(DAY);
    if recent(visit.answered, rules.days_after_answer) || recent(visit.dismissed, rules.days_after_dismissal) {
        return Err(Obstacle::CoolDown);
    }
    Ok(())
}

/// Whether the first moment lies before the second, as far as both are written. An empty one is never.
fn before(first: &str, second: &str) -> bool {
    first.bytes().zip(second.bytes()).find(|(one, other)| one != other).is_some_and(|(one, other)| one < other)
}

/// The bucket of a person for a survey: always the same for both, and for another survey another one.
pub fn bucket(survey: &str, person: &str) -> u32 {
    // FNV-1a, then the finalizer of MurmurHash3, because FNV alone spreads a last character badly.
    let mut hash: u32 = 0x811c_9dc5;
    for byte in survey.bytes().chain([0]).chain(person.bytes()) {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    (hash ^ (hash >> 16)) % BUCKETS
}

/// Whether `*` in the pattern can stand for something so that it is the text.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut star, mut resume) = (0, None, 0);
    let mut index = 0;
    while let Some(byte) = text.get(index) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some(at);
                resume = index;
                at += 1;
                continue;
            }
            Some(wanted) if wanted == byte => at += 1,
            // The last star takes one byte more, and the rest is tried again.
            _ => match star {
                Some(place) => {
                    at = place + 1;
                    index = resume;
                    resume += 1;
                }
                None => return false,
            },
        }
        index += 1;
    }
    pattern.iter().skip(at).all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Rules =
        Rules { sample: 100, from: "", until: "", pages: "", days_after_answer: 90, days_after_dismissal: 30 };
    const NOW: u32 = 1_795_300_000;
    const VISIT: Visit = Visit {
        now: NOW,
        moment: "2026-11-21T21:35:00Z",
        path: "/app/billing",
        bucket: 2_499,
        answered: 0,
        dismissed: 0,
    };

    #[test]
    fn dates_include_both_ends() {
        for (from, until, expected) in [
            ("2026-11-21", "2026-11-21", Ok(())),
            ("2026-11-22", "", Err(Obstacle::Dates)),
            ("", "2026-11-20", Err(Obstacle::Dates)),
            ("", "2026-11-21T21:34", Err(Obstacle::Dates)),
            ("2026-11-21T21:35", "2027", Ok(())),
            ("2026", "2026-11", Ok(())),
        ] {
            assert_eq!(check(&Rules { from, until, ..ALL }, &VISIT), expected, "{from} {until}");
        }
    }

    #[test]
    fn samples_are_shares_of_the_buckets() {
        for (sample, expected) in
            [(25, Ok(())), (24, Err(Obstacle::Sample)), (0, Err(Obstacle::Sample)), (u32::MAX, Ok(()))]
        {
            assert_eq!(check(&Rules { sample, ..ALL }, &VISIT), expected, "{sample}");
        }
    }

    #[test]
    fn cool_downs_end_after_their_days() {
        for (answered, dismissed, expected) in [
            (NOW - 89 * DAY, 0, Err(Obstacle::CoolDown)),
            (NOW - 90 * DAY, 0, Ok(())),
            (0, NOW - 29 * DAY, Err(Obstacle::CoolDown)),
            (0, NOW - 30 * DAY, Ok(())),
            (NOW + DAY, 0, Err(Obstacle::CoolDown)),
        ] {
            assert_eq!(check(&ALL, &Visit { answered, dismissed, ..VISIT }), expected, "{answered} {dismissed}");
        }
        let never = Rules { days_after_answer: 0, ..ALL };
        assert_eq!(check(&never, &Visit { answered: NOW, ..VISIT }), Ok(()));
    }

    #[test]
    fn pages_match_patterns() {
        for (pages, expected) in [
            ("/app/*", true),
            ("/app/billing", true),
            ("*ill*", true),
            ("*", true),
            ("/app", false),
            ("/*/bills", false),
            ("/app/billing/*", false),
            ("**g", true),
            ("/*p*/*i*g", true),
        ] {
            assert_eq!(check(&Rules { pages, ..ALL }, &VISIT).is_ok(), expected, "{pages}");
        }
    }
}

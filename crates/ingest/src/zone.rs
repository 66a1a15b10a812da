//! Time zones (metrics.md 3.1): instants of a file become dates and times of the zone that is reported in.

use borsh::{BorshDeserialize, BorshSerialize};

/// A time zone as the offsets of its clocks. Whoever knows the zones of the world fills it in: the browser, or the command
/// line's own database. As it comes, it is UTC.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct TimeZone {
    /// Its name, such as `Europe/Berlin`.
    pub name: String,
    /// When its clocks were turned, ascending; before the first, they show UTC.
    pub turns: Vec<Turn>,
}

/// When the clocks of a zone are turned, and to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Turn {
    /// Seconds since 1970-01-01T00:00 UTC.
    pub at: i64,
    /// Seconds that they are ahead of UTC from then on.
    pub offset: i32,
}

/// Whose clocks dates and times of a report are those of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Clock {
    /// Those of [`crate::Options::time_zone`].
    Local,
    /// Those of UTC.
    Utc,
}

impl Default for TimeZone {
    fn default() -> TimeZone {
        TimeZone { name: "UTC".to_owned(), turns: Vec::new() }
    }
}

impl TimeZone {
    /// What its clocks show at an instant. Both are seconds since 1970-01-01T00:00, the one in UTC, the other on the wall.
    pub fn local(&self, utc: i64) -> i64 {
        let turned = self.turns.partition_point(|turn| turn.at <= utc);
        let offset = turned.checked_sub(1).and_then(|last| self.turns.get(last)).map_or(0, |turn| turn.offset);
        utc.saturating_add(i64::from(offset))
    }
}

/// Whether a header says that the times below it are those of UTC.
pub(crate) fn says_utc(header: &str) -> bool {
    let mut words = header.split(|sign: char| !sign.is_alphanumeric());
    words.any(|word| word.eq_ignore_ascii_case("utc") || word.eq_ignore_ascii_case("gmt"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_show_what_they_were_turned_to() {
        // Berlin in 2025: summer from 03-30 01:00 UTC to 10-26 01:00 UTC.
        let turns = [(0, 3_600), (1_743_296_400, 7_200), (1_761_440_400, 3_600)];
        let berlin = TimeZone {
            name: "Europe/Berlin".to_owned(),
            turns: turns.map(|(at, offset)| Turn { at, offset }).to_vec(),
        };
        for (utc, offset) in [(-1, 0), (0, 3_600), (1_743_296_399, 3_600), (1_743_296_400, 7_200), (i64::MAX, 0)] {
            assert_eq!(berlin.local(utc), utc.saturating_add(offset), "{utc}");
        }
        assert_eq!(TimeZone::default().local(1_743_296_400), 1_743_296_400);
    }

    #[test]
    fn headers_say_utc() {
        for (header, expected) in [
            ("Created (UTC)", true),
            ("created_at_utc", true),
            ("Start GMT", true),
            ("created_at", false),
            ("outcome", false),
            ("UTCTime", false),
        ] {
            assert_eq!(says_utc(header), expected, "{header}");
        }
    }
}

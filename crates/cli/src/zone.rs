//! Time zones by name, from a database that comes with the program: the same on every machine.

use jiff::Timestamp;
use jiff::tz;
use keeprate_ingest::{TimeZone, Turn};

/// The year whose rules are those of all years behind it.
const UNTIL: i16 = 2100;

/// The zone of a name such as `Europe/Berlin`.
pub(crate) fn parse(name: &str) -> Option<TimeZone> {
    let zone = tz::TimeZone::get(name).ok()?;
    let first = Turn { at: i64::MIN, offset: zone.to_offset(Timestamp::MIN).seconds() };
    let turns = zone
        .following(Timestamp::MIN)
        .take_while(|turn| tz::Offset::UTC.to_datetime(turn.timestamp()).year() < UNTIL)
        .map(|turn| Turn { at: turn.timestamp().as_second(), offset: turn.offset().seconds() });
    Some(TimeZone { name: zone.iana_name()?.to_owned(), turns: std::iter::once(first).chain(turns).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_of_the_world() {
        for (name, utc, local) in [
            // 2025-01-31 23:30 UTC, when Berlin's clocks show 00:30 and New York's 18:30.
            ("Europe/Berlin", 1_738_366_200, 1_738_366_200 + 3_600),
            ("America/New_York", 1_738_366_200, 1_738_366_200 - 18_000),
            // Summer began in Berlin on 2025-03-30 at 01:00 UTC.
            ("Europe/Berlin", 1_743_296_399, 1_743_296_399 + 3_600),
            ("Europe/Berlin", 1_743_296_400, 1_743_296_400 + 7_200),
            ("Asia/Kolkata", 1_738_366_200, 1_738_366_200 + 19_800),
            ("UTC", 1_738_366_200, 1_738_366_200),
        ] {
            assert_eq!(parse(name).map(|zone| zone.local(utc)), Some(local), "{name} {utc}");
        }
        assert_eq!(parse("Europe/Atlantis"), None);
    }
}

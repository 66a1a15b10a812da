//! Instants and dates (metrics.md 3.1): an instant falls into the day of the zone that is reported in, a date stays.

#![expect(clippy::panic, reason = "tests fail by panicking, in helpers too")]

mod common;

use common::{read, read_with};
use keeprate_ingest::{Clock, Imported, Options, TimeZone, Turn};
use keeprate_metrics::ledger::Dataset;

/// A zone one hour ahead of UTC, and one five hours behind it.
fn zone(hours: i32) -> TimeZone {
    TimeZone { name: "Test".to_owned(), turns: vec![Turn { at: i64::MIN, offset: hours * 3_600 }] }
}

/// The days of answers to a survey whose column of dates has this header and these cells, in the order of time.
fn days(header: &str, cells: &[&str], options: &Options) -> (Vec<String>, Option<String>) {
    let rows: String = cells.iter().map(|cell| format!("9;{cell}\n")).collect();
    let imported = read_with(format!("nps;{header}\n{rows}").as_bytes(), options);
    let Imported { dataset: Dataset::Responses(table), input, .. } = imported else { panic!("no answers") };
    let days = table.responses.iter().filter_map(|response| response.day).map(|day| day.to_iso());
    (days.collect(), input.dialect.time_zone)
}

#[test]
fn instants_fall_into_the_days_of_the_zone() {
    for (header, cell, east, west) in [
        ("date", "2025-01-31T23:30:00Z", "2025-02-01", "2025-01-31"),
        ("date", "2025-01-31 23:30 UTC", "2025-02-01", "2025-01-31"),
        ("date", "2025-02-01T01:30:00+02:00", "2025-02-01", "2025-01-31"),
        ("date", "2025-01-31 23:30:00 -0500", "2025-02-01", "2025-01-31"),
        // 2025-02-01 00:00 UTC.
        ("date", "1738368000", "2025-02-01", "2025-01-31"),
        ("date", "1738368000000", "2025-02-01", "2025-01-31"),
        ("date (UTC)", "2025-01-31 23:30", "2025-02-01", "2025-01-31"),
        ("Datum (UTC)", "31.01.2025 23:30 Uhr", "2025-02-01", "2025-01-31"),
        // What a cell says counts more than its header.
        ("date (UTC)", "2025-01-31 23:30 +01:00", "2025-01-31", "2025-01-31"),
    ] {
        for (hours, expected) in [(1, east), (-5, west)] {
            let options = Options { time_zone: zone(hours), ..Options::default() };
            let found = days(header, &[cell], &options);
            assert_eq!(found, (vec![expected.to_owned()], Some("Test".to_owned())), "{cell} {hours}");
        }
    }
}

#[test]
fn dates_and_times_without_offset_stay() {
    for (header, cell) in [
        ("date", "2025-01-31"),
        ("date", "2025-01-31 23:30"),
        ("date", "31.01.2025 00:30 Uhr"),
        ("date (UTC)", "2025-01-31"),
        ("date (UTC)", "45688"),
    ] {
        for hours in [1, -5] {
            let options = Options { time_zone: zone(hours), ..Options::default() };
            assert_eq!(days(header, &[cell], &options), (vec!["2025-01-31".to_owned()], None), "{cell} {hours}");
        }
    }
}

#[test]
fn utc_may_be_chosen_instead() {
    let options = |clock| Options { time_zone: zone(1), clock, ..Options::default() };
    for (clock, day, name) in [
        (Some(Clock::Utc), "2025-01-31", "UTC"),
        (Some(Clock::Local), "2025-02-01", "Test"),
        (None, "2025-02-01", "Test"),
    ] {
        let found = days("date", &["2025-01-31T23:30:00Z"], &options(clock));
        assert_eq!(found, (vec![day.to_owned()], Some(name.to_owned())));
    }
}

/// The order of answers is that of instants, whatever their offsets.
#[test]
fn order_is_that_of_instants() {
    let cells = ["2025-01-31T10:00:00-05:00", "2025-02-01T00:30:00+14:00", "2025-01-31T11:00:00Z"];
    let options = Options { time_zone: zone(13), ..Options::default() };
    // 04:00, 23:30 the day before, and 00:00, all on the clocks of the zone.
    assert_eq!(days("date", &cells, &options).0, ["2025-01-31", "2025-02-01", "2025-02-01"]);
}

#[test]
fn months_are_no_instants() {
    let file = "customer,month,mrr\na,2025-01-01T00:00:00Z,10\na,2025-02-01T00:00:00Z,10\n";
    let options = Options { time_zone: zone(-5), ..Options::default() };
    assert_eq!(read_with(file.as_bytes(), &options).dataset, read(file.as_bytes()).dataset);
}

#[test]
fn the_first_instant_is_the_proof() {
    let file = "customer,event,timestamp\na,login,2025-01-31\na,login,2025-01-31T23:30:00Z\n";
    let imported = read(file.as_bytes());
    let proof = imported.input.evidence.iter().find(|proof| proof.decision == "time_zone");
    assert_eq!(proof.map(|proof| (proof.record, proof.value.as_str())), Some((3, "2025-01-31T23:30:00Z")));
    assert_eq!(imported.input.dialect.time_zone.as_deref(), Some("UTC"));
}

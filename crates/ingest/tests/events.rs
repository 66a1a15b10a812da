//! Shape (e): rows of events become what users did (metrics.md 5.2, 6.6, 6.7).

#![expect(clippy::expect_used, clippy::panic, reason = "tests fail by panicking, in helpers too")]

mod common;

use common::{codes, read, read_with};
use keeprate_ingest::{Imported, Options, Shape};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::events::EventTable;
use keeprate_metrics::ledger::Dataset;
use keeprate_metrics::period::Day;
use keeprate_metrics::report::{Question, report};

fn table(imported: &Imported) -> &EventTable {
    match &imported.dataset {
        Dataset::Events(table) => table,
        other => panic!("{other:?}"),
    }
}

fn day(text: &str) -> Option<Day> {
    Day::parse_iso(text)
}

/// Users who came back on day 1 and from day 1 on, after their first event.
fn came_back(imported: &Imported, settings: &[(&str, &str)]) -> (u64, u64) {
    let mut question = Question { from: day("2024-12-01").map(Day::month), ..Question::default() };
    for (name, value) in settings {
        question.settings.set(name, value).expect("a setting");
    }
    let curves = report::<()>(&imported.dataset, &question, Vec::new()).usage.expect("curves");
    (curves.n_day[0].users.returned, curves.rolling[0].users.returned)
}

#[test]
fn tables_of_events_are_known_by_their_headers() {
    for (file, shape) in [
        ("user,date\nu1,2025-01-01\n", Shape::Events),
        ("user_id,timestamp,event,plan\nu1,2025-01-01T10:00:00Z,login,Pro\n", Shape::Events),
        ("distinct_id;time;event name\nu1;1738281661;x\n", Shape::Events),
        ("Nutzer;Zeitpunkt;Ereignis\nu1;01.01.2025 10:00;Start\n", Shape::Events),
        ("E-Mail;Zeitstempel;Aktion\na@b.de;01.01.2025 10:00;Start\n", Shape::Events),
        ("Kundennummer;Datum Uhrzeit;Aktivität\nK1;01.01.2025 10:00 Uhr;Start\n", Shape::Events),
        ("person,date,score\np1,2025-01-01,9\n", Shape::Survey),
        ("customer,month,mrr\nA,2025-01,10\n", Shape::MrrLong),
    ] {
        assert_eq!(read(file.as_bytes()).input.shape, shape, "{file}");
    }
}

#[test]
fn users_events_and_their_attributes_are_kept() {
    let file = "user,timestamp,event,plan,page\n\
        U1,2025-01-01 10:00,sign up,Pro,/a\n\
        A@X.DE,2025-01-02,sign up,Free,/b\n\
        a@x.de,2025-01-04,visit,Free,/c\n\
        U1,2025-01-03,visit,Pro,/d\n";
    let imported = read(file.as_bytes());
    let table = table(&imported);
    assert_eq!(table.users.iter().collect::<Vec<_>>(), ["U1", "a@x.de"]);
    assert_eq!(table.most_frequent(9), ["sign up", "visit"]);
    assert_eq!(table.as_of, day("2025-01-05").expect("a day"));
    // A page differs from event to event and tells no users apart.
    let segments: Vec<_> = table.segments.iter().map(|segment| segment.column.as_str()).collect();
    assert_eq!((segments, &table.segments[0].codes.of), (vec!["plan"], &vec![1, 2]));
}

#[test]
fn days_are_counted_by_calendar_or_clock() {
    let file = "user,timestamp\na,2024-12-01 17:59\na,2024-12-02 17:00\n";
    let options = Options { as_of: day("2025-01-01"), ..Options::default() };
    for (mode, on_day, later) in [("calendar", 1, 1), ("exact_24h", 0, 0), ("hour_floor_24h", 1, 1)] {
        let imported = read_with(file.as_bytes(), &options);
        assert_eq!(came_back(&imported, &[("day_mode", mode)]), (on_day, later), "{mode}");
    }
    // The same instants as Unix seconds and milliseconds.
    for file in ["user,timestamp\na,1733075940\na,1733158800\n", "user,timestamp\na,1733075940000\na,1733158800999\n"] {
        let imported = read_with(file.as_bytes(), &options);
        assert_eq!(came_back(&imported, &[("day_mode", "exact_24h")]), (0, 0), "{file}");
        assert_eq!(came_back(&imported, &[("day_mode", "hour_floor_24h")]), (1, 1), "{file}");
    }
}

#[test]
fn what_is_wrong_is_named_and_the_rest_is_read() {
    for (row, code) in [
        (",2025-01-01,x", "E-ID-EMPTY"),
        ("u2,31.02.2025,x", "E-DATE"),
        ("u2,,x", "E-DATE"),
        ("u2,#N/A,x", "E-EXCEL-ERROR"),
        ("\"1,23E+11\",2025-01-01,x", "E-ID-SCIENTIFIC"),
    ] {
        let imported = read(format!("user,date,event\nu1,2025-01-01,x\n{row}\nu1,2025-01-02,x\n").as_bytes());
        assert_eq!((imported.input.accepted, codes(&imported)), (2, vec![code]), "{row}");
    }
}

#[test]
fn today_is_not_over() {
    let options = Options { today: day("2025-01-03"), ..Options::default() };
    let imported = read_with(b"user,date\nu1,2025-01-01\nu1,2025-01-03\nu1,2025-01-09\n", &options);
    assert_eq!((codes(&imported), table(&imported).as_of), (vec!["I-FUTURE-EVENT"], day("2025-01-03").expect("a day")));
    assert_eq!(imported.input.diagnostics[0].count, 2);
}

#[test]
fn test_and_internal_users_are_left_out_by_their_domains() {
    let header = "user,date,event\n";
    let others =
        "a@x.de,2025-01-03,signup\na@x.de,2025-01-04,use\nb@x.de.intern.de,2025-01-05,signup\nk1,2025-01-06,use\n";
    let own = "Test@Intern.de,2025-01-01,signup\ntest@intern.de,2025-01-02,use\nqa@example.com,2025-01-07,use\n";
    let options = Options { as_of: day("2025-02-01"), ..Options::default() };
    let of = |file: String, domains: &str| {
        let mut question = Question::default();
        question.settings.set("excluded_domains", domains).expect("a setting");
        report::<()>(&read_with(file.as_bytes(), &options).dataset, &question, Vec::new())
    };
    let all = [header, own, others].concat();
    let left = of(all.clone(), "@intern.de, Example.com");
    // A domain below another one is another one.
    assert_eq!(left.metrics[&Key::Signups].number(), Some(2.0));
    assert_eq!(left.metrics[&Key::Signups].part_number("excluded_users"), Some(2.0));
    assert_eq!(left.usage, of([header, others].concat(), "").usage);
    let everybody = of(all, "");
    assert_eq!(everybody.metrics[&Key::Signups].number(), Some(3.0));
    assert_eq!(everybody.metrics[&Key::Signups].part_number("excluded_users"), None);
}

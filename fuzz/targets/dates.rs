//! A day that is written in one of people's ways reads as that day; no text reads as a day outside of the calendar.
#![no_main]

use keeprate_ingest::DateOrder;
use keeprate_ingest::fuzzing::{day, month, period};
use keeprate_metrics::period::{Day, Month};
use libfuzzer_sys::fuzz_target;

const MONTHS: [(&str, &str); 12] = [
    ("Januar", "Jan"),
    ("Februar", "Feb"),
    ("März", "Mar"),
    ("April", "Apr"),
    ("Mai", "May"),
    ("Juni", "Jun"),
    ("Juli", "Jul"),
    ("August", "Aug"),
    ("September", "Sep"),
    ("Oktober", "Oct"),
    ("November", "Nov"),
    ("Dezember", "Dec"),
];

fuzz_target!(|input: (u32, &str)| {
    let (number, text) = input;
    // 1900-01-01 to 2199-12-31, what is read at all.
    let date = Day(-25_567 + (number % 109_572) as i32);
    let iso = date.to_iso();
    let (year, of_year, of_month) = (&iso[..4], &iso[5..7], &iso[8..]);
    let (german, english) = MONTHS[of_year.parse::<usize>().expect("a month") - 1];
    for written in [
        iso.clone(),
        format!("{iso}T23:59:59Z"),
        format!("{iso} 00:00:00.000 UTC"),
        format!("{of_month}.{of_year}.{year}"),
        format!("{of_month}.{of_year}.{year} 08:30 Uhr"),
        format!("{of_month} {english} {year}"),
        format!("{english} {of_month}, {year}"),
        format!("{of_month}. {german} {year}"),
        format!("{year}{of_year}{of_month}"),
    ] {
        assert_eq!(day(&written, DateOrder::MonthFirst), Some(date), "{written}");
        assert_eq!(month(&written, DateOrder::MonthFirst), Some(date.month()), "{written}");
    }
    let slashes = [
        (format!("{of_month}/{of_year}/{year}"), DateOrder::DayFirst),
        (format!("{of_year}/{of_month}/{year}"), DateOrder::MonthFirst),
    ];
    for (written, order) in slashes {
        assert_eq!(day(&written, order), Some(date), "{written}");
    }
    for written in [format!("{year}-{of_year}"), format!("{of_year}/{year}"), format!("{german} {year}")] {
        assert_eq!(month(&written, DateOrder::DayFirst), Some(date.month()), "{written}");
    }
    let known = Month::from_civil(1900, 1).expect("a month")..=Month::from_civil(2199, 12).expect("a month");
    for order in [DateOrder::DayFirst, DateOrder::MonthFirst] {
        let read = day(text, order).map(Day::month).into_iter().chain(month(text, order));
        for read in read {
            assert!(known.contains(&read), "{text}: {}", read.to_iso());
        }
    }
    if let Some(period) = period(text) {
        assert!(period.start < period.end, "{text}");
    }
});

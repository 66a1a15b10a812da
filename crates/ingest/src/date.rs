//! Dates and months as people write them (metrics.md 6.6), in German and English. The order of day and month around a
//! slash is decided per column, like the decimal separator.

use borsh::{BorshDeserialize, BorshSerialize};
use keeprate_metrics::period::{Day, Month, Period};
use serde::{Deserialize, Serialize};

use crate::headers;

/// The order of day and month where a slash stands between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub enum DateOrder {
    /// 31/12/2025.
    #[serde(rename = "dmy")]
    DayFirst,
    /// 12/31/2025.
    #[serde(rename = "mdy")]
    MonthFirst,
}

/// What numbers that stand for days count from: Excel's 1900 date system, or the 1904 one of older workbooks of the Mac.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub enum DateSystem {
    /// 1 is 1900-01-01.
    #[default]
    #[serde(rename = "1900")]
    From1900,
    /// 0 is 1904-01-01.
    #[serde(rename = "1904")]
    From1904,
}

impl DateSystem {
    /// Both.
    pub const ALL: [DateSystem; 2] = [DateSystem::From1900, DateSystem::From1904];

    /// Its name, as `keeprate.report/1` writes it.
    pub fn name(self) -> &'static str {
        match self {
            DateSystem::From1900 => "1900",
            DateSystem::From1904 => "1904",
        }
    }

    /// The system of this name.
    pub fn parse(text: &str) -> Option<DateSystem> {
        DateSystem::ALL.into_iter().find(|system| system.name() == text)
    }

    /// The number that stands for 1970-01-01; Excel believes in 1900-02-29.
    fn of_1970(self) -> i64 {
        match self {
            DateSystem::From1900 => 25_569,
            DateSystem::From1904 => 24_107,
        }
    }
}

/// Whether a text that is a date is an Excel serial.
pub(crate) fn is_serial(text: &str) -> bool {
    serial(text.trim()).is_some()
}

/// The days and the digits behind their separator, which are a time of day, if a text may be an Excel serial.
fn serial(text: &str) -> Option<(&str, &str)> {
    let (days, time) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (days.len() == 5 && are_digits(days) && are_digits(time)).then_some((days, time))
}

/// What a cell means as a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateReading {
    /// A day.
    Day(Day),
    /// Two numbers around a slash and a year.
    Slash(Slash),
    /// The calendar has no such day.
    Impossible,
    /// No date.
    Text,
}

/// A date with slashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slash {
    first: u32,
    second: u32,
    year: i32,
}

/// What a cell means as a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MonthReading {
    /// A month.
    Month(Month),
    /// A date with slashes, whose month depends on the order.
    Slash(Slash),
    /// A month without its year: 1 to 12.
    NoYear(u32),
    /// No month.
    Text,
}

impl Slash {
    /// The order that the numbers prove, if they do.
    pub(crate) fn proves(self) -> Option<DateOrder> {
        match (self.first > 12, self.second > 12) {
            (true, false) => Some(DateOrder::DayFirst),
            (false, true) => Some(DateOrder::MonthFirst),
            _ => None,
        }
    }

    /// The day under an order.
    pub(crate) fn day(self, order: DateOrder) -> Option<Day> {
        match order {
            DateOrder::DayFirst => Day::from_civil(self.year, self.second, self.first),
            DateOrder::MonthFirst => Day::from_civil(self.year, self.first, self.second),
        }
    }
}

/// First and last year that is read at all: what lies outside would blow up a table by month.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// Whether a year is one that nobody doubts (W-DATE-RANGE otherwise).
pub(crate) fn is_usual(month: Month) -> bool {
    (1990..=2100).contains(&month.to_civil().0)
}

/// Reads a date. `serials`: whether bare numbers may be Excel serials or Unix time, and what the serials count from.
pub(crate) fn read_date(text: &str, serials: Option<DateSystem>) -> DateReading {
    let date = without_time(text);
    let number = |part: &str| -> Option<u32> {
        (!part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse().ok())?
    };
    let day = |year: i32, month: u32, day: u32| match Day::from_civil(year, month, day) {
        Some(day) if YEARS.contains(&year) => DateReading::Day(day),
        _ => DateReading::Impossible,
    };
    if date.bytes().all(|byte| byte.is_ascii_digit()) {
        return read_digits(date, serials);
    }
    if let Some((days, _)) = serial(date) {
        return read_digits(days, serials);
    }
    for separator in ['-', '.', '/'] {
        let parts: Vec<&str> = date.split(separator).map(str::trim).collect();
        let [first, second, third] = parts.as_slice() else { continue };
        let (Some(one), Some(two), Some(three)) = (number(first), number(second), number(third)) else { continue };
        let year_last = match third.len() {
            2 => Some(two_digit_year(three)),
            4 => Some(three as i32),
            _ => None,
        };
        return match (separator, first.len(), year_last) {
            ('-' | '/', 4, _) if second.len() <= 2 && third.len() <= 2 => day(one as i32, two, three),
            ('.', 1 | 2, Some(year)) if second.len() <= 2 => day(year, two, one),
            ('/', 1 | 2, Some(year)) if second.len() <= 2 => {
                let slash = Slash { first: one, second: two, year };
                let possible =
                    [DateOrder::DayFirst, DateOrder::MonthFirst].iter().any(|order| slash.day(*order).is_some());
                if possible && YEARS.contains(&year) { DateReading::Slash(slash) } else { DateReading::Impossible }
            }
            _ => DateReading::Text,
        };
    }
    let words = words(date);
    match words.as_slice() {
        [Word::Number(of_month, 1 | 2), Word::Month(month), Word::Number(year, length @ (2 | 4))] => {
            day(full_year(*year, *length), *month, *of_month)
        }
        [Word::Month(month), Word::Number(of_month, 1 | 2), Word::Number(year, 4)] => {
            day(*year as i32, *month, *of_month)
        }
        _ => DateReading::Text,
    }
}

fn read_digits(digits: &str, serials: Option<DateSystem>) -> DateReading {
    let Ok(number) = digits.parse::<i64>() else { return DateReading::Text };
    let days = |days: i64| match i32::try_from(days).map(Day) {
        Ok(day) if YEARS.contains(&day.month().to_civil().0) => DateReading::Day(day),
        _ => DateReading::Text,
    };
    match (digits.len(), serials) {
        (8, _) => {
            let number = number as i32;
            match Day::from_civil(number / 10_000, (number / 100 % 100) as u32, (number % 100) as u32) {
                Some(day) if YEARS.contains(&(number / 10_000)) => DateReading::Day(day),
                _ => DateReading::Impossible,
            }
        }
        (5, Some(system)) if (20_000..=60_000).contains(&number) => days(number - system.of_1970()),
        (10, Some(_)) => days(number / 86_400),
        (13, Some(_)) => days(number / 86_400_000),
        _ => DateReading::Text,
    }
}

/// Reads a month: written as such, or the month that contains a date. `serials` as in [`read_date`].
pub(crate) fn read_month(text: &str, serials: Option<DateSystem>) -> MonthReading {
    let number = |part: &str, length: usize| -> Option<i32> {
        (part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok())?
    };
    let month = |year: i32, month: i32| match Month::from_civil(year, month as u32) {
        Some(month) if YEARS.contains(&year) => MonthReading::Month(month),
        _ => MonthReading::Text,
    };
    let text = text.trim();
    for separator in ['-', '/', '.', 'M', 'm'] {
        let Some((first, second)) = text.split_once(separator) else { continue };
        if let (Some(year), Some(of_year)) = (number(first, 4), number(second, 2)) {
            return month(year, of_year);
        }
        if let (Some(of_year), Some(year)) = (number(first, 2).or(number(first, 1)), number(second, 4)) {
            return month(year, of_year);
        }
    }
    if let Some(number) = number(text, 6) {
        return month(number / 100, number % 100);
    }
    match words(text).as_slice() {
        [Word::Month(of_year), Word::Number(year, length @ (2 | 4))] => {
            return month(full_year(*year, *length), *of_year as i32);
        }
        [Word::Number(year, 4), Word::Month(of_year)] => return month(*year as i32, *of_year as i32),
        [Word::Month(of_year)] => return MonthReading::NoYear(*of_year),
        _ => {}
    }
    if let Some(of_year) = bare_month_number(text) {
        return MonthReading::NoYear(of_year);
    }
    match read_date(text, serials) {
        DateReading::Day(day) => MonthReading::Month(day.month()),
        DateReading::Slash(slash) => MonthReading::Slash(slash),
        DateReading::Impossible | DateReading::Text => MonthReading::Text,
    }
}

/// The year that somebody gives for months without one: 1990 to 2100, in four digits.
pub fn parse_year(text: &str) -> Option<i32> {
    let january = Month::parse_iso(&[text.trim(), "-01"].concat())?;
    is_usual(january).then_some(january.to_civil().0)
}

/// `M1` to `M12`.
fn bare_month_number(text: &str) -> Option<u32> {
    let number = text.strip_prefix(['M', 'm']).filter(|number| number.len() <= 2);
    number.and_then(|number| number.parse().ok()).filter(|number| (1..=12).contains(number))
}

/// Months side by side, those without a year from one on: that of the first. Further months follow, into the next year
/// where they begin anew; where they run backwards, into the year before.
pub(crate) fn with_year(months: Vec<Option<MonthReading>>, year: Option<i32>) -> Vec<Option<MonthReading>> {
    let Some(mut year) = year else { return months };
    let bare = |reading: &Option<MonthReading>| match reading {
        Some(MonthReading::NoYear(of_year)) => Some(*of_year),
        _ => None,
    };
    let all: Vec<u32> = months.iter().filter_map(bare).collect();
    let neighbours = || all.iter().zip(all.iter().skip(1));
    let rising = neighbours().filter(|(one, next)| **one % 12 + 1 == **next).count();
    let falling = neighbours().filter(|(one, next)| **next % 12 + 1 == **one).count();
    let mut before = None;
    let dated = |reading: Option<MonthReading>| {
        let Some(of_year) = bare(&reading) else { return reading };
        match before.replace(of_year) {
            Some(before) if falling <= rising && of_year < before => year += 1,
            Some(before) if falling > rising && of_year > before => year -= 1,
            _ => {}
        }
        Month::from_civil(year, of_year).map(MonthReading::Month)
    };
    months.into_iter().map(dated).collect()
}

/// Reads a period: a month, a quarter, a year, an ISO week or a day's month.
pub(crate) fn read_period(text: &str) -> Option<Period> {
    let text = text.trim();
    if let MonthReading::Month(month) = read_month(text, None) {
        return Some(Period::months(month, month));
    }
    let lower = headers::fold(text);
    let parts: Vec<&str> = lower.split([' ', '-', '/', '.']).filter(|part| !part.is_empty()).collect();
    let year = |part: &str| -> Option<i32> {
        let year = (part.len() == 4).then(|| part.parse::<i32>().ok())??;
        YEARS.contains(&year).then_some(year)
    };
    let quarter = |year: i32, quarter: u32| {
        let first = Month::from_civil(year, quarter.checked_sub(1)? * 3 + 1)?;
        Some(Period::months(first, first.plus(2)))
    };
    let after = |part: &str, prefix: char| part.strip_prefix(prefix).and_then(|rest| rest.parse::<u32>().ok());
    match parts.as_slice() {
        [only] => {
            let first = Month::from_civil(year(only)?, 1)?;
            Some(Period::months(first, first.plus(11)))
        }
        [first, second] => {
            if let (Some(of_year), Some(year)) = (after(first, 'q'), year(second)) {
                return quarter(year, of_year);
            }
            let year = year(first)?;
            match (after(second, 'q'), after(second, 'w')) {
                (Some(of_year), _) => quarter(year, of_year),
                (_, Some(week)) => iso_week(year, week),
                _ => None,
            }
        }
        // Several months, as `Period::label` writes them.
        [_, _, _, _] => {
            let (first, last) = text.split_once('/')?;
            let (first, last) = (Month::parse_iso(first)?, Month::parse_iso(last)?);
            (first <= last).then_some(Period::months(first, last))
        }
        [number, "quartal" | "quarter", last] => quarter(year(last)?, number.parse().ok()?),
        ["kw" | "week", number, last] => iso_week(year(last)?, number.parse().ok()?),
        _ => None,
    }
}

fn iso_week(year: i32, week: u32) -> Option<Period> {
    // The fourth of January always lies in week 1; day 0, 1970-01-01, was a Thursday.
    let monday_of = |day: Day| Day(day.0 - (day.0 + 3).rem_euclid(7));
    let first = monday_of(Day::from_civil(year, 1, 4)?);
    let next = monday_of(Day::from_civil(year + 1, 1, 4)?);
    let start = Day(first.0 + 7 * i32::try_from(week.checked_sub(1)?).ok()?);
    (start < next).then_some(Period { start, end: Day(start.0.checked_add(7)?) })
}

/// Takes the time of day off: `T12:30`, ` 12:30:00.000 UTC`, ` 12:30 Uhr`.
fn without_time(text: &str) -> &str {
    let text = text.trim();
    let Some(colon) = text.find(':') else { return text };
    let before = text.get(..colon).unwrap_or(text);
    let Some(space) = before.rfind([' ', 'T', 't']) else { return text };
    let (date, hour) = before.split_at(space);
    let minutes = text.get(colon + 1..).unwrap_or_default();
    let is_time =
        hour.get(1..).is_some_and(|hour| matches!(hour.len(), 1 | 2) && hour.bytes().all(|b| b.is_ascii_digit()))
            && minutes.bytes().take(2).filter(u8::is_ascii_digit).count() == 2;
    if is_time { date.trim_end_matches([' ', ',']) } else { text }
}

/// Whether a date has a time of day, or is a count of seconds: then it is an instant.
pub(crate) fn is_instant(text: &str) -> bool {
    let text = text.trim();
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let is_timed_serial = !digits && serial(text).is_some();
    without_time(text).len() < text.len() || is_timed_serial || digits && matches!(text.len(), 10 | 13)
}

/// A time of day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Time {
    /// Seconds since midnight.
    pub(crate) second: u32,
    /// How many seconds the clock that shows it is ahead of UTC, where the text says so.
    pub(crate) offset: Option<i32>,
}

/// The time of day behind a date; midnight without one.
pub(crate) fn read_time(text: &str) -> Time {
    let text = text.trim();
    if let (10 | 13, Ok(unix)) = (text.len(), text.parse::<i64>()) {
        let seconds = if text.len() == 13 { unix.div_euclid(1000) } else { unix };
        return Time { second: seconds.rem_euclid(86_400) as u32, offset: Some(0) };
    }
    if let Some((_, time)) = serial(text) {
        let fraction: f64 = ["0.", time].concat().parse().unwrap_or_default();
        return Time { second: ((fraction * 86_400.0).round() as u32).min(86_399), offset: None };
    }
    let behind = text.get(without_time(text).len()..).unwrap_or_default();
    let (time, zone) = behind.split_at(behind.find(['+', '-', 'Z', 'z', 'U', 'G', '[']).unwrap_or(behind.len()));
    Time { second: second_of_day(time), offset: read_offset(zone) }
}

/// `Z`, `UTC`, `GMT`, `+02:00`, `-0500`, `+2`, `UTC+2`, each with or without the name of a place behind it; `None` for
/// anything else, such as "Uhr".
fn read_offset(zone: &str) -> Option<i32> {
    let zone = zone.split('[').next().unwrap_or_default().trim_end();
    let signed = zone.trim_start_matches(|sign: char| sign.is_ascii_alphabetic());
    let word = zone.get(..zone.len() - signed.len()).unwrap_or_default();
    let is_utc = ["Z", "UTC", "GMT"].iter().any(|name| word.eq_ignore_ascii_case(name));
    if signed.is_empty() {
        return is_utc.then_some(0);
    }
    let sign = match signed.get(..1) {
        Some("+") => 1,
        Some("-") => -1,
        _ => return None,
    };
    let digits: String = signed.chars().skip(1).filter(|sign| *sign != ':').collect();
    let (hours, minutes) = digits.split_at_checked(if digits.len() > 2 { digits.len() - 2 } else { digits.len() })?;
    let number = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<u16>().ok().map(i32::from) };
    let (hours, minutes) = (hours.parse::<u16>().ok().map(i32::from)?, number(minutes)?);
    ((word.is_empty() || is_utc) && digits.len() <= 4 && hours <= 15 && minutes < 60)
        .then_some(sign * (hours * 3600 + minutes * 60))
}

/// The seconds since midnight of `T12:30`, ` 2:30:36 PM`.
fn second_of_day(time: &str) -> u32 {
    let parts = time.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let mut parts = parts.map(|part| part.parse::<u32>().map_or(0, |number| number.min(59)));
    let mut next = || parts.next().unwrap_or(0);
    let (hour, minute, second) = (next(), next(), next());
    let half = time.trim_end();
    let is_half = half.ends_with(['M', 'm']);
    let hour = match hour {
        12 if is_half && half.contains(['A', 'a']) => 0,
        ..12 if is_half && half.contains(['P', 'p']) => hour + 12,
        _ => hour.min(23),
    };
    hour * 3600 + minute * 60 + second
}

/// The first day from another one on that is written as day and month alone, as in DATEV's bookings: `3101`, `105`.
pub(crate) fn day_after(from: Day, text: &str) -> Option<Day> {
    let digits = matches!(text.len(), 3 | 4) && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse::<u32>().ok().filter(|_| digits)?;
    let (year, _) = from.month().to_civil();
    (year..=year + 1).filter_map(|year| Day::from_civil(year, number % 100, number / 100)).find(|day| *day >= from)
}

fn two_digit_year(year: u32) -> i32 {
    if year < 70 { 2000 + year as i32 } else { 1900 + year as i32 }
}

fn full_year(year: u32, length: usize) -> i32 {
    if length == 2 { two_digit_year(year) } else { year as i32 }
}

/// A piece of a date in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// A number and how many digits it has.
    Number(u32, usize),
    /// The name of a month.
    Month(u32),
    /// Anything else.
    Other,
}

/// Names of months, folded, German and English, short and long.
const MONTHS: [&[&str]; 12] = [
    &["jan", "januar", "january", "jaenner", "jaen"],
    &["feb", "februar", "february", "febr"],
    &["mrz", "maerz", "maer", "mar", "march"],
    &["apr", "april"],
    &["mai", "may"],
    &["jun", "juni", "june"],
    &["jul", "juli", "july"],
    &["aug", "august"],
    &["sep", "sept", "september"],
    &["okt", "oktober", "oct", "october"],
    &["nov", "november"],
    &["dez", "dezember", "dec", "december"],
];

fn words(text: &str) -> Vec<Word> {
    let folded = headers::fold(text);
    let separators = |c: char| c.is_whitespace() || matches!(c, '.' | ',' | '-' | '/' | '\'' | '’' | '_');
    let mut words = Vec::new();
    for piece in folded.split(separators).filter(|piece| !piece.is_empty()) {
        // `jan25` is two words.
        let digits_at = piece.find(|c: char| c.is_ascii_digit()).unwrap_or(piece.len());
        let (letters, digits) = piece.split_at(digits_at);
        if !letters.is_empty() {
            let month = MONTHS.iter().position(|names| names.contains(&letters));
            match month {
                Some(month) => words.push(Word::Month(month as u32 + 1)),
                None => return vec![Word::Other],
            }
        }
        if !digits.is_empty() {
            match digits.parse() {
                Ok(number) if digits.len() <= 4 => words.push(Word::Number(number, digits.len())),
                _ => return vec![Word::Other],
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERIALS: Option<DateSystem> = Some(DateSystem::From1900);

    #[test]
    fn times_of_day_have_an_order() {
        for (text, expected) in [
            ("2026-11-21 21:35 +0100", 21 * 3600 + 35 * 60),
            ("11/1/2019 12:30 AM", 30 * 60),
            ("11/1/2019 2:30 PM UTC", 14 * 3600 + 30 * 60),
            ("-1738281661", 0),
            ("2026-11-21T21:35:07Z", 21 * 3600 + 35 * 60 + 7),
            ("2026-11-21T21:35:07.123Z", 21 * 3600 + 35 * 60 + 7),
            ("11/1/2019 2:30:36 PM", 14 * 3600 + 30 * 60 + 36),
            ("11/1/2019 12:30 PM", 12 * 3600 + 30 * 60),
            ("21.11.2026 09:05 Uhr", 9 * 3600 + 5 * 60),
            ("1738281661", 61),
            ("1738281661999", 61),
            ("2026-11-21", 0),
            ("", 0),
        ] {
            assert_eq!(read_time(text).second, expected, "{text}");
        }
    }

    #[test]
    fn offsets_of_times() {
        for (text, expected) in [
            ("2026-11-21T21:35:07Z", Some(0)),
            ("2026-11-21T21:35:07.123z", Some(0)),
            ("2026-11-21 21:35:07 UTC", Some(0)),
            ("21 Nov 2026 21:35 GMT", Some(0)),
            ("1738281661", Some(0)),
            ("1738281661999", Some(0)),
            ("2026-11-21T21:35:07+02:00", Some(7_200)),
            ("2026-11-21 21:35:07 -0500", Some(-18_000)),
            ("2026-11-21 21:35 +5:45", Some(20_700)),
            ("2026-11-21 21:35 UTC+2", Some(7_200)),
            ("2026-11-21T21:35:07-03:30[America/St_Johns]", Some(-12_600)),
            ("2026-11-21T21:35:07", None),
            ("21.11.2026 09:05 Uhr", None),
            ("11/1/2019 2:30:36 PM", None),
            ("2026-11-21 21:35 +99:00", None),
            ("2026-11-21 21:35 +", None),
            ("2026-11-21 21:35 CET", None),
            ("2026-11-21", None),
            ("", None),
        ] {
            assert_eq!(read_time(text).offset, expected, "{text}");
        }
    }

    fn iso_month(text: &str) -> String {
        match read_month(text, SERIALS) {
            MonthReading::Month(month) => month.to_iso(),
            MonthReading::Slash(slash) => format!("slash {:?}", slash.proves()),
            MonthReading::NoYear(_) => "no year".to_owned(),
            MonthReading::Text => "text".to_owned(),
        }
    }

    #[test]
    fn months_follow_6_6() {
        for (text, expected) in [
            ("2025-01", "2025-01"),
            ("01/2025", "2025-01"),
            ("01.2025", "2025-01"),
            ("1.2025", "2025-01"),
            ("2025/01", "2025-01"),
            ("202501", "2025-01"),
            ("2025M01", "2025-01"),
            ("Jan 25", "2025-01"),
            ("Jan-25", "2025-01"),
            ("Jan. 2025", "2025-01"),
            ("Januar 2025", "2025-01"),
            ("January 2025", "2025-01"),
            ("Mär 25", "2025-03"),
            ("Mrz 25", "2025-03"),
            ("März 2025", "2025-03"),
            ("Mai 25", "2025-05"),
            ("May 2025", "2025-05"),
            ("Okt 25", "2025-10"),
            ("Oct 25", "2025-10"),
            ("Dez 25", "2025-12"),
            ("Dec 25", "2025-12"),
            ("2025-01-31", "2025-01"),
            ("31.01.2025", "2025-01"),
            ("31 Jan 2025", "2025-01"),
            ("20250131", "2025-01"),
            ("45688", "2025-01"),
            ("1738281600", "2025-01"),
            ("2025-01-31T10:00:00Z", "2025-01"),
            ("13/01/2025", "slash Some(DayFirst)"),
            ("01/13/2025", "slash Some(MonthFirst)"),
            ("01/02/2025", "slash None"),
            ("Jan", "no year"),
            ("M1", "no year"),
            ("2025-13", "text"),
            ("31.02.2025", "text"),
            ("month", "text"),
            ("0001-01", "text"),
            ("", "text"),
        ] {
            assert_eq!(iso_month(text), expected, "{text}");
        }
    }

    #[test]
    fn dates_follow_6_6() {
        for (text, expected) in [
            ("2025-12-31", Some("2025-12-31")),
            ("2025-12-31 23:59:59.123", Some("2025-12-31")),
            ("2020-08-13 13:42:37 UTC", Some("2020-08-13")),
            ("2025-12-31T10:00:00+02:00", Some("2025-12-31")),
            ("31.12.2025", Some("2025-12-31")),
            ("31.12.25", Some("2025-12-31")),
            ("31.12.70", Some("1970-12-31")),
            ("1.2.2025", Some("2025-02-01")),
            ("1.2.2025 8:30 Uhr", Some("2025-02-01")),
            ("31 Dec 2025", Some("2025-12-31")),
            ("Dec 31, 2025", Some("2025-12-31")),
            ("31. Dezember 2025", Some("2025-12-31")),
            ("20251231", Some("2025-12-31")),
            ("60000", Some("2064-04-08")),
            // The last second of 2199; what is later is a number.
            ("7258118399", Some("2199-12-31")),
            ("7258118400", None),
            ("9999999999999", None),
            ("31.02.2025", None),
            ("2025-02-30", None),
            ("12", None),
        ] {
            let read = match read_date(text, SERIALS) {
                DateReading::Day(day) => Some(day.to_iso()),
                _ => None,
            };
            assert_eq!(read.as_deref(), expected, "{text}");
        }
        assert_eq!(read_date("31.02.2025", SERIALS), DateReading::Impossible);
    }

    #[test]
    fn serials_count_from_1900_or_1904() {
        // The same day has 1,462 more in the system of 1900 (Microsoft: "Date systems in Excel").
        for (text, system, expected) in [
            ("45658", DateSystem::From1900, "2025-01-01"),
            ("44196", DateSystem::From1904, "2025-01-01"),
            ("20000", DateSystem::From1904, "1958-10-04"),
            ("20250101", DateSystem::From1904, "2025-01-01"),
        ] {
            let expected = DateReading::Day(Day::parse_iso(expected).expect("a day"));
            assert_eq!(read_date(text, Some(system)), expected, "{text}");
        }
        assert_eq!(read_date("45658", None), DateReading::Text);
        for (text, second) in [("45658", 0), ("45658.5", 43_200), ("45658,75", 64_800), ("45658.999999999", 86_399)] {
            let new_year = Day::parse_iso("2025-01-01").expect("a day");
            assert_eq!(read_date(text, SERIALS), DateReading::Day(new_year), "{text}");
            assert_eq!((read_time(text).second, is_instant(text)), (second, text.len() > 5), "{text}");
        }
        for text in ["45658.", ".5", "4565.85", "45658.5.1", "45658,x"] {
            assert_eq!(read_date(text, SERIALS), DateReading::Text, "{text}");
        }
        assert_eq!(DateSystem::ALL.map(|system| DateSystem::parse(system.name())), DateSystem::ALL.map(Some));
    }

    #[test]
    fn every_day_reads_as_itself() {
        // A calendar that knows nothing but how long months are.
        let (mut year, mut month, mut day) = (1900, 1, 1);
        let mut number = -25_567;
        while year < 2200 {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = [31, 28 + i32::from(leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month as usize - 1];
            let writings = [
                format!("{year}-{month:02}-{day:02}"),
                format!("{day}.{month}.{year}"),
                format!("{day:02}.{month:02}.{year} 23:59"),
                format!("{year}{month:02}{day:02}"),
            ];
            for text in &writings {
                assert_eq!(read_date(text, SERIALS), DateReading::Day(Day(number)), "{text}");
            }
            let slash = |text: &str, order| match read_date(text, SERIALS) {
                DateReading::Slash(slash) => slash.day(order),
                _ => None,
            };
            assert_eq!(slash(&format!("{day}/{month}/{year}"), DateOrder::DayFirst), Some(Day(number)));
            assert_eq!(slash(&format!("{month:02}/{day:02}/{year}"), DateOrder::MonthFirst), Some(Day(number)));
            let behind = read_date(&format!("{year}-{month:02}-{:02}", length + 1), SERIALS);
            assert_eq!(behind, DateReading::Impossible, "{year}-{month}");
            number += 1;
            day += 1;
            if day > length {
                (month, day) = (month % 12 + 1, 1);
                year += i32::from(month == 1);
            }
        }
        assert_eq!(Day(number).to_iso(), "2200-01-01");
    }

    #[test]
    fn periods_follow_6_6() {
        for (text, expected) in [
            ("2025-01", Some("2025-01")),
            ("Q1 2025", Some("2025-Q1")),
            ("2025-Q1", Some("2025-Q1")),
            ("1. Quartal 2025", Some("2025-Q1")),
            ("2025", Some("2025")),
            ("2025-W01", Some("2024-12-30/2025-01-05")),
            ("KW 1/2025", Some("2024-12-30/2025-01-05")),
            ("2025-02/2025-06", Some("2025-02/2025-06")),
            ("2025-06/2025-02", None),
            ("2025-02-01/2025", None),
            ("Q5 2025", None),
            ("2025-W53", None),
            ("Quelle 002", None),
        ] {
            assert_eq!(read_period(text).map(Period::label).as_deref(), expected, "{text}");
        }
    }
}

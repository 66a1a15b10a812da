//! Civil days, months and half-open periods (metrics.md 3.1). No clock and no time zone: a date is a date.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A civil day: days since 1970-01-01 in the proleptic Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct Day(pub i32);

/// A calendar month: months since January 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct Month(pub i32);

/// A half-open stretch of days: `start` belongs to it, `end` does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct Period {
    /// The first day.
    pub start: Day,
    /// The day after the last.
    pub end: Day,
}

/// Days in a mean month, wherever a duration in days is shown in months (365.25/12).
pub const DAYS_PER_MONTH: f64 = 30.4375;

impl Day {
    /// The day of a year, month (1 to 12) and day of month; `None` if the calendar has no such day.
    pub fn from_civil(year: i32, month: u32, day: u32) -> Option<Day> {
        if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
            return None;
        }
        // Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil.
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let shifted = (month as i32 + 9) % 12;
        let day_of_year = (153 * shifted + 2) / 5 + day as i32 - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(Day(era * 146_097 + day_of_era - 719_468))
    }

    /// Year, month (1 to 12) and day of month.
    pub fn to_civil(self) -> (i32, u32, u32) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_index = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_index + 2) / 5 + 1;
        let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
        (year_of_era + era * 400 + i32::from(month <= 2), month as u32, day as u32)
    }

    /// The month that contains the day.
    pub fn month(self) -> Month {
        let (year, month, _) = self.to_civil();
        Month::from_civil(year, month).unwrap_or(Month(0))
    }

    /// The same day of the month `months` later, or that month's last day if it is shorter (metrics.md 3.1).
    pub fn plus_months(self, months: i32) -> Day {
        let (_, _, day) = self.to_civil();
        let month = self.month().plus(months);
        Day((month.start().0 + day as i32).min(month.end().0) - 1)
    }

    /// ISO 8601: `2025-06-30`.
    pub fn to_iso(self) -> String {
        let (year, month, day) = self.to_civil();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// Reads `2025-06-30` and nothing else.
    pub fn parse_iso(text: &str) -> Option<Day> {
        let (month, day) = text.rsplit_once('-')?;
        let (year, month) = Month::parse_iso(month)?.to_civil();
        if day.len() != 2 || !day.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Day::from_civil(year, month, day.parse().ok()?)
    }
}

impl Month {
    /// The month of a year and a month number (1 to 12).
    pub fn from_civil(year: i32, month: u32) -> Option<Month> {
        (1..=12).contains(&month).then(|| Month((year - 1970) * 12 + month as i32 - 1))
    }

    /// Year and month number (1 to 12).
    pub fn to_civil(self) -> (i32, u32) {
        (1970 + self.0.div_euclid(12), self.0.rem_euclid(12) as u32 + 1)
    }

    /// The first day of the month.
    pub fn start(self) -> Day {
        let (year, month) = self.to_civil();
        Day::from_civil(year, month, 1).unwrap_or(Day(0))
    }

    /// The first day of the next month: the exclusive end, at which the month's closing state is read.
    pub fn end(self) -> Day {
        self.plus(1).start()
    }

    /// The month `months` later, or earlier if negative.
    pub fn plus(self, months: i32) -> Month {
        Month(self.0 + months)
    }

    /// ISO 8601: `2025-06`.
    pub fn to_iso(self) -> String {
        let (year, month) = self.to_civil();
        format!("{year:04}-{month:02}")
    }

    /// Reads `2025-06` and nothing else.
    pub fn parse_iso(text: &str) -> Option<Month> {
        let (year, month) = text.split_once('-')?;
        let digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        Month::from_civil(year.parse().ok()?, month.parse().ok()?)
    }
}

impl Period {
    /// The period of whole months from `first` to `last`, both included.
    pub fn months(first: Month, last: Month) -> Period {
        Period { start: first.start(), end: last.end() }
    }

    /// Number of calendar months if the period starts and ends on the first of a month.
    pub fn whole_months(self) -> Option<i32> {
        let (first, end) = (self.start.month(), self.end.month());
        (first.start() == self.start && end.start() == self.end).then_some(end.0 - first.0)
    }

    /// Length in days.
    pub fn days(self) -> i32 {
        self.end.0 - self.start.0
    }

    /// `2025-06` for a month, `2025-Q2` for a quarter, `2025` for a year, `2025-01/2025-05` for other whole months,
    /// else the days with the last one included.
    pub fn label(self) -> String {
        let Some(months) = self.whole_months() else {
            return format!("{}/{}", self.start.to_iso(), Day(self.end.0 - 1).to_iso());
        };
        let first = self.start.month();
        let (year, month) = first.to_civil();
        match months {
            1 => first.to_iso(),
            3 if month % 3 == 1 => format!("{year:04}-Q{}", month / 3 + 1),
            12 if month == 1 => format!("{year:04}"),
            _ => format!("{}/{}", first.to_iso(), first.plus(months - 1).to_iso()),
        }
    }
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

macro_rules! iso_serde {
    ($type:ident, $what:literal) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.to_iso())
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as Deserialize>::deserialize(deserializer)?;
                $type::parse_iso(&text).ok_or_else(|| D::Error::custom($what))
            }
        }
    };
}
iso_serde!(Day, "not an ISO date");
iso_serde!(Month, "not an ISO month");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_days() {
        assert_eq!(Day::from_civil(1970, 1, 1), Some(Day(0)));
        assert_eq!(Day::from_civil(2000, 2, 29), Some(Day(11_016)));
        // The last day of 400 years, counted from March.
        assert_eq!(Day(11_016).to_civil(), (2000, 2, 29));
        for (year, month, day) in [(2025, 2, 29), (1900, 2, 29), (2025, 13, 1), (2025, 4, 31), (2025, 1, 0)] {
            assert_eq!(Day::from_civil(year, month, day), None);
        }
    }

    #[test]
    fn only_iso_is_read() {
        for text in ["2025-6-30", "2025-06-3", "2025-06-+3", "2025-06-030", "25-06-30", "2025-06", "2025-06-31", "x"] {
            assert_eq!(Day::parse_iso(text), None, "{text}");
        }
        for text in ["2025-6", "2025-+6", "+025-06", "25-06", "20250-06", "2025-13", "2025-00", "2025-06-30", "2025"] {
            assert_eq!(Month::parse_iso(text), None, "{text}");
        }
    }

    #[test]
    fn months_later_keep_the_day_or_end_with_the_month() {
        let day = |text| Day::parse_iso(text).expect("a day");
        for (start, months, expected) in [
            ("2025-01-31", 1, "2025-02-28"),
            ("2024-01-31", 1, "2024-02-29"),
            ("2025-01-31", 2, "2025-03-31"),
            ("2025-01-15", 12, "2026-01-15"),
            ("2025-03-31", -1, "2025-02-28"),
            ("2025-12-01", 0, "2025-12-01"),
        ] {
            assert_eq!(day(start).plus_months(months), day(expected), "{start} {months}");
        }
    }

    #[test]
    fn labels_name_the_calendar_unit() {
        let label = |first, last| {
            Period::months(Month::parse_iso(first).expect("month"), Month::parse_iso(last).expect("month")).label()
        };
        assert_eq!(label("2025-06", "2025-06"), "2025-06");
        assert_eq!(label("2025-04", "2025-06"), "2025-Q2");
        assert_eq!(label("2025-01", "2025-12"), "2025");
        assert_eq!(label("2025-02", "2025-06"), "2025-02/2025-06");
        assert_eq!(label("2025-10", "2025-12"), "2025-Q4");
        // As long as a quarter and a year, but none.
        assert_eq!(label("2025-02", "2025-04"), "2025-02/2025-04");
        assert_eq!(label("2025-02", "2026-01"), "2025-02/2026-01");
        let days = |first, end| {
            let day = |text| Day::parse_iso(text).expect("a day");
            Period { start: day(first), end: day(end) }.label()
        };
        assert_eq!(days("2025-01-05", "2025-02-05"), "2025-01-05/2025-02-04");
        assert_eq!(days("2025-01-01", "2025-02-05"), "2025-01-01/2025-02-04");
        assert_eq!(days("2025-01-05", "2025-02-01"), "2025-01-05/2025-01-31");
        assert_eq!(days("2025-01-01", "2025-02-01"), "2025-01");
    }

    proptest! {
        #[test]
        fn days_and_months_read_back(day in -800_000..800_000_i32) {
            let (year, month, of_month) = Day(day).to_civil();
            prop_assert_eq!(Day::from_civil(year, month, of_month), Some(Day(day)));
            let within = Day(day).month();
            prop_assert!(within.start() <= Day(day) && Day(day) < within.end());
        }

        #[test]
        fn iso_reads_back(day in -25_000..70_000_i32) {
            prop_assert_eq!(Day::parse_iso(&Day(day).to_iso()), Some(Day(day)));
        }
    }
}

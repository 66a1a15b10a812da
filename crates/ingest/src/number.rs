//! Numbers as people write them (metrics.md 6.5). Which of `.` and `,` is the decimal separator is decided per column
//! and never per cell, from evidence: the decision that the first cells allow is kept until a cell disproves it.

use borsh::{BorshDeserialize, BorshSerialize};
use keeprate_metrics::money::{Currency, divide_rounded};
use serde::{Deserialize, Serialize};

use crate::cell::{is_empty_marker, is_excel_error};
use crate::currency;
use crate::headers;

/// The decimal separator of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub enum Decimal {
    /// `1234,56`, groups with `.`.
    #[serde(rename = ",")]
    Comma,
    /// `1234.56`, groups with `,`.
    #[serde(rename = ".")]
    Point,
}

impl Decimal {
    /// The separator as a byte.
    pub(crate) fn byte(self) -> u8 {
        match self {
            Decimal::Comma => b',',
            Decimal::Point => b'.',
        }
    }

    fn characters(self) -> (char, char) {
        match self {
            Decimal::Comma => (',', '.'),
            Decimal::Point => ('.', ','),
        }
    }
}

/// What a cell of a number column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Nothing: blank, `-`, `n/a`.
    Empty,
    /// An error of a spreadsheet.
    ExcelError,
    /// Text that is no number under any convention.
    Text,
    /// A number, its separators not yet decided.
    Number(Candidate),
}

/// A number without currency, percent sign and group spaces; only digits, `.`, `,` and a leading `-` are left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    digits: String,
    negative: bool,
    /// Whether it had a percent sign.
    pub(crate) percent: bool,
    /// The currency that it named.
    pub(crate) currency: Option<Currency>,
    /// What it says about the decimal separator.
    pub(crate) evidence: Evidence,
}

/// What one cell says about the decimal separator of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// It has no separator.
    None,
    /// It can be read either way: `1.234`.
    Ambiguous,
    /// It can only be read with this one.
    Decides(Decimal),
}

/// An exact decimal: `mantissa` times 10 to the power of `-scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exact {
    mantissa: i128,
    scale: u32,
}

/// Longest run of digits that is read; more would not fit a column anyway.
const MOST_DIGITS: usize = 27;

/// Reads a cell, cleaned of quotes and outer spaces.
pub(crate) fn read(text: &str) -> Reading {
    if is_empty_marker(text) {
        return Reading::Empty;
    }
    if is_excel_error(text) {
        return Reading::ExcelError;
    }
    match candidate(text) {
        Some(candidate) => Reading::Number(candidate),
        None => Reading::Text,
    }
}

fn candidate(text: &str) -> Option<Candidate> {
    let plain: String =
        text.chars().filter_map(headers::plain).map(|c| if matches!(c, '−' | '–') { '-' } else { c }).collect();
    let mut rest = plain.trim();
    let (mut negative, mut positive) = (false, false);
    let mut percent = false;
    let mut found = None;
    // Signs, percent and currency may come in any order on both sides; each round takes one off.
    loop {
        let before = rest;
        if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            rest = inner.trim();
            if std::mem::replace(&mut negative, true) {
                return None;
            }
        }
        let unsigned = rest.strip_prefix('-').or_else(|| rest.strip_suffix('-'));
        if let Some(unsigned) = unsigned {
            rest = unsigned.trim();
            if std::mem::replace(&mut negative, true) {
                return None;
            }
        }
        if let Some(unsigned) = rest.strip_prefix('+') {
            rest = unsigned.trim_start();
            if std::mem::replace(&mut positive, true) {
                return None;
            }
        }
        if let Some(number) = rest.strip_suffix('%') {
            rest = number.trim_end();
            percent = true;
        }
        let (number, currency) = currency::strip(rest);
        rest = number;
        found = found.or(currency);
        if rest.len() == before.len() {
            break;
        }
    }
    if negative && positive {
        return None;
    }
    let digits = without_group_spaces(rest)?;
    let evidence = evidence(&digits)?;
    Some(Candidate { digits, negative, percent, currency: found, evidence })
}

/// Takes out spaces and apostrophes between groups of three digits; `None` if anything but digits and separators is
/// left.
fn without_group_spaces(text: &str) -> Option<String> {
    let mut digits = String::with_capacity(text.len());
    let mut groups = text.split([' ', '\'', '’']);
    digits.push_str(groups.next()?);
    let first_group = digits.len();
    let mut grouped = false;
    for group in groups {
        let leading = group.bytes().take_while(u8::is_ascii_digit).count();
        let ends_with_digit = digits.bytes().next_back().is_some_and(|byte| byte.is_ascii_digit());
        if leading != 3 || !ends_with_digit || digits.contains(['.', ',']) {
            return None;
        }
        grouped = true;
        digits.push_str(group);
    }
    let allowed = digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
    let some = digits.bytes().any(|byte| byte.is_ascii_digit());
    (allowed && some && digits.len() <= MOST_DIGITS + 9 && !(grouped && first_group > 3)).then_some(digits)
}

/// What the separators say; `None` if neither convention can read them.
fn evidence(digits: &str) -> Option<Evidence> {
    let commas = digits.matches(',').count();
    let points = digits.matches('.').count();
    let decided = |decimal| fits(digits, decimal).then_some(Evidence::Decides(decimal));
    match (commas, points) {
        (0, 0) => Some(Evidence::None),
        (1.., 1..) => decided(if digits.rfind(',') > digits.rfind('.') { Decimal::Comma } else { Decimal::Point }),
        (2.., 0) => decided(Decimal::Point),
        (0, 2..) => decided(Decimal::Comma),
        _ => {
            let decimal = if commas == 1 { Decimal::Comma } else { Decimal::Point };
            let (before, after) = digits.split_once(decimal.characters().0)?;
            if after.len() == 3 && (1..=3).contains(&before.len()) && before != "0" {
                Some(Evidence::Ambiguous)
            } else {
                decided(decimal)
            }
        }
    }
}

/// Whether digits and separators follow the grammar of a convention.
fn fits(digits: &str, decimal: Decimal) -> bool {
    let (point, group) = decimal.characters();
    let (whole, fraction) = match digits.split_once(point) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole_fits = if whole.contains(group) {
        let mut groups = whole.split(group);
        let first = groups.next().is_some_and(|first| all_digits(first) && first.len() <= 3);
        first && groups.all(|group| all_digits(group) && group.len() == 3)
    } else {
        all_digits(whole) || (whole.is_empty() && fraction.is_some())
    };
    whole_fits && fraction.is_none_or(all_digits)
}

impl Candidate {
    /// The number under a convention; `None` if it does not fit it.
    pub(crate) fn value(&self, decimal: Decimal) -> Option<Exact> {
        if !fits(&self.digits, decimal) {
            return None;
        }
        let (point, _) = decimal.characters();
        let (whole, fraction) = self.digits.split_once(point).unwrap_or((&self.digits, ""));
        let mut mantissa = 0_i128;
        for byte in whole.bytes().chain(fraction.bytes()).filter(u8::is_ascii_digit) {
            mantissa = mantissa.checked_mul(10)?.checked_add(i128::from(byte - b'0'))?;
        }
        let scale = fraction.len() as u32 + if self.percent { 2 } else { 0 };
        Some(Exact { mantissa: if self.negative { -mantissa } else { mantissa }, scale })
    }
}

impl Exact {
    /// Fixed-point units of a currency, rounded half away from zero; `None` outside of the range of a column.
    pub(crate) fn units(self, currency: Currency) -> Option<i64> {
        let exact = self.mantissa.checked_mul(i128::from(currency.units_per_major()))?;
        let units = i64::try_from(divide_rounded(exact, 10_i128.checked_pow(self.scale)?)).ok()?;
        // The smallest number marks absent cells in a ledger.
        (units != i64::MIN).then_some(units)
    }

    /// So many times a whole number, rounded half away from zero; `None` where that is too large.
    pub(crate) fn of(self, whole: i128) -> Option<i128> {
        Some(divide_rounded(self.mantissa.checked_mul(whole)?, 10_i128.checked_pow(self.scale)?))
    }

    /// What of a sum it is where the sum holds a net part and this share of it: 19 of 119 for 0.19. `None` where that is
    /// too large, or less than nothing.
    pub(crate) fn part_of_sum(self, sum: i64) -> Option<i64> {
        let whole = 10_i128.checked_pow(self.scale)?;
        let both = whole.checked_add(self.mantissa).filter(|_| self.mantissa >= 0)?;
        i64::try_from(divide_rounded(self.mantissa.checked_mul(i128::from(sum))?, both)).ok()
    }

    /// A hundredth of it.
    pub(crate) fn hundredth(self) -> Exact {
        self.shifted(2)
    }

    /// The number with its point so many digits further left.
    pub(crate) fn shifted(self, digits: u32) -> Exact {
        Exact { scale: self.scale + digits, ..self }
    }

    /// The nearest float.
    pub(crate) fn to_f64(self) -> f64 {
        self.mantissa as f64 / 10_f64.powi(self.scale.min(60) as i32)
    }

    /// The number if it is whole.
    pub(crate) fn whole(self) -> Option<i64> {
        let power = 10_i128.checked_pow(self.scale)?;
        (self.mantissa % power == 0).then(|| i64::try_from(self.mantissa / power).ok())?
    }

    /// Digits with a point, as a message shows them.
    pub(crate) fn to_plain(self) -> String {
        let scale = self.scale as usize;
        let digits = format!("{:0>width$}", self.mantissa.unsigned_abs().to_string(), width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        [sign, whole, point, fraction].concat()
    }

    /// Mantissa and scale.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(crate) fn parts(self) -> (i128, u32) {
        (self.mantissa, self.scale)
    }

    /// Whether it is below zero.
    pub(crate) fn is_negative(self) -> bool {
        self.mantissa < 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeprate_columns::amount;
    use keeprate_columns::row::Row;
    use proptest::prelude::*;

    fn evidence_of(text: &str) -> Evidence {
        match read(text) {
            Reading::Number(candidate) => candidate.evidence,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn value(text: &str, decimal: Decimal) -> Option<f64> {
        match read(text) {
            Reading::Number(candidate) => candidate.value(decimal).map(Exact::to_f64),
            _ => None,
        }
    }

    #[test]
    fn evidence_follows_6_5() {
        use Decimal::{Comma, Point};
        for (text, expected) in [
            ("1.234,56", Evidence::Decides(Comma)),
            ("1,234.56", Evidence::Decides(Point)),
            ("12,5", Evidence::Decides(Comma)),
            ("12.5", Evidence::Decides(Point)),
            ("1.234", Evidence::Ambiguous),
            ("1,234", Evidence::Ambiguous),
            ("999.000", Evidence::Ambiguous),
            ("1.234.567", Evidence::Decides(Comma)),
            ("1,234,567", Evidence::Decides(Point)),
            ("0.123", Evidence::Decides(Point)),
            (".123", Evidence::Decides(Point)),
            ("1234.567", Evidence::Decides(Point)),
            ("1234", Evidence::None),
            ("1'234.50", Evidence::Decides(Point)),
            ("1 234,50", Evidence::Decides(Comma)),
        ] {
            assert_eq!(evidence_of(text), expected, "{text}");
        }
    }

    #[test]
    fn cells_are_cleaned_as_in_6_5() {
        for (text, expected) in [
            ("€ 1.234,56", 1234.56),
            ("1.234,56 €", 1234.56),
            ("EUR 12,00", 12.0),
            ("-12,50", -12.5),
            ("12,50-", -12.5),
            ("(12,50)", -12.5),
            ("−12,50", -12.5),
            ("-€12,50", -12.5),
            ("€ -12,50", -12.5),
            ("12,5 %", 0.125),
            ("1\u{A0}234,50", 1234.5),
            ("1\u{202F}234,50", 1234.5),
            ("1’234,50", 1234.5),
            ("+5", 5.0),
            (",5", 0.5),
        ] {
            assert_eq!(value(text, Decimal::Comma), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_text() {
        for text in
            ["abc", "12.34.56", "12 Tsd.", "5k", "3 Mio.", "12 34", "1,2,3", "--5", "1e5", "12.", "01.02.2025", "€"]
        {
            assert_eq!(read(text), Reading::Text, "{text}");
        }
        for text in ["", "-", "–", "n/a", "k.A.", "NULL"] {
            assert_eq!(read(text), Reading::Empty, "{text}");
        }
        assert_eq!(read("#WERT!"), Reading::ExcelError);
    }

    #[test]
    fn units_are_exact_and_checked() {
        let units = |text, decimal| match read(text) {
            Reading::Number(candidate) => candidate.value(decimal).and_then(|exact| exact.units(Currency::EUR)),
            _ => None,
        };
        assert_eq!(units("1234,56", Decimal::Comma), Some(123_456_000_000));
        assert_eq!(units("0.000000005", Decimal::Point), Some(1));
        assert_eq!(units("-0.000000005", Decimal::Point), Some(-1));
        assert_eq!(units("99999999999999999999", Decimal::Point), None);
    }

    /// The slow way: without group separators it must be a plain number, and be written like that or with every group.
    fn slowly(text: &str, decimal: Decimal) -> Option<(i128, u32)> {
        let (point, group) = decimal.characters();
        let plain = text.replace(group, "");
        let (whole, fraction) = plain.split_once(point).unwrap_or((&plain, ""));
        let is_plain = plain.ends_with(|c: char| c.is_ascii_digit())
            && whole.chars().chain(fraction.chars()).all(|c| c.is_ascii_digit());
        let mut grouped = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                grouped.push(group);
            }
            grouped.push(digit);
        }
        let grouped = [&grouped, plain.get(whole.len()..)?].concat();
        let digits: i128 = [whole, fraction].concat().parse().ok()?;
        (is_plain && (text == plain || text == grouped)).then_some((digits, fraction.len() as u32))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn numbers_are_those_of_the_slow_way(text in "[0-9.,]{1,9}|[0-9]{1,3}([.,][0-9]{3}){0,3}([.,][0-9]{1,4})?") {
            for decimal in [Decimal::Comma, Decimal::Point] {
                let found = match read(&text) {
                    Reading::Number(candidate) => candidate.value(decimal).map(|exact| (exact.mantissa, exact.scale)),
                    _ => None,
                };
                prop_assert_eq!(found, slowly(&text, decimal), "{} {:?}", text, decimal);
            }
        }
    }

    proptest! {
        #[test]
        fn the_fast_path_agrees_with_the_exact_one(before in "[0-9.,;a]{0,9}", text in "[0-9]{0,6}[.,]?[0-9]{0,3}([.,][0-9]{1,2})?") {
            let line = format!("{before}\n{text}");
            let start = before.len() + 1;
            let ends = [line.len() as u32];
            let row = Row { text: line.as_bytes(), start, ends: &ends, number: 1 };
            let exact = |decimal| match read(&text) {
                Reading::Number(candidate) => candidate.value(decimal).and_then(|exact| exact.units(Currency::EUR)),
                _ => None,
            };
            for decimal in [Decimal::Comma, Decimal::Point] {
                if let Some(hundredths) = amount::read(row.field(0), decimal.byte()) {
                    prop_assert_eq!(Some(hundredths * 1_000_000), exact(decimal));
                }
            }
        }

        #[test]
        fn usual_amounts_take_the_fast_path(whole in 0..1_000_000_u32, cents in 0..100_u32) {
            let plain = format!("x;{whole}.{cents:02}");
            let ends = [plain.len() as u32];
            let row = Row { text: plain.as_bytes(), start: 2, ends: &ends, number: 1 };
            let expected = i64::from(whole * 100 + cents);
            if (100..100_000).contains(&whole) {
                prop_assert_eq!(amount::read(row.field(0), b'.'), Some(expected));
            }
            let grouped = format!("{}.{:03},{cents:02}", whole / 1000, whole % 1000);
            let ends = [grouped.len() as u32];
            let row = Row { text: grouped.as_bytes(), start: 0, ends: &ends, number: 1 };
            prop_assert_eq!(amount::read(row.field(0), b','), Some(expected));
        }
    }
}

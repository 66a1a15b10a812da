//! Money in fixed point: sums, caps and movements are exact integers (metrics.md 3.3).
//!
//! One unit is 10⁻⁶ of a currency's minor unit, so 1 EUR = 10⁸ units and 1 JPY = 10⁶ units. Columns hold `i64`,
//! sums hold `i128`; only divisions that leave money use `f64`.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Fixed-point units in one minor unit (a cent) of any currency.
pub const UNITS_PER_MINOR: i64 = 1_000_000;

/// An ISO 4217 currency: its code and the number of digits behind its decimal point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct Currency {
    code: [u8; 3],
    exponent: u8,
}

/// Currencies without a minor unit (ISO 4217).
const NO_DIGITS: &[&str] = &[
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
    "XPF",
];
/// Currencies whose minor unit is a thousandth (ISO 4217).
const THREE_DIGITS: &[&str] = &["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

impl Currency {
    /// The euro: the currency of a file that names none.
    pub const EUR: Currency = Currency { code: *b"EUR", exponent: 2 };

    /// Reads a three-letter code in any case; `None` for anything else.
    pub fn parse(code: &str) -> Option<Currency> {
        let bytes: [u8; 3] = code.trim().as_bytes().try_into().ok()?;
        if !bytes.iter().all(u8::is_ascii_alphabetic) {
            return None;
        }
        let code = bytes.map(|byte| byte.to_ascii_uppercase());
        let text = std::str::from_utf8(&code).ok()?;
        let exponent = match () {
            () if NO_DIGITS.contains(&text) => 0,
            () if THREE_DIGITS.contains(&text) => 3,
            () => 2,
        };
        Some(Currency { code, exponent })
    }

    /// The code, for example `EUR`.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or("EUR")
    }

    /// Digits behind the decimal point: EUR 2, JPY 0, KWD 3.
    pub fn exponent(&self) -> u8 {
        self.exponent
    }

    /// Fixed-point units in one whole unit of the currency: 10⁸ for EUR.
    pub fn units_per_major(&self) -> i64 {
        units_per_major(self.exponent)
    }

    /// An amount of this currency from fixed-point units.
    pub fn amount(&self, units: i128) -> Amount {
        Amount { units, exponent: self.exponent }
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = <String as Deserialize>::deserialize(deserializer)?;
        Currency::parse(&code).ok_or_else(|| D::Error::custom("not a currency code"))
    }
}

/// Fixed-point units in one whole unit of a currency with `exponent` digits.
pub fn units_per_major(exponent: u8) -> i64 {
    UNITS_PER_MINOR * 10_i64.pow(u32::from(exponent.min(9)))
}

/// An exact amount of money that prints itself with exactly its currency's digits, rounded half away from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct Amount {
    /// Fixed-point units, 10⁻⁶ of the minor unit.
    pub units: i128,
    /// Digits behind the decimal point.
    pub exponent: u8,
}

impl Amount {
    /// The amount in whole currency units, for ratios and charts; not for sums.
    pub fn as_f64(&self) -> f64 {
        self.units as f64 / units_per_major(self.exponent) as f64
    }

    /// Rounds to the minor unit, half away from zero (kaufmännisch).
    pub fn minor(&self) -> i128 {
        divide_rounded(self.units, i128::from(UNITS_PER_MINOR))
    }

    /// The amount nearest to a number of whole currency units, saturating; NaN counts as 0.
    pub fn from_f64(value: f64, exponent: u8) -> Amount {
        Amount { units: (value * units_per_major(exponent) as f64).round() as i128, exponent }
    }

    /// The amount as a decimal with exactly the currency's digits: `1020.00`, `-0.50`, `12`.
    pub fn to_decimal(&self) -> String {
        let minor = self.minor();
        let exponent = usize::from(self.exponent);
        let digits = format!("{:0>width$}", minor.unsigned_abs().to_string(), width = exponent + 1);
        let (whole, fraction) = digits.split_at(digits.len() - exponent);
        let sign = if minor < 0 { "-" } else { "" };
        let point = if exponent > 0 { "." } else { "" };
        [sign, whole, point, fraction].concat()
    }

    /// The amount with all its digits, at least the currency's: `1020.00`, `33.33333333`. What is read back is the same.
    pub fn to_exact(&self) -> String {
        let decimals = usize::from(self.exponent) + UNITS_PER_MINOR.ilog10() as usize;
        let digits = format!("{:0>width$}", self.units.unsigned_abs().to_string(), width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        let (kept, rest) = fraction.split_at(usize::from(self.exponent));
        let rest = rest.trim_end_matches('0');
        let sign = if self.units < 0 { "-" } else { "" };
        let point = if kept.is_empty() && rest.is_empty() { "" } else { "." };
        [sign, whole, point, kept, rest].concat()
    }

    /// Reads what [`Amount::to_decimal`] writes: digits behind the point give the exponent.
    pub fn parse_decimal(text: &str) -> Option<Amount> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let exponent = u8::try_from(fraction.len()).ok().filter(|exponent| *exponent <= 9)?;
        if whole.is_empty() || whole.len() > 24 || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return None;
        }
        let minor: i128 = [whole, fraction].concat().parse().ok()?;
        let units = minor.checked_mul(i128::from(UNITS_PER_MINOR))?;
        Some(Amount { units: if negative { -units } else { units }, exponent })
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_decimal())
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as Deserialize>::deserialize(deserializer)?;
        Amount::parse_decimal(&text).ok_or_else(|| D::Error::custom("not a decimal amount"))
    }
}

/// Integer division rounded half away from zero; `divisor` must be positive.
pub fn divide_rounded(dividend: i128, divisor: i128) -> i128 {
    let (size, divisor) = (dividend.unsigned_abs(), divisor.unsigned_abs());
    let rounded = i128::try_from((size + divisor / 2) / divisor).unwrap_or(i128::MAX);
    if dividend >= 0 { rounded } else { -rounded }
}

/// How often a price falls due (metrics.md 3.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// Every day: 365/12 a month.
    Day,
    /// Every week: 52/12 a month.
    Week,
    /// Every calendar month.
    Month,
    /// Every three months.
    Quarter,
    /// Every six months.
    HalfYear,
    /// Every twelve months.
    Year,
    /// Once: never recurring, so 0 a month.
    Once,
}

impl Interval {
    /// The monthly share of a price as a fraction (numerator, denominator) for a billing period of `count` intervals.
    pub fn monthly_factor(self, count: u32) -> (i128, i128) {
        let count = i128::from(count.max(1));
        match self {
            Interval::Day => (365, 12 * count),
            Interval::Week => (52, 12 * count),
            Interval::Month => (1, count),
            Interval::Quarter => (1, 3 * count),
            Interval::HalfYear => (1, 6 * count),
            Interval::Year => (1, 12 * count),
            Interval::Once => (0, 1),
        }
    }

    /// MRR of one row in fixed-point units: the one rounding that a line item gets, half away from zero.
    pub fn monthly_units(self, count: u32, units: i128) -> i128 {
        let (numerator, denominator) = self.monthly_factor(count);
        divide_rounded(units * numerator, denominator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur(text: &str) -> Amount {
        Amount::parse_decimal(text).expect("a decimal")
    }

    #[test]
    fn decimals_read_back() {
        for text in ["0.00", "1020.00", "-0.50", "0.07", "99999999999999.99", "12", "1.234"] {
            assert_eq!(eur(text).to_decimal(), text);
        }
    }

    #[test]
    fn what_is_no_decimal_is_refused() {
        let long = "1".repeat(25);
        for text in ["", "-", ".50", "-.5", "+1", "--1", "1,5", "1e3", " 1", "1.2.3", "1.0000000000", &long] {
            assert_eq!(Amount::parse_decimal(text), None, "{text}");
        }
        assert!(Amount::parse_decimal(&long[1..]).is_some() && Amount::parse_decimal("1.000000000").is_some());
    }

    #[test]
    fn rounding_is_half_away_from_zero() {
        for (units, text) in [(500_000, "0.01"), (499_999, "0.00"), (-500_000, "-0.01"), (-499_999, "0.00")] {
            assert_eq!(Currency::EUR.amount(units).to_decimal(), text);
        }
    }

    #[test]
    fn exact_amounts_keep_every_digit() {
        let yen = Currency::parse("JPY").expect("a code");
        for (currency, units, text) in [
            (Currency::EUR, 0, "0.00"),
            (Currency::EUR, 102_000_000_000, "1020.00"),
            (Currency::EUR, -50_000_000, "-0.50"),
            (Currency::EUR, 8_333_333_333, "83.33333333"),
            (Currency::EUR, 120_000_000, "1.20"),
            (yen, 5_000_000, "5"),
            (yen, 5_500_000, "5.5"),
        ] {
            assert_eq!(currency.amount(units).to_exact(), text);
        }
    }

    #[test]
    fn minor_digits_follow_iso_4217() {
        for (code, exponent) in [("eur", 2), ("JPY", 0), ("KWD", 3), ("chf", 2)] {
            assert_eq!(Currency::parse(code).map(|currency| currency.exponent()), Some(exponent));
        }
        for code in ["", "EURO", "E1R", "€"] {
            assert_eq!(Currency::parse(code), None);
        }
    }

    #[test]
    fn a_yearly_plan_shows_its_full_price_again() {
        let monthly = Interval::Year.monthly_units(1, 1000 * 100_000_000);
        assert_eq!(monthly, 8_333_333_333);
        assert_eq!(Currency::EUR.amount(monthly * 12).to_decimal(), "1000.00");
    }

    #[test]
    fn normalisation_follows_8_9() {
        let month = |interval: Interval, count, price: i128| {
            Currency::EUR.amount(interval.monthly_units(count, price * 1_000_000)).units
        };
        for (interval, count, cents, expected) in [
            (Interval::Year, 1, 120_000, 10_000_000_000),
            (Interval::Year, 2, 240_000, 10_000_000_000),
            (Interval::Quarter, 1, 9_000, 3_000_000_000),
            (Interval::HalfYear, 1, 18_000, 3_000_000_000),
            (Interval::Month, 2, 6_000, 3_000_000_000),
            (Interval::Week, 1, 1_000, 4_333_333_333),
            (Interval::Week, 4, 4_000, 4_333_333_333),
            (Interval::Day, 1, 100, 3_041_666_667),
            (Interval::Once, 1, 50_000, 0),
        ] {
            assert_eq!(month(interval, count, cents), expected, "{interval:?} x {count}");
        }
    }
}

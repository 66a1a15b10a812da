//! Currencies in cells and headers, and rates between them (metrics.md 3.3): never mixed silently.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::headers::lower;
use keeprate_metrics::money::{Currency, divide_rounded};

/// Signs and abbreviations that stand for one currency.
const SIGNS: &[(&str, &str)] =
    &[("€", "EUR"), ("$", "USD"), ("£", "GBP"), ("¥", "JPY"), ("fr.", "CHF"), ("sfr.", "CHF")];

/// Codes that are taken off a number; others in a cell make it text.
const CODES: &[&str] = &[
    "aed", "ars", "aud", "bgn", "bhd", "brl", "cad", "chf", "clp", "cny", "cop", "czk", "dkk", "egp", "eur", "gbp",
    "hkd", "huf", "idr", "ils", "inr", "isk", "jpy", "krw", "kwd", "mad", "mxn", "myr", "ngn", "nok", "nzd", "pen",
    "php", "pln", "ron", "rsd", "sar", "sek", "sgd", "thb", "tnd", "try", "twd", "uah", "usd", "vnd", "zar",
];

/// A constant exchange rate into the reporting currency, with nine exact decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Rate(i64);

const RATE_ONE: i64 = 1_000_000_000;

impl Rate {
    /// Reads a positive decimal with a point, `0.5` or `1.0837`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Rate> {
        let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 9 || fraction.len() > 9 || !digits(whole) || !digits(fraction) {
            return None;
        }
        let rate = format!("{whole}{fraction:0<9}").parse().ok()?;
        (rate > 0).then_some(Rate(rate))
    }

    /// As it is written, with a point and without zeros at the end.
    pub fn to_plain(self) -> String {
        let decimals = (RATE_ONE + self.0 % RATE_ONE).to_string();
        let decimals = decimals.get(1..).unwrap_or_default().trim_end_matches('0');
        let point = if decimals.is_empty() { "" } else { "." };
        [&(self.0 / RATE_ONE).to_string(), point, decimals].concat()
    }

    /// Units of one currency as units of another, rounded half away from zero.
    pub(crate) fn convert(self, units: i64, from: Currency, to: Currency) -> Option<i64> {
        let exact = i128::from(units) * i128::from(self.0) * i128::from(to.units_per_major());
        i64::try_from(divide_rounded(exact, i128::from(RATE_ONE) * i128::from(from.units_per_major()))).ok()
    }
}

/// The currency that a cell or a header unit names: a code or a sign.
pub(crate) fn parse(text: &str) -> Option<Currency> {
    let name = lower(text.trim());
    let by_sign = SIGNS.iter().find(|(sign, _)| name == *sign || name == sign.trim_end_matches('.'));
    match by_sign {
        Some((_, code)) => Currency::parse(code),
        None if name == "euro" => Currency::parse("EUR"),
        None => Currency::parse(&name),
    }
}

/// Takes a currency off the start or the end of a number.
pub(crate) fn strip(text: &str) -> (&str, Option<Currency>) {
    let tokens = SIGNS.iter().map(|(sign, code)| (*sign, *code)).chain(CODES.iter().map(|code| (*code, *code)));
    for (token, code) in tokens {
        let rest = match (text.get(..token.len()), text.len().checked_sub(token.len()).and_then(|at| text.get(at..))) {
            (Some(start), _) if start.eq_ignore_ascii_case(token) => text.get(token.len()..),
            (_, Some(end)) if end.eq_ignore_ascii_case(token) => text.get(..text.len() - token.len()),
            _ => None,
        };
        if let Some(rest) = rest {
            return (rest.trim(), Currency::parse(code));
        }
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_come_off_both_ends() {
        for (text, rest, code) in [
            ("€ 12", "12", Some("EUR")),
            ("12 €", "12", Some("EUR")),
            ("EUR 12", "12", Some("EUR")),
            ("12chf", "12", Some("CHF")),
            ("Fr. 12", "12", Some("CHF")),
            ("$12", "12", Some("USD")),
            ("12", "12", None),
            ("12 k", "12 k", None),
        ] {
            let (found, currency) = strip(text);
            assert_eq!((found, currency.map(|c| c.code().to_owned()).as_deref()), (rest, code), "{text}");
        }
    }

    #[test]
    fn rates_are_exact() {
        let usd = Currency::parse("USD").expect("code");
        for text in ["1", "0.5", "0.000000001", "1.0837", "20", "999999999.999999999"] {
            assert_eq!(Rate::parse(text).map(Rate::to_plain).as_deref(), Some(text));
        }
        let rate = Rate::parse("0.5").expect("rate");
        assert_eq!(rate.convert(3_000_000_001, usd, Currency::EUR), Some(1_500_000_001));
        assert_eq!(rate.convert(-3_000_000_001, usd, Currency::EUR), Some(-1_500_000_001));
        let yen = Currency::parse("JPY").expect("code");
        let rate = Rate::parse("0.006").expect("rate");
        assert_eq!(rate.convert(1000 * yen.units_per_major(), yen, Currency::EUR), Some(600_000_000));
        for text in ["", "0", "-1", "1,5", "abc", "0.0000000001"] {
            assert_eq!(Rate::parse(text), None, "{text}");
        }
    }
}

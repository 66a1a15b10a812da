//! Numbers as people type them, in German or English.

use crate::i18n::Language;

/// Reads a number as a German or an English speaker writes it: where both separators occur the last one is the
/// decimal; a single one followed by exactly three digits groups if the language groups with it.
pub fn read_number(text: &str, language: Language) -> Option<f64> {
    let drop = [' ', '\u{a0}', '\u{202f}', '\'', '’', '%', '€', '$', '£'];
    let text: String = text.chars().filter(|character| !drop.contains(character)).collect();
    let text = text.replace('−', "-");
    let (grouping, default_decimal) = match language {
        Language::De => ('.', ','),
        Language::En => (',', '.'),
    };
    let decimal = match (text.rfind('.'), text.rfind(',')) {
        (Some(point), Some(comma)) => Some(if point > comma { '.' } else { ',' }),
        (None, None) => None,
        (point, comma) => {
            let (sign, at) = if point.is_some() { ('.', point?) } else { (',', comma?) };
            let three = text.len() - at - 1 == 3 && text[..at].trim_start_matches('-').len() <= 3;
            let groups = text.matches(sign).count() > 1 || (three && sign == grouping && !text.starts_with('0'));
            (!groups).then_some(sign)
        }
    };
    let other = match decimal {
        Some('.') => ',',
        Some(_) => '.',
        None => grouping,
    };
    let mut plain = String::new();
    for character in text.chars() {
        if Some(character) == decimal {
            plain.push('.');
        } else if character != other && !(decimal.is_none() && character == default_decimal) {
            plain.push(character);
        }
    }
    // Up to fifteen digits a whole number and its power of ten are exact, and so is the rounding of their quotient. The
    // standard library's parser would do more, with a table of 10 KB.
    let (negative, digits) = plain.strip_prefix('-').map_or((false, plain.as_str()), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = [whole, fraction].concat();
    if all.is_empty() || all.len() > 15 || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = all.parse::<u64>().ok()? as f64 / 10_u64.pow(fraction.len() as u32) as f64;
    Some(if negative { -number } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (text, language, number) in [
            ("1.234,56", Language::De, Some(1234.56)),
            ("1,234.56", Language::En, Some(1234.56)),
            ("1,234.56", Language::De, Some(1234.56)),
            ("1.234", Language::De, Some(1234.0)),
            ("1.234", Language::En, Some(1.234)),
            ("1,234", Language::De, Some(1.234)),
            ("1,234", Language::En, Some(1234.0)),
            ("0.123", Language::De, Some(0.123)),
            ("12,5 %", Language::De, Some(12.5)),
            ("1 000 €", Language::De, Some(1000.0)),
            ("1.000.000", Language::En, Some(1_000_000.0)),
            ("1000", Language::De, Some(1000.0)),
            ("−5", Language::En, Some(-5.0)),
            ("", Language::En, None),
            ("abc", Language::En, None),
            ("1e5", Language::En, None),
            ("NaN", Language::En, None),
        ] {
            assert_eq!(read_number(text, language), number, "{text}");
        }
    }
}

//! A number that is written in one of people's ways reads as that number, digit for digit; anything else is refused or has
//! one value.
#![no_main]

use keeprate_ingest::Decimal;
use keeprate_ingest::fuzzing::number;
use libfuzzer_sys::fuzz_target;

/// Writes a mantissa with so many decimals, as the style says.
fn written(mantissa: i64, scale: usize, style: u8, decimal: Decimal) -> String {
    let (point, group) = match decimal {
        Decimal::Comma => (',', '.'),
        Decimal::Point => ('.', ','),
    };
    let group = match style % 5 {
        0 => None,
        1 => Some(group),
        2 => Some(' '),
        3 => Some('\''),
        _ => Some('\u{202F}'),
    };
    let digits = format!("{:0>width$}", mantissa.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let mut text = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            text.extend(group);
        }
        text.push(digit);
    }
    if scale > 0 {
        text.push(point);
        text += fraction;
    }
    let text = match (mantissa < 0, style / 5 % 4) {
        (false, _) => text,
        (true, 0) => format!("-{text}"),
        (true, 1) => format!("{text}-"),
        (true, 2) => format!("({text})"),
        (true, _) => format!("\u{2212} {text}"),
    };
    match style / 20 % 4 {
        0 => text,
        1 => format!("{text} €"),
        2 => format!("EUR {text}"),
        _ => format!("\u{A0}{text} "),
    }
}

fuzz_target!(|input: (i64, u8, u8, &str)| {
    let (mantissa, scale, style, text) = input;
    for decimal in [Decimal::Comma, Decimal::Point] {
        let scale = usize::from(scale % 10);
        let text = written(mantissa, scale, style, decimal);
        assert_eq!(number(&text, decimal), Some((i128::from(mantissa), scale as u32)), "{text}");
    }
    let readings = [Decimal::Comma, Decimal::Point].map(|decimal| number(text, decimal));
    // Without a separator there is nothing to decide.
    if !text.contains(['.', ',', '．', '，']) {
        assert_eq!(readings[0], readings[1], "{text}");
    }
});

//! Headers in one spelling, so that they can be compared (metrics.md 5.1).

/// A header in comparable form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Header {
    /// Lower case, umlauts folded, separators as one space: `kunden nr`.
    pub(crate) words: String,
    /// The bracketed unit at the end, if any: `eur`.
    pub(crate) unit: Option<String>,
}

/// Normalises a header.
pub(crate) fn normalize(header: &str) -> Header {
    let folded = fold(&split_camel_case(header));
    let mut words = folded.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut unit = None;
    let bracket = match words.chars().last() {
        Some(')') => words.rfind('('),
        Some(']') => words.rfind('['),
        _ => None,
    };
    if let Some(open) = bracket {
        let inner = words.get(open + 1..words.len() - 1).unwrap_or_default().trim().to_owned();
        if open > 0 {
            words.truncate(open);
            unit = Some(inner);
        }
    }
    for (suffix, meaning) in [(" in eur", "eur"), (" in euro", "eur"), (" in usd", "usd"), (" in chf", "chf")] {
        if let (None, Some(rest)) = (&unit, words.strip_suffix(suffix)) {
            words = rest.to_owned();
            unit = Some(meaning.to_owned());
        }
    }
    let is_separator = |c: char| c.is_whitespace() || matches!(c, '_' | '-' | '.' | '/' | ':');
    let mut words = words.split(is_separator).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    for suffix in [" in cents", " in cent", " cents"] {
        if let (None, Some(rest)) = (&unit, words.strip_suffix(suffix)) {
            words = rest.to_owned();
            unit = Some("cents".to_owned());
        }
    }
    Header { words, unit }
}

impl Header {
    /// Whether the header is the synonym, spaces aside: `customerid` is `customer id`.
    pub(crate) fn is(&self, synonym: &str) -> bool {
        let is_letter = |byte: &u8| *byte != b' ';
        self.words.bytes().filter(is_letter).eq(synonym.bytes().filter(is_letter))
    }

    /// Whether it says that amounts are in cents.
    pub(crate) fn is_in_cents(&self) -> bool {
        self.unit.as_deref().is_some_and(|unit| matches!(unit, "cent" | "cents" | "in cent" | "in cents" | "ct"))
    }

    /// Whether the synonym stands in the header as whole words.
    pub(crate) fn contains(&self, synonym: &str) -> bool {
        let is_border = |byte: Option<&u8>| byte.is_none_or(|byte| *byte == b' ');
        let bytes = self.words.as_bytes();
        synonym.len() <= bytes.len()
            && self.words.match_indices(synonym).any(|(at, _)| {
                is_border(at.checked_sub(1).and_then(|before| bytes.get(before)))
                    && is_border(bytes.get(at + synonym.len()))
            })
    }
}

/// Lower case, umlauts and ß written out, compatibility forms as their plain characters, invisible ones gone. The part
/// of NFKC that headers and numbers meet in practice: wide letters, special spaces, decomposed umlauts.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        match plain(character) {
            Some('\u{308}') => folded.push('e'),
            Some(character) => match lower_character(character) {
                'ä' => folded.push_str("ae"),
                'ö' => folded.push_str("oe"),
                'ü' => folded.push_str("ue"),
                'ß' => folded.push_str("ss"),
                other => folded.push(other),
            },
            None => {}
        }
    }
    folded
}

/// Text in lower case, character by character.
pub(crate) fn lower(text: &str) -> String {
    text.chars().map(lower_character).collect()
}

/// A character's lower case in the Latin, Greek and Cyrillic alphabets of Europe. The standard library knows all
/// alphabets, for 24 KB of tables that the first view of the app would have to load.
fn lower_character(character: char) -> char {
    let code = u32::from(character);
    let lower = match code {
        0x41..=0x5A | 0xC0..=0xD6 | 0xD8..=0xDE | 0x391..=0x3A9 | 0x410..=0x42F => code + 0x20,
        0x400..=0x40F => code + 0x50,
        0x100..=0x12F | 0x132..=0x137 | 0x14A..=0x177 => code | 1,
        0x139..=0x148 | 0x179..=0x17E => code + code % 2,
        0x178 => 0xFF,
        0x1E9E => 0xDF,
        _ => code,
    };
    char::from_u32(lower).unwrap_or(character)
}

/// The plain form of a compatibility character; `None` for invisible ones.
pub(crate) fn plain(character: char) -> Option<char> {
    match character {
        '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{AD}' => None,
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => Some(' '),
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0),
        other => Some(other),
    }
}

/// Whether a cell is outer space as far as a person is concerned.
pub(crate) fn is_blank_character(character: char) -> bool {
    character.is_whitespace() || plain(character).is_none()
}

/// Trims spaces of every kind.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(is_blank_character)
}

/// `customerID` is `customer ID`, `MonthlyCharges` is `Monthly Charges`.
fn split_camel_case(text: &str) -> String {
    let mut split = String::with_capacity(text.len() + 4);
    let mut lower_before = false;
    for character in text.chars() {
        let is_lower = lower_character(character) == character;
        if lower_before && !is_lower {
            split.push(' ');
        }
        lower_before = is_lower && (character.is_ascii_lowercase() || u32::from(character) >= 0xDF);
        split.push(character);
    }
    split
}

/// Names of the row and the column that hold sums.
pub(crate) fn is_total(text: &str) -> bool {
    // Asked for each customer, so most are dismissed at a glance.
    if text.len() > 20 || !text.starts_with(['g', 'G', 's', 'S', 't', 'T', 'e', 'E', 'z', 'Z']) {
        return false;
    }
    let words = normalize(text.trim_end_matches(':')).words;
    matches!(words.as_str(), "gesamt" | "summe" | "total" | "sum" | "ergebnis" | "grand total" | "zwischensumme")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_have_one_spelling() {
        for (header, words) in [
            ("customerID", "customer id"),
            ("Customer_ID", "customer id"),
            ("  Kunden-Nr. ", "kunden nr"),
            ("Währung", "waehrung"),
            ("Wa\u{308}hrung", "waehrung"),
            ("\u{FEFF}Kunde", "kunde"),
            ("MRR (EUR)", "mrr"),
            ("MRR [€]", "mrr"),
            ("Betrag in EUR", "betrag"),
            ("Created (UTC)", "created"),
            ("MonthlyCharges", "monthly charges"),
            ("MRR", "mrr"),
            ("(x)", "(x)"),
            ("", ""),
        ] {
            assert_eq!(normalize(header).words, words, "{header}");
        }
        assert_eq!(normalize("MRR (EUR)").unit.as_deref(), Some("eur"));
    }

    #[test]
    fn totals_are_known_by_name() {
        for (name, total) in [("Summe", true), ("GESAMT", true), ("Total:", true), ("Totalo", false), ("A", false)] {
            assert_eq!(is_total(name), total, "{name}");
        }
    }
}

//! The exact rules of quoting (metrics.md 6.4).

use std::borrow::Cow;

/// Takes the quotes off a field: doubled ones become one, and what follows the closing quote is kept as it is.
pub(crate) fn unquote(raw: &[u8]) -> Cow<'_, [u8]> {
    let Some((b'"', inner)) = raw.split_first() else {
        return Cow::Borrowed(raw);
    };
    match inner.iter().position(|byte| *byte == b'"') {
        None => return Cow::Borrowed(inner),
        Some(closing) if closing + 1 == inner.len() => return Cow::Borrowed(inner.get(..closing).unwrap_or_default()),
        Some(_) => {}
    }
    let mut content = Vec::with_capacity(inner.len());
    let mut rest = inner.iter();
    while let Some(byte) = rest.next() {
        if *byte != b'"' {
            content.push(*byte);
            continue;
        }
        match rest.next() {
            Some(b'"') => content.push(b'"'),
            after => {
                content.extend(after);
                content.extend(rest);
                break;
            }
        }
    }
    Cow::Owned(content)
}

/// Where quoting stands, byte by byte: the exact rules, for the records that stage 1 cannot vouch for and for the ones
/// that are split over two chunks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// At the start of a field.
    #[default]
    FieldStart,
    /// In a field without quotes, or behind its closing quote.
    Plain,
    /// In quotes.
    Quoted,
    /// Straight after a quote inside of quotes: it closes, or it is the first of two.
    QuoteSeen,
}

/// What a byte means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Part of a field.
    Content,
    /// A quote, or what follows one, that stands where it should not.
    Stray,
    /// The end of a field that is not the last.
    FieldEnd,
    /// The end of a record.
    RecordEnd,
}

impl Quoting {
    /// Reads one more byte.
    pub(crate) fn step(&mut self, byte: u8, delimiter: u8) -> Meaning {
        let ends = matches!(byte, b'\n' | b'\r');
        let (next, meaning) = match (*self, byte) {
            (Quoting::Quoted, b'"') => (Quoting::QuoteSeen, Meaning::Content),
            (Quoting::Quoted, _) | (Quoting::QuoteSeen, b'"') => (Quoting::Quoted, Meaning::Content),
            _ if byte == delimiter => (Quoting::FieldStart, Meaning::FieldEnd),
            _ if ends => (Quoting::FieldStart, Meaning::RecordEnd),
            (Quoting::FieldStart, b'"') => (Quoting::Quoted, Meaning::Content),
            (Quoting::Plain, b'"') | (Quoting::QuoteSeen, _) => (Quoting::Plain, Meaning::Stray),
            (Quoting::FieldStart | Quoting::Plain, _) => (Quoting::Plain, Meaning::Content),
        };
        *self = next;
        meaning
    }

    /// Reads on to the end of the record; its length with the line end, or `None` if the bytes end before.
    pub(crate) fn record_end(&mut self, bytes: &[u8], delimiter: u8) -> Option<usize> {
        bytes.iter().position(|byte| self.step(*byte, delimiter) == Meaning::RecordEnd).map(|place| place + 1)
    }
}

/// Ends of the fields of the first record by the exact rules; `None` if the text ends before the record does.
/// The flag says whether a quote stands where it should not.
pub(crate) fn exact_ends(text: &[u8], delimiter: u8, ends: &mut Vec<u32>) -> Option<bool> {
    ends.clear();
    let mut quoting = Quoting::default();
    let mut stray = false;
    for (place, byte) in text.iter().enumerate() {
        match quoting.step(*byte, delimiter) {
            Meaning::Content => {}
            Meaning::Stray => stray = true,
            Meaning::FieldEnd => ends.push(place as u32),
            Meaning::RecordEnd => {
                ends.push(place as u32);
                return Some(stray);
            }
        }
    }
    None
}

/// Lines that end in a text; CR LF counts once.
pub(crate) fn count_lines(text: &[u8]) -> u64 {
    let mut lines = 0;
    let mut before = 0;
    for byte in text {
        lines += u64::from(*byte == b'\r' || (*byte == b'\n' && before != b'\r'));
        before = *byte;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeprate_columns::index::{Index, index};
    use keeprate_columns::row::{Row, next_start};
    use proptest::prelude::*;

    /// Records of a text by the exact rules, without blank lines; the flag says whether the last one is complete.
    fn exact_records(text: &[u8]) -> (Vec<Vec<Vec<u8>>>, bool) {
        let mut records = Vec::new();
        let mut ends = Vec::new();
        let mut rest = text;
        while exact_ends(rest, b',', &mut ends).is_some() {
            let row = Row { text: rest, start: 0, ends: &ends, number: 0 };
            let fields: Vec<Vec<u8>> = row.fields().map(|field| unquote(field.bytes()).into_owned()).collect();
            if row.len() > 1 || !row.field(0).bytes().is_empty() {
                records.push(fields);
            }
            rest = &rest[next_start(rest, ends[ends.len() - 1] as usize)..];
        }
        (records, rest.is_empty())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn records_are_those_of_the_csv_crate(body in "[ab,\"\r\n]{0,150}|((\"([ab,\r\n]|\"\"){0,9}\"|[abä €]{0,5})[,\r\n]){0,60}") {
            let text = format!("{body}\n");
            let (records, complete) = exact_records(text.as_bytes());
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let expected: Vec<Vec<Vec<u8>>> = reader
                .byte_records()
                .map(|record| record.expect("no I/O").iter().map(<[u8]>::to_vec).collect())
                .collect();
            // The csv crate also gives what is left of an open quote at the end.
            prop_assert_eq!(&records[..], &expected[..records.len()]);
            prop_assert!(!complete || records.len() == expected.len());
        }

        #[test]
        fn the_index_agrees_with_the_exact_rules(text in "[abcdefghij,\"\r\n]{0,300}|(\"[a,\r\n]{0,90}\",|[ab]{0,9},|b\n|\r\n){0,40}") {
            let mut found = Index::default();
            let scanned = index(text.as_bytes(), b',', &mut found);
            let mut start = 0;
            let mut ends = Vec::new();
            for found in found.iter() {
                prop_assert_eq!(exact_ends(&text.as_bytes()[start..], b',', &mut ends), Some(false));
                let expected: Vec<u32> = ends.iter().map(|end| end + start as u32).collect();
                prop_assert_eq!(found, &expected[..]);
                start = next_start(text.as_bytes(), found[found.len() - 1] as usize);
            }
            let next = exact_ends(&text.as_bytes()[start..], b',', &mut ends);
            match scanned.stray_quote {
                true => prop_assert!(next != Some(false)),
                false => prop_assert_eq!(next, None),
            }
        }
    }
}

//! Bytes to text (metrics.md 6.1). UTF-16 is rewritten as UTF-8 chunk by chunk; Windows-1252 stays as it is, because it
//! agrees with ASCII in all that structure is made of, and only values that are kept are decoded. The same code runs
//! natively and in the browser, so that both read the same.

use borsh::{BorshDeserialize, BorshSerialize};
use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// How the bytes of a file stand for characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub enum Encoding {
    /// UTF-8, with or without byte order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16, low byte first.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, high byte first.
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// Windows-1252, what older Excel writes in western Europe.
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// UTF-8 that a program took for Windows-1252 and wrote as UTF-8 once more: `ä` stands as `Ã¤`.
    #[serde(rename = "utf-8-twice")]
    Utf8Twice,
}

/// Characters of the bytes 0x80 to 0x9F (WHATWG index windows-1252, its five holes as U+FFFD).
const WINDOWS_1252: [char; 32] = [
    '\u{20AC}', '\u{FFFD}', '\u{201A}', '\u{0192}', '\u{201E}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{02C6}',
    '\u{2030}', '\u{0160}', '\u{2039}', '\u{0152}', '\u{FFFD}', '\u{017D}', '\u{FFFD}', '\u{FFFD}', '\u{2018}',
    '\u{2019}', '\u{201C}', '\u{201D}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{02DC}', '\u{2122}', '\u{0161}',
    '\u{203A}', '\u{0153}', '\u{FFFD}', '\u{017E}', '\u{0178}',
];

/// What the first bytes of a file say about its encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Detected {
    /// The encoding.
    pub(crate) encoding: Encoding,
    /// Bytes of the byte order mark.
    pub(crate) mark: usize,
    /// Whether it is a guess that deserves W-ENC-GUESS.
    pub(crate) guessed: bool,
}

/// Whether the bytes are those of another kind of file: zip (xlsx, ods), old Office, PDF, gzip, pictures.
pub(crate) fn is_other_format(head: &[u8]) -> bool {
    const MAGIC: [&[u8]; 8] =
        [b"PK\x03\x04", b"PK\x05\x06", b"\xD0\xCF\x11\xE0", b"%PDF", b"\x1F\x8B", b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8"];
    MAGIC.iter().any(|magic| head.starts_with(magic))
}

/// Finds the encoding from the start of a file; `whole` if there is nothing behind it.
pub(crate) fn detect(head: &[u8], whole: bool, chosen: Option<Encoding>) -> Detected {
    let marked =
        [(&b"\xEF\xBB\xBF"[..], Encoding::Utf8), (b"\xFF\xFE", Encoding::Utf16Le), (b"\xFE\xFF", Encoding::Utf16Be)]
            .into_iter()
            .find(|(mark, encoding)| {
                head.starts_with(mark) && chosen.is_none_or(|chosen| chosen.written() == *encoding)
            });
    if let Some((mark, encoding)) = marked {
        return Detected { encoding: chosen.unwrap_or(encoding), mark: mark.len(), guessed: false };
    }
    if let Some(encoding) = chosen {
        return Detected { encoding, mark: 0, guessed: false };
    }
    let sample = head.get(..4096).unwrap_or(head);
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let many = |zeros: usize| zeros * 10 > sample.len().div_ceil(2) * 3;
    let (encoding, guessed) = match () {
        () if many(zeros(1)) => (Encoding::Utf16Le, true),
        () if many(zeros(0)) => (Encoding::Utf16Be, true),
        () if is_utf8_so_far(head, whole) => (Encoding::Utf8, false),
        () => (Encoding::Windows1252, true),
    };
    Detected { encoding, mark: 0, guessed }
}

/// Whether bytes are UTF-8, a character cut off at the end allowed unless they are all there is.
fn is_utf8_so_far(bytes: &[u8], whole: bool) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => !whole && error.error_len().is_none(),
    }
}

impl Encoding {
    /// The name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf16Le => "UTF-16 LE",
            Encoding::Utf16Be => "UTF-16 BE",
            Encoding::Windows1252 => "Windows-1252",
            Encoding::Utf8Twice => "UTF-8 ×2",
        }
    }

    /// The encoding of this name, as `keeprate.report/1` writes it.
    pub fn parse(text: &str) -> Option<Encoding> {
        Some(match text {
            "utf-8" => Encoding::Utf8,
            "utf-16le" => Encoding::Utf16Le,
            "utf-16be" => Encoding::Utf16Be,
            "windows-1252" => Encoding::Windows1252,
            "utf-8-twice" => Encoding::Utf8Twice,
            _ => return None,
        })
    }

    /// The encoding that its bytes are in as they stand.
    fn written(self) -> Encoding {
        if self == Encoding::Utf8Twice { Encoding::Utf8 } else { self }
    }

    /// Bytes as [`Transcoder`] leaves them, as text.
    pub(crate) fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match (self, std::str::from_utf8(bytes)) {
            (Encoding::Windows1252, Ok(text)) if text.is_ascii() => Cow::Borrowed(text),
            (Encoding::Windows1252, _) => Cow::Owned(bytes.iter().map(|byte| windows_1252(*byte)).collect()),
            (Encoding::Utf8Twice, Ok(text)) => repaired(text).map_or(Cow::Borrowed(text), Cow::Owned),
            (_, Ok(text)) => Cow::Borrowed(text),
            (_, Err(_)) => String::from_utf8_lossy(bytes),
        }
    }
}

fn windows_1252(byte: u8) -> char {
    byte.checked_sub(0x80).and_then(|place| WINDOWS_1252.get(usize::from(place))).copied().unwrap_or(char::from(byte))
}

/// Text that was encoded twice as it was before; `None` where it was not, or not all of it.
pub fn repaired(text: &str) -> Option<String> {
    let byte = |character: char| match WINDOWS_1252.iter().position(|known| *known == character) {
        Some(place) if character != '\u{FFFD}' => Some(0x80 + place as u8),
        // The holes of the table stand for themselves.
        _ => u8::try_from(character).ok(),
    };
    let bytes: Vec<u8> = text.chars().map(byte).collect::<Option<_>>()?;
    String::from_utf8(bytes).ok().filter(|repaired| repaired != text)
}

/// Rewrites UTF-16 as UTF-8; a unit or a pair that is split over two chunks is carried.
#[derive(Debug)]
pub(crate) struct Transcoder {
    big_endian: bool,
    odd_byte: Option<u8>,
    high_surrogate: Option<u16>,
    text: Vec<u8>,
}

impl Transcoder {
    /// A transcoder for an encoding that needs one.
    pub(crate) fn new(encoding: Encoding) -> Option<Transcoder> {
        let big_endian = match encoding {
            Encoding::Utf16Le => false,
            Encoding::Utf16Be => true,
            Encoding::Utf8 | Encoding::Windows1252 | Encoding::Utf8Twice => return None,
        };
        Some(Transcoder { big_endian, odd_byte: None, high_surrogate: None, text: Vec::new() })
    }

    /// The next chunk as UTF-8.
    pub(crate) fn push(&mut self, chunk: &[u8]) -> &[u8] {
        self.text.clear();
        let mut bytes = chunk;
        if let (Some(first), Some((second, rest))) = (self.odd_byte, chunk.split_first()) {
            self.odd_byte = None;
            bytes = rest;
            self.unit([first, *second]);
        }
        let (units, odd) = bytes.as_chunks::<2>();
        for unit in units {
            self.unit(*unit);
        }
        if let Some(byte) = odd.first() {
            self.odd_byte = Some(*byte);
        }
        &self.text
    }

    /// What is left at the end of the file: half a character is one that cannot be read.
    pub(crate) fn finish(&mut self) -> &[u8] {
        self.text.clear();
        if self.odd_byte.take().is_some() || self.high_surrogate.take().is_some() {
            self.character(char::REPLACEMENT_CHARACTER);
        }
        &self.text
    }

    fn unit(&mut self, bytes: [u8; 2]) {
        let unit = if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) };
        if let (Some(high), 0xDC00..=0xDFFF) = (self.high_surrogate, unit) {
            self.high_surrogate = None;
            let point = 0x10000 + (u32::from(high & 0x3FF) << 10 | u32::from(unit & 0x3FF));
            self.character(char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER));
            return;
        }
        if self.high_surrogate.take().is_some() {
            self.character(char::REPLACEMENT_CHARACTER);
        }
        match unit {
            0..0x80 => self.text.push(unit as u8),
            0xD800..=0xDBFF => self.high_surrogate = Some(unit),
            _ => self.character(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER)),
        }
    }

    fn character(&mut self, character: char) {
        self.text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

/// Where text was encoded twice: `ä` that became `Ã¤`, `€` that became `â‚¬`. Returns the place of the first.
pub(crate) fn find_double_encoding(bytes: &[u8], encoding: Encoding) -> Option<usize> {
    if encoding == Encoding::Utf8Twice {
        return None;
    }
    const AS_UTF8: [&str; 5] = ["Ã¤", "Ã¶", "Ã¼", "ÃŸ", "â‚¬"];
    const AS_WINDOWS_1252: [&[u8]; 5] = [b"\xC3\xA4", b"\xC3\xB6", b"\xC3\xBC", b"\xC3\x9F", b"\xE2\x82\xAC"];
    let lead = |byte: &u8| matches!(byte, 0xC3 | 0xE2);
    bytes.iter().enumerate().filter(|(_, byte)| lead(byte)).map(|(place, _)| place).find(|place| {
        let rest = bytes.get(*place..).unwrap_or_default();
        match encoding {
            Encoding::Windows1252 => AS_WINDOWS_1252.iter().any(|pattern| rest.starts_with(pattern)),
            _ => AS_UTF8.iter().any(|pattern| rest.starts_with(pattern.as_bytes())),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoding(head: &[u8]) -> (Encoding, bool) {
        let found = detect(head, true, None);
        (found.encoding, found.guessed)
    }

    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(encoding("Währung".as_bytes()), (Encoding::Utf8, false));
        assert_eq!(encoding(b"\xEF\xBB\xBFa"), (Encoding::Utf8, false));
        assert_eq!(encoding(b"\xFF\xFEa\0"), (Encoding::Utf16Le, false));
        assert_eq!(encoding(b"\xFE\xFF\0a"), (Encoding::Utf16Be, false));
        assert_eq!(encoding(b"a\0b\0c\0"), (Encoding::Utf16Le, true));
        assert_eq!(encoding(b"\0a\0b\0c"), (Encoding::Utf16Be, true));
        assert_eq!(encoding(b"W\xE4hrung"), (Encoding::Windows1252, true));
    }

    #[test]
    fn windows_1252_has_its_own_euro() {
        assert_eq!(Encoding::Windows1252.decode(b"j\xE4hrlich 5 \x80 \x81"), "jährlich 5 € \u{FFFD}");
    }

    #[test]
    fn utf16_survives_any_split() {
        let text = "Kunde\tä€😀\n";
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for split in 0..bytes.len() {
            let mut transcoder = Transcoder::new(Encoding::Utf16Le).expect("UTF-16");
            let mut read = transcoder.push(&bytes[..split]).to_vec();
            read.extend_from_slice(transcoder.push(&bytes[split..]));
            read.extend_from_slice(transcoder.finish());
            assert_eq!(String::from_utf8(read).expect("UTF-8"), text);
        }
    }

    #[test]
    fn what_was_encoded_twice_is_what_it_was() {
        let twice = |text: &str| -> String {
            let hole =
                |byte: u8| Some(windows_1252(byte)).filter(|known| *known != '\u{FFFD}').unwrap_or(char::from(byte));
            text.bytes().map(hole).collect()
        };
        // “Á” and “Ï” have bytes that Windows-1252 has no characters for.
        for text in ["Müller", "€ 5,00", "„Žižka“ — 日本", "Á Ï", "😀"] {
            assert_eq!(repaired(&twice(text)).as_deref(), Some(text));
            assert_eq!(Encoding::Utf8Twice.decode(twice(text).as_bytes()), text);
        }
        // Text that was encoded once, or that is not all of it the same, stays.
        for text in ["Muller", "Müller", "MÃ¼ller und 日本", "Ã"] {
            assert_eq!(repaired(text), None, "{text}");
            assert_eq!(Encoding::Utf8Twice.decode(text.as_bytes()), text);
        }
        let marked = detect(b"\xEF\xBB\xBFa", true, Some(Encoding::Utf8Twice));
        assert_eq!((marked.encoding, marked.mark), (Encoding::Utf8Twice, 3));
    }

    #[test]
    fn names_read_back() {
        for encoding in
            [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Windows1252, Encoding::Utf8Twice]
        {
            let name = serde_json::to_value(encoding).expect("a name");
            assert_eq!(Encoding::parse(name.as_str().expect("text")), Some(encoding));
        }
        assert_eq!(Encoding::parse("latin-1"), None);
    }

    #[test]
    fn double_encoding_is_seen() {
        assert_eq!(find_double_encoding("Kunde;MÃ¼ller".as_bytes(), Encoding::Utf8), Some(7));
        assert_eq!(find_double_encoding("Kunde;Müller".as_bytes(), Encoding::Utf8), None);
    }
}

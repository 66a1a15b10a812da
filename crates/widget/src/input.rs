//! What the shim says: names and values.

/// Everything that a turn may know.
#[derive(Clone, Copy)]
pub(crate) struct Input<'a>(&'a str);

impl<'a> Input<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Input(text)
    }

    /// All pairs, the more important ones first.
    pub(crate) fn pairs(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let mut rest = self.0;
        core::iter::from_fn(move || {
            let record;
            (record, rest) = cut(rest, 0x1e);
            (!record.is_empty()).then(|| cut(record, 0x1f))
        })
    }

    /// The first value of this name, also an empty one.
    pub(crate) fn get(self, name: &str) -> Option<&'a str> {
        self.pairs().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The value, empty where there is none.
    pub(crate) fn text(self, name: &str) -> &'a str {
        self.get(name).unwrap_or_default()
    }

    /// The whole number that the value begins with.
    pub(crate) fn number(self, name: &str) -> Option<u32> {
        number(self.text(name))
    }
}

/// The text before and after the first occurrence of an ASCII character; nothing is after one that does not occur. The
/// standard library's `split_once` brings a search by machine words along.
pub(crate) fn cut(text: &str, at: u8) -> (&str, &str) {
    let end = text.bytes().position(|byte| byte == at).unwrap_or(text.len());
    (text.get(..end).unwrap_or_default(), text.get(end + 1..).unwrap_or_default())
}

/// The whole number that a text begins with, as large as it can be held.
pub(crate) fn number(text: &str) -> Option<u32> {
    let mut found = None;
    for digit in text.chars().map_while(|character| character.to_digit(10)) {
        found = Some(found.unwrap_or(0_u32).saturating_mul(10).saturating_add(digit));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_counts() {
        let input = Input::new("a\u{1f}1\u{1e}a\u{1f}2\u{1e}b\u{1f}\u{1e}rest\u{1e}");
        assert_eq!(input.get("a"), Some("1"));
        assert_eq!(input.get("b"), Some(""));
        assert_eq!(input.get("rest"), Some(""));
        assert_eq!(input.get("none"), None);
        assert_eq!(input.text("none"), "");
    }

    #[test]
    fn numbers_are_read_as_far_as_they_go() {
        for (text, expected) in
            [("12", Some(12)), ("30 days", Some(30)), ("", None), ("-1", None), ("99999999999", Some(u32::MAX))]
        {
            assert_eq!(number(text), expected, "{text}");
        }
    }
}

//! An answer as it travels: one JSON object (RFC 8259), bounded in size.

use alloc::string::String;

use crate::{Kind, Scale};

/// The most characters of a comment.
pub const COMMENT_LIMIT: usize = 4_000;
/// The most characters of a name or an identifier.
const NAME_LIMIT: usize = 200;
/// The most characters of a page's address.
const ADDRESS_LIMIT: usize = 2_000;
/// The most hidden fields; with the other limits an answer stays below 64 KiB.
const FIELD_LIMIT: usize = 20;

/// An answer to a survey.
#[derive(Clone, Copy, Debug)]
pub struct Response<'a> {
    /// The UUID under which it is stored once, however often it arrives.
    pub id: &'a str,
    /// The survey's name.
    pub survey: &'a str,
    /// What was asked.
    pub kind: Kind,
    /// The scale and the score that was chosen on it; `None` for an open question.
    pub score: Option<(Scale, u32)>,
    /// What the person wrote; left out when empty.
    pub comment: &'a str,
    /// ISO 8601, UTC.
    pub answered_at: &'a str,
    /// ISO 8601, UTC.
    pub shown_at: &'a str,
    /// The language of the questions.
    pub locale: &'a str,
    /// Who answered, where the page says so.
    pub customer: Option<&'a str>,
    /// The customer's segment, where the page says so.
    pub segment: Option<&'a str>,
    /// The page's address, only if asked for.
    pub page: Option<&'a str>,
    /// Hidden fields, names and values.
    pub meta: &'a [(&'a str, &'a str)],
    /// Whether the person may still complete it.
    pub partial: bool,
    /// The version of what asked.
    pub widget: &'a str,
}

/// Whether a character is text: line feeds are, other control characters are not.
pub fn plain(character: char) -> bool {
    character == '\n' || !character.is_control()
}

impl Response<'_> {
    /// The JSON object.
    pub fn to_json(&self) -> String {
        let mut json = String::from("{\"schema\":\"keeprate.response/1\"");
        field(&mut json, "id", self.id, NAME_LIMIT);
        field(&mut json, "survey", self.survey, NAME_LIMIT);
        field(&mut json, "kind", self.kind.name(), NAME_LIMIT);
        if let Some((scale, score)) = self.score {
            json.push_str(",\"scale\":{\"min\":");
            push_number(&mut json, scale.min);
            json.push_str(",\"max\":");
            push_number(&mut json, scale.max);
            json.push_str("},\"score\":");
            push_number(&mut json, score);
        }
        if !self.comment.is_empty() {
            field(&mut json, "comment", self.comment, COMMENT_LIMIT);
        }
        field(&mut json, "answered_at", self.answered_at, NAME_LIMIT);
        field(&mut json, "shown_at", self.shown_at, NAME_LIMIT);
        field(&mut json, "locale", self.locale, NAME_LIMIT);
        for (name, value, limit) in [
            ("customer", self.customer, NAME_LIMIT),
            ("segment", self.segment, NAME_LIMIT),
            ("page", self.page, ADDRESS_LIMIT),
        ] {
            if let Some(value) = value {
                field(&mut json, name, value, limit);
            }
        }
        json.push_str(",\"meta\":{");
        for (index, (name, value)) in self.meta.iter().take(FIELD_LIMIT).enumerate() {
            if index > 0 {
                json.push(',');
            }
            string(&mut json, name, NAME_LIMIT);
            json.push(':');
            string(&mut json, value, NAME_LIMIT);
        }
        json.push_str("},\"partial\":");
        json.push_str(if self.partial { "true" } else { "false" });
        field(&mut json, "widget", self.widget, NAME_LIMIT);
        json.push('}');
        json
    }
}

fn field(json: &mut String, name: &str, value: &str, limit: usize) {
    json.push(',');
    string(json, name, limit);
    json.push(':');
    string(json, value, limit);
}

/// Appends a JSON string of at most `limit` characters of text.
fn string(json: &mut String, text: &str, limit: usize) {
    json.push('"');
    for character in text.chars().filter(|character| plain(*character)).take(limit) {
        match character {
            '"' | '\\' => json.push('\\'),
            '\n' => json.push_str("\\n"),
            _ => {}
        }
        if character != '\n' {
            json.push(character);
        }
    }
    json.push('"');
}

/// Appends a number in decimal digits.
pub fn push_number(text: &mut String, number: u32) {
    if number >= 10 {
        push_number(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn numbers_are_written_as_the_standard_library_writes_them() {
        for number in [0, 1, 9, 10, 100, 101, 3_600, 1_795_300_000, u32::MAX] {
            let mut text = String::new();
            push_number(&mut text, number);
            assert_eq!(text, number.to_string());
        }
    }
}

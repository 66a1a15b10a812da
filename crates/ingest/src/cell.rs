//! What a person means by a cell: without quotes, tricks and outer spaces (metrics.md 6.4).

use keeprate_columns::row::Field;
use std::borrow::Cow;

use crate::encoding::Encoding;
use crate::headers;
use crate::records::unquote;

/// The text of a field.
pub(crate) fn text(field: Field<'_>, encoding: Encoding) -> String {
    match unquote(field.bytes()) {
        Cow::Borrowed(bytes) => clean(&encoding.decode(bytes)).to_owned(),
        Cow::Owned(bytes) => clean(&encoding.decode(&bytes)).to_owned(),
    }
}

/// Takes off what keeps text text in a spreadsheet: `="00123"` and `'00123` are `00123`, and `'=1+1` is `=1+1`, also
/// where it was us who put the apostrophe there (metrics.md 6.10).
pub(crate) fn clean(text: &str) -> &str {
    let text = headers::trim(text);
    if let Some(inner) = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        return headers::trim(inner);
    }
    match text.strip_prefix('\'') {
        Some(rest)
            if rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '=' | '-' | '@' | '\t' | '\r')) =>
        {
            rest
        }
        _ => text,
    }
}

/// Whether a raw field is the trick `="..."`, whose quotes are in order although they stand in mid-field.
pub(crate) fn is_text_trick(raw: &[u8]) -> bool {
    raw.strip_prefix(b"=\"").and_then(|rest| rest.strip_suffix(b"\"")).is_some_and(|inner| !inner.contains(&b'"'))
}

/// Whether a cell says "nothing".
pub(crate) fn is_empty_marker(text: &str) -> bool {
    matches!(text, "" | "-" | "–")
        || (text.len() <= 13
            && text.starts_with(['n', 'N', 'k', 'K'])
            && matches!(
                text.to_ascii_lowercase().as_str(),
                "n/a" | "na" | "null" | "none" | "k.a." | "k. a." | "keine angabe"
            ))
}

/// Whether a cell is an error of a spreadsheet.
pub(crate) fn is_excel_error(text: &str) -> bool {
    text.starts_with('#')
        && matches!(
            text.to_ascii_uppercase().as_str(),
            "#NV" | "#N/A" | "#WERT!" | "#VALUE!" | "#BEZUG!" | "#REF!" | "#DIV/0!" | "#NAME?" | "#ZAHL!" | "#NUM!"
        )
}

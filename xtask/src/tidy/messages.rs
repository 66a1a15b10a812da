//! Every message is used. A message is declared in a table in `src/i18n/`, as `name` or
//! `name(arguments)` before a group with `en:` and `de:`.

use std::collections::HashSet;

use super::{Finding, rust};
use crate::source::{SourceFile, code_only, is_word, words};

const FOLDER: &str = "src/i18n/";
/// The languages, as a message names them.
const ARMS: [&str; 2] = ["en", "de"];

/// The number of messages and those that nothing uses, or `None` when there is no message at all.
pub(super) fn check(files: &[SourceFile]) -> Option<(usize, Vec<Finding>)> {
    let tables: Vec<_> = rust(files)
        .filter(|file| file.path.starts_with(FOLDER))
        .map(|file| (file, without_macro_definitions(&code_only(&file.text))))
        .collect();
    let app: Vec<_> = rust(files)
        .filter(|file| file.path.starts_with("src/") && !file.path.starts_with(FOLDER))
        .map(|file| code_only(&file.text))
        .collect();

    let mut used: HashSet<&str> = app.iter().flat_map(|code| words(code)).collect();
    // Within the tables a name stands where it is declared; a use has a dot or colons before it.
    used.extend(tables.iter().flat_map(|(_, code)| uses(code)));

    let mut count = 0;
    let mut findings = Vec::new();
    for (file, code) in &tables {
        for (name, line) in declarations(code) {
            count += 1;
            if !used.contains(name) {
                findings.push(Finding {
                    path: file.path.clone(),
                    line,
                    text: format!("message `{name}` is not used, remove it or show it"),
                });
            }
        }
    }
    (count > 0).then_some((count, findings))
}

/// `code` with the bodies of `macro_rules!` blanked out: what they match looks like a message.
fn without_macro_definitions(code: &str) -> String {
    let mut rest = code;
    let mut kept = String::with_capacity(code.len());
    while let Some(at) = rest.find("macro_rules!") {
        let (before, definition) = rest.split_at(at);
        let (body, after) = definition.split_at(end_of_group(definition));
        kept.push_str(before);
        kept.extend(body.chars().map(|character| if character == '\n' { '\n' } else { ' ' }));
        rest = after;
    }
    kept + rest
}

/// Where the first group of braces in `code` ends.
fn end_of_group(code: &str) -> usize {
    let mut depth = 0_usize;
    for (index, character) in code.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth <= 1 => return index + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

/// Words after a dot or a double colon.
fn uses(code: &str) -> impl Iterator<Item = &str> {
    code.split(['.', ':']).skip(1).filter_map(|rest| {
        let end = rest.find(|character| !is_word(character)).unwrap_or(rest.len());
        (end > 0).then(|| &rest[..end])
    })
}

/// The declared names with their line numbers. The arm that comes first has the name before it, the
/// other one has that arm's value.
fn declarations(code: &str) -> Vec<(&str, usize)> {
    let mut found: Vec<_> = ARMS
        .iter()
        .flat_map(|arm| code.match_indices(arm))
        .filter(|&(at, arm)| is_arm(code, at, arm))
        .filter_map(|(at, _)| name_before(&code[..at]))
        .filter(|(name, _)| !ARMS.contains(name))
        .map(|(name, start)| (name, code[..start].matches('\n').count() + 1))
        .collect();
    found.sort_by_key(|&(_, line)| line);
    found
}

/// Whether the arm at this place is a word of its own with one colon after it.
fn is_arm(code: &str, at: usize, arm: &str) -> bool {
    let after = code[at + arm.len()..].trim_start();
    !code[..at].ends_with(is_word) && after.starts_with(':') && !after.starts_with("::")
}

/// The name in front of `name {`, `name(arguments) {`, `name =>` and the like, and where it starts.
fn name_before(code: &str) -> Option<(&str, usize)> {
    let mut head = code
        .trim_end_matches(|character: char| character.is_whitespace() || matches!(character, '{' | '=' | '>' | ':'));
    if head.ends_with(')') {
        head = head[..opening_parenthesis(head)?].trim_end();
    }
    let start = head.char_indices().rev().take_while(|(_, character)| is_word(*character)).last()?.0;
    Some((&head[start..], start))
}

/// Where the parenthesis that closes at the end of `text` opens.
fn opening_parenthesis(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, character) in text.char_indices().rev() {
        match character {
            ')' => depth += 1,
            '(' => {
                depth -= 1;
                if depth == 0 {
                    return Some(index);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = r#"
        macro_rules! messages { ($($name:ident $args:tt { en: $en:expr, de: $de:expr })*) => {} }
        messages! {
            open_file { en: "Open: file", de: "Datei öffnen" }
            rows_read(count: usize, of: (u8, u8)) => { en: format!("{count}"), de: "" }
            plain => { de: "", en: "when: now" }
        }
    "#;

    #[test]
    fn names_are_found_in_several_forms() {
        let code = without_macro_definitions(&code_only(TABLE));
        let found = declarations(&code);
        assert_eq!(found, [("open_file", 4), ("rows_read", 5), ("plain", 6)]);
    }

    #[test]
    fn unused_messages_are_findings() {
        let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
        let files = [
            file("src/i18n/messages.rs", TABLE),
            file("src/i18n/format.rs", "fn rows(m: M) { m.rows_read(1) }"),
            file("src/pages/home.rs", "fn home() { m.open_file() } // plain"),
        ];
        let (count, findings) = check(&files).unwrap();
        assert_eq!(count, 3);
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].line, findings[0].path.as_str()), (6, "src/i18n/messages.rs"));
    }

    #[test]
    fn no_table_is_no_check() {
        assert!(check(&[]).is_none());
    }
}

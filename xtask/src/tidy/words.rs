//! Text that must not be committed.

use super::Finding;
use crate::source::{SourceFile, is_word};

/// Left-over marks. Each literal here is cut in two, or this file would find itself.
const MARKS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("dbg", "!"), concat!("todo", "!")];

/// Hosts of package registries: they differ from machine to machine, and lock files work without.
const HOSTS: &[&str] = &[
    concat!("registry.npm", "js.org"),
    concat!("registry.yarn", "pkg.com"),
    concat!("index.crates", ".io"),
    concat!("static.crates", ".io"),
    concat!("deb.deb", "ian.org"),
    concat!("files.python", "hosted.org"),
    concat!("py", "pi.org"),
];

/// Folders of one machine.
const FOLDERS: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/")];

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    files.iter().flat_map(check_file).collect()
}

fn check_file(file: &SourceFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let mut report = |text: String| {
            findings.push(Finding { path: file.path.clone(), line: index + 1, text });
        };
        for mark in MARKS.iter().filter(|mark| stands_alone(line, mark)) {
            report(format!("`{mark}` is left over, do it or file an issue"));
        }
        for host in HOSTS.iter().filter(|host| line.contains(**host)) {
            report(format!("{host} is a registry's host, leave the address out"));
        }
        for folder in FOLDERS.iter().filter(|folder| stands_alone(line, folder)) {
            report(format!("{folder} is a folder of one machine, use a relative path"));
        }
    }
    findings
}

/// Whether `text` occurs in `line` without being the middle of a longer word or path.
fn stands_alone(line: &str, text: &str) -> bool {
    line.match_indices(text).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + text.len()..].chars().next();
        // A folder is no shorter for what follows it; a word is.
        let open_end = text.ends_with(['/', '!']) || !after.is_some_and(is_word);
        open_end && !before.is_some_and(|before| is_word(before) || matches!(before, '.' | '-' | '/' | '*'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str) -> usize {
        let (path, text) = ("README.md".to_owned(), line.to_owned());
        check_file(&SourceFile { path, text }).len()
    }

    #[test]
    fn marks_are_found() {
        assert_eq!(check(concat!("// TO", "DO: more")), 1);
        assert_eq!(check(concat!("let a = dbg", "!(b);")), 1);
        assert_eq!(check(concat!("MASTO", "DON")), 0);
    }

    #[test]
    fn machines_are_found() {
        assert_eq!(check(concat!("see /wo", "rk/main")), 1);
        assert_eq!(check(concat!("a frame", "/wo", "rk/main")), 0);
        assert_eq!(check(concat!("\"https://registry.npm", "js.org/yew\"")), 1);
    }
}

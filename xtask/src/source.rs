//! The project's text files, and Rust source as its compiler sees it: without comments and strings.

use anyhow::{Context, Result};

use crate::run::{command, output, root};

/// A text file of the project.
pub(crate) struct SourceFile {
    /// Relative to the root, with forward slashes.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Every text file that git tracks or would add, in the order of their paths.
pub(crate) fn project_files() -> Result<Vec<SourceFile>> {
    let listed = output(command("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))
        .context("git could not list the project's files")?;
    let mut paths: Vec<&str> = listed.split_terminator('\0').collect();
    paths.sort_unstable();
    paths.dedup();
    Ok(paths
        .into_iter()
        .filter_map(|path| {
            // Pictures are no text, and a file may be deleted and not yet committed as such.
            let text = std::fs::read_to_string(root().join(path)).ok()?;
            let path = path.to_owned();
            Some(SourceFile { path, text })
        })
        .collect())
}

/// `text` with every comment, string and character literal blanked out: the same length in
/// characters, the same lines, so that positions stay true.
pub(crate) fn code_only(text: &str) -> String {
    let mut scanner = Scanner { source: text.chars().collect(), at: 0, code: String::with_capacity(text.len()) };
    while let Some(&character) = scanner.source.get(scanner.at) {
        match character {
            '/' if scanner.peek(1) == Some('/') => scanner.blank_while(|character| character != '\n'),
            '/' if scanner.peek(1) == Some('*') => scanner.blank_block_comment(),
            '"' => scanner.blank_string(),
            'r' if !scanner.in_identifier() => scanner.blank_raw_string(),
            '\'' => scanner.blank_character(),
            _ => scanner.keep(),
        }
    }
    scanner.code
}

struct Scanner {
    source: Vec<char>,
    at: usize,
    code: String,
}

impl Scanner {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.source.get(self.at + ahead).copied()
    }

    /// Whether the character before this one belongs to the same word.
    fn in_identifier(&self) -> bool {
        // `br"..."` is a raw string too.
        let before = self.at.checked_sub(1).and_then(|at| self.source.get(at));
        before.is_some_and(|character| is_word(*character) && *character != 'b')
    }

    fn keep(&mut self) {
        self.code.extend(self.peek(0));
        self.at += 1;
    }

    fn blank(&mut self) {
        let line_end = self.peek(0) == Some('\n');
        self.code.push(if line_end { '\n' } else { ' ' });
        self.at += 1;
    }

    fn blank_while(&mut self, condition: impl Fn(char) -> bool) {
        while self.peek(0).is_some_and(&condition) {
            self.blank();
        }
    }

    /// Block comments nest in Rust.
    fn blank_block_comment(&mut self) {
        let mut depth = 0_usize;
        while let Some(character) = self.peek(0) {
            match (character, self.peek(1)) {
                ('/', Some('*')) => {
                    depth += 1;
                    self.blank();
                }
                ('*', Some('/')) => {
                    depth -= 1;
                    self.blank();
                }
                _ => {}
            }
            self.blank();
            if depth == 0 {
                return;
            }
        }
    }

    fn blank_string(&mut self) {
        self.blank();
        while let Some(character) = self.peek(0) {
            if character == '\\' && self.peek(1).is_some() {
                self.blank();
            }
            self.blank();
            if character == '"' {
                return;
            }
        }
    }

    fn blank_raw_string(&mut self) {
        let hashes = (1..).take_while(|&ahead| self.peek(ahead) == Some('#')).count();
        if self.peek(1 + hashes) != Some('"') {
            return self.keep();
        }
        for _ in 0..hashes + 2 {
            self.blank();
        }
        while self.peek(0).is_some() {
            let ends = self.peek(0) == Some('"') && (1..=hashes).all(|ahead| self.peek(ahead) == Some('#'));
            self.blank();
            if ends {
                return (0..hashes).for_each(|_| self.blank());
            }
        }
    }

    /// A character literal, or else the quote of a lifetime, which stays.
    fn blank_character(&mut self) {
        let length = match (self.peek(1), self.peek(2)) {
            (Some('\\'), _) => (3..).find(|&ahead| matches!(self.peek(ahead), Some('\'') | None)),
            (Some(_), Some('\'')) => Some(2),
            _ => None,
        };
        match length {
            Some(length) => (0..=length).for_each(|_| {
                if self.peek(0).is_some() {
                    self.blank();
                }
            }),
            None => self.keep(),
        }
    }
}

/// The words of a line: runs of letters, digits and underscores.
pub(crate) fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|character| !is_word(character)).filter(|word| !word.is_empty())
}

pub(crate) fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let code = code_only(text);
        assert_eq!(code.chars().count(), text.chars().count());
        assert_eq!(code.split_whitespace().collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn comments_are_blanked() {
        check("a // b\nc /* d /* e */ f */ g", "a c g");
    }

    #[test]
    fn strings_are_blanked() {
        check(r##"a "b \" // c" d r#"e " f"# g br"h" i"##, "a d g b i");
    }

    #[test]
    fn characters_are_blanked_and_lifetimes_stay() {
        check(r"a '\'' b '/' c &'d e '\u{7f}' f", "a b c &'d e f");
    }
}

//! A statement as text: a head of comments, one part after the other with a line that says what it holds, the result.

use crate::format::pick;
use crate::metrics::{formula, in_language};
use keeprate_ingest::Language;
use keeprate_metrics::catalogue::{Key, definition};

/// Columns that a comment may take.
const WIDTH: usize = 98;

/// A sentence in both languages: English, German.
pub(crate) type Sentence<'a> = (&'a str, &'a str);

/// Collects the text of a statement.
pub(crate) struct Statement {
    language: Language,
    text: String,
    parts: usize,
}

impl Statement {
    /// Begins with what the statement is about and the definition of each metric.
    pub(crate) fn new(language: Language, title: Sentence<'_>, table: &str, metrics: &[Key]) -> Statement {
        let mut statement = Statement { language, text: String::new(), parts: 0 };
        let from = statement.pick(("from", "aus"));
        statement.comment("", &format!("{}, {from} {table}", statement.pick(title)));
        for key in metrics {
            let definition = definition(*key);
            statement.text.push_str("--\n");
            statement.comment("", &format!("{}: {}", key.name(), in_language(language, definition.name)));
            statement.comment("  ", &formula(definition.formula, language));
            statement.comment("  ", in_language(language, definition.meaning));
            statement.comment("  ", &format!("{}: {}", statement.pick(("Source", "Quelle")), definition.source));
        }
        statement.text.push_str("--\n");
        statement
    }

    fn pick<'a>(&self, (english, german): Sentence<'a>) -> &'a str {
        pick(self.language, english, german)
    }

    /// A remark of the head.
    pub(crate) fn remark(&mut self, sentence: Sentence<'_>) {
        self.comment("", self.pick(sentence));
    }

    /// A named part, with what it holds.
    pub(crate) fn part(&mut self, name: &str, holds: Sentence<'_>, select: &str) {
        self.text.push_str(if self.parts == 0 { "WITH\n" } else { ",\n" });
        self.parts += 1;
        self.comment("", self.pick(holds));
        self.text.push_str(&format!("{name} AS (\n"));
        for line in select.trim_matches('\n').lines() {
            self.text.push_str("  ");
            self.text.push_str(line);
            self.text.push('\n');
        }
        self.text.push(')');
    }

    /// The whole text, with the result at its end.
    pub(crate) fn result(self, columns: &[String], from: &str) -> String {
        let Statement { text, .. } = self;
        format!("{text}\nSELECT\n  {}\n{};\n", columns.join(",\n  "), from.trim_matches('\n'))
    }

    /// Adds comment lines, broken between words.
    fn comment(&mut self, indent: &str, text: &str) {
        let mut line = String::new();
        for word in text.split(' ') {
            if !line.is_empty() && line.chars().count() + word.chars().count() >= WIDTH - indent.len() {
                self.text.push_str(&format!("-- {indent}{line}\n"));
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.text.push_str(&format!("-- {indent}{line}\n"));
    }
}

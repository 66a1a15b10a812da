//! What words of a column mean, statuses and intervals (metrics.md 5.3): as we know them, or as a person says.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::diagnosis::Language;
use crate::fields::{Field, Shape};
use crate::headers::normalize;

/// A word of a column, and what it is taken for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Word {
    /// The column's header.
    pub header: String,
    /// What the column holds.
    pub field: Field,
    /// The word as the file has it first.
    pub text: String,
    /// What it means, one of [`meanings`] or a number of days, weeks, months or years; `None` if that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meaning: Option<String>,
    /// How many rows have it.
    pub count: u64,
    /// What it can mean, for whoever has not the texts of all meanings.
    #[serde(skip)]
    pub can_mean: Vec<Meaning>,
}

/// What a word can mean.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Meaning {
    /// The word that means it in every file, one of [`meanings`] or a number of days, weeks, months or years.
    pub word: String,
    /// Its name in English and in German.
    names: (String, String),
}

impl Meaning {
    fn of(word: &str) -> Meaning {
        let (english, german) = match word {
            "active" => ("active", "aktiv"),
            "trial" => ("on trial", "in der Testphase"),
            "non renewing" => ("active until the end of what is paid", "aktiv bis zum Ende des Bezahlten"),
            "paused" => ("paused", "pausiert"),
            "ended" => ("ended", "beendet"),
            "draft" => ("never active", "nie aktiv"),
            "paid" => ("paid", "bezahlt"),
            "refunded" => ("refunded", "erstattet"),
            "open" => ("not paid yet", "noch nicht bezahlt"),
            "failed" => ("failed, does not count", "fehlgeschlagen, zählt nicht"),
            "yes" => ("has left", "abgewandert"),
            "no" => ("has stayed", "geblieben"),
            "month" => ("monthly", "monatlich"),
            "quarter" => ("quarterly", "vierteljährlich"),
            "half year" => ("half-yearly", "halbjährlich"),
            "year" => ("yearly", "jährlich"),
            "week" => ("weekly", "wöchentlich"),
            "day" => ("daily", "täglich"),
            "once" => ("once", "einmalig"),
            _ => {
                let (count, unit) = word.split_once(' ').unwrap_or_default();
                let german = match unit {
                    "months" => "Monate",
                    "weeks" => "Wochen",
                    "days" => "Tage",
                    _ => "Jahre",
                };
                let names = (["every ", word].concat(), ["alle ", count, " ", german].concat());
                return Meaning { word: word.to_owned(), names };
            }
        };
        Meaning { word: word.to_owned(), names: (english.to_owned(), german.to_owned()) }
    }

    /// What to call it.
    pub fn name(&self, language: Language) -> &str {
        if language == Language::De { &self.names.1 } else { &self.names.0 }
    }
}

/// The words of a file.
#[derive(Debug, Default)]
pub(crate) struct Words {
    words: Vec<(String, Word)>,
}

/// How many words of a file are listed.
const MOST_WORDS: usize = 50;

/// What words of a field can mean, each a word that means it; none for other fields.
pub fn meanings(shape: Shape, field: Field) -> &'static [&'static str] {
    match (shape, field) {
        (Shape::Subscriptions, Field::Status) => &["active", "trial", "non renewing", "paused", "ended", "draft"],
        (Shape::Subscriptions, Field::Interval) => &["month", "quarter", "half year", "year", "week", "day", "once"],
        (Shape::Transactions, Field::Status) => &["paid", "refunded", "open", "failed"],
        (Shape::CustomerStatus, Field::Churned) => &["yes", "no"],
        _ => &[],
    }
}

/// A word that means what a person says that this one does.
pub(crate) fn chosen<'a>(choices: &'a [(String, String)], text: &str, known: &[&str]) -> Option<&'a str> {
    if choices.is_empty() {
        return None;
    }
    let words = normalize(text).words;
    let is_it =
        |(word, meaning): &&(String, String)| known.contains(&meaning.as_str()) && normalize(word).words == words;
    choices.iter().find(is_it).map(|(_, meaning)| meaning.as_str())
}

impl Words {
    /// Counts a word of a column; `word` is asked for what is not known of it yet.
    pub(crate) fn count(&mut self, field: Field, text: &str, word: impl FnOnce() -> Word) {
        if let Some((_, known)) = self.words.iter_mut().find(|(known, word)| known == text && word.field == field) {
            known.count += 1;
        } else if self.words.len() < MOST_WORDS && !text.is_empty() {
            self.words.push((text.to_owned(), word()));
        }
    }

    /// All of them, those of a column together, words that mean the same in different spellings as one.
    pub(crate) fn all(self, shape: Shape) -> Vec<Word> {
        let mut all: Vec<Word> = Vec::new();
        for (_, word) in self.words {
            let same = |known: &&mut Word| {
                known.field == word.field && normalize(&known.text).words == normalize(&word.text).words
            };
            match all.iter_mut().find(same) {
                Some(known) => known.count += word.count,
                None => all.push(word),
            }
        }
        for word in &mut all {
            // "Every two weeks" is none of those to choose from.
            let beyond = word.meaning.as_deref().filter(|meaning| !meanings(shape, word.field).contains(meaning));
            let known = meanings(shape, word.field).iter().copied();
            word.can_mean = known.chain(beyond).map(Meaning::of).collect();
        }
        all.sort_by(|a, b| (&a.header, b.count, &a.text).cmp(&(&b.header, a.count, &b.text)));
        all
    }
}

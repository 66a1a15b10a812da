//! The sentences of a survey in German and English. A survey may replace each one under its name.

use alloc::string::String;

use crate::{Group, Kind};

/// A language that the default texts exist in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English, also where a language is unknown.
    English,
    /// German.
    German,
}

/// A sentence, and the name under which a survey replaces it.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// The attribute or the key in a definition.
    pub name: &'static str,
    /// English.
    pub en: &'static str,
    /// German.
    pub de: &'static str,
}

/// Stands for `{product}` where no product is named.
pub const PRODUCT: Text = Text { name: "product", en: "us", de: "uns" };
/// The button that sends.
pub const SEND: Text = Text { name: "send", en: "Send", de: "Absenden" };
/// The button that closes.
pub const CLOSE: Text = Text { name: "close", en: "Close", de: "Schließen" };
/// Stands behind a question that need not be answered.
pub const OPTIONAL: Text = Text { name: "optional", en: "optional", de: "freiwillig" };
/// What the person agrees to by sending; nothing unless a survey says so.
pub const CONSENT: Text = Text { name: "consent", en: "", de: "" };
/// The link to the privacy notice.
pub const PRIVACY: Text = Text { name: "privacy-text", en: "Privacy notice", de: "Datenschutzhinweis" };
/// The link below the thank-you.
pub const LINK: Text = Text { name: "link-text", en: "Continue", de: "Weiter" };
/// After an answer is stored.
pub const THANKS: Text =
    Text { name: "thanks", en: "Thank you for your answer.", de: "Vielen Dank für Ihre Antwort." };
/// Follows the thank-you while the collector cannot be reached.
pub const OFFLINE: Text = Text {
    name: "offline",
    en: "It is kept in this browser and will be sent once there is a connection.",
    de: "Sie ist in diesem Browser gespeichert und wird gesendet, sobald es eine Verbindung gibt.",
};
/// An answer that could neither be stored nor sent.
pub const ERROR: Text = Text {
    name: "error",
    en: "Your answer could not be sent. Please try again.",
    de: "Ihre Antwort konnte nicht gesendet werden. Bitte versuchen Sie es noch einmal.",
};
/// An open question that was sent without a word.
pub const EMPTY: Text = Text { name: "empty", en: "Please write an answer.", de: "Bitte schreiben Sie eine Antwort." };

impl Language {
    /// The language of a locale such as `de-AT`.
    pub fn of(locale: &str) -> Language {
        let mut letters = locale.bytes().map(|byte| byte | 0x20);
        let german = letters.next() == Some(b'd') && letters.next() == Some(b'e');
        if german && !letters.next().is_some_and(|byte| byte.is_ascii_lowercase()) {
            Language::German
        } else {
            Language::English
        }
    }
}

impl Text {
    /// The default sentence.
    pub fn in_language(self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::German => self.de,
        }
    }
}

impl Kind {
    /// The question.
    pub fn question(self) -> Text {
        let (en, de) = match self {
            Kind::Nps => (
                "How likely are you to recommend {product} to a friend or colleague?",
                "Wie wahrscheinlich ist es, dass Sie {product} weiterempfehlen?",
            ),
            Kind::Csat => ("How satisfied are you with {product}?", "Wie zufrieden sind Sie mit {product}?"),
            Kind::Ces => (
                "With {product} it was easy to do what I wanted to do.",
                "Mit {product} war es leicht, mein Anliegen zu erledigen.",
            ),
            Kind::Text => ("What would you like to see from {product}?", "Was wünschen Sie sich von {product}?"),
        };
        Text { name: "question", en, de }
    }

    /// What the lowest score means.
    pub fn low(self) -> Text {
        let (en, de) = match self {
            Kind::Csat => ("Very dissatisfied", "Sehr unzufrieden"),
            Kind::Ces => ("Strongly disagree", "Stimme gar nicht zu"),
            Kind::Nps | Kind::Text => ("Not at all likely", "Sehr unwahrscheinlich"),
        };
        Text { name: "low", en, de }
    }

    /// What the highest score means.
    pub fn high(self) -> Text {
        let (en, de) = match self {
            Kind::Csat => ("Very satisfied", "Sehr zufrieden"),
            Kind::Ces => ("Strongly agree", "Stimme voll zu"),
            Kind::Nps | Kind::Text => ("Extremely likely", "Sehr wahrscheinlich"),
        };
        Text { name: "high", en, de }
    }
}

impl Group {
    /// The open question that follows a score.
    pub fn follow_up(self) -> Text {
        let (en, de) = match self {
            Group::Promoter | Group::Satisfied => ("What do you like best?", "Was gefällt Ihnen am besten?"),
            Group::Passive => ("What could we do better?", "Was könnten wir besser machen?"),
            Group::Detractor | Group::Unsatisfied => {
                ("What should we improve first?", "Was sollten wir als Erstes verbessern?")
            }
            Group::Easy => ("What made it easy?", "Was hat es leicht gemacht?"),
            Group::Difficult => ("What made it difficult?", "Was hat es schwer gemacht?"),
        };
        Text { name: "follow-up", en, de }
    }
}

/// The template with every `{product}` replaced.
pub fn fill(template: &str, product: &str) -> String {
    let mut filled = String::new();
    // Looking for one character instead of the whole word saves the standard library's string search.
    for (index, part) in template.split('{').enumerate() {
        let rest = part.strip_prefix("product}").filter(|_| index > 0);
        if index > 0 {
            filled.push_str(if rest.is_some() { product } else { "{" });
        }
        filled.push_str(rest.unwrap_or(part));
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_have_a_language() {
        for (locale, expected) in [
            ("de", Language::German),
            ("DE-at", Language::German),
            ("de_CH", Language::German),
            ("den", Language::English),
            ("en-GB", Language::English),
            ("fr", Language::English),
            ("", Language::English),
            ("dé", Language::English),
        ] {
            assert_eq!(Language::of(locale), expected, "{locale}");
        }
    }

    #[test]
    fn the_product_is_filled_in_wherever_it_stands() {
        for (template, expected) in
            [("{product} and {product}", "A and A"), ("none", "none"), ("{produc} {product", "{produc} {product")]
        {
            assert_eq!(fill(template, "A"), expected);
        }
        // A product's name is text, not a template.
        assert_eq!(fill("{product}", "{product}"), "{product}");
    }
}

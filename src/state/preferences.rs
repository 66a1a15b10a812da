//! Language and theme: the only things that are remembered without being asked to.

use crate::i18n::Language;
use std::rc::Rc;
use yew::Reducible;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The word under which it is remembered.
    pub fn word(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The theme of a remembered word.
    pub fn parse(word: &str) -> Theme {
        match word {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }
    }
}

/// The slice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preferences {
    /// The language.
    pub language: Language,
    /// The theme.
    pub theme: Theme,
}

/// What can happen to the slice.
#[derive(Clone, Copy, Debug)]
pub enum Action {
    /// A language was chosen.
    Language(Language),
    /// A theme was chosen.
    Theme(Theme),
}

impl Reducible for Preferences {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        Rc::new(match action {
            Action::Language(language) => Preferences { language, ..*self },
            Action::Theme(theme) => Preferences { theme, ..*self },
        })
    }
}

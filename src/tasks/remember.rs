//! Preferences: remembered, and put into effect on the document.

use crate::i18n::{Language, Messages, preferred};
use crate::platform::{dom, storage};
use crate::state::preferences::{Preferences, Theme};

/// The remembered preferences; a first-time visitor gets the browser's language and the system's theme.
pub fn remembered() -> Preferences {
    let language = match storage::get("language").as_deref() {
        Some("de") => Language::De,
        Some("en") => Language::En,
        _ => preferred(dom::languages().iter().map(String::as_str)),
    };
    let theme = storage::get("theme").map_or(Theme::System, |word| Theme::parse(&word));
    Preferences { language, theme }
}

/// Puts preferences into effect.
pub fn apply(preferences: Preferences) {
    let messages = Messages { language: preferences.language };
    dom::set_language(messages.tag(), messages.document_title());
    dom::set_theme(preferences.theme);
}

/// Remembers preferences that were chosen.
pub fn remember(preferences: Preferences) {
    storage::set("language", Messages { language: preferences.language }.tag());
    storage::set("theme", preferences.theme.word());
}

//! How another product counts: which settings its preset changes, what they mean and where that is documented.

use crate::charts::table::table;
use crate::i18n::Messages;
use keeprate_metrics::conventions::Conventions;
use keeprate_metrics::presets::{Choice, PRESETS, Preset};
use yew::Html;

/// The preset of these conventions, if they are not the usual ones.
pub fn preset_of(conventions: &Conventions) -> Option<&'static Preset> {
    let usual = Conventions::default();
    PRESETS.iter().find(|preset| preset.conventions() == *conventions).filter(|_| *conventions != usual)
}

/// Its settings as a table.
pub fn choices(messages: Messages, preset: &Preset) -> Html {
    let row = |choice: &Choice| {
        let value = [choice.setting, " = ", choice.value].concat();
        vec![messages.text(choice.meaning).to_owned(), value, choice.source.to_owned()]
    };
    let headings = [messages.what_it_means(), messages.setting(), messages.source()];
    table(&headings, preset.choices.iter().map(row).collect())
}

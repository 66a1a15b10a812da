//! Copying text: a button, and beside it what became of it.

use crate::components::text::button;
use crate::i18n::Messages;
use crate::platform::files::copy;
use yew::{Callback, Html, UseStateHandle, html};

/// Copies the text when told to and remembers in `copied` whether that worked.
pub fn copying<Told: 'static>(text: String, copied: &UseStateHandle<Option<bool>>) -> Callback<Told> {
    let copied = copied.clone();
    Callback::from(move |_| {
        let copied = copied.clone();
        copy(text.clone(), Callback::from(move |done| copied.set(Some(done))));
    })
}

/// Says whether copying worked, nothing before it was tried.
pub fn outcome(messages: Messages, copied: Option<bool>) -> Html {
    let word = match copied {
        Some(true) => messages.copied(),
        Some(false) => messages.copy_by_hand(),
        None => "",
    };
    html! { <span role="status">{ word }</span> }
}

/// A button with a word on it that copies the text, and what became of it.
pub fn copy_line(
    messages: Messages,
    (class, word): (&'static str, &'static str),
    text: String,
    copied: &UseStateHandle<Option<bool>>,
) -> Html {
    html! {
        <p class="share-line">
            { button(class, copying(text, copied), word) }
            { outcome(messages, **copied) }
        </p>
    }
}

//! What every section of a report has: a heading with its unit and period, and something to switch or choose beside it.

use crate::i18n::Messages;
use yew::{Callback, Html, UseStateHandle, html};

/// A section with a heading, a note below it, and controls beside it.
pub fn panel(id: &'static str, title: &'static str, note: String, controls: Html, body: Html) -> Html {
    let heading = [id, "-heading"].concat();
    html! {
        <section class="panel" {id} aria-labelledby={heading.clone()}>
            <header class="panel-header">
                <div>
                    <h3 id={heading}>{ title }</h3>
                    if !note.is_empty() { <p class="note">{ note }</p> }
                </div>
                { controls }
            </header>
            { body }
        </section>
    }
}

/// A section whose chart can be exchanged for the table with the same numbers, which is made once it is wanted.
pub fn chart_panel(
    messages: Messages,
    (id, title, note): (&'static str, &'static str, String),
    as_table: &UseStateHandle<bool>,
    chart: impl FnOnce() -> Html,
    table: impl FnOnce() -> Html,
) -> Html {
    let onclick = {
        let as_table = as_table.clone();
        Callback::from(move |_| as_table.set(!*as_table))
    };
    let switch = html! {
        <div class="panel-controls">
            <button type="button" class="quiet" aria-pressed={as_table.to_string()} {onclick}>
                { messages.as_table() }
            </button>
        </div>
    };
    let body = if **as_table {
        html! { <div class="scroll" tabindex="0" role="group" aria-label={title}>{ table() }</div> }
    } else {
        chart()
    };
    panel(id, title, note, switch, body)
}

//! A modal dialog: a heading, a button that closes it, and its body.

use crate::components::text::button;
use crate::i18n::Messages;
use yew::{Callback, Html, NodeRef, html};

/// The dialog behind a node of [`crate::platform::dom::use_modal`]; without a body it is closed.
pub fn dialog(
    messages: Messages,
    node: NodeRef,
    (name, title): (&'static str, &'static str),
    body: Option<Html>,
    onclose: &Callback<()>,
) -> Html {
    let heading = [name, "-title"].concat();
    let closed = onclose.reform(|_| ());
    let close = onclose.reform(|_| ());
    html! {
        <dialog ref={node} class={name} aria-labelledby={heading.clone()} onclose={closed}>
            if let Some(body) = body {
                <header>
                    <h2 id={heading}>{ title }</h2>
                    { button("quiet", close, messages.close()) }
                </header>
                { body }
            }
        </dialog>
    }
}

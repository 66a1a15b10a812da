//! An address that means nothing here.

use crate::components::text::{link, plain};
use crate::i18n::Messages;
use crate::route::Route;
use yew::{Html, html};

/// The page.
pub fn unknown(messages: Messages) -> Html {
    html! {
        <section class="intake">
            { plain("h1", "", messages.page_unknown()) }
            <p>{ link(&Route::Dashboard, messages.to_dashboard()) }</p>
        </section>
    }
}

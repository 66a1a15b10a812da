//! An address that means nothing here.

use crate::i18n::Messages;
use crate::route::Route;
use yew::{Html, html};

/// The page.
pub fn unknown(messages: Messages) -> Html {
    html! {
        <section class="intake">
            <h1>{ messages.page_unknown() }</h1>
            <p><a href={Route::Dashboard.href()}>{ messages.to_dashboard() }</a></p>
        </section>
    }
}

//! What looks like invoices for a year or a quarter in one month alone: what they feign, and a button that spreads them.

use crate::components::text::{button, plain};
use crate::i18n::Messages;
use crate::platform::intl::Formats;
use crate::state::view::Action;
use keeprate_metrics::invoices::Invoices;
use yew::{Callback, Html, html};

/// The notice above the figures.
pub fn invoices(messages: Messages, formats: Formats, found: &Invoices, onchange: &Callback<Action>) -> Html {
    let count = |number: u64| formats.count(number as i64);
    let who = messages.invoices_of(&count(found.yearly_customers), &count(found.quarterly_customers));
    let (stands, spread) = (count(found.churn_events), count(found.churn_events_spread));
    let (what, word) = if found.spread {
        (messages.invoices_are_spread(&spread, &stands), messages.leave_invoices())
    } else {
        (messages.invoices_are_not_spread(&stands, &spread), messages.spread_invoices())
    };
    let next = !found.spread;
    html! {
        <section class="invoices" aria-label={messages.invoices_title()}>
            { plain("b", "", messages.invoices_title()) }
            { plain("span", "", [&who, " ", &what].concat()) }
            { button("", onchange.reform(move |_| Action::SpreadInvoices(next)), word) }
        </section>
    }
}

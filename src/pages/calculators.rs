//! All calculators.

use crate::components::text::plain;
use crate::i18n::Messages;
use crate::queries::calculators::CALCULATORS;
use crate::route::Route;
use keeprate_metrics::catalogue::definition;
use yew::{Html, html};

/// The page.
pub fn calculators(messages: Messages) -> Html {
    html! {
        <section>
            { plain("h1", "", messages.calculators()) }
            { plain("p", "note", messages.calculators_note()) }
            <ul class="calculator-list">
                { for CALCULATORS.iter().map(|calculator| {
                    let definition = definition(calculator.key);
                    html! {
                        <li key={calculator.name}>
                            <a href={Route::Calculator(calculator.name.to_owned(), Vec::new()).href()}>
                                { plain("b", "", messages.text(definition.name)) }
                                { plain("span", "", messages.text(definition.meaning)) }
                            </a>
                        </li>
                    }
                }) }
            </ul>
        </section>
    }
}

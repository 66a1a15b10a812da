//! All calculators.

use crate::i18n::Messages;
use crate::queries::calculators::CALCULATORS;
use crate::route::Route;
use keeprate_metrics::catalogue::definition;
use yew::{Html, html};

/// The page.
pub fn calculators(messages: Messages) -> Html {
    html! {
        <section>
            <h1>{ messages.calculators() }</h1>
            <p class="note">{ messages.calculators_note() }</p>
            <ul class="calculator-list">
                { for CALCULATORS.iter().map(|calculator| {
                    let definition = definition(calculator.key);
                    html! {
                        <li key={calculator.name}>
                            <a href={Route::Calculator(calculator.name.to_owned(), Vec::new()).href()}>
                                <b>{ messages.text(definition.name) }</b>
                                <span>{ messages.text(definition.meaning) }</span>
                            </a>
                        </li>
                    }
                }) }
            </ul>
        </section>
    }
}

//! All calculators, family by family.

use crate::components::text::plain;
use crate::i18n::Messages;
use crate::pages::calculator::name;
use crate::queries::calculators::{Calculator, by_family};
use crate::route::Route;
use keeprate_metrics::catalogue::{Family, definition};
use yew::{Html, html};

/// The page.
pub fn calculators(messages: Messages) -> Html {
    let family = |(family, calculators): (Family, Vec<&'static Calculator>)| {
        let heading = messages.family(family);
        html! {
            <section key={heading} class="family" aria-label={heading}>
                { plain("h2", "", heading) }
                <ul class="calculator-list">
                    { for calculators.into_iter().map(|calculator| html! {
                        <li key={calculator.name}>
                            <a href={Route::Calculator(calculator.name.to_owned(), Vec::new()).href()}>
                                { plain("b", "", name(messages, calculator, |definition| definition.name)) }
                                { plain("span", "", messages.text(definition(calculator.key).meaning)) }
                            </a>
                        </li>
                    }) }
                </ul>
            </section>
        }
    };
    html! {
        <section>
            { plain("h1", "", messages.calculators()) }
            { plain("p", "note", messages.calculators_note()) }
            { for by_family().into_iter().map(family) }
        </section>
    }
}

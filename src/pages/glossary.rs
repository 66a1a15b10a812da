//! The glossary: every metric of the catalogue with its formula, searchable in both languages.

use crate::components::text::{link, plain};
use crate::i18n::Messages;
use crate::platform::dom::{lower_case, value_of};
use crate::queries::calculators::CALCULATORS;
use crate::queries::proof::formula_in_words;
use crate::route::Route;
use keeprate_metrics::catalogue::{Key, definition};
use yew::{Callback, Html, InputEvent, Properties, component, html, use_state_eq};

/// Properties of [`Glossary`].
#[derive(Properties, PartialEq)]
pub struct GlossaryProperties {
    /// The words.
    pub messages: Messages,
}

/// The page.
#[component]
pub fn Glossary(properties: &GlossaryProperties) -> Html {
    let messages = properties.messages;
    let wanted = use_state_eq(String::new);
    let oninput = {
        let wanted = wanted.clone();
        Callback::from(move |event: InputEvent| wanted.set(value_of(&event)))
    };
    let needle = lower_case(wanted.trim());
    let found: Vec<Key> = Key::ALL
        .iter()
        .copied()
        .filter(|key| {
            let definition = definition(*key);
            let texts = [definition.name.en, definition.name.de, definition.meaning.en, definition.meaning.de];
            texts.iter().any(|text| lower_case(text).contains(&needle)) || key.name().contains(&needle)
        })
        .collect();
    html! {
        <section class="glossary">
            { plain("h1", "", messages.glossary()) }
            <label class="search">
                { plain("span", "", messages.search_term()) }
                <input type="search" value={(*wanted).clone()} {oninput} />
            </label>
            <p class="note" role="status">{ messages.terms_found(&found.len().to_string()) }</p>
            { for found.into_iter().map(|key| {
                let definition = definition(key);
                let calculators = CALCULATORS.iter().filter(|calculator| calculator.key == key);
                html! {
                    <article key={key.name()} id={key.name()}>
                        { plain("h2", "", messages.text(definition.name)) }
                        { plain("p", "", messages.text(definition.meaning)) }
                        { plain("p", "formula", formula_in_words(definition, |name| messages.term(name))) }
                        <p class="note">
                            { messages.source() }{ ": " }{ definition.source }
                            { for calculators.map(|calculator| html! {
                                <>
                                    { " · " }
                                    { link(&Route::Calculator(calculator.name.to_owned(), Vec::new()), messages.calculate()) }
                                </>
                            }) }
                        </p>
                    </article>
                }
            }) }
        </section>
    }
}

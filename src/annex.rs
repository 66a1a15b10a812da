//! The frame of the annex: calculators, survey builder and glossary, of which a first figure needs nothing. The app shows
//! and hides it ([`crate::platform::annex`]); address, language and currency are all that they share.

use crate::i18n::{Language, Messages};
use crate::pages::builder::Builder;
use crate::pages::calculator::calculator_page;
use crate::pages::calculators::calculators;
use crate::pages::glossary::Glossary;
use crate::pages::unknown::unknown;
use crate::platform::dom::{self, Element};
use crate::platform::intl::Formats;
use crate::route::Route;
use keeprate_metrics::money::Currency;
use std::cell::{Cell, RefCell};
use yew::{AppHandle, Html, Properties, Renderer, component, html};

thread_local! {
    /// What is shown, and where.
    static SHOWN: RefCell<Option<(Element, AppHandle<Annex>)>> = const { RefCell::new(None) };
    /// Whether anything was shown before.
    static BEGUN: Cell<bool> = const { Cell::new(false) };
}

/// Shows the page of an address in an element.
pub fn show(host: Element, address: &str, language: &str, currency: &str) {
    let language = if language == "de" { Language::De } else { Language::En };
    let currency = Currency::parse(currency).unwrap_or(Currency::EUR);
    let properties = AnnexProperties { route: Route::parse(address), formats: Formats { language, currency } };
    SHOWN.with_borrow_mut(|shown| match shown {
        Some((place, annex)) if *place == host => annex.update(properties),
        _ => {
            begin();
            let annex = Renderer::<Annex>::with_root_and_props(host.clone(), properties).render();
            if let Some((_, before)) = shown.replace((host, annex)) {
                before.destroy();
            }
        }
    });
}

/// Ends what is shown.
pub fn hide() {
    if let Some((_, annex)) = SHOWN.take() {
        annex.destroy();
    }
}

/// Yew marks the elements of a root with the root's number, and each program counts its roots from one. Where two
/// programs share a page, the app would take the annex's first root for its own, so that one is spent on nothing.
fn begin() {
    if !BEGUN.replace(true)
        && let Some(nowhere) = dom::detached_element()
    {
        Renderer::<Nothing>::with_root(nowhere).render().destroy();
        dom::install_panic_screen();
    }
}

#[component]
fn Nothing() -> Html {
    Html::default()
}

#[derive(Properties, PartialEq)]
struct AnnexProperties {
    route: Route,
    formats: Formats,
}

#[component]
fn Annex(properties: &AnnexProperties) -> Html {
    let formats = properties.formats;
    let messages = Messages { language: formats.language };
    match &properties.route {
        Route::Calculators => calculators(messages),
        Route::Calculator(name, inputs) => calculator_page(messages, formats, name, inputs),
        Route::Survey(given) => html! { <Builder {messages} given={given.clone()} /> },
        Route::Glossary => html! { <Glossary {messages} /> },
        Route::Dashboard | Route::Report(_) | Route::Unknown(_) => unknown(messages),
    }
}

//! The page's head: name, pages, language, theme.

use crate::i18n::{Language, Messages};
use crate::route::Route;
use crate::state::preferences::Theme;
use yew::{Callback, Html, html};

/// The head.
pub fn header(
    messages: Messages,
    at: &Route,
    chosen: Theme,
    onlanguage: &Callback<Language>,
    ontheme: &Callback<Theme>,
) -> Html {
    let link = |route: Route, name: &'static str, here: bool| {
        html! { <a href={route.href()} aria-current={here.then_some("page")}>{ name }</a> }
    };
    let calculating = matches!(at, Route::Calculators | Route::Calculator(..));
    let language = |language: Language, tag: &'static str, name: &'static str| {
        let onlanguage = onlanguage.clone();
        let onclick = Callback::from(move |_| onlanguage.emit(language));
        html! {
            <button type="button" lang={tag} aria-pressed={(messages.language == language).to_string()} {onclick}
                aria-label={name}>
                { tag.to_ascii_uppercase() }
            </button>
        }
    };
    let theme = |theme: Theme, name: &'static str, sign: &'static str| {
        let ontheme = ontheme.clone();
        let onclick = Callback::from(move |_| ontheme.emit(theme));
        html! {
            <button type="button" aria-pressed={(chosen == theme).to_string()} {onclick} aria-label={name}
                title={name}>
                { sign }
            </button>
        }
    };
    html! {
        <header class="page-header">
            <a class="brand" href={Route::Dashboard.href()}>{ "Keeprate" }</a>
            <nav aria-label={messages.page_list()}>
                { link(Route::Dashboard, messages.dashboard(), *at == Route::Dashboard) }
                { link(Route::Calculators, messages.calculators(), calculating) }
                { link(Route::Survey(Vec::new()), messages.survey(), matches!(at, Route::Survey(_))) }
                { link(Route::Glossary, messages.glossary(), *at == Route::Glossary) }
            </nav>
            <div class="page-settings">
                <div class="segmented" role="group" aria-label={messages.language_choice()}>
                    { language(Language::De, "de", "Deutsch") }
                    { language(Language::En, "en", "English") }
                </div>
                <div class="segmented" role="group" aria-label={messages.theme_choice()}>
                    { theme(Theme::Light, messages.light(), "☀\u{fe0e}") }
                    { theme(Theme::System, messages.as_the_system(), "◐") }
                    { theme(Theme::Dark, messages.dark(), "☾") }
                </div>
            </div>
        </header>
    }
}

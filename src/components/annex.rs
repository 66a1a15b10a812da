//! A page of the annex within the app.

use crate::components::text::plain;
use crate::i18n::Messages;
use crate::platform::annex::{Wanted, hide, show};
use crate::platform::dom::Element;
use crate::platform::intl::Formats;
use crate::route::Route;
use yew::{Callback, Html, Properties, component, html, use_effect_with, use_node_ref, use_state_eq};

/// Properties of [`Annex`].
#[derive(Properties, PartialEq)]
pub struct AnnexProperties {
    /// Language and currency.
    pub formats: Formats,
    /// The page.
    pub route: Route,
}

/// The place of the page, which the annex fills. If the annex cannot be loaded, it says so until a way leads to a page of
/// it again, which tries anew.
#[component]
pub fn Annex(properties: &AnnexProperties) -> Html {
    let AnnexProperties { formats, route } = properties;
    let messages = Messages { language: formats.language };
    let host = use_node_ref();
    let there = use_state_eq(|| true);
    {
        let (host, there) = (host.clone(), there.setter());
        use_effect_with((*formats, route.clone()), move |(formats, route)| {
            if let Some(host) = host.cast::<Element>() {
                let messages = Messages { language: formats.language };
                let (address, currency) = (route.format(), formats.currency.code().to_owned());
                let wanted = Wanted { host, address, language: messages.tag(), currency };
                show(wanted, Callback::from(move |loaded| there.set(loaded)));
            }
        });
    }
    use_effect_with((), |()| hide);
    html! {
        <>
            if !*there {
                <section role="alert">
                    { plain("h1", "", messages.not_loaded()) }
                    { plain("p", "", messages.not_loaded_hint()) }
                </section>
            }
            <div ref={host} />
        </>
    }
}

//! `<keeprate-survey>` as a Yew component, for Yew apps (feature `yew`). The page loads the element's module itself.

use alloc::string::String;
use alloc::vec::Vec;
use gloo::events::EventListener;
use wasm_bindgen::{JsCast, JsValue};
use yew::virtual_dom::VTag;
use yew::{AttrValue, Callback, Html, Properties, component, hook, use_effect_with, use_node_ref};

/// Properties of [`Survey`].
#[derive(Clone, Debug, Default, PartialEq, Properties)]
pub struct SurveyProperties {
    /// The element's attributes with their values, named as in HTML: `("kind", "nps".into())`.
    #[prop_or_default]
    pub attributes: Vec<(&'static str, AttrValue)>,
    /// Hears what the element tells: the event's name without its prefix (`shown`, `change`, `submit`, `delivered`,
    /// `failed`, `dismissed`), and its detail as JSON, for `submit` the answer.
    #[prop_or_default]
    pub onevent: Callback<(&'static str, String)>,
}

const EVENTS: [(&str, &str); 6] = [
    ("keeprate-shown", "shown"),
    ("keeprate-change", "change"),
    ("keeprate-submit", "submit"),
    ("keeprate-delivered", "delivered"),
    ("keeprate-failed", "failed"),
    ("keeprate-dismissed", "dismissed"),
];

/// A survey. Other attributes change the one that is shown; for another survey, give the component another key.
#[component]
pub fn Survey(properties: &SurveyProperties) -> Html {
    let node = use_node_ref();
    use_events(&node, &properties.onevent);
    let mut tag = VTag::new("keeprate-survey");
    tag.node_ref = node;
    for (name, value) in &properties.attributes {
        tag.add_attribute(name, value.clone());
    }
    tag.into()
}

#[hook]
fn use_events(node: &yew::NodeRef, onevent: &Callback<(&'static str, String)>) {
    use_effect_with((node.clone(), onevent.clone()), |(node, onevent)| {
        let listen = |(event, name): (&'static str, &'static str)| {
            let onevent = onevent.clone();
            let target = node.get()?.unchecked_into();
            Some(EventListener::new(&target, event, move |event| onevent.emit((name, detail(event)))))
        };
        let listeners: Vec<_> = EVENTS.into_iter().filter_map(listen).collect();
        move || drop(listeners)
    });
}

/// The detail of an event as JSON, empty without one.
fn detail(event: &JsValue) -> String {
    let detail = js_sys::Reflect::get(event, &"detail".into());
    let text = detail.and_then(|detail| js_sys::JSON::stringify(&detail));
    text.ok().and_then(|text| text.as_string()).unwrap_or_default()
}

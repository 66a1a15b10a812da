//! Small elements that stand everywhere. A function each, because every element that is spelled out in `html!` costs half
//! a kilobyte of wasm.

use crate::route::Route;
use yew::{AttrValue, Callback, Html, MouseEvent, html};

/// An element that holds nothing but text; its class may be empty.
pub fn plain(tag: &'static str, class: &'static str, text: impl Into<AttrValue>) -> Html {
    let text: AttrValue = text.into();
    html! { <@{tag} {class}>{ text }</@> }
}

/// A term and what is said about it, in a list of such.
pub fn entry(name: impl Into<AttrValue>, class: &'static str, said: impl Into<AttrValue>) -> Html {
    html! { <>{ plain("dt", "", name) }{ plain("dd", class, said) }</> }
}

/// A button with a word on it; its class may be empty.
pub fn button(class: &'static str, onclick: Callback<MouseEvent>, word: &'static str) -> Html {
    html! { <button type="button" {class} {onclick}>{ word }</button> }
}

/// A link to a page of the app.
pub fn link(route: &Route, word: &'static str) -> Html {
    html! { <a href={route.href()}>{ word }</a> }
}

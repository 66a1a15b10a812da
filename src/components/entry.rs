//! A field that a person types into, beside figures that follow when the entry is finished.

use crate::components::text::plain;
use crate::platform::dom::value_of;
use yew::{AttrValue, Callback, Event, Html, InputEvent, Properties, component, html, use_state_eq};

/// Properties of [`Entry`].
#[derive(Properties, PartialEq)]
pub struct EntryProperties {
    /// The field's name.
    pub name: &'static str,
    /// What it is called.
    pub label: AttrValue,
    /// What stands in it until something is typed.
    pub value: AttrValue,
    /// The keyboard of a phone: `decimal`, `numeric`, `text`.
    pub keyboard: &'static str,
    /// What is said of a value that is none.
    pub problem: &'static str,
    /// Takes a finished entry; false if it is none.
    pub onentry: Callback<String, bool>,
}

/// The field. What was typed stays, whatever figures come meanwhile; what is no value stays as well, and is said.
#[component]
pub fn Entry(properties: &EntryProperties) -> Html {
    let EntryProperties { name, label, value, keyboard, problem, onentry } = properties;
    let typed = use_state_eq(|| None::<AttrValue>);
    let wrong = use_state_eq(|| false);
    let oninput = {
        let typed = typed.setter();
        Callback::from(move |event: InputEvent| typed.set(Some(value_of(&event).into())))
    };
    let onchange = {
        let (onentry, wrong) = (onentry.clone(), wrong.setter());
        Callback::from(move |event: Event| wrong.set(!onentry.emit(value_of(&event))))
    };
    let value = (*typed).clone().unwrap_or_else(|| value.clone());
    html! {
        <label>
            { plain("span", "", label.clone()) }
            <input type="text" inputmode={*keyboard} name={*name} {value} aria-invalid={wrong.then_some("true")}
                {oninput} {onchange} />
            if *wrong { { plain("span", "bad", *problem) } }
        </label>
    }
}

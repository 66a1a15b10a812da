//! What every chart has: a heading with its unit and period, a read-out, and a switch to its table.

use crate::context::use_messages;
use crate::platform::dom::{KeyboardEvent, PointerEvent, pointer_share};
use yew::{AttrValue, Callback, Children, Html, Properties, UseStateHandle, component, hook, html, use_state_eq};

/// Properties of [`Frame`].
#[derive(Properties, PartialEq)]
pub struct FrameProperties {
    /// Identifies the chart in the page.
    pub id: AttrValue,
    /// The heading.
    pub title: AttrValue,
    /// Unit and period.
    pub note: AttrValue,
    /// The table with the same numbers.
    pub table: Html,
    /// Controls beside the heading.
    #[prop_or_default]
    pub controls: Html,
    /// The chart.
    pub children: Children,
}

/// A figure with a heading and a switch between chart and table.
#[component]
pub fn Frame(properties: &FrameProperties) -> Html {
    let messages = use_messages();
    let as_table = use_state_eq(|| false);
    let heading = format!("{}-heading", properties.id);
    let switch = {
        let as_table = as_table.clone();
        Callback::from(move |_| as_table.set(!*as_table))
    };
    html! {
        <section class="panel chart" id={properties.id.clone()} aria-labelledby={heading.clone()}>
            <header class="panel-header">
                <div>
                    <h3 id={heading}>{ &properties.title }</h3>
                    <p class="note">{ &properties.note }</p>
                </div>
                <div class="panel-controls">
                    { properties.controls.clone() }
                    <button type="button" class="quiet" aria-pressed={as_table.to_string()} onclick={switch}>
                        { messages.as_table() }
                    </button>
                </div>
            </header>
            if *as_table {
                <div class="scroll" tabindex="0" role="region" aria-label={properties.title.clone()}>
                    { properties.table.clone() }
                </div>
            } else {
                { for properties.children.iter() }
            }
        </section>
    }
}

/// The place that pointer or keyboard is at, with the handlers that move it.
#[derive(Clone)]
pub struct Cursor {
    /// The place, if any.
    pub at: Option<usize>,
    /// For `onpointermove` and `onpointerdown`.
    pub onpointer: Callback<PointerEvent>,
    /// For `onpointerleave`.
    pub onleave: Callback<PointerEvent>,
    /// For `onkeydown`: arrows, Home, End, Escape.
    pub onkey: Callback<KeyboardEvent>,
}

/// A cursor over `count` equal steps between two shares of the width. Hover, touch and keyboard move the same one.
#[hook]
pub fn use_cursor(count: usize, from: f64, to: f64) -> Cursor {
    let at: UseStateHandle<Option<usize>> = use_state_eq(|| None);
    let onpointer = {
        let at = at.clone();
        Callback::from(move |event: PointerEvent| {
            let Some(share) = pointer_share(&event) else { return };
            let place = ((share - from) / (to - from) * count as f64).floor();
            at.set((place >= 0.0 && place < count as f64).then_some(place as usize));
        })
    };
    let onleave = {
        let at = at.clone();
        Callback::from(move |_| at.set(None))
    };
    let onkey = {
        let at = at.clone();
        Callback::from(move |event: KeyboardEvent| {
            let last = count.saturating_sub(1);
            let next = match (event.key().as_str(), *at) {
                ("ArrowRight", None) | ("Home", _) => Some(0),
                ("ArrowLeft", None) | ("End", _) => Some(last),
                ("ArrowRight", Some(place)) => Some((place + 1).min(last)),
                ("ArrowLeft", Some(place)) => Some(place.saturating_sub(1)),
                ("Escape", _) => None,
                _ => return,
            };
            event.prevent_default();
            at.set(next);
        })
    };
    Cursor { at: at.filter(|place| *place < count), onpointer, onleave, onkey }
}

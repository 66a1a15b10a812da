//! What every chart has: a heading with its unit and period, a read-out, and a switch to its table.

use crate::context::use_messages;
use std::rc::Rc;
use yew::{AttrValue, Callback, Children, Html, Properties, component, html, use_state_eq};

/// Properties of [`Frame`].
#[derive(Properties, PartialEq)]
pub struct FrameProperties {
    /// Identifies the chart in the page.
    pub id: AttrValue,
    /// The heading.
    pub title: AttrValue,
    /// Unit and period.
    pub note: AttrValue,
    /// Makes the table with the same numbers, once somebody wants to see it.
    pub table: Table,
    /// The chart.
    pub children: Children,
}

/// Makes a table.
#[derive(Clone)]
pub struct Table(pub Rc<dyn Fn() -> Html>);

impl PartialEq for Table {
    fn eq(&self, other: &Table) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
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
                    <button type="button" class="quiet" aria-pressed={as_table.to_string()} onclick={switch}>
                        { messages.as_table() }
                    </button>
                </div>
            </header>
            if *as_table {
                <div class="scroll" tabindex="0" role="group" aria-label={properties.title.clone()}>
                    { (properties.table.0)() }
                </div>
            } else {
                { for properties.children.iter() }
            }
        </section>
    }
}

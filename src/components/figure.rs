//! A figure whose unit is smaller and greyer than its number.

use crate::components::text::plain;
use crate::queries::figures::split_unit;
use yew::{Html, html};

/// A formatted figure.
pub fn shown_figure(text: &str) -> Html {
    let (before, number, after) = split_unit(text);
    html! {
        <span class="figure">
            if !before.is_empty() { { plain("span", "unit", before.to_owned()) } }
            { number.to_owned() }
            if !after.is_empty() { { plain("span", "unit", after.to_owned()) } }
        </span>
    }
}

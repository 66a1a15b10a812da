//! What charts are made of: lines, labels, shapes. A function each, because every element that is spelled out in
//! `html!` costs half a kilobyte of wasm.

use crate::charts::plot::{LEFT, RIGHT};
use crate::charts::scale::px;
use crate::i18n::Messages;
use yew::{AttrValue, Html, html};

/// A straight line between two places.
pub fn line(class: &'static str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> Html {
    html! { <line {class} x1={px(x1)} y1={px(y1)} x2={px(x2)} y2={px(y2)} /> }
}

/// A label at a place.
pub fn label(class: &'static str, (x, y): (f64, f64), text: String) -> Html {
    html! { <text {class} x={px(x)} y={px(y)}>{ text }</text> }
}

/// A rectangle from its upper left corner, with its width and height.
pub fn rectangle(class: impl Into<AttrValue>, (x, y): (f64, f64), (width, height): (f64, f64)) -> Html {
    let class: AttrValue = class.into();
    html! { <rect {class} x={px(x)} y={px(y)} width={px(width)} height={px(height)} rx="1" /> }
}

/// A striped bar from the middle of its foot up to a height. The stripes are the dashes of one thick line.
pub fn striped(class: &'static str, (x, bottom): (f64, f64), top: f64, width: f64) -> Html {
    let d = ["M", &px(x), " ", &px(bottom), "V", &px(top)].concat();
    html! { <path {class} {d} stroke-width={px(width)} /> }
}

/// A dot around a place.
pub fn dot(class: &'static str, (x, y): (f64, f64), radius: &'static str) -> Html {
    html! { <circle {class} cx={px(x)} cy={px(y)} r={radius} /> }
}

/// A line along a path.
pub fn path(class: &'static str, d: String) -> Html {
    html! { <path {class} {d} /> }
}

/// Marks of the vertical axis of a chart of this width: each a line across at its height, and a label.
pub fn marks(width: f64, marks: &[f64], at: impl Fn(f64) -> f64, text: impl Fn(f64) -> String) -> Html {
    let mut drawn = Vec::new();
    for &mark in marks {
        let y = at(mark);
        drawn.push(line(if mark == 0.0 { "grid zero" } else { "grid" }, (LEFT, y), (width - RIGHT, y)));
        drawn.push(label("tick", (LEFT - 8.0, y), text(mark)));
    }
    drawn.into_iter().collect()
}

/// The line below a chart that says what is at the place of pointer or keyboard: a name, then figures.
pub fn read_out(messages: Messages, read: Option<(String, Vec<String>)>) -> Html {
    let content = match read {
        Some((name, figures)) => {
            html! { <><b>{ name }</b>{ for figures.into_iter().map(|figure| html! { <span>{ figure }</span> }) }</> }
        }
        None => html! { <span class="note">{ messages.point_at_chart() }</span> },
    };
    html! { <p class="read-out">{ content }</p> }
}

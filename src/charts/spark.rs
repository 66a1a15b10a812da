//! A card's sparkline: the last values as one small line, hollow at the end while the period is open.

use crate::charts::marks::{dot, path};
use crate::charts::scale::{Scale, px};
use yew::{Html, html};

const WIDTH: f64 = 96.0;
const HEIGHT: f64 = 28.0;

/// The sparkline of values, oldest first; `open` if the last one belongs to an open period. It says nothing that the
/// chart's table does not say better, so screen readers pass over it.
pub fn spark(values: &[Option<f64>], open: bool) -> Html {
    let known = || values.iter().flatten().copied();
    let (low, high) = known().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
    if low > high {
        return Html::default();
    }
    let x = Scale::new(0.0, (values.len().max(2) - 1) as f64, 4.0, WIDTH - 4.0);
    let y = if high > low {
        Scale::new(low, high, HEIGHT - 5.0, 5.0)
    } else {
        Scale::new(low - 1.0, low + 1.0, HEIGHT, 0.0)
    };
    let mut drawn = String::new();
    let mut drawing = false;
    for (place, value) in values.iter().enumerate() {
        if let Some(value) = value {
            let sign = if drawing { "L" } else { "M" };
            drawn.push_str(&[sign, &px(x.at(place as f64)), " ", &px(y.at(*value))].concat());
        }
        drawing = value.is_some();
    }
    let last = values.iter().enumerate().rev().find_map(|(place, value)| Some((place, (*value)?)));
    html! {
        <svg class="spark" width={px(WIDTH)} height={px(HEIGHT)} aria-hidden="true">
            { path("", drawn) }
            if let Some((place, value)) = last {
                { dot(if open { "open" } else { "" }, (x.at(place as f64), y.at(value)), "2.5") }
            }
        </svg>
    }
}

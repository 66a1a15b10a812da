//! The one component behind every drawn chart: it measures its width and follows pointer and keyboard. A chart itself is
//! a function from a canvas to SVG.

use crate::charts::scale::px;
use crate::platform::dom::{KeyboardEvent, PointerEvent, pointer_share};
use crate::platform::size::use_width;
use std::rc::Rc;
use yew::{Callback, Html, Properties, component, html, use_state_eq};

/// Space for the labels of the vertical axis.
pub const LEFT: f64 = 84.0;
/// Space on the right, for half a label.
pub const RIGHT: f64 = 26.0;

/// What a chart draws on.
#[derive(Clone)]
pub struct Canvas {
    /// The width in CSS pixels, above 0.
    pub width: f64,
    /// The step that pointer or keyboard is at.
    pub at: Option<usize>,
    onpointer: Callback<PointerEvent>,
    onleave: Callback<PointerEvent>,
    onkey: Callback<KeyboardEvent>,
}

impl Canvas {
    /// The drawing of a chart that can be read with pointer, touch and keyboard, above what is read.
    pub fn readable(
        &self,
        style: &'static str,
        height: f64,
        label: &'static str,
        content: Vec<Html>,
        read_out: Html,
    ) -> Html {
        html! {
            <>
                <svg class={style} width={px(self.width)} height={px(height)} role="img" tabindex="0" aria-label={label}
                    onpointermove={self.onpointer.clone()} onpointerdown={self.onpointer.clone()}
                    onpointerleave={self.onleave.clone()} onkeydown={self.onkey.clone()}>
                    { content }
                </svg>
                { read_out }
            </>
        }
    }
}

/// Draws a chart on a canvas.
#[derive(Clone)]
pub struct Drawing(Rc<dyn Fn(&Canvas) -> Html>);

impl PartialEq for Drawing {
    /// A fresh drawing may show other data.
    fn eq(&self, other: &Drawing) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Properties of [`Plot`].
#[derive(Properties, PartialEq)]
pub struct PlotProperties {
    steps: usize,
    drawing: Drawing,
}

/// A chart with this many equal steps along its horizontal axis, between the margins.
pub fn plot(steps: usize, draw: impl Fn(&Canvas) -> Html + 'static) -> Html {
    html! { <Plot {steps} drawing={Drawing(Rc::new(draw))} /> }
}

#[component]
fn Plot(properties: &PlotProperties) -> Html {
    let (node, width) = use_width();
    let steps = properties.steps;
    let at = use_state_eq(|| None::<usize>);
    let onpointer = {
        let at = at.clone();
        Callback::from(move |event: PointerEvent| {
            let Some(share) = pointer_share(&event) else { return };
            let place = ((share * width - LEFT) / (width - LEFT - RIGHT) * steps as f64).floor();
            at.set((place >= 0.0 && place < steps as f64).then_some(place as usize));
        })
    };
    let onleave = {
        let at = at.clone();
        Callback::from(move |_| at.set(None))
    };
    let onkey = {
        let at = at.clone();
        Callback::from(move |event: KeyboardEvent| {
            let last = steps.saturating_sub(1);
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
    let canvas = Canvas { width, at: at.filter(|place| *place < steps), onpointer, onleave, onkey };
    html! { <div ref={node} class="plot">if width > 0.0 { { (properties.drawing.0)(&canvas) } }</div> }
}

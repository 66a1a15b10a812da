//! The width of an element, kept up to date.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, ResizeObserver};
use yew::{NodeRef, hook, use_effect_with, use_node_ref, use_state_eq};

/// A reference for an element and its width in CSS pixels, 0 until it is known.
#[hook]
pub fn use_width() -> (NodeRef, f64) {
    let node = use_node_ref();
    let width = use_state_eq(|| 0.0);
    {
        let (node, width) = (node.clone(), width.clone());
        use_effect_with((), move |()| {
            let watched = node.cast::<Element>().and_then(|element| {
                width.set(element.get_bounding_client_rect().width().floor());
                let measured = element.clone();
                let changed = Closure::<dyn FnMut()>::new(move || {
                    width.set(measured.get_bounding_client_rect().width().floor());
                });
                let observer = ResizeObserver::new(changed.as_ref().unchecked_ref()).ok()?;
                observer.observe(&element);
                Some((observer, changed))
            });
            move || {
                if let Some((observer, _changed)) = watched {
                    observer.disconnect();
                }
            }
        });
    }
    (node, *width)
}

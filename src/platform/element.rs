//! The survey element, as any other page loads it.

use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use yew::{Callback, NodeRef};

/// The module's address, beside the app's.
const MODULE: &str = "./widget/keeprate-survey.js";

/// Gives the surveys within a node an accent colour; an empty one leaves them their own.
pub fn set_accent(node: &NodeRef, colour: &str) {
    if let Some(element) = node.cast::<web_sys::HtmlElement>() {
        // What is no colour for the browser changes nothing.
        let _ = element.style().set_property("--keeprate-accent", colour);
    }
}

/// Loads the element's module, unless the page has it already. `missing` learns if that fails; the returned function
/// ends the listening.
pub fn load(missing: Callback<()>) -> impl FnOnce() + 'static {
    let listen = || -> Option<EventListener> {
        let document = web_sys::window()?.document()?;
        let selector = ["script[src='", MODULE, "']"].concat();
        let known = document.query_selector(&selector).ok()?;
        let script = match known {
            Some(script) => script,
            None => {
                let script = document.create_element("script").ok()?;
                script.set_attribute("type", "module").ok()?;
                script.set_attribute("src", MODULE).ok()?;
                document.head()?.append_child(&script).ok()?;
                script
            }
        };
        Some(EventListener::new(script.unchecked_ref(), "error", move |_| missing.emit(())))
    };
    let listener = listen();
    move || drop(listener)
}

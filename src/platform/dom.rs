//! Document, address and dialogs.

use crate::state::preferences::Theme;
use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::{Callback, NodeRef, TargetCast, hook, use_effect_with, use_node_ref};

pub use web_sys::{Element, FocusEvent, KeyboardEvent, PointerEvent};

fn root() -> Option<Element> {
    web_sys::window()?.document()?.document_element()
}

/// An element that is on no page.
pub fn detached_element() -> Option<Element> {
    web_sys::window()?.document()?.create_element("div").ok()
}

/// Sets the document's language and title.
pub fn set_language(tag: &str, title: &str) {
    if let Some(root) = root() {
        // Setting an attribute of the root element fails only for an invalid name.
        let _ = root.set_attribute("lang", tag);
    }
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

/// Sets the theme; the style sheet does the rest.
pub fn set_theme(theme: Theme) {
    if let Some(root) = root() {
        let _ = root.set_attribute("data-theme", theme.word());
    }
}

/// What stands behind `#`. A `%23` where a `#` was meant is repaired.
pub fn hash() -> String {
    let Some(location) = web_sys::window().map(|window| window.location()) else { return String::new() };
    let hash = location.hash().unwrap_or_default();
    if hash.is_empty() {
        let address = location.href().unwrap_or_default();
        if let Some((_, lost)) = address.split_once("%23") {
            return ["#", lost].concat();
        }
    }
    hash
}

/// Goes to an address behind `#`, as a step that "back" undoes.
pub fn go(hash: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().set_hash(hash);
    }
}

/// Replaces the address behind `#` without a step in the history and without an event.
pub fn replace_hash(hash: &str) {
    if let Some(history) = js_sys::Reflect::get(&js_sys::global(), &"history".into()).ok()
        && let Ok(replace) = js_sys::Reflect::get(&history, &"replaceState".into())
        && let Ok(replace) = replace.dyn_into::<js_sys::Function>()
    {
        // Refused only for other origins, which a hash is not.
        let _ = replace.call3(&history, &wasm_bindgen::JsValue::NULL, &"".into(), &hash.into());
    }
}

/// The page's address up to `#`.
pub fn address() -> String {
    let address = web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    let end = address.find('#').or_else(|| address.find("%23")).unwrap_or(address.len());
    address[..end].to_owned()
}

/// Listens to changes of the address until the listener is dropped.
pub fn on_hash_change(callback: Callback<()>) -> Option<EventListener> {
    let window = web_sys::window()?;
    Some(EventListener::new(&window, "hashchange", move |_| callback.emit(())))
}

/// The browser's languages, preferred first.
pub fn languages() -> Vec<String> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    window.navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
}

/// A reference for a dialog element, which is opened as a modal one and closed as told.
#[hook]
pub fn use_modal(open: bool) -> NodeRef {
    let node = use_node_ref();
    let dialog = node.clone();
    use_effect_with(open, move |open| set_modal(&dialog, *open));
    node
}

fn set_modal(node: &NodeRef, open: bool) {
    let Some(dialog) = node.cast::<HtmlDialogElement>() else { return };
    if open && !dialog.open() {
        // Fails only where the element has left the document meanwhile.
        let _ = dialog.show_modal();
    } else if !open && dialog.open() {
        dialog.close();
    }
}

/// Scrolls to the top and gives the keyboard to a heading, after a change of page.
pub fn focus(node: &NodeRef) {
    if let Some(element) = node.cast::<HtmlElement>() {
        let _ = element.focus();
    }
    if let Some(window) = web_sys::window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Gives the keyboard to an element where it was lost: to whoever held it and is gone.
pub fn focus_if_lost(selector: &str) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let is_lost = document.active_element().is_none_or(|element| element.tag_name() == "BODY");
    if let Ok(Some(element)) = document.query_selector(selector)
        && is_lost
        && let Ok(element) = element.dyn_into::<HtmlElement>()
    {
        let _ = element.focus();
    }
}

/// Focuses a cell of a table by its place.
pub fn focus_cell(table: &NodeRef, row: usize, column: usize) {
    let Some(table) = table.cast::<HtmlElement>() else { return };
    let selector = format!("[data-row=\"{row}\"][data-column=\"{column}\"]");
    if let Ok(Some(cell)) = table.query_selector(&selector)
        && let Ok(cell) = cell.dyn_into::<HtmlElement>()
    {
        let _ = cell.focus();
    }
}

/// The place of the table's cell that an event comes from, as [`focus_cell`] names it.
pub fn cell_of(event: &web_sys::Event) -> Option<(usize, usize)> {
    let cell = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let number = |name: &str| cell.get_attribute(name)?.parse().ok();
    Some((number("data-row")?, number("data-column")?))
}

/// The value of the field that an event comes from.
pub fn value_of(event: &impl TargetCast) -> String {
    if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
        return input.value();
    }
    if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
        return select.value();
    }
    event.target_dyn_into::<HtmlTextAreaElement>().map(|area| area.value()).unwrap_or_default()
}

/// Text in lower case, by the browser's tables of all alphabets.
pub fn lower_case(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// Horizontal place of a pointer within the drawing that it is over, as a fraction of its width. Yew listens at the root
/// of the page, so that the event's current target is not the drawing.
pub fn pointer_share(event: &web_sys::PointerEvent) -> Option<f64> {
    let element = event.target()?.dyn_into::<web_sys::Element>().ok()?.closest("svg").ok()??;
    let bounds = element.get_bounding_client_rect();
    (bounds.width() > 0.0).then(|| (f64::from(event.client_x()) - bounds.left()) / bounds.width())
}

/// Writes a line to the browser's console, where developers look.
pub fn complain(text: &str) {
    let console = js_sys::Reflect::get(&js_sys::global(), &"console".into()).unwrap_or_default();
    let error = js_sys::Reflect::get(&console, &"error".into()).unwrap_or_default();
    if let Some(error) = error.dyn_ref::<js_sys::Function>() {
        // A console that throws has nothing more to say.
        let _ = error.call1(&console, &text.into());
    }
}

/// Shows a way back when the page itself breaks: a panic leaves it as it was, but deaf.
pub fn install_panic_screen() {
    std::panic::set_hook(Box::new(|information| {
        complain(&information.to_string());
        let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
        let german = root().and_then(|root| root.get_attribute("lang")).as_deref() == Some("de");
        let text = if german {
            "Ein Fehler hat die Seite angehalten. Es wurden keine Daten übertragen. Bitte die Seite neu laden."
        } else {
            "An error stopped the page. No data was sent anywhere. Please reload the page."
        };
        if let (Some(body), Ok(note)) = (document.body(), document.create_element("p")) {
            note.set_class_name("panic");
            note.set_text_content(Some(text));
            let _ = note.set_attribute("role", "alert");
            let _ = body.prepend_with_node_1(&note);
        }
    }));
}

//! The annex: the pages beside the dashboard, a program of its own that is loaded behind the first view. It waits until
//! the app shows it something.

use keeprate::platform::dom::Element;
use wasm_bindgen::prelude::wasm_bindgen;

fn main() {}

/// Shows the page of an address behind `#` in an element, in a language (`de`, `en`) and with amounts in a currency
/// (ISO 4217).
#[wasm_bindgen]
pub fn show(host: Element, address: &str, language: &str, currency: &str) {
    keeprate::annex::show(host, address, language, currency);
}

/// Ends what is shown.
#[wasm_bindgen]
pub fn hide() {
    keeprate::annex::hide();
}

//! Tests that need a browser, run by `cargo xtask test` in headless Chromium.

#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn a_test_has_a_page() {
    let document = web_sys::window().and_then(|window| window.document());
    assert!(document.is_some());
}

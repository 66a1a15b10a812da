//! The app's side of the annex: the program with the pages beside the dashboard, loaded behind the first view.

use crate::platform::dom::Element;
use std::cell::RefCell;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

#[wasm_bindgen]
extern "C" {
    /// Loads the annex or answers what is loaded (assets/start.js): only a script can import a script.
    #[wasm_bindgen(catch, js_name = loadAnnex)]
    async fn load_annex(version: &str) -> Result<JsValue, JsValue>;

    /// What the annex exports (src/bin/annex.rs).
    #[derive(Clone)]
    type Annex;

    #[wasm_bindgen(method)]
    fn show(this: &Annex, host: &Element, address: &str, language: &str, currency: &str);

    #[wasm_bindgen(method)]
    fn hide(this: &Annex);
}

/// What is to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// The element that it is shown in.
    pub host: Element,
    /// The address behind `#`.
    pub address: String,
    /// The language as HTML names it.
    pub language: &'static str,
    /// The currency of amounts.
    pub currency: String,
}

thread_local! {
    static ANNEX: RefCell<Option<Annex>> = const { RefCell::new(None) };
    static WANTED: RefCell<Option<Wanted>> = const { RefCell::new(None) };
}

/// Loads the annex, so that later nothing has to be asked of the network. If it cannot be loaded now, [`show`] tries
/// again.
pub fn load() {
    spawn_local(async {
        let _ = loaded().await;
    });
}

/// Shows a page of the annex as soon as it is loaded; `outcome` learns whether it could be.
pub fn show(wanted: Wanted, outcome: Callback<bool>) {
    WANTED.set(Some(wanted));
    spawn_local(async move {
        let annex = loaded().await;
        // What was hidden meanwhile is not wanted any more.
        let wanted = WANTED.with_borrow(Clone::clone);
        if let (Ok(annex), Some(Wanted { host, address, language, currency })) = (&annex, wanted) {
            annex.show(&host, &address, language, &currency);
        }
        outcome.emit(annex.is_ok());
    });
}

/// Ends what is shown.
pub fn hide() {
    WANTED.set(None);
    if let Some(annex) = ANNEX.with_borrow(Clone::clone) {
        annex.hide();
    }
}

async fn loaded() -> Result<Annex, JsValue> {
    if let Some(annex) = ANNEX.with_borrow(Clone::clone) {
        return Ok(annex);
    }
    let annex: Annex = load_annex(env!("CARGO_PKG_VERSION")).await?.unchecked_into();
    ANNEX.set(Some(annex.clone()));
    Ok(annex)
}

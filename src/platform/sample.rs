//! The sample as a file of its own: what was loaded and the report on it, worked out when the app was built.

use crate::protocol::Summary;
use js_sys::Uint8Array;
use keeprate_documents::Document;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Response;

/// Loads it and hands it on; nothing where it cannot be loaded or was made by another version.
pub fn load(hear: impl FnOnce(Option<(Summary, Document)>) + 'static) {
    spawn_local(async move {
        let bytes = fetch().await.ok();
        hear(bytes.and_then(|bytes| borsh::from_slice(&bytes).ok()));
    });
}

async fn fetch() -> Result<Vec<u8>, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let address = concat!("./sample.bin?v=", env!("CARGO_PKG_VERSION"));
    let response: Response = JsFuture::from(window.fetch_with_str(address)).await?.dyn_into()?;
    let buffer = JsFuture::from(response.array_buffer()?).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

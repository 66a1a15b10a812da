//! The module that makes documents of reports, and reports of links: loaded behind the first view.

use js_sys::{ArrayBuffer, Function, Object, Reflect, Uint8Array, WebAssembly};
use keeprate_documents::{Request, Response};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Response as Fetched;
use yew::{hook, use_effect_with, use_state};

thread_local! {
    /// The compiled module, once it is loaded.
    static MODULE: RefCell<Option<WebAssembly::Module>> = const { RefCell::new(None) };
}

/// What the module said.
#[derive(Clone, Debug)]
pub enum Answer {
    /// It is not back yet.
    Waiting,
    /// The module could not be loaded, as without a network.
    Unavailable,
    /// It answered.
    Here(Response),
}

/// The answer to the latest request about something, and whether it is about just that: until then, the one before.
/// There is nothing to wait for while `request` makes none.
#[hook]
pub fn use_answer<About: Clone + PartialEq + 'static>(
    about: About,
    request: fn(&About) -> Option<Request>,
) -> (Answer, bool) {
    let known = use_state(|| (None, Answer::Waiting));
    {
        let (about, known) = (about.clone(), known.setter());
        use_effect_with(about, move |about| {
            let wanted = Rc::new(Cell::new(true));
            if let Some(request) = request(about) {
                let (about, wanted) = (about.clone(), wanted.clone());
                ask(request, move |answer| {
                    if wanted.get() {
                        known.set((Some(about), answer));
                    }
                });
            }
            move || wanted.set(false)
        });
    }
    (known.1.clone(), known.0.as_ref() == Some(&about))
}

/// Loads the module, so that later nothing has to be asked of the network. If it cannot be loaded now, whoever needs it
/// tries again.
pub fn load() {
    spawn_local(async {
        let _ = module().await;
    });
}

/// Asks the module and hands its answer on.
pub fn ask(request: Request, hear: impl FnOnce(Answer) + 'static) {
    spawn_local(async move {
        let response = async {
            let module = module().await.ok()?;
            let bytes = answer(&module, &borsh::to_vec(&request).ok()?).await.ok()?;
            borsh::from_slice(&bytes).ok()
        };
        hear(response.await.map_or(Answer::Unavailable, Answer::Here));
    });
}

async fn module() -> Result<WebAssembly::Module, JsValue> {
    if let Some(module) = MODULE.with_borrow(Clone::clone) {
        return Ok(module);
    }
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let address = concat!("./documents.wasm?v=", env!("CARGO_PKG_VERSION"));
    let fetched: Fetched = JsFuture::from(window.fetch_with_str(address)).await?.dyn_into()?;
    let bytes = JsFuture::from(fetched.array_buffer()?).await?;
    let module: WebAssembly::Module = JsFuture::from(WebAssembly::compile(&bytes)).await?.dyn_into()?;
    MODULE.set(Some(module.clone()));
    Ok(module)
}

/// One request, to an instance of its own.
async fn answer(module: &WebAssembly::Module, request: &[u8]) -> Result<Vec<u8>, JsValue> {
    let instance = JsFuture::from(WebAssembly::instantiate_module(module, &Object::new())).await?;
    let exports = Reflect::get(&instance, &"exports".into())?;
    let export = |name: &str| Reflect::get(&exports, &name.into());
    let length = JsValue::from(request.len() as u32);
    let room = export("room")?.dyn_into::<Function>()?.call1(&exports, &length)?;
    let memory: WebAssembly::Memory = export("memory")?.dyn_into()?;
    // Memory that grows leaves its old buffer empty: each look at it asks anew.
    let bytes = || Uint8Array::new(&memory.buffer().unchecked_into::<ArrayBuffer>());
    let place = |pointer: &JsValue| pointer.as_f64().unwrap_or_default() as u32;
    bytes().subarray(place(&room), place(&room) + request.len() as u32).copy_from(request);
    let response = export("answer")?.dyn_into::<Function>()?.call2(&exports, &room, &length)?;
    let start = place(&response) + 4;
    let length = bytes().subarray(start - 4, start).to_vec().try_into().map_or(0, u32::from_le_bytes);
    Ok(bytes().subarray(start, start + length).to_vec())
}

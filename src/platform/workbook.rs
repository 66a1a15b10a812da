//! Both ends of the worker that takes tables out of spreadsheets and archives: one worker for one table, so that what a
//! large or damaged file does to it ends with it.

use crate::platform::dom::complain;
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use keeprate_workbook::{Table, Trouble};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Worker, WorkerOptions, WorkerType};

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The worker could not be loaded, as without a network.
    NotLoaded,
    /// The file gives no table.
    Trouble(Trouble),
}

/// The worker's end: says that it listens, then opens one container.
pub fn serve(open: fn(&[u8], Option<usize>) -> Result<Table, Trouble>) {
    std::panic::set_hook(Box::new(|information| complain(&information.to_string())));
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let post = {
        let scope = scope.clone();
        // Bytes and nothing can always be cloned.
        move |value: &JsValue| drop(scope.post_message(value))
    };
    let answer = post.clone();
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let data = event.data();
        let property = |name: &str| Reflect::get(&data, &name.into()).unwrap_or(JsValue::UNDEFINED);
        let bytes = property("bytes").dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
        let part = property("part").as_f64().map(|part| part as usize);
        let opened = open(&bytes, part);
        if let Ok(opened) = borsh::to_vec(&opened) {
            answer(&Uint8Array::from(opened.as_slice()));
        }
    });
    scope.set_onmessage(Some(listener.as_ref().unchecked_ref()));
    // It listens until it is terminated.
    listener.forget();
    post(&JsValue::NULL);
}

/// The table at a place of a container, or its first one.
pub async fn open(bytes: &[u8], part: Option<usize>) -> Result<Table, Failure> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let address = concat!("./worker.js?v=", env!("CARGO_PKG_VERSION"));
    let worker = Worker::new_with_options(address, &options).map_err(|_| Failure::NotLoaded)?;
    let opened = ask(&worker, bytes, part).await;
    worker.terminate();
    opened
}

/// The next message of a worker, or its error.
async fn next(worker: &Worker) -> Option<JsValue> {
    let message = Promise::new(&mut |resolve, reject| {
        worker.set_onmessage(Some(&resolve));
        worker.set_onerror(Some(&reject));
    });
    let message: MessageEvent = JsFuture::from(message).await.ok()?.unchecked_into();
    Some(message.data())
}

async fn ask(worker: &Worker, bytes: &[u8], part: Option<usize>) -> Result<Table, Failure> {
    let message = |properties: &[(&str, JsValue)]| {
        let message = Object::new();
        for (name, value) in properties {
            // A fresh object takes every property.
            let _ = Reflect::set(&message, &(*name).into(), value);
        }
        message
    };
    let start = message(&[
        ("js", concat!("./workbook.js?v=", env!("CARGO_PKG_VERSION")).into()),
        ("module", concat!("./workbook_bg.wasm?v=", env!("CARGO_PKG_VERSION")).into()),
    ]);
    let ready = next(worker);
    worker.post_message(&start).map_err(|_| Failure::NotLoaded)?;
    ready.await.ok_or(Failure::NotLoaded)?;
    let bytes = Uint8Array::from(bytes);
    let part = part.map_or(JsValue::UNDEFINED, |part| JsValue::from_f64(part as f64));
    let order = message(&[("bytes", bytes.clone().into()), ("part", part)]);
    let answer = next(worker);
    // A worker that breaks while it reads was given something that it cannot read.
    let broken = Failure::Trouble(Trouble::Unreadable);
    worker.post_message_with_transfer(&order, &Array::of1(&bytes.buffer())).map_err(|_| broken)?;
    let answer = answer.await.and_then(|answer| answer.dyn_into::<Uint8Array>().ok()).ok_or(broken)?;
    let opened: Result<Table, Trouble> = borsh::from_slice(&answer.to_vec()).map_err(|_| broken)?;
    opened.map_err(Failure::Trouble)
}

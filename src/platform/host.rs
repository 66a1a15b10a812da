//! The worker's end: messages in and out, and a file's bytes in chunks.

use crate::protocol::{Request, Response};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent, ReadableStreamDefaultReader};

/// Whether this program runs as the worker.
pub fn is_worker() -> bool {
    js_sys::global().is_instance_of::<DedicatedWorkerGlobalScope>()
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// A file that came with a request.
#[derive(Clone, Debug)]
pub struct ReceivedFile(File);

/// Listens for requests for as long as the worker lives, and says that it does.
pub fn serve(handle: impl Fn(Request, Option<ReceivedFile>) + 'static) {
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let data = event.data();
        let property = |name: &str| Reflect::get(&data, &name.into()).unwrap_or(JsValue::UNDEFINED);
        let bytes = property("request").dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
        let request = borsh::from_slice(&bytes).ok();
        if let Some(request) = request {
            handle(request, property("file").dyn_into().ok().map(ReceivedFile));
        }
    });
    scope().set_onmessage(Some(listener.as_ref().unchecked_ref()));
    // The worker listens until it is terminated, and its memory goes with it.
    listener.forget();
    post(&Response::Ready);
}

/// Sends a response to the page.
pub fn post(response: &Response) {
    if let Ok(bytes) = borsh::to_vec(response) {
        // Bytes can always be cloned.
        let _ = scope().post_message(&Uint8Array::from(bytes.as_slice()));
    }
}

/// The clock, in milliseconds.
pub fn now() -> f64 {
    scope().performance().map_or(0.0, |performance| performance.now())
}

/// Waits; whatever else there is to do comes first.
pub async fn sleep(milliseconds: i32) {
    let wait = js_sys::Promise::new(&mut |resolve, _| {
        // A browser that refuses a timer leaves the promise open: the sleeper just never goes on.
        let _ = scope().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
    });
    let _ = JsFuture::from(wait).await;
}

impl ReceivedFile {
    /// Its name.
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.0.size() as u64
    }

    /// Starts reading from the beginning; `None` if the browser refuses.
    pub fn read(&self) -> Option<Chunks> {
        let reader = self.0.stream().get_reader().dyn_into().ok()?;
        Some(Chunks { reader })
    }
}

/// The bytes of a file, chunk by chunk.
#[derive(Debug)]
pub struct Chunks {
    reader: ReadableStreamDefaultReader,
}

/// The file changed or vanished while it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vanished;

impl Chunks {
    /// Reads the next chunk into a buffer, which keeps its memory; `false` at the end.
    pub async fn next(&mut self, buffer: &mut Vec<u8>) -> Result<bool, Vanished> {
        let result = JsFuture::from(self.reader.read()).await.map_err(|_| Vanished)?;
        let value = Reflect::get(&result, &"value".into()).unwrap_or(JsValue::UNDEFINED);
        let Ok(bytes) = value.dyn_into::<Uint8Array>() else { return Ok(false) };
        buffer.resize(bytes.length() as usize, 0);
        bytes.copy_to(buffer);
        Ok(true)
    }

    /// Ends the reading early.
    pub fn cancel(&self) {
        // Whatever the stream answers, nobody reads it any more.
        let _ = self.reader.cancel();
    }
}

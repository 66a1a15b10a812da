//! The worker's end: messages in and out, and a file's bytes in chunks.

use crate::protocol::{Request, Response};
use js_sys::{Array, ArrayBuffer, Object, Promise, Reflect, Uint8Array};
use std::cell::OnceCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, DedicatedWorkerGlobalScope, File, MessageChannel, MessageEvent, Worker};

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
    let wait = Promise::new(&mut |resolve, _| {
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
}

/// A second worker that reads files, so that the one that computes does not wait for bytes, nor spend time on them.
#[derive(Clone, Debug)]
pub struct FileReader(Rc<OnceCell<Worker>>);

/// Bytes of the first slice of a file: small, so that there is soon something to compute.
const FIRST_SLICE: f64 = 262_144.0;
/// Bytes of the others: asking has a price of its own.
const SLICE: f64 = 2_097_152.0;
/// Slices on their way at a time.
const AHEAD: usize = 3;
/// Bytes that are handed on at once: what was just copied should still be in the cache when it is read.
const CHUNK: u32 = 131_072;

impl FileReader {
    /// Starts the reading worker. Until it says that it runs, files are read by the worker that asks.
    pub fn start() -> FileReader {
        let running = Rc::new(OnceCell::new());
        if let Ok(worker) = Worker::new(concat!("./reader.js?v=", env!("CARGO_PKG_VERSION"))) {
            let (started, runs) = (worker.clone(), running.clone());
            let listener = Closure::once_into_js(move |_: MessageEvent| {
                // It says so once.
                let _ = runs.set(started);
            });
            worker.set_onmessage(Some(listener.unchecked_ref()));
        }
        FileReader(running)
    }

    /// Starts reading a file from its beginning.
    pub fn read(&self, file: &ReceivedFile) -> Chunks {
        let mut chunks = Chunks {
            reader: self.0.get().cloned(),
            file: file.0.clone(),
            at: 0.0,
            asked: VecDeque::new(),
            slice: None,
        };
        for _ in 0..AHEAD {
            chunks.ask();
        }
        chunks
    }
}

/// The bytes of a file, chunk by chunk. Drop it to stop.
#[derive(Debug)]
pub struct Chunks {
    reader: Option<Worker>,
    file: File,
    /// Up to where slices are asked for.
    at: f64,
    /// The slices on their way, in order.
    asked: VecDeque<Promise>,
    /// The slice that is handed on, and how much of it was.
    slice: Option<(Uint8Array, u32)>,
}

/// The file changed or vanished while it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vanished;

impl Chunks {
    /// Asks for the slice behind those that were asked for.
    fn ask(&mut self) {
        let size = self.file.size();
        if self.at >= size {
            return;
        }
        let end = size.min(self.at + if self.at == 0.0 { FIRST_SLICE } else { SLICE });
        let slice = self.file.slice_with_f64_and_f64(self.at, end);
        self.at = end;
        self.asked.extend(slice.ok().map(|slice| match &self.reader {
            Some(reader) => ask(reader, &slice),
            None => slice.array_buffer(),
        }));
    }

    /// Reads the next chunk into a buffer, which keeps its memory; `false` at the end.
    pub async fn next(&mut self, buffer: &mut Vec<u8>) -> Result<bool, Vanished> {
        let (slice, from) = match self.slice.take() {
            Some(rest) => rest,
            None => {
                let Some(promise) = self.asked.pop_front() else { return Ok(false) };
                self.ask();
                let answer = JsFuture::from(promise).await.map_err(|_| Vanished)?;
                let bytes = answer.dyn_into::<MessageEvent>().map_or_else(|bytes| bytes, |event| event.data());
                let bytes: ArrayBuffer = bytes.dyn_into().map_err(|_| Vanished)?;
                (Uint8Array::new(&bytes), 0)
            }
        };
        let to = slice.length().min(from + CHUNK);
        buffer.resize((to - from) as usize, 0);
        slice.subarray(from, to).copy_to(buffer);
        self.slice = (to < slice.length()).then_some((slice, to));
        Ok(true)
    }
}

/// Asks the reading worker for a slice; the promise gives a message with its bytes, or with nothing.
fn ask(reader: &Worker, slice: &Blob) -> Promise {
    Promise::new(&mut |resolve, reject| {
        let sent = MessageChannel::new().and_then(|channel| {
            let message = Object::new();
            Reflect::set(&message, &"slice".into(), slice)?;
            Reflect::set(&message, &"port".into(), &channel.port2())?;
            channel.port1().set_onmessage(Some(&resolve));
            reader.post_message_with_transfer(&message, &Array::of1(&channel.port2()))
        });
        if let Err(error) = sent {
            // The promise is open still, so that nothing can be thrown.
            let _ = reject.call1(&JsValue::UNDEFINED, &error);
        }
    })
}

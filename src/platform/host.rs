//! The worker's end: messages in and out, and a file's bytes in chunks.

use crate::protocol::{Request, Response};
use js_sys::{Array, ArrayBuffer, Date, Intl, Object, Promise, Reflect, Uint8Array};
use keeprate_ingest::{TimeZone, Turn};
use keeprate_metrics::period::Day;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, File, MessageChannel, MessageEvent, MessagePort, Worker};

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// A file that came with a request.
#[derive(Clone, Debug)]
pub struct ReceivedFile(File);

/// Listens for requests for as long as the worker lives, and says that it does.
pub fn serve(handle: impl Fn(Request, Vec<ReceivedFile>) + 'static) {
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let data = event.data();
        let property = |name: &str| Reflect::get(&data, &name.into()).unwrap_or(JsValue::UNDEFINED);
        let bytes = property("request").dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
        let request = borsh::from_slice(&bytes).ok();
        if let Some(request) = request {
            let files = property("files").dyn_into::<Array>().unwrap_or_default();
            handle(request, files.iter().filter_map(|file| file.dyn_into().ok()).map(ReceivedFile).collect());
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

/// The date of today where the reader is.
pub fn today() -> Option<Day> {
    let now = Date::new_0();
    Day::from_civil(now.get_full_year() as i32, now.get_month() + 1, now.get_date())
}

/// The zone of this device's clocks, as they were and will be set from 1970 until after next year.
pub fn time_zone() -> TimeZone {
    const MINUTE: i64 = 60;
    // No clock was ever turned twice within ten days.
    const STEP: i64 = 10 * 86_400;
    // The browser tells how many minutes UTC is ahead of it.
    let offset = |at: i64| Date::new(&JsValue::from(at as f64 * 1000.0)).get_timezone_offset() as i32 * -60;
    let until = (Date::now() / 1000.0) as i64 + 800 * 86_400;
    let mut turns = vec![Turn { at: i64::MIN, offset: offset(0) }];
    for end in (1..).map(|step| step * STEP).take_while(|end| *end < until) {
        let (mut before, mut after) = (end - STEP, end);
        let turned = offset(after);
        if turns.last().is_some_and(|last| last.offset == turned) {
            continue;
        }
        while after - before > MINUTE {
            let middle = (before / MINUTE + after / MINUTE) / 2 * MINUTE;
            if offset(middle) == turned {
                after = middle;
            } else {
                before = middle;
            }
        }
        turns.push(Turn { at: after, offset: turned });
    }
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    let name = Reflect::get(&options, &"timeZone".into()).ok().and_then(|name| name.as_string());
    TimeZone { name: name.unwrap_or_else(|| TimeZone::default().name), turns }
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
    /// A file of these bytes that nobody chose; a browser that has no such files gives none.
    pub fn of(name: &str, bytes: &[u8]) -> Option<ReceivedFile> {
        File::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes)), name).ok().map(ReceivedFile)
    }

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
pub struct FileReader {
    worker: Option<Worker>,
    /// Fails when the worker does not even start.
    broken: Promise,
}

/// Bytes that are handed on at once: what was just copied should still be in the cache when it is read.
const CHUNK: u32 = 131_072;

impl FileReader {
    /// Starts the reading worker.
    pub fn start() -> FileReader {
        let worker = Worker::new(concat!("./reader.js?v=", env!("CARGO_PKG_VERSION"))).ok();
        let broken = Promise::new(&mut |_, reject| {
            if let Some(worker) = &worker {
                worker.set_onerror(Some(&reject));
            }
        });
        FileReader { worker, broken }
    }

    /// Starts reading a file from its beginning.
    pub fn read(&self, file: &ReceivedFile) -> Result<Chunks<'static>, Vanished> {
        let reader = self.worker.as_ref().ok_or(Vanished)?;
        let chunks = MessageChannel::new().and_then(|channel| {
            let message = Object::new();
            Reflect::set(&message, &"file".into(), &file.0)?;
            Reflect::set(&message, &"port".into(), &channel.port2())?;
            reader.post_message_with_transfer(&message, &Array::of1(&channel.port2()))?;
            let port = channel.port1();
            let broken = self.broken.clone();
            // Before the first slice there is none whose buffer could be given back.
            let none = || Uint8Array::new_with_length(0);
            Ok(Slices { asked: ask(&port, &none().buffer()), port, broken, slice: none(), from: 0 })
        });
        chunks.map(Chunks::File).map_err(|_| Vanished)
    }
}

/// The bytes of a file, chunk by chunk. Drop it to stop.
#[derive(Debug)]
pub enum Chunks<'a> {
    /// From the worker that reads.
    File(Slices),
    /// Of a table that is here already.
    Bytes(&'a [u8]),
}

/// The slices of a file as they come.
#[derive(Debug)]
pub struct Slices {
    port: MessagePort,
    broken: Promise,
    /// The message that brings the next slice of the file.
    asked: Promise,
    /// The slice that is handed on, and how much of it was.
    slice: Uint8Array,
    from: u32,
}

/// The file changed or vanished while it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vanished;

impl Chunks<'_> {
    /// Reads the next chunk into a buffer, which keeps its memory; `false` at the end.
    pub async fn next(&mut self, buffer: &mut Vec<u8>) -> Result<bool, Vanished> {
        match self {
            Chunks::File(slices) => slices.next(buffer).await,
            Chunks::Bytes(bytes) => {
                let (chunk, rest) = bytes.split_at(bytes.len().min(CHUNK as usize));
                buffer.clear();
                buffer.extend_from_slice(chunk);
                *bytes = rest;
                Ok(!chunk.is_empty())
            }
        }
    }

    /// All that follows on what was read already.
    pub async fn rest(&mut self, mut bytes: Vec<u8>) -> Result<Vec<u8>, Vanished> {
        let mut buffer = Vec::new();
        while self.next(&mut buffer).await? {
            bytes.extend_from_slice(&buffer);
        }
        Ok(bytes)
    }
}

impl Slices {
    async fn next(&mut self, buffer: &mut Vec<u8>) -> Result<bool, Vanished> {
        if self.from == self.slice.length() {
            let answer = Promise::race(&Array::of2(&self.asked, &self.broken));
            let answer: MessageEvent = JsFuture::from(answer).await.map_err(|_| Vanished)?.unchecked_into();
            self.asked = ask(&self.port, &self.slice.buffer());
            (self.slice, self.from) = (answer.data().dyn_into().map_err(|_| Vanished)?, 0);
        }
        let to = self.slice.length().min(self.from + CHUNK);
        buffer.resize((to - self.from) as usize, 0);
        self.slice.subarray(self.from, to).copy_to(buffer);
        self.from = to;
        Ok(to > 0)
    }
}

/// Asks for the next slice and gives the buffer of the one before back, to be filled again; there is one question at a
/// time, so that the next message is its answer.
fn ask(port: &MessagePort, buffer: &ArrayBuffer) -> Promise {
    Promise::new(&mut |resolve, _| {
        port.set_onmessage(Some(&resolve));
        // A buffer that nobody else has can always be handed over.
        let _ = port.post_message_with_transferable(buffer, &Array::of1(buffer));
    })
}

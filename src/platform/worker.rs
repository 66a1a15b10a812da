//! The page's end of the worker: starts it, waits until it listens, sends requests, hands responses on.

use crate::platform::files::PickedFile;
use crate::protocol::{Request, Response};
use js_sys::{Object, Reflect, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

/// What comes from the worker.
#[derive(Clone, Debug)]
pub enum Event {
    /// A response.
    Response(Response),
    /// The worker broke and was replaced by a fresh one, which has nothing loaded.
    Lost,
}

type Listener = Rc<dyn Fn(Event)>;
type Handler = Closure<dyn FnMut(web_sys::Event)>;
type Pending = Vec<(Request, Option<PickedFile>)>;

struct Inner {
    worker: RefCell<Option<Worker>>,
    ready: Cell<bool>,
    pending: RefCell<Pending>,
    listener: Listener,
    handlers: RefCell<Vec<Handler>>,
}

/// A handle on the worker. Clones talk to the same one.
#[derive(Clone)]
pub struct WorkerClient(Rc<Inner>);

impl PartialEq for WorkerClient {
    fn eq(&self, other: &WorkerClient) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// The address of the glue that started the page.
fn glue_address() -> String {
    let script = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.query_selector("script[data-js]").ok().flatten());
    let relative = script.and_then(|script| script.get_attribute("data-js")).unwrap_or_default();
    let base = web_sys::window().and_then(|window| window.document()?.base_uri().ok().flatten()).unwrap_or_default();
    web_sys::Url::new_with_base(&relative, &base).map_or(relative, |address| address.href())
}

impl WorkerClient {
    /// Starts the worker.
    pub fn start(listener: impl Fn(Event) + 'static) -> WorkerClient {
        let client = WorkerClient(Rc::new(Inner {
            worker: RefCell::default(),
            ready: Cell::new(false),
            pending: RefCell::default(),
            listener: Rc::new(listener),
            handlers: RefCell::default(),
        }));
        client.spawn();
        client
    }

    fn spawn(&self) {
        let inner = &self.0;
        inner.ready.set(false);
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        // Relative to the document, so that the app works under any sub-path; the version defeats stale caches.
        let address = concat!("./worker.js?v=", env!("CARGO_PKG_VERSION"));
        let Ok(worker) = Worker::new_with_options(address, &options) else {
            (inner.listener)(Event::Lost);
            return;
        };
        let client = self.clone();
        let message = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
            let bytes = event.data().dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
            if let Ok(response) = borsh::from_slice(&bytes) {
                client.received(response);
            }
        });
        let client = self.clone();
        let error = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            event.prevent_default();
            client.restart();
            (client.0.listener)(Event::Lost);
        });
        worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        // The worker runs this very program: it gets the compiled module, and the address of the glue beside it.
        let start = Object::new();
        let _ = Reflect::set(&start, &"js".into(), &glue_address().into());
        let _ = Reflect::set(&start, &"module".into(), &wasm_bindgen::module());
        let _ = worker.post_message(&start);
        inner.worker.replace(Some(worker));
        // The handlers of a worker that was replaced are kept until the next replacement: one of them may be running.
        let mut handlers = inner.handlers.borrow_mut();
        let drop_until = handlers.len().saturating_sub(2);
        handlers.drain(..drop_until);
        handlers.extend([message, error]);
    }

    fn received(&self, response: Response) {
        if matches!(response, Response::Ready) {
            self.0.ready.set(true);
            for (request, file) in self.0.pending.take() {
                self.post(&request, file.as_ref());
            }
        } else {
            (self.0.listener)(Event::Response(response));
        }
    }

    /// Ends the worker with all it holds and starts a fresh one.
    pub fn restart(&self) {
        if let Some(worker) = self.0.worker.take() {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
        self.0.pending.borrow_mut().clear();
        self.spawn();
    }

    /// Sends a request, now or as soon as the worker listens.
    pub fn send(&self, request: Request, file: Option<PickedFile>) {
        if self.0.ready.get() {
            self.post(&request, file.as_ref());
        } else {
            self.0.pending.borrow_mut().push((request, file));
        }
    }

    fn post(&self, request: &Request, file: Option<&PickedFile>) {
        let worker = self.0.worker.borrow();
        let (Some(worker), Ok(bytes)) = (worker.as_ref(), borsh::to_vec(request)) else { return };
        let message = Object::new();
        // Properties of a fresh object can be set, and bytes and files can be cloned: neither call can fail.
        let _ = Reflect::set(&message, &"request".into(), &Uint8Array::from(bytes.as_slice()));
        if let Some(file) = file {
            let _ = Reflect::set(&message, &"file".into(), file.as_js());
        }
        let _ = worker.post_message(&message);
    }
}

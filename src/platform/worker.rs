//! The page's end of the worker: starts it, waits until it listens, sends requests, hands responses on. It is a program of
//! its own (src/bin/intake.rs), which is loaded behind the first view; what is asked before waits for it.

use crate::platform::files::PickedFile;
use crate::protocol::{Request, Response};
use js_sys::{Array, Object, Reflect, Uint8Array};
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
    /// The worker that something waits for could not be loaded, as without a network.
    Unloadable,
}

type Listener = Rc<dyn Fn(Event)>;
type Handler = Closure<dyn FnMut(web_sys::Event)>;
type Pending = Vec<(Request, Vec<PickedFile>)>;

/// The worker: not started, starting or listening.
struct Inner {
    worker: RefCell<Option<Worker>>,
    ready: Cell<bool>,
    /// What it is told once it listens.
    pending: RefCell<Pending>,
    handlers: RefCell<Vec<Handler>>,
    listener: Listener,
}

/// A handle on the worker. Clones talk to the same one.
#[derive(Clone)]
pub struct WorkerClient(Rc<Inner>);

impl PartialEq for WorkerClient {
    fn eq(&self, other: &WorkerClient) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Inner {
    /// Ends the worker with all it holds.
    fn end(&self) {
        self.ready.set(false);
        if let Some(worker) = self.worker.take() {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
    }

    /// Sends a request, now or as soon as the worker listens.
    fn send(&self, request: Request, files: Vec<PickedFile>) {
        if self.ready.get() {
            self.post(&request, &files);
        } else {
            self.pending.borrow_mut().push((request, files));
        }
    }

    fn post(&self, request: &Request, files: &[PickedFile]) {
        let worker = self.worker.borrow();
        let (Some(worker), Ok(bytes)) = (worker.as_ref(), borsh::to_vec(request)) else { return };
        let message = Object::new();
        // Properties of a fresh object can be set, and bytes and files can be cloned: neither call can fail.
        let _ = Reflect::set(&message, &"request".into(), &Uint8Array::from(bytes.as_slice()));
        let files: Array = files.iter().map(PickedFile::as_js).collect();
        let _ = Reflect::set(&message, &"files".into(), &files);
        let _ = worker.post_message(&message);
    }
}

impl WorkerClient {
    /// A worker that is not started yet.
    pub fn new(listener: impl Fn(Event) + 'static) -> WorkerClient {
        WorkerClient(Rc::new(Inner {
            worker: RefCell::default(),
            ready: Cell::default(),
            pending: RefCell::default(),
            handlers: RefCell::default(),
            listener: Rc::new(listener),
        }))
    }

    /// Loads the worker, so that later nothing has to be asked of the network. If it cannot be loaded now, the next
    /// request tries again.
    pub fn load(&self) {
        if self.0.worker.borrow().is_none() {
            self.spawn();
        }
    }

    fn spawn(&self) {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        // Relative to the document, so that the app works under any sub-path; the version defeats stale caches.
        let address = concat!("./worker.js?v=", env!("CARGO_PKG_VERSION"));
        let Ok(worker) = Worker::new_with_options(address, &options) else {
            return self.failed();
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
            client.failed();
        });
        worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        // Relative to the script that starts it.
        let program = |glue: &str, module: &str| {
            let program = Object::new();
            let _ = Reflect::set(&program, &"js".into(), &glue.into());
            let _ = Reflect::set(&program, &"module".into(), &module.into());
            program
        };
        let start = program(
            concat!("./intake.js?v=", env!("CARGO_PKG_VERSION")),
            concat!("./intake_bg.wasm?v=", env!("CARGO_PKG_VERSION")),
        );
        // The worker takes this one where the browser has no SIMD.
        let plain = program(
            concat!("./intake_plain.js?v=", env!("CARGO_PKG_VERSION")),
            concat!("./intake_plain_bg.wasm?v=", env!("CARGO_PKG_VERSION")),
        );
        let _ = Reflect::set(&start, &"plain".into(), &plain);
        let _ = worker.post_message(&start);
        self.0.worker.replace(Some(worker));
        // The handlers of a worker that was replaced are kept until the next replacement: one of them may be running.
        let mut handlers = self.0.handlers.borrow_mut();
        let drop_until = handlers.len().saturating_sub(2);
        handlers.drain(..drop_until);
        handlers.extend([message, error]);
    }

    fn received(&self, response: Response) {
        match response {
            Response::Ready => {
                self.0.ready.set(true);
                for (request, files) in self.0.pending.take() {
                    self.0.post(&request, &files);
                }
            }
            response => (self.0.listener)(Event::Response(response)),
        }
    }

    /// The worker broke while it listened, or could not be loaded.
    fn failed(&self) {
        let listened = self.0.ready.get();
        self.0.end();
        let waiting = !self.0.pending.take().is_empty();
        if listened {
            self.spawn();
            (self.0.listener)(Event::Lost);
        } else if waiting {
            (self.0.listener)(Event::Unloadable);
        }
    }

    /// Sends a request, now or as soon as the worker listens.
    pub fn send(&self, request: Request, files: Vec<PickedFile>) {
        self.load();
        self.0.send(request, files);
    }
}

//! The page's end of the workers: starts them, waits until they listen, sends requests, hands responses on.
//!
//! There are two, one after the other. The first is the app's own program and knows what the sample needs; the whole one
//! (src/bin/intake.rs) is loaded behind the first view and takes over with the first file that it can open.

use crate::platform::files::PickedFile;
use crate::protocol::{Request, Response};
use js_sys::{Object, Reflect, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

/// What comes from the workers.
#[derive(Clone, Debug)]
pub enum Event {
    /// A response.
    Response(Response),
    /// A worker broke and was replaced by a fresh one, which has nothing loaded.
    Lost,
    /// The worker that a file waits for could not be loaded, as without a network.
    Unloadable,
}

type Listener = Rc<dyn Fn(Event)>;
type Handler = Closure<dyn FnMut(web_sys::Event)>;
type Pending = Vec<(Request, Option<PickedFile>)>;

/// Which worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    First,
    Whole,
}

/// One worker: not started, starting or listening.
#[derive(Default)]
struct Line {
    worker: RefCell<Option<Worker>>,
    ready: Cell<bool>,
    /// What it is told once it listens.
    pending: RefCell<Pending>,
    handlers: RefCell<Vec<Handler>>,
}

struct Inner {
    first: Line,
    whole: Line,
    /// Who has what is loaded.
    holder: Cell<Role>,
    listener: Listener,
}

/// A handle on the workers. Clones talk to the same ones.
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

impl Line {
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
    fn send(&self, request: Request, file: Option<PickedFile>) {
        if self.ready.get() {
            self.post(&request, file.as_ref());
        } else {
            self.pending.borrow_mut().push((request, file));
        }
    }

    fn post(&self, request: &Request, file: Option<&PickedFile>) {
        let worker = self.worker.borrow();
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

impl WorkerClient {
    /// Starts the first worker.
    pub fn start(listener: impl Fn(Event) + 'static) -> WorkerClient {
        let client = WorkerClient(Rc::new(Inner {
            first: Line::default(),
            whole: Line::default(),
            holder: Cell::new(Role::First),
            listener: Rc::new(listener),
        }));
        client.spawn(Role::First);
        client
    }

    /// Loads the whole worker, so that later nothing has to be asked of the network. If it cannot be loaded now, the next
    /// file tries again.
    pub fn load_whole(&self) {
        if self.0.whole.worker.borrow().is_none() {
            self.spawn(Role::Whole);
        }
    }

    fn line(&self, role: Role) -> &Line {
        match role {
            Role::First => &self.0.first,
            Role::Whole => &self.0.whole,
        }
    }

    fn spawn(&self, role: Role) {
        let line = self.line(role);
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        // Relative to the document, so that the app works under any sub-path; the version defeats stale caches.
        let address = concat!("./worker.js?v=", env!("CARGO_PKG_VERSION"));
        let Ok(worker) = Worker::new_with_options(address, &options) else {
            return self.failed(role);
        };
        let client = self.clone();
        let message = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
            let bytes = event.data().dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
            if let Ok(response) = borsh::from_slice(&bytes) {
                client.received(role, response);
            }
        });
        let client = self.clone();
        let error = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            event.prevent_default();
            client.failed(role);
        });
        worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        let (glue, module): (String, JsValue) = match role {
            // This very program: the compiled module, and the address of the glue beside it.
            Role::First => (glue_address(), wasm_bindgen::module()),
            // Relative to the script that starts it.
            Role::Whole => (
                concat!("./intake.js?v=", env!("CARGO_PKG_VERSION")).to_owned(),
                concat!("./intake_bg.wasm?v=", env!("CARGO_PKG_VERSION")).into(),
            ),
        };
        let start = Object::new();
        let _ = Reflect::set(&start, &"js".into(), &glue.into());
        let _ = Reflect::set(&start, &"module".into(), &module);
        let _ = worker.post_message(&start);
        line.worker.replace(Some(worker));
        // The handlers of a worker that was replaced are kept until the next replacement: one of them may be running.
        let mut handlers = line.handlers.borrow_mut();
        let drop_until = handlers.len().saturating_sub(2);
        handlers.drain(..drop_until);
        handlers.extend([message, error]);
    }

    fn received(&self, role: Role, response: Response) {
        let line = self.line(role);
        match response {
            Response::Ready => {
                line.ready.set(true);
                for (request, file) in line.pending.take() {
                    line.post(&request, file.as_ref());
                }
            }
            response => {
                if role == Role::Whole && matches!(response, Response::Opened { .. }) {
                    self.0.holder.set(Role::Whole);
                    self.0.first.end();
                }
                (self.0.listener)(Event::Response(response));
            }
        }
    }

    /// A worker that listened broke, or one could not be loaded.
    fn failed(&self, role: Role) {
        let line = self.line(role);
        let listened = line.ready.get();
        line.end();
        let waiting = !line.pending.take().is_empty();
        if listened {
            self.spawn(role);
            (self.0.listener)(Event::Lost);
        } else if waiting {
            (self.0.listener)(Event::Unloadable);
        }
    }

    /// Sends a request to the worker whose it is.
    pub fn send(&self, request: Request, file: Option<PickedFile>) {
        let role = match request {
            Request::Open { .. } | Request::Cancel { .. } => Role::Whole,
            Request::OpenSample { .. } | Request::Ask { .. } | Request::Comments { .. } => self.0.holder.get(),
        };
        if self.line(role).worker.borrow().is_none() {
            self.spawn(role);
        }
        self.line(role).send(request, file);
    }
}

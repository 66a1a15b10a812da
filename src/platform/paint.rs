//! Work that waits until the browser has painted, so that what matters most is on the screen first.

use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

/// Milliseconds after which a task stops waiting: a hidden tab paints nothing.
const PATIENCE: i32 = 250;

type Task = Box<dyn FnOnce()>;

/// A task that waits for a paint.
pub struct Pending(Rc<Cell<Option<Task>>>);

impl Pending {
    /// Runs the task, unless it ran already or was cancelled.
    fn run(&self) {
        if let Some(task) = self.0.take() {
            task();
        }
    }

    /// Gives the task up, if it did not run yet.
    pub fn cancel(&self) {
        self.0.take();
    }

    /// Runs the task after this many milliseconds.
    fn run_after(&self, milliseconds: i32) {
        let pending = Pending(self.0.clone());
        let run = Closure::once_into_js(move || pending.run());
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(run.unchecked_ref(), milliseconds);
        }
    }
}

/// Runs a task of its own as soon as possible; several run in the order in which they came.
pub fn soon(task: impl FnOnce() + 'static) {
    Pending(Rc::new(Cell::new(Some(Box::new(task))))).run_after(0);
}

/// Runs a task of its own once the browser has painted what is being rendered now.
pub fn after_paint(task: impl FnOnce() + 'static) -> Pending {
    let pending = Pending(Rc::new(Cell::new(Some(Box::new(task)))));
    let painted = Pending(pending.0.clone());
    // A task after the frame's callback runs after its paint.
    let frame = Closure::once_into_js(move || painted.run_after(0));
    if let Some(window) = web_sys::window() {
        let _ = window.request_animation_frame(frame.unchecked_ref());
    }
    pending.run_after(PATIENCE);
    pending
}

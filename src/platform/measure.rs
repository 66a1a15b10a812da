//! `performance.measure` entries: what the page tells of its speed (report.md, "In the page").

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

fn performance() -> Option<web_sys::Performance> {
    web_sys::window()?.performance()
}

/// The clock of the measures, in milliseconds.
pub fn now() -> f64 {
    performance().map_or(0.0, |performance| performance.now())
}

/// Starts a measure: notes the moment under a name.
pub fn start(name: &str) {
    if let Some(performance) = performance() {
        let _ = performance.mark(&[name, ":start"].concat());
    }
}

/// Ends a measure that was started; one that never started is ignored.
pub fn end(name: &str) {
    if let Some(performance) = performance() {
        let _ = performance.measure_with_start_mark(name, &[name, ":start"].concat());
    }
}

/// Ends a measure once the browser has painted what is being rendered now.
pub fn end_after_paint(name: &'static str) {
    let Some(window) = web_sys::window() else { return };
    let measure = Closure::once_into_js(move || {
        // A task after the frame's callback runs after its paint.
        let finished = Closure::once_into_js(move || end(name));
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback(finished.unchecked_ref());
        }
    });
    let _ = window.request_animation_frame(measure.unchecked_ref());
}

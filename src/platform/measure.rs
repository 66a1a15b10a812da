//! `performance.measure` entries: what the page tells of its speed (report.md, "In the page").

use crate::platform::paint::after_paint;

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
    after_paint(move || end(name));
}

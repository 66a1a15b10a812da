//! One program, started twice: as the page, and as the worker that opens the sample. Both run the same compiled module, so
//! that it is fetched and compiled once.

fn main() {
    if keeprate::platform::host::is_worker() {
        keeprate::worker::run_first();
    } else {
        keeprate::app::run();
    }
}

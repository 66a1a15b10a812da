//! Asks the worker a question about what is loaded.

use crate::context::Session;
use crate::platform::measure;
use crate::protocol::{Request, Summary};
use crate::state::data::Action;
use keeprate_metrics::report::Question;
use std::cell::Cell;

thread_local! {
    static NUMBERS: Cell<u32> = const { Cell::new(0) };
}

/// Sends a question about the data that a job has loaded, under a fresh number; older answers will be dropped.
pub fn ask(session: &Session, (job, summary): (u32, &Summary), question: Question) {
    measure::start("keeprate:report");
    let number = NUMBERS.with(|numbers| {
        numbers.set(numbers.get().wrapping_add(1));
        numbers.get()
    });
    session.data.dispatch(Action::Asked(job, number));
    let question = Box::new(question);
    session.worker.send(Request::Ask { number, question, sample: summary.sample }, Vec::new());
}

//! Opens the sample: at the start from the file that the build has written, later by the worker.

use crate::context::Session;
use crate::platform::{measure, sample};
use crate::protocol::Request;
use crate::state::data::{Action, Loaded, Reading, SharedReport};
use crate::tasks::open_file::next_job;
use std::rc::Rc;

/// Shows what the page opens on. Without its file the worker makes the sample.
pub fn open_first_sample(session: &Session) {
    let job = started(session);
    let session = session.clone();
    sample::load(move |sample| match sample {
        Some((summary, report)) => {
            measure::end("keeprate:read");
            let report = SharedReport(Rc::new(report));
            let loaded = Loaded { job, summary: Rc::new(summary), report, complete: true };
            session.data.dispatch(Action::Opened(job, loaded));
            measure::end_after_paint("keeprate:open");
        }
        None => session.worker.send(Request::OpenSample { job }, Vec::new()),
    });
}

/// Asks the worker for the sample, in place of what is loaded.
pub fn open_sample(session: &Session) {
    let job = started(session);
    session.worker.send(Request::OpenSample { job }, Vec::new());
}

fn started(session: &Session) -> u32 {
    measure::start("keeprate:open");
    measure::start("keeprate:read");
    let job = next_job();
    session.data.dispatch(Action::Started(Reading {
        job,
        name: String::new(),
        size: 0,
        bytes: 0,
        records: 0,
        again: false,
        seconds_left: None,
    }));
    job
}

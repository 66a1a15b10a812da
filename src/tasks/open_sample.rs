//! Opens the sample, which the worker makes itself: no request, and the same way as a file's.

use crate::context::Session;
use crate::platform::measure;
use crate::protocol::Request;
use crate::state::data::{Action, Reading};
use crate::tasks::open_file::next_job;

/// Asks the worker for the sample.
pub fn open_sample(session: &Session) {
    measure::start("keeprate:open");
    measure::start("keeprate:read");
    let job = next_job();
    session.data.dispatch(Action::Started(Reading {
        job,
        name: String::new(),
        size: 0,
        bytes: 0,
        records: 0,
        seconds_left: None,
    }));
    session.worker.send(Request::OpenSample { job }, None);
}

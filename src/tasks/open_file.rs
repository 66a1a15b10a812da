//! Opens a file in place of what is loaded; what is loaded stays until the file turns out to be usable.

use crate::context::Session;
use crate::i18n::Language;
use crate::platform::files::PickedFile;
use crate::platform::measure;
use crate::protocol::Request;
use crate::state::data::{Action, Reading};
use std::cell::Cell;

thread_local! {
    static JOBS: Cell<u32> = const { Cell::new(0) };
}

/// A fresh number for a job.
pub(super) fn next_job() -> u32 {
    JOBS.with(|jobs| {
        jobs.set(jobs.get().wrapping_add(1));
        jobs.get()
    })
}

/// Sends the file to the worker. A file that is being read is given up.
pub fn open_file(session: &Session, file: PickedFile, language: Language) {
    measure::start("keeprate:open");
    measure::start("keeprate:read");
    let job = next_job();
    session.data.dispatch(Action::Started(Reading {
        job,
        name: file.name(),
        size: file.size(),
        bytes: 0,
        records: 0,
        seconds_left: None,
    }));
    let request = Request::Open { job, german: language == Language::De };
    session.worker.send(request, Some(file));
}

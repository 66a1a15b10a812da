//! Reads the file that came last once more, in the way that was chosen, and remembers the choice for files like it.

use crate::context::Session;
use crate::platform::{measure, storage};
use crate::protocol::{Choices, Request};
use crate::queries::reading::format;
use crate::state::data::{Action, Reading};
use crate::tasks::open_file::{READINGS, next_job};
use keeprate_ingest::Options;

/// Reads the file again: its name, its size, what was chosen about it before, and what is chosen now.
pub fn read_again(session: &Session, (name, size): (&str, u64), choices: &Choices, options: Options) {
    if let Some(fingerprint) = &choices.fingerprint {
        let (name, text) = ([READINGS, fingerprint].concat(), format(&options));
        if text.is_empty() { storage::remove(&name) } else { storage::set(&name, &text) }
    }
    measure::start("keeprate:open");
    measure::start("keeprate:read");
    let job = next_job();
    session.data.dispatch(Action::Started(Reading {
        job,
        name: name.to_owned(),
        size,
        bytes: 0,
        records: 0,
        again: true,
        seconds_left: None,
    }));
    session.worker.send(Request::Reopen { job, options: Box::new(options) }, None);
}

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
        let (entry, text) = ([READINGS, fingerprint].concat(), format(&options));
        if text.is_empty() { storage::remove(&entry) } else { storage::set(&entry, &text) }
    }
    reopen(session, (name, size), None, options);
}

/// Reads another table of the file: a sheet of a spreadsheet, a file of an archive.
pub fn read_part(session: &Session, file: (&str, u64), part: usize, options: Options) {
    reopen(session, file, Some(part), options);
}

fn reopen(session: &Session, (name, size): (&str, u64), part: Option<usize>, options: Options) {
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
    session.worker.send(Request::Reopen { job, part, options: Box::new(options) }, None);
}

//! Reads a file once more, in the way that was chosen, and remembers the choice for files like it; or goes on without it.

use crate::context::Session;
use crate::platform::{measure, storage};
use crate::protocol::{Choices, Request};
use crate::queries::reading::format;
use crate::state::data::{Action, Reading};
use crate::tasks::open_file::{READINGS, next_job};
use keeprate_ingest::Options;

/// A file to be read again.
#[derive(Clone, Copy, Debug)]
pub struct Which<'a> {
    /// Its place among those that are loaded; `None` for the one that was refused last.
    pub place: Option<usize>,
    /// Its name.
    pub name: &'a str,
    /// Its size in bytes.
    pub size: u64,
}

/// Reads the file again: what was chosen about it before, and what is chosen now.
pub fn read_again(session: &Session, file: Which<'_>, choices: &Choices, options: Options) {
    if let Some(fingerprint) = &choices.fingerprint {
        let (entry, text) = ([READINGS, fingerprint].concat(), format(&options));
        if text.is_empty() { storage::remove(&entry) } else { storage::set(&entry, &text) }
    }
    let (place, options) = (file.place, Box::new(options));
    begin(session, file, |job| Request::Reopen { job, place, part: None, options });
}

/// Reads another table of the file: a sheet of a spreadsheet, a file of an archive.
pub fn read_part(session: &Session, file: Which<'_>, part: usize, options: Options) {
    let (place, options) = (file.place, Box::new(options));
    begin(session, file, |job| Request::Reopen { job, place, part: Some(part), options });
}

/// Goes on without a file that is joined.
pub fn go_on_without(session: &Session, file: Which<'_>) {
    if let Some(place) = file.place {
        begin(session, file, |job| Request::Leave { job, place });
    }
}

fn begin(session: &Session, file: Which<'_>, request: impl FnOnce(u32) -> Request) {
    measure::start("keeprate:open");
    measure::start("keeprate:read");
    let job = next_job();
    session.data.dispatch(Action::Started(Reading {
        job,
        name: file.name.to_owned(),
        size: file.size,
        bytes: 0,
        records: 0,
        again: true,
        seconds_left: None,
    }));
    session.worker.send(request(job), Vec::new());
}

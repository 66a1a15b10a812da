//! Opens a file in place of what is loaded; what is loaded stays until the file turns out to be usable.

use crate::context::Session;
use crate::i18n::Language;
use crate::platform::documents::{self, Answer};
use crate::platform::files::PickedFile;
use crate::platform::{measure, storage};
use crate::protocol::Request as WorkerRequest;
use crate::queries::reading::parse;
use crate::state::data::{Action, Reading, Trouble};
use keeprate_documents::{Request, Response};
use keeprate_ingest::Options;
use std::cell::Cell;

thread_local! {
    static JOBS: Cell<u32> = const { Cell::new(0) };
}

/// What the names of remembered decisions about files begin with.
pub(super) const READINGS: &str = "reading.";

/// A fresh number for a job.
pub(super) fn next_job() -> u32 {
    JOBS.with(|jobs| {
        jobs.set(jobs.get().wrapping_add(1));
        jobs.get()
    })
}

/// Opens a table, or answers in JSON as the table that they are. A file that is being read is given up.
pub fn open_file(session: &Session, file: PickedFile, language: Language) {
    measure::start("keeprate:open");
    measure::start("keeprate:read");
    let job = next_job();
    if !file.name().to_ascii_lowercase().ends_with(".json") {
        return send(session, job, &file, language);
    }
    let (session, name) = (session.clone(), file.name());
    file.read(move |bytes| {
        let fail = |trouble: Trouble, session: &Session| session.data.dispatch(Action::Failed(trouble));
        let Some(json) = bytes else { return fail(Trouble::Unreadable(name), &session) };
        documents::ask(Request::Answers { json }, move |answer| match answer {
            // Another file was chosen meanwhile.
            _ if job != JOBS.get() => {}
            Answer::Here(Response::Answers(csv)) => match csv.and_then(|csv| PickedFile::from_text(&name, &csv)) {
                Some(table) => send(&session, job, &table, language),
                None => fail(Trouble::NoAnswers(name), &session),
            },
            _ => fail(Trouble::NotLoaded, &session),
        });
    });
}

/// Sends a file to the worker.
fn send(session: &Session, job: u32, file: &PickedFile, language: Language) {
    session.data.dispatch(Action::Started(Reading {
        job,
        name: file.name(),
        size: file.size(),
        bytes: 0,
        records: 0,
        again: false,
        seconds_left: None,
    }));
    let remembered = storage::all(READINGS).into_iter().map(|(name, text)| (name, parse(&text, language))).collect();
    let options = Box::new(Options { language, ..Options::default() });
    let request = WorkerRequest::Open { job, options, remembered };
    session.worker.send(request, Some(file.clone()));
}

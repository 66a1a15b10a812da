//! Opens files in place of what is loaded or beside it; what is loaded stays until they turn out to be usable.

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

/// Opens tables, or answers in JSON as the tables that they are, joined on the customer: beside the files that are loaded,
/// or in their place. What is being read is given up.
pub fn open_files(session: &Session, files: Vec<PickedFile>, beside: bool, language: Language) {
    measure::start("keeprate:open");
    measure::start("keeprate:read");
    let opening = Opening { session: session.clone(), job: next_job(), beside, language };
    opening.convert(files, Vec::new());
}

/// Files on their way to the worker.
#[derive(Clone)]
struct Opening {
    session: Session,
    job: u32,
    beside: bool,
    language: Language,
}

impl Opening {
    /// Makes tables of files, one after the other, behind those that are tables already; then sends all of them.
    fn convert(self, mut files: Vec<PickedFile>, mut tables: Vec<PickedFile>) {
        if files.is_empty() {
            return self.send(tables);
        }
        let file = files.remove(0);
        if !file.name().to_ascii_lowercase().ends_with(".json") {
            tables.push(file);
            return self.convert(files, tables);
        }
        let name = file.name();
        file.read(move |bytes| {
            let fail = |trouble: Trouble| self.session.data.dispatch(Action::Failed(trouble));
            let Some(json) = bytes else { return fail(Trouble::Unreadable(name)) };
            let opening = self.clone();
            documents::ask(Request::Answers { json }, move |answer| {
                let fail = |trouble: Trouble| opening.session.data.dispatch(Action::Failed(trouble));
                match answer {
                    // Other files were chosen meanwhile.
                    _ if opening.job != JOBS.get() => {}
                    Answer::Here(Response::Answers(csv)) => {
                        match csv.and_then(|csv| PickedFile::from_text(&name, &csv)) {
                            Some(table) => {
                                tables.push(table);
                                opening.convert(files, tables);
                            }
                            None => fail(Trouble::NoAnswers(name)),
                        }
                    }
                    _ => fail(Trouble::NotLoaded),
                }
            });
        });
    }

    /// Sends tables to the worker.
    fn send(self, tables: Vec<PickedFile>) {
        let Opening { session, job, beside, language } = self;
        let Some(first) = tables.first() else { return };
        session.data.dispatch(Action::Started(Reading {
            job,
            name: first.name(),
            size: first.size(),
            bytes: 0,
            records: 0,
            again: false,
            seconds_left: None,
        }));
        let remembered =
            storage::all(READINGS).into_iter().map(|(name, text)| (name, parse(&text, language))).collect();
        let options = Box::new(Options { language, ..Options::default() });
        session.worker.send(WorkerRequest::Open { job, beside, options, remembered }, tables);
    }
}

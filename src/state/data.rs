//! The loaded data, the job that reads a file, and what went wrong with the last one.

use crate::protocol::{Rejection, Summary};
use keeprate_documents::Document;
use keeprate_metrics::bridge::Bridge;
use keeprate_metrics::responses::CommentPage;
use std::ops::Deref;
use std::rc::Rc;
use yew::Reducible;

/// Data in the worker with the latest answer.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Number of the job that read it.
    pub job: u32,
    /// What was loaded.
    pub summary: Rc<Summary>,
    /// The latest answer.
    pub report: SharedReport,
    /// Whether that is whole: the first one to a large file has its figures alone.
    pub complete: bool,
}

/// A report that is compared by identity: two answers are never compared number by number.
#[derive(Clone, Debug)]
pub struct SharedReport(pub Rc<Document>);

impl PartialEq for SharedReport {
    fn eq(&self, other: &SharedReport) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for SharedReport {
    type Target = Document;

    fn deref(&self) -> &Document {
        &self.0
    }
}

/// A file being read.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Number of the job.
    pub job: u32,
    /// The file's name.
    pub name: String,
    /// The file's size in bytes.
    pub size: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Records read.
    pub records: u64,
    /// Whether it was read before, in another way.
    pub again: bool,
    /// Seconds left, once there is something to judge from.
    pub seconds_left: Option<f64>,
}

/// What the page has to say about the last attempt to open something.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// The file cannot be used.
    Rejected(Rc<Rejection>),
    /// The person stopped the reading.
    Cancelled(String),
    /// Something without text was pasted or dropped.
    NothingThere,
    /// The browser could not hand the file over.
    Unreadable(String),
    /// A JSON document is no list of answers: the file's name.
    NoAnswers(String),
    /// The worker broke; it was started again.
    WorkerLost,
    /// A part of the app that comes later could not be loaded.
    NotLoaded,
}

/// The slice.
#[derive(Clone, Debug, Default)]
pub struct Data {
    /// What is loaded; before the sample is ready, nothing.
    pub loaded: Option<Loaded>,
    /// The comments that were handed out last.
    pub comments: Option<Rc<CommentPage>>,
    /// Why the figures differ from another product's, as it was explained last.
    pub bridge: Option<Rc<Bridge>>,
    /// The file being read.
    pub reading: Option<Reading>,
    /// What went wrong last.
    pub trouble: Option<Trouble>,
    /// Number of the latest question; older answers are dropped.
    pub asked: u32,
}

/// What can happen to the slice.
#[derive(Clone, Debug)]
pub enum Action {
    /// Reading starts.
    Started(Reading),
    /// Reading goes on: job, bytes, records, seconds left.
    Progressed(u32, u64, u64, Option<f64>),
    /// Data are ready: job, data.
    Opened(u32, Loaded),
    /// A file cannot be used: job, reason.
    Rejected(u32, Rc<Rejection>),
    /// The browser could not hand a file over: job.
    Unreadable(u32),
    /// What opens a spreadsheet or an archive could not be loaded: job.
    NotLoaded(u32),
    /// The person stopped the reading.
    Cancelled,
    /// A question was sent: the job of the data that it is about, its number.
    Asked(u32, u32),
    /// An answer came: its number, the answer.
    Answered(u32, SharedReport),
    /// An explanation came.
    Bridged(Rc<Bridge>),
    /// Comments came.
    Commented(Rc<CommentPage>),
    /// Something else went wrong.
    Failed(Trouble),
    /// The message was read.
    Dismissed,
}

impl Reducible for Data {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        let current = |job: u32| self.reading.as_ref().is_some_and(|reading| reading.job == job);
        match action {
            Action::Started(reading) => {
                // What was wrong with a file stays in sight while it is read in another way.
                if !reading.again {
                    next.trouble = None;
                }
                next.reading = Some(reading);
            }
            Action::Progressed(job, bytes, records, seconds_left) if current(job) => {
                if let Some(reading) = &mut next.reading {
                    (reading.bytes, reading.records, reading.seconds_left) = (bytes, records, seconds_left);
                }
            }
            Action::Opened(job, loaded) if current(job) => {
                next.loaded = Some(loaded);
                next.asked = 0;
                next.comments = None;
                next.bridge = None;
                next.reading = None;
                next.trouble = None;
            }
            Action::Rejected(job, rejection) if current(job) => {
                next.reading = None;
                next.trouble = Some(Trouble::Rejected(rejection));
            }
            Action::Unreadable(job) if current(job) => {
                next.trouble = next.reading.take().map(|reading| Trouble::Unreadable(reading.name));
            }
            Action::NotLoaded(job) if current(job) => {
                next.reading = None;
                next.trouble = Some(Trouble::NotLoaded);
            }
            // A job that is no longer the current one was replaced or cancelled: what it still says does not count.
            Action::Progressed(..)
            | Action::Opened(..)
            | Action::Rejected(..)
            | Action::Unreadable(..)
            | Action::NotLoaded(..) => return self,
            Action::Cancelled => {
                next.trouble = next.reading.take().map(|reading| Trouble::Cancelled(reading.name));
            }
            // A question about data that are gone by now has no answer worth waiting for.
            Action::Asked(job, number) => {
                if self.loaded.as_ref().is_none_or(|loaded| loaded.job != job) {
                    return self;
                }
                next.asked = number;
            }
            Action::Answered(number, report) => {
                if number != self.asked {
                    return self;
                }
                if let Some(loaded) = &mut next.loaded {
                    (loaded.report, loaded.complete) = (report, true);
                }
            }
            Action::Bridged(bridge) => next.bridge = Some(bridge),
            Action::Commented(page) => next.comments = Some(page),
            Action::Failed(trouble) => {
                next.reading = None;
                next.trouble = Some(trouble);
            }
            Action::Dismissed => next.trouble = None,
        }
        Rc::new(next)
    }
}

impl Data {
    /// The page's state in a word (report.md, "In the page"), when this report is drawn to its last section.
    pub fn word(&self, drawn: Option<&SharedReport>) -> &'static str {
        match self {
            Data { reading: Some(_), .. } => "reading",
            Data { trouble: Some(_), .. } => "error",
            Data { loaded: Some(loaded), .. } if loaded.complete && drawn == Some(&loaded.report) => "ready",
            Data { loaded: Some(_), .. } => "reading",
            _ => "empty",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(job: u32) -> Reading {
        Reading { job, name: "a.csv".to_owned(), size: 10, bytes: 0, records: 0, again: false, seconds_left: None }
    }

    fn after(actions: Vec<Action>) -> Rc<Data> {
        actions.into_iter().fold(Rc::new(Data::default()), Reducible::reduce)
    }

    #[test]
    fn words_follow_what_happens() {
        assert_eq!(after(vec![]).word(None), "empty");
        assert_eq!(after(vec![Action::Started(reading(1))]).word(None), "reading");
        assert_eq!(after(vec![Action::Started(reading(1)), Action::Cancelled]).word(None), "error");
        assert_eq!(after(vec![Action::Failed(Trouble::NothingThere), Action::Dismissed]).word(None), "empty");
    }

    #[test]
    fn a_replaced_job_is_not_heard() {
        let data =
            after(vec![Action::Started(reading(1)), Action::Started(reading(2)), Action::Progressed(1, 9, 9, None)]);
        assert_eq!(data.reading, Some(reading(2)));
        let data = data.reduce(Action::Unreadable(1));
        assert_eq!((data.word(None), &data.reading), ("reading", &Some(reading(2))));
        assert_eq!(data.reduce(Action::Unreadable(2)).word(None), "error");
    }

    /// The sample as a job would have loaded it.
    fn opened(job: u32) -> Action {
        let (summary, report) = crate::worker::sample().unwrap();
        let report = SharedReport(Rc::new(report));
        Action::Opened(job, Loaded { job, summary: Rc::new(summary), report, complete: true })
    }

    #[test]
    fn answers_belong_to_the_data_that_were_asked_about() {
        let first = after(vec![Action::Started(reading(1)), opened(1), Action::Asked(1, 7)]);
        let answer = first.loaded.clone().unwrap().report;
        let other = || SharedReport(Rc::new((*answer.0).clone()));
        let shown = |data: &Rc<Data>| data.loaded.clone().unwrap().report;
        let report = other();
        assert_eq!(shown(&first.clone().reduce(Action::Answered(7, report.clone()))), report);
        // An answer to an older question, and one to a question about data that are gone by now.
        assert_eq!(shown(&first.clone().reduce(Action::Answered(6, other()))), answer);
        let second = [Action::Started(reading(2)), opened(2), Action::Asked(1, 8)];
        let second = second.into_iter().fold(first, Reducible::reduce);
        for number in [7, 8] {
            assert_eq!(shown(&second.clone().reduce(Action::Answered(number, other()))), shown(&second));
        }
        let asked = second.reduce(Action::Asked(2, 9));
        let report = other();
        assert_eq!(shown(&asked.reduce(Action::Answered(9, report.clone()))), report);
    }
}

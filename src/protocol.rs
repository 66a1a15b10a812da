//! What page and worker say to each other: the same program on both sides, so that a compact binary form will do
//! (JSON for these types would add 100 KB of wasm). A file travels beside its request.

use borsh::{BorshDeserialize, BorshSerialize};
use keeprate_documents::Document;
use keeprate_ingest::{Column, Diagnostic, Input, Options, Shape};
use keeprate_metrics::bridge::{Bridge, Side};
use keeprate_metrics::join::Join;
use keeprate_metrics::period::Month;
use keeprate_metrics::report::Question;
use keeprate_metrics::responses::{CommentPage, CommentQuestion};

/// From the page to the worker.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize)]
pub enum Request {
    /// Open the files that come with the message, joined on the customer, if they can be read.
    Open {
        /// Number of the job, for progress and cancelling.
        job: u32,
        /// Whether they join those that are loaded; else they take their place.
        beside: bool,
        /// How it is to be read, where that is not found in the file.
        options: Box<Options>,
        /// Decisions about files that were opened before, by the fingerprint of their columns.
        remembered: Vec<(String, Options)>,
    },
    /// Read a file once more.
    Reopen {
        /// Number of the job.
        job: u32,
        /// Which of the loaded ones; without a place, the one that was refused last.
        place: Option<usize>,
        /// Which of its tables; the one of before until one is chosen.
        part: Option<usize>,
        /// How it is to be read now.
        options: Box<Options>,
    },
    /// Take a file out of those that are joined.
    Leave {
        /// Number of the job.
        job: u32,
        /// Which of the loaded ones.
        place: usize,
    },
    /// Hand out the customers that a joined file does not share with the base.
    Unmatched {
        /// The file's name.
        name: String,
    },
    /// Make and open the sample.
    OpenSample {
        /// Number of the job.
        job: u32,
    },
    /// Stop reading.
    Cancel {
        /// Number of the job.
        job: u32,
    },
    /// Answer a question from what is loaded.
    Ask {
        /// Number of the question; the page drops answers to older ones.
        number: u32,
        /// The question.
        question: Box<Question>,
        /// Whether it is about the sample, which the page has without having opened it here.
        sample: bool,
    },
    /// Explain why two sets of conventions give different figures for the subscriptions that are loaded.
    Bridge {
        /// Where the explanation starts, and where it ends.
        sides: Box<(Side, Side)>,
        /// First and last month; the last one that is over without them.
        months: Option<(Month, Month)>,
    },
    /// Hand out comments of what is loaded.
    Comments {
        /// Which.
        question: CommentQuestion,
    },
}

/// From the worker to the page.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize)]
pub enum Response {
    /// The worker listens. Messages sent before would be lost.
    Ready,
    /// Reading goes on.
    Progress {
        /// Number of the job.
        job: u32,
        /// Bytes read.
        bytes: u64,
        /// Bytes in all.
        total: u64,
        /// Records read.
        records: u64,
    },
    /// The columns are ready.
    Read {
        /// Number of the job.
        job: u32,
    },
    /// A file is loaded and the first question answered.
    Opened {
        /// Number of the job.
        job: u32,
        /// What was loaded.
        summary: Box<Summary>,
        /// The answer, as far as it is known at once.
        report: Box<Document>,
        /// Whether that is all; else the page asks for the rest once it has painted this.
        complete: bool,
        /// Whether the file is the one that was loaded before, read in another way or with others beside it.
        again: bool,
    },
    /// A file could not be used; what was loaded before stays.
    Rejected {
        /// Number of the job.
        job: u32,
        /// Why.
        rejection: Box<Rejection>,
    },
    /// What opens a spreadsheet or an archive could not be loaded.
    NotLoaded {
        /// Number of the job.
        job: u32,
    },
    /// The browser could not hand the file's bytes over: it changed or vanished while it was read.
    Unreadable {
        /// Number of the job.
        job: u32,
    },
    /// The answer to a question.
    Answered {
        /// Number of the question.
        number: u32,
        /// The answer.
        report: Box<Document>,
    },
    /// Why two sets of conventions differ.
    Bridged {
        /// The explanation, with what it is about.
        bridge: Box<Bridge>,
    },
    /// Customers without a counterpart.
    Unmatched {
        /// The file that was joined.
        name: String,
        /// Those of it that the base does not have.
        of_file: Vec<String>,
        /// The base.
        base: String,
        /// Those of the base that the file does not have.
        of_base: Vec<String>,
    },
    /// Comments.
    Comments {
        /// The comments, with the question.
        page: Box<CommentPage>,
    },
}

/// How a file is read, beside what is found in it.
#[derive(Clone, Debug, Default, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Choices {
    /// What was chosen.
    pub options: Options,
    /// What choices about such files are remembered by; none without columns.
    pub fingerprint: Option<String>,
    /// Whether the choices are those of an earlier file with the same columns.
    pub remembered: bool,
    /// The names of a spreadsheet's sheets, or of an archive's files.
    pub parts: Vec<String>,
    /// The one that was read.
    pub part: usize,
    /// Whether that is a sheet, whose cells have types: then bytes, separators and decimals are nobody's decision.
    pub is_sheet: bool,
}

/// What the page knows of loaded data without asking.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Summary {
    /// Whether it is the sample.
    pub sample: bool,
    /// The file.
    pub input: Input,
    /// What was chosen about it.
    pub choices: Choices,
    /// The first records as cells.
    pub preview: Vec<Vec<String>>,
    /// First and last month, where the data are by month.
    pub months: Option<(Month, Month)>,
    /// The labels of a period table's rows.
    pub rows: Vec<String>,
    /// Columns by which customers can be told apart, each with its values.
    pub segments: Vec<(String, Vec<String>)>,
    /// The names of events, most frequent first.
    pub events: Vec<String>,
    /// The files that are joined with this one.
    pub others: Vec<Companion>,
}

/// A file that is joined with another one.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Companion {
    /// The file.
    pub input: Input,
    /// What was chosen about it.
    pub choices: Choices,
    /// The first records as cells.
    pub preview: Vec<Vec<String>>,
    /// How it was joined.
    pub join: Join,
}

/// Why a file could not be used.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Rejection {
    /// The file's name.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// What was chosen about it.
    pub choices: Choices,
    /// What a row would have been.
    pub shape: Option<Shape>,
    /// Its columns, as far as a header was found.
    pub columns: Vec<Column>,
    /// What stopped it, first of all.
    pub reason: Diagnostic,
    /// What else was found.
    pub diagnostics: Vec<Diagnostic>,
    /// The first records as cells, as far as they could be told apart.
    pub preview: Vec<Vec<String>>,
}

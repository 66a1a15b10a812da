//! The worker: reads files into columns, keeps them, answers questions. Columns never leave it.
//!
//! It is a program of its own (src/bin/intake.rs), loaded behind the first view. The page opens on the sample without it:
//! what [`sample`] gives was written into a file when the app was built (src/bin/sample.rs).

use crate::platform::dom::complain;
use crate::platform::host::{self, Chunks, FileReader, ReceivedFile, Vanished};
use crate::platform::intl::warm_up;
use crate::platform::workbook;
use crate::protocol::{Choices, Rejection, Request, Response, Summary};
use crate::queries::reading::fingerprint;
use crate::state::view::View;
use keeprate_documents::Document;
use keeprate_ingest::{
    Code, Decimal, Decisions, Diagnostic, Failure, Import, Imported, Input, Options, Stop, TimeZone,
};
use keeprate_metrics::bridge::bridge;
use keeprate_metrics::ledger::{Dataset, Segment};
use keeprate_metrics::order::ordered;
use keeprate_metrics::period::Month;
use keeprate_metrics::report::{Extent, Question, events, report};
use keeprate_metrics::responses::{comments, months};
use keeprate_workbook::{Trouble, is_container};
use std::cell::RefCell;
use std::rc::Rc;

/// Starts the worker.
pub fn run() {
    std::panic::set_hook(Box::new(|information| complain(&information.to_string())));
    warm_up();
    let desk = Rc::new(RefCell::new(Desk { time_zone: host::time_zone(), ..Desk::default() }));
    let reader = FileReader::start();
    wasm_bindgen_futures::spawn_local(practise(desk.clone()));
    host::serve(move |request, file| match (request, file) {
        (Request::Open { job, options, remembered }, Some(file)) => {
            desk.borrow_mut().file = Some(Opening { file, part: None, fingerprint: None, remembered });
            start(&desk, &reader, job, *options);
        }
        (Request::Reopen { job, part, options }, _) => {
            if let (Some(part), Some(opening)) = (part, &mut desk.borrow_mut().file) {
                // Other columns, and perhaps other choices about them.
                (opening.part, opening.fingerprint) = (Some(part), None);
            }
            start(&desk, &reader, job, *options);
        }
        (request, _) => handle(&desk, request),
    });
}

/// The sample as the page opens on it: what was loaded, and the answer to the first question.
pub fn sample() -> Option<(Summary, Document)> {
    let (mut loaded, preview) = read_sample()?;
    let (summary, answer, _) = first_answer(&mut loaded, preview, None);
    Some((summary, answer))
}

/// The file that came last.
#[derive(Clone)]
struct Opening {
    file: ReceivedFile,
    /// The table of it that was chosen, where it has several.
    part: Option<usize>,
    /// What choices about it are remembered by, once its columns are known.
    fingerprint: Option<String>,
    /// Choices about files that were opened before.
    remembered: Vec<(String, Options)>,
}

/// Reads the file on the desk.
fn start(desk: &Rc<RefCell<Desk>>, reader: &FileReader, job: u32, options: Options) {
    let opening = {
        let mut desk = desk.borrow_mut();
        desk.job = Some(job);
        desk.file.clone()
    };
    // A worker that was started anew has no file any more.
    let Some(opening) = opening else { return host::post(&Response::Unreadable { job }) };
    let (desk, reader) = (desk.clone(), reader.clone());
    wasm_bindgen_futures::spawn_local(async move { open(&desk, job, options, opening, &reader).await });
}

fn read_sample() -> Option<(Loaded, Vec<Vec<String>>)> {
    let imported = keeprate_ingest::import(keeprate_sample::sample().as_bytes(), &Options::default()).ok()?;
    Some(loaded(imported, SAMPLE_NAME))
}

/// What data are made of.
#[derive(Default)]
struct Outline<'a> {
    /// First and last month.
    months: Option<(Month, Month)>,
    /// Labels of rows.
    rows: Vec<String>,
    /// Columns by which customers can be told apart.
    segments: &'a [Segment],
    /// Names of events.
    events: Vec<String>,
}

impl<'a> Outline<'a> {
    fn of(dataset: &'a Dataset) -> Outline<'a> {
        match dataset {
            Dataset::Ledger(ledger) => {
                let months = ledger.last().map(|last| (ledger.first, last));
                Outline { months, segments: &ledger.segments, ..Outline::default() }
            }
            Dataset::Subscriptions(subscriptions) => {
                let ledger = subscriptions.ledger();
                let months = ledger.last().map(|last| (ledger.first, last));
                Outline { months, segments: subscriptions.segments(), ..Outline::default() }
            }
            Dataset::Status(table) => Outline { segments: &table.segments, ..Outline::default() },
            Dataset::Responses(table) => {
                Outline { months: months(table), segments: &table.segments, ..Outline::default() }
            }
            Dataset::Events(table) => Outline {
                months: events::months(table),
                segments: &table.segments,
                events: table.most_frequent(EVENTS_OFFERED),
                ..Outline::default()
            },
            Dataset::Purchases(table) => {
                Outline { months: table.months(), segments: &table.purchases.segments, ..Outline::default() }
            }
            Dataset::Customers(table) => Outline { segments: &table.segments, ..Outline::default() },
            Dataset::Periods(table) => {
                Outline { rows: table.rows.iter().map(|row| row.label.clone()).collect(), ..Outline::default() }
            }
        }
    }
}

/// Data, and how they were read.
struct Loaded {
    dataset: Dataset,
    input: Input,
}

/// What the worker has on its desk.
#[derive(Default)]
struct Desk {
    /// The data of a file.
    loaded: Option<Loaded>,
    /// The sample, once something was asked about it.
    sample: Option<Loaded>,
    /// What instants of a file are converted to.
    time_zone: TimeZone,
    /// The file that came last.
    file: Option<Opening>,
    /// The job that is being worked on; another one or none ends it at its next chunk.
    job: Option<u32>,
}

/// Values of a segment column that the page offers to choose from; a column with more is offered for none.
const VALUES_OFFERED: usize = 200;
/// Names of events that the page offers to choose from.
const EVENTS_OFFERED: usize = 100;
/// Customers that are named for each setting of a bridge.
const CUSTOMERS_LISTED: usize = 10;
/// Records from which on the first answer has the figures alone, and the page asks for what takes as long again.
const MANY: u64 = 50_000;
/// Rounds of practice, and the milliseconds before each.
const ROUNDS: u32 = 60;
const PAUSE: i32 = 5;
/// Reports of each round: the sample has thousands of rows, but only hundreds of customers.
const REPORTS: u32 = 4;
/// Bytes that are used once before the first file comes, enough for a million rows: a page of memory costs most when it
/// is used for the first time.
const AHEAD: usize = 24 << 20;
/// Milliseconds between two reports of progress.
const PROGRESS_EVERY: f64 = 100.0;
/// The name of the sample.
const SAMPLE_NAME: &str = "sample.csv";

fn handle(desk: &Rc<RefCell<Desk>>, request: Request) {
    match request {
        // Without its file there is nothing to open.
        Request::Open { .. } | Request::Reopen { .. } => {}
        Request::OpenSample { job } => {
            desk.borrow_mut().job = Some(job);
            if let Some((loaded, preview)) = read_sample() {
                opened(desk, job, loaded, preview, None);
            }
        }
        Request::Cancel { job } => {
            let mut desk = desk.borrow_mut();
            if desk.job == Some(job) {
                desk.job = None;
            }
        }
        Request::Ask { number, question, sample } => {
            let desk = &mut *desk.borrow_mut();
            // The page opens on the sample by itself: it is made here when something is asked about it.
            let data = if sample { &mut desk.sample } else { &mut desk.loaded };
            if sample && data.is_none() {
                *data = read_sample().map(|(loaded, _)| loaded);
            }
            if let Some(loaded) = data {
                let report = answer(loaded, *question);
                host::post(&Response::Answered { number, report: Box::new(report) });
            }
        }
        Request::Bridge { sides, months } => {
            if let Some(Loaded { dataset: Dataset::Subscriptions(subscriptions), .. }) = &desk.borrow().loaded {
                let (from, to) = *sides;
                // Without a month that has an opening there is nothing to explain.
                if let Some(bridge) = bridge(subscriptions.table(), from, to, months, CUSTOMERS_LISTED) {
                    host::post(&Response::Bridged { bridge: Box::new(bridge) });
                }
            }
        }
        Request::Comments { question } => {
            if let Some(Loaded { dataset: Dataset::Responses(table), .. }) = &desk.borrow().loaded {
                host::post(&Response::Comments { page: Box::new(comments(table, &question)) });
            }
        }
    }
}

/// Reads a file chunk by chunk, again from its start where a later cell disproves an earlier decision; of a spreadsheet
/// or an archive, one table.
async fn open(desk: &Rc<RefCell<Desk>>, job: u32, options: Options, opening: Opening, reader: &FileReader) {
    let Opening { file, part, fingerprint: known, remembered } = opening;
    let mut remembered = known.is_none().then_some(remembered);
    let mut choices = Choices { options, fingerprint: known, ..Choices::default() };
    let mut decisions = Decisions::default();
    let mut table: Option<Vec<u8>> = None;
    let mut buffer = Vec::new();
    let unreadable = |_| host::post(&Response::Unreadable { job });
    'reading: loop {
        let mut chunks = match &table {
            Some(bytes) => Chunks::Bytes(bytes),
            None => match reader.read(&file) {
                Ok(chunks) => chunks,
                Err(vanished) => return unreadable(vanished),
            },
        };
        // Cells of a sheet are written with points.
        let decimal = choices.options.decimal.or(choices.is_sheet.then_some(Decimal::Point));
        let options = Options {
            today: host::today(),
            time_zone: desk.borrow().time_zone.clone(),
            decimal,
            ..choices.options.clone()
        };
        let mut import = Import::new(options, decisions);
        let mut reported = host::now();
        let mut begun = table.is_some();
        let outcome = loop {
            let next = chunks.next(&mut buffer).await;
            // Another request may have come in while this job waited, even for the news that nothing is left to read.
            if desk.borrow().job != Some(job) {
                return;
            }
            match next {
                Err(vanished) => return unreadable(vanished),
                Ok(false) => break import.finish(),
                Ok(true) => {}
            }
            if !begun && is_container(&buffer) {
                let Ok(bytes) = chunks.rest(std::mem::take(&mut buffer)).await else { return unreadable(Vanished) };
                let opened = workbook::open(&bytes, part).await;
                if desk.borrow().job != Some(job) {
                    return;
                }
                match opened {
                    Ok(opened) => {
                        (choices.parts, choices.part, choices.is_sheet) = (opened.parts, opened.part, opened.is_sheet);
                        if opened.bytes.is_empty() {
                            return rejected(job, &file, choices, no_table(None));
                        }
                        table = Some(opened.bytes);
                        decisions = Decisions::default();
                        continue 'reading;
                    }
                    Err(workbook::Failure::NotLoaded) => return host::post(&Response::NotLoaded { job }),
                    Err(workbook::Failure::Trouble(trouble)) => {
                        return rejected(job, &file, choices, no_table(Some(trouble)));
                    }
                }
            }
            begun = true;
            match import.push(&buffer) {
                Err(stop) => break Err(stop),
                Ok(progress) if host::now() - reported > PROGRESS_EVERY => {
                    reported = host::now();
                    let (bytes, records) = (progress.bytes, progress.records);
                    host::post(&Response::Progress { job, bytes, total: file.size(), records });
                }
                Ok(_) => {}
            }
        };
        let columns = match &outcome {
            Ok(imported) => &imported.input.columns,
            Err(Stop::File(failure)) => &failure.columns,
            Err(Stop::Restart(better)) => {
                decisions = (**better).clone();
                continue;
            }
        };
        // What was decided about such a file before is decided again.
        if let Some(remembered) = remembered.take() {
            choices.fingerprint = fingerprint(columns);
            if let Some(opening) = &mut desk.borrow_mut().file {
                opening.fingerprint.clone_from(&choices.fingerprint);
            }
            let known = remembered.into_iter().find(|(known, _)| Some(known) == choices.fingerprint.as_ref());
            if let Some((_, options)) = known {
                choices = Choices { options, remembered: true, ..choices };
                decisions = Decisions::default();
                continue;
            }
        }
        return match outcome {
            Ok(imported) => {
                let (loaded, preview) = loaded(imported, &file.name());
                opened(desk, job, loaded, preview, Some(choices));
            }
            Err(Stop::File(failure)) => rejected(job, &file, choices, *failure),
            Err(Stop::Restart(_)) => {}
        };
    }
}

/// Why a spreadsheet or an archive gave no table.
fn no_table(trouble: Option<Trouble>) -> Failure {
    let error = Diagnostic::new(match trouble {
        Some(Trouble::Unreadable) => Code::Container,
        Some(Trouble::TooLarge) => Code::SheetTooLarge,
        None => Code::NoTable,
    });
    Failure { diagnostics: vec![error.clone()], error, preview: Vec::new(), shape: None, columns: Vec::new() }
}

/// A browser compiles a program again, for speed, where it has run for a while. Reading the sample over and over while
/// there is nothing else to do makes the first file as quick as the tenth.
async fn practise(desk: Rc<RefCell<Desk>>) {
    let sample = keeprate_sample::sample();
    drop(std::hint::black_box(vec![u8::MAX; AHEAD]));
    for _ in 0..ROUNDS {
        host::sleep(PAUSE).await;
        if desk.borrow().job.is_some() {
            continue;
        }
        if let Ok(imported) = keeprate_ingest::import(sample.as_bytes(), &Options::default()) {
            for _ in 0..REPORTS {
                report(&imported.dataset, &Question::default(), vec![imported.input.clone()]);
            }
        }
    }
}

fn rejected(job: u32, file: &ReceivedFile, choices: Choices, failure: Failure) {
    let rejection = Rejection {
        name: file.name(),
        bytes: file.size(),
        choices,
        shape: failure.shape,
        columns: failure.columns,
        reason: failure.error,
        diagnostics: failure.diagnostics,
        preview: failure.preview,
    };
    host::post(&Response::Rejected { job, rejection: Box::new(rejection) });
}

fn loaded(imported: Imported, name: &str) -> (Loaded, Vec<Vec<String>>) {
    let Imported { dataset, mut input, preview, .. } = imported;
    name.clone_into(&mut input.name);
    (Loaded { dataset, input }, preview)
}

/// The answer to a question. What it makes of the data for this is kept for the next one.
fn answer(loaded: &mut Loaded, question: Question) -> Document {
    loaded.dataset.adopt(&question.settings.conventions);
    report(&loaded.dataset, &permitted(question, &loaded.input), vec![loaded.input.clone()])
}

/// What the page is told of data when they are loaded: what they are, the answer to the question that its controls show,
/// and whether that is all.
fn first_answer(loaded: &mut Loaded, preview: Vec<Vec<String>>, choices: Option<Choices>) -> (Summary, Document, bool) {
    let sample = choices.is_none();
    let summary = summary(Outline::of(&loaded.dataset), &loaded.input, preview, choices);
    let columns: Vec<String> = summary.segments.iter().map(|(column, _)| column.clone()).collect();
    let view = if sample { View::of_sample() } else { View::default() };
    let question = view.question(summary.months, &columns);
    let complete = loaded.input.records < MANY;
    let extent = if complete { Extent::Whole } else { Extent::Figures };
    let answer = answer(loaded, Question { extent, ..question });
    (summary, answer, complete)
}

/// Puts data in place of what was there before and answers the first question.
fn opened(desk: &Rc<RefCell<Desk>>, job: u32, mut loaded: Loaded, preview: Vec<Vec<String>>, choices: Option<Choices>) {
    let sample = choices.is_none();
    host::post(&Response::Read { job });
    let (summary, report, complete) = first_answer(&mut loaded, preview, choices);
    host::post(&Response::Opened { job, summary: Box::new(summary), report: Box::new(report), complete });
    let mut desk = desk.borrow_mut();
    // A file's columns are not kept beside the sample.
    (desk.loaded, desk.sample) = if sample { (None, Some(loaded)) } else { (Some(loaded), None) };
    desk.job = None;
}

/// Where more than 5 % of the rows were left out, no target is checked (metrics.md 6.9).
fn permitted(question: Question, input: &Input) -> Question {
    if input.incomplete { Question { targets: Vec::new(), ..question } } else { question }
}

/// Data that nobody chose anything about are the sample.
fn summary(outline: Outline<'_>, input: &Input, preview: Vec<Vec<String>>, choices: Option<Choices>) -> Summary {
    let Outline { months, rows, segments, events } = outline;
    let segments = segments
        .iter()
        .filter(|segment| segment.values.len() <= VALUES_OFFERED)
        .map(|segment| {
            let values: Vec<String> =
                segment.values.iter().filter(|value| !value.is_empty()).map(str::to_owned).collect();
            (segment.column.clone(), ordered(&values, Ord::cmp))
        })
        .collect();
    let sample = choices.is_none();
    let choices = choices.unwrap_or_default();
    Summary { sample, input: input.clone(), choices, preview, months, rows, segments, events }
}

//! The worker: reads files into columns, keeps them, answers questions. Columns never leave it.
//!
//! It is a program of its own (src/bin/intake.rs), loaded behind the first view. The page opens on the sample without it:
//! what [`sample`] gives was written into a file when the app was built (src/bin/sample.rs).

use crate::platform::dom::complain;
use crate::platform::host::{self, Chunks, FileReader, ReceivedFile, Vanished};
use crate::platform::intl::warm_up;
use crate::platform::workbook;
use crate::protocol::{Choices, Companion, Rejection, Request, Response, Summary};
use crate::queries::reading::fingerprint;
use crate::state::view::View;
use keeprate_documents::Document;
use keeprate_ingest::{
    Code, Decimal, Decisions, Diagnostic, Failure, Import, Imported, Input, JoinedFile, JoinedFiles, Options, Stop,
    TimeZone, Unjoined, join_files,
};
use keeprate_metrics::bridge::bridge;
use keeprate_metrics::join::Joined;
use keeprate_metrics::ledger::{Dataset, ResponseTable, Segment};
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
    wasm_bindgen_futures::spawn_local(practise(desk.clone(), reader.clone()));
    host::serve(move |request, files| match request {
        Request::Open { job, beside, options, remembered } => {
            let remembered = Rc::new(remembered);
            let opening = |file| Opening {
                file,
                part: None,
                options: (*options).clone(),
                fingerprint: None,
                remembered: Some(remembered.clone()),
            };
            let mut attempt = if beside { desk.borrow().files.clone() } else { Vec::new() };
            attempt.extend(files.into_iter().map(opening));
            start(&desk, &reader, job, attempt);
        }
        Request::Reopen { job, place, part, options } => {
            let (mut attempt, place) = match (place, &*desk.borrow()) {
                (Some(place), desk) => (desk.files.clone(), place),
                (None, desk) => (desk.refused.0.clone(), desk.refused.1),
            };
            if let Some(opening) = attempt.get_mut(place) {
                opening.options = *options;
                if let Some(part) = part {
                    // Other columns, and perhaps other choices about them.
                    (opening.part, opening.fingerprint) = (Some(part), None);
                }
            }
            start(&desk, &reader, job, attempt);
        }
        Request::Leave { job, place } => {
            let mut attempt = desk.borrow().files.clone();
            if place < attempt.len() {
                attempt.remove(place);
            }
            start(&desk, &reader, job, attempt);
        }
        request => handle(&desk, request),
    });
}

/// The sample as the page opens on it: what was loaded, and the answer to the first question.
pub fn sample() -> Option<(Summary, Document)> {
    let (mut loaded, preview) = read_sample()?;
    let (summary, answer, _) = first_answer(&mut loaded, (preview, None), Vec::new())?;
    Some((summary, answer))
}

/// A file, and how it is to be read.
#[derive(Clone)]
struct Opening {
    file: ReceivedFile,
    /// The table of it that was chosen, where it has several.
    part: Option<usize>,
    /// What was chosen about it.
    options: Options,
    /// What choices about it are remembered by, once its columns are known.
    fingerprint: Option<String>,
    /// Choices about files that were opened before, until it is known whether one of them was like it.
    remembered: Option<Rc<Vec<(String, Options)>>>,
}

/// Reads these files.
fn start(desk: &Rc<RefCell<Desk>>, reader: &FileReader, job: u32, mut attempt: Vec<Opening>) {
    // A worker that was started anew has no files any more.
    if attempt.is_empty() {
        return host::post(&Response::Unreadable { job });
    }
    desk.borrow_mut().job = Some(job);
    let (desk, reader) = (desk.clone(), reader.clone());
    wasm_bindgen_futures::spawn_local(async move {
        if let Err(ended) = open(&desk, job, &mut attempt, &reader).await {
            ended.tell(&desk, job, attempt);
        }
    });
}

fn read_sample() -> Option<(Loaded, Vec<Vec<String>>)> {
    let imported = keeprate_ingest::import(keeprate_sample::sample().as_bytes(), &Options::default()).ok()?;
    let Imported { dataset, mut input, preview, .. } = imported;
    SAMPLE_NAME.clone_into(&mut input.name);
    Some((Loaded { data: Data::Alone(Box::new(dataset)), inputs: vec![input] }, preview))
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

/// The data of one file, or of several.
enum Data {
    Alone(Box<Dataset>),
    Joined(Box<Joined>),
}

/// Data, and how they were read.
struct Loaded {
    data: Data,
    /// Of the base first.
    inputs: Vec<Input>,
}

impl Loaded {
    /// The data of the one file, or of the base.
    fn base(&self) -> &Dataset {
        match &self.data {
            Data::Alone(dataset) => dataset,
            Data::Joined(joined) => joined.base(),
        }
    }

    /// The answers to surveys, in whichever file they came.
    fn answers(&self) -> Option<&ResponseTable> {
        let dataset = match &self.data {
            Data::Alone(dataset) => Some(&**dataset),
            Data::Joined(joined) => joined.answers().or(Some(joined.base())),
        };
        match dataset {
            Some(Dataset::Responses(table)) => Some(table),
            _ => None,
        }
    }
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
    /// The files of what is loaded, the base first.
    files: Vec<Opening>,
    /// The files of which one was refused, and the place of that one.
    refused: (Vec<Opening>, usize),
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
        // They need the worker that reads.
        Request::Open { .. } | Request::Reopen { .. } | Request::Leave { .. } => {}
        Request::OpenSample { job } => {
            desk.borrow_mut().job = Some(job);
            if let Some((loaded, preview)) = read_sample() {
                opened(desk, job, (loaded, Vec::new()), (preview, None), Vec::new());
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
            if let Some(Dataset::Subscriptions(subscriptions)) = desk.borrow().loaded.as_ref().map(Loaded::base) {
                let (from, to) = *sides;
                // Without a month that has an opening there is nothing to explain.
                if let Some(bridge) = bridge(subscriptions.table(), from, to, months, CUSTOMERS_LISTED) {
                    host::post(&Response::Bridged { bridge: Box::new(bridge) });
                }
            }
        }
        Request::Unmatched { name } => {
            if let Some(Loaded { data: Data::Joined(joined), inputs }) = &desk.borrow().loaded
                && let (Some((of_file, of_base)), Some(base)) = (joined.unmatched(&name), inputs.first())
            {
                host::post(&Response::Unmatched { name, of_file, base: base.name.clone(), of_base });
            }
        }
        Request::Comments { question } => {
            if let Some(table) = desk.borrow().loaded.as_ref().and_then(Loaded::answers) {
                host::post(&Response::Comments { page: Box::new(comments(table, &question)) });
            }
        }
    }
}

/// Why files are not opened.
enum Ended {
    /// Another job was given meanwhile.
    Replaced,
    /// A file changed or vanished.
    Unreadable,
    /// What opens spreadsheets and archives could not be loaded.
    NotLoaded,
    /// A file cannot be used.
    Refused(Box<Refused>),
}

/// A file that cannot be used.
struct Refused {
    /// Its place among those that were to be opened.
    place: usize,
    choices: Choices,
    failure: Failure,
}

impl Ended {
    /// Tells the page why the files of this attempt are not opened.
    fn tell(self, desk: &Rc<RefCell<Desk>>, job: u32, attempt: Vec<Opening>) {
        match self {
            Ended::Replaced => {}
            Ended::Unreadable => host::post(&Response::Unreadable { job }),
            Ended::NotLoaded => host::post(&Response::NotLoaded { job }),
            Ended::Refused(refused) => {
                let Refused { place, choices, mut failure } = *refused;
                let Some(Opening { file, .. }) = attempt.get(place) else { return };
                failure.diagnostics.iter_mut().chain([&mut failure.error]).for_each(Diagnostic::tell);
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
                desk.borrow_mut().refused = (attempt, place);
                host::post(&Response::Rejected { job, rejection: Box::new(rejection) });
            }
        }
    }
}

impl From<Vanished> for Ended {
    fn from(_: Vanished) -> Ended {
        Ended::Unreadable
    }
}

/// Reads files one after the other, joins them if they are several, and puts them in place of what was there.
async fn open(
    desk: &Rc<RefCell<Desk>>,
    job: u32,
    attempt: &mut Vec<Opening>,
    reader: &FileReader,
) -> Result<(), Ended> {
    let beside_others = attempt.len() > 1;
    let mut files = Vec::new();
    let mut choices = Vec::new();
    for (place, opening) in attempt.iter_mut().enumerate() {
        let (imported, chosen) = read(desk, job, (place, opening), beside_others, reader).await?;
        files.push(imported);
        choices.push(chosen);
    }
    let mut files = files.into_iter();
    let Some(first) = files.next() else { return Ok(()) };
    if !beside_others {
        let Imported { dataset, input, preview, .. } = first;
        let loaded = Loaded { data: Data::Alone(Box::new(dataset)), inputs: vec![input] };
        opened(desk, job, (loaded, std::mem::take(attempt)), (preview, choices.pop()), Vec::new());
        return Ok(());
    }
    let JoinedFiles { joined, files } = join_files(first, files.collect(), false).map_err(|unjoined| {
        let Unjoined { place, failure, .. } = *unjoined;
        let choices = choices.get(place).cloned().unwrap_or_default();
        Ended::Refused(Box::new(Refused { place, choices, failure }))
    })?;
    let mut order = Vec::new();
    let mut inputs = Vec::new();
    let mut of_base = (Vec::new(), None);
    let mut companions = Vec::new();
    for JoinedFile { place, input, preview, join } in files {
        order.extend(attempt.get(place).cloned());
        inputs.push(input.clone());
        let choices = choices.get(place).cloned().unwrap_or_default();
        match join {
            Some(join) => companions.push(Companion { input, choices, preview, join }),
            None => of_base = (preview, Some(choices)),
        }
    }
    let loaded = Loaded { data: Data::Joined(Box::new(joined)), inputs };
    opened(desk, job, (loaded, order), of_base, companions);
    Ok(())
}

/// Reads a file chunk by chunk, again from its start where a later cell disproves an earlier decision; of a spreadsheet
/// or an archive, one table.
async fn read(
    desk: &Rc<RefCell<Desk>>,
    job: u32,
    (place, opening): (usize, &mut Opening),
    beside_others: bool,
    reader: &FileReader,
) -> Result<(Imported, Choices), Ended> {
    let file = opening.file.clone();
    let mut choices =
        Choices { options: opening.options.clone(), fingerprint: opening.fingerprint.clone(), ..Choices::default() };
    let mut decisions = Decisions::default();
    let mut table: Option<Vec<u8>> = None;
    let mut buffer = Vec::new();
    let is_replaced = || desk.borrow().job != Some(job);
    'reading: loop {
        let mut chunks = match &table {
            Some(bytes) => Chunks::Bytes(bytes),
            None => reader.read(&file)?,
        };
        // Cells of a sheet are written with points.
        let decimal = choices.options.decimal.or(choices.is_sheet.then_some(Decimal::Point));
        let options = Options {
            today: host::today(),
            time_zone: desk.borrow().time_zone.clone(),
            beside_others,
            decimal,
            ..choices.options.clone()
        };
        let mut import = Import::new(options, decisions);
        let mut reported = host::now();
        let mut begun = table.is_some();
        let outcome = loop {
            let next = chunks.next(&mut buffer).await;
            // Another request may have come in while this job waited, even for the news that nothing is left to read.
            if is_replaced() {
                return Err(Ended::Replaced);
            }
            if !next? {
                break import.finish();
            }
            if !begun && is_container(&buffer) {
                let bytes = chunks.rest(std::mem::take(&mut buffer)).await?;
                let opened = workbook::open(&bytes, opening.part).await;
                if is_replaced() {
                    return Err(Ended::Replaced);
                }
                match opened {
                    Ok(opened) => {
                        (choices.parts, choices.part, choices.is_sheet) = (opened.parts, opened.part, opened.is_sheet);
                        if opened.bytes.is_empty() {
                            return Err(Ended::Refused(Box::new(Refused { place, choices, failure: no_table(None) })));
                        }
                        table = Some(opened.bytes);
                        decisions = Decisions::default();
                        continue 'reading;
                    }
                    Err(workbook::Failure::NotLoaded) => return Err(Ended::NotLoaded),
                    Err(workbook::Failure::Trouble(trouble)) => {
                        return Err(Ended::Refused(Box::new(Refused {
                            place,
                            choices,
                            failure: no_table(Some(trouble)),
                        })));
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
        if let Some(remembered) = opening.remembered.take() {
            opening.fingerprint = fingerprint(columns);
            choices.fingerprint.clone_from(&opening.fingerprint);
            let known = remembered.iter().find(|(known, _)| Some(known) == choices.fingerprint.as_ref());
            if let Some((_, options)) = known {
                opening.options.clone_from(options);
                choices = Choices { options: options.clone(), remembered: true, ..choices };
                decisions = Decisions::default();
                continue;
            }
        }
        return match outcome {
            Ok(mut imported) => {
                imported.input.name = file.name();
                Ok((imported, choices))
            }
            Err(Stop::File(failure)) => Err(Ended::Refused(Box::new(Refused { place, choices, failure: *failure }))),
            // A restart was taken up above.
            Err(Stop::Restart(_)) => Err(Ended::Replaced),
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
/// there is nothing else to do, in the way of any file, makes the first file as quick as the tenth.
async fn practise(desk: Rc<RefCell<Desk>>, reader: FileReader) {
    drop(std::hint::black_box(vec![u8::MAX; AHEAD]));
    let Some(sample) = ReceivedFile::of(SAMPLE_NAME, keeprate_sample::sample().as_bytes()) else { return };
    let mut buffer = Vec::new();
    for _ in 0..ROUNDS {
        host::sleep(PAUSE).await;
        if desk.borrow().job.is_some() {
            continue;
        }
        let Ok(mut chunks) = reader.read(&sample) else { return };
        let mut import = Import::new(Options::default(), Decisions::default());
        while let Ok(true) = chunks.next(&mut buffer).await {
            if import.push(&buffer).is_err() {
                return;
            }
        }
        // A file may have come meanwhile, and goes first.
        if desk.borrow().job.is_none()
            && let Ok(imported) = import.finish()
        {
            for _ in 0..REPORTS {
                report(&imported.dataset, &Question::default(), vec![imported.input.clone()]);
            }
        }
    }
}

/// The answer to a question. What it makes of the data for this is kept for the next one.
fn answer(loaded: &mut Loaded, question: Question) -> Document {
    let question = permitted(question, &loaded.inputs);
    let inputs = loaded.inputs.clone();
    match &mut loaded.data {
        Data::Alone(dataset) => {
            dataset.adopt(&question.settings.conventions);
            report(dataset, &question, inputs)
        }
        Data::Joined(joined) => joined.report(&question, inputs),
    }
}

/// What the page is told of data when they are loaded: what they are, the answer to the question that its controls show,
/// and whether that is all.
fn first_answer(
    loaded: &mut Loaded,
    (preview, choices): (Vec<Vec<String>>, Option<Choices>),
    mut others: Vec<Companion>,
) -> Option<(Summary, Document, bool)> {
    let sample = choices.is_none();
    let inputs = loaded.inputs.iter_mut().chain(others.iter_mut().map(|of| &mut of.input));
    inputs.flat_map(|input| &mut input.diagnostics).for_each(Diagnostic::tell);
    let summary = summary(Outline::of(loaded.base()), loaded.inputs.first()?, (preview, choices), others);
    let question = View::fresh(sample).question_about(&summary);
    let complete = loaded.inputs.iter().map(|input| input.records).sum::<u64>() < MANY;
    let extent = if complete { Extent::Whole } else { Extent::Figures };
    let answer = answer(loaded, Question { extent, ..question });
    Some((summary, answer, complete))
}

/// Puts data in place of what was there before and answers the first question.
fn opened(
    desk: &Rc<RefCell<Desk>>,
    job: u32,
    (mut loaded, files): (Loaded, Vec<Opening>),
    (preview, choices): (Vec<Vec<String>>, Option<Choices>),
    others: Vec<Companion>,
) {
    let sample = choices.is_none();
    host::post(&Response::Read { job });
    let mut desk = desk.borrow_mut();
    if let Some((summary, report, complete)) = first_answer(&mut loaded, (preview, choices), others) {
        let of_before = desk.loaded.as_ref().and_then(|before| before.inputs.first());
        let again = !sample
            && of_before
                .is_some_and(|before| (&before.name, before.bytes) == (&summary.input.name, summary.input.bytes));
        host::post(&Response::Opened { job, summary: Box::new(summary), report: Box::new(report), complete, again });
    }
    // A file's columns are not kept beside the sample.
    (desk.loaded, desk.sample) = if sample { (None, Some(loaded)) } else { (Some(loaded), None) };
    desk.files = files;
    desk.refused = Default::default();
    desk.job = None;
}

/// Where more than 5 % of the rows were left out, no target is checked (metrics.md 6.9).
fn permitted(question: Question, inputs: &[Input]) -> Question {
    if inputs.iter().any(|input| input.incomplete) { Question { targets: Vec::new(), ..question } } else { question }
}

/// Data that nobody chose anything about are the sample.
fn summary(
    outline: Outline<'_>,
    input: &Input,
    (preview, choices): (Vec<Vec<String>>, Option<Choices>),
    others: Vec<Companion>,
) -> Summary {
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
    Summary { sample, input: input.clone(), choices, preview, months, rows, segments, events, others }
}

//! The worker: reads files into columns, keeps them, answers questions. Columns never leave it.
//!
//! It is part of two programs. The app's own knows what the sample needs, so that the first view stays small; the intake
//! (src/bin/intake.rs), loaded behind it, knows every shape and takes over with the first file.

use crate::platform::dom::complain;
use crate::platform::host::{self, FileReader, ReceivedFile};
use crate::platform::intl::warm_up;
use crate::protocol::{Rejection, Request, Response, Summary};
use crate::state::view::View;
use keeprate_documents::Document;
use keeprate_ingest::{Decisions, Failure, Form, Import, Imported, Input, Language, Options, Stop, import_of};
use keeprate_metrics::ledger::{Dataset, Ledger, Segment};
use keeprate_metrics::order::ordered;
use keeprate_metrics::period::Month;
use keeprate_metrics::report::{Extent, Question, ledger_report, report};
use keeprate_metrics::responses::{comments, months};
use std::cell::RefCell;
use std::rc::Rc;

/// Starts the worker that the sample needs.
pub fn run_first() {
    start();
    let desk = Rc::new(RefCell::new(Desk::<First>::default()));
    host::serve(move |request, _| handle(&desk, request));
}

/// Starts the worker that takes everything.
pub fn run() {
    start();
    let desk = Rc::new(RefCell::new(Desk::<Whole>::default()));
    let reader = FileReader::start();
    wasm_bindgen_futures::spawn_local(practise(desk.clone()));
    host::serve(move |request, file| match (&request, file) {
        (Request::Open { job, german }, Some(file)) => {
            desk.borrow_mut().job = Some(*job);
            let (desk, reader) = (desk.clone(), reader.clone());
            let (job, language) = (*job, if *german { Language::De } else { Language::En });
            wasm_bindgen_futures::spawn_local(async move { open(&desk, job, language, &reader, &file).await });
        }
        (Request::Comments { question }, _) => {
            if let Some((Dataset::Responses(table), _)) = &desk.borrow().loaded {
                host::post(&Response::Comments { page: Box::new(comments(table, question)) });
            }
        }
        _ => handle(&desk, request),
    });
}

fn start() {
    std::panic::set_hook(Box::new(|information| complain(&information.to_string())));
    warm_up();
}

/// What a worker knows. It is a type, so that a program holds nothing of what its worker does not know.
trait Knowledge: Sized + 'static {
    /// The shapes of files.
    const FORMS: &'static [Form];
    /// What those shapes become.
    type Data;

    /// The data of a file, if it is one of those shapes.
    fn take(dataset: Dataset) -> Option<Self::Data>;

    /// The answer to a question. What it makes of the data for this is kept for the next one.
    fn report(data: &mut Self::Data, question: &Question, input: &Input) -> Document;

    /// What the page may know without asking: months, labels of rows, segments.
    fn outline(data: &Self::Data) -> Outline<'_>;
}

/// First and last month, labels of rows, columns by which customers can be told apart.
type Outline<'a> = (Option<(Month, Month)>, Vec<String>, &'a [Segment]);

/// What the sample needs.
struct First;

impl Knowledge for First {
    const FORMS: &'static [Form] = &[Form::MRR_LONG];
    type Data = Ledger;

    fn take(dataset: Dataset) -> Option<Ledger> {
        if let Dataset::Ledger(ledger) = dataset { Some(ledger) } else { None }
    }

    fn report(ledger: &mut Ledger, question: &Question, input: &Input) -> Document {
        ledger_report(ledger, question, vec![input.clone()])
    }

    fn outline(ledger: &Ledger) -> Outline<'_> {
        (ledger.last().map(|last| (ledger.first, last)), Vec::new(), &ledger.segments)
    }
}

/// Everything.
struct Whole;

impl Knowledge for Whole {
    const FORMS: &'static [Form] = Form::ALL;
    type Data = Dataset;

    fn take(dataset: Dataset) -> Option<Dataset> {
        Some(dataset)
    }

    fn report(dataset: &mut Dataset, question: &Question, input: &Input) -> Document {
        dataset.adopt(&question.settings.conventions);
        report(dataset, question, vec![input.clone()])
    }

    fn outline(dataset: &Dataset) -> Outline<'_> {
        match dataset {
            Dataset::Ledger(ledger) => First::outline(ledger),
            Dataset::Subscriptions(subscriptions) => First::outline(subscriptions.ledger()),
            Dataset::Status(table) => (None, Vec::new(), &table.segments),
            Dataset::Responses(table) => (months(table), Vec::new(), &table.segments),
            Dataset::Periods(table) => (None, table.rows.iter().map(|row| row.label.clone()).collect(), &[]),
        }
    }
}

/// What the worker has on its desk.
struct Desk<K: Knowledge> {
    /// The data that questions are answered from.
    loaded: Option<(K::Data, Input)>,
    /// The job that is being worked on; another one or none ends it at its next chunk.
    job: Option<u32>,
}

impl<K: Knowledge> Default for Desk<K> {
    fn default() -> Desk<K> {
        Desk { loaded: None, job: None }
    }
}

/// Values of a segment column that the page offers to choose from; a column with more is offered for none.
const VALUES_OFFERED: usize = 200;
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

fn handle<K: Knowledge>(desk: &Rc<RefCell<Desk<K>>>, request: Request) {
    match request {
        // These are the whole worker's.
        Request::Open { .. } | Request::Comments { .. } => {}
        Request::OpenSample { job } => {
            desk.borrow_mut().job = Some(job);
            match import_of(K::FORMS, keeprate_sample::sample().as_bytes(), &Options::default()) {
                Ok(imported) => opened(desk, job, SAMPLE_NAME, true, imported),
                Err(failure) => rejected(job, SAMPLE_NAME, *failure),
            }
        }
        Request::Cancel { job } => {
            let mut desk = desk.borrow_mut();
            if desk.job == Some(job) {
                desk.job = None;
            }
        }
        Request::Ask { number, question } => {
            let mut desk = desk.borrow_mut();
            if let Some((data, input)) = &mut desk.loaded {
                let report = K::report(data, &permitted(question, input), input);
                host::post(&Response::Answered { number, report: Box::new(report) });
            }
        }
    }
}

/// Reads a file chunk by chunk, again from its start where a later cell disproves an earlier decision.
async fn open(desk: &Rc<RefCell<Desk<Whole>>>, job: u32, language: Language, reader: &FileReader, file: &ReceivedFile) {
    let options = Options { language, today: host::today(), ..Options::default() };
    let mut decisions = Decisions::default();
    let mut buffer = Vec::new();
    loop {
        let unreadable = |_| host::post(&Response::Unreadable { job, name: file.name() });
        let mut chunks = match reader.read(file) {
            Ok(chunks) => chunks,
            Err(vanished) => return unreadable(vanished),
        };
        let mut import = Import::new(options.clone(), decisions);
        let mut reported = host::now();
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
        match outcome {
            Ok(imported) => return opened(desk, job, &file.name(), false, imported),
            Err(Stop::Restart(better)) => decisions = *better,
            Err(Stop::File(failure)) => return rejected(job, &file.name(), *failure),
        }
    }
}

/// A browser compiles a program again, for speed, where it has run for a while. Reading the sample over and over while
/// there is nothing else to do makes the first file as quick as the tenth.
async fn practise(desk: Rc<RefCell<Desk<Whole>>>) {
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

fn rejected(job: u32, name: &str, failure: Failure) {
    let rejection = Rejection {
        name: name.to_owned(),
        reason: failure.error,
        diagnostics: failure.diagnostics,
        preview: failure.preview,
    };
    host::post(&Response::Rejected { job, rejection: Box::new(rejection) });
}

/// Puts data in place of what was there before and answers the first question.
fn opened<K: Knowledge>(desk: &Rc<RefCell<Desk<K>>>, job: u32, name: &str, sample: bool, imported: Imported) {
    let Imported { dataset, mut input, preview } = imported;
    let Some(mut data) = K::take(dataset) else { return };
    host::post(&Response::Read { job });
    name.clone_into(&mut input.name);
    let summary = summary(K::outline(&data), &input, preview, sample);
    let columns: Vec<String> = summary.segments.iter().map(|(column, _)| column.clone()).collect();
    // The page asks the same question that its controls show, so that this answer is the final one.
    let question = permitted(View::default().question(summary.months, &columns), &input);
    let complete = input.records < MANY;
    let extent = if complete { Extent::Whole } else { Extent::Figures };
    let answer = K::report(&mut data, &Question { extent, ..question }, &input);
    host::post(&Response::Opened { job, summary: Box::new(summary), report: Box::new(answer), complete });
    let mut desk = desk.borrow_mut();
    desk.loaded = Some((data, input));
    desk.job = None;
}

/// Where more than 5 % of the rows were left out, no target is checked (metrics.md 6.9).
fn permitted(question: Question, input: &Input) -> Question {
    if input.incomplete { Question { targets: Vec::new(), ..question } } else { question }
}

fn summary((months, rows, segments): Outline<'_>, input: &Input, preview: Vec<Vec<String>>, sample: bool) -> Summary {
    let segments = segments
        .iter()
        .filter(|segment| segment.values.len() <= VALUES_OFFERED)
        .map(|segment| {
            let values: Vec<String> =
                segment.values.iter().filter(|value| !value.is_empty()).map(str::to_owned).collect();
            (segment.column.clone(), ordered(&values, Ord::cmp))
        })
        .collect();
    Summary { sample, input: input.clone(), preview, months, rows, segments }
}

//! Times a file: the reading, in chunks as a browser delivers them, then, if it is MRR by month, answers from what was read:
//! `cargo run --release --package keeprate-ingest --example time -- FILE`.

use std::time::Instant;

use keeprate_ingest::{Decisions, Failure, Import, Imported, Options, Stop};
use keeprate_metrics::ledger::{Dataset, Ledger};
use keeprate_metrics::report::{Question, report};
use keeprate_metrics::result::SegmentValue;

/// How often the file is read, and each question asked.
const TIMES: usize = 9;
/// Bytes of a chunk.
const CHUNK: usize = 1 << 20;
/// Months in a period that is asked for.
const PERIOD: i32 = 12;

fn main() {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: time FILE");
        return;
    };
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => {
            eprintln!("{path}: {error}");
            return;
        }
    };
    match read(&bytes) {
        Ok(imported) => {
            let megabytes = bytes.len() as f64 / 1e6;
            println!("{megabytes:.1} MB, {} records", imported.input.records);
            time("reading", |_| read(&bytes).ok());
            if let Dataset::Ledger(ledger) = imported.dataset {
                ask(ledger);
            }
        }
        Err(failure) => eprintln!("{}", failure.message(keeprate_ingest::Language::En)),
    }
}

fn read(bytes: &[u8]) -> Result<Imported, Box<Failure>> {
    let mut decisions = Decisions::default();
    loop {
        let mut reading = Import::new(Options::default(), decisions);
        let pushed = bytes.chunks(CHUNK).try_for_each(|chunk| reading.push(chunk).map(|_| ()));
        match pushed.and_then(|()| reading.finish()) {
            Ok(imported) => return Ok(imported),
            Err(Stop::Restart(better)) => decisions = *better,
            Err(Stop::File(failure)) => return Err(failure),
        }
    }
}

fn ask(ledger: Ledger) {
    let last = ledger.last();
    let columns = ledger.segments.iter().map(|segment| segment.column.clone()).collect::<Vec<_>>();
    let values: Vec<SegmentValue> = ledger
        .segments
        .iter()
        .flat_map(|segment| {
            let column = &segment.column;
            segment.values.iter().map(|value| SegmentValue { column: column.clone(), value: value.to_owned() })
        })
        // What nobody has, or has not named, answers itself.
        .filter(|segment| !segment.value.is_empty())
        .collect();
    let dataset = Dataset::Ledger(ledger);

    let time = |name: &str, question: &dyn Fn(usize) -> Option<Question>| {
        time(name, |turn| Some(report(&dataset, &question(turn)?, vec![()])));
    };
    time("the period that the page opens on", &|_| Some(Question::default()));
    time("another period of a year", &|turn| {
        let to = last?.plus(-(turn as i32));
        Some(Question { from: Some(to.plus(1 - PERIOD)), to: Some(to), ..Question::default() })
    });
    time("another segment", &|turn| {
        let segment = values.iter().cycle().nth(turn)?;
        Some(Question { segment: Some(segment.clone()), ..Question::default() })
    });
    time("all segments of a column", &|turn| {
        let column = columns.iter().cycle().nth(turn)?;
        Some(Question { segments_of: Some(column.clone()), ..Question::default() })
    });
}

/// Times what `work` makes of each turn: the median with the fastest and the slowest. Questions are others each turn, so that
/// no answer repeats the one before.
fn time<T>(name: &str, work: impl Fn(usize) -> Option<T>) {
    let mut taken: Vec<f64> = (0..TIMES)
        .filter_map(|turn| {
            let start = Instant::now();
            let done = work(turn)?;
            let seconds = start.elapsed().as_secs_f64();
            // What nobody looks at might not be computed.
            std::hint::black_box(done);
            Some(seconds * 1e3)
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    if let [fastest, .., slowest] = taken[..] {
        println!("{name:34} {:8.1} ms ({fastest:.1}-{slowest:.1})", taken[taken.len() / 2]);
    }
}

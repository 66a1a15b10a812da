//! Times answers from a file of MRR by month that has been read: `cargo run --release --example questions -- FILE`.

use std::time::Instant;

use keeprate_ingest::{Imported, Options, import};
use keeprate_metrics::ledger::{Dataset, Ledger};
use keeprate_metrics::report::{Question, report};
use keeprate_metrics::result::SegmentValue;

/// How often each question is asked.
const TIMES: usize = 9;
/// Months in a period that is asked for.
const PERIOD: i32 = 12;

fn main() {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: questions FILE");
        return;
    };
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => {
            eprintln!("{path}: {error}");
            return;
        }
    };
    match import(&bytes, &Options::default()) {
        Ok(Imported { dataset: Dataset::Ledger(ledger), .. }) => ask(ledger),
        Ok(_) => eprintln!("{path}: no MRR by month"),
        Err(failure) => eprintln!("{}", failure.message(keeprate_ingest::Language::En)),
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

    time(&dataset, "the period that the page opens on", |_| Some(Question::default()));
    time(&dataset, "another period of a year", |turn| {
        let to = last?.plus(-(turn as i32));
        Some(Question { from: Some(to.plus(1 - PERIOD)), to: Some(to), ..Question::default() })
    });
    time(&dataset, "another segment", |turn| {
        let segment = values.iter().cycle().nth(turn)?;
        Some(Question { segment: Some(segment.clone()), ..Question::default() })
    });
    time(&dataset, "all segments of a column", |turn| {
        let column = columns.iter().cycle().nth(turn)?;
        Some(Question { segments_of: Some(column.clone()), ..Question::default() })
    });
}

/// Asks what `question` makes of each turn, so that no answer repeats the one before.
fn time(dataset: &Dataset, name: &str, question: impl Fn(usize) -> Option<Question>) {
    let mut taken: Vec<f64> = (0..TIMES)
        .filter_map(|turn| {
            let question = question(turn)?;
            let start = Instant::now();
            let answer = report(dataset, &question, vec![()]);
            let seconds = start.elapsed().as_secs_f64();
            // An answer that nobody reads might not be computed.
            std::hint::black_box(answer);
            Some(seconds * 1e3)
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    if let [fastest, .., slowest] = taken[..] {
        println!("{name:34} {:8.1} ms ({fastest:.1}-{slowest:.1})", taken[taken.len() / 2]);
    }
}

//! Times the reading of a file in chunks as a browser delivers them: `cargo run --release --example time -- FILE`.

use std::time::Instant;

use keeprate_ingest::{Decisions, Import, Options, Stop};

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
    let mut fastest = f64::INFINITY;
    for _ in 0..9 {
        let start = Instant::now();
        let records = read(&bytes);
        let seconds = start.elapsed().as_secs_f64();
        fastest = fastest.min(seconds);
        println!("{:.1} ms, {:.0} MB/s, {records} records", seconds * 1e3, bytes.len() as f64 / seconds / 1e6);
    }
    println!("fastest: {:.1} ms", fastest * 1e3);
}

fn read(bytes: &[u8]) -> u64 {
    let mut decisions = Decisions::default();
    loop {
        let mut reading = Import::new(Options::default(), decisions);
        let pushed = bytes.chunks(1 << 20).try_for_each(|chunk| reading.push(chunk).map(|_| ()));
        match pushed.and_then(|()| reading.finish()) {
            Ok(imported) => return imported.input.records,
            Err(Stop::Restart(better)) => decisions = *better,
            Err(Stop::File(failure)) => {
                eprintln!("{}", failure.message(keeprate_ingest::Language::En));
                return 0;
            }
        }
    }
}

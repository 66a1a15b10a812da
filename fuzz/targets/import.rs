//! A whole file: it is read or refused, its counts add up, and reading it in chunks of any length gives the same.
#![no_main]

use keeprate_ingest::{Decisions, Failure, Import, Imported, Language, Options, Severity, Stop, import};
use libfuzzer_sys::fuzz_target;

/// Reads a file in chunks of the given lengths, over and over.
fn in_chunks(bytes: &[u8], lengths: &[usize], options: &Options) -> Result<Imported, Box<Failure>> {
    let mut decisions = Decisions::default();
    'again: loop {
        let mut reading = Import::new(options.clone(), decisions);
        let mut rest = bytes;
        for length in lengths.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (chunk, behind) = rest.split_at((*length).min(rest.len()));
            rest = behind;
            match reading.push(chunk) {
                Ok(_) => {}
                Err(Stop::Restart(better)) => {
                    decisions = *better;
                    continue 'again;
                }
                Err(Stop::File(failure)) => return Err(failure),
            }
        }
        match reading.finish() {
            Ok(imported) => return Ok(imported),
            Err(Stop::Restart(better)) => decisions = *better,
            Err(Stop::File(failure)) => return Err(failure),
        }
    }
}

fuzz_target!(|file: &[u8]| {
    // The file decides how it is cut, so that a plain file is a seed.
    let length = |place: usize| 1 + usize::from(file.get(place).copied().unwrap_or(0) % 61);
    let lengths = [length(file.len() / 2), length(file.len() / 3), length(file.len() / 5)];
    let language = if file.len() % 2 == 0 { Language::De } else { Language::En };
    let options = Options { language, ..Options::default() };
    let whole = import(file, &options);
    assert!(in_chunks(file, &lengths, &options) == whole, "chunks of {lengths:?} read otherwise");
    match whole {
        Ok(imported) => {
            let input = imported.input;
            assert!(input.accepted + input.left_out <= input.records);
            let has_errors = input.diagnostics.iter().any(|found| found.severity == Severity::Error);
            assert!(has_errors || input.left_out == 0, "rows are left out and nothing says why");
            for found in &input.diagnostics {
                assert!(!found.message(language).is_empty());
            }
        }
        Err(failure) => assert!(failure.diagnostics.contains(&failure.error)),
    }
});

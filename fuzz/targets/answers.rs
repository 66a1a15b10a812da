//! JSON is a list of answers or not; a list has one record an answer, and nothing in it is a formula.
#![no_main]

use keeprate_documents::answers_to_csv;
use keeprate_ingest::{Options, import};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|json: &[u8]| {
    let Some(csv) = answers_to_csv(json) else { return };
    let mut reader = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let mut records = 0;
    for record in reader.records() {
        records += 1;
        for cell in record.expect("as many cells as columns").iter() {
            let number = cell.trim_start_matches(['+', '-']);
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']) || is_number, "{cell:?} is a formula");
        }
    }
    match import(csv.as_bytes(), &Options::default()) {
        Ok(imported) => assert_eq!(imported.input.records, records),
        // A zero character, or scales that contradict each other, are what an answer may hold.
        Err(failure) => assert!(matches!(failure.error.code.text(), "E-NUL" | "E-SCALE" | "E-SHAPE"), "{failure:?}"),
    }
});

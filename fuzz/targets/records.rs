//! Records are those of the `csv` crate; and the index of a window holds what the exact rules read.
#![no_main]

use keeprate_ingest::fuzzing::{exact_records, indexed_records};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    for delimiter in [b';', b','] {
        let (records, complete) = exact_records(text, delimiter);
        let mut reader = csv::ReaderBuilder::new();
        reader.has_headers(false).flexible(true).delimiter(delimiter);
        let expected: Vec<Vec<Vec<u8>>> = reader
            .from_reader(text)
            .byte_records()
            .map(|record| record.expect("no I/O").iter().map(<[u8]>::to_vec).collect())
            .collect();
        // The csv crate also gives what the last line holds that does not end.
        assert_eq!(records[..], expected[..records.len()]);
        assert!(!complete || records.len() == expected.len());
        let (indexed, whole) = indexed_records(text, delimiter);
        assert!(indexed.len() <= records.len() && indexed[..] == records[..indexed.len()]);
        assert!(!whole || indexed.len() == records.len());
    }
});

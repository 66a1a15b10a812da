//! Whatever headers say, columns get fields at most once, or the error says what is missing.
#![no_main]

use keeprate_ingest::Field;
use keeprate_ingest::fuzzing::fields;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let headers: Vec<String> = text.split('\n').map(str::to_owned).collect();
    if let Some(mapped) = fields(&headers) {
        assert_eq!(mapped.len(), headers.len());
        for field in Field::ALL.iter().filter(|field| !matches!(field, Field::Plan | Field::Segment)) {
            assert!(mapped.iter().filter(|mapped| **mapped == Some(*field)).count() <= 1, "{}", field.key());
        }
    }
});

//! Whatever a text is, its dialect is found or an error says why not, and the body starts inside of it.
#![no_main]

use keeprate_ingest::fuzzing::dialect;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    if let Some(found) = dialect(text) {
        assert!(found.body <= text.len() + 1, "the body starts behind the text");
        assert!(!found.header.is_empty() && found.header.iter().any(|cell| !cell.is_empty()));
        assert!(found.header_record >= 1 && found.next_line > found.header_line);
        assert_eq!(dialect(text), Some(found), "the same text reads the same");
    }
});

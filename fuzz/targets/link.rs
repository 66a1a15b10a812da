//! A payload may come from anybody: it is refused, or it is a report that can be shared again.
#![no_main]

use keeprate_link::fuzzing::seal;
use keeprate_link::{Options, decode, encode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let payload = String::from_utf8_lossy(bytes);
    // Chance finds no checksum, but somebody who knows the format can seal any body.
    for payload in [payload.into_owned(), seal(bytes)] {
        if let Ok(read) = decode::<()>(&payload) {
            let link = encode(&read, &Options::default());
            let again = decode::<()>(&link.payload).expect("what was read can be shared");
            assert_eq!(encode(&again, &Options::default()), link);
        }
    }
});

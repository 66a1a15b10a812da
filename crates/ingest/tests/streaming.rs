//! However a file is cut into chunks, it reads the same; and records are those of the `csv` crate.

mod common;

use common::D1;
use keeprate_ingest::{Decisions, Failure, Import, Imported, Options, Stop, import};
use proptest::prelude::*;

/// Reads a file in chunks of the given lengths, over and over.
fn in_chunks(bytes: &[u8], lengths: &[usize]) -> Result<Imported, Box<Failure>> {
    let mut decisions = Decisions::default();
    'again: loop {
        let mut reading = Import::new(Options::default(), decisions);
        let mut rest = bytes;
        for length in lengths.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (chunk, behind) = rest.split_at((*length).min(rest.len()));
            rest = behind;
            match reading.push(chunk) {
                Ok(progress) => assert_eq!(progress.bytes as usize, bytes.len() - rest.len()),
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

/// A file larger than the head, with everything that makes splitting hard.
fn hard_file(seed: u64) -> Vec<u8> {
    let mut file = String::from("Kunde;Monat;MRR;Land;Notiz\r\n");
    let mut state = seed;
    for number in 0..6000_u64 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let note = match state >> 60 {
            0 => "\"zwei\r\nZeilen; und \"\"Anführung\"\"\"",
            1 => "5\" Platte",
            2 => "\"x\"y",
            3 => "ä€😀",
            _ => "",
        };
        let end = if state >> 59 & 1 == 0 { "\r\n" } else { "\n" };
        let month = state >> 40 & 7;
        file += &format!(
            "c{};2025-0{};{},{:02};DE;{note}{end}",
            number / 3,
            month + 1,
            state >> 50 & 511,
            state >> 20 & 63
        );
    }
    file.into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_cut_of_a_large_file_reads_the_same(seed in any::<u64>(), lengths in prop::collection::vec(1..9000_usize, 1..6)) {
        let file = hard_file(seed);
        prop_assert_eq!(in_chunks(&file, &lengths), import(&file, &Options::default()));
    }
}

proptest! {
    #[test]
    fn any_cut_of_d1_reads_the_same(lengths in prop::collection::vec(1..40_usize, 1..4)) {
        for text in [D1.to_owned(), D1.replace('\n', "\r\n"), D1.replace('\n', "\r")] {
            let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            for bytes in [text.as_bytes(), &utf16] {
                prop_assert_eq!(in_chunks(bytes, &lengths), import(bytes, &Options::default()));
            }
        }
    }

    /// Files of the characters that matter never panic, and read the same however they are cut.
    #[test]
    fn nonsense_is_read_the_same_too(body in "[ab;,\"\r\n=' .1é-]{0,200}", lengths in prop::collection::vec(1..30_usize, 1..4)) {
        let file = format!("Kunde;Monat;MRR\n{body}");
        prop_assert_eq!(in_chunks(file.as_bytes(), &lengths), import(file.as_bytes(), &Options::default()));
    }

    #[test]
    fn bytes_of_any_kind_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = import(&bytes, &Options::default());
        let file = [b"Kunde;Monat;MRR\n", &bytes[..]].concat();
        let _ = import(&file, &Options::default());
    }
}

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

/// Rows of customers by month in many ways of writing, the same for the same seed; `after_row` follows each row.
fn varied_file(seed: u64, after_row: &str) -> String {
    let mut file = String::from("customer,month,mrr,currency,plan,note\n");
    let mut state = seed;
    for number in 0..2000_u64 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let pick = |from: u32, of: usize| (state >> from) as usize % of;
        let customer = match pick(60, 16) {
            0 => " c7 ".to_owned(),
            1 => format!("Somebody.{}@example.com", pick(20, 90)),
            2 => format!("a-rather-long-identifier-{}", pick(20, 90)),
            3 => ["", "n/a", "Total", "\"c7\"", "1,5E+7"][pick(20, 4)].to_owned(),
            _ => format!("c{}", number / 20 + pick(20, 3) as u64),
        };
        let month = 1 + number % 20 % 12;
        let amount = ["95.00", "1000", "\"1,250.50\"", "0.5", "12345678.90", "", "-3.00", "x", "7 EUR"];
        let amount = amount[pick(40, 64).saturating_sub(50).min(8)];
        let currency = if pick(50, 40) == 0 { "" } else { "EUR" };
        let plan = ["Pro", "Pro", "Pro", "Team", ""][pick(45, 50).saturating_sub(45)];
        file += &format!("{customer},2025-{month:02},{amount},{currency},{plan},{}\n{after_row}", pick(30, 2));
    }
    file
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn columns_at_once_read_what_rows_one_by_one_do(seed in any::<u64>()) {
        // A line without fields keeps its neighbours from being read column by column, and says nothing itself.
        let at_once = import(varied_file(seed, "").as_bytes(), &Options::default()).expect("a table");
        let one_by_one = import(varied_file(seed, "\n").as_bytes(), &Options::default()).expect("a table");
        let found = |imported: &Imported| -> Vec<_> {
            imported.input.diagnostics.iter().map(|diagnostic| (diagnostic.code, diagnostic.count)).collect()
        };
        prop_assert_eq!(&at_once.dataset, &one_by_one.dataset);
        prop_assert_eq!(found(&at_once), found(&one_by_one));
        let counts = |imported: &Imported| (imported.input.records, imported.input.accepted, imported.input.left_out);
        prop_assert_eq!(counts(&at_once), counts(&one_by_one));
    }
}

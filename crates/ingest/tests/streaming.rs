//! However a file is cut into chunks, it reads the same, whatever its shape and encoding.

mod common;

use common::D1;
use keeprate_ingest::{Decisions, Failure, Import, Imported, Options, Stop, import};
use proptest::prelude::*;

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

/// A row of each shape, with everything in it; `{}` is a number that tells rows apart.
const SHAPES: [(&str, &str); 10] = [
    ("Kunde;Monat;MRR;Notiz", "Mü{};2025-0{};1.02{},50;\"zwei\r\nZeilen; \"\"ä\"\"\""),
    ("Kunde;Jan 25;Feb 25;Segment", "Mü{};1{},50;-;\"Süd; Ost\""),
    ("Kunde;Betrag;Intervall;Beginn;Ende;Tarif", "Mü{};1{},50;jährlich;0{}.01.2025;;\"Pro \"\"€\"\"\""),
    ("Kunde;Datum;Betrag;Status", "Mü{};1{}.01.2025;{},50;bezahlt"),
    ("Nutzer;Zeitstempel;Ereignis", "Mü{};1{}.01.2025 10:0{};\"Öffnen\r\""),
    ("NPS;Datum;Kommentar", "{};1{}.01.2025;\"Gut {}\n\n; sehr \"\"gut\"\"\""),
    ("Monat;Neukunden;Bruttomarge;Notiz", "2025-0{};{};8{},5 %;\"ä\n\""),
    ("Kunde;Datum;Delta;Tarif", "Mü{};1{}.01.2025;-1{},50;ß"),
    ("Kunde;Churn;Laufzeit Monate;MRR", "Mü{};ja;{};1{},50"),
    CUSTOMERS,
];

/// A table of customers says something beside other files alone.
const CUSTOMERS: (&str, &str) =
    ("Kunde;E-Mail;Segment;Branche", "Mü{};ä{}@example.com;\"Süd; \"\"Ost\"\"\";\"zwei\r\nZeilen\"");

/// How a shape is opened.
fn opened(shape: usize) -> Options {
    Options { beside_others: SHAPES[shape] == CUSTOMERS, ..Options::default() }
}

/// How a text becomes a file.
type Write = fn(&str) -> Vec<u8>;

const WINDOWS_1252: Write = |text| {
    let byte = |character: char| u8::try_from(u32::from(character)).unwrap_or(0x80);
    text.chars().map(byte).collect()
};
const ENCODINGS: [Write; 7] = [
    |text| text.as_bytes().to_vec(),
    |text| ["\u{FEFF}", text].concat().into_bytes(),
    WINDOWS_1252,
    |text| text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    |text| text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    |text| "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
    |text| "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect(),
];

/// A file of a shape with so many rows.
fn shaped(shape: usize, rows: usize, line_end: &str) -> String {
    let (header, row) = SHAPES[shape];
    let rows = (0..rows).map(|number| [line_end, &row.replace("{}", &(1 + number % 9).to_string())].concat());
    [header.to_owned()].into_iter().chain(rows).collect()
}

#[test]
fn every_shape_and_encoding_is_read() {
    for (shape, found) in SHAPES.iter().enumerate() {
        let files = ENCODINGS.map(|write| import(&write(&shaped(shape, 9, "\r\n")), &opened(shape)));
        let read = files.map(|file| file.expect("a table"));
        let shapes: Vec<&str> = read.iter().map(|imported| imported.input.shape.key()).collect();
        assert!(shapes.iter().all(|shape| *shape == shapes[0]), "{found:?}: {shapes:?}");
        for imported in &read {
            assert_eq!((imported.input.records, imported.input.left_out), (9, 0), "{found:?}");
            assert_eq!(imported.dataset, read[0].dataset, "{found:?}");
        }
    }
    let read = |shape| common::read_with(shaped(shape, 2, "\n").as_bytes(), &opened(shape)).input.shape;
    let shapes: Vec<_> = (0..SHAPES.len()).map(read).collect();
    assert!(keeprate_ingest::Shape::ALL.iter().all(|shape| shapes.contains(shape)), "{shapes:?}");
}

#[test]
fn every_place_of_a_cut_reads_the_same() {
    for (shape, row) in SHAPES.iter().enumerate() {
        for write in ENCODINGS {
            let file = write(&shaped(shape, 2, "\r\n"));
            let whole = import(&file, &opened(shape));
            for first in 1..file.len() {
                assert!(in_chunks(&file, &[first, file.len()], &opened(shape)) == whole, "{row:?} at {first}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Larger than what is looked at before anything is decided, so that cuts go through the body too.
    #[test]
    fn any_cut_of_every_shape_and_encoding_reads_the_same(
        shape in 0..SHAPES.len(),
        encoding in 0..ENCODINGS.len(),
        line_end in prop::sample::select(vec!["\n", "\r", "\r\n"]),
        lengths in prop::collection::vec(1..5000_usize, 1..5),
    ) {
        let file = ENCODINGS[encoding](&shaped(shape, 4500, line_end));
        let whole = import(&file, &opened(shape));
        prop_assert!(in_chunks(&file, &lengths, &opened(shape)) == whole);
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
        prop_assert_eq!(in_chunks(&file, &lengths, &Options::default()), import(&file, &Options::default()));
    }
}

proptest! {
    #[test]
    fn any_cut_of_d1_reads_the_same(lengths in prop::collection::vec(1..40_usize, 1..4)) {
        for text in [D1.to_owned(), D1.replace('\n', "\r\n"), D1.replace('\n', "\r")] {
            let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            for bytes in [text.as_bytes(), &utf16] {
                prop_assert_eq!(in_chunks(bytes, &lengths, &Options::default()), import(bytes, &Options::default()));
            }
        }
    }

    /// Files of the characters that matter never panic, and read the same however they are cut.
    #[test]
    fn nonsense_is_read_the_same_too(body in "[ab;,\"\r\n=' .1é-]{0,200}", lengths in prop::collection::vec(1..30_usize, 1..4)) {
        let file = format!("Kunde;Monat;MRR\n{body}");
        prop_assert_eq!(in_chunks(file.as_bytes(), &lengths, &Options::default()), import(file.as_bytes(), &Options::default()));
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

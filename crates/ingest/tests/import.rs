//! Whole files in, data sets and findings out: the import cases of metrics.md 8.8 and the data of 8.1 and 8.5.

mod common;

use common::{D1, amounts, codes, en, failure, failure_with, first_month, ledger, read, read_with, status};
use keeprate_ingest::{
    Code, DateSystem, Decimal, Encoding, Field, Language, Options, Rate, Severity, Shape, Use, meanings,
};
use keeprate_metrics::ledger::Dataset;
use keeprate_metrics::money::Currency;

const D1_TABLE: [(&str, [i64; 6]); 8] = [
    ("A", [100, 100, 100, 100, 100, 100]),
    ("B", [200, 200, 250, 250, 250, 250]),
    ("C", [300, 300, 300, 200, 200, 200]),
    ("D", [150, 150, 0, 0, 0, 0]),
    ("E", [0, 80, 80, 80, 80, 80]),
    ("F", [120, 120, 0, 0, 120, 150]),
    ("G", [0, 0, 0, 60, 60, 0]),
    ("H", [50, 70, 70, 40, 40, 40]),
];

fn assert_d1(bytes: &[u8], options: &Options, expected_codes: &[&str]) {
    let imported = read_with(bytes, options);
    assert_eq!(codes(&imported), expected_codes);
    let ledger = ledger(&imported);
    assert_eq!(ledger.first.to_iso(), "2025-01");
    assert_eq!(ledger.closings.len(), 6);
    for (number, (name, row)) in D1_TABLE.iter().enumerate() {
        assert_eq!(ledger.customers.get(number as u32), *name);
        assert_eq!(amounts(ledger, name), row.map(|euros| euros * 100_000_000));
    }
    assert_eq!(ledger.segments.len(), 1);
    assert_eq!(ledger.segments[0].column, "Segment");
    assert_eq!(ledger.segments[0].values.iter().collect::<Vec<_>>(), ["", "Enterprise", "SMB"]);
    assert_eq!(ledger.segments[0].codes.of, [1, 1, 1, 2, 2, 2, 2, 2]);
    assert_eq!(ledger.currency, Currency::EUR);
    assert_eq!((imported.input.records, imported.input.accepted), (9, 8));
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
    mark.then_some('\u{FEFF}')
        .into_iter()
        .chain(text.chars())
        .collect::<String>()
        .encode_utf16()
        .flat_map(to_bytes)
        .collect()
}

#[test]
fn d1_is_a_wide_table_with_a_total_row() {
    let imported = read(D1.as_bytes());
    assert_eq!(imported.input.shape, Shape::MrrWide);
    assert_eq!(imported.input.columns[1].used, Some(Use::Segment));
    assert_eq!(imported.input.columns[2].used, Some(Use::Month));
    assert_eq!(imported.input.columns[0].field, Some(Field::Customer));
    assert_d1(D1.as_bytes(), &en(), &["W-TOTAL-ROW"]);
    let total = &imported.input.diagnostics[0];
    assert_eq!((total.record, total.line, total.value.as_deref()), (Some(10), Some(10), Some("Summe")));
}

#[test]
fn d1_reads_the_same_in_every_encoding_and_line_end() {
    let with_tabs = D1.replace(';', "\t");
    assert_d1(&utf16(&with_tabs, u16::to_le_bytes, true), &en(), &["W-TOTAL-ROW"]);
    assert_d1(&utf16(&with_tabs, u16::to_be_bytes, true), &en(), &["W-TOTAL-ROW"]);
    assert_d1(&utf16(&with_tabs, u16::to_le_bytes, false), &en(), &["W-ENC-GUESS", "W-TOTAL-ROW"]);
    assert_d1(D1.replace('\n', "\r\n").as_bytes(), &en(), &["W-TOTAL-ROW"]);
    assert_d1(D1.replace('\n', "\r").as_bytes(), &en(), &["W-TOTAL-ROW"]);
    assert_d1(["\u{FEFF}", D1].concat().as_bytes(), &en(), &["W-TOTAL-ROW"]);
    assert_d1(D1.trim_end().as_bytes(), &en(), &["W-TOTAL-ROW"]);
    assert_d1(["sep=;\r\n", D1].concat().as_bytes(), &en(), &["W-TOTAL-ROW"]);
}

#[test]
fn d1_reads_the_same_with_comma_delimiter_and_quotes() {
    let quoted: String = D1.lines().map(|line| format!("\"{}\"\n", line.replace(';', "\",\""))).collect();
    assert_d1(quoted.as_bytes(), &en(), &["W-TOTAL-ROW"]);
}

#[test]
fn a_grouped_whole_number_follows_the_column() {
    let file = D1.replace("1.020,00", "1.020");
    assert_d1(file.as_bytes(), &en(), &["W-TOTAL-ROW"]);
}

#[test]
fn a_point_in_a_comma_column_stops_the_import_and_names_both_cells() {
    let file = D1.replace("E;SMB;-;80,00;", "E;SMB;-;80.00;");
    let failure = failure(file.as_bytes());
    let error = &failure.error;
    assert_eq!(
        (error.code, error.header.as_deref(), error.column.as_deref()),
        (Code::NumberMixed, Some("Feb 25"), Some("D"))
    );
    assert_eq!((error.record, error.value.as_deref()), (Some(6), Some("80.00")));
    assert_eq!((error.other_record, error.detail.as_deref()), (Some(2), Some("100,00")));
    assert_eq!(failure.preview.len(), 10);
    assert!(failure.message(Language::De).contains("Abhilfe"), "{}", failure.message(Language::De));
}

#[test]
fn an_assumed_separator_yields_to_a_proof_further_down() {
    let file = "customer;month;mrr\nA;2025-01;1.234\nB;2025-01;12.50\n";
    let imported = read(file.as_bytes());
    assert_eq!(codes(&imported), [""; 0]);
    assert_eq!(amounts(ledger(&imported), "A"), [123_400_000]);
    assert_eq!(imported.input.dialect.decimal, Some(Decimal::Point));
    assert_eq!(imported.input.evidence[0].value, "12.50");
}

#[test]
fn columns_of_6_5_read_as_expected() {
    type Case = (&'static [&'static str], char, Language, &'static [f64], &'static [&'static str]);
    let columns: [Case; 9] = [
        (&["1.234,56", "12,5"], ';', Language::En, &[1234.56, 12.5], &[]),
        (&["1,234.56", "12.5"], '\t', Language::En, &[1234.56, 12.5], &[]),
        (&["1.234", "12,50"], ';', Language::En, &[1234.0, 12.5], &[]),
        (&["1.234", "2.500"], ';', Language::En, &[1234.0, 2500.0], &["W-NUM-AMBIGUOUS"]),
        (&["1.234", "2.500"], ',', Language::En, &[1.234, 2.5], &["W-NUM-AMBIGUOUS"]),
        (&["1.234.567", "1"], ',', Language::En, &[1_234_567.0, 1.0], &[]),
        (&["0.123", "1"], ';', Language::En, &[0.123, 1.0], &[]),
        (&["1 234,50", "1234,50"], ';', Language::En, &[1234.5, 1234.5], &[]),
        (&["€ 1.234,56", "1.234,56 €"], ';', Language::En, &[1234.56, 1234.56], &[]),
    ];
    for (cells, delimiter, language, expected, findings) in columns {
        let mut file = format!("customer{delimiter}month{delimiter}mrr\n");
        for (number, cell) in cells.iter().enumerate() {
            file += &format!("{number}{delimiter}2025-01{delimiter}{cell}\n");
        }
        let imported = read_with(file.as_bytes(), &Options { language, ..Options::default() });
        assert_eq!(codes(&imported), findings, "{cells:?}");
        let units: Vec<i64> = expected.iter().map(|value| (value * 1e8).round() as i64).collect();
        assert_eq!(first_month(ledger(&imported)), units, "{cells:?}");
    }
    let mixed = "customer;month;mrr\nA;2025-01;1.234,56\nB;2025-01;1,234.56\n";
    assert_eq!(failure(mixed.as_bytes()).error.code, Code::NumberMixed);
}

#[test]
fn line_breaks_in_quotes_do_not_add_records() {
    let file = "Kunde;Monat;MRR;Kommentar\nA;2025-01;10;\"erste\r\nzweite\nZeile\"\nB;2025-01;abc;\n";
    let imported = read(file.as_bytes());
    let error = &imported.input.diagnostics[0];
    assert_eq!((error.code, error.record, error.line), (Code::Number, Some(3), Some(5)));
    assert_eq!(imported.input.records, 2);
}

#[test]
fn a_file_that_ends_in_quotes_names_the_opening_record() {
    for file in [
        "Kunde;Monat;MRR\nA;2025-01;10\nB;2025-01;\"20\nC;2025-01;30\n",
        "Kunde;Monat;MRR\nA;2025-01;10\nB;2025-01;\"20",
    ] {
        let error = failure(file.as_bytes()).error;
        assert_eq!((error.code, error.record, error.line), (Code::Quote, Some(3), Some(3)));
    }
}

#[test]
fn a_second_header_is_an_error_of_its_row() {
    let long = "customer,month,mrr\nA,2025-01,10\ncustomer,month,mrr\nB,2025-01,5\n";
    let imported = read(long.as_bytes());
    assert_eq!(codes(&imported), ["E-DATE"]);
    assert_eq!((imported.input.left_out, imported.input.incomplete), (1, true));
    let (header, rows) = D1.split_once('\n').expect("lines");
    let wide = format!("{header}\n{header}\n{rows}");
    let imported = read(wide.as_bytes());
    assert_eq!(codes(&imported), ["E-NUM", "E-NUM", "E-NUM", "E-NUM", "E-NUM", "E-NUM", "W-TOTAL-ROW"]);
    assert_eq!((imported.input.records, imported.input.left_out), (10, 1));
}

#[test]
fn other_kinds_of_files_are_refused() {
    for bytes in [&b""[..], b"PK\x03\x04abc", b"\xD0\xCF\x11\xE0abc", b"%PDF-1.7", b"\n\n  \n", b"\xEF\xBB\xBF"] {
        assert_eq!(failure(bytes).error.code, Code::NotCsv, "{bytes:?}");
    }
    assert_eq!(failure(b"customer;month;mrr\nA;2025-01;1\0\n").error.code, Code::Nul);
    assert_eq!(failure(b"just one column\nwithout\nany delimiter\n").error.code, Code::Delimiter);
    assert_eq!(failure(b"1;2\n3;4\n").error.code, Code::NoHeader);
}

#[test]
fn a_header_alone_is_a_table_without_rows() {
    let imported = read(b"customer;month;mrr\n");
    assert_eq!(
        (imported.input.records, ledger(&imported).customers.len(), ledger(&imported).closings.len()),
        (0, 0, 0)
    );
    let imported = read(D1.lines().next().expect("header").as_bytes());
    assert_eq!((imported.input.records, ledger(&imported).customers.len()), (0, 0));
}

/// The months of a table whose columns name no year, when the first is one of 2024.
fn dated(headers: &str) -> Vec<String> {
    let text = format!("Kunde;{headers}\nA{}\n", ";1".repeat(headers.split(';').count()));
    let imported = read_with(text.as_bytes(), &Options { year: Some(2024), ..Options::default() });
    let ledger = ledger(&imported);
    (0..).map(|place| ledger.first.plus(place).to_iso()).take(ledger.closings.len()).collect()
}

#[test]
fn months_without_a_year_begin_with_the_one_that_is_given() {
    for (headers, first, last, count) in [
        ("Jan;Feb;Mrz", "2024-01", "2024-03", 3),
        ("M1;M2;M3;M4", "2024-01", "2024-04", 4),
        // A list that goes on after December is in the next year then; one that runs backwards is in the year before.
        ("Nov;Dez;Jan;Feb", "2024-11", "2025-02", 4),
        ("Feb;Jan;Dez;Nov", "2023-11", "2024-02", 4),
        ("Okt;Jan;Apr", "2024-10", "2025-04", 7),
        // Those that have a year keep it.
        ("Dez 2023;Jan;Feb", "2023-12", "2024-02", 3),
    ] {
        let months = dated(headers);
        assert_eq!((months.first().map(String::as_str), months.len()), (Some(first), count), "{headers}");
        assert_eq!(months.last().map(String::as_str), Some(last), "{headers}");
    }
    let rows = b"Kunde;Monat;MRR\nA;Jan;100\nA;Feb;120\nB;M1;30\n";
    assert_eq!(failure(rows).error.code, Code::MonthYear);
    let imported = read_with(rows, &Options { year: Some(2025), ..Options::default() });
    assert_eq!((ledger(&imported).first.to_iso(), ledger(&imported).closings.len()), ("2025-01".to_owned(), 2));
}

/// A has no February, no April and no May, an explicit 0 in July and nothing after it until September; B's June is missing
/// with everybody's.
const GAPS: &[u8] = b"customer,month,mrr\nA,2025-01,10\nA,2025-03,20\nA,2025-07,0\nA,2025-09,40\n\
    B,2025-01,1\nB,2025-02,1\nB,2025-03,1\nB,2025-04,1\nB,2025-05,1\nB,2025-07,1\nB,2025-08,1\nB,2025-09,1\n";

#[test]
fn short_gaps_keep_the_last_amount_if_somebody_says_so() {
    // February, April, May and August of A; nobody has a June.
    for (gap_fill, found, a, b) in [
        (0, (4, 0), [10, 0, 20, 0, 0, 0, 0, 0, 40], [1, 1, 1, 1, 1, 0, 1, 1, 1]),
        // February, and June for B, so that June is known and A lacks it; April to June are three months, August comes after
        // nothing.
        (1, (4, 2), [10, 10, 20, 0, 0, 0, 0, 0, 40], [1, 1, 1, 1, 1, 1, 1, 1, 1]),
        (3, (1, 5), [10, 10, 20, 20, 20, 20, 0, 0, 40], [1, 1, 1, 1, 1, 1, 1, 1, 1]),
    ] {
        let imported = read_with(GAPS, &Options { gap_fill, ..Options::default() });
        let counted = |code: &str| {
            imported.input.diagnostics.iter().find(|found| found.code.text() == code).map_or(0, |found| found.count)
        };
        assert_eq!((counted("W-GAP"), counted("I-GAP-FILLED")), found, "{gap_fill}");
        let of = |customer: usize| -> Vec<i64> {
            let closings = &ledger(&imported).closings;
            closings.iter().map(|closing| closing.amounts.get(customer) / 100_000_000).collect()
        };
        assert_eq!((of(0), of(1)), (a.to_vec(), b.to_vec()), "{gap_fill}");
        assert_eq!(ledger(&imported).closings[5].present, gap_fill > 0, "June");
    }
}

#[test]
fn a_year_has_four_digits_and_is_one_of_ours() {
    for (text, expected) in [
        ("2025", Some(2025)),
        (" 1990 ", Some(1990)),
        ("2100", Some(2100)),
        ("1989", None),
        ("2101", None),
        ("25", None),
        ("2025-01", None),
        ("zwei", None),
        ("", None),
    ] {
        assert_eq!(keeprate_ingest::parse_year(text), expected, "{text}");
    }
}

#[test]
fn a_foreign_shape_is_refused_with_what_is_missing() {
    let error = failure(b"customer;start;amount\nA;2025-01-01;10\n").error;
    assert_eq!(error.code, Code::Shape);
    assert_eq!(error.detail.as_deref(), Some("subscriptions: Billing interval; payments and invoices: Date"));
    let error = failure(b"Kundennummer;Kundenname;Monat;MRR\n1;A;2025-01;10\n").error;
    assert_eq!(
        error.detail.as_deref(),
        Some(
            "MRR, one row per customer and month: Customer (Kundennummer / Kundenname?); \
             subscriptions: Customer (Kundennummer / Kundenname?), Start, Billing interval"
        )
    );
    // Answers that lack no column, but say not which of the questions is meant; who is spoken of in one is no customer.
    let rate = "how would you rate the";
    let text = format!("Date,{rate} food?,{rate} music?,{rate} talks?,{rate} hall?,Which customer spoke best?\n");
    assert_eq!(
        failure(text.as_bytes()).error.detail.as_deref(),
        Some(&*format!(
            "answers to surveys: Score ({rate} food / {rate} music / {rate} talks / …?); \
             changes of MRR: Customer, Change of MRR"
        ))
    );
    let mapped = Options { map: vec![(Field::Customer, "Kundennummer".to_owned())], ..Options::default() };
    let imported = read_with(b"Kundennummer;Kundenname;Monat;MRR\n1;A;2025-01;10\n", &mapped);
    assert_eq!(ledger(&imported).customers.get(0), "1");
}

#[test]
fn month_headers_need_a_year_and_only_one_column_each() {
    assert_eq!(failure(b"Kunde;Jan;Feb\nA;1;2\n").error.code, Code::MonthYear);
    let error = failure(b"Kunde;Jan 25;Feb 25;2025-01\nA;1;2;3\n").error;
    assert_eq!(
        (error.code, error.detail.as_deref(), error.value.as_deref()),
        (Code::MonthDuplicate, Some("Jan 25"), Some("2025-01"))
    );
}

#[test]
fn windows_1252_is_guessed_and_shown() {
    let imported = read(b"Kunde;Land;Jan 25;Feb 25\nM\xFCller;\xD6sterreich;1,50;2,50 \x80\n");
    assert_eq!(imported.input.dialect.encoding, Encoding::Windows1252);
    assert_eq!(codes(&imported), ["W-ENC-GUESS"]);
    assert_eq!(imported.input.diagnostics[0].value.as_deref(), Some("Müller"));
    assert_eq!(ledger(&imported).customers.get(0), "Müller");
    assert_eq!(ledger(&imported).segments[0].values.get(1), "Österreich");
    assert_eq!(amounts(ledger(&imported), "Müller"), [150_000_000, 250_000_000]);
}

#[test]
fn windows_1252_far_behind_the_head_restarts_the_reading() {
    let mut file = b"customer;month;mrr\n".to_vec();
    for number in 0..20_000 {
        file.extend_from_slice(format!("c{number};2025-01;1,00\n").as_bytes());
    }
    file.extend_from_slice(b"M\xFCller;2025-01;1,00\n");
    let imported = read(&file);
    assert_eq!(codes(&imported), ["W-ENC-GUESS"]);
    assert_eq!(imported.input.evidence[0].record, 20_002);
    assert_eq!(ledger(&imported).customers.get(20_000), "Müller");
}

#[test]
fn dates_with_slashes_are_ambiguous_mixed_or_proved() {
    let file = |first: &str, second: &str| format!("customer,month,mrr\nA,{first},1\nB,{second},1\n");
    let german = Options { language: Language::De, ..Options::default() };
    let imported = read_with(file("03/04/2025", "04/05/2025").as_bytes(), &german);
    assert_eq!(codes(&imported), ["W-DATE-AMBIGUOUS"]);
    assert_eq!(ledger(&imported).first.to_iso(), "2025-04");
    assert_eq!(ledger(&read(file("03/04/2025", "04/05/2025").as_bytes())).first.to_iso(), "2025-03");
    assert_eq!(failure(file("13/04/2025", "04/13/2025").as_bytes()).error.code, Code::DateMixed);
    let imported = read(file("03/04/2025", "13/05/2025").as_bytes());
    assert_eq!((codes(&imported).len(), ledger(&imported).first.to_iso().as_str()), (0, "2025-04"));
}

#[test]
fn impossible_dates_are_errors_of_their_row() {
    let imported = read(b"Kunde;Monat;MRR\nA;31.02.2025;1\nB;28.02.2025;1\n");
    let error = &imported.input.diagnostics[0];
    assert_eq!((error.code, error.record, error.header.as_deref()), (Code::Date, Some(2), Some("Monat")));
}

#[test]
fn currencies_need_a_rate() {
    let file = b"customer,month,mrr,currency\nA,2025-01,10,EUR\nB,2025-01,30,USD\n";
    let error = failure(file).error;
    assert_eq!(
        (error.code, error.value.as_deref(), error.detail.as_deref()),
        (Code::CurrencyMixed, Some("USD"), Some("EUR"))
    );
    let usd = Currency::parse("USD").expect("code");
    let options = Options { rates: vec![(usd, Rate::parse("0.5").expect("rate"))], ..Options::default() };
    let imported = read_with(file, &options);
    assert_eq!(first_month(ledger(&imported)), [1_000_000_000, 1_500_000_000]);
    assert_eq!(ledger(&imported).currency, Currency::EUR);
    let dollars = read(b"customer,month,mrr\nA,2025-01,5\nB,2025-01,$30\n");
    assert_eq!(ledger(&dollars).currency, usd);
    let signs = failure(b"customer,month,mrr\nA,2025-01,$30\nB,2025-01,30 EUR\n");
    assert_eq!(signs.error.code, Code::CurrencyMixed);
}

#[test]
fn rows_without_currency_take_that_of_the_others() {
    let imported = read(b"customer,month,mrr,currency\nA,2025-01,1000,\nB,2025-01,1000,JPY\n");
    assert_eq!(codes(&imported), ["W-CURRENCY-EMPTY"]);
    assert_eq!(first_month(ledger(&imported)), [1_000_000_000, 1_000_000_000]);
    let header = read(b"Kunde;Monat;MRR (CHF)\nA;2025-01;10\n");
    assert_eq!(ledger(&header).currency.code(), "CHF");
}

#[test]
fn rows_of_one_customer_and_month_are_added() {
    let imported = read(b"customer,month,mrr\nA,2025-01,10\nA,2025-01,5\nA,2025-01,10\nA,2025-01,25\nA,2025-03,1\n");
    assert_eq!(codes(&imported), ["W-DUP-ROW", "W-MONTH-MISSING", "I-DUP-SUMMED"]);
    let count =
        |code: Code| imported.input.diagnostics.iter().find(|found| found.code == code).map(|found| found.count);
    assert_eq!(
        (count(Code::DuplicateRow), count(Code::DuplicatesSummed), count(Code::MonthMissing)),
        (Some(1), Some(3), Some(1))
    );
    assert_eq!(amounts(ledger(&imported), "A"), [5_000_000_000, 0, 100_000_000]);
    assert!(!ledger(&imported).closings[1].present);
}

#[test]
fn ids_are_trimmed_and_compared() {
    let imported = read(b"customer,month,mrr\n a ,2025-01,1\na,2025-02,1\nA,2025-01,1\nX@Y.de,2025-01,1\nx@y.DE,2025-02,1\n\"00123\",2025-01,1\n=\"00123\",2025-02,1\n");
    let names: Vec<&str> = ledger(&imported).customers.iter().collect();
    assert_eq!(names, ["a", "A", "x@y.de", "00123"]);
    assert_eq!(codes(&imported), ["W-ID-SIMILAR", "W-ID-SIMILAR"]);
    let imported = read(b"customer;month;mrr\n1,23E+11;2025-01;1\n;2025-01;1\n;;\nB;2025-01;#WERT!\n");
    assert_eq!(codes(&imported), ["E-EXCEL-ERROR", "E-ID-EMPTY", "E-ID-SCIENTIFIC"]);
    assert_eq!((imported.input.records, imported.input.left_out), (3, 3));
}

#[test]
fn stray_quotes_stay_in_their_cell() {
    let imported = read(b"customer,month,mrr,note\nA,2025-01,1,5\" disk\nB,2025-01,2,\"x\"y\nC,2025-01,3,ok\n");
    assert_eq!(codes(&imported), ["W-QUOTE", "W-QUOTE"]);
    assert_eq!(imported.input.diagnostics[0].record, Some(2));
    let ledger = ledger(&imported);
    assert_eq!(ledger.segments[0].values.iter().collect::<Vec<_>>(), ["", "5\" disk", "xy", "ok"]);
    assert_eq!(ledger.customers.len(), 3);
}

#[test]
fn records_of_other_lengths_are_noticed() {
    let regular: String = (0..40).map(|number| format!("{number},2025-01,4,x\n")).collect();
    let file = format!("customer,month,mrr,plan\nA,2025-01,1\nB,2025-01,2,x,,\nC,2025-01,3,x,y\n\n{regular}");
    let imported = read(file.as_bytes());
    assert_eq!(codes(&imported), ["E-FIELD-COUNT", "W-FIELD-COUNT"]);
    assert_eq!(imported.input.diagnostics[0].record, Some(4));
    assert_eq!(ledger(&imported).customers.len(), 42);
}

#[test]
fn totals_are_compared_with_ours() {
    let wrong = D1.replace("1.020,00", "1.030,00");
    let imported = read(wrong.as_bytes());
    assert_eq!(codes(&imported), ["W-TOTAL-ROW", "W-TOTAL-MISMATCH"]);
    let mismatch = &imported.input.diagnostics[1];
    assert_eq!((mismatch.value.as_deref(), mismatch.detail.as_deref()), (Some("1030.00"), Some("1020.00")));
    assert_eq!(mismatch.header.as_deref(), Some("Feb 25"));
    let column = read(b"Kunde;Jan 25;Feb 25;Gesamt\nA;1,00;2,00;3,00\nB;1,00;2,00;4,00\n");
    assert_eq!(codes(&column), ["W-TOTAL-ROW", "W-TOTAL-MISMATCH"]);
    assert_eq!(column.input.columns[3].used, Some(Use::Total));
    let long = read(b"customer,month,mrr\nA,2025-01,10\nTotal,,11\n");
    assert_eq!(codes(&long), ["W-TOTAL-ROW", "W-TOTAL-MISMATCH"]);
}

#[test]
fn other_findings_have_their_codes() {
    for (file, expected) in [
        ("customer,month,mrr\nA,2025-01,-5\n", "W-NEG-MRR"),
        ("customer,month,mrr\nA,1950-01,5\n", "W-DATE-RANGE"),
        ("Kunde;Kunde;Monat;MRR;Kunde\n", "W-DUP-HEADER"),
        ("customer,month,mrr,name\nA,2025-01,5,MÃ¼ller\n", "W-MOJIBAKE"),
        ("customer,churn,tenure\nA,maybe,5\n", "W-STATUS-UNKNOWN"),
        ("month,customers start,lost customers\n2025-01,10,20\n", "E-AGG-RANGE"),
        ("month,customers start,new customers,lost customers,customers end\n2025-01,10,1,2,10\n", "W-IDENTITY"),
        ("month,gross margin\n2025-01,0.8\n", "W-PERCENT-SCALE"),
    ] {
        let options = Options { map: vec![(Field::Customer, "Kunde".to_owned())], ..Options::default() };
        let options = if file.starts_with("Kunde;") { options } else { Options::default() };
        let found = keeprate_ingest::import(file.as_bytes(), &options);
        let found = match &found {
            Ok(imported) => codes(imported),
            Err(failure) => failure.diagnostics.iter().map(|found| found.code.text()).collect(),
        };
        assert!(found.contains(&expected), "{file}: {found:?}");
    }
}

#[test]
fn a_month_that_stands_in_two_columns_is_counted_in_none() {
    let file = b"customer;2025-01;2025-01;2025-02\na;5;6;10\n";
    let failed = failure(file).error;
    assert_eq!((failed.code, failed.value.as_deref()), (Code::MonthDuplicate, Some("2025-01 (2)")));
    let without = Options { unused: vec!["2025-01 (2)".to_owned()], ..Options::default() };
    assert_eq!(amounts(ledger(&read_with(file, &without)), "a"), [500_000_000, 1_000_000_000]);
}

#[test]
fn amounts_are_in_cents_where_their_header_says_so() {
    for (header, minor, units) in [
        ("mrr", None, 4_900),
        ("mrr_cents", None, 49),
        ("MRR in Cent", None, 49),
        ("mrr (cents)", None, 49),
        ("amount per cent", None, 4_900),
        ("mrr_cents", Some(false), 4_900),
        ("mrr", Some(true), 49),
    ] {
        let file = format!("customer,month,{header}\na,2025-01,4900\n");
        let options = Options {
            minor_units: minor,
            map: vec![(Field::Mrr, header.to_owned())],
            shape: Some(Shape::MrrLong),
            ..Options::default()
        };
        let imported = read_with(file.as_bytes(), &options);
        assert_eq!(amounts(ledger(&imported), "a"), [units * 100_000_000], "{header}");
        assert_eq!(imported.input.dialect.minor_units, Some(units == 49), "{header}");
    }
}

#[test]
fn prices_of_plans_are_in_cents_if_all_could_be_and_a_person_is_asked() {
    for (price, chosen, monthly, found) in [
        ("9900", None, ["49.00", "99.00"], &["W-MINOR-UNITS"][..]),
        ("9900", Some(true), ["49.00", "99.00"], &[]),
        ("9900", Some(false), ["4900.00", "9900.00"], &[]),
        ("99", None, ["4900.00", "99.00"], &[]),
        ("990.50", None, ["4900.00", "990.50"], &[]),
    ] {
        let file = format!(
            "id,Customer ID,Status,Plan Amount,Plan Interval,Start (UTC),Created (UTC)\n\
             s1,a,active,4900,month,2025-01-01 00:00,2025-01-01 00:00\n\
             s2,b,active,{price},month,2025-01-05 00:00,2025-01-05 00:00\n"
        );
        let as_of = keeprate_metrics::period::Day::parse_iso("2025-02-01");
        let imported = read_with(file.as_bytes(), &Options { minor_units: chosen, as_of, ..Options::default() });
        assert_eq!((imported.input.shape, codes(&imported)), (Shape::Subscriptions, found.to_vec()), "{price}");
        let of = |name: &str| {
            let units = amounts(ledger(&imported), name).last().copied().expect("a month");
            Currency::EUR.amount(i128::from(units)).to_decimal()
        };
        assert_eq!([of("a"), of("b")], monthly, "{price}");
    }
}

#[test]
fn what_a_word_means_is_listed_and_can_be_said() {
    let file = "customer,start,amount,interval,status\na,2025-01-05,10,fortnight,seasonal\nb,2025-01-05,10,every 2 months,Active\nc,2025-01-31,10,month,active\n";
    let listed = |options: &Options| {
        let imported = read_with(file.as_bytes(), options);
        let words = imported.input.words.iter();
        let words: Vec<String> = words
            .map(|word| format!("{} {} {}", word.text, word.count, word.meaning.as_deref().unwrap_or("?")))
            .collect();
        (words.join("; "), codes(&imported).join(" "), imported.input.left_out)
    };
    let as_known = "every 2 months 1 2 months; fortnight 1 ?; month 1 month; Active 2 active; seasonal 1 ?";
    let found = "E-INTERVAL W-STATUS-UNKNOWN".to_owned();
    assert_eq!(listed(&Options::default()), (as_known.to_owned(), found, 1));
    let said = |words: &[(&str, &str)]| Options {
        words: words.iter().map(|(word, meaning)| ((*word).to_owned(), (*meaning).to_owned())).collect(),
        ..Options::default()
    };
    let (words, found, left_out) = listed(&said(&[("Fortnight", "week"), ("seasonal", "active"), ("month", "ended")]));
    let expected = "every 2 months 1 2 months; fortnight 1 week; month 1 month; Active 2 active; seasonal 1 active";
    assert_eq!((words.as_str(), found.as_str(), left_out), (expected, "", 0));
    let (words, ..) = listed(&said(&[("active", "draft"), ("fortnight", "once")]));
    // What has never been active is not read any further.
    assert_eq!(words, "fortnight 1 once; Active 2 draft; seasonal 1 ?");
}

#[test]
fn every_meaning_is_a_word_that_means_it() {
    for (shape, field, file) in [
        (Shape::Subscriptions, Field::Status, "customer,start,amount,end,interval,status\n"),
        (Shape::Subscriptions, Field::Interval, "customer,start,amount,interval\n"),
        (Shape::Transactions, Field::Status, "customer,payment date,amount,status\n"),
        (Shape::CustomerStatus, Field::Churned, "customer,churn,tenure\n"),
    ] {
        let row = |word: &&str| match (shape, field) {
            (Shape::Subscriptions, Field::Status) => format!("a,2025-01-01,10,2025-03-01,month,{word}\n"),
            (Shape::CustomerStatus, _) => format!("c {word},{word},5\n"),
            _ => format!("a,2025-01-01,10,{word}\n"),
        };
        let rows: Vec<String> = meanings(shape, field).iter().map(row).collect();
        let imported = read((file.to_owned() + &rows.concat()).as_bytes());
        assert_eq!(imported.input.shape, shape);
        let mut known: Vec<&str> = meanings(shape, field).to_vec();
        known.sort_unstable();
        let words = imported.input.words.iter().filter(|word| word.field == field);
        let mut found: Vec<&str> = words.map(|word| word.meaning.as_deref().expect("a meaning")).collect();
        found.sort_unstable();
        assert_eq!(found, known, "{shape:?} {field:?}");
    }
}

#[test]
fn what_is_left_out_is_counted_with_its_customers_and_amounts() {
    for (file, rows, customers, amounts) in [
        ("customer,month,mrr\na,2025-01,10\na,soon,20.50\na,later,5\nb,soon,x\n", 3, 2, "EUR 25.50"),
        (
            "customer,month,mrr,currency\na,2025-01,10,EUR\na,soon,20,USD\n,2025-01,3,EUR\nb,2025-01,2,EUR,1\n",
            3,
            2,
            "USD 20.00; EUR 5.00",
        ),
        ("Kunde;Monat;MRR\na;2025-01;10,5\nb;bald;1.234,50\n", 1, 1, "EUR 1234.50"),
        ("customer;Jan 25;Feb 25\na;1;2\nb;x;7\n", 1, 1, "EUR 7.00"),
        ("customer,month,mrr_cents\na,2025-01,10\na,soon,2050\n", 1, 1, "EUR 20.50"),
        ("customer,start,amount,interval\na,2025-01-01,10,month\nb,2025-01-01,120,aeon\n", 1, 1, "EUR 120.00"),
        ("customer,date,unit price,quantity\na,2025-01-01,10,2\na,soon,2.50,4\n", 1, 1, "EUR 10.00"),
        ("respondent,nps\na,5\nb,0\nc,11\n", 1, 0, ""),
        ("customer,month,mrr\na,2025-01,10\n", 0, 0, ""),
    ] {
        let input = read(file.as_bytes()).input;
        let sums = input.left_out_amounts.iter();
        let sums: Vec<String> =
            sums.map(|sum| format!("{} {}", sum.currency.code(), sum.amount.to_decimal())).collect();
        let found = (input.left_out, input.left_out_customers, sums.join("; "));
        assert_eq!(found, (rows, customers, amounts.to_owned()), "{file}");
    }
}

#[test]
fn numbers_that_stand_for_days_count_from_where_a_person_says() {
    let file = b"customer;month;mrr\na;45658;10\na;45689;20\n";
    for (system, serial_of, first) in
        [(None, DateSystem::From1900, "2025-01"), (Some(DateSystem::From1904), DateSystem::From1904, "2029-01")]
    {
        let imported = read_with(file, &Options { date_system: system, ..Options::default() });
        assert_eq!(imported.input.dialect.date_system, Some(serial_of));
        let proof = imported.input.evidence.iter().find(|proof| proof.decision == "date_system").expect("a proof");
        assert_eq!((proof.record, proof.column.as_str(), proof.value.as_str()), (2, "B", "45658"));
        assert_eq!(ledger(&imported).first.to_iso(), first);
    }
    let dates = read(b"customer;month;mrr\na;2025-01-01;10\na;2025-02-01;20\n");
    assert_eq!(dates.input.dialect.date_system, None);
}

/// Header, names and amounts; one customer came as it should be.
#[test]
fn text_that_was_encoded_twice_is_repaired_on_demand() {
    let file = "Kunde;Monat;MRR fÃ¼r alle\nMÃ¼ller;2025-01;10,00 â‚¬\nMüller;2025-02;12,00 â‚¬\n";
    let options = Options { encoding: Some(Encoding::Utf8Twice), ..Options::default() };
    let imported = read_with(file.as_bytes(), &options);
    assert_eq!(codes(&imported), [""; 0]);
    assert_eq!(imported.input.columns[2].header, "MRR für alle");
    assert_eq!((ledger(&imported).customers.len(), amounts(ledger(&imported), "Müller").len()), (1, 2));
    let plain = read(file.as_bytes());
    let found = vec!["E-NUM", "E-NUM", "W-MOJIBAKE"];
    assert_eq!((codes(&plain), ledger(&plain).customers.len()), (found, 2));
}

#[test]
fn a_hundred_findings_of_a_code_are_listed() {
    let file: String = std::iter::once("customer,month,mrr\n".to_owned())
        .chain((0..300).map(|n| format!("{n},2025-01,x\n")))
        .collect();
    let imported = read(file.as_bytes());
    assert_eq!((imported.input.diagnostics.len(), imported.input.diagnostics[0].count), (100, 300));
    assert_eq!(imported.input.diagnostics[0].severity, Severity::Error);
}

#[test]
fn d5_is_a_period_table() {
    let file = "Zeitraum;Kunden Anfang;Neukunden;Verlorene Kunden;Kunden Ende;MRR Anfang;Expansion;Kontraktion;Churn MRR\n\
        Quelle 002;100;10;5;105;1.000,00;200,00;0,00;100,00\nQuelle 003;100;10;10;100;;;;\n";
    let imported = read(file.as_bytes());
    assert_eq!(codes(&imported), [""; 0]);
    let Dataset::Periods(table) = &imported.dataset else { panic!("a period table") };
    assert_eq!(table.rows.len(), 2);
    let first = table.rows[0].totals;
    assert_eq!((table.rows[0].label.as_str(), table.rows[0].period, table.rows[0].record), ("Quelle 002", None, 2));
    assert_eq!(
        (first.customers_start, first.customers_new, first.customers_lost, first.customers_end),
        (Some(100), Some(10), Some(5), Some(105))
    );
    assert_eq!((first.mrr_start, first.mrr_expansion), (Some(100_000_000_000), Some(20_000_000_000)));
    assert_eq!((first.mrr_contraction, first.mrr_churn), (Some(0), Some(10_000_000_000)));
    assert_eq!(table.rows[1].totals.mrr_start, None);
}

#[test]
fn periods_are_sorted_in_time() {
    let imported = read(b"quarter,new customers,gross margin\nQ2 2025,1,80 %\nQ1 2025,2,75 %\n");
    let Dataset::Periods(table) = &imported.dataset else { panic!("a period table") };
    let rows: Vec<_> = table.rows.iter().map(|row| (row.label.as_str(), row.totals.gross_margin)).collect();
    assert_eq!(rows, [("Q1 2025", Some(0.75)), ("Q2 2025", Some(0.8))]);
}

#[test]
fn the_telco_file_has_its_published_numbers() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/telco/Telco-Customer-Churn.csv");
    let Ok(bytes) = std::fs::read(path) else {
        eprintln!("skipped: the telco file is not here");
        return;
    };
    let imported = read(&bytes);
    let table = status(&imported);
    assert_eq!(imported.input.shape, Shape::CustomerStatus);
    assert_eq!(codes(&imported), [""; 0]);
    assert_eq!((table.customers.len(), table.churned.iter().filter(|churned| **churned).count()), (7043, 1869));
    assert_eq!(table.revenue.as_ref().map(|revenue| revenue[0]), Some(2_985_000_000));
    assert_eq!(table.tenure.as_ref().map(|tenure| tenure[1]), Some(Some(34.0)));
    let segments: Vec<&str> = table.segments.iter().map(|segment| segment.column.as_str()).collect();
    assert!(segments.contains(&"Contract") && !segments.contains(&"TotalCharges"), "{segments:?}");
}

#[test]
fn options_override_what_the_file_says() {
    let file = b"a|b|c\nX|1,234|2025-01\n";
    let map = [(Field::Customer, "a"), (Field::Mrr, "b"), (Field::Month, "c")];
    let options = Options {
        map: map.map(|(field, header)| (field, header.to_owned())).to_vec(),
        decimal: Some(Decimal::Comma),
        shape: Some(Shape::MrrLong),
        ..Options::default()
    };
    let imported = read_with(file, &options);
    assert_eq!(amounts(ledger(&imported), "X"), [123_400_000]);
    let wide = failure_with(D1.as_bytes(), &Options { shape: Some(Shape::PeriodTable), ..Options::default() });
    assert_eq!(wide.error.code, Code::Shape);
}

#[test]
fn the_input_is_json_as_the_report_shows_it() {
    let imported = read("Kunde;Land;Monat;MRR\nA;DE;2025-01;abc\n".as_bytes());
    let json = serde_json::to_value(&imported.input).expect("JSON");
    assert_eq!(json["shape"], "mrr_long");
    assert_eq!(json["dialect"]["encoding"], "utf-8");
    assert_eq!(json["dialect"]["delimiter"], ";");
    assert_eq!(json["columns"][0], serde_json::json!({"header": "Kunde", "field": "customer"}));
    let diagnostic = &json["diagnostics"][0];
    for (key, value) in [("code", "E-NUM"), ("severity", "error"), ("column", "MRR"), ("value", "abc")] {
        assert_eq!(diagnostic[key], value);
    }
    assert_eq!((diagnostic["record"].as_u64(), diagnostic["count"].as_u64()), (Some(2), Some(1)));
    let back: keeprate_ingest::Input = serde_json::from_value(json).expect("the same type");
    assert_eq!(back, imported.input);
}

/// What each column holds, by the key of its field.
fn holds(columns: &[keeprate_ingest::Column]) -> Vec<(&str, Option<&'static str>)> {
    columns.iter().map(|column| (column.header.as_str(), column.field.map(Field::key))).collect()
}

#[test]
fn columns_that_are_not_to_be_used_hold_nothing() {
    let file = b"customer,month,mrr,mrr amount\na,2025-01,10,20\n";
    let options = Options { unused: vec!["mrr".to_owned()], ..en() };
    let imported = read_with(file, &options);
    let columns =
        [("customer", Some("customer")), ("month", Some("month")), ("mrr", None), ("mrr amount", Some("mrr"))];
    assert_eq!(holds(&imported.input.columns), columns);
    assert_eq!(first_month(ledger(&imported)), [2_000_000_000]);
}

#[test]
fn a_file_that_cannot_be_used_says_what_its_columns_could_hold() {
    let failure = failure(b"Some title\nKunde;Wann;Wieviel\nA;2025-01;100,00\n");
    assert_eq!(failure.error.code, Code::Shape);
    assert!(failure.shape.is_some());
    assert_eq!(holds(&failure.columns)[0], ("Kunde", Some("customer")));
    assert_eq!(failure.preview[0], ["Kunde", "Wann", "Wieviel"]);
    let failure = self::failure(b"Kunde;Jan 25;Feb 25\nA;100,00;80.00\nB;10,00;80,00\n");
    assert_eq!((failure.error.code, failure.shape), (Code::NumberMixed, Some(Shape::MrrWide)));
    assert_eq!(failure.columns[1].used, Some(Use::Month));
    assert_eq!(self::failure(b"").columns, []);
    // Nothing in it is a word that is known: its first record with cells is offered, and is the header once it is named.
    let file = b"Report\n\nWer;Wann;Wieviel\nA;2025-01;100,00\nB;2025-01;80,00\n";
    let failure = self::failure(file);
    assert_eq!((failure.error.code, failure.columns.len()), (Code::NoHeader, 3));
    assert_eq!(failure.preview[0], ["Wer", "Wann", "Wieviel"]);
    let fields = [(Field::Customer, "Wer"), (Field::Month, "Wann"), (Field::Mrr, "Wieviel")];
    let map = fields.map(|(field, header)| (field, header.to_owned())).to_vec();
    let options = Options { map, shape: Some(Shape::MrrLong), ..Options::default() };
    assert_eq!(first_month(ledger(&read_with(file, &options))), [10_000_000_000, 8_000_000_000]);
}

#[test]
fn what_a_shape_lacks_is_said_in_the_language_of_the_reader() {
    let file = b"Kunde;Wann\nA;2025-01\n";
    for (language, word) in [(Language::De, "Veränderung des MRR"), (Language::En, "Change of MRR")] {
        let failure = failure_with(file, &Options { language, ..Options::default() });
        assert!(failure.message(language).contains(word), "{}", failure.message(language));
    }
}

#[test]
fn a_total_may_have_a_row_of_its_own() {
    let file =
        "Zeit;Kennzahl;Betrag\nJan 25;Neukunden;3\nFeb 25;Neukunden;4\nJan 25;MRR Ende;10,50\nFeb 25;Laune;gut\n";
    let map = [(Field::Period, "Zeit"), (Field::Measure, "Kennzahl"), (Field::MeasureValue, "Betrag")];
    let map = map.map(|(field, header)| (field, header.to_owned())).to_vec();
    let imported = read_with(file.as_bytes(), &Options { shape: Some(Shape::PeriodTable), map, ..Options::default() });
    let Dataset::Periods(table) = &imported.dataset else { panic!("{:?}", imported.input) };
    let rows: Vec<_> = table.rows.iter().map(|row| (row.totals.customers_new, row.totals.mrr_end)).collect();
    assert_eq!(rows, [(Some(3), Some(1_050_000_000)), (Some(4), None)]);
    // What is no known total is set aside, and said so.
    assert_eq!((imported.input.records, imported.input.accepted), (4, 3));
    assert_eq!(codes(&imported), ["I-ROWS-SET-ASIDE"]);
}

/// What a file causes in a figure stands at its cell, in both languages.
#[test]
fn warnings_of_figures_name_the_cell() {
    let waterfall = "Zeitraum;MRR Anfang;Expansion;Kontraktion;Churn MRR\n2024;10,00;1,00;0,00;1,00\n";
    let lifetime = "Monat;Kunden Anfang;Neukunden;Verlorene Kunden;Kunden Ende;MRR Ende\n2025-01;61;1;1;61;5,00\n";
    let answers = "Month,Invited,Responses\n2025-02,10,10\n2025-03,10,11\n";
    let early = "user,time,event\nu1,2025-01-02,login\nu1,2025-01-03,signup\n";
    for (file, column, record, german, english) in [
        (waterfall, "A", 2, "„2024“ ist länger als ein Monat", "“2024” is longer than a month"),
        (lifetime, "D", 2, "1 von 61 Kunden verloren", "1 of 61 customers lost"),
        (answers, "C", 3, "11 Antworten sind mehr als die 10", "11 answers are more than the 10"),
        (early, "B", 2, "ihres Nutzers: 1, zuerst eines von „u1“", "sign-up: 1, first one of “u1”"),
    ] {
        let imported = read(file.as_bytes());
        let [found] = &imported.input.diagnostics[..] else { panic!("{:?}", imported.input.diagnostics) };
        assert_eq!((found.column.as_deref(), found.record), (Some(column), Some(record)), "{file}");
        for (language, words) in [(Language::De, german), (Language::En, english)] {
            assert!(found.message(language).contains(words), "{}", found.message(language));
        }
    }
    // 60 months exactly, as many answers as invitations, months: nothing to say.
    for file in [
        "Monat;Kunden Anfang;Verlorene Kunden;Kunden Ende;MRR Ende\n2025-01;60;1;59;5,00\n",
        "Month,Invited,Responses\n2025-02,10,10\n",
        "Zeitraum;MRR Anfang;Expansion;Kontraktion;Churn MRR\n2024-05;10,00;1,00;0,00;1,00\n",
        "user,time,event\nu1,2025-01-03,login\nu1,2025-01-03,signup\nu2,2025-01-01,login\n",
    ] {
        assert_eq!(codes(&read(file.as_bytes())), [""; 0], "{file}");
    }
}

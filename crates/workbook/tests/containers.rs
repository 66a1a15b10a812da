//! Spreadsheets and archives become tables. `files/` was written by openpyxl, xlwt and odfpy: the same rows, with a sheet
//! that is empty before them.

#![expect(clippy::expect_used, reason = "tests fail by panicking, in helpers too")]

use keeprate_workbook::{Table, Trouble, is_container, open};
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const XLSX: &[u8] = include_bytes!("files/book.xlsx");
const XLS: &[u8] = include_bytes!("files/book.xls");
const ODS: &[u8] = include_bytes!("files/book.ods");

const ROWS: &str = "\
Kunde,Monat,MRR,Notiz
A,2025-01-31,1.234,\"sagt \"\"ja\"\", oft\"
B,2025-01-31,80,
A,2025-02-28,110.5,\"zwei
Zeilen\"
B,2025-02-28T13:05:00,80,ä€😀
";

fn text(table: &Table) -> &str {
    std::str::from_utf8(&table.bytes).expect("text")
}

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, SimpleFileOptions::default()).expect("a file");
        archive.write_all(bytes).expect("its bytes");
    }
    archive.finish().expect("an archive").into_inner()
}

#[test]
fn each_kind_of_spreadsheet_gives_the_first_sheet_with_rows() {
    for (kind, bytes, sheets) in [
        ("xlsx", XLSX, &["Leer", "Umsatz", "Versetzt"][..]),
        ("xls", XLS, &["Leer", "Umsatz"]),
        ("ods", ODS, &["Leer", "Umsatz"]),
    ] {
        assert!(is_container(bytes), "{kind}");
        let table = open(bytes, None).expect(kind);
        assert_eq!(text(&table), ROWS, "{kind}");
        assert_eq!((table.part, table.is_sheet), (1, true), "{kind}");
        assert_eq!(table.parts, sheets, "{kind}");
    }
}

#[test]
fn a_sheet_is_chosen_and_keeps_its_rows_and_columns() {
    let table = open(XLSX, Some(2)).expect("a sheet");
    // Written by a program that computes nothing, the formula has no value.
    assert_eq!(text(&table), "\n\n,Kunde,Wert,\n,A,,TRUE\n");
    for part in [0, 9] {
        let empty = open(XLSX, Some(part)).expect("a workbook");
        assert_eq!((empty.bytes.len(), empty.parts.len()), (0, 3));
    }
}

#[test]
fn an_archive_gives_its_files_as_they_are() {
    let bytes = archive(&[("b.csv", b"a;b\n1;2\n"), ("__MACOSX/._a.csv", b"x"), ("a.csv", b"\xFF\xFEa\0")]);
    let table = open(&bytes, None).expect("a file");
    assert_eq!(table.parts, ["a.csv", "b.csv"]);
    assert_eq!((table.bytes.as_slice(), table.is_sheet), (&b"\xFF\xFEa\0"[..], false));
    assert_eq!(open(&bytes, Some(1)).expect("the other").bytes, b"a;b\n1;2\n");
    assert_eq!(open(&archive(&[]), None).map(|table| (table.parts, table.bytes)), Ok((Vec::new(), Vec::new())));
}

#[test]
fn what_is_damaged_is_said_to_be() {
    for bytes in [XLSX, ODS] {
        for length in (0..bytes.len()).step_by(97) {
            let cut = &bytes[..length];
            assert_eq!(open(cut, None), Err(Trouble::Unreadable), "{length} bytes");
        }
    }
    assert_eq!(open(b"PK\x03\x04xxxx", None), Err(Trouble::Unreadable));
    assert_eq!(open(b"\xD0\xCF\x11\xE0", None), Err(Trouble::Unreadable));
}

#[test]
fn a_sheet_that_claims_to_be_huge_costs_nothing() {
    let cell = |place: &str| {
        format!("<row r=\"{}\"><c r=\"{place}\"><v>1</v></c></row>", place.trim_start_matches(char::is_alphabetic))
    };
    let sheet = format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{}{}</sheetData></worksheet>",
        cell("A1"),
        cell("XFD1048576")
    );
    let book = br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    let relations = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let root = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let types = br#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
    let bytes = archive(&[
        ("[Content_Types].xml", types),
        ("_rels/.rels", root),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ]);
    assert_eq!(open(&bytes, None), Err(Trouble::TooLarge));
}

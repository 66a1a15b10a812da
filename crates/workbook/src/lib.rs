//! A sheet of a spreadsheet (XLSX, XLS, ODS), or a file of a ZIP archive, as the bytes of a table that the import reads.
//! Dates and numbers are written by the type of their cells, so that nothing is left to guess.

#![forbid(unsafe_code)]

use borsh::{BorshDeserialize, BorshSerialize};
use calamine::{Cell, CellErrorType, Data, DataRef, ExcelDateTime, Ods, Range, Reader, Xls, Xlsx};
use std::fmt::Write as _;
use std::io::{Cursor, Read, Seek};
use zip::ZipArchive;

/// One table of a container.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Table {
    /// The names of all sheets or files to choose from.
    pub parts: Vec<String>,
    /// The place of this one among them.
    pub part: usize,
    /// The table: CSV in UTF-8 of a sheet, a file of an archive as it is. Nothing where there is none.
    pub bytes: Vec<u8>,
    /// Whether it was written cell by cell, with decimal points and ISO dates.
    pub is_sheet: bool,
}

/// Why a container gives no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Trouble {
    /// It is damaged, protected by a password, or of another kind.
    Unreadable,
    /// A table does not fit the memory.
    TooLarge,
}

/// Cells that a table may have, empty ones among them: what a sheet claims to be wide and long costs nothing until it is
/// written out.
const MOST_CELLS: u64 = 1 << 27;
/// Bytes that a file of an archive may have.
const MOST_BYTES: u64 = 1 << 31;

/// Whether the first bytes of a file are those of a container.
pub fn is_container(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"\xD0\xCF\x11\xE0")
}

/// A table of a container: the one at a place, or the first that is not empty.
///
/// # Errors
///
/// A [`Trouble`] if there is none that can be read. The reader of XLS panics on some damaged files: whoever calls this must
/// outlive that, as the page outlives its worker.
pub fn open(bytes: &[u8], part: Option<usize>) -> Result<Table, Trouble> {
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        let mut book = Xls::new(Cursor::new(bytes)).map_err(|_| Trouble::Unreadable)?;
        return sheet(&book.sheet_names(), part, |name| dense(&book.worksheet_range(name).ok()?));
    }
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Trouble::Unreadable)?;
    let names: Vec<String> = archive.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned).collect();
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    if has("xl/workbook.xml") || has("[Content_Types].xml") {
        let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| Trouble::Unreadable)?;
        let sheets = book.sheet_names();
        return sheet(&sheets, part, |name| sparse(&mut book, name));
    }
    if has("content.xml") && has("mimetype") {
        let mut book = Ods::new(Cursor::new(bytes)).map_err(|_| Trouble::Unreadable)?;
        return sheet(&book.sheet_names(), part, |name| dense(&book.worksheet_range(name).ok()?));
    }
    file(archive, names, part)
}

/// What a sheet gave: nothing where it cannot be read.
type Written = Option<Result<String, Trouble>>;

fn sheet(names: &[String], part: Option<usize>, mut write: impl FnMut(&str) -> Written) -> Result<Table, Trouble> {
    let wanted = match part {
        Some(part) => part..part.saturating_add(1).min(names.len()),
        None => 0..names.len(),
    };
    let mut table = Table { parts: names.to_vec(), part: wanted.start, bytes: Vec::new(), is_sheet: true };
    for part in wanted {
        let Some(name) = names.get(part) else { break };
        let text = write(name).ok_or(Trouble::Unreadable)??;
        if !text.is_empty() {
            (table.part, table.bytes) = (part, text.into_bytes());
            break;
        }
    }
    Ok(table)
}

/// A sheet whose cells come one after the other: its size is known before it is written.
fn sparse<Bytes: Read + Seek>(book: &mut Xlsx<Bytes>, name: &str) -> Written {
    let (mut rows, mut columns) = (0_u64, 0_u64);
    let mut measured = book.worksheet_cells_reader(name).ok()?;
    while let Some(cell) = measured.next_cell().ok()? {
        if *cell.get_value() != DataRef::Empty {
            let (row, column) = cell.get_position();
            rows = rows.max(u64::from(row) + 1);
            columns = columns.max(u64::from(column) + 1);
        }
    }
    drop(measured);
    if rows * columns > MOST_CELLS {
        return Some(Err(Trouble::TooLarge));
    }
    let mut text = Writer::new(columns as u32);
    let mut cells = book.worksheet_cells_reader(name).ok()?;
    while let Some(cell) = cells.next_cell().ok()? {
        text.write(&cell);
    }
    Some(Ok(text.finish()))
}

/// A sheet that is there as a whole.
fn dense(range: &Range<Data>) -> Written {
    let ((Some((_, first)), Some((_, last))), Some((row, _))) = ((range.start(), range.end()), range.start()) else {
        return Some(Ok(String::new()));
    };
    let mut text = Writer::new(last + 1);
    for (number, cells) in (row..).zip(range.rows()) {
        for (column, cell) in (first..).zip(cells) {
            text.write(&Cell::new((number, column), borrowed(cell)));
        }
    }
    Some(Ok(text.finish()))
}

fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(words) | Data::DateTimeIso(words) | Data::DurationIso(words) => DataRef::SharedString(words),
        Data::Bool(yes) => DataRef::Bool(*yes),
        Data::DateTime(time) => DataRef::DateTime(*time),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

/// Writes cells in the order of rows. Rows and columns without cells are written as empty ones, so that the numbers and
/// letters of findings are those of the sheet.
struct Writer {
    text: String,
    columns: u32,
    row: u32,
    column: u32,
    has_cells: bool,
}

impl Writer {
    fn new(columns: u32) -> Writer {
        Writer { text: String::new(), columns, row: 0, column: 0, has_cells: false }
    }

    fn write(&mut self, cell: &Cell<DataRef<'_>>) {
        let (row, column) = cell.get_position();
        // Cells that come twice or out of order are none of a table.
        if *cell.get_value() == DataRef::Empty || (row, column) < (self.row, self.column) || column >= self.columns {
            return;
        }
        while self.row < row {
            self.end_row();
        }
        while self.column < column {
            self.text.push(',');
            self.column += 1;
        }
        self.has_cells = true;
        value(&mut self.text, cell.get_value());
    }

    fn end_row(&mut self) {
        if self.has_cells {
            self.text.extend((self.column + 1..self.columns).map(|_| ','));
        }
        self.text.push('\n');
        (self.row, self.column, self.has_cells) = (self.row + 1, 0, false);
    }

    fn finish(mut self) -> String {
        if self.has_cells {
            self.end_row();
        }
        self.text
    }
}

/// Writes a value as CSV.
fn value(text: &mut String, value: &DataRef<'_>) {
    // Writing into a string does not fail.
    let _ = match value {
        DataRef::Int(number) => write!(text, "{number}"),
        // As long as it takes, and never with an exponent.
        DataRef::Float(number) => write!(text, "{number}"),
        DataRef::Bool(yes) => write!(text, "{}", if *yes { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(time) => date(text, *time),
        DataRef::DateTimeIso(words) | DataRef::DurationIso(words) | DataRef::String(words) => quoted(text, words),
        DataRef::SharedString(words) => quoted(text, words),
        DataRef::Error(error) => error_word(text, error),
        DataRef::Empty => Ok(()),
    };
}

fn date(text: &mut String, time: ExcelDateTime) -> std::fmt::Result {
    if !time.is_datetime() {
        return write!(text, "{}", time.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    write!(text, "{year:04}-{month:02}-{day:02}")?;
    if (hour, minute, second) != (0, 0, 0) {
        write!(text, "T{hour:02}:{minute:02}:{second:02}")?;
    }
    Ok(())
}

fn error_word(text: &mut String, error: &CellErrorType) -> std::fmt::Result {
    write!(text, "{error}")
}

fn quoted(text: &mut String, words: &str) -> std::fmt::Result {
    if words.contains([',', '"', '\n', '\r']) {
        write!(text, "\"{}\"", words.replace('"', "\"\""))
    } else {
        text.write_str(words)
    }
}

/// A file of an archive.
fn file(mut archive: ZipArchive<Cursor<&[u8]>>, names: Vec<String>, part: Option<usize>) -> Result<Table, Trouble> {
    // What an operating system adds is no table.
    let is_file =
        |name: &String| !name.ends_with('/') && !name.starts_with("__MACOSX/") && !name.ends_with(".DS_Store");
    let mut parts: Vec<String> = names.into_iter().filter(is_file).collect();
    parts.sort_unstable();
    let part = part.unwrap_or(0);
    let Some(name) = parts.get(part) else {
        return Ok(Table { parts, part, bytes: Vec::new(), is_sheet: false });
    };
    let file = archive.by_name(name).map_err(|_| Trouble::Unreadable)?;
    let mut bytes = Vec::new();
    // What an archive says of a file's length may be a lie.
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|_| Trouble::Unreadable)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Trouble::TooLarge);
    }
    Ok(Table { part, bytes, is_sheet: false, parts })
}

//! The import itself: takes a file chunk by chunk and gives a data set with its diagnosis.

use borsh::{BorshDeserialize, BorshSerialize};
use keeprate_columns::index::{self, Index};
use keeprate_columns::row::{Row, next_start};
use keeprate_metrics::feedback::Asked;
use keeprate_metrics::join::Aliases;
use keeprate_metrics::ledger::Dataset;
use keeprate_metrics::money::Currency;
use keeprate_metrics::period::Day;
use keeprate_metrics::sorted_map::SortedMap;
use serde::{Deserialize, Serialize};

use crate::aliases::{self, AliasColumn};
use crate::cell::is_text_trick;
use crate::context::{Context, Decisions, Halt};
use crate::currency::Rate;
use crate::date::{DateOrder, DateReading, DateSystem, read_date};
use crate::diagnosis::{Code, Diagnostic, Language, column_letters};
use crate::dialect;
use crate::encoding::{Detected, Encoding, Transcoder, detect, find_double_encoding, is_other_format};
use crate::fields::{self, Field, Mapping, Misfit, Shape};
use crate::left_out::{LeftOut, LeftOutAmount};
use crate::meanings::Word;
use crate::number::Decimal;
use crate::profiles;
use crate::records::{Quoting, count_lines, exact_ends};
use crate::shape::{Reader, Use};
use crate::zone::{Clock, TimeZone};

/// What a person has chosen; everything else is found in the file.
#[derive(Clone, Debug, Default, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Options {
    /// What one row is.
    pub shape: Option<Shape>,
    /// Columns for fields, by header.
    pub map: Vec<(Field, String)>,
    /// Columns that hold no field, by header, whatever they are called.
    pub unused: Vec<String>,
    /// The byte between fields.
    pub delimiter: Option<u8>,
    /// The encoding.
    pub encoding: Option<Encoding>,
    /// The decimal separator of all columns.
    pub decimal: Option<Decimal>,
    /// The order of day and month around a slash.
    pub date_order: Option<DateOrder>,
    /// Words of statuses and intervals, each with one of [`crate::meanings`] that it means.
    pub words: Vec<(String, String)>,
    /// The scale of the scores, where they answer one question.
    pub scale: Option<Asked>,
    /// Whether amounts are in cents; without a choice, as headers and known exports say.
    pub minor_units: Option<bool>,
    /// What numbers that stand for days count from; without a choice, 1900.
    pub date_system: Option<DateSystem>,
    /// The year of months that name none: of the first, where they stand side by side as columns, else of all.
    pub year: Option<i32>,
    /// How many months without a row, between two of a customer, keep the amount of the month before them; others are 0.
    pub gap_fill: u32,
    /// The zone that is reported in: what instants are converted to.
    pub time_zone: TimeZone,
    /// Whether it is that zone or UTC; without a choice, that zone.
    pub clock: Option<Clock>,
    /// What breaks ties between readings, and the language of messages.
    pub language: Language,
    /// The first day that the data do not cover, where rows do not name months; without it the day after the latest date of
    /// the file.
    pub as_of: Option<Day>,
    /// The date of today: what lies behind it has not happened yet, whatever the file says.
    pub today: Option<Day>,
    /// The currency of rows that name none; with rates, the one that they lead into.
    pub currency: Option<Currency>,
    /// One rate per currency into [`Options::currency`], or into EUR.
    pub rates: Vec<(Currency, Rate)>,
    /// Whether other files are opened with it, so that one may say who customers are and no more.
    pub beside_others: bool,
}

/// The longest gap that [`Options::gap_fill`] may bridge, in months.
pub const LONGEST_GAP: u32 = 12;

/// How far an import is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes taken.
    pub bytes: u64,
    /// Data records read.
    pub records: u64,
}

/// Why a chunk was not taken.
#[derive(Clone, Debug)]
pub enum Stop {
    /// An earlier decision was wrong: read the file again from its start, with a new [`Import`] and these decisions.
    /// Each restart knows more than the one before, so this ends.
    Restart(Box<Decisions>),
    /// The file cannot be used.
    File(Box<Failure>),
}

/// Why a file cannot be used, and what is known about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The error that stopped the import.
    pub error: Diagnostic,
    /// All findings so far, that error among them.
    pub diagnostics: Vec<Diagnostic>,
    /// The first records as strings; from the header on, if it was found.
    pub preview: Vec<Vec<String>>,
    /// What a row would have been.
    pub shape: Option<Shape>,
    /// What the columns mean, as far as that was found; without a header, none.
    pub columns: Vec<Column>,
}

impl Failure {
    /// What is wrong, where, and what to do about it.
    pub fn message(&self, language: Language) -> String {
        self.error.message(language)
    }
}

/// A data set and how it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The data.
    pub dataset: Dataset,
    /// How they were read.
    pub input: Input,
    /// What else the customers are known by, for files that are joined.
    pub aliases: Vec<Aliases>,
    /// The first records as strings, from the header on.
    pub preview: Vec<Vec<String>>,
}

/// How a file was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Input {
    /// The file's name, which whoever opened it fills in.
    pub name: String,
    /// Size of the file.
    pub bytes: u64,
    /// What one row is.
    pub shape: Shape,
    /// How bytes became cells and cells values.
    pub dialect: Dialect,
    /// The cells that prove it.
    pub evidence: Vec<Evidence>,
    /// What the columns mean.
    pub columns: Vec<Column>,
    /// What words of statuses and intervals mean.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<Word>,
    /// Data records.
    pub records: u64,
    /// Data records that are part of the data set.
    pub accepted: u64,
    /// Data records left out for errors. The rest are rows of sums.
    pub left_out: u64,
    /// How many customers have a record among them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out_customers: u64,
    /// What the records among them that name an amount come to, in each currency.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out_amounts: Vec<LeftOutAmount>,
    /// Whether more than 5 % of the records were left out: results are "unvollständig" and no target is checked.
    pub incomplete: bool,
    /// All findings: errors first, then by code and place.
    pub diagnostics: Vec<Diagnostic>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// How bytes become cells and cells values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Dialect {
    /// The encoding.
    pub encoding: Encoding,
    /// What stands between fields.
    pub delimiter: String,
    /// The decimal separator; `None` if no number has one.
    pub decimal: Option<Decimal>,
    /// The order of day and month around a slash; `None` if no date has one.
    pub date_order: Option<DateOrder>,
    /// What numbers that stand for days count from; `None` if no date is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_system: Option<DateSystem>,
    /// The time zone that instants were converted to; `None` if no cell names an instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Whether amounts are in cents, or whatever the smallest unit of their currency is; `None` if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minor_units: Option<bool>,
    /// The question that the scores answer; `None` if there are no scores, or several questions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<Asked>,
    /// The record that holds the header.
    pub header_record: u64,
}

/// A cell that proves something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Witness {
    /// Its record.
    pub record: u64,
    /// Its column, counted from 0.
    pub column: usize,
    /// Its text.
    pub value: String,
}

/// A decision and the cell that proves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Evidence {
    /// What was decided: `encoding`, `decimal`, `date_order`, `date_system`, `scale` or `time_zone`.
    pub decision: String,
    /// Its record.
    pub record: u64,
    /// Its column's letters.
    pub column: String,
    /// Its column's header.
    pub header: String,
    /// Its text.
    pub value: String,
}

/// A column and what it means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Column {
    /// Its name.
    pub header: String,
    /// The field that it holds.
    pub field: Option<Field>,
    /// What else it is used for.
    #[serde(rename = "use", default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Use>,
}

/// Bytes that are looked at before anything is decided.
const HEAD: usize = 128 * 1024;
/// Bytes that are indexed at once: text, index and table should stay in the cache together.
const WINDOW: usize = 32 * 1024;

/// An import in progress. Drop it to cancel.
#[derive(Debug)]
pub struct Import {
    options: Options,
    decisions: Decisions,
    bytes: u64,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    /// Collecting the first bytes.
    Head(Vec<u8>),
    /// Reading.
    Body(Box<Body>),
}

impl Import {
    /// Starts an import; `decisions` are `Decisions::default()`, or those of a restart.
    pub fn new(options: Options, decisions: Decisions) -> Import {
        Import { options, decisions, bytes: 0, phase: Phase::Head(Vec::new()) }
    }

    /// Takes the next bytes of the file. They are read where they are; only a record that is cut off is copied.
    ///
    /// # Errors
    ///
    /// [`Stop`] says why the import does not go on; it must not be used any more then.
    pub fn push(&mut self, chunk: &[u8]) -> Result<Progress, Stop> {
        self.bytes += chunk.len() as u64;
        match &mut self.phase {
            Phase::Body(body) => {
                body.push(chunk).map_err(|halt| body.stop(halt))?;
                Ok(Progress { bytes: self.bytes, records: body.context.records })
            }
            Phase::Head(head) => {
                // Decisions must not depend on how the file is cut, so the head always has the same length.
                let missing = HEAD.saturating_sub(head.len()).min(chunk.len());
                let (first, rest) = chunk.split_at_checked(missing).unwrap_or((chunk, &[]));
                head.extend_from_slice(first);
                if head.len() < HEAD {
                    return Ok(Progress { bytes: self.bytes, records: 0 });
                }
                let head = std::mem::take(head);
                let mut body = Body::begin(&head, false, &self.options, &self.decisions)?;
                let records = {
                    body.push(rest).map_err(|halt| body.stop(halt))?;
                    body.context.records
                };
                self.phase = Phase::Body(Box::new(body));
                Ok(Progress { bytes: self.bytes, records })
            }
        }
    }

    /// Ends the file.
    ///
    /// # Errors
    ///
    /// As for [`Import::push`].
    pub fn finish(self) -> Result<Imported, Stop> {
        let mut body = match self.phase {
            Phase::Head(head) => Body::begin(&head, true, &self.options, &self.decisions)?,
            Phase::Body(body) => *body,
        };
        body.end().map_err(|halt| body.stop(halt))?;
        body.finish(self.bytes)
    }
}

/// Reads a whole file, as often as it takes.
///
/// # Errors
///
/// A [`Failure`] if the file cannot be used.
pub fn import(bytes: &[u8], options: &Options) -> Result<Imported, Box<Failure>> {
    let mut decisions = Decisions::default();
    loop {
        let mut import = Import::new(options.clone(), decisions);
        match import.push(bytes).and_then(|_| import.finish()) {
            Ok(imported) => return Ok(imported),
            Err(Stop::Restart(better)) => decisions = *better,
            Err(Stop::File(failure)) => return Err(failure),
        }
    }
}

/// The reading of a file whose dialect is known.
#[derive(Debug)]
struct Body {
    context: Context,
    reader: Box<dyn Reader>,
    aliases: Vec<AliasColumn>,
    mapping: Mapping,
    transcoder: Option<Transcoder>,
    detected: Detected,
    header_record: u64,
    header_place: usize,
    preview: Vec<Vec<String>>,
    index: Index,
    exact: Vec<u32>,
    /// The start of a record that the last chunk cut off, and how its quoting stands.
    carry: Vec<u8>,
    quoting: Quoting,
    /// The last chunk ended with CR; an LF at the start of the next belongs to it.
    skip_line_feed: bool,
    /// The first cell that is not ASCII.
    first_non_ascii: Option<Witness>,
    double_encoded: bool,
}

fn stop(halt: Halt, context: &Context, mapping: Option<&Mapping>, preview: &[Vec<String>]) -> Stop {
    match halt {
        Halt::Restart(decisions) => Stop::Restart(decisions),
        Halt::File(error) => {
            let mut diagnostics = context.diagnostics.clone();
            diagnostics.add((*error).clone());
            let diagnostics = diagnostics.sorted();
            let field = |column: usize| mapping.and_then(|mapping| mapping.fields.get(column).copied().flatten());
            let headers = context.headers.iter().enumerate();
            let is_month =
                |column: usize| mapping.is_some_and(|mapping| mapping.months.get(column).is_some_and(Option::is_some));
            let columns = headers.map(|(column, header)| {
                let used = (field(column).is_none() && is_month(column)).then_some(Use::Month);
                Column { header: header.clone(), field: field(column), used }
            });
            let failure = Failure {
                error: *error,
                diagnostics,
                preview: preview.to_vec(),
                shape: mapping.map(|mapping| mapping.form.shape),
                columns: columns.collect(),
            };
            Stop::File(Box::new(failure))
        }
    }
}

/// An error without a reading to go with it.
fn early(error: Diagnostic, preview: Vec<Vec<String>>) -> Stop {
    let diagnostics = vec![error.clone()];
    Stop::File(Box::new(Failure { diagnostics, error, preview, shape: None, columns: Vec::new() }))
}

/// No record is a header: the first one with cells is offered, so that a person can say what the columns hold. A header
/// that is named in [`Options::map`] is one.
fn without_header(error: Diagnostic, preview: Vec<Vec<String>>, shape: Option<Shape>) -> Stop {
    let has_cells = |record: &Vec<String>| record.iter().filter(|cell| !cell.is_empty()).count() > 1;
    let Some(place) = preview.iter().position(has_cells) else { return early(error, preview) };
    let preview: Vec<Vec<String>> = preview.into_iter().skip(place).collect();
    let (headers, _) = name_columns(preview.first().map_or(&[], Vec::as_slice));
    let columns = headers.into_iter().map(|header| Column { header, field: None, used: None }).collect();
    Stop::File(Box::new(Failure { diagnostics: vec![error.clone()], error, preview, shape, columns }))
}

impl Body {
    /// Decides on encoding, dialect and shape from the start of a file, and reads that start.
    fn begin(head: &[u8], whole: bool, options: &Options, decisions: &Decisions) -> Result<Body, Stop> {
        if head.is_empty() || is_other_format(head) {
            return Err(early(Diagnostic::new(Code::NotCsv), Vec::new()));
        }
        let known = decisions.encoding.filter(|_| options.encoding.is_none());
        let mut detected = detect(head, whole, options.encoding.or(known));
        detected.guessed |= known.is_some();
        let encoding = detected.encoding;
        let raw = head.get(detected.mark..).unwrap_or_default();
        let mut transcoder = Transcoder::new(encoding);
        let mut text = match &mut transcoder {
            Some(transcoder) => transcoder.push(raw).to_vec(),
            None => raw.to_vec(),
        };
        if let (true, Some(transcoder)) = (whole, &mut transcoder) {
            text.extend_from_slice(transcoder.finish());
        }
        if text.iter().all(u8::is_ascii_whitespace) && whole {
            return Err(early(Diagnostic::new(Code::NotCsv), Vec::new()));
        }
        // For the dialect, the last line of a file ends; for the body, its end is the end of the file.
        let mut closed = std::borrow::Cow::Borrowed(&text);
        if whole && !matches!(text.last(), Some(b'\n' | b'\r')) {
            closed.to_mut().push(b'\n');
        }
        let mapped = |cell: &str| options.map.iter().any(|(_, header)| header == cell);
        let (found, preview) = dialect::find(
            &closed,
            encoding,
            options.delimiter,
            |cell| mapped(cell) || fields::is_known(cell),
            fields::names_scores,
        );
        let found = match found {
            Ok(found) => found,
            Err(error) if closed.contains(&0) => return Err(early(Diagnostic { code: Code::Nul, ..error }, preview)),
            Err(error) if error.code == Code::NoHeader => return Err(without_header(error, preview, options.shape)),
            Err(error) => return Err(early(error, preview)),
        };
        let start = found.body.min(text.len());
        let second = preview.get(found.header_place + 1);
        let (headers, duplicates) = name_columns(&profiles::labelled(&found.header, second));
        let mut context = Context::new(options.clone(), decisions.clone(), encoding, found.delimiter, headers);
        context.next_record = found.header_record;
        context.line = found.header_line;
        let header_cell = |context: &Context, code: Code, column: Option<usize>| {
            let row = Row { text: &[], start: 0, ends: &[], number: found.header_record };
            context.at(code, &row, column)
        };
        let shown = preview.get(found.header_place..).unwrap_or_default();
        let fail = |context: &Context, error: Diagnostic| stop(Halt::File(Box::new(error)), context, None, shown);
        let header_text = text.get(..start).unwrap_or_default();
        if header_text.contains(&0) {
            return Err(fail(&context, header_cell(&context, Code::Nul, None)));
        }
        for (column, name) in duplicates {
            let renamed = context.headers.get(column).cloned().unwrap_or_default();
            let diagnostic = header_cell(&context, Code::DuplicateHeader, Some(column)).value(&name).detail(renamed);
            context.diagnostics.add(diagnostic);
        }
        let mapping = match fields::detect(&context.headers, options) {
            Ok(mapping) => mapping,
            Err(Misfit::MonthWithoutYear(column)) => {
                let name = context.headers.get(column).cloned().unwrap_or_default();
                return Err(fail(&context, header_cell(&context, Code::MonthYear, Some(column)).value(&name)));
            }
            Err(Misfit::CustomersAlone) => {
                return Err(fail(&context, header_cell(&context, Code::CustomersAlone, None)));
            }
            Err(Misfit::Missing(what, best)) => {
                let error = Box::new(header_cell(&context, Code::Shape, None).detail(what));
                return Err(stop(Halt::File(error), &context, Some(&best), shown));
            }
        };
        context.adopt(mapping.profile);
        if let Some(first) = preview.first().filter(|first| is_bookings(first)) {
            context.bookings_from = bookings_from(first);
            let digits = first.get(13).and_then(|cell| cell.parse().ok());
            context.account_digits = digits.filter(|digits| (4..=8).contains(digits)).unwrap_or(context.account_digits);
        }
        context.lost = LeftOut::of(&mapping);
        let reader = mapping.form.reader(&mapping, &mut context);
        context.next_record = found.next_record;
        context.line = found.next_line;
        let reader = match reader {
            Ok(reader) => reader,
            Err(Halt::Restart(decisions)) => return Err(Stop::Restart(decisions)),
            Err(Halt::File(mut error)) => {
                error.record = Some(found.header_record);
                error.line = Some(found.header_line);
                return Err(stop(Halt::File(error), &context, Some(&mapping), shown));
            }
        };
        let double_encoded = find_double_encoding(header_text, encoding).is_some();
        let first_non_ascii = found
            .header
            .iter()
            .enumerate()
            .find(|(_, cell)| !cell.is_ascii())
            .map(|(column, cell)| Witness { record: found.header_record, column, value: cell.clone() });
        if double_encoded {
            let value = first_non_ascii.as_ref().map(|witness| witness.value.clone()).unwrap_or_default();
            let column = first_non_ascii.as_ref().map(|witness| witness.column);
            let diagnostic = header_cell(&context, Code::Mojibake, column).value(&value);
            context.diagnostics.add(diagnostic);
        }
        let mut body = Body {
            context,
            reader,
            aliases: aliases::columns(&mapping),
            mapping,
            transcoder,
            detected,
            header_record: found.header_record,
            header_place: found.header_place,
            preview,
            index: Index::default(),
            exact: Vec::new(),
            carry: Vec::new(),
            quoting: Quoting::default(),
            skip_line_feed: false,
            first_non_ascii,
            double_encoded,
        };
        let rest = text.get(start..).unwrap_or_default();
        body.feed(rest).map_err(|halt| body.stop(halt))?;
        Ok(body)
    }

    fn stop(&self, halt: Halt) -> Stop {
        let shown = self.preview.get(self.header_place..).unwrap_or_default();
        stop(halt, &self.context, Some(&self.mapping), shown)
    }

    fn push(&mut self, chunk: &[u8]) -> Result<(), Halt> {
        match self.transcoder.take() {
            None => self.feed(chunk),
            Some(mut transcoder) => {
                let result = self.feed(transcoder.push(chunk));
                self.transcoder = Some(transcoder);
                result
            }
        }
    }

    /// Reads text: first the record that was cut off, then all whole records where they are, then keeps the rest.
    fn feed(&mut self, text: &[u8]) -> Result<(), Halt> {
        let mut at = 0;
        if self.skip_line_feed && !text.is_empty() {
            self.skip_line_feed = false;
            at = usize::from(text.first() == Some(&b'\n'));
        }
        if !self.carry.is_empty() {
            let rest = text.get(at..).unwrap_or_default();
            let Some(length) = self.quoting.record_end(rest, self.context.delimiter) else {
                self.carry.extend_from_slice(rest);
                return Ok(());
            };
            let mut record = std::mem::take(&mut self.carry);
            record.extend_from_slice(rest.get(..length).unwrap_or_default());
            self.records(&record)?;
            record.clear();
            self.carry = record;
            at += length;
            at += self.after_return(text, at);
        }
        let mut window = WINDOW;
        while at < text.len() {
            let end = (at + window).min(text.len());
            let taken = self.records(text.get(at..end).unwrap_or_default())?;
            if taken == 0 {
                if end == text.len() {
                    break;
                }
                window *= 2;
                continue;
            }
            window = WINDOW;
            at += taken;
            at += self.after_return(text, at);
        }
        let rest = text.get(at..).unwrap_or_default();
        if !rest.is_empty() {
            self.quoting = Quoting::default();
            let end = self.quoting.record_end(rest, self.context.delimiter);
            debug_assert_eq!(end, None, "a whole record was left behind");
            self.carry.extend_from_slice(rest);
        }
        Ok(())
    }

    /// Where a record ended with CR: how many bytes of LF belong to it, remembering to ask the next chunk if need be.
    fn after_return(&mut self, text: &[u8], at: usize) -> usize {
        if at == 0 || text.get(at - 1) != Some(&b'\r') {
            return 0;
        }
        self.skip_line_feed = at == text.len();
        usize::from(text.get(at) == Some(&b'\n'))
    }

    /// Reads the whole records at the start of a text; how many bytes they take.
    fn records(&mut self, text: &[u8]) -> Result<usize, Halt> {
        let mut at = 0;
        while at < text.len() {
            let rest = text.get(at..).unwrap_or_default();
            let scanned = index::index(rest, self.context.delimiter, &mut self.index);
            if let Some(end) = self.index.end() {
                let length = next_start(rest, end);
                let whole = rest.get(..length).unwrap_or_default();
                let records = self.index.len() as u64;
                self.check(whole, scanned.high, scanned.nul)?;
                self.reader.rows(whole, &self.index, &mut self.context)?;
                for column in &mut self.aliases {
                    column.read(whole, &self.index, &self.context);
                }
                self.context.line += if scanned.quoted_line { count_lines(whole) } else { records };
                at += length;
            }
            if !scanned.stray_quote {
                break;
            }
            let taken = self.stray_record(text.get(at..).unwrap_or_default())?;
            if taken == 0 {
                break;
            }
            at += taken;
        }
        Ok(at)
    }

    /// Reads one record by the exact rules; 0 if it is not complete.
    #[cold]
    fn stray_record(&mut self, text: &[u8]) -> Result<usize, Halt> {
        let mut ends = std::mem::take(&mut self.exact);
        let complete = exact_ends(text, self.context.delimiter, &mut ends);
        let mut taken = 0;
        if let (Some(_), Some(end)) = (complete, ends.last()) {
            taken = next_start(text, *end as usize);
            let whole = text.get(..taken).unwrap_or_default();
            self.check(whole, !whole.is_ascii(), whole.contains(&0))?;
            let row = Row { text: whole, start: 0, ends: &ends, number: self.context.next_record };
            let stray = row.fields().enumerate().find(|(_, field)| {
                let raw = field.bytes();
                let mut quoting = Quoting::default();
                let delimiter = self.context.delimiter;
                !is_text_trick(raw.trim_ascii())
                    && raw.iter().any(|byte| quoting.step(*byte, delimiter) == crate::records::Meaning::Stray)
            });
            if let Some((column, field)) = stray {
                let value = self.context.text(field);
                self.context.note(Code::StrayQuote, &row, Some(column), &value, None);
            }
            let index = Index::of_record(&ends);
            self.reader.rows(whole, &index, &mut self.context)?;
            for column in &mut self.aliases {
                column.read(whole, &index, &self.context);
            }
            self.context.line += count_lines(whole);
        }
        self.exact = ends;
        Ok(taken)
    }

    /// Looks at whole records for what must not be in them.
    fn check(&mut self, text: &[u8], high: bool, nul: bool) -> Result<(), Halt> {
        if nul && let Some(place) = text.iter().position(|byte| *byte == 0) {
            return Err(Halt::File(Box::new(self.locate(text, place, Code::Nul).0)));
        }
        if high { self.check_characters(text) } else { Ok(()) }
    }

    #[cold]
    fn check_characters(&mut self, text: &[u8]) -> Result<(), Halt> {
        let encoding = self.context.encoding;
        if encoding == Encoding::Utf8 && std::str::from_utf8(text).is_err() && self.context.options.encoding.is_none() {
            // Nothing that was concluded from wrong characters is kept.
            let decisions = Decisions { encoding: Some(Encoding::Windows1252), ..Decisions::default() };
            return Err(Halt::Restart(Box::new(decisions)));
        }
        if self.first_non_ascii.is_none()
            && let Some(place) = text.iter().position(|byte| *byte >= 0x80)
        {
            let (diagnostic, column) = self.locate(text, place, Code::EncodingGuess);
            let value = diagnostic.value.unwrap_or_default();
            self.first_non_ascii = Some(Witness { record: diagnostic.record.unwrap_or(0), column, value });
        }
        if !self.double_encoded
            && let Some(place) = find_double_encoding(text, encoding)
        {
            self.double_encoded = true;
            let (diagnostic, _) = self.locate(text, place, Code::Mojibake);
            self.context.diagnostics.add(diagnostic);
        }
        Ok(())
    }

    /// The cell around a place in whole records that are about to be read.
    #[cold]
    fn locate(&self, text: &[u8], place: usize, code: Code) -> (Diagnostic, usize) {
        let mut ends = Vec::new();
        let (mut start, mut number) = (0, self.context.next_record);
        while exact_ends(text.get(start..).unwrap_or_default(), self.context.delimiter, &mut ends).is_some() {
            let rest = text.get(start..).unwrap_or_default();
            let end = ends.last().map_or(0, |end| *end as usize);
            if start + end >= place {
                let row = Row { text: rest, start: 0, ends: &ends, number };
                let column = ends.iter().position(|end| start + *end as usize >= place).unwrap_or(0);
                let value = self.context.text(row.field(column));
                let mut diagnostic = self.context.at(code, &row, Some(column)).value(&value.replace('\0', "\u{2400}"));
                diagnostic.line = Some(self.context.line + count_lines(text.get(..start).unwrap_or_default()));
                return (diagnostic, column);
            }
            start += next_start(rest, end);
            number += 1;
        }
        (Diagnostic::new(code), 0)
    }

    /// Reads what is left when the file ends.
    fn end(&mut self) -> Result<(), Halt> {
        if let Some(mut transcoder) = self.transcoder.take() {
            self.feed(transcoder.finish())?;
        }
        if self.carry.is_empty() {
            return Ok(());
        }
        if self.quoting == Quoting::Quoted {
            let row = Row { text: &[], start: 0, ends: &[], number: self.context.next_record };
            return Err(Halt::File(Box::new(self.context.at(Code::Quote, &row, None))));
        }
        self.feed(b"\n")
    }

    fn finish(mut self, bytes: u64) -> Result<Imported, Stop> {
        let (dataset, uses) = match self.reader.finish(&mut self.context) {
            Ok(finished) => finished,
            Err(halt) => {
                let shown = self.preview.get(self.header_place..).unwrap_or_default();
                return Err(stop(halt, &self.context, Some(&self.mapping), shown));
            }
        };
        if let (true, Some(witness)) = (self.detected.guessed, &self.first_non_ascii) {
            let mut diagnostic = self.context.of_column(Code::EncodingGuess, witness.column).value(&witness.value);
            diagnostic.record = Some(witness.record);
            self.context.diagnostics.add(diagnostic.detail(self.context.encoding.name()));
        } else if self.detected.guessed {
            let diagnostic =
                Diagnostic::new(Code::EncodingGuess).value(self.context.headers.first().map_or("", String::as_str));
            self.context.diagnostics.add(diagnostic.detail(self.context.encoding.name()));
        }
        if self.context.set_aside > 0 {
            self.context.diagnostics.add(Diagnostic::new(Code::SetAside).count(self.context.set_aside));
        }
        let context = self.context;
        let evidence = |decision: &str, witness: &Witness| Evidence {
            decision: decision.to_owned(),
            record: witness.record,
            column: column_letters(witness.column),
            header: context.headers.get(witness.column).cloned().unwrap_or_default(),
            value: witness.value.clone(),
        };
        let decimal = context.decimal();
        let date_order = context.date_order();
        let date_system = context.date_system();
        let time_zone = context.time_zone();
        let proofs = [
            ("encoding", self.first_non_ascii.clone()),
            ("decimal", decimal.clone().and_then(|(_, witness)| witness)),
            ("date_order", date_order.clone().and_then(|(_, witness)| witness)),
            ("date_system", date_system.clone().map(|(_, witness)| witness)),
            ("scale", context.scale.clone().and_then(|(_, witness)| witness)),
            ("time_zone", time_zone.clone().map(|(_, witness)| witness)),
        ];
        let evidence = proofs
            .iter()
            .filter_map(|(name, witness)| witness.as_ref().map(|witness| evidence(name, witness)))
            .collect();
        let columns = context.headers.iter().zip(&self.mapping.fields).zip(uses);
        let mut input = Input {
            name: String::new(),
            bytes,
            shape: self.mapping.form.shape,
            dialect: Dialect {
                encoding: context.encoding,
                delimiter: char::from(context.delimiter).to_string(),
                decimal: decimal.map(|(decimal, _)| decimal),
                date_order: date_order.map(|(order, _)| order),
                date_system: date_system.map(|(system, _)| system),
                time_zone: time_zone.map(|(name, _)| name),
                minor_units: context.minor_units(),
                scale: context.scale.as_ref().map(|(scale, _)| *scale),
                header_record: self.header_record,
            },
            evidence,
            columns: columns
                .map(|((header, field), used)| Column { header: header.clone(), field: *field, used })
                .collect(),
            words: context.words.all(self.mapping.form.shape),
            records: context.records,
            accepted: context.records - context.left_out - context.totals - context.set_aside,
            left_out: context.left_out,
            left_out_customers: context.lost.customers(),
            left_out_amounts: context.lost.amounts(),
            incomplete: context.left_out * 20 > context.records,
            diagnostics: context.diagnostics.sorted(),
        };
        // What people wrote goes into no report, not even as the cell that proves something.
        if let Some(comment) = self.mapping.column(Field::Comment).map(column_letters) {
            let found = input.diagnostics.iter_mut().filter(|found| found.column.as_ref() == Some(&comment));
            found.for_each(|found| found.value = Some("…".to_owned()));
            let evidence = input.evidence.iter_mut().filter(|evidence| evidence.column == comment);
            evidence.for_each(|evidence| "…".clone_into(&mut evidence.value));
        }
        let aliases = self.aliases.into_iter().map(AliasColumn::finish).collect();
        let preview = self.preview.into_iter().skip(self.header_place).collect();
        Ok(Imported { dataset, input, aliases, preview })
    }
}

/// Whether a record is the first line of a file by DATEV.
fn is_bookings(first: &[String]) -> bool {
    matches!(first.first().map(String::as_str), Some("EXTF" | "DTVF"))
}

/// The first day of a file of bookings, as its first line says: of the bookings, else of the business year.
fn bookings_from(first: &[String]) -> Option<Day> {
    let cell = |place: usize| first.get(place).map_or("", String::as_str);
    [cell(14), cell(12)].into_iter().find_map(|text| match read_date(text, None) {
        DateReading::Day(day) => Some(day),
        _ => None,
    })
}

/// Names for all columns: empty ones by their letter, repeated ones numbered. The second value lists the repeated ones.
fn name_columns(header: &[String]) -> (Vec<String>, Vec<(usize, String)>) {
    let mut names: Vec<String> = Vec::with_capacity(header.len());
    let mut seen = SortedMap::<String, ()>::new();
    let mut repeated = Vec::new();
    for (column, cell) in header.iter().enumerate() {
        let mut name = if cell.is_empty() { format!("Spalte {}", column_letters(column)) } else { cell.clone() };
        if seen.contains_key(&name) {
            repeated.push((column, name.clone()));
            let original = name.clone();
            let mut number = 2;
            while seen.contains_key(&name) {
                name = format!("{original} ({number})");
                number += 1;
            }
        }
        seen.insert(name.clone(), ());
        names.push(name);
    }
    (names, repeated)
}

//! Private functions for the programs in `fuzz/`: no part of the interface.

use keeprate_columns::index::{Index, index};
use keeprate_columns::row::{Row, next_start};
use keeprate_metrics::period::{Day, Month, Period};

use crate::date::{DateOrder, DateReading, DateSystem, MonthReading, read_date, read_month, read_period};
use crate::encoding::Encoding;
use crate::fields::{self, Field};
use crate::import::Options;
use crate::number::{Decimal, Reading, read};
use crate::records::{exact_ends, unquote};

/// What is known of a text's dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// The cells of the header.
    pub header: Vec<String>,
    /// The number of the header's record.
    pub header_record: u64,
    /// The line on which it starts.
    pub header_line: u64,
    /// The line on which the next record starts.
    pub next_line: u64,
    /// Where in the text that record starts; the text counts as ended by a line feed.
    pub body: usize,
}

/// The dialect of a text, if it has one.
pub fn dialect(text: &[u8]) -> Option<Dialect> {
    let closed = [text, b"\n"].concat();
    let (found, _) = crate::dialect::find(&closed, Encoding::Utf8, None, fields::is_known, fields::names_scores);
    let found = found.ok()?;
    Some(Dialect {
        header: found.header,
        header_record: found.header_record,
        header_line: found.header_line,
        next_line: found.next_line,
        body: found.body,
    })
}

/// Fields of records, without quotes.
type Records = Vec<Vec<Vec<u8>>>;

fn push_record(records: &mut Records, row: &Row<'_>) {
    let fields: Vec<Vec<u8>> = row.fields().map(|field| unquote(field.bytes()).into_owned()).collect();
    if fields.len() > 1 || row.fields().any(|field| !field.bytes().is_empty()) {
        records.push(fields);
    }
}

/// The whole records of a text by the exact rules, without empty lines; and whether the last one ends.
pub fn exact_records(text: &[u8], delimiter: u8) -> (Records, bool) {
    let (mut records, mut ends) = (Vec::new(), Vec::new());
    let mut rest = text;
    while exact_ends(rest, delimiter, &mut ends).is_some() {
        push_record(&mut records, &Row { text: rest, start: 0, ends: &ends, number: 0 });
        rest = rest.get(next_start(rest, ends.last().map_or(0, |end| *end as usize))..).unwrap_or_default();
    }
    (records, rest.is_empty())
}

/// The records of a text that its index vouches for, without empty lines; and whether no quote ended the index early.
pub fn indexed_records(text: &[u8], delimiter: u8) -> (Records, bool) {
    let mut found = Index::default();
    let scanned = index(text, delimiter, &mut found);
    let mut records = Vec::new();
    let mut start = 0;
    for ends in found.iter() {
        push_record(&mut records, &Row { text, start, ends, number: 0 });
        start = next_start(text, ends.last().map_or(start, |end| *end as usize));
    }
    (records, !scanned.stray_quote)
}

/// Mantissa and decimals of a number.
pub fn number(text: &str, decimal: Decimal) -> Option<(i128, u32)> {
    match read(crate::cell::clean(text)) {
        Reading::Number(candidate) => candidate.value(decimal).map(crate::number::Exact::parts),
        Reading::Empty | Reading::ExcelError | Reading::Text => None,
    }
}

/// The day of a text.
pub fn day(text: &str, order: DateOrder) -> Option<Day> {
    match read_date(text, Some(DateSystem::From1900)) {
        DateReading::Day(day) => Some(day),
        DateReading::Slash(slash) => slash.day(order),
        DateReading::Impossible | DateReading::Text => None,
    }
}

/// The month of a text.
pub fn month(text: &str, order: DateOrder) -> Option<Month> {
    match read_month(text, Some(DateSystem::From1900)) {
        MonthReading::Month(month) => Some(month),
        MonthReading::Slash(slash) => slash.day(order).map(Day::month),
        MonthReading::NoYear(_) | MonthReading::Text => None,
    }
}

/// The period of a text.
pub fn period(text: &str) -> Option<Period> {
    read_period(text)
}

/// The field of each column, if the headers fit a shape.
pub fn fields(headers: &[String]) -> Option<Vec<Option<Field>>> {
    fields::detect(headers, &Options::default()).ok().map(|mapping| mapping.fields)
}

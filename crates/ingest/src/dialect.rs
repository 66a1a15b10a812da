//! Delimiter, lines before the header, and the header itself (metrics.md 6.2, 6.3).

use keeprate_columns::row::{Row, next_start};

use crate::cell;
use crate::date::{DateReading, MonthReading, read_date, read_month};
use crate::diagnosis::{Code, Diagnostic};
use crate::encoding::Encoding;
use crate::number::{self, Reading};
use crate::records::{Quoting, count_lines, exact_ends};
use keeprate_metrics::sorted_map::SortedMap;

/// How a file is cut into cells, and where its data start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// The byte between two fields.
    pub(crate) delimiter: u8,
    /// The place of the header among the records of the preview.
    pub(crate) header_place: usize,
    /// The number of the header record.
    pub(crate) header_record: u64,
    /// The line on which it starts.
    pub(crate) header_line: u64,
    /// The header's cells as they are.
    pub(crate) header: Vec<String>,
    /// Where in the text the first record behind the header starts.
    pub(crate) body: usize,
    /// The number of that record.
    pub(crate) next_record: u64,
    /// The line on which it starts.
    pub(crate) next_line: u64,
}

/// A record of the head, read.
#[derive(Clone, Debug)]
struct HeadRecord {
    number: u64,
    line: u64,
    next: usize,
    next_line: u64,
    cells: Vec<String>,
}

const CANDIDATES: [u8; 4] = [b';', b'\t', b',', b'|'];
const SAMPLED: usize = 100;
const MOST_TITLES: usize = 20;
const PREVIEWED: usize = 20;

/// Finds the dialect; the second value holds the first records as strings. `text` ends with a line end if it is the
/// whole file.
pub(crate) fn find(
    text: &[u8],
    encoding: Encoding,
    chosen: Option<u8>,
    says_something: impl Fn(&str) -> bool,
    names_scores: impl Fn(&str) -> bool,
) -> (Result<Dialect, Diagnostic>, Vec<Vec<String>>) {
    let (fixed, skip) = separator_line(text);
    let fixed = chosen.or(fixed);
    let candidates: Vec<u8> = fixed.map_or(CANDIDATES.to_vec(), |delimiter| vec![delimiter]);
    let mut best: Option<Candidate> = None;
    for delimiter in candidates {
        let records = read_head(text, delimiter, encoding);
        let header = place_of(&records, skip, |cells| is_header(cells, &says_something));
        let table = records.iter().skip(header.unwrap_or(skip));
        let sample: Vec<usize> = table.map(|record| record.cells.len()).take(SAMPLED + MOST_TITLES).collect();
        let (width, share) = regularity(&sample);
        // What reads like a header outranks regularity: decimal commas are as regular as delimiters, and often more so.
        let least = if header.is_some() { 500 } else { 900 };
        let valid = fixed.is_some() || (width >= 2 && share >= least);
        let rank = (header.is_some(), share, width);
        if valid && best.as_ref().is_none_or(|best| rank > best.rank) {
            best = Some(Candidate { delimiter, rank, header, records });
        }
    }
    // A column of scores needs no other one. No text holds a zero, so each line is one cell.
    let lines = || read_head(text, 0, encoding);
    if fixed.is_none() && best.as_ref().is_none_or(|best| best.header.is_none()) {
        let records = lines();
        let header = place_of(&records, skip, |cells| matches!(cells, [only] if names_scores(only)));
        if header.is_some() {
            best = Some(Candidate { delimiter: b';', rank: (true, 0, 1), header, records });
        }
    }
    let open_quote = || CANDIDATES.iter().find_map(|delimiter| open_quote(text, *delimiter));
    let Some(Candidate { delimiter, header, records, .. }) = best else {
        let preview: Vec<Vec<String>> = lines().into_iter().map(|record| record.cells).take(PREVIEWED).collect();
        // Lines of delimiters alone have no record.
        let is_empty = CANDIDATES.iter().any(|delimiter| read_head(text, *delimiter, encoding).is_empty());
        let code = if is_empty { Code::NoHeader } else { Code::Delimiter };
        return (Err(open_quote().unwrap_or_else(|| Diagnostic::new(code))), preview);
    };
    let preview = records.iter().map(|record| record.cells.clone()).take(PREVIEWED).collect();
    let Some((header_place, header)) = header.and_then(|place| Some((place, records.get(place)?))) else {
        return (Err(open_quote().unwrap_or_else(|| Diagnostic::new(Code::NoHeader))), preview);
    };
    let dialect = Dialect {
        delimiter,
        header_place,
        header_record: header.number,
        header_line: header.line,
        header: header.cells.clone(),
        body: header.next,
        next_record: header.number + 1,
        next_line: header.next_line,
    };
    (Ok(dialect), preview)
}

/// A file as one delimiter cuts it.
struct Candidate {
    delimiter: u8,
    /// Whether it has a header, how regular it is and how many columns it has: the greatest wins, of equals the first.
    rank: (bool, usize, usize),
    header: Option<usize>,
    records: Vec<HeadRecord>,
}

/// The place of the first record that may be a header and looks like one.
fn place_of(records: &[HeadRecord], skip: usize, looks: impl Fn(&[String]) -> bool) -> Option<usize> {
    let may_be = records.iter().enumerate().skip(skip).take(MOST_TITLES + 1);
    may_be.into_iter().find(|(_, record)| looks(&record.cells)).map(|(place, _)| place)
}

/// Finds a line before all others that says what the delimiter is, `sep=;` or the first one of DATEV's files: the
/// delimiter, and how many records the line takes.
fn separator_line(text: &[u8]) -> (Option<u8>, usize) {
    let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).find(|line| !line.trim_ascii().is_empty());
    let line = line.unwrap_or_default().trim_ascii_end();
    let line = line.strip_prefix(b"\"").map_or(line, |line| line.strip_suffix(b"\"").unwrap_or(line));
    if [&b"EXTF"[..], b"DTVF"].iter().any(|name| line.starts_with(name)) {
        return (Some(b';'), 1);
    }
    let after = line.split_at_checked(4).filter(|(name, _)| name.eq_ignore_ascii_case(b"sep=")).map(|(_, after)| after);
    match after {
        Some(b"\\t") => (Some(b'\t'), 1),
        // A tab is white space, so it was trimmed off.
        Some(b"") => (Some(b'\t'), 1),
        Some([delimiter]) if !delimiter.is_ascii_alphanumeric() && *delimiter < 0x80 => (Some(*delimiter), 1),
        _ => (None, 0),
    }
}

/// The most frequent number of fields, and how many in a thousand records have it, title lines before the first such
/// record aside.
fn regularity(counts: &[usize]) -> (usize, usize) {
    let mut frequency = SortedMap::<usize, usize>::new();
    for count in counts {
        *frequency.get_or_insert(*count, 0) += 1;
    }
    let Some((width, _)) = frequency.iter().max_by_key(|(count, times)| (**times, **count)) else {
        return (0, 0);
    };
    let titles = counts.iter().take_while(|count| *count != width).count().min(MOST_TITLES);
    let table = counts.get(titles..).unwrap_or_default();
    let table = table.get(..SAMPLED).unwrap_or(table);
    let regular = table.iter().filter(|count| *count == width).count();
    (*width, regular * 1000 / table.len().max(1))
}

/// The non-blank records at the start of a file.
fn read_head(text: &[u8], delimiter: u8, encoding: Encoding) -> Vec<HeadRecord> {
    let mut records = Vec::new();
    let (mut start, mut number, mut line) = (0, 1, 1);
    let mut ends = Vec::new();
    while records.len() < SAMPLED + MOST_TITLES + 2 {
        let rest = text.get(start..).unwrap_or_default();
        if exact_ends(rest, delimiter, &mut ends).is_none() {
            break;
        }
        let row = Row { text: rest, start: 0, ends: &ends, number };
        let end = ends.last().map_or(0, |end| *end as usize);
        let length = next_start(rest, end);
        let next_line = line + count_lines(rest.get(..length).unwrap_or_default());
        if !row.is_blank() {
            let cells = row.fields().map(|field| cell::text(field, encoding)).collect();
            records.push(HeadRecord { number, line, next: start + length, next_line, cells });
        }
        (start, number, line) = (start + length, number + 1, next_line);
    }
    records
}

fn is_header(cells: &[String], says_something: impl Fn(&str) -> bool) -> bool {
    let filled: Vec<&str> = cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
    let is_month = |cell: &&&str| matches!(read_month(cell, None), MonthReading::Month(_) | MonthReading::Slash(_));
    let is_value = |cell: &&str| {
        matches!(number::read(cell), Reading::Number(_) | Reading::Empty)
            || !matches!(read_date(cell, None), DateReading::Text)
            || matches!(read_month(cell, None), MonthReading::Month(_))
    };
    // The one date of a title says nothing of columns.
    let says_enough = filled.iter().any(|cell| says_something(cell) && !is_value(cell))
        || filled.iter().filter(is_month).count() >= 2;
    filled.len() >= 2 && says_enough && !filled.iter().all(is_value)
}

/// The error of a text that ends inside of quotes.
fn open_quote(text: &[u8], delimiter: u8) -> Option<Diagnostic> {
    let (mut number, mut line) = (1, 1);
    let mut rest = text;
    loop {
        let mut quoting = Quoting::default();
        match quoting.record_end(rest, delimiter) {
            None => {
                return (quoting == Quoting::Quoted).then(|| {
                    let mut diagnostic = Diagnostic::new(Code::Quote);
                    diagnostic.record = Some(number);
                    diagnostic.line = Some(line);
                    diagnostic
                });
            }
            Some(length) => {
                let next = next_start(rest, length - 1);
                line += count_lines(rest.get(..next).unwrap_or_default());
                number += 1;
                rest = rest.get(next..).unwrap_or_default();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields;

    fn found(text: &str) -> Result<(char, u64, u64), &'static str> {
        let (dialect, _) = find(text.as_bytes(), Encoding::Utf8, None, fields::is_known, fields::names_scores);
        let read = |dialect: Dialect| (char::from(dialect.delimiter), dialect.header_record, dialect.next_line);
        dialect.map(read).map_err(|diagnostic| diagnostic.code.text())
    }

    #[test]
    fn delimiters_and_headers_are_found() {
        for (text, expected) in [
            ("Kunde;Monat;MRR\nA;2025-01;100,00\n", Ok((';', 1, 2))),
            ("Kunde;Jan 25;Feb 25\nA;100,00;100,00\n", Ok((';', 1, 2))),
            ("customer\tmonth\tmrr\nA\t2025-01\t1\n", Ok(('\t', 1, 2))),
            ("customer|month|mrr\nA|2025-01|1\n", Ok(('|', 1, 2))),
            ("customer,month,mrr\n\"A,B\",2025-01,1\n", Ok((',', 1, 2))),
            ("sep=;\r\nKunde;Monat;MRR\r\nA;2025-01;1\r\n", Ok((';', 2, 3))),
            ("\"sep=,\"\nKunde,MRR,Monat\n", Ok((',', 2, 3))),
            ("sep=\\t\nKunde\tMRR\tMonat\n", Ok(('\t', 2, 3))),
            ("Bericht MRR\nStand: heute\n\nKunde;Monat;MRR\nA;2025-01;1\n", Ok((';', 4, 5))),
            ("Kunde;\"Mo\nnat\";MRR\nA;2025-01;1\n", Ok((';', 1, 3))),
            ("Kunde\nA\nB\n", Err("E-DELIM")),
            ("x;y;z\na;b;c\n", Err("E-NO-HEADER")),
            ("1;2;3\n2;3;4\n", Err("E-NO-HEADER")),
            ("Kunde;\"Monat;MRR\nA;2025-01;1\n", Err("E-QUOTE")),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }
}

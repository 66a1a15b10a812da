//! Customer ids (metrics.md 3.2, 6.7): trimmed, case kept, e-mail addresses in lower case.

use std::collections::HashMap;

use keeprate_columns::intern::{Interner, hash_bytes};
use keeprate_columns::row::{Field, Row, Window};
use keeprate_metrics::ledger::Names;
use keeprate_metrics::order::ordered;

use crate::cell::{is_empty_marker, is_excel_error};
use crate::context::{Context, Halt};
use crate::diagnosis::Code;
use crate::encoding::Encoding;
use crate::headers::is_total;
use crate::headers::lower;
use crate::records::unquote;

/// What a customer cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Customer {
    /// The customer with this number.
    Known(u32),
    /// A row of sums.
    Total,
    /// Nobody; reported if the row has other cells.
    Nobody,
}

/// Numbers customers in the order of their arrival.
#[derive(Debug)]
pub(crate) struct Customers {
    column: usize,
    /// From the field as it stands in the file to a number or one of the verdicts below.
    spellings: Interner,
    names: Names,
    /// Ids that came in another spelling than the id itself, and whether that had outer spaces.
    canonical: HashMap<String, (u32, bool)>,
    /// Ids that came with and without outer spaces, as they were written.
    spaced: Vec<(u32, String)>,
}

const TOTAL: u32 = u32::MAX - 1;
const EMPTY: u32 = u32::MAX - 2;
const WRONG: u32 = u32::MAX - 3;

impl Customers {
    pub(crate) fn new(column: usize) -> Customers {
        Customers {
            column,
            spellings: Interner::default(),
            names: Names::default(),
            canonical: HashMap::new(),
            spaced: Vec::new(),
        }
    }

    /// The column that they stand in.
    pub(crate) fn column(&self) -> usize {
        self.column
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// The number of the customer of the records at these places; what is none has a number that no customer has.
    pub(crate) fn read_places(
        &mut self,
        window: Window<'_>,
        places: &[u32],
        context: &Context,
        numbers: &mut Vec<u32>,
    ) {
        self.spellings.prepare(window, self.column, places, numbers);
        loop {
            self.spellings.get_prepared(window, self.column, places, numbers);
            let Some(place) = places.get(numbers.len()) else { return };
            numbers.push(self.learn(window.row(*place as usize, 0).field(self.column), context));
        }
    }

    /// Reads the customer of a row.
    pub(crate) fn read(&mut self, row: &Row<'_>, context: &mut Context) -> Result<Customer, Halt> {
        let field = row.field(self.column);
        let number = match self.spellings.get(field) {
            Some(number) => number,
            None => self.learn(field, context),
        };
        if number < WRONG { Ok(Customer::Known(number)) } else { Ok(self.reject(number, row, context)) }
    }

    /// The customer of a row where rows of sums are passed over.
    pub(crate) fn read_known(&mut self, row: &Row<'_>, context: &mut Context) -> Result<Option<u32>, Halt> {
        Ok(match self.read(row, context)? {
            Customer::Known(number) => Some(number),
            Customer::Total => {
                self.note_total(row, context);
                None
            }
            Customer::Nobody => None,
        })
    }

    /// The same, where another column of the row names the customer.
    pub(crate) fn read_known_in(
        &mut self,
        column: usize,
        row: &Row<'_>,
        context: &mut Context,
    ) -> Result<Option<u32>, Halt> {
        let own = std::mem::replace(&mut self.column, column);
        let known = self.read_known(row, context);
        self.column = own;
        known
    }

    /// Counts and notes a row of sums; answers what it calls itself.
    #[cold]
    pub(crate) fn note_total(&self, row: &Row<'_>, context: &mut Context) -> String {
        context.totals += 1;
        let name = context.text(row.field(self.column));
        context.note(Code::TotalRow, row, Some(self.column), &name, None);
        name
    }

    fn learn(&mut self, field: Field<'_>, context: &Context) -> u32 {
        if self.canonical.is_empty()
            && let Some(id) = plain(field.bytes())
        {
            let number = self.names.push(id);
            self.spellings.insert(field, number);
            return number;
        }
        let text = context.text(field);
        let verdict = match () {
            () if is_empty_marker(&text) => EMPTY,
            () if is_scientific(&text) || is_excel_error(&text) => WRONG,
            () if is_total(&text) => TOTAL,
            () => self.number(if text.contains('@') { lower(&text) } else { text }, field, context),
        };
        self.spellings.insert(field, verdict);
        verdict
    }

    /// The number of an id. Nearly always the spelling is the id, so that only others need the second table.
    fn number(&mut self, id: String, field: Field<'_>, context: &Context) -> u32 {
        if id.as_bytes() == field.bytes() {
            let other_spelling = if self.canonical.is_empty() { None } else { self.canonical.get(&id) };
            return match other_spelling {
                Some((number, spaced)) => {
                    if *spaced {
                        self.spaced.push((*number, id));
                    }
                    *number
                }
                None => self.names.push(&id),
            };
        }
        let content = unquote(field.bytes());
        let outer_space =
            content.first().zip(content.last()).is_some_and(|(first, last)| *first == b' ' || *last == b' ');
        let known = match self.canonical.get(&id) {
            Some((number, _)) => Some(*number),
            // The id may have come in its plain spelling; where bytes are characters, only ASCII is spelt alike.
            None if !matches!(context.encoding, Encoding::Windows1252 | Encoding::Utf8Twice) || id.is_ascii() => {
                let ends = [id.len() as u32];
                let plain = Row { text: id.as_bytes(), start: 0, ends: &ends, number: 0 };
                self.spellings.get(plain.field(0)).filter(|number| *number < WRONG)
            }
            None => None,
        };
        if let Some(number) = known {
            if outer_space {
                self.spaced.push((number, context.encoding.decode(&content).into_owned()));
            }
            return number;
        }
        let number = self.names.push(&id);
        self.canonical.insert(id, (number, outer_space));
        number
    }

    #[cold]
    fn reject(&self, verdict: u32, row: &Row<'_>, context: &mut Context) -> Customer {
        if verdict == TOTAL {
            return Customer::Total;
        }
        let text = context.text(row.field(self.column));
        match verdict {
            EMPTY if row.is_blank() => context.records -= 1,
            EMPTY => context.leave_out(Code::IdEmpty, row, self.column, &text),
            _ if is_excel_error(&text) => context.leave_out(Code::ExcelError, row, self.column, &text),
            _ => context.leave_out(Code::IdScientific, row, self.column, &text),
        }
        Customer::Nobody
    }

    /// The ids, after a look for those that nearly agree.
    pub(crate) fn finish(self, context: &mut Context) -> Names {
        // One integer holds half a hash of the folded name and the name's number: sorted, names that may agree are
        // neighbours, and only those are compared as text.
        let mut keys: Vec<i64> = Vec::with_capacity(self.names.len());
        let mut folded = Vec::new();
        for (number, name) in self.names.iter().enumerate() {
            folded.clear();
            if name.is_ascii() {
                folded.extend(name.bytes().map(|byte| byte.to_ascii_lowercase()));
            } else {
                folded.extend(lower(name).bytes());
            }
            keys.push((hash_bytes(&folded) & !0xFFFF_FFFF | number as u64) as i64);
        }
        keeprate_columns::passes::sort(&mut keys);
        let similar: Vec<(u32, u32)> = keys
            .array_windows::<2>()
            .filter(|[key, next]| key >> 32 == next >> 32)
            .map(|[key, next]| (*key as u32, *next as u32))
            .filter(|(number, next)| lower(self.names.get(*number)) == lower(self.names.get(*next)))
            .collect();
        for (number, next) in ordered(&similar, Ord::cmp) {
            let diagnostic = context.of_column(Code::IdSimilar, self.column);
            context.diagnostics.add(diagnostic.value(self.names.get(next)).detail(self.names.get(number)));
        }
        for (number, spelling) in &self.spaced {
            let diagnostic = context.of_column(Code::IdSimilar, self.column);
            context.diagnostics.add(diagnostic.value(spelling).detail(self.names.get(*number)));
        }
        self.names
    }
}

/// An id that can be nothing else and has one spelling: ASCII letters, digits, `-` and `_`, with a digit among them.
fn plain(bytes: &[u8]) -> Option<&str> {
    let letters = bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let id = if letters { std::str::from_utf8(bytes).ok()? } else { return None };
    id.bytes().any(|byte| byte.is_ascii_digit()).then_some(id)
}

/// `1,23E+11`: what a spreadsheet makes of a long number.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_fits =
        mantissa.split_once([',', '.']).is_some_and(|(whole, fraction)| digits(whole) && digits(fraction))
            || digits(mantissa);
    mantissa_fits && exponent.strip_prefix('+').is_some_and(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_ids_are_nothing_else() {
        for (id, is_plain) in [
            ("C-00000000001", true),
            ("cus_N4x", true),
            ("7", true),
            ("", false),
            ("total", false),
            ("null", false),
            ("1.5", false),
            ("1E+5", false),
            (" 7", false),
            ("a1@b.c", false),
            ("\"7\"", false),
        ] {
            assert_eq!(plain(id.as_bytes()), is_plain.then_some(id), "{id}");
        }
    }

    #[test]
    fn mangled_ids_are_known() {
        for (id, mangled) in
            [("1,23E+11", true), ("1.23e+11", true), ("4E+10", true), ("E12", false), ("12E3", false), ("A", false)]
        {
            assert_eq!(is_scientific(id), mangled, "{id}");
        }
    }
}

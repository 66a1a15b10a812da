//! Columns by which customers can be told apart: few different values, and not just numbers.

use keeprate_columns::intern::Interner;
use keeprate_columns::row::{Row, Window};
use keeprate_metrics::ledger::{Names, Segment};
use keeprate_metrics::sorted_map::SortedMap;

use crate::context::Context;
use crate::fields::{Field, Mapping};
use crate::number::{Reading, read};
use crate::shape::Use;

/// A column whose values are numbered as they come.
#[derive(Debug)]
pub(crate) struct SegmentColumn {
    pub(crate) column: usize,
    spellings: Interner,
    values: Names,
    numbers: SortedMap<String, u16>,
    numeric: usize,
    /// There are too many values for a segment.
    given_up: bool,
}

/// Distinct values that a segment column may have.
const MOST_VALUES: usize = 1000;

impl SegmentColumn {
    fn new(column: usize) -> SegmentColumn {
        let mut values = Names::default();
        values.push("");
        SegmentColumn {
            column,
            spellings: Interner::default(),
            values,
            numbers: SortedMap::new(),
            numeric: 0,
            given_up: false,
        }
    }

    /// The number of the value of the records at these places, `UNKNOWN` for values that come for the first time; whether
    /// none does.
    pub(crate) fn read_places(&self, window: Window<'_>, places: &[u32], numbers: &mut Vec<u32>) -> bool {
        self.spellings.get_places(window, self.column, places, numbers)
    }

    /// Whether the column has too many values for a segment.
    pub(crate) fn is_given_up(&self) -> bool {
        self.given_up
    }

    /// The number of a row's value; `None` once there are too many.
    pub(crate) fn read(&mut self, row: &Row<'_>, context: &Context) -> Option<u16> {
        if self.given_up {
            return None;
        }
        match self.spellings.get(row.field(self.column)) {
            Some(code) => Some(code as u16),
            None => self.learn(row, context),
        }
    }

    #[cold]
    fn learn(&mut self, row: &Row<'_>, context: &Context) -> Option<u16> {
        let field = row.field(self.column);
        let text = context.text(field);
        let code = match self.numbers.get(&text) {
            Some(code) => *code,
            None if text.is_empty() => 0,
            None if self.values.len() > MOST_VALUES => {
                self.given_up = true;
                return None;
            }
            None => {
                self.numeric += usize::from(matches!(read(&text), Reading::Number(_)));
                let code = self.values.push(&text) as u16;
                self.numbers.insert(text, code);
                code
            }
        };
        self.spellings.insert(field, u32::from(code));
        Some(code)
    }

    /// Whether the column is of use: it has values, not too many, and is not a measure that differs nearly everywhere.
    fn is_useful(&self, customers: usize) -> bool {
        let distinct = self.values.len() - 1;
        let is_measure = self.numeric * 2 > distinct && distinct > 2 && distinct * 2 > customers;
        distinct > 0 && !is_measure && !self.given_up
    }

    fn finish(self, context: &Context) -> (String, Names) {
        (context.headers.get(self.column).cloned().unwrap_or_default(), self.values)
    }
}

/// Names and values of all columns, and the numbers of those that are of use.
pub(crate) fn finish(
    columns: Vec<SegmentColumn>,
    customers: usize,
    context: &Context,
) -> (Vec<(String, Names)>, Vec<usize>) {
    let useful = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.is_useful(customers))
        .map(|(number, _)| number)
        .collect();
    (columns.into_iter().map(|column| column.finish(context)).collect(), useful)
}

/// So few values may tell customers apart, however few those are.
const FEW: usize = 6;

/// Whether values are shared by customers: ids and dates are nothing that they have in common.
pub(crate) fn are_shared(values: usize, customers: usize) -> bool {
    values <= FEW || values * 2 <= customers
}

/// Keeps the segments with these numbers.
pub(crate) fn keep(segments: Vec<Segment>, useful: &[usize]) -> Vec<Segment> {
    let numbered = segments.into_iter().enumerate();
    numbered.filter(|(number, _)| useful.contains(number)).map(|(_, segment)| segment).collect()
}

/// The columns of a mapping that may be segments: attributes, and whatever has no other meaning.
pub(crate) fn candidates(mapping: &Mapping, taken: impl Fn(usize) -> bool) -> Vec<SegmentColumn> {
    let free = |field: &Option<Field>| matches!(field, None | Some(Field::Plan | Field::Segment | Field::Subscription));
    let columns = mapping.fields.iter().enumerate().filter(|(_, field)| free(field)).map(|(column, _)| column);
    columns.filter(|column| !taken(*column)).map(SegmentColumn::new).collect()
}

/// What each column was used for, from the columns that became segments.
pub(crate) fn uses(width: usize, segments: &[usize]) -> Vec<Option<Use>> {
    (0..width).map(|column| segments.contains(&column).then_some(Use::Segment)).collect()
}

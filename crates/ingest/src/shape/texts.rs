//! Texts of a column, numbered: ids of people, names of events.

use keeprate_columns::intern::Interner;
use keeprate_columns::row::Row;
use keeprate_metrics::ledger::Names;

use crate::context::Context;
use crate::headers::lower;

/// Texts that are numbered as they come, empty ones with 0.
#[derive(Debug)]
pub(crate) struct Texts {
    pub(crate) column: Option<usize>,
    numbers: Interner,
    pub(crate) names: Names,
}

impl Texts {
    pub(crate) fn new(column: Option<usize>) -> Texts {
        let mut names = Names::default();
        names.push("");
        Texts { column, numbers: Interner::default(), names }
    }

    pub(crate) fn read(&mut self, row: &Row<'_>, context: &Context) -> u32 {
        self.read_at(self.column, row, context)
    }

    /// The number of a text of another column that holds the same texts.
    pub(crate) fn read_at(&mut self, column: Option<usize>, row: &Row<'_>, context: &Context) -> u32 {
        let text = column.map(|column| context.text(row.field(column))).unwrap_or_default();
        let text = if text.contains('@') { lower(&text) } else { text };
        if text.is_empty() {
            return 0;
        }
        let ends = [text.len() as u32];
        let field = Row { text: text.as_bytes(), start: 0, ends: &ends, number: 0 }.field(0);
        self.numbers.get(field).unwrap_or_else(|| {
            let number = self.names.push(&text);
            self.numbers.insert(field, number);
            number
        })
    }
}

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
        let text = self.column.map(|column| context.text(row.field(column))).unwrap_or_default();
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

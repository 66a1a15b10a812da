//! What else the customers of a file are known by: the e-mail addresses beside their ids, the customers beside users.

use keeprate_columns::index::Index;
use keeprate_columns::intern::Interner;
use keeprate_columns::row::{Field as Cell, Row, next_start};
use keeprate_metrics::join::{Aliases, JoinKey};

use crate::cell::is_empty_marker;
use crate::context::Context;
use crate::fields::{Field, Mapping, Shape};
use crate::headers::lower;

/// Reads one column beside the one that names a file's customers.
#[derive(Debug)]
pub(crate) struct AliasColumn {
    subject: usize,
    column: usize,
    /// Subjects whose alias is known.
    known: Interner,
    aliases: Aliases,
}

/// The columns of a mapping that name customers in another way.
pub(crate) fn columns(mapping: &Mapping) -> Vec<AliasColumn> {
    let subject = match mapping.form.shape {
        // Answers have their customers row by row, and totals by period have none.
        Shape::Survey | Shape::PeriodTable => None,
        Shape::Events => mapping.column(Field::User).or_else(|| mapping.customer()),
        _ => mapping.customer(),
    };
    let Some(subject) = subject else { return Vec::new() };
    let keys = [(Field::Customer, JoinKey::Customer), (Field::Email, JoinKey::Email)];
    let columns = keys.into_iter().filter_map(|(field, key)| Some((key, mapping.column(field)?)));
    let columns = columns.filter(|(_, column)| *column != subject);
    columns
        .map(|(key, column)| AliasColumn { subject, column, known: Interner::default(), aliases: Aliases::new(key) })
        .collect()
}

impl AliasColumn {
    /// Reads the records of an index. The first alias of each subject counts.
    pub(crate) fn read(&mut self, text: &[u8], index: &Index, context: &Context) {
        let mut start = 0;
        // Files are mostly sorted by customer: whoever is known from the record above need not be looked up.
        let mut above: Option<&[u8]> = None;
        for ends in index.iter() {
            let row = Row { text, start, ends, number: 0 };
            let subject = row.field(self.subject);
            if above != Some(subject.bytes()) {
                let is_known =
                    self.known.get(subject).is_some() || self.learn(subject, row.field(self.column), context);
                above = is_known.then_some(subject.bytes());
            }
            start = next_start(text, ends.last().map_or(start, |end| *end as usize));
        }
    }

    /// Learns the alias of a subject, if the row has one.
    fn learn(&mut self, subject: Cell<'_>, alias: Cell<'_>, context: &Context) -> bool {
        let alias = context.text(alias);
        if is_empty_marker(&alias) {
            return false;
        }
        self.known.insert(subject, 0);
        let folded = |text: String| if text.contains('@') { lower(&text) } else { text };
        self.aliases.push(&folded(context.text(subject)), &folded(alias));
        true
    }

    /// What was read.
    pub(crate) fn finish(self) -> Aliases {
        self.aliases
    }
}

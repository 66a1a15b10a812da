//! Columns that may tell those apart who come in many rows: users, buyers.

use keeprate_metrics::ledger::{Codes, Segment};

use crate::context::Context;
use crate::shape::segments::{SegmentColumn, are_shared, finish, keep};

/// The first value of each user in a column, and which users have another one later.
#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) column: SegmentColumn,
    codes: Vec<u16>,
    changed: Vec<bool>,
}

/// Of so many users one may change a value that users are told apart by: what changes more often belongs to the row.
const CHANGES: usize = 20;

impl Attribute {
    /// A column without users.
    pub(crate) fn new(column: SegmentColumn) -> Attribute {
        Attribute { column, codes: Vec::new(), changed: Vec::new() }
    }

    /// Notes the number of a user's value in a row; 0 says nothing.
    pub(crate) fn note(&mut self, user: u32, code: u16) {
        let place = user as usize;
        if self.codes.len() <= place {
            self.codes.resize(place + 1, 0);
            self.changed.resize(place + 1, false);
        }
        if let (Some(known), Some(changed)) = (self.codes.get_mut(place), self.changed.get_mut(place)) {
            *changed |= code != 0 && *known != 0 && code != *known;
            if *known == 0 {
                *known = code;
            }
        }
    }

    fn is_of_users(&self) -> bool {
        self.changed.iter().filter(|changed| **changed).count() * CHANGES <= self.codes.len()
    }
}

/// The segments of so many users, and the columns that they come from.
pub(crate) fn settle(attributes: Vec<Attribute>, users: usize, context: &Context) -> (Vec<Segment>, Vec<usize>) {
    let mut kept = Vec::new();
    let mut columns = Vec::new();
    for mut attribute in attributes {
        attribute.codes.resize(users, 0);
        if attribute.is_of_users() {
            kept.push(attribute.codes);
            columns.push(attribute.column);
        }
    }
    let places: Vec<usize> = columns.iter().map(|column| column.column).collect();
    let (named, mut useful) = finish(columns, users, context);
    useful.retain(|number| named.get(*number).is_some_and(|(_, values)| are_shared(values.len() - 1, users)));
    let segments = named.into_iter().zip(kept).map(|((column, values), of)| Segment {
        column,
        values,
        codes: Codes { of, rows: Vec::new() },
    });
    let segments = keep(segments.collect(), &useful);
    (segments, useful.iter().filter_map(|number| places.get(*number)).copied().collect())
}

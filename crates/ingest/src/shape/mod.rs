//! One file per shape: what its rows mean.

pub(crate) mod attributes;
pub(crate) mod bookings;
pub(crate) mod customer_attributes;
pub(crate) mod customer_status;
pub(crate) mod customers;
pub(crate) mod events;
pub(crate) mod mrr_changes;
pub(crate) mod mrr_long;
pub(crate) mod mrr_wide;
pub(crate) mod period_table;
pub(crate) mod segments;
pub(crate) mod services;
pub(crate) mod subscriptions;
pub(crate) mod survey;
pub(crate) mod table;
pub(crate) mod texts;
pub(crate) mod transactions;
pub(crate) mod words;

use std::fmt::Debug;

use borsh::{BorshDeserialize, BorshSerialize};
use keeprate_columns::index::Index;
use keeprate_columns::row::{Row, Window, next_start};
use keeprate_metrics::ledger::Dataset;

use crate::context::{Context, Halt};
use crate::fields::{Mapping, Shape};

/// What the column of a file was used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// Customers can be told apart by it.
    Segment,
    /// Its header is a month, its cells are amounts.
    Month,
    /// Its cells are sums of the row.
    Total,
}

/// Reads the rows of one shape.
pub(crate) trait Rows {
    /// Reads a record.
    fn row(&mut self, row: Row<'_>, context: &mut Context) -> Result<(), Halt>;

    /// Reads records that all have as many fields as the header: for shapes of files with millions of rows, column by
    /// column.
    fn window(&mut self, window: Window<'_>, context: &mut Context) -> Result<(), Halt> {
        let first = context.next_record;
        for place in 0..window.len() {
            context.records += 1;
            context.next_record += 1;
            self.read(window.row(place, first), context)?;
        }
        Ok(())
    }

    /// Reads a record, and takes down what it holds if it is left out.
    fn read(&mut self, row: Row<'_>, context: &mut Context) -> Result<(), Halt> {
        let before = context.left_out;
        self.row(row, context)?;
        if context.left_out > before {
            context.take_down(&row);
        }
        Ok(())
    }

    /// Ends the reading. The second value says what each column was used for.
    fn finish(self, context: &mut Context) -> Result<(Dataset, Vec<Option<Use>>), Halt>;
}

/// A shape that can be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    /// What one row is.
    pub(crate) shape: Shape,
    new: New,
}

/// Makes a reader for a mapping.
type New = fn(&Mapping, &mut Context) -> Result<Box<dyn Reader>, Halt>;

impl Form {
    /// Every shape, in the order that decides between equally good ones.
    pub(crate) const ALL: &'static [Form] = &[
        Form {
            shape: Shape::Subscriptions,
            new: |mapping, context| Ok(Box::new(subscriptions::Subscriptions::new(mapping, context))),
        },
        Form {
            shape: Shape::MrrChanges,
            new: |mapping, context| Ok(Box::new(mrr_changes::MrrChanges::new(mapping, context))),
        },
        Form {
            shape: Shape::CustomerStatus,
            new: |mapping, context| Ok(Box::new(customer_status::CustomerStatus::new(mapping, context))),
        },
        Form { shape: Shape::MrrLong, new: |mapping, context| Ok(Box::new(mrr_long::MrrLong::new(mapping, context))) },
        Form { shape: Shape::MrrWide, new: |mapping, context| Ok(Box::new(mrr_wide::MrrWide::new(mapping, context)?)) },
        Form { shape: Shape::Survey, new: |mapping, context| Ok(Box::new(survey::Survey::new(mapping, context))) },
        Form { shape: Shape::Events, new: |mapping, context| Ok(Box::new(events::Events::new(mapping, context))) },
        Form {
            shape: Shape::Transactions,
            new: |mapping, context| Ok(Box::new(transactions::Transactions::new(mapping, context))),
        },
        Form {
            shape: Shape::PeriodTable,
            new: |mapping, context| Ok(Box::new(period_table::PeriodTableRows::new(mapping, context))),
        },
        Form {
            shape: Shape::Customers,
            new: |mapping, _| Ok(Box::new(customer_attributes::CustomerAttributes::new(mapping))),
        },
    ];

    /// A reader for a mapping.
    pub(crate) fn reader(self, mapping: &Mapping, context: &mut Context) -> Result<Box<dyn Reader>, Halt> {
        (self.new)(mapping, context)
    }
}

/// Reads the rows of one shape, whichever it is: [`Rows`] behind a pointer, which costs a call per window.
pub(crate) trait Reader: Debug {
    /// Reads the records of an index.
    fn rows(&mut self, text: &[u8], index: &Index, context: &mut Context) -> Result<(), Halt>;

    /// Ends the reading.
    fn finish(self: Box<Self>, context: &mut Context) -> Result<(Dataset, Vec<Option<Use>>), Halt>;
}

impl<R: Rows + Debug> Reader for R {
    fn rows(&mut self, text: &[u8], index: &Index, context: &mut Context) -> Result<(), Halt> {
        walk(self, text, index, context)
    }

    fn finish(self: Box<Self>, context: &mut Context) -> Result<(Dataset, Vec<Option<Use>>), Halt> {
        Rows::finish(*self, context)
    }
}

/// The loop over records.
fn walk<R: Rows>(rows: &mut R, text: &[u8], index: &Index, context: &mut Context) -> Result<(), Halt> {
    let width = context.headers.len();
    if let (true, Some(window)) = (context.kept.is_empty(), Window::new(text, index, width)) {
        return rows.window(window, context);
    }
    let mut start = 0;
    for ends in index.iter() {
        let row = Row { text, start, ends, number: context.next_record };
        context.next_record += 1;
        if (ends.len() == width || context.admit(&row)) && context.keeps(&row) {
            context.records += 1;
            rows.read(row, context)?;
        }
        start = next_start(text, ends.last().map_or(start, |end| *end as usize));
    }
    Ok(())
}

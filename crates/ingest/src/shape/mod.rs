//! One file per shape: what its rows mean.

pub(crate) mod customer_status;
pub(crate) mod customers;
pub(crate) mod mrr_long;
pub(crate) mod mrr_wide;
pub(crate) mod period_table;
pub(crate) mod segments;
pub(crate) mod survey;
pub(crate) mod table;

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
            self.row(window.row(place, first), context)?;
        }
        Ok(())
    }

    /// Ends the reading. The second value says what each column was used for.
    fn finish(self, context: &mut Context) -> Result<(Dataset, Vec<Option<Use>>), Halt>;
}

/// The reader of a file's shape.
#[derive(Debug)]
pub(crate) enum Reader {
    CustomerStatus(customer_status::CustomerStatus),
    MrrLong(mrr_long::MrrLong),
    MrrWide(mrr_wide::MrrWide),
    Survey(Box<survey::Survey>),
    PeriodTable(period_table::PeriodTableRows),
}

impl Reader {
    /// A reader for a mapping.
    pub(crate) fn new(mapping: &Mapping, context: &mut Context) -> Result<Reader, Halt> {
        Ok(match mapping.shape {
            Shape::CustomerStatus => Reader::CustomerStatus(customer_status::CustomerStatus::new(mapping, context)),
            Shape::MrrLong => Reader::MrrLong(mrr_long::MrrLong::new(mapping, context)),
            Shape::MrrWide => Reader::MrrWide(mrr_wide::MrrWide::new(mapping, context)?),
            Shape::Survey => Reader::Survey(Box::new(survey::Survey::new(mapping, context)?)),
            Shape::PeriodTable => Reader::PeriodTable(period_table::PeriodTableRows::new(mapping, context)),
        })
    }

    /// Reads the records of an index.
    pub(crate) fn rows(&mut self, text: &[u8], index: &Index, context: &mut Context) -> Result<(), Halt> {
        match self {
            Reader::CustomerStatus(rows) => walk(rows, text, index, context),
            Reader::MrrLong(rows) => walk(rows, text, index, context),
            Reader::MrrWide(rows) => walk(rows, text, index, context),
            Reader::Survey(rows) => walk(&mut **rows, text, index, context),
            Reader::PeriodTable(rows) => walk(rows, text, index, context),
        }
    }

    /// Ends the reading.
    pub(crate) fn finish(self, context: &mut Context) -> Result<(Dataset, Vec<Option<Use>>), Halt> {
        match self {
            Reader::CustomerStatus(rows) => rows.finish(context),
            Reader::MrrLong(rows) => rows.finish(context),
            Reader::MrrWide(rows) => rows.finish(context),
            Reader::Survey(rows) => rows.finish(context),
            Reader::PeriodTable(rows) => rows.finish(context),
        }
    }
}

/// The loop over records.
fn walk<R: Rows>(rows: &mut R, text: &[u8], index: &Index, context: &mut Context) -> Result<(), Halt> {
    let width = context.headers.len();
    if let Some(window) = Window::new(text, index, width) {
        return rows.window(window, context);
    }
    let mut start = 0;
    for ends in index.iter() {
        let row = Row { text, start, ends, number: context.next_record };
        context.next_record += 1;
        if ends.len() == width || context.admit(&row) {
            context.records += 1;
            rows.row(row, context)?;
        }
        start = next_start(text, ends.last().map_or(start, |end| *end as usize));
    }
    Ok(())
}

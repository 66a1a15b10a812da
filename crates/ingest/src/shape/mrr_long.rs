//! Shape (a), `mrr_long`: one row is a customer in a month (metrics.md 5.2).

use keeprate_columns::amount::UNREAD;
use keeprate_columns::cells::{self, Place};
use keeprate_columns::intern::{Interner, UNKNOWN};
use keeprate_columns::row::{Row, Window};
use keeprate_metrics::ledger::Dataset;
use keeprate_metrics::period::Month;

use crate::context::{Context, Halt};
use crate::diagnosis::Code;
use crate::fields::{Field, Mapping};
use crate::headers::lower;
use crate::shape::customers::{Customer, Customers};
use crate::shape::segments::{SegmentColumn, candidates, finish, keep, uses};
use crate::shape::table::{Met, MonthTable, RowCurrency};
use crate::shape::{Rows, Use};

/// Reads one row per customer and month.
#[derive(Debug)]
pub(crate) struct MrrLong {
    month: usize,
    amount: usize,
    customers: Customers,
    currency: RowCurrency,
    /// From the month's spelling to the month, moved so that it is never negative.
    months: Interner,
    /// Columns that may be segments.
    segments: Vec<SegmentColumn>,
    table: MonthTable,
    batch: Box<Batch>,
}

/// The columns of a window's records as numbers: runs of records are alike in all but their month, so that most columns
/// are read where a run starts.
#[derive(Debug, Default)]
struct Batch {
    /// Of each record.
    months: Vec<u32>,
    /// The place of the first record of each run. All other columns have an entry per run.
    runs: Vec<u32>,
    customers: Vec<u32>,
    amounts: Vec<i64>,
    /// One column per segment that is not given up.
    segments: Vec<Vec<u32>>,
}

impl Batch {
    fn rows(&self) -> cells::Rows<'_> {
        let Batch { months, runs, customers, amounts, .. } = self;
        cells::Rows { months, runs, customers, amounts }
    }
}

/// Moves every month that is read, from 1900 on, above 0.
const MONTH_SHIFT: i32 = 1 << 16;
/// Marks a spelling that is no month.
const NO_MONTH: u32 = u32::MAX - 1;

impl MrrLong {
    pub(crate) fn new(mapping: &Mapping, context: &mut Context) -> MrrLong {
        let amount = mapping.column(Field::Mrr).unwrap_or(0);
        let customer = mapping.customer().unwrap_or(0);
        let segments = candidates(mapping, |column| column == customer);
        let currency = RowCurrency::new(mapping, std::iter::once(amount), context);
        MrrLong {
            month: mapping.column(Field::Month).unwrap_or(0),
            amount,
            customers: Customers::new(customer),
            currency,
            months: Interner::default(),
            segments,
            table: MonthTable::default(),
            batch: Box::default(),
        }
    }

    /// Reads the columns of a window. What a run has to be read row by row for gets [`UNREAD`] as its amount.
    fn read_columns(&mut self, window: Window<'_>, context: &Context) {
        let Batch { months, runs, customers, amounts, segments } = &mut *self.batch;
        window.runs(self.month, runs);
        self.months.get_column(window, self.month, months);
        self.customers.read_places(window, runs, context, customers);
        self.currency.read_places(window, runs, self.amount, context, amounts);
        segments.resize_with(self.segments.len(), Vec::new);
        for (segment, numbers) in self.segments.iter().zip(segments) {
            numbers.clear();
            if segment.is_given_up() {
                continue;
            }
            let complete = segment.read_places(window, runs, numbers);
            let rows = numbers.iter().zip(amounts.iter_mut());
            for (_, amount) in rows.filter(|(number, _)| !complete && **number == UNKNOWN) {
                *amount = UNREAD;
            }
        }
    }

    /// Puts the usual rows of a window into the table, from one on up to the first that is to be read on its own.
    fn fill(&mut self, from: Place) -> Place {
        let rows = self.batch.rows();
        let end = self.table.builder.fill(MONTH_SHIFT, rows, from);
        let base = self.table.builder.first().map_or(0, |month| (month.0 + MONTH_SHIFT) as u32);
        let rows = rows.up_to(end.row);
        for (segment, values) in self.batch.segments.iter().enumerate() {
            // The first run may have been read row by row.
            let mut run = from.run + usize::from(rows.of(from.run, from.row).is_empty());
            loop {
                let known = self.table.builder.codes_mut(segment, self.customers.len());
                run = cells::note(known, rows.customers, values, run);
                let (Some(customer), Some(value)) = (rows.customers.get(run), values.get(run)) else { break };
                for month in rows.months.get(rows.of(run, from.row)).unwrap_or_default() {
                    let place = month.wrapping_sub(base) as usize;
                    self.table.builder.set_segment(place, segment, *customer, *value as u16);
                }
                run += 1;
            }
        }
        end
    }

    fn read_month(&mut self, row: &Row<'_>, context: &mut Context) -> Result<Option<Month>, Halt> {
        let number = match self.months.get(row.field(self.month)) {
            Some(number) => number,
            None => self.learn_month(row, context)?,
        };
        Ok((number != NO_MONTH).then(|| Month(number as i32 - MONTH_SHIFT)))
    }

    #[cold]
    fn learn_month(&mut self, row: &Row<'_>, context: &mut Context) -> Result<u32, Halt> {
        let field = row.field(self.month);
        let text = context.text(field);
        let month = context.month(row, self.month, &text)?;
        let number = month.map_or(NO_MONTH, |month| (month.0 + MONTH_SHIFT) as u32);
        self.months.insert(field, number);
        Ok(number)
    }

    #[cold]
    fn total(&mut self, row: &Row<'_>, context: &mut Context) -> Result<(), Halt> {
        let name = self.customers.note_total(row, context);
        let conversion = self.currency.read(row, context)?;
        let Some(units) = self.currency.amount(row, self.amount, conversion, context)? else { return Ok(()) };
        let month_text = context.text(row.field(self.month));
        let month = if month_text.is_empty() { None } else { context.month(row, self.month, &month_text)? };
        // A subtotal adds up a part that the file does not name.
        let is_part = lower(&name).starts_with("zwischen");
        if !is_part && (month.is_some() || month_text.is_empty()) {
            self.table.note_total(row, self.amount, month, units, context);
        }
        Ok(())
    }

    #[cold]
    fn wrong_month(&self, row: &Row<'_>, context: &mut Context) {
        let text = context.text(row.field(self.month));
        let code = if crate::cell::is_excel_error(&text) { Code::ExcelError } else { Code::Date };
        context.leave_out(code, row, self.month, &text);
    }
}

impl Rows for MrrLong {
    fn window(&mut self, window: Window<'_>, context: &mut Context) -> Result<(), Halt> {
        let first = context.next_record;
        self.read_columns(window, context);
        self.table.reserve(self.customers.len(), context)?;
        let mut at = Place::default();
        loop {
            let end = self.fill(at);
            context.records += (end.row - at.row) as u64;
            context.next_record = first + end.row as u64;
            if end.row == window.len() {
                return Ok(());
            }
            context.records += 1;
            context.next_record += 1;
            self.read(window.row(end.row, first), context)?;
            at = Place { row: end.row + 1, ..end };
        }
    }

    fn row(&mut self, row: Row<'_>, context: &mut Context) -> Result<(), Halt> {
        let customer = match self.customers.read(&row, context)? {
            Customer::Known(number) => number,
            Customer::Total => return self.total(&row, context),
            Customer::Nobody => return Ok(()),
        };
        let Some(month) = self.read_month(&row, context)? else {
            self.wrong_month(&row, context);
            return Ok(());
        };
        let conversion = self.currency.read(&row, context)?;
        let Some(units) = self.currency.amount(&row, self.amount, conversion, context)? else {
            context.left_out += 1;
            return Ok(());
        };
        let place = self.table.place(month, customer, context)?;
        match self.table.add(place, month, customer, units) {
            Met::Nothing => {}
            Met::Limit => {
                let text = context.text(row.field(self.amount));
                context.leave_out(Code::Number, &row, self.amount, &text);
                return Ok(());
            }
            met => self.table.count_summed(&row, met == Met::Same, context),
        }
        if units < 0 {
            self.table.note_negative(&row, self.amount, context);
        }
        for (number, segment) in self.segments.iter_mut().enumerate() {
            if let Some(code) = segment.read(&row, context) {
                self.table.builder.set_segment(place, number, customer, code);
            }
        }
        Ok(())
    }

    fn finish(self, context: &mut Context) -> Result<(Dataset, Vec<Option<Use>>), Halt> {
        context.settle()?;
        let currency = context.settle_currency()?;
        let columns: Vec<usize> = self.segments.iter().map(|segment| segment.column).collect();
        let (segments, useful) = finish(self.segments, self.customers.len(), context);
        let columns: Vec<usize> = useful.iter().filter_map(|number| columns.get(*number)).copied().collect();
        let mut ledger = self.table.finish(self.customers.finish(context), segments, currency, context);
        ledger.segments = keep(ledger.segments, &useful);
        Ok((Dataset::Ledger(ledger), uses(context.headers.len(), &columns)))
    }
}

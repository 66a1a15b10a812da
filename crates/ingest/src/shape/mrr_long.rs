//! Shape (a), `mrr_long`: one row is a customer in a month (metrics.md 5.2).

use keeprate_metrics::ledger::Dataset;
use keeprate_metrics::period::Month;

use crate::context::{Context, Halt};
use crate::diagnosis::Code;
use crate::fields::{Field, Mapping};
use crate::headers::lower;
use crate::intern::Interner;
use crate::records::Row;
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
        MrrLong {
            month: mapping.column(Field::Month).unwrap_or(0),
            amount,
            customers: Customers::new(customer),
            currency: RowCurrency::new(mapping, std::iter::once(amount), context),
            months: Interner::default(),
            segments,
            table: MonthTable::default(),
        }
    }

    #[inline]
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
        context.totals += 1;
        let name = context.text(row.field(self.customers.column()));
        context.note(Code::TotalRow, row, Some(self.customers.column()), &name, None);
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
    /// Hot: once per row of files with millions of them. Every call that is not taken by a clean row is marked cold.
    #[inline]
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

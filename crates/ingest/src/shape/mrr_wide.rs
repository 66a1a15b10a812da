//! Shape (b), `mrr_wide`: one row is a customer, the months stand in columns (metrics.md 5.2).

use keeprate_columns::row::Row;
use keeprate_metrics::ledger::Dataset;
use keeprate_metrics::order::ordered;
use keeprate_metrics::period::Month;

use crate::context::{Context, Halt};
use crate::date::{DateOrder, MonthReading};
use crate::diagnosis::Code;
use crate::fields::{Mapping, month_columns};
use crate::headers::is_total;
use crate::headers::lower;
use crate::shape::customers::{Customer, Customers};
use crate::shape::segments::{SegmentColumn, candidates, finish, keep, uses};
use crate::shape::table::{Met, MonthTable, RowCurrency, UNNAMED};
use crate::shape::{Rows, Use};

/// Reads one row per customer.
#[derive(Debug)]
pub(crate) struct MrrWide {
    months: Vec<MonthColumn>,
    /// Columns that hold the sum of their row.
    sums: Vec<usize>,
    customers: Customers,
    currency: RowCurrency,
    segments: Vec<SegmentColumn>,
    table: MonthTable,
    /// The amounts of the row at hand, so that a row with an error adds nothing.
    amounts: Vec<i64>,
}

#[derive(Clone, Copy, Debug)]
struct MonthColumn {
    column: usize,
    month: Month,
    place: usize,
}

impl MrrWide {
    pub(crate) fn new(mapping: &Mapping, context: &mut Context) -> Result<MrrWide, Halt> {
        let months: Vec<MonthColumn> = month_columns(mapping, header_order(mapping, context))
            .map(|(column, month)| MonthColumn { column, month, place: 0 })
            .collect();
        let mut months = ordered(&months, |a, b| (a.month, a.column).cmp(&(b.month, b.column)));
        for [first, second] in months.array_windows::<2>() {
            if first.month == second.month {
                let header = |column: usize| context.headers.get(column).cloned().unwrap_or_default();
                let diagnostic = context.of_column(Code::MonthDuplicate, second.column).value(&header(second.column));
                return Err(Halt::File(Box::new(diagnostic.detail(header(first.column)))));
            }
        }
        let mut table = MonthTable::default();
        for column in &mut months {
            column.place = table.grow(column.month, 0, context)?;
        }
        let is_sum = |column: &usize| context.headers.get(*column).is_some_and(|header| is_total(header));
        let free = |column: &usize| mapping.fields.get(*column).is_some_and(Option::is_none);
        let sums: Vec<usize> = (0..context.headers.len()).filter(|column| free(column) && is_sum(column)).collect();
        for column in &sums {
            let name = context.headers.get(*column).cloned().unwrap_or_default();
            let diagnostic = context.of_column(Code::TotalRow, *column).value(&name);
            context.diagnostics.add(diagnostic);
        }
        let customer = mapping.customer().unwrap_or(0);
        let is_month = |column: usize| months.iter().any(|month| month.column == column);
        let taken = |column: usize| column == customer || sums.contains(&column) || is_month(column);
        let segments = candidates(mapping, taken);
        let currency = RowCurrency::new(mapping, months.iter().map(|month| month.column), context);
        Ok(MrrWide {
            amounts: Vec::with_capacity(months.len()),
            months,
            sums,
            customers: Customers::new(customer),
            currency,
            segments,
            table,
        })
    }

    /// Reads the amounts of a row; whether all could be read.
    fn read_amounts(&mut self, row: &Row<'_>, context: &mut Context) -> Result<bool, Halt> {
        let conversion = self.currency.read(row, context)?;
        self.amounts.clear();
        let mut fine = true;
        for month in &self.months {
            match self.currency.amount(row, month.column, conversion, context)? {
                Some(units) => self.amounts.push(units),
                None => fine = false,
            }
        }
        Ok(fine)
    }

    #[cold]
    fn total(&mut self, row: &Row<'_>, context: &mut Context) -> Result<(), Halt> {
        let name = self.customers.note_total(row, context);
        let complete = self.read_amounts(row, context)?;
        // A subtotal adds up a part that the file does not name.
        if complete && !lower(&name).starts_with("zwischen") {
            for (month, units) in self.months.iter().zip(&self.amounts) {
                self.table.note_total(row, month.column, Some(month.month), *units, context);
            }
        }
        Ok(())
    }

    /// Compares the row's own sums with ours.
    #[cold]
    fn check_sums(&self, row: &Row<'_>, context: &mut Context) -> Result<(), Halt> {
        for column in &self.sums {
            let Some(stated) = self.currency.amount(row, *column, UNNAMED, context)? else { continue };
            let currency = context.currencies.unnamed_currency();
            let ours: i128 = self.amounts.iter().map(|units| i128::from(*units)).sum();
            let (ours, stated) = (currency.amount(ours), currency.amount(i128::from(stated)));
            if ours.minor() != stated.minor() {
                context.note(Code::TotalMismatch, row, Some(*column), &stated.to_decimal(), Some(ours.to_decimal()));
            }
        }
        Ok(())
    }
}

/// The order of day and month in headers with slashes: what any of them proves, else that of the language.
fn header_order(mapping: &Mapping, context: &Context) -> DateOrder {
    let proof = |reading: &Option<MonthReading>| match reading {
        Some(MonthReading::Slash(slash)) => slash.proves(),
        _ => None,
    };
    mapping.months.iter().find_map(proof).unwrap_or(context.default_order())
}

impl Rows for MrrWide {
    fn row(&mut self, row: Row<'_>, context: &mut Context) -> Result<(), Halt> {
        let customer = match self.customers.read(&row, context)? {
            Customer::Known(number) => number,
            Customer::Total => return self.total(&row, context),
            Customer::Nobody => return Ok(()),
        };
        if !self.read_amounts(&row, context)? {
            context.left_out += 1;
            return Ok(());
        }
        if !self.sums.is_empty() {
            self.check_sums(&row, context)?;
        }
        let (mut met_any, mut all_same) = (false, true);
        for (month, units) in self.months.iter().zip(&self.amounts) {
            self.table.place(month.month, customer, context)?;
            match self.table.add(month.place, month.month, customer, *units) {
                Met::Nothing => all_same = false,
                Met::Others => (met_any, all_same) = (true, false),
                Met::Same => met_any = true,
                Met::Limit => {
                    let text = context.text(row.field(month.column));
                    context.note(Code::Number, &row, Some(month.column), &text, None);
                }
            }
            if *units < 0 {
                self.table.note_negative(&row, month.column, context);
            }
        }
        if met_any {
            self.table.count_summed(&row, all_same, context);
        }
        for (number, segment) in self.segments.iter_mut().enumerate() {
            if let Some(code) = segment.read(&row, context) {
                for month in &self.months {
                    self.table.builder.set_segment(month.place, number, customer, code);
                }
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
        let mut used = uses(context.headers.len(), &columns);
        let roles = self.months.iter().map(|month| (month.column, Use::Month));
        for (column, role) in roles.chain(self.sums.iter().map(|column| (*column, Use::Total))) {
            if let Some(slot) = used.get_mut(column) {
                *slot = Some(role);
            }
        }
        Ok((Dataset::Ledger(ledger), used))
    }
}

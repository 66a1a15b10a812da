//! Shape (h), `mrr_changes`: one row is a change of a customer's MRR (metrics.md 5.2). The running sum of each customer
//! is a state that lasts until the next change.

use keeprate_columns::row::Row;
use keeprate_metrics::changes::Change as Dated;
use keeprate_metrics::ledger::Dataset;
use keeprate_metrics::period::Day;

use crate::cell::is_excel_error;
use crate::context::{Context, Halt};
use crate::diagnosis::{Code, Diagnostic};
use crate::fields::{Field, Mapping};
use crate::shape::customers::Customers;
use crate::shape::services::{RowAttributes, Service, Services};
use crate::shape::table::{RowConversion, RowCurrency};
use crate::shape::{Rows, Use};

/// Reads one row per change.
#[derive(Debug)]
pub(crate) struct MrrChanges {
    date: usize,
    change: Option<usize>,
    /// The columns of MRR before and after.
    states: Option<(usize, usize)>,
    customers: Customers,
    currency: RowCurrency,
    attributes: RowAttributes,
    changes: Vec<Change>,
}

/// A change; amounts in fixed-point units.
#[derive(Debug)]
struct Change {
    customer: u32,
    day: Day,
    second: u32,
    /// The row's place among those that are used.
    row: u32,
    value: Stated,
    record: u64,
}

/// What a row says of a change.
#[derive(Clone, Copy, Debug)]
enum Stated {
    Change(i64),
    States(i64, i64),
}

impl MrrChanges {
    pub(crate) fn new(mapping: &Mapping, context: &mut Context) -> MrrChanges {
        let customer = mapping.customer().unwrap_or(0);
        let states = mapping.column(Field::MrrBefore).zip(mapping.column(Field::MrrAfter));
        let change = mapping.column(Field::MrrChange);
        let amounts = change.into_iter().chain(states.map(|(_, after)| after));
        MrrChanges {
            date: mapping.column(Field::Date).unwrap_or(0),
            change,
            states,
            customers: Customers::new(customer),
            currency: RowCurrency::new(mapping, amounts, context),
            attributes: RowAttributes::new(mapping, customer),
            changes: Vec::new(),
        }
    }

    /// What a row says; `None` is an error that was reported. States are exact where a change may be rounded.
    fn stated(&self, row: &Row<'_>, conversion: RowConversion, context: &mut Context) -> Result<Option<Stated>, Halt> {
        let mut amount = |column: usize| {
            let units = self.currency.amount(row, column, conversion, context)?;
            context.left_out += u64::from(units.is_none());
            Ok(units)
        };
        if let Some((before, after)) = self.states {
            let Some(before) = amount(before)? else { return Ok(None) };
            return Ok(amount(after)?.map(|after| Stated::States(before, after)));
        }
        Ok(amount(self.change.unwrap_or(0))?.map(Stated::Change))
    }
}

impl Rows for MrrChanges {
    fn row(&mut self, row: Row<'_>, context: &mut Context) -> Result<(), Halt> {
        let Some(customer) = self.customers.read_known(&row, context)? else { return Ok(()) };
        let text = context.text(row.field(self.date));
        let Some((day, second)) = context.moment(&row, self.date, &text)? else {
            let code = if is_excel_error(&text) { Code::ExcelError } else { Code::Date };
            context.leave_out(code, &row, self.date, &text);
            return Ok(());
        };
        let conversion = self.currency.read(&row, context)?;
        let Some(value) = self.stated(&row, conversion, context)? else { return Ok(()) };
        let number = self.attributes.read(&row, context);
        self.changes.push(Change { customer, day, second, row: number, value, record: row.number });
        Ok(())
    }

    fn finish(mut self, context: &mut Context) -> Result<(Dataset, Vec<Option<Use>>), Halt> {
        context.settle()?;
        let currency = context.settle_currency()?;
        let after_latest = self.changes.iter().map(|change| change.day).max().map(|day| Day(day.0.saturating_add(1)));
        let known = after_latest.map(|after| context.options.today.map_or(after, |today| today.min(after)));
        let as_of = context.options.as_of.or(known);
        self.changes.sort_unstable_by_key(|change| (change.customer, change.day, change.second, change.row));
        let first = self.changes.iter().map(|change| change.day).min().map(|day| day.month().plus(-1));
        let mut services = Services::new(self.attributes);
        services.before_changes = first;
        let mut changes = Vec::new();
        let mut state = 0_i64;
        let mut place = 0;
        while let Some(Change { customer, day, row, value, record, .. }) = self.changes.get(place) {
            let is_first = place
                .checked_sub(1)
                .and_then(|before| self.changes.get(before))
                .is_none_or(|b| b.customer != *customer);
            if is_first {
                state = 0;
            }
            let mut earlier = state;
            match *value {
                Stated::Change(change) => state = state.saturating_add(change),
                Stated::States(before, after) => {
                    if let (true, 1.., Some(first)) = (is_first, before, first) {
                        // Who had MRR before the first change was a customer before the file begins.
                        let service = Service {
                            customer: *customer,
                            start: first.start(),
                            end: Some(*day),
                            units: before,
                            row: *row,
                        };
                        services.services.push(service);
                        earlier = before;
                    } else if !is_first && before != state {
                        let text = |units: i64| currency.amount(i128::from(units)).to_decimal();
                        let found = Diagnostic::new(Code::Identity).value(&text(before)).detail(text(state));
                        context.diagnostics.add(Diagnostic { record: Some(*record), ..found });
                    }
                    state = after;
                }
            }
            // No customer has less than no MRR.
            let (earlier, later) = (earlier.max(0), state.max(0));
            if earlier != later {
                changes.push(Dated { customer: *customer, day: *day, before: earlier, after: later });
            }
            let next = self.changes.get(place + 1).filter(|next| next.customer == *customer);
            let end = next.map(|next| next.day);
            if state != 0 && end.is_none_or(|end| *day < end) {
                services.services.push(Service { customer: *customer, start: *day, end, units: state, row: *row });
            }
            place += 1;
        }
        let (mut dataset, used) = services.finish(self.customers, currency, as_of, context)?;
        if let Dataset::Ledger(ledger) = &mut dataset {
            ledger.changes = Some(changes);
        }
        Ok((dataset, used))
    }
}

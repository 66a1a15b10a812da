//! Shape (j), `customer_status`: one row is a customer with a churn flag (metrics.md 5.2).

use keeprate_columns::row::Row;
use keeprate_metrics::ledger::{Codes, Dataset, Names, Segment, StatusTable};

use crate::context::{Context, Halt, Number};
use crate::diagnosis::Code;
use crate::fields::{Field, Mapping, Shape};
use crate::headers;
use crate::shape::customers::Customers;
use crate::shape::segments::{SegmentColumn, candidates, finish, keep, uses};
use crate::shape::table::RowCurrency;
use crate::shape::{Rows, Use};

/// Reads one row per customer.
#[derive(Debug)]
pub(crate) struct CustomerStatus {
    churned_column: usize,
    tenure_column: Option<usize>,
    revenue_column: Option<usize>,
    customers: Customers,
    currency: RowCurrency,
    segments: Vec<SegmentColumn>,
    codes: Vec<Vec<u16>>,
    /// Customers of the rows that are used; the other columns stand beside it.
    rows: Vec<u32>,
    /// Which customers have a row that is used.
    present: Vec<bool>,
    churned: Vec<bool>,
    tenure: Vec<Option<f64>>,
    revenue: Vec<i64>,
}

impl CustomerStatus {
    pub(crate) fn new(mapping: &Mapping, context: &mut Context) -> CustomerStatus {
        let customer = mapping.customer().unwrap_or(0);
        let revenue_column = mapping.column(Field::Mrr);
        let segments = candidates(mapping, |column| column == customer);
        CustomerStatus {
            churned_column: mapping.column(Field::Churned).unwrap_or(0),
            tenure_column: mapping.column(Field::Tenure),
            revenue_column,
            customers: Customers::new(customer),
            currency: RowCurrency::new(mapping, revenue_column.into_iter(), context),
            codes: segments.iter().map(|_| Vec::new()).collect(),
            segments,
            rows: Vec::new(),
            present: Vec::new(),
            churned: Vec::new(),
            tenure: Vec::new(),
            revenue: Vec::new(),
        }
    }
}

/// Whether a flag says that the customer has left.
fn read_flag(text: &str) -> Option<bool> {
    match headers::normalize(text).words.as_str() {
        "yes" | "y" | "ja" | "j" | "true" | "wahr" | "1" | "churned" | "left" | "lost" | "exited"
        | "attrited customer" | "cancelled" | "canceled" | "gekuendigt" | "abgewandert" | "verloren" => Some(true),
        "no" | "n" | "nein" | "false" | "falsch" | "0" | "active" | "aktiv" | "stayed" | "existing customer" => {
            Some(false)
        }
        _ => None,
    }
}

impl Rows for CustomerStatus {
    fn row(&mut self, row: Row<'_>, context: &mut Context) -> Result<(), Halt> {
        let Some(customer) = self.customers.read_known(&row, context)? else { return Ok(()) };
        if self.present.get(customer as usize) == Some(&true) {
            let column = self.customers.column();
            let name = context.text(row.field(column));
            context.leave_out(Code::CustomerRepeated, &row, column, &name);
            return Ok(());
        }
        let conversion = self.currency.read(&row, context)?;
        let tenure = match self.tenure_column.map(|column| context.number(&row, column)).transpose()? {
            Some(Number::Value { exact, .. }) if !exact.is_negative() => Some(exact.to_f64()),
            Some(Number::Value { .. }) => {
                let column = self.tenure_column.unwrap_or(0);
                let text = context.text(row.field(column));
                context.note(Code::Number, &row, Some(column), &text, None);
                context.left_out += 1;
                return Ok(());
            }
            Some(Number::Wrong) => {
                context.left_out += 1;
                return Ok(());
            }
            Some(Number::Empty) | None => None,
        };
        let revenue = match self.revenue_column {
            Some(column) => self.currency.amount(&row, column, conversion, context)?,
            None => Some(0),
        };
        let Some(mut revenue) = revenue else {
            context.left_out += 1;
            return Ok(());
        };
        if revenue < 0 {
            context.note(Code::NegativeMrr, &row, self.revenue_column, "", None);
            revenue = 0;
        }
        let meaning = |text: &str| read_flag(text).map(|left| if left { "yes" } else { "no" }.to_owned());
        let flag = context.word((Shape::CustomerStatus, Field::Churned), &row, Some(self.churned_column), meaning);
        let churned = read_flag(&flag).unwrap_or_else(|| {
            context.note(Code::StatusUnknown, &row, Some(self.churned_column), &flag, None);
            false
        });
        for (segment, codes) in self.segments.iter_mut().zip(&mut self.codes) {
            codes.push(segment.read(&row, context).unwrap_or(0));
        }
        self.present.resize(self.customers.len(), false);
        if let Some(present) = self.present.get_mut(customer as usize) {
            *present = true;
        }
        self.rows.push(customer);
        self.churned.push(churned);
        self.tenure.push(tenure);
        self.revenue.push(revenue);
        Ok(())
    }

    fn finish(self, context: &mut Context) -> Result<(Dataset, Vec<Option<Use>>), Halt> {
        context.settle()?;
        let currency = context.settle_currency()?;
        let columns: Vec<usize> = self.segments.iter().map(|segment| segment.column).collect();
        let (segments, useful) = finish(self.segments, self.churned.len(), context);
        let columns: Vec<usize> = useful.iter().filter_map(|number| columns.get(*number)).copied().collect();
        let segments = segments
            .into_iter()
            .zip(self.codes)
            .map(|((column, values), codes)| Segment { column, values, codes: Codes { of: codes, rows: Vec::new() } })
            .collect();
        let known = self.customers.finish(context);
        let mut customers = Names::default();
        for number in &self.rows {
            customers.push(known.get(*number));
        }
        let table = StatusTable {
            customers,
            churned: self.churned,
            tenure: self.tenure_column.map(|_| self.tenure),
            revenue: self.revenue_column.map(|_| self.revenue),
            segments: keep(segments, &useful),
            currency,
        };
        Ok((Dataset::Status(table), uses(context.headers.len(), &columns)))
    }
}

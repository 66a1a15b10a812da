//! Shape (i), `customers`: one row is a customer, its columns say who that is (metrics.md 5.2).

use keeprate_columns::row::Row;
use keeprate_metrics::ledger::{Codes, CustomerTable, Dataset, Names, Segment};

use crate::context::{Context, Halt};
use crate::diagnosis::Code;
use crate::fields::Mapping;
use crate::shape::customers::Customers;
use crate::shape::segments::{SegmentColumn, are_shared, candidates, finish, keep, uses};
use crate::shape::{Rows, Use};

/// Reads one row per customer.
#[derive(Debug)]
pub(crate) struct CustomerAttributes {
    customers: Customers,
    segments: Vec<SegmentColumn>,
    codes: Vec<Vec<u16>>,
    /// The customers of the rows that are used, in their order.
    rows: Vec<u32>,
    /// Which customers have a row that is used.
    present: Vec<bool>,
}

impl CustomerAttributes {
    pub(crate) fn new(mapping: &Mapping) -> CustomerAttributes {
        let customer = mapping.customer().unwrap_or(0);
        let segments = candidates(mapping, |column| column == customer);
        CustomerAttributes {
            customers: Customers::new(customer),
            codes: segments.iter().map(|_| Vec::new()).collect(),
            segments,
            rows: Vec::new(),
            present: Vec::new(),
        }
    }
}

impl Rows for CustomerAttributes {
    fn row(&mut self, row: Row<'_>, context: &mut Context) -> Result<(), Halt> {
        let Some(customer) = self.customers.read_known(&row, context)? else { return Ok(()) };
        self.present.resize(self.customers.len(), false);
        let Some(present) = self.present.get_mut(customer as usize) else { return Ok(()) };
        if std::mem::replace(present, true) {
            let column = self.customers.column();
            let name = context.text(row.field(column));
            context.leave_out(Code::CustomerRepeated, &row, column, &name);
            return Ok(());
        }
        self.rows.push(customer);
        for (segment, codes) in self.segments.iter_mut().zip(&mut self.codes) {
            codes.push(segment.read(&row, context).unwrap_or(0));
        }
        Ok(())
    }

    fn finish(self, context: &mut Context) -> Result<(Dataset, Vec<Option<Use>>), Halt> {
        context.settle()?;
        let count = self.rows.len();
        let places: Vec<usize> = self.segments.iter().map(|segment| segment.column).collect();
        let (named, mut useful) = finish(self.segments, count, context);
        // Names and dates are nothing that customers have in common.
        useful.retain(|number| named.get(*number).is_some_and(|(_, values)| are_shared(values.len() - 1, count)));
        let columns: Vec<usize> = useful.iter().filter_map(|number| places.get(*number)).copied().collect();
        let segments = named.into_iter().zip(self.codes).map(|((column, values), of)| Segment {
            column,
            values,
            codes: Codes { of, rows: Vec::new() },
        });
        let segments = keep(segments.collect(), &useful);
        let known = self.customers.finish(context);
        let mut customers = Names::default();
        for number in &self.rows {
            customers.push(known.get(*number));
        }
        Ok((Dataset::Customers(CustomerTable { customers, segments }), uses(context.headers.len(), &columns)))
    }
}

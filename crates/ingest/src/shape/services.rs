//! Times of paid service, and the ledger of closing states that they make (metrics.md 3.1, 3.4).

use keeprate_columns::row::Row;
use keeprate_metrics::ledger::{Added, Dataset, LedgerBuilder};
use keeprate_metrics::money::Currency;
use keeprate_metrics::period::{Day, Month};

use crate::context::{Context, Halt};
use crate::diagnosis::{Code, Diagnostic};
use crate::fields::Mapping;
use crate::shape::Use;
use crate::shape::customers::Customers;
use crate::shape::segments::{SegmentColumn, are_shared, candidates, finish, keep, uses};
use crate::shape::table::check_cells;

/// A time of paid service: from its first day on, up to but without the last one; an amount a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Service {
    pub(crate) customer: u32,
    pub(crate) start: Day,
    pub(crate) end: Option<Day>,
    /// MRR in fixed-point units; negative for a credit.
    pub(crate) units: i64,
    /// The row's place among those that are used: where its attributes stand.
    pub(crate) row: u32,
}

/// What the rows say of their customers: the value of each segment column, one per row that is used.
#[derive(Debug)]
pub(crate) struct RowAttributes {
    pub(crate) columns: Vec<SegmentColumn>,
    pub(crate) codes: Vec<Vec<u16>>,
    rows: u32,
}

impl RowAttributes {
    /// Without rows; the customer's column is none of them.
    pub(crate) fn new(mapping: &Mapping, customer: usize) -> RowAttributes {
        let columns = candidates(mapping, |column| column == customer);
        RowAttributes { codes: columns.iter().map(|_| Vec::new()).collect(), columns, rows: 0 }
    }

    /// Reads a row that is used and answers its place.
    pub(crate) fn read(&mut self, row: &Row<'_>, context: &Context) -> u32 {
        for (column, codes) in self.columns.iter_mut().zip(&mut self.codes) {
            codes.push(column.read(row, context).unwrap_or(0));
        }
        let place = self.rows;
        self.rows += 1;
        place
    }
}

/// Services of customers.
#[derive(Debug)]
pub(crate) struct Services {
    pub(crate) attributes: RowAttributes,
    pub(crate) services: Vec<Service>,
    /// The month before the first change where the services come from changes: its state is known, and no gap is one of
    /// writing.
    pub(crate) before_changes: Option<Month>,
}

/// Days within which another service of the same customer continues one that has ended: German contracts end on the last
/// day of one month and go on with the first of the next.
const BRIDGE: i32 = 1;

impl Services {
    /// Without services; the rows are read already, or will be.
    pub(crate) fn new(attributes: RowAttributes) -> Services {
        Services { attributes, services: Vec::new(), before_changes: None }
    }

    /// Continues services that another one of the same customer follows within [`BRIDGE`] days.
    fn bridge(&mut self) {
        let services = &mut self.services;
        services.sort_unstable_by_key(|service| (service.customer, service.start, service.row));
        let gaps = if self.before_changes.is_none() { 0..services.len() } else { 0..0 };
        for place in gaps {
            let Some(Service { customer, end: Some(end), .. }) = services.get(place).copied() else { continue };
            let from = services.partition_point(|other| (other.customer, other.start) <= (customer, end));
            let next = services.get(from).filter(|next| next.customer == customer && next.start.0 - end.0 <= BRIDGE);
            if let (Some(start), Some(service)) = (next.map(|next| next.start), services.get_mut(place)) {
                service.end = Some(start);
            }
        }
        // In the order of the file, so that the later of two rows says what a customer's attributes are.
        services.sort_unstable_by_key(|service| (service.row, service.start));
    }

    /// The ledger of the complete months before `as_of`, the first day that the data do not cover.
    pub(crate) fn finish(
        mut self,
        customers: Customers,
        currency: Currency,
        as_of: Option<Day>,
        context: &mut Context,
    ) -> Result<(Dataset, Vec<Option<Use>>), Halt> {
        let future = self.services.iter().filter(|service| as_of.is_some_and(|as_of| service.start >= as_of)).count();
        if future > 0 {
            context.diagnostics.add(Diagnostic::new(Code::FutureStart).count(future as u64));
        }
        if let Some(as_of) = as_of.filter(|as_of| *as_of > as_of.month().start()) {
            let (last, month) = (Day(as_of.0 - 1).to_iso(), as_of.month().to_iso());
            context.diagnostics.add(Diagnostic::new(Code::MonthNotOver).value(&last).detail(month));
        }
        self.bridge();
        let count = customers.len();
        let builder = self.fill(count, as_of, context)?;
        let columns: Vec<usize> = self.attributes.columns.iter().map(|segment| segment.column).collect();
        let (segments, mut useful) = finish(self.attributes.columns, count, context);
        useful.retain(|number| segments.get(*number).is_some_and(|(_, values)| are_shared(values.len() - 1, count)));
        let columns: Vec<usize> = useful.iter().filter_map(|number| columns.get(*number)).copied().collect();
        let (mut ledger, found) = builder.finish(customers.finish(context), segments, currency);
        if found.negative > 0 {
            context.diagnostics.add(Diagnostic::new(Code::NegativeMrr).count(found.negative));
        }
        ledger.segments = keep(ledger.segments, &useful);
        Ok((Dataset::Ledger(ledger), uses(context.headers.len(), &columns)))
    }

    /// The closing state of every complete month, and the month before the first service, when nobody was a customer.
    fn fill(&self, customers: usize, as_of: Option<Day>, context: &Context) -> Result<LedgerBuilder, Halt> {
        let mut builder = LedgerBuilder::default();
        let first = self.services.iter().map(|service| service.start).min();
        let before = self.before_changes.or(first.map(|first| first.month().plus(-1)));
        let (Some(before), Some(as_of)) = (before, as_of) else { return Ok(builder) };
        let last = as_of.month().plus(-1);
        let months = i64::from(last.0) - i64::from(before.0) + 1;
        if months < 2 {
            return Ok(builder);
        }
        check_cells(customers as u64, months as u64, context)?;
        for month in before.0..=last.0 {
            builder.column(Month(month));
        }
        for service in self.services.iter().filter(|service| service.units != 0) {
            for month in (service.start.month().0..=last.0).map(Month) {
                if service.end.is_some_and(|end| end < month.end()) {
                    break;
                }
                let (place, _) = builder.column(month);
                if builder.add(place, service.customer, service.units) == Added::OutOfRange {
                    return Err(Halt::File(Box::new(Diagnostic::new(Code::Number).value(&service.units.to_string()))));
                }
                for (segment, codes) in self.attributes.codes.iter().enumerate() {
                    let code = codes.get(service.row as usize).copied().unwrap_or(0);
                    builder.set_segment(place, segment, service.customer, code);
                }
            }
        }
        Ok(builder)
    }
}

//! Shape (g), `period_table`: one row holds the totals of a period (metrics.md 5.2, 3.10).

use keeprate_columns::row::Row;
use keeprate_metrics::ledger::{Dataset, PeriodRow, PeriodTable, Totals};
use keeprate_metrics::order::ordered;

use crate::context::{Context, Conversion, Halt, Number};
use crate::date::read_period;
use crate::diagnosis::Code;
use crate::fields::{Field, Mapping};
use crate::number::Exact;
use crate::shape::segments::uses;
use crate::shape::table::RowCurrency;
use crate::shape::{Rows, Use};

/// Reads one row per period.
#[derive(Debug)]
pub(crate) struct PeriodTableRows {
    period: usize,
    measures: Vec<(usize, Field)>,
    currency: RowCurrency,
    rows: Vec<PeriodRow>,
    /// Margins without percent sign: row, place in the file, value.
    bare_margins: Vec<(usize, u64, f64, String)>,
}

/// What a measure counts in.
enum Slot<'a> {
    Count(&'a mut Option<i64>),
    Money(&'a mut Option<i128>),
    Share(&'a mut Option<f64>),
}

fn slot(totals: &mut Totals, field: Field) -> Option<Slot<'_>> {
    Some(match field {
        Field::CustomersStart => Slot::Count(&mut totals.customers_start),
        Field::CustomersEnd => Slot::Count(&mut totals.customers_end),
        Field::CustomersNew => Slot::Count(&mut totals.customers_new),
        Field::CustomersLost => Slot::Count(&mut totals.customers_lost),
        Field::CustomersReactivated => Slot::Count(&mut totals.customers_reactivated),
        Field::Sent => Slot::Count(&mut totals.sent),
        Field::Bounced => Slot::Count(&mut totals.bounced),
        Field::Responses => Slot::Count(&mut totals.responses),
        Field::Promoters => Slot::Count(&mut totals.promoters),
        Field::Passives => Slot::Count(&mut totals.passives),
        Field::Detractors => Slot::Count(&mut totals.detractors),
        Field::MrrStart => Slot::Money(&mut totals.mrr_start),
        Field::MrrNew => Slot::Money(&mut totals.mrr_new),
        Field::MrrReactivation => Slot::Money(&mut totals.mrr_reactivation),
        Field::MrrExpansion => Slot::Money(&mut totals.mrr_expansion),
        Field::MrrContraction => Slot::Money(&mut totals.mrr_contraction),
        Field::MrrChurn => Slot::Money(&mut totals.mrr_churn),
        Field::MrrEnd => Slot::Money(&mut totals.mrr_end),
        Field::SalesAndMarketing => Slot::Money(&mut totals.sales_and_marketing),
        Field::Revenue => Slot::Money(&mut totals.revenue),
        Field::NetBurn => Slot::Money(&mut totals.net_burn),
        Field::GrossMargin => Slot::Share(&mut totals.gross_margin),
        _ => return None,
    })
}

impl PeriodTableRows {
    pub(crate) fn new(mapping: &Mapping, context: &mut Context) -> PeriodTableRows {
        let period = mapping.column(Field::Period).unwrap_or(0);
        let measures: Vec<(usize, Field)> = mapping
            .fields
            .iter()
            .enumerate()
            .filter_map(|(column, field)| field.filter(|field| *field != Field::Period).map(|field| (column, field)))
            .collect();
        let currency = RowCurrency::new(mapping, measures.iter().map(|(column, _)| *column), context);
        PeriodTableRows { period, measures, currency, rows: Vec::new(), bare_margins: Vec::new() }
    }

    /// Puts a number where it belongs; whether it fits there.
    fn store(totals: &mut Totals, field: Field, exact: Exact, conversion: Conversion) -> bool {
        // Losses are stored positive, whichever sign the file gives them.
        let is_loss = matches!(field, Field::MrrContraction | Field::MrrChurn | Field::CustomersLost);
        match slot(totals, field) {
            Some(Slot::Count(slot)) => {
                *slot =
                    exact.whole().map(|count| if is_loss { count.abs() } else { count }).filter(|count| *count >= 0);
                slot.is_some()
            }
            Some(Slot::Money(slot)) => {
                let units = conversion.units_of(exact).map(i128::from);
                *slot = units.map(|units| if is_loss { units.abs() } else { units });
                slot.is_some()
            }
            Some(Slot::Share(slot)) => {
                *slot = Some(exact.to_f64());
                true
            }
            None => true,
        }
    }

    /// The identities that a row's totals must satisfy; whether the row can be used.
    fn check(&self, row: &Row<'_>, totals: &Totals, context: &mut Context) -> bool {
        let column_of =
            |field: Field| self.measures.iter().find(|(_, measure)| *measure == field).map(|(column, _)| *column);
        if let (Some(start), Some(lost)) = (totals.customers_start, totals.customers_lost) {
            if lost > start {
                context.left_out += 1;
                let column = column_of(Field::CustomersLost);
                context.note(Code::AggregateRange, row, column, &lost.to_string(), Some(start.to_string()));
                return false;
            }
            if let (Some(end), Some(new)) = (totals.customers_end, totals.customers_new) {
                let expected = i128::from(start) - i128::from(lost)
                    + i128::from(new)
                    + i128::from(totals.customers_reactivated.unwrap_or(0));
                if expected != i128::from(end) {
                    let column = column_of(Field::CustomersEnd);
                    context.note(Code::Identity, row, column, &end.to_string(), Some(expected.to_string()));
                }
            }
        }
        let known = (totals.mrr_start, totals.mrr_end, totals.mrr_churn, totals.mrr_new);
        if let (Some(start), Some(end), Some(churn), Some(new)) = known {
            let or_zero = |units: Option<i128>| units.unwrap_or(0);
            let gains = new + or_zero(totals.mrr_reactivation) + or_zero(totals.mrr_expansion);
            let expected = start + gains - churn - or_zero(totals.mrr_contraction);
            // Half a minor unit per rounded term.
            let parts = [totals.mrr_reactivation, totals.mrr_expansion, totals.mrr_contraction];
            let terms = 4 + parts.iter().flatten().count() as i128;
            if (expected - end).abs() * 2 > terms * i128::from(keeprate_metrics::money::UNITS_PER_MINOR) {
                let currency = context.currencies.unnamed_currency();
                let (end, expected) = (currency.amount(end).to_decimal(), currency.amount(expected).to_decimal());
                context.note(Code::Identity, row, column_of(Field::MrrEnd), &end, Some(expected));
            }
        }
        true
    }
}

impl Rows for PeriodTableRows {
    fn row(&mut self, row: Row<'_>, context: &mut Context) -> Result<(), Halt> {
        if row.is_blank() {
            context.records -= 1;
            return Ok(());
        }
        let label = context.text(row.field(self.period));
        if crate::headers::is_total(&label) {
            context.totals += 1;
            context.note(Code::TotalRow, &row, Some(self.period), &label, None);
            return Ok(());
        }
        let conversion = self.currency.read(&row, context)?;
        let mut totals = Totals::default();
        let mut fine = true;
        for (column, field) in &self.measures {
            let (exact, percent, currency) = match context.number(&row, *column)? {
                Number::Empty => continue,
                Number::Wrong => {
                    fine = false;
                    continue;
                }
                Number::Value { exact, percent, currency } => (exact, percent, currency),
            };
            let conversion = match currency {
                Some(currency) => context.sign_currency(&row, *column, currency)?,
                None => *self.currency.conversion(conversion),
            };
            let text = context.text(row.field(*column));
            if *field == Field::GrossMargin && !percent {
                self.bare_margins.push((self.rows.len(), row.number, exact.to_f64(), text.clone()));
            }
            if (percent && *field != Field::GrossMargin) || !Self::store(&mut totals, *field, exact, conversion) {
                context.note(Code::Number, &row, Some(*column), &text, None);
                fine = false;
            }
        }
        if !fine {
            self.bare_margins.retain(|(place, ..)| *place != self.rows.len());
            context.left_out += 1;
            return Ok(());
        }
        if self.check(&row, &totals, context) {
            let period = read_period(&label);
            self.rows.push(PeriodRow { label, period, record: row.number, totals });
        }
        Ok(())
    }

    fn finish(mut self, context: &mut Context) -> Result<(Dataset, Vec<Option<Use>>), Halt> {
        context.settle()?;
        let currency = context.settle_currency()?;
        // Shares without percent sign are percentages if any of them could not be a share.
        let are_percentages = self.bare_margins.iter().any(|(_, _, value, _)| value.abs() > 1.5);
        let column =
            self.measures.iter().find(|(_, field)| *field == Field::GrossMargin).map_or(0, |(column, _)| *column);
        for (place, record, value, text) in &self.bare_margins {
            match self.rows.get_mut(*place) {
                Some(row) if are_percentages => row.totals.gross_margin = Some(value / 100.0),
                _ => {
                    let mut diagnostic = context.of_column(Code::PercentScale, column).value(text).detail(text.clone());
                    diagnostic.record = Some(*record);
                    context.diagnostics.add(diagnostic);
                }
            }
        }
        if self.rows.iter().all(|row| row.period.is_some()) {
            self.rows = ordered(&self.rows, |a, b| (a.period, a.record).cmp(&(b.period, b.record)));
        }
        Ok((Dataset::Periods(PeriodTable { rows: self.rows, currency }), uses(context.headers.len(), &[])))
    }
}

//! Shape (g), `period_table`: one row holds the totals of a period, or one of them (metrics.md 5.2, 3.10).

use keeprate_columns::row::Row;
use keeprate_metrics::ledger::{Dataset, PeriodRow, PeriodTable, Totals};
use keeprate_metrics::money::Currency;
use keeprate_metrics::order::ordered;
use keeprate_metrics::report::row_warnings;
use keeprate_metrics::sorted_map::SortedMap;

use crate::context::{Context, Conversion, Halt, Number};
use crate::date::read_period;
use crate::diagnosis::{Code, Diagnostic, Severity};
use crate::fields::{Field, Mapping};
use crate::number::Exact;
use crate::shape::segments::uses;
use crate::shape::table::{RowConversion, RowCurrency, UNNAMED};
use crate::shape::{Rows, Use};

/// Reads one row per period, or one per period and measure.
#[derive(Debug)]
pub(crate) struct PeriodTableRows {
    period: usize,
    measures: Vec<(usize, Field)>,
    /// Where each total has a row of its own: the columns of its name and of itself.
    long: Option<(usize, usize)>,
    /// The last row of each label, where several rows make one.
    places: SortedMap<String, usize>,
    /// Whether it is our own report: its shares are fractions, and its movements those between the ends of a period.
    is_ours: bool,
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
        let long = mapping.column(Field::Measure).zip(mapping.column(Field::MeasureValue));
        let measures: Vec<(usize, Field)> = match long {
            Some(_) => Vec::new(),
            None => {
                let fields = mapping.fields.iter().enumerate();
                let measures = fields.filter_map(|(column, field)| field.map(|field| (column, field)));
                measures.filter(|(_, field)| slot(&mut Totals::default(), *field).is_some()).collect()
            }
        };
        let currency = RowCurrency::new(mapping, measures.iter().map(|(column, _)| *column), context);
        PeriodTableRows {
            period,
            measures,
            long,
            places: SortedMap::new(),
            // No other export of this shape is known.
            is_ours: mapping.profile.is_some(),
            currency,
            rows: Vec::new(),
            bare_margins: Vec::new(),
        }
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

    /// Puts a cell's number into the totals of a row; whether it fits there. The cell is that of a measure.
    fn take(
        &mut self,
        row: &Row<'_>,
        (column, field): (usize, Field),
        conversion: RowConversion,
        place: usize,
        totals: &mut Totals,
        context: &mut Context,
    ) -> Result<bool, Halt> {
        let (exact, percent, currency) = match context.number(row, column)? {
            Number::Empty => return Ok(true),
            Number::Wrong => return Ok(false),
            Number::Value { exact, percent, currency } => (exact, percent, currency),
        };
        let conversion = match currency {
            Some(currency) => context.sign_currency(row, column, currency)?,
            None => *self.currency.conversion(conversion),
        };
        let text = context.text(row.field(column));
        if field == Field::GrossMargin && !percent && !self.is_ours {
            self.bare_margins.push((place, row.number, exact.to_f64(), text.clone()));
        }
        if (percent && field != Field::GrossMargin) || !Self::store(totals, field, exact, conversion) {
            context.note(Code::Number, row, Some(column), &text, None);
            return Ok(false);
        }
        Ok(true)
    }

    /// Reads a row that holds one total of a period.
    fn total(
        &mut self,
        row: &Row<'_>,
        label: String,
        (name, column): (usize, usize),
        context: &mut Context,
    ) -> Result<(), Halt> {
        let Some(field) = Field::measure(&context.text(row.field(name))) else {
            context.set_aside += 1;
            return Ok(());
        };
        let is_money = matches!(slot(&mut Totals::default(), field), Some(Slot::Money(_)));
        let conversion = if is_money { self.currency.read(row, context)? } else { UNNAMED };
        let known = self
            .places
            .get(&label)
            .copied()
            .filter(|place| self.rows.get(*place).is_some_and(|row| !is_filled(row.totals, field)));
        let place = known.unwrap_or(self.rows.len());
        let mut totals = self.rows.get(place).map(|row| row.totals).unwrap_or_default();
        if !self.take(row, (column, field), conversion, place, &mut totals, context)? {
            context.left_out += 1;
            return Ok(());
        }
        match self.rows.get_mut(place) {
            Some(row) => row.totals = totals,
            None => {
                let period = read_period(&label);
                self.places.insert(label.clone(), place);
                self.rows.push(PeriodRow { label, period, record: row.number, totals });
            }
        }
        Ok(())
    }

    /// Checks rows that several records have made.
    fn check_totals(&mut self, column: usize, context: &mut Context) {
        let currency = context.currencies.unnamed_currency();
        self.rows.retain(|row| {
            let contradictions = contradictions(&row.totals, currency);
            for Contradiction { code, value, detail, .. } in &contradictions {
                let mut diagnostic = context.of_column(*code, column).value(value).detail(detail.clone());
                diagnostic.record = Some(row.record);
                context.diagnostics.add(diagnostic);
            }
            let fits = contradictions.iter().all(Contradiction::leaves_row);
            context.left_out += u64::from(!fits);
            fits
        });
    }
}

/// Totals of a row that contradict each other.
struct Contradiction {
    code: Code,
    /// The measure that it is noted at.
    field: Field,
    value: String,
    detail: String,
}

impl Contradiction {
    /// Whether the row is used all the same.
    fn leaves_row(&self) -> bool {
        self.code.severity() != Severity::Error
    }
}

/// Notes what the rows' figures warn of, at the cell that causes it.
fn note_warnings(table: &PeriodTable, period: usize, measures: &[(usize, Field)], context: &mut Context) {
    for (place, codes) in row_warnings(table) {
        let Some(row) = table.rows.get(place) else { continue };
        let count = |count: Option<i64>| count.unwrap_or(0);
        let totals = &row.totals;
        for code in codes {
            let (code, field, value, detail) = match code {
                code if code == Code::LifetimeHorizon.text() => {
                    let lost = totals.customers_lost.map(|lost| lost.to_string()).unwrap_or_default();
                    (Code::LifetimeHorizon, Field::CustomersLost, lost, count(totals.customers_start).to_string())
                }
                code if code == Code::ResponsesExceed.text() => {
                    let arrived = count(totals.sent) - count(totals.bounced);
                    (Code::ResponsesExceed, Field::Responses, count(totals.responses).to_string(), arrived.to_string())
                }
                code if code == Code::Waterfall.text() => {
                    (Code::Waterfall, Field::Period, row.label.clone(), String::new())
                }
                _ => continue,
            };
            // Where a total follows from others, no cell holds it: the period names the row.
            let column = measures.iter().find(|(_, measure)| *measure == field).map_or(period, |(column, _)| *column);
            let mut diagnostic = context.of_column(code, column);
            diagnostic.record = Some(row.record);
            context.diagnostics.add(diagnostic.value(&value).detail(detail));
        }
    }
}

/// Whether a measure has a total already.
fn is_filled(mut totals: Totals, field: Field) -> bool {
    match slot(&mut totals, field) {
        Some(Slot::Count(count)) => count.is_some(),
        Some(Slot::Money(units)) => units.is_some(),
        Some(Slot::Share(share)) => share.is_some(),
        None => false,
    }
}

/// The identities that a row's totals must satisfy and do not.
fn contradictions(totals: &Totals, currency: Currency) -> Vec<Contradiction> {
    let mut found = Vec::new();
    let mut add = |code, field, value: String, detail: String| found.push(Contradiction { code, field, value, detail });
    if let (Some(start), Some(lost)) = (totals.customers_start, totals.customers_lost) {
        if lost > start {
            add(Code::AggregateRange, Field::CustomersLost, lost.to_string(), start.to_string());
        } else if let (Some(end), Some(new)) = (totals.customers_end, totals.customers_new) {
            let returned = i128::from(totals.customers_reactivated.unwrap_or(0));
            let expected = i128::from(start) - i128::from(lost) + i128::from(new) + returned;
            if expected != i128::from(end) {
                add(Code::Identity, Field::CustomersEnd, end.to_string(), expected.to_string());
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
            let [end, expected] = [end, expected].map(|units| currency.amount(units).to_decimal());
            add(Code::Identity, Field::MrrEnd, end, expected);
        }
    }
    found
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
        if let Some(columns) = self.long {
            return self.total(&row, label, columns, context);
        }
        let conversion = self.currency.read(&row, context)?;
        let mut totals = Totals::default();
        let mut fine = true;
        let place = self.rows.len();
        for number in 0..self.measures.len() {
            let Some(measure) = self.measures.get(number).copied() else { continue };
            fine &= self.take(&row, measure, conversion, place, &mut totals, context)?;
        }
        let contradictions =
            if fine { contradictions(&totals, context.currencies.unnamed_currency()) } else { Vec::new() };
        for Contradiction { code, field, value, detail } in &contradictions {
            let column = self.measures.iter().find(|(_, measure)| measure == field).map(|(column, _)| *column);
            context.note(*code, &row, column, value, Some(detail.clone()));
        }
        if fine && contradictions.iter().all(Contradiction::leaves_row) {
            let period = read_period(&label);
            self.rows.push(PeriodRow { label, period, record: row.number, totals });
        } else {
            self.bare_margins.retain(|(margin, ..)| *margin != place);
            context.left_out += 1;
        }
        Ok(())
    }

    fn finish(mut self, context: &mut Context) -> Result<(Dataset, Vec<Option<Use>>), Halt> {
        context.settle()?;
        let currency = context.settle_currency()?;
        if self.long.is_some() && self.rows.is_empty() && context.left_out == 0 {
            return Err(Halt::File(Box::new(Diagnostic::new(Code::NoTotals))));
        }
        // Shares without percent sign are percentages if any of them could not be a share.
        let are_percentages = self.bare_margins.iter().any(|(_, _, value, _)| value.abs() > 1.5);
        let margin = self.measures.iter().find(|(_, field)| *field == Field::GrossMargin).map(|(column, _)| *column);
        let column = margin.or(self.long.map(|(_, column)| column)).unwrap_or(0);
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
        if let Some((_, column)) = self.long {
            self.check_totals(column, context);
        }
        if self.rows.iter().all(|row| row.period.is_some()) {
            self.rows = ordered(&self.rows, |a, b| (a.period, a.record).cmp(&(b.period, b.record)));
        }
        let table = PeriodTable { rows: self.rows, currency, endpoints: self.is_ours };
        if !self.is_ours {
            note_warnings(&table, self.period, &self.measures, context);
        }
        Ok((Dataset::Periods(table), uses(context.headers.len(), &[])))
    }
}

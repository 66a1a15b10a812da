//! What the two customer-by-month shapes share: adding rows up, and checking the file's own sums.

use std::collections::HashSet;

use keeprate_columns::amount::{self, UNREAD};
use keeprate_columns::cells::Column;
use keeprate_columns::intern::Interner;
use keeprate_columns::row::{Row, Window};
use keeprate_metrics::ledger::{Added, Found, Ledger, LedgerBuilder, Names};
use keeprate_metrics::money::Currency;
use keeprate_metrics::period::Month;

use crate::context::{Context, Conversion, Halt, Number, currency_of_header};
use crate::diagnosis::{Code, Diagnostic};
use crate::fields::{Field, Mapping};
use crate::headers;

/// Cells of customers by months that are held at most: about a gigabyte.
const MOST_CELLS: u64 = 150_000_000;

/// Refuses a table of more cells than are held.
pub(crate) fn check_cells(customers: u64, months: u64, context: &Context) -> Result<(), Halt> {
    if months * customers > MOST_CELLS {
        let size = format!("{customers} × {months}, {} records", context.records);
        return Err(Halt::File(Box::new(Diagnostic::new(Code::TooLarge).detail(size))));
    }
    Ok(())
}

/// The table while it is filled.
#[derive(Debug, Default)]
pub(crate) struct MonthTable {
    pub(crate) builder: LedgerBuilder,
    /// The first month, and which months from there on have a column in the builder.
    first: i32,
    present: Vec<bool>,
    customers: u32,
    /// Amounts of cells with several rows, to find rows that repeat; the smallest number marks such a cell.
    several: HashSet<(u32, i32, i64)>,
    summed: u64,
    first_summed: Option<Diagnostic>,
    repeated: u64,
    first_repeated: Option<Diagnostic>,
    first_negative: Option<Diagnostic>,
    totals: Vec<Total>,
}

/// A sum that the file states.
#[derive(Debug)]
struct Total {
    place: Diagnostic,
    month: Option<Month>,
    units: i64,
}

/// What adding an amount met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Met {
    /// An empty cell.
    Nothing,
    /// Other rows, none of the same amount.
    Others,
    /// A row of the same amount.
    Same,
    /// A sum that would leave the range of a column.
    Limit,
}

impl MonthTable {
    /// Makes sure that so many customers fit.
    pub(crate) fn reserve(&mut self, customers: usize, context: &Context) -> Result<(), Halt> {
        self.customers = self.customers.max(customers as u32);
        self.check_size(context)
    }

    /// The place of a month, after making sure that month and customer fit.
    pub(crate) fn place(&mut self, month: Month, customer: u32, context: &Context) -> Result<usize, Halt> {
        let place = month.0.wrapping_sub(self.first) as usize;
        if customer < self.customers && self.present.get(place) == Some(&true) {
            return Ok(place);
        }
        self.grow(month, customer + 1, context)
    }

    /// Makes room for a month, and for so many customers.
    #[cold]
    pub(crate) fn grow(&mut self, month: Month, customers: u32, context: &Context) -> Result<usize, Halt> {
        if self.present.is_empty() {
            self.first = month.0;
        }
        if month.0 < self.first {
            let missing = (self.first - month.0) as usize;
            self.present.splice(0..0, std::iter::repeat_n(false, missing));
            self.first = month.0;
        }
        let place = (month.0 - self.first) as usize;
        if place >= self.present.len() {
            self.present.resize(place + 1, false);
        }
        if let Some(present) = self.present.get_mut(place) {
            *present = true;
        }
        self.customers = self.customers.max(customers);
        self.check_size(context)?;
        Ok(self.builder.column(month).0)
    }

    fn check_size(&self, context: &Context) -> Result<(), Halt> {
        check_cells(u64::from(self.customers), self.present.len() as u64, context)
    }

    /// Adds an amount to a cell.
    pub(crate) fn add(&mut self, place: usize, month: Month, customer: u32, units: i64) -> Met {
        match self.builder.add(place, customer, units) {
            Added::First => Met::Nothing,
            Added::Summed(before) => self.meet(month, customer, before, units),
            Added::OutOfRange => Met::Limit,
        }
    }

    #[cold]
    fn meet(&mut self, month: Month, customer: u32, before: i64, units: i64) -> Met {
        if self.several.insert((customer, month.0, i64::MIN)) {
            self.several.insert((customer, month.0, before));
        }
        if self.several.insert((customer, month.0, units)) { Met::Others } else { Met::Same }
    }

    /// Counts a row that was added to others.
    #[cold]
    pub(crate) fn count_summed(&mut self, row: &Row<'_>, same: bool, context: &Context) {
        self.summed += 1;
        self.first_summed.get_or_insert_with(|| context.at(Code::DuplicatesSummed, row, None));
        if same {
            self.repeated += 1;
            self.first_repeated.get_or_insert_with(|| context.at(Code::DuplicateRow, row, None));
        }
    }

    /// Remembers where the first negative amount is.
    #[cold]
    pub(crate) fn note_negative(&mut self, row: &Row<'_>, column: usize, context: &Context) {
        self.first_negative.get_or_insert_with(|| context.at(Code::NegativeMrr, row, Some(column)));
    }

    /// Remembers a sum of the file to compare it at the end; of a month, or of everything.
    pub(crate) fn note_total(
        &mut self,
        row: &Row<'_>,
        column: usize,
        month: Option<Month>,
        units: i64,
        context: &Context,
    ) {
        if self.totals.len() < 10_000 {
            self.totals.push(Total { place: context.at(Code::TotalMismatch, row, Some(column)), month, units });
        }
    }

    /// Ends the table.
    pub(crate) fn finish(
        mut self,
        customers: Names,
        segments: Vec<(String, Names)>,
        currency: Currency,
        context: &mut Context,
    ) -> Ledger {
        let carried = match context.options.gap_fill {
            0 => 0,
            months => self.builder.carry_over(months),
        };
        let (ledger, found) = self.builder.finish(customers, segments, currency);
        let Found { gaps, negative } = found;
        for (count, place, code) in [
            (self.summed, self.first_summed, Code::DuplicatesSummed),
            (self.repeated, self.first_repeated, Code::DuplicateRow),
            (gaps, None, Code::Gap),
            (carried, None, Code::GapFilled),
            (negative, self.first_negative, Code::NegativeMrr),
        ] {
            if count > 0 {
                context.diagnostics.add(place.unwrap_or_else(|| Diagnostic::new(code)).count(count));
            }
        }
        let missing = || ledger.closings.iter().enumerate().filter(|(_, closing)| !closing.present);
        if let Some((place, _)) = missing().next() {
            let first = ledger.first.plus(place as i32).to_iso();
            let warning = Diagnostic::new(Code::MonthMissing).value(&first).count(missing().count() as u64);
            context.diagnostics.add(warning);
        }
        let sum_of = |amounts: &Column| amounts.iter(ledger.customers.len()).map(i128::from).sum::<i128>();
        for total in self.totals {
            let ours: i128 = match total.month {
                Some(month) => ledger.closing(month).map_or(0, |closing| sum_of(&closing.amounts)),
                None => ledger.closings.iter().map(|closing| sum_of(&closing.amounts)).sum(),
            };
            let (ours, theirs) = (currency.amount(ours), currency.amount(i128::from(total.units)));
            if ours.minor() != theirs.minor() {
                context.diagnostics.add(total.place.value(&theirs.to_decimal()).detail(ours.to_decimal()));
            }
        }
        ledger
    }
}

/// How each row's amounts become units: by its currency column, else by the currency of the file.
#[derive(Debug)]
pub(crate) struct RowCurrency {
    column: Option<usize>,
    spellings: Interner,
    /// What the numbers of `spellings` stand for; the first is that of rows without a currency.
    conversions: Vec<Conversion>,
    unnamed: Conversion,
    /// The numbers of some of a window's records.
    numbers: Vec<u32>,
}

/// The number of the conversion of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RowConversion(u32);

/// That of rows that name no currency.
pub(crate) const UNNAMED: RowConversion = RowConversion(0);

impl RowCurrency {
    /// From the currency column, or from what the headers of the amounts say.
    pub(crate) fn new(mapping: &Mapping, amounts: impl Iterator<Item = usize>, context: &mut Context) -> RowCurrency {
        let column = mapping.column(Field::Currency);
        let names: Vec<&String> = amounts.filter_map(|column| context.headers.get(column)).collect();
        let named = names.iter().find_map(|header| currency_of_header(header));
        let in_cents = names.iter().any(|header| headers::normalize(header).is_in_cents());
        context.currencies.suggest(named);
        context.currencies.count_in_cents(in_cents);
        let unnamed = context.currencies.unnamed();
        RowCurrency { column, spellings: Interner::default(), conversions: vec![unnamed], unnamed, numbers: Vec::new() }
    }

    /// The conversion of a row.
    pub(crate) fn read(&mut self, row: &Row<'_>, context: &mut Context) -> Result<RowConversion, Halt> {
        let Some(column) = self.column else {
            return Ok(UNNAMED);
        };
        let number = match self.spellings.get(row.field(column)) {
            Some(number) => number,
            None => self.learn(row, column, context)?,
        };
        if number == 0 {
            self.count_without(row, column, context);
        }
        Ok(RowConversion(number))
    }

    /// Reads the amounts of the records at these places, [`UNREAD`] where a row has to be read on its own.
    pub(crate) fn read_places(
        &mut self,
        window: Window<'_>,
        places: &[u32],
        column: usize,
        context: &Context,
        amounts: &mut Vec<i64>,
    ) {
        let conversion = match self.column {
            None => Some(&self.unnamed),
            Some(names) => {
                self.spellings.get_places(window, names, places, &mut self.numbers);
                let first = self.numbers.first().copied().unwrap_or(0);
                let same = first > 0 && self.numbers.iter().all(|number| *number == first);
                self.conversions.get(first as usize).filter(|_| same)
            }
        };
        match conversion.and_then(Conversion::factor) {
            Some(factor) => amount::read_places(window, column, places, context.point(column), factor, amounts),
            // Several currencies, or one that is converted: row by row.
            None => {
                amounts.clear();
                amounts.resize(places.len(), UNREAD);
            }
        }
    }

    /// What a row's number stands for.
    pub(crate) fn conversion(&self, number: RowConversion) -> &Conversion {
        self.conversions.get(number.0 as usize).unwrap_or(&self.unnamed)
    }

    #[cold]
    fn learn(&mut self, row: &Row<'_>, column: usize, context: &mut Context) -> Result<u32, Halt> {
        let field = row.field(column);
        let number = match crate::currency::parse(&context.text(field)) {
            Some(currency) => {
                self.conversions.push(context.name_currency(row, column, currency)?);
                self.conversions.len() as u32 - 1
            }
            None => 0,
        };
        self.spellings.insert(field, number);
        Ok(number)
    }

    #[cold]
    fn count_without(&self, row: &Row<'_>, column: usize, context: &mut Context) {
        let place = context.at(Code::CurrencyEmpty, row, Some(column)).value(&context.text(row.field(column)));
        context.currencies.count_without(|| place);
    }

    /// Reads an amount; blank is 0, `None` is an error that was reported.
    pub(crate) fn amount(
        &self,
        row: &Row<'_>,
        column: usize,
        conversion: RowConversion,
        context: &mut Context,
    ) -> Result<Option<i64>, Halt> {
        let field = row.field(column);
        let usual = amount::read(field, context.point(column));
        match usual.and_then(|hundredths| self.conversion(conversion).units_of_hundredths(hundredths)) {
            Some(units) => Ok(Some(units)),
            None if field.is_blank() => Ok(Some(0)),
            None => self.exact_amount(row, column, conversion, context),
        }
    }

    #[cold]
    fn exact_amount(
        &self,
        row: &Row<'_>,
        column: usize,
        conversion: RowConversion,
        context: &mut Context,
    ) -> Result<Option<i64>, Halt> {
        let (exact, percent, currency) = match context.number(row, column)? {
            Number::Empty => return Ok(Some(0)),
            Number::Wrong => return Ok(None),
            Number::Value { exact, percent, currency } => (exact, percent, currency),
        };
        let conversion = match currency {
            Some(currency) if self.column.is_none() => context.sign_currency(row, column, currency)?,
            _ => *self.conversion(conversion),
        };
        let units = conversion.units_of(exact).filter(|_| !percent);
        if units.is_none() {
            let text = context.text(row.field(column));
            context.note(Code::Number, row, Some(column), &text, None);
        }
        Ok(units)
    }
}

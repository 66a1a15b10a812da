//! What all shapes share while they read: decisions, findings, and the exact reading of cells.

use keeprate_columns::row::{Field as Cell, Row};
use keeprate_metrics::feedback::Asked;
use keeprate_metrics::money::{Currency, UNITS_PER_MINOR};
use keeprate_metrics::period::{Day, Month};
use keeprate_metrics::sorted_map::SortedMap;

use crate::cell;
use crate::currency::{self, Rate};
use crate::date::{
    DateOrder, DateReading, DateSystem, MonthReading, Slash, day_after, is_instant, is_serial, is_usual, read_date,
    read_month, read_time,
};
use crate::diagnosis::{Code, Diagnostic, Diagnostics, Language, column_letters};
use crate::encoding::Encoding;
use crate::fields::{Field, Shape};
use crate::headers::normalize;
use crate::import::{Options, Witness};
use crate::left_out::LeftOut;
use crate::meanings::{Word, Words, chosen, meanings};
use crate::number::{self, Candidate, Decimal, Evidence, Exact, Reading};
use crate::profiles::{MinorUnits, Profile, is_one_of};
use crate::records::count_lines;
use crate::zone::{Clock, TimeZone, says_utc};

/// What an earlier reading of the file found out and this one starts from. Opaque: a caller hands it back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decisions {
    pub(crate) encoding: Option<Encoding>,
    /// Separators that a cell has proved.
    pub(crate) decimals: SortedMap<usize, (Decimal, Witness)>,
    /// Separators of columns without proof, from what the other columns prove.
    pub(crate) guesses: SortedMap<usize, Decimal>,
    /// The separator proved last: the best guess for columns not seen yet.
    pub(crate) hint: Option<Decimal>,
    /// Orders of day and month that a cell has proved.
    pub(crate) orders: SortedMap<usize, (DateOrder, Witness)>,
    /// The currency of rows that name none.
    pub(crate) currency: Option<Currency>,
    /// Columns of percentages without their sign: a cell was too large for a fraction.
    pub(crate) percentages: Vec<usize>,
    /// Whether amounts that could be in cents are not: one of them is too small for that, or has decimals.
    pub(crate) in_major_units: bool,
}

/// Why a reading ends before the file does.
#[derive(Clone, Debug)]
pub(crate) enum Halt {
    /// A decision was wrong; the file is to be read again with these.
    Restart(Box<Decisions>),
    /// The file cannot be used.
    File(Box<Diagnostic>),
}

/// What is known about a two-way decision of one column.
#[derive(Clone, Debug, Default, PartialEq)]
enum Decision<T> {
    /// No cell has needed one.
    #[default]
    Open,
    /// Cells that can be read both ways were read this way; the first of them.
    Assumed(T, Witness),
    /// A cell proves it.
    Proved(T, Witness),
    /// The person has chosen it.
    Chosen(T),
}

/// What a cell of a number column gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    /// Nothing.
    Empty,
    /// An error, reported already.
    Wrong,
    /// A number.
    Value {
        /// Its value.
        exact: Exact,
        /// Whether it had a percent sign.
        percent: bool,
        /// The currency that it named.
        currency: Option<Currency>,
    },
}

/// Shared state of one reading of a file.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) options: Options,
    pub(crate) decisions: Decisions,
    pub(crate) encoding: Encoding,
    pub(crate) delimiter: u8,
    /// Names of the columns.
    pub(crate) headers: Vec<String>,
    pub(crate) diagnostics: Diagnostics,
    pub(crate) currencies: Currencies,
    /// Number of the next record.
    pub(crate) next_record: u64,
    /// Line of the start of the text that is being walked.
    pub(crate) line: u64,
    /// Data records so far.
    pub(crate) records: u64,
    /// Data records left out for errors.
    pub(crate) left_out: u64,
    /// Data records that are sums.
    pub(crate) totals: u64,
    /// Data records of a known export that are about something else.
    pub(crate) set_aside: u64,
    /// The columns that decide which those are, with the words of rows that count.
    pub(crate) kept: Vec<(usize, &'static [&'static str])>,
    /// Whether a cancelled subscription runs on until the end of what is paid.
    pub(crate) cancelled_runs_out: bool,
    /// Whether each amount has to show that it is in cents.
    asks_for_minor_units: bool,
    /// The columns whose times are those of UTC, whatever they say themselves.
    utc: Vec<bool>,
    /// The first instant that was converted to the zone that is reported in.
    converted: Option<Witness>,
    /// What the rows hold that are left out.
    pub(crate) lost: LeftOut,
    /// The words of statuses and intervals.
    pub(crate) words: Words,
    /// The scale of the only question, with the cell of the highest score if it is a number.
    pub(crate) scale: Option<(Asked, Option<Witness>)>,
    /// The first number that stands for a day.
    serial: Option<Witness>,
    /// The first day of a file of bookings, whose dates are days and months alone.
    pub(crate) bookings_from: Option<Day>,
    /// Digits of an account of the general ledger in such a file.
    pub(crate) account_digits: usize,
    separators: Vec<Decision<Decimal>>,
    /// The decided separator of each column as a byte, 0 while open: what the fast path compares with.
    points: Vec<u8>,
    orders: SortedMap<usize, Decision<DateOrder>>,
}

impl Context {
    pub(crate) fn new(
        options: Options,
        decisions: Decisions,
        encoding: Encoding,
        delimiter: u8,
        headers: Vec<String>,
    ) -> Context {
        let chosen = options.decimal;
        let separators: Vec<Decision<Decimal>> = (0..headers.len())
            .map(|column| match (chosen, decisions.decimals.get(&column)) {
                (Some(decimal), _) => Decision::Chosen(decimal),
                (None, Some((decimal, witness))) => Decision::Proved(*decimal, witness.clone()),
                (None, None) => Decision::Open,
            })
            .collect();
        let points = separators.iter().map(point).collect();
        let mut orders = SortedMap::new();
        for (column, (order, witness)) in &decisions.orders {
            orders.insert(*column, Decision::Proved(*order, witness.clone()));
        }
        let currencies = Currencies::new(&options, &decisions);
        Context {
            utc: headers.iter().map(|header| says_utc(header)).collect(),
            converted: None,
            lost: LeftOut::default(),
            words: Words::default(),
            scale: None,
            serial: None,
            options,
            decisions,
            encoding,
            delimiter,
            headers,
            diagnostics: Diagnostics::default(),
            currencies,
            next_record: 1,
            line: 1,
            records: 0,
            left_out: 0,
            totals: 0,
            set_aside: 0,
            kept: Vec::new(),
            cancelled_runs_out: false,
            asks_for_minor_units: false,
            bookings_from: None,
            account_digits: 4,
            separators,
            points,
            orders,
        }
    }

    /// Takes over what is known of an export.
    pub(crate) fn adopt(&mut self, profile: Option<&Profile>) {
        let Some(profile) = profile else { return };
        self.kept = profile.kept(&self.headers);
        self.cancelled_runs_out = profile.cancelled_runs_out;
        self.currencies.in_minor_units = match profile.minor_units {
            MinorUnits::Never => false,
            MinorUnits::Always => true,
            MinorUnits::IfWhole => !self.decisions.in_major_units,
        };
        self.asks_for_minor_units = profile.minor_units == MinorUnits::IfWhole
            && self.currencies.in_minor_units
            && self.options.minor_units.is_none();
        if profile.decimal_by_delimiter && self.options.decimal.is_none() {
            let decimal = if self.delimiter == b';' { Decimal::Comma } else { Decimal::Point };
            self.separators.fill(Decision::Chosen(decimal));
            self.points.fill(decimal.byte());
        }
    }

    /// Whether a row of a known export counts; others are counted.
    pub(crate) fn keeps(&mut self, row: &Row<'_>) -> bool {
        let counts = |(column, words): &(usize, &'static [&'static str])| {
            is_one_of(&normalize(&self.text(row.field(*column))).words, words)
        };
        let keeps = self.kept.iter().all(counts);
        if !keeps && !row.is_blank() {
            self.records += 1;
            self.set_aside += 1;
        }
        keeps
    }

    /// The text of a field.
    pub(crate) fn text(&self, field: Cell<'_>) -> String {
        cell::text(field, self.encoding)
    }

    /// A finding at a cell, or at a record.
    pub(crate) fn at(&self, code: Code, row: &Row<'_>, column: Option<usize>) -> Diagnostic {
        let mut diagnostic = Diagnostic::new(code);
        diagnostic.record = Some(row.number);
        diagnostic.line = Some(self.line + count_lines(row.text.get(..row.start).unwrap_or_default()));
        self.name_column(&mut diagnostic, column);
        diagnostic
    }

    /// A finding about a column.
    pub(crate) fn of_column(&self, code: Code, column: usize) -> Diagnostic {
        let mut diagnostic = Diagnostic::new(code);
        self.name_column(&mut diagnostic, Some(column));
        diagnostic
    }

    fn name_column(&self, diagnostic: &mut Diagnostic, column: Option<usize>) {
        if let Some(column) = column {
            diagnostic.column = Some(column_letters(column));
            diagnostic.header = self.headers.get(column).cloned();
        }
    }

    /// Notes a finding; the place is only worked out for those that are listed.
    #[cold]
    pub(crate) fn note(
        &mut self,
        code: Code,
        row: &Row<'_>,
        column: Option<usize>,
        value: &str,
        detail: Option<String>,
    ) {
        if self.diagnostics.count(code, 1) {
            let mut diagnostic = self.at(code, row, column).value(value);
            diagnostic.detail = detail;
            self.diagnostics.list(diagnostic);
        }
    }

    /// Notes an error that leaves the row out.
    #[cold]
    pub(crate) fn leave_out(&mut self, code: Code, row: &Row<'_>, column: usize, value: &str) {
        self.left_out += 1;
        self.note(code, row, Some(column), value, None);
    }

    /// Whether a record with another number of fields than the header is read.
    #[cold]
    pub(crate) fn admit(&mut self, row: &Row<'_>) -> bool {
        if row.is_blank() {
            return false;
        }
        let width = self.headers.len();
        let surplus_is_blank = || (width..row.len()).all(|column| self.text(row.field(column)).is_empty());
        let count = Some(width.to_string());
        if row.len() < width {
            self.note(Code::FewFields, row, None, &row.len().to_string(), count);
        } else if !surplus_is_blank() {
            self.records += 1;
            self.left_out += 1;
            self.take_down(row);
            self.note(Code::FieldCount, row, None, &row.len().to_string(), count);
            return false;
        }
        true
    }

    /// The separator that a column's fast path may rely on; 0 while there is none.
    #[inline]
    pub(crate) fn point(&self, column: usize) -> u8 {
        self.points.get(column).copied().unwrap_or(0)
    }

    /// Reads a number exactly, learning from it. Errors are reported; leaving the row out is up to the caller.
    #[cold]
    pub(crate) fn number(&mut self, row: &Row<'_>, column: usize) -> Result<Number, Halt> {
        let text = self.text(row.field(column));
        let candidate = match number::read(&text) {
            Reading::Empty => return Ok(Number::Empty),
            Reading::ExcelError => {
                self.note(Code::ExcelError, row, Some(column), &text, None);
                return Ok(Number::Wrong);
            }
            Reading::Text => {
                self.note(Code::Number, row, Some(column), &text, None);
                return Ok(Number::Wrong);
            }
            Reading::Number(candidate) => candidate,
        };
        let decimal = self.decide(row, column, &text, &candidate)?;
        match candidate.value(decimal) {
            Some(exact) => Ok(Number::Value { exact, percent: candidate.percent, currency: candidate.currency }),
            None => {
                self.note(Code::Number, row, Some(column), &text, None);
                Ok(Number::Wrong)
            }
        }
    }

    /// The separator for a cell, after taking its evidence into account.
    fn decide(&mut self, row: &Row<'_>, column: usize, text: &str, candidate: &Candidate) -> Result<Decimal, Halt> {
        let witness = || Witness { record: row.number, column, value: text.to_owned() };
        let current = self.separators.get(column).cloned().unwrap_or_default();
        let (decimal, next) = match (candidate.evidence, current) {
            (_, Decision::Chosen(decimal)) | (Evidence::None | Evidence::Ambiguous, Decision::Proved(decimal, _)) => {
                return Ok(decimal);
            }
            (Evidence::None, Decision::Assumed(decimal, _)) => return Ok(decimal),
            (Evidence::Ambiguous, Decision::Assumed(decimal, _)) => return Ok(decimal),
            (Evidence::None, Decision::Open) => return Ok(Decimal::Point),
            (Evidence::Ambiguous, Decision::Open) => {
                let decimal = self.guess(column);
                (decimal, Decision::Assumed(decimal, witness()))
            }
            (Evidence::Decides(decimal), Decision::Open) => (decimal, Decision::Proved(decimal, witness())),
            (Evidence::Decides(decimal), Decision::Assumed(assumed, _)) => {
                if decimal != assumed {
                    let mut decisions = self.decisions.clone();
                    decisions.decimals.insert(column, (decimal, witness()));
                    decisions.hint = Some(decimal);
                    return Err(Halt::Restart(Box::new(decisions)));
                }
                (decimal, Decision::Proved(decimal, witness()))
            }
            (Evidence::Decides(decimal), Decision::Proved(proved, first)) => {
                if decimal != proved {
                    let mut mixed = self.at(Code::NumberMixed, row, Some(column)).value(text).detail(first.value);
                    mixed.other_record = Some(first.record);
                    return Err(Halt::File(Box::new(mixed)));
                }
                return Ok(decimal);
            }
        };
        if let (Some(slot), Some(byte)) = (self.separators.get_mut(column), self.points.get_mut(column)) {
            *byte = point(&next);
            *slot = next;
        }
        Ok(decimal)
    }

    /// How ambiguous cells of a column are read until one of them proves something.
    fn guess(&self, column: usize) -> Decimal {
        let guessed = self.decisions.guesses.get(&column).copied().or(self.decisions.hint);
        guessed.or_else(|| self.common_decimal()).unwrap_or(self.default_decimal())
    }

    /// The separator that the other columns prove, if they agree.
    fn common_decimal(&self) -> Option<Decimal> {
        let mut proved = self.separators.iter().filter_map(|decision| match decision {
            Decision::Proved(decimal, _) | Decision::Chosen(decimal) => Some(*decimal),
            Decision::Open | Decision::Assumed(..) => None,
        });
        let first = proved.next()?;
        proved.all(|decimal| decimal == first).then_some(first)
    }

    pub(crate) fn default_decimal(&self) -> Decimal {
        match self.options.language {
            _ if self.delimiter == b';' => Decimal::Comma,
            Language::De => Decimal::Comma,
            Language::En => Decimal::Point,
        }
    }

    /// A percentage without its sign: a fraction, unless some cell of its column is too large for one (metrics.md 6.5).
    pub(crate) fn share(&mut self, row: &Row<'_>, column: usize, number: Exact) -> Result<Exact, Halt> {
        if self.decisions.percentages.contains(&column) {
            return Ok(number.hundredth());
        }
        let value = number.to_f64();
        if value.abs() > 1.5 {
            let mut decisions = self.decisions.clone();
            decisions.percentages.push(column);
            return Err(Halt::Restart(Box::new(decisions)));
        }
        if value != 0.0 {
            let text = self.text(row.field(column));
            self.note(Code::PercentScale, row, Some(column), &text, Some(text.clone()));
        }
        Ok(number)
    }

    /// Looks whether an amount is in cents as all before it: a whole number from 100 on (metrics.md 5.4).
    pub(crate) fn weigh_minor_units(&mut self, row: &Row<'_>, column: usize) -> Result<(), Halt> {
        if !self.asks_for_minor_units {
            return Ok(());
        }
        let Number::Value { exact, .. } = self.number(row, column)? else { return Ok(()) };
        let value = exact.to_f64();
        if value < 100.0 || value.fract() != 0.0 {
            let mut decisions = self.decisions.clone();
            decisions.in_major_units = true;
            return Err(Halt::Restart(Box::new(decisions)));
        }
        if self.currencies.doubtful.is_none() {
            let value = self.text(row.field(column));
            self.currencies.doubtful = Some(Witness { record: row.number, column, value });
        }
        Ok(())
    }

    /// Whether amounts are in cents; `None` if the file has none.
    pub(crate) fn minor_units(&self) -> Option<bool> {
        self.currencies.are_read.then_some(self.currencies.in_minor_units)
    }

    /// A word of a status or an interval, or one that means what a person says that it does. `read` tells what a word
    /// means.
    pub(crate) fn word(
        &mut self,
        (shape, field): (Shape, Field),
        row: &Row<'_>,
        column: Option<usize>,
        read: impl Fn(&str) -> Option<String>,
    ) -> String {
        let Some(column) = column else { return String::new() };
        let text = self.text(row.field(column));
        let said = chosen(&self.options.words, &text, meanings(shape, field)).map(str::to_owned);
        let headers = &self.headers;
        self.words.count(field, &text, || Word {
            header: headers.get(column).cloned().unwrap_or_default(),
            field,
            text: text.clone(),
            meaning: read(said.as_deref().unwrap_or(&text)),
            count: 1,
            can_mean: Vec::new(),
        });
        said.unwrap_or(text)
    }

    /// Reads a month, learning the order of day and month from it.
    pub(crate) fn month(&mut self, row: &Row<'_>, column: usize, text: &str) -> Result<Option<Month>, Halt> {
        let month = match read_month(text, Some(self.serials(row, column, text))) {
            MonthReading::Month(month) => Some(month),
            MonthReading::Slash(slash) => self.slash(row, column, text, slash)?.map(Day::month),
            MonthReading::NoYear(of_year) => {
                let Some(year) = self.options.year else {
                    return Err(Halt::File(Box::new(self.at(Code::MonthYear, row, Some(column)).value(text))));
                };
                Month::from_civil(year, of_year)
            }
            MonthReading::Text => None,
        };
        if let Some(month) = month.filter(|month| !is_usual(*month)) {
            self.note(Code::DateRange, row, Some(column), text, Some(month.to_iso()));
        }
        Ok(month)
    }

    /// Reads a day, learning the order of day and month from it. An instant gives the day on which it falls where the
    /// report is made.
    pub(crate) fn day(&mut self, row: &Row<'_>, column: usize, text: &str) -> Result<Option<Day>, Halt> {
        Ok(self.moment(row, column, text)?.map(|(day, _)| day))
    }

    /// Reads a day and the seconds since its midnight, 0 for a date without a time of day.
    pub(crate) fn moment(&mut self, row: &Row<'_>, column: usize, text: &str) -> Result<Option<(Day, u32)>, Halt> {
        let day = match read_date(text, Some(self.serials(row, column, text))) {
            DateReading::Day(day) => Some(day),
            DateReading::Slash(slash) => self.slash(row, column, text, slash)?,
            DateReading::Text => self.bookings_from.and_then(|from| day_after(from, text)),
            DateReading::Impossible => None,
        };
        let moment = day.map(|day| self.local(row, column, text, day));
        let day = moment.map(|(day, _)| day);
        if let Some(day) = day.filter(|day| !is_usual(day.month())) {
            self.note(Code::DateRange, row, Some(column), text, Some(day.to_iso()));
        }
        Ok(moment)
    }

    /// An instant by the clocks of the zone that is reported in. What has no offset, in a column that names none, is taken
    /// for a time of that zone already; a date without a time of day is never moved.
    fn local(&mut self, row: &Row<'_>, column: usize, text: &str, day: Day) -> (Day, u32) {
        const DAY: i64 = 86_400;
        if !is_instant(text) {
            return (day, 0);
        }
        let time = read_time(text);
        let labelled = self.utc.get(column).copied().unwrap_or(false).then_some(0);
        let Some(offset) = time.offset.or(labelled) else { return (day, time.second) };
        if self.converted.is_none() {
            self.converted = Some(Witness { record: row.number, column, value: text.to_owned() });
        }
        let utc = i64::from(day.0) * DAY + i64::from(time.second) - i64::from(offset);
        let local = match self.options.clock {
            Some(Clock::Utc) => utc,
            Some(Clock::Local) | None => self.options.time_zone.local(utc),
        };
        (i32::try_from(local.div_euclid(DAY)).map_or(day, Day), local.rem_euclid(DAY) as u32)
    }

    /// What the numbers that stand for days count from; remembers the first of them.
    fn serials(&mut self, row: &Row<'_>, column: usize, text: &str) -> DateSystem {
        if self.serial.is_none() && is_serial(text) {
            self.serial = Some(Witness { record: row.number, column, value: text.to_owned() });
        }
        self.options.date_system.unwrap_or_default()
    }

    /// What numbers that stand for days count from, with the first of them; `None` if there is none in the file.
    pub(crate) fn date_system(&self) -> Option<(DateSystem, Witness)> {
        Some((self.options.date_system.unwrap_or_default(), self.serial.clone()?))
    }

    /// The zone that instants were converted to, with the first of them; `None` if there is none in the file.
    pub(crate) fn time_zone(&self) -> Option<(String, Witness)> {
        let name = match self.options.clock {
            Some(Clock::Utc) => TimeZone::default().name,
            Some(Clock::Local) | None => self.options.time_zone.name.clone(),
        };
        Some((name, self.converted.clone()?))
    }

    fn slash(&mut self, row: &Row<'_>, column: usize, text: &str, slash: Slash) -> Result<Option<Day>, Halt> {
        let witness = || Witness { record: row.number, column, value: text.to_owned() };
        let chosen = self.options.date_order.map(Decision::Chosen);
        let current = chosen.or_else(|| self.orders.get(&column).cloned()).unwrap_or_default();
        let (order, next) = match (slash.proves(), current) {
            (_, Decision::Chosen(order)) | (None, Decision::Assumed(order, _) | Decision::Proved(order, _)) => {
                return Ok(slash.day(order));
            }
            (None, Decision::Open) => {
                let order = self.default_order();
                (order, Decision::Assumed(order, witness()))
            }
            (Some(order), Decision::Assumed(assumed, _)) if order != assumed => {
                let mut decisions = self.decisions.clone();
                decisions.orders.insert(column, (order, witness()));
                return Err(Halt::Restart(Box::new(decisions)));
            }
            (Some(order), Decision::Proved(proved, first)) if order != proved => {
                let mut mixed = self.at(Code::DateMixed, row, Some(column)).value(text).detail(first.value);
                mixed.other_record = Some(first.record);
                return Err(Halt::File(Box::new(mixed)));
            }
            (Some(order), Decision::Proved(..)) => return Ok(slash.day(order)),
            (Some(order), Decision::Open | Decision::Assumed(..)) => (order, Decision::Proved(order, witness())),
        };
        self.orders.insert(column, next);
        Ok(slash.day(order))
    }

    /// The order of day and month where nothing proves one.
    pub(crate) fn default_order(&self) -> DateOrder {
        match (self.options.date_order, self.options.language) {
            (Some(order), _) => order,
            (None, Language::De) => DateOrder::DayFirst,
            (None, Language::En) => DateOrder::MonthFirst,
        }
    }

    /// Ends the decisions: what was only assumed must agree with what the whole file knows, and is worth a warning.
    pub(crate) fn settle(&mut self) -> Result<(), Halt> {
        let right = self.common_decimal().unwrap_or(self.default_decimal());
        let mut decisions = self.decisions.clone();
        let mut ambiguous = Vec::new();
        for (column, decision) in self.separators.iter().enumerate() {
            if let Decision::Assumed(decimal, witness) = decision {
                if *decimal != right {
                    decisions.guesses.insert(column, right);
                }
                ambiguous.push((column, *decimal, witness.clone()));
            }
        }
        if decisions != self.decisions {
            return Err(Halt::Restart(Box::new(decisions)));
        }
        for (column, decimal, witness) in ambiguous {
            let value = match number::read(&witness.value) {
                Reading::Number(candidate) => candidate.value(decimal).map(Exact::to_plain),
                _ => None,
            };
            let mut diagnostic = self.of_column(Code::NumberAmbiguous, column).value(&witness.value);
            diagnostic.record = Some(witness.record);
            diagnostic.detail = value;
            self.diagnostics.add(diagnostic);
        }
        for (column, decision) in self.orders.clone() {
            if let Decision::Assumed(order, witness) = decision {
                let mut diagnostic = self.of_column(Code::DateAmbiguous, column).value(&witness.value);
                diagnostic.record = Some(witness.record);
                if let DateReading::Slash(slash) = read_date(&witness.value, None) {
                    diagnostic.detail = slash.day(order).map(Day::to_iso);
                }
                self.diagnostics.add(diagnostic);
            }
        }
        Ok(())
    }

    /// The separator of the file's numbers, with its proof: that of the first column that has one.
    pub(crate) fn decimal(&self) -> Option<(Decimal, Option<Witness>)> {
        let proved = self.separators.iter().find_map(|decision| match decision {
            Decision::Proved(decimal, witness) => Some((*decimal, Some(witness.clone()))),
            _ => None,
        });
        proved.or_else(|| {
            self.separators.iter().find_map(|decision| match decision {
                Decision::Assumed(decimal, _) | Decision::Chosen(decimal) => Some((*decimal, None)),
                Decision::Open | Decision::Proved(..) => None,
            })
        })
    }

    /// The order of day and month, with its proof.
    pub(crate) fn date_order(&self) -> Option<(DateOrder, Option<Witness>)> {
        self.orders.values().find_map(|decision| match decision {
            Decision::Proved(order, witness) => Some((*order, Some(witness.clone()))),
            Decision::Assumed(order, _) | Decision::Chosen(order) => Some((*order, None)),
            Decision::Open => None,
        })
    }
}

fn point(decision: &Decision<Decimal>) -> u8 {
    match decision {
        Decision::Proved(decimal, _) | Decision::Chosen(decimal) => decimal.byte(),
        // While a reading is only assumed, every cell must be looked at for what it proves.
        Decision::Open | Decision::Assumed(..) => 0,
    }
}

/// How amounts of one currency become units of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Conversion {
    from: Currency,
    /// Units of one hundredth, so that plain amounts take one multiplication.
    hundredth: i64,
    /// Digits by which the point moves: amounts may be in cents.
    shift: u32,
    /// The reporting currency and the rate into it.
    into: Option<(Currency, Rate)>,
}

impl Conversion {
    /// Units from whole hundredths.
    #[inline]
    pub(crate) fn units_of_hundredths(&self, hundredths: i64) -> Option<i64> {
        self.convert(hundredths.checked_mul(self.hundredth)?)
    }

    /// The currency that amounts are in then.
    pub(crate) fn currency(&self) -> Currency {
        self.into.map_or(self.from, |(to, _)| to)
    }

    /// Units of one hundredth where nothing is converted.
    pub(crate) fn factor(&self) -> Option<i64> {
        self.into.is_none().then_some(self.hundredth)
    }

    /// Units from an exact number.
    pub(crate) fn units_of(&self, exact: Exact) -> Option<i64> {
        self.convert(exact.shifted(self.shift).units(self.from)?)
    }

    #[inline]
    fn convert(&self, units: i64) -> Option<i64> {
        match self.into {
            None => Some(units),
            Some((to, rate)) => rate.convert(units, self.from, to),
        }
    }
}

/// The currencies of a file: one, or several with a rate each.
#[derive(Debug)]
pub(crate) struct Currencies {
    rates: Vec<(Currency, Rate)>,
    /// Whether amounts are in cents, as a person says, or as the headers or the export do.
    minor_units: Option<bool>,
    in_minor_units: bool,
    /// Whether the file has amounts.
    are_read: bool,
    /// The first amount, where a known export may have it in cents or not.
    doubtful: Option<Witness>,
    /// What a person chose; also what rates lead into.
    chosen: Option<Currency>,
    /// What rows are in that name none.
    unnamed: Currency,
    /// The one that is not converted, once a row has named it.
    named: Option<Currency>,
    /// Rows that name none.
    without: u64,
    first_without: Option<Diagnostic>,
    converted: bool,
}

impl Currencies {
    fn new(options: &Options, decisions: &Decisions) -> Currencies {
        Currencies {
            rates: options.rates.clone(),
            minor_units: options.minor_units,
            in_minor_units: false,
            are_read: false,
            doubtful: None,
            chosen: options.currency,
            unnamed: options.currency.or(decisions.currency).unwrap_or(Currency::EUR),
            named: None,
            without: 0,
            first_without: None,
            converted: false,
        }
    }

    /// The currency that a header names counts like a chosen one for rows that name none.
    pub(crate) fn suggest(&mut self, currency: Option<Currency>) {
        if let (None, Some(currency)) = (self.chosen, currency) {
            self.unnamed = currency;
        }
    }

    /// Amounts are about to be read; their headers may say that they are in cents.
    pub(crate) fn count_in_cents(&mut self, in_cents: bool) {
        self.are_read = true;
        self.in_minor_units = self.minor_units.unwrap_or(self.in_minor_units || in_cents);
    }

    /// How rows without a currency are read.
    pub(crate) fn unnamed(&self) -> Conversion {
        self.conversion(self.unnamed)
    }

    /// What rows without a currency are in.
    pub(crate) fn unnamed_currency(&self) -> Currency {
        self.unnamed
    }

    pub(crate) fn conversion(&self, from: Currency) -> Conversion {
        let target = self.reporting();
        let rate = self.rates.iter().find(|(currency, _)| *currency == from && from != target);
        let (major, shift) = if self.in_minor_units {
            (UNITS_PER_MINOR, u32::from(from.exponent()))
        } else {
            (from.units_per_major(), 0)
        };
        Conversion { from, hundredth: major / 100, shift, into: rate.map(|(_, rate)| (target, *rate)) }
    }

    fn reporting(&self) -> Currency {
        self.chosen.unwrap_or(Currency::EUR)
    }

    /// How rows of a named currency are read; the other currency if it cannot stand beside it.
    pub(crate) fn name(&mut self, from: Currency) -> Result<Conversion, Currency> {
        let conversion = self.conversion(from);
        if conversion.into.is_some() {
            self.converted = true;
            return match self.named {
                Some(named) if named != self.reporting() => Err(named),
                _ => Ok(conversion),
            };
        }
        if self.converted && from != self.reporting() {
            return Err(self.reporting());
        }
        match self.named {
            Some(named) if named != from => Err(named),
            _ => {
                self.named = Some(from);
                Ok(conversion)
            }
        }
    }

    /// Counts a row whose currency column names none.
    pub(crate) fn count_without(&mut self, place: impl FnOnce() -> Diagnostic) {
        self.without += 1;
        if self.first_without.is_none() {
            self.first_without = Some(place());
        }
    }
}

impl Context {
    /// How a row is read whose cell or column names a currency.
    pub(crate) fn name_currency(
        &mut self,
        row: &Row<'_>,
        column: usize,
        currency: Currency,
    ) -> Result<Conversion, Halt> {
        self.currencies.name(currency).map_err(|other| {
            let mixed = self.at(Code::CurrencyMixed, row, Some(column)).value(currency.code());
            Halt::File(Box::new(mixed.detail(other.code())))
        })
    }

    /// How a cell is read that names a currency where no column does: all cells without one are in it as well.
    pub(crate) fn sign_currency(
        &mut self,
        row: &Row<'_>,
        column: usize,
        currency: Currency,
    ) -> Result<Conversion, Halt> {
        let conversion = self.name_currency(row, column, currency)?;
        let unnamed = self.currencies.unnamed;
        if conversion.into.is_some() || unnamed == currency {
            return Ok(conversion);
        }
        if self.currencies.chosen.is_some() || self.decisions.currency.is_some() {
            let mixed = self.at(Code::CurrencyMixed, row, Some(column)).value(currency.code());
            return Err(Halt::File(Box::new(mixed.detail(unnamed.code()))));
        }
        let mut decisions = self.decisions.clone();
        decisions.currency = Some(currency);
        Err(Halt::Restart(Box::new(decisions)))
    }

    /// The currency of the result; rows without one must fit it.
    pub(crate) fn settle_currency(&mut self) -> Result<Currency, Halt> {
        if let Some(witness) = self.currencies.doubtful.take() {
            let mut diagnostic = self.of_column(Code::MinorUnits, witness.column).value(&witness.value);
            diagnostic.record = Some(witness.record);
            self.diagnostics.add(diagnostic);
        }
        let currencies = &self.currencies;
        let result = match currencies.named {
            _ if currencies.converted => currencies.reporting(),
            Some(named) => named,
            None if currencies.unnamed().into.is_some() => currencies.reporting(),
            None => currencies.unnamed,
        };
        if currencies.without == 0 {
            return Ok(result);
        }
        let unnamed = currencies.unnamed();
        let lands_in = unnamed.into.map_or(unnamed.from, |(to, _)| to);
        if currencies.named.is_some() || currencies.converted {
            let mut diagnostic =
                currencies.first_without.clone().unwrap_or_else(|| Diagnostic::new(Code::CurrencyEmpty));
            if lands_in != result {
                if currencies.chosen.is_some() || self.decisions.currency.is_some() {
                    diagnostic = Diagnostic { value: Some(lands_in.code().to_owned()), ..diagnostic };
                    diagnostic.code = Code::CurrencyMixed;
                    diagnostic.severity = Code::CurrencyMixed.severity();
                    return Err(Halt::File(Box::new(diagnostic.detail(result.code()))));
                }
                // Rows without a currency take that of the others, whose units may be larger or smaller.
                let mut decisions = self.decisions.clone();
                decisions.currency = Some(result);
                return Err(Halt::Restart(Box::new(decisions)));
            }
            self.diagnostics.add(diagnostic.detail(result.code()).count(currencies.without));
        }
        Ok(result)
    }
}

/// The currency that a header names: `MRR (EUR)`.
pub(crate) fn currency_of_header(header: &str) -> Option<Currency> {
    crate::headers::normalize(header).unit.as_deref().and_then(currency::parse)
}

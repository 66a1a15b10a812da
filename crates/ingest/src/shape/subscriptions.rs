//! Shape (c), `subscriptions`: one row is a subscription, or a version of one (metrics.md 3.4, 3.5, 5.2). What rows mean
//! under which convention says [`keeprate_metrics::subscriptions`]; findings are those of the default conventions.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hasher};

use keeprate_columns::row::Row;
use keeprate_metrics::conventions::Conventions;
use keeprate_metrics::ledger::Dataset;
use keeprate_metrics::money::{Interval, UNITS_PER_MINOR};
use keeprate_metrics::period::Day;
use keeprate_metrics::subscriptions::{
    Cause, Discount, End, RowSegment, SubscriptionRow, SubscriptionTable, Subscriptions as Dated,
};

use crate::cell::is_excel_error;
use crate::context::{Context, Halt, Number};
use crate::date::is_instant;
use crate::diagnosis::{Code, Diagnostic};
use crate::fields::{Field, Mapping, Shape};
use crate::headers::normalize;
use crate::number::Exact;
use crate::shape::customers::Customers;
use crate::shape::segments::{SegmentColumn, are_shared, candidates, finish, uses};
use crate::shape::table::{RowConversion, RowCurrency, check_cells};
use crate::shape::{Rows, Use};

/// Reads one row per subscription.
#[derive(Debug)]
pub(crate) struct Subscriptions {
    columns: Columns,
    customers: Customers,
    currency: RowCurrency,
    segments: Vec<SegmentColumn>,
    rows: Vec<SubscriptionRow>,
    /// The subscriptions by what they are called, numbered.
    subscriptions: HashMap<String, u32>,
    /// The values of each segment column, one per row.
    codes: Vec<Vec<u16>>,
    /// What the rows of each customer are a month in all, in fixed-point units: no sum may leave the range of a column.
    reserved: Vec<i64>,
    /// Hashes of records, to find those that repeat.
    records: HashSet<u64>,
    /// The latest date of the file.
    latest: Option<Day>,
    /// Rows that never became active, services without a day, rows that repeat an earlier one.
    not_active: u64,
    empty: u64,
    repeated: u64,
    first_not_active: Option<Diagnostic>,
    first_empty: Option<Diagnostic>,
    first_repeated: Option<Diagnostic>,
}

/// Where the columns of the shape are.
#[derive(Debug)]
struct Columns {
    subscription: Option<usize>,
    start: usize,
    amount: usize,
    /// The amount is the price of one of several.
    is_unit_price: bool,
    /// The amount is a month's already.
    is_mrr: bool,
    /// The amount includes tax, as its header says.
    is_gross: bool,
    tax: Option<usize>,
    interval: Option<usize>,
    count: Option<usize>,
    quantity: Option<usize>,
    add_ons: Option<usize>,
    /// The day on which the current period began, where no interval says how long it is.
    term_start: Option<usize>,
    discount: Option<usize>,
    discount_duration: Option<usize>,
    discount_end: Option<usize>,
    end: Option<usize>,
    term_end: Option<usize>,
    ends_with_term: Option<usize>,
    cancelled: Option<usize>,
    reason: Option<usize>,
    trial_end: Option<usize>,
    paused: Option<usize>,
    resumed: Option<usize>,
    status: Option<usize>,
}

/// What is taken off a price.
#[derive(Clone, Copy, Debug)]
enum Reduction {
    None,
    Share(Exact),
    Amount(i64),
}

/// What the status of a subscription says about its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    /// It goes on, as far as the dates do not say otherwise.
    Active,
    /// It is not paid yet.
    Trial,
    /// It runs until the end of what is paid.
    RunningOut,
    /// It goes on without service.
    Paused,
    /// It is over.
    Ended,
    /// It has never been active.
    NotActive,
}

impl Status {
    /// A word that means it, as in [`crate::meanings`].
    fn word(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Trial => "trial",
            Status::RunningOut => "non renewing",
            Status::Paused => "paused",
            Status::Ended => "ended",
            Status::NotActive => "draft",
        }
    }
}

/// What a status word means (metrics.md 5.3).
fn read_status(text: &str) -> Option<Status> {
    Some(match normalize(text).words.as_str() {
        "" | "active" | "live" | "aktiv" | "laufend" | "past due" | "mahnung" | "ueberfaellig" => Status::Active,
        "trialing" | "in trial" | "trial" | "test" => Status::Trial,
        "non renewing" | "gekuendigt zum" => Status::RunningOut,
        "paused" | "pausiert" => Status::Paused,
        "canceled" | "cancelled" | "expired" | "churned" | "ended" | "gekuendigt" | "beendet" | "storniert"
        | "unpaid" => Status::Ended,
        "incomplete" | "incomplete expired" | "failed" | "future" | "draft" | "entwurf" => Status::NotActive,
        _ => return None,
    })
}

/// Whether an active subscription waits for a payment.
fn is_overdue(status: &str) -> bool {
    matches!(normalize(status).words.as_str(), "past due" | "mahnung" | "ueberfaellig")
}

/// What an interval is called, and how many of it make a billing period (metrics.md 5.3).
fn read_interval(text: &str) -> Option<(Interval, u32)> {
    let words = normalize(text).words;
    Some(match words.as_str() {
        "month" | "monthly" | "m" | "1m" | "monat" | "monatlich" | "mtl" => (Interval::Month, 1),
        "quarter" | "quarterly" | "q" | "quartal" | "quartalsweise" | "vierteljaehrlich" => (Interval::Quarter, 1),
        "half year" | "semiannual" | "halbjahr" | "halbjaehrlich" => (Interval::HalfYear, 1),
        "year" | "yearly" | "annual" | "annually" | "y" | "jahr" | "jaehrlich" | "p a" => (Interval::Year, 1),
        "week" | "weekly" | "w" | "woche" | "woechentlich" => (Interval::Week, 1),
        "day" | "daily" | "d" | "tag" | "taeglich" => (Interval::Day, 1),
        "once" | "one time" | "one off" | "lifetime" | "einmalig" => (Interval::Once, 1),
        _ => {
            let rest = words.strip_prefix("every ").or_else(|| words.strip_prefix("alle ")).unwrap_or(&words);
            let (count, unit) = rest.split_once(' ')?;
            let count = count.parse().ok().filter(|count| (1..=120).contains(count))?;
            let interval = match unit {
                "month" | "months" | "monat" | "monate" => Interval::Month,
                "week" | "weeks" | "woche" | "wochen" => Interval::Week,
                "day" | "days" | "tag" | "tage" => Interval::Day,
                "year" | "years" | "jahr" | "jahre" => Interval::Year,
                _ => return None,
            };
            (interval, count)
        }
    })
}

/// Words that [`read_interval`] reads as so many of an interval.
fn say_interval(interval: Interval, count: u32) -> String {
    let word = match interval {
        Interval::Month => "month",
        Interval::Quarter => "quarter",
        Interval::HalfYear => "half year",
        Interval::Year => "year",
        Interval::Week => "week",
        Interval::Day => "day",
        Interval::Once => "once",
    };
    if count == 1 { word.to_owned() } else { format!("{count} {word}s") }
}

/// How long a discount holds, as its word says; `None` for an unknown one. `start` is the first paid day.
fn read_duration(text: &str, start: Day) -> Option<Discount> {
    Some(match normalize(text).words.as_str() {
        "once" | "one time" | "one off" | "single" | "einmalig" | "einmal" => Discount::Once,
        "" | "forever" | "recurring" | "unlimited" | "permanent" | "always" | "dauerhaft" | "unbefristet"
        | "wiederkehrend" | "laufend" | "immer" => Discount::Recurring,
        // It ends some day, but which one nobody says.
        "repeating" | "limited" | "temporary" | "befristet" => Discount::Until(Day(i32::MAX)),
        _ => match read_interval(text)? {
            (Interval::Month, count) => Discount::Until(start.plus_months(count as i32)),
            (Interval::Quarter, count) => Discount::Until(start.plus_months(3 * count as i32)),
            (Interval::Year, count) => Discount::Until(start.plus_months(12 * count as i32)),
            _ => return None,
        },
    })
}

/// Whose decision a reason for an end is: a payment that failed is nobody's (metrics.md 4A); `None` without a reason.
fn read_cause(text: &str) -> Option<Cause> {
    const FAILED: &[&str] = &[
        "payment fail",
        "failed payment",
        "payment declined",
        "non payment",
        "nonpayment",
        "card",
        "declined",
        "dunning",
        "delinquent",
        "unpaid",
        "past due",
        "involuntary",
        "zahlungsausfall",
        "zahlung fehl",
        "ausgebliebene zahlung",
        "nicht bezahlt",
        "zahlungsverzug",
        "ruecklastschrift",
        "karte",
        "mahn",
        "unfreiwillig",
    ];
    let words = normalize(text).words;
    let failed = FAILED.iter().any(|sign| words.contains(sign));
    (!words.is_empty()).then_some(if failed { Cause::Involuntary } else { Cause::Voluntary })
}

/// Whether a header says that amounts include tax (metrics.md 3.3).
pub(crate) fn says_gross(header: &str) -> bool {
    let header = normalize(header);
    let letters = header.words + " " + &header.unit.unwrap_or_default();
    let words: Vec<&str> = letters.split([' ', '.']).collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    letters.contains("brutto")
        || has(&["gross"])
        // "MwSt." may be one word or two.
        || has(&["incl", "including", "inkl", "inklusive", "mit"])
            && has(&["tax", "vat", "mwst", "mw", "ust", "umsatzsteuer", "mehrwertsteuer", "steuer"])
}

fn is_cancelled(text: &str) -> bool {
    matches!(normalize(text).words.as_str(), "canceled" | "cancelled")
}

/// How long a period is, in months where it is whole ones; `None` for one of no day.
fn length(from: Day, until: Day) -> Option<(Interval, u32)> {
    let months = until.month().0 - from.month().0;
    if months > 0 && from.plus_months(months) == until {
        return u32::try_from(months).ok().map(|months| (Interval::Month, months));
    }
    let days = u32::try_from(i64::from(until.0) - i64::from(from.0)).ok()?;
    (days > 0).then_some((Interval::Day, days))
}

fn is_yes(text: &str) -> bool {
    matches!(normalize(text).words.as_str(), "true" | "yes" | "y" | "1" | "ja" | "j" | "wahr")
}

impl Subscriptions {
    pub(crate) fn new(mapping: &Mapping, context: &mut Context) -> Subscriptions {
        let customer = mapping.customer().unwrap_or(0);
        let mrr = mapping.column(Field::Mrr);
        let unit_price = mapping.column(Field::UnitPrice);
        let gross = mapping.column(Field::GrossAmount);
        let amount = mrr.or(mapping.column(Field::Amount)).or(unit_price).or(gross).unwrap_or(0);
        let is_gross = gross == Some(amount) || context.headers.get(amount).is_some_and(|header| says_gross(header));
        let columns = Columns {
            subscription: mapping.column(Field::Subscription),
            start: mapping.column(Field::Start).unwrap_or(0),
            amount,
            is_unit_price: unit_price == Some(amount),
            is_mrr: mrr.is_some(),
            is_gross,
            tax: mapping.column(Field::Tax).filter(|_| is_gross),
            interval: mapping.column(Field::Interval).filter(|_| mrr.is_none()),
            count: mapping.column(Field::IntervalCount),
            quantity: mapping.column(Field::Quantity),
            add_ons: mapping.column(Field::AddOns).filter(|_| mrr.is_none()),
            term_start: mapping.column(Field::ServiceStart).filter(|_| {
                mrr.is_none() && mapping.column(Field::Interval).is_none() && mapping.column(Field::TermEnd).is_some()
            }),
            discount: mapping.column(Field::Discount),
            discount_duration: mapping.column(Field::DiscountDuration),
            discount_end: mapping.column(Field::DiscountEnd),
            end: mapping.column(Field::End),
            term_end: mapping.column(Field::TermEnd),
            ends_with_term: mapping.column(Field::EndsWithTerm),
            cancelled: mapping.column(Field::Cancelled),
            reason: mapping.column(Field::Reason),
            trial_end: mapping.column(Field::TrialEnd),
            paused: mapping.column(Field::Paused),
            resumed: mapping.column(Field::Resumed),
            status: mapping.column(Field::Status),
        };
        let segments = candidates(mapping, |column| column == customer);
        Subscriptions {
            columns,
            customers: Customers::new(customer),
            currency: RowCurrency::new(mapping, std::iter::once(amount), context),
            codes: segments.iter().map(|_| Vec::new()).collect(),
            segments,
            rows: Vec::new(),
            subscriptions: HashMap::new(),
            reserved: Vec::new(),
            records: HashSet::new(),
            latest: None,
            not_active: 0,
            empty: 0,
            repeated: 0,
            first_not_active: None,
            first_empty: None,
            first_repeated: None,
        }
    }

    /// The day of a cell: `Some(None)` where it is empty, `None` where it is an error that was reported.
    fn day(
        &mut self,
        row: &Row<'_>,
        column: Option<usize>,
        context: &mut Context,
    ) -> Result<Option<Option<Day>>, Halt> {
        let Some(column) = column.filter(|column| !row.field(*column).is_blank()) else { return Ok(Some(None)) };
        let text = context.text(row.field(column));
        if crate::cell::is_empty_marker(&text) {
            return Ok(Some(None));
        }
        let day = context.day(row, column, &text)?;
        if day.is_none() {
            let code = if is_excel_error(&text) { Code::ExcelError } else { Code::Date };
            context.leave_out(code, row, column, &text);
            return Ok(None);
        }
        self.latest = self.latest.max(day);
        Ok(Some(day))
    }

    /// The number of a cell, or what stands for an empty one; `None` is an error that was reported.
    fn number(
        row: &Row<'_>,
        column: Option<usize>,
        context: &mut Context,
    ) -> Result<Option<Option<(Exact, bool)>>, Halt> {
        let Some(column) = column else { return Ok(Some(None)) };
        Ok(match context.number(row, column)? {
            Number::Empty => Some(None),
            Number::Value { exact, percent, .. } => Some(Some((exact, percent))),
            Number::Wrong => {
                context.left_out += 1;
                None
            }
        })
    }

    /// What is taken off the price; `None` is an error that was reported.
    fn reduction(
        &self,
        row: &Row<'_>,
        conversion: RowConversion,
        context: &mut Context,
    ) -> Result<Option<Reduction>, Halt> {
        let Some(column) = self.columns.discount else { return Ok(Some(Reduction::None)) };
        let Some(found) = Self::number(row, Some(column), context)? else { return Ok(None) };
        let header = context.headers.get(column).map(|header| header.to_lowercase()).unwrap_or_default();
        Ok(match found {
            None => Some(Reduction::None),
            Some((share, true)) => Some(Reduction::Share(share)),
            Some((percent, false)) if ["%", "percent", "prozent"].iter().any(|word| header.contains(word)) => {
                Some(Reduction::Share(context.share(row, column, percent)?))
            }
            Some(_) => {
                let amount = self.currency.amount(row, column, conversion, context)?;
                context.left_out += u64::from(amount.is_none());
                amount.map(Reduction::Amount)
            }
        })
    }

    /// The tax in an amount; `None` is an error that was reported.
    fn tax(
        &self,
        row: &Row<'_>,
        price: i64,
        conversion: RowConversion,
        context: &mut Context,
    ) -> Result<Option<i64>, Halt> {
        let Some(column) = self.columns.tax else { return Ok(Some(0)) };
        let Some(found) = Self::number(row, Some(column), context)? else { return Ok(None) };
        if let Some((rate, true)) = found {
            // A rate: so much of the net price.
            return Ok(rate.part_of_sum(price));
        }
        let tax = self.currency.amount(row, column, conversion, context)?;
        context.left_out += u64::from(tax.is_none());
        Ok(tax)
    }

    /// Price of a billing period before and after its discount; `None` is an error that was reported.
    fn prices(&mut self, row: &Row<'_>, context: &mut Context) -> Result<Option<(i64, i64)>, Halt> {
        let columns = &self.columns;
        let conversion = self.currency.read(row, context)?;
        context.weigh_minor_units(row, columns.amount)?;
        let Some(stated) = self.currency.amount(row, columns.amount, conversion, context)? else {
            context.left_out += 1;
            return Ok(None);
        };
        let Some(tax) = self.tax(row, stated, conversion, context)? else { return Ok(None) };
        let Some(quantity) = Self::number(row, columns.quantity.filter(|_| columns.is_unit_price), context)? else {
            return Ok(None);
        };
        let Some(reduction) = self.reduction(row, conversion, context)? else { return Ok(None) };
        let add_ons = match columns.add_ons {
            None => Some(0),
            Some(column) => self.currency.amount(row, column, conversion, context)?,
        };
        let Some(add_ons) = add_ons else {
            context.left_out += 1;
            return Ok(None);
        };
        let net = i128::from(stated) - i128::from(tax);
        let price = match quantity {
            Some((quantity, _)) => quantity.of(net),
            None => Some(net),
        };
        let price = price.and_then(|price| price.checked_add(i128::from(add_ons)));
        let discounted = price.and_then(|price| {
            let reduced = match reduction {
                Reduction::None => price,
                Reduction::Share(share) => price.checked_sub(share.of(price)?)?,
                Reduction::Amount(amount) => price.checked_sub(i128::from(amount))?,
            };
            Some(if price < 0 { price } else { reduced.max(0) })
        });
        let column = |units: Option<i128>| units.and_then(|units| i64::try_from(units).ok());
        let prices = column(price).zip(column(discounted));
        if prices.is_none() {
            self.too_large(row, context);
        }
        Ok(prices)
    }

    fn too_large(&self, row: &Row<'_>, context: &mut Context) {
        let text = context.text(row.field(self.columns.amount));
        context.leave_out(Code::Number, row, self.columns.amount, &text);
    }

    /// The unit of a billing period, and how many make one; `None` is an error that was reported.
    fn interval(&mut self, row: &Row<'_>, context: &mut Context) -> Result<Option<(Interval, u32)>, Halt> {
        let (interval, count) = match self.columns.interval {
            None if self.columns.term_start.is_some() => {
                let (from, until) = (self.columns.term_start, self.columns.term_end);
                let Some(from) = self.day(row, from, context)? else { return Ok(None) };
                let Some(until) = self.day(row, until, context)? else { return Ok(None) };
                match from.zip(until).and_then(|(from, until)| length(from, until)) {
                    Some(length) => length,
                    None => {
                        context.leave_out(Code::Interval, row, self.columns.term_start.unwrap_or(0), "");
                        return Ok(None);
                    }
                }
            }
            None => (Interval::Month, 1),
            Some(column) => {
                let meaning = |text: &str| read_interval(text).map(|(interval, count)| say_interval(interval, count));
                let text = context.word((Shape::Subscriptions, Field::Interval), row, Some(column), meaning);
                match read_interval(&text) {
                    Some(interval) => interval,
                    None => {
                        context.leave_out(Code::Interval, row, column, &text);
                        return Ok(None);
                    }
                }
            }
        };
        let columns = &self.columns;
        let Some(times) = Self::number(row, columns.count.filter(|_| !columns.is_mrr), context)? else {
            return Ok(None);
        };
        let times = times.and_then(|(times, _)| times.whole()).and_then(|times| u32::try_from(times).ok());
        Ok(Some((interval, times.unwrap_or(1).max(1).saturating_mul(count))))
    }
}

impl Subscriptions {
    /// A row with its dates (metrics.md 3.4), without amounts; `None` is an error that was reported, or no service.
    fn dated(&mut self, customer: u32, row: &Row<'_>, context: &mut Context) -> Result<Option<SubscriptionRow>, Halt> {
        let runs_out = context.cancelled_runs_out;
        let read = |text: &str| match read_status(text) {
            // Its end is the end of what is paid, wherever it stands.
            Some(Status::Ended) if runs_out && is_cancelled(text) => Some(Status::RunningOut),
            known => known,
        };
        let meaning = |text: &str| read(text).map(|status| status.word().to_owned());
        let status_text = context.word((Shape::Subscriptions, Field::Status), row, self.columns.status, meaning);
        let known = read(&status_text);
        let status = known.unwrap_or_else(|| {
            context.note(Code::StatusUnknown, row, self.columns.status, &status_text, None);
            Status::Active
        });
        if status == Status::NotActive {
            return Ok(self.never_active(row, context));
        }
        let wanted = [
            Some(self.columns.start),
            self.columns.trial_end,
            self.columns.end,
            self.columns.term_end,
            self.columns.cancelled,
            self.columns.paused,
            self.columns.resumed,
        ];
        let mut days = [None; 7];
        for (day, column) in days.iter_mut().zip(wanted) {
            match self.day(row, column, context)? {
                Some(read) => *day = read,
                None => return Ok(None),
            }
        }
        let [start, trial_end, ended, term_end, cancelled, paused, resumed] = days;
        let Some(begin) = start else {
            context.leave_out(Code::Date, row, self.columns.start, "");
            return Ok(None);
        };
        if status == Status::Trial && trial_end.is_none() {
            return Ok(self.never_active(row, context));
        }
        let end = |day: Option<Day>, column: Option<usize>| {
            let is_instant = column.is_some_and(|column| is_instant(&context.text(row.field(column))));
            day.map(|day| End { day, is_instant })
        };
        let dated = SubscriptionRow {
            trial_end,
            ended: end(ended, self.columns.end),
            term_end: end(term_end, self.columns.term_end),
            runs_out: status == Status::RunningOut
                || self.columns.ends_with_term.is_some_and(|column| is_yes(&context.text(row.field(column)))),
            cancelled,
            pause: paused.map(|paused| (paused, resumed)),
            cause: self.columns.reason.and_then(|column| read_cause(&context.text(row.field(column)))),
            overdue: self.columns.status.filter(|_| known.is_some()).map(|_| is_overdue(&status_text)),
            ..SubscriptionRow::new(customer, begin, 0, Interval::Month, 1)
        };
        let end = dated.end(&Conventions::default());
        let unplaced = match status {
            Status::Ended => end.is_none(),
            Status::Paused => end.is_none() && paused.is_none(),
            _ => false,
        };
        if unplaced {
            let column = self.columns.status.unwrap_or(self.columns.start);
            context.leave_out(Code::EndMissing, row, column, &status_text);
            return Ok(None);
        }
        if let Some(end) = end.filter(|end| *end < begin) {
            let column = self.columns.end.or(self.columns.cancelled).unwrap_or(self.columns.start);
            context.leave_out(Code::EndBeforeStart, row, column, &end.to_iso());
            return Ok(None);
        }
        if end.is_some_and(|end| end <= dated.start()) {
            if dated.start() > begin {
                // Who leaves before the trial ends has never paid.
                return Ok(self.never_active(row, context));
            }
            self.empty += 1;
            self.first_empty.get_or_insert_with(|| context.at(Code::EmptyInterval, row, None));
            return Ok(None);
        }
        Ok(Some(dated))
    }

    /// How long the discount holds; `None` is an error that was reported.
    fn discount(&mut self, row: &Row<'_>, start: Day, context: &mut Context) -> Result<Option<Discount>, Halt> {
        let Some(end) = self.day(row, self.columns.discount_end, context)? else { return Ok(None) };
        let text = self.columns.discount_duration.map(|column| context.text(row.field(column))).unwrap_or_default();
        let known = read_duration(&text, start);
        if known.is_none() && end.is_none() {
            context.note(Code::DiscountUnknown, row, self.columns.discount_duration, &text, None);
        }
        Ok(Some(match (known, end) {
            (Some(Discount::Once), _) => Discount::Once,
            (_, Some(end)) => Discount::Until(end),
            (known, None) => known.unwrap_or(Discount::Recurring),
        }))
    }

    /// Counts records that repeat an earlier one exactly.
    fn note_repeated(&mut self, row: &Row<'_>, context: &Context) {
        let end = row.ends.last().map_or(row.start, |end| *end as usize);
        let mut hasher = DefaultHasher::new();
        hasher.write(row.text.get(row.start..end).unwrap_or_default());
        if !self.records.insert(hasher.finish()) {
            self.repeated += 1;
            self.first_repeated.get_or_insert_with(|| context.at(Code::DuplicateRow, row, None));
        }
    }

    #[cold]
    fn never_active<T>(&mut self, row: &Row<'_>, context: &Context) -> Option<T> {
        self.not_active += 1;
        self.first_not_active.get_or_insert_with(|| context.at(Code::RowsNotActive, row, None));
        None
    }
}

impl Rows for Subscriptions {
    fn row(&mut self, row: Row<'_>, context: &mut Context) -> Result<(), Halt> {
        let Some(customer) = self.customers.read_known(&row, context)? else { return Ok(()) };
        let Some(dated) = self.dated(customer, &row, context)? else { return Ok(()) };
        let Some((price, discounted)) = self.prices(&row, context)? else { return Ok(()) };
        let Some((interval, count)) = self.interval(&row, context)? else { return Ok(()) };
        let Some(discount) = self.discount(&row, dated.start(), context)? else { return Ok(()) };
        // No other convention makes more of a row than this, but for its rounding to the minor unit.
        let most = i128::from(price.max(discounted).unsigned_abs().max(price.unsigned_abs()));
        let most = i64::try_from(interval.monthly_units(count, most) + i128::from(UNITS_PER_MINOR));
        let Ok(most) = most else {
            self.too_large(&row, context);
            return Ok(());
        };
        let reserved = customer as usize;
        if reserved >= self.reserved.len() {
            self.reserved.resize((reserved + 1).next_power_of_two(), 0);
        }
        if let Some(reserved) = self.reserved.get_mut(reserved) {
            let text = || context.text(row.field(self.columns.amount));
            *reserved = reserved
                .checked_add(most)
                .ok_or_else(|| Halt::File(Box::new(Diagnostic::new(Code::Number).value(&text()))))?;
        }
        if price < 0 {
            context.note(Code::NegativeMrr, &row, Some(self.columns.amount), "", None);
        }
        self.note_repeated(&row, context);
        for (segment, codes) in self.segments.iter_mut().zip(&mut self.codes) {
            codes.push(segment.read(&row, context).unwrap_or(0));
        }
        let subscription = self.columns.subscription.and_then(|column| {
            let name = context.text(row.field(column));
            let next = self.subscriptions.len() as u32;
            (!name.is_empty()).then(|| *self.subscriptions.entry(name).or_insert(next))
        });
        self.rows.push(SubscriptionRow { subscription, price, discounted, discount, interval, count, ..dated });
        Ok(())
    }

    fn finish(mut self, context: &mut Context) -> Result<(Dataset, Vec<Option<Use>>), Halt> {
        context.settle()?;
        let currency = context.settle_currency()?;
        let after_latest = self.latest.map(|latest| Day(latest.0 + 1));
        let known = after_latest.map(|after| context.options.today.map_or(after, |today| today.min(after)));
        let as_of = context.options.as_of.or(known);
        let future = self.rows.iter().filter(|row| as_of.is_some_and(|as_of| row.start() >= as_of)).count();
        for (count, place, code) in [
            (self.not_active, self.first_not_active.take(), Code::RowsNotActive),
            (self.empty, self.first_empty.take(), Code::EmptyInterval),
            (self.repeated, self.first_repeated.take(), Code::DuplicateRow),
            (future as u64, None, Code::FutureStart),
        ] {
            if count > 0 {
                context.diagnostics.add(place.unwrap_or_else(|| Diagnostic::new(code)).count(count));
            }
        }
        if self.columns.is_gross && self.columns.tax.is_none() {
            let gross = context.of_column(Code::TaxIncluded, self.columns.amount);
            context.diagnostics.add(gross);
        }
        if let Some(as_of) = as_of.filter(|as_of| *as_of > as_of.month().start()) {
            let (last, month) = (Day(as_of.0 - 1).to_iso(), as_of.month().to_iso());
            context.diagnostics.add(Diagnostic::new(Code::MonthNotOver).value(&last).detail(month));
        }
        let columns: Vec<usize> = self.segments.iter().map(|segment| segment.column).collect();
        let (segments, mut useful) = finish(self.segments, self.customers.len(), context);
        let customers = self.customers.len();
        useful
            .retain(|number| segments.get(*number).is_some_and(|(_, values)| are_shared(values.len() - 1, customers)));
        let columns: Vec<usize> = useful.iter().filter_map(|number| columns.get(*number)).copied().collect();
        let attributes = segments.into_iter().zip(self.codes).enumerate();
        let segments = attributes
            .filter(|(number, _)| useful.contains(number))
            .map(|(_, ((column, values), codes))| RowSegment { column, values, codes })
            .collect();
        let is_net = self.columns.tax.is_some();
        let customers = self.customers.finish(context);
        let table = SubscriptionTable { customers, rows: self.rows, segments, currency, as_of, is_net };
        if let Some((first, last)) = table.months() {
            check_cells(table.customers.len() as u64, i64::from(last.0 - first.0 + 1) as u64, context)?;
        }
        Ok((Dataset::Subscriptions(Box::new(Dated::new(table))), uses(context.headers.len(), &columns)))
    }
}

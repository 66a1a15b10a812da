//! Shape (c), `subscriptions`: one row is a subscription, or a version of one (metrics.md 3.4, 3.5, 5.2).

use keeprate_columns::row::Row;
use keeprate_metrics::ledger::Dataset;
use keeprate_metrics::money::Interval;
use keeprate_metrics::period::Day;

use crate::cell::is_excel_error;
use crate::context::{Context, Halt, Number};
use crate::diagnosis::{Code, Diagnostic};
use crate::fields::{Field, Mapping};
use crate::headers::normalize;
use crate::number::Exact;
use crate::shape::customers::Customers;
use crate::shape::services::{RowAttributes, Service, Services};
use crate::shape::table::{RowConversion, RowCurrency};
use crate::shape::{Rows, Use};

/// Reads one row per subscription.
#[derive(Debug)]
pub(crate) struct Subscriptions {
    columns: Columns,
    customers: Customers,
    currency: RowCurrency,
    services: Services,
    /// The latest date of the file.
    latest: Option<Day>,
    /// Rows that never became active, and services without a day.
    not_active: u64,
    empty: u64,
    first_not_active: Option<Diagnostic>,
    first_empty: Option<Diagnostic>,
}

/// Where the columns of the shape are.
#[derive(Debug)]
struct Columns {
    start: usize,
    amount: usize,
    /// The amount is the price of one of several.
    is_unit_price: bool,
    /// The amount is a month's already.
    is_mrr: bool,
    interval: Option<usize>,
    count: Option<usize>,
    quantity: Option<usize>,
    add_ons: Option<usize>,
    /// The day on which the current period began, where no interval says how long it is.
    term_start: Option<usize>,
    discount: Option<usize>,
    end: Option<usize>,
    term_end: Option<usize>,
    ends_with_term: Option<usize>,
    cancelled: Option<usize>,
    trial_end: Option<usize>,
    paused: Option<usize>,
    resumed: Option<usize>,
    status: Option<usize>,
}

/// What is taken off a price.
#[derive(Clone, Copy, Debug)]
enum Discount {
    None,
    Share(Exact),
    Amount(i64),
}

/// First day, and the first day after it; none while nothing ends it.
type Span = (Day, Option<Day>);

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
        let amount = mrr.or(mapping.column(Field::Amount)).or(unit_price).unwrap_or(0);
        let columns = Columns {
            start: mapping.column(Field::Start).unwrap_or(0),
            amount,
            is_unit_price: unit_price == Some(amount),
            is_mrr: mrr.is_some(),
            interval: mapping.column(Field::Interval).filter(|_| mrr.is_none()),
            count: mapping.column(Field::IntervalCount),
            quantity: mapping.column(Field::Quantity),
            add_ons: mapping.column(Field::AddOns).filter(|_| mrr.is_none()),
            term_start: mapping.column(Field::ServiceStart).filter(|_| {
                mrr.is_none() && mapping.column(Field::Interval).is_none() && mapping.column(Field::TermEnd).is_some()
            }),
            discount: mapping.column(Field::Discount),
            end: mapping.column(Field::End),
            term_end: mapping.column(Field::TermEnd),
            ends_with_term: mapping.column(Field::EndsWithTerm),
            cancelled: mapping.column(Field::Cancelled),
            trial_end: mapping.column(Field::TrialEnd),
            paused: mapping.column(Field::Paused),
            resumed: mapping.column(Field::Resumed),
            status: mapping.column(Field::Status),
        };
        Subscriptions {
            columns,
            customers: Customers::new(customer),
            currency: RowCurrency::new(mapping, std::iter::once(amount), context),
            services: Services::new(RowAttributes::new(mapping, customer)),
            latest: None,
            not_active: 0,
            empty: 0,
            first_not_active: None,
            first_empty: None,
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
    fn discount(
        &self,
        row: &Row<'_>,
        conversion: RowConversion,
        context: &mut Context,
    ) -> Result<Option<Discount>, Halt> {
        let Some(column) = self.columns.discount else { return Ok(Some(Discount::None)) };
        let Some(found) = Self::number(row, Some(column), context)? else { return Ok(None) };
        let header = context.headers.get(column).map(|header| header.to_lowercase()).unwrap_or_default();
        Ok(match found {
            None => Some(Discount::None),
            Some((share, true)) => Some(Discount::Share(share)),
            Some((percent, false)) if ["%", "percent", "prozent"].iter().any(|word| header.contains(word)) => {
                Some(Discount::Share(percent.hundredth()))
            }
            Some(_) => {
                let amount = self.currency.amount(row, column, conversion, context)?;
                context.left_out += u64::from(amount.is_none());
                amount.map(Discount::Amount)
            }
        })
    }

    /// MRR of a row in fixed-point units; `None` is an error that was reported.
    fn units(&mut self, row: &Row<'_>, context: &mut Context) -> Result<Option<i64>, Halt> {
        let columns = &self.columns;
        let conversion = self.currency.read(row, context)?;
        let Some(price) = self.currency.amount(row, columns.amount, conversion, context)? else {
            context.left_out += 1;
            return Ok(None);
        };
        let Some(quantity) = Self::number(row, columns.quantity.filter(|_| columns.is_unit_price), context)? else {
            return Ok(None);
        };
        let Some(discount) = self.discount(row, conversion, context)? else { return Ok(None) };
        let add_ons = match columns.add_ons {
            None => Some(0),
            Some(column) => self.currency.amount(row, column, conversion, context)?,
        };
        let Some(add_ons) = add_ons else {
            context.left_out += 1;
            return Ok(None);
        };
        let columns = &self.columns;
        let (interval, count) = match columns.interval {
            None if columns.term_start.is_some() => {
                let (from, until) = (columns.term_start, columns.term_end);
                let Some(from) = self.day(row, from, context)? else { return Ok(None) };
                let Some(until) = self.day(row, until, context)? else { return Ok(None) };
                match from.zip(until).and_then(|(from, until)| length(from, until)) {
                    Some(length) => length,
                    None => {
                        let column = self.columns.term_start.unwrap_or(self.columns.start);
                        context.leave_out(Code::Interval, row, column, "");
                        return Ok(None);
                    }
                }
            }
            None => (Interval::Month, 1),
            Some(column) => {
                let text = context.text(row.field(column));
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
        let times = times.unwrap_or(1).max(1).saturating_mul(count);
        let price = match quantity {
            Some((quantity, _)) => quantity.of(i128::from(price)),
            None => Some(i128::from(price)),
        };
        let price = price.and_then(|price| price.checked_add(i128::from(add_ons)));
        let net = price.and_then(|price| match discount {
            Discount::None => Some(price),
            Discount::Share(share) => Some(price.checked_sub(share.of(price)?)?.max(0)),
            Discount::Amount(amount) => Some(price.checked_sub(i128::from(amount))?.max(0)),
        });
        // What a column holds at most, so that the next step cannot leave the range of its own numbers.
        let net = net.filter(|net| net.unsigned_abs() <= u128::from(u64::MAX));
        let monthly = net.map(|net| interval.monthly_units(times, net));
        let monthly = monthly.and_then(|units| i64::try_from(units).ok()).filter(|units| *units != i64::MIN);
        if monthly.is_none() {
            let text = context.text(row.field(columns.amount));
            context.leave_out(Code::Number, row, columns.amount, &text);
        }
        Ok(monthly)
    }
}

impl Subscriptions {
    /// The times of paid service of a row (metrics.md 3.4); `None` is an error that was reported, or no service.
    fn times(&mut self, row: &Row<'_>, context: &mut Context) -> Result<Option<Vec<Span>>, Halt> {
        let status_text = self.columns.status.map(|column| context.text(row.field(column))).unwrap_or_default();
        let status = match read_status(&status_text) {
            // Its end is the end of what is paid, wherever it stands.
            Some(Status::Ended) if context.cancelled_runs_out && is_cancelled(&status_text) => Some(Status::RunningOut),
            status => status,
        };
        let status = status.unwrap_or_else(|| {
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
        let runs_out = status == Status::RunningOut
            || self.columns.ends_with_term.is_some_and(|column| is_yes(&context.text(row.field(column))));
        let end = ended.or(term_end.filter(|_| runs_out)).or(cancelled);
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
        let start = trial_end.map_or(begin, |trial_end| trial_end.max(begin));
        if end.is_some_and(|end| end <= start) {
            if start > begin {
                // Who leaves before the trial ends has never paid.
                return Ok(self.never_active(row, context));
            }
            self.empty += 1;
            self.first_empty.get_or_insert_with(|| context.at(Code::EmptyInterval, row, None));
            return Ok(None);
        }
        let goes_on = |day: Day| end.is_none_or(|end| day < end);
        let times = match paused.filter(|paused| goes_on(*paused)) {
            None => vec![(start, end)],
            Some(paused) => {
                let before = (start < paused).then_some((start, Some(paused)));
                let after = resumed.filter(|resumed| *resumed > paused && goes_on(*resumed));
                before.into_iter().chain(after.map(|resumed| (resumed.max(start), end))).collect()
            }
        };
        Ok(Some(times))
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
        let Some(times) = self.times(&row, context)? else { return Ok(()) };
        let Some(mut units) = self.units(&row, context)? else { return Ok(()) };
        if units < 0 {
            context.note(Code::NegativeMrr, &row, Some(self.columns.amount), "", None);
            units = 0;
        }
        let number = self.services.attributes.read(&row, context);
        let services = times.into_iter().map(|(start, end)| Service { customer, start, end, units, row: number });
        self.services.services.extend(services);
        Ok(())
    }

    fn finish(mut self, context: &mut Context) -> Result<(Dataset, Vec<Option<Use>>), Halt> {
        context.settle()?;
        let currency = context.settle_currency()?;
        let after_latest = self.latest.map(|latest| Day(latest.0 + 1));
        let known = after_latest.map(|after| context.options.today.map_or(after, |today| today.min(after)));
        let as_of = context.options.as_of.or(known);
        for (count, place, code) in [
            (self.not_active, self.first_not_active.take(), Code::RowsNotActive),
            (self.empty, self.first_empty.take(), Code::EmptyInterval),
        ] {
            if count > 0 {
                context.diagnostics.add(place.unwrap_or_else(|| Diagnostic::new(code)).count(count));
            }
        }
        self.services.finish(self.customers, currency, as_of, context)
    }
}

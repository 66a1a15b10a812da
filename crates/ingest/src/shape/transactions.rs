//! Shape (d), `transactions`: one row is a payment, an invoice, or a line of one (metrics.md 3.3, 5.2 d).
//!
//! Where most lines say for which time they were paid, they become services and a ledger; else purchases without a
//! contract. Which of the two is known when the file is read.

use keeprate_columns::row::Row;
use keeprate_metrics::events::Payment;
use keeprate_metrics::ledger::Dataset;
use keeprate_metrics::money::{Currency, divide_rounded};
use keeprate_metrics::period::Day;
use keeprate_metrics::purchases::{PurchaseBuilder, Received, Refund};

use crate::cell::{is_empty_marker, is_excel_error};
use crate::context::{Context, Halt, Number};
use crate::diagnosis::{Code, Diagnostic};
use crate::fields::{Field, Mapping, Shape};
use crate::headers::normalize;
use crate::shape::attributes::{Attribute, settle};
use crate::shape::bookings::{About, Bookings};
use crate::shape::customers::Customers;
use crate::shape::segments::uses;
use crate::shape::services::{RowAttributes, Service, Services};
use crate::shape::subscriptions::says_gross;
use crate::shape::table::{RowConversion, RowCurrency};
use crate::shape::texts::Texts;
use crate::shape::{Rows, Use};

/// Reads one row per payment or line.
#[derive(Debug)]
pub(crate) struct Transactions {
    columns: Columns,
    bookings: Option<Bookings>,
    /// Which bookings count, if the rows are bookings.
    counted: Option<About>,
    customers: Customers,
    currency: RowCurrency,
    ids: Texts,
    attributes: RowAttributes,
    lines: Vec<Line>,
    /// The latest day, and how many lines lie behind today.
    latest: Option<Day>,
    future: u64,
    /// Rows that are no money received.
    ignored: u64,
    first_ignored: Option<Diagnostic>,
}

/// Where the columns of the shape are.
#[derive(Debug)]
struct Columns {
    date: usize,
    amount: usize,
    /// How many were bought, where the amount is the price of one.
    quantity: Option<usize>,
    /// The tax that is in the amount.
    tax: Option<usize>,
    refund: Option<usize>,
    kind: Option<usize>,
    status: Option<usize>,
    service: Option<(usize, usize)>,
    id: Option<usize>,
    refund_of: Option<usize>,
}

/// A row that counts; amounts without tax, in fixed-point units.
#[derive(Clone, Copy, Debug)]
struct Line {
    customer: u32,
    day: Day,
    second: u32,
    amount: i64,
    refunded: i64,
    kind: Kind,
    is_open: bool,
    /// What it is about, if it is a booking.
    booking: Option<About>,
    /// First day of the service, and the first day after it.
    service: Option<(Day, Day)>,
    id: u32,
    refund_of: u32,
}

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Nothing says so.
    Unknown,
    /// The renewal of a subscription.
    Subscription,
    /// Something bought once.
    Once,
    /// A payment, whatever for.
    Payment,
    /// Money that goes back.
    Refund,
    /// Money that moves for other reasons: payouts, fees.
    Transfer,
}

/// What a line's type means.
fn read_kind(text: &str) -> Kind {
    let words = normalize(text).words;
    let has = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    match words.as_str() {
        _ if has(&["refund", "credit note", "chargeback", "erstattung", "rueckzahlung", "gutschrift"]) => Kind::Refund,
        "credit" => Kind::Refund,
        "one time" | "one off" | "once" | "setup" | "einmalig" | "einrichtung" => Kind::Once,
        "fee" | "gebuehr" => Kind::Transfer,
        _ if has(&["payout", "withdrawal", "auszahlung"]) => Kind::Transfer,
        _ if has(&["subscription", "recurring", "renewal", "wiederkehrend", "verlaengerung"]) => Kind::Subscription,
        "abo" | "abonnement" => Kind::Subscription,
        _ if has(&["payment", "zahlung"]) => Kind::Payment,
        _ => Kind::Unknown,
    }
}

/// What became of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// It went through.
    Received,
    /// It went through and was given back, at least in part.
    Refunded,
    /// It is still owed.
    Open,
    /// It has never been.
    Dropped,
}

impl Outcome {
    /// A word that means it, as in [`crate::meanings`].
    fn word(self) -> &'static str {
        match self {
            Outcome::Received => "paid",
            Outcome::Refunded => "refunded",
            Outcome::Open => "open",
            Outcome::Dropped => "failed",
        }
    }
}

/// What the status of a payment means.
fn read_status(text: &str) -> Option<Outcome> {
    Some(match normalize(text).words.as_str() {
        ""
        | "paid"
        | "succeeded"
        | "success"
        | "successful"
        | "completed"
        | "complete"
        | "settled"
        | "captured"
        | "billed"
        | "partially refunded"
        | "partial refund"
        | "partially paid"
        | "active"
        | "bezahlt"
        | "gezahlt"
        | "abgeschlossen"
        | "erfolgreich"
        | "beglichen"
        | "teilweise erstattet" => Outcome::Received,
        "refunded" | "erstattet" | "zurueckgezahlt" | "rueckerstattet" => Outcome::Refunded,
        "open" | "offen" | "past due" | "overdue" | "ueberfaellig" | "unpaid" | "unbezahlt" => Outcome::Open,
        "failed"
        | "void"
        | "voided"
        | "draft"
        | "uncollectible"
        | "pending"
        | "processing"
        | "canceled"
        | "cancelled"
        | "declined"
        | "denied"
        | "rejected"
        | "expired"
        | "incomplete"
        | "authorized"
        | "ready"
        | "reversed"
        | "requires payment method"
        | "fehlgeschlagen"
        | "storniert"
        | "entwurf"
        | "uneinbringlich"
        | "ausstehend"
        | "in bearbeitung"
        | "abgelehnt"
        | "abgebrochen"
        | "abgelaufen"
        | "zurueckgebucht" => Outcome::Dropped,
        _ => return None,
    })
}

impl Transactions {
    pub(crate) fn new(mapping: &Mapping, context: &mut Context) -> Transactions {
        let customer = mapping.customer().unwrap_or(0);
        let gross = mapping.column(Field::GrossAmount);
        let unit_price = mapping.column(Field::UnitPrice);
        let amount = mapping.column(Field::Amount).or(gross).or(unit_price).unwrap_or(0);
        let holds_tax = gross == Some(amount) || context.headers.get(amount).is_some_and(|header| says_gross(header));
        let columns = Columns {
            date: mapping.column(Field::Date).unwrap_or(0),
            amount,
            quantity: mapping.column(Field::Quantity).filter(|_| unit_price == Some(amount)),
            tax: mapping.column(Field::Tax).filter(|_| holds_tax),
            refund: mapping.column(Field::Refund),
            kind: mapping.column(Field::LineType),
            status: mapping.column(Field::Status),
            service: mapping.column(Field::ServiceStart).zip(mapping.column(Field::ServiceEnd)),
            id: mapping.column(Field::PaymentId),
            refund_of: mapping.column(Field::RefundOf),
        };
        Transactions {
            columns,
            bookings: Bookings::new(mapping, context),
            counted: None,
            customers: Customers::new(customer),
            currency: RowCurrency::new(mapping, std::iter::once(amount), context),
            ids: Texts::new(None),
            attributes: RowAttributes::new(mapping, customer),
            lines: Vec::new(),
            latest: None,
            future: 0,
            ignored: 0,
            first_ignored: None,
        }
    }

    #[cold]
    fn ignore(&mut self, row: &Row<'_>, context: &Context) {
        self.ignored += 1;
        self.first_ignored.get_or_insert_with(|| context.at(Code::NotReceived, row, None));
    }

    /// A day; `None` is an error that was reported.
    fn day(row: &Row<'_>, column: usize, context: &mut Context) -> Result<Option<(Day, u32)>, Halt> {
        let text = context.text(row.field(column));
        let moment = context.moment(row, column, &text)?;
        if moment.is_none() {
            let code = if is_excel_error(&text) { Code::ExcelError } else { Code::Date };
            context.leave_out(code, row, column, &text);
        }
        Ok(moment)
    }

    /// The time that a line is for: `Some(None)` where it says none, `None` is an error that was reported.
    fn service(&self, row: &Row<'_>, context: &mut Context) -> Result<Option<Option<(Day, Day)>>, Halt> {
        let Some((start, end)) = self.columns.service else { return Ok(Some(None)) };
        let is_empty = |column: usize| is_empty_marker(&context.text(row.field(column)));
        if is_empty(start) || is_empty(end) {
            return Ok(Some(None));
        }
        let Some((from, _)) = Self::day(row, start, context)? else { return Ok(None) };
        let Some((until, _)) = Self::day(row, end, context)? else { return Ok(None) };
        if until < from {
            context.leave_out(Code::EndBeforeStart, row, end, &until.to_iso());
            return Ok(None);
        }
        Ok(Some(Some((from, until))))
    }

    /// An amount, or a price times the quantity of a line; `None` is an error that was reported.
    fn times(&self, row: &Row<'_>, price: i64, context: &mut Context) -> Result<Option<i64>, Halt> {
        let Some(column) = self.columns.quantity else { return Ok(Some(price)) };
        let units = match context.number(row, column)? {
            Number::Empty => Some(price),
            Number::Value { exact, .. } => {
                let units = exact.of(i128::from(price)).and_then(|units| i64::try_from(units).ok());
                if units.is_none() {
                    let text = context.text(row.field(column));
                    context.note(Code::Number, row, Some(column), &text, None);
                }
                units
            }
            Number::Wrong => None,
        };
        context.left_out += u64::from(units.is_none());
        Ok(units)
    }

    /// An amount in fixed-point units, 0 for an empty cell; `None` is an error that was reported.
    fn amount(
        &self,
        row: &Row<'_>,
        column: Option<usize>,
        conversion: RowConversion,
        context: &mut Context,
    ) -> Result<Option<i64>, Halt> {
        let Some(column) = column else { return Ok(Some(0)) };
        let units = self.currency.amount(row, column, conversion, context)?;
        context.left_out += u64::from(units.is_none());
        Ok(units)
    }
}

impl Rows for Transactions {
    fn row(&mut self, row: Row<'_>, context: &mut Context) -> Result<(), Halt> {
        if row.is_blank() {
            context.records -= 1;
            return Ok(());
        }
        let amount_text = context.text(row.field(self.columns.amount));
        let meaning = |text: &str| read_status(text).map(|outcome| outcome.word().to_owned());
        let status_text = context.word((Shape::Transactions, Field::Status), &row, self.columns.status, meaning);
        let outcome = read_status(&status_text).unwrap_or_else(|| {
            context.note(Code::StatusUnknown, &row, self.columns.status, &status_text, None);
            Outcome::Received
        });
        let kind = self.columns.kind.map_or(Kind::Unknown, |column| read_kind(&context.text(row.field(column))));
        if outcome == Outcome::Dropped || kind == Kind::Transfer || is_empty_marker(&amount_text) {
            self.ignore(&row, context);
            return Ok(());
        }
        let booking = match self.bookings.map(|bookings| bookings.read(&row, context)) {
            // A booking of something else.
            Some(None) => {
                context.set_aside += 1;
                return Ok(());
            }
            found => found.flatten(),
        };
        let column = booking.map_or(self.customers.column(), |booking| booking.debtor);
        let Some(customer) = self.customers.read_known_in(column, &row, context)? else { return Ok(()) };
        let Some((day, second)) = Self::day(&row, self.columns.date, context)? else { return Ok(()) };
        let Some(service) = self.service(&row, context)? else { return Ok(()) };
        let conversion = self.currency.read(&row, context)?;
        let Some(charged) = self.amount(&row, Some(self.columns.amount), conversion, context)? else { return Ok(()) };
        let Some(charged) = self.times(&row, charged, context)? else { return Ok(()) };
        let charged = match booking {
            Some(booking) if booking.takes_back => charged.saturating_neg(),
            _ => charged,
        };
        if charged < 0 && kind == Kind::Payment {
            // Paid to somebody else.
            self.ignore(&row, context);
            return Ok(());
        }
        let Some(tax) = self.amount(&row, self.columns.tax, conversion, context)? else { return Ok(()) };
        let Some(refunded) = self.amount(&row, self.columns.refund, conversion, context)? else { return Ok(()) };
        let refunded = match self.columns.refund {
            None if outcome == Outcome::Refunded => charged,
            _ => refunded.saturating_abs(),
        };
        self.latest = self.latest.max(Some(day));
        self.future += u64::from(context.options.today.is_some_and(|today| day >= today));
        // The tax of a refund row may be written with either sign.
        let tax = tax.saturating_abs().min(charged.saturating_abs());
        let amount = charged.saturating_sub(if charged < 0 { -tax } else { tax });
        self.attributes.read(&row, context);
        let id = self.ids.read_at(self.columns.id, &row, context);
        self.lines.push(Line {
            customer,
            day,
            second,
            amount,
            refunded: share(refunded, amount, charged),
            kind,
            is_open: outcome == Outcome::Open,
            booking: booking.map(|booking| booking.about),
            service,
            id,
            // What is booked back bears the number of the invoice.
            refund_of: match booking {
                Some(_) => id,
                None => self.ids.read_at(self.columns.refund_of, &row, context),
            },
        });
        Ok(())
    }

    fn finish(mut self, context: &mut Context) -> Result<(Dataset, Vec<Option<Use>>), Halt> {
        context.settle()?;
        let currency = context.settle_currency()?;
        let after_latest = self.latest.map(|latest| Day(latest.0.saturating_add(1)));
        let known = after_latest.map(|after| context.options.today.map_or(after, |today| today.min(after)));
        let as_of = context.options.as_of.or(known);
        if self.future > 0 {
            context.diagnostics.add(Diagnostic::new(Code::FutureEvent).count(self.future));
        }
        self.choose_bookings(context);
        let charges =
            self.lines.iter().filter(|line| line.amount > 0 && !matches!(line.kind, Kind::Once | Kind::Refund));
        let (with, all) =
            charges.fold((0, 0), |(with, all), line| (with + usize::from(line.service.is_some()), all + 1));
        let has_services = with * 2 > all;
        if !has_services {
            self.ignored += self.lines.iter().filter(|line| line.is_open).count() as u64;
        }
        if self.ignored > 0 {
            let place = self.first_ignored.take().unwrap_or_else(|| Diagnostic::new(Code::NotReceived));
            context.diagnostics.add(place.count(self.ignored));
        }
        if has_services {
            self.services(currency, as_of, context)
        } else {
            Ok(self.purchases(currency, as_of, context))
        }
    }
}

impl Transactions {
    /// An invoice and its payment are one sale. What there is more of counts, receipts where there are as many.
    fn choose_bookings(&mut self, context: &mut Context) {
        if self.bookings.is_none() {
            return;
        }
        let count = |about: About| self.lines.iter().filter(|line| line.booking == Some(about)).count() as u64;
        let (receipts, invoices) = (count(About::Receipt), count(About::Invoice));
        let counts_receipts = receipts >= invoices;
        self.counted = Some(if counts_receipts { About::Receipt } else { About::Invoice });
        context.set_aside += if counts_receipts { invoices } else { receipts };
    }

    /// What was paid for the time of a service, as closing states.
    fn services(
        self,
        currency: Currency,
        as_of: Option<Day>,
        context: &mut Context,
    ) -> Result<(Dataset, Vec<Option<Use>>), Halt> {
        let mut services = Services::new(self.attributes);
        let mut empty = 0;
        for (row, line) in (0..).zip(&self.lines) {
            // What is given back was paid for a service all the same (metrics.md 3.5).
            let recurs = !matches!(line.kind, Kind::Once | Kind::Refund);
            let Some((start, end)) = line.service.filter(|_| recurs) else { continue };
            let Some((units, end)) = monthly(line.amount, start, end) else {
                empty += 1;
                continue;
            };
            services.services.push(Service { customer: line.customer, start, end: Some(end), units, row });
        }
        if empty > 0 {
            context.diagnostics.add(Diagnostic::new(Code::EmptyInterval).count(empty));
        }
        services.finish(self.customers, currency, as_of, context)
    }

    /// What was bought without a contract.
    fn purchases(self, currency: Currency, as_of: Option<Day>, context: &mut Context) -> (Dataset, Vec<Option<Use>>) {
        let mut builder = PurchaseBuilder::default();
        let RowAttributes { columns, codes, .. } = self.attributes;
        let mut attributes: Vec<Attribute> = columns.into_iter().map(Attribute::new).collect();
        let counted = self.lines.iter().enumerate().filter(|(_, line)| line.booking == self.counted);
        for (place, line) in counted {
            let Line { customer, day, second, amount, refunded, .. } = *line;
            if amount < 0 || line.kind == Kind::Refund {
                let amount = amount.saturating_abs();
                builder.refund(Refund { customer, day, second, of: line.refund_of, amount });
                continue;
            }
            let renewal = line.kind == Kind::Subscription;
            let payment = Payment { amount, refunded, succeeded: !line.is_open, renewal };
            builder.receive(Received { customer, day, second, id: line.id, payment });
            for (attribute, codes) in attributes.iter_mut().zip(&codes) {
                attribute.note(customer, codes.get(place).copied().unwrap_or(0));
            }
        }
        let (segments, places) = settle(attributes, self.customers.len(), context);
        let customers = self.customers.finish(context);
        let (table, unmatched) = builder.finish(customers, segments, currency, as_of.unwrap_or(Day(0)));
        if unmatched > 0 {
            context.diagnostics.add(Diagnostic::new(Code::RefundUnmatched).count(unmatched));
        }
        (Dataset::Purchases(table), uses(context.headers.len(), &places))
    }
}

/// The part of a refund that is no tax: as much of it as of the payment.
fn share(refunded: i64, amount: i64, charged: i64) -> i64 {
    if charged <= 0 || amount == charged {
        return refunded;
    }
    let exact = divide_rounded(i128::from(refunded) * i128::from(amount), i128::from(charged));
    i64::try_from(exact).unwrap_or(i64::MAX)
}

/// What a line is a month, and the first day after its service; `None` for a service of no day. Whole calendar months
/// divide the amount by their number, also where the last day is written for the first one after it.
fn monthly(amount: i64, start: Day, end: Day) -> Option<(i64, Day)> {
    let next = Day(end.0.saturating_add(1));
    for until in [end, next] {
        let months = until.month().0 - start.month().0;
        if months > 0 && start.plus_months(months) == until {
            let units = divide_rounded(i128::from(amount), i128::from(months));
            return i64::try_from(units).ok().map(|units| (units, until));
        }
    }
    let days = i128::from(end.0) - i128::from(start.0);
    let units = (days > 0).then(|| divide_rounded(i128::from(amount) * 365, 12 * days))?;
    i64::try_from(units).ok().filter(|units| *units != i64::MIN).map(|units| (units, end))
}

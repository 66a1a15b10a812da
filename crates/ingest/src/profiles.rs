//! Known exports: which columns their makers' tables have, and what those mean (metrics.md 5.4). A profile is data.

use crate::date::{MonthReading, read_month};
use crate::fields::{Field, Shape};

/// An export that is known by its columns.
#[derive(Debug)]
pub(crate) struct Profile {
    /// What one row is; none for a table that says nothing without another one.
    pub(crate) shape: Option<Shape>,
    /// Headers that no other table has together.
    signature: &'static [&'static str],
    /// Whether all other headers are months.
    months: bool,
    /// Fields and their headers; of several for a field the first that is there counts.
    columns: &'static [(Field, &'static str)],
    /// Fields that may be found by their synonyms as well.
    pub(crate) open: &'static [Field],
    /// Rows that count: those that have in each of these columns one of these words, in the spelling of headers; `*` stands
    /// for any text at its place.
    keep: &'static [(&'static str, &'static [&'static str])],
    /// Whether amounts are in cents.
    pub(crate) minor_units: MinorUnits,
    /// Whether a cancelled subscription runs on until the end of what is paid.
    pub(crate) cancelled_runs_out: bool,
    /// Whether the record behind the header says more of the columns.
    second_header: bool,
    /// Whether satisfaction is rated from 0 to 2 and effort from 1 to 7, as HubSpot does.
    pub(crate) rates_to_two: bool,
    /// Whether the delimiter says which decimal separator was written: a semicolon leaves room for a comma.
    pub(crate) decimal_by_delimiter: bool,
}

/// Whether the amounts of an export are in cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MinorUnits {
    /// They are not.
    Never,
    /// They are.
    Always,
    /// They are if all of them are whole numbers from 100 on; a person is asked.
    IfWhole,
}

const PLAIN: Profile = Profile {
    shape: None,
    signature: &[],
    months: false,
    columns: &[],
    open: &[],
    keep: &[],
    minor_units: MinorUnits::Never,
    cancelled_runs_out: false,
    second_header: false,
    rates_to_two: false,
    decimal_by_delimiter: false,
};

/// What is asked stands in the header of surveys, in full.
const QUESTIONS: &[Field] = &[Field::Score, Field::Comment, Field::Customer];

const PROFILES: &[Profile] = &[
    // Our own report: the totals by period that its figures rest on. The figures follow from them.
    Profile {
        shape: Some(Shape::PeriodTable),
        signature: &[
            "period",
            "key",
            "variant",
            "status",
            "value",
            "unit",
            "numerator",
            "denominator",
            "n",
            "currency",
        ],
        columns: &[
            (Field::Period, "period"),
            (Field::Measure, "key"),
            (Field::MeasureValue, "value"),
            (Field::Currency, "currency"),
        ],
        keep: &[("variant", &["total"])],
        decimal_by_delimiter: true,
        ..PLAIN
    },
    // Stripe's list of subscriptions: its amount is the price of one of `Quantity`.
    Profile {
        shape: Some(Shape::Subscriptions),
        signature: &["Customer ID", "Status", "Amount", "Interval", "Current Period Start (UTC)"],
        columns: &[
            (Field::Customer, "Customer ID"),
            (Field::Email, "Customer Email"),
            (Field::Subscription, "id"),
            (Field::UnitPrice, "Amount"),
            (Field::Quantity, "Quantity"),
            (Field::Interval, "Interval"),
            (Field::Currency, "Currency"),
            (Field::Start, "Start Date (UTC)"),
            (Field::Start, "Start (UTC)"),
            (Field::Start, "Created (UTC)"),
            (Field::TrialEnd, "Trial End (UTC)"),
            (Field::End, "Ended At (UTC)"),
            (Field::TermEnd, "Current Period End (UTC)"),
            (Field::EndsWithTerm, "Cancel At Period End"),
            (Field::Cancelled, "Canceled At (UTC)"),
            (Field::Reason, "Cancellation Reason"),
            (Field::Status, "Status"),
        ],
        ..PLAIN
    },
    // The same with the price's own columns, as Stripe's interface names them: perhaps in cents, as there.
    Profile {
        shape: Some(Shape::Subscriptions),
        signature: &["Customer ID", "Status", "Plan Amount", "Plan Interval"],
        columns: &[
            (Field::Customer, "Customer ID"),
            (Field::Email, "Customer Email"),
            (Field::Subscription, "id"),
            (Field::UnitPrice, "Plan Amount"),
            (Field::Quantity, "Quantity"),
            (Field::Interval, "Plan Interval"),
            (Field::IntervalCount, "Plan Interval Count"),
            (Field::Currency, "Currency"),
            (Field::Currency, "Plan Currency"),
            (Field::Plan, "Plan Name"),
            (Field::Plan, "Plan"),
            (Field::Start, "Start Date (UTC)"),
            (Field::Start, "Start (UTC)"),
            (Field::Start, "Created (UTC)"),
            (Field::TrialEnd, "Trial End (UTC)"),
            (Field::End, "Ended At (UTC)"),
            (Field::TermEnd, "Current Period End (UTC)"),
            (Field::EndsWithTerm, "Cancel At Period End"),
            (Field::Cancelled, "Canceled At (UTC)"),
            (Field::Reason, "Cancellation Reason"),
            (Field::Status, "Status"),
        ],
        minor_units: MinorUnits::IfWhole,
        ..PLAIN
    },
    // Stripe's payments: what was charged has the tax in it, what was given back stands in the same row.
    Profile {
        shape: Some(Shape::Transactions),
        signature: &["id", "Amount", "Amount Refunded", "Currency", "Status", "Customer ID", "Captured", "Card ID"],
        columns: &[
            (Field::Customer, "Customer ID"),
            (Field::Email, "Customer Email"),
            (Field::Date, "Created (UTC)"),
            (Field::Date, "Created"),
            (Field::GrossAmount, "Amount"),
            (Field::Tax, "Tax"),
            (Field::Refund, "Amount Refunded"),
            (Field::Currency, "Currency"),
            (Field::Status, "Status"),
            (Field::PaymentId, "id"),
        ],
        keep: &[("Mode", &["live", ""]), ("Status", &["paid", "succeeded", "refunded", "partial refund"])],
        ..PLAIN
    },
    // Stripe's list of customers: what they paid stands in other lists.
    Profile { signature: &["id", "Email", "Delinquent", "Total Spend", "Payment Count"], ..PLAIN },
    // Stripe's MRR at the end of each month.
    Profile {
        shape: Some(Shape::MrrWide),
        signature: &["Customer ID", "Customer", "Customer Email", "Currency"],
        months: true,
        columns: &[(Field::Customer, "Customer ID"), (Field::Email, "Customer Email"), (Field::Currency, "Currency")],
        ..PLAIN
    },
    // Chargebee: columns of several objects, each with its object's name.
    Profile {
        shape: Some(Shape::Subscriptions),
        signature: &["subscriptions.id", "subscriptions.status", "subscriptions.started_at", "customers.id"],
        columns: &[
            (Field::Customer, "customers.id"),
            (Field::Email, "customers.email"),
            (Field::Subscription, "subscriptions.id"),
            (Field::Mrr, "subscriptions.mrr"),
            (Field::UnitPrice, "subscriptions.plan_unit_price"),
            (Field::Amount, "subscriptions.plan_amount"),
            (Field::Quantity, "subscriptions.plan_quantity"),
            (Field::Interval, "subscriptions.billing_period_unit"),
            (Field::IntervalCount, "subscriptions.billing_period"),
            (Field::Currency, "subscriptions.currency_code"),
            (Field::Start, "subscriptions.started_at"),
            (Field::Start, "subscriptions.start_date"),
            (Field::TrialEnd, "subscriptions.trial_end"),
            (Field::TermEnd, "subscriptions.current_term_end"),
            (Field::Cancelled, "subscriptions.cancelled_at"),
            (Field::Paused, "subscriptions.pause_date"),
            (Field::Resumed, "subscriptions.resume_date"),
            (Field::Status, "subscriptions.status"),
            (Field::Plan, "subscriptions.plan_id"),
        ],
        ..PLAIN
    },
    // Recurly: its current period says how often a price falls due, and what is cancelled runs out.
    Profile {
        shape: Some(Shape::Subscriptions),
        signature: &["uuid", "account_code", "plan_code", "state", "unit_amount", "current_period_ends_at"],
        columns: &[
            (Field::Customer, "account_code"),
            (Field::Email, "email"),
            (Field::Subscription, "uuid"),
            (Field::UnitPrice, "unit_amount"),
            (Field::Quantity, "quantity"),
            (Field::AddOns, "add_ons_total"),
            (Field::Currency, "currency"),
            (Field::Start, "activated_at"),
            (Field::TrialEnd, "trial_ends_at"),
            (Field::End, "expires_at"),
            (Field::ServiceStart, "current_period_started_at"),
            (Field::TermEnd, "current_period_ends_at"),
            (Field::Cancelled, "canceled_at"),
            (Field::Paused, "paused_at"),
            (Field::Status, "state"),
        ],
        cancelled_runs_out: true,
        ..PLAIN
    },
    // Paddle Billing's transactions: headings are the names of its interface.
    Profile {
        shape: Some(Shape::Transactions),
        signature: &["id", "status", "customer_id", "subscription_id", "origin", "collection_mode"],
        columns: &[
            (Field::Customer, "customer_id"),
            (Field::Date, "billed_at"),
            (Field::Date, "created_at"),
            (Field::Amount, "subtotal"),
            (Field::GrossAmount, "grand_total"),
            (Field::GrossAmount, "total"),
            (Field::Tax, "tax"),
            (Field::Currency, "currency_code"),
            (Field::Currency, "currency"),
            (Field::Status, "status"),
            (Field::LineType, "origin"),
            (Field::PaymentId, "id"),
        ],
        keep: &[("status", &["completed", "paid", "billed"])],
        ..PLAIN
    },
    // ChartMogul's line items name their invoice; the customer must be joined to them.
    Profile {
        shape: Some(Shape::Transactions),
        signature: &["Invoice external ID", "Amount in cents", "Service period start", "Service period end"],
        columns: &[
            (Field::Customer, "Customer external ID"),
            (Field::Date, "Invoiced date"),
            (Field::Date, "Service period start"),
            (Field::GrossAmount, "Amount in cents"),
            (Field::Tax, "Tax amount"),
            (Field::Currency, "Currency"),
            (Field::LineType, "Type"),
            (Field::ServiceStart, "Service period start"),
            (Field::ServiceEnd, "Service period end"),
            (Field::PaymentId, "Invoice external ID"),
        ],
        minor_units: MinorUnits::Always,
        ..PLAIN
    },
    // ChartMogul's calculated subscriptions: MRR in cents.
    Profile {
        shape: Some(Shape::Subscriptions),
        signature: &["CUSTOMER_UUID", "CUSTOMER_EXTERNAL_IDS", "PLAN_NAME", "MRR", "ARR", "INTERVAL_UNIT"],
        columns: &[
            (Field::Customer, "CUSTOMER_UUID"),
            (Field::Mrr, "MRR"),
            (Field::Currency, "CURRENCY"),
            (Field::Plan, "PLAN_NAME"),
        ],
        open: &[Field::Start, Field::End],
        minor_units: MinorUnits::Always,
        ..PLAIN
    },
    // Baremetrics: prices in cents, one plan a row.
    Profile {
        shape: Some(Shape::Subscriptions),
        signature: &["plan_oid", "plan_amount", "plan_interval", "customer_oid", "subscription_started_at"],
        columns: &[
            (Field::Customer, "customer_oid"),
            (Field::Email, "customer_email"),
            (Field::UnitPrice, "plan_amount"),
            (Field::Quantity, "subscription_quantity"),
            (Field::Interval, "plan_interval"),
            (Field::IntervalCount, "plan_interval_count"),
            (Field::Currency, "plan_currency"),
            (Field::Plan, "plan_name"),
            (Field::Start, "subscription_started_at"),
            (Field::Cancelled, "subscription_canceled_at"),
        ],
        minor_units: MinorUnits::Always,
        ..PLAIN
    },
    // PayPal's activities, of which payments and refunds count: a refund stands under the shop's own address and names the
    // payment.
    Profile {
        shape: Some(Shape::Transactions),
        signature: &["Datum", "Typ", "Brutto", "Gebühr", "Absender E-Mail-Adresse", "Transaktionscode"],
        columns: &[
            (Field::Customer, "Absender E-Mail-Adresse"),
            (Field::Date, "Datum"),
            (Field::GrossAmount, "Brutto"),
            (Field::Tax, "Umsatzsteuer"),
            (Field::Currency, "Währung"),
            (Field::Status, "Status"),
            (Field::LineType, "Typ"),
            (Field::PaymentId, "Transaktionscode"),
            (Field::RefundOf, "Zugehöriger Transaktionscode"),
        ],
        keep: &[("Typ", &["*zahlung*", "*erstattung*"])],
        ..PLAIN
    },
    Profile {
        shape: Some(Shape::Transactions),
        signature: &["Date", "Type", "Gross", "Fee", "From Email Address", "Transaction ID"],
        columns: &[
            (Field::Customer, "From Email Address"),
            (Field::Date, "Date"),
            (Field::GrossAmount, "Gross"),
            (Field::Tax, "Sales Tax"),
            (Field::Currency, "Currency"),
            (Field::Status, "Status"),
            (Field::LineType, "Type"),
            (Field::PaymentId, "Transaction ID"),
            (Field::RefundOf, "Reference Txn ID"),
        ],
        keep: &[("Type", &["*payment*", "*refund*"])],
        ..PLAIN
    },
    // Shopify's orders: what is of the whole order stands in its first line.
    Profile {
        shape: Some(Shape::Transactions),
        signature: &["Name", "Email", "Financial Status", "Total", "Lineitem quantity", "Lineitem price"],
        columns: &[
            (Field::Customer, "Email"),
            (Field::Date, "Created at"),
            (Field::GrossAmount, "Total"),
            (Field::Tax, "Taxes"),
            (Field::Refund, "Refunded Amount"),
            (Field::Currency, "Currency"),
            (Field::Status, "Financial Status"),
            (Field::PaymentId, "Name"),
            (Field::Segment, "Source"),
            (Field::Segment, "Billing Country"),
        ],
        keep: &[("Total", &["*"])],
        ..PLAIN
    },
    // DATEV's bookings: the side of the account decides the sign.
    Profile {
        shape: Some(Shape::Transactions),
        signature: &[
            "Umsatz (ohne Soll/Haben-Kz)",
            "Soll/Haben-Kennzeichen",
            "Konto",
            "Gegenkonto (ohne BU-Schlüssel)",
            "Belegdatum",
        ],
        columns: &[
            (Field::Customer, "Konto"),
            (Field::CounterAccount, "Gegenkonto (ohne BU-Schlüssel)"),
            (Field::DebitCredit, "Soll/Haben-Kennzeichen"),
            (Field::Amount, "Umsatz (ohne Soll/Haben-Kz)"),
            (Field::Currency, "WKZ Umsatz"),
            (Field::Date, "Belegdatum"),
            (Field::PaymentId, "Belegfeld 1"),
        ],
        ..PLAIN
    },
    // Typeform: questions between the number and the dates.
    Profile {
        shape: Some(Shape::Survey),
        signature: &["#", "Start Date (UTC)", "Submit Date (UTC)", "Network ID"],
        columns: &[(Field::ResponseId, "#"), (Field::Date, "Submit Date (UTC)")],
        open: QUESTIONS,
        keep: &[("Response Type", &["completed"])],
        ..PLAIN
    },
    // SurveyMonkey: sub-questions stand below the questions.
    Profile {
        shape: Some(Shape::Survey),
        signature: &["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address"],
        columns: &[(Field::ResponseId, "Respondent ID"), (Field::Date, "End Date"), (Field::Email, "Email Address")],
        open: QUESTIONS,
        keep: &[("Respondent ID", &["*"])],
        second_header: true,
        ..PLAIN
    },
    // Qualtrics: ids, then questions, then a record for its own import.
    Profile {
        shape: Some(Shape::Survey),
        signature: &["StartDate", "EndDate", "Status", "Progress", "Finished", "RecordedDate", "ResponseId"],
        columns: &[(Field::ResponseId, "ResponseId"), (Field::Date, "RecordedDate"), (Field::Email, "RecipientEmail")],
        open: QUESTIONS,
        keep: &[
            ("Finished", &["true", "1", "wahr"]),
            ("Status", &["ip address", "0", "ip adresse", "imported", "anonymous", "email"]),
        ],
        second_header: true,
        ..PLAIN
    },
    // Formbricks.
    Profile {
        shape: Some(Shape::Survey),
        signature: &["No.", "Response ID", "Timestamp", "Finished", "Survey ID"],
        columns: &[(Field::ResponseId, "Response ID"), (Field::Date, "Timestamp"), (Field::Respondent, "User ID")],
        open: QUESTIONS,
        keep: &[("Finished", &["yes", "true", "1"])],
        ..PLAIN
    },
    // HubSpot's feedback submissions, by the names of its fields.
    Profile {
        shape: Some(Shape::Survey),
        signature: &["hs_survey_type", "hs_value"],
        columns: &[
            (Field::SurveyType, "hs_survey_type"),
            (Field::Score, "hs_value"),
            (Field::Comment, "hs_content"),
            (Field::ResponseId, "hs_object_id"),
            (Field::ResponseId, "id"),
            (Field::Date, "hs_submission_timestamp"),
            (Field::Date, "hs_createdate"),
            (Field::Date, "createdAt"),
            (Field::Segment, "hs_survey_name"),
            (Field::Segment, "hs_survey_channel"),
        ],
        open: &[Field::Customer, Field::Email],
        rates_to_two: true,
        ..PLAIN
    },
    // Delighted.
    Profile {
        shape: Some(Shape::Survey),
        signature: &["id", "person", "survey_type", "score", "comment", "permalink", "created_at"],
        columns: &[
            (Field::ResponseId, "id"),
            (Field::Respondent, "person"),
            (Field::SurveyType, "survey_type"),
            (Field::Score, "score"),
            (Field::Comment, "comment"),
            (Field::Date, "created_at"),
        ],
        ..PLAIN
    },
];

fn has(headers: &[String], name: &str) -> bool {
    headers.iter().any(|header| header == name)
}

/// The export whose columns these are.
pub(crate) fn find(headers: &[String]) -> Option<&'static Profile> {
    PROFILES.iter().find(|profile| {
        let is_month = |header: &String| {
            profile.signature.contains(&header.as_str()) || !matches!(read_month(header, None), MonthReading::Text)
        };
        profile.signature.iter().all(|name| has(headers, name)) && (!profile.months || headers.iter().all(is_month))
    })
}

/// Whether an export has a column of this name.
pub(crate) fn names(header: &str) -> bool {
    PROFILES.iter().any(|profile| profile.signature.contains(&header))
}

/// The header as people read it, where an export says more of its columns in the record behind.
pub(crate) fn labelled(header: &[String], second: Option<&Vec<String>>) -> Vec<String> {
    let mut labelled = header.to_vec();
    let (Some(profile), Some(second)) = (find(header), second) else { return labelled };
    if !profile.second_header {
        return labelled;
    }
    let mut question = String::new();
    for (name, more) in labelled.iter_mut().zip(second) {
        let is_known = profile.signature.contains(&name.as_str())
            || profile.columns.iter().any(|(_, column)| column == name)
            || profile.keep.iter().any(|(column, _)| column == name);
        if !name.is_empty() {
            question.clone_from(name);
        }
        if is_known || more.is_empty() || more.starts_with('{') {
            continue;
        }
        // An id says nothing beside its question; a question beside a sub-question does.
        let is_id = name.len() <= 8 && name.starts_with('Q');
        let is_whole = matches!(more.as_str(), "Response" | "Open-Ended Response" | "Antwort" | "Offene Antwort");
        *name = match () {
            () if is_id => more.clone(),
            () if is_whole => question.clone(),
            () => [question.as_str(), more].join(": "),
        };
    }
    labelled
}

impl Profile {
    /// What its columns mean, beside what a person has chosen.
    pub(crate) fn complete(
        &self,
        headers: &[String],
        chosen: &[(Field, String)],
        unused: &[String],
    ) -> Vec<(Field, String)> {
        let mut map = chosen.to_vec();
        for (field, name) in self.columns {
            let is_taken = |(known, header): &(Field, String)| {
                header == name || known == field && !matches!(field, Field::Segment | Field::Plan)
            };
            if !map.iter().any(is_taken) && has(headers, name) && !has(unused, name) {
                map.push((*field, (*name).to_owned()));
            }
        }
        map
    }

    /// The places of the columns that decide whether a row counts, with the words that make it count.
    pub(crate) fn kept(&self, headers: &[String]) -> Vec<(usize, &'static [&'static str])> {
        let place = |name: &str| headers.iter().position(|header| header == name);
        self.keep.iter().filter_map(|(name, words)| Some((place(name)?, *words))).collect()
    }
}

/// Whether a cell, in the spelling of headers, has one of these words.
pub(crate) fn is_one_of(cell: &str, words: &[&str]) -> bool {
    words.iter().any(|word| match (word.strip_prefix('*'), word.strip_suffix('*')) {
        (Some(""), _) => !cell.is_empty(),
        (Some(inner), Some(_)) => cell.contains(inner.trim_end_matches('*')),
        _ => cell == *word,
    })
}

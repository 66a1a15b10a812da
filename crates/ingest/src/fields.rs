//! Fields, the headers that name them, and which of them a shape needs (metrics.md 5.2, 5.3).

use borsh::{BorshDeserialize, BorshSerialize};
use keeprate_metrics::order::ordered;
use keeprate_metrics::period::Month;
use serde::{Deserialize, Serialize};

use crate::date::{MonthReading, read_month, with_year};
use crate::diagnosis::Language;
use crate::headers::{Header, normalize};
use crate::import::Options;
use crate::profiles::{self, Profile};
use crate::shape::Form;

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident $key:literal $kind:ident [$($synonym:literal),* $(,)?];)*) => {
        /// What a column means.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
        pub enum Field {
            $(
                $(#[$doc])*
                #[serde(rename = $key)]
                $name,
            )*
        }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Field] = &[$(Field::$name),*];

            fn row(self) -> (&'static str, Kind, &'static [&'static str]) {
                match self {
                    $(Field::$name => ($key, Kind::$kind, &[$($synonym),*]),)*
                }
            }
        }
    };
}

/// How a header may name a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// By a synonym, or by one as whole words inside the header: ids, dates and amounts.
    Inside,
    /// By a synonym only.
    Exact,
    /// By a synonym only, and several columns may: attributes.
    Many,
    /// By a synonym, or by a header that begins with one of those that end with a space: questions in full.
    Start,
}

fields! {
    /// Who pays.
    Customer "customer" Inside [
        "customer", "customer id", "customer no", "customer number", "client", "client id", "account", "account id",
        "account code", "account name", "company", "company id", "organization", "organisation", "tenant", "workspace",
        "external id", "customer external id", "subscriber", "kunde", "kunden id", "kundennr", "kunden nr",
        "kundennummer", "kundenname", "debitor", "debitorennummer", "konto", "kontonummer", "firma", "unternehmen",
        "mandant", "auftraggeber",
    ];
    /// An e-mail address; the customer where no other column is.
    Email "email" Exact [
        "email", "e mail", "customer email", "email address", "user email", "e mail adresse", "mail", "emailadresse",
    ];
    /// The month of a row.
    Month "month" Inside [
        "month", "period", "year month", "date", "billing month", "monat", "zeitraum", "abrechnungsmonat", "jahr monat",
        "stichtag",
    ];
    /// Monthly recurring revenue.
    Mrr "mrr" Inside [
        "mrr", "monthly recurring revenue", "recurring revenue", "monthly revenue", "mrr amount", "monthly charges",
        "monthly charge", "monatlich wiederkehrender umsatz", "monatsumsatz", "umsatz pro monat",
        "monatlicher umsatz", "wiederkehrender umsatz",
    ];
    /// The currency of a row.
    Currency "currency" Exact ["currency", "currency code", "ccy", "waehrung", "wkz"];
    /// The plan.
    Plan "plan" Many [
        "plan", "plan id", "plan name", "plan code", "product", "price id", "tier", "package", "tarif", "paket",
        "produkt", "abomodell", "edition",
    ];
    /// An attribute of the customer.
    Segment "segment" Many [
        "segment", "size", "industry", "country", "region", "channel", "customer type", "kundengruppe", "kundentyp",
        "branche", "land", "groesse", "vertriebskanal",
    ];
    /// Whether the customer has left.
    Churned "churned" Exact [
        "churn", "churned", "churn label", "attrition", "exited", "cancelled", "gekuendigt", "abgewandert", "verloren",
    ];
    /// Lifetime in months.
    Tenure "tenure" Exact [
        "tenure", "tenure months", "months", "lifetime months", "age months", "laufzeit monate", "vertragsdauer",
        "kundendauer", "monate",
    ];
    /// The subscription that a row is, or is a version of.
    Subscription "subscription" Exact [
        "subscription", "subscription id", "subscription external id", "contract", "contract id", "uuid", "abo", "abo id",
        "abonnement", "vertrag", "vertragsnummer", "vertragsnr", "vertrags id",
    ];
    /// The first day of the relation.
    Start "start" Inside [
        "start", "start date", "started at", "start utc", "activated at", "activation date", "subscription start",
        "begin", "valid from", "effective date", "contract start", "from", "beginn", "startdatum", "vertragsbeginn",
        "abobeginn", "laufzeitbeginn", "gueltig ab", "aktiv seit", "kunde seit", "von",
    ];
    /// The day on which a service ends.
    End "end" Inside [
        "end", "end date", "ended at", "expires at", "expiry", "expiration date", "terminated at", "valid to",
        "contract end", "churn date", "churned at", "to", "ende", "enddatum", "vertragsende", "laufzeitende", "aboende",
        "gueltig bis", "beendet am", "gekuendigt zum", "kuendigung zum", "bis",
    ];
    /// The day up to which a service is paid.
    TermEnd "term_end" Exact [
        "current period end", "current period ends at", "current term end", "period end", "term end", "bezahlt bis",
    ];
    /// Whether it ends on that day.
    EndsWithTerm "ends_with_term" Exact ["cancel at period end", "cancels at period end"];
    /// The day of the cancellation.
    Cancelled "cancelled_at" Inside [
        "canceled at", "cancelled at", "cancellation date", "canceled", "cancel date", "kuendigungsdatum",
        "gekuendigt am", "kuendigung am", "storniert am", "stornodatum",
    ];
    /// Why it was cancelled.
    Reason "reason" Exact [
        "cancellation reason", "cancel reason", "churn reason", "reason for cancellation", "kuendigungsgrund",
        "abwanderungsgrund", "grund der kuendigung",
    ];
    /// The day on which a trial ends.
    TrialEnd "trial_end" Inside [
        "trial end", "trial ends at", "trial end date", "testphase bis", "testende", "ende testphase", "probe bis",
    ];
    /// The first day of a pause.
    Paused "paused_at" Exact ["pause date", "paused at", "pause start", "pausiert ab", "pause von"];
    /// The first day after a pause.
    Resumed "resumed_at" Exact [
        "resume date", "resumed at", "pause end", "pausiert bis", "pause bis", "fortgesetzt am",
    ];
    /// What a billing period costs.
    Amount "amount" Inside [
        "amount", "price", "plan amount", "total", "net amount", "subtotal", "recurring amount", "fee", "value", "betrag",
        "preis", "nettobetrag", "netto", "abopreis", "gebuehr", "umsatz", "beitrag", "grundgebuehr",
    ];
    /// The same with tax.
    GrossAmount "gross_amount" Inside [
        "gross", "gross amount", "amount gross", "gross price", "price gross", "gross total", "total gross",
        "total incl tax", "amount incl tax", "incl tax", "incl vat", "brutto", "bruttobetrag", "betrag brutto",
        "bruttopreis", "preis brutto", "bruttoumsatz", "umsatz brutto", "inkl mwst", "inkl mw st", "inkl ust",
        "inkl umsatzsteuer",
    ];
    /// The tax in it.
    Tax "tax" Exact [
        "tax", "taxes", "vat", "tax amount", "vat amount", "sales tax", "steuer", "mwst", "ust", "umsatzsteuer", "mehrwertsteuer",
        "steuerbetrag", "mwst betrag",
    ];
    /// What one of several costs in a billing period.
    UnitPrice "unit_price" Inside [
        "unit amount", "unit price", "unit price gross", "gross unit price", "price per seat", "price per unit", "einzelpreis", "stueckpreis",
        "preis pro platz", "preis je lizenz",
    ];
    /// What is added to the price, whatever the quantity.
    AddOns "add_ons" Exact ["add ons", "add ons total", "zusatzleistungen"];
    /// How many.
    Quantity "quantity" Exact [
        "quantity", "qty", "seats", "licenses", "units", "menge", "anzahl", "lizenzen", "plaetze", "stueck",
    ];
    /// The unit of a billing period.
    Interval "interval" Exact [
        "interval", "billing interval", "billing period", "billing period unit", "interval unit", "billing cycle",
        "frequency", "term", "plan interval", "intervall", "abrechnungsintervall", "abrechnungszeitraum",
        "zahlungsweise", "turnus", "zyklus", "laufzeit", "zahlungsrhythmus",
    ];
    /// How many of it make a billing period.
    IntervalCount "interval_count" Exact [
        "interval count", "plan interval count", "billing interval count", "billing period count", "intervallanzahl",
        "anzahl intervalle",
    ];
    /// What is taken off the price.
    Discount "discount" Exact [
        "discount", "discount %", "discount percent", "discount amount", "coupon percent off", "coupon amount off",
        "rabatt", "rabatt %", "rabatt prozent", "nachlass",
    ];
    /// Whether it is taken off once, for a time or always.
    DiscountDuration "discount_duration" Exact [
        "discount duration", "discount type", "coupon duration", "rabattart", "rabattdauer", "rabatttyp",
    ];
    /// The first day without it.
    DiscountEnd "discount_end" Exact [
        "discount end", "discount end date", "discount ends at", "discount until", "coupon end", "rabatt bis",
        "rabattende", "rabatt ende", "rabatt gueltig bis",
    ];
    /// What of a payment was given back.
    Refund "refund" Exact [
        "amount refunded", "refund", "refunded", "refunded amount", "refund amount", "erstattet", "erstattung",
        "gutschrift", "erstattungsbetrag",
    ];
    /// What a payment is for: a subscription, something once, a refund.
    LineType "line_type" Exact [
        "type", "line type", "charge type", "transaction type", "typ", "art", "positionsart", "buchungsart",
    ];
    /// The first day of the service that a payment is for.
    ServiceStart "service_start" Exact [
        "service period start", "service start", "period start", "current period start", "leistungszeitraum von",
        "leistung von", "leistungsbeginn", "abrechnungszeitraum von",
    ];
    /// The day on which that service ends.
    ServiceEnd "service_end" Exact [
        "service period end", "service end", "period end", "current period end", "leistungszeitraum bis", "leistung bis",
        "leistungsende", "abrechnungszeitraum bis",
    ];
    /// The account on the other side of a booking.
    CounterAccount "counter_account" Exact ["gegenkonto", "counter account", "contra account", "offset account"];
    /// On which side of its account a booking stands.
    DebitCredit "debit_credit" Exact [
        "soll haben kennzeichen", "soll haben kz", "soll haben", "s h", "s/h", "debit credit", "dc indicator",
    ];
    /// The number by which a refund names a payment.
    PaymentId "payment_id" Exact [
        "transaction id", "payment id", "charge id", "invoice id", "invoice number", "invoice no", "order id",
        "order number", "rechnungsnummer", "rechnungsnr", "belegnummer", "bestellnummer", "transaktionscode",
        "transaktionsnummer",
    ];
    /// The number of the payment that a refund is for.
    RefundOf "refund_of" Exact [
        "refund of", "reference txn id", "original transaction id", "original payment id", "original invoice id",
        "parent transaction id", "erstattung zu", "gutschrift zu", "zugehoeriger transaktionscode",
    ];
    /// By how much MRR changed.
    MrrChange "mrr_change" Exact [
        "delta", "change", "mrr change", "mrr delta", "delta mrr", "change in mrr", "mrr movement", "aenderung",
        "veraenderung", "mrr aenderung", "mrr veraenderung", "differenz", "mrr differenz",
    ];
    /// MRR before a change.
    MrrBefore "mrr_before" Exact [
        "old", "old mrr", "mrr old", "previous mrr", "mrr before", "alt", "altes mrr", "alter mrr", "mrr alt",
        "mrr vorher",
    ];
    /// MRR after a change.
    MrrAfter "mrr_after" Exact [
        "new", "new mrr", "mrr new", "mrr after", "current mrr", "neu", "neues mrr", "neuer mrr", "mrr neu",
        "mrr nachher",
    ];
    /// Whether a subscription is active, or a payment went through.
    Status "status" Exact ["status", "state", "zustand", "abostatus"];
    /// Who used the product.
    User "user" Inside [
        "user", "user id", "distinct id", "person", "person id", "uid", "profile id", "visitor id", "nutzer",
        "nutzer id", "benutzer", "benutzer id", "anwender",
    ];
    /// When something was done.
    Timestamp "timestamp" Exact [
        "timestamp", "time", "event time", "occurred at", "created at", "date", "zeit", "zeitpunkt", "zeitstempel",
        "datum uhrzeit", "ereigniszeit", "datum",
    ];
    /// What was done.
    Event "event" Exact [
        "event", "event name", "action", "activity", "ereignis", "aktion", "aktivitaet",
    ];
    /// The label of a period.
    Period "period" Exact [
        "period", "month", "quarter", "year", "zeitraum", "periode", "monat", "quartal", "jahr",
    ];
    /// Customers just before the period.
    CustomersStart "customers_start" Exact [
        "customers start", "starting customers", "opening customers", "kunden anfang", "anfangsbestand",
        "kunden zu beginn",
    ];
    /// Customers just before the next period.
    CustomersEnd "customers_end" Exact ["customers end", "ending customers", "kunden ende", "endbestand"];
    /// Customers won.
    CustomersNew "customers_new" Exact [
        "new customers", "customers added", "customers new", "neukunden", "neue kunden", "gewonnene kunden",
    ];
    /// Customers lost.
    CustomersLost "customers_lost" Exact [
        "lost customers", "churned customers", "customers lost", "verlorene kunden", "abgaenge", "kuendigungen",
        "churn kunden",
    ];
    /// Customers who came back.
    CustomersReactivated "customers_reactivated" Exact [
        "reactivated customers", "customers reactivated", "reaktivierte kunden", "rueckgewonnene kunden",
    ];
    /// MRR just before the period.
    MrrStart "mrr_start" Exact ["starting mrr", "mrr start", "opening mrr", "mrr anfang", "mrr zu beginn"];
    /// MRR of new customers.
    MrrNew "mrr_new" Exact ["new mrr", "mrr new", "new business mrr", "neu mrr", "neues mrr", "neugeschaeft"];
    /// MRR of customers who came back.
    MrrReactivation "mrr_reactivation" Exact ["reactivation mrr", "mrr reactivation", "reaktivierung"];
    /// Additional MRR of customers.
    MrrExpansion "mrr_expansion" Exact [
        "expansion mrr", "mrr expansion", "upgrade mrr", "upsell", "expansion", "erweiterung",
    ];
    /// Reduced MRR of customers.
    MrrContraction "mrr_contraction" Exact [
        "contraction mrr", "mrr contraction", "downgrade mrr", "contraction", "kontraktion", "downgrade", "herabstufung",
    ];
    /// MRR of customers who left.
    MrrChurn "mrr_churn" Exact [
        "churned mrr", "churn mrr", "mrr churn", "lost mrr", "cancelled mrr", "verlorenes mrr", "gekuendigtes mrr",
        "abwanderung",
    ];
    /// MRR just before the next period.
    MrrEnd "mrr_end" Exact ["ending mrr", "mrr end", "closing mrr", "mrr ende"];
    /// Sales and marketing cost.
    SalesAndMarketing "sales_and_marketing" Exact [
        "sales and marketing", "s m", "s&m", "cac spend", "vertrieb und marketing", "vertriebskosten", "marketingkosten",
    ];
    /// Gross margin.
    GrossMargin "gross_margin" Exact ["gross margin", "bruttomarge", "rohmarge"];
    /// Revenue of the period.
    Revenue "revenue" Exact ["revenue", "umsatz"];
    /// Net burn of the period.
    NetBurn "net_burn" Exact ["net burn", "nettoburn", "mittelabfluss"];
    /// Which total a row of a period table holds, where each total has a row of its own.
    Measure "measure" Exact [];
    /// That total.
    MeasureValue "measure_value" Exact [];
    /// The score of an answer.
    Score "score" Start [
        "score", "rating", "nps ", "csat ", "ces ", "net promoter score ", "answer", "customer satisfaction ",
        "satisfaction ", "customer effort score ", "effort ", "grade ", "how likely are you to recommend ",
        "how satisfied ", "how easy ", "how would you rate ", "how do you rate ", "on a scale of ", "on a scale from ",
        "bewertung", "punkte", "note", "schulnote ", "wert", "zufriedenheit ",
        "kundenzufriedenheit ", "aufwand ", "weiterempfehlung ", "wie wahrscheinlich ", "wie zufrieden ", "wie einfach ",
        "wie bewerten ", "wie bewertest ", "auf einer skala von ",
    ];
    /// What was asked: NPS, CSAT, CES or an open question.
    SurveyType "survey_type" Exact [
        "survey type", "kind", "type", "metric", "question", "umfragetyp", "fragetyp", "kennzahl", "frage",
    ];
    /// The lowest point of the scale.
    ScaleMin "scale_min" Exact ["scale min"];
    /// The highest point of the scale.
    ScaleMax "scale_max" Exact ["scale max"];
    /// What was written.
    Comment "comment" Exact [
        "comment", "comments", "feedback", "reason", "open text", "why", "kommentar", "begruendung", "freitext",
        "anmerkung",
    ];
    /// The id of a response.
    ResponseId "response_id" Exact ["id", "response id", "antwort id"];
    /// Who answered, where a customer can have several respondents.
    Respondent "respondent" Exact [
        "respondent", "respondent id", "person", "person id", "contact", "teilnehmer", "befragter", "ansprechpartner",
    ];
    /// When it was answered, paid or changed.
    Date "date" Exact [
        "date", "answered at", "created", "created at", "submitted at", "submit date", "response date", "end date",
        "timestamp", "invoiced date", "invoice date", "paid at", "payment date", "transaction date", "billed at",
        "order date", "purchase date", "change date", "changed at", "datum", "zeitstempel", "erstellt am",
        "beantwortet am", "rechnungsdatum", "belegdatum", "zahlungsdatum", "buchungsdatum", "bestelldatum",
        "kaufdatum", "aenderungsdatum", "geaendert am",
    ];
    /// When it was asked: known so that no groups are made of it.
    ShownAt "shown_at" Exact ["shown at"];
    /// Whether the respondent did not go on to the end.
    Partial "partial" Exact ["partial"];
    /// Invitations sent.
    Sent "sent" Exact ["sent", "invited", "versendet", "eingeladen"];
    /// Invitations not delivered.
    Bounced "bounced" Exact ["bounced", "unzustellbar"];
    /// Valid responses.
    Responses "responses" Exact ["responses", "antworten"];
    /// Answers 9 and 10.
    Promoters "promoters" Exact ["promoters", "promotoren"];
    /// Answers 7 and 8.
    Passives "passives" Exact ["passives", "passive", "indifferente"];
    /// Answers 0 to 6.
    Detractors "detractors" Exact ["detractors", "kritiker", "detraktoren"];
}

impl Field {
    /// The name used in mappings and reports: `customers_start`.
    pub fn key(self) -> &'static str {
        self.row().0
    }

    /// The field of a name.
    pub fn parse(key: &str) -> Option<Field> {
        Field::ALL.iter().copied().find(|field| field.key() == key)
    }

    /// Whether several columns may hold it: attributes.
    pub fn allows_many(self) -> bool {
        self.kind() == Kind::Many
    }

    /// The measure of a period table that a cell names: by its key, or by a header's synonym.
    pub(crate) fn measure(cell: &str) -> Option<Field> {
        let header = normalize(cell);
        MEASURES.iter().copied().find(|field| field.key() == cell || field.is_named_by(&header))
    }

    fn synonyms(self) -> &'static [&'static str] {
        self.row().2
    }

    fn kind(self) -> Kind {
        self.row().1
    }

    /// Whether a header is one of its names, or begins with one of those that may be followed by anything.
    fn is_named_by(self, header: &Header) -> bool {
        let names = |synonym: &&str| header.is(synonym) || synonym.ends_with(' ') && header.words.starts_with(*synonym);
        self.synonyms().iter().any(names)
    }
}

/// What one row of a file is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// One subscription, or a version of one.
    Subscriptions,
    /// A change of one customer's MRR.
    MrrChanges,
    /// One customer with a churn flag.
    CustomerStatus,
    /// One customer in one month.
    MrrLong,
    /// One customer, the months in columns.
    MrrWide,
    /// One answer to a survey.
    Survey,
    /// What one user did at one time.
    Events,
    /// A payment, an invoice, or a line of one.
    Transactions,
    /// The totals of one period.
    PeriodTable,
    /// One customer and who that is: a table that says something beside another one alone.
    Customers,
}

impl Shape {
    /// Every shape, in the order that decides between equally good ones.
    pub const ALL: &'static [Shape] = &[
        Shape::Subscriptions,
        Shape::MrrChanges,
        Shape::CustomerStatus,
        Shape::MrrLong,
        Shape::MrrWide,
        Shape::Survey,
        Shape::Events,
        Shape::Transactions,
        Shape::PeriodTable,
        Shape::Customers,
    ];

    /// The name used in options and reports: `mrr_long`.
    pub fn key(self) -> &'static str {
        match self {
            Shape::Subscriptions => "subscriptions",
            Shape::MrrChanges => "mrr_changes",
            Shape::CustomerStatus => "customer_status",
            Shape::MrrLong => "mrr_long",
            Shape::MrrWide => "mrr_wide",
            Shape::Survey => "survey",
            Shape::Events => "events",
            Shape::Transactions => "transactions",
            Shape::PeriodTable => "period_table",
            Shape::Customers => "customers",
        }
    }

    /// The shape of a name.
    pub fn parse(key: &str) -> Option<Shape> {
        Shape::ALL.iter().copied().find(|shape| shape.key() == key)
    }

    /// The fields that a row can hold, those first without which it is no such row.
    pub fn fields(self) -> impl Iterator<Item = Field> {
        self.required().iter().chain(self.optional()).copied()
    }

    fn required(self) -> &'static [Field] {
        match self {
            Shape::Subscriptions => &[Field::Customer, Field::Start],
            Shape::MrrChanges | Shape::Transactions => &[Field::Customer, Field::Date],
            Shape::CustomerStatus => &[Field::Customer, Field::Churned],
            Shape::MrrLong => &[Field::Customer, Field::Month, Field::Mrr],
            Shape::MrrWide | Shape::Customers => &[Field::Customer],
            Shape::Survey => &[Field::Score],
            Shape::Events => &[Field::User, Field::Timestamp],
            Shape::PeriodTable => &[Field::Period],
        }
    }

    fn optional(self) -> &'static [Field] {
        match self {
            Shape::Subscriptions => &[
                Field::Email,
                Field::Subscription,
                Field::Mrr,
                Field::Amount,
                Field::GrossAmount,
                Field::Tax,
                Field::UnitPrice,
                Field::AddOns,
                Field::Quantity,
                Field::ServiceStart,
                Field::Interval,
                Field::IntervalCount,
                Field::Discount,
                Field::DiscountDuration,
                Field::DiscountEnd,
                Field::Currency,
                Field::End,
                Field::TermEnd,
                Field::EndsWithTerm,
                Field::Cancelled,
                Field::Reason,
                Field::TrialEnd,
                Field::Paused,
                Field::Resumed,
                Field::Status,
                Field::Plan,
                Field::Segment,
            ],
            Shape::MrrChanges => &[
                Field::Email,
                Field::MrrChange,
                Field::MrrBefore,
                Field::MrrAfter,
                Field::Mrr,
                Field::LineType,
                Field::Currency,
                Field::Plan,
                Field::Segment,
            ],
            Shape::Transactions => &[
                Field::Email,
                Field::Amount,
                Field::GrossAmount,
                Field::UnitPrice,
                Field::Quantity,
                Field::Tax,
                Field::Refund,
                Field::LineType,
                Field::Status,
                Field::ServiceStart,
                Field::ServiceEnd,
                Field::PaymentId,
                Field::RefundOf,
                Field::CounterAccount,
                Field::DebitCredit,
                Field::Interval,
                Field::Mrr,
                Field::Currency,
                Field::Plan,
                Field::Segment,
            ],
            Shape::CustomerStatus => {
                &[Field::Email, Field::Tenure, Field::Start, Field::Mrr, Field::Currency, Field::Plan, Field::Segment]
            }
            Shape::MrrLong | Shape::MrrWide => &[Field::Email, Field::Currency, Field::Plan, Field::Segment],
            Shape::Survey => &[
                Field::Customer,
                Field::Email,
                Field::Plan,
                Field::Segment,
                Field::SurveyType,
                Field::ScaleMin,
                Field::ScaleMax,
                Field::Comment,
                Field::ResponseId,
                Field::Respondent,
                Field::Date,
                Field::ShownAt,
                Field::Partial,
            ],
            Shape::Events => &[Field::Event, Field::Email, Field::Customer, Field::Plan, Field::Segment],
            Shape::PeriodTable => &OF_PERIODS,
            Shape::Customers => &[Field::Email, Field::Plan, Field::Segment],
        }
    }
}

/// What a period table can hold beside its periods: what its amounts are in, the two columns of a table with a row for each
/// total, and the totals.
const OF_PERIODS: [Field; 25] = [
    Field::Currency,
    Field::Measure,
    Field::MeasureValue,
    Field::CustomersStart,
    Field::CustomersEnd,
    Field::CustomersNew,
    Field::CustomersLost,
    Field::CustomersReactivated,
    Field::MrrStart,
    Field::MrrNew,
    Field::MrrReactivation,
    Field::MrrExpansion,
    Field::MrrContraction,
    Field::MrrChurn,
    Field::MrrEnd,
    Field::SalesAndMarketing,
    Field::GrossMargin,
    Field::Revenue,
    Field::NetBurn,
    Field::Sent,
    Field::Bounced,
    Field::Responses,
    Field::Promoters,
    Field::Passives,
    Field::Detractors,
];

/// What a period table can measure.
const MEASURES: &[Field] = OF_PERIODS.split_at(3).1;

/// How the columns of a file fill a shape.
#[derive(Clone, Debug)]
pub(crate) struct Mapping {
    /// The shape.
    pub(crate) form: Form,
    /// The export that it is, if it is a known one.
    pub(crate) profile: Option<&'static Profile>,
    /// The field of each column.
    pub(crate) fields: Vec<Option<Field>>,
    /// The month that each column's header names.
    pub(crate) months: Vec<Option<MonthReading>>,
    /// What is missing, as text.
    missing: Vec<String>,
    /// How many requirements are met.
    met: usize,
    /// How many of those missing could be met by one of several columns.
    open: usize,
}

impl Mapping {
    /// The column of a field.
    pub(crate) fn column(&self, field: Field) -> Option<usize> {
        self.fields.iter().position(|mapped| *mapped == Some(field))
    }

    /// The column that names the customer: the customer's own, else the e-mail address.
    pub(crate) fn customer(&self) -> Option<usize> {
        self.column(Field::Customer).or_else(|| self.column(Field::Email))
    }
}

/// Why no shape fits.
#[derive(Clone, Debug)]
pub(crate) enum Misfit {
    /// Month headers have no year; the first one.
    MonthWithoutYear(usize),
    /// It says who customers are and nothing of what they pay or do.
    CustomersAlone,
    /// What the best two shapes lack, and how the columns fill the best one.
    Missing(String, Box<Mapping>),
}

/// Whether a header says something to us.
pub(crate) fn is_known(header: &str) -> bool {
    let header_words = normalize(header);
    !matches!(read_month(header, None), MonthReading::Text)
        || profiles::names(header)
        || Field::ALL.iter().any(|field| field.is_named_by(&header_words))
}

/// Whether a header can only mean scores.
pub(crate) fn names_scores(header: &str) -> bool {
    Field::Score.is_named_by(&normalize(header))
}

/// Finds the shape of a file and the meaning of its columns.
pub(crate) fn detect(headers: &[String], options: &Options) -> Result<Mapping, Misfit> {
    let Options { shape: chosen, map, unused, language, .. } = options;
    let chosen = *chosen;
    let normalized: Vec<Header> = headers.iter().map(|header| normalize(header)).collect();
    let fits = |profile: &&Profile| chosen.is_none() || chosen == profile.shape;
    let profile = profiles::find(headers).filter(fits);
    let (chosen, completed) = match profile {
        Some(Profile { shape: None, .. }) if options.beside_others => (Some(Shape::Customers), map.clone()),
        Some(Profile { shape: None, .. }) => return Err(Misfit::CustomersAlone),
        None if chosen == Some(Shape::Customers) && !options.beside_others => return Err(Misfit::CustomersAlone),
        Some(profile) => (profile.shape, profile.complete(headers, map, unused)),
        None => (chosen, map.clone()),
    };
    // What is said of several files is about those that have the column.
    let completed: Vec<(Field, String)> = match options.beside_others {
        true => completed.into_iter().filter(|(_, header)| has_column(headers, header)).collect(),
        false => completed,
    };
    let map = &completed;
    let forms = Form::ALL.iter().filter(|form| chosen.is_none_or(|chosen| chosen == form.shape));
    // A table that lacks a column to be one of payments is not taken for one of attributes.
    let may_be_customers = options.beside_others && (chosen.is_some() || !say_more(&normalized));
    let forms = forms.filter(|form| may_be_customers || form.shape != Shape::Customers);
    let mut mappings: Vec<Mapping> =
        forms.map(|form| map_columns(*form, headers, &normalized, (map, unused), profile, options)).collect();
    if let Some(place) = mappings.iter().position(|mapping| mapping.missing.is_empty()) {
        return Ok(mappings.swap_remove(place));
    }
    for mapping in
        mappings.iter().filter(|mapping| mapping.form.shape == Shape::MrrWide && mapping.customer().is_some())
    {
        let without_year = |reading: &Option<MonthReading>| matches!(reading, Some(MonthReading::NoYear(_)));
        if let (Some(first), 2..) =
            (mapping.months.iter().position(without_year), mapping.months.iter().filter(|m| without_year(m)).count())
        {
            return Err(Misfit::MonthWithoutYear(first));
        }
    }
    if chosen.is_none() && are_customers_alone(&normalized) {
        return Err(Misfit::CustomersAlone);
    }
    // Best first; the sort is stable, so that the order of the shapes decides among equals.
    let share = |mapping: &Mapping| (mapping.met + mapping.open) * 100 / (mapping.met + mapping.missing.len());
    let mut mappings = ordered(&mappings, |a, b| share(b).cmp(&share(a)));
    let lacks: Vec<String> = mappings
        .iter()
        .take(2)
        .map(|mapping| [mapping.form.shape.name(*language), ": ", &mapping.missing.join(", ")].concat())
        .collect();
    let best = Box::new(mappings.swap_remove(0));
    Err(Misfit::Missing(lacks.join("; "), best))
}

/// What no table holds that says who customers are and no more.
const MORE: [Field; 11] = [
    Field::Mrr,
    Field::Amount,
    Field::GrossAmount,
    Field::UnitPrice,
    Field::MrrChange,
    Field::Score,
    Field::Churned,
    Field::Event,
    Field::Month,
    Field::End,
    Field::Interval,
];

/// Whether some header is a name of a field.
fn is_named(normalized: &[Header], field: Field) -> bool {
    normalized.iter().any(|header| field.synonyms().iter().any(|synonym| header.is(synonym)))
}

/// Whether the columns say more of customers than who they are.
fn say_more(normalized: &[Header]) -> bool {
    MORE.iter().chain(MEASURES).any(|field| is_named(normalized, *field))
}

/// Whether the columns say who customers are, and no column says more.
fn are_customers_alone(normalized: &[Header]) -> bool {
    let is = |field: Field| is_named(normalized, field);
    (is(Field::Customer) || is(Field::Email)) && (is(Field::Segment) || is(Field::Plan)) && !say_more(normalized)
}

/// Whether a column is the one that somebody named.
fn is_same(candidate: &str, header: &str) -> bool {
    candidate == header || normalize(candidate).words == normalize(header).words
}

fn has_column(headers: &[String], header: &str) -> bool {
    headers.iter().any(|candidate| is_same(candidate, header))
}

/// Columns that are named where one of several could be meant.
const RIVALS_NAMED: usize = 3;

fn map_columns(
    form: Form,
    headers: &[String],
    normalized: &[Header],
    (map, unused): (&[(Field, String)], &[String]),
    profile: Option<&'static Profile>,
    options: &Options,
) -> Mapping {
    let (shape, language) = (form.shape, options.language);
    let known: Vec<Field> = shape.required().iter().chain(shape.optional()).copied().collect();
    let mut fields: Vec<Option<Field>> = vec![None; headers.len()];
    let mut contested: Vec<(Field, String)> = Vec::new();
    let mapped_by_hand = |field: Field| map.iter().any(|(mapped, _)| *mapped == field);
    for (field, header) in map.iter().filter(|(field, _)| known.contains(field)) {
        if let Some(slot) =
            headers.iter().position(|candidate| is_same(candidate, header)).and_then(|column| fields.get_mut(column))
        {
            *slot = Some(*field);
        }
    }
    // A header that occurs again has got a number, and is the same month still.
    let unnumbered = |header: &str| {
        let (month, number) = header.strip_suffix(')')?.rsplit_once(" (")?;
        number.parse::<u32>().ok().map(|_| month.to_owned())
    };
    let is_month = |header: &String| match read_month(&unnumbered(header).unwrap_or_else(|| header.clone()), None) {
        MonthReading::Text => None,
        reading => Some(reading),
    };
    let of_header = |header: &String| if unused.contains(header) { None } else { is_month(header) };
    let months = with_year(headers.iter().map(of_header).collect(), options.year);
    // The price on an invoice's line is that of one of its quantity; what the line amounts to is called amount or total.
    let has_quantity = shape == Shape::Transactions && is_named(normalized, Field::Quantity);
    let is_price_of_one = |header: &Header| has_quantity && ["price", "preis"].iter().any(|price| header.is(price));
    // First by a whole synonym, then by one inside the header, the longest first.
    for inside in [false, true] {
        let mut matches: Vec<(usize, usize, Field)> = Vec::new();
        let is_settled =
            |field: Field| fields.contains(&Some(field)) || contested.iter().any(|(contested, _)| *contested == field);
        let open: Vec<Field> = known
            .iter()
            .copied()
            .filter(|field| !mapped_by_hand(*field))
            .filter(|field| !inside || matches!(field.kind(), Kind::Inside | Kind::Start) && !is_settled(*field))
            .collect();
        for (column, header) in normalized.iter().enumerate() {
            let free = fields.get(column).is_some_and(Option::is_none)
                && months.get(column).is_some_and(Option::is_none)
                && headers.get(column).is_none_or(|header| !unused.contains(header));
            let is_question = headers.get(column).is_some_and(|header| header.trim_end().ends_with('?'));
            // What a known export's columns mean is known; beside them there are attributes.
            let may_be = |field: &Field| profile.is_none_or(|p| field.kind() == Kind::Many || p.open.contains(field));
            for field in open.iter().copied().filter(|field| free && may_be(field)) {
                let fits = |synonym: &&&str| match (inside, field.kind()) {
                    // A question speaks of customers, dates and amounts; its column holds what somebody answered.
                    (true, Kind::Inside) if is_question => false,
                    // A response is given on its end date; a contract is not paid on it.
                    (false, _) if field == Field::Date && shape != Shape::Survey && **synonym == "end date" => false,
                    (false, _) => header.is(synonym),
                    (true, Kind::Start) => synonym.ends_with(' ') && header.words.starts_with(**synonym),
                    (true, _) => header.contains(synonym),
                };
                if let Some(length) = field.synonyms().iter().filter(fits).map(|synonym| synonym.len()).max() {
                    let of_one = field == Field::Amount && is_price_of_one(header);
                    matches.push((column, length, if of_one { Field::UnitPrice } else { field }));
                }
            }
        }
        // A file may have thousands of columns, so nothing here compares all with all.
        let mut most = vec![0; headers.len()];
        for (column, length, _) in &matches {
            if let Some(most) = most.get_mut(*column) {
                *most = (*length).max(*most);
            }
        }
        matches.retain(|(column, length, _)| most.get(*column) == Some(length));
        let longest = matches;
        let mut of_column = vec![0_u32; headers.len()];
        let mut of_field = vec![0_u32; Field::ALL.len()];
        for (column, _, field) in &longest {
            for count in of_column.get_mut(*column).into_iter().chain(of_field.get_mut(*field as usize)) {
                *count += 1;
            }
        }
        for (column, _, field) in &longest {
            let alone = of_column.get(*column) == Some(&1) && of_field.get(*field as usize) == Some(&1);
            if alone || (field.kind() == Kind::Many && fields.get(*column) == Some(&None)) {
                if let Some(slot) = fields.get_mut(*column) {
                    *slot = Some(*field);
                }
            } else if let Some(header) = headers.get(*column) {
                contested.push((*field, header.clone()));
            }
        }
    }
    let either = |en, de| match language {
        Language::En => en,
        Language::De => de,
    };
    let mut mapping = Mapping { form, profile, fields, months, missing: Vec::new(), met: 0, open: 0 };
    let mut need = |met: bool, field: Field, name: &str| {
        if met {
            mapping.met += 1;
            return;
        }
        let rivals: Vec<&str> =
            contested.iter().filter(|(contested, _)| *contested == field).map(|(_, header)| header.as_str()).collect();
        mapping.open += usize::from(!rivals.is_empty());
        let which =
            rivals.iter().take(RIVALS_NAMED).map(|header| header.trim_end_matches('?')).collect::<Vec<_>>().join(" / ");
        let more = if rivals.len() > RIVALS_NAMED { " / …?)" } else { "?)" };
        let what = if rivals.is_empty() { name.to_owned() } else { [name, " (", &which, more].concat() };
        mapping.missing.push(what);
    };
    let fields = mapping.fields.clone();
    let has = |field: Field| fields.contains(&Some(field));
    for field in shape.required().iter().copied() {
        let contested_customer = contested.iter().any(|(contested, _)| *contested == Field::Customer);
        let stands_in = match field {
            Field::Customer => has(Field::Email) && !contested_customer,
            // A table of customers and dates may be many things; with a name for what happened it is one of events.
            Field::User => has(Field::Event) && (has(Field::Email) || has(Field::Customer)),
            _ => false,
        };
        need(has(field) || stands_in, field, field.name(language));
    }
    match shape {
        Shape::Subscriptions => {
            let price = has(Field::Amount) || has(Field::UnitPrice) || has(Field::GrossAmount);
            need(has(Field::Mrr) || price, Field::Amount, Field::Amount.name(language));
            // MRR alone says nothing of time: such a table may have a row per month or a flag for who has left.
            let lasts = has(Field::Mrr) && (has(Field::End) || has(Field::Cancelled));
            // The current period says how often a price falls due, too.
            let falls_due = has(Field::Interval) || has(Field::ServiceStart) && has(Field::TermEnd);
            need(lasts || price && falls_due, Field::Interval, Field::Interval.name(language));
        }
        Shape::CustomerStatus => {
            need(has(Field::Tenure) || has(Field::Start), Field::Tenure, Field::Tenure.name(language))
        }
        Shape::MrrWide => {
            let readable = |reading: &&Option<MonthReading>| {
                matches!(reading, Some(MonthReading::Month(_) | MonthReading::Slash(_)))
            };
            let months = mapping.months.iter().filter(readable).count();
            need(months >= 2, Field::Month, either("two columns of months", "zwei Monatsspalten"));
        }
        Shape::PeriodTable => {
            let total = MEASURES.iter().any(|measure| has(*measure)) || has(Field::Measure) && has(Field::MeasureValue);
            need(total, Field::CustomersStart, either("a total", "eine Summe"))
        }
        Shape::Survey => {
            // A table of promoters and detractors may have the score that follows from them: it is no answer.
            let counts = [Field::Promoters, Field::Detractors];
            if !mapped_by_hand(Field::Score) && counts.into_iter().all(|field| is_named(normalized, field)) {
                need(false, Field::Score, either("one answer a row", "eine Antwort je Zeile"));
            }
        }
        Shape::MrrChanges => {
            let states = has(Field::MrrBefore) && has(Field::MrrAfter);
            need(has(Field::MrrChange) || states, Field::MrrChange, Field::MrrChange.name(language));
            // MRR by date is a state, which needs no adding up.
            need(!has(Field::Mrr), Field::Mrr, either("no MRR", "kein MRR"));
        }
        Shape::Transactions => {
            let amount = has(Field::Amount) || has(Field::GrossAmount) || has(Field::UnitPrice);
            need(amount, Field::Amount, Field::Amount.name(language));
            // What falls due again and again is a subscription, whose rows are no payments.
            need(
                !has(Field::Interval) && !has(Field::Mrr),
                Field::Interval,
                either("neither interval nor MRR", "weder Intervall noch MRR"),
            );
        }
        Shape::Customers => need(headers.len() > 1, Field::Segment, either("an attribute", "ein Merkmal")),
        Shape::MrrLong | Shape::Events => {}
    }
    mapping
}

/// The months of a mapping's columns in the order of the columns, slashes read by `order`.
pub(crate) fn month_columns(
    mapping: &Mapping,
    order: crate::date::DateOrder,
) -> impl Iterator<Item = (usize, Month)> + '_ {
    mapping.months.iter().enumerate().filter_map(move |(column, reading)| match reading {
        _ if mapping.fields.get(column).is_some_and(Option::is_some) => None,
        Some(MonthReading::Month(month)) => Some((column, *month)),
        Some(MonthReading::Slash(slash)) => slash.day(order).map(|day| (column, day.month())),
        _ => None,
    })
}

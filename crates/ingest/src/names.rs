//! What people call the shapes of tables and their fields.

use crate::diagnosis::Language;
use crate::fields::{Field, Shape};

macro_rules! names {
    ($kind:ident $($name:ident $en:literal $de:literal;)*) => {
        impl $kind {
            /// What a person calls it.
            pub fn name(self, language: Language) -> &'static str {
                let (en, de) = match self {
                    $($kind::$name => ($en, $de),)*
                };
                match language {
                    Language::En => en,
                    Language::De => de,
                }
            }
        }
    };
}

names! { Shape
    Subscriptions "subscriptions" "Abonnements";
    MrrLong "MRR, one row per customer and month" "MRR, eine Zeile je Kunde und Monat";
    MrrWide "MRR, months as columns" "MRR, Monate als Spalten";
    Events "what users did" "Ereignisse von Nutzern";
    MrrChanges "changes of MRR" "Änderungen des MRR";
    Transactions "payments and invoices" "Zahlungen und Rechnungen";
    Survey "answers to surveys" "Antworten auf Umfragen";
    PeriodTable "totals by period" "Summen je Zeitraum";
    CustomerStatus "customers with a churn flag" "Kunden mit Kündigungsmerkmal";
    Customers "attributes of customers" "Merkmale von Kunden";
}

names! { Field
    Customer "Customer" "Kunde";
    Email "E-mail" "E-Mail";
    Month "Month" "Monat";
    Mrr "MRR" "MRR";
    Currency "Currency" "Währung";
    Plan "Plan" "Tarif";
    Segment "Segment" "Segment";
    Churned "Has left" "Gekündigt (ja/nein)";
    Tenure "Tenure in months" "Laufzeit in Monaten";
    Subscription "Subscription" "Abonnement";
    Start "Start" "Beginn";
    End "End" "Ende";
    TermEnd "Paid until" "Bezahlt bis";
    EndsWithTerm "Ends when paid time ends" "Endet mit der bezahlten Zeit";
    Cancelled "Cancelled on" "Gekündigt am";
    Reason "Reason of the cancellation" "Kündigungsgrund";
    TrialEnd "End of trial" "Ende der Testphase";
    Paused "Paused on" "Pausiert ab";
    Resumed "Resumed on" "Fortgesetzt am";
    Amount "Amount" "Betrag";
    GrossAmount "Amount with tax" "Betrag mit Steuer";
    Tax "Tax" "Steuer";
    UnitPrice "Price of one" "Einzelpreis";
    AddOns "Add-ons" "Zusatzleistungen";
    Quantity "Quantity" "Menge";
    Interval "Billing interval" "Abrechnungsintervall";
    IntervalCount "Number of intervals" "Anzahl der Intervalle";
    Discount "Discount" "Rabatt";
    DiscountDuration "How long the discount holds" "Dauer des Rabatts";
    DiscountEnd "End of the discount" "Ende des Rabatts";
    Refund "Refund" "Erstattung";
    LineType "Kind of payment" "Art der Zahlung";
    ServiceStart "Start of service" "Beginn der Leistung";
    ServiceEnd "End of service" "Ende der Leistung";
    CounterAccount "Counter account" "Gegenkonto";
    DebitCredit "Debit or credit" "Soll oder Haben";
    PaymentId "Number of the payment" "Nummer der Zahlung";
    RefundOf "Refunded payment" "Erstattete Zahlung";
    MrrChange "Change of MRR" "Veränderung des MRR";
    MrrBefore "MRR before" "MRR vorher";
    MrrAfter "MRR after" "MRR nachher";
    Status "Status" "Status";
    User "User" "Nutzer";
    Timestamp "Time" "Zeitpunkt";
    Event "Event" "Ereignis";
    Period "Period" "Zeitraum";
    CustomersStart "Customers at the start" "Kunden zu Beginn";
    CustomersEnd "Customers at the end" "Kunden am Ende";
    CustomersNew "New customers" "Neue Kunden";
    CustomersLost "Lost customers" "Verlorene Kunden";
    CustomersReactivated "Reactivated customers" "Reaktivierte Kunden";
    MrrStart "MRR at the start" "MRR zu Beginn";
    MrrNew "New MRR" "Neues MRR";
    MrrReactivation "Reactivation" "Reaktivierung";
    MrrExpansion "Expansion" "Erweiterung";
    MrrContraction "Contraction" "Herabstufung";
    MrrChurn "Lost MRR" "Verlorenes MRR";
    MrrEnd "MRR at the end" "MRR am Ende";
    SalesAndMarketing "Sales and marketing" "Vertrieb und Marketing";
    GrossMargin "Gross margin" "Bruttomarge";
    Revenue "Revenue" "Umsatz";
    NetBurn "Net burn" "Mittelabfluss";
    Measure "Name of the total" "Name der Summe";
    MeasureValue "Total" "Summe";
    Score "Score" "Bewertung";
    SurveyType "Kind of survey" "Art der Umfrage";
    ScaleMin "Lowest score" "Niedrigste Bewertung";
    ScaleMax "Highest score" "Höchste Bewertung";
    Comment "Comment" "Kommentar";
    ResponseId "Number of the answer" "Nummer der Antwort";
    Respondent "Respondent" "Befragte Person";
    Date "Date" "Datum";
    ShownAt "Shown at" "Gezeigt am";
    Partial "Partial answer" "Unvollständige Antwort";
    Sent "Invitations sent" "Versendete Einladungen";
    Bounced "Undelivered" "Unzustellbar";
    Responses "Answers" "Antworten";
    Promoters "Promoters" "Promotoren";
    Passives "Passives" "Passive";
    Detractors "Detractors" "Kritiker";
}

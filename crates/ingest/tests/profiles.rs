//! Known exports (metrics.md 5.4): each file of `profiles/` has the export's own header, as far as it is known, and rows
//! of our invention.
//!
//! Seen in public code or documentation: Stripe (subscriptions, payments, customers), Baremetrics, PayPal, Shopify, SurveyMonkey,
//! Typeform, Formbricks, Qualtrics, ChartMogul's line items, DATEV's bookings. Put together from the names of fields:
//! Stripe's MRR per subscriber, Chargebee, Recurly, Paddle, ChartMogul's calculated subscriptions, Delighted, HubSpot. From
//! memory: Google Forms.

#![expect(clippy::expect_used, clippy::panic, reason = "tests fail by panicking, in helpers too")]

mod common;

use common::{codes, failure, ledger, read, read_with};
use keeprate_ingest::{Field, Imported, Options, Shape};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::ledger::Dataset;
use keeprate_metrics::period::Day;
use keeprate_metrics::report::{Question, Report, report};

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/profiles/{name}.csv", env!("CARGO_MANIFEST_DIR"))).expect("a fixture")
}

/// A fixture as it is on a day.
fn on(name: &str, as_of: &str) -> Imported {
    read_with(&file(name), &Options { as_of: Day::parse_iso(as_of), ..Options::default() })
}

/// The headers of fields.
fn headers(imported: &Imported, fields: &[Field]) -> Vec<String> {
    let columns = &imported.input.columns;
    let header = |field: &Field| columns.iter().find(|column| column.field == Some(*field));
    fields.iter().map(|field| header(field).map_or(String::new(), |column| column.header.clone())).collect()
}

/// What each customer brought, in hundredths.
fn revenue(imported: &Imported) -> Vec<i64> {
    let Dataset::Purchases(table) = &imported.dataset else { panic!("{:?}", imported.input) };
    table.revenue_by_customer(None, table.purchases.as_of).into_iter().map(|units| units / 1_000_000).collect()
}

/// Closing MRR of each month, in hundredths.
fn closings(imported: &Imported) -> Vec<i64> {
    let ledger = ledger(imported);
    let sum = |units: i64| units / 1_000_000;
    ledger.closings.iter().map(|closing| closing.amounts.iter(ledger.customers.len()).map(sum).sum()).collect()
}

/// NPS, rounded, and how many answers it rests on.
fn nps(imported: &Imported) -> (f64, u64) {
    let report: Report<()> = report(&imported.dataset, &Question::default(), Vec::new());
    let result = &report.metrics[&Key::Nps];
    (result.number().expect("a score").round(), result.n.expect("answers"))
}

fn set_aside(imported: &Imported) -> u64 {
    imported.input.records - imported.input.accepted - imported.input.left_out
}

#[test]
fn stripe_payments() {
    let imported = on("stripe_payments", "2025-02-01");
    assert_eq!(imported.input.shape, Shape::Transactions);
    let columns = [Field::Customer, Field::Date, Field::GrossAmount, Field::Refund, Field::Tax];
    assert_eq!(headers(&imported, &columns), ["Customer ID", "Created (UTC)", "Amount", "Amount Refunded", "Tax"]);
    // 119 − 19 tax + 50 − 20 from the first, 10 from the second; one row in test mode, one failed.
    assert_eq!((revenue(&imported), set_aside(&imported)), (vec![13000, 1000], 2));
    assert_eq!(codes(&imported), ["I-ROWS-SET-ASIDE"]);
}

/// Debtor 10001 pays 119 and gets 19 back, 10002 pays 1,050.50; the two invoices, an expense and a creditor are aside.
#[test]
fn datev_receipts_of_debtors() {
    let imported = read(&file("datev_bookings"));
    assert_eq!(imported.input.shape, Shape::Transactions);
    let columns = [Field::Customer, Field::CounterAccount, Field::DebitCredit, Field::Amount];
    let expected = ["Konto", "Gegenkonto (ohne BU-Schlüssel)", "Soll/Haben-Kennzeichen", "Umsatz (ohne Soll/Haben-Kz)"];
    assert_eq!(headers(&imported, &columns), expected);
    let Dataset::Purchases(table) = &imported.dataset else { panic!("{:?}", imported.input) };
    let names: Vec<&str> = table.purchases.users.iter().collect();
    assert_eq!((names, revenue(&imported), set_aside(&imported)), (vec!["10001", "10002"], vec![10000, 105_050], 4));
    assert_eq!(codes(&imported), ["W-ENC-GUESS", "I-ROWS-SET-ASIDE"]);
}

/// Without payments the invoices count, credit notes against them: whichever account comes first, on whichever side.
#[test]
fn datev_invoices_of_debtors() {
    let first = |digits: u8| format!("\"EXTF\";700;21;;;;;;;;;;20250101;{digits};20250101;20251231\n");
    let header = "Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;Konto;Gegenkonto (ohne BU-Schlüssel);Belegdatum\n";
    for (digits, rows, expected) in [
        (4, "100,00;S;10001;8400;1501\n30,00;H;10001;8400;1601\n", [7000]),
        (4, "100,00;H;8400;10001;1501\n30,00;S;8400;10001;1601\n", [7000]),
        (4, "100,00;Soll;10001;4400;1501\n30,00;Haben;10001;4400;1601\n", [7000]),
        // Five digits: 10001 is an account of the general ledger, 100010 a debtor.
        (5, "100,00;S;100010;84000;1501\n30,00;S;10001;84000;1601\n", [10000]),
        // A payment among more invoices is aside.
        (4, "60,00;S;10001;8400;1501\n40,00;S;10001;8400;1601\n60,00;S;1200;10001;1701\n", [10000]),
        // Neither side, two debtors, an account that is none.
        (4, "100,00;S;10001;8400;1501\n1,00;;10001;8400;1501\n2,00;S;10001;10002;1501\n3,00;S;10001;x;1501\n", [10000]),
    ] {
        let imported = read([first(digits).as_str(), header, rows].concat().as_bytes());
        assert_eq!(revenue(&imported), expected, "{rows}");
    }
}

#[test]
fn stripe_customers_say_nothing_alone() {
    assert_eq!(failure(&file("stripe_customers")).error.code.text(), "E-CUSTOMERS-ALONE");
}

#[test]
fn stripe_mrr_per_subscriber() {
    let imported = read(&file("stripe_mrr_per_subscriber"));
    assert_eq!(imported.input.shape, Shape::MrrWide);
    assert_eq!(headers(&imported, &[Field::Customer, Field::Currency]), ["Customer ID", "Currency"]);
    assert_eq!(closings(&imported), [15000, 15000, 14000]);
}

/// The amount is the price of one, the period's end counts where the subscription runs out, and what makes no group of
/// customers is no segment.
#[test]
fn stripe_subscriptions() {
    let imported = on("stripe_subscriptions", "2025-06-01");
    assert_eq!(imported.input.shape, Shape::Subscriptions);
    assert_eq!(headers(&imported, &[Field::Subscription, Field::UnitPrice]), ["id", "Amount"]);
    assert_eq!(codes(&imported), ["I-ROWS-NOT-ACTIVE"]);
    // cus_a 3 × 10 a month, cus_b 120 a year, both from March on; cus_c 20 in April alone, after a trial.
    assert_eq!(closings(&imported), [0, 4000, 6000, 4000]);
    let segments: Vec<&str> = ledger(&imported).segments.iter().map(|segment| segment.column.as_str()).collect();
    assert!(segments.contains(&"tier (metadata)"), "{segments:?}");
}

#[test]
fn chargebee_subscriptions() {
    let imported = on("chargebee_subscriptions", "2025-04-01");
    assert_eq!(imported.input.shape, Shape::Subscriptions);
    assert_eq!(headers(&imported, &[Field::Customer, Field::Start]), ["customers.id", "subscriptions.started_at"]);
    // c2 pays 100 a month up to 15 February 2025; c1 2 × 30 and c3 90 ÷ 3 from January on, c3 up to 20 March; c4 30 from
    // 15 March on. The ledger begins with the month before February 2024.
    let closings = closings(&imported);
    assert_eq!((closings.len(), &closings[closings.len() - 4..]), (15, &[10000, 19000, 9000, 9000][..]));
    assert_eq!(codes(&imported), ["I-ROWS-NOT-ACTIVE"]);
}

#[test]
fn recurly_subscriptions() {
    let imported = on("recurly_subscriptions", "2025-04-01");
    assert_eq!(imported.input.shape, Shape::Subscriptions);
    // a1 2 × 10 + 5 a month; a2 1200 a year from February on; a3 30 up to the end of what is paid, 20 March; a4 40 from 5
    // January up to 5 February.
    assert_eq!(closings(&imported), [0, 9500, 15500, 12500]);
}

#[test]
fn paddle_transactions() {
    let imported = on("paddle_transactions", "2025-03-01");
    let columns = [Field::Customer, Field::Date, Field::Amount];
    assert_eq!(headers(&imported, &columns), ["customer_id", "billed_at", "subtotal"]);
    assert_eq!((revenue(&imported), set_aside(&imported)), (vec![20000, 5000], 2));
    // A renewal is no purchase, so that nobody has bought twice.
    let report: Report<()> = report(&imported.dataset, &Question::default(), Vec::new());
    assert_eq!(report.metrics[&Key::RepeatPurchaseRate].number(), Some(0.0));
}

#[test]
fn chartmogul_line_items() {
    let error = failure(&file("chartmogul_line_items")).error;
    assert_eq!((error.code.text(), error.detail.as_deref()), ("E-SHAPE", Some("payments and invoices: Customer")));
    let imported = on("chartmogul_line_items_joined", "2025-04-01");
    // (1190 − 190) ÷ 12 from January on, 30 in February; what is set up once is no MRR.
    assert_eq!(closings(&imported), [0, 8333, 11333, 8333]);
}

#[test]
fn chartmogul_subscriptions_have_no_time() {
    let error = failure(&file("chartmogul_subscriptions")).error;
    assert_eq!(error.detail.as_deref(), Some("subscriptions: Start, Billing interval"));
}

#[test]
fn baremetrics_subscriptions() {
    let imported = on("baremetrics_subscriptions", "2025-04-01");
    assert_eq!(headers(&imported, &[Field::Customer, Field::UnitPrice]), ["customer_oid", "plan_amount"]);
    // 2 × 50 from January on, 1200 ÷ 12 up to 5 March, 9.99 ÷ 3 from February on.
    assert_eq!(closings(&imported), [0, 20000, 20333, 10333]);
}

#[test]
fn paypal_in_german() {
    let imported = on("paypal_de", "2025-02-01");
    assert_eq!(headers(&imported, &[Field::Customer, Field::GrossAmount]), ["Absender E-Mail-Adresse", "Brutto"]);
    // 1190 − 190 tax + 50 − 20; a withdrawal is set aside, what is pending or paid to others does not count.
    assert_eq!((revenue(&imported), set_aside(&imported)), (vec![103_000], 1));
    assert_eq!(codes(&imported), ["I-ROWS-NOT-RECEIVED", "I-ROWS-SET-ASIDE"]);
}

#[test]
fn paypal_in_english() {
    let imported = on("paypal_en", "2025-02-01");
    // 1000 from the first; the second got everything back, the third was denied.
    assert_eq!((revenue(&imported), set_aside(&imported)), (vec![100_000], 1));
}

#[test]
fn shopify_orders() {
    let imported = on("shopify_orders", "2025-02-01");
    let columns = [Field::Customer, Field::Date, Field::GrossAmount];
    assert_eq!(headers(&imported, &columns), ["Email", "Created at", "Total"]);
    // 119 − 19 tax; 50 − 20; a second line item is no order of its own.
    assert_eq!((revenue(&imported), set_aside(&imported)), (vec![10000, 3000], 1));
}

#[test]
fn surveys() {
    for (name, score, rows_set_aside, date) in [
        // Two promoters and one critic of three.
        ("typeform", (33.0, 3), 1, "Submit Date (UTC)"),
        // One of each.
        ("surveymonkey", (0.0, 3), 1, "End Date"),
        // Two lines of headers, a preview and an unfinished answer.
        ("qualtrics", (33.0, 3), 4, "RecordedDate"),
        ("formbricks", (33.0, 3), 1, "Timestamp"),
        ("delighted", (25.0, 4), 0, "created_at"),
        ("google_forms_de", (50.0, 4), 0, "Zeitstempel"),
        // Two promoters and a detractor of four: (2 − 1) ÷ 4.
        ("google_forms_en", (25.0, 4), 0, "Timestamp"),
    ] {
        let imported = read(&file(name));
        assert_eq!(imported.input.shape, Shape::Survey, "{name}");
        assert_eq!((nps(&imported), set_aside(&imported)), (score, rows_set_aside), "{name}");
        assert_eq!(headers(&imported, &[Field::Date]), [date], "{name}");
    }
}

/// HubSpot asks for satisfaction from 0 to 2, where 2 alone is a promoter, and for effort from 1 to 7; no scale is stated.
/// Satisfied: two of four; easy: 5 and 7 of 3, 5 and 7; promoters less detractors: one less one of three.
#[test]
fn hubspot_has_scales_of_its_own() {
    let imported = read(&file("hubspot"));
    let Dataset::Responses(table) = &imported.dataset else { panic!("{:?}", imported.input) };
    let points: Vec<u8> = table.asked.iter().map(|asked| asked.points).collect();
    assert_eq!(points, [3, 7, 11]);
    let report: Report<()> = report(&imported.dataset, &Question::default(), Vec::new());
    let value = |key: Key| report.metrics[&key].number().map(|value| (value * 1_000.0).round());
    assert_eq!((value(Key::Csat), value(Key::Ces), value(Key::Nps)), (Some(500.0), Some(667.0), Some(0.0)));
    assert_eq!(headers(&imported, &[Field::Date, Field::Comment]), ["hs_submission_timestamp", "hs_content"]);
    assert_eq!((imported.input.records, imported.input.accepted), (11, 10));
}

#[test]
fn a_question_stands_in_place_of_its_id() {
    for name in ["qualtrics", "surveymonkey"] {
        assert_eq!(headers(&read(&file(name)), &[Field::Score]), ["How likely are you to recommend us?"], "{name}");
    }
}

#[test]
fn other_tables_are_read_by_their_headers() {
    // Some columns of an export, not those that it is known by: amounts are whole, and every row counts.
    for (file, expected) in [
        ("Customer ID,Created,Amount,Mode\nA,2025-01-01,1,Test\n", 100),
        ("customer,date,amount,Financial Status\nA,2025-01-01,1,pending\n", 100),
        ("Kunde,Datum,Brutto,Typ\nA,01.01.2025,\"1,00\",Kauf\n", 100),
        ("Customer external ID,Invoiced date,Amount\nA,2025-01-01,100\n", 10000),
    ] {
        assert_eq!(revenue(&read(file.as_bytes())), [expected], "{file}");
    }
    // A column that is no month: not Stripe's, so that two columns name the customer.
    let file = "Customer ID,Customer,Customer Email,Currency,2025-01,2025-02,Remark\nA,a,a@b.de,eur,1,2,x\n";
    let detail = failure(file.as_bytes()).error.detail.expect("what is missing");
    assert!(detail.contains("Customer ID / Customer?"), "{detail}");
}

#[test]
fn customers_alone_are_told_so() {
    for file in [
        "customer,country\nA,DE\n",
        "Kundennummer;E-Mail;Branche;Angelegt\n1;a@b.de;IT;x\n",
        "Email,Plan,Country\na@b.de,Pro,DE\n",
    ] {
        assert_eq!(failure(file.as_bytes()).error.code.text(), "E-CUSTOMERS-ALONE", "{file}");
    }
    for file in
        ["customer,start,amount\nA,2025-01-01,1\n", "customer,name\nA,B\n", "customer,country,month\nA,DE,2025-01\n"]
    {
        assert_eq!(failure(file.as_bytes()).error.code.text(), "E-SHAPE", "{file}");
    }
}

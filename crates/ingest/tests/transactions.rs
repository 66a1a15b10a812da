//! Shape (d): payments and invoices become purchases, or services where they say for which time they are
//! (metrics.md 3.3, 4A `repeat_purchase_rate`, 5.2 d, 8.6).

#![expect(clippy::expect_used, clippy::panic, reason = "tests fail by panicking, in helpers too")]

mod common;

use common::{codes, failure, ledger, read, read_with};
use keeprate_ingest::{Imported, Options, Shape};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::cohorts::CustomerCohort;
use keeprate_metrics::ledger::Dataset;
use keeprate_metrics::period::{Day, Month};
use keeprate_metrics::purchases::PurchaseTable;
use keeprate_metrics::report::{Question, Report, report};
use keeprate_metrics::result::Value;

/// Data set D6 of metrics.md 8.6, its refund as a row of its own.
const D6: &str = "\
Kunde;Datum;Betrag;Art
c1;05.01.2025;40,00;Kauf
c1;10.02.2025;20,00;Kauf
c2;20.01.2025;15,00;Kauf
c3;01.02.2025;30,00;Kauf
c3;03.02.2025;30,00;Kauf
c3;04.02.2025;-30,00;Erstattung
c4;15.01.2025;10,00;Kauf
c4;28.01.2025;10,00;Kauf
c4;01.03.2025;10,00;Kauf
c5;20.03.2025;99,00;Kauf
";

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

fn until(text: &str) -> Options {
    Options { as_of: Some(day(text)), ..Options::default() }
}

fn table(imported: &Imported) -> &PurchaseTable {
    match &imported.dataset {
        Dataset::Purchases(table) => table,
        other => panic!("{other:?}"),
    }
}

/// What each customer brought, in hundredths.
fn revenue(imported: &Imported) -> Vec<i64> {
    let table = table(imported);
    table.revenue_by_customer(None, table.purchases.as_of).into_iter().map(|units| units / 1_000_000).collect()
}

fn months(imported: &Imported, from: &str, to: &str) -> Report<()> {
    let month = Month::parse_iso;
    report(&imported.dataset, &Question { from: month(from), to: month(to), ..Question::default() }, Vec::new())
}

/// Closing MRR of each month of the ledger, in hundredths.
fn closings(imported: &Imported) -> Vec<i64> {
    let ledger = ledger(imported);
    let sum = |units: i64| units / 1_000_000;
    ledger.closings.iter().map(|closing| closing.amounts.iter(ledger.customers.len()).map(sum).sum()).collect()
}

#[test]
fn tables_of_payments_are_known_by_their_headers() {
    for (file, shape) in [
        ("Kunde;Datum;Betrag\nA;01.01.2025;1,00\n", Shape::Transactions),
        ("customer id,invoice date,total\nA,2025-01-01,1\n", Shape::Transactions),
        ("email,paid at,amount,status\na@b.de,2025-01-01,1,paid\n", Shape::Transactions),
        ("Kundennummer;Rechnungsdatum;Bruttobetrag;MwSt\nA;01.01.2025;1,19;0,19\n", Shape::Transactions),
        ("customer,start,amount,interval,created\nA,2025-01-01,1,month,2025-01-01\n", Shape::Subscriptions),
        ("customer,date,mrr\nA,2025-01-01,1\n", Shape::MrrLong),
        ("customer,date,mrr,amount\nA,2025-01-01,1,1\n", Shape::MrrLong),
        ("user,date,amount\nA,2025-01-01,1\n", Shape::Events),
        ("customer,date,score,amount\nA,2025-01-01,9,1\n", Shape::Survey),
    ] {
        assert_eq!(read(file.as_bytes()).input.shape, shape, "{file}");
    }
}

#[test]
fn a_contract_is_not_paid_on_its_last_day() {
    let failure = failure(b"customer,start date,end date,amount\nA,2025-01-01,2025-12-31,100\n");
    assert_eq!(failure.error.detail.as_deref(), Some("subscriptions: Billing interval; payments and invoices: Date"));
}

#[test]
fn d6_gives_the_figures_of_the_sheet() {
    let imported = read_with(D6.as_bytes(), &until("2025-04-01"));
    assert_eq!(codes(&imported), Vec::<&str>::new());
    // repeat_purchase_rate.1
    let quarter = &months(&imported, "2025-01", "2025-03").metrics;
    let rate = &quarter[&Key::RepeatPurchaseRate];
    assert_eq!((rate.numerator, rate.denominator), (Some(Value::Count(2)), Some(Value::Count(5))));
    assert_eq!(rate.part_number("days"), Some(90.0));
    // Of the first buyers of January none was observed for 90 days by the 1st of April: the 5th has its 90th on the 5th.
    assert_eq!((rate.part_number("first_buyers"), rate.part_number("excluded_immature")), (Some(0.0), Some(5.0)));
    // 60 + 15 + 30 + 30 + 99 from five customers.
    assert_eq!(revenue(&imported), [6000, 1500, 3000, 3000, 9900]);
    assert_eq!(quarter[&Key::CltvHistoric].number(), Some(46.8));
    assert_eq!(quarter[&Key::CltvBtyd].status.name(), "insufficient_data");
}

#[test]
fn buyers_who_were_observed_for_ninety_days_have_a_rate_of_their_own() {
    let imported = read_with(D6.as_bytes(), &until("2025-07-01"));
    let january = &months(&imported, "2025-01", "2025-01").metrics[&Key::RepeatPurchaseRate];
    // c1 after 36 days, c4 after 13, c2 never; in January itself only c4 bought twice.
    assert_eq!((january.part_number("within_90_days"), january.number()), (Some(2.0 / 3.0), Some(1.0 / 3.0)));
}

/// The buyers of each month, all of which are known.
fn known(cohort: &CustomerCohort) -> Vec<u64> {
    cohort.active.iter().map(|count| count.expect("a month of the file")).collect()
}

#[test]
fn without_a_period_a_year_is_looked_back_on() {
    let imported = read_with(D6.as_bytes(), &until("2025-04-01"));
    let report: Report<()> = report(&imported.dataset, &Question::default(), Vec::new());
    let rate = &report.metrics[&Key::RepeatPurchaseRate];
    assert_eq!(
        (rate.number(), rate.part_number("months"), rate.part_number("closing_month")),
        (Some(0.4), Some(3.0), Some(0.0))
    );
    assert_eq!(report.series.len(), 3);
    let cohorts = report.cohorts.expect("cohorts").customers;
    let counts: Vec<_> = cohorts.iter().map(|cohort| (cohort.size, known(cohort))).collect();
    // January: c1, c2, c4; c1 again in February, c4 in March. February: c3. March: c5.
    // April is open.
    assert_eq!(counts, [(3, vec![3, 1, 1, 0]), (1, vec![1, 0, 0]), (1, vec![1, 0])]);
}

#[test]
fn refunds_reduce_what_they_belong_to() {
    for (rows, expected, codes_expected) in [
        ("A,2025-01-01,50,,p1,\nA,2025-01-09,20,,p2,\nA,2025-01-10,-20,refund,r1,\n", vec![5000], vec![]),
        ("A,2025-01-01,50,,p1,\nA,2025-01-09,20,,p2,\nA,2025-01-10,-50,refund,r1,p1\n", vec![2000], vec![]),
        // A positive amount of a refund is one as well, and one that names nothing goes back from the latest payment on.
        ("A,2025-01-01,50,,p1,\nA,2025-01-09,20,,p2,\nA,2025-01-10,30,Refund,r1,\n", vec![4000], vec![]),
        // What was paid later is not given back.
        (
            "A,2025-01-01,50,,p1,\nA,2025-01-10,-60,refund,r1,\nA,2025-01-11,20,,p2,\n",
            vec![2000],
            vec!["W-REFUND-UNMATCHED"],
        ),
        ("A,2025-01-01,50,,p1,\nB,2025-01-10,-5,refund,r1,p0\n", vec![5000], vec!["W-REFUND-UNMATCHED"]),
        // Two lines of one invoice.
        ("A,2025-01-01,50,,p1,\nA,2025-01-01,20,,p1,\nA,2025-01-10,-60,refund,r1,p1\n", vec![1000], vec![]),
        // Somebody else's e-mail stands on the refund, as PayPal writes it.
        ("A,2025-01-01,50,Payment,p1,\nshop,2025-01-10,-20,Payment Refund,r1,p1\n", vec![3000], vec![]),
        (
            "A,2025-01-01,50,Payment,p1,\nA,2025-01-10,-20,General Payment,p2,\n",
            vec![5000],
            vec!["I-ROWS-NOT-RECEIVED"],
        ),
    ] {
        let imported = read(format!("customer,date,amount,type,payment id,refund of\n{rows}").as_bytes());
        assert_eq!((revenue(&imported), codes(&imported)), (expected, codes_expected), "{rows}");
    }
}

#[test]
fn what_was_not_received_is_counted_and_left_aside() {
    let file = "customer,date,amount,amount refunded,status\n\
        A,2025-01-01,50,0,paid\nA,2025-01-02,50,20,succeeded\nA,2025-01-03,50,,failed\nA,2025-01-04,50,,void\n\
        A,2025-01-05,50,,draft\nA,2025-01-06,50,,uncollectible\nA,2025-01-07,50,,open\nA,2025-01-08,,,paid\n\
        A,2025-01-09,50,50,refunded\n";
    let imported = read(file.as_bytes());
    assert_eq!((revenue(&imported), codes(&imported)), (vec![8000], vec!["I-ROWS-NOT-RECEIVED"]));
    assert_eq!(imported.input.diagnostics[0].count, 6);
    // The purchases of the 1st and the 2nd; the one of the 9th was given back.
    assert_eq!(months(&imported, "2025-01", "2025-01").metrics[&Key::RepeatPurchaseRate].number(), Some(1.0));
    let unknown = read(b"customer,date,amount,status\nA,2025-01-01,50,kappa\n");
    assert_eq!((revenue(&unknown), codes(&unknown)), (vec![5000], vec!["W-STATUS-UNKNOWN"]));
    // Without a column for refunds the status says that all of it went back.
    assert_eq!(revenue(&read(b"customer,date,amount,status\nA,2025-01-01,50,refunded\n")), Vec::<i64>::new());
}

#[test]
fn tax_comes_off_where_the_header_says_that_it_is_in() {
    for (header, cents) in [
        ("amount,tax", 11900),
        ("gross amount,tax", 10000),
        ("Betrag (brutto),MwSt", 10000),
        ("Rechnungsbetrag inkl. MwSt,Steuer", 10000),
        ("Nettobetrag,USt", 11900),
    ] {
        let imported = read(format!("customer,date,{header}\nA,2025-01-01,119,19\n").as_bytes());
        assert_eq!(revenue(&imported), [cents], "{header}");
    }
    // Half of 119 goes back: half of the net amount.
    assert_eq!(revenue(&read(b"customer,date,gross,tax,refund\nA,2025-01-01,119,19,59.50\n")), [5000]);
}

#[test]
fn the_price_of_one_counts_as_often_as_it_was_bought() {
    for (header, row, cents) in [
        ("unit price,quantity", "2.50,4", 1000),
        ("Einzelpreis,Menge", "2.50,4", 1000),
        ("Price,Quantity", "2.50,4", 1000),
        ("unit price,quantity", "2.50,0.5", 125),
        ("unit price,quantity", "2.50,", 250),
        ("unit price", "2.50", 250),
        // What a line amounts to is no price of one.
        ("amount,quantity", "2.50,4", 250),
        ("amount,unit price,quantity", "10,2.50,4", 1000),
        ("total,price,quantity", "10,2.50,4", 1000),
    ] {
        let imported = read(format!("customer,date,{header}\nA,2025-01-01,{row}\n").as_bytes());
        assert_eq!(revenue(&imported), [cents], "{header}");
        assert_eq!(codes(&imported), [""; 0], "{header}");
    }
    // What comes back has a quantity below nothing.
    let returned = read(b"customer,date,unit price,quantity\nA,2025-01-01,2.50,4\nA,2025-01-02,2.50,-1\n");
    assert_eq!(revenue(&returned), [750]);
    for quantity in ["many", "99999999999999999999999999"] {
        let file = format!("customer,date,unit price,quantity\nA,2025-01-01,2.50,{quantity}\nA,2025-01-02,2,1\n");
        let imported = read(file.as_bytes());
        assert_eq!((codes(&imported), imported.input.left_out), (vec!["E-NUM"], 1), "{quantity}");
    }
}

#[test]
fn renewals_are_revenue_and_no_purchases() {
    let file = "customer,date,amount,type\nA,2025-01-01,50,subscription\nA,2025-02-01,50,subscription\n\
        B,2025-01-01,50,one_time\n";
    let imported = read(file.as_bytes());
    assert_eq!(revenue(&imported), [10000, 5000]);
    assert_eq!(
        months(&imported, "2025-01", "2025-02").metrics[&Key::RepeatPurchaseRate].denominator,
        Some(Value::Count(1))
    );
}

#[test]
fn a_line_with_a_service_period_is_monthly_revenue() {
    for (line, expected) in [
        // Twelve calendar months: 1200 ÷ 12.
        ("2025-01-15,1200,2025-01-15,2026-01-15", 10000),
        ("2025-01-01,300,2025-01-01,2025-04-01", 10000),
        // The last day instead of the first one after it.
        ("2025-01-01,300,2025-01-01,2025-03-31", 10000),
        ("2025-01-31,100,2025-01-31,2025-02-28", 10000),
        // 73 days: 146 ÷ 73 × 365 ÷ 12 = 60.8333.
        ("2025-01-01,146,2025-01-01,2025-03-15", 6083),
    ] {
        let file = format!("customer,date,amount,service period start,service period end\nA,{line}\n");
        let imported = read_with(file.as_bytes(), &until("2025-02-01"));
        assert_eq!(closings(&imported), [0, expected], "{line}");
    }
}

#[test]
fn lines_of_a_subscription_follow_each_other() {
    let file = "Kunde;Rechnungsdatum;Betrag;Art;Leistungszeitraum von;Leistungszeitraum bis\n\
        A;01.01.2025;50,00;Abo;01.01.2025;31.01.2025\n\
        A;01.01.2025;500,00;Einrichtung;;\n\
        A;01.02.2025;50,00;Abo;01.02.2025;28.02.2025\n\
        B;01.02.2025;90,00;Abo;01.02.2025;30.04.2025\n\
        A;15.02.2025;-50,00;Gutschrift;01.02.2025;28.02.2025\n\
        B;02.05.2025;10,00;Abo;02.05.2025;01.06.2025\n";
    let imported = read(file.as_bytes());
    // B pays 30 a month for three months; a credit note changes nothing (3.5); A is gone from March on.
    assert_eq!(closings(&imported), [0, 5000, 8000, 3000, 3000]);
    assert_eq!(codes(&imported), ["I-MONTH-NOT-OVER"]);
}

#[test]
fn a_change_of_plan_credits_what_is_left_of_the_old_one() {
    let file = "customer,date,amount,type,period start,period end\n\
        A,2025-01-01,60,subscription,2025-01-01,2025-03-02\n\
        A,2025-01-31,-30,subscription,2025-01-31,2025-03-02\n\
        A,2025-01-31,60,subscription,2025-01-31,2025-03-02\n";
    let imported = read_with(file.as_bytes(), &until("2025-02-01"));
    // 60 for 60 days and for 30 days, less 30 for 30 days: 1 + 2 − 1 a day, × 365 ÷ 12.
    assert_eq!(closings(&imported), [0, 6083]);
}

#[test]
fn an_open_invoice_is_monthly_revenue_and_no_purchase() {
    let header = "customer,date,amount,status";
    let lines = read_with(
        format!("{header},period start,period end\nA,2025-01-01,50,open,2025-01-01,2025-02-01\n").as_bytes(),
        &until("2025-02-01"),
    );
    assert_eq!(closings(&lines), [0, 5000]);
    let payments = read(format!("{header}\nA,2025-01-01,50,open\n").as_bytes());
    assert_eq!((revenue(&payments), codes(&payments)), (vec![], vec!["I-ROWS-NOT-RECEIVED"]));
}

#[test]
fn what_is_wrong_is_named_and_the_rest_is_read() {
    for (row, code) in [
        (",2025-01-01,1", "E-ID-EMPTY"),
        ("B,31.02.2025,1", "E-DATE"),
        ("B,,1", "E-DATE"),
        ("B,2025-01-01,abc", "E-NUM"),
        ("B,#N/A,1", "E-EXCEL-ERROR"),
    ] {
        let imported = read(format!("customer,date,amount\nA,2025-01-01,1\n{row}\nA,2025-01-02,1\n").as_bytes());
        assert_eq!((imported.input.accepted, codes(&imported)), (2, vec![code]), "{row}");
    }
    let rows = "A,2025-01-01,1,2025-01-01,2025-02-01\nA,2025-02-01,1,2025-02-01,2025-01-01\n";
    let imported = read(format!("customer,date,amount,period start,period end\n{rows}").as_bytes());
    assert_eq!(codes(&imported)[0], "E-END-BEFORE-START");
}

#[test]
fn customers_are_told_apart_by_what_stays() {
    let file = "customer,date,amount,country,article\nA,2025-01-01,1,DE,x\nA,2025-01-02,1,DE,y\nB,2025-01-01,1,FR,z\n";
    let imported = read(file.as_bytes());
    let segments: Vec<_> = table(&imported).purchases.segments.iter().map(|segment| segment.column.as_str()).collect();
    assert_eq!(segments, ["country"]);
    let question = Question { segments_of: Some("country".to_owned()), ..Question::default() };
    let report: Report<()> = report(&imported.dataset, &question, Vec::new());
    let rates: Vec<_> = report
        .segments
        .iter()
        .map(|entry| {
            let metrics = &entry.metrics;
            (
                entry.segment.value.as_str(),
                metrics[&Key::RepeatPurchaseRate].number(),
                metrics[&Key::CltvHistoric].number(),
            )
        })
        .collect();
    assert_eq!(rates, [("DE", Some(1.0), Some(2.0)), ("FR", Some(0.0), Some(1.0))]);
}

#[test]
fn a_header_alone_is_a_table_without_payments() {
    let imported = read(b"customer,date,amount\n");
    let report: Report<()> = report(&imported.dataset, &Question::default(), Vec::new());
    assert_eq!(report.metrics[&Key::RepeatPurchaseRate].status.name(), "undefined_zero_base");
    assert_eq!(report.metrics[&Key::CltvHistoric].status.name(), "insufficient_data");
}

//! Shape (c): rows of subscriptions become customers by month (metrics.md 3.4, 3.5, 8.2, 8.8, 8.9).

#![expect(clippy::expect_used, clippy::panic, reason = "tests fail by panicking, in helpers too")]

mod common;

use common::{amounts, codes, failure_with, ledger, read_with};
use keeprate_ingest::{Imported, Language, Options, Rate, Shape};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::conventions::Conventions;
use keeprate_metrics::ledger::Dataset;
use keeprate_metrics::money::Currency;
use keeprate_metrics::period::{Day, Month};
use keeprate_metrics::report::{Question, Report, Settings, report};
use keeprate_metrics::result::{MetricResult, Value};
use keeprate_metrics::subscriptions::Subscriptions;
use proptest::prelude::*;

/// Data set D2 of metrics.md 8.2.
const D2: &str = "\
sep=;
Kundennr;Abo-ID;Tarif;Betrag;Intervall;Rabatt %;Währung;Beginn;Ende;Testphase bis;Status
K1;S1;Pro;1.200,00;jährlich;;EUR;15.01.2025;;;aktiv
K2;S2;Basic;30,00;monatlich;;EUR;01.02.2025;31.03.2025;;gekündigt
K3;S3;Basic;90,00;vierteljährlich;;EUR;10.01.2025;;;aktiv
K4;S4;Pro;10,00;wöchentlich;;EUR;10.02.2025;;;aktiv
K5;S5;Pro;120,00;monatlich;25;EUR;01.03.2025;;;aktiv
K6;S6;Pro;100,00;monatlich;;EUR;15.02.2025;;15.03.2025;aktiv
K7;S7;Free;0,00;monatlich;;EUR;01.01.2025;;;aktiv
K1;S8;Add-on;20,00;monatlich;;EUR;01.04.2025;;;aktiv
K8;S9;Basic;50,00;monatlich;;EUR;01.01.2025;31.03.2025;;gekündigt
K8;S10;Pro;80,00;monatlich;;EUR;01.04.2025;;;aktiv
K2;S11;Basic;30,00;monatlich;;EUR;15.05.2025;;;aktiv
";

fn as_of(day: &str) -> Options {
    Options { as_of: Day::parse_iso(day), ..Options::default() }
}

/// MRR of all customers at each month's close, the month before the first service first.
fn closings(imported: &Imported) -> Vec<String> {
    let ledger = ledger(imported);
    let sums = ledger.closings.iter().map(|closing| closing.amounts.iter(ledger.customers.len()).map(i128::from).sum());
    sums.map(|sum: i128| Currency::EUR.amount(sum).to_decimal()).collect()
}

const D2_CLOSINGS: [&str; 6] = ["0.00", "180.00", "253.33", "413.33", "463.33", "493.33"];

#[test]
fn d2_is_read_as_the_sheet_says() {
    let imported = read_with(D2.as_bytes(), &as_of("2025-06-01"));
    assert_eq!((imported.input.shape, imported.input.accepted), (Shape::Subscriptions, 11));
    assert_eq!(codes(&imported), [""; 0]);
    assert_eq!(closings(&imported), D2_CLOSINGS);
    let customers = |month: usize| {
        let ledger = ledger(&imported);
        ledger.closings[month].amounts.iter(ledger.customers.len()).filter(|units| *units > 0).count()
    };
    assert_eq!((0..6).map(customers).collect::<Vec<_>>(), [0, 3, 5, 6, 6, 7]);
}

#[test]
fn d2_in_other_spellings_is_the_same() {
    let commas = D2.replace("sep=;\n", "").replace(',', "\u{1}").replace(';', ",");
    let quoted: Vec<String> = commas
        .split(',')
        .map(
            |cell| if cell.contains('\u{1}') { format!("\"{}\"", cell.replace('\u{1}', ",")) } else { cell.to_owned() },
        )
        .collect();
    let windows: Vec<u8> = D2.chars().map(|character| u8::try_from(u32::from(character)).expect("Latin-1")).collect();
    for (file, finding) in [(quoted.join(",").into_bytes(), None), (windows, Some("W-ENC-GUESS"))] {
        let imported = read_with(&file, &as_of("2025-06-01"));
        assert_eq!(closings(&imported), D2_CLOSINGS);
        assert_eq!(codes(&imported), finding.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn a_gap_of_two_days_is_one() {
    let file = D2.replace(
        "K8;S9;Basic;50,00;monatlich;;EUR;01.01.2025;31.03.2025",
        "K8;S9;Basic;50,00;monatlich;;EUR;01.01.2025;30.03.2025",
    );
    let imported = read_with(file.as_bytes(), &as_of("2025-06-01"));
    assert_eq!(amounts(ledger(&imported), "K8").map_units(), [0, 50, 50, 0, 80, 80]);
    assert_eq!(
        amounts(ledger(&read_with(D2.as_bytes(), &as_of("2025-06-01"))), "K8").map_units(),
        [0, 50, 50, 50, 80, 80]
    );
}

/// Whole units instead of fixed-point ones.
trait MapUnits {
    fn map_units(self) -> Vec<i64>;
}

impl MapUnits for Vec<i64> {
    fn map_units(self) -> Vec<i64> {
        self.into_iter().map(|units| units / 100_000_000).collect()
    }
}

/// The table of a file, for questions under other conventions.
fn subscriptions(imported: &Imported) -> &Subscriptions {
    match &imported.dataset {
        Dataset::Subscriptions(subscriptions) => subscriptions,
        other => panic!("{other:?}"),
    }
}

/// Conventions from settings like `discounts=all`.
fn conventions(settings: &[&str]) -> Conventions {
    let mut conventions = Conventions::default();
    for setting in settings {
        let (name, value) = setting.split_once('=').expect("name=value");
        conventions.set(name, value).expect(setting);
    }
    conventions
}

/// What one customer pays in each month from March to June 2025, in whole units rounded to two digits.
fn months(header: &str, rows: &[&str]) -> Vec<String> {
    months_under(&[], header, rows)
}

/// The same under other settings.
fn months_under(settings: &[&str], header: &str, rows: &[&str]) -> Vec<String> {
    let file = format!("customer,currency,start,{header}\n{}\nz,EUR,2025-03-01,{}\n", rows.join("\n"), quiet(header));
    let imported = read_with(file.as_bytes(), &as_of("2025-07-01"));
    assert_eq!(imported.input.shape, Shape::Subscriptions, "{header}");
    let amounts = amounts(&subscriptions(&imported).books(&conventions(settings)).ledger, "a");
    amounts.iter().skip(1).map(|units| Currency::EUR.amount(i128::from(*units)).to_decimal()).collect()
}

/// A row of another customer, so that March is there and nothing else is decided.
fn quiet(header: &str) -> String {
    let cell = |name: &str| match name {
        "amount" | "gross amount" | "mrr" | "unit price" | "price incl. VAT" | "Betrag brutto" | "gross"
        | "unit price gross" => "1",
        "interval" => "month",
        _ => "",
    };
    header.split(',').map(cell).collect::<Vec<_>>().join(",")
}

#[test]
fn special_cases_of_one_customer() {
    let year = ["100.00"; 4];
    for (header, rows, expected) in [
        ("amount,interval", &["a,EUR,2025-03-01,1200.00,year"][..], year),
        ("amount,interval,interval count", &["a,EUR,2025-03-01,2400.00,year,2"], year),
        ("amount,interval", &["a,EUR,2025-03-01,300.00,quarter"], year),
        ("amount,interval", &["a,EUR,2025-03-01,200.00,every 2 months"], year),
        ("amount,interval", &["a,EUR,2025-03-01,10.00,week"], ["43.33"; 4]),
        ("amount,interval", &["a,EUR,2025-03-01,40.00,4 weeks"], ["43.33"; 4]),
        ("amount,interval", &["a,EUR,2025-03-01,1.00,day"], ["30.42"; 4]),
        ("unit price,quantity,interval", &["a,EUR,2025-03-01,12.50,8,month"], year),
        ("amount,quantity,interval", &["a,EUR,2025-03-01,100.00,8,month"], year),
        ("amount,interval,discount percent", &["a,EUR,2025-03-01,120.00,month,25"], ["90.00"; 4]),
        ("amount,interval,discount percent", &["a,EUR,2025-03-01,120.00,month,0.25"], ["90.00"; 4]),
        (
            "amount,interval,discount percent",
            &["a,EUR,2025-03-01,100.00,month,0.5", "b,EUR,2025-03-01,100.00,month,50"],
            ["99.50"; 4],
        ),
        ("amount,interval,discount", &["a,EUR,2025-03-01,120.00,month,25 %"], ["90.00"; 4]),
        ("amount,interval,discount amount", &["a,EUR,2025-03-01,120.00,month,20.00"], year),
        ("amount,interval,discount amount", &["a,EUR,2025-03-01,120.00,month,150.00"], ["0.00"; 4]),
        ("amount,interval", &["a,EUR,2025-03-01,500.00,once", "a,EUR,2025-03-01,100.00,month"], year),
        ("amount,interval,trial end", &["a,EUR,2025-04-01,50.00,month,2025-05-15"], ["0.00", "0.00", "50.00", "50.00"]),
        (
            "amount,interval,end",
            &["a,EUR,2025-03-01,50.00,month,2025-04-10", "a,EUR,2025-04-10,0.00,month,"],
            ["50.00", "0.00", "0.00", "0.00"],
        ),
        (
            "amount,interval,paused at,resumed at",
            &["a,EUR,2025-03-01,50.00,month,2025-04-10,2025-05-20"],
            ["50.00", "0.00", "50.00", "50.00"],
        ),
        ("amount,interval,paused at,resumed at", &["a,EUR,2025-03-01,50.00,month,2025-04-05,2025-04-20"], ["50.00"; 4]),
        (
            "amount,interval,end",
            &["a,EUR,2025-03-01,50.00,month,2025-04-10", "a,EUR,2025-04-10,80.00,month,"],
            ["50.00", "80.00", "80.00", "80.00"],
        ),
        (
            "amount,interval,end",
            &["a,EUR,2025-03-01,50.00,month,", "a,EUR,2025-03-01,20.00,month,2025-04-12"],
            ["70.00", "50.00", "50.00", "50.00"],
        ),
        (
            "amount,interval,end",
            &[
                "a,EUR,2025-03-01,50.00,month,2025-04-05",
                "a,EUR,2025-04-05,80.00,month,2025-04-20",
                "a,EUR,2025-04-20,60.00,month,",
            ],
            ["50.00", "60.00", "60.00", "60.00"],
        ),
        ("amount,interval,end", &["a,EUR,2025-04-05,50.00,month,2025-04-25"], ["0.00"; 4]),
        (
            "amount,interval,end",
            &["a,EUR,2025-03-01,50.00,month,2025-04-25", "a,EUR,2025-04-28,50.00,month,"],
            ["50.00"; 4],
        ),
        (
            "amount,interval,end",
            &["a,EUR,2025-03-01,50.00,month,2025-04-25", "a,EUR,2025-05-03,50.00,month,"],
            ["50.00", "0.00", "50.00", "50.00"],
        ),
        ("amount,interval,end", &["a,EUR,2025-04-01,50.00,month,"], ["0.00", "50.00", "50.00", "50.00"]),
        ("amount,interval,end", &["a,EUR,2025-03-01,50.00,month,2025-04-30"], ["50.00", "0.00", "0.00", "0.00"]),
        ("amount,interval,end", &["a,EUR,2025-03-01,50.00,month,2025-05-01T00:00"], ["50.00", "50.00", "0.00", "0.00"]),
        ("amount,interval,status", &["a,EUR,2025-03-01,50.00,month,past_due"], ["50.00"; 4]),
        (
            "amount,interval,current period end,cancel at period end,canceled at",
            &["a,EUR,2025-03-01,50.00,month,2025-05-15,true,2025-04-02"],
            ["50.00", "50.00", "0.00", "0.00"],
        ),
        (
            "amount,interval,current period end,cancel at period end,canceled at",
            &["a,EUR,2025-03-01,50.00,month,2025-05-15,false,2025-04-02"],
            ["50.00", "0.00", "0.00", "0.00"],
        ),
        ("mrr,end", &["a,EUR,2025-03-01,100.00,"], year),
    ] {
        assert_eq!(months(header, rows), expected, "{header}: {rows:?}");
    }
}

/// Rows of 8.9, and what 3.4, 3.5 and 7 say of other settings. One customer, the closes of March to June 2025.
#[test]
fn special_cases_under_other_settings() {
    const PAUSED: &str = "amount,interval,paused at,resumed at";
    const LEAVING: &str = "amount,interval,current period end,cancel at period end,canceled at";
    const LIMITED: &str = "amount,interval,discount percent,discount duration,discount end";
    const ENDED: &str = "amount,interval,end";
    for (settings, header, rows, expected) in [
        // Monthly 50, pause 10.04. to 20.05.: `keep`, no movement; 05.04. to 20.04.: none under either policy.
        (&["pause_policy=keep"][..], PAUSED, &["a,EUR,2025-03-01,50.00,month,2025-04-10,2025-05-20"][..], ["50.00"; 4]),
        (&["pause_policy=keep"], PAUSED, &["a,EUR,2025-03-01,50.00,month,2025-04-05,2025-04-20"], ["50.00"; 4]),
        // A pause that is not over.
        (&[], PAUSED, &["a,EUR,2025-03-01,50.00,month,2025-04-10,"], ["50.00", "0.00", "0.00", "0.00"]),
        // A bridge joins rows, not the two sides of a pause.
        (
            &["bridge_gap=60"],
            PAUSED,
            &["a,EUR,2025-03-01,50.00,month,2025-04-10,2025-05-20"],
            ["50.00", "0.00", "50.00", "50.00"],
        ),
        // Yearly 1 200, cancelled on 10.04., paid beyond: `at_cancellation`, churn in April.
        (&[], LEAVING, &["a,EUR,2025-03-01,1200.00,year,2026-03-01,true,2025-04-10"], ["100.00"; 4]),
        (
            &["churn_recognition=at_cancellation"],
            LEAVING,
            &["a,EUR,2025-03-01,1200.00,year,2026-03-01,true,2025-04-10"],
            ["100.00", "0.00", "0.00", "0.00"],
        ),
        // Cancelled after its end: it has ended all the same.
        (
            &["churn_recognition=at_cancellation"],
            "amount,interval,end,canceled at",
            &["a,EUR,2025-03-01,50.00,month,2025-04-10,2025-06-20"],
            ["50.00", "0.00", "0.00", "0.00"],
        ),
        // Ends 25.04., starts again 03.05.: a gap of eight days.
        (
            &["bridge_gap=8"],
            ENDED,
            &["a,EUR,2025-03-01,50.00,month,2025-04-25", "a,EUR,2025-05-03,50.00,month,"],
            ["50.00"; 4],
        ),
        (
            &["bridge_gap=7"],
            ENDED,
            &["a,EUR,2025-03-01,50.00,month,2025-04-25", "a,EUR,2025-05-03,50.00,month,"],
            ["50.00", "0.00", "50.00", "50.00"],
        ),
        // Until 30.04., from 01.05.: any gap is one.
        (
            &["bridge_gap=0"],
            ENDED,
            &["a,EUR,2025-03-01,50.00,month,2025-04-30", "a,EUR,2025-05-01,50.00,month,"],
            ["50.00", "0.00", "50.00", "50.00"],
        ),
        // The first day without service is a date of May; as the setting says it is moved to April. An instant is not.
        (&[], ENDED, &["a,EUR,2025-03-01,50.00,month,2025-05-01"], ["50.00", "50.00", "0.00", "0.00"]),
        (
            &["end_is_first_day_without_service=true"],
            ENDED,
            &["a,EUR,2025-03-01,50.00,month,2025-05-01"],
            ["50.00", "0.00", "0.00", "0.00"],
        ),
        (
            &["end_is_first_day_without_service=true"],
            ENDED,
            &["a,EUR,2025-03-01,50.00,month,2025-05-01T00:00"],
            ["50.00", "50.00", "0.00", "0.00"],
        ),
        // 120.00 monthly: 25 % recurring, 100 % once, 25 % up to 15.05.
        (&[], LIMITED, &["a,EUR,2025-03-01,120.00,month,25,forever,"], ["90.00"; 4]),
        (&[], LIMITED, &["a,EUR,2025-03-01,120.00,month,100,once,"], ["120.00"; 4]),
        (&[], LIMITED, &["a,EUR,2025-03-01,120.00,month,100,einmalig,"], ["120.00"; 4]),
        (&[], LIMITED, &["a,EUR,2025-03-01,120.00,month,25,,2025-05-15"], ["90.00", "90.00", "120.00", "120.00"]),
        (&[], LIMITED, &["a,EUR,2025-03-20,120.00,month,25,2 months,"], ["90.00", "90.00", "120.00", "120.00"]),
        (&["discounts=none"], LIMITED, &["a,EUR,2025-03-01,120.00,month,25,forever,"], ["120.00"; 4]),
        (&["discounts=unlimited"], LIMITED, &["a,EUR,2025-03-01,120.00,month,25,forever,"], ["90.00"; 4]),
        (&["discounts=unlimited"], LIMITED, &["a,EUR,2025-03-01,120.00,month,25,,2025-05-15"], ["120.00"; 4]),
        (&["discounts=unlimited"], LIMITED, &["a,EUR,2025-03-01,120.00,month,25,repeating,"], ["120.00"; 4]),
        // Once is the first billing period: 20.03. to 20.04., or the first quarter.
        (
            &["discounts=all"],
            LIMITED,
            &["a,EUR,2025-03-20,120.00,month,50,once,"],
            ["60.00", "120.00", "120.00", "120.00"],
        ),
        (
            &["discounts=all"],
            LIMITED,
            &["a,EUR,2025-03-01,120.00,quarter,50,once,"],
            ["20.00", "20.00", "20.00", "40.00"],
        ),
        (
            &["discounts=all"],
            LIMITED,
            &["a,EUR,2025-03-01,120.00,month,25,,2025-05-15"],
            ["90.00", "90.00", "120.00", "120.00"],
        ),
        // 119.00 monthly, "incl. 19 % VAT".
        (&["amounts_include_tax=19"], "price incl. VAT,interval", &["a,EUR,2025-03-01,119.00,month"], ["100.00"; 4]),
        (&["amounts_include_tax=19"], "amount,interval", &["a,EUR,2025-03-01,119.00,month"], ["100.00"; 4]),
        (&[], "Betrag brutto,interval,MwSt", &["a,EUR,2025-03-01,119.00,month,19.00"], ["100.00"; 4]),
        (&[], "Betrag brutto,interval,MwSt", &["a,EUR,2025-03-01,119.00,month,19 %"], ["100.00"; 4]),
        (&["amounts_include_tax=19"], "gross,interval,tax", &["a,EUR,2025-03-01,119.00,month,19.00"], ["100.00"; 4]),
        // Amounts are net where no header says otherwise.
        (&[], "amount,interval,tax", &["a,EUR,2025-03-01,119.00,month,19.00"], ["119.00"; 4]),
        (&[], "unit price gross,quantity,interval,tax", &["a,EUR,2025-03-01,14.00,8,month,1.50"], ["100.00"; 4]),
        // 4.33 weeks and 30 days: 10 × 4.33, 1 × 30.
        (&["day_factors=thirty"], "amount,interval", &["a,EUR,2025-03-01,10.00,week"], ["43.30"; 4]),
        (&["day_factors=thirty"], "amount,interval", &["a,EUR,2025-03-01,1.00,day"], ["30.00"; 4]),
        // Three times 10 ÷ 3: whole cents are 9.99.
        (
            &["rounding=minor_unit"],
            "amount,interval",
            &["a,EUR,2025-03-01,10.00,quarter", "a,EUR,2025-03-02,10.00,quarter", "a,EUR,2025-03-03,10.00,quarter"],
            ["9.99"; 4],
        ),
        (
            &["negative_recurring_lines=subtract"],
            "amount,interval",
            &["a,EUR,2025-03-01,50.00,month", "a,EUR,2025-04-05,-20.00,month"],
            ["50.00", "30.00", "30.00", "30.00"],
        ),
        (&[], "amount,interval", &["a,EUR,2025-03-01,50.00,month", "a,EUR,2025-04-05,-20.00,month"], ["50.00"; 4]),
    ] {
        assert_eq!(months_under(settings, header, rows), expected, "{settings:?} {header}: {rows:?}");
    }
}

/// S2 of D2 in dollars, and the rows of 8.9 in two currencies.
#[test]
fn currencies_need_a_rate() {
    let dollars = D2.replace("K2;S2;Basic;30,00;monatlich;;EUR", "K2;S2;Basic;30,00;monatlich;;USD");
    let two = "customer,currency,start,amount,interval\na,USD,2025-03-01,100,month\nb,EUR,2025-03-01,100,month\n";
    let refused = |file: &str| failure_with(file.as_bytes(), &as_of("2025-06-01")).error.code.text();
    assert_eq!([refused(&dollars), refused(two)], ["E-CURRENCY-MIXED"; 2]);
    let with = |file: &str, rate: &str| {
        let rates = vec![(Currency::parse("USD").expect("a code"), Rate::parse(rate).expect("a rate"))];
        let options = Options { rates, currency: Some(Currency::EUR), ..as_of("2025-06-01") };
        closings(&read_with(file.as_bytes(), &options))
    };
    // 15.00 less in February and March than D2, which K2 leaves in March.
    assert_eq!(with(&dollars, "0.5"), ["0.00", "180.00", "238.33", "413.33", "463.33", "493.33"]);
    assert_eq!(with(two, "0.90"), ["0.00", "190.00", "190.00", "190.00"]);
}

#[test]
fn ids_that_nearly_agree_are_pointed_out() {
    let file = "customer,start,amount,interval\nK1,2025-03-01,10,month\nK1 ,2025-03-02,20,month\n\
                k1,2025-03-01,40,month\n";
    let imported = read_with(file.as_bytes(), &as_of("2025-06-01"));
    assert_eq!(ledger(&imported).customers.iter().collect::<Vec<_>>(), ["K1", "k1"]);
    assert!(codes(&imported).contains(&"W-ID-SIMILAR"), "{:?}", codes(&imported));
    assert_eq!(amounts(ledger(&imported), "K1").map_units(), [0, 30, 30, 30]);
}

/// What the file says of customers in the months of a question.
fn of(file: &str, settings: &[&str], month: &str) -> Report<()> {
    let imported = read_with(file.as_bytes(), &as_of("2025-06-01"));
    let month = Month::parse_iso(month);
    let settings = Settings { conventions: conventions(settings), ..Settings::default() };
    report(&imported.dataset, &Question { from: month, to: month, settings, ..Question::default() }, Vec::new())
}

fn part(report: &Report<()>, key: Key, name: &str) -> Option<f64> {
    report.metrics.get(&key).and_then(|result| result.part_number(name))
}

/// The counts of a month: start, new, lost, reactivated, end, and who came and went.
fn counts(report: &Report<()>) -> [i64; 6] {
    ["start", "new", "lost", "reactivated", "end", "intra_period_churners"]
        .map(|name| part(report, Key::CustomerCounts, name).unwrap_or(f64::NAN) as i64)
}

#[test]
fn customers_of_special_cases() {
    const FREE: &str = "customer;start;end;amount;interval\na;2025-03-01;2025-04-10;50;month\na;2025-04-10;;0;month\n\
                        b;2025-03-01;;1;month\n";
    const SHORT: &str = "customer;start;end;amount;interval\na;2025-04-05;2025-04-25;50;month\n\
                         b;2025-03-01;;1;month\nc;2025-04-20;2025-05-01T00:00;1;month\n";
    for (file, settings, month, expected) in [
        // Paid 50, then a free plan: lost, unless who pays nothing stays a customer.
        (FREE, &[][..], "2025-04", [2, 0, 1, 0, 1, 0]),
        (FREE, &["zero_mrr_is_active=true"], "2025-04", [2, 0, 0, 0, 2, 0]),
        // Starts 05.04., ends 25.04.: no movement, one who came and went; c ends with the first instant of May.
        (SHORT, &[], "2025-04", [1, 1, 0, 0, 2, 1]),
        (SHORT, &[], "2025-05", [2, 0, 1, 0, 1, 0]),
    ] {
        assert_eq!(counts(&of(file, settings, month)), expected, "{settings:?} {month}");
    }
    let april = of(FREE, &["zero_mrr_is_active=true"], "2025-04");
    let mrr = april.metrics.get(&Key::Mrr).and_then(|mrr| mrr.value);
    assert!(matches!(mrr, Some(Value::Money(amount)) if amount.to_decimal() == "1.00"), "{mrr:?}");
}

/// The examples of metrics.md 4 that name D2. Lifetimes in days: by hand from `as_of` less first paid day.
#[test]
fn examples_of_d2() {
    let result =
        |month: &str, key: Key| -> MetricResult { of(D2, &[], month).metrics.get(&key).cloned().expect("a result") };
    let numbers = |result: &MetricResult, names: &[&str]| -> Vec<f64> {
        names.iter().map(|name| result.part_number(name).unwrap_or(f64::NAN)).collect()
    };
    let near = |id: &str, actual: Option<f64>, expected: f64| {
        assert!(actual.is_some_and(|actual| (actual - expected).abs() < 5e-7), "{id}: {actual:?}");
    };
    assert_eq!(counts(&of(D2, &[], "2025-03")), [5, 2, 1, 0, 6, 0], "customer_counts.3");
    assert_eq!(counts(&of(D2, &[], "2025-05")), [6, 0, 0, 1, 7, 0], "customer_counts.4");
    near("customer_retention_rate.5", result("2025-03", Key::CustomerRetentionRate).number(), 0.8);
    for (id, month, due, renewed, rate) in
        [("renewal_rate.2", "2025-03", 7.0, 7.0, 1.0), ("renewal_rate.3", "2025-04", 9.0, 8.0, 0.888889)]
    {
        let renewal = result(month, Key::RenewalRate);
        assert_eq!(numbers(&renewal, &["due", "renewed"]), [due, renewed], "{id}");
        near(id, renewal.number(), rate);
    }
    let lifetime = result("2025-05", Key::CustomerLifetime);
    near("customer_lifetime.3", lifetime.part_number("tenure_mean"), 118.714286 / 30.4375);
    near("customer_lifetime.3", lifetime.part_number("tenure_median"), 120.0 / 30.4375);
    let april = result("2025-04", Key::MrrMovements);
    let money =
        ["mrr_start", "mrr_new", "mrr_reactivation", "mrr_expansion", "mrr_contraction", "mrr_churn", "mrr_end"].map(
            |name| april.parts.get(name).copied().map(|value| format!("{:.2}", value.as_f64())).unwrap_or_default(),
        );
    assert_eq!(money, ["413.33", "0.00", "0.00", "50.00", "0.00", "0.00", "463.33"], "mrr_movements.6");
    assert_eq!(result("2025-05", Key::Arr).value.map(|value| value.as_f64().round()), Some(5920.0), "arr.2");
    // K2's first stretch ended after 58 days (01.02. to 31.03.), six others go on; D2's K7 has never paid.
    let report = of(D2, &[], "2025-05");
    let [step] = report.survival.as_slice() else { panic!("{:?}", report.survival) };
    near("km_survival", Some(step.t), 58.0 / 30.4375);
    assert_eq!((step.at_risk, step.churned), (7, 1));
}

/// 40 subscriptions that started, 3 of which ended within 7 days; 6 are not yet 7 days old (churn_7d.3). A change of plan
/// on the third day is neither an end nor a start.
#[test]
fn seven_days_of_subscriptions() {
    let mut file = String::from("customer;start;end;amount;interval\n");
    let row = |file: &mut String, name: String, start: &str, end: &str| {
        file.push_str(&format!("{name};{start};{end};10;month\n"));
    };
    for number in 0..30 {
        row(&mut file, format!("stays{number}"), "2025-05-02", "");
    }
    for number in 0..3 {
        row(&mut file, format!("leaves{number}"), "2025-05-02", "2025-05-09");
    }
    row(&mut file, "changes".to_owned(), "2025-05-02", "2025-05-05");
    row(&mut file, "changes".to_owned(), "2025-05-05", "");
    for number in 0..6 {
        row(&mut file, format!("young{number}"), "2025-05-26", "");
    }
    let report = of(&file, &[], "2025-05");
    let churn = report.metrics.get(&Key::Churn7d).expect("a result");
    let part = |name: &str| churn.parts.get(name).copied();
    assert_eq!((part("matured"), part("lost")), (Some(Value::Count(34)), Some(Value::Count(3))));
    assert_eq!(churn.number().map(|share| (share * 1e6).round() / 1e6), Some(0.088235));
}

/// Four of five customers are gone in April: by choice, by a card that failed, by a pause, and one nobody says why.
#[test]
fn churn_is_told_apart_by_its_cause() {
    let file = "customer;start;end;amount;interval;cancellation reason;paused at;resumed at\n\
                a;2025-03-01;2025-04-10;50;month;too expensive;;\n\
                b;2025-03-01;2025-04-10;50;month;payment_failed;;\n\
                c;2025-03-01;;50;month;;2025-04-10;2025-05-20\n\
                d;2025-03-01;2025-04-10;50;month;;;\ne;2025-03-01;;50;month;;;\n";
    let causes = |report: &Report<()>| {
        ["voluntary", "involuntary", "paused"].map(|name| part(report, Key::CustomerChurnRate, name))
    };
    assert_eq!(causes(&of(file, &[], "2025-04")), [Some(0.2); 3]);
    assert_eq!(causes(&of(file, &["pause_policy=keep"], "2025-04")), [Some(0.2), Some(0.2), Some(0.0)]);
    // Nobody is lost in May, so that there is nothing to tell apart.
    assert_eq!(causes(&of(file, &[], "2025-05")), [None; 3]);
}

/// The churn rate on other bases, by hand: one of three customers lost, one new, one who came and went; 1 of 3 at the
/// start, 2 of the 5 who were ever there, 2 of 3 on average.
#[test]
fn churn_on_other_bases() {
    let file = "customer;start;end;amount;interval\na;2025-03-01;2025-04-10;50;month\nb;2025-03-01;;50;month\n\
                c;2025-04-05;;50;month\nd;2025-04-05;2025-04-25;50;month\ne;2025-03-01;;50;month\n";
    for (setting, variant, value) in [
        ("customer_churn=default", "default", 1.0 / 3.0),
        ("customer_churn=exposed_base", "exposed_base", 0.4),
        ("customer_churn=average_base", "average_base", 2.0 / 3.0),
    ] {
        let report = of(file, &[setting], "2025-04");
        let churn = report.metrics.get(&Key::CustomerChurnRate).expect("a result");
        assert_eq!((churn.variant.as_str(), churn.number()), (variant, Some(value)));
    }
}

/// NRR, net churn and quick ratio of a month in which one customer came back with 30 and one of 100 grew by 20 and
/// another lost 10: by hand 110 ÷ 100 without, 140 ÷ 100 with those who came back.
#[test]
fn returns_count_where_the_setting_says_so() {
    let file = "customer;start;end;amount;interval\nr;2025-03-01;2025-04-10;30;month\nr;2025-05-10;;30;month\n\
                u;2025-03-01;2025-05-10;60;month\nu;2025-05-10;;80;month\n\
                d;2025-03-01;2025-05-10;40;month\nd;2025-05-10;;30;month\n";
    let rate = |report: &Report<()>, key: Key| report.metrics.get(&key).and_then(MetricResult::number);
    let usual = of(file, &[], "2025-05");
    assert_eq!((rate(&usual, Key::Nrr), part(&usual, Key::RevenueChurn, "net")), (Some(1.1), Some(-0.1)));
    let with = of(file, &["incl_reactivation=true"], "2025-05");
    assert_eq!((rate(&with, Key::Nrr), part(&with, Key::RevenueChurn, "net")), (Some(1.4), Some(-0.4)));
    assert_eq!(rate(&usual, Key::QuickRatio), Some(5.0));
    assert_eq!(rate(&of(file, &["quick_ratio=without_reactivation"], "2025-05"), Key::QuickRatio), Some(2.0));
}

#[test]
fn what_a_row_lacks_is_said_at_its_place() {
    for (header, row, code) in [
        ("amount,interval", "a,EUR,2025-03-01,50,fortnight", "E-INTERVAL"),
        ("amount,interval", "a,EUR,,50,month", "E-DATE"),
        ("amount,interval", "a,EUR,31.02.2025,50,month", "E-DATE"),
        ("amount,interval", "a,EUR,2025-03-01,much,month", "E-NUM"),
        ("unit price,quantity,interval", "a,EUR,2025-03-01,9000000000,9999999999999999999999999,day", "E-NUM"),
        ("amount,interval,discount percent", "a,EUR,2025-03-01,9000000000,day,-9999999999999999999999999", "E-NUM"),
        ("amount,interval,discount percent", "a,EUR,2025-03-01,50,month,0.25", "W-PERCENT-SCALE"),
        ("amount,interval,end", "a,EUR,2025-03-05,50,month,2025-03-01", "E-END-BEFORE-START"),
        ("amount,interval,end", "a,EUR,2025-03-05,50,month,2025-03-05", "W-EMPTY-INTERVAL"),
        ("amount,interval,end,status", "a,EUR,2025-03-05,50,month,,canceled", "E-END-MISSING"),
        ("amount,interval,end,status", "a,EUR,2025-03-05,50,month,,paused", "E-END-MISSING"),
        ("amount,interval,end,status", "a,EUR,2025-03-05,50,month,,dreaming", "W-STATUS-UNKNOWN"),
        ("amount,interval,end,status", "a,EUR,2025-03-05,50,month,,incomplete_expired", "I-ROWS-NOT-ACTIVE"),
        ("amount,interval,end,status", "a,EUR,2025-03-05,50,month,,trialing", "I-ROWS-NOT-ACTIVE"),
        (
            "amount,interval,trial end,canceled at",
            "a,EUR,2025-03-05,50,month,2025-03-19,2025-03-12",
            "I-ROWS-NOT-ACTIVE",
        ),
        ("amount,interval,end", "a,EUR,2025-08-01,50,month,", "I-FUTURE-START"),
        ("amount,interval,end", "a,EUR,2025-03-05,-50,month,", "W-NEG-MRR"),
        ("gross amount,interval", "a,EUR,2025-03-05,119,month", "W-TAX-INCLUDED"),
        ("amount,interval,discount percent,discount type", "a,EUR,2025-03-05,50,month,10,ever", "W-DISCOUNT-UNKNOWN"),
        ("amount,interval", "z,EUR,2025-03-01,1,month", "W-DUP-ROW"),
    ] {
        let file = format!("customer,currency,start,{header}\n{row}\nz,EUR,2025-03-01,{}\n", quiet(header));
        let imported = read_with(file.as_bytes(), &as_of("2025-07-01"));
        assert_eq!(codes(&imported), [code], "{row}");
        assert_eq!(imported.input.left_out, u64::from(code.starts_with('E')), "{row}");
    }
}

#[test]
fn what_lies_behind_today_has_not_happened() {
    let file = "customer,start,end,amount,interval\na,2025-03-10,2027-12-31,50,month\nb,2025-04-02,,20,month\n";
    let today = |day: &str| Options { today: Day::parse_iso(day), ..Options::default() };
    assert_eq!(closings(&read_with(file.as_bytes(), &today("2025-06-15"))), ["0.00", "50.00", "70.00", "70.00"]);
    // The last month is complete on the first day of the next one.
    assert_eq!(closings(&read_with(file.as_bytes(), &today("2025-06-01"))), ["0.00", "50.00", "70.00", "70.00"]);
    assert_eq!(closings(&read_with(file.as_bytes(), &today("2025-05-31"))), ["0.00", "50.00", "70.00"]);
    assert_eq!(codes(&read_with(file.as_bytes(), &today("2025-06-01"))), [""; 0]);
    // Without a future date the file's own end counts.
    let file = file.replace("2027-12-31", "");
    let imported = read_with(file.as_bytes(), &today("2026-01-01"));
    assert_eq!(closings(&imported), ["0.00", "50.00"]);
    assert_eq!(codes(&imported), ["I-MONTH-NOT-OVER"]);
    let said = imported.input.diagnostics[0].message(Language::En);
    assert_eq!(said, "The data reach up to 2025-04-02, so that 2025-04 is not over. It is left out.");
}

#[test]
fn exports_are_told_from_tables_by_month_and_by_status() {
    for (header, shape) in [
        ("customer,start,amount,interval,status", Shape::Subscriptions),
        ("customer,start,end,mrr", Shape::Subscriptions),
        ("customer,month,mrr,start", Shape::MrrLong),
        ("customer,churn,start,mrr", Shape::CustomerStatus),
        (
            "id,Customer ID,Status,Amount,Interval,Quantity,Created (UTC),Start Date (UTC),Canceled At (UTC),Ended At (UTC)",
            Shape::Subscriptions,
        ),
    ] {
        assert_eq!(read_with(format!("{header}\n").as_bytes(), &Options::default()).input.shape, shape, "{header}");
    }
}

/// Two products in place of one are a loss where each subscription is capped; versions of one are not.
#[test]
fn subscriptions_are_told_apart_by_their_name() {
    for (header, first, second, cap) in [
        ("Vertragsnummer", "V1", "V2", Some(0.0)),
        ("subscription id", "V1", "V1", Some(1.0)),
        ("subscription id", "V1", "", None),
        ("Notiz", "V1", "V2", None),
    ] {
        let rows = format!("a;{first};2024-01-01;2025-06-10;10;month\na;{second};2025-06-10;;10;month\n");
        let file = format!("customer;{header};start;end;amount;interval\n{rows}");
        let imported = read_with(file.as_bytes(), &as_of("2025-07-01"));
        let report: Report<()> = report(&imported.dataset, &Question::default(), Vec::new());
        let part = report.metrics[&Key::Grr].parts.get("subscription_cap").map(|value| value.as_f64());
        assert_eq!((codes(&imported).len(), part), (0, cap), "{header} {first} {second}");
    }
}

#[test]
fn a_german_reader_reads_german_dates() {
    let file = "Kunde;Beginn;Ende;Betrag;Intervall\na;03/04/2025;;50,00;monatlich\n";
    let options = Options { language: Language::De, ..as_of("2025-06-01") };
    assert_eq!(closings(&read_with(file.as_bytes(), &options)), ["0.00", "50.00", "50.00"]);
}

proptest! {
    /// A naive second implementation: for every month, every row is asked whether it counts at its close.
    #[test]
    fn every_close_is_the_sum_of_the_services_that_cover_it(
        rows in prop::collection::vec((0_u8..6, 0_i32..400, prop::option::of(1_i32..500), 1_i64..90), 1..40),
    ) {
        let base = Day::parse_iso("2024-01-10").expect("a day").0;
        let end_of = |start: i32, length: Option<i32>| length.map(|length| base + start + length);
        let mut file = String::from("customer,start,end,amount,interval\n");
        for (customer, start, length, amount) in &rows {
            let end = end_of(*start, *length).map_or_else(String::new, |end| Day(end).to_iso());
            file.push_str(&format!("c{customer},{},{end},{amount},month\n", Day(base + start).to_iso()));
        }
        let imported = read_with(file.as_bytes(), &as_of("2025-06-01"));
        let ledger = ledger(&imported);
        // Another service of the customer that starts on the next day continues one that ended, unless one starts with
        // its end, or the other is itself what another one goes on to.
        let continued = |customer: u8, end: i32| {
            let own = || rows.iter().filter(|(other, ..)| *other == customer);
            let starting = |day: i32| own().filter(|(_, start, ..)| base + start == day).count();
            let ending = |day: i32| own().filter(|(_, start, length, _)| end_of(*start, *length) == Some(day)).count();
            starting(end) == 0 && starting(end + 1) > ending(end + 1)
        };
        for (place, closing) in ledger.closings.iter().enumerate() {
            let boundary = ledger.first.plus(place as i32).end().0;
            for (number, name) in ledger.customers.iter().enumerate() {
                let expected: i64 = rows
                    .iter()
                    .filter(|(customer, ..)| format!("c{customer}") == name)
                    .filter(|(customer, start, length, _)| {
                        let end = end_of(*start, *length).map(|end| end + i32::from(continued(*customer, end)));
                        base + start < boundary && end.is_none_or(|end| end >= boundary)
                    })
                    .map(|(.., amount)| amount * 100_000_000)
                    .sum();
                prop_assert_eq!(closing.amounts.get(number), expected, "{} {}", name, place);
            }
        }
    }
}

//! Shape (c): rows of subscriptions become customers by month (metrics.md 3.4, 3.5, 8.2, 8.8, 8.9).

mod common;

use common::{amounts, codes, ledger, read_with};
use keeprate_ingest::{Imported, Language, Options, Shape};
use keeprate_metrics::money::Currency;
use keeprate_metrics::period::Day;
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

/// What one customer pays in each month from March to June 2025, in whole units rounded to two digits.
fn months(header: &str, rows: &[&str]) -> Vec<String> {
    let file = format!("customer,currency,start,{header}\n{}\nz,EUR,2025-03-01,{}\n", rows.join("\n"), quiet(header));
    let imported = read_with(file.as_bytes(), &as_of("2025-07-01"));
    assert_eq!(imported.input.shape, Shape::Subscriptions, "{header}");
    let amounts = amounts(ledger(&imported), "a");
    amounts.iter().skip(1).map(|units| Currency::EUR.amount(i128::from(*units)).to_decimal()).collect()
}

/// A row of another customer, so that March is there and nothing else is decided.
fn quiet(header: &str) -> String {
    let cell = |name: &str| match name {
        "amount" | "mrr" | "unit price" => "1",
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

#[test]
fn what_a_row_lacks_is_said_at_its_place() {
    for (header, row, code) in [
        ("amount,interval", "a,EUR,2025-03-01,50,fortnight", "E-INTERVAL"),
        ("amount,interval", "a,EUR,,50,month", "E-DATE"),
        ("amount,interval", "a,EUR,31.02.2025,50,month", "E-DATE"),
        ("amount,interval", "a,EUR,2025-03-01,much,month", "E-NUM"),
        ("unit price,quantity,interval", "a,EUR,2025-03-01,9000000000,9999999999999999999999999,day", "E-NUM"),
        ("amount,interval,discount percent", "a,EUR,2025-03-01,9000000000,day,-9999999999999999999999999", "E-NUM"),
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

/// Stripe's columns, with rows of our own: the amount is the price of one, the period's end counts where the subscription
/// runs out, and what makes no group of customers is no segment.
#[test]
fn stripe_exports_are_known() {
    let file = "id,Customer ID,Customer Name,Customer Email,Status,Amount,Interval,Quantity,Created (UTC),Start (UTC),\
        Start Date (UTC),Current Period Start (UTC),Current Period End (UTC),Trial Start (UTC),Trial End (UTC),\
        Canceled At (UTC),Ended At (UTC),Cancel At Period End,tier (metadata)\n\
        sub_1,cus_a,Ada,a@example.org,active,10.00,month,3,2025-03-02 09:00,2025-03-02 09:00,2025-03-02 09:00,\
        2025-05-02 09:00,2025-06-02 09:00,,,,,false,gold\n\
        sub_2,cus_b,Bob,b@example.org,active,120.00,year,1,2025-03-05 10:00,2025-03-05 10:00,2025-03-05 10:00,\
        2025-03-05 10:00,2026-03-05 10:00,,,2025-04-01 10:00,,true,silver\n\
        sub_3,cus_c,Cyd,c@example.org,canceled,20.00,month,1,2025-03-07 11:00,2025-03-07 11:00,2025-03-07 11:00,\
        2025-04-07 11:00,2025-05-07 11:00,2025-03-07 11:00,2025-04-07 11:00,2025-05-20 11:00,2025-05-20 11:00,false,gold\n\
        sub_4,cus_d,Dan,d@example.org,incomplete_expired,20.00,month,1,2025-05-30 11:00,2025-05-30 11:00,\
        2025-05-30 11:00,2025-05-30 11:00,2025-06-30 11:00,,,,,false,gold\n";
    let imported = read_with(file.as_bytes(), &as_of("2025-06-01"));
    assert_eq!(imported.input.shape, Shape::Subscriptions);
    assert_eq!(codes(&imported), ["I-ROWS-NOT-ACTIVE"]);
    assert_eq!(amounts(ledger(&imported), "cus_a").map_units(), [0, 30, 30, 30]);
    assert_eq!(amounts(ledger(&imported), "cus_b").map_units(), [0, 10, 10, 10]);
    assert_eq!(amounts(ledger(&imported), "cus_c").map_units(), [0, 0, 20, 0]);
    let segments: Vec<&str> = ledger(&imported).segments.iter().map(|segment| segment.column.as_str()).collect();
    assert!(segments.contains(&"tier (metadata)"), "{segments:?}");
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
        // Another service of the customer that starts on the next day continues one that ended.
        let continued = |customer: u8, end: i32| {
            rows.iter().any(|(other, start, ..)| *other == customer && base + start == end + 1)
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

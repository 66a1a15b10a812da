//! `keeprate report` on several files: the acceptance data sets of metrics.md 8, joined.

#![allow(clippy::expect_used, clippy::panic)]

mod common;

use common::{D1, D4, D7, Folder, close};
use serde_json::{Value, json};

/// Who the customers of D1 are; X is nobody there, and B has a second row.
const CUSTOMERS: &str = "\
customer,email,country,owner
A,a@a.example,DE,Ann
B,b@b.example,DE,Bob
C,c@c.example,FR,Ann
D,d@d.example,FR,Bob
E,e@e.example,DE,Ann
F,f@f.example,FR,Bob
G,g@g.example,DE,Ann
H,h@h.example,FR,Bob
X,x@x.example,US,Bob
B,b@b.example,US,Ann
";

fn folder(test: &str) -> Folder {
    let folder = Folder::new(test);
    for (name, content) in [("d1.csv", D1), ("d4.csv", D4), ("d7.csv", D7), ("customers.csv", CUSTOMERS)] {
        folder.file(name, content);
    }
    folder
}

fn report(folder: &Folder, line: &str) -> Value {
    folder.keeprate(&format!("report {line} --format json")).json()
}

fn codes(input: &Value) -> Vec<&str> {
    let found = input["diagnostics"].as_array().expect("a list");
    found.iter().filter_map(|found| found["code"].as_str()).collect()
}

/// Examples detractor_revenue_at_risk.1 to .4, through files in any order.
#[test]
fn d1_and_d4_give_the_revenue_of_detractors() {
    let folder = folder("d1_d4");
    let document = report(&folder, "d1.csv d4.csv");
    let result = &document["metrics"]["detractor_revenue_at_risk"];
    assert_eq!([&result["value"], &result["variant"]], ["490.00", "any"]);
    for (part, value) in
        [("share", 0.597561), ("coverage", 1.0), ("weighted_share", 0.445122), ("majority_share", 0.292683)]
    {
        close(result, &format!("/parts/{part}"), value);
    }
    assert_eq!([&result["parts"]["weighted"], &result["parts"]["majority"]], ["365.00", "240.00"]);
    assert_eq!([&result["parts"]["unmatched"], &result["parts"]["zero_mrr"]], [1, 1]);
    assert_eq!(result["parts"]["extrapolated"], "490.00");
    // Nobody answered a year before: that is said, and no loss.
    assert_eq!([&result["parts"]["former_detractors"], &result["parts"]["expected_loss"]], [&json!(0), &json!(null)]);
    for (locale, text) in [
        ("en", "Expected to be lost within 12 months: too little data, customers with detractors 12 months ago: 0/30"),
        ("de", "Binnen 12 Monaten erwarteter Verlust: zu wenig Daten, Kunden mit Kritikern vor 12 Monaten: 0/30"),
    ] {
        let ran = folder.keeprate(&format!("report d4.csv d1.csv --locale {locale}"));
        assert!(ran.output.contains(text), "no {text} in\n{}", ran.output);
    }
    assert_eq!(result["flags"], json!([]));
    // Each file's own figures stand beside it: D4's June has 4 promoters and 4 detractors of 9.
    assert_eq!(document["metrics"]["nps"]["value"], 0.0);
    assert_eq!(document["metrics"]["mrr"]["value"], "820.00");
    assert_eq!(document["feedback"]["nps"]["detractors"], 4);
    assert_eq!(document["inputs"].as_array().map(Vec::len), Some(2));
    assert_eq!(codes(&document["inputs"][1]), ["W-JOIN-UNMATCHED"]);
    assert_eq!(
        document["joins"],
        json!([{
            "name": "d4.csv", "role": "answers", "key": "customer", "matched": 7, "unmatched": 1, "anonymous": 0,
            "by_domain": 0, "base_customers": 8, "base_unmatched": 1, "coverage": 0.875, "unmatched_names": ["Z"],
            "base_unmatched_names": ["G"]
        }])
    );
    let one = folder.keeprate("report d1.csv d4.csv customers.csv --format json").output;
    let other = folder.keeprate("report customers.csv d4.csv d1.csv --format json").output;
    assert_eq!(one, other);
}

#[test]
fn attributes_tell_customers_apart() {
    let folder = folder("attributes");
    let document = report(&folder, "customers.csv d1.csv d4.csv --segment owner");
    let segments = document["segments"].as_array().expect("a list");
    let mrr: Vec<(&Value, &Value)> =
        segments.iter().map(|entry| (&entry["segment"]["value"], &entry["metrics"]["mrr"]["value"])).collect();
    // B, F and H; A, C and E.
    assert_eq!(mrr[..2], [(&json!("Bob"), &json!("440.00")), (&json!("Ann"), &json!("380.00"))]);
    // Of the detractors b2, c1, h1 and d1 three are Bob's, and of the promoters b1 and f1: 2 of 5 less 3 of 5.
    close(&segments[0], "/metrics/nps/value", -20.0);
    // The first row of a customer counts, the second is an error.
    assert_eq!(codes(&document["inputs"][2]), ["E-ID-DUP", "W-JOIN-UNMATCHED"]);
    assert_eq!(document["inputs"][2]["shape"], "customers");
    let german = report(&folder, "customers.csv d1.csv d4.csv --segment country=DE");
    // A 100, B 250 and E 80; of them B has a detractor.
    assert_eq!(german["metrics"]["mrr"]["value"], "430.00");
    assert_eq!(german["metrics"]["detractor_revenue_at_risk"]["value"], "250.00");
    close(&german, "/metrics/detractor_revenue_at_risk/parts/share", 250.0 / 430.0);
    assert_eq!(german["metrics"]["nps"]["n"], 4);
}

/// What can be said of one file can be said of the one that has the column.
#[test]
fn answers_may_name_addresses_alone() {
    let folder = folder("addresses");
    folder.file("nps.csv", "E-Mail;Datum;NPS\nA@a.example;01.06.2025;3\nx@y.example;02.06.2025;10\n");
    let document = report(&folder, "d1.csv customers.csv nps.csv");
    assert_eq!([&document["joins"][1]["key"], &document["joins"][1]["matched"]], [&json!("email"), &json!(1)]);
    assert_eq!(document["metrics"]["detractor_revenue_at_risk"]["value"], "100.00");
    assert_eq!(document["metrics"]["detractor_revenue_at_risk"]["flags"], json!(["low_coverage"]));
    folder.file("odd.csv", "Wer,Datum,NPS\nA,2025-06-01,3\n");
    let document = report(&folder, "d1.csv odd.csv --map customer=Wer");
    assert_eq!(document["joins"][0]["matched"], 1);
    let ran = folder.keeprate("report d1.csv odd.csv --map tenure=Wer");
    assert_eq!((ran.status, ran.errors.starts_with("keeprate: --map tenure=Wer: ")), (2, true), "{}", ran.errors);
}

/// Two customers pay by the month since 2024, so that each renewal is due within 30 days: 5 points. K1 has not been
/// seen for 40 days (25), used it 6 times before that and not once since (20), and is a detractor (20): 70 of 100, as its
/// payments are known and in order. K2 is a user of yesterday and a promoter. K3 ends in July. K4 is past due (15) and
/// unknown to usage: 20 of 35 is too little to tell.
#[test]
fn customers_at_risk_are_listed_with_their_reasons() {
    let folder = Folder::new("risk");
    folder.file(
        "subscriptions.csv",
        "customer,start,end,amount,interval,status\nK1,2024-01-15,,100,month,active\nK2,2024-01-15,,50,month,active\n\
         K3,2024-01-15,2025-07-15,30,month,active\nK4,2024-01-15,,20,month,past due\n",
    );
    folder.file("nps.csv", "customer,date,nps\nK1,2025-06-20,4\nK2,2025-06-20,10\n");
    let mut events = "user,customer,timestamp,event\n".to_owned();
    for day in 1..=30 {
        events.push_str(&format!(
            "u2,K2,2025-04-{day:02},login\nu2,K2,2025-05-{day:02},login\nu2,K2,2025-06-{day:02},login\n"
        ));
    }
    for day in 17..=22 {
        events.push_str(&format!("u1,K1,2025-05-{day},login\n"));
    }
    folder.file("events.csv", events);
    let files = "subscriptions.csv nps.csv events.csv --as-of 2025-07-01";
    let document = report(&folder, files);
    let risk = &document["risk"];
    assert_eq!(risk["as_of"], "2025-07-01");
    let listed: Vec<[&Value; 5]> = risk["customers"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|of| ["customer", "level", "score", "points", "mrr"].map(|name| &of[name]))
        .collect();
    let expected = [
        [json!("K3"), json!("leaving"), json!(100), json!(0), json!("30.00")],
        [json!("K1"), json!("high"), json!(70), json!(70), json!("100.00")],
        [json!("K2"), json!("low"), json!(5), json!(5), json!("50.00")],
    ];
    assert_eq!(listed.iter().map(|of| of.map(Clone::clone)).collect::<Vec<_>>(), expected);
    let reasons: Vec<(&Value, &Value)> = risk["customers"][1]["reasons"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|of| (&of["signal"], &of["points"]))
        .collect();
    let expected = [("inactivity", 25), ("usage_drop", 20), ("feedback", 20), ("renewal", 5)];
    assert_eq!(
        reasons,
        expected.map(|(signal, points)| (json!(signal), json!(points))).each_ref().map(|(a, b)| (a, b))
    );
    let levels: Vec<&Value> = risk["levels"].as_array().expect("a list").iter().map(|of| &of["customers"]).collect();
    assert_eq!(levels, [1, 1, 0, 1, 1]);
    // Events are joined by the customers that they name, not by their users.
    assert_eq!([&document["joins"][1]["matched"], &document["joins"][1]["unmatched"]], [2, 0]);
    let text = folder.keeprate(&format!("report {files}")).output;
    for line in ["70  70/100  €100.00", "40 days without activity +25, usage down by 100.0% +20, critical answer +20"]
    {
        assert!(text.contains(line), "{line}: {text}");
    }
    let german = folder.keeprate(&format!("report {files} --locale de")).output;
    assert!(german.contains("Kündigung liegt vor") && german.contains("Regel nicht überprüft"), "{german}");
    let csv = folder.keeprate(&format!("report {files} --format csv")).output;
    let row = csv.lines().find(|line| line.contains(",K1,")).expect("a row");
    assert!(row.starts_with("2025-06,churn_risk,high,ok,70,score,70,100,"), "{row}");
    assert!(csv.contains(",join,nps.csv,ok,2,count,2,2,4,"), "{csv}");
    let widths: Vec<usize> =
        csv.lines().filter(|line| !line.contains('"')).map(|line| line.matches(',').count()).collect();
    assert!(widths.iter().all(|width| *width == widths[0]), "{csv}");
}

#[test]
fn tables_show_how_files_were_joined() {
    let folder = folder("tables");
    for (locale, texts) in [
        (
            "en",
            [
                "d4.csv         answers     customer        7          1              87.5%",
                "at least one",
                "d1.csv does not have: 1 (Z)",
            ],
        ),
        ("de", ["Merkmale", "mehr als die Hälfte", "die in d1.csv nicht vorkommen: 1 (Z)"]),
    ] {
        let ran = folder.keeprate(&format!("report d4.csv d1.csv customers.csv --locale {locale}"));
        assert_eq!(ran.status, 0, "{}", ran.errors);
        for text in texts {
            assert!(ran.output.contains(text), "{text}: {}", ran.output);
        }
    }
}

#[test]
fn what_cannot_be_joined_is_refused() {
    let folder = folder("refused");
    folder.file("other.csv", "customer,country,month\nA,DE,2025-01\n");
    for (line, start) in [
        ("d1.csv d7.csv", "E-JOIN-SECOND d7.csv: There is a file of this kind already"),
        ("d7.csv d1.csv --locale de", "E-JOIN-SECOND d7.csv: Eine Datei dieser Art ist schon dabei"),
        ("customers.csv", "E-CUSTOMERS-ALONE "),
        ("customers.csv --shape customers", "E-CUSTOMERS-ALONE "),
        ("d1.csv other.csv", "E-SHAPE "),
    ] {
        let ran = folder.keeprate(&format!("report {line}"));
        assert_eq!((ran.status, ran.errors.starts_with(start)), (3, true), "{line}: {}", ran.errors);
    }
}

//! `keeprate report` on the acceptance data sets of metrics.md 8.

#![allow(clippy::expect_used, clippy::panic)]

mod common;

use common::{BAD_CELL, D1, D2, D4, D5, D7, Folder, close};
use serde_json::{Value, json};
use std::path::Path;

fn folder(test: &str) -> Folder {
    let folder = Folder::new(test);
    for (name, content) in [("d1.csv", D1), ("d4.csv", D4), ("d5.csv", D5), ("d7.csv", D7)] {
        folder.file(name, content);
    }
    folder
}

fn report(folder: &Folder, line: &str) -> Value {
    folder.keeprate(&format!("report {line} --format json")).json()
}

#[test]
fn d1_gives_the_figures_of_the_sheet() {
    let folder = folder("d1");
    for (line, metric, value) in [
        ("d1.csv", "customer_retention_rate", 0.857143),
        ("d1.csv", "customer_churn_rate", 0.142857),
        ("d1.csv", "nrr", 0.804348),
        ("d1.csv", "grr", 0.717391),
        ("d1.csv", "quick_ratio", 0.5),
        ("d1.csv --from 2025-06", "nrr", 0.964706),
        ("d1.csv --from 2025-06 --to 2025-06", "grr", 0.929412),
        ("d1.csv --from 2025-03 --to 2025-03", "nrr", 0.784314),
        ("d1.csv --from 2025-03 --to 2025-03", "grr", 0.735294),
        ("d1.csv --from 2025-03 --to 2025-03", "customer_retention_rate", 0.714286),
        ("d1.csv --from 2025-04 --to 2025-04", "nrr", 0.8375),
        ("d1.csv --from=2025-02 --to=2025-02", "nrr", 1.021739),
        ("d1.csv --as-of 2025-06-15", "customer_retention_rate", 1.0),
        ("d1.csv --segment Segment=SMB", "customer_retention_rate", 0.75),
        ("d1.csv --shape mrr_wide --map customer=Kunde", "nrr", 0.804348),
    ] {
        close(&report(&folder, line), &format!("/metrics/{metric}/value"), value);
    }
    let document = report(&folder, "d1.csv");
    assert_eq!(document["schema"], "keeprate.report/1");
    assert_eq!(document["inputs"][0]["name"], "d1.csv");
    assert_eq!(document["period"], json!({"start": "2025-06-01", "end": "2025-07-01", "label": "2025-06"}));
    assert_eq!(document["metrics"]["mrr"]["value"], "820.00");
    assert_eq!(document["series"][1]["metrics"]["quick_ratio"]["status"], "infinite");
    assert_eq!(document["series"][0]["metrics"]["nrr"]["status"], "no_prior_period");
    let diagnostics = document["inputs"][0]["diagnostics"].as_array().expect("a list");
    let codes: Vec<&Value> = diagnostics.iter().map(|found| &found["code"]).collect();
    assert_eq!(codes, ["W-TOTAL-ROW"]);
    assert_eq!(diagnostics[0]["record"], 10);
}

/// Examples customer_counts.3, customer_counts.4, customer_retention_rate.5, arr.2, mrr.4 and mrr_movements.6, from the rows.
#[test]
fn d2_gives_the_figures_of_the_sheet() {
    let folder = folder("d2");
    folder.file("d2.csv", D2);
    let month = |month: &str| report(&folder, &format!("d2.csv --as-of 2025-06-01 --from {month} --to {month}"));
    let march = month("2025-03");
    for (part, value) in [("start", 5), ("end", 6), ("new", 2), ("lost", 1), ("reactivated", 0)] {
        assert_eq!(march["metrics"]["customer_counts"]["parts"][part], value, "{part}");
    }
    close(&march, "/metrics/customer_retention_rate/value", 0.8);
    let april = month("2025-04");
    assert_eq!(april["metrics"]["mrr_movements"]["parts"]["mrr_expansion"], "50.00");
    assert_eq!(april["metrics"]["mrr"]["value"], "463.33");
    let may = month("2025-05");
    assert_eq!(may["metrics"]["customer_counts"]["parts"]["reactivated"], 1);
    assert_eq!(may["metrics"]["arr"]["value"], "5920.00");
    // K1 alone pays by the year: 1 200.
    assert_eq!(may["metrics"]["arr"]["parts"]["contracted_arr"], "1200.00");
    assert_eq!(may["inputs"][0]["shape"], "subscriptions");
    // Without the option May is not over: the file's latest date is the 15th.
    assert_eq!(report(&folder, "d2.csv")["period"]["label"], "2025-04");
}

/// B is gone in March or in February, which the file does not have: nobody knows.
#[test]
fn a_month_that_the_file_lacks_is_an_empty_cell() {
    let folder = folder("lacking");
    folder.file("mrr.csv", "customer,month,mrr\nA,2025-01,10\nB,2025-01,10\nA,2025-03,10\nA,2025-04,20\n");
    let cohorts = &report(&folder, "mrr.csv")["cohorts"];
    assert_eq!(cohorts["customers"][0]["active"], json!([2, null, 1, 1]));
    assert_eq!(cohorts["revenue"][0]["mrr"], json!(["20.00", null, "10.00", "20.00"]));
    assert_eq!(cohorts["revenue"][0]["capped"], json!(["20.00", null, "10.00", "10.00"]));
}

/// K1 cancels on 10 April and has paid until January: one preset loses 100 at once, the other when the year is over.
#[test]
fn subscriptions_are_counted_as_other_products_do() {
    let folder = folder("presets");
    folder.file(
        "leaving.csv",
        "customer,start,end,canceled at,amount,interval\nK1,2025-01-15,2026-01-15,2025-04-10,1200,year\n\
         K2,2025-02-01,,,50,month\n",
    );
    for (options, mrr, lost) in [
        ("", "150.00", 0),
        ("--preset chartmogul", "150.00", 0),
        ("--preset stripe", "50.00", 1),
        ("--set churn_recognition=at_cancellation", "50.00", 1),
        // What is set by hand holds, wherever it stands.
        ("--set churn_recognition=end_of_service --preset stripe", "150.00", 0),
    ] {
        let document = report(&folder, &format!("leaving.csv --as-of 2025-06-01 --to 2025-04 {options}"));
        assert_eq!(document["metrics"]["mrr"]["value"], mrr, "{options}");
        assert_eq!(document["metrics"]["customer_counts"]["parts"]["lost"], lost, "{options}");
    }
    let settings = &report(&folder, "leaving.csv --as-of 2025-06-01 --preset recurly")["settings"];
    assert_eq!([&settings["bridge_gap"], &settings["day_factors"]], [&json!(30), &json!("thirty")]);
    let line = "leaving.csv --as-of 2025-06-01 --to 2025-04 --preset keeprate --against stripe";
    let bridge = report(&folder, line);
    assert_eq!(bridge["schema"], "keeprate.bridge/1");
    assert_eq!(bridge["steps"][0]["setting"], "churn_recognition");
    assert_eq!(
        bridge["steps"][0]["customers"],
        json!([
            {"customer": "K1", "start": ["100.00", "100.00"], "end": ["100.00", null]}
        ])
    );
    for (locale, texts) in [
        ("en", ["Stripe", "−€100.00", "churn_recognition: end_of_service → at_cancellation (1 customer changed)"]),
        ("de", ["Kennzahl", "−100,00 €", "churn_recognition: end_of_service → at_cancellation (1 Kunde verändert)"]),
    ] {
        let ran = folder.keeprate(&format!("report {line} --locale {locale}"));
        assert_eq!(ran.status, 0, "{}", ran.errors);
        for text in texts {
            assert!(ran.output.contains(text), "no {text} in\n{}", ran.output);
        }
    }
}

/// What such a file cannot answer is refused.
#[test]
fn other_files_are_counted_already() {
    let folder = folder("counted");
    for (line, start) in [
        ("d1.csv --preset chartmogul", "keeprate: pause_policy=keep: only a file of subscriptions"),
        ("d1.csv --set rounding=minor_unit --locale de", "keeprate: rounding=minor_unit: nur eine Datei mit"),
        ("d1.csv --against stripe", "keeprate: --against: the file has no subscriptions"),
        ("d1.csv --against nobody", "keeprate: --against nobody: keeprate, chargify, chartmogul"),
    ] {
        let ran = folder.keeprate(&format!("report {line}"));
        assert_eq!(ran.status, 2, "{line}");
        assert!(ran.errors.starts_with(start), "{line}: {}", ran.errors);
    }
    // Which reading of a rate is shown can be chosen for any file. D1, May: 120 of 730 came back.
    let document = report(&folder, "d1.csv --from 2025-05 --to 2025-05 --set incl_reactivation=true");
    close(&document, "/metrics/revenue_churn/parts/net", -0.164384);
    assert_eq!(document["metrics"]["nrr"]["variant"], "incl_reactivation");
}

/// By hand: in April the terms of A, B and C (small) and D (large) fall due on the days of their starts. B cancelled by
/// choice on the 10th, before its term ended on the 20th; C's payment failed on the 5th, as its term ended; D stays.
#[test]
fn renewals_and_causes_stand_beside_each_other_by_segment() {
    let folder = folder("renewals");
    folder.file(
        "reasons.csv",
        "customer,plan,start,end,cancellation reason,amount,interval\nA,small,2025-01-10,,,10,month\n\
         B,small,2025-01-20,2025-04-10,too expensive,10,month\nC,small,2025-01-05,2025-04-05,card declined,10,month\n\
         D,large,2025-01-15,,,100,month\n",
    );
    let document = report(&folder, "reasons.csv --as-of 2025-05-01 --segment plan");
    let segment = |value: &str| {
        let entries = document["segments"].as_array().expect("segments");
        let entry = entries.iter().find(|entry| entry["segment"]["value"] == value);
        entry.expect(value)["metrics"].clone()
    };
    let whole = &document["metrics"]["renewal_rate"];
    assert_eq!([&whole["numerator"], &whole["denominator"]], [&json!(2), &json!(4)]);
    let (small, large) = (segment("small"), segment("large"));
    let renewal = &small["renewal_rate"];
    assert_eq!([&renewal["numerator"], &renewal["denominator"]], [&json!(1), &json!(3)]);
    // Wilson's interval of 1 in 3, by the formula of metrics.md 9.1.
    close(renewal, "/ci_low", 0.061492);
    close(renewal, "/ci_high", 0.792340);
    assert_eq!([&large["renewal_rate"]["numerator"], &large["renewal_rate"]["denominator"]], [&json!(1), &json!(1)]);
    let churn = &small["customer_churn_rate"]["parts"];
    close(churn, "/voluntary", 1.0 / 3.0);
    close(churn, "/involuntary", 1.0 / 3.0);
    assert_eq!(large["customer_churn_rate"]["parts"].get("voluntary"), None);
}

/// An upgrade that overwrites the amount, one who is gone, one who is new, and one who had ended.
#[test]
fn two_exports_of_current_states_tell_what_happened_between() {
    let folder = folder("previous");
    let header = "customer,start,end,amount,interval\n";
    folder.file(
        "may.csv",
        format!("{header}A,2025-01-01,,50,month\nB,2025-02-01,,20,month\nC,2025-01-01,2025-03-01,5,month\n"),
    );
    folder.file("july.csv", format!("{header}A,2025-01-01,,80,month\nC,2025-01-01,,5,month\nD,2025-06-20,,40,month\n"));
    let line = "july.csv --as-of 2025-07-01 --previous may.csv --previous-as-of 2025-05-01";
    let document = report(&folder, line);
    let found = &document["reconstruction"];
    let amounts = |entry: &Value| {
        ["start", "new", "reactivation", "expansion", "contraction", "churn", "end"]
            .map(|class| entry[class].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(amounts(&found["movement"]), ["70.00", "40.00", "5.00", "30.00", "0.00", "20.00", "125.00"]);
    assert_eq!(amounts(&found["later_alone"]), ["85.00", "40.00", "0.00", "0.00", "0.00", "0.00", "125.00"]);
    let kinds: Vec<&Value> = found["rewritten"].as_array().expect("a list").iter().map(|of| &of["kind"]).collect();
    assert_eq!(kinds, ["missing", "revived", "amount_changed"]);
    assert_eq!(
        found["rewritten"][2]["customers"],
        json!([{"customer": "A", "day": "2025-01-01", "previous": "50.00", "now": "80.00"}])
    );
    assert_eq!(document["inputs"][1]["name"], "may.csv");
    for (locale, texts) in [
        (
            "en",
            ["Since the earlier file, 2025-05/2025-06", "as the later one has it", "had ended, goes on: 1", "€50.00"],
        ),
        (
            "de",
            ["Seit der früheren Datei, 2025-05/2025-06", "Umgeschriebene", "war beendet, läuft weiter: 1", "50,00 €"],
        ),
    ] {
        let ran = folder.keeprate(&format!("report {line} --locale {locale}"));
        assert_eq!(ran.status, 0, "{}", ran.errors);
        for text in texts {
            assert!(ran.output.contains(text), "no {text} in\n{}", ran.output);
        }
    }
    // A file that says the same later; without the option it is complete up to its latest date.
    folder.file("june.csv", format!("{header}A,2025-01-01,,50,month\nB,2025-02-01,,20,month\nC,2025-01-01,2025-03-01,5,month\nE,2025-05-10,,1,month\n"));
    let ran = folder.keeprate("report june.csv --previous may.csv");
    assert!(ran.output.contains("Since the earlier file, 2025-03-02/2025-05-10"), "{}", ran.output);
    assert!(ran.output.contains("Both files tell the same of the time before."), "{}", ran.output);
    for (line, named) in [
        ("july.csv --as-of 2025-05-01 --previous may.csv --previous-as-of 2025-05-01", "--previous-as-of and --as-of"),
        ("july.csv --previous d1.csv", "both files have to be subscriptions"),
        ("d1.csv --previous may.csv", "both files have to be subscriptions"),
        ("july.csv --previous may.csv --out may.csv", "would overwrite"),
    ] {
        let ran = folder.keeprate(&format!("report {line}"));
        assert_eq!(ran.status, 2, "{line}");
        assert!(ran.errors.contains(named), "{line}: {}", ran.errors);
    }
    assert_eq!(folder.keeprate("report july.csv --previous none.csv").status, 3);
}

/// metrics.md 8.9, as a log of changes and as versions of a subscription.
#[test]
fn a_rise_and_a_fall_count_both_on_the_event_basis() {
    let folder = folder("events");
    folder.file("log.csv", "customer,date,old,new\nA,2025-03-01,0,50\nA,2025-04-05,50,80\nA,2025-04-20,80,60\n");
    folder.file(
        "versions.csv",
        "customer,start,end,amount,interval\nA,2025-03-01,2025-04-05,50,month\nA,2025-04-05,2025-04-20,80,month\n\
         A,2025-04-20,,60,month\n",
    );
    for file in ["log.csv", "versions.csv"] {
        for (setting, variant, expansion, contraction) in
            [("", "snapshot", "10.00", "0.00"), ("--set movement_basis=event_basis", "event_basis", "30.00", "20.00")]
        {
            let document = report(&folder, &format!("{file} --as-of 2025-05-01 {setting}"));
            let result = &document["metrics"]["mrr_movements"];
            assert_eq!([&result["variant"], &result["value"]], [variant, "10.00"], "{file}");
            let parts = &result["parts"];
            assert_eq!([&parts["mrr_expansion"], &parts["mrr_contraction"]], [expansion, contraction], "{file}");
            assert_eq!(document["movements"][1]["expansion"], expansion, "{file}");
        }
    }
    for setting in ["movement_basis=event_basis", "customer_churn=daily_sum"] {
        let ran = folder.keeprate(&format!("report d1.csv --set {setting}"));
        assert_eq!(ran.status, 2);
        assert!(ran.errors.contains("know days"), "{}", ran.errors);
    }
}

/// Three pay 100 a month; one pays 1 200 in March of both years, and is lost in April each time.
#[test]
fn invoices_for_a_year_are_named_and_spread_on_request() {
    let folder = folder("invoices");
    let mut mrr = String::from("customer,month,mrr\n");
    let mut paid = String::from("customer,date,amount\n");
    for month in (1..=16).map(|month| format!("{}-{:02}", 2024 + (month - 1) / 12, (month - 1) % 12 + 1)) {
        for customer in ["a", "b", "c"] {
            mrr.push_str(&format!("{customer},{month},100\n"));
        }
        if month.ends_with("-03") {
            mrr.push_str(&format!("y,{month},1200\n"));
            paid.push_str(&format!("p,{month}-05,1200\nq,{month}-20,600\n"));
        }
    }
    // Three by the year, in March and in July, none of whom is a season.
    paid.push_str("r,2023-07-01,600\nr,2024-07-03,600\ns,2023-10-09,600\ns,2024-10-08,600\n");
    folder.file("mrr.csv", mrr);
    folder.file("paid.csv", paid);
    let found = |spread| json!({"yearly_customers": 1, "quarterly_customers": 0, "churn_events": 2, "churn_events_spread": 0, "spread": spread});
    let usual = report(&folder, "mrr.csv");
    assert_eq!([&usual["invoices"], &usual["metrics"]["mrr"]["value"]], [&found(false), &json!("300.00")]);
    let spread = report(&folder, "mrr.csv --set spread_invoices=true");
    assert_eq!([&spread["invoices"], &spread["metrics"]["mrr"]["value"]], [&found(true), &json!("400.00")]);
    // 1 200 ÷ 12 and three times 600 ÷ 12, at the end of March 2025.
    let spread = report(&folder, "paid.csv --as-of 2025-04-01 --set spread_invoices=true");
    assert_eq!(
        [&spread["invoices"]["yearly_customers"], &spread["metrics"]["mrr"]["value"]],
        [&json!(4), &json!("250.00")]
    );
    assert_eq!(report(&folder, "d1.csv").get("invoices"), None);
    for (options, text) in [
        ("", "invoices for longer than their month: 1 customer by the year."),
        ("", "Churn events as the file stands: 2; with each amount spread over its months: 0."),
        ("--set spread_invoices=true", "Churn events: 0; as the file stands: 2."),
        ("--locale de", "Rechnungen für mehr als ihren Monat aussehen: 1 Kunde mit Jahresbeträgen."),
        ("--locale de", "Abgänge, wie die Datei es sagt: 2; mit jedem Betrag auf seine Monate verteilt: 0."),
        ("--locale de --set spread_invoices=true", "Abgänge: 0; wie die Datei es sagt: 2."),
    ] {
        let ran = folder.keeprate(&format!("report mrr.csv {options}"));
        assert!(ran.output.contains(text), "no {text} in\n{}", ran.output);
    }
    folder.file("d2.csv", D2);
    for file in ["d2.csv", "d4.csv", "d5.csv"] {
        let ran = folder.keeprate(&format!("report {file} --set spread_invoices=true"));
        assert_eq!(ran.status, 2, "{file}");
        assert!(ran.errors.contains("invoices to spread"), "{file}: {}", ran.errors);
    }
}

#[test]
fn d4_gives_the_scores_of_the_sheet() {
    let folder = folder("d4");
    for (line, value, n) in [
        ("d4.csv", 0.0, 9),
        ("d4.csv --from 2025-01 --to 2025-01", -100.0, 1),
        ("d4.csv --from 2025-01 --to 2025-06 --set dedupe=first", -22.222222, 9),
        ("d4.csv --from 2025-01 --to 2025-06 --set dedupe=all", -10.0, 10),
        ("d4.csv --segment Segment=SMB", -25.0, 4),
        ("d4.csv --shape survey --map score=score", 0.0, 9),
    ] {
        let document = report(&folder, line);
        close(&document, "/metrics/nps/value", value);
        assert_eq!(document["metrics"]["nps"]["n"], n, "{line}");
    }
    let document = report(&folder, "d4.csv");
    close(&document, "/metrics/nps/ci_low", -50.341789);
    let nps = &document["feedback"]["nps"];
    assert_eq!([&nps["promoters"], &nps["passives"], &nps["detractors"]], [&json!(4), &json!(1), &json!(4)]);
    assert_eq!(nps["by_score"], json!([1, 0, 1, 0, 1, 0, 1, 0, 1, 2, 2]));
    assert_eq!(document["metrics"].get("mrr"), None);
    for (locale, texts) in [
        ("en", ["Answers: 0: 1,", "no detectable change", "−50 to +50"]),
        ("de", ["Antworten: 0: 1,", "keine nachweisbare Änderung", "−50 bis +50"]),
    ] {
        let ran = folder.keeprate(&format!("report d4.csv --segment Segment --locale {locale}"));
        assert_eq!(ran.status, 0);
        for text in texts {
            assert!(ran.output.contains(text), "no {text} in\n{}", ran.output);
        }
    }
}

#[test]
fn answers_in_json_are_answers() {
    let folder = folder("json");
    let answer = |id: &str, score: u8| {
        json!({"schema": "keeprate.response/1", "id": id, "survey": "s", "kind": "nps", "scale": {"min": 0, "max": 10},
            "score": score, "comment": "secret", "answered_at": "2026-11-21T21:35:00Z", "partial": false})
    };
    let list = json!([answer("1", 10), answer("2", 9), answer("3", 0), answer("2", 8)]);
    folder.file("answers.json", list.to_string());
    folder.file(
        "lines.json",
        list.as_array().expect("a list").iter().map(|line| format!("{line}\n")).collect::<String>(),
    );
    for name in ["answers.json", "lines.json"] {
        let document = report(&folder, name);
        close(&document, "/metrics/nps/value", 0.0);
        assert_eq!(document["metrics"]["nps"]["n"], 3);
        assert!(!document.to_string().contains("secret"));
    }
    folder.file("other.json", r#"{"schema":"keeprate.report/1"}"#);
    for (locale, message) in [("en", "is no list of answers"), ("de", "ist keine Liste von Antworten")] {
        let ran = folder.keeprate(&format!("report other.json --locale {locale}"));
        assert_eq!(ran.status, 3);
        assert!(ran.errors.starts_with("E-NOT-CSV") && ran.errors.contains(message), "{}", ran.errors);
    }
}

#[test]
fn movements_close() {
    let folder = folder("movements");
    for (every, starts) in
        [("month", vec!["920.00", "1020.00", "800.00", "730.00", "850.00"]), ("quarter", vec!["800.00"])]
    {
        let document = report(&folder, &format!("d1.csv --every {every}"));
        let movements = document["movements"].as_array().expect("a list");
        let found: Vec<&str> = movements.iter().filter_map(|entry| entry["start"].as_str()).collect();
        assert_eq!(found, starts);
        for entry in movements {
            let cents = |name: &str| -> i64 {
                let text = entry[name].as_str().expect("an amount");
                text.replace('.', "").parse().expect("digits")
            };
            let count = |name: &str| entry["customers"][name].as_i64().expect("a count");
            let gains = cents("new") + cents("reactivation") + cents("expansion");
            assert_eq!(cents("start") + gains - cents("contraction") - cents("churn"), cents("end"), "{entry}");
            assert_eq!(count("start") + count("new") + count("reactivated") - count("lost"), count("end"), "{entry}");
        }
    }
}

#[test]
fn segments_stand_side_by_side() {
    let document = report(&folder("segments"), "d1.csv --segment Segment");
    let segments: Vec<(&Value, &Value)> = document["segments"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| (&entry["segment"]["value"], &entry["metrics"]["mrr"]["value"]))
        .collect();
    assert_eq!(segments, [(&json!("Enterprise"), &json!("550.00")), (&json!("SMB"), &json!("270.00"))]);
}

#[test]
fn d5_gives_the_figures_of_the_sources() {
    let folder = folder("d5");
    let document = report(&folder, "d5.csv");
    for (metric, value) in [
        ("customer_retention_rate", 0.95),
        ("customer_churn_rate", 0.05),
        ("account_retention_rate", 1.05),
        ("nrr", 1.1),
        ("grr", 0.9),
        ("revenue_churn", 0.1),
    ] {
        close(&document, &format!("/metrics/{metric}/value"), value);
    }
    // Exactly on the target is not above it.
    assert_eq!((&document["metrics"]["nrr"]["met"], &document["metrics"]["grr"]["met"]), (&json!(true), &json!(false)));
    let second = &document["series"][1]["metrics"];
    close(second, "/customer_retention_rate/value", 0.9);
    close(second, "/account_retention_rate/value", 1.0);
    assert_eq!(second["nrr"]["status"], "missing_input");

    let at_least = report(&folder, "d5.csv --target grr>=0.90 --target customer_churn_rate<=0.05");
    assert_eq!(at_least["metrics"]["grr"]["met"], true);
    assert_eq!(at_least["metrics"]["nrr"]["met"], true);
    assert_eq!(at_least["metrics"]["goal_attainment"]["value"], 3);
}

#[test]
fn a_row_of_a_period_table_is_found_by_its_period() {
    let folder = folder("rows");
    let table = "period,customers start,lost customers\n2025-Q1,100,10\n2025-Q2,90,9\n2025-Q3,81,3\n";
    folder.file("quarters.csv", table);
    for (line, label) in [
        ("", "2025-Q3"),
        ("--to 2025-06", "2025-Q2"),
        ("--from 2025-01", "2025-Q1"),
        ("--from 2025-04 --to 2025-06", "2025-Q2"),
    ] {
        assert_eq!(report(&folder, &format!("quarters.csv {line}"))["period"]["label"], label, "{line}");
    }
    assert_eq!(folder.keeprate("report quarters.csv --from 2025-02").status, 2);
}

#[test]
fn d7_gives_the_survival_table() {
    let document = report(&folder("d7"), "d7.csv");
    let expected = [
        (3.0, 8, 0.875, 0.387, 0.981393),
        (6.0, 6, 0.729167, 0.276390, 0.925353),
        (7.0, 5, 0.583333, 0.180189, 0.844069),
        (10.0, 3, 0.388889, 0.063003, 0.724223),
        (12.0, 2, 0.194444, 0.009335, 0.563398),
    ];
    assert_eq!(document["survival"].as_array().map(Vec::len), Some(expected.len()));
    for (place, (time, at_risk, share, low, high)) in expected.into_iter().enumerate() {
        let step = &document["survival"][place];
        assert_eq!((&step["at_risk"], &step["churned"]), (&json!(at_risk), &json!(1)));
        for (name, value) in [("/t", time), ("/s", share), ("/low", low), ("/high", high)] {
            close(step, name, value);
        }
    }
    close(&document, "/metrics/km_survival/value", 10.0);
    close(&document, "/metrics/customer_churn_rate/value", 0.625);
}

#[test]
fn settings_rates_and_currencies_count() {
    let folder = folder("settings");
    let rows = "customer,month,mrr,currency\nA,2025-01,10,EUR\nA,2025-02,10,EUR\nB,2025-01,30,USD\nB,2025-02,30,USD\n";
    folder.file("mixed.csv", rows);
    let mixed = folder.keeprate("report mixed.csv");
    assert_eq!((mixed.status, mixed.errors.starts_with("E-CURRENCY-MIXED ")), (3, true), "{}", mixed.errors);
    let document = report(&folder, "mixed.csv --rate USD=0.5");
    assert_eq!(document["metrics"]["mrr"]["value"], "25.00");
    let document = report(&folder, "mixed.csv --currency USD --rate EUR=2");
    assert_eq!((&document["metrics"]["mrr"]["value"], &document["currency"]), (&json!("50.00"), &json!("USD")));

    let document = report(&folder, "d1.csv --set confidence_level=90 --set top_n=1");
    assert_eq!(document["settings"]["confidence_level"], 90);
    close(&document, "/metrics/nrr/ci_level", 0.9);
    close(&document, "/metrics/revenue_concentration/value", 250.0 / 820.0);
}

#[test]
fn tables_speak_the_language() {
    let folder = folder("tables");
    for (line, texts) in [
        (
            "d1.csv --locale de",
            vec!["85,7 %", "1.020,00 €", "80,00 € (1)", "−30,00 €", "2025-02/2025-06", "W-TOTAL-ROW", "verfehlt"],
        ),
        ("d1.csv", vec!["85.7%", "€1,020.00", "€80.00 (1)", "−€30.00", "W-TOTAL-ROW", "missed"]),
        ("d1.csv --to 2025-01 --locale de", vec!["– (kein Vorzeitraum)"]),
        ("d1.csv --to 2025-02", vec!["∞ (no losses)"]),
        ("d1.csv --segment Segment", vec!["Enterprise", "SMB"]),
        ("d5.csv", vec!["> 100.0%: met", "> 90.0%: missed", "needs mrr_new"]),
        ("d7.csv --locale de", vec!["10,0 Monate"]),
    ] {
        let ran = folder.keeprate(&format!("report {line}"));
        assert_eq!((ran.status, ran.errors.as_str()), (0, ""));
        for text in texts {
            assert!(ran.output.contains(text), "{line}: no {text} in\n{}", ran.output);
        }
    }
}

/// Cells of a CSV text by the name of their column.
fn cells(text: &str, delimiter: u8) -> Vec<std::collections::HashMap<String, String>> {
    let bytes = text.strip_prefix('\u{feff}').expect("a byte order mark").as_bytes();
    let mut reader = ::csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes);
    reader.deserialize().map(|row| row.expect("a row as long as the header")).collect()
}

#[test]
fn csv_opens_again() {
    let folder = folder("csv");
    folder.file("labels.csv", D5.replace("Quelle 003", "\"=1+1;2\""));
    let german = folder.keeprate("report d1.csv --format csv --locale de --segment Segment").output;
    let english = folder.keeprate("report d1.csv --format csv --segment Segment").output;
    assert!(german.lines().count() > 100 && german.matches("\r\n").count() == german.matches('\n').count());
    let (german, english) = (cells(&german, b';'), cells(&english, b','));
    assert_eq!(german.len(), english.len());
    for (german, english) in german.iter().zip(&english) {
        for column in ["value", "numerator", "denominator", "ci_low", "ci_high"] {
            assert_eq!(german[column].replace(',', "."), english[column]);
            assert!(english[column].is_empty() || english[column].parse::<f64>().is_ok(), "{english:?}");
        }
    }
    let value = |period: &str, key: &str, segment: &str| {
        let found: Vec<&str> = english
            .iter()
            .filter(|row| row["period"] == period && row["key"] == key && row["segment"] == segment)
            .map(|row| row["value"].as_str())
            .collect();
        // One row per metric and period.
        assert_eq!(found.len(), 1, "{period} {key} {segment}");
        found[0].to_owned()
    };
    assert_eq!(value("2025-06", "mrr", ""), "820.00");
    assert_eq!(value("2025-03", "mrr", ""), "800.00");
    assert_eq!(value("2025-06", "mrr", "Segment=SMB"), "270.00");
    assert!(value("2025-02/2025-06", "nrr", "").starts_with("0.80434"));
    assert!(value("2025-06", "nrr", "").starts_with("0.96470"));

    let labels = folder.keeprate("report labels.csv --format csv --locale de").output;
    let periods: Vec<String> = cells(&labels, b';').into_iter().map(|row| row["period"].clone()).collect();
    assert!(periods.iter().any(|period| period == "'=1+1;2") && periods.iter().all(|period| period != "=1+1;2"));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let folder = folder("bytes");
    for format in ["json", "table", "csv"] {
        let line = format!("report d1.csv --segment Segment --format {format}");
        let first = folder.keeprate(&line).output;
        assert_eq!(first, folder.keeprate(&line).output);
        assert_eq!(folder.keeprate(&format!("{line} --out out.txt")).output, "");
        assert_eq!(folder.read("out.txt"), first.as_bytes());
    }
    // Numbers in JSON do not depend on the language.
    assert_eq!(
        folder.keeprate("report d1.csv --format json").output,
        folder.keeprate("report d1.csv --format json --locale de").output
    );
}

#[test]
fn standard_input_is_a_file_like_any_other() {
    let folder = folder("input");
    let of_file = folder.keeprate("report d1.csv --format json").output;
    let of_stream = folder.keeprate_with(&["report", "-", "--format", "json"], D1);
    assert_eq!(of_stream.output.replace("\"name\":\"-\"", "\"name\":\"d1.csv\""), of_file);
    // The last row proves that the points before it are no decimal ones: the stream is read again from its start.
    let mut long = "customer;month;mrr\n".to_owned();
    for customer in 0..40_000 {
        long.push_str(&format!("{customer};2025-01;1.000\n"));
    }
    long.push_str("last;2025-01;1.000,50\n");
    folder.file("long.csv", &long);
    let of_stream = folder.keeprate_with(&["report", "-", "--format", "json"], &long).json();
    let of_file = report(&folder, "long.csv");
    assert_eq!(of_stream["metrics"], of_file["metrics"]);
    assert_eq!(of_file["metrics"]["mrr"]["value"], "40001000.50");
}

#[test]
fn rows_with_errors_are_counted() {
    let folder = folder("errors");
    folder.file("bad.csv", BAD_CELL);
    let document = report(&folder, "bad.csv");
    assert_eq!((&document["inputs"][0]["left_out"], &document["inputs"][0]["accepted"]), (&json!(1), &json!(3)));
    // A quarter of the rows is missing: no verdict.
    assert_eq!(document["metrics"]["nrr"].get("met"), None);
    let ran = folder.keeprate("report bad.csv --strict --locale de");
    assert_eq!(ran.status, 1);
    assert!(ran.output.contains("E-NUM") && ran.output.contains("unvollständig"), "{}", ran.output);
    assert_eq!(folder.keeprate("report d1.csv --strict").status, 0);
}

#[test]
fn telco_gives_what_others_published() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/telco/Telco-Customer-Churn.csv");
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return;
    }
    let path = path.to_str().expect("a path in UTF-8");
    let folder = folder("telco");
    let ran = folder.keeprate_with(&["report", path, "--segment", "Contract", "--format", "json"], "");
    let document = ran.json();
    let churn = &document["metrics"]["customer_churn_rate"];
    assert_eq!((&churn["numerator"], &churn["denominator"]), (&json!(1_869), &json!(7_043)));
    let percent = |metrics: &Value| {
        let value = metrics["customer_churn_rate"]["value"].as_f64().expect("a rate");
        format!("{:.2}", value * 100.0)
    };
    assert_eq!(percent(&document["metrics"]), "26.54");
    let mut segments: Vec<(String, String)> = document["segments"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| (entry["segment"]["value"].as_str().expect("a text").to_owned(), percent(&entry["metrics"])))
        .collect();
    segments.sort();
    let expected = [("Month-to-month", "42.71"), ("One year", "11.27"), ("Two year", "2.83")];
    assert_eq!(segments, expected.map(|(value, churn)| (value.to_owned(), churn.to_owned())));
}

/// Data set D3 of metrics.md 8.3 and D6 of 8.6 in part: reports without totals by period.
const WITHOUT_TOTALS: [(&str, &str); 3] = [
    ("d3.csv", "user,date\nu1,2025-01-01\nu1,2025-01-02\nu2,2025-01-01\nu6,2025-02-05\n"),
    ("d6.csv", "customer,date,amount\nc1,2025-01-05,40.00\nc1,2025-02-10,20.00\nc2,2025-01-20,15.00\n"),
    ("d7.csv", D7),
];

/// Two quarters with all that a table of totals can hold, in dollars with a third of a cent.
const ALL_TOTALS: &str = "\
Quarter,Customers start,New customers,Reactivated customers,Lost customers,Customers end,MRR start,New MRR,Reactivation MRR,\
Expansion MRR,Contraction MRR,Churned MRR,MRR end,Sales and marketing,Gross margin,Revenue,Net burn,Sent,Bounced,Responses,\
Promoters,Passives,Detractors,Currency
Q1 2025,100,10,0,5,105,1000.1033,200.5500,0.00,50.00,10.00,40.00,1200.6533,5000.00,81.5 %,3000.00,900.00,100,2,40,20,10,10,USD
Q2 2025,105,10,1,5,111,1200.6533,200.00,5.00,50.00,10.00,40.00,1405.6533,4000.00,80 %,3600.00,800.00,90,0,30,10,10,10,USD
";

/// What a report's series says of the keys that have a value, without what only customers tell: bounds and parts.
fn figures(document: &Value) -> Vec<(String, String, [Value; 3])> {
    let mut figures = Vec::new();
    for entry in document["series"].as_array().expect("a series") {
        for (key, result) in entry["metrics"].as_object().expect("metrics") {
            if result["status"] == "ok" || result["status"] == "infinite" {
                let values = ["value", "numerator", "denominator"].map(|name| result[name].clone());
                figures.push((entry["period"]["label"].to_string(), key.clone(), values));
            }
        }
    }
    figures
}

/// Metrics.md 6.10: our own exports open again without a warning, and say the same.
#[test]
fn a_report_as_csv_opens_again_and_gives_the_same_figures() {
    let folder = folder("again");
    folder.file("d2.csv", D2);
    folder.file("all.csv", ALL_TOTALS);
    // One of 101 leaves: a lifetime beyond all data, of which a warning stands beside totals that people have typed.
    let stay: String = (0..100).map(|number| format!("{number};1,00;1,00\n")).collect();
    folder.file("healthy.csv", ["Kunde;Jan 25;Feb 25\ngone;1,00;\n", &stay].concat());
    folder.file("labels.csv", "Zeitraum;Kunden Anfang;Verlorene Kunden\n=1+1;10;1\n-Test;20;4\n\"a;b\";7;1\n");
    for line in [
        "d1.csv",
        "d1.csv --every quarter",
        "d1.csv --from 2025-02 --to 2025-05",
        "d1.csv --segment Segment",
        "d1.csv --segment Segment=SMB",
        "d1.csv --currency JPY",
        "d2.csv --as-of 2025-06-01",
        "d4.csv",
        "d5.csv",
        "all.csv",
        "labels.csv",
        "healthy.csv",
    ] {
        let original = report(&folder, line);
        let expected = figures(&original);
        let currency = if line.contains("JPY") {
            "JPY"
        } else if line == "all.csv" {
            "USD"
        } else {
            "EUR"
        };
        assert_eq!(original["currency"], currency, "{line}");
        assert!(!expected.is_empty(), "{line}");
        for locale in ["de", "en"] {
            let export = |file: &str| {
                let ran = folder.keeprate(&format!("report {file} --format csv --locale {locale}"));
                assert_eq!(ran.status, 0, "{line}: {}", ran.errors);
                ran.output
            };
            folder.file("again.csv", export(line));
            let again = report(&folder, &format!("again.csv --locale {locale}"));
            let found = again["inputs"][0]["diagnostics"].as_array().expect("a list");
            assert!(found.iter().all(|found| found["code"] == "I-ROWS-SET-ASIDE"), "{line} {locale}: {found:?}");
            assert_eq!(again["currency"], currency, "{line} {locale}");
            // Totals give a value and a lifetime for each period as well, which customers give for the last one alone.
            let of_customers = original["inputs"][0]["shape"] != "period_table";
            let is_added = |key: &str| of_customers && matches!(key, "cltv_simple" | "customer_lifetime");
            let figures: Vec<_> = figures(&again).into_iter().filter(|(_, key, _)| !is_added(key)).collect();
            assert_eq!(figures, expected, "{line} {locale}");
            assert!(!again.to_string().contains("W-WATERFALL"), "{line} {locale}");
            // From here on nothing changes any more.
            folder.file("third.csv", export("again.csv"));
            assert_eq!(export("third.csv").into_bytes(), folder.read("third.csv"), "{line} {locale}");
        }
    }
}

/// A twentieth lost in a month, a quarter, a year and a week: 20 months, 60 months, 20 years, and 20 × 7 ÷ 30.4375 months.
/// The ARPA of 10 a month makes 200, 600 and 20 × 7 ÷ 30.4375 × 10.
#[test]
fn a_lifetime_is_as_long_as_its_periods() {
    let folder = folder("lifetimes");
    for (period, lifetime, unit, value) in [
        ("2025-01", 20.0, "months", json!("200.00")),
        ("2025-Q1", 60.0, "months", json!("600.00")),
        ("2025", 20.0, "years", Value::Null),
        ("2025-W02", 4.599589, "months", json!("46.00")),
        ("some time", 20.0, "months", json!("200.00")),
    ] {
        folder.file(
            "totals.csv",
            format!(
                "Period,Customers start,New customers,Lost customers,Customers end,MRR end\n{period},100,5,5,100,1000\n"
            ),
        );
        let document = report(&folder, "totals.csv");
        close(&document, "/metrics/customer_lifetime/value", lifetime);
        assert_eq!(document["metrics"]["customer_lifetime"]["unit"], unit, "{period}");
        assert_eq!(document["metrics"]["cltv_simple"]["value"], value, "{period}");
        // The churn itself is that of the period.
        close(&document, "/metrics/customer_churn_rate/value", 0.05);
    }
}

/// Metrics.md 4C, naive_waterfall: what a table of totals says of a year is summed over its months.
#[test]
fn movements_of_a_longer_period_are_a_waterfall() {
    let folder = folder("waterfall");
    let header = "Period,MRR start,Expansion MRR,Contraction MRR,Churned MRR";
    for (period, warnings) in [
        ("2024", json!([{"code": "W-WATERFALL", "count": 1}])),
        ("2024-Q1", json!([{"code": "W-WATERFALL", "count": 1}])),
        ("2024-01", json!([])),
        ("Some time", json!([])),
    ] {
        folder.file("totals.csv", format!("{header}\n{period},100.00,10.00,5.00,5.00\n"));
        let document = report(&folder, "totals.csv");
        for key in ["nrr", "grr"] {
            assert_eq!(document["metrics"][key]["warnings"], warnings, "{period} {key}");
        }
        assert_eq!(document["metrics"]["revenue_churn"]["warnings"], json!([]));
    }
}

#[test]
fn a_report_without_totals_by_period_says_which_file_to_open() {
    let folder = folder("without_totals");
    for (name, content) in WITHOUT_TOTALS {
        folder.file(name, content);
        for (locale, words) in [("en", "Open the file that it was made from"), ("de", "die Datei öffnen, aus der")] {
            folder.file("again.csv", folder.keeprate(&format!("report {name} --format csv --locale {locale}")).output);
            let ran = folder.keeprate(&format!("report again.csv --locale {locale}"));
            assert_eq!(ran.status, 3, "{name}");
            assert!(ran.errors.starts_with("E-NO-TOTALS") && ran.errors.contains(words), "{name}: {}", ran.errors);
        }
    }
}

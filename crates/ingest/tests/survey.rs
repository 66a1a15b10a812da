//! Answers to surveys: our own export and foreign files (metrics.md 5.2 f, 6.8, 8.4).

#![expect(clippy::panic, reason = "tests fail by panicking, in helpers too")]

mod common;

use common::{codes, failure, failure_with, read, read_with};
use keeprate_ingest::{Code, Field, Imported, Language, Options, Shape, Use, parse_scale, scale_name, scales_of};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::feedback::{Asked, Reading};
use keeprate_metrics::ledger::{Dataset, ResponseTable};
use keeprate_metrics::report::{Question, report};

const D4: &str = "\
respondent;customer;date;score
a1;A;2025-06-03;9
b1;B;2025-06-03;10
b2;B;2025-06-04;4
c1;C;2025-06-05;6
e1;E;2025-06-09;8
f1;F;2025-01-10;3
f1;F;2025-06-12;9
h1;H;2025-06-15;2
z1;Z;2025-06-20;10
d1;D;2025-06-21;0
";

const HEADER: &str = "id,survey,kind,scale_min,scale_max,score,comment,answered_at,shown_at,locale,customer,segment,page,partial,widget,meta.plan";

/// Our own export with these rows.
fn export(rows: &[&str]) -> String {
    let lines = [&[HEADER], rows].concat();
    ["\u{FEFF}", &lines.join("\r\n"), "\r\n"].concat()
}

fn table(imported: &Imported) -> &ResponseTable {
    match &imported.dataset {
        Dataset::Responses(table) => table,
        other => panic!("{other:?}"),
    }
}

fn comments(table: &ResponseTable) -> Vec<&str> {
    table.responses.iter().map(|response| table.comments.get(response.comment)).collect()
}

fn scores(table: &ResponseTable) -> Vec<Option<u8>> {
    table.responses.iter().map(|response| response.score.map(|(_, score)| score)).collect()
}

#[test]
fn d4_gives_the_figures_of_the_sheet() {
    for file in [D4.to_owned(), D4.replace(';', ","), D4.replace("score", "NPS"), D4.replace("respondent", "E-Mail")] {
        let imported = read(file.as_bytes());
        assert_eq!((imported.input.shape, codes(&imported)), (Shape::Survey, vec![]));
        let table = table(&imported);
        assert_eq!(table.asked, [Asked { reading: Reading::Nps, points: 11 }]);
        assert_eq!(scores(table)[0], Some(3));
        let nps = &report::<()>(&imported.dataset, &Question::default(), Vec::new()).metrics[&Key::Nps];
        assert_eq!((nps.number(), nps.n), (Some(0.0), Some(9)));
    }
}

#[test]
fn our_own_export_reads_without_a_finding() {
    let file = export(&[
        r#"1,onboarding,nps,0,10,9,"Line one
line ""two"", with comma",2026-11-21T21:35:00Z,2026-11-21T21:34:00.250Z,de,cus_1,DE,/start,false,0.1.0,team"#,
        "2,onboarding,nps,0,10,0,'=SUM(A1),2026-11-20T08:00:00Z,,en,,,,true,0.1.0,solo",
        "3,support,csat,1,5,5,'-1 for the wait,2026-11-20T09:00:00Z,,en,cus_2,US,,false,0.1.0,team",
        "4,support,ces,1,7,6,,2026-11-22T08:00:00Z,,de,,US,,false,0.1.0,solo",
        "5,ideas,text,,,,Dark mode,2026-11-23T08:00:00Z,,de,,DE,,false,0.1.0,team",
    ]);
    let imported = read(file.as_bytes());
    assert_eq!((imported.input.shape, codes(&imported)), (Shape::Survey, vec![]));
    assert_eq!((imported.input.records, imported.input.accepted), (5, 5));
    let table = table(&imported);
    let asked = [(Reading::Nps, 11), (Reading::Satisfaction, 5), (Reading::Easy, 7)];
    assert_eq!(table.asked, asked.map(|(reading, points)| Asked { reading, points }));
    assert_eq!(scores(table), [Some(0), Some(5), Some(9), Some(6), None]);
    let own = "Line one\nline \"two\", with comma";
    assert_eq!(comments(table), ["=SUM(A1)", "-1 for the wait", own, "", "Dark mode"]);
    let customers: Vec<&str> = table.responses.iter().map(|response| table.customers.get(response.customer)).collect();
    assert_eq!(customers, ["", "cus_2", "cus_1", "", ""]);
    assert_eq!(table.responses.iter().map(|response| response.partial).collect::<Vec<_>>()[..2], [true, false]);
    let named = |name: &str| imported.input.columns.iter().find(|column| column.header == name).expect("a column");
    for (name, field, used) in [
        ("survey", None, None),
        ("meta.plan", None, Some(Use::Segment)),
        ("segment", Some(Field::Segment), Some(Use::Segment)),
        ("widget", None, None),
        ("shown_at", Some(Field::ShownAt), None),
        ("kind", Some(Field::SurveyType), None),
    ] {
        assert_eq!((named(name).field, named(name).used), (field, used), "{name}");
    }
}

#[test]
fn surveys_of_one_file_are_segments() {
    let rows =
        ["a,x,nps,0,10,9,,2026-11-01T00:00:00Z,,,,,,false,,", "b,y,nps,0,10,0,,2026-11-02T00:00:00Z,,,,,,false,,"];
    let rows = [rows, rows.map(|row| ["z", row].concat().leak() as &str)].concat();
    let imported = read(export(&rows).as_bytes());
    let columns: Vec<&str> = table(&imported).segments.iter().map(|segment| segment.column.as_str()).collect();
    assert_eq!(columns, ["survey"]);
}

#[test]
fn of_rows_with_one_id_the_complete_or_later_one_counts() {
    let row = |score: &str, time: &str, partial: &str| {
        format!("1,s,nps,0,10,{score},c{score},2026-11-21T21:{time}:00Z,,,,,,{partial},,")
    };
    let (begun, done) = (row("3", "30", "true"), row("4", "35", "false"));
    let late = row("5", "40", "true");
    let later = row("6", "45", "false");
    for (rows, score) in [
        (vec![&begun, &done], 4),
        (vec![&done, &begun], 4),
        (vec![&done, &late], 4),
        (vec![&late, &begun], 5),
        (vec![&begun, &done, &late, &later], 6),
    ] {
        let rows: Vec<&str> = rows.into_iter().map(String::as_str).collect();
        let imported = read(export(&rows).as_bytes());
        assert_eq!(codes(&imported), vec!["I-DUP-RESPONSE"; rows.len() - 1]);
        assert_eq!(scores(table(&imported)), [Some(score)]);
        assert_eq!(comments(table(&imported)), [format!("c{score}")]);
    }
}

#[test]
fn the_later_answer_of_a_day_is_the_later_one() {
    let file = "respondent,timestamp,nps\na,2026-11-21 18:00,0\na,2026-11-21 09:00,10\n";
    let imported = read(file.as_bytes());
    let nps = &report::<()>(&imported.dataset, &Question::default(), Vec::new()).metrics[&Key::Nps];
    assert_eq!(nps.number(), Some(-100.0));
}

#[test]
fn a_german_file_with_semicolons() {
    let file = "Datum;Zufriedenheit;Kommentar;Land\n\
        03.06.2025;5;\"schnell; freundlich\";DE\n04.06.2025;2;;AT\n05.06.2025;4;gut;DE\n06.06.2025;1;;AT\n";
    let imported = read(file.as_bytes());
    assert_eq!((imported.input.shape, codes(&imported)), (Shape::Survey, vec![]));
    let table = table(&imported);
    assert_eq!(table.asked, [Asked { reading: Reading::Satisfaction, points: 5 }]);
    assert_eq!(comments(table), ["schnell; freundlich", "", "gut", ""]);
    assert_eq!(table.segments[0].column, "Land");
}

/// A file with one column of scores.
fn of_scores(header: &str, scores: &[u8]) -> String {
    let rows: Vec<String> = scores.iter().map(|score| format!("2025-06-03;{score}\n")).collect();
    format!("Datum;{header}\n{}", rows.concat())
}

#[test]
fn header_words_decide_first_then_the_range() {
    for (header, values, reading, points, found) in [
        ("score", &[0, 5, 10][..], Reading::Nps, 11, &[][..]),
        ("score", &[2, 9], Reading::Nps, 11, &["W-SCALE-1-10"]),
        ("score", &[1, 5], Reading::Satisfaction, 5, &[]),
        ("Wie wahrscheinlich ist eine Weiterempfehlung?", &[1, 5, 0], Reading::Nps, 11, &[]),
        ("How likely are you to recommend us to a friend?", &[0, 3], Reading::Nps, 11, &[]),
        ("CSAT", &[1, 7], Reading::Satisfaction, 7, &[]),
        ("CSAT (1-10)", &[1, 9], Reading::Satisfaction, 10, &["W-SCALE-1-10"]),
        ("CES", &[3, 7], Reading::Easy, 7, &[]),
        ("CES easy", &[1, 5], Reading::Easy, 5, &[]),
        ("Wie einfach war das?", &[1, 6], Reading::Easy, 7, &[]),
        ("effort low", &[1, 4], Reading::Effort, 5, &[]),
        ("Schulnote", &[1, 6], Reading::SchoolGrade, 6, &[]),
    ] {
        let imported = read(of_scores(header, values).as_bytes());
        assert_eq!(table(&imported).asked, [Asked { reading, points }], "{header}");
        assert_eq!(codes(&imported), found, "{header}");
    }
}

#[test]
fn what_has_two_readings_stops_and_names_both() {
    for (header, values, range, names) in [
        ("score", &[1, 7][..], "1–7", "NPS / CSAT / CES"),
        ("Note", &[1, 6], "1–6", "CSAT / CES / Schulnote"),
        ("Zufriedenheit", &[0, 10], "0–10", "NPS / CSAT 1–10"),
        ("score", &[0, 100], "0–100", "NPS / CSAT / CES"),
        ("CES", &[1, 10], "1–10", "CSAT 1–10 / CES 1–7"),
        ("Aufwand", &[1, 5], "1–5", "CES easy / effort low"),
        ("Zufriedenheit", &[1, 6], "1–6", "CSAT 1–7 / Schulnote 1–6"),
    ] {
        let failure = failure(of_scores(header, values).as_bytes());
        assert_eq!(failure.error.code, Code::Scale, "{header}");
        assert_eq!((failure.error.value.as_deref(), failure.error.detail.as_deref()), (Some(range), Some(names)));
        for language in [Language::De, Language::En] {
            assert!(failure.message(language).contains(names));
        }
    }
}

#[test]
fn a_chosen_scale_is_the_scale_whatever_header_and_scores_say() {
    for (header, values, name, left_out) in [
        ("score", &[1, 7][..], "easy_7", 0),
        ("Note", &[1, 6], "grade_6", 0),
        ("Zufriedenheit", &[1, 6], "csat_7", 0),
        ("Zufriedenheit", &[0, 10], "nps", 0),
        ("Zufriedenheit", &[0, 10], "csat_10", 1),
        ("Aufwand", &[1, 5], "effort_5", 0),
        ("nps", &[1, 5], "csat_5", 0),
        ("nps", &[1, 10], "csat_10", 0),
    ] {
        let scale = parse_scale(name).expect("a scale");
        let chosen = Options { scale: Some(scale), ..Options::default() };
        let imported = read_with(of_scores(header, values).as_bytes(), &chosen);
        assert_eq!((&table(&imported).asked[..], imported.input.left_out), (&[scale][..], left_out), "{header} {name}");
        assert_eq!(imported.input.dialect.scale, Some(scale));
        assert!(codes(&imported).iter().all(|code| *code == "E-SCORE"), "{header} {name}");
    }
}

#[test]
fn the_highest_score_proves_the_scale() {
    let imported = read(b"date,Zufriedenheit\n2025-06-01,3\n2025-06-01,5\n2025-06-02,5\n");
    let proof = imported.input.evidence.iter().find(|proof| proof.decision == "scale").expect("a proof");
    assert_eq!((proof.record, proof.column.as_str(), proof.value.as_str()), (3, "B", "5"));
    assert_eq!(imported.input.dialect.scale.and_then(scale_name), Some("csat_5"));
}

#[test]
fn scales_that_a_range_may_be_on_have_names() {
    for (range, names, expected) in [
        ("1–7", "NPS / CSAT / CES", &["nps", "csat_7", "csat_10", "easy_7", "effort_7"][..]),
        ("1–6", "CSAT 1–7 / Schulnote 1–6", &["csat_7", "csat_10", "grade_6"]),
        ("0–10", "NPS / CSAT 1–10", &["nps"]),
        ("1–5", "CES easy / effort low", &["easy_5", "easy_7", "effort_5", "effort_7"]),
        ("0–100", "NPS / CSAT / CES", &[]),
        ("Aufwand", "CES", &[]),
    ] {
        assert_eq!(scales_of(range, names), expected, "{range} {names}");
    }
}

#[test]
fn what_is_no_answer_is_left_out_and_what_is_empty_counts_for_nothing() {
    let file = "date,nps,comment\n2025-06-01,11,a\n2025-06-01,9.5,b\n2025-06-01,,c\n2025-06-01,9.0,d\nsoon,9,e\n,9,f\n2025-06-02,0,g\n";
    let imported = read(file.as_bytes());
    assert_eq!(codes(&imported), ["E-DATE", "E-DATE", "E-SCORE", "E-SCORE", "I-SCORE-EMPTY"]);
    assert_eq!((imported.input.records, imported.input.left_out), (7, 4));
    assert_eq!(scores(table(&imported)), [None, Some(9), Some(0)]);
    assert_eq!(comments(table(&imported)), ["c", "d", "g"]);
}

#[test]
fn an_export_with_impossible_scales_leaves_rows_out() {
    let row = |kind: &str, scale: &str, score: &str| {
        format!("{kind}{score},s,{kind},{scale},{score},,2026-11-21T21:35:00Z,,,,,,false,,")
    };
    let rows = [
        row("nps", "1,10", "3"),
        row("csat", "0,2", "1"),
        row("csat", "1,5", "6"),
        row("stars", "1,5", "3"),
        row("csat", "1,5", "5"),
    ];
    let imported = read(export(&rows.each_ref().map(String::as_str)).as_bytes());
    assert_eq!(codes(&imported), ["E-SCORE"; 4]);
    assert_eq!(scores(table(&imported)), [Some(5)]);
}

#[test]
fn a_table_of_revenue_with_a_rating_stays_one() {
    let file = "customer,month,mrr,rating\nA,2025-01,10,5\nA,2025-02,10,4\n";
    assert_eq!(read(file.as_bytes()).input.shape, Shape::MrrLong);
    let asked = Options { shape: Some(Shape::Survey), ..Options::default() };
    assert_eq!(read_with(file.as_bytes(), &asked).input.shape, Shape::Survey);
    let named = Options { shape: Some(Shape::Survey), map: vec![(Field::Score, "mrr".to_owned())], ..asked };
    assert_eq!(failure_with(b"customer,month,mrr\nA,2025-01,99\n", &named).error.code, Code::Scale);
}

#[test]
fn a_table_of_promoters_and_detractors_with_their_score_stays_one() {
    let csv = "period,promoters,passives,detractors,responses,nps\n2025-05,4,1,4,9,0\n2025-06,5,1,4,10,10\n";
    let german = "Monat;Promotoren;Passive;Kritiker;NPS\n2025-05;4;1;4;0\n2025-06;5;1;4;10\n";
    for file in [csv, german] {
        let imported = read(file.as_bytes());
        assert_eq!((imported.input.shape, codes(&imported)), (Shape::PeriodTable, vec![]));
        // 100 × (5 − 4) ÷ 10 in June.
        let nps = &report::<()>(&imported.dataset, &Question::default(), Vec::new()).metrics[&Key::Nps];
        assert_eq!((nps.number(), nps.n), (Some(10.0), Some(10)));
    }
    let by_hand = Options { map: vec![(Field::Score, "nps".to_owned())], ..Options::default() };
    assert_eq!(read_with(csv.as_bytes(), &by_hand).input.shape, Shape::Survey);
}

#[test]
fn what_people_wrote_is_in_no_finding() {
    let file = "nps,comment\n0,say \"no\" to that\n9,gr\u{fc}n\u{e4}\n".chars().map(|c| c as u8).collect::<Vec<u8>>();
    let imported = read(&file);
    assert!(codes(&imported).contains(&"W-ENC-GUESS") && codes(&imported).contains(&"W-QUOTE"));
    let said = serde_json::to_string(&imported.input).expect("JSON");
    assert!(!said.contains("grün") && !said.contains("to that"), "{said}");
}

#[test]
fn a_header_alone_is_a_survey_without_answers() {
    let imported = read(export(&[]).as_bytes());
    assert_eq!((imported.input.shape, imported.input.records), (Shape::Survey, 0));
}

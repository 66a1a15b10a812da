//! Reports of answers to surveys: what counts, when, and how it goes on.

use crate::common::{NPS, check, d4, month, responses};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::feedback::{Asked, Group, Label, Reading};
use keeprate_metrics::ledger::{Dataset, ResponseTable};
use keeprate_metrics::period::{Day, Month, Period};
use keeprate_metrics::report::{Compare, Every, Question, Report, report};
use keeprate_metrics::responses::{CommentQuestion, comments, months};
use keeprate_metrics::result::SegmentValue;

fn ask(table: ResponseTable, question: &Question) -> Report<()> {
    report(&Dataset::Responses(table), question, Vec::new())
}

fn set(name: &str, value: &str) -> Question {
    let mut question = Question::default();
    question.settings.set(name, value).expect("a setting");
    question
}

#[test]
fn d4_is_the_last_month_of_its_latest_answers() {
    let report = ask(d4(), &Question::default());
    assert_eq!(report.period.expect("a period").label, "2025-06");
    check(&report.metrics[&Key::Nps], "value=0 ci_low=-50.341789 ci_high=50.341789 n=9 flag=low_n");
    check(&report.metrics[&Key::SurveyResponseRate], "status=missing_input");
    let answers = &report.feedback[&Key::Nps];
    assert_eq!((answers.groups, answers.by_score.as_slice()), ([4, 1, 4], &[1, 0, 1, 0, 1, 0, 1, 0, 1, 2, 2][..]));
    let keys: Vec<Key> = report.metrics.keys().copied().collect();
    assert_eq!(keys, [Key::Nps, Key::SurveyResponseRate, Key::FeedbackTrend, Key::GoalAttainment]);
}

#[test]
fn one_response_of_a_respondent_counts_in_a_period() {
    let rows = [("a", "", "2025-06-01", 0), ("a", "", "2025-06-02", 7), ("a", "", "2025-06-03", 10)];
    for (dedupe, value, n) in [("latest", 100, 1), ("first", -100, 1), ("all", 0, 3)] {
        let report = ask(responses(NPS, &rows), &set("dedupe", dedupe));
        check(&report.metrics[&Key::Nps], &format!("value={value} n={n}"));
    }
    // Another period, another response.
    let june = Question { every: Every::Quarter, ..Question::default() };
    let year = Question { from: Some(month("2025-01")), to: Some(month("2025-06")), ..june.clone() };
    check(&ask(d4(), &june).series[0].metrics[&Key::Nps], "value=-100 n=1");
    check(&ask(d4(), &year).metrics[&Key::Nps], "value=0 n=9");
}

#[test]
fn json_names_the_groups_of_each_kind() {
    for (reading, points, names) in [
        (Reading::Nps, 11, ["promoters", "passives", "detractors"]),
        (Reading::Satisfaction, 5, ["satisfied", "neutral", "dissatisfied"]),
        (Reading::Easy, 7, ["easy", "neutral", "difficult"]),
    ] {
        let asked = Asked { reading, points };
        let report = ask(responses(asked, &[("a", "", "2025-06-01", 4)]), &Question::default());
        let json = serde_json::to_value(&report).expect("JSON");
        let answers = json["feedback"][asked.key().name()].as_object().expect("the answers");
        let found: Vec<&str> = names.into_iter().filter(|name| answers.contains_key(*name)).collect();
        assert_eq!((found, answers["by_score"].as_array().map(Vec::len)), (names.to_vec(), Some(usize::from(points))));
        assert!(!json.to_string().contains("comment"));
    }
}

#[test]
fn answers_are_grouped_from_the_lowest_to_the_highest() {
    for (reading, points, groups) in [
        (Reading::Nps, 11, "BBBBBBBNNGG"),
        (Reading::Satisfaction, 3, "BNG"),
        (Reading::Satisfaction, 5, "BBNGG"),
        (Reading::Satisfaction, 7, "BBNNNGG"),
        (Reading::SchoolGrade, 6, "GGNNBB"),
        (Reading::Easy, 7, "BBBNGGG"),
        (Reading::Easy, 5, "BBNGG"),
        (Reading::Effort, 5, "GGNBB"),
    ] {
        let asked = Asked { reading, points };
        let letter = |score| match asked.group(score) {
            Group::Good => 'G',
            Group::Neutral => 'N',
            Group::Bad => 'B',
        };
        assert_eq!((asked.low()..=asked.high()).map(letter).collect::<String>(), groups);
    }
}

#[test]
fn a_segment_restricts_and_a_comparison_looks_back() {
    let segment = SegmentValue { column: "Segment".to_owned(), value: "SMB".to_owned() };
    let january = Some(Compare::Months(month("2025-01"), month("2025-01")));
    let report = ask(d4(), &Question { segment: Some(segment), compare: january, ..Question::default() });
    check(&report.metrics[&Key::Nps], "value=-25 n=4");
    check(&report.comparison.expect("a comparison").metrics[&Key::Nps], "value=-100 n=1");
    let unknown = SegmentValue { column: "x".to_owned(), value: "y".to_owned() };
    let report = ask(d4(), &Question { segment: Some(unknown), ..Question::default() });
    check(&report.metrics[&Key::Nps], "value=none status=undefined_zero_base");
}

/// Answers of so many people in each month from 2025-01 on: the first number are promoters, the second detractors.
fn by_month(months: &[(usize, usize)]) -> ResponseTable {
    let rows = months.iter().zip(1..).flat_map(|((good, bad), month)| {
        let day = format!("2025-{month:02}-15");
        (0..good + bad).map(move |place| (format!("{month}-{place}"), day.clone(), if place < *good { 9 } else { 0 }))
    });
    let rows: Vec<(String, String, u8)> = rows.collect();
    let rows: Vec<_> = rows.iter().map(|(who, day, score)| (who.as_str(), "", day.as_str(), *score)).collect();
    responses(NPS, &rows)
}

#[test]
fn the_trend_goes_by_month_where_months_have_enough() {
    let report = ask(by_month(&[(15, 15), (0, 0), (30, 2), (2, 30)]), &Question::default());
    let trend = &report.feedback[&Key::Nps].trend;
    let found: Vec<_> = trend.iter().map(|point| (point.period.label.as_str(), point.n, point.label)).collect();
    assert_eq!(
        found,
        [
            ("2025-01", 30, Label::NoDetectableChange),
            ("2025-02", 0, Label::NoDetectableChange),
            ("2025-03", 32, Label::NoDetectableChange),
            ("2025-04", 32, Label::Down),
        ]
    );
    // After a gap there is no period before; a gap has no score.
    assert_eq!((trend[1].value, trend[2].change), (None, None));
    assert_eq!((trend[0].value, trend[3].value), (Some(0.0), Some(-87.5)));
    check(&report.metrics[&Key::FeedbackTrend], "value=-175");
}

#[test]
fn the_trend_goes_by_quarter_where_months_have_too_few() {
    let report = ask(by_month(&[(14, 15), (14, 15), (14, 15), (20, 9), (20, 9)]), &Question::default());
    let trend = &report.feedback[&Key::Nps].trend;
    let found: Vec<_> = trend.iter().map(|point| (point.period.label.as_str(), point.n)).collect();
    assert_eq!(found, [("2025-Q1", 87), ("2025-04/2025-05", 58)]);
    assert_eq!(trend[1].label, Label::Up);
}

/// Thirty answers in the median month are enough, of two months in their mean.
#[test]
fn enough_is_the_median_of_months() {
    let first = |months: &[(usize, usize)]| {
        let report = ask(by_month(months), &Question::default());
        report.feedback[&Key::Nps].trend.first().map(|point| point.period.label.clone()).unwrap_or_default()
    };
    assert_eq!(first(&[(29, 0), (30, 0), (90, 0)]), "2025-01");
    assert_eq!(first(&[(29, 0), (29, 0), (90, 0)]), "2025-Q1");
    assert_eq!(first(&[(29, 0), (31, 0)]), "2025-01");
    assert_eq!(first(&[(29, 0), (30, 0)]), "2025-01/2025-02");
}

#[test]
fn answers_of_a_month_that_is_not_over_wait() {
    let of = |as_of: &str, to: Option<Month>| {
        let question = Question { as_of: Day::parse_iso(as_of), to, ..Question::default() };
        let report = ask(by_month(&[(1, 0), (2, 0), (3, 0)]), &question);
        (report.period.map(|period| period.label).unwrap_or_default(), report.metrics[&Key::Nps].n, report.series.len())
    };
    assert_eq!(of("2025-03-20", None), ("2025-02".to_owned(), Some(2), 2));
    assert_eq!(of("2025-03-20", Month::parse_iso("2025-03")), ("2025-03".to_owned(), Some(3), 3));
    assert_eq!(of("2025-04-01", None), ("2025-03".to_owned(), Some(3), 3));
    assert_eq!(of("2025-09-01", None), ("2025-03".to_owned(), Some(3), 3));
}

/// Two answers of a segment say too much of two people; three do not.
#[test]
fn segments_of_few_are_hidden() {
    let rows = ["a", "b", "c", "d", "e"].map(|who| (who, if who < "c" { "x" } else { "y" }, "2025-06-01", 10));
    let report =
        ask(responses(NPS, &rows), &Question { segments_of: Some("Segment".to_owned()), ..Question::default() });
    let of = |value: &str| {
        let entry = report.segments.iter().find(|entry| entry.segment.value == value).expect("a segment");
        &entry.metrics[&Key::Nps]
    };
    check(of("x"), "value=none status=insufficient_data difference=none");
    check(of("y"), "value=100 n=3 difference=0");
    check(&report.metrics[&Key::FeedbackBySegment], "value=100 segments=2 largest_difference=0");
}

#[test]
fn scales_are_never_mixed() {
    let mut table = responses(
        Asked { reading: Reading::Satisfaction, points: 5 },
        &[("a", "x", "2025-06-01", 5), ("b", "x", "2025-06-01", 1), ("c", "y", "2025-06-02", 7)],
    );
    table.asked.push(Asked { reading: Reading::Satisfaction, points: 7 });
    table.responses[2].score = Some((1, 7));
    let whole = ask(table.clone(), &Question::default());
    check(&whole.metrics[&Key::Csat], "value=0.5 n=2 flag=mixed_scale");
    let segment = Some(SegmentValue { column: "Segment".to_owned(), value: "y".to_owned() });
    let of_y = ask(table, &Question { segment, ..Question::default() });
    check(&of_y.metrics[&Key::Csat], "value=1 n=1");
    assert_eq!(of_y.feedback[&Key::Csat].by_score, [0, 0, 0, 0, 0, 0, 1]);
}

#[test]
fn responses_without_dates_are_one_period() {
    let mut table = d4();
    for response in &mut table.responses {
        response.day = None;
    }
    assert_eq!(months(&table), None);
    let report = ask(table, &Question::default());
    assert_eq!((report.period, report.series.len()), (None, 0));
    check(&report.metrics[&Key::Nps], "value=0 n=9");
}

#[test]
fn without_responses_there_is_no_score() {
    let report = ask(responses(NPS, &[]), &Question::default());
    check(&report.metrics[&Key::Nps], "status=undefined_zero_base");
}

#[test]
fn partial_responses_count_and_tell_the_completion() {
    let mut table = d4();
    table.knows_partial = true;
    table.responses[1].partial = true;
    let report = ask(table, &Question::default());
    check(&report.metrics[&Key::Nps], "n=9");
    check(&report.metrics[&Key::SurveyResponseRate], "value=0.888889");
}

#[test]
fn comments_come_by_group_newest_first() {
    let question = |of, most| {
        let period = Some(Period::months(month("2025-06"), month("2025-06")));
        CommentQuestion { of, period, segment: None, most }
    };
    for (of, most, total, texts) in [
        (Some((Reading::Nps, Group::Bad)), 10, 4, vec!["d1", "h1", "c1", "b2"]),
        (Some((Reading::Nps, Group::Neutral)), 10, 1, vec!["e1"]),
        (Some((Reading::Nps, Group::Good)), 2, 4, vec!["z1", "f1"]),
        (Some((Reading::Easy, Group::Good)), 2, 0, vec![]),
        (None, 1, 9, vec!["d1"]),
    ] {
        let page = comments(&d4(), &question(of, most));
        assert_eq!(page.total, total);
        assert_eq!(page.comments.iter().map(|comment| comment.text.as_str()).collect::<Vec<_>>(), texts);
    }
    let whole = CommentQuestion { period: None, ..question(None, 20) };
    let page = comments(&d4(), &whole);
    let first = page.comments.last().expect("a comment");
    assert_eq!((first.day, first.score), (Day::from_civil(2025, 1, 10), Some((NPS, 3))));
}

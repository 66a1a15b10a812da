//! What holds for any input.

use keeprate_survey::contrast::{LEAST, accent, ratio};
use keeprate_survey::eligibility::{BUCKETS, Rules, Visit, bucket, check};
use keeprate_survey::queue::{Attempt, EXPIRY, Verdict, verdict};
use keeprate_survey::text::{Language, fill};
use keeprate_survey::{COMMENT_LIMIT, Kind, Response, plain};
use proptest::prelude::*;
use serde_json::Value;

fn anything() -> impl Strategy<Value = String> {
    prop_oneof![4 => any::<String>(), 4 => "[\\x00-\\x20\"\\\\{}\u{80}-\u{9f}\u{2028}😀]{0,40}", 1 => "\\PC{3990,4010}"]
}

proptest! {
    #[test]
    fn an_answer_is_json_with_what_it_was_given(
        comment in anything(), customer in anything(), name in anything(), value in anything(),
        score in 0_u32..=10, partial: bool,
    ) {
        let kind = Kind::Nps;
        let meta = [(name.as_str(), value.as_str())];
        let json = Response {
            id: "id", survey: "survey", kind, score: kind.scale(false).map(|scale| (scale, score)),
            comment: &comment, answered_at: "", shown_at: "", locale: "de", customer: Some(&customer),
            segment: None, page: None, meta: &meta, partial, widget: "0.1.0",
        }
        .to_json();
        let read: Value = serde_json::from_str(&json).unwrap();
        let kept = |text: &str, limit: usize| text.chars().filter(|one| plain(*one)).take(limit).collect::<String>();
        prop_assert_eq!(&read["score"], &Value::from(score));
        prop_assert_eq!(read["comment"].as_str().unwrap_or_default(), kept(&comment, COMMENT_LIMIT));
        prop_assert_eq!(read["customer"].as_str().unwrap(), kept(&customer, 200));
        let field = read["meta"].as_object().unwrap().iter().next().unwrap();
        prop_assert_eq!(field.0, &kept(&name, 200));
        prop_assert_eq!(field.1.as_str().unwrap(), kept(&value, 200));
        prop_assert_eq!(&read["partial"], &Value::Bool(partial));
        prop_assert_eq!(read.get("segment"), None);
    }

    #[test]
    fn accents_can_be_read(chosen: [u8; 3], surface: [u8; 3]) {
        let colours = accent(chosen, surface);
        prop_assert!(ratio(colours.fill, surface) >= LEAST);
        prop_assert!(ratio(colours.ink, colours.fill) >= LEAST);
        if ratio(chosen, surface) >= LEAST {
            prop_assert_eq!(colours.fill, chosen);
        }
    }

    #[test]
    fn a_person_stays_in_a_growing_sample(person in anything(), sample in 0_u32..100) {
        let visit = Visit {
            now: 0, moment: "", path: "", bucket: bucket("survey", &person), answered: 0, dismissed: 0,
        };
        let rules = |sample| Rules {
            sample, from: "", until: "", pages: "", days_after_answer: 0, days_after_dismissal: 0,
        };
        prop_assert!(visit.bucket < BUCKETS);
        prop_assert_eq!(bucket("survey", &person), visit.bucket);
        if check(&rules(sample), &visit).is_ok() {
            prop_assert!(check(&rules(sample + 1), &visit).is_ok());
        }
    }

    #[test]
    fn rules_never_panic(
        sample: u32, from in anything(), pages in "[*a/]{0,12}", path in "[a/]{0,30}", now: u32, answered: u32, days: u32,
    ) {
        let rules = Rules {
            sample, from: &from, until: &from, pages: &pages, days_after_answer: days, days_after_dismissal: days,
        };
        let visit = Visit { now, moment: "2026-11-21", path: &path, bucket: 5, answered, dismissed: answered };
        let _ = check(&rules, &visit);
    }

    #[test]
    fn a_pattern_without_a_star_is_the_path_itself(pages in "[ab/]{1,9}", path in "[ab/]{1,9}") {
        let rules = Rules {
            sample: 100, from: "", until: "", pages: &pages, days_after_answer: 0, days_after_dismissal: 0,
        };
        let visit = |path| Visit { now: 0, moment: "", path, bucket: 0, answered: 0, dismissed: 0 };
        prop_assert_eq!(check(&rules, &visit(&path)).is_ok(), pages == path);
        prop_assert!(check(&rules, &visit(&pages)).is_ok());
    }

    #[test]
    fn waits_are_bounded(status: u32, attempts: u32, age: u32, wish: u32, chance: u32) {
        match verdict(&Attempt { status, attempts, age, wish, chance }) {
            Verdict::Again(wait) => {
                prop_assert!((2..=86_400).contains(&wait));
                prop_assert!(age < EXPIRY);
            }
            Verdict::Delivered => prop_assert!((200..300).contains(&status)),
            Verdict::Failed => prop_assert!((400..500).contains(&status) || age >= EXPIRY),
        }
    }

    #[test]
    fn texts_and_locales_never_panic(template in anything(), product in "[^{}]{0,20}") {
        let filled = fill(&template, &product);
        let left = filled.contains("{product}");
        prop_assert!(!left);
        let _ = Language::of(&template);
    }
}

#[test]
fn a_sample_has_its_share() {
    // 20,000 people: the share of a quarter has a standard deviation of 0.3 points.
    for survey in ["onboarding-nps", "billing", ""] {
        let asked = (0..20_000).filter(|number| bucket(survey, &format!("cus_{number}")) < BUCKETS / 4).count();
        assert!((4_700..5_300).contains(&asked), "{survey}: {asked}");
    }
}

#[test]
fn an_answer_fits_into_64_kib() {
    let long = "\u{1f600}".repeat(5_000);
    let meta = [(long.as_str(), long.as_str()); 50];
    let json = Response {
        id: &long,
        survey: &long,
        kind: Kind::Text,
        score: None,
        comment: &long,
        answered_at: &long,
        shown_at: &long,
        locale: &long,
        customer: Some(&long),
        segment: Some(&long),
        page: Some(&long),
        meta: &meta,
        partial: false,
        widget: &long,
    }
    .to_json();
    assert!(json.len() < 65_536, "{}", json.len());
    let read: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(read["comment"].as_str().unwrap().chars().count(), 4_000);
    assert_eq!(read.get("score"), None);
}

#[test]
fn an_answer_has_the_documented_form() {
    let json = Response {
        id: "01",
        survey: "onboarding-nps",
        kind: Kind::Ces,
        score: Kind::Ces.scale(false).map(|scale| (scale, 7)),
        comment: "a\n\"b\"\\",
        answered_at: "2026-11-21T21:35:00Z",
        shown_at: "2026-11-21T21:34:00Z",
        locale: "de",
        customer: Some("cus_1"),
        segment: Some("DE"),
        page: None,
        meta: &[("plan", "team"), ("seats", "5")],
        partial: true,
        widget: "0.1.0",
    }
    .to_json();
    let expected = serde_json::json!({
        "schema": "keeprate.response/1", "id": "01", "survey": "onboarding-nps", "kind": "ces",
        "scale": {"min": 1, "max": 7}, "score": 7, "comment": "a\n\"b\"\\",
        "answered_at": "2026-11-21T21:35:00Z", "shown_at": "2026-11-21T21:34:00Z", "locale": "de",
        "customer": "cus_1", "segment": "DE", "meta": {"plan": "team", "seats": "5"}, "partial": true,
        "widget": "0.1.0",
    });
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), expected);
    assert!(json.starts_with("{\"schema\":\"keeprate.response/1\",\"id\":\"01\",\"survey\":\"onboarding-nps\""));
}

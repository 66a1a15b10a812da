//! What flags and warnings say: every one that a calculation raises has its words in both languages, and a figure that is
//! not there is not qualified.

use keeprate_metrics::catalogue::{Key, Text};
use keeprate_metrics::cautions::{cautions, of_flag, of_warning, words};
use keeprate_metrics::customers::{customer_churn_rate, customer_counts, lifetime_from_churn};
use keeprate_metrics::economics::cltv_simple;
use keeprate_metrics::feedback::{nps, survey_response_rate};
use keeprate_metrics::ledger::Totals;
use keeprate_metrics::result::{Flag, MetricResult, Scope, Status, Unit};
use keeprate_metrics::revenue::{mrr_movements, revenue_concentration};

const FLAGS: [Flag; 7] = [
    Flag::LowN,
    Flag::VeryLowN,
    Flag::PartialPeriod,
    Flag::Estimate,
    Flag::LeftTruncated,
    Flag::MixedScale,
    Flag::LowCoverage,
];

fn scope() -> Scope {
    Scope::default()
}

/// The English words beside a result, and its English sentences.
fn said(result: &MetricResult) -> (Vec<&'static str>, String) {
    let sentences: Vec<&str> = cautions(result).into_iter().map(|caution| caution.sentence.en).collect();
    (words(result).into_iter().map(|word| word.en).collect(), sentences.join(" "))
}

#[test]
fn words_are_short_and_sentences_whole_in_both_languages() {
    let codes = ["W-IDENTITY", "W-LTV-HORIZON", "W-WATERFALL", "W-RESPONSES-EXCEED", "I-FEWER-THAN-N", "E-AGG-RANGE"];
    let of_codes = [Key::CustomerCounts, Key::MrrMovements]
        .into_iter()
        .flat_map(|key| codes.map(|code| of_warning(key, code).expect(code)));
    for caution in FLAGS.map(of_flag).into_iter().chain(of_codes) {
        let Text { en, de } = caution.word;
        assert!(en.len() <= 40 && de.len() <= 40 && !en.ends_with('.') && !de.ends_with('.'), "{en} {de}");
        let Text { en, de } = caution.sentence;
        assert!(en.ends_with('.') && de.ends_with('.') && en != de, "{en} {de}");
        for word in [" du ", " dein", " Sie ", " Ihre", "!"] {
            assert!(!de.contains(word), "{de}");
        }
    }
    assert_eq!(of_warning(Key::Nrr, "W-GAP"), None);
}

/// Each code where a calculation raises it.
#[test]
fn what_calculations_warn_of_is_said() {
    let counts = |end| Totals {
        customers_start: Some(100),
        customers_lost: Some(5),
        customers_new: Some(10),
        customers_end: Some(end),
        ..Totals::default()
    };
    let euros = |amount: i128| Some(amount * 100_000_000);
    let movements = Totals {
        mrr_start: euros(1000),
        mrr_new: euros(100),
        mrr_reactivation: euros(0),
        mrr_expansion: euros(0),
        mrr_contraction: euros(0),
        mrr_churn: euros(50),
        mrr_end: euros(1200),
        ..Totals::default()
    };
    for (result, word, sentence) in [
        // 100 − 5 + 10 is 105.
        (customer_counts(&scope(), &counts(106)), "does not add up", "Start − lost + new"),
        // 1000 + 100 − 50 is 1050.
        (mrr_movements(&scope(), &movements), "does not add up", "Start and movements"),
        // 1 % a month is a lifetime of 100 months.
        (cltv_simple(&scope(), 100_000_000, 0.01, None, None), "beyond 60 months", "nobody has data"),
        (survey_response_rate(&scope(), Some(10), 0, 11), "more answers than invitations", "Check both"),
        (revenue_concentration(&scope(), vec![1, 2], 3), "fewer customers than asked for", "all of them"),
    ] {
        let (words, sentences) = said(&result);
        assert_eq!(words.first(), Some(&word));
        assert!(sentences.contains(sentence), "{sentences}");
    }
    assert_eq!(said(&customer_counts(&scope(), &counts(105))), (Vec::new(), String::new()));
}

/// The reason why there is no value says it already; the sentence says what contradicts what.
#[test]
fn numbers_that_contradict_each_other_are_said_once() {
    let totals = Totals { customers_start: Some(5), customers_lost: Some(6), ..Totals::default() };
    let churn = customer_churn_rate(&scope(), &totals);
    assert_eq!(churn.status, Status::Error);
    let (words, sentences) = said(&churn);
    assert!(words.is_empty() && sentences.contains("more is lost than there was"), "{words:?} {sentences}");
}

#[test]
fn only_a_figure_is_qualified() {
    assert_eq!(said(&nps(&scope(), 3, 0, 1)).0, ["n < 5"]);
    assert_eq!(said(&nps(&scope(), 3, 2, 1)).0, ["n < 30"]);
    // Nobody answered: no base, and so neither few answers.
    assert!(said(&nps(&scope(), 0, 0, 0)).0.is_empty());
    // All answers were on another scale: that is why.
    assert_eq!(said(&nps(&scope(), 0, 0, 0).flag(Flag::MixedScale)).0, ["answers on another scale left out"]);
    assert_eq!(said(&lifetime_from_churn(&scope(), 0.1, Unit::Months, None)).0, ["estimate"]);
    // Without churn there is no lifetime to estimate.
    let endless = lifetime_from_churn(&scope(), 0.0, Unit::Months, None);
    assert_eq!((endless.status, said(&endless).0), (Status::Infinite, Vec::new()));
}

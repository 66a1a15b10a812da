//! Tests that need a browser, run by `cargo xtask test` in headless Chromium.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::expect_used, reason = "tests fail by panicking, in helpers too")]

use keeprate::i18n::Language;
use keeprate::platform::intl::Formats;
use keeprate::queries::figures::Figure;
use keeprate_ingest::{Options, import};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::money::{Amount, Currency};
use keeprate_metrics::period::{Month, Period};
use keeprate_metrics::report::{Question, report};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

/// metrics.md 3.9, in both languages.
#[wasm_bindgen_test]
fn figures_follow_the_locale() {
    let money = |text: &str| Figure::Money(Amount::parse_decimal(text).expect("an amount"));
    for (figure, english, german) in [
        (money("1234.56"), "€1,234.56", "1.234,56 €"),
        (money("-220.00"), "−€220.00", "−220,00 €"),
        (Figure::Percent(0.95), "95.0%", "95,0 %"),
        (Figure::Percent(0.0042), "0.42%", "0,42 %"),
        (Figure::PercentagePoints(-0.008), "−0.8 pp", "−0,8 PP"),
        (Figure::Points(45.0), "+45", "+45"),
        (Figure::Ratio(3.4), "3.40", "3,40"),
        (Figure::Months(7.3), "7.3 months", "7,3 Monate"),
        (Figure::Count(7043), "7,043", "7.043"),
    ] {
        for (language, expected) in [(Language::En, english), (Language::De, german)] {
            let formats = Formats { language, currency: Currency::EUR };
            assert_eq!(plain(&formats.figure(figure)), expected);
        }
    }
}

#[wasm_bindgen_test]
fn periods_follow_the_locale() {
    let month = Month::parse_iso("2025-03").expect("a month");
    for (language, expected) in [(Language::En, "March 2025"), (Language::De, "März 2025")] {
        let formats = Formats { language, currency: Currency::EUR };
        assert_eq!(formats.period(Period::months(month, month)), expected);
    }
}

/// The reader's SIMD code runs only here: the first month's rows reach over many blocks of 64 bytes.
#[wasm_bindgen_test]
fn a_file_is_read_with_the_browsers_simd() {
    let mut file = String::from("customer,month,mrr,note\n");
    for customer in 0..5_000 {
        file += &format!("customer-{customer},2025-01,10.50,\"a, \"\"quoted\"\"\nnote\"\n");
        file += &format!("customer-{customer},2025-02,{}.25,\n", customer % 7);
    }
    let imported = import(file.as_bytes(), &Options::default()).expect("a table");
    assert_eq!((imported.input.records, imported.input.accepted), (10_000, 10_000));
    let report = report(&imported.dataset, &Question::default(), vec![imported.input]);
    let whole: i64 = (0..5_000).map(|customer| (customer % 7) * 100 + 25).sum();
    assert_eq!(report.metrics[&Key::Mrr].number(), Some(whole as f64 / 100.0));
}

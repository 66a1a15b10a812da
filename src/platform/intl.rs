//! Numbers, money and dates as the locale writes them, by the browser's `Intl`.

use crate::i18n::Language;
use crate::queries::figures::Figure;
use js_sys::{Array, Function, Intl, Object, Reflect};
use keeprate_metrics::money::{Amount, Currency};
use keeprate_metrics::period::{Day, Month, Period};
use keeprate_metrics::report::LabelledPeriod;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};

/// Formats figures in one language and currency. Cheap to copy; the formatters behind it are made once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Formats {
    /// The language.
    pub language: Language,
    /// The currency of money.
    pub currency: Currency,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Number(u8),
    Percent(u8),
    Money,
    WholeMoney,
    ShortMoney,
    ShortNumber,
    Month,
    ShortMonth,
    Day,
}

type FormatterKey = (Kind, bool, Currency);

thread_local! {
    /// Making a formatter takes a hundred times as long as using it.
    static FORMATTERS: RefCell<Vec<(FormatterKey, Function)>> = RefCell::default();
}

/// Has the browser load what formatters need. The first formatter of a tab takes some 50 ms, in whichever thread: the
/// worker makes one for the page, which has to answer meanwhile.
pub fn warm_up() {
    let (locales, options) = (Array::new(), Object::new());
    Intl::NumberFormat::new(&locales, &options);
    Intl::DateTimeFormat::new(&locales, &options);
}

impl Formats {
    fn locale(self) -> &'static str {
        match self.language {
            Language::De => "de-DE",
            Language::En => "en-GB",
        }
    }

    fn make(self, kind: Kind) -> Option<Function> {
        let options = Object::new();
        let set = |name: &str, value: JsValue| {
            // Setting a property of a fresh object cannot fail.
            let _ = Reflect::set(&options, &name.into(), &value);
        };
        let digits = |least: u8, most: u8| {
            set("minimumFractionDigits", least.into());
            set("maximumFractionDigits", most.into());
        };
        let locales = Array::of1(&self.locale().into());
        if matches!(kind, Kind::Month | Kind::ShortMonth | Kind::Day) {
            set("timeZone", "UTC".into());
            set("year", if kind == Kind::ShortMonth { "2-digit" } else { "numeric" }.into());
            set("month", if kind == Kind::Month { "long" } else { "short" }.into());
            if kind == Kind::Day {
                set("month", "2-digit".into());
                set("day", "2-digit".into());
            }
            let format = Intl::DateTimeFormat::new(&locales, &options);
            return Some(format.format());
        }
        match kind {
            Kind::Number(places) => digits(places, places),
            Kind::Percent(places) => {
                set("style", "percent".into());
                digits(places, places);
            }
            Kind::Money | Kind::WholeMoney | Kind::ShortMoney => {
                set("style", "currency".into());
                set("currency", self.currency.code().into());
                set("currencyDisplay", "narrowSymbol".into());
                if kind == Kind::WholeMoney {
                    digits(0, 0);
                } else if kind == Kind::ShortMoney {
                    set("notation", "compact".into());
                    digits(0, 1);
                }
            }
            Kind::ShortNumber => {
                set("notation", "compact".into());
                digits(0, 1);
            }
            Kind::Month | Kind::ShortMonth | Kind::Day => return None,
        }
        let format = Intl::NumberFormat::new(&locales, &options);
        Some(format.format())
    }

    fn format(self, kind: Kind, value: &JsValue) -> String {
        let key = (kind, self.language == Language::De, self.currency);
        let find = |known: &Vec<(FormatterKey, Function)>| {
            known.iter().find(|(known, _)| *known == key).map(|(_, formatter)| formatter.clone())
        };
        let formatter = FORMATTERS.with_borrow(find).or_else(|| {
            let made = self.make(kind)?;
            FORMATTERS.with_borrow_mut(|known| known.push((key, made.clone())));
            Some(made)
        });
        let text = formatter
            .and_then(|formatter| formatter.call1(&JsValue::NULL, value).ok())
            .and_then(|text| text.as_string())
            .unwrap_or_default();
        // Intl writes the hyphen-minus; a figure gets the minus sign.
        text.replace('-', "−")
    }

    /// A number with this many decimals.
    pub fn number(self, value: f64, places: u8) -> String {
        self.format(Kind::Number(places), &value.into())
    }

    /// A count.
    pub fn count(self, value: i64) -> String {
        self.number(value as f64, 0)
    }

    /// A fraction in percent: one decimal, two below 1 %.
    pub fn percent(self, fraction: f64) -> String {
        let small = fraction != 0.0 && fraction.abs() < 0.01;
        self.format(Kind::Percent(if small { 2 } else { 1 }), &fraction.into())
    }

    /// A fraction in whole percent, for axes and dense tables.
    pub fn whole_percent(self, fraction: f64) -> String {
        self.format(Kind::Percent(0), &fraction.into())
    }

    /// Money with its currency's digits.
    pub fn money(self, amount: Amount) -> String {
        self.format(Kind::Money, &amount.as_f64().into())
    }

    /// Money for an axis: 1.2K, 3 Mio.
    pub fn short_money(self, value: f64) -> String {
        let kind = if value.abs() < 1000.0 { Kind::WholeMoney } else { Kind::ShortMoney };
        self.format(kind, &value.into())
    }

    /// A number for an axis.
    pub fn short_number(self, value: f64) -> String {
        self.format(Kind::ShortNumber, &value.into())
    }

    /// A month by name: June 2025.
    pub fn month(self, month: Month) -> String {
        self.day_text(Kind::Month, month.start())
    }

    /// A month, short: Jun 25.
    pub fn short_month(self, month: Month) -> String {
        self.day_text(Kind::ShortMonth, month.start())
    }

    /// A day: 31.12.2025.
    pub fn day(self, day: Day) -> String {
        self.day_text(Kind::Day, day)
    }

    /// A day by name: 31 December 2025.
    pub fn long_day(self, day: Day) -> String {
        let number = day.to_civil().2.to_string();
        let space = match self.language {
            Language::De => ". ",
            Language::En => " ",
        };
        [&number, space, &self.month(day.month())].concat()
    }

    fn day_text(self, kind: Kind, day: Day) -> String {
        let date = js_sys::Date::new(&JsValue::from_f64(f64::from(day.0) * 86_400_000.0));
        self.format(kind, date.unchecked_ref())
    }

    /// A period by name: June 2025, Q2 2025, 2025, January to May 2025.
    pub fn period(self, period: Period) -> String {
        let first = period.start.month();
        let (year, month) = first.to_civil();
        match period.whole_months() {
            Some(1) => self.month(first),
            Some(3) if month % 3 == 1 => format!("Q{} {year}", month / 3 + 1),
            Some(12) if month == 1 => year.to_string(),
            Some(months) => format!("{} – {}", self.short_month(first), self.short_month(first.plus(months - 1))),
            None => format!("{} – {}", self.day(period.start), self.day(Day(period.end.0 - 1))),
        }
    }

    /// A labelled period: by name if it is one, else its label.
    pub fn labelled(self, period: &LabelledPeriod) -> String {
        match (period.start, period.end) {
            (Some(start), Some(end)) => self.period(Period { start, end }),
            _ => period.label.clone(),
        }
    }

    /// A labelled period, short, for axes.
    pub fn short_labelled(self, period: &LabelledPeriod) -> String {
        match (period.start, period.end) {
            (Some(start), Some(end)) if Period { start, end }.whole_months() == Some(1) => {
                self.short_month(start.month())
            }
            _ => self.labelled(period),
        }
    }

    /// A size in bytes.
    pub fn bytes(self, bytes: u64) -> String {
        match bytes {
            0..1_000 => format!("{} B", self.count(bytes as i64)),
            1_000..1_000_000 => format!("{} kB", self.number(bytes as f64 / 1e3, 0)),
            _ => format!("{} MB", self.number(bytes as f64 / 1e6, 1)),
        }
    }

    /// A figure as text.
    pub fn figure(self, figure: Figure) -> String {
        let german = self.language == Language::De;
        let with_unit = |value: f64, places: u8, english: [&str; 2], german_words: [&str; 2]| {
            let number = self.number(value, places);
            let one = usize::from((value - 1.0).abs() > f64::EPSILON);
            let unit = if german { german_words[one] } else { english[one] };
            format!("{number} {unit}")
        };
        match figure {
            Figure::Percent(value) => self.percent(value),
            Figure::PercentagePoints(value) => {
                let small = value != 0.0 && value.abs() < 0.000_5;
                let unit = if german { "PP" } else { "pp" };
                format!("{}\u{a0}{unit}", self.number(value * 100.0, if small { 2 } else { 1 }))
            }
            Figure::Money(amount) => self.money(amount),
            Figure::Count(count) => self.count(count),
            Figure::Months(value) => with_unit(value, 1, ["month", "months"], ["Monat", "Monate"]),
            Figure::Years(value) => with_unit(value, 1, ["year", "years"], ["Jahr", "Jahre"]),
            Figure::Days(value) => with_unit(value, 0, ["day", "days"], ["Tag", "Tage"]),
            Figure::Ratio(value) => self.number(value, 2),
            Figure::Points(value) => {
                // Adding zero takes the sign off a zero that came from below.
                let number = self.number(value.round() + 0.0, 0);
                if value > 0.5 { ["+", &number].concat() } else { number }
            }
        }
    }

    /// A difference: a figure that always carries its sign.
    pub fn signed(self, figure: Figure) -> String {
        let text = self.figure(figure);
        let plus = match figure {
            Figure::Money(amount) => amount.minor() > 0,
            Figure::Count(count) => count > 0,
            Figure::Percent(value)
            | Figure::PercentagePoints(value)
            | Figure::Months(value)
            | Figure::Years(value)
            | Figure::Days(value)
            | Figure::Ratio(value) => value > 0.0,
            Figure::Points(value) => value >= 0.5,
        };
        if plus && !text.starts_with('+') { ["+", &text].concat() } else { text }
    }
}

//! Figures and tables for people, as metrics.md 3.9 and 3.7 word them. Rounding is half away from zero, on output only.

use keeprate_ingest::Language;
use keeprate_metrics::money::{Amount, Currency};
use keeprate_metrics::result::{MetricResult, Status, Unit, Value};

/// Writes figures in one language and currency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Format {
    /// The language.
    pub(crate) language: Language,
    /// The currency of money.
    pub(crate) currency: Currency,
}

/// One of two wordings.
pub(crate) fn pick<'a>(language: Language, english: &'a str, german: &'a str) -> &'a str {
    match language {
        Language::En => english,
        Language::De => german,
    }
}

impl Format {
    /// One of two wordings.
    pub(crate) fn pick<'a>(self, english: &'a str, german: &'a str) -> &'a str {
        pick(self.language, english, german)
    }

    /// A number with this many decimals.
    pub(crate) fn number(self, value: f64, places: usize) -> String {
        let scaled = (value.abs() * 10_f64.powi(i32::try_from(places).unwrap_or(0))).round();
        self.digits(value < 0.0, &format!("{scaled:.0}"), places, "", "")
    }

    /// A count.
    pub(crate) fn count(self, count: i64) -> String {
        self.digits(count < 0, &count.unsigned_abs().to_string(), 0, "", "")
    }

    /// A fraction in percent: one decimal, two below 1 %.
    pub(crate) fn percent(self, fraction: f64) -> String {
        let places = if fraction != 0.0 && fraction.abs() < 0.01 { 2 } else { 1 };
        [&self.number(fraction * 100.0, places), self.pick("%", " %")].concat()
    }

    /// Whole percent.
    pub(crate) fn whole_percent(self, percent: u32) -> String {
        format!("{percent}{}", self.pick("%", " %"))
    }

    /// Money with exactly its currency's digits.
    pub(crate) fn money(self, amount: Amount) -> String {
        let minor = amount.minor();
        let code = self.currency.code();
        let symbol = match code {
            "EUR" => "€",
            "USD" => "$",
            "GBP" => "£",
            "JPY" => "¥",
            _ => code,
        };
        let (before, behind) = match (self.language, symbol == code) {
            (Language::De, _) => (String::new(), format!(" {symbol}")),
            (Language::En, true) => (format!("{symbol} "), String::new()),
            (Language::En, false) => (symbol.to_owned(), String::new()),
        };
        self.digits(minor < 0, &minor.unsigned_abs().to_string(), usize::from(amount.exponent), &before, &behind)
    }

    /// A value in its unit.
    pub(crate) fn value(self, value: Value, unit: Unit) -> String {
        match (value, unit) {
            (Value::Money(amount), _) => self.money(amount),
            (Value::Count(count), _) => self.count(count),
            (Value::Yes(yes), _) => (if yes { self.pick("yes", "ja") } else { self.pick("no", "nein") }).to_owned(),
            (Value::Number(number), Unit::Fraction) => self.percent(number),
            (Value::Number(number), Unit::Money) => self.money(Amount::from_f64(number, self.currency.exponent())),
            (Value::Number(number), Unit::Months) => self.lasting(number, 1, ["month", "months"], ["Monat", "Monate"]),
            (Value::Number(number), Unit::Years) => self.lasting(number, 1, ["year", "years"], ["Jahr", "Jahre"]),
            (Value::Number(number), Unit::Days) => self.lasting(number, 0, ["day", "days"], ["Tag", "Tage"]),
            (Value::Number(number), Unit::Points | Unit::Score) => {
                let text = self.number(number, 0);
                if number >= 0.5 { ["+", &text].concat() } else { text }
            }
            (Value::Number(number), Unit::Ratio | Unit::Count) => self.number(number, 2),
        }
    }

    /// A result's value, or why there is none (metrics.md 3.7).
    pub(crate) fn result(self, result: &MetricResult) -> String {
        if let (Status::Ok, Some(value)) = (result.status, result.value) {
            return self.value(value, result.unit);
        }
        let (english, german) = match result.status {
            Status::UndefinedZeroBase => ("– (no base)", "– (keine Basis)"),
            Status::UndefinedNonpositiveBase => ("– (not meaningful)", "– (nicht sinnvoll)"),
            Status::Infinite => ("∞ (no losses)", "∞ (keine Verluste)"),
            Status::NoPriorPeriod => ("– (no earlier period)", "– (kein Vorzeitraum)"),
            Status::MissingPeriod => ("– (month missing)", "– (Monat fehlt)"),
            Status::InsufficientData => ("– (too little data)", "– (zu wenig Daten)"),
            Status::NotReached => ("not reached", "nicht erreicht"),
            Status::Never => ("never", "nie"),
            Status::Error => ("– (numbers contradict each other)", "– (Zahlen widersprechen sich)"),
            Status::Ok | Status::MissingInput => {
                // The field's name is what --map takes.
                return match &result.needs {
                    Some(field) => format!("– ({} {field})", self.pick("needs", "benötigt")),
                    None => self.pick("– (input missing)", "– (Eingabe fehlt)").to_owned(),
                };
            }
        };
        self.pick(english, german).to_owned()
    }

    fn lasting(self, value: f64, places: usize, english: [&str; 2], german: [&str; 2]) -> String {
        let number = self.number(value, places);
        let several = usize::from(self.number(1.0, places) != number);
        let unit = self.pick(english[several], german[several]);
        format!("{number} {unit}")
    }

    /// Groups digits, of which the last `places` stand behind the point, and puts the minus sign in front of all.
    fn digits(self, negative: bool, digits: &str, places: usize, before: &str, behind: &str) -> String {
        let digits = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = digits.split_at_checked(digits.len() - places).unwrap_or((&digits, ""));
        let mut grouped = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                grouped.push_str(self.pick(",", "."));
            }
            grouped.push(digit);
        }
        // What rounds to zero has no sign.
        let minus = if negative && digits.contains(|digit| digit != '0') { "−" } else { "" };
        let point = if places > 0 { self.pick(".", ",") } else { "" };
        [minus, before, &grouped, point, fraction, behind].concat()
    }
}

/// Which side of a column its cells keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// Text.
    Left,
    /// Figures.
    Right,
}

/// A table with aligned columns. A column without any cell is left out, and so are headings that are all empty.
pub(crate) fn table(columns: &[(&str, Align)], rows: &[Vec<String>]) -> String {
    let headings: Vec<String> = columns.iter().map(|(heading, _)| (*heading).to_owned()).collect();
    let headed = headings.iter().any(|heading| !heading.is_empty());
    let lines: Vec<Vec<String>> = headed
        .then_some(&headings)
        .into_iter()
        .chain(rows)
        .map(|cells| cells.iter().map(|cell| one_line(cell)).collect())
        .collect();
    let width = |column: usize| {
        lines.iter().filter_map(|cells| cells.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let filled = |column: &usize| rows.iter().any(|cells| cells.get(*column).is_some_and(|cell| !cell.is_empty()));
    let shown: Vec<(usize, usize)> = (0..columns.len()).filter(filled).map(|column| (column, width(column))).collect();
    let mut text = String::new();
    for cells in &lines {
        let padded = shown.iter().filter_map(|(column, width)| match (cells.get(*column)?, columns.get(*column)?.1) {
            (cell, Align::Left) => Some(format!("{cell:<width$}")),
            (cell, Align::Right) => Some(format!("{cell:>width$}")),
        });
        let line = padded.collect::<Vec<String>>().join("  ");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Text on one line. Cells of a file may hold line breaks and control characters, and a terminal obeys those.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(language: Language, code: &str) -> Format {
        Format { language, currency: Currency::parse(code).expect("a code") }
    }

    fn money(language: Language, code: &str, decimal: &str) -> String {
        format(language, code).money(Amount::parse_decimal(decimal).expect("a decimal"))
    }

    #[test]
    fn money_is_written_as_the_locale_writes_it() {
        for (language, code, decimal, text) in [
            (Language::De, "EUR", "1234.56", "1.234,56 €"),
            (Language::En, "EUR", "1234.56", "€1,234.56"),
            (Language::De, "EUR", "-220.00", "−220,00 €"),
            (Language::En, "USD", "-220.00", "−$220.00"),
            (Language::En, "CHF", "1234567.89", "CHF 1,234,567.89"),
            (Language::De, "JPY", "100", "100 ¥"),
            (Language::De, "KWD", "0.001", "0,001 KWD"),
        ] {
            assert_eq!(money(language, code, decimal), text);
        }
    }

    #[test]
    fn fractions_are_percentages() {
        for (fraction, english, german) in [
            (0.95, "95.0%", "95,0 %"),
            (1.1, "110.0%", "110,0 %"),
            (0.0, "0.0%", "0,0 %"),
            (0.0625, "6.3%", "6,3 %"),
            (-0.0625, "−6.3%", "−6,3 %"),
            (0.004_55, "0.46%", "0,46 %"),
            (-0.000_001, "0.00%", "0,00 %"),
            (12.345, "1,234.5%", "1.234,5 %"),
        ] {
            assert_eq!(format(Language::En, "EUR").percent(fraction), english);
            assert_eq!(format(Language::De, "EUR").percent(fraction), german);
        }
    }

    #[test]
    fn units_have_words() {
        let german = format(Language::De, "EUR");
        for (value, unit, text) in [
            (Value::Number(1.0), Unit::Months, "1,0 Monat"),
            (Value::Number(1.04), Unit::Months, "1,0 Monat"),
            (Value::Number(8.881_944), Unit::Months, "8,9 Monate"),
            (Value::Number(2.0), Unit::Years, "2,0 Jahre"),
            (Value::Number(0.461_538), Unit::Ratio, "0,46"),
            (Value::Number(35.9), Unit::Points, "+36"),
            (Value::Number(-35.9), Unit::Points, "−36"),
            (Value::Count(7_043), Unit::Count, "7.043"),
        ] {
            assert_eq!(german.value(value, unit), text);
        }
    }

    #[test]
    fn cells_of_a_file_cannot_break_a_table() {
        let rows = [vec!["a\nb\u{1b}[2J".to_owned(), "1".to_owned()], vec!["c".to_owned(), "22".to_owned()]];
        assert_eq!(table(&[("", Align::Left), ("", Align::Right)], &rows), "a b [2J   1\nc        22\n");
    }
}

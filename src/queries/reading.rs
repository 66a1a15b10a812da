//! How a file is read: what a person can decide about it, and decisions as text that the browser remembers.

use crate::queries::entry::read_number;
use keeprate_ingest::{
    Clock, Code, Column, DateOrder, DateSystem, Decimal, Diagnostic, Encoding, Field, LONGEST_GAP, Language, Options,
    Rate, SCALES, Shape, parse_scale, repaired, scale_name, scales_of,
};
use keeprate_metrics::money::Currency;
use keeprate_metrics::period::Day;

/// What can be decided of a file as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// What a row is.
    Shape,
    /// What stands between fields.
    Delimiter,
    /// What the bytes mean.
    Encoding,
    /// The decimal separator.
    Decimal,
    /// The order of day and month around a slash.
    DateOrder,
    /// What numbers that stand for days count from.
    DateSystem,
    /// Whether amounts are in cents.
    MinorUnits,
    /// What the scores answer.
    Scale,
    /// The zone that instants are converted to.
    TimeZone,
}

impl Decision {
    /// Every decision.
    pub const ALL: [Decision; 9] = [
        Decision::Shape,
        Decision::Delimiter,
        Decision::Encoding,
        Decision::Decimal,
        Decision::DateOrder,
        Decision::DateSystem,
        Decision::MinorUnits,
        Decision::Scale,
        Decision::TimeZone,
    ];

    /// Its name in forms and in what is remembered.
    pub fn name(self) -> &'static str {
        match self {
            Decision::Shape => "shape",
            Decision::Delimiter => "delimiter",
            Decision::Encoding => "encoding",
            Decision::Decimal => "decimal",
            Decision::DateOrder => "date_order",
            Decision::DateSystem => "date_system",
            Decision::MinorUnits => "minor_units",
            Decision::Scale => "scale",
            Decision::TimeZone => "time_zone",
        }
    }

    /// The words to choose from.
    pub fn words(self) -> Vec<&'static str> {
        match self {
            // A file that is opened alone has to say more than who customers are.
            Decision::Shape => {
                Shape::ALL.iter().filter(|shape| **shape != Shape::Customers).map(|shape| shape.key()).collect()
            }
            Decision::Delimiter => DELIMITERS.iter().map(|(word, _)| *word).collect(),
            Decision::Encoding => ENCODINGS.iter().map(|encoding| encoding.name()).collect(),
            Decision::Decimal => vec!["comma", "point"],
            Decision::DateOrder => vec!["day_first", "month_first"],
            Decision::DateSystem => DateSystem::ALL.iter().map(|system| system.name()).collect(),
            Decision::MinorUnits => vec!["written", "cents"],
            Decision::Scale => SCALES.iter().map(|(name, _)| *name).collect(),
            Decision::TimeZone => vec!["local", "utc"],
        }
    }

    /// The word that was chosen, if one was.
    pub fn chosen(self, options: &Options) -> Option<&'static str> {
        match self {
            Decision::Shape => options.shape.map(Shape::key),
            Decision::Delimiter => {
                DELIMITERS.iter().find(|(_, byte)| Some(*byte) == options.delimiter).map(|(word, _)| *word)
            }
            Decision::Encoding => options.encoding.map(Encoding::name),
            Decision::Decimal => options.decimal.map(decimal_word),
            Decision::DateOrder => options.date_order.map(order_word),
            Decision::DateSystem => options.date_system.map(DateSystem::name),
            Decision::MinorUnits => options.minor_units.map(minor_units_word),
            Decision::Scale => options.scale.and_then(scale_name),
            Decision::TimeZone => options.clock.map(clock_word),
        }
    }

    /// The options with another word chosen; a word that is none leaves the decision to the file.
    pub fn decide(self, options: &Options, word: &str) -> Options {
        let mut next = options.clone();
        match self {
            Decision::Shape => {
                next.shape = Shape::parse(word);
                // What a column means depends on what a row is.
                next.map.clear();
                next.unused.clear();
            }
            Decision::Delimiter => {
                next.delimiter = DELIMITERS.iter().find(|(known, _)| *known == word).map(|(_, byte)| *byte);
            }
            Decision::Encoding => {
                next.encoding = ENCODINGS.iter().copied().find(|encoding| encoding.name() == word);
            }
            Decision::Decimal => {
                next.decimal =
                    [Decimal::Comma, Decimal::Point].into_iter().find(|decimal| decimal_word(*decimal) == word);
            }
            Decision::DateOrder => {
                next.date_order =
                    [DateOrder::DayFirst, DateOrder::MonthFirst].into_iter().find(|order| order_word(*order) == word);
            }
            Decision::DateSystem => next.date_system = DateSystem::parse(word),
            Decision::MinorUnits => {
                next.minor_units = [false, true].into_iter().find(|minor| minor_units_word(*minor) == word);
            }
            Decision::Scale => next.scale = parse_scale(word),
            Decision::TimeZone => {
                next.clock = [Clock::Local, Clock::Utc].into_iter().find(|clock| clock_word(*clock) == word);
            }
        }
        next
    }
}

const DELIMITERS: [(&str, u8); 4] = [("semicolon", b';'), ("comma", b','), ("tab", b'\t'), ("bar", b'|')];
const ENCODINGS: [Encoding; 5] =
    [Encoding::Utf8, Encoding::Windows1252, Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Utf8Twice];

/// The word of a separator.
pub fn decimal_word(decimal: Decimal) -> &'static str {
    match decimal {
        Decimal::Comma => "comma",
        Decimal::Point => "point",
    }
}

/// The word of what amounts are in.
pub fn minor_units_word(are_minor: bool) -> &'static str {
    if are_minor { "cents" } else { "written" }
}

/// The word of an order.
pub fn order_word(order: DateOrder) -> &'static str {
    match order {
        DateOrder::DayFirst => "day_first",
        DateOrder::MonthFirst => "month_first",
    }
}

/// The word of whose clocks are meant.
pub fn clock_word(clock: Clock) -> &'static str {
    match clock {
        Clock::Local => "local",
        Clock::Utc => "utc",
    }
}

/// The word of a zone that was found.
pub fn zone_word(name: &str) -> &'static str {
    clock_word(if name == "UTC" { Clock::Utc } else { Clock::Local })
}

/// The word of what stands between fields.
pub fn delimiter_word(delimiter: &str) -> &'static str {
    let named = DELIMITERS.iter().find(|(_, byte)| delimiter.as_bytes() == [*byte]);
    named.map_or("", |(word, _)| *word)
}

/// The options with a column of a table that holds another field, or none. What a row is stays what it is then.
pub fn assign(options: &Options, shape: Shape, columns: &[Column], place: usize, field: Option<Field>) -> Options {
    let mut next = Options { shape: Some(shape), ..options.clone() };
    let Some(column) = columns.get(place) else { return next };
    // The others stay what they are.
    next.map = columns
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != place)
        .filter_map(|(_, column)| Some((column.field?, column.header.clone())))
        .filter(|(known, _)| field != Some(*known) || known.allows_many())
        .collect();
    next.unused.retain(|header| *header != column.header);
    match field {
        Some(field) => next.map.push((field, column.header.clone())),
        None => next.unused.push(column.header.clone()),
    }
    next
}

/// The options with what a word means; without a meaning as we know it.
pub fn say(options: &Options, text: &str, meaning: &str) -> Options {
    let mut next = options.clone();
    next.words.retain(|(word, _)| word != text);
    if !meaning.is_empty() {
        next.words.push((text.to_owned(), meaning.to_owned()));
    }
    next
}

/// The options with the months of a column read, or not.
pub fn use_month(options: &Options, header: &str, is_used: bool) -> Options {
    let mut next = options.clone();
    next.unused.retain(|unused| unused != header);
    if !is_used {
        next.unused.push(header.to_owned());
    }
    next
}

/// What decisions about files with these columns are remembered by: not their names, which may say something of a
/// company, but a fingerprint of them (FNV-1a).
pub fn fingerprint(columns: &[Column]) -> Option<String> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let bytes = columns.iter().flat_map(|column| column.header.bytes().chain([0]));
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let digit = |place: u32| char::from(DIGITS[(hash >> (4 * place) & 15) as usize]);
    (!columns.is_empty()).then(|| (0..16).rev().map(digit).collect())
}

/// Decisions as text, a line each; empty if there are none. The year of months without one is not among them: the next file
/// with these columns is that of another year.
pub fn format(options: &Options) -> String {
    let mut lines = Vec::new();
    for decision in Decision::ALL {
        if let Some(word) = decision.chosen(options) {
            lines.push([decision.name(), "=", word].concat());
        }
    }
    let escape = |header: &str| header.replace('\\', "\\\\").replace('\n', "\\n");
    lines.extend(options.map.iter().map(|(field, header)| ["map.", field.key(), "=", &escape(header)].concat()));
    lines.extend(options.currency.map(|currency| ["currency=", currency.code()].concat()));
    if options.gap_fill > 0 {
        lines.push(["gap_fill=", &options.gap_fill.to_string()].concat());
    }
    lines.extend(options.rates.iter().map(|(of, rate)| ["rate.", of.code(), "=", &rate.to_plain()].concat()));
    lines.extend(options.words.iter().map(|(word, meaning)| ["word=", meaning, "\t", &escape(word)].concat()));
    lines.extend(options.unused.iter().map(|header| ["unused=", &escape(header)].concat()));
    lines.join("\n")
}

/// Decisions from text; lines that say nothing are passed over.
pub fn parse(text: &str, language: Language) -> Options {
    let mut options = Options { language, ..Options::default() };
    let unescape = |text: &str| {
        let parts: Vec<String> = text.split("\\\\").map(|part| part.replace("\\n", "\n")).collect();
        parts.join("\\")
    };
    for line in text.lines() {
        let Some((name, value)) = line.split_once('=') else { continue };
        if let Some(decision) = Decision::ALL.into_iter().find(|decision| decision.name() == name) {
            options = decision.decide(&options, value);
        } else if name == "currency" {
            options.currency = Currency::parse(value);
        } else if let Some(of) = name.strip_prefix("rate.").and_then(Currency::parse) {
            options.rates.extend(Rate::parse(value).map(|rate| (of, rate)));
        } else if name == "gap_fill" {
            options = fill_gaps(&options, value).unwrap_or(options);
        } else if let ("word", Some((meaning, word))) = (name, value.split_once('\t')) {
            options.words.push((unescape(word), meaning.to_owned()));
        } else if name == "unused" {
            options.unused.push(unescape(value));
        } else if let Some(field) = name.strip_prefix("map.").and_then(Field::parse) {
            options.map.push((field, unescape(value)));
        }
    }
    options
}

/// A currency whose amounts are converted, and into which; the rate, once one is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exchange {
    /// The currency of amounts in the file.
    pub from: Currency,
    /// The currency of the figures.
    pub into: Currency,
    /// What one of the first is worth in the other.
    pub rate: Option<Rate>,
}

/// The exchange rates that were given, and the one that is missing.
pub fn exchanges(options: &Options, diagnostics: &[Diagnostic]) -> Vec<Exchange> {
    let given = options
        .rates
        .iter()
        .filter_map(|(from, rate)| Some(Exchange { from: *from, into: options.currency?, rate: Some(*rate) }));
    let missing = diagnostics.iter().filter(|found| found.code == Code::CurrencyMixed).filter_map(|found| {
        let [one, other] = [&found.value, &found.detail].map(|code| code.as_deref().and_then(Currency::parse));
        let (one, other) = (one?, other?);
        // The currency of the figures stays what it is.
        let (from, into) = if options.currency == Some(one) { (other, one) } else { (one, other) };
        Some(Exchange { from, into, rate: None })
    });
    given.chain(missing).collect()
}

/// Whether the year of months that name none has to be said, or was.
pub fn asks_for_year(options: &Options, diagnostics: &[Diagnostic]) -> bool {
    options.year.is_some() || diagnostics.iter().any(|found| found.code == Code::MonthYear)
}

/// Whether some month of a customer is missing, or was.
pub fn has_gaps(options: &Options, diagnostics: &[Diagnostic]) -> bool {
    options.gap_fill > 0 || diagnostics.iter().any(|found| found.code == Code::Gap)
}

/// The options with gaps up to so many months that keep the last amount; `None` if that is no number of them.
pub fn fill_gaps(options: &Options, text: &str) -> Option<Options> {
    let months = text.trim().parse().ok().filter(|months| *months <= LONGEST_GAP)?;
    Some(Options { gap_fill: months, ..options.clone() })
}

/// The options with a rate as a person writes it, with a point or a comma; `None` if it is none.
pub fn exchange(options: &Options, at: Exchange, text: &str) -> Option<Options> {
    let rate = Rate::parse(&text.replace(',', "."))?;
    let mut next = Options { currency: Some(at.into), ..options.clone() };
    next.rates.retain(|(of, _)| *of != at.from);
    next.rates.push((at.from, rate));
    Some(next)
}

/// A cell that can be read in two ways.
#[derive(Clone, Debug, PartialEq)]
pub struct Ambiguity {
    /// What has to be decided.
    pub decision: Decision,
    /// The cell, another one that contradicts it, and where.
    pub value: String,
    /// The cell that contradicts it, where the column holds both.
    pub contradiction: Option<String>,
    /// The column's letters and header.
    pub column: String,
    /// The words to choose from.
    pub words: Vec<&'static str>,
}

/// What could not be decided, once for each decision.
pub fn ambiguities(diagnostics: &[Diagnostic]) -> Vec<Ambiguity> {
    let mut found: Vec<Ambiguity> = Vec::new();
    for diagnostic in diagnostics {
        let (decision, mixed) = match diagnostic.code {
            Code::NumberMixed => (Decision::Decimal, true),
            Code::NumberAmbiguous => (Decision::Decimal, false),
            Code::DateMixed => (Decision::DateOrder, true),
            Code::DateAmbiguous => (Decision::DateOrder, false),
            Code::Scale => (Decision::Scale, true),
            Code::MinorUnits => (Decision::MinorUnits, false),
            Code::Mojibake if diagnostic.value.as_deref().and_then(repaired).is_some() => (Decision::Encoding, false),
            _ => continue,
        };
        let Some(value) = diagnostic.value.clone().filter(|_| found.iter().all(|known| known.decision != decision))
        else {
            continue;
        };
        let place = [diagnostic.column.clone(), diagnostic.header.clone()];
        let column: Vec<String> = place.into_iter().flatten().collect();
        let detail = diagnostic.detail.clone();
        let words = match decision {
            Decision::Encoding => vec![Encoding::Utf8.name(), Encoding::Utf8Twice.name()],
            Decision::Scale => scales_of(&value, detail.as_deref().unwrap_or_default()),
            _ => decision.words(),
        };
        if words.is_empty() {
            continue;
        }
        found.push(Ambiguity {
            decision,
            value,
            contradiction: detail.filter(|_| mixed),
            column: column.join(" "),
            words,
        });
    }
    found
}

/// A cell's number under a decimal separator, with its decimal places; `None` if it is none then.
pub fn number_under(cell: &str, decimal: Decimal) -> Option<(f64, u8)> {
    let sign = match decimal {
        Decimal::Comma => ',',
        Decimal::Point => '.',
    };
    let kept: String = cell.chars().filter(|sign| sign.is_ascii_digit() || ",.-".contains(*sign)).collect();
    let (whole, fraction) = kept.split_once(sign).unwrap_or((&kept, ""));
    if fraction.contains([',', '.']) {
        return None;
    }
    let groups: Vec<&str> = whole.trim_start_matches('-').split([',', '.']).collect();
    if groups.iter().skip(1).any(|group| group.len() != 3)
        || groups.first().is_some_and(|group| group.len() > 3) && groups.len() > 1
    {
        return None;
    }
    let whole = whole.replace([',', '.'], "");
    // Read as English with a point that cannot group.
    let plain = if fraction.is_empty() { whole } else { [whole.as_str(), ".", fraction].concat() };
    // Two places at least: "1,234.00" is nothing but a thousand.
    Some((read_number(&plain, Language::En)?, fraction.len().clamp(2, 6) as u8))
}

/// A cell's day under an order of day and month; `None` if there is none then.
pub fn day_under(cell: &str, order: DateOrder) -> Option<Day> {
    let mut parts = cell.split([' ', 'T']).next()?.split('/').map(|part| part.parse::<u32>().ok());
    let (first, second, year) = (parts.next()??, parts.next()??, parts.next()??);
    let year = match year {
        0..=69 => 2000 + year,
        70..=99 => 1900 + year,
        _ => year,
    };
    let (day, month) = match order {
        DateOrder::DayFirst => (first, second),
        DateOrder::MonthFirst => (second, first),
    };
    Day::from_civil(i32::try_from(year).ok()?, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(fields: &[(&str, Option<Field>)]) -> Vec<Column> {
        let column = |(header, field): &(&str, Option<Field>)| Column {
            header: (*header).to_owned(),
            field: *field,
            used: None,
        };
        fields.iter().map(column).collect()
    }

    #[test]
    fn what_is_remembered_comes_back() {
        for word in [
            "",
            "shape=mrr_long",
            "currency=EUR\nrate.USD=0.92\nrate.GBP=1.2",
            "encoding=UTF-8 ×2\ndate_system=1904\nminor_units=cents\nscale=grade_6\nword=half year\ta=b\\\\c",
            "shape=survey\ndelimiter=tab\nencoding=Windows-1252\ndecimal=point\ndate_order=month_first\ntime_zone=utc\nmap.score=Wie\\nwahrscheinlich?\ngap_fill=2\nunused=a\\\\nb=c",
        ] {
            let options = parse(word, Language::De);
            assert_eq!(format(&options), word);
            assert_eq!(parse(&format(&options), Language::De), options);
        }
        let options = parse("map.score=Wie\\nwahrscheinlich?\nunused=a\\\\nb=c\nnonsense\ncolour=red", Language::En);
        assert_eq!(options.map, [(Field::Score, "Wie\nwahrscheinlich?".to_owned())]);
        assert_eq!(options.unused, ["a\\nb=c"]);
    }

    #[test]
    fn rates_are_entered_one_after_the_other() {
        let [eur, usd, gbp] = ["EUR", "USD", "GBP"].map(|code| Currency::parse(code).expect("a currency"));
        let mixed = |value: Currency, detail: Currency| {
            let (value, detail) = (Some(value.code().to_owned()), Some(detail.code().to_owned()));
            vec![Diagnostic { value, detail, ..Diagnostic::new(Code::CurrencyMixed) }]
        };
        let missing = exchanges(&Options::default(), &mixed(usd, eur));
        assert_eq!(missing, [Exchange { from: usd, into: eur, rate: None }]);
        for wrong in ["", "0", "-1", "abc", "1,000.5"] {
            assert_eq!(exchange(&Options::default(), missing[0], wrong), None, "{wrong}");
        }
        let options = exchange(&Options::default(), missing[0], "0,92").expect("a rate");
        assert_eq!((options.currency, options.rates[0].1.to_plain()), (Some(eur), "0.92".to_owned()));
        // Whichever of both is named first, the figures stay in euros.
        for (value, detail) in [(gbp, eur), (eur, gbp)] {
            let both = exchanges(&options, &mixed(value, detail));
            assert_eq!(both.iter().map(|of| (of.from, of.into)).collect::<Vec<_>>(), [(usd, eur), (gbp, eur)]);
        }
        let again = exchange(&options, exchanges(&options, &[])[0], "1").expect("a rate");
        assert_eq!(
            again.rates.iter().map(|(of, rate)| (*of, rate.to_plain())).collect::<Vec<_>>(),
            [(usd, "1".to_owned())]
        );
    }

    #[test]
    fn each_decision_can_be_taken_and_left_to_the_file() {
        for decision in Decision::ALL {
            for word in decision.words() {
                let decided = decision.decide(&Options::default(), word);
                assert_eq!(decision.chosen(&decided), Some(word));
                assert_eq!(decision.decide(&decided, ""), Options::default());
            }
        }
    }

    #[test]
    fn a_field_moves_from_one_column_to_another() {
        let columns = columns(&[("A", Some(Field::Customer)), ("B", Some(Field::Mrr)), ("C", None)]);
        let moved = assign(&Options::default(), Shape::MrrLong, &columns, 2, Some(Field::Customer));
        assert_eq!(moved.map, [(Field::Mrr, "B".to_owned()), (Field::Customer, "C".to_owned())]);
        let unused = assign(&Options::default(), Shape::MrrLong, &columns, 1, None);
        assert_eq!((unused.map, unused.unused), (vec![(Field::Customer, "A".to_owned())], vec!["B".to_owned()]));
        // Attributes are as many as there are.
        let columns = self::columns(&[("A", Some(Field::Segment)), ("B", None)]);
        assert_eq!(assign(&Options::default(), Shape::MrrLong, &columns, 1, Some(Field::Segment)).map.len(), 2);
    }

    #[test]
    fn words_and_months_are_said_and_left_to_the_file() {
        let said = say(&say(&Options::default(), "weird", "ended"), "weird", "paused");
        assert_eq!(said.words, [("weird".to_owned(), "paused".to_owned())]);
        assert_eq!(say(&said, "weird", ""), Options::default());
        let without = use_month(&Options::default(), "2025-01", false);
        assert_eq!(without.unused, ["2025-01"]);
        assert_eq!(use_month(&without, "2025-01", true), Options::default());
    }

    #[test]
    fn scores_can_be_on_the_scales_that_hold_them() {
        let scale = |value: &str, detail: &str| Diagnostic {
            value: Some(value.to_owned()),
            detail: Some(detail.to_owned()),
            ..Diagnostic::new(Code::Scale)
        };
        let words = |found: Diagnostic| ambiguities(&[found]).first().map(|question| question.words.clone());
        assert_eq!(words(scale("1–6", "CSAT 1–7 / Schulnote 1–6")), Some(vec!["csat_7", "csat_10", "grade_6"]));
        // Nothing that could be chosen would help.
        assert_eq!(words(scale("0–100", "NPS / CSAT / CES")), None);
    }

    #[test]
    fn fingerprints_tell_header_rows_apart() {
        let of = |headers: &[&str]| fingerprint(&columns(&headers.iter().map(|h| (*h, None)).collect::<Vec<_>>()));
        assert_eq!(of(&[]), None);
        assert_eq!(of(&["a", "b"]).map(|text| text.len()), Some(16));
        assert_ne!(of(&["a", "b"]), of(&["ab"]));
        assert_ne!(of(&["a", "b"]), of(&["b", "a"]));
    }

    #[test]
    fn both_readings_of_a_number() {
        for (cell, comma, point) in [
            ("1.234", Some((1234.0, 2)), Some((1.234, 3))),
            ("80,00", Some((80.0, 2)), None),
            ("1,234", Some((1.234, 3)), Some((1234.0, 2))),
            ("80.00 €", None, Some((80.0, 2))),
            ("1234.5", None, Some((1234.5, 2))),
        ] {
            assert_eq!(number_under(cell, Decimal::Comma), comma, "{cell}");
            assert_eq!(number_under(cell, Decimal::Point), point, "{cell}");
        }
    }

    #[test]
    fn both_readings_of_a_date() {
        let day = |year, month, day| Day::from_civil(year, month, day);
        assert_eq!(day_under("03/04/2025", DateOrder::DayFirst), day(2025, 4, 3));
        assert_eq!(day_under("03/04/25 10:00", DateOrder::MonthFirst), day(2025, 3, 4));
        assert_eq!(day_under("13/04/2025", DateOrder::MonthFirst), None);
    }
}

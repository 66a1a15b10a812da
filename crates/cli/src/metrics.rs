//! `keeprate metrics [KEY]`: the catalogue.

use crate::arguments::MetricsArguments;
use crate::format::{Align, pick, table};
use crate::problem::Problem;
use crate::{Outcome, write};
use keeprate_ingest::Language;
use keeprate_metrics::catalogue::{Key, Text, definition, term};
use keeprate_metrics::result::{Direction, Unit};

/// The help text.
pub(crate) const HELP: &str = "
Usage: keeprate metrics [KEY] [--locale de|en]

Lists the metrics: the key that JSON, --target and this command use, and the name. With a KEY, one
metric in full: what it says, formula, unit, direction, source and variants, the default first.
";

/// Shows the catalogue, or one entry.
pub(crate) fn run(arguments: &MetricsArguments) -> Result<Outcome, Problem> {
    let text = match arguments.key {
        Some(key) => entry(key, arguments.language),
        None => list(arguments.language),
    };
    write::result(&text, None)?;
    Ok(Outcome::Done)
}

/// A text of the catalogue.
pub(crate) fn in_language(language: Language, text: Text) -> &'static str {
    pick(language, text.en, text.de)
}

fn list(language: Language) -> String {
    let row = |key: &Key| vec![key.name().to_owned(), in_language(language, definition(*key).name).to_owned()];
    let rows: Vec<Vec<String>> = Key::ALL.iter().map(row).collect();
    let columns = [(pick(language, "Key", "Schlüssel"), Align::Left), (pick(language, "Name", "Name"), Align::Left)];
    table(&columns, &rows)
}

fn entry(key: Key, language: Language) -> String {
    let definition = definition(key);
    let word = |english, german| pick(language, english, german);
    let variants: Vec<String> = definition
        .variants
        .iter()
        .map(|(name, differs)| format!("{name}: {}", in_language(language, *differs)))
        .collect();
    let variants =
        if variants.is_empty() { vec![word("one definition", "eine Definition").to_owned()] } else { variants };
    let mut rows = vec![
        (word("Formula", "Formel"), formula(definition.formula, language)),
        (word("Unit", "Einheit"), unit(definition.unit, language).to_owned()),
        (word("Direction", "Richtung"), direction(definition.direction, language).to_owned()),
        (word("Source", "Quelle"), definition.source.to_owned()),
    ];
    let label = |place: usize| if place == 0 { word("Variants", "Varianten") } else { "" };
    rows.extend(variants.into_iter().enumerate().map(|(place, variant)| (label(place), variant)));
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(label, value)| vec![label.to_owned(), value]).collect();
    let (name, meaning) = (in_language(language, definition.name), in_language(language, definition.meaning));
    format!("{}: {name}\n{meaning}\n\n{}", key.name(), table(&[("", Align::Left), ("", Align::Left)], &rows))
}

/// A formula with the names of its terms in words.
pub(crate) fn formula(formula: &str, language: Language) -> String {
    let mut words = String::new();
    for piece in formula.split_inclusive(['{', '}']) {
        match piece.strip_suffix('}') {
            Some(name) => words.push_str(term(name).map_or(name, |text| in_language(language, text))),
            None => words.push_str(piece.strip_suffix('{').unwrap_or(piece)),
        }
    }
    words
}

fn unit(unit: Unit, language: Language) -> &'static str {
    let (english, german) = match unit {
        Unit::Fraction => ("fraction; 0.95 is 95%", "Anteil; 0,95 ist 95 %"),
        Unit::Points => ("points", "Punkte"),
        Unit::Money => ("money", "Geld"),
        Unit::Count => ("count", "Anzahl"),
        Unit::Months => ("months", "Monate"),
        Unit::Years => ("years", "Jahre"),
        Unit::Days => ("days", "Tage"),
        Unit::Ratio => ("ratio", "Verhältnis"),
        Unit::Score => ("score from 0 to 100", "Wert von 0 bis 100"),
    };
    pick(language, english, german)
}

fn direction(direction: Direction, language: Language) -> &'static str {
    let (english, german) = match direction {
        Direction::UpGood => ("more is better", "mehr ist besser"),
        Direction::DownGood => ("less is better", "weniger ist besser"),
        Direction::Neutral => ("neither way is better", "keine Richtung ist besser"),
    };
    pick(language, english, german)
}

//! The proof of a figure: its formula in symbols and with numbers, and the other readings of the same facts.

use crate::queries::figures::{Figure, part_figure};
use keeprate_metrics::catalogue::{Definition, Text};
use keeprate_metrics::result::MetricResult;

/// A piece of a formula.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Signs and numbers that stay as they are.
    Sign(String),
    /// A term with its number, if the result has it.
    Term(String, Option<Figure>),
}

/// Another reading of the same facts.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What the part is called in the catalogue.
    pub name: String,
    /// What it means, if it is a named variant.
    pub what: Option<Text>,
    /// The figure.
    pub figure: Figure,
}

/// The formula of a result, piece by piece.
pub fn formula(definition: &Definition, result: &MetricResult) -> Vec<Piece> {
    pieces(definition.formula, |name| result.parts.get(name).map(|value| part_figure(name, *value, result.unit)))
}

fn pieces(formula: &str, figure: impl Fn(&str) -> Option<Figure>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = formula;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, next) = after.split_once('}').unwrap_or((after, ""));
        if !before.is_empty() {
            pieces.push(Piece::Sign(before.to_owned()));
        }
        pieces.push(Piece::Term(name.to_owned(), figure(name)));
        rest = next;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Sign(rest.to_owned()));
    }
    pieces
}

/// The formula of a metric with its terms in words.
pub fn formula_in_words(definition: &Definition, term: impl Fn(&str) -> String) -> String {
    pieces(definition.formula, |_| None)
        .into_iter()
        .map(|piece| match piece {
            Piece::Sign(text) => text,
            Piece::Term(name, _) => term(&name),
        })
        .collect()
}

/// The same line with the numbers, if the result has all of them.
pub fn formula_with_numbers(
    definition: &Definition,
    result: &MetricResult,
    format: impl Fn(Figure) -> String,
) -> Option<String> {
    let pieces = formula(definition, result);
    if !pieces.iter().any(|piece| matches!(piece, Piece::Term(..))) {
        return None;
    }
    pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Sign(text) => Some(text),
            Piece::Term(_, figure) => figure.map(&format),
        })
        .collect()
}

/// Parts of a result that are no term of its formula: variants and neighbouring figures.
pub fn readings(definition: &Definition, result: &MetricResult) -> Vec<Reading> {
    let in_formula = |name: &str| definition.formula.contains(&["{", name, "}"].concat());
    let technical =
        |name: &str| matches!(name, "identity_ok" | "standard_error" | "p" | "p_holm" | "significant" | "sd" | "gap");
    let parts = result.parts.iter().filter(|(name, _)| !in_formula(name) && !technical(name));
    parts
        .map(|(name, value)| Reading {
            name: name.clone(),
            what: definition.variants.iter().find(|(variant, _)| variant == name).map(|(_, text)| *text),
            figure: part_figure(name, *value, result.unit),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeprate_metrics::catalogue::definition;
    use keeprate_metrics::customers::customer_retention_rate;
    use keeprate_metrics::ledger::Totals;
    use keeprate_metrics::result::Scope;

    #[test]
    fn a_formula_carries_its_numbers() {
        let totals = Totals { customers_start: Some(100), customers_lost: Some(5), ..Totals::default() };
        let result = customer_retention_rate(&Scope::default(), &totals);
        let pieces = formula(definition(result.key), &result);
        let term = |name: &str, count| Piece::Term(name.to_owned(), Some(Figure::Count(count)));
        let sign = |text: &str| Piece::Sign(text.to_owned());
        assert_eq!(
            pieces,
            [sign("("), term("start", 100), sign(" − "), term("lost", 5), sign(") ÷ "), term("start", 100)]
        );
        let line = formula_with_numbers(definition(result.key), &result, |figure| match figure {
            Figure::Count(count) => count.to_string(),
            _ => String::new(),
        });
        assert_eq!(line.as_deref(), Some("(100 − 5) ÷ 100"));
    }

    #[test]
    fn a_missing_number_prints_no_half_line() {
        let result = customer_retention_rate(&Scope::default(), &Totals::default());
        assert_eq!(formula_with_numbers(definition(result.key), &result, |_| String::new()), None);
    }
}

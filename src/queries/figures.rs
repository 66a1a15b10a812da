//! A figure with the kind that tells how to show it.

use keeprate_metrics::money::Amount;
use keeprate_metrics::result::{MetricResult, Unit, Value};

/// A figure to show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    /// A fraction, shown in percent.
    Percent(f64),
    /// A difference of fractions, shown in percentage points.
    PercentagePoints(f64),
    /// Money.
    Money(Amount),
    /// A whole count.
    Count(i64),
    /// Months.
    Months(f64),
    /// Years.
    Years(f64),
    /// Days.
    Days(f64),
    /// A ratio or a plain number, two decimals.
    Ratio(f64),
    /// A score in whole points, signed.
    Points(f64),
}

impl Figure {
    /// A value of a metric with this unit.
    pub fn of(value: Value, unit: Unit) -> Figure {
        match (value, unit) {
            (Value::Money(amount), _) => Figure::Money(amount),
            (Value::Count(count), _) => Figure::Count(count),
            (value, Unit::Fraction) => Figure::Percent(value.as_f64()),
            (value, Unit::Months) => Figure::Months(value.as_f64()),
            (value, Unit::Years) => Figure::Years(value.as_f64()),
            (value, Unit::Days) => Figure::Days(value.as_f64()),
            (value, Unit::Points | Unit::Score) => Figure::Points(value.as_f64()),
            (value, Unit::Ratio | Unit::Money | Unit::Count) => Figure::Ratio(value.as_f64()),
        }
    }

    /// A result's value, if it has one.
    pub fn of_result(result: &MetricResult) -> Option<Figure> {
        result.value.map(|value| Figure::of(value, result.unit))
    }

    /// A difference of two figures of this kind.
    pub fn difference(self, difference: f64) -> Figure {
        match self {
            Figure::Percent(_) | Figure::PercentagePoints(_) => Figure::PercentagePoints(difference),
            Figure::Money(amount) => Figure::Money(Amount::from_f64(difference, amount.exponent)),
            Figure::Count(_) => Figure::Count(difference.round() as i64),
            Figure::Months(_) => Figure::Months(difference),
            Figure::Years(_) => Figure::Years(difference),
            Figure::Days(_) => Figure::Days(difference),
            Figure::Ratio(_) => Figure::Ratio(difference),
            Figure::Points(_) => Figure::Points(difference),
        }
    }
}

/// The kind of a part of a result: parts are rates, money, counts, times or plain numbers.
pub fn part_figure(name: &str, value: Value, unit: Unit) -> Figure {
    match (name, value) {
        (_, Value::Money(amount)) => Figure::Money(amount),
        (_, Value::Count(count)) => Figure::Count(count),
        (
            "tenure_mean" | "tenure_median" | "km_median" | "km_restricted_mean" | "horizon" | "expected_constant"
            | "ended_only",
            value,
        ) => Figure::Months(value.as_f64()),
        ("simple" | "exact", value) => Figure::Months(value.as_f64()),
        ("lifetime_change", value) => Figure::Months(value.as_f64()),
        ("lifetime", value) => Figure::Years(value.as_f64()),
        ("days", value) => Figure::Days(value.as_f64()),
        (
            "avg_dau" | "trailing_3_months" | "without_reactivation" | "mean" | "mean_low" | "mean_high" | "sd" | "hhi",
            value,
        ) => Figure::Ratio(value.as_f64()),
        ("customers", Value::Number(number)) => Figure::Count(number.round() as i64),
        ("retained_change", value) => Figure::PercentagePoints(value.as_f64()),
        ("gap" | "largest_difference" | "difference" | "difference_low" | "difference_high", value)
            if unit == Unit::Fraction =>
        {
            Figure::PercentagePoints(value.as_f64())
        }
        (
            "churn" | "gross_margin" | "growth" | "monthly" | "annual" | "rate" | "survival_12" | "top_1"
            | "contraction" | "expansion" | "churn_changed" | "annual_discount" | "discount" | "profit_margin"
            | "share" | "coverage" | "majority_share" | "weighted_share" | "former_churn",
            value,
        ) => Figure::Percent(value.as_f64()),
        (_, value) => Figure::of(value, unit),
    }
}

/// A shown figure taken apart: what stands before the number, the number with its sign, what stands behind it.
pub fn split_unit(text: &str) -> (&str, &str, &str) {
    let digit = |character: char| character.is_ascii_digit();
    let first = text.find(digit).unwrap_or(0);
    // A sign belongs to the number only where it touches it: "−5 %" but "−€5.00".
    let start = text[..first].char_indices().next_back().filter(|(_, c)| "+−".contains(*c)).map_or(first, |(at, _)| at);
    let end = text.rfind(digit).map_or(text.len(), |at| at + 1);
    (&text[..start], &text[start..end], &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_part_from_numbers() {
        for (text, parts) in [
            ("96.5%", ("", "96.5", "%")),
            ("−3,5 PP", ("", "−3,5", " PP")),
            ("1.234,56 €", ("", "1.234,56", " €")),
            ("−€220.00", ("−€", "220.00", "")),
            ("+12", ("", "+12", "")),
            ("10.0 months", ("", "10.0", " months")),
            ("–", ("", "–", "")),
        ] {
            assert_eq!(split_unit(text), parts, "{text}");
        }
    }
}

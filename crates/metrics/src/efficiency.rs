//! Growth against what it costs: rule of 40, magic number, burn multiple (metrics.md 4D).
//!
//! All three are known from totals alone. Growth and margin are compared exactly: 20 % and 20 % meet 40 %.
//!
//! ```
//! use keeprate_metrics::{efficiency::{Profit, rule_of_40}, result::Scope};
//!
//! assert_eq!(rule_of_40(&Scope::default(), 0.20, 0.20, Profit::Ebitda).number(), Some(0.4));
//! ```

use crate::catalogue::{Definition, Family, Key, Text};
use crate::result::{Direction, MetricResult, Scope, Status, Unit, Value};

pub(crate) const RULE_OF_40: Definition = Definition {
    family: Family::Economics,
    name: Text { en: "Rule of 40", de: "40er-Regel" },
    short: Text { en: "Rule of 40", de: "40er-Regel" },
    formula: "{growth} + {profit_margin}",
    meaning: Text {
        en: "Growth over a year plus profit margin: together they should make 40 %.",
        de: "Wachstum über ein Jahr plus Gewinnmarge: Zusammen sollten sie 40 % ergeben.",
    },
    unit: Unit::Fraction,
    direction: Direction::UpGood,
    source: "B. Feld, The rule of 40 %",
    variants: &[
        ("ebitda", Text { en: "EBITDA margin", de: "EBITDA-Marge" }),
        ("free_cash_flow", Text { en: "free cash flow margin", de: "Free-Cashflow-Marge" }),
        ("operating", Text { en: "operating margin", de: "operative Marge" }),
    ],
};

pub(crate) const MAGIC_NUMBER: Definition = Definition {
    family: Family::Economics,
    name: Text { en: "SaaS magic number", de: "SaaS Magic Number" },
    short: Text { en: "Magic number", de: "Magic Number" },
    formula: "4 × ({revenue_quarter} − {revenue_quarter_before}) ÷ {cost}",
    meaning: Text {
        en: "Additional revenue a year per unit of sales and marketing cost of the quarter before: 0.75 is good, 1 strong.",
        de: "Zusätzlicher Jahresumsatz je Einheit Vertriebs- und Marketingkosten des Vorquartals: 0,75 ist gut, 1 stark.",
    },
    unit: Unit::Ratio,
    direction: Direction::UpGood,
    source: "Scale Venture Partners",
    variants: &[
        ("revenue", Text { en: "growth of the quarter's revenue × 4", de: "Wachstum des Quartalsumsatzes × 4" }),
        ("arr", Text { en: "net new ARR", de: "Netto-Neu-ARR" }),
    ],
};

pub(crate) const BURN_MULTIPLE: Definition = Definition {
    family: Family::Economics,
    name: Text { en: "Burn multiple", de: "Burn Multiple" },
    short: Text { en: "Burn multiple", de: "Burn Multiple" },
    formula: "{net_burn} ÷ {net_new_arr}",
    meaning: Text {
        en: "Cash used per unit of net new ARR: below 1 is excellent, from 3 on it is bad.",
        de: "Verbrauchtes Geld je Einheit Netto-Neu-ARR: unter 1 ist ausgezeichnet, ab 3 ist es schlecht.",
    },
    unit: Unit::Ratio,
    direction: Direction::DownGood,
    source: "D. Sacks (Craft Ventures)",
    variants: &[
        ("cash_flow_positive", Text { en: "cash-flow positive", de: "Cashflow positiv" }),
        ("excellent", Text { en: "below 1: excellent", de: "unter 1: ausgezeichnet" }),
        ("great", Text { en: "1 to 1.5: great", de: "1 bis 1,5: sehr gut" }),
        ("good", Text { en: "1.5 to 2: good", de: "1,5 bis 2: gut" }),
        ("suboptimal", Text { en: "2 to 3: suboptimal", de: "2 bis 3: mäßig" }),
        ("bad", Text { en: "3 and more: bad", de: "3 und mehr: schlecht" }),
    ],
};

/// Rates are compared as multiples of this part, so that decimals as people enter them are exact.
const PARTS: f64 = 1e9;

/// Which profit is a share of the revenue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profit {
    /// Before interest, taxes, depreciation and amortisation.
    #[default]
    Ebitda,
    /// Cash from operations less investments.
    FreeCashFlow,
    /// Of operations, after depreciation.
    Operating,
}

impl Profit {
    /// The name of the variant.
    pub fn name(self) -> &'static str {
        match self {
            Profit::Ebitda => "ebitda",
            Profit::FreeCashFlow => "free_cash_flow",
            Profit::Operating => "operating",
        }
    }
}

/// Growth over a year plus profit margin, both as fractions. Rates are exact to nine decimals, so that 0.2 + 0.2 meets a
/// target of 0.4; a rate beyond a million is an error.
pub fn rule_of_40(scope: &Scope, growth: f64, margin: f64, profit: Profit) -> MetricResult {
    let result = MetricResult::new(Key::RuleOf40, scope)
        .variant(profit.name())
        .part("growth", Value::Number(growth))
        .part("profit_margin", Value::Number(margin));
    if !(growth.abs() <= 1e6 && margin.abs() <= 1e6) {
        return result.warning("E-AGG-RANGE").without(Status::Error);
    }
    let parts = |rate: f64| (rate * PARTS).round() as i64;
    result.ratio(Value::Count(parts(growth) + parts(margin)), Value::Count(PARTS as i64))
}

/// The same from the revenue of a year, that of the year before and the year's profit, in fixed-point units.
pub fn rule_of_40_of_amounts(scope: &Scope, before: i128, revenue: i128, amount: i128, profit: Profit) -> MetricResult {
    let result = MetricResult::new(Key::RuleOf40, scope).variant(profit.name());
    match (before, revenue) {
        (0, _) | (_, 0) => result.without(Status::UndefinedZeroBase),
        (before, revenue) if before < 0 || revenue < 0 => result.without(Status::UndefinedNonpositiveBase),
        _ => {
            let growth = revenue as f64 / before as f64 - 1.0;
            rule_of_40(scope, growth, amount as f64 / revenue as f64, profit)
        }
    }
}

/// 4 × the growth of a quarter's revenue ÷ the sales and marketing cost of the quarter before.
pub fn magic_number(scope: &Scope, revenue: i128, before: i128, cost: i128) -> MetricResult {
    let result = MetricResult::new(Key::MagicNumber, scope)
        .variant("revenue")
        .part("revenue_quarter", scope.money(revenue))
        .part("revenue_quarter_before", scope.money(before));
    per_cost(result, scope, revenue.saturating_sub(before).saturating_mul(4), cost)
}

/// Net new ARR of a quarter ÷ the sales and marketing cost of the quarter before.
pub fn magic_number_of_arr(scope: &Scope, net_new_arr: i128, cost: i128) -> MetricResult {
    let result =
        MetricResult::new(Key::MagicNumber, scope).variant("arr").part("net_new_arr", scope.money(net_new_arr));
    per_cost(result, scope, net_new_arr, cost)
}

fn per_cost(result: MetricResult, scope: &Scope, gained: i128, cost: i128) -> MetricResult {
    let result = result.part("cost", scope.money(cost));
    if cost < 0 {
        return result.warning("E-AGG-RANGE").without(Status::Error);
    }
    result.ratio(scope.money(gained), scope.money(cost))
}

/// Net burn (cash out less cash in, without financing) ÷ net new ARR of the same period. The variant is the band that
/// the value falls into; without burn it is `cash_flow_positive`.
pub fn burn_multiple(scope: &Scope, net_burn: i128, net_new_arr: i128) -> MetricResult {
    let result = MetricResult::new(Key::BurnMultiple, scope)
        .part("net_burn", scope.money(net_burn))
        .part("net_new_arr", scope.money(net_new_arr));
    if net_new_arr <= 0 {
        return result.without(Status::UndefinedNonpositiveBase);
    }
    let result = result.ratio(scope.money(net_burn), scope.money(net_new_arr));
    let band = match result.number() {
        Some(value) if value <= 0.0 => "cash_flow_positive",
        Some(value) if value < 1.0 => "excellent",
        Some(value) if value < 1.5 => "great",
        Some(value) if value < 2.0 => "good",
        Some(value) if value < 3.0 => "suboptimal",
        _ => "bad",
    };
    result.variant(band)
}

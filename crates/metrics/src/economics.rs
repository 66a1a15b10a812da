//! Unit economics (metrics.md 4D).

use crate::catalogue::{Definition, Family, Key, Text};
use crate::result::{Direction, Flag, MetricResult, Scope, Status, Unit, Value};
use crate::statistics::{Interval, mean};
use crate::survival::Survival;
use keeprate_columns::passes;

pub(crate) const CLTV_HISTORIC: Definition = Definition {
    family: Family::Economics,
    name: Text { en: "Customer lifetime value, historic (revenue)", de: "Historischer Kundenwert (CLTV, Umsatz)" },
    short: Text { en: "CLTV, historic (revenue)", de: "CLTV, historisch (Umsatz)" },
    formula: "{revenue} × {lifetime}",
    meaning: Text {
        en: "What a customer brought over the whole relationship: revenue, not margin.",
        de: "Was ein Kunde über die gesamte Beziehung eingebracht hat: Umsatz, nicht Marge.",
    },
    unit: Unit::Money,
    direction: Direction::UpGood,
    source: "Umfassender Leitfaden für B2B SaaS-Kundenbindungsstrategien",
    variants: &[
        (
            "avg_revenue_x_lifetime",
            Text { en: "average revenue × average lifetime", de: "mittlerer Umsatz × mittlere Lebensdauer" },
        ),
        ("realised_mean", Text { en: "mean over customers who left", de: "Mittel über beendete Kunden" }),
        ("realised_to_date", Text { en: "mean over all customers so far", de: "bisheriges Mittel über alle Kunden" }),
    ],
};

pub(crate) const CLTV_SIMPLE: Definition = Definition {
    family: Family::Economics,
    name: Text { en: "Customer lifetime value (ARPA ÷ churn)", de: "Kundenwert (CLTV, ARPA ÷ Abwanderung)" },
    short: Text { en: "CLTV", de: "CLTV" },
    formula: "{arpa} × {gross_margin} ÷ {churn}",
    meaning: Text {
        en: "What a customer is worth if revenue and churn stay as they are.",
        de: "Was ein Kunde wert ist, wenn Umsatz und Abwanderung so bleiben.",
    },
    unit: Unit::Money,
    direction: Direction::UpGood,
    source: "Baremetrics, Lifetime value; ChartMogul; D. Skok, SaaS Metrics 2.0",
    variants: &[
        ("margin", Text { en: "contribution margin", de: "Deckungsbeitrag" }),
        ("revenue", Text { en: "revenue, without margin", de: "Umsatz, ohne Marge" }),
    ],
};

pub(crate) const CLTV_DISCOUNTED: Definition = Definition {
    family: Family::Economics,
    name: Text { en: "Customer lifetime value, discounted", de: "Abgezinster Kundenwert (CLTV)" },
    short: Text { en: "CLTV, discounted", de: "CLTV, abgezinst" },
    formula: "{arpa} × {gross_margin} × (1 + {discount}) ÷ ({churn} + {discount})",
    meaning: Text {
        en: "What a customer is worth today, when later money counts less.",
        de: "Was ein Kunde heute wert ist, wenn späteres Geld weniger zählt.",
    },
    unit: Unit::Money,
    direction: Direction::UpGood,
    source: "Recurly, LTV; D. Skok, SaaS Metrics 2.0",
    variants: &[
        ("in_advance", Text { en: "payment at the start of each month", de: "Zahlung am Monatsanfang" }),
        ("in_arrears", Text { en: "payment at the end of each month", de: "Zahlung am Monatsende" }),
    ],
};

pub(crate) const CLTV_SURVIVAL: Definition = Definition {
    family: Family::Economics,
    name: Text { en: "Customer lifetime value from survival", de: "Kundenwert (CLTV) aus der Überlebenskurve" },
    short: Text { en: "CLTV from survival", de: "CLTV aus Überleben" },
    formula: "∑ S(k) × mₖ ÷ (1 + {discount})ᵏ",
    meaning: Text {
        en: "The margin a customer brings within the months observed: each month counts by the share still there.",
        de: "Die Marge eines Kunden in den beobachteten Monaten: Jeder Monat zählt mit dem Anteil, der noch da ist.",
    },
    unit: Unit::Money,
    direction: Direction::UpGood,
    source: "Kaplan & Meier 1958",
    variants: &[
        ("constant", Text { en: "the same revenue in every month", de: "gleicher Umsatz in jedem Monat" }),
        ("observed", Text { en: "revenue by months since the start", de: "Umsatz nach Monaten seit dem Start" }),
    ],
};

pub(crate) const CAC: Definition = Definition {
    family: Family::Economics,
    name: Text { en: "Customer acquisition cost (CAC)", de: "Kundenakquisitionskosten (CAC)" },
    short: Text { en: "CAC", de: "CAC" },
    formula: "{cost} ÷ {new}",
    meaning: Text { en: "What winning one new customer costs.", de: "Was es kostet, einen neuen Kunden zu gewinnen." },
    unit: Unit::Money,
    direction: Direction::DownGood,
    source: "D. Skok, SaaS Metrics 2.0",
    variants: &[
        (
            "fully_loaded",
            Text { en: "advertising, tools, salaries, commissions", de: "Werbung, Werkzeuge, Gehälter, Provisionen" },
        ),
        ("lagged_1", Text { en: "cost of the period before", de: "Kosten des Zeitraums davor" }),
        ("paid_only", Text { en: "advertising alone", de: "nur Werbung" }),
        ("blended_incl_reactivation", Text { en: "÷ new and reactivated", de: "÷ neue und zurückgewonnene" }),
    ],
};

pub(crate) const LTV_CAC: Definition = Definition {
    family: Family::Economics,
    name: Text { en: "LTV:CAC ratio", de: "CLTV-CAC-Verhältnis" },
    short: Text { en: "LTV:CAC", de: "CLTV:CAC" },
    formula: "{cltv} ÷ {cac}",
    meaning: Text {
        en: "How often a customer earns back what winning them cost: 1 is the floor, 3 a common orientation.",
        de: "Wie oft ein Kunde seine Akquisition wieder einbringt: 1 ist die Untergrenze, 3 eine übliche Orientierung.",
    },
    unit: Unit::Ratio,
    direction: Direction::UpGood,
    source: "ChartMogul; D. Skok, SaaS Metrics 2.0",
    variants: &[],
};

pub(crate) const CAC_PAYBACK: Definition = Definition {
    family: Family::Economics,
    name: Text { en: "CAC payback", de: "Amortisationsdauer der Akquisitionskosten" },
    short: Text { en: "CAC payback", de: "CAC-Amortisation" },
    formula: "{cac} ÷ ({arpa} × {gross_margin})",
    meaning: Text {
        en: "After how many months a new customer has earned back what winning them cost.",
        de: "Nach wie vielen Monaten ein neuer Kunde seine Akquisitionskosten eingebracht hat.",
    },
    unit: Unit::Months,
    direction: Direction::DownGood,
    source: "SaaS Metrics Standards Board; D. Skok, SaaS Metrics 2.0",
    variants: &[
        ("simple", Text { en: "CAC ÷ monthly margin", de: "CAC ÷ Monatsmarge" }),
        ("churn_adjusted", Text { en: "with churn on the way", de: "mit Abwanderung unterwegs" }),
    ],
};

/// Average revenue per customer and year × average lifetime in years; the revenue is in fixed-point units.
pub fn cltv_historic(scope: &Scope, revenue_per_year: i128, years: f64) -> MetricResult {
    let result = MetricResult::new(Key::CltvHistoric, scope)
        .variant("avg_revenue_x_lifetime")
        .part("revenue", scope.money(revenue_per_year))
        .part("lifetime", Value::Number(years));
    if !years.is_finite() || years < 0.0 || revenue_per_year < 0 {
        return result.warning("E-AGG-RANGE").without(Status::Error);
    }
    let Value::Money(revenue) = scope.money(revenue_per_year) else { return result };
    result.value(scope.money_from(revenue.as_f64() * years))
}

/// The mean of what each ended customer brought, with its t interval; `revenues` are in fixed-point units.
pub fn cltv_realised(scope: &Scope, revenues: Vec<i64>) -> MetricResult {
    mean_revenue(scope, revenues, ("realised_mean", "total_revenue", "ended"))
}

/// The mean of what each customer has brought so far, whether it is over or not: without a contract nobody says so.
pub fn cltv_to_date(scope: &Scope, revenues: Vec<i64>) -> MetricResult {
    mean_revenue(scope, revenues, ("realised_to_date", "revenue_to_date", "customers"))
}

fn mean_revenue(
    scope: &Scope,
    mut revenues: Vec<i64>,
    (variant, sum_name, count_name): (&str, &str, &str),
) -> MetricResult {
    let result = MetricResult::new(Key::CltvHistoric, scope).variant(variant);
    // Sorted so that the floating-point sums do not depend on the order of the file.
    passes::sort(&mut revenues);
    let major = crate::money::units_per_major(scope.exponent) as f64;
    let values = revenues.iter().map(|units| (*units as f64 / major, 1.0));
    let Some(mean) = mean(values, scope.level) else { return result.without(Status::InsufficientData) };
    let total: i128 = revenues.iter().map(|units| i128::from(*units)).sum();
    let mut result = result
        .part(sum_name, scope.money(total))
        .part(count_name, Value::Count(revenues.len() as i64))
        .observations(revenues.len() as u64)
        .value(scope.money_from(mean.mean))
        .bounds(
            mean.interval.map(|interval| (scope.money_from(interval.low.max(0.0)), scope.money_from(interval.high))),
            scope.level,
            "t",
        );
    result.numerator = Some(scope.money(total));
    result.denominator = Some(Value::Count(revenues.len() as i64));
    result
}

/// Months beyond which nobody has data for a lifetime (W-LTV-HORIZON).
const HORIZON: f64 = 60.0;

/// ARPA × margin ÷ churn. Without a margin the value is revenue and says so; the interval comes from churn's.
pub fn cltv_simple(
    scope: &Scope,
    arpa: i128,
    churn: f64,
    gross_margin: Option<f64>,
    churn_interval: Option<Interval>,
) -> MetricResult {
    let result = MetricResult::new(Key::CltvSimple, scope)
        .variant(if gross_margin.is_some() { "margin" } else { "revenue" })
        .flag(Flag::Estimate)
        .part("arpa", scope.money(arpa))
        .part("gross_margin", Value::Number(gross_margin.unwrap_or(1.0)))
        .part("churn", Value::Number(churn));
    let margin = gross_margin.unwrap_or(1.0);
    let in_range = (0.0..=1.0).contains(&churn) && margin > 0.0 && margin <= 1.0;
    if !in_range || arpa < 0 {
        return result.warning("E-AGG-RANGE").without(Status::Error);
    }
    if churn == 0.0 {
        return result.without(if arpa > 0 { Status::Infinite } else { Status::UndefinedZeroBase });
    }
    let monthly = arpa as f64 / crate::money::units_per_major(scope.exponent) as f64 * margin;
    // Bounds swap: the higher churn gives the lower value. At a lower bound of 0 the value has no upper bound.
    let bounds = churn_interval
        .filter(|interval| interval.low > 0.0)
        .map(|interval| (scope.money_from(monthly / interval.high), scope.money_from(monthly / interval.low)));
    let capped = monthly * -libm::expm1(HORIZON * libm::log1p(-churn)) / churn;
    let result = result.part("capped_60m", scope.money_from(capped)).value(scope.money_from(monthly / churn)).bounds(
        bounds,
        scope.level,
        "wilson_of_churn",
    );
    if 1.0 / churn > HORIZON { result.warning("W-LTV-HORIZON") } else { result }
}

/// When a month is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payment {
    /// At its start.
    InAdvance,
    /// At its end, by the customers who are still there.
    InArrears,
}

/// The monthly rate that makes an annual one: (1 + annual)^(1/12) − 1. A rate of the wrong period would be a unit error.
pub fn monthly_discount(annual: f64) -> f64 {
    libm::expm1(libm::log1p(annual) / 12.0)
}

/// ARPA × margin for ever, less churn and discount: m(1 + d) ÷ (c + d) in advance, m(1 − c) ÷ (c + d) in arrears. Churn
/// is monthly, the discount rate annual; the interval comes from churn's.
///
/// ```
/// use keeprate_metrics::economics::{Payment, cltv_discounted};
/// use keeprate_metrics::result::Scope;
///
/// // 100 a month at a margin of 80 %, churn 5 % a month, 10 % interest a year.
/// let value = cltv_discounted(&Scope::default(), 100 * 100_000_000, 0.8, 0.05, 0.10, Payment::InAdvance, None);
/// assert_eq!(value.number().map(f64::round), Some(1391.0));
/// ```
pub fn cltv_discounted(
    scope: &Scope,
    arpa: i128,
    gross_margin: f64,
    churn: f64,
    annual_discount: f64,
    payment: Payment,
    churn_interval: Option<Interval>,
) -> MetricResult {
    let discount = monthly_discount(annual_discount);
    let result = MetricResult::new(Key::CltvDiscounted, scope)
        .variant(if payment == Payment::InAdvance { "in_advance" } else { "in_arrears" })
        .flag(Flag::Estimate)
        .part("arpa", scope.money(arpa))
        .part("gross_margin", Value::Number(gross_margin))
        .part("churn", Value::Number(churn))
        .part("annual_discount", Value::Number(annual_discount))
        .part("discount", Value::Number(discount));
    let in_range = (0.0..=1.0).contains(&churn) && gross_margin > 0.0 && gross_margin <= 1.0;
    if !in_range || !(0.0..f64::INFINITY).contains(&annual_discount) || arpa < 0 {
        return result.warning("E-AGG-RANGE").without(Status::Error);
    }
    if churn + discount == 0.0 {
        return result.without(if arpa > 0 { Status::Infinite } else { Status::UndefinedZeroBase });
    }
    let monthly = arpa as f64 / crate::money::units_per_major(scope.exponent) as f64 * gross_margin;
    let worth = |churn: f64| {
        let paid = if payment == Payment::InAdvance { 1.0 + discount } else { 1.0 - churn };
        monthly * paid / (churn + discount)
    };
    // Bounds swap: the higher churn gives the lower value. Without churn and discount the value has no upper bound.
    let bounds = churn_interval
        .filter(|interval| interval.low + discount > 0.0)
        .map(|interval| (scope.money_from(worth(interval.high)), scope.money_from(worth(interval.low))));
    result.money(scope, worth(churn)).bounds(bounds, scope.level, "wilson_of_churn")
}

/// Months of a survival curve beyond which no value is summed: a hundred years.
const MOST_MONTHS: f64 = 1200.0;

/// Σ S(k) × margin ÷ (1 + d)^k over the months 0 to `months` − 1, with the bounds of the curve. `arpa` is the ARPA by
/// months since the start, in fixed-point units; the last one goes on. Without a number of months it is as many as ten
/// customers were at risk. Nothing is extrapolated: a horizon beyond the curve is `not_reached`.
pub fn cltv_survival(
    scope: &Scope,
    survival: &Survival,
    arpa: &[i128],
    gross_margin: f64,
    annual_discount: f64,
    months: Option<u32>,
) -> MetricResult {
    let discount = monthly_discount(annual_discount);
    let horizon = months.map_or(survival.reliable.floor(), f64::from);
    let result = MetricResult::new(Key::CltvSurvival, scope)
        .variant(if arpa.len() > 1 { "observed" } else { "constant" })
        .part("gross_margin", Value::Number(gross_margin))
        .part("annual_discount", Value::Number(annual_discount))
        .part("discount", Value::Number(discount))
        .part("horizon", Value::Number(horizon));
    let in_range = gross_margin > 0.0 && gross_margin <= 1.0 && (0.0..f64::INFINITY).contains(&annual_discount);
    if !in_range || arpa.iter().any(|units| *units < 0) || horizon > MOST_MONTHS {
        return result.warning("E-AGG-RANGE").without(Status::Error);
    }
    let Some(last) = arpa.last() else { return result.missing("mrr") };
    if survival.longest < 2.0 || horizon < 1.0 {
        return result.without(Status::InsufficientData);
    }
    if horizon - 1.0 > survival.longest {
        return result.without(Status::NotReached);
    }
    let major = crate::money::units_per_major(scope.exponent) as f64;
    let (mut value, mut low, mut high, mut undiscounted) = (0.0, 0.0, 0.0, 0.0);
    let (mut bounds, mut today) = ((1.0, 1.0), 1.0);
    for month in 0..horizon as usize {
        let margin = *arpa.get(month).unwrap_or(last) as f64 / major * gross_margin;
        let (share, step) = survival.at(month as f64);
        if let Some(step) = step {
            // Where nobody is left the curve has no bounds: none may be left, or as many as before at most.
            bounds = (step.low.unwrap_or(0.0), step.high.unwrap_or(bounds.1));
        }
        value += share * margin * today;
        low += bounds.0 * margin * today;
        high += bounds.1 * margin * today;
        undiscounted += share * margin;
        today /= 1.0 + discount;
    }
    let bounds = survival.churned > 0;
    result.observations(survival.n).part("undiscounted", scope.money_from(undiscounted)).money(scope, value).bounds(
        bounds.then(|| (scope.money_from(low), scope.money_from(high))),
        scope.level,
        "greenwood_log_minus_log",
    )
}

/// Sales and marketing cost ÷ new customers.
pub fn cac(scope: &Scope, cost: i128, new_customers: i64) -> MetricResult {
    let result = MetricResult::new(Key::Cac, scope)
        .variant("fully_loaded")
        .part("cost", scope.money(cost))
        .part("new", Value::Count(new_customers));
    if new_customers < 0 || cost < 0 {
        return result.warning("E-AGG-RANGE").without(Status::Error);
    }
    let Value::Money(amount) = scope.money(cost) else { return result };
    let mut result = result;
    result.numerator = Some(scope.money(cost));
    result.denominator = Some(Value::Count(new_customers));
    if new_customers == 0 {
        return result.without(Status::UndefinedZeroBase);
    }
    result.value(scope.money_from(amount.as_f64() / new_customers as f64))
}

/// What other readings of CAC are made of; those without their number are left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Acquisition {
    /// Sales and marketing cost of the period before, in fixed-point units.
    pub cost_before: Option<i128>,
    /// Advertising alone, in fixed-point units.
    pub advertising: Option<i128>,
    /// Customers who came back.
    pub reactivated: Option<i64>,
}

/// The same with its other readings as parts: the cost of the period before (a sales cycle as long as the period), of
/// advertising alone, and per customer who came, whether for the first time or again.
pub fn cac_with_readings(scope: &Scope, cost: i128, new_customers: i64, other: &Acquisition) -> MetricResult {
    let result = cac(scope, cost, new_customers);
    if result.status == Status::Error {
        return result;
    }
    let reading = |cost: i128, customers: i64| cac(scope, cost, customers).value;
    result
        .part_if("lagged_1", other.cost_before.and_then(|cost| reading(cost, new_customers)))
        .part_if("paid_only", other.advertising.and_then(|cost| reading(cost, new_customers)))
        .part_if(
            "blended_incl_reactivation",
            other.reactivated.and_then(|came| reading(cost, new_customers.saturating_add(came))),
        )
}

/// CLTV ÷ CAC, both in fixed-point units.
pub fn ltv_cac(scope: &Scope, cltv: i128, cac: i128) -> MetricResult {
    MetricResult::new(Key::LtvCac, scope)
        .part("cltv", scope.money(cltv))
        .part("cac", scope.money(cac))
        .ratio(scope.money(cltv), scope.money(cac))
}

/// CAC ÷ (ARPA of new customers × margin), in months. With churn it is the whole number of months after which the surviving
/// customers have paid the cost back, with part `exact`, and the quotient is the part `simple`; where they never do, the
/// status is `never`.
pub fn cac_payback(scope: &Scope, cac: i128, arpa: i128, gross_margin: f64, churn: Option<f64>) -> MetricResult {
    let result = MetricResult::new(Key::CacPayback, scope)
        .part("cac", scope.money(cac))
        .part("arpa", scope.money(arpa))
        .part("gross_margin", Value::Number(gross_margin));
    if cac < 0 || !(0.0..=1.0).contains(&gross_margin) || !churn.is_none_or(|churn| (0.0..=1.0).contains(&churn)) {
        return result.warning("E-AGG-RANGE").without(Status::Error);
    }
    let margin = arpa as f64 * gross_margin;
    if margin <= 0.0 {
        return result.variant("simple").without(Status::UndefinedNonpositiveBase);
    }
    let simple = cac as f64 / margin;
    let Some(churn) = churn.filter(|churn| *churn > 0.0) else {
        return result.variant("simple").value(Value::Number(simple));
    };
    // m(1 − (1 − c)^k)/c ≥ CAC has a solution only below the ceiling m/c.
    let result =
        result.variant("churn_adjusted").part("churn", Value::Number(churn)).part("simple", Value::Number(simple));
    let reached = simple * churn;
    if reached >= 1.0 {
        return result.without(Status::Never);
    }
    let exact = libm::log1p(-reached) / libm::log1p(-churn);
    // A whole number of months that only rounding noise lifts over the next one is that number.
    let months = (exact - 1e-9).ceil().max(0.0);
    result.part("exact", Value::Number(exact)).value(Value::Number(months))
}

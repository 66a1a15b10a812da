//! Recurring revenue (metrics.md 4C).

use crate::catalogue::{Definition, Family, Key, Text};
use crate::conventions::QuickRatio;
use crate::customers::quantile;
use crate::ledger::Totals;
use crate::money::{Amount, UNITS_PER_MINOR, units_per_major};
use crate::result::{Direction, MetricResult, Scope, Status, Unit, Value};
use crate::statistics::{Interval, ratio_standard_error};
use keeprate_columns::passes::{self, Products};

pub(crate) const MRR: Definition = Definition {
    family: Family::Revenue,
    name: Text { en: "Monthly recurring revenue (MRR)", de: "Monatlich wiederkehrender Umsatz (MRR)" },
    short: Text { en: "MRR", de: "MRR" },
    formula: "{mrr_start} + {mrr_new} + {mrr_reactivation} + {mrr_expansion} − {mrr_contraction} − {mrr_churn}",
    meaning: Text {
        en: "What all customers together pay for a month, as it stands at the end of the period.",
        de: "Was alle Kunden zusammen für einen Monat zahlen, Stand am Ende des Zeitraums.",
    },
    unit: Unit::Money,
    direction: Direction::UpGood,
    source: "Stripe, Billing metric definitions; Paddle, How is MRR calculated",
    variants: &[],
};

pub(crate) const ARR: Definition = Definition {
    family: Family::Revenue,
    name: Text { en: "Annual recurring revenue (ARR)", de: "Jährlich wiederkehrender Umsatz (ARR)" },
    short: Text { en: "ARR", de: "ARR" },
    formula: "12 × {mrr_end}",
    meaning: Text {
        en: "The closing MRR over a year: a run rate, not a forecast.",
        de: "Das MRR am Ende, auf ein Jahr gerechnet: eine Laufrate, keine Prognose.",
    },
    unit: Unit::Money,
    direction: Direction::UpGood,
    source: "Baremetrics, annual run rate",
    variants: &[
        ("run_rate", Text { en: "12 × closing MRR", de: "12 × MRR am Ende" }),
        (
            "contracted_arr",
            Text {
                en: "annual value of subscriptions with terms of twelve months or more",
                de: "Jahreswert der Abonnements mit Laufzeiten ab zwölf Monaten",
            },
        ),
    ],
};

pub(crate) const MRR_MOVEMENTS: Definition = Definition {
    family: Family::Revenue,
    name: Text { en: "MRR movements", de: "MRR-Bewegungen" },
    short: Text { en: "MRR movements", de: "MRR-Bewegungen" },
    formula: "{mrr_start} + {mrr_new} + {mrr_reactivation} + {mrr_expansion} − {mrr_contraction} − {mrr_churn} = {mrr_end}",
    meaning: Text {
        en: "Why MRR changed: each customer falls into exactly one class, and the classes add up.",
        de: "Warum sich das MRR geändert hat: Jeder Kunde fällt in genau eine Klasse, und die Klassen gehen auf.",
    },
    unit: Unit::Money,
    direction: Direction::UpGood,
    source: "ChartMogul, Understanding MRR movements",
    variants: &[
        ("snapshot", Text { en: "state at start against state at end", de: "Stand am Anfang gegen Stand am Ende" }),
        ("event_basis", Text { en: "every change by itself", de: "jede Veränderung für sich" }),
    ],
};

pub(crate) const NET_NEW_MRR: Definition = Definition {
    family: Family::Revenue,
    name: Text { en: "Net new MRR", de: "Netto-Neu-MRR" },
    short: Text { en: "Net new MRR", de: "Netto-Neu-MRR" },
    formula: "{mrr_new} + {mrr_reactivation} + {mrr_expansion} − {mrr_contraction} − {mrr_churn}",
    meaning: Text { en: "By how much MRR grew in the period.", de: "Um wie viel das MRR im Zeitraum gewachsen ist." },
    unit: Unit::Money,
    direction: Direction::UpGood,
    source: "Stripe, Billing metric definitions",
    variants: &[],
};

pub(crate) const REVENUE_CHURN: Definition = Definition {
    family: Family::Revenue,
    name: Text { en: "Revenue churn", de: "Umsatzabwanderung" },
    short: Text { en: "Revenue churn", de: "Umsatzabwanderung" },
    formula: "({mrr_churn} + {mrr_contraction}) ÷ {mrr_start}",
    meaning: Text {
        en: "The share of the MRR at the start that was lost to cancellations and downgrades.",
        de: "Der Anteil des MRR vom Anfang, der durch Kündigungen und Herabstufungen verloren ging.",
    },
    unit: Unit::Fraction,
    direction: Direction::DownGood,
    source: "ChartMogul, MRR churn rate; Chargify/Maxio, Churn analytics",
    variants: &[
        ("gross_rate", Text { en: "churn and contraction", de: "Abwanderung und Herabstufung" }),
        ("net_rate", Text { en: "less expansion", de: "abzüglich Erweiterung" }),
        ("cancellation_only", Text { en: "cancellations only", de: "nur Kündigungen" }),
        (
            "net_incl_reactivation",
            Text { en: "less expansion and reactivation", de: "abzüglich Erweiterung und Reaktivierung" },
        ),
    ],
};

pub(crate) const NRR: Definition = Definition {
    family: Family::Revenue,
    name: Text { en: "Net revenue retention (NRR)", de: "Nettoumsatzbindung (NRR)" },
    short: Text { en: "NRR", de: "NRR" },
    formula: "({mrr_start} + {mrr_expansion} − {mrr_contraction} − {mrr_churn}) ÷ {mrr_start}",
    meaning: Text {
        en: "What the customers of the start pay at the end, as a share of what they paid then: new customers do not count.",
        de: "Was die Kunden vom Anfang am Ende zahlen, gemessen an damals: Neue Kunden zählen nicht mit.",
    },
    unit: Unit::Fraction,
    direction: Direction::UpGood,
    source: "SaaS Capital, retention benchmarks; Carl Gold, Fighting Churn With Data, listing 2.1",
    variants: &[
        ("endpoint", Text { en: "state at start against state at end", de: "Stand am Anfang gegen Stand am Ende" }),
        ("chained_months", Text { en: "product of the monthly values", de: "Produkt der Monatswerte" }),
        ("annualised", Text { en: "one month, to the power of 12", de: "ein Monat, hoch 12" }),
        ("incl_reactivation", Text { en: "with reactivated MRR", de: "mit reaktiviertem MRR" }),
        (
            "naive_waterfall",
            Text {
                en: "summed monthly movements: mixes in newer customers",
                de: "summierte Monatsbewegungen: mischt neuere Kunden ein",
            },
        ),
    ],
};

pub(crate) const GRR: Definition = Definition {
    family: Family::Revenue,
    name: Text { en: "Gross revenue retention (GRR)", de: "Bruttoumsatzbindung (GRR)" },
    short: Text { en: "GRR", de: "GRR" },
    formula: "({mrr_start} − {mrr_contraction} − {mrr_churn}) ÷ {mrr_start}",
    meaning: Text {
        en: "The share of the MRR at the start that is still there, each customer counted up to what they paid then.",
        de: "Der Anteil des MRR vom Anfang, der noch da ist; jeder Kunde zählt höchstens so viel wie damals.",
    },
    unit: Unit::Fraction,
    direction: Direction::UpGood,
    source: "SaaS Capital, retention benchmarks; SaaS Metrics Standards Board",
    variants: &[
        ("endpoint", Text { en: "capped per customer", de: "je Kunde gedeckelt" }),
        (
            "subscription_cap",
            Text {
                en: "capped per subscription: a swap of products is a loss",
                de: "je Abonnement gedeckelt: Ein Produktwechsel ist ein Verlust",
            },
        ),
        ("chained_months", Text { en: "product of the monthly values", de: "Produkt der Monatswerte" }),
        (
            "naive_waterfall",
            Text {
                en: "summed monthly movements: mixes in newer customers",
                de: "summierte Monatsbewegungen: mischt neuere Kunden ein",
            },
        ),
    ],
};

pub(crate) const ARPA: Definition = Definition {
    family: Family::Revenue,
    name: Text { en: "Average revenue per account (ARPA)", de: "Durchschnittlicher Umsatz je Kunde (ARPA)" },
    short: Text { en: "ARPA", de: "ARPA" },
    formula: "{mrr_end} ÷ {end}",
    meaning: Text {
        en: "What a customer pays a month on average. A few large customers can dominate it: see the median.",
        de: "Was ein Kunde im Monat durchschnittlich zahlt. Wenige große Kunden können es prägen: siehe Median.",
    },
    unit: Unit::Money,
    direction: Direction::UpGood,
    source: "ChartMogul, ARPA; Recurly, ARPS",
    variants: &[
        ("ending", Text { en: "at the end", de: "am Ende" }),
        ("average", Text { en: "mean of start and end", de: "Mittel aus Anfang und Ende" }),
        ("new", Text { en: "per new customer", de: "je neuem Kunden" }),
    ],
};

pub(crate) const QUICK_RATIO: Definition = Definition {
    family: Family::Revenue,
    name: Text { en: "SaaS quick ratio", de: "SaaS Quick Ratio" },
    short: Text { en: "Quick ratio", de: "Quick Ratio" },
    formula: "({mrr_new} + {mrr_reactivation} + {mrr_expansion}) ÷ ({mrr_contraction} + {mrr_churn})",
    meaning: Text {
        en: "How much MRR was gained for each unit lost: 1 is standstill, 4 a common orientation.",
        de: "Wie viel MRR je verlorener Einheit hinzukam: 1 ist Stillstand, 4 eine übliche Orientierung.",
    },
    unit: Unit::Ratio,
    direction: Direction::UpGood,
    source: "Baremetrics, quick ratio",
    variants: &[
        ("default", Text { en: "with reactivation", de: "mit Reaktivierung" }),
        ("without_reactivation", Text { en: "without reactivation", de: "ohne Reaktivierung" }),
    ],
};

pub(crate) const REVENUE_CONCENTRATION: Definition = Definition {
    family: Family::Revenue,
    name: Text { en: "Revenue concentration (top 10)", de: "Umsatzkonzentration (Top-10-Anteil)" },
    short: Text { en: "Top-10 share", de: "Top-10-Anteil" },
    formula: "{top_mrr} ÷ {mrr_end}",
    meaning: Text {
        en: "The share of MRR that the ten largest customers pay.",
        de: "Der Anteil des MRR, den die zehn größten Kunden zahlen.",
    },
    unit: Unit::Fraction,
    direction: Direction::DownGood,
    source: "Curry & George 1983",
    variants: &[("top_10", Text { en: "ten largest customers", de: "zehn größte Kunden" })],
};

/// How the customers of the base vary, for the intervals of NRR and GRR (metrics.md 9.5).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// Numerators are the amounts at the end.
    pub net: Products,
    /// Numerators are capped at the amount of the start.
    pub gross: Products,
}

/// MRR at the end of a period, a month's money; its movements stand beside it as parts.
pub fn mrr(scope: &Scope, totals: &Totals) -> MetricResult {
    let result = movement_parts(MetricResult::new(Key::Mrr, scope), scope, totals);
    match totals.mrr_end {
        Some(end) => result.value(scope.money(end)),
        None => result.missing("mrr_end"),
    }
}

/// ARR as a run rate: 12 × closing MRR, from the unrounded amount.
pub fn arr(scope: &Scope, totals: &Totals) -> MetricResult {
    let result = MetricResult::new(Key::Arr, scope).variant("run_rate");
    match totals.mrr_end {
        Some(end) => result.part("mrr_end", scope.money(end)).value(scope.money(end * 12)),
        None => result.missing("mrr_end"),
    }
}

fn movement_parts(result: MetricResult, scope: &Scope, totals: &Totals) -> MetricResult {
    let money = |units: Option<i128>| units.map(|units| scope.money(units));
    result
        .part_if("mrr_start", money(totals.mrr_start))
        .part_if("mrr_new", money(totals.mrr_new))
        .part_if("mrr_reactivation", money(totals.mrr_reactivation))
        .part_if("mrr_expansion", money(totals.mrr_expansion))
        .part_if("mrr_contraction", money(totals.mrr_contraction))
        .part_if("mrr_churn", money(totals.mrr_churn))
        .part_if("mrr_end", money(totals.mrr_end))
}

/// All five movement classes, or the name of the first that is missing. Reactivation counts as 0 where it is unknown:
/// a table without that column has it inside "new".
fn movements(totals: &Totals) -> Result<[i128; 5], &'static str> {
    Ok([
        totals.mrr_new.ok_or("mrr_new")?,
        totals.mrr_reactivation.unwrap_or(0),
        totals.mrr_expansion.ok_or("mrr_expansion")?,
        totals.mrr_contraction.ok_or("mrr_contraction")?,
        totals.mrr_churn.ok_or("mrr_churn")?,
    ])
}

/// MRR movements: new + reactivation + expansion − contraction − churn. The start and they must give the end, give or take
/// what rounding seven amounts can make (part `identity_ok`).
pub fn mrr_movements(scope: &Scope, totals: &Totals) -> MetricResult {
    let result = movement_parts(MetricResult::new(Key::MrrMovements, scope).variant("snapshot"), scope, totals);
    let (start, [new, reactivation, expansion, contraction, churn]) = match (totals.mrr_start, movements(totals)) {
        (None, _) => return result.missing("mrr_start"),
        (_, Err(field)) => return result.missing(field),
        (Some(start), Ok(classes)) => (start, classes),
    };
    let net = new + reactivation + expansion - contraction - churn;
    let mut result = result.value(scope.money(net));
    if let Some(end) = totals.mrr_end {
        // Seven amounts, each typed or exported with half a minor unit of rounding at most (metrics.md 3.10).
        let tolerance = i128::from(UNITS_PER_MINOR) * 7 / 2;
        let closes = (start + net - end).abs() <= tolerance;
        result = result.part("identity_ok", Value::Yes(closes));
        if !closes {
            result = result.warning("W-IDENTITY");
        }
    }
    result
}

/// Net new MRR: new + reactivation + expansion − contraction − churn, or end − start where these are not known. Part `growth`
/// is its share of MRR at the start.
pub fn net_new_mrr(scope: &Scope, totals: &Totals) -> MetricResult {
    let result = movement_parts(MetricResult::new(Key::NetNewMrr, scope), scope, totals);
    let net = match (movements(totals), totals.mrr_start, totals.mrr_end) {
        (Ok([new, reactivation, expansion, contraction, churn]), ..) => {
            new + reactivation + expansion - contraction - churn
        }
        (Err(_), Some(start), Some(end)) => end - start,
        (Err(field), ..) => return result.missing(field),
    };
    let growth = totals.mrr_start.filter(|start| *start > 0).map(|start| Value::Number(net as f64 / start as f64));
    result.part_if("growth", growth).value(scope.money(net))
}

/// Revenue churn: (churn + contraction) ÷ MRR at the start. Parts are the `amount`, the `net` rate, which is less by expansion,
/// and the churn alone (`cancellation_only`).
pub fn revenue_churn(scope: &Scope, totals: &Totals, spread: Option<&Spread>) -> MetricResult {
    let result = movement_parts(MetricResult::new(Key::RevenueChurn, scope).variant("gross_rate"), scope, totals);
    let (Some(churn), Some(contraction)) = (totals.mrr_churn, totals.mrr_contraction) else {
        return result.missing(if totals.mrr_churn.is_none() { "mrr_churn" } else { "mrr_contraction" });
    };
    let amount = churn + contraction;
    let mut result = result.part("amount", scope.money(amount));
    let Some(start) = totals.mrr_start else { return result.missing("mrr_start") };
    if start > 0 {
        let share = |units: i128| Value::Number(units as f64 / start as f64);
        let net = totals.mrr_expansion.map(|expansion| amount - expansion);
        let with_returners = net.and_then(|net| totals.mrr_reactivation.map(|reactivation| net - reactivation));
        let net = if scope.conventions.incl_reactivation { with_returners.or(net) } else { net };
        result = result
            .part("cancellation_only", share(churn))
            .part_if("net", net.map(share))
            .part_if("net_incl_reactivation", with_returners.map(share));
    }
    let error = spread.and_then(|spread| ratio_standard_error(&spread.gross));
    let result = observed(result, spread).ratio(scope.money(amount), scope.money(start));
    ratio_interval(result, scope, error, true)
}

fn observed(result: MetricResult, spread: Option<&Spread>) -> MetricResult {
    match spread {
        Some(spread) => result.observations(spread.net.n),
        None => result,
    }
}

/// Adds the interval R ± z·se of a ratio of sums, clamped to [0, 1] where the ratio is.
pub(crate) fn ratio_interval(result: MetricResult, scope: &Scope, error: Option<f64>, clamped: bool) -> MetricResult {
    let interval = error.zip(result.number()).map(|(error, ratio)| {
        let half = scope.level.z() * error;
        let (low, high) = (ratio - half, ratio + half);
        if clamped { Interval { low: low.max(0.0), high: high.min(1.0) } } else { Interval { low, high } }
    });
    result.part_if("standard_error", error.map(Value::Number)).interval(interval, scope.level, "linearised_ratio")
}

/// Net revenue retention: (start + expansion − contraction − churn) ÷ start, all of one base; aggregate or endpoint form, which
/// agree on one period. Conventions may count those who come back.
pub fn nrr(scope: &Scope, totals: &Totals, spread: Option<&Spread>) -> MetricResult {
    let result = movement_parts(MetricResult::new(Key::Nrr, scope), scope, totals);
    let result = result.variant(if spread.is_some() { "endpoint" } else { "aggregate" });
    let Some(start) = totals.mrr_start else { return result.missing("mrr_start") };
    let (Some(expansion), Some(contraction), Some(churn)) =
        (totals.mrr_expansion, totals.mrr_contraction, totals.mrr_churn)
    else {
        return result.missing(match (totals.mrr_churn, totals.mrr_expansion) {
            (None, _) => "mrr_churn",
            (_, None) => "mrr_expansion",
            _ => "mrr_contraction",
        });
    };
    let kept = start + expansion - contraction - churn;
    if let Some(returned) = totals.mrr_reactivation.filter(|_| scope.conventions.incl_reactivation) {
        // Who came back was not in the base, so that the ratio has no interval of the base's customers.
        let result = observed(result, spread).variant("incl_reactivation");
        return result.ratio(scope.money(kept + returned), scope.money(start));
    }
    let error = spread.and_then(|spread| ratio_standard_error(&spread.net));
    let result = observed(result, spread).ratio(scope.money(kept), scope.money(start));
    ratio_interval(result, scope, error, false)
}

/// Gross revenue retention: (start − contraction − churn) ÷ start, all of one base; from rows each customer is capped at what
/// they paid at the start.
pub fn grr(scope: &Scope, totals: &Totals, spread: Option<&Spread>) -> MetricResult {
    let result = movement_parts(MetricResult::new(Key::Grr, scope), scope, totals);
    let result = result.variant(if spread.is_some() { "endpoint" } else { "aggregate" });
    let Some(start) = totals.mrr_start else { return result.missing("mrr_start") };
    let (Some(contraction), Some(churn)) = (totals.mrr_contraction, totals.mrr_churn) else {
        return result.missing(if totals.mrr_churn.is_none() { "mrr_churn" } else { "mrr_contraction" });
    };
    let lost = contraction + churn;
    if lost > start || contraction < 0 || churn < 0 {
        return result.warning("E-AGG-RANGE").without(Status::Error);
    }
    let error = spread.and_then(|spread| ratio_standard_error(&spread.gross));
    let result = observed(result, spread).ratio(scope.money(start - lost), scope.money(start));
    ratio_interval(result, scope, error, true)
}

/// Average revenue per account: MRR ÷ customers at the end. Parts are the mean of start and end (`average`) and that of new
/// customers (`arpa_new`); `amounts`, if known, give median and quartiles.
pub fn arpa(scope: &Scope, totals: &Totals, amounts: Option<Vec<i64>>) -> MetricResult {
    let result = MetricResult::new(Key::Arpa, scope).variant("ending");
    let (Some(end), Some(customers)) = (totals.mrr_end, totals.customers_end) else {
        return result.missing(if totals.mrr_end.is_none() { "mrr_end" } else { "customers_end" });
    };
    let major = units_per_major(scope.exponent) as f64;
    let each = |units: i128, customers: f64| scope.money_from(units as f64 / major / customers);
    let average = match (totals.mrr_start, totals.customers_start) {
        (Some(start), Some(at_start)) if at_start + customers > 0 => {
            Some(scope.money_from((start + end) as f64 / major / (at_start + customers) as f64))
        }
        _ => None,
    };
    let new = match (totals.mrr_new, totals.customers_new) {
        (Some(units), Some(count)) if count > 0 => Some(each(units, count as f64)),
        _ => None,
    };
    let mut result = result
        .part("mrr_end", scope.money(end))
        .part("end", Value::Count(customers))
        .part_if("average", average)
        .part_if("arpa_new", new)
        .observations(customers.unsigned_abs());
    if let Some(mut amounts) = amounts.filter(|amounts| !amounts.is_empty()) {
        passes::sort(&mut amounts);
        let amounts: Vec<f64> = amounts.into_iter().map(|units| units as f64 / major).collect();
        for (name, share) in [("lower_quartile", 0.25), ("median", 0.5), ("upper_quartile", 0.75)] {
            result = result.part(name, scope.money_from(quantile(&amounts, share)));
        }
    }
    result.numerator = Some(scope.money(end));
    result.denominator = Some(Value::Count(customers));
    if customers <= 0 {
        return result.without(Status::UndefinedZeroBase);
    }
    result.value(each(end, customers as f64))
}

/// Gains ÷ losses: (new + reactivation + expansion) ÷ (contraction + churn), infinite without losses. Conventions may leave out
/// reactivation; `trailing` holds the totals of the last three months.
pub fn quick_ratio(scope: &Scope, totals: &Totals, trailing: Option<&Totals>) -> MetricResult {
    let result = movement_parts(MetricResult::new(Key::QuickRatio, scope), scope, totals);
    let [new, reactivation, expansion, contraction, churn] = match movements(totals) {
        Ok(classes) => classes,
        Err(field) => return result.missing(field),
    };
    // A customer without MRR is held as a unit, far below a minor one: who loses such customers alone loses nothing.
    let placeholders = scope.conventions.zero_mrr_is_active;
    let lost = |units: i128| if placeholders && units < i128::from(UNITS_PER_MINOR) { 0 } else { units };
    let (gains, losses) = (new + reactivation + expansion, lost(contraction + churn));
    let without = gains - reactivation;
    let (result, gains, other) = match scope.conventions.quick_ratio {
        QuickRatio::WithReactivation => (result, gains, Some(without)),
        QuickRatio::WithoutReactivation => (result.variant("without_reactivation"), without, None),
    };
    let returned = i128::from(other.is_some());
    let quotient = |gains: i128, losses: i128| (losses > 0).then(|| Value::Number(gains as f64 / losses as f64));
    let recent = trailing.and_then(|totals| movements(totals).ok()).and_then(|classes| {
        let [new, reactivation, expansion, contraction, churn] = classes;
        quotient(new + reactivation * returned + expansion, lost(contraction + churn))
    });
    let result = result
        .part("gains", scope.money(gains))
        .part("losses", scope.money(losses))
        .part_if("without_reactivation", other.and_then(|gains| quotient(gains, losses)))
        .part_if("trailing_3_months", recent);
    if losses == 0 && gains > 0 {
        let mut result = result.without(Status::Infinite);
        result.numerator = Some(scope.money(gains));
        result.denominator = Some(scope.money(losses));
        return result;
    }
    result.ratio(scope.money(gains), scope.money(losses))
}

/// The share of the `top` largest customers in MRR, with the largest one and the Herfindahl index.
pub fn revenue_concentration(scope: &Scope, mut amounts: Vec<i64>, top: usize) -> MetricResult {
    let result = MetricResult::new(Key::RevenueConcentration, scope).variant(&["top_", &top.to_string()].concat());
    amounts.retain(|units| *units > 0);
    let total: i128 = amounts.iter().map(|units| i128::from(*units)).sum();
    if total == 0 {
        return result.without(Status::UndefinedZeroBase);
    }
    let share = |units: i64| units as f64 / total as f64;
    // Sorted before summing: a floating-point sum depends on its order, and the file's order must not matter.
    passes::sort(&mut amounts);
    let herfindahl: f64 = amounts.iter().map(|units| share(*units) * share(*units)).sum();
    let largest: i128 = amounts.iter().rev().take(top).map(|units| i128::from(*units)).sum();
    let result = result
        .part("top_mrr", scope.money(largest))
        .part("mrr_end", scope.money(total))
        .part_if("top_1", amounts.last().map(|units| Value::Number(share(*units))))
        .part("hhi", Value::Number(herfindahl))
        .observations(amounts.len() as u64)
        .ratio(scope.money(largest), scope.money(total));
    if amounts.len() < top { result.warning("I-FEWER-THAN-N") } else { result }
}

/// MRR of price lists: the sum of (count, price in units, interval, interval count) normalised to a month.
pub fn mrr_of_plans(exponent: u8, plans: &[(i64, i128, crate::money::Interval, u32)]) -> Amount {
    let units =
        plans.iter().map(|(count, price, interval, every)| i128::from(*count) * interval.monthly_units(*every, *price));
    Amount { units: units.sum(), exponent }
}

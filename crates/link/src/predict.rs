//! What a reader can work out by itself: most figures of a report follow from a few totals, counts and curves.
//!
//! A prediction never decides how many bits are read: a wrong one costs the writer a correction, and a later change of
//! an arithmetic in `keeprate-metrics` cannot make an old link unreadable.

use keeprate_metrics::catalogue::Key;
use keeprate_metrics::customers::{self, Measured};
use keeprate_metrics::economics;
use keeprate_metrics::feedback::nps;
use keeprate_metrics::ledger::Totals;
use keeprate_metrics::money::Amount;
use keeprate_metrics::period::Period;
use keeprate_metrics::planning;
use keeprate_metrics::report::{Metrics, MovementEntry, SegmentEntry, Settings};
use keeprate_metrics::result::{MetricResult, Scope, Status, Unit, Value};
use keeprate_metrics::revenue::{self, Spread};
use keeprate_metrics::sorted_map::SortedMap;
use keeprate_metrics::statistics::{Interval, holm, newcombe, wilson};
use keeprate_metrics::survival::{self, Survival};

/// Parts of a result by name, or totals of a period under the names that parts have.
pub(crate) type Parts = SortedMap<String, Value>;

/// The totals that results repeat as parts. The last two follow from the others, if all are known.
pub(crate) const TOTALS: &[&str] = &[
    "start",
    "new",
    "lost",
    "reactivated",
    "intra_period_churners",
    "mrr_start",
    "mrr_new",
    "mrr_reactivation",
    "mrr_expansion",
    "mrr_contraction",
    "mrr_churn",
    "cost",
    "promoters",
    "passives",
    "detractors",
    "end",
    "mrr_end",
];

/// The totals that are 0 where nothing happens.
const QUIET: &[&str] = &[
    "new",
    "lost",
    "reactivated",
    "intra_period_churners",
    "mrr_new",
    "mrr_reactivation",
    "mrr_expansion",
    "mrr_contraction",
    "mrr_churn",
];

/// How many of [`TOTALS`] do not follow from others.
pub(crate) const FREE_TOTALS: usize = 15;

/// The parts that compare a segment with all others.
pub(crate) const COMPARED: &[&str] = &["difference", "difference_low", "difference_high", "p", "p_holm", "significant"];

/// What the results of one question share.
pub(crate) struct Context<'a> {
    /// The usual period, the segment, the currency's digits and the level.
    pub(crate) scope: Scope,
    /// The settings.
    pub(crate) settings: &'a Settings,
    /// Whether the report rests on customers, not on totals that somebody typed.
    pub(crate) rows: bool,
    /// The movements, if the link has them.
    pub(crate) movements: &'a [MovementEntry],
    /// The survival curve.
    pub(crate) survival: Option<&'a Survival>,
    /// The metrics that are usually there.
    pub(crate) keys: Vec<Key>,
}

fn days(entry: &MovementEntry) -> Option<Period> {
    Some(Period { start: entry.period.start?, end: entry.period.end? })
}

/// The totals of a period as far as a movement gives them.
pub(crate) fn totals(context: &Context, period: Option<Period>) -> Parts {
    let mut parts = Parts::new();
    let Some(period) = period else { return parts };
    if let Some(entry) = context.movements.iter().find(|entry| days(entry) == Some(period)) {
        let count = |number: i64| Some(Value::Count(number));
        let money = |amount: Amount| Some(Value::Money(amount));
        for (name, value) in [
            ("start", count(entry.customers.start)),
            ("new", count(entry.customers.new)),
            ("lost", count(entry.customers.lost)),
            ("reactivated", count(entry.customers.reactivated)),
            // Between two closings in a row nobody can come and go.
            ("intra_period_churners", context.rows.then_some(Value::Count(0))),
            ("mrr_start", money(entry.start)),
            ("mrr_new", money(entry.new)),
            ("mrr_reactivation", money(entry.reactivation)),
            ("mrr_expansion", money(entry.expansion)),
            ("mrr_contraction", money(entry.contraction)),
            ("mrr_churn", money(entry.churn)),
            ("end", count(entry.customers.end)),
            ("mrr_end", money(entry.end)),
        ] {
            parts.extend(value.map(|value| (name.to_owned(), value)));
        }
    } else if let Some(entry) = context.movements.iter().find(|entry| entry.period.start == Some(period.start)) {
        parts.insert("start".to_owned(), Value::Count(entry.customers.start));
        parts.insert("mrr_start".to_owned(), Value::Money(entry.start));
    } else if context.rows && context.movements.is_empty() && Some(period) == context.scope.period {
        // In a small segment most months are quiet.
        let zero = |name: &&str| if name.starts_with("mrr") { context.scope.money(0) } else { Value::Count(0) };
        parts = QUIET.iter().map(|name| ((*name).to_owned(), zero(name))).collect();
    }
    parts
}

fn count(parts: &Parts, name: &str) -> Option<i64> {
    match parts.get(name) {
        Some(Value::Count(count)) => Some(*count),
        _ => None,
    }
}

fn money(parts: &Parts, name: &str) -> Option<i128> {
    match parts.get(name) {
        Some(Value::Money(amount)) => Some(amount.units),
        _ => None,
    }
}

/// The ends that the identities of metrics.md 3.6 give.
pub(crate) fn ends(scope: &Scope, parts: &Parts) -> Parts {
    let totals = to_totals(parts);
    let customers = || {
        let change = totals.customers_new? + totals.customers_reactivated.unwrap_or(0) - totals.customers_lost?;
        Some(Value::Count(totals.customers_start? + change))
    };
    let revenue = || {
        let gains = totals.mrr_new? + totals.mrr_reactivation.unwrap_or(0) + totals.mrr_expansion?;
        Some(scope.money(totals.mrr_start? + gains - totals.mrr_contraction? - totals.mrr_churn?))
    };
    let ends = [("end", customers()), ("mrr_end", revenue())];
    ends.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// The parts as totals.
pub(crate) fn to_totals(parts: &Parts) -> Totals {
    Totals {
        customers_start: count(parts, "start"),
        customers_end: count(parts, "end"),
        customers_new: count(parts, "new"),
        customers_lost: count(parts, "lost"),
        customers_reactivated: count(parts, "reactivated"),
        customers_intra_period: count(parts, "intra_period_churners"),
        mrr_start: money(parts, "mrr_start"),
        mrr_new: money(parts, "mrr_new"),
        mrr_reactivation: money(parts, "mrr_reactivation"),
        mrr_expansion: money(parts, "mrr_expansion"),
        mrr_contraction: money(parts, "mrr_contraction"),
        mrr_churn: money(parts, "mrr_churn"),
        mrr_end: money(parts, "mrr_end"),
        ..Totals::default()
    }
}

/// The movements of the last `count` months up to the period's end, latest first, as far as they are known.
fn trailing<'a>(context: &Context<'a>, period: Option<Period>, count: u32) -> Vec<&'a MovementEntry> {
    let last = period.map(|period| period.end);
    let mut end = last;
    let later = context.movements.iter().rev().skip_while(|entry| entry.period.end != last);
    let months = later.take(count as usize).map_while(|entry| {
        let days = days(entry).filter(|days| Some(days.end) == end && days.whole_months() == Some(1))?;
        end = Some(days.start);
        Some(entry)
    });
    months.collect()
}

/// Where nobody pays more or less than before, nothing varies.
fn without_spread(result: MetricResult, context: &Context, still: f64) -> MetricResult {
    let quiet = context.rows && result.n > Some(1) && result.number() == Some(still);
    if quiet { result.part("standard_error", Value::Number(0.0)) } else { result }
}

/// What months in a row make together: chained rates and the summed waterfall.
fn add_chained(result: &mut MetricResult, context: &Context, period: Period) {
    let Some(months) = period.whole_months().filter(|months| *months > 1) else { return };
    let entries = trailing(context, Some(period), months.unsigned_abs());
    let (true, Some(first)) = (entries.len() == months as usize, entries.last()) else { return };
    let gain = |entry: &MovementEntry| if result.key == Key::Nrr { entry.expansion.units } else { 0 };
    let change = |entry: &MovementEntry| gain(entry) - entry.contraction.units - entry.churn.units;
    let kept = |entry: &MovementEntry| match result.key {
        Key::CustomerRetentionRate => 1.0 - entry.customers.lost as f64 / entry.customers.start as f64,
        _ => 1.0 + change(entry) as f64 / entry.start.units as f64,
    };
    let chained: f64 = entries.iter().map(|entry| kept(entry)).product();
    let changes: i128 = entries.iter().map(|entry| change(entry)).sum();
    let waterfall = 1.0 + changes as f64 / first.start.units as f64;
    result.parts.insert("chained_months".to_owned(), Value::Number(chained));
    if result.key != Key::CustomerRetentionRate {
        result.parts.insert("naive_waterfall".to_owned(), Value::Number(waterfall));
    }
}

/// The result of a metric, as far as it follows from the totals of its period, those of the usual period and the
/// results before it.
pub(crate) fn result(
    context: &Context,
    period: Option<Period>,
    (parts, usual): (&Parts, &Parts),
    done: &Metrics,
    key: Key,
) -> MetricResult {
    let mut result = from_totals(context, period, parts, done, key);
    let retention = matches!(key, Key::Nrr | Key::Grr | Key::CustomerRetentionRate);
    if let Some(days) = period.filter(|_| retention && context.rows && result.status == Status::Ok) {
        add_chained(&mut result, context, days);
        if period != context.scope.period {
            let month = from_totals(context, context.scope.period, usual, done, key);
            let months = days.whole_months().map(|months| Value::Count(i64::from(months)));
            result = result.part_if("months", months).part_if("closing_month", month.value);
        }
    }
    result
}

fn from_totals(context: &Context, period: Option<Period>, parts: &Parts, done: &Metrics, key: Key) -> MetricResult {
    let scope = &Scope { period, ..context.scope.clone() };
    let totals = &to_totals(parts);
    let blank = || MetricResult::new(key, scope);
    let spread = totals.customers_start.filter(|_| context.rows).map(|start| {
        let mut spread = Spread::default();
        (spread.net.n, spread.gross.n) = (start.unsigned_abs(), start.unsigned_abs());
        spread
    });
    let churn = || {
        let result = done.get(&Key::CustomerChurnRate)?;
        Some((result.number()?, result.interval_numbers(), None))
    };
    let pooled = || {
        if !context.rows {
            return churn();
        }
        let months = trailing(context, context.scope.period, context.settings.churn_months);
        let lost: i64 = months.iter().map(|entry| entry.customers.lost).sum();
        let start: i64 = months.iter().map(|entry| entry.customers.start).sum();
        let (lost, start) = (lost as f64, start as f64);
        (start > 0.0).then(|| (lost / start, wilson(lost, start, scope.level.z()), Some(months.len() as i64)))
    };
    match key {
        Key::CustomerCounts => customers::customer_counts(scope, totals),
        Key::AccountRetentionRate => customers::account_retention_rate(scope, totals),
        Key::CustomerRetentionRate => customers::customer_retention_rate(scope, totals),
        Key::CustomerChurnRate => customers::customer_churn_rate(scope, totals),
        Key::ChurnRateConvert => match (churn(), done.get(&Key::CustomerChurnRate)) {
            (Some((rate, interval, _)), _) => {
                let measured = match period.map(|period| (period.whole_months(), period.days())) {
                    Some((Some(12), _)) => Measured::Annually,
                    Some((Some(1), _)) | None => Measured::Monthly,
                    Some((_, days)) => Measured::Days(f64::from(days)),
                };
                customers::churn_rate_convert(scope, rate, measured, interval)
            }
            (None, Some(churn)) => MetricResult { needs: churn.needs.clone(), ..blank().without(churn.status) },
            (None, None) => blank(),
        },
        Key::CustomerLifetime => {
            let churn = pooled().map(|(rate, interval, _)| (rate, interval));
            match (context.rows, churn) {
                (false, Some((rate, interval))) => {
                    let yearly = period.and_then(Period::whole_months) == Some(12);
                    let unit = if yearly { Unit::Years } else { Unit::Months };
                    customers::lifetime_from_churn(scope, rate, unit, interval)
                }
                _ => customers::customer_lifetime(scope, context.survival, churn, Vec::new()),
            }
        }
        Key::Mrr => revenue::mrr(scope, totals),
        Key::Arr => revenue::arr(scope, totals),
        Key::MrrMovements => revenue::mrr_movements(scope, totals),
        Key::NetNewMrr => revenue::net_new_mrr(scope, totals),
        Key::RevenueChurn => without_spread(revenue::revenue_churn(scope, totals, spread.as_ref()), context, 0.0),
        Key::Nrr => without_spread(revenue::nrr(scope, totals, spread.as_ref()), context, 1.0),
        Key::Grr => {
            let result = revenue::grr(scope, totals, spread.as_ref());
            // What is lost and what is kept of one base vary alike.
            let lost = done.get(&Key::RevenueChurn).filter(|lost| lost.period_start == result.period_start);
            let error = lost.and_then(|lost| lost.parts.get("standard_error").copied());
            if result.status == Status::Ok { result.part_if("standard_error", error) } else { result }
        }
        Key::Arpa => revenue::arpa(scope, totals, None),
        Key::QuickRatio => {
            let recent = trailing(context, period, 3);
            let sum = |class: fn(&MovementEntry) -> Amount| Some(recent.iter().map(|entry| class(entry).units).sum());
            let sums = Totals {
                mrr_new: sum(|entry| entry.new),
                mrr_reactivation: sum(|entry| entry.reactivation),
                mrr_expansion: sum(|entry| entry.expansion),
                mrr_contraction: sum(|entry| entry.contraction),
                mrr_churn: sum(|entry| entry.churn),
                ..Totals::default()
            };
            revenue::quick_ratio(scope, totals, (context.rows && recent.len() == 3).then_some(&sums))
        }
        Key::RevenueConcentration => {
            let top = context.settings.top_n;
            let mut result = revenue::revenue_concentration(scope, Vec::new(), top as usize);
            let end = totals.customers_end.filter(|end| *end > 0).map(i64::unsigned_abs);
            if let (Some(revenue), Some(end)) = (parts.get("mrr_end").filter(|_| context.rows), end) {
                result = result.part("mrr_end", *revenue).observations(end);
                result.status = Status::Ok;
                if end < u64::from(top) {
                    result = result.warning("I-FEWER-THAN-N");
                }
            }
            result
        }
        Key::CltvHistoric => economics::cltv_realised(scope, Vec::new()),
        Key::CltvSimple => {
            let arpa = match done.get(&Key::Arpa).and_then(|arpa| arpa.value) {
                Some(Value::Money(amount)) => amount.units,
                _ => return blank().without(Status::UndefinedZeroBase),
            };
            let Some((rate, interval, months)) = pooled() else { return blank().without(Status::NoPriorPeriod) };
            economics::cltv_simple(scope, arpa, rate, context.settings.gross_margin, interval)
                .part_if("churn_months", months.map(Value::Count))
        }
        Key::Cac => match (money(parts, "cost"), totals.customers_new) {
            (Some(cost), Some(new)) => economics::cac(scope, cost, new),
            _ => blank(),
        },
        Key::Nps => {
            let counts = ["promoters", "passives", "detractors"].map(|name| u64::try_from(count(parts, name)?).ok());
            match counts {
                [Some(promoters), Some(passives), Some(detractors)] => nps(scope, promoters, passives, detractors),
                _ => blank(),
            }
        }
        Key::KmSurvival => context.survival.map_or_else(blank, |curve| survival::km_survival(scope, curve)),
        Key::GoalAttainment => planning::goal_attainment(scope, done.values()),
        _ => blank(),
    }
}

/// Adds to a prediction what follows from the parts, once they are known.
pub(crate) fn from_parts(result: &mut MetricResult, parts: &Parts, done: &Metrics) {
    let part = |name: &str| parts.get(name).copied();
    let observed = |name: &str| count(parts, name).and_then(|count| u64::try_from(count).ok());
    let fraction = match result.key {
        Key::RevenueConcentration => (part("top_mrr"), part("mrr_end")),
        Key::CltvHistoric => (part("total_revenue"), part("ended")),
        Key::Csat => (part("top2"), part("responses")),
        Key::Ces => (part("agree"), part("responses")),
        Key::LtvCac => (part("cltv"), part("cac")),
        Key::SegmentComparison => {
            let churn = done.get(&Key::CustomerChurnRate);
            (churn.and_then(|churn| churn.numerator), churn.and_then(|churn| churn.denominator))
        }
        _ => {
            if part("standard_error").is_some() {
                result.ci_method = Some("linearised_ratio".to_owned());
            }
            return;
        }
    };
    if let (Some(numerator), Some(denominator)) = fraction {
        (result.numerator, result.denominator) = (Some(numerator), Some(denominator));
        result.status = Status::Ok;
    }
    let (n, method) = match result.key {
        Key::Csat | Key::Ces => (observed("responses"), "wilson"),
        Key::CltvHistoric => (observed("ended"), if observed("ended") > Some(1) { "t" } else { "" }),
        _ => return,
    };
    if let Some(n) = n {
        *result = result.clone().observations(n);
        result.ci_method = (!method.is_empty()).then(|| method.to_owned());
    }
}

/// The value that numerator and denominator make.
pub(crate) fn quotient(result: &MetricResult, exponent: u8) -> Option<Value> {
    let (numerator, denominator) = (result.numerator?, result.denominator?);
    let quotient = numerator.as_f64() / denominator.as_f64();
    match result.unit {
        Unit::Fraction | Unit::Ratio => Some(Value::Number(quotient)),
        Unit::Money => Some(Value::Money(Amount::from_f64(quotient, exponent))),
        _ => None,
    }
}

/// The interval that the counts or the standard error make.
pub(crate) fn interval(result: &MetricResult, z: f64) -> Option<Interval> {
    match (result.ci_method.as_deref()?, result.numerator, result.denominator) {
        ("wilson", Some(Value::Count(hits)), Some(Value::Count(n))) => wilson(hits as f64, n as f64, z),
        ("linearised_ratio", ..) => {
            let (ratio, half) = (result.number()?, z * result.part_number("standard_error")?);
            let (low, high) = (ratio - half, ratio + half);
            let free = result.key == Key::Nrr;
            Some(if free { Interval { low, high } } else { Interval { low: low.max(0.0), high: high.min(1.0) } })
        }
        _ => None,
    }
}

/// The parts that compare each segment's churn with that of all others, where both are known.
pub(crate) fn compared(entries: &[SegmentEntry], z: f64) -> Vec<Parts> {
    let counts = |entry: &SegmentEntry| {
        let result = entry.metrics.get(&Key::CustomerChurnRate)?;
        Some((result.numerator?.as_f64(), result.denominator?.as_f64()))
    };
    let all = entries.iter().filter_map(counts).fold((0.0, 0.0), |sum, (lost, n)| (sum.0 + lost, sum.1 + n));
    let differences: Vec<_> = entries
        .iter()
        .map(|entry| counts(entry).and_then(|(lost, n)| newcombe((lost, n), (all.0 - lost, all.1 - n), z)))
        .collect();
    let tested: Vec<f64> = differences.iter().flatten().map(|difference| difference.p).collect();
    let mut adjusted = holm(&tested).into_iter();
    let parts = differences.into_iter().map(|difference| {
        let Some(difference) = difference else { return Parts::new() };
        let p = adjusted.next().unwrap_or(1.0);
        let values = [
            Value::Number(difference.value),
            Value::Number(difference.interval.low),
            Value::Number(difference.interval.high),
            Value::Number(difference.p),
            Value::Number(p),
            Value::Yes(p <= 0.05),
        ];
        COMPARED.iter().map(|name| (*name).to_owned()).zip(values).collect()
    });
    parts.collect()
}

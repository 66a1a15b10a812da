//! What several files tell together, as text: how they were joined, the revenue behind detractors, who may leave.

use crate::format::{Align, Format, table};
use keeprate_metrics::join::{Join, JoinKey, Role};
use keeprate_metrics::report::risks::{CustomerAtRisk, LevelOfRisk, Risks, TestedLevel};
use keeprate_metrics::result::{MetricResult, Status, Unit, Value};
use keeprate_metrics::risk::{Reason, RiskLevel, Signal};

/// Customers that are listed.
const MOST_LISTED: usize = 20;

/// How each file was joined.
pub(super) fn joins(joins: &[Join], format: Format) -> String {
    let columns = [
        (format.pick("Joined", "Verbunden"), Align::Left),
        ("", Align::Left),
        (format.pick("by", "über"), Align::Left),
        (format.pick("Matched", "Gefunden"), Align::Right),
        (format.pick("Unmatched", "Nicht gefunden"), Align::Right),
        (format.pick("Customers covered", "Abgedeckte Kunden"), Align::Right),
    ];
    let row = |join: &Join| {
        vec![
            join.name.clone(),
            role(join.role, format).to_owned(),
            key(join.key, format).to_owned(),
            count(join.matched, format),
            count(join.unmatched, format),
            join.coverage.map(|share| format.percent(share)).unwrap_or_default(),
        ]
    };
    table(&columns, &joins.iter().map(row).collect::<Vec<_>>())
}

fn count(number: u64, format: Format) -> String {
    i64::try_from(number).map(|number| format.count(number)).unwrap_or_default()
}

fn role(role: Role, format: Format) -> &'static str {
    match role {
        Role::Billing => format.pick("billing", "Umsätze"),
        Role::Answers => format.pick("answers", "Antworten"),
        Role::Events => format.pick("usage", "Nutzung"),
        Role::Attributes => format.pick("attributes", "Merkmale"),
    }
}

fn key(key: JoinKey, format: Format) -> &'static str {
    match key {
        JoinKey::Customer => format.pick("customer", "Kunde"),
        JoinKey::Email => format.pick("e-mail", "E-Mail"),
    }
}

/// The revenue behind detractors by each way to attribute it, and whose answers count.
pub(super) fn detractors(result: &MetricResult, format: Format) -> String {
    let title = format.pick("Revenue of customers with detractors", "Umsatz von Kunden mit Kritikern");
    let part = |name: &str| result.parts.get(name).copied();
    let ways = [
        (format.pick("at least one", "mindestens einer"), result.value, "share"),
        (format.pick("more than half", "mehr als die Hälfte"), part("majority"), "majority_share"),
        (format.pick("by their share", "nach ihrem Anteil"), part("weighted"), "weighted_share"),
        (format.pick("estimate for all customers", "Schätzung für alle Kunden"), part("extrapolated"), ""),
    ];
    let columns = [
        (title, Align::Left),
        (format.pick("MRR", "MRR"), Align::Right),
        (format.pick("Share of all", "Anteil an allem"), Align::Right),
    ];
    let row = |(way, amount, share): (&str, Option<Value>, &str)| {
        let amount = amount.map_or_else(|| format.result(result), |amount| format.value(amount, Unit::Money));
        let share = part(share).map(|share| format.value(share, Unit::Fraction)).unwrap_or_default();
        vec![way.to_owned(), amount, share]
    };
    let rows: Vec<Vec<String>> =
        if result.status == Status::Ok { ways.into_iter().map(row).collect() } else { Vec::new() };
    let number = |name: &str| part(name).map_or(0, |value| value.as_f64() as u64);
    let [matched, unmatched, zero_mrr] = ["matched", "unmatched", "zero_mrr"].map(|name| count(number(name), format));
    let who = format.pick("Respondents with MRR", "Befragte mit MRR");
    let (unknown, without) = (format.pick("unknown", "unbekannt"), format.pick("without MRR", "ohne MRR"));
    let text = format!("{}{who}: {matched}; {unknown}: {unmatched}; {without}: {zero_mrr}\n", table(&columns, &rows));
    if rows.is_empty() { text } else { text + &expected_loss(result, format) }
}

/// What is expected to be lost of it, or how many detractors there would have to be to tell.
fn expected_loss(result: &MetricResult, format: Format) -> String {
    let number = |name: &str| result.parts.get(name).map_or(0, |value| value.as_f64() as u64);
    let [former, lost] = ["former_detractors", "former_lost"].map(|name| count(number(name), format));
    let expected = format.pick("Expected to be lost within 12 months", "Binnen 12 Monaten erwarteter Verlust");
    let money = |name: &str| result.parts.get(name).map(|value| format.value(*value, Unit::Money));
    let text = match (money("expected_loss"), money("expected_loss_low"), money("expected_loss_high")) {
        (Some(loss), Some(low), Some(high)) => format!(
            "{expected}: {loss} ({low} {} {high}; {} {lost}/{former})",
            format.pick("to", "bis"),
            format.pick(
                "estimate: of the detractors 12 months ago, gone since:",
                "Schätzung: von den Kritikern vor 12 Monaten seither gegangen:"
            ),
        ),
        _ => format!(
            "{expected}: {} {former}/30",
            format.pick(
                "too little data, customers with detractors 12 months ago:",
                "zu wenig Daten, Kunden mit Kritikern vor 12 Monaten:"
            ),
        ),
    };
    text + "\n"
}

/// Who may leave: by level, then the first customers with their reasons.
pub(super) fn risks(risks: &Risks, format: Format) -> String {
    if risks.customers.is_empty() {
        let known = format.pick(
            "Churn risk: too little is known of the customers",
            "Abwanderungsrisiko: über die Kunden ist zu wenig bekannt",
        );
        return [known, ".\n"].concat();
    }
    let columns = [
        (format.pick("Churn risk", "Abwanderungsrisiko"), Align::Left),
        (format.pick("Customers", "Kunden"), Align::Right),
        (format.pick("MRR", "MRR"), Align::Right),
        (format.pick("Share", "Anteil"), Align::Right),
        (format.pick("Left within three months", "Binnen drei Monaten gegangen"), Align::Right),
    ];
    let row = |of: &LevelOfRisk| {
        let tested = risks.back_test.iter().find(|tested| Some(tested.level) == of.level);
        vec![
            level(of.level, format).to_owned(),
            count(of.customers, format),
            format.money(of.mrr),
            of.share.map(|share| format.percent(share)).unwrap_or_default(),
            tested.filter(|tested| is_tested(tested)).map(|tested| format.result(&tested.result)).unwrap_or_default(),
        ]
    };
    let mut text = table(&columns, &risks.levels.iter().map(row).collect::<Vec<_>>());
    if !risks.back_test.iter().any(is_tested) {
        text.push_str(format.pick(
            "A rule, not a probability; not tested.\n",
            "Eine Regel, keine Wahrscheinlichkeit; Regel nicht überprüft.\n",
        ));
    }
    let columns = [
        (format.pick("Customer", "Kunde"), Align::Left),
        (format.pick("Level", "Stufe"), Align::Left),
        (format.pick("Score", "Wert"), Align::Right),
        (format.pick("Points", "Punkte"), Align::Right),
        (format.pick("MRR", "MRR"), Align::Right),
        (format.pick("Reasons", "Gründe"), Align::Left),
    ];
    let row = |of: &CustomerAtRisk| {
        vec![
            of.customer.clone(),
            level(Some(of.level), format).to_owned(),
            of.score.to_string(),
            format!("{}/{}", of.points, of.points_possible),
            format.money(of.mrr),
            reasons(&of.reasons, format),
        ]
    };
    text.push('\n');
    text.push_str(&table(&columns, &risks.customers.iter().take(MOST_LISTED).map(row).collect::<Vec<_>>()));
    let known = risks.levels.iter().filter(|of| of.level.is_some()).map(|of| of.customers).sum::<u64>();
    let rest = known.saturating_sub(risks.customers.len().min(MOST_LISTED) as u64);
    if rest > 0 {
        text.push_str(&format!("{} {}\n", format.pick("further:", "weitere:"), count(rest, format)));
    }
    text
}

fn is_tested(tested: &TestedLevel) -> bool {
    tested.result.status != Status::InsufficientData
}

fn level(level: Option<RiskLevel>, format: Format) -> &'static str {
    match level {
        Some(RiskLevel::Leaving) => format.pick("leaving", "Kündigung liegt vor"),
        Some(RiskLevel::High) => format.pick("high", "hoch"),
        Some(RiskLevel::Medium) => format.pick("medium", "mittel"),
        Some(RiskLevel::Low) => format.pick("low", "niedrig"),
        None => format.pick("too little known", "zu wenig bekannt"),
    }
}

/// The reasons with their points: `no activity +25, detractor +20`.
pub(super) fn reasons(reasons: &[Reason], format: Format) -> String {
    let reason = |reason: &Reason| {
        let days = |english: &str, german: &str| {
            format!(
                "{} {} {}",
                format.number(reason.measure, 0),
                format.pick("days", "Tage"),
                format.pick(english, german)
            )
        };
        let what = match reason.signal {
            Signal::Inactivity => days("without activity", "ohne Aktivität"),
            Signal::UsageDrop => {
                let drop = format.percent(reason.measure);
                format!("{} {drop}", format.pick("usage down by", "Nutzung gesunken um"))
            }
            Signal::Feedback if reason.measure >= 2.0 => format.pick("critical answer", "kritische Antwort").to_owned(),
            Signal::Feedback => format.pick("undecided answer", "unentschiedene Antwort").to_owned(),
            Signal::Payment => format.pick("payment past due", "Zahlung überfällig").to_owned(),
            Signal::Contraction => days("since paying less", "seit der Herabstufung"),
            Signal::Renewal => days("to the renewal", "bis zur Verlängerung"),
            Signal::Tenure => days("a customer", "Kunde"),
        };
        format!("{what} +{}", reason.points)
    };
    reasons.iter().map(reason).collect::<Vec<_>>().join(", ")
}

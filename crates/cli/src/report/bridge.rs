//! Why two presets give different figures for a file of subscriptions, as text.

use crate::format::{Align, Format, table};
use keeprate_metrics::bridge::{Bridge, ChangedCustomer, Figure, Step};
use keeprate_metrics::catalogue::{definition, term};
use keeprate_metrics::money::Amount;
use keeprate_metrics::result::{Unit, Value};

/// Customers that are listed for each step.
pub(super) const MOST_LISTED: usize = 10;

/// The figures with what each setting adds, then the customers behind each step.
pub(super) fn write(bridge: &Bridge, name: &str, format: Format) -> String {
    let (from, to) = (bridge.from.name.as_str(), bridge.to.name.as_str());
    let title = [name, &bridge.period.label, bridge.currency.code(), from, to].join(", ");
    let mut parts = vec![crate::format::one_line(&title) + "\n", figures(bridge, format)];
    parts.extend(bridge.steps.iter().map(|step| customers(step, format)));
    parts.join("\n")
}

fn figures(bridge: &Bridge, format: Format) -> String {
    let mut columns = vec![(format.pick("Metric", "Kennzahl"), Align::Left), (bridge.from.name.as_str(), Align::Right)];
    columns.extend(bridge.steps.iter().map(|step| (step.setting.as_str(), Align::Right)));
    columns.push((bridge.to.name.as_str(), Align::Right));
    let row = |figure: &Figure| {
        let mut cells = vec![name_of(figure, format), cell(figure, figure.start, format)];
        cells.extend(figure.steps.iter().map(|step| added(figure, *step, format)));
        cells.push(cell(figure, figure.end, format));
        cells
    };
    table(&columns, &bridge.figures.iter().map(row).collect::<Vec<_>>())
}

fn name_of(figure: &Figure, format: Format) -> String {
    let name = definition(figure.key).name;
    match figure.part.as_deref().and_then(term) {
        Some(part) if figure.part.as_deref() == Some("net") => {
            format!("{}: {}", format.pick(name.en, name.de), format.pick(part.en, part.de))
        }
        Some(part) => format.pick(part.en, part.de).to_owned(),
        None => format.pick(name.en, name.de).to_owned(),
    }
}

/// A figure with as many decimals as it is rounded to, so that start and steps visibly add up.
fn cell(figure: &Figure, value: Option<Value>, format: Format) -> String {
    match value {
        Some(Value::Number(number)) if figure.unit == Unit::Fraction => {
            [&format.number(number * 100.0, 4), format.pick("%", " %")].concat()
        }
        Some(Value::Number(number)) => format.number(number, 6),
        Some(value) => format.value(value, figure.unit),
        None => "–".to_owned(),
    }
}

/// What a step adds: nothing is an empty cell.
fn added(figure: &Figure, value: Option<Value>, format: Format) -> String {
    match value {
        Some(value) if value.as_f64() == 0.0 => String::new(),
        Some(value) if value.as_f64() > 0.0 => ["+", &cell(figure, Some(value), format)].concat(),
        value => cell(figure, value, format),
    }
}

fn customers(step: &Step, format: Format) -> String {
    let changed = i64::try_from(step.changed).map(|count| format.count(count)).unwrap_or_default();
    let customers = match step.changed {
        1 => format.pick("customer changed", "Kunde verändert"),
        _ => format.pick("customers changed", "Kunden verändert"),
    };
    let mut text = format!("{}: {} → {} ({changed} {customers})\n", step.setting, step.from, step.to);
    if step.customers.is_empty() {
        return text;
    }
    let columns = [
        (format.pick("Customer", "Kunde"), Align::Left),
        (format.pick("Start, before", "Anfang, vorher"), Align::Right),
        (format.pick("after", "nachher"), Align::Right),
        (format.pick("End, before", "Ende, vorher"), Align::Right),
        (format.pick("after", "nachher"), Align::Right),
    ];
    let state = |amount: Option<Amount>| amount.map_or_else(|| "–".to_owned(), |amount| format.money(amount));
    let row = |changed: &ChangedCustomer| {
        vec![
            changed.customer.clone(),
            state(changed.start.0),
            state(changed.start.1),
            state(changed.end.0),
            state(changed.end.1),
        ]
    };
    text.push_str(&table(&columns, &step.customers.iter().map(row).collect::<Vec<_>>()));
    let rest = step.changed.saturating_sub(step.customers.len() as u64);
    if let Some(rest) = i64::try_from(rest).ok().filter(|rest| *rest > 0) {
        let (start, end) = (format.money(step.rest_start), format.money(step.rest_end));
        let others = format.pick("others add", "weitere tragen bei:");
        let words = [format.pick("at the start", "am Anfang"), format.pick("at the end", "am Ende")];
        text.push_str(&format!("{} {others} {start} {}, {end} {}\n", format.count(rest), words[0], words[1]));
    }
    text
}

//! Why the figures differ from those of another product: which setting changes which figure by how much, and whose
//! customers' amounts. The worker works it out from the subscriptions when it is asked.

use crate::charts::frame::panel;
use crate::charts::table::{or_dash, table};
use crate::components::text::plain;
use crate::context::Session;
use crate::i18n::{Language, Messages};
use crate::platform::dom::value_of;
use crate::platform::intl::Formats;
use crate::protocol::Request;
use crate::queries::figures::Figure as Shown;
use crate::state::data::SharedReport;
use keeprate_metrics::bridge::{Bridge, ChangedCustomer, Figure, Side, Step};
use keeprate_metrics::catalogue::shown;
use keeprate_metrics::money::Amount;
use keeprate_metrics::period::{Month, Period};
use keeprate_metrics::presets::{PRESETS, Preset};
use keeprate_metrics::result::{Unit, Value};
use std::rc::Rc;
use yew::{Callback, Event, Html, Properties, component, html, use_effect_with, use_state_eq};

/// Properties of [`Explained`].
#[derive(Properties, PartialEq)]
pub struct ExplainedProperties {
    /// The words.
    pub messages: Messages,
    /// The report that it stands below.
    pub report: SharedReport,
    /// What the worker worked out last.
    pub bridge: Option<Rc<Bridge>>,
    /// Asks the worker.
    pub session: Session,
}

/// The months of a report, if they are whole.
fn months(report: &SharedReport) -> Option<(Month, Month)> {
    let period = report.period.as_ref()?;
    let (start, end) = (period.start?, period.end?);
    Period { start, end }.whole_months()?;
    Some((start.month(), end.month().plus(-1)))
}

/// The panel: another product to choose, and why its figures differ.
#[component]
pub fn Explained(properties: &ExplainedProperties) -> Html {
    let ExplainedProperties { messages, report, bridge, session } = properties;
    let messages = *messages;
    let formats = Formats { language: messages.language, currency: report.currency };
    let against = use_state_eq(|| None::<&'static Preset>);
    let from = report.settings.conventions;
    let to = *against;
    let months = months(report);
    {
        let session = session.clone();
        let wanted = to.map(|to| (to.key, from, months));
        use_effect_with(wanted, move |_| {
            if let Some(to) = to {
                let name = PRESETS.iter().find(|preset| preset.conventions() == from).map(|preset| preset.name);
                let from = Side { name: name.unwrap_or_default().to_owned(), settings: from };
                session.worker.send(Request::Bridge { sides: Box::new((from, Side::from(to))), months }, Vec::new());
            }
        });
    }
    let onchange = {
        let against = against.setter();
        Callback::from(move |event: Event| against.set(Preset::parse(&value_of(&event))))
    };
    let others = PRESETS.iter().filter(|preset| preset.conventions() != from);
    let option = |preset: &'static Preset| {
        html! { <option key={preset.key} value={preset.key} selected={to.is_some_and(|to| to.key == preset.key)}>{ preset.name }</option> }
    };
    let choice = html! {
        <label class="bridge-choice">
            { plain("span", "visually-hidden", messages.compare_with()) }
            <select name="against_preset" {onchange}>
                <option value="" selected={to.is_none()}>{ messages.choose_product() }</option>
                { for others.map(option) }
            </select>
        </label>
    };
    // An answer to an older question shows nothing.
    let fits = |bridge: &&Rc<Bridge>| {
        to.is_some_and(|to| bridge.to == Side::from(to)) && bridge.from.settings == from && of_months(bridge) == months
    };
    let body = bridge.as_ref().filter(fits).map(|bridge| explanation(messages, formats, bridge));
    let period = report.period.as_ref().map(|period| formats.labelled(period)).unwrap_or_default();
    let note = [&period, ". ", messages.why_others_note()].concat();
    panel("presets-bridge", messages.why_others_differ(), note, choice, body.unwrap_or_default())
}

fn of_months(bridge: &Bridge) -> Option<(Month, Month)> {
    Some((bridge.period.start?.month(), bridge.period.end?.month().plus(-1)))
}

fn explanation(messages: Messages, formats: Formats, bridge: &Bridge) -> Html {
    let mut headings = vec![messages.metric(), bridge.from.name.as_str()];
    headings.extend(bridge.steps.iter().map(|step| messages.convention(&step.setting)));
    headings.push(&bridge.to.name);
    let row = |figure: &Figure| {
        let mut cells = vec![name_of(messages, figure), cell(formats, figure, figure.start)];
        cells.extend(figure.steps.iter().map(|step| added(formats, figure, *step)));
        cells.push(cell(formats, figure, figure.end));
        cells
    };
    let has_value = |figure: &&Figure| figure.start.is_some() || figure.end.is_some();
    let rows = bridge.figures.iter().filter(has_value).map(row).collect();
    html! {
        <>
            <div class="scroll" tabindex="0" role="group" aria-label={messages.why_others_differ()}>
                { table(&headings, rows) }
            </div>
            { for bridge.steps.iter().map(|step| customers(messages, formats, step)) }
        </>
    }
}

fn name_of(messages: Messages, figure: &Figure) -> String {
    let name = messages.text(shown(figure.key).name);
    match &figure.part {
        Some(part) if part == "net" => [name, ": ", &messages.term(part)].concat(),
        Some(part) => messages.term(part),
        None => name.to_owned(),
    }
}

/// A figure with as many decimals as it is rounded to, so that start and steps visibly add up.
fn cell(formats: Formats, figure: &Figure, value: Option<Value>) -> String {
    or_dash(value.map(|value| match value {
        Value::Number(number) if figure.unit == Unit::Fraction => {
            let percent = if formats.language == Language::De { "\u{a0}%" } else { "%" };
            [&formats.number(number * 100.0, 4), percent].concat()
        }
        Value::Number(number) => formats.number(number, 6),
        value => formats.figure(Shown::of(value, figure.unit)),
    }))
}

/// What a setting adds: nothing is an empty cell.
fn added(formats: Formats, figure: &Figure, value: Option<Value>) -> String {
    let text = cell(formats, figure, value);
    match value.map(|value| value.as_f64()) {
        Some(0.0) => String::new(),
        Some(more) if more > 0.0 => ["+", &text].concat(),
        _ => text,
    }
}

/// The customers behind a step.
fn customers(messages: Messages, formats: Formats, step: &Step) -> Html {
    let state = |amount: Option<Amount>| or_dash(amount.map(|amount| formats.money(amount)));
    let row = |changed: &ChangedCustomer| {
        vec![
            changed.customer.clone(),
            state(changed.start.0),
            state(changed.start.1),
            state(changed.end.0),
            state(changed.end.1),
        ]
    };
    let headings = [
        messages.customer(),
        messages.start_before(),
        messages.start_after(),
        messages.end_before(),
        messages.end_after(),
    ];
    let written = [&step.setting, "=", &step.to].concat();
    let changed = messages.customers_changed(&formats.count(step.changed as i64));
    let rest = step.changed.saturating_sub(step.customers.len() as u64);
    let others = messages.others_add(
        &formats.count(rest as i64),
        &formats.money(step.rest_start),
        &formats.money(step.rest_end),
    );
    html! {
        <details key={step.setting.clone()}>
            <summary>
                { messages.convention(&step.setting) }{ " (" }{ plain("code", "", written) }{ ") · " }{ changed }
            </summary>
            if !step.customers.is_empty() {
                <div class="scroll" tabindex="0" role="group" aria-label={messages.customers()}>
                    { table(&headings, step.customers.iter().map(row).collect()) }
                </div>
            }
            if rest > 0 { { plain("p", "note", others) } }
        </details>
    }
}

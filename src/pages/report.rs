//! A report on screen: cards, bridge, trend, cohorts, survival, segments. The dashboard shows the loaded data this way,
//! a shared link its decoded report.

use crate::charts::bridge::{bridge, bridge_table};
use crate::charts::cohorts::Cohorts;
use crate::charts::frame::{Frame, Table};
use crate::charts::movements::{movements, movements_table};
use crate::charts::survival::{survival, survival_table};
use crate::charts::trend::{trend, trend_table};
use crate::components::card::kpi_card;
use crate::components::proof::{Proof, SharedReport};
use crate::components::segments::segments;
use crate::context::{use_formats, use_messages};
use crate::i18n::Messages;
use crate::platform::dom::value_of;
use crate::queries::cards::{Group, cards};
use crate::queries::charts::{CohortCells, cohort_rows, movement_of_period, time_points};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::cohorts::weighted_retention;
use std::rc::Rc;
use yew::{Callback, Event, Html, Properties, component, html, use_memo, use_state_eq};

/// Periods that the charts over time show.
const PERIODS: usize = 36;
/// Cohorts that the triangle shows.
const COHORTS: usize = 24;

/// Properties of [`ReportView`].
#[derive(Properties, PartialEq)]
pub struct ReportViewProperties {
    /// The report.
    pub report: SharedReport,
    /// The metric whose proof is open.
    pub proof: Option<Key>,
    /// A proof is opened or closed.
    pub onproof: Callback<Option<Key>>,
    /// The columns that segments can be told apart by; none hides the choice.
    #[prop_or_default]
    pub columns: Vec<String>,
    /// Another column was chosen.
    #[prop_or_default]
    pub oncolumn: Callback<String>,
}

fn group_name(messages: Messages, group: Group) -> &'static str {
    match group {
        Group::Retention => messages.group_retention(),
        Group::Revenue => messages.group_revenue(),
        Group::Customers => messages.group_customers(),
    }
}

/// The report.
#[component]
pub fn ReportView(properties: &ReportViewProperties) -> Html {
    let (messages, formats) = (use_messages(), use_formats());
    let cells = use_state_eq(CohortCells::default);
    let points =
        use_memo(properties.report.clone(), |report| report.0.as_ref().map(|report| time_points(report, PERIODS)));
    let Some(report) = &properties.report.0 else { return Html::default() };
    let period = report.period.as_ref().map(|period| formats.labelled(period)).unwrap_or_default();
    let onproof = {
        let onproof = properties.onproof.clone();
        Callback::from(move |key| onproof.emit(Some(key)))
    };
    let onclose = {
        let onproof = properties.onproof.clone();
        Callback::from(move |()| onproof.emit(None))
    };
    let currency = report.currency.code().to_owned();
    let points: Rc<Vec<_>> = Rc::new((*points).clone().unwrap_or_default());
    let over_time = points.len() > 1;
    let span = match (points.first(), points.last()) {
        (Some(first), Some(last)) => {
            messages.from_to(&formats.short_labelled(&first.period), &formats.short_labelled(&last.period))
        }
        _ => String::new(),
    };
    let moves = points.iter().any(|point| point.movement.is_some());
    let cohorts = report.cohorts.as_ref().filter(|cohorts| !cohorts.customers.is_empty());
    let median = report.metrics.get(&Key::KmSurvival).and_then(|result| result.number());
    let column = report.segments.first().map(|entry| entry.segment.column.clone());
    let oncolumn = {
        let oncolumn = properties.oncolumn.clone();
        Callback::from(move |event: Event| oncolumn.emit(value_of(&event)))
    };
    let cell_switch = |which: CohortCells, name: &'static str| {
        let chosen = cells.clone();
        let onclick = Callback::from(move |_| chosen.set(which));
        html! { <button type="button" aria-pressed={(*cells == which).to_string()} {onclick}>{ name }</button> }
    };

    let frame = |id: &'static str, title: &'static str, note: String, table: Rc<dyn Fn() -> Html>, chart: Html| {
        let table = Table(table);
        html! { <Frame key={id} {id} {title} {note} {table}>{ chart }</Frame> }
    };
    let mut charts = Vec::new();
    if let Some(entry) = movement_of_period(report) {
        let moved = entry.clone();
        let table = Rc::new(move || bridge_table(messages, formats, &moved));
        let chart = bridge(messages, formats, entry);
        charts.push(frame("bridge", messages.bridge(), format!("{currency} · {period}"), table, chart));
    }
    if over_time {
        let shown = points.clone();
        let table = Rc::new(move || trend_table(messages, formats, &shown));
        let chart = trend(messages, formats, points.clone());
        charts.push(frame("trend", messages.trend(), format!("{currency} · {span}"), table, chart));
    }
    if over_time && moves {
        let shown = points.clone();
        let table = Rc::new(move || movements_table(messages, formats, &shown));
        let chart = movements(messages, formats, points);
        charts.push(frame("movements", messages.movements(), format!("{currency} · {span}"), table, chart));
    }
    if !report.survival.is_empty() {
        let steps = Rc::new(report.survival.clone());
        let shown = steps.clone();
        let table = Rc::new(move || survival_table(messages, formats, &shown));
        let chart = survival(messages, formats, steps, median);
        charts.push(frame("survival", messages.survival(), messages.survival_note().to_owned(), table, chart));
    }

    html! {
        <>
            { for cards(report).into_iter().map(|(group, cards)| html! {
                <section key={group_name(messages, group)} class="card-group" aria-label={group_name(messages, group)}>
                    <h2>{ group_name(messages, group) }<span class="note">{ " " }{ &period }</span></h2>
                    <div class="cards">
                        { for cards.iter().map(|card| kpi_card(messages, formats, card, Some(&onproof))) }
                    </div>
                </section>
            }) }
            <div class="panels">
                { charts }
            </div>
            if let Some(cohorts) = cohorts {
                <section class="panel" id="cohorts" aria-labelledby="cohorts-heading">
                    <header class="panel-header">
                        <div>
                            <h3 id="cohorts-heading">{ messages.cohorts() }</h3>
                            <p class="note">{ messages.cohorts_note() }</p>
                        </div>
                        <div class="segmented" role="group" aria-label={messages.cells()}>
                            { cell_switch(CohortCells::Share, messages.percent()) }
                            { cell_switch(CohortCells::Count, messages.count()) }
                        </div>
                    </header>
                    { {
                        let (rows, columns) = cohort_rows(&cohorts.customers, COHORTS);
                        let weighted = Rc::new(weighted_retention(&cohorts.customers, false));
                        html! { <Cohorts rows={Rc::new(rows)} {columns} cells={*cells} {weighted} /> }
                    } }
                </section>
            }
            if !report.segments.is_empty() {
                <section class="panel" id="segments" aria-labelledby="segments-heading">
                    <header class="panel-header">
                        <div>
                            <h3 id="segments-heading">{ messages.segments() }</h3>
                            if !period.is_empty() { <p class="note">{ messages.segments_note(&period) }</p> }
                        </div>
                        if properties.columns.len() > 1 {
                            <label class="inline">
                                <span>{ messages.by_column() }</span>
                                <select name="column" onchange={oncolumn}>
                                    { for properties.columns.iter().map(|name| html! {
                                        <option key={name.clone()} value={name.clone()} selected={Some(name) == column.as_ref()}>
                                            { name }
                                        </option>
                                    }) }
                                </select>
                            </label>
                        } else if let Some(column) = column {
                            <p class="note">{ column }</p>
                        }
                    </header>
                    { segments(messages, formats, &report.segments) }
                </section>
            }
            <Proof metric={properties.proof} report={properties.report.clone()} {onclose} />
        </>
    }
}

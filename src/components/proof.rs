//! The proof of a figure: formula, formula with numbers, definition, cautions, other readings, what was left out.

use crate::components::cautions::caution_entries;
use crate::components::dialog::dialog;
use crate::components::intake::findings;
use crate::components::text::{entry, plain};
use crate::i18n::Messages;
use crate::platform::intl::Formats;
use crate::queries::figures::Figure;
use crate::queries::proof::{formula_in_words, formula_with_numbers, readings};
use crate::state::data::SharedReport;
use crate::state::view::{Action, View};
use keeprate_ingest::Severity;
use keeprate_metrics::catalogue::{Key, shown};
use keeprate_metrics::period::Period;
use keeprate_metrics::result::MetricResult;
use yew::{Callback, Html, NodeRef, UseReducerDispatcher, html};

/// The panel, a modal dialog, with the proof of a metric of the report; without a metric it is closed.
pub fn proof(
    messages: Messages,
    node: NodeRef,
    (report, metric): (&SharedReport, Option<Key>),
    view: &UseReducerDispatcher<View>,
) -> Html {
    let view = view.clone();
    let onclose = Callback::from(move |()| view.dispatch(Action::Proof(None)));
    let title = metric.map_or("", |key| messages.text(shown(key).name));
    let body = metric.map(|key| proof_body(messages, key, report));
    dialog(messages, node, ("proof", title), body, &onclose)
}

fn proof_body(messages: Messages, key: Key, report: &SharedReport) -> Html {
    let formats = Formats { language: messages.language, currency: report.currency };
    let Some(result) = report.metrics.get(&key) else { return Html::default() };
    let definition = shown(result.key);
    let symbols = formula_in_words(definition, |name| messages.term(name));
    let numbers = formula_with_numbers(definition, result, |figure| formats.figure(figure));
    let value = Figure::of_result(result).map_or_else(|| messages.reason(result), |figure| formats.figure(figure));
    let closed = definition.formula.contains('=');
    let period = result.period_start.zip(result.period_end).map(|(start, end)| Period { start, end });
    let variant = definition.variants.iter().find(|(name, _)| *name == result.variant).map(|(_, text)| *text);
    let left_out: Vec<_> = report
        .inputs
        .iter()
        .flat_map(|input| input.diagnostics.iter())
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .cloned()
        .collect();
    let mut lines = vec![entry(messages.formula(), "formula", symbols)];
    lines.push(match numbers {
        Some(numbers) if closed => entry(messages.with_the_numbers(), "", numbers),
        Some(numbers) => entry(messages.with_the_numbers(), "", [&numbers, " = ", &value].concat()),
        None => entry(messages.result(), "", value),
    });
    if let Some(period) = period {
        lines.push(entry(messages.period(), "", formats.period(period)));
    }
    if let Some(variant) = variant {
        lines.push(entry(messages.definition_used(), "", messages.text(variant)));
    }
    if let (Some(low), Some(high)) = (result.ci_low, result.ci_high) {
        let bound = |value| formats.figure(Figure::of(value, result.unit));
        let range = messages.range(&bound(low), &bound(high));
        lines.push(entry(messages.interval(), "", [&range, ". ", messages.interval_meaning()].concat()));
    }
    lines.extend(caution_entries(messages, result));
    lines.push(entry(messages.source(), "", definition.source));
    html! {
        <div class="proof-body">
            { plain("p", "", messages.text(definition.meaning)) }
            <dl>{ lines }</dl>
            { other_readings(messages, formats, result) }
            { plain("h3", "", messages.left_out()) }
            if left_out.is_empty() {
                { plain("p", "note", messages.nothing_left_out()) }
            } else {
                { findings(messages, "keeprate", &left_out) }
            }
        </div>
    }
}

fn other_readings(messages: Messages, formats: Formats, result: &MetricResult) -> Html {
    let readings = readings(shown(result.key), result);
    if readings.is_empty() {
        return Html::default();
    }
    html! {
        <>
            { plain("h3", "", messages.other_readings()) }
            <table>
                <tbody>
                    { for readings.into_iter().map(|reading| html! {
                        <tr key={reading.name.clone()}>
                            <th scope="row">
                                { messages.term(&reading.name) }
                                if let Some(what) = reading.what { <span class="note">{ " " }{ messages.text(what) }</span> }
                            </th>
                            { plain("td", "", formats.figure(reading.figure)) }
                        </tr>
                    }) }
                </tbody>
            </table>
        </>
    }
}

//! The proof of a figure: formula, formula with numbers, definition, other readings, what was left out.

use crate::components::intake::findings;
use crate::context::{use_formats, use_messages};
use crate::i18n::Messages;
use crate::platform::dom::set_modal;
use crate::platform::intl::Formats;
use crate::protocol::Document;
use crate::queries::figures::Figure;
use crate::queries::proof::{formula_in_words, formula_with_numbers, readings};
use keeprate_ingest::Severity;
use keeprate_metrics::catalogue::{Key, definition};
use keeprate_metrics::period::Period;
use keeprate_metrics::result::MetricResult;
use std::rc::Rc;
use yew::{Callback, Html, Properties, component, html, use_effect_with, use_node_ref};

/// Properties of [`Proof`].
#[derive(Properties, PartialEq)]
pub struct ProofProperties {
    /// The metric; `None` closes the panel.
    pub metric: Option<Key>,
    /// The report that has it.
    #[prop_or_default]
    pub report: SharedReport,
    /// The panel was closed.
    pub onclose: Callback<()>,
}

/// A report that is compared by identity: two answers are never compared number by number.
#[derive(Clone, Debug, Default)]
pub struct SharedReport(pub Option<Rc<Document>>);

impl PartialEq for SharedReport {
    fn eq(&self, other: &SharedReport) -> bool {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => Rc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        }
    }
}

/// The panel, a modal dialog.
#[component]
pub fn Proof(properties: &ProofProperties) -> Html {
    let (messages, formats) = (use_messages(), use_formats());
    let dialog = use_node_ref();
    {
        let dialog = dialog.clone();
        use_effect_with(properties.metric, move |metric| set_modal(&dialog, metric.is_some()));
    }
    let onclose = properties.onclose.reform(|_| ());
    let close = properties.onclose.reform(|_| ());
    html! {
        <dialog ref={dialog} class="proof" aria-labelledby="proof-title" {onclose}>
            if let (Some(key), Some(report)) = (properties.metric, &properties.report.0) {
                <header>
                    <h2 id="proof-title">{ messages.text(definition(key).name) }</h2>
                    <button type="button" class="quiet" onclick={close}>{ messages.close() }</button>
                </header>
                { proof_body(messages, formats, key, report) }
            }
        </dialog>
    }
}

fn proof_body(messages: Messages, formats: Formats, key: Key, report: &Document) -> Html {
    let Some(result) = report.metrics.get(&key) else { return Html::default() };
    let definition = definition(result.key);
    let symbols = formula_in_words(result.key, |name| messages.term(name));
    let numbers = formula_with_numbers(result, |figure| formats.figure(figure));
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
    let mut lines = vec![(messages.formula(), html! { <span class="formula">{ symbols }</span> })];
    lines.push(match numbers {
        Some(numbers) if closed => (messages.with_the_numbers(), numbers.into()),
        Some(numbers) => (messages.with_the_numbers(), [numbers, " = ".to_owned(), value].concat().into()),
        None => (messages.result(), value.into()),
    });
    if let Some(period) = period {
        lines.push((messages.period(), formats.period(period).into()));
    }
    if let Some(variant) = variant {
        lines.push((messages.definition_used(), messages.text(variant).into()));
    }
    if let (Some(low), Some(high)) = (result.ci_low, result.ci_high) {
        let bound = |value| formats.figure(Figure::of(value, result.unit));
        let range = messages.range(&bound(low), &bound(high));
        lines.push((messages.interval(), [&range, ". ", messages.interval_meaning()].concat().into()));
    }
    lines.push((messages.source(), definition.source.into()));
    html! {
        <div class="proof-body">
            <p>{ messages.text(definition.meaning) }</p>
            <dl>
                { for lines.into_iter().map(|(name, text)| html! { <><dt>{ name }</dt><dd>{ text }</dd></> }) }
            </dl>
            { other_readings(messages, formats, result) }
            <h3>{ messages.left_out() }</h3>
            if left_out.is_empty() {
                <p class="note">{ messages.nothing_left_out() }</p>
            } else {
                { findings(messages, &left_out) }
            }
        </div>
    }
}

fn other_readings(messages: Messages, formats: Formats, result: &MetricResult) -> Html {
    let readings = readings(result);
    if readings.is_empty() {
        return Html::default();
    }
    html! {
        <>
            <h3>{ messages.other_readings() }</h3>
            <table>
                <tbody>
                    { for readings.into_iter().map(|reading| html! {
                        <tr key={reading.name.clone()}>
                            <th scope="row">
                                { messages.term(&reading.name) }
                                if let Some(what) = reading.what { <span class="note">{ " " }{ messages.text(what) }</span> }
                            </th>
                            <td>{ formats.figure(reading.figure) }</td>
                        </tr>
                    }) }
                </tbody>
            </table>
        </>
    }
}

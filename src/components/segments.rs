//! Segments side by side, with tested differences.

use crate::components::text::plain;
use crate::i18n::Messages;
use crate::platform::intl::Formats;
use crate::queries::figures::Figure;
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::report::SegmentEntry;
use keeprate_metrics::result::{Flag, MetricResult, Value};
use yew::{Html, html};

/// The table.
pub fn segments(messages: Messages, formats: Formats, entries: &[SegmentEntry]) -> Html {
    let cell = |entry: &SegmentEntry, key: Key| -> Html {
        let Some(result) = entry.metrics.get(&key) else { return plain("td", "", "–") };
        let (class, text) = match Figure::of_result(result) {
            Some(figure) => ("", formats.figure(figure)),
            None => ("note", messages.reason(result)),
        };
        html! { <td {class} data-metric={key.name()}>{ text }</td> }
    };
    let difference = |entry: &SegmentEntry| -> Html {
        let churn = entry.metrics.get(&Key::CustomerChurnRate);
        let part = |name: &str| churn.and_then(|result| result.part_number(name));
        let (Some(difference), Some(low), Some(high)) =
            (part("difference"), part("difference_low"), part("difference_high"))
        else {
            return plain("td", "", "–");
        };
        let few = churn.is_some_and(|result| result.flags.contains(&Flag::VeryLowN));
        let proven = matches!(churn.and_then(|result| result.parts.get("significant")), Some(Value::Yes(true))) && !few;
        let (class, word) = match (proven, difference > 0.0) {
            (false, _) => ("", messages.no_provable_difference()),
            (true, true) => ("bad", messages.leaves_more_often()),
            (true, false) => ("good", messages.stays_more_often()),
        };
        let range = messages.range(&formats.percent(low), &formats.percent(high));
        html! {
            <td {class}>
                { formats.signed(Figure::PercentagePoints(difference)) }
                <span class="note block">{ range }{ " · " }{ word }</span>
            </td>
        }
    };
    let customers = |entry: &SegmentEntry| {
        let counts = entry.metrics.get(&Key::CustomerCounts);
        counts.and_then(|result| result.part_number("start")).map(|count| formats.count(count as i64))
    };
    let n = |result: Option<&MetricResult>| result.and_then(|result| result.n).unwrap_or(0);
    let headings = [
        messages.segment(),
        messages.customers_at_start(),
        messages.customer_churn(),
        messages.against_the_rest(),
        "NRR",
        "GRR",
        messages.mrr_at_end(),
    ];
    html! {
        <div class="scroll" tabindex="0" role="group" aria-label={messages.segments()}>
            <table class="segments">
                <thead>
                    <tr>
                        { for headings.iter().map(|heading| html! { <th scope="col">{ heading }</th> }) }
                    </tr>
                </thead>
                <tbody>
                    { for entries.iter().map(|entry| {
                        let few = n(entry.metrics.get(&Key::CustomerChurnRate)) < 5;
                        let name = match (entry.others, entry.segment.value.as_str()) {
                            (0, "") => messages.without_value().to_owned(),
                            (0, value) => value.to_owned(),
                            (others, _) => messages.other_values(&formats.count(others as i64)),
                        };
                        html! {
                            <tr key={name.clone()} class={if few { "small" } else { "" }} data-segment={entry.segment.value.clone()}>
                                <th scope="row">{ name }</th>
                                { plain("td", "", customers(entry).unwrap_or_else(|| "–".to_owned())) }
                                { cell(entry, Key::CustomerChurnRate) }
                                { difference(entry) }
                                { cell(entry, Key::Nrr) }
                                { cell(entry, Key::Grr) }
                                { cell(entry, Key::Mrr) }
                            </tr>
                        }
                    }) }
                </tbody>
            </table>
        </div>
    }
}

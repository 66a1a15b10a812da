//! Segments side by side, with tested differences.

use crate::components::cautions::caution_line;
use crate::components::text::plain;
use crate::i18n::Messages;
use crate::platform::intl::Formats;
use crate::queries::figures::Figure;
use keeprate_metrics::catalogue::{self, Key};
use keeprate_metrics::report::SegmentEntry;
use keeprate_metrics::result::{Direction, Flag, Status, Value};
use yew::{Html, html};

/// The scores that a file of answers can have.
const SCORES: [Key; 3] = [Key::Nps, Key::Csat, Key::Ces];

/// The rates that a file of events has.
const RATES: [Key; 4] = [Key::NDayRetention, Key::RollingRetention, Key::BracketRetention, Key::ActivationRate];

/// The table: churn and revenue of customers, the scores of answers, or how users come back.
pub fn segments(messages: Messages, formats: Formats, entries: &[SegmentEntry]) -> Html {
    let cell = |entry: &SegmentEntry, key: Key| -> Html {
        let Some(result) = entry.metrics.get(&key) else { return plain("td", "", "–") };
        let (class, text) = match Figure::of_result(result) {
            Some(figure) => ("", formats.figure(figure)),
            None => ("note", messages.reason(result)),
        };
        html! { <td {class} data-metric={key.name()}>{ text }</td> }
    };
    // What is compared with the rest says how sure it is by itself.
    let judged = |entry: &SegmentEntry, key: Key| -> Html {
        let Some(result) = entry.metrics.get(&key).filter(|result| result.status == Status::Ok) else {
            return cell(entry, key);
        };
        let figure = |value: Value| formats.figure(Figure::of(value, result.unit));
        let bounds = result.ci_low.zip(result.ci_high);
        html! {
            <td data-metric={key.name()}>
                { result.value.map(figure) }
                { bounds.map(|(low, high)| html! {
                    <span class="note block">{ messages.range(&figure(low), &figure(high)) }</span>
                }) }
                { caution_line(messages, result) }
            </td>
        }
    };
    let difference = |entry: &SegmentEntry, key: Key| -> Html {
        let result = entry.metrics.get(&key);
        let part = |name: &str| result.and_then(|result| result.part_number(name));
        let (Some(result), Some(difference), Some(low), Some(high)) =
            (result, part("difference"), part("difference_low"), part("difference_high"))
        else {
            return plain("td", "", "–");
        };
        let few = result.flags.contains(&Flag::VeryLowN);
        let proven = matches!(result.parts.get("significant"), Some(Value::Yes(true))) && !few;
        let better = (difference > 0.0) == (result.direction == Direction::UpGood);
        let word = match (proven, key, difference > 0.0) {
            (false, ..) => messages.no_provable_difference(),
            (true, Key::CustomerChurnRate, true) => messages.leaves_more_often(),
            (true, Key::CustomerChurnRate, false) => messages.stays_more_often(),
            (true, Key::NDayRetention, true) => messages.returns_more_often(),
            (true, Key::NDayRetention, false) => messages.returns_less_often(),
            (true, _, true) => messages.scores_higher(),
            (true, _, false) => messages.scores_lower(),
        };
        let class = match (proven, better) {
            (false, _) => "",
            (true, true) => "good",
            (true, false) => "bad",
        };
        let figure = |value: f64| Figure::of(Value::Number(value), result.unit);
        let range = messages.range(&formats.figure(figure(low)), &formats.figure(figure(high)));
        html! {
            <td {class}>
                { formats.signed(figure(difference).difference(difference)) }
                <span class="note block">{ range }{ " · " }{ word }</span>
            </td>
        }
    };
    let customers = |entry: &SegmentEntry| {
        let counts = entry.metrics.get(&Key::CustomerCounts);
        let start = counts.and_then(|result| result.part_number("start")).map(|count| formats.count(count as i64));
        plain("td", "", start.unwrap_or_else(|| "–".to_owned()))
    };
    let n = |entry: &SegmentEntry, key: Key| entry.metrics.get(&key).and_then(|result| result.n);
    let shown = || SCORES.into_iter().filter(|key| entries.iter().any(|entry| entry.metrics.contains_key(key)));
    // Beside billing, answers and events have no table of their own.
    let of_billing = entries.iter().any(|entry| entry.metrics.contains_key(&Key::CustomerChurnRate));
    let of_answers = !of_billing && shown().next().is_some();
    let of_users = !of_billing && entries.iter().any(|entry| entry.metrics.contains_key(&Key::NDayRetention));
    // A link has none.
    let has_lifetimes = entries.iter().any(|entry| entry.metrics.contains_key(&Key::KmSurvival));
    let mut headings = vec![messages.segment()];
    if of_users {
        let [retention, others @ ..] = RATES.map(|key| messages.text(catalogue::shown(key).short));
        headings.extend([messages.users(), retention, messages.against_the_rest()].into_iter().chain(others));
    } else if of_answers {
        let of_score =
            |key| [messages.text(catalogue::shown(key).short), messages.responses(), messages.against_the_rest()];
        headings.extend(shown().flat_map(of_score));
    } else {
        headings.extend([
            messages.customers_at_start(),
            messages.customer_churn(),
            messages.against_the_rest(),
            "NRR",
            "GRR",
            messages.mrr_at_end(),
        ]);
        headings.extend(has_lifetimes.then(|| messages.text(catalogue::shown(Key::KmSurvival).short)));
        headings.extend(shown().map(|key| messages.text(catalogue::shown(key).short)));
    }
    let cells = |entry: &SegmentEntry| -> Vec<Html> {
        let count = |key| n(entry, key).map_or_else(|| "–".to_owned(), |n| formats.count(n as i64));
        if of_users {
            let [retention, others @ ..] = RATES;
            let first = [plain("td", "", count(retention)), judged(entry, retention), difference(entry, retention)];
            return first.into_iter().chain(others.map(|key| cell(entry, key))).collect();
        }
        if !of_answers {
            let churn = Key::CustomerChurnRate;
            let lifetime = has_lifetimes.then_some(Key::KmSurvival);
            let rest = [Key::Nrr, Key::Grr, Key::Mrr].into_iter().chain(lifetime).map(|key| cell(entry, key));
            let scores = shown().map(|key| cell(entry, key));
            let first = [customers(entry), judged(entry, churn), difference(entry, churn)];
            return first.into_iter().chain(rest).chain(scores).collect();
        }
        shown().flat_map(|key| [judged(entry, key), plain("td", "", count(key)), difference(entry, key)]).collect()
    };
    let few = |entry: &SegmentEntry| {
        let rate = if of_users { Key::NDayRetention } else { Key::CustomerChurnRate };
        let mut keys = shown().filter(|_| !of_billing).chain((!of_answers).then_some(rate));
        keys.all(|key| n(entry, key).unwrap_or(0) < 5)
    };
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
                        let name = match (entry.others, entry.segment.value.as_str()) {
                            (0, "") => messages.without_value().to_owned(),
                            (0, value) => value.to_owned(),
                            (others, _) => messages.other_values(&formats.count(others as i64)),
                        };
                        html! {
                            <tr key={name.clone()} class={if few(entry) { "small" } else { "" }} data-segment={entry.segment.value.clone()}>
                                <th scope="row">{ name }</th>
                                { cells(entry) }
                            </tr>
                        }
                    }) }
                </tbody>
            </table>
        </div>
    }
}

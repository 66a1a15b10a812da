//! Period, comparison, segment and grid: the bar above the cards.

use crate::i18n::Messages;
use crate::platform::intl::Formats;
use crate::platform::dom::value_of;
use crate::protocol::Summary;
use crate::queries::controls::periods;
use crate::state::view::{Action, Against, View};
use keeprate_metrics::period::Month;
use keeprate_metrics::report::Every;
use keeprate_metrics::result::SegmentValue;
use std::rc::Rc;
use yew::{Callback, Event, Html, html};

/// The bar, for what is loaded and chosen, with buttons at its end.
pub fn controls(
    messages: Messages,
    formats: Formats,
    (summary, view): (&Rc<Summary>, &View),
    onchange: &Callback<Action>,
    buttons: Html,
) -> Html {
    let choose = |read: fn(&str, &Summary) -> Option<Action>| {
        let (onchange, summary) = (onchange.clone(), summary.clone());
        Callback::from(move |event: Event| {
            if let Some(action) = read(&value_of(&event), &summary) {
                onchange.emit(action);
            }
        })
    };
    let periods = periods(summary, view.every);
    let chosen = view.month.or(summary.months.map(|(_, last)| last));
    let by_month = summary.months.is_some();
    let against = [
        (Against::Previous, "previous", messages.previous_period()),
        (Against::YearBefore, "year", messages.year_before()),
        (Against::Nothing, "nothing", messages.nothing_to_compare()),
    ];
    let grids = [
        (Every::Month, "month", messages.monthly()),
        (Every::Quarter, "quarter", messages.quarterly()),
        (Every::Year, "year", messages.yearly()),
    ];
    html! {
        <div class="controls" role="group" aria-label={messages.what_to_look_at()}>
            if by_month {
                <label>
                    <span>{ messages.period() }</span>
                    <select name="period" onchange={choose(|value, _| Month::parse_iso(value).map(Action::Month))}>
                        { for periods.into_iter().map(|(month, period)| {
                            let here = chosen.is_some_and(|chosen| period.start <= chosen.start() && chosen.start() < period.end);
                            html! { <option key={month.0} value={month.to_iso()} selected={here}>{ formats.period(period) }</option> }
                        }) }
                    </select>
                </label>
                <label>
                    <span>{ messages.grid() }</span>
                    <select name="every" onchange={choose(|value, _| Some(Action::Every(match value {
                        "quarter" => Every::Quarter,
                        "year" => Every::Year,
                        _ => Every::Month,
                    })))}>
                        { for grids.into_iter().map(|(every, value, name)| html! {
                            <option key={value} {value} selected={view.every == every}>{ name }</option>
                        }) }
                    </select>
                </label>
                <label>
                    <span>{ messages.compared_with() }</span>
                    <select name="against" onchange={choose(|value, _| Some(Action::Against(match value {
                        "year" => Against::YearBefore,
                        "nothing" => Against::Nothing,
                        _ => Against::Previous,
                    })))}>
                        { for against.into_iter().map(|(against, value, name)| html! {
                            <option key={value} {value} selected={view.against == against}>{ name }</option>
                        }) }
                    </select>
                </label>
            }
            if !summary.rows.is_empty() {
                <label>
                    <span>{ messages.row() }</span>
                    <select name="row" onchange={choose(|value, _| value.parse().ok().map(Action::Row))}>
                        { for summary.rows.iter().enumerate().map(|(place, label)| html! {
                            <option key={place} value={place.to_string()} selected={view.row == Some(place)}>{ label }</option>
                        }) }
                    </select>
                </label>
            }
            if !summary.segments.is_empty() {
                <label>
                    <span>{ messages.segment() }</span>
                    <select name="segment" onchange={choose(|value, summary| Some(Action::Segment(segment(value, summary))))}>
                        <option value="" selected={view.segment.is_none()}>{ messages.all_customers() }</option>
                        { for summary.segments.iter().enumerate().map(|(column, (name, values))| html! {
                            <optgroup key={name.clone()} label={name.clone()}>
                                { for values.iter().enumerate().map(|(place, value)| {
                                    let here = view.segment.as_ref()
                                        .is_some_and(|chosen| chosen.column == *name && chosen.value == *value);
                                    let shown = if value.is_empty() { messages.without_value().to_owned() } else { value.clone() };
                                    html! { <option key={place} value={format!("{column}/{place}")} selected={here}>{ shown }</option> }
                                }) }
                            </optgroup>
                        }) }
                    </select>
                </label>
            }
            <div class="controls-actions">{ buttons }</div>
        </div>
    }
}

/// The segment behind an option's `column/place`.
fn segment(value: &str, summary: &Summary) -> Option<SegmentValue> {
    let (column, place) = value.split_once('/')?;
    let (name, values) = summary.segments.get(column.parse::<usize>().ok()?)?;
    let value = values.get(place.parse::<usize>().ok()?)?;
    Some(SegmentValue { column: name.clone(), value: value.clone() })
}

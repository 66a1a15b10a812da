//! Period, comparison, segment and grid: the bar above the cards.

use crate::components::text::plain;
use crate::i18n::Messages;
use crate::platform::dom::value_of;
use crate::platform::intl::Formats;
use crate::protocol::Summary;
use crate::queries::controls::periods;
use crate::state::view::{Action, Against, View};
use keeprate_ingest::Shape;
use keeprate_metrics::period::Month;
use keeprate_metrics::presets::{PRESETS, Preset};
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
    let mut choices = Vec::new();
    if by_month {
        let options = periods.into_iter().map(|(month, period)| {
            let here = chosen.is_some_and(|chosen| period.start <= chosen.start() && chosen.start() < period.end);
            Choice { value: month.to_iso(), name: formats.period(period), here }
        });
        let onchange = choose(|value, _| Month::parse_iso(value).map(Action::Month));
        choices.push(choice("period", messages.period(), onchange, vec![(None, options.collect())]));
        let options = grids.map(|(every, value, name)| Choice::new(value, name, view.every == every)).to_vec();
        let onchange = choose(|value, _| {
            Some(Action::Every(match value {
                "quarter" => Every::Quarter,
                "year" => Every::Year,
                _ => Every::Month,
            }))
        });
        choices.push(choice("every", messages.grid(), onchange, vec![(None, options)]));
        let options = against.map(|(against, value, name)| Choice::new(value, name, view.against == against)).to_vec();
        let onchange = choose(|value, _| {
            Some(Action::Against(match value {
                "year" => Against::YearBefore,
                "nothing" => Against::Nothing,
                _ => Against::Previous,
            }))
        });
        choices.push(choice("against", messages.compared_with(), onchange, vec![(None, options)]));
    }
    if !summary.rows.is_empty() {
        let options = summary.rows.iter().enumerate();
        let options = options.map(|(place, label)| Choice::new(&place.to_string(), label, view.row == Some(place)));
        let onchange = choose(|value, _| value.parse().ok().map(Action::Row));
        choices.push(choice("row", messages.row(), onchange, vec![(None, options.collect())]));
    }
    if !summary.segments.is_empty() {
        let all = match summary.input.shape {
            Shape::Survey => messages.all_responses(),
            Shape::Events => messages.all_users(),
            _ => messages.all_customers(),
        };
        let mut groups = vec![(None, vec![Choice::new("", all, view.segment.is_none())])];
        groups.extend(summary.segments.iter().enumerate().map(|(column, (name, values))| {
            let options = values.iter().enumerate().map(|(place, value)| {
                let here = view.segment.as_ref().is_some_and(|at| at.column == *name && at.value == *value);
                Choice::new(&format!("{column}/{place}"), value, here)
            });
            (Some(name.clone()), options.collect())
        }));
        let onchange = choose(|value, summary| Some(Action::Segment(segment(value, summary))));
        choices.push(choice("segment", messages.segment(), onchange, groups));
    }
    // Amounts by month are counted already.
    if summary.input.shape == Shape::Subscriptions {
        let conventions = view.settings.conventions;
        let options =
            PRESETS.iter().map(|preset| Choice::new(preset.key, preset.name, preset.conventions() == conventions));
        let is_own = PRESETS.iter().all(|preset| preset.conventions() != conventions);
        let own = is_own.then(|| Choice::new("", messages.own_definitions(), true));
        let onchange = choose(|value, _| Preset::parse(value).map(Action::Preset));
        let options = own.into_iter().chain(options).collect();
        choices.push(choice("preset", messages.definitions(), onchange, vec![(None, options)]));
    }
    // Both need the days of changes.
    if matches!(summary.input.shape, Shape::Subscriptions | Shape::MrrChanges) {
        for (name, label, values) in conventions(messages) {
            let chosen = view.settings.conventions.get(name);
            let options = values.iter().map(|(value, word)| Choice::new(value, word, *value == chosen)).collect();
            let onchange = {
                let (onchange, values) = (onchange.clone(), values);
                Callback::from(move |event: Event| {
                    let chosen = value_of(&event);
                    if let Some((value, _)) = values.iter().find(|(value, _)| *value == chosen) {
                        onchange.emit(Action::Convention(name, value));
                    }
                })
            };
            choices.push(choice(name, label, onchange, vec![(None, options)]));
        }
    }
    html! {
        <div class="controls" role="group" aria-label={messages.what_to_look_at()}>
            { choices }
            <div class="controls-actions">{ buttons }</div>
        </div>
    }
}

/// The values of a setting with their names.
type Values = Vec<(&'static str, &'static str)>;

/// What can be counted in several ways where the days of changes are known: setting, label, values with their names.
fn conventions(messages: Messages) -> [(&'static str, &'static str, Values); 2] {
    let movements = vec![("snapshot", messages.movements_by_closing()), ("event_basis", messages.movements_by_event())];
    let churn = vec![
        ("default", messages.churn_of_start()),
        ("exposed_base", messages.churn_of_exposed()),
        ("average_base", messages.churn_of_average()),
        ("daily_sum", messages.churn_by_day()),
    ];
    [("movement_basis", messages.movements_counted(), movements), ("customer_churn", messages.churn_counted(), churn)]
}

/// One option of a choice.
#[derive(Clone)]
struct Choice {
    value: String,
    name: String,
    here: bool,
}

impl Choice {
    fn new(value: &str, name: &str, here: bool) -> Choice {
        Choice { value: value.to_owned(), name: name.to_owned(), here }
    }
}

/// A labelled list of options, those with a group's name under it.
fn choice(
    name: &'static str,
    label: &'static str,
    onchange: Callback<Event>,
    groups: Vec<(Option<String>, Vec<Choice>)>,
) -> Html {
    let options = |options: Vec<Choice>| -> Html {
        let option =
            |choice: Choice| html! { <option value={choice.value} selected={choice.here}>{ choice.name }</option> };
        options.into_iter().map(option).collect()
    };
    let groups = groups.into_iter().map(|(group, choices)| match group {
        Some(group) => html! { <optgroup label={group}>{ options(choices) }</optgroup> },
        None => options(choices),
    });
    html! {
        <label key={name}>
            { plain("span", "", label) }
            <select {name} {onchange}>{ for groups }</select>
        </label>
    }
}

/// The segment behind an option's `column/place`.
fn segment(value: &str, summary: &Summary) -> Option<SegmentValue> {
    let (column, place) = value.split_once('/')?;
    let (name, values) = summary.segments.get(column.parse::<usize>().ok()?)?;
    let value = values.get(place.parse::<usize>().ok()?)?;
    Some(SegmentValue { column: name.clone(), value: value.clone() })
}

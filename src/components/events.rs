//! Which events of a file mean what: the choices behind sign-ups, activation and retention.

use crate::components::text::plain;
use crate::i18n::Messages;
use crate::platform::dom::value_of;
use crate::state::view::{Action, View};
use keeprate_metrics::report::Settings;
use std::rc::Rc;
use yew::{Callback, Event, Html, UseReducerDispatcher, html};

/// Names of events that can be steps of the onboarding.
const STEPS: usize = 24;

/// The names of the file's events, the most frequent first, and what is chosen among them.
pub fn events(
    messages: Messages,
    names: &Rc<Vec<String>>,
    settings: &Settings,
    view: &UseReducerDispatcher<View>,
) -> Html {
    let set = |name: &'static str| {
        let (settings, view) = (settings.clone(), view.clone());
        Callback::from(move |event: Event| {
            let mut settings = settings.clone();
            // A value that is none leaves the setting as it was, and the field shows it again.
            if settings.usage.set(name, &value_of(&event)).is_some_and(|set| set.is_ok()) {
                view.dispatch(Action::Settings(Box::new(settings)));
            }
        })
    };
    let usage = &settings.usage;
    let choice = |name: &'static str, label: &'static str, usual: &'static str, chosen: Option<&String>| {
        let option = |event: &String| {
            html! { <option value={event.clone()} selected={chosen == Some(event)}>{ event }</option> }
        };
        html! {
            <label key={name}>
                { plain("span", "", label) }
                <select {name} onchange={set(name)}>
                    <option value="" selected={chosen.is_none()}>{ usual }</option>
                    { for names.iter().map(option) }
                </select>
            </label>
        }
    };
    let field = |name: &'static str, label: &'static str, value: String, mode: &'static str| {
        html! {
            <label key={name}>
                { plain("span", "", label) }
                <input type="text" inputmode={mode} {name} {value} onchange={set(name)} />
            </label>
        }
    };
    let modes = [
        ("calendar", messages.calendar_days()),
        ("exact_24h", messages.exact_24_hours()),
        ("hour_floor_24h", messages.hours_from_full_hour()),
    ];
    let mode = |(value, name): (&'static str, &'static str)| {
        html! { <option {value} selected={usage.day_mode.name() == value}>{ name }</option> }
    };
    let days = |(first, last): &(u32, u32)| [&first.to_string(), "–", &last.to_string()].concat();
    let brackets: Vec<String> = usage.brackets.iter().map(days).collect();
    let step = |event: &String| {
        let checked = usage.onboarding_steps.contains(event);
        let (settings, view, step) = (settings.clone(), view.clone(), event.clone());
        let onchange = Callback::from(move |_: Event| {
            let mut settings = settings.clone();
            let steps = &mut settings.usage.onboarding_steps;
            if checked {
                steps.retain(|known| *known != step)
            } else {
                steps.push(step.clone())
            }
            view.dispatch(Action::Settings(Box::new(settings)));
        });
        html! {
            <label key={event.clone()} class="inline">
                <input type="checkbox" {checked} {onchange} />
                { plain("span", "", event.clone()) }
            </label>
        }
    };
    html! {
        <>
            <div class="controls">
                if !names.is_empty() {
                    { choice("signup_event", messages.signup_event(), messages.first_event(), usage.signup_event.as_ref()) }
                    { choice("return_event", messages.return_event(), messages.any_event(), usage.return_event.as_ref()) }
                    { choice("activation_event", messages.activation_event(), messages.chosen_by_name(), usage.activation_event.as_ref()) }
                    { field("activation_days", messages.days_for_activation(), usage.activation_days.to_string(), "numeric") }
                }
                <label>
                    { plain("span", "", messages.counting_days()) }
                    <select name="day_mode" onchange={set("day_mode")}>{ for modes.into_iter().map(mode) }</select>
                </label>
                { field("brackets", messages.brackets(), brackets.join(", "), "text") }
            </div>
            if !names.is_empty() {
                <details class="steps">
                    <summary>{ messages.onboarding_steps() }</summary>
                    <div class="controls">{ for names.iter().take(STEPS).map(step) }</div>
                </details>
            }
        </>
    }
}

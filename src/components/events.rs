//! Which events of a file mean what: the choices behind sign-ups, activation and retention.

use crate::components::entry::Entry;
use crate::components::text::plain;
use crate::i18n::Messages;
use crate::platform::dom::value_of;
use crate::state::view::{Action, View};
use keeprate_metrics::report::events::UsageSettings;
use yew::{Callback, Event, Html, UseReducerDispatcher, html};

/// Names of events that can be steps of the onboarding.
const STEPS: usize = 24;

/// The names of the file's events, the most frequent first, and what is chosen among them.
pub fn events(messages: Messages, names: &[String], usage: &UsageSettings, view: &UseReducerDispatcher<View>) -> Html {
    let set = |name: &'static str| {
        let view = view.clone();
        Callback::from(move |event: Event| view.dispatch(Action::Usage(name, value_of(&event))))
    };
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
    let field = |name: &'static str, label: &'static str, value: String, problem: &'static str| {
        let (usage, view) = (usage.clone(), view.clone());
        let onentry = Callback::from(move |value: String| {
            let fits = usage.clone().set(name, &value).is_some_and(|set| set.is_ok());
            if fits {
                view.dispatch(Action::Usage(name, value));
            }
            fits
        });
        html! { <Entry {name} {label} {value} keyboard="text" {problem} {onentry} /> }
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
        let (view, step) = (view.clone(), event.clone());
        let onchange = Callback::from(move |_: Event| view.dispatch(Action::OnboardingStep(step.clone())));
        html! {
            <label key={event.clone()} class="inline">
                <input type="checkbox" {checked} {onchange} />
                { plain("span", "", event.clone()) }
            </label>
        }
    };
    let onorder = {
        let (view, ordered) = (view.clone(), !usage.onboarding_ordered);
        Callback::from(move |_: Event| view.dispatch(Action::Usage("onboarding_ordered", ordered.to_string())))
    };
    html! {
        <>
            <div class="controls">
                if !names.is_empty() {
                    { choice("signup_event", messages.signup_event(), messages.first_event(), usage.signup_event.as_ref()) }
                    { choice("return_event", messages.return_event(), messages.any_event(), usage.return_event.as_ref()) }
                    { choice("activation_event", messages.activation_event(), messages.chosen_by_name(), usage.activation_event.as_ref()) }
                    { field("activation_days", messages.days_for_activation(), usage.activation_days.to_string(), messages.days_wrong()) }
                }
                <label>
                    { plain("span", "", messages.counting_days()) }
                    <select name="day_mode" onchange={set("day_mode")}>{ for modes.into_iter().map(mode) }</select>
                </label>
                { field("excluded_domains", messages.internal_domains(), usage.excluded_domains.join(", "), messages.internal_domains_hint()) }
                { field("brackets", messages.brackets(), brackets.join(", "), messages.brackets_wrong()) }
            </div>
            if !names.is_empty() {
                <details class="steps">
                    <summary>{ messages.onboarding_steps() }</summary>
                    <div class="controls">{ for names.iter().take(STEPS).map(step) }</div>
                    if usage.onboarding_steps.len() > 1 {
                        <label class="inline">
                            <input type="checkbox" name="onboarding_ordered" checked={usage.onboarding_ordered} onchange={onorder} />
                            { plain("span", "", [&usage.onboarding_steps.join(" → "), ": ", messages.in_this_order()].concat()) }
                        </label>
                    }
                </details>
            }
        </>
    }
}

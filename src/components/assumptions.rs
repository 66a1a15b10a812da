//! What no file says and figures rest on: gross margin and discount rate.

use crate::components::text::plain;
use crate::i18n::Messages;
use crate::platform::dom::value_of;
use crate::platform::intl::Formats;
use crate::queries::entry::read_number;
use crate::state::view::{Action, View};
use keeprate_metrics::report::Settings;
use yew::{Callback, Event, Html, Properties, UseReducerDispatcher, component, html, use_state_eq};

/// Properties of [`Assumptions`].
#[derive(Properties, PartialEq)]
pub struct AssumptionsProperties {
    /// The words.
    pub messages: Messages,
    /// How figures are written.
    pub formats: Formats,
    /// What the figures on the page rest on.
    pub settings: Settings,
    /// Changes it.
    pub view: UseReducerDispatcher<View>,
}

/// The fields. One with a value that is none keeps it and says what would be one.
#[component]
pub fn Assumptions(properties: &AssumptionsProperties) -> Html {
    let AssumptionsProperties { messages, formats, settings, view } = properties;
    let (messages, formats) = (*messages, *formats);
    let wrong = use_state_eq(|| None::<&'static str>);
    let field =
        |name: &'static str, label: &'static str, share: Option<f64>, action: fn(Option<f64>) -> Option<Action>| {
            let onchange = {
                let (view, wrong) = (view.clone(), wrong.clone());
                Callback::from(move |event: Event| {
                    let text = value_of(&event);
                    let share = read_number(&text, messages.language).map(|percent| percent / 100.0);
                    let action = if share.is_none() && !text.trim().is_empty() { None } else { action(share) };
                    wrong.set(if action.is_none() { Some(name) } else { None });
                    action.into_iter().for_each(|action| view.dispatch(action));
                })
            };
            let problem = wrong.filter(|wrong| *wrong == name).map(|_| messages.percent_wrong());
            let value = share.map(|share| formats.number(share * 100.0, u8::from((share * 100.0).fract() != 0.0)));
            html! {
                <label key={name}>
                    { plain("span", "", label) }
                    <input type="text" inputmode="decimal" {name} value={value.unwrap_or_default()}
                        aria-invalid={problem.map(|_| "true")} {onchange} />
                    { for problem.map(|problem| plain("span", "bad", problem)) }
                </label>
            }
        };
    html! {
        <div class="controls">
            { field("gross_margin", messages.gross_margin_percent(), settings.gross_margin, margin) }
            { field("annual_discount", messages.annual_discount_percent(), Some(settings.annual_discount), discount) }
        </div>
    }
}

/// A margin above 0, up to 100 %; none where the field is empty.
fn margin(share: Option<f64>) -> Option<Action> {
    share.is_none_or(|share| share > 0.0 && share <= 1.0).then_some(Action::Margin(share))
}

/// A rate from 0 to 100 %.
fn discount(share: Option<f64>) -> Option<Action> {
    share.filter(|share| (0.0..=1.0).contains(share)).map(Action::Discount)
}

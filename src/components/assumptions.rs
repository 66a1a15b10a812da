//! What no file says and figures rest on: gross margin and discount rate.

use crate::components::entry::Entry;
use crate::i18n::Messages;
use crate::platform::intl::Formats;
use crate::queries::entry::read_number;
use crate::state::view::{Action, View};
use keeprate_metrics::report::Settings;
use yew::{Callback, Html, UseReducerDispatcher, html};

/// The fields.
pub fn assumptions(
    messages: Messages,
    formats: Formats,
    settings: &Settings,
    view: &UseReducerDispatcher<View>,
) -> Html {
    let field =
        |name: &'static str, label: &'static str, share: Option<f64>, action: fn(Option<f64>) -> Option<Action>| {
            let view = view.clone();
            let onentry = Callback::from(move |text: String| {
                let share = read_number(&text, messages.language).map(|percent| percent / 100.0);
                let action = if share.is_none() && !text.trim().is_empty() { None } else { action(share) };
                action.is_some_and(|action| {
                    view.dispatch(action);
                    true
                })
            });
            let value = share.map(|share| formats.number(share * 100.0, u8::from((share * 100.0).fract() != 0.0)));
            let value = value.unwrap_or_default();
            html! { <Entry {name} {label} {value} keyboard="decimal" problem={messages.percent_wrong()} {onentry} /> }
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

//! Sharing a report as a link: what it reveals is said before it is copied.

use crate::components::copying::{copying, outcome};
use crate::components::dialog::dialog;
use crate::components::text::plain;
use crate::i18n::Messages;
use crate::platform::documents::{Answer, use_answer};
use crate::platform::dom::{address, use_modal};
use crate::platform::intl::Formats;
use crate::route::Route;
use crate::state::data::SharedReport;
use crate::state::view::{Action, View};
use keeprate_documents::{Request, Response};
use keeprate_link::{Budget, Encoded, LEFT_OUT, Options, budget};
use keeprate_metrics::catalogue::{Key, shown};
use yew::{Callback, Html, Properties, UseReducerDispatcher, UseStateHandle, component, html, use_state_eq};

/// Properties of [`Share`].
#[derive(Properties, PartialEq)]
pub struct ShareProperties {
    /// The words.
    pub messages: Messages,
    /// The formats of numbers.
    pub formats: Formats,
    /// The report; without one the dialog is closed.
    pub report: Option<SharedReport>,
    /// Learns that the dialog was closed.
    pub view: UseReducerDispatcher<View>,
}

/// Cells that rest on fewer customers are left out on request.
const SMALL: u64 = 5;

/// The dialog.
#[component]
pub fn Share(properties: &ShareProperties) -> Html {
    let ShareProperties { messages, formats, report, view } = properties;
    let messages = *messages;
    let node = use_modal(report.is_some());
    let history = use_state_eq(|| true);
    let cohorts = use_state_eq(|| true);
    let segments = use_state_eq(|| false);
    let suppress = use_state_eq(|| false);
    let copied = use_state_eq(|| None::<bool>);
    let options = Options {
        suppress_below: if *suppress { SMALL } else { 0 },
        history: *history,
        cohorts: *cohorts,
        segments: *segments,
    };
    let (answer, current) = use_answer((report.clone(), options), |(report, options)| {
        report.as_ref().map(|report| Request::Link { report: Box::new((**report).clone()), options: *options })
    });
    let encoded = match &answer {
        Answer::Here(Response::Link(encoded)) => Ok(encoded),
        Answer::Waiting => Err(plain("p", "note", messages.loading())),
        _ => Err(html! { <p role="alert">{ messages.not_loaded() }{ " " }{ messages.not_loaded_hint() }</p> }),
    };
    let link_of = |encoded: &Encoded| {
        let link = address() + &Route::Report(encoded.payload.clone()).href();
        let switch = |state: &UseStateHandle<bool>, name: &'static str, text: String| {
            let (state, copied) = (state.clone(), copied.clone());
            let checked = *state;
            let onchange = Callback::from(move |_| {
                copied.set(None);
                state.set(!*state);
            });
            html! { <label class="check"><input type="checkbox" {name} {checked} {onchange} />{ text }</label> }
        };
        let copy_link = copying(link.clone(), &copied);
        // Means of cohorts follow from the cohorts.
        let follows = |key: Key| matches!(key, Key::CohortLogoRetention | Key::CohortRevenueRetention);
        let is_there = |key: Key| report.as_ref().is_some_and(|report| report.metrics.contains_key(&key));
        let names = LEFT_OUT.iter().filter(|key| is_there(**key) && !follows(**key));
        let left_out = names.map(|key| messages.text(shown(*key).short)).collect::<Vec<_>>().join(" · ");
        let (class, word) = match budget(link.len()) {
            Budget::Green => ("good", messages.link_short()),
            Budget::Amber => ("undecided", messages.link_long()),
            Budget::Red => ("bad", messages.link_very_long()),
            Budget::TooLong => ("bad", messages.link_over_limit()),
        };
        let over = budget(link.len()) == Budget::TooLong;
        html! {
            <div class="share-body">
                <p class="reveals">
                    { messages.reveals(&formats.count(encoded.aggregates as i64), &formats.count(encoded.names as i64)) }
                    if report.as_ref().is_some_and(|report| !report.feedback.is_empty()) { { " " }{ messages.scores_only() } }
                    if encoded.suppressed > 0 { { " " }{ messages.suppressed(&formats.count(encoded.suppressed as i64)) } }
                </p>
                if !left_out.is_empty() { { plain("p", "note", messages.link_leaves_out(&left_out)) } }
                <fieldset>
                    { plain("legend", "", messages.link_contains()) }
                    { switch(&history, "history", messages.with_history().to_owned()) }
                    { switch(&cohorts, "cohorts", messages.with_cohorts().to_owned()) }
                    { switch(&segments, "segments", messages.with_segments().to_owned()) }
                    { switch(&suppress, "suppress", messages.without_small_cells(&SMALL.to_string())) }
                </fieldset>
                <input class="link" readonly=true value={link.clone()} aria-label={messages.link()} />
                <p class={["budget ", class].concat()}>{ messages.characters(&formats.count(link.len() as i64)) }{ " · " }{ word }</p>
                <p class="share-line">
                    <button type="button" class="primary" disabled={over || !current} onclick={copy_link}>{ messages.copy_link() }</button>
                    { outcome(messages, *copied) }
                </p>
            </div>
        }
    };
    let body = report.as_ref().map(|_| encoded.map_or_else(|note| note, link_of));
    let view = view.clone();
    let onclose = Callback::from(move |()| view.dispatch(Action::Sharing(false)));
    dialog(messages, node, ("share", messages.share_report()), body, &onclose)
}

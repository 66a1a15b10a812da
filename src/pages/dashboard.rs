//! The dashboard: data in, figures out.

use crate::components::bridge::Explained;
use crate::components::comments::Comments;
use crate::components::controls::controls;
use crate::components::import::import_strip;
use crate::components::intake::intake;
use crate::components::invoices::invoices;
use crate::components::later::Later;
use crate::components::share::Share;
use crate::components::text::plain;
use crate::context::Session;
use crate::i18n::Messages;
use crate::pages::report::{ReportView, Shown};
use crate::platform::intl::Formats;
use crate::state::data::{Data, Loaded};
use crate::state::view::{Action, View};
use crate::tasks::export_report::export_report;
use keeprate_ingest::Shape;
use std::rc::Rc;
use yew::{Callback, Html, html};

/// The page, with what is loaded and chosen, and whether a drag hovers over it.
pub fn dashboard(
    messages: Messages,
    formats: Formats,
    data: &Data,
    view: &View,
    hovering: bool,
    session: &Session,
) -> Html {
    html! {
        <>
            { plain("h1", "visually-hidden", messages.dashboard()) }
            { intake(messages, formats, data, hovering, session) }
            if let Some(loaded) = &data.loaded {
                { loaded_data(messages, formats, (loaded, data.trouble.is_some()), view, session) }
                if loaded.summary.input.shape == Shape::Subscriptions {
                    <Explained key={loaded.job} {messages} report={loaded.report.clone()} bridge={data.bridge.clone()}
                        session={session.clone()} />
                }
                if !loaded.report.feedback.is_empty() {
                    <Comments key={loaded.job} {messages} report={loaded.report.clone()} page={data.comments.clone()}
                        session={session.clone()} />
                }
            } else {
                <p class="note starting" role="status">{ messages.starting() }</p>
            }
        </>
    }
}

fn loaded_data(
    messages: Messages,
    formats: Formats,
    (loaded, refused): (&Loaded, bool),
    view: &View,
    session: &Session,
) -> Html {
    let Loaded { summary, report, .. } = loaded;
    let onchange = {
        let view = session.view.clone();
        Callback::from(move |action: Action| view.dispatch(action))
    };
    let share = onchange.reform(|_| Action::Sharing(true));
    let export = {
        let (report, session) = (report.clone(), session.clone());
        Callback::from(move |_| export_report(&report, &session))
    };
    let shown = Shown {
        messages,
        report: report.clone(),
        complete: loaded.complete,
        job: loaded.job,
        columns: Rc::new(summary.segments.iter().map(|(name, _)| name.clone()).collect()),
        chosen: true,
        events: (summary.input.shape == Shape::Events).then(|| Rc::new(summary.events.clone())),
    };
    html! {
        <>
            <Later job={loaded.job}>
                { import_strip(messages, formats, (summary, refused), session) }
                { controls(messages, formats, (summary, view), &onchange, html! {
                    <>
                        // Until all of a long file's answer is there, neither a link nor a document would hold it.
                        <button type="button" disabled={!loaded.complete} onclick={share}>{ messages.share() }</button>
                        <button type="button" disabled={!loaded.complete} onclick={export}>{ messages.export_json() }</button>
                    </>
                }) }
            </Later>
            if let Some(found) = &report.invoices {
                { invoices(messages, formats, found, &onchange) }
            }
            <ReportView {shown} proof={view.proof} view={session.view.clone()} />
            <Share {messages} {formats} report={view.sharing.then(|| report.clone())} view={session.view.clone()} />
        </>
    }
}

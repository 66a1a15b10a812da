//! A report from a link: aggregates only, marked as such, or a sentence that says why the link cannot be read.

use crate::components::text::{link, plain};
use crate::i18n::Messages;
use crate::pages::report::{ReportView, Shown};
use crate::platform::documents::{Answer, use_answer};
use crate::route::Route;
use crate::state::data::SharedReport;
use crate::state::view::View;
use keeprate_documents::{Request, Response};
use keeprate_link::Error;
use std::rc::Rc;
use yew::{AttrValue, Html, Properties, component, html, use_memo, use_reducer_eq};

/// Properties of [`Shared`].
#[derive(Properties, PartialEq)]
pub struct SharedProperties {
    /// The words.
    pub messages: Messages,
    /// What stands in the link behind `#/r/`.
    pub payload: AttrValue,
}

/// The page.
#[component]
pub fn Shared(properties: &SharedProperties) -> Html {
    let messages = properties.messages;
    let view = use_reducer_eq(View::default);
    let (answer, current) =
        use_answer(properties.payload.clone(), |payload| Some(Request::Read { payload: payload.to_string() }));
    // One report per answer: what is drawn is compared by identity.
    let decoded = use_memo((properties.payload.clone(), current), |_| match answer {
        Answer::Here(Response::Read(read)) => Some(read.map(|report| SharedReport(Rc::from(report)))),
        _ => None,
    });
    if !current {
        return html! { <p class="note starting" role="status">{ messages.loading() }</p> };
    }
    match &*decoded {
        None => html! {
            <section class="intake" role="alert">
                { plain("h1", "", messages.not_loaded()) }
                <p>{ messages.not_loaded_hint() }</p>
            </section>
        },
        Some(Ok(report)) => {
            let shown = Shown {
                messages,
                report: report.clone(),
                complete: true,
                job: 0,
                columns: Rc::default(),
                chosen: false,
                events: None,
            };
            html! {
                <>
                    <section class="intake shared" aria-label={messages.shared_report()}>
                        { plain("h1", "", messages.shared_report()) }
                        { plain("p", "note", messages.shared_report_note()) }
                        <p>{ link(&Route::Dashboard, messages.to_own_data()) }</p>
                    </section>
                    <ReportView key={properties.payload.to_string()} {shown} proof={view.proof} view={view.dispatcher()} />
                </>
            }
        }
        Some(Err(error)) => {
            let (what, remedy) = match error {
                Error::Empty => (messages.link_empty(), messages.link_ask_again()),
                Error::Newer => (messages.link_newer(), messages.link_reload()),
                Error::Cut => (messages.link_cut(), messages.link_copy_whole()),
                Error::Damaged => (messages.link_damaged(), messages.link_copy_whole()),
                Error::TooLarge => (messages.link_too_large(), messages.link_ask_again()),
            };
            html! {
                <section class="intake" role="alert" data-testid="link-error">
                    { plain("h1", "", messages.link_cannot_be_read()) }
                    <p>{ what }{ " " }{ remedy }</p>
                    <p>{ link(&Route::Dashboard, messages.to_own_data()) }</p>
                </section>
            }
        }
    }
}

//! A report from a link: aggregates only, marked as such, or a sentence that says why the link cannot be read.

use crate::components::text::{link, plain};
use crate::i18n::Messages;
use crate::pages::report::{ReportView, Shown};
use crate::route::Route;
use crate::state::data::SharedReport;
use crate::state::view::View;
use keeprate_link::{Error, decode};
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
    let decoded =
        use_memo(properties.payload.clone(), |payload| decode(payload).map(|report| SharedReport(Rc::new(report))));
    match &*decoded {
        Ok(report) => {
            let (report, figures) = (report.clone(), report.clone());
            let shown = Shown { messages, report, figures, job: 0, columns: Rc::default() };
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
        Err(error) => {
            let (what, remedy) = match error {
                Error::Empty => (messages.link_empty(), messages.link_ask_again()),
                Error::Newer(_) => (messages.link_newer(), messages.link_reload()),
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

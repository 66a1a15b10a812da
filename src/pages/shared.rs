//! A report from a link: aggregates only, marked as such, or a sentence that says why the link cannot be read.

use crate::components::proof::SharedReport;
use crate::context::{Writing, use_messages};
use crate::pages::report::ReportView;
use crate::protocol::Document;
use crate::route::Route;
use keeprate_link::{Error, decode};
use keeprate_metrics::catalogue::Key;
use std::rc::Rc;
use yew::{AttrValue, Callback, ContextProvider, Html, Properties, component, html, use_memo, use_state_eq};

/// Properties of [`Shared`].
#[derive(Properties, PartialEq)]
pub struct SharedProperties {
    /// What stands in the link behind `#/r/`.
    pub payload: AttrValue,
}

/// The page.
#[component]
pub fn Shared(properties: &SharedProperties) -> Html {
    let messages = use_messages();
    let proof = use_state_eq(|| None::<Key>);
    let decoded = use_memo(properties.payload.clone(), |payload| decode(payload).map(Rc::<Document>::new));
    let onproof = {
        let proof = proof.clone();
        Callback::from(move |key| proof.set(key))
    };
    match &*decoded {
        Ok(report) => html! {
            <ContextProvider<Writing> context={Writing { language: messages.language, currency: report.currency }}>
                <section class="intake shared" aria-label={messages.shared_report()}>
                    <h1>{ messages.shared_report() }</h1>
                    <p class="note">{ messages.shared_report_note() }</p>
                    <p><a href={Route::Dashboard.href()}>{ messages.to_own_data() }</a></p>
                </section>
                <ReportView report={SharedReport(Some(report.clone()))} proof={*proof} {onproof} />
            </ContextProvider<Writing>>
        },
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
                    <h1>{ messages.link_cannot_be_read() }</h1>
                    <p>{ what }{ " " }{ remedy }</p>
                    <p><a href={Route::Dashboard.href()}>{ messages.to_own_data() }</a></p>
                </section>
            }
        }
    }
}

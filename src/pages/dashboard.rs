//! The dashboard: data in, figures out.

use crate::components::controls::controls;
use crate::components::import::import_strip;
use crate::components::intake::{Intake, intake};
use crate::components::proof::SharedReport;
use crate::components::share::Share;
use crate::context::{Session, use_formats, use_messages};
use crate::pages::report::ReportView;
use crate::platform::files::PickedFile;
use crate::state::data::Data;
use crate::state::view::{Action, View};
use crate::tasks::cancel_reading::cancel_reading;
use crate::tasks::export_report::export_report;
use crate::tasks::open_file::open_file;
use crate::tasks::open_sample::open_sample;
use std::rc::Rc;
use yew::{Callback, Html, Properties, component, html, use_state_eq};

/// Properties of [`Dashboard`].
#[derive(Properties, PartialEq)]
pub struct DashboardProperties {
    /// The data slice.
    pub data: DataSlice,
    /// The view slice.
    pub view: View,
    /// Whether a drag hovers over the page.
    pub hovering: bool,
    /// The session.
    pub session: Session,
}

/// The data slice, compared by identity: it changes only by a reduction.
#[derive(Clone)]
pub struct DataSlice(pub Rc<Data>);

impl PartialEq for DataSlice {
    fn eq(&self, other: &DataSlice) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// The page.
#[component]
pub fn Dashboard(properties: &DashboardProperties) -> Html {
    let (messages, formats) = (use_messages(), use_formats());
    let sharing = use_state_eq(|| false);
    let DashboardProperties { data, view, session, hovering } = properties;
    let data = &data.0;
    let language = messages.language;
    let onfile = {
        let session = session.clone();
        Callback::from(move |file: PickedFile| open_file(&session, file, language))
    };
    let onsample = {
        let session = session.clone();
        Callback::from(move |()| open_sample(&session))
    };
    let oncancel = {
        let (session, job) = (session.clone(), data.reading.as_ref().map(|reading| reading.job));
        Callback::from(move |()| {
            if let Some(job) = job {
                cancel_reading(&session, job);
            }
        })
    };
    let ondismiss = {
        let session = session.clone();
        Callback::from(move |()| session.data.dispatch(crate::state::data::Action::Dismissed))
    };
    let onchange = {
        let session = session.clone();
        Callback::from(move |action: Action| session.view.dispatch(action))
    };
    let onproof = onchange.reform(Action::Proof);
    let oncolumn = onchange.reform(Action::SegmentsOf);
    let share = {
        let sharing = sharing.clone();
        Callback::from(move |_| sharing.set(true))
    };
    let onclose = {
        let sharing = sharing.clone();
        Callback::from(move |()| sharing.set(false))
    };
    let export = {
        let report = data.loaded.as_ref().map(|loaded| loaded.report.clone());
        Callback::from(move |_| {
            if let Some(report) = &report {
                export_report(report);
            }
        })
    };
    let sample = data.loaded.as_ref().is_none_or(|loaded| loaded.summary.sample);
    // The sample is there within the first moments: its making needs no progress bar.
    let reading = data.reading.clone().filter(|reading| reading.size > 0);
    let (trouble, loaded) = (data.trouble.as_ref(), data.loaded.is_some());
    let zone = Intake {
        hovering: *hovering,
        sample,
        reading: reading.as_ref(),
        trouble,
        loaded,
        onfile,
        onsample,
        oncancel,
        ondismiss,
    };
    let report = SharedReport(data.loaded.as_ref().map(|loaded| loaded.report.clone()));

    html! {
        <>
            <h1 class="visually-hidden">{ messages.dashboard() }</h1>
            { intake(messages, formats, &zone) }
            if let Some(loaded) = &data.loaded {
                { import_strip(messages, formats, &loaded.summary) }
                { controls(messages, formats, (&loaded.summary, view), &onchange, html! {
                    <>
                        <button type="button" onclick={share}>{ messages.share() }</button>
                        <button type="button" onclick={export}>{ messages.export_json() }</button>
                    </>
                }) }
                <ReportView report={report.clone()} proof={view.proof} {onproof} {oncolumn}
                    columns={loaded.summary.segments.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()} />
                <Share open={*sharing} {report} {onclose} />
            } else {
                <p class="note starting" role="status">{ messages.starting() }</p>
            }
        </>
    }
}

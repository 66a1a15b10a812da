//! Saves the report as JSON: the same document as `keeprate report` prints.

use crate::context::Session;
use crate::platform::documents::{Answer, ask};
use crate::platform::files::save;
use crate::state::data::{Action, Trouble};
use keeprate_documents::{Document, Request, Response};

/// Saves the document, or says that it could not.
pub fn export_report(report: &Document, session: &Session) {
    let label = report.period.as_ref().map_or("report", |period| period.label.as_str());
    let safe: String = label.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect();
    let name = ["keeprate-", &safe, ".json"].concat();
    let data = session.data.clone();
    ask(Request::Json { report: Box::new(report.clone()) }, move |answer| match answer {
        Answer::Here(Response::Json(text)) => save(&name, "application/json", &text),
        _ => data.dispatch(Action::Failed(Trouble::NotLoaded)),
    });
}

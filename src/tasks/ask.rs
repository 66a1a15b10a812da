//! Asks the worker a question about what is loaded.

use crate::context::Session;
use crate::platform::measure;
use crate::protocol::Request;
use crate::state::data::Action;
use keeprate_metrics::report::Question;

/// Sends the question about the sample, or what was opened in its place, under the number after the last one; older answers will be dropped.
pub fn ask(session: &Session, asked: u32, question: Question, sample: bool) {
    measure::start("keeprate:report");
    let number = asked.wrapping_add(1);
    session.data.dispatch(Action::Asked(number));
    session.worker.send(Request::Ask { number, question: Box::new(question), sample }, None);
}

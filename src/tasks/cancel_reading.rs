//! Stops the reading of a file. What was loaded before is still there.

use crate::context::Session;
use crate::protocol::Request;
use crate::state::data::Action;

/// Tells the worker to give the job up.
pub fn cancel_reading(session: &Session, job: u32) {
    session.worker.send(Request::Cancel { job }, Vec::new());
    session.data.dispatch(Action::Cancelled);
}

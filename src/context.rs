//! What the page changes the world with.

use crate::platform::worker::WorkerClient;
use crate::state::{data::Data, view::View};
use yew::UseReducerDispatcher;

/// What tasks change the world with: the worker and the dispatchers of the slices.
#[derive(Clone, PartialEq)]
pub struct Session {
    /// The worker.
    pub worker: WorkerClient,
    /// Changes the data slice.
    pub data: UseReducerDispatcher<Data>,
    /// Changes the view slice.
    pub view: UseReducerDispatcher<View>,
}

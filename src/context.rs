//! What components take from above without passing it through: words, formats, and the session.

use crate::i18n::Messages;
use crate::platform::intl::Formats;
use crate::platform::worker::WorkerClient;
use crate::state::{data::Data, preferences::Preferences, view::View};
use keeprate_metrics::money::Currency;
use yew::{UseReducerDispatcher, hook, use_context};

/// The words of the chosen language.
#[hook]
pub fn use_messages() -> Messages {
    let preferences = use_context::<Preferences>();
    Messages { language: preferences.map_or_else(Default::default, |preferences| preferences.language) }
}

/// The formats of the chosen language and the currency of the data on the page.
#[hook]
pub fn use_formats() -> Formats {
    let language = use_messages().language;
    let currency = use_context::<Currency>().unwrap_or(Currency::EUR);
    Formats { language, currency }
}

/// What tasks change the world with: the worker and the dispatchers of the slices.
#[derive(Clone, PartialEq)]
pub struct Session {
    /// The worker.
    pub worker: WorkerClient,
    /// Changes the data slice.
    pub data: UseReducerDispatcher<Data>,
    /// Changes the view slice.
    pub view: UseReducerDispatcher<View>,
    /// Changes the preferences.
    pub preferences: UseReducerDispatcher<Preferences>,
}

/// The session. It is provided above every page.
#[hook]
pub fn use_session() -> Option<Session> {
    use_context::<Session>()
}

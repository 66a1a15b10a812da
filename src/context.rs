//! What components take from above without passing it through: words, formats, and the session.

use crate::i18n::{Language, Messages};
use crate::platform::intl::Formats;
use crate::platform::worker::WorkerClient;
use crate::state::{data::Data, view::View};
use keeprate_metrics::money::Currency;
use yew::{UseReducerDispatcher, hook, use_context};

/// How words and figures are written where a component stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Writing {
    /// The chosen language.
    pub language: Language,
    /// The currency of the data on the page.
    pub currency: Currency,
}

/// The words of the chosen language.
#[hook]
pub fn use_messages() -> Messages {
    Messages { language: use_context::<Writing>().map_or_else(Language::default, |writing| writing.language) }
}

/// The formats of the chosen language and the currency of the data on the page.
#[hook]
pub fn use_formats() -> Formats {
    let writing = use_context::<Writing>();
    writing.map_or(Formats { language: Language::default(), currency: Currency::EUR }, |writing| Formats {
        language: writing.language,
        currency: writing.currency,
    })
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
}

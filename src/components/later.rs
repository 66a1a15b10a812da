//! What can wait until the cards are painted.

use crate::platform::paint::after_paint;
use yew::{Html, Properties, component, use_effect_with, use_mut_ref, use_state};

/// Properties of [`Later`].
#[derive(Properties, PartialEq)]
pub struct LaterProperties {
    /// The job that loaded the data that are shown.
    pub job: u32,
    /// What is shown of them.
    pub children: Html,
}

/// Stays as it was when other data come, until the browser has painted their cards. For lists of choices: a browser
/// that fills in forms looks at the whole page again when one changes, which takes as long as the cards.
#[component]
pub fn Later(properties: &LaterProperties) -> Html {
    let LaterProperties { job, children } = properties;
    let painted = use_state(|| *job);
    let shown = use_mut_ref(|| children.clone());
    {
        let painted = painted.clone();
        use_effect_with(*job, move |job| {
            let job = *job;
            let pending = (*painted != job).then(|| after_paint(move || painted.set(job)));
            move || pending.into_iter().for_each(|pending| pending.cancel())
        });
    }
    let mut shown = shown.borrow_mut();
    if *painted == *job {
        shown.clone_from(children);
    }
    shown.clone()
}

//! The page's frame: providers, the worker, the address, the question that follows what is chosen.

use crate::components::annex::Annex;
use crate::components::header::header;
use crate::components::text::plain;
use crate::context::Session;
use crate::i18n::{Language, Messages};
use crate::pages::dashboard::dashboard;
use crate::pages::shared::Shared;
use crate::pages::unknown::unknown;
use crate::platform::files::{Arrival, listen};
use crate::platform::intl::Formats;
use crate::platform::paint::after_paint;
use crate::platform::worker::WorkerClient;
use crate::platform::{annex, documents, dom};
use crate::route::Route;
use crate::state::data::{Action as DataAction, Data, Trouble};
use crate::state::preferences::{Action as PreferenceAction, Preferences, Theme};
use crate::state::view::View;
use crate::tasks::ask::ask;
use crate::tasks::hear_worker::Hearing;
use crate::tasks::open_file::open_files;
use crate::tasks::open_sample::open_first_sample;
use crate::tasks::remember::{apply, remember, remembered};
use keeprate_metrics::money::Currency;
use keeprate_metrics::report::Question;
use yew::{
    Callback, Html, Renderer, component, html, use_effect_with, use_memo, use_mut_ref, use_reducer, use_reducer_eq,
    use_state_eq,
};

/// Starts the page.
pub fn run() {
    crate::platform::dom::install_panic_screen();
    Renderer::<App>::new().render();
}

/// The page.
#[component]
fn App() -> Html {
    let preferences = use_reducer_eq(remembered);
    let data = use_reducer(Data::default);
    let view = use_reducer_eq(|| View::fresh(true));
    let route = use_state_eq(|| Route::parse(&dom::hash()));
    let hovering = use_state_eq(|| false);
    let asked = use_mut_ref(|| None::<(u32, Question)>);
    let language = preferences.language;

    let worker = {
        let hearing = Hearing::new(data.dispatcher(), view.dispatcher());
        use_memo((), move |()| WorkerClient::new(move |event| hearing.hear(event)))
    };
    let session = Session { worker: (*worker).clone(), data: data.dispatcher(), view: view.dispatcher() };

    use_effect_with(*preferences, |preferences| apply(*preferences));
    {
        let route = route.clone();
        use_effect_with((), move |()| {
            let listener = dom::on_hash_change(Callback::from(move |()| route.set(Route::parse(&dom::hash()))));
            move || drop(listener)
        });
    }
    {
        let session = session.clone();
        use_effect_with((), move |()| open_first_sample(&session));
    }
    // A list that led to a file that cannot be used is drawn anew, and one of its note is gone with it.
    use_effect_with(data.trouble.clone(), |_| dom::focus_if_lost(".trouble"));
    {
        // What comes behind the first cards, the worker for files first: to open one is what a person does next.
        let worker = (*worker).clone();
        use_effect_with(data.loaded.as_ref().map(|loaded| loaded.job), move |job| {
            let load = move || {
                worker.load();
                documents::load();
                annex::load();
            };
            let later = job.map(|_| after_paint(load));
            move || later.into_iter().for_each(|later| later.cancel())
        });
    }
    {
        // A drop or a paste on any page leads to the dashboard.
        let (session, hovering) = (session.clone(), hovering.clone());
        use_effect_with(language, move |language| {
            let language = *language;
            let arrival = Callback::from(move |arrival| match arrival {
                Arrival::Files(files) => {
                    dom::go(&Route::Dashboard.format());
                    open_files(&session, files, false, language);
                }
                Arrival::Nothing => session.data.dispatch(DataAction::Failed(Trouble::NothingThere)),
            });
            let listeners = listen(arrival, Callback::from(move |over| hovering.set(over)));
            move || drop(listeners)
        });
    }
    {
        // Whatever changes the question asks it.
        let session = session.clone();
        let loaded = data.loaded.as_ref().map(|loaded| (loaded.job, loaded.summary.clone()));
        let complete = data.loaded.as_ref().is_none_or(|loaded| loaded.complete);
        let question = loaded.as_ref().map(|(job, summary)| (*job, view.question_about(summary)));
        let known = asked.clone();
        use_effect_with(question, move |next| {
            let before = known.replace(next.clone());
            // With fresh data came the answer to the first question, or its figures alone: then what takes as long again
            // is asked for when those are painted. Where choices of before stand, another question is to be asked.
            let fresh = before.map(|(job, _)| job) != next.as_ref().map(|(job, _)| *job);
            let rest = match (next.clone(), loaded) {
                (Some((_, question)), Some((job, summary))) => {
                    let answered = fresh && question == View::fresh(summary.sample).question_about(&summary);
                    if answered && !complete {
                        Some(after_paint(move || ask(&session, (job, &summary), question)))
                    } else {
                        if !answered {
                            ask(&session, (job, &summary), question);
                        }
                        None
                    }
                }
                _ => None,
            };
            move || rest.into_iter().for_each(|rest| rest.cancel())
        });
    }

    let currency = data.loaded.as_ref().map_or(Currency::EUR, |loaded| loaded.report.currency);
    let onlanguage = {
        let preferences = preferences.clone();
        Callback::from(move |language: Language| {
            remember(Preferences { language, ..*preferences });
            preferences.dispatch(PreferenceAction::Language(language));
        })
    };
    let ontheme = {
        let preferences = preferences.clone();
        Callback::from(move |theme: Theme| {
            remember(Preferences { theme, ..*preferences });
            preferences.dispatch(PreferenceAction::Theme(theme));
        })
    };
    let (messages, formats) = (Messages { language }, Formats { language, currency });
    let page = match &*route {
        Route::Dashboard => dashboard(messages, formats, &data, &view, *hovering, &session),
        Route::Calculators | Route::Calculator(..) | Route::Survey(_) | Route::Glossary => {
            html! { <Annex {formats} route={(*route).clone()} /> }
        }
        Route::Report(payload) => html! { <Shared {messages} payload={payload.clone()} /> },
        Route::Unknown(_) => unknown(messages),
    };
    // Other pages draw no report: there the data are ready as soon as they are loaded.
    let loaded = data.loaded.as_ref().map(|loaded| &loaded.report);
    let drawn = if *route == Route::Dashboard { view.drawn.as_ref() } else { loaded };
    html! {
        <>
            { header(messages, &route, preferences.theme, &onlanguage, &ontheme) }
            <main id="main" data-state={data.word(drawn)}>{ page }</main>
            <footer class="page-footer">{ plain("p", "", messages.footer()) }</footer>
        </>
    }
}

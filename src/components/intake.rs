//! The one zone for data: choose, drop, paste; progress while a file is read; what went wrong with it.

use crate::components::reading::{Reading as Understood, columns, decisions, parts, questions};
use crate::components::text::{button, plain};
use crate::context::Session;
use crate::i18n::Messages;
use crate::platform::files::chosen;
use crate::platform::intl::Formats;
use crate::protocol::Rejection;
use crate::state::data::{Action, Data, Reading, Trouble};
use crate::tasks::cancel_reading::cancel_reading;
use crate::tasks::open_file::open_files;
use crate::tasks::open_sample::open_sample;
use crate::tasks::read_again::{Which, read_again, read_part};
use crate::tasks::save_findings::save_findings;
use keeprate_ingest::{Diagnostic, Options};
use std::rc::Rc;
use yew::{Callback, Event, Html, html};

/// The zone, while a drag hovers over the page or not.
pub fn intake(messages: Messages, formats: Formats, data: &Data, hovering: bool, session: &Session) -> Html {
    let onchange = {
        let session = session.clone();
        Callback::from(move |event: Event| {
            let files = chosen(&event);
            if !files.is_empty() {
                open_files(&session, files, false, messages.language);
            }
        })
    };
    let onsample = {
        let session = session.clone();
        Callback::from(move |_| open_sample(&session))
    };
    // The sample is there within the first moments: its making needs no progress bar.
    let reading = data.reading.as_ref().filter(|reading| reading.size > 0);
    let own = data.loaded.as_ref().is_some_and(|loaded| !loaded.summary.sample);
    html! {
        <section class={if hovering { "intake hovering" } else { "intake" }} aria-label={messages.your_data()}>
            <div class="intake-row">
                <div class="intake-words">
                    { plain("p", "intake-title", messages.drop_paste_choose()) }
                    { plain("p", "note", messages.intake_hint()) }
                </div>
                <div class="intake-actions">
                    <label class="button primary">
                        { messages.choose_file() }
                        <input type="file" class="visually-hidden" multiple=true accept=".csv,.tsv,.txt,.json,.xlsx,.xls,.ods,.zip,.gz,text/csv,text/tab-separated-values,application/json"
                            {onchange} data-testid="file" />
                    </label>
                    <textarea rows="1" data-paste="" aria-label={messages.paste_here()} placeholder={messages.paste_here()} />
                    if own {
                        { button("quiet", onsample, messages.show_sample()) }
                    }
                </div>
            </div>
            <div class="intake-state">
                <p class="intake-promise"><span class="dot" aria-hidden="true"></span>{ messages.leaves_this_tab() }</p>
                <div role="status" aria-live="polite">
                    if let Some(reading) = reading {
                        { progress(messages, formats, reading, session) }
                    }
                </div>
            </div>
            <div role="alert">
                if let Some(trouble) = &data.trouble {
                    { trouble_note(messages, formats, trouble, data.loaded.is_some(), session) }
                }
            </div>
        </section>
    }
}

/// Bytes, rows and seconds left, with a button that stops.
fn progress(messages: Messages, formats: Formats, reading: &Reading, session: &Session) -> Html {
    let oncancel = {
        let (session, job) = (session.clone(), reading.job);
        Callback::from(move |_| cancel_reading(&session, job))
    };
    let read = messages.read_so_far(
        &formats.bytes(reading.bytes),
        &formats.bytes(reading.size),
        &formats.count(reading.records as i64),
    );
    html! {
        <div class="progress">
            { plain("span", "", messages.reading_file(&reading.name)) }
            <progress max={reading.size.max(1).to_string()} value={reading.bytes.to_string()} aria-label={read.clone()} />
            <span class="note">
                { read }
                if let Some(seconds) = reading.seconds_left {
                    { " · " }{ messages.seconds_left(&formats.number(seconds.ceil(), 0)) }
                }
            </span>
            { button("quiet", oncancel, messages.cancel()) }
        </div>
    }
}

/// What went wrong, where, and what to do about it.
fn trouble_note(messages: Messages, formats: Formats, trouble: &Trouble, loaded: bool, session: &Session) -> Html {
    let ondismiss = {
        let data = session.data.clone();
        Callback::from(move |_| data.dispatch(Action::Dismissed))
    };
    let (title, text, rejection) = match trouble {
        Trouble::Rejected(rejection) => (
            messages.cannot_use(&rejection.name),
            rejection.reason.said(messages.language).to_owned(),
            Some(rejection.clone()),
        ),
        Trouble::Cancelled(name) => (messages.cancelled(name), String::new(), None),
        Trouble::NothingThere => (messages.nothing_there().to_owned(), messages.nothing_there_hint().to_owned(), None),
        Trouble::Unreadable(name) => (messages.unreadable(name), messages.unreadable_hint().to_owned(), None),
        Trouble::NoAnswers(name) => (messages.cannot_use(name), messages.no_answers_hint().to_owned(), None),
        Trouble::NotLoaded => (messages.not_loaded().to_owned(), messages.not_loaded_hint().to_owned(), None),
        Trouble::WorkerLost => (messages.worker_lost().to_owned(), messages.worker_lost_hint().to_owned(), None),
    };
    html! {
        <div class="trouble" tabindex="-1" data-code={rejection.as_ref().map(|rejection| rejection.reason.code.text())}>
            <div>
                { plain("p", "trouble-title", title) }
                if !text.is_empty() { { plain("p", "", text) } }
                if let Some(rejection) = rejection {
                    { ways_out(messages, formats, &rejection, session) }
                    if !rejection.preview.is_empty() {
                        <details>
                            <summary>{ messages.first_rows() }</summary>
                            { preview(&rejection.preview) }
                        </details>
                    }
                    if !rejection.diagnostics.is_empty() {
                        <details>
                            <summary>{ messages.what_was_found() }</summary>
                            { findings(messages, &rejection.name, &rejection.diagnostics) }
                        </details>
                    }
                }
                if loaded { { plain("p", "note", messages.loaded_data_stays()) } }
            </div>
            { button("quiet", ondismiss, messages.close()) }
        </div>
    }
}

/// The file that could not be used.
fn refused(rejection: &Rejection) -> Which<'_> {
    Which { place: None, name: &rejection.name, size: rejection.bytes }
}

/// What can be decided about a file that could not be used: first what was undecided, then all that was found.
fn ways_out(messages: Messages, formats: Formats, rejection: &Rc<Rejection>, session: &Session) -> Html {
    let onchange = {
        let (session, rejection) = (session.clone(), rejection.clone());
        Callback::from(move |options: Options| {
            read_again(&session, refused(&rejection), &rejection.choices, options);
        })
    };
    let onpart = {
        let (session, rejection) = (session.clone(), rejection.clone());
        Callback::from(move |part: usize| {
            let options = Options { language: messages.language, ..Options::default() };
            read_part(&session, refused(&rejection), part, options);
        })
    };
    let reading = Understood {
        choices: &rejection.choices,
        shape: rejection.shape,
        dialect: None,
        evidence: &[],
        columns: &rejection.columns,
        preview: &rejection.preview,
        onchange,
        refused: false,
    };
    html! {
        <>
            if rejection.choices.parts.len() > 1 {
                <div class="understood">{ parts(messages, (&rejection.choices, false), &onpart) }</div>
            }
            { questions(messages, formats, &rejection.diagnostics, &reading) }
            <details>
                <summary>{ messages.read_it_otherwise() }</summary>
                <div class="controls">{ decisions(messages, &reading) }</div>
                { columns(messages, &reading) }
            </details>
        </>
    }
}

/// The first records as a table.
pub fn preview(records: &[Vec<String>]) -> Html {
    html! {
        <div class="scroll" tabindex="0">
            <table class="preview">
                <tbody>
                    { for records.iter().take(8).enumerate().map(|(place, cells)| html! {
                        <tr key={place}>{ for cells.iter().take(30).enumerate().map(|(place, cell)| html! { <td key={place}>{ cell }</td> }) }</tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}

/// Findings about a file as a list: code, then what is wrong with its place and remedy; and as a table to save.
pub fn findings(messages: Messages, name: &str, diagnostics: &[Diagnostic]) -> Html {
    let onsave = {
        let (name, diagnostics) = (name.to_owned(), diagnostics.to_vec());
        Callback::from(move |_| save_findings(messages, &name, &diagnostics))
    };
    html! {
        <>
            <ul class="findings">
                { for diagnostics.iter().enumerate().map(|(place, diagnostic)| html! {
                    <li key={place}>{ plain("code", "", diagnostic.code.text()) }{ " " }{ diagnostic.said(messages.language) }</li>
                }) }
            </ul>
            { button("", onsave, messages.save_findings()) }
        </>
    }
}

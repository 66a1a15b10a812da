//! The one zone for data: choose, drop, paste; progress while a file is read; what went wrong with it.

use crate::i18n::Messages;
use crate::platform::files::{PickedFile, chosen};
use crate::platform::intl::Formats;
use crate::state::data::{Reading, Trouble};
use keeprate_ingest::Diagnostic;
use yew::{Callback, Event, Html, classes, html};

/// What the zone shows and what can be done with it.
pub struct Intake<'a> {
    /// Whether a drag hovers over the page.
    pub hovering: bool,
    /// Whether the sample is on show.
    pub sample: bool,
    /// The file being read.
    pub reading: Option<&'a Reading>,
    /// What went wrong last.
    pub trouble: Option<&'a Trouble>,
    /// Whether data are loaded beside the trouble.
    pub loaded: bool,
    /// A file was chosen.
    pub onfile: Callback<PickedFile>,
    /// The sample was asked for.
    pub onsample: Callback<()>,
    /// The reading is to stop.
    pub oncancel: Callback<()>,
    /// The message was read.
    pub ondismiss: Callback<()>,
}

/// The zone.
pub fn intake(messages: Messages, formats: Formats, properties: &Intake<'_>) -> Html {
    let onchange = {
        let onfile = properties.onfile.clone();
        Callback::from(move |event: Event| {
            if let Some(file) = chosen(&event) {
                onfile.emit(file);
            }
        })
    };
    let onsample = properties.onsample.reform(|_| ());
    html! {
        <section class={classes!("intake", properties.hovering.then_some("hovering"))} aria-label={messages.your_data()}>
            <div class="intake-row">
                <div class="intake-words">
                    <p class="intake-title">{ messages.drop_paste_choose() }</p>
                    <p class="note">{ messages.intake_hint() }</p>
                </div>
                <div class="intake-actions">
                    <label class="button primary">
                        { messages.choose_file() }
                        <input type="file" class="visually-hidden" accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values"
                            {onchange} data-testid="file" />
                    </label>
                    <textarea rows="1" data-paste="" aria-label={messages.paste_here()} placeholder={messages.paste_here()} />
                    if !properties.sample {
                        <button type="button" class="quiet" onclick={onsample}>{ messages.show_sample() }</button>
                    }
                </div>
            </div>
            <p class="intake-promise"><span class="dot" aria-hidden="true"></span>{ messages.leaves_this_tab() }</p>
            <div role="status" aria-live="polite">
                if let Some(reading) = properties.reading {
                    { progress(messages, formats, reading, &properties.oncancel) }
                }
            </div>
            <div role="alert">
                if let Some(trouble) = properties.trouble {
                    { trouble_note(messages, trouble, properties.loaded, &properties.ondismiss) }
                }
            </div>
        </section>
    }
}

/// Bytes, rows and seconds left, with a button that stops.
fn progress(messages: Messages, formats: Formats, reading: &Reading, oncancel: &Callback<()>) -> Html {
    let oncancel = oncancel.reform(|_| ());
    let read = messages.read_so_far(
        &formats.bytes(reading.bytes),
        &formats.bytes(reading.size),
        &formats.count(reading.records as i64),
    );
    html! {
        <div class="progress">
            <span>{ messages.reading_file(&reading.name) }</span>
            <progress max={reading.size.max(1).to_string()} value={reading.bytes.to_string()} aria-label={read.clone()} />
            <span class="note">
                { read }
                if let Some(seconds) = reading.seconds_left {
                    { " · " }{ messages.seconds_left(&formats.number(seconds.ceil(), 0)) }
                }
            </span>
            <button type="button" class="quiet" onclick={oncancel}>{ messages.cancel() }</button>
        </div>
    }
}

/// What went wrong, where, and what to do about it.
fn trouble_note(messages: Messages, trouble: &Trouble, loaded: bool, ondismiss: &Callback<()>) -> Html {
    let ondismiss = ondismiss.reform(|_| ());
    let (title, text, rejection) = match trouble {
        Trouble::Rejected(rejection) => {
            (messages.cannot_use(&rejection.name), rejection.reason.message(messages.language), Some(rejection.clone()))
        }
        Trouble::Cancelled(name) => (messages.cancelled(name), String::new(), None),
        Trouble::NothingThere => (messages.nothing_there().to_owned(), messages.nothing_there_hint().to_owned(), None),
        Trouble::Unreadable(name) => (messages.unreadable(name), messages.unreadable_hint().to_owned(), None),
        Trouble::WorkerLost => (messages.worker_lost().to_owned(), messages.worker_lost_hint().to_owned(), None),
    };
    html! {
        <div class="trouble" data-code={rejection.as_ref().map(|rejection| rejection.reason.code.text())}>
            <div>
                <p class="trouble-title">{ title }</p>
                if !text.is_empty() { <p>{ text }</p> }
                if let Some(rejection) = rejection {
                    if !rejection.preview.is_empty() {
                        <details>
                            <summary>{ messages.first_rows() }</summary>
                            { preview(&rejection.preview) }
                        </details>
                    }
                    if !rejection.diagnostics.is_empty() {
                        <details>
                            <summary>{ messages.what_was_found() }</summary>
                            { findings(messages, &rejection.diagnostics) }
                        </details>
                    }
                }
                if loaded { <p class="note">{ messages.loaded_data_stays() }</p> }
            </div>
            <button type="button" class="quiet" onclick={ondismiss}>{ messages.close() }</button>
        </div>
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

/// Findings as a list: code, then what is wrong with its place and remedy.
pub fn findings(messages: Messages, diagnostics: &[Diagnostic]) -> Html {
    html! {
        <ul class="findings">
            { for diagnostics.iter().enumerate().map(|(place, diagnostic)| html! {
                <li key={place}><code>{ diagnostic.code.text() }</code>{ " " }{ diagnostic.message(messages.language) }</li>
            }) }
        </ul>
    }
}

//! What was understood of the files: chips of evidence, the first rows, the findings; how several are joined.

use crate::components::intake::{findings, preview};
use crate::components::reading::{Reading, columns, decisions, gaps, parts, questions, words};
use crate::components::text::{button, plain};
use crate::context::Session;
use crate::i18n::Messages;
use crate::platform::files::chosen;
use crate::platform::intl::Formats;
use crate::protocol::{Choices, Companion, Request, Summary};
use crate::tasks::open_file::open_files;
use crate::tasks::read_again::{Which, go_on_without, read_again, read_part};
use keeprate_ingest::{Input, Options, Severity, Shape};
use keeprate_metrics::join::{Join, JoinKey};
use std::rc::Rc;
use yew::{Callback, Event, Html, html};

/// The strip below the intake; `refused` says that a later choice or file could not be used.
pub fn import_strip(
    messages: Messages,
    formats: Formats,
    (summary, refused): (&Rc<Summary>, bool),
    session: &Session,
) -> Html {
    let base = Opened {
        input: &summary.input,
        choices: &summary.choices,
        preview: &summary.preview,
        place: 0,
        sample: summary.sample,
        refused,
    };
    let other = |(place, other): (usize, &Companion)| {
        let opened = Opened {
            input: &other.input,
            choices: &other.choices,
            preview: &other.preview,
            place,
            sample: false,
            refused,
        };
        html! {
            <div key={place} class="joined">
                { understood(messages, formats, &opened, session) }
                { join(messages, formats, (&other.join, &opened), session) }
            </div>
        }
    };
    // Totals name no customers to join by.
    let can_be_joined = !summary.sample && summary.input.shape != Shape::PeriodTable;
    html! {
        <section class="import" aria-label={messages.understood()}>
            { understood(messages, formats, &base, session) }
            { for (1..).zip(&summary.others).map(other) }
            if can_be_joined { { join_another(messages, session) } }
        </section>
    }
}

/// A file that is loaded.
struct Opened<'a> {
    input: &'a Input,
    choices: &'a Choices,
    preview: &'a [Vec<String>],
    /// Its place among those that are loaded.
    place: usize,
    /// Whether it is no file but the sample.
    sample: bool,
    refused: bool,
}

/// A button that takes more files of the same customers.
fn join_another(messages: Messages, session: &Session) -> Html {
    let session = session.clone();
    let onchange = Callback::from(move |event: Event| {
        let files = chosen(&event);
        if !files.is_empty() {
            open_files(&session, files, true, messages.language);
        }
    });
    html! {
        <p class="join">
            <label class="button">
                { messages.join_another() }
                <input type="file" class="visually-hidden" multiple=true {onchange} data-testid="join" />
            </label>
            { plain("span", "note", messages.join_hint()) }
        </p>
    }
}

/// How a file was joined, whom it does not share with the base, and a way to go on without it.
fn join(messages: Messages, formats: Formats, (join, opened): (&Join, &Opened<'_>), session: &Session) -> Html {
    let count = |number: u64| formats.count(number as i64);
    let covered = join.base_customers.saturating_sub(join.base_unmatched);
    let [matched, all, covered, customers] =
        [join.matched, join.matched + join.unmatched, covered, join.base_customers].map(count);
    let words = match join.key {
        JoinKey::Customer => messages.joined_by_customer(&matched, &all, &covered, &customers),
        JoinKey::Email => messages.joined_by_email(&matched, &all, &covered, &customers),
    };
    let onsave = {
        let (session, name) = (session.clone(), join.name.clone());
        Callback::from(move |_| session.worker.send(Request::Unmatched { name: name.clone() }, Vec::new()))
    };
    let onleave = {
        let (session, name, size, place) = (session.clone(), join.name.clone(), opened.input.bytes, opened.place);
        Callback::from(move |_| go_on_without(&session, Which { place: Some(place), name: &name, size }))
    };
    html! {
        <p class="join" data-testid="joined">
            { plain("span", "", words) }
            if join.unmatched + join.base_unmatched > 0 { { button("quiet", onsave, messages.save_unmatched()) } }
            { button("quiet", onleave, messages.go_on_without()) }
        </p>
    }
}

/// What was understood of one file.
fn understood(messages: Messages, formats: Formats, opened: &Opened<'_>, session: &Session) -> Html {
    let Opened { input, choices, preview: records, place, sample, refused } = *opened;
    let again = {
        let (session, name, size, choices) = (session.clone(), input.name.clone(), input.bytes, choices.clone());
        move |part: Option<usize>, options: Options| {
            let file = Which { place: Some(place), name: &name, size };
            match part {
                Some(part) => read_part(&session, file, part, options),
                None => read_again(&session, file, &choices, options),
            }
        }
    };
    let onpart = {
        let again = again.clone();
        let options = Options { language: messages.language, ..Options::default() };
        Callback::from(move |part: usize| again(Some(part), options.clone()))
    };
    let reading = Reading {
        choices,
        shape: Some(input.shape),
        dialect: Some(&input.dialect),
        evidence: &input.evidence,
        columns: &input.columns,
        preview: records,
        onchange: Callback::from(move |options: Options| again(None, options)),
        refused,
    };
    let accepted = formats.count(input.accepted as i64);
    let rows = if input.left_out > 0 {
        messages.rows_used(&accepted, &formats.count(input.left_out as i64))
    } else {
        messages.rows_all_used(&accepted)
    };
    let errors = input.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    html! {
        <>
            <div class="understood">
                <span class={if sample { "chip sample-chip" } else { "chip" }}>
                    if sample { { messages.sample_on() } } else { { plain("b", "", input.name.clone()) } }
                </span>
                { parts(messages, (choices, refused), &onpart) }
                if !sample { { decisions(messages, &reading) } }
                <span class={if errors { "chip warn" } else { "chip" }} data-testid="rows">{ rows }</span>
            </div>
            if choices.remembered {
                <p class="note remembered">
                    { messages.read_as_before() }
                    { button("quiet", reading.onchange.reform(move |_| Options { language: messages.language, ..Options::default() }), messages.read_afresh()) }
                </p>
            }
            { questions(messages, formats, &input.diagnostics, &reading) }
            if input.incomplete { <p class="problem" role="alert">{ messages.incomplete() }</p> }
            <details>
                <summary>{ messages.understood() }</summary>
                if !sample {
                    { plain("h2", "minor", messages.what_columns_hold()) }
                    { columns(messages, &reading) }
                    { words(messages, formats, &input.words, &reading) }
                }
                if !input.diagnostics.is_empty() {
                    { plain("h2", "minor", messages.what_was_found()) }
                    if input.left_out > 0 { { plain("p", "note left-out", left_out(messages, formats, input)) } }
                    { findings(messages, &input.name, &input.diagnostics) }
                    if !sample { { gaps(messages, &input.diagnostics, &reading) } }
                }
                { plain("h2", "minor", messages.first_rows()) }
                { preview(records) }
            </details>
        </>
    }
}

/// How much was left out: rows, customers, amounts.
fn left_out(messages: Messages, formats: Formats, input: &Input) -> String {
    let counts = [input.left_out, input.left_out_customers].map(|count| formats.count(count as i64));
    let amounts =
        input.left_out_amounts.iter().map(|sum| Formats { currency: sum.currency, ..formats }.money(sum.amount));
    let amounts = amounts.collect::<Vec<_>>().join(" + ");
    let told = if amounts.is_empty() { amounts } else { messages.left_out_amounts(&amounts) };
    [messages.left_out_of(&counts[0], &counts[1]), told].concat()
}

//! What was understood of a file: chips of evidence, the first rows, the findings.

use crate::components::intake::{findings, preview};
use crate::components::reading::{Reading, columns, decisions, parts, questions};
use crate::components::text::{button, plain};
use crate::context::Session;
use crate::i18n::Messages;
use crate::platform::intl::Formats;
use crate::protocol::Summary;
use crate::tasks::read_again::{read_again, read_part};
use keeprate_ingest::{Options, Severity};
use std::rc::Rc;
use yew::{Callback, Html, html};

/// The strip below the intake; `refused` says that a later choice or file could not be used.
pub fn import_strip(
    messages: Messages,
    formats: Formats,
    (summary, refused): (&Rc<Summary>, bool),
    session: &Session,
) -> Html {
    let input = &summary.input;
    let onchange = {
        let (session, summary) = (session.clone(), summary.clone());
        Callback::from(move |options: Options| {
            read_again(&session, (&summary.input.name, summary.input.bytes), &summary.choices, options);
        })
    };
    let onpart = {
        let (session, summary) = (session.clone(), summary.clone());
        Callback::from(move |part: usize| {
            let options = Options { language: messages.language, ..Options::default() };
            read_part(&session, (&summary.input.name, summary.input.bytes), part, options);
        })
    };
    let reading = Reading {
        choices: &summary.choices,
        shape: Some(input.shape),
        dialect: Some(&input.dialect),
        evidence: &input.evidence,
        columns: &input.columns,
        preview: &summary.preview,
        onchange,
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
        <section class="import" aria-label={messages.understood()}>
            <div class="understood">
                <span class={if summary.sample { "chip sample-chip" } else { "chip" }}>
                    if summary.sample { { messages.sample_on() } } else { { plain("b", "", input.name.clone()) } }
                </span>
                { parts(messages, (&summary.choices, refused), &onpart) }
                if !summary.sample { { decisions(messages, &reading) } }
                <span class={if errors { "chip warn" } else { "chip" }} data-testid="rows">{ rows }</span>
            </div>
            if summary.choices.remembered {
                <p class="note remembered">
                    { messages.read_as_before() }
                    { button("quiet", reading.onchange.reform(move |_| Options { language: messages.language, ..Options::default() }), messages.read_afresh()) }
                </p>
            }
            { questions(messages, formats, &input.diagnostics, &reading) }
            if input.incomplete { <p class="problem" role="alert">{ messages.incomplete() }</p> }
            <details>
                <summary>{ messages.understood() }</summary>
                if !summary.sample {
                    { plain("h2", "minor", messages.what_columns_hold()) }
                    { columns(messages, &reading) }
                }
                if !input.diagnostics.is_empty() {
                    { plain("h2", "minor", messages.what_was_found()) }
                    { findings(messages, &input.name, &input.diagnostics) }
                }
                { plain("h2", "minor", messages.first_rows()) }
                { preview(&summary.preview) }
            </details>
        </section>
    }
}

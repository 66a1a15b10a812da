//! What was understood of a file: chips of evidence, the first rows, the findings.

use crate::components::intake::{findings, preview};
use crate::components::text::plain;
use crate::i18n::Messages;
use crate::platform::intl::Formats;
use crate::protocol::Summary;
use keeprate_ingest::{DateOrder, Decimal, Evidence, Input, Severity, Shape};
use yew::{Html, html};

fn shape(messages: Messages, shape: Shape) -> &'static str {
    match shape {
        Shape::Subscriptions => messages.shape_subscriptions(),
        Shape::MrrLong => messages.shape_mrr_long(),
        Shape::MrrWide => messages.shape_mrr_wide(),
        Shape::Survey => messages.shape_survey(),
        Shape::MrrChanges => messages.shape_mrr_changes(),
        Shape::Transactions => messages.shape_transactions(),
        Shape::Events => messages.shape_events(),
        Shape::PeriodTable => messages.shape_period_table(),
        Shape::CustomerStatus => messages.shape_customer_status(),
    }
}

fn proof(messages: Messages, input: &Input, decision: &str) -> Option<String> {
    let found: &Evidence = input.evidence.iter().find(|evidence| evidence.decision == decision)?;
    Some(messages.proved_by(&found.record.to_string(), &found.value))
}

/// What was decided about the file, each with the cell that proves it.
fn decisions(messages: Messages, input: &Input) -> Vec<(String, Option<String>)> {
    let dialect = &input.dialect;
    let separator = match dialect.delimiter.as_str() {
        "\t" => messages.tab(),
        sign => sign,
    };
    let encoding = serde_json::to_string(&dialect.encoding).unwrap_or_default();
    let mut decisions = vec![
        (shape(messages, input.shape).to_owned(), None),
        (messages.separator(separator), None),
        (messages.encoding(&encoding.trim_matches('"').to_ascii_uppercase()), proof(messages, input, "encoding")),
    ];
    if let Some(decimal) = dialect.decimal {
        let name = match decimal {
            Decimal::Comma => messages.decimal_comma(),
            Decimal::Point => messages.decimal_point(),
        };
        decisions.push((name.to_owned(), proof(messages, input, "decimal")));
    }
    if let Some(order) = dialect.date_order {
        let name = match order {
            DateOrder::DayFirst => messages.day_first(),
            DateOrder::MonthFirst => messages.month_first(),
        };
        decisions.push((name.to_owned(), proof(messages, input, "date_order")));
    }
    decisions
}

/// The strip below the intake.
pub fn import_strip(messages: Messages, formats: Formats, summary: &Summary) -> Html {
    let input = &summary.input;
    let accepted = formats.count(input.accepted as i64);
    let rows = if input.left_out > 0 {
        messages.rows_used(&accepted, &formats.count(input.left_out as i64))
    } else {
        messages.rows_all_used(&accepted)
    };
    let used: Vec<&str> = input
        .columns
        .iter()
        .filter(|column| column.field.is_some() || column.used.is_some())
        .map(|column| column.header.as_str())
        .take(12)
        .collect();
    let errors = input.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    html! {
        <section class="import" aria-label={messages.understood()}>
            <div class="understood">
                <span class={if summary.sample { "chip sample-chip" } else { "chip" }}>
                    if summary.sample { { messages.sample_on() } } else { { plain("b", "", input.name.clone()) } }
                </span>
                { for decisions(messages, input).into_iter().map(|(name, proof)| html! {
                    <span key={name.clone()} class="chip">
                        { &name }
                        if let Some(proof) = proof { <span class="note">{ ": " }{ proof }</span> }
                    </span>
                }) }
                <span class={if errors { "chip warn" } else { "chip" }} data-testid="rows">{ rows }</span>
            </div>
            if input.incomplete { <p class="problem" role="alert">{ messages.incomplete() }</p> }
            <details>
                <summary>{ messages.understood() }</summary>
                { plain("p", "note", messages.columns_used(&used.join(", "))) }
                if !input.diagnostics.is_empty() {
                    { plain("h2", "minor", messages.what_was_found()) }
                    { findings(messages, &input.diagnostics) }
                }
                { plain("h2", "minor", messages.first_rows()) }
                { preview(&summary.preview) }
            </details>
        </section>
    }
}

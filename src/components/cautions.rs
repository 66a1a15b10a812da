//! What is to be borne in mind about a figure: words beside it, sentences for who asks.

use crate::components::text::entry;
use crate::i18n::Messages;
use keeprate_metrics::cautions;
use keeprate_metrics::result::MetricResult;
use yew::{Html, html};

/// A line of words, behind a mark; nothing where there is nothing to say.
pub fn caution_line(messages: Messages, result: &MetricResult) -> Html {
    let words: Vec<&str> = cautions::words(result).into_iter().map(|word| messages.text(word)).collect();
    if words.is_empty() {
        return Html::default();
    }
    html! {
        <p class="caution"><span aria-hidden="true">{ "△ " }</span>{ words.join(" · ") }</p>
    }
}

/// Each word with its sentence, as entries of a list of terms.
pub fn caution_entries(messages: Messages, result: &MetricResult) -> Vec<Html> {
    let said =
        |caution: cautions::Caution| entry(messages.text(caution.word), "caution", messages.text(caution.sentence));
    cautions::cautions(result).into_iter().map(said).collect()
}

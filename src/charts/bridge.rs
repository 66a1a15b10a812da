//! The MRR bridge: from the MRR at the start, class by class, to the MRR at the end. Rows rather than columns, so that
//! words and amounts stay readable on a phone.

use crate::charts::marks::{label, line, rectangle};
use crate::charts::plot::{Canvas, plot};
use crate::charts::scale::{Scale, px};
use crate::charts::table::table;
use crate::i18n::Messages;
use crate::platform::intl::Formats;
use crate::queries::charts::Class;
use keeprate_metrics::report::MovementEntry;
use yew::{Html, html};

/// The name of a movement class.
pub fn class_name(messages: Messages, class: Class) -> &'static str {
    match class {
        Class::New => messages.class_new(),
        Class::Reactivation => messages.class_reactivation(),
        Class::Expansion => messages.class_expansion(),
        Class::Contraction => messages.class_contraction(),
        Class::Churn => messages.class_churn(),
    }
}

const ROW: f64 = 34.0;
const BAR: f64 = 18.0;

/// The bridge.
pub fn bridge(messages: Messages, formats: Formats, entry: MovementEntry) -> Html {
    plot(0, move |canvas| draw(messages, formats, &entry, canvas))
}

fn draw(messages: Messages, formats: Formats, entry: &MovementEntry, canvas: &Canvas) -> Html {
    let width = canvas.width;
    let labels = if width < 420.0 { 112.0 } else { 140.0 };
    let amounts = if width < 420.0 { 96.0 } else { 128.0 };

    // Each row's bar reaches from one level of MRR to the next.
    let mut level = entry.start.as_f64();
    let mut rows = vec![(messages.mrr_at_start(), "total", 0.0, level, formats.money(entry.start))];
    for class in Class::ALL {
        let (amount, _) = class.of(entry);
        let next = if class.gains() { level + amount.as_f64() } else { level - amount.as_f64() };
        let shown = if amount.minor() == 0 {
            formats.money(amount)
        } else {
            [if class.gains() { "+" } else { "−" }, &formats.money(amount)].concat()
        };
        rows.push((class_name(messages, class), class.style(), level, next, shown));
        level = next;
    }
    rows.push((messages.mrr_at_end(), "total", 0.0, entry.end.as_f64(), formats.money(entry.end)));

    // Where the totals dwarf the movements the axis starts near the lowest level, and the note says so.
    let levels = || rows.iter().skip(1).take(5).flat_map(|row| [row.2, row.3]);
    let highest = levels().fold(entry.start.as_f64().max(entry.end.as_f64()), f64::max);
    let lowest = levels().fold(entry.start.as_f64().min(entry.end.as_f64()), f64::min);
    let cut = lowest > 0.0 && (highest - lowest) < lowest * 0.25;
    let from = if cut { (lowest - (highest - lowest) * 0.6).max(0.0) } else { 0.0 };
    let scale = Scale::new(from, highest.max(from + 1e-9), labels, (width - amounts).max(labels + 20.0));
    let height = rows.len() as f64 * ROW;
    let summary = messages.bridge_summary(&formats.money(entry.start), &formats.money(entry.end));

    let mut content = Vec::new();
    for (place, (name, style, low, high, shown)) in rows.into_iter().enumerate() {
        let y = place as f64 * ROW;
        let (a, b) = (scale.at(low.min(high).max(from)), scale.at(low.max(high).max(from)));
        let end = scale.at(high.max(from));
        let gap = (ROW - BAR) / 2.0;
        content.push(label("label", (0.0, y + ROW / 2.0), name.to_owned()));
        content.push(rectangle(["bar ", style].concat(), (a, y + gap), ((b - a).max(1.0), BAR)));
        if y + ROW < height {
            content.push(line("connector", (end, y + gap + BAR), (end, y + ROW + gap)));
        }
        content.push(label("amount", (width, y + ROW / 2.0), shown));
    }
    html! {
        <>
            <svg class="bridge" width={px(width)} height={px(height)} role="img" aria-label={summary}>{ content }</svg>
            <p class="note">{ messages.closes_to_zero() }{ if cut { messages.axis_cut() } else { "" } }</p>
        </>
    }
}

/// The bridge as a table.
pub fn bridge_table(messages: Messages, formats: Formats, entry: &MovementEntry) -> Html {
    let row = |name: &str, amount, customers| vec![name.to_owned(), formats.money(amount), formats.count(customers)];
    let mut rows = vec![row(messages.mrr_at_start(), entry.start, entry.customers.start)];
    for class in Class::ALL {
        let (amount, customers) = class.of(entry);
        rows.push(row(class_name(messages, class), amount, customers));
    }
    rows.push(row(messages.mrr_at_end(), entry.end, entry.customers.end));
    table(&[messages.movement(), messages.mrr(), messages.customers()], rows)
}

//! The survival curve with its band and its median.

use crate::charts::marks::{dot, label, line, marks, path, read_out};
use crate::charts::plot::{Canvas, LEFT, RIGHT, plot};
use crate::charts::scale::{Scale, px, ticks};
use crate::charts::table::{or_dash, table};
use crate::i18n::Messages;
use crate::platform::intl::Formats;
use crate::queries::figures::Figure;
use keeprate_metrics::survival::Step;
use std::rc::Rc;
use yew::Html;

const HEIGHT: f64 = 260.0;
/// The share of the width up to which the label of the median stands behind its line.
const MIDDLE: f64 = 0.6;

/// The chart of a curve's steps, with the median lifetime in months if it is reached.
pub fn survival(messages: Messages, formats: Formats, steps: Rc<Vec<Step>>, median: Option<f64>) -> Html {
    let longest = steps.last().map_or(1.0, |step| step.t);
    plot(longest.ceil() as usize + 1, move |canvas| draw(messages, formats, &steps, median, canvas))
}

fn draw(messages: Messages, formats: Formats, steps: &[Step], median: Option<f64>, canvas: &Canvas) -> Html {
    let width = canvas.width;
    let longest = steps.last().map_or(1.0, |step| step.t);
    let months = ticks(0.0, longest, if width < 420.0 { 4 } else { 7 });
    let last = months.last().copied().unwrap_or(longest);
    let x = Scale::new(0.0, last, LEFT, (width - RIGHT).max(LEFT + 1.0));
    let y = Scale::new(0.0, 1.0, HEIGHT - 44.0, 8.0);

    // The curve stays level until the next step.
    let mut curve = ["M", &px(x.at(0.0)), " ", &px(y.at(1.0))].concat();
    for step in steps.iter() {
        curve.push_str(&["H", &px(x.at(step.t)), "V", &px(y.at(step.s))].concat());
    }
    let mut upper = ["M", &px(x.at(0.0)), " ", &px(y.at(1.0))].concat();
    let mut lower = Vec::new();
    let mut before = (1.0, 1.0);
    for step in steps.iter() {
        let (Some(low), Some(high)) = (step.low, step.high) else { continue };
        upper.push_str(&["H", &px(x.at(step.t)), "V", &px(y.at(high))].concat());
        lower.push((step.t, before.0));
        before = (low, high);
    }
    if let Some(step) = steps.last() {
        upper.push_str(&["H", &px(x.at(step.t)), "V", &px(y.at(before.0))].concat());
    }
    for (t, low) in lower.iter().rev() {
        upper.push_str(&["H", &px(x.at(*t)), "V", &px(y.at(*low))].concat());
    }
    upper.push_str(&["H", &px(x.at(0.0)), "Z"].concat());

    let mut content = vec![
        marks(width, &[0.0, 0.25, 0.5, 0.75, 1.0], |share| y.at(share), |share| formats.whole_percent(share)),
        path("band", upper),
        path("line mrr", curve),
    ];
    if let Some(median) = median {
        let text = messages.median_of(&formats.figure(Figure::Months(median)));
        content.push(line("median", (x.at(median), y.at(0.5)), (x.at(median), y.at(0.0))));
        // On the right there is no room beside the line.
        let (class, place) =
            if x.at(median) < width * MIDDLE { ("median-label", 6.0) } else { ("median-label before", -6.0) };
        content.push(label(class, (x.at(median) + place, y.at(0.0) - 8.0), text));
    }
    for month in months {
        content.push(label("month", (x.at(month), HEIGHT - 24.0), formats.number(month, 0)));
    }
    content.push(label("axis", ((width + LEFT) / 2.0, HEIGHT - 6.0), messages.months_since_start().to_owned()));
    let read = canvas.at.map(|month| {
        let time = month as f64;
        let step = steps.iter().take_while(|step| step.t <= time).last();
        let (share, bounds) = step.map_or((1.0, None), |step| (step.s, step.low.zip(step.high)));
        let place = x.at(time.min(last));
        content.push(line("cursor", (place, 8.0), (place, HEIGHT - 44.0)));
        content.push(dot("line mrr", (place, y.at(share)), "4"));
        let mut figures = vec![messages.still_there(&formats.percent(share))];
        figures.extend(bounds.map(|(low, high)| messages.range(&formats.percent(low), &formats.percent(high))));
        (formats.figure(Figure::Months(time)), figures)
    });
    canvas.readable("survival", HEIGHT, messages.survival_summary(), content, read_out(messages, read))
}

/// The same as a table.
pub fn survival_table(messages: Messages, formats: Formats, steps: &[Step]) -> Html {
    let headings = [
        messages.months_since_start(),
        messages.at_risk(),
        messages.left(),
        messages.share_still_there(),
        messages.interval(),
    ];
    let row = |step: &Step| {
        let bounds = step.low.zip(step.high);
        vec![
            formats.number(step.t, u8::from(step.t.fract() != 0.0)),
            formats.count(step.at_risk as i64),
            formats.count(step.churned as i64),
            formats.percent(step.s),
            or_dash(bounds.map(|(low, high)| [&formats.percent(low), " – ", &formats.percent(high)].concat())),
        ]
    };
    table(&headings, steps.iter().map(row).collect())
}

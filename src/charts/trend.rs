//! MRR and customers over time: two lines above each other with the same months at the same place.

use crate::charts::marks::{dot, label, line, marks, path, read_out};
use crate::charts::plot::{Canvas, LEFT, RIGHT, plot};
use crate::charts::scale::{Scale, px, ticks};
use crate::charts::table::{or_dash, table};
use crate::i18n::Messages;
use crate::platform::intl::Formats;
use crate::queries::charts::TimePoint;
use keeprate_metrics::report::LabelledPeriod;
use std::rc::Rc;
use yew::Html;

const UPPER: f64 = 168.0;
const LOWER: f64 = 96.0;
const GAP: f64 = 36.0;

/// The names of the periods along the horizontal axis, of as many as fit beside each other.
pub(super) fn period_labels(formats: Formats, periods: &[&LabelledPeriod], width: f64, height: f64) -> Html {
    let space = width - LEFT - RIGHT;
    let fitting = (space / 64.0).floor().max(1.0) as usize;
    let step = periods.len().div_ceil(fitting).max(1);
    let label = |(place, period): (usize, &&LabelledPeriod)| {
        let x = LEFT + (place as f64 + 0.5) * space / periods.len() as f64;
        label("month", (x, height - 6.0), formats.short_labelled(period))
    };
    periods.iter().enumerate().rev().step_by(step).map(label).collect()
}

/// The chart of the periods, oldest first.
pub fn trend(messages: Messages, formats: Formats, points: Rc<Vec<TimePoint>>) -> Html {
    plot(points.len(), move |canvas| draw(messages, formats, &points, canvas))
}

fn draw(messages: Messages, formats: Formats, points: &[TimePoint], canvas: &Canvas) -> Html {
    let width = canvas.width;
    let count = points.len();
    let step = ((width - LEFT - RIGHT) / count.max(1) as f64).max(1.0);
    let x = |place: usize| LEFT + (place as f64 + 0.5) * step;
    let height = UPPER + GAP + LOWER + 28.0;

    let mut content = Vec::new();
    if let Some(place) = canvas.at {
        content.push(line("cursor", (x(place), 0.0), (x(place), height - 24.0)));
    }
    let mut panel =
        |values: Vec<Option<f64>>, top: f64, space: f64, style: &'static str, text: &dyn Fn(f64) -> String| {
            let highest = values.iter().flatten().copied().fold(0.0, f64::max);
            let levels = ticks(0.0, highest, if space > 120.0 { 5 } else { 3 });
            let scale = Scale::new(0.0, levels.last().copied().unwrap_or(1.0), top + space, top + 6.0);
            let mut drawn = String::new();
            let mut drawing = false;
            for (place, value) in values.iter().enumerate() {
                if let Some(value) = value {
                    let sign = if drawing { "L" } else { "M" };
                    drawn.push_str(&[sign, &px(x(place)), " ", &px(scale.at(*value))].concat());
                }
                drawing = value.is_some();
            }
            content.push(marks(width, &levels, |level| scale.at(level), text));
            content.push(path(style, drawn));
            if let Some(place) = canvas.at
                && let Some(value) = values.get(place).copied().flatten()
            {
                content.push(dot(style, (x(place), scale.at(value)), "4"));
            }
        };
    let mrr = points.iter().map(|point| point.mrr.map(|amount| amount.as_f64())).collect();
    let customers = points.iter().map(|point| point.customers.map(|count| count as f64)).collect();
    panel(mrr, 0.0, UPPER, "line mrr", &|level| formats.short_money(level));
    panel(customers, UPPER + GAP, LOWER, "line customers", &|level| formats.short_number(level));
    content.push(label("panel-label", (LEFT, UPPER + GAP - 10.0), messages.customers().to_owned()));
    let periods: Vec<_> = points.iter().map(|point| &point.period).collect();
    content.push(period_labels(formats, &periods, width, height));
    let read = canvas.at.and_then(|place| points.get(place)).map(|point| {
        let mrr = point.mrr.map(|mrr| [messages.mrr(), " ", &formats.money(mrr)].concat());
        let customers = point.customers.map(|count| [messages.customers(), " ", &formats.count(count)].concat());
        (formats.labelled(&point.period), mrr.into_iter().chain(customers).collect())
    });
    canvas.readable("trend", height, messages.trend_summary(), content, read_out(messages, read))
}

/// The same as a table.
pub fn trend_table(messages: Messages, formats: Formats, points: &[TimePoint]) -> Html {
    let row = |point: &TimePoint| {
        vec![
            formats.labelled(&point.period),
            or_dash(point.mrr.map(|amount| formats.money(amount))),
            or_dash(point.customers.map(|count| formats.count(count))),
        ]
    };
    table(&[messages.period(), messages.mrr(), messages.customers()], points.iter().rev().map(row).collect())
}

//! MRR movements over time: gains stacked above zero, losses below.

use crate::charts::bridge::class_name;
use crate::charts::marks::{marks, read_out, rectangle};
use crate::charts::plot::{Canvas, LEFT, RIGHT, plot};
use crate::charts::scale::{Scale, ticks};
use crate::charts::table::table;
use crate::charts::trend::period_labels;
use crate::i18n::Messages;
use crate::platform::intl::Formats;
use crate::queries::charts::{Class, TimePoint};
use keeprate_metrics::report::MovementEntry;
use std::rc::Rc;
use yew::{Html, html};

const HEIGHT: f64 = 260.0;

fn amount(entry: Option<&MovementEntry>, class: Class) -> f64 {
    entry.map_or(0.0, |entry| class.of(entry).0.as_f64())
}

/// The chart of the periods, oldest first.
pub fn movements(messages: Messages, formats: Formats, points: Rc<Vec<TimePoint>>) -> Html {
    plot(points.len(), move |canvas| draw(messages, formats, &points, canvas))
}

fn draw(messages: Messages, formats: Formats, points: &[TimePoint], canvas: &Canvas) -> Html {
    let width = canvas.width;
    let count = points.len();
    let step = ((width - LEFT - RIGHT) / count.max(1) as f64).max(1.0);
    let bar = (step * 0.62).min(40.0);
    let side = |gains: bool| {
        let sums = points.iter().map(|point| {
            let classes = Class::ALL.into_iter().filter(|class| class.gains() == gains);
            classes.map(|class| amount(point.movement.as_ref(), class)).sum::<f64>()
        });
        sums.fold(0.0, f64::max)
    };
    let levels = ticks(-side(false), side(true), 5);
    let (low, high) = (levels.first().copied().unwrap_or(0.0), levels.last().copied().unwrap_or(1.0));
    let scale = Scale::new(low, high, HEIGHT - 28.0, 8.0);
    let x = |place: usize| LEFT + (place as f64 + 0.5) * step;

    let mut content = vec![marks(width, &levels, |level| scale.at(level), |level| formats.short_money(level))];
    if let Some(place) = canvas.at {
        content.push(rectangle("column", (x(place) - step / 2.0, 4.0), (step, HEIGHT - 28.0)));
    }
    for (place, point) in points.iter().enumerate() {
        let (mut above, mut below) = (0.0, 0.0);
        for class in Class::ALL {
            let amount = amount(point.movement.as_ref(), class);
            if amount == 0.0 {
                continue;
            }
            let (from, to) = if class.gains() { (above, above + amount) } else { (below - amount, below) };
            if class.gains() {
                above = to;
            } else {
                below = from;
            }
            let (top, bottom) = (scale.at(to), scale.at(from));
            let style = ["bar ", class.style()].concat();
            content.push(rectangle(style, (x(place) - bar / 2.0, top), (bar, (bottom - top).max(0.5))));
        }
    }
    let periods: Vec<_> = points.iter().map(|point| &point.period).collect();
    content.push(period_labels(formats, &periods, width, HEIGHT));
    let read = canvas.at.and_then(|place| points.get(place)).map(|point| {
        let figures = match &point.movement {
            Some(entry) => {
                let moved = Class::ALL.into_iter().filter(|class| class.of(entry).0.units != 0);
                let figure = |class: Class| {
                    let sign = if class.gains() { " +" } else { " −" };
                    [class_name(messages, class), sign, &formats.money(class.of(entry).0)].concat()
                };
                moved.map(figure).collect()
            }
            None => vec![messages.no_earlier_period().to_owned()],
        };
        (formats.labelled(&point.period), figures)
    });
    let chart = canvas.readable("movements", HEIGHT, messages.movements_summary(), content, read_out(messages, read));
    let in_legend = |class: Class| html! { <li><i class={["swatch ", class.style()].concat()}></i>{ class_name(messages, class) }</li> };
    html! { <><ul class="legend">{ for Class::ALL.into_iter().map(in_legend) }</ul>{ chart }</> }
}

/// The same as a table.
pub fn movements_table(messages: Messages, formats: Formats, points: &[TimePoint]) -> Html {
    let mut headings = vec![messages.period(), messages.mrr_at_start()];
    headings.extend(Class::ALL.map(|class| class_name(messages, class)));
    headings.push(messages.mrr_at_end());
    let row = |entry: &MovementEntry| {
        let mut cells = vec![formats.labelled(&entry.period), formats.money(entry.start)];
        cells.extend(Class::ALL.map(|class| formats.money(class.of(entry).0)));
        cells.push(formats.money(entry.end));
        cells
    };
    table(&headings, points.iter().rev().filter_map(|point| point.movement.as_ref()).map(row).collect())
}

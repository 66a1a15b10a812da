//! How users come back: the share on a day, and on that day or later, for days after the first.

use crate::charts::marks::{dot, label, line, marks, path, read_out, rectangle};
use crate::charts::plot::{Canvas, LEFT, RIGHT, plot};
use crate::charts::scale::{Scale, px};
use crate::charts::table::{or_dash, table};
use crate::i18n::Messages;
use crate::platform::intl::Formats;
use keeprate_metrics::report::events::{BracketPoint, Curves, DayPoint, Returned, StepPoint};
use std::rc::Rc;
use yew::{Html, html};

const HEIGHT: f64 = 240.0;
const BRACKETS_HEIGHT: f64 = 200.0;
const BOTTOM: f64 = 44.0;
/// The width of the label of a bracket.
const LABEL: f64 = 46.0;
const LEVELS: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

/// The chart of both curves, below their names.
pub fn retention(messages: Messages, formats: Formats, curves: Rc<Curves>) -> Html {
    let named = [("swatch upper", messages.on_the_day()), ("swatch total", messages.on_or_after_the_day())];
    let in_legend = |(class, name): (&'static str, &'static str)| html! { <li><i {class}></i>{ name }</li> };
    html! {
        <>
            <ul class="legend">{ for named.into_iter().map(in_legend) }</ul>
            { plot(curves.n_day.len(), move |canvas| draw(messages, formats, &curves, canvas)) }
        </>
    }
}

fn draw(messages: Messages, formats: Formats, curves: &Curves, canvas: &Canvas) -> Html {
    let width = canvas.width;
    let step = ((width - LEFT - RIGHT) / curves.n_day.len().max(1) as f64).max(1.0);
    let x = |place: usize| LEFT + (place as f64 + 0.5) * step;
    let y = Scale::new(0.0, 1.0, HEIGHT - BOTTOM, 8.0);
    let mut content = vec![marks(width, &LEVELS, |share| y.at(share), |share| formats.whole_percent(share))];
    if let Some(place) = canvas.at {
        content.push(line("cursor", (x(place), 8.0), (x(place), HEIGHT - BOTTOM)));
    }
    for (points, class, dots) in
        [(&curves.rolling, "line customers", "line customers"), (&curves.n_day, "line mrr", "line mrr")]
    {
        let mut drawn = String::new();
        for (place, point) in points.iter().enumerate() {
            let Some(value) = point.users.value else { continue };
            let sign = if drawn.is_empty() { "M" } else { "L" };
            drawn.push_str(&[sign, &px(x(place)), " ", &px(y.at(value))].concat());
            if let (Some(low), Some(high)) = (point.users.ci_low, point.users.ci_high) {
                content.push(line("whisker", (x(place), y.at(low)), (x(place), y.at(high))));
            }
            content.push(dot(dots, (x(place), y.at(value)), if canvas.at == Some(place) { "5" } else { "3" }));
        }
        content.push(path(class, drawn));
    }
    for (place, point) in curves.n_day.iter().enumerate() {
        content.push(label("month", (x(place), HEIGHT - 24.0), point.day.to_string()));
    }
    content.push(label("axis", ((width + LEFT) / 2.0, HEIGHT - 6.0), messages.days_since_start().to_owned()));
    let read = canvas.at.and_then(|place| curves.n_day.get(place).zip(curves.rolling.get(place)));
    let read = read.map(|(point, rolling)| {
        let figures = [(messages.on_the_day(), point), (messages.on_or_after_the_day(), rolling)];
        let said = |(name, point): (&str, &DayPoint)| [name, ": ", &share(messages, formats, &point.users)].concat();
        (messages.on_day(&formats.count(point.day.into())), figures.into_iter().map(said).collect())
    });
    canvas.readable("retention", HEIGHT, messages.retention_summary(), content, read_out(messages, read))
}

/// A share with those behind it: `40 % (2 of 5)`.
fn share(messages: Messages, formats: Formats, users: &Returned) -> String {
    let Some(value) = users.value else { return messages.nobody_observed_long_enough().to_owned() };
    let (returned, matured) = (formats.count(users.returned as i64), formats.count(users.matured as i64));
    [&formats.percent(value), " (", &messages.part_of(&returned, &matured), ")"].concat()
}

/// The cells of a share: users, those who came back, their share, its interval.
fn cells(messages: Messages, formats: Formats, users: &Returned) -> [String; 4] {
    let range = users.ci_low.zip(users.ci_high);
    [
        formats.count(users.matured as i64),
        formats.count(users.returned as i64),
        or_dash(users.value.map(|value| formats.percent(value))),
        or_dash(range.map(|(low, high)| messages.range(&formats.percent(low), &formats.percent(high)))),
    ]
}

/// The same as a table.
pub fn retention_table(messages: Messages, formats: Formats, curves: &Curves) -> Html {
    let headings = [
        messages.day(),
        messages.users(),
        messages.on_the_day(),
        messages.percent(),
        messages.interval(),
        messages.on_or_after_the_day(),
        messages.percent(),
        messages.interval(),
    ];
    let row = |(point, rolling): (&DayPoint, &DayPoint)| {
        let [_, returned, share, interval] = cells(messages, formats, &rolling.users);
        let first = [formats.count(point.day.into())].into_iter().chain(cells(messages, formats, &point.users));
        first.chain([returned, share, interval]).collect()
    };
    table(&headings, curves.n_day.iter().zip(&curves.rolling).map(row).collect())
}

/// The days of a bracket: `1–7`, or `0`.
fn days(point: &BracketPoint) -> String {
    let (from, to) = (point.from.to_string(), point.to.to_string());
    if from == to { from } else { [&from, "–", &to].concat() }
}

/// The chart of the brackets.
pub fn brackets(messages: Messages, formats: Formats, points: Rc<Vec<BracketPoint>>) -> Html {
    plot(points.len(), move |canvas| draw_brackets(messages, formats, &points, canvas))
}

fn draw_brackets(messages: Messages, formats: Formats, points: &[BracketPoint], canvas: &Canvas) -> Html {
    let width = canvas.width;
    let step = ((width - LEFT - RIGHT) / points.len().max(1) as f64).max(1.0);
    let bar = (step * 0.6).min(56.0);
    let y = Scale::new(0.0, 1.0, BRACKETS_HEIGHT - BOTTOM, 8.0);
    let mut content = vec![marks(width, &LEVELS, |share| y.at(share), |share| formats.whole_percent(share))];
    for (place, point) in points.iter().enumerate() {
        let x = LEFT + (place as f64 + 0.5) * step;
        if canvas.at == Some(place) {
            content.push(rectangle("column", (x - step / 2.0, 4.0), (step, BRACKETS_HEIGHT - BOTTOM)));
        }
        if let Some(value) = point.users.value {
            let (top, bottom) = (y.at(value), y.at(0.0));
            content.push(rectangle("bar upper", (x - bar / 2.0, top), (bar, bottom - top)));
        }
        if let (Some(low), Some(high)) = (point.users.ci_low, point.users.ci_high) {
            content.push(line("error", (x, y.at(low)), (x, y.at(high))));
        }
        // Where every label would touch the next one, every second is left out.
        if step >= LABEL || place % 2 == 0 {
            content.push(label("month", (x, BRACKETS_HEIGHT - 24.0), days(point)));
        }
    }
    content.push(label("axis", ((width + LEFT) / 2.0, BRACKETS_HEIGHT - 6.0), messages.days_since_start().to_owned()));
    let read = canvas.at.and_then(|place| points.get(place)).map(|point| {
        let name = messages.on_days(&point.from.to_string(), &point.to.to_string());
        (name, vec![share(messages, formats, &point.users)])
    });
    canvas.readable("brackets", BRACKETS_HEIGHT, messages.brackets_summary(), content, read_out(messages, read))
}

/// The same as a table.
pub fn brackets_table(messages: Messages, formats: Formats, points: &[BracketPoint]) -> Html {
    let headings = [messages.days(), messages.users(), messages.returned(), messages.percent(), messages.interval()];
    let row = |point: &BracketPoint| [days(point)].into_iter().chain(cells(messages, formats, &point.users)).collect();
    table(&headings, points.iter().map(row).collect())
}

/// The steps of the onboarding as a table: how many users did each and all before it.
pub fn onboarding_table(messages: Messages, formats: Formats, steps: &[StepPoint], matured: u64) -> Html {
    let row = |step: &StepPoint| {
        let share = (matured > 0).then(|| formats.percent(step.users as f64 / matured as f64));
        vec![step.event.clone(), formats.count(step.users as i64), or_dash(share)]
    };
    table(&[messages.step(), messages.users(), messages.percent()], steps.iter().map(row).collect())
}

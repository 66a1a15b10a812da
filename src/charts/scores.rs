//! A score over time: a line with its interval; periods without answers are gaps.

use crate::charts::marks::{dot, line, marks, path, read_out};
use crate::charts::plot::{Canvas, LEFT, RIGHT, plot};
use crate::charts::scale::{Scale, px, ticks};
use crate::charts::table::{or_dash, table};
use crate::charts::trend::period_labels;
use crate::i18n::Messages;
use crate::platform::intl::Formats;
use crate::queries::figures::Figure;
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::feedback::Label;
use keeprate_metrics::responses::{Answers, TrendPoint};
use std::rc::Rc;
use yew::Html;

const HEIGHT: f64 = 220.0;

/// The figure of a score, and of a difference of two.
fn figure(key: Key, value: f64) -> Figure {
    if key == Key::Nps { Figure::Points(value) } else { Figure::Percent(value) }
}

/// The chart of the score of one question.
pub fn scores(messages: Messages, formats: Formats, answers: Rc<Answers>) -> Html {
    plot(answers.trend.len(), move |canvas| draw(messages, formats, &answers, canvas))
}

fn draw(messages: Messages, formats: Formats, answers: &Answers, canvas: &Canvas) -> Html {
    let (width, points, key) = (canvas.width, &answers.trend, answers.asked.key());
    let step = ((width - LEFT - RIGHT) / points.len().max(1) as f64).max(1.0);
    let x = |place: usize| LEFT + (place as f64 + 0.5) * step;
    let known = points.iter().flat_map(|point| [point.value, point.ci_low, point.ci_high]).flatten();
    let (low, high) = known.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
    let levels = if low > high { vec![0.0, 1.0] } else { ticks(low, high, 5) };
    let (first, last) = (levels.first().copied().unwrap_or(0.0), levels.last().copied().unwrap_or(1.0));
    let y = Scale::new(first, last, HEIGHT - 28.0, 8.0);

    let mut content = vec![marks(
        width,
        &levels,
        |level| y.at(level),
        |level| match key {
            Key::Nps => formats.figure(Figure::Points(level)),
            _ => formats.whole_percent(level),
        },
    )];
    if let Some(place) = canvas.at {
        content.push(line("cursor", (x(place), 8.0), (x(place), HEIGHT - 28.0)));
    }
    let mut drawn = String::new();
    for run in runs(points) {
        let mut band = String::new();
        let bound = |place: usize, bound: fn(&TrendPoint) -> Option<f64>| {
            let point = points.get(place);
            px(y.at(point.and_then(bound).or(point.and_then(|point| point.value)).unwrap_or(first)))
        };
        for place in run.clone() {
            let sign = if place == run.start { "M" } else { "L" };
            drawn.push_str(&[sign, &px(x(place)), " ", &bound(place, |point| point.value)].concat());
            band.push_str(&[sign, &px(x(place)), " ", &bound(place, |point| point.ci_high)].concat());
        }
        for place in run.clone().rev() {
            band.push_str(&["L", &px(x(place)), " ", &bound(place, |point| point.ci_low)].concat());
        }
        content.push(path("band", band + "Z"));
    }
    content.push(path("line mrr", drawn));
    for (place, point) in points.iter().enumerate() {
        let Some(value) = point.value else { continue };
        if let (Some(low), Some(high)) = (point.ci_low, point.ci_high) {
            content.push(line("whisker", (x(place), y.at(low)), (x(place), y.at(high))));
        }
        content.push(dot("line mrr", (x(place), y.at(value)), if canvas.at == Some(place) { "5" } else { "3" }));
    }
    let periods: Vec<_> = points.iter().map(|point| &point.period).collect();
    content.push(period_labels(formats, &periods, width, HEIGHT));
    let read = canvas.at.and_then(|place| points.get(place)).map(|point| {
        let cells = cells(messages, formats, key, point);
        (formats.labelled(&point.period), cells.into_iter().filter(|cell| !cell.is_empty()).collect())
    });
    canvas.readable("scores", HEIGHT, messages.scores_summary(), content, read_out(messages, read))
}

/// The places of periods with a score that follow on each other.
fn runs(points: &[TrendPoint]) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for (place, _) in points.iter().enumerate().filter(|(_, point)| point.value.is_some()) {
        match runs.last_mut().filter(|run| run.end == place) {
            Some(run) => run.end += 1,
            None => runs.push(place..place + 1),
        }
    }
    runs
}

/// What there is to say about a period; an empty text where there is nothing.
fn cells(messages: Messages, formats: Formats, key: Key, point: &TrendPoint) -> Vec<String> {
    let shown = |value: f64| formats.figure(figure(key, value));
    let difference = |value: f64| formats.figure(figure(key, value).difference(value));
    let range = |low: Option<f64>, high: Option<f64>, shown: &dyn Fn(f64) -> String| {
        low.zip(high).map_or_else(String::new, |(low, high)| messages.range(&shown(low), &shown(high)))
    };
    let label = match point.label {
        Label::Up => messages.risen(),
        Label::Down => messages.fallen(),
        Label::NoDetectableChange if point.change.is_some() => messages.no_provable_change(),
        Label::NoDetectableChange => "",
    };
    let change = point.change.map_or_else(String::new, |change| formats.signed(figure(key, change).difference(change)));
    vec![
        point.value.map_or_else(|| messages.no_answers().to_owned(), shown),
        range(point.ci_low, point.ci_high, &shown),
        ["n = ", &formats.count(point.n as i64)].concat(),
        change,
        range(point.change_low, point.change_high, &difference),
        label.to_owned(),
    ]
}

/// The same as a table.
pub fn scores_table(messages: Messages, formats: Formats, answers: &Answers) -> Html {
    let headings = [
        messages.period(),
        messages.score(),
        messages.interval(),
        messages.responses(),
        messages.change(),
        messages.interval(),
        "",
    ];
    let row = |point: &TrendPoint| {
        let cells = cells(messages, formats, answers.asked.key(), point).into_iter();
        let cells = cells.map(|cell| or_dash(Some(cell).filter(|cell| !cell.is_empty())));
        [formats.labelled(&point.period)].into_iter().chain(cells).collect()
    };
    table(&headings, answers.trend.iter().rev().map(row).collect())
}

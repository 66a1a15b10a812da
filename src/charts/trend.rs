//! MRR and customers over time: two lines above each other with the same months at the same place.

use crate::charts::plot::{Canvas, LEFT, RIGHT, plot};
use crate::charts::scale::{Scale, px, ticks};
use crate::i18n::Messages;
use crate::platform::intl::Formats;
use crate::queries::charts::TimePoint;
use std::rc::Rc;
use yew::{Html, html};

const UPPER: f64 = 168.0;
const LOWER: f64 = 96.0;
const GAP: f64 = 36.0;

/// Places along the horizontal axis that get a label, so that labels stay apart.
pub(super) fn labelled(count: usize, width: f64) -> Vec<usize> {
    let fitting = ((width - LEFT - RIGHT) / 64.0).floor().max(1.0) as usize;
    let step = count.div_ceil(fitting).max(1);
    (0..count).rev().step_by(step).collect()
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

    let line = |values: Vec<Option<f64>>, top: f64, space: f64, style: &'static str, money: bool| {
        let highest = values.iter().flatten().copied().fold(0.0, f64::max);
        let marks = ticks(0.0, highest, if space > 120.0 { 5 } else { 3 });
        let scale = Scale::new(0.0, marks.last().copied().unwrap_or(1.0), top + space, top + 6.0);
        let mut path = String::new();
        let mut drawing = false;
        for (place, value) in values.iter().enumerate() {
            if let Some(value) = value {
                let sign = if drawing { "L" } else { "M" };
                path.push_str(&[sign, &px(x(place)), " ", &px(scale.at(*value))].concat());
            }
            drawing = value.is_some();
        }
        let at = canvas.at.and_then(|place| Some((place, (*values.get(place)?)?)));
        html! {
            <>
                { for marks.iter().map(|mark| html! {
                    <g key={px(*mark).to_string()}>
                        <line class="grid" x1={px(LEFT)} x2={px(width - RIGHT)}
                            y1={px(scale.at(*mark))} y2={px(scale.at(*mark))} />
                        <text class="tick" x={px(LEFT - 8.0)} y={px(scale.at(*mark))}>
                            { if money { formats.short_money(*mark) } else { formats.short_number(*mark) } }
                        </text>
                    </g>
                }) }
                <path class={style} d={path} />
                if count == 1 {
                    if let Some(value) = values.first().copied().flatten() {
                        <circle class={style} cx={px(x(0))} cy={px(scale.at(value))} r="3" />
                    }
                }
                if let Some((place, value)) = at {
                    <circle class={style} cx={px(x(place))} cy={px(scale.at(value))} r="4" />
                }
            </>
        }
    };
    let mrr = points.iter().map(|point| point.mrr.map(|amount| amount.as_f64())).collect();
    let customers = points.iter().map(|point| point.customers.map(|count| count as f64)).collect();
    let read = canvas.at.and_then(|place| points.get(place));

    html! {
        <>
            { canvas.readable("trend", height, messages.trend_summary().to_owned(), html! {
                <>
                    if let Some(place) = canvas.at {
                        <line class="cursor" x1={px(x(place))} x2={px(x(place))} y1="0"
                            y2={px(height - 24.0)} />
                    }
                    { line(mrr, 0.0, UPPER, "line mrr", true) }
                    <text class="panel-label" x={px(LEFT)} y={px(UPPER + GAP - 10.0)}>{ messages.customers() }</text>
                    { line(customers, UPPER + GAP, LOWER, "line customers", false) }
                    { for labelled(count, width).into_iter().filter_map(|place| Some(html! {
                        <text key={place} class="month" x={px(x(place))} y={px(height - 6.0)}>
                            { formats.short_labelled(&points.get(place)?.period) }
                        </text>
                    })) }
                </>
            }) }
            <p class="read-out">
                if let Some(point) = read {
                    <b>{ formats.labelled(&point.period) }</b>
                    if let Some(mrr) = point.mrr { <span>{ messages.mrr() }{ " " }{ formats.money(mrr) }</span> }
                    if let Some(customers) = point.customers {
                        <span>{ messages.customers() }{ " " }{ formats.count(customers) }</span>
                    }
                } else {
                    <span class="note">{ messages.point_at_chart() }</span>
                }
            </p>
        </>
    }
}

/// The same as a table.
pub fn trend_table(messages: Messages, formats: Formats, points: &[TimePoint]) -> Html {
    html! {
        <table>
            <thead>
                <tr>
                    <th scope="col">{ messages.period() }</th>
                    <th scope="col" class="number">{ messages.mrr() }</th>
                    <th scope="col" class="number">{ messages.customers() }</th>
                </tr>
            </thead>
            <tbody>
                { for points.iter().rev().map(|point| html! {
                    <tr key={point.period.label.clone()}>
                        <th scope="row">{ formats.labelled(&point.period) }</th>
                        <td>{ point.mrr.map_or_else(|| "–".to_owned(), |amount| formats.money(amount)) }</td>
                        <td>{ point.customers.map_or_else(|| "–".to_owned(), |count| formats.count(count)) }</td>
                    </tr>
                }) }
            </tbody>
        </table>
    }
}

//! The survival curve with its band and its median.

use crate::charts::plot::{Canvas, LEFT, RIGHT, plot};
use crate::charts::scale::{Scale, px, ticks};
use crate::i18n::Messages;
use crate::platform::intl::Formats;
use crate::queries::figures::Figure;
use keeprate_metrics::survival::Step;
use std::rc::Rc;
use yew::{Html, html};

const HEIGHT: f64 = 260.0;

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

    let read = canvas.at.map(|month| {
        let time = month as f64;
        let step = steps.iter().take_while(|step| step.t <= time).last();
        (time, step.map_or(1.0, |step| step.s), step.and_then(|step| step.low.zip(step.high)))
    });
    let cursor_x = |month: f64| x.at(month.min(last));

    html! {
        <>
            { canvas.readable("survival", HEIGHT, messages.survival_summary().to_owned(), html! {
                <>
                    { for [0.0, 0.25, 0.5, 0.75, 1.0].iter().map(|mark| html! {
                        <g key={px(*mark).to_string()}>
                            <line class="grid" x1={px(LEFT)} x2={px(width - RIGHT)}
                                y1={px(y.at(*mark))} y2={px(y.at(*mark))} />
                            <text class="tick" x={px(LEFT - 8.0)} y={px(y.at(*mark))}>
                                { formats.whole_percent(*mark) }
                            </text>
                        </g>
                    }) }
                    <path class="band" d={upper} />
                    <path class="line mrr" d={curve} />
                    if let Some(median) = median {
                        <line class="median" x1={px(x.at(median))} x2={px(x.at(median))}
                            y1={px(y.at(0.5))} y2={px(y.at(0.0))} />
                        <text class="median-label" x={px(x.at(median) + 6.0)} y={px(y.at(0.0) - 8.0)}>
                            { messages.median_of(&formats.figure(Figure::Months(median))) }
                        </text>
                    }
                    { for months.iter().map(|month| html! {
                        <text key={px(*month).to_string()} class="month" x={px(x.at(*month))} y={px(HEIGHT - 24.0)}>
                            { formats.number(*month, 0) }
                        </text>
                    }) }
                    <text class="axis" x={px((width + LEFT) / 2.0)} y={px(HEIGHT - 6.0)}>
                        { messages.months_since_start() }
                    </text>
                    if let Some((month, share, _)) = read {
                        <line class="cursor" x1={px(cursor_x(month))} x2={px(cursor_x(month))} y1="8"
                            y2={px(HEIGHT - 44.0)} />
                        <circle class="line mrr" cx={px(cursor_x(month))} cy={px(y.at(share))} r="4" />
                    }
                </>
            }) }
            <p class="read-out">
                if let Some((month, share, bounds)) = read {
                    <b>{ formats.figure(Figure::Months(month)) }</b>
                    <span>{ messages.still_there(&formats.percent(share)) }</span>
                    if let Some((low, high)) = bounds {
                        <span>{ messages.range(&formats.percent(low), &formats.percent(high)) }</span>
                    }
                } else {
                    <span class="note">{ messages.point_at_chart() }</span>
                }
            </p>
        </>
    }
}

/// The same as a table.
pub fn survival_table(messages: Messages, formats: Formats, steps: &[Step]) -> Html {
    html! {
        <table>
            <thead>
                <tr>
                    <th scope="col">{ messages.months_since_start() }</th>
                    <th scope="col" class="number">{ messages.at_risk() }</th>
                    <th scope="col" class="number">{ messages.left() }</th>
                    <th scope="col" class="number">{ messages.share_still_there() }</th>
                    <th scope="col" class="number">{ messages.interval() }</th>
                </tr>
            </thead>
            <tbody>
                { for steps.iter().map(|step| html! {
                    <tr key={px(step.t).to_string()}>
                        <th scope="row">{ formats.number(step.t, u8::from(step.t.fract() != 0.0)) }</th>
                        <td>{ formats.count(step.at_risk as i64) }</td>
                        <td>{ formats.count(step.churned as i64) }</td>
                        <td>{ formats.percent(step.s) }</td>
                        <td>
                            { step.low.zip(step.high).map_or_else(|| "–".to_owned(), |(low, high)| {
                                format!("{} – {}", formats.percent(low), formats.percent(high))
                            }) }
                        </td>
                    </tr>
                }) }
            </tbody>
        </table>
    }
}

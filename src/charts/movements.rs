//! MRR movements over time: gains stacked above zero, losses below.

use crate::charts::bridge::class_name;
use crate::charts::plot::{Canvas, LEFT, RIGHT, plot};
use crate::charts::scale::{Scale, px, ticks};
use crate::charts::trend::labelled;
use crate::i18n::Messages;
use crate::platform::intl::Formats;
use crate::queries::charts::{Class, TimePoint};
use keeprate_metrics::report::MovementEntry;
use std::rc::Rc;
use yew::{Html, classes, html};

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
    let marks = ticks(-side(false), side(true), 5);
    let (low, high) = (marks.first().copied().unwrap_or(0.0), marks.last().copied().unwrap_or(1.0));
    let scale = Scale::new(low, high, HEIGHT - 28.0, 8.0);
    let x = |place: usize| LEFT + (place as f64 + 0.5) * step;

    let bars = |place: usize, entry: Option<&MovementEntry>| -> Html {
        let (mut above, mut below) = (0.0, 0.0);
        Class::ALL
            .into_iter()
            .filter_map(|class| {
                let amount = amount(entry, class);
                if amount == 0.0 {
                    return None;
                }
                let (from, to) = if class.gains() { (above, above + amount) } else { (below - amount, below) };
                if class.gains() {
                    above = to;
                } else {
                    below = from;
                }
                let (top, bottom) = (scale.at(to), scale.at(from));
                Some(html! {
                    <rect key={class.style()} class={classes!("bar", class.style())} x={px(x(place) - bar / 2.0)}
                        y={px(top)} width={px(bar)} height={px((bottom - top).max(0.5))} />
                })
            })
            .collect()
    };
    let read = canvas.at.and_then(|place| points.get(place));

    html! {
        <>
            <ul class="legend">
                { for Class::ALL.into_iter().map(|class| html! {
                    <li key={class.style()}><i class={classes!("swatch", class.style())}></i>{ class_name(messages, class) }</li>
                }) }
            </ul>
            { canvas.readable("movements", HEIGHT, messages.movements_summary().to_owned(), html! {
                <>
                    { for marks.iter().map(|mark| html! {
                        <g key={px(*mark).to_string()}>
                            <line class={if *mark == 0.0 { "zero" } else { "grid" }} x1={px(LEFT)}
                                x2={px(width - RIGHT)} y1={px(scale.at(*mark))} y2={px(scale.at(*mark))} />
                            <text class="tick" x={px(LEFT - 8.0)} y={px(scale.at(*mark))}>
                                { formats.short_money(*mark) }
                            </text>
                        </g>
                    }) }
                    if let Some(place) = canvas.at {
                        <rect class="column" x={px(x(place) - step / 2.0)} y="4" width={px(step)}
                            height={px(HEIGHT - 28.0)} />
                    }
                    { for points.iter().enumerate().map(|(place, point)| html! {
                        <g key={point.period.label.clone()}>{ bars(place, point.movement.as_ref()) }</g>
                    }) }
                    { for labelled(count, width).into_iter().filter_map(|place| Some(html! {
                        <text key={place} class="month" x={px(x(place))} y={px(HEIGHT - 6.0)}>
                            { formats.short_labelled(&points.get(place)?.period) }
                        </text>
                    })) }
                </>
            }) }
            <p class="read-out">
                if let Some(point) = read {
                    <b>{ formats.labelled(&point.period) }</b>
                    if let Some(entry) = &point.movement {
                        { for Class::ALL.into_iter().filter(|class| class.of(entry).0.units != 0).map(|class| html! {
                            <span key={class.style()}>
                                { class_name(messages, class) }{ if class.gains() { " +" } else { " −" } }
                                { formats.money(class.of(entry).0) }
                            </span>
                        }) }
                    } else {
                        <span>{ messages.no_earlier_period() }</span>
                    }
                } else {
                    <span class="note">{ messages.point_at_chart() }</span>
                }
            </p>
        </>
    }
}

/// The same as a table.
pub fn movements_table(messages: Messages, formats: Formats, points: &[TimePoint]) -> Html {
    html! {
        <table>
            <thead>
                <tr>
                    <th scope="col">{ messages.period() }</th>
                    <th scope="col" class="number">{ messages.mrr_at_start() }</th>
                    { for Class::ALL.into_iter().map(|class| html! {
                        <th key={class.style()} scope="col" class="number">{ class_name(messages, class) }</th>
                    }) }
                    <th scope="col" class="number">{ messages.mrr_at_end() }</th>
                </tr>
            </thead>
            <tbody>
                { for points.iter().rev().filter_map(|point| point.movement.as_ref()).map(|entry| html! {
                    <tr key={entry.period.label.clone()}>
                        <th scope="row">{ formats.labelled(&entry.period) }</th>
                        <td>{ formats.money(entry.start) }</td>
                        { for Class::ALL.into_iter().map(|class| html! {
                            <td key={class.style()}>{ formats.money(class.of(entry).0) }</td>
                        }) }
                        <td>{ formats.money(entry.end) }</td>
                    </tr>
                }) }
            </tbody>
        </table>
    }
}

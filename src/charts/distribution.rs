//! How many answers each point of a scale has, in three groups that fill and pattern tell apart.

use crate::charts::marks::{label, marks, read_out, rectangle, striped};
use crate::charts::plot::{Canvas, LEFT, RIGHT, plot};
use crate::charts::scale::{Scale, ticks};
use crate::charts::table::table;
use crate::i18n::Messages;
use crate::platform::intl::Formats;
use keeprate_metrics::feedback::Group;
use keeprate_metrics::responses::Answers;
use std::rc::Rc;
use yew::{Html, html};

const HEIGHT: f64 = 180.0;

/// All groups, the best first.
pub const GROUPS: [Group; 3] = [Group::Good, Group::Neutral, Group::Bad];

/// The group's name in style sheets.
fn style(group: Group) -> &'static str {
    match group {
        Group::Good => "bar upper",
        Group::Neutral => "bar middle",
        Group::Bad => "bar lower",
    }
}

/// The chart of the answers to one question, below the names and sizes of its groups.
pub fn distribution(messages: Messages, formats: Formats, answers: Rc<Answers>) -> Html {
    let all: u64 = answers.groups.iter().sum();
    let in_legend = |(group, count): (Group, u64)| {
        let share = formats.whole_percent(count as f64 / all.max(1) as f64);
        let name = messages.answer_group(answers.asked.key(), group);
        let text = messages.group_size(name, &formats.count(count as i64), &share);
        html! { <li><i class={["swatch ", style(group)].concat()}></i>{ text }</li> }
    };
    html! {
        <>
            <ul class="legend">{ for GROUPS.into_iter().zip(answers.groups).map(in_legend) }</ul>
            { plot(usize::from(answers.asked.points), move |canvas| draw(messages, formats, &answers, canvas)) }
        </>
    }
}

fn draw(messages: Messages, formats: Formats, answers: &Answers, canvas: &Canvas) -> Html {
    let width = canvas.width;
    let step = ((width - LEFT - RIGHT) / f64::from(answers.asked.points.max(1))).max(1.0);
    let bar = (step * 0.7).min(44.0);
    let highest = answers.by_score.iter().copied().max().unwrap_or(0);
    // Answers are whole: no tick stands between two of them.
    let levels: Vec<f64> = ticks(0.0, highest.max(4) as f64, 5);
    let scale = Scale::new(0.0, levels.last().copied().unwrap_or(1.0), HEIGHT - 24.0, 8.0);
    let mut content = vec![marks(width, &levels, |level| scale.at(level), |level| formats.short_number(level))];
    for (place, (count, score)) in answers.by_score.iter().zip(answers.asked.low()..).enumerate() {
        let x = LEFT + (place as f64 + 0.5) * step;
        if canvas.at == Some(place) {
            content.push(rectangle("column", (x - step / 2.0, 4.0), (step, HEIGHT - 28.0)));
        }
        let (top, bottom) = (scale.at(*count as f64), scale.at(0.0));
        let group = answers.asked.group(score);
        if *count > 0 {
            content.push(match group {
                Group::Bad => striped(style(group), (x, bottom), top, bar),
                _ => rectangle(style(group), (x - bar / 2.0, top), (bar, bottom - top)),
            });
        }
        content.push(label("month", (x, HEIGHT - 6.0), score.to_string()));
    }
    let read = canvas.at.and_then(|place| Some((place, answers.by_score.get(place)?))).map(|(place, count)| {
        let score = place as u8 + answers.asked.low();
        let group = messages.answer_group(answers.asked.key(), answers.asked.group(score));
        (messages.score_of(&score.to_string()), vec![messages.answers(&formats.count(*count as i64)), group.to_owned()])
    });
    canvas.readable("distribution", HEIGHT, messages.distribution_summary(), content, read_out(messages, read))
}

/// The same as a table.
pub fn distribution_table(messages: Messages, formats: Formats, answers: &Answers) -> Html {
    let all: u64 = answers.groups.iter().sum();
    let row = |(count, score): (&u64, u8)| {
        vec![
            score.to_string(),
            messages.answer_group(answers.asked.key(), answers.asked.group(score)).to_owned(),
            formats.count(*count as i64),
            formats.percent(*count as f64 / all.max(1) as f64),
        ]
    };
    let headings = [messages.score(), messages.group(), messages.count(), messages.percent()];
    table(&headings, answers.by_score.iter().zip(answers.asked.low()..).map(row).collect())
}

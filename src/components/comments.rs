//! What people wrote, by group of answers. The worker keeps the comments and hands out those that are looked at.

use crate::charts::distribution::GROUPS;
use crate::charts::frame::panel;
use crate::components::text::button;
use crate::context::Session;
use crate::i18n::Messages;
use crate::platform::intl::Formats;
use crate::protocol::Request;
use crate::state::data::SharedReport;
use keeprate_metrics::catalogue::shown;
use keeprate_metrics::feedback::{Group, Reading};
use keeprate_metrics::period::Period;
use keeprate_metrics::responses::{Comment, CommentPage, CommentQuestion};
use std::rc::Rc;
use yew::{Callback, Html, Properties, component, html, use_effect_with, use_state_eq};

/// Properties of [`Comments`].
#[derive(Properties, PartialEq)]
pub struct CommentsProperties {
    /// The words.
    pub messages: Messages,
    /// The report that they stand below.
    pub report: SharedReport,
    /// What the worker handed out last.
    pub page: Option<Rc<CommentPage>>,
    /// Asks the worker.
    pub session: Session,
}

/// Comments that are shown at once.
const PAGE: u32 = 20;

/// The panel.
#[component]
pub fn Comments(properties: &CommentsProperties) -> Html {
    let CommentsProperties { messages, report, page, session } = properties;
    let messages = *messages;
    let formats = Formats { language: messages.language, currency: report.currency };
    let of = use_state_eq(|| None::<(Reading, Group)>);
    let most = use_state_eq(|| PAGE);
    let period = report.period.as_ref();
    let question = CommentQuestion {
        of: *of,
        period: period.and_then(|period| Some(Period { start: period.start?, end: period.end? })),
        segment: report.segment.clone(),
        most: *most,
    };
    {
        let session = session.clone();
        use_effect_with((question, report.clone()), move |(question, _)| {
            session.worker.send(Request::Comments { question: question.clone() }, Vec::new());
        });
    }
    let switch = |wanted: Option<(Reading, Group)>, name: &'static str| {
        let (of, most) = (of.clone(), most.clone());
        let pressed = (*of == wanted).to_string();
        let onclick = Callback::from(move |_| {
            of.set(wanted);
            most.set(PAGE);
        });
        html! { <button type="button" aria-pressed={pressed} {onclick}>{ name }</button> }
    };
    let kinds = report.feedback.values().map(|answers| {
        let key = answers.asked.key();
        let named = |group| switch(Some((answers.asked.reading, group)), messages.answer_group(key, group));
        html! {
            <div class="segmented" role="group" aria-label={messages.text(shown(key).short)}>
                { for GROUPS.into_iter().map(named) }
            </div>
        }
    });
    let switches = html! {
        <div class="comment-groups" role="group" aria-label={messages.group()}>
            <div class="segmented">{ switch(None, messages.all_comments()) }</div>
            { for kinds }
        </div>
    };
    // Where nobody wrote anything there is nothing to choose from either.
    let Some(page) = page.as_ref().filter(|page| page.total > 0 || of.is_some()) else { return Html::default() };
    let note = messages.comments_shown(&formats.count(page.comments.len() as i64), &formats.count(page.total as i64));
    let body = html! {
        <>
            <ol class="comments">{ for page.comments.iter().map(|comment| entry(messages, formats, comment)) }</ol>
            if page.total > page.comments.len() as u64 {
                { button("quiet", Callback::from(move |_| most.set(*most + PAGE)), messages.more_comments()) }
            }
        </>
    };
    panel("comments", messages.comments(), note, switches, body)
}

/// A comment is somebody's text: shown as it is, in its own direction.
fn entry(messages: Messages, formats: Formats, comment: &Comment) -> Html {
    let score = comment.score.map(|(asked, score)| {
        let key = asked.key();
        [
            messages.text(shown(key).short),
            " ",
            &score.to_string(),
            " · ",
            messages.answer_group(key, asked.group(score)),
        ]
        .concat()
    });
    let day = comment.day.map(|day| formats.day(day));
    let about: Vec<String> = score.into_iter().chain(day).collect();
    html! {
        <li>
            <p class="comment" dir="auto">{ &comment.text }</p>
            <p class="note">
                { about.join(" · ") }
                if !comment.customer.is_empty() { { " · " }<bdi>{ &comment.customer }</bdi> }
            </p>
        </li>
    }
}

//! Who may leave, by rules: the levels, then the customers with their reasons, and the rules to change.

use crate::charts::table::{or_dash, table};
use crate::components::entry::Entry;
use crate::components::text::plain;
use crate::i18n::Messages;
use crate::platform::intl::Formats;
use crate::queries::figures::Figure;
use crate::state::view::{Action, View};
use keeprate_metrics::report::risks::{CustomerAtRisk, LevelOfRisk, Risks};
use keeprate_metrics::risk::{Reason, RiskLevel, Rules, Signal};
use yew::{Callback, Html, UseReducerDispatcher, html};

/// Customers that are listed.
const MOST_LISTED: usize = 50;
/// The measure from which on an answer is a detractor's.
const DETRACTOR: f64 = 2.0;

/// Both tables.
pub fn risks(messages: Messages, formats: Formats, risks: &Risks) -> Html {
    if risks.customers.is_empty() {
        return plain("p", "note", messages.risk_unknown());
    }
    let tested = |level: Option<RiskLevel>| {
        let tested = risks.back_test.iter().find(|tested| Some(tested.level) == level)?;
        Figure::of_result(&tested.result).map(|figure| formats.figure(figure))
    };
    let level = |of: &LevelOfRisk| {
        vec![
            messages.risk_level(of.level).to_owned(),
            formats.count(of.customers as i64),
            or_dash(of.mrr.map(|mrr| formats.money(mrr))),
            or_dash(of.share.map(|share| formats.percent(share))),
            or_dash(tested(of.level)),
        ]
    };
    let levels = [messages.churn_risk(), messages.customers(), "MRR", messages.risk_share(), messages.risk_tested()];
    let customer = |of: &CustomerAtRisk| {
        let points = [formats.count(i64::from(of.points)), formats.count(i64::from(of.points_possible))].join(" / ");
        let reasons: Vec<String> = of.reasons.iter().map(|reason| words(messages, formats, reason)).collect();
        vec![
            of.customer.clone(),
            messages.risk_level(Some(of.level)).to_owned(),
            points,
            or_dash(of.mrr.map(|mrr| formats.money(mrr))),
            reasons.join(" · "),
        ]
    };
    let headings = [messages.customer(), messages.churn_risk(), messages.risk_points(), "MRR", messages.risk_reasons()];
    let listed: Vec<Vec<String>> = risks.customers.iter().take(MOST_LISTED).map(customer).collect();
    let known = risks.levels.iter().filter(|of| of.level.is_some()).map(|of| of.customers).sum::<u64>();
    let further = known.saturating_sub(listed.len() as u64);
    let scroll = |class: &'static str, body: Html| {
        html! { <div {class} tabindex="0" role="group" aria-label={messages.customers_at_risk()}>{ body }</div> }
    };
    html! {
        <>
            { scroll("scroll risks", table(&levels, risks.levels.iter().map(level).collect())) }
            { scroll("scroll risks at-risk", table(&headings, listed)) }
            if further > 0 { { plain("p", "note", messages.risk_further(&formats.count(further as i64))) } }
        </>
    }
}

/// The rules, each in a field.
pub fn rules(messages: Messages, rules: &Rules, view: &UseReducerDispatcher<View>) -> Html {
    let field = |name: &'static str| {
        let (own, view) = (rules.clone(), view.clone());
        let onentry = Callback::from(move |value: String| {
            let fits = own.clone().set(name, &value).is_some_and(|set| set.is_ok());
            if fits {
                view.dispatch(Action::Risk(name, value));
            }
            fits
        });
        html! {
            <Entry {name} label={messages.risk_rule(name)} value={rules.get(name)} keyboard="text"
                problem={messages.risk_rule_wrong()} {onentry} />
        }
    };
    html! {
        <details class="rules">
            <summary>{ messages.risk_rules() }</summary>
            <div class="controls">{ for Rules::NAMES.into_iter().map(field) }</div>
        </details>
    }
}

/// A reason with its points.
fn words(messages: Messages, formats: Formats, reason: &Reason) -> String {
    let days = formats.number(reason.measure, 0);
    let what = match reason.signal {
        Signal::Inactivity => messages.risk_inactive(&days),
        Signal::UsageDrop => messages.risk_usage_drop(&formats.percent(reason.measure)),
        Signal::Feedback if reason.measure >= DETRACTOR => messages.risk_critical().to_owned(),
        Signal::Feedback => messages.risk_undecided().to_owned(),
        Signal::Payment => messages.risk_overdue().to_owned(),
        Signal::Contraction => messages.risk_contraction(&days),
        Signal::Renewal => messages.risk_renewal(&days),
        Signal::Tenure => messages.risk_tenure(&days),
    };
    [&what, " +", &formats.count(i64::from(reason.points))].concat()
}

//! A KPI card.

use crate::charts::spark::spark;
use crate::components::cautions::caution_line;
use crate::components::figure::shown_figure;
use crate::components::text::plain;
use crate::i18n::Messages;
use crate::platform::intl::Formats;
use crate::queries::cards::{Card, Delta, TargetView, Verdict};
use crate::queries::figures::{Figure, part_figure};
use keeprate_metrics::catalogue::{Key, shown};
use keeprate_metrics::period::Period;
use keeprate_metrics::result::{Flag, MetricResult, Value};
use yew::{Callback, Html, html};

/// A value as machines read it: unrounded, with a point; money in its currency's digits.
pub fn raw(value: Option<Value>) -> Option<String> {
    Some(match value? {
        Value::Count(count) => count.to_string(),
        Value::Number(number) => serde_json::to_string(&number).ok()?,
        Value::Yes(yes) => yes.to_string(),
        Value::Money(amount) => amount.to_decimal(),
    })
}

/// The status as JSON writes it.
pub fn status(result: &MetricResult) -> String {
    result.status.name().to_owned()
}

/// The second line of a card: what completes the figure.
fn companion(messages: Messages, formats: Formats, card: &Card) -> Option<String> {
    let result = &card.result;
    let part = |name: &str| {
        let value = result.parts.get(name)?;
        Some(formats.figure(part_figure(name, *value, result.unit)))
    };
    // Users of several months may stand behind it, beginning with the sign-ups of the first.
    let over_months = |text: String| match card.longer.and_then(Period::whole_months) {
        Some(months) => [&text, " · ", &messages.sign_ups_of_months(&formats.count(months.into()))].concat(),
        None => text,
    };
    match result.key {
        Key::Nrr | Key::Grr => {
            let longer = card.longer?;
            let (months, last) = (longer.whole_months()?, longer.end.month().plus(-1));
            let span = messages.months_up_to(&formats.count(months.into()), &formats.month(last));
            Some(match part("closing_month") {
                Some(month) => messages.over_period(&span, &month),
                None => span,
            })
        }
        Key::Nps => {
            let margin = result.part_number("margin_of_error")?;
            Some(messages.margin_of(&formats.number(margin, 1)))
        }
        Key::Csat | Key::Ces => part("mean").map(|mean| messages.mean_of(&mean)),
        Key::Signups => part("growth").map(|growth| messages.growth(&growth)),
        Key::Stickiness => match (part("avg_dau"), part("mau")) {
            (Some(daily), Some(users)) => Some(messages.active_daily(&daily, &users)),
            _ => None,
        },
        Key::ActivationRate | Key::OnboardingRate => {
            part("window").map(|days| over_months(messages.within_days(&days)))
        }
        Key::NDayRetention => part("day").map(|day| over_months(messages.on_day(&day))),
        Key::RollingRetention => part("day").map(|day| over_months(messages.from_day_on(&day))),
        Key::BracketRetention => match (part("from"), part("to")) {
            (Some(first), Some(last)) => Some(over_months(messages.on_days(&first, &last))),
            _ => None,
        },
        Key::Churn7d if result.variant == "subscription" => Some(messages.ended_within_7_days().to_owned()),
        Key::RenewalRate => match (part("renewed"), part("due")) {
            (Some(renewed), Some(due)) => Some(messages.terms_renewed(&renewed, &due)),
            _ => None,
        },
        Key::Churn7d => Some(over_months(messages.on_days("7", "13"))),
        Key::SurveyResponseRate if result.variant == "completion" => Some(messages.complete_responses().to_owned()),
        Key::RevenueChurn => part("amount").map(|amount| messages.amount_lost(&amount)),
        Key::NetNewMrr => part("growth").map(|growth| messages.growth(&growth)),
        Key::CustomerCounts => match (part("new"), part("reactivated"), part("lost")) {
            (Some(new), Some(back), Some(lost)) => Some(messages.comings_and_goings(&new, &back, &lost)),
            _ => None,
        },
        Key::Arpa => part("median").map(|median| messages.median_of(&median)),
        Key::RevenueConcentration => part("top_1").map(|share| messages.largest_customer(&share)),
        Key::KmSurvival => part("survival_12").map(|share| messages.after_a_year(&share)),
        Key::CustomerLifetime if result.variant == "km_restricted_mean" => {
            part("horizon").map(|horizon| messages.within_horizon(&horizon))
        }
        Key::CustomerLifetime => Some(messages.at_constant_churn().to_owned()),
        Key::CltvSimple if result.variant == "revenue" => Some(messages.revenue_not_margin().to_owned()),
        Key::CltvSimple => Some(messages.contribution_margin().to_owned()),
        Key::DetractorRevenueAtRisk => match (part("share"), part("coverage")) {
            (Some(share), Some(coverage)) => Some(messages.share_of_covered(&share, &coverage)),
            _ => None,
        },
        Key::CltvHistoric => part("ended").map(|ended| messages.revenue_of_ended(&ended)),
        Key::AccountRetentionRate => Some(messages.includes_new_accounts().to_owned()),
        Key::CohortLogoRetention | Key::CohortRevenueRetention => {
            part("month").map(|month| messages.months_after_start(&month))
        }
        Key::CltvDiscounted | Key::CltvSurvival => {
            part("annual_discount").map(|discount| messages.at_interest(&discount))
        }
        Key::Forecast => match (part("months"), part("customers")) {
            (Some(months), Some(customers)) => Some(messages.in_months(&months, &customers)),
            _ => None,
        },
        Key::Sensitivity => match (part("churn"), part("churn_changed")) {
            (Some(from), Some(to)) => Some(messages.if_churn_went(&from, &to)),
            _ => None,
        },
        Key::QuickRatio => part("trailing_3_months").map(|ratio| messages.last_three_months(&ratio)),
        Key::ChurnRateConvert => Some(messages.if_churn_stays().to_owned()),
        _ => None,
    }
}

/// The card; `onproof` opens the proof, without it the card has no button.
pub fn kpi_card(messages: Messages, formats: Formats, card: &Card, onproof: Option<&Callback<Key>>) -> Html {
    let result = &card.result;
    let key = result.key;
    let small = result.flags.contains(&Flag::VeryLowN);
    let defined = card.figure.is_some();
    let proof = onproof.cloned().map(|onproof| {
        let name = messages.text(shown(key).name);
        let onclick = Callback::from(move |_| onproof.emit(key));
        html! {
            <button type="button" class="proof-button" {onclick} aria-haspopup="dialog" aria-label={messages.proof_of(name)}
                title={messages.proof()}>
                { "ƒ" }
            </button>
        }
    });
    let companion = defined.then(|| companion(messages, formats, card)).flatten();

    html! {
        <article key={key.name()} class={["card", if defined { "" } else { " undefined" }, if small { " small-sample" } else { "" }].concat()}
            data-metric={key.name()} data-status={status(result)} data-value={raw(result.value)}>
            <header>
                { plain("h3", "", messages.text(card.name)) }
                { proof }
            </header>
            <div class="card-main">
                <p class="card-value">
                    if let Some(figure) = card.figure {
                        { shown_figure(&formats.figure(figure)) }
                    } else {
                        { plain("span", "reason", messages.reason(result)) }
                    }
                </p>
                if !card.spark.is_empty() { { spark(&card.spark, card.open) } }
            </div>
            if let Some(companion) = companion { { plain("p", "companion", companion) } }
            if let Some(delta) = &card.delta { { delta_line(messages, formats, delta) } }
            if let Some(target) = card.target.as_ref().filter(|_| defined) { { target_line(messages, formats, target) } }
            { caution_line(messages, result) }
            { sample_line(messages, formats, card) }
        </article>
    }
}

/// The change against the comparison period, with sign, word and colour.
fn delta_line(messages: Messages, formats: Formats, delta: &Delta) -> Html {
    let (class, word) = match delta.verdict {
        Some(Verdict::Better) => ("good", None),
        Some(Verdict::Worse) => ("bad", None),
        Some(Verdict::Neutral) => ("neutral", None),
        None => ("neutral", Some(messages.no_provable_change())),
    };
    let arrow = match delta.verdict {
        Some(Verdict::Better) => "▲ ",
        Some(Verdict::Worse) => "▼ ",
        _ => "",
    };
    let spoken = match delta.verdict {
        Some(Verdict::Better) => messages.better(),
        Some(Verdict::Worse) => messages.worse(),
        _ => "",
    };
    html! {
        <p class={["delta ", class].concat()}>
            <span aria-hidden="true">{ arrow }</span>
            <span class="visually-hidden">{ spoken }{ " " }</span>
            { messages.against(&formats.signed(delta.figure), &formats.labelled(&delta.against)) }
            if let Some(word) = word { { plain("span", "verdict", word) } }
        </p>
    }
}

fn target_line(messages: Messages, formats: Formats, target: &TargetView) -> Html {
    let (class, icon, word) = match (target.met, target.uncertain) {
        (Some(true), false) => ("good", "✓", messages.target_met()),
        (Some(false), false) => ("bad", "✕", messages.target_missed()),
        (Some(true), true) => ("undecided", "✓", messages.target_met_unsure()),
        (Some(false), true) => ("undecided", "✕", messages.target_missed_unsure()),
        (None, _) => ("undecided", "–", messages.target_undecided()),
    };
    // A target is a round number: 100 %, not 100.0 %.
    let figure = match target.figure {
        Figure::Percent(share) => formats.whole_percent(share),
        other => formats.figure(other),
    };
    html! {
        <p class={["target ", class].concat()}>
            <span class="icon" aria-hidden="true">{ icon }</span>{ " " }
            { messages.target(target.operator.symbol(), &figure) }{ " " }
            { plain("span", "verdict", word) }
        </p>
    }
}

/// How many observations the figure rests on, and its interval.
fn sample_line(messages: Messages, formats: Formats, card: &Card) -> Html {
    let n = card.result.n.filter(|_| card.figure.is_some());
    let bounds = card.interval.map(|(low, high)| {
        let level = formats.whole_percent(card.result.ci_level.unwrap_or(0.95));
        messages.interval_of(&level, &formats.figure(low), &formats.figure(high))
    });
    if n.is_none() && bounds.is_none() {
        return Html::default();
    }
    html! {
        <p class="sample">
            if let Some(n) = n { { plain("span", "", format!("n\u{a0}=\u{a0}{}", formats.count(n as i64))) } }
            if let Some(bounds) = bounds { <span title={messages.interval_meaning()}>{ bounds }</span> }
        </p>
    }
}

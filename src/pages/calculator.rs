//! One calculator: inputs, result at each keystroke, formula beside it, a link that holds the inputs.

use crate::components::card::kpi_card;
use crate::components::cautions::caution_entries;
use crate::components::copying::copy_line;
use crate::components::text::{entry, link, plain};
use crate::i18n::Messages;
use crate::pages::unknown::unknown;
use crate::platform::dom::{address, replace_hash, value_of};
use crate::platform::intl::Formats;
use crate::queries::calculators::{CALCULATORS, Calculator, Input, Kind, Wrong, calculator, compute, entries};
use crate::queries::cards::plain_card;
use crate::queries::figures::Figure;
use crate::queries::proof::{formula_in_words, formula_with_numbers, readings};
use crate::route::Route;
use keeprate_metrics::catalogue::{Definition, Text, definition};
use keeprate_metrics::result::MetricResult;
use yew::{Callback, Html, InputEvent, Properties, component, html, use_effect_with, use_state, use_state_eq};

/// The page of the calculator of this name, with the inputs of the address.
pub fn calculator_page(messages: Messages, formats: Formats, name: &str, inputs: &[(String, String)]) -> Html {
    match calculator(name) {
        Some(calculator) => {
            let given = entries(calculator, inputs);
            html! { <Form key={calculator.name} {messages} {formats} name={calculator.name} {given} /> }
        }
        None => unknown(messages),
    }
}

/// The name of a calculator: that of its metric, and of its variant where there are several.
pub fn name(messages: Messages, calculator: &Calculator, text: fn(&Definition) -> Text) -> String {
    let definition = definition(calculator.key);
    let variant = definition.variants.iter().find(|(variant, _)| Some(*variant) == calculator.variant);
    let name = messages.text(text(definition));
    variant.map_or_else(|| name.to_owned(), |(_, variant)| [name, ": ", messages.text(*variant)].concat())
}

#[derive(Properties, PartialEq)]
struct FormProperties {
    messages: Messages,
    formats: Formats,
    name: &'static str,
    given: Vec<(String, String)>,
}

fn label(messages: Messages, calculator: &Calculator, input: &Input) -> String {
    let term = match (calculator.name, input.name) {
        ("csat" | "ces", point) => return messages.answers_of_point(point),
        ("nrr" | "grr" | "revenue-churn" | "movements" | "net-new-mrr", "start") => "mrr_start",
        ("nrr" | "grr" | "revenue-churn" | "movements" | "net-new-mrr" | "quick-ratio", "churn") => "mrr_churn",
        ("forecast-mrr", "contraction") => return messages.contraction_rate().to_owned(),
        ("forecast-mrr", "expansion") => return messages.expansion_rate().to_owned(),
        ("forecast-mrr", "mrr_new") => return messages.new_mrr_monthly().to_owned(),
        ("rule-of-40", "margin") => "profit_margin",
        ("n-day" | "bracket" | "rolling", "retained") => return messages.returned().to_owned(),
        ("seven-day-churn", "lost") => return messages.did_not_return().to_owned(),
        ("stickiness", "days") => return messages.days_of_period().to_owned(),
        (_, "before") => return messages.signups_before().to_owned(),
        (_, "user_days") => return messages.days_of_use().to_owned(),
        (_, "customers") => return messages.customers().to_owned(),
        (_, "price") => return messages.price_monthly().to_owned(),
        (_, "new_monthly") => return messages.new_customers_monthly().to_owned(),
        (_, "expansion") => "mrr_expansion",
        (_, "contraction") => "mrr_contraction",
        (_, "margin") => "gross_margin",
        (_, name) if name.ends_with("_before") && name != "revenue_quarter_before" => {
            return messages.earlier(&messages.term(name.trim_end_matches("_before")));
        }
        ("cac-payback", "arpa") => "arpa_new",
        (_, name) => name,
    };
    messages.term(term)
}

fn unit(formats: Formats, kind: Kind) -> String {
    match kind {
        Kind::Count | Kind::Number => String::new(),
        Kind::Money => formats.currency.code().to_owned(),
        Kind::Percent => "%".to_owned(),
    }
}

fn complaint(messages: Messages, wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::Empty => messages.enter_a_number(),
        Wrong::NoNumber => messages.not_a_number(),
        Wrong::Negative => messages.not_negative(),
        Wrong::NotWhole => messages.whole_number(),
        Wrong::TooLarge => messages.number_too_large(),
    }
}

/// Formula, formula with numbers, other readings, cautions, as a list of terms.
fn facts(messages: Messages, formats: Formats, definition: &Definition, result: &MetricResult) -> Vec<Html> {
    let mut facts =
        vec![entry(messages.formula(), "formula", formula_in_words(definition, |name| messages.term(name)))];
    if let Some(mut numbers) = formula_with_numbers(definition, result, |figure| formats.figure(figure)) {
        if let Some(figure) = Figure::of_result(result) {
            numbers = [&numbers, " = ", &formats.figure(figure)].concat();
        }
        facts.push(entry(messages.with_the_numbers(), "formula", numbers));
    }
    for reading in readings(definition, result) {
        if reading.name != "responses" {
            facts.push(entry(messages.term(&reading.name), "", formats.figure(reading.figure)));
        }
    }
    facts.extend(caution_entries(messages, result));
    facts
}

#[component]
fn Form(properties: &FormProperties) -> Html {
    let (messages, formats) = (properties.messages, properties.formats);
    let entered = use_state(|| properties.given.clone());
    let copied = use_state_eq(|| None::<bool>);
    {
        // A link followed on this page changes the inputs as well.
        let entered = entered.clone();
        use_effect_with(properties.given.clone(), move |given| entered.set(given.clone()));
    }
    let Some(calculator) = calculator(properties.name) else { return Html::default() };
    let definition = definition(calculator.key);
    let result = compute(calculator, &entered, messages.language);
    let route = Route::Calculator(calculator.name.to_owned(), (*entered).clone());
    let field = |input: &Input| {
        let wrong = match &result {
            Err((name, wrong)) if *name == input.name => Some(*wrong),
            _ => None,
        };
        let text =
            entered.iter().find(|(name, _)| name == input.name).map(|(_, text)| text.clone()).unwrap_or_default();
        let oninput = {
            let (entered, name, calculator, copied) = (entered.clone(), input.name, calculator.name, copied.clone());
            Callback::from(move |event: InputEvent| {
                let mut next = (*entered).clone();
                if let Some(entry) = next.iter_mut().find(|(known, _)| known == name) {
                    entry.1 = value_of(&event);
                }
                replace_hash(&Route::Calculator(calculator.to_owned(), next.clone()).href());
                copied.set(None);
                entered.set(next);
            })
        };
        let problem = format!("problem-{}", input.name);
        html! {
            <div class="field" key={input.name}>
                <label for={format!("input-{}", input.name)}>
                    { label(messages, calculator, input) }
                    if input.optional { <span class="note">{ " " }{ messages.optional() }</span> }
                </label>
                <div class="field-box">
                    <input id={format!("input-{}", input.name)} name={input.name} inputmode="decimal" autocomplete="off"
                        value={text} {oninput} aria-invalid={wrong.is_some().then_some("true")}
                        aria-describedby={wrong.is_some().then(|| problem.clone())} />
                    { plain("span", "unit", unit(formats, input.kind)) }
                </div>
                if let Some(wrong) = wrong { <p class="problem" id={problem}>{ complaint(messages, wrong) }</p> }
            </div>
        }
    };
    let of_family = |other: &&Calculator| {
        keeprate_metrics::catalogue::definition(other.key).family == definition.family && other.name != calculator.name
    };
    let related = CALCULATORS.iter().filter(of_family);
    html! {
        <section class="calculator">
            <p class="note">{ link(&Route::Calculators, messages.all_calculators()) }</p>
            { plain("h1", "", name(messages, calculator, |definition| definition.name)) }
            { plain("p", "lead", messages.text(definition.meaning)) }
            <div class="calculator-columns">
                <form onsubmit={Callback::from(|event: yew::SubmitEvent| event.prevent_default())}>
                    { for calculator.inputs.iter().map(field) }
                </form>
                <div class="calculator-result" aria-live="polite">
                    { plain("h2", "visually-hidden", messages.result()) }
                    if let Ok(result) = &result {
                        { kpi_card(messages, formats, &plain_card(definition, result), None) }
                        <dl>{ facts(messages, formats, definition, result) }</dl>
                    } else {
                        { plain("p", "note", messages.fill_in_all()) }
                    }
                    { copy_line(messages, ("", messages.copy_link()), address() + &route.href(), &copied) }
                    if *copied == Some(false) { <input readonly=true value={address() + &route.href()} aria-label={messages.copy_link()} /> }
                </div>
            </div>
            <nav class="related" aria-label={messages.other_calculators()}>
                { plain("h2", "", messages.other_calculators()) }
                <ul>
                    { for related.map(|other| html! {
                        <li key={other.name}>
                            <a href={Route::Calculator(other.name.to_owned(), Vec::new()).href()}>
                                { name(messages, other, |definition| definition.short) }
                            </a>
                        </li>
                    }) }
                </ul>
            </nav>
        </section>
    }
}

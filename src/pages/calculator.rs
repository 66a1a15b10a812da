//! One calculator: inputs, result at each keystroke, formula beside it, a link that holds the inputs.

use crate::components::card::kpi_card;
use crate::context::{use_formats, use_messages};
use crate::i18n::Messages;
use crate::pages::unknown::unknown;
use crate::platform::dom::{address, replace_hash, value_of};
use crate::platform::files::copy;
use crate::platform::intl::Formats;
use crate::queries::calculators::{CALCULATORS, Calculator, Input, Kind, Wrong, calculator, compute, entries};
use crate::queries::cards::plain_card;
use crate::queries::figures::Figure;
use crate::queries::proof::{formula_in_words, formula_with_numbers, readings};
use crate::route::Route;
use keeprate_metrics::catalogue::definition;
use yew::{Callback, Html, InputEvent, Properties, component, html, use_effect_with, use_state, use_state_eq};

/// The page of the calculator of this name, with the inputs of the address.
pub fn calculator_page(messages: Messages, name: &str, inputs: &[(String, String)]) -> Html {
    match calculator(name) {
        Some(calculator) => {
            let given = entries(calculator, inputs);
            html! { <Form key={calculator.name} name={calculator.name} {given} /> }
        }
        None => unknown(messages),
    }
}

#[derive(Properties, PartialEq)]
struct FormProperties {
    name: &'static str,
    given: Vec<(String, String)>,
}

fn label(messages: Messages, calculator: &Calculator, input: &Input) -> String {
    let term = match (calculator.name, input.name) {
        ("csat" | "ces", point) => return messages.answers_of_point(point),
        ("nrr" | "grr" | "revenue-churn", "start") => "mrr_start",
        ("nrr" | "grr" | "revenue-churn", "churn") => "mrr_churn",
        (_, "expansion") => "mrr_expansion",
        (_, "contraction") => "mrr_contraction",
        (_, "margin") => "gross_margin",
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

#[component]
fn Form(properties: &FormProperties) -> Html {
    let (messages, formats) = (use_messages(), use_formats());
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
    let copy_link = {
        let (copied, link) = (copied.clone(), address() + &route.href());
        Callback::from(move |_| {
            let copied = copied.clone();
            copy(link.clone(), Callback::from(move |done| copied.set(Some(done))));
        })
    };
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
                    <span class="unit">{ unit(formats, input.kind) }</span>
                </div>
                if let Some(wrong) = wrong { <p class="problem" id={problem}>{ complaint(messages, wrong) }</p> }
            </div>
        }
    };
    html! {
        <section class="calculator">
            <p class="note"><a href={Route::Calculators.href()}>{ messages.all_calculators() }</a></p>
            <h1>{ messages.text(definition.name) }</h1>
            <p class="lead">{ messages.text(definition.meaning) }</p>
            <div class="calculator-columns">
                <form onsubmit={Callback::from(|event: yew::SubmitEvent| event.prevent_default())}>
                    { for calculator.inputs.iter().map(field) }
                </form>
                <div class="calculator-result" aria-live="polite">
                    <h2 class="visually-hidden">{ messages.result() }</h2>
                    if let Ok(result) = &result {
                        { kpi_card(messages, formats, &plain_card(result), None) }
                        <dl>
                            <dt>{ messages.formula() }</dt>
                            <dd class="formula">{ formula_in_words(calculator.key, |name| messages.term(name)) }</dd>
                            if let Some(numbers) = formula_with_numbers(result, |figure| formats.figure(figure)) {
                                <dt>{ messages.with_the_numbers() }</dt>
                                <dd class="formula">
                                    { numbers }
                                    if let Some(figure) = Figure::of_result(result) { { " = " }{ formats.figure(figure) } }
                                </dd>
                            }
                            { for readings(result).into_iter().filter(|reading| reading.name != "responses").map(|reading| html! {
                                <>
                                    <dt>{ messages.term(&reading.name) }</dt>
                                    <dd>{ formats.figure(reading.figure) }</dd>
                                </>
                            }) }
                        </dl>
                        if result.warnings.iter().any(|warning| warning.code == "W-IDENTITY") {
                            <p class="problem">{ messages.identity_fails() }</p>
                        }
                        if result.warnings.iter().any(|warning| warning.code == "W-LTV-HORIZON") {
                            <p class="problem">{ messages.horizon_warning() }</p>
                        }
                        if result.warnings.iter().any(|warning| warning.code == "E-AGG-RANGE") {
                            <p class="problem">{ messages.range_warning() }</p>
                        }
                    } else {
                        <p class="note">{ messages.fill_in_all() }</p>
                    }
                    <p class="share-line">
                        <button type="button" onclick={copy_link}>{ messages.copy_link() }</button>
                        <span role="status">
                            { match *copied {
                                Some(true) => messages.copied(),
                                Some(false) => messages.copy_by_hand(),
                                None => "",
                            } }
                        </span>
                    </p>
                    if *copied == Some(false) { <input readonly=true value={address() + &route.href()} aria-label={messages.copy_link()} /> }
                </div>
            </div>
            <nav class="related" aria-label={messages.other_calculators()}>
                <h2>{ messages.other_calculators() }</h2>
                <ul>
                    { for CALCULATORS.iter().filter(|other| other.name != calculator.name).map(|other| html! {
                        <li key={other.name}>
                            <a href={Route::Calculator(other.name.to_owned(), Vec::new()).href()}>
                                { messages.text(keeprate_metrics::catalogue::definition(other.key).short) }
                            </a>
                        </li>
                    }) }
                </ul>
            </nav>
        </section>
    }
}

//! The survey builder: choose, see it live, copy the lines that embed it. The address holds the whole definition.

use crate::components::copying::copy_line;
use crate::components::text::{button, plain};
use crate::i18n::Messages;
use crate::platform::dom::{address, replace_hash, value_of};
use crate::platform::element;
use crate::queries::builder::{
    ACCENT, Control, Definition, Embedding, Field, GROUPS, Group, attributes, definition, inputs, policy, snippet,
    value_of as told,
};
use crate::route::Route;
use keeprate_survey::component::Survey;
use yew::{
    Callback, Html, InputEvent, Properties, component, html, use_effect_with, use_node_ref, use_state, use_state_eq,
};

/// Properties of [`Builder`].
#[derive(Properties, PartialEq)]
pub struct BuilderProperties {
    /// The words.
    pub messages: Messages,
    /// What the address says of the survey.
    pub given: Vec<(String, String)>,
}

/// The page.
#[component]
pub fn Builder(properties: &BuilderProperties) -> Html {
    let messages = properties.messages;
    let chosen = use_state(|| definition(&properties.given));
    let embedding = use_state_eq(|| Embedding::Html);
    let lines_copied = use_state_eq(|| None::<bool>);
    let link_copied = use_state_eq(|| None::<bool>);
    let missing = use_state_eq(|| false);
    let again = use_state_eq(|| 0_u32);
    {
        // A link followed on this page changes the survey as well.
        let chosen = chosen.clone();
        use_effect_with(properties.given.clone(), move |given| chosen.set(definition(given)));
    }
    {
        let missing = missing.setter();
        use_effect_with((), move |()| element::load(Callback::from(move |()| missing.set(true))));
    }
    let place = use_node_ref();
    let accent = use_state_eq(String::new);
    {
        // As a property: the page's policy forbids the attribute. A survey looks at it once, so it begins anew after that.
        let (place, setter) = (place.clone(), accent.setter());
        use_effect_with(told(&chosen, "accent").to_owned(), move |accent| {
            element::set_accent(&place, accent);
            setter.set(accent.clone());
        });
    }
    // What the address brought decides what stands open, not what is entered: nothing closes under the hands.
    let opened = definition(&properties.given);
    let host = host();
    let route = Route::Survey(inputs(&chosen));
    let onchange = {
        let (chosen, lines_copied, link_copied) = (chosen.clone(), lines_copied.clone(), link_copied.clone());
        Callback::from(move |(name, value): (&'static str, String)| {
            let mut next: Vec<_> = inputs(&chosen).into_iter().filter(|(known, _)| known != name).collect();
            next.push((name.to_owned(), value));
            let next = definition(&next);
            replace_hash(&Route::Survey(inputs(&next)).href());
            lines_copied.set(None);
            link_copied.set(None);
            chosen.set(next);
        })
    };
    let lines = snippet(*embedding, &host, &chosen);
    let policy = policy(*embedding, &host, &chosen);
    let way = |one: &Embedding| {
        let (one, embedding) = (*one, embedding.clone());
        let pressed = (*embedding == one).to_string();
        let onclick = Callback::from(move |_| embedding.set(one));
        html! { <button key={one.name()} type="button" aria-pressed={pressed} {onclick}>{ one.name() }</button> }
    };
    let begin_anew = {
        let again = again.clone();
        Callback::from(move |_| again.set(again.wrapping_add(1)))
    };
    html! {
        <section class="calculator builder">
            { plain("h1", "", messages.survey_title()) }
            { plain("p", "lead", messages.survey_lead()) }
            <div class="calculator-columns">
                <form onsubmit={Callback::from(|event: yew::SubmitEvent| event.prevent_default())}>
                    { for GROUPS.iter().map(|(group, fields)| {
                        // What the first two say is enough for a survey; the rest opens where it says something.
                        let first = matches!(group, Group::Question | Group::Look);
                        let open = first || fields.iter().any(|field| !told(&opened, field.name).is_empty());
                        let shown = fields.iter().filter(|field| field.name != "symbols" || told(&chosen, "kind") == "csat");
                        html! {
                            <details key={*group as usize} {open}>
                                { plain("summary", "", messages.survey_group(*group)) }
                                { for shown.map(|field| entry(messages, field, &chosen, &onchange)) }
                            </details>
                        }
                    }) }
                </form>
                <div class="calculator-result">
                    { plain("h2", "", messages.survey_preview()) }
                    if *missing {
                        <p class="problem" role="alert">{ messages.not_loaded() }{ " " }{ messages.not_loaded_hint() }</p>
                    }
                    <div class="survey-preview" ref={place}>{ preview(messages, &chosen, *again, &accent) }</div>
                    <p>{ button("", begin_anew, messages.survey_again()) }</p>
                    { plain("h2", "", messages.survey_embed()) }
                    <div class="segmented" role="group" aria-label={messages.survey_embed()}>
                        { for Embedding::ALL.iter().map(way) }
                    </div>
                    <pre class="snippet" tabindex="0"><code data-testid="snippet">{ lines.clone() }</code></pre>
                    { copy_line(messages, ("primary", messages.survey_copy_lines()), lines, &lines_copied) }
                    if !policy.is_empty() {
                        { plain("h2", "", messages.survey_policy()) }
                        { plain("p", "note", messages.survey_policy_note()) }
                        <ul class="policy">
                            { for policy.iter().map(|(directive, sources)| html! {
                                <li key={*directive}><code>{ directive }{ " " }{ sources }</code></li>
                            }) }
                        </ul>
                    }
                    { plain("h2", "", messages.survey_share()) }
                    { plain("p", "note", messages.survey_share_note()) }
                    { copy_line(messages, ("", messages.copy_link()), address() + &route.href(), &link_copied) }
                </div>
            </div>
        </section>
    }
}

/// The address of the folder that the app, and the element with it, is served from.
fn host() -> String {
    let page = address();
    let end = page.rfind('/').map_or(page.len(), |slash| slash + 1);
    page[..end].to_owned()
}

/// One field with its name.
fn entry(messages: Messages, field: &Field, chosen: &Definition, onchange: &Callback<(&'static str, String)>) -> Html {
    let name = field.name;
    let oninput = {
        let onchange = onchange.clone();
        Callback::from(move |event: InputEvent| onchange.emit((name, value_of(&event))))
    };
    let id = ["survey-", name].concat();
    let value = match (told(chosen, name), field.control) {
        ("", Control::Choice([first, ..])) => (*first).to_owned(),
        ("", Control::Colour) => ACCENT.to_owned(),
        (value, _) => value.to_owned(),
    };
    let kind = match field.control {
        Control::Choice(_) | Control::Text => "text",
        Control::Number => "number",
        Control::Date => "date",
        Control::Address => "url",
        Control::Colour => "color",
    };
    let control = match field.control {
        Control::Choice(values) => html! {
            <select id={id.clone()} {name} {oninput}>
                { for values.iter().map(|one| html! {
                    <option key={*one} value={*one} selected={*one == value}>{ messages.survey_choice(one) }</option>
                }) }
            </select>
        },
        _ => {
            html! { <input id={id.clone()} {name} type={kind} {value} {oninput} autocomplete="off" maxlength="500" min="0" /> }
        }
    };
    html! {
        <div class="field" key={name}>
            <label for={id}>{ messages.survey_field(name) }</label>
            { control }
        </div>
    }
}

/// The real element: at once, to everybody, and nothing of it is stored or sent.
fn preview(messages: Messages, chosen: &Definition, again: u32, accent: &str) -> Html {
    let mut attributes = attributes(chosen);
    let hidden = ["accent", "endpoint", "trigger", "sample", "from", "until", "pages"];
    attributes.retain(|(name, _)| !hidden.contains(name));
    if told(chosen, "locale").is_empty() {
        attributes.push(("locale", messages.tag().to_owned()));
    }
    let quiet = [("storage", "none"), ("cool-down", "0"), ("cool-down-dismissed", "0")];
    attributes.retain(|(name, _)| !quiet.iter().any(|(other, _)| other == name));
    attributes.extend(quiet.map(|(name, value)| (name, value.to_owned())));
    // Another definition is another survey, which begins anew.
    let key = format!("{again} {accent} {attributes:?}");
    let attributes = attributes.into_iter().map(|(name, value)| (name, value.into())).collect::<Vec<_>>();
    html! { <Survey {key} {attributes} /> }
}

//! A Yew app that asks how likely people are to recommend it. The page loads the element beside it:
//!
//! ```html
//! <script type="module" src="https://HOST/widget/keeprate-survey.js"></script>
//! ```

use keeprate_survey::component::Survey;
use yew::{Callback, Html, Renderer, component, html, use_state};

#[component]
fn App() -> Html {
    let answer = use_state(String::new);
    let onevent = {
        let answer = answer.clone();
        Callback::from(move |(event, detail)| {
            if event == "submit" {
                answer.set(detail);
            }
        })
    };
    let attributes = vec![("survey", "onboarding-nps".into()), ("kind", "nps".into()), ("product", "Acme".into())];
    html! {
        <>
            <Survey {attributes} {onevent} />
            <pre>{ &*answer }</pre>
        </>
    }
}

fn main() {
    Renderer::<App>::new().render();
}

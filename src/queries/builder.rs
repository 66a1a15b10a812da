//! The survey builder: what a survey can be told, what an address says of it, and the lines that embed it.

use crate::route::format_query;
use std::fmt::Write;

/// A field of the builder: an attribute of `<keeprate-survey>` (survey.md 2), or `accent`, a property of its style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The attribute's name.
    pub name: &'static str,
    /// What may be entered.
    pub control: Control,
}

/// What may be entered in a field. The first of a choice is what the element does without the attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// One of these values.
    Choice(&'static [&'static str]),
    /// A line of text.
    Text,
    /// A number.
    Number,
    /// A day.
    Date,
    /// An address.
    Address,
    /// A colour; without one the element has its own, [`ACCENT`].
    Colour,
}

/// The element's accent on a light page.
pub const ACCENT: &str = "#245a8d";

/// Fields that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// What is asked.
    Question,
    /// In which words.
    Texts,
    /// Where and how it shows.
    Look,
    /// Who is asked, and when.
    Rules,
    /// Where answers go.
    Delivery,
}

const fn choice(name: &'static str, values: &'static [&'static str]) -> Field {
    Field { name, control: Control::Choice(values) }
}

const fn field(name: &'static str, control: Control) -> Field {
    Field { name, control }
}

/// All fields in their groups.
pub const GROUPS: &[(Group, &[Field])] = &[
    (
        Group::Question,
        &[
            choice("kind", &["nps", "csat", "ces", "text"]),
            choice("symbols", &["numbers", "stars", "faces"]),
            field("survey", Control::Text),
            field("product", Control::Text),
            choice("locale", &["", "en", "de"]),
        ],
    ),
    (
        Group::Texts,
        &[
            field("question", Control::Text),
            field("low", Control::Text),
            field("high", Control::Text),
            field("follow-up", Control::Text),
            field("thanks", Control::Text),
            field("consent", Control::Text),
            field("privacy", Control::Address),
        ],
    ),
    (
        Group::Look,
        &[
            choice("place", &["inline", "popover", "bar", "modal"]),
            choice("theme", &["", "auto", "light", "dark"]),
            field("accent", Control::Colour),
        ],
    ),
    (
        Group::Rules,
        &[
            choice("trigger", &["now", "delay:30", "scroll:50", "exit", "code"]),
            field("sample", Control::Number),
            field("cool-down", Control::Number),
            field("cool-down-dismissed", Control::Number),
            field("from", Control::Date),
            field("until", Control::Date),
            field("pages", Control::Text),
        ],
    ),
    (Group::Delivery, &[field("endpoint", Control::Address)]),
];

/// Characters of a value that an address may bring; a longer one is cut.
const LONGEST: usize = 500;

/// What a survey is told: names of fields with their values, in the order of [`GROUPS`], without the empty ones.
pub type Definition = Vec<(&'static str, String)>;

/// The definition that an address holds. What it does not know or may not choose is left out.
pub fn definition(inputs: &[(String, String)]) -> Definition {
    let given = |field: &Field| {
        let (_, value) = inputs.iter().find(|(name, _)| name == field.name)?;
        let value: String = value.chars().filter(|character| !character.is_control()).take(LONGEST).collect();
        let known = match field.control {
            Control::Choice(values) => values.contains(&value.as_str()),
            Control::Colour => is_colour(&value) && value != ACCENT,
            Control::Text | Control::Number | Control::Date | Control::Address => true,
        };
        (known && !value.is_empty()).then_some((field.name, value))
    };
    GROUPS.iter().flat_map(|(_, fields)| *fields).filter_map(given).collect()
}

/// Whether a text is a colour as a browser's picker writes it.
fn is_colour(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

/// The value of a field, empty without one.
pub fn value_of<'a>(definition: &'a Definition, name: &str) -> &'a str {
    definition.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
}

/// The definition as pairs for an address.
pub fn inputs(definition: &Definition) -> Vec<(String, String)> {
    definition.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// The attributes that say all this: those that only repeat what the element does anyway are left out, kind and name of
/// the survey never.
pub fn attributes(definition: &Definition) -> Definition {
    let fields = GROUPS.iter().flat_map(|(_, fields)| *fields);
    fields
        .filter_map(|field| {
            let value = value_of(definition, field.name);
            match (field.name, field.control) {
                ("survey", _) if value.is_empty() => Some(("survey", "survey".to_owned())),
                ("kind", Control::Choice([first, ..])) if value.is_empty() => Some(("kind", (*first).to_owned())),
                ("symbols", _) if value_of(definition, "kind") != "csat" => None,
                ("kind", _) => Some((field.name, value.to_owned())),
                (_, Control::Choice([first, ..])) if value == *first => None,
                _ => (!value.is_empty()).then(|| (field.name, value.to_owned())),
            }
        })
        .collect()
}

/// A way to embed a survey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Embedding {
    /// Lines of HTML.
    Html,
    /// A React component.
    React,
    /// A Vue component.
    Vue,
    /// The hosted page in a frame.
    Iframe,
    /// The hosted page as a link.
    Link,
}

impl Embedding {
    /// All of them.
    pub const ALL: [Embedding; 5] =
        [Embedding::Html, Embedding::React, Embedding::Vue, Embedding::Iframe, Embedding::Link];

    /// Its name, which is the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            Embedding::Html => "HTML",
            Embedding::React => "React",
            Embedding::Vue => "Vue",
            Embedding::Iframe => "iframe",
            Embedding::Link => "Link",
        }
    }
}

/// The lines that embed a survey; `host` is the address of the folder that the app is served from, with a slash at its
/// end.
pub fn snippet(embedding: Embedding, host: &str, definition: &Definition) -> String {
    let attributes = attributes(definition);
    let element = |indent: &str, close: &str| {
        let mut text = [indent, "<keeprate-survey"].concat();
        for (name, value) in &attributes {
            // Writing to a string cannot fail.
            let _ = match (*name, embedding) {
                ("accent", Embedding::React) => {
                    write!(text, "\n{indent}  style={{{{ \"--keeprate-accent\": \"{value}\" }}}}")
                }
                ("accent", _) => write!(text, "\n{indent}  style=\"--keeprate-accent: {value}\""),
                _ => write!(text, "\n{indent}  {name}=\"{}\"", escape(value)),
            };
        }
        text + close
    };
    let hosted = || [host, "survey/", &format_query(&inputs(&attributes))].concat();
    match embedding {
        Embedding::Html => [
            &format!("<link rel=\"preload\" href=\"{host}widget/keeprate-survey.wasm\" as=\"fetch\" crossorigin>\n"),
            &format!("<script type=\"module\" src=\"{host}widget/keeprate-survey.js\"></script>\n"),
            &*element("", "></keeprate-survey>"),
        ]
        .concat(),
        Embedding::React => [
            "import \"keeprate-survey\";\n\nexport function Survey() {\n  return (\n",
            &element("    ", "\n    />"),
            "\n  );\n}",
        ]
        .concat(),
        Embedding::Vue => [
            "<script setup>\nimport \"keeprate-survey\";\n</script>\n\n<template>\n",
            &element("  ", "></keeprate-survey>"),
            "\n</template>",
        ]
        .concat(),
        Embedding::Iframe => {
            let (address, title) = (escape(&hosted()), escape(title(&attributes)));
            format!("<iframe\n  src=\"{address}\"\n  title=\"{title}\" width=\"100%\" height=\"420\"></iframe>")
        }
        Embedding::Link => hosted(),
    }
}

fn title(attributes: &Definition) -> &str {
    match value_of(attributes, "question") {
        "" => value_of(attributes, "survey"),
        question => question,
    }
}

/// Text within an attribute's double quotes, in HTML, JSX and Vue alike.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

/// What a page's content security policy has to allow, directive by directive.
pub fn policy(embedding: Embedding, host: &str, definition: &Definition) -> Vec<(&'static str, String)> {
    let host = origin(host);
    match embedding {
        Embedding::Link => Vec::new(),
        Embedding::Iframe => vec![("frame-src", host.to_owned())],
        Embedding::Html | Embedding::React | Embedding::Vue => {
            let from = if embedding == Embedding::Html { host } else { "'self'" };
            let mut connect = from.to_owned();
            let collector = origin(value_of(definition, "endpoint"));
            if !collector.is_empty() && collector != from {
                connect.push(' ');
                connect.push_str(collector);
            }
            let mut lines = vec![("script-src", [from, " 'wasm-unsafe-eval'"].concat()), ("connect-src", connect)];
            // React and Vue set a style without an attribute.
            if embedding == Embedding::Html && !value_of(definition, "accent").is_empty() {
                lines.push(("style-src-attr", "'unsafe-inline'".to_owned()));
            }
            lines
        }
    }
}

/// Scheme, host and port of an absolute address; empty for any other.
fn origin(address: &str) -> &str {
    let Some(start) = address.find("://") else { return "" };
    let end = address[start + 3..].find('/').map_or(address.len(), |length| start + 3 + length);
    &address[..end]
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::route::Route;
    use proptest::prelude::*;

    const HOST: &str = "https://example.org/keeprate/";

    fn given(pairs: &[(&str, &str)]) -> Definition {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        definition(&pairs)
    }

    #[test]
    fn an_address_says_only_what_a_survey_can_be_told() {
        for (inputs, expected) in [
            (&[][..], vec![]),
            (&[("kind", "csat")], vec![("kind", "csat")]),
            (&[("kind", "npx"), ("onclick", "x"), ("storage", "none")], vec![]),
            (&[("question", "a\u{1f}b")], vec![("question", "ab")]),
            (&[("accent", "#C2410c")], vec![("accent", "#C2410c")]),
            (&[("accent", ACCENT)], vec![]),
            (&[("accent", "red;}")], vec![]),
            (&[("accent", "#c2410g")], vec![]),
            (&[("accent", "#ä2410")], vec![]),
            (&[("until", "2026-12-31"), ("kind", "ces")], vec![("kind", "ces"), ("until", "2026-12-31")]),
        ] {
            let expected: Definition = expected.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
            assert_eq!(given(inputs), expected, "{inputs:?}");
        }
    }

    #[test]
    fn lines_are_short_and_complete() {
        let plain = given(&[]);
        assert_eq!(
            snippet(Embedding::Html, HOST, &plain),
            "<link rel=\"preload\" href=\"https://example.org/keeprate/widget/keeprate-survey.wasm\" as=\"fetch\" crossorigin>\n\
             <script type=\"module\" src=\"https://example.org/keeprate/widget/keeprate-survey.js\"></script>\n\
             <keeprate-survey\n  kind=\"nps\"\n  survey=\"survey\"></keeprate-survey>"
        );
        let told = given(&[("kind", "csat"), ("symbols", "stars"), ("place", "inline"), ("product", "A\"&<b>")]);
        let react = snippet(Embedding::React, HOST, &told);
        assert!(react.contains("product=\"A&quot;&amp;&lt;b>\"") && react.contains("symbols=\"stars\""), "{react}");
        assert!(!react.contains("place"), "{react}");
        assert!(!snippet(Embedding::Vue, HOST, &given(&[("symbols", "stars")])).contains("symbols"));
        assert_eq!(
            snippet(Embedding::Link, HOST, &given(&[("survey", "a b"), ("locale", "de")])),
            "https://example.org/keeprate/survey/?kind=nps&survey=a%20b&locale=de"
        );
        assert_eq!(
            snippet(Embedding::Iframe, HOST, &given(&[("question", "Wie \"gut\"?")])),
            "<iframe\n  src=\"https://example.org/keeprate/survey/?kind=nps&amp;survey=survey&amp;question=Wie%20%22gut%22%3F\"\n  \
             title=\"Wie &quot;gut&quot;?\" width=\"100%\" height=\"420\"></iframe>"
        );
    }

    #[test]
    fn an_accent_is_a_style_of_the_element_and_a_part_of_the_hosted_pages_address() {
        let told = given(&[("accent", "#c2410c")]);
        for (embedding, expected) in [
            (Embedding::Html, "\n  style=\"--keeprate-accent: #c2410c\"></keeprate-survey>"),
            (Embedding::React, "\n      style={{ \"--keeprate-accent\": \"#c2410c\" }}\n    />"),
            (Embedding::Vue, "\n    style=\"--keeprate-accent: #c2410c\"></keeprate-survey>"),
            (Embedding::Iframe, "&amp;accent=%23c2410c\""),
            (Embedding::Link, "&accent=%23c2410c"),
        ] {
            let lines = snippet(embedding, HOST, &told);
            assert!(lines.contains(expected), "{embedding:?}: {lines}");
            let styled = policy(embedding, HOST, &told).contains(&("style-src-attr", "'unsafe-inline'".to_owned()));
            assert_eq!(styled, embedding == Embedding::Html, "{embedding:?}");
        }
    }

    #[test]
    fn a_policy_names_every_origin_once() {
        let collector = given(&[("endpoint", "https://collector.example:8443/v1/responses")]);
        let same = given(&[("endpoint", "https://example.org/v1/responses")]);
        for (embedding, definition, expected) in [
            (Embedding::Link, &same, vec![]),
            (Embedding::Iframe, &same, vec!["frame-src https://example.org"]),
            (
                Embedding::Html,
                &same,
                vec!["script-src https://example.org 'wasm-unsafe-eval'", "connect-src https://example.org"],
            ),
            (
                Embedding::Vue,
                &collector,
                vec!["script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self' https://collector.example:8443"],
            ),
        ] {
            let policy = policy(embedding, HOST, definition);
            let lines: Vec<_> = policy.iter().map(|(directive, sources)| format!("{directive} {sources}")).collect();
            assert_eq!(lines, expected, "{embedding:?}");
        }
    }

    proptest! {
        #[test]
        fn a_definition_survives_its_address(question in ".{0,40}", product in "[^\\p{C}]{1,20}", kind in 0..4_usize) {
            let kinds = ["nps", "csat", "ces", "text"];
            let told = given(&[("question", &question), ("product", &product), ("kind", kinds[kind])]);
            let route = Route::Survey(inputs(&told));
            let Route::Survey(read) = Route::parse(&route.href()) else { panic!("a survey's address") };
            prop_assert_eq!(definition(&read), told);
        }

        #[test]
        fn no_value_leaves_its_quotes(value in "[ -~]{0,40}") {
            let told = given(&[("question", &value), ("survey", &value)]);
            for embedding in [Embedding::Html, Embedding::React, Embedding::Vue, Embedding::Iframe] {
                let lines = snippet(embedding, HOST, &told);
                let outside: String = lines.split('"').step_by(2).collect();
                prop_assert!(!outside.contains(&value) || value.chars().all(|one| outside.contains(one)), "{}", lines);
                prop_assert_eq!(lines.matches('"').count() % 2, 0);
            }
        }
    }
}

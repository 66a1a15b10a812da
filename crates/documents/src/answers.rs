//! Answers to surveys that come as JSON, as the CSV that every reader of ours takes.

use keeprate_metrics::sorted_map::SortedMap;
use serde::Deserialize;
use serde_json::{Deserializer, Value};

/// The schema of an answer.
const SCHEMA: &str = "keeprate.response/1";

/// The columns before those of the hidden fields.
const HEADER: [&str; 15] = [
    "id",
    "survey",
    "kind",
    "scale_min",
    "scale_max",
    "score",
    "comment",
    "answered_at",
    "shown_at",
    "locale",
    "customer",
    "segment",
    "page",
    "partial",
    "widget",
];

/// An answer (`keeprate.response/1`).
#[derive(Deserialize)]
struct Answer {
    schema: String,
    id: String,
    #[serde(default)]
    survey: String,
    kind: String,
    scale: Option<Scale>,
    score: Option<u32>,
    #[serde(default)]
    comment: String,
    answered_at: String,
    #[serde(default)]
    shown_at: String,
    #[serde(default)]
    locale: String,
    customer: Option<String>,
    segment: Option<String>,
    page: Option<String>,
    #[serde(default)]
    meta: SortedMap<String, Value>,
    #[serde(default)]
    partial: bool,
    #[serde(default)]
    widget: String,
}

#[derive(Deserialize)]
struct Scale {
    min: u32,
    max: u32,
}

/// The CSV of a JSON document: a list of answers, one answer, or one a line; `None` for anything else.
pub fn answers_to_csv(json: &[u8]) -> Option<String> {
    let json = json.strip_prefix("\u{feff}".as_bytes()).unwrap_or(json);
    let mut answers: Vec<Answer> = Vec::new();
    for value in Deserializer::from_slice(json).into_iter::<Value>() {
        match value.ok()? {
            Value::Array(values) => {
                for value in values {
                    answers.push(serde_json::from_value(value).ok()?);
                }
            }
            value => answers.push(serde_json::from_value(value).ok()?),
        }
    }
    if answers.is_empty() || answers.iter().any(|answer| answer.schema != SCHEMA) {
        return None;
    }
    let mut fields: SortedMap<String, ()> = SortedMap::new();
    for name in answers.iter().flat_map(|answer| answer.meta.keys()) {
        fields.insert(name.clone(), ());
    }
    let headings = HEADER.iter().map(|name| (*name).to_owned());
    let headings = headings.chain(fields.keys().map(|name| ["meta.", name].concat()));
    let mut csv = "\u{feff}".to_owned();
    line(&mut csv, headings);
    for answer in &answers {
        let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        let scale = answer.scale.as_ref();
        let text = |text: &Option<String>| harmless(text.as_deref().unwrap_or_default());
        let cells = [
            harmless(&answer.id),
            harmless(&answer.survey),
            harmless(&answer.kind),
            number(scale.map(|scale| scale.min)),
            number(scale.map(|scale| scale.max)),
            number(answer.score),
            harmless(&answer.comment),
            harmless(&answer.answered_at),
            harmless(&answer.shown_at),
            harmless(&answer.locale),
            text(&answer.customer),
            text(&answer.segment),
            text(&answer.page),
            answer.partial.to_string(),
            harmless(&answer.widget),
        ];
        let fields = fields.keys().map(|name| match answer.meta.get(name) {
            Some(Value::String(text)) => harmless(text),
            Some(Value::Null) | None => String::new(),
            Some(value) => harmless(&value.to_string()),
        });
        line(&mut csv, cells.into_iter().chain(fields));
    }
    Some(csv)
}

fn line(csv: &mut String, cells: impl Iterator<Item = String>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            csv.push(',');
        }
        if cell.contains(['"', ',', '\r', '\n']) {
            csv.push_str(&["\"", &cell.replace('"', "\"\""), "\""].concat());
        } else {
            csv.push_str(&cell);
        }
    }
    csv.push_str("\r\n");
}

/// Text that no spreadsheet takes for a formula. A number is none.
fn harmless(text: &str) -> String {
    let number = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !(digits(whole) && digits(fraction));
    if formula { ["'", text].concat() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(score: u32, comment: &str) -> Value {
        serde_json::json!({
            "schema": SCHEMA, "id": score.to_string(), "survey": "s", "kind": "nps", "scale": {"min": 0, "max": 10},
            "score": score, "comment": comment, "answered_at": "2026-11-21T21:35:00Z",
            "shown_at": "2026-11-21T21:34:00Z", "locale": "de", "customer": "cus_1", "meta": {"plan": "team"},
            "partial": false, "widget": "0.1.0",
        })
    }

    #[test]
    fn a_list_one_answer_and_one_a_line_are_the_same() {
        let (first, second) = (answer(9, "a, \"b\"\nc"), answer(0, "=1+1"));
        let list = answers_to_csv(Value::Array(vec![first.clone(), second.clone()]).to_string().as_bytes());
        let lines = answers_to_csv(format!("\u{feff}{first}\r\n{second}\n").as_bytes());
        let list = list.expect("answers");
        assert_eq!(Some(list.clone()), lines);
        assert_eq!(answers_to_csv(first.to_string().as_bytes()).expect("an answer").lines().count(), 3);
        let imported = keeprate_ingest::import(list.as_bytes(), &keeprate_ingest::Options::default()).expect("a table");
        let keeprate_metrics::ledger::Dataset::Responses(table) = imported.dataset else { panic!("answers") };
        let read: Vec<_> = table
            .responses
            .iter()
            .map(|response| (response.score.map(|(_, score)| score), table.comments.get(response.comment)))
            .collect();
        assert_eq!(read, [(Some(9), "a, \"b\"\nc"), (Some(0), "=1+1")]);
        assert!(list.starts_with("\u{feff}id,survey,kind,") && list.contains(",widget,meta.plan\r\n"));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let texts = [
            "=1+1",
            "+A1",
            "-A1",
            "@acme",
            "\tx",
            "\rx",
            "'n Sync",
            "a;b",
            "a,b",
            "\"q\"",
            "zwei\r\nZeilen",
            "Grün €",
            "a=1",
            "x-",
        ];
        let answers = texts.iter().enumerate().map(|(place, text)| {
            let mut answer = answer(place as u32 % 11, text);
            answer["id"] = place.to_string().into();
            answer["customer"] = (*text).into();
            answer["meta"] = serde_json::json!({ "plan": text });
            answer
        });
        let csv = answers_to_csv(Value::Array(answers.collect()).to_string().as_bytes()).expect("answers");
        for language in [keeprate_ingest::Language::De, keeprate_ingest::Language::En] {
            let options = keeprate_ingest::Options { language, ..Default::default() };
            let imported = keeprate_ingest::import(csv.as_bytes(), &options).expect("a table");
            assert_eq!(imported.input.diagnostics, []);
            let keeprate_metrics::ledger::Dataset::Responses(table) = imported.dataset else { panic!("answers") };
            let read: Vec<_> = table
                .responses
                .iter()
                .map(|response| {
                    let score = response.score.map(|(_, score)| u32::from(score));
                    (score, table.comments.get(response.comment), table.customers.get(response.customer))
                })
                .collect();
            let lower = |text: &str| if text.contains('@') { text.to_lowercase() } else { text.to_owned() };
            let customers: Vec<String> = texts.iter().map(|text| lower(text)).collect();
            let written = texts.iter().zip(&customers).enumerate();
            let written: Vec<_> =
                written.map(|(place, (text, customer))| (Some(place as u32 % 11), *text, customer.as_str())).collect();
            assert_eq!(read, written);
        }
    }

    #[test]
    fn hidden_fields_get_a_column_each() {
        let mut other = answer(3, "");
        other["meta"] = serde_json::json!({"seats": 4, "plan": null, "a": true});
        let csv = answers_to_csv(Value::Array(vec![answer(9, ""), other]).to_string().as_bytes()).expect("answers");
        let ends: Vec<&str> = csv.lines().map(|line| line.rsplit("0.1.0,").next().expect("an end")).collect();
        assert_eq!(ends[1..], [",team,", "true,,4"]);
        assert!(ends[0].ends_with("meta.a,meta.plan,meta.seats"));
    }

    #[test]
    fn no_cell_is_a_formula_and_no_number_a_text() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+1", "+1"),
            ("-5.25", "-5.25"),
            ("-", "'-"),
            ("-5.", "'-5."),
            ("-.5", "'-.5"),
            ("+1-1", "'+1-1"),
            ("-1e3", "'-1e3"),
            ("@sum", "'@sum"),
            ("\t1", "'\t1"),
            ("a=1", "a=1"),
        ] {
            assert_eq!(harmless(text), cell);
        }
    }

    #[test]
    fn other_json_is_no_list_of_answers() {
        for json in ["", "[]", "{}", "[1]", "{", "null", "{\"schema\":\"keeprate.report/1\"}", "id,score", "[[]]"] {
            assert_eq!(answers_to_csv(json.as_bytes()), None, "{json}");
        }
        for (name, value) in [("schema", "keeprate.response/2".into()), ("score", "x".into()), ("id", Value::Null)] {
            let mut wrong = answer(1, "");
            wrong[name] = value;
            assert_eq!(answers_to_csv(wrong.to_string().as_bytes()), None, "{name}");
        }
    }
}

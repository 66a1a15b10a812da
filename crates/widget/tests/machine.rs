//! Turns of the machine, as the shim takes them.

use keeprate_widget::turn;
use proptest::prelude::*;

/// One turn, as lists of fields.
fn run(pairs: &[(&str, &str)]) -> Vec<Vec<String>> {
    let input: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}\u{1f}{value}")).collect();
    let output = turn(&input.join("\u{1e}"));
    output.split_terminator('\u{1e}').map(|command| command.split('\u{1f}').map(str::to_owned).collect()).collect()
}

/// The first field of the first command of this verb.
fn first(commands: &[Vec<String>], verb: &str) -> Option<String> {
    commands.iter().find(|command| command[0] == verb).map(|command| command.get(1).cloned().unwrap_or_default())
}

fn state(commands: &[Vec<String>], name: &str) -> Option<String> {
    commands.iter().find(|command| command[0] == "state" && command[1] == name).map(|command| command[2].clone())
}

/// The texts that are shown.
fn texts(commands: &[Vec<String>]) -> Vec<&str> {
    commands.iter().filter(|command| command[0] == "\"").map(|command| command[1].as_str()).collect()
}

const ASKING: [(&str, &str); 4] = [(".phase", "asking"), (".id", "id"), ("survey", "s"), ("@now", "1795300000")];

fn asking(more: &[(&str, &str)]) -> Vec<Vec<String>> {
    run(&[&ASKING[..], more].concat())
}

#[test]
fn triggers_are_named_with_their_argument() {
    for (written, trigger, argument) in
        [("", "", ""), ("delay:5", "delay", "5"), ("event:a:b", "event", "a:b"), ("exit", "exit", "")]
    {
        let start = [("@event", "start"), ("trigger", written), ("place", "popover")];
        assert_eq!(run(&start), [["wait", trigger, argument]]);
    }
}

#[test]
fn a_survey_in_the_page_that_waits_for_nothing_is_shown_by_its_start() {
    for event in ["start", "route"] {
        let commands = run(&[("@event", event), ("@uuid", "id")]);
        // An earlier trigger is given up.
        assert_eq!(commands[0], ["wait", "code", ""]);
        assert_eq!(commands[1..], run(&[("@event", "show"), ("@uuid", "id")]));
        assert_eq!(run(&[("@event", event), ("trigger", "code")]), [["wait", "code", ""]]);
    }
}

#[test]
fn a_survey_is_drawn_balanced_and_shown() {
    for kind in ["nps", "csat", "ces", "text"] {
        for place in ["inline", "popover", "modal", "bar"] {
            let commands =
                run(&[("@event", "show"), ("@uuid", "id"), ("kind", kind), ("place", place), ("privacy", "/p")]);
            let count = |verb: &[&str]| commands.iter().filter(|command| verb.contains(&command[0].as_str())).count();
            assert_eq!(count(&["<", "svg"]), count(&[">"]), "{kind} {place}");
            assert_eq!(state(&commands, ".phase").as_deref(), Some("asking"));
            assert_eq!(state(&commands, ".id").as_deref(), Some("id"));
            assert_eq!(first(&commands, "fire").as_deref(), Some("shown"));
            assert_eq!(first(&commands, "result").as_deref(), Some("shown"));
        }
    }
}

#[test]
fn the_first_score_asks_why_and_the_next_one_changes_only_the_question() {
    let commands = asking(&[("@event", "choose"), ("@score", "9")]);
    assert_eq!(state(&commands, ".score").as_deref(), Some("9"));
    assert_eq!(texts(&commands)[0], "What do you like best?");
    assert_eq!(first(&commands, "fire").as_deref(), Some("change"));
    let commands = asking(&[("@event", "choose"), ("@score", "2"), (".score", "9"), ("@locale", "de")]);
    assert_eq!(texts(&commands), ["Was sollten wir als Erstes verbessern?"]);
    assert_eq!(texts(&asking(&[("@event", "choose"), ("@score", "10"), (".score", "9")])), [""; 0]);
}

#[test]
fn a_one_and_a_zero_are_ten_if_they_are_typed_together() {
    for (digit, before, expected) in [
        ("1", "", Some("1")),
        ("0", "1795299999", Some("10")),
        ("0", "1795299990", Some("0")),
        ("0", "", Some("0")),
        ("7", "1795300000", Some("7")),
    ] {
        let commands = asking(&[("@event", "digit"), ("@digit", digit), (".one", before)]);
        assert_eq!(state(&commands, ".score").as_deref(), expected, "{digit} {before}");
    }
    assert_eq!(state(&asking(&[("@event", "digit"), ("@digit", "0"), ("kind", "csat")]), ".score"), None);
}

#[test]
fn a_score_settles_once() {
    let commands = asking(&[("@event", "settle"), (".score", "9"), ("@comment", "not sent")]);
    let send = commands.iter().find(|command| command[0] == "send").unwrap();
    assert_eq!(send[1..3], ["id", "partial"]);
    let body: serde_json::Value = serde_json::from_str(&send[3]).unwrap();
    assert_eq!((&body["score"], &body["partial"], body.get("comment")), (&9.into(), &true.into(), None));
    assert_eq!(first(&commands, "keep").as_deref(), Some("1795300000 0"));
    assert!(asking(&[("@event", "settle"), (".score", "9"), (".settled", "9")]).is_empty());
    assert!(asking(&[("@event", "settle"), (".score", "")]).is_empty());
}

#[test]
fn a_score_that_came_with_the_survey_is_chosen_and_settled() {
    for (score, kind, expected) in
        [("9", "nps", "9"), ("11", "nps", ""), ("0", "csat", ""), ("9", "text", ""), ("", "nps", "")]
    {
        let commands = run(&[("@event", "show"), ("score", score), ("kind", kind)]);
        assert_eq!(state(&commands, ".score").as_deref(), Some(expected), "{score} {kind}");
        assert_eq!(state(&commands, ".settled").as_deref(), Some(expected), "{score} {kind}");
    }
    let settle = [("@event", "settle"), (".score", "9"), (".settled", "9")];
    assert_eq!(first(&asking(&settle), "send"), None);
    assert!(first(&asking(&[("@event", "submit"), settle[1], settle[2]]), "send").is_some());
}

#[test]
fn hidden_fields_are_taken_once_and_attributes_win() {
    let pairs = [("@event", "submit"), (".score", "9"), ("data-plan", "team"), ("data-plan", "free"), ("customer", "")];
    let commands = asking(&pairs);
    let send = commands.iter().find(|command| command[0] == "send").unwrap();
    let body: serde_json::Value = serde_json::from_str(&send[3]).unwrap();
    assert_eq!(body["meta"], serde_json::json!({"plan": "team"}));
    assert_eq!(body.get("customer"), None);
}

#[test]
fn what_is_done_is_not_done_again() {
    for event in ["choose", "digit", "settle", "submit", "stored", "unsent", "late", "dismiss"] {
        assert!(
            run(&[("@event", event), (".phase", "closed"), (".score", "9"), ("@score", "9")]).is_empty(),
            "{event}"
        );
    }
    assert!(run(&[("@event", "submit"), (".phase", "sending"), (".score", "9")]).is_empty());
}

#[test]
fn a_dismissal_without_a_score_cools_down_and_keeps_the_rest() {
    let commands = asking(&[("@event", "dismiss"), ("@kept", "5 6 77")]);
    assert_eq!(first(&commands, "keep").as_deref(), Some("5 1795300000 77"));
    assert_eq!(first(&commands, "fire").as_deref(), Some("dismissed"));
}

#[test]
fn replies_have_a_result() {
    let reply = |status| first(&run(&[("@event", "reply"), ("@status", status), ("@wish", "90")]), "result");
    assert_eq!(reply("201").as_deref(), Some("delivered"));
    assert_eq!(reply("404").as_deref(), Some("failed"));
    assert_eq!(reply("429").as_deref(), Some("90"));
}

#[test]
fn colours_are_kept_where_they_can_be_read() {
    let paint = |accent| run(&[("@event", "colours"), ("@accent", accent), ("@surface", "255,255,255")]);
    assert_eq!(paint("36,90,141"), [["paint", "rgb(36,90,141)", "rgb(255,255,255)"]]);
    assert_eq!(paint("nonsense"), [["paint", "rgb(0,0,0)", "rgb(255,255,255)"]]);
}

proptest! {
    #[test]
    fn no_page_and_no_person_stops_the_machine(
        event in "start|show|choose|digit|settle|submit|prevented|unsent|stored|late|dismiss|colours|reply|route",
        phase in "|asking|sending|thanked|closed",
        kind in "nps|csat|ces|text|",
        names in prop::collection::vec(
            "[.@]?(score|digit|now|moment|kept|chance|accent|surface|status|wish|made|sample|from|pages|path|cool-down|\
             link|privacy|question|data-a|comment|one|place|symbols|scale|follow-up|product)", 0..8),
        values in prop::collection::vec(prop_oneof![any::<u32>().prop_map(|number| number.to_string()), any::<String>()], 8),
    ) {
        let values: Vec<String> = values.iter().map(|value| value.replace(['\u{1e}', '\u{1f}'], "")).collect();
        let mut pairs = vec![("@event", event.as_str()), (".phase", &phase), ("kind", &kind)];
        pairs.extend(names.iter().zip(&values).map(|(name, value)| (name.as_str(), value.as_str())));
        for command in run(&pairs) {
            // Whatever was said, nothing but the machine's own verbs comes out.
            prop_assert!(
                ["<", "svg", ">", "\"", "@", "=", "state", "keep", "wait", "later", "open", "close", "check", "focus",
                 "fire", "send", "paint", "result"].contains(&command[0].as_str()), "{:?}", command);
            if command[0] == "send" {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&command[3]).is_ok());
            }
        }
    }

    #[test]
    fn any_text_is_an_input(input: String) {
        turn(&input);
    }
}

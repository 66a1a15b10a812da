//! What a survey looks like: elements, their texts and their names for those who cannot see them.

use alloc::string::String;

use keeprate_survey::text::{self, Language, Text};
use keeprate_survey::{Group, Kind, Scale};

use crate::commands::{Commands, digits};
use crate::input::Input;

const STAR: &str = "M12 3l2.8 5.7 6.2.9-4.5 4.4 1.1 6.2L12 17.3l-5.6 2.9 1.1-6.2L3 9.6l6.2-.9z";
const HEAD: &str = "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20M9 9v1M15 9v1";
/// From the saddest to the happiest.
const MOUTHS: [&str; 5] = ["M8 17q4-5 8 0", "M8 16q4-2.5 8 0", "M8 15.5h8", "M8 14.5q4 2.5 8 0", "M8 14q4 5 8 0"];

/// A survey as its attributes describe it.
pub(crate) struct Survey<'a> {
    pub(crate) input: Input<'a>,
    pub(crate) kind: Kind,
    pub(crate) scale: Option<Scale>,
    /// The score chosen so far.
    pub(crate) score: Option<u32>,
    language: Language,
}

impl<'a> Survey<'a> {
    pub(crate) fn new(input: Input<'a>) -> Self {
        let kind = Kind::named(input.text("kind"));
        let scale = kind.scale(input.text("scale") == "5");
        let mut survey = Survey { input, kind, scale, score: None, language: Language::of(input.text("@locale")) };
        survey.score = input.number(".score").filter(|score| survey.offers(*score));
        survey
    }

    /// Whether the scale has this score.
    pub(crate) fn offers(&self, score: u32) -> bool {
        self.scale.is_some_and(|scale| scale.contains(score))
    }

    fn group(&self) -> Option<Group> {
        self.kind.group(self.score?, self.scale?)
    }

    /// The value for the group of the score, else the one for all groups.
    fn for_group(&self, name: &str) -> Option<&'a str> {
        let specific = self.group().and_then(|group| {
            let mut key = String::from(name);
            key.push('-');
            key.push_str(group.name());
            self.input.get(&key)
        });
        specific.or_else(|| self.input.get(name))
    }

    fn fill(&self, own: Option<&str>, text: Text) -> String {
        let product = self.input.get(text::PRODUCT.name).filter(|product| !product.is_empty());
        let product = product.unwrap_or(text::PRODUCT.in_language(self.language));
        text::fill(own.unwrap_or(text.in_language(self.language)), product)
    }

    /// The survey's own text, or the default one.
    pub(crate) fn words(&self, text: Text) -> String {
        self.fill(self.input.get(text.name), text)
    }

    /// The open question after the score; empty where none is asked.
    pub(crate) fn follow_up(&self) -> String {
        self.group().map_or_else(String::new, |group| {
            let text = group.follow_up();
            self.fill(self.for_group(text.name), text)
        })
    }

    /// Where the survey stands on the page.
    pub(crate) fn place(&self) -> &'static str {
        match self.input.text("place") {
            "popover" => "popover",
            "modal" => "modal",
            "bar" => "bar",
            _ => "inline",
        }
    }

    /// Draws the whole survey: the question, and what follows if a score is chosen.
    pub(crate) fn draw(&self, commands: &mut Commands) {
        let place = self.place();
        let question = self.words(self.kind.question());
        let (tag, layer) = match place {
            "modal" => ("dialog", ""),
            "inline" => ("section", ""),
            // Above everything that the page may lay over its own content.
            _ => ("section", "manual"),
        };
        commands.add(
            "@|;<|$|id|box|part|box|class|$ $ $ $|lang|$|aria-label|$|popover|$;<|form|id|form;",
            &[
                tag,
                place,
                self.kind.name(),
                self.symbols(),
                self.input.text("theme"),
                self.input.text("@locale"),
                &question,
                layer,
            ],
        );
        match self.scale {
            Some(scale) => self.draw_scale(scale, &question, commands),
            None => {
                self.draw_field("question", &question, "", commands);
                self.draw_end(commands);
            }
        }
        commands.add("<|div|id|more;>;>;<|p|id|status|part|status|role|status|tabindex|-1;>;", &[]);
        if place != "inline" {
            let close = self.words(text::CLOSE);
            commands.add("<|button|id|close|part|close|type|button|aria-label|$;\"|×;>;", &[&close]);
        }
        commands.add("<|i|id|probe;>;>;", &[]);
        if self.score.is_some() {
            self.draw_more(commands);
        }
    }

    fn symbols(&self) -> &'static str {
        match (self.kind, self.input.text("symbols")) {
            (Kind::Csat, "stars") => "stars",
            (Kind::Csat, "faces") => "faces",
            _ => "numbers",
        }
    }

    fn draw_scale(&self, scale: Scale, question: &str, commands: &mut Commands) {
        let (low, high) = (self.words(self.kind.low()), self.words(self.kind.high()));
        commands.add(
            "<|fieldset|part|scale;<|legend|part|question;\"|$;>;<|div|id|row|class|count$;",
            &[question, &digits(scale.max)],
        );
        for score in scale.min..=scale.max {
            commands.add(
                "<|label|part|value;<|input|type|radio|name|score|id|score$|value|$;>;",
                &[&digits(score), &digits(score)],
            );
            match (self.symbols(), MOUTHS.get((score - scale.min) as usize)) {
                ("stars", _) => draw_symbol(STAR, "", commands),
                ("faces", Some(mouth)) => draw_symbol(HEAD, mouth, commands),
                _ => {}
            }
            commands.add("<|b;\"|$;>;", &[&digits(score)]);
            // Both ends belong to the names of their values, and are drawn once below them.
            if score == scale.min || score == scale.max {
                commands.add("<|span|class|unseen;\"|$;>;", &[if score == scale.min { &low } else { &high }]);
            }
            commands.add(">;", &[]);
        }
        commands.add(">;<|div|id|ends|part|ends|aria-hidden|true;<|span;\"|$;>;<|span;\"|$;>;>;>;", &[&low, &high]);
        if let Some(score) = self.score {
            commands.add("=|score$|checked|;", &[&digits(score)]);
        }
    }

    fn draw_field(&self, part: &str, label: &str, optional: &str, commands: &mut Commands) {
        commands.add(
            "<|label|for|comment|part|$;<|span|id|asked;\"|$;>;<|small;\"|$;>;>;\
             <|textarea|id|comment|part|field|rows|3|maxlength|4000|aria-describedby|consent status;\"|$;>;",
            &[part, label, optional, self.input.text("@comment")],
        );
    }

    /// The open question, what the person agrees to, and the button that sends.
    pub(crate) fn draw_more(&self, commands: &mut Commands) {
        commands.add("@|more;", &[]);
        let follow_up = self.follow_up();
        if !follow_up.is_empty() {
            self.draw_field("follow-up", &follow_up, &self.words(text::OPTIONAL), commands);
        }
        self.draw_end(commands);
    }

    fn draw_end(&self, commands: &mut Commands) {
        let consent = self.words(text::CONSENT);
        let privacy = address(self.input.text("privacy"));
        if !consent.is_empty() || !privacy.is_empty() {
            commands.add("<|p|id|consent|part|consent;\"|$ ;", &[&consent]);
            draw_link(privacy, &self.words(text::PRIVACY), commands);
            commands.add(">;", &[]);
        }
        commands.add("<|button|id|send|part|send|type|submit;\"|$;>;", &[&self.words(text::SEND)]);
    }

    /// The thank-you in the place of the question.
    pub(crate) fn draw_thanks(&self, commands: &mut Commands) {
        let thanks = self.fill(self.for_group(text::THANKS.name), text::THANKS);
        commands.add("@|form;=|status|class|;@|status;<|strong|part|thanks;\"|$;>;<|span|id|note;>;", &[&thanks]);
        let label = self.fill(self.for_group(text::LINK.name), text::LINK);
        draw_link(address(self.for_group("link").unwrap_or_default()), &label, commands);
    }

    /// A sentence in the live region that says what is wrong.
    pub(crate) fn complain(&self, text: Text, commands: &mut Commands) {
        commands.add("=|status|class|error;@|status;\"|$;", &[&self.words(text)]);
    }
}

fn draw_symbol(first: &str, second: &str, commands: &mut Commands) {
    commands.add("svg|svg|viewBox|0 0 24 24|aria-hidden|true;svg|path|d|$$;>;>;", &[first, second]);
}

fn draw_link(address: &str, label: &str, commands: &mut Commands) {
    if !address.is_empty() {
        commands.add("<|a|part|link|href|$|target|_blank|rel|noopener;\"|$;>;", &[address, label]);
    }
}

/// The address if it leads to a page or a mailbox; a script is none.
fn address(address: &str) -> &str {
    let first = address.chars().find(|character| matches!(character, ':' | '/' | '?' | '#'));
    let known = ["https:", "http:", "mailto:"].iter().any(|scheme| address.starts_with(scheme));
    if first != Some(':') || known { address } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_no_addresses() {
        for good in ["https://a.example/b", "/privacy", "privacy.html?a=b:c", "mailto:a@b.example", "#top", ""] {
            assert_eq!(address(good), good);
        }
        for bad in ["javascript:alert(1)", " javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,a", "x:"] {
            assert_eq!(address(bad), "", "{bad}");
        }
    }
}

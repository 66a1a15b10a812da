//! What happens when. A survey is in one of these phases, which `.phase` holds:
//!
//! - none: it waits for its moment;
//! - `asking`: it is shown;
//! - `sending`: the answer is on its way to where it is safe;
//! - `thanked`: the answer is safe;
//! - `closed`: the person has closed it.

use alloc::string::String;
use alloc::vec::Vec;

use keeprate_survey::contrast::{self, Colour};
use keeprate_survey::eligibility::{self, BUCKETS, Rules, Visit};
use keeprate_survey::queue::{self, Attempt, Verdict};
use keeprate_survey::{Kind, Response, text};

use crate::commands::{Commands, digits};
use crate::input::{Input, cut, number};
use crate::view::Survey;

/// Milliseconds that a person has for a second thought before a score without a comment is sent.
const SECOND_THOUGHT: &str = "10000";
/// Seconds within which a 0 after a 1 means 10.
const TYPING: u32 = 1;

/// Everything that there is to know in, everything that there is to do out.
pub fn turn(input: &str) -> String {
    let input = Input::new(input);
    let mut commands = Commands::default();
    let mut turn = Turn { survey: Survey::new(input), input, phase: input.text(".phase"), commands: &mut commands };
    turn.run();
    commands.into_text()
}

struct Turn<'a, 'c> {
    input: Input<'a>,
    survey: Survey<'a>,
    phase: &'a str,
    commands: &'c mut Commands,
}

/// When the person last answered and dismissed, and the bucket of one whom the page does not name.
struct Kept {
    answered: u32,
    dismissed: u32,
    bucket: Option<u32>,
}

impl Turn<'_, '_> {
    fn run(&mut self) {
        let asking = self.phase == "asking";
        match self.input.text("@event") {
            "start" => self.start(),
            // A single-page app went on to another of its pages.
            "route" if self.phase.is_empty() => self.start(),
            "show" => self.show(),
            "choose" if asking => self.choose(self.input.number("@score")),
            "digit" if asking => self.digit(),
            "settle" if asking => self.settle(),
            "submit" if asking => self.submit(),
            "prevented" | "unsent" if self.phase == "sending" => self.ask_again(),
            "stored" if self.phase == "sending" => self.thank(),
            "late" if self.phase == "thanked" => {
                self.commands.add("@|note;\"|$;", &[&self.survey.words(text::OFFLINE)]);
            }
            "dismiss" if !matches!(self.phase, "" | "closed") => self.dismiss(),
            "colours" => self.colours(),
            "reply" => self.reply(),
            _ => {}
        }
    }

    /// The element is on a page, or its attributes have changed.
    fn start(&mut self) {
        match self.phase {
            "" => {
                let (trigger, argument) = cut(self.input.text("trigger"), b':');
                // Nothing to wait for, and no other tab that could ask at the same time: all in one turn, since this one
                // stands between a page and what it shows first.
                let now = trigger.is_empty() && self.survey.place() == "inline";
                self.commands.add("wait|$|$;", &[if now { "code" } else { trigger }, argument]);
                if now {
                    self.show();
                }
            }
            "asking" => {
                self.survey.draw(self.commands);
                self.commands.add("open;", &[]);
            }
            "sending" | "thanked" => self.commands.add("open;", &[]),
            _ => {}
        }
    }

    fn show(&mut self) {
        let now = self.input.number("@now").unwrap_or_default();
        if !matches!(self.phase, "" | "closed") {
            return self.commands.add("result|shown;", &[]);
        }
        let kept = self.kept();
        let survey = self.input.text("survey");
        let customer = self.input.text("customer");
        let chance = self.input.number("@chance").unwrap_or_default() % BUCKETS;
        let bucket = match customer {
            "" => kept.bucket.unwrap_or(chance),
            customer => eligibility::bucket(survey, customer),
        };
        // Who has put a survey into the page itself wants it to stand there.
        let inline = self.survey.place() == "inline";
        let days = |name, usual| self.input.number(name).unwrap_or(if inline { 0 } else { usual });
        let rules = Rules {
            sample: self.input.number("sample").unwrap_or(100),
            from: self.input.text("from"),
            until: self.input.text("until"),
            pages: self.input.text("pages"),
            days_after_answer: days("cool-down", 90),
            days_after_dismissal: days("cool-down-dismissed", 30),
        };
        let visit = Visit {
            now,
            moment: self.input.text("@moment"),
            path: self.input.text("@path"),
            bucket,
            answered: kept.answered,
            dismissed: kept.dismissed,
        };
        if customer.is_empty() && rules.sample < 100 && kept.bucket.is_none() {
            self.keep(&Kept { bucket: Some(bucket), ..kept });
        }
        let forced = self.input.get("@force").is_some();
        if let Some(obstacle) = eligibility::check(&rules, &visit).err().filter(|_| !forced) {
            return self.commands.add("result|$;", &[obstacle.name()]);
        }
        self.survey.score = self.input.number("score").filter(|score| self.survey.offers(*score));
        let score = self.survey.score.map_or_else(String::new, digits);
        // A score that came with the survey is not the person's before they send it: it counts as settled.
        self.commands.add(
            "state|.phase|asking;state|.id|$;state|.shown|$;state|.score|$;state|.settled|$;",
            &[self.input.text("@uuid"), self.input.text("@moment"), &score, &score],
        );
        self.survey.draw(self.commands);
        self.commands.add("open;fire|shown;result|shown;", &[]);
    }

    fn choose(&mut self, score: Option<u32>) {
        let Some(score) = score.filter(|score| self.survey.offers(*score)) else {
            return;
        };
        let before = self.survey.score.map(|_| self.survey.follow_up());
        self.survey.score = Some(score);
        self.commands.state(".score", &digits(score));
        let follow_up = self.survey.follow_up();
        match before {
            // What the person has begun to write stays.
            Some(before) if before.is_empty() == follow_up.is_empty() => {
                if before != follow_up {
                    self.commands.add("@|asked;\"|$;", &[&follow_up]);
                }
            }
            _ => self.survey.draw_more(self.commands),
        }
        self.commands.add("later|$;fire|change;", &[SECOND_THOUGHT]);
    }

    /// A digit was typed on the scale. On one that goes to 10, a 0 soon after a 1 makes it 10.
    fn digit(&mut self) {
        let Some(digit) = self.input.number("@digit") else { return };
        let now = self.input.number("@now").unwrap_or_default();
        let one = self.input.number(".one").filter(|then| now.saturating_sub(*then) <= TYPING);
        let score = if digit == 0 && one.is_some() && self.survey.kind == Kind::Nps { 10 } else { digit };
        self.commands.state(".one", &if digit == 1 { digits(now) } else { String::new() });
        if self.survey.offers(score) {
            self.commands.add("check|score$;", &[&digits(score)]);
            self.choose(Some(score));
        }
    }

    /// A score counts, even if the person goes away without another word.
    fn settle(&mut self) {
        let chosen = self.input.text(".score");
        if self.survey.score.is_some() && chosen != self.input.text(".settled") {
            self.commands.state(".settled", chosen);
            self.mark_answered();
            self.send(true);
        }
    }

    fn submit(&mut self) {
        match self.survey.kind {
            Kind::Text if self.input.text("@comment").is_empty() => {
                self.survey.complain(text::EMPTY, self.commands);
                self.commands.add("focus|comment;", &[]);
            }
            Kind::Text => self.submit_now(),
            _ if self.survey.score.is_some() => self.submit_now(),
            _ => {}
        }
    }

    fn submit_now(&mut self) {
        self.commands.state(".phase", "sending");
        self.commands.add("@|status;=|send|aria-disabled|true;", &[]);
        self.send(false);
    }

    fn send(&mut self, partial: bool) {
        let mut meta: Vec<(&str, &str)> = Vec::new();
        for (name, value) in self.input.pairs() {
            if let Some(name) = name.strip_prefix("data-")
                && !meta.iter().any(|(known, _)| *known == name)
            {
                meta.push((name, value));
            }
        }
        let named = |name| self.input.get(name).filter(|value| !value.is_empty());
        let id = self.input.text(".id");
        let body = Response {
            id,
            survey: self.input.text("survey"),
            kind: self.survey.kind,
            score: self.survey.scale.zip(self.survey.score),
            // What was not sent is nobody's business yet.
            comment: if partial { "" } else { self.input.text("@comment") },
            answered_at: self.input.text("@moment"),
            shown_at: self.input.text(".shown"),
            locale: self.input.text("@locale"),
            customer: named("customer"),
            segment: named("segment"),
            page: self.input.get("page-address").map(|_| self.input.text("@page")),
            meta: &meta,
            partial,
            widget: env!("CARGO_PKG_VERSION"),
        }
        .to_json();
        self.commands.add("send|$|$|$;", &[id, if partial { "partial" } else { "" }, &body]);
    }

    /// The answer is neither stored nor sent, or the page has taken it back: the person may press the button again.
    fn ask_again(&mut self) {
        self.commands.state(".phase", "asking");
        self.commands.add("=|send|aria-disabled|false;", &[]);
        if self.input.text("@event") == "unsent" {
            self.survey.complain(text::ERROR, self.commands);
        }
    }

    fn thank(&mut self) {
        self.commands.state(".phase", "thanked");
        self.mark_answered();
        self.survey.draw_thanks(self.commands);
        self.commands.add("focus|status;", &[]);
    }

    fn dismiss(&mut self) {
        self.settle();
        self.commands.state(".phase", "closed");
        if self.phase == "asking" && self.survey.score.is_none() {
            let dismissed = self.input.number("@now").unwrap_or_default();
            self.keep(&Kept { dismissed, ..self.kept() });
        }
        self.commands.add("close;fire|dismissed;", &[]);
    }

    fn mark_answered(&mut self) {
        let answered = self.input.number("@now").unwrap_or_default();
        self.keep(&Kept { answered, ..self.kept() });
    }

    fn kept(&self) -> Kept {
        let (answered, rest) = cut(self.input.text("@kept"), b' ');
        let (dismissed, bucket) = cut(rest, b' ');
        let time = |text| number(text).unwrap_or_default();
        Kept { answered: time(answered), dismissed: time(dismissed), bucket: number(bucket) }
    }

    fn keep(&mut self, kept: &Kept) {
        let mut text = digits(kept.answered);
        text.push(' ');
        text.push_str(&digits(kept.dismissed));
        if let Some(bucket) = kept.bucket {
            text.push(' ');
            text.push_str(&digits(bucket));
        }
        self.commands.add("keep|$;", &[&text]);
    }

    fn colours(&mut self) {
        let colours = contrast::accent(colour(self.input.text("@accent")), colour(self.input.text("@surface")));
        let [fill, ink] = [colours.fill, colours.ink].map(|colour| {
            let mut text = String::from("rgb(");
            for (index, channel) in colour.into_iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                text.push_str(&digits(u32::from(channel)));
            }
            text.push(')');
            text
        });
        self.commands.add("paint|$|$;", &[&fill, &ink]);
    }

    fn reply(&mut self) {
        let fact = |name| self.input.number(name).unwrap_or_default();
        let attempt = Attempt {
            status: fact("@status"),
            attempts: fact("@attempts"),
            age: fact("@now").saturating_sub(fact("@made")),
            wish: fact("@wish"),
            chance: fact("@chance") % 256,
        };
        let wait = match queue::verdict(&attempt) {
            Verdict::Delivered => "delivered",
            Verdict::Failed => "failed",
            Verdict::Again(seconds) => &digits(seconds),
        };
        self.commands.add("result|$;", &[wait]);
    }
}

/// Red, green and blue, separated by commas; black where it says something else.
fn colour(text: &str) -> Colour {
    let mut rest = text;
    [0; 3].map(|black: u8| {
        let channel;
        (channel, rest) = cut(rest, b',');
        number(channel).map_or(black, |value| value.min(255) as u8)
    })
}

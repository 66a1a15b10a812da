//! Shape (f), `survey`: one row is an answer (metrics.md 5.2, 6.8).

use keeprate_columns::passes;
use keeprate_columns::row::Row;
use keeprate_metrics::feedback::{Asked, Reading};
use keeprate_metrics::ledger::{Codes, Dataset, Names, Response, ResponseTable, Segment};

use crate::cell::is_empty_marker;
use crate::context::{Context, Halt};
use crate::diagnosis::{Code, Diagnostic};
use crate::fields::{Field, Mapping};
use crate::headers;
use crate::import::Witness;
use crate::shape::segments::{SegmentColumn, candidates, finish, keep, uses};
use crate::shape::texts::Texts;
use crate::shape::words::{self, Worded};
use crate::shape::{Rows, Use};

/// What header or cell say about a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// How its answers are read.
    Known(Reading),
    /// Effort, without a word about which end is good.
    EffortEitherWay,
    /// Satisfaction, in a language in which that may be a grade.
    SatisfactionOrGrade,
    /// An open question.
    Open,
    /// Nothing.
    Unknown,
}

fn kind(text: &str) -> Kind {
    let header = headers::normalize(text);
    let words = [&header.words, " ", header.unit.as_deref().unwrap_or_default()].concat();
    let has = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    match () {
        () if has(&["nps", "weiterempf", "recommend", "promoter"]) => Kind::Known(Reading::Nps),
        () if has(&["schulnote", "grade"]) => Kind::Known(Reading::SchoolGrade),
        () if has(&["easy", "einfach", "leicht"]) => Kind::Known(Reading::Easy),
        () if has(&["effort", "aufwand"]) && has(&["low", "gering"]) => Kind::Known(Reading::Effort),
        () if has(&["effort", "aufwand"]) => Kind::EffortEitherWay,
        () if has(&["zufrieden"]) && !has(&["csat"]) => Kind::SatisfactionOrGrade,
        () if has(&["csat", "satisf"]) => Kind::Known(Reading::Satisfaction),
        () if words.split(' ').any(|word| word == "ces") => Kind::Known(Reading::Easy),
        () if words.trim() == "text" => Kind::Open,
        () => Kind::Unknown,
    }
}

/// A question as the rows give it.
#[derive(Clone, Copy, Debug)]
struct Found {
    reading: Option<Reading>,
    /// Points of the scale; 0 until the scores have told.
    points: u8,
    lowest: u8,
    highest: u8,
    /// Whether it is answered in words: then scores are steps of seven.
    in_words: bool,
    /// A bit for each step, where somebody agrees.
    steps: u8,
    /// The record of the highest score.
    record: u64,
}

/// Both of two neighbouring steps are there on a scale of seven points only.
const SEVEN: [u8; 2] = [1 << 6 | 1 << 5, 1 << 3 | 1 << 2];

impl Found {
    /// The question, or the names that the column could have. `kind`: what its header says.
    fn decide(self, kind: Kind) -> Result<Asked, &'static str> {
        let Found { points, lowest, highest, .. } = self;
        if self.reading.is_none() && kind == Kind::EffortEitherWay {
            return Err("CES easy / effort low");
        }
        if self.in_words {
            let of_seven = SEVEN.iter().any(|both| self.steps & both == *both);
            let points = if points > 0 { points } else { 5 + 2 * u8::from(of_seven) };
            return Ok(Asked { reading: self.reading.unwrap_or(Reading::Satisfaction), points });
        }
        let reading = match self.reading {
            Some(reading) => reading,
            None if highest <= 10 && (lowest == 0 || highest > 7) => Reading::Nps,
            None if highest <= 5 => Reading::Satisfaction,
            None if highest == 6 => return Err("CSAT / CES / Schulnote"),
            None => return Err("NPS / CSAT / CES"),
        };
        let from_one = lowest > 0;
        let points = match reading {
            _ if points > 0 => points,
            Reading::Nps => 11,
            // In German, satisfaction is also asked in school grades, which begin with the best.
            Reading::Satisfaction if kind == Kind::SatisfactionOrGrade && from_one && highest == 6 => {
                return Err("CSAT 1–7 / Schulnote 1–6");
            }
            Reading::SchoolGrade if from_one && highest <= 6 => 6,
            Reading::Satisfaction | Reading::Easy | Reading::Effort if from_one && highest <= 5 => 5,
            Reading::Satisfaction | Reading::Easy | Reading::Effort if from_one && highest <= 7 => 7,
            Reading::Satisfaction if from_one && highest <= 10 => 10,
            Reading::Satisfaction if highest <= 10 => return Err("NPS / CSAT 1–10"),
            Reading::SchoolGrade => return Err("Schulnote 1–6"),
            _ => return Err("CSAT 1–10 / CES 1–7"),
        };
        Ok(Asked { reading, points })
    }
}

/// Reads one row per answer.
#[derive(Debug)]
pub(crate) struct Survey {
    score: usize,
    /// The scale that a person chose.
    chosen: Option<Asked>,
    scale: Option<(usize, usize)>,
    /// Whether the export is known to ask for satisfaction from 0 to 2 and for effort from 1 to 7.
    of_hubspot: bool,
    comment: Option<usize>,
    date: Option<usize>,
    partial: Option<usize>,
    kinds: Option<usize>,
    /// What the header of the scores says.
    kind: Kind,
    found: Vec<Found>,
    ids: Texts,
    /// The place of each id's response.
    of_id: Vec<usize>,
    respondents: Texts,
    /// Respondents without a name get numbers from the upper end.
    unnamed: u32,
    customers: Texts,
    emails: Texts,
    email_of: Vec<u32>,
    comments: Names,
    segments: Vec<SegmentColumn>,
    codes: Vec<Vec<u16>>,
    responses: Vec<Response>,
    /// The second of each response, counted from 1970.
    times: Vec<i64>,
}

impl Survey {
    pub(crate) fn new(mapping: &Mapping, context: &mut Context) -> Survey {
        let score = mapping.column(Field::Score).unwrap_or(0);
        let kinds = mapping.column(Field::SurveyType);
        let header = context.headers.get(score).cloned().unwrap_or_default();
        let kind = if kinds.is_some() { Kind::Unknown } else { kind(&header) };
        let customer = mapping.column(Field::Customer);
        // Columns that are named as attributes come first: what comes first is what a reader sees.
        let (named, others): (Vec<_>, Vec<_>) = candidates(mapping, |_| false)
            .into_iter()
            .partition(|segment| mapping.fields.get(segment.column).is_some_and(Option::is_some));
        let segments: Vec<SegmentColumn> = named.into_iter().chain(others).collect();
        let mut comments = Names::default();
        comments.push("");
        Survey {
            score,
            chosen: context.options.scale.filter(|_| kinds.is_none()),
            scale: mapping.column(Field::ScaleMin).zip(mapping.column(Field::ScaleMax)),
            of_hubspot: mapping.profile.is_some_and(|profile| profile.rates_to_two),
            comment: mapping.column(Field::Comment),
            date: mapping.column(Field::Date),
            partial: mapping.column(Field::Partial),
            kinds,
            kind,
            found: Vec::new(),
            ids: Texts::new(mapping.column(Field::ResponseId)),
            of_id: vec![usize::MAX],
            respondents: Texts::new(mapping.column(Field::Respondent).or(mapping.column(Field::Email))),
            unnamed: 0,
            customers: Texts::new(customer),
            emails: Texts::new(mapping.column(Field::Email).or(mapping.column(Field::Respondent))),
            email_of: Vec::new(),
            comments,
            codes: segments.iter().map(|_| Vec::new()).collect(),
            segments,
            responses: Vec::new(),
            times: Vec::new(),
        }
    }

    /// What a row answers: its question's place and the score; `None` for an open question or an empty score. The outer
    /// value is `None` for a row that is left out.
    fn answer(&mut self, row: &Row<'_>, context: &mut Context) -> Option<Option<(u8, u8)>> {
        let cell = |column: usize| context.text(row.field(column));
        let text = cell(self.score);
        let kinds = self.kinds.map(cell);
        let named = kinds.as_deref().map_or(self.kind, kind);
        let scale =
            self.scale.and_then(|(min, max)| Some((cell(min).parse::<u8>().ok()?, cell(max).parse::<u8>().ok()?)));
        if named == Kind::Open {
            return Some(None);
        }
        if is_empty_marker(&text) {
            context.note(Code::ScoreEmpty, row, Some(self.score), "", None);
            return Some(None);
        }
        let mut refuse = |column: usize, value: &str, scale: &str| {
            context.left_out += 1;
            context.note(Code::Score, row, Some(column), value, Some(scale.to_owned()));
        };
        let reading = match (named, &kinds) {
            _ if self.chosen.is_some() => self.chosen.map(|scale| scale.reading),
            (Kind::Known(reading), _) => Some(reading),
            (Kind::SatisfactionOrGrade, _) => Some(Reading::Satisfaction),
            (_, None) => None,
            (_, Some(kind)) => {
                refuse(self.kinds.unwrap_or(0), kind, "nps, csat, ces, text");
                return None;
            }
        };
        let scale = match reading {
            _ if self.chosen.is_some() => None,
            Some(Reading::Easy) if self.of_hubspot => Some((1, 7)),
            _ => scale,
        };
        let from_zero = self.of_hubspot && self.chosen.is_none() && reading == Some(Reading::Satisfaction);
        let points = match (reading, scale) {
            _ if self.chosen.is_some() => self.chosen.map_or(0, |scale| scale.points),
            (Some(Reading::Nps), None | Some((0, 10))) => 11,
            _ if from_zero => 3,
            (Some(Reading::Nps), Some(_)) => {
                refuse(self.score, &text, "NPS 0–10");
                return None;
            }
            (_, Some((1, max @ 2..=10))) => max,
            (_, None) => 0,
            (_, Some(_)) => {
                refuse(self.score, &text, "1–5, 1–7, 1–10");
                return None;
            }
        };
        let low = u8::from(reading != Some(Reading::Nps) && points > 0 && !from_zero);
        let high = if points > 0 { points - 1 + low } else { 100 };
        let whole = text.strip_suffix(".0").or(text.strip_suffix(",0")).unwrap_or(&text);
        let number = whole.parse::<u8>().ok().or(words::stars(&text)).filter(|score| (low..=high).contains(score));
        let has_words = matches!(reading, None | Some(Reading::Satisfaction | Reading::Easy));
        let worded = if has_words && matches!(points, 0 | 5 | 7) { words::read(&text) } else { None };
        let Some(score) = number.or(worded.map(|worded| worded.step)) else {
            refuse(self.score, &text, &[&low.to_string(), "–", &high.to_string()].concat());
            return None;
        };
        // Satisfaction counts its points from 1.
        let score = score + u8::from(from_zero);
        let in_words = number.is_none();
        let same = |found: &Found| found.reading == reading && found.points == points && found.in_words == in_words;
        let place = self.found.iter().position(same).unwrap_or(self.found.len());
        if place == self.found.len() {
            let record = row.number;
            self.found.push(Found { reading, points, lowest: score, highest: score, in_words, steps: 0, record });
        }
        if let Some(found) = self.found.get_mut(place) {
            if let (None, Some(Worded { step, agrees: true })) = (number, worded) {
                found.steps |= 1 << step;
            }
            found.lowest = found.lowest.min(score);
            if score > found.highest {
                (found.highest, found.record) = (score, row.number);
            }
        }
        Some(Some((place as u8, score)))
    }

    /// The number of what a row's person wrote.
    fn comment(&mut self, row: &Row<'_>, context: &Context) -> u32 {
        let Some(column) = self.comment else { return 0 };
        let text = context.text(row.field(column));
        if text.is_empty() { 0 } else { self.comments.push(&text) }
    }
}

impl Rows for Survey {
    fn row(&mut self, row: Row<'_>, context: &mut Context) -> Result<(), Halt> {
        if row.is_blank() {
            context.records -= 1;
            return Ok(());
        }
        let mut day = None;
        let mut time = 0;
        if let Some(column) = self.date {
            let text = context.text(row.field(column));
            let Some((date, second)) = context.moment(&row, column, &text)? else {
                context.leave_out(Code::Date, &row, column, &text);
                return Ok(());
            };
            day = Some(date);
            time = i64::from(date.0) * 86_400 + i64::from(second);
        }
        let Some(score) = self.answer(&row, context) else { return Ok(()) };
        let partial = self.partial.is_some_and(|column| {
            matches!(
                context.text(row.field(column)).to_ascii_lowercase().as_str(),
                "true" | "yes" | "ja" | "wahr" | "1"
            )
        });
        let respondent = match self.respondents.read(&row, context) {
            0 => {
                self.unnamed += 1;
                u32::MAX - self.unnamed
            }
            number => number,
        };
        let customer = self.customers.read(&row, context);
        let email = self.emails.read(&row, context);
        let comment = self.comment(&row, context);
        let response = Response { day, score, respondent, customer, comment, partial };
        let id = self.ids.read(&row, context) as usize;
        let known = if id > 0 { self.of_id.get(id).copied() } else { None };
        let mut place = self.responses.len();
        if let Some((known, before)) = known.and_then(|known| Some((known, self.responses.get(known)?))) {
            context.note(Code::ResponseRepeated, &row, self.ids.column, "", None);
            let earlier = self.times.get(known).is_some_and(|before| time < *before);
            if (partial && !before.partial) || (partial == before.partial && earlier) {
                return Ok(());
            }
            place = known;
        } else {
            self.of_id.resize(self.of_id.len().max(id + 1), place);
        }
        let fresh = place == self.responses.len();
        if fresh {
            self.responses.push(response);
            self.times.push(time);
            self.email_of.push(email);
        } else if let (Some(old), Some(at), Some(of)) =
            (self.responses.get_mut(place), self.times.get_mut(place), self.email_of.get_mut(place))
        {
            (*old, *at, *of) = (response, time, email);
        }
        for (segment, codes) in self.segments.iter_mut().zip(&mut self.codes) {
            let code = segment.read(&row, context).unwrap_or(0);
            if fresh {
                codes.push(code);
            } else if let Some(old) = codes.get_mut(place) {
                *old = code;
            }
        }
        Ok(())
    }

    fn finish(self, context: &mut Context) -> Result<(Dataset, Vec<Option<Use>>), Halt> {
        context.settle()?;
        let mut asked: Vec<Asked> = Vec::new();
        // Two questions may turn out to be the same one.
        let mut place_of = Vec::new();
        for found in &self.found {
            let range = || [&found.lowest.to_string(), "–", &found.highest.to_string()].concat();
            let question = found.decide(self.kind).map_err(|names| {
                let error: Diagnostic = context.of_column(Code::Scale, self.score).value(&range());
                Halt::File(Box::new(error.detail(names)))
            })?;
            let guessed = self.chosen.is_none()
                && (found.points == 0 && !found.in_words
                    || (found.reading == Some(Reading::Nps) && self.scale.is_none()));
            if guessed && found.lowest > 0 && question.points > 7 {
                let warning = context.of_column(Code::ScaleFromOne, self.score).value(&range());
                context.diagnostics.add(warning);
            }
            let place = asked.iter().position(|known| *known == question).unwrap_or(asked.len());
            if place == asked.len() {
                asked.push(question);
            }
            place_of.push((place as u8, found.in_words.then_some(question.points)));
        }
        if let ([asked], [found], None) = (&asked[..], &self.found[..], self.kinds) {
            let witness = || Witness { record: found.record, column: self.score, value: found.highest.to_string() };
            context.scale = Some((*asked, (!found.in_words).then(witness)));
        }
        // One integer holds time and place of a response: sorted, the responses stand in the order of time.
        let mut order: Vec<i64> =
            self.times.iter().zip(0..).map(|(time, place): (&i64, i64)| time << 28 | place).collect();
        passes::sort(&mut order);
        let order: Vec<usize> = order.into_iter().map(|key| (key & 0xFFF_FFFF) as usize).collect();
        let named = self.respondents.names.len() as u32;
        let responses = order.iter().filter_map(|place| {
            let response = *self.responses.get(*place)?;
            let score = response.score.and_then(|(of, score)| {
                let (place, points) = place_of.get(usize::from(of))?;
                Some((*place, points.map_or(score, |points| words::on_scale(score, points))))
            });
            // The numbers of those without a name follow on those with one.
            let unnamed = u32::MAX - response.respondent;
            let respondent = if unnamed <= self.unnamed { named + unnamed - 1 } else { response.respondent };
            Some(Response { score, respondent, ..response })
        });
        let responses: Vec<Response> = responses.collect();
        let columns: Vec<usize> = self.segments.iter().map(|segment| segment.column).collect();
        let (segments, useful) = finish(self.segments, responses.len(), context);
        // A column of one value tells nothing apart, and one that differs nearly everywhere holds no groups.
        let groups = |number: &usize| {
            let (Some((_, values)), Some(codes)) = (segments.get(*number), self.codes.get(*number)) else {
                return false;
            };
            let distinct = values.len() - 1;
            distinct * 2 <= codes.len() && distinct + usize::from(codes.contains(&0)) > 1
        };
        let useful: Vec<usize> = useful.into_iter().filter(groups).collect();
        let columns: Vec<usize> = useful.iter().filter_map(|number| columns.get(*number)).copied().collect();
        let sorted = |codes: &Vec<u16>| order.iter().map(|place| codes.get(*place).copied().unwrap_or(0)).collect();
        let codes = self.codes.iter().map(sorted);
        let segments = segments
            .into_iter()
            .zip(codes)
            .map(|((column, values), codes)| Segment { column, values, codes: Codes { of: codes, rows: Vec::new() } })
            .collect();
        // Who answered is called by anything; an address is told by its sign.
        let has_sign = |number: u32| self.emails.names.get(number).contains('@');
        let email_of = order.iter().map(|place| self.email_of.get(*place).copied().unwrap_or(0));
        let email_of: Vec<u32> = email_of.map(|number| if has_sign(number) { number } else { 0 }).collect();
        let table = ResponseTable {
            asked,
            email_of: if email_of.iter().any(|number| *number > 0) { email_of } else { Vec::new() },
            responses,
            respondents: named + self.unnamed,
            customers: self.customers.names,
            comments: self.comments,
            emails: self.emails.names,
            segments: keep(segments, &useful),
            knows_partial: self.partial.is_some(),
        };
        Ok((Dataset::Responses(table), uses(context.headers.len(), &columns)))
    }
}

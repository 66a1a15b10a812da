//! How a file is read: what was found in it with the cell that proves it, what can be decided otherwise, and what could
//! not be decided.

use crate::components::entry::Entry;
use crate::components::text::plain;
use crate::i18n::Messages;
use crate::platform::dom::value_of;
use crate::platform::intl::Formats;
use crate::protocol::Choices;
use crate::queries::reading::{
    Ambiguity, Decision, Exchange, ambiguities, asks_for_year, assign, day_under, decimal_word, delimiter_word,
    exchange, exchanges, fill_gaps, has_gaps, minor_units_word, number_under, order_word, say, use_month, zone_word,
};
use keeprate_ingest::{
    Column, DateOrder, DateSystem, Decimal, Diagnostic, Dialect, Encoding, Evidence, Field, Meaning, Options, Rate,
    Shape, Use, Word, parse_scale, parse_year, repaired, scale_name,
};
use std::rc::Rc;
use yew::{Callback, Event, Html, html};

/// What is known of a file, and who hears of other decisions.
#[derive(Clone)]
pub struct Reading<'a> {
    /// What was chosen.
    pub choices: &'a Choices,
    /// What a row is.
    pub shape: Option<Shape>,
    /// How its bytes became cells and values, where it could be read.
    pub dialect: Option<&'a Dialect>,
    /// The cells that prove it.
    pub evidence: &'a [Evidence],
    /// Its columns.
    pub columns: &'a [Column],
    /// Its first records, the header first.
    pub preview: &'a [Vec<String>],
    /// Takes what is chosen.
    pub onchange: Callback<Options>,
    /// Whether the last choice led nowhere: lists that show it go back to what is.
    pub refused: bool,
}

/// The key of a list: another one once what it shows is not what is.
fn kept(name: &str, refused: bool) -> String {
    [name, if refused { "!" } else { "" }].concat()
}

/// The word of what was found or chosen.
fn found(reading: &Reading<'_>, decision: Decision) -> Option<&'static str> {
    let dialect = reading.dialect;
    let found = match decision {
        Decision::Shape => reading.shape.map(Shape::key),
        Decision::Delimiter => dialect.map(|dialect| delimiter_word(&dialect.delimiter)),
        Decision::Encoding => dialect.map(|dialect| dialect.encoding.name()),
        Decision::Decimal => dialect.and_then(|dialect| dialect.decimal).map(decimal_word),
        Decision::DateOrder => dialect.and_then(|dialect| dialect.date_order).map(order_word),
        Decision::DateSystem => dialect.and_then(|dialect| dialect.date_system).map(DateSystem::name),
        Decision::MinorUnits => dialect.and_then(|dialect| dialect.minor_units).map(minor_units_word),
        Decision::Scale => dialect.and_then(|dialect| dialect.scale).and_then(scale_name),
        Decision::TimeZone => dialect.and_then(|dialect| dialect.time_zone.as_deref()).map(zone_word),
    };
    found.or(decision.chosen(&reading.choices.options))
}

/// The decisions, each a list of what else could be chosen: as chips with the cell that proves what was found, or, of a
/// file that could not be read, all of them with their names.
pub fn decisions(messages: Messages, reading: &Reading<'_>) -> Html {
    let is_read = reading.dialect.is_some();
    let one = |decision: Decision| {
        let (options, onchange) = (reading.choices.options.clone(), reading.onchange.clone());
        let onchange = Callback::from(move |event: Event| onchange.emit(decision.decide(&options, &value_of(&event))));
        let found = found(reading, decision);
        let by_hand = decision.chosen(&reading.choices.options).is_some();
        let proof = reading.evidence.iter().find(|evidence| evidence.decision == decision.name() && !by_hand);
        // Attributes are no shape to choose for a file that stands alone.
        let beyond = found.filter(|word| !decision.words().contains(word));
        let option = |word: &'static str| {
            let zone = reading.dialect.and_then(|dialect| dialect.time_zone.as_deref());
            let name = match zone.filter(|name| (decision, word) == (Decision::TimeZone, zone_word(name))) {
                Some(name) => name.to_owned(),
                None => messages.decided(decision, word),
            };
            html! { <option key={word} value={word} selected={found == Some(word)}>{ name }</option> }
        };
        let class = match (is_read, by_hand) {
            (true, true) => "chip chosen",
            (true, false) => "chip",
            _ => "",
        };
        html! {
            <label key={kept(decision.name(), reading.refused)} {class}>
                { plain("span", if is_read { "visually-hidden" } else { "" }, messages.decision(decision)) }
                <select name={decision.name()} {onchange}>
                    if found.is_none() || by_hand {
                        <option value="" selected={found.is_none()}>{ messages.as_found() }</option>
                    }
                    { for decision.words().into_iter().chain(beyond).map(option) }
                </select>
                if let Some(proof) = proof {
                    { plain("span", "note", messages.proved_by(&proof.record.to_string(), &proof.value)) }
                }
            </label>
        }
    };
    // What no cell has needed is not asked for, nor what the types of cells say.
    let is_open = |decision: &Decision| {
        let of_text = matches!(decision, Decision::Delimiter | Decision::Encoding | Decision::Decimal);
        // What numbers count from or in, and the zone of instants, are no reasons why a file cannot be read.
        let of_cells = matches!(decision, Decision::DateSystem | Decision::MinorUnits | Decision::TimeZone);
        let is_asked = !is_read && !of_cells;
        let is_asked = is_asked && (*decision != Decision::Scale || reading.shape == Some(Shape::Survey));
        (is_asked || found(reading, *decision).is_some()) && !(of_text && reading.choices.is_sheet)
    };
    Decision::ALL.into_iter().filter(is_open).map(one).collect()
}

/// The tables of a spreadsheet or an archive to choose from; nothing where there is one.
pub fn parts(messages: Messages, (choices, refused): (&Choices, bool), onpart: &Callback<usize>) -> Html {
    if choices.parts.len() < 2 {
        return Html::default();
    }
    let onpart = onpart.clone();
    let onchange = Callback::from(move |event: Event| {
        if let Ok(part) = value_of(&event).parse() {
            onpart.emit(part);
        }
    });
    let option = |(place, name): (usize, &String)| {
        html! { <option key={place} value={place.to_string()} selected={place == choices.part}>{ name }</option> }
    };
    html! {
        <label key={kept("part", refused)} class="chip">
            { plain("span", "visually-hidden", messages.which_table()) }
            <select name="part" {onchange}>{ for choices.parts.iter().enumerate().map(option) }</select>
        </label>
    }
}

/// The columns with their first values, and what each one holds.
pub fn columns(messages: Messages, reading: &Reading<'_>) -> Html {
    let Some(shape) = reading.shape else { return Html::default() };
    let all: Rc<Vec<Column>> = Rc::new(reading.columns.to_vec());
    let row = |(place, column): (usize, &Column)| {
        let (options, onchange, all) = (reading.choices.options.clone(), reading.onchange.clone(), all.clone());
        let onchange = Callback::from(move |event: Event| {
            onchange.emit(assign(&options, shape, &all, place, Field::parse(&value_of(&event))));
        });
        let values = reading.preview.iter().skip(1).filter_map(|record| record.get(place));
        let values: Vec<&str> = values.map(String::as_str).filter(|value| !value.is_empty()).take(3).collect();
        let holds = match column.used {
            Some(Use::Month) => month(messages, reading, &column.header, true),
            None if shape == Shape::MrrWide && reading.choices.options.unused.contains(&column.header) => {
                month(messages, reading, &column.header, false)
            }
            Some(Use::Total) => plain("span", "", messages.a_sum()),
            used => {
                let none = if used == Some(Use::Segment) { messages.an_attribute() } else { messages.not_used() };
                let option = |field: Field| {
                    let selected = column.field == Some(field);
                    html! { <option value={field.key()} {selected}>{ field.name(messages.language) }</option> }
                };
                html! {
                    <select name="field" aria-label={messages.what_column_holds(&column.header)} {onchange}>
                        <option value="" selected={column.field.is_none()}>{ none }</option>
                        { for shape.fields().map(option) }
                    </select>
                }
            }
        };
        html! {
            <tr key={kept(&place.to_string(), reading.refused)}>
                { plain("th", "", column.header.clone()) }
                <td>{ holds }</td>
                { plain("td", "note", values.join(" · ")) }
            </tr>
        }
    };
    html! {
        <div class="scroll" tabindex="0">
            <table class="columns" aria-label={messages.what_columns_hold()}>
                <thead><tr>
                    { plain("th", "", messages.column()) }
                    { plain("th", "", messages.holds()) }
                    { plain("th", "", messages.first_values()) }
                </tr></thead>
                <tbody>{ for reading.columns.iter().enumerate().map(row) }</tbody>
            </table>
        </div>
    }
}

/// Whether a column is the month that its header names.
fn month(messages: Messages, reading: &Reading<'_>, header: &str, is_used: bool) -> Html {
    let (options, onchange, name) = (reading.choices.options.clone(), reading.onchange.clone(), header.to_owned());
    let onchange = Callback::from(move |event: Event| {
        onchange.emit(use_month(&options, &name, !value_of(&event).is_empty()));
    });
    html! {
        <select name="month" aria-label={messages.what_column_holds(header)} {onchange}>
            <option value="" selected={!is_used}>{ messages.not_used() }</option>
            <option value="month" selected={is_used}>{ messages.a_month() }</option>
        </select>
    }
}

/// What words of statuses and intervals mean; nothing where there are none.
pub fn words(messages: Messages, formats: Formats, words: &[Word], reading: &Reading<'_>) -> Html {
    if words.is_empty() {
        return Html::default();
    }
    let row = |word: &Word| {
        let (options, onchange, text) = (reading.choices.options.clone(), reading.onchange.clone(), word.text.clone());
        let onchange = Callback::from(move |event: Event| onchange.emit(say(&options, &text, &value_of(&event))));
        let found = word.meaning.as_deref();
        let option = |meaning: &Meaning| {
            let selected = found == Some(meaning.word.as_str());
            html! { <option value={meaning.word.clone()} {selected}>{ meaning.name(messages.language).to_owned() }</option> }
        };
        let by_hand = reading.choices.options.words.iter().any(|(known, _)| *known == word.text);
        html! {
            <tr key={kept(&word.text, reading.refused)}>
                { plain("td", "", word.header.clone()) }
                { plain("th", "", word.text.clone()) }
                <td>
                    <select name="word" aria-label={messages.what_word_means(&word.text)} {onchange}>
                        if found.is_none() || by_hand {
                            <option value="" selected={found.is_none()}>
                                { if by_hand { messages.as_found() } else { messages.unknown_word() } }
                            </option>
                        }
                        { for word.can_mean.iter().map(option) }
                    </select>
                </td>
                { plain("td", "number", formats.count(word.count as i64)) }
            </tr>
        }
    };
    html! {
        <>
            { plain("h2", "minor", messages.what_words_mean()) }
            <div class="scroll" tabindex="0">
                <table class="columns" aria-label={messages.what_words_mean()}>
                    <thead><tr>
                        { plain("th", "", messages.column()) }
                        { plain("th", "", messages.word()) }
                        { plain("th", "", messages.meaning_of_word()) }
                        { plain("th", "number", messages.rows()) }
                    </tr></thead>
                    <tbody>{ for words.iter().map(row) }</tbody>
                </table>
            </div>
        </>
    }
}

/// How long gaps of customers may be to keep the last amount; nothing where there are none.
pub fn gaps(messages: Messages, diagnostics: &[Diagnostic], reading: &Reading<'_>) -> Html {
    if !has_gaps(&reading.choices.options, diagnostics) {
        return Html::default();
    }
    let (options, onchange) = (reading.choices.options.clone(), reading.onchange.clone());
    let onentry = Callback::from(move |text: String| {
        let next = fill_gaps(&options, &text);
        let fits = next.is_some();
        next.into_iter().for_each(|next| onchange.emit(next));
        fits
    });
    html! {
        <div class="controls">
            <Entry name="gap_fill" label={messages.gap_fill()} value={reading.choices.options.gap_fill.to_string()}
                keyboard="numeric" problem={messages.gap_fill_wrong()} {onentry} />
        </div>
    }
}

/// What could not be decided, with both readings side by side.
pub fn questions(messages: Messages, formats: Formats, diagnostics: &[Diagnostic], reading: &Reading<'_>) -> Html {
    let readings = |cell: &str, decision: Decision, word: &str| {
        let read = match decision {
            Decision::Decimal => {
                let decimal = if word == "comma" { Decimal::Comma } else { Decimal::Point };
                number_under(cell, decimal).map(|(value, places)| formats.number(value, places))
            }
            Decision::Encoding if word == Encoding::Utf8.name() => Some(cell.to_owned()),
            Decision::Encoding => repaired(cell),
            Decision::MinorUnits => {
                let scale = if word == minor_units_word(true) { 100.0 } else { 1.0 };
                number_under(cell, Decimal::Point).map(|(value, _)| formats.number(value / scale, 2))
            }
            Decision::Scale => parse_scale(word).map(|scale| messages.best_is(&scale.best().to_string())),
            _ => {
                let order = if word == "day_first" { DateOrder::DayFirst } else { DateOrder::MonthFirst };
                day_under(cell, order).map(|day| formats.long_day(day))
            }
        };
        let read = read.unwrap_or_else(|| messages.no_reading().to_owned());
        if decision == Decision::Scale { read } else { [cell, " → ", &read].concat() }
    };
    let question = |ambiguity: Ambiguity| {
        let Ambiguity { decision, value, contradiction, column, words } = ambiguity;
        let is_blocked = contradiction.is_some();
        // Of scores, the contradiction is what they could be called.
        let contradiction = contradiction.filter(|_| decision != Decision::Scale);
        let cells: Vec<String> = [Some(value), contradiction].into_iter().flatten().collect();
        let legend = match decision {
            Decision::Scale => messages.which_scale(&column),
            _ => messages.which_reading(&column),
        };
        let button = |word: &'static str| {
            let (options, onchange) = (reading.choices.options.clone(), reading.onchange.clone());
            let onclick = Callback::from(move |_| onchange.emit(decision.decide(&options, word)));
            let pressed = !is_blocked && found(reading, decision) == Some(word);
            let lines = cells.iter().map(|cell| plain("span", "number", readings(cell, decision, word)));
            html! {
                <button key={word} type="button" aria-pressed={if pressed { "true" } else { "false" }} {onclick}>
                    { plain("b", "", messages.decided(decision, word)) }
                    { for lines }
                </button>
            }
        };
        html! {
            <fieldset key={decision.name()} class="question">
                { plain("legend", "", legend) }
                { for words.into_iter().map(button) }
            </fieldset>
        }
    };
    let rate = |at: Exchange| {
        let (options, onchange) = (reading.choices.options.clone(), reading.onchange.clone());
        let onentry = Callback::from(move |text: String| {
            let next = exchange(&options, at, &text);
            let fits = next.is_some();
            next.into_iter().for_each(|next| onchange.emit(next));
            fits
        });
        let label = messages.rate_of(at.from.code(), at.into.code());
        let value = at.rate.map(Rate::to_plain).unwrap_or_default();
        html! {
            <Entry key={at.from.code()} name="rate" {label} {value} keyboard="decimal" problem={messages.rate_wrong()} {onentry} />
        }
    };
    let year = asks_for_year(&reading.choices.options, diagnostics).then(|| {
        let (options, onchange) = (reading.choices.options.clone(), reading.onchange.clone());
        let onentry = Callback::from(move |text: String| {
            let year = parse_year(&text);
            year.into_iter().for_each(|year| onchange.emit(Options { year: Some(year), ..options.clone() }));
            year.is_some()
        });
        let value = reading.choices.options.year.map(|year| year.to_string()).unwrap_or_default();
        html! {
            <Entry name="year" label={messages.year_of_months()} {value} keyboard="numeric"
                problem={messages.year_wrong()} {onentry} />
        }
    });
    let rates: Vec<Html> = exchanges(&reading.choices.options, diagnostics).into_iter().map(rate).collect();
    html! {
        <>
            { for ambiguities(diagnostics).into_iter().map(question) }
            if let Some(year) = year { <div class="controls">{ year }</div> }
            if !rates.is_empty() { <div class="controls">{ rates }</div> }
        </>
    }
}

//! A report on screen: cards, bridge, trend, cohorts, survival, segments. The dashboard shows the loaded data this way,
//! a shared link its decoded report.

use crate::charts::bridge::{bridge, bridge_table};
use crate::charts::cohorts::Cohorts;
use crate::charts::distribution::{distribution, distribution_table};
use crate::charts::frame::{chart_panel, panel};
use crate::charts::movements::{movements, movements_table};
use crate::charts::retention::{brackets, brackets_table, onboarding_table, retention, retention_table};
use crate::charts::scores::{scores, scores_table};
use crate::charts::survival::{survival, survival_table};
use crate::charts::table::table;
use crate::charts::trend::{trend, trend_table};
use crate::components::assumptions::assumptions;
use crate::components::card::kpi_card;
use crate::components::events::events;
use crate::components::presets::{choices, preset_of};
use crate::components::proof::proof;
use crate::components::risks::{risks, rules};
use crate::components::segments::segments;
use crate::components::text::plain;
use crate::i18n::Messages;
use crate::platform::dom::{use_modal, value_of};
use crate::platform::intl::Formats;
use crate::platform::paint::after_paint;
use crate::queries::cards::{Group, cards};
use crate::queries::charts::{CohortCells, TimePoint, cohort_rows, movement_of_period, time_points};
use crate::queries::figures::Figure;
use crate::state::data::SharedReport;
use crate::state::view::{Action, View};
use keeprate_metrics::catalogue::{Key, shown};
use keeprate_metrics::cohorts::weighted_retention;
use keeprate_metrics::period::Period;
use keeprate_metrics::report::ForecastPoint;
use keeprate_metrics::responses::Answers;
use std::rc::Rc;
use yew::{
    Callback, Event, Html, Properties, UseReducerDispatcher, UseStateHandle, component, html, use_effect_with,
    use_state, use_state_eq,
};

/// Periods that the charts over time show.
const PERIODS: usize = 36;
/// Cohorts that the triangle shows.
const COHORTS: usize = 24;

/// What a report is drawn from.
#[derive(Clone, PartialEq)]
pub struct Shown {
    /// The words.
    pub messages: Messages,
    /// The report.
    pub report: SharedReport,
    /// Whether it is whole; else only the cards are drawn.
    pub complete: bool,
    /// The job that read the data: figures of two never stand side by side.
    pub job: u32,
    /// The columns that segments can be told apart by; fewer than two leave no choice.
    pub columns: Rc<Vec<String>>,
    /// Whether the data are there, so that choices can be made.
    pub chosen: bool,
    /// The names of events that can be chosen among; without the data there is nothing to choose.
    pub events: Option<Rc<Vec<String>>>,
}

/// Properties of [`ReportView`].
#[derive(Properties, PartialEq)]
pub struct ReportViewProperties {
    /// What is drawn.
    pub shown: Shown,
    /// The metric whose proof is open.
    pub proof: Option<Key>,
    /// Changes what is looked at.
    pub view: UseReducerDispatcher<View>,
}

/// The report: the cards at once, then one section after the other, each in a task of its own. Until its turn comes a
/// section stays as it was, and unseen if that was drawn from other data.
#[component]
pub fn ReportView(properties: &ReportViewProperties) -> Html {
    let ReportViewProperties { shown, proof: metric, view } = properties;
    let dialog = use_modal(metric.is_some());
    let drawn = use_state(|| vec![None::<Shown>; Part::AFTER_CARDS.len()]);
    let next = drawn.iter().position(|drawn| drawn.as_ref() != Some(shown)).filter(|_| shown.complete);
    {
        let (drawn, view) = (drawn.clone(), view.clone());
        use_effect_with((shown.clone(), next), move |(shown, next)| {
            let whole = shown.complete && next.is_none();
            view.dispatch(Action::Drawn(whole.then(|| shown.report.clone())));
            let (shown, next) = (shown.clone(), *next);
            let pending = after_paint(move || {
                let mut parts = (*drawn).clone();
                if let Some(part) = next.and_then(|next| parts.get_mut(next)) {
                    *part = Some(shown);
                    drawn.set(parts);
                }
            });
            move || pending.cancel()
        });
    }
    let section = |part: Part, shown: &Shown| html! { <Section {part} shown={shown.clone()} view={view.clone()} /> };
    let later = |(part, drawn): (&Part, &Option<Shown>)| {
        let drawn = drawn.as_ref()?;
        let wide = matches!(part, Part::Cohorts | Part::Risks | Part::Segments | Part::Events | Part::Definitions);
        let class = match (wide, drawn.job == shown.job) {
            (true, true) => "part wide",
            (true, false) => "part wide stale",
            (false, true) => "part",
            (false, false) => "part stale",
        };
        Some(html! { <div key={*part as usize} {class}>{ section(*part, drawn) }</div> })
    };
    html! {
        <>
            { section(Part::Cards, shown) }
            <div class="panels">{ for Part::AFTER_CARDS.iter().zip(drawn.iter()).filter_map(later) }</div>
            { proof(shown.messages, dialog, (&shown.report, *metric), view) }
        </>
    }
}

/// A part of the report that is drawn in one go.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Cards,
    Definitions,
    Events,
    Retention,
    Brackets,
    Onboarding,
    Bridge,
    Trend,
    Movements,
    Assumptions,
    Forecast,
    Survival,
    Cohorts,
    Distribution,
    Scores,
    Risks,
    Segments,
}

impl Part {
    /// The parts that follow the cards, in their order on the page.
    const AFTER_CARDS: [Part; 16] = [
        Part::Definitions,
        Part::Events,
        Part::Retention,
        Part::Brackets,
        Part::Onboarding,
        Part::Bridge,
        Part::Trend,
        Part::Movements,
        Part::Survival,
        Part::Forecast,
        Part::Assumptions,
        Part::Cohorts,
        Part::Distribution,
        Part::Scores,
        Part::Risks,
        Part::Segments,
    ];
}

#[derive(Properties, PartialEq)]
struct SectionProperties {
    part: Part,
    shown: Shown,
    view: UseReducerDispatcher<View>,
}

/// A part of the report; nothing where the data do not give it.
#[component]
fn Section(properties: &SectionProperties) -> Html {
    let SectionProperties { part, shown, view } = properties;
    let switched = use_state_eq(|| false);
    let report = &shown.report;
    let formats = Formats { language: shown.messages.language, currency: report.currency };
    let drawing = Drawing { messages: shown.messages, formats, report, switched: &switched };
    let section = match part {
        Part::Cards => Some(drawing.cards(view)),
        Part::Definitions => drawing.definitions(),
        Part::Events => drawing.events(shown, view),
        Part::Retention => drawing.retention(),
        Part::Brackets => drawing.brackets(),
        Part::Onboarding => drawing.onboarding(),
        Part::Bridge => drawing.bridge(),
        Part::Trend => drawing.trend(),
        Part::Movements => drawing.movements(),
        Part::Forecast => drawing.forecast(),
        Part::Assumptions => drawing.assumptions(shown, view),
        Part::Survival => drawing.survival(),
        Part::Cohorts => drawing.cohorts(),
        Part::Distribution => drawing.distribution(),
        Part::Scores => drawing.scores(),
        Part::Risks => drawing.risks(shown, view),
        Part::Segments => drawing.segments(&shown.columns, view),
    };
    section.unwrap_or_default()
}

/// Something to fill in: what was typed beside other data does not stay.
fn of_job(shown: &Shown, fields: Html) -> Html {
    html! { <div key={shown.job}>{ fields }</div> }
}

/// What the parts are drawn from.
#[derive(Clone, Copy)]
struct Drawing<'a> {
    messages: Messages,
    formats: Formats,
    report: &'a SharedReport,
    /// Whether the part shows its other side: the chart's table, counts in place of shares.
    switched: &'a UseStateHandle<bool>,
}

impl Drawing<'_> {
    /// The period of the report by name.
    fn period(self) -> String {
        self.report.period.as_ref().map(|period| self.formats.labelled(period)).unwrap_or_default()
    }

    fn cards(self, view: &UseReducerDispatcher<View>) -> Html {
        let Drawing { messages, formats, report, .. } = self;
        let period = self.period();
        let onproof = {
            let view = view.clone();
            Callback::from(move |key| view.dispatch(Action::Proof(Some(key))))
        };
        let group = |(group, cards): (Group, Vec<_>)| {
            let name = match group {
                Group::Retention => messages.group_retention(),
                Group::Revenue => messages.group_revenue(),
                Group::Customers => messages.group_customers(),
                Group::Planning => messages.group_planning(),
                Group::Usage => messages.group_usage(),
                Group::Feedback => messages.group_feedback(),
            };
            html! {
                <section key={name} class="card-group" aria-label={name}>
                    <h2>{ name }<span class="note">{ " " }{ &period }</span></h2>
                    <div class="cards">
                        { for cards.iter().map(|card| kpi_card(messages, formats, card, Some(&onproof))) }
                    </div>
                </section>
            }
        };
        cards(report).into_iter().map(group).collect()
    }

    /// How another product counts, where the figures are counted so.
    fn definitions(self) -> Option<Html> {
        let Drawing { messages, report, .. } = self;
        let preset = preset_of(&report.settings.conventions)?;
        let table = choices(messages, preset);
        let body = html! {
            <div class="scroll" tabindex="0" role="group" aria-label={messages.definitions()}>{ table }</div>
        };
        let note = messages.preset_note(preset.name);
        Some(panel("definitions", messages.definitions(), note, Html::default(), body))
    }

    fn events(self, shown: &Shown, view: &UseReducerDispatcher<View>) -> Option<Html> {
        let Drawing { messages, report, .. } = self;
        let names = shown.events.as_ref().filter(|_| report.usage.is_some())?;
        let body = of_job(shown, events(messages, names, &report.settings.usage, view));
        Some(panel("events", messages.events(), String::new(), Html::default(), body))
    }

    /// Whose retention the curves show: those who started in this period.
    fn starters(self) -> String {
        let Drawing { messages, formats, report, .. } = self;
        let result = report.metrics.get(&Key::NDayRetention);
        let own = result.and_then(|result| Some(Period { start: result.period_start?, end: result.period_end? }));
        own.map(|own| messages.started_in(&formats.period(own))).unwrap_or_default()
    }

    fn retention(self) -> Option<Html> {
        let Drawing { messages, formats, report, switched } = self;
        let curves = report.usage.clone()?;
        let chart = || retention(messages, formats, Rc::new(curves.clone()));
        let table = || retention_table(messages, formats, &curves);
        let named = ("retention", messages.retention_by_day(), self.starters());
        Some(chart_panel(messages, named, switched, chart, table))
    }

    fn brackets(self) -> Option<Html> {
        let Drawing { messages, formats, report, switched } = self;
        let points = report.usage.as_ref()?.bracket.clone();
        let chart = || brackets(messages, formats, Rc::new(points.clone()));
        let table = || brackets_table(messages, formats, &points);
        let named = ("brackets", messages.retention_by_bracket(), self.starters());
        Some(chart_panel(messages, named, switched, chart, table))
    }

    fn onboarding(self) -> Option<Html> {
        let Drawing { messages, formats, report, .. } = self;
        let steps = &report.usage.as_ref().filter(|curves| !curves.onboarding.is_empty())?.onboarding;
        let matured = report.metrics.get(&Key::OnboardingRate).and_then(|result| result.part_number("matured"));
        let table = onboarding_table(messages, formats, steps, matured.unwrap_or(0.0) as u64);
        Some(panel("onboarding", messages.onboarding(), self.starters(), Html::default(), table))
    }

    fn bridge(self) -> Option<Html> {
        let Drawing { messages, formats, report, switched } = self;
        let entry = movement_of_period(report)?;
        let note = [report.currency.code(), " · ", &self.period()].concat();
        let moved = entry.clone();
        let chart = || bridge(messages, formats, entry);
        let table = || bridge_table(messages, formats, &moved);
        Some(chart_panel(messages, ("bridge", messages.bridge(), note), switched, chart, table))
    }

    /// The points of the charts over time, and what they are in: currency, first and last period.
    fn over_time(self) -> Option<(Rc<Vec<TimePoint>>, String)> {
        let Drawing { messages, formats, report, .. } = self;
        let points = time_points(report, PERIODS);
        if points.iter().all(|point| point.mrr.is_none() && point.customers.is_none()) {
            return None;
        }
        let (first, last) = (points.first()?, points.last().filter(|_| points.len() > 1)?);
        let span = messages.from_to(&formats.short_labelled(&first.period), &formats.short_labelled(&last.period));
        let note = [report.currency.code(), " · ", &span].concat();
        Some((Rc::new(points), note))
    }

    fn trend(self) -> Option<Html> {
        let Drawing { messages, formats, switched, .. } = self;
        let (points, note) = self.over_time()?;
        let chart = || trend(messages, formats, points.clone());
        let table = || trend_table(messages, formats, &points);
        Some(chart_panel(messages, ("trend", messages.trend(), note), switched, chart, table))
    }

    fn movements(self) -> Option<Html> {
        let Drawing { messages, formats, switched, .. } = self;
        let (points, note) = self.over_time()?;
        if points.iter().all(|point| point.movement.is_none()) {
            return None;
        }
        let chart = || movements(messages, formats, points.clone());
        let table = || movements_table(messages, formats, &points);
        Some(chart_panel(messages, ("movements", messages.movements(), note), switched, chart, table))
    }

    /// Only beside data that can answer again.
    fn assumptions(self, shown: &Shown, view: &UseReducerDispatcher<View>) -> Option<Html> {
        let Drawing { messages, formats, report, .. } = self;
        report.metrics.get(&Key::CltvDiscounted).filter(|_| shown.chosen)?;
        let body = of_job(shown, assumptions(messages, formats, &report.settings, view));
        let note = messages.assumptions_note().to_owned();
        Some(panel("assumptions", messages.assumptions(), note, Html::default(), body))
    }

    fn forecast(self) -> Option<Html> {
        let Drawing { messages, formats, report, .. } = self;
        let points = Some(&report.forecast).filter(|points| !points.is_empty())?;
        let row = |point: &ForecastPoint| {
            let mrr = formats.figure(Figure::Money(point.mrr));
            vec![formats.labelled(&point.period), formats.number(point.customers, 1), mrr]
        };
        let headings = [messages.period(), messages.customers(), "MRR"];
        let rows = table(&headings, points.iter().map(row).collect());
        let body =
            html! { <div class="scroll" tabindex="0" role="group" aria-label={messages.forecast()}>{ rows }</div> };
        Some(panel("forecast", messages.forecast(), messages.forecast_note().to_owned(), Html::default(), body))
    }

    fn survival(self) -> Option<Html> {
        let Drawing { messages, formats, report, switched } = self;
        if report.survival.is_empty() {
            return None;
        }
        let median = report.metrics.get(&Key::KmSurvival).and_then(|result| result.number());
        let note = messages.survival_note().to_owned();
        let chart = || survival(messages, formats, Rc::new(report.survival.clone()), median);
        let table = || survival_table(messages, formats, &report.survival);
        Some(chart_panel(messages, ("survival", messages.survival(), note), switched, chart, table))
    }

    fn cohorts(self) -> Option<Html> {
        let Drawing { messages, formats, report, switched } = self;
        let cohorts = &report.cohorts.as_ref().filter(|cohorts| !cohorts.customers.is_empty())?.customers;
        let switch = |counts: bool, name: &'static str| {
            let switched = switched.clone();
            let pressed = (*switched == counts).to_string();
            let onclick = Callback::from(move |_| switched.set(counts));
            html! { <button type="button" aria-pressed={pressed} {onclick}>{ name }</button> }
        };
        let switches = html! {
            <div class="segmented" role="group" aria-label={messages.cells()}>
                { switch(false, messages.percent()) }
                { switch(true, messages.count()) }
            </div>
        };
        let (rows, columns) = cohort_rows(cohorts, COHORTS);
        let weighted = Rc::new(weighted_retention(cohorts, false));
        let cells = if **switched { CohortCells::Count } else { CohortCells::Share };
        // Beside billing, a file of events has no cohorts of its own.
        let (who, note) = if report.metrics.contains_key(&Key::CustomerCounts) {
            (messages.customers(), messages.cohorts_note())
        } else {
            (messages.users(), messages.cohorts_of_users_note())
        };
        let table = html! { <Cohorts {formats} {who} rows={Rc::new(rows)} {columns} {cells} {weighted} /> };
        Some(panel("cohorts", messages.cohorts(), note.to_owned(), switches, table))
    }

    /// Something for the answers of each question, below the question's name where there are several.
    fn of_each(self, draw: impl Fn(Rc<Answers>) -> Html) -> Html {
        let Drawing { messages, report, .. } = self;
        let named = |answers: &Answers| {
            let name = (report.feedback.len() > 1).then(|| messages.text(shown(answers.asked.key()).short));
            html! { <>{ for name.map(|name| plain("h4", "", name)) }{ draw(Rc::new(answers.clone())) }</> }
        };
        report.feedback.values().map(named).collect()
    }

    fn distribution(self) -> Option<Html> {
        let Drawing { messages, formats, report, switched } = self;
        let some = report.feedback.values().any(|answers| answers.groups != [0; 3]);
        let chart = || self.of_each(|answers| distribution(messages, formats, answers));
        let table = || self.of_each(|answers| distribution_table(messages, formats, &answers));
        let named = ("distribution", messages.distribution(), self.period());
        some.then(|| chart_panel(messages, named, switched, chart, table))
    }

    fn scores(self) -> Option<Html> {
        let Drawing { messages, formats, report, switched } = self;
        let some = report.feedback.values().any(|answers| answers.trend.len() > 1);
        let chart = || self.of_each(|answers| scores(messages, formats, answers));
        let table = || self.of_each(|answers| scores_table(messages, formats, &answers));
        let named = ("scores", messages.scores(), messages.scores_note().to_owned());
        some.then(|| chart_panel(messages, named, switched, chart, table))
    }

    /// The rules can be changed only beside data that can answer again.
    fn risks(self, shown: &Shown, view: &UseReducerDispatcher<View>) -> Option<Html> {
        let Drawing { messages, formats, report, .. } = self;
        let listed = risks(messages, formats, report.risk.as_ref()?);
        let rules = shown.chosen.then(|| of_job(shown, rules(messages, &report.settings.risk_rules, view)));
        let body = html! { <>{ listed }{ rules }</> };
        let note = messages.risk_note().to_owned();
        Some(panel("risks", messages.customers_at_risk(), note, Html::default(), body))
    }

    fn segments(self, columns: &[String], view: &UseReducerDispatcher<View>) -> Option<Html> {
        let Drawing { messages, formats, report, .. } = self;
        let column = &report.segments.first()?.segment.column;
        let choice = if columns.len() > 1 {
            let view = view.clone();
            let onchange = Callback::from(move |event: Event| view.dispatch(Action::SegmentsOf(value_of(&event))));
            html! {
                <label class="inline">
                    { plain("span", "", messages.by_column()) }
                    <select name="column" {onchange}>
                        { for columns.iter().map(|name| html! {
                            <option key={name.clone()} value={name.clone()} selected={name == column}>{ name }</option>
                        }) }
                    </select>
                </label>
            }
        } else {
            plain("p", "note", column.clone())
        };
        let period = self.period();
        let note = match () {
            () if report.metrics.contains_key(&Key::CustomerCounts) => messages.segments_note(&period),
            () if report.usage.is_some() => self.starters(),
            () if period.is_empty() || !report.feedback.is_empty() => period,
            () => messages.segments_note(&period),
        };
        Some(panel("segments", messages.segments(), note, choice, segments(messages, formats, &report.segments)))
    }
}

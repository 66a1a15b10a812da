//! What the person chose to look at, and how far it is on the screen.

use crate::protocol::Summary;
use crate::state::data::SharedReport;
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::period::Month;
use keeprate_metrics::planning::Target;
use keeprate_metrics::presets::Preset;
use keeprate_metrics::report::{Compare, Every, Question, Settings};
use keeprate_metrics::result::SegmentValue;
use std::rc::Rc;
use yew::Reducible;

/// What to compare the period with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Against {
    /// The period just before.
    #[default]
    Previous,
    /// The same period a year before.
    YearBefore,
    /// Nothing.
    Nothing,
}

/// The slice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// The last month of the period; the latest one until something is chosen.
    pub month: Option<Month>,
    /// The row of a period table.
    pub row: Option<usize>,
    /// The grid.
    pub every: Every,
    /// The comparison.
    pub against: Against,
    /// Only these customers.
    pub segment: Option<SegmentValue>,
    /// The column set side by side; the first one until something is chosen.
    pub segments_of: Option<String>,
    /// The settings that could change a figure.
    pub settings: Settings,
    /// The metric whose proof is open.
    pub proof: Option<Key>,
    /// Whether the dialog that shares the report is open.
    pub sharing: bool,
    /// The report that is drawn to its last section; `None` while sections follow.
    pub drawn: Option<SharedReport>,
}

/// What can happen to the slice.
#[derive(Clone, Debug)]
pub enum Action {
    /// Other data, or the same in another reading.
    Reset {
        /// The data.
        summary: Rc<Summary>,
        /// Whether they are the same: then all choices that they still allow stay; else those that depend on data go back to
        /// the start.
        again: bool,
    },
    /// The definitions of a product were chosen.
    Preset(&'static Preset),
    /// A setting of how customers and revenue are counted was given another value.
    Convention(&'static str, &'static str),
    /// What looks like invoices is to be spread over the time that they are for, or left as it stands.
    SpreadInvoices(bool),
    /// A gross margin was entered, as a fraction, or taken out.
    Margin(Option<f64>),
    /// A discount rate of a year was entered, as a fraction.
    Discount(f64),
    /// A period was chosen by its last month.
    Month(Month),
    /// A row of a period table was chosen.
    Row(usize),
    /// A grid was chosen.
    Every(Every),
    /// A comparison was chosen.
    Against(Against),
    /// A segment was chosen, or all.
    Segment(Option<SegmentValue>),
    /// A column to set side by side was chosen.
    SegmentsOf(String),
    /// A setting of usage was given another value.
    Usage(&'static str, String),
    /// A rule of the churn risk was given another value.
    Risk(&'static str, String),
    /// An event was made a step of the onboarding, or is none any more.
    OnboardingStep(String),
    /// A proof was opened or closed.
    Proof(Option<Key>),
    /// The dialog that shares the report was opened or closed.
    Sharing(bool),
    /// A report was drawn to its last section, or another one was begun.
    Drawn(Option<SharedReport>),
}

impl Reducible for View {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            Action::Reset { summary, again: true } => next.fit(&summary),
            Action::Reset { summary, again: false } => {
                next = View { every: self.every, against: self.against, ..View::fresh(summary.sample) };
                next.settings.conventions = self.settings.conventions;
                next.settings.risk_rules = self.settings.risk_rules.clone();
                // What was said of one file's invoices says nothing of another's.
                next.settings.conventions.spread_invoices = false;
            }
            Action::Preset(preset) => next.settings.conventions = preset.conventions(),
            // Values are those of the lists that offer them.
            Action::Convention(name, value) => drop(next.settings.conventions.set(name, value)),
            Action::SpreadInvoices(spread) => next.settings.conventions.spread_invoices = spread,
            Action::Margin(margin) => next.settings.gross_margin = margin,
            Action::Discount(rate) => next.settings.annual_discount = rate,
            Action::Month(month) => next.month = Some(month),
            Action::Row(row) => next.row = Some(row),
            Action::Every(every) => next.every = every,
            Action::Against(against) => next.against = against,
            Action::Segment(segment) => next.segment = segment,
            Action::SegmentsOf(column) => next.segments_of = Some(column),
            // What is no value leaves the setting as it is: the field says so.
            Action::Usage(name, value) => drop(next.settings.usage.set(name, &value)),
            Action::Risk(name, value) => drop(next.settings.risk_rules.set(name, &value)),
            Action::OnboardingStep(event) => {
                let steps = &mut next.settings.usage.onboarding_steps;
                match steps.iter().position(|step| *step == event) {
                    Some(place) => drop(steps.remove(place)),
                    None => steps.push(event),
                }
            }
            Action::Proof(proof) => next.proof = proof,
            Action::Sharing(sharing) => next.sharing = sharing,
            Action::Drawn(report) => next.drawn = report,
        }
        Rc::new(next)
    }
}

/// First and last month of the step of a grid that contains a month.
pub fn step(every: Every, month: Month) -> (Month, Month) {
    let months = every.months();
    let first = Month(month.0.div_euclid(months) * months);
    (first, first.plus(months - 1))
}

/// The gross margin of the fictional company behind the sample.
const SAMPLE_MARGIN: f64 = 0.8;

impl View {
    /// What data are looked at with at first; the sample with the margin of its company, which no file says.
    pub fn fresh(sample: bool) -> View {
        let settings = Settings { gross_margin: sample.then_some(SAMPLE_MARGIN), ..Settings::default() };
        View { settings, ..View::default() }
    }

    /// Takes back what these data do not allow.
    fn fit(&mut self, summary: &Summary) {
        let (months, segments) = (summary.months, &summary.segments);
        self.month = self.month.filter(|month| months.is_some_and(|(first, last)| (first..=last).contains(month)));
        self.row = self.row.filter(|row| *row < summary.rows.len());
        let has =
            |of: &SegmentValue| segments.iter().any(|(name, values)| *name == of.column && values.contains(&of.value));
        self.segment = self.segment.take().filter(has);
        self.segments_of = self.segments_of.take().filter(|column| segments.iter().any(|(name, _)| name == column));
        (self.proof, self.sharing, self.drawn) = (None, false, None);
    }

    /// The question that these choices ask of data.
    pub fn question_about(&self, summary: &Summary) -> Question {
        let columns: Vec<String> = summary.segments.iter().map(|(name, _)| name.clone()).collect();
        self.question(summary.months, &columns)
    }

    /// The question for data with these months and segment columns.
    fn question(&self, months: Option<(Month, Month)>, columns: &[String]) -> Question {
        let mut question = Question {
            row: self.row,
            every: self.every,
            segment: self.segment.clone(),
            segments_of: self.segments_of.clone().or_else(|| columns.first().cloned()),
            targets: Target::defaults(),
            settings: self.settings.clone(),
            ..Question::default()
        };
        if let Some((first, last)) = months {
            let (from, to) = step(self.every, self.month.unwrap_or(last));
            let to = to.min(last);
            question.to = Some(to);
            question.from = (self.every != Every::Month).then(|| from.max(first));
            let back = match self.against {
                Against::Previous => Some(self.every.months()),
                Against::YearBefore => Some(12),
                Against::Nothing => None,
            };
            let compared = back.map(|back| (from.plus(-back), to.plus(-back))).filter(|(_, to)| *to >= first);
            question.compare = compared.map(|(from, to)| Compare::Months(from, to));
        } else {
            question.compare = Some(Compare::RowBefore);
        }
        question
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        Month::parse_iso(text).expect("a month")
    }

    fn sample() -> Summary {
        crate::worker::sample().expect("the sample").0
    }

    #[test]
    fn questions_follow_the_grid() {
        let months = Some((month("2024-01"), month("2025-05")));
        for (every, chosen, from, to, compared) in [
            (Every::Month, None, None, "2025-05", ("2025-04", "2025-04")),
            (Every::Quarter, Some("2024-08"), Some("2024-07"), "2024-09", ("2024-04", "2024-06")),
            (Every::Quarter, None, Some("2025-04"), "2025-05", ("2025-01", "2025-02")),
            (Every::Year, Some("2025-02"), Some("2025-01"), "2025-05", ("2024-01", "2024-05")),
        ] {
            let view = View { every, month: chosen.map(month), ..View::default() };
            let question = view.question(months, &[]);
            assert_eq!(question.from, from.map(month));
            assert_eq!(question.to, Some(month(to)));
            assert_eq!(question.compare, Some(Compare::Months(month(compared.0), month(compared.1))));
        }
    }

    #[test]
    fn settings_of_usage_follow_on_each_other() {
        let mut view = Rc::new(View::default());
        for action in [
            Action::Usage("signup_event", "sign up".to_owned()),
            Action::Usage("brackets", "0-6, 7-13".to_owned()),
            Action::Usage("brackets", "0-7, 7-13".to_owned()),
            Action::OnboardingStep("import".to_owned()),
            Action::OnboardingStep("invite".to_owned()),
            Action::OnboardingStep("import".to_owned()),
        ] {
            view = view.reduce(action);
        }
        let usage = view.question(None, &[]).settings.usage;
        assert_eq!(usage.signup_event.as_deref(), Some("sign up"));
        assert_eq!((usage.brackets, usage.onboarding_steps), (vec![(0, 6), (7, 13)], vec!["invite".to_owned()]));
    }

    #[test]
    fn rules_hold_for_the_next_file_too() {
        let mut view = Rc::new(View::default());
        for action in [
            Action::Risk("risk_payment", "30".to_owned()),
            Action::Risk("risk_payment", "many".to_owned()),
            Action::Reset { summary: Rc::new(sample()), again: false },
        ] {
            view = view.reduce(action);
        }
        assert_eq!(view.question(None, &[]).settings.risk_rules.get("risk_payment"), "30");
    }

    #[test]
    fn the_same_file_in_another_reading_takes_back_only_what_it_does_not_allow() {
        let segments = vec![("plan".to_owned(), vec!["pro".to_owned()])];
        let months = Some((month("2025-01"), month("2025-03")));
        let read = |months, segments| Rc::new(Summary { months, segments, sample: false, ..sample() });
        let of = |value: &str| SegmentValue { column: "plan".to_owned(), value: value.to_owned() };
        let reset = |summary, again| {
            let mut view = Rc::new(View::default());
            for action in [
                Action::Month(month("2025-02")),
                Action::Segment(Some(of("pro"))),
                Action::Margin(Some(0.7)),
                Action::Every(Every::Quarter),
                Action::Reset { summary, again },
            ] {
                view = view.reduce(action);
            }
            (view.month, view.segment.clone(), view.settings.gross_margin, view.every)
        };
        let all = (Some(month("2025-02")), Some(of("pro")), Some(0.7), Every::Quarter);
        assert_eq!(reset(read(months, segments.clone()), true), all);
        assert_eq!(reset(read(None, Vec::new()), true), (None, None, Some(0.7), Every::Quarter));
        assert_eq!(reset(read(months, segments), false), (None, None, None, Every::Quarter));
    }

    #[test]
    fn there_is_nothing_to_compare_with_before_the_data_begin() {
        let view = View { month: Some(month("2024-01")), ..View::default() };
        assert_eq!(view.question(Some((month("2024-01"), month("2025-05"))), &[]).compare, None);
    }
}

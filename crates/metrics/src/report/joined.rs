//! The report over joined data: the figures of each file, and what only all of them together tell.

use super::ledger::members;
use super::risks::{CustomerOf, Known, risks};
use super::{
    Extent, LabelledPeriod, Metrics, Question, Report, SegmentEntry, SeriesEntry, add, apply_targets, report, scope_of,
};
use crate::catalogue::Key;
use crate::invoices::unspread;
use crate::join::{Joined, Role};
use crate::ledger::{Dataset, Ledger};
use crate::period::{Month, Period};
use crate::result::MetricResult;
use crate::risk::{Attribution, detractor_revenue, expected_loss};
use std::borrow::Cow;

impl Joined {
    /// Answers a question from all files: the base's own figures, those of answers and events beside them, the revenue
    /// behind detractors, and who may leave. What the conventions make of the data is kept for the questions to come.
    ///
    /// Period and segment hold for all files. A file that has no such months or no such segment gives no figures.
    pub fn report<Input>(&mut self, question: &Question, inputs: Vec<Input>) -> Report<Input> {
        self.set_by_domain(question.settings.join_by_domain);
        self.adopt(&question.settings.conventions);
        let mut whole = report(self.base(), question, inputs);
        let month = whole.period.as_ref().and_then(|period| period.end).map(|end| end.month().plus(-1));
        for role in [Role::Answers, Role::Events] {
            if let Some((dataset, _)) = self.other(role).filter(|(dataset, _)| has(dataset, question)) {
                // The month of the base, where the file has it, and else its own latest one.
                let to = question.to.or(month.filter(|month| covers(dataset, *month)));
                merge(&mut whole, report(dataset, &Question { to, ..question.clone() }, Vec::new()));
            }
        }
        self.add_together(question, &mut whole);
        whole.metrics.remove(&Key::GoalAttainment);
        whole.joins = self.joins();
        let scope = scope_of(whole.currency, question, None);
        apply_targets(&mut whole.metrics, &question.targets, &scope);
        whole
    }

    /// Adds what needs billing beside answers or events.
    fn add_together<Input>(&self, question: &Question, report: &mut Report<Input>) {
        let conventions = &question.settings.conventions;
        let spread = |ledger| conventions.spread_invoices.then(|| unspread(ledger)).flatten();
        let books = match self.base() {
            Dataset::Subscriptions(subscriptions) => Some((subscriptions, subscriptions.books(conventions))),
            _ => None,
        };
        let ledger: Cow<'_, Ledger> = match (self.base(), &books) {
            (_, Some((_, books))) => Cow::Borrowed(&books.ledger),
            (Dataset::Ledger(ledger), _) => {
                spread(ledger).map_or(Cow::Borrowed(ledger), |(_, spread)| Cow::Owned(spread))
            }
            _ => return,
        };
        let period = report.period.as_ref().and_then(|period| period.start.zip(period.end));
        let Some((start, end)) = period else { return };
        let month = end.month().plus(-1);
        let members = question.segment.as_ref().map(|segment| members(&ledger, segment, start.month().plus(-1)));
        let kept =
            |customer: usize| members.as_ref().is_none_or(|members| members.get(customer).copied().unwrap_or(false));
        let answers = self.other(Role::Answers).and_then(|(dataset, of)| match dataset {
            Dataset::Responses(table) => Some((table, of)),
            _ => None,
        });
        let events = self.other(Role::Events).and_then(|(dataset, of)| match dataset {
            Dataset::Events(table) => Some((table, of)),
            _ => None,
        });
        // Test and internal users are nobody's activity.
        let excluded = &question.settings.usage.excluded_domains;
        let events = events.map(|(table, of)| match excluded.is_empty() {
            true => (Cow::Borrowed(table), of),
            false => (Cow::Owned(table.without(excluded).0), of),
        });
        let scope = scope_of(ledger.currency, question, Some(Period { start, end }));
        if let Some((table, of)) = &answers {
            let of = |place: usize| of(place);
            let result = |attribution: Attribution| {
                detractor_revenue(&scope, (table, &of), &ledger, month, (attribution, &kept))
            };
            let [majority, weighted, extrapolated] =
                [Attribution::Majority, Attribution::Weighted, Attribution::Extrapolated].map(result);
            let loss = expected_loss(&scope, (table, &of), &ledger, month, &kept);
            let part = |result: &MetricResult, name: &str| result.parts.get(name).copied();
            let share = |result: &MetricResult| part(result, "share");
            let any = result(Attribution::Any)
                .part_if("majority", majority.value)
                .part_if("majority_share", share(&majority))
                .part_if("weighted", weighted.value)
                .part_if("weighted_share", share(&weighted))
                .part_if("extrapolated", extrapolated.value)
                .part_if("expected_loss", loss.value)
                .part_if("expected_loss_low", loss.ci_low)
                .part_if("expected_loss_high", loss.ci_high)
                .part_if("former_detractors", part(&loss, "former_detractors"))
                .part_if("former_lost", part(&loss, "former_lost"))
                .part_if("former_churn", part(&loss, "former_churn"));
            add(&mut report.metrics, any);
        }
        if answers.is_none() && events.is_none() || question.extent == Extent::Figures {
            return;
        }
        let answers = answers.as_ref().map(|(table, of)| (*table, of as CustomerOf<'_>));
        let events = events.as_ref().map(|(table, of)| (&**table, of as CustomerOf<'_>));
        let subscriptions = books.as_ref().map(|(subscriptions, books)| (&***subscriptions, &**books));
        let known = Known { ledger: &ledger, subscriptions, answers, events, kept: &kept };
        report.risk = risks(&known, question, month);
    }
}

/// Whether data have what a question is about: its months, its segment.
fn has(dataset: &Dataset, question: &Question) -> bool {
    let segments = match dataset {
        Dataset::Responses(table) => &table.segments,
        Dataset::Events(table) => &table.segments,
        _ => return false,
    };
    let knows = |column: &str| segments.iter().any(|segment| segment.column == column);
    question.to.is_none_or(|month| covers(dataset, month))
        && question.segment.as_ref().is_none_or(|segment| knows(&segment.column))
}

/// Whether a month is among those of answers or events.
fn covers(dataset: &Dataset, month: Month) -> bool {
    let months = match dataset {
        Dataset::Responses(table) => crate::responses::months(table),
        Dataset::Events(table) => super::events::months(table),
        _ => None,
    };
    months.is_some_and(|(first, last)| (first..=last).contains(&month))
}

/// Adds the figures of one file to those of the first, which counts where both have one.
fn merge<Input>(whole: &mut Report<Input>, other: Report<Input>) {
    add_missing(&mut whole.metrics, other.metrics);
    if let (Some(ours), Some(theirs)) = (&mut whole.comparison, other.comparison)
        && ours.period == theirs.period
    {
        add_missing(&mut ours.metrics, theirs.metrics);
    }
    for entry in other.series {
        add_period(&mut whole.series, entry);
    }
    for entry in other.segments {
        match whole.segments.iter_mut().find(|ours| is_same(ours, &entry)) {
            Some(ours) => add_missing(&mut ours.metrics, entry.metrics),
            None => whole.segments.push(entry),
        }
    }
    whole.cohorts = whole.cohorts.take().or(other.cohorts);
    whole.feedback.extend(other.feedback);
    whole.usage = whole.usage.take().or(other.usage);
}

fn is_same(ours: &SegmentEntry, theirs: &SegmentEntry) -> bool {
    ours.segment == theirs.segment && ours.others == theirs.others
}

fn add_missing(ours: &mut Metrics, theirs: Metrics) {
    for (key, result) in theirs {
        if key != Key::GoalAttainment && !ours.contains_key(&key) {
            ours.insert(key, result);
        }
    }
}

/// Puts a period's metrics to those of the same period, else in front of the first later one.
fn add_period(series: &mut Vec<SeriesEntry>, entry: SeriesEntry) {
    let starts = |period: &LabelledPeriod| (period.start, period.end);
    match series.iter_mut().find(|ours| ours.period == entry.period) {
        Some(ours) => add_missing(&mut ours.metrics, entry.metrics),
        None => {
            let place = series.partition_point(|ours| starts(&ours.period) < starts(&entry.period));
            series.insert(place, entry);
        }
    }
}

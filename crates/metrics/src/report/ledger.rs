//! The report on customers by month.

use super::ahead;
use super::segments::{compare_to_rest, largest, segment_comparison};
use super::totals::{empty_metrics, metrics_of_totals, movement_entry};
use super::{
    Compare, Comparison, Every, Extent, Metrics, Question, Report, SegmentEntry, SeriesEntry, Settings, add, scope_of,
};
use crate::catalogue::Key;
use crate::changes;
use crate::cohorts::{cohort_means, cohorts};
use crate::conventions::{CustomerChurn, MovementBasis};
use crate::customers;
use crate::economics;
use crate::history::{self, History, Movement};
use crate::ledger::{Ledger, Segment, Totals};
use crate::period::{Day, Month, Period};
use crate::renewals::{Renewals, renewal_rate};
use crate::result::{Flag, MetricResult, Scope, SegmentValue, Status, Value};
use crate::revenue;
use crate::statistics::{Interval, Level, wilson};
use crate::subscriptions::Cause;
use crate::survival::{self, Lifetimes, Survival, kaplan_meier};
use keeprate_columns::cells::CHUNK;
use keeprate_columns::passes::{self, Runs};

/// What months cannot tell: lifetimes, tenures and short-lived customers by days.
pub(crate) trait ByDay {
    /// Calls `each` with the customers who came and went inside a period.
    fn intra_period_churners(&self, period: Period, each: &mut dyn FnMut(u32));

    /// Calls `each` with the customers of a period's start who are gone at its end for a cause that is known.
    fn causes(&self, period: Period, each: &mut dyn FnMut(u32, Cause));

    /// The terms due in a period of the customers that are kept.
    fn renewals(&self, period: Period, kept: &dyn Fn(u32) -> bool) -> Renewals;

    /// The lifetimes of the customers that are kept, in months, seen up to a day: the first stretch without a gap, or every
    /// stretch.
    fn lifetimes(&self, until: Day, every: bool, kept: &dyn Fn(u32) -> bool) -> Vec<Lifetimes>;

    /// Months since the first day of each customer that is kept and there just before a day, gaps included.
    fn tenures(&self, until: Day, kept: &dyn Fn(u32) -> bool) -> Vec<f64>;
}

/// A ledger with all that does not depend on the period.
pub(super) struct Months<'a> {
    ledger: &'a Ledger,
    by_day: Option<&'a dyn ByDay>,
    /// The customers that count, where not all do.
    members: Option<Vec<bool>>,
    pub(super) as_of: Day,
    pub(super) settings: &'a Settings,
}

/// The state of the opening of a period.
enum Opening {
    Known(usize),
    Without(Status),
}

pub(crate) fn report_ledger<Input>(
    whole: &Ledger,
    question: &Question,
    by_day: Option<&dyn ByDay>,
    report: &mut Report<Input>,
) {
    let Some(last) = whole.last() else {
        let scope = scope_of(whole.currency, question, None);
        report.metrics = empty_metrics(&scope);
        return;
    };
    let as_of = question.as_of.unwrap_or(last.end());
    let complete = Month(as_of.month().0 - 1).min(last);
    let to = question.to.unwrap_or(complete).clamp(whole.first, last);
    let from = question.from.unwrap_or(to).clamp(whole.first, to);
    let members = question.segment.as_ref().map(|segment| members(whole, segment, from.plus(-1)));
    let restricted = members.as_ref().map(|members| restrict(whole, members));
    let ledger = restricted.as_ref().unwrap_or(whole);
    let compared = match question.compare {
        Some(Compare::Months(first, until)) => Some((first.max(ledger.first), until.min(last))),
        _ => None,
    };
    let months = Months { ledger, by_day, members, as_of, settings: &question.settings };
    let period = Period::months(from, to);
    let scope = scope_of(ledger.currency, question, Some(period));
    let survival = months.survival(to, scope.level);

    report.as_of = Some(as_of);
    report.period = Some(period.into());
    report.metrics = months.metrics(&scope, from, to);
    months.add_slow_metrics(&mut report.metrics, &scope, to, &survival);
    if question.from.is_none() {
        months.look_back(&mut report.metrics, &scope, to);
    }
    if let Some((first, until)) = compared {
        let compared = Period::months(first.min(until), until);
        let scope = scope.over(compared);
        let mut metrics = months.metrics(&scope, first.min(until), until);
        let curve = months.survival(until, scope.level);
        months.add_slow_metrics(&mut metrics, &scope, until, &curve);
        if question.from.is_none() {
            months.look_back(&mut metrics, &scope, until);
        }
        report.comparison = Some(Comparison { period: compared.into(), metrics });
    }
    for (first, until) in grid(ledger.first, to, question.every) {
        let period = Period::months(first, until);
        let metrics = months.metrics(&scope.over(period), first, until);
        report.series.push(SeriesEntry { period: period.into(), metrics });
        if let (movement, None) = months.movement(first, until) {
            let movement = months.by_event(&movement, period).unwrap_or(movement);
            report.movements.push(movement_entry(period, &movement, ledger.currency));
        }
    }
    report.forecast = ahead::add_forecast(&mut report.metrics, &months, &scope, to);
    report.survival = survival.steps;
    if question.extent == Extent::Figures {
        return;
    }
    if let Some(result) = report.metrics.remove(&Key::KmSurvival) {
        add(&mut report.metrics, survival::with_spells(result, &months.spells(to, scope.level)));
    }
    let triangles = cohorts(ledger, (complete.0 - ledger.first.0 + 1).max(0) as usize);
    for result in cohort_means(&scope, &triangles) {
        add(&mut report.metrics, result);
    }
    report.cohorts = Some(triangles);
    if let Some(column) = question.segments_of.as_deref()
        && let Some(segment) = ledger.segments.iter().find(|segment| segment.column == column)
    {
        report.segments = months.segments(segment, &scope, from, to);
        let comparison = segment_comparison(&scope, Key::CustomerChurnRate, &report.segments, &report.metrics);
        add(&mut report.metrics, comparison);
    }
}

/// Periods of the grid from `first` to `last`; the first and last one may be shorter than a step.
pub(crate) fn grid(first: Month, last: Month, every: Every) -> Vec<(Month, Month)> {
    let step = every.months();
    let mut start = first;
    let mut periods = Vec::new();
    while start <= last {
        let until = Month((start.0.div_euclid(step) + 1) * step - 1).min(last);
        periods.push((start, until));
        start = until.plus(1);
    }
    periods
}

/// Whether each customer has one segment value at a month's closing.
pub(crate) fn members(ledger: &Ledger, wanted: &SegmentValue, at: Month) -> Vec<bool> {
    match ledger.segments.iter().find(|segment| segment.column == wanted.column) {
        None => vec![false; ledger.customers.len()],
        Some(segment) => {
            let code = segment.values.iter().position(|value| value == wanted.value);
            let codes = ledger.codes_at(segment, at);
            codes.into_iter().map(|of| Some(usize::from(of)) == code).collect()
        }
    }
}

/// The ledger of some of its customers.
fn restrict(ledger: &Ledger, keep: &[bool]) -> Ledger {
    let mut restricted = ledger.clone();
    for closing in &mut restricted.closings {
        for (number, amounts) in closing.amounts.chunks_mut() {
            let kept = keep.iter().skip(number * CHUNK);
            for (units, _) in amounts.iter_mut().zip(kept).filter(|(_, kept)| !**kept) {
                *units = 0;
            }
        }
    }
    restricted.history = History::of(&restricted.closings, restricted.customers.len());
    restricted
}

/// The metrics of the months from `first` to `last` that a bridge compares.
pub(crate) fn metrics_of_months(
    ledger: &Ledger,
    by_day: &dyn ByDay,
    settings: &Settings,
    (first, last): (Month, Month),
) -> Metrics {
    let months = Months { ledger, by_day: Some(by_day), members: None, as_of: last.end(), settings };
    let scope = Scope {
        period: Some(Period::months(first, last)),
        exponent: ledger.currency.exponent(),
        level: settings.level(),
        conventions: settings.conventions,
        ..Scope::default()
    };
    months.metrics(&scope, first, last)
}

impl Months<'_> {
    fn place(&self, month: Month) -> usize {
        (month.0 - self.ledger.first.0).max(0) as usize
    }

    fn counts(&self, customer: u32) -> bool {
        self.members.as_ref().is_none_or(|members| members.get(customer as usize).copied().unwrap_or(false))
    }

    /// The survival curve as seen at a month's end.
    fn survival(&self, last: Month, level: Level) -> Survival {
        let lifetimes = match self.by_day {
            Some(by_day) => by_day.lifetimes(last.end(), false, &|customer| self.counts(customer)),
            None => history::lifetimes(&self.ledger.history, self.place(last)),
        };
        kaplan_meier(lifetimes, level)
    }

    /// The same of each stay of a customer by itself.
    fn spells(&self, last: Month, level: Level) -> Survival {
        let lifetimes = match self.by_day {
            Some(by_day) => by_day.lifetimes(last.end(), true, &|customer| self.counts(customer)),
            None => {
                let all = history::lifetimes_by_group(self.ledger, self.place(last), Runs::Every, (&|_| Some(0), 1));
                all.into_iter().flatten().collect()
            }
        };
        kaplan_meier(lifetimes, level)
    }

    /// Customers who came and went inside a period: exactly where the data know days, else those who were there at a
    /// closing in between.
    fn intra_period_churners(&self, first: Month, last: Month) -> i64 {
        let Some(by_day) = self.by_day else {
            return history::intra_period_churners(self.ledger, self.place(first.plus(-1)), self.place(last));
        };
        let mut count = 0;
        by_day.intra_period_churners(Period::months(first, last), &mut |customer| {
            count += i64::from(self.counts(customer));
        });
        count
    }

    /// The closing before a period's first month, or why there is none.
    fn opening(&self, first: Month) -> Opening {
        let before = first.plus(-1);
        if before < self.ledger.first {
            Opening::Without(Status::NoPriorPeriod)
        } else if self.ledger.closing(before).is_none() {
            Opening::Without(Status::MissingPeriod)
        } else {
            Opening::Known(self.place(before))
        }
    }

    /// Totals and spread of a period, or the status that everything but the closing state has.
    pub(super) fn movement(&self, first: Month, last: Month) -> (Movement, Option<Status>) {
        let after = self.place(last);
        if self.ledger.closing(last).is_none() {
            return (Movement::default(), Some(Status::MissingPeriod));
        }
        match self.opening(first) {
            Opening::Known(before) if before + 1 == after => {
                (self.ledger.history.monthly.get(after).cloned().unwrap_or_default(), None)
            }
            Opening::Known(before) => (history::movement(self.ledger, before, after), None),
            Opening::Without(status) => {
                let amounts = self.amounts(last);
                let totals = Totals {
                    customers_end: Some(amounts.len() as i64),
                    mrr_end: Some(amounts.iter().map(|units| i128::from(*units)).sum()),
                    ..Totals::default()
                };
                (Movement { totals, ..Movement::default() }, Some(status))
            }
        }
    }

    /// MRR of each customer at a month's closing, in ascending order.
    fn amounts(&self, month: Month) -> Vec<i64> {
        let closing = self.ledger.closing(month);
        closing.map_or_else(Vec::new, |closing| passes::sorted_amounts(&closing.amounts, self.ledger.customers.len()))
    }

    /// The movements of the groups of a period on the event basis, with the start and end of the snapshots; `None` where
    /// the settings do not ask for it or the file knows no days.
    fn by_event_of(
        &self,
        movements: &[Movement],
        period: Period,
        group: &dyn Fn(u32) -> Option<usize>,
    ) -> Option<Vec<Movement>> {
        let is_asked = self.settings.conventions.movement_basis == MovementBasis::Events;
        let changes = self.ledger.changes.as_ref().filter(|_| is_asked)?;
        let of = changes::movements(changes, period, movements.len(), group);
        let with_ends = |(of, movement): (Movement, &Movement)| {
            let Totals { customers_start, customers_end, mrr_start, mrr_end, .. } = movement.totals;
            Movement { totals: Totals { customers_start, customers_end, mrr_start, mrr_end, ..of.totals }, ..of }
        };
        Some(of.into_iter().zip(movements).map(with_ends).collect())
    }

    /// The same for all customers that count.
    fn by_event(&self, movement: &Movement, period: Period) -> Option<Movement> {
        let group = |customer: u32| self.counts(customer).then_some(0);
        self.by_event_of(std::slice::from_ref(movement), period, &group)?.pop()
    }

    /// Notes the churn of days where the settings ask for it and the file knows days.
    fn add_daily_churn(&self, movements: &mut [Movement], period: Period, group: &dyn Fn(u32) -> Option<usize>) {
        let is_asked = self.settings.conventions.customer_churn == CustomerChurn::DailySum;
        let Some(changes) = self.ledger.changes.as_ref().filter(|_| is_asked) else { return };
        let starts: Vec<i64> = movements.iter().map(|movement| movement.totals.customers_start.unwrap_or(0)).collect();
        let rates = changes::daily_churn(changes, period, &starts, group);
        for (movement, rate) in movements.iter_mut().zip(rates) {
            movement.totals.daily_churn = rate;
        }
    }

    /// The metrics of one period; cheap enough for each period of a series.
    fn metrics(&self, scope: &Scope, first: Month, last: Month) -> Metrics {
        let (mut movement, without) = self.movement(first, last);
        let period = Period::months(first, last);
        if without.is_none() {
            let group = |customer: u32| self.counts(customer).then_some(0);
            self.add_daily_churn(std::slice::from_mut(&mut movement), period, &group);
        }
        if without.is_none() && (first < last || self.by_day.is_some()) {
            movement.totals.customers_intra_period = Some(self.intra_period_churners(first, last));
        }
        let mut metrics = self.metrics_of_movement(scope, &movement, without, first, last);
        self.add_causes(&mut metrics, &movement.totals, period, &|customer| self.counts(customer));
        if let Some(movement) = self.by_event(&movement, period).filter(|_| without.is_none()) {
            add_by_event(&mut metrics, scope, &movement.totals);
        }
        if first == last || without.is_some() {
            return metrics;
        }
        let (before, after) = (self.place(first.plus(-1)), self.place(last));
        let start = movement.totals.customers_start.filter(|start| *start > 0);
        let complete = (first.0..=last.0).all(|month| self.ledger.closing(Month(month)).is_some());
        if let (Some(start), Some(result), true) = (start, metrics.get_mut(&Key::CustomerRetentionRate), complete) {
            let stayed = history::never_absent(self.ledger, before, after);
            result.parts.insert("without_returners".to_owned(), Value::Number(stayed as f64 / start as f64));
        }
        metrics
    }

    /// Adds the share of the customers at the start who were lost for each cause that the data know (metrics.md 4A).
    fn add_causes(&self, metrics: &mut Metrics, totals: &Totals, period: Period, kept: &dyn Fn(u32) -> bool) {
        let start = totals.customers_start.filter(|start| *start > 0);
        let (Some(by_day), Some(start)) = (self.by_day, start) else { return };
        let mut counts = [0_i64; 3];
        by_day.causes(period, &mut |customer, cause| {
            let place = match cause {
                Cause::Pause => 0,
                Cause::Voluntary => 1,
                Cause::Involuntary => 2,
            };
            counts[place] += i64::from(kept(customer));
        });
        let Some(churn) = metrics.get_mut(&Key::CustomerChurnRate).filter(|_| counts != [0; 3]) else { return };
        for (name, count) in ["paused", "voluntary", "involuntary"].into_iter().zip(counts) {
            churn.parts.insert(name.to_owned(), Value::Number(count as f64 / start as f64));
        }
    }

    /// The metrics that one movement gives, and what the months in it add to them.
    fn metrics_of_movement(
        &self,
        scope: &Scope,
        movement: &Movement,
        without: Option<Status>,
        first: Month,
        last: Month,
    ) -> Metrics {
        let spread = without.is_none().then_some(&movement.spread);
        let mut metrics = metrics_of_totals(scope, &movement.totals, spread);
        if first < last && without.is_none() {
            self.add_chained(&mut metrics, first, last);
        }
        let trailing = self.trailing(last, 3).map(|movements| summed(&movements));
        add(&mut metrics, revenue::quick_ratio(scope, &movement.totals, trailing.as_ref()));
        let partial = last.end() > self.as_of;
        for result in metrics.values_mut() {
            if let Some(status) = without
                && result.status == Status::MissingInput
            {
                result.status = status;
                result.needs = None;
            }
            if partial {
                *result = result.clone().flag(Flag::PartialPeriod);
            }
        }
        metrics
    }

    /// The movements of the last `count` months up to `last`, if all of them are known.
    fn trailing(&self, last: Month, count: i32) -> Option<Vec<Movement>> {
        (0..count)
            .map(|back| match self.movement(last.plus(-back), last.plus(-back)) {
                (movement, None) => Some(movement),
                _ => None,
            })
            .collect()
    }

    /// Variants that need each month between: chained rates and the summed waterfall.
    fn add_chained(&self, metrics: &mut Metrics, first: Month, last: Month) {
        let Some(movements) = self.trailing(last, last.0 - first.0 + 1) else { return };
        let product = |share: fn(&Totals) -> Option<(i128, i128)>| {
            movements.iter().map(|movement| share(&movement.totals)).try_fold(1.0, |product, share| {
                let (kept, base) = share?;
                (base > 0).then(|| product * (kept as f64 / base as f64))
            })
        };
        let customers = product(|totals| {
            let start = i128::from(totals.customers_start?);
            Some((start - i128::from(totals.customers_lost?), start))
        });
        let net = product(|totals| {
            let start = totals.mrr_start?;
            Some((start + totals.mrr_expansion? - totals.mrr_contraction? - totals.mrr_churn?, start))
        });
        let gross = product(|totals| {
            let start = totals.mrr_start?;
            Some((start - totals.mrr_contraction? - totals.mrr_churn?, start))
        });
        let sums = summed(&movements);
        let start = movements.last().and_then(|movement| movement.totals.mrr_start).filter(|start| *start > 0);
        let waterfall = |gain: Option<i128>| {
            let (start, gain) = (start?, gain?);
            Some(Value::Number((start + gain - sums.mrr_contraction? - sums.mrr_churn?) as f64 / start as f64))
        };
        let mut put = |key: Key, name: &str, value: Option<Value>| {
            if let (Some(result), Some(value)) = (metrics.get_mut(&key), value) {
                result.parts.insert(name.to_owned(), value);
            }
        };
        put(Key::CustomerRetentionRate, "chained_months", customers.map(Value::Number));
        put(Key::Nrr, "chained_months", net.map(Value::Number));
        put(Key::Nrr, "naive_waterfall", waterfall(sums.mrr_expansion));
        put(Key::Grr, "chained_months", gross.map(Value::Number));
        put(Key::Grr, "naive_waterfall", waterfall(Some(0)));
    }

    /// NRR and GRR over the twelve months up to `last`, or over as many as there are; the month's own value stays as a
    /// part (metrics.md 4C).
    fn look_back(&self, metrics: &mut Metrics, scope: &Scope, last: Month) {
        let first = last.plus(-11).max(self.ledger.first.plus(1));
        if first >= last {
            return;
        }
        let (movement, without) = self.movement(first, last);
        let longer = scope.over(Period::months(first, last));
        let longer = self.metrics_of_movement(&longer, &movement, without, first, last);
        for key in [Key::Nrr, Key::Grr] {
            let month = metrics.get(&key).and_then(|result| result.value);
            if let Some(result) = longer.get(&key).filter(|result| result.status == Status::Ok) {
                let months = Value::Count(i64::from(last.0 - first.0 + 1));
                add(metrics, result.clone().part("months", months).part_if("closing_month", month));
            }
        }
    }

    /// The churn of the last complete months pooled, with its interval.
    fn pooled_churn(&self, last: Month, level: Level) -> Option<(f64, Option<Interval>, i64)> {
        let (mut lost, mut start, mut months) = (0, 0, 0);
        for back in 0..self.settings.churn_months as i32 {
            let month = last.plus(-back);
            if let (Opening::Known(_), true) = (self.opening(month), month >= self.ledger.first) {
                let (movement, None) = self.movement(month, month) else { break };
                lost += movement.totals.customers_lost.unwrap_or(0);
                start += movement.totals.customers_start.unwrap_or(0);
                months += 1;
            }
        }
        (start > 0).then(|| (lost as f64 / start as f64, wilson(lost as f64, start as f64, level.z()), months))
    }

    /// Metrics that look at each customer's whole history.
    fn add_slow_metrics(&self, metrics: &mut Metrics, scope: &Scope, last: Month, survival: &Survival) {
        let place = self.place(last);
        let amounts = self.amounts(last);
        let churn = self.pooled_churn(last, scope.level);
        if let Some(arpa) = metrics.get(&Key::Arpa) {
            let (movement, _) = self.movement_of(arpa, last);
            let mut refined = revenue::arpa(scope, &movement, Some(amounts.clone()));
            refined.flags.clone_from(&arpa.flags);
            add(metrics, refined);
        }
        let arpa = match metrics.get(&Key::Arpa).and_then(|result| result.value) {
            Some(Value::Money(amount)) => Some(amount.units),
            _ => None,
        };
        let top = self.settings.top_n as usize;
        add(metrics, revenue::revenue_concentration(scope, amounts, top));
        let lifetime = customers::customer_lifetime(
            scope,
            Some(survival),
            churn.map(|(rate, interval, _)| (rate, interval)),
            match self.by_day {
                Some(by_day) => by_day.tenures(last.end(), &|customer| self.counts(customer)),
                None => history::tenures(&self.ledger.history, place),
            },
        );
        let lifetime = match churn {
            None if lifetime.status == Status::InsufficientData => lifetime.without(Status::NoPriorPeriod),
            _ => lifetime,
        };
        add(metrics, lifetime);
        let simple = match (arpa, churn) {
            (Some(arpa), Some((rate, interval, months))) => {
                economics::cltv_simple(scope, arpa, rate, self.settings.gross_margin, interval)
                    .part("churn_months", Value::Count(months))
            }
            (None, _) => MetricResult::new(Key::CltvSimple, scope).without(Status::UndefinedZeroBase),
            (_, None) => MetricResult::new(Key::CltvSimple, scope).without(Status::NoPriorPeriod),
        };
        add(metrics, simple);
        ahead::add_worth(metrics, self, scope, churn.map(|(rate, interval, _)| (rate, interval)), survival);
        add(metrics, economics::cltv_realised(scope, history::brought_by_ended(self.ledger, place)));
        add(metrics, survival::km_survival(scope, survival));
    }

    /// The totals behind an ARPA result's period.
    fn movement_of(&self, result: &MetricResult, last: Month) -> (Totals, Option<Status>) {
        let first = result.period_start.map_or(last, Day::month);
        let (movement, status) = self.movement(first, last);
        (movement.totals, status)
    }

    /// The values of a segment column side by side, the largest by MRR apart and the rest summed up.
    fn segments(&self, segment: &Segment, scope: &Scope, first: Month, last: Month) -> Vec<SegmentEntry> {
        let codes = self.ledger.codes_at(segment, first.plus(-1));
        let Some(closing) = self.ledger.closing(last) else { return Vec::new() };
        let opening = self.ledger.closing(first.plus(-1));
        let mut size = vec![0_i128; segment.values.len().max(1)];
        let mut members = vec![false; size.len()];
        for (place, code) in codes.iter().enumerate() {
            let units = closing.amounts.get(place);
            let before = opening.map_or(0, |closing| closing.amounts.get(place));
            if let (Some(size), Some(member)) = (size.get_mut(usize::from(*code)), members.get_mut(usize::from(*code)))
                && (units > 0 || before > 0)
            {
                *size += i128::from(units);
                *member = true;
            }
        }
        let groups = largest(&size, &members, segment);
        let of: Vec<u16> = codes.iter().map(|code| groups.group_of[usize::from(*code)]).collect();
        let count = groups.names.len();
        let mut movements = match self.opening(first) {
            Opening::Known(before) => {
                let after = self.place(last);
                history::movements_by_group(self.ledger, before, after, &of, count)
            }
            Opening::Without(_) => Vec::new(),
        };
        if let Some(by_day) = self.by_day {
            by_day.intra_period_churners(Period::months(first, last), &mut |customer| {
                let group = of.get(customer as usize).filter(|_| self.counts(customer));
                if let Some(movement) = group.and_then(|group| movements.get_mut(usize::from(*group))) {
                    *movement.totals.customers_intra_period.get_or_insert(0) += 1;
                }
            });
        }
        let period = Period::months(first, last);
        let group =
            |customer: u32| of.get(customer as usize).filter(|_| self.counts(customer)).copied().map(usize::from);
        self.add_daily_churn(&mut movements, period, &group);
        let mut by_event = self.by_event_of(&movements, period, &group).unwrap_or_default().into_iter();
        let lifetimes: Vec<Vec<Lifetimes>> = match self.by_day {
            Some(by_day) => {
                let of_group =
                    |number| by_day.lifetimes(last.end(), false, &|customer| group(customer) == Some(number));
                (0..count).map(of_group).collect()
            }
            None => history::lifetimes_by_group(self.ledger, self.place(last), Runs::First, (&group, count)),
        };
        let mut lifetimes = lifetimes.into_iter();
        let mut movements = (0..).zip(&movements);
        let entries = groups.names.into_iter().map(|(value, others)| {
            let named = SegmentValue { column: segment.column.clone(), value };
            let scope = Scope { segment: Some(named.clone()), ..scope.clone() };
            let mut metrics = movements.next().map_or_else(Metrics::new, |(number, movement)| {
                let mut metrics = metrics_of_totals(&scope, &movement.totals, Some(&movement.spread));
                let kept = |customer: u32| group(customer) == Some(number);
                self.add_causes(&mut metrics, &movement.totals, period, &kept);
                if let Some(by_day) = self.by_day {
                    add(&mut metrics, renewal_rate(&scope, &by_day.renewals(period, &kept)));
                }
                metrics
            });
            if let Some(movement) = by_event.next() {
                add_by_event(&mut metrics, &scope, &movement.totals);
            }
            if let Some(lifetimes) = lifetimes.next() {
                add(&mut metrics, survival::km_survival(&scope, &kaplan_meier(lifetimes, scope.level)));
            }
            SegmentEntry { segment: named, others, metrics }
        });
        compare_to_rest(entries.collect(), Key::CustomerChurnRate, scope.level)
    }
}

/// Puts the movements on the event basis in place of the snapshots.
fn add_by_event(metrics: &mut Metrics, scope: &Scope, totals: &Totals) {
    let flags = metrics.get(&Key::MrrMovements).map(|result| result.flags.clone()).unwrap_or_default();
    let result = revenue::mrr_movements(scope, totals).variant(MovementBasis::Events.name());
    add(metrics, MetricResult { flags, ..result });
}

/// Sums the classes of several movements.
fn summed(movements: &[Movement]) -> Totals {
    let sum = |class: fn(&Totals) -> Option<i128>| movements.iter().map(|movement| class(&movement.totals)).sum();
    Totals {
        mrr_new: sum(|totals| totals.mrr_new),
        mrr_reactivation: sum(|totals| totals.mrr_reactivation),
        mrr_expansion: sum(|totals| totals.mrr_expansion),
        mrr_contraction: sum(|totals| totals.mrr_contraction),
        mrr_churn: sum(|totals| totals.mrr_churn),
        ..Totals::default()
    }
}

//! The order of a body.

use crate::Error;
use crate::coder::{Coder, Column, MAX_COUNT};
use crate::predict::{self, COMPARED, Context, Parts, TOTALS};
use crate::results::{Codec, MONTHS};
use crate::select::MAX_ROWS;
use crate::tables::LEVELS;
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::cohorts::{Cohorts, CustomerCohort};
use keeprate_metrics::conventions::Conventions;
use keeprate_metrics::money::{Amount, Currency};
use keeprate_metrics::period::{Day, Month, Period};
use keeprate_metrics::report::{
    Comparison, Generator, LabelledPeriod, Metrics, MovementCounts, MovementEntry, Report, SCHEMA, SegmentEntry,
    SeriesEntry, Settings,
};
use keeprate_metrics::responses::Feedback;
use keeprate_metrics::result::{Scope, SegmentValue, Value};
use keeprate_metrics::statistics::Level;
use keeprate_metrics::survival::{Lifetimes, Step, Survival, kaplan_meier};

/// Values of a segment column.
const MAX_SEGMENTS: usize = 64;

/// A larger common factor of all amounts is not looked for.
const MAX_SCALE: i64 = 1_000_000_000;

/// A report without content: what a reader starts from.
pub(crate) fn blank<Input>() -> Report<Input> {
    Report {
        schema: SCHEMA.to_owned(),
        generator: Generator { name: "keeprate".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        settings: Settings::default(),
        inputs: Vec::new(),
        currency: Currency::EUR,
        as_of: None,
        period: None,
        segment: None,
        metrics: Metrics::new(),
        comparison: None,
        series: Vec::new(),
        movements: Vec::new(),
        cohorts: None,
        survival: Vec::new(),
        segments: Vec::new(),
        feedback: Feedback::new(),
        forecast: Vec::new(),
        usage: None,
        invoices: None,
        joins: Vec::new(),
        risk: None,
    }
}

/// Codes a report: a writer's own, or a blank one for a reader. The result is what a reader has.
pub(crate) fn code<'a, Input>(coder: Coder<'a>, stated: &Report<()>) -> Result<(Report<Input>, Coder<'a>), Error> {
    let mut codec = Codec { coder, currency: Currency::EUR, scale: 1 };
    let mut report = blank();
    report.settings = codec.settings(&stated.settings)?;
    report.currency = codec.read_currency(stated.currency)?;
    codec.currency = report.currency;
    report.period = codec.optional(stated.period.as_ref(), |codec, period| codec.period(period, None), &no_label())?;
    let period = report.period.as_ref().and_then(days);
    report.as_of = codec.day(stated.as_of, period.map(|period| period.end))?;
    report.segment = codec.optional(stated.segment.as_ref(), Codec::segment, &no_segment())?;
    let rows = codec.coder.bit(stated.metrics.get(&Key::Nrr).is_none_or(|nrr| nrr.variant != "aggregate"))?;
    codec.scale = i128::from(codec.coder.within(scale(stated), 1, MAX_SCALE, 0)?);
    report.cohorts = codec.optional(stated.cohorts.as_ref(), Codec::cohorts, &Cohorts::default())?;
    report.movements = codec.movements(&stated.movements, report.cohorts.as_ref())?;
    let scope = Scope {
        period,
        segment: report.segment.clone(),
        exponent: report.currency.exponent(),
        level: report.settings.level(),
        // Known at the end alone; until then other readings of a rate than the usual one are stated, not predicted.
        conventions: Conventions::default(),
    };
    let survival = codec.survival(stated, scope.level)?;
    let mut context = Context {
        scope,
        settings: &report.settings,
        rows,
        movements: &report.movements,
        survival: survival.as_ref(),
        keys: Vec::new(),
    };
    report.metrics = codec.metrics(&stated.metrics, &context)?;

    context.survival = None;
    context.keys = report.metrics.keys().copied().collect();
    let none = Comparison { period: no_label(), metrics: Metrics::new() };
    report.comparison = codec.optional(
        stated.comparison.as_ref(),
        |codec, comparison| {
            let period = codec.period(&comparison.period, None)?;
            context.scope.period = days(&period);
            Ok(Comparison { metrics: codec.metrics(&comparison.metrics, &context)?, period })
        },
        &none,
    )?;
    report.series = codec.series(&stated.series, &mut context)?;
    context.scope.period = period;
    context.movements = &[];
    report.segments = codec.segments(&stated.segments, &mut context)?;
    report.survival = survival.map(|survival| survival.steps).unwrap_or_default();
    let missing = missing_months(stated.cohorts.as_ref());
    report.settings.conventions = codec.conventions(&stated.settings.conventions, !missing.is_empty())?;
    codec.leave_out(&missing, &mut report.cohorts)?;
    Ok((report, codec.coder))
}

fn no_label() -> LabelledPeriod {
    LabelledPeriod { start: None, end: None, label: String::new() }
}

fn no_segment() -> SegmentValue {
    SegmentValue { column: String::new(), value: String::new() }
}

fn days(period: &LabelledPeriod) -> Option<Period> {
    period.start.zip(period.end).map(|(start, end)| Period { start, end })
}

/// The period of the same number of months that follows.
fn following(period: Period) -> Option<Period> {
    let (first, months) = (period.end.month(), period.whole_months()?);
    let last = first.plus(months - 1);
    (i64::from(last.0) < MONTHS.1).then(|| Period::months(first, last))
}

/// The amounts of a movement by class, with the customers of each.
fn classes(entry: &MovementEntry) -> [(i64, Amount); 5] {
    let customers = &entry.customers;
    [
        (customers.new, entry.new),
        (customers.reactivated, entry.reactivation),
        (customers.expanded, entry.expansion),
        (customers.contracted, entry.contraction),
        (customers.lost, entry.churn),
    ]
}

/// The largest number of minor units that all totals are multiples of: price lists like round amounts.
fn scale(report: &Report<()>) -> i64 {
    let movements = report.movements.iter().flat_map(|entry| {
        let classes = classes(entry).map(|(_, amount)| amount);
        classes.into_iter().chain([entry.start, entry.end])
    });
    let parts = report.metrics.values().flat_map(|result| &result.parts);
    let totals = parts.filter_map(|(name, value)| match value {
        Value::Money(amount) if TOTALS.contains(&name.as_str()) => Some(*amount),
        _ => None,
    });
    let divisor = movements.chain(totals).fold(0, |divisor, amount| {
        let (mut a, mut b) = (divisor, Codec::minor(amount).abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        a
    });
    i64::try_from(divisor).ok().filter(|divisor| (1..=MAX_SCALE).contains(divisor)).unwrap_or(1)
}

impl Codec<'_> {
    /// A value that may be absent; `blank` is what a reader starts from.
    fn optional<T, U>(
        &mut self,
        stated: Option<&T>,
        code: impl FnOnce(&mut Self, &T) -> Result<U, Error>,
        blank: &T,
    ) -> Result<Option<U>, Error> {
        if self.coder.bit(stated.is_some())? { code(self, stated.unwrap_or(blank)).map(Some) } else { Ok(None) }
    }

    /// The conventions that are not the usual ones, by name and value. They stand at the end and only where there are
    /// some, or `more` behind them, so that all other links are as they always were; readers from before refuse these.
    fn conventions(&mut self, stated: &Conventions, more: bool) -> Result<Conventions, Error> {
        let usual = Conventions::default();
        let unusual = |name: &&&str| stated.get(name) != usual.get(name);
        let names: Vec<&str> = Conventions::NAMES.iter().filter(unusual).copied().collect();
        let mut read = usual;
        let absent = if self.coder.writes() { names.is_empty() && !more } else { self.coder.is_finished() };
        if absent {
            return Ok(read);
        }
        let count = self.coder.length(names.len(), Conventions::NAMES.len(), 0)?;
        for index in 0..count {
            let name = names.get(index).copied().unwrap_or_default();
            let text = self.coder.text(&[name, "=", &stated.get(name)].concat())?;
            let (name, value) = text.split_once('=').ok_or(Error::Damaged)?;
            read.set(name, value).map_err(|_| Error::Newer)?;
        }
        Ok(read)
    }

    /// The months that the data do not have, of which the cells of cohorts say nothing. Like conventions they stand at the
    /// end and only where there are some; they take more than the seven bits that may be left in a last byte.
    fn leave_out(&mut self, stated: &[Month], cohorts: &mut Option<Cohorts>) -> Result<(), Error> {
        let absent = if self.coder.writes() { stated.is_empty() } else { self.coder.is_finished() };
        if absent {
            return Ok(());
        }
        let count = self.coder.length(stated.len(), MAX_ROWS, 0)?;
        let mut near =
            cohorts.as_ref().and_then(|cohorts| cohorts.customers.first()).map_or(Month(0), |row| row.cohort);
        for index in 0..count {
            near = self.month(stated.get(index).copied().unwrap_or(near), near)?;
            for row in cohorts.iter_mut().flat_map(|cohorts| &mut cohorts.customers) {
                let place = usize::try_from(i64::from(near.0) - i64::from(row.cohort.0)).ok();
                if let Some(cell) = place.and_then(|place| row.active.get_mut(place)) {
                    *cell = None;
                }
            }
        }
        Ok(())
    }

    fn settings(&mut self, stated: &Settings) -> Result<Settings, Error> {
        let usual = Settings::default();
        self.group(|codec| {
            // What a link would write as 0 is no margin.
            let is_margin = |margin: &f64| (1e-8..=1.0).contains(margin);
            let margin = stated.gross_margin.filter(is_margin).map(Value::Number);
            let margin = codec.slot(margin, None)?.map(|margin| margin.as_f64());
            let mut number = |stated: u32, usual: u32, most: i64| {
                if codec.coder.differs(stated != usual)? {
                    codec.coder.within(i64::from(stated), 1, most, 3).map(|number| number as u32)
                } else {
                    Ok(usual)
                }
            };
            Ok(Settings {
                gross_margin: margin.filter(is_margin),
                churn_months: number(stated.churn_months, usual.churn_months, 12)?,
                top_n: number(stated.top_n, usual.top_n, 1000)?,
                confidence_level: codec.coder.entry(LEVELS, stated.confidence_level, usual.confidence_level)?,
                ..usual
            })
        })
    }

    fn read_currency(&mut self, stated: Currency) -> Result<Currency, Error> {
        if !self.coder.differs(stated != Currency::EUR)? {
            return Ok(Currency::EUR);
        }
        let mut code = String::new();
        let mut letters = stated.code().bytes();
        for _ in 0..3 {
            let letter = i64::from(letters.next().unwrap_or(b'A'));
            let letter = self.coder.within(letter, i64::from(b'A'), i64::from(b'Z'), 4)?;
            code.push(char::from(letter as u8));
        }
        Currency::parse(&code).ok_or(Error::Damaged)
    }

    fn day(&mut self, stated: Option<Day>, predicted: Option<Day>) -> Result<Option<Day>, Error> {
        let period = |day: Day| Period { start: day, end: Day(day.0 + 1) };
        // A period of one day, so that a day has the same bounds.
        let day = self.days(stated.filter(|day| day.0 < i32::MAX).map(period), predicted.map(period))?;
        Ok(day.map(|period| period.start))
    }

    fn segment(&mut self, stated: &SegmentValue) -> Result<SegmentValue, Error> {
        Ok(SegmentValue { column: self.coder.text(&stated.column)?, value: self.coder.text(&stated.value)? })
    }

    fn cohorts(&mut self, stated: &Cohorts) -> Result<Cohorts, Error> {
        let count = self.coder.length(stated.customers.len(), MAX_ROWS, 4)?;
        let (mut sizes, mut cells) = (Column::default(), Column::default());
        let blank = CustomerCohort { cohort: Month(0), size: 0, active: Vec::new(), open: 0, left_truncated: false };
        let mut before = CustomerCohort { cohort: Month(664), left_truncated: false, ..blank.clone() };
        let mut customers = Vec::new();
        for index in 0..count {
            let stated = stated.customers.get(index).unwrap_or(&blank);
            let mut row = self.group(|codec| {
                let next = before.cohort.plus(1);
                let differs = codec.coder.differs(stated.cohort != next)?;
                let cohort = if differs { codec.month(stated.cohort, next)? } else { next };
                // The triangle ends with the same month in each row.
                let passed = i64::from(cohort.0) - i64::from(before.cohort.0);
                let usual = (before.active.len() as i64 - passed).clamp(0, MAX_ROWS as i64);
                let mut length = usual as usize;
                if codec.coder.differs(stated.active.len() != length)? {
                    length = codec.coder.length(stated.active.len(), MAX_ROWS, 4)?;
                }
                let mut open = before.open;
                if codec.coder.differs(stated.open != open)? {
                    open = codec.coder.length(stated.open as usize, MAX_ROWS, 0)? as u32;
                }
                let left_truncated = codec.coder.differs(stated.left_truncated != (index == 0))? != (index == 0);
                Ok(CustomerCohort { cohort, size: 0, active: vec![None; length], open, left_truncated })
            })?;
            row.size = self.count_near(&mut sizes, stated.size, 0)?;
            let mut near = row.size;
            for (place, cell) in row.active.iter_mut().enumerate() {
                // A month that the data do not have is named at the end; here it is as the one before.
                let known = stated.active.get(place).copied().flatten().unwrap_or(near);
                near = self.count_near(&mut cells, known, near)?;
                *cell = Some(near);
            }
            self.coder.figures += row.active.len();
            before = row.clone();
            customers.push(row);
        }
        Ok(Cohorts { customers, revenue: Vec::new() })
    }

    /// A count as its difference to another one.
    fn count_near(&mut self, column: &mut Column, stated: u64, near: u64) -> Result<u64, Error> {
        let difference =
            column.signed(&mut self.coder, i128::from(near) - i128::from(stated.min(MAX_COUNT.unsigned_abs())))?;
        let count = i128::from(near).checked_sub(difference).and_then(|count| u64::try_from(count).ok());
        count.filter(|count| *count <= MAX_COUNT.unsigned_abs()).ok_or(Error::Damaged)
    }

    fn movements(&mut self, stated: &[MovementEntry], cohorts: Option<&Cohorts>) -> Result<Vec<MovementEntry>, Error> {
        let count = self.coder.length(stated.len(), MAX_ROWS, 4)?;
        let zero = self.amount(0);
        let blank = MovementEntry {
            period: no_label(),
            start: zero,
            new: zero,
            reactivation: zero,
            expansion: zero,
            contraction: zero,
            churn: zero,
            end: zero,
            customers: MovementCounts::default(),
        };
        let mut columns = [(Column::default(), Column::default()); 5];
        let mut movements: Vec<MovementEntry> = Vec::new();
        for index in 0..count {
            let stated = stated.get(index).unwrap_or(&blank);
            let before = movements.last();
            let next = before.and_then(|before| days(&before.period)).and_then(following);
            let (opening, base) = before.map_or((zero, 0), |before| (before.end, before.customers.end));
            let (period, start, customers_start) = self.group(|codec| {
                let period = codec.period(&stated.period, next)?;
                let start = codec.total_near(stated.start, opening)?;
                Ok((period, start, codec.customers_near(stated.customers.start, base)?))
            })?;
            // Cohorts tell who is new, and with the opening who is gone.
            let month = days(&period).filter(|period| period.whole_months() == Some(1));
            let (new, active) = cohorts.zip(month).map_or((0, 0), |(cohorts, month)| of_month(cohorts, month));
            let mut read = [(0_i64, zero); 5];
            let mut known = customers_start;
            let all = read.iter_mut().zip(classes(stated)).zip(&mut columns).enumerate();
            for (place, ((read, (count, amount)), columns)) in all {
                let usual = match place {
                    0 => new,
                    4 if active > 0 => known - active,
                    _ => 0,
                };
                let count = count.clamp(-MAX_COUNT, MAX_COUNT);
                let count = columns.0.signed(&mut self.coder, i128::from(count) - i128::from(usual))?;
                let count = i64::try_from(count).ok().and_then(|count| count.checked_add(usual));
                read.0 = count.filter(|count| (-MAX_COUNT..=MAX_COUNT).contains(count)).ok_or(Error::Damaged)?;
                known += if place < 2 { read.0 } else { 0 };
                if read.0 != 0 || self.coder.differs(Self::minor(amount) != 0)? {
                    let number = columns.1.signed(&mut self.coder, Self::minor(amount) / self.scale)?;
                    read.1 = self.amount(self.scaled(number)?);
                    self.coder.figures += 2;
                }
            }
            let [
                (new, new_mrr),
                (reactivated, reactivation),
                (expanded, expansion),
                (contracted, contraction),
                (lost, churn),
            ] = read;
            let closing = start.units + new_mrr.units + reactivation.units + expansion.units;
            let closing = self.currency.amount(closing - contraction.units - churn.units);
            let left = customers_start + new + reactivated - lost;
            let (end, customers_end) = self.group(|codec| {
                Ok((codec.total_near(stated.end, closing)?, codec.customers_near(stated.customers.end, left)?))
            })?;
            movements.push(MovementEntry {
                period,
                start,
                new: new_mrr,
                reactivation,
                expansion,
                contraction,
                churn,
                end,
                customers: MovementCounts {
                    start: customers_start,
                    new,
                    reactivated,
                    expanded,
                    contracted,
                    lost,
                    end: customers_end,
                },
            });
        }
        Ok(movements)
    }

    /// An amount that usually is the predicted one.
    fn total_near(&mut self, stated: Amount, predicted: Amount) -> Result<Amount, Error> {
        match self.slot(Some(Value::Money(stated)), Some(Value::Money(predicted)))? {
            Some(Value::Money(amount)) => Ok(amount),
            _ => Err(Error::Damaged),
        }
    }

    /// A count that usually is the predicted one.
    fn customers_near(&mut self, stated: i64, predicted: i64) -> Result<i64, Error> {
        match self.slot(Some(Value::Count(stated)), Some(Value::Count(predicted)))? {
            Some(Value::Count(count)) => Ok(count),
            _ => Err(Error::Damaged),
        }
    }

    /// The curve, from the counts that make it; shares and bounds are estimated again.
    fn survival(&mut self, stated: &Report<()>, level: Level) -> Result<Option<Survival>, Error> {
        let metric = stated.metrics.get(&Key::KmSurvival);
        if !self.coder.bit(metric.is_some() || !stated.survival.is_empty())? {
            return Ok(None);
        }
        let steps = &stated.survival;
        let count = self.coder.length(steps.len(), MAX_ROWS, 4)?;
        let mut at_risk = self.coder.count(steps.first().map_or(0, |step| step.at_risk), 6)?;
        let first = at_risk;
        let (mut churned_column, mut censored_column) = (Column::default(), Column::default());
        let mut lifetimes = Vec::new();
        let mut time = 0.0;
        let blank = Step { t: 0.0, at_risk: 0, churned: 0, s: 1.0, low: None, high: None };
        for index in 0..count {
            let step = steps.get(index).unwrap_or(&blank);
            let next = steps.get(index + 1).map_or(0, |next| next.at_risk);
            match self.slot(Some(Value::Number(step.t)), Some(Value::Number(time + 1.0)))? {
                Some(Value::Number(read)) if read > time || (index == 0 && read == 0.0) => time = read,
                _ => return Err(Error::Damaged),
            }
            let churned = self.count_near(&mut churned_column, step.churned.clamp(1, at_risk.max(1)), 1)?;
            let left = at_risk.checked_sub(churned).filter(|_| churned > 0).ok_or(Error::Damaged)?;
            let last = index + 1 == count;
            let mut censored = left;
            if !last {
                censored = self.count_near(&mut censored_column, left.saturating_sub(next), 0)?;
            }
            at_risk = left.checked_sub(censored).ok_or(Error::Damaged)?;
            lifetimes.push(Lifetimes { time, churned, censored });
            self.coder.figures += 2;
        }
        let mut survival = kaplan_meier(lifetimes, level);
        // Customers and times that the steps do not show.
        let n = metric.and_then(|metric| metric.n).and_then(|n| i64::try_from(n).ok()).unwrap_or(first as i64);
        survival.n = u64::try_from(self.customers_near(n, first as i64)?).map_err(|_| Error::Damaged)?;
        let horizon = metric.and_then(|metric| metric.parts.get("horizon").copied());
        if let Some(Value::Number(horizon)) = self.slot(horizon, Some(Value::Number(time)))? {
            (survival.longest, survival.reliable) = (horizon, horizon);
        }
        Ok(Some(survival))
    }

    fn series(&mut self, stated: &[SeriesEntry], context: &mut Context) -> Result<Vec<SeriesEntry>, Error> {
        let count = self.coder.length(stated.len(), MAX_ROWS, 4)?;
        let blank = SeriesEntry { period: no_label(), metrics: Metrics::new() };
        let mut series: Vec<SeriesEntry> = Vec::new();
        for index in 0..count {
            let stated = stated.get(index).unwrap_or(&blank);
            let next = series.last().and_then(|before| days(&before.period)).and_then(following);
            let entry = self.group(|codec| {
                let period = codec.period(&stated.period, next)?;
                context.scope.period = days(&period);
                Ok(SeriesEntry { metrics: codec.metrics(&stated.metrics, context)?, period })
            })?;
            context.keys = entry.metrics.keys().copied().collect();
            series.push(entry);
        }
        Ok(series)
    }

    fn segments(&mut self, stated: &[SegmentEntry], context: &mut Context) -> Result<Vec<SegmentEntry>, Error> {
        let count = self.coder.length(stated.len(), MAX_SEGMENTS, 1)?;
        let blank = SegmentEntry { segment: no_segment(), others: 0, metrics: Metrics::new() };
        let mut entries: Vec<SegmentEntry> = Vec::new();
        let mut compared: Vec<Parts> = Vec::new();
        for index in 0..count {
            let mut stated = stated.get(index).unwrap_or(&blank).clone();
            let mut segment = no_segment();
            if let Some(before) = entries.last() {
                segment.column.clone_from(&before.segment.column);
            }
            if self.coder.differs(stated.segment.column != segment.column)? {
                segment.column = self.coder.text(&stated.segment.column)?;
            }
            segment.value = self.coder.text(&stated.segment.value)?;
            let others = if self.coder.differs(stated.others != 0)? { self.coder.count(stated.others, 2)? } else { 0 };
            let mut parts = Parts::new();
            if let Some(churn) = stated.metrics.get_mut(&Key::CustomerChurnRate) {
                parts.extend(COMPARED.iter().filter_map(|name| Some(((*name).to_owned(), churn.parts.remove(*name)?))));
            }
            compared.push(parts);
            context.scope.segment = Some(segment.clone());
            let metrics = self.metrics(&stated.metrics, context)?;
            context.keys = metrics.keys().copied().collect();
            entries.push(SegmentEntry { segment, others, metrics });
        }
        // All segments together predict how each one compares.
        let predicted = predict::compared(&entries, context.scope.level.z());
        for ((entry, stated), predicted) in entries.iter_mut().zip(compared).zip(predicted) {
            if let Some(churn) = entry.metrics.get_mut(&Key::CustomerChurnRate) {
                churn.parts.extend(self.parts(&stated, predicted)?);
            }
        }
        Ok(entries)
    }
}

/// The months of which cohorts have no cells although they are between others, in their order.
fn missing_months(cohorts: Option<&Cohorts>) -> Vec<Month> {
    let rows = cohorts.iter().flat_map(|cohorts| &cohorts.customers);
    let cells = rows.flat_map(|row| (0..).zip(&row.active).map(|(place, cell)| (row.cohort.plus(place), cell)));
    let mut missing: Vec<Month> = Vec::new();
    for (month, _) in cells.filter(|(_, cell)| cell.is_none()) {
        let place = missing.partition_point(|known| *known < month);
        if missing.get(place) != Some(&month) {
            missing.insert(place, month);
        }
    }
    missing.truncate(MAX_ROWS);
    missing
}

/// Customers who are new in a month, and all customers at its end.
fn of_month(cohorts: &Cohorts, period: Period) -> (i64, i64) {
    let month = period.start.month();
    let mut sums = (0, 0);
    for row in &cohorts.customers {
        let age = usize::try_from(i64::from(month.0) - i64::from(row.cohort.0)).ok();
        let active = age.and_then(|age| *row.active.get(age)?).unwrap_or(0) as i64;
        sums.0 += if age == Some(0) { active } else { 0 };
        sums.1 += active;
    }
    sums
}

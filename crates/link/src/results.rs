//! Results and what they are made of, in the order of a body.

use crate::Error;
use crate::coder::{Coder, MAX_COUNT};
use crate::predict::{self, Context, FREE_TOTALS, Parts, TOTALS};
use crate::tables::{
    CERTAINTIES, DIRECTIONS, FIELDS, FLAGS, KEYS, METHODS, OPERATORS, PARTS, STATUSES, UNITS, VARIANTS, VERDICTS,
    WARNINGS,
};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::money::{Amount, Currency, UNITS_PER_MINOR};
use keeprate_metrics::order::ordered;
use keeprate_metrics::period::{Day, Month, Period};
use keeprate_metrics::planning;
use keeprate_metrics::report::{LabelledPeriod, Metrics};
use keeprate_metrics::result::{MetricResult, Operator, Scope, Status, Value, Warning};

/// 0000-01-01 and 9999-12-31: the days that an ISO date can write.
const DAYS: (i64, i64) = (-719_528, 2_932_896);

/// The same in months.
pub(crate) const MONTHS: (i64, i64) = (-23_640, 96_359);

/// June 2025, about which most links speak.
const USUAL_MONTH: i32 = 665;

/// Numbers are kept in steps of 10⁻⁹.
const STEPS: f64 = 1e9;

/// A number of this many steps is a multiple of 0.01 and has a short form.
const SHORT: i64 = 10_000_000;

/// Numbers from here on are stored as they are: a double can no longer tell all steps apart.
const EXACT: f64 = (1_i64 << 50) as f64;

/// The difference up to which a prediction stands for a number: what rounding to steps can move it by.
const TOLERANCE: f64 = 5e-9;

/// More money, in minor units, does not exist.
const MAX_MINOR: i128 = 1_000_000_000_000_000_000_000_000;

/// Entries of a table that a list can name; tables may grow.
const MAX_ENTRIES: usize = 256;

/// A coder with what the values of one report share.
pub(crate) struct Codec<'a> {
    pub(crate) coder: Coder<'a>,
    /// The currency of all amounts.
    pub(crate) currency: Currency,
    /// A number of minor units that the amounts are multiples of.
    pub(crate) scale: i128,
}

impl Codec<'_> {
    /// An amount of money from minor units.
    pub(crate) fn amount(&self, minor: i128) -> Amount {
        self.currency.amount(minor.clamp(-MAX_MINOR, MAX_MINOR) * i128::from(UNITS_PER_MINOR))
    }

    /// The minor units of an amount, within the range that a link can hold.
    pub(crate) fn minor(amount: Amount) -> i128 {
        amount.minor().clamp(-MAX_MINOR, MAX_MINOR)
    }

    /// Multiplies a number that was read by the scale.
    pub(crate) fn scaled(&self, number: i128) -> Result<i128, Error> {
        number.checked_mul(self.scale).filter(|minor| (-MAX_MINOR..=MAX_MINOR).contains(minor)).ok_or(Error::Damaged)
    }

    /// A value as a reader would have it if it were stated; `None` for a number that is none.
    fn rounded(&self, value: Value) -> Option<Value> {
        Some(match value {
            Value::Number(number) if !number.is_finite() => return None,
            Value::Number(number) if (number * STEPS).abs() < EXACT => Value::Number((number * STEPS).round() / STEPS),
            Value::Money(amount) => Value::Money(self.amount(Self::minor(amount))),
            Value::Count(count) => Value::Count(count.clamp(-MAX_COUNT, MAX_COUNT)),
            Value::Number(_) | Value::Yes(_) => value,
        })
    }

    /// A value that may be as predicted.
    pub(crate) fn slot(&mut self, value: Option<Value>, predicted: Option<Value>) -> Result<Option<Value>, Error> {
        let predicted = predicted.filter(|value| !matches!(value, Value::Number(number) if !number.is_finite()));
        let value = value.and_then(|value| self.rounded(value));
        if self.coder.differs(!alike(value, predicted))? { self.stated(value) } else { Ok(predicted) }
    }

    /// A value that nothing predicts; it must be rounded.
    fn stated(&mut self, value: Option<Value>) -> Result<Option<Value>, Error> {
        let kind = match value {
            Some(Value::Number(_)) => 0,
            Some(Value::Money(_)) => 1,
            Some(Value::Count(_)) => 2,
            None => 3,
            Some(Value::Yes(_)) => 4,
        };
        let kind = self.coder.unsigned(kind, 1)?;
        self.coder.figures += usize::from(kind != 3);
        Ok(Some(match (kind, value) {
            (0, Some(Value::Number(number))) => Value::Number(self.number(number)?),
            (0, _) => Value::Number(self.number(0.0)?),
            (1, Some(Value::Money(amount))) => Value::Money(self.money(Self::minor(amount))?),
            (1, _) => Value::Money(self.money(0)?),
            (2, Some(Value::Count(count))) => Value::Count(self.whole(count)?),
            (2, _) => Value::Count(self.whole(0)?),
            (3, _) => return Ok(None),
            (4, Some(Value::Yes(yes))) => Value::Yes(self.coder.bit(yes)?),
            (4, _) => Value::Yes(self.coder.bit(false)?),
            _ => return Err(Error::Damaged),
        }))
    }

    fn whole(&mut self, count: i64) -> Result<i64, Error> {
        let count = self.coder.signed(i128::from(count), 4)?;
        i64::try_from(count).ok().filter(|count| (-MAX_COUNT..=MAX_COUNT).contains(count)).ok_or(Error::Damaged)
    }

    fn money(&mut self, minor: i128) -> Result<Amount, Error> {
        if self.scale > 1 && self.coder.bit(minor % self.scale == 0)? {
            let number = self.coder.signed(minor / self.scale, 7)?;
            return Ok(self.amount(self.scaled(number)?));
        }
        let minor = self.coder.signed(minor, 13)?;
        if !(-MAX_MINOR..=MAX_MINOR).contains(&minor) { Err(Error::Damaged) } else { Ok(self.amount(minor)) }
    }

    /// A number in steps, in the short form, or as it is.
    pub(crate) fn number(&mut self, number: f64) -> Result<f64, Error> {
        let steps = (number * STEPS).round();
        if self.coder.bit(steps.abs() >= EXACT)? {
            let bits = (0..64).rev().try_fold(0_u64, |bits, place| {
                Ok(bits << 1 | u64::from(self.coder.bit(number.to_bits() >> place & 1 == 1)?))
            })?;
            return Some(f64::from_bits(bits)).filter(|number| number.is_finite()).ok_or(Error::Damaged);
        }
        let steps = steps as i64;
        let (unit, order) = if self.coder.bit(steps % SHORT == 0)? { (SHORT, 7) } else { (1, 26) };
        let units = self.coder.signed(i128::from(steps / unit), order)?;
        let steps = i64::try_from(units).ok().and_then(|units| units.checked_mul(unit)).ok_or(Error::Damaged)?;
        Ok(steps as f64 / STEPS)
    }

    /// Parts by name: those that are not as predicted are listed.
    pub(crate) fn parts(&mut self, parts: &Parts, predicted: Parts) -> Result<Parts, Error> {
        let value = |codec: &Self, name: &str| parts.get(name).and_then(|value| codec.rounded(*value));
        let mut differing = Vec::new();
        if self.coder.writes() {
            let differs = |name: &str| !alike(value(self, name), predicted.get(name).copied());
            differing = (0..PARTS.len()).filter(|place| PARTS.get(*place).is_some_and(|name| differs(name))).collect();
        }
        let mut result = predicted;
        result.retain(|name, value| {
            PARTS.contains(&name.as_str()) && !matches!(value, Value::Number(number) if !number.is_finite())
        });
        if !self.coder.differs(!differing.is_empty())? {
            return Ok(result);
        }
        let count = self.coder.length(differing.len(), MAX_ENTRIES, 1)?;
        let mut next = 0;
        for index in 0..count {
            let (place, name) = self.coder.place(PARTS, next, differing.get(index).copied(), 2)?;
            match self.stated(value(self, name))? {
                Some(value) => result.insert(name.to_owned(), value),
                None => result.remove(name),
            };
            next = place + 1;
        }
        Ok(result)
    }

    /// A period without its label.
    pub(crate) fn days(&mut self, period: Option<Period>, predicted: Option<Period>) -> Result<Option<Period>, Error> {
        let known = |day: Day| (DAYS.0..=DAYS.1).contains(&i64::from(day.0));
        let period = period.filter(|period| known(period.start) && known(period.end) && period.days() > 0);
        if !self.coder.differs(period != predicted)? {
            return Ok(predicted);
        }
        if !self.coder.bit(period.is_some())? {
            return Ok(None);
        }
        let period = period.unwrap_or(Period { start: Day(0), end: Day(1) });
        let months = period.whole_months();
        let read = if self.coder.bit(months.is_some())? {
            let first = self.month(period.start.month(), Month(USUAL_MONTH))?;
            let months = self.coder.within(i64::from(months.unwrap_or(1)), 1, MONTHS.1 - MONTHS.0, 0)?;
            Period::months(first, first.plus(months as i32 - 1))
        } else {
            let start = self.coder.within(i64::from(period.start.0), DAYS.0, DAYS.1, 20)?;
            let days = self.coder.within(i64::from(period.days()), 1, DAYS.1 - DAYS.0, 5)?;
            Period { start: Day(start as i32), end: Day((start + days) as i32) }
        };
        if known(read.end) { Ok(Some(read)) } else { Err(Error::Damaged) }
    }

    /// A month near another one.
    pub(crate) fn month(&mut self, month: Month, near: Month) -> Result<Month, Error> {
        let month = self.coder.signed(i128::from(month.0) - i128::from(near.0), 4)? + i128::from(near.0);
        let month = i32::try_from(month).ok().filter(|month| (MONTHS.0..=MONTHS.1).contains(&i64::from(*month)));
        month.map(Month).ok_or(Error::Damaged)
    }

    /// A period with its label.
    pub(crate) fn period(
        &mut self,
        period: &LabelledPeriod,
        predicted: Option<Period>,
    ) -> Result<LabelledPeriod, Error> {
        let stated = period.start.zip(period.end).map(|(start, end)| Period { start, end });
        let days = self.days(stated, predicted)?;
        let mut label = days.map(Period::label).unwrap_or_default();
        if self.coder.differs(label != period.label)? {
            label = self.coder.text(&period.label)?;
        }
        Ok(LabelledPeriod { start: days.map(|days| days.start), end: days.map(|days| days.end), label })
    }

    /// The results of one question.
    pub(crate) fn metrics(&mut self, metrics: &Metrics, context: &Context) -> Result<Metrics, Error> {
        let stated: Vec<Key> = KEYS.iter().copied().filter(|key| metrics.contains_key(key)).collect();
        let usual = context.scope.period;
        let mut periods = vec![(usual, self.totals(metrics, usual, context)?)];
        let mut done = Metrics::new();
        for key in self.keys(&stated, &context.keys)? {
            let blank = MetricResult::new(key, &context.scope);
            let stated = metrics.get(&key).unwrap_or(&blank);
            let result = self.group(|codec| codec.result(stated, metrics, &mut periods, &done, context))?;
            done.insert(key, result);
        }
        Ok(done)
    }

    /// A group of values that usually are all as predicted.
    pub(crate) fn group<T>(&mut self, code: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        let mark = self.coder.open_group()?;
        let result = code(self);
        self.coder.close_group(mark);
        result
    }

    /// The metrics that are there, in the order of [`KEYS`].
    fn keys(&mut self, keys: &[Key], predicted: &[Key]) -> Result<Vec<Key>, Error> {
        if !self.coder.differs(keys != predicted)? {
            return Ok(predicted.to_vec());
        }
        let count = self.coder.length(keys.len(), MAX_ENTRIES, 4)?;
        let mut next = 0;
        let mut read = Vec::new();
        for index in 0..count {
            let place = KEYS.iter().position(|key| Some(key) == keys.get(index));
            let (place, key) = self.coder.place(KEYS, next, place, 0)?;
            read.push(key);
            next = place + 1;
        }
        Ok(read)
    }

    /// The totals of a period, which the results of that period repeat.
    fn totals(&mut self, metrics: &Metrics, period: Option<Period>, context: &Context) -> Result<Parts, Error> {
        let mut stated = Parts::new();
        for result in KEYS.iter().filter_map(|key| metrics.get(key)).filter(|result| days(result) == period) {
            let parts = result.parts.iter().filter(|(name, _)| TOTALS.contains(&name.as_str()));
            for (name, value) in parts {
                stated.get_or_insert(name.clone(), *value);
            }
        }
        let base = metrics.get(&Key::Nrr).filter(|result| days(result) == period).and_then(|result| result.n);
        if let Some(base) = base.and_then(|base| i64::try_from(base).ok()) {
            stated.get_or_insert("start".to_owned(), Value::Count(base));
        }
        let mut predicted = predict::totals(context, period);
        let (free, ends) = TOTALS.split_at_checked(FREE_TOTALS).unwrap_or((TOTALS, &[]));
        let of = |parts: &Parts, names: &[&str]| -> Parts {
            let named = parts.iter().filter(|(name, _)| names.contains(&name.as_str()));
            named.map(|(name, value)| (name.clone(), *value)).collect()
        };
        let mut totals = self.parts(&of(&stated, free), of(&predicted, free))?;
        for (name, value) in predict::ends(&context.scope, &totals) {
            predicted.get_or_insert(name, value);
        }
        totals.extend(self.parts(&of(&stated, ends), of(&predicted, ends))?);
        Ok(totals)
    }

    /// One result.
    fn result(
        &mut self,
        stated: &MetricResult,
        metrics: &Metrics,
        periods: &mut Vec<(Option<Period>, Parts)>,
        done: &Metrics,
        context: &Context,
    ) -> Result<MetricResult, Error> {
        let key = stated.key;
        let place = periods.iter().position(|(period, _)| *period == days(stated)).unwrap_or(periods.len());
        let mut place_read = 0;
        if self.coder.differs(place != 0)? {
            place_read = 1 + self.coder.length(place.saturating_sub(1), periods.len(), 0)?;
            if place_read == periods.len() {
                let period = self.days(days(stated), None)?;
                let totals = self.totals(metrics, period, context)?;
                periods.push((period, totals));
            }
        }
        let (period, totals) = periods.get(place_read).ok_or(Error::Damaged)?;
        let (period, usual) = (*period, periods.first().map_or(totals, |(_, usual)| usual));
        let mut result = predict::result(context, period, (totals, usual), done, key);

        let mut parts = stated.parts.clone();
        let gap = parts.remove("gap");
        result.parts.remove("gap");
        let parts = self.parts(&parts, std::mem::take(&mut result.parts))?;
        predict::from_parts(&mut result, &parts, done);
        result.parts = parts;
        (result.period_start, result.period_end) = (period.map(|period| period.start), period.map(|period| period.end));
        result.segment.clone_from(&context.scope.segment);
        self.group(|codec| codec.words(&mut result, stated, &context.scope))?;
        self.group(|codec| codec.figures(&mut result, stated, gap, &context.scope))?;
        Ok(result)
    }

    /// What a result says in words: entries of frozen tables, and the target.
    fn words(&mut self, result: &mut MetricResult, stated: &MetricResult, scope: &Scope) -> Result<(), Error> {
        let coder = &mut self.coder;
        result.variant = coder.entry(VARIANTS, stated.variant.as_str(), result.variant.as_str())?.to_owned();
        result.status = coder.entry(STATUSES, stated.status, result.status)?;
        result.unit = coder.entry(UNITS, stated.unit, result.unit)?;
        result.direction = coder.entry(DIRECTIONS, stated.direction, result.direction)?;
        let needs = |result: &MetricResult| result.needs.clone().unwrap_or_default();
        let field = coder.entry(FIELDS, needs(stated).as_str(), needs(result).as_str())?.to_owned();
        result.needs = (!field.is_empty()).then_some(field);
        let method = |result: &MetricResult| result.ci_method.clone().unwrap_or_default();
        let name = coder.entry(METHODS, method(stated).as_str(), method(result).as_str())?.to_owned();
        result.ci_level = (!name.is_empty()).then(|| scope.level.fraction());
        result.ci_method = (!name.is_empty()).then_some(name);
        if coder.differs(stated.flags != result.flags)? {
            let set = FLAGS.iter().enumerate().filter(|(_, flag)| stated.flags.contains(flag));
            let set = coder.unsigned(set.fold(0, |set, (place, _)| set | 1 << place), 2)?;
            let flags = FLAGS.iter().enumerate().filter(|(place, _)| set >> place & 1 == 1);
            result.flags = flags.map(|(_, flag)| *flag).collect();
            result.flags = ordered(&result.flags, Ord::cmp);
        }
        let known = |warning: &&Warning| WARNINGS.contains(&warning.code.as_str());
        let warnings: Vec<&Warning> = stated.warnings.iter().filter(known).collect();
        if coder.differs(warnings.iter().copied().ne(&result.warnings))? {
            let count = coder.length(warnings.len(), MAX_ENTRIES, 0)?;
            result.warnings.clear();
            for index in 0..count {
                let warning = warnings.get(index);
                let place = WARNINGS.iter().position(|code| warning.is_some_and(|warning| warning.code == *code));
                let code = coder.place(WARNINGS, 0, place, 1)?.1.to_owned();
                result.warnings.push(Warning { code, count: coder.count(warning.map_or(0, |w| w.count), 1)? });
            }
        }
        let target = stated.target.filter(|target| target.is_finite());
        if coder.differs(target.is_some())? {
            let operator = stated.target_op.unwrap_or(Operator::Above);
            result.target_op = Some(coder.entry(OPERATORS, operator, Operator::Above)?);
            result.met = coder.entry(VERDICTS, stated.met, None)?;
            result.certainty = coder.entry(CERTAINTIES, stated.certainty, None)?;
            result.target = Some(self.number(target.unwrap_or(0.0))?);
        }
        Ok(())
    }

    /// The figures of a result, each of which predicts the next ones.
    fn figures(
        &mut self,
        result: &mut MetricResult,
        stated: &MetricResult,
        gap: Option<Value>,
        scope: &Scope,
    ) -> Result<(), Error> {
        let observed = |n: Option<u64>| n.and_then(|n| i64::try_from(n).ok()).map(Value::Count);
        result.numerator = self.slot(stated.numerator, result.numerator)?;
        result.denominator = self.slot(stated.denominator, result.denominator)?;
        result.n = match self.slot(observed(stated.n), observed(result.n))? {
            Some(Value::Count(n)) => u64::try_from(n).ok(),
            _ => None,
        };
        let defined = result.status == Status::Ok;
        let value = predict::quotient(result, scope.exponent).or(result.value).filter(|_| defined);
        result.value = self.slot(stated.value, value)?;
        let interval = predict::interval(result, scope.level.z());
        let bounds = interval.map(|interval| (Value::Number(interval.low), Value::Number(interval.high)));
        let bounds = bounds.map_or((result.ci_low, result.ci_high), |(low, high)| (Some(low), Some(high)));
        let usual = defined && result.ci_method.is_some();
        result.ci_low = self.slot(stated.ci_low, bounds.0.filter(|_| usual))?;
        result.ci_high = self.slot(stated.ci_high, bounds.1.filter(|_| usual))?;
        let distance = match (result.met, result.number(), result.target) {
            (Some(_), Some(value), Some(target)) => Some(Value::Number(planning::gap(result.direction, value, target))),
            _ => None,
        };
        if let Some(gap) = self.slot(gap, distance)? {
            result.parts.insert("gap".to_owned(), gap);
        }
        Ok(())
    }
}

fn days(result: &MetricResult) -> Option<Period> {
    result.period_start.zip(result.period_end).map(|(start, end)| Period { start, end })
}

/// Whether a prediction can stand for a rounded value.
fn alike(value: Option<Value>, predicted: Option<Value>) -> bool {
    match (value, predicted) {
        (Some(Value::Number(value)), Some(Value::Number(predicted))) => {
            value == predicted || ((value - predicted).abs() <= TOLERANCE && (value * STEPS).abs() < EXACT)
        }
        (Some(Value::Money(value)), Some(Value::Money(predicted))) => {
            value.minor() == predicted.minor() && value.exponent == predicted.exponent
        }
        _ => value == predicted,
    }
}

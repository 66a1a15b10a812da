//! Segments side by side: which values stand apart, and how each differs from the rest.

use super::{Metrics, SegmentEntry};
use crate::catalogue::Key;
use crate::ledger::Segment;
use crate::order::ordered;
use crate::result::{MetricResult, Scope, Value};
use crate::statistics::{Difference, Level, holm, newcombe};

/// Values of a segment column that are kept apart; the rest is summed up in one more.
const SEGMENTS_APART: usize = 11;

/// Which values of a segment column share a row.
pub(crate) struct Groups {
    /// Names of the groups with the number of values that each sums up beyond one.
    pub(crate) names: Vec<(String, u64)>,
    /// The group of each value number.
    pub(crate) group_of: Vec<u16>,
}

/// The largest values keep their name; if there are more than twelve, the others share a group.
pub(crate) fn largest(size: &[i128], members: &[bool], segment: &Segment) -> Groups {
    let present: Vec<usize> = (0..size.len()).filter(|code| members[*code]).collect();
    let order = ordered(&present, |a, b| {
        let name = |code: &usize| segment.values.get(*code as u32);
        size[*b].cmp(&size[*a]).then_with(|| name(a).cmp(name(b)))
    });
    let apart = if order.len() > SEGMENTS_APART + 1 { SEGMENTS_APART } else { order.len() };
    let mut group_of = vec![u16::MAX; size.len()];
    let mut names = Vec::new();
    for (rank, code) in order.iter().enumerate() {
        group_of[*code] = rank.min(apart) as u16;
        if rank < apart {
            names.push((segment.values.get(*code as u32).to_owned(), 0));
        }
    }
    if order.len() > apart {
        names.push((String::new(), (order.len() - apart) as u64));
    }
    Groups { names, group_of }
}

/// Adds to each value of a rate the difference to all other segments together, tested and adjusted by Holm.
pub(super) fn compare_to_rest(mut entries: Vec<SegmentEntry>, key: Key, level: Level) -> Vec<SegmentEntry> {
    let counts = |entry: &SegmentEntry| {
        let result = entry.metrics.get(&key)?;
        Some((result.numerator?.as_f64(), result.denominator?.as_f64()))
    };
    let all = entries.iter().filter_map(&counts).fold((0.0, 0.0), |sum, (lost, n)| (sum.0 + lost, sum.1 + n));
    let differences: Vec<_> = entries
        .iter()
        .map(|entry| counts(entry).and_then(|(lost, n)| newcombe((lost, n), (all.0 - lost, all.1 - n), level.z())))
        .collect();
    tested(&mut entries, key, differences);
    entries
}

/// Writes each segment's difference to the rest into its result, adjusted by Holm over all that there are.
pub(crate) fn tested(entries: &mut [SegmentEntry], key: Key, differences: Vec<Option<Difference>>) {
    let p_values: Vec<f64> = differences.iter().flatten().map(|difference| difference.p).collect();
    let mut adjusted = holm(&p_values).into_iter();
    for (entry, difference) in entries.iter_mut().zip(differences) {
        let (Some(difference), Some(result)) = (difference, entry.metrics.get_mut(&key)) else {
            continue;
        };
        let p = adjusted.next().unwrap_or(1.0);
        *result = result
            .clone()
            .part("difference", Value::Number(difference.value))
            .part("difference_low", Value::Number(difference.interval.low))
            .part("difference_high", Value::Number(difference.interval.high))
            .part("p", Value::Number(difference.p))
            .part("p_holm", Value::Number(p))
            .part("significant", Value::Yes(p <= 0.05));
    }
}

/// The comparison as a metric: a rate over all segments, which their weighted values make up, and the widest gap.
pub(super) fn segment_comparison(scope: &Scope, key: Key, entries: &[SegmentEntry], metrics: &Metrics) -> MetricResult {
    let result = MetricResult::new(Key::SegmentComparison, scope).part("segments", Value::Count(entries.len() as i64));
    let differences =
        entries.iter().filter_map(|entry| entry.metrics.get(&key)?.part_number("difference").map(f64::abs));
    let widest = differences.fold(None, |widest: Option<f64>, next| Some(widest.map_or(next, |w| w.max(next))));
    let result = result.part_if("largest_difference", widest.map(Value::Number));
    match metrics.get(&key) {
        Some(MetricResult { numerator: Some(part), denominator: Some(whole), .. }) => result.ratio(*part, *whole),
        Some(rate) => result.without(rate.status),
        None => result.missing("customers_lost"),
    }
}

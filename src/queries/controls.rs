//! What the controls above the cards offer.

use crate::protocol::Summary;
use crate::state::view::step;
use keeprate_metrics::period::{Month, Period};
use keeprate_metrics::report::Every;

/// The periods to choose from, latest first: the last month of each, and the period.
pub fn periods(summary: &Summary, every: Every) -> Vec<(Month, Period)> {
    let Some((first, last)) = summary.months else { return Vec::new() };
    let mut periods = Vec::new();
    let mut month = last;
    while month >= first {
        let (from, to) = step(every, month);
        let (from, to) = (from.max(first), to.min(last));
        periods.push((to, Period::months(from, to)));
        month = from.plus(-1);
    }
    periods
}

//! Linear scales with round ticks.

use yew::AttrValue;

/// Maps values to places on an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// A scale from the values `low` to `high` onto the places `from` to `to`. An empty range of values is widened.
    pub fn new(low: f64, high: f64, from: f64, to: f64) -> Scale {
        let high = if high > low { high } else { low + 1.0 };
        Scale { low, high, from, to }
    }

    /// The place of a value.
    pub fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }
}

/// A place in tenths of a pixel, as SVG wants it. The standard formatting of floats would cost 10 KB of wasm.
pub fn px(place: f64) -> AttrValue {
    let tenths = (place * 10.0).round() as i64;
    let (whole, tenth) = (tenths / 10, (tenths % 10).abs());
    let sign = if tenths < 0 && whole == 0 { "-" } else { "" };
    AttrValue::from(format!("{sign}{whole}.{tenth}"))
}

/// At most `most` round ticks that enclose the values from `low` to `high`: the first is at most `low`, the last at
/// least `high`. Steps are 1, 2, 2.5 or 5 times a power of ten.
pub fn ticks(low: f64, high: f64, most: usize) -> Vec<f64> {
    let (low, high) = (low.min(high), high.max(low));
    // A single value gets an axis from itself up.
    let high = if high > low { high } else { low + low.abs().max(1.0) };
    let span = high - low;
    let rough = span / (most.max(2) - 1) as f64;
    let magnitude = 10_f64.powi(floor_log10(rough));
    for factor in [1.0, 2.0, 2.5, 5.0, 10.0, 20.0] {
        let step = magnitude * factor;
        let (first, last) = ((low / step).floor(), (high / step).ceil());
        let count = (last - first) as usize + 1;
        if count <= most.max(2) {
            return (0..count.max(2)).map(|place| (first + place as f64) * step).collect();
        }
    }
    vec![low, high]
}

/// The exponent of the largest power of ten that is at most a positive value.
fn floor_log10(value: f64) -> i32 {
    let mut exponent = 0;
    let mut rest = value;
    while rest >= 10.0 && exponent < 300 {
        rest /= 10.0;
        exponent += 1;
    }
    while rest < 1.0 && exponent > -300 && rest > 0.0 {
        rest *= 10.0;
        exponent -= 1;
    }
    exponent
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ticks_are_round() {
        for (low, high, expected) in [
            (0.0, 1020.0, vec![0.0, 500.0, 1000.0, 1500.0]),
            (0.0, 1.0, vec![0.0, 0.25, 0.5, 0.75, 1.0]),
            (-270.0, 130.0, vec![-400.0, -200.0, 0.0, 200.0]),
            (0.0, 0.0, vec![0.0, 0.25, 0.5, 0.75, 1.0]),
        ] {
            assert_eq!(ticks(low, high, 5), expected);
        }
    }

    #[test]
    fn places_are_written_in_tenths() {
        for (place, text) in [(0.0, "0.0"), (12.34, "12.3"), (-0.06, "-0.1"), (-7.25, "-7.3"), (100.0, "100.0")] {
            assert_eq!(px(place).as_str(), text);
        }
    }

    proptest! {
        #[test]
        fn ticks_enclose_and_are_few(low in -1e9..1e9_f64, span in 0.0..1e9_f64) {
            let ticks = ticks(low, low + span, 5);
            prop_assert!(ticks.len() >= 2 && ticks.len() <= 5);
            prop_assert!(ticks[0] <= low && ticks[ticks.len() - 1] >= low + span);
        }

        #[test]
        fn scales_keep_the_order(a in 0.0..1.0_f64, b in 0.0..1.0_f64) {
            let scale = Scale::new(0.0, 1.0, 300.0, 0.0);
            prop_assert_eq!(a < b, scale.at(a) > scale.at(b));
        }
    }
}

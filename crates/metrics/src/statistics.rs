//! The statistical procedures of metrics.md section 9, exactly as it states them.
//!
//! Transcendental functions come from `libm`, the same code natively and in wasm, so that a report has the same bytes
//! wherever it is made.

use crate::order::order;
use keeprate_columns::passes::Products;

/// The confidence level of an interval (metrics.md 3.8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// 80 %.
    Eighty,
    /// 90 %.
    Ninety,
    /// 95 %, the default.
    #[default]
    NinetyFive,
    /// 99 %.
    NinetyNine,
}

impl Level {
    /// The level of a whole percentage, if it is one of the four.
    pub fn from_percent(percent: u32) -> Option<Level> {
        Some(match percent {
            80 => Level::Eighty,
            90 => Level::Ninety,
            95 => Level::NinetyFive,
            99 => Level::NinetyNine,
            _ => return None,
        })
    }

    /// The level as a fraction.
    pub fn fraction(self) -> f64 {
        match self {
            Level::Eighty => 0.80,
            Level::Ninety => 0.90,
            Level::NinetyFive => 0.95,
            Level::NinetyNine => 0.99,
        }
    }

    /// The two-sided quantile of the standard normal distribution.
    pub fn z(self) -> f64 {
        match self {
            Level::Eighty => 1.281_551_565_544_600_4,
            Level::Ninety => 1.644_853_626_951_472_2,
            Level::NinetyFive => 1.959_963_984_540_054,
            Level::NinetyNine => 2.575_829_303_548_900_4,
        }
    }
}

/// A lower and an upper bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

impl Interval {
    /// Whether both bounds lie on the same side of `value`.
    pub fn excludes(self, value: f64) -> bool {
        self.low > value || self.high < value
    }
}

/// Wilson score interval of `hits` of `n` (9.1); `None` without observations.
pub fn wilson(hits: f64, n: f64, z: f64) -> Option<Interval> {
    if n <= 0.0 {
        return None;
    }
    let share = hits / n;
    let square = z * z;
    let scale = 1.0 + square / n;
    let centre = (share + square / (2.0 * n)) / scale;
    let half = z * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt() / scale;
    Some(Interval {
        low: if hits <= 0.0 { 0.0 } else { centre - half },
        high: if hits >= n { 1.0 } else { centre + half },
    })
}

/// A difference with its interval and the two-sided test against none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The first minus the second.
    pub value: f64,
    /// The interval of the difference.
    pub interval: Interval,
    /// The test statistic; 0 where both samples are alike without variation.
    pub z: f64,
    /// The two-sided p-value.
    pub p: f64,
}

/// Newcombe's hybrid score interval of a difference of proportions, with the pooled z-test (9.2).
pub fn newcombe(first: (f64, f64), second: (f64, f64), z: f64) -> Option<Difference> {
    let (hits_1, n_1) = first;
    let (hits_2, n_2) = second;
    let (bounds_1, bounds_2) = (wilson(hits_1, n_1, z)?, wilson(hits_2, n_2, z)?);
    let (share_1, share_2) = (hits_1 / n_1, hits_2 / n_2);
    let root = |a: f64, b: f64| (a * a + b * b).sqrt();
    let value = share_1 - share_2;
    let pooled = (hits_1 + hits_2) / (n_1 + n_2);
    let error = (pooled * (1.0 - pooled) * (1.0 / n_1 + 1.0 / n_2)).sqrt();
    let statistic = if error > 0.0 { value / error } else { 0.0 };
    Some(Difference {
        value,
        interval: Interval {
            low: value - root(share_1 - bounds_1.low, bounds_2.high - share_2),
            high: value + root(bounds_1.high - share_1, share_2 - bounds_2.low),
        },
        z: statistic,
        p: two_sided(statistic),
    })
}

/// The two-sided p-value of a standard normal statistic.
pub fn two_sided(z: f64) -> f64 {
    libm::erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// The difference of two independent estimates with known standard errors.
pub fn difference_of_estimates(first: (f64, f64), second: (f64, f64), z: f64) -> Difference {
    let value = first.0 - second.0;
    let error = (first.1 * first.1 + second.1 * second.1).sqrt();
    let statistic = if error > 0.0 { value / error } else { 0.0 };
    Difference {
        value,
        interval: Interval { low: value - z * error, high: value + z * error },
        z: statistic,
        p: two_sided(statistic),
    }
}

/// Student's t quantile for a two-sided interval of this level (9.4): the incomplete beta function, inverted by
/// bisection. `degrees` must be at least 1.
pub fn t_quantile(level: f64, degrees: f64) -> f64 {
    let tail = 1.0 - level;
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    // With x = v / (v + t²), the two-sided tail of t is I_x(v/2, 1/2), which grows with x.
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        if incomplete_beta(middle, degrees / 2.0, 0.5) < tail {
            low = middle;
        } else {
            high = middle;
        }
    }
    let x = (low + high) / 2.0;
    (degrees * (1.0 - x) / x).sqrt()
}

/// The regularised incomplete beta function, by Lentz's continued fraction.
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let ln_front = libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) + a * libm::log(x) + b * libm::log1p(-x);
    let front = libm::exp(ln_front);
    // The fraction converges quickly on this side; the other one follows by symmetry.
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(x, a, b) / a
    } else {
        1.0 - front * beta_fraction(1.0 - x, b, a) / b
    }
}

fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for step in 1..400 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        let factor = d * c;
        fraction *= factor;
        if (factor - 1.0).abs() < 1e-15 {
            break;
        }
    }
    fraction
}

/// Mean, standard deviation (n − 1) and the t interval of the mean (9.4).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// The arithmetic mean.
    pub mean: f64,
    /// The sample standard deviation; `None` for a single value.
    pub deviation: Option<f64>,
    /// The interval; `None` for a single value.
    pub interval: Option<Interval>,
}

/// The mean of weighted values, the weights being counts; `None` without values.
pub fn mean(values: impl Iterator<Item = (f64, f64)> + Clone, level: Level) -> Option<Mean> {
    let (n, sum) = values.clone().fold((0.0, 0.0), |(n, sum), (value, count)| (n + count, sum + value * count));
    if n <= 0.0 {
        return None;
    }
    let mean = sum / n;
    if n < 2.0 {
        return Some(Mean { mean, deviation: None, interval: None });
    }
    let squares = values.fold(0.0, |squares, (value, count)| squares + count * (value - mean) * (value - mean));
    let deviation = (squares / (n - 1.0)).sqrt();
    let half = t_quantile(level.fraction(), n - 1.0) * deviation / n.sqrt();
    Some(Mean { mean, deviation: Some(deviation), interval: Some(Interval { low: mean - half, high: mean + half }) })
}

/// Holm's adjusted p-values in the order given (9.6).
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let order = order(p_values.len(), &mut |a, b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut largest = 0.0_f64;
    for (rank, index) in order.iter().enumerate() {
        let factor = (p_values.len() - rank) as f64;
        largest = largest.max((factor * p_values[*index]).min(1.0));
        adjusted[*index] = largest;
    }
    adjusted
}

/// The linearised standard error of Σend ÷ Σstart over customers (9.5); `None` below two customers or without a base.
///
/// `Σ(e − R·s)² = Σe² − 2R·Σes + R²·Σs²`, so that one pass over the customers is enough. The unit of the sums cancels out.
pub fn ratio_standard_error(sums: &Products) -> Option<f64> {
    if sums.n < 2 || sums.start == 0 {
        return None;
    }
    let start = sums.start as f64;
    let ratio = sums.end as f64 / start;
    let residuals =
        sums.end_squares as f64 - 2.0 * ratio * sums.products as f64 + ratio * ratio * sums.start_squares as f64;
    let n = sums.n as f64;
    Some((n / (n - 1.0) * residuals.max(0.0)).sqrt() / start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const Z: f64 = 1.959_963_984_540_054;

    fn close(actual: f64, expected: f64) {
        assert!((actual - expected).abs() < 1e-6, "{actual} is not {expected}");
    }

    #[test]
    fn wilson_bounds_of_9_1() {
        for (hits, n, low, high) in
            [(5.0, 100.0, 0.021544, 0.111750), (0.0, 20.0, 0.0, 0.161125), (95.0, 100.0, 0.888250, 0.978456)]
        {
            let interval = wilson(hits, n, Z).expect("an interval");
            close(interval.low, low);
            close(interval.high, high);
        }
        assert_eq!(wilson(0.0, 0.0, Z), None);
    }

    #[test]
    fn newcombe_of_9_2() {
        let difference = newcombe((18.0, 120.0), (8.0, 100.0), Z).expect("a difference");
        close(difference.value, 0.07);
        close(difference.interval.low, -0.017763);
        close(difference.interval.high, 0.154203);
        close(difference.z, 1.601447);
        close(difference.p, 0.109278);
    }

    #[test]
    fn t_quantiles_of_9_4() {
        for (degrees, expected) in [
            (1.0, 12.706205),
            (4.0, 2.776445),
            (7.0, 2.364624),
            (9.0, 2.262157),
            (29.0, 2.045230),
            (99.0, 1.984217),
            (106.0, 1.982597),
            (999.0, 1.962341),
        ] {
            close(t_quantile(0.95, degrees), expected);
        }
    }

    /// Where both parameters are whole, the function is a polynomial: x^a where b is 1, and 3x² − 2x³, 4x³ − 3x⁴ and
    /// 1 − (1 − x)³(1 + 3x) for the others.
    #[test]
    fn incomplete_beta_functions_are_polynomials_of_whole_parameters() {
        for x in [0.01_f64, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99] {
            let rest = 1.0 - x;
            for (a, b, expected) in [
                (1.0, 1.0, x),
                (5.0, 1.0, x.powi(5)),
                (1.0, 5.0, 1.0 - rest.powi(5)),
                (2.0, 2.0, x * x * (3.0 - 2.0 * x)),
                (3.0, 2.0, x * x * x * (4.0 - 3.0 * x)),
                (2.0, 3.0, 1.0 - rest.powi(3) * (1.0 + 3.0 * x)),
            ] {
                let actual = incomplete_beta(x, a, b);
                assert!((actual - expected).abs() < 1e-12, "{a} {b} {x}: {actual}");
            }
        }
        assert_eq!([incomplete_beta(-0.1, 2.0, 3.0), incomplete_beta(0.0, 2.0, 3.0)], [0.0; 2]);
        assert_eq!([incomplete_beta(1.0, 2.0, 3.0), incomplete_beta(1.1, 2.0, 3.0)], [1.0; 2]);
        // The distribution of Student with one degree is the arc tangent's: 2 ÷ π × arcsin √x.
        for x in [0.001_f64, 0.2, 0.5, 0.8, 0.999] {
            let expected = x.sqrt().asin() * std::f64::consts::FRAC_2_PI;
            assert!((incomplete_beta(x, 0.5, 0.5) - expected).abs() < 1e-12, "{x}");
        }
    }

    #[test]
    fn normal_quantiles_match_their_levels() {
        for level in [Level::Eighty, Level::Ninety, Level::NinetyFive, Level::NinetyNine] {
            close(two_sided(level.z()), 1.0 - level.fraction());
        }
    }

    proptest! {
        #[test]
        fn intervals_contain_the_share(n in 1..5_000_u32, part in 0.0..=1.0_f64) {
            let hits = (f64::from(n) * part).floor();
            let interval = wilson(hits, f64::from(n), Z).expect("an interval");
            let share = hits / f64::from(n);
            prop_assert!(0.0 <= interval.low && interval.low <= share + 1e-12);
            prop_assert!(share - 1e-12 <= interval.high && interval.high <= 1.0);
        }

        #[test]
        fn holm_keeps_order_and_never_lowers(p in prop::collection::vec(0.0..=1.0_f64, 1..12)) {
            let adjusted = holm(&p);
            for (i, a) in p.iter().enumerate() {
                prop_assert!(adjusted[i] >= *a && adjusted[i] <= 1.0);
                for (j, b) in p.iter().enumerate() {
                    prop_assert!(a > b || adjusted[i] <= adjusted[j]);
                }
            }
        }
    }
}

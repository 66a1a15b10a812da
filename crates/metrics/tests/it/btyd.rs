//! Examples of `cltv_btyd` under their ids in metrics.md, the models against independent forms of their formulas, and
//! against customers simulated by the story that the models tell.

use crate::common::check;
use keeprate_metrics::btyd::*;
use keeprate_metrics::period::Day;
use keeprate_metrics::result::Scope;
use proptest::prelude::*;
use std::sync::LazyLock;

fn s() -> Scope {
    Scope::default()
}

fn model(r: f64, alpha: f64, a: f64, b: f64) -> BgNbd {
    BgNbd::new(r, alpha, a, b).expect("positive parameters")
}

/// The parameters that Fader, Hardie and Lee published for the customers of CDNOW.
fn published() -> BgNbd {
    model(0.243, 4.414, 0.793, 2.426)
}

fn buyer(repeats: u32, last: f64, age: f64) -> Buyer {
    Buyer::new(repeats, last, age, None).expect("times in their order")
}

fn close(actual: f64, expected: f64, tolerance: f64) {
    assert!((actual - expected).abs() <= tolerance, "{actual} instead of {expected}");
}

#[test]
fn cltv_btyd_1() {
    let buyer = buyer(2, 30.43, 38.86);
    close(published().expected_purchases(&buyer, 39.0), 1.226028, 1e-6);
    close(published().probability_alive(&buyer), 0.726579, 1e-6);
}

#[test]
fn cltv_btyd_2() {
    close(published().expected_purchases_of_new(39.0), 1.196723, 1e-6);
}

#[test]
fn cltv_btyd_3() {
    assert_eq!(published().probability_alive(&buyer(0, 0.0, 38.86)), 1.0);
}

/// Numbers in [0, 1) from a linear congruential generator (Knuth's MMIX), the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Gamma distributed with a whole shape: a sum of waiting times.
    fn gamma(&mut self, shape: u32, rate: f64) -> f64 {
        (0..shape).map(|_| -(1.0 - self.roll()).ln() / rate).sum()
    }
}

/// Customers who live the story of BG/NBD with r = 1 and a = 1, where the distributions can be inverted, and spend by
/// Gamma-Gamma with whole shapes.
fn simulated(count: usize, alpha: f64, b: f64, spending: (u32, u32, f64)) -> Vec<Buyer> {
    let mut dice = Dice(2025);
    (0..count)
        .map(|place| {
            let age = 30.0 + 30.0 * place as f64 / count as f64;
            let (rate, stop) = (dice.gamma(1, alpha), 1.0 - (1.0 - dice.roll()).powf(1.0 / b));
            let (p, q, v) = spending;
            let value = dice.gamma(q, v);
            let (mut repeats, mut last, mut spent) = (0, 0.0, 0.0);
            let mut next = dice.gamma(1, rate);
            while next <= age {
                (repeats, last, spent) = (repeats + 1, next, spent + dice.gamma(p, value));
                if dice.roll() < stop {
                    break;
                }
                next += dice.gamma(1, rate);
            }
            let mean = (repeats > 0).then(|| spent / f64::from(repeats));
            Buyer::new(repeats, last, age, mean).expect("times in their order")
        })
        .collect()
}

#[test]
fn simulated_parameters_are_recovered() {
    let buyers = simulated(6000, 8.0, 4.0, (6, 4, 15.0));
    let found = BgNbd::fit(&buyers).expect("a fit");
    for (found, known) in [(found.r, 1.0), (found.alpha, 8.0), (found.a, 1.0), (found.b, 4.0)] {
        close(found / known, 1.0, 0.15);
    }
    let found = GammaGamma::fit(&buyers).expect("a fit");
    for (found, known) in [(found.p, 6.0), (found.q, 4.0), (found.v, 15.0)] {
        close(found / known, 1.0, 0.15);
    }
}

#[test]
fn the_gradient_is_zero_at_the_optimum() {
    let buyers = simulated(400, 8.0, 4.0, (6, 4, 15.0));
    let found = BgNbd::fit(&buyers).expect("a fit");
    let spent = GammaGamma::fit(&buyers).expect("a fit");
    const STEP: f64 = 1e-4;
    for axis in 0..4 {
        let moved = |by: f64| {
            let mut of = [found.r, found.alpha, found.a, found.b];
            of[axis] *= by.exp();
            model(of[0], of[1], of[2], of[3]).log_likelihood(&buyers)
        };
        close((moved(STEP) - moved(-STEP)) / (2.0 * STEP), 0.0, 1e-3);
    }
    for axis in 0..3 {
        let moved = |by: f64| {
            let mut of = [spent.p, spent.q, spent.v];
            of[axis] *= by.exp();
            GammaGamma { p: of[0], q: of[1], v: of[2] }.log_likelihood(&buyers)
        };
        close((moved(STEP) - moved(-STEP)) / (2.0 * STEP), 0.0, 1e-3);
    }
}

#[test]
fn the_order_of_customers_changes_no_bit() {
    let mut buyers = simulated(200, 8.0, 4.0, (6, 4, 15.0));
    let forward = (BgNbd::fit(&buyers), GammaGamma::fit(&buyers), cltv_btyd(&s(), &buyers, 52.0, 0.5));
    buyers.reverse();
    assert_eq!((BgNbd::fit(&buyers), GammaGamma::fit(&buyers), cltv_btyd(&s(), &buyers, 52.0, 0.5)), forward);
}

#[test]
fn no_repeat_purchase_no_fit() {
    let once = vec![buyer(0, 0.0, 30.0); 60];
    assert_eq!((BgNbd::fit(&once), GammaGamma::fit(&once), BgNbd::fit(&[])), (None, None, None));
    check(&cltv_btyd(&s(), &once, 52.0, 0.5), "value=none status=insufficient_data variant=bg_nbd");
}

#[test]
fn cltv_btyd_needs_fifty_customers() {
    let buyers = simulated(50, 8.0, 4.0, (6, 4, 15.0));
    check(&cltv_btyd(&s(), &buyers, 52.0, 0.5), "status=ok n=50 flag=estimate");
    check(&cltv_btyd(&s(), &buyers[1..], 52.0, 0.5), "value=none status=insufficient_data");
    for (horizon, margin) in [(-1.0, 0.5), (52.0, 0.0), (52.0, 1.1), (f64::NAN, 0.5), (52.0, f64::NAN)] {
        check(&cltv_btyd(&s(), &buyers, horizon, margin), "value=none status=error warning=E-AGG-RANGE");
    }
    check(&cltv_btyd(&s(), &buyers, 0.0, 0.5), "value=0 purchases=0");
}

/// The value is what its formula says, and as many purchases as the models expect of one customer after the other.
#[test]
fn the_value_is_that_of_the_expected_purchases() {
    let buyers = simulated(300, 8.0, 4.0, (6, 4, 15.0));
    let (model, spending) = (BgNbd::fit(&buyers).expect("a fit"), GammaGamma::fit(&buyers).expect("a fit"));
    let result = cltv_btyd(&s(), &buyers, 26.0, 0.4);
    let expected: f64 =
        buyers.iter().map(|buyer| model.expected_purchases(buyer, 26.0) * spending.expected_value(buyer) * 0.4).sum();
    close(result.number().expect("a value"), expected / 300.0, 0.005);
    let part = |name: &str| result.part_number(name).expect("a part");
    close(part("purchases") * part("purchase_value") * part("gross_margin"), expected / 300.0, 0.01);
    close(part("alive"), buyers.iter().map(|buyer| model.probability_alive(buyer)).sum(), 1e-9);
}

/// In no time nobody buys, and a purchase is worth what it was on average: 30 customers at 10 and 20 at 25 are 16. Ten have
/// bought once, which says nothing of what a further purchase is worth.
#[test]
fn without_time_a_purchase_is_worth_the_mean() {
    let alike = |count: usize, repeats: u32, mean: Option<f64>| {
        let last = if repeats > 0 { 10.0 } else { 0.0 };
        vec![Buyer::new(repeats, last, 30.0, mean).expect("a buyer"); count]
    };
    let buyers = [alike(30, 2, Some(10.0)), alike(20, 3, Some(25.0)), alike(10, 0, None)].concat();
    check(&cltv_btyd(&s(), &buyers, 0.0, 0.5), "value=0 purchases=0 purchases_of_new=0 purchase_value=16 n=60");
}

/// With r and α of 1 a new customer buys 1 ÷ (1 + p) times in a time of 1. Where p hardly differs from one half, that is
/// 2 ÷ 3 and half of the second derivative, 2 ÷ 1.5³, times the variance, 1 ÷ (4 × 20,001).
#[test]
fn a_probability_that_hardly_varies_is_not_overlooked() {
    let narrow = model(1.0, 1.0, 10_000.0, 10_000.0);
    close(narrow.expected_purchases_of_new(1.0), 2.0 / 3.0 + 1.0 / 3.375 / 80_004.0, 1e-9);
}

/// Where a is next to nothing, most chances of stopping are too small for a number. With b of 1 as well, 1 ÷ (1 + p) is
/// expected to be 1 + a · Σ (−1)ᵏ ÷ (k + a) = 1 − a · ln 2 + a² · π² ÷ 12 − … (the series of 1 ÷ (1 + p), term by term).
#[test]
fn a_probability_too_small_to_write_down_counts() {
    let tiny = model(1.0, 1.0, 0.001, 1.0);
    let squared = std::f64::consts::PI * std::f64::consts::PI / 12.0;
    close(tiny.expected_purchases_of_new(1.0), 1.0 - 0.001 * std::f64::consts::LN_2 + 0.000_001 * squared, 1e-8);
}

/// Customers who all spent the same have no variation to fit: the plain mean is taken, or a model that says the same.
#[test]
fn purchases_of_one_price_are_worth_that_price() {
    let alike: Vec<Buyer> = simulated(200, 8.0, 4.0, (6, 4, 15.0))
        .into_iter()
        .enumerate()
        .map(|(place, _)| {
            Buyer::new(1 + (place % 4) as u32, 10.0 + (place % 7) as f64, 30.0, Some(20.0)).expect("a buyer")
        })
        .collect();
    let value = cltv_btyd(&s(), &alike, 26.0, 1.0).part_number("purchase_value").expect("a part");
    close(value, 20.0, 0.05);
}

#[test]
fn expected_values_lie_between_a_customers_own_mean_and_that_of_all() {
    let spending = GammaGamma { p: 6.25, q: 3.74, v: 15.44 };
    let all = 6.25 * 15.44 / 2.74;
    close(spending.expected_value(&buyer(0, 0.0, 30.0)), all, 1e-9);
    let of = |repeats: u32| spending.expected_value(&Buyer::new(repeats, 5.0, 30.0, Some(100.0)).expect("a buyer"));
    let values = [all, of(1), of(2), of(20), 100.0];
    assert!(values.windows(2).all(|pair| pair[0] < pair[1]), "{values:?}");
}

#[test]
fn impossible_customers_are_refused() {
    for (repeats, last, age) in [(1, 5.0, 4.0), (0, 3.0, 4.0), (2, 0.0, 4.0), (0, 0.0, -1.0), (1, 1.0, f64::INFINITY)] {
        assert_eq!(Buyer::new(repeats, last, age, None), None);
    }
    assert_eq!(Buyer::new(1, f64::NAN, 4.0, None), None);
    for parameters in [[0.0, 1.0, 1.0, 1.0], [1.0, -1.0, 1.0, 1.0], [1.0, 1.0, f64::NAN, 1.0], [1.0, 1.0, 1.0, 1e300]] {
        let [r, alpha, a, b] = parameters;
        assert_eq!(BgNbd::new(r, alpha, a, b), None);
    }
}

/// D6 of metrics.md 8.6, c3 without the purchase that was refunded.
#[test]
fn purchases_become_buyers() {
    let day = |text: &str| Day::parse_iso(text).expect("a day");
    let purchase = |customer, on, amount| Purchase { customer, day: day(on), amount };
    let purchases = [
        purchase(5, "2025-03-20", 99.0),
        purchase(1, "2025-02-10", 20.0),
        purchase(1, "2025-01-05", 40.0),
        purchase(2, "2025-01-20", 15.0),
        purchase(3, "2025-02-01", 30.0),
        purchase(4, "2025-01-15", 10.0),
        purchase(4, "2025-03-01", 4.0),
        purchase(4, "2025-01-28", 10.0),
        purchase(4, "2025-03-01", 6.0),
        purchase(2, "2025-02-01", -15.0),
        purchase(2, "2025-04-01", 15.0),
    ];
    let buyer = |repeats: u32, last: f64, age: f64, mean: Option<f64>| {
        Buyer::new(repeats, last / 7.0, age / 7.0, mean).expect("a buyer")
    };
    assert_eq!(
        buyers(&purchases, day("2025-04-01")),
        [
            buyer(1, 36.0, 86.0, Some(20.0)),
            buyer(0, 0.0, 71.0, None),
            buyer(0, 0.0, 59.0, None),
            buyer(2, 45.0, 76.0, Some(10.0)),
            buyer(0, 0.0, 12.0, None),
        ]
    );
}

/// ₂F₁ as its power series, in plain form: enough where z is not close to 1.
fn gauss(a: f64, b: f64, c: f64, z: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for n in 0..20_000 {
        let n = f64::from(n);
        term *= (a + n) * (b + n) / (c + n) / (n + 1.0) * z;
        sum += term;
        if term.abs() < 1e-17 * f64::abs(sum) {
            break;
        }
    }
    sum
}

fn models() -> impl Strategy<Value = BgNbd> {
    let size = || (-2.5..2.5_f64).prop_map(f64::exp);
    (size(), size(), size(), size()).prop_map(|(r, alpha, a, b)| model(r, 5.0 * alpha, a, b))
}

/// Repeat purchases, the time of the last one, and the age.
fn lives() -> impl Strategy<Value = (u32, f64, f64)> {
    (0..30_u32, 0.01..1.0_f64, 0.1..100.0_f64)
        .prop_map(|(repeats, part, age)| (repeats, if repeats > 0 { part * age } else { 0.0 }, age))
}

fn any_buyer() -> impl Strategy<Value = Buyer> {
    lives().prop_map(|(repeats, last, age)| buyer(repeats, last, age))
}

/// Customers with the parameters that fit them best.
static FITTED: LazyLock<(Vec<Buyer>, BgNbd, GammaGamma)> = LazyLock::new(|| {
    let buyers = simulated(80, 8.0, 4.0, (6, 4, 15.0));
    let (model, spending) = (BgNbd::fit(&buyers).expect("a fit"), GammaGamma::fit(&buyers).expect("a fit"));
    (buyers, model, spending)
});

proptest! {
    /// 9.8 as the sheet prints it. Next to a pole of the series, or where it hardly converges, the form itself loses its
    /// digits.
    #[test]
    fn expected_purchases_are_those_of_the_hypergeometric_form(model in models(), life in lives(), time in 0.5..80.0_f64) {
        let BgNbd { r, alpha, a, b } = model;
        let (repeats, last, age) = life;
        let x = f64::from(repeats);
        let form = |shape: f64, scale: f64, b: f64| {
            let z = time / (scale + time);
            (a + b - 1.0) / (a - 1.0) * (1.0 - (scale / (scale + time)).powf(shape) * gauss(shape, b, a + b - 1.0, z))
        };
        prop_assume!((a - 1.0).abs() > 0.05 && (a + b - 1.0).abs() > 0.05 && time / (alpha + time) < 0.97);
        let pairs = [
            (model.expected_purchases_of_new(time), form(r, alpha, b)),
            (
                model.expected_purchases(&buyer(repeats, last, age), time),
                form(r + x, alpha + age, b + x) * model.probability_alive(&buyer(repeats, last, age)),
            ),
        ];
        for (actual, expected) in pairs {
            prop_assert!((actual - expected).abs() < 1e-6 * expected.abs().max(1.0), "{} {}", actual, expected);
        }
    }

    #[test]
    fn an_optimum_is_no_lower_than_its_surroundings(seed in prop::array::uniform4(-1.0..1.0_f64), size in -6.0..0.0_f64) {
        let (buyers, best, spending) = &*FITTED;
        let [r, alpha, a, b] = seed.map(|part| (part * size.exp()).exp());
        let near = model(best.r * r, best.alpha * alpha, best.a * a, best.b * b);
        prop_assert!(near.log_likelihood(buyers) <= best.log_likelihood(buyers) + 1e-7);
        let near = GammaGamma { p: spending.p * r, q: spending.q * alpha, v: spending.v * a };
        prop_assert!(near.log_likelihood(buyers) <= spending.log_likelihood(buyers) + 1e-7);
    }

    #[test]
    fn more_time_brings_more_purchases(model in models(), buyer in any_buyer(), time in 0.0..500.0_f64, more in 0.0..500.0_f64) {
        let (short, long) = (model.expected_purchases(&buyer, time), model.expected_purchases(&buyer, time + more));
        prop_assert!(0.0 <= short && short <= long + 1e-9);
        prop_assert!((0.0..=1.0).contains(&model.probability_alive(&buyer)));
        // Nobody buys more than at their own mean rate without ever stopping, by Jensen's inequality.
        let fresh = model.expected_purchases_of_new(time);
        prop_assert!(fresh <= model.r / model.alpha * time + 1e-9);
    }

    #[test]
    fn an_a_of_one_is_no_exception(r in 0.1..5.0_f64, b in 0.1..5.0_f64, time in 0.1..100.0_f64) {
        let around = [1.0 - 1e-5, 1.0, 1.0 + 1e-5].map(|a| model(r, 5.0, a, b).expected_purchases_of_new(time));
        prop_assert!(around[0] >= around[1] && around[1] >= around[2]);
        prop_assert!((around[0] - around[2]).abs() < 1e-3 * around[1].max(1e-3));
    }

    #[test]
    fn every_number_is_finite(
        powers in prop::array::uniform4(-9.0..9.0_f64), repeats: u32, part in 0.0..=1.0_f64, age in -9.0..9.0_f64, time in -9.0..9.0_f64,
    ) {
        let [r, alpha, a, b] = powers.map(|power| 10.0_f64.powf(power));
        let model = model(r, alpha, a, b);
        let age = 10.0_f64.powf(age);
        let last = if repeats > 0 { age * part.max(1e-9) } else { 0.0 };
        let buyer = buyer(repeats, last, age);
        let time = 10.0_f64.powf(time);
        for number in [
            model.log_likelihood(&[buyer]), model.probability_alive(&buyer), model.expected_purchases(&buyer, time),
            model.expected_purchases_of_new(time),
        ] {
            prop_assert!(number.is_finite(), "{:?} {:?} {}", model, buyer, time);
        }
    }
}

proptest! {
    // A fit is thousands of likelihoods.
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_fit_of_anything_is_finite(rows in prop::collection::vec((0..6_u32, 0.01..=1.0_f64, 0.01..1e6_f64, 0.01..1e8_f64), 50..60)) {
        let buyers: Vec<Buyer> = rows.into_iter().filter_map(|(repeats, part, age, mean)| {
            Buyer::new(repeats, if repeats > 0 { part * age } else { 0.0 }, age, Some(mean))
        }).collect();
        let result = cltv_btyd(&s(), &buyers, 52.0, 1.0);
        prop_assert!(result.value.is_some());
        for figure in result.value.iter().chain(result.parts.values()) {
            prop_assert!(figure.as_f64().is_finite(), "{:?}", result);
        }
    }
}

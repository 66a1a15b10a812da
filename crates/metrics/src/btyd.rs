//! What customers without a contract are worth: BG/NBD for purchases, Gamma-Gamma for their value (metrics.md 4D
//! `cltv_btyd`, 9.8).
//!
//! Nobody cancels in a shop, so whether a customer is still one must be inferred: from how often they bought, when they
//! last did, and how long ago they first did. Fader, Hardie and Lee (2005) let a customer buy at random times at a rate
//! of their own, gamma distributed with shape r and rate α, and stop after any purchase with a probability of their own,
//! beta distributed with a and b.
//!
//! ```
//! use keeprate_metrics::btyd::{BgNbd, Buyer};
//!
//! let model = BgNbd::new(0.243, 4.414, 0.793, 2.426).expect("positive parameters");
//! // Two more purchases after the first, the latest in week 30, in week 39 of being a customer.
//! let buyer = Buyer::new(2, 30.43, 38.86, None).expect("times in their order");
//! assert!((model.probability_alive(&buyer) - 0.726579).abs() < 1e-6);
//! assert!((model.expected_purchases(&buyer, 39.0) - 1.226028).abs() < 1e-6);
//! ```

use crate::catalogue::{Definition, Family, Key, Text};
use crate::period::Day;
use crate::result::{Direction, Flag, MetricResult, Scope, Status, Unit, Value};
use crate::simplex;

pub(crate) const CLTV_BTYD: Definition = Definition {
    family: Family::Economics,
    name: Text { en: "Customer lifetime value without contract", de: "Kundenwert (CLTV) ohne Vertrag" },
    short: Text { en: "CLTV without contract", de: "CLTV ohne Vertrag" },
    formula: "{purchases} × {purchase_value} × {gross_margin}",
    meaning: Text {
        en: "The margin of the purchases that a model expects of a customer: an estimate from how often and when they bought.",
        de: "Die Marge der Käufe, die ein Modell von einem Kunden erwartet: eine Schätzung aus Zahl und Zeit seiner Käufe.",
    },
    unit: Unit::Money,
    direction: Direction::UpGood,
    source: "Fader, Hardie & Lee 2005; Fader & Hardie 2013",
    variants: &[
        ("bg_nbd", Text { en: "mean value of a purchase", de: "mittlerer Wert eines Kaufs" }),
        (
            "gamma_gamma",
            Text { en: "each customer's own value of a purchase", de: "je Kunde eigener Wert eines Kaufs" },
        ),
    ],
};

/// A purchase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Purchase {
    /// Number of the customer.
    pub customer: u32,
    /// When.
    pub day: Day,
    /// The amount in whole currency units; only positive ones are purchases.
    pub amount: f64,
}

/// A customer as the models see them. All times are in one unit, weeks for example, from the first purchase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Buyer {
    repeats: u32,
    last: f64,
    age: f64,
    mean: Option<f64>,
}

impl Buyer {
    /// A customer with so many purchases after the first, the last of them at `last`, observed up to `age`, who paid
    /// `mean` on average for them. `None` where that is impossible: times out of order, a repeat purchase at the very
    /// start, a last one without any.
    pub fn new(repeats: u32, last: f64, age: f64, mean: Option<f64>) -> Option<Buyer> {
        let ordered = 0.0 <= last && last <= age && age <= LARGEST;
        let mean = mean.filter(|mean| repeats > 0 && (0.0..=LARGEST).contains(mean) && *mean > 0.0);
        (ordered && (repeats > 0) == (last > 0.0)).then_some(Buyer { repeats, last, age, mean })
    }
}

/// Numbers beyond are none of this world, and would end in infinities.
const LARGEST: f64 = 1e9;

/// The customers behind purchases up to a day (exclusive), in weeks. Purchases of one day are one occasion; the mean is
/// that of the occasions after the first.
pub fn buyers(purchases: &[Purchase], as_of: Day) -> Vec<Buyer> {
    let mut known: Vec<Purchase> =
        purchases.iter().copied().filter(|purchase| purchase.amount > 0.0 && purchase.day < as_of).collect();
    known.sort_by(|a, b| (a.customer, a.day).cmp(&(b.customer, b.day)).then(a.amount.total_cmp(&b.amount)));
    let weeks = |from: Day, to: Day| (f64::from(to.0) - f64::from(from.0)) / 7.0;
    known
        .chunk_by(|a, b| a.customer == b.customer)
        .filter_map(|own| {
            let (first, last) = (own.first()?.day, own.last()?.day);
            let repeats = own.chunk_by(|a, b| a.day == b.day).count() - 1;
            let spent: f64 = own.iter().filter(|purchase| purchase.day > first).map(|purchase| purchase.amount).sum();
            Buyer::new(repeats as u32, weeks(first, last), weeks(first, as_of), Some(spent / repeats as f64))
        })
        .collect()
}

/// The parameters of BG/NBD.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BgNbd {
    /// Shape of the rates of purchase.
    pub r: f64,
    /// Rate parameter of the rates of purchase, in units of time.
    pub alpha: f64,
    /// First parameter of the probability to stop after a purchase.
    pub a: f64,
    /// Second parameter.
    pub b: f64,
}

/// The logarithms of parameters stay within ± this much: a million is as good as infinity, and its inverse as 0.
const WIDEST: f64 = 14.0;

impl BgNbd {
    /// A model with given parameters; `None` unless they are positive and of this world.
    pub fn new(r: f64, alpha: f64, a: f64, b: f64) -> Option<BgNbd> {
        let fits = [r, alpha, a, b].iter().all(|parameter| (1.0 / LARGEST..=LARGEST).contains(parameter));
        fits.then_some(BgNbd { r, alpha, a, b })
    }

    /// The parameters that make the customers likeliest, whatever their order; `None` without a repeat purchase.
    pub fn fit(buyers: &[Buyer]) -> Option<BgNbd> {
        let alike = alike(&sorted(buyers));
        let sum = |of: fn(&Buyer) -> f64| alike.iter().map(|(buyer, count)| count * of(buyer)).sum::<f64>();
        let (repeats, ages) = (sum(|buyer| f64::from(buyer.repeats)), sum(|buyer| buyer.age));
        if repeats <= 0.0 {
            return None;
        }
        // At first as if everybody bought at the mean rate and stopped with the chance of one half.
        let start = [0.0, libm::log(ages / repeats).clamp(-WIDEST / 2.0, WIDEST / 2.0), 0.0, 0.0];
        let logarithms = simplex::minimum(start, |logarithms| {
            let model = BgNbd::of_logarithms(logarithms);
            model.map_or(f64::INFINITY, |model| -model.log_likelihood_of(&alike) / buyers.len() as f64)
        });
        BgNbd::of_logarithms(&logarithms)
    }

    fn of_logarithms(logarithms: &[f64; 4]) -> Option<BgNbd> {
        let [r, alpha, a, b] = logarithms.map(libm::exp);
        let within = logarithms.iter().all(|logarithm| logarithm.abs() <= WIDEST);
        within.then(|| BgNbd::new(r, alpha, a, b)).flatten()
    }

    /// The logarithm of the likelihood of customers (9.8).
    pub fn log_likelihood(&self, buyers: &[Buyer]) -> f64 {
        self.log_likelihood_of(&alike(&sorted(buyers)))
    }

    fn log_likelihood_of(&self, alike: &[(Buyer, f64)]) -> f64 {
        // Customers with as many purchases share the costly terms and stand side by side.
        let of_count = |x: f64| {
            let rising = |from: f64| libm::lgamma(from + x) - libm::lgamma(from);
            rising(self.b) - rising(self.a + self.b) + rising(self.r) + self.r * libm::log(self.alpha)
        };
        let of_repeats = |same: &[(Buyer, f64)]| {
            let x = same.first().map_or(0.0, |(buyer, _)| f64::from(buyer.repeats));
            let shared = of_count(x);
            same.iter().map(|(buyer, count)| count * (shared + self.log_times(buyer))).sum::<f64>()
        };
        alike.chunk_by(|a, b| a.0.repeats == b.0.repeats).map(of_repeats).sum()
    }

    /// ln[(α + T)^−(r+x) + a ÷ (b + x − 1) × (α + tₓ)^−(r+x)], the second term for x > 0 alone. The larger power is taken
    /// out, so that neither leaves the numbers there are.
    fn log_times(&self, buyer: &Buyer) -> f64 {
        let power = self.r + f64::from(buyer.repeats);
        let at_age = -power * libm::log(self.alpha + buyer.age);
        match self.odds_of_stopping(buyer) {
            None => at_age,
            Some((odds, ratio)) => {
                let at_last = -power * libm::log(self.alpha + buyer.last);
                at_last + libm::log(odds + libm::exp(-power * ratio))
            }
        }
    }

    /// a ÷ (b + x − 1), and ln((α + T) ÷ (α + tₓ)); `None` before the second purchase, as nobody stops before it.
    fn odds_of_stopping(&self, buyer: &Buyer) -> Option<(f64, f64)> {
        let stop = self.a / (self.b + (f64::from(buyer.repeats) - 1.0));
        let silence = libm::log1p((buyer.age - buyer.last) / (self.alpha + buyer.last));
        (buyer.repeats > 0).then_some((stop, silence))
    }

    /// The probability that a customer has not stopped: 1 before a second purchase.
    pub fn probability_alive(&self, buyer: &Buyer) -> f64 {
        let power = self.r + f64::from(buyer.repeats);
        self.odds_of_stopping(buyer).map_or(1.0, |(odds, silence)| 1.0 / (1.0 + odds * libm::exp(power * silence)))
    }

    /// The purchases expected of a customer in the next `time`.
    pub fn expected_purchases(&self, buyer: &Buyer, time: f64) -> f64 {
        let x = f64::from(buyer.repeats);
        expected_while_alive(self.r + x, time / (self.alpha + buyer.age), self.a, self.b + x)
            * self.probability_alive(buyer)
    }

    /// The repeat purchases expected of a new customer in their first `time`.
    pub fn expected_purchases_of_new(&self, time: f64) -> f64 {
        expected_while_alive(self.r, time / self.alpha, self.a, self.b)
    }
}

/// The customers in an order of their own, so that no sum depends on that of a file.
fn sorted(buyers: &[Buyer]) -> Vec<Buyer> {
    let mut sorted = buyers.to_vec();
    sorted.sort_by(|a, b| {
        let times = a.last.total_cmp(&b.last).then(a.age.total_cmp(&b.age));
        a.repeats.cmp(&b.repeats).then(times).then(a.mean.unwrap_or(0.0).total_cmp(&b.mean.unwrap_or(0.0)))
    });
    sorted
}

/// Whether two customers are one to the model of purchases.
fn same_times(a: &Buyer, b: &Buyer) -> bool {
    (a.repeats, a.last, a.age) == (b.repeats, b.last, b.age)
}

/// Sorted customers once each, with how many there are of them.
fn alike(sorted: &[Buyer]) -> Vec<(Buyer, f64)> {
    sorted.chunk_by(same_times).filter_map(|same| Some((*same.first()?, same.len() as f64))).collect()
}

/// The expectation of (1 − (1 + s·p)^−shape) ÷ p for p from a beta distribution: what a customer who is there will buy
/// before stopping.
///
/// That is the sheet's expression with the Gaussian hypergeometric function, before its integral is carried out. Written
/// so, nothing cancels, a = 1 needs no limit, and no series has to converge: over the logarithm of the odds of p the
/// integrand has no singularity, and the trapezoidal rule on sinh-spaced places is exact to rounding.
fn expected_while_alive(shape: f64, s: f64, a: f64, b: f64) -> f64 {
    const STEP: f64 = 1.0 / 16.0;
    let s = s.clamp(0.0, LARGEST * LARGEST);
    let softplus = |u: f64| u.max(0.0) + libm::log1p(libm::exp(-u.abs()));
    let log_weight = |u: f64| -a * softplus(-u) - b * softplus(u);
    // The weight's peak and how wide it is there.
    let centre = libm::log(a / b);
    let width = (1.0 / a + 1.0 / b).sqrt().min(1.0);
    let purchases = |u: f64| {
        let p = libm::exp(-softplus(-u));
        if p > 1e-290 { -libm::expm1(-shape * libm::log1p(p * s)) / p } else { shape * s }
    };
    let (mut sum, mut weights) = (0.0, 0.0);
    // The centre counts once.
    for (direction, first) in [(-1.0, 0), (1.0, 1)] {
        for step in first..(30.0 / STEP) as u32 {
            let at = f64::from(step) * STEP;
            let u = centre + direction * width * libm::sinh(at);
            let weight = libm::exp(log_weight(u) - log_weight(centre)) * libm::cosh(at);
            if weight < 1e-20 {
                break;
            }
            sum += weight * purchases(u);
            weights += weight;
        }
    }
    sum / weights
}

/// The Gamma-Gamma model of what a purchase is worth (Fader and Hardie 2013): purchases of a customer vary by a gamma
/// distribution of shape p, and customers differ by another one of shape q and rate v.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GammaGamma {
    /// Shape within a customer.
    pub p: f64,
    /// Shape between customers.
    pub q: f64,
    /// Rate between customers.
    pub v: f64,
}

impl GammaGamma {
    /// The parameters that make the means of customers with repeat purchases likeliest; `None` without such customers,
    /// or where the model has no mean (q ≤ 1).
    pub fn fit(buyers: &[Buyer]) -> Option<GammaGamma> {
        let means = means(&sorted(buyers));
        let mean = means.iter().map(|(_, mean)| mean).sum::<f64>() / means.len() as f64;
        if means.is_empty() {
            return None;
        }
        let start = [0.0, libm::log(2.0), libm::log(mean).clamp(-WIDEST / 2.0, WIDEST / 2.0)];
        let found = simplex::minimum(start, |logarithms| {
            let model = GammaGamma::of_logarithms(logarithms);
            model.map_or(f64::INFINITY, |model| -model.log_likelihood_of(&means) / means.len() as f64)
        });
        GammaGamma::of_logarithms(&found).filter(|model| model.q > 1.0)
    }

    fn of_logarithms(logarithms: &[f64; 3]) -> Option<GammaGamma> {
        let [p, q, v] = logarithms.map(libm::exp);
        logarithms.iter().all(|logarithm| logarithm.abs() <= WIDEST).then_some(GammaGamma { p, q, v })
    }

    /// The logarithm of the likelihood of the customers with repeat purchases.
    pub fn log_likelihood(&self, buyers: &[Buyer]) -> f64 {
        self.log_likelihood_of(&means(&sorted(buyers)))
    }

    fn log_likelihood_of(&self, means: &[(f64, f64)]) -> f64 {
        let GammaGamma { p, q, v } = *self;
        let of = |(x, mean): &(f64, f64)| {
            libm::lgamma(p * x + q) - libm::lgamma(p * x) - libm::lgamma(q)
                + q * libm::log(v)
                + (p * x - 1.0) * libm::log(*mean)
                + p * x * libm::log(*x)
                - (p * x + q) * libm::log(v + x * mean)
        };
        means.iter().map(of).sum()
    }

    /// The expected value of a customer's purchase: between their own mean and everybody's, the closer to their own the
    /// more they bought.
    pub fn expected_value(&self, buyer: &Buyer) -> f64 {
        let (x, mean) = buyer.mean.map_or((0.0, 0.0), |mean| (f64::from(buyer.repeats), mean));
        self.p * (self.v + x * mean) / (self.p * x + self.q - 1.0)
    }
}

/// Repeat purchases and their mean value, of the customers who have one.
fn means(buyers: &[Buyer]) -> Vec<(f64, f64)> {
    buyers.iter().filter_map(|buyer| Some((f64::from(buyer.repeats), buyer.mean?))).collect()
}

/// Customers below which the models are not fitted.
const FEWEST: usize = 50;
/// Customers to which the models are fitted at most.
const MOST: usize = 10_000;

/// The margin of the purchases expected of a customer in the next `horizon`, on average over the customers given. The
/// value of purchases is that of Gamma-Gamma where it can be fitted, else their mean. Parts tell how many customers are
/// expected to be there still (`alive`) and the models' parameters.
pub fn cltv_btyd(scope: &Scope, buyers: &[Buyer], horizon: f64, gross_margin: f64) -> MetricResult {
    let result = MetricResult::new(Key::CltvBtyd, scope)
        .flag(Flag::Estimate)
        .part("horizon", Value::Number(horizon))
        .part("gross_margin", Value::Number(gross_margin));
    if !((0.0..=LARGEST).contains(&horizon) && gross_margin > 0.0 && gross_margin <= 1.0) {
        return result.variant("bg_nbd").warning("E-AGG-RANGE").without(Status::Error);
    }
    let all = buyers.len();
    // Of very many customers, one of every few neighbours in their order stands for the others.
    let buyers: Vec<Buyer> = sorted(buyers).into_iter().step_by(all.div_ceil(MOST).max(1)).collect();
    let means = means(&buyers);
    let model = if buyers.len() < FEWEST || means.is_empty() { None } else { BgNbd::fit(&buyers) };
    let Some(model) = model else { return result.variant("bg_nbd").without(Status::InsufficientData) };
    let spending = GammaGamma::fit(&buyers);
    let mean = means.iter().map(|(_, mean)| mean).sum::<f64>() / means.len() as f64;
    let (mut purchases, mut alive, mut revenue) = (0.0, 0.0, 0.0);
    for same in buyers.chunk_by(same_times) {
        let expected = model.expected_purchases(&same[0], horizon);
        let probability = model.probability_alive(&same[0]);
        for buyer in same {
            purchases += expected;
            alive += probability;
            revenue += expected * spending.map_or(mean, |spending| spending.expected_value(buyer));
        }
    }
    let n = buyers.len() as f64;
    result
        .variant(if spending.is_some() { "gamma_gamma" } else { "bg_nbd" })
        .part("purchases", Value::Number(purchases / n))
        .part("purchase_value", scope.money_from(if purchases > 0.0 { revenue / purchases } else { mean }))
        .part("alive", Value::Number(alive / n * all as f64))
        .part("purchases_of_new", Value::Number(model.expected_purchases_of_new(horizon)))
        .part("r", Value::Number(model.r))
        .part("alpha", Value::Number(model.alpha))
        .part("a", Value::Number(model.a))
        .part("b", Value::Number(model.b))
        .observations(all as u64)
        .money(scope, revenue / n * gross_margin)
}

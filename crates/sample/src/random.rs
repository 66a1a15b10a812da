//! A small random generator whose numbers never change with a release of somebody else's crate.

/// SplitMix64, by Guy Steele, Doug Lea and Christine Flood, "Fast splittable pseudorandom number
/// generators" (2014), with the constants of Sebastiano Vigna's reference code, which is in the
/// public domain.
pub(crate) struct Random {
    state: u64,
}

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number in `0..limit`: the upper half of a product, which needs no division. The bias is
    /// below one in 2^32 for the small limits here.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        let product = u128::from(self.next()) * u128::from(limit);
        (product >> 64) as u64
    }

    /// A number in `low..=high`.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True with the given probability in hundredths of a percent.
    pub(crate) fn chance(&mut self, basis_points: u64) -> bool {
        self.below(10_000) < basis_points
    }

    /// An index into `weights`, each as likely as its share of their sum.
    pub(crate) fn weighted<const N: usize>(&mut self, weights: &[u64; N]) -> usize {
        let mut rest = self.below(weights.iter().sum());
        weights
            .iter()
            .position(|&weight| {
                let hit = rest < weight;
                rest = rest.wrapping_sub(weight);
                hit
            })
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers of the reference code for seed 1234567.
    #[test]
    fn numbers_are_those_of_the_reference() {
        let mut random = Random::new(1_234_567);
        let numbers: Vec<u64> = (0..3).map(|_| random.next()).collect();
        assert_eq!(numbers, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn weights_are_kept() {
        let mut random = Random::new(1);
        let mut hits = [0_u32; 3];
        for _ in 0..10_000 {
            hits[random.weighted(&[1, 0, 3])] += 1;
        }
        assert_eq!(hits[1], 0);
        assert!((2_300..2_700).contains(&hits[0]), "{hits:?}");
    }
}

//! Sorting in little code: a generic sort takes about 8 KB of wasm for each type it is used with.

use std::cmp::Ordering;

/// The places 0 to `count` in the order of a comparison of two places; equal ones keep theirs. For short lists: the
/// comparison is called through a pointer.
pub fn order(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places = Vec::with_capacity(count);
    for place in 0..count {
        let at = places.partition_point(|before| compare(*before, place) != Ordering::Greater);
        places.insert(at, place);
    }
    places
}

/// Items in the order of a comparison; equal ones keep their order. For short lists.
pub fn ordered<Item: Clone>(items: &[Item], mut compare: impl FnMut(&Item, &Item) -> Ordering) -> Vec<Item> {
    let order = order(items.len(), &mut |a, b| compare(&items[a], &items[b]));
    order.into_iter().map(|place| items[place].clone()).collect()
}

/// Sorts numbers of things by a comparison of two of them. For long lists: the comparison is called through a pointer, so
/// that there is one sort for all.
pub fn sort_by(numbers: &mut [u32], compare: &dyn Fn(u32, u32) -> Ordering) {
    numbers.sort_unstable_by(|a, b| compare(*a, *b));
}

/// Sorts numbers that are finite and not negative. Their bits, read as integers, have the same order.
pub fn sort_non_negative(numbers: &[f64]) -> Vec<f64> {
    let mut bits: Vec<i64> = numbers.iter().map(|number| number.max(0.0).to_bits() as i64).collect();
    keeprate_columns::passes::sort(&mut bits);
    bits.into_iter().map(|bits| f64::from_bits(bits as u64)).collect()
}

/// Numbers of things in ascending order of a key that fits an `i32`; equal ones keep their order. For long lists.
pub fn by_number(numbers: &[u32], key: impl Fn(u32) -> i64) -> Vec<u32> {
    // Key and place in one number, so that the order is that of numbers.
    let mut keyed: Vec<i64> = (0..).zip(numbers).map(|(place, number): (i64, _)| key(*number) << 32 | place).collect();
    keeprate_columns::passes::sort(&mut keyed);
    let place = |keyed: &i64| (keyed & i64::from(u32::MAX)) as usize;
    keyed.iter().filter_map(|keyed| numbers.get(place(keyed)).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_end_up_as_a_generic_sort_puts_them(numbers in prop::collection::vec(0.0..1e12_f64, 0..50)) {
            let mut expected = numbers.clone();
            expected.sort_by(f64::total_cmp);
            prop_assert_eq!(sort_non_negative(&numbers), expected.clone());
            prop_assert_eq!(ordered(&numbers, f64::total_cmp), expected);
        }

        #[test]
        fn numbers_of_things_follow_their_keys(keys in prop::collection::vec(-5..5_i64, 0..300)) {
            let numbers: Vec<u32> = (0..keys.len() as u32).collect();
            let mut expected = numbers.clone();
            expected.sort_by_key(|number| keys[*number as usize]);
            prop_assert_eq!(by_number(&numbers, |number| keys[number as usize]), expected);
        }

        #[test]
        fn equal_items_keep_their_order(keys in prop::collection::vec(0..5_u8, 0..40)) {
            let items: Vec<(u8, usize)> = keys.into_iter().zip(0..).collect();
            let sorted = ordered(&items, |a, b| a.0.cmp(&b.0));
            prop_assert!(sorted.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}

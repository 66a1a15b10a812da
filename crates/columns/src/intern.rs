//! Remembers what was made of a field: ids, months, currencies and attributes repeat, so each spelling is read once.

use crate::row::{Field, Key, Window};

/// Stands for a field without a number.
pub const UNKNOWN: u32 = u32::MAX;

/// A map from the bytes of a field to a number, by open addressing: up to 16 bytes live in the table itself, longer
/// fields in an arena.
#[derive(Debug)]
pub struct Interner {
    slots: Vec<Slot>,
    used: usize,
    long: Vec<LongSlot>,
    long_used: usize,
    arena: Vec<u8>,
    /// What [`Interner::prepare`] found in a column.
    prepared: Vec<Prepared>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    key: Key,
    /// The number plus one; 0 is a free slot.
    value: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct LongSlot {
    hash: u64,
    start: u32,
    length: u32,
    value: u32,
}

/// A field that is about to be looked up.
#[derive(Clone, Copy, Debug)]
struct Prepared {
    /// `None` if it is too long for one.
    key: Option<Key>,
    hash: u64,
}

const FREE: Slot = Slot { key: Key { front: 0, back: 0 }, value: 0 };
const FIRST_SIZE: usize = 256;

impl Default for Interner {
    fn default() -> Interner {
        Interner {
            slots: vec![FREE; FIRST_SIZE],
            used: 0,
            long: vec![LongSlot::default(); FIRST_SIZE],
            long_used: 0,
            arena: Vec::new(),
            prepared: Vec::new(),
        }
    }
}

impl Interner {
    /// The numbers of a column's fields, [`UNKNOWN`] for those without one. For columns with few different values, whose
    /// table stays in the cache. Hot: once per record.
    #[inline(never)]
    pub fn get_column(&self, window: Window<'_>, column: usize, numbers: &mut Vec<u32>) {
        numbers.resize(window.len(), UNKNOWN);
        for (field, number) in window.fields(column).zip(numbers) {
            *number = self.look_up_key(field, field.key());
        }
    }

    /// The same for the records at these places alone; whether every field has a number. Hot: once per place.
    #[inline(never)]
    pub fn get_places(&self, window: Window<'_>, column: usize, places: &[u32], numbers: &mut Vec<u32>) -> bool {
        let mut complete = true;
        numbers.resize(places.len(), UNKNOWN);
        for (place, found) in places.iter().zip(numbers) {
            let field = window.field(*place as usize, column);
            let key = field.key();
            *found = self.look_up_key(field, key);
            complete &= *found != UNKNOWN;
        }
        complete
    }

    /// Gets the records at these places of a column ready for [`Interner::get_prepared`] and empties `numbers`. For
    /// columns with many different values: keys and hashes are made before any is looked up, so that the processor waits
    /// for many places of the table at once instead of for each in turn. Hot: once per place.
    #[inline(never)]
    pub fn prepare(&mut self, window: Window<'_>, column: usize, places: &[u32], numbers: &mut Vec<u32>) {
        numbers.clear();
        self.prepared.clear();
        self.prepared.extend(places.iter().map(|place| {
            let key = window.field(*place as usize, column).key();
            Prepared { key, hash: hash(key.unwrap_or_default()) }
        }));
    }

    /// Goes on with the column that was prepared, behind the numbers found so far, up to the first field without one:
    /// the caller adds a number of its own and asks again. At the end there are as many numbers as places.
    /// Hot: once per place.
    #[inline(never)]
    pub fn get_prepared(&self, window: Window<'_>, column: usize, places: &[u32], numbers: &mut Vec<u32>) {
        let mut above = numbers.len().checked_sub(1).and_then(|last| self.prepared.get(last)?.key);
        let mut number = numbers.last().copied().unwrap_or(UNKNOWN);
        for (place, Prepared { key, hash }) in places.iter().zip(&self.prepared).skip(numbers.len()) {
            if key.is_none() || *key != above {
                above = *key;
                number = match key {
                    Some(key) => self.find(*key, *hash),
                    None => self.find_long(window.field(*place as usize, column).bytes()),
                };
                if number == UNKNOWN {
                    return;
                }
            }
            numbers.push(number);
        }
    }

    /// The number of a short field, or [`UNKNOWN`].
    #[inline(always)]
    fn find(&self, key: Key, hash: u64) -> u32 {
        let mask = self.slots.len() - 1;
        let mut place = hash as usize & mask;
        // Half of the slots are always free, so the search ends.
        while let Some(slot) = self.slots.get(place) {
            if slot.key == key {
                // A free slot has the key of the empty field, and no number.
                return slot.value.wrapping_sub(1);
            }
            if slot.value == 0 {
                break;
            }
            place = (place + 1) & mask;
        }
        UNKNOWN
    }

    /// The number of a field, if it was inserted before.
    pub fn get(&self, field: Field<'_>) -> Option<u32> {
        let number = self.look_up(field);
        (number != UNKNOWN).then_some(number)
    }

    /// The number of a field, or [`UNKNOWN`]. Where it is not the hottest part, it is not worth being there twice.
    #[inline(never)]
    fn look_up(&self, field: Field<'_>) -> u32 {
        self.look_up_key(field, field.key())
    }

    /// The number of a field with this key, or [`UNKNOWN`].
    #[inline(always)]
    fn look_up_key(&self, field: Field<'_>, key: Option<Key>) -> u32 {
        key.map_or_else(|| self.find_long(field.bytes()), |key| self.find(key, hash(key)))
    }

    /// Remembers a number, less than `u32::MAX`, for a field that [`Interner::get`] did not know.
    pub fn insert(&mut self, field: Field<'_>, number: u32) {
        let value = number.saturating_add(1);
        match field.key() {
            Some(key) => {
                if (self.used + 1) * 2 > self.slots.len() {
                    let old = std::mem::take(&mut self.slots);
                    self.slots = vec![FREE; old.len() * 2];
                    for slot in old.into_iter().filter(|slot| slot.value != 0) {
                        place_short(&mut self.slots, slot);
                    }
                }
                self.used += 1;
                place_short(&mut self.slots, Slot { key, value });
            }
            None => {
                if (self.long_used + 1) * 2 > self.long.len() {
                    let old = std::mem::take(&mut self.long);
                    self.long = vec![LongSlot::default(); old.len() * 2];
                    for slot in old.into_iter().filter(|slot| slot.value != 0) {
                        place_long(&mut self.long, slot);
                    }
                }
                self.long_used += 1;
                let bytes = field.bytes();
                let (start, length) = (self.arena.len() as u32, bytes.len() as u32);
                self.arena.extend_from_slice(bytes);
                place_long(&mut self.long, LongSlot { hash: hash_bytes(bytes), start, length, value });
            }
        }
    }

    /// The number of a long field, or [`UNKNOWN`].
    fn find_long(&self, bytes: &[u8]) -> u32 {
        let hash = hash_bytes(bytes);
        let mask = self.long.len() - 1;
        let mut place = hash as usize & mask;
        while let Some(slot) = self.long.get(place).filter(|slot| slot.value != 0) {
            let start = slot.start as usize;
            if slot.hash == hash && self.arena.get(start..start + slot.length as usize) == Some(bytes) {
                return slot.value - 1;
            }
            place = (place + 1) & mask;
        }
        UNKNOWN
    }
}

fn place_short(slots: &mut [Slot], new: Slot) {
    let mask = slots.len() - 1;
    let mut place = hash(new.key) as usize & mask;
    while let Some(slot) = slots.get_mut(place) {
        if slot.value == 0 {
            *slot = new;
            return;
        }
        place = (place + 1) & mask;
    }
}

fn place_long(slots: &mut [LongSlot], new: LongSlot) {
    let mask = slots.len() - 1;
    let mut place = new.hash as usize & mask;
    while let Some(slot) = slots.get_mut(place) {
        if slot.value == 0 {
            *slot = new;
            return;
        }
        place = (place + 1) & mask;
    }
}

/// A hash of a short field.
#[inline(always)]
fn hash(key: Key) -> u64 {
    mix(key.back, key.front)
}

/// Mixes two words; the upper half of a product knows all bits of its factors.
#[inline(always)]
fn mix(low: u64, high: u64) -> u64 {
    let mixed = (low ^ high.rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ mixed >> 32 ^ high).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    mixed ^ mixed >> 32
}

/// A hash of any number of bytes.
pub fn hash_bytes(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut last = [0; 8];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    let start = mix(u64::from_le_bytes(last), bytes.len() as u64);
    words.iter().fold(start, |so_far, word| mix(u64::from_le_bytes(*word), so_far))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::{self, Index};
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn columns_are_numbered_like_a_map_does(fields in prop::collection::vec("[ab]{0,3}|c{15,18}|c{30,36}|[xy]{6,10}|x{16}", 1..200)) {
            let text: String = fields.iter().map(|field| format!("{field},{field}\n")).collect();
            let mut found = Index::default();
            index::index(text.as_bytes(), b',', &mut found);
            let window = Window::new(text.as_bytes(), &found, 2).expect("two fields a record");
            let mut map = HashMap::new();
            let expected: Vec<u32> = fields
                .iter()
                .map(|field| {
                    let next = map.len() as u32;
                    *map.entry(field.as_str()).or_insert(next)
                })
                .collect();
            let mut interner = Interner::default();
            let mut numbers = Vec::new();
            let places: Vec<u32> = (0..fields.len() as u32).collect();
            interner.prepare(window, 0, &places, &mut numbers);
            loop {
                interner.get_prepared(window, 0, &places, &mut numbers);
                if numbers.len() == window.len() {
                    break;
                }
                let next = 1 + numbers.iter().max().map_or(0, |number| *number) - u32::from(numbers.is_empty());
                interner.insert(window.row(numbers.len(), 0).field(0), next);
                numbers.push(next);
            }
            prop_assert_eq!(&numbers, &expected);
            interner.get_column(window, 1, &mut numbers);
            prop_assert_eq!(&numbers, &expected);
            prop_assert!(interner.get_places(window, 1, &places, &mut numbers));
            prop_assert_eq!(&numbers, &expected);
            let unknown = Interner::default();
            unknown.get_column(window, 1, &mut numbers);
            prop_assert!(numbers.iter().all(|number| *number == UNKNOWN));
            prop_assert!(!unknown.get_places(window, 1, &places, &mut numbers));
            prop_assert!(numbers.iter().all(|number| *number == UNKNOWN));
        }
    }
}

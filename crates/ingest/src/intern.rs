//! Remembers what was made of a field: ids, months, currencies and attributes repeat, so each spelling is read once.

use crate::records::Field;

/// A map from the bytes of a field to a number, by open addressing: up to 16 bytes live in the table itself, longer
/// fields in an arena. The last short field is remembered, because files are mostly sorted.
#[derive(Debug)]
pub(crate) struct Interner {
    slots: Vec<Slot>,
    used: usize,
    last: Slot,
    long: Vec<LongSlot>,
    long_used: usize,
    arena: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    low: u64,
    high: u64,
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

const FREE: Slot = Slot { low: 0, high: 0, value: 0 };
const FIRST_SIZE: usize = 256;

impl Default for Interner {
    fn default() -> Interner {
        Interner {
            slots: vec![FREE; FIRST_SIZE],
            used: 0,
            last: FREE,
            long: vec![LongSlot::default(); FIRST_SIZE],
            long_used: 0,
            arena: Vec::new(),
        }
    }
}

impl Interner {
    /// The number of a field, if it was inserted before.
    #[inline(always)]
    pub(crate) fn get(&mut self, field: Field<'_>) -> Option<u32> {
        match field.key() {
            Some((low, high)) if self.last.low == low && self.last.high == high => self.last.value.checked_sub(1),
            Some((low, high)) => self.get_short(low, high),
            None => self.get_long(field.bytes()),
        }
    }

    fn get_short(&mut self, low: u64, high: u64) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut place = hash(low, high) as usize & mask;
        // Half of the slots are always free, so the search ends.
        while let Some(slot) = self.slots.get(place) {
            if slot.value == 0 {
                return None;
            }
            if slot.low == low && slot.high == high {
                self.last = *slot;
                return Some(slot.value - 1);
            }
            place = (place + 1) & mask;
        }
        None
    }

    /// Remembers a number, less than `u32::MAX`, for a field that [`Interner::get`] did not know.
    #[cold]
    pub(crate) fn insert(&mut self, field: Field<'_>, number: u32) {
        let value = number.saturating_add(1);
        match field.key() {
            Some((low, high)) => {
                if (self.used + 1) * 2 > self.slots.len() {
                    let old = std::mem::take(&mut self.slots);
                    self.slots = vec![FREE; old.len() * 2];
                    for slot in old.into_iter().filter(|slot| slot.value != 0) {
                        place_short(&mut self.slots, slot);
                    }
                }
                self.used += 1;
                self.last = Slot { low, high, value };
                place_short(&mut self.slots, self.last);
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

    fn get_long(&self, bytes: &[u8]) -> Option<u32> {
        let hash = hash_bytes(bytes);
        let mask = self.long.len() - 1;
        let mut place = hash as usize & mask;
        while let Some(slot) = self.long.get(place) {
            if slot.value == 0 {
                return None;
            }
            let start = slot.start as usize;
            if slot.hash == hash && self.arena.get(start..start + slot.length as usize) == Some(bytes) {
                return Some(slot.value - 1);
            }
            place = (place + 1) & mask;
        }
        None
    }
}

fn place_short(slots: &mut [Slot], new: Slot) {
    let mask = slots.len() - 1;
    let mut place = hash(new.low, new.high) as usize & mask;
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

/// Mixes two words; the upper half of a product knows all bits of its factors.
#[inline(always)]
pub(crate) fn hash(low: u64, high: u64) -> u64 {
    let mixed = (low ^ high.rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ mixed >> 32 ^ high).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    mixed ^ mixed >> 32
}

/// A hash of any number of bytes.
pub(crate) fn hash_bytes(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut last = [0; 8];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    let start = hash(u64::from_le_bytes(last), bytes.len() as u64);
    words.iter().fold(start, |so_far, word| hash(u64::from_le_bytes(*word), so_far))
}

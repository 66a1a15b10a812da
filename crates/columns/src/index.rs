//! Stage 1: bytes to an index of structural positions, 64 bytes at a time.
//!
//! One block becomes five bit masks; the quote state of its bytes is the prefix-xor of the quote mask; what remains of
//! delimiters and line ends outside of quotes goes into the index. The masks are made by SIMD where the machine has it
//! and by ordinary 64-bit arithmetic elsewhere; everything after them is shared. This is the hot path of the crate, and
//! the only place that may use `unsafe`.

/// What a block of 64 bytes holds; bit n is byte n.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Masks {
    quote: u64,
    delimiter: u64,
    line_feed: u64,
    carriage_return: u64,
    high: u64,
    nul: u64,
}

/// Bytes of a block.
pub(crate) const BLOCK: usize = 64;

/// The structural positions of a stretch of text that starts with a record.
#[derive(Debug, Default)]
pub struct Index {
    /// Where fields end: delimiters and line ends outside of quotes, behind a first entry of [`BEFORE`]. Every field
    /// starts behind the entry before its own.
    pub(crate) ends: Vec<u32>,
    /// Per record, how many fields it and the records before it have.
    pub(crate) records: Vec<u32>,
}

/// The place before the first byte.
pub(crate) const BEFORE: u32 = u32::MAX;

impl Index {
    /// The index of one record, from the ends of its fields.
    pub fn of_record(ends: &[u32]) -> Index {
        let mut index = Index { ends: vec![BEFORE], records: vec![ends.len() as u32] };
        index.ends.extend_from_slice(ends);
        index
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Where the last record ends.
    pub fn end(&self) -> Option<usize> {
        self.ends.get(*self.records.last()? as usize).map(|end| *end as usize)
    }

    /// The ends of each record's fields.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        let mut first = 0;
        self.records.iter().map(move |last| {
            let fields = first + 1..*last as usize + 1;
            first = *last as usize;
            self.ends.get(fields).unwrap_or_default()
        })
    }
}

/// How an indexing went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scanned {
    /// A quote stands where it may not, in the record after the last indexed one; indexing stopped there.
    pub stray_quote: bool,
    /// Some byte is outside of ASCII.
    pub high: bool,
    /// Some byte is 0.
    pub nul: bool,
    /// Some line end is inside of quotes.
    pub quoted_line: bool,
}

/// Indexes `text`, which must be shorter than 4 GiB.
pub fn index(text: &[u8], delimiter: u8, index: &mut Index) -> Scanned {
    #[cfg(all(target_arch = "wasm32", feature = "simd"))]
    {
        wasm::index(text, delimiter, index)
    }
    #[cfg(target_arch = "x86_64")]
    {
        sse2::index(text, delimiter, index)
    }
    #[cfg(not(any(target_arch = "x86_64", all(target_arch = "wasm32", feature = "simd"))))]
    {
        index_with(text, index, |block| portable::masks(block, delimiter))
    }
}

/// Whether two blocks differ where the mask has bits. Inlined into loops that, in wasm, are compiled with SIMD.
#[inline(always)]
pub(crate) fn differ(left: &[u8; BLOCK], right: &[u8; BLOCK], mask: &[u8; BLOCK]) -> bool {
    #[cfg(all(target_arch = "wasm32", feature = "simd"))]
    {
        wasm::differ(left, right, mask)
    }
    #[cfg(target_arch = "x86_64")]
    {
        sse2::differ(left, right, mask)
    }
    #[cfg(not(any(target_arch = "x86_64", all(target_arch = "wasm32", feature = "simd"))))]
    {
        portable::differ(left, right, mask)
    }
}

/// The part of stage 1 that does not depend on the machine. Inlined into each caller, so that the masks stay in
/// registers and, in wasm, the whole loop is compiled with SIMD.
#[inline(always)]
fn index_with(text: &[u8], index: &mut Index, masks: impl Fn(&[u8; BLOCK]) -> Masks) -> Scanned {
    let mut scanned = Scanned::default();
    index.records.clear();
    if index.ends.is_empty() {
        index.ends.push(BEFORE);
    }
    let mut count = 0_usize;
    // All ones while inside of quotes.
    let mut inside = 0_u64;
    // What the byte before the block was, in bit 0. Text starts with a record, as if after a line end.
    let mut after_separator = 1_u64;
    let mut after_closing = 0_u64;
    let mut after_return = 0_u64;
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    let mut padded = [b' '; BLOCK];
    if let Some(start) = padded.get_mut(..rest.len()) {
        start.copy_from_slice(rest);
    }
    let tail = (!rest.is_empty()).then_some((&padded, (1_u64 << rest.len()) - 1));
    for (number, (block, valid)) in blocks.iter().map(|block| (block, u64::MAX)).chain(tail).enumerate() {
        let found = masks(block);
        scanned.high |= found.high != 0;
        scanned.nul |= found.nul != 0;
        let line_end = found.carriage_return | (found.line_feed & !(found.carriage_return << 1 | after_return));
        let separator = found.delimiter | found.line_feed | found.carriage_return;
        let mut structural = found.delimiter | line_end;
        let mut stray = 0;
        if found.quote | inside | after_closing != 0 {
            // Bit n: byte n is inside, an opening quote counted in, a closing one counted out.
            let quoted = prefix_xor(found.quote) ^ inside;
            let opening = found.quote & quoted;
            let closing = found.quote & !quoted;
            let follows_closing = closing << 1 | after_closing;
            // A quote opens at the start of a field, or straight after one that closes: that is a doubled quote.
            let opens_wrongly = opening & !(separator << 1 | after_separator | follows_closing);
            let closes_wrongly = follows_closing & !(separator | found.quote) & valid;
            stray = opens_wrongly | closes_wrongly;
            scanned.quoted_line |= line_end & quoted != 0;
            structural &= !quoted;
            inside = (quoted as i64 >> 63) as u64;
            after_closing = closing >> 63;
        }
        after_separator = separator >> 63;
        after_return = found.carriage_return >> 63;
        if stray != 0 {
            structural &= (1 << stray.trailing_zeros()) - 1;
        }
        let base = (number * BLOCK) as u32;
        if index.ends.len() < count + 1 + BLOCK {
            index.ends.resize((count + 1 + BLOCK).max(index.ends.len() * 2), 0);
        }
        let in_block = structural.count_ones() as usize;
        if let Some(out) = index.ends.get_mut(count + 1..).and_then(|out| out.first_chunk_mut::<BLOCK>()) {
            let mut bits = structural;
            // Four at a time without asking: superfluous ones are overwritten by the next block.
            for group in out.as_chunks_mut::<4>().0.iter_mut().take(in_block.div_ceil(4)) {
                for end in group {
                    *end = base + bits.trailing_zeros();
                    bits &= bits.wrapping_sub(1);
                }
            }
        }
        let mut lines = structural & line_end;
        while lines != 0 {
            let through = lines ^ (lines - 1);
            index.records.push(count as u32 + (structural & through).count_ones());
            lines &= lines - 1;
        }
        count += in_block;
        if stray != 0 {
            scanned.stray_quote = true;
            break;
        }
    }
    scanned
}

/// Bit n of the result is the parity of bits 0 to n.
#[inline(always)]
fn prefix_xor(mut bits: u64) -> u64 {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^ bits << 32
}

/// Eight bytes at a time with ordinary arithmetic, for every machine.
#[cfg_attr(any(target_arch = "x86_64", all(target_arch = "wasm32", feature = "simd")), allow(dead_code))]
mod portable {
    use super::{BLOCK, Masks};

    const LOW: u64 = 0x0101_0101_0101_0101;
    const SEVEN: u64 = 0x7F7F_7F7F_7F7F_7F7F;

    #[inline(always)]
    pub(super) fn masks(block: &[u8; BLOCK], delimiter: u8) -> Masks {
        let mut masks = Masks::default();
        for (place, bytes) in block.as_chunks::<8>().0.iter().enumerate() {
            let word = u64::from_le_bytes(*bytes);
            let shift = place * 8;
            masks.quote |= equal(word, b'"') << shift;
            masks.delimiter |= equal(word, delimiter) << shift;
            masks.line_feed |= equal(word, b'\n') << shift;
            masks.carriage_return |= equal(word, b'\r') << shift;
            masks.high |= gather(word & !SEVEN) << shift;
            masks.nul |= equal(word, 0) << shift;
        }
        masks
    }

    #[inline(always)]
    pub(super) fn differ(left: &[u8; BLOCK], right: &[u8; BLOCK], mask: &[u8; BLOCK]) -> bool {
        let chunks = left.as_chunks::<8>().0.iter().zip(right.as_chunks::<8>().0).zip(mask.as_chunks::<8>().0);
        let different = |((left, right), mask): ((&[u8; 8], &[u8; 8]), &[u8; 8])| {
            (u64::from_le_bytes(*left) ^ u64::from_le_bytes(*right)) & u64::from_le_bytes(*mask)
        };
        chunks.map(different).fold(0, |so_far, word| so_far | word) != 0
    }

    /// One bit per byte that equals `byte`.
    #[inline(always)]
    fn equal(word: u64, byte: u8) -> u64 {
        let difference = word ^ (LOW * u64::from(byte));
        gather(!(((difference & SEVEN) + SEVEN) | difference | SEVEN))
    }

    /// Moves the top bit of each byte to one bit each; the multiplication adds every bit to a place of its own.
    #[inline(always)]
    fn gather(tops: u64) -> u64 {
        ((tops >> 7).wrapping_mul(0x0102_0408_1020_4080)) >> 56
    }
}

/// Sixteen bytes at a time; SSE2 is part of every x86_64.
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod sse2 {
    use super::{BLOCK, Index, Masks, Scanned, index_with};
    use std::arch::x86_64::{
        __m128i, _mm_and_si128, _mm_cmpeq_epi8, _mm_cmplt_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128,
        _mm_set1_epi8, _mm_setzero_si128, _mm_xor_si128,
    };

    pub(super) fn index(text: &[u8], delimiter: u8, index: &mut Index) -> Scanned {
        if std::arch::is_x86_feature_detected!("popcnt") && std::arch::is_x86_feature_detected!("bmi1") {
            // SAFETY: the processor was just asked whether it has both instructions.
            return unsafe { index_counting(text, delimiter, index) };
        }
        index_with(text, index, |block| masks(block, delimiter))
    }

    /// The same where counting bits is one instruction.
    #[target_feature(enable = "popcnt,bmi1")]
    fn index_counting(text: &[u8], delimiter: u8, index: &mut Index) -> Scanned {
        index_with(text, index, |block| masks(block, delimiter))
    }

    #[inline(always)]
    pub(super) fn differ(left: &[u8; BLOCK], right: &[u8; BLOCK], mask: &[u8; BLOCK]) -> bool {
        let chunks = left.as_chunks::<16>().0.iter().zip(right.as_chunks::<16>().0).zip(mask.as_chunks::<16>().0);
        // SAFETY: SSE2 is part of x86_64, and each load is of exactly the 16 bytes that a reference stands for.
        unsafe {
            let load = |bytes: &[u8; 16]| _mm_loadu_si128(bytes.as_ptr().cast::<__m128i>());
            let mut different = _mm_setzero_si128();
            for ((left, right), mask) in chunks {
                let masked = _mm_and_si128(_mm_xor_si128(load(left), load(right)), load(mask));
                different = _mm_or_si128(different, masked);
            }
            _mm_movemask_epi8(_mm_cmpeq_epi8(different, _mm_setzero_si128())) != 0xFFFF
        }
    }

    #[inline(always)]
    pub(super) fn masks(block: &[u8; BLOCK], delimiter: u8) -> Masks {
        let mut masks = Masks::default();
        // SAFETY: SSE2 is part of x86_64, and each load is of exactly the 16 bytes that a reference stands for.
        unsafe {
            let mut vectors = [_mm_setzero_si128(); 4];
            for (vector, bytes) in vectors.iter_mut().zip(block.as_chunks::<16>().0) {
                *vector = _mm_loadu_si128(bytes.as_ptr().cast::<__m128i>());
            }
            let equal = |vector: __m128i, byte: u8| _mm_cmpeq_epi8(vector, _mm_set1_epi8(byte as i8));
            let bits = |vector: __m128i| u64::from(_mm_movemask_epi8(vector) as u16);
            let mut rare = _mm_setzero_si128();
            for (place, vector) in vectors.into_iter().enumerate() {
                masks.delimiter |= bits(equal(vector, delimiter)) << (place * 16);
                masks.line_feed |= bits(equal(vector, b'\n')) << (place * 16);
                // Not above 0: outside of ASCII, or 0.
                let odd = _mm_cmplt_epi8(vector, _mm_set1_epi8(1));
                rare = _mm_or_si128(rare, _mm_or_si128(odd, _mm_or_si128(equal(vector, b'"'), equal(vector, b'\r'))));
            }
            if _mm_movemask_epi8(rare) != 0 {
                for (place, vector) in vectors.into_iter().enumerate() {
                    masks.quote |= bits(equal(vector, b'"')) << (place * 16);
                    masks.carriage_return |= bits(equal(vector, b'\r')) << (place * 16);
                    masks.nul |= bits(equal(vector, 0)) << (place * 16);
                    masks.high |= bits(vector) << (place * 16);
                }
            }
        }
        masks
    }
}

/// Sixteen bytes at a time in wasm.
#[cfg(all(target_arch = "wasm32", feature = "simd"))]
#[allow(unsafe_code)]
mod wasm {
    use super::{BLOCK, Index, Masks, Scanned, index_with};
    use std::arch::wasm32::{
        i8x16_bitmask, i8x16_eq, i8x16_lt, i8x16_splat, v128, v128_and, v128_any_true, v128_load, v128_or, v128_xor,
    };

    /// A module with SIMD instructions does not even load where they are missing, so that calling this needs no check;
    /// builds without the feature `simd` do not contain it.
    #[target_feature(enable = "simd128")]
    pub(super) fn index(text: &[u8], delimiter: u8, index: &mut Index) -> Scanned {
        index_with(text, index, |block| masks(block, delimiter))
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    pub(super) fn differ(left: &[u8; BLOCK], right: &[u8; BLOCK], mask: &[u8; BLOCK]) -> bool {
        // SAFETY: as in `masks`.
        let load = |bytes: &[u8; 16]| unsafe { v128_load(bytes.as_ptr().cast::<v128>()) };
        let mut different = i8x16_splat(0);
        let chunks = left.as_chunks::<16>().0.iter().zip(right.as_chunks::<16>().0).zip(mask.as_chunks::<16>().0);
        for ((left, right), mask) in chunks {
            different = v128_or(different, v128_and(v128_xor(load(left), load(right)), load(mask)));
        }
        v128_any_true(different)
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    fn masks(block: &[u8; BLOCK], delimiter: u8) -> Masks {
        let mut masks = Masks::default();
        let mut vectors = [i8x16_splat(0); 4];
        for (vector, bytes) in vectors.iter_mut().zip(block.as_chunks::<16>().0) {
            // SAFETY: `bytes` is a reference to exactly the 16 bytes that the load reads; wasm loads need no alignment.
            *vector = unsafe { v128_load(bytes.as_ptr().cast::<v128>()) };
        }
        let equal = |vector: v128, byte: u8| i8x16_eq(vector, i8x16_splat(byte as i8));
        let bits = |vector: v128| u64::from(i8x16_bitmask(vector));
        let mut rare = i8x16_splat(0);
        for (place, vector) in vectors.into_iter().enumerate() {
            masks.delimiter |= bits(equal(vector, delimiter)) << (place * 16);
            masks.line_feed |= bits(equal(vector, b'\n')) << (place * 16);
            // Not above 0: outside of ASCII, or 0.
            let odd = i8x16_lt(vector, i8x16_splat(1));
            rare = v128_or(rare, v128_or(odd, v128_or(equal(vector, b'"'), equal(vector, b'\r'))));
        }
        if v128_any_true(rare) {
            for (place, vector) in vectors.into_iter().enumerate() {
                masks.quote |= bits(equal(vector, b'"')) << (place * 16);
                masks.carriage_return |= bits(equal(vector, b'\r')) << (place * 16);
                masks.nul |= bits(equal(vector, 0)) << (place * 16);
                masks.high |= bits(vector) << (place * 16);
            }
        }
        masks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_definition(block: &[u8; BLOCK], delimiter: u8) -> Masks {
        let mask = |test: &dyn Fn(u8) -> bool| {
            block.iter().enumerate().map(|(place, byte)| u64::from(test(*byte)) << place).sum::<u64>()
        };
        Masks {
            quote: mask(&|byte| byte == b'"'),
            delimiter: mask(&|byte| byte == delimiter),
            line_feed: mask(&|byte| byte == b'\n'),
            carriage_return: mask(&|byte| byte == b'\r'),
            high: mask(&|byte| byte >= 0x80),
            nul: mask(&|byte| byte == 0),
        }
    }

    proptest! {
        #[test]
        fn every_implementation_makes_the_same_masks(
            block in proptest::array::uniform32(prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), Just(b'\r'), any::<u8>()]),
            other in proptest::array::uniform32(any::<u8>()),
            delimiter in prop_oneof![Just(b','), Just(b';'), Just(b'\t'), Just(b'|')],
        ) {
            let mut whole = [0; BLOCK];
            whole[..32].copy_from_slice(&block);
            whole[32..].copy_from_slice(&other);
            let expected = by_definition(&whole, delimiter);
            prop_assert_eq!(portable::masks(&whole, delimiter), expected);
            #[cfg(target_arch = "x86_64")]
            prop_assert_eq!(sse2::masks(&whole, delimiter), expected);
        }

        #[test]
        fn every_implementation_finds_the_same_difference(
            left in prop::collection::vec(any::<u8>(), BLOCK),
            changes in prop::collection::vec((0..BLOCK, any::<u8>()), 0..3),
            masked in prop::collection::vec(prop_oneof![Just(0), Just(u8::MAX)], BLOCK),
        ) {
            let block = |bytes: &[u8]| -> [u8; BLOCK] { bytes.try_into().expect("a block") };
            let mut right = left.clone();
            for (place, byte) in changes {
                right[place] = byte;
            }
            let expected = (0..BLOCK).any(|place| (left[place] ^ right[place]) & masked[place] != 0);
            let (left, right, masked) = (block(&left), block(&right), block(&masked));
            prop_assert_eq!(portable::differ(&left, &right, &masked), expected);
            #[cfg(target_arch = "x86_64")]
            prop_assert_eq!(sse2::differ(&left, &right, &masked), expected);
        }

        #[test]
        fn prefix_xor_is_the_parity_so_far(bits in any::<u64>()) {
            for place in 0..64 {
                prop_assert_eq!(prefix_xor(bits) >> place & 1, u64::from((bits << (63 - place)).count_ones() & 1));
            }
        }
    }
}

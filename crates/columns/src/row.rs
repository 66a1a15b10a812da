//! Records and fields as views of the text.

use crate::index::{BLOCK, Index, differ};

/// One record: a view of the text, its fields not yet touched.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The text that holds the record.
    pub text: &'a [u8],
    /// Where the record starts in it.
    pub start: usize,
    /// Where its fields end, the last one at the end of the record.
    pub ends: &'a [u32],
    /// Its number as a spreadsheet shows it: 1 is the first record of the file.
    pub number: u64,
}

/// One field as it stands in the file, quotes and outer spaces included.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    text: &'a [u8],
    start: usize,
    end: usize,
}

impl<'a> Row<'a> {
    /// The field of a column; empty if the record is shorter.
    #[inline]
    pub fn field(&self, column: usize) -> Field<'a> {
        let start = match column.checked_sub(1) {
            None => Some(self.start),
            Some(before) => self.ends.get(before).map(|end| *end as usize + 1),
        };
        match (start, self.ends.get(column)) {
            (Some(start), Some(end)) => Field { text: self.text, start, end: *end as usize },
            _ => Field { text: self.text, start: 0, end: 0 },
        }
    }

    /// How many fields the record has.
    #[inline]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All fields.
    pub fn fields(&self) -> impl Iterator<Item = Field<'a>> {
        let row = *self;
        (0..row.len()).map(move |column| row.field(column))
    }

    /// Whether every field is empty.
    pub fn is_blank(&self) -> bool {
        self.fields().all(|field| field.bytes().iter().all(|byte| matches!(byte, b' ' | b'\t' | b'"')))
    }
}

impl<'a> Field<'a> {
    /// The bytes as they are in the file.
    #[inline]
    pub fn bytes(self) -> &'a [u8] {
        self.text.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether it says zero without a digit.
    #[inline]
    pub fn is_blank(self) -> bool {
        matches!(self.bytes(), b"" | b"-")
    }

    /// Its length in bytes.
    #[inline(always)]
    pub(crate) fn len(self) -> usize {
        self.end - self.start
    }

    /// Up to 16 bytes as two numbers with 0 in front; `None` for longer fields. Text holds no 0, so that two fields with
    /// the same numbers are the same.
    #[inline(always)]
    pub(crate) fn key(self) -> Option<Key> {
        let (front_mask, back_mask) = MASKS.get(self.len())?;
        let (front, back) = self.words();
        Some(Key { front: front & front_mask, back: back & back_mask })
    }

    /// The last 16 bytes of the text up to the end of the field as two numbers, the ones in front first; the bytes before
    /// the field belong to others.
    #[inline(always)]
    pub(crate) fn words(self) -> (u64, u64) {
        match self.text.get(..self.end).and_then(|text| text.last_chunk::<16>()) {
            Some(bytes) => words(*bytes),
            None => early_words(self.text.get(..self.end).unwrap_or_default()),
        }
    }
}

/// A short field as two numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) front: u64,
    pub(crate) back: u64,
}

/// What is left of the 16 bytes up to the end of a field, by its length: those before it belong to others.
const MASKS: [(u64, u64); 17] = {
    let mut masks = [(0, 0); 17];
    let mut length = 1;
    while length <= 16 {
        masks[length] = words((u128::MAX << (128 - 8 * length)).to_le_bytes());
        length += 1;
    }
    masks
};

const fn words(bytes: [u8; 16]) -> (u64, u64) {
    let both = u128::from_le_bytes(bytes);
    (both as u64, (both >> 64) as u64)
}

/// The last 16 bytes at the start of the text, where 0 stands for what is missing. Takes the text alone, so that fields
/// can stay in registers.
#[cold]
fn early_words(text: &[u8]) -> (u64, u64) {
    let mut padded = [0; 16];
    for (to, from) in padded.iter_mut().rev().zip(text.iter().rev()) {
        *to = *from;
    }
    words(padded)
}

/// Where the next record starts when one ends at `end`: behind LF, CR or CR LF.
#[inline]
pub fn next_start(text: &[u8], end: usize) -> usize {
    end + 1 + usize::from(text.get(end) == Some(&b'\r') && text.get(end + 1) == Some(&b'\n'))
}

/// Records that follow each other and have the same number of fields, so that a column can be walked on its own.
#[derive(Clone, Copy, Debug)]
pub struct Window<'a> {
    text: &'a [u8],
    /// As in [`Index`].
    ends: &'a [u32],
    width: usize,
}

impl<'a> Window<'a> {
    /// The records of an index if each has `width` fields, at least two.
    pub fn new(text: &'a [u8], index: &'a Index, width: usize) -> Option<Window<'a>> {
        let regular = index.records.iter().zip(1..).all(|(ends, number)| *ends as usize == number * width);
        let ends = index.ends.get(..index.records.len() * width + 1)?;
        (regular && width > 1).then_some(Window { text, ends, width })
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.ends.len() / self.width
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A record; `first` is the number of the first one in the file.
    pub fn row(&self, place: usize, first: u64) -> Row<'a> {
        let before = place * self.width;
        let start = record_start(self.text, self.ends.get(before).copied().unwrap_or(0));
        let ends = self.ends.get(before + 1..=before + self.width).unwrap_or_default();
        Row { text: self.text, start, ends, number: first + place as u64 }
    }

    /// The fields of a column from top to bottom.
    #[inline(always)]
    pub(crate) fn fields(self, column: usize) -> impl Iterator<Item = Field<'a>> {
        let Window { text, ends, width } = self;
        // Where a record starts, a line feed may stand between the field and the end before it.
        let first = column == 0;
        ends.get(column..).unwrap_or_default().chunks(width).map_while(move |ends| {
            let [before, end, ..] = ends else { return None };
            let start = if first { record_start(text, *before) } else { before.wrapping_add(1) as usize };
            Some(Field { text, start, end: *end as usize })
        })
    }

    /// One field of a column.
    #[inline(always)]
    pub(crate) fn field(&self, place: usize, column: usize) -> Field<'a> {
        let at = place * self.width + column;
        let Some([before, end]) = self.ends.get(at..at + 2) else { return Field { text: self.text, start: 0, end: 0 } };
        let start = if column == 0 { record_start(self.text, *before) } else { before.wrapping_add(1) as usize };
        Field { text: self.text, start, end: *end as usize }
    }

    /// The places of the records that differ from the one above in more than one column, the first record among them.
    /// Files are mostly sorted, so that most columns change at few places, and one comparison of whole records is cheaper
    /// than reading each of their fields. Hot: once per record.
    #[inline(never)]
    #[cfg_attr(all(target_arch = "wasm32", feature = "simd"), target_feature(enable = "simd128"))]
    pub fn runs(self, column: usize, places: &mut Vec<u32>) {
        places.clear();
        let (mut start, mut from, mut to, mut end) = (usize::MAX, 0_u32, 0_u32, 0_u32);
        let mut mask = Mask::default();
        let mut rest = self.ends;
        let mut place = 0;
        while let Some(record) = rest.get(..=self.width) {
            if place == SAMPLE && places.len() * 8 > SAMPLE as usize * 7 {
                // Files are sorted or not as a whole.
                places.extend(place..self.len() as u32);
                return;
            }
            let above = start;
            let [Some(end_above), Some(end_before), Some(next_to), Some(next_end)] =
                [0, column, column + 1, self.width].map(|field| record.get(field).copied())
            else {
                return;
            };
            start = record_start(self.text, end_above);
            // In front of a record may be one byte or two.
            let next_from = if column == 0 { (start as u32).wrapping_sub(1) } else { end_before };
            let moved = (start as u32).wrapping_sub(above as u32);
            let alike = from.wrapping_add(moved) == next_from && to.wrapping_add(moved) == next_to;
            let alike = alike && end.wrapping_add(moved) == next_end;
            (from, to, end) = (next_from, next_to, next_end);
            if !alike {
                mask.is_made = false;
                places.push(place);
            } else {
                if !mask.is_made {
                    let offset = |end: u32| end.wrapping_sub(start as u32) as i32;
                    mask.make(offset(from), offset(to), offset(end));
                }
                if !mask.same(self.text, start, above) {
                    places.push(place);
                }
            }
            place += 1;
            rest = rest.get(self.width..).unwrap_or_default();
        }
    }
}

/// Records of a window by which it is judged whether comparing the others is worth it.
const SAMPLE: u32 = 256;

/// Which bytes of records are to be the same.
#[derive(Debug, Default)]
struct Mask {
    is_made: bool,
    blocks: Vec<[u8; BLOCK]>,
}

impl Mask {
    /// For records of this length that may differ behind `from` and before `to`.
    #[inline(never)]
    fn make(&mut self, from: i32, to: i32, length: i32) {
        self.is_made = true;
        self.blocks.clear();
        // Bytes below a place, in each word of eight.
        let below = |end: i32, word: i32| match end - word * 8 {
            ..=0 => 0,
            bytes @ 1..=7 => (1_u64 << (bytes * 8)) - 1,
            _ => u64::MAX,
        };
        let size = BLOCK as i32;
        for block in 0..(length + size - 1) / size {
            let mut mask = [0; BLOCK];
            for (word, bytes) in (block * size / 8..).zip(mask.as_chunks_mut::<8>().0) {
                let compared = below(length, word) & !(below(to, word) & !below(from + 1, word));
                *bytes = compared.to_le_bytes();
            }
            self.blocks.push(mask);
        }
    }

    /// Whether the records that start here are the same where they are to be. With the same bytes at the same places and
    /// as many fields, they have the same fields.
    #[inline(always)]
    fn same(&self, text: &[u8], left: usize, right: usize) -> bool {
        let mut different = false;
        for (number, mask) in self.blocks.iter().enumerate() {
            let block = |start: usize| text.get(start + number * BLOCK..)?.first_chunk::<BLOCK>();
            // At the end of a text nothing is compared.
            let Some((left, right)) = block(left).zip(block(right)) else { return false };
            different |= differ(left, right, mask);
        }
        !different
    }
}

/// Where a record starts behind the end of the one before, which may be [`crate::index::BEFORE`].
#[inline(always)]
fn record_start(text: &[u8], before: u32) -> usize {
    let start = before.wrapping_add(1) as usize;
    let is_line_feed = text.get(start) == Some(&b'\n');
    start + usize::from(is_line_feed && text.get(before as usize) == Some(&b'\r'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index;
    use proptest::prelude::*;

    fn runs(text: &str, column: usize) -> Vec<u32> {
        let mut found = Index::default();
        index::index(text.as_bytes(), b',', &mut found);
        let mut places = Vec::new();
        Window::new(text.as_bytes(), &found, 3).expect("three fields a record").runs(column, &mut places);
        places
    }

    proptest! {
        #[test]
        fn records_of_a_run_differ_in_one_column(
            rows in prop::collection::vec(("[ab]{1,2}|x{70}", "[cd]{0,2}", "e|\"f,\"|g{60,61}"), 1..60),
            column in 0..3_usize,
            end in "\n|\r\n",
        ) {
            let text: String = rows.iter().map(|(a, b, c)| format!("{a},{b},{c}{end}")).collect();
            let others = |row: &(String, String, String)| {
                [&row.0, &row.1, &row.2].map(String::clone).into_iter().enumerate().filter(|(place, _)| *place != column).collect::<Vec<_>>()
            };
            let runs = runs(&text, column);
            prop_assert_eq!(runs.first(), Some(&0));
            for (place, pair) in (1_u32..).zip(rows.windows(2)) {
                prop_assert!(runs.contains(&place) || others(&pair[0]) == others(&pair[1]));
            }
        }
    }

    /// But for the last ones, behind which the text ends too soon for a comparison.
    #[test]
    fn sorted_records_are_one_run() {
        for (record, column) in [
            ("C-1,2025-01,9.00\n", 1),
            ("2025-01,C-1,9.00\r\n", 0),
            ("C-1,\"a long name, with more of it than fits 64 bytes in all\",2025-01\n", 2),
        ] {
            let places = runs(&record.repeat(100), column);
            assert!(places.iter().all(|place| *place == 0 || *place > 90), "{places:?}");
        }
    }
}

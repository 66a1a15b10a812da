//! Records and fields as views of the text.

use crate::index::Index;
use std::ops::RangeInclusive;

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

    /// [`Field::key`] for up to 32 bytes.
    #[inline(always)]
    fn wide_key(self) -> Option<[Key; 2]> {
        if self.len() <= 16 {
            return Some([Key::default(), self.key()?]);
        }
        let middle = self.end - 16;
        Some([Field { end: middle, ..self }.key()?, Field { start: middle, ..self }.key()?])
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
    #[inline(never)]
    pub(crate) fn field(&self, place: usize, column: usize) -> Field<'a> {
        self.row(place, 0).field(column)
    }

    /// The places of the records whose fields of these columns, which stand next to each other, are not all the same as
    /// those of the record above. Files are mostly sorted, so that attributes change at few places, and one comparison
    /// of all is cheaper than one of each. Hot: once per record.
    #[inline(never)]
    pub fn changes(self, columns: RangeInclusive<usize>, places: &mut Vec<u32>) {
        let (first, last) = (*columns.start(), *columns.end());
        places.clear();
        let mut above = None;
        let starts = self.fields(first);
        let ends = self.ends.get(last + 1..).unwrap_or_default().chunks(self.width);
        for (place, (field, ends)) in starts.zip(ends).enumerate() {
            let end = ends.first().map_or(field.end, |end| *end as usize);
            let key = Field { end, ..field }.wide_key();
            if key.is_none() || key != above {
                above = key;
                places.push(place as u32);
            }
        }
    }
}

/// Where a record starts behind the end of the one before, which may be [`crate::index::BEFORE`].
#[inline(always)]
fn record_start(text: &[u8], before: u32) -> usize {
    let start = before.wrapping_add(1) as usize;
    let is_line_feed = text.get(start) == Some(&b'\n');
    start + usize::from(is_line_feed && text.get(before as usize) == Some(&b'\r'))
}

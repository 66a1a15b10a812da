//! One coder for both directions: each function is given a value and returns the value that the reader will have.
//!
//! A writer writes what it is given; a reader ignores it and returns what it reads. The order of a report is thus stated
//! once, and both sides cannot disagree. What a value becomes on its way (money rounded, text cut) comes back to the
//! writer too, so that it predicts later values from the same figures as the reader.
//!
//! The body is a stream of bits with all numbers and decisions, and behind it the text, in whole bytes, whose length the
//! bits begin with.
//! Numbers are exponential Golomb codes: varints at the grain of a bit, whose order says how many low bits are stored
//! plainly.

use crate::Error;

/// Larger counts are no customers; sums of thousands of them still fit.
pub(crate) const MAX_COUNT: i64 = 1 << 48;

/// Bytes of one piece of text.
const MAX_TEXT: usize = 120;

enum Side<'a> {
    Writing { bits: Vec<bool>, text: Vec<u8> },
    Reading { bits: &'a [u8], place: usize, text: &'a [u8] },
}

/// A writer or a reader of a body.
pub(crate) struct Coder<'a> {
    side: Side<'a>,
    /// Whether all decisions are "as predicted" without a bit for each.
    assumed: bool,
    /// What was written beyond "as predicted".
    surprises: usize,
    /// Figures that the body states; others follow from them.
    pub(crate) figures: usize,
}

/// A group that is open.
pub(crate) struct Group {
    start: usize,
    surprises: usize,
    outer: bool,
}

impl<'a> Coder<'a> {
    /// A writer.
    pub(crate) fn writer() -> Coder<'static> {
        Coder::new(Side::Writing { bits: Vec::new(), text: Vec::new() })
    }

    /// A reader of a body.
    pub(crate) fn reader(body: &'a [u8]) -> Result<Coder<'a>, Error> {
        let mut coder = Coder::new(Side::Reading { bits: body, place: 0, text: &[] });
        let length = coder.length(0, body.len(), 0)?;
        if let Side::Reading { bits, text, .. } = &mut coder.side {
            (*bits, *text) = body.split_at_checked(body.len() - length).ok_or(Error::Damaged)?;
        }
        Ok(coder)
    }

    fn new(side: Side<'a>) -> Coder<'a> {
        Coder { side, assumed: false, surprises: 0, figures: 0 }
    }

    /// Whether this is a writer.
    pub(crate) fn writes(&self) -> bool {
        matches!(self.side, Side::Writing { .. })
    }

    /// The body of a writer.
    pub(crate) fn into_body(self) -> Vec<u8> {
        let Side::Writing { bits, text } = self.side else { return Vec::new() };
        let mut head = Coder::writer();
        // A writer cannot fail.
        let _ = head.length(text.len(), usize::MAX, 0);
        let Side::Writing { bits: mut all, .. } = head.side else { return Vec::new() };
        all.extend(bits);
        let packed = all
            .chunks(8)
            .map(|bits| bits.iter().enumerate().fold(0_u8, |byte, (place, bit)| byte | u8::from(*bit) << (7 - place)));
        packed.chain(text).collect()
    }

    /// Whether a reader has used everything up to the last byte's padding.
    pub(crate) fn is_finished(&self) -> bool {
        match &self.side {
            Side::Writing { .. } => true,
            Side::Reading { bits, place, text } => text.is_empty() && place.div_ceil(8) == bits.len(),
        }
    }

    /// A bit that nothing predicts.
    pub(crate) fn bit(&mut self, bit: bool) -> Result<bool, Error> {
        self.surprises += 1;
        self.plain_bit(bit)
    }

    fn plain_bit(&mut self, bit: bool) -> Result<bool, Error> {
        match &mut self.side {
            Side::Writing { bits, .. } => {
                bits.push(bit);
                Ok(bit)
            }
            Side::Reading { bits, place, .. } => {
                let byte = bits.get(*place / 8).ok_or(Error::Damaged)?;
                let bit = byte >> (7 - *place % 8) & 1 == 1;
                *place += 1;
                Ok(bit)
            }
        }
    }

    /// Whether something is not as predicted.
    pub(crate) fn differs(&mut self, differs: bool) -> Result<bool, Error> {
        if self.assumed {
            return Ok(false);
        }
        self.surprises += usize::from(differs);
        self.plain_bit(differs)
    }

    /// Begins a group of values that usually are all as predicted: then one bit stands for the group.
    pub(crate) fn open_group(&mut self) -> Result<Group, Error> {
        let outer = self.assumed;
        let mut start = 0;
        if let Side::Writing { bits, .. } = &mut self.side {
            start = bits.len();
            bits.push(false);
        } else if !outer {
            self.assumed = self.plain_bit(false)?;
        }
        Ok(Group { start, surprises: self.surprises, outer })
    }

    /// Ends a group.
    pub(crate) fn close_group(&mut self, group: Group) {
        self.assumed = group.outer;
        if let Side::Writing { bits, .. } = &mut self.side
            && self.surprises == group.surprises
        {
            bits.truncate(group.start);
            bits.push(true);
        }
    }

    /// A whole number, not negative.
    pub(crate) fn unsigned(&mut self, value: u128, order: u32) -> Result<u128, Error> {
        let base = 1_u128 << order.min(64);
        let value = value.min(u128::MAX >> 1) + base;
        let (extra, least) = (value.ilog2() - base.ilog2(), base.ilog2());
        let mut count = 0;
        while self.bit(count < extra)? {
            count += 1;
            if least + count > 126 {
                return Err(Error::Damaged);
            }
        }
        let mut read = 1_u128;
        for place in (0..least + count).rev() {
            read = read << 1 | u128::from(self.bit(value >> place & 1 == 1)?);
        }
        Ok(read - base)
    }

    /// A whole number of any sign.
    pub(crate) fn signed(&mut self, value: i128, order: u32) -> Result<i128, Error> {
        let folded = self.unsigned((value << 1 ^ value >> 127) as u128, order)?;
        Ok((folded >> 1) as i128 ^ -((folded & 1) as i128))
    }

    /// A count of customers.
    pub(crate) fn count(&mut self, count: u64, order: u32) -> Result<u64, Error> {
        let most = MAX_COUNT.unsigned_abs();
        let count = self.unsigned(u128::from(count.min(most)), order)?;
        u64::try_from(count).ok().filter(|count| *count <= most).ok_or(Error::Damaged)
    }

    /// A number within bounds, for whose codes the lower bound is 0.
    pub(crate) fn within(&mut self, number: i64, low: i64, high: i64, order: u32) -> Result<i64, Error> {
        let above = (number.clamp(low, high) - low) as u128;
        let number = self.unsigned(above, order)?;
        i64::try_from(number).ok().map(|above| low.saturating_add(above)).filter(|n| *n <= high).ok_or(Error::Damaged)
    }

    /// The length of a list.
    pub(crate) fn length(&mut self, length: usize, most: usize, order: u32) -> Result<usize, Error> {
        let length = self.unsigned(length.min(most) as u128, order)?;
        usize::try_from(length).ok().filter(|length| *length <= most).ok_or(Error::Damaged)
    }

    /// A place in a frozen table, counted from `first`, with what stands there. A later writer of the same version may
    /// know more entries than this reader.
    pub(crate) fn place<T: Copy>(
        &mut self,
        table: &[T],
        first: usize,
        place: Option<usize>,
        order: u32,
    ) -> Result<(usize, T), Error> {
        let beyond = self.unsigned(place.unwrap_or(0).saturating_sub(first) as u128, order)?;
        let place = usize::try_from(beyond).ok().and_then(|beyond| first.checked_add(beyond));
        let entry = place.and_then(|place| Some((place, *table.get(place)?)));
        entry.ok_or(Error::Newer)
    }

    /// An entry of a frozen table, or the prediction. What the table lacks is left out: the prediction stands for it.
    pub(crate) fn entry<T: Copy + PartialEq>(&mut self, table: &[T], entry: T, predicted: T) -> Result<T, Error> {
        let place = table.iter().position(|known| *known == entry);
        if !self.differs(entry != predicted && place.is_some())? {
            return Ok(predicted);
        }
        self.place(table, 0, place, 2).map(|(_, entry)| entry)
    }

    /// Text, cut to a bounded length.
    pub(crate) fn text(&mut self, text: &str) -> Result<String, Error> {
        let end = text.char_indices().map(|(at, character)| at + character.len_utf8());
        let kept = end.take_while(|end| *end <= MAX_TEXT).last().unwrap_or(0);
        let length = self.length(kept, MAX_TEXT, 3)?;
        match &mut self.side {
            Side::Writing { text: all, .. } => {
                let kept = text.get(..length).unwrap_or("");
                all.extend_from_slice(kept.as_bytes());
                Ok(kept.to_owned())
            }
            Side::Reading { text: all, .. } => {
                let (bytes, rest) = all.split_at_checked(length).ok_or(Error::Damaged)?;
                *all = rest;
                String::from_utf8(bytes.to_vec()).map_err(|_| Error::Damaged)
            }
        }
    }
}

/// The order for the next number of a column: about the size of its numbers so far.
#[derive(Clone, Copy, Default)]
pub(crate) struct Column {
    sum: u128,
    count: u128,
}

impl Column {
    /// Codes the next number of the column.
    pub(crate) fn signed(&mut self, coder: &mut Coder, value: i128) -> Result<i128, Error> {
        let order = self.sum.checked_div(self.count).and_then(u128::checked_ilog2).unwrap_or(0);
        let value = coder.signed(value, order)?;
        self.sum = self.sum.saturating_add(value.unsigned_abs());
        self.count += 1;
        Ok(value)
    }
}

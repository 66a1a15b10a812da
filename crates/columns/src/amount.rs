//! Amounts in hundredths from the ways in which most of them are written; everything else takes the exact path of the
//! caller. Eight digits are added up at once with ordinary arithmetic.

use crate::row::{Field, Window};

/// Stands for an amount that is not written in a usual way. No usual amount is negative.
pub const UNREAD: i64 = i64::MIN;

const ZEROS: u64 = 0x3030_3030_3030_3030;

/// The most hundredths that [`read`] gives.
const MOST: i64 = 9_999_999_900;

/// The amounts of a column in hundredths times `factor`, of the records at these places, [`UNREAD`] where a cell needs
/// the exact path, as all do where the factor is so large that an amount might not fit. Hot: once per place.
#[inline(never)]
pub fn read_places(window: Window<'_>, column: usize, places: &[u32], point: u8, factor: i64, amounts: &mut Vec<i64>) {
    amounts.resize(places.len(), UNREAD);
    if factor > i64::MAX / MOST {
        return amounts.fill(UNREAD);
    }
    for (place, amount) in places.iter().zip(amounts) {
        let field = window.field(*place as usize, column);
        *amount = read(field, point).map_or(UNREAD, |hundredths| hundredths * factor);
    }
}

/// Hundredths of a cell; `point` is the decimal separator, 0 while none is known.
#[inline]
pub fn read(field: Field<'_>, point: u8) -> Option<i64> {
    hundredths(field, point).or_else(|| whole(field).map(|whole| whole * 100)).or_else(|| grouped(field, point))
}

/// Hundredths from a plain `d.dd` to `ddddd.dd`. All bytes at once: the point is taken out, what stands before the cell
/// becomes `0`, and three multiplications add up eight digits.
#[inline(always)]
fn hundredths(field: Field<'_>, point: u8) -> Option<i64> {
    let ((_, word), length) = (field.words(), field.len());
    if !(4..=8).contains(&length) || (word >> 40) as u8 != point {
        return None;
    }
    let joined = (word & 0xFF_FFFF_FFFF) << 8 | (word & 0xFFFF_0000_0000_0000);
    let others = 8 * (9 - length as u32);
    // At length 4 to 8, one to five bytes in front are not the cell's.
    let kept = u64::MAX << others;
    eight_digits((joined & kept) | (ZEROS & !kept))
}

/// A plain whole number of up to eight digits.
#[inline(always)]
fn whole(field: Field<'_>) -> Option<i64> {
    let ((_, word), length) = (field.words(), field.len());
    if !(1..=8).contains(&length) {
        return None;
    }
    let kept = u64::MAX << (8 * (8 - length as u32));
    eight_digits((word & kept) | (ZEROS & !kept))
}

/// Hundredths from `d.ddd,dd` to `ddd.ddd,dd`, the way amounts above a thousand are mostly written.
#[inline(always)]
fn grouped(field: Field<'_>, point: u8) -> Option<i64> {
    let group = if point == b',' { b'.' } else { b',' };
    let (leading, rest) = field.bytes().split_last_chunk::<7>()?;
    let [first, hundreds, tens, ones, second, tenths, hundredths] = rest;
    if *first != group || *second != point || !(1..=3).contains(&leading.len()) {
        return None;
    }
    let mut sum = 0_i64;
    for byte in leading.iter().chain([hundreds, tens, ones, tenths, hundredths]) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        sum = sum * 10 + i64::from(digit);
    }
    Some(sum)
}

/// Eight ASCII digits, the first one in the lowest byte.
#[inline(always)]
fn eight_digits(word: u64) -> Option<i64> {
    let digits = word ^ ZEROS;
    // A byte above 9 has a bit of 0xF0, or gets one when 6 is added.
    if (digits | digits.wrapping_add(0x0606_0606_0606_0606)) & 0xF0F0_F0F0_F0F0_F0F0 != 0 {
        return None;
    }
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00FF_00FF_00FF_00FF;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_FFFF_0000_FFFF;
    let eight = fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xFFFF_FFFF;
    Some(eight as i64)
}

//! The outside of a payload: version, base64url, length and CRC around a body of bytes.
//!
//! After the version's character come, in base64url without padding: a varint that holds twice the number of bytes; the
//! CRC-32 of the bytes, little end first; the bytes. The varint's lowest bit is kept for a later way of packing. The
//! body is not deflated: its bits are dense already, deflating the sample's report makes it longer, and the code for it
//! would cost the first view of the app more than it could ever save in a link.

use crate::Error;

/// The version that [`seal`] writes.
pub(crate) const VERSION: char = '1';

/// Bytes that a body may have: a link is a few kilobytes, so this is far more than any real one.
pub(crate) const MAX_BODY: usize = 256 * 1024;

/// Characters that can hold such a body with everything around it.
const MAX_PAYLOAD: usize = MAX_BODY / 3 * 4 + 32;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Wraps a body.
pub(crate) fn seal(body: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(body.len() + 9);
    let mut head = body.len() * 2;
    while head >= 0x80 {
        bytes.push((head & 0x7f) as u8 | 0x80);
        head >>= 7;
    }
    bytes.push(head as u8);
    bytes.extend_from_slice(&checksum(body).to_le_bytes());
    bytes.extend_from_slice(body);
    let mut payload = String::from(VERSION);
    push_base64(&mut payload, &bytes);
    payload
}

/// Unwraps a body whose length and checksum are right.
pub(crate) fn open(payload: &str) -> Result<Vec<u8>, Error> {
    let mut characters = payload.chars();
    match characters.next() {
        None => return Err(Error::Empty),
        Some(VERSION) => {}
        Some(version) if version.is_ascii_alphanumeric() && version > VERSION => return Err(Error::Newer),
        Some(_) => return Err(Error::Damaged),
    }
    if payload.len() > MAX_PAYLOAD {
        return Err(Error::TooLarge);
    }
    let (bytes, whole) = read_base64(characters.as_str())?;
    let mut rest = bytes.iter();
    let mut head = 0_usize;
    // Three groups of seven bits hold every length up to MAX_BODY.
    for shift in [0, 7, 14] {
        let byte = *rest.next().ok_or(Error::Cut)?;
        head |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
        if shift == 14 {
            return Err(Error::TooLarge);
        }
    }
    let (length, packed) = (head / 2, head % 2 == 1);
    if length > MAX_BODY {
        return Err(Error::TooLarge);
    }
    let (expected, stored) = rest.as_slice().split_first_chunk::<4>().ok_or(Error::Cut)?;
    if stored.len() < length {
        return Err(Error::Cut);
    }
    if stored.len() > length || !whole || checksum(stored).to_le_bytes() != *expected {
        return Err(Error::Damaged);
    }
    if packed { Err(Error::Newer) } else { Ok(stored.to_vec()) }
}

fn push_base64(text: &mut String, bytes: &[u8]) {
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let digit = (bits >> (18 - 6 * place)) & 0x3f;
            text.push(ALPHABET.get(digit as usize).copied().map_or('A', char::from));
        }
    }
}

/// The bytes of base64url text, and whether no bits were left over: a cut text has some.
fn read_base64(text: &str) -> Result<(Vec<u8>, bool), Error> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for character in text.bytes() {
        let digit = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return Err(Error::Damaged),
        };
        bits = bits << 6 | u32::from(digit);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Ok((bytes, held < 6 && bits == 0))
}

/// CRC-32 (IEEE 802.3), bit by bit: a link is short.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_checksum_is_the_usual_one() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn what_is_wrong_is_told_apart() {
        let good = seal(b"a body");
        assert_eq!(open(&good).as_deref(), Ok(&b"a body"[..]));
        for (payload, error) in [
            (String::new(), Error::Empty),
            (good.replacen('1', "2", 1), Error::Newer),
            (good.replacen('1', "Z", 1), Error::Newer),
            (good.replacen('1', "0", 1), Error::Damaged),
            (good.replacen('1', "é", 1), Error::Damaged),
            (["1%", &good].concat(), Error::Damaged),
            ([&good, "AAAA"].concat(), Error::Damaged),
            ([&good, "="].concat(), Error::Damaged),
            ("1".to_owned(), Error::Cut),
            ("1_____".to_owned(), Error::TooLarge),
            (["1", &"A".repeat(MAX_PAYLOAD)].concat(), Error::TooLarge),
        ] {
            assert_eq!(open(&payload), Err(error), "{payload:.40}");
        }
    }

    #[test]
    fn a_body_beyond_the_limit_is_refused() {
        assert_eq!(open(&seal(&vec![0; MAX_BODY + 1])), Err(Error::TooLarge));
        assert_eq!(open(&seal(&vec![0; MAX_BODY])).map(|body| body.len()), Ok(MAX_BODY));
    }

    proptest! {
        #[test]
        fn bodies_read_back_and_their_prefixes_do_not(body in prop::collection::vec(any::<u8>(), 0..80)) {
            let payload = seal(&body);
            prop_assert_eq!(open(&payload), Ok(body));
            for length in 0..payload.len() {
                prop_assert!(open(&payload[..length]).is_err());
            }
        }
    }
}

//! The shape of a payload, before any of it becomes a session: exactly one MessagePack value,
//! not nested too deep, whose text is UTF-8. rmp-serde alone passes over text that nobody asked
//! for, and over what stands behind the value.
//!
//! The markers are those of the MessagePack specification, "Formats".

use crate::error::PayloadFault;

/// What stands behind a value.
type Rest<'a> = Result<&'a [u8], PayloadFault>;

pub(super) fn check(payload: &[u8], max_depth: u8) -> Result<(), PayloadFault> {
    let rest = values(payload, 1, max_depth)?;
    if rest.is_empty() { Ok(()) } else { Err(PayloadFault::Trailing) }
}

/// Passes over `count` values. A count that lies is found out at the end of the bytes.
fn values(mut rest: &[u8], count: u64, depth: u8) -> Rest<'_> {
    for _ in 0..count {
        let (&marker, tail) = rest.split_first().ok_or(PayloadFault::Malformed)?;
        rest = match marker {
            // fixint, nil, false, true
            0x00..=0x7f | 0xe0..=0xff | 0xc0 | 0xc2 | 0xc3 => tail,
            // fixstr, fixarray, fixmap
            0xa0..=0xbf => text(tail, (marker & 0x1f).into())?,
            0x90..=0x9f => array(tail, (marker & 0x0f).into(), depth)?,
            0x80..=0x8f => map(tail, (marker & 0x0f).into(), depth)?,
            // uint, int and float of 1, 2, 4 and 8 bytes
            0xcc | 0xd0 => skip(tail, 1)?,
            0xcd | 0xd1 => skip(tail, 2)?,
            0xce | 0xd2 | 0xca => skip(tail, 4)?,
            0xcf | 0xd3 | 0xcb => skip(tail, 8)?,
            _ => measured(marker, tail, depth)?,
        };
    }
    Ok(rest)
}

/// What bears its length or its count, of 1, 2 or 4 bytes; and ext, whose type is a byte more.
fn measured(marker: u8, tail: &[u8], depth: u8) -> Rest<'_> {
    match marker {
        0xc4 => length::<1>(tail).and_then(|(length, tail)| skip(tail, length)),
        0xc5 => length::<2>(tail).and_then(|(length, tail)| skip(tail, length)),
        0xc6 => length::<4>(tail).and_then(|(length, tail)| skip(tail, length)),
        0xc7 => length::<1>(tail).and_then(|(length, tail)| extension(tail, length)),
        0xc8 => length::<2>(tail).and_then(|(length, tail)| extension(tail, length)),
        0xc9 => length::<4>(tail).and_then(|(length, tail)| extension(tail, length)),
        0xd4 => extension(tail, 1),
        0xd5 => extension(tail, 2),
        0xd6 => extension(tail, 4),
        0xd7 => extension(tail, 8),
        0xd8 => extension(tail, 16),
        0xd9 => length::<1>(tail).and_then(|(length, tail)| text(tail, length)),
        0xda => length::<2>(tail).and_then(|(length, tail)| text(tail, length)),
        0xdb => length::<4>(tail).and_then(|(length, tail)| text(tail, length)),
        0xdc => length::<2>(tail).and_then(|(count, tail)| array(tail, count, depth)),
        0xdd => length::<4>(tail).and_then(|(count, tail)| array(tail, count, depth)),
        0xde => length::<2>(tail).and_then(|(count, tail)| map(tail, count, depth)),
        0xdf => length::<4>(tail).and_then(|(count, tail)| map(tail, count, depth)),
        // 0xc1, which MessagePack never uses
        _ => Err(PayloadFault::Malformed),
    }
}

fn array(tail: &[u8], count: u32, depth: u8) -> Rest<'_> {
    values(tail, count.into(), depth.checked_sub(1).ok_or(PayloadFault::TooDeep)?)
}

fn map(tail: &[u8], count: u32, depth: u8) -> Rest<'_> {
    let count = u64::from(count).saturating_mul(2);
    values(tail, count, depth.checked_sub(1).ok_or(PayloadFault::TooDeep)?)
}

fn text(tail: &[u8], length: u32) -> Rest<'_> {
    let short = tail.first_chunk().is_some_and(|word| starts_with_ascii(*word, length));
    let (text, tail) = split(tail, length)?;
    // Most text is short and ASCII, which is found out sooner.
    let utf8 = short || core::str::from_utf8(text).is_ok();
    if utf8 { Ok(tail) } else { Err(PayloadFault::TextNotUtf8) }
}

/// Whether a text of up to eight bytes, and what happens to stand behind it, begins with so many
/// of ASCII.
fn starts_with_ascii(word: [u8; 8], length: u32) -> bool {
    const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
    let ascii = (u64::from_le_bytes(word) & HIGH_BITS).trailing_zeros() / 8;
    length <= ascii
}

fn extension(tail: &[u8], length: u32) -> Rest<'_> {
    skip(tail, 1).and_then(|tail| skip(tail, length))
}

fn skip(tail: &[u8], length: u32) -> Rest<'_> {
    split(tail, length).map(|(_, tail)| tail)
}

fn split(tail: &[u8], length: u32) -> Result<(&[u8], &[u8]), PayloadFault> {
    let length = usize::try_from(length).map_err(|_| PayloadFault::Malformed)?;
    tail.split_at_checked(length).ok_or(PayloadFault::Malformed)
}

fn length<const N: usize>(tail: &[u8]) -> Result<(u32, &[u8]), PayloadFault> {
    let (bytes, tail) = tail.split_first_chunk::<N>().ok_or(PayloadFault::Malformed)?;
    Ok((bytes.iter().fold(0, |length, byte| length << 8 | u32::from(*byte)), tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(levels: usize) -> Vec<u8> {
        let mut bytes = vec![0x91; levels];
        bytes.push(0xc0);
        bytes
    }

    #[test]
    fn arrays_may_nest_as_deep_as_is_said_and_not_one_deeper() {
        assert_eq!(check(&nested(64), 64), Ok(()));
        assert_eq!(check(&nested(65), 64), Err(PayloadFault::TooDeep));
        assert_eq!(check(&nested(100_000), 64), Err(PayloadFault::TooDeep));
    }

    #[test]
    fn maps_nest_like_arrays() {
        let nested = |levels| [[0x81, 0x01].repeat(levels), vec![0xc0]].concat();
        assert_eq!(check(&nested(64), 64), Ok(()));
        assert_eq!(check(&nested(65), 64), Err(PayloadFault::TooDeep));
    }

    #[test]
    fn every_marker_is_passed_over_whole_and_no_byte_further() {
        let mut bytes = Vec::new();
        let mut value = rmpv::Value::Array(vec![
            rmpv::Value::from(-70_000),
            rmpv::Value::from(u64::MAX),
            rmpv::Value::F32(1.5),
            rmpv::Value::F64(2.5),
            rmpv::Value::from("x".repeat(70_000)),
            rmpv::Value::Binary(vec![0xff; 300]),
            rmpv::Value::Ext(3, vec![0xff; 16]),
            rmpv::Value::Ext(3, vec![0xff; 70_000]),
            rmpv::Value::Boolean(true),
        ]);
        value = rmpv::Value::Map(vec![(value.clone(), value)]);
        rmpv::encode::write_value(&mut bytes, &value).unwrap();
        assert_eq!(check(&bytes, 64), Ok(()));
        bytes.push(0xc0);
        assert_eq!(check(&bytes, 64), Err(PayloadFault::Trailing));
        bytes.truncate(bytes.len() - 2);
        assert_eq!(check(&bytes, 64), Err(PayloadFault::Malformed));
    }

    #[test]
    fn a_count_that_lies_costs_nothing() {
        for bytes in [
            &[0xdd, 0xff, 0xff, 0xff, 0xff][..],
            &[0xdf, 0xff, 0xff, 0xff, 0xff],
            &[0xdb, 0xff, 0xff, 0xff, 0xff],
        ] {
            assert_eq!(check(bytes, 64), Err(PayloadFault::Malformed));
        }
    }

    #[test]
    fn text_is_utf8_and_binary_need_not_be() {
        assert_eq!(check(&[0xa1, 0xff], 64), Err(PayloadFault::TextNotUtf8));
        assert_eq!(check(&[0xd9, 1, 0xff], 64), Err(PayloadFault::TextNotUtf8));
        assert_eq!(check(&[0xc4, 1, 0xff], 64), Ok(()));
    }

    #[test]
    fn the_byte_that_messagepack_never_uses_is_refused() {
        assert_eq!(check(&[0xc1], 64), Err(PayloadFault::Malformed));
        assert_eq!(check(&[], 64), Err(PayloadFault::Malformed));
    }
}

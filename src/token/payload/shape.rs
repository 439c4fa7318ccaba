//! The shape of a payload, before any of it becomes a session: exactly one MessagePack value,
//! not nested too deep, whose text is UTF-8. rmp-serde alone passes over text that nobody asked
//! for, and over what stands behind the value.
//!
//! The markers are those of the MessagePack specification, "Formats".

use crate::error::PayloadFault;

/// Two registers wide, as [`PayloadFault`] is not: a value is passed over in a nanosecond or two.
enum Unsound {
    Malformed,
    TooDeep,
    TextNotUtf8,
}

/// Where the next value begins.
type Next = Result<usize, Unsound>;

pub(super) fn check(payload: &[u8], max_depth: u8) -> Result<(), PayloadFault> {
    match values(payload, 0, 1, max_depth) {
        Ok(end) if end == payload.len() => Ok(()),
        Ok(_) => Err(PayloadFault::Trailing),
        Err(Unsound::Malformed) => Err(PayloadFault::Malformed),
        Err(Unsound::TooDeep) => Err(PayloadFault::TooDeep),
        Err(Unsound::TextNotUtf8) => Err(PayloadFault::TextNotUtf8),
    }
}

/// Passes over `count` values. A count that lies is found out at the end of the bytes.
fn values(payload: &[u8], mut at: usize, count: u64, depth: u8) -> Next {
    for _ in 0..count {
        let marker = *payload.get(at).ok_or(Unsound::Malformed)?;
        at = at.saturating_add(1);
        at = match marker {
            // fixint, nil, false, true
            0x00..=0x7f | 0xe0..=0xff | 0xc0 | 0xc2 | 0xc3 => at,
            // fixstr, fixarray, fixmap
            0xa0..=0xbf => text(payload, at, (marker & 0x1f).into())?,
            0x90..=0x9f => array(payload, at, (marker & 0x0f).into(), depth)?,
            0x80..=0x8f => map(payload, at, (marker & 0x0f).into(), depth)?,
            // uint, int and float of 1, 2, 4 and 8 bytes
            0xcc | 0xd0 => skip(payload, at, 1)?,
            0xcd | 0xd1 => skip(payload, at, 2)?,
            0xce | 0xd2 | 0xca => skip(payload, at, 4)?,
            0xcf | 0xd3 | 0xcb => skip(payload, at, 8)?,
            _ => measured(payload, at, marker, depth)?,
        };
    }
    Ok(at)
}

/// What bears its length or its count, of 1, 2 or 4 bytes; and ext, whose type is a byte more.
fn measured(payload: &[u8], at: usize, marker: u8, depth: u8) -> Next {
    let width = match marker {
        0xc4 | 0xc7 | 0xd9 => 1,
        0xc5 | 0xc8 | 0xda | 0xdc | 0xde => 2,
        0xc6 | 0xc9 | 0xdb | 0xdd | 0xdf => 4,
        _ => 0,
    };
    let behind = skip(payload, at, width)?;
    let length = payload.get(at..behind).unwrap_or_default();
    let length = length.iter().fold(0, |length, byte| length << 8 | u64::from(*byte));
    match marker {
        0xc4..=0xc6 => skip(payload, behind, length),
        0xc7..=0xc9 => skip(payload, behind, length.saturating_add(1)),
        0xd4 => skip(payload, behind, 2),
        0xd5 => skip(payload, behind, 3),
        0xd6 => skip(payload, behind, 5),
        0xd7 => skip(payload, behind, 9),
        0xd8 => skip(payload, behind, 17),
        0xd9..=0xdb => text(payload, behind, length),
        0xdc | 0xdd => array(payload, behind, length, depth),
        0xde | 0xdf => map(payload, behind, length, depth),
        // 0xc1, which MessagePack never uses
        _ => Err(Unsound::Malformed),
    }
}

fn array(payload: &[u8], at: usize, count: u64, depth: u8) -> Next {
    values(payload, at, count, depth.checked_sub(1).ok_or(Unsound::TooDeep)?)
}

fn map(payload: &[u8], at: usize, count: u64, depth: u8) -> Next {
    array(payload, at, count.saturating_mul(2), depth)
}

#[inline]
fn text(payload: &[u8], at: usize, length: u64) -> Next {
    let next = skip(payload, at, length)?;
    // Most text is short and ASCII, which is found out sooner.
    if starts_with_ascii(payload.get(at..).unwrap_or_default(), length) {
        return Ok(next);
    }
    let text = payload.get(at..next).unwrap_or_default();
    let utf8 = text.is_ascii() || core::str::from_utf8(text).is_ok();
    if utf8 { Ok(next) } else { Err(Unsound::TextNotUtf8) }
}

/// Whether these bytes, a text and what happens to stand behind it, begin with `length` of ASCII;
/// known of eight at the most.
#[inline]
fn starts_with_ascii(bytes: &[u8], length: u64) -> bool {
    const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
    let word = bytes.first_chunk().map_or(HIGH_BITS, |word| u64::from_le_bytes(*word));
    let ascii = (word & HIGH_BITS).trailing_zeros() / 8;
    length <= ascii.into()
}

#[inline]
fn skip(payload: &[u8], at: usize, length: u64) -> Next {
    let left = payload.len().saturating_sub(at);
    match usize::try_from(length) {
        Ok(length) if length <= left => Ok(at.saturating_add(length)),
        _ => Err(Unsound::Malformed),
    }
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

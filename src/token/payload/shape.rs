//! The shape of a payload, before any of it becomes a session: exactly one MessagePack value,
//! not nested too deep, whose text is UTF-8. rmp-serde alone passes over text that nobody asked
//! for, and over what stands behind the value.

use rmp::Marker;

use crate::error::PayloadFault;

pub(super) fn check(payload: &[u8], max_depth: u8) -> Result<(), PayloadFault> {
    let mut rest = payload;
    values(&mut rest, 1, max_depth)?;
    if rest.is_empty() { Ok(()) } else { Err(PayloadFault::Trailing) }
}

/// Passes over `count` values. A count that lies is found out at the end of the bytes.
fn values(rest: &mut &[u8], count: u64, depth: u8) -> Result<(), PayloadFault> {
    for _ in 0..count {
        value(rest, depth)?;
    }
    Ok(())
}

fn value(rest: &mut &[u8], depth: u8) -> Result<(), PayloadFault> {
    let [marker] = *chunk(rest)?;
    match Marker::from_u8(marker) {
        Marker::Null | Marker::True | Marker::False | Marker::FixPos(_) | Marker::FixNeg(_) => {
            Ok(())
        }
        Marker::U8 | Marker::I8 => skip(rest, 1),
        Marker::U16 | Marker::I16 => skip(rest, 2),
        Marker::U32 | Marker::I32 | Marker::F32 => skip(rest, 4),
        Marker::U64 | Marker::I64 | Marker::F64 => skip(rest, 8),
        Marker::FixStr(length) => text(rest, length.into()),
        Marker::Str8 => length_8(rest).and_then(|length| text(rest, length)),
        Marker::Str16 => length_16(rest).and_then(|length| text(rest, length)),
        Marker::Str32 => length_32(rest).and_then(|length| text(rest, length)),
        Marker::Bin8 => length_8(rest).and_then(|length| skip(rest, length)),
        Marker::Bin16 => length_16(rest).and_then(|length| skip(rest, length)),
        Marker::Bin32 => length_32(rest).and_then(|length| skip(rest, length)),
        Marker::FixArray(count) => array(rest, count.into(), depth),
        Marker::Array16 => length_16(rest).and_then(|count| array(rest, count, depth)),
        Marker::Array32 => length_32(rest).and_then(|count| array(rest, count, depth)),
        Marker::FixMap(count) => map(rest, count.into(), depth),
        Marker::Map16 => length_16(rest).and_then(|count| map(rest, count, depth)),
        Marker::Map32 => length_32(rest).and_then(|count| map(rest, count, depth)),
        Marker::FixExt1 => extension(rest, 1),
        Marker::FixExt2 => extension(rest, 2),
        Marker::FixExt4 => extension(rest, 4),
        Marker::FixExt8 => extension(rest, 8),
        Marker::FixExt16 => extension(rest, 16),
        Marker::Ext8 => length_8(rest).and_then(|length| extension(rest, length)),
        Marker::Ext16 => length_16(rest).and_then(|length| extension(rest, length)),
        Marker::Ext32 => length_32(rest).and_then(|length| extension(rest, length)),
        Marker::Reserved => Err(PayloadFault::Malformed),
    }
}

fn array(rest: &mut &[u8], count: u32, depth: u8) -> Result<(), PayloadFault> {
    values(rest, count.into(), depth.checked_sub(1).ok_or(PayloadFault::TooDeep)?)
}

fn map(rest: &mut &[u8], count: u32, depth: u8) -> Result<(), PayloadFault> {
    let count = u64::from(count).saturating_mul(2);
    values(rest, count, depth.checked_sub(1).ok_or(PayloadFault::TooDeep)?)
}

fn text(rest: &mut &[u8], length: u32) -> Result<(), PayloadFault> {
    let text = bytes(rest, length)?;
    core::str::from_utf8(text).map(drop).map_err(|_| PayloadFault::TextNotUtf8)
}

fn extension(rest: &mut &[u8], length: u32) -> Result<(), PayloadFault> {
    skip(rest, 1)?;
    skip(rest, length)
}

fn skip(rest: &mut &[u8], length: u32) -> Result<(), PayloadFault> {
    bytes(rest, length).map(drop)
}

fn bytes<'a>(rest: &mut &'a [u8], length: u32) -> Result<&'a [u8], PayloadFault> {
    let length = usize::try_from(length).map_err(|_| PayloadFault::Malformed)?;
    let (taken, left) = rest.split_at_checked(length).ok_or(PayloadFault::Malformed)?;
    *rest = left;
    Ok(taken)
}

fn chunk<'a, const N: usize>(rest: &mut &'a [u8]) -> Result<&'a [u8; N], PayloadFault> {
    let (taken, left) = rest.split_first_chunk().ok_or(PayloadFault::Malformed)?;
    *rest = left;
    Ok(taken)
}

fn length_8(rest: &mut &[u8]) -> Result<u32, PayloadFault> {
    chunk(rest).map(|&[length]| u32::from(length))
}

fn length_16(rest: &mut &[u8]) -> Result<u32, PayloadFault> {
    chunk(rest).map(|length| u32::from(u16::from_be_bytes(*length)))
}

fn length_32(rest: &mut &[u8]) -> Result<u32, PayloadFault> {
    chunk(rest).map(|length| u32::from_be_bytes(*length))
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

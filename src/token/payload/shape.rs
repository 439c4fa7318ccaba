//! Checks the shape of a payload, independently of the session's type: exactly one MessagePack
//! value, not nested too deeply, whose text is UTF-8.
//!
//! It checks the values that a session ignores. If a session cannot be read, it finds the fault in
//! the bytes.

use super::cursor::{Cursor, Result, Unreadable};
use crate::error::PayloadError;

pub(super) fn check(payload: &[u8], max_depth: u8) -> core::result::Result<(), PayloadError> {
    let mut cursor = Cursor::new(payload, max_depth);
    match pass_over(&mut cursor, 1) {
        Ok(()) => cursor.close(()).ok_or(PayloadError::Trailing),
        Err(Unreadable(_)) => Err(cursor.lost().unwrap_or(PayloadError::Malformed)),
    }
}

/// Skips `count` values. A false count is detected at the end of the bytes.
pub(super) fn pass_over(cursor: &mut Cursor<'_>, count: usize) -> Result<()> {
    for _ in 0..count {
        let marker = cursor.marker()?;
        match marker {
            // fixint, nil, false, true
            0x00..=0x7f | 0xe0..=0xff | 0xc0 | 0xc2 | 0xc3 => {}
            // str
            0xa0..=0xbf | 0xd9..=0xdb => {
                let length = cursor.length(marker)?;
                cursor.text(length)?;
            }
            // array
            0x90..=0x9f | 0xdc | 0xdd => {
                let count = cursor.length(marker)?;
                cursor.inside(|cursor| pass_over(cursor, count))?;
            }
            // map
            0x80..=0x8f | 0xde | 0xdf => {
                let count = cursor.length(marker)?.saturating_mul(2);
                cursor.inside(|cursor| pass_over(cursor, count))?;
            }
            // ext, which has one more byte for its type
            0xc7..=0xc9 | 0xd4..=0xd8 => {
                let length = cursor.length(marker)?.saturating_add(1);
                cursor.bytes(length)?;
            }
            // never used by MessagePack
            0xc1 => return cursor.refuse(PayloadError::Malformed),
            // bin, uint, int and float
            0xc4..=0xc6 | 0xca..=0xd3 => {
                let length = cursor.length(marker)?;
                cursor.bytes(length)?;
            }
        }
    }
    Ok(())
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
    fn arrays_may_nest_up_to_the_limit_and_no_deeper() {
        assert_eq!(check(&nested(64), 64), Ok(()));
        assert_eq!(check(&nested(65), 64), Err(PayloadError::TooDeep));
        assert_eq!(check(&nested(100_000), 64), Err(PayloadError::TooDeep));
    }

    #[test]
    fn maps_nest_like_arrays() {
        let nested = |levels| [[0x81, 0x01].repeat(levels), vec![0xc0]].concat();
        assert_eq!(check(&nested(64), 64), Ok(()));
        assert_eq!(check(&nested(65), 64), Err(PayloadError::TooDeep));
    }

    #[test]
    fn every_marker_is_skipped_to_exactly_its_end() {
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
        assert_eq!(check(&bytes, 64), Err(PayloadError::Trailing));
        bytes.truncate(bytes.len() - 2);
        assert_eq!(check(&bytes, 64), Err(PayloadError::Malformed));
    }

    #[test]
    fn a_false_count_costs_nothing() {
        for bytes in [
            &[0xdd, 0xff, 0xff, 0xff, 0xff][..],
            &[0xdf, 0xff, 0xff, 0xff, 0xff],
            &[0xdb, 0xff, 0xff, 0xff, 0xff],
        ] {
            assert_eq!(check(bytes, 64), Err(PayloadError::Malformed));
        }
    }

    #[test]
    fn text_is_utf8_and_binary_need_not_be() {
        assert_eq!(check(&[0xa1, 0xff], 64), Err(PayloadError::TextNotUtf8));
        assert_eq!(check(&[0xd9, 1, 0xff], 64), Err(PayloadError::TextNotUtf8));
        assert_eq!(check(&[0xc4, 1, 0xff], 64), Ok(()));
    }

    #[test]
    fn the_byte_that_messagepack_never_uses_is_refused() {
        assert_eq!(check(&[0xc1], 64), Err(PayloadError::Malformed));
        assert_eq!(check(&[], 64), Err(PayloadError::Malformed));
    }
}

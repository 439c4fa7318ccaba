//! Numbers, text, nothing.

use core::marker::PhantomData;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use core::num::{NonZeroU64, Wrapping};
use core::ops::Range;
use core::time::Duration;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use super::{UNREADABLE, UNWRITABLE, instant, map_codec, maps, payload, refused, same};
use hardtack::PayloadError;

#[test]
fn integers_come_back_at_both_ends() {
    same((false, true));
    same((i8::MIN, -33_i8, -32_i8, -1_i8, 0_i8, i8::MAX));
    same((i16::MIN, i16::MAX, i32::MIN, i32::MAX, i64::MIN, i64::MAX));
    same((u8::MAX, u16::MAX, u32::MAX, u64::MAX, usize::MAX, isize::MIN));
    same((127_u8, 128_u8, 255_u16, 256_u16, 65_535_u32, 65_536_u32, u64::from(u32::MAX) + 1));
}

#[test]
fn integers_of_128_bits_come_back_at_both_ends() {
    same((i128::MIN, -1_i128, 0_i128, i128::MAX));
    same((0_u128, u128::from(u64::MAX) + 1, u128::MAX));
    same((Some(i128::MIN), None::<u128>));
}

#[test]
fn an_integer_of_128_bits_is_16_bytes_that_a_smaller_one_does_not_read() {
    assert_eq!(payload(&map_codec(), &1_i128).len(), 2 + 16);
    assert_eq!(maps(&u64::MAX), Ok(i128::from(u64::MAX)));
    assert_eq!(maps(&i64::MIN), Ok(i128::from(i64::MIN)));
    assert_eq!(maps::<i64>(&1_i128), Err(UNREADABLE));
    assert_eq!(maps(&-1_i128), Ok(u128::MAX), "the sign is not kept apart from the bits");
}

#[test]
fn floats_come_back_to_the_bit() {
    let payload_of_its_own = f64::from_bits(0x7ff8_0000_dead_beef);
    for float in [f64::NAN, -f64::NAN, payload_of_its_own, -0.0, f64::INFINITY, f64::MIN, 5e-324] {
        assert_eq!(maps(&float).map(f64::to_bits), Ok(float.to_bits()), "{float}");
    }
    for float in [f32::NAN, -f32::NAN, -0.0, f32::NEG_INFINITY, f32::MAX, 1e-45] {
        assert_eq!(maps(&float).map(f32::to_bits), Ok(float.to_bits()), "{float}");
    }
}

#[test]
fn chars_and_text_come_back() {
    same(('\0', 'é', '\u{10ffff}'));
    for length in [0, 31, 32, 255, 256, 2000] {
        same("ü".repeat(length / 2));
    }
    same((String::from("\0\r\n\u{feff}"), Box::<str>::from("Ada"), Cow::Borrowed("Ada")));
}

#[test]
fn unit_and_empty_values_come_back() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Unit;
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Empty {}
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct EmptyTuple();
    same(());
    same((Unit, Empty {}, EmptyTuple(), PhantomData::<u8>, [0_u8; 0], (), Vec::<()>::new()));
}

#[test]
fn a_newtype_is_written_as_its_content() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct UserId(u64);
    same(UserId(7));
    same((Wrapping(7_u8), NonZeroU64::MAX, Box::new(7_u8)));
    assert_eq!(payload(&map_codec(), &UserId(7)), payload(&map_codec(), &7));
    assert_eq!(maps::<NonZeroU64>(&0), Err(UNREADABLE));
}

#[test]
fn types_of_the_standard_library_come_back() {
    same((Duration::MAX, SystemTime::UNIX_EPOCH + Duration::new(1_790_000_000, 999_999_999)));
    same((IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)));
    same((SocketAddr::from(([127, 0, 0, 1], 80)), Range { start: 1, end: 2 }));
    same((Ok::<u8, String>(7), Err::<u8, String>("no".into()), PathBuf::from("/a/b")));
}

#[test]
fn values_without_an_encoding_are_refused_when_written() {
    refused(&(SystemTime::UNIX_EPOCH - Duration::from_secs(1)), PayloadError::Serialize);
    let cell = core::cell::RefCell::new(7);
    let _borrowed = cell.borrow_mut();
    refused(&cell, PayloadError::Serialize);
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        let path = Path::new(std::ffi::OsStr::from_bytes(&[0xff]));
        assert_eq!(maps::<PathBuf>(&path), Err(UNWRITABLE));
    }
}

#[test]
fn time_types_come_back() {
    same((instant("2026-09-21T12:00:00.123456789+02:00"), instant("1969-12-31T23:59:59Z")));
    same((
        PrimitiveDateTime::MIN,
        PrimitiveDateTime::MAX,
        Date::MIN,
        Date::MAX,
        Date::from_calendar_date(2024, time::Month::February, 29).unwrap(),
    ));
    same((Time::MAX, Time::MIDNIGHT, time::Duration::MIN, time::Duration::MAX));
    same((UtcOffset::from_whole_seconds(-5_400).unwrap(), time::Weekday::Monday, time::Month::May));
}

#[test]
fn a_time_with_an_offset_keeps_it() {
    let written = instant("2026-09-21T12:00:00+02:00");
    assert_eq!(maps(&written).map(OffsetDateTime::offset), Ok(written.offset()));
}

#[test]
fn a_timestamp_is_shorter_and_keeps_whole_seconds() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Seen(#[serde(with = "time::serde::timestamp")] OffsetDateTime);
    same(Seen(instant("2026-09-21T12:00:00Z")));
    let parts = instant("2026-09-21T12:00:00.5+02:00");
    assert_eq!(maps(&Seen(parts)), Ok(Seen(instant("2026-09-21T10:00:00Z"))));
    assert_eq!(payload(&map_codec(), &Seen(parts)).len(), 5);
    assert_eq!(payload(&map_codec(), &parts).len(), 18);
}

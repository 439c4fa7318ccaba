//! Values that serde buffers before it knows their type: `flatten`, internally tagged and untagged
//! enums.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::collections::BTreeMap;

use hardtack::PayloadError;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time};

use super::{UNREADABLE, compact, compact_codec, instant, map_codec, maps, payload, refused, same};

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct One<V> {
    value: V,
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Flat<V> {
    user: u64,
    #[serde(flatten)]
    rest: V,
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
#[serde(tag = "kind")]
enum Internal<V> {
    Struct { value: V },
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
#[serde(untagged)]
enum Untagged<V> {
    Newtype(One<V>),
}

fn flat<V>(value: V) -> Flat<One<V>> {
    Flat { user: 7, rest: One { value } }
}

/// Checks a value in each of the three places, as maps and as arrays.
#[track_caller]
fn same_when_buffered<V>(value: &V)
where
    V: Serialize + for<'de> Deserialize<'de> + PartialEq + core::fmt::Debug + Clone,
{
    same(flat(value.clone()));
    same(Internal::Struct { value: value.clone() });
    same(Untagged::Newtype(One { value: value.clone() }));
}

#[track_caller]
fn unreadable_when_buffered<V>(value: &V)
where
    V: Serialize + for<'de> Deserialize<'de> + PartialEq + core::fmt::Debug + Clone,
{
    same(One { value: value.clone() });
    unreadable(&flat(value.clone()));
    unreadable(&Internal::Struct { value: value.clone() });
    unreadable(&Untagged::Newtype(One { value: value.clone() }));
}

#[track_caller]
fn unreadable<T>(session: &T)
where
    T: Serialize + for<'de> Deserialize<'de> + PartialEq + core::fmt::Debug,
{
    assert_eq!(maps::<T>(session), Err(UNREADABLE));
    assert_eq!(compact::<T>(session), Err(UNREADABLE));
}

#[test]
fn flattened_fields_come_back() {
    same(flat("Ada".to_owned()));
    same(Flat { user: 7, rest: BTreeMap::from([("theme".to_owned(), "dark".to_owned())]) });
    same(Flat { user: 7, rest: Some(One { value: 7 }) });
    same(Flat { user: 7, rest: None::<One<u8>> });
    same(Flat { user: 7, rest: flat(8).rest });
    same(Flat { user: 7, rest: BTreeMap::from([(8, "eight".to_owned())]) });
    same(Flat { user: 7, rest: Ok::<One<u8>, u8>(One { value: 1 }) });
}

#[test]
fn a_struct_that_flattens_is_a_map_even_in_compact() {
    let map = payload(&map_codec(), &flat(1));
    assert_eq!(payload(&compact_codec(), &flat(1)), map);
    assert_eq!(map, b"\x82\xa4user\x07\xa5value\x01");
}

#[test]
fn a_field_skipped_below_flatten_comes_back_in_compact() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Sparse {
        #[serde(skip_serializing_if = "Option::is_none")]
        theme: Option<String>,
        lang: Option<String>,
    }
    same(Flat { user: 7, rest: Sparse { theme: None, lang: Some("de".into()) } });
}

#[test]
fn a_flattened_option_whose_fields_are_all_optional_comes_back_as_some() {
    type Session = Flat<Option<One<Option<u8>>>>;
    let none: Session = Flat { user: 7, rest: None };
    let some: Session = Flat { user: 7, rest: Some(One { value: None }) };
    assert_eq!(maps(&none).as_ref(), Ok(&some));
    assert_eq!(compact(&none).as_ref(), Ok(&some));
    same(some);
}

#[test]
fn a_flattened_option_that_cannot_be_read_comes_back_as_none() {
    let some = Flat { user: 7, rest: Some(One { value: 1_i128 }) };
    assert_eq!(maps(&some), Ok(Flat { user: 7, rest: None::<One<i128>> }));
    assert_eq!(compact(&some), Ok(Flat { user: 7, rest: None::<One<i128>> }));
}

/// `role` is skipped, and the visitor's preferences are read into it, because the two look the
/// same.
#[test]
fn a_flattened_map_fills_a_field_that_was_left_out() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Visitor {
        #[serde(skip_serializing_if = "Option::is_none")]
        role: Option<String>,
        #[serde(flatten)]
        prefs: BTreeMap<String, String>,
    }
    let prefs = BTreeMap::from([("role".to_owned(), "admin".to_owned())]);
    let read: Visitor = maps(&Visitor { role: None, prefs: prefs.clone() }).unwrap();
    assert_eq!(read, Visitor { role: Some("admin".to_owned()), prefs: BTreeMap::new() });
    refused(&Visitor { role: Some("guest".to_owned()), prefs }, PayloadError::DuplicateKey);
}

#[test]
fn a_flattened_map_that_repeats_a_field_is_not_written() {
    refused(
        &Flat { user: 7, rest: BTreeMap::from([("user".to_owned(), 8)]) },
        PayloadError::DuplicateKey,
    );
}

#[test]
fn numbers_text_options_bytes_and_maps_come_back_when_buffered() {
    same_when_buffered(&(u64::MAX, i64::MIN, 1.5_f32, -0.5_f64, true, 'é', "Ada".to_owned(), ()));
    same_when_buffered(&(Some(7), None::<u8>, vec![Some("a".to_owned())], [1, 2]));
    same_when_buffered(&serde_bytes::ByteBuf::from([0xff, 0]));
    same_when_buffered(&BTreeMap::from([(-1, One { value: 1 })]));
    same_when_buffered(&Ok::<(u8, u8), ()>((1, 2)));
}

#[test]
fn integers_of_128_bits_do_not_read_when_buffered() {
    unreadable_when_buffered(&1_i128);
    unreadable_when_buffered(&u128::MAX);
}

/// These types serialize as bytes, because MessagePack is not human-readable, but serde's buffer
/// requests text.
#[test]
fn addresses_do_not_read_when_buffered() {
    unreadable_when_buffered(&IpAddr::from(Ipv4Addr::LOCALHOST));
    unreadable_when_buffered(&Ipv6Addr::LOCALHOST);
    unreadable_when_buffered(&SocketAddr::from(([127, 0, 0, 1], 80)));
}

#[test]
fn time_types_come_back_when_buffered() {
    #[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
    struct Seen(#[serde(with = "time::serde::timestamp")] OffsetDateTime);
    same_when_buffered(&Seen(instant("2026-09-21T12:00:00Z")));
    same_when_buffered(&instant("2026-09-21T12:00:00.5+02:00"));
    same_when_buffered(&(Date::MAX, Time::MAX, time::Duration::MIN, PrimitiveDateTime::MIN));
    same_when_buffered(&core::time::Duration::from_millis(1500));
    same_when_buffered(&std::time::SystemTime::UNIX_EPOCH);
}

//! Types that ignore errors, or leave a part of the payload unread.

use std::collections::BTreeMap;

use serde::de::{EnumAccess, MapAccess};

use super::*;

/// A type that treats a value that it cannot read as absent.
#[derive(Debug)]
struct Lenient;

impl<'de> Deserialize<'de> for Lenient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> core::result::Result<Self, D::Error> {
        drop(String::deserialize(deserializer));
        Ok(Self)
    }
}

#[test]
fn invalid_messagepack_is_refused_even_if_the_type_ignores_errors() {
    for (bytes, fault) in [
        (&[0x92, 0xa1, 0xff, 0xa1, b'x'][..], PayloadError::TextNotUtf8),
        (&[0x91, 0xa1], PayloadError::Malformed),
        (&[0x91, 0xc1], PayloadError::Malformed),
    ] {
        assert_eq!(read::<Vec<Lenient>>(bytes).unwrap_err(), fault);
    }
    assert_eq!(read::<Vec<Lenient>>(&[0x92, 0x01, 0xa1, b'x']).unwrap().len(), 2);
}

/// A type that treats a list that it cannot read as absent.
#[derive(Debug)]
struct LenientList;

impl<'de> Deserialize<'de> for LenientList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> core::result::Result<Self, D::Error> {
        drop(Vec::<String>::deserialize(deserializer));
        Ok(Self)
    }
}

#[test]
fn an_item_of_a_list_is_never_read_as_the_value_after_the_list() {
    let bytes = [0x92, 0x93, 0x01, 0x02, 0x03, 0x04];
    assert_eq!(read::<(LenientList, u8)>(&bytes).unwrap_err(), PayloadError::Mismatch);
}

/// A type that reads `KEYS` keys and `VALUES` values of a map and leaves the rest unread.
#[derive(Debug)]
struct Part<const KEYS: usize, const VALUES: usize>;

impl<'de, const KEYS: usize, const VALUES: usize> Deserialize<'de> for Part<KEYS, VALUES> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> core::result::Result<Self, D::Error> {
        deserializer.deserialize_map(Self)
    }
}

impl<'de, const KEYS: usize, const VALUES: usize> Visitor<'de> for Part<KEYS, VALUES> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> core::result::Result<Self, A::Error> {
        for entry in 0..KEYS {
            map.next_key::<u8>()?;
            if entry < VALUES {
                map.next_value::<u8>()?;
            }
        }
        Ok(self)
    }
}

#[test]
fn a_map_is_read_to_its_end_or_not_at_all() {
    let two = [0x82, 1, 2, 3, 4];
    assert!(read::<Part<2, 2>>(&two).is_ok());
    assert_eq!(read::<Part<0, 0>>(&two).unwrap_err(), PayloadError::Mismatch);
    assert_eq!(read::<Part<1, 1>>(&two).unwrap_err(), PayloadError::Mismatch);
    assert_eq!(read::<Part<1, 0>>(&two).unwrap_err(), PayloadError::Mismatch);
    assert_eq!(read::<Part<2, 1>>(&two).unwrap_err(), PayloadError::Mismatch);
    assert_eq!(read::<Part<2, 0>>(&two).unwrap_err(), PayloadError::Mismatch);
    assert!(read::<(Part<1, 1>, u8, u8)>(&[0x93, 0x82, 1, 2, 3, 4]).is_err());
}

/// A type that uses the default for a value that it cannot read.
#[derive(Debug, PartialEq)]
struct OrDefault<T>(T);

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for OrDefault<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> core::result::Result<Self, D::Error> {
        Ok(Self(T::deserialize(deserializer).unwrap_or_default()))
    }
}

#[test]
fn a_false_count_costs_nothing_even_if_a_type_ignores_errors() {
    for count in [0x04, 0xff] {
        let bytes = [0xdd, count, 0xff, 0xff, 0xff];
        let info = allocation_counter::measure(|| {
            let read = read::<Vec<OrDefault<u64>>>(&bytes);
            assert_eq!(read, Err(PayloadError::Malformed));
        });
        assert_eq!(info.count_total, 0);
    }
}

#[test]
fn a_type_may_use_the_default_for_a_list_that_was_read_to_its_end() {
    let empty = [0x92, 0x90, 0x05];
    assert_eq!(read::<(OrDefault<[u8; 1]>, u8)>(&empty), Ok((OrDefault([0]), 5)));
    assert_eq!(read::<(OrDefault<Option<Kind>>, u8)>(&empty), Ok((OrDefault(None), 5)));
}

/// A type that reads nothing.
#[derive(Debug)]
struct Unread;

impl<'de> Deserialize<'de> for Unread {
    fn deserialize<D: Deserializer<'de>>(_: D) -> core::result::Result<Self, D::Error> {
        Ok(Self)
    }
}

#[test]
fn a_value_that_a_type_leaves_unread_is_not_read_as_the_next_one() {
    assert!(read::<(Unread, u8)>(&[0x92, 0x05]).is_err());
    assert!(read::<Vec<Unread>>(&[0xdd, 0x04, 0, 0, 0]).is_err());
    assert!(read::<BTreeMap<u8, Box<Unread>>>(&[0x81, 0x01]).is_err());
}

/// A type that reads the name of a variant and leaves its content unread.
#[derive(Debug)]
struct NameOnly;

impl<'de> Deserialize<'de> for NameOnly {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> core::result::Result<Self, D::Error> {
        deserializer.deserialize_enum("", &[], Self)
    }
}

impl<'de> Visitor<'de> for NameOnly {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a variant")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> core::result::Result<Self, A::Error> {
        data.variant::<String>()?;
        Ok(self)
    }
}

#[test]
fn a_variant_whose_content_is_not_read_is_refused() {
    assert!(read::<NameOnly>(&[0xa1, b'A']).is_ok());
    assert!(read::<NameOnly>(&[0x81, 0xa1, b'A']).is_err());
    assert!(read::<(NameOnly, u8, u8)>(&[0x93, 0x81, 0xa1, b'A', 5, 6]).is_err());
}

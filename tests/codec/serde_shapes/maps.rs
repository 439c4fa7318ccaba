//! Maps, whose keys may be anything.

use std::collections::{BTreeMap, HashMap};

use hardtack::PayloadError;
use serde::{Deserialize, Serialize, Serializer};

use super::{refused, same};

#[derive(Serialize, Deserialize, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Area {
    Cart,
    Shelf(u8),
    Room { floor: i8 },
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    row: u8,
    seat: u8,
}

#[test]
fn maps_come_back_in_every_length_of_messagepack() {
    for length in [0_u32, 1, 15, 16, 300] {
        same((0..length).map(|n| (n.to_string(), n)).collect::<BTreeMap<_, _>>());
    }
    same(HashMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]));
}

#[test]
fn keys_need_not_be_text() {
    same(BTreeMap::from([(i64::MIN, 1), (-1, 2), (i64::MAX, 3)]));
    same((BTreeMap::from([(true, 1)]), BTreeMap::from([('é', 1)]), BTreeMap::from([((), 1)])));
    same(BTreeMap::from([(u128::MAX, 1), (0, 2)]));
    same(BTreeMap::from([(Area::Cart, 1), (Area::Shelf(2), 2), (Area::Room { floor: -1 }, 3)]));
    same(BTreeMap::from([(Place { row: 1, seat: 2 }, 1)]));
    same(BTreeMap::from([(vec![1_u8, 2], 1), (vec![], 2)]));
    same(BTreeMap::from([(Some((1_u8, 2_u8)), 1), (None, 2)]));
    same(BTreeMap::from([(serde_bytes::ByteBuf::from([0xff]), 1)]));
}

#[test]
fn values_of_no_fixed_type_come_back() {
    same(serde_json::json!({"a": [1, -1, 1.5, "x", true, null], "b": {}}));
    let any = rmpv::Value::Map(vec![
        (rmpv::Value::from(-7), rmpv::Value::Binary(vec![0xff])),
        (rmpv::Value::Nil, rmpv::Value::Ext(-3, vec![1, 2, 3])),
        (rmpv::Value::Array(vec![]), rmpv::Value::F32(1.5)),
    ]);
    same(any);
}

/// A map of these keys, with or without an announced length.
struct Keys<'a>(&'a [String], bool);

impl Serialize for Keys<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let mut map = to.serialize_map(self.1.then_some(self.0.len()))?;
        self.0.iter().try_for_each(|key| map.serialize_entry(key, &[0; 3]))?;
        map.end()
    }
}

#[test]
fn a_duplicate_key_of_one_map_is_refused_at_any_depth() {
    for length in [1, 2, 15, 16, 17, 40] {
        for name in ["k", "a key of more than eight bytes and a number ", &"long ".repeat(8)] {
            let keys: Vec<String> = (0..length).map(|n| format!("{name}{n}")).collect();
            for announced in [true, false] {
                let written = super::maps::<BTreeMap<String, [u8; 3]>>(&Keys(&keys, announced));
                assert_eq!(written.unwrap().len(), length);
                for again in [0, length / 2, length - 1] {
                    let twice = [&keys[..], &keys[again..=again]].concat();
                    refused(&Keys(&twice, announced), PayloadError::DuplicateKey);
                }
            }
        }
    }
}

#[test]
fn equal_keys_of_two_maps_are_not_duplicates() {
    let map = || BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]);
    same((map(), map()));
    same(BTreeMap::from([("a".to_owned(), map()), ("b".to_owned(), map())]));
}

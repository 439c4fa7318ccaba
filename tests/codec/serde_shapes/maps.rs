//! Maps, whose keys may be anything.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::same;

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

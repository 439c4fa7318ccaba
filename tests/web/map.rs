//! `Map` and `Value`: their content, reading it back, and refused values.

use std::collections::BTreeMap;

use crate::support::web::*;
use hardtack::web::{Map, Rejection, Session, Value};
use hardtack::{DecodeError, PayloadError};
use http::{HeaderMap, StatusCode};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

/// Writes `map` into a cookie and reads it back.
fn round_trip(map: Map) -> Map {
    let cookie = cookie();
    let mut jar = Jar::default();
    jar.visit(&cookie, 0, |session: &mut Session<Map>| **session = map);
    (*read(&cookie, &jar, 0)).clone()
}

fn rejection<T: Serialize>(data: &T) -> Option<Rejection> {
    let cookie = cookie();
    let token = cookie.codec().begin_at(data, at_second(0)).unwrap();
    read(&cookie, &Jar(Some(token)), 0).rejected()
}

#[test]
fn every_kind_of_value_comes_back() {
    let inner: Map = [("deep", vec![1, 2])].into_iter().collect();
    let values = [
        Value::Null,
        true.into(),
        false.into(),
        1.5.into(),
        f64::MAX.into(),
        f64::INFINITY.into(),
        (-0.0).into(),
        "".into(),
        "Ada \u{1F36A} \0".into(),
        Value::List(vec![Value::Null, "x".into(), Value::List(vec![])]),
        inner.into(),
        Map::new().into(),
    ];
    let map: Map =
        values.into_iter().enumerate().map(|(n, value)| (n.to_string(), value)).collect();
    assert!(round_trip(map.clone()) == map);
}

#[test]
fn integers_come_back_at_the_edges_of_every_width() {
    let edges = [0_i64, 1, -1, 127, 128, -32, -33, -128, -129, 255, 256, 32_767, 32_768, -32_768];
    let more = [65_535, 65_536, i64::from(i32::MIN), i64::from(u32::MAX), i64::MIN, i64::MAX];
    let map: Map = edges.into_iter().chain(more).map(|n| (n.to_string(), n)).collect();
    let back = round_trip(map.clone());
    assert!(back == map);
    for (name, value) in back.iter() {
        assert_eq!(value.as_i64().unwrap().to_string(), name);
    }
}

#[test]
fn integers_above_the_signed_ones_come_back_unsigned() {
    let half = u64::try_from(i64::MAX).unwrap();
    let map: Map = [("a", half), ("b", half + 1), ("c", u64::MAX)].into_iter().collect();
    let back = round_trip(map);
    assert_eq!(back.get("a"), Some(&Value::Integer(i64::MAX)));
    assert_eq!(back.get("b"), Some(&Value::Unsigned(half + 1)));
    assert_eq!(back.get("c").and_then(Value::as_u64), Some(u64::MAX));
    assert_eq!(back.get("c").and_then(Value::as_i64), None);
}

#[test]
fn a_value_is_of_one_kind() {
    let values: [Value; 6] =
        [true.into(), 7.into(), 1.5.into(), "x".into(), vec![1].into(), Map::new().into()];
    for (n, value) in values.iter().enumerate() {
        let kinds = [
            value.as_bool().is_some(),
            value.as_i64().is_some(),
            value.as_f64().is_some(),
            value.as_str().is_some(),
            value.as_list().is_some(),
            value.as_map().is_some(),
        ];
        let expected: Vec<bool> = (0..6).map(|kind| kind == n).collect();
        assert_eq!(kinds, expected[..]);
    }
}

#[test]
fn rust_values_convert_into_a_value() {
    assert_eq!(Value::from(-7_i32), Value::Integer(-7));
    assert_eq!(Value::from(7_u32), Value::Integer(7));
    assert_eq!(Value::from(7_u64), Value::Integer(7));
    assert_eq!(Value::from(-7_i64).as_u64(), None);
    assert_eq!(Value::from(7_i64).as_u64(), Some(7));
    assert_eq!(Value::from("x".to_owned()), Value::from("x"));
    assert_eq!(Value::from(None::<i32>), Value::Null);
    assert_eq!(Value::from(Some("x")), Value::from("x"));
    assert_eq!(Value::default(), Value::Null);
}

#[test]
fn a_map_is_changed_in_every_way_a_dict_is() {
    let mut map = Map::new();
    map.update([("b", 2), ("a", 1)]);
    assert_eq!(map.len(), 2);
    assert!(map.keys().eq(["a", "b"]));
    *map.get_mut("a").unwrap() = Value::from("one");
    assert_eq!(map.get_mut("z"), None);
    assert_eq!(map.remove("a"), Some(Value::from("one")));
    assert_eq!(map.pop("a", 9), Value::Integer(9));
    assert_eq!(*map.get_or_insert("c", 3), Value::Integer(3));
    let pairs: Vec<_> = map.clone().into_iter().collect();
    assert_eq!(pairs, [("b".to_owned(), Value::Integer(2)), ("c".to_owned(), Value::Integer(3))]);
    map.clear();
    assert!(map.is_empty() && map == Map::new());
}

#[test]
fn the_order_of_insertion_changes_nothing() {
    let mut session = read(&cookie(), &Jar::default(), 0);
    session.update([("a", 1), ("b", 2)]);
    let cookie = cookie();
    let mut jar = Jar::default();
    jar.visit(&cookie, 0, |session: &mut Session<Map>| session.update([("a", 1), ("b", 2)]));
    let mut session = read(&cookie, &jar, 0);
    session.clear();
    session.update([("b", 2), ("a", 1)]);
    assert!(!session.is_modified());
}

#[test]
fn a_payload_that_is_not_a_map_is_refused() {
    for fault in [rejection(&7), rejection(&"x"), rejection(&[1, 2]), rejection(&None::<u8>)] {
        assert!(matches!(fault, Some(Rejection::Token(DecodeError::Payload(_)))), "{fault:?}");
    }
}

#[test]
fn keys_that_are_not_text_are_refused() {
    let numbers: BTreeMap<u8, u8> = [(1, 1)].into();
    assert!(rejection(&numbers).is_some());
    let nested: BTreeMap<&str, BTreeMap<u8, u8>> = [("x", numbers)].into();
    assert!(rejection(&nested).is_some());
}

#[test]
fn bytes_are_refused_as_a_value() {
    #[derive(Serialize)]
    struct Bytes(#[serde(with = "serde_bytes")] Vec<u8>);
    let map: BTreeMap<&str, Bytes> = [("x", Bytes(vec![1, 2]))].into();
    assert!(rejection(&map).is_some());
}

#[test]
fn a_map_reads_what_a_struct_wrote() {
    #[derive(Serialize)]
    struct Visitor {
        user: &'static str,
        level: f32,
        seen: Option<u8>,
    }
    let cookie = cookie();
    let visitor = Visitor { user: "Ada", level: 1.5, seen: None };
    let token = cookie.codec().begin_at(&visitor, at_second(0)).unwrap();
    let session = read(&cookie, &Jar(Some(token)), 0);
    assert_eq!(session.get("level").and_then(Value::as_f64), Some(1.5));
    assert_eq!(session.get("seen"), Some(&Value::Null));
    assert!(!session.is_modified());
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(Value::Null, |value, _| Value::List(vec![value]))
}

#[test]
fn a_map_nested_too_deeply_is_an_error_when_written() {
    let cookie = cookie();
    let mut session: Session<Map> = cookie.read_at(&HeaderMap::new(), at_second(0));
    session.insert("x", nested(63));
    assert!(cookie.response_headers_at(&session, StatusCode::OK, at_second(0)).is_ok());
    session.insert("x", nested(64));
    let error = cookie.response_headers_at(&session, StatusCode::OK, at_second(0)).unwrap_err();
    assert_eq!(error.kind(), "payload");
}

#[test]
fn debug_does_not_show_the_content_of_a_map() {
    let map: Map = [("secret-name", "secret")].into_iter().collect();
    assert_eq!(format!("{map:?}"), "Map(1)");
    let list = Value::List(vec!["secret".into(), map.clone().into()]);
    assert_eq!(
        format!("{list:?} {:?} {:?}", Value::from("secret"), Value::from(map)),
        "List Text Map"
    );
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        proptest::num::f64::NORMAL.prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 20, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            proptest::collection::btree_map(".{0,8}", inner, 0..4)
                .prop_map(|map| Value::Map(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_is_put_in_comes_back(value in any_value()) {
        let map: Map = [("value", value)].into_iter().collect();
        prop_assert!(round_trip(map.clone()) == map);
    }
}

#[test]
fn every_integer_and_text_that_handlers_have_is_a_value() {
    let name = String::from("Ada");
    assert_eq!(Value::from(&name), "Ada");
    assert_eq!(Value::from(&name), *"Ada");
    assert_ne!(Value::from(7), "7");
    let items: &[u8] = &[1, 2, 3];
    for value in [
        Value::from(items.len()),
        Value::from(3_u8),
        Value::from(3_i8),
        Value::from(3_u16),
        Value::from(3_i16),
        Value::from(3_u64),
    ] {
        assert_eq!(value.as_i64(), Some(3));
    }
    assert_eq!(Value::from(usize::MAX).as_u64(), u64::try_from(usize::MAX).ok());
    assert_eq!(Value::from(0.5_f32).as_f64(), Some(0.5));
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Delivery {
    PickUp,
    Post { street: String, floor: Option<u8> },
}

#[test]
fn any_type_that_serializes_to_values_goes_in_and_comes_out() {
    let post = Delivery::Post { street: "Ockham".into(), floor: None };
    let orders = vec![(101_u32, Delivery::PickUp), (102, post)];
    let mut map = user("Ada");
    assert_eq!(map.insert_as("orders", &orders), Ok(None));
    assert_eq!(map.insert_as("user", "Grace"), Ok(Some(Value::from("Ada"))));
    let mut map = round_trip(map);
    assert_eq!(map.get_as("orders"), Ok(Some(orders.clone())));
    assert_eq!(map.remove_as("orders"), Ok(Some(orders)));
    assert_eq!(map.remove_as::<Vec<u8>>("orders"), Ok(None));
    assert_eq!(map.get_as::<String>("user"), Ok(Some("Grace".to_owned())));
    assert_eq!(
        map.insert_as("floor", &None::<u8>).map(|_| map.get("floor")),
        Ok(Some(&Value::Null))
    );
    assert_eq!(map.get_as::<Option<u8>>("floor"), Ok(Some(None)));
}

#[test]
fn a_value_of_another_type_is_an_error_and_stays() {
    let mut map = user("Ada");
    assert_eq!(map.get_as::<u32>("user"), Err(PayloadError::Mismatch));
    assert_eq!(map.remove_as::<u32>("user"), Err(PayloadError::Mismatch));
    assert!(map == user("Ada"));
}

#[test]
fn inserting_anything_but_a_value_is_an_error_and_changes_nothing() {
    let mut map = user("Ada");
    let by_number = BTreeMap::from([(7_u8, "seven")]);
    assert_eq!(map.insert_as("user", &by_number), Err(PayloadError::Mismatch));
    assert_eq!(map.insert_as("user", serde_bytes::Bytes::new(b"x")), Err(PayloadError::Mismatch));
    assert_eq!(map.insert_as("user", &Some(())), Err(PayloadError::SomeOfNothing));
    assert!(map == user("Ada"));
}

#[test]
fn a_map_is_extended_changed_and_emptied_like_others_of_the_standard_library() {
    let mut map = user("Ada");
    map.extend([("theme", "dark"), ("user", "Grace")]);
    map.extend(Map::from_iter([("visits", 7)]));
    if let Some(value) = map.get_mut("visits") {
        *value = Value::from(8);
    }
    assert!(map.keys().eq(["theme", "user", "visits"]));
    assert_eq!(map.get("visits").and_then(Value::as_u64), Some(8));
    map.clear();
    assert!(map.is_empty() && map == Map::new());
}

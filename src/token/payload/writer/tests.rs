//! Compares the writer's bytes with those of rmp-serde.

use std::collections::{BTreeMap, HashMap};
use std::net::Ipv4Addr;

use proptest::prelude::*;

use super::super::MAX_DEPTH;
use super::*;

fn written(
    session: &impl Serialize,
    layout: Layout,
) -> core::result::Result<Vec<u8>, PayloadError> {
    let mut out = vec![0xa5; 30];
    write(session, layout, MAX_DEPTH, &mut out).map(|()| out.split_off(30))
}

#[track_caller]
fn agree(session: &(impl Serialize + fmt::Debug)) {
    let named = rmp_serde::to_vec_named(session).unwrap();
    assert_eq!(written(session, Layout::Map), Ok(named), "{session:?}");
    let compact = rmp_serde::to_vec(session).unwrap();
    assert_eq!(written(session, Layout::Array), Ok(compact), "{session:?}");
}

#[derive(Debug, Serialize)]
enum Kind {
    Plain,
    One(u16),
    Two(i8, String),
    Named { a: Option<bool>, b: Vec<u8> },
}

#[derive(Debug, Serialize)]
struct Unit;

#[derive(Debug, Serialize)]
struct Newtype<T>(T);

#[derive(Debug, Serialize)]
struct Flat<T> {
    id: u64,
    #[serde(flatten)]
    rest: T,
}

#[derive(Debug, Serialize)]
struct Skips {
    a: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    b: Option<u8>,
}

#[derive(Debug, Serialize)]
#[serde(rename = "_ExtStruct")]
struct Extension(i8, serde_bytes::ByteBuf);

#[test]
fn numbers_are_written_in_their_shortest_form_at_every_edge() {
    for power in 0..64 {
        for offset in [-1_i128, 0, 1] {
            let value = (1_i128 << power) + offset;
            u64::try_from(value).iter().for_each(agree);
            for value in [value, -value] {
                i64::try_from(value).iter().for_each(agree);
                i32::try_from(value).iter().for_each(agree);
                i16::try_from(value).iter().for_each(agree);
                i8::try_from(value).iter().for_each(agree);
                agree(&value);
            }
        }
    }
    agree(&(u8::MAX, u16::MAX, u32::MAX, u64::MAX, u128::MAX));
    agree(&(i8::MIN, i16::MIN, i32::MIN, i64::MIN, i128::MIN));
    agree(&(1.5_f32, -2.5_f64, f64::NAN, true, false, 'ß', ()));
}

#[test]
fn lengths_are_written_in_their_shortest_form_at_every_edge() {
    for length in [0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536_usize] {
        agree(&"x".repeat(length));
        agree(&serde_bytes::ByteBuf::from(vec![7; length]));
        agree(&vec![7_u8; length]);
        agree(&(0..length).map(|key| (key, key)).collect::<BTreeMap<_, _>>());
        let names: BTreeMap<String, usize> = (0..length).map(|n| (n.to_string(), n)).collect();
        agree(&names);
        agree(&Flat { id: 7, rest: HashMap::from([(length.to_string(), length)]) });
        agree(&Flat { id: 7, rest: Newtypes(names) });
    }
}

/// A map that does not announce its length.
#[derive(Debug)]
struct Newtypes(BTreeMap<String, usize>);

impl Serialize for Newtypes {
    fn serialize<S: Serializer>(&self, to: S) -> core::result::Result<S::Ok, S::Error> {
        use ser::SerializeMap as _;
        let mut map = to.serialize_map(None)?;
        self.0.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        map.end()
    }
}

#[test]
fn every_shape_of_serde_is_written_as_rmp_serde_does() {
    agree(&[Kind::Plain, Kind::One(300), Kind::Two(-1, "zwei".to_owned())]);
    agree(&Kind::Named { a: None, b: vec![1, 200] });
    agree(&Flat { id: 7, rest: Kind::Named { a: Some(true), b: vec![] } });
    agree(&Flat { id: 7, rest: BTreeMap::from([("a", Some(1)), ("b", None)]) });
    agree(&(Unit, Newtype(Newtype(Some(5))), Newtype(Unit), Some(Unit), None::<u8>));
    agree(&Skips { a: 1, b: Some(2) });
    agree(&Ipv4Addr::new(192, 0, 2, 7));
    agree(&serde_json::json!({"a": [1, -1, 1.5, "x", true, null], "b": {}}));
    let skips = Skips { a: 1, b: None };
    let named = rmp_serde::to_vec_named(&skips).unwrap();
    assert_eq!(written(&skips, Layout::Map), Ok(named));
}

#[test]
fn an_ext_is_written_in_every_length_and_type() {
    for length in [0, 1, 2, 3, 4, 8, 15, 16, 17, 255, 256, 70_000] {
        for kind in [-128, -33, -32, -1, 0, 127] {
            let extension = Newtype(rmpv::Value::Ext(kind, vec![7; length]));
            agree(&extension);
        }
    }
    let no_ext = written(&Extension(5, vec![1].into()), Layout::Array);
    assert_eq!(no_ext, Ok(vec![0x92, 5, 0xc4, 1, 1]), "a tuple struct of that name is none");
}

#[test]
fn an_ext_without_type_and_bytes_is_refused() {
    #[derive(Serialize)]
    #[serde(rename = "_ExtStruct")]
    struct Tag<T>(T);
    let refused = Err(PayloadError::Serialize);
    assert_eq!(written(&Tag(5), Layout::Map), refused);
    assert_eq!(written(&Tag((300, serde_bytes::Bytes::new(b"x"))), Layout::Map), refused);
    assert_eq!(written(&Tag((5, "x")), Layout::Map), refused);
    assert_eq!(written(&Tag((5, serde_bytes::Bytes::new(b"x"), 1)), Layout::Map), refused);
}

fn any_value() -> impl Strategy<Value = rmpv::Value> {
    let leaf = prop_oneof![
        Just(rmpv::Value::Nil),
        any::<bool>().prop_map(rmpv::Value::from),
        any::<i64>().prop_map(rmpv::Value::from),
        any::<u64>().prop_map(rmpv::Value::from),
        (-200_i64..300).prop_map(rmpv::Value::from),
        any::<f32>().prop_map(rmpv::Value::from),
        any::<f64>().prop_map(rmpv::Value::from),
        ".{0,40}".prop_map(rmpv::Value::from),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(rmpv::Value::from),
        (any::<i8>(), prop::collection::vec(any::<u8>(), 0..40))
            .prop_map(|(kind, bytes)| rmpv::Value::Ext(kind, bytes)),
    ];
    leaf.prop_recursive(4, 40, 10, |inner| {
        let items = prop::collection::vec(inner.clone(), 0..20);
        let entries = prop::collection::btree_map(".{0,12}", inner, 0..20);
        prop_oneof![
            items.prop_map(rmpv::Value::Array),
            entries.prop_map(|entries| {
                rmpv::Value::Map(entries.into_iter().map(|(k, v)| (k.into(), v)).collect())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_is_written_as_rmp_serde_does(value in any_value()) {
        agree(&value);
    }

    #[test]
    fn a_map_is_refused_exactly_if_it_has_a_key_twice(
        keys in prop::collection::vec("[ab]{0,9}", 0..40),
    ) {
        let distinct = keys.iter().collect::<std::collections::BTreeSet<_>>().len();
        let entries = keys.iter().map(|key| (key.as_str().into(), 1.into())).collect();
        let result = written(&rmpv::Value::Map(entries), Layout::Map);
        prop_assert_eq!(result.err(), (distinct < keys.len()).then_some(PayloadError::DuplicateKey));
        let entries = keys.iter().map(|key| (key.len().into(), 1.into())).collect();
        let distinct = keys.iter().map(String::len).collect::<std::collections::BTreeSet<_>>().len();
        let result = written(&rmpv::Value::Map(entries), Layout::Map);
        prop_assert_eq!(result.err(), (distinct < keys.len()).then_some(PayloadError::DuplicateKey));
    }
}

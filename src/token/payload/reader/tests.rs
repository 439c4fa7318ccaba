//! Compares the one-pass reader with two passes: a check of the shape, then rmp-serde.

mod partial;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::net::Ipv4Addr;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::MapAccess;

use super::super::{MAX_DEPTH, read};
use super::*;
use crate::error::PayloadError;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "a")]
enum Internal {
    Plain,
    Named { b: u8 },
    One(BTreeMap<String, u8>),
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "a", content = "b")]
enum Adjacent {
    Plain,
    Named { id: u8 },
    One(u16),
    Two(u8, String),
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(i64),
    Kind(Kind),
    Truth(Option<bool>),
    List(Vec<Untagged>),
    Map(BTreeMap<String, Untagged>),
    Binary(serde_bytes::ByteBuf),
}

#[derive(Debug, PartialEq, Deserialize)]
struct Flat {
    a: Option<u8>,
    #[serde(flatten)]
    rest: BTreeMap<String, rmpv::Value>,
}

#[derive(Debug, PartialEq, Deserialize)]
enum Recursive {
    Plain,
    One(Box<Recursive>),
    Two(Vec<Recursive>, Option<Box<Recursive>>),
    Named { a: Box<Recursive> },
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Strict<'a> {
    a: u8,
    #[serde(borrow)]
    b: Cow<'a, str>,
    id: Option<i8>,
}

/// The form of an ext in rmp-serde.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename = "_ExtStruct")]
struct Extension((i8, serde_bytes::ByteBuf));

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Kind {
    Plain,
    One(u16),
    Two(i8, String),
    Named { a: Option<bool>, b: Vec<u8> },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Session {
    id: u64,
    name: String,
    kind: Kind,
    #[serde(default)]
    kinds: Vec<Kind>,
    map: BTreeMap<String, i32>,
    tuple: (f32, f64, char),
    unit: Unit,
    wide: Option<i128>,
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
}

fn session() -> Session {
    Session {
        id: u64::MAX,
        name: "Ada".to_owned(),
        kind: Kind::Two(-1, "zwei".to_owned()),
        kinds: vec![Kind::Plain, Kind::One(300), Kind::Named { a: None, b: vec![1, 200] }],
        map: [("é".to_owned(), -70_000)].into(),
        tuple: (1.5, -2.5, 'ß'),
        unit: Unit,
        wide: Some(i128::MIN),
        bytes: vec![0xff; 40],
    }
}

/// Returns the result of two passes: a check of the shape, then rmp-serde.
fn two_passes<'b, T: Deserialize<'b>>(payload: &'b [u8]) -> core::result::Result<T, PayloadError> {
    shape::check(payload, MAX_DEPTH)?;
    rmp_serde::from_slice(payload).map_err(|_| PayloadError::Mismatch)
}

/// Returns the result of one pass, without the details that two passes do not give.
fn one_pass<'b, T: Deserialize<'b>>(payload: &'b [u8]) -> core::result::Result<T, PayloadError> {
    read(payload).map_err(|error| match error {
        PayloadError::FieldMismatch(_)
        | PayloadError::MissingField(_)
        | PayloadError::DuplicateField(_)
        | PayloadError::UnknownField { .. }
        | PayloadError::UnknownVariant { .. } => PayloadError::Mismatch,
        error => error,
    })
}

fn agree<'b, T: Deserialize<'b> + fmt::Debug>(payload: &'b [u8]) {
    let (one, two) = (one_pass::<T>(payload), two_passes::<T>(payload));
    // rmp-serde reads a tuple from the beginning of longer binary.
    let has_binary = payload.iter().any(|byte| matches!(byte, 0xc4..=0xc6));
    if has_binary && two.is_ok() && matches!(one, Err(PayloadError::Mismatch)) {
        return;
    }
    assert_eq!(format!("{one:?}"), format!("{two:?}"), "{payload:x?}");
}

fn agree_as_every_type(payload: &[u8]) {
    agree::<Session>(payload);
    agree::<rmpv::Value>(payload);
    agree::<serde_json::Value>(payload);
    agree::<Kind>(payload);
    agree::<Option<Kind>>(payload);
    agree::<Vec<Kind>>(payload);
    agree::<(Unit, de::IgnoredAny)>(payload);
    agree::<Internal>(payload);
    agree::<Adjacent>(payload);
    agree::<Untagged>(payload);
    agree::<Flat>(payload);
    agree::<Vec<Recursive>>(payload);
    agree::<Strict<'_>>(payload);
    agree::<Extension>(payload);
    agree::<Ipv4Addr>(payload);
    agree::<BTreeMap<i64, Option<f64>>>(payload);
    agree::<&str>(payload);
    agree::<&serde_bytes::Bytes>(payload);
    agree::<Vec<u8>>(payload);
    agree::<i128>(payload);
    agree::<()>(payload);
    agree::<de::IgnoredAny>(payload);
}

fn any_value() -> impl Strategy<Value = rmpv::Value> {
    let leaf = prop_oneof![
        Just(rmpv::Value::Nil),
        any::<bool>().prop_map(rmpv::Value::from),
        any::<i64>().prop_map(rmpv::Value::from),
        any::<u64>().prop_map(rmpv::Value::from),
        any::<u32>().prop_map(rmpv::Value::from),
        any::<i32>().prop_map(rmpv::Value::from),
        (-200_i64..300).prop_map(rmpv::Value::from),
        any::<f32>().prop_map(rmpv::Value::from),
        any::<f64>().prop_map(rmpv::Value::from),
        ".{0,40}".prop_map(rmpv::Value::from),
        "Plain|One|Two|Named|a|b|id".prop_map(rmpv::Value::from),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(rmpv::Value::from),
        (any::<i8>(), prop::collection::vec(any::<u8>(), 0..40))
            .prop_map(|(kind, bytes)| rmpv::Value::Ext(kind, bytes)),
    ];
    leaf.prop_recursive(5, 40, 8, |inner| {
        let entries = prop::collection::vec((inner.clone(), inner.clone()), 0..4);
        let items = prop::collection::vec(inner, 0..20);
        prop_oneof![items.prop_map(rmpv::Value::Array), entries.prop_map(rmpv::Value::Map)]
    })
}

fn bytes_of(value: &rmpv::Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    rmpv::encode::write_value(&mut bytes, value).unwrap();
    bytes
}

proptest! {
    #[test]
    fn one_pass_reads_any_value_as_two_do(value in any_value()) {
        agree_as_every_type(&bytes_of(&value));
    }

    #[test]
    fn one_pass_reads_a_damaged_value_as_two_do(
        value in any_value(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = bytes_of(&value);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        agree_as_every_type(&bytes);
        agree_as_every_type(&bytes[..cut.index(bytes.len())]);
    }

    #[test]
    fn one_pass_reads_a_damaged_session_as_two_do(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        for mut bytes in written() {
            let at = at.index(bytes.len());
            bytes[at] = byte;
            agree_as_every_type(&bytes);
            agree_as_every_type(&bytes[..at]);
        }
    }
}

fn written() -> [Vec<u8>; 2] {
    [rmp_serde::to_vec_named(&session()).unwrap(), rmp_serde::to_vec(&session()).unwrap()]
}

#[test]
fn a_session_comes_back_from_maps_and_from_arrays() {
    for bytes in written() {
        assert_eq!(read::<Session>(&bytes), Ok(session()));
    }
}

#[test]
fn one_pass_goes_as_deep_as_two_and_no_deeper() {
    for levels in 60..70 {
        for (open, end) in
            [(vec![0x91], 0xc0), (vec![0x81, 0x01], 0xc0), (vec![0x91], 0x90), (vec![0x91], 0x80)]
        {
            let bytes = [open.repeat(levels), vec![end]].concat();
            agree::<rmpv::Value>(&bytes);
            agree::<de::IgnoredAny>(&bytes);
        }
    }
}

#[test]
fn a_false_count_reserves_no_memory() {
    let info = allocation_counter::measure(|| {
        assert!(read::<Vec<u64>>(&[0xdd, 0xff, 0xff, 0xff, 0xff, 1, 2]).is_err());
    });
    assert!(info.bytes_max <= 64, "{}", info.bytes_max);
}

#[test]
fn a_negative_number_is_refused_by_unsigned_types_of_every_width() {
    assert_eq!(read::<u64>(&[0xff]), Err(PayloadError::Mismatch));
    assert_eq!(read::<u128>(&[0xff]), Err(PayloadError::Mismatch));
    assert_eq!(read::<u128>(&[0x05]), Ok(5));
    assert_eq!(read::<i128>(&[0xff]), Ok(-1));
    let widest = rmp_serde::to_vec(&u128::MAX).unwrap();
    assert_eq!(read::<u128>(&widest), Ok(u128::MAX));
}

#[test]
fn an_ext_reads_back_unchanged() {
    for length in [0, 1, 2, 4, 8, 16, 17, 300, 70_000] {
        let extension = Extension((-3, vec![7; length].into()));
        let bytes = rmp_serde::to_vec(&extension).unwrap();
        assert_eq!(read::<Extension>(&bytes), Ok(extension), "{length}");
    }
}

#[test]
fn a_type_learns_that_the_format_is_not_human_readable() {
    let address = Ipv4Addr::new(192, 0, 2, 7);
    assert_eq!(read::<Ipv4Addr>(&rmp_serde::to_vec(&address).unwrap()), Ok(address));
}

#[test]
fn a_variant_without_content_accepts_only_nil() {
    let with = |content: u8| [&[0x81, 0xa5][..], b"Plain", &[content]].concat();
    assert_eq!(read::<Kind>(&with(0xc0)), Ok(Kind::Plain));
    assert_eq!(read::<Kind>(&with(0x01)), Err(PayloadError::Mismatch));
    assert_eq!(read::<Vec<Kind>>(&[&[0x91][..], &with(0xc0)].concat()), Ok(vec![Kind::Plain]));
}

/// A hand-written struct of two fields whose keys are read as a type of choice.
#[derive(Debug, PartialEq)]
struct Keyed<K>(Vec<K>);

impl<'de, K: Deserialize<'de>> Deserialize<'de> for Keyed<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> core::result::Result<Self, D::Error> {
        deserializer.deserialize_struct("Keyed", &["a", "b"], Self(Vec::new()))
    }
}

impl<'de, K: Deserialize<'de>> Visitor<'de> for Keyed<K> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> core::result::Result<Self, A::Error> {
        while let Some((key, _)) = map.next_entry::<K, u8>()? {
            self.0.push(key);
        }
        Ok(self)
    }
}

#[derive(Debug, PartialEq, Deserialize)]
struct Newtype(String);

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Letter {
    A,
    B,
    C,
}

#[test]
fn any_type_that_reads_text_can_read_the_key_of_a_field() {
    for fields in [["a", "b"], ["b", "a"], ["a", "c"], ["c", "b"], ["ä", "b"]] {
        let payload = rmp_serde::to_vec(&BTreeMap::from(fields.map(|name| (name, 7)))).unwrap();
        agree::<Keyed<String>>(&payload);
        agree::<Keyed<&str>>(&payload);
        agree::<Keyed<Cow<'_, str>>>(&payload);
        agree::<Keyed<char>>(&payload);
        agree::<Keyed<Option<String>>>(&payload);
        agree::<Keyed<Newtype>>(&payload);
        agree::<Keyed<Letter>>(&payload);
        agree::<Keyed<de::IgnoredAny>>(&payload);
        agree::<Keyed<serde_json::Value>>(&payload);
        agree::<Keyed<u8>>(&payload);
        agree::<Keyed<()>>(&payload);
        agree::<Keyed<Vec<u8>>>(&payload);
    }
    assert_eq!(
        read::<Keyed<Letter>>(b"\x82\xa1a\x07\xa1b\x07"),
        Ok(Keyed(vec![Letter::A, Letter::B]))
    );
}

#[test]
fn binary_is_read_to_its_end_or_not_at_all() {
    let three = [0xc4, 3, 1, 2, 3];
    assert_eq!(read::<(u8, u8, u8)>(&three), Ok((1, 2, 3)));
    assert_eq!(read::<(u8, u8)>(&three), Err(PayloadError::Mismatch));
    assert_eq!(read::<[u8; 4]>(&three), Err(PayloadError::Mismatch));
}

#[test]
fn a_list_or_a_map_allocates_its_memory_at_once() {
    let list = rmp_serde::to_vec(&(0..100).collect::<Vec<u64>>()).unwrap();
    let map = rmp_serde::to_vec(&(0..100).map(|i| (i, i)).collect::<HashMap<u64, u64>>()).unwrap();
    let allocations = allocation_counter::measure(|| {
        read::<Vec<u64>>(&list).unwrap();
        read::<HashMap<u64, u64>>(&map).unwrap();
    });
    assert_eq!(allocations.count_total, 2);
}

#[test]
fn an_ext_is_an_ext_and_read_to_its_end() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename = "_ExtStruct")]
    struct Tag((i8,));
    let (alone, followed) = ([0xd6, 5, 1, 2, 3, 4], [0x92, 0xd4, 5, 1, 7]);
    assert_eq!(read::<Tag>(&alone), Err(PayloadError::Mismatch));
    assert_eq!(read::<(Tag, u8)>(&followed), Err(PayloadError::Mismatch));
    let list = [0x91, 0x92, 0x05, 0xc4, 1, 0xff];
    assert_eq!(read::<Vec<Extension>>(&list), Err(PayloadError::Mismatch));
}

//! Hand-written `Serialize` implementations that do not write what they announced, and payloads
//! that no `Serialize` wrote.

use hardtack::{DecodeError, Mode, PayloadError};
use serde::de::IgnoredAny;
use serde::ser::{
    Serialize, SerializeMap as _, SerializeSeq as _, SerializeStruct as _,
    SerializeStructVariant as _, SerializeTuple as _, SerializeTupleStruct as _,
    SerializeTupleVariant as _, Serializer,
};

use super::{compact, maps, refused};
use crate::support::{MODES, NOW, by_hand, codec};

#[derive(Clone, Copy)]
enum Shape {
    List,
    Tuple,
    TupleStruct,
    TupleVariant,
    Map,
    Struct,
    StructVariant,
}

/// Announces one number of items, writes another.
struct Wrong {
    shape: Shape,
    announced: usize,
    written: usize,
}

macro_rules! write_items {
    ($self:ident, $items:expr, $item:ident $(, $key:literal)?) => {{
        let mut items = $items?;
        for _ in 0..$self.written {
            items.$item($($key,)? &7)?;
        }
        items.end()
    }};
}

impl Serialize for Wrong {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let count = self.announced;
        match self.shape {
            Shape::List => write_items!(self, to.serialize_seq(Some(count)), serialize_element),
            Shape::Tuple => write_items!(self, to.serialize_tuple(count), serialize_element),
            Shape::TupleStruct => {
                write_items!(self, to.serialize_tuple_struct("T", count), serialize_field)
            }
            Shape::TupleVariant => {
                write_items!(self, to.serialize_tuple_variant("T", 0, "V", count), serialize_field)
            }
            Shape::Map => write_items!(self, to.serialize_map(Some(count)), serialize_entry, "k"),
            Shape::Struct => {
                write_items!(self, to.serialize_struct("S", count), serialize_field, "k")
            }
            Shape::StructVariant => write_items!(
                self,
                to.serialize_struct_variant("S", 0, "V", count),
                serialize_field,
                "k"
            ),
        }
    }
}

const SHAPES: [Shape; 7] = [
    Shape::List,
    Shape::Tuple,
    Shape::TupleStruct,
    Shape::TupleVariant,
    Shape::Map,
    Shape::Struct,
    Shape::StructVariant,
];

#[test]
fn writing_more_or_less_than_announced_is_refused() {
    for shape in SHAPES {
        for (announced, written) in [(2, 1), (1, 2), (1, 0), (0, 1), (usize::MAX, 1)] {
            refused(&Wrong { shape, announced, written }, PayloadError::Length);
        }
        let honest = Wrong { shape, announced: 1, written: 1 };
        assert!(maps::<IgnoredAny>(&honest).is_ok());
        assert!(compact::<IgnoredAny>(&honest).is_ok());
    }
}

#[test]
fn a_list_or_map_that_announces_nothing_comes_back() {
    struct Unannounced;
    impl Serialize for Unannounced {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            to.collect_seq((0..9).filter(|n| n % 2 == 0))
        }
    }
    struct Entries;
    impl Serialize for Entries {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            to.collect_map((0..9).filter(|n| n % 4 == 0).map(|n| (n, Unannounced)))
        }
    }
    let list = vec![0, 2, 4, 6, 8];
    assert_eq!(maps(&Unannounced), Ok(list.clone()));
    let entries = [0, 4, 8].map(|n| (n, list.clone()));
    assert_eq!(compact(&Entries), Ok(std::collections::BTreeMap::from(entries)));
}

/// Calls a map's methods in an invalid order.
struct Disorderly {
    announced: Option<usize>,
    calls: &'static str,
}

impl Serialize for Disorderly {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(self.announced)?;
        for (key, call) in self.calls.chars().enumerate() {
            match call {
                'k' => map.serialize_key(&key)?,
                _ => map.serialize_value(&2)?,
            }
        }
        map.end()
    }
}

#[test]
fn a_key_without_a_value_is_refused() {
    for calls in ["k", "v", "kk", "kkvv", "vk", "kvk", "kvv"] {
        let keys = calls.matches('k').count();
        for announced in [None, Some(keys)] {
            refused(&Disorderly { announced, calls }, PayloadError::Length);
        }
    }
    assert!(maps::<IgnoredAny>(&Disorderly { announced: None, calls: "kvkv" }).is_ok());
}

fn fault_of(payload: &[u8]) -> Option<PayloadError> {
    let faults = MODES.iter().map(|&mode| fault_in(mode, payload));
    let faults: std::collections::HashSet<_> = faults.map(|f| f.map(|f| f.to_string())).collect();
    assert_eq!(faults.len(), 1, "every mode gives the same answer");
    fault_in(Mode::Signed, payload)
}

fn fault_in(mode: Mode, payload: &[u8]) -> Option<PayloadError> {
    let token = by_hand(mode, 1, payload);
    match codec(mode).decode_at::<IgnoredAny>(token, NOW) {
        Ok(_) => None,
        Err(DecodeError::Payload(fault)) => Some(fault),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_payload_is_exactly_one_value() {
    assert_eq!(fault_of(b"\x07"), None);
    assert_eq!(fault_of(b"\x07\xc0"), Some(PayloadError::Trailing));
    assert_eq!(fault_of(b"\x92\x07"), Some(PayloadError::Malformed));
    assert_eq!(fault_of(b"\xdd\xff\xff\xff\xff"), Some(PayloadError::Malformed));
    assert_eq!(fault_of(b"\xc1"), Some(PayloadError::Malformed));
}

#[test]
fn text_is_utf8_even_if_the_session_ignores_it() {
    assert_eq!(fault_of(b"\xa1\xff"), Some(PayloadError::TextNotUtf8));
    assert_eq!(fault_of(b"\x81\x01\x91\xa1\xff"), Some(PayloadError::TextNotUtf8));
    assert_eq!(fault_of(b"\xc4\x01\xff"), None, "bytes need not be");
}

#[test]
fn a_payload_of_another_shape_is_refused() {
    let token = by_hand(Mode::Signed, 1, b"\x07");
    let read = codec(Mode::Signed).decode_at::<String>(token, NOW);
    assert_eq!(read.unwrap_err(), DecodeError::Payload(PayloadError::Mismatch));
}

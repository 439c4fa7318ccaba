//! Session data of any shape, as JavaScript has it: what MessagePack can say, borrowed from it.

use core::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

pub(crate) enum Value<'b> {
    Nil,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Single(f32),
    Double(f64),
    Text(&'b str),
    Bytes(&'b [u8]),
    Array(Vec<Value<'b>>),
    Map(Vec<(Value<'b>, Value<'b>)>),
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nil => out.serialize_unit(),
            Self::Bool(value) => out.serialize_bool(*value),
            Self::Unsigned(value) => out.serialize_u64(*value),
            Self::Signed(value) => out.serialize_i64(*value),
            Self::Single(value) => out.serialize_f32(*value),
            Self::Double(value) => out.serialize_f64(*value),
            Self::Text(value) => out.serialize_str(value),
            Self::Bytes(value) => out.serialize_bytes(value),
            Self::Array(items) => out.collect_seq(items),
            Self::Map(entries) => out.collect_map(entries.iter().map(|(key, value)| (key, value))),
        }
    }
}

impl<'b> Deserialize<'b> for Value<'b> {
    fn deserialize<D: Deserializer<'b>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(AnyValue)
    }
}

struct AnyValue;

/// Everything that MessagePack gives but its extension types, which have no counterpart.
impl<'b> Visitor<'b> for AnyValue {
    type Value = Value<'b>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value<'b>, E> {
        Ok(Value::Nil)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value<'b>, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value<'b>, E> {
        Ok(Value::Unsigned(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value<'b>, E> {
        Ok(Value::Signed(value))
    }

    fn visit_f32<E: Error>(self, value: f32) -> Result<Value<'b>, E> {
        Ok(Value::Single(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value<'b>, E> {
        Ok(Value::Double(value))
    }

    // Never called: what is read is borrowed, and an extension is refused. serde's own refusals would
    // bring all that it takes to print a number.
    fn visit_str<E: Error>(self, _: &str) -> Result<Value<'b>, E> {
        Err(E::custom("not borrowed"))
    }

    fn visit_bytes<E: Error>(self, _: &[u8]) -> Result<Value<'b>, E> {
        Err(E::custom("not borrowed"))
    }

    fn visit_newtype_struct<D: Deserializer<'b>>(self, _: D) -> Result<Value<'b>, D::Error> {
        Err(D::Error::custom("an extension"))
    }

    fn visit_borrowed_str<E: Error>(self, value: &'b str) -> Result<Value<'b>, E> {
        Ok(Value::Text(value))
    }

    fn visit_borrowed_bytes<E: Error>(self, value: &'b [u8]) -> Result<Value<'b>, E> {
        Ok(Value::Bytes(value))
    }

    fn visit_seq<A: SeqAccess<'b>>(self, mut input: A) -> Result<Value<'b>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = input.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'b>>(self, mut input: A) -> Result<Value<'b>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = input.next_entry()? {
            entries.push(entry);
        }
        Ok(Value::Map(entries))
    }
}

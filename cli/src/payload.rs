//! A payload of any shape, written as JSON.

use core::fmt::{self, Write as _};

use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap as _, SerializeSeq as _, Serializer};
use serde::{Deserialize, Serialize};

/// One value of MessagePack.
#[derive(Debug, PartialEq)]
pub enum Payload {
    Nil,
    Bool(bool),
    Integer(i64),
    Unsigned(u64),
    Float(f64),
    Text(String),
    Binary(Vec<u8>),
    Ext(i8, Vec<u8>),
    List(Vec<Self>),
    /// In the order of the payload. A key may be any value, and may occur twice.
    Map(Vec<(Self, Self)>),
}

impl Serialize for Payload {
    /// JSON has no binary, no exts, and only text as keys. Binary becomes `{"binary": "00ff"}`, and an
    /// ext becomes `{"ext": 5, "binary": "00ff"}`. A key that is not text becomes its own JSON as text.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nil => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Unsigned(value) => serializer.serialize_u64(*value),
            Self::Float(value) if value.is_finite() => serializer.serialize_f64(*value),
            Self::Float(value) => serializer.serialize_str(&value.to_string()),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Binary(bytes) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("binary", &hex(bytes))?;
                map.end()
            }
            Self::Ext(kind, bytes) => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("ext", kind)?;
                map.serialize_entry("binary", &hex(bytes))?;
                map.end()
            }
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| list.serialize_element(item))?;
                list.end()
            }
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries
                    .iter()
                    .try_for_each(|(key, value)| map.serialize_entry(&key.as_key(), value))?;
                map.end()
            }
        }
    }
}

impl Payload {
    fn as_key(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            key => serde_json::to_string(key).unwrap_or_default(),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Payload;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of MessagePack")
    }

    fn visit_unit<E>(self) -> Result<Payload, E> {
        Ok(Payload::Nil)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Payload, E> {
        Ok(Payload::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Payload, E> {
        Ok(Payload::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Payload, E> {
        Ok(Payload::Unsigned(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Payload, E> {
        Ok(Payload::Float(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Payload, E> {
        Ok(Payload::Text(text.to_owned()))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Payload, E> {
        Ok(Payload::Binary(bytes.to_owned()))
    }

    /// An ext: its type and its bytes.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, parts: D) -> Result<Payload, D::Error> {
        let Payload::List(parts) = parts.deserialize_any(Self)? else {
            return Err(D::Error::custom("no ext"));
        };
        let mut parts = parts.into_iter();
        let (kind, bytes) = (parts.next().as_ref().and_then(ext_type), parts.next());
        match (kind, bytes) {
            (Some(kind), Some(Payload::Binary(bytes))) => Ok(Payload::Ext(kind, bytes)),
            _ => Err(D::Error::custom("no ext")),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Payload, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Payload::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Payload, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Payload::Map(map))
    }
}

fn ext_type(value: &Payload) -> Option<i8> {
    match *value {
        Payload::Integer(kind) => i8::try_from(kind).ok(),
        Payload::Unsigned(kind) => i8::try_from(kind).ok(),
        _ => None,
    }
}

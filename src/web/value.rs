//! The values that a [`Map`](super::Map) holds.

use core::fmt;

use serde::de::{DeserializeOwned, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::map::Map;
use crate::error::PayloadError;
use crate::token::payload::{self, Layout};

/// A primitive, or a list or map of values. Every release of your program can read it, even if the
/// program's own types change.
///
/// ```
/// use hardtack::web::{Map, Value};
///
/// let theme = Value::from("dark");
/// assert_eq!(theme.as_str(), Some("dark"));
/// assert_eq!(theme.as_i64(), None);
///
/// let cart = Value::from(vec![101, 102]);
/// assert_eq!(cart.as_list(), Some(&[Value::from(101), Value::from(102)][..]));
/// ```
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// No value.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// An integer above [`i64::MAX`]. Smaller integers are read as [`Value::Integer`].
    Unsigned(u64),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    Text(String),
    /// A list of values.
    List(Vec<Value>),
    /// A map of values.
    Map(Map),
}

impl Value {
    /// Converts `value` into a `Value` by way of MessagePack.
    pub(super) fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, PayloadError> {
        let mut payload = Vec::new();
        payload::write(value, Layout::Map, &mut payload)?;
        payload::read(&payload)
    }

    /// Converts this value into a `T` by way of MessagePack.
    pub(super) fn to<T: DeserializeOwned>(&self) -> Result<T, PayloadError> {
        let mut payload = Vec::new();
        payload::write(self, Layout::Map, &mut payload)?;
        payload::read(&payload)
    }

    /// Returns the text, or `None` for another kind of value.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Returns the boolean, or `None` for another kind of value.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(truth) = self { Some(*truth) } else { None }
    }

    /// Returns the integer, or `None` for another kind of value or one above [`i64::MAX`].
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        if let Self::Integer(integer) = self { Some(*integer) } else { None }
    }

    /// Returns the integer, or `None` for another kind of value or a negative one.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Integer(integer) => u64::try_from(*integer).ok(),
            Self::Unsigned(integer) => Some(*integer),
            _ => None,
        }
    }

    /// Returns the float, or `None` for another kind of value. An integer is not a float.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        if let Self::Float(number) = self { Some(*number) } else { None }
    }

    /// Returns the list, or `None` for another kind of value.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Value]> {
        if let Self::List(list) = self { Some(list) } else { None }
    }

    /// Returns the map, or `None` for another kind of value.
    #[must_use]
    pub fn as_map(&self) -> Option<&Map> {
        if let Self::Map(map) = self { Some(map) } else { None }
    }
}

impl fmt::Debug for Value {
    /// Shows only the kind of value, because session data does not belong in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Bool(_) => "Bool",
            Self::Integer(_) | Self::Unsigned(_) => "Integer",
            Self::Float(_) => "Float",
            Self::Text(_) => "Text",
            Self::List(_) => "List",
            Self::Map(_) => "Map",
        })
    }
}

macro_rules! from {
    ($($type:ty => |$value:ident| $make:expr),* $(,)?) => {$(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                $make
            }
        }
    )*};
}

from! {
    bool => |truth| Self::Bool(truth),
    i8 => |integer| Self::Integer(integer.into()),
    i16 => |integer| Self::Integer(integer.into()),
    i32 => |integer| Self::Integer(integer.into()),
    u8 => |integer| Self::Integer(integer.into()),
    u16 => |integer| Self::Integer(integer.into()),
    u32 => |integer| Self::Integer(integer.into()),
    usize => |integer| Self::from(integer as u64),
    i64 => |integer| Self::Integer(integer),
    u64 => |integer| i64::try_from(integer).map_or(Self::Unsigned(integer), Self::Integer),
    f32 => |number| Self::Float(number.into()),
    f64 => |number| Self::Float(number),
    &str => |text| Self::Text(text.to_owned()),
    &String => |text| Self::Text(text.clone()),
    String => |text| Self::Text(text),
    Map => |map| Self::Map(map),
}

impl<V: Into<Value>> From<Vec<V>> for Value {
    fn from(list: Vec<V>) -> Self {
        Self::List(list.into_iter().map(Into::into).collect())
    }
}

impl<V: Into<Value>> From<Option<V>> for Value {
    fn from(value: Option<V>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl PartialEq<str> for Value {
    fn eq(&self, text: &str) -> bool {
        self.as_str() == Some(text)
    }
}

impl PartialEq<&str> for Value {
    fn eq(&self, text: &&str) -> bool {
        self == *text
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(truth) => serializer.serialize_bool(*truth),
            Self::Integer(integer) => serializer.serialize_i64(*integer),
            Self::Unsigned(integer) => serializer.serialize_u64(*integer),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(list) => list.serialize(serializer),
            Self::Map(map) => map.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a primitive, a list or a map")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(truth.into())
    }

    fn visit_i64<E>(self, integer: i64) -> Result<Value, E> {
        Ok(integer.into())
    }

    fn visit_u64<E>(self, integer: u64) -> Result<Value, E> {
        Ok(integer.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((key, value)) = entries.next_entry::<String, Value>()? {
            if map.insert(key, value).is_some() {
                return Err(A::Error::custom("duplicate key"));
            }
        }
        Ok(Value::Map(map))
    }
}

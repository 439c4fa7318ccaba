//! Session data as a map, for programs that do not define a struct.

use core::fmt;
use std::collections::{BTreeMap, btree_map};

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::value::Value;
use crate::error::PayloadError;

const TEST_COOKIE: &str = "testcookie";

/// Session data as keys and values, ordered by key, like Django's session.
///
/// ```
/// use hardtack::web::{Map, Value};
///
/// let mut map = Map::new();
/// map.insert("theme", "dark");
/// map.get_or_insert("visits", 0);
/// assert_eq!(map.get("theme").and_then(Value::as_str), Some("dark"));
/// assert_eq!(map.remove("theme"), Some(Value::from("dark")));
/// assert!(map.keys().eq(["visits"]));
///
/// map.insert_as("cart", &[(101, 2), (102, 1)])?;
/// assert_eq!(map.get_as::<Vec<(u32, u8)>>("cart")?, Some(vec![(101, 2), (102, 1)]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Map(BTreeMap<String, Value>);

impl Map {
    /// Returns an empty map.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Returns the value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// Returns a mutable reference to the value of `key`.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.0.get_mut(key)
    }

    /// Returns the value of `key`, or `default` if there is none.
    #[must_use]
    pub fn get_or<'a>(&'a self, key: &str, default: &'a Value) -> &'a Value {
        self.get(key).unwrap_or(default)
    }

    /// Returns the value of `key` as a `T`, or `None` if there is none.
    ///
    /// # Errors
    /// Returns [`PayloadError`] if the value is not a `T`.
    pub fn get_as<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, PayloadError> {
        self.get(key).map(Value::to).transpose()
    }

    /// Sets the value of `key` and returns its previous value.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.0.insert(key.into(), value.into())
    }

    /// Serializes `value`, sets it as the value of `key`, and returns the previous value.
    ///
    /// # Errors
    /// Returns [`PayloadError`] and leaves the map unchanged if a [`Value`] cannot represent
    /// `value`, such as binary data or a map whose keys are not text.
    pub fn insert_as<T: Serialize + ?Sized>(
        &mut self,
        key: impl Into<String>,
        value: &T,
    ) -> Result<Option<Value>, PayloadError> {
        Ok(self.insert(key, Value::of(value)?))
    }

    /// Returns the value of `key`, after setting it to `default` if there was none (Django's
    /// `setdefault`).
    pub fn get_or_insert(
        &mut self,
        key: impl Into<String>,
        default: impl Into<Value>,
    ) -> &mut Value {
        self.0.entry(key.into()).or_insert_with(|| default.into())
    }

    /// Removes `key` and returns its value.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        self.0.remove(key)
    }

    /// Removes `key` and returns its value as a `T`, or `None` if there is none.
    ///
    /// # Errors
    /// Returns [`PayloadError`], and does not remove the value, if it is not a `T`.
    pub fn remove_as<T: DeserializeOwned>(&mut self, key: &str) -> Result<Option<T>, PayloadError> {
        let value = self.get_as(key)?;
        self.remove(key);
        Ok(value)
    }

    /// Removes `key` and returns its value, or `default` if there is none (Django's `pop`).
    pub fn pop(&mut self, key: &str, default: impl Into<Value>) -> Value {
        self.remove(key).unwrap_or_else(|| default.into())
    }

    /// Inserts each of `entries` (Django's `update`).
    pub fn update<K, V>(&mut self, entries: impl IntoIterator<Item = (K, V)>)
    where
        K: Into<String>,
        V: Into<Value>,
    {
        self.extend(entries);
    }

    /// Returns true if `key` has a value.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Iterates over the keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Iterates over the values, in the order of their keys.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.0.values()
    }

    /// Iterates over keys and values, in the order of the keys (Django's `items`).
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Returns the number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns true if the map has no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes all entries.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Sets a test value. In the next request, [`Map::test_cookie_worked`] tells whether the
    /// browser accepts cookies.
    pub fn set_test_cookie(&mut self) {
        self.insert(TEST_COOKIE, "worked");
    }

    /// Returns true if the browser sent back the value that [`Map::set_test_cookie`] set.
    #[must_use]
    pub fn test_cookie_worked(&self) -> bool {
        self.get(TEST_COOKIE).and_then(Value::as_str) == Some("worked")
    }

    /// Removes the value that [`Map::set_test_cookie`] set.
    pub fn delete_test_cookie(&mut self) {
        self.remove(TEST_COOKIE);
    }
}

impl fmt::Debug for Map {
    /// Shows only the number of entries, because session data does not belong in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Map({})", self.len())
    }
}

impl IntoIterator for Map {
    type Item = (String, Value);
    type IntoIter = btree_map::IntoIter<String, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<K: Into<String>, V: Into<Value>> Extend<(K, V)> for Map {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        self.0.extend(entries.into_iter().map(|(key, value)| (key.into(), value.into())));
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Map {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Map(map) => Ok(map),
            _ => Err(D::Error::custom("not a map")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::PayloadError;
    use crate::token::payload;

    /// The codec writes no key twice, but an older release or another implementation may have done
    /// so.
    #[test]
    fn a_duplicate_key_is_refused_at_any_depth() {
        let twice = b"\x82\xa4user\x01\xa4user\x02";
        for around in [&b""[..], b"\x81\xa1x", b"\x81\xa1x\x91"] {
            let read = |map: &[u8]| payload::read::<Map>(&[around, map].concat()).map(|_| ());
            assert_eq!(read(b"\x81\xa4user\x01"), Ok(()));
            assert_eq!(read(twice), Err(PayloadError::Mismatch));
        }
    }
}

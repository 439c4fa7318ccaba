//! Session data like a dict, for programs that keep no struct of their own.

use core::fmt;
use std::collections::{BTreeMap, btree_map};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::value::Value;

const TEST_COOKIE: &str = "testcookie";

/// Names and primitives, ordered by name. What Django's session is to its handlers.
///
/// ```
/// use hardtack::web::{Map, Value};
/// let mut map = Map::new();
/// map.insert("theme", "dark");
/// map.get_or_insert("visits", 0);
/// assert_eq!(map.get("theme").and_then(Value::as_str), Some("dark"));
/// assert_eq!(map.remove("theme"), Some(Value::from("dark")));
/// assert!(map.keys().eq(["visits"]));
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Map(BTreeMap<String, Value>);

impl Map {
    /// Nothing yet.
    ///
    /// ```
    /// # use hardtack::web::{Map, Value};
    /// assert!(Map::new().is_empty());
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// The value of that name.
    ///
    /// ```
    /// # use hardtack::web::{Map, Value};
    /// let map: Map = [("a", 1), ("b", 2)].into_iter().collect();
    /// assert_eq!(map.get("a"), Some(&Value::Integer(1)));
    /// ```
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// The value of that name, to be changed.
    ///
    /// ```
    /// # use hardtack::web::{Map, Value};
    /// let mut map: Map = [("a", 1), ("b", 2)].into_iter().collect();
    /// if let Some(value) = map.get_mut("a") {
    ///     *value = Value::from("one");
    /// }
    /// assert_eq!(map.get("a").and_then(Value::as_str), Some("one"));
    /// ```
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.0.get_mut(key)
    }

    /// The value of that name, or `default`.
    ///
    /// ```
    /// # use hardtack::web::{Map, Value};
    /// let map: Map = [("a", 1), ("b", 2)].into_iter().collect();
    /// assert_eq!(map.get_or("c", &Value::Null), &Value::Null);
    /// ```
    #[must_use]
    pub fn get_or<'a>(&'a self, key: &str, default: &'a Value) -> &'a Value {
        self.get(key).unwrap_or(default)
    }

    /// Gives that name a value, and gives back the one that it had.
    ///
    /// ```
    /// # use hardtack::web::{Map, Value};
    /// let mut map: Map = [("a", 1), ("b", 2)].into_iter().collect();
    /// assert_eq!(map.insert("a", 3), Some(Value::Integer(1)));
    /// ```
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.0.insert(key.into(), value.into())
    }

    /// The value of that name, which is made `default` if there is none (Django's `setdefault`).
    ///
    /// ```
    /// # use hardtack::web::{Map, Value};
    /// let mut map: Map = [("a", 1), ("b", 2)].into_iter().collect();
    /// assert_eq!(*map.get_or_insert("c", 3), Value::Integer(3));
    /// ```
    pub fn get_or_insert(
        &mut self,
        key: impl Into<String>,
        default: impl Into<Value>,
    ) -> &mut Value {
        self.0.entry(key.into()).or_insert_with(|| default.into())
    }

    /// Removes a name and gives its value.
    ///
    /// ```
    /// # use hardtack::web::{Map, Value};
    /// let mut map: Map = [("a", 1), ("b", 2)].into_iter().collect();
    /// assert_eq!(map.remove("a"), Some(Value::Integer(1)));
    /// assert_eq!(map.remove("a"), None);
    /// ```
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        self.0.remove(key)
    }

    /// Removes a name and gives its value, or `default` (Django's `pop`).
    ///
    /// ```
    /// # use hardtack::web::{Map, Value};
    /// let mut map: Map = [("a", 1), ("b", 2)].into_iter().collect();
    /// assert_eq!(map.pop("c", 3), Value::Integer(3));
    /// ```
    pub fn pop(&mut self, key: &str, default: impl Into<Value>) -> Value {
        self.remove(key).unwrap_or_else(|| default.into())
    }

    /// Takes over each of `entries` (Django's `update`).
    ///
    /// ```
    /// # use hardtack::web::{Map, Value};
    /// let mut map: Map = [("a", 1), ("b", 2)].into_iter().collect();
    /// map.update([("b", 20), ("c", 30)]);
    /// assert_eq!(map.len(), 3);
    /// ```
    pub fn update<K, V>(&mut self, entries: impl IntoIterator<Item = (K, V)>)
    where
        K: Into<String>,
        V: Into<Value>,
    {
        self.0.extend(entries.into_iter().map(|(key, value)| (key.into(), value.into())));
    }

    /// Whether there is a value of that name.
    ///
    /// ```
    /// # use hardtack::web::{Map, Value};
    /// let map: Map = [("a", 1), ("b", 2)].into_iter().collect();
    /// assert!(map.contains_key("a") && !map.contains_key("c"));
    /// ```
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// The names, in order.
    ///
    /// ```
    /// # use hardtack::web::{Map, Value};
    /// let map: Map = [("a", 1), ("b", 2)].into_iter().collect();
    /// assert!(map.keys().eq(["a", "b"]));
    /// ```
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The values, in the order of their names.
    ///
    /// ```
    /// # use hardtack::web::{Map, Value};
    /// let map: Map = [("a", 1), ("b", 2)].into_iter().collect();
    /// assert!(map.values().eq([&Value::Integer(1), &Value::Integer(2)]));
    /// ```
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.0.values()
    }

    /// Names and values, in order (Django's `items`).
    ///
    /// ```
    /// # use hardtack::web::{Map, Value};
    /// let map: Map = [("a", 1), ("b", 2)].into_iter().collect();
    /// assert_eq!(map.iter().next(), Some(("a", &Value::Integer(1))));
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// How many there are.
    ///
    /// ```
    /// # use hardtack::web::{Map, Value};
    /// let map: Map = [("a", 1), ("b", 2)].into_iter().collect();
    /// assert_eq!(map.len(), 2);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    ///
    /// ```
    /// # use hardtack::web::{Map, Value};
    /// let map: Map = [("a", 1), ("b", 2)].into_iter().collect();
    /// assert!(!map.is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes them all.
    ///
    /// ```
    /// # use hardtack::web::{Map, Value};
    /// let mut map: Map = [("a", 1), ("b", 2)].into_iter().collect();
    /// map.clear();
    /// assert!(map.is_empty());
    /// ```
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Sets something only to see, at the next request, whether the browser takes cookies.
    ///
    /// ```
    /// # use hardtack::web::{Map, Value};
    /// let mut map: Map = [("a", 1), ("b", 2)].into_iter().collect();
    /// map.set_test_cookie();
    /// assert!(map.test_cookie_worked());
    /// ```
    pub fn set_test_cookie(&mut self) {
        self.insert(TEST_COOKIE, "worked");
    }

    /// Whether the browser brought back what [`Map::set_test_cookie`] set.
    ///
    /// ```
    /// # use hardtack::web::{Map, Value};
    /// let map: Map = [("a", 1), ("b", 2)].into_iter().collect();
    /// assert!(!map.test_cookie_worked());
    /// ```
    #[must_use]
    pub fn test_cookie_worked(&self) -> bool {
        self.get(TEST_COOKIE).and_then(Value::as_str) == Some("worked")
    }

    /// Removes what [`Map::set_test_cookie`] set.
    ///
    /// ```
    /// # use hardtack::web::{Map, Value};
    /// let mut map: Map = [("a", 1), ("b", 2)].into_iter().collect();
    /// map.set_test_cookie();
    /// map.delete_test_cookie();
    /// assert!(!map.test_cookie_worked());
    /// ```
    pub fn delete_test_cookie(&mut self) {
        self.remove(TEST_COOKIE);
    }
}

impl fmt::Debug for Map {
    /// The number of entries alone: session data does not belong in a log.
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

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.update(entries);
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

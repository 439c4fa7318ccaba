//! Bytes as hexadecimal digits.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

pub struct Hex(pub Vec<u8>);

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap_or(""));
        let bytes: Result<_, _> = pairs.map(|pair| u8::from_str_radix(pair, 16)).collect();
        bytes.map(Self).map_err(D::Error::custom)
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

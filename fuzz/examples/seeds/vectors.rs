//! The vectors, as the second implementation takes them.

use hardtack_fuzz::naive::{Config, RingKey, Role};
use serde_json::Value;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/vectors-v1.json");

pub fn list(name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(FILE).expect(FILE);
    let mut json: Value = serde_json::from_str(&text).expect("vectors are JSON");
    match json[name].take() {
        Value::Array(list) => list,
        other => panic!("{name} is {other}"),
    }
}

pub fn config(vector: &Value) -> Config {
    Config {
        encrypted: vector["mode"] == "encrypted",
        purpose: vector["purpose"].as_str().expect("a purpose").to_owned(),
        keys: keys(vector),
        overlap: span(&vector["overlap"]).unwrap_or(3600),
        context: vector["context"].as_array().expect("a context").iter().map(hex).collect(),
        max_age: span(&vector["max_age"]).expect("max_age"),
        max_requested_age: span(&vector["longest_max_age"]),
        absolute_timeout: span(&vector["absolute_timeout"]),
        leeway: span(&vector["leeway"]).expect("leeway"),
        not_before: vector["not_before"].as_i64(),
        max_len: usize::try_from(number(&vector["max_len"])).expect("max_len"),
    }
}

pub fn hex(text: &Value) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(text.as_str().expect("hex").as_bytes()).expect("hex")
}

pub fn number(value: &Value) -> i64 {
    value.as_i64().expect("a number")
}

/// The first key signs from the beginning.
fn keys(vector: &Value) -> Vec<RingKey> {
    let mut keys: Vec<_> = vector["keys"].as_array().expect("keys").iter().map(key).collect();
    keys[0].role = Role::Signs(None);
    keys
}

fn key(entry: &Value) -> RingKey {
    let bytes = hex(&entry["key"]);
    let role = match entry.get("activates_at") {
        Some(activation) => Role::Signs(activation.as_i64()),
        None => Role::Verifies(entry["retired_at"].as_i64()),
    };
    RingKey { bytes, role }
}

fn span(value: &Value) -> Option<u64> {
    value.as_u64()
}

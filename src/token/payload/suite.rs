//! Tests the reader with npm's msgpack-test-suite. `scripts/foreign-vectors` checks that the copy in
//! `tests/vectors` is npm's.

use std::collections::BTreeMap;

use rmpv::Value;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_bytes::ByteBuf;

use super::read;

/// The form of an ext in rmp-serde.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename = "_ExtStruct")]
struct Extension((i8, ByteBuf));

/// One value of the suite, with all its encodings.
#[derive(Deserialize)]
struct Case {
    msgpack: Vec<String>,
    #[serde(flatten)]
    value: BTreeMap<String, serde_json::Value>,
}

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = hex.split('-').filter(|pair| !pair.is_empty());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

fn is_read_as<T: DeserializeOwned + PartialEq>(payload: &[u8], expected: &T) -> bool {
    read::<T>(payload).is_ok_and(|value| value == *expected)
}

/// Compares numbers: an encoding as an integer reads as an integer, and one as a float reads as a
/// float.
fn is_number(payload: &[u8], number: &str) -> bool {
    if let Some(0xca | 0xcb) = payload.first() {
        return is_read_as::<f64>(payload, &number.parse().unwrap());
    }
    let whole: i128 = number.parse().unwrap();
    u64::try_from(whole).is_ok_and(|whole| is_read_as(payload, &whole))
        || i64::try_from(whole).is_ok_and(|whole| is_read_as(payload, &whole))
}

/// Converts a list or map of the suite. Its texts and small numbers have the same form in JSON.
fn is_compound(payload: &[u8], expected: &serde_json::Value) -> bool {
    is_read_as(payload, expected) && read::<Value>(payload).is_ok()
}

/// <https://github.com/msgpack/msgpack/blob/master/spec.md#timestamp-extension-type>: type -1, of
/// 4, 8 or 12 bytes.
fn is_timestamp(payload: &[u8], seconds: i64, nanoseconds: u64) -> bool {
    let Ok(Extension((kind, bytes))) = read::<Extension>(payload) else { return false };
    let read = match bytes.len() {
        4 => (i64::from(u32::from_be_bytes(bytes[..].try_into().unwrap())), 0),
        8 => {
            let both = u64::from_be_bytes(bytes[..].try_into().unwrap());
            (i64::try_from(both & 0x3_ffff_ffff).unwrap(), both >> 34)
        }
        12 => {
            let (nanoseconds, seconds) = bytes.split_at(4);
            let nanoseconds = u32::from_be_bytes(nanoseconds.try_into().unwrap());
            (i64::from_be_bytes(seconds.try_into().unwrap()), u64::from(nanoseconds))
        }
        _ => return false,
    };
    kind == -1 && read == (seconds, nanoseconds)
}

fn holds(kind: &str, value: &serde_json::Value, payload: &[u8]) -> bool {
    match kind {
        "nil" => is_read_as(payload, &()) && is_read_as(payload, &None::<u8>),
        "bool" => is_read_as(payload, &value.as_bool().unwrap()),
        "binary" => is_read_as(payload, &ByteBuf::from(bytes(value.as_str().unwrap()))),
        "number" => is_number(payload, &value.to_string()),
        "bignum" => is_number(payload, value.as_str().unwrap()),
        "string" => is_read_as(payload, &value.as_str().unwrap().to_owned()),
        "array" | "map" => is_compound(payload, value),
        "ext" => {
            let kind = i8::try_from(value[0].as_i64().unwrap()).unwrap();
            let content = ByteBuf::from(bytes(value[1].as_str().unwrap()));
            is_read_as(payload, &Extension((kind, content)))
        }
        "timestamp" => {
            let [seconds, nanoseconds] = [&value[0], &value[1]];
            is_timestamp(payload, seconds.as_i64().unwrap(), nanoseconds.as_u64().unwrap())
        }
        other => panic!("a kind that the suite did not have: {other}"),
    }
}

#[test]
fn the_reader_reads_every_form_of_the_msgpack_test_suite() {
    let text = include_str!("../../../tests/vectors/msgpack-test-suite/suite-1.0.0.json");
    let groups: BTreeMap<String, Vec<Case>> = serde_json::from_str(text).unwrap();
    let (mut count, mut failed) = (0, Vec::new());
    for case in groups.values().flatten() {
        // The suite has a large number twice, as a JSON number and as text. Only the text is exact.
        let kinds = case
            .value
            .iter()
            .filter(|(kind, _)| kind.as_str() != "number" || !case.value.contains_key("bignum"));
        for (kind, value) in kinds {
            for form in &case.msgpack {
                count += 1;
                if !holds(kind, value, &bytes(form)) {
                    failed.push(format!("{kind} {value}: {form}"));
                }
            }
        }
    }
    println!("{count} forms of the msgpack-test-suite are read");
    assert_eq!(failed, Vec::<String>::new());
    assert_eq!(count, 233);
}

//! Authentic tokens with any payload, read as sessions of many types.
//!
//! Reading does not panic. Whether a payload is well-formed does not depend on the type. rmp-serde
//! reads the same from a well-formed payload. Borrowed and owned sessions are equal. A type skips
//! fields that it does not know, whatever they contain. The fuzzer's limit on a single allocation
//! checks that memory is bounded.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use hardtack::time::OffsetDateTime;
use hardtack::{Codec, DecodeError, PayloadError};
use rmpv::{Value, ValueRef};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_bytes::{ByteBuf, Bytes};

use super::super::naive::{Claims, Config, Expiry, msgpack};
use super::super::scene;
use super::decode::unlimited;

const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

pub fn run(payload: &[u8]) {
    if payload.is_empty() {
        return;
    }
    check_every_type(payload);
    check_surroundings(payload);
}

#[derive(Debug, Deserialize, Serialize, PartialEq)]
pub struct Owned {
    user_id: u64,
    name: String,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    theme: Option<Theme>,
    #[serde(default)]
    picture: Option<ByteBuf>,
}

#[derive(Debug, Deserialize, Serialize, PartialEq)]
struct Borrowed<'a> {
    user_id: u64,
    name: &'a str,
    #[serde(default, borrow)]
    roles: Vec<&'a str>,
    #[serde(default)]
    theme: Option<Theme>,
    #[serde(default, borrow)]
    picture: Option<&'a Bytes>,
}

#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Theme {
    Dark,
    Of(u8),
    Mixed { light: f32, dark: f64 },
    Pair(i8, char),
}

#[derive(Debug, Deserialize, Serialize, PartialEq)]
#[serde(untagged)]
enum Untagged {
    Number(i64),
    Text(String),
    List(Vec<Untagged>),
    Named(BTreeMap<String, Untagged>),
}

#[derive(Debug, Deserialize, Serialize, PartialEq)]
struct Flat {
    user_id: u64,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

fn check_every_type(payload: &[u8]) {
    let token = &token(payload);
    let sound = msgpack::read(payload).is_some();
    assert_eq!(check::<Value>(token, sound).is_some(), sound);
    assert_eq!(check::<IgnoredAny>(token, sound).is_some(), sound);
    check_borrowed(token, payload);
    check_again::<Owned>(token, payload, sound);
    check_again::<Theme>(token, payload, sound);
    check_again::<Untagged>(token, payload, sound);
    check_again::<Flat>(token, payload, sound);
    check_again::<Option<Vec<(u8, String)>>>(token, payload, sound);
    check_again::<BTreeMap<String, i64>>(token, payload, sound);
    check_again::<(bool, char, i128, [u16; 2])>(token, payload, sound);
    check_again::<ByteBuf>(token, payload, sound);
    check_again::<String>(token, payload, sound);
    check_again::<()>(token, payload, sound);
}

/// Returns the session of type `T`, if the payload contains one. A malformed payload is refused by
/// every type.
fn check<T: DeserializeOwned>(token: &str, sound: bool) -> Option<T> {
    match read::<T>(token) {
        Ok(session) => {
            assert!(sound);
            return Some(session);
        }
        Err(DecodeError::Payload(error)) => assert_eq!(is_of_the_type(error), sound, "{error}"),
        Err(error) => panic!("{error} of an authentic token"),
    }
    None
}

/// The type refuses the value, or it is nested in too many options and newtypes.
fn is_of_the_type(error: PayloadError) -> bool {
    !matches!(
        error,
        PayloadError::Malformed
            | PayloadError::Trailing
            | PayloadError::TextNotUtf8
            | PayloadError::TooDeep
    )
}

/// Checks that rmp-serde reads the same session. If the type can write it, it reads back the same.
fn check_again<T>(token: &str, payload: &[u8], sound: bool)
where
    T: DeserializeOwned + Serialize + PartialEq + core::fmt::Debug,
{
    let session = check::<T>(token, sound);
    let theirs = if sound { rmp_serde::from_slice::<T>(payload).ok() } else { None };
    // rmp-serde reads a tuple from the beginning of longer binary; hardtack refuses it.
    let has_binary = payload.iter().any(|byte| matches!(byte, 0xc4..=0xc6));
    if session.is_some() || !has_binary {
        assert_eq!(format!("{session:?}"), format!("{theirs:?}"));
    }
    let Some(session) = session else { return };
    let token = codec().begin_at(&session, NOW).expect("what was read can be written");
    let again =
        codec().decode_at::<T>(token, NOW).expect("what was written can be read").into_data();
    assert!(
        again == session || format!("{again:?}") == format!("{session:?}"),
        "{again:?}, {session:?} written"
    );
}

fn check_borrowed(token: &str, payload: &[u8]) {
    let (mut scratch, mut other) = (Vec::new(), Vec::new());
    let borrowed = codec().decode_borrowed_at::<Borrowed<'_>>(token, &mut scratch, NOW);
    let value = codec().decode_borrowed_at::<ValueRef<'_>>(token, &mut other, NOW);
    let of_value = value.map(|value| msgpack::of(&value.data().to_owned()));
    assert_eq!(of_value.ok(), msgpack::read(payload));
    let Ok(borrowed) = borrowed else { return };
    let owned = read::<Owned>(token).expect("what can be borrowed can be owned");
    let copied = codec().begin_at(borrowed.data(), NOW).expect("what was read can be written");
    assert_eq!(copied, codec().begin_at(&owned, NOW).expect("what was read can be written"));
}

/// Checks that any well-formed value is skipped to exactly its end if the type does not read it.
fn check_surroundings(junk: &[u8]) {
    let fields = [&b"\x83\xa4junk"[..], junk, b"\xa7user_id\x07\xa4name\xa3Ada"].concat();
    let ada =
        Owned { user_id: 7, name: "Ada".to_owned(), roles: Vec::new(), theme: None, picture: None };
    match msgpack::read(&fields) {
        Some(msgpack::Value::Map(map)) if map.len() == 3 && msgpack::read(junk).is_some() => {
            assert_eq!(read::<Owned>(&token(&fields)), Ok(ada));
        }
        _ => assert_eq!(
            read::<IgnoredAny>(&token(&fields)).is_ok(),
            msgpack::read(&fields).is_some()
        ),
    }
}

fn read<T: DeserializeOwned>(token: &str) -> Result<T, DecodeError> {
    Ok(codec().decode_at(token, NOW)?.into_data())
}

fn codec() -> &'static Codec {
    static CODEC: OnceLock<Codec> = OnceLock::new();
    CODEC.get_or_init(|| scene::codec(config()).expect("an allowed policy"))
}

fn config() -> &'static Config {
    static CONFIG: OnceLock<Config> = OnceLock::new();
    CONFIG.get_or_init(|| Config { max_len: 1 << 20, ..unlimited(false) })
}

fn token(payload: &[u8]) -> String {
    let claims = Claims {
        encrypted: false,
        issued_at: 0,
        started_at: 0,
        session_id: None,
        expiry: Expiry::Policy,
    };
    config().encode(0, &claims, payload).expect("within the limit")
}

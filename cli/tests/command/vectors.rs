//! The vectors of FORMAT.md, through `hardtack inspect`.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hardtack::time::OffsetDateTime;
use serde_json::Value;

use crate::support::{Ran, hardtack};

#[test]
fn vectors_are_accepted_or_refused_for_the_reason_that_they_expect() {
    let file: Value =
        serde_json::from_str(include_str!("../../../tests/vectors/vectors-v1.json")).unwrap();
    let mut counts = BTreeMap::new();
    for case in file["cases"].as_array().unwrap() {
        let Some(ran) = inspect(case) else { continue };
        let expected = case["expect"]["error"].as_str().unwrap_or("ok");
        *counts.entry(expected.to_owned()).or_insert(0) += 1;
        check(case, &ran);
    }
    for reason in [
        "ok",
        "too_long",
        "malformed",
        "unsupported_version",
        "wrong_mode",
        "unknown_key",
        "bad_signature",
        "retired_key",
        "not_yet_valid",
        "expired",
        "revoked",
        "payload",
    ] {
        assert!(counts.get(reason).is_some_and(|count| *count > 0), "{reason}: {counts:?}");
    }
}

fn check(case: &Value, ran: &Ran) {
    let (name, expect) = (&case["name"], &case["expect"]);
    let json = ran.json();
    let seen = &json[0];
    assert_eq!(seen["reason"], expect["error"], "{name}");
    assert_eq!(ran.status == 0, expect["ok"].is_object(), "{name}");
    if let Some(ok) = expect["ok"].as_object() {
        assert_eq!(seen["token"]["issued_at"], instant(&ok["issued_at"]), "{name}");
        assert_eq!(seen["token"]["started_at"], instant(&ok["started_at"]), "{name}");
        assert_eq!(seen["token"]["session_id"], ok["session_id"], "{name}");
        assert_eq!(seen["expires_at"], instant(&ok["expires_at"]), "{name}");
        if let Some(value) = ok.get("value").filter(|value| value.is_object()) {
            assert_eq!(&seen["payload"], value, "{name}");
        }
    }
}

/// Returns `None` for what arguments cannot express: keys that only verify, and context that is not
/// text.
fn inspect(case: &Value) -> Option<Ran> {
    let (signer, others) = case["keys"].as_array()?.split_first()?;
    let mut list = STANDARD.encode(hex(&signer["key"]));
    for other in others {
        let at = other.get("activates_at")?;
        list.extend([",", &STANDARD.encode(hex(&other["key"])), "@", &instant(at)]);
    }
    let mut arguments =
        vec!["inspect".to_owned(), "--json".to_owned(), "--show-payload".to_owned()];
    let mut set = |option: &str, value: String| arguments.push(format!("--{option}={value}"));
    set("keys-env", "KEYS".to_owned());
    set("purpose", case["purpose"].as_str()?.to_owned());
    set("mode", case["mode"].as_str()?.to_owned());
    set("now", instant(&case["now"]));
    set("max-len", case["max_len"].to_string());
    for part in case["context"].as_array()? {
        let part = String::from_utf8(hex(part)).ok().filter(|part| !part.contains('\0'))?;
        set("context", part);
    }
    for (option, field) in [
        ("max-age", "max_age"),
        ("max-requested-age", "longest_max_age"),
        ("absolute-timeout", "absolute_timeout"),
        ("leeway", "leeway"),
    ] {
        if let Some(seconds) = case[field].as_u64() {
            set(option, format!("{seconds}s"));
        }
    }
    if case["not_before"].is_i64() {
        set("not-before", instant(&case["not_before"]));
    }
    // As an argument, so that no byte of it is taken for a cookie's.
    let token = case["token"].as_str().filter(|token| !token.contains('\0'))?;
    set("token", token.to_owned());
    Some(hardtack(arguments).env("KEYS", list).run())
}

fn instant(seconds: &Value) -> String {
    let instant = OffsetDateTime::from_unix_timestamp(seconds.as_i64().unwrap()).unwrap();
    let (date, (hour, minute, second)) = (instant.date(), instant.to_hms());
    format!("{date}T{hour:02}:{minute:02}:{second:02}Z")
}

fn hex(text: &Value) -> Vec<u8> {
    let pairs = text.as_str().unwrap().as_bytes().chunks(2);
    let byte = |pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap();
    pairs.map(byte).collect()
}

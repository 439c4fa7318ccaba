//! The vectors of FORMAT.md, through the public API.

#[path = "../vectors/reader.rs"]
mod reader;

use core::time::Duration;

use hardtack::{Codec, DecodeError, Expiry, Verified};
use reader::{File, codec, files, hex, in_this_build, instant, ring, run};
use rmpv::Value as Payload;
use serde_json::Value;

#[test]
fn vectors_decode_to_the_expected_result() {
    for file in files() {
        run(&file, "cases", &file.cases, |case| {
            if in_this_build(case) {
                check_case(case);
            }
        });
    }
}

#[test]
fn vectors_decode_the_same_into_a_borrowed_scratch() {
    let File { cases, .. } = &files()[0];
    let mut scratch = Vec::new();
    for case in cases.iter().filter(|case| in_this_build(case)) {
        let keys = ring(case["keys"].as_array().unwrap());
        let (codec, now) = (codec(case, &keys), instant(&case["now"]));
        let token = case["token"].as_str().unwrap();
        let owned = codec.decode_at::<Payload>(token, now).map(Verified::into_data);
        let borrowed = codec.decode_borrowed_at::<rmpv::ValueRef<'_>>(token, &mut scratch, now);
        assert_eq!(borrowed.map(|session| session.data().to_owned()), owned, "{}", case["name"]);
        if owned.is_err_and(|error| !matches!(error, DecodeError::Payload(_))) {
            assert!(scratch.is_empty(), "{}", case["name"]);
        }
    }
}

#[test]
fn vectors_renew_to_the_expected_result() {
    for file in files() {
        run(&file, "renewals", &file.renewals, |renewal| {
            if in_this_build(renewal) {
                check_renewal(renewal);
            }
        });
    }
}

fn check_case(case: &Value) {
    let keys = ring(case["keys"].as_array().unwrap());
    let codec = codec(case, &keys);
    let decoded =
        codec.decode_at::<Payload>(case["token"].as_str().unwrap(), instant(&case["now"]));
    match (decoded, &case["expect"]) {
        (Ok(session), expect) if expect["ok"].is_object() => check_session(&session, &expect["ok"]),
        (Err(error), expect) => assert_eq!(error.kind(), expect["error"], "{}", case["name"]),
        (Ok(_), expect) => panic!("{} decodes, {expect} expected", case["name"]),
    }
}

fn check_session(session: &Verified<Payload>, expect: &Value) {
    assert_eq!(session.issued_at(), instant(&expect["issued_at"]));
    assert_eq!(session.started_at(), instant(&expect["started_at"]));
    assert_eq!(session.expires_at(), instant(&expect["expires_at"]));
    assert_eq!(u64::from(session.key_id().as_u8()), expect["key_id"]);
    let id = session.id().map(|id| id.to_string());
    assert_eq!(id.as_deref(), expect["session_id"].as_str());
    check_expiry(session.expiry(), &expect["expiry"]);
    let payload = rmpv::decode::read_value(&mut hex(&expect["payload"]).as_slice()).unwrap();
    assert_eq!(session.data(), &payload);
}

fn check_expiry(expiry: Expiry, expect: &Value) {
    let (kind, seconds) = (expect[0].as_str().unwrap(), expect[1].as_u64().unwrap());
    match expiry {
        Expiry::Policy => assert_eq!(kind, "policy"),
        Expiry::BrowserClose => assert_eq!(kind, "browser_close"),
        Expiry::After(span) => assert_eq!((kind, span), ("after", Duration::from_secs(seconds))),
        Expiry::At(_) => assert_eq!(kind, "at"),
        _ => unreachable!("a new variant"),
    }
}

fn check_renewal(renewal: &Value) {
    let keys = ring(renewal["keys"].as_array().unwrap());
    let codec = codec(renewal, &keys);
    let token = renewal["token"].as_str().unwrap();
    let session: Verified<Payload> = codec.decode_at(token, instant(&renewal["now"])).unwrap();
    let now = instant(&renewal["renew_at"]);
    let renewed = match &renewal["changed_payload"] {
        Value::Null => codec.renew_at(&session, now),
        payload => {
            let changed = rmpv::decode::read_value(&mut hex(payload).as_slice()).unwrap();
            codec.update_at(&session, &changed, now)
        }
    };
    match (renewed, &renewal["expect"]) {
        (Ok(token), Value::Object(expect)) => {
            same_session(&codec, &token, &expect["token"], renewal);
        }
        (Err(error), expect) => assert_eq!(error.kind(), expect["error"]),
        (Ok(_), expect) => panic!("renewed, {expect} expected"),
    }
}

/// A unit test inside the crate compares the bytes, because it can write a payload as raw bytes.
fn same_session(codec: &Codec, token: &str, expect: &Value, renewal: &Value) {
    let latest = instant(&renewal["renew_at"]).max(instant(&renewal["now"]));
    let decode = |token: &str| codec.decode_at::<Payload>(token, latest).unwrap();
    let (renewed, expected) = (decode(token), decode(expect.as_str().expect("a token")));
    assert_eq!(format!("{renewed:?}"), format!("{expected:?}"));
    assert_eq!((renewed.data(), renewed.expiry()), (expected.data(), expected.expiry()));
}

//! Tests the codec against the vectors byte for byte. Payloads are raw bytes, so the tests do not
//! depend on how a session type serializes.

#[path = "../../tests/vectors/reader.rs"]
mod reader;

use reader::{codec, files, hex, in_this_build, instant, ring, run};
use serde_json::Value;

use super::derived::DerivedRing;
use super::verified::Proof;
use super::*;
use crate::error::EncodeError;
use crate::mode::Mode;
use crate::policy::{ExpiryClaim, Lifetime};
use crate::token::claims::Claims;
use crate::token::session_id::SessionId;

#[test]
fn vectors_open_to_their_payload_and_key() {
    for file in files() {
        run(&file, "cases", &file.cases, |case| {
            if in_this_build(case) && case["expect"]["ok"].is_object() {
                let keys = ring(case["keys"].as_array().unwrap());
                let expect = &case["expect"]["ok"];
                let (payload, proof) = open(&codec(case, &keys), case).unwrap();
                assert_eq!(payload, hex(&expect["payload"]));
                let by = index(expect);
                let ring = DerivedRing::derive(&keys, "any", Mode::Signed);
                let found = ring.find(&proof.fingerprint).unwrap();
                assert!(core::ptr::eq(found, ring.nth(by)));
            }
        });
    }
}

#[test]
fn vectors_encode_to_the_same_token() {
    for file in files() {
        run(&file, "cases", &file.cases, |case| {
            if in_this_build(case) && case["expect"]["ok"].is_object() {
                check_encode(case);
            }
        });
    }
}

#[test]
fn vectors_renew_to_the_same_token_or_error() {
    for file in files() {
        run(&file, "renewals", &file.renewals, |renewal| {
            if in_this_build(renewal) {
                check_renewal(renewal);
            }
        });
    }
}

fn open(codec: &Codec, vector: &Value) -> Result<(Vec<u8>, Proof), DecodeError> {
    let token = vector["token"].as_str().unwrap().as_bytes();
    let mut bytes = vec![0; codec.buffer_len(token)?];
    let opened = codec.open(token, &mut bytes, instant(&vector["now"]).unix_timestamp())?;
    Ok((bytes[opened.payload].to_vec(), opened.proof))
}

fn index(expect: &Value) -> usize {
    usize::try_from(expect["key_index"].as_u64().unwrap()).unwrap()
}

fn check_encode(case: &Value) {
    let expect = &case["expect"]["ok"];
    let index = index(expect);
    let keys = ring(&case["keys"].as_array().unwrap()[index..=index]);
    let codec = codec(case, &keys);
    let token = encode(&codec, &claims(case, &codec), &hex(&expect["payload"]));
    assert_eq!(token.unwrap(), case["token"].as_str().unwrap());
}

fn encode(codec: &Codec, claims: &Claims, payload: &[u8]) -> Result<String, EncodeError> {
    let mut out = String::new();
    let write = |out: &mut Vec<u8>| {
        out.extend_from_slice(payload);
        Ok(())
    };
    codec.encode(claims, write, &mut out).map(|()| out)
}

fn claims(case: &Value, codec: &Codec) -> Claims {
    let expect = &case["expect"]["ok"];
    let seconds = |value: &Value| u32::try_from(value.as_u64().unwrap()).unwrap();
    let id = |_| SessionId::from_bytes(hex(&expect["session_id"]).try_into().unwrap());
    Claims {
        mode: codec.shared.mode,
        key_id: codec.shared.ring.signer(seconds(&expect["issued_at"])).id,
        session_id: expect["session_id"].as_str().map(id),
        lifetime: Lifetime {
            started_at: seconds(&expect["started_at"]),
            issued_at: seconds(&expect["issued_at"]),
            expiry: match expect["expiry"][0].as_str().unwrap() {
                "policy" => ExpiryClaim::Policy,
                "after" => ExpiryClaim::After(seconds(&expect["expiry"][1])),
                "at" => ExpiryClaim::At(seconds(&expect["expiry"][1])),
                "browser_close" => ExpiryClaim::BrowserClose,
                kind => panic!("expiry kind {kind}"),
            },
        },
    }
}

fn check_renewal(renewal: &Value) {
    let keys = ring(renewal["keys"].as_array().unwrap());
    let codec = codec(renewal, &keys);
    let (payload, proof) = open(&codec, renewal).unwrap();
    let payload = match &renewal["changed_payload"] {
        Value::Null => payload,
        changed => hex(changed),
    };
    let reissued = codec.reissue(&proof, &IssueOptions::at(instant(&renewal["renew_at"])));
    match reissued.and_then(|claims| Ok(encode(&codec, &claims, &payload)?)) {
        Ok(token) => assert_eq!(token, renewal["expect"]["token"]),
        Err(error) => assert_eq!(error.kind(), renewal["expect"]["error"]),
    }
}

//! The second implementation passes every vector of FORMAT.md.

#[path = "../examples/seeds/vectors.rs"]
mod vectors;

use data_encoding::HEXLOWER;
use hardtack_fuzz::naive::{Change, Claims, Expiry};
use serde_json::{Value, json};
use vectors::{config, hex, list, number};

#[test]
fn every_case_decodes_to_what_it_expects() {
    let cases = list("cases");
    for case in &cases {
        let now = number(&case["now"]).into();
        let answer = match config(case).decode(case["token"].as_str().unwrap().as_bytes(), now) {
            Ok(session) => json!({"ok": {
                "payload": HEXLOWER.encode(&session.payload),
                "issued_at": session.claims.issued_at,
                "started_at": session.claims.started_at,
                "expires_at": i64::try_from(session.expires_at).unwrap(),
                "expiry": expiry(&session.claims),
                "key_index": session.key_index,
                "key_id": session.key_id,
                "session_id": session.claims.session_id.map(|id| HEXLOWER.encode(&id)),
                "value": case["expect"]["ok"]["value"],
            }}),
            Err(kind) => json!({"error": kind}),
        };
        assert_eq!(answer, case["expect"], "{}", case["name"]);
    }
    println!("{} cases", cases.len());
}

#[test]
fn every_case_that_decodes_encodes_again_to_the_same_token() {
    for case in list("cases").iter().filter(|case| case["expect"]["ok"].is_object()) {
        let (config, now) = (config(case), number(&case["now"]).into());
        let token = case["token"].as_str().unwrap();
        let session = config.decode(token.as_bytes(), now).unwrap();
        let again = config.encode(session.key_index, &session.claims, &session.payload);
        assert_eq!(again.as_deref(), Some(token), "{}", case["name"]);
    }
}

#[test]
fn every_renewal_gives_the_token_or_the_error() {
    let renewals = list("renewals");
    for renewal in &renewals {
        let config = config(renewal);
        let token = renewal["token"].as_str().unwrap();
        let session = config.decode(token.as_bytes(), number(&renewal["now"]).into()).unwrap();
        let changed = &renewal["changed_payload"];
        let payload = if changed.is_null() { session.payload.clone() } else { hex(changed) };
        let now = number(&renewal["renew_at"]).into();
        let answer = match config.renew(&session, now, Change::default(), &payload) {
            Ok(token) => json!({"token": token}),
            Err(kind) => json!({"error": kind}),
        };
        assert_eq!(answer, renewal["expect"], "{}", renewal["name"]);
    }
    println!("{} renewals", renewals.len());
}

fn expiry(claims: &Claims) -> Value {
    match claims.expiry {
        Expiry::Policy => json!(["policy", 0]),
        Expiry::After(seconds) => json!(["after", seconds]),
        Expiry::At(seconds) => json!(["at", seconds]),
        Expiry::BrowserClose => json!(["browser_close", 0]),
    }
}

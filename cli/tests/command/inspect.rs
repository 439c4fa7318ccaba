//! `hardtack inspect`.

use core::time::Duration;
use std::collections::BTreeMap;

use hardtack::time::OffsetDateTime;
use hardtack::{Codec, Expiry, IssueOptions, KeyRing, SessionId};
use serde::Serialize;

use crate::support::{A, B, Call, Ran, hardtack};

const PURPOSE: &str = "shop/test/session";
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);
const ISSUED: i64 = 1_790_000_000;
/// Three hours after the tokens are issued.
const NOW: &str = "2026-09-21T17:13:20Z";

#[derive(Serialize)]
struct Visitor<'a> {
    name: &'a str,
    visits: u32,
}

const ADA: Visitor<'_> = Visitor { name: "Ada", visits: 7 };

/// A token of A, bound to the cookie `session`.
fn token(data: &impl Serialize) -> String {
    encode(data, |codec| codec.with_context(&[b"session"]).unwrap())
}

fn encode(data: &impl Serialize, bind: impl Fn(&Codec) -> Codec) -> String {
    let keys = KeyRing::from_base64_list(A).unwrap();
    let codec = Codec::encrypted(PURPOSE, &keys, HOUR).max_requested_age(DAY);
    let codec = bind(&codec.build().unwrap());
    let options = IssueOptions::at(OffsetDateTime::from_unix_timestamp(ISSUED).unwrap());
    let options = options.id(SessionId::from_bytes([0xab; 16])).expiry(Expiry::After(DAY));
    codec.begin_at(data, options).unwrap()
}

fn inspect(input: impl AsRef<[u8]>, more: &[&str]) -> Call {
    hardtack(["inspect", "--now", NOW].iter().chain(more)).input(input)
}

fn verify(input: impl AsRef<[u8]>, more: &[&str]) -> Ran {
    let options = ["--keys-env", "KEYS", "--purpose", PURPOSE];
    inspect(input, &[&options[..], more].concat()).env("KEYS", A).run()
}

#[test]
fn every_field_is_shown_without_a_key_and_nothing_of_the_payload() {
    let ran = inspect(token(&ADA), &[]).run();
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    for part in [
        "token: NOT VERIFIED",
        "version     1\n",
        "mode        encrypted\n",
        "session ID  abababababababababababababababab\n",
        "began       2026-09-21 14:13:20 +00:00 (3 hours ago)\n",
        "issued      2026-09-21 14:13:20 +00:00 (3 hours ago)\n",
        "expiry      1 day after it was issued\n",
        "header 25, signature 24, payload 18, tag 16\n",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    assert!(!ran.out.contains("Ada"));
}

#[test]
fn times_are_in_the_operator_s_time_zone() {
    let ran = inspect(token(&ADA), &[]).env("TZ", "XYZ-05:30").run();
    if cfg!(unix) {
        assert!(ran.out.contains("issued      2026-09-21 19:43:20 +05:30"), "{}", ran.out);
    }
}

#[test]
fn json_has_every_field() {
    let json = inspect(token(&ADA), &["--json"]).run().json();
    let token = &json[0]["token"];
    assert_eq!((&json[0]["status"], &json[0]["cookie"]), (&"unverified".into(), &().into()));
    assert_eq!((&token["version"], &token["mode"]), (&1.into(), &"encrypted".into()));
    assert_eq!(token["started_at"], "2026-09-21T14:13:20Z");
    assert_eq!(token["expiry"], serde_json::json!({ "kind": "after", "seconds": 86_400 }));
    assert_eq!(token["bytes"]["payload"], 18);
    assert_eq!(json[0].get("payload"), None);
}

#[test]
fn the_payload_is_shown_only_when_it_is_asked_for() {
    let bound = ["--cookie-name", "session"];
    let ran = verify(token(&ADA), &bound);
    assert_eq!(ran.status, 0, "{}", ran.out);
    assert!(ran.out.contains("token: verified\n") && !ran.out.contains("Ada"), "{}", ran.out);
    assert!(ran.out.contains("expires     2026-09-22 14:13:20 +00:00 (in 21 hours)"));
    let ran = verify(token(&ADA), &[&bound[..], &["--show-payload"]].concat());
    let expected = "payload:\n{\n  \"name\": \"Ada\",\n  \"visits\": 7\n}\n";
    assert!(ran.out.ends_with(expected), "{}", ran.out);
    let json = verify(token(&ADA), &[&bound[..], &["--show-payload", "--json"]].concat()).json();
    assert_eq!(json[0]["payload"], serde_json::json!({ "name": "Ada", "visits": 7 }));
    assert_eq!(inspect(token(&ADA), &["--show-payload"]).run().status, 2, "without keys");
}

#[test]
fn a_cookie_is_verified_as_bound_to_its_name() {
    let token = token(&ADA);
    assert_eq!(verify(format!("session={token}"), &[]).status, 0);
    assert_eq!(verify(format!("other={token}"), &[]).status, 1);
    let ran = verify(&token, &[]);
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("REFUSED, bad_signature") && ran.out.contains("--cookie-name"));
    assert!(ran.out.contains("\n  NOT VERIFIED; an attacker may control every field\n"));
    let expired = verify(format!("session={token}"), &["--max-age", "1h"]);
    assert!(expired.out.starts_with("cookie session: REFUSED, expired"), "{}", expired.out);
    assert!(!expired.out.contains("NOT VERIFIED"), "its signature held");
    let unbound = encode(&ADA, Codec::clone);
    assert_eq!(verify(unbound, &[]).status, 0);
    let tenant = encode(&ADA, |codec| codec.with_context(&[b"session", b"tenant-7"]).unwrap());
    let more = ["--cookie-name", "session", "--context", "tenant-7"];
    assert_eq!(verify(tenant, &more).status, 0);
}

#[test]
fn of_a_header_with_8_cookies_the_token_is_found_and_no_other_value_is_shown() {
    let token = token(&ADA);
    let header = format!(
        "Cookie: theme=dark; csrf=hunter2; _ga=GA1.2.3; session={token}; a=\"b\"; x=; y==; lang=de\r\n"
    );
    let ran = verify(&header, &[]);
    assert_eq!(ran.status, 0, "{}", ran.out);
    assert_eq!(ran.out.matches("not a token").count(), 7);
    assert!(ran.out.contains("cookie csrf: 7 bytes, not a token"), "{}", ran.out);
    assert!(ran.out.contains("cookie session: verified"));
    for value in ["hunter2", "GA1", &token] {
        assert!(!ran.out.contains(value), "{value}");
    }
    let json = verify(&header, &["--json"]).json();
    assert_eq!(json.as_array().unwrap().len(), 8);
    let named = verify(&header, &["--cookie-name", "session"]);
    assert!(named.out.starts_with("cookie session: verified"), "{}", named.out);
    let ran = verify(&header, &["--cookie-name", "sessions"]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("there is no cookie sessions in the input"));
}

#[test]
fn a_set_cookie_header_and_several_headers_are_read() {
    let token = token(&ADA);
    let ran = verify(format!("set-cookie: session={token}; HttpOnly; Path=/"), &[]);
    assert!(ran.status == 0 && ran.out.matches("cookie").count() == 1, "{}", ran.out);
    let ran = verify(format!("cookie: a=b\ncookie: session={token}\n"), &[]);
    assert!(ran.out.contains("cookie a:") && ran.out.contains("cookie session: verified"));
}

#[test]
fn two_valid_cookies_of_one_name_are_noted() {
    let grace = token(&Visitor { name: "Grace", visits: 1 });
    let ran = verify(format!("session={}; session={grace}", token(&ADA)), &[]);
    assert!(ran.err.contains("several different cookies of one name"), "{}", ran.err);
    let same = verify(format!("session={grace}; session={grace}"), &[]);
    assert_eq!(same.err, "");
}

#[test]
fn nothing_in_a_name_or_a_payload_reaches_the_terminal_raw() {
    let hostile = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}\r\n\0";
    let visitor = Visitor { name: hostile, visits: 1 };
    let token = token(&visitor);
    for more in [&["--show-payload"][..], &["--show-payload", "--json"]] {
        let header = format!("\u{1b}[31m\u{9b}=\u{1b}[0m; session={token}");
        let ran = verify(header, more); // `run` looks for control characters
        assert_eq!(ran.status, 0, "{}", ran.err);
        assert!(ran.out.contains("\\u001b]0;owned"), "{}", ran.out);
        assert!(!ran.out.contains('\u{202e}'));
    }
    let json = verify(format!("session={token}"), &["--show-payload", "--json"]).json();
    assert_eq!(json[0]["payload"]["name"], hostile);
}

struct Bytes<'a>(&'a [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

#[test]
fn a_payload_of_any_shape_is_readable() {
    let more = ["--cookie-name", "session", "--show-payload", "--json"];
    let payload = |token: String| verify(token, &more).json()[0]["payload"].to_string();
    assert_eq!(payload(token(&Bytes(&[0, 0xff]))), r#"{"binary":"00ff"}"#);
    let flags = BTreeMap::from([(1, true), (2, false)]);
    assert_eq!(payload(token(&flags)), r#"{"1":true,"2":false}"#);
    let list = (-1, u64::MAX, 1.5, f64::NAN, ());
    assert_eq!(payload(token(&list)), "[-1,18446744073709551615,1.5,\"NaN\",null]");
}

#[test]
fn a_renewal_is_due_when_another_key_signs() {
    let keys = format!("{A},{B}@2026-09-21T15:00:00Z");
    let options = ["--keys-env", "KEYS", "--purpose", PURPOSE, "--json"];
    let call = inspect(format!("session={}", token(&ADA)), &options).env("KEYS", keys);
    let json = call.run().json();
    assert_eq!((&json[0]["status"], &json[0]["renewal"]), (&"verified".into(), &"key".into()));
}

#[test]
fn options_that_no_codec_accepts_are_errors_of_usage() {
    let token = token(&ADA);
    for more in [
        &["--max-age", "0s"][..],
        &["--max-age", "2h", "--max-requested-age", "1h"],
        &["--schema", ""],
        &["--mode", "none"],
        &["--leeway", "1"],
    ] {
        assert_eq!(verify(&token, more).status, 2, "{more:?}");
    }
    assert_eq!(inspect(&token, &["--keys-env", "KEYS"]).run().status, 2, "without a purpose");
    let unset = ["--keys-env", "KEYS", "--purpose", PURPOSE];
    assert_eq!(inspect(&token, &unset).run().status, 2);
    assert_eq!(inspect(&token, &unset).env("KEYS", "weak").run().status, 1);
}

#[test]
fn a_token_is_an_argument_only_with_its_flag() {
    let token = token(&ADA);
    assert_eq!(inspect("", &["--token", &token]).run().status, 0);
    let ran = inspect("", &[&token]).run();
    assert_eq!(ran.status, 2);
    assert!(!ran.err.contains(&token), "{}", ran.err);
}

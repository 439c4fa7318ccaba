//! A response clears only cookies that can never be valid again, and cookies that the handler
//! logged out.

use crate::support::web::*;
use hardtack::web::{CookieAction, Map, Session, SessionCookie};
use hardtack::{Codec, Cutoff, IssueOptions, KeyRing};
use http::StatusCode;

const CLEARED: [&str; 4] = ["malformed", "too_long", "revoked", "revoked_id"];

/// A cookie that has a reason to reject anything, and a value for each kind of rejection but
/// `ambiguous`.
fn rejected_values() -> (SessionCookie, Vec<(&'static str, String)>) {
    let ring = |first| KeyRing::new(key(first));
    let keys = ring(1).verify_with(key(3)).unwrap().retire(key(2), at_second(-1)).unwrap();
    let cutoff = Cutoff::at(at_second(-7300));
    let codec = Codec::signed("shop/test/session", &keys, MAX_AGE).not_before(cutoff);
    let codec = codec.max_requested_age(days(1)).build().unwrap();
    let cookie = cookie_with(codec, |builder| builder.revoked_ids(|session| session == id(99)));
    let bound = |keys: &KeyRing, purpose: &str| {
        let codec = Codec::signed(purpose, keys, MAX_AGE).max_requested_age(days(1)).build();
        codec.unwrap().with_context(&[b"s"]).unwrap()
    };
    let ours = cookie.codec().clone();
    let by = |seed| bound(&ring(seed), "shop/test/session");
    let token = |codec: &Codec, second| codec.begin_at(&user("Ada"), at_second(second)).unwrap();
    let with_id = IssueOptions::at(at_second(0)).id(id(99));
    let long = IssueOptions::at(at_second(-7301)).expiry(hardtack::Expiry::After(days(1)));
    let mut values = vec![
        ("malformed", "rubbish".to_owned()),
        ("too_long", "x".repeat(4097)),
        ("revoked", ours.begin_at(&user("Ada"), long).unwrap()),
        ("revoked_id", ours.begin_at(&user("Ada"), with_id).unwrap()),
        ("expired", token(&ours, -7200)),
        ("retired_key", token(&by(2), 0)),
        ("not_yet_valid", token(&ours, 61)),
        ("unknown_key", token(&by(4), 0)),
        ("bad_signature", token(&bound(&ring(1), "shop/test/other"), 0)),
        ("unsupported_version", "gA".repeat(40)),
        ("payload", ours.begin_at(&7, at_second(0)).unwrap()),
    ];
    if cfg!(feature = "encrypt") {
        values.push(("wrong_mode", encrypted_token()));
    }
    (cookie, values)
}

#[cfg(feature = "encrypt")]
fn encrypted_token() -> String {
    let codec = Codec::encrypted("shop/test/session", &keys(), MAX_AGE).build().unwrap();
    codec.begin_at(&user("Ada"), at_second(0)).unwrap()
}

#[cfg(not(feature = "encrypt"))]
fn encrypted_token() -> String {
    unreachable!("there is no such mode")
}

fn rejected(cookie: &SessionCookie, values: &[&str]) -> Session<Map> {
    cookie.read_at(&bearing(values), at_second(0))
}

fn clears(cookie: &SessionCookie, session: &Session<Map>, status: u16) -> bool {
    let status = StatusCode::from_u16(status).unwrap();
    let headers = cookie.response_headers_at(session, status, at_second(0)).unwrap();
    matches!(headers.action, CookieAction::Clear(_))
}

#[test]
fn only_a_cookie_that_can_never_be_valid_again_is_cleared() {
    let (cookie, values) = rejected_values();
    for (kind, value) in values {
        let session = rejected(&cookie, &[&value]);
        assert_eq!(session.rejected().map(|reason| reason.kind()), Some(kind));
        assert_eq!(clears(&cookie, &session, 200), CLEARED.contains(&kind), "{kind}");
    }
}

#[test]
fn an_empty_session_that_the_handler_emptied_once_more_clears_nothing_else() {
    let (cookie, values) = rejected_values();
    for (kind, value) in values {
        let mut session = rejected(&cookie, &[&value]);
        session.insert("theme", "dark");
        session.clear();
        assert_eq!(clears(&cookie, &session, 200), CLEARED.contains(&kind), "{kind}");
    }
}

#[test]
fn of_several_cookies_every_one_must_be_of_a_kind_that_is_cleared() {
    let (cookie, values) = rejected_values();
    for (first_kind, first) in &values {
        for (second_kind, second) in &values {
            let session = rejected(&cookie, &[first, second]);
            let all = CLEARED.contains(first_kind) && CLEARED.contains(second_kind);
            assert_eq!(clears(&cookie, &session, 200), all, "{first_kind} {second_kind}");
        }
    }
}

#[test]
fn no_cookie_is_cleared_if_some_were_not_tried() {
    let cookie = cookie();
    let junk: Vec<String> = (0..181).map(|n| format!("!{n}")).collect();
    let junk: Vec<&str> = junk.iter().map(String::as_str).collect();
    assert!(clears(&cookie, &rejected(&cookie, &junk[..180]), 200));
    let mut session = rejected(&cookie, &junk);
    assert!(!clears(&cookie, &session, 200));
    session.flush();
    assert!(clears(&cookie, &session, 200), "a log-out is one nevertheless");
}

#[test]
fn a_log_out_clears_a_cookie_of_any_kind() {
    let (cookie, values) = rejected_values();
    for (kind, value) in values {
        let mut session = rejected(&cookie, &[&value]);
        session.flush();
        assert!(clears(&cookie, &session, 200) && clears(&cookie, &session, 500), "{kind}");
    }
}

#[test]
fn new_data_replaces_a_cookie_of_any_kind() {
    let (cookie, values) = rejected_values();
    for (kind, value) in values {
        let mut jar = Jar(Some(value));
        jar.visit(&cookie, 0, |session: &mut Session<Map>| session.insert("theme", "dark"));
        assert!(read(&cookie, &jar, 0).contains_key("theme"), "{kind}");
    }
}

// 5xx

#[test]
fn a_response_of_500_clears_only_a_flushed_session() {
    let (cookie, values) = rejected_values();
    for (kind, value) in values {
        assert!(!clears(&cookie, &rejected(&cookie, &[&value]), 500), "{kind}");
    }
    let acts: [fn(&mut Session<Map>); 3] = [
        |session| drop(session.remove("user")),
        Session::clear,
        |session| session.log_in(Map::new()),
    ];
    for act in acts {
        let mut session = read(&cookie, &ada(&cookie), 0);
        act(&mut session);
        assert!(clears(&cookie, &session, 200));
        assert!(!clears(&cookie, &session, 500));
        session.flush();
        assert!(clears(&cookie, &session, 500));
    }
}

#[test]
fn a_log_out_followed_by_a_failed_log_in_logs_out() {
    let cookie = cookie();
    let mut session = read(&cookie, &ada(&cookie), 0);
    session.flush();
    session.log_in(user("Bob"));
    assert!(clears(&cookie, &session, 500));
    assert!(!clears(&cookie, &session, 200));
}

// Ambiguous cookies

fn ambiguous(cookie: &SessionCookie) -> Session<Map> {
    let token = |n| {
        let options = IssueOptions::at(at_second(0)).id(id(n));
        cookie.codec().begin_at(&user("Ada"), options).unwrap()
    };
    cookie.read_at(&bearing([token(71), token(72)]), at_second(0))
}

#[test]
fn a_write_replaces_no_ambiguous_cookie_and_is_not_an_error() {
    let cookie = cookie_with(signed(), |builder| builder.save_every_request(true));
    let acts: [fn(&mut Session<Map>); 5] = [
        |session| drop(session.insert("visits", 1)),
        |session| session.set_expiry(hardtack::Expiry::BrowserClose).unwrap(),
        Session::cycle_id,
        Session::mark_modified,
        Session::clear,
    ];
    for act in acts {
        let mut session = ambiguous(&cookie);
        act(&mut session);
        assert_eq!(answer(&cookie, &session, 0).action, CookieAction::Keep);
        assert_eq!(session.rejected().map(|reason| reason.kind()), Some("ambiguous"));
    }
}

#[test]
fn a_log_in_replaces_ambiguous_cookies_and_a_log_out_clears_them() {
    let cookie = cookie();
    let mut session = ambiguous(&cookie);
    session.log_in(user("Ada"));
    assert!(set(&cookie, &session, 0).starts_with("s="));
    session.flush();
    assert!(clears(&cookie, &session, 200));
    session.insert("theme", "dark");
    assert!(set(&cookie, &session, 0).starts_with("s="));
    let mut session = ambiguous(&cookie);
    session.log_in(Map::new());
    assert!(clears(&cookie, &session, 200));
}

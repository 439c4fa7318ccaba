//! The rules of Django's session middleware: the response headers for a session. docs/sessions.md
//! names these tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::web::*;
use hardtack::web::{CookieAction, Map, Session, SessionCookie};
use hardtack::{Codec, Expiry, KeyRing};
use http::header::{CACHE_CONTROL, SET_COOKIE, VARY};
use http::{HeaderMap, HeaderName, StatusCode};

fn touched(session: &Session<Map>) {
    assert!(session.get("no such name").is_none());
}

fn action(
    cookie: &SessionCookie,
    session: &Session<Map>,
    status: u16,
    seconds: i64,
) -> CookieAction {
    let status = StatusCode::from_u16(status).unwrap();
    cookie.response_headers_at(session, status, at_second(seconds)).unwrap().action
}

/// Returns the headers of a response that writes a session and already has the headers `before`.
fn written_beside(before: &[(HeaderName, &str)]) -> HeaderMap {
    let cookie = cookie();
    let mut session = read(&cookie, &Jar::default(), 0);
    session.insert("user", "Ada");
    let value = |value: &str| value.parse().unwrap();
    let before = before.iter().map(|(name, text)| (name.clone(), value(text))).collect();
    applied(&answer(&cookie, &session, 0), before)
}

fn all(headers: &HeaderMap, name: HeaderName) -> Vec<String> {
    headers.get_all(name).iter().map(text).collect()
}

#[test]
fn an_untouched_session_adds_no_headers() {
    let cookie = cookie();
    let answer = answer(&cookie, &read(&cookie, &ada(&cookie), 60), 60);
    assert_eq!(answer.action, CookieAction::Keep);
    assert!(applied(&answer, HeaderMap::new()).is_empty());
}

#[test]
fn reading_alone_varies_by_cookie_and_sets_none() {
    let cookie = cookie();
    let session = read(&cookie, &ada(&cookie), 60);
    touched(&session);
    let headers = applied(&answer(&cookie, &session, 60), HeaderMap::new());
    assert_eq!(headers.len(), 1);
    assert_eq!(headers[VARY], "Cookie");
}

#[test]
fn an_empty_session_without_a_cookie_sets_none() {
    let cookie = cookie();
    let session = read(&cookie, &Jar::default(), 0);
    touched(&session);
    assert_eq!(action(&cookie, &session, 200, 0), CookieAction::Keep);
}

#[test]
fn a_changed_session_is_set_and_varies_and_is_private() {
    let headers = written_beside(&[]);
    assert!(set_cookies(&headers)[0].starts_with("s="));
    assert_eq!(
        (all(&headers, VARY), all(&headers, CACHE_CONTROL)),
        (vec!["Cookie".into()], vec!["private".into()])
    );
}

#[test]
fn an_emptied_session_clears_its_cookie_and_varies() {
    let cookie = cookie();
    let mut session = read(&cookie, &ada(&cookie), 60);
    session.remove("user");
    let answer = answer(&cookie, &session, 60);
    assert!(matches!(answer.action, CookieAction::Clear(_)));
    let headers = applied(&answer, HeaderMap::new());
    assert!(set_cookies(&headers)[0].starts_with("s=; "));
    assert_eq!(
        (&headers[VARY], &headers[CACHE_CONTROL]),
        (&"Cookie".parse().unwrap(), &"private".parse().unwrap())
    );
}

#[test]
fn a_change_that_was_undone_sends_nothing() {
    let cookie = cookie();
    let mut session = read(&cookie, &ada(&cookie), 60);
    session.insert("theme", "dark");
    session.remove("theme");
    assert_eq!(action(&cookie, &session, 200, 60), CookieAction::Keep);
}

#[test]
fn a_renewal_is_sent_at_half_of_the_lifetime_and_not_before() {
    let cookie = cookie();
    let jar = ada(&cookie);
    for (seconds, due) in [(0, false), (3599, false), (3600, true), (7199, true)] {
        let session = read(&cookie, &jar, seconds);
        let set = matches!(action(&cookie, &session, 200, seconds), CookieAction::Set(_));
        assert_eq!(set, due, "{seconds}");
    }
}

#[test]
fn a_renewal_moves_the_expiry_and_keeps_the_start() {
    let cookie = cookie();
    let mut jar = ada(&cookie);
    jar.visit(&cookie, 4000, |_: &mut Session<Map>| ());
    let session = read(&cookie, &jar, 4000);
    assert_eq!(session.expires_at(), Some(at_second(4000 + 7200)));
    assert_eq!(session.started_at(), Some(at_second(0)));
}

#[test]
fn a_renewal_is_due_once_another_key_signs() {
    let keys = KeyRing::new(key(2)).verify_with(key(1)).unwrap();
    let rotated = Codec::signed("shop/test/session", &keys, MAX_AGE).build().unwrap();
    let (before, after) = (cookie(), cookie_with(rotated, |builder| builder));
    let mut jar = ada(&before);
    assert!(matches!(jar.visit(&after, 1, |_: &mut Session<Map>| ()), CookieAction::Set(_)));
    assert_eq!(jar.visit(&after, 2, |_: &mut Session<Map>| ()), CookieAction::Keep);
    assert_eq!(read(&after, &jar, 2).started_at(), Some(at_second(0)));
}

#[test]
fn save_every_request_writes_untouched_sessions_but_not_empty_ones() {
    let cookie = cookie_with(signed(), |builder| builder.save_every_request(true));
    let mut jar = ada(&cookie);
    let action = jar.visit(&cookie, 7, |_: &mut Session<Map>| ());
    assert!(matches!(action, CookieAction::Set(_)));
    assert_eq!(read(&cookie, &jar, 7).expires_at(), Some(at_second(7207)));
    let none = Jar::default().visit(&cookie, 7, |_: &mut Session<Map>| ());
    assert_eq!(none, CookieAction::Keep);
}

#[test]
fn a_response_of_500_or_above_saves_nothing() {
    let saving = cookie_with(signed(), |builder| builder.save_every_request(true));
    let mut session = read(&saving, &ada(&saving), 5000);
    session.insert("theme", "dark");
    for status in [200, 302, 404, 499] {
        assert!(
            matches!(action(&saving, &session, status, 5000), CookieAction::Set(_)),
            "{status}"
        );
    }
    for status in [500, 502, 503, 599] {
        assert_eq!(action(&saving, &session, status, 5000), CookieAction::Keep, "{status}");
    }
}

#[test]
fn a_response_of_500_varies_if_the_session_was_read() {
    let cookie = cookie();
    let session = read(&cookie, &ada(&cookie), 60);
    let vary = |session: &Session<Map>| {
        cookie.response_headers_at(session, StatusCode::BAD_GATEWAY, at_second(60)).unwrap().vary
    };
    assert!(!vary(&session));
    touched(&session);
    assert!(vary(&session));
}

#[test]
fn a_response_of_500_still_logs_out() {
    let cookie = cookie();
    let mut session = read(&cookie, &ada(&cookie), 60);
    session.flush();
    assert!(matches!(action(&cookie, &session, 500, 60), CookieAction::Clear(_)));
}

#[test]
fn other_cookies_of_the_response_stay() {
    let headers = written_beside(&[(SET_COOKIE, "theme=dark"), (SET_COOKIE, "lang=en")]);
    let cookies = set_cookies(&headers);
    assert_eq!(cookies[..2], ["theme=dark", "lang=en"]);
    assert!(cookies[2].starts_with("s=") && cookies.len() == 3);
}

#[test]
fn vary_is_merged_with_the_existing_header() {
    for (before, after) in [
        (vec!["Accept"], vec!["Accept", "Cookie"]),
        (vec!["Accept, Cookie"], vec!["Accept, Cookie"]),
        (vec!["Accept", "Accept-Language,COOKIE"], vec!["Accept", "Accept-Language,COOKIE"]),
        (vec!["X-Cookie"], vec!["X-Cookie", "Cookie"]),
        (vec!["*"], vec!["*"]),
        (vec!["Accept", "*"], vec!["Accept", "*"]),
    ] {
        let before: Vec<_> = before.into_iter().map(|value| (VARY, value)).collect();
        assert_eq!(all(&written_beside(&before), VARY), after);
    }
}

#[test]
fn cache_control_becomes_private_and_keeps_compatible_directives() {
    for (before, after) in [
        (vec!["public, max-age=60"], "private, max-age=60"),
        (vec!["Public", "S-MaxAge=9, must-revalidate"], "private, must-revalidate"),
        (vec!["max-age=60"], "private, max-age=60"),
        (vec!["no-cache"], "private, no-cache"),
        (vec!["private=\"set-cookie, x\""], "private, private=\"set-cookie, x\""),
        (vec![""], "private"),
    ] {
        let before: Vec<_> = before.into_iter().map(|value| (CACHE_CONTROL, value)).collect();
        assert_eq!(all(&written_beside(&before), CACHE_CONTROL), [after]);
    }
}

#[test]
fn cache_control_that_is_private_already_stays() {
    for before in ["private", "max-age=0, PRIVATE", "no-store", "no-cache, no-store"] {
        let headers = written_beside(&[(CACHE_CONTROL, before)]);
        assert_eq!(all(&headers, CACHE_CONTROL), [before]);
    }
}

#[test]
fn a_session_that_expires_before_the_response_is_not_written() {
    let cookie = cookie();
    let mut session = read(&cookie, &ada(&cookie), 7199);
    assert!(matches!(action(&cookie, &session, 200, 7199), CookieAction::Set(_)));
    session.insert("theme", "dark");
    assert_eq!(action(&cookie, &session, 200, 7200), CookieAction::Keep);
}

#[test]
fn a_session_that_reaches_its_fixed_expiry_before_the_response_is_not_written() {
    let cookie = cookie();
    let mut session = read(&cookie, &Jar::default(), 0);
    session.insert("user", "Ada");
    session.set_expiry(Expiry::At(at_second(2))).unwrap();
    assert!(matches!(action(&cookie, &session, 200, 1), CookieAction::Set(_)));
    assert_eq!(action(&cookie, &session, 200, 2), CookieAction::Keep);
    let mut session = read(&cookie, &ada(&cookie), 0);
    session.set_expiry(Expiry::At(at_second(2))).unwrap();
    assert!(matches!(action(&cookie, &session, 200, 2), CookieAction::Clear(_)));
}

#[test]
fn the_absolute_timeout_ends_a_session_however_often_it_is_renewed() {
    let codec = codec_with(|builder| builder.absolute_timeout(MAX_AGE * 3));
    let cookie = cookie_with(codec, |builder| builder.save_every_request(true));
    let mut jar = ada(&cookie);
    for seconds in (0..21_600).step_by(3000) {
        jar.visit(&cookie, seconds, |session: &mut Session<Map>| {
            assert!(session.contains_key("user"), "{seconds}");
        });
    }
    assert!(!read(&cookie, &jar, 21_599).is_empty());
    assert!(read(&cookie, &jar, 21_600).is_empty());
}

/// Returns a cookie whose list revokes every session from the second look-up on, and the number of
/// look-ups.
fn ended_meanwhile() -> (SessionCookie, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let asked = Arc::clone(&count);
    let list = move |_| asked.fetch_add(1, Ordering::Relaxed) > 0;
    (cookie_with(signed(), |builder| builder.revoked_ids(list)), count)
}

#[test]
fn a_session_revoked_during_the_request_is_cleared_and_not_renewed() {
    for (act, seconds) in [(true, 60), (false, 5000)] {
        let (cookie, count) = ended_meanwhile();
        let mut session = read(&cookie, &ada(&cookie), seconds);
        if act {
            session.insert("theme", "dark");
        }
        assert!(matches!(action(&cookie, &session, 200, seconds), CookieAction::Clear(_)));
        assert_eq!(count.load(Ordering::Relaxed), 2);
    }
}

#[test]
fn a_cycle_does_not_carry_an_ended_session_on_under_a_new_id() {
    let (cookie, _) = ended_meanwhile();
    let mut session = read(&cookie, &ada(&cookie), 60);
    session.cycle_id();
    assert!(matches!(action(&cookie, &session, 200, 60), CookieAction::Clear(_)));
}

#[test]
fn the_list_is_not_checked_again_if_nothing_is_written() {
    let (cookie, count) = ended_meanwhile();
    let session = read(&cookie, &ada(&cookie), 60);
    touched(&session);
    assert_eq!(action(&cookie, &session, 200, 60), CookieAction::Keep);
    assert_eq!(action(&cookie, &session, 500, 60), CookieAction::Keep);
    assert_eq!(count.load(Ordering::Relaxed), 1);
}

#[test]
fn deciding_changes_nothing() {
    let cookie = without_ids(signed());
    let mut session = read(&cookie, &Jar::default(), 0);
    session.insert("user", "Ada");
    assert_eq!(answer(&cookie, &session, 0), answer(&cookie, &session, 0));
    assert!(session.is_modified());
}

#[test]
fn a_log_out_takes_effect_even_if_the_response_fails_and_data_was_added() {
    let cookie = cookie();
    let mut session = read(&cookie, &ada(&cookie), 60);
    session.flush();
    session.insert("notice", "bye");
    assert!(matches!(action(&cookie, &session, 500, 60), CookieAction::Clear(_)));
    assert!(matches!(action(&cookie, &session, 200, 60), CookieAction::Set(_)));
}

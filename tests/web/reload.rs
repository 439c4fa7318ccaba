//! Keys that are replaced while the server runs.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use hardtack::web::{CookieAction, Map, ReloadableCookie, Session, SessionCookie};
use hardtack::{Codec, KeyRing, Mode, inspect};

use crate::support::web::*;
use crate::support::{MODES, builder, ring};

fn reloadable() -> ReloadableCookie {
    ReloadableCookie::new(cookie())
}

fn is_logged_in(cookie: &SessionCookie, jar: &Jar) -> bool {
    read(cookie, jar, 1).get("user").is_some()
}

/// The number of the key whose ID the jar's token names.
fn signer(jar: &Jar) -> Option<u16> {
    let id = inspect(jar.0.as_ref()?).ok()?.unverified_key_id();
    (1..=3).find(|number| key(*number).id() == id)
}

#[test]
fn a_reload_reaches_every_clone_and_keeps_sessions_of_keys_that_stay() {
    let handle = reloadable();
    let clone = handle.clone();
    let old = ada(&handle.current());
    assert_eq!(signer(&old), Some(1));

    clone.reload(&ring(&[2, 1]));
    assert!(is_logged_in(&handle.current(), &old));
    let new = ada(&handle.current());
    assert_eq!(signer(&new), Some(2));

    handle.reload(&ring(&[2]));
    assert!(!is_logged_in(&clone.current(), &old));
    assert!(is_logged_in(&clone.current(), &new));
}

#[test]
fn a_session_of_a_replaced_signer_is_renewed_by_the_new_one() {
    let handle = reloadable();
    let mut jar = ada(&handle.current());
    handle.reload(&ring(&[2, 1]));
    let action = jar.visit(&handle.current(), 1, |_: &mut Session<Map>| ());
    assert!(matches!(action, CookieAction::Set(_)));
    assert_eq!(signer(&jar), Some(2));
}

#[test]
fn a_request_ends_with_the_keys_that_it_began_with() {
    let handle = reloadable();
    let mut jar = ada(&handle.current());
    let in_flight = handle.current();
    let mut session = read(&in_flight, &jar, 1);

    handle.reload(&ring(&[2]));
    session.insert("theme", "dark");
    jar.take(&answer(&in_flight, &session, 1));
    assert_eq!(signer(&jar), Some(1));
    assert!(is_logged_in(&in_flight, &jar));
    assert!(!is_logged_in(&handle.current(), &jar));
}

#[test]
fn a_list_that_cannot_be_read_leaves_the_old_keys() {
    let handle = reloadable();
    let jar = ada(&handle.current());
    let reload = |list: &str| KeyRing::from_base64_list(list).map(|keys| handle.reload(&keys));
    assert!(reload("").is_err());
    assert!(reload("dLZ7vUBiWBBUUQ1nCGQdwrLHGPpDGJ6CCWtq0hXvAJo").is_ok());
    assert!(!is_logged_in(&handle.current(), &jar));

    handle.reload(&ring(&[1]));
    for wrong in ["no key", "dLZ7vUBiWBBUUQ1nCGQdwrLHGPpDGJ6CCWtq0hXvAJo=@tomorrow", "a,b"] {
        assert!(reload(wrong).is_err(), "{wrong}");
        assert!(is_logged_in(&handle.current(), &jar));
    }
}

#[test]
fn other_keys_change_nothing_else_about_a_cookie() {
    let options = |codec| cookie_with(codec, |builder| builder.revoked_ids(|id| id == self::id(1)));
    let handle = ReloadableCookie::new(options(signed()));
    handle.reload(&ring(&[2]));
    let fresh = options(builder(Mode::Signed, &ring(&[2])).build().unwrap());
    let reloaded = handle.current();
    let header = |cookie: &SessionCookie| {
        let mut session = read(cookie, &Jar::default(), 0);
        session.log_in(user("Ada"));
        set(cookie, &session, 0)
    };
    assert_eq!(header(&reloaded), header(&fresh));
    assert_eq!(handle.name(), fresh.name());
    // The first ID is on the list, the second is not.
    assert!(!is_logged_in(&reloaded, &ada(&options(fresh.codec().clone()))));
    assert!(is_logged_in(&reloaded, &ada(&reloaded)));
}

#[test]
fn a_codec_with_other_keys_is_the_codec_that_was_built_with_them() {
    for mode in MODES {
        for schema in [None, Some("v1")] {
            let build = |number| {
                let keys = ring(&[number]);
                let builder = builder(*mode, &keys);
                let builder =
                    if let Some(schema) = schema { builder.compact(schema) } else { builder };
                builder.build().unwrap().with_context(&[b"tenant"]).unwrap()
            };
            let (expected, changed) = (build(2), build(1).with_keys(&ring(&[2])));
            let token = |codec: &Codec| codec.begin_at(&("Ada", 7), NOW).unwrap();
            assert_eq!(token(&changed), token(&expected));
            let session = changed.decode_at::<(String, u8)>(token(&expected), NOW).unwrap();
            assert!(expected.renew_at(&session, at_second(60)).is_ok());
        }
    }
}

/// A cookie that moves from a codec of `previous` keys to one of key 1, and a jar of the former.
fn moving(previous: &[u16]) -> (ReloadableCookie, Jar) {
    let old = |keys: &KeyRing| Codec::signed("shop/test/old", keys, MAX_AGE).build().unwrap();
    let jar = ada(&cookie_with(old(&ring(previous)), |builder| builder));
    let moved = |builder: hardtack::web::SessionCookieBuilder| {
        builder.accept_previous(old(&ring(previous)), at_second(600)).id_source(|| Ok(id(1)))
    };
    (ReloadableCookie::new(cookie_with(signed(), moved)), jar)
}

#[test]
fn a_previous_codec_loses_a_removed_key_as_well() {
    let (handle, jar) = moving(&[1]);
    assert!(is_logged_in(&handle.current(), &jar));
    handle.reload(&ring(&[2, 1]));
    assert!(is_logged_in(&handle.current(), &jar));
    handle.reload(&ring(&[2]));
    assert!(!is_logged_in(&handle.current(), &jar));
}

#[test]
fn a_previous_codec_whose_keys_are_its_own_keeps_them() {
    let (handle, jar) = moving(&[3]);
    handle.reload(&ring(&[2]));
    assert!(is_logged_in(&handle.current(), &jar));
    // A session that is carried on is signed by the new keys.
    let mut jar = jar;
    jar.visit(&handle.current(), 1, |_: &mut Session<Map>| ());
    assert_eq!(signer(&jar), Some(2));
}

#[test]
fn a_context_of_the_current_cookie_has_its_keys() {
    let handle = reloadable();
    let tenant = |name: &[u8]| handle.current().with_context(&[name]).unwrap();
    let (before, jar) = (tenant(b"a"), ada(&tenant(b"a")));
    handle.reload(&ring(&[2, 1]));
    assert!(is_logged_in(&tenant(b"a"), &jar));
    assert!(!is_logged_in(&tenant(b"b"), &jar));
    assert_eq!(signer(&ada(&tenant(b"a"))), Some(2));
    // It keeps the keys with which it was derived.
    assert_eq!(signer(&ada(&before)), Some(1));
}

/// Two rings without a common key alternate. One ring accepts both an own token and one of the
/// previous codec, and the other ring refuses both. A reader that saw half of a reload would accept
/// only one.
#[test]
fn a_request_never_sees_half_of_a_reload() {
    const READS: usize = 500;
    let (handle, by_previous) = moving(&[1]);
    let by_own = ada(&handle.current());
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for (number, other) in [(1, 2), (2, 1)] {
            let (handle, done) = (&handle, &done);
            scope.spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    handle.reload(&ring(&[number]));
                    handle.reload(&ring(&[other]));
                }
            });
        }
        let readers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    for _ in 0..READS {
                        let cookie = handle.current();
                        let accepted = is_logged_in(&cookie, &by_own);
                        assert_eq!(is_logged_in(&cookie, &by_previous), accepted);
                        let written = ada(&cookie);
                        assert_eq!(signer(&written), Some(if accepted { 1 } else { 2 }));
                        assert!(is_logged_in(&cookie, &written));
                    }
                })
            })
            .collect();
        let results: Vec<_> = readers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        done.store(true, Ordering::Relaxed);
        assert!(results.iter().all(Result::is_ok));
    });
}

#[test]
fn debug_shows_no_key() {
    let shown = format!("{:?}", reloadable());
    assert!(shown.starts_with("ReloadableCookie(SessionCookie"), "{shown}");
}

//! Tokens of a previous codec and older cookies, which are accepted only if configured.

use core::cell::RefCell;
use core::time::Duration;

use crate::support::web::*;
use hardtack::web::{
    CookieAction, CookieError, LegacyReader, Map, Rejection, Session, SessionCookie,
};
use hardtack::{Codec, CodecBuilder, Cutoff, DecodeError, Expiry, IssueOptions, SessionId};
use http::HeaderMap;

const UNTIL: i64 = 100_000;

/// A codec of another purpose, two hours and what `options` say.
fn other(options: impl FnOnce(CodecBuilder<'_>) -> CodecBuilder<'_>) -> Codec {
    options(Codec::signed("shop/test/old", &keys(), MAX_AGE)).build().unwrap()
}

/// A cookie of `codec` that also reads `old`.
fn moving(codec: Codec, old: &Codec) -> SessionCookie {
    cookie_with(codec, |builder| builder.accept_previous(old.clone(), at_second(UNTIL)))
}

fn old_jar(old: &Codec, start: IssueOptions) -> Jar {
    Jar(Some(in_cookie(old).begin_at(&user("Ada"), start).unwrap()))
}

/// `codec` as a cookie named `s` binds it.
fn in_cookie(codec: &Codec) -> Codec {
    codec.with_context(&[b"s"]).unwrap()
}

fn started(seconds: i64) -> IssueOptions {
    IssueOptions::at(at_second(seconds)).id(id(77))
}

#[cfg(feature = "encrypt")]
#[test]
fn moving_from_signed_to_encrypted_logs_no_one_out() {
    let encrypted = Codec::encrypted("shop/test/session", &keys(), MAX_AGE).build().unwrap();
    let mut jar = ada(&cookie());
    let before = read(&cookie(), &jar, 0).id();
    let cookie = moving(encrypted, &signed());
    let action = jar.visit(&cookie, 60, |session: &mut Session<Map>| {
        assert!(session.contains_key("user") && session.rejected().is_none());
        assert!(!session.is_modified());
    });
    assert!(matches!(action, CookieAction::Set(_)));
    let token = jar.0.clone().unwrap();
    assert!(hardtack::inspect(&token).unwrap().unverified_mode() == hardtack::Mode::Encrypted);
    let after = read(&cookie, &jar, 60);
    assert_eq!((after.id(), after.started_at()), (before, Some(at_second(0))));
    assert!(*after == user("Ada"));
    assert_eq!(jar.visit(&cookie, 61, |_: &mut Session<Map>| ()), CookieAction::Keep);
}

#[test]
fn tokens_of_another_codec_are_read_only_on_request() {
    let old = other(|builder| builder);
    let session = read(&cookie(), &old_jar(&old, started(0)), 0);
    assert_eq!(session.rejected(), Some(Rejection::Token(DecodeError::BadSignature)));
}

#[test]
fn start_id_and_expiry_are_carried_over() {
    let old = other(|builder| builder.max_requested_age(days(20)));
    let cookie = moving(codec_with(|builder| builder.max_requested_age(days(20))), &old);
    for (expiry, expires_at) in [
        (Expiry::Policy, 1000 + 7200),
        (Expiry::BrowserClose, 1000 + 7200),
        (Expiry::After(days(10)), 1000 + 864_000),
        (Expiry::At(at_second(50_000)), 50_000),
    ] {
        let mut jar = old_jar(&old, started(0).expiry(expiry));
        jar.visit(&cookie, 1000, |_: &mut Session<Map>| ());
        let session = read(&cookie, &jar, 1000);
        assert_eq!((session.started_at(), session.id()), (Some(at_second(0)), Some(id(77))));
        assert_eq!((session.expiry(), session.expires_at()), (expiry, Some(at_second(expires_at))));
    }
}

#[test]
fn the_other_codec_is_read_until_the_time_that_was_said() {
    let old = other(|builder| builder);
    let cookie = moving(signed(), &old);
    let jar = old_jar(&old, started(UNTIL - 100));
    assert!(read(&cookie, &jar, UNTIL - 1).contains_key("user"));
    let session = read(&cookie, &jar, UNTIL);
    assert_eq!(session.rejected(), Some(Rejection::Token(DecodeError::BadSignature)));
}

#[test]
fn a_session_read_before_the_deadline_is_written_after_it() {
    let old = other(|builder| builder);
    let cookie = moving(signed(), &old);
    let session = read(&cookie, &old_jar(&old, started(UNTIL - 100)), UNTIL - 1);
    let mut jar = Jar::default();
    jar.take(&answer(&cookie, &session, UNTIL + 1));
    assert_eq!(read(&cookie, &jar, UNTIL + 1).started_at(), Some(at_second(UNTIL - 100)));
}

#[test]
fn a_token_valid_under_its_own_codec_is_reissued_even_if_the_new_max_age_is_shorter() {
    let old = Codec::signed("shop/test/old", &keys(), days(14)).build().unwrap();
    let cookie = moving(signed(), &old);
    let mut jar = old_jar(&old, started(-3 * 86_400));
    let action = jar.visit(&cookie, 0, |session: &mut Session<Map>| {
        assert!(session.contains_key("user"));
    });
    assert!(matches!(action, CookieAction::Set(_)));
    let session = read(&cookie, &jar, 0);
    assert_eq!(session.started_at(), Some(at_second(-3 * 86_400)));
    assert_eq!(session.expires_at(), Some(at_second(7200)));
}

#[test]
fn a_fixed_instant_beyond_the_new_max_requested_age_is_capped() {
    let old = Codec::signed("shop/test/old", &keys(), days(20)).build().unwrap();
    let cookie = moving(signed(), &old);
    let mut jar = old_jar(&old, started(-86_400).expiry(Expiry::At(at_second(86_400))));
    jar.visit(&cookie, 0, |_: &mut Session<Map>| ());
    assert_eq!(read(&cookie, &jar, 0).expires_at(), Some(at_second(7200)));
}

#[test]
fn the_absolute_timeout_of_either_codec_ends_the_session() {
    let short = Duration::from_secs(5000);
    let old = other(|builder| builder.absolute_timeout(short));
    let expired = Some(Rejection::Token(DecodeError::Expired));
    for (cookie, old) in [
        (moving(signed(), &old), &old),
        (moving(codec_with(|b| b.absolute_timeout(short)), &other(|b| b)), &other(|b| b)),
    ] {
        let jar = old_jar(old, started(0));
        assert!(read(&cookie, &jar, 4999).contains_key("user"));
        assert_eq!(read(&cookie, &jar, 5000).rejected(), expired);
    }
}

#[test]
fn the_new_codecs_cut_off_ends_old_sessions_too() {
    let old = other(|builder| builder);
    let cookie = moving(codec_with(|builder| builder.not_before(Cutoff::at(at_second(1)))), &old);
    let session = read(&cookie, &old_jar(&old, started(0)), 1);
    assert_eq!(session.rejected(), Some(Rejection::Token(DecodeError::Revoked)));
}

#[test]
fn a_session_that_expires_under_the_old_codec_before_the_response_is_not_written() {
    let old = other(|builder| builder);
    let cookie = moving(codec_with(|builder| builder.max_requested_age(days(9))), &old);
    let session = read(&cookie, &old_jar(&old, started(0)), 7199);
    assert!(session.contains_key("user"));
    assert_eq!(answer(&cookie, &session, 7200).action, CookieAction::Keep);
}

#[test]
fn the_reason_comes_from_the_codec_that_made_the_token() {
    let old = other(|builder| builder);
    let cookie = moving(signed(), &old);
    let kind = |value: String| {
        read(&cookie, &Jar(Some(value)), 9000).rejected().map(|reason| reason.kind())
    };
    assert_eq!(
        kind(in_cookie(&old).begin_at(&user("Ada"), at_second(0)).unwrap()),
        Some("expired")
    );
    assert_eq!(
        kind(in_cookie(&signed()).begin_at(&user("Ada"), at_second(0)).unwrap()),
        Some("expired")
    );
    assert_eq!(kind(in_cookie(&old).begin_at(&7, at_second(9000)).unwrap()), Some("payload"));
    assert_eq!(kind("rubbish".to_owned()), Some("malformed"));
}

#[test]
fn of_an_old_and_a_new_token_of_one_session_the_newest_counts_and_of_equals_the_new() {
    let old = other(|builder| builder);
    let cookie = moving(signed(), &old);
    let old = in_cookie(&old);
    let first = old.begin_at(&user("old"), started(0)).unwrap();
    let second = cookie.codec().begin_at(&user("new"), started(0)).unwrap();
    for tokens in [[&first, &second], [&second, &first]] {
        let session: Session<Map> = cookie.read_at(&bearing(tokens), at_second(0));
        assert!(*session == user("new"));
    }
    let verified = old.decode_at::<Map>(&first, at_second(9)).unwrap();
    let newer = old.update_at(&verified, &user("newer"), at_second(9)).unwrap();
    let session: Session<Map> = cookie.read_at(&bearing([&second, &newer]), at_second(9));
    assert!(*session == user("newer"));
}

#[test]
fn an_ended_session_of_the_old_codec_is_ended() {
    let old = other(|builder| builder);
    let ended = |session: SessionId| session == id(77);
    let cookie = cookie_with(signed(), |builder| {
        builder.accept_previous(old.clone(), at_second(UNTIL)).revoked_ids(ended)
    });
    let session = read(&cookie, &old_jar(&old, started(0)), 0);
    assert_eq!(session.rejected(), Some(Rejection::RevokedId));
}

#[test]
fn an_old_session_is_logged_out_changed_and_cut_off_like_any_other() {
    let old = other(|builder| builder);
    let cookie = moving(signed(), &old);
    let jar = old_jar(&old, started(0));
    let mut session = read(&cookie, &jar, 9);
    session.set_expiry(Expiry::BrowserClose).unwrap();
    session.cycle_id();
    assert!(!set(&cookie, &session, 9).contains("Max-Age"));
    assert_eq!((session.id(), session.started_at()), (Some(id(1)), Some(at_second(0))));
    assert!(session.revoke_before(Cutoff::at(at_second(1))));
    assert!(matches!(answer(&cookie, &session, 9).action, CookieAction::Clear(_)));
    let mut session = read(&cookie, &jar, 9);
    assert_eq!(session.flush(), Some(id(77)));
    assert!(matches!(answer(&cookie, &session, 9).action, CookieAction::Clear(_)));
}

/// A cookie of `codec` that accepts `old` as it is given.
fn moving_unbound(codec: Codec, old: &Codec) -> SessionCookie {
    let until = at_second(UNTIL);
    cookie_with(codec, |builder| builder.accept_previous_unbound(old.clone(), until))
}

fn tenant(cookie: &SessionCookie, name: &str) -> SessionCookie {
    cookie.with_context(&[name.as_bytes()]).unwrap()
}

fn kind_of(cookie: &SessionCookie, jar: &Jar) -> Option<&'static str> {
    read(cookie, jar, 9).rejected().map(|reason| reason.kind())
}

#[test]
fn a_previous_token_of_one_tenant_is_accepted_for_that_tenant_alone() {
    let old = other(|builder| builder);
    let cookie = moving(signed(), &old);
    let seven = in_cookie(&old).with_context(&[b"seven"]).unwrap();
    let jar = Jar(Some(seven.begin_at(&user("Ada"), started(0)).unwrap()));
    assert!(read(&tenant(&cookie, "seven"), &jar, 9).contains_key("user"));
    assert_eq!(kind_of(&tenant(&cookie, "eight"), &jar), Some("bad_signature"));
    assert_eq!(kind_of(&cookie, &jar), Some("bad_signature"));
}

#[test]
fn a_previous_token_of_no_tenant_or_of_another_name_is_refused() {
    let old = other(|builder| builder);
    let cookie = moving(signed(), &old);
    let unbound = Jar(Some(old.begin_at(&user("Ada"), started(0)).unwrap()));
    let another = old.with_context(&[b"prefs"]).unwrap();
    let another = Jar(Some(another.begin_at(&user("Ada"), started(0)).unwrap()));
    let no_tenant = old_jar(&old, started(0));
    assert_eq!(kind_of(&cookie, &unbound), Some("bad_signature"));
    assert_eq!(kind_of(&cookie, &another), Some("bad_signature"));
    assert_eq!(kind_of(&tenant(&cookie, "seven"), &no_tenant), Some("bad_signature"));
    assert!(read(&cookie, &no_tenant, 9).contains_key("user"));
}

#[test]
fn a_previous_codec_takes_the_contexts_that_the_codec_was_given() {
    let old = other(|builder| builder);
    let eu = |codec: &Codec| codec.with_context(&[b"eu"]).unwrap();
    let bound = in_cookie(&old).with_context(&[b"eu"]).unwrap();
    let jar = Jar(Some(bound.begin_at(&user("Ada"), started(0)).unwrap()));
    for previous in [old.clone(), eu(&old)] {
        let cookie = moving(eu(&signed()), &previous);
        assert!(read(&cookie, &jar, 9).contains_key("user"));
        assert_eq!(kind_of(&cookie, &old_jar(&old, started(0))), Some("bad_signature"));
    }
}

#[test]
fn a_previous_codec_of_another_context_is_an_error_unless_unbound_is_requested() {
    let eu = other(|builder| builder).with_context(&[b"eu"]).unwrap();
    for codec in [signed(), signed().with_context(&[b"us"]).unwrap()] {
        let builder = SessionCookie::builder(codec.clone());
        let error = builder.accept_previous(eu.clone(), at_second(UNTIL)).build().unwrap_err();
        assert_eq!(error, CookieError::PreviousContext);
        assert!(error.to_string().contains("accept_previous_unbound"));
        let jar = Jar(Some(eu.begin_at(&user("Ada"), started(0)).unwrap()));
        assert!(read(&moving_unbound(codec, &eu), &jar, 9).contains_key("user"));
    }
}

#[test]
fn unbound_tokens_are_accepted_on_request_and_bound_when_reissued() {
    let old = signed();
    let cookie = moving_unbound(signed(), &old);
    let mut jar = Jar(Some(old.begin_at(&user("Ada"), started(0)).unwrap()));
    let copy = jar.clone();
    let action = jar.visit(&cookie, 9, |session: &mut Session<Map>| {
        assert!(session.contains_key("user"));
    });
    assert!(matches!(action, CookieAction::Set(_)));
    let session = in_cookie(&old).decode_at::<Map>(jar.0.as_ref().unwrap(), at_second(9)).unwrap();
    assert_eq!((session.started_at(), session.id()), (at_second(0), Some(id(77))));
    // In every context, as its documentation says.
    assert!(read(&tenant(&cookie, "seven"), &copy, 9).contains_key("user"));
}

/// A reader of the header `name` that records its calls.
fn reader<'a>(
    name: &'static str,
    log: &'a RefCell<Vec<&'static str>>,
) -> impl Fn(&HeaderMap) -> Option<Map> + 'a {
    move |headers| {
        log.borrow_mut().push(name);
        headers.get(name).map(|value| user(value.to_str().unwrap()))
    }
}

#[test]
fn legacy_readers_are_called_in_order_until_one_finds_a_session() {
    let log = RefCell::default();
    let (first, second, third) = (reader("a", &log), reader("b", &log), reader("c", &log));
    let legacy: [LegacyReader<'_, Map>; 3] = [&first, &second, &third];
    let cookie = cookie();
    let headers: HeaderMap =
        ["b", "c"].map(|name| (name.parse().unwrap(), name.parse().unwrap())).into_iter().collect();
    let session = cookie.read_or_at(&headers, at_second(5), &legacy);
    assert!(*session == user("b"));
    assert_eq!(*log.borrow(), ["a", "b"]);
    assert!(session.is_modified() && !session.had_cookie());
    let mut jar = Jar::default();
    jar.take(&answer(&cookie, &session, 5));
    assert_eq!(read(&cookie, &jar, 5).started_at(), Some(at_second(5)));
}

#[test]
fn legacy_readers_are_not_called_if_the_cookie_is_present() {
    let log = RefCell::default();
    let legacy_reader = reader("a", &log);
    let legacy: [LegacyReader<'_, Map>; 1] = [&legacy_reader];
    let cookie = cookie();
    for cookies in [ada(&cookie), Jar(Some("rubbish".into())), Jar(Some(String::new()))] {
        let mut headers = cookies.request();
        headers.insert("a", "Eve".parse().unwrap());
        assert!(*cookie.read_or_at(&headers, at_second(0), &legacy) != user("Eve"));
    }
    let mut headers = request([b"s=\xff"]);
    headers.insert("a", "Eve".parse().unwrap());
    assert!(cookie.read_or_at(&headers, at_second(0), &legacy).is_empty());
    assert!(log.borrow().is_empty());
}

#[test]
fn if_no_legacy_reader_finds_anything_the_session_is_empty() {
    let log = RefCell::default();
    let legacy_reader = reader("a", &log);
    let cookie = cookie();
    let session = cookie.read_or_at(&HeaderMap::new(), at_second(0), &[&legacy_reader]);
    assert!(!session.is_modified());
    assert_eq!(answer(&cookie, &session, 0).action, CookieAction::Keep);
}

//! Reading a session from `Cookie` headers.

use std::sync::{Arc, Mutex};

use crate::support::web::*;
use hardtack::web::{CookieAction, Map, Rejection, Session, SessionCookie, Value};
use hardtack::{Codec, Cutoff, DecodeError, IssueOptions, KeyRing};
use http::HeaderMap;

fn name_of(session: &Session<Map>) -> Option<&str> {
    session.get("user").and_then(Value::as_str)
}

fn read_from(cookie: &SessionCookie, headers: &HeaderMap, seconds: i64) -> Session<Map> {
    cookie.read_at(headers, at_second(seconds))
}

/// A token of the session `number`, begun and issued at `seconds`.
fn token(cookie: &SessionCookie, number: u8, name: &str, seconds: i64) -> String {
    cookie
        .codec()
        .begin_at(&user(name), IssueOptions::at(at_second(seconds)).id(id(number)))
        .unwrap()
}

/// A token of [`token`], issued again with other data.
fn updated(cookie: &SessionCookie, token: &str, name: &str, seconds: i64) -> String {
    let session = cookie.codec().decode_at::<Map>(token, at_second(seconds)).unwrap();
    cookie.codec().update_at(&session, &user(name), at_second(seconds)).unwrap()
}

#[test]
fn a_missing_cookie_is_an_empty_session_and_not_an_error() {
    let session = read_from(&cookie(), &HeaderMap::new(), 0);
    assert!(!session.had_cookie() && session.rejected().is_none() && session.is_empty());
    let others = read_from(&cookie(), &request(["theme=dark; ss=1; =s"]), 0);
    assert!(!others.had_cookie() && others.rejected().is_none());
}

#[test]
fn every_cookie_header_is_read() {
    let cookie = cookie();
    let pair = format!("s={}", ada(&cookie).0.unwrap());
    for headers in [[&*pair, "a=b", "c=d"], ["a=b", &pair, "c=d"], ["a=b", "c=d", &pair]] {
        assert_eq!(name_of(&read_from(&cookie, &request(headers), 0)), Some("Ada"));
    }
}

#[test]
fn plain_bytes_are_read_like_headers() {
    let cookie = cookie();
    let header = format!("a=b; s={}", ada(&cookie).0.unwrap());
    let session: Session<Map> =
        cookie.read_bytes_at([&b"x=y"[..], header.as_bytes()], at_second(0));
    assert_eq!(name_of(&session), Some("Ada"));
}

#[test]
fn space_and_tab_around_name_and_value_are_trimmed_and_nothing_else() {
    let cookie = cookie();
    let token = ada(&cookie).0.unwrap();
    let accepted = request([format!("a=b; \t s\t =\t {token} \t; c=d")]);
    assert_eq!(name_of(&read_from(&cookie, &accepted, 0)), Some("Ada"));
    for space in ["\u{a0}", "\u{2003}", "\u{3000}", "\u{feff}", "\u{85}", "\u{1680}", "\u{b}"] {
        let session: Session<Map> =
            cookie.read_bytes_at([format!("{space}s={token}").as_bytes()], at_second(0));
        assert!(!session.had_cookie(), "{space:?}");
    }
}

#[test]
fn a_name_that_only_looks_like_a_prefixed_one_is_another_name() {
    let cookie = SessionCookie::builder(signed()).build().unwrap();
    let token = cookie.codec().begin_at(&user("Eve"), at_second(0)).unwrap();
    for name in [
        "\u{2003}__Host-session",
        "\u{a0}__Host-session",
        "\"__Host-session\"",
        "__host-session",
        "__HOST-SESSION",
        "%5F%5FHost-session",
        "__Host-session%20",
        "__Host-session\u{200b}",
        "$Path=/; x__Host-session",
        "a=__Host-session",
    ] {
        let header = format!("{name}={token}");
        let session: Session<Map> = cookie.read_bytes_at([header.as_bytes()], at_second(0));
        assert!(!session.had_cookie() && session.is_empty(), "{name:?}");
    }
}

#[test]
fn a_quoted_or_escaped_value_is_not_decoded() {
    let cookie = cookie();
    let token = ada(&cookie).0.unwrap();
    let escaped = format!("%{:02x}{}", token.as_bytes()[0], &token[1..]);
    for value in [format!("\"{token}\""), escaped, format!("{token}="), format!("{token}%20")] {
        let session = read_from(&cookie, &bearing([&value]), 0);
        assert_eq!(session.rejected(), Some(Rejection::Token(DecodeError::Malformed)), "{value}");
    }
}

#[test]
fn an_invalid_duplicate_cookie_is_ignored() {
    let cookie = cookie();
    let good = ada(&cookie).0.unwrap();
    let forged = format!("{}A", &good[..good.len() - 1]);
    let foreign = Codec::signed("blog/test/session", &keys(), MAX_AGE).build().unwrap();
    let foreign = foreign.begin_at(&user("Eve"), at_second(0)).unwrap();
    let stale = token(&cookie, 9, "Ada", -7200);
    for invalid in ["", "garbage", "\"", &good[..20], &forged, &foreign, &stale, &"x".repeat(5000)]
    {
        for both in [[invalid, &good], [&good, invalid]] {
            let session = read_from(&cookie, &bearing(both), 0);
            assert_eq!(name_of(&session), Some("Ada"), "{invalid}");
            assert_eq!(session.rejected(), None);
        }
    }
}

#[test]
fn a_duplicate_that_is_not_utf8_is_ignored_and_alone_it_is_cleared() {
    let cookie = cookie();
    let good = ada(&cookie).0.unwrap();
    let both = [&b"s=\xff\xfe"[..], format!("s={good}").as_bytes()].map(<[u8]>::to_vec);
    assert_eq!(name_of(&read_from(&cookie, &request(&both), 0)), Some("Ada"));
    let session = read_from(&cookie, &request([b"s=\xff\xfe"]), 0);
    assert_eq!(session.rejected(), Some(Rejection::Token(DecodeError::Malformed)));
    assert!(matches!(answer(&cookie, &session, 0).action, CookieAction::Clear(_)));
}

#[test]
fn equal_values_count_once() {
    let cookie = without_ids(signed());
    let good = cookie.codec().begin_at(&user("Ada"), at_second(0)).unwrap();
    let session = read_from(&cookie, &bearing([&good, &good, &good]), 0);
    assert_eq!((name_of(&session), session.rejected()), (Some("Ada"), None));
}

#[test]
fn of_one_session_the_newest_token_counts_in_whatever_order() {
    let cookie = cookie();
    let first = token(&cookie, 1, "first", 0);
    let second = updated(&cookie, &first, "second", 10);
    let third = updated(&cookie, &second, "third", 20);
    for tokens in [[&first, &second, &third], [&third, &first, &second], [&second, &third, &first]]
    {
        let session = read_from(&cookie, &bearing(tokens), 20);
        assert_eq!(name_of(&session), Some("third"));
        assert_eq!(session.started_at(), Some(at_second(0)));
    }
}

#[test]
fn of_one_session_and_second_the_first_counts_which_browsers_send_for_the_longest_path() {
    let cookie = cookie();
    let [one, two] = ["one", "two"].map(|name| token(&cookie, 1, name, 0));
    assert_eq!(name_of(&read_from(&cookie, &bearing([&one, &two]), 0)), Some("one"));
    assert_eq!(name_of(&read_from(&cookie, &bearing([&two, &one]), 0)), Some("two"));
}

#[test]
fn of_different_sessions_none_counts() {
    let cookie = cookie();
    let (ours, planted) = (token(&cookie, 1, "Ada", 0), token(&cookie, 2, "Eve", 5));
    for tokens in [[&ours, &planted], [&planted, &ours]] {
        let session = read_from(&cookie, &bearing(tokens), 5);
        assert!(session.had_cookie() && session.is_empty());
        assert_eq!(session.rejected(), Some(Rejection::Ambiguous));
    }
}

#[test]
fn sessions_without_an_id_are_different_ones() {
    let cookie = without_ids(signed());
    let tokens =
        [0, 5].map(|second| cookie.codec().begin_at(&user("Ada"), at_second(second)).unwrap());
    let session = read_from(&cookie, &bearing(&tokens), 5);
    assert_eq!(session.rejected(), Some(Rejection::Ambiguous));
    let named = token(&cookie, 1, "Ada", 0);
    let session = read_from(&cookie, &bearing([&named, &tokens[0]]), 5);
    assert_eq!(session.rejected(), Some(Rejection::Ambiguous));
}

#[test]
fn ambiguous_cookies_stay_lest_the_planted_one_be_left_alone() {
    let cookie = cookie();
    let tokens = [token(&cookie, 1, "Ada", 0), token(&cookie, 2, "Eve", 0)];
    let mut session = read_from(&cookie, &bearing(&tokens), 0);
    assert_eq!(answer(&cookie, &session, 0).action, CookieAction::Keep);
    session.clear();
    assert_eq!(answer(&cookie, &session, 0).action, CookieAction::Keep);
    session.flush();
    assert!(matches!(answer(&cookie, &session, 0).action, CookieAction::Clear(_)));
    assert_eq!(session.rejected(), Some(Rejection::Ambiguous));
}

#[test]
fn ambiguous_cookies_are_replaced_by_a_new_session() {
    let cookie = cookie();
    let tokens = [token(&cookie, 71, "Ada", 0), token(&cookie, 72, "Eve", 0)];
    let mut session = read_from(&cookie, &bearing(&tokens), 9);
    session.log_in(user("Ada"));
    let mut jar = Jar::default();
    jar.take(&answer(&cookie, &session, 9));
    let new = read(&cookie, &jar, 9);
    assert_eq!((new.started_at(), new.id()), (Some(at_second(9)), Some(id(1))));
}

/// A cookie whose list of revoked sessions contains `ended`, and the IDs that were looked up.
fn with_list(ended: u8) -> (SessionCookie, Arc<Mutex<Vec<hardtack::SessionId>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    let list = move |session| {
        log.lock().unwrap().push(session);
        session == id(ended)
    };
    (cookie_with(signed(), |builder| builder.revoked_ids(list)), asked)
}

#[test]
fn an_ended_session_is_empty_with_the_reason_and_cleared() {
    let (cookie, asked) = with_list(7);
    let session = read_from(&cookie, &bearing([token(&cookie, 7, "Ada", 0)]), 0);
    assert!(session.is_empty());
    assert_eq!(session.rejected(), Some(Rejection::RevokedId));
    assert!(matches!(answer(&cookie, &session, 0).action, CookieAction::Clear(_)));
    assert_eq!(*asked.lock().unwrap(), [id(7)]);
}

#[test]
fn a_revoked_duplicate_cookie_is_ignored() {
    let (cookie, _) = with_list(7);
    let (ended, good) = (token(&cookie, 7, "Eve", 5), token(&cookie, 8, "Ada", 0));
    for tokens in [[&ended, &good], [&good, &ended]] {
        let session = read_from(&cookie, &bearing(tokens), 5);
        assert_eq!((name_of(&session), session.rejected()), (Some("Ada"), None));
    }
}

#[test]
fn the_list_is_not_checked_for_a_token_that_does_not_verify() {
    let (cookie, asked) = with_list(7);
    let mut forged = token(&cookie, 7, "Ada", 0);
    forged.truncate(forged.len() - 4);
    assert!(read_from(&cookie, &bearing([forged]), 0).is_empty());
    assert!(asked.lock().unwrap().is_empty());
}

#[test]
fn the_reason_is_that_of_the_first_invalid_cookie() {
    let cookie =
        cookie_with(codec_with(|builder| builder.not_before(Cutoff::at(at_second(0)))), |b| b);
    let (other_keys, keys) = (KeyRing::new(key(2)), keys());
    let unknown = Codec::signed("shop/test/session", &other_keys, MAX_AGE).build().unwrap();
    let other = Codec::signed("shop/test/other", &keys, MAX_AGE).build().unwrap();
    let begun = |codec: &Codec, second| codec.begin_at(&user("Ada"), at_second(second)).unwrap();
    for (value, kind) in [
        ("rubbish".to_owned(), "malformed"),
        ("x".repeat(4097), "too_long"),
        ("gA".repeat(40), "unsupported_version"),
        (begun(&unknown, 0), "unknown_key"),
        (begun(&other, 0), "bad_signature"),
        (begun(cookie.codec(), 61), "not_yet_valid"),
        (begun(cookie.codec(), -7200), "expired"),
        (begun(cookie.codec(), -1), "revoked"),
        (cookie.codec().begin_at(&7, at_second(0)).unwrap(), "payload"),
    ] {
        let session = read_from(&cookie, &bearing([&*value, "later"]), 0);
        let reason = session.rejected().unwrap();
        assert_eq!(reason.kind(), kind);
        assert_eq!(reason.is_expected(), ["expired", "revoked"].contains(&kind));
        assert!(session.is_empty() && session.had_cookie());
    }
}

#[test]
fn a_bad_cookie_is_cleared() {
    let cookie = cookie();
    let session = read_from(&cookie, &bearing(["rubbish"]), 0);
    assert!(session.had_cookie() && !session.is_modified());
    assert!(matches!(answer(&cookie, &session, 0).action, CookieAction::Clear(_)));
}

#[test]
fn an_invalid_cookie_is_replaced_if_there_is_new_data() {
    let cookie = cookie();
    let mut jar = Jar(Some("rubbish".to_owned()));
    jar.visit(&cookie, 3, |session: &mut Session<Map>| session.insert("theme", "dark"));
    let session = read(&cookie, &jar, 3);
    assert!(session.contains_key("theme"));
    assert_eq!((session.started_at(), session.rejected()), (Some(at_second(3)), None));
}

#[test]
fn a_valid_cookie_whose_data_is_the_default_is_an_empty_session_and_stays_until_it_changes() {
    let cookie = cookie();
    let token = cookie.codec().begin_at(&Map::new(), at_second(0)).unwrap();
    let mut session = read_from(&cookie, &bearing([token]), 0);
    assert!(session.had_cookie() && session.rejected().is_none() && session.is_empty());
    assert_eq!(answer(&cookie, &session, 0).action, CookieAction::Keep);
    session.insert("theme", "dark");
    session.clear();
    assert!(matches!(answer(&cookie, &session, 0).action, CookieAction::Clear(_)));
}

#[test]
fn a_token_of_one_context_fails_verification_in_another() {
    let cookie = cookie();
    let [seven, eight] =
        [&b"tenant-7"[..], b"tenant-8"].map(|part| cookie.with_context(&[part]).unwrap());
    let jar = ada(&seven);
    assert_eq!(name_of(&read(&seven, &jar, 0)), Some("Ada"));
    for other in [&eight, &cookie] {
        let reason = read(other, &jar, 0).rejected();
        assert_eq!(reason, Some(Rejection::Token(DecodeError::BadSignature)));
    }
}

#[test]
fn a_session_is_send_and_sync() {
    fn is_send_and_sync<T: Send + Sync>(_: &T) {}
    is_send_and_sync(&cookie());
    is_send_and_sync(&read(&cookie(), &Jar::default(), 0));
}

#[test]
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
fn the_system_clock_reads_what_it_wrote() {
    let cookie = cookie();
    let mut session: Session<Map> = cookie.read(&HeaderMap::new());
    session.insert("user", "Ada");
    let mut headers = HeaderMap::new();
    cookie.write(&session, http::StatusCode::OK, &mut headers).unwrap();
    let back: Session<Map> = cookie.read(&bearing([value(&headers["set-cookie"])]));
    assert_eq!(name_of(&back), Some("Ada"));
}

//! Logging in, out, and out everywhere.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use crate::support::web::*;
use hardtack::web::{CookieAction, Map, Rejection, ResponseError, Session, SessionCookie};
use hardtack::{Cutoff, DecodeError, Expiry, SessionId};
use http::StatusCode;

/// A session with a cart that began at 0, without a log-in.
fn anonymous(cookie: &SessionCookie) -> Jar {
    let mut jar = Jar::default();
    jar.visit(cookie, 0, |session: &mut Session<Map>| session.insert("cart", vec![101]));
    jar
}

fn log_in(cookie: &SessionCookie, jar: &mut Jar, seconds: i64) {
    jar.visit(cookie, seconds, |session: &mut Session<Map>| {
        session.log_in(user("Ada"));
    });
}

#[test]
fn log_in_gives_a_new_id_and_a_new_start_and_replaces_the_data() {
    let cookie = cookie();
    let mut jar = anonymous(&cookie);
    let before = read(&cookie, &jar, 0).id();
    log_in(&cookie, &mut jar, 100);
    let session = read(&cookie, &jar, 100);
    assert_eq!(session.started_at(), Some(at_second(100)));
    assert!(session.id().is_some() && session.id() != before);
    assert!(session.keys().eq(["user"]));
}

#[test]
fn no_data_of_the_first_visitor_reaches_the_second_in_one_browser() {
    let cookie = cookie_with(codec_with(|b| b.max_requested_age(days(30))), |builder| builder);
    let mut jar = ada(&cookie);
    jar.visit(&cookie, 1, |session: &mut Session<Map>| {
        session.insert("note", "Ada's");
        session.set_expiry(Expiry::After(days(30))).unwrap();
    });
    let before = read(&cookie, &jar, 2).id();
    jar.visit(&cookie, 3, |session: &mut Session<Map>| session.log_in(user("Bob")));
    let session = read(&cookie, &jar, 3);
    assert!(*session == user("Bob"));
    assert_eq!((session.expiry(), session.started_at()), (Expiry::Policy, Some(at_second(3))));
    assert!(session.id().is_some() && session.id() != before);
}

#[test]
fn only_data_carried_over_by_name_survives_a_log_in() {
    let cookie = cookie();
    let mut jar = anonymous(&cookie);
    jar.visit(&cookie, 100, |session: &mut Session<Map>| {
        let cart = session.remove("cart");
        let mut data = user("Ada");
        data.insert("cart", cart);
        session.log_in(data);
    });
    let session = read(&cookie, &jar, 100);
    assert!(session.keys().eq(["cart", "user"]));
    assert_eq!(session.started_at(), Some(at_second(100)));
}

#[test]
fn log_in_without_data_clears_the_cookie_that_came() {
    let cookie = cookie();
    let mut jar = ada(&cookie);
    let action = jar.visit(&cookie, 1, |session: &mut Session<Map>| session.log_in(Map::new()));
    assert!(matches!(action, CookieAction::Clear(_)));
    let action = jar.visit(&cookie, 1, |session: &mut Session<Map>| session.log_in(Map::new()));
    assert_eq!(action, CookieAction::Keep);
}

#[test]
fn log_in_with_the_same_data_is_written_too() {
    let cookie = without_ids(signed());
    let mut jar = anonymous(&cookie);
    let action = jar.visit(&cookie, 100, |session: &mut Session<Map>| {
        let data = Map::clone(session);
        session.log_in(data);
    });
    assert!(matches!(action, CookieAction::Set(_)));
    assert_eq!(read(&cookie, &jar, 100).started_at(), Some(at_second(100)));
}

#[test]
fn a_planted_session_is_not_the_one_that_logs_in() {
    let cookie = cookie();
    let planted = anonymous(&cookie);
    let mut victim = planted.clone();
    log_in(&cookie, &mut victim, 100);
    let attacker = read(&cookie, &planted, 100);
    assert!(!attacker.contains_key("user"));
    assert_ne!(attacker.id(), read(&cookie, &victim, 100).id());
}

#[test]
fn log_in_starts_the_absolute_timeout_anew() {
    let codec = codec_with(|builder| builder.absolute_timeout(MAX_AGE));
    let cookie = cookie_with(codec, |builder| builder);
    let mut jar = anonymous(&cookie);
    log_in(&cookie, &mut jar, 7000);
    assert!(!read(&cookie, &jar, 7000 + 7199).is_empty());
    assert!(read(&cookie, &jar, 7000 + 7200).is_empty());
}

#[test]
fn log_in_discards_the_expiry_of_the_previous_session() {
    let cookie = cookie();
    let mut jar = Jar::default();
    jar.visit(&cookie, 0, |session: &mut Session<Map>| {
        session.insert("cart", vec![101]);
        session.set_expiry(Expiry::BrowserClose).unwrap();
    });
    log_in(&cookie, &mut jar, 1);
    assert_eq!(read(&cookie, &jar, 1).expiry(), Expiry::Policy);
}

#[test]
fn log_in_forgets_an_expiry_that_the_request_set_before_it() {
    let cookie =
        cookie_with(codec_with(|builder| builder.max_requested_age(days(30))), |builder| builder);
    for (before, expiry) in [(true, Expiry::Policy), (false, Expiry::After(days(14)))] {
        let mut jar = anonymous(&cookie);
        jar.visit(&cookie, 1, |session: &mut Session<Map>| {
            let remember = |session: &mut Session<Map>| session.set_expiry(Expiry::After(days(14)));
            if before {
                remember(session).unwrap();
            }
            session.log_in(user("Ada"));
            if !before {
                remember(session).unwrap();
            }
        });
        assert_eq!(read(&cookie, &jar, 1).expiry(), expiry, "{before}");
    }
}

#[test]
fn after_log_in_the_id_is_known_before_the_response() {
    let cookie = cookie();
    let mut session = read(&cookie, &anonymous(&cookie), 0);
    session.log_in(user("Ada"));
    let (named, mut jar) = (session.id(), Jar::default());
    jar.take(&answer(&cookie, &session, 0));
    assert!(named.is_some());
    assert_eq!(read(&cookie, &jar, 0).id(), named);
}

#[test]
fn log_out_clears_the_cookie_and_leaves_nothing_behind() {
    let cookie = cookie();
    let mut jar = ada(&cookie);
    let action = jar.visit(&cookie, 60, |session: &mut Session<Map>| session.flush());
    assert!(matches!(action, CookieAction::Clear(_)));
    let session = read(&cookie, &jar, 61);
    assert!(session.is_empty() && !session.had_cookie());
}

#[test]
fn flush_discards_the_previous_user_s_data() {
    let cookie = cookie();
    let mut jar = ada(&cookie);
    jar.visit(&cookie, 60, |session: &mut Session<Map>| {
        session.flush();
        session.log_in([("visitor", "Grace")].into_iter().collect());
    });
    assert!(read(&cookie, &jar, 60).keys().eq(["visitor"]));
}

#[test]
fn logging_out_alone_does_not_end_a_copy() {
    let cookie = cookie();
    let mut jar = ada(&cookie);
    let copy = jar.clone();
    jar.visit(&cookie, 60, |session: &mut Session<Map>| session.flush());
    assert!(read(&cookie, &copy, 7199).contains_key("user"));
    assert!(read(&cookie, &copy, 7200).is_empty());
}

/// A cookie with the application's list of revoked sessions.
fn with_list() -> (SessionCookie, Arc<Mutex<HashSet<SessionId>>>) {
    let list: Arc<Mutex<HashSet<SessionId>>> = Arc::default();
    let asked = Arc::clone(&list);
    let ended = move |id| asked.lock().unwrap().contains(&id);
    (cookie_with(signed(), |builder| builder.revoked_ids(ended)), list)
}

#[test]
fn with_a_list_of_ended_sessions_logging_out_ends_every_copy() {
    let (cookie, list) = with_list();
    let mut jar = ada(&cookie);
    let copy = jar.clone();
    jar.visit(&cookie, 60, |session: &mut Session<Map>| {
        list.lock().unwrap().extend(session.flush());
    });
    assert_eq!(read(&cookie, &copy, 60).rejected(), Some(Rejection::RevokedId));
}

#[test]
fn a_response_in_progress_does_not_bring_back_a_logged_out_session() {
    let (cookie, list) = with_list();
    let mut jar = ada(&cookie);
    let mut slow = read(&cookie, &jar, 59);
    slow.insert("theme", "dark");
    jar.visit(&cookie, 60, |session: &mut Session<Map>| {
        list.lock().unwrap().extend(session.flush());
    });
    assert!(matches!(answer(&cookie, &slow, 61).action, CookieAction::Clear(_)));
}

#[test]
fn a_log_in_in_progress_survives_the_end_of_the_previous_session() {
    let (cookie, list) = with_list();
    let mut session = read(&cookie, &ada(&cookie), 60);
    list.lock().unwrap().extend(session.id());
    session.log_in(user("Ada"));
    let mut jar = Jar::default();
    jar.take(&answer(&cookie, &session, 60));
    assert!(read(&cookie, &jar, 60).contains_key("user"));
}

#[test]
fn a_cut_off_ends_every_session_of_before_renewed_or_not() {
    let cookie = cookie();
    let (mut laptop, phone) = (ada(&cookie), ada(&cookie));
    laptop.visit(&cookie, 5000, |_: &mut Session<Map>| ());
    let cutoff = Cutoff::at(at_second(5001));
    for jar in [&laptop, &phone] {
        let mut session = read(&cookie, jar, 5001);
        assert!(session.revoke_before(cutoff));
        assert!(session.is_empty());
        assert_eq!(session.rejected(), Some(Rejection::Token(DecodeError::Revoked)));
        assert!(matches!(answer(&cookie, &session, 5001).action, CookieAction::Clear(_)));
    }
}

#[test]
fn a_cut_off_spares_sessions_that_began_at_it_and_new_sessions() {
    let cookie = cookie();
    let mut session = read(&cookie, &ada(&cookie), 1);
    assert!(!session.revoke_before(Cutoff::at(at_second(0))));
    assert!(session.contains_key("user"));
    let mut new = read(&cookie, &Jar::default(), 1);
    assert!(!new.revoke_before(Cutoff::at(at_second(2))));
}

#[test]
fn after_revoke_before_a_log_in_begins_a_session_of_its_own() {
    let cookie = cookie();
    let mut jar = ada(&cookie);
    let before = read(&cookie, &jar, 0).id();
    let cutoff = Cutoff::at(at_second(61));
    jar.visit(&cookie, 61, |session: &mut Session<Map>| {
        assert!(session.revoke_before(cutoff));
        session.log_in(user("Ada"));
        assert!(!session.revoke_before(cutoff));
    });
    let mut session = read(&cookie, &jar, 61);
    assert!(!session.revoke_before(cutoff) && session.contains_key("user"));
    assert_eq!(session.started_at(), Some(at_second(61)));
    assert_ne!(session.id(), before);
}

#[test]
fn log_in_after_is_the_session_that_stays_when_all_others_are_ended() {
    let cookie = cookie();
    let (mut here, there) = (ada(&cookie), ada(&cookie));
    let cutoff = Cutoff::at(at_second(61));
    here.visit(&cookie, 60, |session: &mut Session<Map>| session.log_in_after(cutoff, user("Ada")));
    assert!(!read(&cookie, &here, 60).revoke_before(cutoff));
    assert!(read(&cookie, &there, 60).revoke_before(cutoff));
}

#[test]
fn a_cutoff_ends_a_session_of_a_fast_server_and_a_slow_server_accepts_the_log_in() {
    let cookie = cookie();
    let mut fast = Jar::default();
    fast.visit(&cookie, 89, |session: &mut Session<Map>| drop(session.insert("user", "Ada")));
    let cutoff = cookie.codec().cutoff_at(at_second(60));
    assert!(read(&cookie, &fast, 60).revoke_before(cutoff));
    let mut here = Jar::default();
    here.visit(&cookie, 60, |session: &mut Session<Map>| {
        session.log_in_after(cutoff, user("Ada"));
    });
    for clock in [30, 60, 90] {
        let mut session = read(&cookie, &here, clock);
        assert!(session.contains_key("user") && !session.revoke_before(cutoff), "{clock}");
    }
}

#[test]
fn a_log_in_that_every_server_would_refuse_is_an_error() {
    let cookie = cookie();
    let answer = |cutoff| {
        let mut session = read(&cookie, &Jar::default(), 0);
        session.log_in_after(cutoff, user("Ada"));
        cookie
            .response_headers_at(&session, StatusCode::OK, at_second(0))
            .map(|answer| answer.action)
    };
    assert!(matches!(answer(Cutoff::at(at_second(60))), Ok(CookieAction::Set(_))));
    assert_eq!(answer(Cutoff::at(at_second(61))).unwrap_err(), ResponseError::NotYetValid);
    let milliseconds = Cutoff::from_unix_timestamp(1_795_000_000_000);
    assert!(matches!(answer(milliseconds), Err(ResponseError::Encode(_))));
}

#[test]
fn a_log_in_succeeds_even_if_the_clock_goes_back_before_the_response() {
    let cookie = cookie();
    let mut session = read(&cookie, &Jar::default(), 100);
    session.log_in(user("Ada"));
    let mut jar = Jar::default();
    jar.take(&answer(&cookie, &session, 30));
    assert_eq!(read(&cookie, &jar, 100).started_at(), Some(at_second(100)));
}

#[test]
fn log_in_after_a_cut_off_of_long_ago_begins_now() {
    let cookie = cookie();
    let mut jar = Jar::default();
    for cutoff in [
        Cutoff::from_unix_timestamp(0),
        Cutoff::at(at_second(-99 * 86_400)),
        Cutoff::at(at_second(9)),
    ] {
        jar.visit(&cookie, 9, |session: &mut Session<Map>| {
            session.log_in_after(cutoff, user("Ada"));
        });
        assert_eq!(read(&cookie, &jar, 9).started_at(), Some(at_second(9)));
    }
}

#[test]
fn a_log_in_under_way_while_all_sessions_are_ended_is_ended_with_them() {
    let cookie = cookie();
    let mut session = read(&cookie, &Jar::default(), 60);
    session.log_in(user("Ada"));
    let cutoff = Cutoff::at(at_second(62));
    let mut jar = Jar::default();
    jar.take(&answer(&cookie, &session, 62));
    assert!(read(&cookie, &jar, 62).revoke_before(cutoff));
}

#[test]
fn a_cut_off_for_all_users_needs_no_call() {
    let jar = ada(&cookie());
    let cookie =
        cookie_with(codec_with(|b| b.not_before(Cutoff::at(at_second(1)))), |builder| builder);
    let session = read(&cookie, &jar, 1);
    assert_eq!(session.rejected(), Some(Rejection::Token(DecodeError::Revoked)));
}

//! Further rules of Django's sessions that docs/sessions.md compares.

use core::time::Duration;

use crate::support::web::*;
use hardtack::Expiry;
use hardtack::web::{CookieAction, Map, Session};

const HOUR: Duration = Duration::from_secs(3600);

/// The response to Ada's session at second 60. It began at 0 with a theme.
fn visit<R>(handler: impl FnOnce(&mut Session<Map>) -> R) -> (Jar, CookieAction) {
    let mut jar = ada(&cookie());
    let action = jar.visit(&cookie(), 60, handler);
    (jar, action)
}

#[test]
fn an_id_or_an_expiry_without_data_sends_nothing() {
    let cookie = cookie();
    let mut jar = Jar::default();
    let cycled = jar.visit(&cookie, 0, |session: &mut Session<Map>| session.cycle_id());
    let expiring = jar.visit(&cookie, 0, |session: &mut Session<Map>| {
        session.set_expiry(Expiry::After(HOUR)).unwrap();
    });
    assert_eq!((cycled, expiring), (CookieAction::Keep, CookieAction::Keep));
}

#[test]
fn clear_keeps_the_expiry() {
    let (mut jar, _) = visit(|session| session.set_expiry(Expiry::After(HOUR)).unwrap());
    jar.visit(&cookie(), 61, |session: &mut Session<Map>| {
        session.clear();
        session.insert("theme", "dark");
    });
    assert_eq!(read(&cookie(), &jar, 62).expiry(), Expiry::After(HOUR));
}

#[test]
fn deleting_a_test_cookie_that_is_not_there_does_nothing() {
    let (_, action) = visit(|session| session.delete_test_cookie());
    assert_eq!(action, CookieAction::Keep);
}

#[test]
fn assigning_an_equal_value_is_not_a_change() {
    let (_, action) = visit(|session| session.insert("user", "Ada"));
    assert_eq!(action, CookieAction::Keep);
}

#[test]
fn of_two_requests_at_once_the_change_of_one_is_lost() {
    let cookie = cookie();
    let mut jar = ada(&cookie);
    let (mut first, mut second) = (read(&cookie, &jar, 60), read(&cookie, &jar, 60));
    first.insert("cart", 101);
    second.insert("theme", "dark");
    jar.take(&answer(&cookie, &first, 61));
    jar.take(&answer(&cookie, &second, 62));
    assert!(read(&cookie, &jar, 63).keys().eq(["theme", "user"]));
}

#[test]
fn setting_the_default_expiry_on_a_default_session_sends_nothing() {
    let (_, action) = visit(|session| session.set_expiry(Expiry::Policy).unwrap());
    assert_eq!(action, CookieAction::Keep);
}

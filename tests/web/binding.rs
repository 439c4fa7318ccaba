//! A cookie binds its tokens to its name and then to the contexts (FORMAT.md, "The cookie").

use crate::support::web::*;
use hardtack::Codec;
use hardtack::web::{CookieError, Map, Session, SessionCookie};

fn named(name: &str, codec: Codec) -> SessionCookie {
    SessionCookie::builder(codec).name(name).build().unwrap()
}

/// The kind of the rejection of `value` in the cookie.
fn kind(cookie: &SessionCookie, value: &str) -> Option<&'static str> {
    let session: Session<Map> =
        cookie.read_at(&request([format!("{}={value}", cookie.name())]), at_second(0));
    session.rejected().map(|reason| reason.kind())
}

fn token(codec: &Codec) -> String {
    codec.begin_at(&user("Ada"), at_second(0)).unwrap()
}

#[test]
fn the_value_of_one_cookie_is_not_valid_in_another_of_the_same_codec() {
    let (login, prefs) = (named("__Host-login", signed()), named("__Host-prefs", signed()));
    let moved = token(prefs.codec());
    assert_eq!(kind(&prefs, &moved), None);
    assert_eq!(kind(&login, &moved), Some("bad_signature"));
}

#[test]
fn the_name_is_the_first_part_of_the_context() {
    let by_hand = signed().with_context(&[b"s"]).unwrap();
    assert_eq!(kind(&named("s", signed()), &token(&by_hand)), None);
    assert_eq!(kind(&named("s", signed()), &token(&signed())), Some("bad_signature"));
}

#[test]
fn the_contexts_of_the_codec_and_of_the_cookie_follow_the_name_in_order() {
    let codec = signed().with_context(&[b"eu", b""]).unwrap();
    let cookie = named("s", codec).with_context(&[b"seven"]).unwrap();
    let cookie = cookie.with_context(&[b"device", b"1"]).unwrap();
    let parts: [&[u8]; 6] = [b"s", b"eu", b"", b"seven", b"device", b"1"];
    let by_hand = signed().with_context(&parts).unwrap();
    assert_eq!(kind(&cookie, &token(&by_hand)), None);
    for dropped in 0..parts.len() {
        let mut fewer = parts.to_vec();
        fewer.remove(dropped);
        let by_hand = signed().with_context(&fewer).unwrap();
        assert_eq!(kind(&cookie, &token(&by_hand)), Some("bad_signature"), "{dropped}");
    }
}

#[test]
fn a_second_context_does_not_drop_the_first() {
    let tenant = cookie().with_context(&[b"tenant-7"]).unwrap();
    let device = tenant.with_context(&[b"device-1"]).unwrap();
    let other = cookie().with_context(&[b"tenant-8"]).unwrap();
    let other = other.with_context(&[b"device-1"]).unwrap();
    let moved = token(device.codec());
    assert_eq!(kind(&device, &moved), None);
    assert_eq!(kind(&other, &moved), Some("bad_signature"));
}

#[test]
fn the_codec_of_a_cookie_is_bound_as_the_cookie_is() {
    let cookie = cookie();
    let jar = ada(&cookie);
    let value = jar.0.unwrap();
    let session = cookie.codec().decode_at::<Map>(&value, at_second(0)).unwrap();
    assert!(*session.data() == user("Ada"));
    assert!(signed().decode_at::<Map>(&value, at_second(0)).is_err());
}

#[test]
fn a_context_without_room_for_the_name_is_an_error_with_its_cause() {
    let full = signed().with_context(&[&b""[..]; 255]).unwrap();
    let error = SessionCookie::builder(full).build().unwrap_err();
    assert!(matches!(error, CookieError::Context(_)));
    let cause = core::error::Error::source(&error).unwrap();
    assert!(error.to_string().ends_with(&cause.to_string()));
}

//! Jars, called directly: of the crate cookie, and of axum-extra.

use axum::response::{IntoResponse as _, IntoResponseParts};
use axum_extra::extract::{PrivateCookieJar, SignedCookieJar};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use cookie::{Cookie, CookieJar, Key};
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

use super::incoming::Incoming;
use super::{Act, Kind, Site, act, handle};
use crate::peer::{MAX_AGE, Mode, secrets};
use crate::session::Standard;

const NAME: &str = "__Host-session";

pub fn all() -> [Site; 4] {
    let site = |name: &str, mode, serve| Site {
        name: name.to_owned(),
        mode,
        kind: Kind::Direct,
        serve,
        bare: None,
    };
    let (cookie, axum_extra) = (crate::versions::of("cookie"), crate::versions::of("axum-extra"));
    [
        site(&format!("cookie {cookie} SignedJar + rmp"), Mode::Signed, signed()),
        site(&format!("cookie {cookie} PrivateJar, JSON"), Mode::Encrypted, private()),
        site(
            &format!("axum-extra {axum_extra} SignedCookieJar, JSON"),
            Mode::Signed,
            axum_signed(),
        ),
        site(
            &format!("axum-extra {axum_extra} PrivateCookieJar, JSON"),
            Mode::Encrypted,
            axum_private(),
        ),
    ]
}

fn key() -> Key {
    Key::from(&secrets(1)[0])
}

/// Parses the pairs without decoding them, and stops at the session's.
fn lean(headers: &HeaderMap) -> Option<Cookie<'_>> {
    let pairs = Cookie::split_parse(headers.get(COOKIE)?.to_str().ok()?);
    pairs.flatten().find(|cookie| cookie.name() == NAME)
}

fn attributes(value: String) -> Cookie<'static> {
    Cookie::build((NAME, value))
        .http_only(true)
        .same_site(cookie::SameSite::Lax)
        .secure(true)
        .path("/")
        .max_age(cookie::time::Duration::seconds(MAX_AGE as i64))
        .build()
}

fn set(jar: &CookieJar) -> HeaderMap {
    let cookie = jar.delta().next().expect("just added").to_string();
    HeaderMap::from_iter([(SET_COOKIE, HeaderValue::try_from(cookie).expect("ASCII"))])
}

fn signed() -> super::Serve {
    let (key, empty) = (key(), CookieJar::new());
    Box::new(move |incoming: &Incoming| {
        let cookie = lean(&incoming.headers).map(Cookie::into_owned);
        let cookie = cookie.and_then(|cookie| empty.signed(&key).verify(cookie));
        let bytes = cookie.and_then(|cookie| URL_SAFE_NO_PAD.decode(cookie.value()).ok());
        let mut session = bytes.and_then(|bytes| rmp_serde::from_slice(&bytes).ok());
        handle(&mut session);
        if act() == Act::Read {
            return HeaderMap::new();
        }
        let bytes = rmp_serde::to_vec_named(&session).expect("MessagePack");
        let mut jar = CookieJar::new();
        jar.signed_mut(&key).add(attributes(URL_SAFE_NO_PAD.encode(bytes)));
        set(&jar)
    })
}

fn private() -> super::Serve {
    let (key, empty) = (key(), CookieJar::new());
    Box::new(move |incoming: &Incoming| {
        let cookie = lean(&incoming.headers).map(Cookie::into_owned);
        let cookie = cookie.and_then(|cookie| empty.private(&key).decrypt(cookie));
        let mut session = cookie.and_then(|cookie| from_json(cookie.value()));
        handle(&mut session);
        if act() == Act::Read {
            return HeaderMap::new();
        }
        let mut jar = CookieJar::new();
        jar.private_mut(&key).add(attributes(to_json(&session)));
        set(&jar)
    })
}

fn to_json(session: &Option<Standard>) -> String {
    serde_json::to_string(session).expect("JSON")
}

fn from_json(text: &str) -> Option<Standard> {
    serde_json::from_str(text).ok()
}

fn axum_signed() -> super::Serve {
    let key = key();
    Box::new(move |incoming: &Incoming| {
        let jar = SignedCookieJar::from_headers(&incoming.headers, key.clone());
        let mut session = jar.get(NAME).and_then(|cookie| from_json(cookie.value()));
        handle(&mut session);
        respond(jar, &session, SignedCookieJar::add)
    })
}

fn axum_private() -> super::Serve {
    let key = key();
    Box::new(move |incoming: &Incoming| {
        let jar = PrivateCookieJar::from_headers(&incoming.headers, key.clone());
        let mut session = jar.get(NAME).and_then(|cookie| from_json(cookie.value()));
        handle(&mut session);
        respond(jar, &session, PrivateCookieJar::add)
    })
}

/// Returns the headers of a response with the jar, to which `add` adds a changed session.
fn respond<J: IntoResponseParts>(
    jar: J,
    session: &Option<Standard>,
    add: fn(J, Cookie<'static>) -> J,
) -> HeaderMap {
    let jar = match act() {
        Act::Read => jar,
        Act::Change => add(jar, attributes(to_json(session))),
    };
    (jar, ()).into_response().into_parts().0.headers
}

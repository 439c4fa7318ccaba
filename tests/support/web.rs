//! Shared code for tests of the web layer: a clock, a codec, cookies, and a browser's cookie jar.

use core::time::Duration;
use std::sync::atomic::{AtomicU8, Ordering};

use hardtack::web::{
    CookieAction, Map, ResponseHeaders, Session, SessionCookie, SessionCookieBuilder,
};
use hardtack::{Codec, CodecBuilder, KeyRing, Mode, RandomError, SessionId};
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;

pub use super::{DAY, MAX_AGE, NOW, key, signed};
use super::{builder, ring};

/// The instant `seconds` after [`NOW`].
pub fn at_second(seconds: i64) -> OffsetDateTime {
    NOW + time::Duration::seconds(seconds)
}

pub fn days(days: u32) -> Duration {
    DAY * days
}

pub fn keys() -> KeyRing {
    ring(&[1])
}

/// [`signed`] with `options`.
pub fn codec_with(options: impl FnOnce(CodecBuilder<'_>) -> CodecBuilder<'_>) -> Codec {
    options(builder(Mode::Signed, &keys())).build().unwrap()
}

/// A cookie named `s` whose sessions have ids 1, 2, 3, …
pub fn cookie() -> SessionCookie {
    cookie_with(signed(), |builder| builder)
}

pub fn cookie_with(
    codec: Codec,
    options: impl FnOnce(SessionCookieBuilder) -> SessionCookieBuilder,
) -> SessionCookie {
    options(SessionCookie::builder(codec).name("s").id_source(counting_ids())).build().unwrap()
}

pub fn without_ids(codec: Codec) -> SessionCookie {
    SessionCookie::builder(codec).name("s").build().unwrap()
}

pub fn counting_ids() -> impl Fn() -> Result<SessionId, RandomError> + Send + Sync {
    let last = AtomicU8::new(0);
    move || Ok(id(last.fetch_add(1, Ordering::Relaxed) + 1))
}

pub fn id(number: u8) -> SessionId {
    SessionId::from_bytes([number; 16])
}

pub fn user(name: &str) -> Map {
    [("user", name)].into_iter().collect()
}

/// A request with these `Cookie` headers.
pub fn request<H: AsRef<[u8]>>(headers: impl IntoIterator<Item = H>) -> HeaderMap {
    let value = |header: H| HeaderValue::from_bytes(header.as_ref()).unwrap();
    headers.into_iter().map(|header| (COOKIE, value(header))).collect()
}

/// A request whose one `Cookie` header has these values of the cookie `s`.
pub fn bearing<V: AsRef<str>>(values: impl IntoIterator<Item = V>) -> HeaderMap {
    let pairs: Vec<String> =
        values.into_iter().map(|value| format!("s={}", value.as_ref())).collect();
    request([pairs.join("; ")])
}

/// A browser's state for the cookie `s`.
#[derive(Clone, Debug, Default)]
pub struct Jar(pub Option<String>);

impl Jar {
    pub fn request(&self) -> HeaderMap {
        bearing(&self.0)
    }

    /// Makes a request at `seconds`, and applies the response to the browser.
    pub fn visit<T, R>(
        &mut self,
        cookie: &SessionCookie,
        seconds: i64,
        handler: impl FnOnce(&mut Session<T>) -> R,
    ) -> CookieAction
    where
        T: Default + Serialize + DeserializeOwned,
    {
        let mut session: Session<T> = cookie.read_at(&self.request(), at_second(seconds));
        drop(handler(&mut session));
        let answer =
            cookie.response_headers_at(&session, StatusCode::OK, at_second(seconds)).unwrap();
        self.take(&answer);
        answer.action
    }

    pub fn take(&mut self, answer: &ResponseHeaders) {
        match &answer.action {
            CookieAction::Keep => {}
            CookieAction::Set(header) => self.0 = Some(value(header)),
            CookieAction::Clear(_) => self.0 = None,
            other => panic!("{other:?}"),
        }
    }
}

/// Ada's jar after she logged in at 0.
pub fn ada(cookie: &SessionCookie) -> Jar {
    let mut jar = Jar::default();
    jar.visit(cookie, 0, |session: &mut Session<Map>| {
        session.log_in(user("Ada"));
    });
    jar
}

pub fn read(cookie: &SessionCookie, jar: &Jar, seconds: i64) -> Session<Map> {
    cookie.read_at(&jar.request(), at_second(seconds))
}

pub fn answer<T>(cookie: &SessionCookie, session: &Session<T>, seconds: i64) -> ResponseHeaders
where
    T: Default + Serialize,
{
    cookie.response_headers_at(session, StatusCode::OK, at_second(seconds)).unwrap()
}

/// The `Set-Cookie` that writes the session.
pub fn set<T: Default + Serialize>(
    cookie: &SessionCookie,
    session: &Session<T>,
    seconds: i64,
) -> String {
    match answer(cookie, session, seconds).action {
        CookieAction::Set(header) => text(&header),
        other => panic!("{other:?}"),
    }
}

pub fn text(header: &HeaderValue) -> String {
    header.to_str().unwrap().to_owned()
}

/// The value in a `Set-Cookie`.
pub fn value(header: &HeaderValue) -> String {
    let text = text(header);
    let pair = text.split(';').next().unwrap();
    pair.split_once('=').unwrap().1.to_owned()
}

/// The attributes in a `Set-Cookie`, in order.
pub fn attributes(header: &str) -> Vec<String> {
    let mut attributes: Vec<String> = header.split("; ").skip(1).map(ToOwned::to_owned).collect();
    attributes.sort();
    attributes
}

pub fn applied(answer: &ResponseHeaders, mut headers: HeaderMap) -> HeaderMap {
    answer.apply(&mut headers);
    headers
}

pub fn set_cookies(headers: &HeaderMap) -> Vec<String> {
    headers.get_all(SET_COOKIE).iter().map(text).collect()
}

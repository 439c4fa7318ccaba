//! A site, its clock, its events, and a client that sends one request.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, Request, Response};
use hardtack::tower::SessionLayer;
use hardtack::web::SessionCookie;
use hardtack::{Codec, Key, KeyRing, SessionId};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use tower::ServiceExt as _;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Visitor {
    pub user: Option<String>,
    pub visits: u32,
    pub notes: Vec<String>,
}

/// Data of another type, for a second cookie.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wishes {
    pub wishes: u32,
}

pub fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_790_000_000).unwrap()
}

pub fn keys() -> KeyRing {
    KeyRing::new(Key::from_base64("dLZ7vUBiWBBUUQ1nCGQdwrLHGPpDGJ6CCWtq0hXvAJo=").unwrap())
}

pub fn codec(purpose: &str) -> Codec {
    let two_hours = core::time::Duration::from_secs(7200);
    Codec::signed(purpose, &keys(), two_hours).build().unwrap()
}

pub fn cookie() -> SessionCookie {
    named("__Host-session")
}

pub fn named(name: &str) -> SessionCookie {
    let builder = SessionCookie::builder(codec("shop")).name(name);
    builder.id_source(SessionId::generate).build().unwrap()
}

pub fn layer() -> SessionLayer<Visitor> {
    SessionLayer::new(cookie()).clock(now)
}

/// The events that a layer reported.
#[derive(Clone, Default)]
pub struct Events(Arc<Mutex<Vec<String>>>);

impl Events {
    pub fn layer(&self) -> SessionLayer<Visitor> {
        layer().on_event(self.sink())
    }

    pub fn sink(&self) -> impl Fn(&hardtack::tower::Event) + Send + Sync + use<> {
        let seen = Arc::clone(&self.0);
        move |event| seen.lock().unwrap().push(event.kind().to_owned())
    }

    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

pub fn get() -> Request<Body> {
    Request::new(Body::empty())
}

pub fn with_cookie(value: &str) -> Request<Body> {
    Request::builder().header(COOKIE, value).body(Body::empty()).unwrap()
}

/// The Cookie header of a visitor whose session is `data`.
pub fn visitor(data: &Visitor, at: OffsetDateTime) -> String {
    cookie().request_header_at(data, at).unwrap().to_str().unwrap().to_owned()
}

pub fn ada() -> Visitor {
    Visitor { user: Some("Ada".to_owned()), ..Visitor::default() }
}

/// Ada's request, whose session began a minute ago.
pub fn from_ada() -> Request<Body> {
    with_cookie(&visitor(&ada(), now() - Duration::MINUTE))
}

/// Ada's request, whose session is due for renewal.
pub fn from_ada_due() -> Request<Body> {
    with_cookie(&visitor(&ada(), now() - Duration::minutes(119)))
}

pub async fn send(app: &Router, request: Request<Body>) -> Response<Body> {
    app.clone().oneshot(request).await.unwrap()
}

pub async fn text(response: Response<Body>) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Returns the `Cookie` header that the browser sends after a response with these headers.
pub fn sent_back(headers: &HeaderMap) -> Option<String> {
    let set = headers.get(SET_COOKIE)?.to_str().unwrap();
    Some(set.split(';').next().unwrap().to_owned())
}

/// The session that a response saves.
pub fn saved<B>(response: &Response<B>) -> Option<Visitor> {
    assert!(response.headers().get_all(SET_COOKIE).iter().count() < 2, "one cookie, one header");
    let mut headers = HeaderMap::new();
    headers.insert(COOKIE, sent_back(response.headers())?.parse().unwrap());
    let session = cookie().read_at::<Visitor>(&headers, now());
    session.started_at().map(|_| session.clone())
}

pub fn is_cleared<B>(response: &Response<B>) -> bool {
    let set = response.headers().get(SET_COOKIE).map(|set| set.to_str().unwrap());
    set.is_some_and(|set| set.contains("Max-Age=0"))
}

pub fn is_untouched<B>(response: &Response<B>) -> bool {
    ["set-cookie", "vary", "cache-control"]
        .iter()
        .all(|name| !response.headers().contains_key(*name))
}

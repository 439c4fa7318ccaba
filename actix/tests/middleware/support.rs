//! A site, its clock, its events, and a client that sends one request.

use core::time::Duration;
use std::sync::{Arc, Mutex};

use actix_web::body::{MessageBody, to_bytes};
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use actix_web::test::{TestRequest, init_service, try_call_service};
use actix_web::{App, Error};
use hardtack::time::{Duration as Span, OffsetDateTime};
use hardtack::web::{Session, SessionCookie};
use hardtack::{Codec, Key, KeyRing, SessionId};
use hardtack_actix::{Event, SessionMiddleware};
use serde::{Deserialize, Serialize};

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

pub fn named(name: &str) -> SessionCookie {
    let keys = Key::from_base64("dLZ7vUBiWBBUUQ1nCGQdwrLHGPpDGJ6CCWtq0hXvAJo=").unwrap();
    let two_hours = Duration::from_secs(7200);
    let codec = Codec::signed("shop", &KeyRing::new(keys), two_hours).build().unwrap();
    let builder = SessionCookie::builder(codec).name(name);
    builder.id_source(SessionId::generate).build().unwrap()
}

pub fn cookie() -> SessionCookie {
    named("__Host-session")
}

pub fn sessions() -> SessionMiddleware<Visitor> {
    SessionMiddleware::new(cookie()).clock(now)
}

/// The events that a middleware reported.
#[derive(Clone, Default)]
pub struct Events(Arc<Mutex<Vec<String>>>);

impl Events {
    pub fn sessions(&self) -> SessionMiddleware<Visitor> {
        sessions().on_event(self.sink())
    }

    pub fn sink(&self) -> impl Fn(&Event) + Send + Sync + use<> {
        let seen = Arc::clone(&self.0);
        move |event| seen.lock().unwrap().push(event.kind().to_owned())
    }

    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

pub fn get() -> TestRequest {
    TestRequest::get()
}

pub fn with_cookie(value: impl AsRef<[u8]>) -> TestRequest {
    get().append_header((COOKIE, HeaderValue::from_bytes(value.as_ref()).unwrap()))
}

/// The Cookie header of a visitor whose session is `data`.
pub fn visitor(data: &Visitor, at: OffsetDateTime) -> String {
    cookie().request_header_at(data, at).unwrap().to_str().unwrap().to_owned()
}

pub fn ada() -> Visitor {
    Visitor { user: Some("Ada".to_owned()), ..Visitor::default() }
}

/// Ada's request, whose session began a minute ago.
pub fn from_ada() -> TestRequest {
    with_cookie(visitor(&ada(), now() - Span::MINUTE))
}

/// Ada's request, whose session is due for renewal.
pub fn from_ada_due() -> TestRequest {
    with_cookie(visitor(&ada(), now() - Span::minutes(119)))
}

/// The response that actix-web sends for a request: its head and its body.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

/// Sends a request to a site, and turns an error into its response as the server does.
pub async fn send<F, B>(app: App<F>, request: TestRequest) -> Reply
where
    F: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = Error,
            InitError = (),
        > + 'static,
    B: MessageBody,
{
    let service = init_service(app).await;
    match try_call_service(&service, request.to_request()).await {
        Ok(response) => reply(response.into_parts().1).await,
        Err(error) => reply(error.error_response()).await,
    }
}

async fn reply<B: MessageBody>(response: actix_web::HttpResponse<B>) -> Reply {
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = to_bytes(response.into_body()).await.map_err(|_| "the body fails").unwrap();
    Reply { status, headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

impl Reply {
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).map(|value| value.to_str().unwrap()).collect()
    }

    /// Returns the cookies that the browser sends after this response.
    pub fn sent_back(&self) -> Option<String> {
        let set = self.headers.get(SET_COOKIE)?.to_str().unwrap();
        Some(set.split(';').next().unwrap().to_owned())
    }

    /// Returns the session that the response saves.
    pub fn saved(&self) -> Option<Visitor> {
        assert!(self.all("set-cookie").len() < 2, "one cookie, one header");
        let header = self.sent_back()?;
        let session: Session<Visitor> = cookie().read_bytes_at([header.as_bytes()], now());
        session.started_at().map(|_| session.clone())
    }

    pub fn is_cleared(&self) -> bool {
        self.all("set-cookie").iter().any(|set| set.contains("Max-Age=0"))
    }

    pub fn is_untouched(&self) -> bool {
        ["set-cookie", "vary", "cache-control"].iter().all(|name| self.all(name).is_empty())
    }
}

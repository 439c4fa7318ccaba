//! A layer's options, shared by all its requests.

use std::sync::Arc;

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;

use super::event::Event;
use super::source::CookieSource;
use crate::web::{self, SessionCookie};

pub(super) type Clock = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;
pub(super) type Sink = Arc<dyn Fn(&Event) + Send + Sync>;
pub(super) type Saves = Arc<dyn Fn(StatusCode) -> bool + Send + Sync>;

/// The `Cookie` headers of a request. HTTP/2 clients may split the header into several.
pub(super) struct Cookies {
    first: Option<HeaderValue>,
    others: Vec<HeaderValue>,
}

impl Cookies {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut values = headers.get_all(COOKIE).iter().cloned();
        Self { first: values.next(), others: values.collect() }
    }

    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.first.iter().chain(&self.others).map(HeaderValue::as_bytes)
    }
}

pub(super) struct Settings<T> {
    pub(super) source: CookieSource,
    pub(super) clock: Clock,
    pub(super) sink: Option<Sink>,
    pub(super) saves: Option<Saves>,
    pub(super) eager: bool,
    pub(super) checked: bool,
    // Function pointers, so that `Session<T>` and its `Drop` need no bounds on `T`.
    read: fn(&SessionCookie, &Cookies, OffsetDateTime) -> web::Session<T>,
    is_modified: fn(&web::Session<T>) -> bool,
}

impl<T: Default + Serialize + DeserializeOwned> Settings<T> {
    pub(super) fn new(source: CookieSource, clock: Clock) -> Self {
        Self {
            source,
            clock,
            sink: None,
            saves: None,
            eager: false,
            checked: false,
            read: |cookie, cookies, now| cookie.read_bytes_at(cookies.iter(), now),
            is_modified: web::Session::is_modified,
        }
    }
}

impl<T> Settings<T> {
    pub(super) fn now(&self) -> OffsetDateTime {
        (self.clock)()
    }

    pub(super) fn read(&self, cookie: &SessionCookie, cookies: &Cookies) -> web::Session<T> {
        (self.read)(cookie, cookies, self.now())
    }

    pub(super) fn is_modified(&self, session: &web::Session<T>) -> bool {
        (self.is_modified)(session)
    }

    /// Returns true if the session is read even in a request that does not take it.
    pub(super) fn is_eager(&self, cookie: &SessionCookie) -> bool {
        self.eager || cookie.saves_every_request()
    }

    /// Returns true if a response with this status saves the session. tower-http responds with 408
    /// for a handler that it cancelled.
    pub(super) fn saves(&self, status: StatusCode) -> bool {
        match &self.saves {
            Some(saves) => saves(status),
            None => !status.is_server_error() && status != StatusCode::REQUEST_TIMEOUT,
        }
    }

    /// Returns true if anything receives events. Otherwise the work to determine them is skipped.
    pub(super) fn is_observed(&self) -> bool {
        self.sink.is_some() || cfg!(feature = "tracing")
    }

    /// Reports an event, except during a panic, when a second panic would abort the program.
    pub(super) fn emit(&self, event: &Event) {
        if std::thread::panicking() {
            return;
        }
        #[cfg(feature = "tracing")]
        super::trace::emit(event, self.source.name());
        if let Some(sink) = &self.sink {
            sink(event);
        }
    }
}

impl<T> Clone for Settings<T> {
    fn clone(&self) -> Self {
        Self {
            source: self.source.clone(),
            clock: Arc::clone(&self.clock),
            sink: self.sink.clone(),
            saves: self.saves.clone(),
            ..*self
        }
    }
}

//! The layer and its options.

use core::fmt;
use std::sync::Arc;

use http::request::Parts;
use http::{Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;
use tower_layer::Layer;

use super::check::{BoxError, Candidate, Checked, NoCheck, Verdict};
use super::event::Event;
use super::failure::{Failure, KeepResponse, Replaced};
use super::service::SessionService;
use super::settings::{Clock, Settings};
use super::source::CookieSource;

/// Provides the session of each request to the handlers inside the layer, and saves it.
///
/// `T` is the type of the session's data. `C` is the type of the check, and `E` makes the response
/// to a failure. The builder methods determine both.
///
#[cfg_attr(feature = "generate", doc = "```")]
#[cfg_attr(not(feature = "generate"), doc = "```ignore")]
/// use core::time::Duration;
/// use hardtack::tower::{Failure, SessionLayer, Verdict};
/// use hardtack::web::{Map, SessionCookie};
/// use hardtack::{Codec, Key, KeyRing, SessionId};
/// use http::Response;
///
/// async fn is_revoked(id: SessionId) -> Result<bool, std::io::Error> {
///     // Query your Redis list here.
///     Ok(id == SessionId::from_bytes([0; 16]))
/// }
///
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
/// let codec = Codec::signed("shop/production/session", &keys, Duration::from_secs(7200)).build()?;
/// let cookie = SessionCookie::builder(codec).id_source(SessionId::generate).build()?;
///
/// let layer = SessionLayer::<Map>::new(cookie)
///     .check(|candidate| {
///         let id = candidate.id();
///         async move {
///             match id {
///                 Some(id) if is_revoked(id).await? => Ok(Verdict::Refuse("revoked")),
///                 _ => Ok(Verdict::Accept),
///             }
///         }
///     })
///     .on_event(|event| eprintln!("{event}"))
///     .on_error(Failure::plain_text::<String>);
/// # let _ = layer;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a layer does nothing until it is added to a service"]
pub struct SessionLayer<T, C = NoCheck, E = KeepResponse> {
    settings: Arc<Settings<T>>,
    check: Arc<C>,
    on_error: Arc<E>,
}

impl<T> SessionLayer<T> {
    /// Creates a layer that reads and writes this cookie by the system's clock. Absent on
    /// wasm32-unknown-unknown, where [`SessionLayer::with_clock`] takes the host's time.
    ///
    /// To change keys without a restart, pass a [`ReloadableCookie`](crate::web::ReloadableCookie).
    /// Each request then uses the keys that were current when it arrived.
    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    pub fn new(cookie: impl Into<CookieSource>) -> Self
    where
        T: Default + Serialize + DeserializeOwned,
    {
        Self::with_clock(cookie, OffsetDateTime::now_utc)
    }

    /// Creates a layer that takes the time from `clock`, for tests and for hosts without a system
    /// clock.
    pub fn with_clock(
        cookie: impl Into<CookieSource>,
        clock: impl Fn() -> OffsetDateTime + Send + Sync + 'static,
    ) -> Self
    where
        T: Default + Serialize + DeserializeOwned,
    {
        Self {
            settings: Arc::new(Settings::new(cookie.into(), Arc::new(clock))),
            check: Arc::new(NoCheck),
            on_error: Arc::new(KeepResponse),
        }
    }
}

impl<T, E> SessionLayer<T, NoCheck, E> {
    /// Calls `check` before a session from a cookie is first served, and again before a session is
    /// written.
    ///
    /// If the check returns an error, the request gets the status 503: a failed check never accepts
    /// a session. A request without a valid cookie is not checked until it writes a session.
    ///
    /// The check must copy what it needs from the candidate before its first `.await`. A layer has
    /// only one check, so put all look-ups into it.
    pub fn check<F, Fut>(self, check: F) -> SessionLayer<T, Checked<F>, E>
    where
        F: Fn(Candidate<'_, T>) -> Fut,
        Fut: Future<Output = Result<Verdict, BoxError>>,
    {
        self.check_with((|_| ()) as fn(&Parts), check)
    }

    /// Like [`SessionLayer::check`], but also gives the check the data that `keep` takes from the
    /// head of the arriving request, such as the client's address: see [`Candidate::request`].
    pub fn check_with<P, R, F, Fut>(self, keep: P, check: F) -> SessionLayer<T, Checked<F, P>, E>
    where
        P: Fn(&Parts) -> R,
        F: Fn(Candidate<'_, T, R>) -> Fut,
        Fut: Future<Output = Result<Verdict, BoxError>>,
    {
        self.check_by(Checked { request: keep, start: check })
    }

    /// Like [`SessionLayer::check`], with your own implementation of [`Check`](super::Check).
    pub fn check_by<C>(self, check: C) -> SessionLayer<T, C, E> {
        let mut settings = Settings::clone(&self.settings);
        settings.checked = true;
        SessionLayer {
            settings: Arc::new(settings),
            check: Arc::new(check),
            on_error: self.on_error,
        }
    }
}

impl<T, C, E> SessionLayer<T, C, E> {
    /// Sets whether the layer reads the session of every request, even if no handler takes it.
    /// Defaults to false.
    ///
    /// If true, every response can renew the session or clear an invalid cookie.
    /// [`save_every_request`](crate::web::SessionCookieBuilder::save_every_request) implies it.
    pub fn eager(self, eager: bool) -> Self {
        self.set(|settings| settings.eager = eager)
    }

    /// Returns true if the layer reads the session of every request.
    #[must_use]
    pub fn is_eager(&self) -> bool {
        self.settings.is_eager(&self.settings.source.current())
    }

    /// Sets the response statuses on which sessions are saved. Defaults to all below 500 except
    /// 408. A log-out is always saved.
    pub fn save_if(self, saves: impl Fn(StatusCode) -> bool + Send + Sync + 'static) -> Self {
        self.set(|settings| settings.saves = Some(Arc::new(saves)))
    }

    /// Calls `sink` with each [`Event`], for logs and metrics. The feature `tracing` reports the
    /// same events.
    pub fn on_event(self, sink: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.set(|settings| settings.sink = Some(Arc::new(sink)))
    }

    /// Takes the time from `clock` instead of the system's clock, for tests.
    pub fn clock(self, clock: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        let clock: Clock = Arc::new(clock);
        self.set(|settings| settings.clock = clock)
    }

    /// Sets the response to a request whose session could not be saved.
    ///
    /// Pass [`Failure::plain_text`] for a fixed text. Without this call, the response gets the
    /// status 500, or 503 if a check failed, and keeps the handler's headers and body.
    pub fn on_error<F, B>(self, respond: F) -> SessionLayer<T, C, Replaced<F>>
    where
        F: Fn(Failure) -> Response<B>,
    {
        self.on_error_by(Replaced(respond))
    }

    /// Like [`SessionLayer::on_error`], with your own implementation of
    /// [`OnError`](super::OnError), which can support several body types.
    pub fn on_error_by<R>(self, on_error: R) -> SessionLayer<T, C, R> {
        SessionLayer { settings: self.settings, check: self.check, on_error: Arc::new(on_error) }
    }

    fn set(mut self, set: impl FnOnce(&mut Settings<T>)) -> Self {
        set(Arc::make_mut(&mut self.settings));
        self
    }
}

impl<S, T, C, E> Layer<S> for SessionLayer<T, C, E> {
    type Service = SessionService<S, T, C, E>;

    fn layer(&self, inner: S) -> Self::Service {
        SessionService {
            inner,
            settings: Arc::clone(&self.settings),
            check: Arc::clone(&self.check),
            on_error: Arc::clone(&self.on_error),
        }
    }
}

impl<T, C, E> Clone for SessionLayer<T, C, E> {
    fn clone(&self) -> Self {
        Self {
            settings: Arc::clone(&self.settings),
            check: Arc::clone(&self.check),
            on_error: Arc::clone(&self.on_error),
        }
    }
}

impl<T, C, E> fmt::Debug for SessionLayer<T, C, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionLayer")
            .field("cookie", &self.settings.source)
            .finish_non_exhaustive()
    }
}

//! The middleware and its options.

use core::fmt;
use core::future::{Future, Ready, ready};
use core::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::StatusCode;
use actix_web::{Error, HttpResponse};
use hardtack::time::OffsetDateTime;
use hardtack::tower::{
    BoxError, Candidate, Check, Checked, CookieSource, Event, Failure, NoCheck, SessionLayer,
    Verdict,
};
use http::Extensions;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::answer::Replace;
use crate::check::{Kept, RequestCheck};
use crate::headers;
use crate::service::SessionService;

pub(crate) type Keep = Arc<dyn Fn(&ServiceRequest, &mut Extensions) + Send + Sync>;

/// Serves the session of each request to the handlers below, and saves it.
///
/// `T` is the type of the session's data. `C` is the type of the check, which the compiler infers.
/// Create the middleware once, and clone it for each worker.
///
/// ```
/// use actix_web::HttpResponse;
/// use core::time::Duration;
/// use hardtack::web::{Map, SessionCookie};
/// use hardtack::{Codec, Key, KeyRing, SessionId};
/// use hardtack_actix::{SessionMiddleware, Verdict};
///
/// async fn is_revoked(id: SessionId) -> Result<bool, std::io::Error> {
///     // A real site looks the ID up here, for example in Redis.
///     Ok(id == SessionId::from_bytes([0; 16]))
/// }
///
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
/// let codec = Codec::signed("shop/production/session", &keys, Duration::from_secs(7200)).build()?;
/// let cookie = SessionCookie::builder(codec).id_source(SessionId::generate).build()?;
///
/// let sessions = SessionMiddleware::<Map>::new(cookie)
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
///     .on_error(|failure| HttpResponse::InternalServerError().body(failure.to_string()));
/// # let _ = sessions;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a middleware does nothing until it wraps an app, a scope or a resource"]
pub struct SessionMiddleware<T, C = NoCheck> {
    layer: SessionLayer<T, C, Replace>,
    keep: Option<Keep>,
}

impl<T: Default + Serialize + DeserializeOwned> SessionMiddleware<T> {
    /// Creates a middleware that reads and writes this cookie, and uses the system's clock.
    ///
    /// Pass a [`ReloadableCookie`](hardtack::web::ReloadableCookie) to change keys while the site runs.
    pub fn new(cookie: impl Into<CookieSource>) -> Self {
        let layer = SessionLayer::new(cookie).on_error_by(Replace::by_plain_text());
        Self { layer, keep: None }
    }
}

impl<T> SessionMiddleware<T> {
    /// Runs `check` before a cookie's session is first served, and again before a session is written.
    ///
    /// The check must copy the data that it needs from the candidate before its first `.await`. If the
    /// check fails, the session is not accepted, and the response has the status 503.
    ///
    /// A request without a valid cookie is not checked until it writes a session.
    pub fn check<F, Fut>(self, check: F) -> SessionMiddleware<T, Checked<F>>
    where
        F: Fn(Candidate<'_, T>) -> Fut,
        Fut: Future<Output = Result<Verdict, BoxError>>,
    {
        SessionMiddleware { layer: self.layer.check(check), keep: None }
    }

    /// Runs `check` as [`SessionMiddleware::check`] does, and gives it data from the request.
    ///
    /// `keep` copies that data, such as the client's address, from each request when it arrives. The
    /// check reads it through [`Candidate::request`].
    pub fn check_with<P, R, F, Fut>(
        self,
        keep: P,
        check: F,
    ) -> SessionMiddleware<T, RequestCheck<F, R>>
    where
        P: Fn(&ServiceRequest) -> R + Send + Sync + 'static,
        R: Clone + Send + Sync + 'static,
        F: Fn(Candidate<'_, T, R>) -> Fut,
        Fut: Future<Output = Result<Verdict, BoxError>>,
    {
        let check = RequestCheck { start: check, request: PhantomData };
        let keep: Keep = Arc::new(move |request, extensions| {
            extensions.insert(Kept(keep(request)));
        });
        SessionMiddleware { layer: self.layer.check_by(check), keep: Some(keep) }
    }
}

impl<T, C> SessionMiddleware<T, C> {
    /// Reads the session of every request, even if no handler takes it.
    ///
    /// Every response can then renew the session or clear an invalid cookie. Implied by
    /// [`save_every_request`](hardtack::web::SessionCookieBuilder::save_every_request).
    pub fn eager(self, eager: bool) -> Self {
        self.map(|layer| layer.eager(eager))
    }

    /// Sets which response statuses save the session. Defaults to all below 500 except 408.
    ///
    /// A log-out is always saved.
    pub fn save_if(self, saves: impl Fn(StatusCode) -> bool + Send + Sync + 'static) -> Self {
        self.map(|layer| layer.save_if(move |status| saves(headers::actix_status(status))))
    }

    /// Reports session events to a function, for logs and metrics.
    ///
    /// The feature `tracing` reports the same events to the crate tracing.
    pub fn on_event(self, sink: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.map(|layer| layer.on_event(sink))
    }

    /// Takes the time from `clock` instead of the system, for tests.
    pub fn clock(self, clock: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        self.map(|layer| layer.clock(clock))
    }

    /// Sets the response for a session that could not be saved or checked.
    ///
    /// Defaults to a fixed text with the status 500, or 503 if a check failed.
    pub fn on_error(
        self,
        respond: impl Fn(Failure) -> HttpResponse + Send + Sync + 'static,
    ) -> Self {
        self.map(|layer| layer.on_error_by(Replace::by(respond)))
    }

    fn map(
        self,
        map: impl FnOnce(SessionLayer<T, C, Replace>) -> SessionLayer<T, C, Replace>,
    ) -> Self {
        Self { layer: map(self.layer), keep: self.keep }
    }
}

impl<S, B, T, C> Transform<S, ServiceRequest> for SessionMiddleware<T, C>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
    T: Default + Serialize + DeserializeOwned + Send + 'static,
    C: Check<T>,
{
    type Response = <SessionService<S, T, C> as Service<ServiceRequest>>::Response;
    type Error = Error;
    type Transform = SessionService<S, T, C>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(SessionService {
            inner: Rc::new(service),
            layer: self.layer.clone(),
            keep: self.keep.clone(),
        }))
    }
}

impl<T, C> Clone for SessionMiddleware<T, C> {
    fn clone(&self) -> Self {
        Self { layer: self.layer.clone(), keep: self.keep.clone() }
    }
}

impl<T, C> fmt::Debug for SessionMiddleware<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionMiddleware").field("layer", &self.layer).finish_non_exhaustive()
    }
}

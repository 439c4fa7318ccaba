//! Access to a session without taking it.

use core::fmt;
use core::future::Future;
use core::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use hardtack::{tower, web};

use crate::error::SessionError;
use crate::slots;

/// A handle to a request's session for middleware, guards, streams and spawned tasks.
///
/// It does not take the session: [`Handle::with`] borrows it while a closure runs. It is an extractor.
///
/// ```
/// use actix_web::Error;
/// use actix_web::body::MessageBody;
/// use actix_web::dev::{ServiceRequest, ServiceResponse};
/// use actix_web::error::ErrorUnauthorized;
/// use actix_web::middleware::{Next, from_fn};
/// use actix_web::web::scope;
/// use hardtack::web::Map;
/// use hardtack_actix::Handle;
///
/// async fn members_only(
///     session: Handle<Map>,
///     request: ServiceRequest,
///     next: Next<impl MessageBody>,
/// ) -> Result<ServiceResponse<impl MessageBody>, Error> {
///     if session.with(|session| session.get("user").is_some())? {
///         next.call(request).await
///     } else {
///         Err(ErrorUnauthorized("log in first"))
///     }
/// }
///
/// let members = scope("/members").wrap(from_fn(members_only));
/// # let _ = members;
/// ```
pub struct Handle<T>(pub(crate) tower::Handle<T>);

impl<T> Handle<T> {
    /// Runs `access` with the session, and returns the session to the middleware afterwards.
    ///
    /// # Errors
    /// Returns a [`SessionError`] while another part of the program holds the session, which includes
    /// a nested call inside `access`. Also returns one once the response's head was sent, because
    /// changes could no longer be saved.
    pub fn with<R>(
        &self,
        access: impl FnOnce(&mut web::Session<T>) -> R,
    ) -> Result<R, SessionError> {
        self.0.with(access).map_err(SessionError)
    }
}

impl<T: Send + 'static> FromRequest for Handle<T> {
    type Error = SessionError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, SessionError>>>>;

    /// If this is the first access to the session, it decodes the cookie and waits for the
    /// middleware's check, so that [`Handle::with`] does not have to wait.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let slots = slots::ask(request);
        Box::pin(async move { tower::Handle::of(&slots).await.map(Self).map_err(SessionError) })
    }
}

impl<T> Clone for Handle<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> fmt::Debug for Handle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

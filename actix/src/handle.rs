//! Access to a session without holding it.

use core::fmt;
use core::future::Future;
use core::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use hardtack::{tower, web};

use crate::error::SessionError;
use crate::slots;

/// A handle to a request's session for middleware, guards, streams and spawned tasks. It holds
/// nothing; [`Handle::with`] borrows the session for the time of a closure. It is an extractor.
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
    /// Runs `access` on the session, which is back in its place afterwards.
    ///
    /// # Errors
    /// [`SessionError`] while somebody holds the session, `access` itself included, and once the
    /// response's head is out: nothing could be saved any more.
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

    /// If nobody asked for the session before, this decodes the cookie and waits for the middleware's
    /// check, so that [`Handle::with`] need not wait.
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

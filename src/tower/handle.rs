//! Access to a session without taking it.

use core::any::type_name;
use core::fmt;
use core::future::poll_fn;
use std::sync::Arc;

use http::Extensions;

use super::error::SessionError;
use super::session::Session;
use super::slot::Slot;
use super::slots;
use crate::web;

/// A handle to a request's session for middleware, guards, streams and spawned tasks.
///
/// It does not take the session: [`Handle::with`] borrows it while a closure runs. It is an
/// extractor for axum (feature `axum`).
///
#[cfg_attr(feature = "axum", doc = "```")]
#[cfg_attr(not(feature = "axum"), doc = "```ignore")]
/// use axum::extract::Request;
/// use axum::http::StatusCode;
/// use axum::middleware::Next;
/// use axum::response::{IntoResponse, Response};
/// use hardtack::tower::Handle;
/// use hardtack::web::Map;
///
/// async fn members_only(session: Handle<Map>, request: Request, next: Next) -> Response {
///     match session.with(|session| session.get("user").is_some()) {
///         Ok(true) => next.run(request).await,
///         Ok(false) => StatusCode::UNAUTHORIZED.into_response(),
///         Err(error) => error.into_response(),
///     }
/// }
/// # let _ = members_only;
/// ```
pub struct Handle<T> {
    slot: Arc<Slot<T>>,
}

impl<T> Handle<T> {
    pub(super) fn new(slot: Arc<Slot<T>>) -> Self {
        Self { slot }
    }

    /// Runs `access` with the session, and returns the session to the layer afterwards.
    ///
    /// # Errors
    /// Returns [`SessionError::Taken`] while another part of the program holds the session, which
    /// includes a nested call inside `access`. Returns [`SessionError::Late`] once the response's
    /// head was sent, because changes could no longer be saved.
    pub fn with<R>(
        &self,
        access: impl FnOnce(&mut web::Session<T>) -> R,
    ) -> Result<R, SessionError> {
        let mut session = Session::new(self.slot.take_now()?, Arc::clone(&self.slot));
        Ok(access(&mut session))
    }
}

impl<T: Send + 'static> Handle<T> {
    /// Makes a handle from a request's extensions.
    ///
    /// The first use of a session in a request decodes the cookie and waits for the layer's check,
    /// so that [`Handle::with`] does not have to wait.
    ///
    /// # Errors
    /// As [`Session::take`](super::Session::take), except that the session may already be taken.
    pub async fn of(extensions: &Extensions) -> Result<Self, SessionError> {
        let slot = slots::find(extensions);
        let slot = slot.ok_or(SessionError::NoLayer { data: type_name::<T>() })?;
        poll_fn(|cx| slot.poll_ready(cx)).await?;
        Ok(Self { slot })
    }
}

impl<T> Clone for Handle<T> {
    fn clone(&self) -> Self {
        Self { slot: Arc::clone(&self.slot) }
    }
}

impl<T> fmt::Debug for Handle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

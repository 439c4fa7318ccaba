//! The session that a handler owns.

use core::any::type_name;
use core::fmt;
use core::ops::{Deref, DerefMut};
use std::sync::Arc;

use http::Extensions;

use super::error::SessionError;
use super::handle::Handle;
use super::slot::Slot;
use super::slots;
use super::take::Take;
use crate::web;

/// A request's session, owned by its handler. Dropping it returns it to the layer, which saves it.
///
/// It dereferences to [`web::Session<T>`](crate::web::Session), and through that to the data. It is
/// an extractor for axum (feature `axum`).
///
/// A handler may hold it across an `.await`. Drop it earlier only if another part of the program
/// needs it in the meantime. To change the session from a stream, a spawned task or a middleware,
/// use a [`Handle`].
///
/// ```
/// use hardtack::tower::Session;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Default, Serialize, Deserialize)]
/// struct Visitor {
///     user: Option<String>,
///     cart: Vec<u32>,
/// }
///
/// async fn add(mut session: Session<Visitor>) {
///     session.cart.push(7);
/// }
///
/// async fn log_out(mut session: Session<Visitor>) -> &'static str {
///     session.flush();
///     "good bye"
/// }
/// # let _ = (add, log_out);
/// ```
pub struct Session<T> {
    /// `None` only during the drop. Boxed, so that it takes 16 bytes in a handler's future.
    session: Option<Box<web::Session<T>>>,
    slot: Arc<Slot<T>>,
}

impl<T> Session<T> {
    pub(super) fn new(session: Box<web::Session<T>>, slot: Arc<Slot<T>>) -> Self {
        Self { session: Some(session), slot }
    }

    /// Returns a handle to this session for a stream or a task. The handle works once this session
    /// has been dropped.
    #[must_use]
    pub fn handle(&self) -> Handle<T> {
        Handle::new(Arc::clone(&self.slot))
    }
}

impl<T: Send + 'static> Session<T> {
    /// Takes the session out of a request's extensions.
    ///
    /// The first call for a request decodes the cookie and waits for the layer's check, if it has
    /// one. The layer runs the check in the request's own task, so await this future there instead
    /// of blocking on it.
    ///
    /// ```
    /// use hardtack::tower::{Session, SessionError};
    /// use hardtack::web::Map;
    ///
    /// async fn visits(request: &http::Request<()>) -> Result<Option<i64>, SessionError> {
    ///     let session = Session::<Map>::take(request.extensions()).await?;
    ///     Ok(session.get("visits").and_then(|visits| visits.as_i64()))
    /// }
    /// # let _ = visits;
    /// ```
    ///
    /// # Errors
    /// Returns [`SessionError`] if no layer serves this request, the session is taken, the
    /// response's head was already sent, two layers write the cookie, or the check failed.
    pub fn take(extensions: &Extensions) -> Take<T> {
        let slot = slots::find(extensions);
        Take(slot.ok_or(SessionError::NoLayer { data: type_name::<T>() }))
    }
}

impl<T> Deref for Session<T> {
    type Target = web::Session<T>;

    #[expect(clippy::expect_used, reason = "only `drop` leaves it empty")]
    fn deref(&self) -> &web::Session<T> {
        self.session.as_deref().expect("a session that is not dropped")
    }
}

impl<T> DerefMut for Session<T> {
    #[expect(clippy::expect_used, reason = "only `drop` leaves it empty")]
    fn deref_mut(&mut self) -> &mut web::Session<T> {
        self.session.as_deref_mut().expect("a session that is not dropped")
    }
}

impl<T> Drop for Session<T> {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            self.slot.give_back(session);
        }
    }
}

impl<T> fmt::Debug for Session<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.session.fmt(f)
    }
}

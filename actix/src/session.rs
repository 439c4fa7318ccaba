//! The session that a handler owns.

use core::fmt;
use core::future::Future;
use core::ops::{Deref, DerefMut};
use core::pin::Pin;
use core::task::{Context, Poll};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use hardtack::{tower, web};

use crate::error::SessionError;
use crate::handle::Handle;
use crate::slots;

/// A request's session, owned by its handler.
///
/// Dropping it returns it to the middleware, which saves it. `Session` is an extractor. It
/// dereferences to [`hardtack::web::Session<T>`](hardtack::web::Session), which dereferences to the
/// data. To change the session from a stream, a spawned task or a middleware, use a [`Handle`].
///
/// ```
/// use hardtack_actix::Session;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Default, Serialize, Deserialize)]
/// struct Visitor {
///     user: Option<String>,
///     cart: Vec<u32>,
/// }
///
/// async fn add(mut session: Session<Visitor>) -> &'static str {
///     session.cart.push(7);
///     "added"
/// }
///
/// async fn log_out(mut session: Session<Visitor>) -> &'static str {
///     session.flush();
///     "good bye"
/// }
/// # let _ = (add, log_out);
/// ```
pub struct Session<T>(tower::Session<T>);

impl<T> Session<T> {
    /// Returns a handle to this session, which a stream or a task may keep.
    ///
    /// The handle works once this session has been dropped.
    #[must_use]
    pub fn handle(&self) -> Handle<T> {
        Handle(self.0.handle())
    }
}

impl<T: Send + 'static> FromRequest for Session<T> {
    type Error = SessionError;
    type Future = Take<T>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Take<T> {
        Take(tower::Session::take(&slots::ask(request)))
    }
}

/// The future that takes a session.
///
/// It waits only for the middleware's check. Dropping it early loses nothing.
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Take<T>(tower::Take<T>);

impl<T> Future for Take<T> {
    type Output = Result<Session<T>, SessionError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx).map_ok(Session).map_err(SessionError)
    }
}

impl<T> Deref for Session<T> {
    type Target = web::Session<T>;

    fn deref(&self) -> &web::Session<T> {
        &self.0
    }
}

impl<T> DerefMut for Session<T> {
    fn deref_mut(&mut self) -> &mut web::Session<T> {
        &mut self.0
    }
}

impl<T> fmt::Debug for Session<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

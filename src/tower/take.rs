//! The future that takes a session.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::Arc;

use super::error::SessionError;
use super::session::Session;
use super::slot::Slot;

/// The future of [`Session::take`]. It borrows nothing and waits only for the layer's check. It is
/// safe to drop early.
#[must_use = "futures do nothing unless polled"]
pub struct Take<T>(pub(super) Result<Arc<Slot<T>>, SessionError>);

impl<T> Future for Take<T> {
    type Output = Result<Session<T>, SessionError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &self.0 {
            Err(error) => Poll::Ready(Err(*error)),
            Ok(slot) => {
                slot.poll_take(cx).map_ok(|session| Session::new(session, Arc::clone(slot)))
            }
        }
    }
}

impl<T> fmt::Debug for Take<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Take").finish_non_exhaustive()
    }
}

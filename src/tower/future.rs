//! The future of a request. It runs the handler and the check, and saves the session.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::sync::Arc;

use http::Response;
use pin_project_lite::pin_project;
use serde::Serialize;

use super::check::{Candidate, Check};
use super::failure::OnError;
use super::save::{self, Conclusion, Unwritten};
use super::slot::Slot;
use crate::web;

/// A request's session, with its check and the response to a failure.
pub(super) struct Visit<T, C: Check<T>, E> {
    pub(super) slot: Arc<Slot<T>>,
    pub(super) request: C::Request,
    pub(super) check: Arc<C>,
    pub(super) on_error: Arc<E>,
}

pin_project! {
    /// The response future of a [`SessionService`](super::SessionService).
    ///
    /// It stores the check's future itself, not in the extractor that waits for it. So the check
    /// needs no box, and this future is `Send` only if the check is.
    #[must_use = "futures do nothing unless polled"]
    #[project = Projection]
    pub struct ResponseFuture<F, T, C, E, B>
    where
        C: Check<T>,
    {
        // None once the response's head is ready.
        #[pin]
        inner: Option<F>,
        #[pin]
        check: Option<C::Future>,
        // The session under check before the handler gets it.
        candidate: Option<Box<web::Session<T>>>,
        // The response whose session is under check before it is sent.
        unwritten: Option<Unwritten<T, B>>,
        // None if an outer layer serves the session.
        visit: Option<Visit<T, C, E>>,
    }

    impl<F, T, C, E, B> PinnedDrop for ResponseFuture<F, T, C, E, B>
    where
        C: Check<T>,
    {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let (Some(visit), true) = (this.visit, this.inner.is_some()) {
                visit.slot.mark_cancelled();
                this.inner.set(None);
                save::abandon(&visit.slot);
            }
        }
    }
}

impl<F, T, C: Check<T>, E, B> ResponseFuture<F, T, C, E, B> {
    pub(super) fn new(inner: F, visit: Option<Visit<T, C, E>>) -> Self {
        Self { inner: Some(inner), check: None, candidate: None, unwritten: None, visit }
    }
}

impl<F, T, C, E, B, X> Future for ResponseFuture<F, T, C, E, B>
where
    F: Future<Output = Result<Response<B>, X>>,
    T: Default + Serialize,
    C: Check<T>,
    E: OnError<B>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        loop {
            if let Poll::Ready(result) = this.poll_inner(cx) {
                if let Some(result) = this.conclude(result) {
                    return Poll::Ready(result);
                }
            }
            if let Some(response) = ready!(this.poll_check(cx)) {
                return Poll::Ready(Ok(response));
            }
        }
    }
}

impl<F, T, C, E, B, X> Projection<'_, F, T, C, E, B>
where
    F: Future<Output = Result<Response<B>, X>>,
    T: Default + Serialize,
    C: Check<T>,
    E: OnError<B>,
{
    fn poll_inner(&mut self, cx: &mut Context<'_>) -> Poll<F::Output> {
        let Some(inner) = self.inner.as_mut().as_pin_mut() else { return Poll::Pending };
        if let Some(visit) = self.visit {
            if visit.slot.settings.checked {
                visit.slot.attend(cx.waker());
            }
        }
        inner.poll(cx)
    }

    /// Ends the request. Returns `None` if a check must run first.
    fn conclude(&mut self, result: F::Output) -> Option<F::Output> {
        let Some(visit) = self.visit else { return Some(result) };
        // A session that is still held counts as cancelled, even if dropping the handler returns
        // it.
        visit.slot.mark_cancelled();
        self.inner.set(None);
        // Abandon a check for which nothing waits any more.
        self.check.set(None);
        *self.candidate = None;
        let response = match result {
            Ok(response) => response,
            Err(error) => {
                save::abandon(&visit.slot);
                return Some(Err(error));
            }
        };
        match save::conclude(&visit.slot, response, &*visit.on_error) {
            Conclusion::Done(response) => Some(Ok(response)),
            Conclusion::Write(unwritten) => {
                let candidate = Candidate::new(&unwritten.session, &visit.request);
                self.check.set(Some(visit.check.start(candidate)));
                *self.unwritten = Some(unwritten);
                None
            }
        }
    }

    /// Runs the requested check. Returns the response if the check was the one before saving.
    fn poll_check(&mut self, cx: &mut Context<'_>) -> Poll<Option<Response<B>>> {
        let Some(visit) = self.visit else { return Poll::Pending };
        let settings = &visit.slot.settings;
        if self.check.is_none() && settings.checked {
            if let Some(session) = visit.slot.begin_check() {
                let candidate = Candidate::new(&session, &visit.request);
                self.check.set(Some(visit.check.start(candidate)));
                *self.candidate = Some(session);
            }
        }
        let Some(check) = self.check.as_mut().as_pin_mut() else { return Poll::Pending };
        let verdict = ready!(check.poll(cx));
        self.check.set(None);
        if let Some(unwritten) = self.unwritten.take() {
            return Poll::Ready(Some(unwritten.conclude(&visit.slot, verdict, &*visit.on_error)));
        }
        let mut session = self.candidate.take();
        if let Some(candidate) = &mut session {
            if save::judge(settings, candidate, verdict).is_err() {
                session = None;
            }
        }
        visit.slot.end_check(session);
        Poll::Ready(None)
    }
}

impl<F, T, C: Check<T>, E, B> fmt::Debug for ResponseFuture<F, T, C, E, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

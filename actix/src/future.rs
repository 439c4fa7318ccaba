//! The future of a request.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use actix_web::Error;
use actix_web::body::EitherBody;
use actix_web::dev::ServiceResponse;
use hardtack::tower::{Check, ResponseFuture};
use pin_project_lite::pin_project;
use serde::Serialize;

use crate::answer::{Answer, Replace};
use crate::below::BelowFuture;

pin_project! {
    /// The response future of a [`SessionService`](crate::SessionService).
    #[must_use = "futures do nothing unless polled"]
    pub struct SessionFuture<F, T, C, B>
    where
        C: Check<T>,
    {
        #[pin]
        inner: ResponseFuture<BelowFuture<F>, T, C, Replace, Answer<B>>,
    }
}

impl<F, T, C: Check<T>, B> SessionFuture<F, T, C, B> {
    pub(crate) fn new(inner: ResponseFuture<BelowFuture<F>, T, C, Replace, Answer<B>>) -> Self {
        Self { inner }
    }
}

impl<F, T, C, B> Future for SessionFuture<F, T, C, B>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
    T: Default + Serialize,
    C: Check<T>,
{
    type Output = Result<ServiceResponse<EitherBody<B>>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(ready!(self.project().inner.poll(cx)).and_then(Answer::finish))
    }
}

impl<F, T, C: Check<T>, B> fmt::Debug for SessionFuture<F, T, C, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionFuture").finish_non_exhaustive()
    }
}

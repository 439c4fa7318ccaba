//! The services below the middleware, as a service of tower.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::rc::Rc;

use actix_web::Error;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use http::{Request, Response};
use pin_project_lite::pin_project;

use crate::answer::Answer;
use crate::slots::{self, Asked};

pub(crate) struct Below<S> {
    pub(crate) inner: Rc<S>,
    pub(crate) is_eager: bool,
}

impl<S, B> tower_service::Service<Request<ServiceRequest>> for Below<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    type Response = Response<Answer<B>>;
    type Error = Error;
    type Future = BelowFuture<S::Future>;

    /// Always ready, because the middleware polls the service itself.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<ServiceRequest>) -> Self::Future {
        let (head, request) = request.into_parts();
        let asked = slots::put(&request, head.extensions);
        BelowFuture { inner: self.inner.call(request), asked, is_eager: self.is_eager }
    }
}

pin_project! {
    pub(crate) struct BelowFuture<F> {
        #[pin]
        inner: F,
        asked: Rc<Asked>,
        is_eager: bool,
    }
}

impl<F, B> Future for BelowFuture<F>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
{
    type Output = Result<Response<Answer<B>>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        Poll::Ready(match ready!(this.inner.poll(cx)) {
            Ok(response) => Ok(Answer::of_response(response)),
            // Nothing asked for a session, so the error passes unchanged. Some errors can build their
            // response only once.
            Err(error) if !(*this.is_eager || this.asked.get()) => Err(error),
            Err(error) => Ok(Answer::of_error(error)),
        })
    }
}

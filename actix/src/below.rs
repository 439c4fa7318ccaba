//! The services below the middleware, as a service of tower.

use core::convert::Infallible;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::rc::Rc;

use actix_web::Error;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use http::{Request, Response};
use pin_project_lite::pin_project;

use crate::answer::Answer;
use crate::slots;

pub(crate) struct Below<S>(pub(crate) Rc<S>);

impl<S, B> tower_service::Service<Request<ServiceRequest>> for Below<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    type Response = Response<Answer<B>>;
    type Error = Infallible;
    type Future = BelowFuture<S::Future>;

    /// The middleware asks the service itself.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<ServiceRequest>) -> Self::Future {
        let (head, request) = request.into_parts();
        slots::put(&request, head.extensions);
        BelowFuture { inner: self.0.call(request) }
    }
}

pin_project! {
    pub(crate) struct BelowFuture<F> {
        #[pin]
        inner: F,
    }
}

impl<F, B> Future for BelowFuture<F>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
{
    type Output = Result<Response<Answer<B>>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let result = ready!(self.project().inner.poll(cx));
        Poll::Ready(Ok(Answer::respond(result)))
    }
}

//! The middleware's service, which passes each request through hardtack's layer.

use core::fmt;
use std::rc::Rc;

use actix_web::Error;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, forward_ready};
use hardtack::tower::{Check, SessionLayer};
use http::Request;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower_layer::Layer as _;
use tower_service::Service as _;

use crate::answer::Replace;
use crate::below::Below;
use crate::future::SessionFuture;
use crate::middleware::Keep;
use crate::{headers, slots};

/// The service of a [`SessionMiddleware`](crate::SessionMiddleware).
pub struct SessionService<S, T, C> {
    pub(crate) inner: Rc<S>,
    pub(crate) layer: SessionLayer<T, C, Replace>,
    pub(crate) keep: Option<Keep>,
}

impl<S, B, T, C> Service<ServiceRequest> for SessionService<S, T, C>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
    T: Default + Serialize + DeserializeOwned + Send + 'static,
    C: Check<T>,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = SessionFuture<S::Future, T, C, B>;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let mut service = self
            .layer
            .layer(Below { inner: Rc::clone(&self.inner), is_eager: self.layer.is_eager() });
        SessionFuture::new(service.call(self.translate(request)))
    }
}

impl<S, T, C> SessionService<S, T, C> {
    /// Wraps a request in a request of the crate http, with its cookies and the sessions of the outer
    /// middleware.
    fn translate(&self, request: ServiceRequest) -> Request<ServiceRequest> {
        let mut translated = Request::new(());
        *translated.headers_mut() = headers::of_request(request.headers());
        *translated.extensions_mut() = slots::of(&request);
        if let Some(keep) = &self.keep {
            keep(&request, translated.extensions_mut());
        }
        translated.map(|()| request)
    }
}

impl<S, T, C> fmt::Debug for SessionService<S, T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionService").field("layer", &self.layer).finish_non_exhaustive()
    }
}

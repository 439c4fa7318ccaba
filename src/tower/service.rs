//! The layer's service. It gives each request a slot for its session.

use core::fmt;
use core::task::{Context, Poll};
use std::sync::Arc;

use http::request::Parts;
use http::{Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower_service::Service;

use super::check::{Check, NoCheck};
use super::failure::{KeepResponse, OnError};
use super::future::{ResponseFuture, Visit};
use super::settings::{Cookies, Settings};
use super::slot::Slot;
use super::slots;

/// The service of a [`SessionLayer`](super::SessionLayer).
pub struct SessionService<S, T, C = NoCheck, E = KeepResponse> {
    pub(super) inner: S,
    pub(super) settings: Arc<Settings<T>>,
    pub(super) check: Arc<C>,
    pub(super) on_error: Arc<E>,
}

impl<S, T, C, E, A, B> Service<Request<A>> for SessionService<S, T, C, E>
where
    S: Service<Request<A>, Response = Response<B>>,
    T: Default + Serialize + DeserializeOwned + Send + 'static,
    C: Check<T>,
    E: OnError<B>,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, T, C, E, B>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        let visit = self.enter(&mut parts).map(|slot| Visit {
            slot,
            request: self.check.request(&parts),
            check: Arc::clone(&self.check),
            on_error: Arc::clone(&self.on_error),
        });
        ResponseFuture::new(self.inner.call(Request::from_parts(parts, body)), visit)
    }
}

impl<S, T: Send + 'static, C, E> SessionService<S, T, C, E> {
    /// Puts a slot into the request. Returns `None` if an outer layer serves this session.
    fn enter(&self, parts: &mut Parts) -> Option<Arc<Slot<T>>> {
        let cookies = Cookies::of(&parts.headers);
        let slot = Slot::new(Arc::clone(&self.settings), self.settings.source.current(), cookies);
        slots::enter(&mut parts.extensions, slot, |outer, slot| {
            // An outer layer without this layer's check must not serve the session unchecked.
            Arc::ptr_eq(&outer.settings, &slot.settings)
                || (!slot.settings.checked && outer.cookie.is_same(&slot.cookie))
        })
    }
}

impl<S: Clone, T, C, E> Clone for SessionService<S, T, C, E> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            settings: Arc::clone(&self.settings),
            check: Arc::clone(&self.check),
            on_error: Arc::clone(&self.on_error),
        }
    }
}

impl<S: fmt::Debug, T, C, E> fmt::Debug for SessionService<S, T, C, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionService")
            .field("inner", &self.inner)
            .field("cookie", &self.settings.source)
            .finish_non_exhaustive()
    }
}

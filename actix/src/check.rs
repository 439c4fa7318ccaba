//! A check that receives data from the request.

use core::fmt;
use core::future::Future;
use core::marker::PhantomData;

use hardtack::tower::{BoxError, Candidate, Check, Verdict};
use http::request::Parts;

/// The check of [`SessionMiddleware::check_with`](crate::SessionMiddleware::check_with).
pub struct RequestCheck<F, R> {
    pub(crate) start: F,
    pub(crate) request: PhantomData<fn() -> R>,
}

/// The data that the middleware kept from a request, in the extensions that the layer sees.
#[derive(Clone)]
pub(crate) struct Kept<R>(pub(crate) R);

impl<T, F, R, Fut> Check<T> for RequestCheck<F, R>
where
    F: Fn(Candidate<'_, T, R>) -> Fut,
    R: Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Verdict, BoxError>>,
{
    type Request = R;
    type Future = Fut;

    #[expect(clippy::expect_used, reason = "the middleware puts it there for each request")]
    fn request(&self, parts: &Parts) -> R {
        parts.extensions.get::<Kept<R>>().expect("what was kept of the request").0.clone()
    }

    fn start(&self, candidate: Candidate<'_, T, R>) -> Fut {
        (self.start)(candidate)
    }
}

impl<F, R> fmt::Debug for RequestCheck<F, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestCheck").finish_non_exhaustive()
    }
}

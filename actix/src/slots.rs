//! Where a request carries the sessions of the middleware around it.

use actix_web::HttpMessage;
use http::Extensions;

/// What hardtack's layers put into a request of the crate http.
#[derive(Default)]
struct Slots(Extensions);

/// Returns the sessions of a request: none without a middleware.
pub(crate) fn of(request: &impl HttpMessage) -> Extensions {
    request.extensions().get::<Slots>().map(|slots| slots.0.clone()).unwrap_or_default()
}

pub(crate) fn put(request: &impl HttpMessage, slots: Extensions) {
    request.extensions_mut().insert(Slots(slots));
}

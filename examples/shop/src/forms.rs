//! Protection against forms that another site sends (CSRF).

use axum::response::{IntoResponse, Response};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::error::Error;

/// Refuses such a form by the headers in which browsers report its origin: `Sec-Fetch-Site`, or else
/// `Origin` and `Host`. The forms need no token. `SameSite=Lax` also keeps the cookie out of such a
/// request.
///
/// A proxy must pass on `Host` and `Origin` unchanged.
pub fn refuse_other_sites() -> CsrfLayer<impl Fn(ProtectionError) -> Response + Clone> {
    CsrfLayer::new().with_rejection_response(|_: ProtectionError| Error::OtherSite.into_response())
}

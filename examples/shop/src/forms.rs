//! Forms that another site sent.

use axum::response::{IntoResponse, Response};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::error::Error;

/// Refuses them by what browsers say of a form: `Sec-Fetch-Site`, or else `Origin` and `Host`. No token
/// in the form is needed. `SameSite=Lax` keeps the cookie out of such a request besides.
///
/// A proxy must pass on `Host` and `Origin` as they are.
pub fn refuse_other_sites() -> CsrfLayer<impl Fn(ProtectionError) -> Response + Clone> {
    CsrfLayer::new().with_rejection_response(|_: ProtectionError| Error::OtherSite.into_response())
}

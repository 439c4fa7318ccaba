//! The response to a request whose session could not be saved.

use core::error::Error;
use core::fmt::{self, Display, Formatter};

use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};

use crate::web::ResponseError;

/// The reason why a response could not save its session.
///
/// ```
/// use hardtack::tower::Failure;
/// use http::Response;
///
/// let response: Response<&'static str> = Failure::CheckFailed.plain_text();
/// assert_eq!(response.status(), 503);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// The session could not be written.
    NotSaved(ResponseError),
    /// The layer's check failed.
    CheckFailed,
}

impl Failure {
    /// Returns the status of the response: 503 for a failed check, otherwise 500.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotSaved(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::CheckFailed => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Returns a response with the failure's status and a fixed text that reveals nothing about the
    /// session. Pass it to [`SessionLayer::on_error`](super::SessionLayer::on_error).
    #[must_use]
    pub fn plain_text<B: From<&'static str>>(self) -> Response<B> {
        let mut response = Response::new(B::from(match self {
            Self::NotSaved(_) => "Internal Server Error: the session could not be saved.\n",
            Self::CheckFailed => "Service Unavailable: the session could not be checked.\n",
        }));
        *response.status_mut() = self.status();
        let text = HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, text);
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSaved(error) => write!(f, "the session could not be saved: {error}"),
            Self::CheckFailed => f.write_str("the session could not be checked"),
        }
    }
}

impl Error for Failure {}

/// Makes the response to a failure; see [`SessionLayer::on_error`](super::SessionLayer::on_error).
#[diagnostic::on_unimplemented(
    message = "`.on_error(…)` does not make a response with the body `{B}`",
    note = "`on_error` takes a closure `|failure: Failure| -> http::Response<{B}>`; \
            `Failure::plain_text` makes one for each body that is `From<&'static str>`"
)]
pub trait OnError<B> {
    /// Turns the handler's response into the response to the failure.
    fn respond(&self, failure: Failure, response: Response<B>) -> Response<B>;
}

/// Sets the failure's status, and keeps the handler's headers and body.
///
/// A layer without [`on_error`](super::SessionLayer::on_error) uses it, because it cannot make a
/// body of an unknown type.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeepResponse;

impl<B> OnError<B> for KeepResponse {
    fn respond(&self, failure: Failure, mut response: Response<B>) -> Response<B> {
        *response.status_mut() = failure.status();
        response
    }
}

/// Replaces the handler's response with the one that a closure makes.
#[derive(Clone, Copy)]
pub struct Replaced<F>(pub(super) F);

impl<B, F: Fn(Failure) -> Response<B>> OnError<B> for Replaced<F> {
    fn respond(&self, failure: Failure, _: Response<B>) -> Response<B> {
        (self.0)(failure)
    }
}

impl<F> fmt::Debug for Replaced<F> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Replaced").finish()
    }
}

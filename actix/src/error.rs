//! The error of an extractor that could not provide a session.

use core::error::Error;
use core::fmt::{self, Display, Formatter};

use actix_web::ResponseError;
use actix_web::http::StatusCode;
use hardtack::tower;

use crate::headers;

/// The reason why a session could not be taken.
///
/// Its response has the status 500, or 503 if a check failed.
///
/// ```
/// use actix_web::{HttpResponse, ResponseError as _};
/// use hardtack::web::Map;
/// use hardtack_actix::{Session, SessionError};
///
/// async fn home(session: Result<Session<Map>, SessionError>) -> HttpResponse {
///     match session {
///         Ok(session) => HttpResponse::Ok().body(format!("{} items", session.len())),
///         Err(error) if error.kind() == "check_failed" => HttpResponse::Ok().body("come back later"),
///         Err(error) => error.error_response(),
///     }
/// }
/// # let _ = home;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionError(pub(crate) tower::SessionError);

impl SessionError {
    /// Returns a short, stable name for metrics: `no_layer`, `taken`, `late`, `conflict` or
    /// `check_failed`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.0.kind()
    }

    /// Returns the error of the layer that serves the session.
    #[must_use]
    pub fn reason(&self) -> tower::SessionError {
        self.0
    }
}

impl Display for SessionError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            tower::SessionError::NoLayer { data } => write!(
                f,
                "no middleware serves sessions of `{data}` here; add \
                 `.wrap(SessionMiddleware::<{data}>::new(cookie))` to the app or the scope"
            ),
            tower::SessionError::Taken { data } => write!(
                f,
                "the session of `{data}` is taken by a middleware or another extractor; \
                 drop it before `next.call`, or use a `Handle` there"
            ),
            error => error.fmt(f),
        }
    }
}

impl Error for SessionError {}

impl ResponseError for SessionError {
    fn status_code(&self) -> StatusCode {
        headers::actix_status(self.0.status())
    }
}

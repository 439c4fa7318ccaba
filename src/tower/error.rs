//! The errors of taking a session.

use core::error::Error;
use core::fmt::{self, Display, Formatter};

use http::StatusCode;

/// The reason why a session could not be taken.
///
/// ```
/// use hardtack::tower::SessionError;
///
/// let error = SessionError::Taken { data: "shop::Visitor" };
/// assert_eq!(error.kind(), "taken");
/// assert_eq!(error.status(), 500);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionError {
    /// No layer serves sessions of this type.
    NoLayer {
        /// The type of the session's data.
        data: &'static str,
    },
    /// Another extractor or a middleware holds the session.
    Taken {
        /// The type of the session's data.
        data: &'static str,
    },
    /// The response's head was already sent, or the request was cancelled.
    Late {
        /// The type of the session's data.
        data: &'static str,
    },
    /// Two nested layers write the same cookie.
    Conflict {
        /// The type of the session's data.
        data: &'static str,
    },
    /// The layer's check failed, so it is unknown whether the session is still allowed.
    CheckFailed,
}

impl SessionError {
    /// Returns a short, stable name for metrics.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NoLayer { .. } => "no_layer",
            Self::Taken { .. } => "taken",
            Self::Late { .. } => "late",
            Self::Conflict { .. } => "conflict",
            Self::CheckFailed => "check_failed",
        }
    }

    /// Returns the status of a response to this error: 503 for a failed check, and 500 for a
    /// mistake in the program.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::CheckFailed => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl Display for SessionError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLayer { data } => write!(
                f,
                "no layer serves sessions of `{data}` here; add \
                 `.layer(SessionLayer::<{data}>::new(cookie))` after the routes that use them"
            ),
            Self::Taken { data } => write!(
                f,
                "the session of `{data}` is taken by a middleware or another extractor; \
                 drop it before `next.run`, or use a `Handle` there"
            ),
            Self::Late { data } => write!(
                f,
                "the response's head was already sent, so the session of `{data}` can no longer be saved; \
                 change it before the handler returns"
            ),
            Self::Conflict { data } => write!(
                f,
                "two session layers around this route write the same cookie, one of them for \
                 `{data}`; give each cookie its own name, or remove one layer"
            ),
            Self::CheckFailed => f.write_str("the session could not be checked; try again later"),
        }
    }
}

impl Error for SessionError {}

//! The events that a layer reports.

use core::fmt::{self, Display, Formatter};

use http::StatusCode;

use super::check::BoxError;
use super::error::SessionError;
use crate::web::{Rejection, ResponseError};

/// An event in the life of a session, for logs and metrics. It contains neither session data nor
/// tokens.
///
/// ```
/// use hardtack::tower::{Cause, Event};
///
/// fn count(event: &Event) {
///     println!("session_events{{kind=\"{}\"}} 1", event.kind());
/// }
///
/// count(&Event::Abandoned(Cause::Panicked));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// The request's cookie was not accepted.
    Rejected(Rejection),
    /// The layer's check refused the session for this reason.
    Refused(&'static str),
    /// The layer's check failed.
    CheckFailed(BoxError),
    /// The response saves a session that is new or was changed.
    Saved,
    /// The response renews an unchanged session.
    Renewed,
    /// The response clears the cookie.
    Cleared,
    /// The session does not fit into a cookie and was not saved.
    TooLong {
        /// The length of the cookie's name and value in bytes.
        length: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The session could not be written and was not saved.
    NotSaved(ResponseError),
    /// Changes were not saved.
    Abandoned(Cause),
    /// The session was still held when the response's head was sent. Later changes are lost.
    StillHeld,
    /// A session was changed after the response's head was sent, or dropped too late to be saved.
    Lost,
    /// A session was taken twice, too late, or from two layers that write the same cookie.
    Misused(SessionError),
}

/// The reason why changes to a session were abandoned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The handler panicked while it held the session.
    Panicked,
    /// The handler or the request was cancelled while it held the session.
    Cancelled,
    /// The layer does not save sessions on this response status.
    Status(StatusCode),
}

impl Event {
    /// Returns a short, stable name for metrics.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Rejected(_) => "rejected",
            Self::Refused(_) => "refused",
            Self::CheckFailed(_) => "check_failed",
            Self::Saved => "saved",
            Self::Renewed => "renewed",
            Self::Cleared => "cleared",
            Self::TooLong { .. } => "too_long",
            Self::NotSaved(_) => "not_saved",
            Self::Abandoned(_) => "abandoned",
            Self::StillHeld => "still_held",
            Self::Lost => "lost",
            Self::Misused(error) => error.kind(),
        }
    }
}

impl From<ResponseError> for Event {
    fn from(error: ResponseError) -> Self {
        match error {
            ResponseError::TooLong { length, limit } => Self::TooLong { length, limit },
            error => Self::NotSaved(error),
        }
    }
}

impl Display for Event {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(rejection) => write!(f, "session cookie rejected: {rejection}"),
            Self::Refused(reason) => write!(f, "session refused: {reason}"),
            Self::CheckFailed(error) => write!(f, "session check failed: {error}"),
            Self::Saved => f.write_str("session saved"),
            Self::Renewed => f.write_str("session renewed"),
            Self::Cleared => f.write_str("session cookie cleared"),
            Self::TooLong { length, limit } => {
                write!(f, "session not saved: the cookie has {length} bytes; the limit is {limit}")
            }
            Self::NotSaved(error) => write!(f, "session not saved: {error}"),
            Self::Abandoned(cause) => write!(f, "session changes not saved: {cause}"),
            Self::StillHeld => f.write_str(
                "session still held when the response's head was sent; later changes are lost",
            ),
            Self::Lost => f.write_str("session changes lost: the response's head was already sent"),
            Self::Misused(error) => error.fmt(f),
        }
    }
}

impl Display for Cause {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panicked => f.write_str("the handler panicked"),
            Self::Cancelled => f.write_str("the handler was cancelled"),
            Self::Status(status) => write!(f, "the response's status is {}", status.as_u16()),
        }
    }
}

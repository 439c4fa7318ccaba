//! What a layer reports.

use core::fmt::{self, Display, Formatter};

use http::StatusCode;

use super::check::BoxError;
use super::error::SessionError;
use crate::web::{Rejection, ResponseError};

/// What happened to a session, for logs and metrics. It carries neither session data nor tokens.
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
    /// A cookie came and was not accepted.
    Rejected(Rejection),
    /// The layer's check refused the session, for this reason.
    Refused(&'static str),
    /// The layer's check could not be made.
    CheckFailed(BoxError),
    /// The response carries a session that was changed or begun.
    Saved,
    /// The response carries the session as it was, issued again.
    Renewed,
    /// The response clears the cookie.
    Cleared,
    /// The session does not fit into a cookie; it was not saved.
    TooLong {
        /// The cookie's length, with its name.
        length: usize,
        /// The longest that browsers keep.
        limit: usize,
    },
    /// The session could not be written; it was not saved.
    NotSaved(ResponseError),
    /// Changes were not saved.
    Abandoned(Cause),
    /// The session was held when the response's head went out: changes from here on are lost.
    StillHeld,
    /// A session was changed after the response's head went out, or dropped too late to be saved.
    Lost,
    /// A session was taken twice, too late, or from two layers that write the same cookie.
    Misused(SessionError),
}

/// Why changes to a session were abandoned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The handler panicked while it held the session.
    Panicked,
    /// The handler or the request was cancelled while it held the session.
    Cancelled,
    /// The response's status does not save.
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
                "session still held when the response's head went out; later changes are lost",
            ),
            Self::Lost => f.write_str("session changes lost: the response's head was already out"),
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

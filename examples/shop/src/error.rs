//! The reason why a request was not served, and the page that explains it.

use core::fmt::{self, Display, Formatter};

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use hardtack::tower::{BoxError, Failure, SessionError};
use hardtack::web::ResponseError;
use rusqlite::ErrorCode;

use crate::log_in::Page;
use crate::pages;

#[derive(Debug)]
pub enum Error {
    /// The visitor is not logged in.
    LoggedOut,
    /// The log-in was too long ago to end a session.
    Unconfirmed(Page),
    /// There is no such page, or this visitor may not see it.
    NotFound,
    /// A form came from another site.
    OtherSite,
    /// Too many log-ins were tried.
    TooManyAttempts,
    /// SQLite is locked, or too many requests wait for SQLite or for a password hash.
    Busy,
    /// Redis does not respond, or responds with an error.
    Unreachable,
    /// The session could not be checked. The layer's event has the reason.
    Unchecked,
    /// The session does not fit into a cookie.
    TooLong,
    /// An error that the operator must repair.
    Internal(BoxError),
}

impl Error {
    pub fn internal(error: impl Into<BoxError>) -> Self {
        Self::Internal(error.into())
    }

    fn page(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::LoggedOut | Self::Unconfirmed(_) => (StatusCode::SEE_OTHER, "", ""),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "Nothing here",
                "There is no such page, or it is not for you.",
            ),
            Self::OtherSite => (
                StatusCode::FORBIDDEN,
                "Form from another site",
                "This form was sent from another site, so nothing was done.",
            ),
            Self::TooManyAttempts => (
                StatusCode::TOO_MANY_REQUESTS,
                "Too many attempts",
                "The password was wrong too often. Please try again in 15 minutes.",
            ),
            Self::Busy | Self::Unreachable | Self::Unchecked => (
                StatusCode::SERVICE_UNAVAILABLE,
                "One moment, please",
                "The shop could not do that just now. Please try again in a few seconds. Your cart is \
                 still there.",
            ),
            Self::TooLong => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "Too much",
                "That is more than your cart can hold. Nothing was changed.",
            ),
            Self::Internal(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Sorry",
                "Something is wrong with the shop. Nothing was changed.",
            ),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::LoggedOut => return Redirect::to("/log-in").into_response(),
            Self::Unconfirmed(page) => return Redirect::to(page.path()).into_response(),
            Self::Busy | Self::Unreachable | Self::Internal(_) => eprintln!("request: {self}"),
            _ => {}
        }
        let (status, title, text) = self.page();
        let mut response = (status, pages::message(title, text)).into_response();
        let retry_after = match status {
            StatusCode::SERVICE_UNAVAILABLE => "5",
            StatusCode::TOO_MANY_REQUESTS => "900",
            _ => return response,
        };
        let retry_after = axum::http::HeaderValue::from_static(retry_after);
        response.headers_mut().insert(header::RETRY_AFTER, retry_after);
        response
    }
}

/// For the operator.
impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("SQLite is locked, or too many requests wait for their turn"),
            Self::Unreachable => f.write_str("Redis does not answer as it should"),
            Self::Internal(error) => error.fmt(f),
            error => f.write_str(error.page().1),
        }
    }
}

impl core::error::Error for Error {}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::internal(error),
        }
    }
}

impl From<redis::RedisError> for Error {
    fn from(error: redis::RedisError) -> Self {
        eprintln!("redis: {error}");
        Self::Unreachable
    }
}

impl From<SessionError> for Error {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::CheckFailed => Self::Unchecked,
            error => Self::internal(error),
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::CheckFailed => Self::Unchecked,
            Failure::NotSaved(ResponseError::TooLong { .. }) => Self::TooLong,
            failure => Self::internal(failure),
        }
    }
}

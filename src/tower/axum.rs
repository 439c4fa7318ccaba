//! Extractors for axum.

use core::error::Error;
use core::fmt::{self, Display, Formatter};

use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;

use super::error::SessionError;
use super::handle::Handle;
use super::logged_in::LoggedIn;
use super::session::Session;

impl<S: Sync, T: Send + 'static> FromRequestParts<S> for Session<T> {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionError> {
        Self::take(&parts.extensions).await
    }
}

impl<S: Sync, T: Send + 'static> OptionalFromRequestParts<S> for Session<T> {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, SessionError> {
        optional(Self::take(&parts.extensions).await)
    }
}

impl<S: Sync, T: Send + 'static> FromRequestParts<S> for Handle<T> {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionError> {
        Self::of(&parts.extensions).await
    }
}

impl<S: Sync, T: Send + 'static> OptionalFromRequestParts<S> for Handle<T> {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, SessionError> {
        optional(Self::of(&parts.extensions).await)
    }
}

/// Turns only a missing layer into `None`. Other errors stay errors.
fn optional<X>(result: Result<X, SessionError>) -> Result<Option<X>, SessionError> {
    match result {
        Err(SessionError::NoLayer { .. }) => Ok(None),
        result => result.map(Some),
    }
}

impl IntoResponse for SessionError {
    fn into_response(self) -> Response {
        (self.status(), self.to_string()).into_response()
    }
}

/// Extracts the session of a logged-in visitor, and responds with 401 to everyone else.
///
/// For another response, such as a redirect to the log-in page, extract
/// `Result<RequireLogIn<T>, RequireLogInError>`.
///
/// ```
/// use hardtack::tower::{LoggedIn, RequireLogIn};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Default, Serialize, Deserialize)]
/// struct Visitor {
///     user: Option<String>,
///     cart: Vec<u32>,
/// }
///
/// impl LoggedIn for Visitor {
///     fn is_logged_in(&self) -> bool {
///         self.user.is_some()
///     }
/// }
///
/// async fn account(RequireLogIn(session): RequireLogIn<Visitor>) -> String {
///     format!("{} things in the cart", session.cart.len())
/// }
/// # let _ = account;
/// ```
#[derive(Debug)]
pub struct RequireLogIn<T: LoggedIn>(pub Session<T>);

impl<S: Sync, T: LoggedIn + Send + 'static> FromRequestParts<S> for RequireLogIn<T> {
    type Rejection = RequireLogInError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, RequireLogInError> {
        let session = Session::<T>::take(&parts.extensions).await?;
        if session.is_logged_in() { Ok(Self(session)) } else { Err(RequireLogInError::LoggedOut) }
    }
}

/// The reason why [`RequireLogIn`] could not extract a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequireLogInError {
    /// The visitor is not logged in.
    LoggedOut,
    /// The session could not be taken.
    Session(SessionError),
}

impl From<SessionError> for RequireLogInError {
    fn from(error: SessionError) -> Self {
        Self::Session(error)
    }
}

impl Display for RequireLogInError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::LoggedOut => f.write_str("log in first"),
            Self::Session(error) => error.fmt(f),
        }
    }
}

impl Error for RequireLogInError {}

impl IntoResponse for RequireLogInError {
    fn into_response(self) -> Response {
        match self {
            Self::LoggedOut => (StatusCode::UNAUTHORIZED, self.to_string()).into_response(),
            Self::Session(error) => error.into_response(),
        }
    }
}

//! The extractor that requires a log-in.

use core::error::Error;
use core::fmt::{self, Display, Formatter};
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, ResponseError};
use hardtack::tower::LoggedIn;

use crate::error::SessionError;
use crate::session::{Session, Take};

/// Extracts the session of a visitor who is logged in, and responds with 401 to others.
///
/// For a different response, such as a redirect to the log-in page, extract
/// `Result<RequireLogIn<T>, RequireLogInError>`.
///
/// ```
/// use hardtack_actix::{LoggedIn, RequireLogIn};
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

impl<T: LoggedIn + Send + 'static> FromRequest for RequireLogIn<T> {
    type Error = RequireLogInError;
    type Future = TakeLoggedIn<T>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> TakeLoggedIn<T> {
        TakeLoggedIn(Session::from_request(request, payload))
    }
}

/// The future of [`RequireLogIn`].
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct TakeLoggedIn<T>(Take<T>);

impl<T: LoggedIn> Future for TakeLoggedIn<T> {
    type Output = Result<RequireLogIn<T>, RequireLogInError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let session = ready!(Pin::new(&mut self.0).poll(cx))?;
        Poll::Ready(if session.is_logged_in() {
            Ok(RequireLogIn(session))
        } else {
            Err(RequireLogInError::LoggedOut)
        })
    }
}

/// The reason why [`RequireLogIn`] failed.
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

impl ResponseError for RequireLogInError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::LoggedOut => StatusCode::UNAUTHORIZED,
            Self::Session(error) => error.status_code(),
        }
    }
}

//! Asynchronous checks of a session: a list of revoked sessions, a user's row.

use core::error::Error;
use core::fmt;
use core::future::{Ready, ready};
use core::ops::Deref;

use http::request::Parts;
use time::OffsetDateTime;

use crate::policy::Cutoff;
use crate::token::session_id::SessionId;
use crate::web;

/// The reason why a check failed.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// The result of a check.
///
/// ```
/// use hardtack::tower::{BoxError, Verdict};
///
/// async fn is_banned(user: &str) -> Result<bool, std::io::Error> {
///     // Query your database here.
///     Ok(user == "Mallory")
/// }
///
/// async fn check(user: String) -> Result<Verdict, BoxError> {
///     let banned = is_banned(&user).await?;
///     Ok(if banned { Verdict::Refuse("banned") } else { Verdict::Accept })
/// }
/// # let _ = check;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Serves the session, or saves it.
    Accept,
    /// Gives the handler an empty session, and clears the cookie.
    /// [`Session::rejected`](crate::web::Session::rejected) returns this reason.
    ///
    /// Return it only for a permanent refusal, because the visitor loses the session.
    Refuse(&'static str),
}

/// A session under check, with the data that the layer kept of its request.
///
/// It dereferences to the session's data.
///
/// ```
/// use hardtack::tower::Candidate;
///
/// fn is_admin(candidate: &Candidate<'_, hardtack::web::Map>) -> bool {
///     candidate.id().is_some() && candidate.get("role").is_some()
/// }
/// # let _ = is_admin;
/// ```
pub struct Candidate<'s, T, R = ()> {
    session: &'s web::Session<T>,
    request: &'s R,
}

impl<'s, T, R> Candidate<'s, T, R> {
    pub(super) fn new(session: &'s web::Session<T>, request: &'s R) -> Self {
        Self { session, request }
    }

    /// Returns the ID to look up.
    ///
    /// This is the ID in the request's cookie, even after
    /// [`cycle_id`](crate::web::Session::cycle_id). For a session that begins with this response, it is
    /// the new ID.
    #[must_use]
    pub fn id(&self) -> Option<SessionId> {
        self.session.carried_id().or_else(|| self.session.id())
    }

    /// Returns the time when the session began, or `None` if it begins with this response.
    #[must_use]
    pub fn started_at(&self) -> Option<OffsetDateTime> {
        self.session.carried_start()
    }

    /// Returns false if the session began before `cutoff`, such as the user's last "log out
    /// everywhere".
    ///
    /// Always returns true for a session that begins with this response.
    #[must_use]
    pub fn started_since(&self, cutoff: Cutoff) -> bool {
        self.session.carried_since(cutoff)
    }

    /// Returns the data that the first closure of
    /// [`SessionLayer::check_with`](super::SessionLayer::check_with) kept of the request.
    #[must_use]
    pub fn request(&self) -> &'s R {
        self.request
    }
}

impl<T, R> Deref for Candidate<'_, T, R> {
    type Target = T;

    fn deref(&self) -> &T {
        self.session.data()
    }
}

impl<T, R> fmt::Debug for Candidate<'_, T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate").field("session", &self.session).finish_non_exhaustive()
    }
}

/// Decides whether a layer serves or saves a session.
///
/// [`SessionLayer::check`](super::SessionLayer::check) makes one from a closure. Implement the trait
/// yourself if you need to name the future's type.
///
/// ```
/// use core::future::{Ready, ready};
/// use hardtack::tower::{BoxError, Candidate, Check, Verdict};
/// use hardtack::web::Map;
/// use http::request::Parts;
///
/// struct NobodyNamedMallory;
///
/// impl Check<Map> for NobodyNamedMallory {
///     type Request = ();
///     type Future = Ready<Result<Verdict, BoxError>>;
///
///     fn request(&self, _: &Parts) {}
///
///     fn start(&self, candidate: Candidate<'_, Map>) -> Self::Future {
///         let refused = candidate.get("name").is_some_and(|name| name == "Mallory");
///         ready(Ok(if refused { Verdict::Refuse("banned") } else { Verdict::Accept }))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot check sessions of `{T}`",
    note = "a check is a closure `|candidate: Candidate<'_, {T}>| async move {{ Ok(Verdict::Accept) }}`; \
            its future may not borrow from the candidate, and its errors become a `BoxError` with `?`"
)]
pub trait Check<T> {
    /// The data that the check keeps of the request.
    type Request;
    /// The check in progress.
    type Future: Future<Output = Result<Verdict, BoxError>>;

    /// Returns the data that the check needs of a request. The layer calls it for every request,
    /// before the handler runs.
    fn request(&self, parts: &Parts) -> Self::Request;

    /// Starts the check.
    fn start(&self, candidate: Candidate<'_, T, Self::Request>) -> Self::Future;
}

/// Accepts every session. A layer without a check uses it.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoCheck;

impl<T> Check<T> for NoCheck {
    type Request = ();
    type Future = Ready<Result<Verdict, BoxError>>;

    fn request(&self, _: &Parts) {}

    fn start(&self, _: Candidate<'_, T>) -> Self::Future {
        ready(Ok(Verdict::Accept))
    }
}

/// A check made of two closures.
#[derive(Clone, Copy)]
pub struct Checked<F, P = fn(&Parts)> {
    pub(super) request: P,
    pub(super) start: F,
}

impl<T, F, P, R, Fut> Check<T> for Checked<F, P>
where
    P: Fn(&Parts) -> R,
    F: Fn(Candidate<'_, T, R>) -> Fut,
    Fut: Future<Output = Result<Verdict, BoxError>>,
{
    type Request = R;
    type Future = Fut;

    fn request(&self, parts: &Parts) -> R {
        (self.request)(parts)
    }

    fn start(&self, candidate: Candidate<'_, T, R>) -> Fut {
        (self.start)(candidate)
    }
}

impl<F, P> fmt::Debug for Checked<F, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checked").finish_non_exhaustive()
    }
}

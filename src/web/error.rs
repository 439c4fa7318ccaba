//! The errors of building, accepting and writing a cookie.

use core::fmt::{self, Debug, Display, Formatter};

use crate::error::{ContextError, DecodeError, EncodeError, RandomError};

/// The reason why a session cookie could not be built.
///
/// `Debug` shows the same sentence as `Display`, so the error is readable when `main` returns it.
///
/// ```
/// use core::time::Duration;
/// use hardtack::web::SessionCookie;
/// use hardtack::{Codec, Key, KeyRing};
///
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
/// let codec = Codec::signed("shop/production/session", &keys, Duration::from_secs(7200)).build()?;
/// let error = SessionCookie::builder(codec).domain("example.org").build().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "a cookie whose name begins with `__Host-` must have no Domain; choose another name",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CookieError {
    /// The name is not a token of RFC 9110 §5.6.2, as RFC 6265bis §4.1.1 requires, or it is longer
    /// than 256 characters.
    Name,
    /// The path does not begin with `/`, contains a character that browsers do not send back, or is
    /// longer than 1024 bytes.
    Path,
    /// The domain is not a host name of at least two labels.
    Domain,
    /// The cookie breaks a rule of its name's prefix (RFC 6265bis §4.1.3).
    Prefix {
        /// `__Host-`, `__Secure-`, `__Http-` or `__Host-Http-`.
        prefix: &'static str,
        /// The rule for cookies with that prefix.
        rule: &'static str,
    },
    /// Browsers refuse this attribute on a cookie that is not `Secure`.
    NeedsSecure {
        /// `SameSite=None` or `Partitioned`.
        attribute: &'static str,
    },
    /// The codec of [`accept_previous`](super::SessionCookieBuilder::accept_previous) is bound to a
    /// different context than the cookie's codec.
    PreviousContext,
    /// The cookie's name does not fit into the codec's context.
    Context(ContextError),
}

impl Display for CookieError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str(
                "the cookie's name must be 1 to 256 letters, digits or characters of !#$%&'*+-.^_`|~",
            ),
            Self::Path => f.write_str(
                "the cookie's Path must begin with /, must not contain control characters, spaces or \
                 any of \"#;<>?\\^`{|}, and is limited to 1024 bytes",
            ),
            Self::Domain => f.write_str(
                "the cookie's Domain must be a host name of at least two labels, such as example.org, \
                 and not an IP address; leave it out to bind the cookie to one host",
            ),
            Self::Prefix { prefix, rule } => {
                write!(f, "a cookie whose name begins with `{prefix}` must {rule}; ")?;
                f.write_str(remedy(rule))
            }
            Self::NeedsSecure { attribute } => {
                write!(f, "browsers refuse {attribute} on a cookie that is not Secure")
            }
            Self::PreviousContext => f.write_str(
                "the previous codec is bound to a different context than the cookie's codec; use \
                 `accept_previous_unbound` if its tokens may move to this one",
            ),
            Self::Context(error) => write!(f, "the cookie's name cannot be bound: {error}"),
        }
    }
}

fn remedy(rule: &str) -> &'static str {
    match rule {
        MUST_BE_SECURE => "for plain http, add `.name(\"session\")`",
        MUST_BE_HTTP_ONLY => "leave out `.http_only(false)`",
        _ => "choose another name",
    }
}

/// The rules of [`CookieError::Prefix`] that have a remedy of their own.
pub(super) const MUST_BE_SECURE: &str = "be Secure";
pub(super) const MUST_BE_HTTP_ONLY: &str = "be HttpOnly";

impl Debug for CookieError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

impl core::error::Error for CookieError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        if let Self::Context(error) = self { Some(error) } else { None }
    }
}

impl From<ContextError> for CookieError {
    fn from(error: ContextError) -> Self {
        Self::Context(error)
    }
}

/// The reason why the request's cookie was not accepted. It is for the log: treat an invalid cookie
/// as a missing one, and do not show the reason to clients.
///
/// If the session is empty, the response clears the cookie only if it can never be valid again. A
/// server that cannot judge a cookie leaves it alone, so that one misconfigured server does not log
/// out the visitors of all the others. Duplicate cookies are cleared only if every one of them is
/// of a kind that is cleared. New session data always replaces the cookie, except when it is
/// ambiguous.
///
/// | kind | the cookie | reason |
/// |---|---|---|
/// | `malformed`, `too_long` | cleared | no server accepts it |
/// | `revoked`, `revoked_id` | cleared | the session was revoked |
/// | `expired` | kept | the browser drops it by itself; this server's clock may be ahead |
/// | `retired_key` | kept | it expires soon; this server's key ring or clock may be wrong |
/// | `not_yet_valid` | kept | this server's clock may be behind |
/// | `unknown_key` | kept | this server may lack a key that other servers have |
/// | `bad_signature` | kept | this server may have another purpose, context or key |
/// | `unsupported_version`, `wrong_mode`, `payload` | kept | another release of the program may accept it |
/// | `ambiguous` | kept until [`log_in`] or [`flush`] | clearing the site's own cookie would leave only the planted one |
///
/// [`log_in`]: super::Session::log_in
/// [`flush`]: super::Session::flush
///
/// ```
/// use hardtack::DecodeError;
/// use hardtack::web::Rejection;
///
/// let rejection = Rejection::Token(DecodeError::Expired);
/// assert_eq!(rejection.kind(), "expired");
/// assert!(rejection.is_expected());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// The token was not accepted. With duplicate cookies, this is the reason for the first one.
    Token(DecodeError),
    /// Several cookies are valid and belong to different sessions, so an attacker may have planted
    /// one. Nothing is saved until [`Session::log_in`](super::Session::log_in) or
    /// [`Session::flush`](super::Session::flush).
    Ambiguous,
    /// The session's ID is on the list of
    /// [`revoked_ids`](super::SessionCookieBuilder::revoked_ids).
    RevokedId,
    /// A [check](crate::tower::SessionLayer::check) refused the session for this reason.
    #[cfg(feature = "tower")]
    Refused(&'static str),
}

impl Rejection {
    /// Returns a short, stable name for metrics: FORMAT.md's name for a token error, or
    /// `ambiguous`, `revoked_id` or `refused`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Token(error) => error.kind(),
            Self::Ambiguous => "ambiguous",
            Self::RevokedId => "revoked_id",
            #[cfg(feature = "tower")]
            Self::Refused(_) => "refused",
        }
    }

    /// Returns true if a cookie rejected for this reason can never be valid again, on any server.
    pub(super) fn is_final(&self) -> bool {
        match self {
            Self::Token(error) => matches!(
                error,
                DecodeError::Malformed | DecodeError::TooLong { .. } | DecodeError::Revoked
            ),
            Self::Ambiguous => false,
            Self::RevokedId => true,
            #[cfg(feature = "tower")]
            Self::Refused(_) => true,
        }
    }

    /// Returns true for reasons that occur in normal use: an expired or revoked session, or a
    /// retired key.
    #[must_use]
    pub fn is_expected(&self) -> bool {
        match self {
            Self::Token(error) => error.is_expected(),
            Self::Ambiguous => false,
            Self::RevokedId => true,
            #[cfg(feature = "tower")]
            Self::Refused(_) => true,
        }
    }
}

impl Display for Rejection {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(error) => Display::fmt(error, f),
            Self::Ambiguous => f.write_str("several valid cookies belong to different sessions"),
            Self::RevokedId => f.write_str("the session's ID is on the list of revoked IDs"),
            #[cfg(feature = "tower")]
            Self::Refused(reason) => write!(f, "a check refused the session: {reason}"),
        }
    }
}

impl core::error::Error for Rejection {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Token(error) => error.source(),
            _ => None,
        }
    }
}

/// The reason why a session could not be written into a response.
///
/// ```
/// use hardtack::web::ResponseError;
///
/// let error = ResponseError::TooLong { length: 5000, limit: 4096 };
/// assert_eq!(
///     error.to_string(),
///     "cookie is 5000 characters long, its name included; the limit is 4096: store less in the session",
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseError {
    /// The cookie is longer than browsers or the codec accept.
    TooLong {
        /// The length of name and value in characters.
        length: usize,
        /// The limit in characters.
        limit: usize,
    },
    /// The session could not be encoded.
    Encode(EncodeError),
    /// The session was read by a [`SessionCookie`](super::SessionCookie) with another name,
    /// purpose, mode or context.
    OtherCookie,
    /// The session would begin further in the future than the leeway allows, so every server would
    /// refuse it.
    NotYetValid,
    /// The ID source failed.
    Random(RandomError),
}

impl ResponseError {
    /// Returns a short, stable name for metrics.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "too_long",
            Self::Encode(error) => error.kind(),
            Self::OtherCookie => "other_cookie",
            Self::NotYetValid => "not_yet_valid",
            Self::Random(_) => "no_randomness",
        }
    }
}

impl Display for ResponseError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { length, limit } => write!(
                f,
                "cookie is {length} characters long, its name included; the limit is {limit}: store \
                 less in the session"
            ),
            Self::Encode(error) => Display::fmt(error, f),
            Self::OtherCookie => f.write_str(
                "the session was read by a SessionCookie with another name, purpose, mode or context; \
                 write it with the one that read it",
            ),
            Self::NotYetValid => f.write_str(
                "the session would begin further in the future than the leeway allows; check that its \
                 cut-off is in seconds, not milliseconds",
            ),
            Self::Random(error) => Display::fmt(error, f),
        }
    }
}

impl core::error::Error for ResponseError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Encode(error) => error.source(),
            Self::Random(error) => error.source(),
            Self::TooLong { .. } | Self::OtherCookie | Self::NotYetValid => None,
        }
    }
}

impl From<EncodeError> for ResponseError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

impl From<RandomError> for ResponseError {
    fn from(error: RandomError) -> Self {
        Self::Random(error)
    }
}

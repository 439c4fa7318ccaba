//! Why a cookie cannot be, was not accepted, or was not written.

use core::fmt::{self, Display, Formatter};

use crate::error::{DecodeError, EncodeError, RandomError};

/// Why a session cookie cannot be built.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use hardtack::web::{CookieError, SessionCookie};
/// # let keys = hardtack::KeyRing::new(hardtack::Key::from_hex(&"0123456789abcdef".repeat(4))?);
/// # let codec = hardtack::Codec::signed("shop", &keys, core::time::Duration::from_secs(60)).build()?;
/// let error = SessionCookie::new(codec).secure(false).build().unwrap_err();
/// assert_eq!(error.to_string(), "a cookie whose name begins with __Host- must be Secure");
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CookieError {
    /// Not a token of RFC 9110 §5.6.2, as RFC 6265bis §4.1.1 asks, or longer than 256 characters.
    Name,
    /// Does not begin with `/`, or holds `;`, a control character, or more than 1024 bytes.
    Path,
    /// Not the name of a host.
    Domain,
    /// A rule of the prefixes (RFC 6265bis §4.1.3).
    Prefix {
        /// `__Host-`, `__Secure-`, `__Http-` or `__Host-Http-`.
        prefix: &'static str,
        /// What a cookie of that prefix must be.
        rule: &'static str,
    },
    /// What must be `Secure`, or browsers refuse it.
    NeedsSecure {
        /// `SameSite=None` or `Partitioned`.
        attribute: &'static str,
    },
}

impl Display for CookieError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str("the cookie's name is not a token of RFC 9110: up to 256 letters, digits and !#$%&'*+-.^_`|~"),
            Self::Path => f.write_str("the cookie's Path does not begin with /, holds ; or a control character, or is longer than 1024 bytes"),
            Self::Domain => f.write_str("the cookie's Domain is not the name of a host"),
            Self::Prefix { prefix, rule } => {
                write!(f, "a cookie whose name begins with {prefix} must {rule}")
            }
            Self::NeedsSecure { attribute } => {
                write!(f, "browsers refuse {attribute} unless the cookie is Secure")
            }
        }
    }
}

impl core::error::Error for CookieError {}

/// Why a request that brought a cookie has an empty session. For the log: to the visitor a bad
/// cookie is no cookie.
///
/// ```
/// use hardtack::{DecodeError, web::Rejection};
/// assert_eq!(Rejection::Token(DecodeError::Expired).kind(), "expired");
/// assert!(Rejection::Token(DecodeError::Expired).is_expected());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// Its token was not accepted; of several, the first.
    Token(DecodeError),
    /// Several of them verify, and are not one session: somebody planted one.
    Ambiguous,
    /// It is on the list of ended sessions.
    Ended,
}

impl Rejection {
    /// A short, stable name for metrics.
    ///
    /// ```
    /// assert_eq!(hardtack::web::Rejection::Ambiguous.kind(), "ambiguous");
    /// ```
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Token(error) => error.kind(),
            Self::Ambiguous => "ambiguous",
            Self::Ended => "ended",
        }
    }

    /// Whether honest visitors cause it every day.
    ///
    /// ```
    /// assert!(hardtack::web::Rejection::Ended.is_expected());
    /// ```
    #[must_use]
    pub fn is_expected(&self) -> bool {
        match self {
            Self::Token(error) => error.is_expected(),
            Self::Ambiguous => false,
            Self::Ended => true,
        }
    }
}

impl Display for Rejection {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(error) => error.fmt(f),
            Self::Ambiguous => f.write_str("cookies of different sessions, all of them valid"),
            Self::Ended => f.write_str("on the list of ended sessions"),
        }
    }
}

impl core::error::Error for Rejection {}

/// Why a session could not be written into an answer.
///
/// ```
/// use hardtack::web::AnswerError;
/// let error = AnswerError::TooLong { length: 5000, limit: 4096 };
/// assert_eq!(error.to_string(), "the cookie has 5000 characters with its name, 4096 are the limit: 904 too many");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerError {
    /// A browser would drop the cookie in silence.
    TooLong {
        /// Of name and value, in characters.
        length: usize,
        /// What browsers keep, or what the codec allows with the name, in characters.
        limit: usize,
    },
    /// No token could be made.
    Encode(EncodeError),
    /// The session was read by another [`SessionCookie`](super::SessionCookie).
    OtherCookie,
    /// The session would begin further ahead than the leeway, so every reader would refuse it.
    NotYetValid,
    /// The id source gave no id.
    Random(RandomError),
}

impl AnswerError {
    /// A short, stable name for metrics.
    ///
    /// ```
    /// assert_eq!(hardtack::web::AnswerError::OtherCookie.kind(), "other_cookie");
    /// ```
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

impl Display for AnswerError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { length, limit } => {
                let over = length.saturating_sub(*limit);
                write!(
                    f,
                    "the cookie has {length} characters with its name, {limit} are the limit: {over} too many"
                )
            }
            Self::Encode(error) => error.fmt(f),
            Self::OtherCookie => f.write_str(
                "the session was read by another cookie: of another name, purpose, mode or context",
            ),
            Self::NotYetValid => f.write_str(
                "the session would begin further ahead than the leeway: is its cut-off right, and in seconds?",
            ),
            Self::Random(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for AnswerError {}

impl From<EncodeError> for AnswerError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

impl From<RandomError> for AnswerError {
    fn from(error: RandomError) -> Self {
        Self::Random(error)
    }
}

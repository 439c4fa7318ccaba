//! The error types, one enum per operation. None of them contains a key, a token or session data.

mod config;
mod payload;

use core::error::Error;
use core::fmt::{self, Display, Formatter};
use core::time::Duration;

use crate::mode::Mode;

pub use config::{ConfigError, ContextError};
pub use payload::PayloadError;

/// The reason why a token was not accepted. It has one variant for each row of the table "Decode"
/// in FORMAT.md.
///
/// It is for the operator. Treat an invalid cookie as a missing one, and do not show the reason to
/// clients.
///
/// ```
/// use hardtack::DecodeError;
///
/// assert_eq!(DecodeError::Expired.kind(), "expired");
/// assert!(DecodeError::Expired.is_expected());
/// assert!(!DecodeError::BadSignature.is_expected());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// The token is longer than the codec's limit.
    TooLong {
        /// The token's length in bytes.
        length: usize,
        /// The codec's limit in bytes.
        limit: usize,
    },
    /// The token is not base64url, or not a header, signature and body.
    Malformed,
    /// The token has another version of the format.
    UnsupportedVersion {
        /// The version that the token claims.
        version: u8,
    },
    /// The token is encrypted and the codec reads signed tokens, or the reverse.
    WrongMode {
        /// The token's mode.
        token: Mode,
        /// The codec's mode.
        codec: Mode,
    },
    /// No key in the ring has the token's key ID.
    UnknownKey,
    /// The token was forged, damaged, or made for another purpose or context.
    BadSignature,
    /// The token was issued after its key retired.
    RetiredKey,
    /// The token was issued further in the future than the leeway allows.
    NotYetValid,
    /// The token has passed its own expiry, the codec's `max_age` or the absolute timeout.
    Expired,
    /// The session began before a cut-off.
    Revoked,
    /// The token is authentic, but its payload is not a session of the requested type.
    Payload(PayloadError),
}

impl DecodeError {
    /// Returns a short, stable name for metrics, as in FORMAT.md.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "too_long",
            Self::Malformed => "malformed",
            Self::UnsupportedVersion { .. } => "unsupported_version",
            Self::WrongMode { .. } => "wrong_mode",
            Self::UnknownKey => "unknown_key",
            Self::BadSignature => "bad_signature",
            Self::RetiredKey => "retired_key",
            Self::NotYetValid => "not_yet_valid",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Payload(_) => "payload",
        }
    }

    /// Returns true for reasons that occur in normal use: an expired or revoked session, or a
    /// retired key.
    ///
    /// Count the other reasons in your metrics. Anyone can cause `unknown_key` and `bad_signature`
    /// with a forged cookie.
    #[must_use]
    pub fn is_expected(&self) -> bool {
        matches!(self, Self::Expired | Self::Revoked | Self::RetiredKey)
    }
}

impl Display for DecodeError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { length, limit } => {
                write!(f, "token is {length} bytes long; the limit is {limit}")
            }
            Self::Malformed => f.write_str("not a token: it is not base64url of a header, signature and body"),
            Self::UnsupportedVersion { version } => {
                write!(f, "token has format version {version}, which is not supported")
            }
            Self::WrongMode { token, codec } => {
                write!(f, "the token is {}, and this codec reads {} tokens", word(*token), word(*codec))
            }
            Self::UnknownKey => f.write_str("no key in the ring has the token's key ID"),
            Self::BadSignature => f.write_str(
                "the signature does not match: the token was forged, damaged, or made for another purpose or context",
            ),
            Self::RetiredKey => f.write_str("the token was issued after its key retired"),
            Self::NotYetValid => {
                f.write_str("the token was issued in the future; check the servers' clocks")
            }
            Self::Expired => f.write_str("the session has expired"),
            Self::Revoked => f.write_str("the session began before a cut-off"),
            Self::Payload(error) => write!(
                f,
                "the token is authentic, but its payload is not a session of this type: {error}"
            ),
        }
    }
}

impl Error for DecodeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Payload(error) => Some(error),
            _ => None,
        }
    }
}

fn word(mode: Mode) -> &'static str {
    match mode {
        Mode::Signed => "signed",
        Mode::Encrypted => "encrypted",
    }
}

/// The reason why a session could not be encoded.
///
/// ```
/// use hardtack::EncodeError;
/// let error = EncodeError::TooLong { length: 5000, limit: 4096 };
/// assert_eq!(error.to_string(), "token is 5000 characters long; the limit is 4096");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// The token is longer than the codec's limit. Browsers silently drop cookies that are too
    /// long.
    TooLong {
        /// The token's length in characters.
        length: usize,
        /// The codec's limit in characters.
        limit: usize,
    },
    /// A time is before 1970 or after 2106, which a token cannot represent.
    TimeOutOfRange {
        /// Seconds since the Unix epoch.
        seconds: i64,
    },
    /// The session would expire before it begins.
    ExpiryNotLater,
    /// The session requests a longer lifetime than
    /// [`max_requested_age`](crate::CodecBuilder::max_requested_age) allows.
    ExpiryTooLong {
        /// The lifetime that the session requests.
        requested: Duration,
        /// The longest lifetime that it may request.
        limit: Duration,
    },
    /// The session cannot be written, or would not read back as the same value.
    Payload(PayloadError),
}

impl EncodeError {
    /// Returns a short, stable name for metrics.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "too_long",
            Self::TimeOutOfRange { .. } => "time_out_of_range",
            Self::ExpiryNotLater => "expiry_not_later",
            Self::ExpiryTooLong { .. } => "expiry_too_long",
            Self::Payload(_) => "payload",
        }
    }
}

impl Display for EncodeError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { length, limit } => {
                write!(f, "token is {length} characters long; the limit is {limit}")
            }
            Self::TimeOutOfRange { seconds } => write!(
                f,
                "{seconds} seconds since 1970 is outside the range of a token, the years 1970 to 2106"
            ),
            Self::ExpiryNotLater => f.write_str("the session would expire before it begins"),
            Self::ExpiryTooLong { requested, limit } => write!(
                f,
                "the session requests a lifetime of {}; the limit is {} (`max_requested_age`)",
                Span(*requested),
                Span(*limit)
            ),
            Self::Payload(error) => write!(f, "the session cannot be written: {error}"),
        }
    }
}

impl Error for EncodeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Payload(error) => Some(error),
            _ => None,
        }
    }
}

/// The reason why a session could not be updated or renewed.
///
/// ```
/// use hardtack::{DecodeError, RenewError};
/// assert_eq!(RenewError::NoLongerValid(DecodeError::Expired).kind(), "expired");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RenewError {
    /// The session was verified by a codec with another mode, purpose or context.
    OtherCodec,
    /// The session was valid when it was decoded, but it no longer is.
    NoLongerValid(DecodeError),
    /// The session cannot be written.
    Encode(EncodeError),
}

impl RenewError {
    /// Returns a short, stable name for metrics, which is that of the inner error, if there is one.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::OtherCodec => "other_codec",
            Self::NoLongerValid(error) => error.kind(),
            Self::Encode(error) => error.kind(),
        }
    }
}

impl Display for RenewError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherCodec => f.write_str(
                "the session was verified by a codec with another mode, purpose or context",
            ),
            Self::NoLongerValid(error) => write!(f, "the session is no longer valid: {error}"),
            Self::Encode(error) => Display::fmt(error, f),
        }
    }
}

impl Error for RenewError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::OtherCodec => None,
            Self::NoLongerValid(error) => Some(error),
            // `Display` already shows the inner error's own sentence.
            Self::Encode(error) => error.source(),
        }
    }
}

impl From<DecodeError> for RenewError {
    fn from(error: DecodeError) -> Self {
        Self::NoLongerValid(error)
    }
}

impl From<EncodeError> for RenewError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

/// The reason why a token could not be inspected.
///
/// ```
/// assert_eq!(hardtack::inspect("Ada").unwrap_err(), hardtack::InspectError::Malformed);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InspectError {
    /// The token is not base64url, or not a header, signature and body.
    Malformed,
    /// The token has another version of the format.
    UnsupportedVersion {
        /// The version that the token claims.
        version: u8,
    },
}

impl Display for InspectError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Malformed => Display::fmt(&DecodeError::Malformed, f),
            Self::UnsupportedVersion { version } => {
                Display::fmt(&DecodeError::UnsupportedVersion { version }, f)
            }
        }
    }
}

impl Error for InspectError {}

/// The operating system provides no random bytes.
///
/// ```
/// let error = hardtack::RandomError;
/// assert_eq!(error.to_string(), "the operating system provides no random bytes");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RandomError;

impl Display for RandomError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("the operating system provides no random bytes")
    }
}

impl Error for RandomError {}

/// Shows the sentence of `Display`, because `main` prints the `Debug` of an error that it returns.
macro_rules! debug_is_the_sentence {
    ($($error:ty),*) => {$(
        impl core::fmt::Debug for $error {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }
        }
    )*};
}

pub(crate) use debug_is_the_sentence;

debug_is_the_sentence!(ConfigError, ContextError, RandomError);

/// A duration in the largest unit that gives a whole number.
struct Span(Duration);

impl Display for Span {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let (count, unit) = match seconds {
            1.. if seconds % 86_400 == 0 => (seconds / 86_400, "day"),
            1.. if seconds % 3600 == 0 => (seconds / 3600, "hour"),
            1.. if seconds % 60 == 0 => (seconds / 60, "minute"),
            _ => (seconds, "second"),
        };
        write!(f, "{count} {unit}{}", if count == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_shown_in_its_largest_whole_unit() {
        for (seconds, text) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (90, "90 seconds"),
            (7200, "2 hours"),
            (86_400, "1 day"),
            (30 * 86_400, "30 days"),
            (30 * 86_400 + 3600, "721 hours"),
        ] {
            assert_eq!(Span(Duration::from_secs(seconds)).to_string(), text);
        }
    }

    #[test]
    fn debug_of_a_configuration_error_is_its_sentence() {
        let error = ConfigError::AbsoluteTimeoutRequired {
            max_requested_age: Duration::from_secs(60 * 86_400),
            default: Duration::from_secs(30 * 86_400),
        };
        let sentence = "sessions may last 60 days, which exceeds the default absolute timeout of \
            30 days; set `absolute_timeout` or `no_absolute_timeout`";
        assert_eq!(format!("{error:?}"), sentence);
        assert_eq!(error.to_string(), sentence);
        assert_eq!(format!("{RandomError:?}"), RandomError.to_string());
        let context = ContextError::TooManyParts { got: 256 };
        assert_eq!(format!("{context:?}"), "the context has 256 parts; the limit is 255");
    }

    #[test]
    fn a_wrong_mode_says_which_is_which() {
        let error = DecodeError::WrongMode { token: Mode::Encrypted, codec: Mode::Signed };
        assert_eq!(error.to_string(), "the token is encrypted, and this codec reads signed tokens");
    }

    #[test]
    fn an_error_with_a_cause_returns_it_as_its_source() {
        let payload = PayloadError::Trailing;
        let source = |error: &dyn Error| error.source().map(ToString::to_string);
        let cause = Some(payload.to_string());
        assert_eq!(source(&DecodeError::Payload(payload)), cause);
        assert_eq!(source(&EncodeError::Payload(payload)), cause);
        assert_eq!(source(&RenewError::Encode(EncodeError::Payload(payload))), cause);
        let expired = DecodeError::Expired;
        assert_eq!(source(&RenewError::NoLongerValid(expired)), Some(expired.to_string()));
        assert_eq!(source(&expired), None);
        assert_eq!(source(&RenewError::OtherCodec), None);
    }
}

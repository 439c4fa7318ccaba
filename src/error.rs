//! What can go wrong, one enum per operation. None holds a key, a token or session data.

use core::fmt::{self, Display, Formatter};

/// Why a token was not accepted: one variant per row of FORMAT.md's table.
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
    /// Not base64url, or not a token's header, signature and body.
    Malformed,
    /// A token of another version of the format.
    UnsupportedVersion {
        /// The version that it claims.
        version: u8,
    },
    /// An encrypted token for a signed codec, or the reverse.
    WrongMode,
    /// No key of the ring bears the token's key id.
    UnknownKey,
    /// Forged, damaged, or made for another purpose or context.
    BadSignature,
    /// Issued after its key retired.
    RetiredKey,
    /// Issued in the future, beyond the leeway.
    NotYetValid,
    /// Past its own expiry, the codec's `max_age` or the absolute timeout.
    Expired,
    /// Began before a cut-off.
    Revoked,
    /// Authentic, but its payload is not a session of the wanted type.
    Payload(PayloadFault),
}

impl DecodeError {
    /// Returns a short, stable name for metrics: the one in FORMAT.md.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "too_long",
            Self::Malformed => "malformed",
            Self::UnsupportedVersion { .. } => "unsupported_version",
            Self::WrongMode => "wrong_mode",
            Self::UnknownKey => "unknown_key",
            Self::BadSignature => "bad_signature",
            Self::RetiredKey => "retired_key",
            Self::NotYetValid => "not_yet_valid",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Payload(_) => "payload",
        }
    }

    /// Returns true for what honest visitors cause every day: an expired or revoked session, or a
    /// retired key. The others are worth counting. Anyone can cause `unknown_key` and `bad_signature`.
    #[must_use]
    pub fn is_expected(&self) -> bool {
        matches!(self, Self::Expired | Self::Revoked | Self::RetiredKey)
    }
}

impl Display for DecodeError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { length, limit } => {
                write!(f, "the token has {length} bytes, {limit} are the limit")
            }
            Self::Malformed => f.write_str("not a token"),
            Self::UnsupportedVersion { version } => {
                write!(f, "a token of version {version}, which is not supported")
            }
            Self::WrongMode => f.write_str("a token of the other mode (signed, encrypted)"),
            Self::UnknownKey => f.write_str("no key of the ring bears the token's key id"),
            Self::BadSignature => {
                f.write_str("forged, damaged, or made for another purpose or context")
            }
            Self::RetiredKey => f.write_str("issued after its key retired"),
            Self::NotYetValid => f.write_str("issued in the future: do the servers' clocks agree?"),
            Self::Expired => f.write_str("expired"),
            Self::Revoked => f.write_str("the session began before a cut-off"),
            Self::Payload(fault) => {
                write!(f, "authentic, but not a session of the wanted type: {fault}")
            }
        }
    }
}

impl core::error::Error for DecodeError {}

/// What is wrong with a payload. It holds no session data.
///
/// ```
/// use core::time::Duration;
/// use hardtack::{Codec, EncodeError, Key, KeyRing, PayloadFault};
///
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
/// let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
/// let error = codec.begin(&Some(None::<u32>)).unwrap_err();
/// assert_eq!(error, EncodeError::Payload(PayloadFault::SomeOfNothing));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PayloadFault {
    /// Not MessagePack, or cut short.
    Malformed,
    /// Something stands behind the value.
    Trailing,
    /// Text that is not UTF-8.
    TextNotUtf8,
    /// More than 64 arrays and maps inside each other.
    TooDeep,
    /// The session's type does not accept the value.
    Mismatch,
    /// The session's `Serialize` failed.
    Serialize,
    /// A number of items or fields other than what was announced.
    Length,
    /// `Some(None)` or `Some(())`, which would come back as `None`.
    SomeOfNothing,
    /// `skip_serializing_if` left out this field of a struct that is sent as an array, which would
    /// shift the fields behind it.
    SkippedField(&'static str),
}

impl Display for PayloadFault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("not MessagePack, or cut short"),
            Self::Trailing => f.write_str("something stands behind the value"),
            Self::TextNotUtf8 => f.write_str("text that is not UTF-8"),
            Self::TooDeep => f.write_str("more than 64 arrays and maps inside each other"),
            Self::Mismatch => f.write_str("the session's type does not accept it"),
            Self::Serialize => f.write_str("the session's Serialize failed"),
            Self::Length => f.write_str("another number of items than was announced"),
            Self::SomeOfNothing => f.write_str("Some of nothing would come back as None"),
            Self::SkippedField(field) => {
                write!(
                    f,
                    "the field `{field}` is left out of a compact struct, which would shift those behind it"
                )
            }
        }
    }
}

/// Why a session could not be encoded.
///
/// ```
/// use hardtack::EncodeError;
/// let error = EncodeError::TooLong { length: 5000, limit: 4096 };
/// assert_eq!(error.to_string(), "the token has 5000 characters, 4096 are the limit: 904 too many");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// A browser would drop the cookie in silence.
    TooLong {
        /// The token's length in characters.
        length: usize,
        /// The codec's limit in characters.
        limit: usize,
    },
    /// A time before 1970 or after 2106, which a token cannot hold.
    TimeOutOfRange {
        /// Seconds since the Unix epoch.
        seconds: i64,
    },
    /// The session would expire before it begins.
    ExpiryNotLater,
    /// The session requests a longer lifetime than [`longest`](crate::CodecBuilder::longest) allows.
    ExpiryTooLong {
        /// What is allowed, in seconds.
        longest: u64,
    },
    /// The session cannot be written, or would read back as another.
    Payload(PayloadFault),
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
                let over = length.saturating_sub(*limit);
                write!(
                    f,
                    "the token has {length} characters, {limit} are the limit: {over} too many"
                )
            }
            Self::TimeOutOfRange { seconds } => {
                write!(f, "{seconds} s since 1970 is before 1970 or after 2106")
            }
            Self::ExpiryNotLater => f.write_str("the session would be over before it begins"),
            Self::ExpiryTooLong { longest } => {
                write!(
                    f,
                    "the session asks to live longer than {longest} s, which is `longest` or, unless said, the age limit"
                )
            }
            Self::Payload(fault) => write!(f, "the session cannot be written: {fault}"),
        }
    }
}

impl core::error::Error for EncodeError {}

/// Why a session was not issued again.
///
/// ```
/// use hardtack::{DecodeError, RenewError};
/// assert_eq!(RenewError::NoLongerValid(DecodeError::Expired).kind(), "expired");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RenewError {
    /// Verified by a codec of another mode, purpose or context.
    OtherCodec,
    /// It was valid when it was decoded, and is not now.
    NoLongerValid(DecodeError),
    /// It cannot be written.
    Encode(EncodeError),
}

impl RenewError {
    /// Returns a short, stable name for metrics: the inner error's, if there is one.
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
            Self::OtherCodec => {
                f.write_str("verified by a codec of another mode, purpose or context")
            }
            Self::NoLongerValid(error) => write!(f, "no longer valid: {error}"),
            Self::Encode(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for RenewError {}

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

/// Why a token could not be inspected.
///
/// ```
/// assert_eq!(hardtack::inspect("Ada").unwrap_err(), hardtack::InspectError::Malformed);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InspectError {
    /// Not base64url, or not a token's header, signature and body.
    Malformed,
    /// A token of another version of the format.
    UnsupportedVersion {
        /// The version that it claims.
        version: u8,
    },
}

impl Display for InspectError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Malformed => DecodeError::Malformed.fmt(f),
            Self::UnsupportedVersion { version } => {
                DecodeError::UnsupportedVersion { version }.fmt(f)
            }
        }
    }
}

impl core::error::Error for InspectError {}

/// Why a codec cannot be built.
///
/// ```
/// use core::time::Duration;
/// use hardtack::{Codec, ConfigError, Key, KeyRing};
///
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
/// let error = Codec::signed("", &keys, Duration::from_secs(60)).build().unwrap_err();
/// assert_eq!(error, ConfigError::EmptyPurpose);
/// # Ok::<(), hardtack::KeyError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// A purpose says what the token is for and where, and cannot be empty.
    EmptyPurpose,
    /// The name of a compact schema is empty, or it or the purpose holds the separator U+001F.
    Schema,
    /// A span of less than a second where none would end every session at once.
    ZeroSpan {
        /// Which one.
        what: &'static str,
    },
    /// A span beyond any calendar.
    SpanTooLong {
        /// Which one.
        what: &'static str,
        /// What was given, in seconds.
        seconds: u64,
        /// What is allowed, in seconds.
        longest: u64,
    },
    /// What a session may ask for is less than what every session gets.
    LongestBelowMaxAge {
        /// In seconds.
        longest: u64,
        /// In seconds.
        max_age: u64,
    },
    /// Sessions may last longer than the absolute timeout that holds where none is said. Say
    /// [`absolute_timeout`](crate::CodecBuilder::absolute_timeout) or
    /// [`no_absolute_timeout`](crate::CodecBuilder::no_absolute_timeout).
    AbsoluteTimeoutUnsaid {
        /// What was allowed, in seconds.
        longest: u64,
        /// What would end it, in seconds.
        absolute_timeout: u64,
    },
}

impl Display for ConfigError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyPurpose => f.write_str("the purpose is empty; say what the token is for and where: \"shop/production/session\""),
            Self::Schema => f.write_str("a compact schema needs a name, and neither it nor the purpose may hold U+001F"),
            Self::ZeroSpan { what } => write!(f, "{what} is less than a second"),
            Self::SpanTooLong { what, seconds, longest } => {
                write!(f, "{what} is {seconds} s, {longest} s are the most")
            }
            Self::LongestBelowMaxAge { longest, max_age } => {
                write!(f, "longest is {longest} s, less than max_age, {max_age} s")
            }
            Self::AbsoluteTimeoutUnsaid { longest, absolute_timeout } => {
                write!(f, "sessions may last {longest} s, and {absolute_timeout} s is the absolute timeout unless said: say `absolute_timeout` or `no_absolute_timeout`")
            }
        }
    }
}

impl core::error::Error for ConfigError {}

/// Why a codec cannot be bound to a context.
///
/// ```
/// let error = hardtack::ContextError::PartTooLong { got: 70_000 };
/// assert_eq!(error.to_string(), "a part of the context has 70000 bytes, 65535 are the most");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContextError {
    /// More than 255 parts.
    TooManyParts {
        /// How many.
        got: usize,
    },
    /// A part of more than 65 535 bytes.
    PartTooLong {
        /// Its length in bytes.
        got: usize,
    },
}

impl Display for ContextError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyParts { got } => write!(f, "a context of {got} parts, 255 are the most"),
            Self::PartTooLong { got } => {
                write!(f, "a part of the context has {got} bytes, 65535 are the most")
            }
        }
    }
}

impl core::error::Error for ContextError {}

/// The operating system provides no random bytes.
///
/// ```
/// assert_eq!(hardtack::RandomError.to_string(), "the operating system gives no random bytes");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RandomError;

impl Display for RandomError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("the operating system gives no random bytes")
    }
}

impl core::error::Error for RandomError {}

//! The errors of a codec's options and context.

use core::error::Error;
use core::fmt::{self, Display, Formatter};
use core::time::Duration;

use super::Span;

/// The reason why a codec cannot be built.
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
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// The purpose is empty.
    EmptyPurpose,
    /// The name of a compact schema is empty.
    EmptySchema,
    /// The purpose or the schema contains U+001F, which separates the two.
    ReservedCharacter {
        /// The option: `purpose` or `schema`.
        what: &'static str,
    },
    /// A duration is less than a second, which would end every session immediately.
    ZeroSpan {
        /// The option.
        what: &'static str,
    },
    /// A duration exceeds the range of dates.
    SpanTooLong {
        /// The option.
        what: &'static str,
        /// Its value.
        span: Duration,
        /// The maximum value.
        limit: Duration,
    },
    /// `max_requested_age` is less than `max_age`.
    MaxRequestedAgeBelowMaxAge {
        /// The longest lifetime that a session may request.
        max_requested_age: Duration,
        /// The lifetime of a session that requests none.
        max_age: Duration,
    },
    /// Sessions may last longer than the default absolute timeout. Set
    /// [`absolute_timeout`](crate::CodecBuilder::absolute_timeout) or
    /// [`no_absolute_timeout`](crate::CodecBuilder::no_absolute_timeout).
    AbsoluteTimeoutRequired {
        /// The longest lifetime that a session may request.
        max_requested_age: Duration,
        /// The default absolute timeout.
        default: Duration,
    },
}

impl Display for ConfigError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyPurpose => f.write_str(
                "the purpose is empty; state the use and the environment of the tokens, such as \"shop/production/session\"",
            ),
            Self::EmptySchema => f.write_str(
                "the schema of a compact codec is empty; give it a name, such as \"visitor-1\"",
            ),
            Self::ReservedCharacter { what } => write!(
                f,
                "the {what} contains U+001F, which separates a purpose from its schema; remove the character"
            ),
            Self::ZeroSpan { what } => write!(
                f,
                "`{what}` is less than a second, which would end every session immediately; set at least one second"
            ),
            Self::SpanTooLong { what, span, limit } => {
                write!(f, "`{what}` is {}; the limit is {}", Span(*span), Span(*limit))
            }
            Self::MaxRequestedAgeBelowMaxAge { max_requested_age, max_age } => write!(
                f,
                "`max_requested_age` is {}, which is less than `max_age`, {}; raise it or leave it out",
                Span(*max_requested_age),
                Span(*max_age)
            ),
            Self::AbsoluteTimeoutRequired { max_requested_age, default } => write!(
                f,
                "sessions may last {}, which exceeds the default absolute timeout of {}; set `absolute_timeout` or `no_absolute_timeout`",
                Span(*max_requested_age),
                Span(*default)
            ),
        }
    }
}

impl Error for ConfigError {}

/// The reason why a codec cannot be bound to a context.
///
/// ```
/// let error = hardtack::ContextError::PartTooLong { got: 70_000 };
/// assert_eq!(error.to_string(), "a part of the context is 70000 bytes long; the limit is 65535");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContextError {
    /// The context has more than 255 parts.
    TooManyParts {
        /// The number of parts.
        got: usize,
    },
    /// A part is longer than 65,535 bytes.
    PartTooLong {
        /// The length of the part in bytes.
        got: usize,
    },
}

impl Display for ContextError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyParts { got } => {
                write!(f, "the context has {got} parts; the limit is 255")
            }
            Self::PartTooLong { got } => {
                write!(f, "a part of the context is {got} bytes long; the limit is 65535")
            }
        }
    }
}

impl Error for ContextError {}

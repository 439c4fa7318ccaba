//! The error of a session's payload.

use core::error::Error;
use core::fmt::{self, Display, Formatter};

/// The reason why a payload could not be read or written. It contains no session data.
///
/// ```
/// use core::time::Duration;
/// use hardtack::{Codec, EncodeError, Key, KeyRing, PayloadError};
///
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
/// let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
/// let error = codec.begin(&Some(None::<u32>)).unwrap_err();
/// assert_eq!(error, EncodeError::Payload(PayloadError::SomeOfNothing));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PayloadError {
    /// The payload is not MessagePack, or it is truncated.
    Malformed,
    /// Extra bytes follow the value.
    Trailing,
    /// Text is not UTF-8.
    TextNotUtf8,
    /// The session nests more than 64 arrays and maps, or more than 255 options and newtypes.
    TooDeep,
    /// The session's type does not accept the value.
    Mismatch,
    /// The session's type does not accept the value of this field.
    FieldMismatch(&'static str),
    /// The session's type requires this field.
    MissingField(&'static str),
    /// The payload contains this field twice.
    DuplicateField(&'static str),
    /// The payload contains a field that the session's type does not have.
    UnknownField {
        /// The fields of the type.
        expected: &'static [&'static str],
    },
    /// The payload contains a variant that an enum of the session's type does not have.
    UnknownVariant {
        /// The variants of the enum.
        expected: &'static [&'static str],
    },
    /// The session's `Serialize` failed.
    Serialize,
    /// The session wrote more or fewer items than it announced.
    Length,
    /// The session wrote a map that has a key twice, as `flatten` can.
    DuplicateKey,
    /// The session contains `Some(None)` or `Some(())`, which would read back as `None`.
    SomeOfNothing,
    /// `skip_serializing_if` left out this field of a struct that is written as an array, which
    /// would shift the fields after it.
    SkippedField(&'static str),
}

impl Display for PayloadError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("not MessagePack, or truncated"),
            Self::Trailing => f.write_str("extra bytes follow the value"),
            Self::TextNotUtf8 => f.write_str("text is not UTF-8"),
            Self::TooDeep => f.write_str("nested too deeply; the limit is 64 arrays and maps"),
            Self::Mismatch => f.write_str("the session's type does not accept the value"),
            Self::FieldMismatch(field) => {
                write!(f, "the session's type does not accept the value of field `{field}`")
            }
            Self::MissingField(field) => write!(f, "field `{field}` is missing"),
            Self::DuplicateField(field) => write!(f, "field `{field}` occurs twice"),
            Self::UnknownField { expected } => {
                write!(f, "there is a field that is not one of {}", Names(expected))
            }
            Self::UnknownVariant { expected } => {
                write!(f, "there is a variant that is not one of {}", Names(expected))
            }
            Self::Serialize => f.write_str("the session's `Serialize` failed"),
            Self::DuplicateKey => {
                f.write_str("a map contains a key twice; check the fields with `serde(flatten)`")
            }
            Self::Length => {
                f.write_str("the session's `Serialize` wrote more or fewer items than it announced")
            }
            Self::SomeOfNothing => {
                f.write_str("`Some(None)` or `Some(())` would read back as `None`")
            }
            Self::SkippedField(field) => write!(
                f,
                "field `{field}` is skipped, which would shift the fields after it in a compact struct"
            ),
        }
    }
}

impl Error for PayloadError {}

/// Names, quoted and separated by commas.
struct Names(&'static [&'static str]);

impl Display for Names {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (place, name) in self.0.iter().enumerate() {
            write!(f, "{}`{name}`", if place == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

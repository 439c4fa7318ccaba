//! Why an operation has no result: a stable name, or a sentence for whoever configures. Sentences
//! without numbers: what it takes to print one is a twentieth of the module.

use hardtack::{ConfigError, ContextError, DecodeError, EncodeError, KeyError, KeyRingError, RenewError};

pub(crate) struct Fault(pub(crate) &'static str);

impl From<&'static str> for Fault {
    fn from(text: &'static str) -> Self {
        Self(text)
    }
}

macro_rules! named {
    ($($error:ty),*) => {$(
        impl From<$error> for Fault {
            fn from(error: $error) -> Self {
                Self(error.kind())
            }
        }
    )*};
}

named! { DecodeError, EncodeError, RenewError }

impl From<KeyError> for Fault {
    fn from(error: KeyError) -> Self {
        Self(match error {
            KeyError::TooShort { .. } => "a key is too short; make one: openssl rand -base64 32",
            KeyError::NotRandom { .. } => "a key is not random; make one: openssl rand -base64 32",
            KeyError::Published => "a key is printed in the documentation; make one: openssl rand -base64 32",
            _ => "a key is not base64; make one: openssl rand -base64 32",
        })
    }
}

impl From<KeyRingError> for Fault {
    fn from(_: KeyRingError) -> Self {
        Self("a key is there twice")
    }
}

impl From<ConfigError> for Fault {
    fn from(error: ConfigError) -> Self {
        Self(match error {
            ConfigError::EmptyPurpose => "the purpose is empty",
            ConfigError::EmptySchema => "the schema is empty",
            ConfigError::ReservedCharacter { .. } => "neither the purpose nor the schema may hold U+001F",
            ConfigError::ZeroSpan { .. } | ConfigError::SpanTooLong { .. } => "a span is zero or beyond any calendar",
            ConfigError::MaxRequestedAgeBelowMaxAge { .. } => "maxRequestedAge is less than maxAge",
            ConfigError::AbsoluteTimeoutRequired { .. } => "more than 30 days need an absoluteTimeout, or Infinity",
            _ => "the codec cannot be built",
        })
    }
}

impl From<ContextError> for Fault {
    fn from(_: ContextError) -> Self {
        Self("a context has 255 parts at the most")
    }
}

//! Why a key or a key ring could not be created.

use core::error::Error;
use core::fmt::{self, Display, Formatter};

use super::key_id::KeyId;
use crate::error::debug_is_the_sentence;

/// Why a key could not be created.
///
/// ```
/// let error = hardtack::Key::from_bytes(b"password").unwrap_err();
/// assert_eq!(error.to_string(), "a key of 8 bytes, 32 or more are needed; make one: openssl rand -base64 32");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// Too few bytes.
    TooShort {
        /// How many.
        got: usize,
        /// How many at the least.
        needed: usize,
    },
    /// Every byte is the same: a placeholder, not a key.
    AllEqual,
    /// Not base64 of either alphabet.
    NotBase64,
    /// Not pairs of hexadecimal digits.
    NotHex,
    /// The operating system gives no random bytes.
    NoRandomness,
}

impl Display for KeyError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { got, needed } => write!(f, "a key of {got} bytes, {needed} or more are needed; make one: openssl rand -base64 32"),
            Self::AllEqual => f.write_str("a key whose bytes are all the same, random ones are needed; make one: openssl rand -base64 32"),
            Self::NotBase64 => f.write_str("not base64, 44 characters of it are needed; make a key: openssl rand -base64 32"),
            Self::NotHex => f.write_str("not hexadecimal, 64 digits are needed; make a key: openssl rand -hex 32"),
            Self::NoRandomness => f.write_str("the operating system gives no random bytes; make a key elsewhere: openssl rand -base64 32"),
        }
    }
}

impl Error for KeyError {}

/// Why a key ring could not be created.
///
/// ```
/// let error = hardtack::KeyRing::from_base64_list("?").unwrap_err();
/// assert!(error.to_string().starts_with("key 1 of the list: not base64"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyRingError {
    /// An entry of a list is not a key.
    Key {
        /// Which one, counted from one.
        position: usize,
        /// Why.
        error: KeyError,
    },
    /// A key occurs twice.
    Duplicate {
        /// Its id.
        id: KeyId,
    },
    /// Two keys would sign from the same instant on.
    TwoSigners {
        /// Their IDs.
        ids: [KeyId; 2],
    },
}

impl Display for KeyRingError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key { position, error } => write!(f, "key {position} of the list: {error}"),
            Self::Duplicate { id } => write!(f, "the key {id} is on the ring twice"),
            Self::TwoSigners { ids: [first, second] } => write!(
                f,
                "the keys {first} and {second} would sign from the same instant on; give the new key a later one, such as KEY@2026-12-01T00:00:00Z"
            ),
        }
    }
}

impl Error for KeyRingError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Key { error, .. } => Some(error),
            Self::Duplicate { .. } | Self::TwoSigners { .. } => None,
        }
    }
}

debug_is_the_sentence!(KeyError, KeyRingError);

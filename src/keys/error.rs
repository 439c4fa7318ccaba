//! The errors of creating keys and key rings.

use core::error::Error;
use core::fmt::{self, Display, Formatter};

use super::key_id::KeyId;
use crate::error::debug_is_the_sentence;

/// The reason why a key could not be created.
///
/// ```
/// let error = hardtack::Key::from_bytes(b"password").unwrap_err();
/// let sentence = "the key is 8 bytes long; the minimum is 32; make one: openssl rand -base64 32";
/// assert_eq!(error.to_string(), sentence);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// The text is empty.
    Empty,
    /// The key has too few bytes.
    TooShort {
        /// The key's length in bytes.
        got: usize,
        /// The minimum in bytes.
        needed: usize,
    },
    /// The key has too few distinct bytes, so it is a placeholder or a pattern and not random.
    NotRandom {
        /// The number of distinct bytes.
        distinct: usize,
        /// The minimum.
        needed: usize,
    },
    /// The key is printed in this crate's documentation, so it is not secret. Only release builds
    /// refuse it.
    Published,
    /// The text contains a quote.
    Quoted,
    /// The text contains a semicolon.
    Semicolon,
    /// The text contains white space.
    WhiteSpace,
    /// The text is 64 hexadecimal digits, but base64 is expected.
    HexNotBase64,
    /// The text is not base64 in either alphabet.
    NotBase64,
    /// The text is not pairs of hexadecimal digits.
    NotHex,
    /// The operating system provides no random bytes.
    NoRandomness,
}

impl Display for KeyError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the key is empty; make one: openssl rand -base64 32"),
            Self::TooShort { got, needed } => write!(
                f,
                "the key is {got} bytes long; the minimum is {needed}; make one: openssl rand -base64 32"
            ),
            Self::NotRandom { distinct, needed } => write!(
                f,
                "the key has {distinct} distinct bytes; a random key has at least {needed}; make one: openssl rand -base64 32"
            ),
            Self::Published => f.write_str(
                "the key is printed in hardtack's documentation, so everyone knows it; make one: openssl rand -base64 32",
            ),
            Self::Quoted => f.write_str("the key contains a quote; remove the quotes around it"),
            Self::Semicolon => {
                f.write_str("the key contains a semicolon; separate the keys of a list by commas")
            }
            Self::WhiteSpace => f.write_str(
                "the key contains white space; separate the keys of a list by commas, and write each on one line",
            ),
            Self::HexNotBase64 => f.write_str(
                "the key is 64 hexadecimal digits, but base64 is expected; use `Key::from_hex`, or convert it: xxd -r -p | base64",
            ),
            Self::NotBase64 => f.write_str(
                "the key is not base64, which has 44 characters for 32 bytes; make one: openssl rand -base64 32",
            ),
            Self::NotHex => f.write_str(
                "the key is not hexadecimal, which has 64 digits for 32 bytes; make one: openssl rand -hex 32",
            ),
            Self::NoRandomness => f.write_str(
                "the operating system provides no random bytes; make a key elsewhere: openssl rand -base64 32",
            ),
        }
    }
}

impl Error for KeyError {}

/// The reason why a key ring could not be created.
///
/// ```
/// let error = hardtack::KeyRing::from_base64_list("?").unwrap_err();
/// assert!(error.to_string().starts_with("key 1 of the list, at character 1: the key is not base64"));
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyRingError {
    /// An entry of a list is not a key.
    Key {
        /// The position of the entry, counted from one.
        position: usize,
        /// The position of the error in the list in characters, counted from one.
        character: usize,
        /// The reason.
        error: KeyError,
    },
    /// The text after the `@` of an entry is not an RFC 3339 instant.
    Instant {
        /// The position of the entry, counted from one.
        position: usize,
        /// The position of the instant in the list in characters, counted from one.
        character: usize,
    },
    /// An entry of a list conflicts with an earlier entry.
    Entry {
        /// The position of the entry, counted from one.
        position: usize,
        /// The position of the entry in the list in characters, counted from one.
        character: usize,
        /// The reason.
        error: Box<Self>,
    },
    /// The ring already contains the key.
    Duplicate {
        /// Its ID.
        id: KeyId,
    },
    /// Two keys would begin to sign at the same instant.
    TwoSigners {
        /// Their IDs.
        ids: [KeyId; 2],
    },
    /// The environment variable is not set.
    VariableNotSet {
        /// Its name.
        name: String,
    },
    /// The value of the environment variable is not UTF-8.
    VariableNotUtf8 {
        /// Its name.
        name: String,
    },
    /// The value of the environment variable is not a list of keys.
    Variable {
        /// Its name.
        name: String,
        /// The reason.
        error: Box<Self>,
    },
}

impl Display for KeyRingError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key { position, character, error } => {
                write!(f, "key {position} of the list, at character {character}: {error}")
            }
            Self::Instant { position, character } => write!(
                f,
                "key {position} of the list, at character {character}: the text after @ is not an instant; write it as 2026-12-01T00:00:00Z"
            ),
            Self::Entry { position, character, error } => {
                write!(f, "key {position} of the list, at character {character}: {error}")
            }
            Self::TwoSigners { ids: [first, second] } => write!(
                f,
                "the keys {first} and {second} would begin to sign at the same instant; give the new key a later one, such as KEY@2026-12-01T00:00:00Z"
            ),
            Self::Duplicate { id } => {
                write!(f, "the key with ID {id} occurs twice; remove one of the two")
            }
            Self::VariableNotSet { name } => write!(
                f,
                "environment variable {name} is not set; set it to a key, or to keys separated by commas; make one: openssl rand -base64 32"
            ),
            Self::VariableNotUtf8 { name } => write!(
                f,
                "environment variable {name} is not UTF-8; set it to base64 keys separated by commas"
            ),
            Self::Variable { name, error } => write!(f, "environment variable {name}: {error}"),
        }
    }
}

impl Error for KeyRingError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Key { error, .. } => Some(error),
            Self::Entry { error, .. } | Self::Variable { error, .. } => Some(error),
            _ => None,
        }
    }
}

debug_is_the_sentence!(KeyError, KeyRingError);

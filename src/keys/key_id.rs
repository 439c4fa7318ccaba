//! The ID of a key.

use core::fmt;

/// The one-byte ID of a key. It is a hint for look-up and not unique: two keys have the same ID
/// with a probability of 1 in 256.
///
/// ```
/// let key = hardtack::Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?;
/// assert_eq!(key.id().to_string(), format!("{:02x}", key.id().as_u8()));
/// # Ok::<(), hardtack::KeyError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(u8);

impl KeyId {
    pub(crate) fn from_u8(id: u8) -> Self {
        Self(id)
    }

    /// Returns the byte.
    #[must_use]
    pub fn as_u8(self) -> u8 {
        self.0
    }
}

impl fmt::Display for KeyId {
    /// Writes two hexadecimal digits in lower case.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02x}", self.0)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

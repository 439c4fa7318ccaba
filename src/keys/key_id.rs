//! The short public name of a key.

use core::fmt;

/// A byte that names a key: a hint for look-up, shared by one key in 256.
///
/// ```
/// # fn main() -> Result<(), hardtack::KeyError> {
/// let key = hardtack::Key::from_hex(&"0123456789abcdef".repeat(4))?;
/// assert_eq!(key.id().to_string(), format!("{:02x}", key.id().as_u8()));
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(u8);

impl KeyId {
    pub(crate) fn from_u8(id: u8) -> Self {
        Self(id)
    }

    /// The byte.
    ///
    /// ```
    /// # fn main() -> Result<(), hardtack::KeyError> {
    /// let key = hardtack::Key::from_hex(&"0123456789abcdef".repeat(4))?;
    /// let id: u8 = key.id().as_u8();
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn as_u8(self) -> u8 {
        self.0
    }
}

impl fmt::Display for KeyId {
    /// Two hexadecimal digits in lower case.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02x}", self.0)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

//! A name for a session.

use core::fmt;

#[cfg(all(feature = "generate", not(all(target_arch = "wasm32", target_os = "unknown"))))]
use crate::error::RandomError;

/// 16 bytes that name a session: for logs, and for a list of ended sessions.
///
/// It stands in clear in signed and in encrypted tokens. It is not a secret and no CSRF token.
/// On wasm32-unknown-unknown, where `generate` is absent, fill [`SessionId::from_bytes`] from the
/// host's random generator.
///
/// ```
/// let id = hardtack::SessionId::from_bytes([0xab; 16]);
/// assert_eq!(id.to_string(), "ab".repeat(16));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId([u8; 16]);

impl SessionId {
    /// Names a session by 16 bytes, which are to be random.
    ///
    /// ```
    /// let id = hardtack::SessionId::from_bytes([7; 16]);
    /// assert_eq!(id.as_bytes(), &[7; 16]);
    /// ```
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    ///
    /// ```
    /// assert_eq!(hardtack::SessionId::from_bytes([7; 16]).as_bytes().len(), 16);
    /// ```
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Names a session by 16 bytes of the operating system's random generator.
    ///
    /// ```
    /// # fn main() -> Result<(), hardtack::RandomError> {
    /// assert_ne!(hardtack::SessionId::generate()?, hardtack::SessionId::generate()?);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`RandomError`] where the operating system gives no random bytes.
    #[cfg(all(feature = "generate", not(all(target_arch = "wasm32", target_os = "unknown"))))]
    pub fn generate() -> Result<Self, RandomError> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|_| RandomError)?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for SessionId {
    /// 32 hexadecimal digits in lower case.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({self})")
    }
}

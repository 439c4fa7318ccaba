//! The ID of a session.

use core::fmt;

#[cfg(all(feature = "generate", not(all(target_arch = "wasm32", target_os = "unknown"))))]
use crate::error::RandomError;

/// A session's ID: 16 random bytes, for logs and for a list of revoked sessions.
///
/// Both signed and encrypted tokens contain it in the clear. It is not a secret, so do not use it
/// as a CSRF token. On wasm32-unknown-unknown, where `generate` is absent, pass bytes from the
/// host's random generator to [`SessionId::from_bytes`].
///
#[cfg_attr(feature = "generate", doc = "```")]
#[cfg_attr(not(feature = "generate"), doc = "```ignore")]
/// use hardtack::SessionId;
///
/// let id = SessionId::generate()?;
/// assert_eq!(id.to_string().len(), 32);
/// # Ok::<(), hardtack::RandomError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId([u8; 16]);

impl SessionId {
    /// Creates an ID from 16 bytes, which must be random.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Returns the 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Generates an ID from the operating system's random generator.
    ///
    /// # Errors
    /// Returns [`RandomError`] if the operating system provides no random bytes.
    #[cfg(all(feature = "generate", not(all(target_arch = "wasm32", target_os = "unknown"))))]
    pub fn generate() -> Result<Self, RandomError> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|_| RandomError)?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for SessionId {
    /// Writes 32 hexadecimal digits in lower case.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_keeps_its_bytes_and_displays_them_in_hexadecimal() {
        let id = SessionId::from_bytes([0xab; 16]);
        assert_eq!(id.as_bytes(), &[0xab; 16]);
        assert_eq!(id.to_string(), "ab".repeat(16));
        assert_eq!(format!("{id:?}"), format!("SessionId({id})"));
    }

    #[cfg(feature = "generate")]
    #[test]
    fn no_two_generated_ids_are_equal() {
        assert_ne!(SessionId::generate().unwrap(), SessionId::generate().unwrap());
    }
}

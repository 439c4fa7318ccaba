//! Reads a token's header without a key.

use time::OffsetDateTime;

use super::claims::Claims;
use super::header::{self, HeaderFault};
use super::session_id::SessionId;
use super::text::Text;
use crate::error::InspectError;
use crate::keys::KeyId;
use crate::mode::Mode;
use crate::policy::{Expiry, instant};

/// The header of a token, read without a key. Nothing here is authenticated: an attacker may
/// control every field. Use it for debugging, never for a decision.
///
/// ```
/// let token = hardtack::inspect("IPtqsTuA5bd5FsvOOpP6IN53eypMbxcMYt8ZPcRVwA")?;
/// assert_eq!(token.unverified_issued_at().unix_timestamp(), 1_790_000_000);
/// assert_eq!(token.unverified_key_id().to_string(), "fb");
/// assert_eq!(token.unverified_payload_len(), 1);
/// # Ok::<(), hardtack::InspectError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Unverified {
    claims: Claims,
    header_len: usize,
    payload_len: usize,
    token_len: usize,
}

/// Reads a token's header without a key. Nothing in it is authenticated: see [`Unverified`].
///
/// # Errors
/// Returns [`InspectError`] if `token` is not a token of this version of the format.
pub fn inspect(token: impl AsRef<[u8]>) -> Result<Unverified, InspectError> {
    let token = token.as_ref();
    let mut buffer = vec![0; Text::buffer_len(token).ok_or(InspectError::Malformed)?];
    let bytes = Text::new().decode(token, &mut buffer).ok_or(InspectError::Malformed)?;
    let (claims, header_len) = header::read(bytes)?;
    let payload_len = header::payload_range(claims.mode, header_len, bytes.len())?.len();
    Ok(Unverified { claims, header_len, payload_len, token_len: token.len() })
}

impl Unverified {
    /// Returns the format's version.
    #[must_use]
    pub fn unverified_version(&self) -> u8 {
        header::VERSION
    }

    /// Returns the claimed mode, signed or encrypted.
    #[must_use]
    pub fn unverified_mode(&self) -> Mode {
        self.claims.mode
    }

    /// Returns the ID of the key with which the token claims to be signed.
    #[must_use]
    pub fn unverified_key_id(&self) -> KeyId {
        self.claims.key_id
    }

    /// Returns the claimed time when the session began.
    #[must_use]
    pub fn unverified_started_at(&self) -> OffsetDateTime {
        instant(self.claims.lifetime.started_at.into())
    }

    /// Returns the claimed issue time of the token.
    #[must_use]
    pub fn unverified_issued_at(&self) -> OffsetDateTime {
        instant(self.claims.lifetime.issued_at.into())
    }

    /// Returns the claimed expiry, before any policy caps it.
    #[must_use]
    pub fn unverified_expiry(&self) -> Expiry {
        self.claims.lifetime.requested()
    }

    /// Returns the claimed session ID.
    #[must_use]
    pub fn unverified_session_id(&self) -> Option<SessionId> {
        self.claims.session_id
    }

    /// Returns the header's length in bytes.
    #[must_use]
    pub fn unverified_header_len(&self) -> usize {
        self.header_len
    }

    /// Returns the payload's length in bytes, excluding the tag of an encrypted payload.
    #[must_use]
    pub fn unverified_payload_len(&self) -> usize {
        self.payload_len
    }

    /// Returns the token's length in characters.
    #[must_use]
    pub fn token_len(&self) -> usize {
        self.token_len
    }
}

impl From<HeaderFault> for InspectError {
    fn from(fault: HeaderFault) -> Self {
        match fault {
            HeaderFault::Malformed => Self::Malformed,
            HeaderFault::UnsupportedVersion(version) => Self::UnsupportedVersion { version },
        }
    }
}

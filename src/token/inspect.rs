//! What a token says of itself, without a key.

use time::OffsetDateTime;

use super::claims::{Claims, Mode};
use super::header::{self, HeaderFault};
use super::session_id::SessionId;
use super::text::Text;
use crate::error::InspectError;
use crate::keys::KeyId;
use crate::policy::{Expiry, instant};

/// What a token says of itself. Nobody vouches for any of it: whoever made the token may have
/// written what they liked. For debugging, never for a decision.
///
/// ```
/// # fn main() -> Result<(), hardtack::InspectError> {
/// let token = hardtack::inspect("IPtqsTuA5bd5FsvOOpP6IN53eypMbxcMYt8ZPcRVwA")?;
/// assert_eq!(token.unverified_issued_at().unix_timestamp(), 1_790_000_000);
/// assert_eq!(token.unverified_key_id().to_string(), "fb");
/// assert_eq!(token.unverified_payload_len(), 1);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Unverified {
    claims: Claims,
    header_len: usize,
    payload_len: usize,
    token_len: usize,
}

/// Reads a token's header without a key.
///
/// ```
/// assert!(hardtack::inspect("rubbish!").is_err());
/// ```
///
/// # Errors
/// [`InspectError`] if it is not a token of this version of the format.
pub fn inspect(token: impl AsRef<[u8]>) -> Result<Unverified, InspectError> {
    let token = token.as_ref();
    let mut buffer = vec![0; Text::buffer_len(token).ok_or(InspectError::Malformed)?];
    let bytes = Text::new().decode(token, &mut buffer).ok_or(InspectError::Malformed)?;
    let (claims, header_len) = header::read(bytes)?;
    let payload_len = header::payload_range(claims.mode, header_len, bytes.len())?.len();
    Ok(Unverified { claims, header_len, payload_len, token_len: token.len() })
}

impl Unverified {
    /// The format's version.
    ///
    /// ```
    /// # fn main() -> Result<(), hardtack::InspectError> {
    /// # let token = "IPtqsTuA5bd5FsvOOpP6IN53eypMbxcMYt8ZPcRVwA";
    /// let token = hardtack::inspect(token)?;
    /// assert_eq!(token.unverified_version(), 1);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn unverified_version(&self) -> u8 {
        header::VERSION
    }

    /// Signed or encrypted.
    ///
    /// ```
    /// # fn main() -> Result<(), hardtack::InspectError> {
    /// # let token = "IPtqsTuA5bd5FsvOOpP6IN53eypMbxcMYt8ZPcRVwA";
    /// let token = hardtack::inspect(token)?;
    /// assert_eq!(token.unverified_mode(), hardtack::Mode::Signed);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn unverified_mode(&self) -> Mode {
        self.claims.mode
    }

    /// The id of the key that is said to have signed it.
    ///
    /// ```
    /// # fn main() -> Result<(), hardtack::InspectError> {
    /// # let token = "IPtqsTuA5bd5FsvOOpP6IN53eypMbxcMYt8ZPcRVwA";
    /// let token = hardtack::inspect(token)?;
    /// assert_eq!(token.unverified_key_id().as_u8(), 0xfb);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn unverified_key_id(&self) -> KeyId {
        self.claims.key_id
    }

    /// When the session is said to have begun.
    ///
    /// ```
    /// # fn main() -> Result<(), hardtack::InspectError> {
    /// # let token = "IPtqsTuA5bd5FsvOOpP6IN53eypMbxcMYt8ZPcRVwA";
    /// let token = hardtack::inspect(token)?;
    /// assert_eq!(token.unverified_started_at(), token.unverified_issued_at());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn unverified_started_at(&self) -> OffsetDateTime {
        instant(self.claims.lifetime.started_at.into())
    }

    /// When the token is said to have been made.
    ///
    /// ```
    /// # fn main() -> Result<(), hardtack::InspectError> {
    /// # let token = "IPtqsTuA5bd5FsvOOpP6IN53eypMbxcMYt8ZPcRVwA";
    /// let token = hardtack::inspect(token)?;
    /// assert_eq!(token.unverified_issued_at().unix_timestamp(), 1_790_000_000);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn unverified_issued_at(&self) -> OffsetDateTime {
        instant(self.claims.lifetime.issued_at.into())
    }

    /// What the session is said to have asked for, before any policy caps it.
    ///
    /// ```
    /// # fn main() -> Result<(), hardtack::InspectError> {
    /// # let token = "IPtqsTuA5bd5FsvOOpP6IN53eypMbxcMYt8ZPcRVwA";
    /// let token = hardtack::inspect(token)?;
    /// assert_eq!(token.unverified_expiry(), hardtack::Expiry::Policy);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn unverified_expiry(&self) -> Expiry {
        self.claims.lifetime.requested()
    }

    /// The name that the session is said to bear.
    ///
    /// ```
    /// # fn main() -> Result<(), hardtack::InspectError> {
    /// # let token = "IPtqsTuA5bd5FsvOOpP6IN53eypMbxcMYt8ZPcRVwA";
    /// let token = hardtack::inspect(token)?;
    /// assert_eq!(token.unverified_session_id(), None);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn unverified_session_id(&self) -> Option<SessionId> {
        self.claims.session_id
    }

    /// The header's length in bytes.
    ///
    /// ```
    /// # fn main() -> Result<(), hardtack::InspectError> {
    /// # let token = "IPtqsTuA5bd5FsvOOpP6IN53eypMbxcMYt8ZPcRVwA";
    /// let token = hardtack::inspect(token)?;
    /// assert_eq!(token.unverified_header_len(), 6);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn unverified_header_len(&self) -> usize {
        self.header_len
    }

    /// The payload's length in bytes, without the tag of an encrypted one.
    ///
    /// ```
    /// # fn main() -> Result<(), hardtack::InspectError> {
    /// # let token = "IPtqsTuA5bd5FsvOOpP6IN53eypMbxcMYt8ZPcRVwA";
    /// let token = hardtack::inspect(token)?;
    /// assert_eq!(token.unverified_payload_len(), 1);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn unverified_payload_len(&self) -> usize {
        self.payload_len
    }

    /// The token's length in characters.
    ///
    /// ```
    /// # fn main() -> Result<(), hardtack::InspectError> {
    /// # let token = "IPtqsTuA5bd5FsvOOpP6IN53eypMbxcMYt8ZPcRVwA";
    /// let token = hardtack::inspect(token)?;
    /// assert_eq!(token.token_len(), 42);
    /// # Ok(()) }
    /// ```
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

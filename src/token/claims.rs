//! What a token's header claims.

use super::session_id::SessionId;
use crate::keys::KeyId;
use crate::policy::Lifetime;

/// Whether anyone who holds a token can read its payload.
///
/// ```
/// use hardtack::{Mode, inspect};
///
/// let token = inspect("IPtqsTuA5bd5FsvOOpP6IN53eypMbxcMYt8ZPcRVwA")?;
/// assert_eq!(token.unverified_mode(), Mode::Signed);
/// # Ok::<(), hardtack::InspectError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// Anyone can read it, and only key holders can change it.
    Signed,
    /// Only key holders can read or change it.
    Encrypted,
}

/// The fields of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Claims {
    pub(crate) mode: Mode,
    pub(crate) key_id: KeyId,
    pub(crate) session_id: Option<SessionId>,
    pub(crate) lifetime: Lifetime,
}

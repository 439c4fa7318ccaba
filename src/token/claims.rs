//! What a token's header claims: by whom, since when, until when.

use super::session_id::SessionId;
use crate::keys::KeyId;
use crate::policy::Lifetime;

/// Whether the payload can be read by whoever holds the token.
///
/// ```
/// # fn main() -> Result<(), hardtack::InspectError> {
/// let token = "IPtqsTuA5bd5FsvOOpP6IN53eypMbxcMYt8ZPcRVwA";
/// assert_eq!(hardtack::inspect(token)?.unverified_mode(), hardtack::Mode::Signed);
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Anybody can read it, nobody without a key can change it.
    Signed,
    /// Only who holds a key can read or change it.
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

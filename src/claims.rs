//! What a token's header claims: by whom, since when, until when.

use crate::key::KeyId;
use crate::session_id::SessionId;

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

/// The expiry of a token, in seconds after it was issued. Never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExpiryClaim {
    Policy,
    After(u32),
    At(u32),
    BrowserClose,
}

/// The fields of the header, times in whole seconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Claims {
    pub(crate) mode: Mode,
    pub(crate) key_id: KeyId,
    pub(crate) started_at: u32,
    pub(crate) issued_at: u32,
    pub(crate) session_id: Option<SessionId>,
    pub(crate) expiry: ExpiryClaim,
}

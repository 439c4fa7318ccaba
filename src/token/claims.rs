//! The claims in a token's header.

use super::session_id::SessionId;
use crate::keys::KeyId;
use crate::mode::Mode;
use crate::policy::Lifetime;

/// The fields of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Claims {
    pub(crate) mode: Mode,
    pub(crate) key_id: KeyId,
    pub(crate) session_id: Option<SessionId>,
    pub(crate) lifetime: Lifetime,
}

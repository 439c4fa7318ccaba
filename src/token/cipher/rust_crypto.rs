//! By the crate chacha20poly1305: on wasm and where a register has 32 bits. The other suppliers are
//! tested against it everywhere.

use chacha20poly1305::{AeadInOut as _, KeyInit as _, Tag, XChaCha20Poly1305};

use super::{Nonce, TAG_LEN};

/// Wiped on drop.
#[derive(Clone)]
pub(crate) struct CipherKey(XChaCha20Poly1305);

impl CipherKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// Encrypts in place and gives the tag; `None` for a text of 256 GiB or more.
    pub(crate) fn seal(
        &self,
        nonce: &Nonce,
        bound: &[u8],
        text: &mut [u8],
    ) -> Option<[u8; TAG_LEN]> {
        let tag = self.0.encrypt_inout_detached(nonce.into(), bound, text.into()).ok()?;
        Some(tag.into())
    }

    /// Decrypts in place if the tag holds; else `text` stays as it was.
    pub(crate) fn open(
        &self,
        nonce: &Nonce,
        bound: &[u8],
        text: &mut [u8],
        tag: [u8; TAG_LEN],
    ) -> bool {
        let tag = Tag::from(tag);
        self.0.decrypt_inout_detached(nonce.into(), bound, text.into(), &tag).is_ok()
    }
}

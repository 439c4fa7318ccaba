//! The cipher on wasm and 32-bit targets, from the crate chacha20poly1305. Tests compare the other
//! implementations with it on every target.

use chacha20poly1305::{AeadInOut as _, KeyInit as _, Tag, XChaCha20Poly1305};

use super::{Nonce, TAG_LEN};

/// An encryption key, wiped on drop.
#[derive(Clone)]
pub(crate) struct CipherKey(XChaCha20Poly1305);

impl CipherKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// Encrypts in place and returns the tag. Returns `None` for a text of 256 GiB or more.
    pub(crate) fn seal(
        &self,
        nonce: &Nonce,
        bound: &[u8],
        text: &mut [u8],
    ) -> Option<[u8; TAG_LEN]> {
        let tag = self.0.encrypt_inout_detached(nonce.into(), bound, text.into()).ok()?;
        Some(tag.into())
    }

    /// Decrypts in place if the tag is valid; otherwise leaves `text` unchanged.
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

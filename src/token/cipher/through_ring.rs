//! The cipher from the crate ring, whose ChaCha20-Poly1305 is faster in builds without a target
//! CPU.
//!
//! XChaCha20-Poly1305 is that cipher with a subkey. HChaCha20 derives the subkey from the key and
//! the first 16 bytes of the nonce (draft-irtf-cfrg-xchacha-03, 2.3).

use chacha20::{R20, hchacha};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce as ShortNonce, Tag, UnboundKey};
use zeroize::{Zeroize as _, Zeroizing};

use super::{Nonce, TAG_LEN};

/// An encryption key, wiped on drop. The subkeys are not wiped, because ring does not wipe its
/// keys.
#[derive(Clone)]
pub(crate) struct CipherKey(Zeroizing<[u8; 32]>);

impl CipherKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*key))
    }

    /// Encrypts in place and returns the tag. Returns `None` for a text of 256 GiB or more.
    pub(crate) fn seal(
        &self,
        nonce: &Nonce,
        bound: &[u8],
        text: &mut [u8],
    ) -> Option<[u8; TAG_LEN]> {
        let (key, nonce) = self.subkey(nonce)?;
        let tag = key.seal_in_place_separate_tag(nonce, Aad::from(bound), text).ok()?;
        tag.as_ref().try_into().ok()
    }

    /// Decrypts in place if the tag is valid; otherwise the content of `text` is unspecified.
    pub(crate) fn open(
        &self,
        nonce: &Nonce,
        bound: &[u8],
        text: &mut [u8],
        tag: [u8; TAG_LEN],
    ) -> bool {
        let Some((key, nonce)) = self.subkey(nonce) else { return false };
        let tag = Tag::from(tag);
        key.open_in_place_separate_tag(nonce, Aad::from(bound), tag, text, 0..).is_ok()
    }

    fn subkey(&self, nonce: &Nonce) -> Option<(LessSafeKey, ShortNonce)> {
        let (head, tail) = nonce.split_first_chunk::<16>()?;
        let mut subkey = hchacha::<R20>((&*self.0).into(), head.into());
        let key = UnboundKey::new(&CHACHA20_POLY1305, &subkey).ok()?;
        subkey.zeroize();
        let mut short = [0; 12];
        short[4..].copy_from_slice(tail);
        Some((LessSafeKey::new(key), ShortNonce::assume_unique_for_key(short)))
    }
}

//! Seals and opens the body of an encrypted token: XChaCha20-Poly1305
//! (RFC 8439; draft-irtf-cfrg-xchacha-03). Two suppliers of the same bytes, or none.

#[cfg(all(feature = "encrypt", not(all(feature = "ring", not(target_arch = "wasm32")))))]
mod rust_crypto;
#[cfg(all(feature = "ring", not(target_arch = "wasm32")))]
mod through_ring;

#[cfg(all(feature = "encrypt", not(all(feature = "ring", not(target_arch = "wasm32")))))]
pub(crate) use rust_crypto::CipherKey;
#[cfg(all(feature = "ring", not(target_arch = "wasm32")))]
pub(crate) use through_ring::CipherKey;

use super::TAG_LEN;

/// A signature, which is the nonce.
type Nonce = [u8; 24];

/// Without the feature there is no such key, and none of this can be called.
#[cfg(not(feature = "encrypt"))]
#[derive(Clone)]
pub(crate) enum CipherKey {}

#[cfg(not(feature = "encrypt"))]
impl CipherKey {
    pub(crate) fn seal(&self, _: &Nonce, _: &[u8], _: &mut [u8]) -> Option<[u8; TAG_LEN]> {
        match *self {}
    }

    pub(crate) fn open(&self, _: &Nonce, _: &[u8], _: &mut [u8], _: [u8; TAG_LEN]) -> bool {
        match *self {}
    }
}

#[cfg(all(test, feature = "encrypt"))]
mod tests {
    use super::*;

    /// draft-irtf-cfrg-xchacha-03, A.3.1.
    #[test]
    fn the_draft_s_own_vector_is_sealed_and_opened() {
        let key: [u8; 32] = core::array::from_fn(|i| 0x80 + u8::try_from(i).unwrap());
        let nonce: Nonce = core::array::from_fn(|i| 0x40 + u8::try_from(i).unwrap());
        let bound = b"\x50\x51\x52\x53\xc0\xc1\xc2\xc3\xc4\xc5\xc6\xc7";
        let plain = b"Ladies and Gentlemen of the class of '99: If I could offer you \
            only one tip for the future, sunscreen would be it.";
        let cipher = CipherKey::new(&key);
        let mut text = *plain;
        let tag = cipher.seal(&nonce, bound, &mut text).unwrap();
        assert_eq!(text[..8], [0xbd, 0x6d, 0x17, 0x9d, 0x3e, 0x83, 0xd4, 0x3b]);
        assert_eq!(tag[..8], [0xc0, 0x87, 0x59, 0x24, 0xc1, 0xc7, 0x98, 0x79]);
        assert!(!cipher.open(&nonce, b"other", &mut text.clone(), tag));
        assert!(cipher.open(&nonce, bound, &mut text, tag));
        assert_eq!(text, *plain);
    }
}

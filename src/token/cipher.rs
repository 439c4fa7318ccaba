//! Seals and opens the body of an encrypted token: XChaCha20-Poly1305
//! (RFC 8439; draft-irtf-cfrg-xchacha-03). The only user of chacha20poly1305.

/// Length of Poly1305's tag in bytes.
pub(crate) const TAG: usize = 16;

#[cfg(not(feature = "encrypt"))]
pub(crate) use disabled::CipherKey;
#[cfg(feature = "encrypt")]
pub(crate) use enabled::CipherKey;

#[cfg(feature = "encrypt")]
mod enabled {
    use chacha20poly1305::{AeadInOut as _, KeyInit as _, Tag, XChaCha20Poly1305};

    use super::TAG;

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
            nonce: &[u8; 24],
            bound: &[u8],
            text: &mut [u8],
        ) -> Option<[u8; TAG]> {
            let tag = self.0.encrypt_inout_detached(nonce.into(), bound, text.into()).ok()?;
            Some(tag.into())
        }

        /// Decrypts in place if the tag holds, else leaves `text` as it is.
        pub(crate) fn open(
            &self,
            nonce: &[u8; 24],
            bound: &[u8],
            text: &mut [u8],
            tag: [u8; TAG],
        ) -> bool {
            self.0.decrypt_inout_detached(nonce.into(), bound, text.into(), &Tag::from(tag)).is_ok()
        }
    }
}

/// Without the feature there is no such key, and none of this can be called.
#[cfg(not(feature = "encrypt"))]
mod disabled {
    use super::TAG;

    #[derive(Clone)]
    pub(crate) enum CipherKey {}

    impl CipherKey {
        pub(crate) fn seal(&self, _: &[u8; 24], _: &[u8], _: &mut [u8]) -> Option<[u8; TAG]> {
            match *self {}
        }

        pub(crate) fn open(&self, _: &[u8; 24], _: &[u8], _: &mut [u8], _: [u8; TAG]) -> bool {
            match *self {}
        }
    }
}

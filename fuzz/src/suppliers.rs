//! The suppliers of the cipher, each by itself. hardtack shows only the one that it was built with.

/// A signature, which is the nonce.
type Nonce = [u8; 24];
const TAG_LEN: usize = 16;

#[cfg(target_pointer_width = "64")]
#[path = "../../src/token/cipher/batched.rs"]
mod batched;
#[path = "../../src/token/cipher/rust_crypto.rs"]
mod rust_crypto;
#[cfg(feature = "ring")]
#[path = "../../src/token/cipher/through_ring.rs"]
mod through_ring;

/// Key, nonce, bound bytes and text, which is encrypted in place; returns the tag.
type Seal = fn(&[u8; 32], &Nonce, &[u8], &mut [u8]) -> Option<[u8; TAG_LEN]>;
/// Whether the tag holds. If so, the text was decrypted in place.
type Open = fn(&[u8; 32], &Nonce, &[u8], &mut [u8], [u8; TAG_LEN]) -> bool;

/// One way to XChaCha20-Poly1305.
pub struct Supplier {
    pub name: &'static str,
    pub seal: Seal,
    pub open: Open,
    /// Whether a refused text is as it was.
    pub keeps_what_it_refuses: bool,
}

macro_rules! supplier {
    ($name:literal, $key:ty, $keeps:literal) => {
        Supplier {
            name: $name,
            seal: |key, nonce, bound, text| <$key>::new(key).seal(nonce, bound, text),
            open: |key, nonce, bound, text, tag| <$key>::new(key).open(nonce, bound, text, tag),
            keeps_what_it_refuses: $keeps,
        }
    };
}

pub const ALL: &[Supplier] = &[
    supplier!("chacha20poly1305", rust_crypto::CipherKey, true),
    #[cfg(target_pointer_width = "64")]
    supplier!("batched", batched::CipherKey, true),
    #[cfg(target_pointer_width = "64")]
    supplier!("batched by 1, as without SIMD", batched::BatchedKey<1>, true),
    #[cfg(target_pointer_width = "64")]
    supplier!("batched by 8, as on aarch64", batched::BatchedKey<8>, true),
    #[cfg(feature = "ring")]
    supplier!("ring", through_ring::CipherKey, false),
];

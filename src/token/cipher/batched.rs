//! The cipher on 64-bit targets. It combines the keystream of the crate chacha20 with the Poly1305
//! of the crate cryptoxide, as specified in RFC 8439, 2.8, and draft-irtf-cfrg-xchacha-03, 2.3.
//!
//! The crate chacha20poly1305 computes the same bytes but takes five times as long for 160 bytes.
//! docs/upstream.md has the figures, and patches for the first two of the three causes:
//!
//! - poly1305 0.9.1 selects AVX2 at run time and then calls a function for almost every AVX2
//!   instruction, which costs 1.3 µs per message. When that is fixed, replace cryptoxide with
//!   poly1305 here.
//! - chacha20 0.10.2 always computes a whole stride of blocks, even if one block is needed.
//! - chacha20poly1305 0.11.0 computes block 0 separately.
//!
//! When all three are fixed, remove this file.

use chacha20::cipher::array::Array;
use chacha20::cipher::consts::{U4, U16, U24, U32};
use chacha20::cipher::{Block, KeyIvInit as _, StreamCipherCore as _};
use chacha20::variants::Ietf;
use chacha20::{ChaChaCore, R20, hchacha};
use cryptoxide::mac::Mac as _;
use cryptoxide::poly1305::Poly1305;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

use super::{Nonce, TAG_LEN};

type ChaCha20 = ChaChaCore<R20, Ietf>;

const BLOCK_LEN: usize = 64;

/// The number of blocks that chacha20 computes at once: `ParBlocksSize` of its backends avx2.rs,
/// sse2.rs and neon.rs. The number for aarch64 comes from the source and was not measured. On other
/// targets soft.rs computes one block.
const STRIDE: usize = if cfg!(target_arch = "x86_64") {
    4
} else if cfg!(target_arch = "aarch64") {
    8
} else {
    1
};

pub(crate) type CipherKey = BatchedKey<STRIDE>;

/// An encryption key. The key, its subkeys and keystreams are wiped on drop. The state of Poly1305
/// is not, because cryptoxide does not wipe it. With that state, an attacker could only make
/// another tag for the same nonce.
#[derive(Clone)]
pub(crate) struct BatchedKey<const STRIDE: usize>(Zeroizing<[u8; 32]>);

impl<const STRIDE: usize> BatchedKey<STRIDE> {
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
        if !counter_suffices(text.len()) {
            return None;
        }
        let mut keystream = Keystream::<STRIDE>::new(&self.0, nonce);
        let mac = keystream.mac();
        keystream.apply(text);
        Some(tag(mac, bound, text))
    }

    /// Decrypts in place if the tag is valid; otherwise leaves `text` unchanged.
    pub(crate) fn open(
        &self,
        nonce: &Nonce,
        bound: &[u8],
        text: &mut [u8],
        given: [u8; TAG_LEN],
    ) -> bool {
        if !counter_suffices(text.len()) {
            return false;
        }
        let mut keystream = Keystream::<STRIDE>::new(&self.0, nonce);
        let expected = tag(keystream.mac(), bound, text);
        let holds = equal(expected, given);
        if holds {
            keystream.apply(text);
        }
        holds
    }
}

/// Returns true if a 32-bit counter suffices for the blocks of the text and block 0.
fn counter_suffices(text_len: usize) -> bool {
    text_len / BLOCK_LEN < u32::MAX as usize
}

/// The keystream of one message, in strides. Wiped on drop.
struct Keystream<const STRIDE: usize> {
    cipher: ChaCha20,
    stride: [Block<ChaCha20>; STRIDE],
}

impl<const STRIDE: usize> Keystream<STRIDE> {
    /// Computes the first stride: block 0, and the first blocks for the text.
    fn new(key: &[u8; 32], nonce: &Nonce) -> Self {
        let nonce = Array::<u8, U24>::from(*nonce);
        let (head, tail) = nonce.split::<U16>();
        let mut subkey = hchacha::<R20>(key.into(), &head);
        let cipher = ChaCha20::new(&subkey, &Array::<u8, U4>::default().concat(tail));
        subkey.as_mut_slice().zeroize();
        // Computed in place, so that no copy remains in memory.
        let mut keystream = Self { cipher, stride: [Block::<ChaCha20>::default(); STRIDE] };
        keystream.cipher.write_keystream_blocks(&mut keystream.stride);
        keystream
    }

    /// Returns the key of the tag, which is the beginning of block 0 (RFC 8439, 2.6). Call it
    /// before `apply`, which replaces the stride.
    fn mac(&self) -> Poly1305 {
        const { assert!(STRIDE > 0) }
        Poly1305::new(self.stride[0].split_ref::<U32>().0.as_ref())
    }

    /// Encrypts or decrypts a whole text, from block 1 on.
    fn apply(&mut self, text: &mut [u8]) {
        let (_, made) = self.bytes().split_at(BLOCK_LEN);
        let (head, rest) = text.split_at_mut(made.len().min(text.len()));
        xor(head, made);
        for part in rest.chunks_mut(self.bytes().len()) {
            self.cipher.write_keystream_blocks(&mut self.stride);
            xor(part, self.bytes());
        }
    }

    fn bytes(&self) -> &[u8] {
        Array::slice_as_flattened(&self.stride)
    }
}

impl<const STRIDE: usize> Drop for Keystream<STRIDE> {
    fn drop(&mut self) {
        Array::slice_as_flattened_mut(&mut self.stride).zeroize();
    }
}

fn xor(text: &mut [u8], keystream: &[u8]) {
    for (byte, key) in text.iter_mut().zip(keystream) {
        *byte ^= key;
    }
}

/// Computes the tag over `bound` and `text`, each padded with zeros to whole blocks, and their
/// lengths in 64 bits (RFC 8439, 2.8). `usize` has 64 bits on every target that builds this file.
fn tag(mut mac: Poly1305, bound: &[u8], text: &[u8]) -> [u8; TAG_LEN] {
    absorb(&mut mac, bound);
    absorb(&mut mac, text);
    mac.input([bound.len(), text.len()].map(usize::to_le_bytes).as_flattened());
    let mut tag = [0; TAG_LEN];
    mac.raw_result(&mut tag);
    tag
}

/// Passes only whole blocks, so that cryptoxide does not buffer a partial one.
fn absorb(mac: &mut Poly1305, bytes: &[u8]) {
    let (whole, rest) = bytes.split_at(bytes.len() & !15);
    mac.input(whole);
    if !rest.is_empty() {
        let mut block = [0; 16];
        for (filled, byte) in block.iter_mut().zip(rest) {
            *filled = *byte;
        }
        mac.input(&block);
    }
}

/// Compares in constant time, as one number instead of 16 bytes.
fn equal(a: [u8; TAG_LEN], b: [u8; TAG_LEN]) -> bool {
    u128::from_ne_bytes(a).ct_eq(&u128::from_ne_bytes(b)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_as_many_blocks_as_32_bits_count_beside_block_0() {
        assert!(counter_suffices((1 << 38) - 65));
        assert!(!counter_suffices((1 << 38) - 64));
    }
}

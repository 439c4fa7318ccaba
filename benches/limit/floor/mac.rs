//! HMAC-SHA-256 as bare compressions, from states that have absorbed their key block.

use sha2::block_api::compress256;
use sha2::digest::array::Array;
use sha2::digest::consts::U64;

use super::SIGNATURE;

/// SHA-256 before its first block (FIPS 180-4, 5.3.3).
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// The two states of HMAC after their key blocks.
pub struct Mac {
    inner: [u32; 8],
    outer: [u32; 8],
}

impl Mac {
    pub fn new(key: &[u8; 32]) -> Self {
        let state = |pad: u8| {
            let mut block = [pad; 64];
            block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
            let mut state = INITIAL;
            compress256(&mut state, &[block]);
            state
        };
        Self { inner: state(0x36), outer: state(0x5c) }
    }

    /// Signs `buffer[at..]`. The padding is appended to the buffer and removed again.
    pub fn sign(&self, buffer: &mut Vec<u8>, at: usize) -> [u8; SIGNATURE] {
        let end = buffer.len();
        let length = end - at;
        let padded = (length + 9).next_multiple_of(64);
        buffer.resize(at + padded, 0);
        buffer[end] = 0x80;
        let bits = (64 + length as u64) * 8;
        buffer[at + padded - 8..].copy_from_slice(&bits.to_be_bytes());
        let (blocks, _) = Array::<u8, U64>::slice_as_chunks(&buffer[at..]);
        let mut inner = self.inner;
        compress256(&mut inner, Array::cast_slice_to_core(blocks));
        buffer.truncate(end);
        self.finish(&inner)
    }

    fn finish(&self, inner: &[u32; 8]) -> [u8; SIGNATURE] {
        let mut last = [0; 64];
        put_words(&mut last, inner);
        last[32] = 0x80;
        last[56..].copy_from_slice(&(96_u64 * 8).to_be_bytes());
        let mut outer = self.outer;
        compress256(&mut outer, &[last]);
        let mut signature = [0; SIGNATURE];
        put_words(&mut signature, &outer[..6]);
        signature
    }
}

fn put_words(bytes: &mut [u8], words: &[u32]) {
    for (bytes, word) in bytes.chunks_exact_mut(4).zip(words) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
}

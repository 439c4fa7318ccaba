//! XChaCha20-Poly1305 of at most 192 bytes: one call for the keystream and one Poly1305.

use chacha20::cipher::array::Array;
use chacha20::cipher::consts::{U4, U16, U24};
use chacha20::cipher::{Block, KeyIvInit as _, StreamCipherCore as _};
use chacha20::variants::Ietf;
use chacha20::{ChaChaCore, R20, hchacha};
use cryptoxide::mac::Mac as _;
use cryptoxide::poly1305::Poly1305;
use subtle::ConstantTimeEq as _;

use super::{BOUND, SIGNATURE, TAG};

type ChaCha20 = ChaChaCore<R20, Ietf>;

pub struct Cipher(pub [u8; 32]);

impl Cipher {
    pub fn seal(&self, nonce: &[u8; SIGNATURE], bound: [u8; BOUND], text: &mut [u8]) -> [u8; TAG] {
        let keystream = self.keystream(nonce);
        apply(&keystream, text);
        tag(&keystream, bound, text)
    }

    pub fn open(
        &self,
        nonce: &[u8; SIGNATURE],
        bound: [u8; BOUND],
        text: &mut [u8],
        given: &[u8; TAG],
    ) {
        let keystream = self.keystream(nonce);
        assert!(bool::from(tag(&keystream, bound, text)[..].ct_eq(given)));
        apply(&keystream, text);
    }

    fn keystream(&self, nonce: &[u8; SIGNATURE]) -> [u8; 256] {
        let (head, tail) = Array::<u8, U24>::from(*nonce).split::<U16>();
        let subkey = hchacha::<R20>((&self.0).into(), &head);
        let mut cipher = ChaCha20::new(&subkey, &Array::<u8, U4>::default().concat(tail));
        let mut blocks = [Block::<ChaCha20>::default(); 4];
        cipher.write_keystream_blocks(&mut blocks);
        Array::slice_as_flattened(&blocks).try_into().expect("four blocks")
    }
}

fn apply(keystream: &[u8; 256], text: &mut [u8]) {
    text.iter_mut().zip(&keystream[64..]).for_each(|(byte, key)| *byte ^= key);
}

/// Over one buffer, filled up as RFC 8439, 2.8, has it.
fn tag(keystream: &[u8; 256], bound: [u8; BOUND], text: &[u8]) -> [u8; TAG] {
    let mut buffer = [0; 16 + 192 + 16];
    buffer[..BOUND].copy_from_slice(&bound);
    buffer[16..16 + text.len()].copy_from_slice(text);
    let end = 16 + text.len().next_multiple_of(16);
    buffer[end..end + 8].copy_from_slice(&(BOUND as u64).to_le_bytes());
    buffer[end + 8..end + 16].copy_from_slice(&(text.len() as u64).to_le_bytes());
    let mut mac = Poly1305::new(keystream.first_chunk::<32>().expect("a key"));
    mac.input(&buffer[..end + 16]);
    let mut tag = [0; TAG];
    mac.raw_result(&mut tag);
    tag
}

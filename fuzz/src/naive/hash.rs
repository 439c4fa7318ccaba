//! HMAC by RFC 2104 and HKDF by RFC 5869, over SHA-256.

use sha2::{Digest as _, Sha256};

const BLOCK: usize = 64;

pub fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let key = if key.len() > BLOCK { sha256(key).to_vec() } else { key.to_vec() };
    let padded =
        |pad: u8| -> Vec<u8> { (0..BLOCK).map(|at| key.get(at).unwrap_or(&0) ^ pad).collect() };
    let inner = sha256(&[&padded(0x36), message].concat());
    sha256(&[&padded(0x5c)[..], &inner].concat())
}

/// The first 32 bytes: one round of expansion.
pub fn hkdf(salt: &[u8], key: &[u8], info: &[u8]) -> [u8; 32] {
    let prk = hmac(salt, key);
    hmac(&prk, &[info, &[1]].concat())
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

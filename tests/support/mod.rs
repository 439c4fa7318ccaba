//! Shared code of the tests: keys, codecs of both modes, and tokens made by hand from FORMAT.md.
//! The module `web` has the code for tests of the web layer.
#![allow(dead_code, unused_imports, reason = "each test binary uses a part of it")]

#[cfg(feature = "web")]
pub mod web;

use core::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hardtack::{Codec, CodecBuilder, Key, KeyRing, Mode};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use time::OffsetDateTime;

pub const PURPOSE: &str = "shop/test/session";
/// 2026-09-21 12:00 UTC.
pub const NOW: OffsetDateTime = match OffsetDateTime::from_unix_timestamp(1_789_992_000) {
    Ok(now) => now,
    Err(_) => panic!("a time of 2026"),
};
pub const SECOND: Duration = Duration::from_secs(1);
pub const HOUR: Duration = Duration::from_secs(3600);
pub const DAY: Duration = Duration::from_secs(86_400);
/// The default lifetime of tokens in tests.
pub const MAX_AGE: Duration = Duration::from_secs(7200);

#[cfg(feature = "encrypt")]
pub const MODES: &[Mode] = &[Mode::Signed, Mode::Encrypted];
#[cfg(not(feature = "encrypt"))]
pub const MODES: &[Mode] = &[Mode::Signed];

/// Returns the bytes of a key, different for each number.
pub fn key_bytes(number: u16) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (place, byte) in (0_u8..).zip(&mut bytes) {
        *byte = place.wrapping_mul(37) ^ 0x5a;
    }
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    bytes
}

pub fn key(number: u16) -> Key {
    Key::from_bytes(&key_bytes(number)).unwrap()
}

/// Returns a ring whose first key signs and whose keys all verify.
pub fn ring(numbers: &[u16]) -> KeyRing {
    let (signer, others) = numbers.split_first().unwrap();
    others.iter().fold(KeyRing::new(key(*signer)), |ring, n| ring.verify_with(key(*n)).unwrap())
}

pub fn builder(mode: Mode, keys: &KeyRing) -> CodecBuilder<'_> {
    match mode {
        Mode::Signed => Codec::signed(PURPOSE, keys, MAX_AGE),
        #[cfg(feature = "encrypt")]
        Mode::Encrypted => Codec::encrypted(PURPOSE, keys, MAX_AGE),
        #[cfg(not(feature = "encrypt"))]
        Mode::Encrypted => panic!("not in this build"),
        _ => unreachable!("a new variant"),
    }
}

/// Returns a codec with key 1 and no other options.
pub fn codec(mode: Mode) -> Codec {
    builder(mode, &ring(&[1])).build().unwrap()
}

pub fn signed() -> Codec {
    codec(Mode::Signed)
}

/// Returns the instant `seconds` after the Unix epoch.
pub fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap()
}

/// Makes a token with any payload by FORMAT.md, without hardtack's encoder. It is issued at [`NOW`]
/// with key `number` and [`PURPOSE`], and without a context.
pub fn by_hand(mode: Mode, number: u16, payload: &[u8]) -> String {
    let header = header(mode, number);
    let signature = sign(mode, number, &header, payload);
    let body = match mode {
        Mode::Signed => payload.to_vec(),
        Mode::Encrypted => seal(number, &header, signature, payload),
        _ => unreachable!("a new variant"),
    };
    URL_SAFE_NO_PAD.encode([&header[..], &signature, &body].concat())
}

/// Version 1, no id, no age, the policy's expiry.
pub fn header(mode: Mode, number: u16) -> [u8; 6] {
    let first = 1 << 5 | u8::from(mode == Mode::Encrypted);
    let [a, b, c, d] = u32::try_from(NOW.unix_timestamp()).unwrap().to_be_bytes();
    [first, key(number).id().as_u8(), a, b, c, d]
}

fn derive(number: u16, label: &str) -> [u8; 32] {
    let mut derived = [0; 32];
    let info = [label.as_bytes(), &[0], PURPOSE.as_bytes()];
    Hkdf::<Sha256>::new(Some(b"hardtack.v1"), &key_bytes(number))
        .expand_multi_info(&info, &mut derived)
        .unwrap();
    derived
}

pub fn sign(mode: Mode, number: u16, header: &[u8], payload: &[u8]) -> [u8; 24] {
    let label = if mode == Mode::Signed { "signed/mac" } else { "encrypted/mac" };
    let mut mac = Hmac::<Sha256>::new_from_slice(&derive(number, label)).unwrap();
    mac.update(header);
    mac.update(&[0]);
    mac.update(payload);
    mac.finalize().into_bytes()[..24].try_into().unwrap()
}

/// Encrypts under key `number` with any nonce, and returns the ciphertext and its tag.
#[cfg(feature = "encrypt")]
pub fn seal(number: u16, header: &[u8], nonce: [u8; 24], payload: &[u8]) -> Vec<u8> {
    use chacha20poly1305::{AeadInOut as _, XChaCha20Poly1305};
    let cipher = XChaCha20Poly1305::new(&derive(number, "encrypted/aead").into());
    let (mut body, aad) = (payload.to_vec(), [header, &[0]].concat());
    let text = body.as_mut_slice().into();
    let tag = cipher.encrypt_inout_detached(&nonce.into(), &aad, text).unwrap();
    body.extend_from_slice(&tag);
    body
}

#[cfg(not(feature = "encrypt"))]
pub fn seal(_: u16, _: &[u8], _: [u8; 24], _: &[u8]) -> Vec<u8> {
    panic!("not in this build")
}

//! Encodes and decodes one token of one struct with minimal work. It is not a codec, because it
//! trusts its input.

#[path = "floor/cipher.rs"]
mod cipher;
#[path = "floor/mac.rs"]
mod mac;
#[path = "floor/message_pack.rs"]
mod message_pack;

use base64::Engine as _;
use base64::engine::Simd;
use base64::engine::general_purpose::NO_PAD;
use hkdf::Hkdf;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::standard::{Borrowed, Standard};
use cipher::Cipher;
use mac::Mac;
use message_pack::{read_borrowed, read_owned, write};

const HEADER: usize = 6;
const SIGNATURE: usize = 24;
const TAG: usize = 16;
/// The position of the payload.
const START: usize = HEADER + SIGNATURE;
/// The length that the signature covers before the payload: the header and an empty context.
const BOUND: usize = HEADER + 1;

pub struct Floor {
    key_id: u8,
    signed: Mac,
    encrypted: Mac,
    cipher: Cipher,
    text: Simd,
}

impl Floor {
    pub fn new(key: &[u8], purpose: &str) -> Self {
        let prk = Hkdf::<Sha256>::new(Some(b"hardtack.v1"), key);
        let derive = |label: &str| {
            let mut derived = [0; 32];
            prk.expand_multi_info(&[label.as_bytes(), &[0], purpose.as_bytes()], &mut derived)
                .expect("32 bytes");
            derived
        };
        let mut key_id = [0];
        prk.expand(b"key-id\0", &mut key_id).expect("1 byte");
        Self {
            key_id: key_id[0],
            signed: Mac::new(&derive("signed/mac")),
            encrypted: Mac::new(&derive("encrypted/mac")),
            cipher: Cipher(derive("encrypted/aead")),
            text: Simd::url_safe(NO_PAD),
        }
    }

    /// Encodes into `out`. The caller reuses `raw` and `out`.
    pub fn encode(&self, session: &Standard, now: u32, raw: &mut Vec<u8>, out: &mut String) {
        let header = self.begin(0x20, session, now, raw);
        finish(&self.signed, header, raw);
        self.text_out(raw, out);
    }

    pub fn encode_encrypted(
        &self,
        session: &Standard,
        now: u32,
        raw: &mut Vec<u8>,
        out: &mut String,
    ) {
        let header = self.begin(0x21, session, now, raw);
        let signature = finish(&self.encrypted, header, raw);
        let tag = self.cipher.seal(&signature, bound(header), &mut raw[START..]);
        raw.extend_from_slice(&tag);
        self.text_out(raw, out);
    }

    /// Writes header, room for the signature, and payload.
    fn begin(&self, first: u8, session: &Standard, now: u32, raw: &mut Vec<u8>) -> [u8; HEADER] {
        let [a, b, c, d] = now.to_be_bytes();
        let header = [first, self.key_id, a, b, c, d];
        raw.clear();
        raw.extend_from_slice(&header);
        raw.extend_from_slice(&[0; SIGNATURE]);
        write(session, raw);
        header
    }

    fn text_out(&self, raw: &[u8], out: &mut String) {
        let mut text = core::mem::take(out).into_bytes();
        text.resize(base64::encoded_len(raw.len(), false).expect("a short text"), 0);
        self.text.encode_slice(raw, &mut text).expect("room");
        *out = String::from_utf8(text).expect("base64");
    }

    pub fn decode(&self, token: &str, scratch: &mut Vec<u8>) -> Standard {
        read_owned(self.verified(token, scratch))
    }

    pub fn decode_borrowed<'s>(&self, token: &str, scratch: &'s mut Vec<u8>) -> Borrowed<'s> {
        read_borrowed(self.verified(token, scratch))
    }

    fn verified<'s>(&self, token: &str, scratch: &'s mut Vec<u8>) -> &'s [u8] {
        self.text_in(token, scratch);
        verify(&self.signed, scratch)
    }

    pub fn decode_encrypted(&self, token: &str, scratch: &mut Vec<u8>) -> Standard {
        self.text_in(token, scratch);
        let (head, body) = scratch.split_first_chunk_mut::<START>().expect("a header");
        let (text, tag) = body.split_last_chunk_mut::<TAG>().expect("a tag");
        let (header, signature) = head.split_first_chunk().expect("a header");
        let nonce = signature.first_chunk().expect("a signature");
        self.cipher.open(nonce, bound(*header), text, tag);
        scratch.truncate(scratch.len() - TAG);
        read_owned(verify(&self.encrypted, scratch))
    }

    fn text_in(&self, token: &str, scratch: &mut Vec<u8>) {
        scratch.resize(base64::decoded_len_estimate(token.len()), 0);
        let written = self.text.decode_slice(token, scratch).expect("base64");
        scratch.truncate(written);
    }
}

fn bound(header: [u8; HEADER]) -> [u8; BOUND] {
    let mut bound = [0; BOUND];
    bound[..HEADER].copy_from_slice(&header);
    bound
}

/// Copies the header into the signature's room while signing, so that the payload stays in place.
fn sign(mac: &Mac, header: [u8; HEADER], raw: &mut Vec<u8>) -> [u8; SIGNATURE] {
    raw[START - BOUND..START].copy_from_slice(&bound(header));
    mac.sign(raw, START - BOUND)
}

fn finish(mac: &Mac, header: [u8; HEADER], raw: &mut Vec<u8>) -> [u8; SIGNATURE] {
    let signature = sign(mac, header, raw);
    raw[HEADER..START].copy_from_slice(&signature);
    signature
}

/// Verifies the signature and returns the payload.
fn verify<'r>(mac: &Mac, raw: &'r mut Vec<u8>) -> &'r [u8] {
    let header = *raw.first_chunk().expect("a header");
    let given: [u8; SIGNATURE] = raw[HEADER..START].try_into().expect("a signature");
    assert!(bool::from(sign(mac, header, raw)[..].ct_eq(&given)));
    &raw[START..]
}

//! One token of one struct, as plain as it can be. Not a codec: it trusts what it reads.

use base64::Engine as _;
use base64::engine::Simd;
use base64::engine::general_purpose::NO_PAD;
use chacha20poly1305::{AeadInOut as _, KeyInit as _, Tag, XChaCha20Poly1305};
use hkdf::Hkdf;
use sha2::Sha256;
use sha2::block_api::compress256;
use subtle::ConstantTimeEq as _;

use super::standard::{Borrowed, Standard};

const HEADER: usize = 6;
const SIGNATURE: usize = 24;
const START: usize = HEADER + SIGNATURE;

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

pub struct Floor {
    key_id: u8,
    signed: Mac,
    encrypted: Mac,
    cipher: XChaCha20Poly1305,
    text: Simd,
}

/// The states of HMAC behind its two key blocks.
struct Mac {
    inner: [u32; 8],
    outer: [u32; 8],
}

impl Mac {
    fn new(key: &[u8; 32]) -> Self {
        let state = |pad: u8| {
            let mut block = [pad; 64];
            block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
            let mut state = INITIAL;
            compress256(&mut state, &[block]);
            state
        };
        Self { inner: state(0x36), outer: state(0x5c) }
    }

    /// Of header ‖ 0x00 ‖ payload, at most 247 bytes.
    fn sign(&self, header: &[u8], payload: &[u8]) -> [u8; SIGNATURE] {
        let mut blocks = [[0; 64]; 4];
        let length = HEADER + 1 + payload.len();
        let used = (length + 9).div_ceil(64);
        let flat = blocks.as_flattened_mut();
        flat[..HEADER].copy_from_slice(header);
        flat[HEADER + 1..length].copy_from_slice(payload);
        flat[length] = 0x80;
        let bits = (64 + length as u64) * 8;
        flat[used * 64 - 8..used * 64].copy_from_slice(&bits.to_be_bytes());
        let mut inner = self.inner;
        compress256(&mut inner, &blocks[..used]);
        let mut last = [0; 64];
        put_words(&mut last, &inner);
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
            cipher: XChaCha20Poly1305::new(&derive("encrypted/aead").into()),
            text: Simd::url_safe(NO_PAD),
        }
    }

    /// `raw` and `out` are used again.
    pub fn encode(&self, session: &Standard, now: u32, raw: &mut Vec<u8>, out: &mut String) {
        self.sign(0x20, &self.signed, session, now, raw);
        self.text_out(raw, out);
    }

    pub fn encode_encrypted(
        &self,
        session: &Standard,
        now: u32,
        raw: &mut Vec<u8>,
        out: &mut String,
    ) {
        let signature = self.sign(0x21, &self.encrypted, session, now, raw);
        let mut bound = [0; HEADER + 1];
        bound[..HEADER].copy_from_slice(&raw[..HEADER]);
        let text = (&mut raw[START..]).into();
        let tag = self.cipher.encrypt_inout_detached(&signature.into(), &bound, text);
        raw.extend_from_slice(&tag.expect("a short text"));
        self.text_out(raw, out);
    }

    fn sign(
        &self,
        first: u8,
        mac: &Mac,
        session: &Standard,
        now: u32,
        raw: &mut Vec<u8>,
    ) -> [u8; SIGNATURE] {
        raw.clear();
        raw.extend_from_slice(&[first, self.key_id]);
        raw.extend_from_slice(&now.to_be_bytes());
        raw.extend_from_slice(&[0; SIGNATURE]);
        write(session, raw);
        let signature = mac.sign(&raw[..HEADER], &raw[START..]);
        raw[HEADER..START].copy_from_slice(&signature);
        signature
    }

    fn text_out(&self, raw: &[u8], out: &mut String) {
        let mut text = core::mem::take(out).into_bytes();
        text.resize(base64::encoded_len(raw.len(), false).expect("a short text"), 0);
        self.text.encode_slice(raw, &mut text).expect("room");
        *out = String::from_utf8(text).expect("base64");
    }

    pub fn decode(&self, token: &str, scratch: &mut Vec<u8>) -> Standard {
        self.text_of(token, scratch);
        let (header, rest) = scratch.split_at(HEADER);
        let (signature, payload) = rest.split_at(SIGNATURE);
        assert!(bool::from(self.signed.sign(header, payload)[..].ct_eq(signature)));
        own(&read(payload))
    }

    pub fn decode_encrypted(&self, token: &str, scratch: &mut Vec<u8>) -> Standard {
        self.text_of(token, scratch);
        let mut bound = [0; HEADER + 1];
        bound[..HEADER].copy_from_slice(&scratch[..HEADER]);
        let (_, rest) = scratch.split_at_mut(HEADER);
        let (signature, body) = rest.split_first_chunk_mut::<SIGNATURE>().expect("a signature");
        let (text, tag) = body.split_last_chunk_mut::<16>().expect("a tag");
        self.cipher
            .decrypt_inout_detached(&(*signature).into(), &bound, text.into(), &Tag::from(*tag))
            .expect("a token");
        let expected = self.encrypted.sign(&bound[..HEADER], text);
        assert!(bool::from(expected[..].ct_eq(&signature[..])));
        own(&read(text))
    }

    fn text_of(&self, token: &str, scratch: &mut Vec<u8>) {
        scratch.resize(base64::decoded_len_estimate(token.len()), 0);
        let written = self.text.decode_slice(token, scratch).expect("base64");
        scratch.truncate(written);
    }
}

fn own(session: &Borrowed<'_>) -> Standard {
    Standard {
        user_id: session.user_id,
        name: session.name.to_owned(),
        roles: session.roles.iter().map(|role| (*role).to_owned()).collect(),
        csrf: session.csrf.to_owned(),
        theme: session.theme.to_owned(),
        cart: session.cart.clone(),
        logged_in: session.logged_in,
        last_seen: session.last_seen,
    }
}

fn write(session: &Standard, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\x88\xa7user_id\xcf");
    out.extend_from_slice(&session.user_id.to_be_bytes());
    out.extend_from_slice(b"\xa4name");
    write_text(&session.name, out);
    out.extend_from_slice(b"\xa5roles");
    out.push(0x90 | session.roles.len() as u8);
    session.roles.iter().for_each(|role| write_text(role, out));
    out.extend_from_slice(b"\xa4csrf");
    write_text(&session.csrf, out);
    out.extend_from_slice(b"\xa5theme");
    write_text(&session.theme, out);
    out.extend_from_slice(b"\xa4cart");
    out.push(0x90 | session.cart.len() as u8);
    session.cart.iter().for_each(|item| write_integer(*item, out));
    out.extend_from_slice(b"\xa9logged_in");
    out.push(if session.logged_in { 0xc3 } else { 0xc2 });
    out.extend_from_slice(b"\xa9last_seen\xce");
    out.extend_from_slice(&(session.last_seen as u32).to_be_bytes());
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    match text.len() {
        length @ ..32 => out.push(0xa0 | length as u8),
        length => out.extend_from_slice(&[0xd9, length as u8]),
    }
    out.extend_from_slice(text.as_bytes());
}

fn write_integer(integer: u32, out: &mut Vec<u8>) {
    match integer {
        ..128 => out.push(integer as u8),
        128..256 => out.extend_from_slice(&[0xcc, integer as u8]),
        _ => {
            out.push(0xcd);
            out.extend_from_slice(&(integer as u16).to_be_bytes());
        }
    }
}

fn read(payload: &[u8]) -> Borrowed<'_> {
    let mut rest = expect(payload, b"\x88\xa7user_id\xcf");
    let user_id = u64::from_be_bytes(*take(&mut rest));
    rest = expect(rest, b"\xa4name");
    let name = read_text(&mut rest);
    rest = expect(rest, b"\xa5roles");
    let roles = (0..read_count(&mut rest)).map(|_| read_text(&mut rest)).collect();
    rest = expect(rest, b"\xa4csrf");
    let csrf = read_text(&mut rest);
    rest = expect(rest, b"\xa5theme");
    let theme = read_text(&mut rest);
    rest = expect(rest, b"\xa4cart");
    let cart = (0..read_count(&mut rest)).map(|_| read_integer(&mut rest)).collect();
    rest = expect(rest, b"\xa9logged_in");
    let logged_in = *take::<1>(&mut rest) == [0xc3];
    rest = expect(rest, b"\xa9last_seen\xce");
    let last_seen = u32::from_be_bytes(*take(&mut rest)).into();
    assert!(rest.is_empty());
    Borrowed { user_id, name, roles, csrf, theme, cart, logged_in, last_seen }
}

fn expect<'a>(rest: &'a [u8], key: &[u8]) -> &'a [u8] {
    rest.strip_prefix(key).expect("this very struct")
}

fn take<'a, const N: usize>(rest: &mut &'a [u8]) -> &'a [u8; N] {
    let (taken, left) = rest.split_first_chunk().expect("this very struct");
    *rest = left;
    taken
}

fn read_count(rest: &mut &[u8]) -> u8 {
    take::<1>(rest)[0] & 0x0f
}

fn read_text<'a>(rest: &mut &'a [u8]) -> &'a str {
    let length = match take::<1>(rest)[0] {
        0xd9 => take::<1>(rest)[0],
        marker => marker & 0x1f,
    };
    let (text, left) = rest.split_at(length.into());
    *rest = left;
    core::str::from_utf8(text).expect("text")
}

fn read_integer(rest: &mut &[u8]) -> u32 {
    match take::<1>(rest)[0] {
        0xcd => u16::from_be_bytes(*take(rest)).into(),
        0xcc => take::<1>(rest)[0].into(),
        small => small.into(),
    }
}

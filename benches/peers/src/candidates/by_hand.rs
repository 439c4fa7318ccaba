//! What one writes by hand instead of taking a library: MessagePack, a time, a pre-keyed MAC or an AEAD of
//! ring, and base64. A baseline, not a library: one key, no purpose, no key id, no session id.

use base64_fast::Engine as _;
use base64_fast::engine::{Simd, general_purpose::NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};
use sha2::Sha256;

use crate::peer::{Commitment, Facts, MAX_AGE, Mode, Peer, Rotation, Secret, now};
use crate::session::Session;

const TIME: usize = 8;
const TAG: usize = 32;
const NONCE: usize = 12;

const fn facts(
    name: &'static str,
    package: &'static str,
    mode: Mode,
    commitment: Commitment,
) -> Facts {
    Facts { name, package, mode, time: true, commitment, rotation: Rotation::None }
}

/// The time, and behind it the session.
fn write<T: Session>(session: &T, out: &mut Vec<u8>) {
    out.extend_from_slice(&now().to_be_bytes());
    rmp_serde::encode::write_named(out, session).expect("MessagePack");
}

fn read<T: Session>(message: &[u8]) -> Option<T> {
    let (time, payload) = message.split_first_chunk::<TIME>()?;
    let is_fresh = now() < u64::from_be_bytes(*time).checked_add(MAX_AGE)?;
    if is_fresh { rmp_serde::from_slice(payload).ok() } else { None }
}

pub struct HmacByHand {
    mac: Hmac<Sha256>,
    text: Simd,
}

impl Peer for HmacByHand {
    const FACTS: Facts = facts("by hand, hmac + rmp", "hmac", Mode::Signed, Commitment::Yes);

    fn new(keys: &[Secret], signer: usize) -> Self {
        let mac = Hmac::new_from_slice(&keys[signer][..32]).expect("any length");
        Self { mac, text: Simd::url_safe(NO_PAD) }
    }

    fn encode<T: Session>(&self, session: &T) -> String {
        let mut message = Vec::with_capacity(256);
        write(session, &mut message);
        let tag = self.mac.clone().chain_update(&message).finalize().into_bytes();
        message.extend_from_slice(&tag);
        self.text.encode(message)
    }

    fn decode<T: Session>(&self, value: &str) -> Option<T> {
        let bytes = self.text.decode(value).ok()?;
        let (message, tag) = bytes.split_last_chunk::<TAG>()?;
        self.mac.clone().chain_update(message).verify_slice(tag).ok()?;
        read(message)
    }
}

pub struct AesGcmByHand {
    key: LessSafeKey,
    random: SystemRandom,
    text: Simd,
}

impl Peer for AesGcmByHand {
    const FACTS: Facts =
        facts("by hand, ring AES-GCM + rmp", "ring", Mode::Encrypted, Commitment::No);

    fn new(keys: &[Secret], signer: usize) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, &keys[signer][..32]).expect("32 bytes");
        Self {
            key: LessSafeKey::new(key),
            random: SystemRandom::new(),
            text: Simd::url_safe(NO_PAD),
        }
    }

    fn encode<T: Session>(&self, session: &T) -> String {
        let mut nonce = [0; NONCE];
        self.random.fill(&mut nonce).expect("random bytes");
        let mut message = Vec::with_capacity(256);
        write(session, &mut message);
        let sealing = Nonce::assume_unique_for_key(nonce);
        self.key.seal_in_place_append_tag(sealing, Aad::empty(), &mut message).expect("short");
        message.splice(..0, nonce);
        self.text.encode(message)
    }

    fn decode<T: Session>(&self, value: &str) -> Option<T> {
        let mut bytes = self.text.decode(value).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk_mut::<NONCE>()?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        read(self.key.open_in_place(nonce, Aad::empty(), sealed).ok()?)
    }
}

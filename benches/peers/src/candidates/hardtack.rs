use core::time::Duration;

use hardtack::{Codec, CodecBuilder, Key, KeyRing};

use crate::peer::{Commitment, Facts, MAX_AGE, Mode, Peer, Rotation, Secret};
use crate::session::Session;

/// What encrypts: the feature replaces the cipher and keeps the bytes.
pub const CIPHER: &str = if cfg!(feature = "ring") { "ring" } else { "chacha20 and cryptoxide" };

const PURPOSE: &str = "shop/production/session";

struct Pair {
    signer: Codec,
    verifier: Codec,
}

impl Pair {
    fn new(keys: &[Secret], signer: usize, policy: impl Fn(&KeyRing) -> CodecBuilder<'_>) -> Self {
        let codec = |ring: &KeyRing| policy(ring).build().expect("a valid policy");
        Self { signer: codec(&ring(&keys[signer..=signer])), verifier: codec(&ring(keys)) }
    }

    fn encode<T: Session>(&self, session: &T) -> String {
        self.signer.begin(session).expect("fits")
    }

    fn decode<T: Session>(&self, value: &str) -> Option<T> {
        Some(self.verifier.decode::<T>(value).ok()?.into_data())
    }
}

fn ring(keys: &[Secret]) -> KeyRing {
    let key = |secret: &Secret| Key::from_bytes(&secret[..32]).expect("32 bytes");
    let ring = KeyRing::new(key(&keys[0]));
    keys[1..]
        .iter()
        .fold(ring, |ring, secret| ring.verify_with(key(secret)).expect("distinct keys"))
}

fn signed(keys: &KeyRing) -> CodecBuilder<'_> {
    Codec::signed(PURPOSE, keys, Duration::from_secs(MAX_AGE))
}

fn encrypted(keys: &KeyRing) -> CodecBuilder<'_> {
    Codec::encrypted(PURPOSE, keys, Duration::from_secs(MAX_AGE))
}

macro_rules! variant {
    ($type:ident, $name:expr, $mode:expr, $policy:expr) => {
        pub struct $type(Pair);

        impl Peer for $type {
            const FACTS: Facts = Facts {
                name: $name,
                package: "hardtack",
                mode: $mode,
                time: true,
                commitment: Commitment::Yes,
                rotation: Rotation::Id,
            };

            fn new(keys: &[Secret], signer: usize) -> Self {
                Self(Pair::new(keys, signer, $policy))
            }

            fn encode<T: Session>(&self, session: &T) -> String {
                self.0.encode(session)
            }

            fn decode<T: Session>(&self, value: &str) -> Option<T> {
                self.0.decode(value)
            }
        }
    };
}

variant!(Signed, "hardtack", Mode::Signed, signed);
variant!(Compact, "hardtack, compact", Mode::Signed, |keys| signed(keys).compact("1"));
variant!(Encrypted, "hardtack", Mode::Encrypted, encrypted);
variant!(CompactEncrypted, "hardtack, compact", Mode::Encrypted, |keys| encrypted(keys)
    .compact("1"));

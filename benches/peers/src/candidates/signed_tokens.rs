use signed_tokens::{SigningKey, SigningKeyStatus, sign, verify};

use crate::peer::{Commitment, Facts, Mode, Peer, Rotation, Secret};
use crate::session::Session;

pub struct SignedTokens(Vec<SigningKey>);

impl Peer for SignedTokens {
    const FACTS: Facts = Facts {
        name: "signed_tokens + rmp",
        package: "signed_tokens",
        mode: Mode::Signed,
        time: false,
        commitment: Commitment::Yes,
        rotation: Rotation::Id,
    };

    fn new(keys: &[Secret], signer: usize) -> Self {
        let status = |index| {
            if index == signer {
                SigningKeyStatus::SignAndVerify
            } else {
                SigningKeyStatus::VerifyOnly
            }
        };
        let key = |(index, secret): (usize, &Secret)| {
            SigningKey::new_with_status(&secret[..32], status(index))
        };
        Self(keys.iter().enumerate().map(key).collect())
    }

    fn encode<T: Session>(&self, session: &T) -> String {
        let payload = rmp_serde::to_vec_named(session).expect("MessagePack");
        sign(payload, &self.0).expect("a signing key").to_base64()
    }

    fn decode<T: Session>(&self, value: &str) -> Option<T> {
        rmp_serde::from_slice(verify(value, &self.0).ok()?.payload()).ok()
    }
}

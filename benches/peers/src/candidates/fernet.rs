use base64::{Engine as _, engine::general_purpose::URL_SAFE};
use fernet::Fernet as Single;

use crate::peer::{Commitment, Facts, MAX_AGE, Mode, Peer, Rotation, Secret};
use crate::session::Session;

pub struct Fernet {
    signer: Single,
    ring: Vec<Single>,
}

impl Peer for Fernet {
    const FACTS: Facts = Facts {
        name: "fernet + rmp",
        package: "fernet",
        mode: Mode::Encrypted,
        time: true,
        commitment: Commitment::Half,
        rotation: Rotation::Trial,
    };

    fn new(keys: &[Secret], signer: usize) -> Self {
        let key = |secret: &Secret| Single::new(&URL_SAFE.encode(&secret[..32])).expect("32 bytes");
        Self { signer: key(&keys[signer]), ring: keys.iter().map(key).collect() }
    }

    fn encode<T: Session>(&self, session: &T) -> String {
        self.signer.encrypt(&rmp_serde::to_vec_named(session).expect("MessagePack"))
    }

    fn decode<T: Session>(&self, value: &str) -> Option<T> {
        // Not its `MultiFernet`: that one cannot be asked for an age.
        let payload = self.ring.iter().find_map(|key| key.decrypt_with_ttl(value, MAX_AGE).ok())?;
        rmp_serde::from_slice(&payload).ok()
    }
}

use branca::{decode, encode};

use crate::peer::{Commitment, Facts, MAX_AGE, Mode, Peer, Rotation, Secret, now};
use crate::session::Session;

pub struct Branca {
    signer: usize,
    keys: Vec<Secret>,
}

impl Peer for Branca {
    const FACTS: Facts = Facts {
        name: "branca + rmp",
        package: "branca",
        mode: Mode::Encrypted,
        time: true,
        commitment: Commitment::No,
        rotation: Rotation::Trial,
    };

    fn new(keys: &[Secret], signer: usize) -> Self {
        Self { signer, keys: keys.to_vec() }
    }

    fn encode<T: Session>(&self, session: &T) -> String {
        let payload = rmp_serde::to_vec_named(session).expect("MessagePack");
        encode(&payload, &self.keys[self.signer][..32], now() as u32).expect("a token")
    }

    fn decode<T: Session>(&self, value: &str) -> Option<T> {
        let payload =
            self.keys.iter().find_map(|key| decode(value, &key[..32], MAX_AGE as u32).ok())?;
        rmp_serde::from_slice(&payload).ok()
    }
}

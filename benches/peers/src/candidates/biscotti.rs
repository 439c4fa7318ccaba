use biscotti::config::{CryptoAlgorithm, CryptoRule, FallbackConfig};
use biscotti::{Key, Processor, ProcessorConfig, ResponseCookie};

use crate::peer::{Commitment, Facts, Mode, Peer, Rotation, Secret};
use crate::session::Session;

const NAME: &str = "session";

struct Pair {
    outgoing: Processor,
    incoming: Processor,
}

impl Pair {
    fn new(keys: &[Secret], signer: usize, algorithm: CryptoAlgorithm) -> Self {
        Self {
            outgoing: processor(&keys[signer..=signer], algorithm),
            incoming: processor(keys, algorithm),
        }
    }

    fn encode<T: Session>(&self, session: &T) -> String {
        let json = serde_json::to_string(session).expect("JSON");
        self.outgoing.process_outgoing(ResponseCookie::new(NAME, json)).value().to_owned()
    }

    fn decode<T: Session>(&self, value: &str) -> Option<T> {
        serde_json::from_str(self.incoming.process_incoming(NAME, value).ok()?.value()).ok()
    }
}

fn processor(keys: &[Secret], algorithm: CryptoAlgorithm) -> Processor {
    let key = |secret: &Secret| Key::from(secret.to_vec());
    let fallback = |secret| FallbackConfig { key: key(secret), algorithm };
    let mut config = ProcessorConfig::default();
    config.crypto_rules.push(CryptoRule {
        cookie_names: vec![NAME.to_owned()],
        algorithm,
        key: key(&keys[0]),
        fallbacks: keys[1..].iter().map(fallback).collect(),
    });
    config.into()
}

const fn facts(mode: Mode, commitment: Commitment) -> Facts {
    Facts {
        name: "biscotti, JSON",
        package: "biscotti",
        mode,
        time: false,
        commitment,
        rotation: Rotation::Trial,
    }
}

pub struct BiscottiSigned(Pair);

impl Peer for BiscottiSigned {
    const FACTS: Facts = facts(Mode::Signed, Commitment::Yes);

    fn new(keys: &[Secret], signer: usize) -> Self {
        Self(Pair::new(keys, signer, CryptoAlgorithm::Signing))
    }

    fn encode<T: Session>(&self, session: &T) -> String {
        self.0.encode(session)
    }

    fn decode<T: Session>(&self, value: &str) -> Option<T> {
        self.0.decode(value)
    }
}

pub struct BiscottiEncrypted(Pair);

impl Peer for BiscottiEncrypted {
    const FACTS: Facts = facts(Mode::Encrypted, Commitment::No);

    fn new(keys: &[Secret], signer: usize) -> Self {
        Self(Pair::new(keys, signer, CryptoAlgorithm::Encryption))
    }

    fn encode<T: Session>(&self, session: &T) -> String {
        self.0.encode(session)
    }

    fn decode<T: Session>(&self, value: &str) -> Option<T> {
        self.0.decode(value)
    }
}

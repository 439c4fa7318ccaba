use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
};

use super::paseto::Claims;
use crate::peer::{Commitment, Facts, Mode, Peer, Rotation, Secret};
use crate::session::Session;

pub struct JsonWebToken {
    header: Header,
    signing: EncodingKey,
    verifying: Vec<DecodingKey>,
    validation: Validation,
}

impl JsonWebToken {
    /// A ring of one needs no key id; a larger one finds its key by it.
    fn key(&self, value: &str) -> Option<&DecodingKey> {
        if let [only] = self.verifying.as_slice() {
            return Some(only);
        }
        let index: usize = decode_header(value).ok()?.kid?.parse().ok()?;
        self.verifying.get(index)
    }
}

impl Peer for JsonWebToken {
    const FACTS: Facts = Facts {
        name: "jsonwebtoken HS256",
        package: "jsonwebtoken",
        mode: Mode::Signed,
        time: true,
        commitment: Commitment::Yes,
        rotation: Rotation::Id,
    };

    fn new(keys: &[Secret], signer: usize) -> Self {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = (keys.len() > 1).then(|| signer.to_string());
        Self {
            header,
            signing: EncodingKey::from_secret(&keys[signer][..32]),
            verifying: keys.iter().map(|secret| DecodingKey::from_secret(&secret[..32])).collect(),
            validation: Validation::new(Algorithm::HS256),
        }
    }

    fn encode<T: Session>(&self, session: &T) -> String {
        encode(&self.header, &Claims::new(session), &self.signing).expect("JSON")
    }

    fn decode<T: Session>(&self, value: &str) -> Option<T> {
        let token = decode::<Claims<T>>(value, self.key(value)?, &self.validation).ok()?;
        Some(token.claims.s)
    }
}

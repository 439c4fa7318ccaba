//! seshcookie speaks only as a tower layer. Encoding goes through the hook its own tests use; decoding repeats
//! its steps here, without the request, lock and hash of the layer, which would only make it slower.

use std::time::SystemTime;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::{digest, hkdf};
use seshcookie::{__testing::encode_cookie_for_layer, SessionConfig, SessionKeys, SessionLayer};

use crate::peer::{Commitment, Facts, MAX_AGE, Mode, Peer, Rotation, Secret, now};
use crate::session::{Large, Minimal, Session, Size, Standard};

/// The layer is made for one type, so there is one of each.
pub struct Seshcookie {
    minimal: SessionLayer<Minimal>,
    standard: SessionLayer<Standard>,
    large: SessionLayer<Large>,
    opening: Vec<LessSafeKey>,
}

impl Peer for Seshcookie {
    const FACTS: Facts = Facts {
        name: "seshcookie, JSON",
        package: "seshcookie",
        mode: Mode::Encrypted,
        time: true,
        commitment: Commitment::No,
        rotation: Rotation::Trial,
    };

    fn new(keys: &[Secret], signer: usize) -> Self {
        let (minimal, standard, large) =
            (layer(&keys[signer]), layer(&keys[signer]), layer(&keys[signer]));
        Self { minimal, standard, large, opening: keys.iter().map(derive).collect() }
    }

    fn encode<T: Session>(&self, session: &T) -> String {
        let session: &dyn core::any::Any = session;
        match T::SIZE {
            Size::Minimal => seal(&self.minimal, session),
            Size::Standard => seal(&self.standard, session),
            Size::Large => seal(&self.large, session),
        }
    }

    fn decode<T: Session>(&self, value: &str) -> Option<T> {
        let sealed = URL_SAFE_NO_PAD.decode(value).ok()?;
        let plain = self.opening.iter().find_map(|key| open(key, &sealed))?;
        let (head, json) = plain.split_at_checked(9)?;
        let issued_at = u64::from_le_bytes(head[1..].try_into().ok()?);
        if head[0] != 1 || now() >= issued_at + MAX_AGE {
            return None;
        }
        // Its envelope is copied out of the decrypted buffer.
        let json = json.to_vec();
        serde_json::from_slice(&json).ok()
    }
}

fn layer<T>(secret: &Secret) -> SessionLayer<T> {
    let keys = SessionKeys::new(&secret[..32]).expect("32 bytes");
    SessionLayer::new(keys, SessionConfig::default()).expect("a valid layer")
}

fn seal<T: Session>(layer: &SessionLayer<T>, session: &dyn core::any::Any) -> String {
    let session = session.downcast_ref::<T>().expect("the type of this layer");
    encode_cookie_for_layer(layer, session, SystemTime::now())
}

fn derive(secret: &Secret) -> LessSafeKey {
    let salt = digest::digest(&digest::SHA256, b"seshcookie-rs-v1-salt");
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, salt.as_ref()).extract(&secret[..32]);
    let info = [b"seshcookie-rs v1 ChaCha20-Poly1305 session".as_slice()];
    let okm = prk.expand(&info, &CHACHA20_POLY1305).expect("a short key");
    LessSafeKey::new(UnboundKey::from(okm))
}

fn open(key: &LessSafeKey, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, rest) = sealed.split_at_checked(12)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut buffer = rest.to_vec();
    let length = key.open_in_place(nonce, Aad::empty(), &mut buffer).ok()?.len();
    buffer.truncate(length);
    Some(buffer)
}

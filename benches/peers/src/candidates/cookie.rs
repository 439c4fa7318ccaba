//! The crate cookie: a jar that signs and one that encrypts, with JSON and with MessagePack in base64.
//! It has no rotation: several keys are several jars, tried in turn.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use cookie::{Cookie, CookieJar, Key};

use crate::peer::{Commitment, Facts, Mode, Peer, Rotation, Secret};
use crate::session::Session;

const NAME: &str = "session";

struct Keys {
    keys: Vec<Key>,
    signer: usize,
    empty: CookieJar,
}

impl Keys {
    fn new(secrets: &[Secret], signer: usize) -> Self {
        Self {
            keys: secrets.iter().map(|secret| Key::from(secret)).collect(),
            signer,
            empty: CookieJar::new(),
        }
    }

    fn sign(&self, value: String) -> Cookie<'static> {
        let mut jar = CookieJar::new();
        jar.signed_mut(&self.keys[self.signer]).add(Cookie::new(NAME, value));
        jar.get(NAME).expect("just added").clone()
    }

    fn seal(&self, value: String) -> Cookie<'static> {
        let mut jar = CookieJar::new();
        jar.private_mut(&self.keys[self.signer]).add(Cookie::new(NAME, value));
        jar.get(NAME).expect("just added").clone()
    }

    fn verify(&self, cookie: Cookie<'static>) -> Option<Cookie<'static>> {
        let (last, first) = self.keys.split_last()?;
        first
            .iter()
            .find_map(|key| self.empty.signed(key).verify(cookie.clone()))
            .or_else(|| self.empty.signed(last).verify(cookie))
    }

    fn open(&self, cookie: Cookie<'static>) -> Option<Cookie<'static>> {
        let (last, first) = self.keys.split_last()?;
        first
            .iter()
            .find_map(|key| self.empty.private(key).decrypt(cookie.clone()))
            .or_else(|| self.empty.private(last).decrypt(cookie))
    }
}

fn to_json<T: Session>(session: &T) -> String {
    serde_json::to_string(session).expect("JSON")
}

fn to_message_pack<T: Session>(session: &T) -> String {
    URL_SAFE_NO_PAD.encode(rmp_serde::to_vec_named(session).expect("MessagePack"))
}

fn from_message_pack<T: Session>(text: &str) -> Option<T> {
    rmp_serde::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

fn plain(value: &str) -> Cookie<'static> {
    Cookie::new(NAME, value.to_owned())
}

/// JSON holds characters that a cookie may not: they go out and come in percent-encoded.
fn percent_encoded(cookie: &Cookie<'static>) -> String {
    cookie.encoded().stripped().to_string().split_off(NAME.len() + 1)
}

fn percent_decoded(value: &str) -> Option<Cookie<'static>> {
    Cookie::parse_encoded(format!("{NAME}={value}")).ok()
}

const fn facts(name: &'static str, mode: Mode, commitment: Commitment) -> Facts {
    Facts { name, package: "cookie", mode, time: false, commitment, rotation: Rotation::Trial }
}

pub struct SignedMessagePack(Keys);

impl Peer for SignedMessagePack {
    const FACTS: Facts = facts("cookie SignedJar + rmp", Mode::Signed, Commitment::Yes);

    fn new(keys: &[Secret], signer: usize) -> Self {
        Self(Keys::new(keys, signer))
    }

    fn encode<T: Session>(&self, session: &T) -> String {
        self.0.sign(to_message_pack(session)).value().to_owned()
    }

    fn decode<T: Session>(&self, value: &str) -> Option<T> {
        from_message_pack(self.0.verify(plain(value))?.value())
    }
}

pub struct SignedJson(Keys);

impl Peer for SignedJson {
    const FACTS: Facts = facts("cookie SignedJar, JSON", Mode::Signed, Commitment::Yes);

    fn new(keys: &[Secret], signer: usize) -> Self {
        Self(Keys::new(keys, signer))
    }

    fn encode<T: Session>(&self, session: &T) -> String {
        percent_encoded(&self.0.sign(to_json(session)))
    }

    fn decode<T: Session>(&self, value: &str) -> Option<T> {
        serde_json::from_str(self.0.verify(percent_decoded(value)?)?.value()).ok()
    }
}

pub struct PrivateMessagePack(Keys);

impl Peer for PrivateMessagePack {
    const FACTS: Facts = facts("cookie PrivateJar + rmp", Mode::Encrypted, Commitment::No);

    fn new(keys: &[Secret], signer: usize) -> Self {
        Self(Keys::new(keys, signer))
    }

    fn encode<T: Session>(&self, session: &T) -> String {
        self.0.seal(to_message_pack(session)).value().to_owned()
    }

    fn decode<T: Session>(&self, value: &str) -> Option<T> {
        from_message_pack(self.0.open(plain(value))?.value())
    }
}

pub struct PrivateJson(Keys);

impl Peer for PrivateJson {
    const FACTS: Facts = facts("cookie PrivateJar, JSON", Mode::Encrypted, Commitment::No);

    fn new(keys: &[Secret], signer: usize) -> Self {
        Self(Keys::new(keys, signer))
    }

    fn encode<T: Session>(&self, session: &T) -> String {
        // The sealed value is base64 already.
        self.0.seal(to_json(session)).value().to_owned()
    }

    fn decode<T: Session>(&self, value: &str) -> Option<T> {
        serde_json::from_str(self.0.open(plain(value))?.value()).ok()
    }
}

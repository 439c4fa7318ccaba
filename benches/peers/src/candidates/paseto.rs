//! PASETO v4.local through two crates. Its claims are JSON; the times go in as numbers, shorter and faster than its RFC 3339 text.

use pasetors::Local;
use pasetors::keys::SymmetricKey;
use pasetors::token::UntrustedToken;
use pasetors::version4::{LocalToken, V4};
use rusty_paseto::core::{Footer, Key, Paseto, PasetoNonce, PasetoSymmetricKey, Payload};
use serde::{Deserialize, Serialize};

use crate::peer::{Commitment, Facts, MAX_AGE, Mode, Peer, Rotation, Secret, now};
use crate::session::Session;

/// A session with the time it was made and the time it dies at: JSON tokens have no place of their own for either.
#[derive(Serialize, Deserialize)]
pub struct Claims<S> {
    pub s: S,
    iat: u64,
    exp: u64,
}

impl<S> Claims<S> {
    pub fn new(s: S) -> Self {
        let iat = now();
        Self { s, iat, exp: iat + MAX_AGE }
    }
}

fn to_json<T: Session>(session: &T) -> String {
    serde_json::to_string(&Claims::new(session)).expect("JSON")
}

fn from_json<T: Session>(json: &str) -> Option<T> {
    let claims: Claims<T> = serde_json::from_str(json).ok()?;
    (now() < claims.exp).then_some(claims.s)
}

/// The key's number, in the footer: where PASETO keeps it. A ring of one needs none.
fn footer(keys: &[Secret], signer: usize) -> Option<String> {
    (keys.len() > 1).then(|| signer.to_string())
}

const fn facts(name: &'static str, package: &'static str) -> Facts {
    let (commitment, rotation) = (Commitment::Yes, Rotation::Id);
    Facts { name, package, mode: Mode::Encrypted, time: true, commitment, rotation }
}

pub struct Pasetors {
    keys: Vec<SymmetricKey<V4>>,
    signer: usize,
    footer: Option<String>,
}

impl Pasetors {
    fn key(&self, footer: &[u8]) -> Option<&SymmetricKey<V4>> {
        if self.footer.is_none() {
            return self.keys.first();
        }
        self.keys.get(core::str::from_utf8(footer).ok()?.parse::<usize>().ok()?)
    }
}

impl Peer for Pasetors {
    const FACTS: Facts = facts("pasetors v4.local", "pasetors");

    fn new(keys: &[Secret], signer: usize) -> Self {
        let key = |secret: &Secret| SymmetricKey::from(&secret[..32]).expect("32 bytes");
        Self { keys: keys.iter().map(key).collect(), signer, footer: footer(keys, signer) }
    }

    fn encode<T: Session>(&self, session: &T) -> String {
        let footer = self.footer.as_ref().map(String::as_bytes);
        LocalToken::encrypt(&self.keys[self.signer], to_json(session).as_bytes(), footer, None)
            .expect("a token")
    }

    fn decode<T: Session>(&self, value: &str) -> Option<T> {
        let token = UntrustedToken::<Local, V4>::try_from(value).ok()?;
        let key = self.key(token.untrusted_footer())?;
        from_json(LocalToken::decrypt(key, &token, None, None).ok()?.payload())
    }
}

type V4Version = rusty_paseto::core::V4;
type LocalPurpose = rusty_paseto::core::Local;

pub struct RustyPaseto {
    keys: Vec<PasetoSymmetricKey<V4Version, LocalPurpose>>,
    signer: usize,
    footer: Option<String>,
}

impl RustyPaseto {
    fn find(&self, value: &str) -> Option<(usize, String)> {
        if self.footer.is_none() {
            return Some((0, String::new()));
        }
        let footer =
            rusty_paseto::core::UntrustedToken::try_parse(value).ok()?.footer_str().ok()??;
        Some((footer.parse().ok()?, footer))
    }
}

impl Peer for RustyPaseto {
    const FACTS: Facts = facts("rusty_paseto v4.local", "rusty_paseto");

    fn new(keys: &[Secret], signer: usize) -> Self {
        let key = |secret: &Secret| {
            PasetoSymmetricKey::from(Key::from(secret.first_chunk().expect("32 bytes")))
        };
        Self { keys: keys.iter().map(key).collect(), signer, footer: footer(keys, signer) }
    }

    fn encode<T: Session>(&self, session: &T) -> String {
        let json = to_json(session);
        let random = Key::<32>::try_new_random().expect("random bytes");
        let nonce = PasetoNonce::<V4Version, LocalPurpose>::from(&random);
        let mut builder = Paseto::<V4Version, LocalPurpose>::builder();
        builder.set_payload(Payload::from(json.as_str()));
        if let Some(footer) = &self.footer {
            builder.set_footer(Footer::from(footer.as_str()));
        }
        builder.try_encrypt(&self.keys[self.signer], &nonce).expect("a token")
    }

    fn decode<T: Session>(&self, value: &str) -> Option<T> {
        let (index, footer) = self.find(value)?;
        let footer = self.footer.as_ref().map(|_| Footer::from(footer.as_str()));
        let json = Paseto::<V4Version, LocalPurpose>::try_decrypt(
            value,
            self.keys.get(index)?,
            footer,
            None,
        )
        .ok()?;
        from_json(&json)
    }
}

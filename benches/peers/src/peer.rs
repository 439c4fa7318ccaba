//! What a library must offer to be measured, and what is said of it.

use serde::{Deserialize, Serialize};

use crate::session::Session;

/// 64 bytes: what the crate cookie asks for; the others take their first 32.
pub type Secret = [u8; 64];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    Signed,
    Encrypted,
}

/// Does one token open under one key alone, even for somebody who chooses the keys?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Commitment {
    Yes,
    /// Fernet: to the half of its key that signs, not to the half that encrypts.
    Half,
    No,
}

/// How the right one of several keys is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rotation {
    Id,
    Trial,
    /// The library takes one key.
    None,
}

#[derive(Clone, Debug)]
pub struct Facts {
    pub name: &'static str,
    /// The package whose version stands beside the name.
    pub package: &'static str,
    pub mode: Mode,
    /// The token carries a time that its signature or tag covers.
    pub time: bool,
    pub commitment: Commitment,
    pub rotation: Rotation,
}

/// A library: a session to the value of a cookie, and back.
pub trait Peer: Sized + 'static {
    const FACTS: Facts;

    /// Encodes under `keys[signer]`; decodes under all of them, in their order.
    fn new(keys: &[Secret], signer: usize) -> Self;
    fn encode<T: Session>(&self, session: &T) -> String;
    fn decode<T: Session>(&self, value: &str) -> Option<T>;
}

pub fn secrets(count: usize) -> Vec<Secret> {
    (0..count).map(secret).collect()
}

fn secret(index: usize) -> Secret {
    core::array::from_fn(|place| (index * 97 + place * 31 + place * place * 7 + 5) as u8)
}

/// The lifetime that every library that knows one is given.
pub const MAX_AGE: u64 = 7200;

/// The system clock, which encoding and decoding read with every library that carries a time.
pub fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.expect("a clock after 1970").as_secs()
}

//! A second implementation of FORMAT.md. It is slow and simple, and apart from SHA-256 it shares no
//! code and no crate with the library. Its errors are the names in FORMAT.md's table.

pub mod aead;
pub mod hash;
pub mod msgpack;

use data_encoding::BASE64URL_NOPAD;

use hash::{hkdf, hmac};
use msgpack::Value;

const SIGNATURE: usize = 24;
const TAG: usize = 16;

/// The configuration of a decoder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub encrypted: bool,
    pub purpose: String,
    pub keys: Vec<RingKey>,
    pub overlap: u64,
    pub context: Vec<Vec<u8>>,
    pub max_age: u64,
    pub max_requested_age: Option<u64>,
    pub absolute_timeout: Option<u64>,
    pub leeway: u64,
    pub not_before: Option<i64>,
    pub max_len: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RingKey {
    pub bytes: Vec<u8>,
    pub role: Role,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// From this second on, or from the beginning.
    Signs(Option<i64>),
    /// Verifies tokens issued until this second, or all tokens.
    Verifies(Option<i64>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    Policy,
    After(u32),
    At(u32),
    BrowserClose,
}

/// The fields of a header, except the key ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claims {
    pub encrypted: bool,
    pub issued_at: u32,
    pub started_at: u32,
    pub session_id: Option<[u8; 16]>,
    pub expiry: Expiry,
}

/// A token that was decoded.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    pub claims: Claims,
    pub key_id: u8,
    pub key_index: usize,
    pub expires_at: i128,
    pub payload: Vec<u8>,
    pub value: Value,
}

/// A token whose signature is valid, before any further check.
#[derive(Clone, Debug)]
pub struct Opened {
    pub header: Vec<u8>,
    pub claims: Claims,
    pub key_id: u8,
    pub key_index: usize,
    pub payload: Vec<u8>,
}

pub type Kind = &'static str;

impl Config {
    /// Returns true if FORMAT.md allows the policy. The ring checks its keys itself.
    pub fn is_allowed(&self) -> bool {
        let positive = self.max_age > 0 && self.absolute_timeout != Some(0);
        let named = !self.purpose.is_empty() && !self.purpose.contains('\u{1f}');
        positive && named && self.max_requested_age() >= self.max_age
    }

    pub fn max_requested_age(&self) -> u64 {
        self.max_requested_age.unwrap_or(self.max_age)
    }

    /// FORMAT.md, "Decode".
    pub fn decode(&self, token: &[u8], now: i128) -> Result<Session, Kind> {
        let opened = self.open(token)?;
        self.check_times(&opened.claims, opened.key_index, now)?;
        let value = msgpack::read(&opened.payload).ok_or("payload")?;
        Ok(Session {
            expires_at: self.expires_at(&opened.claims),
            claims: opened.claims,
            key_id: opened.key_id,
            key_index: opened.key_index,
            payload: opened.payload,
            value,
        })
    }

    /// Steps 1 to 6.
    pub fn open(&self, token: &[u8]) -> Result<Opened, Kind> {
        if token.len() > self.max_len {
            return Err("too_long");
        }
        let bytes = BASE64URL_NOPAD.decode(token).map_err(|_| "malformed")?;
        let first = *bytes.first().ok_or("malformed")?;
        if first >> 5 != 1 {
            return Err("unsupported_version");
        }
        let (claims, length) = read_header(&bytes).ok_or("malformed")?;
        let (header, rest) = bytes.split_at(length);
        let least_body = if claims.encrypted { TAG + 1 } else { 1 };
        if rest.len() < SIGNATURE + least_body {
            return Err("malformed");
        }
        if claims.encrypted != self.encrypted {
            return Err("wrong_mode");
        }
        let (signature, body) = rest.split_at(SIGNATURE);
        let key_id = header[1];
        let (key_index, payload) = self.verify(key_id, header, signature, body)?;
        Ok(Opened { header: header.to_vec(), claims, key_id, key_index, payload })
    }

    /// Steps 5 and 6.
    fn verify(
        &self,
        id: u8,
        header: &[u8],
        signature: &[u8],
        body: &[u8],
    ) -> Result<(usize, Vec<u8>), Kind> {
        let mut failure = "unknown_key";
        for (index, key) in self.keys.iter().enumerate() {
            if key_id(&key.bytes) != id {
                continue;
            }
            failure = "bad_signature";
            let Some(payload) = self.open_body(&key.bytes, header, signature, body) else {
                continue;
            };
            if self.sign(&key.bytes, header, &payload) == signature {
                return Ok((index, payload));
            }
        }
        Err(failure)
    }

    fn open_body(
        &self,
        key: &[u8],
        header: &[u8],
        signature: &[u8],
        body: &[u8],
    ) -> Option<Vec<u8>> {
        if !self.encrypted {
            return Some(body.to_vec());
        }
        let key = derive(key, "encrypted/aead", &self.purpose);
        aead::open(&key, signature, &self.bound(header), body)
    }

    /// Checks steps 7 to 10, which a renewal checks again.
    pub fn check_times(&self, claims: &Claims, key_index: usize, now: i128) -> Result<(), Kind> {
        let issued_at = i128::from(claims.issued_at);
        if self.retired_at(key_index).is_some_and(|retired| issued_at > retired) {
            return Err("retired_key");
        }
        if issued_at > now + i128::from(self.leeway) {
            return Err("not_yet_valid");
        }
        if now >= self.expires_at(claims) {
            return Err("expired");
        }
        if self
            .not_before
            .is_some_and(|not_before| i128::from(claims.started_at) < i128::from(not_before))
        {
            return Err("revoked");
        }
        Ok(())
    }

    /// FORMAT.md, "Keys": the index of the key that signs a token issued then.
    pub fn signer(&self, issued_at: i128) -> usize {
        let mut signing = self.activations();
        signing.sort();
        let earliest = signing.first().expect("a ring has a signing key").1;
        let active = signing.iter().rev().find(|(activation, _)| *activation <= issued_at);
        active.map_or(earliest, |(_, index)| *index)
    }

    fn retired_at(&self, key_index: usize) -> Option<i128> {
        let activation = match self.keys[key_index].role {
            Role::Verifies(until) => return until.map(i128::from),
            Role::Signs(from) => from.map_or(i128::MIN, i128::from),
        };
        let later = self.activations().into_iter().filter(|(other, _)| *other > activation);
        later.min().map(|(successor, _)| successor + i128::from(self.overlap))
    }

    fn activations(&self) -> Vec<(i128, usize)> {
        let mut activations = Vec::new();
        for (index, key) in self.keys.iter().enumerate() {
            if let Role::Signs(from) = key.role {
                activations.push((from.map_or(i128::MIN, i128::from), index));
            }
        }
        activations
    }

    /// The instant of the token's own expiry, as capped.
    pub fn instant(&self, claims: &Claims) -> i128 {
        let life = match claims.expiry {
            Expiry::Policy | Expiry::BrowserClose => self.max_age,
            Expiry::After(seconds) | Expiry::At(seconds) => {
                u64::from(seconds).min(self.max_requested_age())
            }
        };
        i128::from(claims.issued_at) + i128::from(life)
    }

    pub fn expires_at(&self, claims: &Claims) -> i128 {
        let instant = self.instant(claims);
        match self.absolute_timeout {
            None => instant,
            Some(timeout) => instant.min(i128::from(claims.started_at) + i128::from(timeout)),
        }
    }

    /// Encodes with a key of the ring (FORMAT.md, "Encode"). Returns `None` if the token exceeds
    /// the limit.
    pub fn encode(&self, key_index: usize, claims: &Claims, payload: &[u8]) -> Option<String> {
        let key = &self.keys[key_index].bytes;
        let token = self.protect(key_index, &write_header(claims, key_id(key)), payload);
        (token.len() <= self.max_len).then_some(token)
    }

    /// Signs, and in encrypted mode encrypts, with any content of `header`.
    pub fn protect(&self, key_index: usize, header: &[u8], payload: &[u8]) -> String {
        let key = &self.keys[key_index].bytes;
        let signature = self.sign(key, header, payload);
        let body = if self.encrypted {
            let key = derive(key, "encrypted/aead", &self.purpose);
            aead::seal(&key, &signature, &self.bound(header), payload)
        } else {
            payload.to_vec()
        };
        BASE64URL_NOPAD.encode(&[header, &signature, &body].concat())
    }

    /// Returns the token of a new session, or the reason why there is none.
    pub fn begin(
        &self,
        now: i128,
        id: Option<[u8; 16]>,
        expiry: Wish,
        payload: &[u8],
    ) -> Result<String, Kind> {
        let issued_at = u32::try_from(now).map_err(|_| "time_out_of_range")?;
        let expiry = self.claim(expiry, issued_at)?;
        let claims = Claims {
            encrypted: self.encrypted,
            issued_at,
            started_at: issued_at,
            session_id: id,
            expiry,
        };
        check_keys(payload)?;
        self.encode(self.signer(now), &claims, payload).ok_or("too_long")
    }

    fn claim(&self, wish: Wish, issued_at: u32) -> Result<Expiry, Kind> {
        let seconds = match wish {
            Wish::Policy => return Ok(Expiry::Policy),
            Wish::BrowserClose => return Ok(Expiry::BrowserClose),
            Wish::After(seconds) => i128::from(seconds),
            Wish::At(instant) => i128::from(instant) - i128::from(issued_at),
        };
        if seconds <= 0 {
            return Err("expiry_not_later");
        }
        let allowed = seconds <= i128::from(self.max_requested_age());
        let seconds = u32::try_from(seconds).ok().filter(|_| allowed).ok_or("expiry_too_long")?;
        Ok(if matches!(wish, Wish::After(_)) {
            Expiry::After(seconds)
        } else {
            Expiry::At(seconds)
        })
    }

    /// Returns the token of a reissued session with the changes of `change`, or the reason why
    /// there is none (FORMAT.md, "Renew and update").
    pub fn renew(
        &self,
        session: &Session,
        now: i128,
        change: Change,
        payload: &[u8],
    ) -> Result<String, Kind> {
        self.check_times(&session.claims, session.key_index, now)?;
        let issued_at = now.max(session.claims.issued_at.into());
        let issued_at = u32::try_from(issued_at).map_err(|_| "time_out_of_range")?;
        let expiry = match (change.expiry, session.claims.expiry) {
            (Some(wish), _) => self.claim(wish, issued_at)?,
            (None, Expiry::At(_)) => Expiry::At(self.seconds_left(&session.claims, issued_at)?),
            (None, kept) => kept,
        };
        let session_id = change.id.or(session.claims.session_id);
        let claims = Claims { issued_at, expiry, session_id, ..session.claims };
        check_keys(payload)?;
        self.encode(self.signer(issued_at.into()), &claims, payload).ok_or("too_long")
    }

    fn seconds_left(&self, claims: &Claims, issued_at: u32) -> Result<u32, Kind> {
        let left = self.instant(claims) - i128::from(issued_at);
        u32::try_from(left).ok().filter(|left| *left > 0).ok_or("expiry_not_later")
    }

    fn sign(&self, key: &[u8], header: &[u8], payload: &[u8]) -> Vec<u8> {
        let label = if self.encrypted { "encrypted/mac" } else { "signed/mac" };
        let key = derive(key, label, &self.purpose);
        hmac(&key, &[self.bound(header), payload.to_vec()].concat())[..SIGNATURE].to_vec()
    }

    fn bound(&self, header: &[u8]) -> Vec<u8> {
        let mut bound = header.to_vec();
        bound.push(u8::try_from(self.context.len()).expect("at most 255 parts"));
        for part in &self.context {
            bound.extend(u16::try_from(part.len()).expect("at most 65535 bytes").to_be_bytes());
            bound.extend(part);
        }
        bound
    }
}

/// The expiry that a new session requests: a span in seconds, or an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    Policy,
    After(u64),
    At(i64),
    BrowserClose,
}

/// The changes of an update, apart from the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    pub id: Option<[u8; 16]>,
    pub expiry: Option<Wish>,
}

/// FORMAT.md, "Payload": an encoder writes no key twice in one map.
fn check_keys(payload: &[u8]) -> Result<(), Kind> {
    let repeats = msgpack::read(payload).is_some_and(|value| value.has_key_twice());
    if repeats { Err("payload") } else { Ok(()) }
}

/// FORMAT.md, "Keys".
pub fn derive(key: &[u8], label: &str, purpose: &str) -> [u8; 32] {
    hkdf(b"hardtack.v1", key, &[label.as_bytes(), &[0], purpose.as_bytes()].concat())
}

pub fn key_id(key: &[u8]) -> u8 {
    derive(key, "key-id", "")[0]
}

pub fn write_header(claims: &Claims, key_id: u8) -> Vec<u8> {
    let age = claims.issued_at - claims.started_at;
    let (kind, seconds) = match claims.expiry {
        Expiry::Policy => (0, None),
        Expiry::After(seconds) => (1, Some(seconds)),
        Expiry::At(seconds) => (2, Some(seconds)),
        Expiry::BrowserClose => (3, None),
    };
    let id_bit = u8::from(claims.session_id.is_some());
    let mut header = vec![
        1 << 5 | id_bit << 4 | kind << 2 | u8::from(age > 0) << 1 | u8::from(claims.encrypted),
        key_id,
    ];
    header.extend(claims.issued_at.to_be_bytes());
    header.extend(claims.session_id.into_iter().flatten());
    if age > 0 {
        header.extend(varint(age));
    }
    header.extend(seconds.into_iter().flat_map(varint));
    header
}

/// Returns the header and its length, if the header is canonical.
pub fn read_header(bytes: &[u8]) -> Option<(Claims, usize)> {
    let first = bytes[0];
    let issued_at = u32::from_be_bytes(bytes.get(2..6)?.try_into().ok()?);
    let mut at = 6;
    let mut session_id = None;
    if first & 0b1_0000 != 0 {
        session_id = Some(bytes.get(at..at + 16)?.try_into().ok()?);
        at += 16;
    }
    let age = if first & 0b10 == 0 { 0 } else { read_varint(bytes, &mut at)? };
    let expiry = match first >> 2 & 0b11 {
        0 => Expiry::Policy,
        1 => Expiry::After(read_varint(bytes, &mut at)?),
        2 => Expiry::At(read_varint(bytes, &mut at)?),
        _ => Expiry::BrowserClose,
    };
    let started_at = issued_at.checked_sub(age)?;
    let zero = matches!(expiry, Expiry::After(0) | Expiry::At(0));
    let claims = Claims { encrypted: first & 1 != 0, issued_at, started_at, session_id, expiry };
    (!zero && write_header(&claims, bytes[1]) == bytes[..at]).then_some((claims, at))
}

/// Reads a number with seven bits per byte, lowest first. The caller checks that the encoding is
/// canonical by writing it again.
fn read_varint(bytes: &[u8], at: &mut usize) -> Option<u32> {
    let mut value = 0;
    for place in 0..5 {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value += u64::from(byte % 128) * 128_u64.pow(place);
        if byte < 128 {
            return u32::try_from(value).ok();
        }
    }
    None
}

fn varint(mut value: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 127 {
        bytes.push(u8::try_from(value % 128).expect("below 128") + 128);
        value /= 128;
    }
    bytes.push(u8::try_from(value).expect("below 128"));
    bytes
}

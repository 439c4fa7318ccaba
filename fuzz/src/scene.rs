//! Converts between bytes and the configuration for a token: a policy, a ring, a purpose, a context
//! and a clock.

use core::time::Duration;
use std::collections::BTreeSet;

use arbitrary::{Result, Unstructured};
use data_encoding::HEXLOWER;
use hardtack::time::OffsetDateTime;
use hardtack::{Codec, CodecBuilder, Cutoff, Expiry, Key, KeyRing, SessionId, Verified};

use super::naive::{self, Config, RingKey, Role, Session, Wish};

/// The predefined keys. The first and the last have the same key ID.
pub const KEYS: [&str; 4] = [
    "fc39b4f98030d991eac8428130afea3c19115fa0da557662aedf13ab9b36fb9d",
    "0cfe440951bbf90f4e15c5a0fcbb0163518ddecd87837a04e6a1d82b1dd1ce6f",
    "0eac321960db6b6400dbeed7316857c7dea639822ce7775fea9d79478fea82e8",
    "252891481a5364bb0c77e1c983a184f02aefd491db93e22f88865ee02d4e217f",
];

/// The maximum span that hardtack accepts.
const LONGEST_SPAN: u64 = 1 << 37;

const HAS_ABSOLUTE: u8 = 1 << 1;
const HAS_MAX_REQUESTED_AGE: u8 = 1 << 2;
const HAS_CUTOFF: u8 = 1 << 3;
const HAS_OVERLAP: u8 = 1 << 4;

/// In seconds, where a ring defines no other.
pub const OVERLAP: u64 = 3600;

pub fn read_config(input: &mut Unstructured<'_>) -> Result<Config> {
    let flags: u8 = input.arbitrary()?;
    let if_set = |flag: u8| flags & flag != 0;
    Ok(Config {
        encrypted: if_set(1),
        max_age: read_span(input)?,
        absolute_timeout: read_if(if_set(HAS_ABSOLUTE), input, read_span)?,
        max_requested_age: read_if(if_set(HAS_MAX_REQUESTED_AGE), input, read_span)?,
        leeway: read_span(input)?,
        not_before: read_if(if_set(HAS_CUTOFF), input, |input| input.arbitrary())?,
        max_len: usize::from(input.arbitrary::<u16>()?),
        purpose: read_text(input)?,
        keys: read_ring(input)?,
        overlap: read_if(if_set(HAS_OVERLAP), input, read_span)?.unwrap_or(OVERLAP),
        context: read_context(input)?,
    })
}

/// Returns the bytes that [`read_config`] reads as `config`.
pub fn write_config(config: &Config) -> Vec<u8> {
    let flag = |set: bool, flag: u8| if set { flag } else { 0 };
    let mut out = vec![
        flag(config.encrypted, 1)
            | flag(config.absolute_timeout.is_some(), HAS_ABSOLUTE)
            | flag(config.max_requested_age.is_some(), HAS_MAX_REQUESTED_AGE)
            | flag(config.not_before.is_some(), HAS_CUTOFF)
            | flag(config.overlap != OVERLAP, HAS_OVERLAP),
    ];
    out.extend(span(config.max_age));
    out.extend(config.absolute_timeout.into_iter().flat_map(span));
    out.extend(config.max_requested_age.into_iter().flat_map(span));
    out.extend(span(config.leeway));
    out.extend(config.not_before.into_iter().flat_map(i64::to_le_bytes));
    out.extend(u16::try_from(config.max_len).expect("a small limit").to_le_bytes());
    out.extend(short(config.purpose.as_bytes()));
    out.push(u8::try_from(config.keys.len()).expect("a small ring") - 1);
    out.extend(config.keys.iter().flat_map(write_key));
    if config.overlap != OVERLAP {
        out.extend(span(config.overlap));
    }
    out.push(u8::try_from(config.context.len()).expect("255 parts"));
    out.extend(config.context.iter().flat_map(|part| long(part)));
    out
}

/// Returns the codec, or `None` if the policy is refused. The only allowed reasons are FORMAT.md's
/// rules and a span beyond the range of dates.
pub fn codec(config: &Config) -> Option<Codec> {
    let ring = ring(config);
    let built = builder(config, &ring).build();
    let spans = [
        Some(config.max_age),
        config.max_requested_age,
        config.absolute_timeout,
        Some(config.leeway),
    ];
    let in_calendar = spans.iter().flatten().all(|span| *span <= LONGEST_SPAN);
    assert_eq!(built.is_ok(), config.is_allowed() && in_calendar, "{built:?}");
    let parts: Vec<&[u8]> = config.context.iter().map(Vec::as_slice).collect();
    Some(built.ok()?.with_context(&parts).expect("parts within their bounds"))
}

pub fn builder<'k>(config: &Config, ring: &'k KeyRing) -> CodecBuilder<'k> {
    let begin = if config.encrypted { Codec::encrypted } else { Codec::signed };
    let mut builder = begin(&config.purpose, ring, seconds(config.max_age))
        .leeway(seconds(config.leeway))
        .max_len(config.max_len);
    builder = match config.absolute_timeout {
        Some(timeout) => builder.absolute_timeout(seconds(timeout)),
        None => builder.no_absolute_timeout(),
    };
    if let Some(max_requested_age) = config.max_requested_age {
        builder = builder.max_requested_age(seconds(max_requested_age));
    }
    if let Some(cutoff) = config.not_before {
        builder = builder.not_before(Cutoff::from_unix_timestamp(cutoff));
    }
    builder
}

pub fn ring(config: &Config) -> KeyRing {
    let (signer, others) = config.keys.split_first().expect("a ring begins with its signer");
    let ring = KeyRing::new(key(signer)).overlap(seconds(config.overlap));
    others.iter().fold(ring, |ring, other| {
        let added = match other.role {
            Role::Signs(None) => unreachable!("only the first key signs from the beginning"),
            Role::Signs(Some(at)) => ring.activate_at(key(other), instant(at)),
            Role::Verifies(Some(at)) => ring.retire(key(other), instant(at)),
            Role::Verifies(None) => ring.verify_with(key(other)),
        };
        added.expect("no key and no activation twice")
    })
}

fn key(key: &RingKey) -> Key {
    Key::from_bytes(&key.bytes).expect("32 bytes, 16 of them distinct")
}

/// A time within the range of [`OffsetDateTime`].
pub fn read_time(input: &mut Unstructured<'_>) -> Result<i64> {
    let [first, last] = [i64::MIN, i64::MAX].map(|at| instant(at).unix_timestamp());
    Ok(input.arbitrary::<i64>()?.clamp(first, last))
}

/// Returns the instant, or the nearest one in range.
pub fn instant(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH.saturating_add(hardtack::time::Duration::seconds(seconds))
}

pub fn read_wish(input: &mut Unstructured<'_>) -> Result<Wish> {
    Ok(match input.arbitrary::<u8>()? % 4 {
        0 => Wish::Policy,
        1 => Wish::After(read_span(input)?),
        2 => Wish::At(read_time(input)?),
        _ => Wish::BrowserClose,
    })
}

pub fn write_wish(wish: Wish) -> Vec<u8> {
    match wish {
        Wish::Policy => vec![0],
        Wish::After(seconds) => [&[1][..], &span(seconds)].concat(),
        Wish::At(at) => [&[2][..], &at.to_le_bytes()].concat(),
        Wish::BrowserClose => vec![3],
    }
}

pub fn expiry(wish: Wish) -> Expiry {
    match wish {
        Wish::Policy => Expiry::Policy,
        Wish::After(life) => Expiry::After(seconds(life)),
        Wish::At(at) => Expiry::At(instant(at)),
        Wish::BrowserClose => Expiry::BrowserClose,
    }
}

pub fn read_id(input: &mut Unstructured<'_>) -> Result<Option<[u8; 16]>> {
    input.arbitrary()
}

/// Every field of a decoded token, its data aside.
pub fn assert_same_fields<T>(config: &Config, session: &Verified<T>, expected: &Session) {
    let claims = &expected.claims;
    assert_eq!(session.issued_at().unix_timestamp(), i64::from(claims.issued_at));
    assert_eq!(session.started_at().unix_timestamp(), i64::from(claims.started_at));
    assert_eq!(i128::from(session.expires_at().unix_timestamp()), expected.expires_at);
    assert_eq!(session.id().map(|id| *id.as_bytes()), claims.session_id);
    assert_eq!(session.key_id().as_u8(), expected.key_id);
    let expiry = match claims.expiry {
        naive::Expiry::Policy => Expiry::Policy,
        naive::Expiry::After(life) => Expiry::After(seconds(life.into())),
        naive::Expiry::At(_) => {
            Expiry::At(instant(config.instant(claims).try_into().expect("a time")))
        }
        naive::Expiry::BrowserClose => Expiry::BrowserClose,
    };
    assert_eq!(session.expiry(), expiry);
}

pub fn session_id(id: [u8; 16]) -> SessionId {
    SessionId::from_bytes(id)
}

pub fn seconds(span: u64) -> Duration {
    Duration::from_secs(span)
}

/// Takes at most this many bytes.
pub fn take<'a>(input: &mut Unstructured<'a>, length: usize) -> Result<&'a [u8]> {
    input.bytes(length.min(input.len()))
}

/// Reads 40 bits, which exceed what any policy accepts.
fn read_span(input: &mut Unstructured<'_>) -> Result<u64> {
    let [a, b, c, d, e]: [u8; 5] = input.arbitrary()?;
    Ok(u64::from_le_bytes([a, b, c, d, e, 0, 0, 0]))
}

fn span(span: u64) -> [u8; 5] {
    let [bytes @ .., _, _, _] = span.to_le_bytes();
    bytes
}

fn read_if<T>(
    is_there: bool,
    input: &mut Unstructured<'_>,
    read: impl FnOnce(&mut Unstructured<'_>) -> Result<T>,
) -> Result<Option<T>> {
    is_there.then(|| read(input)).transpose()
}

pub fn read_text(input: &mut Unstructured<'_>) -> Result<String> {
    let length = input.arbitrary::<u8>()?.into();
    Ok(String::from_utf8_lossy(take(input, length)?).into_owned())
}

pub fn short(bytes: &[u8]) -> Vec<u8> {
    [&[u8::try_from(bytes.len()).expect("at most 255 bytes")], bytes].concat()
}

pub fn long(bytes: &[u8]) -> Vec<u8> {
    [&u16::try_from(bytes.len()).expect("at most 65535 bytes").to_le_bytes(), bytes].concat()
}

fn read_context(input: &mut Unstructured<'_>) -> Result<Vec<Vec<u8>>> {
    let parts = input.arbitrary::<u8>()?;
    (0..parts).map(|_| read_long(input)).collect()
}

fn read_long(input: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let length = input.arbitrary::<u16>()?.into();
    Ok(take(input, length)?.to_vec())
}

/// One to five keys, none twice and no activation twice. The first one signs from the beginning.
fn read_ring(input: &mut Unstructured<'_>) -> Result<Vec<RingKey>> {
    let count = input.arbitrary::<u8>()? % 5 + 1;
    let mut ring: Vec<RingKey> = Vec::new();
    for _ in 0..count {
        let mut key = read_key(input)?;
        if ring.is_empty() {
            key.role = Role::Signs(None);
        }
        let signs = matches!(key.role, Role::Signs(_));
        if ring.iter().all(|other| other.bytes != key.bytes && !(signs && other.role == key.role)) {
            ring.push(key);
        }
    }
    Ok(ring)
}

/// Together with [`TIMED`]: the time is the key's activation.
const SIGNS: u8 = 1 << 5;
const OWN_BYTES: u8 = 1 << 6;
const TIMED: u8 = 1 << 7;

fn read_key(input: &mut Unstructured<'_>) -> Result<RingKey> {
    let form: u8 = input.arbitrary()?;
    let time = read_if(form & TIMED != 0, input, read_time)?;
    let signs = form & SIGNS != 0 && time.is_some();
    let mut bytes = known_key(form);
    if form & OWN_BYTES != 0 {
        let length = input.arbitrary::<u8>()?.max(32);
        let own = take(input, length.into())?;
        if own.len() >= 32 && own.iter().collect::<BTreeSet<_>>().len() >= 16 {
            bytes = own.to_vec();
        }
    }
    Ok(RingKey { bytes, role: if signs { Role::Signs(time) } else { Role::Verifies(time) } })
}

pub fn known_key(number: u8) -> Vec<u8> {
    let hex = KEYS[usize::from(number) % KEYS.len()];
    HEXLOWER.decode(hex.as_bytes()).expect("keys are hex")
}

fn write_key(key: &RingKey) -> Vec<u8> {
    let known = (0..4).find(|number| known_key(*number) == key.bytes);
    let (time, role) = match key.role {
        Role::Signs(from) => (from, SIGNS),
        Role::Verifies(until) => (until, 0),
    };
    let timed = if time.is_some() { TIMED } else { 0 };
    let mut out = vec![known.unwrap_or(OWN_BYTES) | role | timed];
    out.extend(time.into_iter().flat_map(i64::to_le_bytes));
    if known.is_none() {
        out.extend(short(&key.bytes));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_read_as_it_was_written() {
        let key = |number, role| RingKey { bytes: known_key(number), role };
        let mut config = Config {
            encrypted: true,
            purpose: "приватный".to_owned(),
            keys: vec![
                key(1, Role::Signs(None)),
                key(0, Role::Verifies(Some(7))),
                key(2, Role::Signs(Some(1_790_000_000))),
                RingKey { bytes: (0..90).collect(), role: Role::Verifies(None) },
            ],
            overlap: 60,
            context: vec![vec![1, 2, 3], Vec::new()],
            max_age: 3600,
            max_requested_age: Some(1 << 33),
            absolute_timeout: Some(86_400),
            leeway: 60,
            not_before: Some(-1),
            max_len: 4096,
        };
        let read =
            |config: &Config| read_config(&mut Unstructured::new(&write_config(config))).unwrap();
        assert_eq!(read(&config), config);
        (config.max_requested_age, config.absolute_timeout, config.not_before, config.encrypted) =
            (None, None, None, false);
        assert_eq!(read(&config), config);
    }

    #[test]
    fn the_first_and_the_last_key_bear_the_same_id() {
        assert_eq!(naive::key_id(&known_key(0)), naive::key_id(&known_key(3)));
        assert_ne!(naive::key_id(&known_key(0)), naive::key_id(&known_key(1)));
    }
}

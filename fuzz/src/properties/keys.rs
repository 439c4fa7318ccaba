//! Any string as a key or as a list of keys.
//!
//! The key has the same bytes and ID as in the second implementation, or it is refused for the same
//! reason. `Debug` shows only the ID. The keys of a list sign at the times that their instants
//! define.

use std::collections::BTreeSet;

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};
use hardtack::{Key, KeyError, KeyRing, KeyRingError};

use super::super::naive::{self, Config, RingKey, Role, Wish};
use super::super::scene;
use super::decode::unlimited;

const NEEDED: usize = 32;

type Bytes = Result<Vec<u8>, KeyError>;

pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    check(Key::from_bytes(data), usable(data.to_vec()));
    check(Key::from_base64(&text), base64(&text));
    check(Key::from_hex(&text), hex(&text));
    check_list(&text);
}

fn check(key: Result<Key, KeyError>, expected: Bytes) {
    match (key, expected) {
        (Ok(key), Ok(bytes)) => {
            assert_eq!(key.id().as_u8(), naive::key_id(&bytes));
            assert_eq!(format!("{key:?}"), format!("Key({:02x})", naive::key_id(&bytes)));
            assert_signs(&KeyRing::new(key), bytes);
        }
        (key, expected) => assert_eq!(key.map(drop), expected.map(drop)),
    }
}

/// The ring's tokens are those of the key.
fn assert_signs(ring: &KeyRing, bytes: Vec<u8>) {
    let config =
        Config { keys: vec![RingKey { bytes, role: Role::Signs(None) }], ..unlimited(false) };
    let codec = scene::builder(&config, ring).build().expect("an allowed policy");
    let token = codec.begin_at(&(), scene::instant(0)).expect("a short session");
    assert_eq!(Ok(token), config.begin(0, None, Wish::Policy, &[0xc0]));
}

fn check_list(text: &str) {
    match (KeyRing::from_base64_list(text), list(text)) {
        (Ok(ring), Ok(keys)) => {
            let ids = ring.key_ids().map(hardtack::KeyId::as_u8);
            assert!(ids.eq(keys.iter().map(|key| naive::key_id(&key.bytes))));
            assert_signs_in_turn(&ring, keys);
        }
        (Err(error), Err(expected)) => assert_eq!(no_list(error), expected),
        (ring, expected) => panic!("{ring:?}, {expected:?} expected"),
    }
}

#[derive(Debug, PartialEq)]
enum NoList {
    Key { position: usize, error: KeyError },
    Instant { position: usize },
    Twice { position: usize, id: u8 },
    TwoSigners { position: usize },
}

fn no_list(error: KeyRingError) -> NoList {
    match error {
        KeyRingError::Key { position, error, .. } => NoList::Key { position, error },
        KeyRingError::Instant { position, .. } => NoList::Instant { position },
        KeyRingError::Entry { position, error, .. } => match *error {
            KeyRingError::Duplicate { id } => NoList::Twice { position, id: id.as_u8() },
            KeyRingError::TwoSigners { .. } => NoList::TwoSigners { position },
            error => panic!("{error}"),
        },
        error => panic!("{error}"),
    }
}

/// At each activation, and a second before it, the ring's tokens are those of the naive signer.
fn assert_signs_in_turn(ring: &KeyRing, keys: Vec<RingKey>) {
    let activations = keys.iter().filter_map(|key| match key.role {
        Role::Signs(from) => from,
        Role::Verifies(_) => None,
    });
    let activations: Vec<i64> = activations.collect();
    let config = Config { keys, ..unlimited(false) };
    let codec = scene::builder(&config, ring).build().expect("an allowed policy");
    for at in activations.into_iter().flat_map(|from| [from.saturating_sub(1), from]).chain([0]) {
        let token = codec.begin_at(&(), scene::instant(at)).map_err(|error| error.kind());
        assert_eq!(token, config.begin(at.into(), None, Wish::Policy, &[0xc0]));
    }
}

fn list(text: &str) -> Result<Vec<RingKey>, NoList> {
    let mut keys: Vec<RingKey> = Vec::new();
    for (text, position) in text.split(',').zip(1..) {
        let text = text.trim_matches([' ', '\t', '\n', '\r', '\x0c']);
        let (text, from) = match text.find('@') {
            Some(at) => {
                (&text[..at], Some(second(&text[at + 1..]).ok_or(NoList::Instant { position })?))
            }
            None => (text, None),
        };
        let bytes = base64(text).map_err(|error| NoList::Key { position, error })?;
        if keys.iter().any(|key| key.bytes == bytes) {
            return Err(NoList::Twice { position, id: naive::key_id(&bytes) });
        }
        let role = Role::Signs(from);
        if keys.iter().any(|key| key.role == role) {
            return Err(NoList::TwoSigners { position });
        }
        keys.push(RingKey { bytes, role });
    }
    Ok(keys)
}

/// An instant of RFC 3339, rounded up.
fn second(text: &str) -> Option<i64> {
    let format = &hardtack::time::format_description::well_known::Rfc3339;
    let instant = hardtack::time::OffsetDateTime::parse(text, format).ok()?;
    let floor = instant.unix_timestamp();
    Some(if instant.nanosecond() == 0 { floor } else { floor + 1 })
}

fn usable(bytes: Vec<u8>) -> Bytes {
    match bytes.len() {
        0 => return Err(KeyError::Empty),
        got @ ..NEEDED => return Err(KeyError::TooShort { got, needed: NEEDED }),
        _ => {}
    }
    match bytes.iter().collect::<BTreeSet<_>>().len() {
        distinct @ ..16 => Err(KeyError::NotRandom { distinct, needed: 16 }),
        _ => Ok(bytes),
    }
}

/// Either alphabet, never both, with all of its padding, some, or none.
fn base64(text: &str) -> Bytes {
    if text.len() == 64 && text.chars().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(KeyError::HexNotBase64);
    }
    let bare = text.trim_end_matches('=');
    let padding = text.len() - bare.len();
    if padding > (4 - bare.len() % 4) % 4 {
        return Err(slip(text, KeyError::NotBase64));
    }
    let alphabet = if bare.contains(['-', '_']) { BASE64URL_NOPAD } else { BASE64_NOPAD };
    usable(alphabet.decode(bare.as_bytes()).map_err(|_| slip(text, KeyError::NotBase64))?)
}

fn hex(text: &str) -> Bytes {
    let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes());
    usable(bytes.map_err(|_| slip(text, KeyError::NotHex))?)
}

/// The first of these that a text which is not the spelling of a key contains.
fn slip(text: &str, otherwise: KeyError) -> KeyError {
    let slips = [("\"'`", KeyError::Quoted), (";", KeyError::Semicolon)];
    let slip = slips.into_iter().find(|(marks, _)| text.chars().any(|c| marks.contains(c)));
    match slip {
        Some((_, error)) => error,
        None if text.chars().any(char::is_whitespace) => KeyError::WhiteSpace,
        None => otherwise,
    }
}

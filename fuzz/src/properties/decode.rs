//! Any bytes as a token, for signed and encrypted codecs.
//!
//! Decoding does not panic, and owned decoding, borrowed decoding and [`inspect`] agree. A token
//! that decodes is the only encoding of its session. Renewals keep its start and ID and exceed no
//! limit.

use std::sync::OnceLock;

use hardtack::time::{Duration, OffsetDateTime};
use hardtack::{
    Codec, DecodeError, EncodeError, Expiry, InspectError, PayloadError, RenewError, Verified,
    inspect,
};
use rmpv::{Value, ValueRef};

use super::super::naive::{Config, RingKey, Role, msgpack};
use super::super::scene;

const MAX_AGE: u64 = 3600;
const LONGEST: u64 = 86_400;
const ABSOLUTE_TIMEOUT: u64 = 100_000;

pub fn run(token: &[u8]) {
    for setup in setups() {
        setup.check(token);
    }
}

/// One mode's codecs.
struct Setup {
    config: Config,
    codec: Codec,
    /// Each with one key of the ring.
    of_one_key: Vec<Codec>,
    /// A codec whose limits renewals can reach.
    limited: Codec,
}

fn setups() -> &'static [Setup] {
    static SETUPS: OnceLock<Vec<Setup>> = OnceLock::new();
    SETUPS.get_or_init(|| [false, true].map(Setup::new).into())
}

impl Setup {
    fn new(encrypted: bool) -> Self {
        let config = unlimited(encrypted);
        let codec = |config| scene::codec(&config).expect("an allowed policy");
        let one_key = |key: &RingKey| {
            let key = RingKey { role: Role::Signs(None), ..key.clone() };
            codec(Config { keys: vec![key], ..config.clone() })
        };
        let limits = Config {
            max_age: MAX_AGE,
            max_requested_age: Some(LONGEST),
            absolute_timeout: Some(ABSOLUTE_TIMEOUT),
            ..config.clone()
        };
        Self {
            codec: codec(config.clone()),
            of_one_key: config.keys.iter().map(one_key).collect(),
            limited: codec(limits),
            config,
        }
    }

    fn check(&self, token: &[u8]) {
        let inspected = inspect(token);
        let now = inspected
            .as_ref()
            .map_or(OffsetDateTime::UNIX_EPOCH, |seen| seen.unverified_issued_at());
        let mut scratch = vec![0xff; 8];
        let owned = self.codec.decode_at::<Value>(token, now);
        let borrowed = self.codec.decode_borrowed_at::<ValueRef<'_>>(token, &mut scratch, now);
        assert_eq!(debug(&owned), debug(&borrowed));
        match owned {
            Ok(session) => {
                let session_again = borrowed.expect("as the owned one");
                assert_eq!(
                    msgpack::of(session.data()),
                    msgpack::of(&session_again.data().to_owned())
                );
                self.check_session(token, &session);
            }
            Err(error) => {
                assert_agrees(error, inspected.map(drop));
                assert!(scratch.is_empty() || error.kind() == "payload");
            }
        }
    }

    fn check_session(&self, token: &[u8], session: &Verified<Value>) {
        let token = core::str::from_utf8(token).expect("base64url is ASCII");
        if msgpack::of(session.data()).has_key_twice() {
            return self.check_key_twice(session);
        }
        self.check_one_spelling(token, session);
        if let Ok(session) = self.limited.decode_at::<Value>(token, session.issued_at()) {
            check_renewals(&self.limited, session);
        }
    }

    /// A decoder may read a payload that an encoder does not write, but the session is not written
    /// again.
    fn check_key_twice(&self, session: &Verified<Value>) {
        let again = self.limited.begin_at(session.data(), session.issued_at());
        assert_eq!(again, Err(EncodeError::Payload(PayloadError::DuplicateKey)));
    }

    /// Issued again in its own second, a session is the very same token.
    fn check_one_spelling(&self, token: &str, session: &Verified<Value>) {
        let now = session.issued_at();
        let opened = self.config.open(token.as_bytes()).expect("it opened");
        let mut payload = Vec::new();
        rmpv::encode::write_value(&mut payload, session.data()).expect("a buffer takes everything");
        let codec = &self.of_one_key[opened.key_index];
        let session = codec.decode_at::<Value>(token, now).expect("its own key opens it");
        let again = codec.renew_at(&session, now).expect("what was read can be written");
        if payload == opened.payload {
            assert_eq!(again, token);
        }
        let again = codec.decode_at::<Value>(&again, now).expect("what was written can be read");
        assert_eq!(debug(&Ok(&again)), debug(&Ok(&session)));
        assert_eq!(msgpack::of(again.data()), msgpack::of(session.data()));
    }
}

/// Renews as often as possible, each time when half of the remaining time has passed.
fn check_renewals(codec: &Codec, mut session: Verified<Value>) {
    let (id, started_at, expiry) = (session.id(), session.started_at(), session.expiry());
    for _ in 0..40 {
        let at_its_end = codec.renew_at(&session, session.expires_at());
        assert_eq!(at_its_end, Err(RenewError::NoLongerValid(DecodeError::Expired)));
        let now = session.issued_at() + (session.expires_at() - session.issued_at()) / 2;
        let Ok(token) = codec.renew_at(&session, now) else { return assert_after_2106(now) };
        session = codec.decode_at(&token, now).expect("what was renewed is valid");
        assert_eq!(
            (session.id(), session.started_at(), session.expiry()),
            (id, started_at, expiry)
        );
        assert!(session.expires_at() <= started_at + span(ABSOLUTE_TIMEOUT));
        assert!(session.expires_at() <= session.issued_at() + allowed(expiry));
    }
}

fn assert_after_2106(now: OffsetDateTime) {
    assert!(now.unix_timestamp() > u32::MAX.into());
}

fn allowed(expiry: Expiry) -> Duration {
    match expiry {
        Expiry::Policy | Expiry::BrowserClose => span(MAX_AGE),
        Expiry::After(_) | Expiry::At(_) => span(LONGEST),
        _ => unreachable!("a new variant"),
    }
}

fn span(seconds: u64) -> Duration {
    Duration::seconds(seconds.try_into().expect("a few days"))
}

/// Errors that need no key are the same without a key. An authentic token is valid in the second in
/// which it was issued.
fn assert_agrees(error: DecodeError, inspected: Result<(), InspectError>) {
    let without_a_key = match error {
        DecodeError::Malformed => Err(InspectError::Malformed),
        DecodeError::UnsupportedVersion { version } => {
            Err(InspectError::UnsupportedVersion { version })
        }
        DecodeError::TooLong { .. } => inspected,
        _ => Ok(()),
    };
    assert_eq!(inspected, without_a_key);
    assert!(!["retired_key", "not_yet_valid", "expired", "revoked"].contains(&error.kind()));
}

fn debug<T>(decoded: &Result<T, DecodeError>) -> String
where
    T: core::fmt::Debug,
{
    format!("{decoded:?}")
}

/// The policy accepts every time and caps no expiry.
pub fn unlimited(encrypted: bool) -> Config {
    let key = |number| RingKey {
        bytes: scene::known_key(number),
        role: if number == 0 { Role::Signs(None) } else { Role::Verifies(None) },
    };
    Config {
        encrypted,
        purpose: "session".to_owned(),
        keys: (0..4).map(key).collect(),
        overlap: scene::OVERLAP,
        context: Vec::new(),
        max_age: u32::MAX.into(),
        max_requested_age: None,
        absolute_timeout: None,
        leeway: 0,
        not_before: None,
        max_len: 8192,
    }
}

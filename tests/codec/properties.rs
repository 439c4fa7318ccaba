//! Properties for any session, policy and instant. A session decodes to what was encoded. A change
//! of one bit is an error. A chain of updates and renewals never exceeds its limits, moves its
//! start or changes its ID.
//!
//! 256 cases each, 10 000 in release, or as many as `PROPTEST_CASES` says.

use core::ops::Range;
use core::time::Duration;
use std::collections::BTreeMap;

use crate::support::{self, MODES, at, ring};
use hardtack::{
    Codec, Cutoff, DecodeError, EncodeError, Expiry, IssueOptions, KeyRing, Mode, RenewError,
    SessionId, Verified,
};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

fn cases() -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let cases = if cfg!(debug_assertions) { 256 } else { 10_000 };
    ProptestConfig { cases: if asked { config.cases } else { cases }, ..config }
}

// Any session

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
enum Choice {
    Unit,
    Newtype(Option<i128>),
    Tuple(u8, String),
    Struct { letter: char, inner: Option<Box<Choice>> },
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Session {
    user: u64,
    balance: i64,
    name: String,
    ratio: f64,
    admin: bool,
    theme: Option<String>,
    cart: BTreeMap<i32, (u16, Option<f32>)>,
    choices: Vec<Choice>,
    nonce: ByteBuf,
}

fn choice() -> impl Strategy<Value = Choice> {
    let leaf = prop_oneof![
        Just(Choice::Unit),
        any::<Option<i128>>().prop_map(Choice::Newtype),
        any::<(u8, String)>().prop_map(|(a, b)| Choice::Tuple(a, b)),
    ];
    leaf.prop_recursive(4, 8, 1, |inner| {
        (any::<char>(), proptest::option::of(inner.prop_map(Box::new)))
            .prop_map(|(letter, inner)| Choice::Struct { letter, inner })
    })
}

prop_compose! {
    fn session()(
        (user, balance, name, admin, theme) in any::<(u64, i64, String, bool, Option<String>)>(),
        ratio in proptest::num::f64::ANY.prop_filter("NaN is equal to nothing", |x| !x.is_nan()),
        cart in proptest::collection::btree_map(any::<i32>(), (any::<u16>(), any::<Option<f32>>()), 0..4),
        choices in proptest::collection::vec(choice(), 0..4),
        nonce in any::<Vec<u8>>(),
    ) -> Session {
        let nonce = ByteBuf::from(nonce);
        Session { user, balance, name, ratio, admin, theme, cart, choices, nonce }
    }
}

// Any policy

#[derive(Debug, Clone)]
struct Policy {
    mode: Mode,
    compact: bool,
    max_age: i64,
    longest: i64,
    absolute_timeout: Option<i64>,
    leeway: i64,
    not_before: Option<i64>,
    context: Vec<Vec<u8>>,
}

/// Spans in seconds, from a moment up to the maximum.
fn span() -> impl Strategy<Value = i64> {
    prop_oneof![1..=5_i64, 1..=7200_i64, 1..=(1_i64 << 32), 1..=(1_i64 << 37)]
}

/// Times inside and outside the range that a token can represent.
fn instant() -> impl Strategy<Value = i64> {
    const LAST: i64 = 0xffff_ffff;
    prop_oneof![
        8 => 0..=LAST,
        1 => -5..=5_i64,
        1 => LAST - 5..=LAST + 5,
        1 => -100_000_000_000..=100_000_000_000_i64,
    ]
}

prop_compose! {
    fn policy()(
        mode in proptest::sample::select(MODES),
        compact: bool,
        max_age in span(),
        more in prop_oneof![Just(0), span()],
        absolute_timeout in proptest::option::of(span()),
        leeway in prop_oneof![Just(0), Just(60), span()],
        not_before in proptest::option::weighted(0.2, instant()),
        context in proptest::collection::vec(any::<Vec<u8>>(), 0..3),
    ) -> Policy {
        let longest = (max_age + more).min(1 << 37);
        Policy { mode, compact, max_age, longest, absolute_timeout, leeway, not_before, context }
    }
}

fn seconds(span: i64) -> Duration {
    Duration::from_secs(span.try_into().unwrap())
}

impl Policy {
    fn codec(&self, keys: &KeyRing) -> Codec {
        let mut builder =
            self.start(keys).max_requested_age(seconds(self.longest)).leeway(seconds(self.leeway));
        builder = match self.absolute_timeout {
            Some(timeout) => builder.absolute_timeout(seconds(timeout)),
            None => builder.no_absolute_timeout(),
        };
        if let Some(cutoff) = self.not_before {
            builder = builder.not_before(Cutoff::from_unix_timestamp(cutoff));
        }
        let parts: Vec<&[u8]> = self.context.iter().map(Vec::as_slice).collect();
        builder.build().unwrap().with_context(&parts).unwrap()
    }

    fn start<'k>(&self, keys: &'k KeyRing) -> hardtack::CodecBuilder<'k> {
        let max_age = seconds(self.max_age);
        let builder = match self.mode {
            Mode::Signed => Codec::signed("any", keys, max_age),
            #[cfg(feature = "encrypt")]
            Mode::Encrypted => Codec::encrypted("any", keys, max_age),
            #[cfg(not(feature = "encrypt"))]
            Mode::Encrypted => support::builder(self.mode, keys),
            _ => unreachable!("a new variant"),
        };
        if self.compact { builder.compact("any") } else { builder }
    }

    /// Returns the time when a session that began and was issued at `now` expires (FORMAT.md).
    fn expires_at(&self, now: i64, expiry: Expiry) -> i64 {
        let life = match expiry {
            Expiry::Policy | Expiry::BrowserClose => self.max_age,
            Expiry::After(span) => i64::try_from(span.as_secs()).unwrap().min(self.longest),
            Expiry::At(instant) => (instant.unix_timestamp() - now).min(self.longest),
            _ => unreachable!("a new variant"),
        };
        self.absolute_timeout.map_or(life, |timeout| life.min(timeout)) + now
    }

    /// Checks a session that began and was issued at `now` (FORMAT.md, "Decode", steps 8 to 10).
    fn verdict(&self, now: i64, expiry: Expiry, then: i64) -> Result<(), DecodeError> {
        if now > then + self.leeway {
            return Err(DecodeError::NotYetValid);
        }
        if then >= self.expires_at(now, expiry) {
            return Err(DecodeError::Expired);
        }
        if self.not_before.is_some_and(|cutoff| now < cutoff) {
            return Err(DecodeError::Revoked);
        }
        Ok(())
    }

    /// Returns the reason why a session cannot begin at `now`, apart from its length.
    fn refusal(&self, now: i64, expiry: Expiry) -> Option<EncodeError> {
        if u32::try_from(now).is_err() {
            return Some(EncodeError::TimeOutOfRange { seconds: now });
        }
        let life = match expiry {
            Expiry::Policy | Expiry::BrowserClose => return None,
            Expiry::After(span) => i64::try_from(span.as_secs()).unwrap(),
            Expiry::At(instant) => instant.unix_timestamp() - now,
            _ => unreachable!("a new variant"),
        };
        let longest = self.longest.min(u32::MAX.into());
        match life {
            ..=0 => Some(EncodeError::ExpiryNotLater),
            life if life > longest => {
                let span = |seconds: i64| Duration::from_secs(seconds.try_into().unwrap());
                Some(EncodeError::ExpiryTooLong { requested: span(life), limit: span(longest) })
            }
            _ => None,
        }
    }
}

// Any start

fn expiry(now: i64) -> impl Strategy<Value = Expiry> {
    prop_oneof![
        Just(Expiry::Policy),
        Just(Expiry::BrowserClose),
        prop_oneof![9 => span(), 1 => Just(0)].prop_map(|span| Expiry::After(seconds(span))),
        prop_oneof![9 => span(), 1 => -5..=0_i64].prop_map(move |span| Expiry::At(at(now + span))),
    ]
}

#[derive(Debug, Clone)]
struct Begin {
    now: i64,
    id: Option<SessionId>,
    expiry: Expiry,
}

fn begin() -> impl Strategy<Value = Begin> {
    let id = any::<Option<[u8; 16]>>().prop_map(|id| id.map(SessionId::from_bytes));
    (instant(), id)
        .prop_flat_map(|(now, id)| expiry(now).prop_map(move |expiry| Begin { now, id, expiry }))
}

/// A beginning that its policy allows.
fn allowed() -> impl Strategy<Value = (Policy, Begin)> {
    (policy(), begin()).prop_filter_map("refused", |(policy, begin)| {
        let policy = Policy { not_before: None, ..policy };
        policy.refusal(begin.now, begin.expiry).is_none().then_some((policy, begin))
    })
}

impl Begin {
    fn start(&self) -> IssueOptions {
        let start = IssueOptions::at(at(self.now)).expiry(self.expiry);
        self.id.map_or(start, |id| start.id(id))
    }
}

// A session decodes to what was encoded

/// Returns the token of a session that its policy allows and that fits into a cookie. Checks that
/// any other session is refused for the expected reason.
fn encoded(
    codec: &Codec,
    session: &Session,
    policy: &Policy,
    begin: &Begin,
) -> Result<Option<String>, TestCaseError> {
    let encoded = codec.begin_at(session, begin.start());
    match (encoded, policy.refusal(begin.now, begin.expiry)) {
        (Ok(token), None) if token.len() <= 4096 => return Ok(Some(token)),
        (Err(EncodeError::TooLong { length, limit: 4096 }), None) => prop_assert!(length > 4096),
        (encoded, expected) => prop_assert_eq!(encoded.err(), expected),
    }
    Ok(None)
}

/// The instants at which the result for a token may change, and one far from them.
fn instants(policy: &Policy, begin: &Begin, other: i64) -> [i64; 6] {
    let (now, expires_at) = (begin.now, policy.expires_at(begin.now, begin.expiry));
    let valid_from = now - policy.leeway;
    [now, valid_from, valid_from - 1, expires_at - 1, expires_at, other]
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_session_decodes_to_the_same_or_is_refused_with_the_reason(
        session in session(), policy in policy(), begin in begin(), other in instant(),
    ) {
        let codec = policy.codec(&ring(&[1]));
        let Some(token) = encoded(&codec, &session, &policy, &begin)? else { return Ok(()) };
        for then in instants(&policy, &begin, other) {
            let read = codec.decode_at::<Session>(&token, at(then));
            let verdict = read.as_ref().map(|_| ()).map_err(|error| *error);
            prop_assert_eq!(verdict, policy.verdict(begin.now, begin.expiry, then));
            if let Ok(read) = read {
                check(&policy, &begin, &read)?;
                prop_assert_eq!(read.into_data(), session.clone());
            }
        }
    }

    #[test]
    fn any_messagepack_comes_back(value in messagepack(), (policy, begin) in allowed()) {
        let codec = policy.codec(&ring(&[1]));
        if let Ok(token) = codec.begin_at(&value, begin.start()) {
            let read = codec.decode_at::<rmpv::Value>(&token, at(begin.now)).unwrap();
            prop_assert_eq!(read.data(), &value);
            let mut scratch = Vec::new();
            let read = codec.decode_borrowed_at::<rmpv::ValueRef<'_>>(&token, &mut scratch, at(begin.now));
            prop_assert_eq!(read.unwrap().data().to_owned(), value);
        }
    }
}

fn check<T>(policy: &Policy, begin: &Begin, read: &Verified<T>) -> Result<(), TestCaseError> {
    prop_assert_eq!((read.started_at(), read.issued_at()), (at(begin.now), at(begin.now)));
    prop_assert_eq!(read.expires_at(), at(policy.expires_at(begin.now, begin.expiry)));
    prop_assert_eq!((read.id(), read.expiry()), (begin.id, begin.expiry));
    Ok(())
}

/// Returns any MessagePack value without NaN, which does not equal itself.
fn messagepack() -> impl Strategy<Value = rmpv::Value> {
    use rmpv::Value;
    let leaf = prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i8>().prop_map(Value::from),
        any::<f32>().prop_map(Value::F32),
        any::<f64>().prop_map(Value::F64),
        any::<String>().prop_map(Value::from),
        any::<Vec<u8>>().prop_map(Value::Binary),
        any::<(i8, Vec<u8>)>().prop_map(|(kind, bytes)| Value::Ext(kind, bytes)),
    ];
    leaf.prop_recursive(6, 24, 6, |inner| {
        let entry = (inner.clone(), inner.clone());
        prop_oneof![
            proptest::collection::vec(inner, 0..6).prop_map(Value::Array),
            proptest::collection::vec(entry, 0..3).prop_map(Value::Map),
        ]
    })
}

// Any change of one bit

/// A token, under any policy, that is valid when it is issued.
fn token() -> impl Strategy<Value = (Codec, String, i64)> {
    (allowed(), session()).prop_filter_map("too long", |((policy, begin), session)| {
        let codec = policy.codec(&ring(&[1]));
        let token = codec.begin_at(&session, begin.start()).ok()?;
        Some((codec, token, begin.now))
    })
}

fn flip(bytes: &mut [u8], bit: prop::sample::Index) {
    let bit = bit.index(bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_change_of_one_bit_of_the_text_decodes_to_an_error(
        (codec, token, now) in token(), bit: prop::sample::Index,
    ) {
        let mut changed = token.clone().into_bytes();
        flip(&mut changed, bit);
        prop_assert!(codec.decode_at::<Session>(&token, at(now)).is_ok());
        prop_assert!(codec.decode_at::<Session>(&changed, at(now)).is_err());
    }

    #[test]
    fn any_change_of_one_bit_of_the_bytes_decodes_to_an_error(
        (codec, token, now) in token(), bit: prop::sample::Index,
    ) {
        use base64::Engine as _;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let mut changed = URL_SAFE_NO_PAD.decode(&token).unwrap();
        flip(&mut changed, bit);
        let changed = URL_SAFE_NO_PAD.encode(changed);
        prop_assert!(codec.decode_at::<Session>(&changed, at(now)).is_err());
    }

    #[test]
    fn any_bytes_are_refused(bytes in any::<Vec<u8>>(), mode in proptest::sample::select(MODES)) {
        use base64::Engine as _;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let codec = support::codec(mode);
        prop_assert!(codec.decode_at::<Session>(&bytes, support::NOW).is_err());
        let text = URL_SAFE_NO_PAD.encode(&bytes);
        prop_assert!(codec.decode_at::<Session>(text, support::NOW).is_err());
    }

    #[test]
    fn another_context_decodes_to_an_error(
        (policy, begin) in allowed(), other in proptest::collection::vec(any::<Vec<u8>>(), 0..3),
    ) {
        let token = policy.codec(&ring(&[1])).begin_at(&7, begin.start()).unwrap();
        let same = other == policy.context;
        let read = Policy { context: other, ..policy }.codec(&ring(&[1]));
        prop_assert_eq!(read.decode_at::<u8>(token, at(begin.now)).is_ok(), same);
    }
}

// A chain of updates and renewals

/// An event of a session, after this many seconds. The number is negative if a clock jumped back.
#[derive(Debug, Clone)]
struct Step {
    later: i64,
    rotated: bool,
    update: Option<u8>,
}

fn step() -> impl Strategy<Value = Step> {
    let later = prop_oneof![
        6 => 0..=3600_i64,
        2 => span(),
        1 => -3600..=0_i64,
    ];
    (later, any::<bool>(), any::<Option<u8>>()).prop_map(|(later, rotated, update)| Step {
        later,
        rotated,
        update,
    })
}

/// A session on its way, by two servers whose rings sign with different keys.
struct Chain {
    policy: Policy,
    codecs: [Codec; 2],
    begin: Begin,
    session: Verified<u8>,
    now: i64,
}

/// Instants near which a chain may be tried after its end.
const BEYOND: Range<i64> = 0..1_000_000;

impl Chain {
    fn new(policy: Policy, begin: Begin) -> Self {
        let codecs = [ring(&[1, 2]), ring(&[2, 1])].map(|keys| policy.codec(&keys));
        let token = codecs[0].begin_at(&7, begin.start()).unwrap();
        let session = codecs[0].decode_at(token, at(begin.now)).unwrap();
        let now = begin.now;
        Self { policy, codecs, begin, session, now }
    }

    /// Returns false if the session has expired or the clock is wrong.
    fn step(&mut self, step: &Step) -> Result<bool, TestCaseError> {
        let now = (self.now + step.later).clamp(-1_000_000, 1 << 38);
        let codec = &self.codecs[usize::from(step.rotated)];
        let issued = match step.update {
            None => codec.renew_at(&self.session, at(now)),
            Some(data) => codec.update_at(&self.session, &data, IssueOptions::at(at(now))),
        };
        self.now = now;
        match issued {
            Ok(token) => self.follow(&token, step.update).map(|()| true),
            Err(refused) => self.explain(refused).map(|()| false),
        }
    }

    fn follow(&mut self, token: &str, update: Option<u8>) -> Result<(), TestCaseError> {
        let seen = self.now.max(self.session.issued_at().unix_timestamp());
        let session: Verified<u8> = self.codecs[0].decode_at(token, at(seen)).unwrap();
        prop_assert_eq!(session.issued_at(), at(seen));
        prop_assert_eq!(session.started_at(), at(self.begin.now));
        prop_assert_eq!(session.id(), self.begin.id);
        prop_assert_eq!(*session.data(), update.unwrap_or(*self.session.data()));
        prop_assert_eq!(session.expiry(), self.session.expiry());
        if let Expiry::At(instant) = session.expiry() {
            prop_assert!(session.expires_at() <= instant);
            prop_assert_eq!(session.expires_at(), self.session.expires_at());
        }
        self.session = session;
        self.within_its_limits()
    }

    fn within_its_limits(&self) -> Result<(), TestCaseError> {
        let expires_at = self.session.expires_at();
        prop_assert!(expires_at <= self.session.issued_at() + seconds(self.policy.longest));
        if let Some(timeout) = self.policy.absolute_timeout {
            prop_assert!(expires_at <= at(self.begin.now) + seconds(timeout));
        }
        Ok(())
    }

    fn explain(&self, refused: RenewError) -> Result<(), TestCaseError> {
        let (now, issued_at) = (self.now, self.session.issued_at().unix_timestamp());
        let expected = if issued_at > now + self.policy.leeway {
            DecodeError::NotYetValid.into()
        } else if at(now) >= self.session.expires_at() {
            DecodeError::Expired.into()
        } else {
            RenewError::from(EncodeError::TimeOutOfRange { seconds: now })
        };
        prop_assert_eq!(refused, expected);
        Ok(())
    }

    /// No token that was issued is valid after the absolute timeout, and none can be reissued.
    fn ends(&self, token: &str, beyond: i64) -> Result<(), TestCaseError> {
        let Some(timeout) = self.policy.absolute_timeout else { return Ok(()) };
        let after = at(self.begin.now + timeout + beyond);
        for codec in &self.codecs {
            let read = codec.decode_at::<u8>(token, after).map(drop);
            prop_assert_eq!(read, Err(DecodeError::Expired));
            let renewed = codec.renew_at(&self.session, after);
            prop_assert_eq!(renewed, Err(RenewError::NoLongerValid(DecodeError::Expired)));
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_chain_of_updates_and_renewals_keeps_start_id_and_limits(
        (policy, begin) in allowed(),
        steps in proptest::collection::vec(step(), 1..20),
        beyond in BEYOND,
    ) {
        let mut chain = Chain::new(policy, begin);
        for step in &steps {
            let before = chain.now;
            if !chain.step(step)? {
                // The clock is set right, and the visitor goes on.
                chain.now = before;
            }
        }
        let latest = chain.now.max(chain.session.issued_at().unix_timestamp());
        if let Ok(token) = chain.codecs[0].renew_at(&chain.session, at(latest)) {
            chain.ends(&token, beyond)?;
        }
    }
}

//! Enumerates edge values of a token's times, a policy and a clock, in every combination.

use std::time::Duration;

use hardtack::time::OffsetDateTime;
use hardtack::{Codec, Cutoff, Key, KeyRing};

use crate::naive::{Change, Claims, Config, Expiry, RingKey, Role, Session, msgpack};

const KEY: [u8; 32] = *b"0123456789abcdefghijklmnopqrstuv";
/// The last second of `OffsetDateTime`: 31 December 9999.
const LAST: i128 = 253_402_300_799;
/// The payload: nil.
const NIL: [u8; 1] = [0xc0];

const ISSUED: [u32; 6] = [0, 1, (1 << 31) - 1, 1 << 31, u32::MAX - 1, u32::MAX];
const AGES: [u32; 5] = [0, 1, 59, 60, u32::MAX];
const EXPIRIES: [Expiry; 8] = [
    Expiry::Policy,
    Expiry::BrowserClose,
    Expiry::After(1),
    Expiry::After(60),
    Expiry::After(u32::MAX),
    Expiry::At(1),
    Expiry::At(60),
    Expiry::At(u32::MAX),
];
const MAX_AGES: [u64; 4] = [1, 60, u32::MAX as u64, 1 << 37];
const REQUESTED: [Option<u64>; 3] = [None, Some(61), Some(1 << 37)];
const TIMEOUTS: [Option<u64>; 4] = [None, Some(1), Some(60), Some(1 << 37)];
const LEEWAYS: [u64; 3] = [0, 60, 1 << 37];
const CUTOFFS: [Option<i64>; 4] = [None, Some(0), Some((1 << 31) - 1), Some(1 << 32)];

fn config(max_age: u64, max_requested_age: Option<u64>, absolute_timeout: Option<u64>) -> Config {
    Config {
        encrypted: false,
        purpose: "exhaustive".to_owned(),
        keys: vec![RingKey { bytes: KEY.to_vec(), role: Role::Signs(None) }],
        overlap: 3600,
        context: Vec::new(),
        max_age,
        max_requested_age,
        absolute_timeout,
        leeway: 0,
        not_before: None,
        max_len: 4096,
    }
}

/// Every policy that is allowed.
fn configs() -> Vec<Config> {
    let mut all = Vec::new();
    for (max_age, requested) in MAX_AGES.iter().flat_map(|age| REQUESTED.map(|most| (*age, most))) {
        for (timeout, leeway) in TIMEOUTS.iter().flat_map(|t| LEEWAYS.map(|leeway| (*t, leeway))) {
            for not_before in CUTOFFS {
                let config = Config { leeway, not_before, ..config(max_age, requested, timeout) };
                all.extend(config.is_allowed().then_some(config));
            }
        }
    }
    all
}

fn codec(config: &Config) -> Codec {
    let keys = KeyRing::new(Key::from_bytes(&KEY).unwrap());
    let mut builder = Codec::signed(&config.purpose, &keys, Duration::from_secs(config.max_age))
        .leeway(Duration::from_secs(config.leeway));
    builder = match config.absolute_timeout {
        None => builder.no_absolute_timeout(),
        Some(timeout) => builder.absolute_timeout(Duration::from_secs(timeout)),
    };
    if let Some(most) = config.max_requested_age {
        builder = builder.max_requested_age(Duration::from_secs(most));
    }
    if let Some(cutoff) = config.not_before {
        builder = builder.not_before(Cutoff::from_unix_timestamp(cutoff));
    }
    builder.build().unwrap()
}

/// Every combination of times that a header can have, and its token.
fn tokens() -> Vec<(Claims, String)> {
    let writer = config(60, None, None);
    let mut all = Vec::new();
    for (issued_at, age) in ISSUED.iter().flat_map(|issued| AGES.map(|age| (*issued, age))) {
        let Some(started_at) = issued_at.checked_sub(age) else { continue };
        for expiry in EXPIRIES {
            let claims =
                Claims { encrypted: false, issued_at, started_at, session_id: None, expiry };
            all.push((claims, writer.encode(0, &claims, &NIL).unwrap()));
        }
    }
    all
}

/// The instants one second before, at and after each limit of the token.
fn instants(config: &Config, claims: &Claims) -> Vec<i128> {
    let issued_at = i128::from(claims.issued_at);
    let edges = [
        0,
        issued_at,
        issued_at - i128::from(config.leeway),
        config.instant(claims),
        config.expires_at(claims),
        i128::from(u32::MAX),
        LAST,
    ];
    let near = edges.iter().flat_map(|edge| [edge - 1, *edge, edge + 1]);
    let mut all: Vec<i128> = near.filter(|now| (-LAST / 2..=LAST).contains(now)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn instant(seconds: i128) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds.try_into().unwrap()).unwrap()
}

#[derive(Default)]
struct Counts {
    accepted: u64,
    refused: u64,
    renewed: u64,
    not_renewed: u64,
}

fn compare(config: &Config, codec: &Codec, claims: &Claims, token: &str, counts: &mut Counts) {
    for now in instants(config, claims) {
        let decoded = codec.decode_at::<()>(token, instant(now));
        let expected = config.check_times(claims, 0, now);
        let at = || format!("{config:?} {claims:?} {now}");
        let session = match (decoded, expected) {
            (Ok(session), Ok(())) => session,
            (Err(error), Err(kind)) => {
                assert_eq!(error.kind(), kind, "{}", at());
                counts.refused += 1;
                continue;
            }
            (decoded, expected) => panic!("{}: {decoded:?}, {expected:?} expected", at()),
        };
        counts.accepted += 1;
        let expires_at = i128::from(session.expires_at().unix_timestamp());
        assert_eq!(expires_at, config.expires_at(claims), "{}", at());
        let verified = Session {
            claims: *claims,
            key_id: 0,
            key_index: 0,
            expires_at,
            payload: NIL.to_vec(),
            value: msgpack::Value::Nil,
        };
        // Renewed in the same second, and in the last second of its life.
        for later in [now, (expires_at - 1).min(LAST)] {
            let renewed = codec.renew_at(&session, instant(later)).map_err(|error| error.kind());
            if renewed.is_ok() {
                counts.renewed += 1
            } else {
                counts.not_renewed += 1
            }
            let expected = config.renew(&verified, later, Change::default(), &NIL);
            assert_eq!(renewed, expected, "{} renewed at {later}", at());
        }
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "in release: scripts/exhaustive")]
fn every_edge_of_times_and_policies_is_judged_as_the_second_implementation_judges_it() {
    let (configs, tokens, mut counts) = (configs(), tokens(), Counts::default());
    for config in &configs {
        let codec = codec(config);
        for (claims, token) in &tokens {
            compare(config, &codec, claims, token, &mut counts);
        }
    }
    let Counts { accepted, refused, renewed, not_renewed } = counts;
    println!(
        "{} policies, {} tokens: {accepted} accepted, {refused} refused; {renewed} renewed, {not_renewed} not",
        configs.len(),
        tokens.len()
    );
    assert!(accepted > 100_000 && refused > 100_000 && renewed > 100_000 && not_renewed > 0);
}

//! Tests whether the time of a refusal reveals how close a forgery is: `cargo bench --bench
//! constant_time`.
//!
//! It uses the method of dudect (Reparaz, Balasch, Verbauwhede: "Dude, is my code constant time?",
//! 2017). Two classes of tokens are measured in random order from the same buffer and compared with
//! Welch's t-test. |t| above 4.5 counts as a difference. The last line compares the same forgeries
//! with a loop that stops at the first wrong byte, which is a difference that the method must find.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a bench that fails panics"
)]

#[path = "constant_time/welch.rs"]
mod welch;

use std::hint::black_box;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hardtack::time::OffsetDateTime;
use hardtack::{Codec, DecodeError, Key, KeyRing};

use welch::Sample;

const MEASUREMENTS: usize = 400_000;
/// The number of calls in one measurement, which takes many times the clock's resolution.
const CALLS: u32 = 8;
/// The |t| from which a difference counts, as in dudect.
const LIMIT: f64 = 4.5;
/// The range of the signature, after a header of the minimum size.
const SIGNATURE: [usize; 2] = [6, 29];

/// Two tokens of one length, and what refuses them.
struct Comparison<'a> {
    name: &'static str,
    tokens: [Vec<u8>; 2],
    refuse: Refuse<'a>,
}

type Refuse<'a> = Box<dyn Fn(&[u8]) -> bool + 'a>;

fn main() {
    let bench = Bench::new();
    println!("| {:57} | means, ns     |      t | t, fastest 90 % |", "");
    println!("|{:-<59}|---------------|-------:|----------------:|", "");
    for comparison in bench.comparisons() {
        let sample = measure(&comparison);
        let cropped = sample.cropped();
        let ([a, b], t, cropped_t) = (cropped.means(), sample.t(), cropped.t());
        let verdict = if cropped_t.abs().max(t.abs()) < LIMIT { "" } else { " differs" };
        println!(
            "| {:57} | {a:6.1} {b:6.1} | {t:6.2} | {cropped_t:15.2} |{verdict}",
            comparison.name
        );
    }
    println!("|t| < {LIMIT} shows no leak at this number of measurements: {MEASUREMENTS}.");
}

fn measure(comparison: &Comparison<'_>) -> Sample {
    let mut sample = Sample::default();
    let mut token = comparison.tokens[0].clone();
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..MEASUREMENTS {
        random = xorshift(random);
        let class = usize::from(random >> 63 == 1);
        token.copy_from_slice(&comparison.tokens[class]);
        sample.push(class, time(|| (comparison.refuse)(black_box(&token))));
    }
    sample
}

fn time(refuse: impl Fn() -> bool) -> f64 {
    let start = Instant::now();
    for _ in 0..CALLS {
        assert!(black_box(refuse()));
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
}

fn xorshift(mut state: u64) -> u64 {
    state ^= state << 13;
    state ^= state >> 7;
    state ^ state << 17
}

struct Bench {
    now: OffsetDateTime,
    signed: [Codec; 2],
    encrypted: [Codec; 2],
}

impl Bench {
    /// For each mode, the codec that decodes and one of another key with the same ID.
    fn new() -> Self {
        let codec = |key| Codec::signed("bench", &KeyRing::new(key), MAX_AGE).build();
        let encrypted = |key| Codec::encrypted("bench", &KeyRing::new(key), MAX_AGE).build();
        Self {
            now: OffsetDateTime::from_unix_timestamp(1_790_000_000).expect("a time"),
            signed: [key(0), twin()].map(|key| codec(key).expect("a codec")),
            encrypted: [key(0), twin()].map(|key| encrypted(key).expect("a codec")),
        }
    }

    fn comparisons(&self) -> [Comparison<'_>; 6] {
        let [signed, encrypted] = [&self.signed, &self.encrypted];
        let good = self.token(&signed[0]);
        [
            self.comparison("signed: signature wrong in its first, last byte", signed, SIGNATURE),
            self.wrong_key("signed: right key, last byte wrong; wrong key", signed),
            self.comparison(
                "encrypted: signature wrong in its first, last byte",
                encrypted,
                SIGNATURE,
            ),
            self.comparison("encrypted: tag wrong in its first, last byte", encrypted, self.tag()),
            self.wrong_key("encrypted: right key, last byte wrong; wrong key", encrypted),
            Comparison {
                name: "for comparison: a loop that stops at the first wrong byte",
                tokens: SIGNATURE.map(|at| flipped(&good, at)),
                refuse: Box::new(move |token| !equal_until_it_is_not(token, &good)),
            },
        ]
    }

    /// Tokens that are wrong in one byte, here or there.
    fn comparison<'a>(
        &'a self,
        name: &'static str,
        codecs: &'a [Codec; 2],
        places: [usize; 2],
    ) -> Comparison<'a> {
        let token = self.token(&codecs[0]);
        let tokens = places.map(|at| flipped(&token, at));
        Comparison { name, tokens, refuse: self.refuse(&codecs[0]) }
    }

    /// Compares a token of the ring's own key that is wrong in the signature's last byte with a
    /// token of another key with the same ID.
    fn wrong_key<'a>(&'a self, name: &'static str, codecs: &'a [Codec; 2]) -> Comparison<'a> {
        let tokens = [flipped(&self.token(&codecs[0]), SIGNATURE[1]), self.token(&codecs[1])];
        Comparison { name, tokens, refuse: self.refuse(&codecs[0]) }
    }

    fn refuse<'a>(&'a self, codec: &'a Codec) -> Refuse<'a> {
        Box::new(|token| {
            let refused = codec.decode_at::<String>(token, self.now);
            matches!(refused, Err(DecodeError::BadSignature))
        })
    }

    fn token(&self, codec: &Codec) -> Vec<u8> {
        codec.begin_at(SESSION, self.now).expect("a token").into_bytes()
    }

    /// The range of the tag in an encrypted token.
    fn tag(&self) -> [usize; 2] {
        let length = bytes(&self.token(&self.encrypted[0])).len();
        [length - 16, length - 1]
    }
}

const MAX_AGE: Duration = Duration::from_secs(7200);
const SESSION: &str = "a session of about one hundred bytes, which is what most of them are, give or \
    take a name and a number";

fn key(first: u8) -> Key {
    let bytes: Vec<u8> = (first..first + 32).collect();
    Key::from_bytes(&bytes).expect("32 bytes")
}

/// Another key with the id of `key(0)`.
fn twin() -> Key {
    let keys = (0..u32::MAX).map(|n| [n.to_be_bytes(), *b"twin"].concat().repeat(4));
    let mut keys = keys.map(|bytes| Key::from_bytes(&bytes).expect("32 bytes"));
    keys.find(|other| other.id() == key(0).id()).expect("one in 256")
}

fn bytes(token: &[u8]) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(token).expect("base64")
}

/// The token with a bit of this byte changed.
fn flipped(token: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes(token);
    bytes[at] ^= 1;
    BASE64_URL_SAFE_NO_PAD.encode(bytes).into_bytes()
}

fn equal_until_it_is_not(a: &[u8], b: &[u8]) -> bool {
    a.iter().zip(b).all(|(a, b)| black_box(a) == black_box(b))
}

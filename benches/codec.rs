//! Measures each call: `cargo bench --bench codec`, or `-- signed/decode` for some of them.
//!
//! criterion measures one candidate after the other, so noise may affect only one of them. Use the
//! bench `limit` for ratios, because it measures the candidates in turn.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a bench that fails panics"
)]

#[path = "codec/sessions.rs"]
mod sessions;
#[allow(dead_code, reason = "criterion has a loop of its own")]
#[path = "standard/mod.rs"]
mod standard;

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group};
use hardtack::time::OffsetDateTime;
use hardtack::{Codec, Key, KeyRing};

use sessions::{Large, Minimal, Session};
use standard::{Standard, standard};

const MAX_AGE: Duration = Duration::from_secs(7200);
const RINGS: [u8; 5] = [1, 2, 4, 8, 16];

type Group<'a> = BenchmarkGroup<'a, WallTime>;

#[derive(Clone, Copy)]
enum Mode {
    Signed,
    Encrypted,
}

impl Mode {
    const BOTH: [(Self, &'static str); 2] =
        [(Self::Signed, "signed"), (Self::Encrypted, "encrypted")];

    fn codec(self, keys: &KeyRing, compact: bool) -> Codec {
        let builder = match self {
            Self::Signed => Codec::signed("bench", keys, MAX_AGE),
            Self::Encrypted => Codec::encrypted("bench", keys, MAX_AGE),
        };
        let builder = if compact { builder.compact("bench 1") } else { builder };
        builder.build().expect("a codec")
    }
}

fn key(first: u8) -> Key {
    let bytes: Vec<u8> = (first..first + 32).collect();
    Key::from_bytes(&bytes).expect("32 bytes")
}

/// Returns a ring of `count` keys whose last one is `key(0)`.
fn ring(count: u8) -> KeyRing {
    let keys = (0..count).rev().map(key);
    let ring = keys.fold(None, |ring: Option<KeyRing>, key| {
        Some(match ring {
            None => KeyRing::new(key),
            Some(ring) => ring.verify_with(key).expect("another key"),
        })
    });
    ring.expect("a key")
}

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_790_000_000).expect("a time")
}

/// Encode and decode: both modes, maps and arrays, three sessions.
fn sessions(criterion: &mut Criterion) {
    for (mode, name) in Mode::BOTH {
        for (compact, layout) in [(false, "map"), (true, "array")] {
            let codec = mode.codec(&ring(1), compact);
            let mut group = criterion.benchmark_group(format!("{name}/{layout}"));
            session::<Minimal>(&mut group, &codec);
            session::<Standard>(&mut group, &codec);
            session::<Large>(&mut group, &codec);
        }
    }
}

fn session<S: Session>(group: &mut Group<'_>, codec: &Codec) {
    let (sample, now) = (S::sample(), now());
    let token = codec.begin_at(&sample, now).expect("a token");
    group.throughput(Throughput::Bytes(token.len().try_into().expect("a short token")));
    group.bench_function(BenchmarkId::new("encode", S::NAME), |bencher| {
        bencher.iter(|| codec.begin_at(black_box(&sample), now));
    });
    let mut out = String::new();
    group.bench_function(BenchmarkId::new("encode-reused", S::NAME), |bencher| {
        bencher.iter(|| codec.begin_into_at(black_box(&sample), now, &mut out));
    });
    group.bench_function(BenchmarkId::new("decode", S::NAME), |bencher| {
        bencher.iter(|| codec.decode_at::<S>(black_box(&token), now).expect("a session"));
    });
    let mut scratch = Vec::new();
    group.bench_function(BenchmarkId::new("decode-borrowed", S::NAME), |bencher| {
        bencher.iter(|| S::decode_borrowed(codec, black_box(&token), &mut scratch, now));
    });
}

/// Tokens of the standard session that are refused.
fn reject(criterion: &mut Criterion) {
    for (mode, name) in Mode::BOTH {
        let codec = mode.codec(&ring(1), false);
        let mut group = criterion.benchmark_group(format!("{name}/reject"));
        for (what, token) in refused(mode, &codec) {
            let call = || codec.decode_at::<Standard>(black_box(&token), now());
            assert_eq!(call().expect_err(what).kind(), what);
            group.bench_function(what, |bencher| bencher.iter(call));
        }
    }
}

/// The refused tokens, by the kind of their error.
fn refused(mode: Mode, codec: &Codec) -> [(&'static str, String); 5] {
    let token = codec.begin_at(&standard(), now()).expect("a token");
    let old = codec.begin_at(&standard(), now() - MAX_AGE).expect("a token");
    let strange = mode.codec(&KeyRing::new(key(1)), false);
    [
        ("bad_signature", format!("{}{}", &token[..200], token[200..].to_ascii_uppercase())),
        ("expired", old),
        ("unknown_key", strange.begin_at(&standard(), now()).expect("a token")),
        ("malformed", format!("!{}", &token[1..])),
        ("too_long", token.repeat(20)),
    ]
}

/// The token of the last key, on rings of several.
fn rings(criterion: &mut Criterion) {
    for (mode, name) in Mode::BOTH {
        let token = mode.codec(&ring(1), false).begin_at(&standard(), now()).expect("a token");
        let mut group = criterion.benchmark_group(format!("{name}/last-of-ring"));
        for count in RINGS {
            let codec = mode.codec(&ring(count), false);
            group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
                bencher.iter(|| {
                    codec.decode_at::<Standard>(black_box(&token), now()).expect("a session")
                });
            });
        }
    }
}

/// One codec on one and on two threads: elements per second, of all threads together.
fn threads(criterion: &mut Criterion) {
    for (mode, name) in Mode::BOTH {
        let codec = mode.codec(&ring(1), false);
        let token = codec.begin_at(&standard(), now()).expect("a token");
        let mut group = criterion.benchmark_group(format!("{name}/threads"));
        for count in [1_usize, 2] {
            group.throughput(Throughput::Elements(count.try_into().expect("few threads")));
            group.bench_function(BenchmarkId::new("decode", count), |bencher| {
                bencher.iter_custom(|calls| {
                    on_threads(count, calls, || codec.decode_at::<Standard>(&token, now()))
                });
            });
        }
    }
}

/// The time that `calls` calls took on each of `count` threads at once.
fn on_threads<R>(count: usize, calls: u64, call: impl Fn() -> R + Sync) -> Duration {
    let ready = Barrier::new(count + 1);
    thread::scope(|scope| {
        for _ in 0..count {
            scope.spawn(|| {
                ready.wait();
                (0..calls).for_each(|_| drop(black_box(call())));
                ready.wait();
            });
        }
        ready.wait();
        let start = Instant::now();
        ready.wait();
        start.elapsed()
    })
}

fn short() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(50)
        .configure_from_args()
}

criterion_group! {
    name = all;
    config = short();
    targets = sessions, reject, rings, threads
}

fn main() {
    all();
    Criterion::default().configure_from_args().final_summary();
}

//! Compares the codec with a lower limit, the floor: `cargo bench --bench limit -- --check`.
//!
//! The floor does only the work that a token requires: HMAC as bare SHA-256 compressions from
//! precomputed states, SIMD base64, hand-written MessagePack for this one struct, and for encrypted
//! tokens one call for the keystream and one Poly1305. All candidates run in turn in one loop, and
//! the ratios compare minima.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a bench that fails panics, and the floor trusts what it reads"
)]

#[path = "limit/floor.rs"]
mod floor;
#[allow(dead_code, reason = "all calls take about as long")]
#[path = "standard/mod.rs"]
mod standard;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;

use hardtack::time::OffsetDateTime;
use hardtack::{Codec, Key, KeyRing};

use floor::Floor;
use standard::{Borrowed, Candidate, Standard, called, interleave, standard};

/// A line of the table: the candidate, its reference, the budget and the target.
struct Line {
    name: &'static str,
    over: &'static str,
    budget: f64,
    aim: f64,
}

const LINES: &[Line] = &[
    line("signed, encode, reused buffer", "floor, encode", 1.40, 1.35),
    line("signed, decode, borrowed", "floor, decode, borrowed", 1.60, 1.45),
    line("signed, decode, owned", "floor, decode", 1.55, 1.40),
    line("encrypted, encode", "floor, encrypted, encode", 1.30, 1.25),
    line("encrypted, decode, owned", "floor, encrypted, decode", 1.40, 1.25),
    line("16th of 16 keys", "signed, decode, owned", 1.05, 1.00),
    line("forged", "signed, decode, owned", 0.70, 0.55),
    line("garbage, wrong length", "signed, decode, owned", 0.03, 0.01),
    line("garbage, wrong first character", "signed, decode, owned", 0.03, 0.01),
];

const fn line(name: &'static str, over: &'static str, budget: f64, aim: f64) -> Line {
    Line { name, over, budget, aim }
}

const ROUNDS: u32 = 1500;
const CALLS: u32 = 100;
/// A line over its budget is measured again, because noise only increases times.
const TRIES: u32 = 8;

fn main() -> ExitCode {
    let check = std::env::args().any(|argument| argument == "--check");
    let bench = Bench::new();
    let mut candidates = bench.candidates();
    if called(&mut candidates) {
        return ExitCode::SUCCESS;
    }
    for _ in 0..TRIES {
        interleave(&mut candidates, ROUNDS, CALLS);
        if over_budget(&candidates).is_empty() {
            break;
        }
    }
    print_table(&candidates);
    let over = over_budget(&candidates);
    for line in &over {
        println!("over its budget: {}", line.name);
    }
    if check && !over.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn least(candidates: &[Candidate<'_>], name: &str) -> f64 {
    candidates.iter().find(|candidate| candidate.name == name).expect(name).least
}

fn ratio(candidates: &[Candidate<'_>], line: &Line) -> f64 {
    least(candidates, line.name) / least(candidates, line.over)
}

fn over_budget(candidates: &[Candidate<'_>]) -> Vec<&'static Line> {
    LINES.iter().filter(|line| ratio(candidates, line) > line.budget).collect()
}

fn print_table(candidates: &[Candidate<'_>]) {
    println!("| {:30} | {:24} | reached | budget |  aim |   ns |", "", "over");
    println!("|{:-<32}|{:-<26}|--------:|-------:|-----:|-----:|", "", "");
    for line in LINES {
        let ratio = ratio(candidates, line);
        let Line { name, over, budget, aim } = line;
        let least = least(candidates, name);
        println!(
            "| {name:30} | {over:24} | {ratio:7.3} | {budget:6.2} | {aim:4.2} | {least:4.0} |"
        );
    }
}

struct Bench {
    session: Standard,
    now: OffsetDateTime,
    signed: Codec,
    signed_16: Codec,
    encrypted: Codec,
    token: String,
    sealed: String,
    forged: String,
    floor: Floor,
}

fn key(first: u8) -> Key {
    let bytes: Vec<u8> = (first..first + 32).collect();
    Key::from_bytes(&bytes).expect("32 bytes")
}

impl Bench {
    fn new() -> Self {
        let ring = KeyRing::new(key(0));
        let others = (2..16).fold(KeyRing::new(key(1)), |ring, first| {
            ring.verify_with(key(first)).expect("another key")
        });
        let ring_16 = others.verify_with(key(0)).expect("another key");
        let (purpose, max_age) = ("bench", Duration::from_secs(7200));
        let now = OffsetDateTime::from_unix_timestamp(1_790_000_000).expect("a time");
        let signed = Codec::signed(purpose, &ring, max_age).build().expect("a codec");
        let signed_16 = Codec::signed(purpose, &ring_16, max_age).build().expect("a codec");
        let encrypted = Codec::encrypted(purpose, &ring, max_age).build().expect("a codec");
        let session = standard();
        let token = signed.begin_at(&session, now).expect("a token");
        let sealed = encrypted.begin_at(&session, now).expect("a token");
        let forged = format!("{}{}", &token[..200], token[200..].to_ascii_uppercase());
        let floor = Floor::new(&(0..32).collect::<Vec<u8>>(), purpose);
        let bench =
            Self { session, now, signed, signed_16, encrypted, token, sealed, forged, floor };
        bench.compare();
        bench
    }

    /// Checks that the floor does the same work as the codec. Otherwise the comparison would be
    /// invalid.
    fn compare(&self) {
        let (mut out, mut scratch) = (String::new(), Vec::new());
        self.floor.encode(&self.session, 1_790_000_000, &mut scratch, &mut out);
        assert_eq!(out, self.token);
        self.floor.encode_encrypted(&self.session, 1_790_000_000, &mut scratch, &mut out);
        assert_eq!(out, self.sealed);
        assert_eq!(self.floor.decode(&self.token, &mut scratch), self.session);
        let borrowed = self.floor.decode_borrowed(&self.token, &mut scratch);
        assert_eq!(borrowed.roles, self.session.roles);
        assert_eq!(borrowed.last_seen, self.session.last_seen);
        assert_eq!(self.floor.decode_encrypted(&self.sealed, &mut scratch), self.session);
        assert!(self.signed.decode_at::<Standard>(&self.forged, self.now).is_err());
    }

    fn candidates(&self) -> Vec<Candidate<'_>> {
        let Self { session, now, signed, encrypted, token, sealed, floor, .. } = self;
        let wrong_length = &token[..token.len() - 1];
        let wrong_first = format!("!{}", &token[1..]);
        let [mut out, mut sealed_out, mut floor_out, mut floor_sealed] =
            [const { String::new() }; 4];
        let [mut a, mut b, mut c, mut d, mut floor_raw, mut sealed_raw] = [const { Vec::new() }; 6];
        let decode =
            |codec: &Codec, token: &str| codec.decode_at::<Standard>(black_box(token), *now);
        vec![
            Candidate::new("floor, encode", move || {
                floor.encode(black_box(session), 1_790_000_000, &mut floor_raw, &mut floor_out);
            }),
            Candidate::new("signed, encode, reused buffer", move || {
                signed.begin_into_at(black_box(session), *now, &mut out)
            }),
            Candidate::new("floor, decode, borrowed", move || {
                floor.decode_borrowed(black_box(token), &mut a).last_seen
            }),
            Candidate::new("signed, decode, borrowed", move || {
                let decoded =
                    signed.decode_borrowed_at::<Borrowed<'_>>(black_box(token), &mut b, *now);
                black_box(decoded).is_ok()
            }),
            Candidate::new("floor, decode", move || floor.decode(black_box(token), &mut c)),
            Candidate::new("signed, decode, owned", move || decode(signed, token)),
            Candidate::new("floor, encrypted, encode", move || {
                let session = black_box(session);
                floor.encode_encrypted(session, 1_790_000_000, &mut sealed_raw, &mut floor_sealed);
            }),
            Candidate::new("encrypted, encode", move || {
                encrypted.begin_into_at(black_box(session), *now, &mut sealed_out)
            }),
            Candidate::new("floor, encrypted, decode", move || {
                floor.decode_encrypted(black_box(sealed), &mut d)
            }),
            Candidate::new("encrypted, decode, owned", move || decode(encrypted, sealed)),
            Candidate::new("16th of 16 keys", move || decode(&self.signed_16, token)),
            Candidate::new("forged", move || decode(signed, &self.forged)),
            Candidate::new("garbage, wrong length", move || decode(signed, wrong_length)),
            Candidate::new("garbage, wrong first character", move || decode(signed, &wrong_first)),
        ]
    }
}

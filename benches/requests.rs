//! Compares a request with the bare codec: `cargo bench --bench requests -- --check`.
//!
//! Each request has a `Cookie` header of 600 bytes with 8 cookies, and one of them is the standard
//! session. It is served by direct calls of `hardtack::web`, and through the tower layer. All
//! candidates run in turn in one loop, and the ratios compare minima. `benches/peers` sends the same
//! requests to other crates.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a bench that fails panics"
)]

#[path = "requests/layer.rs"]
mod layer;
#[path = "requests/request.rs"]
mod request;
#[allow(dead_code, reason = "the requests own what they read")]
#[path = "standard/mod.rs"]
mod standard;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;

use hardtack::time::OffsetDateTime;
use hardtack::tower::SessionLayer;
use hardtack::web::{Session, SessionCookie};
use hardtack::{Codec, Key, KeyRing};
use http::header::SET_COOKIE;
use http::{HeaderMap, StatusCode};

use standard::{Candidate, Standard, called, interleave, standard};

/// A row: the candidate, the rows of the bare codec that are its reference, and the budget.
struct Row {
    name: &'static str,
    over: &'static [&'static str],
    budget: f64,
}

const ROWS: &[Row] = &[
    row("unchanged", &["codec, decode"], 2.0),
    row("changed", &["codec, decode", "codec, update"], 2.0),
    row("no cookie", &["codec, decode"], 0.4),
    row("forged", &["codec, forged"], 2.2),
    row("180 candidates", &["codec, 180 forged"], 1.8),
    row("layer, untouched", &["codec, decode"], 0.8),
    row("layer, touched", &["codec, decode", "no layer"], 2.5),
    row("layer, changed", &["codec, decode", "codec, update", "no layer"], 2.5),
];

const fn row(name: &'static str, over: &'static [&'static str], budget: f64) -> Row {
    Row { name, over, budget }
}

const ROUNDS: u32 = 1000;
const CALLS: u32 = 50;
/// A row over its budget is measured again, because noise only increases times.
const TRIES: u32 = 8;
/// The number of cookies of one name that hardtack tries.
const CANDIDATES: usize = 180;

fn main() -> ExitCode {
    let check = std::env::args().any(|argument| argument == "--check");
    let over: Vec<String> = [("signed", false), ("encrypted", true)]
        .into_iter()
        .flat_map(|(mode, encrypted)| measure(mode, &Bench::new(encrypted)))
        .collect();
    for line in &over {
        println!("over its budget: {line}");
    }
    if check && !over.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// The names of the rows over their budgets.
fn measure(mode: &str, bench: &Bench) -> Vec<String> {
    let mut candidates = bench.candidates();
    if called(&mut candidates) {
        return Vec::new();
    }
    for _ in 0..TRIES {
        interleave(&mut candidates, ROUNDS, CALLS);
        if over_budget(&candidates).next().is_none() {
            break;
        }
    }
    print_table(mode, &candidates);
    over_budget(&candidates).map(|row| format!("{mode}, {}", row.name)).collect()
}

fn least(candidates: &[Candidate<'_>], name: &str) -> f64 {
    candidates.iter().find(|candidate| candidate.name == name).expect(name).least
}

fn ratio(candidates: &[Candidate<'_>], row: &Row) -> f64 {
    let codec: f64 = row.over.iter().map(|name| least(candidates, name)).sum();
    least(candidates, row.name) / codec
}

fn over_budget(candidates: &[Candidate<'_>]) -> impl Iterator<Item = &'static Row> {
    ROWS.iter().filter(|row| ratio(candidates, row) > row.budget)
}

fn print_table(mode: &str, candidates: &[Candidate<'_>]) {
    println!("| {mode:16} | {:42} | reached | budget |     ns |", "over");
    println!("|{:-<18}|{:-<44}|--------:|-------:|-------:|", "", "");
    for row in ROWS {
        let (ratio, least) = (ratio(candidates, row), least(candidates, row.name));
        let Row { name, over, budget } = row;
        let over = over.join(" + ");
        println!("| {name:16} | {over:42} | {ratio:7.3} | {budget:6.2} | {least:6.0} |");
    }
}

struct Bench {
    codec: Codec,
    cookie: SessionCookie,
    now: OffsetDateTime,
    token: String,
    forged: Vec<String>,
    present: HeaderMap,
    absent: HeaderMap,
    tampered: HeaderMap,
    crowded: HeaderMap,
    layer: SessionLayer<Standard>,
}

impl Bench {
    fn new(encrypted: bool) -> Self {
        let ring = KeyRing::new(Key::from_bytes(&(0..32).collect::<Vec<u8>>()).expect("32 bytes"));
        let mode = if encrypted { Codec::encrypted } else { Codec::signed };
        let max_age = Duration::from_secs(7200);
        let plain = mode("bench", &ring, max_age).build().expect("a codec");
        let cookie = SessionCookie::builder(plain).build().expect("a cookie");
        // The cookie's own codec is bound to its name.
        let (codec, name) = (cookie.codec().clone(), cookie.name().to_owned());
        let now = OffsetDateTime::from_unix_timestamp(1_790_000_000).expect("a time");
        let token = codec.begin_at(&standard(), now).expect("a token");
        let forged: Vec<String> = (0..CANDIDATES).map(|n| forge(&token, n)).collect();
        let bench = Self {
            present: request::with_session(&name, &token),
            absent: request::without_session(&name, &token),
            tampered: request::with_session(&name, &forged[0]),
            crowded: request::with_candidates(&name, forged.iter().map(String::as_str)),
            layer: layer::layer(&cookie, now),
            codec,
            cookie,
            now,
            token,
            forged,
        };
        bench.compare();
        bench
    }

    /// Checks that each request does what its row says.
    fn compare(&self) {
        assert!(!self.unchanged().contains_key(SET_COOKIE));
        assert!(self.changed().contains_key(SET_COOKIE));
        assert!(self.untouched(&self.absent).is_empty());
        assert!(layer::untouched_by(&self.layer)(&self.present).is_empty());
        assert_eq!(layer::touched_by(&self.layer)(&self.present), self.unchanged());
        assert_eq!(layer::changed_by(&self.layer)(&self.present), self.changed());
        let session: Session<Standard> = self.cookie.read_at(&self.present, self.now);
        assert_eq!(*session, standard());
        for headers in [&self.tampered, &self.crowded] {
            let session: Session<Standard> = self.cookie.read_at(headers, self.now);
            assert_eq!(session.rejected().map(|reason| reason.kind()), Some("bad_signature"));
        }
    }

    fn unchanged(&self) -> HeaderMap {
        let session: Session<Standard> = self.cookie.read_at(black_box(&self.present), self.now);
        black_box(session.user_id);
        self.respond(&session)
    }

    fn changed(&self) -> HeaderMap {
        let mut session: Session<Standard> =
            self.cookie.read_at(black_box(&self.present), self.now);
        session.last_seen += 1;
        self.respond(&session)
    }

    fn untouched(&self, headers: &HeaderMap) -> HeaderMap {
        let session: Session<Standard> = self.cookie.read_at(black_box(headers), self.now);
        self.respond(&session)
    }

    fn respond(&self, session: &Session<Standard>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        self.cookie.write_at(session, StatusCode::OK, self.now, &mut headers).expect("a response");
        headers
    }

    fn candidates(&self) -> Vec<Candidate<'_>> {
        let Self { codec, now, token, forged, .. } = self;
        let decode = |token: &str| codec.decode_at::<Standard>(black_box(token), *now);
        let verified = decode(token).expect("a session");
        let (no_layer, untouched) = (layer::without_layer(), layer::untouched_by(&self.layer));
        let (touched, changed) = (layer::touched_by(&self.layer), layer::changed_by(&self.layer));
        vec![
            Candidate::new("codec, decode", move || decode(token)),
            Candidate::new("codec, update", move || {
                codec.update_at(&verified, black_box(verified.data()), *now)
            }),
            Candidate::new("codec, forged", move || decode(&forged[0])),
            Candidate::new("codec, 180 forged", move || {
                forged.iter().filter(|token| decode(token).is_ok()).count()
            })
            .weighing(50),
            Candidate::new("unchanged", || self.unchanged()),
            Candidate::new("changed", || self.changed()),
            Candidate::new("no cookie", || self.untouched(&self.absent)),
            Candidate::new("forged", || self.untouched(&self.tampered)),
            Candidate::new("180 candidates", || self.untouched(&self.crowded)).weighing(50),
            Candidate::new("no layer", move || no_layer(black_box(&self.present))),
            Candidate::new("layer, untouched", move || untouched(black_box(&self.present))),
            Candidate::new("layer, touched", move || touched(black_box(&self.present))),
            Candidate::new("layer, changed", move || changed(black_box(&self.present))),
        ]
    }
}

/// Returns a forged token of the same length, different for each number.
fn forge(token: &str, number: usize) -> String {
    // Keep the last characters, because not every character can end base64.
    let (start, end) = (token.len() - 24, token.len() - 12);
    format!("{}{number:012}{}", &token[..start], &token[end..])
}

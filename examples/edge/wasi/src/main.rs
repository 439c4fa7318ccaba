//! hardtack as a command, for WASI and natively: what the edge's answers are compared with.
//!
//! | argument | reads | prints |
//! |---|---|---|
//! | `vectors` | the vectors' JSON | how many passed |
//! | `answers` | a token a line | what decoding each came to, under the first signed vector's key |
//! | `time` | the vectors' JSON | nanoseconds that decoding the standard session takes |
//! | `clock` | nothing | the system's clock and random generator at work |

mod case;
mod vectors;

use std::error::Error;
use std::hint::black_box;
use std::io::{Read, stdin};
use std::time::{Duration, Instant};

use hardtack::time::OffsetDateTime;
use hardtack::{Codec, IssueOptions, Key, KeyRing, SessionId};
use serde::{Deserialize, Serialize};

use case::{Case, Vectors};

const ROUNDS: u32 = 5;
const DECODES: u32 = 50_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut input = String::new();
    let command = std::env::args().nth(1).unwrap_or_default();
    if command != "clock" {
        stdin().read_to_string(&mut input)?;
    }
    match command.as_str() {
        "vectors" => vectors::check(&Vectors::parse(&input)?),
        "answers" => answers(&input),
        "time" => time(&Vectors::parse(&input)?),
        "clock" => clock(),
        other => Err(format!("no such command: {other:?}").into()),
    }
}

/// The key, purpose and time of the first signed vector.
fn answers(tokens: &str) -> Result<(), Box<dyn Error>> {
    let keys = KeyRing::new(Key::from_hex("fc39b4f98030d991eac8428130afea3c19115fa0da557662aedf13ab9b36fb9d")?);
    let codec = Codec::signed("session", &keys, Duration::from_secs(3600)).build()?;
    let now = OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    for token in tokens.lines() {
        let answer = codec.decode_at::<rmpv::Value>(token, now);
        println!("{}", answer.map_or_else(|error| error.kind(), |_| "ok"));
    }
    Ok(())
}

/// The standard session of the vectors.
#[derive(Deserialize)]
#[expect(dead_code, reason = "it is only read into")]
struct Standard {
    user_id: u64,
    name: String,
    roles: Vec<String>,
    theme: String,
    cart: Vec<u32>,
    logged_in: bool,
    last_seen: i64,
}

fn time(vectors: &Vectors) -> Result<(), Box<dyn Error>> {
    for name in ["signed_plain", "encrypted_plain"] {
        let case = vectors.cases.iter().find(|case| case.name == name).ok_or(name)?;
        let codec = case.codec()?;
        let best = (0..ROUNDS).map(|_| round(&codec, case)).min().ok_or("no rounds")?;
        println!("{name} {}", best.as_nanos() / u128::from(DECODES));
    }
    Ok(())
}

fn round(codec: &Codec, case: &Case) -> Duration {
    let started = Instant::now();
    for _ in 0..DECODES {
        let session = codec.decode_at::<Standard>(black_box(&case.token), case.now());
        assert!(black_box(session).is_ok(), "the standard session is valid");
    }
    started.elapsed()
}

/// What only wasm32-unknown-unknown lacks.
fn clock() -> Result<(), Box<dyn Error>> {
    #[derive(Serialize, Deserialize)]
    struct Login {
        name: String,
    }
    let codec = Codec::encrypted("edge", &KeyRing::new(Key::generate()?), Duration::from_secs(60)).build()?;
    let login = Login { name: "Ada".into() };
    let token = codec.begin_at(&login, IssueOptions::now().id(SessionId::generate()?))?;
    let session = codec.decode::<Login>(&token)?;
    println!("{} since {}", session.data().name, session.started_at().unix_timestamp());
    Ok(())
}

//! Measures a cookie whose keys can be reloaded: `cargo bench --bench reload -- --check`.
//!
//! A cookie that is not reloadable is the reference for the other lines. All candidates run in turn
//! in one loop, and the ratios compare minima.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a bench that fails panics"
)]

#[allow(dead_code, reason = "its session has no default")]
#[path = "standard/mod.rs"]
mod standard;

use std::convert::Infallible;
use std::hint::black_box;
use std::pin::pin;
use std::process::ExitCode;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::body::Body;
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use hardtack::time::OffsetDateTime;
use hardtack::tower::{Session, SessionLayer};
use hardtack::web::{ReloadableCookie, SessionCookie};
use hardtack::{Codec, Key, KeyRing};
use serde::{Deserialize, Serialize};
use tower::{Layer as _, Service as _, service_fn};

use standard::{Candidate, interleave};

const ROUNDS: u32 = 3000;
const CALLS: u32 = 100;
/// A ratio over its budget is measured again, because noise only increases times.
const TRIES: u32 = 5;

/// The candidate, its reference and the budget.
const LINES: [(&str, &str, f64); 2] = [
    ("current cookie, read and write", "cookie, read and write", 1.05),
    ("layer, reloadable", "layer", 1.05),
];

#[derive(Default, Serialize, Deserialize)]
struct Visitor {
    user: String,
    cart: Vec<u32>,
    visits: u32,
}

fn main() -> ExitCode {
    let check = std::env::args().any(|argument| argument == "--check");
    let cookie = cookie();
    let reloadable = ReloadableCookie::new(cookie.clone());
    let request = request(&cookie);
    let mut candidates = [
        Candidate::new("cookie, read and write", || serve(&cookie, &request)),
        Candidate::new("current cookie, read and write", || serve(&reloadable.current(), &request)),
        layered("layer", SessionLayer::new(cookie.clone()), &request),
        layered("layer, reloadable", SessionLayer::new(&reloadable), &request),
    ];
    let mut over = true;
    for _ in 0..TRIES {
        interleave(&mut candidates, ROUNDS, CALLS);
        over = LINES.iter().any(|(name, base, budget)| ratio(&candidates, name, base) > *budget);
        if !over {
            break;
        }
    }
    for (name, base, budget) in LINES {
        let (least, ratio) = (least(&candidates, name), ratio(&candidates, name, base));
        println!("{name}: {least:.0} ns, {ratio:.3} of \"{base}\"; at most {budget}");
    }
    if check && over { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn least(candidates: &[Candidate<'_>], name: &str) -> f64 {
    candidates.iter().find(|candidate| candidate.name == name).expect(name).least
}

fn ratio(candidates: &[Candidate<'_>], name: &str, base: &str) -> f64 {
    least(candidates, name) / least(candidates, base)
}

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_790_000_000).expect("a time")
}

fn cookie() -> SessionCookie {
    let bytes: Vec<u8> = (0..32).collect();
    let keys = KeyRing::new(Key::from_bytes(&bytes).expect("32 bytes"));
    let codec = Codec::signed("bench", &keys, Duration::from_secs(7200)).build();
    SessionCookie::builder(codec.expect("a codec")).build().expect("a cookie")
}

/// A visitor's headers.
fn request(cookie: &SessionCookie) -> HeaderMap {
    let mut session = cookie.read_at::<Visitor>(&HeaderMap::new(), now());
    *session = Visitor { user: "Ada Lovelace".to_owned(), cart: vec![101, 2020], visits: 7 };
    let mut headers = HeaderMap::new();
    cookie.write_at(&session, StatusCode::OK, now(), &mut headers).expect("a cookie");
    let set = headers["set-cookie"].to_str().expect("text");
    let pair = set.split(';').next().expect("a pair");
    [(COOKIE, HeaderValue::from_str(pair).expect("a header"))].into_iter().collect()
}

fn serve(cookie: &SessionCookie, request: &HeaderMap) -> HeaderMap {
    let mut session = cookie.read_at::<Visitor>(black_box(request), now());
    assert_eq!(session.visits, 7);
    session.visits += 1;
    let mut headers = HeaderMap::new();
    cookie.write_at(&session, StatusCode::OK, now(), &mut headers).expect("a cookie");
    headers
}

fn layered<'a>(
    name: &'static str,
    layer: SessionLayer<Visitor>,
    headers: &'a HeaderMap,
) -> Candidate<'a> {
    let mut service = layer.clock(now).layer(service_fn(async |request: Request<Body>| {
        let session = Session::<Visitor>::take(request.extensions()).await;
        session.expect("a session").visits += 1;
        Ok::<_, Infallible>(Response::new(Body::empty()))
    }));
    Candidate::new(name, move || {
        let mut request = Request::new(Body::empty());
        request.headers_mut().clone_from(headers);
        let mut response = pin!(service.call(request));
        let Poll::Ready(Ok(response)) =
            response.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        else {
            unreachable!("nothing waits");
        };
        assert!(response.headers().contains_key("set-cookie"));
        response
    })
}

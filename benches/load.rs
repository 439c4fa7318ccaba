//! 100,000 requests on 127.0.0.1 through the session layer: `scripts/load`.
//!
//! First, many visitors count in their sessions concurrently. No session may be mixed up, and each
//! response must save its cookie. Then requests that take no session run against the same site with
//! and without the layer, in turn. The median ratio of throughput must be 0.95 or more. After three
//! minutes, the program stops with an error.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a bench that fails panics"
)]

#[path = "load/client.rs"]
mod client;
#[path = "load/site.rs"]
mod site;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use client::{Client, Response};

const VISITORS: usize = 100;
const VISITS: usize = 1000;
const CONNECTIONS: usize = 4;
/// Requests of one connection in one round of the comparison, and rounds.
const BURST: usize = 250;
const ROUNDS: usize = 100;
const DEADLINE: Duration = Duration::from_secs(180);
const LEAST_RATIO: f64 = 0.95;

fn main() -> ExitCode {
    thread::spawn(|| {
        thread::sleep(DEADLINE);
        eprintln!("load: not done after {} s", DEADLINE.as_secs());
        std::process::exit(1);
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_io().build();
    let runtime = runtime.expect("a runtime");
    let layered = runtime.block_on(site::serve(site::layered()));
    let bare = runtime.block_on(site::serve(site::bare()));

    let began = Instant::now();
    in_parallel(|connection| count(layered, connection));
    let per_second = (VISITORS * VISITS) as f64 / began.elapsed().as_secs_f64();
    println!(
        "{} requests of {VISITORS} visitors: no session mixed up, no cookie unsaved; {per_second:.0} requests/s",
        VISITORS * VISITS
    );

    let ratio = untouched(bare, layered);
    println!(
        "untouched requests: {ratio:.3} of the throughput without the layer; at least {LEAST_RATIO}"
    );
    if ratio < LEAST_RATIO { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn in_parallel(run: impl Fn(usize) + Sync) {
    thread::scope(|scope| {
        let run = &run;
        for connection in 0..CONNECTIONS {
            scope.spawn(move || run(connection));
        }
    });
}

/// The visitors of one connection count, in turn, each in a session of its own.
fn count(site: SocketAddr, connection: usize) {
    let mut client = Client::connect(site);
    let mut cookies = vec![String::new(); VISITORS / CONNECTIONS];
    for visit in 0..VISITS {
        for (place, cookie) in cookies.iter_mut().enumerate() {
            let name = format!("visitor-{connection}-{place}");
            let path = if visit == 0 { format!("/begin?{name}") } else { "/count".to_owned() };
            let Response { status, body, set_cookie } = client.get(&path, cookie);
            assert_eq!((status, body), (200, format!("{name} {}", visit + 1)));
            *cookie = set_cookie.expect("a cookie that carries the session");
        }
    }
}

/// The median of the ratios of pairs of rounds, whose order alternates.
fn untouched(bare: SocketAddr, layered: SocketAddr) -> f64 {
    let cookie = Client::connect(layered).get("/begin?reader", "").set_cookie.expect("a session");
    let round = |site| {
        let began = Instant::now();
        in_parallel(|_| {
            let mut client = Client::connect(site);
            for _ in 0..BURST {
                let response = client.get("/untouched", &cookie);
                assert_eq!((response.status, response.set_cookie), (200, None));
            }
        });
        began.elapsed().as_secs_f64()
    };
    let mut ratios: Vec<f64> = (0..ROUNDS)
        .map(|pair| {
            if pair % 2 == 0 {
                let bare = round(bare);
                bare / round(layered)
            } else {
                let layered = round(layered);
                round(bare) / layered
            }
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios[ROUNDS / 2]
}

//! A small site whose sessions live in one signed cookie. The server stores no sessions.
//!
//! ```text
//! cargo run --example server
//! ```
//!
//! These variables are optional:
//!
//! | variable | what it is |
//! |---|---|
//! | `HARDTACK_KEYS` | keys in base64, separated by commas, each with the instant from which it signs: `KEY@2026-12-01T00:00:00Z`. Without it, a key for this run |
//! | `PORT` | the port on 127.0.0.1. Defaults to 3000. If it is in use, the server takes a free port |
//! | `HARDTACK_SECURE` | `1`: the cookie is `__Host-session` and `Secure`, which is required behind HTTPS |
//! | `HARDTACK_CLOCK_OFFSET` | seconds by which this server's clock is ahead, to see sessions expire |

mod pages;
mod site;

use std::env;
use std::error::Error;
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::sync::Arc;

use hardtack::time::{Duration, OffsetDateTime};
use hardtack::{Key, KeyRing};
use tokio::net::TcpListener;

use site::{Clock, Settings, Site};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let (keys, passing_key) = keys()?;
    let secure = env::var("HARDTACK_SECURE").is_ok_and(|value| value == "1");
    let site = Site::new(&keys, Settings { secure, passing_key, clock: clock()? })?;
    let listener = listen().await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, site::router(site)).await?;
    Ok(())
}

/// Returns the keys from the environment. Without them, makes a key for this run and prints a
/// warning.
fn keys() -> Result<(KeyRing, bool), Box<dyn Error>> {
    if env::var_os("HARDTACK_KEYS").is_some() {
        return Ok((KeyRing::from_env("HARDTACK_KEYS")?, false));
    }
    eprintln!(
        "WARNING: HARDTACK_KEYS is not set. The key that signs sessions lasts for this run only:"
    );
    eprintln!("WARNING: when the server stops, all users are logged out. To use a permanent key:");
    eprintln!("WARNING:     export HARDTACK_KEYS=\"$(openssl rand -base64 32)\"");
    Ok((KeyRing::new(Key::generate()?), true))
}

/// Returns the system's clock, set forward by the offset from the environment.
fn clock() -> Result<Clock, Box<dyn Error>> {
    let ahead = env::var("HARDTACK_CLOCK_OFFSET").map_or(Ok(0), |seconds| seconds.parse())?;
    Ok(Arc::new(move || OffsetDateTime::now_utc().saturating_add(Duration::seconds(ahead))))
}

async fn listen() -> Result<TcpListener, Box<dyn Error>> {
    let port: u16 = env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Ok(listener) => Ok(listener),
        Err(error) => {
            eprintln!("port {port}: {error}; taking a free one");
            Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?)
        }
    }
}

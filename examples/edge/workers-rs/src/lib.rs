//! A page behind hardtack's session cookie, as a Cloudflare Worker in Rust.

use core::time::Duration;
use std::sync::OnceLock;

use hardtack::time::OffsetDateTime;
use hardtack::web::{Session, SessionCookie};
use hardtack::{Codec, KeyRing};
use serde::{Deserialize, Serialize};
use worker::{Context, Date, Env, Error, HttpRequest, Result, event};

#[derive(Default, Serialize, Deserialize)]
struct Visitor {
    name: Option<String>,
}

#[event(fetch)]
async fn fetch(request: HttpRequest, env: Env, _: Context) -> Result<http::Response<String>> {
    let (cookie, now) = (cookie(&env)?, now()?);
    let session: Session<Visitor> = cookie.read_at(request.headers(), now);
    let mut response = match &session.name {
        Some(name) => http::Response::new(format!("Hello, {name}\n")),
        None => http::Response::builder().status(303).header("location", "/login").body(String::new())?,
    };
    let status = response.status();
    cookie.write_at(&session, status, now, response.headers_mut()).map_err(told)?;
    Ok(response)
}

/// For each request anew; the host's clock in milliseconds.
fn now() -> Result<OffsetDateTime> {
    let milliseconds = i128::from(Date::now().as_millis());
    OffsetDateTime::from_unix_timestamp_nanos(milliseconds * 1_000_000).map_err(told)
}

/// Made at the first request, when the environment is there, and kept.
fn cookie(env: &Env) -> Result<&'static SessionCookie> {
    static COOKIE: OnceLock<SessionCookie> = OnceLock::new();
    if COOKIE.get().is_none() {
        let keys = KeyRing::from_base64_list(&env.secret("HARDTACK_KEYS")?.to_string()).map_err(told)?;
        let codec = Codec::signed("shop/production/session", &keys, Duration::from_secs(7200));
        let made = SessionCookie::builder(codec.build().map_err(told)?).build().map_err(told)?;
        COOKIE.set(made).ok();
    }
    COOKIE.get().ok_or_else(|| Error::from("no session cookie"))
}

fn told(error: impl core::error::Error) -> Error {
    Error::from(error.to_string())
}

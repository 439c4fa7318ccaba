//! hardtack in axum: an extractor that reads the session, a response part that writes it.
//!
//! ```text
//! PORT=3000 cargo run --example axum
//! curl -i -d Ada http://127.0.0.1:3000/login
//! ```

use core::convert::Infallible;
use core::time::Duration;
use std::env;
use std::error::Error;
use std::net::Ipv4Addr;

use axum::Router;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::{StatusCode, request::Parts};
use axum::response::{IntoResponse, IntoResponseParts, Redirect, ResponseParts};
use axum::routing::{get, post};
use hardtack::web::{Session, SessionCookie};
use hardtack::{Codec, Key, KeyRing, SessionId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

/// A request's session; returned with an answer, it writes what became of it.
///
/// Whatever fails returns an error instead of it, and so saves nothing.
pub struct Visit<T> {
    cookie: SessionCookie,
    session: Session<T>,
}

impl<S, T> FromRequestParts<S> for Visit<T>
where
    SessionCookie: FromRef<S>,
    S: Sync,
    T: Default + Serialize + DeserializeOwned,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let cookie = SessionCookie::from_ref(state);
        let session = cookie.read(&parts.headers);
        Ok(Self { cookie, session })
    }
}

impl<T: Default + Serialize> IntoResponseParts for Visit<T> {
    type Error = StatusCode;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, StatusCode> {
        let written = self.cookie.write(&self.session, StatusCode::OK, parts.headers_mut());
        written.map(|()| parts).map_err(|error| {
            eprintln!("the session was not written: {error}");
            StatusCode::INTERNAL_SERVER_ERROR
        })
    }
}

/// What the cookie holds.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Login {
    name: Option<String>,
    note: String,
}

async fn who(visit: Visit<Login>) -> impl IntoResponse {
    let text = match (&visit.session.name, visit.session.id()) {
        (Some(name), Some(id)) => format!("{name}, session {id}\n{}", visit.session.note),
        _ => "nobody\n".to_owned(),
    };
    (visit, text)
}

async fn log_in(mut visit: Visit<Login>, name: String) -> Result<impl IntoResponse, StatusCode> {
    // Here a password or a passkey is checked. Only after that:
    if name.is_empty() || name.len() > 64 {
        return Err(StatusCode::UNPROCESSABLE_ENTITY);
    }
    // Replaces all data: nothing of a previous visitor remains.
    visit.session.log_in(Login { name: Some(name), ..Login::default() });
    Ok((visit, Redirect::to("/")))
}

async fn write_note(mut visit: Visit<Login>, note: String) -> impl IntoResponse {
    visit.session.note = note;
    (visit, Redirect::to("/"))
}

async fn log_out(mut visit: Visit<Login>) -> impl IntoResponse {
    visit.session.flush();
    (visit, Redirect::to("/"))
}

/// The site.
pub fn router(cookie: SessionCookie) -> Router {
    Router::new()
        .route("/", get(who))
        .route("/login", post(log_in))
        .route("/note", post(write_note))
        .route("/logout", post(log_out))
        .with_state(cookie)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let codec =
        Codec::signed("hardtack/example/axum", &keys()?, Duration::from_secs(7200)).build()?;
    // For plain http on this machine. Behind https leave out name and secure: `__Host-session`.
    let cookie =
        SessionCookie::builder(codec).name("session").secure(false).id_source(SessionId::generate);
    let port = env::var("PORT").map_or(Ok(0), |port| port.parse())?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, router(cookie.build()?)).await?)
}

fn keys() -> Result<KeyRing, Box<dyn Error>> {
    if let Ok(list) = env::var("HARDTACK_KEYS") {
        return Ok(KeyRing::from_base64_list(&list)?);
    }
    eprintln!("WARNING: HARDTACK_KEYS is not set: this key lasts for this run only");
    Ok(KeyRing::new(Key::generate()?))
}

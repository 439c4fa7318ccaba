//! hardtack in axum: the layer serves each request's session, and saves it.
//!
//! ```text
//! PORT=3000 cargo run --example axum
//! curl -i -d Ada http://127.0.0.1:3000/login
//! ```

use core::time::Duration;
use std::env;
use std::error::Error;
use std::net::Ipv4Addr;

use axum::Router;
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::{get, post};
use hardtack::tower::{Session, SessionLayer};
use hardtack::web::SessionCookie;
use hardtack::{Codec, Key, KeyRing, SessionId};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

/// What the cookie holds.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Login {
    name: Option<String>,
    note: String,
}

async fn who(session: Session<Login>) -> String {
    match (&session.name, session.id()) {
        (Some(name), Some(id)) => format!("{name}, session {id}\n{}", session.note),
        _ => "nobody\n".to_owned(),
    }
}

async fn log_in(mut session: Session<Login>, name: String) -> Result<Redirect, StatusCode> {
    // Here a password or a passkey is checked. Only after that:
    if name.is_empty() || name.len() > 64 {
        return Err(StatusCode::UNPROCESSABLE_ENTITY);
    }
    // Replaces all data: nothing of a previous visitor remains.
    session.log_in(Login { name: Some(name), ..Login::default() });
    Ok(Redirect::to("/"))
}

async fn write_note(mut session: Session<Login>, note: String) -> Redirect {
    session.note = note;
    Redirect::to("/")
}

async fn log_out(mut session: Session<Login>) -> Redirect {
    session.flush();
    Redirect::to("/")
}

/// The site.
pub fn router(cookie: SessionCookie) -> Router {
    Router::new()
        .route("/", get(who))
        .route("/login", post(log_in))
        .route("/note", post(write_note))
        .route("/logout", post(log_out))
        .layer(SessionLayer::<Login>::new(cookie).on_event(|event| eprintln!("{event}")))
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

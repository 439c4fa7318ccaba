//! hardtack in actix-web: the middleware serves each request's session, and saves it.
//!
//! ```text
//! SESSION_KEYS=$(openssl rand -base64 32) cargo run --example site
//! curl -i -d Ada http://127.0.0.1:3000/login
//! ```

use core::time::Duration;
use std::error::Error;

use actix_web::error::ErrorUnprocessableEntity;
use actix_web::web::{Redirect, ServiceConfig, get, post};
use actix_web::{App, HttpServer};
use hardtack::web::SessionCookie;
use hardtack::{Codec, KeyRing, SessionId};
use hardtack_actix::{Session, SessionMiddleware};
use serde::{Deserialize, Serialize};

/// The session data that the cookie holds.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Login {
    name: Option<String>,
    note: String,
}

async fn who(session: Session<Login>) -> String {
    match (&session.name, session.id()) {
        (Some(name), Some(id)) => format!("{name}, session {id}\n{}", session.note),
        _ => "nobody\n".to_owned(),
    }
}

async fn log_in(mut session: Session<Login>, name: String) -> actix_web::Result<Redirect> {
    // Here a password or a passkey is checked. Only after that:
    if name.is_empty() || name.len() > 64 {
        return Err(ErrorUnprocessableEntity("1 to 64 characters"));
    }
    // This replaces all session data, so the previous visitor's data is discarded.
    session.log_in(Login { name: Some(name), ..Login::default() });
    Ok(Redirect::to("/").see_other())
}

async fn write_note(mut session: Session<Login>, note: String) -> Redirect {
    session.note = note;
    Redirect::to("/").see_other()
}

async fn log_out(mut session: Session<Login>) -> Redirect {
    session.flush();
    Redirect::to("/").see_other()
}

/// The pages.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/", get().to(who))
        .route("/login", post().to(log_in))
        .route("/note", post().to(write_note))
        .route("/logout", post().to(log_out));
}

/// The sessions.
///
/// # Errors
/// None with these values.
pub fn sessions(keys: &KeyRing) -> Result<SessionMiddleware<Login>, Box<dyn Error>> {
    let codec = Codec::signed("hardtack/example/actix", keys, Duration::from_secs(7200)).build()?;
    // For plain http on this machine. Behind https, leave out `name` and `secure`: the default name
    // `__Host-session` requires https.
    let cookie =
        SessionCookie::builder(codec).name("session").secure(false).id_source(SessionId::generate);
    Ok(SessionMiddleware::new(cookie.build()?).on_event(|event| eprintln!("{event}")))
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sessions = sessions(&KeyRing::from_env("SESSION_KEYS")?)?;
    let server = HttpServer::new(move || App::new().configure(routes).wrap(sessions.clone()));
    Ok(server.bind(("127.0.0.1", 3000))?.run().await?)
}

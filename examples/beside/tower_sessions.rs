//! The smallest site with tower-sessions: log in (`user=Ada`, and `remember=on` for 30 days), log out.
use axum::{Form, Router, response::Redirect, routing::get, routing::post};
use std::collections::HashMap;
use tower_sessions::{Expiry, MemoryStore, Session, SessionManagerLayer, cookie::time::Duration};

async fn home(session: Session) -> Result<String, String> {
    let user = session.get("user").await.map_err(|error| error.to_string())?;
    Ok(user.unwrap_or_else(|| "nobody".to_owned()))
}

async fn log_in(session: Session, form: Form<HashMap<String, String>>) -> Result<Redirect, String> {
    session.cycle_id().await.map_err(|error| error.to_string())?;
    session.insert("user", form.get("user")).await.map_err(|error| error.to_string())?;
    let remember = form.get("remember").map(|_| Expiry::OnInactivity(Duration::days(30)));
    session.set_expiry(remember.or(Some(Expiry::OnSessionEnd)));
    Ok(Redirect::to("/"))
}

async fn log_out(session: Session) -> Result<(), String> {
    session.flush().await.map_err(|error| error.to_string())
}

pub fn site() -> Router {
    let site = Router::new().route("/", get(home).post(log_in)).route("/logout", post(log_out));
    site.layer(SessionManagerLayer::new(MemoryStore::default()))
}

#[tokio::main]
pub async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, site()).await?)
}

//! The smallest site: log in (`user=Ada`, and `remember=on` for 30 days) and log out.
use axum::{Form, Router, response::Redirect, routing::get, routing::post};
use hardtack::tower::{Session, SessionLayer};
use hardtack::{Codec, Expiry, KeyRing, web::Map, web::SessionCookie};

async fn home(session: Session<Map>) -> String {
    session.get_as("user").ok().flatten().unwrap_or_else(|| "nobody".to_owned())
}

async fn log_in(mut session: Session<Map>, Form(form): Form<Map>) -> Result<Redirect, String> {
    session.log_in(form.get("user").map(|user| ("user", user.clone())).into_iter().collect());
    let expiry = if form.get("remember").is_some() { Expiry::Policy } else { Expiry::BrowserClose };
    session.set_expiry(expiry).map(|()| Redirect::to("/")).map_err(|error| error.to_string())
}

async fn log_out(mut session: Session<Map>) {
    session.flush();
}

pub(crate) fn site(keys: &KeyRing) -> Result<Router, Box<dyn std::error::Error>> {
    let codec = Codec::signed("site", keys, std::time::Duration::from_secs(30 * 86_400)).build()?;
    let layer = SessionLayer::<Map>::new(SessionCookie::builder(codec).build()?);
    let site = Router::new().route("/", get(home).post(log_in)).route("/logout", post(log_out));
    Ok(site.layer(layer))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, site(&KeyRing::from_env("SESSION_KEYS")?)?).await?)
}

//! hardtack in axum: `SESSION_KEYS=$(openssl rand -base64 32) cargo run --example axum`
use axum::{Router, routing::get};
use hardtack::tower::{Session, SessionLayer};
use hardtack::{Codec, KeyRing, web::Map, web::SessionCookie};

async fn home(mut session: Session<Map>) -> String {
    let visits = session.get_as::<u32>("visits").ok().flatten().unwrap_or_default().wrapping_add(1);
    session.insert("visits", visits);
    format!("visit {visits}")
}

pub(crate) fn site(keys: &KeyRing) -> Result<Router, Box<dyn std::error::Error>> {
    let codec = Codec::signed("site", keys, std::time::Duration::from_secs(7200)).build()?;
    let cookie = SessionCookie::builder(codec).build()?;
    Ok(Router::new().route("/", get(home)).layer(SessionLayer::<Map>::new(cookie)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, site(&KeyRing::from_env("SESSION_KEYS")?)?).await?)
}

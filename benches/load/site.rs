//! The site under load, with the layer and without.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::extract::RawQuery;
use axum::routing::get;
use hardtack::tower::{Session, SessionLayer};
use hardtack::web::SessionCookie;
use hardtack::{Codec, Key, KeyRing, SessionId};
use serde::{Deserialize, Serialize};

#[derive(Default, Serialize, Deserialize)]
struct Visitor {
    name: String,
    visits: u32,
}

async fn begin(RawQuery(name): RawQuery, mut session: Session<Visitor>) -> String {
    session.log_in(Visitor { name: name.unwrap_or_default(), visits: 1 });
    format!("{} {}", session.name, session.visits)
}

async fn count(mut session: Session<Visitor>) -> String {
    session.visits += 1;
    tokio::task::yield_now().await;
    format!("{} {}", session.name, session.visits)
}

pub fn bare() -> Router {
    Router::new()
        .route("/untouched", get(|| async { "untouched" }))
        .route("/begin", get(begin))
        .route("/count", get(count))
}

pub fn layered() -> Router {
    let keys = KeyRing::new(Key::generate().expect("a key"));
    let codec =
        Codec::encrypted("load", &keys, Duration::from_secs(7200)).build().expect("a codec");
    let cookie = SessionCookie::builder(codec).id_source(SessionId::generate).build();
    bare().layer(SessionLayer::<Visitor>::new(cookie.expect("a cookie")))
}

/// Serves a site on a free port of 127.0.0.1.
pub async fn serve(site: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, site).await });
    address
}

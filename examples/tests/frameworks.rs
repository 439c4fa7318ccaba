//! A site with axum and the layer, `examples/axum.rs` and `examples/hyper.rs`, over a real socket.

use core::time::Duration;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread;

use axum::Router;
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::{get, post};
use hardtack::tower::{Session, SessionLayer};
use hardtack::web::SessionCookie;
use hardtack::{Codec, KeyRing, SessionId};
use serde::{Deserialize, Serialize};

use crate::client::Browser;
use crate::drive::drive;
use crate::{axum_example, hyper_example};

const KEY: &str = "YUAOcJ3EdEaMSyjVF153dcjK233EQMXwxhD8Taobr1w=";

fn cookie() -> SessionCookie {
    let keys = KeyRing::from_base64_list(KEY).unwrap();
    let codec = Codec::signed("frameworks", &keys, Duration::from_secs(7200)).build().unwrap();
    SessionCookie::builder(codec)
        .name("session")
        .secure(false)
        .id_source(SessionId::generate)
        .build()
        .unwrap()
}

/// The session data in the cookie.
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
    // This replaces all session data, so the previous visitor's data is discarded.
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

fn layered(cookie: SessionCookie) -> Router {
    Router::new()
        .route("/", get(who))
        .route("/login", post(log_in))
        .route("/note", post(write_note))
        .route("/logout", post(log_out))
        .layer(SessionLayer::<Login>::new(cookie))
}

#[tokio::main(flavor = "current_thread")]
async fn run_layered(socket: TcpListener) {
    let listener = tokio::net::TcpListener::from_std(socket).unwrap();
    axum::serve(listener, layered(cookie())).await.unwrap();
}

#[tokio::main(flavor = "current_thread")]
async fn run_axum(socket: TcpListener) {
    let listener = tokio::net::TcpListener::from_std(socket).unwrap();
    let keys = KeyRing::from_base64_list(KEY).unwrap();
    axum::serve(listener, axum_example::site(&keys).unwrap()).await.unwrap();
}

#[tokio::main(flavor = "current_thread")]
async fn run_hyper(socket: TcpListener) {
    let listener = tokio::net::TcpListener::from_std(socket).unwrap();
    hyper_example::serve(listener, cookie()).await.unwrap();
}

fn start(run: fn(TcpListener)) -> SocketAddr {
    let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let at = socket.local_addr().unwrap();
    socket.set_nonblocking(true).unwrap();
    thread::spawn(move || run(socket));
    at
}

#[test]
fn the_layer_keeps_a_session_in_axum() {
    drive(start(run_layered));
}

#[test]
fn the_axum_example_counts_the_visits_of_each_browser() {
    let at = start(run_axum);
    let (mut ada, mut bob) = (Browser::new(at), Browser::new(at));
    assert_eq!(
        (ada.get("/").body, ada.get("/").body),
        ("visit 1".to_owned(), "visit 2".to_owned())
    );
    assert_eq!(bob.get("/").body, "visit 1");
}

#[test]
fn the_axum_example_has_about_twenty_lines() {
    assert!(include_str!("../axum.rs").lines().count() <= 24);
}

#[test]
fn hyper_keeps_a_session() {
    drive(start(run_hyper));
}

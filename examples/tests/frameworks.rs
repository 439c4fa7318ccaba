//! `examples/axum.rs` and `examples/hyper.rs`, driven over a real socket.

use core::time::Duration;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread;

use hardtack::web::SessionCookie;
use hardtack::{Codec, KeyRing, SessionId};

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

#[tokio::main(flavor = "current_thread")]
async fn run_axum(socket: TcpListener) {
    let listener = tokio::net::TcpListener::from_std(socket).unwrap();
    axum::serve(listener, axum_example::router(cookie())).await.unwrap();
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
fn axum_keeps_a_session() {
    drive(start(run_axum));
}

#[test]
fn hyper_keeps_a_session() {
    drive(start(run_hyper));
}

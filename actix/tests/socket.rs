//! Tests over a real socket: the example, and behaviour that only a real server shows.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test that fails panics"
)]

#[path = "../../examples/tests/client.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod client;
#[path = "../../examples/tests/drive.rs"]
mod drive;
#[path = "../examples/site.rs"]
#[allow(dead_code, reason = "main")]
mod site;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::ErrorForbidden;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{ServiceConfig, resource, to};
use actix_web::{App, Error, HttpResponse, HttpServer, rt};
use hardtack::KeyRing;
use hardtack_actix::{Handle, Session};

use client::{Browser, send};
use site::{Login, routes, sessions};

const KEY: &str = "YUAOcJ3EdEaMSyjVF153dcjK233EQMXwxhD8Taobr1w=";

fn start(routes: fn(&mut ServiceConfig)) -> SocketAddr {
    let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let at = socket.local_addr().unwrap();
    thread::spawn(move || {
        let sessions = sessions(&KeyRing::from_base64_list(KEY).unwrap()).unwrap();
        let app = move || App::new().configure(routes).wrap(sessions.clone());
        let server = HttpServer::new(app).workers(1).disable_signals().listen(socket).unwrap();
        rt::System::new().block_on(server.run()).unwrap();
    });
    at
}

#[test]
fn the_example_keeps_a_session() {
    drive::drive(start(routes));
}

async fn logs_out_and_refuses(
    session: Handle<Login>,
    _: ServiceRequest,
    _: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    session.with(hardtack::web::Session::flush)?;
    Err(ErrorForbidden("locked out"))
}

#[allow(clippy::unused_async, reason = "a handler")]
async fn panics(mut session: Session<Login>) -> HttpResponse {
    session.flush();
    panic!("the handler fails")
}

fn failing(config: &mut ServiceConfig) {
    let guarded = resource("/guarded").to(async || "").wrap(from_fn(logs_out_and_refuses));
    config.configure(routes).service(guarded).route("/panics", to(panics));
}

#[test]
fn the_error_of_a_guard_carries_the_sessions_headers() {
    let mut browser = Browser::new(start(failing));
    browser.post("/login", "Ada");
    let reply = browser.get("/guarded");
    assert_eq!((reply.status, reply.body.as_str()), (403, "locked out"));
    assert!(reply.header("set-cookie").contains("; Max-Age=0"));
    assert_eq!((reply.header("vary"), reply.header("cache-control")), ("Cookie", "private"));
    assert_eq!(browser.get("/").body, "nobody\n");
}

#[test]
fn a_panic_ends_its_own_connection_and_no_other() {
    let at = start(failing);
    let mut browser = Browser::new(at);
    browser.post("/login", "Ada");
    let panicked = thread::spawn({
        let mut browser = browser.clone();
        move || browser.get("/panics")
    });
    assert!(panicked.join().is_err(), "no response");
    assert!(browser.get("/").body.starts_with("Ada"));
}

#[test]
fn hostile_cookies_are_an_empty_session_and_no_500() {
    let at = start(routes);
    let mut browser = Browser::new(at);
    browser.post("/login", "Ada");
    let good = browser.cookie.unwrap();
    for cookie in [
        "session=".to_owned(),
        "session=garbage".to_owned(),
        format!("{good}A"),
        format!("session={}", "A".repeat(64 * 1024)),
        "session=x; ".repeat(3000),
    ] {
        let reply = send(at, "GET", "/", &[format!("Cookie: {cookie}")], "");
        assert_eq!((reply.status, reply.body.as_str()), (200, "nobody\n"));
    }
    let among = format!("Cookie: session=x; {good}");
    assert!(send(at, "GET", "/", &[among], "").body.starts_with("Ada"));
}

//! hardtack with hyper alone: reads the session from the request and writes it into the response.
//!
//! ```text
//! PORT=3000 cargo run --example hyper
//! curl -i -d Ada http://127.0.0.1:3000/login
//! ```

use core::convert::Infallible;
use core::time::Duration;
use std::env;
use std::error::Error;
use std::io;
use std::net::Ipv4Addr;

use hardtack::web::{Session, SessionCookie};
use hardtack::{Codec, Key, KeyRing, SessionId};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::header::{HeaderValue, LOCATION};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::net::{TcpListener, TcpStream};

/// The session data in the cookie.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Login {
    name: Option<String>,
    note: String,
}

async fn handle(
    cookie: SessionCookie,
    request: Request<Incoming>,
) -> Result<Response<String>, Infallible> {
    let mut session: Session<Login> = cookie.read(request.headers());
    let mut response = route(&mut session, request).await;
    let status = response.status();
    if let Err(error) = cookie.write(&session, status, response.headers_mut()) {
        eprintln!("the session was not written: {error}");
        return Ok(plain(StatusCode::INTERNAL_SERVER_ERROR, String::new()));
    }
    Ok(response)
}

async fn route(session: &mut Session<Login>, request: Request<Incoming>) -> Response<String> {
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/") => plain(StatusCode::OK, who(session)),
        (&Method::POST, "/login") => log_in(session, text(request).await),
        (&Method::POST, "/note") => write_note(session, text(request).await),
        (&Method::POST, "/logout") => {
            session.flush();
            home()
        }
        _ => plain(StatusCode::NOT_FOUND, String::new()),
    }
}

fn who(session: &Session<Login>) -> String {
    match (&session.name, session.id()) {
        (Some(name), Some(id)) => format!("{name}, session {id}\n{}", session.note),
        _ => "nobody\n".to_owned(),
    }
}

fn log_in(session: &mut Session<Login>, name: Option<String>) -> Response<String> {
    // Here a password or a passkey is checked. Only after that:
    if name.is_none() {
        return plain(StatusCode::UNPROCESSABLE_ENTITY, String::new());
    }
    // This replaces all session data, so the previous visitor's data is discarded.
    session.log_in(Login { name, ..Login::default() });
    home()
}

fn write_note(session: &mut Session<Login>, note: Option<String>) -> Response<String> {
    session.note = note.unwrap_or_default();
    home()
}

/// The request's body: 1 to 64 bytes of text.
async fn text(request: Request<Incoming>) -> Option<String> {
    let body = Limited::new(request.into_body(), 64).collect().await.ok()?;
    String::from_utf8(body.to_bytes().into()).ok().filter(|text| !text.is_empty())
}

fn home() -> Response<String> {
    let mut response = plain(StatusCode::SEE_OTHER, String::new());
    response.headers_mut().insert(LOCATION, HeaderValue::from_static("/"));
    response
}

fn plain(status: StatusCode, text: String) -> Response<String> {
    let mut response = Response::new(text);
    *response.status_mut() = status;
    response
}

/// The site.
///
/// # Errors
/// Returns the socket's error when it accepts no more connections.
pub async fn serve(listener: TcpListener, cookie: SessionCookie) -> io::Result<()> {
    loop {
        let (socket, _) = listener.accept().await?;
        tokio::spawn(connection(socket, cookie.clone()));
    }
}

async fn connection(socket: TcpStream, cookie: SessionCookie) {
    let service = service_fn(move |request| handle(cookie.clone(), request));
    if let Err(error) = http1::Builder::new().serve_connection(TokioIo::new(socket), service).await
    {
        eprintln!("a connection broke: {error}");
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let codec =
        Codec::signed("hardtack/example/hyper", &keys()?, Duration::from_secs(7200)).build()?;
    // For plain HTTP on this machine. Behind HTTPS, leave out `name` and `secure`.
    let cookie =
        SessionCookie::builder(codec).name("session").secure(false).id_source(SessionId::generate);
    let port = env::var("PORT").map_or(Ok(0), |port| port.parse())?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("http://{}", listener.local_addr()?);
    Ok(serve(listener, cookie.build()?).await?)
}

fn keys() -> Result<KeyRing, Box<dyn Error>> {
    if let Ok(list) = env::var("HARDTACK_KEYS") {
        return Ok(KeyRing::from_base64_list(&list)?);
    }
    eprintln!("WARNING: HARDTACK_KEYS is not set: this key lasts for this run only");
    Ok(KeyRing::new(Key::generate()?))
}

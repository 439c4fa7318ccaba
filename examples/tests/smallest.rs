//! `examples/smallest.rs`: log in, log out, remember me, in 31 lines.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread;

use hardtack::KeyRing;

use crate::client::Browser;
use crate::smallest_example::site;

const KEY: &str = "YUAOcJ3EdEaMSyjVF153dcjK233EQMXwxhD8Taobr1w=";

#[tokio::main(flavor = "current_thread")]
async fn run(socket: TcpListener) {
    let listener = tokio::net::TcpListener::from_std(socket).unwrap();
    axum::serve(listener, site(&KeyRing::from_base64_list(KEY).unwrap()).unwrap()).await.unwrap();
}

fn start() -> SocketAddr {
    let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let at = socket.local_addr().unwrap();
    socket.set_nonblocking(true).unwrap();
    thread::spawn(move || run(socket));
    at
}

#[test]
fn the_smallest_site_logs_in_remembers_and_logs_out() {
    let mut browser = Browser::new(start());
    assert_eq!(browser.get("/").body, "nobody");
    let reply = browser.post("/", "user=Ada");
    assert_eq!(reply.status, 303);
    assert!(!reply.header("set-cookie").contains("Max-Age"), "until the browser closes");
    assert_eq!(browser.get("/").body, "Ada");
    let reply = browser.post("/", "user=Bob&remember=on");
    assert!(reply.header("set-cookie").contains("; Max-Age=2592000"));
    assert_eq!(browser.get("/").body, "Bob");
    assert!(browser.post("/logout", "").header("set-cookie").contains("; Max-Age=0"));
    assert_eq!(browser.get("/").body, "nobody");
}

#[test]
fn the_smallest_site_has_at_most_31_lines() {
    assert!(include_str!("../smallest.rs").lines().count() <= 31);
}

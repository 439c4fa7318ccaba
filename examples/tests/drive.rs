//! The tests that the example of every framework must pass.

use std::net::SocketAddr;

use super::client::{Browser, Reply};

/// Runs the tests that every framework's example must pass.
pub fn drive(at: SocketAddr) {
    let mut browser = Browser::new(at);
    stranger(&mut browser);
    log_in(&mut browser);
    come_back(&mut browser);
    forge(&browser);
    another_user(&mut browser);
    log_out(&mut browser);
}

fn stranger(browser: &mut Browser) {
    let reply = browser.get("/");
    assert_eq!((reply.status, reply.body.as_str()), (200, "nobody\n"));
    assert_eq!((reply.cookie(), reply.header("vary")), (None, "Cookie"));
    let refused = browser.post("/login", "");
    assert_eq!((refused.status, refused.cookie()), (422, None));
    assert_eq!(browser.post("/login", &"x".repeat(65)).status, 422);
}

fn log_in(browser: &mut Browser) {
    let reply = browser.post("/login", "Ada");
    assert_eq!((reply.status, reply.header("location")), (303, "/"));
    let header = reply.header("set-cookie");
    assert!(header.starts_with("session="));
    assert!(header.ends_with("; HttpOnly; SameSite=Lax; Path=/; Max-Age=7200"));
    assert_eq!(reply.header("cache-control"), "private");
}

fn come_back(browser: &mut Browser) {
    let (first, second) = (browser.get("/"), browser.get("/"));
    let id = first.body.trim_end().strip_prefix("Ada, session ").unwrap();
    assert!(id.len() == 32 && id.chars().all(|digit| digit.is_ascii_hexdigit()), "{id}");
    assert_eq!(first.body, second.body);
    assert_eq!((first.cookie(), first.header("vary")), (None, "Cookie"));
}

/// A second user logs in with the first one's cookie in the jar.
fn another_user(browser: &mut Browser) {
    let adas = browser.get("/").body;
    assert_eq!(browser.post("/note", "Ada's secret").status, 303);
    assert_eq!(browser.get("/").body, format!("{adas}Ada's secret"));
    assert_eq!(browser.post("/login", "Bob").status, 303);
    let bobs = browser.get("/").body;
    let id = bobs.strip_prefix("Bob, session ").unwrap();
    assert!(id.len() == 33 && !adas.ends_with(id), "{bobs}");
}

fn forge(browser: &Browser) {
    let mut forged = browser.clone();
    let cookie = forged.cookie.as_mut().unwrap();
    let last = cookie.pop().unwrap();
    cookie.push(if last == 'A' { 'E' } else { 'A' });
    let reply = forged.get("/");
    assert_eq!((reply.status, reply.body.as_str()), (200, "nobody\n"));
    assert_eq!(reply.cookie(), None, "another server may have the key for it");
    forged.cookie = Some("session=no token".to_owned());
    assert_cleared(&forged.get("/"));
}

fn log_out(browser: &mut Browser) {
    let reply = browser.post("/logout", "");
    assert_eq!((reply.status, reply.header("location")), (303, "/"));
    assert_cleared(&reply);
    assert_eq!(browser.get("/").body, "nobody\n");
}

fn assert_cleared(reply: &Reply) {
    assert!(reply.header("set-cookie").starts_with("session=; "));
    assert!(reply.header("set-cookie").contains("; Max-Age=0; "));
}

//! `examples/server`, driven over a real socket, with a clock that the tests set.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use hardtack::time::OffsetDateTime;
use hardtack::tower::Session;
use hardtack::{Expiry, KeyRing, inspect};

use crate::client::{Browser, send};
use crate::site::{self, Settings, Site, Visitor};

const OLD: &str = "YUAOcJ3EdEaMSyjVF153dcjK233EQMXwxhD8Taobr1w=";
const NEW: &str = "mEKznjCW2QgvPVcAXLYjtntM13FswFGCkQw0WQ7vepw=";
const START: i64 = 1_790_000_000;
const HOUR: i64 = 3600;
const DAY: i64 = 86_400;

/// A server and its clock.
struct Server {
    at: SocketAddr,
    clock: Arc<AtomicI64>,
}

impl Server {
    fn new() -> Self {
        Self::with(OLD, false)
    }

    fn with(keys: &str, secure: bool) -> Self {
        let clock = Arc::new(AtomicI64::new(START));
        let at = serve(site::router(site(keys, secure, &clock)));
        Self { at, clock }
    }

    fn browser(&self) -> Browser {
        Browser::new(self.at)
    }

    fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    fn logged_in(&self, form: &str) -> Browser {
        let mut browser = self.browser();
        assert_eq!(browser.post("/login", form).status, 303);
        browser
    }
}

fn site(keys: &str, secure: bool, clock: &Arc<AtomicI64>) -> Site {
    let keys = KeyRing::from_base64_list(keys).unwrap();
    let clock = Arc::clone(clock);
    let now = move || OffsetDateTime::from_unix_timestamp(clock.load(Ordering::SeqCst)).unwrap();
    Site::new(&keys, Settings { secure, passing_key: false, clock: Arc::new(now) }).unwrap()
}

fn serve(router: Router) -> SocketAddr {
    let socket = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let at = socket.local_addr().unwrap();
    socket.set_nonblocking(true).unwrap();
    thread::spawn(move || run(socket, router));
    at
}

#[tokio::main(flavor = "current_thread")]
async fn run(socket: std::net::TcpListener, router: Router) {
    let listener = tokio::net::TcpListener::from_std(socket).unwrap();
    axum::serve(listener, router).await.unwrap();
}

fn is_logged_in(browser: &mut Browser) -> bool {
    let page = browser.get("/");
    assert_eq!(page.status, 200, "a visitor sees a page, whatever the cookie");
    page.body.contains(r#"id="who""#)
}

fn token(browser: &Browser) -> String {
    let (_, token) = browser.cookie.as_ref().unwrap().split_once('=').unwrap();
    token.to_owned()
}

/// The text of the element with that id.
fn shown(page: &str, id: &str) -> String {
    let (_, rest) = page.split_once(&format!("id=\"{id}\">")).unwrap();
    rest.split_once("</").unwrap().0.to_owned()
}

#[test]
fn a_logged_in_user_is_recognized_on_the_next_visit() {
    let server = Server::new();
    let mut browser = server.browser();
    let first = browser.get("/");
    assert!(first.body.contains(r#"action="/login""#));
    assert_eq!(first.headers("set-cookie").len(), 0, "nobody asked for a session yet");
    assert_eq!(browser.post("/login", "name=Ada+Lovelace").header("location"), "/");
    server.pass(60);
    let page = browser.get("/");
    assert_eq!(shown(&page.body, "who"), "Ada Lovelace");
    assert!(shown(&page.body, "began").ends_with("2026-09-21 14:13:20 UTC"));
    assert!(page.body.contains("2026-09-21 16:13:20 UTC"), "two hours after it began");
    assert!(page.body.contains("in 1 hour and 59 minutes"));
}

#[test]
fn a_page_that_changes_nothing_sends_no_cookie_and_no_cache_keeps_it() {
    let server = Server::new();
    let mut browser = server.logged_in("name=Ada");
    let page = browser.get("/");
    assert_eq!(page.headers("set-cookie").len(), 0);
    assert_eq!((page.header("vary"), page.header("cache-control")), ("Cookie", "no-store"));
}

#[test]
fn the_style_sheet_has_nothing_to_do_with_the_session() {
    let server = Server::new();
    let style = server.logged_in("name=Ada").get("/style.css");
    assert_eq!((style.status, style.header("vary")), (200, ""));
    assert!(style.header("cache-control").starts_with("public"));
}

#[test]
fn every_log_in_has_an_id_of_its_own() {
    let server = Server::new();
    let mut browser = server.logged_in("name=Ada");
    let first = shown(&browser.get("/").body, "session-id");
    browser.post("/login", "name=Ada");
    let second = shown(&browser.get("/").body, "session-id");
    assert_eq!((first.len(), second.len()), (32, 32));
    assert_ne!(first, second);
}

#[test]
fn a_log_in_does_not_carry_on_an_anonymous_session() {
    let server = Server::new();
    let mut browser = server.browser();
    browser.post("/preferences", "theme=dark&accent=sea");
    let before = inspect(token(&browser)).unwrap();
    server.pass(HOUR);
    browser.post("/login", "name=Ada");
    let after = inspect(token(&browser)).unwrap();
    assert_ne!(before.unverified_session_id(), after.unverified_session_id());
    assert_eq!(after.unverified_started_at().unix_timestamp(), START + HOUR);
    assert!(browser.get("/").body.contains(r#"data-theme="dark""#), "what was chosen stays");
}

#[test]
fn a_second_user_of_the_browser_gets_no_data_of_the_first() {
    let server = Server::new();
    let mut browser = server.logged_in("name=Ada&remember=on");
    browser.post("/preferences", "theme=dark&accent=moss&note=two+biscuits");
    let adas = inspect(token(&browser)).unwrap();
    assert!(browser.get("/").body.contains("two biscuits"));
    server.pass(60);
    browser.post("/login", "name=Bob");
    let page = browser.get("/").body;
    assert_eq!(shown(&page, "who"), "Bob");
    assert!(!page.contains("two biscuits"));
    let bobs = inspect(token(&browser)).unwrap();
    assert_ne!(adas.unverified_session_id(), bobs.unverified_session_id());
    assert_ne!(adas.unverified_started_at(), bobs.unverified_started_at());
    assert_ne!(adas.unverified_expiry(), bobs.unverified_expiry());
}

#[test]
fn preferences_change_the_page_and_neither_id_nor_start() {
    let server = Server::new();
    let mut browser = server.logged_in("name=Ada");
    let before = browser.get("/").body;
    assert!(before.contains(r#"data-theme="light" data-accent="sea""#));
    server.pass(60);
    browser.post("/preferences", "theme=dark&accent=brick&note=two+biscuits");
    let after = browser.get("/").body;
    assert!(after.contains(r#"data-theme="dark" data-accent="brick""#));
    assert!(after.contains("two biscuits</textarea>"));
    for id in ["who", "session-id", "began"] {
        assert_eq!(shown(&before, id), shown(&after, id));
    }
}

#[test]
fn a_preference_that_does_not_exist_is_refused() {
    let server = Server::new();
    let mut browser = server.logged_in("name=Ada");
    assert_eq!(browser.post("/preferences", "theme=plaid&accent=sea").status, 422);
    assert!(is_logged_in(&mut browser));
}

#[test]
fn user_input_is_escaped() {
    let server = Server::new();
    let name = "%3Cscript%3Ealert(1)%3C%2Fscript%3E%26%22%27";
    let mut browser = server.logged_in(&format!("name={name}"));
    browser.post("/preferences", "theme=dark&accent=sea&note=%3C%2Ftextarea%3E%3Cb%3E");
    let page = browser.get("/").body;
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;"));
    assert!(page.contains("&lt;/textarea&gt;&lt;b&gt;"));
    assert!(!page.contains("<script") && !page.contains("<b>\n"));
    assert_eq!(page.matches("</textarea>").count(), 1);
}

#[test]
fn a_query_cannot_put_text_on_the_page() {
    let server = Server::new();
    let mut browser = server.browser();
    assert!(browser.get("/?logged-out").body.contains("You are logged out."));
    let page = browser.get("/?%3Cscript%3E").body;
    assert!(!page.contains("script") && !page.contains("notice"));
}

#[test]
fn names_are_checked() {
    let server = Server::new();
    let mut browser = server.browser();
    let long = "x".repeat(65);
    for form in ["", "name=", "name=+%09+", "name=a%00b", &format!("name={long}")] {
        let reply = browser.post("/login", form);
        assert_eq!((reply.status, reply.cookie()), (422, None), "{form}");
        assert!(reply.body.contains("1 to 64 characters"));
    }
    assert_eq!(browser.post("/login", &format!("name={}", "%C3%A9".repeat(64))).status, 303);
}

#[test]
fn remember_me_is_kept_for_thirty_days_and_else_until_the_browser_closes() {
    let server = Server::new();
    let remembered = server.browser().post("/login", "name=Ada&remember=on");
    let (_, attributes) = remembered.header("set-cookie").split_once("; ").unwrap();
    assert_eq!(attributes, "HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000");
    let passing = server.browser().post("/login", "name=Ada");
    let (_, attributes) = passing.header("set-cookie").split_once("; ").unwrap();
    assert_eq!(attributes, "HttpOnly; SameSite=Lax; Path=/");
}

#[test]
fn behind_https_the_cookie_has_the_host_prefix() {
    let server = Server::with(OLD, true);
    let mut browser = server.browser();
    let reply = browser.post("/login", "name=Ada");
    let header = reply.header("set-cookie");
    assert!(header.starts_with("__Host-session="));
    assert!(header.ends_with("; HttpOnly; SameSite=Lax; Secure; Path=/"));
    assert!(is_logged_in(&mut browser));
    let plain = format!("session={}", token(&browser));
    assert!(!is_logged_in(&mut Browser { to: server.at, cookie: Some(plain) }));
}

#[test]
fn a_forged_cookie_is_treated_as_missing() {
    let server = Server::new();
    let token = token(&server.logged_in("name=Ada"));
    let mut refused = 0;
    for at in 0..token.len() {
        let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
        let mut forged = token.clone();
        forged.replace_range(at..=at, other);
        let mut browser = Browser { to: server.at, cookie: Some(format!("session={forged}")) };
        refused += usize::from(!is_logged_in(&mut browser));
    }
    assert_eq!(refused, token.len());
}

#[test]
fn a_cookie_of_another_key_is_treated_as_missing() {
    let (ours, theirs) = (Server::new(), Server::with(NEW, false));
    let cookie = theirs.logged_in("name=Ada").cookie;
    assert!(!is_logged_in(&mut Browser { to: ours.at, cookie }));
}

#[test]
fn a_planted_duplicate_cookie_is_ignored() {
    let server = Server::new();
    let real = server.logged_in("name=Ada").cookie.unwrap();
    let planted = server.logged_in("name=Mallory").cookie.unwrap();
    let mut junk = Browser { to: server.at, cookie: Some(format!("session=junk; {real}")) };
    assert!(is_logged_in(&mut junk));
    let mut two = Browser { to: server.at, cookie: Some(format!("{planted}; {real}")) };
    assert!(!is_logged_in(&mut two), "nobody can tell which of the two is the visitor's");
}

#[test]
fn a_session_expires_though_the_browser_still_has_it() {
    let server = Server::new();
    let mut browser = server.logged_in("name=Ada");
    let mut remembered = server.logged_in("name=Ada&remember=on");
    let early = browser.clone();
    server.pass(2 * HOUR - 1);
    assert!(is_logged_in(&mut early.clone()));
    server.pass(1);
    assert!(!is_logged_in(&mut browser));
    assert!(browser.cookie.is_some(), "the server's clock may be ahead");
    assert!(is_logged_in(&mut remembered));
    server.pass(30 * DAY);
    assert!(!is_logged_in(&mut remembered.clone()));
}

#[test]
fn a_visit_in_the_second_half_renews() {
    let server = Server::new();
    let mut browser = server.logged_in("name=Ada");
    server.pass(HOUR - 1);
    assert_eq!(browser.get("/").cookie(), None);
    server.pass(1);
    let before = token(&browser);
    assert!(browser.get("/").cookie().is_some());
    let (before, after) = (inspect(before).unwrap(), inspect(token(&browser)).unwrap());
    assert_eq!(before.unverified_session_id(), after.unverified_session_id());
    assert_eq!(before.unverified_started_at(), after.unverified_started_at());
    server.pass(2 * HOUR - 1);
    assert!(is_logged_in(&mut browser));
}

#[test]
fn no_chain_of_visits_outlives_the_absolute_timeout() {
    let server = Server::new();
    let mut browser = server.logged_in("name=Ada&remember=on");
    let mut days = 0;
    while is_logged_in(&mut browser) {
        server.pass(DAY);
        days += 1;
    }
    assert_eq!(days, 90);
}

#[test]
fn a_key_rotation_logs_no_one_out() {
    let instant = OffsetDateTime::from_unix_timestamp(START + HOUR).unwrap();
    let (date, (hour, minute, second)) = (instant.date(), instant.to_hms());
    let both = format!("{NEW}@{date}T{hour:02}:{minute:02}:{second:02}Z,{OLD}");
    let (before, during, after) =
        (Server::with(OLD, false), Server::with(&both, false), Server::with(NEW, false));
    let mut browser = before.logged_in("name=Ada");
    let old = browser.cookie.clone();
    browser.to = during.at;
    assert!(is_logged_in(&mut browser));
    assert_eq!(browser.cookie, old, "the new key does not sign yet");
    during.pass(HOUR);
    let page = browser.get("/");
    assert_eq!(shown(&page.body, "who"), "Ada");
    assert_ne!(browser.cookie, old, "issued again by the new key");
    after.pass(HOUR);
    browser.to = after.at;
    assert!(is_logged_in(&mut browser));
    assert!(!is_logged_in(&mut Browser { to: after.at, cookie: old }));
}

#[test]
fn logging_out_clears_the_cookie_and_a_copy_lives_on() {
    let server = Server::new();
    let mut browser = server.logged_in("name=Ada");
    let mut copy = browser.clone();
    let reply = browser.post("/logout", "");
    let (_, attributes) = reply.header("set-cookie").split_once("; ").unwrap();
    assert_eq!(
        attributes,
        "HttpOnly; SameSite=Lax; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
    );
    assert!(!is_logged_in(&mut browser));
    assert!(is_logged_in(&mut copy), "what a log-out without a store cannot do");
}

#[test]
fn logging_out_everywhere_refuses_every_copy() {
    let server = Server::new();
    let mut here = server.logged_in("name=Ada");
    let mut elsewhere = server.logged_in("name=Ada&remember=on");
    let mut somebody_else = server.logged_in("name=Grace");
    let mut copy = here.clone();
    here.post("/logout-everywhere", "");
    for browser in [&mut here, &mut elsewhere, &mut copy] {
        assert!(!is_logged_in(browser));
        assert_eq!(browser.cookie, None);
    }
    assert!(is_logged_in(&mut somebody_else));
}

#[test]
fn logging_in_again_in_the_same_second_works() {
    let server = Server::new();
    let mut browser = server.logged_in("name=Ada");
    browser.post("/logout-everywhere", "");
    browser.post("/login", "name=Ada");
    assert!(is_logged_in(&mut browser));
    server.pass(HOUR);
    browser.post("/login", "name=Ada");
    let token = inspect(token(&browser)).unwrap();
    assert_eq!(token.unverified_started_at().unix_timestamp(), START + HOUR);
}

#[test]
fn logging_out_everywhere_without_a_session_ends_nothing() {
    let server = Server::new();
    let mut browser = server.logged_in("name=Ada");
    assert_eq!(server.browser().post("/logout-everywhere", "").status, 303);
    assert!(is_logged_in(&mut browser));
}

#[test]
fn the_codec_alone_reads_the_same_session() {
    let server = Server::new();
    let mut browser = server.logged_in("name=Ada");
    let replay = browser.clone();
    server.pass(HOUR);
    let me = browser.get("/api/me");
    assert_eq!((me.status, me.header("content-type")), (200, "application/json"));
    let me: serde_json::Value = serde_json::from_str(&me.body).unwrap();
    assert_eq!((&me["name"], &me["started_at"]), (&"Ada".into(), &START.into()));
    assert_eq!(
        (&me["expires_at"], &me["renewal_is_due"]),
        (&(START + 2 * HOUR).into(), &true.into())
    );
    let id = inspect(token(&browser)).unwrap().unverified_session_id().unwrap();
    assert_eq!(me["session_id"], id.to_string());
    browser.post("/logout-everywhere", "");
    for mut browser in [replay, server.browser()] {
        let me = browser.get("/api/me");
        assert_eq!((me.status, me.body.as_str()), (401, r#""nobody is logged in""#));
    }
}

#[test]
fn a_form_of_another_site_is_refused() {
    let server = Server::new();
    let cookie = format!("Cookie: {}", server.logged_in("name=Ada").cookie.unwrap());
    let own = format!("Origin: http://{}", server.at);
    let status = |lines: &[&str]| {
        let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
        send(server.at, "POST", "/logout", &lines, "").status
    };
    assert_eq!(status(&[&cookie, "Sec-Fetch-Site: cross-site"]), 403);
    assert_eq!(status(&[&cookie, "Sec-Fetch-Site: same-site"]), 403);
    assert_eq!(status(&[&cookie, "Origin: http://evil.example"]), 403);
    assert_eq!(status(&[&cookie, "Origin: null"]), 403);
    assert_eq!(status(&[&cookie, &own]), 303);
    assert_eq!(status(&[&cookie, "Sec-Fetch-Site: same-origin", &own]), 303);
}

#[test]
fn a_session_that_does_not_fit_is_reported_and_not_changed() {
    let server = Server::new();
    let mut browser = server.logged_in("name=Ada");
    let before = browser.cookie.clone();
    let note = "x".repeat(4096);
    let reply = browser.post("/preferences", &format!("theme=dark&accent=sea&note={note}"));
    assert_eq!((reply.status, reply.cookie()), (413, None));
    assert!(reply.body.contains("A cookie holds 4096 characters"));
    assert_eq!(browser.cookie, before);
    assert!(is_logged_in(&mut browser));
}

/// A handler that changes the session, and then fails.
async fn fail(mut session: Session<Visitor>) -> StatusCode {
    session.note.push_str("half done");
    session.set_expiry(Expiry::BrowserClose).unwrap();
    StatusCode::INTERNAL_SERVER_ERROR
}

#[test]
fn a_failed_response_saves_nothing() {
    let clock = Arc::new(AtomicI64::new(START));
    let site = site(OLD, false, &clock);
    let failing = site::with_sessions(Router::new().route("/fail", post(fail)), &site);
    let failing = failing.with_state(site.clone());
    let mut browser = Browser::new(serve(site::router(site).merge(failing)));
    browser.post("/login", "name=Ada");
    let before = browser.cookie.clone();
    let reply = browser.post("/fail", "");
    assert_eq!((reply.status, reply.cookie()), (500, None));
    assert_eq!(browser.cookie, before);
    assert!(!browser.get("/").body.contains("half done"));
}

#[test]
fn no_cookie_breaks_a_page() {
    let server = Server::new();
    let long = format!("session={}", "A".repeat(8000));
    let many = "session=x; ".repeat(700);
    for cookie in ["session=", "session", "=", ";;;", "session=%00", "session=\"\"", &long, &many] {
        let mut browser = Browser { to: server.at, cookie: Some(cookie.to_owned()) };
        assert!(!is_logged_in(&mut browser), "{cookie:.20}");
    }
}

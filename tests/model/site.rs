//! The servers, the two cookie jars, and the checks of every response.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hardtack::time::OffsetDateTime;
use hardtack::web::{CookieAction, Rejection, Session, SessionCookie};
use hardtack::{Codec, Key, KeyId, KeyRing, SessionId, inspect};
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::book::{ABSOLUTE_TIMEOUT, Accepted, Book, Data, Expected, Issued, MAX_AGE, OVERLAP};
use crate::step::{Handler, Name, Planted, Request, Step};

const NAME: &str = "__Host-session";
const VISITOR: u8 = 1;
const ATTACKER: u8 = 2;
const BEGIN: i64 = 1_790_000_000;
/// The new key's activation.
const ACTIVATION: i64 = BEGIN + 9000;
/// The time from which the old key can be removed, because its tokens have expired on every clock.
const REMOVAL: i64 = ACTIVATION + OVERLAP + MAX_AGE + 120;

fn key(number: u8) -> Key {
    let bytes: Vec<u8> = (0..32).map(|place: u8| place.wrapping_mul(37) ^ number).collect();
    Key::from_bytes(&bytes).unwrap()
}

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap()
}

/// The successive rings of a server.
fn ring(stage: usize) -> KeyRing {
    match stage {
        0 => KeyRing::new(key(1)),
        1 => KeyRing::new(key(1)).activate_at(key(2), at(ACTIVATION)).unwrap(),
        _ => KeyRing::new(key(2)),
    }
}

fn accepted(stage: usize) -> Accepted {
    let (old, new) = (key(1).id(), key(2).id());
    match stage {
        0 => vec![(old, i64::MAX)],
        1 => vec![(old, ACTIVATION + OVERLAP), (new, i64::MAX)],
        _ => vec![(new, i64::MAX)],
    }
}

/// Returns the key that signs at this time.
fn signer(stage: usize, issued_at: i64) -> KeyId {
    let is_new = stage == 2 || stage == 1 && issued_at >= ACTIVATION;
    key(if is_new { 2 } else { 1 }).id()
}

/// The number of times that each tested event has occurred.
#[derive(Debug, Default)]
pub struct Seen {
    counts: [u64; 9],
}

impl Seen {
    const SESSION: usize = 0;
    const AMBIGUOUS: usize = 1;
    const REFUSED: usize = 2;
    const SET: usize = 3;
    const CLEARED: usize = 4;
    const FAILED: usize = 5;
    const PLANTED_AT_LOG_IN: usize = 6;
    const REVOKED_MEANWHILE: usize = 7;
    const ROTATED: usize = 8;

    fn see(&mut self, what: usize, happened: bool) {
        self.counts[what] += u64::from(happened);
    }

    pub fn add(&mut self, other: &Self) {
        self.counts.iter_mut().zip(other.counts).for_each(|(count, other)| *count += other);
    }

    /// Returns the count of the rarest event.
    pub fn least(&self) -> u64 {
        self.counts.into_iter().min().unwrap()
    }
}

struct Server {
    skew: i64,
    stage: usize,
    cookie: SessionCookie,
}

/// The list of revoked sessions, shared by the servers.
type Revoked = Arc<Mutex<HashSet<SessionId>>>;

pub struct Site {
    now: i64,
    servers: [Server; 3],
    book: Book,
    revoked: Revoked,
    ids: Arc<AtomicU64>,
    /// The visitor's and the attacker's own cookie.
    jars: [Option<String>; 2],
    /// Every value that the attacker was sent.
    stash: Vec<String>,
    pub seen: Seen,
}

/// A request, and what the model expects of it.
struct Visit {
    who: u8,
    tokens: Vec<String>,
    had_cookie: bool,
    expected: Expected,
    now: i64,
    stage: usize,
}

impl Site {
    pub fn new(skews: [i64; 3]) -> Self {
        let (revoked, ids) = (Arc::default(), Arc::new(AtomicU64::new(1)));
        let server = |skew| Server { skew, stage: 0, cookie: cookie(0, NAME, &revoked, &ids) };
        let servers = skews.map(server);
        Self {
            now: BEGIN,
            servers,
            book: Book::default(),
            revoked,
            ids,
            jars: [None, None],
            stash: Vec::new(),
            seen: Seen::default(),
        }
    }

    pub fn run(&mut self, step: &Step) {
        match step {
            Step::Wait(seconds) => self.now += seconds,
            Step::Deploy(server) => self.deploy(*server),
            Step::Request(request) => self.serve(request),
        }
    }

    /// Deploys the next ring to a server, in any order and with any delay. The old key is removed
    /// only when all of its tokens have expired and every server has the new key.
    fn deploy(&mut self, server: usize) {
        let all_know = self.servers.iter().all(|server| server.stage > 0);
        let server = &mut self.servers[server];
        let may = match server.stage {
            0 => true,
            1 => all_know && self.now >= REMOVAL,
            _ => false,
        };
        if may {
            server.stage += 1;
            server.cookie = cookie(server.stage, NAME, &self.revoked, &self.ids);
        }
    }

    fn serve(&mut self, request: &Request) {
        let who = if request.by_attacker { ATTACKER } else { VISITOR };
        let (headers, tokens) = self.headers(request, who);
        let server = &self.servers[request.server];
        let (now, stage) = (self.now + server.skew, server.stage);
        let cookie = server.cookie.clone();
        let expected = self.book.expect(&tokens, &accepted(stage), now);
        let visit = Visit { who, had_cookie: !tokens.is_empty(), tokens, expected, now, stage };

        let mut session: Session<Data> = cookie.read_at(&headers, at(now));
        self.check_read(&visit, &session);
        let before = self.handle(&visit, request.handler, &mut session);
        let status = if request.fails { 500 } else { 200 };
        let status = StatusCode::from_u16(status).unwrap();
        let answer = cookie.response_headers_at(&session, status, at(now)).unwrap();
        assert!(!matches!(answer.action, CookieAction::Set(_)) || answer.private && answer.vary);
        self.check_answer(&visit, request, &session, before, &answer.action);
        if request.handler == Handler::LogsOut {
            self.revoke(before);
        }
    }

    /// The request's headers, and the values of the cookie that a server must look at.
    fn headers(&self, request: &Request, who: u8) -> (HeaderMap, Vec<String>) {
        let own = self.jars[usize::from(who - 1)].clone();
        let planted = |before: bool| {
            let those = request.planted.iter().filter(move |(_, _, first)| *first == before);
            those.filter_map(|(value, name, _)| Some((*name, self.value(*value, request.server)?)))
        };
        let own = own.map(|token| (Name::Exact, token));
        let pairs: Vec<(Name, String)> = planted(true).chain(own).chain(planted(false)).collect();
        let text = |(name, value): &(Name, String)| match name {
            Name::Exact => format!("{NAME}={value}"),
            Name::OtherCase => format!("__host-SESSION={value}"),
            Name::Other => format!("__Host-session2={value}"),
        };
        let texts: Vec<String> = pairs.iter().map(text).collect();
        let lines = if request.split { texts } else { vec![texts.join("; ")] };
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_str(&line).unwrap());
        }
        let exact = pairs.into_iter().filter(|(name, _)| *name == Name::Exact);
        (headers, exact.map(|(_, value)| value).collect())
    }

    fn value(&self, planted: Planted, server: usize) -> Option<String> {
        let stage = self.servers[server].stage;
        let own = |index: usize| self.stash.get(index.checked_rem(self.stash.len())?).cloned();
        match planted {
            Planted::Own(index) => own(index),
            Planted::Tampered(index) => own(index).map(|token| {
                let mut bytes = token.into_bytes();
                let place = index / 7 % bytes.len();
                bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
                String::from_utf8(bytes).unwrap()
            }),
            Planted::OtherCookie => {
                Some(self.forge(&cookie(stage, "other", &self.revoked, &self.ids)))
            }
            Planted::OtherTenant => {
                Some(self.forge(&tenant(stage, b"other", NAME, &self.revoked, &self.ids)))
            }
            // An attacker who learns the key earlier can forge any token.
            Planted::RetiredKey => {
                let retired = self.now - 60 > ACTIVATION + OVERLAP;
                let knows = stage > 0;
                let old = || self.forge(&cookie(0, NAME, &self.revoked, &self.ids));
                (retired && knows).then(old)
            }
            Planted::Garbage => Some("IPtqsTuA_garbage".to_owned()),
        }
    }

    /// Makes a session with the visitor's number in a cookie that is not the site's.
    fn forge(&self, cookie: &SessionCookie) -> String {
        let mut session: Session<Data> = cookie.read_at(&HeaderMap::new(), at(self.now));
        session.log_in(Data { owner: VISITOR, user: Some(VISITOR), count: 0 });
        let answer = cookie.response_headers_at(&session, StatusCode::OK, at(self.now)).unwrap();
        let CookieAction::Set(header) = answer.action else { panic!("not set") };
        value_of(&header)
    }

    fn check_read(&mut self, visit: &Visit, session: &Session<Data>) {
        let ambiguous = session.rejected() == Some(Rejection::Ambiguous);
        assert_eq!(ambiguous, visit.expected == Expected::Ambiguous, "ambiguous cookies");
        let data = **session;
        match &visit.expected {
            Expected::Session(issued) => {
                assert_eq!(session.rejected(), None, "a good session was refused");
                assert_eq!(data, issued.data, "another session was read");
                assert_eq!(session.id(), Some(issued.id));
                let started_at = session.started_at().map(|at| at.unix_timestamp());
                assert_eq!(started_at, Some(issued.started_at), "the start moved");
            }
            _ => {
                assert_eq!(data, Data::default(), "a session was read that must not be");
                assert_eq!(session.started_at(), None);
                let looked_at = session.rejected().is_some();
                assert_eq!(looked_at, visit.had_cookie, "a cookie of another name was looked at");
            }
        }
        if visit.who == ATTACKER {
            let stolen = data.owner == VISITOR || data.user == Some(VISITOR);
            assert!(!stolen, "the attacker reads the visitor's session");
        }
        let is_session = matches!(visit.expected, Expected::Session(_));
        self.seen.see(Seen::SESSION, is_session);
        self.seen.see(Seen::AMBIGUOUS, ambiguous);
        self.seen.see(Seen::REFUSED, visit.had_cookie && !is_session && !ambiguous);
        let rotated = |issued: &Issued| issued.key != key(1).id();
        let rotated = matches!(&visit.expected, Expected::Session(issued) if rotated(issued));
        self.seen.see(Seen::ROTATED, rotated);
    }

    /// Runs the handler, and returns the ID that the session had before.
    fn handle(
        &mut self,
        visit: &Visit,
        handler: Handler,
        session: &mut Session<Data>,
    ) -> Option<SessionId> {
        let before = session.id();
        let who = visit.who;
        match handler {
            Handler::Reads => {}
            Handler::Counts => count(session, who),
            Handler::LogsIn => {
                session.log_in(Data { owner: who, user: Some(who), count: 0 });
                self.seen.see(Seen::PLANTED_AT_LOG_IN, visit.tokens.len() > 1);
            }
            Handler::LogsOut => {
                let _ = session.flush();
            }
            Handler::CyclesId => session.cycle_id(),
            Handler::IsRevokedMeanwhile => {
                count(session, who);
                self.revoke(before);
                self.seen.see(Seen::REVOKED_MEANWHILE, before.is_some());
            }
        }
        before
    }

    fn revoke(&mut self, id: Option<SessionId>) {
        self.book.revoked.extend(id);
        self.revoked.lock().unwrap().extend(id);
    }

    fn check_answer(
        &mut self,
        visit: &Visit,
        request: &Request,
        session: &Session<Data>,
        before: Option<SessionId>,
        action: &CookieAction,
    ) {
        let handler = request.handler;
        self.seen.see(Seen::FAILED, request.fails);
        match action {
            CookieAction::Set(header) => {
                self.seen.see(Seen::SET, true);
                assert!(!request.fails, "a failed request saved its session");
                assert_ne!(handler, Handler::LogsOut, "a log-out was saved");
                let took_over = handler == Handler::LogsIn;
                let withheld = visit.expected == Expected::Ambiguous && !took_over;
                assert!(!withheld, "one of several cookies was replaced");
                self.enter(visit, handler, **session, before, &value_of(header));
            }
            CookieAction::Clear(_) => {
                self.seen.see(Seen::CLEARED, true);
                // One that was logged out, here or elsewhere, may be cleared.
                let ended = matches!(&visit.expected, Expected::Session(issued)
                    if self.book.revoked.contains(&issued.id));
                if handler != Handler::LogsOut && !ended {
                    self.check_dead(visit);
                }
                self.jars[usize::from(visit.who - 1)] = None;
            }
            CookieAction::Keep => {
                let logs_out = handler == Handler::LogsOut && visit.had_cookie;
                assert!(!logs_out, "a log-out kept the cookie");
                let changes = matches!(handler, Handler::Counts | Handler::LogsIn);
                let counts = handler == Handler::Counts;
                let withheld = visit.expected == Expected::Ambiguous && counts;
                assert!(!changes || request.fails || withheld, "a change was lost");
            }
            other => panic!("{other:?}"),
        }
    }

    /// Checks that no server would have accepted any of the cookies, with its own clock and keys.
    fn check_dead(&self, visit: &Visit) {
        for server in &self.servers {
            let now = self.now + server.skew;
            for token in &visit.tokens {
                let good = self.book.good(token, &accepted(server.stage), now);
                assert_eq!(good, None, "a good cookie was cleared");
            }
        }
    }

    /// Checks a token that was sent, and records it.
    fn enter(
        &mut self,
        visit: &Visit,
        handler: Handler,
        data: Data,
        before: Option<SessionId>,
        token: &str,
    ) {
        let header = inspect(token).unwrap();
        let id = header.unverified_session_id().expect("an ID");
        let carried = match &visit.expected {
            Expected::Session(issued) if handler != Handler::LogsIn => Some(issued),
            _ => None,
        };
        let issued = Issued {
            data,
            id,
            key: header.unverified_key_id(),
            started_at: header.unverified_started_at().unix_timestamp(),
            issued_at: header.unverified_issued_at().unix_timestamp(),
        };
        let expected_issue = carried.map_or(visit.now, |before| visit.now.max(before.issued_at));
        assert_eq!(issued.issued_at, expected_issue, "the issue time");
        let started_at = carried.map_or(visit.now, |before| before.started_at);
        assert_eq!(issued.started_at, started_at, "the start moved, or a log-in kept it");
        if carried.is_some() && handler != Handler::CyclesId {
            assert_eq!(Some(id), before, "the ID changed");
        } else {
            assert!(!self.book.knows_id(id), "a session began with an ID that was there before");
        }
        assert!(!self.book.revoked.contains(&id), "a revoked session was saved");
        let signer = signer(visit.stage, issued.issued_at);
        assert_eq!(issued.key, signer, "another key signed than the one whose time it is");
        self.book.enter(token, issued);
        self.jars[usize::from(visit.who - 1)] = Some(token.to_owned());
        if visit.who == ATTACKER {
            self.stash.push(token.to_owned());
        }
    }
}

fn count(session: &mut Session<Data>, who: u8) {
    session.count += 1;
    if session.owner == 0 {
        session.owner = who;
    }
}

fn value_of(header: &HeaderValue) -> String {
    let pair = header.to_str().unwrap().split(';').next().unwrap();
    pair.split_once('=').unwrap().1.to_owned()
}

fn cookie(stage: usize, name: &str, revoked: &Revoked, ids: &Arc<AtomicU64>) -> SessionCookie {
    tenant(stage, b"shop", name, revoked, ids)
}

fn tenant(
    stage: usize,
    tenant: &[u8],
    name: &str,
    revoked: &Revoked,
    ids: &Arc<AtomicU64>,
) -> SessionCookie {
    let timeout = Duration::from_secs(ABSOLUTE_TIMEOUT.unsigned_abs());
    let codec = Codec::signed("model", &ring(stage), Duration::from_secs(MAX_AGE.unsigned_abs()))
        .absolute_timeout(timeout)
        .build()
        .unwrap();
    let (list, ids) = (Arc::clone(revoked), Arc::clone(ids));
    let next = move || {
        let number = ids.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let mut id = [0; 16];
        id[..8].copy_from_slice(&number);
        Ok(SessionId::from_bytes(id))
    };
    let cookie = SessionCookie::builder(codec)
        .name(name)
        .id_source(next)
        .revoked_ids(move |id| list.lock().unwrap().contains(&id))
        .build()
        .unwrap();
    cookie.with_context(&[tenant]).unwrap()
}

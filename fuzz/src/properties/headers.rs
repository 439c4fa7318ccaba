//! Any `Cookie` headers, any configuration of `Set-Cookie`, any use of the session between them.
//!
//! Only the rules of browsers refuse a configuration. Headers are read as by a simple reader,
//! without a panic or an error. The response has one `Set-Cookie` with exactly the configured
//! attributes. The browser that sends it back gets the session that was saved.

use std::collections::BTreeSet;

use arbitrary::{Result, Unstructured};
use hardtack::time::{Duration, OffsetDateTime};
use hardtack::web::{
    CookieAction, Map, Rejection, ResponseError, ResponseHeaders, SameSite, Session, SessionCookie,
};
use hardtack::{Codec, Cutoff, DecodeError, Expiry, IssueOptions, SessionId, Verified};
use http::header::{CACHE_CONTROL, COOKIE, SET_COOKIE, VARY};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::super::naive::Config;
use super::super::scene;
use super::decode::unlimited;

/// The vectors' time.
pub const NOW: i64 = 1_790_000_000;
const DAY: u64 = 86_400;
const NEW_ID: SessionId = SessionId::from_bytes([9; 16]);
const ENDED_ID: SessionId = SessionId::from_bytes([0xee; 16]);

pub fn run(data: &[u8]) {
    // Too few bytes are no input.
    let _ = check(&mut Unstructured::new(data));
}

fn check(input: &mut Unstructured<'_>) -> Result<()> {
    let settings = Settings::read(input)?;
    let Some(cookie) = settings.cookie() else { return Ok(()) };
    let settings = settings.bound_to_the_name();
    let now = read_time(input)?;
    let headers = read_headers(&settings, input)?;
    let read = expected(&settings, &headers, now);
    let session = cookie.read_bytes_at(headers.iter().map(Vec::as_slice), now);
    assert_read(&session, &read);
    assert_same_by_header_map(&cookie, &headers, now, &session);
    let uses = Uses::of(&read);
    check_answer(&settings, &cookie, session, uses, now, input)
}

/// A cookie's configuration.
struct Settings {
    name: String,
    path: String,
    domain: Option<String>,
    secure: bool,
    http_only: bool,
    same_site: SameSite,
    partitioned: bool,
    save_every_request: bool,
    gives_ids: bool,
    reads_encrypted: bool,
    signed: Codec,
    encrypted: Codec,
}

impl Settings {
    fn read(input: &mut Unstructured<'_>) -> Result<Self> {
        let flags: u8 = input.arbitrary()?;
        let is_set = |bit: u8| flags >> bit & 1 == 1;
        let form: u8 = input.arbitrary()?;
        Ok(Self {
            secure: !is_set(0),
            http_only: !is_set(1),
            partitioned: is_set(2),
            save_every_request: is_set(3),
            gives_ids: is_set(4),
            reads_encrypted: is_set(5),
            name: if is_set(6) { scene::read_text(input)? } else { known_name(form).to_owned() },
            path: if is_set(7) { scene::read_text(input)? } else { "/".to_owned() },
            domain: if form & 0x80 == 0 { None } else { Some(scene::read_text(input)?) },
            same_site: [SameSite::Lax, SameSite::Strict, SameSite::None][usize::from(form) / 8 % 3],
            signed: codec(false),
            encrypted: codec(true),
        })
    }

    fn cookie(&self) -> Option<SessionCookie> {
        let mut builder = SessionCookie::builder(self.signed.clone())
            .name(&self.name)
            .path(&self.path)
            .secure(self.secure)
            .http_only(self.http_only)
            .same_site(self.same_site)
            .partitioned(self.partitioned)
            .save_every_request(self.save_every_request)
            .revoked_ids(|id| id == ENDED_ID);
        if let Some(domain) = &self.domain {
            builder = builder.domain(domain);
        }
        if self.gives_ids {
            builder = builder.id_source(|| Ok(NEW_ID));
        }
        if self.reads_encrypted {
            builder = builder.accept_previous(self.encrypted.clone(), read_until());
        }
        let built = builder.build();
        assert_eq!(built.is_ok(), self.is_allowed(), "{built:?}");
        built.ok()
    }

    /// The codecs that make and read the cookie's tokens (FORMAT.md, "The cookie").
    fn bound_to_the_name(self) -> Self {
        let bound = |codec: Codec| codec.with_context(&[self.name.as_bytes()]).expect("a name");
        Self { signed: bound(self.signed), encrypted: bound(self.encrypted), ..self }
    }

    fn domain(&self) -> Option<&str> {
        self.domain.as_deref().map(|domain| domain.strip_prefix('.').unwrap_or(domain))
    }

    /// RFC 6265bis, 4.1.
    fn is_allowed(&self) -> bool {
        let others = self.path.starts_with('/') && self.path.len() <= 1024;
        let refused = "\"#;<>?\\^`{|}";
        let path =
            others && self.path.chars().all(|c| ('!'..='~').contains(&c) && !refused.contains(c));
        let needs_secure = self.same_site == SameSite::None || self.partitioned;
        is_token(&self.name)
            && path
            && self.domain().is_none_or(is_domain)
            && (self.secure || !needs_secure)
            && self.keeps_to_its_prefix()
    }

    fn keeps_to_its_prefix(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        let host = name.starts_with("__host-");
        let secure = host || name.starts_with("__secure-") || name.starts_with("__http-");
        let http = name.starts_with("__http-") || name.starts_with("__host-http-");
        (!host || self.path == "/" && self.domain.is_none())
            && (!secure || self.secure)
            && (!http || self.http_only)
    }

    /// The attributes of every `Set-Cookie`, except Max-Age and Expires.
    fn attributes(&self) -> BTreeSet<String> {
        let same_site = match self.same_site {
            SameSite::Lax => "SameSite=Lax",
            SameSite::Strict => "SameSite=Strict",
            SameSite::None => "SameSite=None",
        };
        let mut attributes =
            vec![same_site.to_owned(), format!("Path={}", self.path).trim().to_owned()];
        attributes.extend(self.domain().iter().map(|domain| format!("Domain={domain}")));
        let flags = [
            (self.secure, "Secure"),
            (self.http_only, "HttpOnly"),
            (self.partitioned, "Partitioned"),
        ];
        attributes.extend(flags.iter().filter(|(set, _)| *set).map(|(_, name)| (*name).to_owned()));
        attributes.into_iter().collect()
    }
}

fn known_name(form: u8) -> &'static str {
    let names = [
        "__Host-session",
        "session",
        "__Secure-session",
        "__Http-s",
        "__Host-Http-s",
        "__hOST-s",
        "a",
        "x.y",
    ];
    names[usize::from(form) % names.len()]
}

fn is_token(name: &str) -> bool {
    let separators = "()<>@,;:\\\"/[]?={} \t";
    (1..=256).contains(&name.len())
        && name.chars().all(|c| ('!'..='~').contains(&c) && !separators.contains(c))
}

/// Returns true for two labels or more whose last one is not a number, as it would be in an IP
/// address.
fn is_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let is_label = |label: &&str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| "-_".contains(c) || c.is_ascii_alphanumeric())
    };
    let last = labels[labels.len() - 1].to_ascii_lowercase();
    let is_number = match last.strip_prefix("0x") {
        Some(hex) => hex.chars().all(|c| c.is_ascii_hexdigit()),
        None => last.chars().all(|c| c.is_ascii_digit()),
    };
    domain.len() <= 253 && labels.len() > 1 && labels.iter().all(is_label) && !is_number
}

fn codec(encrypted: bool) -> Codec {
    let config = Config {
        max_age: DAY,
        max_requested_age: Some(500 * DAY),
        absolute_timeout: Some(600 * DAY),
        leeway: 60,
        max_len: 4096,
        ..unlimited(encrypted)
    };
    scene::codec(&config).expect("an allowed policy")
}

fn read_until() -> OffsetDateTime {
    scene::instant(NOW + 40_000)
}

fn read_time(input: &mut Unstructured<'_>) -> Result<OffsetDateTime> {
    Ok(scene::instant(NOW + i64::from(input.arbitrary::<u16>()?)))
}

/// Headers of names, tokens, separators and anything else.
fn read_headers(settings: &Settings, input: &mut Unstructured<'_>) -> Result<Vec<Vec<u8>>> {
    let mut headers = vec![Vec::new()];
    for _ in 0..input.arbitrary::<u8>()? % 64 {
        let piece = read_piece(settings, input)?;
        match (piece, headers.last_mut()) {
            (Some(piece), Some(header)) => header.extend(piece),
            _ => headers.push(Vec::new()),
        }
    }
    Ok(headers)
}

fn read_piece(settings: &Settings, input: &mut Unstructured<'_>) -> Result<Option<Vec<u8>>> {
    Ok(Some(match input.arbitrary::<u8>()? % 8 {
        0 => return Ok(None),
        1 => settings.name.clone().into_bytes(),
        2 => format!("{}=", settings.name).into_bytes(),
        3 => b"; ".to_vec(),
        4 => vec![input.arbitrary()?],
        5 | 6 => read_token(settings, input)?.into_bytes(),
        _ => {
            let length = input.arbitrary::<u16>()? % 2048;
            scene::take(input, length.into())?.to_vec()
        }
    }))
}

/// A token of one of a few sessions, from either codec, that was valid at some time.
fn read_token(settings: &Settings, input: &mut Unstructured<'_>) -> Result<String> {
    let form: u8 = input.arbitrary()?;
    let age = i64::from(input.arbitrary::<u16>()?) * 4;
    let codec = if form & 1 == 0 { &settings.signed } else { &settings.encrypted };
    let start = IssueOptions::at(scene::instant(NOW - age)).expiry(match form >> 1 & 3 {
        0 => Expiry::Policy,
        1 => Expiry::BrowserClose,
        2 => Expiry::After(scene::seconds(450 * DAY)),
        _ => Expiry::At(scene::instant(NOW + 50_000)),
    });
    let start = match form >> 3 & 3 {
        0 => start,
        1 => start.id(ENDED_ID),
        id => start.id(SessionId::from_bytes([id; 16])),
    };
    let data: Map = [("user", u32::from(form >> 5))].into_iter().collect();
    Ok(codec.begin_at(&data, start).expect("a short session"))
}

type Accepted = (Verified<Map>, bool);
type Decoded = core::result::Result<Accepted, Rejection>;

/// The values of the cookie in the headers.
struct Read {
    had_cookie: bool,
    session: core::result::Result<Option<Accepted>, Rejection>,
    /// Whether none of the request's cookies can ever be valid again.
    is_refused_for_good: bool,
}

fn expected(settings: &Settings, headers: &[Vec<u8>], now: OffsetDateTime) -> Read {
    let (values, are_all) = values(headers, &settings.name);
    let mut accepted: Vec<Accepted> = Vec::new();
    let mut failures = Vec::new();
    for value in &values {
        match decode(settings, value, now) {
            Ok((session, _)) if session.id() == Some(ENDED_ID) => {
                failures.push(Rejection::RevokedId);
            }
            Ok(session) => accepted.push(session),
            Err(rejection) => failures.push(rejection),
        }
    }
    let cleared = ["malformed", "too_long", "revoked", "revoked_id"];
    let is_final = |rejection: &Rejection| cleared.contains(&rejection.kind());
    Read {
        had_cookie: !values.is_empty(),
        is_refused_for_good: are_all
            && accepted.is_empty()
            && !failures.is_empty()
            && failures.iter().all(is_final),
        session: choose(accepted, failures.first().copied()),
    }
}

fn choose(
    accepted: Vec<Accepted>,
    failure: Option<Rejection>,
) -> core::result::Result<Option<Accepted>, Rejection> {
    let ids: Vec<_> = accepted.iter().map(|(session, _)| session.id()).collect();
    if ids.len() > 1 && (ids[0].is_none() || ids.iter().any(|id| *id != ids[0])) {
        return Err(Rejection::Ambiguous);
    }
    let rank = |(session, foreign): &Accepted| (session.issued_at(), !foreign);
    // Of equals the first, where `max_by_key` takes the last.
    match (accepted.into_iter().rev().max_by_key(rank), failure) {
        (None, Some(failure)) => Err(failure),
        (newest, _) => Ok(newest),
    }
}

/// Decodes with the other codec only if this one cannot verify the token.
fn decode(settings: &Settings, value: &[u8], now: OffsetDateTime) -> Decoded {
    let own = match settings.signed.decode_at(value, now) {
        Ok(session) => return Ok((session, false)),
        Err(error) => error,
    };
    if !settings.reads_encrypted || now >= read_until() || is_authentic(own) {
        return Err(Rejection::Token(own));
    }
    match settings.encrypted.decode_at(value, now) {
        Ok(session) => Ok((session, true)),
        Err(error) if is_authentic(error) => Err(Rejection::Token(error)),
        Err(_) => Err(Rejection::Token(own)),
    }
}

fn is_authentic(error: DecodeError) -> bool {
    ["retired_key", "not_yet_valid", "expired", "revoked", "payload"].contains(&error.kind())
}

/// The different values, as many as a browser could send, and whether there are no others.
fn values(headers: &[Vec<u8>], name: &str) -> (Vec<Vec<u8>>, bool) {
    let mut values = Vec::new();
    for pair in headers.iter().flat_map(|header| header.split(|byte| *byte == b';')) {
        let mut sides = pair.splitn(2, |byte| *byte == b'=');
        let (Some(left), Some(right)) = (sides.next(), sides.next()) else { continue };
        let value = trimmed(right);
        if trimmed(left) == name.as_bytes() && !values.contains(&value) {
            values.push(value);
        }
    }
    let are_all = values.len() <= 180;
    values.truncate(180);
    (values, are_all)
}

fn trimmed(bytes: &[u8]) -> Vec<u8> {
    let is_space = |byte: &u8| [b' ', b'\t'].contains(byte);
    let mut bytes: Vec<u8> = bytes.iter().copied().skip_while(is_space).collect();
    while bytes.last().is_some_and(is_space) {
        bytes.pop();
    }
    bytes
}

fn assert_read(session: &Session<Map>, read: &Read) {
    assert!(!session.is_accessed() && !session.is_modified());
    assert_eq!(session.had_cookie(), read.had_cookie);
    assert_eq!(session.rejected(), read.session.as_ref().err().copied());
    let carried = read.session.as_ref().ok().and_then(Option::as_ref).map(|(session, _)| session);
    assert_eq!(session.started_at(), carried.map(Verified::started_at));
    assert_eq!(session.id(), carried.and_then(Verified::id));
    assert_eq!(session.expiry(), carried.map_or(Expiry::Policy, Verified::expiry));
    let blank = Map::new();
    assert!(**session == *carried.map_or(&blank, Verified::data));
}

/// If the bytes are valid headers, checks that a header map gives the same result.
fn assert_same_by_header_map(
    cookie: &SessionCookie,
    headers: &[Vec<u8>],
    now: OffsetDateTime,
    session: &Session<Map>,
) {
    let Ok(values) = headers
        .iter()
        .map(|header| HeaderValue::from_bytes(header))
        .collect::<core::result::Result<Vec<_>, _>>()
    else {
        return;
    };
    let map: HeaderMap = values.into_iter().map(|value| (COOKIE, value)).collect();
    let same: Session<Map> = cookie.read_at(&map, now);
    assert_eq!(
        (same.had_cookie(), same.rejected(), same.id()),
        (session.had_cookie(), session.rejected(), session.id())
    );
    assert!(*same == **session);
}

fn check_answer(
    settings: &Settings,
    cookie: &SessionCookie,
    mut session: Session<Map>,
    mut uses: Uses,
    now: OffsetDateTime,
    input: &mut Unstructured<'_>,
) -> Result<()> {
    let carried_until = session.started_at().and(session.expires_at());
    for _ in 0..input.arbitrary::<u8>()? % 6 {
        uses.add(settings, &mut session, now, input)?;
    }
    let later = now + Duration::seconds(input.arbitrary::<u16>()?.into());
    let status = StatusCode::from_u16(100 + input.arbitrary::<u16>()? % 900).expect("three digits");
    match cookie.response_headers_at(&session, status, later) {
        Ok(answer) => {
            let until = [carried_until, session.expires_at()];
            let is_over = until.iter().flatten().any(|until| *until <= later);
            assert_action(settings, &session, &answer.action, &uses, status, is_over);
            if let CookieAction::Set(header) = &answer.action {
                assert_set(settings, cookie, &session, header, later);
            }
            assert_applied(&answer, input)?;
        }
        Err(error) => {
            assert!(matches!(error, ResponseError::Encode(_) | ResponseError::TooLong { .. }))
        }
    }
    Ok(())
}

/// The state that the calls on a session leave.
struct Uses {
    had_cookie: bool,
    /// Whether the cookie is cleared once the session is empty.
    clears: bool,
    /// Whether nothing is saved, because the site's cookie is ambiguous.
    is_withheld: bool,
    /// Whether the cookie is cleared even if the response fails.
    logged_out: bool,
    /// The expiry that was set since the session was read, flushed or begun.
    expiry: Option<Expiry>,
}

impl Uses {
    fn of(read: &Read) -> Self {
        let is_valid = matches!(read.session, Ok(Some(_)));
        Self {
            had_cookie: read.had_cookie,
            clears: is_valid || read.is_refused_for_good,
            is_withheld: read.session.as_ref().err() == Some(&Rejection::Ambiguous),
            logged_out: false,
            expiry: None,
        }
    }

    fn add(
        &mut self,
        settings: &Settings,
        session: &mut Session<Map>,
        now: OffsetDateTime,
        input: &mut Unstructured<'_>,
    ) -> Result<()> {
        match input.arbitrary::<u8>()? % 9 {
            0 => drop(session.insert(scene::read_text(input)?, scene::read_text(input)?)),
            1 => drop(session.remove("user")),
            2 => self.log_in(settings, session),
            3 => cycle(settings, session),
            4 => self.flush(session),
            5 => session.clear(),
            6 => self.set_expiry(session, scene::expiry(scene::read_wish(input)?)),
            7 => {
                let age = Duration::seconds(input.arbitrary::<u16>()?.into());
                self.revoke(session, Cutoff::at(now - age));
            }
            _ => {
                let length = usize::from(input.arbitrary::<u16>()?) % 5000;
                session.insert("long", "x".repeat(length));
            }
        }
        Ok(())
    }

    /// Discards everything of the previous session.
    fn log_in(&mut self, settings: &Settings, session: &mut Session<Map>) {
        let mut data = Map::clone(session);
        data.remove("long");
        session.log_in(data.clone());
        *self = Self { clears: self.had_cookie, is_withheld: false, expiry: None, ..*self };
        assert_eq!((session.started_at(), session.expiry()), (None, Expiry::Policy));
        assert_eq!(session.id(), settings.gives_ids.then_some(NEW_ID));
        assert!(session.is_modified() && **session == data);
    }

    fn flush(&mut self, session: &mut Session<Map>) {
        let _ = session.flush();
        self.emptied(session);
    }

    fn revoke(&mut self, session: &mut Session<Map>, cutoff: Cutoff) {
        let is_older = session.started_at().is_some_and(|start| start < cutoff.instant());
        assert_eq!(session.revoke_before(cutoff), is_older);
        if is_older {
            self.emptied(session);
        }
    }

    fn emptied(&mut self, session: &Session<Map>) {
        assert!(session.is_empty() && session.id().is_none() && session.started_at().is_none());
        assert_eq!(session.expiry(), Expiry::Policy);
        let had_cookie = self.had_cookie;
        let is_withheld = self.is_withheld && !had_cookie;
        *self =
            Self { clears: had_cookie, logged_out: had_cookie, expiry: None, is_withheld, ..*self };
    }

    /// A refused call changes nothing.
    fn set_expiry(&mut self, session: &mut Session<Map>, expiry: Expiry) {
        let before = session.expiry();
        if session.set_expiry(expiry).is_ok() {
            self.expiry = Some(expiry);
        }
        assert_eq!(session.expiry(), self.expiry.unwrap_or(before));
    }
}

/// Keeps the session, with a new ID.
fn cycle(settings: &Settings, session: &mut Session<Map>) {
    let (id, started_at) = (session.id(), session.started_at());
    session.cycle_id();
    assert_eq!(session.id(), if settings.gives_ids { Some(NEW_ID) } else { id });
    assert_eq!(session.started_at(), started_at);
    assert!(session.is_modified());
}

fn assert_action(
    settings: &Settings,
    session: &Session<Map>,
    action: &CookieAction,
    uses: &Uses,
    status: StatusCode,
    is_over: bool,
) {
    let must_be_written = session.is_modified() || settings.save_every_request;
    let (may_clear, may_keep, may_set) = if status.is_server_error() {
        (uses.logged_out, !uses.logged_out, false)
    } else if uses.is_withheld {
        (false, true, false)
    } else if session.is_empty() {
        (uses.clears, !uses.clears, false)
    } else {
        let has_passed = uses.had_cookie && uses.expiry.is_some() && is_over;
        (has_passed, !must_be_written || is_over, true)
    };
    match action {
        CookieAction::Clear(header) => {
            assert!(may_clear);
            assert_cleared(settings, header);
        }
        CookieAction::Keep => assert!(may_keep),
        CookieAction::Set(_) => assert!(may_set),
        other => panic!("{other:?}"),
    }
}

/// Name, value and attributes, as a browser takes them apart.
fn parse(header: &HeaderValue) -> (String, String, BTreeSet<String>) {
    assert!(header.is_sensitive());
    let text = header.to_str().expect("visible ASCII");
    let mut parts = text.split(';').map(|part| part.trim().to_owned());
    let pair = parts.next().expect("a first part");
    let (name, value) = pair.split_once('=').expect("a name and a value");
    let attributes: Vec<String> = parts.collect();
    let set: BTreeSet<String> = attributes.iter().cloned().collect();
    assert_eq!(set.len(), attributes.len());
    (name.to_owned(), value.to_owned(), set)
}

fn assert_cleared(settings: &Settings, header: &HeaderValue) {
    let (name, value, attributes) = parse(header);
    assert_eq!((&*name, &*value), (&*settings.name, ""));
    let mut expected = settings.attributes();
    expected.insert("Max-Age=0".to_owned());
    expected.insert("Expires=Thu, 01 Jan 1970 00:00:00 GMT".to_owned());
    assert_eq!(attributes, expected);
}

fn assert_set(
    settings: &Settings,
    cookie: &SessionCookie,
    session: &Session<Map>,
    header: &HeaderValue,
    now: OffsetDateTime,
) {
    let (name, value, attributes) = parse(header);
    assert_eq!(name, settings.name);
    assert!(name.len() + value.len() <= 4096);
    let written: Verified<Map> = match cookie.codec().decode_at(&value, now) {
        Ok(written) => written,
        // The request is so old that a session that began then has expired.
        Err(error) => return assert_eq!(error.kind(), "expired"),
    };
    assert!(*written.data() == **session);
    assert!(session.started_at().is_none_or(|started_at| started_at == written.started_at()));
    assert!(session.id().is_none_or(|id| Some(id) == written.id()));
    assert!(!settings.gives_ids || written.id().is_some());
    let mut expected = settings.attributes();
    if written.expiry() != Expiry::BrowserClose {
        let kept = (written.expires_at() - now).whole_seconds().min(400 * 86_400);
        expected.insert(format!("Max-Age={kept}"));
    }
    assert_eq!(attributes, expected);
    assert_comes_back(cookie, &format!("a=b; {name}={value}; c"), &written, now);
}

fn assert_comes_back(
    cookie: &SessionCookie,
    header: &str,
    written: &Verified<Map>,
    now: OffsetDateTime,
) {
    let session: Session<Map> = cookie.read_bytes_at([header.as_bytes()], now);
    assert_eq!(session.rejected(), None);
    assert_eq!((session.id(), session.started_at()), (written.id(), Some(written.started_at())));
    assert!(*session == *written.data());
}

/// Checks that the response's other headers stay, unless they conflict.
fn assert_applied(answer: &ResponseHeaders, input: &mut Unstructured<'_>) -> Result<()> {
    let mut headers = HeaderMap::new();
    headers.insert(SET_COOKIE, HeaderValue::from_static("other=1"));
    for name in [VARY, CACHE_CONTROL] {
        if let Ok(value) = HeaderValue::from_str(&scene::read_text(input)?) {
            headers.append(name, value);
        }
    }
    let before = headers.clone();
    answer.apply(&mut headers);
    assert_eq!(headers.get(SET_COOKIE), before.get(SET_COOKIE));
    let added = usize::from(answer.action != CookieAction::Keep);
    assert_eq!(headers.get_all(SET_COOKIE).iter().count(), 1 + added);
    assert!(!answer.vary || says(&headers, &VARY, "cookie") || says(&headers, &VARY, "*"));
    assert!(!answer.private || is_private(&headers));
    if answer.private && !is_private(&before) {
        assert_made_private(&before, &headers);
    }
    assert!(answer.vary || headers.get_all(VARY).iter().eq(before.get_all(VARY).iter()));
    assert!(answer.private || headers.get(CACHE_CONTROL) == before.get(CACHE_CONTROL));
    Ok(())
}

fn is_private(headers: &HeaderMap) -> bool {
    says(headers, &CACHE_CONTROL, "private") || says(headers, &CACHE_CONTROL, "no-store")
}

/// Checks that directives that are not for shared caches stay.
fn assert_made_private(before: &HeaderMap, after: &HeaderMap) {
    let is_shared = |item: &String| item == "public" || item.split('=').next() == Some("s-maxage");
    let kept = items(before, &CACHE_CONTROL).into_iter().filter(|item| !is_shared(item));
    let expected: Vec<String> = core::iter::once("private".to_owned()).chain(kept).collect();
    assert_eq!(items(after, &CACHE_CONTROL), expected);
}

fn says(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    items(headers, name).iter().any(|item| item == wanted)
}

fn items(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let items = values.flat_map(|value| value.split(','));
    items.map(|item| item.trim().to_ascii_lowercase()).filter(|item| !item.is_empty()).collect()
}

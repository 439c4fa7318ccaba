//! A session in, headers out.

use http::header::{CACHE_CONTROL, SET_COOKIE, VARY};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use time::{Duration, OffsetDateTime};

use super::cookie::SessionCookie;
use super::error::AnswerError;
use super::session::{Session, Written, expires_at};
use crate::error::{DecodeError, EncodeError, RenewError};
use crate::policy::ExpiryClaim;
use crate::token::claims::Claims;

/// What becomes of the browser's cookie.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
/// # use http::{HeaderMap, StatusCode};
/// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
/// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
/// # let cookie = SessionCookie::new(codec).build()?;
/// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
/// # let mut session: Session<Map> = cookie.read_at(&HeaderMap::new(), now);
/// session.insert("user", "Ada");
/// let answer = cookie.answer_at(&session, StatusCode::OK, now)?;
/// assert!(matches!(answer.action, Action::Set(_)));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing is sent.
    Keep,
    /// This `Set-Cookie` carries the session.
    Set(HeaderValue),
    /// This `Set-Cookie` makes the browser forget it.
    Clear(HeaderValue),
}

/// What an answer's headers are to say of the session.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use hardtack::web::{Action, Map, SessionCookie};
/// use http::{HeaderMap, StatusCode};
/// # let keys = hardtack::KeyRing::new(hardtack::Key::from_hex(&"0123456789abcdef".repeat(4))?);
/// # let codec = hardtack::Codec::signed("shop", &keys, core::time::Duration::from_secs(60)).build()?;
/// # let cookie = SessionCookie::new(codec).build()?;
/// # let now = time::OffsetDateTime::UNIX_EPOCH;
/// let session = cookie.read_at::<Map>(&HeaderMap::new(), now);
/// let answer = cookie.answer_at(&session, StatusCode::OK, now)?;
/// assert_eq!(answer.action, Action::Keep);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an answer changes nothing until `apply`"]
pub struct Answer {
    /// What becomes of the cookie.
    pub action: Action,
    /// Whether the answer depends on the cookie: `Vary: Cookie`.
    pub vary: bool,
    /// Whether the answer carries a cookie, which no shared cache may hand to others:
    /// `Cache-Control: private`.
    pub private: bool,
}

impl SessionCookie {
    /// Decides what an answer says of its session; changes nothing.
    ///
    /// Nothing is sent where nothing changed and no renewal is due. A session that is empty clears
    /// the cookie that came with the request, good or bad; only where several came that were
    /// [ambiguous](super::Rejection::Ambiguous) they stay until [`Session::flush`], since clearing
    /// ours would leave the planted one. An answer of 500 or above saves nothing; it logs
    /// out, where the session was flushed. What expired or
    /// was ended while the request was under way is cleared, not renewed.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// # let cookie = SessionCookie::new(codec).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// # let mut session: Session<Map> = cookie.read_at(&HeaderMap::new(), now);
    /// session.insert("user", "Ada");
    /// assert_ne!(cookie.answer_at(&session, StatusCode::OK, now)?.action, Action::Keep);
    /// assert_eq!(cookie.answer_at(&session, StatusCode::BAD_GATEWAY, now)?.action, Action::Keep);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`AnswerError`]: the cookie would be too long for a browser, or the session cannot be
    /// written.
    pub fn answer_at<T>(
        &self,
        session: &Session<T>,
        status: StatusCode,
        now: OffsetDateTime,
    ) -> Result<Answer, AnswerError>
    where
        T: Default + Serialize,
    {
        let action = self.action(session, status, now)?;
        let private = action != Action::Keep;
        Ok(Answer { action, private, vary: private || session.accessed() })
    }

    /// Decides by the system's clock, and writes the answer's headers. Absent on
    /// wasm32-unknown-unknown.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// # let cookie = SessionCookie::new(codec).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// let mut session: Session<Map> = cookie.read(&HeaderMap::new());
    /// session.insert("user", "Ada");
    /// let mut headers = HeaderMap::new();
    /// cookie.write(&session, StatusCode::OK, &mut headers)?;
    /// assert!(headers.contains_key("set-cookie"));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`SessionCookie::answer_at`]; the headers are as they were.
    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    pub fn write<T>(
        &self,
        session: &Session<T>,
        status: StatusCode,
        headers: &mut HeaderMap,
    ) -> Result<(), AnswerError>
    where
        T: Default + Serialize,
    {
        self.write_at(session, status, OffsetDateTime::now_utc(), headers)
    }

    /// Decides, and writes the answer's headers.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// # let cookie = SessionCookie::new(codec).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// # let mut session: Session<Map> = cookie.read_at(&HeaderMap::new(), now);
    /// let mut headers = HeaderMap::new();
    /// cookie.write_at(&session, StatusCode::OK, now, &mut headers)?;
    /// assert!(headers.is_empty());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`SessionCookie::answer_at`]; the headers are as they were.
    pub fn write_at<T>(
        &self,
        session: &Session<T>,
        status: StatusCode,
        now: OffsetDateTime,
        headers: &mut HeaderMap,
    ) -> Result<(), AnswerError>
    where
        T: Default + Serialize,
    {
        self.answer_at(session, status, now)?.apply(headers);
        Ok(())
    }

    fn action<T>(
        &self,
        session: &Session<T>,
        status: StatusCode,
        now: OffsetDateTime,
    ) -> Result<Action, AnswerError>
    where
        T: Default + Serialize,
    {
        if !session.belongs_to(self) {
            return Err(AnswerError::OtherCookie);
        }
        let written = session.written();
        if session.is_blank(&written) {
            return Ok(self.clear_if(session.clears()));
        }
        if status.is_server_error() {
            return Ok(self.clear_if(session.was_flushed()));
        }
        let due = session.renewal_is_due(now) || self.shared.save_every_request;
        if !(due || session.differs(&written)) {
            return Ok(Action::Keep);
        }
        if session.carried_id().is_some_and(|id| self.has_ended(id)) {
            return Ok(self.clear_if(session.clears()));
        }
        match session.claims(now) {
            Ok(claims) => self.save(session, claims, written, now).map(Action::Set),
            Err(error) if is_over(&error) => Ok(self.clear_if(session.clears())),
            Err(RenewError::Encode(error)) => Err(error.into()),
            Err(_) => Err(AnswerError::OtherCookie),
        }
    }

    /// Whether a server whose clock shows `now` refuses a token of these claims as one of the future.
    fn is_of_the_future(&self, claims: &Claims, now: OffsetDateTime) -> bool {
        let checked = self.codec.policy().check(&claims.lifetime, now.unix_timestamp());
        checked == Err(DecodeError::NotYetValid)
    }

    fn clear_if(&self, clears: bool) -> Action {
        if clears { Action::Clear(self.clear()) } else { Action::Keep }
    }

    fn save<T>(
        &self,
        session: &Session<T>,
        mut claims: Claims,
        payload: Written,
        now: OffsetDateTime,
    ) -> Result<HeaderValue, AnswerError>
    where
        T: Default + Serialize,
    {
        if self.is_of_the_future(&claims, now.max(session.read_at())) {
            return Err(AnswerError::NotYetValid);
        }
        claims.session_id = session.next_id()?.or(claims.session_id);
        let mut token = String::new();
        let write = |out: &mut Vec<u8>| payload.map(|payload| out.extend_from_slice(&payload));
        let encoded = self.codec.encode(&claims, write, &mut token);
        encoded.map_err(|error| self.with_name(error))?;
        let kept = match claims.lifetime.expiry {
            ExpiryClaim::BrowserClose => None,
            _ => Some(whole_seconds(expires_at(&self.codec, &claims), now)),
        };
        self.set(&token, kept)
    }
}

/// Of what expired, was ended or reached the instant that it asked for since the request began.
fn is_over(error: &RenewError) -> bool {
    matches!(error, RenewError::NoLongerValid(_) | RenewError::Encode(EncodeError::ExpiryNotLater))
}

fn whole_seconds(until: OffsetDateTime, now: OffsetDateTime) -> Duration {
    Duration::seconds(until.unix_timestamp().saturating_sub(now.unix_timestamp()))
}

impl Answer {
    /// Writes it into an answer's headers: `Set-Cookie` beside others, `Vary` and `Cache-Control`
    /// merged with what is there. Of `Cache-Control` the directives that are for shared caches go
    /// (`public`, `s-maxage`), the others stay.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// # let cookie = SessionCookie::new(codec).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// # let mut session: Session<Map> = cookie.read_at(&HeaderMap::new(), now);
    /// session.insert("user", "Ada");
    /// let mut headers = HeaderMap::new();
    /// cookie.answer_at(&session, StatusCode::OK, now)?.apply(&mut headers);
    /// assert_eq!(headers["vary"], "Cookie");
    /// assert_eq!(headers["cache-control"], "private");
    /// # Ok(()) }
    /// ```
    pub fn apply(&self, headers: &mut HeaderMap) {
        if let Action::Set(cookie) | Action::Clear(cookie) = &self.action {
            headers.append(SET_COOKIE, cookie.clone());
        }
        if self.vary && !lists(headers, &VARY, &["cookie", "*"]) {
            headers.append(VARY, HeaderValue::from_static("Cookie"));
        }
        if self.private && !lists(headers, &CACHE_CONTROL, &["private", "no-store"]) {
            headers.insert(CACHE_CONTROL, made_private(headers));
        }
    }
}

/// What the answer said before, without what is for shared caches.
fn made_private(headers: &HeaderMap) -> HeaderValue {
    let kept = items(headers, &CACHE_CONTROL).filter(|directive| !is_for_shared_caches(directive));
    let directives: Vec<&str> = core::iter::once("private").chain(kept).collect();
    HeaderValue::try_from(directives.join(", "))
        .unwrap_or_else(|_| HeaderValue::from_static("private"))
}

fn is_for_shared_caches(directive: &str) -> bool {
    let name = directive.split_once('=').map_or(directive, |(name, _)| name);
    is_one_of(name, &["public", "s-maxage"])
}

/// Whether a header that is a list has one of `wanted`.
fn lists(headers: &HeaderMap, name: &HeaderName, wanted: &[&str]) -> bool {
    items(headers, name).any(|item| is_one_of(item, wanted))
}

fn is_one_of(item: &str, wanted: &[&str]) -> bool {
    wanted.iter().any(|wanted| item.eq_ignore_ascii_case(wanted))
}

fn items<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).filter(|item| !item.is_empty())
}

//! Writes a session into the response's headers.

use http::header::{CACHE_CONTROL, SET_COOKIE, VARY};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use time::OffsetDateTime;

use super::cookie::SessionCookie;
use super::error::ResponseError;
use super::session::{Session, expires_at};
use super::tracked::Written;
use crate::error::{DecodeError, EncodeError, RenewError};
use crate::policy::ExpiryClaim;
use crate::token::claims::Claims;

/// The effect of a response on the browser's cookie.
///
/// ```
/// use core::time::Duration;
/// use hardtack::web::{CookieAction, Map, SessionCookie};
/// use hardtack::{Codec, Key, KeyRing};
/// use http::{HeaderMap, StatusCode};
///
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
/// let codec = Codec::signed("shop/production/session", &keys, Duration::from_secs(7200)).build()?;
/// let cookie = SessionCookie::builder(codec).build()?;
/// let now = time::OffsetDateTime::now_utc();
///
/// let mut session = cookie.read_at::<Map>(&HeaderMap::new(), now);
/// session.insert("theme", "dark");
/// let ok = cookie.response_headers_at(&session, StatusCode::OK, now)?;
/// assert!(matches!(ok.action, CookieAction::Set(_)));
///
/// // A response of 500 or above saves nothing.
/// let failed = cookie.response_headers_at(&session, StatusCode::BAD_GATEWAY, now)?;
/// assert_eq!(failed.action, CookieAction::Keep);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CookieAction {
    /// Sends no `Set-Cookie`. The browser keeps the cookie that it has, if any.
    Keep,
    /// Sends this `Set-Cookie`, which carries the session.
    Set(HeaderValue),
    /// Sends this `Set-Cookie`, which makes the browser delete the cookie.
    Clear(HeaderValue),
}

/// The headers with which a response saves its session.
///
/// ```
/// use core::time::Duration;
/// use hardtack::web::{Map, SessionCookie};
/// use hardtack::{Codec, Key, KeyRing};
/// use http::{HeaderMap, StatusCode};
///
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
/// let codec = Codec::signed("shop/production/session", &keys, Duration::from_secs(7200)).build()?;
/// let cookie = SessionCookie::builder(codec).build()?;
/// let now = time::OffsetDateTime::now_utc();
///
/// let mut session = cookie.read_at::<Map>(&HeaderMap::new(), now);
/// session.insert("theme", "dark");
/// let mut headers = HeaderMap::new();
/// headers.insert("cache-control", "public, max-age=60".parse()?);
/// cookie.response_headers_at(&session, StatusCode::OK, now)?.apply(&mut headers);
/// assert!(headers.contains_key("set-cookie"));
/// assert_eq!(headers["vary"], "Cookie");
/// assert_eq!(headers["cache-control"], "private, max-age=60");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "headers change nothing until `apply`"]
#[non_exhaustive]
pub struct ResponseHeaders {
    /// The effect on the cookie.
    pub action: CookieAction,
    /// Whether the response depends on the cookie and needs `Vary: Cookie`.
    pub vary: bool,
    /// Whether the response sets or clears a cookie and needs `Cache-Control: private`, so that no
    /// shared cache serves it to other visitors.
    pub private: bool,
}

impl SessionCookie {
    /// Returns the headers that save the session in a response with `status`.
    ///
    /// - An unchanged session sends no cookie, unless a renewal is due.
    /// - A session with changed data sets the cookie. A session whose data was emptied clears it.
    /// - An empty session clears a rejected cookie that can never be valid again: see
    ///   [`Rejection`](super::Rejection).
    /// - A session that has expired since the request sets no cookie.
    /// - A session that was revoked since the request clears its cookie.
    /// - A status of 500 or above saves nothing, and clears the cookie only after
    ///   [`Session::flush`].
    /// - [Ambiguous](super::Rejection::Ambiguous) cookies are kept, and nothing is saved, until
    ///   [`Session::log_in`] or [`Session::flush`]. Replacing the site's own cookie would not remove a
    ///   planted one.
    ///
    /// # Errors
    /// Returns [`ResponseError`] if the cookie would be too long for a browser, if the session
    /// cannot be encoded, or if another [`SessionCookie`] read it.
    pub fn response_headers_at<T>(
        &self,
        session: &Session<T>,
        status: StatusCode,
        now: OffsetDateTime,
    ) -> Result<ResponseHeaders, ResponseError>
    where
        T: Default + Serialize,
    {
        let action = self.action(session, status, now)?;
        let private = !matches!(action, CookieAction::Keep);
        Ok(ResponseHeaders { action, private, vary: private || session.is_accessed() })
    }

    /// Calls [`SessionCookie::write_at`] with the system's clock. Absent on wasm32-unknown-unknown.
    ///
    /// # Errors
    /// As [`SessionCookie::response_headers_at`]. On an error, `headers` is unchanged.
    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    pub fn write<T>(
        &self,
        session: &Session<T>,
        status: StatusCode,
        headers: &mut HeaderMap,
    ) -> Result<(), ResponseError>
    where
        T: Default + Serialize,
    {
        self.write_at(session, status, OffsetDateTime::now_utc(), headers)
    }

    /// Writes the session into the headers of a response with `status`, as
    /// [`SessionCookie::response_headers_at`] decides.
    ///
    /// # Errors
    /// As [`SessionCookie::response_headers_at`]. On an error, `headers` is unchanged.
    pub fn write_at<T>(
        &self,
        session: &Session<T>,
        status: StatusCode,
        now: OffsetDateTime,
        headers: &mut HeaderMap,
    ) -> Result<(), ResponseError>
    where
        T: Default + Serialize,
    {
        self.response_headers_at(session, status, now)?.move_into(headers);
        Ok(())
    }

    fn action<T>(
        &self,
        session: &Session<T>,
        status: StatusCode,
        now: OffsetDateTime,
    ) -> Result<CookieAction, ResponseError>
    where
        T: Default + Serialize,
    {
        if !session.belongs_to(self) {
            return Err(ResponseError::OtherCookie);
        }
        if status.is_server_error() {
            return Ok(self.clear_if(session.was_flushed()));
        }
        if session.is_withheld() {
            return Ok(CookieAction::Keep);
        }
        let due = session.renewal_is_due(now) || self.0.save_every_request;
        if !(due || session.may_differ()) {
            return Ok(self.clear_if(session.is_refused_for_good()));
        }
        let mut written = session.written();
        if session.is_empty_payload(&mut written) {
            return Ok(self.clear_if(session.clears()));
        }
        if !(due || session.differs(&written)) {
            return Ok(CookieAction::Keep);
        }
        self.reissue(session, written, now)
    }

    fn reissue<T>(
        &self,
        session: &Session<T>,
        payload: Written,
        now: OffsetDateTime,
    ) -> Result<CookieAction, ResponseError> {
        if session.carried_id().is_some_and(|id| self.is_revoked(id)) {
            return Ok(self.clear_if(true));
        }
        match session.claims(now) {
            Ok(claims) => self.save(session, claims, payload, now).map(CookieAction::Set),
            // It expired since the request. The browser deletes it by its Max-Age.
            Err(RenewError::NoLongerValid(_)) => Ok(CookieAction::Keep),
            // The expiry that the handler set has passed.
            Err(RenewError::Encode(EncodeError::ExpiryNotLater)) => {
                Ok(self.clear_if(session.had_cookie()))
            }
            Err(RenewError::Encode(error)) => Err(error.into()),
            Err(_) => Err(ResponseError::OtherCookie),
        }
    }

    fn clear_if(&self, clears: bool) -> CookieAction {
        if clears { CookieAction::Clear(self.0.set_cookie.clear()) } else { CookieAction::Keep }
    }

    fn save<T>(
        &self,
        session: &Session<T>,
        mut claims: Claims,
        payload: Written,
        now: OffsetDateTime,
    ) -> Result<HeaderValue, ResponseError> {
        if self.is_in_the_future(&claims, now.max(session.read_at())) {
            return Err(ResponseError::NotYetValid);
        }
        claims.session_id = session.next_id()?.or(claims.session_id);
        let mut token = String::new();
        let write = |out: &mut Vec<u8>| payload.map(|payload| out.extend_from_slice(&payload));
        let encoded = self.codec().encode(&claims, write, &mut token);
        encoded.map_err(|error| self.with_name(error))?;
        let max_age = match claims.lifetime.expiry {
            ExpiryClaim::BrowserClose => None,
            _ => Some(whole_seconds(expires_at(self.codec(), &claims), now)),
        };
        self.0.set_cookie.set(&token, max_age)
    }

    /// Returns true if a token with these claims is not yet valid at `now`.
    fn is_in_the_future(&self, claims: &Claims, now: OffsetDateTime) -> bool {
        let checked = self.codec().policy().check(&claims.lifetime, now.unix_timestamp());
        checked == Err(DecodeError::NotYetValid)
    }

    pub(super) fn with_name(&self, error: EncodeError) -> ResponseError {
        match error {
            EncodeError::TooLong { length, limit } => self.0.set_cookie.too_long(length, limit),
            error => error.into(),
        }
    }
}

fn whole_seconds(until: OffsetDateTime, now: OffsetDateTime) -> u64 {
    let seconds = until.unix_timestamp().saturating_sub(now.unix_timestamp());
    u64::try_from(seconds).unwrap_or_default()
}

impl ResponseHeaders {
    /// Adds the headers to those of a response.
    ///
    /// Keeps other `Set-Cookie` headers, and merges `Vary` and `Cache-Control`. Removes the
    /// directives for shared caches, `public` and `s-maxage`, from `Cache-Control`.
    pub fn apply(&self, headers: &mut HeaderMap) {
        self.clone().move_into(headers);
    }

    fn move_into(self, headers: &mut HeaderMap) {
        if let CookieAction::Set(cookie) | CookieAction::Clear(cookie) = self.action {
            headers.append(SET_COOKIE, cookie);
        }
        if self.vary && !lists(headers, &VARY, &["cookie", "*"]) {
            headers.append(VARY, HeaderValue::from_static("Cookie"));
        }
        if self.private && !lists(headers, &CACHE_CONTROL, &["private", "no-store"]) {
            headers.insert(CACHE_CONTROL, made_private(headers));
        }
    }
}

/// Returns the directives of `headers` after `private`, without those for shared caches.
fn made_private(headers: &HeaderMap) -> HeaderValue {
    if !headers.contains_key(CACHE_CONTROL) {
        return HeaderValue::from_static("private");
    }
    let kept = items(headers, &CACHE_CONTROL).filter(|directive| !is_for_shared_caches(directive));
    let directives: Vec<&str> = core::iter::once("private").chain(kept).collect();
    HeaderValue::try_from(directives.join(", "))
        .unwrap_or_else(|_| HeaderValue::from_static("private"))
}

fn is_for_shared_caches(directive: &str) -> bool {
    let name = directive.split_once('=').map_or(directive, |(name, _)| name);
    is_one_of(name, &["public", "s-maxage"])
}

/// Returns true if the comma-separated header `name` contains one of `wanted`.
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

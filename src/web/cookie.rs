//! The cookie that carries a session: its name, its attributes, and how long the browser is asked
//! to keep it.

use core::fmt;
use std::sync::Arc;

use ::cookie::{Cookie, SameSite};
use http::HeaderValue;
use time::{Duration, OffsetDateTime};

use super::error::AnswerError;
use crate::codec::Codec;
use crate::error::{ContextError, EncodeError, RandomError};
use crate::token::session_id::SessionId;

/// What browsers keep of a name and its value, in bytes (RFC 6265bis §5.7).
const MAX_COOKIE_BYTES: usize = 4096;

/// The longest time that browsers keep a cookie (RFC 6265bis §5.5).
const LONGEST_KEPT: Duration = Duration::days(400);

type IdSource = dyn Fn() -> Result<SessionId, RandomError> + Send + Sync;
type EndedList = dyn Fn(SessionId) -> bool + Send + Sync;

/// A codec and the cookie around it: one object drives the age limit and the browser's Max-Age.
///
/// Built once, cheap to clone. The defaults are `__Host-session`, `Secure`, `HttpOnly`,
/// `SameSite=Lax` and `Path=/`.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use hardtack::web::{Map, SessionCookie};
/// use http::{HeaderMap, StatusCode};
/// # let keys = hardtack::KeyRing::new(hardtack::Key::from_hex(&"0123456789abcdef".repeat(4))?);
/// # let codec = hardtack::Codec::signed("shop", &keys, core::time::Duration::from_secs(60)).build()?;
/// let cookie = SessionCookie::new(codec).build()?;
/// let mut answer = HeaderMap::new();
/// let mut session = cookie.read::<Map>(&HeaderMap::new());
/// session.insert("theme", "dark");
/// cookie.write(&session, StatusCode::OK, &mut answer)?;
/// assert!(answer["set-cookie"].to_str()?.ends_with("; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60"));
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct SessionCookie {
    pub(super) codec: Codec,
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) attributes: Attributes,
    pub(super) ids: Option<Arc<IdSource>>,
    pub(super) ended: Option<Arc<EndedList>>,
    pub(super) also_read: Option<(Codec, OffsetDateTime)>,
    pub(super) save_every_request: bool,
}

pub(super) struct Attributes {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) domain: Option<String>,
    pub(super) secure: bool,
    pub(super) http_only: bool,
    pub(super) same_site: SameSite,
    pub(super) partitioned: bool,
}

impl SessionCookie {
    /// The same cookie, whose tokens are bound to parts that they do not hold; see
    /// [`Codec::with_context`]. The codec of [`also_read`](super::SessionCookieBuilder::also_read) keeps its own: what
    /// it accepts it accepts in every context. Where the old tokens were bound as well, build a cookie
    /// for each context.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// # let cookie = SessionCookie::new(codec).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// let cookie = cookie.with_context(&[b"tenant-7"])?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ContextError`] as there.
    pub fn with_context(&self, parts: &[&[u8]]) -> Result<Self, ContextError> {
        Ok(Self { codec: self.codec.with_context(parts)?, shared: Arc::clone(&self.shared) })
    }

    /// The cookie's name.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// # let cookie = SessionCookie::new(codec).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// assert_eq!(cookie.name(), "__Host-session");
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        &self.shared.attributes.name
    }

    /// The codec, for calls that need no cookie.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// # let cookie = SessionCookie::new(codec).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// let life = cookie.codec().max_lifetime();
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn codec(&self) -> &Codec {
        &self.codec
    }

    pub(super) fn new_id(&self) -> Option<Result<SessionId, RandomError>> {
        self.shared.ids.as_ref().map(|source| source())
    }

    pub(super) fn has_ended(&self, id: SessionId) -> bool {
        self.shared.ended.as_ref().is_some_and(|ended| ended(id))
    }

    /// `Set-Cookie` with a token, which the browser keeps for `kept` or until it closes.
    pub(super) fn set(
        &self,
        token: &str,
        kept: Option<Duration>,
    ) -> Result<HeaderValue, AnswerError> {
        let length = self.name().len().saturating_add(token.len());
        let too_long = AnswerError::TooLong { length, limit: MAX_COOKIE_BYTES };
        if length > MAX_COOKIE_BYTES {
            return Err(too_long);
        }
        let mut cookie = self.with_attributes(token);
        cookie.set_max_age(kept.map(|kept| kept.clamp(Duration::ZERO, LONGEST_KEPT)));
        header(&cookie).ok_or(too_long)
    }

    /// The error of a token's length, with the name counted as browsers do.
    pub(super) fn with_name(&self, error: EncodeError) -> AnswerError {
        let EncodeError::TooLong { length, limit } = error else { return error.into() };
        let name = self.name().len();
        let limit = limit.saturating_add(name).min(MAX_COOKIE_BYTES);
        AnswerError::TooLong { length: length.saturating_add(name), limit }
    }

    /// `Set-Cookie` that makes the browser forget the cookie. It repeats name, Path, Domain, Secure
    /// and Partitioned: browsers clear only the cookie that they match.
    pub(super) fn clear(&self) -> HeaderValue {
        let mut cookie = self.with_attributes("");
        cookie.set_max_age(Duration::ZERO);
        cookie.set_expires(OffsetDateTime::UNIX_EPOCH);
        header(&cookie).unwrap_or_else(|| HeaderValue::from_static(""))
    }

    fn with_attributes<'a>(&'a self, value: &'a str) -> Cookie<'a> {
        let attributes = &self.shared.attributes;
        let mut cookie = Cookie::build((attributes.name.as_str(), value))
            .path(attributes.path.as_str())
            .secure(attributes.secure)
            .http_only(attributes.http_only)
            .same_site(attributes.same_site)
            .partitioned(attributes.partitioned)
            .build();
        if let Some(domain) = &attributes.domain {
            cookie.set_domain(domain.as_str());
        }
        cookie
    }
}

impl fmt::Debug for SessionCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionCookie")
            .field("name", &self.name())
            .field("codec", &self.codec)
            .finish_non_exhaustive()
    }
}

/// Marked as sensitive, so that no `Debug` of headers shows the token.
fn header(cookie: &Cookie<'_>) -> Option<HeaderValue> {
    let mut header = HeaderValue::try_from(cookie.to_string()).ok()?;
    header.set_sensitive(true);
    Some(header)
}

//! The cookie that carries a session: its name, its attributes, and its `Set-Cookie` headers.

use core::fmt;
use std::sync::Arc;

use ::cookie::Cookie;
use http::HeaderValue;
use time::{Duration, OffsetDateTime};

use super::error::ResponseError;
use super::same_site::SameSite;
use crate::codec::Codec;
use crate::error::{ContextError, EncodeError, RandomError};
use crate::token::session_id::SessionId;

/// What browsers keep of a name and its value, in bytes (RFC 6265bis §5.7).
const MAX_COOKIE_BYTES: usize = 4096;

/// The longest time that browsers keep a cookie (RFC 6265bis §5.5).
const LONGEST_KEPT: Duration = Duration::days(400);

type IdSource = dyn Fn() -> Result<SessionId, RandomError> + Send + Sync;
type RevokedIds = dyn Fn(SessionId) -> bool + Send + Sync;

/// A codec and the cookie around it. Build it once: it is cheap to clone, and threads share it.
///
/// Its name is `__Host-session`, and its attributes are `Secure`, `HttpOnly`, `SameSite=Lax` and
/// `Path=/`. The browser's Max-Age is the time that the server accepts the token.
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
///
/// let (request, mut response) = (HeaderMap::new(), HeaderMap::new());
/// let mut session = cookie.read::<Map>(&request);
/// session.insert("theme", "dark");
/// cookie.write(&session, StatusCode::OK, &mut response)?;
///
/// let set_cookie = response["set-cookie"].to_str()?;
/// assert!(set_cookie.starts_with("__Host-session="));
/// assert!(set_cookie.ends_with("; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=7200"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SessionCookie {
    pub(super) codec: Codec,
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) attributes: Attributes,
    pub(super) id_source: Option<Arc<IdSource>>,
    pub(super) revoked_ids: Option<Arc<RevokedIds>>,
    pub(super) previous: Option<(Codec, OffsetDateTime)>,
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
    /// Returns the same cookie, whose tokens are bound to parts that they do not hold, such as a
    /// tenant; see [`Codec::with_context`].
    ///
    /// # Errors
    /// [`ContextError`] as there.
    pub fn with_context(&self, parts: &[&[u8]]) -> Result<Self, ContextError> {
        Ok(Self { codec: self.codec.with_context(parts)?, shared: Arc::clone(&self.shared) })
    }

    /// Returns the cookie's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.shared.attributes.name
    }

    /// Returns the codec, for tokens outside the cookie.
    #[must_use]
    pub fn codec(&self) -> &Codec {
        &self.codec
    }

    pub(super) fn new_id(&self) -> Option<Result<SessionId, RandomError>> {
        self.shared.id_source.as_ref().map(|source| source())
    }

    pub(super) fn is_revoked(&self, id: SessionId) -> bool {
        self.shared.revoked_ids.as_ref().is_some_and(|is_revoked| is_revoked(id))
    }

    /// `Set-Cookie` with a token, which the browser keeps for `kept` or until it closes.
    pub(super) fn set(
        &self,
        token: &str,
        kept: Option<Duration>,
    ) -> Result<HeaderValue, ResponseError> {
        let length = self.name().len().saturating_add(token.len());
        let too_long = ResponseError::TooLong { length, limit: MAX_COOKIE_BYTES };
        if length > MAX_COOKIE_BYTES {
            return Err(too_long);
        }
        let mut cookie = self.with_attributes(token);
        cookie.set_max_age(kept.map(|kept| kept.clamp(Duration::ZERO, LONGEST_KEPT)));
        header(&cookie).ok_or(too_long)
    }

    /// The error of a token's length, with the name counted as browsers do.
    pub(super) fn with_name(&self, error: EncodeError) -> ResponseError {
        let EncodeError::TooLong { length, limit } = error else { return error.into() };
        let name = self.name().len();
        let limit = limit.saturating_add(name).min(MAX_COOKIE_BYTES);
        ResponseError::TooLong { length: length.saturating_add(name), limit }
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
            .same_site(attributes.same_site.into())
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

//! The cookie that carries a session: its codec, its name and its options.

use core::fmt;
use std::sync::Arc;

use time::OffsetDateTime;

use super::set_cookie::SetCookie;
use crate::codec::Codec;
use crate::error::{ContextError, RandomError};
use crate::keys::KeyRing;
use crate::token::session_id::SessionId;

pub(super) type IdSource = dyn Fn() -> Result<SessionId, RandomError> + Send + Sync;
pub(super) type RevokedIds = dyn Fn(SessionId) -> bool + Send + Sync;

/// Reads and writes the session cookie of a site. Build it once: it is cheap to clone, and threads
/// can share it.
///
/// The name defaults to `__Host-session`, and the attributes to `Secure`, `HttpOnly`,
/// `SameSite=Lax` and `Path=/`. The cookie's Max-Age is the time for which the server accepts the
/// token.
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
pub struct SessionCookie(pub(super) Arc<Shared>);

#[derive(Clone)]
pub(super) struct Shared {
    /// Bound to the cookie's name and contexts.
    pub(super) codec: Codec,
    pub(super) previous: Option<Previous>,
    pub(super) set_cookie: Arc<SetCookie>,
    pub(super) id_source: Option<Arc<IdSource>>,
    pub(super) revoked_ids: Option<Arc<RevokedIds>>,
    pub(super) save_every_request: bool,
}

/// A codec whose tokens are accepted until an instant.
#[derive(Clone)]
pub(super) struct Previous {
    pub(super) codec: Codec,
    pub(super) until: OffsetDateTime,
    /// Whether the codec is bound to the cookie's name and contexts.
    pub(super) is_bound: bool,
}

impl Previous {
    pub(super) fn in_context_of(self, codec: &Codec) -> Self {
        let bound = if self.is_bound { self.codec.in_context_of(codec) } else { self.codec };
        Self { codec: bound, ..self }
    }

    /// Replaces the keys, unless the previous codec shares none with `codec`.
    fn with_keys(self, keys: &KeyRing, codec: &Codec) -> Self {
        if self.codec.shares_a_key(codec) {
            return Self { codec: self.codec.with_keys(keys), ..self };
        }
        self
    }
}

impl SessionCookie {
    /// Returns a copy of this cookie whose tokens are bound to further context parts, such as a
    /// tenant.
    ///
    /// The token does not contain the parts. A token of one context fails verification in every
    /// other; see [`Codec::with_context`]. The new parts follow the cookie's name and the parts to
    /// which the cookie is already bound.
    ///
    /// # Errors
    /// Returns [`ContextError`] for more than 255 parts in total, or for a part longer than 65,535
    /// bytes.
    pub fn with_context(&self, parts: &[&[u8]]) -> Result<Self, ContextError> {
        let shared = Shared::clone(&self.0);
        let codec = shared.codec.with_context(parts)?;
        let previous = shared.previous.map(|previous| previous.in_context_of(&codec));
        Ok(Self(Arc::new(Shared { codec, previous, ..shared })))
    }

    /// Returns a copy of this cookie with the keys of another ring. The original keeps its keys.
    ///
    /// To replace the keys of a running server, use a
    /// [`ReloadableCookie`](super::ReloadableCookie).
    ///
    /// The previous codec of [`accept_previous`](super::SessionCookieBuilder::accept_previous) also
    /// gets the new keys if it shares a key with this cookie. That way, a leaked key is removed
    /// from both. A previous codec that shares no key with this cookie keeps its own.
    #[must_use]
    pub fn with_keys(&self, keys: &KeyRing) -> Self {
        let mut shared = Shared::clone(&self.0);
        shared.previous = shared.previous.map(|previous| previous.with_keys(keys, self.codec()));
        shared.codec = shared.codec.with_keys(keys);
        Self(Arc::new(shared))
    }

    /// Returns the cookie's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.set_cookie.name()
    }

    /// Returns the codec that decodes the cookie's value. The cookie's name is the first part of
    /// its context.
    #[must_use]
    pub fn codec(&self) -> &Codec {
        &self.0.codec
    }

    /// Returns the previous codec, if tokens of it are still accepted at `now`.
    pub(super) fn previous_at(&self, now: OffsetDateTime) -> Option<&Codec> {
        let previous = self.0.previous.as_ref().filter(|previous| now < previous.until);
        previous.map(|previous| &previous.codec)
    }

    #[cfg(feature = "tower")]
    pub(crate) fn saves_every_request(&self) -> bool {
        self.0.save_every_request
    }

    /// Returns true if both cookies have the same mode, purpose, name and context.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.codec().binding == other.codec().binding
    }

    pub(super) fn new_id(&self) -> Option<Result<SessionId, RandomError>> {
        self.0.id_source.as_ref().map(|source| source())
    }

    pub(super) fn is_revoked(&self, id: SessionId) -> bool {
        self.0.revoked_ids.as_ref().is_some_and(|is_revoked| is_revoked(id))
    }
}

impl fmt::Debug for SessionCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionCookie")
            .field("name", &self.name())
            .field("codec", self.codec())
            .finish_non_exhaustive()
    }
}

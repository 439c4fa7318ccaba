//! The cookie that carries a session: its codec, its name, and what its builder was given.

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
pub struct SessionCookie(pub(super) Arc<Shared>);

#[derive(Clone)]
pub(super) struct Shared {
    /// Bound to the cookie's name, and to the contexts.
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
    /// Whether it is bound to what the cookie is bound to.
    pub(super) is_bound: bool,
}

impl Previous {
    pub(super) fn in_context_of(self, codec: &Codec) -> Self {
        let bound = if self.is_bound { self.codec.in_context_of(codec) } else { self.codec };
        Self { codec: bound, ..self }
    }

    /// The same, after the keys of `codec` were replaced by those of `keys`.
    fn with_keys(self, keys: &KeyRing, codec: &Codec) -> Self {
        if self.codec.shares_a_key(codec) {
            return Self { codec: self.codec.with_keys(keys), ..self };
        }
        self
    }
}

impl SessionCookie {
    /// Returns the same cookie, whose tokens are bound to parts that they do not hold, such as a
    /// tenant. A token of one context fails verification in every other; see [`Codec::with_context`].
    ///
    /// The parts follow the cookie's name and those that the cookie is bound to already.
    ///
    /// # Errors
    /// [`ContextError`] for more than 255 parts in all, or a part of more than 65,535 bytes.
    pub fn with_context(&self, parts: &[&[u8]]) -> Result<Self, ContextError> {
        let shared = Shared::clone(&self.0);
        let codec = shared.codec.with_context(parts)?;
        let previous = shared.previous.map(|previous| previous.in_context_of(&codec));
        Ok(Self(Arc::new(Shared { codec, previous, ..shared })))
    }

    /// Returns the same cookie with the keys of another ring. This one keeps its keys. To replace the
    /// keys of a running server, use a [`ReloadableCookie`](super::ReloadableCookie).
    ///
    /// The previous codec of [`accept_previous`](super::SessionCookieBuilder::accept_previous) gets the
    /// new keys as well if it has a key of this cookie's, so that a key which leaked is gone from
    /// both. A previous codec with none but keys of its own keeps them.
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

    /// Returns the codec as it is bound: the cookie's name is the first part of its context. It decodes
    /// the cookie's value.
    #[must_use]
    pub fn codec(&self) -> &Codec {
        &self.0.codec
    }

    /// The previous codec, if tokens of it are still accepted at `now`.
    pub(super) fn previous_at(&self, now: OffsetDateTime) -> Option<&Codec> {
        let previous = self.0.previous.as_ref().filter(|previous| now < previous.until);
        previous.map(|previous| &previous.codec)
    }

    #[cfg(feature = "tower")]
    pub(crate) fn saves_every_request(&self) -> bool {
        self.0.save_every_request
    }

    /// Whether both write the same cookie in the same way.
    #[cfg(feature = "tower")]
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

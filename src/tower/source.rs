//! The source of the cookie for each request.

use crate::web::{ReloadableCookie, SessionCookie};

/// The cookie of a [`SessionLayer`](super::SessionLayer): a [`SessionCookie`], or a
/// [`ReloadableCookie`] whose keys may change while the server runs. Both convert into it.
///
/// ```
/// use core::time::Duration;
/// use hardtack::tower::{CookieSource, SessionLayer};
/// use hardtack::web::{Map, ReloadableCookie, SessionCookie};
/// use hardtack::{Codec, Key, KeyRing};
///
/// fn layer(cookie: impl Into<CookieSource>) -> SessionLayer<Map> {
///     SessionLayer::new(cookie).eager(true)
/// }
///
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
/// let codec = Codec::signed("shop/production/session", &keys, Duration::from_secs(7200)).build()?;
/// let cookie = SessionCookie::builder(codec).build()?;
/// let fixed = layer(cookie.clone());
/// let reloadable = layer(&ReloadableCookie::new(cookie));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct CookieSource(Source);

#[derive(Clone, Debug)]
enum Source {
    Fixed(SessionCookie),
    Reloadable(ReloadableCookie),
}

impl CookieSource {
    /// Returns the cookie for one request, from its beginning to its end.
    pub(super) fn current(&self) -> SessionCookie {
        match &self.0 {
            Source::Fixed(cookie) => cookie.clone(),
            Source::Reloadable(cookie) => cookie.current(),
        }
    }

    #[cfg(feature = "tracing")]
    pub(super) fn name(&self) -> &str {
        match &self.0 {
            Source::Fixed(cookie) => cookie.name(),
            Source::Reloadable(cookie) => cookie.name(),
        }
    }
}

impl From<SessionCookie> for CookieSource {
    fn from(cookie: SessionCookie) -> Self {
        Self(Source::Fixed(cookie))
    }
}

impl From<ReloadableCookie> for CookieSource {
    fn from(cookie: ReloadableCookie) -> Self {
        Self(Source::Reloadable(cookie))
    }
}

impl From<&ReloadableCookie> for CookieSource {
    fn from(cookie: &ReloadableCookie) -> Self {
        cookie.clone().into()
    }
}

//! A cookie whose keys can be replaced while the server runs.

use core::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::cookie::SessionCookie;
use super::set_cookie::SetCookie;
use crate::keys::KeyRing;

/// A [`SessionCookie`] whose keys can be replaced while the server runs. Clones share the keys, so
/// a reload takes effect in all of them.
///
/// A session layer accepts it in place of a cookie. Without a layer, call
/// [`ReloadableCookie::current`] **once per request**, and read and write the session with the
/// cookie that it returns. That way, each request uses the same keys from its beginning to its end.
///
/// ```
/// use core::time::Duration;
/// use hardtack::web::{ReloadableCookie, SessionCookie};
/// use hardtack::{Codec, KeyRing};
///
/// let keys = KeyRing::from_base64_list("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?;
/// let codec = Codec::signed("shop/production/session", &keys, Duration::from_secs(7200)).build()?;
/// let cookie = ReloadableCookie::new(SessionCookie::builder(codec).build()?);
///
/// // Later, after the key file has changed. If the list is invalid, parsing fails and the old keys
/// // stay in use.
/// let changed = "iS6l2ZYWYwKQbVL5ZGDnzMTbNUJHSaf09XHLqbRUWRc=@2026-12-01T00:00:00Z, \
///                TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=";
/// cookie.reload(&KeyRing::from_base64_list(changed)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ReloadableCookie(Arc<Shared>);

struct Shared {
    current: RwLock<SessionCookie>,
    /// A reload holds this lock from reading the old keys to storing the new ones, so that
    /// concurrent reloads run one after the other.
    reload: Mutex<()>,
    set_cookie: Arc<SetCookie>,
}

impl ReloadableCookie {
    /// Makes the keys of `cookie` replaceable. Earlier clones of `cookie` keep their keys.
    #[must_use]
    pub fn new(cookie: SessionCookie) -> Self {
        let set_cookie = Arc::clone(&cookie.0.set_cookie);
        let current = RwLock::new(cookie);
        Self(Arc::new(Shared { current, reload: Mutex::new(()), set_cookie }))
    }

    /// Returns the cookie with the current keys. A later reload does not change the returned
    /// cookie, or cookies derived from it with [`SessionCookie::with_context`].
    #[must_use]
    pub fn current(&self) -> SessionCookie {
        // Nothing panics while it holds this lock, so even a poisoned lock holds a complete cookie.
        self.0.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces the keys, as [`SessionCookie::with_keys`] does.
    ///
    /// It derives the new keys first and then swaps them in one step, so every request uses either
    /// the old ring or the new one. It cannot fail, because an invalid list never becomes a
    /// [`KeyRing`]. The old keys are wiped from memory when the last request that uses them ends.
    pub fn reload(&self, keys: &KeyRing) {
        let _reload = self.0.reload.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.replace(self.current().with_keys(keys)));
    }

    /// Returns the old cookie, so that its keys are wiped after the lock is released and no request
    /// waits for that.
    fn replace(&self, cookie: SessionCookie) -> SessionCookie {
        let mut current = self.0.current.write().unwrap_or_else(PoisonError::into_inner);
        core::mem::replace(&mut *current, cookie)
    }

    /// Returns the cookie's name, which a reload does not change.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.set_cookie.name()
    }
}

impl fmt::Debug for ReloadableCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReloadableCookie").field(&self.current()).finish()
    }
}

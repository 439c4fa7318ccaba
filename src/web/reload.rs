//! A cookie whose keys change while the server runs.

use core::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::cookie::SessionCookie;
use super::set_cookie::SetCookie;
use crate::keys::KeyRing;

/// A [`SessionCookie`] whose keys can be replaced while the server runs. Clones share the keys: a
/// reload of one is a reload of all.
///
/// A session layer takes it in place of a cookie. Without a layer, call [`ReloadableCookie::current`]
/// **once per request**, and read and write the session with the cookie that it returns. So each
/// request ends with the keys that it began with.
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
/// // Later, after the file of keys has changed. A list that cannot be read is an error, and the old
/// // keys stay.
/// let changed = "iS6l2ZYWYwKQbVL5ZGDnzMTbNUJHSaf09XHLqbRUWRc=@2026-12-01T00:00:00Z, \
///                TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=";
/// cookie.reload(&KeyRing::from_base64_list(changed)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ReloadableCookie(Arc<Shared>);

struct Shared {
    current: RwLock<SessionCookie>,
    /// Held by a reload from the old keys to the new ones, so that reloads follow each other.
    reload: Mutex<()>,
    set_cookie: Arc<SetCookie>,
}

impl ReloadableCookie {
    /// Makes the keys of `cookie` replaceable. Cookies that were cloned from it before keep theirs.
    #[must_use]
    pub fn new(cookie: SessionCookie) -> Self {
        let set_cookie = Arc::clone(&cookie.0.set_cookie);
        let current = RwLock::new(cookie);
        Self(Arc::new(Shared { current, reload: Mutex::new(()), set_cookie }))
    }

    /// Returns the cookie with the keys of this moment. It keeps them: a later reload does not change
    /// it, nor what [`SessionCookie::with_context`] makes of it.
    #[must_use]
    pub fn current(&self) -> SessionCookie {
        // A lock is never held while anything can panic, so a poisoned one holds a whole cookie.
        self.0.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces the keys, as [`SessionCookie::with_keys`] does. It derives the new keys first and then
    /// swaps them in one step: every request uses either all of the old ones or all of the new ones.
    ///
    /// It cannot fail, because a list that is wrong never becomes a [`KeyRing`]. The old keys are wiped
    /// when the last request that began with them has ended.
    pub fn reload(&self, keys: &KeyRing) {
        let reload = self.0.reload.lock().unwrap_or_else(PoisonError::into_inner);
        let mut cookie = self.current().with_keys(keys);
        self.swap(&mut cookie);
        drop(reload);
        // The old keys are wiped here, where no request waits for it.
        drop(cookie);
    }

    fn swap(&self, cookie: &mut SessionCookie) {
        let mut current = self.0.current.write().unwrap_or_else(PoisonError::into_inner);
        core::mem::swap(&mut *current, cookie);
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

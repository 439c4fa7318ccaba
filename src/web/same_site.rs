//! The cookie's `SameSite` attribute.

/// Selects the cross-site requests with which browsers send the cookie.
///
/// ```
/// use core::time::Duration;
/// use hardtack::web::{SameSite, SessionCookie};
/// use hardtack::{Codec, Key, KeyRing};
///
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
/// let codec = Codec::signed("bank/production/session", &keys, Duration::from_secs(600)).build()?;
/// let cookie = SessionCookie::builder(codec).same_site(SameSite::Strict).build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SameSite {
    /// None. A visitor who follows a link from another site arrives without a session.
    Strict,
    /// Only links and other safe top-level navigation.
    #[default]
    Lax,
    /// All. The cookie must be `Secure`.
    None,
}

//! A session cookie in the making, and the rules that it must keep.

use std::sync::Arc;

use ::cookie::SameSite;
use time::OffsetDateTime;

use super::cookie::{Attributes, SessionCookie, Shared};
use super::error::CookieError;
use crate::codec::Codec;
use crate::error::RandomError;
use crate::token::session_id::SessionId;

/// Options of a session cookie, from [`SessionCookie::new`].
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use hardtack::SessionId;
/// use hardtack::web::{SameSite, SessionCookie};
/// # let keys = hardtack::KeyRing::new(hardtack::Key::from_hex(&"0123456789abcdef".repeat(4))?);
/// # let codec = hardtack::Codec::signed("shop", &keys, core::time::Duration::from_secs(60)).build()?;
/// let cookie = SessionCookie::new(codec)
///     .name("__Secure-session")
///     .domain("example.org")
///     .same_site(SameSite::Strict)
///     .ids(|| Ok(SessionId::from_bytes([7; 16]))) // or SessionId::generate
///     .build()?;
/// # Ok(()) }
/// ```
#[must_use = "a builder does nothing until `build`"]
pub struct SessionCookieBuilder {
    codec: Codec,
    shared: Shared,
}

impl SessionCookie {
    /// A cookie for the sessions of `codec`.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// let cookie = SessionCookie::new(codec).build()?;
    /// # Ok(()) }
    /// ```
    #[expect(clippy::new_ret_no_self, reason = "a builder, whose defaults are those of the type")]
    pub fn new(codec: Codec) -> SessionCookieBuilder {
        SessionCookieBuilder::new(codec)
    }
}

impl SessionCookieBuilder {
    fn new(codec: Codec) -> Self {
        let attributes = Attributes {
            name: "__Host-session".to_owned(),
            path: "/".to_owned(),
            domain: None,
            secure: true,
            http_only: true,
            same_site: SameSite::Lax,
            partitioned: false,
        };
        let shared = Shared {
            attributes,
            ids: None,
            ended: None,
            also_read: None,
            save_every_request: false,
        };
        Self { codec, shared }
    }

    /// The cookie's name. `__Host-session` unless said. Two programs on one host need two names, or
    /// each answers the other's cookie by clearing it: browsers do not tell ports apart.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// let cookie = SessionCookie::new(codec).name("__Secure-session").build()?;
    /// # Ok(()) }
    /// ```
    pub fn name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.shared.attributes.name);
        self
    }

    /// The paths below which browsers send the cookie. `/` unless said.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// let cookie = SessionCookie::new(codec).name("session").path("/shop").build()?;
    /// # Ok(()) }
    /// ```
    pub fn path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.shared.attributes.path);
        self
    }

    /// Sends the cookie to this host and all below it. Unless said, to the one host that set it.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// let cookie = SessionCookie::new(codec).name("__Secure-session").domain("example.org").build()?;
    /// # Ok(()) }
    /// ```
    pub fn domain(mut self, domain: &str) -> Self {
        self.shared.attributes.domain = Some(domain.to_owned());
        self
    }

    /// Whether browsers send the cookie over https only. They do unless said.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// let on_localhost = SessionCookie::new(codec).name("session").secure(false).build()?;
    /// # Ok(()) }
    /// ```
    pub fn secure(mut self, secure: bool) -> Self {
        self.shared.attributes.secure = secure;
        self
    }

    /// Whether the cookie is hidden from the page's scripts. It is unless said.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// let cookie = SessionCookie::new(codec).http_only(false).build()?;
    /// # Ok(()) }
    /// ```
    pub fn http_only(mut self, http_only: bool) -> Self {
        self.shared.attributes.http_only = http_only;
        self
    }

    /// Whether browsers send the cookie with requests from other sites. `Lax` unless said.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// let cookie = SessionCookie::new(codec).same_site(SameSite::Strict).build()?;
    /// # Ok(()) }
    /// ```
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.shared.attributes.same_site = same_site;
        self
    }

    /// Whether browsers keep a cookie of its own for every site that embeds this one.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// let cookie = SessionCookie::new(codec).partitioned(true).build()?;
    /// # Ok(()) }
    /// ```
    pub fn partitioned(mut self, partitioned: bool) -> Self {
        self.shared.attributes.partitioned = partitioned;
        self
    }

    /// Gives every session an id from this source: `SessionId::generate`, or your own.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// # #[cfg(feature = "generate")]
    /// let cookie = SessionCookie::new(codec).ids(SessionId::generate).build()?;
    /// # Ok(()) }
    /// ```
    pub fn ids(
        mut self,
        source: impl Fn() -> Result<SessionId, RandomError> + Send + Sync + 'static,
    ) -> Self {
        self.shared.ids = Some(Arc::new(source));
        self
    }

    /// Asks the application's list of ended sessions, when a session is read and again before it
    /// is written: an answer under way does not renew what was logged out meanwhile. Where asking
    /// means waiting, ask at both times yourself, and call [`Session::flush`](super::Session::flush).
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// use std::{collections::HashSet, sync::{Arc, RwLock}};
    /// let list: Arc<RwLock<HashSet<SessionId>>> = Arc::default();
    /// let asked = Arc::clone(&list);
    /// let cookie = SessionCookie::new(codec)
    ///     .ids(|| Ok(SessionId::from_bytes([7; 16]))) // or SessionId::generate
    ///     .ended(move |id| asked.read().is_ok_and(|ended| ended.contains(&id)))
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn ended(mut self, list: impl Fn(SessionId) -> bool + Send + Sync + 'static) -> Self {
        self.shared.ended = Some(Arc::new(list));
        self
    }

    /// Until then, accepts tokens of another codec as well, and writes them anew by this one with
    /// their start, id and expiry: from signed to encrypted, or to another purpose, without logging
    /// anybody out. A token is accepted while both hold: its own codec's limits, and this one's
    /// absolute timeout and cut-off.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// let signed = codec;
    /// # #[cfg(feature = "encrypt")] {
    /// let encrypted = Codec::encrypted("shop", &keys, signed.max_age()).build()?;
    /// let until = time::OffsetDateTime::from_unix_timestamp(1_800_000_000)?;
    /// let cookie = SessionCookie::new(encrypted).also_read(signed, until).build()?;
    /// # }
    /// # Ok(()) }
    /// ```
    pub fn also_read(mut self, codec: Codec, until: OffsetDateTime) -> Self {
        self.shared.also_read = Some((codec, until));
        self
    }

    /// Writes the cookie with every answer, so that its life begins anew with every request.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// let cookie = SessionCookie::new(codec).save_every_request(true).build()?;
    /// # Ok(()) }
    /// ```
    pub fn save_every_request(mut self, save: bool) -> Self {
        self.shared.save_every_request = save;
        self
    }

    /// Checks the rules that browsers would enforce in silence.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// assert!(SessionCookie::new(codec).domain("example.org").build().is_err());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`CookieError`] says which rule: of names, paths and domains (RFC 6265bis §4.1), of the
    /// prefixes `__Host-`, `__Secure-`, `__Http-` and `__Host-Http-`, of `SameSite=None` and of
    /// `Partitioned`.
    pub fn build(self) -> Result<SessionCookie, CookieError> {
        check(&self.shared.attributes)?;
        Ok(SessionCookie { codec: self.codec, shared: Arc::new(self.shared) })
    }
}

fn check(attributes: &Attributes) -> Result<(), CookieError> {
    if !is_token(&attributes.name) {
        return Err(CookieError::Name);
    }
    if !is_path(&attributes.path) {
        return Err(CookieError::Path);
    }
    if !attributes.domain.as_deref().is_none_or(is_host) {
        return Err(CookieError::Domain);
    }
    check_prefix(attributes)?;
    check_secure(attributes)
}

/// RFC 9110 §5.6.2.
fn is_token(name: &str) -> bool {
    let tchar = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.len() <= 256 && name.bytes().all(tchar)
}

fn is_path(path: &str) -> bool {
    let allowed = |byte: u8| (byte == b' ' || byte.is_ascii_graphic()) && byte != b';';
    path.starts_with('/') && path.len() <= 1024 && path.bytes().all(allowed)
}

fn is_host(domain: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    domain.len() <= 253
        && domain
            .split('.')
            .all(|label| matches!(label.len(), 1..=63) && label.bytes().all(allowed))
}

/// What a prefix asks for besides `Secure`.
struct Prefix {
    text: &'static str,
    one_host: bool,
    http_only: bool,
}

/// The longer ones first.
const PREFIXES: [Prefix; 4] = [
    Prefix { text: "__Host-Http-", one_host: true, http_only: true },
    Prefix { text: "__Host-", one_host: true, http_only: false },
    Prefix { text: "__Http-", one_host: false, http_only: true },
    Prefix { text: "__Secure-", one_host: false, http_only: false },
];

impl Prefix {
    /// Browsers compare without regard to case (RFC 6265bis §5.7).
    fn begins(&self, name: &str) -> bool {
        let start = name.get(..self.text.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(self.text))
    }
}

fn check_prefix(attributes: &Attributes) -> Result<(), CookieError> {
    let found = PREFIXES.iter().find(|prefix| prefix.begins(&attributes.name));
    let Some(prefix) = found else { return Ok(()) };
    let rules = [
        ("be Secure", attributes.secure),
        ("have no Domain", attributes.domain.is_none() || !prefix.one_host),
        ("have the Path /", attributes.path == "/" || !prefix.one_host),
        ("be HttpOnly", attributes.http_only || !prefix.http_only),
    ];
    match rules.into_iter().find(|(_, kept)| !kept) {
        Some((rule, _)) => Err(CookieError::Prefix { prefix: prefix.text, rule }),
        None => Ok(()),
    }
}

fn check_secure(attributes: &Attributes) -> Result<(), CookieError> {
    let needs_secure = |attribute| Err(CookieError::NeedsSecure { attribute });
    match attributes {
        Attributes { secure: true, .. } => Ok(()),
        Attributes { same_site: SameSite::None, .. } => needs_secure("SameSite=None"),
        Attributes { partitioned: true, .. } => needs_secure("Partitioned"),
        _ => Ok(()),
    }
}

//! The options of a session cookie, and the rules that browsers hold them to.

use std::sync::Arc;

use time::OffsetDateTime;

use super::cookie::{Attributes, SessionCookie, Shared};
use super::error::{CookieError, MUST_BE_HTTP_ONLY, MUST_BE_SECURE};
use super::same_site::SameSite;
use crate::codec::Codec;
use crate::error::RandomError;
use crate::token::session_id::SessionId;

/// Options of a session cookie, from [`SessionCookie::builder`].
///
#[cfg_attr(feature = "generate", doc = "```")]
#[cfg_attr(not(feature = "generate"), doc = "```ignore")]
/// use core::time::Duration;
/// use std::collections::HashSet;
/// use std::sync::{Arc, RwLock};
///
/// use hardtack::web::SessionCookie;
/// use hardtack::{Codec, Key, KeyRing, SessionId};
///
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
/// let codec = Codec::signed("shop/production/session", &keys, Duration::from_secs(7200)).build()?;
/// let revoked: Arc<RwLock<HashSet<SessionId>>> = Arc::default();
/// let list = Arc::clone(&revoked);
/// let cookie = SessionCookie::builder(codec)
///     .name("__Secure-session")
///     .domain("example.org") // to all hosts below it as well
///     .id_source(SessionId::generate)
///     .revoked_ids(move |id| list.read().is_ok_and(|list| list.contains(&id)))
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a builder does nothing until `build`"]
pub struct SessionCookieBuilder {
    codec: Codec,
    shared: Shared,
}

impl SessionCookie {
    /// Starts building a cookie for the sessions of `codec`.
    pub fn builder(codec: Codec) -> SessionCookieBuilder {
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
            id_source: None,
            revoked_ids: None,
            previous: None,
            save_every_request: false,
        };
        Self { codec, shared }
    }

    /// Sets the cookie's name. Defaults to `__Host-session`.
    ///
    /// Two programs on one host need two names: browsers do not separate cookies by port.
    pub fn name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.shared.attributes.name);
        self
    }

    /// Sets the path below which browsers send the cookie. Defaults to `/`.
    pub fn path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.shared.attributes.path);
        self
    }

    /// Sends the cookie to this domain and every host below it. Defaults to the one host that set the
    /// cookie. The name must then not begin with `__Host-`.
    pub fn domain(mut self, domain: &str) -> Self {
        self.shared.attributes.domain = Some(domain.to_owned());
        self
    }

    /// Sets whether browsers send the cookie over https alone. Defaults to true.
    ///
    /// For plain http, while developing, set it to false and choose a [`name`](Self::name) without a
    /// prefix, such as `session`.
    pub fn secure(mut self, secure: bool) -> Self {
        self.shared.attributes.secure = secure;
        self
    }

    /// Sets whether the cookie is hidden from the page's scripts. Defaults to true.
    pub fn http_only(mut self, http_only: bool) -> Self {
        self.shared.attributes.http_only = http_only;
        self
    }

    /// Sets with which requests from other sites browsers send the cookie. Defaults to
    /// [`SameSite::Lax`].
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.shared.attributes.same_site = same_site;
        self
    }

    /// Sets whether browsers keep a separate cookie for every site that embeds this one. Defaults to
    /// false.
    pub fn partitioned(mut self, partitioned: bool) -> Self {
        self.shared.attributes.partitioned = partitioned;
        self
    }

    /// Gives every session an ID from `source`: [`SessionId::generate`], or your own random generator.
    /// Defaults to no IDs.
    pub fn id_source(
        mut self,
        source: impl Fn() -> Result<SessionId, RandomError> + Send + Sync + 'static,
    ) -> Self {
        self.shared.id_source = Some(Arc::new(source));
        self
    }

    /// Refuses sessions whose ID is on the application's list of revoked IDs.
    ///
    /// The list is asked when a session is read, and again before it is written, so that a response
    /// under way does not renew a session that was logged out meanwhile. If asking takes an `.await`,
    /// ask at both times yourself and call [`Session::flush`](super::Session::flush).
    pub fn revoked_ids(
        mut self,
        is_revoked: impl Fn(SessionId) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.shared.revoked_ids = Some(Arc::new(is_revoked));
        self
    }

    /// Accepts tokens of another codec as well until `until`, and writes them again with this one. So
    /// sessions move from signed to encrypted, or to another purpose, without a log-out.
    ///
    /// A session keeps its start, ID and expiry. It is accepted while both codecs allow it: the
    /// limits of its own, and the absolute timeout and cut-off of this one.
    pub fn accept_previous(mut self, codec: Codec, until: OffsetDateTime) -> Self {
        self.shared.previous = Some((codec, until));
        self
    }

    /// Sets whether every response writes the cookie, so that its lifetime restarts with every request.
    /// Defaults to false: a session is renewed when half of its lifetime has passed.
    pub fn save_every_request(mut self, save: bool) -> Self {
        self.shared.save_every_request = save;
        self
    }

    /// Builds the cookie, and checks the rules that browsers enforce without a message.
    ///
    /// # Errors
    /// [`CookieError`] for a name, path or domain that browsers refuse (RFC 6265bis §4.1), or a broken
    /// rule of the prefixes `__Host-`, `__Secure-`, `__Http-` and `__Host-Http-`, of `SameSite=None` or
    /// of `Partitioned`.
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

/// What a prefix requires besides `Secure`.
struct Prefix {
    text: &'static str,
    one_host: bool,
    http_only: bool,
}

/// Longer prefixes first: `__Host-` is the beginning of another.
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
        (MUST_BE_SECURE, attributes.secure),
        ("have no Domain", attributes.domain.is_none() || !prefix.one_host),
        ("have the Path /", attributes.path == "/" || !prefix.one_host),
        (MUST_BE_HTTP_ONLY, attributes.http_only || !prefix.http_only),
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

//! The options of a session cookie, and the browser rules that they must follow.

use std::sync::Arc;

use time::OffsetDateTime;

use super::cookie::{IdSource, Previous, RevokedIds, SessionCookie, Shared};
use super::error::{CookieError, MUST_BE_HTTP_ONLY, MUST_BE_SECURE};
use super::same_site::SameSite;
use super::set_cookie::{Attributes, SetCookie};
use crate::codec::Codec;
use crate::error::RandomError;
use crate::token::session_id::SessionId;

/// The options of a session cookie. [`SessionCookie::builder`] returns it.
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
    attributes: Attributes,
    previous: Option<Previous>,
    id_source: Option<Arc<IdSource>>,
    revoked_ids: Option<Arc<RevokedIds>>,
    save_every_request: bool,
}

impl SessionCookie {
    /// Starts building a cookie for the sessions of `codec`.
    ///
    /// The cookie binds its tokens to its name: the name becomes the first part of the codec's
    /// context. A value copied from one cookie into another fails verification, even if both use
    /// the same codec.
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
        Self {
            codec,
            attributes,
            previous: None,
            id_source: None,
            revoked_ids: None,
            save_every_request: false,
        }
    }

    /// Sets the cookie's name. Defaults to `__Host-session`.
    ///
    /// Give each program on a host its own name, because browsers do not separate cookies by port.
    pub fn name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.attributes.name);
        self
    }

    /// Sets the path below which browsers send the cookie. Defaults to `/`.
    pub fn path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.attributes.path);
        self
    }

    /// Sends the cookie to this domain and all of its subdomains. Defaults to the host that set the
    /// cookie.
    ///
    /// A cookie with a domain must not have a name that begins with `__Host-`. A leading dot in
    /// `domain` is dropped.
    pub fn domain(mut self, domain: &str) -> Self {
        let domain = domain.strip_prefix('.').unwrap_or(domain);
        self.attributes.domain = Some(domain.to_owned());
        self
    }

    /// Sets whether browsers send the cookie over HTTPS only. Defaults to true.
    ///
    /// To develop over plain HTTP, set it to false and choose a [`name`](Self::name) without a
    /// prefix, such as `session`.
    pub fn secure(mut self, secure: bool) -> Self {
        self.attributes.secure = secure;
        self
    }

    /// Sets whether the cookie is hidden from the page's scripts. Defaults to true.
    pub fn http_only(mut self, http_only: bool) -> Self {
        self.attributes.http_only = http_only;
        self
    }

    /// Sets which cross-site requests carry the cookie. Defaults to [`SameSite::Lax`].
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.attributes.same_site = same_site;
        self
    }

    /// Sets whether browsers keep a separate cookie for every site that embeds this one. Defaults
    /// to false.
    pub fn partitioned(mut self, partitioned: bool) -> Self {
        self.attributes.partitioned = partitioned;
        self
    }

    /// Gives every session an ID from `source`. Defaults to no IDs.
    ///
    /// Pass [`SessionId::generate`] or your own random generator.
    pub fn id_source(
        mut self,
        source: impl Fn() -> Result<SessionId, RandomError> + Send + Sync + 'static,
    ) -> Self {
        self.id_source = Some(Arc::new(source));
        self
    }

    /// Refuses sessions whose ID is on the application's list of revoked IDs.
    ///
    /// `is_revoked` is called when a session is read and again before it is written. The second
    /// call prevents a response in progress from renewing a session that was logged out in the
    /// meantime. If the look-up needs an `.await`, make it at both times yourself and call
    /// [`Session::flush`](super::Session::flush) for a revoked session.
    pub fn revoked_ids(
        mut self,
        is_revoked: impl Fn(SessionId) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.revoked_ids = Some(Arc::new(is_revoked));
        self
    }

    /// Also accepts tokens of a previous codec until `until`, and reissues them with the current
    /// codec.
    ///
    /// Use it to move sessions from signed to encrypted, or to another purpose, without logging
    /// anyone out.
    ///
    /// The previous codec is bound to the same name and contexts as this cookie, so a token of one
    /// tenant is never reissued for another. For tokens that were not bound, or that were bound to
    /// something else, use [`accept_previous_unbound`](Self::accept_previous_unbound).
    ///
    /// A session keeps its start, ID and expiry. It is accepted while both codecs allow it: it must
    /// be within the limits of the previous codec, and within the absolute timeout and cut-off of
    /// the current one.
    pub fn accept_previous(mut self, codec: Codec, until: OffsetDateTime) -> Self {
        self.previous = Some(Previous { codec, until, is_bound: true });
        self
    }

    /// Like [`accept_previous`](Self::accept_previous), but binds `codec` neither to this cookie's
    /// name nor to its contexts.
    ///
    /// It accepts tokens that were made without a cookie, or for a cookie of another name.
    ///
    /// **Anyone who has a token of `codec` can use it in every context of this cookie.** The
    /// reissued token is bound to the context in which it was used. If the contexts are tenants,
    /// build a cookie for each tenant, with a `codec` that accepts only that tenant's tokens.
    pub fn accept_previous_unbound(mut self, codec: Codec, until: OffsetDateTime) -> Self {
        self.previous = Some(Previous { codec, until, is_bound: false });
        self
    }

    /// Sets whether every response writes the cookie, which restarts its lifetime with every
    /// request.
    ///
    /// Defaults to false: a session is renewed when half of its lifetime has passed.
    pub fn save_every_request(mut self, save: bool) -> Self {
        self.save_every_request = save;
        self
    }

    /// Builds the cookie, and checks the rules that browsers enforce silently.
    ///
    /// # Errors
    /// Returns [`CookieError`] if:
    ///
    /// - browsers refuse the name, path or domain (RFC 6265bis §4.1);
    /// - the cookie breaks a rule of the prefixes `__Host-`, `__Secure-`, `__Http-` and
    ///   `__Host-Http-`, of `SameSite=None` or of `Partitioned`;
    /// - the context of the previous codec differs from that of the current one.
    pub fn build(self) -> Result<SessionCookie, CookieError> {
        check(&self.attributes)?;
        let codec = self.codec.bound_to_name(&self.attributes.name)?;
        let bind = |previous: Previous| bound(previous, &self.codec, &codec);
        Ok(SessionCookie(Arc::new(Shared {
            previous: self.previous.map(bind).transpose()?,
            codec,
            set_cookie: Arc::new(SetCookie::new(&self.attributes)),
            id_source: self.id_source,
            revoked_ids: self.revoked_ids,
            save_every_request: self.save_every_request,
        })))
    }
}

/// Binds the previous codec to the context of `codec`. Its own context must be empty or equal to
/// that of `given`, the codec that the builder was given.
fn bound(previous: Previous, given: &Codec, codec: &Codec) -> Result<Previous, CookieError> {
    if previous.is_bound && !previous.codec.is_unbound() && !previous.codec.shares_context(given) {
        return Err(CookieError::PreviousContext);
    }
    Ok(previous.in_context_of(codec))
}

fn check(attributes: &Attributes) -> Result<(), CookieError> {
    if !is_token(&attributes.name) {
        return Err(CookieError::Name);
    }
    if !is_path(&attributes.path) {
        return Err(CookieError::Path);
    }
    if !attributes.domain.as_deref().is_none_or(is_domain) {
        return Err(CookieError::Domain);
    }
    check_prefix(attributes)?;
    check_secure(attributes)
}

/// Returns true for a token of RFC 9110 §5.6.2.
fn is_token(name: &str) -> bool {
    let tchar = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.len() <= 256 && name.bytes().all(tchar)
}

/// Returns true if browsers send cookies with this path back.
///
/// Browsers percent-encode the other characters in a request's URL, so the URL would not begin with
/// the path.
fn is_path(path: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_graphic() && !b"\"#;<>?\\^`{|}".contains(&byte);
    path.starts_with('/') && path.len() <= 1024 && path.bytes().all(allowed)
}

/// Returns true if browsers accept the domain from one of its subdomains.
///
/// It needs at least two labels and must not be an IP address. A host whose last label is a number
/// is an IP address (URL standard, host parsing).
fn is_domain(domain: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let is_label = |label: &str| matches!(label.len(), 1..=63) && label.bytes().all(allowed);
    let (_, last) = domain.rsplit_once('.').unwrap_or_default();
    domain.len() <= 253 && domain.split('.').all(is_label) && !last.is_empty() && !is_number(last)
}

fn is_number(label: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let hex = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
    digits(label) || hex.is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The requirements of a name prefix, besides `Secure`.
struct Prefix {
    text: &'static str,
    one_host: bool,
    http_only: bool,
}

/// Longer prefixes come first, because `__Host-Http-` also begins with `__Host-`.
const PREFIXES: [Prefix; 4] = [
    Prefix { text: "__Host-Http-", one_host: true, http_only: true },
    Prefix { text: "__Host-", one_host: true, http_only: false },
    Prefix { text: "__Http-", one_host: false, http_only: true },
    Prefix { text: "__Secure-", one_host: false, http_only: false },
];

impl Prefix {
    /// Returns true if `name` begins with the prefix. Browsers ignore case here (RFC 6265bis §5.7).
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

//! A request's session: its data, and the changes that the handler requested.

use core::fmt;
use core::ops::{Deref, DerefMut};
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;

use serde::Serialize;
use time::OffsetDateTime;

use super::cookie::SessionCookie;
use super::error::Rejection;
use super::read::Refusal;
use super::tracked::{CAPACITY, Tracked, Written};
use crate::codec::{Codec, IssueOptions, Verified};
use crate::error::{DecodeError, EncodeError, RandomError, RenewError};
use crate::policy::{Cutoff, Expiry, instant};
use crate::token::claims::Claims;
use crate::token::payload::Layout;
use crate::token::session_id::SessionId;

/// The session of one request. `T` is your own struct, or [`Map`](super::Map).
///
/// It dereferences to `T`. An empty session equals `T::default()` and is never written.
///
/// A session is modified if its payload differs from the payload before the first mutable access. A
/// change at any depth counts, and a change that was undone does not. A change through a `Cell` or
/// another shared reference is not detected: call [`Session::mark_modified`] after it.
///
/// ```
/// use core::time::Duration;
/// use hardtack::web::{Session, SessionCookie};
/// use hardtack::{Codec, Key, KeyRing};
/// use http::{HeaderMap, StatusCode};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Default, Serialize, Deserialize)]
/// #[serde(default)] // cookies from before a field was added stay valid
/// struct Visitor {
///     user: Option<u64>,
///     cart: Vec<u32>,
/// }
///
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
/// let codec = Codec::signed("shop/production/session", &keys, Duration::from_secs(7200)).build()?;
/// let cookie = SessionCookie::builder(codec).build()?;
///
/// let (request, mut response) = (HeaderMap::new(), HeaderMap::new());
/// let mut session: Session<Visitor> = cookie.read(&request);
/// assert!(session.is_empty() && !session.is_modified());
/// session.cart.push(101);
/// assert!(session.is_modified());
/// cookie.write(&session, StatusCode::OK, &mut response)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Session<T> {
    data: Tracked<T>,
    cookie: SessionCookie,
    now: OffsetDateTime,
    had_cookie: bool,
    rejected: Option<Rejection>,
    /// Whether the request's cookies can never be valid again.
    is_refused_for_good: bool,
    origin: Option<Origin>,
    requested: Requested,
    accessed: AtomicBool,
}

/// The changes that the handler requested, apart from the data.
#[derive(Default)]
struct Requested {
    begins_at: Option<OffsetDateTime>,
    reissue: bool,
    new_id: Option<Result<SessionId, RandomError>>,
    expiry: Option<Expiry>,
    /// Whether the request's cookies were logged out.
    flushed: bool,
}

/// The verified session that the response continues.
pub(super) struct Origin {
    pub(super) session: Verified<()>,
    /// Whether the previous codec verified it.
    pub(super) by_previous: bool,
}

impl Requested {
    fn is_any(&self) -> bool {
        self.reissue || self.flushed || self.begins_at.is_some() || self.expiry.is_some()
    }
}

impl<T: Default + Serialize> Session<T> {
    pub(super) fn empty(
        cookie: &SessionCookie,
        refusal: Option<Refusal>,
        now: OffsetDateTime,
    ) -> Self {
        Self {
            had_cookie: refusal.is_some(),
            is_refused_for_good: refusal.as_ref().is_some_and(|refusal| refusal.is_final),
            rejected: refusal.map(|refusal| refusal.reason),
            ..Self::new(cookie, Tracked::empty(), now)
        }
    }

    pub(super) fn resumed(
        cookie: &SessionCookie,
        data: T,
        origin: Origin,
        token_len: usize,
        now: OffsetDateTime,
    ) -> Self {
        // Base64 encodes three bytes as four characters, and the payload is shorter than its token.
        let data = Tracked::new(data, token_len.saturating_sub(token_len / 4));
        Self { had_cookie: true, origin: Some(origin), ..Self::new(cookie, data, now) }
    }

    /// Resets the data to `T::default()`. The response clears the cookie.
    ///
    /// If you add data afterwards, the response saves it in the same session.
    pub fn clear(&mut self) {
        self.touch();
        self.data.clear(self.layout());
    }

    /// Logs out: discards the session's data, start, ID and expiry, and returns the discarded ID.
    ///
    /// The response clears the cookie, even if its status is 500 or above. If you add data
    /// afterwards, it begins a new session.
    ///
    /// A copy of the cookie stays valid until it expires, and another response in progress may
    /// renew it. To end the session on the server, put the ID on the list of
    /// [`revoked_ids`](super::SessionCookieBuilder::revoked_ids), or set a [`Cutoff`] for the user.
    pub fn flush(&mut self) -> Option<SessionId> {
        let discarded = self.carried_id();
        self.data = Tracked::empty();
        self.origin = None;
        self.requested = Requested { flushed: self.had_cookie, ..Requested::default() };
        self.touch();
        discarded
    }

    /// Discards the session, as [`Session::flush`] does, if it began before `cutoff`. Returns true
    /// if it was discarded.
    ///
    /// [`Session::rejected`] returns the reason `revoked` afterwards, so write your log entry after this
    /// call. When the user logs in, call [`Session::log_in_after`] with the same cut-off.
    pub fn revoke_before(&mut self, cutoff: Cutoff) -> bool {
        let session = self.origin.as_ref().map(|origin| &origin.session);
        let revoked = session.is_some_and(|session| session.started_since(cutoff).is_err());
        if revoked {
            self.rejected = Some(Rejection::Token(DecodeError::Revoked));
            self.flush();
        }
        revoked
    }

    /// Returns true if the session has no data, which means that it equals `T::default()`.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.touch();
        self.data.is_empty(self.layout())
    }

    pub(super) fn is_empty_payload(&self, written: &mut Written) -> bool {
        self.data.is_empty_payload(written, self.layout())
    }
}

impl<T: Serialize> Session<T> {
    /// Returns true if the data differs from what was read, or if another requested change must be
    /// written.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.requested.is_any() || self.data.may_differ() && self.data.differs(&self.written())
    }

    pub(super) fn written(&self) -> Written {
        self.data.written(self.layout())
    }

    /// Returns true if the response must write `written`.
    pub(super) fn differs(&self, written: &Written) -> bool {
        self.requested.is_any() || self.data.differs(written)
    }
}

impl<T> Session<T> {
    fn new(cookie: &SessionCookie, data: Tracked<T>, now: OffsetDateTime) -> Self {
        Self {
            data,
            cookie: cookie.clone(),
            now,
            had_cookie: false,
            rejected: None,
            is_refused_for_good: false,
            origin: None,
            requested: Requested::default(),
            accessed: AtomicBool::new(false),
        }
    }

    /// Begins the session of a visitor who has authenticated. Call it after every authentication.
    ///
    /// `data` replaces all session data. The session gets a new ID and begins now. The previous
    /// start time, ID and expiry are discarded, so an attacker gains nothing from planting a
    /// session ID or a cookie. This includes an expiry that was set earlier in this request: call
    /// [`Session::set_expiry`] after `log_in`.
    ///
    /// Carry over by name the data that should survive:
    ///
    /// ```
    /// use core::mem::take;
    /// use core::time::Duration;
    /// use hardtack::web::{Session, SessionCookie};
    /// use hardtack::{Codec, Key, KeyRing};
    /// use http::HeaderMap;
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Default, Serialize, Deserialize)]
    /// #[serde(default)]
    /// struct Visitor {
    ///     user: Option<u64>,
    ///     cart: Vec<u32>,
    ///     note: String,
    /// }
    ///
    /// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
    /// let codec = Codec::signed("shop/production/session", &keys, Duration::from_secs(7200)).build()?;
    /// let cookie = SessionCookie::builder(codec).build()?;
    /// let mut session: Session<Visitor> = cookie.read(&HeaderMap::new());
    /// session.cart.push(101);
    /// session.note.push_str("from the previous visitor");
    ///
    /// let cart = take(&mut session.cart);
    /// session.log_in(Visitor { user: Some(7), cart, ..Visitor::default() });
    /// assert_eq!((session.cart.as_slice(), session.note.as_str()), (&[101][..], ""));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn log_in(&mut self, data: T) {
        self.begin(data, self.now);
    }

    /// Like [`Session::log_in`], but the session begins at `cutoff` if that is later than now.
    ///
    /// Use it for the session that survives "log out everywhere else". You can also call it at
    /// every log-in with the user's stored cut-off.
    ///
    /// If the cut-off is further in the future than the leeway allows, writing the response fails
    /// with
    /// [`ResponseError::NotYetValid`](super::ResponseError::NotYetValid).
    pub fn log_in_after(&mut self, cutoff: Cutoff, data: T) {
        self.begin(data, cutoff.instant().max(self.now));
    }

    fn begin(&mut self, data: T, at: OffsetDateTime) {
        self.touch();
        self.data = Tracked::new(data, CAPACITY);
        self.origin = None;
        self.requested = Requested {
            begins_at: Some(at),
            new_id: self.cookie.new_id(),
            flushed: self.requested.flushed,
            ..Requested::default()
        };
    }

    /// Reissues the session with a new ID and the same start (Django's `cycle_key`).
    ///
    /// Use it when privileges change without a log-in. Without an ID source, the session gets no
    /// new ID.
    ///
    /// A copy of the old cookie stays valid under the old ID. To revoke it, put the old ID on the
    /// list of [`revoked_ids`](super::SessionCookieBuilder::revoked_ids) **after** the response is
    /// written: a session whose ID is already on the list is not reissued.
    pub fn cycle_id(&mut self) {
        self.requested.reissue = true;
        self.requested.new_id = self.cookie.new_id();
    }

    /// Makes the response write the session even if no change was detected. Call it after a change
    /// through a `Cell`.
    pub fn mark_modified(&mut self) {
        self.touch();
        self.requested.reissue = true;
    }

    /// Returns the session's ID, or `None` if it has none.
    ///
    /// After [`Session::log_in`] or [`Session::cycle_id`] this is the new ID. A session that begins
    /// in another way gets its ID only when the response is written. Without an ID source, sessions
    /// have no IDs.
    #[must_use]
    pub fn id(&self) -> Option<SessionId> {
        match self.requested.new_id {
            Some(id) => id.ok(),
            None => self.carried_id(),
        }
    }

    /// Returns the time when the session began, or `None` if it begins with this request.
    #[must_use]
    pub fn started_at(&self) -> Option<OffsetDateTime> {
        self.touch();
        self.origin.as_ref().map(|origin| origin.session.started_at())
    }

    /// Returns the reason why the request's cookie was not accepted, for the log.
    #[must_use]
    pub fn rejected(&self) -> Option<Rejection> {
        self.rejected
    }

    /// Returns true if the request had a cookie with this name, valid or not.
    #[must_use]
    pub fn had_cookie(&self) -> bool {
        self.had_cookie
    }

    /// Returns true if the handler used the data, the start or the expiry, which makes the response
    /// depend on the cookie.
    ///
    /// [`Session::id`] and [`Session::rejected`] do not count, because they are for logs.
    #[must_use]
    pub fn is_accessed(&self) -> bool {
        self.accessed.load(Ordering::Relaxed)
    }

    /// Returns the expiry that the session requests. Defaults to [`Expiry::Policy`].
    #[must_use]
    pub fn expiry(&self) -> Expiry {
        self.touch();
        self.requested_expiry()
    }

    /// Sets the session's expiry: a duration, an instant, until the browser closes, or the codec's
    /// `max_age`.
    ///
    /// The server enforces the expiry, even if the browser keeps the cookie for longer. A lifetime
    /// above `max_age` requires
    /// [`CodecBuilder::max_requested_age`](crate::CodecBuilder::max_requested_age).
    /// [`Session::log_in`] and [`Session::flush`] reset the expiry.
    ///
    /// # Errors
    /// Returns [`EncodeError`], and changes nothing, if the expiry has passed or is later than the
    /// codec allows.
    pub fn set_expiry(&mut self, expiry: Expiry) -> Result<(), EncodeError> {
        self.codec().initial_claims(&IssueOptions::at(self.now).expiry(expiry))?;
        self.touch();
        // Setting the default on a session that already has it needs no new cookie.
        if [expiry, self.requested_expiry()] != [Expiry::Policy; 2] {
            self.requested.expiry = Some(expiry);
        }
        Ok(())
    }

    /// Returns the time when the session expires if it is not renewed, or `None` if no token can be
    /// issued.
    ///
    /// A new session, or one whose expiry was changed, has no token yet. Its expiry is counted from
    /// the time of the request.
    #[must_use]
    pub fn expires_at(&self) -> Option<OffsetDateTime> {
        self.touch();
        match &self.origin {
            Some(origin) if self.requested.expiry.is_none() => Some(origin.session.expires_at()),
            _ => self.claims(self.now).ok().map(|claims| expires_at(self.codec(), &claims)),
        }
    }

    /// Returns the time from `now` until the session expires, in whole seconds, or zero if it has
    /// expired.
    #[must_use]
    pub fn expiry_age(&self, now: OffsetDateTime) -> Duration {
        let expires_at = self.expires_at().unwrap_or(now);
        let seconds = expires_at.unix_timestamp().saturating_sub(now.unix_timestamp());
        Duration::from_secs(u64::try_from(seconds).unwrap_or_default())
    }

    /// Returns true if the browser is asked to forget the cookie when it closes.
    #[must_use]
    pub fn expires_at_browser_close(&self) -> bool {
        self.expiry() == Expiry::BrowserClose
    }

    /// Returns true if the session must be reissued even if nothing changed.
    pub(super) fn renewal_is_due(&self, now: OffsetDateTime) -> bool {
        let due = |origin: &Origin| origin.by_previous || origin.session.renewal(now).is_some();
        self.origin.as_ref().is_some_and(due)
    }

    /// Returns the claims of the token that writes this session at `now`.
    pub(super) fn claims(&self, now: OffsetDateTime) -> Result<Claims, RenewError> {
        let Some(Origin { session, by_previous }) = &self.origin else {
            let now = self.requested.begins_at.unwrap_or(now);
            let options = IssueOptions { now, id: None, expiry: self.requested.expiry };
            return Ok(self.codec().initial_claims(&options)?);
        };
        let options = IssueOptions { now, id: None, expiry: self.requested.expiry };
        match self.cookie.0.previous.as_ref().filter(|_| *by_previous) {
            Some(previous) => self.codec().adopt(&previous.codec, &session.proof, &options),
            None => self.codec().reissue(&session.proof, &options),
        }
    }

    /// Returns true if the session must be compared with what was read.
    pub(super) fn may_differ(&self) -> bool {
        self.requested.is_any() || self.data.may_differ()
    }

    /// Returns true if nothing may be saved, because replacing one of several ambiguous cookies
    /// would leave a planted one in place.
    pub(super) fn is_withheld(&self) -> bool {
        self.rejected == Some(Rejection::Ambiguous) && !self.takes_over()
    }

    /// Returns true if a session without data clears the request's cookie.
    pub(super) fn clears(&self) -> bool {
        let ended = self.origin.is_some() || self.takes_over();
        self.had_cookie && (ended || self.is_refused_for_good)
    }

    pub(super) fn is_refused_for_good(&self) -> bool {
        self.is_refused_for_good
    }

    fn takes_over(&self) -> bool {
        self.requested.flushed || self.requested.begins_at.is_some()
    }

    /// Returns the ID of the next token, if it differs from the current one: the requested ID, or
    /// the first ID of a session without one.
    pub(super) fn next_id(&self) -> Result<Option<SessionId>, RandomError> {
        match (self.requested.new_id, self.id()) {
            (Some(id), _) => id.map(Some),
            (None, Some(_)) => Ok(None),
            (None, None) => self.cookie.new_id().transpose(),
        }
    }

    /// Returns the ID of the session that the response continues.
    pub(crate) fn carried_id(&self) -> Option<SessionId> {
        self.origin.as_ref()?.session.id()
    }

    /// Returns true if the request's cookies were logged out. A log-out counts even if nothing else
    /// is saved.
    pub(super) fn was_flushed(&self) -> bool {
        self.requested.flushed
    }

    /// Returns the time when the request was read.
    pub(super) fn read_at(&self) -> OffsetDateTime {
        self.now
    }

    /// Returns true if `cookie` is the one that read this session, or the same with other keys.
    pub(super) fn belongs_to(&self, cookie: &SessionCookie) -> bool {
        self.cookie.is_same(cookie)
    }

    fn requested_expiry(&self) -> Expiry {
        let carried = || self.origin.as_ref().map(|origin| origin.session.expiry());
        self.requested.expiry.or_else(carried).unwrap_or_default()
    }

    fn codec(&self) -> &Codec {
        self.cookie.codec()
    }

    fn layout(&self) -> Layout {
        self.codec().layout()
    }

    fn touch(&self) {
        self.accessed.store(true, Ordering::Relaxed);
    }
}

/// Methods for a layer. They do not count as access by the handler.
#[cfg(feature = "tower")]
impl<T> Session<T> {
    /// Returns true if the session came from a cookie and the response continues it.
    pub(crate) fn is_carried(&self) -> bool {
        self.origin.is_some()
    }

    /// Returns the time when the session began, if it came from a cookie.
    pub(crate) fn carried_start(&self) -> Option<OffsetDateTime> {
        self.origin.as_ref().map(|origin| origin.session.started_at())
    }

    /// Returns true if the session began at or after `cutoff`, or did not come from a cookie.
    pub(crate) fn carried_since(&self, cutoff: Cutoff) -> bool {
        self.origin.as_ref().is_none_or(|origin| origin.session.started_since(cutoff).is_ok())
    }

    pub(crate) fn data(&self) -> &T {
        self.data.get()
    }
}

#[cfg(feature = "tower")]
impl<T: Default + Serialize> Session<T> {
    /// Makes the session empty, as if its cookie had been rejected, with a check's reason.
    pub(crate) fn refuse(&mut self, reason: &'static str) {
        *self = Self {
            had_cookie: self.had_cookie,
            rejected: Some(Rejection::Refused(reason)),
            is_refused_for_good: self.had_cookie,
            accessed: AtomicBool::new(self.is_accessed()),
            ..Self::new(&self.cookie, Tracked::empty(), self.now)
        };
    }
}

/// Returns the time when a token with these claims expires.
pub(super) fn expires_at(codec: &Codec, claims: &Claims) -> OffsetDateTime {
    instant(codec.policy().expires_at(&claims.lifetime))
}

impl<T> Deref for Session<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.touch();
        self.data.get()
    }
}

impl<T: Serialize> DerefMut for Session<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.touch();
        let layout = self.layout();
        self.data.get_mut(layout)
    }
}

impl<T> fmt::Debug for Session<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.id())
            .field("started_at", &self.origin.as_ref().map(|origin| origin.session.started_at()))
            .field("rejected", &self.rejected)
            .finish_non_exhaustive()
    }
}

//! A request's session: its data, and what the handler asked for.

use core::fmt;
use core::ops::{Deref, DerefMut};
use core::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;
use time::{Duration, OffsetDateTime};

use super::cookie::SessionCookie;
use super::error::Rejection;
use crate::codec::{Codec, IssueOptions, Verified};
use crate::error::{DecodeError, EncodeError, PayloadError, RandomError, RenewError};
use crate::policy::{Cutoff, Expiry, instant};
use crate::token::claims::Claims;
use crate::token::payload;
use crate::token::session_id::SessionId;

/// The session of one request. `T` is the program's own struct, or [`Map`](super::Map).
///
/// It dereferences to `T`. An empty session is `T::default()`; it is never written. A session is
/// modified if the payload that it would write differs from the one that was read, so a change deep
/// inside counts, and one that was undone does not.
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
    data: T,
    cookie: SessionCookie,
    now: OffsetDateTime,
    had_cookie: bool,
    /// Whether a session that came was logged out.
    flushed: bool,
    rejected: Option<Rejection>,
    origin: Option<Origin>,
    /// Of the data as it was read, and of no data.
    baseline: Written,
    empty_payload: Written,
    requested: Requested,
    accessed: AtomicBool,
}

/// What the handler asked for, whether or not the data changed.
#[derive(Default)]
struct Requested {
    begins_at: Option<OffsetDateTime>,
    reissue: bool,
    new_id: Option<Result<SessionId, RandomError>>,
    expiry: Option<Expiry>,
}

/// The payload that data becomes.
pub(super) type Written = Result<Vec<u8>, PayloadError>;

/// The session that is carried on.
pub(super) struct Origin {
    pub(super) session: Verified<()>,
    /// The codec that verified it, where that is only still read.
    pub(super) foreign: Option<Codec>,
}

impl<T: Default + Serialize> Session<T> {
    pub(super) fn empty(
        cookie: &SessionCookie,
        had_cookie: bool,
        rejected: Option<Rejection>,
        now: OffsetDateTime,
    ) -> Self {
        let data = T::default();
        let empty_payload = written(cookie, &data);
        Self {
            data,
            cookie: cookie.clone(),
            now,
            had_cookie,
            // Of several sessions only our own could be cleared, which would leave the planted one.
            flushed: false,
            rejected,
            origin: None,
            baseline: empty_payload.clone(),
            empty_payload,
            requested: Requested::default(),
            accessed: AtomicBool::new(false),
        }
    }

    pub(super) fn resumed(
        cookie: &SessionCookie,
        data: T,
        origin: Origin,
        now: OffsetDateTime,
    ) -> Self {
        let baseline = written(cookie, &data);
        Self { data, baseline, origin: Some(origin), ..Self::empty(cookie, true, None, now) }
    }

    /// To be called after authentication, and only then: the session has a new id and begins now.
    /// Nothing of the start, the id or the expiry of the session before survives, so an id or a
    /// cookie that somebody planted is worth nothing. The data stays, and so does an expiry that
    /// this request set; a session without data is still none, and is not written. Where another user may be logged in, call [`Session::flush`] first.
    pub fn log_in(&mut self) {
        self.begin_anew(self.now);
    }

    /// [`Session::log_in`] of a session that does not begin before `cutoff`: the one that stays after
    /// "log out everywhere else". With the user's stored cut-off it is right at every log-in, in the
    /// second of the cut-off too. A cut-off further ahead than the leeway is an error of the answer.
    pub fn log_in_after(&mut self, cutoff: Cutoff) {
        self.begin_anew(cutoff.instant().max(self.now));
    }

    /// Issues the session again, under a new id, and keeps its start (Django's `cycle_key`): where
    /// privileges change without a new log-in. Without an id source there is no id to be new.
    ///
    /// A copy of the old cookie lives on under the old id. To end it, put that id on the list of
    /// ended sessions after the answer is written: what is on the list is not carried on.
    pub fn cycle_id(&mut self) {
        self.requested.reissue = true;
        self.requested.new_id = self.cookie.new_id();
    }

    /// Empties the data, which clears the cookie unless something is put in before the answer: then
    /// it is the same session still.
    pub fn clear(&mut self) {
        **self = T::default();
        self.empty_payload = self.written();
    }

    /// Logs out: empties the session and forgets where it came from. The answer clears the cookie;
    /// what is put in before it begins a new session.
    ///
    /// The browser is asked to forget it; a copy of the cookie that somebody took lives on until
    /// it expires, and an answer under way may issue it again. To end it on the server, put the id
    /// that this returns, the old one, on a list for
    /// [`SessionCookieBuilder::revoked_ids`](super::SessionCookieBuilder::revoked_ids), or set a
    /// [`Cutoff`] for the user.
    pub fn flush(&mut self) -> Option<SessionId> {
        let ended = self.carried_id();
        let empty = Self::empty(&self.cookie, self.had_cookie, self.rejected, self.now);
        let flushed = self.flushed || self.had_cookie;
        let requested = Requested { reissue: self.had_cookie, ..Requested::default() };
        *self = Self { flushed, requested, ..empty };
        self.touch();
        ended
    }

    /// Empties a session that began before `cutoff`, "log out everywhere", and tells whether it did.
    /// From then on [`Session::rejected`] says so: write the log behind this call.
    ///
    /// Who calls this logs in with [`Session::log_in_after`]: a log-in in the second of the cut-off
    /// would be over at once.
    pub fn revoke_before(&mut self, cutoff: Cutoff) -> bool {
        let revoked =
            self.origin.as_ref().is_some_and(|o| o.session.started_since(cutoff).is_err());
        if revoked {
            self.rejected = Some(Rejection::Token(DecodeError::Revoked));
            self.flush();
        }
        revoked
    }

    /// Whether what would be written differs from what was read.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.differs(&self.written())
    }

    /// Whether there is no data.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.touch();
        self.is_blank(&self.written())
    }

    pub(super) fn written(&self) -> Written {
        written(&self.cookie, &self.data)
    }

    fn begin_anew(&mut self, at: OffsetDateTime) {
        self.touch();
        self.requested.begins_at = Some(at);
        self.origin = None;
        self.requested.new_id = self.cookie.new_id();
    }
}

impl<T> Session<T> {
    /// The session's name: once it was written, and after [`Session::log_in`] or
    /// [`Session::cycle_id`] the new one. `None` without an id source.
    #[must_use]
    pub fn id(&self) -> Option<SessionId> {
        match self.requested.new_id {
            Some(id) => id.ok(),
            None => self.carried_id(),
        }
    }

    /// When the session began, if it did before this request.
    #[must_use]
    pub fn started_at(&self) -> Option<OffsetDateTime> {
        self.touch();
        self.origin.as_ref().map(|origin| origin.session.started_at())
    }

    /// Why the request's cookie was not accepted. For the log.
    #[must_use]
    pub fn rejected(&self) -> Option<Rejection> {
        self.rejected
    }

    /// Whether the request had a cookie of that name, good or bad.
    #[must_use]
    pub fn had_cookie(&self) -> bool {
        self.had_cookie
    }

    /// Whether the data, its start or its expiry was looked at, so that the answer depends on the
    /// cookie. [`Session::id`] and [`Session::rejected`] do not count: they are for logs.
    #[must_use]
    pub fn is_accessed(&self) -> bool {
        self.accessed.load(Ordering::Relaxed)
    }

    /// How long the session asks to live. [`Expiry::Policy`] unless it was set.
    #[must_use]
    pub fn expiry(&self) -> Expiry {
        self.touch();
        self.asked_expiry()
    }

    /// Changes how long the session is to live: a span, an instant, until the browser closes, or the
    /// codec's age limit. The server enforces it, whatever the browser keeps. More than the age limit
    /// needs [`CodecBuilder::max_requested_age`](crate::CodecBuilder::max_requested_age); [`Session::flush`] forgets it.
    ///
    /// # Errors
    /// [`EncodeError`] for what is over already or longer than the codec allows; nothing is changed.
    pub fn set_expiry(&mut self, expiry: Expiry) -> Result<(), EncodeError> {
        self.cookie.codec.initial_claims(&IssueOptions::at(self.now).expiry(expiry))?;
        self.touch();
        self.requested.expiry = Some(expiry);
        Ok(())
    }

    /// When the session dies unless it is issued again: as its token says, or as it would say if it
    /// were written at the time of the request. `None` where that cannot be written.
    #[must_use]
    pub fn expires_at(&self) -> Option<OffsetDateTime> {
        self.touch();
        match &self.origin {
            Some(origin) if self.requested.expiry.is_none() => Some(origin.session.expires_at()),
            _ => self.claims(self.now).ok().map(|claims| expires_at(&self.cookie.codec, &claims)),
        }
    }

    /// How long it is until then; zero where it is over.
    #[must_use]
    pub fn expiry_age(&self, now: OffsetDateTime) -> Duration {
        let expires_at = self.expires_at().unwrap_or(now);
        Duration::seconds(expires_at.unix_timestamp().saturating_sub(now.unix_timestamp()).max(0))
    }

    /// Whether the browser is asked to forget the cookie when it closes.
    #[must_use]
    pub fn expires_at_browser_close(&self) -> bool {
        self.expiry() == Expiry::BrowserClose
    }

    /// Whether the token must be issued again though nothing changed.
    pub(super) fn renewal_is_due(&self, now: OffsetDateTime) -> bool {
        let due =
            |origin: &Origin| origin.foreign.is_some() || origin.session.renewal(now).is_some();
        self.origin.as_ref().is_some_and(due)
    }

    /// The claims of the token that writes this session at `now`.
    pub(super) fn claims(&self, now: OffsetDateTime) -> Result<Claims, RenewError> {
        let codec = &self.cookie.codec;
        match &self.origin {
            None => Ok(codec.initial_claims(&self.start(now))?),
            Some(Origin { session, foreign: None }) => {
                codec.reissue(&session.proof, &self.change(now))
            }
            Some(Origin { session, foreign: Some(other) }) => {
                codec.adopt(other, &session.proof, &self.change(now))
            }
        }
    }

    /// Whether `written` must be, because of the data or because of what was asked for.
    pub(super) fn differs(&self, written: &Written) -> bool {
        let changed = written.is_err() || *written != self.baseline;
        let Requested { begins_at, reissue, expiry, .. } = &self.requested;
        changed || *reissue || begins_at.is_some() || expiry.is_some()
    }

    /// Whether `written` is no data. What cannot be written is some.
    pub(super) fn is_blank(&self, written: &Written) -> bool {
        written.is_ok() && *written == self.empty_payload
    }

    /// Whether an answer without data clears the cookie that came.
    pub(super) fn clears(&self) -> bool {
        self.had_cookie && (self.flushed || self.rejected != Some(Rejection::Ambiguous))
    }

    /// The id that is new with the next token: one that was asked for, or the session's first.
    pub(super) fn next_id(&self) -> Result<Option<SessionId>, RandomError> {
        match (self.requested.new_id, self.id()) {
            (Some(id), _) => id.map(Some),
            (None, Some(_)) => Ok(None),
            (None, None) => self.cookie.new_id().transpose(),
        }
    }

    /// The name of the session that is carried on, if one is.
    pub(super) fn carried_id(&self) -> Option<SessionId> {
        self.origin.as_ref()?.session.id()
    }

    /// Whether the request's session was logged out: that holds even where nothing else is saved.
    pub(super) fn was_flushed(&self) -> bool {
        self.flushed
    }

    /// When the request was read.
    pub(super) fn read_at(&self) -> OffsetDateTime {
        self.now
    }

    pub(super) fn belongs_to(&self, cookie: &SessionCookie) -> bool {
        self.cookie.codec.binding == cookie.codec.binding && self.cookie.name() == cookie.name()
    }

    fn asked_expiry(&self) -> Expiry {
        let carried = || self.origin.as_ref().map(|origin| origin.session.expiry());
        self.requested.expiry.or_else(carried).unwrap_or_default()
    }

    fn start(&self, now: OffsetDateTime) -> IssueOptions {
        IssueOptions::at(self.requested.begins_at.unwrap_or(now)).expiry(self.asked_expiry())
    }

    fn change(&self, now: OffsetDateTime) -> IssueOptions {
        IssueOptions { now, id: None, expiry: self.requested.expiry }
    }

    fn touch(&self) {
        self.accessed.store(true, Ordering::Relaxed);
    }
}

/// The payload that `data` becomes.
fn written<T: Serialize>(cookie: &SessionCookie, data: &T) -> Written {
    let mut out = Vec::new();
    payload::write(data, cookie.codec.layout(), &mut out).map(|()| out)
}

/// When a token of these claims expires.
pub(super) fn expires_at(codec: &Codec, claims: &Claims) -> OffsetDateTime {
    instant(codec.policy().expires_at(&claims.lifetime))
}

impl<T> Deref for Session<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.touch();
        &self.data
    }
}

impl<T> DerefMut for Session<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.touch();
        &mut self.data
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

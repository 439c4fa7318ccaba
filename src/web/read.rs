//! The request's `Cookie` headers in, a session out.

use http::{HeaderMap, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;

use super::candidates::Candidates;
use super::cookie::SessionCookie;
use super::error::Rejection;
use super::session::{Origin, Session};
use crate::codec::{Codec, IssueOptions, Verified};
use crate::error::{DecodeError, RenewError};

/// Finds a session in the headers of a request without our cookie, for [`SessionCookie::read_or_at`].
///
/// ```
/// use core::time::Duration;
/// use hardtack::web::{LegacyReader, Map, SessionCookie};
/// use hardtack::{Codec, Key, KeyRing};
/// use http::HeaderMap;
///
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
/// let codec = Codec::signed("shop/production/session", &keys, Duration::from_secs(7200)).build()?;
/// let cookie = SessionCookie::builder(codec).build()?;
///
/// let old: LegacyReader<'_, Map> = &|headers| {
///     let user = headers.get("x-user-by-the-old-code")?.to_str().ok()?;
///     Some([("user", user)].into_iter().collect())
/// };
/// let mut headers = HeaderMap::new();
/// headers.insert("x-user-by-the-old-code", "Ada".parse()?);
/// let session = cookie.read_or_at(&headers, time::OffsetDateTime::now_utc(), &[old]);
/// assert!(session.contains_key("user") && session.is_modified());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type LegacyReader<'a, T> = &'a dyn Fn(&HeaderMap) -> Option<T>;

/// A session whose token verified.
struct Accepted<T> {
    session: Verified<T>,
    by_previous: bool,
    token_len: usize,
}

/// Why none of the candidates was accepted.
pub(super) struct Refusal {
    pub(super) reason: Rejection,
    /// Whether none of them can ever be valid again.
    pub(super) is_final: bool,
}

impl SessionCookie {
    /// Calls [`SessionCookie::read_at`] with the system's clock. Absent on wasm32-unknown-unknown.
    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    #[must_use]
    pub fn read<T>(&self, headers: &HeaderMap) -> Session<T>
    where
        T: Default + Serialize + DeserializeOwned,
    {
        self.read_at(headers, OffsetDateTime::now_utc())
    }

    /// Reads the session of a request from all of its `Cookie` headers.
    ///
    /// Reading never fails. A cookie that is not accepted gives an empty session, with the reason in
    /// [`Session::rejected`]. Duplicate cookies that are invalid or revoked are ignored. If several are
    /// valid, the newest is used, provided that they have the same session ID. Otherwise none is used
    /// ([`Rejection::Ambiguous`]).
    #[must_use]
    pub fn read_at<T>(&self, headers: &HeaderMap, now: OffsetDateTime) -> Session<T>
    where
        T: Default + Serialize + DeserializeOwned,
    {
        let headers = headers.get_all(header::COOKIE).iter();
        self.read_bytes_at(headers.map(http::HeaderValue::as_bytes), now)
    }

    /// Like [`SessionCookie::read_at`], for the values of `Cookie` headers as bytes.
    #[must_use]
    pub fn read_bytes_at<'h, T>(
        &self,
        headers: impl IntoIterator<Item = &'h [u8]>,
        now: OffsetDateTime,
    ) -> Session<T>
    where
        T: Default + Serialize + DeserializeOwned,
    {
        let candidates = Candidates::find(headers, self.name());
        match self.accept(&candidates, now) {
            Ok(None) => Session::empty(self, None, now),
            Ok(Some(Accepted { session, by_previous, token_len })) => {
                let (data, session) = session.split();
                Session::resumed(self, data, Origin { session, by_previous }, token_len, now)
            }
            Err(refusal) => Session::empty(self, Some(refusal), now),
        }
    }

    /// Like [`SessionCookie::read_at`], but a request without our cookie asks the readers of older
    /// cookies. The first of `legacy` that finds a session begins a new one. A cookie of ours that is
    /// not accepted does not fall back to them.
    ///
    /// Clear the old cookie in the response that sets the new one. Otherwise logging out clears the new
    /// one alone, and the next request begins a session from the old one again.
    #[must_use]
    pub fn read_or_at<T>(
        &self,
        headers: &HeaderMap,
        now: OffsetDateTime,
        legacy: &[LegacyReader<'_, T>],
    ) -> Session<T>
    where
        T: Default + Serialize + DeserializeOwned,
    {
        let mut session: Session<T> = self.read_at(headers, now);
        if !session.had_cookie() {
            if let Some(data) = legacy.iter().find_map(|read| read(headers)) {
                *session = data;
            }
        }
        session
    }

    /// The one session that the candidates agree on, if there are any.
    fn accept<T>(
        &self,
        candidates: &Candidates<'_>,
        now: OffsetDateTime,
    ) -> Result<Option<Accepted<T>>, Refusal>
    where
        T: DeserializeOwned,
    {
        let mut newest: Option<Accepted<T>> = None;
        let mut refusal = None;
        for candidate in candidates.iter() {
            match self.accept_one(candidate, now) {
                Ok(accepted) => newest = Some(newer(newest, accepted)?),
                Err(reason) => refusal = Some(Refusal::of_both(refusal, reason)),
            }
        }
        match (newest, refusal) {
            (None, Some(refusal)) => Err(refusal.among(candidates)),
            (newest, _) => Ok(newest),
        }
    }

    fn accept_one<T>(&self, token: &[u8], now: OffsetDateTime) -> Result<Accepted<T>, Rejection>
    where
        T: DeserializeOwned,
    {
        let (session, by_previous) = self.decode(token, now).map_err(Rejection::Token)?;
        match session.id() {
            Some(id) if self.is_revoked(id) => Err(Rejection::RevokedId),
            _ => Ok(Accepted { session, by_previous, token_len: token.len() }),
        }
    }

    /// A session, and whether it is the previous codec's.
    fn decode<T>(
        &self,
        token: &[u8],
        now: OffsetDateTime,
    ) -> Result<(Verified<T>, bool), DecodeError>
    where
        T: DeserializeOwned,
    {
        let own = match self.codec().decode_at(token, now) {
            Ok(session) => return Ok((session, false)),
            Err(error) => error,
        };
        let Some(previous) = self.previous_at(now).filter(|_| !is_authentic(&own)) else {
            return Err(own);
        };
        match self.decode_previous(previous, token, now) {
            Ok(session) => Ok((session, true)),
            Err(error) => Err(if is_authentic(&error) { error } else { own }),
        }
    }

    /// A session of the previous codec, if this one could carry it on.
    fn decode_previous<T>(
        &self,
        previous: &Codec,
        token: &[u8],
        now: OffsetDateTime,
    ) -> Result<Verified<T>, DecodeError>
    where
        T: DeserializeOwned,
    {
        let session = previous.decode_at(token, now)?;
        match self.codec().adopt(previous, &session.proof, &IssueOptions::at(now)) {
            Err(RenewError::NoLongerValid(error)) => Err(error),
            _ => Ok(session),
        }
    }
}

impl Refusal {
    /// The first reason counts, and all of them must be final.
    fn of_both(first: Option<Self>, reason: Rejection) -> Self {
        let is_final = reason.is_final();
        match first {
            None => Self { reason, is_final },
            Some(first) => Self { is_final: first.is_final && is_final, ..first },
        }
    }

    /// Candidates that were not tried may be valid.
    fn among(self, candidates: &Candidates<'_>) -> Self {
        Self { is_final: self.is_final && candidates.are_all, ..self }
    }
}

/// Whether the signature held, and the token failed at what it says.
fn is_authentic(error: &DecodeError) -> bool {
    matches!(
        error,
        DecodeError::RetiredKey
            | DecodeError::NotYetValid
            | DecodeError::Expired
            | DecodeError::Revoked
            | DecodeError::Payload(_)
    )
}

/// The newer of two that verify, if they are one session.
fn newer<T>(best: Option<Accepted<T>>, other: Accepted<T>) -> Result<Accepted<T>, Refusal> {
    let Some(best) = best else { return Ok(other) };
    if best.session.id().is_none() || best.session.id() != other.session.id() {
        return Err(Refusal { reason: Rejection::Ambiguous, is_final: false });
    }
    let rank = |accepted: &Accepted<T>| (accepted.session.issued_at(), !accepted.by_previous);
    Ok(if rank(&other) > rank(&best) { other } else { best })
}

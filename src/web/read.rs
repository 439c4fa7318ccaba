//! Reads a session from the request's `Cookie` headers.

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

/// Reads the session of an older cookie from a request's headers, for
/// [`SessionCookie::read_or_at`].
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

/// The reason why no candidate was accepted.
pub(super) struct Refusal {
    pub(super) reason: Rejection,
    /// Whether no candidate can ever be valid again.
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
    /// Reading never fails. If the cookie is not accepted, the session is empty and
    /// [`Session::rejected`] returns the reason. Duplicate cookies that are invalid or revoked are
    /// ignored. If several are valid and have the same session ID, the newest is used. If their IDs
    /// differ or are missing, none is used ([`Rejection::Ambiguous`]).
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

    /// Like [`SessionCookie::read_at`], but a request without this cookie begins a session from an
    /// older cookie: from the first reader in `legacy` that returns data.
    ///
    /// The readers are not called if this cookie is present, even if it is not accepted.
    ///
    /// Clear the old cookie in the response that sets the new one. Otherwise a log-out clears only
    /// the new cookie, and the next request begins a session from the old one again.
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

    /// Returns the session to which all valid candidates belong, or `None` without candidates.
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

    /// Returns the session, and whether the previous codec verified it.
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

    /// Decodes a session of the previous codec, if the current codec could reissue it.
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
    /// Keeps the first reason. The result is final only if all reasons are.
    fn of_both(first: Option<Self>, reason: Rejection) -> Self {
        let is_final = reason.is_final();
        match first {
            None => Self { reason, is_final },
            Some(first) => Self { is_final: first.is_final && is_final, ..first },
        }
    }

    /// Makes the refusal not final if some candidates were not tried, because those may be valid.
    fn among(self, candidates: &Candidates<'_>) -> Self {
        Self { is_final: self.is_final && candidates.are_all, ..self }
    }
}

/// Returns true if the signature was valid and a later check failed.
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

/// Returns the newer of two valid tokens, if both belong to the same session.
fn newer<T>(best: Option<Accepted<T>>, other: Accepted<T>) -> Result<Accepted<T>, Refusal> {
    let Some(best) = best else { return Ok(other) };
    if best.session.id().is_none() || best.session.id() != other.session.id() {
        return Err(Refusal { reason: Rejection::Ambiguous, is_final: false });
    }
    let rank = |accepted: &Accepted<T>| (accepted.session.issued_at(), !accepted.by_previous);
    Ok(if rank(&other) > rank(&best) { other } else { best })
}

//! The request's `Cookie` headers in, a session out.
//!
//! Reading cookies is security. The crate cookie trims Unicode spaces from names, so a server that uses
//! it takes a name for a `__Host-` name which no browser protects. Here a header is bytes: it is split
//! at `;`, space and tab are trimmed, names are compared exactly, and nothing is decoded. Anything that
//! is not a valid token fails verification, UTF-8 or not.

use std::collections::BTreeSet;

use http::{HeaderMap, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;

use super::cookie::SessionCookie;
use super::error::Rejection;
use super::session::{Origin, Session};
use crate::codec::{Codec, IssueOptions, Verified};
use crate::error::{DecodeError, RenewError};

/// How many different values of the cookie are tried. Chromium and Firefox keep no more cookies for one
/// site, so planted ones cannot hide the visitor's own behind this bound.
const MAX_COOKIES_TRIED: usize = 180;

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
    /// The previous codec, if that one verified it.
    foreign: Option<Codec>,
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
        let candidates = candidates(headers, self.name());
        let present = !candidates.is_empty();
        match self.accept(&candidates, now) {
            Ok(Some(Accepted { session, foreign })) => {
                let (data, session) = session.split();
                Session::resumed(self, data, Origin { session, foreign }, now)
            }
            Ok(None) => Session::empty(self, present, None, now),
            Err(rejection) => Session::empty(self, present, Some(rejection), now),
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

    /// The one session that the candidates agree on, if any.
    fn accept<T>(
        &self,
        candidates: &[&[u8]],
        now: OffsetDateTime,
    ) -> Result<Option<Accepted<T>>, Rejection>
    where
        T: DeserializeOwned,
    {
        let mut newest: Option<Accepted<T>> = None;
        let mut failure = None;
        for candidate in candidates {
            match self.accept_one(candidate, now) {
                Ok(accepted) => newest = Some(newer(newest, accepted)?),
                Err(rejection) => failure = failure.or(Some(rejection)),
            }
        }
        match (newest, failure) {
            (None, Some(rejection)) => Err(rejection),
            (newest, _) => Ok(newest),
        }
    }

    fn accept_one<T>(&self, token: &[u8], now: OffsetDateTime) -> Result<Accepted<T>, Rejection>
    where
        T: DeserializeOwned,
    {
        let accepted = self.decode(token, now).map_err(Rejection::Token)?;
        match accepted.session.id() {
            Some(id) if self.is_revoked(id) => Err(Rejection::RevokedId),
            _ => Ok(accepted),
        }
    }

    fn decode<T>(&self, token: &[u8], now: OffsetDateTime) -> Result<Accepted<T>, DecodeError>
    where
        T: DeserializeOwned,
    {
        let own = match self.codec.decode_at(token, now) {
            Ok(session) => return Ok(Accepted { session, foreign: None }),
            Err(error) => error,
        };
        match &self.shared.previous {
            Some((codec, until)) if now < *until && !is_authentic(&own) => {
                let foreign = self.decode_foreign(codec, token, now);
                foreign.map_err(|error| if is_authentic(&error) { error } else { own })
            }
            _ => Err(own),
        }
    }

    /// A session of another codec, if this one could carry it on.
    fn decode_foreign<T>(
        &self,
        codec: &Codec,
        token: &[u8],
        now: OffsetDateTime,
    ) -> Result<Accepted<T>, DecodeError>
    where
        T: DeserializeOwned,
    {
        let session = codec.decode_at(token, now)?;
        match self.codec.adopt(codec, &session.proof, &IssueOptions::at(now)) {
            Err(RenewError::NoLongerValid(error)) => Err(error),
            _ => Ok(Accepted { session, foreign: Some(codec.clone()) }),
        }
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
fn newer<T>(best: Option<Accepted<T>>, other: Accepted<T>) -> Result<Accepted<T>, Rejection> {
    let Some(best) = best else { return Ok(other) };
    if best.session.id().is_none() || best.session.id() != other.session.id() {
        return Err(Rejection::Ambiguous);
    }
    let rank = |accepted: &Accepted<T>| (accepted.session.issued_at(), accepted.foreign.is_none());
    Ok(if rank(&other) > rank(&best) { other } else { best })
}

/// The different values of the cookies of that name, at most [`MAX_COOKIES_TRIED`].
fn candidates<'h>(headers: impl IntoIterator<Item = &'h [u8]>, name: &str) -> Vec<&'h [u8]> {
    let mut seen = BTreeSet::new();
    let values = headers.into_iter().flat_map(|header| values(header, name.as_bytes()));
    values.filter(|value| seen.insert(*value)).take(MAX_COOKIES_TRIED).collect()
}

fn values<'h>(header: &'h [u8], name: &[u8]) -> impl Iterator<Item = &'h [u8]> {
    header.split(|byte| *byte == b';').filter_map(move |pair| {
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        let (found, value) = pair.split_at_checked(equals)?;
        (trim(found) == name).then(|| trim(value.get(1..).unwrap_or_default()))
    })
}

/// Space and tab, and nothing else that anybody calls a space.
fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &[u8]) -> Vec<&str> {
        let found = candidates([header], "__Host-session");
        found.into_iter().map(|value| core::str::from_utf8(value).unwrap()).collect()
    }

    #[test]
    fn space_and_tab_are_trimmed_and_no_other_space() {
        assert_eq!(read(b" \t__Host-session\t = \tv \t; x=y"), ["v"]);
        for space in ["\u{a0}", "\u{2003}", "\u{3000}", "\u{feff}", "\u{b}", "\u{c}", "\n", "\0"] {
            assert!(read(format!("{space}__Host-session=v").as_bytes()).is_empty(), "{space:?}");
            assert!(read(format!("__Host-session{space}=v").as_bytes()).is_empty(), "{space:?}");
        }
    }

    #[test]
    fn names_are_compared_exactly_and_nothing_is_decoded() {
        for header in [
            "__host-session=v",
            "\"__Host-session\"=v",
            "__Host-session%20=v",
            "%5F_Host-session=v",
            "__Host-session",
            "=__Host-session=v",
            "x__Host-session=v",
            "__Host-sessionx=v",
            "x=\"; __Host-session =v\"x",
        ] {
            let found = read(header.as_bytes());
            assert!(found.is_empty() || found == ["v\"x"], "{header}: {found:?}");
        }
        assert_eq!(read(b"__Host-session=\"v%20=\""), ["\"v%20=\""]);
    }

    #[test]
    fn equal_values_count_once_and_the_others_up_to_a_bound() {
        assert_eq!(read(&b"__Host-session=v; ".repeat(4000)), ["v"]);
        let many: Vec<String> = (0..4000).map(|n| format!("__Host-session={n}")).collect();
        assert_eq!(read(many.join(";").as_bytes()).len(), MAX_COOKIES_TRIED);
    }

    #[test]
    fn a_value_that_is_not_utf8_is_one_like_any_other() {
        let header = b"__Host-session=\xff; __Host-session=v";
        assert_eq!(candidates([&header[..]], "__Host-session"), [&b"\xff"[..], b"v"]);
    }
}

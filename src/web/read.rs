//! Cookie headers in, a session out.
//!
//! Reading is security, and our own: the crate cookie trims names by Unicode, and a name with such
//! a space in front passes for `__Host-` in no browser but in the server. Here a header is bytes,
//! split at `;`, of which space and tab alone are trimmed; names are equal or not; nothing is
//! decoded; what is no token does not verify, be it UTF-8 or not.

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

/// How many different values of the cookie are tried: all the cookies of one site that Chromium and
/// Firefox keep, so that whoever can plant some cannot hide the visitor's own behind them. The work
/// is bounded by the bytes of the headers in any case.
const MAX_COOKIES_TRIED: usize = 180;

/// Finds a session in the headers of a request that has no cookie of ours: for
/// [`SessionCookie::read_or_at`].
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
/// # use http::{HeaderMap, StatusCode};
/// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
/// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
/// let reader: LegacyReader<'_, Map> = &|headers| headers.get("x-old-session").map(|_| Map::new());
/// # Ok(()) }
/// ```
pub type LegacyReader<'a, T> = &'a dyn Fn(&HeaderMap) -> Option<T>;

/// A session whose token verified, and the codec of [`SessionCookieBuilder::also_read`] if that
/// was needed.
///
/// [`SessionCookieBuilder::also_read`]: super::SessionCookieBuilder::also_read
struct Accepted<T> {
    session: Verified<T>,
    foreign: Option<Codec>,
}

impl SessionCookie {
    /// Reads the session of a request at the system's clock. Absent on wasm32-unknown-unknown.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// # let cookie = SessionCookie::new(codec).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// let session: Session<Map> = cookie.read(&HeaderMap::new());
    /// # Ok(()) }
    /// ```
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
    /// It never fails: a cookie that is not accepted is an empty session, with the reason in
    /// [`Session::rejected`]. A twin that does not verify, or whose session has ended, locks nobody
    /// out. Of several that verify the newest counts if they bear one session id; else none does
    /// ([`Rejection::Ambiguous`]).
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// # let cookie = SessionCookie::new(codec).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// let mut headers = HeaderMap::new();
    /// headers.insert("cookie", "__Host-session=rubbish".parse()?);
    /// let session: Session<Map> = cookie.read_at(&headers, now);
    /// assert!(session.is_empty());
    /// assert_eq!(session.rejected().map(|reason| reason.kind()), Some("malformed"));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn read_at<T>(&self, headers: &HeaderMap, now: OffsetDateTime) -> Session<T>
    where
        T: Default + Serialize + DeserializeOwned,
    {
        let headers = headers.get_all(header::COOKIE).iter();
        self.read_bytes_at(headers.map(http::HeaderValue::as_bytes), now)
    }

    /// [`SessionCookie::read_at`], of the values of `Cookie` headers as plain bytes.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use hardtack::{Codec, Expiry, Key, KeyRing, SessionId, web::*};
    /// # use http::{HeaderMap, StatusCode};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop", &keys, core::time::Duration::from_secs(7200)).build()?;
    /// # let cookie = SessionCookie::new(codec).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// let session: Session<Map> = cookie.read_bytes_at([&b"a=b; c=d"[..]], now);
    /// # Ok(()) }
    /// ```
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

    /// [`SessionCookie::read_at`]; where the request has no cookie of ours at all, the first of
    /// `legacy` that finds a session in the headers begins a new one. A cookie that fails does not
    /// fall back.
    ///
    /// Let the answer that carries the new cookie end the old one: while the browser has it, logging
    /// out leaves no cookie of ours, and the next request would begin from the old one again.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use hardtack::web::{Map, SessionCookie};
    /// # let keys = hardtack::KeyRing::new(hardtack::Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = hardtack::Codec::signed("shop", &keys, core::time::Duration::from_secs(60)).build()?;
    /// # let cookie = SessionCookie::new(codec).build()?;
    /// # let now = time::OffsetDateTime::UNIX_EPOCH;
    /// let old_cookie = |headers: &http::HeaderMap| {
    ///     let user = headers.get("x-verified-by-the-old-code")?.to_str().ok()?;
    ///     Some([("user", user)].into_iter().collect::<Map>())
    /// };
    /// let mut headers = http::HeaderMap::new();
    /// headers.insert("x-verified-by-the-old-code", "Ada".parse()?);
    /// let session = cookie.read_or_at(&headers, now, &[&old_cookie]);
    /// assert!(session.contains_key("user") && session.modified());
    /// # Ok(()) }
    /// ```
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
        if !session.present() {
            if let Some(data) = legacy.iter().find_map(|read| read(headers)) {
                *session = data;
            }
        }
        session
    }

    /// The one session that the candidates vouch for, if any.
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
            Some(id) if self.has_ended(id) => Err(Rejection::Ended),
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
        match &self.shared.also_read {
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

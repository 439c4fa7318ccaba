//! Cookie headers in, a session out.
//!
//! Reading is security, and our own: the crate cookie trims names by Unicode, and a name with such
//! a space in front passes for `__Host-` in no browser but in the server. Here a header is bytes,
//! split at `;`, of which space and tab alone are trimmed; names are equal or not; nothing is
//! decoded; a value that is not UTF-8 is passed over.

use http::{HeaderMap, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;

use super::cookie::SessionCookie;
use super::error::Rejection;
use super::session::{Origin, Session};
use crate::codec::Codec;
use crate::error::DecodeError;
use crate::verified::Verified;

/// How many different values of the cookie are tried: more than any browser sends, and few enough
/// that a request full of them costs no more than a few signatures.
const CANDIDATES: usize = 32;

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

/// A session whose token verified, and whether [`SessionCookieBuilder::also_read`] was needed.
///
/// [`SessionCookieBuilder::also_read`]: super::SessionCookieBuilder::also_read
struct Accepted<T> {
    session: Verified<T>,
    foreign: bool,
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
    /// [`Session::rejected`]. A twin that does not verify locks nobody out. Of several that verify
    /// the newest counts if they bear one session id; else none does ([`Rejection::Ambiguous`]).
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
                Session::carried_on(self, data, Origin { session, foreign }, now)
            }
            Ok(None) => Session::empty(self, present, None, now),
            Err(rejection) => Session::empty(self, present, Some(rejection), now),
        }
    }

    /// [`SessionCookie::read_at`]; where the request has no cookie of ours at all, the first of
    /// `legacy` that finds a session in the headers begins a new one. A cookie that fails does not
    /// fall back.
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
        candidates: &[&str],
        now: OffsetDateTime,
    ) -> Result<Option<Accepted<T>>, Rejection>
    where
        T: DeserializeOwned,
    {
        let mut newest: Option<Accepted<T>> = None;
        let mut failure = None;
        for candidate in candidates {
            match self.decode(candidate, now) {
                Ok(accepted) => newest = Some(newer(newest, accepted)?),
                Err(error) => failure = failure.or(Some(Rejection::Token(error))),
            }
        }
        match newest.as_ref().and_then(|accepted| accepted.session.id()) {
            Some(id) if self.has_ended(id) => Err(Rejection::Ended),
            _ => {
                newest.map_or_else(|| failure.map_or(Ok(None), Err), |accepted| Ok(Some(accepted)))
            }
        }
    }

    fn decode<T: DeserializeOwned>(
        &self,
        token: &str,
        now: OffsetDateTime,
    ) -> Result<Accepted<T>, DecodeError> {
        let own = self.codec.decode_at(token, now);
        let other = self.shared.also_read.as_ref().filter(|(_, until)| now < *until);
        match (own, other) {
            (Ok(session), _) => Ok(Accepted { session, foreign: false }),
            (Err(error), Some((codec, _))) => decode_foreign(codec, token, now).ok_or(error),
            (Err(error), None) => Err(error),
        }
    }
}

fn decode_foreign<T: DeserializeOwned>(
    codec: &Codec,
    token: &str,
    now: OffsetDateTime,
) -> Option<Accepted<T>> {
    let session = codec.decode_at(token, now).ok()?;
    Some(Accepted { session, foreign: true })
}

/// The newer of two that verify, if they are one session.
fn newer<T>(best: Option<Accepted<T>>, other: Accepted<T>) -> Result<Accepted<T>, Rejection> {
    let Some(best) = best else { return Ok(other) };
    if best.session.id().is_none() || best.session.id() != other.session.id() {
        return Err(Rejection::Ambiguous);
    }
    let rank = |accepted: &Accepted<T>| (accepted.session.issued_at(), !accepted.foreign);
    Ok(if rank(&other) > rank(&best) { other } else { best })
}

/// The different values of the cookies of that name, at most [`CANDIDATES`].
fn candidates<'h>(headers: impl IntoIterator<Item = &'h [u8]>, name: &str) -> Vec<&'h str> {
    let mut found = Vec::new();
    for value in headers.into_iter().flat_map(|header| values(header, name.as_bytes())) {
        if found.len() == CANDIDATES {
            break;
        }
        if let Ok(value) = core::str::from_utf8(value) {
            if !found.contains(&value) {
                found.push(value);
            }
        }
    }
    found
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
        candidates([header], "__Host-session")
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
        assert_eq!(read(many.join(";").as_bytes()).len(), CANDIDATES);
    }

    #[test]
    fn a_value_that_is_not_utf8_is_passed_over() {
        assert_eq!(read(b"__Host-session=\xff; __Host-session=v"), ["v"]);
    }
}

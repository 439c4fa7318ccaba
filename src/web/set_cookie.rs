//! The `Set-Cookie` headers of one cookie. As much as possible is rendered when the cookie is
//! built.

use core::fmt::Write as _;

use http::HeaderValue;

use super::error::ResponseError;
use super::same_site::SameSite;

/// The maximum length of name and value in bytes that browsers store (RFC 6265bis §5.7).
const MAX_COOKIE_BYTES: usize = 4096;

/// The longest time that browsers keep a cookie, in seconds: 400 days (RFC 6265bis §5.5).
const MAX_MAX_AGE: u64 = 400 * 86_400;

const MAX_AGE: &str = "; Max-Age=";

pub(super) struct Attributes {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) domain: Option<String>,
    pub(super) secure: bool,
    pub(super) http_only: bool,
    pub(super) same_site: SameSite,
    pub(super) partitioned: bool,
}

pub(super) struct SetCookie {
    name: String,
    /// `; HttpOnly; …`: all attributes except Max-Age and Expires.
    attributes: String,
    clear: HeaderValue,
}

impl SetCookie {
    /// Renders the attributes. The builder has checked their characters.
    pub(super) fn new(attributes: &Attributes) -> Self {
        let name = attributes.name.clone();
        let attributes = attributes.to_string();
        let clear =
            format!("{name}={attributes}; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
        let clear = sensitive(clear).unwrap_or_else(|| HeaderValue::from_static(""));
        Self { name, attributes, clear }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the header that carries `token`. The browser keeps it for `max_age` seconds, or
    /// until it closes.
    pub(super) fn set(
        &self,
        token: &str,
        max_age: Option<u64>,
    ) -> Result<HeaderValue, ResponseError> {
        let length = self.length(token)?;
        let max_age = max_age.map(|max_age| max_age.min(MAX_MAX_AGE));
        let rest = self.attributes.len().saturating_add(max_age.map_or(0, max_age_len));
        // Allocate the exact length, so that the header takes over the memory without copying.
        let mut header = String::with_capacity(length.saturating_add(1).saturating_add(rest));
        header.extend([&self.name, "=", token, &self.attributes]);
        if let Some(max_age) = max_age {
            let _ = write!(header, "{MAX_AGE}{max_age}");
        }
        sensitive(header).ok_or(ResponseError::TooLong { length, limit: MAX_COOKIE_BYTES })
    }

    /// Returns the `Cookie` header with which the browser sends `token` back.
    pub(super) fn sent_back(&self, token: &str) -> Result<HeaderValue, ResponseError> {
        let length = self.length(token)?;
        let header = sensitive(format!("{}={token}", self.name));
        header.ok_or(ResponseError::TooLong { length, limit: MAX_COOKIE_BYTES })
    }

    /// Returns the length of name and value in bytes, or an error if browsers would not store them.
    fn length(&self, token: &str) -> Result<usize, ResponseError> {
        let length = self.name.len().saturating_add(token.len());
        if length > MAX_COOKIE_BYTES {
            return Err(ResponseError::TooLong { length, limit: MAX_COOKIE_BYTES });
        }
        Ok(length)
    }

    /// Returns the header that makes the browser delete the cookie.
    ///
    /// It repeats name, Path, Domain, Secure and Partitioned, because browsers delete only the
    /// cookie for which they match.
    pub(super) fn clear(&self) -> HeaderValue {
        self.clear.clone()
    }

    /// Returns the error for a token that is longer than the codec allows. The length includes the
    /// name, as it does for browsers.
    pub(super) fn too_long(&self, length: usize, limit: usize) -> ResponseError {
        let name = self.name.len();
        let limit = limit.saturating_add(name).min(MAX_COOKIE_BYTES);
        ResponseError::TooLong { length: length.saturating_add(name), limit }
    }
}

impl core::fmt::Display for Attributes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let flag = |set: bool, text: &'static str| if set { text } else { "" };
        f.write_str(flag(self.http_only, "; HttpOnly"))?;
        f.write_str(match self.same_site {
            SameSite::Strict => "; SameSite=Strict",
            SameSite::Lax => "; SameSite=Lax",
            SameSite::None => "; SameSite=None",
        })?;
        f.write_str(flag(self.partitioned, "; Partitioned"))?;
        f.write_str(flag(self.secure, "; Secure"))?;
        write!(f, "; Path={}", self.path)?;
        match &self.domain {
            Some(domain) => write!(f, "; Domain={domain}"),
            None => Ok(()),
        }
    }
}

fn max_age_len(max_age: u64) -> usize {
    let digits = max_age.checked_ilog10().unwrap_or_default().saturating_add(1);
    MAX_AGE.len().saturating_add(usize::try_from(digits).unwrap_or_default())
}

/// Makes a header value that is marked as sensitive, so that `Debug` of headers does not show the
/// token.
fn sensitive(header: String) -> Option<HeaderValue> {
    let mut header = HeaderValue::try_from(header).ok()?;
    header.set_sensitive(true);
    Some(header)
}

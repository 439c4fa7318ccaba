//! Requests: a `Cookie` header of 8 cookies. The fifth one is the session.

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

/// Seven cookies of other programs, so that with hardtack's signed token the header has 600 bytes.
const OTHERS: [&str; 7] =
    ["_ga", "_gid", "consent", "locale", "currency", "ab_bucket", "last_visit"];
const VALUE_LEN: usize = 40;

#[derive(Clone)]
pub struct Incoming {
    pub headers: HeaderMap,
    /// The session's own cookies, as they were set.
    own: Vec<String>,
}

impl Incoming {
    /// Returns a request with as many bytes and cookies, without a session.
    pub fn without_session() -> Self {
        Self { headers: header(&[format!("other={}", "x".repeat(247))]), own: Vec::new() }
    }

    /// Returns a request with the cookies that a response set, or `None` if it set none.
    pub fn answering(response: &HeaderMap) -> Option<Self> {
        let cookies = response.get_all(SET_COOKIE).iter();
        let pair =
            |cookie: &HeaderValue| cookie.to_str().ok()?.split(';').next().map(str::to_owned);
        let own: Vec<String> = cookies.filter_map(pair).collect();
        (!own.is_empty()).then(|| Self { headers: header(&own), own })
    }

    /// Changes one letter in the middle of the session's longest cookie.
    pub fn forged(&self) -> Self {
        let mut own = self.own.clone();
        let longest = own.iter_mut().max_by_key(|pair| pair.len()).expect("a session");
        let value = longest.find('=').expect("a pair") + 1;
        let is_plain = |at: &usize| {
            let escaped = longest.as_bytes()[at - 2..*at].contains(&b'%');
            longest.as_bytes()[*at].is_ascii_alphabetic() && !escaped
        };
        let middle = (value + longest.len()) / 2;
        let at = (middle..longest.len()).find(is_plain).expect("a letter");
        let other = if &longest[at..=at] == "x" { "y" } else { "x" };
        longest.replace_range(at..=at, other);
        Self { headers: header(&own), own }
    }

    pub fn text(&self) -> &str {
        self.headers[COOKIE].to_str().expect("ASCII")
    }
}

fn header(own: &[String]) -> HeaderMap {
    let other = |name: &&str| format!("{name}={}", "x".repeat(VALUE_LEN));
    let mut pairs: Vec<String> = OTHERS.iter().map(other).collect();
    pairs.splice(4..4, own.iter().cloned());
    let value = HeaderValue::try_from(pairs.join("; ")).expect("ASCII");
    HeaderMap::from_iter([(COOKIE, value)])
}

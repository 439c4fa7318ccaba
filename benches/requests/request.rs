//! The requests that are measured.

use http::HeaderMap;
use http::header::COOKIE;

/// The length of the whole header in bytes.
const HEADER_LEN: usize = 600;
const OTHERS: [&str; 7] =
    ["_ga", "_gid", "consent", "locale", "currency", "ab_bucket", "last_visit"];

/// Returns a header of 600 bytes with 8 cookies. The fifth one is the session.
pub fn with_session(name: &str, token: &str) -> HeaderMap {
    headers(&[(name, token)])
}

/// Returns a header of the same size and number of cookies, without a session.
pub fn without_session(name: &str, token: &str) -> HeaderMap {
    headers(&[(&format!("{name}2"), token)])
}

/// Returns a header in which every cookie has the session's name.
pub fn with_candidates<'t>(name: &str, tokens: impl Iterator<Item = &'t str>) -> HeaderMap {
    let pairs: Vec<String> = tokens.map(|token| format!("{name}={token}")).collect();
    header(&pairs.join("; "))
}

fn headers(session: &[(&str, &str)]) -> HeaderMap {
    let bare = pairs(session, 0).len();
    let spare = HEADER_LEN.saturating_sub(bare);
    let mut text = pairs(session, spare / OTHERS.len());
    text.push_str(&"x".repeat(HEADER_LEN.saturating_sub(text.len())));
    header(&text)
}

/// Returns the header with values of `length` characters in the other cookies.
fn pairs(session: &[(&str, &str)], length: usize) -> String {
    let value = "x".repeat(length);
    let other = |name: &&'static str| format!("{name}={value}");
    let mut pairs: Vec<String> = OTHERS.iter().map(other).collect();
    pairs.splice(4..4, session.iter().map(|(name, token)| format!("{name}={token}")));
    pairs.join("; ")
}

fn header(text: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(COOKIE, text.parse().expect("ASCII"));
    headers
}

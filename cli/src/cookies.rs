//! Finds possible tokens in the lines of standard input.

/// A value that may be a token.
#[derive(Debug, PartialEq, Eq)]
pub struct Candidate<'i> {
    /// The cookie's name, or `None` if the line is the token itself.
    pub name: Option<&'i [u8]>,
    pub value: &'i [u8],
}

/// Returns the candidates of all lines: each cookie of a Cookie header, the cookie of a Set-Cookie
/// header, and any other line as a token or as the value of a Cookie header. Ignores the `>` and `<`
/// that `curl -v` prints before each header.
pub fn candidates(input: &[u8]) -> Vec<Candidate<'_>> {
    input.split(|byte| *byte == b'\n').map(trim).flat_map(of_line).collect()
}

fn of_line(line: &[u8]) -> Vec<Candidate<'_>> {
    let line = unmarked(line);
    if let Some(value) = header(line, b"set-cookie:") {
        return value.split(|byte| *byte == b';').take(1).filter_map(pair).collect();
    }
    let cookies = header(line, b"cookie:");
    if cookies.is_none() && is_token(line) {
        return vec![Candidate { name: None, value: line }];
    }
    cookies.unwrap_or(line).split(|byte| *byte == b';').filter_map(pair).collect()
}

fn unmarked(line: &[u8]) -> &[u8] {
    match line {
        b">" | b"<" => &[],
        [b'>' | b'<', b' ', rest @ ..] => rest,
        _ => line,
    }
}

/// Returns true if the line is a token rather than a cookie. A token with padding is invalid, but
/// it counts as a token here, because it would otherwise be shown as the name of a cookie.
fn is_token(line: &[u8]) -> bool {
    let padding = line.iter().rev().take_while(|byte| **byte == b'=').count();
    let text = line.get(..line.len().saturating_sub(padding)).unwrap_or_default();
    !text.is_empty() && !text.iter().any(|byte| b"=;".contains(byte))
}

/// The value of the header, whose name is in lower case and ends in a colon.
fn header<'i>(line: &'i [u8], name: &[u8]) -> Option<&'i [u8]> {
    let (start, value) = line.split_at_checked(name.len())?;
    start.eq_ignore_ascii_case(name).then_some(value)
}

fn pair(text: &[u8]) -> Option<Candidate<'_>> {
    let place = text.iter().position(|byte| *byte == b'=')?;
    let (name, value) = text.split_at_checked(place)?;
    Some(Candidate { name: Some(trim(name)), value: trim(value.get(1..)?) })
}

/// Removes spaces, tabs and carriage returns from both ends.
fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r', rest @ ..] | [rest @ .., b' ' | b'\t' | b'\r'] = bytes {
        bytes = rest;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(input: &str) -> Vec<(Option<&str>, &str)> {
        let text = |bytes| core::str::from_utf8(bytes).unwrap();
        let candidates = candidates(input.as_bytes());
        candidates.iter().map(|found| (found.name.map(text), text(found.value))).collect()
    }

    #[test]
    fn a_line_is_a_token_or_a_header() {
        assert_eq!(found("IPtq\r\nIPtq==\n"), [(None, "IPtq"), (None, "IPtq==")]);
        let pairs = [(Some("a"), "1"), (Some("b"), "2=3"), (Some(""), "")];
        assert_eq!(found("Cookie: a=1; b = 2=3 ;c;=\n"), pairs);
        assert_eq!(found("a=1; b=2=3;;="), pairs);
        assert_eq!(found("SET-COOKIE: a=1; Path=/; Max-Age=5"), [(Some("a"), "1")]);
        assert_eq!(found("cookie: a=1\ncookie: b=2"), [(Some("a"), "1"), (Some("b"), "2")]);
        let pairs = [(Some("a"), "1"), (Some("b"), "2")];
        assert_eq!(found("> Cookie: a=1\r\n< set-cookie: b=2; Secure\r\n>\r\n"), pairs);
        assert_eq!(found("\r\n \n\n"), []);
        assert_eq!(found("cookie:"), []);
    }
}

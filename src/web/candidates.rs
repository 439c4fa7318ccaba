//! The values of one cookie in the request's `Cookie` headers.
//!
//! How a server parses cookies matters for security. The crate cookie trims Unicode spaces from
//! names, so it accepts a `__Host-` name to which browsers do not apply the prefix's rules. This
//! parser works on bytes: it splits the header at `;`, trims space and tab, compares names exactly
//! and decodes nothing. Anything that is not a valid token fails verification, UTF-8 or not.

use std::collections::BTreeSet;

/// The maximum number of different values that are tried. Chromium and Firefox keep no more cookies
/// for one site, so planted cookies cannot push the visitor's own past this limit.
const MAX_COOKIES_TRIED: usize = 180;

/// The different values, in the order of the headers. A single value needs no allocation.
pub(super) struct Candidates<'h> {
    first: Option<&'h [u8]>,
    others: Vec<&'h [u8]>,
    /// Whether the request had no further values.
    pub(super) are_all: bool,
}

impl<'h> Candidates<'h> {
    pub(super) fn find(headers: impl IntoIterator<Item = &'h [u8]>, name: &str) -> Self {
        let name = name.as_bytes();
        let mut values = headers.into_iter().flat_map(|header| values(header, name));
        let first = values.next();
        let mut seen = BTreeSet::new();
        let different = values.filter(|value| Some(*value) != first && seen.insert(*value));
        let mut others: Vec<_> = different.take(MAX_COOKIES_TRIED).collect();
        let are_all = others.len() < MAX_COOKIES_TRIED;
        others.truncate(MAX_COOKIES_TRIED.saturating_sub(1));
        Self { first, others, are_all }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'h [u8]> {
        self.first.into_iter().chain(self.others.iter().copied())
    }
}

fn values<'h>(header: &'h [u8], name: &[u8]) -> impl Iterator<Item = &'h [u8]> {
    Pairs(Some(header)).filter_map(move |pair| {
        let rest = trim_start(pair).strip_prefix(name)?;
        Some(trim(trim_start(rest).strip_prefix(b"=")?))
    })
}

/// Iterates over the pairs between semicolons.
struct Pairs<'h>(Option<&'h [u8]>);

impl<'h> Iterator for Pairs<'h> {
    type Item = &'h [u8];

    #[inline]
    fn next(&mut self) -> Option<&'h [u8]> {
        let header = self.0?;
        let (pair, rest) = header.split_at(semicolon(header).unwrap_or(header.len()));
        self.0 = rest.get(1..);
        Some(pair)
    }
}

/// The number of bytes searched at once. Compilers vectorize a loop of this size.
const CHUNK: usize = 16;

/// Returns the position of the first semicolon.
#[inline]
fn semicolon(header: &[u8]) -> Option<usize> {
    let found = |found, byte: &u8| found | u8::from(*byte == b';');
    let has_none = |chunk: &&[u8]| chunk.iter().fold(0, found) == 0;
    let passed = header.chunks_exact(CHUNK).take_while(has_none).count().saturating_mul(CHUNK);
    let found = header.get(passed..)?.iter().position(|byte| *byte == b';')?;
    passed.checked_add(found)
}

fn trim(bytes: &[u8]) -> &[u8] {
    let mut bytes = trim_start(bytes);
    while let [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// Trims space and tab, and no other white space.
fn trim_start(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "__Host-session";

    fn find(header: &[u8]) -> Vec<&str> {
        let found = Candidates::find([header], NAME);
        found.iter().map(|value| core::str::from_utf8(value).unwrap()).collect()
    }

    #[test]
    fn space_and_tab_are_trimmed_and_no_other_space() {
        assert_eq!(find(b" \t__Host-session\t = \tv \t; x=y"), ["v"]);
        for space in ["\u{a0}", "\u{2003}", "\u{3000}", "\u{feff}", "\u{b}", "\u{c}", "\n", "\0"] {
            assert!(find(format!("{space}__Host-session=v").as_bytes()).is_empty(), "{space:?}");
            assert!(find(format!("__Host-session{space}=v").as_bytes()).is_empty(), "{space:?}");
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
            let found = find(header.as_bytes());
            assert!(found.is_empty() || found == ["v\"x"], "{header}: {found:?}");
        }
        assert_eq!(find(b"__Host-session=\"v%20=\""), ["\"v%20=\""]);
    }

    #[test]
    fn a_pair_of_any_length_ends_at_the_first_semicolon() {
        for before in 0..100 {
            let header = format!("{}=x;{NAME}=v;;y;{}", "x".repeat(before), "z".repeat(100));
            assert_eq!(find(header.as_bytes()), ["v"], "{before}");
        }
    }

    #[test]
    fn empty_pairs_and_values_are_passed_over_and_kept() {
        assert_eq!(find(b";;__Host-session=;;__Host-session=v;"), ["", "v"]);
        assert_eq!(find(b""), [""; 0]);
        assert_eq!(find(b";"), [""; 0]);
    }

    #[test]
    fn equal_values_count_once_and_the_others_up_to_a_bound() {
        assert_eq!(find(&b"__Host-session=v; ".repeat(4000)), ["v"]);
        for (count, are_all) in [(179, true), (180, true), (181, false), (4000, false)] {
            let pairs: Vec<String> = (0..count).map(|n| format!("{NAME}={n}")).collect();
            let header = pairs.join(";");
            let found = Candidates::find([header.as_bytes()], NAME);
            assert_eq!(found.iter().count(), count.min(MAX_COOKIES_TRIED), "{count}");
            assert_eq!(found.are_all, are_all, "{count}");
        }
    }

    #[test]
    fn a_value_that_is_not_utf8_is_one_like_any_other() {
        let header = b"__Host-session=\xff; __Host-session=v";
        let found: Vec<&[u8]> = Candidates::find([&header[..]], NAME).iter().collect();
        assert_eq!(found, [&b"\xff"[..], b"v"]);
    }
}

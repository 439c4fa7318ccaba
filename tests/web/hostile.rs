//! Hostile `Cookie` headers. The tests count their cost instead of timing it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::web::*;
use hardtack::IssueOptions;
use hardtack::web::{Map, Session, SessionCookie, Value};
use proptest::prelude::*;

/// The maximum number of different values that are tried.
const BOUND: usize = 180;

fn name_in<B: AsRef<[u8]>>(cookie: &SessionCookie, header: B) -> Option<String> {
    let session: Session<Map> = cookie.read_bytes_at([header.as_ref()], at_second(0));
    session.get("user").and_then(Value::as_str).map(ToOwned::to_owned)
}

fn good_pair(cookie: &SessionCookie) -> String {
    format!("s={}", ada(cookie).0.unwrap())
}

/// Returns a cookie, and the number of tokens that were verified. Each one causes one look-up in
/// the list of revoked sessions.
fn counting() -> (SessionCookie, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let asked = Arc::clone(&count);
    let list = move |_| {
        asked.fetch_add(1, Ordering::Relaxed);
        false
    };
    (cookie_with(signed(), |builder| builder.revoked_ids(list)), count)
}

/// Returns this many different valid tokens of one session.
fn tokens(cookie: &SessionCookie, count: usize) -> Vec<String> {
    let start = IssueOptions::at(at_second(0)).id(id(1));
    let token = |n: usize| cookie.codec().begin_at(&user(&n.to_string()), start).unwrap();
    (0..count).map(token).collect()
}

#[test]
fn among_thousands_of_other_cookies_ours_is_found() {
    let cookie = cookie();
    let others: Vec<String> = (0..8000).map(|n| format!("c{n}={n}; ")).collect();
    let header = others.concat() + &good_pair(&cookie);
    assert!(header.len() > 64 * 1024);
    assert_eq!(name_in(&cookie, header).as_deref(), Some("Ada"));
}

#[test]
fn no_more_than_the_bound_is_tried_however_many_come() {
    let (cookie, count) = counting();
    let session: Session<Map> = cookie.read_at(&bearing(tokens(&cookie, 500)), at_second(0));
    assert!(!session.is_empty());
    assert_eq!(count.load(Ordering::Relaxed), BOUND);
}

#[test]
fn the_bound_is_for_all_headers_together() {
    let (cookie, count) = counting();
    let pairs: Vec<String> = tokens(&cookie, 500).iter().map(|t| format!("s={t}")).collect();
    let _: Session<Map> = cookie.read_bytes_at(pairs.iter().map(String::as_bytes), at_second(0));
    assert_eq!(count.load(Ordering::Relaxed), BOUND);
}

#[test]
fn equal_values_are_tried_once_however_many_come() {
    let (cookie, count) = counting();
    let token = tokens(&cookie, 1).remove(0);
    let _: Session<Map> = cookie.read_at(&bearing(vec![token; 1000]), at_second(0));
    assert_eq!(count.load(Ordering::Relaxed), 1);
}

#[test]
fn as_many_planted_cookies_as_a_browser_keeps_beside_ours_do_not_hide_it() {
    let cookie = cookie();
    let good = ada(&cookie).0.unwrap();
    let planted = |count: usize| {
        let junk = (0..count).map(|n| format!("{}{n:04}", &good[..good.len() - 4]));
        bearing(junk.chain([good.clone()]))
    };
    let session: Session<Map> = cookie.read_at(&planted(BOUND - 1), at_second(0));
    assert!(session.contains_key("user"));
    let session: Session<Map> = cookie.read_at(&planted(BOUND), at_second(0));
    assert_eq!(session.rejected().map(|reason| reason.kind()), Some("bad_signature"));
}

#[test]
fn long_runs_of_one_byte_are_no_cookie_and_hide_none() {
    let cookie = cookie();
    let good = good_pair(&cookie);
    for byte in [b' ', b'\t', b';', b'=', b'"', b',', b'\\', b'%', 0, 0x7f, 0x80, 0xff] {
        let run = vec![byte; 64 * 1024];
        let session: Session<Map> = cookie.read_bytes_at([run.as_slice()], at_second(0));
        assert!(!session.had_cookie() && session.is_empty());
        let hidden = [&run, &b";"[..], good.as_bytes()].concat();
        assert_eq!(name_in(&cookie, hidden).as_deref(), Some("Ada"), "{byte:#x}");
    }
}

#[test]
fn a_value_of_64_kilobytes_is_refused_by_its_length() {
    let cookie = cookie();
    for byte in ["A", "\"", "\u{7f}"] {
        let session: Session<Map> =
            cookie.read_bytes_at([format!("s={}", byte.repeat(65_536)).as_bytes()], at_second(0));
        assert_eq!(session.rejected().map(|reason| reason.kind()), Some("too_long"));
    }
}

#[test]
fn quotes_and_control_bytes_hide_no_cookie() {
    let cookie = cookie();
    let good = good_pair(&cookie);
    for junk in [
        "a=\"; ",
        "a=\"\\\"; ",
        "\"; ",
        "a=\0; ",
        "\r\n; ",
        "$Version=1; ",
        "=; ",
        ";;;",
        "s; ",
        "{[(<; ",
    ] {
        assert_eq!(name_in(&cookie, format!("{junk}{good}")).as_deref(), Some("Ada"), "{junk:?}");
        assert_eq!(name_in(&cookie, format!("{good}; {junk}")).as_deref(), Some("Ada"), "{junk:?}");
    }
}

proptest! {
    #[test]
    fn our_cookie_is_found_whatever_precedes_or_follows_it(
        before in proptest::collection::vec(any::<u8>(), 0..300),
        behind in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let cookie = cookie();
        let good = good_pair(&cookie);
        let header = [&before, &b";"[..], good.as_bytes(), b";", &behind].concat();
        prop_assert_eq!(name_in(&cookie, header), Some("Ada".to_owned()));
    }

    #[test]
    fn a_name_with_any_character_put_in_is_another_name(at_byte in 0_usize..15, inserted: char) {
        let cookie = SessionCookie::builder(signed()).build().unwrap();
        let token = cookie.codec().begin_at(&user("Eve"), at_second(0)).unwrap();
        let mut name = cookie.name().to_owned();
        name.insert(at_byte, inserted);
        let trimmed = inserted == ' ' || inserted == '\t';
        let at_an_end = at_byte == 0 || at_byte == cookie.name().len();
        // `=` behind the name only makes the value another one, `;` in front ends a pair.
        prop_assume!(!(trimmed && at_an_end || inserted == '=' || inserted == ';' && at_byte == 0));
        prop_assert_eq!(name_in(&cookie, format!("{name}={token}")), None);
    }

    #[test]
    fn no_token_with_a_byte_changed_is_accepted(position: prop::sample::Index, byte: u8) {
        let cookie = cookie();
        let mut token = ada(&cookie).0.unwrap().into_bytes();
        let position = position.index(token.len());
        prop_assume!(token[position] != byte && byte != b';');
        let end = position == 0 || position + 1 == token.len();
        prop_assume!(!(end && (byte == b' ' || byte == b'\t')));
        token[position] = byte;
        prop_assert_eq!(name_in(&cookie, [b"s=", token.as_slice()].concat()), None);
    }
}

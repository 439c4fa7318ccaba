//! The exact allocations of a request. The allocator counts per thread, so other tests do not
//! affect the numbers.

use allocation_counter::measure;
use hardtack::web::{Session, SessionCookie};
use hardtack::{Codec, Mode};
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};

use crate::support::web::*;
use crate::support::{MODES, builder, ring};

/// The session in the performance tables: 145 bytes of MessagePack.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Visitor {
    user_id: u64,
    name: String,
    roles: Vec<String>,
    csrf: String,
    theme: String,
    cart: Vec<u32>,
    logged_in: bool,
    last_seen: i64,
}

fn visitor() -> Visitor {
    Visitor {
        user_id: 8_123_456_789,
        name: "Ada Lovelace".into(),
        roles: vec!["admin".into(), "editor".into()],
        csrf: "0123456789abcdef0123456789abcdef".into(),
        theme: "dark".into(),
        cart: vec![101, 2020, 30303],
        logged_in: true,
        last_seen: 1_790_000_000,
    }
}

fn codec(mode: Mode) -> Codec {
    builder(mode, &ring(&[1])).build().unwrap()
}

/// A request of seven other cookies and, among them, this one; 600 bytes or so.
fn request(value: Option<&str>) -> HeaderMap {
    let other = |n: u32| format!("other-{n}=0123456789abcdef0123456789abcdef");
    let ours = value.map(|value| format!("__Host-session={value}"));
    let pairs: Vec<String> = (0..4).map(other).chain(ours).chain((4..7).map(other)).collect();
    let header = pairs.join("; ");
    HeaderMap::from_iter([(COOKIE, header.parse().unwrap())])
}

fn token(cookie: &SessionCookie) -> String {
    cookie.codec().begin_at(&visitor(), at_second(0)).unwrap()
}

/// The allocations of a request whose session is handled by `act`, and the `Set-Cookie`s.
fn visit(
    cookie: &SessionCookie,
    request: &HeaderMap,
    act: impl FnOnce(&mut Session<Visitor>),
) -> (u64, usize) {
    let mut response = HeaderMap::new();
    let info = measure(|| {
        let mut session: Session<Visitor> = cookie.read_at(request, at_second(1));
        act(&mut session);
        cookie.write_at(&session, StatusCode::OK, at_second(1), &mut response).unwrap();
    });
    (info.count_total, response.get_all(SET_COOKIE).iter().count())
}

fn use_it(session: &mut Session<Visitor>) {
    assert!(session.user_id == 0 || session.logged_in);
}

/// An owned decode alone.
fn decoding(cookie: &SessionCookie, token: &str) -> u64 {
    measure(|| drop(cookie.codec().decode_at::<Visitor>(token, at_second(1)).unwrap())).count_total
}

#[test]
fn a_request_allocates_no_more_than_its_decoding_and_its_headers() {
    for &mode in MODES {
        let cookie = SessionCookie::builder(codec(mode)).build().unwrap();
        let token = token(&cookie);
        let decoding = decoding(&cookie, &token);
        assert_eq!(decoding, 7);
        // `Vary` is the first header of the response, for which the map allocates twice.
        assert_eq!(visit(&cookie, &request(Some(&token)), use_it), (decoding + 2, 0));
        assert_eq!(visit(&cookie, &request(Some(&token)), |_| ()), (decoding, 0));
    }
}

#[test]
fn a_request_without_a_cookie_allocates_nothing() {
    for &mode in MODES {
        let cookie = SessionCookie::builder(codec(mode)).build().unwrap();
        assert_eq!(visit(&cookie, &request(None), |_| ()), (0, 0));
        assert_eq!(visit(&cookie, &request(None), use_it), (2, 0));
    }
}

#[test]
fn a_forged_cookie_of_a_short_token_costs_no_allocation() {
    for &mode in MODES {
        let cookie = SessionCookie::builder(codec(mode)).build().unwrap();
        let mut forged = token(&cookie);
        forged.replace_range(60..61, if &forged[60..61] == "A" { "B" } else { "A" });
        assert_eq!(visit(&cookie, &request(Some(&forged)), |_| ()), (0, 0));
    }
}

#[test]
fn a_changed_session_is_serialized_before_and_after_and_written_once() {
    for &mode in MODES {
        let cookie = SessionCookie::builder(codec(mode)).build().unwrap();
        let token = token(&cookie);
        let (count, set) = visit(&cookie, &request(Some(&token)), |session| session.user_id = 7);
        // The payloads before and after, behind which that of an empty session is written; the
        // token; the header; the map of headers, twice.
        assert_eq!((count, set), (decoding(&cookie, &token) + 6, 1));
    }
}

#[test]
fn the_name_costs_no_allocation_up_to_21_bytes() {
    for &mode in MODES {
        for (length, more) in [(1, 0), (14, 0), (21, 0), (22, 1)] {
            let name = "n".repeat(length);
            let cookie = SessionCookie::builder(codec(mode)).name(&name).build().unwrap();
            assert_eq!(decoding(&cookie, &token(&cookie)), 7 + more, "{length}");
        }
    }
}

#[test]
fn a_clone_of_a_cookie_allocates_nothing() {
    let cookie = SessionCookie::builder(codec(Mode::Signed)).build().unwrap();
    assert_eq!(measure(|| drop(cookie.clone())).count_total, 0);
}

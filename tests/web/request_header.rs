//! The `Cookie` header of a valid session, for tests of applications.

use hardtack::IssueOptions;
use hardtack::web::{Map, ResponseError, Session};
use http::HeaderMap;
use http::header::COOKIE;

use crate::support::web::*;

#[test]
fn a_request_header_carries_a_session_that_is_read_and_needs_no_renewal() {
    let cookie = cookie();
    let header = cookie.request_header_at(&user("Ada"), at_second(0)).unwrap();
    assert!(header.is_sensitive());
    let headers = HeaderMap::from_iter([(COOKIE, header)]);
    let session: Session<Map> = cookie.read_at(&headers, at_second(1));
    assert_eq!(*session, user("Ada"));
    assert_eq!((session.id(), session.started_at()), (Some(id(1)), Some(at_second(0))));
    assert!(!session.is_modified());
}

#[test]
fn a_request_header_takes_the_id_that_is_given_and_needs_none() {
    let given = IssueOptions::at(at_second(0)).id(id(9));
    for (cookie, expected) in [(cookie(), Some(id(9))), (without_ids(signed()), Some(id(9)))] {
        let header = cookie.request_header_at(&user("Ada"), given).unwrap();
        let headers = HeaderMap::from_iter([(COOKIE, header)]);
        assert_eq!(cookie.read_at::<Map>(&headers, at_second(0)).id(), expected);
    }
    let cookie = without_ids(signed());
    let header = cookie.request_header_at(&user("Ada"), at_second(0)).unwrap();
    let headers = HeaderMap::from_iter([(COOKIE, header)]);
    assert_eq!(cookie.read_at::<Map>(&headers, at_second(0)).id(), None);
}

#[test]
fn a_request_header_is_no_longer_than_a_browser_would_send() {
    let error = cookie().request_header_at(&user(&"x".repeat(5000)), at_second(0)).unwrap_err();
    assert!(matches!(error, ResponseError::TooLong { limit: 4096, .. }), "{error}");
}

#[test]
fn a_request_header_by_the_systems_clock_is_valid_now() {
    let cookie = cookie();
    let header = cookie.request_header(&user("Ada")).unwrap();
    let headers = HeaderMap::from_iter([(COOKIE, header)]);
    assert_eq!(*cookie.read::<Map>(&headers), user("Ada"));
}

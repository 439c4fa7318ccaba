//! A list of a user's sessions, each of which can be ended.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use crate::support::web::*;
use hardtack::web::{Map, Session, SessionCookie};
use hardtack::{IssueOptions, SessionId};
use http::HeaderMap;
use http::header::COOKIE;

/// The IDs of the sessions that a site has not revoked.
type Index = Arc<Mutex<BTreeSet<SessionId>>>;

fn site() -> (SessionCookie, Index) {
    let index = Index::default();
    let known = Arc::clone(&index);
    let is_ended = move |id| !known.lock().unwrap().contains(&id);
    (cookie_with(signed(), |builder| builder.revoked_ids(is_ended)), index)
}

/// The session of a device that logged in with this ID.
fn visit(cookie: &SessionCookie, number: u8) -> Session<Map> {
    let options = IssueOptions::at(at_second(0)).id(id(number));
    let header = cookie.request_header_at(&user("Ada"), options).unwrap();
    cookie.read_at(&HeaderMap::from_iter([(COOKIE, header)]), at_second(1))
}

#[test]
fn ending_one_of_a_users_sessions_ends_exactly_that_one() {
    let (cookie, index) = site();
    index.lock().unwrap().extend([id(1), id(2)]);
    assert!(visit(&cookie, 1).contains_key("user") && visit(&cookie, 2).contains_key("user"));
    index.lock().unwrap().remove(&id(2));
    assert!(visit(&cookie, 1).contains_key("user"));
    let ended = visit(&cookie, 2);
    assert!(ended.is_empty());
    assert_eq!(ended.rejected().map(|reason| reason.kind()), Some("revoked_id"));
}
